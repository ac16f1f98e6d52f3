"""Words to dates and back, periods of time, and England's working days.

The grammar is small and strict: what it can't read for certain it refuses, with a sentence that
says why. It never guesses the order of day and month: the day comes first, as it does in the
United Kingdom. Nothing in here reads the clock; "today" is an argument.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from actionplan.errors import WrongUsageError
from actionplan.model import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

HOW_TO_WRITE = (
    "Write 2026-03-31, 31 Mar 2026, 31/03/2026 (day first), today, friday, +6w, 20wd or "
    '"end of march".'
)


class NotADateError(WrongUsageError):
    """A text that the grammar does not read as a date."""


# --- in words -----------------------------------------------------------------------------------


def in_words(day: date) -> str:
    """Give a date as a paper states it: Monday 31 March 2014."""
    return f"{WEEKDAYS[day.weekday()]} {without_weekday(day)}"


def without_weekday(day: date) -> str:
    """Give a date in a sentence: 31 March 2014."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short(day: date) -> str:
    """Give a date for a narrow column: 31 Mar 2014."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Give a number with its noun: 1 action, 2 actions, no actions."""
    return f"{number or 'no'} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: Iterable[str]) -> str:
    """Give a list in words: one, two and three."""
    *first, last = [*parts] or [""]
    return " and ".join(part for part in (", ".join(first), last) if part)


@cache
def in_working_days(days: int) -> str:
    """Give a number of working days in a sentence; a weekend alone makes none."""
    return counted(days, "working day") if days else "less than a working day"


