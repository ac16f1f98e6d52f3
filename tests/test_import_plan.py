"""An action plan in a table, taken into the plan: nothing guessed, nothing dropped."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from conftest import HEAD, ROOT, Program, Run, read_plan
from hypothesis import assume, given
from hypothesis import strategies as st
from test_cli_change import Terminal

from actionplan.errors import ActionPlanError
from actionplan.importers import grids, planned
from actionplan.importers.columns import FIELDS, meaning
from actionplan.importers.grids import Grid
from actionplan.model import Move, Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from actionplan.model import Action, Plan

DAY = ("--as-at", "2026-03-01")
HEADINGS = ("Rec no", "Recommendation", "Action", "Lead officer", "By when", "RAG", "Progress")
ROW = ("4", "Practice is uneven.", "Train the managers", "Head of workforce", "31/05/2026", "G", "")
Value = str | float | date | None


class Took(NamedTuple):
    """What an import of a table did."""

    code: int
    plan: Plan
    said: dict[str, Any]
    """As ``--json`` tells it."""
    err: str

    def action(self) -> Action:
        """Give the only action."""
        (action,) = self.plan.actions
        return action

    def listed(self) -> dict[str, str]:
        """Give why each cell was listed."""
        return {each["where"]: each["why"] for each in self.said["listed"]}

    def left_out(self) -> dict[str, str]:
        """Give why each cell was left out."""
        return {each["where"]: each["why"] for each in self.said["left_out"]}


def book(path: Path, *rows: Sequence[Value], merged: Sequence[str] = (), name: str = "P") -> Path:
    """Save a workbook of one sheet, or put one more sheet in it."""
    made = openpyxl.load_workbook(path) if path.exists() else openpyxl.Workbook()
    sheet = made.create_sheet(name) if path.exists() else made.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    made.save(path)
    return path


def values(path: Path, *rows: Sequence[str]) -> Path:
    """Save a file of comma-separated values."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


@pytest.fixture
def take(run: Run, plan_file: Path) -> Callable[..., Took]:
    """Take a file into the plan of the test."""

    def taken(path: Path, *arguments: str) -> Took:
        done = run("import", "plan", str(path), "--json", "--yes", *DAY, *arguments)
        said = json.loads(done.out) if done.out else {}
        return Took(done.code, read_plan(plan_file.read_text(encoding="utf-8")), said, done.err)

    return taken


@pytest.fixture
def xlsx(tmp_path: Path, take: Callable[..., Took]) -> Callable[..., Took]:
    """Take rows of one workbook into the plan of the test."""

    def taken(*rows: Sequence[Value], merged: Sequence[str] = (), args: Sequence[str] = ()) -> Took:
        path = tmp_path / "plan-v9.xlsx"
        path.unlink(missing_ok=True)
        return take(book(path, *rows, merged=merged), *args)

    return taken


