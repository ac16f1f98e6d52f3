"""The Word file: what it says is what every form says, and nothing in it is more than text."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest
from conftest import BIRMINGHAM, birmingham_as_at
from docx.oxml.ns import qn
from docx.shared import Cm

from actionplan import query
from actionplan.dates import short
from actionplan.errors import UnreadableError
from actionplan.model import Plan
from actionplan.renderers import paint, plain, word
from actionplan.renderers.parts import Parts
from actionplan.reports import closeout, lists, paper
from actionplan.reports.basis import Past, Stood
from actionplan.reports.blocks import (
    Card,
    Figure,
    Items,
    Key,
    Prose,
    Report,
    Section,
    Subheading,
    Table,
    tables_of,
)
from actionplan.reports.lines import action_line
from actionplan.reports.pictures import Bars, Series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run

DAY, SINCE = date(2014, 5, 1), date(2014, 3, 14)
VIEW = query.view(birmingham_as_at(DAY), DAY)
THEN = query.view(birmingham_as_at(SINCE), SINCE)
LAST = "Cabinet 17 March 2014"
PAST = Past(THEN, LAST, None, (Stood(LAST, THEN),))
OFFICER = query.view(VIEW.plan, DAY, query.Filter(owner=("Head of partnerships",)))
PAPERS = {
    "report": paper.report(VIEW, SINCE, PAST),
    "summary": paper.summary(VIEW, SINCE, PAST),
    "close-out": closeout.report(VIEW, "LGA"),
    "board": paper.board(VIEW, SINCE, PAST),
    "owner": paper.officer(OFFICER, SINCE, PAST),
    "list": lists.listing(VIEW),
}
FILES = {name: word.render(report, Parts()) for name, report in PAPERS.items()}
REPORT = "report"
PLAN = "Children's services improvement plan"
HOSTILE = (
    "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 | a | b # x [x](javascript:x) & ]]> "
    "\x1b[31m \x00 \u202e \ud800 \ufffe \U0001f600 e\u0301"
)
SHOWN = (
    "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 | a | b # x [x](javascript:x) & ]]> "
    "\\u{1b}[31m \\u{0} \\u{202e} \\u{d800} \\u{fffe} \U0001f600 e\u0301"
)


def opened(content: bytes) -> Any:
    """Open a file as python-docx reads it."""
    return docx.Document(io.BytesIO(content))


def xml(content: bytes, name: str = "word/document.xml") -> str:
    """Give one part of a file as text."""
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def cells(table: Any) -> list[list[str]]:
    """Give the texts of a table, the signs before its ratings and directions taken out."""
    return [
        [re.sub(r"^\S\u00a0", "", "".join(t.text for t in cell.iter(qn("w:t")))) for cell in row]
        for row in (row.tc_lst for row in table._tbl.tr_lst)  # noqa: SLF001 - 10,000 rows at once
    ]


def plain_rows(table: Table, report: Report) -> Iterator[list[str]]:
    """Give the rows of a table as the plain lines have them, its dates in words."""
    only = report._replace(sections=(Section("only", "", (table,)),), kind="report")
    rows = [line.split("\t") for line in plain.render(only).splitlines() if "\t" in line]
    yield rows[0]
    for row in rows[1:]:
        yield [_worded(*pair) for pair in zip(rows[0], row, strict=True)]


def _worded(head: str, cell: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return short(date.fromisoformat(cell))
    if head == "Stage":
        return cell.replace("-", " ")
    if head == "Working days late":
        return re.sub(r" working days? late$", "", cell)
    return cell.removesuffix(" late") if head == "Against first agreed" else cell


@pytest.mark.parametrize("kind", PAPERS)
def test_every_cell_of_every_table_says_what_the_plain_lines_say(kind: str) -> None:
    report = PAPERS[kind]
    shown = [table for section in report.sections for table in tables_of(section) if table.lines]
    found = opened(FILES[kind]).tables
    assert len(found) == len(shown)
    assert [cells(table) for table in found] == [list(plain_rows(t, report)) for t in shown]


@pytest.mark.parametrize("kind", [kind for kind in PAPERS if kind != "list"])
def test_headings_nest_under_one_title(kind: str) -> None:
    document = opened(FILES[kind])
    levels = [
        {"Title": 0, "Heading 1": 1, "Heading 2": 2}[paragraph.style.name]
        for paragraph in document.paragraphs
        if paragraph.style is not None and paragraph.style.name.startswith(("Title", "Heading"))
    ]
    assert levels[:2] == [0, 1]
    assert levels.count(0) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == [section.heading for section in PAPERS[kind].sections]


@pytest.mark.parametrize("kind", PAPERS)
def test_every_table_has_a_title_a_heading_that_repeats_and_no_merged_cell(kind: str) -> None:
    for table in opened(FILES[kind]).tables:
        set_up = table._tbl.tblPr  # noqa: SLF001 - python-docx does not name these
        assert set_up.find(qn("w:tblCaption")).get(qn("w:val"))
        assert "Columns: " in set_up.find(qn("w:tblDescription")).get(qn("w:val"))
        first, *rows = table._tbl.tr_lst  # noqa: SLF001 - as above
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        assert all(row.trPr.find(qn("w:tblHeader")) is None for row in rows)
        assert {len(row.tc_lst) for row in (first, *rows)} == {len(table.columns)}
    assert not re.search("<w:(gridSpan|vMerge|hMerge)", xml(FILES[kind]))


def test_a_rating_is_a_word_and_a_shape_on_its_colour() -> None:
    looks = {"red": "\u25a0", "amber": "\u25b2", "green": "\u25cf"}
    found = set()
    for cell in opened(FILES[REPORT]).element.body.iter(qn("w:tc")):
        shade = cell.tcPr.find(qn("w:shd"))
        if shade is not None:
            sign, _, said = "".join(t.text for t in cell.iter(qn("w:t"))).partition("\u00a0")
            ink = next(cell.iter(qn("w:color"))).get(qn("w:val"))
            assert sign == looks[said]
            assert f"#{shade.get(qn('w:fill'))}" == paint.PAINT[said].fill
            assert f"#{ink}" == paint.PAINT[said].text
            found.add(said)
    assert found == set(looks)


def test_a_direction_has_its_arrow_before_its_word() -> None:
    texts = {"".join(t.text for t in c.iter(qn("w:t"))) for c in _cells_of(FILES[REPORT])}
    assert {"\u2191\u00a0better", "\u2193\u00a0worse", "\u2192\u00a0same", "+\u00a0new"} <= texts


def _cells_of(content: bytes) -> Iterator[Any]:
    yield from opened(content).element.body.iter(qn("w:tc"))


def test_the_whole_plan_lies_on_its_side_and_what_fits_stands_upright() -> None:
    upright, lying = opened(FILES[REPORT]).sections
    assert (upright.page_width, upright.page_height) == (lying.page_height, lying.page_width)
    assert lying.page_width > lying.page_height
    assert [len(opened(FILES[kind]).sections) for kind in ("summary", "close-out")] == [1, 1]


@pytest.mark.parametrize("kind", PAPERS)
def test_tables_fill_the_page_and_every_column_has_room(kind: str) -> None:
    document = opened(FILES[kind])
    rooms = {
        s.page_width.twips - s.left_margin.twips - s.right_margin.twips for s in document.sections
    }
    for table in document.tables:
        widths = [int(c.get(qn("w:w"))) for c in table._tbl.tblGrid.gridCol_lst]  # noqa: SLF001
        assert sum(widths) in rooms
        assert min(widths) > 400


def test_the_foot_has_the_title_the_day_and_the_number_of_the_page() -> None:
    for section in opened(FILES[REPORT]).sections:
        foot = section.footer.paragraphs[0]
        assert foot.text.startswith("Children's services improvement plan, as at 1 May 2014\tPage ")
        codes = [f.get(qn("w:instr")) for f in foot._p.iter(qn("w:fldSimple"))]  # noqa: SLF001
        assert codes == [" PAGE ", " NUMPAGES "]


def test_the_file_says_what_it_is_and_of_which_day_and_nothing_of_its_maker() -> None:
    known = opened(FILES[REPORT]).core_properties
    assert known.title == f"{PLAN}: {PAPERS[REPORT].subtitle}, as at 1 May 2014"
    assert (known.author, known.language) == ("Birmingham City Council", "en-GB")
    assert known.created == known.modified
    assert known.created is not None
    assert known.created.date() == DAY
    for name in zipfile.ZipFile(io.BytesIO(FILES[REPORT])).namelist():
        if name.endswith((".xml", ".rels")):
            assert "python-docx" not in xml(FILES[REPORT], name)


def test_its_author_is_the_council() -> None:
    made = Report("report", "A plan", DAY, (), organisation="A council")
    assert opened(word.render(made, Parts())).core_properties.author == "A council"


def test_its_language_is_english_as_in_the_united_kingdom() -> None:
    assert re.findall(r'<w:lang w:val="([^"]*)"', xml(FILES[REPORT], "word/styles.xml")) == [
        "en-GB"
    ]


def test_the_same_report_gives_the_same_bytes_in_another_process_on_another_day() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); import test_word; "
        "sys.stdout.buffer.write(test_word.FILES['report'])"
    )
    there = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        cwd=BIRMINGHAM.parent.parent,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    assert there.stdout == FILES[REPORT]


def test_a_picture_is_a_drawing_with_what_is_seen_in_it_said() -> None:
    figures = [b for s in PAPERS[REPORT].sections for b in s.blocks if isinstance(b, Figure)]
    document = opened(FILES[REPORT])
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert figures
    assert [p.get("descr") for p in pictures] == [figure.said for figure in figures]
    assert [p.get("title") for p in pictures] == [figure.caption for figure in figures]
    assert len({p.get("id") for p in pictures}) == len(figures)
    for name in document.element.body.iter(qn("a:blip")):
        part = document.part.related_parts[name.get(qn("r:embed"))]
        assert (part.content_type, part.blob[40:44]) == ("image/x-emf", b" EMF")


def test_no_picture_is_larger_than_its_page() -> None:
    bars = Bars(tuple(f"theme {n}" for n in range(80)), (Series("red", "red", (1,) * 80),), "")
    figure = Figure(bars, "Many", "Many bars.", Table((), ()))
    made = PAPERS[REPORT]._replace(sections=(Section("x", "X", (figure,)),))
    (picture,) = opened(word.render(made, Parts())).inline_shapes
    assert picture.height < Cm(25.7 - 1)
    assert picture.width < Cm(17)


def hostile() -> Report:
    """Give a report with the same hostile text in every place that a text can have."""
    line = action_line(VIEW, VIEW.actions[0])._replace(
        ref=HOSTILE, title=HOSTILE, owner="x" * 10_000, stage=HOSTILE
    )
    columns = ("ref", "title", "owner", "rag", "stage")
    bars = Bars((HOSTILE,), (Series("red", HOSTILE, (1,)),), HOSTILE)
    table = Table((line,), columns, caption=HOSTILE)
    blocks = (
        Prose(f"{HOSTILE}\n{HOSTILE}"),
        Subheading(HOSTILE),
        Items((HOSTILE, "x" * 10_000)),
        Card(HOSTILE, ((HOSTILE, HOSTILE),), "red"),
        Figure(bars, HOSTILE, HOSTILE, table),
        Table((), columns, HOSTILE),
        Key(()),
    )
    made = PAPERS[REPORT]._replace(title=HOSTILE, subtitle=HOSTILE, period=HOSTILE, caution=HOSTILE)
    return made._replace(sections=(Section("x", HOSTILE, blocks),))


def test_hostile_text_can_be_read_everywhere_and_is_nothing_but_text() -> None:
    content = word.render(hostile(), Parts())
    document = opened(content)
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:3] == [SHOWN, SHOWN, f"As at Thursday 1 May 2014. {SHOWN}."]
    assert texts[3:7] == [SHOWN, SHOWN, f"{SHOWN}\n{SHOWN}", SHOWN]
    assert {SHOWN, "x" * 10_000, f"{SHOWN}:\t{SHOWN}"} <= set(texts)
    assert cells(document.tables[0])[1][:3] == [SHOWN, SHOWN, "x" * 10_000]
    assert not re.search("<w:(hyperlink|fld|instr|object|altChunk)", xml(content))
    assert document.core_properties.title.startswith(SHOWN[:60])


def test_no_part_of_the_file_leads_out_of_it() -> None:
    package = zipfile.ZipFile(io.BytesIO(FILES[REPORT]))
    relations = [name for name in package.namelist() if name.endswith(".rels")]
    assert relations
    assert all(b"TargetMode" not in package.read(name) for name in relations)


def test_a_row_that_no_page_can_hold_may_be_cut() -> None:
    found = [row.trPr for row in opened(word.render(hostile(), Parts())).tables[0]._tbl.tr_lst]  # noqa: SLF001
    assert [trPr is None or trPr.find(qn("w:cantSplit")) is None for trPr in found] == [False, True]


def test_a_caution_stands_at_the_top_in_a_border() -> None:
    made = PAPERS["summary"]._replace(caution="Not the whole plan.")
    document = opened(word.render(made, Parts()))
    (caution,) = [p for p in document.paragraphs if p.text == "Not the whole plan."]
    assert caution.style is not None
    borders = caution.style.element.pPr.find(qn("w:pBdr"))
    assert [side.tag for side in borders] == [
        qn(f"w:{side}") for side in ("top", "left", "bottom", "right")
    ]
    assert [p.text for p in document.paragraphs].index("Not the whole plan.") == 3


def test_a_caption_is_seen_unless_the_heading_right_over_it_says_it() -> None:
    lines = (action_line(VIEW, VIEW.actions[0]),)
    under, after = (Table(lines, ("ref", "title"), caption=said) for said in ("First", "Second"))
    blocks = (Subheading("First"), under, after)
    made = PAPERS["summary"]._replace(sections=(Section("x", "X", blocks),))
    document = opened(word.render(made, Parts()))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[-2:] == ["First", "Second"]
    named = [each.get(qn("w:val")) for each in document.element.body.iter(qn("w:tblCaption"))]
    assert named == ["First", "Second"]


def test_columns_that_only_a_terminal_draws_are_left_out() -> None:
    (table,) = opened(word.render(_measures(), Parts())).tables
    assert "Readings" not in cells(table)[0]


def _measures() -> Report:
    from actionplan.reports import measured

    return measured.listing(VIEW)


def test_tables_one_after_the_other_stand_apart() -> None:
    table = Table((action_line(VIEW, VIEW.actions[0]),), ("ref", "title"))
    made = PAPERS["summary"]._replace(sections=(Section("x", "", (table, table)),))
    body = [each.tag for each in opened(word.render(made, Parts())).element.body]
    between = body.index(qn("w:tbl")) + 1
    assert body[between : between + 2] == [qn("w:p"), qn("w:tbl")]


def test_an_empty_plan_has_a_paper_too() -> None:
    view = query.view(Plan(), DAY)
    for made in (paper.report(view, SINCE), paper.summary(view, SINCE), paper.board(view, SINCE)):
        texts = [paragraph.text for paragraph in opened(word.render(made, Parts())).paragraphs]
        assert "The position" in texts


def test_ten_thousand_rows_do_not_fall_over() -> None:
    line = action_line(VIEW, VIEW.actions[0])
    lines = tuple(line._replace(ref=f"A{number}") for number in range(10_000))
    table = Table(lines, ("ref", "title", "owner", "due", "original", "rag", "verdict", "stage"))
    made = PAPERS[REPORT]._replace(sections=(Section("plan", "The whole plan", (table,)),))
    content = word.render(made, Parts())
    assert xml(content).count("<w:tr>") == 10_001


# --- a council's own document -------------------------------------------------------------------


def own(folder: Path, **without: bool) -> Path:
    """Write a council's own document: a header, a foot, a heading of its own, and a cover."""
    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    document.styles["Heading 1"].font.name = "Georgia"
    if not without.get("foot"):
        section.footer.paragraphs[0].text = "A made-up council, Part I"
    if without.get("cover"):
        document.add_paragraph()
    else:
        document.add_paragraph("Report to Cabinet")
        document.add_page_break()
    folder.mkdir(parents=True, exist_ok=True)
    document.save(str(folder / "paper.docx"))
    return folder / "paper.docx"


