"""The clocks: each rule from its review to its dates, what the letters state, and the command."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import holidays
import pytest
from conftest import ROOT, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import clocks, dates, query
from actionplan.model import Finding, Meeting, Period, Plan, Review
from actionplan.planfile import reader, scanner
from actionplan.reports import clock as report
from actionplan.reports.blocks import Prose, Table

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = timedelta(days=1)
LETTER = date(2022, 9, 26)
AS_AT = date(2022, 10, 3)
FORMAT = (ROOT / "docs" / "plan-format.md").read_text(encoding="utf-8")


def plan_of(review: Review, *, immediate: bool = False) -> Plan:
    """Give a plan of one review, with or without an area for priority action."""
    finding = Finding("F1", review.id, kind="immediate" if immediate else "improvement", text="t")
    return Plan(title="A plan", reviews=(review,), findings=(finding,))


def dues(kind: str, *, immediate: bool = False, **fields: Any) -> list[tuple[str, str]]:
    """Give what is due after a review of 26 September 2022, and when."""
    review = Review("R", kind=kind)._replace(**{"on": LETTER, **fields})
    found = clocks.of_review(plan_of(review, immediate=immediate), review, AS_AT)
    return [(due.due.isoformat(), due.what) for due in found]


def told(plan: Plan, as_at: date = AS_AT) -> tuple[tuple[report.ClockLine, ...], list[str]]:
    """Give the lines of the report and its notes."""
    (section,) = report.report(query.view(plan, as_at)).sections
    table = section.blocks[0]
    assert isinstance(table, Table)
    return table.lines, [block.text for block in section.blocks if isinstance(block, Prose)]


def line(plan: Plan, as_at: date = AS_AT) -> report.ClockLine:
    """Give the one line of the report."""
    (found,) = told(plan, as_at)[0]
    return found


# --- what follows each kind ---------------------------------------------------------------------

FINAL = "Action plan sent to Ofsted and published"
DRAFT = "Draft of the action plan shared with Ofsted"
CHALLENGED = [
    ("2022-12-26", "Report published, with the action plan"),
    ("2023-02-26", "Action plan published, where it was not with the report"),
    ("2023-07-26", "Progress review by the peers"),
    ("2023-09-26", "Report on the progress review published"),
]
JOINT = [("2023-01-05", "Written statement of proposed action, by all partners")]
NEXT = "Review of progress by the DfE, the next"

KINDS: list[tuple[str, bool, list[tuple[str, str]]]] = [
    ("corporate-peer-challenge", False, CHALLENGED),
    ("cpc", True, CHALLENGED),
    ("peer-challenge", True, []),
    ("peer-review", False, []),
    ("inspection", False, [("2023-01-05", FINAL)]),
    ("inspection", True, [("2022-10-24", DRAFT), ("2023-01-05", FINAL)]),
    ("ilacs", False, [("2023-01-05", FINAL)]),
    ("sif", False, [("2023-01-05", FINAL)]),
    ("focused-visit", False, []),
    ("focused-visit", True, [("2022-10-24", DRAFT), ("2023-01-05", FINAL)]),
    ("jtai", False, JOINT),
    ("joint-targeted-area-inspection", True, JOINT),
    ("Joint Targeted  Area Inspection", False, JOINT),
    ("area-send", False, []),
    ("area-send", True, [("2022-11-14", "Priority action plan")]),
    ("notice", False, [("2023-03-26", NEXT)]),
    ("improvement-notice", True, [("2023-03-26", NEXT)]),
    ("government-review", True, []),
    ("audit", True, []),
    ("", True, []),
    ("Ombudsman", True, []),
]


@pytest.mark.parametrize(("kind", "immediate", "found"), KINDS)
def test_each_kind_of_review_sets_its_own_clock(
    kind: str, found: list[tuple[str, str]], *, immediate: bool
) -> None:
    assert dues(kind, immediate=immediate) == found
    review = Review("R", kind=kind, on=LETTER)
    assert bool(clocks.why_none(plan_of(review, immediate=immediate), review)) is not bool(found)


PUBLISHED = [
    (date(2022, 9, 26), date(2023, 1, 5)),
    (date(2019, 12, 18), date(2020, 3, 30)),
    (date(2023, 5, 9), date(2023, 8, 16)),
]


@pytest.mark.parametrize(("letter", "stated"), PUBLISHED)
@pytest.mark.parametrize("kind", ["inspection", "jtai"])
def test_seventy_working_days_are_those_of_letters_that_were_published(
    kind: str, letter: date, stated: date
) -> None:
    assert [day for day, _ in dues(kind, on=letter)] == [stated.isoformat()]
    found = line(plan_of(Review("R", kind=kind, on=letter, plan_due=stated)), letter)
    assert (found.computed, found.stated, found.difference) == (stated, stated, 0)
    assert found.remark == "Stated, and computed alike."
    assert found.left == 70


def test_the_one_area_send_case_is_thirty_five_working_days_and_says_that_it_is_one() -> None:
    plan = plan_of(Review("R", kind="area-send", on=date(2023, 10, 31)), immediate=True)
    lines, notes = told(plan, date(2023, 11, 10))
    assert (lines[0].due, lines[0].certainty) == (date(2023, 12, 19), "inferred, check")
    assert "inferred from one case alone: check the letter" in notes[0]


def test_an_inspection_by_another_body_is_not_on_ofsted_s_clock() -> None:
    for body in ("Ofsted", "OFSTED and others", "Office for Standards in Education", ""):
        assert [what for _, what in dues("inspection", body=body)] == [FINAL]
    assert dues("inspection", body="Care Quality Commission") == []
    assert [what for _, what in dues("ilacs", body="Care Quality Commission")] == [FINAL]
    review = Review("R", kind="inspection", body="Care Quality Commission", on=LETTER)
    assert clocks.why_none(plan_of(review), review) == (
        "no clock is known for the kind inspection where the body is Care Quality Commission"
    )


MONTHS = [
    (date(2022, 11, 30), "2023-02-28", "2023-04-30", "2023-09-30", "2023-11-30"),
    (date(2022, 10, 31), "2023-01-31", "2023-03-31", "2023-08-31", "2023-10-31"),
    (date(2024, 2, 29), "2024-05-29", "2024-07-29", "2024-12-29", "2025-02-28"),
    (date(2024, 7, 17), "2024-10-17", "2024-12-17", "2025-05-17", "2025-07-17"),
]


@pytest.mark.parametrize(("on", "with_it", "plan", "review", "last"), MONTHS)
def test_months_end_on_the_same_day_of_the_month_or_on_its_last(
    on: date, with_it: str, plan: str, review: str, last: str
) -> None:
    """Tandridge's challenge of July 2024 asked for its plan by 17 December."""
    found = dues("corporate-peer-challenge", on=on)
    assert [day for day, _ in found] == [with_it, plan, review, last]


