"""The workbook that goes out to owners and comes back: what is in it, and what is made of it."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import shutil
import subprocess
import zipfile
from datetime import date
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplan import changes, legends, query, rag
from actionplan.errors import RefusedError
from actionplan.importers import answers, returned, told, typed, workbook
from actionplan.importers.grids import Grid
from actionplan.model import Action, Finding, Move, Plan, Policy, Review
from actionplan.planfile import reader
from actionplan.renderers import owners_workbook
from actionplan.reports import sent

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Ran, Run

openpyxl = import_module("openpyxl")

DAY = date(2014, 2, 10)
LATER = date(2014, 2, 24)
OUT = ("--as-at", "2014-02-10")
BACK = ("--as-at", "2014-02-24")
HOSTILE = (
    "<script>alert(1)</script>", "{{ 7*7 }}", "=cmd|' /C calc'!A0", "| a | b", "# x",
    "[x](javascript:1)", "\x1b[31m", "a\x00b", "\u202eabc", "\ud800", "x" * 10_000, "\U0001f600",
    "e\u0301\u0327", "_x0041_", "#REF!", "'quoted", " led by space", "1\r\n2\r3", "+1", "\u2028",
    "12", "2014-02-10", "TRUE", "\\u{1b}", "\ufffe", "a\x1fb", "\u00a0", "-", "\t",
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a plan of two owners, in a folder of its own."""
    place = tmp_path / "plans" / "plan.toml"
    place.parent.mkdir()
    place.write_text(PLAN, encoding="utf-8")
    os.utime(place, (1_388_448_000, 1_388_448_000))
    return place


PLAN = """\
format = 1
title = "A plan"
organisation = "A council"

[[review]]
id = "LGA"
title = "Peer review"

[[finding]]
id = "F1"
review = "LGA"
ref = "7"
text = "The front door needs immediate action."

[[action]]
id = "A1"
answers = ["F1"]
title = "Allocate every open case"
owner = "Head of HR"
due = 2014-03-31
stage = "in-progress"
rag = "green"
note = "96 left."
updated = 2014-02-03

[[action]]
id = "A2"
answers = ["F1"]
title = "Meet every team"
owner = "Head of HR"
due = 2014-04-30
stage = "not-started"
rag = "amber"
reason = "No rooms."

[[action]]
id = "A3"
answers = ["F1"]
title = "Read the audit"
owner = "Director"
due = 2014-02-28
stage = "in-progress"

[[action]]
id = "A4"
answers = ["F1"]
title = "Write to partners"
owner = "Director"
stage = "delivered"
delivered = 2014-02-03
due = 2014-02-28
"""


@pytest.fixture
def out(path: Path, run: Run, tmp_path: Path) -> Path:
    """Send the workbook out."""
    assert path.exists()
    place = tmp_path / "owners.xlsx"
    assert run("export", str(place), *OUT).code == 0
    return place


class Sheets:
    """A workbook as somebody edits it, cell by cell."""

    def __init__(self, place: Path) -> None:
        """Open it."""
        self.place = place
        self.book = openpyxl.load_workbook(place)

    def found(self, ref: str) -> tuple[Any, int, dict[str, int]]:
        """Find the row of an action, and its columns by their headings."""
        for sheet in self.book:
            rows = list(sheet.iter_rows())
            at = next(i for i, row in enumerate(rows) if any(c.value == "Ref" for c in row))
            columns = {cell.value: cell.column for cell in rows[at]}
            for row in rows[at + 1 :]:
                if row[columns["Ref"] - 1].value == ref:
                    return sheet, row[0].row, columns
        raise LookupError(ref)

    def cell(self, ref: str, heading: str) -> Any:
        """Find a cell."""
        sheet, row, columns = self.found(ref)
        return sheet.cell(row, columns[heading])

    def set(self, ref: str, **said: Any) -> Sheets:
        """Fill in what an owner says, by the fields of the plan."""
        for field, value in said.items():
            self.cell(ref, sent.ASKED[field]).value = value
        return self

    def save(self, name: str = "back.xlsx") -> str:
        """Save it as it is sent back."""
        back = self.place.with_name(name)
        self.book.save(back)
        return str(back)


def sheet_of(place: Path, ref: str = "A1") -> tuple[Any, int, dict[str, int]]:
    return Sheets(place).found(ref)


def action(path: Path, ref: str = "A1") -> Action:
    found: Action = reader.read(path.read_bytes(), path.name).plan.find("actions", ref)
    return found


# --- what goes out --------------------------------------------------------------------------------


def test_each_owner_has_a_sheet_of_what_is_open_and_of_nothing_else(out: Path) -> None:
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Director", "Head of HR"]
    held = {
        name: [row[0].value for row in book[name].iter_rows() if str(row[0].value)[:1] == "A"]
        for name in book.sheetnames
    }
    assert [ref for ref in held["Head of HR"] if len(ref) == 2] == ["A1", "A2"]
    assert [ref for ref in held["Director"] if len(ref) == 2] == ["A3"]


@pytest.mark.usefixtures("path")
def test_one_owner_s_workbook_holds_what_is_theirs_and_other_names_say_so_too(
    run: Run, tmp_path: Path
) -> None:
    for name, more in (("west-owners.xlsx", ()), ("any.xlsx", ("--to", "owners"))):
        done = run("export", name, "--owner", "Head of HR", *more, *OUT)
        assert (done.code, "2 actions of 1 owner" in done.err) == (0, True)
        assert openpyxl.load_workbook(tmp_path / name).sheetnames == ["Head of HR"]
    assert run("export", "landowners.xlsx", *OUT).err.startswith("Wrote 4 actions")
    run("export", "owners.xlsx", "--stage", "delivered", *OUT)
    assert openpyxl.load_workbook(tmp_path / "owners.xlsx").sheetnames == ["Director"]


@pytest.mark.usefixtures("path")
def test_where_nothing_is_open_the_workbook_says_so(run: Run, tmp_path: Path) -> None:
    assert run("export", "owners.xlsx", "--stage", "parked", *OUT).code == 0
    book = openpyxl.load_workbook(tmp_path / "owners.xlsx")
    words = " ".join(str(c.value) for row in book.worksheets[0].iter_rows() for c in row)
    assert "nothing to fill in" in words


@pytest.mark.usefixtures("path")
def test_only_what_goes_to_owners_has_a_day_of_return_and_that_is_to_come(run: Run) -> None:
    assert run("export", "plan.xlsx", "--return-by", "2014-03-03", *OUT).code == 2
    done = run("export", "owners.xlsx", "--return-by", "2014-02-03", *OUT)
    assert (done.code, "in the past" in done.err) == (2, True)
    assert run("export", "owners.xlsx", "--sheet", "moves", *OUT).code == 2


