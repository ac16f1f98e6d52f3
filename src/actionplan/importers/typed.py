"""What an owner typed into a cell, taken where it is certain: a stage, a rating, a day, a text."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from actionplan import dates
from actionplan.errors import ActionPlanError, WrongUsageError
from actionplan.model import STAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from actionplan.importers.returned import Cell
    from actionplan.legends import Legend

LONGEST = 10_000
MOST_OF_A_DAY = 60
"""Characters that a day may be written with."""
NOTHING = frozenset(
    {"-", "--", "none", "nil", "n/a", "na", "no change", "unchanged", "same", "as before", "as is"}
)
"""What people write into a cell that they need not fill in."""
_STAGES = {
    "done": "delivered",
    "complete": "delivered",
    "completed": "delivered",
    "finished": "delivered",
    "started": "in-progress",
    "begun": "in-progress",
    "underway": "in-progress",
    "under way": "in-progress",
    "ongoing": "in-progress",
}
_ERRORS = frozenset({"#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NULL!", "#NUM!"})
_EARLIEST, _LATEST = 1990, 2099
_KEPT = "\n\u00a0\u200c\u200d\u00ad"


_BETWEEN_WORDS = re.compile(r"[\s:.,;()\u2013\u2014-]+")


class NotTakenError(WrongUsageError):
    """What stands in a cell is not certain, or not what belongs there."""


def is_filled(cell: Cell) -> bool:
    """Tell whether a cell says anything."""
    return bool(cell.text) and cell.text.casefold().strip(" .") not in NOTHING


def _refuse(cell: Cell, why: str) -> NotTakenError:
    text = cell.text if len(cell.text) <= MOST_OF_A_DAY else f"{cell.text[:MOST_OF_A_DAY]}..."
    return NotTakenError(f"{cell.name} says '{text}': {why}")


def stage(cell: Cell, _legend: Legend, _today: date) -> str:
    """Read a stage.

    Raises:
        NotTakenError: where it is none for certain.

    """
    words = " ".join(cell.text.casefold().replace("-", " ").split()).strip(".")
    found = _STAGES.get(words) or words.replace(" ", "-")
    if found not in STAGES:
        raise _refuse(cell, "that is no stage. Choose one from the list of the cell.")
    if found == "superseded":
        raise _refuse(cell, "that closes it for good, and is done with: actionplan update")
    return found


def rating(cell: Cell, legend: Legend, _today: date) -> str:
    """Read a rating by its colour, its first letter, or what the plan calls it.

    Raises:
        NotTakenError: where it is none for certain.

    """
    words = _words(cell.text)
    found = [colour for colour in legend.ratings if words in _names(colour, legend)]
    if len(found) != 1:
        said = "; ".join(legend.said(colour) for colour in legend.ratings)
        raise _refuse(cell, f"that is no rating of this plan. There are: {said}.")
    return found[0]


def _names(colour: str, legend: Legend) -> set[str]:
    """Give what a rating may be called: by no letter that another one's own word begins with."""
    label, others = legend.label(colour), [c for c in legend.ratings if c != colour]
    doubtful = legend.own and any(_words(legend.label(c)).startswith(colour[0]) for c in others)
    letter = set() if doubtful else {colour[0]}
    return {colour, _words(label), _words(legend.said(colour)), *letter}


def _words(text: str) -> str:
    """Give a text as it is compared: without capitals, and without the signs between words."""
    lower = text.casefold()
    return _BETWEEN_WORDS.sub(" ", lower).strip() or lower.strip()


def day(cell: Cell, _legend: Legend, today: date) -> date:
    """Read a day, also one typed as a text, where it says its year.

    Raises:
        NotTakenError: where it is none for certain.

    """
    found = cell.value if isinstance(cell.value, date) else _day_typed(cell, today)
    if not _EARLIEST <= found.year <= _LATEST:
        raise _refuse(cell, "is that year meant?")
    return found


def _day_typed(cell: Cell, today: date) -> date:
    if not isinstance(cell.value, str):
        raise _refuse(cell, "that is a number, not a date. Write it as 31/03/2026.")
    if cell.doubt:
        raise _refuse(cell, cell.doubt)
    text = re.sub(r"[T ]00:00(:00)?$", "", cell.text)
    if len(text) > MOST_OF_A_DAY:
        raise _refuse(cell, "that is no date.")
    try:
        found = dates.parse(text, today)
    except ActionPlanError as error:
        said = error.sentence.removesuffix(dates.HOW_TO_WRITE).strip()
        message = f"{cell.name}: {said} Write it as 31/03/2026."
        raise NotTakenError(message) from error
    if not re.search(r"(?<!\d)\d{4}(?!\d)", text):
        raise _refuse(cell, "which day that is depends on when it was written. Give it in full.")
    return found


def text(cell: Cell, _legend: Legend, _today: date) -> str:
    """Read a text, without the characters that only a program would put into it.

    Raises:
        NotTakenError: where it is too long, or an error of a spreadsheet.

    """
    value = cell.value
    said = dates.without_weekday(value) if isinstance(value, date) else cell.text
    if said in _ERRORS:
        raise _refuse(cell, "that is an error of the spreadsheet.")
    if len(said) > LONGEST:
        raise _refuse(
            cell,
            f"that is {len(said):,} characters long, and {LONGEST:,} are the most. Put it into a "
            "document, and name that as evidence.",
        )
    lines = "\n".join(said.splitlines())
    return "".join(each for each in lines if each.isprintable() or each in _KEPT).strip()


READERS: dict[str, Callable[[Cell, Legend, date], str | date]] = {
    "stage": stage,
    "rag": rating,
    "reason": text,
    "note": text,
    "forecast": day,
    "due": day,
    "why": text,
    "what": text,
    "where": text,
}
"""How each cell that an owner fills in is read."""
