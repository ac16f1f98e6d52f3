"""Two files that exchange their names in one step, where the system and the disk can do that.

What a replaced file held is gone; what an exchanged one held can still be looked at. So whoever
saved the plan in the very moment of the swap is not lost; nor is who had opened it before, and
writes on in what came out: that is waited for, where the system tells who has a file open.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import time
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_AT_WORKING_FOLDER = -100
_EXCHANGE = 2
_CAN_NOT = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
PATIENCE = 0.5
"""Seconds: an editor that saves in place has a file open for moments."""
_PAUSE = 0.005


def exchange(one: Path, other: Path) -> bool:
    """Let each of two files have the other's name; false where that can't be done here.

    Raises:
        OSError: where it could be and failed, as `os.replace` would say it.

    """
    rename = _renaming()
    if rename is None:
        return False
    here = _AT_WORKING_FOLDER
    number = rename(here, os.fsencode(one), here, os.fsencode(other), _EXCHANGE)
    if number in _CAN_NOT:
        return False
    if number:
        raise OSError(number, os.strerror(number), str(one), None, str(other))
    return True


def wait_until_written(path: Path) -> None:
    """Wait, though not for long, until nobody has a file open to write in it.

    The kernel grants a lease on a file only then. Where it grants none at all, nothing is known
    and nothing waited for. Whoever opens the file later finds it by another name than the plan's.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            _wait_for_lease(number)
        finally:
            os.close(number)


def _wait_for_lease(number: int) -> None:
    import fcntl  # noqa: PLC0415 - not there on Windows

    fcntl.fcntl(number, fcntl.F_SETSIG, signal.SIGURG)  # which nobody listens to
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return


@cache
def _renaming() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Find the call of the system, which Python has no name for: Linux, since 2014."""
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415 - 5 ms that only a write pays

    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # a C library that is older than the system
        return None

    def rename(*arguments: int | bytes) -> int:
        return ctypes.get_errno() if call(*arguments) else 0

    return rename
