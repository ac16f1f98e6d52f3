"""The forms of a paper: each is asked for and given as it should be, and all say the same."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import pty
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from conftest import BIRMINGHAM, ROOT

from actionplan.renderers import plain
from actionplan.renderers.forms import FORMS

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from conftest import Program, Run

LOOK = ("-f", str(BIRMINGHAM), "--as-at", "2014-05-01")
NAMES = [form.name for form in FORMS]
BINARY = [form.name for form in FORMS if not form.is_text]


def _example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example", ROOT / "docs" / "example.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLE = _example()
PAGES = list(EXAMPLE.PAPERS)


# --- the words, kept ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_the_words_of_the_example_are_those_in_the_docs(page: str, run: Run) -> None:
    """When they are to be others: python docs/example.py, and read what git says has changed."""
    kept = ROOT / "docs" / "example" / f"{page}.md"
    ran = run(*EXAMPLE.arguments(page), "--to", "markdown")
    assert ran.code == 0
    assert ran.err == "" or page == "public"
    assert ran.out == kept.read_text(encoding="utf-8")


# --- every form says the same -------------------------------------------------------------------

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})[a-z]* (\d{{4}})\b")


def numbers(cell: str) -> list[str]:
    """Give the days and numbers of a cell, however the form writes a day."""
    iso = DAY.sub(lambda m: f"{m[3]}-{MONTHS.index(m[2]) + 1:02}-{int(m[1]):02}", cell)
    return re.findall(r"\d{4}-\d\d-\d\d|-?\d+(?:\.\d+)?", iso)


def of_plain(text: str) -> list[list[str]]:
    """Read the rows of all tables back from plain lines."""
    rows = [line.split("\t") for line in text.splitlines() if "\t" in line]
    return [found for row in rows if (found := [n for cell in row for n in numbers(cell)])]


def of_markdown(text: str) -> list[list[str]]:
    """Read them back from Markdown."""
    rows = [line.replace("\\", "") for line in text.splitlines() if line.startswith("| ")]
    return [found for row in rows if (found := numbers(row))]


class Cells(HTMLParser):
    """Reads the texts of the cells of every row of every table."""

    def __init__(self) -> None:
        """Start with no row."""
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a row or a cell."""
        del attrs
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        self.inside = self.inside and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        """Keep what stands in a cell."""
        if self.inside:
            self.rows[-1][-1] += data


def of_html(text: str) -> list[list[str]]:
    """Read them back from a page."""
    page = Cells()
    page.feed(text)
    rows = page.rows
    return [found for row in rows if (found := [n for cell in row for n in numbers(cell)])]


def of_word(content: bytes) -> list[list[str]]:
    """Read them back from a Word file."""
    import docx

    tables = docx.Document(io.BytesIO(content)).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    return [found for row in rows if (found := [n for cell in row for n in numbers(cell)])]


def of_json(text: str) -> int:
    """Count the lines of all tables in JSON."""
    sections = json.loads(text)["sections"]
    return sum(len(block.get("lines", ())) for each in sections for block in each["blocks"])


@pytest.mark.parametrize("page", PAGES)
def test_every_form_says_the_same_numbers(page: str, run: Run, tmp_path: Path) -> None:
    asked = EXAMPLE.arguments(page)
    wanted = of_plain(run(*asked, "--to", "text").out)
    assert wanted or page == "close-out"
    assert of_markdown(run(*asked, "--to", "markdown").out) == wanted
    assert of_html(run(*asked, "--to", "html").out) == wanted
    word = tmp_path / "paper.docx"
    assert run(*asked, "-o", str(word)).code == 0
    assert of_word(word.read_bytes()) == wanted
    assert of_json(run(*asked, "--to", "json").out) >= len(wanted)


# --- asked for ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form.name != "pdf"], ids=lambda form: form.name
)
def test_a_file_has_the_form_that_its_ending_says(form: Any, run: Run, tmp_path: Path) -> None:
    for ending in form.endings:
        place = tmp_path / f"paper{ending.upper()}"
        ran = run("report", "-o", str(place), *LOOK)
        assert (ran.code, ran.out) == (0, "")
        assert ran.err == f"Wrote the report as {form.name} to {place}.\n"
        assert place.stat().st_size > 1000