def with_cell(heading: str, value: Value) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Give a table of one whole row, with one cell of it as it is given."""
    row = dict(zip(HEADINGS, ROW, strict=True)) | {heading: value}
    return tuple(row), tuple(row.values())


# --- what the columns are ---------------------------------------------------------------------


def test_a_row_becomes_an_action_under_the_recommendation_in_the_reviewers_words(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(HEADINGS, ROW)
    finding, action = took.plan.findings[-1], took.action()
    assert (took.code, took.said["listed"], took.said["left_out"]) == (0, [], [])
    assert (finding.id, finding.ref, finding.kind, finding.text) == (
        "F3", "4", "recommendation", "Practice is uneven.",
    )  # fmt: skip
    assert (action.id, action.answers, action.title) == ("A1", ("F3",), "Train the managers")
    assert (action.owner, action.due) == ("Head of workforce", date(2026, 5, 31))
    assert (action.stage, action.rag, action.updated) == ("in-progress", "green", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (("No.", "Ofsted para no.", "Area for improvement", "Lead", "Action", "By when", "Progress",
          "R, A or G", "Monitoring and evaluation"),
         "ref para finding owner action due progress rag note"),
        (("Standard", "Actions required", "Lead Officer(s)", "By", "Progress October 2003",
          "Action from October 2003"), "finding action owner due progress progress"),
        (("Actions", "Measures of success", "Who", "RAG"), "action note owner rag"),
        (("Action", "Desired outcome", "How success is measured", "Officer", "Timescale",
          "Where we are"), "action outcome note owner due progress"),
        (("Ref", "Action", "Progress report", "BRAG"), "ref action progress rag"),
        (("ORIGINAL DATE", "Revised Date", "RAG\nStatus", "Lead / Owner", "What we\u2019ll do"),
         "due revised rag owner -"),
        (("Recommendation", "Lead officer (post)", "Action taken", "Status"),
         "finding owner progress stage"),
    ],
)  # fmt: skip
def test_the_headings_of_real_plans_are_known(headings: tuple[str, ...], fields: str) -> None:
    found = [meaning((heading,)) for heading in headings]
    assert [each.field if each else "-" for each in found] == fields.split()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_heading_means_what_it_stands_under_and_stands_under_one_field(field: Any) -> None:
    for heading in field.headings:
        found = meaning((heading.upper(),))
        assert found is not None
        assert found.field == field.name, heading


def test_the_documentation_names_every_field_and_what_it_becomes() -> None:
    text = (ROOT / "docs" / "import-plan.md").read_text(encoding="utf-8")
    for field in FIELDS:
        assert f"| `{field.name}` | {field.means} | {', '.join(field.headings[:6])} |" in text


def test_a_column_is_mapped_by_its_heading_or_its_letter(xlsx: Callable[..., Took]) -> None:
    took = xlsx(
        ("What", "Wer", "Colour now", "Cost centre"),
        ("Train the managers", "Head of workforce", "amber", "X-114"),
        args=("--map", "What=action", "--map", "b=owner", "--map", "Colour now=rag",
              "--map", "D=ignore", "--answers", "F1"),
    )  # fmt: skip
    action = took.action()
    assert (action.title, action.owner, action.rag) == (
        "Train the managers", "Head of workforce", "amber",
    )  # fmt: skip
    assert "X-114" not in action.note


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ("Lead officer", "is not HEADING=FIELD: the fields are ref, finding-ref"),
        ("Lead officer=boss", "is not HEADING=FIELD"),
        ("Boss=owner", "has no column 'boss'. It has: 'Rec no', 'Recommendation'"),
    ],
)
def test_a_map_that_fits_nothing_is_wrong_usage(
    xlsx: Callable[..., Took], stated: str, sentence: str
) -> None:
    took = xlsx(HEADINGS, ROW, args=("--map", stated))
    assert (took.code, took.plan.actions) == (2, ())
    assert sentence in took.err


def test_a_column_that_is_not_known_is_said_and_kept_in_the_note(xlsx: Callable[..., Took]) -> None:
    took = xlsx((*HEADINGS, "Bananas", None), (*ROW, "Two hands", "a stray word"))
    assert took.action().note == "Bananas: Two hands\na stray word"
    assert (
        "Column H (Bananas): 'Bananas' is not known here: kept in the note." in (took.said["notes"])
    )
    assert "Column I: it has no heading: kept in the note." in took.said["notes"]


def test_two_columns_that_could_be_the_owner_are_neither_guessed_nor_lost(
    xlsx: Callable[..., Took],
) -> None:
    rows = ((*HEADINGS, "Lead officer"), (*ROW, "Director"))
    refused = xlsx(*rows)
    assert (refused.code, refused.plan.actions) == (6, ())
    assert "which with --map D=owner" in " ".join(refused.said["notes"])
    action = xlsx(*rows, args=("--map", "H=owner")).action()
    assert (action.owner, action.note) == ("Director", "Lead officer: Head of workforce")


# --- the shape of the table -------------------------------------------------------------------


def test_a_merged_recommendation_and_blank_cells_below_one_mean_the_same(
    xlsx: Callable[..., Took],
) -> None:
    blank = (None, None, "Audit the files", "Head of quality", None, None, None)
    third = (None, None, "Report to the board", "Director", None, None, None)
    took = xlsx(HEADINGS, ROW, blank, third, merged=("A2:A3", "B2:B3"))
    assert [action.answers for action in took.plan.actions] == [("F3",)] * 3
    assert len(took.said["findings"]) == 1


def test_the_outcome_wanted_stands_with_the_recommendation(
    xlsx: Callable[..., Took],
) -> None:
    finding = xlsx((*HEADINGS, "Desired outcome"), (*ROW, "Children are safer.")).plan.findings[-1]
    assert (finding.outcome, finding.for_) == ("Children are safer.", "")


def test_several_rows_of_headings_under_a_title_are_one_heading(xlsx: Callable[..., Took]) -> None:
    took = xlsx(
        ("Improvement plan V9",),
        (),
        ("Ref", "Recommendation", "Action", "Lead", "Timescale", None, "Progress"),
        (None, None, None, None, "By when", "Revised date", None),
        (
            "1",
            "Practice is uneven.",
            "Train",
            "Director",
            "1 May 2026",
            "1 June 2026",
            "Half done.",
        ),
        merged=("A1:G1", "E3:F3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "G3:G4"),
    )
    action = took.action()
    assert (action.original_due, action.due) == (date(2026, 5, 1), date(2026, 6, 1))
    assert action.note == "Half done."


def test_headings_repeated_on_each_page_are_no_action(xlsx: Callable[..., Took]) -> None:
    second = ("5", "Records are late.", "Audit", "Director", "1 June 2026", "A", "Late start")
    took = xlsx(HEADINGS, ROW, HEADINGS, second, HEADINGS)
    assert [action.title for action in took.plan.actions] == ["Train the managers", "Audit"]


def test_a_row_across_the_table_is_the_theme_of_the_recommendations_below_it(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        HEADINGS,
        ("Theme 1: Leadership",),
        ROW,
        ("Theme 2: Workforce",),
        ("5", "Turnover is high.", "Recruit", "Head of HR", None, None, None),
        merged=("A2:G2",),
    )
    themes = [finding["theme"] for finding in took.said["findings"]]
    assert themes == ["Theme 1: Leadership", "Theme 2: Workforce"]
    assert len(took.plan.actions) == 2


def test_a_row_across_the_table_that_is_a_recommendation_is_answered_by_those_below(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        ("Action", "Lead", "By when"),
        ("Recommendation 3: Make sure that every child has an up-to-date plan.", None, None),
        ("Audit all plans", "Head of service", "1 May 2026"),
    )
    finding = took.plan.findings[-1]
    assert (finding.ref, finding.text) == (
        "3", "Make sure that every child has an up-to-date plan.",
    )  # fmt: skip
    assert took.action().answers == (finding.id,)


def test_an_action_in_the_very_words_of_its_recommendation_is_one(
    xlsx: Callable[..., Took],
) -> None:
    words = "Make sure that every child has a plan."
    took = xlsx(HEADINGS, ("1", words, words, *ROW[3:]))
    assert (took.plan.findings[-1].text, took.action().title) == (words, words)


def test_a_recommendation_over_its_own_table_is_answered_by_the_rows_below(
    xlsx: Callable[..., Took],
) -> None:
    headings = ("Action", "Lead", "Deadline")
    took = xlsx(
        ("Recommendation 1", "Improve supervision.", None), headings,
        ("Train", "Head of quality", "1 May 2026"), (),
        ("Recommendation 2", "Recruit permanent staff.", None), headings,
        ("Hire", "Head of HR", "1 June 2026"),
    )  # fmt: skip
    found = [(each["ref"], each["text"]) for each in took.said["findings"]]
    assert found == [("1", "Improve supervision."), ("2", "Recruit permanent staff.")]
    assert [action.answers for action in took.plan.actions] == [("F3",), ("F4",)]


def test_actions_numbered_under_a_numbered_recommendation_keep_their_own_numbers_and_owners(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        ("No", "Recommendation", "Action", "Lead"),
        ("1", "Improve supervision.", None, None),
        ("1.1", None, "Train", "Head of quality"),
        ("1.2", None, "Audit", "Director"),
    )
    assert took.plan.findings[-1].ref == "1"
    assert [(each.owner, each.note) for each in took.plan.actions] == [
        ("Head of quality", "No: 1.1"), ("Director", "No: 1.2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("plan.xlsx", "was exported from a plan"), ("owners.xlsx", "import update owners.xlsx")],
)
def test_our_own_workbooks_are_refused_with_what_to_do(
    run: Run, birmingham: Path, name: str, sentence: str
) -> None:
    before = birmingham.read_bytes()
    assert run("export", name).code == 0
    done = run("import", "plan", name, "--review", "LGA", "--yes")
    assert (done.code, birmingham.read_bytes()) == (1, before)
    assert sentence in done.err


def test_a_row_of_totals_is_left_out_and_said_in_one_line(xlsx: Callable[..., Took]) -> None:
    took = xlsx(HEADINGS, ROW, ("Total", None, "14 actions", None, None, None, "9 green"))
    assert took.left_out() == {"row 3": "is a row of totals"}
    assert took.said["left_out"][0]["said"] == "Total; 14 actions; 9 green"
    assert len(took.plan.actions) == 1


def test_every_sheet_is_read_and_a_hidden_one_only_by_name(
    tmp_path: Path, take: Callable[..., Took]
) -> None:
    path = book(tmp_path / "plan.xlsx", HEADINGS, ROW, name="Leadership")
    second = ("9", "Turnover is high.", "Recruit", "Head of HR", "TBC", None, None)
    book(path, HEADINGS, second, name="Workforce")
    book(path, ("Some", "list"), ("of", "choices"), name="Lists")
    hidden = ("7", "An old finding.", "An old action", "Director", None, None, None)
    book(path, HEADINGS, hidden, name="Old")
    made = openpyxl.load_workbook(path)
    made["Old"].sheet_state = "hidden"
    made.save(path)
    took = take(path)
    assert [action.title for action in took.plan.actions] == ["Train the managers", "Recruit"]
    assert [each["theme"] for each in took.said["findings"]] == ["Leadership", "Workforce"]
    assert list(took.listed()) == ["Workforce!E2"]
    notes = " ".join(took.said["notes"])
    assert "Sheet 'Old' is hidden, and was not read: --sheet 'Old' reads it." in notes
    assert "No plan was found in Lists: nothing of it was read." in notes
    assert take(path, "--sheet", "old").plan.actions[-1].title == "An old action"
    missing = take(path, "--sheet", "New")
    assert missing.code == 2
    assert "has no sheet 'New'. It has: Leadership, Workforce, Lists, Old." in missing.err


# --- dates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["31/05/2026", "31.05.2026", "31-05-2026", "2026-05-31", "31 May 2026", "31st May 2026",
     "Sunday 31 May 2026", "31-May-2026", "31 may, 2026", "May 31, 2026", "by 31 May 2026",
     "By end of May 2026", "end May 2026", "2026-05-31 00:00:00", "31/5/2026.",
     datetime(2026, 5, 31, 17, 0, tzinfo=None), date(2026, 5, 31)],  # noqa: DTZ001 - a workbook knows no zone
)  # fmt: skip
def test_a_certain_date_is_read_however_it_is_typed(
    xlsx: Callable[..., Took], typed: Value
) -> None:
    took = xlsx(*with_cell("By when", typed))
    assert took.action().due == date(2026, 5, 31)
    assert took.said["listed"] == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Ongoing", "has no end, so it is no date"),
        ("Ongoing (monthly)", "has no end, so it is no date"),
        ("Quarterly", "has no end, so it is no date"),
        ("TBC", "is no date yet"),
        ("ASAP", "is no day"),
        ("Immediate", "is no day"),
        ("Complete", "is no date"),
        ("May 2026", "names no day (--month-end takes the last of it)"),
        ("Spring 2026", "names no day"),
        ("Q1 2026/27", "names no day"),
        ("31 May", "names no year"),
        ("May-26", "names no day, and has a year of two digits"),
        ("31/5/26",
         "has a year of two digits (--dates day-first takes it for one of this century)"),
        ("31/2/26", "is not a day in the calendar"),
        ("31/02/2026", "is not read as a date"),
        ("04/31/2026", "is not read as a date"),
        ("next week", "is not read as a date"),
        ("1 May 2026 - 31 May 2026",
         "holds several dates, and does not say which of them counts"),
        ("1 May 2026 for teams, 1 June 2026 for all",
         "holds several dates, and does not say which of them counts"),
        (date(206, 5, 31).isoformat(), "is not read as a date"),
    ],
)  # fmt: skip
def test_what_is_no_certain_date_is_listed_with_its_cell_and_kept(
    xlsx: Callable[..., Took], typed: str, why: str
) -> None:
    took = xlsx(*with_cell("By when", typed))
    assert took.action().due is None
    assert took.listed() == {"E2": why}
    assert took.action().note == f"By when (E2): {typed}"


def test_two_digits_are_a_year_only_beside_a_certain_date_near_it(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        HEADINGS,
        ROW,
        ("5", "Another.", "Audit", "Director", "30/6/26", None, None),
        ("6", "A third.", "Review", "Director", "30/6/39", None, None),
    )
    assert [action.due for action in took.plan.actions] == [
        date(2026, 5, 31), date(2026, 6, 30), None,
    ]  # fmt: skip
    assert list(took.listed()) == ["E3", "E4"]


def test_a_month_is_its_last_day_only_where_that_is_asked_for(xlsx: Callable[..., Took]) -> None:
    took = xlsx(*with_cell("By when", "February 2028"), args=("--month-end",))
    assert took.action().due == date(2028, 2, 29)
    assert took.listed() == {"E2": "was read as its last day"}


@pytest.mark.parametrize("look", ["mmm-yy", "mmmm yyyy", "[$-809]mmm\\ yy;@", "mm/yyyy"])
def test_a_date_that_is_shown_as_a_month_is_no_day(
    tmp_path: Path, take: Callable[..., Took], look: str
) -> None:
    path = book(tmp_path / "plan.xlsx", *with_cell("By when", date(2026, 5, 1)))
    made = openpyxl.load_workbook(path)
    made["P"]["E2"].number_format = look
    made.save(path)
    dry = take(path, "--month-end", "--dry-run")
    assert dry.said["actions"][0]["due"] == "2026-05-31"
    took = take(path)
    assert took.action().due is None
    assert took.listed() == {"E2": "names no day (--month-end takes the last of it)"}
    assert took.action().note == "By when (E2): May 2026"


def test_a_revised_date_is_a_move_from_the_first_and_reads_as_one(
    xlsx: Callable[..., Took], run: Run
) -> None:
    took = xlsx(
        (*HEADINGS, "Revised date", "Approved by"),
        (*ROW, "30/06/2026", "Board, 3 February 2026"),
        ("5", "Another.", "Audit", "Director", "31/01/2026", None, None, "30/04/2026", None),
    )
    move = Move(
        None, date(2026, 5, 31), date(2026, 6, 30), "As in plan-v9.xlsx", "Board, 3 February 2026"
    )
    first, second = took.plan.actions
    assert (first.due, first.moves, first.moved, first.asked) == (move.to, (move,), (move,), None)
    assert (second.due, second.original_due, second.asked) == (
        date(2026, 4, 30), date(2026, 1, 31), None,
    )  # fmt: skip
    shown = run("show", "A1", *DAY).out
    assert "First agreed: Sunday 31 May 2026, moved once" in shown
    assert "2026-05-31\t2026-06-30\tAs in plan-v9.xlsx\tBoard, 3 February 2026" in shown
    report = run("report", *DAY).out
    assert "A2 Audit (Director): due 30 April 2026 and not 31 January 2026." in report
    assert "To approve the following change of date:" in report
    assert "which nobody has approved yet (A2)" in report


@pytest.mark.parametrize(
    "typed", ["31/03/2026\n30/06/2026", "31 March 2026, revised to 30 June 2026",
              "Was 31/03/2026 now 30/06/2026"],
)  # fmt: skip
def test_two_dates_in_one_cell_are_the_first_and_the_revised(
    xlsx: Callable[..., Took], typed: str
) -> None:
    action = xlsx(*with_cell("By when", typed)).action()
    assert (action.original_due, action.due) == (date(2026, 3, 31), date(2026, 6, 30))


# --- owners -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "owner", "why"),
    [
        ("Assistant director, safeguarding", "Assistant director, safeguarding", ""),
        ("Head of quality / Head of HR", "Head of quality",
         "names several: the owner is Head of quality"),
        ("Head of quality\nPractice lead", "Head of quality",
         "names several: the owner is Head of quality"),
        ("Head of quality; Director", "Head of quality",
         "names several: the owner is Head of quality"),
        ("Commissioning team", "Commissioning team",
         "reads like a person or a body, and owners are posts: kept as it is"),
        ("DIRECTOR of  children's services", "Director of children's services", ""),
    ],
)  # fmt: skip
def test_of_several_leads_the_first_post_is_the_owner_and_the_others_are_kept(
    xlsx: Callable[..., Took], plan_file: Path, typed: str, owner: str, why: str
) -> None:
    with plan_file.open("a", encoding="utf-8") as out:
        out.write('[owners."Director of children\'s services"]\n')
    took = xlsx(*with_cell("Lead officer", typed))
    action = took.action()
    assert action.owner == owner
    assert took.listed() == ({"D2": why} if why else {})
    if "several" in why:
        assert action.note == f"Lead officer (D2): {typed}"


# --- ratings and stages -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "rag", "stage"),
    [
        ("R", "red", "in-progress"), ("Amber", "amber", "in-progress"),
        ("GREEN - on track", "green", "in-progress"), ("On track", "green", "in-progress"),
        ("Complete", None, "delivered"), ("Not started", None, "not-started"),
        ("On hold", None, "parked"), ("Superseded", None, "superseded"),
    ],
)  # fmt: skip
def test_a_rating_or_a_stage_is_read_in_its_plain_words(
    xlsx: Callable[..., Took], typed: str, rag: str | None, stage: str
) -> None:
    action = xlsx(*with_cell("RAG", typed)).action()
    assert (action.rag or None, action.stage) == (rag, stage)


def test_a_colour_that_the_legend_has_not_is_listed_and_kept(xlsx: Callable[..., Took]) -> None:
    took = xlsx(*with_cell("RAG", "Purple"))
    assert not took.action().rag
    assert took.listed() == {"F2": "is no one colour or label of the plan's legend"}
    assert took.action().note == "RAG (F2): Purple"


def test_a_rating_is_read_by_the_plans_own_legend(
    xlsx: Callable[..., Took], plan_file: Path
) -> None:
    text = plan_file.read_text(encoding="utf-8")
    policy = '[policy]\nlegend = "complete-on-track"\n\n[[review]]'
    plan_file.write_text(text.replace("[[review]]", policy, 1), encoding="utf-8")
    took = xlsx(
        HEADINGS,
        *(
            (str(at), f"Finding {at}.", f"Do {at}", "Director", None, word, None)
            for at, word in enumerate(("On track", "Amber: on track", "Green - on track"))
        ),
    )
    assert [action.rag for action in took.plan.actions][:2] == ["amber", "amber"]
    assert not took.plan.actions[2].rag
    assert took.listed() == {"F4": "means another thing here: green is 'complete'"}


def test_red_with_no_reason_is_taken_and_said_and_progress_is_its_reason(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        HEADINGS,
        (*ROW[:5], "Red", None),
        ("5", "Another.", "Audit", "Director", None, "Red", "Two months missed."),
    )
    first, second = took.plan.actions
    assert (first.rag, first.reason) == ("red", "")
    assert (second.rag, second.reason, second.note) == ("red", "Two months missed.", "")
    assert took.listed() == {"F2": "is given with no reason: it was taken, and check asks for one"}


def test_embedded_is_taken_as_delivered_and_said(xlsx: Callable[..., Took]) -> None:
    took = xlsx((*HEADINGS, "Status"), (*ROW, "Embedded"))
    assert took.action().stage == "delivered"
    assert took.listed() == {"H2": "takes a test by someone else: taken as delivered"}


def test_a_day_of_completion_makes_it_delivered_unless_it_is_still_to_come(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        (*HEADINGS, "Date completed"),
        (*ROW, "14/02/2026"),
        ("5", "Another.", "Audit", "Director", None, None, None, "14/04/2026"),
    )
    first, second = took.plan.actions
    assert (first.stage, first.delivered) == ("delivered", date(2026, 2, 14))
    assert (second.stage, second.delivered) == ("not-started", None)
    assert took.listed() == {"H3": "is still to come: nothing was delivered on it yet"}


def test_evidence_is_a_pointer_with_its_link(xlsx: Callable[..., Took]) -> None:
    took = xlsx(
        (*HEADINGS, "Evidence"), (*ROW, "Training log\nhttps://council.example/log"),
        ("5", "Another.", "Audit", "Director", None, None, None, "A log to come"),
    )  # fmt: skip
    (evidence,) = took.plan.actions[0].evidence
    assert (evidence.id, evidence.where) == ("E1", "https://council.example/log")
    assert evidence.what.startswith("Training log")


# --- what the plan holds already --------------------------------------------------------------


def test_the_same_file_again_adds_nothing(xlsx: Callable[..., Took], plan_file: Path) -> None:
    xlsx(HEADINGS, ROW)
    before = plan_file.read_bytes()
    took = xlsx(HEADINGS, ROW)
    assert (took.code, took.said["held"], took.said["actions"]) == (0, 1, [])
    assert plan_file.read_bytes() == before
    assert "Nothing was changed." in took.err


def test_a_row_that_says_otherwise_is_shown_and_not_applied(
    xlsx: Callable[..., Took], plan_file: Path
) -> None:
    xlsx(HEADINGS, ROW)
    before = plan_file.read_bytes()
    took = xlsx(HEADINGS, (*ROW[:3], "Director", "30/06/2026", "A", "Late"))
    assert plan_file.read_bytes() == before
    assert [(d["ref"], d["field"], d["plan"], d["file"]) for d in took.said["differs"]] == [
        ("A1", "owner", "Head of workforce", "Director"),
        ("A1", "due", "Sunday 31 May 2026", "Tuesday 30 June 2026"),
        ("A1", "rag", "green", "amber"),
        ("A1", "note", "none", "Late"),
    ]


def test_a_recommendation_of_the_plan_is_found_by_its_words_and_never_reworded(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        HEADINGS,
        (None, "THE FRONT DOOR needs immediate  action", "Staff it", "Director", None, None, None),
    )
    assert took.action().answers == ("F1",)
    assert took.plan.findings[0].text == "The front door needs immediate action."
    assert took.said["findings"] == []


def test_a_recommendation_of_the_plan_is_found_by_its_number_alone(
    xlsx: Callable[..., Took], plan_file: Path
) -> None:
    text = plan_file.read_text(encoding="utf-8")
    plan_file.write_text(text.replace('theme = "workforce"', 'ref = "1.10"'), encoding="utf-8")
    took = xlsx(("Rec no", "Action", "Lead"), ("1.10", "Recruit", "Head of HR"))
    assert took.action().answers == ("F2",)


# --- what is refused --------------------------------------------------------------------------


def test_rows_that_answer_nothing_are_refused_by_name_unless_somebody_says_what(
    xlsx: Callable[..., Took], plan_file: Path
) -> None:
    rows = (("Action", "Lead"), ("Audit", "Director"), ("Recruit", "Head of HR"))
    before = plan_file.read_bytes()
    refused = xlsx(*rows)
    assert refused.code == 6
    assert "Row 2, row 3: no recommendation is named: say with --answers" in refused.err
    assert [each["where"] for each in refused.said["not_taken"]] == ["row 2", "row 3"]
    assert plan_file.read_bytes() == before
    took = xlsx(*rows, args=("--answers", "f2"))
    assert [action.answers for action in took.plan.actions] == [("F2",), ("F2",)]


def test_a_theme_over_rows_with_no_recommendation_is_kept_in_their_notes(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        ("Action", "Lead", "Due"), ("Theme 2: Workforce", None, None),
        ("Recruit", "Head of HR", "1 May 2026"), args=("--answers", "F1"),
    )  # fmt: skip
    assert took.action().note == "Theme: Theme 2: Workforce"


def test_what_the_file_says_otherwise_of_a_finding_of_the_plan_is_shown_and_not_applied(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(
        ("Rec no", "Recommendation", "Theme", "Outcome", "Action", "Lead"),
        ("4", "The front door needs action immediately.", "Front door", "Safety", "Staff it",
         "Director"),
    )  # fmt: skip
    found = {each["field"]: each["file"] for each in took.said["differs"]}
    assert found["theme"] == "Front door"
    assert (found["ref"], found["outcome"]) == ("4", "Safety")
    assert took.plan.findings[0].theme == "performance"


def test_a_number_that_nobody_knows_is_kept_beside_the_finding_that_was_given(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(("Rec no", "Action", "Lead"), ("12", "Audit", "Director"), args=("--answers", "F1"))
    assert took.action().note == "Recommendation: 12"


def test_a_row_of_one_known_word_below_the_headings_is_no_second_row_of_them(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(HEADINGS, (None, "Standards", "Update", None, None, None, None), ROW,
                args=("--owner", "Director"))  # fmt: skip
    assert [action.title for action in took.plan.actions] == ["Update", "Train the managers"]


def test_rows_that_nobody_owns_are_refused_by_name_unless_somebody_says_who(
    xlsx: Callable[..., Took],
) -> None:
    rows = with_cell("Lead officer", "TBC")
    refused = xlsx(*rows)
    assert (refused.code, refused.plan.actions) == (6, ())
    assert "Row 2: no owner is named: say with --owner which post it is" in refused.err
    took = xlsx(*rows, args=("--owner", "Director"))
    assert took.action().owner == "Director"
    assert took.listed() == {"D2": "names no post"}


def test_a_workbook_that_is_no_plan_is_refused_with_what_to_do(xlsx: Callable[..., Took]) -> None:
    took = xlsx(("Month", "Referrals"), ("January", 143))
    assert (took.code, took.plan.actions) == (1, ())
    assert "has no table that looks like a plan" in took.err
    assert "--map" in took.err


def test_of_several_reviews_or_none_one_must_be_named(
    xlsx: Callable[..., Took], plan_file: Path
) -> None:
    text = plan_file.read_text(encoding="utf-8")
    plan_file.write_text(
        text + '[[review]]\nid = "OFSTED"\ntitle = "Inspection"\n', encoding="utf-8"
    )
    before = plan_file.read_bytes()
    refused = xlsx(HEADINGS, ROW)
    assert (refused.code, plan_file.read_bytes()) == (2, before)
    assert "The plan has LGA, OFSTED: say with --review" in refused.err
    took = xlsx(HEADINGS, ROW, args=("--review", "ofsted"))
    assert took.plan.findings[-1].review == "OFSTED"


def test_an_empty_plan_takes_its_first_review_from_the_file(
    xlsx: Callable[..., Took], plan_file: Path
) -> None:
    plan_file.write_text('format = 1\ntitle = "New"\norganisation = "A council"\n', "utf-8")
    refused = xlsx(HEADINGS, ROW)
    assert (refused.code, refused.plan.reviews) == (2, ())
    assert "The plan has no review yet" in refused.err
    took = xlsx(HEADINGS, ROW, args=("--review", "OFSTED-2025", "--title", "Inspection of 2025"))
    assert took.plan.reviews == (Review("OFSTED-2025", "Inspection of 2025"),)
    assert (took.action().id, took.action().answers) == ("A1", ("F1",))


# --- other files ------------------------------------------------------------------------------


def test_commas_give_the_same_plan(take: Callable[..., Took], tmp_path: Path) -> None:
    took = take(values(tmp_path / "plan.csv", HEADINGS, ROW))
    assert (took.action().title, took.action().due) == ("Train the managers", date(2026, 5, 31))


def test_a_word_table_with_merged_cells_gives_its_actions_by_row_and_column(
    take: Callable[..., Took], tmp_path: Path
) -> None:
    made = docx.Document()
    made.add_heading("Theme 2: Workforce")
    table = made.add_table(rows=4, cols=5)
    said = (
        ("Ref", "Recommendation", "Action", "Lead", "By when"),
        ("2", "Turnover is high.", "Recruit", "Head of HR", "Ongoing"),
        ("", "", "Retain", "Head of HR", "1 May 2026"),
        ("3", "Records are late.", "Audit", "Director", "1 June 2026"),
    )
    for row, texts in zip(table.rows, said, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    made.save(str(tmp_path / "plan.docx"))
    took = take(tmp_path / "plan.docx")
    assert [action.answers for action in took.plan.actions] == [("F3",), ("F3",), ("F4",)]
    assert took.plan.findings[-1].theme == "Theme 2: Workforce"
    assert took.listed() == {"row 2, column 5": "has no end, so it is no date"}


def saved_by_libreoffice(source: Path, tmp_path: Path) -> Path:
    """Have LibreOffice open a workbook and save it again."""
    if shutil.which("soffice") is None:
        if os.environ.get("CI"):
            pytest.fail("soffice is not installed: it saves the workbook that is read here")
        pytest.skip("soffice is not installed: it saves the workbook that is read here")
    there = tmp_path / "office"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(there), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return there / source.name


def test_a_workbook_saved_by_libreoffice_is_read_alike(
    take: Callable[..., Took], tmp_path: Path
) -> None:
    rows = (HEADINGS, ("1.10", *ROW[1:4], date(2026, 5, 31), *ROW[5:]),
            (None, None, "Audit", "Director", "Ongoing", None, None))  # fmt: skip
    source = book(tmp_path / "plan.xlsx", *rows, merged=("A2:A3", "B2:B3"))
    took = take(saved_by_libreoffice(source, tmp_path))
    assert took.plan.findings[-1].ref == "1.10"
    assert [action.due for action in took.plan.actions] == [date(2026, 5, 31), None]
    assert took.listed() == {"E3": "has no end, so it is no date"}


def test_two_thousand_rows_of_another_programs_workbook_are_all_taken(
    take: Callable[..., Took], tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "big.xlsx")) as made:
        sheet = made.add_worksheet("Plan")
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, 2001):
            sheet.write_row(row, 0, (str(row), f"Finding {row}.", f"Do {row}", *ROW[3:]))
    took = take(tmp_path / "big.xlsx")
    assert (len(took.plan.actions), len(took.plan.findings)) == (2000, 2002)


# --- shown, and asked -------------------------------------------------------------------------


def test_a_dry_run_shows_all_and_changes_nothing(run: Run, tmp_path: Path, plan_file: Path) -> None:
    before = plan_file.read_bytes()
    path = book(tmp_path / "plan.xlsx", *with_cell("By when", "Ongoing"))
    done = run("import", "plan", str(path), "--dry-run", *DAY)
    assert (done.code, plan_file.read_bytes()) == (0, before)
    for words in ("Practice is uneven.", "Train the managers", "E2\tOngoing\thas no end"):
        assert words in done.out
    assert "Nothing was changed: this was a dry run." in done.err


def test_piped_and_unasked_nothing_is_taken(
    program: Program, tmp_path: Path, plan_file: Path
) -> None:
    before = plan_file.read_bytes()
    done = program("import", "plan", str(book(tmp_path / "plan.xlsx", HEADINGS, ROW)), *DAY)
    assert plan_file.read_bytes() == before
    assert done.code == 6
    assert "--yes" in done.err


def test_a_table_that_is_piped_in_is_read(run: Run, plan_file: Path) -> None:
    text = "\n".join(",".join(row) for row in (HEADINGS, ROW))
    done = run("import", "plan", "-", "--yes", *DAY, typed=text)
    assert done.code == 0
    assert "Train the managers" in plan_file.read_text(encoding="utf-8")


@pytest.fixture
def screen() -> Iterator[Callable[..., Terminal]]:
    """Start imports on real terminals, and close them."""
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal("import", "plan", *arguments, *DAY))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.mark.parametrize(("answer", "count"), [("y", 1), ("n", 0)])
def test_on_a_terminal_all_is_shown_and_then_asked_for(
    screen: Callable[..., Terminal], tmp_path: Path, plan_file: Path, answer: str, count: int
) -> None:
    terminal = screen(str(book(tmp_path / "plan.xlsx", *with_cell("By when", "Ongoing"))))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.until("[y/N]"))
    assert "Practice is uneven." in " ".join(shown.split())
    assert "has no end, so it is no date" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
    terminal.type(answer)
    terminal.finish()
    assert len(read_plan(plan_file.read_text(encoding="utf-8")).actions) == count


def test_hostile_words_of_a_table_reach_no_screen_as_control(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "plan.toml").write_text(HEAD, encoding="utf-8")
    path = values(
        tmp_path / "plan.csv", HEADINGS,
        ("1", "\x1b[31mRed", "Do\u202e it", "Head \x1b]0;x\x07", "\x1b[2J", "\x9b31m", "[b]x"),
    )  # fmt: skip
    done = run("import", "plan", str(path), "--yes", *DAY)
    assert not set("\x1b\x07\x9b\u202e") & set(done.out + done.err)


# --- nothing is lost --------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["31/05/2026", "Ongoing", "Director", "Head of HR; Director", "Red", "Embedded", "1.10",
     "Theme", "Total", "Recommendation 4: do more", "TBC", "Complete", "R", "n/a",
     "1 May 2026\n1 June 2026",
     "Audit", "a\nb", "12", "46000", "1. One\n2. Two", "Progress", "Not started", "2 July 2026"]
) | st.text("abc XY12.-/\n", max_size=12)  # fmt: skip
HEADS = st.lists(
    st.sampled_from([field.headings[0] for field in FIELDS] + ["Bananas", "", "RAG", "By when"]),
    min_size=1, max_size=7,
)  # fmt: skip


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


def told(plan: Plan) -> set[str]:
    """Give the words of a plan; days, ratings and stages in the words that a table has for them."""
    days = {
        day: {str(day), f"{day:%d/%m/%Y}", f"{day.day} {day:%B %Y}"}
        for action in plan.actions
        for day in (action.start, action.due, action.forecast, action.updated, action.delivered,
                    *(each for move in action.moves for each in (move.from_, move.to)))
        if day
    }  # fmt: skip
    stages = {"delivered": "complete", "not-started": "not started"}
    said = [word for words in days.values() for word in words]
    said += [stages.get(action.stage, "") for action in plan.actions]
    said += [action.rag[:1] for action in plan.actions]
    text = json.dumps([plan, said], default=str, ensure_ascii=False)
    return words_in(text.replace("\\n", " "))


@given(
    HEADS, st.lists(st.lists(PIECES | st.none(), min_size=9, max_size=9), min_size=1, max_size=5)
)
def test_every_word_of_every_cell_is_in_the_plan_or_in_what_was_listed_or_left_out(
    heads: list[str], rows: list[list[str | None]]
) -> None:
    assume(heads.count("Bananas") * 2 <= len(heads))  # else it is no plan, and refused as none
    headings = ("Recommendation", "Action", *heads)
    table = [tuple(row[: len(headings)]) for row in rows]
    grid = Grid("P", (headings, *table))
    plan, day = read_plan(HEAD), date(2026, 3, 1)
    found = planned.found_in("p.csv", (grid,), "", {})
    context = planned.context_of(plan, "p.csv", day, month_end=False)
    said = planned.read("p.csv", (grid,), found, context)
    laid = planned.lay(plan, said, planned.Meant(plan.reviews[0], "F1", "Director"), day, {})
    beside = [each.said for each in (*laid.homeless, *said.drafts.listed, *said.drafts.left_out)]
    over = [column.heading for each in found for column in each.columns]
    known = told(laid.plan) | words_in(" ".join([*beside, *headings, *over]))
    said_something = [value for row in table for value in row if value and value != "n/a"]
    lost = {word for value in said_something for word in words_in(value)} - known
    assert not lost


# --- more than any plan -----------------------------------------------------------------------


def grid_of(rows: int, columns: int, value: str = "x") -> Grid:
    """Give a table of so many rows and columns that hold something."""
    return Grid("P", tuple(tuple([value] * columns) for _ in range(rows)))


@pytest.mark.parametrize(
    ("rows", "columns", "value"),
    [(grids.MOST_ROWS, 2, "x"), (1, grids.MOST_COLUMNS, "x"), (1, 1, "x" * grids.MOST_LETTERS)],
)
def test_what_a_plan_may_hold_at_most_is_bounded_before_its_words_are_looked_at(
    rows: int, columns: int, value: str
) -> None:
    grids.refuse_excess("big.csv", [grid_of(rows, columns, value)])
    wider, taller = grid_of(rows, columns + 1, value), grid_of(rows + 1, columns, value)
    longer = grid_of(rows, columns, f"{value}x")
    refused = {
        grids.MOST_ROWS: taller, grids.MOST_COLUMNS: wider, grids.MOST_LETTERS: longer,
    }[max(rows, columns, len(value))]  # fmt: skip
    with pytest.raises(ActionPlanError, match=r"big\.csv was not read: .* are the most"):
        grids.refuse_excess("big.csv", [refused])


def test_blank_rows_and_columns_count_for_nothing_and_all_tables_count_together() -> None:
    blank = Grid("P", ((None,) * 2_000, ("x",) + (None,) * 1_999) * 1_000)
    grids.refuse_excess("plan.xlsx", [blank] * 10)
    with pytest.raises(ActionPlanError, match="11,000 rows hold something"):
        grids.refuse_excess("plan.xlsx", [blank] * 11)


def test_both_commands_that_read_tables_refuse_more_than_a_plan_in_a_sentence(
    run: Run, tmp_path: Path, plan_file: Path
) -> None:
    before = plan_file.read_bytes()
    path = values(tmp_path / "big.csv", HEADINGS, *[ROW] * (grids.MOST_ROWS + 1))
    for command in ("plan", "update"):
        done = run("import", command, str(path), "--yes", *DAY)
        assert (done.code, "10,002 rows hold something" in done.err) == (1, True)
    assert plan_file.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    ["1" * 30_000, "/" * 30_000, f"1{' ' * 30_000}1", "31/03/2026 " * 2_900, "by " * 10_000,
     "12-" * 10_000, "Head of HR and " * 2_000, "1." * 15_000, "a\n" * 15_000, "(a" * 15_000],
    ids=lambda words: words[:4].strip(),
)  # fmt: skip
def test_words_without_end_in_any_cell_are_listed_or_kept(
    xlsx: Callable[..., Took], words: str
) -> None:
    for heading in HEADINGS:
        took = xlsx(*with_cell(heading, words))
        assert took.code in {0, 1, 6}
        assert took.code == 0 or took.err.strip().endswith("Nothing was changed.")
    took = xlsx(*with_cell("By when", words))
    if any(map(str.isalnum, words)):
        assert took.listed()["E2"] in {"is longer than any date", "is not read as a date"}


def test_the_preview_shows_the_beginning_of_what_is_long_and_the_plan_gets_all(
    run: Run, tmp_path: Path, plan_file: Path
) -> None:
    path = book(tmp_path / "p.xlsx", *with_cell("Action", "Train " * 1_000))
    shown = run("import", "plan", str(path), "--dry-run", *DAY)
    (line,) = (line for line in shown.out.splitlines() if "Train" in line)
    assert 500 < len(line) < 700
    assert run("import", "plan", str(path), "--yes", *DAY).code == 0
    plan = read_plan(plan_file.read_text(encoding="utf-8"))
    assert plan.actions[-1].title == ("Train " * 1_000).strip()


def test_thousands_of_rows_are_taken_in_and_each_is_there(
    xlsx: Callable[..., Took],
) -> None:
    rows = [(str(n), f"Point {n}.", f"Do {n}", *ROW[3:]) for n in range(1_500)]
    took = xlsx(HEADINGS, *rows)
    assert took.code == 0
    assert [action.title for action in took.plan.actions] == [f"Do {n}" for n in range(1_500)]


# --- American dates ---------------------------------------------------------------------------


AMERICAN = [
    HEADINGS,
    *((str(n), f"Point {n}.", f"Do {n}", "Head of workforce", when, "G", "")
      for n, when in enumerate(("03/31/2026", "04/05/2026", "25/12/2026", "06/06/2026"), 1)),
]  # fmt: skip


def test_where_a_date_can_not_be_day_first_none_of_its_table_that_may_be_otherwise_is_taken(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(*AMERICAN)
    assert [a.due for a in took.plan.actions] == [
        None, None, date(2026, 12, 25), date(2026, 6, 6),
    ]  # fmt: skip
    assert took.listed() == {
        "E2": "has its month first (--dates month-first reads it so)",
        "E3": "may have its month first, as E2 has (say which with --dates month-first or --dates "
        "day-first)",
    }
    assert took.plan.actions[1].note == "By when (E3): 04/05/2026"


def test_dates_month_first_reads_a_table_so_and_day_first_reads_it_as_usual(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(*AMERICAN, args=("--dates", "month-first"))
    assert [a.due for a in took.plan.actions] == [
        date(2026, 3, 31), date(2026, 4, 5), None, date(2026, 6, 6),
    ]  # fmt: skip
    assert took.listed() == {"E4": "can't have its month first"}


def test_dates_day_first_takes_what_may_be_day_first(xlsx: Callable[..., Took]) -> None:
    took = xlsx(*AMERICAN, args=("--dates", "day-first"))
    assert [a.due for a in took.plan.actions] == [
        None, date(2026, 5, 4), date(2026, 12, 25), date(2026, 6, 6),
    ]  # fmt: skip


def test_an_order_of_dates_that_there_is_not_is_refused(xlsx: Callable[..., Took]) -> None:
    took = xlsx(*AMERICAN, args=("--dates", "american"))
    assert (took.code, "use day-first or month-first" in took.err) == (2, True)


def test_one_column_makes_the_dates_of_the_others_doubtful_and_two_in_a_cell_as_well(
    xlsx: Callable[..., Took],
) -> None:
    headings = ("Recommendation", "Action", "Lead", "Start date", "By when")
    row = ("Practice is uneven.", "Train", "Head of workforce")
    took = xlsx(headings, (*row, "02/03/2026", "05/31/2026"))
    assert set(took.listed()) == {"D2", "E2"}
    took = xlsx(headings, (*row, "", "03/04/2026 revised to 05/31/2026"))
    assert (took.plan.actions[-1].due, set(took.listed())) == (None, {"E2"})


def test_a_date_of_the_workbook_beside_words_with_the_month_first_is_taken_and_listed(
    xlsx: Callable[..., Took],
) -> None:
    rows = [
        (*AMERICAN[n][:4], day, "G", "") for n, day in ((1, "03/31/2026"), (2, date(2026, 5, 4)))
    ]
    took = xlsx(HEADINGS, *rows)
    assert took.plan.actions[1].due == date(2026, 5, 4)
    assert took.listed()["E3"] == "was taken as 4 May 2026, though E2 has its month first"


def test_cells_that_say_nothing_count_as_blank_and_are_named_and_a_question_is_listed(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(HEADINGS, (*ROW[:4], "n/a", "-", "None"), ("5", "More.", "Do", *ROW[3:4], "?", "?"))
    assert any(
        note.startswith("E2, F2, G2 say nothing (such as n/a or a dash)")
        for note in took.said["notes"]
    )
    assert set(took.listed()) == {"E3", "F3"}


# --- ratings that only a colour says ----------------------------------------------------------


@pytest.fixture
def painted(tmp_path: Path) -> Path:
    """Save a plan whose ratings are colours alone, and whose headings are painted as well."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(list(HEADINGS))
    fills = ("FFFF0000", "FFFFC000", "FF00B050", "FF7030A0", None)
    for number, colour in enumerate(fills, 1):
        row = (str(number), f"Point {number}.", f"Do {number}", "Head of workforce", "", "", "")
        sheet.append(row)
        if colour:
            solid = openpyxl.styles.PatternFill("solid", fgColor=colour)
            sheet.cell(number + 1, 6).fill = solid
            sheet.cell(number + 1, 1).fill = sheet.cell(1, number).fill = solid
    sheet.cell(40, 6).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF0000")
    made.save(tmp_path / "painted.xlsx")
    return tmp_path / "painted.xlsx"


