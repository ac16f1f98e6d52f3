"""Reports as values: what each one says, which sections it has, and that its counts add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from conftest import AS_AT, HEAD, birmingham_as_at, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import query
from actionplan.legends import BRAG
from actionplan.model import (
    RATINGS,
    STAGES,
    Action,
    Finding,
    Measure,
    Owner,
    Plan,
    Policy,
    Reading,
    Review,
)
from actionplan.renderers import as_json, plain, terminal
from actionplan.reports import cards, lists, measured, paper, sections
from actionplan.reports.blocks import (
    COLUMNS,
    Card,
    Items,
    Prose,
    Report,
    Section,
    Subheading,
    Table,
    tables_of,
)

SINCE = date(2014, 1, 13)
EMPTY = Plan(title="x")
EXAMPLE = birmingham_as_at(AS_AT)

NO_DECISION = ["No decision is sought: this report is for information."]

ALWAYS = [
    "purpose",
    "decisions",
    "position",
    "immediate",
    "counts",
    "course",
    "completed",
    "exceptions",
    "moves",
    "overdue",
    "untested",
    "due",
    "legend",
    "reviews",
    "plan",
]
"""The sections of a report on any plan that has a review, an immediate finding and an action."""


def report(plan: Plan, as_at: date = AS_AT, since: date = SINCE, **wanted: Any) -> Report:
    """Draft the paper for a plan."""
    return paper.report(query.view(plan, as_at, query.Filter(**wanted)), since)


def keys(made: Report) -> list[str]:
    """Give the keys of a report's sections, in order."""
    return [section.key for section in made.sections]


def section(made: Report, key: str) -> Section:
    """Give one section."""
    (found,) = (section for section in made.sections if section.key == key)
    return found


def said(made: Report, key: str) -> list[str]:
    """Give every paragraph and point of a section."""
    found: list[str] = []
    for block in section(made, key).blocks:
        if isinstance(block, Prose | Subheading):
            found.append(block.text)
        if isinstance(block, Items):
            found.extend(block.texts)
    return found


def tables(made: Report, key: str) -> list[Table]:
    """Give the tables of a section."""
    return list(tables_of(section(made, key)))


def refs(table: Table) -> list[str]:
    """Give the refs of a table's lines."""
    return [line.ref for line in table.lines]


def with_action(toml: str) -> Plan:
    """Give a plan of one action, A1, with some more keys."""
    head = 'id = "A1"\nanswers = ["F1"]\ntitle = "Fix the front door"\nowner = "Head of service"\n'
    return read_plan(f"{HEAD}[[action]]\n{head}{toml}\n")


# --- the position -------------------------------------------------------------------------------


def test_the_position_of_one_action_is_said_in_the_singular(plan: Plan) -> None:
    """One action, overdue.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    due = 2014-02-07
    stage = "in-progress"
    rag = "green"
    updated = 2014-02-03
    """
    assert said(report(plan), "position") == [
        ("1 of 2 findings are answered, by 1 action: 1 in progress. Not answered: F2."),
        "F2 (LGA): Morale needs attention.",
        "1 action is overdue, by 1 working day (A1).",
        (
            "Of 1 open action, owners rate 0 red (off track), 0 amber (at risk) and 1 green (on "
            "track); the facts in the file support 1 red, 0 amber and 0 green. In one place what "
            "is declared is rosier than the facts. One more claim is challenged by what it rests "
            "on."
        ),
    ]


def test_the_position_of_many_is_said_in_the_plural(plan: Plan) -> None:
    """Every stage, two overdue, two past the date first agreed, two undated.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-02-07
    rag = "green"

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Two"
    owner = "Head of service"
    due = 2014-02-03
    stage = "in-progress"
    rag = "green"

    [[action]]
    id = "A3"
    answers = ["F2"]
    title = "Three"
    owner = "Head of service"
    due = 2014-03-31
    moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Late.", approved = "Board" } ]

    [[action]]
    id = "A4"
    answers = ["F2"]
    title = "Four"
    owner = "Head of service"
    due = 2014-03-31
    moves = [ { from = 2014-01-30, to = 2014-03-31, why = "Late.", approved = "Board" } ]

    [[action]]
    id = "A5"
    answers = ["F2"]
    title = "Five"
    owner = "Head of service"

    [[action]]
    id = "A6"
    answers = ["F2"]
    title = "Six"
    owner = "Head of service"

    [[action]]
    id = "A7"
    answers = ["F2"]
    title = "Seven"
    owner = "Head of service"
    stage = "delivered"

    [[action]]
    id = "A8"
    answers = ["F2"]
    title = "Eight"
    owner = "Head of service"
    stage = "embedded"
    tests = [ { by = "Peer review", result = "confirmed" } ]

    [[action]]
    id = "A9"
    answers = ["F2"]
    title = "Nine"
    owner = "Head of service"
    stage = "parked"
    reason = "No money."

    [[action]]
    id = "A10"
    answers = ["F2"]
    title = "Ten"
    owner = "Head of service"
    stage = "superseded"
    reason = "See A9."
    """
    assert said(report(plan), "position") == [
        (
            "2 of 2 findings are answered, by 10 actions: 5 not started, 1 in progress, 1 "
            "delivered by its owner's account, 1 embedded, tested by someone else, 1 parked and "
            "1 superseded."
        ),
        (
            "2 actions are overdue, the oldest by 5 working days (A2, A1). 2 more are past the "
            "date first agreed, and not overdue only because they were moved (A4, A3). 2 have no "
            "due date (A5, A6)."
        ),
        (
            "Of 6 open actions, owners rate 0 red (off track), 0 amber (at risk), 2 green (on "
            "track) and 4 not at all; the facts in the file support 2 red, 4 amber and 0 green. In "
            "2 places what is declared is rosier than the facts. One more claim is challenged by "
            "what it rests on."
        ),
    ]


def test_nothing_late_is_said_and_one_moved_and_one_undated_in_the_singular(plan: Plan) -> None:
    """One moved, one undated.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-03-31
    moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Late.", approved = "Board" } ]

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Two"
    owner = "Head of service"
    """
    assert said(report(plan), "position")[1] == (
        "No action is overdue. 1 is past the date first agreed, and not overdue only because it "
        "was moved (A1). 1 has no due date (A2)."
    )


def test_a_later_date_that_nobody_approved_is_told_apart_from_one_that_was(plan: Plan) -> None:
    """One move approved, one asked for.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-03-31
    moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Late.", approved = "Board" } ]

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Two"
    owner = "Head of service"
    due = 2014-03-31
    moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Late." } ]
    """
    asked = (
        "past the date first agreed, and not overdue only because a later date was asked for, "
        "which nobody has approved yet"
    )
    assert said(report(plan), "position")[1] == (
        "No action is overdue. 1 is past the date first agreed, and not overdue only because it "
        f"was moved (A1). 1 more is {asked} (A2)."
    )
    _, waiting = plan.actions
    made = report(plan._replace(actions=(waiting,)))
    assert f"No action is overdue. 1 is {asked} (A2)." in said(made, "position")
    made = report(plan._replace(actions=(waiting, waiting._replace(id="A3"))))
    assert f"No action is overdue. 2 are {asked} (A2, A3)." in said(made, "position")


