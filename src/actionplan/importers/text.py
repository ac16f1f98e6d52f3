"""Plain text: what pdftotext gives, or what was pasted; its lines have places as on a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actionplan.importers import foreign
from actionplan.importers.document import Document
from actionplan.importers.furniture import Line
from actionplan.importers.lines import PITCH, flow
from actionplan.importers.marks import split_mark

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTER = 6.0
"""Points: how wide a letter is taken to be."""
_TAIL = re.compile(r"^(?P<text>.*?\S)(?:\s{3,}|\s*(?:\.\s?){4,}\s*)(?P<tail>\d{1,3})$")
_WIDE = re.compile(r"\s{3,}")


def read(name: str, content: bytes, tell: Callable[[str], None]) -> Document:
    """Read a text; a form feed starts a page.

    Raises:
        ActionPlanError: where it is no text.

    """
    del tell
    text = foreign.decode(name, content).replace("\r\n", "\n").replace("\r", "\n").rstrip("\f\n ")
    pages = text.split("\f")
    lines = [line for number, page in enumerate(pages) for line in _page(page, number, len(pages))]
    flowed = flow(lines)
    return Document(flowed.paragraphs, "", len(pages) if len(pages) > 1 else 0, flowed.furniture)


def _page(page: str, number: int, pages: int) -> list[Line]:
    printed = page.expandtabs(4).split("\n")
    return [
        _line(each, row * PITCH, number + 1 if pages > 1 else 0)
        for row, each in enumerate(printed)
        if each.strip()
    ]


def _line(printed: str, top: float, page: int) -> Line:
    left = (len(printed) - len(printed.lstrip())) * _LETTER
    said = printed.strip()
    found = _TAIL.match(said)
    words, tail = (found["text"], found["tail"]) if found else (said, "")
    text = _WIDE.sub(" ", words)
    mark, rest = split_mark(text)
    inner = left + words.index(rest[:1], len(mark)) * _LETTER if mark and rest else 0.0
    right = left + len(said) * _LETTER
    return Line(re.sub(r"\s+", " ", text), page, left, right, top, inner=inner, tail=tail)
