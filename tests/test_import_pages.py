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


def test_a_year_in_brackets_or_the_end_of_a_range_at_the_start_of_a_line_is_no_mark() -> None:
    found = read(
        HEADING
        + line("1. Work by the guidance of the department on visits that is in force", 70, 122)
        + line("(2015) and say so on every file, with children who are aged from 0-", 85, 136)
        + line("5. It is new.", 85, 150)
        + line("2. Review it.", 70, 164)
        + NARRATIVE
    )
    assert [(draft.ref, draft.text) for draft in found.findings] == [
        ("1", "Work by the guidance of the department on visits that is in force (2015) and say so "
         "on every file, with children who are aged from 0-5. It is new."),
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


# --- hyphens --------------------------------------------------------------------------------------


def test_a_hyphen_that_only_parts_a_word_goes_and_one_that_belongs_to_it_stays() -> None:
    found = read(
        HEADING
        + line("1. The sufficiency of homes for young people on the move, and of inde-", 70, 122)
        + line("pendent visitors, so that all of those who want one have one; and multi-", 85, 136)
        + line("agency planning.", 85, 150)
        + line("2. The independent chair.", 70, 170)
        + NARRATIVE
    )
    assert texts(found.findings)[0] == (
        "The sufficiency of homes for young people on the move, and of independent visitors, so "
        "that all of those who want one have one; and multi-agency planning."
    )


# --- tables that a page cuts ----------------------------------------------------------------------


def ruled(columns: tuple[int, ...], rows: tuple[int, ...]) -> str:
    """Draw the lines of a table."""
    flat = (f"{columns[0]} {842 - y} m {columns[-1]} {842 - y} l S\n" for y in rows)
    down = (f"{x} {842 - rows[0]} m {x} {842 - rows[-1]} l S\n" for x in columns)
    return "".join((*flat, *down))


TITLE = line("Areas for priority action", 70, 560, 14, bold=True)
COLUMNS = (68, 200, 530)


def test_a_row_cut_between_two_paragraphs_is_one_where_its_body_is_not_named_again() -> None:
    head = line("Responsible body", 72, 600, bold=True) + line(
        "Areas for priority action", 206, 600, bold=True
    )
    above = line("Exshire County Council", 72, 640) + line("Leaders must reduce waiting.", 206, 640)
    below = line("They should say by when.", 206, 80)
    last = line("NHS Exshire", 72, 120) + line("Leaders must mend the plans.", 206, 120)
    found = read(
        TITLE + head + above + ruled(COLUMNS, (585, 620, 800)),
        below + last + ruled(COLUMNS, (60, 100, 140)),
    )
    assert [(each.responsible, each.text) for each in found.findings] == [
        ("Exshire County Council", "Leaders must reduce waiting. They should say by when."),
        ("NHS Exshire", "Leaders must mend the plans."),
    ]


def test_a_row_cut_with_the_name_of_its_body_is_one_row() -> None:
    head = line("Responsible body", 72, 560, bold=True) + line(
        "Areas for priority action", 206, 560, bold=True
    )
    whole = (
        line("Exshire and its", 72, 600)
        + line("care board", 72, 614)
        + line("Leaders must mend plans.", 206, 600)
    )
    above = line("Exshire and its", 72, 780) + line("Leaders must reduce waiting.", 206, 780)
    below = line("care board", 72, 80) + line("They should say by when.", 206, 80)
    found = read(
        line("Areas for priority action", 70, 520, 14, bold=True)
        + head + whole + above + ruled(COLUMNS, (545, 580, 760, 800)),
        below + ruled(COLUMNS, (60, 100)),
    )  # fmt: skip
    assert texts(found.findings) == [
        "Leaders must mend plans.",
        "Leaders must reduce waiting. They should say by when.",
    ]


def test_the_last_row_alone_on_its_page_is_a_row_and_its_number_no_page_number() -> None:
    columns = (68, 100, 530)
    head = line("No.", 72, 600, bold=True) + line("Recommendation", 104, 600, bold=True)
    above = line("1", 72, 640) + line("Improve the plans.", 104, 640)
    below = line("2", 72, 80) + line("Hear children.", 104, 80)
    found = read(
        line("Recommendations", 70, 560, 14, bold=True)
        + head + above + ruled(columns, (585, 620, 800)),
        below + ruled(columns, (60, 100)),
    )  # fmt: skip
    assert [(draft.ref, draft.text) for draft in found.findings] == [
        ("1", "Improve the plans."),
        ("2", "Hear children."),
    ]


def test_a_table_of_one_column_whose_last_row_is_overleaf_keeps_it() -> None:
    columns = (68, 530)
    found = read(
        line("Areas for improvement", 70, 560, 14, bold=True)
        + line("Areas for improvement", 72, 600, bold=True)
        + line("Leaders should improve the plans.", 72, 640)
        + ruled(columns, (585, 620, 660)),
        line("Leaders should hear children.", 72, 80) + ruled(columns, (60, 100)),
    )
    assert texts(found.findings) == [
        "Leaders should improve the plans.",
        "Leaders should hear children.",
    ]


# --- tables with no ruled lines -------------------------------------------------------------------


def row(body: str, words: str, top: int, *, bold: bool = False) -> str:
    return line(body, 72, top, bold=bold) + line(words, 240, top, bold=bold)


HEADS = line("Areas for priority action", 70, 560, 14, bold=True) + row(
    "Responsible body", "Areas for priority action", 600, bold=True
)


def test_a_table_with_no_lines_keeps_its_rows_and_goes_on_overleaf() -> None:
    found = read(
        HEADS
        + row("Exshire County Council", "Leaders must reduce waiting, and say", 640)
        + line("by when.", 240, 654)
        + row("NHS Exshire", "Leaders must mend the plans, and hear", 690),
        line("what children say.", 240, 80)
        + row("Exshire County Council", "Leaders must publish a plan.", 110)
        + line("Local area partnership details", 70, 200, 14, bold=True),
    )
    assert [(each.responsible, each.text) for each in found.findings] == [
        ("Exshire County Council", "Leaders must reduce waiting, and say by when."),
        ("NHS Exshire", "Leaders must mend the plans, and hear what children say."),
        ("Exshire County Council", "Leaders must publish a plan."),
    ]


def test_two_lists_side_by_side_are_no_table() -> None:
    found = read(
        line("Strengths", 72, 100, bold=True)
        + line("Areas for consideration", 306, 100, bold=True)
        + "".join(
            dot(72, top) + line(f"Strength {top}.", 86, top) + dot(306, top) + line(what, 320, top)
            for top, what in ((130, "Hear children."), (160, "Publish a plan."))
        )
        + line("Next steps", 70, 300, 14, bold=True)
    )
    assert texts(found.findings) == ["Hear children.", "Publish a plan."]


def test_points_of_two_rows_that_begin_alike_stay_with_their_rows() -> None:
    columns = (68, 530)
    lead = "Leaders should improve their services, including:"
    found = read(
        line("Areas for improvement", 70, 100, 14, bold=True)
        + line("Areas for improvement", 72, 130, bold=True)
        + "".join(
            line(lead, 72, top) + line("-", 76, top + 14) + line(what, 90, top + 14)
            for top, what in ((170, "health visits"), (220, "advice at school"))
        )
        + ruled(columns, (115, 150, 200, 250))
        + line("Local area partnership details", 70, 300, 14, bold=True)
    )
    assert texts(found.findings) == [f"{lead} health visits", f"{lead} advice at school"]


def test_a_number_alone_in_its_cell_stays_there() -> None:
    found = read(
        line("Recommendations", 70, 80, 14, bold=True)
        + line("Ref", 72, 110, bold=True)
        + line("Recommendation", 124, 110, bold=True)
        + "".join(
            line(f"R{number}", 72, top) + line(what, 124, top)
            for number, top, what in ((1, 150, "Publish a plan."), (2, 190, "Hear children."))
        )
        + ruled((68, 120, 530), (95, 130, 170, 210))
        + line("Appendix 1", 70, 300, 14, bold=True)
    )
    assert [(draft.ref, draft.text) for draft in found.findings] == [
        ("R1", "Publish a plan."),
        ("R2", "Hear children."),
    ]


def test_a_letter_with_no_name_in_front_of_a_line_is_a_bullet() -> None:
    found = read(
        HEADING
        + line("\x01 the work of the front door", 72, 122)
        + line("\x01 the response to risk", 72, 150)
        + NARRATIVE
    )
    assert texts(found.findings) == ["the work of the front door", "the response to risk"]


def test_a_heading_of_a_list_with_another_straight_below_is_said_to_have_none() -> None:
    found = read(
        line("Areas for priority action", 70, 100, 14, bold=True)
        + line("Who acts and on what", 70, 130, 14, bold=True)
        + line("The council and the board act together on all of this.", 70, 160)
    )
    assert found.findings == ()
    assert [(each.text, each.page) for each in found.left_out] == [("Areas for priority action", 1)]
    assert found.left_out[0].why.startswith("Another heading stands straight below it")
