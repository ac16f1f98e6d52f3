"""Files as the disk really keeps them: written beside, synced, read back; appended in one go."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from typing import TYPE_CHECKING

from actionplan.errors import ActionPlanError
from actionplan.store import swapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REPLACE_SECONDS = 5.0
"""How long a file that somebody has open is tried again: shares refuse to replace one."""
_BUSY = frozenset({errno.EACCES, errno.EBUSY, errno.EPERM})
_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file would be larger than this machine allows",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EBUSY: "somebody has it open",
    errno.EIO: "the disk reported an error",
    errno.EMFILE: "too many files are open",
}


@contextlib.contextmanager
def temporary(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """Write a file beside the plan, down to the disk, read it back; gone afterwards either way.

    Raises:
        OSError: where it can't be written.
        ActionPlanError: where the disk did not keep it.

    """
    beside = path.with_name(f".{path.stem}.{os.urandom(6).hex()}.tmp")
    try:
        write_new(beside, content, mode, path)
        if beside.read_bytes() != content:
            raise not_kept(path)
        yield beside
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def write_new(beside: Path, content: bytes, mode: int, like: Path) -> None:
    """Write a new file down to the disk, with this mode whatever the mask, and another's group.

    Raises:
        OSError: where it can't be written.

    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        if hasattr(os, "fchown") and like.exists():
            with contextlib.suppress(OSError):
                os.fchown(file.fileno(), -1, like.stat().st_gid)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def not_kept(path: Path) -> ActionPlanError:
    """Make the error for a disk that says it wrote and did not."""
    message = f"{path.parent} did not keep what was written to it"
    return ActionPlanError(message)


def keep(beside: Path, path: Path) -> Path:
    """Give a temporary file a name beside the plan that nobody clears away.

    Raises:
        OSError: where it can't be had.

    """
    kept = path.with_name(f"{path.name}.saved-{os.urandom(3).hex()}")
    beside.rename(kept)
    sync_folder(path.parent)
    return kept


def left_beside(path: Path) -> list[Path]:
    """Find the temporary files beside a plan: a write under way has one, and a crash leaves one."""
    ours = re.compile(rf"\.{re.escape(path.stem)}\.[0-9a-f]{{12}}\.tmp")
    with os.scandir(path.parent) as found:
        return [path.with_name(entry.name) for entry in found if ours.fullmatch(entry.name)]


def sweep(path: Path, keep: Path | None = None) -> None:
    """Delete the temporary files that a crash left beside a plan; only while holding its lock."""
    for left in left_beside(path):
        if left != keep:
            with contextlib.suppress(OSError):
                left.unlink()


def append(log: Path, line: bytes, mode: int) -> None:
    """Append to the history in one write, down to the disk, and read it back.

    A new one has this mode whatever this user's mask is: others who may write the plan must be
    able to append.

    Raises:
        OSError: where it can't be written.
        ActionPlanError: where the disk did not keep it.

    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(log, flags, mode)
    try:
        start = os.fstat(descriptor).st_size
        if start == 0 and hasattr(os, "fchmod"):
            with contextlib.suppress(OSError):
                os.fchmod(descriptor, mode)
        rest = line
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
        os.lseek(descriptor, start, os.SEEK_SET)
        if os.read(descriptor, len(line)) != line:
            raise not_kept(log)
    finally:
        os.close(descriptor)
    if start == 0:
        sync_folder(log.parent)


def replace(beside: Path, path: Path) -> None:
    """Put a new file in the place of an old one, in one step.

    Raises:
        OSError: where it can't be done, after a few seconds of trying if somebody has it open.

    """
    _tried(lambda: os.replace(beside, path))  # noqa: PTH105 - the call that the tests make fail


def exchange(beside: Path, path: Path) -> None:
    """Put a new file in the place of one that is there, which then lies beside where it can.

    Raises:
        OSError: as `replace`; also where there is no file in that place any more.

    """

    def put() -> None:
        if not swapping.exchange(beside, path):
            os.replace(beside, path)  # noqa: PTH105 - as above

    _tried(put)


def _tried(put: Callable[[], object]) -> None:
    deadline = time.monotonic() + REPLACE_SECONDS
    pause = 0.02
    while True:
        try:
            put()
        except OSError as error:
            if error.errno not in _BUSY or time.monotonic() + pause > deadline:
                raise
            time.sleep(pause)
            pause = min(pause * 2, 1.0)
        else:
            return


def sync_folder(folder: Path) -> None:
    """Make a new name last through a power cut; some shares can't, and say so."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES):
            raise


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and those above it; give the ones that were not there."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return new


def mode_of(path: Path) -> int:
    """Give the permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def mode_of_a_new_file() -> int:
    """Give the permission bits that this user's new files have."""
    current = os.umask(0)
    os.umask(current)
    return 0o666 & ~current


def why(error: Exception) -> str:
    """Say in plain words why something could not be written."""
    if not isinstance(error, OSError):
        return str(getattr(error, "sentence", error))
    return _WHY.get(error.errno or 0, error.strerror or str(error))
