"""The one write across both files: lock, read, check, swap, confirm. Nothing else writes.

The order, and why: the change is worked out before the lock is taken, so that the lock is held for
moments; under it, what a crash or a hand left is put in order first, and the plan is read again, so
that the change is made on what is there; the new text is proved, written beside the plan and read
back; the history gets its line before the plan is replaced, because the other order loses who and
why in a crash; the lock and the plan are looked at once more, so that an edit made meanwhile is
never lost; then the plan is exchanged with the new text in one step, and what came out is looked
at: where somebody saved in that very moment it is put back. The plan itself is never locked and
never written in place.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from actionplan.errors import (
    ActionPlanError,
    NotWrittenError,
    RefusedError,
    UnconfirmedError,
    UnreadableError,
)
from actionplan.history import entries, patches
from actionplan.history.entries import Signature, Step
from actionplan.model import Change, Plan, differences, highest_numbers
from actionplan.planfile import reader, writer
from actionplan.planfile.scanner import describe
from actionplan.planfile.source import UNTOUCHED, ConflictedError
from actionplan.planfile.writer import Rewritten
from actionplan.store import files, recovery, swapping
from actionplan.store.lock import Claim, Lock, held
from actionplan.store.meanwhile import refuse_clash
from actionplan.store.reading import content_of
from actionplan.store.remembering import bytes_of, history_path, tail_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.history.entries import Tail
    from actionplan.planfile.reader import PlanText
    from actionplan.planfile.writer import Read
    from actionplan.store.recovery import Mended

ATTEMPTS = 3
"""How often a write starts again because the plan or the lock was taken from under it."""

Verb = Callable[[Plan, Mapping[str, int]], Plan]
"""What a command does: from a plan, and the highest numbers ever given, to a plan."""
Making = Callable[["PlanText", "Tail"], "Rewritten"]
"""How the new text is made of the old one."""


class Draft(NamedTuple):
    """A change worked out and not written: on which text, and what it would do."""

    before: PlanText
    tail: Tail
    rewritten: Rewritten

    @property
    def content(self) -> bytes:
        """Give the bytes that it was worked out on."""
        return bytes_of(self.before)


class Terms(NamedTuple):
    """On what terms a change is made."""

    read: Read = reader.read
    """How the file is read: a plan, or its owners file."""
    agreed: Draft | None = None
    """What somebody agreed to; another change than that is not made."""
    accept_removals: bool = False
    """True where what was taken out of the plan by hand is meant to be gone."""
    more: Mapping[str, Any] = {}
    """What the entry says besides; with it, an entry is written even if nothing changes."""


class Saved(NamedTuple):
    """What a write did: the plan as it stands now, what was changed, and what was found."""

    before: Plan
    plan: Plan
    changes: tuple[Change, ...]
    found: tuple[str, ...] = ()
    """Sentences on what was put in order first: a hand edit recorded, a crash finished."""
    is_rewritten: bool = False
    """True where its bytes are others, be it only the comments or the layout."""


DEFAULT = Terms()


def by_verb(verb: Verb, read: Read = reader.read) -> Making:
    """Make the new text by a verb, as the smallest edit of the old one."""
    return lambda before, tail: writer.rewrite(before, verb(before.plan, tail.numbers), read)


def replaced(before: PlanText, content: bytes) -> Rewritten:
    """Give a whole new text as the change that it makes."""
    after = reader.read(content, before.source.name)
    changes = differences(before.plan, after.plan)
    return Rewritten(content, changes, after, patches.between(before.source.raw, after.source.raw))


def draft(path: Path, make: Making, read: Read = reader.read) -> Draft:
    """Work a change out and write nothing.

    Raises:
        ActionPlanError: as `change` would.

    """
    path = _real(path)
    before = _parsed(content_of(path), path, read)
    tail = tail_of(path)
    return Draft(before, tail, _made(make, before, tail))


def change(path: Path, make: Making, signature: Signature, terms: Terms = DEFAULT) -> Saved:
    """Make a change and record it.

    Raises:
        UnreadableError: where the plan is missing, can't be read, or has problems to mend first.
        NotWrittenError: where another command holds the lock, the file changed meanwhile where
            this change would change it, it has conflict markers, or the change would no longer be
            the one that was agreed.
        RefusedError: where a rule forbids it; `recovery.ShrunkenError` where the plan has lost
            something since the last command.
        ActionPlanError: where something failed and nothing was changed.
        UnconfirmedError: where it was saved and could not be confirmed.

    """
    path = _real(path)
    with _plain_sentences(path) as progress:
        refuse_read_only(path)
        found: tuple[str, ...] = ()
        planned = terms.agreed or draft(path, make, terms.read)
        for _ in range(ATTEMPTS):
            with _Stops(progress) as stops, _locked(path, signature) as lock:
                accepted = terms.accept_removals
                mended = recovery.mend(path, signature, terms.read, accept_removals=accepted)
                found += mended.found
                now = _still(planned, path, make, mended, terms.read)
                if terms.agreed is not None:
                    _refuse_another(terms.agreed, now)
                done = now.rewritten
                rewritten = done.content != now.content
                saved = Saved(now.before.plan, done.after.plan, done.changes, found, rewritten)
                if not rewritten and not terms.more:
                    return saved
                step = _step(now, mended.tail, terms.more)
                swap = _Swap(signature, step, mended.tail, lock, stops, progress)
                if _swap(path, now, swap):
                    return saved
    message = f"{path.name} is being changed by someone else again and again: try again later."
    raise NotWrittenError(message)


def create(path: Path, content: bytes, signature: Signature) -> None:
    """Write a new plan and the first line of its history; never over a file that is there.

    Raises:
        NotWrittenError: where there is a file of that name already, or the history of another.

    """
    with _plain_sentences(path) as progress:
        _refuse_taken(path)
        plan = reader.read(content, path.name).plan
        mode = files.mode_of_a_new_file()
        new = files.make_folder(path.parent)
        with (
            _Stops(progress) as stops,
            _locked(path, signature),
            files.temporary(path, content, mode) as beside,
        ):
            _refuse_taken(path)
            files.sweep(path, keep=beside)
            tail = recovery.mend_unborn(path, signature, mode)
            patch = patches.between("", content.decode("utf-8"))
            step = Step("", entries.digest(content), highest_numbers(plan), patch=patch)
            stops.wait()
            files.append(history_path(path), entries.entry(signature, step, tail), mode)
            put = _put(path, lambda: files.replace(beside, path), content, progress)
            if not progress.saved:
                raise put.failed or files.not_kept(path)
            for folder in (path.parent, *(each.parent for each in new)):
                files.sync_folder(folder)
            _confirm(path, content)


def _refuse_taken(path: Path) -> None:
    if path.exists() or path.is_symlink():
        message = f"{path} is there already; a new plan never replaces a file."
        raise NotWrittenError(message)


# --- working out --------------------------------------------------------------------------------


def _real(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        content_of(path)
        message = f"{path} can't be found on the disk: {error}."
        raise UnreadableError(message, state=UNTOUCHED) from error


def _parsed(content: bytes, path: Path, read: Read) -> PlanText:
    try:
        return read(content, path.name)
    except ConflictedError as error:
        raise NotWrittenError(error.sentence) from error


def _made(make: Making, before: PlanText, tail: Tail) -> Rewritten:
    try:
        rewritten = make(before, tail)
    except ActionPlanError as error:
        if before.faults and not isinstance(error, RefusedError | NotWrittenError):
            raise _faulty(before) from error
        raise
    _refuse_faults(before, rewritten.after)
    return rewritten


def may_land(before: PlanText, after: PlanText) -> bool:
    """Tell whether a change leaves no problem behind, or fewer than there were and no new one."""
    left = {problem.identity for problem in after.faults}
    return not left or left < {problem.identity for problem in before.faults}


def _refuse_faults(before: PlanText, after: PlanText) -> None:
    if may_land(before, after):
        return
    if before.faults:
        raise _faulty(before)
    (first, *_) = describe(after.source.text, after.faults)
    message = f"The plan would have a problem: {first.partition(', ')[2]}."
    raise RefusedError(message)


def _faulty(before: PlanText) -> UnreadableError:
    lines = describe(before.source.text, before.faults)
    count = f"{len(lines)} problem{'s' if len(lines) > 1 else ''}"
    listed = "".join(f"\n  {before.source.name}, {line}" for line in lines)
    message = f"The plan has {count} to mend by hand before it is written on:{listed}\n"
    return UnreadableError(message)


def refuse_read_only(path: Path) -> None:
    """Refuse to write where that is forbidden, before anything is worked out.

    Raises:
        ActionPlanError: where the plan or its history is read-only.

    """
    for file in (path, history_path(path)):
        if not file.exists():
            continue
        if not file.stat().st_mode & 0o222 or not os.access(file, os.W_OK):
            message = f"{file} is read-only: you may not write it."
            raise ActionPlanError(message)


# --- under the lock -----------------------------------------------------------------------------


def _still(planned: Draft, path: Path, make: Making, mended: Mended, read: Read) -> Draft:
    """Give the change as it was worked out, or made again on a plan that moved meanwhile.

    It is made on the very bytes that were found in order: what is saved after that look is noticed
    by the next one, and recorded.
    """
    tail = mended.tail
    if mended.content == planned.content and tail.numbers == planned.tail.numbers:
        return planned
    before = _parsed(mended.content, path, read)
    refuse_clash(path, planned.before.plan, before.plan, planned.rewritten.changes)
    return Draft(before, tail, _made(make, before, tail))


def _refuse_another(agreed: Draft, now: Draft) -> None:
    if now is not agreed and _touched(now) != _touched(agreed):
        message = "The plan changed while you were asked: look at it and try again."
        raise NotWrittenError(message)


def _touched(made: Draft) -> set[tuple[str, str]]:
    return {(change.ref, change.field) for change in made.rewritten.changes}


def _step(made: Draft, tail: Tail, more: Mapping[str, Any]) -> Step:
    done = made.rewritten
    now = highest_numbers(done.after.plan)
    numbers = {prefix: max(number, tail.numbers.get(prefix, 0)) for prefix, number in now.items()}
    digests = entries.digest(made.content), entries.digest(done.content)
    return Step(*digests, numbers, done.changes, done.patch, more)


class _Progress:
    """How far a write has got: what an error means depends on it."""

    saved = False
    told: UnconfirmedError | None = None
    """What must be told, whatever else goes wrong while the lock is let go."""

    def tell(self, error: UnconfirmedError) -> UnconfirmedError:
        """Keep what must be told."""
        self.told = error
        return error


class _Swap(NamedTuple):
    """What a swap needs besides the texts."""

    signature: Signature
    step: Step
    tail: Tail
    lock: Lock
    stops: _Stops
    progress: _Progress


def _swap(path: Path, made: Draft, swap: _Swap) -> bool:
    """Append the history line and replace the plan; false where the plan moved meanwhile."""
    swap.stops.wait()
    mode = files.mode_of(path)
    content = made.rewritten.content
    line = entries.entry(swap.signature, swap.step, swap.tail, made.before.source.raw)
    if content == made.content:
        return _is_still(path, made, swap) and _record(path, line, mode, swap)
    with files.temporary(path, content, mode) as beside:
        files.append(history_path(path), line, mode)
        if not _is_still(path, made, swap):
            recovery.take_back(path, swap.signature, swap.step, swap.tail)
            return False
        return _replace(path, beside, made, swap)


def _is_still(path: Path, made: Draft, swap: _Swap) -> bool:
    """Look once more: is the lock ours, and the plan the one that the change was made on?"""
    same = swap.lock.is_ours() and content_of(path) == made.content
    return same and not path.is_symlink()


def _record(path: Path, line: bytes, mode: int, swap: _Swap) -> bool:
    """Append an entry that leaves the plan as it is; whether it is there, the history tells."""
    try:
        files.append(history_path(path), line, mode)
    except (OSError, ActionPlanError) as error:
        try:
            missing = tail_of(path).id == swap.tail.id
        except OSError:
            raise swap.progress.tell(_unknown(path)) from error
        if missing:
            raise
        raise swap.progress.tell(_unconfirmed(path, files.why(error))) from error
    swap.progress.saved = True
    return True


def _replace(path: Path, beside: Path, made: Draft, swap: _Swap) -> bool:
    """Replace the plan; false where it is another's since."""
    content = made.rewritten.content
    put = _put(path, lambda: files.exchange(beside, path), content, swap.progress)
    if swap.progress.saved:
        files.sync_folder(path.parent)
        swapping.wait_until_written(beside, path)
        if _was_saved_meanwhile(beside, made.content):
            _give_back(path, beside, made, swap)
            swap.progress.saved = False
            recovery.take_back(path, swap.signature, swap.step, swap.tail)
            return False
        _confirm(path, content)
        return True
    if put.failed is None and put.now != made.content:
        raise swap.progress.tell(_saved_again(path, beside, made))
    recovery.take_back(path, swap.signature, swap.step, swap.tail)
    if put.failed is not None and put.now != made.content:
        return False
    raise put.failed or files.not_kept(path)


