"""Lines as a page shows them, joined into the paragraphs that the page broke.

What knows no structure of its own (a PDF, a pasted text) comes here as lines with their places. A
paragraph goes on where the line before was full, and overleaf where its item was not at its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from actionplan.importers.document import Paragraph
from actionplan.importers.furniture import Line, parted
from actionplan.importers.marks import split_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.importers.document import Cell


class Flow(NamedTuple):
    """What is read on, and what stood around it."""

    paragraphs: tuple[Paragraph, ...]
    furniture: tuple[str, ...]


def flow(lines: list[Line]) -> Flow:
    """Join lines, given in reading order, into paragraphs."""
    kept, furniture = parted(lines)
    return Flow(tuple(_Joiner(kept).paragraphs()), tuple(dict.fromkeys(furniture)))


_NEAR = 3.0
"""Points, within which two lines start at the same place."""
_CLOSE, _APART = 0.3, 0.45
"""Lines of white space: what is closer surely belongs together, what is further does not."""
_ALIKE = 0.6
"""Points, by which two sizes of letters may differ."""
PITCH = 12.0
"""Points from a line of plain text to the next."""
_STEP = 30.0
"""Points: what is further down is not the next line of a paragraph."""
_FULL = 0.65
"""Of the longest line: in plain text, whose letters are not all as wide, a full line is longer."""
_FULL_LINE = 240.0
"""Points: what is shorter was broken because it ended."""
_FULL_STOP = re.compile(r"[.?!:;][\u2019\u201d\"')\]]*$")
_RANGE = re.compile(r"\d[-\u2010\u2011\u2013]$")
"""The first number of two, such as an age or a year, at the end of a line."""
_SOFT = "\u00ad"
_HYPHEN = re.compile(r"(?P<part>[^\W_]+(?:[-\u2010\u2011][^\W_]+)*)[-\u2010\u2011\u00ad]$")
_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011\u2019'][^\W_]+)*")
_SENTENCE_ENDS = re.compile(r"[.?!][\u2019\u201d\"')\]]*$")


@dataclass
class _Open:
    """A paragraph that may go on."""

    lines: list[Line]
    mark: str
    gap: float

    @property
    def left(self) -> float:
        """Where its mark stands, or its first line."""
        return self.lines[0].left

    @property
    def inner(self) -> float:
        """Where the words behind its mark start, as far as that is known."""
        below = self.lines[1].left if len(self.lines) > 1 else 0.0
        return max(self.lines[0].inner, below)


class _Joiner:
    """Walks through the lines once; each opens a paragraph, or goes on with the one before."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.pitch = self._pitch()
        self.rights = self._rights()
        self.hangs = self._hangs()
        self.words = _words(lines)

    def paragraphs(self) -> list[Paragraph]:
        done: list[_Open] = []
        before: Line | None = None
        for line in self.lines:
            if before is not None and done and self._goes_on(done[-1], before, line):
                done[-1].lines.append(line)
            else:
                done.append(self._opened(line, before))
            before = line
        return [_closed(each, self.words) for each in _with_marks(done)]

    def _pitch(self) -> float:
        """Find the usual distance from a line to the next."""
        steps = [
            below.top - above.top
            for above, below in pairwise(self.lines)
            if above.page == below.page and above.cell == below.cell and below.top > above.top
        ]
        close = [step for step in steps if step < _STEP]
        printed = any(line.height for line in self.lines)
        return median(close) if close and printed else PITCH

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
        for line, after in pairwise(self.lines):
            near = after.page == line.page and self._gap(line, after) < _CLOSE and not after.inner
            if line.inner > line.left + 6 and near and self._was_full(line, after):
                under_words += abs(after.left - line.inner) < _NEAR
                under_mark += abs(after.left - line.left) < _NEAR
        return under_words >= under_mark

    def _opened(self, line: Line, before: Line | None) -> _Open:
        mark, _ = split_mark(line.text)
        return _Open([line], mark, self._gap(before, line))

    def _gap(self, before: Line | None, line: Line) -> float:
        if before is None or before.page != line.page or before.cell != line.cell:
            return 1.0
        if _is_next_column(before, line):
            return 1.0
        return max(0.0, (line.top - before.top) / self.pitch - 1)

    def _goes_on(self, opened: _Open, before: Line, line: Line) -> bool:
        if before.cell != line.cell and not _same_row_overleaf(before, line):
            return False
        mark, rest = split_mark(line.text)
        if mark and (rest or not opened.mark) and self._is_mark(opened, line, mark):
            return False
        if abs(before.size - line.size) > _ALIKE or before.bold != line.bold:
            return self._odd_letters(opened, before, line)
        if before.page != line.page or before.cell != line.cell or _is_next_column(before, line):
            return self._goes_on_overleaf(opened, before, line)
        return self._goes_on_below(opened, before, line)

    def _goes_on_below(self, opened: _Open, before: Line, line: Line) -> bool:
        if self._gap(before, line) > _APART or line.top < before.top - 1:
            return False
        if self._is_outside(opened, line) or (not line.height and self._stands_out(before, line)):
            return False
        if self._was_full(before, line):
            return True
        return not _FULL_STOP.search(before.text) and line.text[:1].islower()

    def _is_outside(self, opened: _Open, line: Line) -> bool:
        """Tell a line that stands left of where those of an open item do."""
        edge = opened.lines[0].inner if self.hangs else 0.0
        return bool(opened.mark) and line.left < max(opened.left, edge) - _NEAR

    def _stands_out(self, before: Line, line: Line) -> bool:
        """Tell a heading in a plain text with no blank lines: short, and between two sentences."""
        short = line.right < self.rights[line.page, line.cell] * _FULL
        ended = _SENTENCE_ENDS.search(before.text) and not _FULL_STOP.search(line.text)
        return bool(short and ended and line.text[:1].isupper())

    def _odd_letters(self, opened: _Open, before: Line, line: Line) -> bool:
        """Go on through a change of letters only within a sentence that plainly goes on."""
        near = before.page == line.page and self._gap(before, line) <= _APART
        same = abs(before.size - line.size) <= _ALIKE
        goes_on = not _FULL_STOP.search(before.text) and line.text[:1].islower()
        in_item = bool(opened.mark) and self._was_full(before, line)
        inside = in_item and not self._is_outside(opened, line)
        return near and same and (goes_on or inside)

    def _goes_on_overleaf(self, opened: _Open, before: Line, line: Line) -> bool:
        if line.text[:1].islower():
            return not _SENTENCE_ENDS.search(before.text) or bool(opened.mark)
        inner = opened.lines[0].inner
        if self.hangs and inner > opened.left + 6 and abs(line.left - inner) <= _NEAR:
            return True
        told = bool(opened.mark) or (bool(line.height) and not line.bold)
        return told and not _FULL_STOP.search(before.text) and self._was_full(before, line)

    def _was_full(self, before: Line, line: Line) -> bool:
        """Tell whether the next word found no room, so that the line was broken for want of it."""
        if not before.height:
            return before.right > max(_FULL_LINE, self.rights[before.page, before.cell] * _FULL)
        first = line.text.split(" ", 1)[0]
        width = (line.right - line.left) / max(1, len(line.text)) * (len(first) + 1)
        room = self.rights[before.page, before.cell] - before.right
        return width > room * 0.92

    def _is_mark(self, opened: _Open, line: Line, mark: str) -> bool:
        """Tell an item's number from a number that only happens to begin a line."""
        if not mark.lstrip("(")[:1].isalnum():
            return True
        last = opened.lines[-1]
        if _RANGE.search(last.text):
            return False
        overleaf = last.page + 1 == line.page and last.cell == line.cell
        near = overleaf or (last.page == line.page and self._gap(last, line) <= _CLOSE)
        hangs = opened.inner - opened.left > _NEAR
        inside = opened.mark and hangs and abs(line.left - opened.inner) < _NEAR
        mid_sentence = not _FULL_STOP.search(last.text) and self._was_full(last, line)
        return not (near and mid_sentence and (inside or not opened.mark))


