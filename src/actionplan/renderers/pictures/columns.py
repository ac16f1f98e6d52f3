"""Standing columns over time: two or more side by side, or one of parts at each label."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers import paint
from actionplan.renderers.pictures import marks
from actionplan.renderers.pictures.axes import Scale, whole_marks
from actionplan.renderers.pictures.drawing import Box, Drawing, Line, Rectangle, Shape, Text
from actionplan.renderers.pictures.marks import LINE, SMALL, WIDTH
from actionplan.renderers.pictures.widths import width, wrapped
from actionplan.renderers.safe import safe_line

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
_CLOSER = 0.08
"""Of the room between two labels, what those that belong together give up of it."""
_LABEL_LINES = 4
_LABEL_LINE = LINE - 1
_OVER = LINE + 3
"""A line of counts over a column."""


class _Slot(NamedTuple):
    """The room of one label, and what is counted there."""

    middle: float
    width: float
    """What is its own; a label and the next have a gap between them."""
    parts: tuple[tuple[int, Paint], ...]


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
    high = _highest(slots, most) if picture.stacked else _HIGH + _OVER
    top = head.bottom + 8 + max(high, _HIGH) - _HIGH
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
    gaps = picture.together - 1
    closer = _CLOSER * wide if gaps else 0
    return tuple(
        _Slot(
            left + wide * (place + 0.5) + closer * (0.5 - at % (gaps + 1) / max(1, gaps)),
            wide - closer,
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
        wrapped(safe_line(label), slot.width - 2, SMALL, _LABEL_LINES)
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
                ink = paint.INK if value else paint.MUTED
                yield Text(x, y, marks.count(value), "middle", SMALL, fill=ink)


def _column(slot: _Slot) -> float:
    return min(_WIDEST_BESIDE, slot.width * _SHARE / len(slot.parts))


def _step(slots: _Slots) -> float | None:
    """Give how far the counts of one label stand apart; ``None`` where they have no room."""
    counts = (marks.count(value) for slot in slots for value, _ in slot.parts)
    step = max(_column(slots[0]), max(width(said, SMALL) for said in counts) + 3)
    return step if step * len(slots[0].parts) <= slots[0].width + 1 else None


# --- one of parts -------------------------------------------------------------------------------


class _Part(NamedTuple):
    value: int
    paint: Paint
    box: Box

    @property
    def inside(self) -> tuple[Shape, ...]:
        """Write its count in it; nothing where that has no room."""
        return marks.inside(self.value, self.paint, self.box)


def _stacks(slots: _Slots, scale: Scale) -> Iterator[Shape]:
    """Draw one column at each label, its parts from the base up, and over it what has no room."""
    for slot in slots:
        parts = _parts(slot, scale)
        for part in parts:
            left, top, right, bottom = part.box
            yield Rectangle(left, top, right - left, bottom - top, part.paint.fill, part.paint.edge)
            yield from part.inside
        y = min((part.box.top for part in parts), default=0) - _OVER / 2 - 2
        for part in _over(slot, parts):
            left = slot.middle - marks.beside_width(part.value) / 2
            yield from marks.beside(part.value, part.paint, left, y)
            y -= _OVER


def _parts(slot: _Slot, scale: Scale) -> list[_Part]:
    half = min(_WIDEST_ALONE, slot.width * _SHARE) / 2
    bottom = scale.start
    parts = []
    for value, colour in slot.parts:
        if value:
            top = bottom - max(marks.LEAST, scale.start - scale.at(value))
            box = Box(slot.middle - half, top + 1, slot.middle + half, bottom - 2)
            parts.append(_Part(value, colour, box))
            bottom = top
    return parts


def _over(slot: _Slot, parts: list[_Part]) -> list[_Part]:
    """Give the parts whose counts stand over the column, those that no width has room for apart."""
    return [p for p in parts if not p.inside and marks.beside_width(p.value) <= slot.width]


def _highest(slots: _Slots, most: int) -> float:
    """Give the height of the highest column with the counts over it."""
    scale = Scale(0, most, 0, -_HIGH)
    stacks = [(slot, _parts(slot, scale)) for slot in slots]
    return max(
        len(_over(slot, parts)) * _OVER - min((part.box.top for part in parts), default=0)
        for slot, parts in stacks
    )