NOTICES = [
    (date(2023, 8, 31), date(2023, 8, 31), date(2024, 2, 29)),
    (date(2023, 8, 31), date(2024, 2, 29), date(2024, 2, 29)),
    (date(2023, 8, 31), date(2024, 3, 1), date(2024, 8, 31)),
    (date(2023, 8, 31), date(2026, 11, 23), date(2027, 2, 28)),
    (date(2023, 8, 31), date(2022, 1, 1), date(2024, 2, 29)),
    (date(9999, 8, 31), date.max, date.max),
]


@pytest.mark.parametrize(("notice", "as_at", "then"), NOTICES)
def test_a_notice_is_reviewed_every_six_months_and_the_next_time_is_given(
    notice: date, as_at: date, then: date
) -> None:
    review = Review("DFE", kind="notice", on=notice)
    (due,) = clocks.of_review(plan_of(review), review, as_at)
    assert due.due == then
    assert due.certainty == "custom"


# --- a stated date wins -------------------------------------------------------------------------

STATED = [
    (date(2022, 12, 28), -5, "5 working days before the 70th, which is 5 January 2023."),
    (date(2023, 1, 4), -1, "1 working day before the 70th, which is 5 January 2023."),
    (date(2023, 1, 6), 1, "1 working day after the 70th, which is 5 January 2023."),
    (date(2023, 1, 12), 5, "5 working days after the 70th, which is 5 January 2023."),
]