def assert_read_by_colour(took: Took) -> None:
    assert took.code == 0
    assert [action.rag for action in took.plan.actions] == ["red", "amber", "green", "", ""]
    by_colour = "is the colour of the cell, which holds no word: taken as its rating"
    said = [each for each in took.said["listed"] if each["why"] == by_colour]
    assert [(each["where"], each["said"]) for each in said] == [
        ("F2", "red"), ("F3", "amber"), ("F4", "green"),
    ]  # fmt: skip
    assert took.listed()["F5"] == "is no one colour or label of the plan's legend"
    assert "painted 7030a0" in took.plan.actions[3].note


def test_a_rating_that_is_only_painted_is_read_by_its_colour_and_listed(
    painted: Path, take: Callable[..., Took]
) -> None:
    assert_read_by_colour(take(painted))


def test_a_painted_rating_is_read_alike_as_libreoffice_saves_it(
    painted: Path, take: Callable[..., Took], tmp_path: Path
) -> None:
    assert_read_by_colour(take(saved_by_libreoffice(painted, tmp_path)))


def test_the_colour_of_a_row_that_heads_others_and_of_a_word_says_nothing(
    tmp_path: Path, take: Callable[..., Took]
) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(list(HEADINGS))
    sheet.append(["Theme 1: the front door"])
    sheet.append(["1", "Point.", "Do it", "Head of workforce", "", "Green", ""])
    for at in range(1, 8):
        for row in (2, 3):
            sheet.cell(row, at).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF0000")
    made.save(tmp_path / "theme.xlsx")
    took = take(tmp_path / "theme.xlsx")
    assert (took.action().rag, took.plan.findings[-1].theme) == ("green", "Theme 1: the front door")
    assert took.said["listed"] == []


