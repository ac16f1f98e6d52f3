"""The edits of one change, gathered on the old layout and spliced in together.

A plain value on one line is replaced where it stands, and an element is put after the last of its
array; in the lines of any other key tomlkit makes the edit, and they are spliced back with the line
ends that they had. A new key goes after the one that stands before it in the order of the nouns; a
new block goes after the last of its kind, before the comments that head the next thing.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from actionplan.model import NOUNS, Change
from actionplan.planfile.scanner import (
    Header,
    Layout,
    Path,
    Statement,
    array_end,
    plain_value,
    scan,
)
from actionplan.planfile.source import Source, proof_failed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.planfile import reader

TABLES = {name: name.removesuffix("s") for name in NOUNS} | {"owners": "owners"}
SEQUENCE: Path = ("policy", "owners", "meeting", "review", "finding", "measure", "action")
EMPTY = ("", None, ())


def key_of(field: str) -> str:
    """Give the key of the file for a field of a noun: ``from`` for ``from_``."""
    return field.removesuffix("_")


def _toml(value: Any) -> str:  # noqa: ANN401 - a field of a noun
    """Write a value on one line, or a text of several lines as one that reads as such."""
    if hasattr(value, "_asdict"):
        pairs = ((key_of(k), v) for k, v in value._asdict().items() if v not in EMPTY)
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in pairs) + " }"
    if isinstance(value, tuple) and value and hasattr(value[0], "_asdict"):
        return "[ " + ", ".join(map(_toml, value)) + " ]"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """Write a text as a basic string; JSON escapes the same way, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _block_lines(collection: str, noun: Any) -> list[str]:  # noqa: ANN401 - any noun of the plan
    table = TABLES[collection]
    fields = _fields(noun)
    if table == "owners":
        header = f"[owners.{quoted(noun.id)}]"
        del fields["id"]
    else:
        header = f"[[{table}]]"
    return [header, *(f"{key} = {_toml(value)}" for key, value in fields.items())]


def _fields(noun: Any) -> dict[str, Any]:  # noqa: ANN401 - any noun of the plan
    return {key_of(k): v for k, v in noun._asdict().items() if v not in EMPTY}


def _item(value: Any) -> Any:  # noqa: ANN401 - tomlkit's own
    return _parsed(f"x = {_toml(value)}")["x"]


def _parsed(text: str) -> Any:  # noqa: ANN401 - tomlkit's own
    import tomlkit  # noqa: PLC0415 - 6 ms, and most changes are of plain values

    return tomlkit.parse(text)


def are_nouns(value: Any) -> bool:  # noqa: ANN401 - a field of a noun
    """Tell a list of nouns, such as moves, from a list of texts."""
    return isinstance(value, tuple) and bool(value) and hasattr(value[0], "_asdict")


def taken_out(old: Any, new: Any) -> tuple[int, ...]:  # noqa: ANN401 - two states of a field
    """Give the places of what is gone from a list of nouns; none where more is another."""
    if not are_nouns(old) or len(new) >= len(old):
        return ()
    gone: list[int] = []
    left = list(new)
    for at, item in enumerate(old):
        if left and left[0] == item:
            del left[0]
        else:
            gone.append(at)
    return () if left else tuple(gone)


