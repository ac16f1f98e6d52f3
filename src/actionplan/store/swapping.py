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
PATIENCE = 2.0
"""Seconds: an editor that saves in place has a file open for moments; a busy machine takes more."""
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


def wait_until_written(path: Path, ours: Path) -> None:
    """Wait, though not for long, until nobody has a file open to write in it.

    The kernel grants a lease on a file only then. Where it grants none at all, not even on one
    that we wrote ourselves (some shares), nothing is known and nothing waited for. Whoever opens
    the file later finds it by another name than the plan's.
    """
    if sys.platform != "linux":
        return
    deadline = time.monotonic() + PATIENCE
    with contextlib.suppress(OSError):
        while not _is_leased(path) and _is_leased(ours) and time.monotonic() < deadline:
            time.sleep(_PAUSE)


def _is_leased(path: Path) -> bool:
    """Tell whether a lease on a file is granted; it is given back at once."""
    import fcntl  # noqa: PLC0415 - not there on Windows

    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.fcntl(number, fcntl.F_SETSIG, signal.SIGURG)  # which nobody listens to
        fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return False
    finally:
        os.close(number)
    return True


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
