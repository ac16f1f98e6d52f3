"""Draw the picture of the README: real output of the real renderer, as an SVG with no remote font.

Run it again when the output changes: python docs/picture.py
"""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from actionplan import query
from actionplan.renderers import terminal
from actionplan.reports import paper
from actionplan.reports.basis import Past
from actionplan.store import recording, remembering

HERE = Path(__file__).parent
PLAN = HERE.parent / "plans" / "birmingham-2014.toml"
AS_AT = date(2014, 2, 10)
WIDTH = 98
THEME = TerminalTheme(
    (255, 255, 255),
    (38, 38, 38),
    [(38, 38, 38), (179, 0, 0), (0, 100, 40), (138, 90, 0), (0, 70, 140), (110, 0, 110),
     (0, 95, 115), (90, 90, 90)],
    [(110, 110, 110), (179, 0, 0), (0, 100, 40), (138, 90, 0), (0, 70, 140), (110, 0, 110),
     (0, 95, 115), (60, 60, 60)],
)  # fmt: skip


def picture() -> str:
    """Give the one-page report of the example as SVG."""
    view = query.view(remembering.as_at(PLAN, AS_AT).read.plan, AS_AT)
    last = recording.the(PLAN, "Cabinet 20 January 2014")
    stood = recording.plan_of(PLAN, last)
    then = query.view(stood.plan, last.as_at) if stood else None
    report = paper.summary(view, last.as_at, Past(then, last.name))
    console = Console(
        file=io.StringIO(), width=WIDTH, record=True, force_terminal=True, legacy_windows=False,
        highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    terminal.draw(report, console, terminal.Looks(WIDTH, colour=True, unicode=True))
    title = "actionplan report --summary --as-at 2014-02-10"
    svg = console.export_svg(title=title, theme=THEME, unique_id="report")
    svg = re.sub(r"@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    return re.sub(r"<!-- Generated with Rich .*? -->\n", "", svg)


if __name__ == "__main__":
    (HERE / "report.svg").write_text(picture(), encoding="utf-8")
