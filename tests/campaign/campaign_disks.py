"""Real file systems on images: a command is killed at a call of the system, then the power is cut.

The real program runs under strace, which kills it as it enters the call. Then the file system is
shut down by its own ioctl, with what it had not written yet thrown away, is mounted again, and does
its own recovery. ext4 is mounted with ``noauto_da_alloc``, because without it the kernel hides a
missing fsync.
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
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest
from campaign_cases import Arena, Case, words
from campaign_faults import Ended
from campaign_judging import judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHUTDOWN = 0x8004587D
"""The ioctl by which ext4 and XFS are shut down at once."""
LOG_NOT_WRITTEN = 2
CALLS = (
    "openat", "write", "fsync", "fchmod", "fchown", "rename", "renameat2", "link", "unlink",
    "mkdir", "flock", "close", "lseek", "read", "newfstatat",
)  # fmt: skip
"""The calls at which it is killed."""
CHANGING = ("write", "fsync", "fchmod", "rename", "renameat2", "link", "unlink", "mkdir")
"""Those that change what is on the disk; `openat` does where it creates."""
KILLED = -9
RELEASED_WITHIN = 30
"""Seconds that the system may take to let go of an image."""
STARTING = 60
"""Seconds that a machine takes to start again. A note that lost its words in the power cut belongs
to nobody who could be asked after, and is cleared when it is half a minute old."""


class Kind(NamedTuple):
    """A file system: how it is made, and how it is mounted."""

    name: str
    size: int
    make: tuple[str, ...]
    options: str


EXT4 = Kind("ext4", 32 << 20, ("mkfs.ext4", "-q", "-F"), "loop,noauto_da_alloc")
XFS = Kind("xfs", 320 << 20, ("mkfs.xfs", "-q", "-f"), "loop")
KINDS = (EXT4, XFS)


class Call(NamedTuple):
    """A call of the system in the write: the k-th of its name in the process."""

    name: str
    number: int
    changes: bool


class Disk:
    """A file system on an image, from which a fresh copy is made for every run."""

    def __init__(self, kind: Kind, case: Case, folder: Path) -> None:
        """Make it, and lay out on it what the command finds."""
        self.kind = kind
        self.case = case
        self.folder = folder
        self.base, self.image = folder / "base", folder / "image"
        self.mount = folder / "disk"
        self.mount.mkdir()
        self.mounted = False
        with self.base.open("wb") as file:
            file.truncate(kind.size)
        subprocess.run([*kind.make, self.base], check=True, capture_output=True)
        self._mount(self.base)
        there = case.situation != "clean" or not case.verb.creates
        self.arena = Arena(case.lying, folder_there=there, ground=self.mount)
        self.away()

    def _mount(self, image: Path) -> None:
        done = subprocess.run(
            ["mount", "-t", self.kind.name, "-o", self.kind.options, image, self.mount],
            check=False,
            capture_output=True,
        )
        if done.returncode:
            pytest.skip(f"{self.kind.name} can't be mounted here: {done.stderr.decode().strip()}")
        self.mounted = True

    def fresh(self) -> None:
        """Mount a copy as it was laid out."""
        subprocess.run(["cp", "--sparse=always", self.base, self.image], check=True)
        self._mount(self.image)

    def away(self) -> None:
        """Unmount it, if it is mounted."""
        if self.mounted:
            subprocess.run(["umount", self.mount], check=True)
            self.mounted = False
            self._wait_until_released()

    def _wait_until_released(self) -> None:
        """Wait until the system has let go of the images: a mount before that shows the old one."""
        deadline = time.monotonic() + RELEASED_WITHIN
        for image in (self.base, self.image):
            while _is_attached(image):
                assert time.monotonic() < deadline, f"{image} is not released"
                time.sleep(0.02)

    def cut(self) -> None:
        """Cut the power, start again, and let the file system recover."""
        descriptor = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", LOG_NOT_WRITTEN))
        finally:
            os.close(descriptor)
        self.away()
        self._mount(self.image)
        for note in self.arena.plans.glob(".*.lock"):
            then = note.stat().st_mtime - STARTING
            os.utime(note, (then, then))

    def run(self, *strace: str) -> Ended:
        """Run the command under strace."""
        environment = {
            **os.environ,
            **self.arena.setting().environment,
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        done = subprocess.run(
            [
                *("strace", "-f", "-qq", *strace),
                *(sys.executable, "-m", "actionplan"),
                *(*words(self.case, self.arena), "--as-at", "2014-02-10"),
            ],
            check=False,
            capture_output=True,
            env=environment,
            cwd=self.folder,
            timeout=60,
        )
        code = KILLED if done.returncode in {KILLED, 137} else done.returncode
        return Ended(code, (done.stdout + done.stderr).decode("utf-8", "replace"))

    def calls(self) -> list[Call]:
        """List the calls of the write, from the lock on, as a run that is let alone makes them.

        The first of the two runs leaves its modules compiled: one that is compiled in between,
        here or by a test beside this one, is opened by fewer calls than were counted.
        """
        trace = self.folder / "trace"
        for _ in range(2):
            self.fresh()
            ended = self.run("-o", str(trace), "-e", f"trace={','.join(CALLS)}")
            self.away()
            assert ended.code == 0, ended.said
        return list(_calls(trace.read_text(encoding="utf-8", errors="replace").splitlines()))

    def killed(self, call: Call) -> list[str]:
        """Kill the command at a call, cut the power, and judge what is there then."""
        self.fresh()
        inject = f"inject={call.name}:signal=SIGKILL:when={call.number}"
        ended = self.run("-o", os.devnull, "-e", f"trace={call.name}", "-e", inject)
        if ended.code != KILLED:
            return [f"it was not killed, but ended with {ended.code}: {ended.said}"]
        target = self.arena.plans / self.case.target
        seen = target.read_bytes() if target.exists() else None
        found = [] if seen == self.case.old or self.case.is_new(seen) else [f"torn: {seen!r}"]
        self.cut()
        return found + judge(self.case, self.arena, ended)

    def lied_to(self) -> list[str]:
        """Let the command end with nothing synced, cut the power, and judge what is there then."""
        self.fresh()
        ended = self.run("-o", os.devnull, "-e", "trace=fsync", "-e", "inject=fsync:retval=0")
        assert ended.code == 0, ended.said
        self.cut()
        return judge(self.case, self.arena, ended)


def _is_attached(image: Path) -> bool:
    found = subprocess.run(["losetup", "-j", image], check=False, capture_output=True)
    return bool(found.stdout)


def _calls(lines: list[str]) -> Iterator[Call]:
    count: Counter[str] = Counter()
    begun = False
    for line in lines:
        name, _, rest = re.sub(r"^\d+ +", "", line).partition("(")
        if name not in CALLS:
            continue
        count[name] += 1
        begun = begun or "/state/" in rest
        if begun:
            yield Call(name, count[name], name in CHANGING or "O_CREAT" in rest)


@contextlib.contextmanager
def disk(kind: Kind, case: Case, folder: Path) -> Iterator[Disk]:
    """Give a disk for a while."""
    made = Disk(kind, case, folder)
    try:
        yield made
    finally:
        made.away()
