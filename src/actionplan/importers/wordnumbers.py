"""The automatic numbers and bullets of Word: its files hold no text of them, only how they count.

A paragraph names a list and a level; the list says where a level starts, in which signs it counts,
and what is drawn: ``%1.%2`` is the number of the first level, a stop, that of the second.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from actionplan.importers.wordparts import W, is_on, number, value

if TYPE_CHECKING:
    from actionplan.importers.wordparts import Element
    from actionplan.importers.wordstyles import Styles

BULLET = "\u2022"
_PLAIN_BULLETS = frozenset("-\u2013\u2014\u2212o")
"""Drawn as they are, so that lists inside one another can be told; symbol fonts have no signs."""
_LEVELS = 9
_MOST = 10_000
"""A number above is drawn as it is, in no letters and no Roman signs."""
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LETTERS = 26


class Level(NamedTuple):
    """How one level of a list counts."""

    start: int = 1
    signs: str = "decimal"
    drawn: str = ""
    restart: int = -1
    """After which level it starts again, as the file says: nought is never, -1 after each."""
    in_figures: bool = False
    """All levels are drawn in figures, whatever their own signs."""
    indent: Element | None = None
    style: str = ""
    """The style whose paragraphs are of this level."""


class Mark(NamedTuple):
    """What is drawn in front of a paragraph."""

    drawn: str
    level: int
    indent: Element | None


class Numbers:
    """The lists of one document, and how far each has counted; to be asked in reading order."""

    def __init__(self, part: Element | None, styles: Styles) -> None:
        """Know every list, and what each use of it says otherwise."""
        self._styles = styles
        lists = [] if part is None else part.findall(f"{W}abstractNum")
        self._lists = {each.get(f"{W}abstractNumId", ""): each for each in lists}
        uses = [] if part is None else part.findall(f"{W}num")
        self._uses = {each.get(f"{W}numId", ""): each for each in uses}
        self._levels: dict[str, dict[int, Level]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def mark(self, properties: Element | None) -> Mark | None:
        """Count a paragraph, and give what is drawn in front of it; ``None`` outside lists."""
        use, level = self._place(properties)
        if use not in self._uses or not 0 <= level < _LEVELS:
            return None
        levels = self._of(use)
        own = levels.get(level, Level())
        counts = self._counted(use, level, levels)
        if own.signs == "bullet":
            plain = own.drawn.strip() in {"", *_PLAIN_BULLETS}
            return Mark(own.drawn.strip() if plain else BULLET, level, own.indent)
        drawn = re.sub(
            r"%([1-9])", lambda found: _said(int(found[1]), own, levels, counts), own.drawn
        )
        return Mark(re.sub(r"\s+", " ", drawn).strip(), level, own.indent)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """Tell the list and the level of a paragraph: its own, or those of its style."""
        stated = None if properties is None else properties.find(f"{W}numPr")
        style = self._styles.of(properties)
        of_style = list(self._styles.every(style, f"{W}pPr/{W}numPr"))
        places = [each for each in (stated, *of_style) if each is not None]
        use = next((v for each in places if (v := value(each.find(f"{W}numId")))), "")
        level = next((v for each in places if (v := value(each.find(f"{W}ilvl")))), "")
        if not level and use:
            named = (at for at, each in self._of(use).items() if each.style == style)
            return use, next(named, 0)
        return use, number(level)

    def _counted(self, use: str, level: int, levels: dict[int, Level]) -> dict[int, int]:
        """Count on at a level; what lies deeper starts again, what was passed over has begun."""
        counts = self._counts.setdefault(self._list_of(use), {})
        for passed in range(level):
            counts.setdefault(passed, levels.get(passed, Level()).start)
        anew = self._restart_of(use, level)
        start = levels.get(level, Level()).start if anew is None else anew
        if level in counts and (anew is None or (use, level) in self._begun):
            counts[level] += 1
        else:
            counts[level] = start
        self._begun.add((use, level))
        for deeper in [each for each in counts if each > level]:
            restart = levels.get(deeper, Level()).restart
            if restart < 0 or restart > level:
                del counts[deeper]
        return counts

    def _list_of(self, use: str) -> str:
        found = self._uses.get(use)
        return "" if found is None else value(found.find(f"{W}abstractNumId"))

    def _restart_of(self, use: str, level: int) -> int | None:
        for each in self._uses[use].findall(f"{W}lvlOverride"):
            start = each.find(f"{W}startOverride")
            if number(each.get(f"{W}ilvl")) == level and start is not None:
                return number(value(start))
        return None

    def _of(self, use: str) -> dict[int, Level]:
        """Give the levels of a list as one use of it has them."""
        if use not in self._levels:
            own = self._uses.get(use)
            found = [] if own is None else own.findall(f"{W}lvlOverride/{W}lvl")
            levels = _read(self._abstract(self._list_of(use), set()))
            self._levels[use] = levels | {
                number(each.get(f"{W}ilvl")): _level(each) for each in found
            }
        return self._levels[use]

    def _abstract(self, name: str, seen: set[str]) -> Element | None:
        """Give a list; one that only names a style of lists is that style's."""
        found = self._lists.get(name)
        style = "" if found is None else value(found.find(f"{W}numStyleLink"))
        if not style or name in seen:
            return found
        use = value(self._styles.first(style, f"{W}pPr/{W}numPr/{W}numId"))
        return self._abstract(self._list_of(use), {*seen, name})


def _read(found: Element | None) -> dict[int, Level]:
    levels = [] if found is None else found.findall(f"{W}lvl")
    return {number(each.get(f"{W}ilvl")): _level(each) for each in levels}


def _level(found: Element) -> Level:
    start, restart = found.find(f"{W}start"), found.find(f"{W}lvlRestart")
    return Level(
        1 if start is None else number(value(start)),
        value(found.find(f"{W}numFmt"), "decimal"),
        value(found.find(f"{W}lvlText")),
        -1 if restart is None else number(value(restart)),
        is_on(found.find(f"{W}isLgl")),
        found.find(f"{W}pPr/{W}ind"),
        value(found.find(f"{W}pStyle")),
    )


def _said(place: int, own: Level, levels: dict[int, Level], counts: dict[int, int]) -> str:
    """Draw the number of one level; a deeper one that was never counted stands at its start."""
    level = levels.get(place - 1, Level())
    count = counts.get(place - 1, level.start)
    return signs(count, "decimal" if own.in_figures else level.signs)


def signs(count: int, kind: str) -> str:
    """Draw a number in letters, Roman signs or figures."""
    if kind in {"none", "bullet"}:
        return ""
    if kind == "decimalZero":
        return f"{count:02}"
    small = kind.lower()
    if 0 < count < _MOST and small.endswith("letter"):
        drawn = chr(ord("a") + (count - 1) % _LETTERS) * ((count - 1) // _LETTERS + 1)
    elif 0 < count < _MOST and small.endswith("roman"):
        drawn = roman(count)
    else:
        return str(count)
    return drawn.upper() if kind.startswith("upper") else drawn


def roman(count: int) -> str:
    """Draw a number in Roman signs."""
    drawn = ""
    for size, sign in _ROMAN:
        times, count = divmod(count, size)
        drawn += sign * times
    return drawn