def test_a_plan_of_closed_actions_has_no_ratings_to_state() -> None:
    position = said(report(with_action('stage = "parked"\nreason = "No money."')), "position")
    assert position[-1] == "No action is overdue."


def test_a_review_that_is_not_in_yet_and_a_finding_that_nobody_answers_are_named(
    plan: Plan,
) -> None:
    """Reviews with no findings, and a strength, which needs no answer.

    [[review]]
    id = "DFE"

    [[review]]
    id = "OFS"

    [[finding]]
    id = "F3"
    review = "LGA"
    kind = "strength"
    text = "Strong vision."
    """
    answered, *texts, _ = said(report(plan), "position")
    assert [text[:8] for text in texts] == ["F1 (LGA)", "F2 (LGA)"]
    assert answered == (
        "0 of 2 findings are answered, by no actions. Not answered: F1 and F2. The plan holds no "
        "finding of DFE and OFS yet."
    )


@pytest.mark.parametrize("stage", ["parked", "superseded"])
def test_what_is_parked_or_superseded_answers_nothing(stage: str) -> None:
    made = report(with_action(f'stage = "{stage}"\nreason = "No money."'))
    assert said(made, "position")[0] == (
        f"0 of 2 findings are answered, by 1 action: 1 {stage}. Not answered: F1 and F2 (a parked "
        "or superseded action is no answer)."
    )


def test_a_finding_that_is_declined_asks_for_no_answer_and_is_named_apart(plan: Plan) -> None:
    """One declined finding beside two that ask for an answer.

    [[finding]]
    id = "F3"
    review = "LGA"
    text = "Close the front door."
    response = "declined"
    reason = "It is the law."

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    """
    assert said(report(plan), "position")[0] == (
        "1 of 2 findings are answered, by 1 action: 1 not started. Not answered: F2. F3 is "
        "declined: It is the law."
    )


def test_one_finding_is_answered_in_the_singular() -> None:
    plan = with_action("")
    plan = plan._replace(findings=plan.findings[:1])
    assert said(report(plan), "position")[0].startswith("1 of 1 finding is answered, by 1 action:")


def test_a_plan_with_no_findings_does_not_count_nought_of_no_findings() -> None:
    assert "0 of no" not in said(report(EMPTY), "position")[0]


def test_a_filtered_position_says_that_it_looks_at_a_part(plan: Plan) -> None:
    """Two actions of two themes.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Two"
    owner = "Head of service"
    """
    made = report(plan, theme=("workforce",))
    assert said(made, "position")[0] == "1 action looked at here: 1 not started."
    assert "immediate" not in keys(made)
    made = report(plan, words=("nothing like it",))
    assert said(made, "position")[0] == "No actions looked at here."


def test_a_filtered_report_says_before_all_else_that_it_is_not_the_whole_plan(plan: Plan) -> None:
    """Two actions of two themes, one with an entry that is after the day.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    updated = 2014-03-03

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Two"
    owner = "Head of HR"
    """
    made = report(plan, theme=("workforce",), owner=("Head of HR",))
    assert made.caution == (
        "Not the whole plan: only owner Head of HR; theme workforce, 1 of 2 actions."
    )
    assert [line.theme for line in tables(made, "counts")[0].lines] == [
        "workforce",
        "these actions",
    ]
    assert section(made, "plan").heading == "These actions, by theme"
    assert report(plan, theme=("performance",)).caution == (
        "Not the whole plan: only theme performance, 1 of 2 actions. The file holds entries made "
        "after 10 February 2014 (the latest of 3 March 2014): this page reckons dates as at 10 "
        "February 2014, but states those entries as they stand now."
    )
    view = query.view(plan, AS_AT, query.Filter(theme=("workforce",)))
    short = paper.summary(view, SINCE)
    assert short.caution == "Not the whole plan: only theme workforce, 1 of 2 actions."
    assert tables(short, "counts")[0].lines[-1].theme == "these actions"


def test_a_caution_stands_directly_under_the_day(plan: Plan) -> None:
    """One action.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    """
    made = report(plan, theme=("performance",))
    lines = plain.render(made).splitlines()
    at = lines.index("As at Monday 10 February 2014. Since Monday 13 January 2014.")
    assert lines[at + 1 : at + 3] == [made.caution, ""]
    drawn = FORMATS["terminal"](made)
    assert drawn.index("As at") < drawn.index("Not the whole plan") < drawn.index("The position")
    assert json.loads(as_json.render(made))["caution"] == made.caution
    assert json.loads(as_json.render(report(plan)))["caution"] is None


def test_less_than_a_working_day_is_not_said_as_no_working_days() -> None:
    made = report(with_action("due = 2014-02-07"), as_at=date(2014, 2, 8))
    assert "no working days" not in said(made, "position")[1]


# --- entries after the day ----------------------------------------------------------------------

AHEAD = [
    pytest.param("updated = 2014-03-03", id="an update"),
    pytest.param('stage = "delivered"\ndelivered = 2014-03-03', id="a delivery"),
    pytest.param(
        "due = 2014-03-31\n"
        'moves = [ { on = 2014-03-03, from = 2014-02-28, to = 2014-03-31, why = "Late." } ]',
        id="a move",
    ),
    pytest.param(
        'stage = "delivered"\ntests = [ { on = 2014-03-03, by = "DfE", result = "confirmed" } ]',
        id="a test",
    ),
    pytest.param(
        'milestones = [ { title = "Step", due = 2014-02-05, done = 2014-03-03 } ]',
        id="a milestone",
    ),
    pytest.param(
        'evidence = [ { id = "E1", on = 2014-03-03, what = "Report" } ]', id="a piece of evidence"
    ),
]


@pytest.mark.parametrize("toml", AHEAD)
def test_an_entry_made_after_the_day_of_the_report_is_admitted(toml: str) -> None:
    assert report(with_action(toml)).caution == (
        "The file holds entries made after 10 February 2014 (the latest of 3 March 2014): this "
        "page reckons dates as at 10 February 2014, but states those entries as they stand now."
    )


@pytest.mark.parametrize("toml", AHEAD)
def test_no_entry_is_after_a_later_day(toml: str) -> None:
    assert report(with_action(toml), as_at=date(2014, 3, 3)).caution == ""


# --- sections -----------------------------------------------------------------------------------


def test_an_empty_plan_has_the_sections_that_say_that_nothing_is_there() -> None:
    made = report(EMPTY)
    assert keys(made) == [
        "purpose",
        "decisions",
        "position",
        "completed",
        "exceptions",
        "moves",
        "overdue",
        "untested",
        "due",
        "legend",
    ]
    assert said(made, "completed") == ["Nothing."]
    assert said(made, "exceptions") == [
        "None: no open action is red or amber, neither as rated nor by the facts."
    ]
    assert tables(made, "moves")[0].empty == "No date was moved since 13 January 2014."
    assert tables(made, "due")[0].empty == "Nothing is due up to 24 February 2014."


