"""What the words of one cell say for certain: a day, a rating, a stage, the one owner.

What is not certain is not guessed: the words come back with the reason in a sentence.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from actionplan import dates
from actionplan.model import POST_NOUNS, is_same, posts_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from actionplan.importers.tables import Cell
    from actionplan.legends import Legend

# --- days ---------------------------------------------------------------------------------------

_YEARS = range(1990, 2101)
"""In which an action can be due; a cell of another is a slip, or no date."""
_NEAR = 2
"""Years by which another date of the column shows which year two digits mean."""
LONGEST_WORD = 200
"""Characters of a cell that says a day or a stage; what is longer is read as none."""
_EPOCH = date(1899, 12, 30)
"""Day nought of a workbook."""
ORDERS = ("day-first", "month-first")
MONTH_FIRST = ORDERS[1]
_MONTHS = {name.lower()[:3]: number for number, name in enumerate(dates.MONTHS, 1)}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:19|20)\d\d"
_BY = re.compile(r"(?i)^(?:(?:due )?by(?: the)?|no later than|due(?: on)?)\s+")
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?(?:\.0+)?$")
_ONE = (
    rf"\d{{4}}-\d\d?-\d\d?|\d\d?[/.-]\d\d?[/.-]{_YEAR}"
    rf"|\d\d?(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -]{_YEAR}|end (?:of )?{_MONTH} {_YEAR}"
)
_DATE = re.compile(rf"(?i)\b(?:{_ONE})\b")
_BETWEEN = re.compile(
    r"(?i)(?:original(?:ly)?|revised|extended|moved|changed|now|new|date|due|to|then|was|by|"
    r"[\s:;,.()>/\u2192\u2013-])*"
)
"""Words that stand about two dates of which the second replaced the first."""
_SPAN = re.compile(r"(?i)[\s(]*(?:from\s*)?(?:-+|\u2013|to)[\s)]*")
"""Words between two dates that may be the first and the last day as well."""
_US_WORDS = re.compile(rf"(?i)({_MONTH}) (\d\d?)(?:st|nd|rd|th)?,? ({_YEAR})")
_SHORT_YEAR = re.compile(rf"(?i)(\d\d?)([/. -])(\d\d?|{_MONTH})\2(\d\d)")
_FIGURES = re.compile(r"(?<![\d/.-])(\d\d?)([/.-])(\d\d?)\2(\d{4}|\d\d)(?![\d/.-])")
_TWELVE, _LEAP = 12, 2024
_SERIAL = re.compile(r"(?:3[6-9]|[4-6]\d)\d{3}")
_MONTH_ALONE = re.compile(rf"(?i)(?:by |end |end of |by end |by end of )?({_MONTH})[ -]({_YEAR})")
_TOO_LONG = "is longer than any date"
_WHY = (
    (r"(?i)^(?:tbc|tba|tbd|to be (?:confirmed|agreed|decided)|n/?a|various|not known)\W*$",
     "is no date yet"),
    (r"(?i)\bon-?\s?going\b|\bcontinu|\brolling\b|\bannual|\bmonthly\b|\bquarterly\b|\bweekly\b",
     "has no end, so it is no date"),
    (r"(?i)\bimmediate|\basap\b|as soon as", "is no day"),
    (r"(?i)^(?:complete|completed|done|closed|achieved)\W*$", "is no date"),
    (rf"(?i)^\D*{_MONTH}\W+{_YEAR}\W*$", "names no day (--month-end takes the last of it)"),
    (rf"(?i)^\D*\b{_MONTH}\W*\d\d\W*$", "names no day, and has a year of two digits"),
    (r"(?i)\b(?:spring|summer|autumn|winter|q[1-4]|quarter|term|half)\b", "names no day"),
    (r"\b\d\d?[/. -]\w+[/. -]\d\d$",
     "has a year of two digits (--dates day-first takes it for one of this century)"),
    (rf"(?i)^\D*\d\d?(?:st|nd|rd|th)?(?: of)? {_MONTH}$", "names no year"),
)  # fmt: skip


class Day(NamedTuple):
    """What a cell says of a day."""

    day: date | None = None
    before: date | None = None
    """The date that it replaced, where the cell holds both."""
    doubt: str = ""
    """Why it was not read, or was read by more than its words; ``""`` where it is certain."""


class Terms(NamedTuple):
    """By what the days of a column are read."""

    years: frozenset[int] = frozenset()
    """Of the certain dates in the column."""
    month_end: bool = False
    """Somebody said that a month means its last day."""
    month_first: bool = False
    """Somebody said that figures name the month first."""
    against: str = ""
    """The address of a cell of the table whose figures can't name the day first."""
    here: str = ""
    """The address of such a cell of the column itself."""
    stated: bool = False
    """Somebody said how figures name a day: two of them are a year of this century."""


