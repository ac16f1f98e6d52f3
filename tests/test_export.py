"""Sheets, records and calendars of a plan: what each holds, and that nothing in them is run."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from importlib import import_module
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import pytest
from conftest import BIRMINGHAM, birmingham_as_at
from icalendar import Calendar

from actionplan import extras, model, query
from actionplan.errors import ActionPlanError
from actionplan.model import (
    Action,
    Evidence,
    Finding,
    Measure,
    Meeting,
    Milestone,
    Move,
    Plan,
    Policy,
    Reading,
    Review,
)
from actionplan.renderers import calendar, comma, records, workbook
from actionplan.reports import events, sheets

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Program, Run

openpyxl = import_module("openpyxl")

DAY = date(2014, 5, 1)
AS_AT = ("-f", str(BIRMINGHAM), "--as-at", "2014-05-01")
FORMS = ("xlsx", "csv", "json", "jsonl", "ics")


@pytest.fixture(scope="module")
def told() -> sheets.Export:
    """Give all sheets of Birmingham's plan on the first of May."""
    return sheets.export(query.view(birmingham_as_at(DAY), DAY), sheets.KINDS)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def rows_of(book: Any, name: str) -> list[dict[str, Any]]:
    headings, *rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def json_lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def events_of(content: bytes) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


# --- the command --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_ending_says_the_form_and_standard_error_says_what_was_written(
    form: str, tmp_path: Path, run: Run
) -> None:
    done = run("export", f"out.{form}", *AS_AT)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("Wrote ")
    assert done.err.endswith(f" to out.{form}.\n")
    first = (tmp_path / f"out.{form}").read_bytes()
    assert run("export", f"out.{form}", *AS_AT).code == 0
    assert (tmp_path / f"out.{form}").read_bytes() == first


def test_what_was_written_is_counted(run: Run) -> None:
    assert run("export", "out.jsonl", *AS_AT).err == (
        "Wrote 23 actions, 16 findings, 3 measures, 15 readings, 17 moves, 4 milestones, 11 pieces "
        "of evidence, 12 tests, 2 reviews to out.jsonl.\n"
    )
    assert run("export", "out.csv", *AS_AT).err == "Wrote 23 actions to out.csv.\n"
    assert run("export", "out.ics", *AS_AT).err == "Wrote 16 dates to out.ics.\n"


def test_a_form_can_be_named_and_a_pipe_gets_what_a_file_would(
    tmp_path: Path, program: Program
) -> None:
    for form in FORMS:
        assert program("export", f"out.{form}", *AS_AT).code == 0
        piped = subprocess.run(
            [sys.executable, "-m", "actionplan", "export", "-", "--to", form, *AS_AT],
            check=True,
            capture_output=True,
        )
        assert piped.stdout == (tmp_path / f"out.{form}").read_bytes()
        assert piped.stderr == b""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("out.zip",), "let it end in one of .xlsx, .csv, .json, .jsonl, .ics"),
        (("-",), "let it end in one of .xlsx, .csv, .json, .jsonl, .ics"),
        (("out.csv", "--to", "pdf"), "An export has no form 'pdf'. It has: xlsx, csv, json, jsonl"),
        (("out.csv", "--sheet", "owners"), "There is no sheet 'owners'. There are: actions,"),
        (("out.csv", "--sheet", "moves", "--sheet", "tests"), "A file of csv holds one sheet"),
        (("out.ics", "--sheet", "moves"), "A calendar has no sheets: leave out --sheet."),
        (("out.csv", "--owner", "Nobody"), "No owner of this plan is 'Nobody'."),
    ],
)
def test_what_can_not_be_meant_is_wrong_usage(
    typed: tuple[str, ...], sentence: str, tmp_path: Path, run: Run
) -> None:
    done = run("export", *typed, *AS_AT)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_no_export_is_written_over_the_plan_or_its_history(
    form: str, plan_file: Path, run: Run
) -> None:
    """A plan with one action.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Act"
    owner = "Head of HR"
    due = 2014-03-31
    """
    before = plan_file.read_bytes()
    done = run("export", str(plan_file), "--to", form)
    assert done.code == 2
    assert "is the plan or its history: name another file to write to." in done.err
    assert plan_file.read_bytes() == before