def test_a_plan_with_nothing_to_decide_challenge_or_test_has_none_of_those_sections() -> None:
    made = report(with_action("due = 2014-03-31\nupdated = 2014-02-03"))
    assert keys(made) == ALWAYS


def test_every_section_stands_in_its_order_where_there_is_something_to_say(plan: Plan) -> None:
    """One action for each section.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-02-28
    rag = "green"
    moves = [ { on = 2014-02-03, from = 2014-01-31, to = 2014-02-28, why = "Late" } ]

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Two"
    owner = "Head of service"
    stage = "delivered"
    delivered = 2014-02-03

    [[action]]
    id = "A3"
    answers = ["F2"]
    title = "Three"
    owner = "Head of service"
    stage = "parked"
    reason = "No money."
    """
    assert keys(report(plan)) == [
        "purpose",
        "decisions",
        "position",
        "immediate",
        "counts",
        "course",
        "completed",
        "exceptions",
        "moves",
        "overdue",
        "challenges",
        "untested",
        "due",
        "shelved",
        "legend",
        "reviews",
        "plan",
    ]


def test_what_is_parked_or_superseded_is_listed_with_its_reason_and_its_date(plan: Plan) -> None:
    """One parked with a date, one superseded with none, one open.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-03-31
    stage = "parked"
    reason = "No money"

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Two"
    owner = "Head of HR"
    stage = "superseded"
    reason = "See A3."

    [[action]]
    id = "A3"
    answers = ["F2"]
    title = "Three"
    owner = "Head of HR"
    """
    made = report(plan)
    assert section(made, "shelved").heading == "Parked or superseded"
    assert said(made, "shelved") == [
        "A1 One (Head of service), parked: No money. It was due 31 March 2014.",
        "A2 Two (Head of HR), superseded: See A3.",
    ]


def test_the_reviews_are_named_with_their_body_and_their_date(plan: Plan) -> None:
    """One more review, with all that is known of it.

    [[review]]
    id = "DFE"
    title = "Notice"
    body = "Department for Education"
    on = 2014-02-17
    """
    assert said(report(plan), "reviews") == [
        "LGA: Peer review",
        "DFE: Notice, Department for Education, 17 February 2014",
    ]


def test_the_tables_of_where_actions_stand_give_what_the_facts_say_beside_the_rating() -> None:
    toml = 'due = 2014-02-14\nrag = "green"\nupdated = 2013-12-31'
    made = report(with_action(toml))
    for key in ("immediate", "due", "plan"):
        table = tables(made, key)[0]
        at = table.columns.index("rag")
        assert table.columns[at + 1] == "verdict"
        assert [(line.rag, line.verdict) for line in table.lines] == [("green", "amber")]
    assert COLUMNS["verdict"] == "Facts"


def test_what_is_tested_is_not_listed_as_untested() -> None:
    tested = 'stage = "delivered"\ntests = [ { by = "DfE", result = "confirmed" } ]'
    assert tables(report(with_action(tested)), "untested") == []
    (waiting,) = tables(report(with_action('stage = "delivered"')), "untested")
    own = 'stage = "embedded"\ntests = [ { by = "Head of service", result = "confirmed" } ]'
    (by_itself,) = tables(report(with_action(own)), "untested")
    assert refs(waiting) == refs(by_itself) == ["A1"]


# --- decisions and moves ------------------------------------------------------------------------

DECISIONS = [
    ('why = "Late"', "in-progress", True),
    ('why = "Late", approved = "Board"', "in-progress", False),
    ('why = "Late"', "delivered", False),
    ('why = "Late"', "superseded", False),
]


@pytest.mark.parametrize(("words", "stage", "sought"), DECISIONS)
def test_a_decision_is_sought_only_for_an_open_move_that_nobody_approved(
    words: str, stage: str, *, sought: bool
) -> None:
    made = report(
        with_action(
            f'due = 2014-03-31\nstage = "{stage}"\nreason = "x"\n'
            f"moves = [ {{ on = 2014-01-02, from = 2014-02-28, to = 2014-03-31, {words} }} ]"
        )
    )
    assert (said(made, "decisions") != NO_DECISION) is sought
    assert bool(tables(made, "moves")[0].lines) is sought
    if sought:
        assert said(made, "decisions") == [
            "To approve the following change of date:",
            (
                "A1 Fix the front door (Head of service): due 31 March 2014 and not 28 February "
                "2014. Late."
            ),
        ]


def test_a_decision_says_how_often_the_date_was_moved_before(plan: Plan) -> None:
    """The third move of a date.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-04-30

    [[action.moves]]
    from = 2014-01-31
    to = 2014-02-28
    why = "Late."
    approved = "Board"

    [[action.moves]]
    from = 2014-02-28
    to = 2014-03-31
    why = "Late."

    [[action.moves]]
    from = 2014-03-31
    to = 2014-04-30
    why = "Later still"
    """
    assert said(report(plan), "decisions") == [
        "To approve the following change of date:",
        (
            "A1 One (Head of service): due 30 April 2014 and not 28 February 2014, the date last "
            "approved; 31 March 2014 was asked for before (moved twice before; first agreed for 31 "
            "January 2014). Later still."
        ),
    ]


def test_only_the_last_move_waits_for_a_decision(plan: Plan) -> None:
    """Two moves; the first was never approved and no longer matters.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-03-31

    [[action.moves]]
    on = 2014-01-06
    from = 2014-01-31
    to = 2014-02-28
    why = "Late."

    [[action.moves]]
    on = 2014-01-20
    from = 2014-02-28
    to = 2014-03-31
    why = "Later still!"
    approved = "Board"
    """
    made = report(plan)
    assert said(made, "decisions") == NO_DECISION
    (line,) = tables(made, "moves")[0].lines
    assert (line.times, line.why, line.approved) == (2, "Later still!", "Board")


def test_a_move_of_the_period_is_listed_with_what_it_waits_for() -> None:
    move = "on = 2014-01-13, from = 2014-02-28, to = 2014-03-31, why = 'Late.'"
    made = report(with_action(f"due = 2014-03-31\nmoves = [ {{ {move} }} ]"))
    (line,) = tables(made, "moves")[0].lines
    assert line.approved == "asked for, not yet approved"
    assert (line.moved_from, line.moved_to) == (date(2014, 2, 28), date(2014, 3, 31))


# --- immediate findings -------------------------------------------------------------------------


