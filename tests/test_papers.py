"""The kinds of paper: their pictures, what a board is told, an officer's page, what is asked."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import AS_AT, BIRMINGHAM, HEAD, read_plan

from actionplan import query
from actionplan.dates import short
from actionplan.model import Action, Measure, Plan, Reading
from actionplan.reports import figures, paper
from actionplan.reports.basis import Past, Stood
from actionplan.reports.blocks import Card, Figure, Items, Prose, Subheading, Table
from actionplan.reports.pictures import Bars, Columns, Course
from actionplan.store import remembering

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

    from actionplan.query import View
    from actionplan.reports.blocks import Report, Section

MAY = date(2014, 5, 1)
REPORTED = {"Cabinet, January": date(2014, 1, 17), "Cabinet, March": date(2014, 3, 14)}


def looked_at(day: date) -> View:
    """Give Birmingham's plan as at a day."""
    return query.view(remembering.as_at(BIRMINGHAM, day).read.plan, day)


STOOD = tuple(Stood(name, looked_at(day)) for name, day in REPORTED.items())
PAST = Past(STOOD[-1].view, STOOD[-1].name, reports=STOOD)
NOW = looked_at(MAY)
REPORT = paper.report(NOW, REPORTED["Cabinet, March"], PAST)
BOARD = paper.board(NOW, REPORTED["Cabinet, March"], PAST)


def section(made: Report, key: str) -> Section:
    """Give a section by its key."""
    return next(section for section in made.sections if section.key == key)


def drawn(made: Report, key: str) -> list[Figure]:
    """Give the pictures of a section."""
    return [block for block in section(made, key).blocks if isinstance(block, Figure)]


# --- pictures -----------------------------------------------------------------------------------


def test_ratings_by_theme_are_drawn_as_rated_beside_the_facts() -> None:
    (figure,) = drawn(REPORT, "counts")
    picture = figure.picture
    assert isinstance(picture, Bars)
    *themes, whole = (row for row in figure.table.lines if row.open)
    rows = [whole, *themes]
    assert list(picture.labels) == [
        f"{row.theme}, {how}" for row in rows for how in ("rated", "facts")
    ]
    shown = {series.key: series.values for series in picture.series}
    for at, row in enumerate(rows):
        rated = {key: values[2 * at] for key, values in shown.items()}
        facts = {key: values[2 * at + 1] for key, values in shown.items()}
        assert sum(rated.values()) == sum(facts.values()) == row.open
        assert (rated["red"], facts["red"]) == (row.red, row.facts_red)
    assert figure.said == (
        "Of 10 open actions, owners rate 1 red, 1 amber and 8 green; the facts support 2 red, 6 "
        "amber and 2 green. The table has each theme."
    )


def test_the_key_of_a_picture_says_what_each_colour_is_called() -> None:
    (figure,) = drawn(REPORT, "counts")
    assert isinstance(figure.picture, Bars)
    assert [series.label for series in figure.picture.series] == [
        "red: off track",
        "amber: at risk",
        "green: on track",
    ]


def test_how_it_has_gone_has_a_row_for_each_recorded_report_and_one_for_now() -> None:
    over_time, _ = drawn(REPORT, "course")
    lines = over_time.table.lines
    assert [line.reported for line in lines] == [*REPORTED, "This report"]
    for line, view in zip(lines, [*(each.view for each in STOOD), NOW], strict=True):
        still = [action for action in view.actions if action.is_open]
        assert line.on == view.as_at
        assert line.open == len(still) == line.facts_red + line.facts_amber + line.facts_green
        assert line.red == sum(action.rag == "red" for action in still)
        assert line.overdue == len(query.overdue(view))
    assert isinstance(over_time.picture, Columns)
    assert over_time.picture.labels[:2] == (
        f"{short(REPORTED['Cabinet, January'])}, rated",
        f"{short(REPORTED['Cabinet, January'])}, facts",
    )


def test_with_no_recorded_report_nothing_is_drawn_over_time() -> None:
    alone = paper.report(NOW, MAY)
    (by_month,) = drawn(alone, "course")
    assert by_month.caption == "Actions first agreed for each month, and delivered in it"


def test_the_months_count_every_action_that_is_not_parked_once_a_column() -> None:
    _, by_month = drawn(REPORT, "course")
    live = [a for a in NOW.actions if a.stage not in {"parked", "superseded"}]
    lines = by_month.table.lines
    assert sum(line.first_due for line in lines) == sum(bool(a.original_due) for a in live)
    assert sum(line.due_now for line in lines) == sum(bool(a.due) for a in live)
    assert sum(line.delivered_in for line in lines) == sum(
        bool(a.delivered) and not a.is_open for a in live
    )
    assert [line.month for line in lines] == [
        f"{month} 2014" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul")
    ]
    assert by_month.said == (
        "19 actions were first agreed for a day before 1 May 2014: 12 are delivered, 5 by the "
        "date first agreed."
    )