class _Put(NamedTuple):
    """What is found where a new text was put."""

    now: bytes | None
    failed: OSError | None


def _was_saved_meanwhile(beside: Path, *known: bytes) -> bool:
    """Tell whether what came out of an exchange is a text that is not known here."""
    if beside.is_symlink() or beside.is_dir():
        return True
    try:
        return beside.read_bytes() not in known
    except FileNotFoundError:
        return False


def _give_back(path: Path, beside: Path, made: Draft, swap: _Swap) -> None:
    """Put what somebody saved in the moment of the swap back; what was saved last of all stays."""
    files.exchange(beside, path)
    swapping.wait_until_written(beside, path)
    if _was_saved_meanwhile(beside, made.rewritten.content):
        files.exchange(beside, path)
        raise swap.progress.tell(_saved_again(path, beside, made))
    files.sync_folder(path.parent)


def _saved_again(path: Path, beside: Path, made: Draft) -> UnconfirmedError:
    """Keep what was saved before the swap, where something was saved after it as well."""
    why = "somebody saved the file again at the same moment"
    swapping.wait_until_written(beside, path)
    if _was_saved_meanwhile(beside, made.content, made.rewritten.content):
        try:
            where = f"is kept in {files.keep(beside, path).name}"
        except OSError:
            where = "could not be kept"
        why = f"{why}, and what was saved before that {where}"
    return _unconfirmed(path, why)