def times_in_words(number: int) -> str:
    """Say how often: once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


# --- periods ------------------------------------------------------------------------------------

_PERIOD = r"(\d{1,4})\s*(wd|d|w|m)"
UNITS = {"d": "day", "wd": "working day", "w": "week", "m": "month"}


def parse_period(text: str) -> Period | None:
    """Read ``28d``, ``20wd``, ``6w`` or ``3m``; ``None`` where it is none of them."""
    found = re.fullmatch(_PERIOD, text.strip().lower())
    return Period(int(found[1]), found[2]) if found else None


def period_in_words(period: Period) -> str:
    """Give a period in a sentence: 28 days."""
    return counted(period.length, UNITS[period.unit])


def later(day: date, period: Period) -> date:
    """Give the day that lies a period after another, or the last day that there is."""
    try:
        return _shifted(day, period)
    except (OverflowError, ValueError):
        return date.max if period.length > 0 else date.min


def _shifted(day: date, period: Period) -> date:
    match period.unit:
        case "wd":
            return add_working_days(day, period.length)
        case "m":
            return _add_months(day, period.length)
        case unit:
            return day + timedelta(days=period.length * (7 if unit == "w" else 1))


def earlier(day: date, period: Period) -> date:
    """Give the day that lies a period before another."""
    return later(day, period._replace(length=-period.length))


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def length_in_words(start: date, end: date, unit: str) -> str:
    """Say how long it is from one day to a later one, in whole units of a period.

    A month and a day are "more than 1 month"; what is short of one unit is "less than" it.
    """
    days = (end - start).days
    whole = {
        "d": days,
        "wd": working_days_between(start, end),
        "w": days // 7,
        "m": (end.year - start.year) * 12 + end.month - start.month,
    }[unit]
    while whole and later(start, Period(whole, unit)) > end:
        whole -= 1
    if not whole:
        return f"less than 1 {UNITS[unit]}"
    exact = unit in {"d", "wd"} or later(start, Period(whole, unit)) == end
    return f"{'' if exact else 'more than '}{period_in_words(Period(whole, unit))}"


# --- words to dates -----------------------------------------------------------------------------

_WEEKDAY_NAMES = {name.lower(): number for number, name in enumerate(WEEKDAYS)} | {
    name.lower()[:3]: number for number, name in enumerate(WEEKDAYS)
}
_MONTH_NAMES = (
    {name.lower(): number for number, name in enumerate(MONTHS, 1)}
    | {name.lower()[:3]: number for number, name in enumerate(MONTHS, 1)}
    | {"sept": 9}
)
_NO_DATE = {
    "tbc", "tba", "tbd", "ongoing", "on-going", "on going", "asap", "continuous", "n/a", "na",
    "rolling", "various", "immediate", "immediately", "monthly", "quarterly",
}  # fmt: skip

_ISO = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_DAY_FIRST = r"(\d{1,2})([/.-])(\d{1,2})\2(\d+)"
_DAY_MONTH = r"(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+)\.?,?(?: (\d+))?"
_AHEAD = r"(?:\+|in )?(\d{1,4}) ?(wd|working days?|d|days?|w|weeks?|m|months?)"
_END_OF = r"(?:the )?end (?:of )?(?:the )?([a-z]+)(?: (\d+))?"
_NAMED = r"(next |this )?([a-z]+)"


def parse(text: str, today: date) -> date:
    """Read one date.

    ``friday`` is the next Friday after today, ``next friday`` the Friday of the week after this
    one (weeks start on Monday). A day and month with no year is its next occurrence, and so is
    ``end of march``.

    Raises:
        NotADateError: with a sentence that says why, and what can be written.

    """
    words = " ".join(text.lower().split())
    first, _, rest = words.replace(",", " ", 1).partition(" ")
    if first in _WEEKDAY_NAMES and rest.strip()[:1].isdigit():
        return _on_weekday(parse(rest, today), first, text)
    if words in _NO_DATE:
        message = (
            f"'{text.strip()}' is not a date: nothing can be held to it. Give a day, which can be "
            "moved later with a reason; an action that has none yet is parked."
        )
        raise NotADateError(message)
    readers: tuple[Callable[[str, date], date | None], ...] = (
        _read_numbers,
        _read_day_month,
        _read_ahead,
        _read_end_of,
        _read_named,
    )
    try:
        found = next((day for read in readers if (day := read(words, today)) is not None), None)
    except (ValueError, OverflowError) as error:
        message = f"'{text.strip()}' is not a day in the calendar. {HOW_TO_WRITE}"
        raise NotADateError(message) from error
    if found is None:
        message = f"'{text.strip()}' is not read as a date. {HOW_TO_WRITE}"
        raise NotADateError(message)
    return found


def _on_weekday(day: date, weekday: str, text: str) -> date:
    if day.weekday() != _WEEKDAY_NAMES[weekday]:
        right = WEEKDAYS[day.weekday()]
        message = f"'{text.strip()}' does not fit: {without_weekday(day)} is a {right}."
        raise NotADateError(message)
    return day


def _read_numbers(words: str, _today: date) -> date | None:
    if iso := re.fullmatch(_ISO, words):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if british := re.fullmatch(_DAY_FIRST, words):
        return date(_whole_year(british[4], words), int(british[3]), int(british[1]))
    return None


def _read_day_month(words: str, today: date) -> date | None:
    found = re.fullmatch(_DAY_MONTH, words)
    month = _MONTH_NAMES.get(found[2]) if found else None
    if not found or not month:
        return None
    if found[3]:
        return date(_whole_year(found[3], words), month, int(found[1]))
    return _next_occurrence(int(found[1]), month, today)


def _next_occurrence(day: int, month: int, today: date) -> date:
    """Give the next such day; 29 February comes within eight years."""
    years = range(today.year, today.year + 9)
    fitting = (date(y, month, day) for y in years if day <= monthrange(y, month)[1])
    return next((found for found in fitting if found >= today), None) or date(
        today.year, month, day
    )


def _read_ahead(words: str, today: date) -> date | None:
    if words in {"a fortnight", "in a fortnight", "+1 fortnight"}:
        return today + timedelta(days=14)
    found = re.fullmatch(_AHEAD, words)
    if not found:
        return None
    unit = "wd" if found[2].startswith("w") and "d" in found[2] else found[2][0]
    return _shifted(today, Period(int(found[1]), unit))


def _read_end_of(words: str, today: date) -> date | None:
    found = re.fullmatch(_END_OF, words)
    if not found:
        return None
    name, year = found[1], found[2]
    months = {"month": today.month, "quarter": (today.month + 2) // 3 * 3, "year": 12}
    month = _MONTH_NAMES.get(name) or (None if year else months.get(name))
    if name == "week" and not year:
        return today + timedelta(days=(4 - today.weekday()) % 7)
    if month is None:
        return None
    first = date(_whole_year(year, words) if year else today.year, month, 1)
    end = _month_end(first)
    return end if year or end >= today else _month_end(first.replace(year=first.year + 1))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _read_named(words: str, today: date) -> date | None:
    near = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if words in near:
        return today + timedelta(days=near[words])
    found = re.fullmatch(_NAMED, words)
    weekday = _WEEKDAY_NAMES.get(found[2]) if found else None
    if not found or weekday is None:
        return None
    if found[1] == "next ":
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _whole_year(digits: str, words: str) -> int:
    if len(digits) != 4:  # noqa: PLR2004 - a year has four digits
        message = (
            f"'{words}' has a year of {counted(len(digits), 'digit')}: write all four, so that "
            "nobody has to guess the century."
        )
        raise NotADateError(message)
    return int(digits)


# --- working days -------------------------------------------------------------------------------
# Bank holidays in England: Banking and Financial Dealings Act 1971, and royal proclamations for
# the days that were moved or added. Substitute days follow gov.uk/bank-holidays.

_MOVED_EARLY_MAY = {2020: date(2020, 5, 8)}
_MOVED_SPRING = {2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}
_ONE_OFF = {
    2012: (date(2012, 6, 5),),  # Diamond Jubilee
    2022: (date(2022, 6, 3), date(2022, 9, 19)),  # Platinum Jubilee; State Funeral
    2023: (date(2023, 5, 8),),  # Coronation
}


@cache
def bank_holidays(year: int) -> tuple[date, ...]:
    """Give the days of a year on which England does not work, in order, weekends left out.

    Right from 2012 on for every day proclaimed by November 2026. A day proclaimed later can't be
    computed: it comes with a release.
    """
    easter = _easter(year)
    regular = {
        _weekday_on_or_after(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _MOVED_EARLY_MAY.get(year) or _first_monday(date(year, 5, 1)),
        _MOVED_SPRING.get(year) or _first_monday(date(year, 5, 25)),
        _first_monday(date(year, 8, 25)),
        *_christmas(year),
    }
    return tuple(sorted(regular.union(_ONE_OFF.get(year, ()))))


def _christmas(year: int) -> tuple[date, date]:
    christmas = _weekday_on_or_after(date(year, 12, 25))
    boxing = _weekday_on_or_after(date(year, 12, 26))
    if boxing == christmas:
        boxing += timedelta(days=1)
    if date(year, 12, 25).weekday() == 6:  # noqa: PLR2004 - Sunday: Monday is Boxing Day already
        christmas, boxing = date(year, 12, 27), date(year, 12, 26)
    return christmas, boxing


def _weekday_on_or_after(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)  # noqa: PLR2004 - Friday


def _first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _easter(year: int) -> date:
    """Give Easter Sunday by the Gregorian computus (Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Tell whether England works on this day."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)  # noqa: PLR2004 - Saturday


@cache
def working_days_between(start: date, end: date) -> int:
    """Count the working days after one day, up to and including another; never below nought.

    An action due on Friday is one working day late on Monday.
    """
    if end <= start:
        return 0
    weekdays = _weekdays_until(end) - _weekdays_until(start)
    years = range(start.year, end.year + 1)
    return weekdays - sum(
        bisect_right(days, end) - bisect_right(days, start) for days in map(bank_holidays, years)
    )


def _weekdays_until(day: date) -> int:
    """Count Mondays to Fridays up to and including a day, from the first Monday of the calendar."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def add_working_days(day: date, count: int) -> date:
    """Give the day that lies a number of working days after (or, below nought, before) another."""
    step = timedelta(days=1 if count >= 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day
