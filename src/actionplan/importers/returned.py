"""A workbook that an owner sent back, as it came: its rows by ref, found by their headings.

Columns may have moved, rows may have gone, and words may stand where none belong: what is not a
cell of ours is told of, in words, and is never guessed at. No plan is looked at in here.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted, listed
from actionplan.errors import ActionPlanError
from actionplan.importers.cellwords import exchanged, has_month_first, may_have_month_first
from actionplan.importers.grids import letters
from actionplan.reports.sent import ASKED, CODE, DATES, HOLDS, MARK, SAID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actionplan.importers.grids import Grid

Raw = str | float | bool | date | None


class Cell(NamedTuple):
    """What stands in a cell, and what the cell is called."""

    value: Raw = None
    name: str = ""
    doubt: str = ""
    """Why a day that is typed in it is not certain."""

    @property
    def text(self) -> str:
        """Give it as a text; a whole number as it is read."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip() if value is not None else ""


class Row(NamedTuple):
    """One row of a returned sheet."""

    place: str
    """Which row it is, as whoever looks at the file would say."""
    owner: str
    """Whose sheet it is; nothing where the sheet no longer says so."""
    ref: str
    said: dict[str, Cell]
    """By field, what the row says that the plan says; no key where the column is gone."""
    asked: dict[str, Cell]
    """By field, what its owner filled in."""
    mark: str

    def same(self, other: Row) -> bool:
        """Tell whether two rows ask for the same."""
        return {f: c.text for f, c in self.asked.items()} == {
            f: c.text for f, c in other.asked.items()
        }


class Returned(NamedTuple):
    """A workbook as it came back."""

    name: str
    code: str
    """Of the plan that it says it is of; nothing where the line is gone."""
    title: str
    stood: str
    """The day that it went out for, in words."""
    rows: tuple[Row, ...]
    gone: tuple[str, ...]
    """The refs that went out in it and are not there any more."""
    twice: dict[str, tuple[str, ...]]
    """The refs of several rows that ask for different things, with where they are."""
    notes: tuple[str, ...]
    """What was noticed of the file, in sentences."""
    lost: tuple[str, ...]
    """What its owner seems to have meant and could not be taken, in sentences."""


def read(name: str, grids: Iterable[Grid], notes: Iterable[str] = ()) -> Returned:
    """Find the rows of a returned workbook.

    Raises:
        ActionPlanError: where no sheet of it has the headings.

    """
    sheets = [sheet for grid in grids if (sheet := _sheet(grid)) is not None]
    if not sheets:
        message = (
            f"{name} was not sent out from here, or has lost its headings: no sheet has a row with "
            f"{SAID['ref']}, {SAID['title']}, {ASKED['stage']} and the others beside it."
        )
        raise ActionPlanError(message)
    rows = tuple(row for sheet in sheets for row in sheet.rows)
    held = [ref for sheet in sheets for ref in sheet.holds]
    there = {row.ref.casefold() for row in rows}
    once, again, twice = _each_once(rows)
    return Returned(
        name,
        next((sheet.code for sheet in sheets if sheet.code), ""),
        next((sheet.title for sheet in sheets if sheet.title), ""),
        next((sheet.stood for sheet in sheets if sheet.stood), ""),
        once,
        tuple(dict.fromkeys(ref for ref in held if ref.casefold() not in there)),
        twice,
        (*notes, *(note for sheet in sheets for note in sheet.notes), *again),
        tuple(lost for sheet in sheets for lost in sheet.lost),
    )


def _each_once(
    rows: tuple[Row, ...],
) -> tuple[tuple[Row, ...], list[str], dict[str, tuple[str, ...]]]:
    """Keep one of rows that ask for the same, and none of those that contradict each other."""
    by_ref: dict[str, list[Row]] = {}
    for row in rows:
        by_ref.setdefault(row.ref.casefold(), []).append(row)
    once, notes, twice = [], [], {}
    for first, *others in by_ref.values():
        if not all(first.same(other) for other in others):
            twice[first.ref] = tuple(row.place for row in (first, *others))
            continue
        once.append(first)
        if others:
            places = listed(row.place for row in (first, *others))
            notes.append(f"{first.ref} stands in {places}, alike: it was read once.")
    return tuple(once), notes, twice


