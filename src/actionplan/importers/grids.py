"""A table from outside as its readers give it: rows of cells that know their addresses."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.errors import ActionPlanError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CELLS = 1_000_000
"""Of one table, the blank ones among them: no plan comes near."""
WIDEST = 16_384
"""Columns: as many as a workbook can have."""


MOST_ROWS = 10_000
"""Rows that hold something, of all tables of a file: as many actions as a plan is measured with."""
MOST_COLUMNS = 500
"""Columns of one table that hold something."""
MOST_LETTERS = 32_767
"""Of one cell: as many as a workbook's can hold."""


class Grid(NamedTuple):
    """One sheet of a workbook, one file of commas, one table of a document."""

    name: str
    """Of the sheet, or ``Table 2``."""
    rows: tuple[tuple[str | float | bool | date | None, ...], ...]
    """All of one width; blank is ``None``. A merged cell's value stands in each cell it covers."""
    first: tuple[int, int] = (1, 1)
    """The row and column, from one, of the first cell here in the sheet itself."""
    hidden: bool = False
    """The sheet is hidden from whoever opens the workbook."""
    letters: bool = True
    """A cell is called ``B4``, as in a workbook; else ``row 4, column 2``."""
    heading: str = ""
    """The words that stand over a table of a document."""
    notes: tuple[str, ...] = ()
    """What of it could not be read, or was read otherwise than it looks, in sentences."""

    painted: tuple[tuple[int, int, str], ...] = ()
    """Cells that hold nothing and have a colour: row and column from nought, and which colour."""
    links: tuple[tuple[int, int, str], ...] = ()
    """Cells whose words lead somewhere: row and column from nought, and where to."""

    def at(self, row: int, column: int) -> str:
        """Name a cell as whoever looks at the file would; row and column from nought in `rows`."""
        down, across = row + self.first[0], column + self.first[1]
        return f"{letters(across)}{down}" if self.letters else f"row {down}, column {across}"


def letters(column: int) -> str:
    """Name a column, counted from one, as a workbook does."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def bounded(name: str, table: str, rows: int, columns: int, corners: str = "") -> None:
    """Let pass a table of a size that is read.

    Raises:
        ActionPlanError: where it is wider or larger, before any room is made for it.

    """
    where = f" ({corners})" if corners else ""
    if columns > WIDEST:
        message = f"{name} was not read: {table} has {columns:,} columns, and {WIDEST:,} is most."
        raise ActionPlanError(message)
    if rows * columns > MOST_CELLS:
        message = (
            f"{name} was not read: what {table} holds is spread over {rows:,} rows and {columns:,} "
            f"columns{where}. Delete what stands far from the table, or copy the table alone to a "
            "new workbook."
        )
        raise ActionPlanError(message)


def refuse_excess(name: str, grids: Iterable[Grid]) -> None:
    """Refuse more than any plan holds, before it is looked at what the words of its cells mean.

    That goes by the plan, and so is not done in the child: these bounds stand in for its own.

    Raises:
        ActionPlanError: naming the table, or the cell.

    """
    rows = 0
    for grid in grids:
        rows += sum(map(any, grid.rows))
        columns = sum(map(any, zip(*grid.rows, strict=True)))
        if rows > MOST_ROWS or columns > MOST_COLUMNS:
            message = (
                f"{name} was not read: up to {grid.name}, {rows:,} rows hold something, in "
                f"{columns:,} columns there; {MOST_ROWS:,} and {MOST_COLUMNS} are the most. Copy "
                "the plan alone to a new file."
            )
            raise ActionPlanError(message)
        _refuse_long(name, grid)


def _refuse_long(name: str, grid: Grid) -> None:
    for down, row in enumerate(grid.rows):
        for across, value in enumerate(row):
            if isinstance(value, str) and len(value) > MOST_LETTERS:
                message = (
                    f"{name} was not read: {grid.at(down, across)} of {grid.name} holds "
                    f"{len(value):,} characters, and {MOST_LETTERS:,} are the most."
                )
                raise ActionPlanError(message)


def run(grids: tuple[Grid, ...], options: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer for the child: the grids as they were read."""
    del options
    return to_json(grids)


def to_json(grids: tuple[Grid, ...]) -> list[dict[str, Any]]:
    """Give grids as values of JSON; a date is told from a text by standing in a list."""
    return [
        grid._asdict() | {"rows": [[_value_to_json(value) for value in row] for row in grid.rows]}
        for grid in grids
    ]


def _value_to_json(value: object) -> object:
    if isinstance(value, datetime):
        value = value.date()
    return [value.isoformat()] if isinstance(value, date) else value


def from_json(found: list[dict[str, Any]]) -> tuple[Grid, ...]:
    """Read what `to_json` gave."""
    return tuple(
        Grid(
            each["name"],
            tuple(tuple(_value_from_json(value) for value in row) for row in each["rows"]),
            (each["first"][0], each["first"][1]),
            each["hidden"],
            each["letters"],
            each["heading"],
            tuple(each["notes"]),
            tuple((row, column, colour) for row, column, colour in each["painted"]),
            tuple((row, column, to) for row, column, to in each["links"]),
        )
        for each in found
    )


def _value_from_json(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    return date.fromisoformat(value[0]) if isinstance(value, list) else value
