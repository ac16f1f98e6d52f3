"""The histories of two copies of a plan made one, line by line: nothing lost, nothing twice.

What both copies began with stands first, as it stood. The entries that either wrote since follow
by their moments, but never before one that they name in ``prev``, nor out of the order of their own
file: clocks differ. A line that is no entry stays behind the line that it followed.
"""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.history.entries import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

START = b""
"""What the lines follow that stand before the first entry."""


class _Head(NamedTuple):
    """What is read of an entry: its name, the entries that it follows, its moment."""

    id: str
    prev: tuple[str, ...]
    at: datetime


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Merge two copies of a history; `base` is what both came from."""
    files = [list(_lines(content)) for content in (base, ours, theirs)]
    heads = {line: head for lines in files for line in lines if (head := _head(line))}
    units = [_units(lines, heads) for lines in files]
    chains = [list(of)[1:] for of in units]
    order = _interleaved(chains, lambda line: (heads[line].at, line), _needs(heads))
    return b"".join(line + b"\n" for line in _each_once([START, *order], units))


def _lines(content: bytes) -> Iterator[bytes]:
    """Give each line once; a line end that an editor made longer is no part of an entry."""
    for line in dict.fromkeys(content.split(b"\n")):
        bare = line.removesuffix(b"\r")
        if bare:
            yield bare if _is_entry(bare) else line


def _is_entry(line: bytes) -> bool:
    return line.isascii() and is_whole(line.decode("ascii"))


def _head(line: bytes) -> _Head | None:
    if not _is_entry(line):
        return None
    body: Any = json.loads(line)
    try:
        at = datetime.fromisoformat(body["at"]).astimezone()
        return _Head(str(body["id"]), tuple(body["prev"]), at)
    except (KeyError, TypeError, ValueError):
        return None


def _units(lines: Iterable[bytes], heads: Mapping[bytes, _Head]) -> dict[bytes, list[bytes]]:
    """Give each entry with the lines after it that are none."""
    units: dict[bytes, list[bytes]] = {START: []}
    last = START
    for line in lines:
        if line in heads:
            last = line
            units[line] = []
        else:
            units[last].append(line)
    return units


def _needs(heads: Mapping[bytes, _Head]) -> dict[bytes, set[bytes]]:
    """Give the entries that must stand before each one, because it names them."""
    named = {head.id: line for line, head in heads.items()}
    return {
        line: {named[ref] for ref in head.prev if ref in named} - {line}
        for line, head in heads.items()
    }


def _interleaved(
    chains: list[list[bytes]],
    rank: Callable[[bytes], Any],
    needs: Mapping[bytes, set[bytes]],
) -> list[bytes]:
    """Put the lines of some files in one order that goes against none of theirs, if there is one.

    Where two files have two lines in contrary orders, the line of the lower rank goes first.
    """
    waiting = [(deque(chain), frozenset(chain)) for chain in chains]
    done: dict[bytes, None] = {}
    while first := _first(waiting, done):
        ready = [
            line
            for line in first
            if all(line not in held or chain[0] == line for chain, held in waiting if chain)
            and needs.get(line, set()) <= done.keys()
        ]
        done[min(ready or first, key=rank)] = None
    return list(done)


def _first(
    waiting: list[tuple[deque[bytes], frozenset[bytes]]], done: Mapping[bytes, None]
) -> list[bytes]:
    """Give the first line of each file that has not been put in order yet."""
    for chain, _ in waiting:
        while chain and chain[0] in done:
            chain.popleft()
    return [chain[0] for chain, _ in waiting if chain]


def _each_once(order: list[bytes], units: list[dict[bytes, list[bytes]]]) -> dict[bytes, None]:
    """Give all lines in order: each entry, and behind it the lines that are none."""
    found: dict[bytes, None] = {}
    for line in order:
        if line != START:
            found[line] = None
        others = [of.get(line, []) for of in units]
        found |= dict.fromkeys(_interleaved(others, lambda other: other, {}))
    return found
