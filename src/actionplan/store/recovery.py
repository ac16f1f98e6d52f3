"""What is put in order under the lock before a change: a crash's leftovers, an edit by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted, without_weekday
from actionplan.errors import NotWrittenError, RefusedError
from actionplan.history import entries, patches
from actionplan.history.entries import Signature, Step
from actionplan.model import highest_numbers
from actionplan.store import files
from actionplan.store.reading import content_of
from actionplan.store.remembering import (
    ByHand,
    by_hand,
    bytes_of,
    history_of,
    history_path,
    never_reached,
    saved_on,
    tail_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from actionplan.history.entries import Tail
    from actionplan.planfile.reader import PlanText
    from actionplan.planfile.writer import Read

KEPT_OUT = "The last change in the history never reached the plan: a crash kept it out."
UNKNOWN = "unknown"
"""The digest of a state that the history can't name."""


class ShrunkenError(RefusedError):
    """The plan has lost something since the last command: is that meant?"""


class Mended(NamedTuple):
    """The end of the history once it is in order, and sentences on what was found."""

    tail: Tail
    content: bytes
    """The plan as it was found, which the end of the history is of."""
    found: tuple[str, ...] = ()


def mend(path: Path, signature: Signature, read: Read, *, accept_removals: bool) -> Mended:
    """Finish what a crash left, and record what was edited by hand.

    Raises:
        ShrunkenError: where something that the last command left is gone from the plan.

    """
    mended = _mended(path, signature, read, accept_removals=accept_removals)
    files.sweep(path)
    return mended


def _mended(path: Path, signature: Signature, read: Read, *, accept_removals: bool) -> Mended:
    tail = tail_of(path)
    found = _damage(path, tail)
    content = content_of(path)
    if not tail.id or tail.after == entries.digest(content):
        return Mended(tail, content, found)
    if never_reached(path, content, tail):
        void(path, signature)
        return Mended(tail_of(path), content, (*found, KEPT_OUT))
    now = read(content, path.name)
    edited = by_hand(path, now, tail, read) or ByHand(None, (), ())
    if edited.missing and not accept_removals:
        raise _shrunken(path, edited, tail)
    if edited.is_after_crash:
        void(path, signature)
        found = (*found, KEPT_OUT)
    _record(path, signature, now, edited)
    return Mended(tail_of(path), content, (*found, _told(edited)))


def mend_unborn(path: Path, signature: Signature, mode: int) -> Tail:
    """Put the history of a plan in order that is not there: a crash may have kept it out.

    Raises:
        NotWrittenError: where the history is that of a plan which was there.

    """
    tail = tail_of(path)
    if not tail.id:
        return tail
    if tail.before:
        message = (
            f"{history_path(path)} is the history of a plan that is gone. Put the plan back from "
            "git or from a backup, or move its history away."
        )
        raise NotWrittenError(message)
    if tail.after:
        files.append(history_path(path), entries.void(signature, tail), mode)
    return tail_of(path)


def void(path: Path, signature: Signature) -> None:
    """Take back the last entry of the history: its change did not reach the plan."""
    line = entries.void(signature, tail_of(path))
    files.append(history_path(path), line, files.mode_of(path))


def take_back(path: Path, signature: Signature, step: Step, followed: Tail) -> None:
    """Take back the entry of one change, which did not reach the plan.

    Where somebody cleared our note while we were stopped, another command may have written since.
    If its entry stands last, it has seen to ours. If ours does, it was made for an older end of the
    history, and what is taken back leads to the end that is there now.
    """
    tail = tail_of(path)
    if tail.id != entries.id_of(signature, step, followed):
        return
    before = tail_of(path, without=tail.id)
    if before.id != followed.id:
        both = {**tail.numbers, **before.numbers}
        highest = {p: max(n, tail.numbers.get(p, 0)) for p, n in both.items()}
        tail = tail._replace(before=before.after, numbers=highest)
    files.append(history_path(path), entries.void(signature, tail), files.mode_of(path))


def _record(path: Path, signature: Signature, now: PlanText, edited: ByHand) -> None:
    """Write an entry for what was edited by hand; by whom is not known."""
    tail = tail_of(path)
    saved = saved_on(path)
    why = f"Edited by hand, found on {without_weekday(signature.on)}"
    signed = Signature(signature.at, min(saved, signature.on), "not known", entries.BY_HAND, why)
    numbers = highest_numbers(now.plan)
    highest = {prefix: max(n, tail.numbers.get(prefix, 0)) for prefix, n in numbers.items()}
    digest = entries.digest(bytes_of(now))
    if edited.recorded is None:
        step = Step(UNKNOWN, digest, highest)
        tail = tail._replace(since=None)
        line = entries.entry(signed, step, tail)
    else:
        was = edited.recorded.source.raw
        patch = patches.between(was, now.source.raw)
        step = Step(tail.after, digest, highest, edited.changes, patch)
        line = entries.entry(signed, step, tail, was)
    files.append(history_path(path), line, files.mode_of(path))


def _told(edited: ByHand) -> str:
    if edited.recorded is None:
        return (
            "The file was edited by hand since the last command; what was changed can't be told, "
            "because the history does not lead back to how it stood. That is recorded."
        )
    refs = list(dict.fromkeys(change.ref or "the plan itself" for change in edited.changes))
    where = f" ({', '.join(refs)})" if refs else ", in its layout or comments alone"
    return f"The file was edited by hand since the last command{where}: that is recorded first."


def _shrunken(path: Path, edited: ByHand, tail: Tail) -> ShrunkenError:
    listed = ", ".join(edited.missing)
    message = (
        f"{path.name} has lost what the last command left in it: {listed}. If an editor saved half "
        f"of it, put it back with: actionplan undo --to {tail.id}. If it is meant, say so with "
        "--accept-removals."
    )
    return ShrunkenError(message)


def _damage(path: Path, tail: Tail) -> tuple[str, ...]:
    if not (tail.torn or tail.damaged):
        return ()
    damaged = history_of(path).damaged
    lines = ", ".join(str(damage.line) for damage in damaged)
    what = counted(len(damaged), "line")
    return (f"{history_path(path).name} has {what} that can't be relied on ({lines}); kept as is.",)
