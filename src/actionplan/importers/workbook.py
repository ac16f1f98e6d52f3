"""Reading a workbook: its sheets as grids, what a person sees in each cell, nothing worked out."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from actionplan.dates import MONTHS
from actionplan.errors import ActionPlanError
from actionplan.extras import needed
from actionplan.importers.grids import Grid
from actionplan.importers.outline import outlines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from actionplan.importers.outline import Outline, Place

calamine = needed("python_calamine", "import")

_Row = list[Any]
_NAMED = 5
"""Cells that a note names before it counts the others."""


def read(name: str, content: bytes, tell: Callable[[str], None]) -> tuple[Grid, ...]:
    """Give every sheet of cells, the hidden ones and the empty ones too.

    Raises:
        ActionPlanError: where it is damaged, or what a sheet holds lies too far apart.

    """
    found = outlines(name, content)
    try:
        with calamine.load_workbook(BytesIO(content)) as book:
            return tuple(_grids(book, found, tell))
    except (calamine.CalamineError, OSError, ValueError) as error:
        message = f"{name} is damaged: its sheets can't be read. Open it and save it again."
        raise ActionPlanError(message) from error


def _grids(
    book: Any,  # noqa: ANN401 - of a package without types
    found: dict[str, Outline],
    tell: Callable[[str], None],
) -> Iterator[Grid]:
    for about in book.sheets_metadata:
        if about.typ != calamine.SheetTypeEnum.WorkSheet or about.name not in found:
            continue
        tell(f"sheet '{about.name}'")
        sheet = book.get_sheet_by_name(about.name)
        top, left = sheet.start or (0, 0)
        first = (top + 1, left + 1)
        outline = found[about.name]
        rows = [[_value(value) for value in row] for row in sheet.to_python()]
        _lay_over(rows, first, outline.texts)
        _show_months(rows, first, outline.months)
        _spread(rows, first, sheet.merged_cell_ranges or [])
        grid = Grid(
            about.name,
            tuple(map(tuple, rows)),
            first,
            hidden=about.visible != calamine.SheetVisibleEnum.Visible,
            painted=tuple(_painted(rows, first, outline.painted)),
            links=tuple(
                (row - first[0], at - first[1], to) for (row, at), to in outline.links.items()
            ),
        )
        yield grid._replace(notes=tuple(_notes(grid, outline)))


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """Give the value of a cell as a grid holds it: a day without its hour, a time as it is said."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str | bool | float | date):
        return None if value == "" else value
    return str(value)


def _lay_over(rows: list[_Row], first: Place, texts: dict[Place, str]) -> None:
    """Put in what the reader of workbooks does not tell: errors, and numbers as they are shown."""
    for (row, column), text in texts.items():
        down, across = row - first[0], column - first[1]
        if 0 <= down < len(rows) and 0 <= across < len(rows[down]):
            is_day = isinstance(rows[down][across], date)
            rows[down][across] = rows[down][across] if is_day else text


def _show_months(rows: list[_Row], first: Place, places: Collection[Place]) -> None:
    """Say the month where a month is all that is shown: its first day was never typed."""
    for row, column in places:
        down, across = row - first[0], column - first[1]
        if 0 <= down < len(rows) and 0 <= across < len(rows[down]):
            value = rows[down][across]
            if isinstance(value, date) and value.day == 1:
                rows[down][across] = f"{MONTHS[value.month - 1]} {value.year}"


def _painted(
    rows: list[_Row], first: Place, painted: dict[Place, str]
) -> Iterator[tuple[int, int, str]]:
    """Give the cells of the table that hold nothing and have a colour."""
    for (row, column), colour in painted.items():
        down, across = row - first[0], column - first[1]
        inside = 0 <= down < len(rows) and 0 <= across < len(rows[down])
        if inside and rows[down][across] is None:
            yield down, across, colour


def _spread(rows: list[_Row], first: Place, ranges: list[tuple[Place, Place]]) -> None:
    """Put the value of a merged cell in each of the cells that it covers."""
    for (top, left), (bottom, right) in ranges:
        down, across = top + 1 - first[0], left + 1 - first[1]
        if not (0 <= down < len(rows) and 0 <= across < len(rows[down])):
            continue
        value = rows[down][across]
        for row in rows[down : bottom + 2 - first[0]]:
            for at in range(across, min(right + 2 - first[1], len(row))):
                row[at] = value


def _notes(grid: Grid, outline: Outline) -> Iterator[str]:
    def at(places: Iterable[Place]) -> list[str]:
        first = grid.first
        return [grid.at(row - first[0], column - first[1]) for row, column in places]

    if outline.unworked:
        yield (
            f"Sheet '{grid.name}': what the formula in {_some(at(outline.unworked))} comes "
            "to was not saved. Open the workbook, save it, and take it again."
        )
    if outline.hides:
        yield f"Sheet '{grid.name}' has rows or columns that are hidden: they were read as well."
    if outline.struck:
        said = _some(at(outline.struck))
        yield f"Sheet '{grid.name}': words struck through in {said} were read like the rest."
    if outline.remarked:
        said = _some(outline.remarked)
        yield f"Sheet '{grid.name}' has comments on {said}: they were not read."


def _some(places: Sequence[str]) -> str:
    """Name the first of some cells, and count the others."""
    others = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return f"{', '.join(places[:_NAMED])}{others}"