# --- what a sheet shows beside its words ------------------------------------------------------


def test_comments_and_words_struck_through_are_named_never_passed_over(
    tmp_path: Path, take: Callable[..., Took]
) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(list(HEADINGS))
    sheet.append(list(ROW))
    sheet["C2"].font = openpyxl.styles.Font(strike=True)
    sheet["D2"].comment = openpyxl.comments.Comment("Passed to the head of quality.", "Officer")
    made.save(tmp_path / "marked.xlsx")
    took = take(tmp_path / "marked.xlsx")
    assert took.action().title == ROW[2]
    assert (
        "Sheet 'Sheet': words struck through in C2 were read like the rest." in (took.said["notes"])
    )
    assert "Sheet 'Sheet' has comments on D2: they were not read." in took.said["notes"]


@pytest.mark.parametrize(
    ("words", "points"),
    [("1. Set a standard. 2. Measure it. 3. Report it.", 3), ("(1) Set it; (2) check it", 2),
     ("- Set it\n- Check it", 2)],
)  # fmt: skip
def test_several_points_in_a_cell_are_one_action_and_listed(
    xlsx: Callable[..., Took], words: str, points: int
) -> None:
    took = xlsx(*with_cell("Action", words))
    assert took.action().title == " ".join(words.split())
    assert took.listed()["C2"] == f"lists {points} points: it was taken as one action"