def bare(path: Path, *, numbered: bool) -> None:
    """Take all styles but the plainest, and the size of its pages, out of a document."""
    document: Any = docx.Document(str(path))
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")) not in {"Normal", "Normal Table"}:
            styles.remove(style)
    for name, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/numbering") and not numbered:
            del document.part.rels[name]
    set_up = document.element.body.sectPr
    set_up.remove(set_up.pgSz)
    set_up.remove(set_up.pgMar)
    document.save(str(path))


def test_a_council_s_own_document_gives_its_cover_its_styles_and_its_foot(tmp_path: Path) -> None:
    own(tmp_path)
    content = word.render(PAPERS[REPORT], Parts((tmp_path,)))
    document = opened(content)
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "Report to Cabinet"
    assert texts.index("Children's services improvement plan") < texts.index("The position")
    assert document.styles["Heading 1"].font.name == "Georgia"
    assert {s.footer.paragraphs[0].text for s in document.sections} == {"A made-up council, Part I"}
    assert 'w:br w:type="page"' not in xml(content)
    assert [cells(t) for t in document.tables] == [cells(t) for t in opened(FILES[REPORT]).tables]
    assert document.core_properties.author == "Birmingham City Council"
    assert word.render(PAPERS[REPORT], Parts((tmp_path,))) == content


