"""The report of what moved: its sentences, its sections and their order; direction in the paper."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from conftest import HEAD, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import query
from actionplan.model import Action, Change, Plan
from actionplan.renderers import as_json, plain, terminal
from actionplan.reports import paper, travel
from actionplan.reports.basis import Past
from actionplan.reports.blocks import COLUMNS, Items, Prose, Report, Section, Table, tables_of
from actionplan.reports.lines import action_lines

THEN = date(2014, 1, 20)
NOW = date(2014, 2, 17)
LAST = "Cabinet 20 January 2014"

OLD = """
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
due = 2014-01-31
stage = "in-progress"
rag = "amber"
reason = "Late."
updated = 2014-01-13

[[action]]
id = "A2"
answers = ["F2"]
title = "Hire"
owner = "Head of HR"
due = 2014-01-17
stage = "in-progress"
rag = "green"
updated = 2014-01-13

[[action]]
id = "A3"
answers = ["F2"]
title = "Count"
owner = "Head of performance"
due = 2014-02-14
rag = "amber"
reason = "Late."
updated = 2014-01-13

[[action]]
id = "A4"
answers = ["F2"]
title = "Park me"
owner = "Head of HR"
due = 2014-06-30
updated = 2014-01-13

[[action]]
id = "A5"
answers = ["F2"]
title = "Replace me"
owner = "Head of HR"
due = 2014-06-30
updated = 2014-01-13

[[action]]
id = "A6"
answers = ["F2"]
title = "Delivered too soon"
owner = "Head of HR"
due = 2014-06-30
stage = "delivered"
updated = 2014-01-13

[[action]]
id = "A7"
answers = ["F2"]
title = "Delivered and tested"
owner = "Head of HR"
due = 2014-06-30
stage = "delivered"
updated = 2014-01-13

[[action]]
id = "A8"
answers = ["F2"]
title = "Gone"
owner = "Head of HR"
due = 2014-06-30
updated = 2014-01-13

[[action]]
id = "A9"
answers = ["F2"]
title = "Wait"
owner = "Head of HR"
due = 2014-06-30
updated = 2014-01-13
moves = [ { on = 2014-01-13, from = 2014-04-30, to = 2014-06-30, why = "Money." } ]
"""

NEW = """
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
due = 2014-01-31
stage = "delivered"
rag = "green"
updated = 2014-01-30
delivered = 2014-01-30
tests = [ { on = 2014-02-10, by = "Peer", how = "x", result = "confirmed" } ]

[[action]]
id = "A2"
answers = ["F2"]
title = "Hire"
owner = "Head of workforce"
due = 2014-03-31
stage = "in-progress"
rag = "red"
reason = "Nobody applied."
updated = 2014-02-10
moves = [
    { on = 2014-02-03, from = 2014-01-17, to = 2014-03-31, why = "Late.", approved = "Board" },
]

[[action]]
id = "A3"
answers = ["F2"]
title = "Count"
owner = "Head of performance"
due = 2014-02-14
rag = "green"
updated = 2014-02-10
note = "Nearly there."

[[action]]
id = "A4"
answers = ["F2"]
title = "Park me"
owner = "Head of HR"
due = 2014-06-30
stage = "parked"
reason = "No money."
updated = 2014-02-10

[[action]]
id = "A5"
answers = ["F2"]
title = "Replace me"
owner = "Head of HR"
due = 2014-06-30
stage = "superseded"
reason = "See A10."
updated = 2014-02-10

[[action]]
id = "A6"
answers = ["F2"]
title = "Delivered too soon"
owner = "Head of HR"
due = 2014-06-30
stage = "in-progress"
updated = 2014-02-10

[[action]]
id = "A7"
answers = ["F2"]
title = "Delivered and tested"
owner = "Head of HR"
due = 2014-06-30
stage = "embedded"
updated = 2014-02-10
tests = [ { on = 2014-02-10, by = "Peer", how = "x", result = "confirmed" } ]

[[action]]
id = "A9"
answers = ["F2"]
title = "Wait"
owner = "Head of HR"
due = 2014-06-30
updated = 2014-02-10
moves = [
    { on = 2014-01-13, from = 2014-04-30, to = 2014-06-30, why = "Money.", approved = "Cabinet" },
]

