"""What the campaigns on the real machine share: a small plan, its history read back, a folder."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import HEAD

from actionplan import changes
from actionplan.history import entries as lines
from actionplan.history.records import History
from actionplan.store import remembering, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.model import Plan

TODAY = date(2014, 2, 10)
SIGNED = lines.Signature(datetime(2014, 2, 10, 9, tzinfo=UTC), TODAY, "Improvement officer", "note")
ACTION = '[[action]]\nid = "A{0}"\nanswers = ["F1"]\ntitle = "Do {0}"\nowner = "Head of HR"\n'
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
FRESH = "attr_timeout=0,entry_timeout=0,negative_timeout=0"
"""A share that asks its server each time: NFS when a file is opened, SMB without leases."""
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="needs root, to mount")


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip aloud where a program of the system is not installed."""
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def seed_of(request: pytest.FixtureRequest) -> int:
    """Give a seed: the same every time in the suite, another each night; it is printed."""
    nightly = request.node.get_closest_marker("nightly") is not None
    seed = int(os.environ.get("CAMPAIGN_SEED", "0") or 0)
    seed = seed or (int.from_bytes(os.urandom(4), "big") if nightly else 20140210)
    print(f"CAMPAIGN_SEED={seed}")  # noqa: T201 - pytest shows it where the test fails
    return seed


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """Give a folder in memory where there is one, so that waiting for a disk costs nothing."""
    where = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="actionplan-", dir=where))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def mounted(folder: Path, at: Path) -> Iterator[Path]:
    """Show a folder at another place, where locks of the system don't meet those of the first."""
    at.mkdir()
    if subprocess.run(["bindfs", "-o", FRESH, folder, at], check=False).returncode:
        pytest.skip("bindfs can't mount here")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", at], check=True)


def plan_text(actions: int) -> bytes:
    """Give the bytes of a plan with so many actions."""
    return (HEAD + "\n".join(ACTION.format(number) for number in range(1, actions + 1))).encode()


def new_plan(folder: Path, actions: int) -> Path:
    """Write a plan of so many actions."""
    folder.mkdir(exist_ok=True)
    path = folder / "plan.toml"
    path.write_bytes(plan_text(actions))
    return path


def noted(ref: str, text: str) -> writing.Making:
    """Put a note on an action."""
    return writing.by_verb(lambda plan, _: changes.note_action(plan, ref, text, TODAY))


def note_of(plan: Plan, ref: str) -> str:
    """Give the note of an action."""
    found = plan.find("actions", ref)
    assert found is not None
    note: str = found.note
    return note


def whole_lines(path: Path, *, torn: int = 0) -> list[dict[str, Any]]:
    """Read the history of a plan: every line is whole, and the entries are given.

    But for so many that may have been `torn` by a kill in the middle of the write: the system ends
    a process between two pages.
    """
    told = remembering.history_path(path).read_text(encoding="ascii").splitlines()
    cut = [line for line in told if not lines.is_whole(line)]
    assert len(cut) <= torn
    assert all(line.startswith(lines.ENTRY_MARK[: len(line)]) for line in cut)
    whole = (line for line in told if lines.is_whole(line))
    return [json.loads(line) for line in whole if line.startswith(lines.ENTRY_MARK)]


def effective(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what was taken back because it never reached the plan."""
    voided = {entry["voids"] for entry in told if entry["command"] == lines.VOID}
    return [e for e in told if e["command"] != lines.VOID and e["id"] not in voided]


def assert_joined(path: Path, told: list[dict[str, Any]]) -> None:
    """Each entry begins where the last one ended, and the last one ends at the plan as it is."""
    here = told[0]["before"]
    for number, entry in enumerate(told, 1):
        assert entry["before"] == here, f"entry {number} does not begin where the last one ended"
        here = entry["after"]
    assert here == lines.digest(path.read_bytes())
    assert len({entry["id"] for entry in told}) == len(told)


def notes_told(told: list[dict[str, Any]], ref: str) -> list[str]:
    """Give every note that the history says was put on an action, in their order."""
    sets = (of.get("set", {}) for e in told for of in e["changes"] if of["ref"] == ref)
    return [fields["note"][1] for fields in sets if "note" in fields]


def litter(path: Path) -> list[str]:
    """Name what lies beside a plan and its history and should not."""
    ours = re.compile(rf"\.{re.escape(path.stem)}\..*")
    return sorted(found.name for found in path.parent.iterdir() if ours.fullmatch(found.name))


def assert_every_state_is_rebuilt(path: Path, *, torn: int = 0) -> None:
    """The history leads to the plan as it stood before and after each of its entries."""
    book = History(remembering.history_bytes(path))
    assert len(book.check()) <= torn
    for head in book.effective:
        for digest in (head.before, head.after):
            state = book.state(digest)
            assert state is not None, f"no state for line {head.line}"
            assert lines.digest(state) == digest