@pytest.mark.parametrize(("stated", "difference", "words"), STATED)
def test_a_stated_date_wins_and_what_it_differs_by_is_pointed_out(
    stated: date, difference: int, words: str
) -> None:
    found = line(plan_of(Review("R", kind="inspection", on=LETTER, plan_due=stated)))
    assert (found.due, found.computed, found.stated) == (stated, date(2023, 1, 5), stated)
    assert found.difference == difference
    assert found.remark == f"The stated day counts: {words}"


def test_a_saturday_that_is_stated_counts_and_is_said_to_be_one() -> None:
    """Manchester, 30 November 2023 to 9 March 2024; Southend, 9 May 2018 to 18 August."""
    manchester = Review("R", kind="jtai", on=date(2023, 11, 30), plan_due=date(2024, 3, 9))
    found = line(plan_of(manchester), date(2023, 12, 1))
    assert (found.due, found.difference) == (date(2024, 3, 9), -2)
    assert found.remark == (
        "The stated day counts: 2 working days before the 70th, which is 12 March 2024. It is a "
        "Saturday, as stated: the last working day before it is Friday 8 March 2024."
    )
    southend = Review("R", kind="jtai", on=date(2018, 5, 9), plan_due=date(2018, 8, 18))
    found = line(plan_of(southend), date(2018, 6, 1))
    assert (found.computed, found.difference) == (date(2018, 8, 16), 1)


def test_a_weekend_alone_makes_less_than_a_working_day() -> None:
    review = Review("R", kind="corporate-peer-challenge", on=date(2022, 9, 30))
    plan = plan_of(review._replace(plan_due=date(2023, 2, 27)))
    (found,) = [each for each in told(plan)[0] if each.stated]
    assert "1 working day before the end of 5 months, which is 28 February 2023." in found.remark
    plan = plan_of(review._replace(on=date(2022, 9, 10), plan_due=date(2023, 2, 11)))
    (found,) = [each for each in told(plan)[0] if each.stated]
    assert found.computed == date(2023, 2, 10)
    assert found.difference == 0
    assert "less than a working day after the end of 5 months" in found.remark


def test_a_computed_day_on_which_nobody_works_is_said_to_be_one() -> None:
    def remark(on: date) -> str:
        return told(plan_of(Review("R", kind="cpc", on=on)))[0][0].remark

    assert remark(date(2022, 9, 24)) == (
        "It is a Saturday: the last working day before it is Friday 23 December 2022."
    )
    assert remark(date(2022, 9, 26)) == (
        "It is a bank holiday: the last working day before it is Friday 23 December 2022."
    )
    assert remark(date(2022, 9, 28)) == ""


@pytest.mark.parametrize("kind", ["", "Ombudsman", "peer-challenge", "focused-visit", "notice"])
def test_a_stated_date_stands_where_no_rule_gives_one(kind: str) -> None:
    review = Review("R", body="A body", kind=kind, on=LETTER, plan_due=date(2022, 12, 1))
    (found,) = [each for each in told(plan_of(review))[0] if each.stated]
    assert (found.due, found.computed, found.difference) == (date(2022, 12, 1), None, None)
    assert (found.source, found.certainty) == ("Stated by A body", "stated")
    assert clocks.why_none(plan_of(review), review) == ""
    review = review._replace(on=None, body="")
    (found,) = told(plan_of(review))[0]
    assert (found.source, found.counted) == ("Stated in the plan", "")


def test_a_review_with_no_date_has_the_stated_one_alone() -> None:
    review = Review("R", kind="inspection", plan_due=date(2023, 1, 5))
    found = line(plan_of(review))
    assert (found.what, found.computed, found.remark) == (FINAL, None, "")
    review = review._replace(plan_due=None)
    assert clocks.why_none(plan_of(review), review) == "it has no date (on) to count from"


def test_a_draft_says_which_finding_asked_for_it_and_how_certain_that_is() -> None:
    for kind, certainty in (("focused-visit", "guidance"), ("inspection", "inferred, check")):
        lines, notes = told(plan_of(Review("R", kind=kind, on=LETTER), immediate=True))
        assert (lines[0].what, lines[0].certainty) == (DRAFT, certainty)
        assert lines[0].remark == "Asked for because F1 is of kind immediate."
        assert any("check Ofsted's letter" in note for note in notes) is (kind == "inspection")


