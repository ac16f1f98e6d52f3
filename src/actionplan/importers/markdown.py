"""Markdown as paragraphs: the words that a reader of the drawn page sees, without the signs."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from actionplan.importers import foreign
from actionplan.importers.document import Cell, Document, Paragraph
from actionplan.importers.marks import split_mark
from actionplan.importers.wordnumbers import BULLET

if TYPE_CHECKING:
    from collections.abc import Callable

_LEVEL = 18.0
_TAB = 4
_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
_RULE = re.compile(r" {0,3}([-*_])(?:\s*\1){2,}\s*$")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,9}[.)])(\s+|$)(.*)$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*$")
_PARTED = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_DEFINED = re.compile(r" {0,3}\[[^\]]+\]:\s*\S")
_BROKEN = re.compile(r"(?:(?<! ) {2,}|\\)$")
_TASK = re.compile(r"\[[ xX]\]\s+")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")
_QUOTE = re.compile(r" {0,3}> ?")


class _Line(NamedTuple):
    """A line that stands in a paragraph or a list."""

    text: str
    indent: int
    mark: str = ""


def read(name: str, content: bytes, tell: Callable[[str], None]) -> Document:
    """Read a Markdown document."""
    del tell
    text = re.sub(r"<!--.*?(?:-->|\Z)", "", foreign.decode(name, content), flags=re.DOTALL)
    reader = _Reader()
    for line in _without_front(text.expandtabs(_TAB).splitlines()):
        reader.line(line)
    reader.end()
    title = next((each.text for each in reader.found if each.heading == 1), "")
    return Document(tuple(reader.found), title)


def _without_front(lines: list[str]) -> list[str]:
    """Leave out what stands between two rules at the very top: keys for other programs."""
    if lines and lines[0].strip() == "---":
        closing = (at for at, line in enumerate(lines[1:], 1) if line.strip() in {"---", "..."})
        end = next(closing, 0)
        keys = [line for line in lines[1:end] if line.strip()]
        if keys and all(re.match(r"[\w-]+\s*:|\s+\S|- |#", line) for line in keys):
            return lines[end + 1 :]
    return lines


class _Reader:
    """Goes through the lines once."""

    def __init__(self) -> None:
        self.found: list[Paragraph] = []
        self._lines: list[_Line] = []
        """Of the paragraph that is open."""
        self._indents: list[int] = []
        """Of the items that are open, the outermost first: where the text of each begins."""
        self._fence = ""
        self._rows: list[list[str]] = []
        self._tables = 0
        self._gap = 0.0

    def line(self, line: str) -> None:
        """Read one line."""
        line = self._unquoted(line)
        if self._in_fence(line):
            return
        if self._in_table(line):
            return
        if not line.strip():
            self.end()
            self._gap = 1.0
            return
        if self._is_heading(line) or (_RULE.match(line) and not self._underlines(line)):
            return
        if found := _ITEM.match(line):
            self._item(found)
        elif not (_DEFINED.match(line) and not self._lines):
            self._text(line)

    def _unquoted(self, line: str) -> str:
        while not self._fence and (found := _QUOTE.match(line)):
            line = line[found.end() :]
        return line

    # --- blocks -------------------------------------------------------------------------------

    def _in_fence(self, line: str) -> bool:
        """Keep the lines of a block of code as they are, each for itself."""
        if self._fence:
            if line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
                self._fence = ""
            elif line.strip():
                self._keep(" ".join(line.split()), "", 0)
            return True
        if found := _FENCE.match(line):
            self.end()
            self._fence = found[1]
        return bool(self._fence)

    def _in_table(self, line: str) -> bool:
        if self._rows:
            if "|" in line and line.strip():
                self._rows.append(_cells(line))
                return True
            self._end_table()
            return False
        begins = len(self._lines) == 1 and "|" in self._lines[0].text and _PARTED.match(line)
        if begins and len(_cells(self._lines[0].text)) == len(_cells(line)):
            self._rows = [_cells(self._lines.pop().text)]
            return True
        return False

    def _end_table(self) -> None:
        rows, self._rows = self._rows, []
        for down, row in enumerate(rows):
            for across, text in enumerate(row):
                cell = Cell(self._tables, down, across)
                for part in re.split(r"<br\s*/?>", text, flags=re.IGNORECASE):
                    self._keep(part, "", 0, cell=cell)
        self._tables += 1

    def _is_heading(self, line: str) -> bool:
        if found := _HEADING.match(line):
            self.end()
            self._indents = []
            self._keep(found[2] or "", "", 0, heading=len(found[1]))
            return True
        if self._underlines(line):
            text = " ".join(each.text.strip() for each in self._lines)
            self._lines, self._indents = [], []
            self._keep(text, "", 0, heading=1 if "=" in line else 2)
            return True
        return False

    def _underlines(self, line: str) -> bool:
        """Tell the line under a heading from a rule: it stands right under text of no list."""
        return bool(self._lines and not self._lines[0].mark and _UNDERLINE.match(line))

    def _item(self, found: re.Match[str]) -> None:
        spaces, mark, space, text = found.groups()
        if self._lines and mark[0].isdigit() and mark[:-1] != "1" and not self._lines[-1].mark:
            inside = self._indents or split_mark(f"{self._lines[0].text} x")[0]
            if not inside and not re.search(r"[.:;?!]\s*$", self._lines[-1].text):
                self._text(found[0])
                return
        self.end()
        indent = len(spaces)
        self._indents = [each for each in self._indents if each <= indent]
        self._indents.append(indent + len(mark) + min(len(space), _TAB))
        sign = mark if mark[0].isdigit() else BULLET
        self._lines = [_Line(_TASK.sub("", text, count=1), indent, sign)]

    def _text(self, line: str) -> None:
        indent = len(line) - len(line.lstrip())
        if not self._lines:
            self._indents = [each for each in self._indents if each <= indent + 1]
        self._lines.append(_Line(line.lstrip(), indent))

    # --- paragraphs ---------------------------------------------------------------------------

    def end(self) -> None:
        """End what is open."""
        if self._rows:
            self._end_table()
        lines, self._lines = self._lines, []
        if not lines:
            return
        items = [lines[:1]]
        for before, line in pairwise(lines):
            own = _BROKEN.search(before.text) or before.text.rstrip().endswith((":", ";", "."))
            if own and split_mark(line.text)[0]:
                items.append([line])
            else:
                items[-1].append(line)
        for item in items:
            text = " ".join(_BROKEN.sub("", line.text) for line in item)
            self._keep(text, item[0].mark, len(self._indents))

    def _keep(
        self, text: str, mark: str, level: int, *, heading: int = 0, cell: Cell | None = None
    ) -> None:
        bold = re.fullmatch(r"\s*(\*\*|__)(?:(?!\1).)+\1[.:]?\s*", text) is not None
        said = _drawn(text)
        typed, rest = split_mark(said) if not mark or mark == BULLET else ("", said)
        if typed and rest:
            mark, said = typed, rest
        if not said:
            return
        left = _LEVEL * level + (0 if mark or not level else _LEVEL / 2)
        self.found.append(
            Paragraph(said, 0, mark, left, heading, bold=bold, gap=self._gap, cell=cell)
        )
        self._gap = 0.0


def _cells(line: str) -> list[str]:
    """Part a row; a stroke behind a backslash belongs to the text."""
    inside = line.strip().removeprefix("|")
    if inside.endswith("|") and not inside.endswith("\\|"):
        inside = inside[:-1]
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inside)]


_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SIGNS = (
    (re.compile(r"!\[([^\]]{0,999})\]\([^)]{0,999}\)"), r"\1"),
    (re.compile(r"\[\^[^\]]{1,999}\]"), ""),
    (re.compile(r"\[([^\]]{0,999})\]\([^)]{0,999}\)"), r"\1"),
    (re.compile(r"\[([^\]]{1,999})\]\[[^\]]{0,999}\]"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]{1,999})>"), r"\1"),
    (re.compile(r"(`{1,9})(.{1,999}?)\1"), r"\2"),
    (re.compile(r"\*\*(?=\S)(.{1,9999}?)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<!\w)__(?=\S)(.{1,9999}?)(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"~~(?=\S)(.{1,9999}?)(?<=\S)~~"), r"\1"),
    (re.compile(r"\*(?=\S)([^*]{1,9999}?)(?<=\S)\*"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_]{1,9999}?)(?<=\S)_(?!\w)"), r"\1"),
)
"""The signs round a text and the text; no sign reaches further, so that none is sought for ever."""


def _drawn(text: str) -> str:
    """Take the signs of Markdown off a text; what a backslash stands before is left as it is."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\ue000{len(kept) - 1}\ue001"

    text = _ESCAPED.sub(keep, text.replace("\ue000", "").replace("\ue001", ""))
    for pattern, instead in _SIGNS:
        text = pattern.sub(instead, text)
    text = html.unescape(_HTML.sub(" ", text))
    text = re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], text)
    return " ".join(text.split())
