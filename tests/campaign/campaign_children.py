"""Writers in processes of their own: forked, listened to, and killed at a random moment."""

from __future__ import annotations

import contextlib
import os
import random
import selectors
import signal
import time
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple

from campaign_plans import SIGNED, TODAY

from actionplan import changes
from actionplan.errors import ActionPlanError
from actionplan.store import lock, reading, recovery, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from actionplan.model import Plan

CRASHED = 99
ODDS = 0.7
"""How often a change is to be killed while fewer were than should be; some end before it comes."""
SEVENTH = 0.15
"""How far each new measure moves the running average of how long a change takes."""


def forked(work: Callable[[], None]) -> int:
    """Run some work in a child; its exit code is 0, an error's of ours, or 99 with a traceback."""
    child = os.fork()
    if child:
        return child
    code = CRASHED
    try:
        work()
        code = 0
    except ActionPlanError as error:
        code = error.exit_code
        os.write(2, f"{error}\n".encode())
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must not run on in the child
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Wait for a child; a signal that killed it is a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Desk(NamedTuple):
    """Where a writer sits: the plan as it sees it, its own guard folder, and its own action."""

    plan: Path
    state: Path
    ref: str


class Told(NamedTuple):
    """What came of it all."""

    changes: int
    kills: int
    inside: int
    """How many of the kills came while the lock was held."""
    confirmed: Mapping[str, list[str]]
    """By action, each note that was said to be saved."""
    lost: list[str]
    """Notes that were said to be saved, and that the next writer of that action did not find."""
    failed: list[int]
    """The exit codes of those that were not killed and did not succeed."""
    slowest: float
    """Seconds that the slowest change took that was not killed."""


class Office:
    """Some desks, at each of which one change after another is made, and some are killed."""

    def __init__(self, desks: Sequence[Desk], seed: int, *, only_flock: bool = False) -> None:
        """Keep the desks and how to draw."""
        self.desks = desks
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.only_flock = only_flock
        self.running: dict[int, _Change] = {}
        self.selector = selectors.DefaultSelector()
        self.number = 0
        self.kills = self.inside = 0
        self.confirmed: dict[str, list[str]] = {desk.ref: [] for desk in desks}
        self.possible: dict[str, set[str]] = {desk.ref: {""} for desk in desks}
        self.lost: list[str] = []
        self.failed: list[int] = []
        self.takes = 0.02
        self.holds = 0.01
        self.slowest = 0.0

    def run(self, share: float, *, changes: int = 0, kills: int = 0) -> Told:
        """Work until so many changes were begun, or so many were killed."""
        free = list(self.desks)
        while free or self.running:
            goes_on = self.number < changes or self.kills < kills
            while free and goes_on:
                self._begin(free.pop(), share)
                goes_on = self.number < changes or self.kills < kills
            if not goes_on:
                free.clear()
            for key, _ in self.selector.select():
                desk = self._listen(key.data)
                if desk is not None and (self.number < changes or self.kills < kills):
                    free.append(desk)
        return Told(
            self.number,
            self.kills,
            self.inside,
            self.confirmed,
            self.lost,
            self.failed,
            self.slowest,
        )

    def _begin(self, desk: Desk, share: float) -> None:
        self.number += 1
        note = f"note {self.number}"
        hear, tell = os.pipe()
        now = time.monotonic()
        behind = self.kills < share * self.number
        fate = self._fate() if behind and self.chance.random() < ODDS else None
        child = forked(lambda: _make_a_change(desk, note, tell, fate, only_flock=self.only_flock))
        os.close(tell)
        change = _Change(desk, note, child, hear, now)
        self.running[child] = change
        self.selector.register(hear, selectors.EVENT_READ, change)

    def _fate(self) -> _Fate:
        """Draw when a writer is killed: two in three of them while they hold the lock."""
        inside = self.chance.random() < 2 / 3
        return _Fate(self.chance.uniform(0, self.holds if inside else self.takes), inside)

    def _listen(self, change: _Change) -> Desk | None:
        """Hear what a writer says; give its desk when it has ended."""
        said = os.read(change.hears, 65536)
        change.said += said
        if b"locked" in said and not change.locked:
            change.locked = time.monotonic()
        if said:
            return None
        self.selector.unregister(change.hears)
        os.close(change.hears)
        del self.running[change.child]
        self._judge(change, ended(change.child))
        return change.desk

    def _judge(self, change: _Change, code: int) -> None:
        lines = change.said.decode().splitlines()
        saw = [line.removeprefix("saw ") for line in lines if line.startswith("saw")]
        possible = self.possible[change.desk.ref]
        if saw and saw[-1].removeprefix("saw").strip() not in possible:
            self.lost.append(f"{sorted(possible)}, not {saw[-1]!r}, before {change.note}")
        saved = "saved" in lines
        if saw:
            seen = saw[-1].removeprefix("saw").strip()
            self.possible[change.desk.ref] = {seen, change.note}
        if saved:
            self.confirmed[change.desk.ref].append(change.note)
            self.possible[change.desk.ref] = {change.note}
        if code == -signal.SIGALRM:
            self.kills += 1
            self.inside += bool(change.locked) and not saved
        elif code:
            self.failed.append(code)
        else:
            took = time.monotonic() - change.began
            self.slowest = max(self.slowest, took)
            self.takes += SEVENTH * (took - self.takes)
            if change.locked:
                self.holds += SEVENTH * (took - (change.locked - change.began) - self.holds)


