"""Findings out of real PDF files, made by LibreOffice from Word files as councils make theirs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from actionplan.importers import pages, rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Program

WHY = (
    "so that children who need help are seen quickly, that the reasons for decisions are written "
    "on every file, and that managers can show how they know"
)
"""Words that make an item run over several lines."""
NARRATIVE = "Inspectors read the files of many children and spoke with families and partners. " * 4


class Made:
    """A Word file in the making: the words of a report, as a reader would list them."""

    def __init__(self, foot: str = "") -> None:
        """Start with a page of A4, and what stands at the foot of each."""
        self.file = docx.Document()
        section = self.file.sections[0]
        section.page_height, section.page_width = Mm(297), Mm(210)
        self.file.styles["Normal"].font.name = "Liberation Sans"
        self.file.styles["Normal"].font.size = Pt(12)
        section.footer.paragraphs[0].text = foot

    def title(self, words: str) -> Made:
        """Write it large."""
        self.file.add_paragraph().add_run(words).font.size = Pt(24)
        return self

    def heading(self, words: str, size: int = 14) -> Made:
        """Write it in bold letters."""
        run = self.file.add_paragraph().add_run(words)
        run.bold, run.font.size = True, Pt(size)
        return self

    def says(self, *paragraphs: str) -> Made:
        """Write paragraphs."""
        for words in paragraphs:
            self.file.add_paragraph(words)
        return self

    def bullets(self, *items: str, mark: str = "\u25a0", level: int = 0) -> Made:
        """Hang items with a typed bullet or number, as exported reports have them."""
        for words in items:
            shape = self.file.add_paragraph(f"{mark}\t{words}").paragraph_format
            shape.left_indent, shape.first_line_indent = Pt(28 + 24 * level), Pt(-24)
            shape.tab_stops.add_tab_stop(Pt(28 + 24 * level))
        return self

    def numbers(self, first: int, *items: str) -> Made:
        """Count items from a number."""
        for number, words in enumerate(items, first):
            self.bullets(words, mark=f"{number}.")
        return self

    def table(self, *rows: tuple[str, ...]) -> Made:
        """Rule a table, a row for each tuple."""
        table = self.file.add_table(rows=0, cols=len(rows[0]))
        table.style = "Table Grid"
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
        return self

    def columns(self, count: int) -> Made:
        """Go on in so many columns."""
        section = self.file.add_section(WD_SECTION.CONTINUOUS)
        across = section._sectPr.xpath("./w:cols")[0]  # noqa: SLF001 - it has no other way
        across.set(qn("w:num"), str(count))
        return self

    def spaced(self, words: str) -> Made:
        """Write a heading with its letters set apart."""
        apart = OxmlElement("w:spacing")
        apart.set(qn("w:val"), "80")
        self.heading(words)
        self.file.paragraphs[-1].runs[0]._r.get_or_add_rPr().append(apart)  # noqa: SLF001 - as above
        return self

    def page(self) -> Made:
        """Start a page."""
        self.file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        return self


def plain_case() -> Made:
    made = Made(
        "Inspection of Exshire local authority children\u2019s services\n3 to 14 March 2025"
    )
    made.title("Inspection of Exshire local authority children\u2019s services")
    made.says(*[NARRATIVE] * 11)
    made.heading("What needs to improve?")
    made.bullets(*(f"The work on theme {number} {WHY}." for number in range(1, 13)))
    made.heading("The experiences and progress of children in care: good")
    return made.numbers(1, NARRATIVE, NARRATIVE)


def two_lists() -> Made:
    made = Made().title("Exshire County Council")
    made.heading("Inspection of services for children in need of help and protection")
    made.says("Report published: 23 May 2014").page()
    made.heading("Contents")
    made.says("What does the local authority need to improve?\t7", "Recommendations\t34")
    made.says("Information about this inspection\t38").page()
    made.heading("What does the local authority need to improve?")
    made.heading("Priority and immediate action", 12).numbers(24, f"Strengthen the hub {WHY}.")
    made.heading("Areas for improvement:", 12).numbers(25, "Improve plans by:")
    made.bullets("saying what will change;", "saying by when.", mark="\u2022", level=1)
    made.numbers(26, "Review placements.")
    made.heading("Summary for children and young people").bullets("Some of you wait too long.")
    made.page().title("The Local Safeguarding Children Board (LSCB)")
    made.heading("Recommendations").numbers(113, f"Ensure that the board tests claims {WHY}.")
    made.heading("Inspection findings \u2013 the board")
    return made.numbers(114, NARRATIVE)


def ruled_tables() -> Made:
    made = Made("Area SEND inspection report: Exshire\n3 to 7 March 2025")
    made.title("Area SEND inspection of Exshire Local Area Partnership")
    made.heading("What does the area partnership need to do better?")
    made.bullets(NARRATIVE, "Leaders have not acted with urgency.")
    made.heading("Areas for priority action")
    made.table(
        ("Responsible body", "Areas for priority action"),
        ("Exshire County Council and NHS Exshire", f"Leaders must reduce waiting times {WHY}."),
        ("Exshire County Council", "Leaders must mend the plans."),
    )
    made.says(*[NARRATIVE] * 9)
    made.heading("Areas for improvement")
    rows = [(f"Leaders should improve service {number} {WHY}.",) for number in range(1, 8)]
    made.table(("Areas for improvement",), *rows)
    made.heading("Local area partnership details")
    return made.table(("Local authority", "Integrated care board"), ("Exshire", "NHS Exshire"))


def letter() -> Made:
    made = Made().says("21 February 2022", "Dear Exshire Local Safeguarding Partnership")
    made.heading("Joint targeted area inspection of Exshire", 12)
    made.says("Ofsted, the Care Quality Commission and HMICFRS inspected.", NARRATIVE)
    made.heading("Areas for priority action", 12).heading("Leadership", 12)
    made.bullets(f"Leaders need to act {WHY}. {NARRATIVE}")
    made.table((f"Case study: area for priority action. {NARRATIVE}",))
    made.heading("Areas for improvement", 12).heading("Help at the front door", 12)
    made.bullets("Referrals vary.", NARRATIVE)
    made.heading("Children who are missing", 12).bullets("Interviews are late.")
    made.heading("Key strengths", 12).bullets("Partners work well together.")
    made.heading("Next steps", 12)
    return made.says("The council should send its statement of action to Ofsted by 30 May 2022.")


def side_by_side() -> Made:
    made = Made().title("Peer review of children\u2019s services in Exshire").columns(2)
    made.heading("Strengths", 12).bullets("Staff stay.", "Leaders listen.", "Early help works.")
    made.file.add_paragraph().add_run().add_break(WD_BREAK.COLUMN)
    made.heading("Areas for consideration", 12).bullets(
        f"Simplify the boards {WHY}.", "Hear children."
    )
    made.columns(1).spaced("KEY RECOMMENDATIONS").numbers(1, "Publish a plan.", f"Test it {WHY}.")
    return made.spaced("NEXT STEPS").says(NARRATIVE)


def no_list() -> Made:
    made = Made().title("Inspection of Exshire local authority children\u2019s services")
    made.heading("What needs to improve?")
    made.says("There is little that varies. Leaders know what it is. They are dealing with it.")
    made.heading("The experiences and progress of children in care: outstanding")
    return made.numbers(1, NARRATIVE)


def sixty_pages() -> Made:
    made = Made("Inspection of Exshire\n3 to 14 March 2025")
    made.heading("Recommendations").numbers(1, "Improve plans.")
    made.heading("Background")
    for _ in range(59):
        made.page().says(NARRATIVE)
    return made


MAKERS: tuple[Callable[[], Made], ...] = (
    plain_case, two_lists, ruled_tables, letter, side_by_side, no_list, sixty_pages,
)  # fmt: skip


class Files(NamedTuple):
    """Each report twice."""

    folder: Path

    def word(self, name: str) -> Path:
        """Name the Word file."""
        return self.folder / f"{name}.docx"

    def pdf(self, name: str) -> Path:
        """Name the PDF."""
        return self.folder / f"{name}.pdf"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Make every report as a Word file, and all of them PDF in one go."""
    if shutil.which("soffice") is None:
        if os.environ.get("CI"):
            pytest.fail("soffice is not installed: it makes the PDF files that are read here")
        pytest.skip("soffice is not installed: it makes the PDF files that are read here")
    folder = tmp_path_factory.mktemp("reports")
    made = Files(folder)
    for maker in MAKERS:
        maker().file.save(str(made.word(maker.__name__)))
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    wanted = [str(made.word(maker.__name__)) for maker in MAKERS]
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *wanted],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return made