[[action]]
id = "A10"
answers = ["F2"]
title = "Come in"
owner = "Head of HR"
due = 2014-06-30
rag = "green"
updated = 2014-02-10
"""

NEW_HEAD = HEAD.replace("The front door needs", "The entry point needs")
BY_HAND = (
    Change("actions", "A3", "rag", "amber", "green"),
    Change("plan", "", "title", "A plan", "The plan"),
)

PLAN_THEN = read_plan(HEAD + OLD)
PLAN_NOW = read_plan(NEW_HEAD + NEW)


def changes(then: Plan, now: Plan, by_hand: tuple[Change, ...] = (), **wanted: Any) -> Report:
    """Report what moved between two plans."""
    chosen = query.Filter(**wanted)
    return travel.report(
        query.view(then, THEN, chosen), query.view(now, NOW, chosen), LAST, by_hand
    )


EVERYTHING = changes(PLAN_THEN, PLAN_NOW, BY_HAND)


def section(made: Report, key: str) -> Section:
    """Give one section."""
    (found,) = (section for section in made.sections if section.key == key)
    return found


def rows(made: Report, key: str) -> list[str]:
    """Give the lines of a section's tables as a pipe has them, without their headings."""
    tables = [block for block in section(made, key).blocks if isinstance(block, Table)]
    only = Report("actions", "", NOW, (Section("", "", tuple(tables)),))
    return plain.render(only).splitlines()


def said(made: Report, key: str) -> list[str]:
    """Give the paragraphs of a section."""
    return [block.text for block in section(made, key).blocks if isinstance(block, Prose)]


# --- the report of what moved -------------------------------------------------------------------


def test_the_report_says_first_what_was_open_and_what_is_and_then_each_kind_of_movement() -> None:
    assert [(section.key, section.heading) for section in EVERYTHING.sections] == [
        ("counts", "What was open, and what is"),
        ("completed", "1 action completed"),
        ("embedded", "1 action embedded, delivered before"),
        ("newly_overdue", "1 action newly overdue"),
        ("no_longer_overdue", "1 action no longer overdue"),
        ("ratings_down", "1 action rated worse"),
        ("ratings_up", "1 action rated better"),
        ("moves", "1 change of a due date"),
        ("approved", "1 move approved, asked for before"),
        ("new", "1 new action"),
        ("reopened", "1 action reopened"),
        ("parked", "1 action parked"),
        ("superseded", "1 action superseded"),
        ("removed", "1 action removed from the plan"),
        ("reworded", "1 finding reworded"),
        ("owners", "1 owner changed"),
        ("other", "3 more changes"),
        ("by_hand", "2 changes made by hand, not yet recorded"),
        ("legend", "Legend"),
    ]
    assert (EVERYTHING.kind, EVERYTHING.as_at, EVERYTHING.period) == (
        "changes",
        NOW,
        f"Since {LAST}",
    )


LINES = {
    "counts": ["open\t7\t1\t1\t1\t1\t1\t1\t5", "all\t9\t1\t\t\t\t\t1\t9"],
    "completed": ["A1\tFix the front door\tHead of service\t2014-01-30\tdelivered"],
    "embedded": ["A7\tDelivered and tested\tHead of HR\t\tembedded"],
    "newly_overdue": [
        "A3\tCount\tHead of performance\t2014-02-14\t1 working day late\tgreen",
    ],
    "no_longer_overdue": ["A2\tHire\tHead of workforce\t2014-01-17\t2014-03-31\tmoved"],
    "ratings_down": ["A2\tHire\tHead of workforce\tgreen\tred\tNobody applied."],
    "ratings_up": ["A3\tCount\tHead of performance\tamber\tgreen\t"],
    "moves": ["A2\tHire\t2014-01-17\t2014-03-31\tLate.\tBoard"],
    "approved": ["A9\tWait\t2014-04-30\t2014-06-30\tMoney.\tCabinet"],
    "new": ["A10\tCome in\tHead of HR\t2014-06-30\tgreen\tnot-started"],
    "reopened": ["A6\tDelivered too soon\tdelivered\tin-progress"],
    "parked": ["A4\tPark me\tHead of HR\t2014-06-30\tNo money."],
    "superseded": ["A5\tReplace me\tHead of HR\t2014-06-30\tSee A10."],
    "removed": ["A8\tGone\tHead of HR\t2014-06-30\tnot-started"],
    "reworded": [
        "F1\tLGA\tThe entry point needs immediate action.\tThe front door needs immediate action."
        "\tA1\tA1 by Peer, 10 February 2014"
    ],
    "owners": ["A2\tHire\tHead of HR\tHead of workforce"],
    "other": [
        "A1\ttest added: confirmed, by Peer",
        'A3\tnote set: "Nearly there."',
        "A7\ttest added: confirmed, by Peer",
    ],
    "by_hand": ["A3\trag: amber -> green", 'plan\ttitle: "A plan" -> "The plan"'],
}


