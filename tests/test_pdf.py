"""The PDF: made by the real LibreOffice, tagged, and nothing left behind."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import docx
import pikepdf
import pytest
from conftest import BIRMINGHAM, birmingham_as_at
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from actionplan import query
from actionplan.errors import ActionPlanError
from actionplan.renderers import pdf, word
from actionplan.renderers.parts import Parts
from actionplan.reports import paper
from actionplan.reports.blocks import Card, Figure, Items, Prose, Report, Section, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = date(2014, 5, 1)
VIEW = query.view(birmingham_as_at(DAY), DAY)
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 \x1b[31m \u202e \ud800"
SHOWN = "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 \\u{1b}[31m \\u{202e} \\u{d800}"
BLOCKS = (Prose(HOSTILE), Items((HOSTILE, "x" * 10_000)), Card(HOSTILE, ((HOSTILE, HOSTILE),)))
REPORT = paper.report(VIEW, date(2014, 3, 14))
PAPER = REPORT._replace(sections=(*REPORT.sections, Section("x", HOSTILE, BLOCKS)))
EMPTY = Report("report", "A plan", DAY, ())
FIGURES = [b for s in PAPER.sections for b in s.blocks if isinstance(b, Figure)]
BOARD = paper.board(VIEW, date(2014, 3, 14))
PAGE = paper.summary(VIEW, date(2014, 3, 14))


def missing(*programs: str) -> None:
    """Leave out a test that needs a program that is not here; in CI it must be."""
    for program in programs:
        if shutil.which(program) is None:
            told = f"{program} is not installed"
            pytest.fail(told) if os.environ.get("CI") == "true" else pytest.skip(told)


class Made(NamedTuple):
    """Two papers that were made at the same time, and the folders that were theirs."""

    paper: Path
    board: Path
    page: Path
    temporary: Path
    home: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make three papers at once, in a home and with a temporary folder of their own."""
    missing("soffice")
    folder = tmp_path_factory.mktemp("pdf")
    temporary, home = folder / "temporary", folder / "home"
    temporary.mkdir()
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(home))
        with ThreadPoolExecutor() as pool:
            contents = pool.map(lambda report: pdf.render(report, Parts()), (PAPER, BOARD, PAGE))
        paths = (folder / "paper.pdf", folder / "board.pdf", folder / "page.pdf")
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
    return Made(*paths, temporary, home)


def printed(path: Path) -> str:
    """Give the text of a PDF without its line breaks."""
    missing("pdftotext")
    done = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True)
    return " ".join(done.stdout.decode().split())


class Tag(NamedTuple):
    """An element of the structure of a PDF."""

    kind: str
    alternative: str
    scopes: tuple[str, ...]


def tags(path: Path) -> list[Tag]:
    """Give every element of the structure of a PDF, in order."""
    with pikepdf.open(path) as opened:
        return list(_tags(opened.Root.StructTreeRoot.K))


def _tags(element: Any) -> Iterator[Tag]:
    if isinstance(element, pikepdf.Array):
        for each in element:
            yield from _tags(each)
    elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
        looks: Any = element.get("/A", [])
        each_look = looks if isinstance(looks, pikepdf.Array) else [looks]
        scopes = tuple(str(look.Scope) for look in each_look if "/Scope" in look)
        yield Tag(str(element.S), str(element.get("/Alt", "")), scopes)
        yield from _tags(element.get("/K"))


def test_the_one_page_is_one_page(made: Made) -> None:
    with pikepdf.open(made.page) as opened:
        assert len(opened.pages) == 1


def test_it_is_tagged_in_english_and_opens_with_its_title(made: Made) -> None:
    for path, report in ((made.paper, PAPER), (made.board, BOARD)):
        with pikepdf.open(path) as opened:
            assert opened.Root.Lang == "en-GB"
            assert opened.Root.MarkInfo.Marked
            assert opened.Root.ViewerPreferences.DisplayDocTitle
            known = opened.docinfo
            assert known.Title == f"{report.title}: {report.subtitle}, as at 1 May 2014"
            assert known.Author == "Birmingham City Council"


def test_headings_tables_and_pictures_have_their_tags(made: Made) -> None:
    found = Counter(tag.kind for tag in tags(made.paper))
    tables = [t for s in PAPER.sections for t in tables_of(s) if t.lines]
    assert found["/H1"] == len(PAPER.sections)
    assert found["/H2"] > 0
    assert found["/Table"] == len(tables) > 10
    assert found["/LI"] > 10
    assert found["/Figure"] == len(FIGURES) > 0


def test_every_heading_of_a_table_says_that_it_is_of_its_column(made: Made) -> None:
    heads = [tag.scopes for tag in tags(made.paper) if tag.kind == "/TH"]
    assert len(heads) > 50
    assert set(heads) == {("/Column",)}


