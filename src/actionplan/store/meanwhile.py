"""A plan that moved between look and write: made again, or refused with who changed what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan.errors import NotWrittenError
from actionplan.history.entries import plain
from actionplan.model import Change, Plan, differences
from actionplan.store.remembering import history_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

STAMPS = frozenset({"updated"})
"""Fields that every change sets: two changes that share no other do not clash."""


def refuse_clash(path: Path, then: Plan, now: Plan, wanted: Iterable[Change]) -> None:
    """Let a change be made again where others changed other fields meanwhile.

    Raises:
        NotWrittenError: where they changed the same, saying who changed what.

    """
    planned = {(c.ref, c.field) for c in wanted if c.field and c.field not in STAMPS}
    refs = {ref for ref, _ in planned}
    for change in differences(then, now):
        same = (change.ref, change.field) in planned
        gone = not change.field and change.new is None and change.ref in refs
        if same or gone:
            message = (
                f"{_what(change)} meanwhile{_by_whom(path, change)}. Look at it and try again."
            )
            raise NotWrittenError(message)


def _what(change: Change) -> str:
    if not change.field:
        return f"{change.ref} was taken out of the plan"
    old, new = plain(change.old), plain(change.new)
    whose = change.ref or "the plan"
    if isinstance(old, list) or isinstance(new, list):
        return f"The {change.field} of {whose} were changed"
    return f"The {change.field} of {whose} was changed from {old or 'none'} to {new or 'none'}"


def _by_whom(path: Path, change: Change) -> str:
    """Find the last entry that touched a field; an edit by hand has none."""
    for entry in reversed(list(history_of(path).entries(change.ref))):
        for told in entry.changes:
            if told.field == change.field and told.new == plain(change.new):
                return f" by {entry.by} ({entry.command}, {entry.at:%H:%M})"
    return " by hand"