class _Change:
    """One change in a child of its own."""

    def __init__(self, desk: Desk, note: str, child: int, hears: int, began: float) -> None:
        self.desk = desk
        self.note = note
        self.child = child
        self.hears = hears
        self.began = began
        self.said = b""
        self.locked = 0.0


class _Fate(NamedTuple):
    """When a writer is killed, counted from its start or from when it has the lock."""

    after: float
    inside: bool

    def comes(self) -> None:
        """Let the system end this process then, as kill -9 would: the signal is not handled."""
        signal.setitimer(signal.ITIMER_REAL, max(self.after, 1e-6))


def _make_a_change(
    desk: Desk, note: str, tell: int, fate: _Fate | None, *, only_flock: bool
) -> None:
    """Put a note on the writer's own action, and tell the parent how far that is."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if fate is not None and not fate.inside:
        fate.comes()
    os.environ["XDG_STATE_HOME"] = str(desk.state)
    mend = recovery.mend

    def mend_and_tell(*arguments: Any, **named: Any) -> recovery.Mended:
        os.write(tell, b"locked\n")
        if fate is not None and fate.inside:
            fate.comes()
        return mend(*arguments, **named)

    def verb(plan: Plan, _: Mapping[str, int]) -> Plan:
        action = plan.find("actions", desk.ref)
        os.write(tell, f"saw {action.note}\n".encode())
        return changes.note_action(plan, desk.ref, note, TODAY)

    recovery.mend = mend_and_tell
    if only_flock:
        without_notes()
    writing.change(desk.plan, writing.by_verb(verb), SIGNED)
    os.write(tell, b"saved\n")


def without_notes() -> None:
    """Take the owner note out of the lock, in this process, and leave the guard alone."""
    ours = lock.Lock

    def none(place: Any, *_: Any) -> lock.Lock:
        return ours(place.note, b"")

    setattr(lock, "_taken", none)  # noqa: B010 - a fault seeded on purpose
    setattr(ours, "is_ours", lambda _: True)  # noqa: B010 - as above


def read_until(stop: int, plan: Path, tell: int) -> None:
    """Read a plan over and over until a pipe says stop; tell how often, and how often badly.

    A read is bad where the plan can't be read, has a problem, or has fewer actions than before.
    """
    os.set_blocking(stop, False)
    count = bad = most = 0
    while True:
        try:
            found = reading.load(plan)
        except ActionPlanError:
            bad += 1
        else:
            bad += bool(found.problems) or len(found.plan.actions) < most
            most = len(found.plan.actions)
        count += 1
        with contextlib.suppress(BlockingIOError):
            os.read(stop, 1)
            break
    os.write(tell, f"{count} {bad}".encode())