def years_of(cells: Iterable[Cell], *, month_first: bool = False) -> frozenset[int]:
    """Give the years of the certain dates in a column."""
    read = (day_of(cell, Terms(month_first=month_first)) for cell in cells)
    return frozenset(found.day.year for found in read if found.day)


def month_first_in(cells: Iterable[Cell]) -> str:
    """Give the address of the first cell whose figures can't name the day first: 03/31/2026."""
    return next((c.where for c in cells if c.day is None and has_month_first(c.words)), "")


def has_month_first(words: str) -> bool:
    """Tell whether figures in some words can't name the day first: 03/31/2026."""
    return any(map(_is_turned, _pairs(words)))


def may_have_month_first(words: str) -> bool:
    """Tell whether figures in some words can name the day first, and the month as well."""
    return any(first <= _TWELVE and first != second for first, second in _pairs(words))


def exchanged(words: str) -> str:
    """Give words with the first two figures of each day exchanged."""
    return _FIGURES.sub(r"\3\2\1\2\4", words)


def _pairs(words: str) -> list[tuple[int, int]]:
    found = _FIGURES.finditer(words) if len(words) <= LONGEST_WORD else ()
    return [(int(each[1]), int(each[3])) for each in found]


def _is_turned(pair: tuple[int, int]) -> bool:
    first, second = pair
    return 1 <= first <= _TWELVE < second <= monthrange(_LEAP, first)[1]


def _order(cell: Cell, terms: Terms) -> str:
    """Say what is against the order in which the figures of a cell are read."""
    if terms.month_first:
        wrong = any(first > _TWELVE for first, _ in _pairs(cell.words))
        return "can't have its month first" if wrong else ""
    if has_month_first(cell.words):
        return "has its month first (--dates month-first reads it so)"
    if terms.against and may_have_month_first(cell.words):
        return (
            f"may have its month first, as {terms.against} has (say which with --dates "
            "month-first or --dates day-first)"
        )
    return ""


def _stored(day: date, terms: Terms) -> Day:
    """Give a date that a workbook holds as one; beside words, day and month may be exchanged."""
    if day.year not in _YEARS:
        return Day(doubt=f"is of {day.year}, which can't be meant")
    if terms.here and day.day <= _TWELVE and day.day != day.month:
        said = dates.without_weekday(day)
        return Day(day, doubt=f"was taken as {said}, though {terms.here} has its month first")
    return Day(day)


def day_of(cell: Cell, terms: Terms) -> Day:
    """Read a cell that should hold a day."""
    if cell.day is not None:
        return _stored(cell.day, terms)
    if len(cell.words) > LONGEST_WORD:
        return Day(doubt=_TOO_LONG)
    if against := _order(cell, terms):
        return Day(doubt=against)
    text = _MIDNIGHT.sub("", " ".join(cell.words.split())).strip(" .,;*")
    if terms.month_first:
        text = exchanged(text)
    day = _certain(_BY.sub("", text))
    if day is not None:
        return Day(day)
    found = _DATE.findall(text)
    if len(found) > 1:
        return _two(found, _DATE.sub(" ", text))
    return _by_more(text, terms) or Day(doubt=_why(text))


def _two(found: list[str], beside: str) -> Day:
    first, second = _certain(found[0]), _certain(found[1])
    replaced = _BETWEEN.fullmatch(beside) and not _SPAN.fullmatch(beside)
    if len(found) == 2 and first and second and first != second and replaced:  # noqa: PLR2004 - first, revised
        return Day(second, first)
    return Day(doubt="holds several dates, and does not say which of them counts")


def _certain(text: str) -> date | None:
    """Read a day that is stated with its year; words that count from today are none."""
    if not re.search(rf"(?<!\d){_YEAR}(?!\d)", text):
        return None
    text = re.sub(rf"(?i)^(\d\d?)-({_MONTH})-({_YEAR})$", r"\1 \2 \3", text)
    text = _US_WORDS.sub(r"\2 \1 \3", text)
    try:
        day = dates.parse(text.rstrip("."), _EPOCH)
    except dates.NotADateError:
        return None
    return day if day.year in _YEARS else None


def _by_more(text: str, terms: Terms) -> Day | None:
    """Read what only the rest of its column, or whoever takes it in, makes certain."""
    month = _MONTH_ALONE.fullmatch(text)
    if month and terms.month_end:
        year, number = int(month[2]), _MONTHS[month[1][:3].lower()]
        return Day(
            date(year, number, monthrange(year, number)[1]), doubt="was read as its last day"
        )
    if found := _SHORT_YEAR.fullmatch(text):
        day = _certain(f"{found[1]}{found[2]}{found[3]}{found[2]}20{found[4]}")
        if day is None or terms.stated:
            return Day(day, doubt="" if day else "is not a day in the calendar")
        how = "was read with the century that the other dates of the column have"
    elif _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(days=int(text))
        how = "was read as the number by which a workbook counts days"
    else:
        return None
    near = any(abs(day.year - year) <= _NEAR for year in terms.years)
    return Day(day, doubt=how) if near else None


