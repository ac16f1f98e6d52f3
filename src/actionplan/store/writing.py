"""The one write across both files: lock, read, check, swap, confirm. Nothing else writes.

The order, and why: the lock keeps two commands on this machine apart; the plan is read under it,
so that the change is made on what is there; the new text is proved, written beside the plan and
read back; the history gets its line before the plan is replaced, because the other order loses
who and why in a crash; the plan is looked at once more, so that an edit made meanwhile is never
lost; then it is replaced in one step. The plan itself is never locked and never written in place.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from platformdirs import user_state_path

from actionplan import history
from actionplan.errors import (
    ActionPlanError,
    NotWrittenError,
    RefusedError,
    UnconfirmedError,
    UnreadableError,
)
from actionplan.model import Change, Plan, highest_numbers
from actionplan.planfile import reader, writer
from actionplan.planfile.scanner import describe
from actionplan.planfile.source import ConflictedError, encode
from actionplan.store.guard import held
from actionplan.store.reading import content_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from actionplan.history import Signature, Tail

LOCK_SECONDS = 10.0
TAIL_BYTES = 64 * 1024
_MODE = 0o666


class Saved(NamedTuple):
    """What a write did: the plan as it stands now, and what was changed."""

    before: Plan
    plan: Plan
    changes: tuple[Change, ...]


def history_path(plan: Path) -> Path:
    """Give the place of a plan's history."""
    return plan.with_suffix(".history.jsonl")


def preview(
    path: Path,
    verb: Callable[[Plan, Mapping[str, int]], Plan],
    *,
    read: Callable[[bytes, str], reader.PlanText] = reader.read,
) -> Saved:
    """Do everything but write: say what a change would do.

    Raises:
        ActionPlanError: as `change` would.

    """
    path = _real(path)
    before, rewritten = _rewritten(path, verb, _tail(history_path(path)), read)
    return Saved(before.plan, rewritten.after.plan, rewritten.changes)


def change(
    path: Path,
    verb: Callable[[Plan, Mapping[str, int]], Plan],
    signature: Signature,
    *,
    expected: tuple[Change, ...] | None = None,
    read: Callable[[bytes, str], reader.PlanText] = reader.read,
) -> Saved:
    """Make a change and record it; `verb` gets the plan and the highest numbers ever given.

    Raises:
        UnreadableError: where the plan is missing, can't be read, or has problems to mend first.
        NotWrittenError: where another command holds the lock, the file changed meanwhile, it has
            conflict markers, or the change would no longer be the `expected` one.
        RefusedError: where a rule forbids it.
        ActionPlanError: where something failed and nothing was changed.
        UnconfirmedError: where it was saved and could not be confirmed.

    """
    path = _real(path)
    with _plain_sentences(path) as progress, _locked(path):
        _refuse_read_only(path)
        tail = _recovered(path, signature)
        before, rewritten = _rewritten(path, verb, tail, read)
        if expected is not None and rewritten.changes != expected:
            message = f"{path.name} changed while you were asked: look at it and try again."
            raise NotWrittenError(message)
        if rewritten.changes:
            progress.replaced = _swap(path, before, rewritten, signature, tail)
            _confirm(path, rewritten.content)
    return Saved(before.plan, rewritten.after.plan, rewritten.changes)


def create(path: Path, content: bytes, signature: Signature) -> None:
    """Write a new plan and the first line of its history; never over a file that is there.

    Raises:
        NotWrittenError: where there is a file of that name already.

    """
    if path.exists() or path.is_symlink():
        message = f"{path} is there already; a new plan never replaces a file."
        raise NotWrittenError(message)
    plan = reader.read(content, path.name).plan
    with _plain_sentences(path) as progress:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path), _temporary(path, content, _MODE & ~_umask()) as temporary:
            log = history_path(path)
            line = history.entry(
                signature, (), (), ("", history.digest(content)), highest_numbers(plan), _tail(log)
            )
            _append(log, line, _MODE & ~_umask())
            temporary.replace(path)
            progress.replaced = True
            _confirm(path, content)


# --- reading under the lock ---------------------------------------------------------------------


def _real(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):
        content_of(path)
        raise


def _rewritten(
    path: Path,
    verb: Callable[[Plan, Mapping[str, int]], Plan],
    tail: Tail,
    read: Callable[[bytes, str], reader.PlanText],
) -> tuple[reader.PlanText, writer.Rewritten]:
    try:
        before = read(content_of(path), path.name)
    except ConflictedError as error:
        raise NotWrittenError(error.sentence) from error
    try:
        rewritten = writer.rewrite(before, verb(before.plan, tail.numbers), read)
    except ActionPlanError as error:
        if before.faults and not isinstance(error, RefusedError):
            raise _faulty(before) from error
        raise
    _refuse_faults(before, rewritten.after)
    return before, rewritten


def _refuse_faults(before: reader.PlanText, after: reader.PlanText) -> None:
    """Let a change through that leaves no problem behind, or fewer than there were and no new."""
    left = {problem.identity for problem in after.faults}
    there = {problem.identity for problem in before.faults}
    if not left or left < there:
        return
    if there:
        raise _faulty(before)
    (first, *_) = describe(after.source.text, after.faults)
    message = f"The plan would have a problem: {first.partition(', ')[2]}."
    raise RefusedError(message)


