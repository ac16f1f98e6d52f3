"""The pages of a Word file: upright or lying, and what stands at their foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import without_weekday
from actionplan.legends import BRAG
from actionplan.renderers.safe import safe_line
from actionplan.renderers.widths import shortened
from actionplan.renderers.wordml.markup import WORD, Styles, field, line

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section

    from actionplan.legends import Legend
    from actionplan.reports.blocks import Report

_FOOT_SIZE = 9
_PAGE_NUMBER = 110
"""Points that "Page 100 of 100" takes, and the space before it."""


class Place(NamedTuple):
    """Where a block stands."""

    document: Document
    styles: Styles
    room: int
    """The width of the page between its margins, in twentieths of a point."""
    legend: Legend = BRAG


def room(section: Section, *, lying: bool) -> int:
    """Give the width between the margins of a page as it would be upright or lying."""
    across, down, left, right = (
        length.twips if length is not None else usual
        for length, usual in (
            (section.page_width, 11906),
            (section.page_height, 16838),
            (section.left_margin, 1134),
            (section.right_margin, 1134),
        )
    )
    return (max(across, down) if lying else across) - left - right


def turn(section: Section, *, lying: bool) -> None:
    """Lay the pages of a section on their long side, or set them upright again."""
    from docx.enum.section import WD_ORIENTATION  # noqa: PLC0415 - an extra

    across, down = section.page_width, section.page_height
    if across is None or down is None:
        return
    section.page_width, section.page_height = sorted((across, down), reverse=lying)
    section.orientation = WD_ORIENTATION.LANDSCAPE if lying else WD_ORIENTATION.PORTRAIT


def set_foot(section: Section, report: Report, place: Place) -> None:
    """Write the title, the day and the number of the page at the foot of every page."""
    from docx.oxml.parser import parse_xml  # noqa: PLC0415 - an extra

    section.footer.is_linked_to_previous = False
    foot = section.footer._element  # noqa: SLF001 - python-docx can't make a field
    said = f"{safe_line(report.title)}, as at {without_weekday(report.as_at)}"
    fits = shortened(said, place.room / 20 - _PAGE_NUMBER, _FOOT_SIZE)
    numbers = f"{line('Page ')}{field('PAGE')}{line(' of ')}{field('NUMPAGES')}"
    tab = f'<w:tabs><w:tab w:val="clear" w:pos="4513"/><w:tab w:val="right" w:pos="{place.room}"/>'
    shown = place.styles.paragraph(
        "footer", f"{line(fits)}<w:r><w:tab/></w:r>{numbers}", f"{tab}</w:tabs>"
    )
    for paragraph in list(foot):
        foot.remove(paragraph)
    foot.extend(parse_xml(f"<w:ftr {WORD}>{shown}</w:ftr>"))
