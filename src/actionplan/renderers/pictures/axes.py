"""The scale of a picture: few, round marks over a range of numbers or of days."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor, log10
from typing import NamedTuple

from actionplan.dates import MONTHS, short

_MARKS, _COUNTS = 4, 5
_ROUND = (1, 2, 2.5, 5, 10)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000)
_SMALLEST = 1e-300
"""A range that is less is none."""
_YEAR = 12
_DAYS_BY_DAY = 45
"""A shorter time is marked by its days, a longer one by its months."""


class Scale(NamedTuple):
    """A range of numbers laid over a range of pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Give the place of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * share


def whole_marks(most: int) -> tuple[int, ...]:
    """Give round whole numbers from nothing to the most, or just below it."""
    step = max(1, round(_step(most, _COUNTS, (1, 2, 5, 10))))
    return tuple(range(0, most + 1, step))


def round_marks(low: float, high: float, least: float = 0) -> tuple[float, ...]:
    """Give round numbers, so far apart at the least, from below the lowest to above the highest."""
    step = max(least, _step(high - low, _MARKS, _ROUND))
    first, last = floor(low / step), ceil(high / step)
    return tuple(_tidy(number * step, step) for number in range(first, last + 1))


def _step(length: float, marks: int, rounded: tuple[float, ...]) -> float:
    """Give the least round number of which so many reach over a length."""
    if length < _SMALLEST:
        return 1
    power = 10.0 ** floor(log10(length / marks))
    wanted = length / marks
    return next((power * number for number in rounded if power * number >= wanted), power * 10)


def _tidy(value: float, step: float) -> float:
    """Take off what only the arithmetic of the machine put behind the point."""
    return round(value, max(0, 2 - floor(log10(step))))


def first_day(first: date, last: date) -> date:
    """Give the day that an axis starts at: the first of a month where it is marked by months."""
    return first if (last - first).days <= _DAYS_BY_DAY else first.replace(day=1)


def day_marks(first: date, last: date, most: int) -> tuple[tuple[date, str], ...]:
    """Give at most so many round days of a time, each with what it is called."""
    days = (last - first).days
    if days <= _DAYS_BY_DAY:
        step = next((step for step in _DAYS if days // step < most), days)
        marks = [first + timedelta(days=at) for at in range(0, days + 1, max(1, step))]
        return tuple((day, short(day)) for day in marks)
    start, end = (day.year * _YEAR + day.month - 1 for day in (first, last))
    start += first.day > 1
    step = next(step for step in _MONTHS if (end - start) // step < most)
    months = range(-(-start // step) * step, end + 1, step)
    return tuple(
        (date(month // _YEAR, month % _YEAR + 1, 1), _month(month, step)) for month in months
    )


def _month(month: int, step: int) -> str:
    year, number = divmod(month, _YEAR)
    return str(year) if step % _YEAR == 0 else f"{MONTHS[number][:3]} {year}"
