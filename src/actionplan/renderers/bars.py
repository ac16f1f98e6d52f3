"""Lying bars, one under the other, each made of parts that show their count and their shape."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers import marks, paint
from actionplan.renderers.drawing import Drawing, Line, Rectangle, Shape, Text
from actionplan.renderers.marks import LINE, NORMAL, SMALL, WIDTH
from actionplan.renderers.safe import safe_line
from actionplan.renderers.widths import width, wrapped

if TYPE_CHECKING:
    from actionplan.legends import Legend
    from actionplan.renderers.paint import Paint
    from actionplan.reports.pictures import Bars

MOST = 24
"""Bars that a page of paper has room for; the table under a picture has them all."""
_LABEL = 190
_HIGH = 24
_ROW = 38
_SPACE = 7
"""Around a count in a part, and before one beside the bar."""
_SHORTEST = 60


class _Part(NamedTuple):
    paint: Paint
    value: int

    def fits(self, scale: float) -> bool:
        """Tell whether its count can stand in it."""
        return marks.count_width(self.value, self.paint) + _SPACE <= self.value * scale


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
    shapes: list[Shape] = [*head.shapes]
    y = head.height + _ROW / 2
    for lines, row in zip(labels, rows, strict=True):
        shapes += [*_label(lines, y), *_bar(row, left, y, scale)]
        y += _ROW
    shapes += _axis(left, head.height, y - _ROW / 2) if rows else []
    shapes += _rest(len(picture.labels), picture.unit, y)
    return Drawing(
        WIDTH,
        y - _ROW / 2 + (LINE + 4 if len(picture.labels) > MOST or not rows else 2),
        tuple(shapes),
    )


def _row(paints: list[Paint], values: list[int]) -> _Row:
    return tuple(_Part(*pair) for pair in zip(paints, values, strict=True) if pair[1] > 0)


def _scale(rows: list[_Row], room: float) -> float:
    """Give the pixels for one, so that every bar has room, with the counts beside it."""
    totals = [sum(part.value for part in row) for row in rows]
    most = max(totals, default=0) or 1
    scale = room / most
    for _ in range(len(rows[0]) + 1 if rows else 0):
        fitting = [
            (room - _beside_width(row, scale)) / total
            for row, total in zip(rows, totals, strict=True)
            if total
        ]
        scale = max(min([scale, *fitting]), _SHORTEST / most)
    return scale


def _beside_width(row: _Row, scale: float) -> float:
    return sum(_SPACE + marks.beside_width(p.value) for p in row if not p.fits(scale))


def _label(lines: tuple[str, ...], y: float) -> list[Shape]:
    top = y + 4.6 - (len(lines) - 1) * LINE / 2
    return [Text(0, top + at * LINE, line, size=NORMAL) for at, line in enumerate(lines)]


def _bar(row: _Row, left: float, y: float, scale: float) -> list[Shape]:
    if not row:
        return [Text(left + _SPACE, y + 4.3, "0", size=SMALL, fill=paint.MUTED)]
    ends = [left + 1 + scale * sum_ for sum_ in accumulate(part.value for part in row)]
    shapes: list[Shape] = []
    for part, start, end in zip(row, [left + 1, *ends], ends, strict=False):
        shapes += _part(part, start, end, y)
        if part.fits(scale):
            shapes += marks.counted(part.value, part.paint, (start + end) / 2, y)
    place = ends[-1]
    for part in row:
        if not part.fits(scale):
            shapes += marks.beside(part.value, part.paint, place + _SPACE, y)
            place += _SPACE + marks.beside_width(part.value)
    return shapes


def _part(part: _Part, start: float, end: float, y: float) -> list[Shape]:
    """Draw a part with a white gap behind it."""
    wide = max(end - start - 2, 1)
    fill, edge = part.paint.fill, part.paint.edge
    return [Rectangle(start + 0.5, y - _HIGH / 2, wide, _HIGH, fill, edge)]


def _axis(left: float, top: float, bottom: float) -> list[Shape]:
    return [Line(((left, top), (left, bottom)), paint.MUTED)]


def _rest(bars: int, unit: str, y: float) -> list[Shape]:
    """Say in words what is not drawn."""
    words = f"No {safe_line(unit)}." if not bars else f"The table has {bars - MOST} more."
    return [Text(0, y, words, size=NORMAL, fill=paint.MUTED)] if bars > MOST or not bars else []
