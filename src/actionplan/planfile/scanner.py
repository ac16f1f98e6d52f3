"""Where things stand in a TOML text: each header, each key with its lines; changes nothing.

The text has been parsed already, so it is known to be valid TOML; what is left is to tell lines
apart. Strings and comments are skipped as such, so that ``[[action]]`` inside a note or an array
is never taken for a header.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import rtoml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.model import Problem

Path = tuple[str | int, ...]

_BASIC = r'"(?:[^"\\\n]|\\.)*"'
_LITERAL = r"'[^'\n]*'"
_KEY_PART = rf"(?:[A-Za-z0-9_-]+|{_BASIC}|{_LITERAL})"
_KEY = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_REST = r"[ \t]*(?:\#[^\n]*)?(?:\n|\Z)"
_LINE = re.compile(
    rf"""[ \t]*(?:
        (?P<comment>\#[^\n]*)?(?:\n|\Z)
      | (?P<header>\[\[?)[ \t]*(?P<name>{_KEY})[ \t]*\]\]?{_REST}
      | (?P<key>{_KEY})[ \t]*=[ \t]*
        (?P<simple>(?:"(?!""){_BASIC[1:]}|'(?!''){_LITERAL[1:]}|[^\s"'\[{{\#][^\n\#]*){_REST})?
    )""",
    re.VERBOSE,
)
_TOKEN = re.compile(
    r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?'{3,5}|'''
    + _BASIC
    + "|"
    + _LITERAL
    + r"""|\#[^\n]*|[\[{]|[\]}]|\n|[^\[\]{}"'\#\n]+""",
    re.DOTALL,
)


class Statement(NamedTuple):
    """One key with its value: the lines that it covers, counted from nought, the end left out."""

    path: Path
    first: int
    end: int
    keys: int
    """How many parts of the path the key itself has; the rest is the header's."""
    elements: tuple[int, ...] = ()
    """Where the value is an array over several lines: the line of each table in it."""


class Header(NamedTuple):
    """One ``[table]`` or ``[[array]]`` header and the keys that stand under it."""

    path: Path
    line: int
    statements: list[Statement]
    body_end: int
    """The line after the last key of this header, comments after it left out."""


class Layout(NamedTuple):
    """The whole text: every header in order; the first has no line and holds the top keys."""

    headers: list[Header]
    lines: list[str]

    def statement(self, path: Path) -> Statement | None:
        """Find the key that holds this path, itself or inside its value."""
        best: Statement | None = None
        for header in self.headers:
            if path[: len(header.path)] == header.path:
                for found in header.statements:
                    if path[: len(found.path)] == found.path:
                        best = found
        return best

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
    """Give each problem with its line: "line 41, A3: rag is 'ambr'; use red, amber or green"."""
    if not problems:
        return ()
    layout = scan(text)
    placed = sorted((layout.line_of(problem.path), at) for at, problem in enumerate(problems))
    return tuple(
        f"line {line}{f', {problems[at].ref}' if problems[at].ref else ''}: {problems[at].sentence}"
        for line, at in placed
    )


def _headers(text: str) -> Iterator[Header]:
    arrays: dict[Path, int] = {}
    path: Path = ()
    start, statements, body_end = -1, [], 0
    position, line = 0, 0
    while position < len(text):
        found = _LINE.match(text, position)
        if found is None:  # pragma: no cover - a text that was parsed has no such line
            break
        if found["header"]:
            yield Header(path, start, statements, body_end)
            path = _resolve(parts(found["name"]), arrays, array=found["header"] == "[[")
            start, statements, body_end = line, [], line + 1
        elif found["key"]:
            key = parts(found["key"])
            first = line
            elements: tuple[int, ...] = ()
            if found["simple"] is None:
                end, elements = _value_end(text, found.end(), line)
                line += text.count("\n", position, end) - 1
                position = end
            body_end = line + 1
            statements.append(Statement((*path, *key), first, body_end, len(key), elements))
            position = found.end() if found["simple"] is not None else position
            line += 1
            continue
        position = found.end()
        line += 1
    yield Header(path, start, statements, body_end)


def _value_end(text: str, start: int, line: int) -> tuple[int, tuple[int, ...]]:
    """Find the end of a value that is not simple, line end included."""
    depth, position, elements = 0, start, []
    while position < len(text):
        found = _TOKEN.match(text, position)
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


def parts(key: str) -> tuple[str, ...]:
    """Give the parts of a dotted key, quotes taken off."""
    if not any(mark in key for mark in "\"'. \t"):
        return (key,)
    names: list[str] = []
    table = rtoml.loads(f"{key} = 0")
    while isinstance(table, dict):
        (name,) = table
        names.append(name)
        table = table[name]
    return tuple(names)