# --- the papers of a meeting --------------------------------------------------------------------

MEETINGS = [
    (date(2014, 2, 17), date(2014, 2, 7)),  # a Monday
    (date(2014, 2, 18), date(2014, 2, 10)),
    (date(2014, 2, 22), date(2014, 2, 14)),  # a Saturday
    (date(2014, 4, 23), date(2014, 4, 11)),  # over Easter
    (date(2022, 12, 30), date(2022, 12, 20)),  # over Christmas
    (date(2022, 9, 20), date(2022, 9, 9)),  # the day after the State Funeral
]


@pytest.mark.parametrize(("meeting", "papers"), MEETINGS)
def test_papers_are_out_five_clear_working_days_before_the_meeting(
    meeting: date, papers: date
) -> None:
    found = clocks.papers(Meeting("Cabinet", meeting), meeting)
    assert (found.due, found.certainty) == (papers, "regulation")
    between = [papers + at * DAY for at in range(1, (meeting - papers).days)]
    assert sum(map(dates.is_working_day, between)) == clocks.CLEAR_DAYS


def test_only_a_meeting_still_to_come_has_papers_and_what_has_passed_is_said_so() -> None:
    plan = Plan(meetings=(Meeting("Cabinet", date(2014, 2, 17)), Meeting("Board", None)))
    stands = {
        date(2014, 2, 5): "in 2 working days",
        date(2014, 2, 7): "today",
        date(2014, 2, 8): "past by less than a working day",
        date(2014, 2, 10): "past by 1 working day",
        date(2014, 2, 17): "past by 6 working days",
    }
    for as_at, words in stands.items():
        found = line(plan, as_at)
        assert found.stands == words
        assert (found.passed is None) is (as_at <= date(2014, 2, 7))
        assert (found.left is None) is (as_at > date(2014, 2, 7))
        assert found.counted == "5 clear working days before 17 February 2014"
    assert told(plan, date(2014, 2, 18))[0] == ()
    notes = told(plan, date(2014, 2, 10))[1]
    assert notes[0] == "What has passed may have been done: the plan does not record it."
    assert "not other boards" in notes[1]


def test_a_meeting_on_the_first_or_the_last_day_of_the_calendar_is_no_error() -> None:
    for day in (date.min, date.max):
        assert clocks.papers(Meeting("Cabinet", day), day).due <= day
        plan = plan_of(Review("R", kind="inspection", on=day), immediate=True)
        assert len(clocks.of_plan(plan, day)) == 2
        stated = plan_of(Review("R", plan_due=day))
        assert line(stated, day).stands == "today"


# --- equal to what others compute ---------------------------------------------------------------

FIRST, LAST = date(2012, 1, 1), date(2030, 12, 31)


@pytest.fixture(scope="module")
def working() -> list[date]:
    """Give every working day from 2012 to 2030 by the holidays library."""
    known = holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2031))
    days = (FIRST + at * DAY for at in range((LAST - FIRST).days + 1))
    return [day for day in days if day.weekday() < 5 and day not in known]


@pytest.mark.parametrize(("kind", "length"), [("jtai", 70), ("area-send", 35)])
def test_working_day_clocks_are_the_library_s_from_2012_to_2030(
    kind: str, length: int, working: list[date]
) -> None:
    for at in range((working[-length] - FIRST).days):
        letter = FIRST + at * DAY
        review = Review("R", kind=kind, on=letter)
        (due,) = clocks.of_review(plan_of(review, immediate=True), review, letter)
        assert due.due == working[bisect_right(working, letter) + length - 1], letter


def test_days_before_a_meeting_are_the_library_s_from_2012_to_2030(working: list[date]) -> None:
    for at in range((LAST - working[6]).days + 1):
        meeting = working[6] + at * DAY
        found = clocks.papers(Meeting("Cabinet", meeting), meeting).due
        assert found == working[bisect_left(working, meeting) - 6], meeting


# --- properties ---------------------------------------------------------------------------------

