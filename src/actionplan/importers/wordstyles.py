"""What the styles of a Word document say of a paragraph: its level as a heading, its indent, bold.

A property stands on the run, on the paragraph, in its style, or in a style which that is based on;
the first that says something counts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from actionplan.importers.wordparts import W, is_on, number, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actionplan.importers.wordparts import Element

_BODY = 9
"""The outline level of text that is no heading."""
_MOST_LEVELS = 9
_HALF_POINTS = 2
TWIPS = 20
"""To the point."""


class Styles:
    """The styles of one document."""

    def __init__(self, part: Element | None) -> None:
        """Know each style by its id, and the one that a paragraph has unless it says."""
        found = [] if part is None else part.findall(f"{W}style")
        self._by_id = {style.get(f"{W}styleId", ""): style for style in found}
        self._usual = next(
            (
                style.get(f"{W}styleId", "")
                for style in found
                if style.get(f"{W}type") == "paragraph"
                and style.get(f"{W}default") in {"1", "true"}
            ),
            "",
        )
        self._drawn = None if part is None else part.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self.chain = cache(self._chain)

    def of(self, properties: Element | None) -> str:
        """Give the id of the style of a paragraph."""
        stated = None if properties is None else properties.find(f"{W}pStyle")
        return value(stated, self._usual)

    def _chain(self, style: str) -> tuple[Element, ...]:
        """Give a style and what it is based on, the nearest first."""
        found: dict[str, Element] = {}
        while style in self._by_id and style not in found:
            found[style] = self._by_id[style]
            style = value(found[style].find(f"{W}basedOn"))
        return tuple(found.values())

    def names(self, style: str) -> tuple[str, ...]:
        """Name a style and those that it is based on, in small letters."""
        return tuple(value(each.find(f"{W}name")).casefold() for each in self.chain(style))

    def first(self, style: str, path: str) -> Element | None:
        """Find the first element of a style, or of what it is based on, at a path."""
        return next(self.every(style, path), None)

    def every(self, style: str, path: str) -> Iterator[Element]:
        """Find all of them, the nearest first."""
        for each in self.chain(style):
            found = each.find(path)
            if found is not None:
                yield found

    def heading(self, properties: Element | None) -> int:
        """Give the level of a heading; nought for what is none."""
        style = self.of(properties)
        stated = None if properties is None else properties.find(f"{W}outlineLvl")
        if stated is None:
            stated = self.first(style, f"{W}pPr/{W}outlineLvl")
        if stated is not None:
            level = number(value(stated))
            return level + 1 if 0 <= level < _BODY else 0
        names = self.names(style)
        if "title" in names:
            return 1
        named = (re.fullmatch(r"heading (\d)", name) for name in names)
        return next((min(int(found[1]), _MOST_LEVELS) for found in named if found), 0)

    def is_contents(self, properties: Element | None) -> bool:
        """Tell an entry of the list of contents."""
        names = self.names(self.of(properties))
        return any(name.startswith(("toc ", "table of ", "contents ")) for name in names[:1])

    def indents(self, style: str) -> Iterator[Element]:
        """Give the indents of a style, the nearest first."""
        return self.every(style, f"{W}pPr/{W}ind")

    def is_bold(self, run: Element, style: str) -> bool:
        """Tell whether the letters of a run are bold."""
        found = self._letters(run, style, lambda drawn: drawn.find(f"{W}b"))
        return is_on(found)

    def size(self, run: Element, style: str) -> float:
        """Give the size of the letters of a run in points; nought where nothing says so."""
        found = self._letters(run, style, lambda drawn: drawn.find(f"{W}sz"))
        return number(value(found)) / _HALF_POINTS

    def _letters(
        self, run: Element, style: str, find: Callable[[Element], Element | None]
    ) -> Element | None:
        own = run.find(f"{W}rPr")
        places = [] if own is None else [own]
        named = "" if own is None else value(own.find(f"{W}rStyle"))
        for each in (named, style):
            places += self.every(each, f"{W}rPr") if each else ()
        places += [] if self._drawn is None else [self._drawn]
        return next((found for place in places if (found := find(place)) is not None), None)