def test_every_picture_says_what_is_seen_in_it(made: Made) -> None:
    said = [tag.alternative for tag in tags(made.paper) if tag.kind == "/Figure"]
    assert all(figure.said in each for figure, each in zip(FIGURES, said, strict=True))


def test_it_has_every_ref_and_every_page_its_number(made: Made) -> None:
    text = printed(made.paper)
    for action in VIEW.actions:
        assert f" {action.id} {action.title}" in text
    with pikepdf.open(made.paper) as opened:
        pages = len(opened.pages)
    for number in range(1, pages + 1):
        assert f"Page {number} of {pages}" in text


def test_no_cell_of_any_table_is_lost_on_the_way(made: Made) -> None:
    text = "".join(printed(made.paper).split())
    for table in docx.Document(io.BytesIO(word.render(PAPER, Parts()))).tables:
        for cell in table._tbl.iter(qn("w:tc")):  # noqa: SLF001 - python-docx takes minutes
            assert "".join("".join(t.text for t in cell.iter(qn("w:t"))).split()) in text


def test_other_programs_call_it_tagged_too(made: Made) -> None:
    missing("pdfinfo")
    told = subprocess.run(["pdfinfo", made.board], check=True, capture_output=True).stdout.decode()
    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)
    assert re.search(r"^Title: +Children's services improvement plan: ", told, re.MULTILINE)


def test_hostile_text_is_there_to_be_read_and_leads_nowhere(made: Made) -> None:
    assert printed(made.paper).count(SHOWN) >= 4
    with pikepdf.open(made.paper) as opened:
        assert [page.get("/Annots") for page in opened.pages] == [None] * len(opened.pages)
        assert "/JavaScript" not in opened.Root.get("/Names", {})


def test_nothing_is_left_behind_and_the_user_s_own_profile_is_not_touched(made: Made) -> None:
    assert list(made.temporary.iterdir()) == []
    assert not list(made.home.rglob("*libreoffice*"))


def test_nothing_is_fetched_from_elsewhere_whatever_a_document_asks_for(tmp_path: Path) -> None:
    """A council's own document may rest on a stranger's, with a picture that lies elsewhere."""
    missing("soffice")
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        document: Any = docx.Document(io.BytesIO(word.render(PAPER, Parts())))
        place = f"http://127.0.0.1:{server.getsockname()[1]}/seen.png"
        name = document.part.relate_to(place, RELATIONSHIP_TYPE.IMAGE, is_external=True)
        for picture in document.element.body.iter(qn("a:blip")):
            del picture.attrib[qn("r:embed")]
            picture.set(qn("r:link"), name)
        document.save(str(tmp_path / "paper.docx"))
        assert pdf.render(EMPTY, Parts((tmp_path,))).startswith(b"%PDF")
        server.settimeout(0.1)
        with contextlib.suppress(TimeoutError):
            asked.append(server.accept()[0].recv(100))
    assert asked == []


# --- where it can't be made ---------------------------------------------------------------------


def test_without_libreoffice_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "actionplan", "report", "-f", str(BIRMINGHAM), "-o", "x.pdf"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "A PDF is made by LibreOffice, which is not on this machine." in done.stderr
    assert "-o FILE.docx" in done.stderr
    assert "docs/papers.md" in done.stderr
    assert not Path("x.pdf").exists()


SHELL = pytest.mark.skipif(os.name == "nt", reason="stands in for LibreOffice by a shell script")


def stand_in(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program in the place of LibreOffice."""
    office = folder / "soffice"
    office.write_text(script)
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@SHELL
@pytest.mark.parametrize(
    ("does", "sentence"),
    [
        ("echo 'the reason of it' >&2", "made no PDF of the Word file: the reason of it."),
        ("exit 77", "made no PDF of the Word file: no reason."),
    ],
)
def test_a_libreoffice_that_makes_nothing_is_told(
    does: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(f"#!/bin/sh\n{does}\n", tmp_path, monkeypatch)
    with pytest.raises(ActionPlanError) as told:
        pdf.render(EMPTY, Parts())
    assert sentence in str(told.value)


@SHELL
def test_a_libreoffice_that_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives_on = tmp_path / "lives-on"
    stand_in(f"#!/bin/sh\n(sleep 0.6; touch '{lives_on}') & wait\n", tmp_path, monkeypatch)
    monkeypatch.setattr(pdf, "LONGEST", 0.1)
    with pytest.raises(ActionPlanError, match="made no PDF in"):
        pdf.render(EMPTY, Parts())
    time.sleep(0.9)
    assert not lives_on.exists()


@SHELL
def test_a_libreoffice_that_can_t_be_started_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in("#!/no/such/shell\n", tmp_path, monkeypatch)
    with pytest.raises(ActionPlanError, match="can't be started: No such file or directory"):
        pdf.render(EMPTY, Parts())
