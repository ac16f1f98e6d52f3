"""How a rating, and the heading over a count of ratings, is shown with its label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actionplan.legends import BRAG, PLAIN_GLYPHS
from actionplan.renderers.safe import safe_line
from actionplan.reports.blocks import COLUMNS

if TYPE_CHECKING:
    from actionplan.legends import Legend

DECLARED = frozenset({"rag", "worst"})
FACTS = frozenset({"verdict", "worst_fact"})
RATED = DECLARED | FACTS
LABELLED = RATED | {"old", "new"}
"""The columns that may hold a rating."""
DIRECTIONS = frozenset({"direction", "short", "long"})
ARROWS = {"better": "\u2191", "same": "\u2192", "worse": "\u2193", "new": "+"}
"""Stand before the word, never in its place; up is better, whatever is counted."""


def title(column: str, legend: Legend) -> str:
    """Give the words over a column; over a count of one colour, what the colour means."""
    label = legend.label(column)
    return f"{COLUMNS[column]}: {safe_line(label)}" if label else COLUMNS[column]


def rating(line: Any, column: str, legend: Legend) -> Any:  # noqa: ANN401 - whatever a line holds
    """Give what a cell of such a column shows: a rating in the words of the legend."""
    value = getattr(line, column)
    if column in DECLARED:
        return legend.shown(value)
    if column in FACTS:
        return legend.fact(value)
    label = getattr(line, f"{column}_label", "")
    unusual = not legend.is_usual or label != BRAG.label(value)
    return f"{value}: {label}" if label and unusual else value


def glyph(colour: str, legend: Legend, *, unicode: bool) -> str:
    """Give the sign of a colour, or a plain one where the terminal can't show it."""
    shade = legend.shades.get(colour)
    if shade is None:
        return ""
    return shade.glyph if unicode or shade.glyph.isascii() else PLAIN_GLYPHS[colour]