def test_months_far_from_the_day_of_the_report_are_left_out(plan: Plan) -> None:
    """One due long ago, one soon.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2009-03-31

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Two"
    owner = "Head of service"
    due = 2014-04-30
    """
    made = paper.report(query.view(plan, AS_AT), AS_AT)
    (by_month,) = drawn(made, "course")
    assert [line.month for line in by_month.table.lines] == ["Apr 2014"]


def test_a_measure_is_drawn_with_its_readings_and_the_line_to_its_target() -> None:
    courses = drawn(REPORT, "measures")
    assert [figure.caption.partition(" ")[0] for figure in courses] == ["M1", "M3", "M2"]
    first = courses[0]
    assert isinstance(first.picture, Course)
    assert list(first.picture.line) == [(date(2014, 1, 13), 143), (date(2014, 6, 30), 0)]
    assert [(line.on, line.value) for line in first.table.lines] == list(first.picture.readings)
    assert first.caption.endswith(", off course")


def test_only_the_measures_that_stand_worst_are_drawn() -> None:
    well = Reading(date(2014, 1, 6), 10), Reading(date(2014, 2, 3), 100)
    badly = Reading(date(2014, 1, 6), 10), Reading(date(2014, 2, 3), 5)
    measures = [
        Measure(f"M{at}", "x", ("F1",), target=100, by=date(2014, 6, 30), baseline=10,
                readings=badly if at > 6 else well)
        for at in range(1, 9)
    ]  # fmt: skip
    view = query.view(Plan(measures=tuple(measures)), AS_AT)
    shown = [figure.caption.split()[0] for figure in figures.courses(view, measures)]
    assert shown == ["M7", "M8", "M1", "M2", "M3", "M4"]


def test_a_measure_with_no_target_has_no_line_and_one_never_read_no_picture() -> None:
    read = Measure("M1", "x", ("F1",), readings=(Reading(date(2014, 2, 3), 5, "late"),))
    view = query.view(Plan(measures=(read, Measure("M2", "y"))), AS_AT)
    (figure,) = figures.courses(view, view.plan.measures)
    assert isinstance(figure.picture, Course)
    assert (figure.picture.line, figure.table.columns) == ((), ("on", "value", "remark"))


# --- what is asked ------------------------------------------------------------------------------


def test_the_purpose_says_to_whom_in_answer_to_what_and_what_is_asked() -> None:
    (said,) = section(REPORT, "purpose").blocks
    assert said == Prose(
        "To report to Cabinet on Monday 19 May 2014 where the Children's services improvement "
        "plan of Birmingham City Council stands on 1 May 2014, in answer to Peer review of "
        "children's services (Local Government Association) and Review of children's services led "
        "by Professor Le Grand (Department for Education, 27 March 2014). It asks for a decision "
        "on 1 date. What owners declare stands beside what the facts in the plan support."
    )


def test_a_report_of_a_part_has_no_purpose() -> None:
    view = query.view(NOW.plan, MAY, query.Filter(theme=("workforce",)))
    assert "purpose" not in {each.key for each in paper.report(view, MAY).sections}


def test_the_evidence_gaps_name_what_has_none_and_what_was_changed_after_its_test() -> None:
    blocks = section(REPORT, "untested").blocks
    assert blocks[-1] == Items(
        (
            "No evidence is named for A19.",
            "Tested, but what was tested has changed since: A7.",
        )
    )


def test_a_plan_that_measures_nothing_is_told_so() -> None:
    made = paper.report(query.view(read_plan(HEAD), AS_AT), AS_AT)
    assert section(made, "untested").blocks == (
        Items(("The plan measures nothing: no number says what it changes.",)),
    )


# --- the board ----------------------------------------------------------------------------------


def test_the_board_is_told_everything_that_changed_since_the_last_report(run: Run) -> None:
    told = section(BOARD, "changed")
    assert told.heading == "What has changed since Cabinet, March"
    ran = run("changes", "--since", "Cabinet 17 March 2014", "-f", str(BIRMINGHAM),
              "--as-at", "2014-05-01", "--json")  # fmt: skip
    kinds = [s["heading"] for s in json.loads(ran.out)["sections"] if s["key"] != "legend"]
    assert [block.text for block in told.blocks if isinstance(block, Subheading)] == kinds


