"""Set up the same plan for the tools that actionplan is measured against.

Taskwarrior and todoman get the actions as their own tasks; each weekly note becomes an annotation
in Taskwarrior. Both read the clock, and the generated plan has its own day: the dates are moved by
the difference, so that the same actions are overdue for all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import generate
import rtoml
from timing import Bench, Command, Words, always

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Notes = dict[str, list[tuple[str, str]]]
"""The weekly notes of each action: day and words."""

ABSENT = "not installed"

_TASKRC = """data.location={folder}
confirmation=off
verbose=nothing
hooks=off
news.version=99.0.0
defaultwidth=200
uda.rag.type=string
uda.stage.type=string
uda.reason.type=string
uda.answers.type=string
report.overdue.columns=id,project,due,due.relative,description.count,urgency
report.overdue.labels=ID,Project,Due,,Description,Urg
"""

_TODOMAN = """path = "{folder}/*"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
default_list = "plan"
"""

_REWRITE = """import pathlib, sys, tomlkit
file = pathlib.Path(sys.argv[1])
plan = tomlkit.parse(file.read_text(encoding="utf-8"))
plan["action"][149]["note"] = "Another note"
file.write_text(tomlkit.dumps(plan), encoding="utf-8")
"""


def actions_of(plan: Path) -> list[dict[str, Any]]:
    """Read the actions of a generated plan."""
    found: list[dict[str, Any]] = rtoml.loads(plan.read_text(encoding="utf-8"))["action"]
    return found


def notes_of(plan: Path) -> Notes:
    """Read the weekly notes out of the history of a generated plan."""
    notes: Notes = defaultdict(list)
    with plan.with_suffix(".history.jsonl").open(encoding="ascii") as lines:
        for line in lines:
            entry = json.loads(line)
            if "changes" not in entry:
                continue
            change = entry["changes"][0]
            notes[change["ref"]].append((entry["on"], change["set"]["note"][1]))
    return notes


# --- Taskwarrior --------------------------------------------------------------------------------


class Tasks(NamedTuple):
    """A Taskwarrior with tasks in it: its settings file, or why there is none."""

    settings: Path
    missing: str = ""

    def command(self, label: str, words: Words) -> Command:
        """Give a command on these tasks."""
        return Command(label, words, {"TASKRC": str(self.settings)}, self.missing)


def taskwarrior(
    bench: Bench, name: str, actions: Sequence[Mapping[str, Any]], notes: Notes
) -> Tasks:
    """Import actions into a Taskwarrior of their own, once."""
    folder = bench.home / name
    tasks = Tasks(folder / "taskrc")
    if not shutil.which("task"):
        return tasks._replace(missing=ABSENT)
    if folder.exists():
        return tasks
    folder.mkdir()
    tasks.settings.write_text(_TASKRC.format(folder=folder), encoding="utf-8")
    listed = folder / "tasks.json"
    listed.write_text(json.dumps([_task(action, notes) for action in actions]), encoding="utf-8")
    imported = bench.single(tasks.command("import", always("task", "import", listed)))
    return tasks._replace(missing=imported.missing)


def _task(action: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    task = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, action["id"])),
        "status": "pending",
        "entry": _stamp(action["start"]),
        "description": action["title"],
        "project": action["owner"],
        "due": _stamp(action["due"]),
        "modified": _stamp(action["updated"]),
        "rag": action["rag"],
        "stage": action["stage"],
        "reason": action["reason"],
        "answers": " ".join(action["answers"]),
    }
    last = (action["updated"].isoformat(), action["note"])
    task["annotations"] = [
        {"entry": _stamp(date.fromisoformat(day)), "description": words}
        for day, words in notes.get(action["id"], [last])
    ]
    return task


def _stamp(day: date) -> str:
    return day.strftime("%Y%m%dT000000Z")


def moving(number: int) -> tuple[str, ...]:
    """Give the words that move the due date of one task, to another day in each round."""
    day = generate.AS_AT + timedelta(days=100 + number)
    return ("task", "150", "modify", f"due:{day}")


# --- todoman ------------------------------------------------------------------------------------


def todoman_path(given: Path | None) -> str:
    """Find todoman where it was said to be, else on the path; nothing where there is none."""
    found = shutil.which(given.absolute() if given else "todo")
    return found or ""


def todoman(bench: Bench, program: str, actions: Sequence[Mapping[str, Any]]) -> Command:
    """Write actions as a folder of to-dos; give the command that lists what is due by now."""
    label = "todo list --due 1 (no history)"
    if not program:
        return Command(label, always(), missing=ABSENT)
    folder = bench.home / "todoman"
    (folder / "plan").mkdir(parents=True)
    for action in actions:
        (folder / "plan" / f"{action['id']}.ics").write_bytes(_todo(action))
    settings = bench.home / "todoman.py"
    settings.write_text(_TODOMAN.format(folder=folder), encoding="utf-8")
    return Command(label, always(program, "--config", settings, "list", "--due", "1"))


def _todo(action: Mapping[str, Any]) -> bytes:
    due = action["due"]
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//benchmark//EN",
        "BEGIN:VTODO",
        f"UID:{action['id']}",
        "DTSTAMP:20231127T090000Z",
        f"SUMMARY:{action['title']}",
        f"DUE;VALUE=DATE:{due:%Y%m%d}",
        "STATUS:NEEDS-ACTION",
        "END:VTODO",
        "END:VCALENDAR",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


# --- a whole-file rewrite -----------------------------------------------------------------------


def whole_file(bench: Bench, python: str, plan: Path, notes: Notes) -> Command:
    """Write a plan with its history inside it, and a script that changes one value of it."""
    start, *blocks = plan.read_text(encoding="utf-8").split("[[action]]\n")
    inside = bench.home / "inside.toml"
    with inside.open("w", encoding="utf-8") as file:
        file.write(start)
        for number, block in enumerate(blocks, 1):
            updates = (
                f'\n[[action.update]]\non = {day}\nnote = "{words}"\n'
                for day, words in notes.get(f"A{number}", ())
            )
            file.write(f"[[action]]\n{block.rstrip()}\n{''.join(updates)}\n")
    script = bench.home / "rewrite.py"
    script.write_text(_REWRITE, encoding="utf-8")
    return Command("tomlkit, whole file (once)", always(python, script, inside))


def version(*words: str) -> str:
    """Ask a peer for its version."""
    if not words[0] or not shutil.which(words[0]):
        return ABSENT
    environment = {**os.environ, "TASKRC": os.devnull}
    asked = subprocess.run(words, check=False, capture_output=True, text=True, env=environment)
    return asked.stdout.split()[-1] if asked.stdout.split() else "unknown"
