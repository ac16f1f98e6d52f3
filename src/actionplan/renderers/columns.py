"""Standing columns over time: two or more side by side, or one of parts at each label."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers import axes, marks, paint
from actionplan.renderers.drawing import Box, Drawing, Line, Rectangle, Shape, Text
from actionplan.renderers.marks import LINE, NORMAL, SMALL, WIDTH
from actionplan.renderers.safe import safe_line
from actionplan.renderers.widths import width, wrapped

if TYPE_CHECKING:
    from actionplan.legends import Legend
    from actionplan.renderers.axes import Scale
    from actionplan.renderers.paint import Paint
    from actionplan.reports.pictures import Columns, Series

MOST = 18
"""Labels that there is room for; of more the latest are drawn."""
_HIGH = 200
_WIDEST_SLOT = 120
_WIDEST = {False: 30, True: 56}
"""A column, standing beside others or alone."""
_SHARE = 0.78
"""Of the room between two labels that columns take."""
_LABEL_LINES = 4
_LOWEST_PART = 16
"""In which a count can stand."""


class _Slot(NamedTuple):
    """The room of one label."""

    middle: float
    width: float
    values: tuple[int, ...]


class _Plot(NamedTuple):
    """Where the columns stand."""

    slots: tuple[_Slot, ...]
    paints: tuple[Paint, ...]
    scale: Scale
    column: float
    """How wide each is."""

    @property
    def base(self) -> float:
        """Give where they stand."""
        return self.scale.start


def draw(picture: Columns, legend: Legend) -> Drawing:
    """Draw the columns, the axis of their counts and their labels."""
    paints = tuple(paint.of(series.key, legend) for series in picture.series)
    key = zip(paints, (series.label for series in picture.series), strict=True)
    head = marks.head(f"Number of {picture.unit}", key)
    values = tuple(zip(*(_latest(series) for series in picture.series), strict=True))
    if not values:
        none = Text(0, head.height + LINE, f"No {safe_line(picture.unit)}.", fill=paint.MUTED)
        return Drawing(WIDTH, head.height + LINE + 6, (*head.shapes, none))
    ticks = axes.whole_marks(_tallest(values, stacked=picture.stacked))
    left = max(width(marks.count(tick), SMALL) for tick in ticks) + 10
    plot = _plot(picture, values, paints, ticks[-1], left, head.height)
    columns = _parts(plot) if picture.stacked else _pairs(plot)
    labels, bottom = _labels(picture, plot)
    shapes = (*head.shapes, *_axis(ticks, plot, left), *columns, *labels)
    return Drawing(WIDTH, bottom, shapes)


def _latest(series: Series) -> tuple[int, ...]:
    return series.values[-MOST:]


def _tallest(values: tuple[tuple[int, ...], ...], *, stacked: bool) -> int:
    return max(sum(each) if stacked else max(each, default=0) for each in values)


def _plot(
    picture: Columns,
    values: tuple[tuple[int, ...], ...],
    paints: tuple[Paint, ...],
    top: int,
    left: float,
    above: float,
) -> _Plot:
    slot = min(_WIDEST_SLOT, (WIDTH - left) / len(values))
    beside = 1 if picture.stacked else max(1, len(paints))
    column = min(_WIDEST[picture.stacked], (slot * _SHARE) / beside)
    lines = _most_beside(values, paints, column, _HIGH / top) if picture.stacked else 1
    base = above + 6 + lines * (LINE + 2) + _HIGH
    slots = (_Slot(left + slot * (at + 0.5), slot, each) for at, each in enumerate(values))
    return _Plot(tuple(slots), paints, axes.Scale(0, top, base, base - _HIGH), column)


def _axis(ticks: tuple[int, ...], plot: _Plot, left: float) -> list[Shape]:
    """Draw the line that the columns stand on, and round counts beside them."""
    right = plot.slots[-1].middle + plot.slots[-1].width / 2
    shapes: list[Shape] = [Line(((left, plot.base), (right, plot.base)), paint.MUTED)]
    for tick in ticks:
        y = plot.scale.at(tick)
        shapes += [
            Text(left - 8, y + 4.3, marks.count(tick), "end", SMALL, fill=paint.MUTED),
            Line(((left - 4, y), (left, y)), paint.MUTED),
        ]
    return shapes


def _labels(picture: Columns, plot: _Plot) -> tuple[list[Shape], float]:
    """Write the labels under the columns; give them, and where they end."""
    shapes: list[Shape] = []
    deepest = 1
    for slot, label in zip(plot.slots, picture.labels[-MOST:], strict=True):
        lines = wrapped(safe_line(label), slot.width - 4, SMALL, _LABEL_LINES)
        deepest = max(deepest, len(lines))
        shapes += [
            Text(slot.middle, plot.base + 16 + at * (LINE - 1), line, "middle", SMALL)
            for at, line in enumerate(lines)
        ]
    bottom = plot.base + 8 + deepest * (LINE - 1) + 4
    if len(picture.labels) > MOST:
        bottom += LINE + 6
        words = f"The table has the {len(picture.labels) - MOST} before these."
        shapes.append(Text(0, bottom - 6, words, size=NORMAL, fill=paint.MUTED))
    return shapes, bottom


# --- side by side -------------------------------------------------------------------------------


def _pairs(plot: _Plot) -> list[Shape]:
    """Draw the columns of each label side by side, with the counts over them that have room."""
    columns = [
        (value, colour, _standing(plot, slot, at, value, colour))
        for slot in plot.slots
        for at, (value, colour) in enumerate(zip(slot.values, plot.paints, strict=True))
    ]
    taken = [_box(column) for value, _, column in columns if value]
    counts: list[Shape] = []
    for value, _, column in columns:
        middle = column.x + column.width / 2
        text = Text(middle, column.y - 4, marks.count(value), "middle", SMALL)
        if not any(text.box.meets(other) for other in taken):
            counts.append(text)
            taken.append(text.box)
    return [*(column for value, _, column in columns if value), *counts]


def _standing(plot: _Plot, slot: _Slot, at: int, value: int, colour: Paint) -> Rectangle:
    left = slot.middle + (at - len(plot.paints) / 2) * plot.column
    top = plot.scale.at(value)
    high = max(plot.base - top, 1)
    return Rectangle(left + 1, plot.base - high, plot.column - 2, high, colour.fill, colour.edge)


def _box(shape: Rectangle) -> Box:
    return Box(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)


# --- one of parts -------------------------------------------------------------------------------


def _parts(plot: _Plot) -> list[Shape]:
    """Draw one column at each label, its parts from the base up."""
    return [shape for slot in plot.slots for shape in _stack(plot, slot)]


def _stack(plot: _Plot, slot: _Slot) -> list[Shape]:
    shapes: list[Shape] = []
    total, above = 0, plot.scale.at(sum(slot.values)) - LINE / 2 - 3
    for value, colour in zip(slot.values, plot.paints, strict=True):
        if not value:
            continue
        bottom, top = plot.scale.at(total), plot.scale.at(total + value)
        total += value
        left = slot.middle - plot.column / 2
        high = max(bottom - top - 2, 1)
        shapes.append(
            Rectangle(left, bottom - 1 - high, plot.column, high, colour.fill, colour.edge)
        )
        if _fits(value, colour, plot.column, bottom - top):
            shapes += marks.counted(value, colour, slot.middle, (top + bottom) / 2)
        elif marks.beside_width(value) <= slot.width:
            start = slot.middle - marks.beside_width(value) / 2
            shapes += marks.beside(value, colour, start, above)
            above -= LINE + 2
    return shapes


def _fits(value: int, colour: Paint, column: float, high: float) -> bool:
    return high >= _LOWEST_PART and marks.count_width(value, colour) + 4 <= column


def _most_beside(
    values: tuple[tuple[int, ...], ...], paints: tuple[Paint, ...], column: float, pixels: float
) -> int:
    """Count the lines that the highest pile of counts over a column takes."""
    return max(
        sum(
            bool(value) and not _fits(value, colour, column, value * pixels)
            for value, colour in zip(each, paints, strict=True)
        )
        for each in values
    )
