"""A table as the markup of Word, made in one pass: 10,000 rows take a second, not an hour.

Its first row is repeated on every page and no row is cut over two; no cells are merged. A rating
has its shape and its words, on its colour.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted, in_working_days
from actionplan.renderers import paint
from actionplan.renderers.labels import ARROWS, DECLARED, DIRECTIONS, FACTS, RATED, glyph, title
from actionplan.renderers.safe import safe_line
from actionplan.renderers.wordml import columns as wide
from actionplan.renderers.wordml.markup import attribute, line
from actionplan.renderers.words import of_line
from actionplan.reports.blocks import DRAWN, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actionplan.legends import Legend
    from actionplan.renderers.paint import Paint
    from actionplan.renderers.wordml.columns import Column
    from actionplan.renderers.wordml.pages import Place

_SPLITS = 1200
"""A row with a longer text may be cut over two pages: it might not fit on one."""


_SHORT = 9
"""A table of so many rows is not cut over two pages, where it fits on one."""


class Grid(NamedTuple):
    """The texts of a table, column by column."""

    names: tuple[str, ...]
    headings: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]
    """The columns of numbers."""
    needs: tuple[Column, ...]

    @property
    def rows(self) -> int:
        """Count the rows under the heading."""
        return len(self.columns[0])

    @property
    def is_short(self) -> bool:
        """Tell whether it is not to be cut over two pages; a row that must be makes it long."""
        longest = max(len(text) for texts in self.columns for text in texts)
        return self.rows <= _SHORT and longest <= _SPLITS

    @property
    def least(self) -> float:
        """Give the least room in which it can be read."""
        return wide.needs(self.needs)


def grid(table: Table, legend: Legend) -> Grid:
    """Give the texts of a table and what room they need."""
    names = tuple(column for column in table.columns if column not in DRAWN)
    headings = tuple(title(name, legend) for name in names)
    columns = tuple(tuple(_texts(table, name, legend)) for name in names)
    kinds = {name: _kind(table, name) for name in names}
    numbers = frozenset(
        name for name, kind in kinds.items() if kind in {int, float} and name != "late_original"
    )
    needs = tuple(
        wide.measured(
            heading,
            texts,
            is_kept=name in {"ref", *RATED, *DIRECTIONS} or kinds[name] is date,
            is_bold=name in RATED or name == names[0],
            is_number=name in numbers,
        )
        for name, heading, texts in zip(names, headings, columns, strict=True)
    )
    return Grid(names, headings, columns, numbers, needs)


def _texts(table: Table, name: str, legend: Legend) -> Iterator[str]:
    """Give the texts of one column; a rating has its shape before it, a direction its arrow."""
    rated = _rated(name, legend)
    for each in table.lines:
        value = getattr(each, name)
        if rated and value in rated:
            yield rated[value].text
        elif name in DIRECTIONS and value in ARROWS:
            yield f"{ARROWS[value]}\u00a0{value}"
        elif name == "late_original" and value is not None:
            yield in_working_days(value)
        else:
            yield of_line(name, each, legend)


class _Rating(NamedTuple):
    """What the cell of a rating shows."""

    text: str
    paint: Paint


def _rated(name: str, legend: Legend) -> dict[object, _Rating]:
    """Give the ratings of a column, by colour; what facts say is a colour only in the usual.

    There it is as strong as what is declared: pale, it would look less true.
    """
    if name not in DECLARED and (name not in FACTS or not legend.is_usual):
        return {}
    return {
        colour: _Rating(
            safe_line(f"{glyph(colour, legend, unicode=True)}\u00a0{legend.shown(colour)}"),
            paint.of(colour, legend),
        )
        for colour in legend.shades
    }


def _kind(table: Table, name: str) -> type | None:
    """Tell what a column holds; its first value says so."""
    values = (getattr(each, name) for each in table.lines)
    found = next((value for value in values if value is not None), None)
    return None if found is None else type(found)


def grids(tables: Iterable[Table], legend: Legend) -> dict[int, Grid]:
    """Give the texts of tables by the identity of each; those of the same columns are as wide."""
    found = {id(table): grid(table, legend) for table in tables if table.lines}
    alike: dict[tuple[str, ...], list[tuple[Column, ...]]] = {}
    for each in found.values():
        alike.setdefault(each.names, []).append(each.needs)
    needs = {
        names: tuple(map(wide.together, zip(*all_needs, strict=True)))
        for names, all_needs in alike.items()
    }
    return {at: each._replace(needs=needs[each.names]) for at, each in found.items()}


# --- the markup ---------------------------------------------------------------------------------


def markup(shown: Grid, name: str, place: Place) -> str:
    """Give a table over the whole width of a page; ``name`` is its title for those who hear it."""
    widths = wide.shared(shown.needs, place.room)
    parts = [_opening(shown, name, place), "<w:tblGrid>"]
    parts += [f'<w:gridCol w:w="{width}"/>' for width in widths]
    parts += ["</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"]
    parts += [*_head(shown, widths, place), "</w:tr>"]
    cells = [_column(shown, at, width, place) for at, width in enumerate(widths)]
    for at, row in enumerate(zip(*cells, strict=True)):
        longest = max(len(texts[at]) for texts in shown.columns)
        uncut = "" if longest > _SPLITS else "<w:trPr><w:cantSplit/></w:trPr>"
        parts.append(f"<w:tr>{uncut}{''.join(row)}</w:tr>")
    parts.append("</w:tbl>")
    return "".join(parts)


def _opening(shown: Grid, name: str, place: Place) -> str:
    described = f"{counted(shown.rows, 'row')}. Columns: {', '.join(shown.headings)}."
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{attribute(place.styles.ids["Plan Table"])}"/>'
        f'<w:tblW w:w="{place.room}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="06A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{attribute(name)}"/>'
        f'<w:tblDescription w:val="{attribute(described)}"/></w:tblPr>'
    )


def _head(shown: Grid, widths: tuple[int, ...], place: Place) -> Iterator[str]:
    for name, heading, width in zip(shown.names, shown.headings, widths, strict=True):
        side = _RIGHT if name in shown.numbers else ""
        yield _open(width) + place.styles.paragraph("Plan Table Heading", line(heading), side)
        yield "</w:tc>"


_RIGHT = f'<w:ind w:right="{wide.ASIDE}"/><w:jc w:val="right"/>'
"""A number stands apart from the text in the column after it."""


def _open(width: int, fill: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill.lstrip("#")}"/>' if fill else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'


def _column(shown: Grid, at: int, width: int, place: Place) -> list[str]:
    """Give the cells of a column; what stands in it more than once is made once."""
    name = shown.names[at]
    looks = {rating.text: rating.paint for rating in _rated(name, place.legend).values()}
    side = _RIGHT if name in shown.numbers else ""
    with_next = shown.rows - 1 if shown.is_short else 0
    made: dict[tuple[str, bool], str] = {}
    cells = [(text, at < with_next) for at, text in enumerate(shown.columns[at])]
    for text, is_kept in cells:
        if (text, is_kept) not in made:
            look = looks.get(text)
            fill, ink = (look.fill, look.text.lstrip("#")) if look else ("", "")
            letters = line(text, f'<w:b/><w:color w:val="{ink}"/>' if ink else "")
            more = f"{'<w:keepNext/>' if is_kept else ''}{side}"
            said = place.styles.paragraph("Plan Table Text", letters, more)
            made[text, is_kept] = f"{_open(width, fill)}{said}</w:tc>"
    return [made[cell] for cell in cells]