def test_what_can_not_be_written_is_said(run: Run) -> None:
    done = run("export", "nowhere/out.csv", *AS_AT)
    assert done.code == 1
    assert "nowhere/out.csv could not be written: No such file or directory." in done.err


def test_a_workbook_without_its_package_is_a_sentence_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    done = run("export", "out.xlsx", *AS_AT)
    assert done.code == 1
    assert "pip install 'actionplan[excel]'" in done.err
    assert list(tmp_path.iterdir()) == []
    assert run("export", "out.csv", *AS_AT).code == 0
    with pytest.raises(ActionPlanError):
        extras.needed("xlsxwriter", "excel")


def test_other_commands_do_not_import_what_only_an_export_needs(program: Program) -> None:
    code = "import sys; sys.argv[1:] = ['list']; from actionplan.cli import app; app.main(); "
    said = (
        "print([m for m in ('csv', 'xlsxwriter', 'actionplan.reports.sheets') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + said],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "ACTIONPLAN_FILE": str(BIRMINGHAM)},
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert program("export", "--help").code == 0


def test_a_screen_is_not_sent_a_workbook() -> None:
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "actionplan", "export", "-", "--to", "xlsx", *AS_AT],
        check=False,
        stdout=follower,
        stderr=subprocess.PIPE,
    )
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert b"A screen can't show xlsx: name a file, such as plan.xlsx." in done.stderr


# --- what is looked at --------------------------------------------------------------------------


def test_a_filter_leaves_what_belongs_to_its_actions(tmp_path: Path, run: Run) -> None:
    assert run("export", "out.json", *AS_AT, "--owner", "Head of workforce").code == 0
    body = json.loads((tmp_path / "out.json").read_bytes())
    assert {line["owner"] for line in body["actions"]} == {"Head of workforce"}
    answered = {ref for line in body["actions"] for ref in line["answers"]}
    assert {line["ref"] for line in body["findings"]} == answered
    assert {line["review"] for line in body["findings"]} == {
        line["ref"] for line in body["reviews"]
    }
    assert all(set(line["findings"]) & answered for line in body["measures"])
    refs = {line["ref"] for line in body["actions"]}
    assert {line["ref"] for line in body["moves"]} <= refs
    assert body["caution"] == "Not the whole plan: only owner Head of workforce, 1 of 23 actions."


@pytest.mark.parametrize(
    "filters",
    [
        (),
        ("--overdue",),
        ("--stale",),
        ("--challenged",),
        ("--theme", "workforce"),
        ("--review", "DFE"),
        ("--finding", "F2"),
        ("--stage", "delivered", "--rag", "green"),
        ("--due-by", "2014-05-31"),
    ],
)
def test_an_export_holds_the_actions_that_list_lists(
    filters: tuple[str, ...], tmp_path: Path, run: Run
) -> None:
    listed = json.loads(run("list", "--json", *AS_AT, *filters).out)["actions"]
    assert listed
    assert run("export", "out.jsonl", "--sheet", "actions", *AS_AT, *filters).code == 0
    about, *lines = json_lines((tmp_path / "out.jsonl").read_bytes())
    assert about["record"] == "plan"
    for line in lines:
        assert [line.pop(key) for key in ("record", "plan", "as_at")] == [
            "action", "Children's services improvement plan", "2014-05-01",
        ]  # fmt: skip
    assert lines == listed


def test_a_sheet_can_be_chosen(tmp_path: Path, run: Run) -> None:
    assert run("export", "out.csv", "--sheet", "Moves", *AS_AT).code == 0
    assert csv_rows((tmp_path / "out.csv").read_bytes())[0]["Moved on"] == "2014-02-27"
    assert run("export", "out.xlsx", "--sheet", "tests", "--sheet", "moves", *AS_AT).code == 0
    book = opened((tmp_path / "out.xlsx").read_bytes())
    assert book.sheetnames == ["About", "Moves", "Tests"]