def test_an_immediate_finding_stands_with_its_words_and_its_actions(plan: Plan) -> None:
    """A numbered, accepted finding that nobody answers, beside F1.

    [[finding]]
    id = "F3"
    review = "LGA"
    ref = "1.10"
    kind = "immediate"
    text = "Allocate every case"
    response = "accepted"

    [[action]]
    id = "A1"
    answers = ["F1", "F2"]
    title = "One"
    owner = "Head of service"
    """
    made = report(plan)
    assert said(made, "immediate") == [
        "F1 (LGA): The front door needs immediate action.",
        "F3 (LGA, no. 1.10): Allocate every case. Response: accepted.",
    ]
    first, second = tables(made, "immediate")
    assert refs(first) == ["A1"]
    assert (second.lines, second.empty) == ((), "No action answers it.")


def test_the_summary_puts_what_asked_for_immediate_action_first(plan: Plan) -> None:
    """One action, and a move to decide on.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-02-28
    moves = [ { on = 2014-02-03, from = 2014-01-31, to = 2014-02-28, why = "Late" } ]
    """
    made = paper.summary(query.view(plan, AS_AT), SINCE)
    assert made.kind == "summary"
    assert keys(made) == [
        "immediate",
        "position",
        "counts",
        "exceptions",
        "decisions",
        "legend",
    ]
    assert "owner" not in tables(made, "immediate")[0].columns
    assert len(tables(made, "counts")) == 1


def test_the_summary_of_an_empty_plan_still_says_so() -> None:
    made = paper.summary(query.view(EMPTY, AS_AT), SINCE)
    assert keys(made) == ["position", "exceptions", "decisions", "legend"]


def test_the_summary_gives_the_worst_five_and_counts_the_rest() -> None:
    late = "".join(
        f'[[action]]\nid = "A{at}"\nanswers = ["F2"]\ntitle = "T"\nowner = "Head of service"\n'
        f"due = 2014-02-0{at}\nupdated = 2014-02-03\n\n"
        for at in range(1, 8)
    )
    view = query.view(read_plan(HEAD + late), AS_AT)
    items = said(paper.summary(view, SINCE), "exceptions")
    assert items[0] == (
        "A1: T (Head of service). Not rated; the facts say red. Due 1 February 2014, 6 "
        "working days late."
    )
    assert [item.partition(":")[0] for item in items[:5]] == ["A1", "A2", "A3", "A4", "A5"]
    assert items[5:] == ["And 2 more: the full report has them."]


def test_the_summary_gives_the_owner_s_reason_where_the_facts_are_not_against_it() -> None:
    toml = 'due = 2014-03-31\nupdated = 2014-02-03\nrag = "red"\nreason = "Two posts are empty"'
    made = paper.summary(query.view(with_action(toml), AS_AT), SINCE)
    assert said(made, "exceptions") == [
        (
            "A1: Fix the front door (Head of service). Rated red: off track; the facts say "
            "green. Two posts are empty."
        )
    ]


def test_the_summary_says_where_the_facts_are_against_the_rating() -> None:
    view = query.view(with_action('due = 2014-02-07\nrag = "green"'), AS_AT)
    assert said(paper.summary(view, SINCE), "exceptions") == [
        (
            "A1: Fix the front door (Head of service). Rated green: on track; the facts say "
            "red. Due 7 February 2014, 1 working day late."
        )
    ]


def test_the_legend_of_the_summary_is_one_line() -> None:
    view = query.view(EMPTY._replace(policy=Policy(legend="complete-on-track")), AS_AT)
    assert said(paper.summary(view, SINCE), "legend") == [
        "Green: complete; amber: on track; red: off track."
    ]


# --- what was completed, what is off course -----------------------------------------------------

COMPLETED = [
    pytest.param(
        'stage = "delivered"\ndelivered = 2014-02-03\ndue = 2014-02-03',
        "A1 Fix the front door (Head of service), delivered 3 February 2014.",
        id="delivered on time",
    ),
    pytest.param(
        'stage = "delivered"\ndelivered = 2014-02-03\ndue = 2014-01-31',
        "A1 Fix the front door (Head of service), delivered 3 February 2014, 1 working day after "
        "the date first agreed.",
        id="delivered late",
    ),
    pytest.param(
        'stage = "delivered"\ndelivered = 2014-02-03',
        "A1 Fix the front door (Head of service), delivered 3 February 2014.",
        id="delivered with no date agreed",
    ),
    pytest.param(
        'stage = "delivered"\ndelivered = 2014-01-06\n'
        'tests = [ { on = 2014-02-03, by = "DfE", result = "confirmed" } ]',
        "A1 Fix the front door (Head of service); tested by DfE, 3 February 2014: confirmed.",
        id="delivered before and confirmed in the period",
    ),
    pytest.param(
        'stage = "embedded"\ntests = [ { on = 2014-02-10, by = "DfE", result = "confirmed" } ]',
        "A1 Fix the front door (Head of service); tested by DfE, 10 February 2014: confirmed.",
        id="confirmed on the day itself",
    ),
    pytest.param(
        'stage = "delivered"\ntests = [ { on = 2014-02-03, by = "DfE", result = "partly" } ]',
        "A1 Fix the front door (Head of service); tested by DfE, 3 February 2014: confirmed only "
        "in part.",
        id="confirmed only in part",
    ),
    pytest.param(
        'stage = "delivered"\n'
        'tests = [ { on = 2014-02-03, by = "DfE", result = "not-confirmed" } ]',
        "A1 Fix the front door (Head of service); tested by DfE, 3 February 2014: not confirmed.",
        id="not confirmed",
    ),
    pytest.param(
        'stage = "delivered"\ndelivered = 2014-01-13',
        "A1 Fix the front door (Head of service), delivered 13 January 2014.",
        id="delivered on the first day of the period",
    ),
    pytest.param(
        'stage = "delivered"\ndelivered = 2014-01-12', "Nothing.", id="delivered the day before it"
    ),
    pytest.param(
        'stage = "delivered"\ndelivered = 2014-02-11', "Nothing.", id="delivered after the report"
    ),
    pytest.param(
        'stage = "delivered"\n'
        'tests = [ { on = 2014-02-03, by = "Head of service", result = "confirmed" } ]',
        "Nothing.",
        id="tested by its own owner",
    ),
    pytest.param(
        'stage = "delivered"\ntests = [ { by = "DfE", result = "confirmed" } ]',
        "Nothing.",
        id="tested on no day",
    ),
    pytest.param(
        'stage = "in-progress"\n'
        'tests = [ { on = 2014-02-03, by = "DfE", result = "not-confirmed" } ]',
        "Nothing.",
        id="tested, not confirmed, and taken up again",
    ),
]


@pytest.mark.parametrize(("toml", "sentence"), COMPLETED)
def test_what_was_delivered_or_confirmed_in_the_period_is_completed(
    toml: str, sentence: str
) -> None:
    told = said(report(with_action(toml)), "completed")
    assert told[-1] == sentence
    assert (told[0] == "Nothing.") is (", delivered" not in sentence)