@pytest.mark.usefixtures("path")
def test_a_sheet_says_in_words_what_it_is_and_how_it_is_given_back(
    run: Run, tmp_path: Path
) -> None:
    run("export", "owners.xlsx", "--return-by", "2014-03-03", *OUT)
    sheet, row, _ = sheet_of(tmp_path / "owners.xlsx")
    words = " ".join(str(c.value) for r in sheet.iter_rows(max_row=row - 2) for c in r if c.value)
    for said in (
        "Head of HR", "A plan, A council", "As it stood on 10 February 2014", "Plan code: P",
        "an empty cell changes nothing", "red and amber need a reason",
        "stands until it is approved",
        "Send back by 3 March 2014", "holds 2 actions: A1, A2.",
    ):  # fmt: skip
        assert said in words


def test_what_the_plan_says_is_locked_and_what_is_filled_in_is_not(out: Path) -> None:
    sheet, row, columns = sheet_of(out)
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.formatColumns
    assert not sheet.protection.autoFilter
    free = {h for h, at in columns.items() if not sheet.cell(row, at).protection.locked}
    assert free == set(sent.ASKED.values())
    assert all(sheet.cell(row, columns[heading]).value is None for heading in free)
    fills = {h: sheet.cell(row, at).fill.fgColor.rgb for h, at in columns.items()}
    assert fills["New note"] not in {fills["Note"], fills["Ref"]}
    said = [sheet.cell(row, columns[h]).value for h in ("Ref", "Stage", "Rating", "Note")]
    assert said == ["A1", "in progress", "green: on track", "96 left."]
    assert sheet.cell(row, columns["Due"]).value.date() == date(2014, 3, 31)
    assert (
        sheet.cell(row, columns["Answers"]).value == "LGA 7: The front door needs immediate action."
    )


def test_stages_ratings_and_days_are_chosen_from_what_an_owner_may_say(out: Path) -> None:
    sheet, row, columns = sheet_of(out)
    rules = {
        str(rule.sqref): rule
        for rule in sheet.data_validations.dataValidation
        for place in [rule.sqref]
        if place is not None
    }

    def rule(heading: str, at: int = row) -> Any:
        name = sheet.cell(at, columns[heading]).coordinate
        return next(r for r in rules.values() if name in r.sqref)

    assert rule("New stage").formula1 == '"delivered,not started,parked"'
    assert rule("New stage", row + 1).formula1 == '"delivered,in progress,parked"'
    assert rule("New rating").formula1 == (
        '"red: off track,amber: at risk,green: on track,blue: embedded"'
    )
    for heading in ("New forecast", "Due date asked for"):
        assert rule(heading).type == "date"
        assert "31/03/2026" in rule(heading).prompt
    assert all(r.prompt for r in rules.values())


def test_words_that_no_list_can_hold_leave_the_colours_to_choose_from() -> None:
    labels = {"red": "off track, badly", "amber": "at risk", "green": "fine", "blue": "done"}
    legend = legends.of(Policy(labels=labels))
    told = sent.sent(query.view(PLAIN._replace(policy=Policy(labels=labels)), DAY))
    book = openpyxl.load_workbook(BytesIO(owners_workbook.render(told)))
    rules = [r.formula1 for r in book.worksheets[0].data_validations.dataValidation]
    assert f'"{",".join(legend.ratings)}"' in rules


def test_an_owner_with_a_long_name_can_be_read_above_the_table() -> None:
    long = PLAIN.actions[0]._replace(owner="Assistant director, improvement and partnerships")
    told = sent.sent(query.view(PLAIN._replace(actions=(long,)), DAY))
    page = openpyxl.load_workbook(BytesIO(owners_workbook.render(told))).worksheets[0]
    two_lines_of_12_points = 31
    assert page.row_dimensions[1].height >= two_lines_of_12_points


def test_nothing_is_hidden_run_or_told_of_who_made_it(out: Path) -> None:
    with zipfile.ZipFile(out) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    book = "".join(text for name, text in parts.items() if "workbook" in name or "sheet" in name)
    assert "<f>" not in book
    assert 'hidden="1"' not in book
    assert "state=" not in parts["xl/workbook.xml"].replace('state="frozenSplit"', "")
    names = parts["xl/workbook.xml"].split("<definedName ")[1:]
    assert all('name="_xlnm.Print_' in name for name in names)
    assert "<dc:creator>A council</dc:creator>" in parts["docProps/core.xml"]
    assert sent.code(reader.read(PLAN.encode(), "plan").plan) in parts["docProps/custom.xml"]
    assert not any("externalLink" in name or "vba" in name for name in parts)


def test_it_is_printed_lying_on_a4_with_the_headings_on_every_page(out: Path) -> None:
    sheet, row, _ = sheet_of(out)
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == f"${row - 2}:${row - 1}"
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.freeze_panes == f"C{row}"


# --- nothing filled in ----------------------------------------------------------------------------


def back(plan: Plan, content: bytes) -> tuple[Plan, answers.Reply]:
    found = returned.read("back.xlsx", workbook.read("back.xlsx", content, lambda _: None))
    after, replies = answers.take(plan, [found], LATER, lambda *_: True)
    return after, replies[0]


