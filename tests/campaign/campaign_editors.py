"""An editor that saves in the middle of our writes, in each of the ways that editors save."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING, NamedTuple

from campaign_children import ended, forked
from campaign_plans import SIGNED, noted

from actionplan.errors import ActionPlanError
from actionplan.history.records import History
from actionplan.store import remembering, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def append(path: Path, _: bytes, line: bytes) -> None:
    """Add to the end of the file as it lies there: echo >>."""
    with path.open("ab") as file:
        file.write(line)


def in_place(path: Path, was: bytes, line: bytes) -> None:
    """Empty the file and write it again: Notepad, nano, VS Code."""
    path.write_bytes(was + line)


def by_rename(path: Path, was: bytes, line: bytes) -> None:
    """Write another file and put it in the place of the first: gedit, sed -i."""
    beside = path.with_name("plan.toml.new")
    beside.write_bytes(was + line)
    beside.replace(path)


def by_delete(path: Path, was: bytes, line: bytes) -> None:
    """Delete the file and write it anew: some sync programs."""
    path.unlink()
    path.write_bytes(was + line)


WAYS: tuple[Callable[[Path, bytes, bytes], None], ...] = (append, in_place, by_rename, by_delete)


LONGEST_PAUSE = 0.03
"""Seconds between two saves, so that some commands end between them and some do not."""


class Edited(NamedTuple):
    """What came of an editor and a loop of commands on one plan."""

    saved: list[str]
    """The notes that were said to be saved."""
    refused: list[int]
    """The exit codes of the commands that were not."""
    lost: list[str]
    """Lines that the editor saved and that are nowhere: plan, history, or what was kept of it."""


def edited(path: Path, way: Callable[[Path, bytes, bytes], None], saves: int, seed: int) -> Edited:
    """Save so many times by hand while one command after another writes."""
    diary = path.parent.parent / "diary"
    editor = forked(lambda: _edit(path, way, diary, (saves, seed)))
    saved: list[str] = []
    refused: list[int] = []
    while not os.waitid(os.P_PID, editor, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        note = f"note {len(saved) + len(refused)}"
        try:
            writing.change(path, noted(f"A{len(saved) % 3 + 1}", note), SIGNED)
            saved.append(note)
        except ActionPlanError as error:
            refused.append(error.exit_code)
    assert ended(editor) == 0
    writing.change(path, noted("A1", "afterwards"), SIGNED)
    known = _lines_known(path)
    told = diary.read_text(encoding="ascii").splitlines()
    return Edited(saved, refused, [line for line in told if line not in known])


def _edit(
    path: Path,
    way: Callable[[Path, bytes, bytes], None],
    diary: Path,
    plan: tuple[int, int],
) -> None:
    """Save so many times, and write down each line."""
    saves, seed = plan
    chance = random.Random(seed)  # noqa: S311 - no secret
    with diary.open("w", encoding="ascii") as told:
        for number in range(1, saves + 1):
            line = f"# by hand {number}"
            was = path.read_bytes()
            way(path, was, f"{line}\n".encode())
            told.write(f"{line}\n")
            time.sleep(chance.uniform(0, LONGEST_PAUSE))


def _lines_known(path: Path) -> set[str]:
    """Give every line of the plan, of what was kept beside it, and that its history ever saw."""
    kept = (path, *path.parent.glob(f"{path.name}.saved-*"))
    known = {line for file in kept for line in file.read_text(encoding="utf-8").splitlines()}
    book = History(remembering.history_bytes(path))
    assert book.check() == ()
    for _, body in book.bodies(book.heads):
        for _, out, put in body["patch"]:
            known.update(line.rstrip("\n") for line in (*out, *put))
    return known
