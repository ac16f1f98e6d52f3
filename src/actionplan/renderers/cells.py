"""What a cell of a sheet holds: a day, a number, a word of the plan's legend, or a text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from actionplan.renderers.safe import safe_line, safe_lines

if TYPE_CHECKING:
    from actionplan.legends import Legend

Cell = date | int | float | str
YES, NO = "yes", "no"


def cell(line: Any, column: str, legend: Legend) -> Cell:  # noqa: ANN401 - whatever a line holds
    """Give one value of a line, typed; a text that is safe to show; ``""`` where there is none.

    The declared rating is the word of the file. What the facts say is in the words of the legend,
    so that no colour there is taken for one with another meaning.
    """
    value = getattr(line, column)
    if column == "verdict":
        return legend.fact(value) if value else ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, tuple):
        return ", ".join(safe_line(each) for each in value)
    if value is None:
        return ""
    return safe_lines(value) if isinstance(value, str) else value