# --- one sheet ------------------------------------------------------------------------------------


class _Sheet(NamedTuple):
    rows: tuple[Row, ...]
    code: str
    title: str
    stood: str
    holds: tuple[str, ...]
    notes: tuple[str, ...]
    lost: tuple[str, ...]


def _plain(value: Raw) -> str:
    return " ".join(str(value if value is not None else "").casefold().split()).strip(" :*.")


_SAID = {_plain(heading): field for field, heading in SAID.items()}
_ASKED = {_plain(heading): field for field, heading in ASKED.items()}
_KNOWN = {*_SAID, *_ASKED, _plain(MARK)}
_FEWEST = 4
"""Headings of ours that make a row the row of headings."""


class _Columns(NamedTuple):
    """Where the columns of a sheet stand, from nought."""

    said: dict[str, int]
    asked: dict[str, int]
    mark: int | None


def _sheet(grid: Grid) -> _Sheet | None:
    top = next((at for at, row in enumerate(grid.rows) if _is_heading(row)), None)
    if top is None:
        return None
    columns = _columns(grid.rows[top])
    above = [str(value) for row in grid.rows[:top] for value in row if value is not None]
    owner = _owner(grid.rows[:top])
    turned = _turned(grid, top, columns)
    rows, lost = [], []
    for at, row in enumerate(grid.rows[top + 1 :], top + 1):
        ref = _cell(grid, at, columns.said["ref"]).text
        if ref and _plain(ref) != _plain(SAID["ref"]):
            row_of = _row(grid, at, columns, owner)
            rows.append(_month_first(row_of, turned) if turned else row_of)
        elif not ref and any(value not in {None, ""} for value in row):
            lost.append(_without_ref(grid, at))
    words = "\n".join(dict.fromkeys(above))
    return _Sheet(
        tuple(rows),
        _found(rf"{CODE}: *(P\w{{4}}-\w{{4}})", words),
        _found(rf"Your actions in: (.*?)\. {HOLDS}", words),
        _found(r"As it stood on (\d+ \w+ \d+)", words),
        _holds(words),
        (*grid.notes, *_notes(grid, top, columns), *_of_turned(grid, turned)),
        tuple(lost),
    )  # fmt: skip


def _is_heading(row: tuple[Raw, ...]) -> bool:
    found = {_plain(value) for value in row} & _KNOWN
    return _plain(SAID["ref"]) in found and len(found) >= _FEWEST


def _found(pattern: str, words: str) -> str:
    found = re.search(pattern, words)
    return found[1].strip() if found else ""


def _holds(words: str) -> tuple[str, ...]:
    """Give the refs that went out in a sheet."""
    held = _found(rf"{HOLDS}[^:\n]*: (.*?)\.?(?:\n|$)", words)
    return tuple(ref.strip() for ref in held.split(",") if ref.strip())


def _owner(above: tuple[tuple[Raw, ...], ...]) -> str:
    """Give the owner: what stands before the line that says in what plan the actions are."""
    for row in above:
        beside = [str(value) for value in row if value is not None]
        if any(text.startswith("Your actions in: ") for text in beside):
            return "" if beside[0].startswith("Your actions in: ") else beside[0].strip()
    return ""


def _columns(headings: tuple[Raw, ...]) -> _Columns:
    plain = [_plain(value) for value in headings]
    first = {heading: at for at, heading in reversed(list(enumerate(plain)))}
    return _Columns(
        {field: first[heading] for heading, field in _SAID.items() if heading in first},
        {field: first[heading] for heading, field in _ASKED.items() if heading in first},
        first.get(_plain(MARK)),
    )


