"""What a cell says where a person reads it: dates, times, lists and stages in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from actionplan.dates import short
from actionplan.renderers.labels import LABELLED, RATED, rating
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from actionplan.legends import Legend


def said(column: str, value: Any) -> str:  # noqa: ANN401 - whatever a line may hold
    """Give one value in the words of a table, on one line."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{short(value)} {value:%H:%M}" if isinstance(value, datetime) else short(value)
    if isinstance(value, tuple):
        return ", ".join(map(safe_line, map(str, value))) or "nothing"
    if column in RATED:
        return safe_line(value) or "not rated"
    if column == "stage":
        return safe_line(value).replace("-", " ")
    return safe_line(str(value))


def of_line(column: str, line: Any, legend: Legend) -> str:  # noqa: ANN401 - whatever a line is
    """Give what the cell of a line says; a rating has its label."""
    value = rating(line, column, legend) if column in LABELLED else getattr(line, column)
    return said(column, value)
