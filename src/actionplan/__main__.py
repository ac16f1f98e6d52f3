"""The door: `actionplan`, or `python -m actionplan`. Knows how a short-lived process saves time.

The garbage collector is switched off before anything is imported, and the process ends without
taking its memory apart: a command lives for a tenth of a second, and both together would take a
fifth of that. Every file is closed and on disk by then.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys


def main() -> None:
    """Run the command line, then end the process with its exit code."""
    gc.disable()
    from actionplan.cli.app import main as run  # noqa: PLC0415 - after the collector is off

    _fill_closed_streams()
    code = run()
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        code = code or 1
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code)


def _fill_closed_streams() -> None:
    """Open nothing in place of a standard stream that is closed.

    Otherwise the next file that is opened, a plan among them, would take its number, and whatever
    is printed would end in it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            mode = "r" if number == 0 else "w"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for good


if __name__ == "__main__":
    main()
