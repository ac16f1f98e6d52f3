"""A report as a Word file, with real headings, lists and tables, for the committee's own hand.

Tables that need room, and the whole plan, stand on lying pages. A council's own ``paper.docx``
gives the styles, the header and foot and the cover, where there is one.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from actionplan import extras
from actionplan.dates import in_words
from actionplan.legends import BRAG
from actionplan.renderers import paint
from actionplan.renderers.labels import glyph
from actionplan.renderers.wordml import base, package, pages, pictures, tables
from actionplan.renderers.wordml.markup import line, run
from actionplan.reports.blocks import (
    Block,
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document

    from actionplan.legends import Legend
    from actionplan.renderers.parts import Parts
    from actionplan.renderers.wordml.pages import Place
    from actionplan.renderers.wordml.tables import Grid

OWN = "paper.docx"
ON_ONE_PAGE = "summary"
"""A council's own Word file."""
APPENDIX = "plan"
"""The section that always lies."""
_BOLD = "<w:b/>"
_TAB = "<w:r><w:tab/></w:r>"
_KEPT = "<w:keepNext/>"
_APART = '<w:spacing w:before="200"/>'
"""Room over what follows a table."""
_SHORT_CARD = 1200
"""Letters: a card of no more is not cut over two pages."""


def render(report: Report, parts: Parts) -> bytes:
    """Give a report as the bytes of a .docx.

    Raises:
        ActionPlanError: where the package that writes it is not installed.
        UnreadableError: where the council's own file is no Word file.

    """
    extras.needed("docx", "word")
    own = parts.find(OWN)
    document = base.theirs(own) if own else base.ours()
    if not own and report.kind == ON_ONE_PAGE:
        base.tightened(document)
    base.speak_english(document)
    has_cover = base.has_cover(document)
    if not has_cover:
        base.emptied(document)
    written = _written(document, report, has_cover=has_cover)
    package.describe(document, report)
    return package.packed(document, report, written)


class _Drawn(NamedTuple):
    """A section, and the texts of its tables."""

    section: Section
    grids: dict[int, Grid]

    def is_lying(self, room: int) -> bool:
        """Tell whether it needs the long side of a page, which has so much room on its short."""
        too_wide = any(grid.least > room for grid in self.grids.values())
        return too_wide or self.section.key == APPENDIX


def _written(document: Document, report: Report, *, has_cover: bool) -> list[str]:
    """Give the markup of a report, and lay the pages for it, behind the cover if there is one."""
    has_foot = any(not each.footer.is_linked_to_previous for each in document.sections)
    styles, legend = base.styles(document), report.legend or BRAG
    size, room = pages.size(document.sections[-1]), pages.room(document.sections[-1])
    written: list[str] = []
    for at, (lying, drawn) in enumerate(_stretches(report, legend, room)):
        page = pages.begun(document) if at or has_cover else document.sections[-1]
        pages.turn(page, size.lying if lying else size)
        place = pages.Place(document, styles, pages.room(page), pages.depth(page), legend)
        if not has_foot:
            pages.set_foot(page, report, place)
        head = () if at else _head(report, place)
        body = (part for each in drawn for part in _section(each, place))
        package.stand_in(document, at)
        written.append("".join([*head, *body]))
    return [*written[:-1], f"{written[-1]}{styles.paragraph('Plan Gap', '')}"]


def _stretches(
    report: Report, legend: Legend, room: int
) -> Iterator[tuple[bool, tuple[_Drawn, ...]]]:
    """Group the sections whose pages lie the same way; the first is as the document has it."""
    drawn = [_Drawn(each, tables.grids(tables_of(each), legend)) for each in report.sections]
    if not drawn or drawn[0].is_lying(room):
        yield False, ()
    for lying, group in groupby(drawn, key=lambda each: each.is_lying(room)):
        yield lying, tuple(group)


# --- the text -----------------------------------------------------------------------------------


