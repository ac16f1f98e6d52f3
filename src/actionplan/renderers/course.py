"""The course of a measure: its readings as a line, beside the straight line to its target."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import short, without_weekday
from actionplan.measures import figure
from actionplan.renderers import axes, marks, paint
from actionplan.renderers.axes import Scale
from actionplan.renderers.drawing import Box, Circle, Drawing, Line, Point, Shape, Text
from actionplan.renderers.marks import LINE, NORMAL, SMALL, WIDTH
from actionplan.renderers.safe import safe_line
from actionplan.renderers.widths import shortened, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from actionplan.reports.pictures import Course

_HIGH = 190
_LINE = paint.PAINT["second"].fill
_DASH = (6.0, 4.0)
_POINT = 4.0
_RIGHT = 12
_MOST_DAYS = 7
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
        """Give the room between the axes."""
        return Box(self.days.start, self.values.end, self.days.end, self.values.start)


def draw(picture: Course) -> Drawing:
    """Draw the readings, the line to the target, the day of the report and both axes."""
    readings = tuple((day, value) for day, value in picture.readings if isfinite(value))
    picture = picture._replace(readings=readings)
    ticks = _ticks(picture)
    head = _head(picture, ticks)
    left = max(width(_figure(tick), SMALL) for tick in ticks) + 10
    top = head.height + LINE + 8
    first, last = _time(picture)
    plot = _Plot(
        Scale(first.toordinal(), last.toordinal(), left + 6, WIDTH - _RIGHT),
        Scale(ticks[0], ticks[-1], top + _HIGH, top),
    )
    shapes = (
        *head.shapes,
        *_axis(ticks, plot, left),
        *_days(first, last, plot, left),
        *_as_at(picture, plot),
        *_target(picture, plot),
        *_course(picture, plot),
        *_words(picture, plot),
    )
    return Drawing(WIDTH, top + _HIGH + 2 * LINE, shapes)


def _head(picture: Course, ticks: tuple[float, ...]) -> marks.Head:
    """Say what is measured, which way is better, and what each line is."""
    better = "higher is better" if picture.better == "up" else "lower is better"
    start = "" if ticks[0] <= 0 else f"; the axis starts at {_figure(ticks[0])}, not at 0"
    unit = shortened(safe_line(picture.unit), WIDTH / 2, NORMAL)
    words = "; ".join(part for part in (unit, better) if part)
    head = marks.head(f"{words[:1].upper()}{words[1:]}{start}", ())
    y = head.height - 2.0
    shapes: list[Shape] = [
        *head.shapes,
        Line(((0, y), (26, y)), _LINE, 2.5),
        Circle(13, y, _POINT, _LINE),
        Text(32, y + 4.6, "readings"),
    ]
    if picture.line or picture.target is not None:
        place = 32 + width("readings", NORMAL) + 22
        name = "straight line to the target" if picture.line else "target"
        shapes += [
            Line(((place, y), (place + 26, y)), paint.MUTED, 1.5, _DASH),
            Text(place + 32, y + 4.6, name),
        ]
    return marks.Head(tuple(shapes), y + 14)


def _figure(value: float) -> str:
    """Give a number as it was typed; a long one shorter."""
    if abs(value) >= marks.COMPACT:
        return f"-{marks.count(-value)}" if value < 0 else marks.count(value)
    said = figure(value)
    return said if len(said) <= _LONGEST_FIGURE else f"{value:.4g}"


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
    return axes.round_marks(low, high)


def _time(picture: Course) -> tuple[date, date]:
    """Give the first and the last day; a single one has some days around it."""
    days = [picture.as_at, *(day for day, _ in (*picture.readings, *picture.line))]
    first, last = min(days), max(days)
    if first == last:
        around = timedelta(days=14)
        return max(first, first.min + around) - around, min(last, last.max - around) + around
    return first, last


def _axis(ticks: tuple[float, ...], plot: _Plot, left: float) -> Iterator[Shape]:
    for tick in ticks:
        y = plot.values.at(tick)
        yield Text(left - 8, y + 4.3, _figure(tick), "end", SMALL, fill=paint.MUTED)
        yield Line(((left - 4, y), (left, y)), paint.MUTED)


def _days(first: date, last: date, plot: _Plot, left: float) -> Iterator[Shape]:
    y = plot.values.start
    yield Line(((left, y), (plot.days.end, y)), paint.MUTED)
    end = left - 10.0
    for day, said in axes.day_marks(first, last, _MOST_DAYS):
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
    x = plot.days.at(picture.as_at.toordinal())
    top = plot.values.end
    said = Text(x, top - 9, f"as at {without_weekday(picture.as_at)}", "middle", SMALL)
    return (
        Line(((x, top - 5), (x, plot.values.start)), paint.FAINT, 1),
        _kept(said._replace(fill=paint.MUTED)),
    )


def _target(picture: Course, plot: _Plot) -> tuple[Shape, ...]:
    if picture.line:
        ends = tuple(plot.at(*point) for point in picture.line)
        return (
            Line(ends, paint.MUTED, 1.5, _DASH),
            Circle(*ends[-1], _POINT, paint.PAPER, paint.MUTED),
        )
    if picture.target is None:
        return ()
    y = plot.values.at(picture.target)
    return (Line(((plot.days.start, y), (plot.days.end, y)), paint.MUTED, 1.5, _DASH),)


def _course(picture: Course, plot: _Plot) -> tuple[Shape, ...]:
    points = tuple(plot.at(*reading) for reading in picture.readings)
    line = (Line(points, _LINE, 2.5),) if len(points) > 1 else ()
    return (*line, *(Circle(x, y, _POINT, _LINE) for x, y in points))


# --- words beside the points --------------------------------------------------------------------


def _words(picture: Course, plot: _Plot) -> list[Text]:
    """Name the target and as many readings as have room, the latest before any other."""
    points = [(*plot.at(day, value), _figure(value)) for day, value in picture.readings]
    lines = [plot.at(*reading) for reading in picture.readings]
    x = plot.days.at(picture.as_at.toordinal())
    segments = [
        *pairwise(lines),
        ((x, plot.values.end), (x, plot.values.start)),
        *([(plot.at(*picture.line[0]), plot.at(*picture.line[-1]))] if picture.line else []),
    ]
    wanted = [
        *(Text(x, y, said, bold=True, fill=_LINE) for x, y, said in points[-1:]),
        *_target_named(picture, plot),
        *(Text(x, y, said, size=SMALL, fill=_LINE) for x, y, said in points[-2::-1]),
    ]
    dots = [Box(x - 5, y - 5, x + 5, y + 5) for x, y in _dots(picture, plot)]
    return list(_placed(wanted, plot, segments, dots))


def _dots(picture: Course, plot: _Plot) -> Iterator[Point]:
    yield from (plot.at(*reading) for reading in picture.readings)
    yield from (plot.at(*point) for point in picture.line[-1:])


def _target_named(picture: Course, plot: _Plot) -> tuple[Text, ...]:
    if picture.target is None:
        return ()
    said = f"target {_figure(picture.target)}"
    if not picture.line:
        return (Text(plot.days.end, plot.values.at(picture.target), said),)
    day, value = picture.line[-1]
    return (Text(*plot.at(day, value), f"{said} by {short(day)}"),)


def _placed(
    wanted: Iterable[Text], plot: _Plot, segments: list[tuple[Point, Point]], dots: list[Box]
) -> Iterator[Text]:
    """Put each text beside its point where it hides nothing; leave out what has no such place."""
    taken: list[Box] = list(dots)
    for text in wanted:
        for place in _places(text):
            box = place.box
            clear = not any(box.meets(other) for other in taken)
            if clear and box.is_inside(plot.room) and not any(box.is_cut(*s) for s in segments):
                taken.append(box)
                yield place
                break


def _places(text: Text) -> Iterator[Text]:
    """Give the places around a point, the best first."""
    x, y = text.x, text.y
    for far in (9, 24, 40):
        below = far + 0.75 * text.size
        yield _kept(text._replace(y=y - far, anchor="middle"))
        yield _kept(text._replace(y=y + below, anchor="middle"))
        yield text._replace(x=x + far, y=y + 4.5)
        yield text._replace(x=x - far, y=y + 4.5, anchor="end")
        yield text._replace(x=x - 4, y=y - far)
        yield text._replace(x=x + 4, y=y - far, anchor="end")
        yield text._replace(x=x - 4, y=y + below)
        yield text._replace(x=x + 4, y=y + below, anchor="end")
