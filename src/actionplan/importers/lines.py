"""Lines as a page shows them, joined into the paragraphs that the page broke.

What knows no structure of its own (a PDF, a pasted text) comes here as lines with their places. Running
heads, page numbers and contents are told by what recurs and where; a paragraph goes on where the line
before it was full, and on the next page where its item was not at its end.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import median
from typing import NamedTuple

from actionplan.importers.document import Cell, Paragraph
from actionplan.importers.marks import split_mark


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


class Flow(NamedTuple):
    """What is read on, and what stood around it."""

    paragraphs: tuple[Paragraph, ...]
    furniture: tuple[str, ...]


def flow(lines: list[Line]) -> Flow:
    """Join lines, given in reading order, into paragraphs."""
    kept, furniture = _without_furniture(lines)
    return Flow(tuple(_Joiner(kept).paragraphs()), tuple(dict.fromkeys(furniture)))


# --- what is no part of the text ------------------------------------------------------------------

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
_TWICE = 2


def _without_furniture(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """Take off running heads and feet, page numbers, footnotes and lists of contents."""
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    recurring = _recurring(pages)
    body = _body_size(lines)
    kept: list[Line] = []
    furniture: list[str] = []
    for page in pages.values():
        contents = sum(1 for line in page if line.tail) >= _CONTENTS
        notes, feet = _footnotes(page, body), _feet(page)
        for line in page:
            at_edge = _at_edge(line, page)
            is_number = at_edge and _PAGE_NUMBER.fullmatch(line.text)
            recurs = at_edge and _shape(line.text) in recurring
            is_foot = id(line) in feet
            if is_number or recurs or is_foot or id(line) in notes or (contents and line.tail):
                furniture.append(line.text)
            else:
                kept.append(line)
    return kept, furniture


def _at_edge(line: Line, page: list[Line]) -> bool:
    """Tell whether a line stands where running heads do: by the page, else by its neighbours."""
    if line.height:
        return line.top < line.height * _EDGE or line.top > line.height * (1 - _EDGE)
    order = [id(each) for each in page]
    place = order.index(id(line)) if len(page) <= 12 else _place(line, page)
    return place < 4 or place >= len(page) - 5


def _place(line: Line, page: list[Line]) -> int:
    head = [id(each) for each in page[:4]]
    foot = [id(each) for each in page[-5:]]
    if id(line) in head:
        return head.index(id(line))
    return len(page) - 5 + foot.index(id(line)) if id(line) in foot else 6


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", " ", text)).strip().casefold()


def _recurring(pages: dict[int, list[Line]]) -> frozenset[str]:
    """Find the lines that stand at the edge of several pages, whatever their numbers."""
    seen: Counter[str] = Counter()
    for page in pages.values():
        edge = {_shape(line.text) for line in page if _at_edge(line, page)}
        seen.update(edge)
    enough = max(_TWICE, min(len(pages) - 1, 3), len(pages) // 4)
    return frozenset(shape for shape, times in seen.items() if times >= enough and shape)


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
    low = [line for line in page if line.height and line.top > line.height * _FOOT]
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


# --- what belongs together ------------------------------------------------------------------------

_FULL = 0.65
"""Of the longest line: in a plain text, whose letters are not all as wide, a full line is longer."""
_FULL_STOP = re.compile(r"[.?!:;][\u2019\u201d\"')\]]*$")
_SENTENCE_ENDS = re.compile(r"[.?!][\u2019\u201d\"')\]]*$")


class _Open(NamedTuple):
    """A paragraph that may go on."""

    lines: tuple[Line, ...]
    mark: str
    left: float
    """Of its mark, or of its first line."""
    text_left: float
    """Of its lines after the first; of its text behind the mark, until there are any."""
    gap: float


class _Joiner:
    """Walks through the lines once; each opens a paragraph, or goes on with the one before."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.pitch = self._pitch()
        self.rights = self._rights()
        self.hangs = self._hangs()

    def paragraphs(self) -> list[Paragraph]:
        done: list[_Open] = []
        before: Line | None = None
        for line in self.lines:
            if before is not None and done and self._goes_on(done[-1], before, line):
                done[-1] = self._with(done[-1], line)
            else:
                done.append(self._opened(line, before))
            before = line
        return [_closed(each) for each in _with_marks(done)]

    def _pitch(self) -> float:
        """Find the usual distance from a line to the next."""
        steps = [
            below.top - above.top
            for above, below in zip(self.lines, self.lines[1:], strict=False)
            if above.page == below.page and above.cell == below.cell and below.top > above.top
        ]
        close = [step for step in steps if step < 30]
        return median(close) if close else 14.0

    def _rights(self) -> dict[tuple[int, Cell | None], float]:
        """Find how far right the lines of a page go, and those of each cell."""
        rights: dict[tuple[int, Cell | None], float] = {}
        for line in self.lines:
            key = (line.page, line.cell)
            rights[key] = max(rights.get(key, 0.0), line.right)
        return rights

    def _hangs(self) -> bool:
        """Tell whether the lines of an item stand under its words, not under its mark."""
        under_words = under_mark = 0
        for line, after in zip(self.lines, self.lines[1:], strict=False):
            near = after.page == line.page and self._gap(line, after) < 0.3 and not after.inner
            if line.inner > line.left + 6 and near and self._was_full(line, after):
                under_words += abs(after.left - line.inner) < 3
                under_mark += abs(after.left - line.left) < 3
        return under_words >= under_mark

    def _opened(self, line: Line, before: Line | None) -> _Open:
        mark, _ = split_mark(line.text)
        return _Open((line,), mark, line.left, line.left, self._gap(before, line))

    def _with(self, opened: _Open, line: Line) -> _Open:
        lines = (*opened.lines, line)
        left = line.left if len(opened.lines) == 1 else opened.text_left
        return opened._replace(lines=lines, text_left=left)

    def _gap(self, before: Line | None, line: Line) -> float:
        if before is None or before.page != line.page or before.cell != line.cell:
            return 1.0
        return max(0.0, (line.top - before.top) / self.pitch - 1)

    def _goes_on(self, opened: _Open, before: Line, line: Line) -> bool:
        if before.cell != line.cell and not _same_row_overleaf(before, line):
            return False
        mark, rest = split_mark(line.text)
        if mark and (rest or not opened.mark) and self._is_mark(opened, line, mark):
            return False
        if abs(before.size - line.size) > 0.6 or before.bold != line.bold:
            return self._odd_letters(before, line)
        if before.page != line.page or before.cell != line.cell:
            return self._goes_on_overleaf(opened, before, line)
        if self._gap(before, line) > 0.45 or line.top < before.top - 1:
            return False
        edge = opened.lines[0].inner if self.hangs and opened.mark else 0.0
        if opened.mark and line.left < max(opened.left, edge) - 3:
            return False
        if self._was_full(before, line):
            return True
        return not _FULL_STOP.search(before.text) and line.text[:1].islower()

    def _odd_letters(self, before: Line, line: Line) -> bool:
        """Go on through a change of letters only within a sentence that plainly goes on."""
        near = before.page == line.page and self._gap(before, line) <= 0.45
        same = abs(before.size - line.size) <= 0.6
        goes_on = not _FULL_STOP.search(before.text) and line.text[:1].islower()
        return near and same and goes_on

    def _goes_on_overleaf(self, opened: _Open, before: Line, line: Line) -> bool:
        if line.text[:1].islower():
            return not _SENTENCE_ENDS.search(before.text) or bool(opened.mark)
        inner = opened.lines[0].inner
        if self.hangs and inner > opened.left + 6 and abs(line.left - inner) < 4:
            return True
        return not _FULL_STOP.search(before.text) and self._was_full(before, line)

    def _was_full(self, before: Line, line: Line) -> bool:
        """Tell whether the next word found no room, so that the line was broken for want of it."""
        if not before.height:
            return before.right > self.rights[before.page, before.cell] * _FULL
        first = line.text.split(" ", 1)[0]
        width = (line.right - line.left) / max(1, len(line.text)) * (len(first) + 1)
        room = self.rights[before.page, before.cell] - before.right
        return width > room * 0.92

    def _is_mark(self, opened: _Open, line: Line, mark: str) -> bool:
        """Tell an item's number from a number that only happens to begin a line."""
        if not mark[:1].isalnum():
            return True
        last = opened.lines[-1]
        near = last.page == line.page and self._gap(last, line) <= 0.3
        inside = (
            opened.mark and abs(line.left - opened.text_left) < 3 < opened.text_left - opened.left
        )
        mid_sentence = not _FULL_STOP.search(last.text) and self._was_full(last, line)
        return not (near and mid_sentence and (inside or not opened.mark))


