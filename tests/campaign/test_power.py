"""A2: killed at each syscall of the write, and the power cut at once, on real file systems.

An image is mounted by a loop device, a command is killed by strace as it enters a call, and the
file system is shut down without its log being written; it is then mounted again, as after a power
cut. Every call from the first that names the lock is tried, and none is left out: a run of one
verb takes a minute or two. One more run is not killed: what it said to be saved has to be there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import struct
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest
from campaign_plans import TODAY, litter, needs, needs_root, new_plan, quick_folder

from actionplan.history import entries
from actionplan.history.records import History
from actionplan.store import checking, remembering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CALLS = "openat,write,fsync,fchmod,rename,link,unlink,flock,close,lseek,read"
LOCK = ".plan.lock"
SHUTDOWN = 0x8004587D
"""The ioctl of ext4 and XFS that shuts a file system down."""
LOG_NOT_FLUSHED = 2
KILLED = frozenset({-9, 137})
CUT_OFF = re.compile(r"plan\.history\.jsonl, line \d+: ")
NOTE = ("note", "A1", "x")
UPDATE = ("update", "A1", "--stage", "in-progress", "--yes")
NEXT = ("note", "A2", "y")


class FileSystem(NamedTuple):
    """How an image is made, and how it is mounted so that nothing is put right for us."""

    name: str
    size: int
    make: tuple[str, ...]
    options: str


EXT4 = FileSystem("ext4", 32 << 20, ("mkfs.ext4", "-q", "-F"), "loop,noauto_da_alloc")
XFS = FileSystem("xfs", 320 << 20, ("mkfs.xfs", "-q", "-f"), "loop")


class Point(NamedTuple):
    """The k-th time that a process enters a call; no call is a command that is not killed."""

    call: str
    k: int


class Bench:
    """A folder with the image as it was, a copy to try on, and the place where it is mounted."""

    def __init__(self, folder: Path, files: FileSystem) -> None:
        """Make the image, with a plan and one recorded command in it."""
        self.folder = folder
        self.files = files
        self.base, self.image, self.at = folder / "base", folder / "image", folder / "m"
        self.plan = self.at / "plan.toml"
        self.at.mkdir()
        with self.base.open("wb") as file:
            file.truncate(files.size)
        subprocess.run([*files.make, self.base], check=True, capture_output=True)
        with self.mounted(self.base):
            new_plan(self.at, 2)
            done = self.run("note", "A2", "First.")
            assert done.returncode == 0, done.stderr
            self.old, self.log = self.plan.read_bytes(), self.history()

    @contextlib.contextmanager
    def mounted(self, image: Path, options: str = "") -> Iterator[None]:
        """Mount an image, and take it away again whatever happens."""
        mount = ["mount", "-o", options or self.files.options, str(image), str(self.at)]
        done = subprocess.run(mount, check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"{self.files.name} can't be mounted here: {done.stderr.strip()}")
        try:
            yield
        finally:
            subprocess.run(["umount", self.at], check=True)

    def fresh(self) -> None:
        """Copy the image as it was."""
        subprocess.run(["cp", "--sparse=always", self.base, self.image], check=True)

    def run(self, *arguments: str, under: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run a command of the program on the plan in the image."""
        program = [sys.executable, "-B", "-m", "actionplan", *arguments]
        return subprocess.run(
            [*under, *program, "-f", "m/plan.toml", "--as-at", TODAY.isoformat()],
            check=False,
            capture_output=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            text=True,
            timeout=60,
        )

    def history(self) -> bytes:
        """Read the history that lies in the image."""
        return remembering.history_path(self.plan).read_bytes()

    def power_off(self) -> None:
        """Shut the file system down, with nothing more written to the disk."""
        handle = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", LOG_NOT_FLUSHED))
        finally:
            os.close(handle)


@pytest.mark.nightly
@needs_root
@needs("strace", "mkfs.ext4", "losetup")
@pytest.mark.parametrize("verb", [NOTE, UPDATE], ids=["note", "update"])
def test_the_power_may_go_at_any_call_of_a_write_on_ext4(verb: tuple[str, ...]) -> None:
    _sweep(EXT4, verb)


@pytest.mark.nightly
@needs_root
@needs("strace", "mkfs.xfs", "losetup")
def test_the_power_may_go_at_any_call_of_a_write_on_xfs() -> None:
    _sweep(XFS, NOTE)


