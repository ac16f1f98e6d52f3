"""From a section's paragraphs to drafts: which is an item, which belongs to the one before.

One item of a list is one draft, and one row of a ruled table; nested points belong to their parent.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from actionplan.importers import marks
from actionplan.importers.drafts import Draft, LeftOut
from actionplan.importers.review import headings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.importers.document import Paragraph
    from actionplan.importers.review.sections import Section

SURE, RULED, LONG, BARE = 0.95, 0.9, 0.8, 0.6
"""How sure a marked item is, a row of a table, an item of many words, a paragraph with no mark."""
MANY_WORDS = 120
BARE_WORDS = 60
"""A paragraph with no mark in front is taken for an item up to so many words."""
_SAME_PLACE = 3.0
"""Points within which two cells start at the same place."""
_NESTED = 8.0
"""Points further in, from which an item belongs to the one before."""


class Item(NamedTuple):
    """An item with what belongs to it."""

    first: Paragraph
    text: str
    parts: tuple[str, ...] = ()
    under: str = ""
    """The timescale or theme that it stands under."""
    responsible: str = ""
    confidence: float = SURE

    def more(self, text: str) -> Item:
        """Go on with a second paragraph of the item, or of its last point."""
        if self.parts:
            return self._replace(parts=(*self.parts[:-1], f"{self.parts[-1]} {text}"))
        return self._replace(text=f"{self.text} {text}")


class Found(NamedTuple):
    """What a section gives."""

    drafts: tuple[Draft, ...]
    left_out: tuple[LeftOut, ...]


def drafts(section: Section) -> Found:
    """Give the drafts of one section, and what of it was passed over."""
    items: list[Item] = []
    left: list[LeftOut] = []
    flat = _flat(section, left)
    for in_table, group in groupby(flat, key=lambda each: each[0].cell is not None):
        if in_table:
            _rows(list(group), items, left)
        else:
            _list(group, section, items, left)
    if section.cut_short:
        left.append(LeftOut(section.heading, section.page, _NO_LIST))
    elif not items:
        _bare(section, items, left)
    else:
        left[:0] = [LeftOut(each.text, each.page, _INTRODUCES) for each in section.introduction]
    return Found(tuple(_draft(item, section) for item in items), tuple(left))


_NO_LIST = "Another heading stands straight below it: look there for what must improve."
_INTRODUCES = "It introduces the list."
_NOTHING = "It says that there is nothing of the kind."
_CASE = "It is a case study."
_BETWEEN = "It stands between the items of the list, and is none."
_BOXED = "It stands in a box of its own, beside the list."
_PROSE = "It is told in sentences, not in a list: look for what it asks among what is offered."


def _flat(section: Section, left: list[LeftOut]) -> list[tuple[Paragraph, str]]:
    """Take a frame around a list for nothing, and leave out one around anything else."""
    framed = _frames(section)
    kept: list[tuple[Paragraph, str]] = []
    for paragraph, under in section.paragraphs:
        table = paragraph.cell.table if paragraph.cell is not None else None
        if table not in framed:
            kept.append((paragraph, under))
        elif not paragraph.mark and headings.opens(paragraph.text):
            continue
        elif table is not None and framed[table]:
            kept.append((paragraph._replace(cell=None), under))
        else:
            left.append(LeftOut(paragraph.text, paragraph.page, _BOXED))
    return kept


def _frames(section: Section) -> dict[int | None, bool]:
    """Find the tables of one cell, and whether there is a list in each."""
    cells: dict[int, set[tuple[int, int]]] = {}
    marked: dict[int, bool] = {}
    for paragraph, _ in section.paragraphs:
        if paragraph.cell is not None:
            table, row, column = paragraph.cell
            cells.setdefault(table, set()).add((row, column))
            marked[table] = marked.get(table, False) or bool(paragraph.mark)
    alone = {table for table, inside in cells.items() if len(inside) == 1}
    return {table: marked[table] for table in alone - _cut(section, alone)}


def _cut(section: Section, alone: set[int]) -> set[int]:
    """Find the tables that only go on with a row from the page before, or with the table's last."""
    return {
        below.cell.table
        for (above, _), (below, _) in pairwise(section.paragraphs)
        if above.cell and below.cell and above.page + 1 == below.page
        if not _ended(above.text) or (above.cell.table not in alone and _is_below(above, below))
    }