def test_a_document_with_no_foot_and_no_cover_is_given_ours(tmp_path: Path) -> None:
    own(tmp_path, foot=True, cover=True)
    document = opened(word.render(PAPERS["summary"], Parts((tmp_path,))))
    assert document.paragraphs[0].text == "Children's services improvement plan"
    for section in document.sections:
        assert section.footer.paragraphs[0].text.startswith("Children's services improvement plan")


@pytest.mark.parametrize("numbered", [False, True])
def test_a_document_is_lent_the_styles_that_it_lacks(tmp_path: Path, *, numbered: bool) -> None:
    bare(own(tmp_path), numbered=numbered)
    document = opened(word.render(PAPERS[REPORT], Parts((tmp_path,))))
    used = {p.get(qn("w:val")) for p in document.element.body.iter(qn("w:pStyle"))}
    known = {style.get(qn("w:styleId")) for style in document.styles.element.iter(qn("w:style"))}
    assert used <= known
    number = document.styles["List Bullet"].element.pPr.numPr.numId.val
    (points,) = [n for n in document.part.numbering_part.element.num_lst if n.numId == number]
    (listed,) = [
        each
        for each in document.part.numbering_part.element.iter(qn("w:abstractNum"))
        if each.get(qn("w:abstractNumId")) == str(points.abstractNumId.val)
    ]
    assert next(listed.iter(qn("w:lvlText"))).get(qn("w:val")) == "\u2022"
    assert document.sections[-1].page_width > document.sections[-1].page_height