def test_the_board_sees_every_exception_in_depth() -> None:
    cards = [b for b in section(BOARD, "exceptions").blocks if isinstance(b, Card)]
    short = [b for b in section(REPORT, "exceptions").blocks if isinstance(b, Card)]
    assert [card.heading for card in cards] == [card.heading for card in short]
    facts = dict(next(card for card in cards if card.heading.startswith("A18:")).facts)
    assert facts["Dates"] == (
        "first agreed for 28 February 2014, due 16 May 2014, moved twice, expected on 13 June 2014."
    )
    assert (
        "Lists of the stopped projects closed, due 11 April 2014, not done" in facts["Milestones"]
    )
    assert facts["Moves"].count("approved by") == 2
    assert "Answers" in facts
    assert "Updated" in facts


@pytest.mark.usefixtures("plan_file")
def test_a_board_that_was_told_nothing_before_is_told_from_the_start_of_the_period(
    run: Run,
) -> None:
    """One action, of which nothing is recorded.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    """
    ran = run("report", "--board")
    assert ran.code == 0
    assert "WHAT HAS CHANGED SINCE" in ran.out


# --- one officer --------------------------------------------------------------------------------


def test_an_officer_s_page_is_of_what_is_theirs_and_says_what_is_asked_of_them() -> None:
    post = "Head of partnerships"
    view = query.view(NOW.plan, MAY, query.Filter(owner=(post,)))
    made = paper.officer(view, REPORTED["Cabinet, March"], PAST)
    assert made.kind == "owner"
    assert made.subtitle == f"Birmingham City Council: {post}"
    (table,) = section(made, "plan").blocks
    assert isinstance(table, Table)
    assert {line.owner for line in table.lines} == {post}
    assert "asked" in {each.key for each in made.sections}


def test_the_page_of_an_officer_is_what_owner_gives_and_with_a_kind_it_is_a_filter(
    run: Run,
) -> None:
    asked = ("report", "--owner", "Head of partnerships", "-f", str(BIRMINGHAM),
             "--as-at", "2014-05-01", "--json")  # fmt: skip
    assert json.loads(run(*asked).out)["kind"] == "owner"
    assert json.loads(run(*asked, "--summary").out)["kind"] == "summary"
    assert json.loads(run(*asked, "--board").out)["kind"] == "board"


# --- recorded, and given again ------------------------------------------------------------------

