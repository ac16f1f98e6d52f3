"""What one value of the file may be: each reader gives the value, or says what is wrong with it.

The sentence of a `BadValueError` goes after the key: "rag" + "is 'ambr'; use red, amber or ...".
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from actionplan.dates import parse_period
from actionplan.model import Period, is_ref, posts_in

if TYPE_CHECKING:
    from collections.abc import Callable


class BadValueError(Exception):
    """One value that is not what its key needs."""


def shown(value: object) -> str:
    """Give a value as a message quotes it."""
    match value:
        case str():
            return f"'{value}'" if len(value) < 60 else f"'{value[:57]}...'"  # noqa: PLR2004 - a line
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return str(value)


def text(value: object) -> str:
    """Read any text."""
    if type(value) is str:
        return value
    hint = "put it in quotes" if isinstance(value, (int, float)) else "it should be text in quotes"
    message = f"is {shown(value)}: {hint}"
    raise BadValueError(message)


def words(value: object) -> str:
    """Read a text that says something."""
    if type(value) is str and value and not value.isspace():
        return value
    if isinstance(value, str):
        message = "is empty: say it in words"
        raise BadValueError(message)
    return text(value)


def ref(value: object) -> str:
    """Read a short name."""
    if type(value) is str and is_ref(value):
        return value
    message = f"is {shown(value)}: use a short name in quotes with no spaces, such as 'A1'"
    raise BadValueError(message)


def refs(value: object) -> tuple[str, ...]:
    """Read a list of refs."""
    if type(value) is list:
        for item in value:
            if type(item) is not str:
                break
        else:
            return tuple(value)
    message = f"is {shown(value)}: write a list of refs, such as ['F1', 'F2']"
    raise BadValueError(message)


def some_refs(value: object) -> tuple[str, ...]:
    """Read a list of at least one ref."""
    if value == []:
        message = "is empty: name the finding that it answers"
        raise BadValueError(message)
    return refs(value)


def post(value: object) -> str:
    """Read the one post that is accountable."""
    if isinstance(value, list):
        message = "is a list: an action has one owner; name the post that is accountable"
        raise BadValueError(message)
    post = words(value)
    owners = posts_in(post)
    if not owners:
        message = f"is {shown(post)}, which is no post: name the one that is accountable"
        raise BadValueError(message)
    if len(owners) > 1:
        message = (
            f"is {shown(post)}, which names {len(owners)} owners: an action has one; name the "
            "post that is accountable, and put the others in the note"
        )
        raise BadValueError(message)
    return post


_DAY_FIRST = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"


def day(value: object) -> date:
    """Read a date."""
    if type(value) is date:
        return value
    message = f"is {shown(value)}: write a date with no quotes, such as 2026-03-31"
    if isinstance(value, datetime):
        message = f"is {shown(value)}: give the day alone, {value.date().isoformat()}"
    elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        message = f"is {shown(value)}: write the date with no quotes, {value}"
    elif isinstance(value, str) and (found := re.fullmatch(_DAY_FIRST, value)):
        turned = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
        message = f"is {shown(value)}: write it {turned}, with no quotes"
    raise BadValueError(message)


def due_day(value: object) -> date:
    """Read the date that an action is due."""
    if isinstance(value, str) and not any(letter.isdigit() for letter in value):
        message = (
            f"is {shown(value)}: an action needs a date; park it, or give the next milestone's"
        )
        raise BadValueError(message)
    return day(value)


def number(value: object) -> float:
    """Read a number that can be reckoned with."""
    if type(value) is int:
        return value
    if type(value) is float and value - value == 0:
        return value
    message = f"is {shown(value)}: write a number, with no quotes and no unit"
    raise BadValueError(message)


def count(value: object) -> int:
    """Read a whole number."""
    if type(value) is int and value >= 0:
        return value
    message = f"is {shown(value)}: write a whole number"
    raise BadValueError(message)


def page(value: object) -> int:
    """Read the number of a page."""
    if type(value) is int and value > 0:
        return value
    message = f"is {shown(value)}: write the number of the page, from 1"
    raise BadValueError(message)


def tolerance(value: object) -> float | str:
    """Read a number, or a percentage such as ``5%``."""
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?\s*%", value):
        return value
    return number(value)


def period(value: object) -> Period:
    """Read a length of time."""
    period = parse_period(value) if isinstance(value, str) else None
    if period is None:
        message = f"is {shown(value)}: write a length of time such as '28d', '20wd', '6w' or '3m'"
        raise BadValueError(message)
    return period


def some_time(value: object) -> Period:
    """Read a length of time that is not none."""
    found = period(value)
    if not found.length:
        message = f"is {shown(value)}: write a length of at least one, such as '4w' or '3m'"
        raise BadValueError(message)
    return found


def glyph(value: object) -> str:
    """Read the one sign that stands before a colour."""
    if type(value) is str and len(value) == 1 and value.isprintable() and not value.isspace():
        return value
    message = f"is {shown(value)}: write one sign in quotes, such as '!'"
    raise BadValueError(message)


def exempt(value: object) -> str:
    """Read why something is left out of what is published: a reason, or only that it is.

    (The paragraph of Schedule 12A to the Local Government Act 1972 that a report rests on.)
    """
    if type(value) is bool:
        return "yes" if value else ""
    if type(value) is str:
        return value
    message = f"is {shown(value)}: write true, or why it is exempt, in quotes"
    raise BadValueError(message)


def one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    """Make the reader of a fixed choice of words."""
    known = frozenset(allowed)
    choices = " or ".join((", ".join(allowed[:-1]), allowed[-1])) if allowed[1:] else allowed[0]

    def read_choice(value: object) -> str:
        if type(value) is str and value in known:
            return value
        message = f"is {shown(value)}; use {choices}"
        raise BadValueError(message)

    return read_choice
