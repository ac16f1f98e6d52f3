"""Ruled tables: which drawn lines make one, and which cell a point of the page falls in."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

THIN = 3.0
"""Points: what is no thicker is a line."""
_NEAR = 4.0
"""Points within which two lines meet, or are one."""
_SIDES = 2
_MOST_OF = 0.55
_LEAST = 12.0
"""Points: a shorter line rules nothing."""


class Stroke(NamedTuple):
    """A drawn line, as the box around it; in points from the foot of the page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_flat(self) -> bool:
        """Tell a line across the page from one down it."""
        return self.right - self.left >= self.top - self.bottom

    def meets(self, other: Stroke) -> bool:
        """Tell whether two lines touch."""
        return (
            self.left <= other.right + _NEAR
            and other.left <= self.right + _NEAR
            and self.bottom <= other.top + _NEAR
            and other.bottom <= self.top + _NEAR
        )


class Table(NamedTuple):
    """A ruled table; a frame around one text is a table of one cell."""

    left: float
    bottom: float
    right: float
    top: float
    columns: tuple[float, ...]
    """Where each but the first starts."""
    rows: tuple[float, ...]
    """Where each but the first starts, from the top: so they fall."""

    def frames(self, width: float, height: float) -> bool:
        """Tell a frame around a page, which rules nothing."""
        edges = (self.top, *self.rows, self.bottom)
        tallest = max(above - below for above, below in pairwise(edges))
        wide = self.right - self.left > width * _MOST_OF
        return wide and not self.columns and tallest > height * _MOST_OF

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies in it."""
        return self.left - 1 <= x <= self.right + 1 and self.bottom - 1 <= y <= self.top + 1

    def parts(self, left: float, right: float, y: float) -> bool:
        """Tell whether a line down the table stands between two points of a row."""
        return self.holds(left, y) and self.cell(left, y) != self.cell(right, y)

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Give the row and the column that a point lies in, from nought."""
        return bisect_right([-row for row in self.rows], -y), bisect_right(self.columns, x)


def sides(left: float, bottom: float, right: float, top: float) -> list[Stroke]:
    """Give the four sides of a box."""
    return [
        Stroke(left, top, right, top),
        Stroke(left, bottom, right, bottom),
        Stroke(left, bottom, left, top),
        Stroke(right, bottom, right, top),
    ]


MOST = 5_000
"""Lines on a page: more are a picture, and no table."""


def tables(strokes: list[Stroke]) -> list[Table]:
    """Find the tables that some lines make, from the top of the page."""
    long = [s for s in strokes if max(s.right - s.left, s.top - s.bottom) > 0]
    if len(long) > MOST:
        return []
    found = [table for group in _groups(long) if (table := _table(group)) is not None]
    return sorted(found, key=lambda table: -table.top)


def _groups(strokes: list[Stroke]) -> list[list[Stroke]]:
    """Put lines that touch, however far round, together."""
    groups: list[list[Stroke]] = []
    for stroke in strokes:
        touching = [group for group in groups if any(stroke.meets(each) for each in group)]
        groups = [group for group in groups if not any(group is each for each in touching)]
        groups.append([each for group in touching for each in group] + [stroke])
    return groups


def _table(group: list[Stroke]) -> Table | None:
    upright = [s for s in group if _rules(s) and not s.is_flat]
    flat = _merged(sorted(-(s.top + s.bottom) / 2 for s in group if _rules(s) and s.is_flat))
    down = _merged(sorted((s.left + s.right) / 2 for s in upright))
    if not flat or len(down) < _SIDES:
        return None
    rows = _closed([-y for y in flat], upright)
    if len(rows) < _SIDES:
        return None
    return Table(down[0], rows[-1], down[-1], rows[0], tuple(down[1:-1]), rows[1:-1])


def _closed(rows: list[float], upright: list[Stroke]) -> tuple[float, ...]:
    """Close a table that a page cuts within a row: its sides go on, with no line across them."""
    top, bottom = max(s.top for s in upright), min(s.bottom for s in upright)
    above = [top] if top > rows[0] + _LEAST else []
    below = [bottom] if bottom < rows[-1] - _LEAST else []
    return (*above, *rows, *below)


def _rules(stroke: Stroke) -> bool:
    return max(stroke.right - stroke.left, stroke.top - stroke.bottom) >= _LEAST


def _merged(places: list[float]) -> list[float]:
    """Take lines that lie side by side for one."""
    kept: list[float] = []
    for place in places:
        if not kept or place - kept[-1] > _NEAR:
            kept.append(place)
    return kept