def _cell(grid: Grid, row: int, column: int) -> Cell:
    return Cell(grid.rows[row][column], grid.at(row, column))


def _row(grid: Grid, at: int, columns: _Columns, owner: str) -> Row:
    said = {field: _cell(grid, at, column) for field, column in columns.said.items()}
    asked = {field: _cell(grid, at, column) for field, column in columns.asked.items()}
    mark = "" if columns.mark is None else _cell(grid, at, columns.mark).text
    return Row(_place(grid, at), owner, said["ref"].text, said, asked, mark)


def _turned(grid: Grid, top: int, columns: _Columns) -> str:
    """Name a locked cell whose day was saved month first, as an American program does."""
    cells = (
        _cell(grid, at, columns.said[field])
        for at in range(top + 1, len(grid.rows))
        for field in DATES & columns.said.keys()
    )
    turned = (c.name for c in cells if isinstance(c.value, str) and has_month_first(c.value))
    return next(turned, "")


def _month_first(row: Row, turned: str) -> Row:
    """Read the locked days of a row month first, and doubt those that were typed."""
    said = {
        field: cell._replace(value=exchanged(cell.value))
        if field in DATES and isinstance(cell.value, str)
        else cell
        for field, cell in row.said.items()
    }
    why = f"{turned} was saved month first, so this may be as well. Write it as 31 March 2026."
    asked = {
        field: cell._replace(doubt=why)
        if field in DATES and isinstance(cell.value, str) and may_have_month_first(cell.value)
        else cell
        for field, cell in row.asked.items()
    }
    return row._replace(said=said, asked=asked)


def _of_turned(grid: Grid, turned: str) -> Iterator[str]:
    if turned:
        yield (
            f"Sheet '{grid.name}': its dates were saved month first ({turned}). Days that were "
            "typed are only taken where they can't be meant otherwise."
        )


def _place(grid: Grid, at: int) -> str:
    return f"row {at + grid.first[0]} of sheet '{grid.name}'"


_SHORT = 60


def _without_ref(grid: Grid, at: int) -> str:
    words = "; ".join(str(value) for value in grid.rows[at] if value not in {None, ""})
    cut = words if len(words) <= _SHORT else f"{words[:_SHORT]}..."
    return f"{_place(grid, at)} has no ref: {cut}"


def _notes(grid: Grid, top: int, columns: _Columns) -> Iterator[str]:
    """Tell of columns that are gone, are there twice, or are the owner's own."""
    sheet = f"Sheet '{grid.name}'"
    if grid.hidden:
        yield f"{sheet} is hidden, and was read like the others."
    gone = [SAID[field] for field in SAID if field not in columns.said]
    gone += [ASKED[field] for field in ASKED if field not in columns.asked]
    gone += [] if columns.mark is not None else [MARK]
    if gone:
        noun = "column" if len(gone) == 1 else "columns"
        yield f"{sheet} has lost its {noun} {listed(gone)}."
    counts = Counter(_plain(value) for value in grid.rows[top] if _plain(value) in _KNOWN)
    for heading, times in counts.items():
        if times > 1:
            yield f"{sheet} has the column '{heading}' {times} times: the first was read."
    yield from _own(grid, top)


def _own(grid: Grid, top: int) -> Iterator[str]:
    for at, heading in enumerate(grid.rows[top]):
        if _plain(heading) in _KNOWN:
            continue
        filled = sum(row[at] not in {None, ""} for row in grid.rows[top + 1 :])
        if filled:
            called = f" ('{heading}')" if heading is not None else ""
            name = letters(at + grid.first[1])
            yield (
                f"Sheet '{grid.name}': column {name}{called} did not go out from here, and was not "
                f"read; {counted(filled, 'cell')} of it "
                f"{'holds' if filled == 1 else 'hold'} something."
            )