@pytest.mark.parametrize("key", LINES)
def test_each_kind_of_movement_has_its_lines(key: str) -> None:
    assert rows(EVERYTHING, key) == LINES[key]


def test_every_kind_of_movement_is_shown_here() -> None:
    assert {*LINES, "legend"} == {section.key for section in EVERYTHING.sections}


def test_the_reckoning_is_one_sentence_that_adds_up() -> None:
    assert said(EVERYTHING, "counts") == [
        "7 actions were open then; 1 is new, 1 was reopened, 1 was completed, 1 was parked, 1 was "
        "superseded and 1 was removed while open; 5 are open now."
    ]


STAGE = {"o": "in-progress", "d": "delivered", "p": "parked", "s": "superseded"}
RECKONED = [
    ("o", "o", "1 action was open then; 1 is open now."),
    ("o-", "dd", "1 action was open then; 1 is new and 2 were completed; none are open now."),
    ("--", "oo", "No actions were open then; 2 are new; 2 are open now."),
    (
        "oooooooooddd-p",
        "opposs--oooo-s",
        "9 actions were open then; 3 were reopened, 2 were parked, 2 were superseded and 2 were "
        "removed while open; 6 are open now.",
    ),
    ("od", "--", "1 action was open then; 1 was removed while open; none are open now."),
]
"""Actions then and now, a letter each (a dash where there is none), and what is said of them."""


@pytest.mark.parametrize(("then", "now", "sentence"), RECKONED)
def test_the_reckoning_leaves_out_what_there_is_none_of(then: str, now: str, sentence: str) -> None:
    before, after = (
        Plan(
            actions=tuple(Action(f"A{at}", stage=STAGE[s]) for at, s in enumerate(side) if s != "-")
        )
        for side in (then, now)
    )
    assert said(changes(before, after), "counts")[0] == sentence


def test_where_nothing_moved_the_report_says_so() -> None:
    late = query.view(PLAN_THEN, THEN)
    made = travel.report(late, late, LAST)
    assert [section.key for section in made.sections] == ["counts"]
    assert said(made, "counts") == [
        "7 actions were open then; 7 are open now.",
        f"Nothing has moved since {LAST}.",
    ]


def test_a_date_that_changed_with_no_move_is_not_passed_off_as_agreed() -> None:
    """Asked for; given its first date; changed with nothing recorded."""
    head = '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "Fix"\nowner = "Head of service"\n'
    dated = f"{head}due = 2014-03-31\n"
    asked = (
        f"{head}due = 2014-04-30\n"
        'moves = [ { on = 2014-02-03, from = 2014-03-31, to = 2014-04-30, why = "Late." } ]\n'
    )
    bare, one, other, moved = (
        read_plan(HEAD + toml)
        for toml in (head, dated, dated.replace("2014-03-31", "2014-04-30"), asked)
    )
    assert rows(changes(one, moved), "moves") == [
        "A1\tFix\t2014-03-31\t2014-04-30\tLate.\tnot yet approved"
    ]
    assert rows(changes(bare, one), "moves") == ["A1\tFix\t\t2014-03-31\tits first date\t"]
    assert rows(changes(moved, one), "moves") == [
        "A1\tFix\t2014-04-30\t2014-03-31\tthe move was taken back\t"
    ]
    assert rows(changes(one, other), "moves") == [
        "A1\tFix\t2014-03-31\t2014-04-30\tchanged, and no move is recorded\t"
    ]


def test_what_was_overdue_and_is_gone_is_no_longer_overdue_with_no_date_of_now() -> None:
    without = PLAN_NOW._replace(actions=tuple(a for a in PLAN_NOW.actions if a.id != "A2"))
    made = changes(PLAN_THEN, without)
    assert rows(made, "no_longer_overdue") == ["A2\tHire\tHead of HR\t2014-01-17\t\tremoved"]
    (table,) = tables(made, "removed")
    assert [(line.ref, line.late) for line in table.lines] == [("A2", 1), ("A8", None)]


def test_a_part_of_the_plan_says_so_under_its_title() -> None:
    made = changes(PLAN_THEN, PLAN_NOW, owner=("Head of HR",))
    assert made.caution == "Not the whole plan: only owner Head of HR, then or now."
    assert EVERYTHING.caution == ""
    assert "removed" in [section.key for section in made.sections]
    assert "ratings_up" not in [section.key for section in made.sections]


def test_every_column_of_the_report_has_a_heading() -> None:
    for each in EVERYTHING.sections:
        for block in each.blocks:
            if isinstance(block, Table):
                assert set(block.columns) <= set(COLUMNS)


