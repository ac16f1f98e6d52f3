"""Run whole processes in turn and take medians. Knows nothing of what they do.

The commands of a row are run round-robin, A B C A B C and so on, so that a machine that slows down
for a while slows all of them; a ratio is taken within each round, and its median is given.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

Words = Callable[[int], Sequence[str]]
"""Gives the words of a command for a round; a change has to differ from round to round."""

_PEAK = """
import os, resource, sys
with open(os.devnull, "w") as nowhere:
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1), (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2)])
print(os.wait4(child, 0)[2].ru_maxrss)
"""
"""A small parent, because a child's peak counts what its parent held when it was started."""


class Command(NamedTuple):
    """A command of a row: what it is called in the table, its words, and what is set for it."""

    label: str
    words: Words
    settings: Mapping[str, str] = {}
    missing: str = ""


class Cell(NamedTuple):
    """What came of a command: its times in ms, the lines it printed, or why there are none."""

    label: str
    times: tuple[float, ...] = ()
    lines: int = 0
    missing: str = ""

    @property
    def median(self) -> float:
        """Give the median time in milliseconds."""
        return statistics.median(self.times)

    def ratio(self, reference: Cell) -> float | None:
        """Give the median of the ratios to a reference, round by round."""
        if not self.times or len(self.times) != len(reference.times):
            return None
        return statistics.median(a / b for a, b in zip(self.times, reference.times, strict=True))


class Failed(Exception):  # noqa: N818 - it is what happened to a command
    """A command ended badly."""


class Bench:
    """Runs commands in a folder of their own, with an environment of their own."""

    def __init__(self, home: Path, rounds: int) -> None:
        """Take the folder of the children and how many rounds a row has."""
        self.home = home
        self.rounds = rounds
        self.environment = _environment(home)

    def once(self, command: Command, number: int = 0) -> tuple[float, int]:
        """Run a command to its end; give the wall time in ms and the lines it printed.

        Raises:
            Failed: where its exit code says so, or there is no such program.

        """
        words = list(command.words(number))
        with (self.home / "stderr.txt").open("w+b") as errors:
            try:
                start = time.perf_counter()
                ended = subprocess.run(
                    words,
                    check=False,
                    cwd=self.home,
                    env={**self.environment, **command.settings},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                )
                taken = 1000 * (time.perf_counter() - start)
            except OSError as error:
                raise Failed(str(error)) from error
            errors.seek(0)
            if ended.returncode:
                said = errors.read().decode("utf-8", "replace").strip().splitlines()
                raise Failed(said[-1] if said else f"exit code {ended.returncode}")
        return taken, sum(1 for line in ended.stdout.splitlines() if line.strip())

    def row(self, commands: Sequence[Command]) -> list[Cell]:
        """Measure the commands of a row in turn, after one round that does not count."""
        cells = [self.single(command)._replace(times=()) for command in commands]
        for number in range(1, self.rounds + 1):
            for place, command in enumerate(commands):
                if not cells[place].missing:
                    cells[place] = self._again(cells[place], command, number)
        return cells

    def single(self, command: Command) -> Cell:
        """Measure a command once: for one that takes seconds."""
        if command.missing:
            return Cell(command.label, missing=command.missing)
        try:
            taken, lines = self.once(command)
        except Failed as failure:
            return Cell(command.label, missing=f"failed: {failure}")
        return Cell(command.label, (taken,), lines)

    def _again(self, cell: Cell, command: Command, number: int) -> Cell:
        try:
            return cell._replace(times=(*cell.times, self.once(command, number)[0]))
        except Failed as failure:
            return Cell(command.label, missing=f"failed: {failure}")

    def peak(self, command: Command) -> float | None:
        """Give the most memory a command held, in MB; nothing where the system doesn't tell."""
        if command.missing or not hasattr(os, "wait4"):
            return None
        ended = subprocess.run(
            [sys.executable, "-c", _PEAK, *command.words(0)],
            check=False,
            cwd=self.home,
            env={**self.environment, **command.settings},
            capture_output=True,
        )
        if ended.returncode:
            return None
        return int(ended.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _environment(home: Path) -> dict[str, str]:
    """Give the children what they need and no more: nothing of Python's, nothing of the tools'."""
    kept = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "SYSTEMROOT")
    folders = ("STATE", "CACHE", "CONFIG", "DATA")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(home),
        **{f"XDG_{each}_HOME": str(home / each.lower()) for each in folders},
    }


def always(*words: str | Path) -> Words:
    """Give a command that is the same in every round."""
    fixed = tuple(map(str, words))
    return lambda _number: fixed
