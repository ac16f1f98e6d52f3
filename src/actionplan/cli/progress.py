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
    from collections.abc import Callable, Iterator

AFTER, BEAT = 1.0, 0.2
"""Seconds: what takes no longer than the first shows nothing, else the sign moves at the second."""
DUMB = frozenset({"dumb", "unknown"})


@contextmanager
def busy(what: str) -> Iterator[Callable[[str], None]]:
    """Say what is being done, once that takes long; at the end nothing of it is left to see.

    What is given can be told how far that is: "page 3 of 60".
    """
    far = [""]
    if not sys.stderr.isatty() or os.environ.get("TERM") in DUMB:
        yield lambda _: None
        return
    done = Event()
    shower = Thread(target=_show, args=(what, far, done), daemon=True)
    shower.start()
    try:
        yield lambda told: far.__setitem__(0, told)
    finally:
        done.set()
        shower.join()


def _show(what: str, far: list[str], done: Event) -> None:
    """Write over one line until it is done; no colour, and the cursor stays to be seen."""
    if done.wait(AFTER):
        return
    from actionplan.renderers.safe import safe_line  # noqa: PLC0415 - only where it takes long

    line = ""
    with suppress(OSError, ValueError):
        for sign in cycle("-\\|/"):
            before, told = len(line), f"{what}: {far[0]}" if far[0] else what
            line = f"  {safe_line(told)} ..."[: get_terminal_size().columns - 1]
            shown = f"{sign}{line[1:]}".ljust(before)
            print(f"\r{shown}", end="", file=sys.stderr, flush=True)  # noqa: T201 - beside complain
            if done.wait(BEAT):
                break
        print("\r" + " " * len(line) + "\r", end="", file=sys.stderr, flush=True)  # noqa: T201 - as above
