"""A plan's text cut in blocks, and a block in pieces: every line belongs to exactly one.

A block is a header with its keys, the comments that head it and the tables inside it; the keys
above the first header are a block too, and so is what stands after the last key of the file. It is
named by what it says (`A7`), never by where it stands. A piece is one key with the comments above.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.planfile.scanner import scan
from actionplan.planfile.source import BOM
from actionplan.planfile.threeway.sides import MISSING, Three, renamed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from actionplan.planfile.reader import PlanText
    from actionplan.planfile.scanner import Header
    from actionplan.planfile.source import Source

Key = tuple[Any, ...]

NUMBERED = frozenset({"review", "finding", "measure", "action"})
"""The tables whose blocks are named by their ``id``."""
MEETING: Key = ("meeting",)
TOP: Key = ()
TAIL: Key = ("after the last key",)
HEADER, COMMENTS = 0, 1
"""What ends the key of a header's line, and of the comments after the last key; no name is a
number."""


class Piece(NamedTuple):
    """One key of a block, or the line of a header, with the blank lines and comments above it."""

    key: Key
    lead: str
    text: str
    section: Key = ()
    """The table inside the block that it stands under, such as ``("legend",)``."""
    tables: tuple[str, ...] = ()
    """Where the key is written as ``[[action.moves]]``: the text of each of these tables."""


class Section(NamedTuple):
    """One header of a block: from the first line that heads it to the last that is its own."""

    header: Header
    first: int
    end: int


class Block(NamedTuple):
    """All that a text says of one thing."""

    key: Key
    ref: str
    """What messages call it: an id, a post, or ``""`` for what the plan says of itself."""
    under: Key
    """What stands before its keys in messages: ``("policy",)``."""
    data: Any
    text: str
    sections: tuple[Section, ...] = ()
    lines: Sequence[str] = ()

    @property
    def plain(self) -> str:
        """Give the text as it is compared: a line end is a line end."""
        return self.text.replace("\r\n", "\n")

    def pieces(self) -> dict[Key, Piece]:
        """Give the pieces in their order."""
        if not self.sections:
            return {TAIL: Piece(TAIL, self.text, "")}
        found: dict[Key, Piece] = {}
        depth = len(self.sections[0].header.path)
        for section in self.sections:
            for piece in _pieces(section, depth, self.lines):
                _put(found, piece)
        return found

    def value(self, key: Key) -> Any:  # noqa: ANN401 - anything that TOML can say
        """Give what the block says for a key, or `MISSING`."""
        value = self.data
        for part in key:
            value = value.get(part, MISSING) if isinstance(value, dict) else MISSING
        return value


class Frame(NamedTuple):
    """What a file has around its lines: a byte-order mark, its line end, a line end at its end."""

    bom: bool
    newline: str
    ended: bool

    def filled(self, text: str) -> bytes:
        """Give the bytes of a file with these lines."""
        if not self.ended:
            text = text.removesuffix("\n")
        raw = turned(text) if self.newline == "\r\n" else text
        return (BOM if self.bom else b"") + raw.encode("utf-8")


def frame_of(source: Source) -> Frame:
    """Give the frame of a file; an empty one counts as ended."""
    return Frame(source.bom, source.newline, source.raw[-1:] in {"", "\n"})


def lines_of(source: Source) -> list[str]:
    """Give the lines of a text, each ended by a line feed if it has the line end of its file."""
    raw = turned(source.raw) if source.newline == "\r\n" else source.raw
    lines = raw.split("\n")
    kept = [f"{line}\n" for line in lines[:-1]]
    return [*kept, f"{lines[-1]}\n"] if lines[-1] else kept


def turned(raw: str) -> str:
    """Swap the two line ends, so that those which most lines have can be told from the others."""
    return re.sub(r"\r?\n", lambda found: "\n" if found[0] == "\r\n" else "\r\n", raw)


def cut(read: PlanText, steady: frozenset[str]) -> dict[Key, Block]:
    """Cut a plan in blocks.

    Unknown arrays of tables are told apart by their place where all versions have as many of
    them (`steady`), and else by what they say.
    """
    lines = lines_of(read.source)
    sections, rest = _sections(scan(read.source.text).headers, lines)
    blocks: dict[Key, Block] = {}
    seen: Counter[Key] = Counter()
    for group in _grouped(sections):
        text = "".join(lines[group[0].first : group[-1].end])
        block = _named(read, group, text, steady)
        seen[block.key] += 1
        key = block.key if seen[block.key] == 1 else (*block.key, seen[block.key])
        blocks[key] = block._replace(key=key, lines=lines)
    blocks[TAIL] = Block(TAIL, "", (), None, "".join(lines[rest:]))
    return blocks


def _sections(headers: list[Header], lines: list[str]) -> tuple[list[Section], int]:
    """Give the stretch of each header, and the line after the last one."""
    sections, first = [], 0
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        end = _end(header, following.line if following else None, lines)
        sections.append(Section(header, first, end))
        first = end
    return sections, first


def _end(header: Header, following: int | None, lines: list[str]) -> int:
    """Give the line after a section; comments that touch it are its own, or head the next."""
    end = _body_end(header, following, lines)
    gap = lines[end:following]
    touching = next((at for at, line in enumerate(gap) if not _is_comment(line)), len(gap))
    if following is not None and touching == len(gap):
        return end
    if header.line < 0 and not header.statements and following is not None:
        return _start_of_lead(following, lines)
    return end + touching


def _body_end(header: Header, following: int | None, lines: list[str]) -> int:
    """Give the line after the last key of a section, looking up from the next header.

    Only a text of several lines can end in what looks like a comment; then its keys are read.
    """
    end = len(lines) if following is None else following
    while end > header.line + 1 and (not lines[end - 1].strip() or _is_comment(lines[end - 1])):
        end -= 1
        if '"""' in lines[end] or "'''" in lines[end]:
            return header.body_end
    return end