@pytest.mark.parametrize(
    ("words", "titles"),
    [("1. Set a standard. 2. Measure it.", ("Set a standard.", "Measure it.")),
     ("Supervision:\n- write the policy,\nand agree it\n- audit",
      ("Supervision: write the policy, and agree it", "Supervision: audit")),
     ("Train the managers", ("Train the managers",))],
)  # fmt: skip
def test_split_makes_an_action_of_each_point_and_says_that_they_share_the_rest(
    xlsx: Callable[..., Took], words: str, titles: tuple[str, ...]
) -> None:
    took = xlsx(*with_cell("Action", words), args=("--split",))
    assert tuple(action.title for action in took.plan.actions) == titles
    assert {(a.owner, a.due, a.rag, a.answers) for a in took.plan.actions} == {
        ("Head of workforce", date(2026, 5, 31), "green", ("F3",))
    }
    several = {"C2": "lists 2 points: 2 actions, alike in all but their titles"}
    assert took.listed() == (several if len(titles) > 1 else {})
    again = xlsx(*with_cell("Action", words), args=("--split",))
    assert len(again.plan.actions) == len(titles)


def test_a_title_with_a_number_in_it_is_one_point(xlsx: Callable[..., Took]) -> None:
    assert xlsx(*with_cell("Action", "Train 2. Then visit 1 team.")).listed() == {}