near = st.dates(FIRST, LAST)
some_review = st.builds(
    Review,
    st.just("R"),
    kind=st.sampled_from([kind for rule in clocks.RULES for kind in rule.kinds]) | st.text(),
    body=st.sampled_from(["", "Ofsted", "Care Quality Commission"]),
    on=st.none() | st.dates(),
    plan_due=st.none() | st.dates(),
)


@given(some_review, st.booleans(), near)
def test_every_review_has_a_date_or_a_reason(review: Review, immediate: bool, day: date) -> None:
    plan = plan_of(review, immediate=immediate)
    found = clocks.of_review(plan, review, day)
    assert bool(found) is not bool(clocks.why_none(plan, review))
    assert list(found) == sorted(found, key=lambda due: due.due)
    assert all(due.due == (due.stated or due.computed) for due in found)
    assert all(due.certainty in clocks.CERTAINTIES for due in found)
    assert sum(due.stated is not None for due in found) == (review.plan_due is not None)
    for each in told(plan, day)[0]:
        assert (each.passed is None) is not (each.left is None)


@given(near, near)
def test_the_difference_is_what_lies_between_the_two_days(letter: date, stated: date) -> None:
    review = Review("R", kind="jtai", on=letter, plan_due=stated)
    (due,) = clocks.of_review(plan_of(review), review, letter)
    assert due.computed is not None
    assert due.difference is not None
    early, late = sorted((stated, due.computed))
    assert abs(due.difference) == dates.working_days_between(early, late)
    if dates.is_working_day(stated):
        assert dates.add_working_days(due.computed, due.difference) == stated


# --- the rules themselves -----------------------------------------------------------------------


def test_every_kind_and_certainty_is_documented_and_every_rule_has_its_source() -> None:
    names = [kind for rule in clocks.RULES for kind in rule.kinds]
    assert len(set(names)) == len(names)
    assert [name for name in names if f"`{name}`" not in FORMAT] == []
    assert [word for word in clocks.CERTAINTIES if f"{word}" not in FORMAT] == []
    for rule in clocks.RULES:
        assert rule.steps or rule.silence
        for step in rule.steps:
            assert step.source
            assert step.certainty in clocks.CERTAINTIES
            assert step.after.unit in {"wd", "m"}
        assert sum(step.is_plan for step in rule.steps) <= 1
    assert Period(35, "wd") in {
        step.after
        for rule in clocks.RULES
        for step in rule.steps
        if step.certainty == "inferred, check"
    }


# --- the command --------------------------------------------------------------------------------

TOML = """\
format = 1
title = "A plan"
organisation = "A council"

[[meeting]]
body = "Cabinet"
on = 2023-02-13

[[review]]
id = "OFSTED"
title = "Inspection"
body = "Ofsted"
kind = "inspection"
on = 2022-09-26
plan_due = 2022-12-29

[[review]]
id = "LGA"
title = "Corporate peer challenge"
kind = "corporate-peer-challenge"
on = 2022-09-26

[[review]]
id = "DFE"
title = "A government review"
kind = "government-review"
"""
"""The dates are made up."""
DAY_OPTION = ("--as-at", "2022-12-12")


