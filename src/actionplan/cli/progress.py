"""What is shown while something takes long: a sign that moves, on a terminal and nowhere else."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from itertools import cycle
from shutil import get_terminal_size
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

AFTER, BEAT = 1.0, 0.2
"""Seconds: what takes no longer than the first shows nothing, else the sign moves at the second."""
DUMB = frozenset({"dumb", "unknown"})


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Say what is being done, once that takes long; at the end nothing of it is left to see."""
    if not sys.stderr.isatty() or os.environ.get("TERM") in DUMB:
        yield
        return
    done = Event()
    shower = Thread(target=_show, args=(what, done), daemon=True)
    shower.start()
    try:
        yield
    finally:
        done.set()
        shower.join()


def _show(what: str, done: Event) -> None:
    """Write over one line until it is done; no colour, and the cursor stays to be seen."""
    if done.wait(AFTER):
        return
    from actionplan.renderers.safe import safe_line  # noqa: PLC0415 - only where it takes long

    line = f"  {safe_line(what)} ..."[: get_terminal_size().columns - 1]
    with suppress(OSError, ValueError):
        for sign in cycle("-\\|/"):
            print(f"\r{sign}{line[1:]}", end="", file=sys.stderr, flush=True)  # noqa: T201 - beside complain
            if done.wait(BEAT):
                break
        print("\r" + " " * len(line) + "\r", end="", file=sys.stderr, flush=True)  # noqa: T201 - as above