def test_an_exception_is_a_card_with_facts_reason_and_what_is_being_done() -> None:
    toml = 'due = 2014-02-07\nrag = "amber"\nreason = "Staff."\nnote = "Hiring."\n'
    (card,) = section(report(with_action(toml + "updated = 2014-02-03")), "exceptions").blocks
    assert card == Card(
        "A1: Fix the front door (Head of service)",
        (
            ("Rated", "amber: at risk; the facts say red"),
            ("Facts", "Due 7 February 2014, 1 working day late."),
            ("Reason", "Staff."),
            ("Being done", "Hiring."),
        ),
        "red",
    )


def test_an_exception_says_that_no_reason_was_given_and_nothing_stated() -> None:
    (card,) = section(report(with_action("due = 2014-02-07")), "exceptions").blocks
    assert isinstance(card, Card)
    assert card.facts[0] == ("Rated", "not rated; the facts say red")
    assert card.facts[1][1] == ("Due 7 February 2014, 1 working day late. No update is recorded.")
    assert card.facts[2:] == (("Reason", "None given."), ("Being done", "Not stated."))
    assert card.rating == "red"


TESTED = 'tests = [ { on = 2014-02-03, by = "DfE", result = "%s" } ]'
EXCEPTIONS = [
    pytest.param('rag = "red"\nreason = "x"\nupdated = 2014-02-03', True, id="rated red"),
    pytest.param('rag = "amber"\nreason = "x"\nupdated = 2014-02-03', True, id="rated amber"),
    pytest.param('rag = "green"\nupdated = 2014-02-03', False, id="green, and nothing against it"),
    pytest.param("updated = 2014-02-03", False, id="not rated, and nothing against it"),
    pytest.param('rag = "green"', True, id="green, and never updated"),
    pytest.param("forecast = 2014-04-30\nupdated = 2014-02-03", True, id="slipping"),
    pytest.param("updated = 2013-12-31", True, id="stale"),
    pytest.param('rag = "red"\nstage = "delivered"', False, id="rated red, and delivered"),
    pytest.param('stage = "delivered"\n' + TESTED % "confirmed", False, id="confirmed"),
    pytest.param('stage = "delivered"\n' + TESTED % "partly", True, id="confirmed in part"),
    pytest.param('stage = "delivered"\n' + TESTED % "not-confirmed", True, id="not confirmed"),
    pytest.param('stage = "embedded"\n' + TESTED % "partly", True, id="embedded, only in part"),
    pytest.param('rag = "red"\nstage = "parked"\nreason = "x"', False, id="parked"),
]


@pytest.mark.parametrize(("toml", "off"), EXCEPTIONS)
def test_an_exception_is_off_course_by_rating_or_by_the_facts(toml: str, *, off: bool) -> None:
    made = report(with_action(f"due = 2014-03-31\n{toml}"))
    assert isinstance(section(made, "exceptions").blocks[0], Card) is off


def test_exceptions_come_worst_first_then_immediate_then_oldest(plan: Plan) -> None:
    """Five that are off course.

    [[action]]
    id = "A1"
    answers = ["F2"]
    title = "Amber"
    owner = "Head of service"
    due = 2014-03-31
    rag = "amber"
    reason = "x"
    updated = 2014-02-03

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Late"
    owner = "Head of service"
    due = 2014-02-07

    [[action]]
    id = "A3"
    answers = ["F2"]
    title = "Later"
    owner = "Head of service"
    due = 2014-01-31

    [[action]]
    id = "A4"
    answers = ["F1"]
    title = "Immediate"
    owner = "Head of service"
    due = 2014-02-07

    [[action]]
    id = "A5"
    answers = ["F2"]
    title = "Red with no date"
    owner = "Head of service"
    rag = "red"
    reason = "x"
    """
    blocks = section(report(plan), "exceptions").blocks
    assert [block.heading[:2] for block in blocks if isinstance(block, Card)] == [
        "A4",
        "A3",
        "A2",
        "A5",
        "A1",
    ]


def test_overdue_is_stated_against_both_dates(plan: Plan) -> None:
    """One late, one late twice over, one on time only by a move.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-02-07
    moves = [ { from = 2014-01-31, to = 2014-02-07, why = "Late." } ]

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Two"
    owner = "Head of service"
    due = 2014-02-03

    [[action]]
    id = "A3"
    answers = ["F1"]
    title = "Three"
    owner = "Head of service"
    due = 2014-03-31
    moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Late." } ]

    [[action]]
    id = "A4"
    answers = ["F1"]
    title = "Four"
    owner = "Head of service"
    due = 2014-03-31
    """
    (table,) = tables(report(plan), "overdue")
    assert [(line.ref, line.late, line.late_original) for line in table.lines] == [
        ("A2", 5, 5),
        ("A1", 1, 6),
        ("A3", None, 6),
    ]


def test_due_next_is_what_the_policy_calls_soon(plan: Plan) -> None:
    """Due today, on the last day of a fortnight, and a day after it.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-02-24

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Two"
    owner = "Head of service"
    due = 2014-02-10

    [[action]]
    id = "A3"
    answers = ["F1"]
    title = "Three"
    owner = "Head of service"
    due = 2014-02-25
    """
    made = report(plan)
    assert section(made, "due").heading == "Due in the next 14 days, up to 24 February 2014"
    assert refs(tables(made, "due")[0]) == ["A2", "A1"]


def test_a_challenge_names_the_action_its_owner_and_the_fact() -> None:
    assert said(report(with_action('rag = "green"\nupdated = 2014-02-03')), "challenges") == [
        (
            "A1 Fix the front door (Head of service). Declared green; the facts say amber: it has "
            "no due date."
        )
    ]


def test_the_legend_states_the_words_of_the_plan() -> None:
    items = said(report(EMPTY), "legend")
    assert items[0] == (
        "Blue: embedded, that is delivered and tested by someone other than the owner."
    )
    assert items[5] == (
        "Facts: what dates, stages and tests in the file support, whatever the colours of ratings "
        "are called: red, late, not approved or not confirmed; amber, something is against it; "
        "green, nothing is."
    )
    assert items[5] == f"Facts: {sections.facts(BRAG)}."
    assert items[-1] == "Stale: open, and not updated for more than 28 days."


# --- counts -------------------------------------------------------------------------------------


def test_an_action_of_two_themes_is_under_each_and_once_in_the_whole(plan: Plan) -> None:
    """One action of two themes, one of none.

    [[finding]]
    id = "F3"
    review = "LGA"
    text = "No theme."

    [[action]]
    id = "A1"
    answers = ["F1", "F2"]
    title = "One"
    owner = "Head of service"

    [[action]]
    id = "A2"
    answers = ["F3"]
    title = "Two"
    owner = "Head of service"
    """
    made = report(plan)
    stages, _ = tables(made, "counts")
    assert [(line.theme, line.actions) for line in stages.lines] == [
        ("performance", 1),
        ("workforce", 1),
        ("no theme", 1),
        ("whole plan", 2),
    ]
    assert said(made, "counts") == [
        "1 action serves more than one theme, counted under each of them, and once in the last row."
    ]


