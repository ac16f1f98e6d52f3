"""Bullets that a page draws: small shapes and pictures in front of a line, which no text holds."""

from __future__ import annotations

from typing import NamedTuple

BULLET = "\u2022"
_LEAST, _MOST = 1.5, 12.0
"""Points: what is smaller or larger is no bullet."""
_ROUND = 0.6
"""A bullet's shorter side, of its longer one."""
_NEAR = 30.0
"""Points, from a bullet to its words."""


class Dot(NamedTuple):
    """A small shape, as the box around it; in points from the foot of the page."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def may_mark(self) -> bool:
        """Tell a shape that is small and about as wide as high."""
        width, height = self.right - self.left, self.top - self.bottom
        shorter, longer = sorted((width, height))
        return shorter >= max(_LEAST, longer * _ROUND) and longer <= _MOST

    def marks(self, left: float, base: float, size: float) -> bool:
        """Tell whether it stands in front of a line that starts there."""
        middle = (self.bottom + self.top) / 2
        before = -1 <= left - self.right < _NEAR
        return before and base - size * 0.1 <= middle <= base + size * 0.8
