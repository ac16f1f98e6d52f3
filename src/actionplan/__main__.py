"""The door: `actionplan`, or `python -m actionplan`. Knows how a short-lived process saves time.

The garbage collector is switched off before anything is imported, and the process ends without
taking its memory apart: a command lives for a tenth of a second, and both together would take a
fifth of that. Every file is closed and on disk by then.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line, then end the process with its exit code."""
    gc.disable()
    from actionplan.cli.app import main as run  # noqa: PLC0415 - after the collector is off

    code = run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (BrokenPipeError, ValueError, OSError):
        code = code or 1
    os._exit(code)


if __name__ == "__main__":
    main()