def test_a_document_that_lies_on_its_side_stays_so(tmp_path: Path) -> None:
    path = own(tmp_path)
    document: Any = docx.Document(str(path))
    section = document.sections[0]
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    document.save(str(path))
    made = opened(word.render(PAPERS[REPORT], Parts((tmp_path,))))
    assert all(each.page_width > each.page_height for each in made.sections)


def test_a_style_that_is_lent_rests_on_what_the_document_calls_its_own(tmp_path: Path) -> None:
    path = own(tmp_path)
    document: Any = docx.Document(str(path))
    normal = document.styles["Normal"].element
    normal.set(qn("w:styleId"), "Standard")
    document.save(str(path))
    made = opened(word.render(PAPERS["summary"], Parts((tmp_path,))))
    assert made.styles["Plan Fact"].element.find(qn("w:basedOn")).get(qn("w:val")) == "Standard"
    assert made.styles["Plan Table Heading"].base_style.name == "Plan Table Text"


def test_a_style_of_another_name_keeps_its_id_and_capitals_make_no_other_style(
    tmp_path: Path,
) -> None:
    path = own(tmp_path)
    document: Any = docx.Document(str(path))
    named = {
        s.get(qn("w:styleId")): s.find(qn("w:name")) for s in document.styles.element.style_lst
    }
    named["Caption"].set(qn("w:val"), "Their own")
    named["Heading1"].set(qn("w:val"), "HEADING 1")
    document.save(str(path))
    made = opened(word.render(PAPERS[REPORT], Parts((tmp_path,))))
    ids = [style.get(qn("w:styleId")) for style in made.styles.element.style_lst]
    assert len(ids) == len(set(ids))
    assert made.styles["Caption"].style_id == "CaptionLent"
    assert made.styles["Their own"].style_id == "Caption"
    assert [p.style.name for p in made.paragraphs if p.text == "The position"] == ["HEADING 1"]


