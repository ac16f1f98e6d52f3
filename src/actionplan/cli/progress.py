"""What is shown while something takes long: a line that moves, on a terminal and nowhere else."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

AFTER = 1.0
"""Seconds: what takes no longer shows nothing."""
DUMB = frozenset({"dumb", "unknown"})


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Say what is being done while it is, once it takes long; at the end nothing of it is left."""
    if not _can_show():
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


def _can_show() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in DUMB


def _show(what: str, done: Event) -> None:
    if done.wait(AFTER):
        return
    from rich.console import Console  # noqa: PLC0415 - rich takes 30 ms, and little takes a second
    from rich.text import Text  # noqa: PLC0415 - as above

    console = Console(stderr=True)
    with console.status(Text(f"{what} ..."), spinner="line"):
        done.wait()
