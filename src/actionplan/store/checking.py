"""What can be wrong with a plan and what lies beside it: its text, its history, a hand's edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.history.entries import BY_HAND, EDIT
from actionplan.planfile.scanner import describe
from actionplan.store import remembering
from actionplan.store.reading import load

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from actionplan.model import Change, Plan

_REWORDED = b'"in":"findings"'


class Rewording(NamedTuple):
    """A finding whose words were changed, and the day on which that was found."""

    finding: str
    on: date


class Checked(NamedTuple):
    """All that was found."""

    plan: Plan
    problems: tuple[str, ...]
    """Each with its line and ref."""
    history: tuple[str, ...]
    """What is wrong with the history, with its lines."""
    by_hand: tuple[Change, ...] | None
    """What was edited since the last command; ``None`` where nothing was."""
    missing: tuple[str, ...]
    reworded: tuple[Rewording, ...]


def check(path: Path, today: date) -> Checked:
    """Look at everything, and change nothing.

    Raises:
        UnreadableError: where the plan can't be read at all.

    """
    read = load(path)
    book = remembering.history_of(path)
    book.check()
    edited = remembering.by_hand(path, read, remembering.tail_of(path))
    changes = edited.changes if edited else ()
    told = [
        Rewording(change.ref, entry.on)
        for head, entry in book.read_holding(_REWORDED)
        for change in entry.changes
        if head.command in {BY_HAND, EDIT} and change.field == "text"
    ]
    told += [Rewording(c.ref, today) for c in changes if (c.collection, c.field) == _TEXT]
    return Checked(
        read.plan,
        tuple(describe(read.source.text, read.problems)) if read.problems else (),
        remembering.troubles(path, book),
        changes if edited else None,
        edited.missing if edited else (),
        tuple({each.finding: each for each in told}.values()),
    )


_TEXT = ("findings", "text")
