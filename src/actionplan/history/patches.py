"""The lines that an entry took out of the plan and put in, and how they are applied both ways."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    Patch: TypeAlias = Iterable[tuple[int, Sequence[str], Sequence[str]]]
    """For each stretch of lines: its first line in the old text, counted from one, the lines taken
    out and the lines put in, all with their line ends."""


class MisfitError(ValueError):
    """A patch does not fit the text: its lines are not where it says."""


def lines_of(text: str) -> list[str]:
    """Split at line feeds only, line ends kept; a last line with none is given the others'."""
    *lines, last = text.split("\n")
    ended = [f"{line}\n" for line in lines]
    windows = text.count("\r\n") * 2 > len(lines)
    return [*ended, last + ("\r\n" if windows else "\n")] if last else ended


def forwards(lines: list[str], patch: Patch) -> list[str]:
    """Apply a patch.

    Raises:
        MisfitError: where the lines to take out are not there.

    """
    return _replaced(lines, [(line - 1, out, put) for line, out, put in patch])


def backwards(lines: list[str], patch: Patch) -> list[str]:
    """Take a patch back.

    Raises:
        MisfitError: where the lines that it put in are not there.

    """
    shift = 0
    places = []
    for line, out, put in patch:
        places.append((line - 1 + shift, put, out))
        shift += len(put) - len(out)
    return _replaced(lines, places)


def _replaced(
    lines: list[str], places: list[tuple[int, Sequence[str], Sequence[str]]]
) -> list[str]:
    new = list(lines)
    for first, out, put in reversed(places):
        if new[first : first + len(out)] != list(out):
            message = f"line {first + 1} is not as the history says"
            raise MisfitError(message)
        new[first : first + len(out)] = put
    return new


def between(old: str, new: str) -> tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...]:
    """Give the patch from one text to another."""
    was, now = lines_of(old), lines_of(new)
    head = _alike(was, now)
    tail = _alike(was[head:][::-1], now[head:][::-1])
    left, right = was[head : len(was) - tail], now[head : len(now) - tail]
    steps = SequenceMatcher(None, left, right).get_opcodes()
    return tuple(
        (head + i1 + 1, tuple(left[i1:i2]), tuple(right[j1:j2]))
        for kind, i1, i2, j1, j2 in steps
        if kind != "equal"
    )


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the lines at the start of both that are the same."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