def _is_below(above: Paragraph, below: Paragraph) -> bool:
    """Tell a cell that stands where those of the page before do, and is no box of its own."""
    return abs(above.left - below.left) < _SAME_PLACE and not headings.is_case(below.text)


def _ended(text: str) -> bool:
    return re.search(r"[.?!][\u2019\u201d\"')]*$", text) is not None


# --- lists ----------------------------------------------------------------------------------------

_GENERAL = re.compile(
    r"(?:(?:the )?following(?: [\w-]+){0,4}|\b(?:should|must|needs? to|are to|is to)"
    r"(?: now| urgently)?|action(?: to)?)\s*[:.]?$",
    re.IGNORECASE,
)


def _list(
    group: Iterable[tuple[Paragraph, str]], section: Section, items: list[Item], left: list[LeftOut]
) -> None:
    top: Paragraph | None = None
    in_case = False
    for paragraph, under in group:
        in_case = _in_case(paragraph, under, in_case=in_case)
        if in_case:
            left.append(LeftOut(paragraph.text, paragraph.page, _CASE))
        elif headings.says_none(paragraph.text):
            left.append(LeftOut(paragraph.text, paragraph.page, _NOTHING))
        elif paragraph.mark and (top is None or _is_sibling(paragraph, top)):
            if _GENERAL.search(paragraph.text) and not _is_own(paragraph, section):
                left.append(LeftOut(paragraph.text, paragraph.page, _INTRODUCES))
                top = None
                continue
            top = paragraph
            items.append(Item(paragraph, paragraph.text, under=under))
        elif top is not None and items and (paragraph.mark or _belongs(paragraph, top)):
            items[-1] = _with(items[-1], paragraph)
        else:
            left.append(LeftOut(paragraph.text, paragraph.page, _BETWEEN))


def _in_case(paragraph: Paragraph, under: str, *, in_case: bool) -> bool:
    if headings.is_case(paragraph.text):
        return True
    return in_case and not paragraph.mark and not under


def _is_own(paragraph: Paragraph, section: Section) -> bool:
    """Tell an item that ends like an introduction, but whose nested points are its own."""
    numbered = marks.style(paragraph.mark) in {"number", "paragraph"}
    if not numbered and not re.search(r"following|action\s*[:.]?$", paragraph.text, re.IGNORECASE):
        return False
    siblings = sum(
        1
        for each, _ in section.paragraphs
        if marks.style(each.mark) == marks.style(paragraph.mark)
        and abs(each.left - paragraph.left) < _NESTED
    )
    return siblings > 1


def _is_sibling(paragraph: Paragraph, top: Paragraph) -> bool:
    style, manner = marks.style(paragraph.mark), marks.style(top.mark)
    if style == manner:
        return paragraph.left < top.left + _NESTED
    if manner in {"number", "paragraph"}:
        return style in {"number", "paragraph"} and paragraph.left < top.left + _NESTED
    return paragraph.left < top.left - _NESTED


def _belongs(paragraph: Paragraph, top: Paragraph) -> bool:
    """Tell what goes on with an item: it stands in from its mark, or under its bold words."""
    return paragraph.left > top.left + 6 or (top.bold and not paragraph.bold)


def _with(item: Item, paragraph: Paragraph) -> Item:
    if paragraph.mark:
        return item._replace(parts=(*item.parts, paragraph.text))
    return item.more(paragraph.text)


def _bare(section: Section, items: list[Item], left: list[LeftOut]) -> None:
    """Take short paragraphs under a heading for items, where there is no list and no narrative."""
    leads, told = _led(section.introduction)
    left += (LeftOut(each.text, each.page, _INTRODUCES) for each in leads)
    none = any(headings.says_none(each.text) for each in told)
    short = [
        each
        for each in told
        if each.left > section.left + _NESTED or _is_bare_item(each, led=bool(leads))
    ]
    for paragraph in told:
        if headings.says_none(paragraph.text):
            left.append(LeftOut(paragraph.text, paragraph.page, _NOTHING))
        elif section.ruled or (len(short) == len(told) and not none and not section.from_sentence):
            items.append(Item(paragraph, paragraph.text, confidence=BARE))
        else:
            left.append(LeftOut(paragraph.text, paragraph.page, _PROSE))