def test_the_whole_plan_has_an_action_under_each_of_its_themes_and_those_of_none_last(
    plan: Plan,
) -> None:
    """One action of no theme, one of two, one of one.

    [[finding]]
    id = "F3"
    review = "LGA"
    text = "No theme."

    [[action]]
    id = "A1"
    answers = ["F3"]
    title = "One"
    owner = "Head of service"

    [[action]]
    id = "A2"
    answers = ["F1", "F2"]
    title = "Two"
    owner = "Head of service"

    [[action]]
    id = "A3"
    answers = ["F2"]
    title = "Three"
    owner = "Head of service"
    """
    made = report(plan)
    assert section(made, "plan").heading == "The whole plan, by theme"
    assert said(made, "plan") == ["Theme: performance", "Theme: workforce", "No theme"]
    assert [refs(table) for table in tables(made, "plan")] == [["A2"], ["A2", "A3"], ["A1"]]


def test_rosier_than_the_facts_is_counted_beside_the_stages() -> None:
    stages, ratings = tables(report(with_action('rag = "green"')), "counts")
    assert stages.columns[-1] == "rosier"
    assert "rosier" not in ratings.columns
    assert [line.rosier for line in stages.lines] == [1, 1]


def test_two_actions_of_two_themes_are_said_in_the_plural() -> None:
    plan = with_action("")
    both = plan.actions[0]._replace(answers=("F1", "F2"))
    made = report(plan._replace(actions=(both, both._replace(id="A2"))))
    assert said(made, "counts")[0].startswith("2 actions serve more than one theme, ")


days = st.none() | st.dates(date(2014, 1, 1), date(2014, 3, 31))
actions = st.builds(
    Action,
    id=st.just("A"),
    answers=st.sets(st.sampled_from(["F1", "F2", "F3"]), min_size=1).map(
        lambda found: tuple(sorted(found))
    ),
    title=st.just("Do it"),
    owner=st.sampled_from(["Head of service", "Head of HR"]),
    due=days,
    stage=st.sampled_from(STAGES),
    rag=st.sampled_from(["", *RATINGS]),
    updated=days,
    delivered=days,
)
plans = st.lists(actions, max_size=8).map(
    lambda made: Plan(
        title="x",
        findings=(
            Finding("F1", theme="performance", kind="immediate"),
            Finding("F2", theme="workforce"),
            Finding("F3"),
        ),
        actions=tuple(action._replace(id=f"A{at}") for at, action in enumerate(made, 1)),
    )
)


@given(plans)
def test_counts_add_up(plan: Plan) -> None:
    made = report(plan)
    if not plan.actions:
        assert "counts" not in keys(made)
        return
    stages, ratings = tables(made, "counts")
    assert stages.lines == ratings.lines
    for line in stages.lines:
        assert line.actions == (
            line.not_started + line.in_progress + line.done + line.embedded + line.shelved
        )
        assert line.open == line.not_started + line.in_progress
        assert line.open == line.red + line.amber + line.green + line.unrated
        assert line.overdue <= line.open
    *themes, whole = stages.lines
    assert whole.actions == len(plan.actions)
    assert sum(line.actions for line in themes) >= whole.actions
    assert whole.overdue == sum(action.is_overdue(AS_AT) for action in plan.actions)
    rosier = (
        [line for line in said(made, "challenges") if ". Declared" in line]
        if ("challenges" in keys(made))
        else []
    )
    beyond = [line for line in rosier if "and waits for" in line or "and measure" in line]
    assert whole.rosier == len(rosier) - len(beyond)


@given(plans)
def test_every_action_stands_in_the_whole_plan_under_each_of_its_themes(plan: Plan) -> None:
    made = report(plan)
    blocks = section(made, "plan").blocks if plan.actions else ()
    headings = [block.text for block in blocks if isinstance(block, Subheading)]
    listed = [
        (heading, ref)
        for heading, table in zip(headings, blocks[1::2], strict=True)
        if isinstance(table, Table)
        for ref in refs(table)
    ]
    themes = {"F1": "Theme: performance", "F2": "Theme: workforce"}
    assert sorted(listed) == sorted(
        (heading, action.id)
        for action in plan.actions
        for heading in [themes[ref] for ref in action.answers if ref in themes] or ["No theme"]
    )


# --- periods and headings -----------------------------------------------------------------------

MEETINGS = [
    ("", date(2014, 1, 13)),
    ("2014-01-20", date(2014, 1, 20)),
    ("2014-01-20 2013-12-16", date(2014, 1, 20)),
    ("2014-01-20 2014-02-10", date(2014, 1, 20)),
    ("2014-02-17", date(2014, 1, 13)),
]


@pytest.mark.parametrize(("held", "since"), MEETINGS)
def test_the_period_starts_at_the_last_meeting_before_the_day_or_four_weeks_ago(
    held: str, since: date
) -> None:
    meetings = "".join(f'[[meeting]]\nbody = "Cabinet"\non = {on}\n' for on in held.split())
    assert paper.period_start(query.view(read_plan(HEAD + meetings), AS_AT)) == since


def test_a_report_is_for_the_next_meeting(plan: Plan) -> None:
    """Two meetings to come and one gone.

    [[meeting]]
    body = "Scrutiny committee"
    on = 2014-03-03

    [[meeting]]
    body = "Cabinet"
    on = 2014-02-17

    [[meeting]]
    body = "Cabinet"
    on = 2014-01-20
    """
    made = report(plan)
    assert made.title == "A plan"
    assert made.subtitle == "A council, for Cabinet, Monday 17 February 2014"
    assert made.period == "Since Monday 13 January 2014"
    assert report(plan, as_at=date(2014, 4, 1)).subtitle == "A council"


def test_a_report_of_no_period_does_not_state_one() -> None:
    assert report(EMPTY, since=AS_AT).period == ""
    assert report(EMPTY).subtitle == ""


# --- lists --------------------------------------------------------------------------------------

LISTED = """
[owners."Head of quality"]
email = "quality@example.org"

[[finding]]
id = "F3"
review = "LGA"
kind = "immediate"
text = "Allocate."

[[finding]]
id = "F4"
review = "LGA"
kind = "strength"
text = "Vision."

[[action]]
id = "A1"
answers = ["F1"]
title = "One"
owner = "Head of service"
due = 2014-02-07
rag = "green"

[[action]]
id = "A2"
answers = ["F1", "F2"]
title = "Two"
owner = "Head of service"

[[action]]
id = "A3"
answers = ["F2"]
title = "Three"
owner = "Head of HR"
due = 2014-03-31
moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Late." } ]

[[action]]
id = "A4"
answers = ["F2"]
title = "Four"
owner = "Head of HR"
stage = "delivered"
"""
VIEW = query.view(read_plan(HEAD + LISTED), AS_AT)


