"""Tables with no ruled lines: bold heads side by side, and rows that start together below them.

Told narrowly: where a line does not stand within its column, or a paragraph starts beside no other,
the words are columns of text and no table.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

from actionplan.importers import marks
from actionplan.importers.rules import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SLACK = 6.0
"""Points, by which a line may start left of its column's head."""
_APART = 1.35
"""Times the size of its letters and their leading: what is further below starts a row."""
_LEADING = 1.2
_FAR = 4.0
"""Times the size of its letters: what is further below belongs to no table."""
_SAME = 2.0
"""Points, up or down, within which words stand on one line."""
_FIRST = 1e9
"""Points: so far below nothing the first line of a column stands."""
_ROWS = 2
_LOW = 0.25
"""Of the height of a page: a table that ends lower may go on overleaf."""


class Words(Protocol):
    """What stands in one place of a page."""

    @property
    def text(self) -> str: ...  # noqa: D102 - as the page has it
    @property
    def left(self) -> float: ...  # noqa: D102 - points, as in the pieces of a page
    @property
    def right(self) -> float: ...  # noqa: D102 - as above
    @property
    def base(self) -> float: ...  # noqa: D102 - as above
    @property
    def size(self) -> float: ...  # noqa: D102 - as above
    @property
    def bold(self) -> bool: ...  # noqa: D102 - as above


class Bands(NamedTuple):
    """The tables of a page, from its top, and where the columns start that may go on overleaf."""

    tables: list[Table]
    carried: tuple[float, ...] = ()


_Line = list["Words"]


def bands(words: Sequence[Words], carried: tuple[float, ...], height: float) -> Bands:
    """Find the tables of a page; `carried` are the columns that the page before ended with."""
    lines = list(_lines(words)) if words else []
    found: list[Table] = []
    place = 0
    while place < len(lines):
        head = _heads(lines[place])
        columns = head or (carried if _goes_on(lines[place], carried) else ())
        body = _body(lines[place + bool(head) :], columns) if columns else []
        table = _table(lines[place] if head else [], body, columns, height * _LOW)
        if table is not None:
            found.append(table)
            carried = columns if table.bottom < height * _LOW else ()
            place += len(body)
        place += 1
    return Bands(found, carried if found else ())


def _lines(words: Sequence[Words]) -> Iterator[_Line]:
    """Group what stands on one line, from the top; each from the left."""
    line: _Line = []
    for each in sorted(words, key=lambda each: -each.base):
        if line and line[0].base - each.base > _SAME:
            yield sorted(line, key=lambda each: each.left)
            line = []
        line.append(each)
    yield sorted(line, key=lambda each: each.left)


def _heads(line: _Line) -> tuple[float, ...]:
    """Give where columns start, of a line of bold heads."""
    several = len(line) > 1 and all(each.bold for each in line)
    return tuple(each.left for each in line) if several else ()


def _goes_on(line: _Line, columns: tuple[float, ...]) -> bool:
    """Tell whether a line goes on with the columns of the page before: none stands elsewhere."""
    places = [_column(each, columns) for each in line]
    at_starts = all(
        place >= 0 and abs(each.left - columns[place]) < _SLACK
        for each, place in zip(line, places, strict=True)
    )
    return at_starts and max(places) > 0


def _body(lines: list[_Line], columns: tuple[float, ...]) -> list[_Line]:
    """Give the lines that stand within the columns; the head itself may take several."""
    body: list[_Line] = []
    for line in lines:
        far = body and body[-1][0].base - line[0].base > line[0].size * _FAR
        again = any(each.bold for each in line) and any(not each.bold for b in body for each in b)
        if far or again or not all(_fits(each, columns) for each in line):
            break
        body.append(line)
    return body


def _column(each: Words, columns: tuple[float, ...]) -> int:
    return bisect_right(columns, each.left + _SLACK) - 1


def _fits(each: Words, columns: tuple[float, ...]) -> bool:
    column = _column(each, columns)
    after = columns[column + 1] if column + 1 < len(columns) else float("inf")
    return column >= 0 and each.right < after


def _table(head: _Line, body: list[_Line], columns: tuple[float, ...], low: float) -> Table | None:
    """Rule the table, if its rows start together; a single row only where the page may cut it."""
    told = [line for line in body if not all(each.bold for each in line)]
    starts = _starts(told, columns, cut=not head)
    least = _ROWS if head and body and body[-1][0].base > low else 1
    if starts is None or len(starts) < least or any(map(_is_bullet, chain(*told))):
        return None
    everything = [each for line in (head, *body) for each in line]
    tops = [max(each.base + each.size for each in line) for line in starts]
    top = max(each.base + each.size for each in everything)
    bottom = min(each.base - each.size for each in everything)
    left, right = columns[0] - _SLACK, max(each.right for each in everything) + 1
    rows = tuple(tops if head else tops[1:])
    return Table(left, bottom, right, top, tuple(each - _SLACK for each in columns[1:]), rows)


def _starts(body: list[_Line], columns: tuple[float, ...], *, cut: bool) -> list[_Line] | None:
    """Give the lines that start a row; nothing where a paragraph starts beside no other.

    The first row of a table that the page before began may be the rest of one.
    """
    last: dict[int, float] = {}
    starts: list[_Line] = []
    for line in body:
        places = [_column(each, columns) for each in line]
        steps = (
            last.get(place, _FIRST) - each.base for place, each in zip(places, line, strict=True)
        )
        if any(
            step > each.size * _LEADING * _APART for step, each in zip(steps, line, strict=True)
        ):
            if len(line) < len(columns) and (starts or not cut):
                return None
            starts.append(line)
        last |= {place: each.base for place, each in zip(places, line, strict=True)}
    return starts


def _is_bullet(each: Words) -> bool:
    """Tell an item of a list: lists that stand side by side are no table."""
    return marks.style(marks.split_mark(f"{each.text} ")[0]) in {"bullet", "dash", "ring"}
