"""The guard of a plan: a lock on this machine that dies with its process.

Where the system has ``flock``, the guard is that call: importing a library for it takes longer than
a change of a plan does. Where it has not, on Windows, filelock holds the guard.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    HAS_FLOCK = False
else:
    HAS_FLOCK = True

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAUSE = 0.02


@contextlib.contextmanager
def held(lock: Path, seconds: float) -> Iterator[None]:
    """Hold a lock file, waiting so many seconds for it.

    Raises:
        TimeoutError: where another process holds it for longer than that.

    """
    with (_by_flock if HAS_FLOCK else by_filelock)(lock, seconds):
        yield


@contextlib.contextmanager
def _by_flock(lock: Path, seconds: float) -> Iterator[None]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(lock, flags, 0o600)
    try:
        _wait(descriptor, time.monotonic() + seconds)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError from None
            time.sleep(PAUSE)
        else:
            return


@contextlib.contextmanager
def by_filelock(lock: Path, seconds: float) -> Iterator[None]:
    """Hold a lock file with filelock, which knows every system."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - 10 ms, and most systems have flock

    try:
        with FileLock(lock, timeout=seconds):
            yield
    except Timeout as error:
        raise TimeoutError from error
