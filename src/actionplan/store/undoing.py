"""Taking changes back: which entries, and the text without them; `writing` makes the write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted, without_weekday
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.planfile import merging
from actionplan.store.remembering import bytes_of, history_of
from actionplan.store.writing import replaced

if TYPE_CHECKING:
    from pathlib import Path

    from actionplan.history.entries import Tail
    from actionplan.history.records import Head, History
    from actionplan.planfile.merging import Clash
    from actionplan.planfile.reader import PlanText
    from actionplan.planfile.writer import Rewritten
    from actionplan.store.writing import Making

SHORTEST_ID = 4


class Undoing(NamedTuple):
    """What is taken back: the entries, and how the text without them is made."""

    ids: tuple[str, ...]
    make: Making
    told: str
    """What is taken back, in words."""


def the_last(path: Path) -> Undoing:
    """Take back the last change that is not taken back yet.

    Raises:
        RefusedError: where there is none, or it can't be taken back.

    """
    book = history_of(path)
    undone: set[str] = set()
    for head in reversed(book.effective):
        undoes = _undoes(book, head)
        if head.id in undone:
            continue
        undone.update(undoes)
        if not undoes and head.changed and head.before:
            return _without(book, head)
    message = "There is no change to take back: the history holds none."
    raise RefusedError(message)


def one(path: Path, entry: str) -> Undoing:
    """Take back one entry, and leave what was changed after it.

    Raises:
        WrongUsageError: where there is no such entry.
        RefusedError: where it can't be taken back.

    """
    book = history_of(path)
    return _without(book, _the(book, entry))


def back_to(path: Path, entry: str) -> Undoing:
    """Put the plan back as it stood after an entry, whatever was changed after it, by hand too.

    Raises:
        WrongUsageError: where there is no such entry.
        RefusedError: where the history does not lead back to it.

    """
    book = history_of(path)
    head = _the(book, entry)
    state = _state(book, head.after, head)
    later = [h for h in book.effective if h.line > head.line and h.changed]
    told = f"the plan as it stood after entry {head.id}: {counted(len(later), 'change')} taken back"
    return Undoing(tuple(h.id for h in later), lambda before, _: replaced(before, state), told)


def _the(book: History, entry: str) -> Head:
    wanted = entry.strip().lower()
    found = [head for head in book.effective if head.id.startswith(wanted)]
    if len(found) != 1 or len(wanted) < SHORTEST_ID:
        message = (
            f"There is no entry {entry} in the history, or more than one begins like that: "
            "actionplan log shows them."
        )
        raise WrongUsageError(message)
    return found[0]


def _undoes(book: History, head: Head) -> tuple[str, ...]:
    if head.command != "undo":
        return ()
    return tuple(ref for _, body in book.bodies([head]) for ref in body.get("undoes", ()))


def _without(book: History, head: Head) -> Undoing:
    if not head.before:
        message = f"Entry {head.id} started the plan: that can't be taken back."
        raise RefusedError(message)
    if not head.changed:
        message = f"Entry {head.id} ({head.command}) changed nothing that could be taken back."
        raise RefusedError(message)
    after, before = _state(book, head.after, head), _state(book, head.before, head)

    def make(now: PlanText, _: Tail) -> Rewritten:
        merged = merging.merge(after, bytes_of(now), before, now.source.name)
        if merged.clashes:
            raise _built_upon(book, head, merged.clashes[0])
        return replaced(now, merged.content)

    by = "".join(f" by {body['by']}" for _, body in book.bodies([head]))
    told = f"{head.command}{by}, {without_weekday(head.on)} (entry {head.id})"
    return Undoing((head.id,), make, told)


def _state(book: History, digest: str, head: Head) -> bytes:
    state = book.state(digest)
    if state is None:
        message = f"The history does not lead back to how the plan stood at entry {head.id}."
        raise RefusedError(message)
    return state


def _built_upon(book: History, head: Head, clash: Clash) -> RefusedError:
    """Say what was built on an entry: a later change of the same, or a thing that rests on it."""
    changed = {of["ref"] for _, body in book.bodies([head]) for of in body["changes"]}
    if clash.ref not in changed:
        message = f"{clash.ref} rests on what entry {head.id} did, so it can't be taken back alone."
        return RefusedError(message)
    what = f"The {clash.field} of {clash.ref}" if clash.field else clash.ref or "The plan itself"
    later = [
        entry
        for entry in book.entries(clash.ref)
        if entry.sequence > head.sequence
        and any(change.field in {clash.field, ""} for change in entry.changes)
    ]
    by = f" by {later[-1].by} ({later[-1].command}, entry {later[-1].id})" if later else " by hand"
    message = f"{what} was changed again later{by}, so entry {head.id} can't be taken back alone."
    return RefusedError(message)