@pytest.fixture
def found(files: Files, program: Program, plan_file: Path) -> Callable[[str], dict[str, Any]]:
    """Draft findings by the real program; its plan stays as it was."""

    def read(name: str) -> dict[str, Any]:
        before = plan_file.read_bytes()
        done = program("import", "findings", str(files.pdf(name)), "--json")
        assert (done.code, plan_file.read_bytes()) == (0, before), done.err
        drafts: dict[str, Any] = json.loads(done.out)
        return drafts

    return read


def words(drafts: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    return [(each["kind"], each["ref"], each["text"]) for each in drafts["findings"]]


def test_a_list_over_two_pages_is_read_whole_and_without_the_foot(
    found: Callable[[str], dict[str, Any]],
) -> None:
    drafts = found("plain_case")
    assert words(drafts) == [
        ("improvement", None, f"The work on theme {number} {WHY}.") for number in range(1, 13)
    ]
    assert {each["page"] for each in drafts["findings"]} != {drafts["findings"][0]["page"]}
    assert (drafts["document"]["kind"], drafts["document"]["area"]) == ("ilacs", "Exshire")


def test_numbers_classes_contents_and_the_board_s_own_list(
    found: Callable[[str], dict[str, Any]],
) -> None:
    drafts = found("two_lists")
    assert words(drafts) == [
        ("immediate", "24", f"Strengthen the hub {WHY}."),
        ("improvement", "25", "Improve plans by: saying what will change; saying by when."),
        ("improvement", "26", "Review placements."),
        ("recommendation", "113", f"Ensure that the board tests claims {WHY}."),
    ]
    assert [each["for"] for each in drafts["findings"]] == [*["local authority"] * 3, "LSCB"]
    assert drafts["findings"][1]["parts"] == ["saying what will change;", "saying by when."]
    assert drafts["document"]["dated"] == "2014-05-23"


def test_rows_of_ruled_tables_with_the_responsible_body(
    found: Callable[[str], dict[str, Any]],
) -> None:
    drafts = found("ruled_tables")
    assert words(drafts) == [
        ("immediate", None, f"Leaders must reduce waiting times {WHY}."),
        ("immediate", None, "Leaders must mend the plans."),
        *(
            ("improvement", None, f"Leaders should improve service {number} {WHY}.")
            for number in range(1, 8)
        ),
    ]
    assert drafts["findings"][0]["responsible"] == "Exshire County Council and NHS Exshire"
    assert {each["for"] for each in drafts["findings"]} == {"partnership"}


def test_a_letter_with_themes_a_case_study_and_a_due_date(
    found: Callable[[str], dict[str, Any]],
) -> None:
    drafts = found("letter")
    assert words(drafts) == [
        ("immediate", None, f"Leaders need to act {WHY}. {NARRATIVE.strip()}"),
        ("improvement", None, "Referrals vary."),
        ("improvement", None, NARRATIVE.strip()),
        ("improvement", None, "Interviews are late."),
    ]
    assert drafts["document"]["dated"] == "2022-02-21"
    assert drafts["document"]["due"] == "2022-05-30"
    assert [each["text"][:10] for each in drafts["left_out"]] == ["Case study"]


def test_columns_side_by_side_and_letters_set_apart(
    found: Callable[[str], dict[str, Any]],
) -> None:
    assert words(found("side_by_side")) == [
        ("improvement", None, f"Simplify the boards {WHY}."),
        ("improvement", None, "Hear children."),
        ("recommendation", "1", "Publish a plan."),
        ("recommendation", "2", f"Test it {WHY}."),
    ]


def test_a_table_whose_last_row_is_cut_by_the_page_has_no_line_below_it() -> None:
    across = [rules.Stroke(50, y, 450, y + 1) for y in (700, 600)]
    down = [rules.Stroke(x, 40, x + 1, 700) for x in (50, 200, 449)]
    cut = rules.tables(across + down)[0]
    assert cut.cell(300, 650) == (0, 1)
    assert cut.cell(300, 300) == (1, 1)
    assert cut.holds(300, 300)
    rest = [rules.Stroke(x, 600, x + 1, 780) for x in (50, 200, 449)]
    assert rules.tables([*rest, rules.Stroke(50, 600, 450, 601)])[0].holds(300, 700)


def test_a_report_with_no_list_drafts_nothing(found: Callable[[str], dict[str, Any]]) -> None:
    drafts = found("no_list")
    assert drafts["findings"] == []
    assert drafts["left_out"][0]["text"].startswith("There is little that varies.")


def test_sixty_pages_are_read_and_each_is_told(files: Files) -> None:
    told: list[str] = []
    document = pages.read("long.pdf", files.pdf("sixty_pages").read_bytes(), told.append)
    assert document.pages == 60
    assert told[0] == "page 1 of 60"
    assert told[-1] == "page 60 of 60"


@pytest.mark.parametrize("name", [maker.__name__ for maker in MAKERS])
def test_the_word_file_gives_the_same_findings_as_its_pdf(
    name: str, files: Files, found: Callable[[str], dict[str, Any]], program: Program
) -> None:
    done = program("import", "findings", str(files.word(name)), "--json")
    assert words(json.loads(done.out)) == words(found(name)), done.err