def test_the_posts_are_given_and_never_a_name_or_an_address(tmp_path: Path, run: Run) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'format = 1\ntitle = "A plan"\n\n[owners."Head of HR"]\nname = "Made-up Name"\n'
        'email = "made-up@council.example"\n\n[[review]]\nid = "LGA"\ntitle = "Review"\n\n'
        '[[finding]]\nid = "F1"\nreview = "LGA"\ntext = "Morale."\npasses_to = "Head of HR"\n\n'
        '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "Act"\nowner = "Head of HR"\n'
        "due = 2030-03-29\n"
    )
    for form in FORMS:
        assert run("export", f"out.{form}", "-f", str(plan)).code == 0
        content = (tmp_path / f"out.{form}").read_bytes()
        if form == "xlsx":
            with zipfile.ZipFile(BytesIO(content)) as parts:
                content = b"".join(parts.read(name) for name in parts.namelist())
        assert b"Head of HR" in content
        assert b"Made-up Name" not in content
        assert b"council.example" not in content


def test_what_is_exempt_is_marked_and_warned_of(plan_file: Path, run: Run) -> None:
    """A plan with an action that is exempt.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Act"
    owner = "Head of HR"
    due = 2030-03-29
    exempt = "Paragraph 2"
    """
    done = run("export", "out.csv")
    assert "Not for publication as it stands: A1 is exempt." in done.err
    assert csv_rows(plan_file.parent.parent.joinpath("out.csv").read_bytes())[0]["Exempt"] == (
        "Paragraph 2"
    )


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_plan_can_be_exported(form: str, tmp_path: Path, run: Run) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('format = 1\ntitle = "A plan"\n')
    done = run("export", f"out.{form}", "-f", str(plan))
    assert done.code == 0
    assert ("no dates" if form == "ics" else "no actions") in done.err


