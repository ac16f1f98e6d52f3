"""Make a plan of any size, with its history: N actions, W weeks of updates. The same every time."""

from __future__ import annotations

import argparse
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from actionplan import history
from actionplan.model import Change

START = date(2023, 11, 27)
AS_AT = date(2026, 11, 23)
THEMES = ("vision", "performance", "leadership", "change management", "communications", "workforce")
POSTS = tuple(f"Head of service {number}" for number in range(1, 21))
WORDS = (
    "allocate", "agree", "publish", "train", "audit", "assessment", "caseload", "referral",
    "supervision", "threshold", "pathway", "partnership", "placement", "visits", "quality",
)  # fmt: skip


def plan_text(actions: int, seed: int = 1) -> str:
    """Give a plan with so many actions, about half of them overdue at the day of the benchmark."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    blocks = [
        'format = 1\ntitle = "A made-up plan"\norganisation = "A made-up council"\n',
        '[[review]]\nid = "R1"\ntitle = "A made-up review"\nbody = "A made-up body"\n',
        *(_finding(number) for number in range(1, 31)),
        *(_action(number, chance) for number in range(1, actions + 1)),
    ]
    return "\n".join(blocks)


def _finding(number: int) -> str:
    theme = THEMES[number % len(THEMES)]
    return (
        f'[[finding]]\nid = "F{number}"\nreview = "R1"\nref = "{number}"\ntheme = "{theme}"\n'
        f'kind = "improvement"\ntext = "The review asked for number {number}."\n'
    )


def _action(number: int, chance: random.Random) -> str:
    start = START + timedelta(days=chance.randrange(300))
    first = start + timedelta(days=60 + chance.randrange(300))
    due = AS_AT + timedelta(days=chance.choice((-1, 1)) * chance.randrange(1, 200))
    lines = [
        "[[action]]",
        f'id = "A{number}"',
        f'answers = ["F{chance.randrange(1, 31)}"]',
        f'title = "{_phrase(chance, 6)}"',
        f'owner = "{chance.choice(POSTS)}"',
        f"start = {start}",
        f"due = {due}",
        'stage = "in-progress"',
        f'rag = "{chance.choice(("red", "amber", "green"))}"',
        f'reason = "{_phrase(chance, 4)}"',
        f'note = "{_phrase(chance, 5)}"',
        f"updated = {AS_AT - timedelta(days=chance.randrange(40))}",
    ]
    if number % 5 == 0:
        why = _phrase(chance, 4)
        lines.append(f'moves = [ {{ on = {first}, from = {first}, to = {due}, why = "{why}" }} ]')
    return "\n".join(lines) + "\n"


def _phrase(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(words)).capitalize()


def history_text(actions: int, weeks: int, seed: int = 1) -> bytes:
    """Give the history of a weekly note on every action, as the commands would have written it."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    lines: list[bytes] = []
    tail = history.Tail()
    for week in range(weeks):
        day = START + timedelta(weeks=week)
        for number in range(1, actions + 1):
            note = _phrase(chance, 12)
            change = Change("actions", f"A{number}", "note", "", note)
            moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
            signed = history.Signature(moment, day, "Improvement officer", "note")
            digests = (f"{chance.getrandbits(256):064x}", f"{chance.getrandbits(256):064x}")
            patch = ((number, (f'note = "{note}"\n',), (f'note = "{note}"\n',)),)
            lines.append(history.entry(signed, (change,), patch, digests, {"A": actions}, tail))
            tail = history.last(lines[-1].decode("ascii"))
    return b"".join(lines)


def write(folder: Path, actions: int, weeks: int) -> Path:
    """Write a plan and its history into a folder; give the plan's path."""
    plan = folder / f"plan-{actions}.toml"
    plan.write_text(plan_text(actions), encoding="utf-8")
    plan.with_suffix(".history.jsonl").write_bytes(history_text(actions, weeks))
    return plan


def main() -> None:
    """Write a plan from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--actions", type=int, default=300)
    parser.add_argument("--weeks", type=int, default=0)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{write(given.folder, given.actions, given.weeks)}\n")


if __name__ == "__main__":
    main()