def _faulty(before: reader.PlanText) -> UnreadableError:
    lines = describe(before.source.text, before.faults)
    count = f"{len(lines)} problem{'s' if len(lines) > 1 else ''}"
    listed = "".join(f"\n  {before.source.name}, {line}" for line in lines)
    message = f"The plan has {count} to mend by hand before it is written on:{listed}\n"
    return UnreadableError(message)


def _refuse_read_only(path: Path) -> None:
    for file in (path, history_path(path)):
        if not file.exists():
            continue
        if not file.stat().st_mode & 0o222 or not os.access(file, os.W_OK):
            message = f"{file} is read-only: you may not write it."
            raise ActionPlanError(message)


def _tail(log: Path) -> Tail:
    """Read back from the end of the history until an entry that is whole is found."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            reach = TAIL_BYTES
            while True:
                file.seek(max(0, size - reach))
                tail = history.last(file.read().decode("utf-8", "replace"))
                if tail.id or reach >= size:
                    return tail
                reach *= 8
    except FileNotFoundError:
        return history.last("")


def _recovered(path: Path, signature: Signature) -> Tail:
    """Take back the last entry of the history if a crash kept its change from the plan."""
    log = history_path(path)
    tail = _tail(log)
    now = history.digest(content_of(path))
    if tail.id and tail.after != now and tail.before == now:
        _append(log, history.void(signature, tail), stat.S_IMODE(path.stat().st_mode))
        return _tail(log)
    return tail


# --- swapping in --------------------------------------------------------------------------------


def _swap(
    path: Path,
    before: reader.PlanText,
    rewritten: writer.Rewritten,
    signature: Signature,
    tail: Tail,
) -> bool:
    """Append the history line and replace the plan; true once that is done."""
    mode = stat.S_IMODE(path.stat().st_mode)
    old = encode(before.source, before.source.raw)
    digests = (history.digest(old), history.digest(rewritten.content))
    numbers = _highest(tail.numbers, rewritten.after.plan)
    line = history.entry(signature, rewritten.changes, rewritten.patch, digests, numbers, tail)
    with _temporary(path, rewritten.content, mode) as temporary:
        log = history_path(path)
        _append(log, line, mode)
        if content_of(path) != old:
            _append(log, history.void(signature, _tail(log)), mode)
            message = f"{path.name} was changed by someone else meanwhile: try again."
            raise NotWrittenError(message)
        temporary.replace(path)
    return True


def _highest(issued: Mapping[str, int], plan: Plan) -> dict[str, int]:
    now = highest_numbers(plan)
    return {prefix: max(number, issued.get(prefix, 0)) for prefix, number in now.items()}


@contextlib.contextmanager
def _temporary(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """Write a file beside the plan, down to the disk, read it back; gone afterwards either way."""
    temporary = path.with_name(f".{path.stem}.{os.urandom(6).hex()}.tmp")
    try:
        _write_new(temporary, content, mode, path)
        if temporary.read_bytes() != content:
            message = f"{path.parent} did not keep what was written to it."
            raise ActionPlanError(message)
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write_new(temporary: Path, content: bytes, mode: int, like: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        if hasattr(os, "fchown") and like.exists():
            with contextlib.suppress(OSError):
                os.fchown(file.fileno(), -1, like.stat().st_gid)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _append(log: Path, line: bytes, mode: int) -> None:
    """Append one line to the history in one write, down to the disk."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(log, flags, mode)
    try:
        written = os.write(descriptor, line)
        if written != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _confirm(path: Path, content: bytes) -> None:
    _sync_folder(path.parent)
    if path.read_bytes() != content:
        raise _unconfirmed(path, "it does not read back as it was written")


def _unconfirmed(path: Path, why: str) -> UnconfirmedError:
    message = f"{path.name} was replaced, and then something went wrong: {why}."
    state = "The change was saved, but is not confirmed: do not repeat it, look at the plan."
    return UnconfirmedError(message, state=state)


def _sync_folder(folder: Path) -> None:
    """Make a replaced name last through a power cut; some shares can't, and say so."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES):
            raise
    finally:
        os.close(descriptor)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


# --- lock and sentences -------------------------------------------------------------------------


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the guard of this plan: a lock on this machine that dies with its process."""
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:24]
    try:
        folder = user_state_path("actionplan", ensure_exists=True)
        with held(folder / f"{name}.lock", LOCK_SECONDS):
            yield
    except TimeoutError as error:
        message = (
            f"Another actionplan command is writing {path.name}; it was waited for "
            f"{LOCK_SECONDS:.0f} seconds. Try again."
        )
        raise NotWrittenError(message) from error


_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file would be larger than this machine allows",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EIO: "the disk reported an error",
}


class _Progress:
    """How far a write has got: what an error means depends on it."""

    replaced = False


@contextlib.contextmanager
def _plain_sentences(path: Path) -> Iterator[_Progress]:
    """Turn an error of the operating system into a sentence that is true of the plan on disk."""
    progress = _Progress()
    try:
        yield progress
    except OSError as error:
        why = _WHY.get(error.errno or 0, error.strerror or str(error))
        if progress.replaced:
            raise _unconfirmed(path, why) from error
        place = path
        if isinstance(error.filename, str) and Path(error.filename).parent != path.parent:
            place = Path(error.filename)
        message = f"{place} could not be written: {why}."
        raise ActionPlanError(message) from error