def _same_row_overleaf(before: Line, line: Line) -> bool:
    """Tell whether a cell goes on at the top of the next page."""
    return (
        before.cell is not None
        and line.cell is not None
        and before.page + 1 == line.page
        and before.cell.column == line.cell.column
        and not _SENTENCE_ENDS.search(before.text)
    )


def _with_marks(done: list[_Open]) -> list[_Open]:
    """Put a mark that stands alone on its line in front of what follows it."""
    joined: list[_Open] = []
    for each in done:
        alone = joined and joined[-1].mark and len(joined[-1].lines) == 1
        if alone and not each.mark and not split_mark(joined[-1].lines[0].text)[1]:
            marked = joined.pop()
            joined.append(marked._replace(lines=(*marked.lines, *each.lines)))
        else:
            joined.append(each)
    return joined


def _closed(opened: _Open) -> Paragraph:
    first = opened.lines[0]
    text = first.text
    for line in opened.lines[1:]:
        text = _spliced(text, line.text)
    mark, rest = split_mark(text) if opened.mark else ("", text)
    return Paragraph(
        re.sub(r"\s+", " ", rest).strip(), first.page, mark, opened.left, 0, first.size,
        all(line.bold for line in opened.lines), opened.gap, first.cell,
    )  # fmt: skip


def _spliced(text: str, more: str) -> str:
    """Join a line to the next: a hyphen at its end stays, and takes no space."""
    if re.search(r"\w[-\u2010\u2011]$", text) and more[:1].isalnum():
        return text + more
    return f"{text} {more}"
