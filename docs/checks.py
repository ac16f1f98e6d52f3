"""Write docs/checks.md from the checks themselves: ``python docs/checks.py``."""

from __future__ import annotations

import sys
from pathlib import Path

from actionplan.checks.ground import FAMILIES
from actionplan.checks.listing import CHECKS

HEAD = """\
# What `actionplan check` looks for

This page is made from the checks: `python docs/checks.py`.

`actionplan check` is silent and ends with 0 where all is well, and with 3 where it found something.
`--only` and `--skip` take a code or a family; `--strict` gives advice as well; `--json` is for
programs. To try one: `actionplan check --only overdue -f plans/birmingham-2014.toml --as-at
2014-02-10`. Nothing that was declared is ever changed.

Green stands here for every colour that says that nothing is wrong, by the legend of the plan;
amber is one of them where it means on track.
"""


def page() -> str:
    """Give the page: a table for each family."""
    parts = [HEAD]
    for family, about in FAMILIES.items():
        rows = [
            f"| `{check.code}` | {check.level} | {check.looks_for} | {check.remedy} |"
            for check in CHECKS
            if check.family == family
        ]
        head = "| check | level | finds | what to do |\n|---|---|---|---|"
        parts.append(f"## `{family}`: {about}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).with_name("checks.md")
    target.write_text(page(), encoding="utf-8")