def only(made: Report) -> tuple[Table, list[str]]:
    """Give the table of a list, and its notes."""
    (found,) = made.sections
    table, *notes = found.blocks
    assert isinstance(table, Table)
    return table, [note.text for note in notes if isinstance(note, Prose)]


def test_a_listing_has_every_action_in_the_order_of_the_file() -> None:
    made = lists.listing(VIEW)
    table, notes = only(made)
    assert made.sections[0].heading == "4 actions"
    assert refs(table) == ["A1", "A2", "A3", "A4"]
    assert notes == ["1 action of 4 declared rosier than the facts in the file."]


def test_an_empty_listing_says_whether_the_plan_or_the_filter_is_empty() -> None:
    assert only(lists.listing(query.view(EMPTY, AS_AT)))[0].empty == "The plan has no actions yet."
    nothing = query.view(VIEW.plan, AS_AT, query.Filter(words=("zebra",)))
    made = lists.listing(nothing)
    assert made.sections[0].heading == "No actions"
    assert only(made) == (Table((), lists.LISTED, "No action is like that."), [])


def test_overdue_names_what_is_undated_and_what_only_a_move_put_on_time() -> None:
    made = lists.overdue(VIEW)
    table, notes = only(made)
    assert made.sections[0].heading == "1 action overdue"
    assert [(line.ref, line.late, line.times) for line in table.lines] == [("A1", 1, 0)]
    assert notes == [
        "1 open action with no due date: A2.",
        (
            "1 more action is past the date first agreed, and not overdue only because it was "
            "moved: A3. Not approved yet: A3."
        ),
    ]
    assert only(lists.overdue(query.view(EMPTY, AS_AT)))[0].empty == "No action is overdue."


def test_of_many_undated_actions_twelve_are_named_and_the_rest_counted() -> None:
    actions = tuple(Action(f"A{at}") for at in range(1, 15))
    _, (note,) = only(lists.overdue(query.view(Plan(actions=actions), AS_AT)))
    assert note.startswith("14 open actions with no due date: A1, A2, ")
    assert note.endswith(", A12 and 2 more.")
    _, (note,) = only(lists.overdue(query.view(Plan(actions=actions[:12]), AS_AT)))
    assert note.endswith(", A12.")


def test_two_that_were_moved_are_said_in_the_plural() -> None:
    moved = VIEW.plan.actions[2]
    _, notes = only(
        lists.overdue(query.view(Plan(actions=(moved, moved._replace(id="A9"))), AS_AT))
    )
    assert notes[0] == (
        "2 actions are past the date first agreed, and not overdue only because they were moved: "
        "A3, A9. Not approved yet: A3, A9."
    )


def test_due_lists_what_comes_up_to_a_day() -> None:
    made = lists.due(VIEW, date(2014, 3, 31))
    table, notes = only(made)
    assert made.sections[0].heading == "1 action due up to 31 March 2014"
    assert refs(table) == ["A3"]
    assert notes == ["1 open action with no due date: A2."]
    assert only(lists.due(VIEW, AS_AT))[0].empty == "No action is due up to 10 February 2014."


def test_findings_come_immediate_first_with_those_that_nobody_answers_named() -> None:
    made = lists.findings(VIEW)
    table, notes = only(made)
    assert made.sections[0].heading == "4 findings"
    assert [(line.ref, line.answered_by) for line in table.lines] == [
        ("F1", ("A1", "A2")),
        ("F3", ()),
        ("F2", ("A2", "A3", "A4")),
        ("F4", ()),
    ]
    assert notes == ["Answered by no action: F3."]


def test_reviews_are_listed_with_how_many_findings_the_plan_holds() -> None:
    table, _ = only(lists.reviews(VIEW))
    assert [(line.ref, line.name, line.findings) for line in table.lines] == [
        ("LGA", "Peer review", 4)
    ]


def test_owners_are_listed_the_busiest_first_with_those_that_own_nothing() -> None:
    known = (*VIEW.plan.owners, Owner("Head of HR", email="hr@example.org"))
    table, _ = only(lists.owners(VIEW, known))
    assert [tuple(line) for line in table.lines] == [
        ("Head of service", 2, 2, 1, ""),
        ("Head of HR", 2, 1, 0, "hr@example.org"),
        ("Head of quality", 0, 0, 0, "quality@example.org"),
    ]


# --- cards --------------------------------------------------------------------------------------


def facts(made: Report) -> dict[str, str]:
    """Give the facts of the first card of a report."""
    card = made.sections[0].blocks[0]
    assert isinstance(card, Card)
    return dict(card.facts)


def test_a_card_of_a_bare_action_says_what_is_missing() -> None:
    view = query.view(with_action(""), AS_AT)
    made = cards.action(view, view.actions[0])
    assert made.subtitle == "A council: A1"
    assert facts(made) == {
        "Owner": "Head of service",
        "Stage": "not started",
        "Rated": "not rated",
        "Facts": "amber: It has no due date.",
        "Impact": "no measure: Nothing is measured for F1.",
        "Due": "no date",
    }
    assert keys(made) == ["action", "signals", "answers"]
    assert section(made, "signals").heading == "What else the facts say"
    assert said(made, "signals") == ["No update is recorded."]
    assert said(made, "answers") == ["F1 (LGA, immediate): The front door needs immediate action."]


def test_a_card_of_a_full_action_says_all_there_is(plan: Plan) -> None:
    """Everything that an action can hold.

    [[finding]]
    id = "F3"
    review = "LGA"
    ref = "7"
    text = "Be bold."
    outcome = "Children are safe."

    [[action]]
    id = "A1"
    answers = ["F3"]
    title = "Fix the front door"
    owner = "Head of service"
    start = 2014-01-06
    due = 2014-03-31
    forecast = 2014-04-14
    stage = "delivered"
    rag = "green"
    reason = "All in post."
    note = "Sent."
    updated = 2014-02-03
    delivered = 2014-02-03
    after = ["A2"]
    moves = [ { on = 2014-01-20, from = 2014-02-28, to = 2014-03-31, why = "Late." } ]
    milestones = [
        { title = "Teams in post", due = 2014-01-31, done = 2014-02-03 },
        { title = "Review" },
    ]
    evidence = [
        { id = "E1", on = 2014-02-03, what = "Report", where = "Library" },
        { id = "E2", what = "Minutes" },
    ]
    tests = [
        { on = 2014-02-06, by = "DfE", how = "Read it.", result = "partly", of = ["E1", "E2"] },
        { by = "Auditor", result = "confirmed" },
    ]

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Two"
    owner = "Head of HR"
    """
    view = query.view(plan, AS_AT)
    made = cards.action(view, plan.actions[0])
    assert facts(made) == {
        "Owner": "Head of service",
        "Stage": "delivered",
        "Rated": "green: on track",
        "Reason": "All in post.",
        "Facts": "amber: Tested by DfE on 6 February 2014: confirmed only in part.",
        "Challenge": "Declared green; the facts say amber: tested by DfE on 6 February 2014: "
        "confirmed only in part.",
        "Impact": "no measure: Nothing is measured for F3.",
        "Starts": "Monday 6 January 2014",
        "Due": "Monday 31 March 2014",
        "First agreed": "Friday 28 February 2014, moved once",
        "Forecast": "Monday 14 April 2014",
        "Delivered": "Monday 3 February 2014",
        "Waits for": "A2",
        "Last note": "Sent.",
        "Updated": "Monday 3 February 2014",
    }
    assert said(made, "answers") == [
        "F3 (LGA, no. 7, improvement): Be bold. Outcome: Children are safe."
    ]
    assert [line.times for line in tables(made, "moves")[0].lines] == [1]
    assert said(made, "milestones") == [
        "1: Teams in post, due 31 January 2014, done 3 February 2014.",
        "2: Review, not done.",
    ]
    assert said(made, "evidence") == [
        "E1: Report, 3 February 2014 (Library).",
        "E2: Minutes.",
    ]
    assert said(made, "tests") == [
        "DfE on 6 February 2014: partly, of E1, E2. Read it.",
        "Auditor: confirmed.",
    ]


