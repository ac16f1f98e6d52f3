"""Draw the papers of the example as Markdown: ``python docs/example.py``. The tests hold them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PLAN = HERE.parent / "plans" / "birmingham-2014.toml"
AS_AT = "2014-05-01"
PAPERS = {
    "report": (),
    "summary": ("--summary",),
    "board": ("--board",),
    "officer": ("--owner", "Head of partnerships"),
    "close-out": ("--close-out", "LGA"),
    "public": ("--public",),
}
"""Each page, and the options that draw it."""


def arguments(page: str) -> tuple[str, ...]:
    """Give the command that draws a page."""
    return ("report", "-f", str(PLAN), "--as-at", AS_AT, *PAPERS[page])


if __name__ == "__main__":
    for page in PAPERS:
        place = HERE / "example" / f"{page}.md"
        command = [sys.executable, "-m", "actionplan", *arguments(page), "-o", str(place)]
        subprocess.run(command, check=True)
