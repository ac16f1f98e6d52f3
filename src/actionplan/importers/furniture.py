"""What stands on a page beside the text: running heads, page numbers, footnotes, contents.

It is told by where it stands, by what recurs on other pages, and by the size of its letters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from actionplan.importers.document import Cell


class Line(NamedTuple):
    """One line of print, in points from the left and the top of its page."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float = 0.0
    bold: bool = False
    cell: Cell | None = None
    height: float = 0.0
    """Of the page."""
    tail: str = ""
    """A page number at the far end of the line, as in a list of contents."""
    inner: float = 0.0
    """Where the words behind a mark start; nought where there is none, or it is not known."""


_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-\u2013\u2014]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*[-\u2013\u2014]?"
    r"(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
_EDGE = 0.13
"""The part of a page's height, above and below, in which running heads stand."""
_SMALL = 0.88
"""Of the size of the body: smaller print at the foot of a page is a footnote."""
_CONTENTS = 3
"""So many lines with a page number at their end are a list of contents."""
_CONTENTS_HEAD = re.compile(r"(?:table of )?contents\W*", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"[^\d\s.]\W*\d{1,3}$")
_SAME = 3.0
"""Points, up or down, by which a running head may differ from page to page."""
_TWICE, _OFTEN = 2, 3
_HEAD_LINES, _FOOT_LINES = 4, 5
"""Of a page of plain text, where running heads and feet stand."""


def parted(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """Part the text from what stands around it, which comes second."""
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    recurring = _recurring(pages)
    body = _body_size(lines)
    kept: list[Line] = []
    furniture: list[str] = []
    for page in pages.values():
        around = _footnotes(page, body) | _feet(page) | _running(page, recurring) | _contents(page)
        for line in page:
            if id(line) in around:
                furniture.append(line.text)
            else:
                kept.append(line)
    return kept, furniture


def _contents(page: list[Line]) -> frozenset[int]:
    """Find the lines of a list of contents: a page number stands at their far end.

    Under a heading that says so, the number may stand close to the words.
    """
    heads = (place for place, line in enumerate(page) if _CONTENTS_HEAD.fullmatch(line.text))
    start = next(heads, len(page))
    listed = [
        line
        for place, line in enumerate(page)
        if line.tail or (place > start and _ENDS_IN_NUMBER.search(line.text))
    ]
    return frozenset(map(id, listed)) if len(listed) >= _CONTENTS else frozenset()


_Shape = tuple[str, int]


def _shape(line: Line) -> _Shape:
    """Give a line whatever its numbers, and where on its page it stands if that is known."""
    words = re.sub(r"\d+", "#", re.sub(r"\s+", " ", line.text)).strip().casefold()
    return words, round(line.top / _SAME) if line.height else 0


def _recurring(pages: dict[int, list[Line]]) -> frozenset[_Shape]:
    """Find the lines that stand at the edge of several pages."""
    seen: Counter[_Shape] = Counter()
    for page in pages.values():
        seen.update({_shape(line) for line in _edges(page)})
    enough = max(_TWICE, min(len(pages) - 1, _OFTEN), len(pages) // 4)
    return frozenset(shape for shape, times in seen.items() if times >= enough)


def _edges(page: list[Line]) -> list[Line]:
    """Give the lines that stand where running heads do: by the page's height, else by order.

    The head of a table that goes on down the page is no running head.
    """
    if not page[0].height:
        return [*page[:_HEAD_LINES], *page[max(_HEAD_LINES, len(page) - _FOOT_LINES) :]]
    height = page[0].height
    inside = {line.cell.table for line in page if line.cell and not _at_edge(line, height)}
    return [
        line
        for line in page
        if _at_edge(line, height) and (line.cell is None or line.cell.table not in inside)
    ]


def _at_edge(line: Line, height: float) -> bool:
    return not height * _EDGE <= line.top <= height * (1 - _EDGE)


def _running(page: list[Line], recurring: frozenset[_Shape]) -> frozenset[int]:
    """Find running heads and feet, and page numbers; in plain text, from the edges inwards."""

    def runs(line: Line) -> bool:
        numbered = line.cell is None and bool(_PAGE_NUMBER.fullmatch(line.text))
        return numbered or _shape(line) in recurring

    edges = _edges(page)
    if page[0].height:
        return frozenset(id(line) for line in edges if runs(line))
    head, foot = takewhile(runs, edges), takewhile(runs, reversed(edges))
    return frozenset(id(line) for line in (*head, *foot))


def _body_size(lines: list[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


_FOOT = 0.92
"""Of the height of a page: what stands lower, and apart, is no part of the text."""
_APART = 22.0
"""Points, from a line to the next, that set a foot apart."""


def _feet(page: list[Line]) -> frozenset[int]:
    """Find what stands at the very foot of a page, set apart from the text above it."""
    low = [line for line in page if line.top > line.height * _FOOT > 0 and line.cell is None]
    above = max((line.top for line in page if line not in low), default=0.0)
    apart = bool(low) and min(line.top for line in low) - above > _APART
    return frozenset(id(line) for line in low) if apart else frozenset()


def _footnotes(page: list[Line], body: float) -> frozenset[int]:
    """Find the small print below the last line of the body."""
    plain = [line for line in page if line.cell is None and line.size > body * _SMALL]
    edge = 1 - _EDGE / 2
    text_ends = max((line.top for line in plain if line.top < line.height * edge), default=0.0)
    return frozenset(
        id(line)
        for line in page
        if line.cell is None and 0 < line.size <= body * _SMALL and line.top > text_ends
    )
