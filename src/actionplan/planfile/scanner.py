"""Where things stand in a TOML text: each header, each key with its lines; changes nothing.

The text has been parsed already, so it is known to be valid TOML; what is left is to tell lines
apart. Strings and comments are skipped as such, so that ``[[action]]`` inside a note or an array
is never taken for a header.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import rtoml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.model import Problem

Path = tuple[str | int, ...]

# No group is repeated possessively: up to 3.11.4, Python matches too much where the last try of one
# fails (gh-106052). A set of characters may be. No two alternatives of a group begin alike, so that
# giving one back leads nowhere, and at once.
_BASIC = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*"'
_LITERAL = r"'[^'\n]*+'"
_PART = rf"(?:[A-Za-z0-9_-]++|{_BASIC}|{_LITERAL})"
_KEY = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*"
_REST = r"[ \t]*+(?:\#[^\n]*+)?(?:\n|\Z)"
_SCALAR = rf"""(?:"(?!""){_BASIC[1:]}|'(?!''){_LITERAL[1:]}|[^\s"'\[{{\#][^\n\#]*+)"""
_INSIDE = rf"(?:[^\[\]{{}}\"'\#\n]++|{_BASIC}|{_LITERAL})*"
_FLAT = rf"[\[{{]{_INSIDE}(?:[\[{{]{_INSIDE}[\]}}]{_INSIDE})*[\]}}]"
_ONE_LINE = rf"(?:(?P<plain>{_SCALAR})|{_FLAT}){_REST}"
"""A value that ends on its own line: a scalar, or an array or table with tables in it."""

_BODY = (
    r"(?:[ \t]*+(?:\#[^\n]*+)?\n"
    rf"|[ \t]*+[A-Za-z0-9_-]++[ \t]*+=[ \t]*+(?:{_SCALAR}|{_FLAT}){_REST}){{0,500}}"
)
"""Lines with nothing remarkable on them: blanks, comments, plain keys; so many and no more at once,
because each is held in memory until the last is found."""

_HEADER = rf"[ \t]*+(?P<mark>\[\[?)[ \t]*+(?P<name>{_KEY})[ \t]*+\]\]?{_REST}"
_START = rf"[ \t]*+(?P<key>{_KEY})[ \t]*+=[ \t]*+"
_COMMENT = r"[ \t]*+(?:\#[^\n]*+)?(?:\n|\Z)"
_TOKEN = (
    r"""(?s:\"\"\"(?:[^\\]|\\.)*?\"{3,5}|\'\'\'.*?'{3,5})|"""
    rf"{_BASIC}|{_LITERAL}"
    r"""|\#[^\n]*|[\[{]|[\]}]|\n|[^\[\]{}"'\#\n]+"""
)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: looking at a plan needs none of them."""
    return re.compile(text)


class Statement(NamedTuple):
    """One key with its value: the lines that it covers, counted from nought, the end left out."""

    path: Path
    first: int
    end: int
    keys: int
    """How many parts of the path the key itself has; the rest is the header's."""
    elements: tuple[int, ...] = ()
    """Where the value is an array over several lines: the line of each table in it."""


class Header:
    """One ``[table]`` or ``[[array]]`` header; the first of a text has no line of its own."""

    def __init__(self, path: Path, line: int, text: str, span: tuple[int, int]) -> None:
        """Keep where the header is (line -1: none) and the stretch of text under it."""
        self.path = path
        self.line = line
        self._text = text
        self._span = span

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Give the keys that stand under this header."""
        return tuple(_statements(self._text, self._span, self.line + 1, self.path))

    @property
    def body_end(self) -> int:
        """Give the line after the last key of this header, comments after it left out."""
        return self.statements[-1].end if self.statements else self.line + 1


class Layout(NamedTuple):
    """The whole text: every header in order; the first has no line and holds the top keys."""

    headers: list[Header]
    lines: list[str]

    def statement(self, path: Path) -> Statement | None:
        """Find the key that holds this path, itself or inside its value."""
        holders = (h for h in self.headers if path[: len(h.path)] == h.path)
        found = [
            statement
            for header in holders
            for statement in header.statements
            if path[: len(statement.path)] == statement.path
        ]
        return found[-1] if found else None

    def header(self, path: Path) -> Header | None:
        """Find the header of exactly this table."""
        return next((found for found in self.headers if found.path == path), None)

    def line_of(self, path: Path) -> int:
        """Give the line, counted from one, that a problem with this path is best shown at."""
        found = self.statement(path)
        if found is not None:
            at = path[len(found.path)] if len(path) > len(found.path) else None
            if isinstance(at, int) and at < len(found.elements):
                return found.elements[at] + 1
            return found.first + 1
        holders = [h for h in self.headers if path[: len(h.path)] == h.path and h.line >= 0]
        inside = [h for h in self.headers if h.path[: len(path)] == path and h.line >= 0]
        best = max(holders, key=lambda h: len(h.path), default=None)
        if best is not None and len(best.path) == len(path):
            return best.line + 1
        chosen = inside[0] if inside else best
        return chosen.line + 1 if chosen else 1


def scan(text: str) -> Layout:
    """Lay a valid TOML text out; line ends are plain line feeds."""
    return Layout(list(_headers(text)), text.split("\n"))


def describe(text: str, problems: tuple[Problem, ...]) -> tuple[str, ...]:
    """Give each problem with its line: "line 41, A3: rag is 'ambr'; use red, ..."."""
    if not problems:
        return ()
    layout = scan(text)
    placed = sorted((layout.line_of(problem.path), at) for at, problem in enumerate(problems))
    return tuple(
        f"line {line}{f', {problems[at].ref}' if problems[at].ref else ''}: {problems[at].sentence}"
        for line, at in placed
    )


def _headers(text: str) -> Iterator[Header]:
    body, header, start_of_key = _pattern(_BODY), _pattern(_HEADER), _pattern(_START)
    arrays: dict[Path, int] = {}
    path: Path = ()
    own_line, line, start, position, counted = -1, 0, 0, 0, 0
    while True:
        if (matched := body.match(text, position)) and matched.end() > position:
            position = matched.end()
            continue
        if position >= len(text):
            break
        found = header.match(text, position)
        if found is None:
            key = start_of_key.match(text, position)
            position, _ = _value_end(text, key.end() if key else position, 0)
            continue
        yield Header(path, own_line, text, (start, position))
        line += text.count("\n", counted, position)
        counted, own_line = position, line
        path = _resolve(parts(found["name"]), arrays, array=found["mark"] == "[[")
        start = position = found.end()
    yield Header(path, own_line, text, (start, len(text)))


def _statements(text: str, span: tuple[int, int], line: int, under: Path) -> Iterator[Statement]:
    comment, start_of_key, one_line = _pattern(_COMMENT), _pattern(_START), _pattern(_ONE_LINE)
    position, end = span
    while position < end:
        key = start_of_key.match(text, position)
        if key is None:
            blank = comment.match(text, position)
            position, line = (blank.end() if blank else end), line + 1
            continue
        simple = one_line.match(text, key.end())
        elements: tuple[int, ...] = ()
        if simple is not None:
            after = simple.end()
        else:
            after, elements = _value_end(text, key.end(), line)
        first = line
        line += text.count("\n", position, after) + (text[after - 1] != "\n")
        names = parts(key["key"])
        yield Statement((*under, *names), first, line, len(names), elements)
        position = after


def _value_end(text: str, start: int, line: int) -> tuple[int, tuple[int, ...]]:
    """Find the end of a value that is not simple, line end included."""
    token_of = _pattern(_TOKEN)
    depth, position, elements = 0, start, []
    while position < len(text):
        found = token_of.match(text, position)
        if found is None:  # pragma: no cover - a text that was parsed has no such token
            break
        token = found[0]
        position = found.end()
        if token in "[{":
            if depth == 1 and token == "{":
                elements.append(line)
            depth += 1
        elif token in "]}":
            depth -= 1
        elif token == "\n" and depth == 0:
            break
        line += token.count("\n")
    return position, tuple(elements)


def _resolve(names: tuple[str, ...], arrays: dict[Path, int], *, array: bool) -> Path:
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in arrays:
            path = (*path, arrays[path] - 1)
    path = (*path, names[-1])
    if array:
        arrays[path] = arrays.get(path, 0) + 1
        return (*path, arrays[path] - 1)
    return path


def plain_value(line: str) -> tuple[int, int] | None:
    """Tell where the value of a key begins and ends, if it is a plain one and ends on its line."""
    key = _pattern(_START).match(line)
    found = _pattern(_ONE_LINE).match(line, key.end()) if key else None
    if found is None or found["plain"] is None:
        return None
    return found.start(), found.start() + len(found["plain"].rstrip())


class ArrayEnd(NamedTuple):
    """Where the last element of an array ends, and where its comma stands, -1 where it has none."""

    end: int
    comma: int


def array_end(text: str) -> ArrayEnd | None:
    """Find the end of the array of a key; only tables, texts and lists in it are understood."""
    key = _pattern(_START).match(text)
    position, depth, end, comma = key.end() if key else 0, 0, -1, -1
    token_of = _pattern(_TOKEN)
    while found := token_of.match(text, position):
        token, position = found[0], found.end()
        if token in "[{":
            depth += 1
        elif token in "]}":
            depth -= 1
        elif depth == 1 and token.strip(", \t") and not token.startswith(("#", "\n", '"', "'")):
            return None
        if depth == 0:
            break
        if depth == 1 and (token in "]}" or token[0] in "\"'"):
            end, comma = position, -1
        elif depth == 1 and "," in token and not token.startswith("#"):
            comma = found.start() + token.index(",")
    return ArrayEnd(end, comma) if end >= 0 else None


def parts(key: str) -> tuple[str, ...]:
    """Give the parts of a dotted key, quotes taken off."""
    if not any(mark in key for mark in "\"'. \t"):
        return (key,)
    names: list[str] = []
    table: Any = rtoml.loads(f"{key} = 0")
    while isinstance(table, dict):
        (name,) = table
        names.append(name)
        table = table[name]
    return tuple(names)
