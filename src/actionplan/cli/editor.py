"""The editor of whoever asks: opened on a file, waited for, and what it left read back."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from actionplan.errors import ActionPlanError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STANDARD_ERROR = 2


def edited(place: Path) -> bytes:
    """Open a file in $VISUAL or else $EDITOR, and give what is in it once that is closed.

    What an editor prints goes to the terminal, or where errors go: standard output is data alone.

    Raises:
        ActionPlanError: where none is set, or it can't be started, ends with a fault, or leaves no
            file behind.

    """
    editor = os.environ.get("VISUAL", "").strip() or os.environ.get("EDITOR", "").strip()
    if not editor:
        message = "No editor is set: name one in $EDITOR, such as EDITOR=nano."
        raise ActionPlanError(message)
    printed = None if sys.stdout.isatty() else STANDARD_ERROR
    try:
        command = [*shlex.split(editor), str(place)]
        with _interrupts_left_to_it():
            done = subprocess.run(command, check=False, stdout=printed)  # noqa: S603 - the user's own
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        message = f"The editor '{editor}' can't be started: {why}."
        raise ActionPlanError(message) from error
    if done.returncode:
        ended = "ended with a fault" if done.returncode > 0 else "was stopped by signal"
        message = f"The editor '{editor}' {ended} ({abs(done.returncode)})."
        raise ActionPlanError(message)
    try:
        return place.read_bytes()
    except OSError as error:
        message = f"The editor '{editor}' lost the text: {error.strerror}."
        raise ActionPlanError(message) from error


@contextlib.contextmanager
def _interrupts_left_to_it() -> Iterator[None]:
    """Leave Ctrl-C to the editor while it is open: to some it is a key like any other."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
