"""What the pictures have in common: the shapes of the ratings, a count with its shape, the key."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers.drawing import Circle, Point, Polygon, Rectangle, Shape, Text
from actionplan.renderers.paint import INK, MUTED, Paint
from actionplan.renderers.safe import safe_line
from actionplan.renderers.widths import shortened, width

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 680
"""Of every picture."""
SMALL = 12
NORMAL = 13
LINE = 16
"""From one line of text to the next."""
_MARK = 11
_GAP = 4
_SWATCH = (20, 15)
_APART = 22
COMPACT = 1_000_000
_POWERS = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"))
_MOST = 10**15


def mark(shape: str, x: float, y: float, size: float, fill: str) -> tuple[Shape, ...]:
    """Draw the shape of a rating around a point; nothing for a shape with no name."""
    half = size / 2
    match shape:
        case "square":
            return (Rectangle(x - half * 0.86, y - half * 0.86, size * 0.86, size * 0.86, fill),)
        case "triangle":
            corners = ((x, y - half), (x + half, y + half * 0.8), (x - half, y + half * 0.8))
            return (Polygon(corners, fill),)
        case "circle":
            return (Circle(x, y, half * 0.94, fill),)
        case "star":
            return (Polygon(_star(x, y, half * 1.15), fill),)
        case "dash":
            return (Rectangle(x - half, y - size / 8, size, size / 4, fill),)
    return ()


def _star(x: float, y: float, radius: float) -> tuple[Point, ...]:
    """Give the points of a star with five of them, the first at the top."""
    reach = (radius, radius * 0.42)
    return tuple(
        (x + reach[at % 2] * sin(at * pi / 5), y - reach[at % 2] * cos(at * pi / 5))
        for at in range(10)
    )


def count(value: float) -> str:
    """Give a count: in full below a million, and shorter from there on."""
    if value < COMPACT:
        return f"{value:,}"
    if value >= _MOST:
        return f"{value:.1e}"
    size, name = next(power for power in _POWERS if value >= power[0])
    return f"{value / size:.1f}{name}"


def count_width(value: int, paint: Paint) -> float:
    """Give the room that a count takes with the shape of its paint, inside what is painted."""
    return width(count(value), SMALL, bold=True) + (_MARK + _GAP if paint.shape else 0)


def counted(value: int, paint: Paint, x: float, y: float) -> tuple[Shape, ...]:
    """Write a count with the shape of its paint, on that paint and around a point."""
    left = x - count_width(value, paint) / 2
    shape = mark(paint.shape, left + _MARK / 2, y, _MARK, paint.text)
    right = x + count_width(value, paint) / 2
    return (*shape, Text(right, y + 4.3, count(value), "end", SMALL, bold=True, fill=paint.text))


def beside_width(value: int) -> float:
    """Give the room that a count takes with its swatch, outside what is painted."""
    return _SWATCH[0] + _GAP + width(count(value), SMALL, bold=True)


def beside(value: int, paint: Paint, left: float, y: float) -> tuple[Shape, ...]:
    """Write a count behind a swatch of its paint."""
    text = Text(left + _SWATCH[0] + _GAP, y + 4.3, count(value), "start", SMALL, bold=True)
    return (*swatch(paint, left, y), text)


def swatch(paint: Paint, left: float, y: float) -> tuple[Shape, ...]:
    """Draw a small field of a paint with its shape, on which a line of text can follow."""
    wide, high = _SWATCH
    field = Rectangle(left + 0.5, y - high / 2, wide - 1, high, paint.fill, paint.edge)
    return (field, *mark(paint.shape, left + wide / 2, y, _MARK - 1, paint.text))


class Head(NamedTuple):
    """What stands over a picture, and how much room it takes."""

    shapes: tuple[Shape, ...]
    height: float


def head(words: str, key: Iterable[tuple[Paint, str]]) -> Head:
    """Say what is counted, and what each paint is called."""
    title = Text(0, LINE - 3, shortened(safe_line(words), WIDTH, NORMAL), size=NORMAL, fill=MUTED)
    shapes: list[Shape] = [title]
    left, y = 0.0, LINE + 16.0
    for paint, label in key:
        room = WIDTH - _SWATCH[0] - 6
        name = shortened(safe_line(label), room, NORMAL)
        wide = _SWATCH[0] + 6 + width(name, NORMAL)
        if left and left + wide > WIDTH:
            left, y = 0.0, y + LINE + 6
        shapes += swatch(paint, left, y)
        shapes.append(Text(left + _SWATCH[0] + 6, y + 4.6, name, size=NORMAL, fill=INK))
        left += wide + _APART
    return Head(tuple(shapes), y + 18)
