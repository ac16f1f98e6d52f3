"""The course of a measure: its readings as a line, beside the straight line to its target."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import short, without_weekday
from actionplan.measures import tidy
from actionplan.renderers import paint
from actionplan.renderers.pictures import axes, marks
from actionplan.renderers.pictures.axes import Scale
from actionplan.renderers.pictures.drawing import Box, Circle, Drawing, Line, Point, Shape, Text
from actionplan.renderers.pictures.marks import LINE, NORMAL, SMALL, WIDTH
from actionplan.renderers.pictures.widths import shortened, width
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from actionplan.reports.pictures import Course

_HIGH = 190
_LINE = paint.PAINT["second"].fill
_DASH = (6.0, 4.0)
_POINT = 4.0
_APART = 10
_LARGEST = 1e300
_MANY = 60
_MOST_SAID = 16
_DAY_WIDTH = 70
"""From one day on the axis to the next, at the least."""
_SQUASHED = 4
"""Where readings differ by less than this part of the highest, the axis starts above nothing."""
_LONGEST_FIGURE = 9


class _Plot(NamedTuple):
    """Where the days and the values stand."""

    days: Scale
    values: Scale

    def at(self, day: date, value: float) -> Point:
        """Give the place of a reading."""
        return self.days.at(day.toordinal()), self.values.at(value)

    @property
    def room(self) -> Box:
        """Give the room for numbers: between the axes, and a little over them."""
        left, right = self.days.start - 12, self.days.end + _APART - 4
        return Box(left, self.values.end - LINE - 6, right, self.values.start - 1)


def draw(picture: Course) -> Drawing:
    """Draw the readings, the line to the target, the day of the report and both axes."""
    picture = _drawable(picture)
    ticks = _ticks(picture)
    head = _head(picture, ticks)
    left = max(width(_figure(tick, picture), SMALL) for tick in ticks) + 10
    named = _target_words(picture)
    right = max((width(line, SMALL) + _APART + 2 for line in named), default=_APART)
    top = head.bottom + LINE + 6
    first, last = _time(picture)
    plot = _Plot(
        Scale(first.toordinal(), last.toordinal(), left + 14, WIDTH - right),
        Scale(ticks[0], ticks[-1], top + _HIGH, top),
    )
    shapes = (
        *head.shapes,
        *_axis(picture, ticks, plot, left),
        *_days(first, last, plot, left),
        *_as_at(picture, plot),
        *_target(picture, plot, named),
        *_course(picture, plot),
        *_said(picture, plot),
    )
    return Drawing(WIDTH, top + _HIGH + LINE + 8, shapes)


def _drawable(picture: Course) -> Course:
    """Leave out what has no place on any axis: what is no number, or larger than all that are."""
    readings = tuple(reading for reading in picture.readings if _has_place(reading[1]))
    line = picture.line if all(_has_place(value) for _, value in picture.line) else ()
    target = None if picture.target is None or not _has_place(picture.target) else picture.target
    return picture._replace(readings=readings, line=line, target=target)


def _has_place(value: float) -> bool:
    return abs(value) < _LARGEST


def _head(picture: Course, ticks: tuple[float, ...]) -> marks.Piece:
    """Say what is measured, which way is better, and what each line is."""
    better = "higher is better" if picture.better == "up" else "lower is better"
    start = f"the axis starts at {_figure(ticks[0], picture)}, not at 0" if ticks[0] > 0 else ""
    said = "per cent" if picture.unit == "%" else safe_line(picture.unit)
    unit = shortened(said, WIDTH / 2, NORMAL)
    words = "; ".join(part for part in (unit, better, start) if part)
    head = marks.head(f"{words[:1].upper()}{words[1:]}")
    y = head.bottom + 6
    shapes: list[Shape] = [
        *head.shapes,
        Line(((0, y), (26, y)), _LINE, 2.5),
        Circle(13, y, _POINT, _LINE),
        Text(32, y + 4.6, "readings"),
    ]
    if _level(picture) is not None:
        place = 32 + width("readings", NORMAL) + 22
        name = "straight line to the target" if picture.line else "target"
        shapes += [
            Line(((place, y), (place + 26, y)), paint.MUTED, 1.5, _DASH),
            Text(place + 32, y + 4.6, name),
        ]
    return marks.Piece(tuple(shapes), y + 14)


def _figure(value: float, picture: Course) -> str:
    """Give a number as it was typed, with commas; a long one shorter; one of a hundred as such."""
    said = f"{tidy(value):,}"
    if abs(value) >= marks.COMPACT:
        said = f"-{marks.count(-value)}" if value < 0 else marks.count(value)
    elif len(said) > _LONGEST_FIGURE:
        said = f"{value:.4g}"
    return f"{said}%" if picture.unit.startswith("%") else said


# --- axes ---------------------------------------------------------------------------------------


def _values(picture: Course) -> list[float]:
    """Give every value that has to have a place."""
    target = () if picture.target is None else (picture.target,)
    return [value for _, value in (*picture.readings, *picture.line)] + list(target)


def _ticks(picture: Course) -> tuple[float, ...]:
    """Give the marks of the axis; it starts at nothing wherever that leaves something to see."""
    values = _values(picture) or [0]
    low, high = min(values), max(values)
    if low >= 0 and (high - low) * _SQUASHED >= high:
        low = 0
    elif high <= 0 and (high - low) * _SQUASHED >= -low:
        high = 0
    if low == high:
        low, high = (0, high or 1) if high >= 0 else (low, 0)
    whole = all(value == int(value) for value in values)
    return axes.round_marks(low, high, least=int(whole))


def _time(picture: Course) -> tuple[date, date]:
    """Give the first and the last day; a single one has some days around it."""
    days = [picture.as_at, *(day for day, _ in (*picture.readings, *picture.line))]
    first, last = min(days), max(days)
    if first == last:
        around = timedelta(days=14)
        return max(first, first.min + around) - around, min(last, last.max - around) + around
    return axes.first_day(first, last), last


def _axis(picture: Course, ticks: tuple[float, ...], plot: _Plot, left: float) -> Iterator[Shape]:
    for tick in ticks:
        y = plot.values.at(tick)
        yield Text(left - 8, y + 4.3, _figure(tick, picture), "end", SMALL, fill=paint.MUTED)
        yield Line(((left - 4, y), (left, y)), paint.MUTED)


def _days(first: date, last: date, plot: _Plot, left: float) -> Iterator[Shape]:
    y = plot.values.start
    yield Line(((left, y), (plot.days.end, y)), paint.MUTED)
    end = -10.0
    most = max(2, int((plot.days.end - plot.days.start) // _DAY_WIDTH))
    for day, said in axes.day_marks(first, last, most):
        x = plot.days.at(day.toordinal())
        text = _kept(Text(x, y + 18, said, "middle", SMALL, fill=paint.MUTED))
        if text.box.left >= end + 10:
            yield Line(((x, y), (x, y + 4)), paint.MUTED)
            yield text
            end = text.box.right


def _kept(text: Text) -> Text:
    """Move a text that would leave the picture back into it."""
    box = text.box
    return text._replace(x=text.x - min(0, box.left) - max(0, box.right - WIDTH))


# --- what is drawn ------------------------------------------------------------------------------


def _as_at(picture: Course, plot: _Plot) -> tuple[Shape, ...]:
    x, top = plot.days.at(picture.as_at.toordinal()), plot.values.end
    return (
        Line(((x, top - 5), (x, plot.values.start)), paint.FAINT),
        _as_at_words(picture, plot),
    )


def _as_at_words(picture: Course, plot: _Plot) -> Text:
    x = plot.days.at(picture.as_at.toordinal())
    said = f"as at {without_weekday(picture.as_at)}"
    return _kept(Text(x, plot.values.end - 9, said, "middle", SMALL, fill=paint.MUTED))


def _level(picture: Course) -> float | None:
    """Give the value that the readings are to come to."""
    return picture.line[-1][1] if picture.line else picture.target


def _target_words(picture: Course) -> tuple[str, ...]:
    """Name the target, in two lines at most."""
    if picture.target is None:
        return ()
    by = (f"by {short(picture.line[-1][0])}",) if picture.line else ()
    return (f"target {_figure(picture.target, picture)}", *by)


def _target(picture: Course, plot: _Plot, named: tuple[str, ...]) -> Iterator[Shape]:
    """Draw the line to the target, and on at its level; name the target at its end."""
    level = _level(picture)
    if level is None:
        return
    y, end = plot.values.at(level), plot.days.end
    ends = tuple(plot.at(*point) for point in picture.line)
    points = (*ends, (end, y)) if ends else ((plot.days.start, y), (end, y))
    yield Line(points, paint.MUTED, 1.5, _DASH)
    yield from (Circle(*place, _POINT, paint.PAPER, paint.MUTED) for place in ends[-1:])
    deep = (len(named) - 1) * LINE
    y = max(plot.values.end, min(y - deep / 2, plot.values.start - deep - 8)) + 4.3
    for at, line in enumerate(named):
        yield Text(end + _APART, y + at * LINE, line, size=SMALL, fill=paint.INK)


def _course(picture: Course, plot: _Plot) -> tuple[Shape, ...]:
    points = tuple(plot.at(*reading) for reading in picture.readings)
    line = (Line(points, _LINE, 2.5),) if len(points) > 1 else ()
    radius = _POINT if len(points) <= _MANY else _POINT / 2
    return (*line, *(Circle(x, y, radius, _LINE) for x, y in points))


# --- numbers beside the points ------------------------------------------------------------------


def _said(picture: Course, plot: _Plot) -> Iterator[Text]:
    """Write the latest reading and as many others beside their points as hide nothing."""
    *before, latest = picture.readings or (None,)
    if latest is None:
        return
    lines = _lines(picture, plot)
    dots = [plot.at(*point) for point in (*picture.readings, *picture.line[-1:])]
    taken = [Box(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    as_at = _as_at_words(picture, plot)
    taken.append(as_at.box)
    others = before if len(before) < _MOST_SAID else _outermost(before)
    for day, value in (latest, *reversed(others)):
        bold = (day, value) == latest
        x, y = plot.at(day, value)
        text = Text(
            x, y, _figure(value, picture), size=NORMAL if bold else SMALL, bold=bold, fill=_LINE
        )
        place = next((t for t in _places(text) if _is_clear(t.box, plot, taken, lines)), None)
        if place is not None:
            taken.append(place.box)
            yield place


def _outermost(readings: list[tuple[date, float]]) -> list[tuple[date, float]]:
    """Give the first, the highest and the lowest of many."""
    by_value = sorted(readings, key=itemgetter(1))
    return list(dict.fromkeys((readings[0], by_value[0], by_value[-1])))


def _lines(picture: Course, plot: _Plot) -> list[tuple[Point, Point]]:
    """Give the straight lines that a number must not lie on."""
    x = plot.days.at(picture.as_at.toordinal())
    drawn = (
        shape.points
        for shape in (*_course(picture, plot), *_target(picture, plot, ()))
        if isinstance(shape, Line)
    )
    upright = ((x, plot.values.end), (x, plot.values.start))
    return [upright, *(pair for points in drawn for pair in pairwise(points))]


def _is_clear(box: Box, plot: _Plot, taken: list[Box], lines: list[tuple[Point, Point]]) -> bool:
    """Tell whether a number can stand in some room: inside the axes, and near to nothing."""
    box = Box(box.left - 2, box.top - 1, box.right + 2, box.bottom + 1)
    return (
        box.is_inside(plot.room)
        and not any(box.meets(other) for other in taken)
        and not any(box.is_cut(*line) for line in lines)
    )


def _places(text: Text) -> Iterator[Text]:
    """Give the places around a point, the best first."""
    x, y = text.x, text.y
    for far in (9, 22, 36):
        below = far + 0.75 * text.size
        yield text._replace(y=y - far, anchor="middle")
        yield text._replace(y=y + below, anchor="middle")
        for height in (y - far, y + below):
            yield text._replace(x=x + 4, y=height, anchor="end")
            yield text._replace(x=x - 4, y=height)
        yield text._replace(x=x + far, y=y + 4.5)
        yield text._replace(x=x - far, y=y + 4.5, anchor="end")
