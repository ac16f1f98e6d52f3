"""Word documents as paragraphs: what a reader of the printed page sees, in its order.

Read are insertions that nobody has accepted yet, content controls, text boxes and tables; not read
are deletions, hidden text, comments, footnotes and the list of contents.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted
from actionplan.importers.document import Cell, Document, Paragraph
from actionplan.importers.marks import split_mark
from actionplan.importers.wordnumbers import Mark, Numbers
from actionplan.importers.wordparts import FALLBACK, Element, Parts, W, is_on, number, value
from actionplan.importers.wordstyles import TWIPS, Styles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_CLEAR = frozenset(
    f"{W}{name}"
    for name in (
        "sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "hyperlink", "fldSimple",
        "dir", "bdo",
    )
)  # fmt: skip
"""What stands around text and changes nothing of it."""
_GONE = frozenset({f"{W}del", f"{W}moveFrom"})
_LEVEL = 18.0
"""Points that a level of nesting is moved in by, at least."""
_LINE = 240
"""Twentieths of a point to a line of text."""
_BOX = f"{W}txbxContent"
_PAGE_ENDED = f"{W}lastRenderedPageBreak"
"""Where a page ended when Word last saved the file; other programs leave none."""


class _Piece(NamedTuple):
    """A text of one look."""

    text: str
    bold: bool
    size: float


def read(name: str, content: bytes, tell: Callable[[str], None]) -> Document:
    """Read a Word document."""
    parts = Parts(name, content)
    styles = Styles(parts.one("styles"))
    is_paged = any(True for _ in parts.document.iter(_PAGE_ENDED))
    numbers = Numbers(parts.one("numbering"), styles)
    reader = _Reader(styles, numbers, tell, is_paged=is_paged)
    body = parts.document.find(f"{W}body")
    reader.blocks(body if body is not None else (), None)
    reader.end()
    furniture = [
        _plain(part) for kind in ("header", "footer") for part in parts.all(kind) if _plain(part)
    ]
    return Document(
        tuple(reader.found),
        parts.title,
        reader.page if is_paged else 0,
        tuple(dict.fromkeys(furniture)),
        tuple(_notes(parts, reader)),
    )


def _plain(part: Element) -> str:
    """Give all text of a part on one line."""
    texts = [_text_of(paragraph) for paragraph in part.iter(f"{W}p")]
    return " ".join(" ".join(texts).split())


def _text_of(paragraph: Element) -> str:
    return "".join(each.text or "" for each in paragraph.iter(f"{W}t"))


def _notes(parts: Parts, reader: _Reader) -> Iterator[str]:
    if reader.tracked:
        yield (
            "Changes are tracked in it and not all accepted: what was inserted was read, what was "
            "deleted was not."
        )
    if reader.hidden:
        yield "It has hidden text, which was not read."
    for kind, noun in (("comments", "comment"), ("footnotes", "footnote"), ("endnotes", "endnote")):
        part = parts.one(kind)
        notes = [] if part is None else [n for n in part if not n.get(f"{W}type") and _plain(n)]
        if notes:
            yield f"It has {counted(len(notes), noun)}: what they say was not read."
    if any(True for _ in parts.document.iter(f"{W}altChunk")):
        yield "Another document is embedded in it, and was not read: open it in Word and save it."


class _Reader:
    """Goes through a document once, in reading order."""

    def __init__(
        self, styles: Styles, numbers: Numbers, tell: Callable[[str], None], *, is_paged: bool
    ) -> None:
        self.found: list[Paragraph] = []
        self.page = 1
        self.tracked = self.hidden = False
        self._styles, self._numbers, self._tell = styles, numbers, tell
        self._is_paged = is_paged
        self._carried: list[_Piece] = []
        """The text before a deleted end of a paragraph: it goes on in the next."""
        self._tables = 0
        self._empty = 0.0
        self._boxes: list[Element] = []

    def blocks(self, inside: Iterable[Element], cell: Cell | None) -> None:
        """Read paragraphs and tables."""
        for block in inside:
            if block.tag == f"{W}p":
                self._paragraph(block, cell)
            elif block.tag == f"{W}tbl":
                self._table(block, cell)
            elif block.tag in _CLEAR and not _asks_for_text(block):
                self.tracked |= block.tag == f"{W}ins"
                self.blocks(block, cell)

    def end(self) -> None:
        """Keep the text of a last paragraph whose end was deleted, with none to go on in."""
        pieces, self._carried = self._carried, []
        self._emit(pieces, Paragraph(""), None)

    # --- paragraphs ---------------------------------------------------------------------------

    def _paragraph(self, paragraph: Element, cell: Cell | None) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = self._styles.of(properties)
        before = self.page
        pieces = self._carried + list(self._pieces(paragraph, style))
        self._carried = []
        if properties is not None and _ends_deleted(properties):
            self.tracked, self._carried = True, pieces
            return
        mark = self._numbers.mark(properties)
        if not self._styles.is_contents(properties):
            self._emit(pieces, self._like(properties, mark, cell, before), mark)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box, cell)

    def _emit(self, pieces: list[_Piece], like: Paragraph, mark: Mark | None) -> None:
        """Keep a paragraph; one whose lines were broken by hand into items is several."""
        said = [piece for piece in pieces if piece.text.strip()]
        if not said:
            self._empty += 1
            return
        like = like._replace(
            bold=all(piece.bold for piece in said), size=said[0].size, gap=like.gap + self._empty
        )
        self._empty = 0.0
        lines = _items("".join(piece.text for piece in pieces))
        for at, line in enumerate(lines):
            drawn = mark.drawn if mark and not at else ""
            self.found.append(_marked(line, drawn, like))

    def _like(
        self, properties: Element | None, mark: Mark | None, cell: Cell | None, before: int
    ) -> Paragraph:
        heading = 0 if cell else self._styles.heading(properties)
        style = self._styles.of(properties)
        spacing = [] if properties is None else [properties.find(f"{W}spacing")]
        spacing.append(self._styles.first(style, f"{W}pPr/{W}spacing"))
        stated = (each.get(f"{W}before") for each in spacing if each is not None)
        return Paragraph(
            "",
            before if self._is_paged else 0,
            left=self._left(properties, style, mark),
            heading=heading,
            gap=number(next((each for each in stated if each), "0")) / _LINE,
            cell=cell,
        )

    def _left(self, properties: Element | None, style: str, mark: Mark | None) -> float:
        """Give how far in a paragraph, or its mark, stands."""
        own = None if properties is None else properties.find(f"{W}ind")
        listed = mark.indent if mark else None
        places = [each for each in (own, listed, *self._styles.indents(style)) if each is not None]

        def first(*names: str) -> int:
            stated = (each.get(f"{W}{name}") for each in places for name in names)
            return number(next((text for text in stated if text), "0"))

        left = (first("left", "start") - first("hanging")) / TWIPS
        return max(left, _LEVEL * mark.level) if mark else max(left, 0.0)

    # --- what stands in a paragraph -----------------------------------------------------------

    def _pieces(self, inside: Element, style: str) -> Iterator[_Piece]:
        for each in inside:
            if each.tag == f"{W}r":
                yield from self._run(each, style)
            elif each.tag in _CLEAR and not _asks_for_text(each):
                self.tracked |= each.tag in {f"{W}ins", f"{W}moveTo"}
                yield from self._pieces(each, style)
            elif each.tag in _GONE:
                self.tracked = True

    def _run(self, run: Element, style: str) -> Iterator[_Piece]:
        if is_on(run.find(f"{W}rPr/{W}vanish")):
            self.hidden |= bool(_text_of(run).strip())
            return
        text = "".join(self._said(each) for each in run)
        if text:
            yield _Piece(text, self._styles.is_bold(run, style), self._styles.size(run, style))

    def _said(self, each: Element) -> str:
        name = each.tag.removeprefix(W)
        if name == "t":
            return each.text or ""
        if name == "lastRenderedPageBreak":
            self.page += 1
            self._tell(f"page {self.page}")
        elif name in _SIGNS:
            return _SIGNS[name]
        elif name == "sym":
            return _sign(each.get(f"{W}char", ""))
        elif name == "br":
            return " " if each.get(f"{W}type") in {"page", "column"} else "\n"
        else:
            self._boxes += _boxes_in(each)
        return ""

    # --- tables -------------------------------------------------------------------------------

    def _table(self, table: Element, outer: Cell | None) -> None:
        rows = list(_within(table, f"{W}tr"))
        if len(rows) == 1 and len(list(_within(rows[0], f"{W}tc"))) == 1:
            for cell in _within(rows[0], f"{W}tc"):
                self.blocks(cell, outer)
            return
        at, self._tables = self._tables, self._tables + 1
        for down, row in enumerate(rows):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.tracked = True
                continue
            self._row(row, at, down)
        self._empty = 1.0

    def _row(self, row: Element, table: int, down: int) -> None:
        across = number(value(row.find(f"{W}trPr/{W}gridBefore")))
        for cell in _within(row, f"{W}tc"):
            properties = cell.find(f"{W}tcPr")
            self._empty = 0.0
            if not _goes_on(properties):
                self.blocks(cell, Cell(table, down, across))
            span = None if properties is None else properties.find(f"{W}gridSpan")
            across += max(1, number(value(span, "1")))


_PRIVATE = range(0xE000, 0xF900)
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def _sign(code: str) -> str:
    """Give a sign of a symbol font by its place in it."""
    place = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
    return chr(place) if chr(place).isprintable() or place in _PRIVATE else ""


def _marked(line: str, drawn: str, like: Paragraph) -> Paragraph:
    """Take a typed mark off a line; an automatic number stands in front of all that is typed."""
    is_number = any(map(str.isalnum, drawn)) and drawn != "o"
    typed, rest = ("", line) if is_number else split_mark(line)
    if typed and rest:
        return like._replace(text=rest, mark=typed)
    return like._replace(text=line, mark=drawn)


def _asks_for_text(control: Element) -> bool:
    """Tell a content control that nobody has filled in: what it shows is no text of anyone."""
    return control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _ends_deleted(properties: Element) -> bool:
    """Tell whether the end of a paragraph was deleted, so that it goes on in the next."""
    return any(properties.find(f"{W}rPr/{gone}") is not None for gone in _GONE)


def _goes_on(properties: Element | None) -> bool:
    """Tell a cell that only goes on with the merged one above it, or to its left."""
    if properties is None:
        return False
    merged = [properties.find(f"{W}vMerge"), properties.find(f"{W}hMerge")]
    return any(each is not None and value(each, "continue") == "continue" for each in merged)


def _within(outer: Element, tag: str) -> Iterator[Element]:
    """Give the children of a kind, through what changes nothing."""
    for each in outer:
        if each.tag == tag:
            yield each
        elif each.tag in _CLEAR:
            yield from _within(each, tag)


def _boxes_in(drawing: Element) -> Iterator[Element]:
    """Find the text boxes of a drawing; what it holds again for older programs is left out."""
    if drawing.tag == _BOX:
        yield drawing
    elif drawing.tag != FALLBACK:
        for each in drawing:
            yield from _boxes_in(each)


def _items(text: str) -> list[str]:
    """Part a text where a line broken by hand begins an item, or an empty line stands."""
    items = [""]
    for line in text.split("\n"):
        line = re.sub(r"\s+", " ", line.replace("\u00ad", "")).strip()  # noqa: PLW2901 - the same line
        if items[-1] and (not line or split_mark(line)[0]):
            items.append("")
        items[-1] = f"{items[-1]} {line}".strip()
    return [item for item in items if item]
