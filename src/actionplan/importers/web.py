"""Web pages as paragraphs: the text of the page and not its menus; nothing is fetched, nothing run.

Word's "save as web page" is one as well: there a list is drawn in words that say so, and its marks
are taken from them.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

from actionplan.importers import foreign
from actionplan.importers.document import Cell, Document, Paragraph
from actionplan.importers.marks import split_mark
from actionplan.importers.wordnumbers import BULLET, signs

if TYPE_CHECKING:
    from collections.abc import Callable

_SKIPPED = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "nav",
        "aside", "button", "select", "textarea", "del", "dialog", "audio", "video", "canvas",
    }
)  # fmt: skip
_RUNNING = frozenset({"header", "footer"})
_ROLES = {
    "navigation": "skip", "search": "skip", "banner": "running", "contentinfo": "running",
}  # fmt: skip
_BLOCKS = frozenset(
    {
        "p", "div", "section", "article", "main", "body", "html", "blockquote", "pre", "address",
        "figure", "figcaption", "details", "summary", "fieldset", "legend", "form", "dl", "dt",
        "dd", "center", "hr", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "menu",
        "li", "table", "tr", "td", "th", "thead", "tbody", "tfoot", "header", "footer", "nav",
        "aside",
    }
)  # fmt: skip
_VOID = frozenset(
    {
        "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr",
        "param", "track",
    }
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset({"b", "strong", "th"})
_LEVEL = 18.0
_ENOUGH = 200
"""Letters: a main part with fewer is not where the text stands."""
_KINDS = {
    "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
}  # fmt: skip
_SECTION_OF_WORD = re.compile(r"<!\[(?!CDATA\[)[^>]*>?")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
_LIST_OF_WORD = re.compile(r"mso-list\s*:[^;]*\blevel(\d)")
_BROKEN = "\n"
"""Stands for a line broken by hand; no text has one before."""


class _List:
    """A list that is open."""

    def __init__(self, tag: str, stated: dict[str, str]) -> None:
        self.tag = tag
        self.kind = _KINDS.get(stated.get("type", ""), "decimal")
        self.step = -1 if "reversed" in stated else 1
        start = stated.get("start", "")
        self.next = int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1

    def mark(self, stated: dict[str, str]) -> str:
        """Give what stands in front of the next item."""
        if self.tag != "ol":
            return BULLET
        if re.fullmatch(r"-?\d{1,6}", stated.get("value", "")):
            self.next = int(stated["value"])
        count, self.next = self.next, self.next + self.step
        return f"{signs(count, self.kind)}."


class _Table:
    """A table that is open: which cell comes next, past those that reach down from above."""

    def __init__(self, number: int) -> None:
        self.number, self.row, self.column = number, -1, 0
        self.cells = 0
        self.taken: set[tuple[int, int]] = set()
        self.cell: Cell | None = None

    def next_row(self) -> None:
        self.row, self.column, self.cell = self.row + 1, 0, None

    def next_cell(self, stated: dict[str, str]) -> None:
        self.row, self.cells = max(self.row, 0), self.cells + 1
        while (self.row, self.column) in self.taken:
            self.column += 1
        self.cell = Cell(self.number, self.row, self.column)
        across, down = _span(stated, "colspan"), _span(stated, "rowspan")
        places = {(self.row + d, self.column + a) for d in range(down) for a in range(across)}
        self.taken |= places
        self.column += across


def _span(stated: dict[str, str], name: str) -> int:
    text = stated.get(name, "1")
    return min(max(1, int(text)), 100) if re.fullmatch(r"\d{1,4}", text) else 1


class _Part(NamedTuple):
    """A paragraph, and where on the page it stands."""

    paragraph: Paragraph
    is_main: bool
    is_running: bool
    is_linked: bool
    """All of it is a link, as in a menu."""


class _Open(NamedTuple):
    """An element that is open."""

    tag: str
    role: str
    """``skip``, ``running``, ``main``, ``bold``, ``mark``, ``raised``, ``link`` or nothing."""


_LISTS = frozenset({"ul", "ol", "menu"})
_ENDED_BY = {
    "li": (frozenset({"li"}), _LISTS),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"table"})),
    "th": (frozenset({"td", "th"}), frozenset({"table"})),
}
"""What the start of an element ends where it was left open, and what that lies within."""


class _Elements:
    """The elements that are open, the innermost last, and how many there are of each role."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._roles: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()

    def start(self, tag: str, role: str) -> None:
        self._open.append(_Open(tag, role))
        self._roles[role] += 1
        self._tags[tag] += 1

    def end(self, tag: str) -> bool:
        """End the innermost of a kind; false where none is open."""
        if not self._tags[tag]:
            return False
        at = next(at for at in range(len(self._open) - 1, -1, -1) if self._open[at].tag == tag)
        self._take_out(at, at + 1)
        return True

    def end_before(self, tag: str) -> None:
        """End what the start of an element ends: an item the one before it, a block a paragraph."""
        ended, within = _ENDED_BY.get(tag, (frozenset({"p"}), _BLOCKS - {"p"}))
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].tag in ended:
                self._take_out(at, len(self._open))
            if at >= len(self._open) or self._open[at].tag in within:
                return

    def end_roles(self, roles: frozenset[str]) -> None:
        """End all elements of some roles."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].role in roles:
                self._take_out(at, at + 1)

    def are(self, role: str) -> bool:
        """Tell whether what stands here is of a role."""
        return self._roles[role] > 0

    def hold(self, *tags: str) -> bool:
        """Tell whether an element of some kinds is open."""
        return any(self._tags[tag] for tag in tags)

    def _take_out(self, first: int, last: int) -> None:
        for each in self._open[first:last]:
            self._roles[each.role] -= 1
            self._tags[each.tag] -= 1
        del self._open[first:last]


def read(name: str, content: bytes, tell: Callable[[str], None]) -> Document:
    """Read a web page."""
    del tell
    page = _Page()
    page.feed(_SECTION_OF_WORD.sub("", foreign.decode(name, content)))
    page.close()
    page.flush()
    parts = _without_menus(page.parts)
    main = [part for part in parts if part.is_main]
    if sum(len(part.paragraph.text) for part in main) >= _ENOUGH:
        parts = main
    body = [p.paragraph for p in parts if not p.is_running]
    running = [p.paragraph.text for p in page.parts if p.is_running]
    return Document(_without_frames(body), page.title, 0, tuple(dict.fromkeys(running)))


def _without_menus(parts: list[_Part]) -> list[_Part]:
    """Leave out lists of nothing but links."""
    kept: list[_Part] = []
    run: list[_Part] = []
    for part in parts:
        if part.is_linked and part.paragraph.mark:
            run.append(part)
            continue
        kept += run if len(run) == 1 else []
        run = []
        kept.append(part)
    return kept + (run if len(run) == 1 else [])


def _without_frames(body: list[Paragraph]) -> tuple[Paragraph, ...]:
    """Take a table of one cell for what it is: a frame around text."""
    cells: dict[int, set[Cell]] = {}
    for each in body:
        if each.cell:
            cells.setdefault(each.cell.table, set()).add(each.cell)
    return tuple(
        each._replace(cell=None) if each.cell and len(cells[each.cell.table]) == 1 else each
        for each in body
    )


class _Page(HTMLParser):
    """Goes through a page once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[_Part] = []
        self.title = ""
        self._open = _Elements()
        self._lists: list[_List] = []
        self._tables: list[_Table] = []
        self._count = 0
        self._texts: list[tuple[str, bool, bool]] = []
        """Each with whether it is bold, and whether it is a link."""
        self._mark = self._typed = ""
        self._heading = 0
        self._level = 0
        """Of a list as Word saves it."""
        self._in_title = self._kept = False

    # --- tags ---------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {key: value or "" for key, value in attrs}
        if tag == "title" and not self.title and not self._is("skip"):
            self._in_title = True
        elif tag == "br":
            self._add(_BROKEN)
        elif tag == "img" or tag in _VOID - {"hr"}:
            return
        else:
            self._start(tag, stated)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and tag in _SKIPPED | {"title"}:
            self.handle_endtag(tag)

    def _start(self, tag: str, stated: dict[str, str]) -> None:
        role = _role(tag, stated)
        if role == "main":
            self._open.end_roles(frozenset({"skip", "running"}))
        if role == "running" and self._open.hold("main", "article"):
            role = ""
        if tag in _BLOCKS:
            self.flush()
            self._open.end_before(tag)
            self._block(tag, stated)
        if tag not in _VOID:
            self._open.start(tag, role)

    def _block(self, tag: str, stated: dict[str, str]) -> None:
        self._kept = tag == "pre" or (self._kept and tag not in {"p", "div", "li"})
        if tag in _LISTS:
            self._lists.append(_List(tag, stated))
        elif tag == "li":
            self._mark = self._lists[-1].mark(stated) if self._lists else BULLET
        elif tag == "table":
            self._tables.append(_Table(self._count))
            self._count += 1
        elif tag == "tr" and self._tables:
            self._tables[-1].next_row()
        elif tag in {"td", "th"} and self._tables:
            self._tables[-1].next_cell(stated)
        self._heading = _HEADINGS.get(tag, 0) or (
            _level_of(stated) if stated.get("role") == "heading" else 0
        )
        listed = _LIST_OF_WORD.search(stated.get("style", ""))
        self._level = int(listed[1]) if listed else 0

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
            return
        if tag in _BLOCKS:
            self.flush()
            self._heading = self._level = 0
            self._kept = self._kept and tag != "pre"
        if tag == "br":
            self._add(_BROKEN)
        if self._open.end(tag):
            self._close(tag)

    def _close(self, tag: str) -> None:
        if tag in _LISTS and self._lists:
            self._lists.pop()
            self._mark = ""
        elif tag == "li":
            self._mark = ""
        elif tag == "table" and self._tables:
            self._tables.pop()
        elif tag in {"td", "th"} and self._tables:
            self._tables[-1].cell = None

    # --- text ---------------------------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title = " ".join(f"{self.title} {data}".split())
        elif not self._kept:
            self._add(re.sub(r"\s+", " ", data))
        else:
            self._add(data)

    def unknown_decl(self, data: str) -> None:
        """Leave out what is declared."""

    def _add(self, text: str) -> None:
        if self._is("skip") or (self._is("raised") and re.fullmatch(r"\W*\d+\W*", text)):
            return
        if self._is("mark"):
            self._typed += text
        else:
            self._texts.append((text, self._is("bold"), self._is("link")))

    def _is(self, role: str) -> bool:
        return self._open.are(role)

    def flush(self) -> None:
        """End a paragraph, if there is one."""
        texts, self._texts = self._texts, []
        typed, self._typed = " ".join(self._typed.split()), ""
        said = [each for each in texts if each[0].strip()]
        if not said:
            return
        whole = "".join(text for text, _, _ in texts)
        for at, line in enumerate(_items(whole)):
            self._emit(line, said, typed if not at else "", self._mark if not at else "")
        self._mark = ""

    def _emit(self, line: str, said: list[tuple[str, bool, bool]], typed: str, mark: str) -> None:
        table = self._tables[-1] if self._tables else None
        found, rest = split_mark(line)
        level = max(len(self._lists), self._level)
        is_item = bool(typed or mark)
        if not typed and found and rest and not re.search(r"\w", mark):
            typed, line = found, rest
        paragraph = Paragraph(
            line,
            mark=_plain(typed) or mark,
            left=_LEVEL * level + (0 if is_item or not level else _LEVEL / 2),
            heading=self._heading,
            bold=all(bold for _, bold, _ in said),
            cell=table.cell if table else None,
        )
        linked = all(is_link for _, _, is_link in said)
        self.parts.append(_Part(paragraph, self._is("main"), self._is("running"), linked))