letters = st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE))
some_days = st.none() | st.dates(date(1890, 1, 1), date(2100, 1, 1))
PLAIN = Plan(
    title="A plan",
    reviews=(Review("LGA"),),
    findings=(Finding("F1", "LGA", text="The front door."),),
    actions=(Action("A1", ("F1",), "Do it", "Head of HR", rag="red", reason="Late."),),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan that anybody may have written."""
    actions = tuple(
        Action(
            f"A{number}", ("F1",), draw(letters), draw(st.sampled_from(["Head of HR", *HOSTILE])),
            due=draw(some_days), forecast=draw(some_days), updated=draw(some_days),
            stage=draw(st.sampled_from(["not-started", "in-progress", "parked", "delivered"])),
            rag=draw(st.sampled_from(["", "red", "amber", "green", "blue"])),
            reason=draw(letters), note=draw(letters),
        )
        for number in range(draw(st.integers(1, 4)))
    )  # fmt: skip
    return PLAIN._replace(title=draw(letters), organisation=draw(letters), actions=actions)


@given(plans())
@settings(max_examples=60)
def test_a_workbook_that_nobody_filled_in_changes_nothing(plan: Plan) -> None:
    content = owners_workbook.render(sent.sent(query.view(plan, DAY)))
    after, reply = back(plan, content)
    assert after == plan
    assert len(reply.answers) == len(plan.actions)
    assert reply.is_whole
    assert [answer for answer in reply.answers if answer.meanwhile or answer.points] == []
    assert reply.notes == ()


raw = st.one_of(
    st.none(), letters, st.floats(), st.booleans(), st.dates(), st.integers(),
    st.sampled_from(["delivered", "red", "g", "TBC", "31/03/2026", "A1", "Ref", "no change"]),
)  # fmt: skip
HEADINGS = [*sent.SAID.values(), *sent.ASKED.values(), sent.MARK]


@given(plans(), st.data())
@settings(max_examples=60)
def test_whatever_stands_in_the_cells_is_taken_or_told_and_never_more_than_a_verb_allows(
    plan: Plan, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(HEADINGS))[: data.draw(st.integers(4, 20))]
    headings = ["Ref", *(each for each in shuffled if each != "Ref")]
    refs = st.sampled_from(["A0", "a1", "A2", "A9", "", "Ref"])
    rows = [
        (data.draw(refs), *(data.draw(raw) for _ in headings[1:]))
        for _ in range(data.draw(st.integers(0, 5)))
    ]
    grid = Grid(
        "Sheet",
        (("Plan code: " + sent.code(plan), *[None] * (len(headings) - 1)), tuple(headings), *rows),
    )
    found = returned.read("back.xlsx", [grid])
    after, replies = answers.take(
        plan, [found], LATER, lambda *_: data.draw(st.sampled_from([True, False, None]))
    )
    assert [each.id for each in after.actions] == [each.id for each in plan.actions]
    for before, now in zip(plan.actions, after.actions, strict=True):
        assert (now.title, now.owner, now.due, now.answers) == (
            before.title, before.owner, before.due, before.answers,
        )  # fmt: skip
        assert now.stage == before.stage or now.stage in changes.ALLOWED_STAGES[before.stage]
    assert list(told.in_words(replies))
    json.dumps(told.as_data(replies, LATER, [], dry_run=True))
    again, _ = answers.take(after, [found], LATER, lambda *_: None)
    assert again == after


# --- filled in ------------------------------------------------------------------------------------


def take(run: Run, *files: str, more: tuple[str, ...] = ("--yes",)) -> Ran:
    return run("import", "update", *files, *BACK, *more)


def test_what_an_owner_filled_in_is_in_the_plan_and_only_that(
    path: Path, out: Path, run: Run
) -> None:
    before = {ref: action(path, ref) for ref in ("A2", "A3", "A4")}
    name = (
        Sheets(out)
        .set("A1", rag="red: off track", reason="Two are ill.", note="48 left.")
        .set("A1", forecast=date(2014, 4, 14), what="Rota", where="Shared drive")
        .save()
    )
    done = take(run, name)
    assert (done.code, done.out) == (0, "A1\n")
    now = action(path)
    assert (now.rag, now.reason, now.note) == ("red", "Two are ill.", "48 left.")
    assert (now.forecast, now.updated) == (date(2014, 4, 14), LATER)
    assert [(e.id, e.what, e.where) for e in now.evidence] == [("E1", "Rota", "Shared drive")]
    assert {ref: action(path, ref) for ref in before} == before
    assert "From back.xlsx, returned by Head of HR (A1)" in run("log", "A1").out


def test_a_date_asked_for_waits_for_a_yes_and_the_agreed_one_stands(
    path: Path, out: Path, run: Run
) -> None:
    name = Sheets(out).set("A1", due=date(2014, 6, 30), why="The post is vacant.").save()
    done = take(run, name)
    assert "30 June 2014; due 31 March 2014 until it is approved. The post is vacant." in done.err
    now = action(path)
    assert now.due == date(2014, 3, 31)
    assert now.asked == Move(LATER, date(2014, 3, 31), date(2014, 6, 30), "The post is vacant.")
    assert run("check", "--only", "file").code == 0
    asked = run("report", *BACK, "--plain").out
    assert "To approve the following change of date:" in asked
    assert "due 30 June 2014 and not 31 March 2014. The post is vacant." in asked
    assert "A1" in run("overdue", "--as-at", "2014-04-01").out
    assert run("export", str(out), *BACK).code == 0
    above = " ".join(str(c.value) for row in sheet_of(out)[0].iter_rows(max_row=6) for c in row)
    assert "Asked for before, and not approved yet: A1 30 June 2014." in above
    assert run("move", "A1", "--approved", "Cabinet", "--as-at", "2014-03-03").code == 0
    assert (action(path).due, action(path).asked) == (date(2014, 6, 30), None)


@pytest.mark.parametrize(
    ("command", "as_at"),
    [("list", "2014-02-24"), ("due", "2014-03-24"), ("overdue", "2014-04-14")],
)
def test_every_list_says_which_date_waits_for_a_yes_while_it_waits(
    path: Path, out: Path, run: Run, monkeypatch: pytest.MonkeyPatch, command: str, as_at: str
) -> None:
    before = run(command, "--as-at", as_at).out.splitlines()
    take(run, Sheets(out).set("A1", due=date(2014, 5, 31), why="The post is vacant.").save())
    looks = (command, "--as-at", as_at)
    now = run(*looks).out.splitlines()
    (mine,) = (line for line in now if line.startswith("A1"))
    assert mine.split("\t")[-1] == "2014-05-31"
    assert [len(line.split("\t")) for line in now] == [len(before[0].split("\t")) + 1] * len(now)
    told = {each["ref"]: each for each in json.loads(run(*looks, "--json").out)["actions"]}
    assert told["A1"]["asked_for"] == "2014-05-31"
    assert all(told[ref]["asked_for"] is None for ref in told.keys() - {"A1"})
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    seen = re.sub(r"\x1b\[[0-9;]*m", "", run(*looks).out)
    assert "Asked for, not approved: 31 May 2014" in " ".join(seen.split())
    assert max(map(len, seen.splitlines())) <= 80
    assert run("move", "A1", "--refused", "Cabinet", *BACK).code == 0
    assert "Asked for" not in run(*looks).out
    assert path.exists()


def test_check_speaks_where_nobody_answers_a_date_asked_for(
    path: Path, out: Path, run: Run
) -> None:
    take(run, Sheets(out).set("A1", due=date(2014, 5, 31), why="The post is vacant.").save())
    looks = ("check", "--only", "not-answered", "--as-at")
    assert run(*looks, "2014-03-24").code == 0
    long = run(*looks, "2014-03-25")
    assert long.code == 3
    assert "nobody has said yes or no for more than 28 days." in long.out
    assert "It was due 31 March 2014; 31 May 2014 was asked" in run(*looks, "2014-04-01").out
    assert run("move", "A1", "--approved", "Cabinet", *BACK).code == 0
    assert run(*looks, "2014-04-01").code == 0
    assert path.exists()


def test_a_date_that_is_refused_leaves_the_agreed_one_and_the_history_tells(
    path: Path, out: Path, run: Run
) -> None:
    take(run, Sheets(out).set("A1", due=date(2014, 6, 30), why="The post is vacant.").save())
    waits = "30 June 2014, not approved yet"
    assert f"Asked for: {waits}" in run("show", "A1", *BACK).out
    late = run("remind", "--to", "officer", "--dry-run", "--as-at", "2014-04-01").out
    assert f"Asked for: {waits}" in late
    assert f"date asked for: The post is vacant. ({waits})" in run("log", "A1").out
    assert run("export", "plan.ics", *BACK).code == 0
    assert f"Asked for: {waits}" in unfolded(path.parent.parent / "plan.ics")
    assert run("move", "A1", "--refused", "Cabinet", *BACK).code == 0
    assert "Asked for" not in run("show", "A1", *BACK).out
    assert (action(path).due, action(path).moves) == (date(2014, 3, 31), ())
    assert "Refused by Cabinet" in run("log", "A1").out
    again = run("move", "A1", "--refused", "Cabinet", *BACK)
    assert (again.code, "nothing to refuse" in again.err) == (6, True)


def test_the_same_workbook_taken_in_again_changes_nothing(path: Path, out: Path, run: Run) -> None:
    name = (
        Sheets(out)
        .set("A1", stage="delivered", forecast=date(2014, 2, 17), what="Rota", note="All done.")
        .set("A2", rag="green: on track", due=date(2014, 6, 30), why="No rooms until June.")
        .save()
    )
    assert take(run, name).code == 0
    once = path.read_bytes()
    again = take(run, name)
    assert (again.code, path.read_bytes()) == (0, once)
    assert "Nothing was changed." in again.err
    assert action(path).delivered == date(2014, 2, 17)
    assert action(path).forecast is None


def test_a_date_that_was_refused_is_not_asked_for_by_the_same_workbook_again(
    path: Path, out: Path, run: Run
) -> None:
    name = Sheets(out).set("A1", due=date(2014, 6, 30), why="The post is vacant.").save()
    take(run, name)
    assert run("move", "A1", "--refused", "Cabinet", *BACK).code == 0
    again = take(run, name)
    assert (again.code, action(path).asked) == (6, None)
    assert "CLASH: due date asked for." in again.err
    assert "The post is vacant. Refused by Cabinet, on 24 February 2014." in again.err
    assert take(run, name, more=("--yes", "--take", "theirs")).code == 0
    assert action(path).asked is not None


def unfolded(place: Path) -> str:
    text = place.read_text(encoding="utf-8")
    return text.replace("\r", "").replace("\n ", "").replace("\\,", ",")


def test_a_first_date_asked_for_is_left_to_the_officer_and_the_rest_of_the_row_is_taken(
    path: Path, out: Path, run: Run
) -> None:
    path.write_text(PLAN.replace("due = 2014-04-30\n", ""), encoding="utf-8")
    assert run("export", str(out), *OUT).code == 0
    said = Sheets(out).set("A2", due=date(2014, 6, 30), why="It has none.", note="Rooms asked for.")
    done = take(run, said.save())
    assert done.code == 6
    assert "Give it its first with: actionplan update A2 --due 2014-06-30" in done.err
    assert (action(path, "A2").note, action(path, "A2").due) == ("Rooms asked for.", None)


def test_what_was_delivered_on_a_day_that_cannot_be_read_is_not_delivered_on_another(
    path: Path, out: Path, run: Run
) -> None:
    done = take(run, Sheets(out).set("A1", stage="done", forecast="9 May", note="All met.").save())
    assert done.code == 6
    assert "K7 was not taken either: on which day it was delivered can't be read." in done.err
    assert (action(path).stage, action(path).note) == ("in-progress", "All met.")


def test_delivered_is_claimed_as_the_command_done_does(path: Path, out: Path, run: Run) -> None:
    assert take(run, Sheets(out).set("A1", stage="delivered").save()).code == 0
    assert (action(path).stage, action(path).delivered) == ("delivered", LATER)


WRONG = [
    ({"rag": "red: off track"}, "A1 would be red with no reason"),
    ({"stage": "embedded"}, "takes a test of the evidence by someone other than its owner"),
    ({"stage": "parked"}, "A1 would be parked with no reason"),
    ({"due": date(2014, 6, 30)}, "with no reason: a date is asked for with one"),
    ({"due": date(2014, 2, 17), "why": "Late."}, "which is in the past"),
]


@pytest.mark.parametrize(("said", "sentence"), WRONG, ids=lambda each: str(each)[:40])
def test_what_a_rule_forbids_leaves_the_action_as_it_is_and_the_others_go_through(
    path: Path, out: Path, run: Run, said: dict[str, Any], sentence: str
) -> None:
    before = action(path)
    name = Sheets(out).set("A1", note="New.", **said).set("A2", note="Rooms found.").save()
    done = take(run, name)
    assert (done.code, done.out) == (6, "A2\n")
    assert "Nothing of its row was taken: " in done.err
    assert sentence in done.err
    assert "It says note: '96 left.' -> 'New.'" in done.err
    assert (action(path), action(path, "A2").note) == (before, "Rooms found.")


TYPED = [
    ({"stage": "Done"}, "stage", "delivered"),
    ({"stage": "Not Started"}, "stage", "not-started"),
    ({"rag": "g", "note": "x"}, "rag", "green"),
    ({"rag": "AMBER", "reason": "Late."}, "rag", "amber"),
    ({"rag": "Off track", "reason": "Late."}, "rag", "red"),
    ({"rag": "Amber \u2013 at risk", "reason": "Late."}, "rag", "amber"),
    ({"forecast": "31/03/2026"}, "forecast", date(2026, 3, 31)),
    ({"forecast": "1st April 2014"}, "forecast", date(2014, 4, 1)),
    ({"forecast": "2014-04-01 00:00:00"}, "forecast", date(2014, 4, 1)),
    ({"note": 96}, "note", "96"),
    ({"note": "  no change "}, "note", "96 left."),
]


@pytest.mark.parametrize(("said", "field", "value"), TYPED, ids=lambda each: str(each)[:40])
def test_what_is_typed_in_other_words_is_taken_where_it_is_certain(
    path: Path, out: Path, run: Run, said: dict[str, Any], field: str, value: Any
) -> None:
    assert take(run, Sheets(out).set("A1", **said).save()).code == 0
    assert getattr(action(path), field) == value


@pytest.mark.parametrize(("typed_in", "colour"), [("gold", "green"), ("+", "amber"), ("r", "red")])
def test_a_rating_is_known_by_the_plan_s_own_word(typed_in: str, colour: str) -> None:
    legend = legends.of(Policy(labels={"green": "Gold", "amber": "+", "red": "-"}))
    assert typed.rating(returned.Cell(typed_in, "L7"), legend, DAY) == colour


def test_a_letter_is_no_rating_where_another_colour_is_called_by_it() -> None:
    legend = legends.of(Policy(labels={"amber": "Gold"}))
    with pytest.raises(typed.NotTakenError, match="no rating of this plan"):
        typed.rating(returned.Cell("G", "L7"), legend, DAY)


UNCLEAR = [
    ({"forecast": "TBC"}, "'TBC' is not a date"),
    ({"forecast": "friday"}, "depends on when it was written"),
    ({"forecast": "03/31/2026"}, "not a day in the calendar"),
    ({"forecast": "31/03/26"}, "31/03/26"),
    ({"forecast": "41729"}, "'41729' is not read as a date"),
    ({"forecast": date(2914, 3, 31)}, "is that year meant?"),
    ({"stage": "nearly"}, "that is no stage"),
    ({"stage": "superseded"}, "closes it for good"),
    ({"rag": "yellow", "reason": "Late."}, "that is no rating of this plan"),
    ({"rag": "green/amber", "reason": "Late."}, "that is no rating of this plan"),
    ({"note": "x" * 10_001}, "10,001 characters long"),
    ({"where": "Shared drive"}, "nothing says what it is"),
    ({"why": "Late."}, "and no date"),
]


@pytest.mark.parametrize(("said", "sentence"), UNCLEAR, ids=lambda each: str(each)[:40])
def test_what_is_not_certain_is_told_with_its_cell_and_not_taken(
    path: Path, out: Path, run: Run, said: dict[str, Any], sentence: str
) -> None:
    before = path.read_bytes()
    sheets = Sheets(out).set("A1", **said)
    cell = sheets.cell("A1", sent.ASKED[next(iter(said))]).coordinate
    done = take(run, sheets.save())
    assert (done.code, path.read_bytes()) == (6, before)
    assert f"Not taken: {cell}" in done.err
    assert sentence in done.err


# --- changed where nothing is to be written -------------------------------------------------------


def test_a_locked_cell_that_was_changed_is_told_with_what_to_do_and_not_taken(
    path: Path, out: Path, run: Run
) -> None:
    sheets = Sheets(out).set("A1", note="48 left.")
    sheets.cell("A1", "Due").value = date(2014, 6, 30)
    sheets.cell("A1", "Action").value = "Allocate every open case now"
    name = sheets.save()
    done = take(run, name)
    assert (done.code, done.out) == (6, "A1\n")
    assert "(Due) is locked and was changed to 30 June 2014, where the plan says 31 March 2014" in (
        done.err
    )
    assert "Another date is asked for in the column 'Due date asked for'." in done.err
    assert "A title is changed by whoever keeps the plan." in done.err
    now = action(path)
    assert (now.due, now.title, now.note) == (
        date(2014, 3, 31),
        "Allocate every open case",
        "48 left.",
    )
    run("update", "A1", "--rag", "amber", "--reason", "Late.", *BACK)
    later = take(run, name)
    assert "(Due) is locked" in later.err
    assert "(Rating) is locked" not in later.err


def test_a_row_whose_ref_was_changed_is_not_taken_for_another_action(
    path: Path, out: Path, run: Run
) -> None:
    before = path.read_bytes()
    sheets = Sheets(out).set("A3", note="Read.")
    sheets.cell("A3", "Ref").value = "A4"
    done = take(run, sheets.save())
    assert (done.code, path.read_bytes()) == (6, before)
    assert (
        "The row calls A4 'Read the audit', and in the plan it is 'Write to partners'" in done.err
    )


def test_columns_moved_added_and_taken_away_are_found_by_their_headings(
    path: Path, out: Path, run: Run
) -> None:
    sheets = Sheets(out).set("A1", note="48 left.")
    sheet, row, columns = sheets.found("A1")
    at = sheet.max_column
    values = [
        [sheet.cell(r, c).value for c in range(1, at + 1)]
        for r in range(row - 1, sheet.max_row + 1)
    ]
    sheet.delete_rows(row - 1, len(values))
    for down, cells in enumerate(values, row + 4):
        for across, value in enumerate(reversed(cells), 3):
            sheet.cell(down, across).value = value
    sheet.cell(row + 4, 2).value = "My remarks"
    sheet.cell(row + 5, 2).value = "Ask me."
    assert len(columns) == at
    done = take(run, sheets.save())
    assert (done.code, action(path).note) == (0, "48 left.")
    assert "column B ('My remarks') did not go out from here, and was not read" in done.err


def test_a_column_that_is_gone_is_told_and_what_can_be_compared_is_taken(
    path: Path, out: Path, run: Run
) -> None:
    sheets = Sheets(out).set("A1", note="48 left.", forecast=date(2014, 4, 14))
    sheet, _, columns = sheets.found("A1")
    sheet.delete_cols(columns["Row mark"])
    sheet.delete_cols(columns["Forecast"])
    done = take(run, sheets.save())
    assert "has lost its columns Forecast and Row mark" in done.err
    assert (done.code, action(path).note, action(path).forecast) == (6, "48 left.", None)
    assert "It went out as: not known any more" in done.err


def test_rows_that_are_gone_twice_or_without_a_ref_are_told(
    path: Path, out: Path, run: Run
) -> None:
    sheets = Sheets(out).set("A3", note="Read.")
    sheet, row, columns = sheets.found("A1")
    sheet.delete_rows(row)
    other, place, _ = sheets.found("A3")
    for at in range(1, other.max_column + 1):
        other.cell(place + 1, at).value = other.cell(place, at).value
    other.cell(place + 1, columns["New note"]).value = "Not read."
    other.cell(place + 3, 2).value = "Please ring me."
    before = path.read_bytes()
    done = take(run, sheets.save())
    assert (done.code, path.read_bytes()) == (6, before)
    assert "Its row is gone: A1. Nothing was done to it." in done.err
    assert "A3 stands in row" in done.err
    assert "has no ref: Please ring me." in done.err


def test_another_plan_s_workbook_is_refused_in_words(path: Path, out: Path, run: Run) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"A plan"', '"Another plan"').replace("every open", "each"), encoding="utf-8"
    )
    before = path.read_bytes()
    done = take(run, Sheets(out).set("A1", note="x").save())
    assert (done.code, path.read_bytes()) == (6, before)
    assert "back.xlsx is of another plan, 'A plan, A council'" in done.err


@pytest.mark.parametrize(
    ("typed_in", "forecast", "code"),
    [(date(2014, 4, 14), None, 6), (date(2014, 5, 4), None, 6), ("14 April 2014", 4, 0),
     ("25/04/2014", 4, 0)],
)  # fmt: skip
def test_a_sheet_saved_month_first_accuses_nobody_and_no_typed_day_of_it_is_guessed(
    path: Path, out: Path, run: Run, typed_in: date | str, forecast: int | None, code: int
) -> None:
    sheets = Sheets(out).set("A1", forecast=typed_in, note="48 left.")
    sheet, _, _ = sheets.found("A1")
    back = out.with_name("back.csv")
    with back.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(
            [f"{v:%m/%d/%Y}" if isinstance(v, date) else v for v in row]
            for row in sheet.iter_rows(values_only=True)
        )
    done = take(run, str(back))
    assert "its dates were saved month first (D" in done.err
    assert "is locked and was changed" not in done.err
    assert (done.code, action(path).note) == (code, "48 left.")
    took = action(path).forecast
    assert (took.month if took else None) == forecast
    assert ("may be as well. Write it as 31 March 2026." in done.err) == (code == 6)


def test_of_two_copies_of_a_workbook_the_second_is_told_what_the_first_said(
    path: Path, out: Path, run: Run
) -> None:
    one = Sheets(out).set("A1", note="48 left.").save("one.xlsx")
    two = Sheets(out).set("A1", note="50 left.").set("A2", note="Booked.").save("two.xlsx")
    done = take(run, one, two)
    assert "one.xlsx speaks of A1 too, and was taken in before this one." in done.err
    assert (action(path).note, action(path, "A2").note) == ("48 left.", "Booked.")
    assert done.code == 6


def test_a_renamed_plan_with_a_title_reworded_is_taken_where_somebody_vouches_for_it(
    path: Path, out: Path, run: Run
) -> None:
    text = path.read_text(encoding="utf-8").replace('"A plan"', '"Another plan"')
    path.write_text(text.replace("Read the audit", "Hire two people"), encoding="utf-8")
    name = Sheets(out).set("A1", note="48 left.").set("A3", note="Read.").save()
    refused = take(run, name)
    assert (refused.code, "--same-plan takes the rows" in refused.err) == (6, True)
    done = take(run, name, more=("--yes", "--same-plan"))
    assert "It went out of 'A plan, A council'" in done.err
    assert (done.code, action(path).note, action(path, "A3").note) == (6, "48 left.", "")
    assert "A3 is called 'Hire two people' now." in done.err


def test_the_history_names_three_owners_and_counts_the_others(
    path: Path, run: Run, tmp_path: Path
) -> None:
    blocks = "".join(
        f'\n[[action]]\nid = "A{n}"\nanswers = ["F1"]\ntitle = "Do {n}"\nowner = "Head of {n}"\n'
        for n in range(5, 10)
    )
    path.write_text(PLAN + blocks, encoding="utf-8")
    run("export", "owners.xlsx", *OUT)
    sheets = Sheets(tmp_path / "owners.xlsx")
    for n in range(5, 10):
        sheets.set(f"A{n}", note="Begun.")
    assert take(run, sheets.save()).code == 0
    said = (
        "From back.xlsx, returned by Head of 5 (A5); Head of 6 (A6); Head of 7 (A7); 2 more owners"
    )
    assert f"{said} (2 actions)" in run("log", "A9").out


def test_a_plan_that_was_renamed_still_knows_its_own_workbook(
    path: Path, out: Path, run: Run
) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"A plan"', '"The plan"'), encoding="utf-8")
    done = take(run, Sheets(out).set("A1", note="48 left.").save())
    assert (done.code, action(path).note) == (0, "48 left.")
    assert "The plan had another name when this went out: A plan, A council." in done.err


def test_what_is_said_of_a_ref_that_names_something_else_now_clashes(
    path: Path, out: Path, run: Run
) -> None:
    name = Sheets(out).set("A3", what="Minutes").save()
    path.write_text(PLAN.replace("Read the audit", "Hire two people"), encoding="utf-8")
    left = take(run, name)
    assert (left.code, action(path, "A3").evidence) == (6, ())
    assert "It went out as 'Read the audit', and A3 is called 'Hire two people' now." in left.err
    assert take(run, name, more=("--yes", "--take", "theirs")).code == 0
    assert action(path, "A3").evidence[0].what == "Minutes"


def test_an_unknown_ref_and_a_workbook_of_something_else_are_told(
    path: Path, out: Path, run: Run, tmp_path: Path
) -> None:
    sheets = Sheets(out).set("A1", note="x")
    sheets.cell("A1", "Ref").value = "A99"
    done = take(run, sheets.save())
    assert (done.code, "There is no action A99 in this plan." in done.err) == (6, True)
    book = openpyxl.Workbook()
    book.active["A1"] = "Ref"
    book.save(tmp_path / "other.xlsx")
    done = take(run, str(tmp_path / "other.xlsx"))
    assert (done.code, "was not sent out from here" in done.err) == (1, True)
    assert path.exists()


# --- the plan changed meanwhile -------------------------------------------------------------------


def test_what_the_plan_changed_meanwhile_is_shown_and_stands(
    path: Path, out: Path, run: Run
) -> None:
    run("update", "A1", "--forecast", "2014-04-07", *OUT)
    done = take(run, Sheets(out).set("A1", note="48 left.").save())
    assert (done.code, action(path).note) == (0, "48 left.")
    assert "Changed in the plan meanwhile: forecast, from nothing to 7 April 2014." in done.err
    assert action(path).forecast == date(2014, 4, 7)


@pytest.mark.parametrize(
    ("side", "code", "note"),
    [(None, 6, "60 left."), ("plan", 0, "60 left."), ("theirs", 0, "48 left.")],
)
def test_what_both_changed_is_shown_side_by_side_and_settled_as_it_is_said(
    path: Path, out: Path, run: Run, side: str | None, code: int, note: str
) -> None:
    run("note", "A1", "60 left.", *OUT)
    more = ("--take", side, "--yes") if side else ("--yes",)
    done = take(run, Sheets(out).set("A1", note="48 left.").save(), more=more)
    assert (done.code, action(path).note) == (code, note)
    clash = (
        "CLASH: note. It went out as: '96 left.' | the plan says now: '60 left.' | the owner says: "
        "'48 left.'"
    )
    assert (clash in done.err) is (side != "theirs")


def test_what_the_former_owner_says_clashes_once_it_was_handed_over(
    path: Path, out: Path, run: Run
) -> None:
    run("update", "A1", "--owner", "Director", *OUT)
    done = take(run, Sheets(out).set("A1", note="48 left.").save())
    assert (done.code, action(path).note) == (6, "96 left.")
    assert "It went out to Head of HR, and is Director's now." in done.err


def test_the_former_owner_s_reason_for_a_date_and_their_name_are_what_is_recorded(
    path: Path, out: Path, run: Run
) -> None:
    name = Sheets(out).set("A1", due=date(2014, 6, 30), why="The post is vacant.").save()
    other = Sheets(out).set("A3", note="Read.").save("other.xlsx")
    run("update", "A1", "--owner", "Director", *OUT)
    left = take(run, name)
    assert "The reason given: The post is vacant. It went out to Head of HR" in left.err
    assert take(run, name, other, more=("--yes", "--take", "theirs")).code == 0
    asked = action(path).asked
    assert asked is not None
    assert asked.why == "The post is vacant."
    assert (
        "From back.xlsx, returned by Head of HR (A1) and other.xlsx, returned by Director (A3)"
        in run("log", "A1").out
    )


def test_two_workbooks_that_say_different_things_clash(path: Path, out: Path, run: Run) -> None:
    one = Sheets(out).set("A1", note="48 left.").save("one.xlsx")
    two = Sheets(out).set("A1", note="50 left.").set("A3", note="Read.").save("two.xlsx")
    done = take(run, one, two)
    assert (done.code, action(path).note, action(path, "A3").note) == (6, "48 left.", "Read.")
    assert run("log").out.count("import update") >= 2


# --- looked at before -----------------------------------------------------------------------------


def test_a_dry_run_and_a_run_that_nobody_agreed_to_change_nothing(
    path: Path, out: Path, run: Run
) -> None:
    before = path.read_bytes()
    name = Sheets(out).set("A1", note="48 left.").save()
    done = take(run, name, more=("--dry-run",))
    assert (done.code, path.read_bytes()) == (0, before)
    assert "note: '96 left.' -> '48 left.'" in done.err
    done = take(run, name, more=())
    assert (done.code, path.read_bytes()) == (6, before)
    assert "agree with --yes" in done.err
    assert take(run, name, more=("--take", "mine")).code == 2


def test_on_a_terminal_the_preview_comes_first_then_each_clash_then_the_question(
    path: Path, out: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from actionplan.cli import session

    monkeypatch.setattr(session, "can_ask", lambda **_: True)
    run("note", "A1", "60 left.", *OUT)
    before = path.read_bytes()
    name = Sheets(out).set("A1", note="48 left.").set("A3", note="Read.").save()
    done = run("import", "update", name, *BACK, typed="n\nn\n")
    assert (done.code, path.read_bytes()) == (1, before)
    asked = run("import", "update", name, *BACK, typed="y\ny\n")
    places = [
        asked.err.index(said)
        for said in ("CLASH: note", "Take what the owner says?", "Change these 2?", "Saved in")
    ]
    assert places == sorted(places)
    assert (asked.code, action(path).note, action(path, "A3").note) == (0, "48 left.", "Read.")


def test_what_is_exempt_goes_to_its_owner_and_the_sheet_says_so(
    path: Path, run: Run, tmp_path: Path
) -> None:
    run("update", "A1", "--exempt", "Names a child.", *OUT)
    done = run("export", "owners.xlsx", *OUT)
    assert "Not for publication as it stands: A1 is exempt." in done.err
    book = openpyxl.load_workbook(tmp_path / "owners.xlsx")
    words = {
        name: " ".join(str(c.value) for row in book[name].iter_rows(max_row=6) for c in row)
        for name in book.sheetnames
    }
    assert "A1 is exempt" in words["Head of HR"]
    assert "exempt" not in words["Director"]
    assert action(path).exempt


def test_json_tells_every_cell_and_what_became_of_it(path: Path, out: Path, run: Run) -> None:
    name = Sheets(out).set("A1", note="48 left.", forecast="TBC").set("A2", rag="red").save()
    run("update", "A2", "--stage", "in-progress", *OUT)
    done = take(run, name, more=("--json", "--dry-run"))
    told = json.loads(done.out)
    assert (told["schema"], told["kind"], told["changed"], told["whole"]) == (
        1,
        "returned",
        ["A1"],
        False,
    )
    by_ref = {each["ref"]: each for each in told["files"][0]["actions"]}
    outcomes = {point["field"]: point["outcome"] for point in by_ref["A1"]["owner_says"]}
    assert outcomes == {"note": "taken", "forecast": "not read"}
    assert by_ref["A2"]["owner_says"][0]["outcome"] == "refused"
    assert by_ref["A2"]["plan_changed"] == [
        {"field": "stage", "went_out": "not-started", "now": "in-progress"}
    ]
    assert action(path).note == "96 left."


def test_200_kilobytes_of_hostile_text_do_no_harm(path: Path, out: Path, run: Run) -> None:
    sheets = Sheets(out)
    words = [t for t in HOSTILE if t.isprintable() and len(t) < 100 and t != "_x0041_"]
    many = "\n".join(words) * 400
    sheet, row, columns = sheets.found("A1")
    for heading in sent.ASKED.values():
        sheet.cell(row, columns[heading]).value = f"'{many}"[:32_000]
    sheets.set("A2", note="\n".join(words), what="=cmd|' /C calc'!A0x")
    sheets.cell("A2", sent.ASKED["what"]).data_type = "s"
    for at in range(200):
        sheet.cell(row + 40 + at, 30).value = "x" * 1_000
    done = take(run, sheets.save())
    assert done.code == 6
    assert "\x1b" not in done.err + done.out
    assert max(map(len, done.err.splitlines())) < 500
    assert action(path, "A2").note == "\n".join(words).strip()
    assert action(path, "A2").evidence[0].what == "=cmd|' /C calc'!A0x"
    assert action(path).note == "96 left."


# --- by the model ---------------------------------------------------------------------------------


def test_a_new_request_takes_the_place_of_the_one_that_waits_and_a_move_of_both() -> None:
    plan = PLAIN.replacing("actions", PLAIN.actions[0]._replace(due=date(2014, 3, 31)))
    first = Move(to=date(2014, 6, 30), why="Late.")
    plan = changes.ask_move(plan, "A1", first, DAY)
    assert changes.ask_move(plan, "A1", first, LATER) is plan
    plan = changes.ask_move(plan, "A1", Move(to=date(2014, 5, 30), why="Not so late."), LATER)
    waiting: Action = plan.find("actions", "A1")
    assert (len(waiting.moves), waiting.moved, waiting.due) == (1, (), date(2014, 3, 31))
    assert rag.last_approved_due(waiting) == date(2014, 3, 31)
    moved = changes.move_action(
        plan, "A1", Move(to=date(2014, 4, 30), why="Agreed.", approved="Board"), LATER
    )
    now: Action = moved.find("actions", "A1")
    assert (len(now.moves), now.due, now.original_due) == (1, date(2014, 4, 30), date(2014, 3, 31))
    with pytest.raises(RefusedError, match="nothing to refuse"):
        changes.refuse_move(moved, "A1", LATER)


# --- LibreOffice ----------------------------------------------------------------------------------


def the_office() -> str:
    found = shutil.which("soffice")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("soffice is not installed")
    if found is None:
        pytest.skip("soffice is not installed")
    return found


MACRO = """\
Function Opened(place As String) As Object
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Opened = StarDesktop.loadComponentFromURL(ConvertToURL(place), "_blank", 0, hidden())
End Function

Sub Saved(book As Object, place As String, filter As String)
  Dim as_what(0) As New com.sun.star.beans.PropertyValue
  as_what(0).Name = "FilterName"
  as_what(0).Value = filter
  book.storeToURL(ConvertToURL(place), as_what())
  book.close(True)
End Sub

Sub Fill(sheet As Object, heading As String, typed As String)
  Dim row As Integer, column As Integer
  For row = 0 To 12
    If sheet.getCellByPosition(0, row).String = "Ref" Then Exit For
  Next row
  For column = 0 To 25
    If sheet.getCellByPosition(column, row).String = heading Then
      sheet.getCellByPosition(column, row + 1).FormulaLocal = typed
    End If
  Next column
End Sub

Sub Edit()
  Dim book As Object, sheet As Object
  book = Opened("FOLDER/owners.xlsx")
  sheet = book.Sheets.getByName("Head of HR")
  Fill(sheet, "New rating", "amber: at risk")
  Fill(sheet, "New reason", "Two are ill.")
  Fill(sheet, "New forecast", "2014-04-14")
  Fill(sheet, "Due date asked for", "2014-06-30")
  Fill(sheet, "Why that date", "The post is vacant.")
  Fill(sheet, "New note", "=cmd|x, she said")
  Fill(sheet, "Action", "Something else")
  Saved(book, "FOLDER/back.xlsx", "Calc MS Excel 2007 XML")
  book = Opened("FOLDER/hostile-owners.xlsx")
  Saved(book, "FOLDER/through.ods", "calc8")
  book = Opened("FOLDER/through.ods")
  Saved(book, "FOLDER/through.xlsx", "Calc MS Excel 2007 XML")
End Sub
"""
LIBRARY = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Module1"/>
</library:library>
"""
SET_UP = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse">
<value>true</value></prop></item>
</oor:items>
"""
"""So that the macro is not replaced by what LibreOffice lays down when it first starts."""
LIBRARIES = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library"
 xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" library:link="false"/>
</library:libraries>
"""
MODULE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{}</script:module>
"""


def hostile_plan() -> Plan:
    """Give a plan of many actions, of every kind of text and of many days."""
    drawn = random.Random(7)  # noqa: S311 - the same each time, and no secret
    words = [*HOSTILE, "Two agency teams start late.", "", "96 left, from 143.", "caf\u00e9 \u00a3"]
    days = [
        None,
        date(1900, 3, 1),
        date(1899, 12, 31),
        date(1900, 2, 28),
        date(2014, 2, 28),
        date(2099, 12, 31),
    ]
    actions = tuple(
        Action(
            f"A{number}", ("F1",), drawn.choice(words),
            drawn.choice(["Head of HR", "x" * 40, *HOSTILE]),
            due=drawn.choice(days), forecast=drawn.choice(days), updated=drawn.choice(days),
            stage=drawn.choice(["not-started", "in-progress"]),
            rag=drawn.choice(["", "red", "amber", "green"]),
            reason=drawn.choice(words), note=drawn.choice(words) + drawn.choice(words),
        )
        for number in range(1, 120)
    )  # fmt: skip
    return PLAIN._replace(actions=actions)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Start LibreOffice once: to fill in a workbook, and to take another through its own format."""
    soffice, folder = the_office(), tmp_path_factory.mktemp("office")
    standard = folder / "profile" / "user" / "basic" / "Standard"
    standard.mkdir(parents=True)
    code = MACRO.replace("FOLDER", str(folder)).replace("&", "&amp;").replace("<", "&lt;")
    (standard / "Module1.xba").write_text(MODULE.format(code), encoding="utf-8")
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(SET_UP, encoding="utf-8")
    (standard.parent / "script.xlc").write_text(LIBRARIES, encoding="utf-8")
    (standard / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    plain = sent.sent(query.view(_open(reader.read(PLAN.encode(), "plan").plan), DAY))
    (folder / "owners.xlsx").write_bytes(owners_workbook.render(plain))
    hostile = sent.sent(query.view(hostile_plan(), DAY))
    (folder / "hostile-owners.xlsx").write_bytes(owners_workbook.render(hostile))
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run(
        [
            soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
            "macro:///Standard.Module1.Edit",
        ],
        check=True, capture_output=True, timeout=300, env=own,
    )  # fmt: skip
    return folder


def _open(plan: Plan) -> Plan:
    return plan._replace(actions=tuple(each for each in plan.actions if each.is_open))


def test_a_workbook_filled_in_with_libreoffice_is_taken_in(
    path: Path, office: Path, run: Run
) -> None:
    done = take(run, str(office / "back.xlsx"))
    assert (done.code, done.out) == (0, "A1\n")
    now = action(path)
    assert (now.rag, now.reason, now.forecast) == ("amber", "Two are ill.", date(2014, 4, 14))
    assert (now.due, now.asked and now.asked.to) == (date(2014, 3, 31), date(2014, 6, 30))
    assert now.note == "=cmd|x, she said"
    assert now.title == "Allocate every open case"
    again = take(run, str(office / "back.xlsx"))
    assert "Nothing was changed." in again.err


def test_what_libreoffice_saved_keeps_its_lists_its_locks_and_its_code(office: Path) -> None:
    sheet, row, columns = sheet_of(office / "back.xlsx")
    assert sheet.protection.sheet
    free = {h for h, at in columns.items() if not sheet.cell(row, at).protection.locked}
    assert free == set(sent.ASKED.values())
    formulas = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"delivered,not started,parked"' in formulas
    with zipfile.ZipFile(office / "back.xlsx") as package:
        assert "Plan code" in package.read("docProps/custom.xml").decode()


def test_a_workbook_that_went_through_libreoffice_and_back_changes_nothing(office: Path) -> None:
    plan = hostile_plan()
    after, reply = back(plan, (office / "through.xlsx").read_bytes())
    assert after == plan
    assert len(reply.answers) == len(plan.actions)
    told = [
        answer for answer in reply.answers if answer.meanwhile or answer.points or answer.edited
    ]
    assert told == []
    assert reply.is_whole


# --- what can't be meant ------------------------------------------------------------------------


def test_a_forecast_that_is_past_is_told_and_not_taken(path: Path, out: Path, run: Run) -> None:
    name = Sheets(out).set("A1", note="New.", forecast=date(2013, 4, 30)).save()
    done = take(run, name)
    assert "forecasts 30 April 2013, which is past" in done.err
    assert done.code == 6
    assert (action(path).note, action(path).forecast) == ("New.", None)


def test_a_day_that_no_calendar_has_is_told_with_what_a_cell_can_hold(
    path: Path, out: Path, run: Run
) -> None:
    done = take(run, Sheets(out).set("A1", forecast="31/02/2014").save())
    assert "'31/02/2014' is not a day in the calendar. Write it as 31/03/2026." in done.err
    assert "+6w" not in done.err
    assert action(path).forecast is None


def test_a_bad_rating_of_what_was_delivered_since_is_a_clash(
    path: Path, out: Path, run: Run
) -> None:
    assert run("done", "A1", *BACK).code == 0
    name = Sheets(out).set("A1", rag="red", reason="Late.", note="48 left.").save()
    done = take(run, name)
    assert done.code == 6
    assert "CLASH: rating." in done.err
    assert "CLASH: reason." in done.err
    assert "Since it went out it was said to be delivered." in done.err
    now = action(path)
    assert (now.stage, now.rag, now.reason, now.note) == ("delivered", "green", "", "48 left.")


def test_delivered_is_a_clash_where_the_plan_was_rated_red_since(
    path: Path, out: Path, run: Run
) -> None:
    assert run("update", "A1", "--rag", "red", "--reason", "Late.", *BACK).code == 0
    done = take(run, Sheets(out).set("A1", stage="Done").save())
    assert (done.code, action(path).stage) == (6, "in-progress")
    assert "CLASH: stage." in done.err
    assert "Since it went out it was rated red." in done.err
    assert take(run, Sheets(out).set("A1", stage="Done").save(), "--take", "theirs").code == 0
    assert action(path).stage == "delivered"


def test_what_owners_say_is_told_before_what_only_the_plan_changed(
    path: Path, out: Path, run: Run
) -> None:
    assert path.exists()
    assert run("update", "A1", "--note", "48 left.", *BACK).code == 0
    done = take(run, Sheets(out).set("A3", note="Read.").save())
    assert done.err.index("A3: Read the audit") < done.err.index("Changed in the plan meanwhile")


def test_what_is_said_of_an_action_that_was_superseded_since_is_a_clash(
    path: Path, out: Path, run: Run
) -> None:
    done = ("update", "A1", "--stage", "superseded", "--reason", "Merged.", *BACK)
    assert run(*done).code == 0
    name = Sheets(out).set("A1", note="48 left.", due=date(2014, 6, 30), why="Late.").save()
    told_of = take(run, name)
    assert (told_of.code, action(path).note, action(path).asked) == (6, "96 left.", None)
    assert "A1 was superseded since it went out." in told_of.err
