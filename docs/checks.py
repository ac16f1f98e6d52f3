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
programs. Nothing that was declared is ever changed.

To try one: `actionplan check --only overdue -f plans/birmingham-2014.toml --as-at 2014-05-01`.
On that day the example has each challenge of its legend but `not-answered`, and of the problems
`unanswered`, `parked-answer`, `no-date`, `ongoing` and `no-outcome`; with `--strict` also
`milestone-is-task`, `no-response` and `vague`. As at 2014-03-14, with `--strict`, it has
`year-end`. [The others](#to-try-the-others) want a copy with something done to it.

Green stands here for every colour that says that nothing is wrong, by the legend of the plan;
amber is one of them where it means on track.
"""

OTHERS = {
    "problem": "Rate A1 `yellow`.",
    "history": "Delete `birmingham-2014.history.jsonl`.",
    "missing": "Delete the last block, A23.",
    "by-hand": "Write another title for A1.",
    "reworded": "Write another text for F1.",
    "waits-for-itself": 'Write `after = ["A22"]` into A11, for which A22 waits.',
    "mistyped-date": "Write 2041 for 2014 in the due date of A20.",
    "still-to-come": "Write 2091 for 2014 in the day of the first test of A6.",
    "no-reason": "Delete the reason of A11.",
    "body-as-owner": "Write `Improvement board` as the owner of A20.",
    "same-title": "Give A21 the title of A20.",
    "busy-owner": "Give every action to one post, and delete the stage of A23.",
    "long-slip": 'Write `legend = "slippage"` under `[policy]`.',
    "claims-done": 'Write `legend = "complete-on-track"` under `[policy]`.',
    "slip": 'Write `legend = { like = "slippage", red_after = "600m" }` under `[policy]`.',
    "not-answered": (
        'Write `moves = [ { from = 2014-06-02, to = 2014-09-30, why = "Ill." } ]` into A20.'
    ),
}
"""What to do to a copy of the example for each check that the example itself can't show."""
TRY = """\
## To try the others

Copy the folder `plans`, do to the copy what is said here, and look without `--as-at`, which would
show the plan as its history has it: `actionplan check --only no-reason -f
copy/birmingham-2014.toml`.

| check | what to do to the copy |
|---|---|
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
    others = "".join(f"| `{code}` | {done} |\n" for code, done in OTHERS.items())
    return "\n".join((*parts, TRY + others))


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).with_name("checks.md")
    target.write_text(page(), encoding="utf-8")
