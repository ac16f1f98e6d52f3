"""A drawing: plain shapes on a sheet, in pixels of a screen, before it is a file of any kind."""

from __future__ import annotations

from math import hypot
from typing import Literal, NamedTuple

from actionplan.renderers.pictures.widths import width

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


class Rectangle(NamedTuple):
    """A rectangle, with an edge of one pixel where it has a colour."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str = ""


class Line(NamedTuple):
    """A line through some points."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1
    dash: tuple[float, float] | None = None
    """How long its strokes and its gaps are."""


class Polygon(NamedTuple):
    """A closed shape."""

    points: tuple[Point, ...]
    fill: str


class Circle(NamedTuple):
    """A circle, with an edge of two pixels where it has a colour."""

    x: float
    y: float
    radius: float
    fill: str
    edge: str = ""


class Box(NamedTuple):
    """The room that something takes."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two of them have any room in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def is_inside(self, other: Box) -> bool:
        """Tell whether all of it lies in another."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def is_cut(self, start: Point, end: Point) -> bool:
        """Tell whether a straight line runs through it."""
        first, last = 0.0, 1.0
        sides = ((self.left, self.right), (self.top, self.bottom))
        for begin, finish, (low, high) in zip(start, end, sides, strict=True):
            if begin == finish:
                if not low < begin < high:
                    return False
                continue
            enters, leaves = sorted(
                ((low - begin) / (finish - begin), (high - begin) / (finish - begin))
            )
            first, last = max(first, enters), min(last, leaves)
        return first < last


class Text(NamedTuple):
    """One line of text; y is what its letters stand on."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    size: float = 13
    bold: bool = False
    fill: str = "#1f2328"

    @property
    def box(self) -> Box:
        """Give the room that its letters take, as far as that can be reckoned."""
        wide = width(self.text, self.size, bold=self.bold)
        left = self.x - {"start": 0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - 0.75 * self.size, left + wide, self.y + 0.22 * self.size)


Shape = Rectangle | Line | Polygon | Circle | Text


class Drawing(NamedTuple):
    """A sheet with shapes on it, the lowest first; every colour is `#rrggbb`."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


EDGE_OF_CIRCLE = 2
FONT = "Arial"


def strokes(line: Line) -> tuple[tuple[Point, ...], ...]:
    """Give a line as what is drawn of it: itself, or where it is dashed each of its strokes."""
    if line.dash is None:
        return (line.points,)
    pairs = zip(line.points, line.points[1:], strict=False)
    return tuple(part for start, end in pairs for part in _dashes(start, end, line.dash))


def _dashes(start: Point, end: Point, dash: tuple[float, float]) -> list[tuple[Point, Point]]:
    length = hypot(end[0] - start[0], end[1] - start[1])
    stroke, gap = dash
    count = int(length // (stroke + gap)) + 1

    def at(distance: float) -> Point:
        share = min(1.0, distance / length) if length else 0.0
        return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share

    begins = (number * (stroke + gap) for number in range(count))
    return [(at(begin), at(begin + stroke)) for begin in begins]