def test_in_json_each_line_has_its_facts_as_fields() -> None:
    body = json.loads(as_json.render(EVERYTHING))
    assert (body["kind"], body["period"]) == ("changes", f"Since {LAST}")
    found = {section["key"]: section["blocks"][-1].get("lines") for section in body["sections"]}
    assert found["moves"] == [
        {
            "ref": "A2",
            "title": "Hire",
            "owner": "Head of workforce",
            "old": "2014-01-17",
            "new": "2014-03-31",
            "why": "Late.",
            "approved": "Board",
            "old_label": None,
            "new_label": None,
        }
    ]
    assert found["counts"][0] == {
        "of": "open",
        "then": 7,
        "new": 1,
        "reopened": 1,
        "completed": 1,
        "parked": 1,
        "superseded": 1,
        "removed": 1,
        "now": 5,
    }
    assert found["reworded"][0]["answered_by"] == ["A1"]
    assert found["by_hand"][0] == {
        "collection": "actions",
        "ref": "A3",
        "field": "rag",
        "what": "rag: amber -> green",
        "old": "amber",
        "new": "green",
    }


def test_in_json_a_move_that_was_changed_by_hand_has_the_keys_of_the_file() -> None:
    moves = PLAN_NOW.find("actions", "A2").moves
    made = changes(PLAN_NOW, PLAN_NOW, (Change("actions", "A2", "moves", (), moves),))
    (line,) = json.loads(as_json.render(made))["sections"][-2]["blocks"][0]["lines"]
    assert line["new"][0]["from"] == "2014-01-17"


@pytest.mark.parametrize("width", [80, 200])
def test_on_a_terminal_every_ref_and_reason_of_what_moved_is_there(width: int) -> None:
    text = terminal.render(EVERYTHING, terminal.Looks(width, colour=False, unicode=True))
    squeezed = "".join(text.split())
    for words in ("Nobodyapplied.", "Nomoney.", "Was:Thefrontdoorneedsimmediateaction.", "Board"):
        assert words in squeezed
    assert f"As at Monday 17 February 2014. Since {LAST}." in text


# --- the direction in the paper -----------------------------------------------------------------

VIEW_THEN, VIEW_NOW = query.view(PLAN_THEN, THEN), query.view(PLAN_NOW, NOW)
DIRECTED = paper.report(VIEW_NOW, THEN, Past(VIEW_THEN, LAST))
SHORT = paper.summary(VIEW_NOW, THEN, Past(VIEW_THEN, LAST))


def tables(made: Report, key: str) -> list[Table]:
    """Give the tables of a section."""
    return list(tables_of(section(made, key)))


def test_the_paper_says_which_way_each_action_goes_beside_its_rating() -> None:
    for made in (DIRECTED, SHORT):
        (table,) = tables(made, "immediate")
        at = table.columns.index("rag")
        assert table.columns[at + 1] == "direction"
    (table,) = tables(DIRECTED, "due")
    assert "direction" in table.columns
    found = {line.ref: line.direction for table in tables(DIRECTED, "plan") for line in table.lines}
    assert found == {
        "A1": "better",
        "A2": "same",
        "A3": "worse",
        "A4": "",
        "A5": "",
        "A6": "worse",
        "A7": "better",
        "A9": "same",
        "A10": "new",
    }
    assert all("direction" in table.columns for table in tables(DIRECTED, "plan"))


def test_the_paper_says_which_way_each_theme_and_the_whole_go() -> None:
    _, ratings, directions = tables(DIRECTED, "counts")
    assert ratings.columns == (
        "theme",
        "open",
        "red",
        "amber",
        "green",
        "unrated",
        "facts_red",
        "facts_amber",
        "facts_green",
        "overdue",
    )
    assert [(line.theme, line.direction) for line in directions.lines] == [
        ("performance", "better"),
        ("workforce", "worse"),
        ("whole plan", "same"),
    ]
    assert directions.columns == ("theme", "better", "worse", "same", "new", "direction")
    assert rows(DIRECTED, "counts")[-3:] == [
        "performance\t1\t0\t0\t0\tbetter",
        "workforce\t1\t2\t2\t1\tworse",
        "whole plan\t2\t2\t2\t1\tsame",
    ]
    (short,) = tables(SHORT, "counts")
    assert short.columns[-2:] == ("direction", "overdue")
    assert [(line.theme, line.worst, line.worst_fact) for line in short.lines] == [
        (line.theme, *_worst_of(line)) for line in ratings.lines
    ]