def _head(report: Report, place: Place) -> Iterator[str]:
    write = place.styles.paragraph
    yield write("Title", line(report.title))
    if report.subtitle:
        yield write("Subtitle", line(report.subtitle))
    since = f". {report.period}" if report.period else ""
    yield write("Plan As At", line(f"As at {in_words(report.as_at)}{since}."))
    if report.caution:
        yield write("Plan Caution", run(report.caution))


def _section(drawn: _Drawn, place: Place) -> Iterator[str]:
    section, named = drawn.section, drawn.section.heading
    if section.heading:
        yield place.styles.paragraph("heading 1", line(section.heading))
    around = zip((None, *section.blocks), section.blocks, (*section.blocks[1:], None), strict=False)
    for before, block, after in around:
        named = block.text if isinstance(block, Subheading) else named
        leads = isinstance(after, Table | Figure | Items)
        where = _Where(place, drawn.grids, named, before, leads=leads)
        yield from _block(block, where)


class _Where(NamedTuple):
    """Where a block stands among others."""

    place: Place
    grids: dict[int, Grid]
    named: str
    """The heading over it."""
    before: Block | None
    leads: bool
    """True where it leads to a table or a list."""

    @property
    def apart(self) -> str:
        """Give the room over what follows a table."""
        table = self.before.table if isinstance(self.before, Figure) else self.before
        return _APART if isinstance(table, Table) and table.lines else ""

    @property
    def more(self) -> str:
        """Give what is set of a paragraph that stands here."""
        return f"{_KEPT if self.leads else ''}{self.apart}"


def _block(block: Block, where: _Where) -> Iterator[str]:
    place, write = where.place, where.place.styles.paragraph
    match block:
        case Prose(text=text):
            yield write("Plan Text", run(text), where.more)
        case Subheading(text=text):
            yield write("heading 2", line(text))
        case Items(texts=(first, *others)):
            yield write("List Bullet", run(first), where.apart)
            yield from (write("List Bullet", run(text)) for text in others)
        case Card():
            yield from _card(block, place)
        case Key(colours=colours):
            signs = {c: glyph(c, place.legend, unicode=True) for c in place.legend.shades}
            yield write("Plan Key", line(place.legend.key(colours, signs)))
        case Figure():
            yield from _figure(block, where)
        case Table(lines=(), empty=empty) if empty:
            yield write("Plan Text", line(empty), where.more)
        case Table(lines=(_, *_)):
            yield from _table(block, where)


def _card(card: Card, place: Place) -> Iterator[str]:
    """Give a heading, edged with the colour of its rating, and the facts under it."""
    shade = paint.of(card.rating, place.legend).edge.lstrip("#") if card.rating else ""
    edge = f'<w:pBdr><w:left w:val="single" w:sz="36" w:space="6" w:color="{shade}"/></w:pBdr>'
    yield place.styles.paragraph("heading 2", line(card.heading), edge if shade else "")
    is_short = sum(len(text) for _, text in card.facts) <= _SHORT_CARD
    for at, (label, text) in enumerate(card.facts, 1):
        said = f"{line(f'{label}:', _BOLD)}{_TAB}{run(text)}"
        is_kept = at < len(card.facts) and (is_short or at == 1)
        yield place.styles.paragraph("Plan Fact", said, _KEPT if is_kept else "")


def _table(table: Table, where: _Where) -> Iterator[str]:
    """Give a table under its caption, which is not seen where a heading right over it says it."""
    write = where.place.styles.paragraph
    if table.caption and not isinstance(where.before, Subheading):
        yield write("caption", line(table.caption), f"{_KEPT}{where.apart}")
    elif where.apart:
        yield write("Plan Gap", "")
    yield tables.markup(where.grids[id(table)], table.caption or where.named, where.place)


def _figure(figure: Figure, where: _Where) -> Iterator[str]:
    """Give a caption, the picture, and the table that says the same."""
    write = where.place.styles.paragraph
    yield write("caption", line(figure.caption), f"{_KEPT}{_APART}")
    yield write("Plan Picture", pictures.markup(figure, where.place))
    yield from _block(figure.table, where._replace(named=figure.caption, before=None, leads=False))