def test_a_plan_that_can_not_be_read_in_full_says_so_in_what_it_gives(
    tmp_path: Path, run: Run
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('format = 1\ntitle = "A plan"\n\n[[review]]\nid = "LGA"\non = "soon"\n')
    assert run("export", "out.json", "-f", str(plan)).code == 4
    body = json.loads((tmp_path / "out.json").read_bytes())
    assert (
        "What stands at 1 place of the plan could not be read, and is left out." in body["caution"]
    )


# --- the workbook -------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_for_each_table_and_says_what_it_is(told: sheets.Export) -> None:
    book = opened(workbook.render(told))
    assert book.sheetnames == [
        "About", "Actions", "Findings", "Measures", "Readings", "Moves", "Milestones", "Evidence",
        "Tests", "Reviews",
    ]  # fmt: skip
    about = {row["What"]: row["What it says"] for row in rows_of(book, "About")}
    assert about["As at"] == "1 May 2014"
    assert about["Red"] == "Off track, with a reason."
    assert book.properties.title == "Children's services improvement plan, as at 1 May 2014"
    assert book.properties.created == datetime(2014, 5, 1)  # noqa: DTZ001 - Excel has no zone
    for kind, sheet in zip(sheets.KINDS, told.sheets, strict=True):
        assert len(rows_of(book, kind.key.capitalize())) == len(sheet.lines)


def test_its_days_and_numbers_are_typed(told: sheets.Export) -> None:
    book = opened(workbook.render(told))
    actions = {row["Ref"]: row for row in rows_of(book, "Actions")}
    assert actions["A4"]["Due"] == datetime(2014, 5, 30)  # noqa: DTZ001 - Excel has no zone
    assert actions["A17"]["Working days late"] == 62
    assert actions["A21"]["Due"] is None
    assert book["Actions"]["D2"].number_format == "dd mmm yyyy"
    measures = rows_of(book, "Measures")
    assert (measures[0]["Baseline"], measures[0]["Latest"]) == (143, 66)


def test_its_sheets_are_tables_that_filter_print_and_offer_the_words_of_the_legend(
    told: sheets.Export,
) -> None:
    page = opened(workbook.render(told))["Actions"]
    (table,) = page.tables.values()
    assert (table.displayName, table.ref) == ("Actions", f"A1:{page.dimensions.split(':')[1]}")
    assert table.autoFilter is not None
    assert page.freeze_panes == "B2"
    assert page.print_title_rows == "$1:$1"
    assert page.page_setup.orientation == "landscape"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0
    assert page.oddFooter.center.text.strip() == "As at 1 May 2014"
    choices = {str(v.sqref)[0]: v.formula1 for v in page.data_validations.dataValidation}
    headings = {cell.value: cell.column_letter for cell in page[1]}
    assert choices[headings["Rated"]] == '"red,amber,green,blue"'
    assert choices[headings["Stage"]].startswith('"not-started,in-progress,delivered,')


def test_every_paint_of_a_rating_has_its_word_in_the_cell(told: sheets.Export) -> None:
    page = opened(workbook.render(told))["Actions"]
    rules = {r.formula[0] for found in page.conditional_formatting for r in found.rules}
    assert rules == {'"red"', '"amber"', '"green"', '"blue"'}


def test_where_colours_mean_something_else_the_facts_are_told_in_words() -> None:
    plan = birmingham_as_at(DAY)._replace(policy=Policy(legend="complete-on-track"))
    book = opened(workbook.render(sheets.export(query.view(plan, DAY), sheets.KINDS)))
    actions = {row["Ref"]: row for row in rows_of(book, "Actions")}
    assert (actions["A4"]["Rated"], actions["A4"]["Meaning"]) == ("amber", "on track")
    assert actions["A4"]["Facts"] == "off track"
    page = book["Actions"]
    painted = {str(found.sqref)[0] for found in page.conditional_formatting}
    assert painted == {cell.column_letter for cell in page[1] if cell.value == "Rated"}
    choices = page.data_validations.dataValidation
    assert '"red,amber,green"' in {choice.formula1 for choice in choices}


def test_a_text_that_no_cell_holds_is_cut_with_a_sentence_that_says_so() -> None:
    long = "\U0001f600" * 20_000
    plan = Plan(title="A plan", actions=(Action("A1", title=long, note="x" * 32_767),))
    (row,) = rows_of(
        opened(workbook.render(sheets.export(query.view(plan, DAY), sheets.KINDS))), "Actions"
    )
    assert row["Action"].endswith(
        "[Cut here: a cell of Excel holds no more. The plan has the whole text.]"
    )
    assert len(row["Action"].encode("utf-16-le")) <= 2 * 32_767
    assert row["Last note"] == "x" * 32_767


# --- comma-separated values ---------------------------------------------------------------------


def test_csv_has_a_mark_one_heading_row_and_iso_days(told: sheets.Export) -> None:
    content = comma.render(told)
    assert content.startswith(b"\xef\xbb\xbfRef,Action,Owner,Due,")
    assert content.count(b"\r\n") == 24
    rows = {row["Ref"]: row for row in csv_rows(content)}
    assert rows["A4"]["Due"] == "2014-05-30"
    assert rows["A4"]["Owner"] == "Assistant director, safeguarding"
    assert rows["A17"]["Working days late"] == "62"
    assert rows["A21"]["Due"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "\n=1", "\u00a0=1", "\u200d=1",
        "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_a_text_that_could_be_a_formula_begins_with_an_apostrophe(text: str) -> None:
    plan = Plan(title="A plan", actions=(Action("A1", title=text, note=f"a {text}"),))
    (row,) = csv_rows(comma.render(sheets.export(query.view(plan, DAY), sheets.KINDS[:1])))
    assert row["Action"].startswith("'")
    assert row["Last note"].startswith("a ")


def test_a_number_below_nought_is_a_number_and_a_line_break_stays_in_its_cell() -> None:
    reading = Reading(DAY, -4.5, "one\ntwo")
    plan = Plan(title="A plan", measures=(Measure("M1", "Balance", readings=(reading,)),))
    readings = tuple(kind for kind in sheets.KINDS if kind.key == "readings")
    (row,) = csv_rows(comma.render(sheets.export(query.view(plan, DAY), readings)))
    assert (row["Reading"], row["Note"]) == ("-4.5", "one\ntwo")


# --- records ------------------------------------------------------------------------------------


def test_json_is_one_versioned_document(told: sheets.Export) -> None:
    body = json.loads(records.document(told))
    assert (body["schema"], body["kind"], body["as_at"]) == (1, "export", "2014-05-01")
    assert body["organisation"] == "Birmingham City Council"
    assert body["legend"]["colours"]["amber"]["label"] == "at risk"
    assert [len(body[kind.key]) for kind in sheets.KINDS] == [23, 16, 3, 15, 17, 4, 11, 12, 2]


def test_every_record_of_a_kind_has_the_same_keys_and_is_plain_ascii(told: sheets.Export) -> None:
    content = records.lines(told)
    assert content.isascii()
    keys: dict[str, set[tuple[str, ...]]] = {}
    for record in json_lines(content):
        keys.setdefault(record["record"], set()).add(tuple(record))
        assert tuple(record)[:3] == ("record", "plan", "as_at")
        assert not any(isinstance(value, dict) for value in record.values())
    assert {kind: len(found) for kind, found in keys.items()} == dict.fromkeys(keys, 1)
    assert set(keys) == {"plan", *(kind.record for kind in sheets.KINDS)}


def test_a_reading_of_a_later_day_is_given_and_not_counted() -> None:
    readings = (Reading(DAY, 5.0), Reading(DAY, 7.0), Reading(date(2014, 6, 1), 1.0))
    plan = Plan(
        title="A plan", measures=(Measure("M1", "Cases", better="down", readings=readings),)
    )
    lines = json_lines(records.lines(sheets.export(query.view(plan, DAY), sheets.KINDS)))
    found = [(r["value"], r["counted"]) for r in lines if r["record"] == "reading"]
    assert found == [(5, False), (7, True), (1, False)]


def test_a_test_that_does_not_count_says_why(told: sheets.Export) -> None:
    tests = next(sheet.lines for sheet in told.sheets if sheet.kind.key == "tests")
    why = {line.ref: line.remark for line in tests if not line.counted}
    assert why == {
        "A7": "Lapsed: its evidence (E1) has changed since.",
        "A13": "Made by the action's own owner: that is no test.",
    }


def test_a_test_with_no_result_does_not_count() -> None:
    action = Action("A1", title="Act", owner="Head of HR", tests=(model.Test(DAY, "Audit"),))
    plan = Plan(title="A plan", actions=(action,))
    lines = json_lines(records.lines(sheets.export(query.view(plan, DAY), sheets.KINDS)))
    (found,) = [line for line in lines if line["record"] == "test"]
    assert (found["counted"], found["remark"]) == (
        False, "It does not say by whom it was made, and what came out.",
    )  # fmt: skip


# --- the calendar -------------------------------------------------------------------------------


def test_the_calendar_holds_what_is_due_and_tells_whose_it_is(tmp_path: Path, run: Run) -> None:
    assert run("export", "out.ics", *AS_AT).code == 0
    found = events_of((tmp_path / "out.ics").read_bytes())
    by_name = {str(event["SUMMARY"]): event for event in found.values()}
    allocate = by_name["A4 due: Allocate every open case to a named social worker"]
    assert allocate.decoded("DTSTART") == date(2014, 5, 30)
    assert str(allocate["DESCRIPTION"]).splitlines() == [
        "Owner: Assistant director, safeguarding",
        "Rated amber: at risk.",
        "Declared amber; the facts say red: the date agreed was 31 March 2014, 21 working days "
        "ago; the later one asked for is not approved yet.",
        "First agreed: 28 February 2014, and moved twice.",
        "As at 1 May 2014: in progress.",
        'To update it: actionplan note A4 "...", or actionplan done A4',
    ]
    assert allocate["CATEGORIES"].to_ical() == b"Action due"
    assert by_name["Cabinet"].decoded("DTSTART") == date(2014, 5, 19)
    assert by_name["Papers published for Cabinet"].decoded("DTSTART") == date(2014, 5, 9)
    assert by_name["A18: Lists of the stopped projects closed"].decoded("DTSTART") == date(
        2014, 4, 11
    )
    on_target = by_name["M1 to be on target: Open cases with no allocated social worker"]
    assert on_target.decoded("DTSTART") == date(2014, 6, 30)
    assert not any(name.startswith(("A1 ", "A5 ", "A23 ")) for name in by_name)
    assert not any(event.walk("VALARM") for event in found.values())


def test_the_dates_of_clock_are_the_same_events_in_both_calendars(tmp_path: Path, run: Run) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'format = 1\ntitle = "A plan"\n\n[[meeting]]\nbody = "Cabinet"\non = 2014-02-17\n\n'
        '[[meeting]]\nbody = "Cabinet"\non = 2014-03-17\n\n'
        '[[review]]\nid = "CPC"\ntitle = "Challenge"\nkind = "corporate-peer-challenge"\n'
        "on = 2014-01-20\n"
    )
    day = ("-f", str(plan), "--as-at", "2014-02-10")
    assert run("clock", "-o", "clock.ics", *day).code == 0
    assert run("export", "out.ics", *day).code == 0
    clock, out = (events_of((tmp_path / f"{name}.ics").read_bytes()) for name in ("clock", "out"))
    assert clock
    assert {uid: out[uid].to_ical() for uid in clock} == {u: e.to_ical() for u, e in clock.items()}
    later = ("-f", str(plan), "--as-at", "2014-02-20")
    assert run("clock", "-o", "later.ics", *later).code == 0
    same = events_of((tmp_path / "later.ics").read_bytes())
    assert {u: e.decoded("DTSTART") for u, e in same.items()} == {
        uid: clock[uid].decoded("DTSTART") for uid in same
    }


def test_what_is_moved_keeps_its_uid_and_what_is_done_leaves() -> None:
    milestone = Milestone("Agency teams in post", date(2014, 5, 9))
    action = Action("A1", title="Act", due=date(2014, 5, 30), milestones=(milestone,))
    plan = Plan(title="A plan", actions=(action,))
    found = events.of_plan(query.view(plan, DAY), ())
    moved = plan.replacing(
        "actions",
        action._replace(
            due=date(2014, 6, 27), milestones=(milestone._replace(due=date(2014, 5, 16)),)
        ),
    )
    after = events.of_plan(query.view(moved, DAY), ())
    assert [e.identity for e in found] == [e.identity for e in after]
    assert [e.on for e in after] == [date(2014, 5, 16), date(2014, 6, 27)]
    reached = plan.replacing("actions", action._replace(milestones=(milestone._replace(done=DAY),)))
    assert len(events.of_plan(query.view(reached, DAY), ())) == 1
    for stage in ("delivered", "embedded", "parked", "superseded"):
        gone = plan.replacing("actions", action._replace(stage=stage))
        assert events.of_plan(query.view(gone, DAY), ()) == ()


def test_a_calendar_of_one_post_holds_theirs_and_the_meetings(tmp_path: Path, run: Run) -> None:
    assert run("export", "out.ics", *AS_AT, "--owner", "Head of workforce").code == 0
    content = (tmp_path / "out.ics").read_bytes()
    names = {str(event["SUMMARY"]) for event in events_of(content).values()}
    assert names == {
        "A11 due: Fill team manager posts with permanent staff",
        "M3 to be on target: Team manager posts held by permanent staff",
        "Cabinet",
        "Papers published for Cabinet",
    }
    assert b"X-WR-CALNAME:Children's services improvement plan (owner Head of workforce)" in content


def test_what_is_past_of_meetings_and_measures_is_left_out_and_no_uid_is_there_twice() -> None:
    cabinet = Meeting("Cabinet", date(2014, 5, 19))
    plan = Plan(
        title="A plan",
        meetings=(Meeting("Cabinet", date(2014, 3, 17)), Meeting("Cabinet"), cabinet, cabinet),
        measures=(
            Measure("M1", "Met by now", target=0, by=date(2014, 4, 30)),
            Measure("M2", "No date", target=0),
            Measure("M3", "No target", by=date(2014, 6, 30)),
        ),
    )
    found = events.of_plan(query.view(plan, DAY), ())
    assert {event.summary for event in found} == {"Cabinet", "Papers published for Cabinet"}
    written = calendar.render(found, "A plan", DAY)
    assert written.count(b"BEGIN:VEVENT") == len(events_of(written))


# --- hostile text -------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>", "{{ 7*7 }}", "=cmd|' /C calc'!A0", "| a | b", "# x",
    "[x](javascript:alert(1))", "\x1b[31mred", "a\x00b", "\u202eevil", "\ud800lone", "x" * 10_000,
    "\U0001f469\u200d\U0001f680", "e\u0301", '"quoted", and\r\nbroken', "_x0041_", "&L&P&[Tab]",
    "http://council.example/", "12/05/2014", "END:VEVENT\nBEGIN:VALARM",
)  # fmt: skip