def test_open_and_overdue_are_no_stages_and_the_list_says_why(xlsx: Callable[..., Took]) -> None:
    headings = (*HEADINGS, "Status")
    took = xlsx(headings, (*ROW, "Open"), ("5", "More.", "Do", *ROW[3:], "Overdue"))
    assert took.listed() == {
        "H2": "does not say whether it is begun",
        "H3": "says that it is late, and no stage: the due date tells that",
    }


# --- shapes of plans ---------------------------------------------------------------------------


def test_a_sheet_for_each_recommendation_names_it_over_its_table(
    tmp_path: Path, take: Callable[..., Took]
) -> None:
    path = tmp_path / "plan.xlsx"
    for number, text in ((1, "Plans are late."), (2, "Supervision is thin.")):
        book(
            path,
            [f"Recommendation {number}: {text}", None, None],
            ["Sponsor: the board"],
            ["Action", "By whom", "By when"],
            [f"Mend it {number}", "Head of practice", "31/05/2026"],
            merged=["A1:C1"],
            name=f"Rec {number}",
        )
    took = take(path)
    new = took.plan.findings[2:]
    assert [(each.ref, each.text, each.theme) for each in new] == [
        ("1", "Plans are late.", ""), ("2", "Supervision is thin.", ""),
    ]  # fmt: skip
    assert [action.answers for action in took.plan.actions] == [("F3",), ("F4",)]
    assert (
        "Over the table of Rec 1 stands what was not read: 'Sponsor: the board'."
        in took.said["notes"]
    )