KINDS = [("--summary",), ("--board",), ("--owner", "Head of partnerships"), ("--public",), ()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_of_any_kind_is_given_again_as_it_was_recorded(
    birmingham: Path, run: Run, kind: tuple[str, ...]
) -> None:
    assert birmingham.exists()
    given = run("report", *kind, "--record", "Board 1", "--as-at", "2014-05-01")
    assert given.code == 0
    again = run("report", "--as-recorded", "Board 1")
    assert (again.code, again.out) == (0, given.out)
    assert "would word it differently" not in again.err


def test_no_number_of_the_counts_is_lost_between_the_themes_and_the_whole() -> None:
    (figure,) = drawn(REPORT, "counts")
    *themes, whole = figure.table.lines
    shared = Counter(theme for a in NOW.actions if a.is_open for theme in NOW.themes(a)[1:])
    assert sum(row.facts_red for row in themes) >= whole.facts_red
    assert sum(row.open for row in themes) == whole.open + sum(shared.values())


# --- what members who were misled before would ask ----------------------------------------------


def test_where_colours_mean_something_else_the_facts_have_paints_and_words_of_their_own() -> None:
    toml = HEAD.replace("[[review]]", '[policy]\nlegend = "complete-on-track"\n\n[[review]]', 1)
    action = (
        '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "x"\nowner = "Head of service"\nrag = '
    )
    plan = read_plan(f'{toml}{action}"amber"\ndue = 2014-03-31\nupdated = 2014-02-03\n')
    (figure,) = drawn(paper.report(query.view(plan, AS_AT), AS_AT), "counts")
    assert isinstance(figure.picture, Bars)
    assert [(s.key, s.label, s.values[:2]) for s in figure.picture.series] == [
        ("amber", "amber: on track", (1, 0)),
        ("facts_green", "by the facts: on course", (0, 1)),
    ]


def test_a_decision_starts_from_the_date_last_approved_whatever_was_asked_for(plan: Plan) -> None:
    """Moved with approval, asked for once, and again.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-07-31
    moves = [
        { from = 2014-02-28, to = 2014-03-31, why = "Late.", approved = "Cabinet" },
        { from = 2014-03-31, to = 2014-05-30, why = "Later." },
        { from = 2014-05-30, to = 2014-07-31, why = "Later still." },
    ]
    """
    _, items = section(paper.report(query.view(plan, AS_AT), AS_AT), "decisions").blocks
    assert items == Items(
        (
            "A1 One (Head of service): due 31 July 2014 and not 31 March 2014, the date last "
            "approved; 30 May 2014 was asked for before (moved twice before; first agreed for 28 "
            "February 2014). Later still.",
        )
    )


def test_the_paper_has_every_challenge_that_check_has_and_counts_them() -> None:
    verdicts, _, beyond = section(REPORT, "challenges").blocks
    assert isinstance(verdicts, Items)
    assert isinstance(beyond, Items)
    position = " ".join(b.text for b in section(REPORT, "position").blocks if isinstance(b, Prose))
    assert f"In {len(verdicts.texts)} places" in position
    assert f"{len(beyond.texts)} more claims are challenged by what they rest on." in position
    assert any(
        text.startswith("F5 ") and "nobody else has confirmed" in text for text in beyond.texts
    )


def test_what_got_better_and_is_rosier_than_the_facts_is_named() -> None:
    told = section(REPORT, "position").blocks[-1]
    assert isinstance(told, Prose)
    assert told.text.endswith("Of the better, A13, A18 and A19 are rosier than the facts.")


def test_a_review_s_findings_that_nothing_answers_are_named_in_a_paper_on_that_review() -> None:
    view = query.view(NOW.plan, MAY, query.Filter(review=("DFE",)))
    lead, texts, *_ = section(paper.report(view, MAY), "position").blocks
    assert isinstance(lead, Prose)
    assert "Not answered: F13 and F14 (a parked or superseded action is no answer)." in lead.text
    assert isinstance(texts, Items)
    assert [text[:10] for text in texts.texts] == ["F13 (DFE):", "F14 (DFE):"]


def test_a_paper_says_which_earlier_report_it_is_told_against(birmingham: Path, run: Run) -> None:
    assert birmingham.exists()
    last = run("report", "--as-at", "2014-05-01").out
    assert "Since the last recorded report, Cabinet 17 March 2014." in last
    first = ("report", "--as-at", "2014-05-01", "--since", "Cabinet 20 January 2014")
    told = run(*first).out
    assert "Since the recorded report Cabinet 20 January 2014." in told
    assert "last recorded report" not in told


def test_a_report_of_the_day_itself_is_not_the_last_one(birmingham: Path, run: Run) -> None:
    assert birmingham.exists()
    asked = ("report", "--as-at", "2014-05-01")
    before = run(*asked).out
    assert run(*asked, "--record", "Cabinet 19 May 2014").code == 0
    assert run(*asked).out == before


def test_a_paper_on_a_plan_that_can_not_be_read_in_full_says_so(birmingham: Path, run: Run) -> None:
    text = birmingham.read_text(encoding="utf-8")
    birmingham.write_text(text.replace("due = 2014-01-31", 'due = "TBC"', 1), encoding="utf-8")
    ran = run("report", "--record", "Cabinet")
    assert ran.code == 4
    assert "What stands at 1 place of the plan could not be read, and is left out." in ran.out
    assert "It was not recorded: a part of the plan could not be read." in ran.err


def test_a_full_paper_warns_of_what_is_exempt(birmingham: Path, run: Run) -> None:
    assert birmingham.exists()
    assert run("update", "A18", "--exempt", "paragraph 2").code == 0
    assert "Not for publication as it stands: A18 is exempt." in run("report").out


def test_a_long_series_of_readings_is_drawn_whole_and_listed_short() -> None:
    readings = tuple(Reading(date(2013, 1, day), day) for day in range(1, 31))
    measure = Measure("M1", "x", ("F1",), readings=readings)
    (figure,) = figures.courses(query.view(Plan(measures=(measure,)), AS_AT), [measure])
    assert isinstance(figure.picture, Course)
    assert (len(figure.picture.readings), len(figure.table.lines)) == (30, 12)
    assert figure.caption.endswith("The table has the latest 12 of 30 readings")


def test_a_long_theme_is_cut_and_what_follows_it_is_not() -> None:
    theme = "Performance management, quality assurance and scrutiny"
    plan = read_plan(HEAD.replace('theme = "performance"', f'theme = "{theme}"'))
    plan = plan._replace(actions=(Action("A1", ("F1",), "x", "Head of service"),))
    (figure,) = drawn(paper.report(query.view(plan, AS_AT), AS_AT), "counts")
    assert isinstance(figure.picture, Bars)
    assert figure.picture.labels[-1] == "Performance management, quality\u2026, facts"