def hostile(text: str) -> Plan:
    """Give a plan in which every text is hostile."""
    finding = Finding(
        "F1",
        "LGA",
        text,
        text,
        text,
        text,
        text,
        3,
        text,
        text,
        text,
        text,
        difference=text,
        passes_to=text,
    )
    action = Action(
        "A1", ("F1",), text, text, due=date(2014, 6, 2), stage="in-progress", rag="red",
        reason=text, note=text,
        moves=(Move(DAY, DAY, DAY, text, text),),
        milestones=(Milestone(text, DAY),),
        evidence=(Evidence(text, DAY, text, text),),
        tests=(model.Test(DAY, text, text, text, (text,)),),
    )  # fmt: skip
    measure = Measure(
        "M1", text, ("F1",), text, target=1, by=date(2014, 6, 2), readings=(Reading(DAY, 1, text),)
    )
    return Plan(
        1, text, text, reviews=(Review("LGA", text, text, text),), findings=(finding,),
        measures=(measure,), actions=(action,),
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_inert_and_readable_in_every_form(text: str) -> None:
    view = query.view(hostile(text), DAY)
    made = sheets.export(view, sheets.KINDS)
    content = workbook.render(made)
    book = opened(content)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        names, pages = parts.namelist(), b"".join(map(parts.read, parts.namelist()))
    assert b"<f>" not in pages
    assert b"<hyperlink" not in pages
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]
    assert all(len(rows_of(book, sheet.kind.key.capitalize())) == 1 for sheet in made.sheets)
    title = str(rows_of(book, "Actions")[0]["Action"])
    assert all(part[:20] in title for part in re.split(r"[^ -~]+", text))
    for kind in sheets.KINDS:
        (row,) = csv_rows(comma.render(sheets.export(view, (kind,))))
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())
        assert all(
            cell.replace("\n", "").replace("\u200d", "").isprintable() for cell in row.values()
        )
    (action,) = [r for r in json_lines(records.lines(made)) if r["record"] == "action"]
    assert action["title"] == text
    written = calendar.render(events.of_plan(view, ("LGA",)), text, DAY)
    assert len(events_of(written)) == 3
    assert b"\nBEGIN:VALARM" not in written
    assert b"\x1b" not in written + comma.render(made)


def test_a_day_before_excel_s_first_is_written_as_a_text() -> None:
    plan = Plan(title="A plan", actions=(Action("A1", title="Act", due=date(1899, 12, 31)),))
    (row,) = rows_of(
        opened(workbook.render(sheets.export(query.view(plan, DAY), sheets.KINDS))), "Actions"
    )
    assert row["Due"] == "1899-12-31"


def test_a_look_at_a_past_that_the_history_does_not_reach_is_said_in_what_is_given(
    tmp_path: Path, run: Run
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('format = 1\ntitle = "A plan"\n')
    os.utime(plan, (datetime(2014, 4, 1, tzinfo=UTC).timestamp(),) * 2)
    done = run("export", "out.json", "-f", str(plan), "--as-at", "2014-02-10")
    caution = json.loads((tmp_path / "out.json").read_bytes())["caution"]
    assert caution
    assert caution in done.err
