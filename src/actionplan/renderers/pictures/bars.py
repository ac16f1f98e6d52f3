"""Lying bars, one under the other, each made of parts that show their count and their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers import paint
from actionplan.renderers.pictures import marks
from actionplan.renderers.pictures.drawing import Box, Drawing, Line, Rectangle, Shape, Text
from actionplan.renderers.pictures.marks import LINE, NORMAL, SMALL, WIDTH
from actionplan.renderers.pictures.widths import width, wrapped
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from actionplan.legends import Legend
    from actionplan.renderers.paint import Paint
    from actionplan.reports.pictures import Bars

MOST = 24
"""Bars that a page of paper has room for; the table under a picture has them all."""
_LABEL = 190
_HIGH = 29
_ROW = 37
_CLOSER = 5
_SPACE = 7
"""Before a count beside the bar."""
_SHORTER, _SHORTEST = 0.98, 60
"""How the longest bar gives way to the counts beside it, and to what length."""
_LARGEST = 44
"""One of what is counted."""


class _Part(NamedTuple):
    paint: Paint
    value: int

    def drawn(self, start: float, y: float, scale: float) -> tuple[Shape, ...]:
        """Draw it with a white gap behind it."""
        box = self._box(start, y, scale)
        size = (box.right - box.left, box.bottom - box.top)
        bar = Rectangle(box.left, box.top, *size, self.paint.fill, self.paint.edge)
        return (bar, *marks.inside(self.value, self.paint, box))

    def fits(self, scale: float) -> bool:
        """Tell whether its count can stand in it."""
        return bool(marks.inside(self.value, self.paint, self._box(0, 0, scale)))

    def length(self, scale: float) -> float:
        """Give how long it is, so that it can be seen at all."""
        return max(marks.LEAST, self.value * scale)

    def _box(self, start: float, y: float, scale: float) -> Box:
        right = start + self.length(scale) - 2
        return Box(start + 1, y - _HIGH / 2, right, y + _HIGH / 2)


_Row = tuple[_Part, ...]


def draw(picture: Bars, legend: Legend) -> Drawing:
    """Draw the bars, the longest as long as there is room for."""
    paints = [paint.of(series.key, legend) for series in picture.series]
    key = zip(paints, (series.label for series in picture.series), strict=True)
    head = marks.head(f"Number of {picture.unit}", key)
    labels = [wrapped(safe_line(label), _LABEL, NORMAL, 2) for label in picture.labels[:MOST]]
    rows = [
        _row(paints, [series.values[at] for series in picture.series]) for at in range(len(labels))
    ]
    left = max((width(line, NORMAL) for lines in labels for line in lines), default=0) + 12
    scale = _scale(rows, WIDTH - left - 2)
    middles = [head.bottom + y for y in _middles(len(rows), picture.together)]
    bottom = middles[-1] + _ROW / 2 if rows else head.bottom
    shapes: list[Shape] = [*head.shapes]
    for y, lines, row in zip(middles, labels, rows, strict=True):
        shapes += [*_label(lines, y), *_bar(row, left, y, scale)]
    if rows:
        shapes.append(Line(((left, head.bottom), (left, bottom)), paint.MUTED))
    rest = marks.note(_rest(picture), bottom)
    return Drawing(WIDTH, rest.bottom, (*shapes, *rest.shapes))


def _rest(picture: Bars) -> str:
    """Say in words what is not drawn."""
    if not picture.labels:
        return f"No {picture.unit}."
    more = len(picture.labels) - MOST
    return f"The table has {more} more." if more > 0 else ""


def _middles(rows: int, together: int) -> list[float]:
    """Give where the middle of each bar is; those that belong together stand closer."""
    return [_ROW / 2 + at * _ROW - at % together * _CLOSER for at in range(rows)]


def _row(paints: list[Paint], values: list[int]) -> _Row:
    return tuple(_Part(*pair) for pair in zip(paints, values, strict=True) if pair[1] > 0)


def _scale(rows: list[_Row], room: float) -> float:
    """Give the pixels for one, so that every bar has room, with the counts beside it."""
    most = max((sum(part.value for part in row) for row in rows), default=0) or 1
    scale = min(room / most, _LARGEST)
    while any(_length(row, scale) > room for row in rows) and scale * most > _SHORTEST:
        scale *= _SHORTER
    return scale


def _length(row: _Row, scale: float) -> float:
    beside = sum(_SPACE + marks.beside_width(p.value) for p in row if not p.fits(scale))
    return beside + sum(part.length(scale) for part in row)


def _label(lines: tuple[str, ...], y: float) -> list[Shape]:
    top = y + 4.6 - (len(lines) - 1) * LINE / 2
    return [Text(0, top + at * LINE, line, size=NORMAL) for at, line in enumerate(lines)]


def _bar(row: _Row, left: float, y: float, scale: float) -> list[Shape]:
    if not row:
        return [Text(left + _SPACE, y + 4.3, "0", size=SMALL, fill=paint.MUTED)]
    shapes: list[Shape] = []
    place = left + 1
    for part in row:
        shapes += part.drawn(place, y, scale)
        place += part.length(scale)
    for part in row:
        if not part.fits(scale):
            shapes += marks.beside(part.value, part.paint, place + _SPACE, y)
            place += _SPACE + marks.beside_width(part.value)
    return shapes