def _why(text: str) -> str:
    return next((why for pattern, why in _WHY if re.search(pattern, text)), "is not read as a date")


# --- ratings and stages -------------------------------------------------------------------------

_COLOURS = {
    "r": "red", "a": "amber", "g": "green", "b": "blue",
    "red": "red", "amber": "amber", "green": "green", "blue": "blue",
}  # fmt: skip
_STAGES = {
    "not-started": "not started, not yet started, not begun, not yet begun, not commenced, "
    "to start",
    "in-progress": "in progress, underway, under way, started, commenced, begun, in hand, "
    "progressing",
    "delivered": "complete, completed, done, delivered, closed, achieved, implemented, finished, "
    "action complete, action completed, fully complete, fully completed, fully implemented",
    "embedded": "embedded, complete and embedded, completed and embedded",
    "parked": "parked, on hold, paused, suspended, deferred",
    "superseded": "superseded, withdrawn, cancelled, no longer required, no longer needed",
}
_STAGE_OF = {word.strip(): stage for stage, words in _STAGES.items() for word in words.split(",")}


class Rating(NamedTuple):
    """What a cell says of a rating."""

    colour: str = ""
    rest: str = ""
    """What it says beside the colour."""
    doubt: str = ""


def plain(words: str) -> str:
    """Give words without capitals, signs and spare space."""
    return " ".join(re.findall(r"[^\W_]+", words.casefold()))


def rating_of(words: str, legend: Legend) -> Rating:
    """Read a rating by the plan's own legend."""
    text = plain(words)
    labels = {plain(legend.label(colour)): colour for colour in legend.shades}
    if text in labels:
        return Rating(labels[text])
    first, _, rest = text.partition(" ")
    colour = _COLOURS.get(first, "")
    others = set(rest.split()) & (_COLOURS.keys() - {"a", "r", "g", "b"})
    if colour and colour not in legend.shades:
        return Rating(
            doubt=f"is a colour that the plan's legend has not: {', '.join(legend.shades)}"
        )
    if not colour or (len(first) == 1 and rest) or others - {colour}:
        return Rating(doubt="is no one colour or label of the plan's legend")
    if rest in labels and labels[rest] != colour:
        return Rating(doubt=f"means another thing here: {colour} is '{legend.label(colour)}'")
    beside = re.sub(r"^\W*\w+[\s:;,.()\u2013-]*", "", words)
    return Rating(colour, "" if rest in labels else beside.strip(" ()") if rest else "")


def stage_of(words: str) -> str:
    """Read a stage, where the word is plain."""
    if len(words) > LONGEST_WORD:
        return ""
    return _STAGE_OF.get(plain(words), "")


_ASKS = frozenset({"complete", "completed", "done", "action complete", "action completed"})
_YES, _NO = (
    frozenset({"yes", "y", "true", "\u2713", "\u2714", "\u2611"}),
    frozenset({"no", "n", "false"}),
)


def answer_of(heading: str, words: str) -> bool | None:
    """Read yes or no in a column that asks whether something is completed."""
    said = words.strip().casefold()
    if plain(heading) not in _ASKS or said not in _YES | _NO:
        return None
    return said in _YES


_NO_STAGE = {
    "open": "does not say whether it is begun",
    "live": "does not say whether it is begun",
    "overdue": "says that it is late, and no stage: the due date tells that",
    "late": "says that it is late, and no stage: the due date tells that",
}


def no_stage(words: str) -> str:
    """Say why a word is no stage."""
    return _NO_STAGE.get(plain(words), "is no stage in plain words")


# --- owners -------------------------------------------------------------------------------------

_POST = re.compile(rf"(?i)\b(?:{POST_NOUNS})s?\b")


class Lead(NamedTuple):
    """What a cell says of an owner."""

    owner: str = ""
    others: tuple[str, ...] = ()
    """Who else is named in it."""


def lead_of(words: str, known: Collection[str]) -> Lead:
    """Read the one owner: the first post that is named, spelt as the plan spells it."""
    lines = words.splitlines()
    if len(lines) > 1 and sum(bool(_POST.search(line)) for line in lines) < len(lines):
        posts = [line for line in lines if _POST.search(line)]
        wrapped = lines[0].rstrip().endswith((",", "and", "of", "for", "&", "-")) or not posts
        words = " ".join(lines) if wrapped or lines[0] in posts else words
    named = [post for post in posts_in(words) if len(posts_in(post)) == 1]
    if len(named) == 1 and names_no_post(named[0]):
        named = [each.strip() for each in named[0].split(" / ") if each.strip()]
    if not named:
        return Lead()
    owner = next((post for post in named if _POST.search(post)), named[0])
    others = tuple(post for post in named if post != owner)
    return Lead(next((each for each in known if is_same(each, owner)), owner), others)


def names_no_post(owner: str) -> bool:
    """Tell whether an owner reads like a person or a body rather than a post."""
    return _POST.search(owner) is None
