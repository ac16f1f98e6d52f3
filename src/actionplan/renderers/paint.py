"""What a rating looks like where there is colour: its paint, and the shape that goes with it.

A colour never stands alone: each has a shape, and a word beside it. What is written on a paint, and
the line around it against white paper, can be read by whoever sees few colours or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from actionplan.legends import Legend

INK = "#1f2328"
"""Words, and lines that matter."""
MUTED = "#595959"
"""Words and lines beside them."""
FAINT = "#767676"
"""Lines that only show a place."""
PAPER = "#ffffff"


class Paint(NamedTuple):
    """The look of one kind of thing."""

    fill: str
    text: str
    """What is written or drawn on the fill: at least 4.5 to 1 against it."""
    edge: str
    """The line around it: at least 3 to 1 against white."""
    shape: str = ""
    """Square, triangle, circle, star or dash; none for what is no rating."""


PAINT = {
    "red": Paint("#a81c16", PAPER, "#a81c16", "square"),
    "amber": Paint("#f5b335", INK, "#8a5a00", "triangle"),
    "green": Paint("#1f7f5c", PAPER, "#1f7f5c", "circle"),
    "blue": Paint("#1d4a8c", PAPER, "#1d4a8c", "star"),
    "unrated": Paint("#eceef0", INK, "#6b7280", "dash"),
    "facts_red": Paint(INK, PAPER, INK, "square"),
    "facts_amber": Paint("#6b7280", PAPER, "#6b7280", "triangle"),
    "facts_green": Paint("#d5d9de", INK, "#6b7280", "circle"),
    "first": Paint(PAPER, INK, "#3b4a5a"),
    "second": Paint("#3b4a5a", PAPER, "#3b4a5a"),
}
"""By colour of the legend; ``unrated``; the facts, where the colours of the legend mean something
else; and of two things that are counted, the first and second.

In grey a paint differs from those beside it in the order of the ratings.
"""

_OF_TERMINAL = {
    "red": PAINT["red"],
    "yellow": PAINT["amber"],
    "green": PAINT["green"],
    "blue": PAINT["blue"],
    "magenta": Paint("#7a2f86", PAPER, "#7a2f86"),
    "cyan": Paint("#0f6d78", PAPER, "#0f6d78"),
    "white": Paint(PAPER, INK, MUTED),
    "black": Paint(INK, PAPER, INK),
}
"""By the colour that a plan gives to one of its ratings on a terminal."""


def of(key: str, legend: Legend) -> Paint:
    """Give the paint of a rating as a legend colours it; its shape is always its own."""
    shade = legend.shades.get(key)
    if shade is None:
        return PAINT[key]
    return _OF_TERMINAL[shade.colour]._replace(shape=PAINT[key].shape)
