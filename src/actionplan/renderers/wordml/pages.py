"""The pages of a Word file: upright or lying, and what stands at their foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import without_weekday
from actionplan.legends import BRAG
from actionplan.renderers.pictures.widths import shortened
from actionplan.renderers.safe import safe_line
from actionplan.renderers.wordml.markup import WORD, Styles, field, line

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.shared import Length

    from actionplan.legends import Legend
    from actionplan.reports.blocks import Report

_MARGIN = 1134
"""What a document that states none is taken to have."""
_FOOT_SIZE = 9
_PAGE_NUMBER = 110
"""Points that "Page 100 of 100" takes, and the space before it."""


class Place(NamedTuple):
    """Where a block stands."""

    document: Document
    styles: Styles
    room: int
    """The width of the page between its margins, in twentieths of a point."""
    depth: int
    """Its height between them."""
    legend: Legend = BRAG


class Size(NamedTuple):
    """How wide and how high a page is, in twentieths of a point."""

    across: int
    down: int

    @property
    def lying(self) -> Size:
        """Give the same page on its long side."""
        return Size(max(self), min(self))


_A4 = Size(11906, 16838)


def size(section: Section) -> Size:
    """Give the size of the pages of a section."""
    return Size(_twips(section.page_width, _A4.across), _twips(section.page_height, _A4.down))


def room(section: Section) -> int:
    """Give the width between the margins of a page."""
    margins = _twips(section.left_margin, _MARGIN) + _twips(section.right_margin, _MARGIN)
    return size(section).across - margins


def depth(section: Section) -> int:
    """Give the height between the margins of a page."""
    margins = _twips(section.top_margin, _MARGIN) + _twips(section.bottom_margin, _MARGIN)
    return size(section).down - margins


def _twips(length: Length | None, usual: int) -> int:
    return usual if length is None else length.twips


def begun(document: Document) -> Section:
    """Begin a new page, from which on pages may lie another way.

    A page that the document itself begins at its end is not begun twice.
    """
    from docx.enum.section import WD_SECTION  # noqa: PLC0415 - an extra

    for page in document.element.body.xpath("w:p[last()]/w:r[last()]/w:br[last()][@w:type='page']"):
        page.getparent().remove(page)
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    document.paragraphs[-1].style = "Plan Gap"
    return section


def turn(section: Section, to: Size) -> None:
    """Give the pages of a section another size: they lie where that is wider than it is high."""
    from docx.enum.section import WD_ORIENTATION  # noqa: PLC0415 - an extra
    from docx.shared import Twips  # noqa: PLC0415 - as above

    section.page_width, section.page_height = Twips(to.across), Twips(to.down)
    lies = to.across > to.down
    section.orientation = WD_ORIENTATION.LANDSCAPE if lies else WD_ORIENTATION.PORTRAIT


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