def test_a_heading_of_word_names_the_recommendation_of_the_table_below_it(
    tmp_path: Path, take: Callable[..., Took]
) -> None:
    made = docx.Document()
    made.add_paragraph("Agreed by the board.")
    made.add_heading("Recommendation 7: Visits are late", 2)
    made.add_paragraph("Sponsor: the board")
    table = made.add_table(rows=2, cols=3)
    for row, words in zip(
        table.rows, (("Action", "Lead", "By"), ("Visit", "Head of practice", "31/05/2026")),
        strict=True,
    ):  # fmt: skip
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    path = tmp_path / "plan.docx"
    made.save(str(path))
    took = take(path)
    finding, action = took.plan.findings[-1], took.action()
    assert (finding.ref, finding.text) == ("7", "Visits are late")
    assert (action.answers, action.due) == (("F3",), date(2026, 5, 31))
    assert "2 paragraphs outside the tables were not read." in took.said["notes"]


def test_a_table_with_other_columns_below_the_first_is_a_table_of_its_own(
    xlsx: Callable[..., Took],
) -> None:
    head = ("Ref", "Key recommendation", "Action", "Lead", "Deadline")
    took = xlsx(
        (*head, "RAG", "Progress"),
        ("R1", "One vision.", "Write it", "Head of policy", "30/06/2026", "G", "Begun"),
        (),
        (*head, "Date completed", "Evidence"),
        ("R2", "One plan.", "Publish it", "Head of policy", "31/01/2026", "29/01/2026", "The page"),
    )
    action = took.plan.actions[-1]
    assert (action.stage, action.delivered) == ("delivered", date(2026, 1, 29))
    assert [each.what for each in action.evidence] == ["The page"]
    assert took.said["listed"] == []


