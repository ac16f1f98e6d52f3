"""Standing columns over time: two or more side by side, or one of parts at each label."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers import marks, paint
from actionplan.renderers.axes import Scale, whole_marks
from actionplan.renderers.drawing import Box, Drawing, Line, Rectangle, Shape, Text
from actionplan.renderers.marks import LINE, SMALL, WIDTH
from actionplan.renderers.safe import safe_line
from actionplan.renderers.widths import width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.legends import Legend
    from actionplan.renderers.paint import Paint
    from actionplan.reports.pictures import Columns

MOST = 18
"""Labels that there is room for; of more the latest are drawn."""
_HIGH = 200
_WIDEST_SLOT = 120
_WIDEST_BESIDE, _WIDEST_ALONE = 30, 56
_SHARE = 0.78
"""Of the room between two labels that columns take."""
_LABEL_LINES = 4
_LABEL_LINE = LINE - 1
_OVER = LINE + 3
"""A line of counts over a column."""


class _Slot(NamedTuple):
    """The room of one label, and what is counted there."""

    middle: float
    width: float
    parts: tuple[tuple[int, Paint], ...]

    @property
    def total(self) -> int:
        """Give all that is counted there."""
        return sum(value for value, _ in self.parts)


_Slots = tuple[_Slot, ...]


def draw(picture: Columns, legend: Legend) -> Drawing:
    """Draw the columns, the axis of their counts and their labels."""
    paints = [paint.of(series.key, legend) for series in picture.series]
    key = zip(paints, (series.label for series in picture.series), strict=True)
    head = marks.head(f"Number of {picture.unit}", key)
    most = _most(picture)
    ticks = whole_marks(most)
    left = max(width(marks.count(tick), SMALL) for tick in ticks) + 10
    slots = _slots(picture, paints, left)
    if not slots or not paints:
        none = marks.note(f"No {picture.unit}.", head.bottom)
        return Drawing(WIDTH, none.bottom, (*head.shapes, *none.shapes))
    top = head.bottom + 2 + _OVER * (_lines_over(slots, most) if picture.stacked else 1)
    scale = Scale(0, most, top + _HIGH, top)
    columns = _stacks(slots, scale) if picture.stacked else _beside(slots, scale)
    labels = _labels(picture, slots, scale.start)
    axis = _axis(ticks, scale, left, slots[-1].middle + slots[-1].width / 2)
    return Drawing(WIDTH, labels.bottom, (*head.shapes, *axis, *columns, *labels.shapes))


def _most(picture: Columns) -> int:
    """Give the count that the highest column shows."""
    shown = [series.values[-MOST:] for series in picture.series]
    if picture.stacked:
        return max([1, *map(sum, zip(*shown, strict=True))])
    return max([1, *(value for values in shown for value in values)])


def _slots(picture: Columns, paints: list[Paint], left: float) -> _Slots:
    labels = len(picture.labels)
    wide = min(_WIDEST_SLOT, (WIDTH - left) / min(MOST, max(labels, 1)))
    return tuple(
        _Slot(
            left + wide * (place + 0.5),
            wide,
            tuple((s.values[at], p) for s, p in zip(picture.series, paints, strict=True)),
        )
        for place, at in enumerate(range(max(0, labels - MOST), labels))
    )


def _axis(ticks: tuple[int, ...], scale: Scale, left: float, right: float) -> Iterator[Shape]:
    """Draw the line that the columns stand on, and round counts beside them."""
    yield Line(((left, scale.start), (right, scale.start)), paint.MUTED)
    for tick in ticks:
        y = scale.at(tick)
        yield Text(left - 8, y + 4.3, marks.count(tick), "end", SMALL, fill=paint.MUTED)
        yield Line(((left - 4, y), (left, y)), paint.MUTED)


def _labels(picture: Columns, slots: _Slots, base: float) -> marks.Piece:
    """Write the labels under the columns, and how many are left out."""
    named = [
        wrapped(safe_line(label), slot.width - 4, SMALL, _LABEL_LINES)
        for slot, label in zip(slots, picture.labels[-MOST:], strict=True)
    ]
    shapes = [
        Text(slot.middle, base + 16 + at * _LABEL_LINE, line, "middle", SMALL)
        for slot, lines in zip(slots, named, strict=True)
        for at, line in enumerate(lines)
    ]
    bottom = base + 7 + _LABEL_LINE * max(len(lines) for lines in named)
    before = len(picture.labels) - len(slots)
    note = marks.note(f"The table has {before} before these." if before else "", bottom)
    return marks.Piece((*shapes, *note.shapes), note.bottom)


# --- side by side -------------------------------------------------------------------------------


def _beside(slots: _Slots, scale: Scale) -> Iterator[Shape]:
    """Draw the columns of each label side by side, with their counts where all have room."""
    step = _step(slots)
    for slot in slots:
        first = (1 - len(slot.parts)) / 2
        for at, (value, colour) in enumerate(slot.parts):
            high = max(scale.start - scale.at(value), 1)
            left = slot.middle + (first + at - 0.5) * _column(slot) + 1
            place = (left, scale.start - high, _column(slot) - 2, high)
            if value:
                yield Rectangle(*place, colour.fill, colour.edge)
            if step is not None:
                x, y = slot.middle + (first + at) * step, scale.start - high - 4
                yield Text(x, y, marks.count(value), "middle", SMALL)


def _column(slot: _Slot) -> float:
    return min(_WIDEST_BESIDE, slot.width * _SHARE / len(slot.parts))


def _step(slots: _Slots) -> float | None:
    """Give how far the counts of one label stand apart; ``None`` where they have no room."""
    counts = (marks.count(value) for slot in slots for value, _ in slot.parts)
    step = max(_column(slots[0]), max(width(said, SMALL) for said in counts) + 3)
    return step if step * len(slots[0].parts) <= slots[0].width + 1 else None


# --- one of parts -------------------------------------------------------------------------------


def _stacks(slots: _Slots, scale: Scale) -> Iterator[Shape]:
    """Draw one column at each label, its parts from the base up, and over it what has no room."""
    for slot in slots:
        over = scale.at(slot.total) - _OVER / 2 - 2
        for value, colour, box in _parts(slot, scale):
            size = (box.right - box.left, box.bottom - box.top)
            yield Rectangle(box.left, box.top, *size, colour.fill, colour.edge)
            said = marks.inside(value, colour, box)
            yield from said
            if not said and marks.beside_width(value) <= slot.width:
                left = slot.middle - marks.beside_width(value) / 2
                yield from marks.beside(value, colour, left, over)
                over -= _OVER


def _parts(slot: _Slot, scale: Scale) -> Iterator[tuple[int, Paint, Box]]:
    half = min(_WIDEST_ALONE, slot.width * _SHARE) / 2
    total = 0
    for value, colour in slot.parts:
        bottom, top = scale.at(total) - 1, scale.at(total + value) + 1
        total += value
        if value:
            box = Box(slot.middle - half, min(top, bottom - 1), slot.middle + half, bottom)
            yield value, colour, box


def _lines_over(slots: _Slots, most: int) -> int:
    """Count the lines that the highest pile of counts over a column takes."""
    scale = Scale(0, most, _HIGH, 0)
    return max(sum(not marks.inside(*part) for part in _parts(slot, scale)) for slot in slots)
