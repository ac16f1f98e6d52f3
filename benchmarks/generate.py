"""Make a plan of any size, with its history: N actions, W weeks of updates. The same every time."""

from __future__ import annotations

import argparse
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from actionplan.history import entries as history
from actionplan.model import Change

AS_AT = date.today()  # noqa: DTZ011, TID251 - a plan of today: any other day is a look at the past
START = AS_AT - timedelta(weeks=156)
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


def write(folder: Path, actions: int, weeks: int) -> Path:
    """Write a plan and its history into a folder, as weekly commands would; give its path."""
    plan = folder / f"plan-{actions}.toml"
    lines, entries = written(plan_text(actions), actions, weeks)
    plan.write_text("".join(lines), encoding="utf-8")
    plan.with_suffix(".history.jsonl").write_bytes(entries)
    return plan


def written(text: str, actions: int, weeks: int, seed: int = 1) -> tuple[list[str], bytes]:
    """Give the lines of a plan after a weekly note on every action, and the history of that."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    lines = text.splitlines(keepends=True)
    places = _places(lines)
    told: list[bytes] = []
    tail = history.Tail()
    before = history.digest(text.encode())
    for week in range(weeks):
        day = AS_AT - timedelta(weeks=weeks - week)
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        for number in range(1, actions + 1):
            ref = f"A{number}"
            signed = history.Signature(moment, day, "Improvement officer", "note")
            state = "".join(lines)
            step = _noted(lines, places[ref], ref, (_phrase(chance, 12), day))
            after = history.digest("".join(lines).encode())
            step = step._replace(before=before, after=after, numbers={"A": actions})
            told.append(history.entry(signed, step, tail, state))
            tail = history.last(told[-1].decode("ascii"))
            before = after
    return lines, b"".join(told)


def _places(lines: list[str]) -> dict[str, tuple[int, int]]:
    """Find the lines of each action's note and of the day on which it was updated."""
    places = {}
    ref, note = "", 0
    for at, line in enumerate(lines):
        key, _, value = line.partition(" = ")
        if key == "id":
            ref = value.strip().strip('"')
        elif key == "note":
            note = at
        elif key == "updated":
            places[ref] = (note, at)
    return places


def _noted(
    lines: list[str], place: tuple[int, int], ref: str, said: tuple[str, date]
) -> history.Step:
    """Put a note on an action; give what that changed."""
    new = f'note = "{said[0]}"\n', f"updated = {said[1]}\n"
    old = tuple(lines[at] for at in place)
    for at, line in zip(place, new, strict=True):
        lines[at] = line
    was, now = (
        tuple(line.partition(" = ")[2].strip().strip('"') for line in of) for of in (old, new)
    )
    changes = [
        Change("actions", ref, field, before, after)
        for field, before, after in zip(("note", "updated"), was, now, strict=True)
    ]
    patch = [(at + 1, (out,), (put,)) for at, out, put in zip(place, old, new, strict=True)]
    return history.Step("", "", {}, changes, patch)


def write_report(path: Path, pages: int) -> None:
    """Write a PDF of so many pages: a list of what must improve, then narrative (all made up)."""
    listed = [f"{number}. Improve service {number}." for number in range(1, 21)]
    told = [
        f"Inspectors read files of service {line} and spoke with its staff." for line in range(45)
    ]
    content = [["Recommendations", *listed], *([["Findings", *told]] * (pages - 1))]
    path.write_bytes(_pdf([_page(lines) for lines in content]))


def _page(lines: list[str]) -> bytes:
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    return f"BT /F1 11 Tf 15 TL 72 780 Td {shown} ET".encode("ascii")


def _pdf(pages: list[bytes]) -> bytes:
    """Put pages into the least that a PDF needs: a catalogue, a font, where objects start."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, page in enumerate(pages):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R"
            b" >> >> /Contents %d 0 R >>" % (5 + 2 * number),
            b"<< /Length %d >> stream\n%s\nendstream" % (len(page), page),
        ]
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj %s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    foot = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(made),
    )
    return made + head + table + foot


def write_rows(path: Path, rows: int) -> None:
    """Write an action plan as a sheet of so many rows (all made up)."""
    headings = "Rec no,Recommendation,Action,Owner,Due date,Status,RAG,Comments"
    lines = [
        f"{row // 2 + 1},Recommendation {row // 2 + 1} on a service,Action {row} to improve it,"
        f"Head of service {row % 40},{1 + row % 28:02}/{1 + row % 12:02}/2026,In progress,Green,On"
        for row in range(rows)
    ]
    path.write_text("\n".join([headings, *lines]), encoding="utf-8")


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