def _put(path: Path, put: Callable[[], None], content: bytes, progress: _Progress) -> _Put:
    """Put a new text in place; what the disk says of it is believed only after reading it again."""
    failed: OSError | None = None
    now: bytes | None = None
    try:
        put()
    except OSError as error:
        failed = error
    try:
        now = path.read_bytes()
    except FileNotFoundError:
        pass
    except OSError as error:
        unsure = _unknown(path) if failed else _unconfirmed(path, files.why(error))
        raise progress.tell(unsure) from error
    progress.saved = now == content
    return _Put(now, failed)


def _confirm(path: Path, content: bytes) -> None:
    if path.read_bytes() != content:
        raise _unconfirmed(path, "it does not read back as it was written")


def _unconfirmed(path: Path, why: str) -> UnconfirmedError:
    message = f"{path.name} was written, and then something went wrong: {why}."
    state = "The change was saved, but is not confirmed: do not repeat it, look at the plan."
    return UnconfirmedError(message, state=state)


def _unknown(path: Path) -> UnconfirmedError:
    message = f"The disk failed while {path.name} was written, and does not say how it stands."
    state = "It is not known whether the change was saved: look at the plan before you repeat it."
    return UnconfirmedError(message, state=state)


class _Stops:
    """Lets a stop from the keyboard wait, from the first line that is written to the end.

    Once the plan is replaced the write ends first, and the lock is let go; then the stop comes too
    late, and the change is told as saved.
    """

    def __init__(self, progress: _Progress) -> None:
        self.progress = progress
        self.before: set[signal.Signals] | None = None

    def __enter__(self) -> Self:
        return self

    def wait(self) -> None:
        """Let them wait from here on."""
        if hasattr(signal, "pthread_sigmask"):
            stops = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
            self.before = signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # type: ignore[assignment]

    def __exit__(self, *_: object) -> None:
        if self.before is None:
            return
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, self.before)
        except KeyboardInterrupt:
            if not (self.progress.saved or self.progress.told):
                raise


# --- lock and sentences -------------------------------------------------------------------------


@contextlib.contextmanager
def _locked(path: Path, signature: Signature) -> Iterator[Lock]:
    with held(path, Claim(signature.by, signature.command, signature.at)) as lock:
        yield lock


@contextlib.contextmanager
def _plain_sentences(path: Path) -> Iterator[_Progress]:
    """Turn an error of the operating system into a sentence that is true of the plan on disk."""
    progress = _Progress()
    try:
        yield progress
    except OSError as error:
        why = files.why(error)
        if progress.told is not None:
            raise progress.told from error
        if progress.saved:
            raise _unconfirmed(path, why) from error
        place = path
        if isinstance(error.filename, str) and Path(error.filename).parent != path.parent:
            place = Path(error.filename)
        message = f"{place} could not be written: {why}."
        raise ActionPlanError(message) from error