@pytest.fixture
def clocked(tmp_path: Path) -> Path:
    """Write a plan of three reviews and a meeting."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(TOML, encoding="utf-8")
    return path


@pytest.mark.usefixtures("clocked")
def test_clock_lists_every_date_in_order(run: Run) -> None:
    ran = run("clock", *DAY_OPTION)
    assert ran.code == 0
    rows = [row.split("\t") for row in ran.out.splitlines()]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("2022-12-26", "LGA", "in 9 working days"),
        ("2022-12-29", "OFSTED", "in 11 working days"),
        ("2023-02-03", "", "in 36 working days"),
        ("2023-02-26", "LGA", "in 51 working days"),
        ("2023-07-26", "LGA", "in 154 working days"),
        ("2023-09-26", "LGA", "in 197 working days"),
    ]
    assert rows[1][4:] == [
        "70 working days from the report, 26 September 2022",
        "The stated day counts: 4 working days before the 70th, which is 5 January 2023.",
        "Education and Inspections Act 2006 s.137; SI 2007/462",
        "regulation",
    ]
    assert "DFE: no rule fixes a date after a government review" in ran.err
    later = run("clock", "--as-at", "2023-01-06")
    assert "\tpast by 5 working days\t" in later.out
    assert "What has passed may have been done" in later.err


@pytest.mark.usefixtures("clocked")
def test_clock_gives_typed_values_to_programs(run: Run) -> None:
    document = json.loads(run("clock", "--json", *DAY_OPTION).out)
    assert document["kind"] == "clock"
    stated = document["clocks"][1]
    assert stated["review"] == "OFSTED"
    assert (stated["from"], stated["length"]) == ("2022-09-26", "70wd")
    assert (stated["due"], stated["stated"], stated["computed"]) == (
        "2022-12-29", "2022-12-29", "2023-01-05",
    )  # fmt: skip
    assert (stated["difference"], stated["left"], stated["passed"]) == (-4, 11, None)
    papers = document["clocks"][2]
    assert (papers["review"], papers["from"], papers["length"]) == (None, "2023-02-13", "5wd")
    assert "DFE: no rule" in " ".join(document["notes"])


@pytest.mark.usefixtures("clocked")
def test_clock_of_one_review_leaves_out_the_others_and_the_meetings(run: Run) -> None:
    ran = run("clock", "--review", "ofsted", "--review", "OFSTED", *DAY_OPTION)
    assert [row.split("\t")[1] for row in ran.out.splitlines()] == ["OFSTED"]
    assert ran.err.startswith("There is no history")
    unknown = run("clock", "--review", "CQC", *DAY_OPTION)
    assert (unknown.code, unknown.out) == (2, "")
    assert "There is no review CQC." in unknown.err
    assert "Nothing was changed" not in unknown.err


@pytest.mark.usefixtures("clocked")
def test_clock_with_nothing_to_say_says_why(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("clock", "--review", "DFE", *DAY_OPTION).out == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "300")
    shown = " ".join(run("clock", "--review", "DFE", *DAY_OPTION).out.split())
    assert "No date follows from that. The kinds of review with a clock are" in shown
    assert "DFE: no rule fixes a date after a government review" in shown


EMPTY = [
    ("", "No review sets a clock going and no meeting is in the plan."),
    (
        '[[meeting]]\nbody = "Cabinet"\non = 2014-01-20\n',
        "No review sets a clock going, and no meeting is still to come.",
    ),
]


@pytest.mark.parametrize(("toml", "words"), EMPTY)
def test_an_empty_plan_is_told_which_kinds_have_a_clock(toml: str, words: str) -> None:
    plan = read_plan(f'title = "A plan"\n{toml}')
    (section,) = report.report(query.view(plan, date(2014, 2, 10))).sections
    table = section.blocks[0]
    assert isinstance(table, Table)
    assert table.empty.startswith(words)
    assert table.empty.endswith(
        "The kinds of review with one are corporate-peer-challenge, inspection, focused-visit, "
        "jtai, area-send, notice."
    )


def test_a_stated_date_that_is_none_is_a_problem_of_the_file() -> None:
    found = reader.read(f'{TOML}plan_due = "soon"\n'.encode(), "plan.toml")
    (said,) = scanner.describe(found.source.text, found.problems)
    assert said.startswith("line 27, DFE: plan_due is 'soon': write a date with no quotes")


@pytest.mark.usefixtures("clocked")
def test_a_stated_date_is_given_with_the_review(clocked: Path, run: Run) -> None:
    added = ("review", "add", "JTAI", "Joint inspection", "--kind", "jtai", "--on", "9 May 2023")
    assert run(*added, "--plan-due", "16 August 2023", "--note", "A letter.").code == 0
    assert clocked.read_text(encoding="utf-8").endswith(
        '[[review]]\nid = "JTAI"\ntitle = "Joint inspection"\nkind = "jtai"\non = 2023-05-09\n'
        'plan_due = 2023-08-16\nnote = "A letter."\n'
    )
    assert "  Plan due: Wednesday 16 August 2023\n" in run("show", "JTAI").out
    listed = json.loads(run("review", "list", "--json").out)["reviews"]
    assert listed[-1]["plan_due"] == "2023-08-16"
    refused = run("review", "add", "SEND", "Area SEND", "--plan-due", "soon")
    assert refused.code == 2
    assert "'soon' is not read as a date" in refused.err
