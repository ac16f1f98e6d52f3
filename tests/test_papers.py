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
from actionplan.model import Measure, Plan, Reading
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