def _role(tag: str, stated: dict[str, str]) -> str:
    style = stated.get("style", "").lower()
    if tag in _SKIPPED or "hidden" in stated or _HIDDEN.search(style):
        return "skip"
    named = stated.get("role", "")
    if named in _ROLES:
        return _ROLES[named]
    if tag == "main" or named == "main":
        return "main"
    if tag in _RUNNING:
        return "running"
    if "mso-list:ignore" in style.replace(" ", ""):
        return "mark"
    if tag in _BOLD or re.search(r"font-weight\s*:\s*(bold|[6-9]00)", style):
        return "bold"
    if tag == "sup" or "MsoFootnoteReference" in stated.get("class", ""):
        return "raised"
    return "link" if tag == "a" and "href" in stated else ""


def _level_of(stated: dict[str, str]) -> int:
    level = stated.get("aria-level", "2")
    return int(level) if re.fullmatch(r"[1-9]", level) else 2


def _plain(typed: str) -> str:
    """Give a mark as Word saves it: one sign of a symbol font is a bullet."""
    return BULLET if typed in {"\u00b7", "\u00a7", "\u00d8", "\u00fc"} else typed


def _items(text: str) -> list[str]:
    """Part a text where a broken line begins an item, or where an empty line stands."""
    items = [""]
    for line in text.split(_BROKEN):
        line = re.sub(r"\s+", " ", line.replace("\u00ad", "")).strip()  # noqa: PLW2901 - the same line
        if items[-1] and (not line or split_mark(line)[0]):
            items.append("")
        items[-1] = f"{items[-1]} {line}".strip()
    return [item for item in items if item]
