"""Tables as HTML: every cell made once, escaped, with the ratings, dates and refs that it shows."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup, escape

from actionplan.dates import in_working_days, short
from actionplan.renderers.labels import (
    ARROWS,
    DIRECTIONS,
    FACTS,
    LABELLED,
    RATED,
    glyph,
    rating,
    title,
)
from actionplan.renderers.safe import safe_line
from actionplan.reports.blocks import DRAWN, Table, tables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actionplan.legends import Legend
    from actionplan.reports.blocks import Report

APPENDIX = "plan"
"""The key of the section that the refs of other tables lead to."""
_LONGEST_WORD = 30
"""Letters: a longer word is broken anywhere, so that it makes no table wide."""
_PLAIN_REF = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)

Cell = tuple[Markup, Markup, Markup]
"""The element with its attributes, what it holds, and its end."""


Row = tuple[Markup, tuple[Cell, ...]]
"""The attributes of a row, and its cells."""
_NOTHING = Markup("")


class Head(NamedTuple):
    """What stands over a column."""

    column: str
    """The name of the field, which is in the class of its cells."""
    title: str
    is_number: bool


class TableView(NamedTuple):
    """A table as the template shows it."""

    caption: str
    is_captioned: bool
    """False where the heading over it says the same: its caption is read out then, not seen."""
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    empty: str


class Rows:
    """What makes the rows of one page: its legend, and the refs that lead to its appendix."""

    def __init__(self, report: Report, legend: Legend) -> None:
        """Find the refs that the appendix has."""
        appendix = [section for section in report.sections if section.key == APPENDIX]
        self.legend = legend
        self._listed = frozenset(
            line.ref
            for section in appendix
            for table in tables_of(section)
            if "ref" in table.columns
            for line in table.lines
            if _PLAIN_REF.fullmatch(line.ref)
        )
        self._placed: set[str] = set()
        """Those whose row has been made."""

    def of(self, table: Table, heading: str, section: str, *, is_headed: bool) -> TableView:
        """Give a table under a heading of a section, right below a subheading or not."""
        columns = tuple(column for column in table.columns if column not in DRAWN)
        heads = tuple(
            Head(column, safe_line(title(column, self.legend)), _is_counted(column, table))
            for column in columns
        )
        return TableView(
            safe_line(table.caption or heading),
            bool(table.caption) and not is_headed,
            heads,
            tuple(self._rows(table, columns, heads, is_appendix=section == APPENDIX)),
            safe_line(table.empty),
        )

    def _rows(
        self, table: Table, columns: tuple[str, ...], heads: tuple[Head, ...], *, is_appendix: bool
    ) -> Iterator[Row]:
        tags = tuple(_tags(head, is_first=at == 0) for at, head in enumerate(heads))
        says = tuple(self._sayer(column, linked=not is_appendix) for column in columns)
        fields = attrgetter(*columns, columns[0])
        placed = is_appendix and "ref" in columns
        for line in table.lines:
            values = fields(line)[:-1]
            cells = tuple(
                (start, say(line, value), end)
                for (start, end), say, value in zip(tags, says, values, strict=True)
            )
            yield (self._place(line.ref) if placed else _NOTHING), cells

    def _place(self, ref: str) -> Markup:
        """Name the first row of a ref, which the others lead to."""
        if ref in self._placed or ref not in self._listed:
            return _NOTHING
        self._placed.add(ref)
        return Markup(f' id="ref:{ref}"')  # noqa: S704 - a plain ref: letters, digits, no quotes

    def _sayer(self, column: str, *, linked: bool) -> Callable[[Any, Any], Markup]:
        """Choose once for a column what says its cells."""
        if column == "ref" and linked:
            return lambda _, value: _link(value) if value in self._listed else words(value)
        if column in LABELLED:
            return lambda line, value: self._rating(line, column, value)
        if column in DIRECTIONS:
            return lambda _, value: _direction(value)
        if column == "late_original":
            return lambda _, value: _NOTHING if value is None else words(in_working_days(value))
        if column == "stage":
            return lambda _, value: words(value.replace("-", " "))
        return lambda _, value: words(value)

    def _rating(self, line: Any, column: str, value: Any) -> Markup:  # noqa: ANN401 - of any table
        said = rating(line, column, self.legend)
        if value not in self.legend.shades:
            return words(said or "not rated" if column in RATED else said)
        sign = glyph(value, self.legend, unicode=True)
        return rated(value, said, sign, is_fact=column in FACTS)


@lru_cache(maxsize=256)
def rated(colour: str, said: str, sign: str, *, is_fact: bool) -> Markup:
    """Give a rating: its word, its shape, and its colour; what the facts say is only outlined."""
    kind = "rating fact" if is_fact else "rating"
    return Markup('<span class="{} {}"><span aria-hidden="true">{}</span>\u00a0{}</span>').format(
        kind, colour, safe_line(sign), safe_line(said)
    )


def words(value: Any) -> Markup:  # noqa: ANN401 - whatever a line may hold
    """Give a value as text that is no markup; a date in words, and for programs beside them."""
    if type(value) is str:
        return _text(value)
    if isinstance(value, date):
        return moment(value) if isinstance(value, datetime) else day(value)
    if value is None:
        return _NOTHING
    if isinstance(value, tuple):
        return _text(", ".join(map(str, value)))
    return escape(str(value))


def _text(value: str) -> Markup:
    line = safe_line(value)
    if len(line) > _LONGEST_WORD and max(map(len, line.split()), default=0) > _LONGEST_WORD:
        return Markup('<span class="long">{}</span>').format(line)
    return escape(line)


@lru_cache(maxsize=4096)
def day(on: date) -> Markup:
    """Give a date: 31 Mar 2014."""
    return Markup(f'<time datetime="{on.isoformat()}">{short(on)}</time>')  # noqa: S704 - a date


def moment(at: datetime) -> Markup:
    """Give a moment: 31 Mar 2014 09:30."""
    said = f"{short(at)} {at:%H:%M}"
    return Markup(f'<time datetime="{at.isoformat()}">{said}</time>')  # noqa: S704 - a date


def _link(ref: str) -> Markup:
    return Markup(f'<a href="#ref:{ref}">{ref}</a>')  # noqa: S704 - a plain ref: letters, digits


def _direction(value: str) -> Markup:
    if value not in ARROWS:
        return words(value)
    return Markup('<span class="{0}"><span aria-hidden="true">{1}</span> {0}</span>').format(
        value, ARROWS[value]
    )


def _tags(head: Head, *, is_first: bool) -> tuple[Markup, Markup]:
    """Give the start and end of the cells under a heading; the first says what its row is of."""
    kind = f"of-{head.column} count" if head.is_number else f"of-{head.column}"
    if is_first:
        return Markup('<th scope="row" role="rowheader" class="{}">').format(kind), Markup("</th>")
    start = Markup('<td role="cell" class="{}" data-label="{}">').format(kind, head.title)
    return start, Markup("</td>")


def _is_counted(column: str, table: Table) -> bool:
    """Tell whether a column holds numbers; its first value says so."""
    values = (getattr(line, column) for line in table.lines)
    return isinstance(next((value for value in values if value is not None), None), int | float)