def _led(told: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Part what leads up to a colon from what is listed after it, if anything is."""
    after = next((n for n, each in enumerate(told, 1) if each.text.endswith(":")), 0)
    return (told[:after], told[after:]) if after < len(told) else ([], told)


def _is_bare_item(paragraph: Paragraph, *, led: bool) -> bool:
    """Tell a paragraph that may be an item: one sentence, or after a colon several that ask."""
    text = paragraph.text
    narrates = re.match(
        r"(?:there (?:are|is|were|was|has|have)|inspectors?|this |these |we |in (?:order|addition)|"
        r"as a result|since |however|overall)\b",
        text,
        re.IGNORECASE,
    )
    sentences = re.split(r"(?<=[.?!])\s+", text)
    one = len(sentences) == 1 or (led and any(map(headings.asks, sentences)))
    return 1 < len(text.split()) <= BARE_WORDS and one and narrates is None


# --- tables ---------------------------------------------------------------------------------------

_RESPONSIBLE = re.compile(
    r"responsib|body|bodies|agenc|lead|owner|organisation|who\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?:no|ref|number|reference|para(?:graph)?|#|item)\.?$", re.IGNORECASE)
_WHEN = re.compile(r"timescale|by when|deadline|when|date", re.IGNORECASE)


class _Columns(NamedTuple):
    text: int
    ref: int = -1
    responsible: int = -1
    when: int = -1


def _rows(group: list[tuple[Paragraph, str]], items: list[Item], left: list[LeftOut]) -> None:
    """Take each row of a table for an item; a row cut by the end of a page is one."""
    rows = _gathered(paragraph for paragraph, _ in group)
    columns: _Columns | None = None
    before = -1
    for (table, _), row in rows.items():
        if (found := _heading_row(row, rows)) is not None:
            columns = found
            continue
        columns = columns or _Columns(_widest(rows.values()))
        words = row.get(columns.text)
        if not words:
            continue
        item = _row_item(row, words, columns)
        if headings.says_none(item.text):
            left.append(LeftOut(item.text, item.first.page, _NOTHING))
        elif items and -1 < before != table and _is_rest(items[-1], item, row, columns, rows):
            items[-1] = _overleaf(items[-1], item, words)
        else:
            items += _listed(_under_same_body(item, items, columns), words)
        before = table


def _gathered(
    paragraphs: Iterable[Paragraph],
) -> dict[tuple[int, int], dict[int, list[Paragraph]]]:
    rows: dict[tuple[int, int], dict[int, list[Paragraph]]] = {}
    for paragraph in paragraphs:
        assert paragraph.cell is not None  # noqa: S101 - only cells come here
        table, row, column = paragraph.cell
        rows.setdefault((table, row), {}).setdefault(column, []).append(paragraph)
    return rows


_Row = dict[int, list["Paragraph"]]


def _heading_row(row: _Row, rows: dict[tuple[int, int], _Row]) -> _Columns | None:
    """Tell a row of headings, and which column is which: by its words, or its bold letters."""
    names = {column: " ".join(each.text for each in cell) for column, cell in row.items()}
    texts = [column for column, name in names.items() if headings.opens_table(name)]
    if not texts:
        others = [each for each in rows.values() if each is not row]
        if not _all_bold(row) or not others or any(_all_bold(each) for each in others):
            return None
        texts = [_widest(others)]

    def named(pattern: re.Pattern[str]) -> int:
        others = (c for c, name in names.items() if c != texts[-1] and pattern.search(name))
        return next(others, -1)

    return _Columns(texts[-1], named(_NUMBER), named(_RESPONSIBLE), named(_WHEN))


def _all_bold(row: _Row) -> bool:
    return all(each.bold for cell in row.values() for each in cell)


def _widest(rows: Iterable[dict[int, list[Paragraph]]]) -> int:
    words: dict[int, int] = {}
    for row in rows:
        for column, cell in row.items():
            words[column] = words.get(column, 0) + sum(len(each.text) for each in cell)
    return max(words, key=lambda column: words[column])


def _row_item(row: dict[int, list[Paragraph]], words: list[Paragraph], columns: _Columns) -> Item:
    text, parts = _cell_text(words)
    first = words[0]
    number = row.get(columns.ref)
    if number:
        first = first._replace(mark=number[0].mark or f"{number[0].text}.")
    who, when = (
        " ".join(each.text for each in row.get(column, []))
        for column in (columns.responsible, columns.when)
    )
    return Item(first, text, parts, when, who, RULED)


def _cell_text(words: list[Paragraph]) -> tuple[str, tuple[str, ...]]:
    """Join what stands in one cell; points after its first sentence are nested in it."""
    plain = [each for each in words if not each.mark]
    if not plain or words[0].mark:
        return words[0].text, tuple(each.text for each in words[1:])
    parts = tuple(each.text for each in words if each.mark)
    return " ".join(each.text for each in plain), parts


def _listed(item: Item, words: list[Paragraph]) -> list[Item]:
    """Take each item of a cell that holds nothing but a list for one; else the row."""
    listed = len(words) > 1 and all(each.mark for each in words)
    edge = min(each.left for each in words)
    if not listed or any(each.left > edge + _NESTED for each in words):
        return [item]
    return [item._replace(first=each, text=each.text, parts=()) for each in words]


def _overleaf(item: Item, more: Item, words: list[Paragraph]) -> Item:
    """Go on with a row that a page cut; its points overleaf are nested in it."""
    if words[0].mark:
        return item._replace(parts=(*item.parts, more.text, *more.parts))
    went_on = item.more(more.text)
    return went_on._replace(parts=went_on.parts + more.parts)


def _under_same_body(item: Item, items: list[Item], columns: _Columns) -> Item:
    """Give a row the body of the one above, where one cell stands beside both."""
    if item.responsible or columns.responsible < 0 or not items:
        return item
    return item._replace(responsible=items[-1].responsible)


def _is_rest(
    item: Item, more: Item, row: _Row, columns: _Columns, rows: dict[tuple[int, int], _Row]
) -> bool:
    """Tell the rest of a row that the page cut: its words go on, or what stands beside them."""
    above = [each for each in rows.values() if each is not row]
    return (
        _goes_on(item, more)
        or _lacks(row, columns, above)
        or _names_the_rest(item, more, columns, above)
    )


def _lacks(row: _Row, columns: _Columns, others: list[_Row]) -> bool:
    """Tell a row that has nothing beside its words, though every other has it."""
    beside = [column for column in (columns.ref, columns.responsible) if column >= 0]
    return any(column not in row and all(column in other for other in others) for column in beside)


def _names_the_rest(item: Item, more: Item, columns: _Columns, others: list[_Row]) -> bool:
    """Tell a body that is the end of a name that begins above, as other rows have it whole."""
    whole = f"{item.responsible} {more.responsible}"
    named = (" ".join(each.text for each in other.get(columns.responsible, [])) for other in others)
    return bool(more.responsible) and whole in named


def _goes_on(item: Item, more: Item) -> bool:
    last = item.parts[-1] if item.parts else item.text
    return last.endswith(":") or (not _ended(last) and more.text[:1].islower())


# --- drafts ---------------------------------------------------------------------------------------


def joined(text: str, parts: tuple[str, ...]) -> str:
    """Give an item and its nested points on one line, with semicolons between them."""
    whole = text
    for part in parts:
        if whole.endswith(":") or re.search(r"\b(?:and|or)$", whole):
            whole = f"{whole} {part}"
        else:
            whole = f"{whole.rstrip(';, ')}; {part}"
    return whole.rstrip("; ")


def _draft(item: Item, section: Section) -> Draft:
    timescale = item.under if headings.is_timescale(item.under) else ""
    kind = section.opening.kind
    if kind != headings.STRENGTH and re.search(r"\b(?:immediate|urgent)", timescale, re.IGNORECASE):
        kind = headings.IMMEDIATE
    responsible = item.responsible or headings.who_should(item.under)
    text = joined(item.text, item.parts)
    confidence = min(item.confidence, LONG) if len(text.split()) > MANY_WORDS else item.confidence
    return Draft(
        text, kind, marks.ref_of(item.first.mark), section.to, item.parts, item.first.page,
        confidence, section.heading, timescale.rstrip(": "), responsible,
    )  # fmt: skip