def test_a_form_can_be_named_whatever_the_file_is_called(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "paper"
    assert run("report", "--to", "JSON", "-o", str(place), *LOOK).code == 0
    assert json.loads(place.read_text(encoding="utf-8"))["kind"] == "report"
    assert run("report", "--to", "text", "-o", "-", *LOOK).out == run("report", *LOOK).out


WRONG = [
    (("-o", "paper"), "'paper' does not say which form it is to have: let it end in one of .txt"),
    (("-o", "paper.doc"), "'paper.doc' does not say which form it is to have"),
    (("--to", "powerpoint"), "A report has no form 'powerpoint'. It has: text, markdown, html"),
    (("--to", "html", "--json"), "A report is given in one form"),
    (("--plain", "--json"), "A report is given in one form"),
    (("--board", "--summary"), "A report is of one kind: take one of --summary, --board."),
]


@pytest.mark.parametrize(("asked", "sentence"), WRONG)
def test_a_form_that_there_is_not_is_refused_before_any_work(
    asked: tuple[str, ...], sentence: str, birmingham: Path, run: Run
) -> None:
    before = birmingham.with_suffix(".history.jsonl").read_bytes()
    ran = run("report", *asked, "--record", "Never")
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert birmingham.with_suffix(".history.jsonl").read_bytes() == before


def test_a_report_is_never_written_over_the_plan_or_its_history(
    birmingham: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "paper.html").symlink_to(birmingham)
    history = birmingham.with_suffix(".history.jsonl")
    kept = birmingham.read_bytes(), history.read_bytes()
    for place in (birmingham, tmp_path / "paper.html", history):
        ran = run("report", "--to", "html", "-o", str(place))
        assert (ran.code, ran.out) == (2, "")
        assert "is the plan or its history: name another file to write to." in ran.err
    assert (birmingham.read_bytes(), history.read_bytes()) == kept


def test_no_plan_and_no_owners_are_written_over(birmingham: Path, run: Run) -> None:
    for name in ("owners.toml", "second.toml", "second.history.jsonl"):
        kept = birmingham.with_name(name)
        kept.write_text("kept", encoding="utf-8")
        for command in (("report", "--to", "text", "-o", str(kept)), ("export", str(kept))):
            ran = run(*command, *(("--to", "csv") if command[0] == "export" else ()), *LOOK)
            assert (ran.code, ran.out) == (2, "")
            assert kept.read_text(encoding="utf-8") == "kept"
        kept.unlink()


def test_a_link_that_leads_back_to_itself_is_said(run: Run, tmp_path: Path) -> None:
    loop = tmp_path / "loop.html"
    loop.symlink_to(loop)
    ran = run("report", "-o", str(loop), *LOOK)
    assert (ran.code, ran.out) == (1, "")
    assert f"{loop} could not be written: " in ran.err


def test_a_pipe_gets_a_page_as_the_page_itself_says(program: Program) -> None:
    page = program("report", "--to", "html", *LOOK, PYTHONIOENCODING="cp1252").out
    assert "\N{BLACK CIRCLE}" in page
    assert "\\u25cf" not in page


def test_a_day_that_no_zip_file_can_state_is_no_fault(run: Run, tmp_path: Path) -> None:
    for day in ("9999-12-31", "1900-01-01"):
        ran = run("report", "-f", str(BIRMINGHAM), "--as-at", day, "-o", str(tmp_path / "p.docx"))
        assert ran.code in {0, 4}
        assert "fault" not in ran.err


def test_what_can_not_be_written_is_said_and_what_was_there_stays(run: Run, tmp_path: Path) -> None:
    ran = run("report", "-o", str(tmp_path / "none" / "paper.html"), *LOOK)
    assert (ran.code, ran.out) == (1, "")
    assert "could not be written: No such file or directory." in ran.err
    folder = tmp_path / "folder.html"
    folder.mkdir()
    assert run("report", "-o", str(folder), *LOOK).code == 1
    assert list(tmp_path.glob(".*")) == []


def test_a_file_that_is_there_is_replaced_whole_with_its_rights(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "paper.md"
    place.write_text("old", encoding="utf-8")
    place.chmod(0o640)
    before = os.umask(0o077)
    try:
        assert run("report", "-o", str(place), *LOOK).code == 0
    finally:
        os.umask(before)
    assert place.stat().st_mode & 0o777 == 0o640
    assert place.read_text(encoding="utf-8").startswith("# Children")


@pytest.mark.parametrize("form", BINARY)
def test_a_screen_is_not_given_what_it_can_not_show(form: str) -> None:
    parent, child = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "actionplan", "report", "--to", form, *LOOK],
        check=False, stdout=child, stderr=subprocess.PIPE, timeout=60,
    )  # fmt: skip
    os.close(child)
    os.close(parent)
    assert done.returncode == 2
    assert f"A screen can't show {form}: name a file with -o FILE".encode() in done.stderr


def test_a_pipe_is_given_any_form(program: Program) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "actionplan", "report", "--to", "word", *LOOK],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.startswith(b"PK")
    assert done.stderr == b""
    assert program("report", "--to", "html", *LOOK, LC_ALL="C").out.startswith("<!DOCTYPE html>")


# --- recorded -----------------------------------------------------------------------------------


def test_what_is_recorded_can_be_given_again_in_another_form(birmingham: Path, run: Run) -> None:
    place = birmingham.parent / "paper.html"
    ran = run("report", "--record", "Cabinet", "--as-at", "2014-05-01", "-o", str(place))
    assert ran.code == 0
    assert "Recorded as 'Cabinet'" in ran.err
    again = run("report", "--as-recorded", "Cabinet", "--to", "html")
    assert again.out == place.read_text(encoding="utf-8")


def test_where_only_words_are_kept_no_other_form_is_made_up(run: Run, tmp_path: Path) -> None:
    asked = ("report", "--as-recorded", "Cabinet 20 January 2014", "-f", str(BIRMINGHAM))
    words = run(*asked).out
    place = tmp_path / "paper.txt"
    assert run(*asked, "-o", str(place)).code == 0
    assert place.read_text(encoding="utf-8") == words
    if "word it differently" in run(*asked).err:
        other = run(*asked, "--to", "html")
        assert (other.code, other.out) == (1, "")
        assert "Only its words are kept, so it can't be given as html." in other.err


def test_the_forms_of_the_help_are_the_forms_that_there_are(run: Run) -> None:
    helped = " ".join(run("report", "--help").out.split())
    assert all(name in helped for name in NAMES)
    assert plain.LISTS.isdisjoint(NAMES)