def _is_next_column(before: Line, line: Line) -> bool:
    """Tell whether the text goes on at the top of the next column."""
    return line.top < before.top - _STEP


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
        near = alone and joined[-1].lines[0].cell == each.lines[0].cell
        if near and not each.mark and not split_mark(joined[-1].lines[0].text)[1]:
            joined[-1].lines += each.lines
        else:
            joined.append(each)
    return joined


def _closed(opened: _Open, words: frozenset[str]) -> Paragraph:
    first = opened.lines[0]
    text = "".join(_spliced(opened.lines, words)).replace(_SOFT, "")
    mark, rest = split_mark(text) if opened.mark else ("", text)
    if opened.mark and not split_mark(first.text)[1]:
        mark, rest = opened.mark, text.removeprefix(first.text)
    return Paragraph(
        re.sub(r"\s+", " ", rest).strip(), first.page, mark, opened.left, 0, first.size,
        all(line.bold for line in opened.lines), opened.gap, first.cell,
    )  # fmt: skip


def _spliced(lines: list[Line], words: frozenset[str]) -> Iterator[str]:
    """Give lines with what joins them: a hyphen at the end of one stays, and takes no space.

    It goes where the word stands elsewhere without it, and nowhere with it.
    """
    said = lines[0].text
    for below in (line.text for line in lines[1:]):
        hyphen = _HYPHEN.search(said)
        if hyphen is None or not below[:1].isalnum():
            yield f"{said} "
        elif _is_soft(hyphen, below, words):
            yield said[:-1]
        else:
            yield said
        said = below
    yield said


def _is_soft(hyphen: re.Match[str], below: str, words: frozenset[str]) -> bool:
    """Tell a hyphen that only parts a word at the end of a line."""
    if hyphen[0].endswith(_SOFT):
        return True
    rest = _WORD.match(below)
    if rest is None or not below[:1].islower():
        return False
    whole, joined = (f"{hyphen['part']}{sign}{rest[0]}".casefold() for sign in ("-", ""))
    return joined in words and whole not in words


def _words(lines: list[Line]) -> frozenset[str]:
    """Give the words of a document, but for those that the end of a line may have parted."""
    return frozenset(
        word.casefold()
        for line in lines
        for word in _WORD.findall(line.text.replace(_SOFT, ""))
        if not (word.endswith("-") or line.text.endswith(f"{word}-"))
    )
