"""What the system lets a process do that reads a stranger's file: compute, and answer.

On Linux the kernel is told the few calls that computing takes; every other one fails from then on,
whoever makes it. Bounds alone forbid to open; this forbids to remove, rename and signal as well.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

_CALLS = {
    "x86_64": (0xC000003E, (
        0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 25, 28, 39, 60, 98, 131, 186, 202, 228, 231,
        318, 334, 96, 201,
    )),
    "aarch64": (0xC00000B7, (
        63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 216, 233, 172, 93, 165, 132, 178, 98,
        113, 94, 278, 293, 169,
    )),
}  # fmt: skip
"""The number of each kind of machine, and there of each call of the kernel: to read, write, close
and look at what is open; to take and give back memory (mmap, mprotect, munmap, brk, mremap,
madvise); to take signals; to ask for the time, for chance and for its own number; to wait for
itself (futex, rseq); to end.
"""
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _GIVE = 0x20, 0x15, 0x35, 0x06
_WHICH, _MACHINE = 0, 4
"""Where the call, and the kind of machine, stand in what the kernel shows the filter."""
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
_OTHER_NUMBERS = 0x40000000
"""From here on calls are numbered in a second way on the first kind of machine."""
_NO_NEW_PRIVILEGES, _FILTER, _BY_FILTER = 38, 22, 2
_STEP = struct.Struct("=HBBI")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def close() -> bool:
    """Forbid all but computing from here on, for good; tell whether the system could."""
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None or struct.calcsize("P") != 8:  # noqa: PLR2004
        return False
    steps = _steps(*known)
    held = ctypes.create_string_buffer(steps, len(steps))
    program = _Program(len(steps) // _STEP.size, ctypes.addressof(held))
    prctl = ctypes.CDLL(None).prctl
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_FILTER, _BY_FILTER, ctypes.byref(program), 0, 0) == 0)


def _steps(machine: int, calls: tuple[int, ...]) -> bytes:
    """Give the filter: another machine's call ends the process, another call fails."""
    last = len(calls) + 1
    steps = [
        (_LOAD, 0, 0, _MACHINE),
        (_IF_EQUAL, 1, 0, machine),
        (_GIVE, 0, 0, _KILL),
        (_LOAD, 0, 0, _WHICH),
        (_IF_AT_LEAST, last - 1, 0, _OTHER_NUMBERS),
        *((_IF_EQUAL, last - at - 1, 0, call) for at, call in enumerate(calls)),
        (_GIVE, 0, 0, _FAIL),
        (_GIVE, 0, 0, _ALLOW),
    ]
    return b"".join(_STEP.pack(*step) for step in steps)