def _sweep(files: FileSystem, verb: tuple[str, ...]) -> None:
    """Cut the power at every point of a command, and judge what is left each time."""
    began = time.monotonic()
    with quick_folder() as folder:
        bench = Bench(folder, files)
        points, new = _traced(bench, verb)
        points.append(Point("", 0))
        found = [
            f"{point.call or 'not killed'} {point.k}: {said}"
            for point in points
            for said in _tried(bench, verb, point, new)
        ]
    took = time.monotonic() - began
    print(  # noqa: T201 - the figures, for docs/reliability.md
        f"{files.name} {verb[0]}: {len(points)} points, {len(found)} violations, {took:.0f} s"
    )
    assert found == []


def _traced(bench: Bench, verb: tuple[str, ...]) -> tuple[list[Point], bytes]:
    """Run a command to its end: its points, and the plan that it makes."""
    trace = bench.folder / "trace"
    bench.fresh()
    with bench.mounted(bench.image):
        under = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={CALLS}"]
        done = bench.run(*verb, under=under)
        assert done.returncode == 0, done.stderr
        new = bench.plan.read_bytes()
    assert new != bench.old
    points = _points(trace.read_text(errors="replace"))
    assert {"rename", "fsync", "link", "unlink"} <= {point.call for point in points}
    return points, new


def _points(trace: str) -> list[Point]:
    """Count the calls of a trace, and give those from the first that names the lock."""
    counts: dict[str, int] = {}
    points: list[Point] = []
    for line in trace.splitlines():
        entered = re.match(r"\d+ +(\w+)\(", line)
        if not entered:
            continue
        call = entered[1]
        counts[call] = counts.get(call, 0) + 1
        if points or LOCK in line:
            points.append(Point(call, counts[call]))
    return points


def _tried(bench: Bench, verb: tuple[str, ...], point: Point, new: bytes) -> list[str]:
    """Cut the power at one point, and judge what is there when it is back."""
    bench.fresh()
    with bench.mounted(bench.image):
        done = bench.run(*verb, under=_killing(point))
        bench.power_off()
    saved = done.returncode == 0 or "Saved in" in done.stderr
    found = []
    if point.call and done.returncode not in KILLED:
        found.append(f"it was not killed: exit {done.returncode}, {done.stderr!r}")
    with bench.mounted(bench.image, "loop"):
        return found + _left(bench, new, saved=saved) + _aftermath(bench, verb[0])


def _killing(point: Point) -> list[str]:
    """Give the command that kills another as it enters a call; none where it is to live."""
    if not point.call:
        return []
    inject = f"inject={point.call}:signal=SIGKILL:when={point.k}"
    return ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={point.call}", "-e", inject]


def _left(bench: Bench, new: bytes, *, saved: bool) -> list[str]:
    """Judge the plan and the history as they lie on the disk."""
    now, log = bench.plan.read_bytes(), bench.history()
    found = []
    if now not in {bench.old, new}:
        found.append(f"the plan is neither old nor new: {now!r}")
    if saved and now != new:
        found.append("it said that it was saved, and it is not")
    if not log.startswith(bench.log):
        found.append("the history's earlier bytes are not the same")
    *told, last = log.removesuffix(b"\n").split(b"\n")
    found += [f"a line is torn that is not the last: {line!r}" for line in told if _is_torn(line)]
    if now == new and _is_torn(last):
        found.append(f"the plan is new, and what is told of it is torn: {last!r}")
    return found


def _is_torn(line: bytes) -> bool:
    return not entries.is_whole(line.decode("utf-8", "replace"))


def _aftermath(bench: Bench, command: str) -> list[str]:
    """Run the next command, and judge all that is there then.

    A power cut may leave the note of the lock empty: it is waited for until half a minute old,
    which it is by the time that a machine has started again.
    """
    changed = bench.plan.read_bytes() != bench.old
    note = bench.plan.with_name(f".{bench.plan.stem}.lock")
    if note.exists():
        os.utime(note, (0, 0))
    done = bench.run(*NEXT)
    if done.returncode:
        return [f"the next command fails with {done.returncode}: {done.stderr!r}"]
    found = [f"litter: {name}" for name in litter(bench.plan)]
    book = History(bench.history())
    told = [head.command for head in book.effective]
    if told != ["note", *([command] if changed else []), "note"]:
        found.append(f"the change is {'' if changed else 'not '}there, and the entries are {told}")
    return found + _checked(bench)


def _checked(bench: Bench) -> list[str]:
    """Give all that `check` finds, but for a line of the history that was cut off."""
    remembering._book.cache_clear()  # noqa: SLF001 - each image is another disk
    checked = checking.check(bench.plan, TODAY)
    found = [*checked.problems, *checked.missing, *map(str, checked.reworded)]
    if checked.by_hand is not None:
        found.append(f"edited by hand: {checked.by_hand}")
    cut = [said for said in checked.history if CUT_OFF.match(said)]
    found += [said for said in checked.history if said not in cut]
    return [f"check finds {said}" for said in [*found, *cut[1:]]]