def _worst_of(line: Any) -> tuple[str, str]:
    """Give the worst rating of a theme by its counts, and what the line says of the facts."""
    counts = {"red": line.red, "amber": line.amber, "green": line.green}
    return next((rating for rating, count in counts.items() if count), ""), line.worst_fact


def test_the_position_says_how_many_are_better_and_worse_than_last_time() -> None:
    for made in (DIRECTED, SHORT):
        assert said(made, "position")[-1] == (
            f"Since {LAST}: 2 better, 2 worse, 2 the same, 1 new; on the whole the same."
        )


def test_the_position_where_there_is_nothing_to_compare() -> None:
    nothing = query.view(Plan(), THEN)
    made = paper.report(VIEW_NOW, THEN, Past(nothing, LAST))
    assert said(made, "position")[-1] == f"Since {LAST}: 7 new and nothing to compare."
    empty = paper.report(query.view(Plan(), NOW), THEN, Past(nothing))
    assert said(empty, "position")[-1] == "Since 20 January 2014: nothing to compare."
    better = paper.report(
        query.view(PLAN_NOW, NOW, query.Filter(finding=("F1",))), THEN, Past(VIEW_THEN, LAST)
    )
    assert said(better, "position")[-1] == (
        f"Since {LAST}: 1 better, 0 worse, 0 the same; on the whole better."
    )


def test_the_period_is_named_by_the_last_report_where_it_begins_with_it() -> None:
    assert DIRECTED.period == f"Since the last recorded report, {LAST}"
    unnamed = paper.report(VIEW_NOW, THEN, Past(VIEW_THEN))
    assert unnamed.period == "Since the last recorded report, 20 January 2014"
    longer = paper.report(VIEW_NOW, date(2014, 1, 1), Past(VIEW_THEN, LAST))
    assert longer.period == "Since Wednesday 1 January 2014"


def test_the_legend_says_what_the_direction_is_against() -> None:
    (block,) = section(DIRECTED, "legend").blocks
    assert isinstance(block, Items)
    assert block.texts[-1].startswith("Direction: against the last recorded report, by the worse")


def test_with_no_recorded_report_nothing_is_said_of_direction() -> None:
    for draft in (paper.report, paper.summary):
        made = draft(VIEW_NOW, THEN)
        assert "direction" not in plain.render(made).casefold()
        for each in made.sections:
            for block in tables_of(each):
                assert "direction" not in block.columns
                if each.key not in {"moves", "course"}:
                    assert all(not line.direction for line in block.lines)
    counts = tables(paper.report(VIEW_NOW, THEN), "counts")
    assert len(counts) == 2
    assert {(line.better, line.same, line.worse, line.new) for line in counts[0].lines} == {
        (None, None, None, None)
    }
    assert all(line.direction == "" for line in action_lines(VIEW_NOW, PLAN_NOW.actions))


ARROWS = [("A1", "\u2191 better"), ("A3", "\u2193 worse"), ("A9", "\u2192 same"), ("A10", "+ new")]


@pytest.mark.parametrize(("ref", "shown"), ARROWS)
@pytest.mark.parametrize("colour", [False, True])
def test_an_arrow_stands_before_the_word_where_the_terminal_can_show_it(
    ref: str, shown: str, *, colour: bool
) -> None:
    text = terminal.render(DIRECTED, terminal.Looks(120, colour, unicode=True))
    whole = text[text.index("The whole plan, by theme") :]
    (row,) = (line for line in whole.splitlines() if line.startswith(f"{ref} "))
    assert shown in row
    bare = terminal.render(DIRECTED, terminal.Looks(120, colour=False, unicode=False))
    assert bare.isascii()
    whole = bare[bare.index("The whole plan, by theme") :]
    (row,) = (line for line in whole.splitlines() if line.startswith(f"{ref} "))
    assert shown.split()[1] in row


def test_no_arrow_reaches_a_pipe_or_json() -> None:
    for text in (plain.render(DIRECTED), as_json.render(DIRECTED)):
        assert text.isascii()
        assert "better" in text


@given(st.sets(st.sampled_from(PLAN_NOW.actions)))
def test_the_position_and_the_last_row_of_the_counts_agree(chosen: set[Action]) -> None:
    now = PLAN_NOW._replace(actions=tuple(a for a in PLAN_NOW.actions if a in chosen))
    made = paper.report(query.view(now, NOW), THEN, Past(VIEW_THEN, LAST))
    if not chosen:
        return
    whole = tables(made, "counts")[-1].lines[-1]
    if whole.direction not in {"", "new"}:
        assert f"{whole.better} better, {whole.worse} worse" in said(made, "position")[-1]
