"""What a check is, what it looks at, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actionplan.query import View

ERROR, WARNING, ADVICE = "error", "warning", "advice"
LEVELS = (ERROR, WARNING, ADVICE)
"""An error makes the plan unreliable, a warning wants an answer, advice is for `--strict`."""

FILE, PROBLEM, CHALLENGE = "file", "problem", "challenge"
FAMILIES = {
    FILE: "the file, its history, and edits by hand",
    PROBLEM: "the plan itself",
    CHALLENGE: "a claim that is rosier than the facts",
}


class Ground(NamedTuple):
    """What the checks look at."""

    view: View
    reported: tuple[View, ...] = ()
    """The plan as it was last reported, and before that, the latest first."""


class Found(NamedTuple):
    """One thing that a check found: where, and a sentence."""

    ref: str
    sentence: str


class Check(NamedTuple):
    """A named check."""

    code: str
    """A stable name for programs."""
    family: str
    level: str
    looks_for: str
    """What it finds, in words, for who reads of it."""
    remedy: str
    find: Callable[[Ground], Iterator[Found]] | None = None
    """``None`` for what only the file and its history can tell."""