@pytest.mark.parametrize("content", [b"", b"no Word file", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_word_file_is_told_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.docx").write_bytes(content)
    with pytest.raises(UnreadableError, match=r"paper\.docx is no Word file that can be read"):
        word.render(PAPERS["summary"], Parts((tmp_path,)))


def test_the_program_ends_with_4_where_the_council_s_file_is_no_word_file(
    run: Run, tmp_path: Path
) -> None:
    plan = tmp_path / BIRMINGHAM.name
    plan.write_bytes(BIRMINGHAM.read_bytes())
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "paper.docx").write_text("no Word file")
    done = run("report", "-f", str(plan), "-o", "paper.docx")
    assert (done.code, done.out) == (4, "")
    assert "is no Word file that can be read" in done.err
    assert not Path("paper.docx").exists()


def test_without_the_extra_a_sentence_has_the_line_that_installs_it(tmp_path: Path) -> None:
    blocked = tmp_path / "sitecustomize.py"
    blocked.write_text("import sys\nsys.modules['docx'] = None\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "actionplan", "report", "-f", str(BIRMINGHAM), "-o", "x.docx"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "needs the Python package docx, which is not installed." in done.stderr
    assert "pip install 'actionplan[word]'" in done.stderr
    assert "Traceback" not in done.stderr