def test_a_card_of_a_plan_of_no_organisation_is_headed_by_its_ref_alone() -> None:
    view = query.view(with_action("")._replace(organisation=""), AS_AT)
    assert cards.action(view, view.actions[0]).subtitle == "A1"


def test_a_card_of_an_action_with_one_signal_does_not_say_it_twice() -> None:
    view = query.view(with_action("due = 2014-03-31"), AS_AT)
    made = cards.action(view, view.actions[0])
    assert facts(made)["Facts"] == "amber: No update is recorded."
    assert keys(made) == ["action", "answers"]


def test_a_card_of_what_is_parked_says_that_it_is_not_rated() -> None:
    view = query.view(with_action('stage = "parked"\nreason = "No money."'), AS_AT)
    assert facts(cards.action(view, view.actions[0]))["Facts"] == "not rated: Parked: not rated."


def test_a_card_of_a_finding_shows_its_actions_and_measures(plan: Plan) -> None:
    """Measures of every kind for F1.

    [[measure]]
    id = "M1"
    title = "Cases"
    findings = ["F1"]
    unit = "cases"
    better = "down"
    baseline = 143
    target = 0
    readings = [ { on = 2014-02-03, value = 96.5 }, { on = 2014-01-13, value = 143 } ]

    [[measure]]
    id = "M2"
    title = "Visits"
    findings = ["F1"]

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    """
    view = query.view(plan, AS_AT)
    made = cards.finding(view, plan.findings[0])
    assert facts(made) == {
        "Finding": "The front door needs immediate action.",
        "Theme": "performance",
        "Response": "none yet",
        "Impact": "too early: 2 measures: 1 too early, 1 improving; the worst counts. "
        "M2: No reading yet.",
    }
    assert refs(tables(made, "actions")[0]) == ["A1"]
    assert said(made, "measures") == [
        "M1 Cases (target 0 cases): not met: 96.5 cases on 3 February 2014, from 143; "
        "the target of 0, which has no date, is not met.",
        "M2 Visits (target none): no reading: No reading yet.",
    ]
    bare = cards.finding(view, plan.findings[1])
    assert keys(bare) == ["finding", "actions"]
    assert tables(bare, "actions")[0].empty == "No action answers it."


def test_a_card_of_a_review_shows_its_findings() -> None:
    made = cards.review(VIEW, VIEW.plan.reviews[0])
    assert keys(made) == ["review", "findings"]
    assert said(made, "findings")[0] == (
        "F1 (LGA, immediate): The front door needs immediate action."
    )
    assert keys(cards.review(VIEW, Review("DFE", "Notice", on=AS_AT))) == ["review"]
    assert facts(cards.review(VIEW, Review("DFE", "Notice", on=AS_AT))) == {
        "Date": "Monday 10 February 2014"
    }


def test_a_card_of_a_measure_shows_its_readings() -> None:
    shown = Measure("M1", "Cases", ("F1",), "cases", "down", 143, 0, by=AS_AT)
    made = measured.card(VIEW, shown)
    assert facts(made) == {
        "For findings": "F1",
        "Better is": "down",
        "Baseline": "143 cases",
        "Target": "0 cases",
        "By": "Monday 10 February 2014",
        "Against target": "no reading: No reading yet.",
        "Since last reading": "unknown: No reading yet.",
        "Over a year": "unknown: No reading yet.",
        "Impact": "too early: No reading yet.",
    }
    assert said(made, "readings") == ["None yet."]
    made = measured.card(VIEW, shown._replace(readings=(Reading(AS_AT, 96.5),)))
    assert said(made, "readings") == ["Monday 10 February 2014: 96.5 cases"]


def test_every_kind_of_noun_that_can_be_shown_has_a_card() -> None:
    assert set(cards.SHOWN) == {"actions", "findings", "measures", "reviews"}


# --- in every format ----------------------------------------------------------------------------

Made = Callable[[query.View], Report]
REPORTS: dict[str, Made] = {
    "report": lambda view: paper.report(view, SINCE),
    "summary": lambda view: paper.summary(view, SINCE),
    "listing": lists.listing,
    "overdue": lists.overdue,
    "due": lambda view: lists.due(view, date(2014, 3, 31)),
    "findings": lists.findings,
    "reviews": lists.reviews,
    "owners": lambda view: lists.owners(view, view.plan.owners),
    "measures": measured.listing,
}
FORMATS: dict[str, Callable[[Report], str]] = {
    "plain": plain.render,
    "json": as_json.render,
    "terminal": lambda made: terminal.render(made, terminal.Looks(80, colour=True, unicode=True)),
}


@pytest.mark.parametrize("shown", ["empty", "example"])
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_renders_in_every_format(name: str, form: str, shown: str) -> None:
    plan = EXAMPLE if shown == "example" else EMPTY
    made = REPORTS[name](query.view(plan, AS_AT))
    text = FORMATS[form](made)
    assert text == "" or text.endswith("\n")
    assert "None" not in text.replace("None: no open action is", "").replace("None given", "")
    if form != "plain" or shown == "example":
        assert text


@pytest.mark.parametrize("form", FORMATS)
def test_every_card_of_the_example_renders_in_every_format(form: str) -> None:
    view = query.view(EXAMPLE, AS_AT)
    for collection, card in cards.SHOWN.items():
        for noun in getattr(EXAMPLE, collection):
            assert noun.id in FORMATS[form](card(view, noun))


@pytest.mark.parametrize("name", REPORTS)
def test_every_column_has_a_word_over_it_and_a_field_under_it(name: str) -> None:
    for found in REPORTS[name](query.view(EXAMPLE, AS_AT)).sections:
        for block in found.blocks:
            if isinstance(block, Table):
                assert set(block.columns) <= set(COLUMNS)
                assert all(
                    hasattr(line, column) for line in block.lines for column in block.columns
                )
