"""What the pictures have in common: the shapes of the ratings, a count with its shape, the key."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers.paint import MUTED, Paint
from actionplan.renderers.pictures.drawing import (
    Box,
    Circle,
    Point,
    Polygon,
    Rectangle,
    Shape,
    Text,
)
from actionplan.renderers.pictures.widths import shortened, width
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 680
"""Of every picture."""
SMALL = 12
NORMAL = 13
LEAST = 4
"""How long and how high a part is at the least, so that none is lost."""
LINE = 16
"""From one line of text to the next."""
_MARK = 11
_GAP = 4
_AROUND = 5
"""Of the room that a count has on what is painted, left free."""
_LOWEST, _LOWEST_OF_TWO = 15, 28
_SWATCH = (20, 15)
_BEHIND = 6
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
    return f"{value / size:.1f}".removesuffix(".0") + name


def inside(value: int, paint: Paint, box: Box) -> tuple[Shape, ...]:
    """Write a count with its shape on what is painted, beside or under it; nothing without room."""
    said = count(value)
    wide = width(said, SMALL, bold=True)
    across, down = box.right - box.left, box.bottom - box.top
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    together = wide + (_MARK + _GAP if paint.shape else 0)
    if together + _AROUND <= across and down >= _LOWEST:
        left, right = x - together / 2, x + together / 2
        text = Text(right, y + 4.3, said, "end", SMALL, bold=True, fill=paint.text)
        return (*mark(paint.shape, left + _MARK / 2, y, _MARK, paint.text), text)
    if paint.shape and max(wide, _MARK) + _AROUND <= across and down >= _LOWEST_OF_TWO:
        text = Text(x, y + 11, said, "middle", SMALL, bold=True, fill=paint.text)
        return (*mark(paint.shape, x, y - 7, _MARK - 1, paint.text), text)
    return ()


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


class Piece(NamedTuple):
    """What stands over or under a picture, and where it ends."""

    shapes: tuple[Shape, ...]
    bottom: float


def head(words: str, key: Iterable[tuple[Paint, str]] = ()) -> Piece:
    """Say what is counted, and what each paint is called."""
    title = shortened(safe_line(words), WIDTH, NORMAL)
    shapes: list[Shape] = [Text(0, LINE - 3, title, size=NORMAL, fill=MUTED)]
    left, y = 0.0, 0.0
    for paint, label in key:
        name = shortened(safe_line(label), WIDTH - _SWATCH[0] - _BEHIND, NORMAL)
        wide = _SWATCH[0] + _BEHIND + width(name, NORMAL)
        if not y or left + wide > WIDTH:
            left, y = 0, (y or LINE - 6) + LINE + 6
        shapes += swatch(paint, left, y)
        shapes.append(Text(left + _SWATCH[0] + _BEHIND, y + 4.6, name, size=NORMAL))
        left += wide + _APART
    return Piece(tuple(shapes), max(y + 8, LINE) + 10)


def note(words: str, bottom: float) -> Piece:
    """Say something under a picture; give it, and where the picture then ends."""
    if not words:
        return Piece((), bottom + 2)
    text = shortened(safe_line(words), WIDTH, NORMAL)
    return Piece((Text(0, bottom + LINE + 2, text, size=NORMAL, fill=MUTED),), bottom + LINE + 8)