def test_a_sentence_below_the_table_is_left_out_and_no_recommendation(
    xlsx: Callable[..., Took],
) -> None:
    foot = "Note that this plan is looked at again by Cabinet each quarter"
    took = xlsx(
        ("Ref", "Action", "Lead", "By when"),
        ("1", "Train", "Head of practice", "31/05/2026"),
        (foot,),
        args=("--answers", "F1"),
    )
    assert len(took.plan.findings) == 2
    assert took.left_out() == {"A3": "heads no row"}


def test_a_heading_over_parts_that_are_not_known_is_read_with_them(
    xlsx: Callable[..., Took],
) -> None:
    top = ("Recommendation", "Action", "Lead", "Timescale", None, "Milestones", None)
    took = xlsx(
        top,
        (None, None, None, "Start", "End", "6 months", "12 months"),
        ("Plans are late.", "Train", "Head of practice", date(2026, 1, 6), date(2026, 5, 31),
         "Half trained", "All trained"),
        merged=["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"],
    )  # fmt: skip
    action = took.action()
    assert (action.start, action.due) == (date(2026, 1, 6), date(2026, 5, 31))
    assert "Milestones 6 months: Half trained\nMilestones 12 months: All trained" in action.note


@pytest.mark.parametrize(
    ("sign", "kept"), [("\u2191", True), ("\u2713", True), ("\u2013", False), ("...", False)]
)
def test_a_sign_is_kept_unless_it_stands_for_nothing(
    xlsx: Callable[..., Took], sign: str, *, kept: bool
) -> None:
    took = xlsx((*HEADINGS, "Direction"), (*ROW, sign))
    assert (took.action().note == f"Direction: {sign}") is kept
    assert any("say nothing" in note or "says nothing" in note for note in took.said["notes"]) is (
        not kept
    )


def test_a_rating_that_the_legend_calls_done_is_delivered_where_nothing_says_the_stage(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(*with_cell("RAG", "Blue"))
    assert (took.action().rag, took.action().stage) == ("blue", "delivered")
    assert took.listed() == {"F2": "is 'embedded' in the plan's legend: taken as delivered"}


# --- the version of next month -----------------------------------------------------------------


def test_a_later_version_tells_the_new_progress_and_evidence_of_what_the_plan_has(
    xlsx: Callable[..., Took],
) -> None:
    xlsx((*HEADINGS[:-1], "Progress to May 2026"), (*ROW[:-1], "Half done"))
    later = (*HEADINGS[:-1], "Progress to May 2026", "Progress to June 2026", "Evidence")
    took = xlsx(later, (*ROW[:-1], "Half done", "All done", "The log"))
    assert [(d["ref"], d["field"], d["plan"], d["file"]) for d in took.said["differs"]] == [
        ("A1", "note", "Half done", "Progress to June 2026: All done"),
        ("A1", "evidence", "none such", "The log"),
    ]


def test_a_note_that_moved_to_another_row_says_nothing_new(xlsx: Callable[..., Took]) -> None:
    row = (*ROW[:4], "Ongoing", *ROW[5:])
    xlsx(HEADINGS, row)
    took = xlsx(("The plan",), HEADINGS, row)
    assert (took.said["differs"], took.said["actions"]) == ([], [])


def test_an_action_that_was_reworded_is_told_beside_the_one_that_no_row_names(
    xlsx: Callable[..., Took],
) -> None:
    other = (*ROW[:2], "Audit ten files", *ROW[3:])
    xlsx(HEADINGS, ROW, other)
    took = xlsx(HEADINGS, (*ROW[:2], "Train all the managers", *ROW[3:]), other)
    assert took.listed() == {
        "row 2": "is taken as new, and reads like A1 ('Train the managers'), which no row names: "
        "is it the same, reworded?"
    }
    assert (
        "The plan has A1 for the same findings, and no row of the file names it."
        in (took.said["notes"])
    )


# --- cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "stage", "note"),
    [
        ("Yes", "delivered", ""),
        ("\u2713", "delivered", ""),
        ("No", "in-progress", "Completed?: No"),
        ("Soon", "in-progress", "Completed? (H2): Soon"),
    ],
)
def test_a_column_that_asks_whether_it_is_completed_is_answered_by_yes_no_or_a_tick(
    xlsx: Callable[..., Took], said: str, stage: str, note: str
) -> None:
    took = xlsx((*HEADINGS, "Completed?"), (*ROW, said))
    assert (took.action().stage, took.action().note) == (stage, note)
    assert list(took.listed()) == (["H2"] if said == "Soon" else [])


def test_of_leads_named_by_their_initials_the_first_is_the_owner(
    xlsx: Callable[..., Took],
) -> None:
    took = xlsx(*with_cell("Lead officer", "AB / CD"))
    assert took.action().owner == "AB"
    assert took.listed() == {"D2": "names several: the owner is AB"}
    assert "Lead officer (D2): AB / CD" in took.action().note


def test_where_the_words_of_a_cell_lead_is_where_the_evidence_lies(
    tmp_path: Path, take: Callable[..., Took]
) -> None:
    path = book(tmp_path / "plan.xlsx", (*HEADINGS, "Evidence"), (*ROW, "The log"))
    made = openpyxl.load_workbook(path)
    made.active["H2"].hyperlink = "https://intranet.example/log"
    made.active["C2"].hyperlink = "https://intranet.example/scope"
    made.active["D2"].hyperlink = "mailto:someone@example.org"
    made.save(path)
    action = take(path).action()
    assert [(each.what, each.where) for each in action.evidence] == [
        ("The log", "https://intranet.example/log")
    ]
    assert action.note == "Action (C2) leads to https://intranet.example/scope"


@pytest.mark.parametrize(
    ("said", "order", "day"),
    [
        ("31/03/14", "", None),
        ("31/03/14", "day-first", date(2014, 3, 31)),
        ("30.11.03", "day-first", date(2003, 11, 30)),
        ("1-Apr-14", "day-first", date(2014, 4, 1)),
        ("03/31/14", "month-first", date(2014, 3, 31)),
        ("31/02/14", "day-first", None),
    ],
)
def test_a_year_of_two_digits_is_read_where_somebody_says_how_figures_are_meant(
    xlsx: Callable[..., Took], said: str, order: str, day: date | None
) -> None:
    took = xlsx(*with_cell("By when", said), args=("--dates", order) if order else ())
    assert took.action().due == day
    assert ("E2" in took.listed()) is (day is None)
