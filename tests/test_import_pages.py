"""Findings out of PDF pages written here letter by letter, for what no office suite makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan.importers import pages
from actionplan.importers.review import drafting

if TYPE_CHECKING:
    from actionplan.importers.drafts import Draft, Drafts


def pdf(*streams: str) -> bytes:
    """Make a PDF with a page for each stream of drawing commands; F1 is plain, F2 is bold."""
    count = len(streams)
    kids = " ".join(f"{5 + 2 * place} 0 R" for place in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for place, stream in enumerate(streams):
        fonts = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {fonts} "
            f"/Contents {6 + 2 * place} 0 R >>",
            f"<< /Length {len(stream.encode('latin-1'))} >>\nstream\n{stream}\nendstream",
        ]
    made, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        starts.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>"
    return made + f"{end}\nstartxref\n{len(made)}\n%%EOF\n".encode()


def line(text: str, left: float, top: float, size: int = 12, *, bold: bool = False) -> str:
    """Write a line so far from the left and the top of the page."""
    said = text.replace("(", r"\(").replace(")", r"\)")
    font = "F2" if bold else "F1"
    return f"BT /{font} {size} Tf {left} {842 - top} Td ({said}) Tj ET\n"


def dot(left: float, top: float) -> str:
    """Draw a small square that stands on the line."""
    return f"{left} {842 - top + 2} 4 4 re f\n"


def read(*streams: str) -> Drafts:
    document = pages.read("review.pdf", pdf(*streams, BODY), lambda _: None)
    return drafting.draft(document)


def texts(drafts: tuple[Draft, ...]) -> list[str]:
    return [draft.text for draft in drafts]


BODY = line("The experiences and progress of children", 70, 60, 14, bold=True) + "".join(
    line("Inspectors read the files of children and spoke with families, and saw good work.", 70, n)
    for n in range(90, 700, 14)
)
"""The last page of each report: what most of it is in."""
HEADING = line("What needs to improve?", 70, 100, 14, bold=True)
NARRATIVE = line("The experiences and progress of children in care: good", 70, 300, 14, bold=True)


def test_a_bullet_that_is_drawn_and_not_written_is_a_bullet() -> None:
    found = read(
        HEADING
        + dot(72, 122)
        + line("the work of the front door with families who move", 90, 122)
        + line("between areas", 90, 136)
        + dot(72, 150)
        + line("the response to risk", 90, 150)
        + NARRATIVE
    )
    assert texts(found.findings) == [
        "the work of the front door with families who move between areas",
        "the response to risk",
    ]


def test_a_year_in_brackets_at_the_start_of_a_line_is_no_mark() -> None:
    found = read(
        HEADING
        + line("1. Work by the guidance of the department on visits that is in force", 70, 122)
        + line("(2015) and say so on every file.", 85, 136)
        + line("2. Review it.", 70, 150)
        + NARRATIVE
    )
    assert [(draft.ref, draft.text) for draft in found.findings] == [
        ("1", "Work by the guidance of the department on visits that is in force (2015) and say so "
         "on every file."),
        ("2", "Review it."),
    ]  # fmt: skip


def test_a_bold_heading_close_below_a_full_paragraph_is_no_part_of_it() -> None:
    found = read(
        line(
            "7. The council is adequate, and the work of its teams on the whole is as it was.",
            70,
            60,
        )
        + line("Areas for improvement", 70, 80, 12, bold=True)
        + line("In order to improve, the council should take the following action.", 70, 98)
        + line("Immediately:", 70, 120)
        + dot(72, 142)
        + line("see every child", 90, 142)
        + NARRATIVE
    )
    assert [(draft.kind, draft.text) for draft in found.findings] == [
        ("immediate", "see every child")
    ]


def test_a_list_of_contents_whose_numbers_stand_close_to_the_words_is_left_out() -> None:
    contents = (
        line("Contents", 70, 100, 14, bold=True)
        + line("Recommendations 9", 70, 130)
        + line("What does the local authority need to improve? 9", 70, 150)
        + line("The Local Safeguarding Children Board 32", 70, 170)
    )
    found = read(contents, HEADING + line("1. Improve the plans.", 70, 130) + NARRATIVE)
    assert texts(found.findings) == ["Improve the plans."]


def test_a_name_and_number_above_its_words_is_their_number() -> None:
    found = read(
        line("Key recommendations", 70, 80, 14, bold=True)
        + line("2.1 Recommendation 1", 70, 110, bold=True)
        + line("Publish a plan for the whole of the service.", 70, 134)
        + line("2.2 Recommendation 2", 70, 158, bold=True)
        + line("Hear what children say.", 70, 182)
        + line("Next steps", 70, 220, 14, bold=True)
    )
    assert [(draft.ref, draft.text) for draft in found.findings] == [
        ("1", "Publish a plan for the whole of the service."),
        ("2", "Hear what children say."),
    ]


def test_paragraphs_of_several_sentences_after_a_colon_are_items_where_they_ask() -> None:
    found = read(
        line("Key recommendations", 70, 80, 14, bold=True)
        + line("There is much to do. These are the key recommendations to the council:", 70, 110)
        + line("Set out a plan. It should say what comes first.", 70, 140)
        + line("Hear children. Ensure that boards know what they say.", 70, 170)
        + line("Next steps", 70, 220, 14, bold=True)
    )
    assert texts(found.findings) == [
        "Set out a plan. It should say what comes first.",
        "Hear children. Ensure that boards know what they say.",
    ]
    assert {draft.confidence for draft in found.findings} == {0.6}