def _start_of_lead(line: int, lines: list[str]) -> int:
    """Go up from a header over the comments that touch it and the blank lines above these."""
    while line and _is_comment(lines[line - 1]):
        line -= 1
    while line and not lines[line - 1].strip():
        line -= 1
    return line


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _grouped(sections: list[Section]) -> Iterator[tuple[Section, ...]]:
    """Put the tables inside a block with the block."""
    group: list[Section] = []
    for section in sections:
        if group and _owner(section.header) != _owner(group[0].header):
            yield tuple(group)
            group = []
        group.append(section)
    yield tuple(group)


def _owner(header: Header) -> Key:
    path = header.path
    inside = path[1:2] and (isinstance(path[1], int) or path[0] == "owners")
    return path[:2] if inside else path[:1]


def _named(read: PlanText, group: tuple[Section, ...], text: str, steady: frozenset[str]) -> Block:
    path = _owner(group[0].header)
    data: Any = read.data
    for part in path:
        data = data[part]
    key, ref = path, ""
    if path and isinstance(path[-1], int):
        key = identity(path[0], data) or path
        ref = str(data.get("id", "")) if path[0] in NUMBERED else ""
        if path[0] not in {*NUMBERED, "meeting", *steady}:
            key = (path[0], text.strip().replace("\r\n", "\n"))
    elif path[:1] == ("owners",):
        ref = str(path[-1])
    return Block(key, ref, () if ref else path[:1], data, text, group)


def moved(things: Three) -> Three:
    """Give the meetings that each side only has on another day or by another name.

    Where two are alike, none is known again.
    """
    own = things.each(lambda side: {key: of for key, of in side.items() if key[:1] == MEETING})
    alike_in_it = any(len(key) > len(MEETING) + 2 for side in own for key in side)
    return Three({}, {}, {}) if alike_in_it else renamed(own)


def identity(table: str, noun: Any) -> Key | None:  # noqa: ANN401 - parsed data
    """Tell what a table of the plan is known by, whatever its place; ``None`` where by nothing."""
    if not isinstance(noun, dict):
        return None
    if table == "meeting":
        return (table, str(noun.get("body")), str(noun.get("on")))
    own = noun.get("id")
    return (table, own.casefold()) if table in NUMBERED and isinstance(own, str) else None


def _pieces(section: Section, depth: int, lines: Sequence[str]) -> Iterator[Piece]:
    header, position = section.header, section.first
    inside = header.path[depth:]
    place = next((at for at, part in enumerate(inside) if isinstance(part, int)), None)
    if place is not None:
        text = "".join(lines[section.first : section.end])
        yield Piece(inside[:place], "", text, inside[: place + 1], (text,))
        return
    if header.line >= 0:
        lead = "".join(lines[position : header.line])
        yield Piece((*inside, HEADER), lead, lines[header.line], inside)
        position = header.line + 1
    for statement in header.statements:
        lead = "".join(lines[position : statement.first])
        text = "".join(lines[statement.first : statement.end])
        yield Piece(statement.path[depth:], lead, text, inside)
        position = statement.end
    if position < section.end:
        yield Piece((*inside, COMMENTS), "".join(lines[position : section.end]), "", inside)


def _put(found: dict[Key, Piece], piece: Piece) -> None:
    """Add a piece; one more table of an array joins those before it."""
    before = found.get(piece.key)
    if before is None or not piece.tables:
        found[piece.key] = piece
    elif piece.section == before.section:
        last = before.tables[-1] + piece.text
        found[piece.key] = before._replace(
            text=before.text + piece.text, tables=(*before.tables[:-1], last)
        )
    else:
        found[piece.key] = piece._replace(
            text=before.text + piece.text, tables=(*before.tables, piece.text)
        )
