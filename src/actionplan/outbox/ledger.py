"""The ledger of mail beside a plan: where it lies, how it is read, how a line gets onto the disk.

It is a file of its owner alone and is only ever appended to. Its lock is its own: who writes the
plan does not wait for the mail.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from actionplan.errors import ActionPlanError, NotSentError, NotWrittenError
from actionplan.outbox import lines
from actionplan.store import files
from actionplan.store.lock import Claim, Lock, held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from actionplan.outbox.lines import Mark

MODE = 0o600
ENDING = ".mail.jsonl"
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Ledger(NamedTuple):
    """A ledger whose lock is held."""

    path: Path
    lock: Lock

    def write(self, mark: Mark) -> None:
        """Put a line on the disk.

        Raises:
            NotSentError: where it can't be written.

        """
        try:
            content = lines.before_next(_end_of(self.path)) + mark.text + b"\n"
            files.append(self.path, content, MODE)
        except (OSError, ActionPlanError) as error:
            raise _unwritable(self.path, error) from error

    def refuse_lost_lock(self) -> None:
        """Go no further where somebody has cleared the lock, since another run may hold it now.

        Raises:
            NotSentError: where it is not ours any more.

        """
        if not self.lock.is_ours():
            message = f"The lock {self.lock.note.name} was taken away while mail was being sent."
            raise NotSentError(message)


def ledger_of(plan: Path) -> Path:
    """Give the place of the ledger of a plan: beside the real file, whatever links to it."""
    real = plan.resolve()
    return real.with_name(f".{real.stem}{ENDING}")


@contextlib.contextmanager
def opened(path: Path, claim: Claim) -> Iterator[Ledger]:
    """Hold the lock of a ledger.

    Raises:
        NotWrittenError: where another run holds it.
        NotSentError: where the lock can't be written.

    """
    place = path.with_name(path.name.removeprefix("."))
    with contextlib.ExitStack() as stack:
        try:
            lock = stack.enter_context(held(place, claim, doing=f"sending mail by {path.name}"))
            files.sweep(place)
        except NotWrittenError as error:
            raise NotWrittenError(error.sentence, state="Nothing was sent.") from error
        except OSError as error:
            raise _unwritable(path, error) from error
        yield Ledger(path, lock)


def marks(path: Path, plan: str) -> Iterator[Mark]:
    """Read what was done for a plan so far, also under the names that its file had before.

    Raises:
        NotSentError: where a ledger can't be read or relied on.

    """
    try:
        for old in _left_behind(path):
            yield from (mark for mark in _marks(old) if mark.step.key.plan == plan)
        yield from _marks(path)
    except OSError as error:
        why = "you may not" if isinstance(error, PermissionError) else error.strerror or str(error)
        message = f"{error.filename or path} can't be read: {why}."
        raise NotSentError(message) from error


def _left_behind(path: Path) -> list[Path]:
    """Find the ledgers beside this one whose plan is not there: a plan may have been renamed."""
    with os.scandir(path.parent) as found:
        names = {entry.name for entry in found}
    plans = {name.removesuffix(".toml") for name in names if name.endswith(".toml")}
    ledgers = (name for name in sorted(names) if name.startswith(".") and name.endswith(ENDING))
    return [
        path.with_name(name)
        for name in ledgers
        if name != path.name and name[1 : -len(ENDING)] not in plans
    ]


def _marks(path: Path) -> Iterator[Mark]:
    try:
        with _open(path) as file:
            yield from lines.marks(file)
    except FileNotFoundError:
        return
    except lines.DamagedError as error:
        raise _damaged(path, error) from error


def _open(path: Path) -> BinaryIO:
    """Open a ledger for reading; a link is never followed.

    Raises:
        NotSentError: where something else has its name.

    """
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        kinds = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder"}
        kind = kinds.get(stat.S_IFMT(found.st_mode), "no ordinary file")
        message = f"{path} should be the ledger of the mail, but is {kind}. Move it away."
        raise NotSentError(message)
    return os.fdopen(os.open(path, _READ), "rb")


def _end_of(path: Path) -> bytes:
    """Give the end of a ledger; all of it where the last line has no newline."""
    with contextlib.suppress(FileNotFoundError), _open(path) as file:
        if file.seek(0, os.SEEK_END) == 0:
            return b""
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return b""
        file.seek(0)
        return file.read()
    return b""


def _damaged(path: Path, error: lines.DamagedError) -> NotSentError:
    if error.number is None:
        message = f"{path} was written by a newer actionplan: send from there, or update this one."
        return NotSentError(message)
    if error.number == 1:
        message = f"{path} is no ledger of mail that actionplan wrote. Move it away."
        return NotSentError(message)
    message = (
        f"{path} is damaged in line {error.number}, so it is not certain who was mailed. Put back "
        "a copy that is whole, or take that line out: its letter may then be sent again."
    )
    return NotSentError(message)


def _unwritable(path: Path, error: Exception) -> NotSentError:
    message = f"{path} could not be written: {files.why(error)}."
    return NotSentError(message)