class Edits:
    """The edits that lead from one plan to another, in the text of the first."""

    def __init__(self, before: reader.PlanText, changes: Iterable[Change]) -> None:
        """Lay the old text out and gather the edits of each change."""
        self.source: Source = before.source
        self.data = before.data
        self.layout: Layout = scan(before.source.text)
        self.replaced: dict[Statement, str] = {}
        self.documents: dict[Statement, Any] = {}
        self.removed: set[Statement] = set()
        self.inserted: dict[int, list[str]] = {}
        for change in changes:
            self._change(change)

    def _change(self, change: Change) -> None:
        if change.field == "meetings":
            self._meetings(change.old, change.new)
            return
        table = TABLES[change.collection]
        if not change.field:
            self._add_noun(table, change)
            return
        home: Path = (table, change.ref if table == "owners" else self._position(table, change.ref))
        order = [key_of(field) for field in NOUNS[change.collection]._fields]
        self._set((*home, key_of(change.field)), change.old, change.new, order)

    def _meetings(self, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
        """Edit the blocks of meetings, which have no ids and stand at the top of the file."""
        path: Path = ("meeting",)
        if self._is_written(path):
            self._set(path, old, new, [])
        else:
            for meeting in new:
                lines = [f"{key} = {_toml(value)}" for key, value in _fields(meeting).items()]
                self._insert_block(path, ["[[meeting]]", *lines])

    def _position(self, table: str, ref: str) -> int:
        nouns = self.data.get(table, [])
        return next(at for at, noun in enumerate(nouns) if noun.get("id") == ref)

    # -- keys

    def _set(self, path: Path, old: Any, new: Any, order: list[str]) -> None:  # noqa: ANN401 - values of a field
        if gone := taken_out(old, new):
            self._take_out(path, gone, is_empty=not new)
        elif are_nouns(new) and self._is_written(path) and len(old) <= len(new):
            self._set_items(path, old, new)
        else:
            self._set_value(path, old, new, order)

    def _set_items(self, path: Path, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
        for at, item in enumerate(new):
            if at >= len(old):
                self._append(path, item)
            elif item != old[at]:
                self._set_item((*path, at), old[at], item)

    def _set_value(self, path: Path, old: Any, new: Any, order: list[str]) -> None:  # noqa: ANN401 - as above
        statement = self.layout.statement(path)
        longer = isinstance(new, tuple) and isinstance(old, tuple) and new[: len(old)] == old
        if statement is not None and longer and statement.path == path:
            for item in new[len(old) :]:
                self._append(path, item)
        elif statement is not None:
            self._edit(statement, path, new)
        elif new not in EMPTY:
            self._insert_key(path, new, order)

    def _is_written(self, path: Path) -> bool:
        """Tell whether there is an array of tables there already, of either kind."""
        tables = any(header.path[:-1] == path for header in self.layout.headers)
        return tables or self.layout.statement(path) is not None

    def _set_item(self, path: Path, old: Any, new: Any) -> None:  # noqa: ANN401 - two nouns
        order = [key_of(field) for field in new._fields]
        for field, was, now in zip(new._fields, old, new, strict=True):
            if was != now:
                self._set((*path, key_of(field)), was, now, order)

    def _edit(self, statement: Statement, path: Path, new: Any) -> None:  # noqa: ANN401 - a value
        if path == statement.path and new in EMPTY:
            self.removed.add(statement)
            return
        if path == statement.path and self._replaced(statement, new):
            return
        holder, last = self._holder(statement, path)
        if new in EMPTY:
            self._shrink(statement, path)
        elif last not in holder and len(path) > len(statement.path):
            self._grow(statement, path, new)
        else:
            holder[last] = _item(new)

    def _grow(self, statement: Statement, path: Path, new: Any) -> None:  # noqa: ANN401 - a value
        """Add a key at the end of an inline table, and keep the space before its brace."""
        holder, place = self._holder(statement, path[:-1])
        table = holder[place].as_string()
        inside = table.removesuffix("}").rstrip()
        space = table[len(inside) : -1]
        comma = " " if inside.endswith(("{", ",")) else ", "
        holder[place] = _parsed(f"x = {inside}{comma}{path[-1]} = {_toml(new)}{space}}}")["x"]

    def _shrink(self, statement: Statement, path: Path) -> None:
        """Take a key out of an inline table, and with the last one the comma before it."""
        holder, place = self._holder(statement, path[:-1])
        table = holder[place]
        del table[path[-1]]
        text = table.as_string()
        inside = text.removesuffix("}").rstrip()
        space = " " if text[len(inside) : -1] else ""
        holder[place] = _parsed(f"x = {inside.removesuffix(',').rstrip()}{space}}}")["x"]

    def _replaced(self, statement: Statement, new: Any) -> bool:  # noqa: ANN401 - a value
        """Replace a plain value on one line by another, where it stands."""
        line = self.layout.lines[statement.first]
        place = plain_value(line)
        if place is None or isinstance(new, tuple):
            return False
        self.replaced[statement] = f"{line[: place[0]]}{_toml(new)}{line[place[1] :]}"
        return True

    def _append(self, path: Path, item: Any) -> None:  # noqa: ANN401 - a noun
        statement = self.layout.statement(path)
        if statement is not None and statement.path == path and self._lengthened(statement, item):
            return
        if statement is not None:
            holder, last = self._holder(statement, path)
            if last in holder:
                holder[last].append(_item(item))
            else:
                holder[last] = _item((item,))
            return
        tables = [header for header in self.layout.headers if header.path[:-1] == path]
        name = ".".join(str(part) for part in path if isinstance(part, str))
        lines = [f"[[{name}]]", *(f"{key} = {_toml(v)}" for key, v in _fields(item).items())]
        self._insert_block(tables[-1].path, lines)

    def _lengthened(self, statement: Statement, item: Any) -> bool:  # noqa: ANN401 - a noun, a text
        """Put an element after the last of an array, on a line of its own if the last has one."""
        lines = self.layout.lines[statement.first : statement.end]
        text = self.replaced.get(statement, "\n".join(lines))
        found = array_end(text)
        if found is None or statement in self.documents:
            return False
        if found.comma < 0:
            text = f"{text[: found.end]},{text[found.end :]}"
        after = (found.end if found.comma < 0 else found.comma) + 1
        line_end = text.find("\n", after)
        rest = text[after : line_end if line_end >= 0 else len(text)].strip()
        if line_end < 0 or (rest and not rest.startswith("#")):
            new = f"{text[:after]} {_toml(item)}{text[after:]}"
        else:
            line = text[text.rfind("\n", 0, found.end) + 1 : found.end]
            indent = line[: len(line) - len(line.lstrip())]
            comma = "," if found.comma >= 0 else ""
            new = f"{text[:line_end]}\n{indent}{_toml(item)}{comma}{text[line_end:]}"
        self.replaced[statement] = new
        return True

    def _holder(self, statement: Statement, path: Path) -> tuple[Any, Any]:
        """Give the tomlkit container inside a key's lines that holds the last part of a path."""
        if statement not in self.documents:
            lines = self.layout.lines[statement.first : statement.end]
            self.documents[statement] = _parsed("\n".join(lines) + "\n")
        holder = self.documents[statement]
        inside = path[len(statement.path) - statement.keys :]
        for part in inside[:-1]:
            holder = holder[part]
        return holder, inside[-1]

    def _insert_key(self, path: Path, new: Any, order: list[str]) -> None:  # noqa: ANN401 - a value
        header = self.layout.header(path[:-1])
        if header is None:
            raise proof_failed(self.source.name)
        key = str(path[-1])
        line, indent = self._place(header, key, order)
        self._insert(line, [f"{indent}{key} = {_toml(new)}"])

    def _place(self, header: Header, key: str, order: list[str]) -> tuple[int, str]:
        """Give the line before which a key goes, and its indentation."""
        earlier = set(order[: order.index(key)])
        own = [s for s in header.statements if len(s.path) == len(header.path) + 1]
        before = [s for s in own if s.path[-1] in earlier]
        anchor = before[-1] if before else None
        model = anchor or (own[0] if own else None)
        text = self.layout.lines[model.first if model else header.line]
        return (anchor.end if anchor else header.line + 1), text[: len(text) - len(text.lstrip())]

    # -- blocks

    def _add_noun(self, table: str, change: Change) -> None:
        statement = self.layout.statement((table,))
        if statement is not None and table != "owners":
            holder, last = self._holder(statement, (table,))
            holder[last].append(_item(change.new))
        elif statement is not None:
            holder, last = self._holder(statement, (table, change.ref))
            holder[last] = _item(change.new._replace(id=""))
        else:
            self._insert_block((table,), _block_lines(change.collection, change.new))

    def _insert_block(self, path: Path, lines: list[str]) -> None:
        """Put a block after the last one of its kind, or at the end of the file."""
        line = self._end_of_block(self._last_kin(path))
        follows = self.layout.lines[line : line + 1]
        before = [""] if line > 0 else []
        after = [""] if follows and follows[0].strip() else []
        self._insert(line, [*before, *lines, *after])

    def _last_kin(self, path: Path) -> Header:
        """Find the last block of a kind, or else of the kind that stands before it in a plan."""
        headers = self.layout.headers
        kinds = [path, *((table,) for table in reversed(SEQUENCE[: SEQUENCE.index(path[0])]))]
        for kind in kinds:
            kin = [header for header in headers if header.path[: len(kind)] == kind]
            if kin:
                return kin[-1]
        return headers[0]

    def _end_of_block(self, header: Header) -> int:
        """Give the line after a block; comments that touch it are its own, or head the next."""
        lines = self.layout.lines
        end = line = header.body_end
        while line < len(lines) and lines[line].lstrip().startswith("#"):
            line += 1
        heads_next = line < len(lines) and lines[line].strip()
        if not heads_next and line > end:
            end = line
        return end

    def _insert(self, line: int, lines: list[str]) -> None:
        self.inserted.setdefault(line, []).extend(lines)

    def _take_out(self, path: Path, gone: tuple[int, ...], *, is_empty: bool) -> None:
        """Take tables out of a list of either kind; with the last one the list goes."""
        statement = self.layout.statement(path)
        if statement is None:
            blocks = [self.layout.header((*path, at)) for at in gone]
            for header in blocks:
                if header is None:
                    raise proof_failed(self.source.name)
                self.removed.add(Statement(header.path, *self._stretch(header, is_empty), 0))
        elif is_empty:
            self._edit(statement, path, ())
        elif statement.path != path or not self._shortened(statement, gone):
            holder, last = self._holder(statement, path)
            for at in reversed(gone):
                del holder[last][at]

    def _shortened(self, statement: Statement, gone: tuple[int, ...]) -> bool:
        """Take elements out of an array with the comments that are theirs."""
        from actionplan.planfile.threeway import arrays  # noqa: PLC0415 - it quotes as is done here

        if statement in self.documents or statement in self.replaced:
            return False
        array = arrays.split("\n".join(self.layout.lines[statement.first : statement.end]))
        if array is None:
            return False
        left = [each for at, each in enumerate(array.elements) if at not in gone]
        self.replaced[statement] = arrays.joined(array, left)
        return True

    def _stretch(self, header: Header, is_only: bool) -> tuple[int, int]:  # noqa: FBT001 - as it is asked
        """Give the lines of a block, with the comments that head it and one blank line beside it.

        What stands over the first of several blocks of a kind may head them all, and stays.
        """
        lines = self.layout.lines
        first, end = header.line, header.body_end
        while (header.path[-1] or is_only) and first and lines[first - 1].lstrip().startswith("#"):
            first -= 1
        if any(line.strip() for line in lines[end:]):
            return first, end if lines[end].strip() else end + 1
        return first - (first > 0 and not lines[first - 1].strip()), end

    # -- splicing

    def spliced(self) -> tuple[str, tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...]]:
        """Give the new text, and the lines taken out and put in."""
        newline = self.source.newline
        old = _whole(_split(self.source.raw), newline)
        groups = self._groups(old, newline)
        patch: list[tuple[int, tuple[str, ...], tuple[str, ...]]] = []
        new: list[str] = []
        position = 0
        for first, end, lines in groups:
            new.extend(old[position:first])
            new.extend(lines)
            patch.append((first + 1, tuple(old[first:end]), tuple(lines)))
            position = end
        new.extend(old[position:])
        text = "".join(new)
        if self.source.raw and not self.source.raw.endswith("\n"):
            text = text.removesuffix(newline)
        return text, tuple(patch)

    def _groups(self, old: list[str], newline: str) -> list[tuple[int, int, list[str]]]:
        """Give each stretch of lines that is replaced, in order, with what replaces it."""
        groups = [
            (line, line, [f"{text}{newline}" for text in lines])
            for line, lines in self.inserted.items()
        ]
        groups += [(s.first, s.end, []) for s in self.removed]
        edited = {s: document.as_string() for s, document in self.documents.items()}
        for statement, text in (self.replaced | edited).items():
            lines = _split(text.removesuffix("\n"))
            was = old[statement.first : statement.end]
            groups.append(_narrowed(statement.first, was, lines, newline))
        return sorted(groups, key=lambda group: (group[0], group[1]))


def _split(text: str) -> list[str]:
    """Split at line feeds only, line ends kept: a page break inside a string is no line end."""
    lines = text.split("\n")
    kept = [f"{line}\n" for line in lines[:-1]]
    return [*kept, lines[-1]] if lines[-1] else kept


def _narrowed(
    first: int, old: list[str], new: list[str], newline: str
) -> tuple[int, int, list[str]]:
    """Leave the lines alone that an edit did not change; give the others the file's line end."""
    plain_old = [line.rstrip("\r\n") for line in old]
    plain_new = [line.rstrip("\n") for line in new]
    head = 0
    while head < min(len(old), len(new)) and plain_old[head] == plain_new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and plain_old[-1 - tail] == plain_new[-1 - tail]:
        tail += 1
    middle = plain_new[head : len(new) - tail]
    spared = _spared(old[head : len(old) - tail], middle, newline)
    return first + head, first + len(old) - tail, spared


def _spared(old: list[str], new: list[str], newline: str) -> list[str]:
    """Give new lines their line ends; what only lost a space before a brace stays as it was."""
    waiting = list(old)
    lines: list[str] = []
    for at, line in enumerate(new):
        same = next((was for was in waiting if _tight(was) == _tight(line)), None)
        if same is not None:
            del waiting[: waiting.index(same) + 1]
        was = old[at] if at < len(old) else ""
        lines.append(same or _spaced(line, was) + (_line_end(was) or newline))
    return lines


def _spaced(line: str, was: str) -> str:
    """Put the space before a brace back that tomlkit takes away after a date, where one stood."""
    if not re.search(r"\d }", was):
        return line
    pattern = r"""("(?:[^"\\]|\\.)*"|'[^']*'|#.*)|(\d{4}-\d\d-\d\d)(?=\})"""
    return re.sub(pattern, lambda found: found[1] or f"{found[2]} ", line)


def _tight(line: str) -> str:
    return re.sub(r"[ \t]+(?=[}\]])", "", line.rstrip("\r\n"))


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _whole(lines: list[str], newline: str) -> list[str]:
    """Give the last line a line end if it has none; it is taken off again at the end."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + newline]
    return lines
