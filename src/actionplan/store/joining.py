"""The histories of two copies joined, with an entry for the plan that git made of both.

Git merges the plan and its history one by one, and neither merge sees the other file. But the
history leads back to both plans, and a merge of the same three gives the same bytes: so the entry
that says what became of them can be written with the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan.errors import ActionPlanError
from actionplan.history import entries, merging, patches
from actionplan.history.entries import Step
from actionplan.history.records import History
from actionplan.model import differences
from actionplan.planfile import merging as plans
from actionplan.planfile import reader

if TYPE_CHECKING:
    from actionplan.history.entries import Signature
    from actionplan.history.records import Head

NAME = "plan.toml"


def joined(base: bytes, ours: bytes, theirs: bytes, signature: Signature) -> bytes:
    """Join two histories that share a beginning; where both went on, say what the merge made."""
    lines = merging.merge(base, ours, theirs)
    books = tuple(History(content) for content in (base, ours, theirs))
    ends = [book.effective[-1] if book.effective else None for book in books]
    if None in ends or _is_within(ends[1], books[2]) or _is_within(ends[2], books[1]):
        return lines
    states = [book.state(end.after) for book, end in zip(books, ends, strict=True) if end]
    if ends[1] is None or ends[2] is None or None in states:
        return lines
    return lines + _entry(lines, [s for s in states if s], (ends[1], ends[2]), signature)


def _is_within(head: Head | None, book: History) -> bool:
    return head is not None and any(head.id == other.id for other in book.heads)


def _entry(
    lines: bytes, states: list[bytes], ends: tuple[Head, Head], signature: Signature
) -> bytes:
    """Give the entry of a merge; none where it clashed, since a hand settles that."""
    tail = entries.last(lines.decode("utf-8", "replace"))
    try:
        merged = plans.merge(states[0], states[1], states[2], NAME, tail.numbers)
        before, after = reader.read(states[1], NAME), reader.read(merged.content, NAME)
    except ActionPlanError:
        return b""
    if merged.clashes:
        return b""
    more = {"prev": [head.id for head in ends], "joins": ends[1].after}
    step = Step(
        ends[0].after,
        entries.digest(merged.content),
        tail.numbers,
        differences(before.plan, after.plan),
        patches.between(before.source.raw, after.source.raw),
        more | {"renumbered": dict(merged.renumbered)},
    )
    latest = tail._replace(
        sequence=max(tail.sequence, *(head.sequence for head in ends)), since=None
    )
    return entries.entry(signature, step, latest, before.source.raw)
