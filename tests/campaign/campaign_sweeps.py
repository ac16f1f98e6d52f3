"""The sweeps: one kind of fault at each of its places, over some cases; violations are sentences.

Each can be run on the protocol with a fault sown into it (`sow`), which shows that it notices.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import campaign_power as power
from campaign_cases import (
    LONG_AGO,
    Arena,
    Case,
    arena_of,
    kills,
    made_by,
    operations,
    run_case,
    typed,
    words,
)
from campaign_faults import (
    DROP,
    FAIL,
    LIE,
    MEANWHILE,
    SIGNAL,
    Ended,
    Fault,
    Step,
    run,
    shared_out,
)
from campaign_judging import (
    NEW_STANDS,
    OLD_STAYS,
    SAVED,
    aftermath,
    count,
    has_taken,
    judge,
)

from actionplan.store import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Sow = Callable[[], None] | None

ERRORS = (
    errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EINTR,
    errno.EMFILE, errno.ENAMETOOLONG, errno.ESTALE, errno.EBUSY, errno.ENOLCK, errno.EOPNOTSUPP,
)  # fmt: skip
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Swept(NamedTuple):
    """How many points were tried, what was found, and how long it took."""

    points: int
    violations: list[str]
    seconds: float

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.points:,} points, {len(self.violations)} violations, {self.seconds:.0f} s"


def _swept(points: Sequence[Any], judged: Callable[[Any], list[str]]) -> Swept:
    began = time.perf_counter()
    found = shared_out(points, judged)
    return Swept(len(points), found, time.perf_counter() - began)


def seen(case: Case) -> list[Step]:
    """Give the operations of a command."""
    return [step for step in made_by(case).ended.trace if step.name != "said"]


# --- a fault in the command itself --------------------------------------------------------------


def by_faults(points: Iterable[tuple[Case, Fault]], sow: Sow = None, *, one_in: int = 1) -> Swept:
    """Run each case with its fault, or one in so many, and judge it."""

    def judged(point: tuple[Case, Fault]) -> list[str]:
        case, fault = point
        with arena_of(case) as arena:
            ended = run_case(case, arena, fault, sow)
            if fault.kind == DROP:
                _grow_old(arena)
            where = f"{case}, {fault}{_what(case, fault)}"
            return [f"{where}: {violation}" for violation in judge(case, arena, ended)]

    return _swept(list(points)[::one_in], judged)


def _grow_old(arena: Arena) -> None:
    """Let time pass for a note that a disk did not keep: it names nobody, and is left a while."""
    for note in arena.plans.glob(".*.lock") if arena.plans.exists() else ():
        os.utime(note, (LONG_AGO, LONG_AGO))


def _what(case: Case, fault: Fault) -> str:
    steps = seen(case)
    if not 0 < fault.at <= len(steps):
        return ""
    step = steps[fault.at - 1]
    return f" ({step.name} {step.path.rpartition('/')[2]})"


def killed(
    cases: Iterable[Case], sow: Sow = None, *, every: bool = False, one_in: int = 1
) -> Swept:
    """Kill each command at each operation, before it, after it and in the middle of a write."""
    points = ((case, fault) for case in cases for fault in kills(case, every=every))
    return by_faults(points, sow, one_in=one_in)


def failed(
    cases: Iterable[Case],
    errors: Sequence[int] = ERRORS,
    *,
    only_changing: bool = False,
    one_in: int = 1,
) -> Swept:
    """Let each operation fail, once or from then on, not done or done and reported as failed.

    An interruption does not last: Python itself tries again then, for ever.
    """
    points = (
        (case, Fault(point, kind, number, lasting))
        for case in cases
        for point, step in enumerate(seen(case), 1)
        if step.changes or not only_changing
        for number in errors
        for kind in (FAIL, LIE)
        for lasting in (False, True)
        if not (lasting and number == errno.EINTR)
    )
    return by_faults(points, one_in=one_in)


def dropped(cases: Iterable[Case]) -> Swept:
    """Let each operation be said to be done, and not be done."""
    return by_faults(
        (case, Fault(point, DROP))
        for case in cases
        for point, step in enumerate(seen(case), 1)
        if step.changes or step.name in {"fsync", "close"}
    )


def stopped(cases: Iterable[Case], stops: Sequence[int] = STOPS, *, one_in: int = 1) -> Swept:
    """Send each command a signal at each operation."""
    points = (
        (case, Fault(point, SIGNAL, number))
        for case in cases
        for point in range(1, operations(case) + 1)
        for number in stops
    )
    return by_faults(points, one_in=one_in)


# --- a fault in the recovery --------------------------------------------------------------------


def killed_twice(cases: Iterable[Case], *, every: bool = False, one_in: int = 1) -> Swept:
    """Kill each command at each operation, and the next one at each, or some, of its own."""
    pairs = []
    for case in cases:
        for fault in kills(case, every=every):
            with arena_of(case) as arena:
                run_case(case, arena, fault)
                trace = run(arena.setting(), _next(case, arena), traced=True).trace
            steps = [step for step in trace if step.name != "said"]
            chosen = [n for n, step in enumerate(steps, 1) if every or step.changes]
            torn = [n for n, step in enumerate(steps, 1) if step.name == "write"]
            pairs += [(case, fault, Fault(n)) for n in (*chosen, len(steps) + 1)]
            pairs += [(case, fault, Fault(n, "tear")) for n in torn]

    def judged(point: tuple[Case, Fault, Fault]) -> list[str]:
        case, first, second = point
        with arena_of(case) as arena:
            run_case(case, arena, first)
            took = has_taken(case, arena)
            run(arena.setting(), _next(case, arena), second)
            found = aftermath_of_two(case, arena, took=took)
            return [f"{case}, {first}, then {second}: {violation}" for violation in found]

    return _swept(pairs[::one_in], judged)


def _next(case: Case, arena: Arena) -> Callable[[], int]:
    """Give the command that follows: another like it where it made nothing, else another word."""
    if case.verb.creates and not (arena.plans / case.target).exists():
        return typed(*words(case, arena))
    return typed("owner", "add", "Head of recovery")


def aftermath_of_two(case: Case, arena: Arena, *, took: bool) -> list[str]:
    """Judge what is left after a command and the next were both killed."""
    target = arena.plans / case.target
    if case.verb.creates:
        ended = run(arena.setting(), typed(*words(case, arena)))
        found = [] if target.exists() else [f"O4 it can't be started again: {ended.said}"]
        return found + aftermath(case, arena, took=True)
    if case.verb.command == "owner add":
        return aftermath(case, arena, took=None)
    return aftermath(case, arena, took=took)


# --- the power cut ------------------------------------------------------------------------------


def cut_off(cases: Iterable[Case], sow: Sow = None, *, all_litter: Callable[[Case], bool]) -> Swept:
    """Lay out every state that a power cut may leave, and judge each."""
    points = []
    for case in cases:
        found = _states(case, sow)
        points += [
            (case, s) for s in (found if all_litter(case) else power.one_of_each(case, found))
        ]
    now = time.time()  # noqa: TID251 - what was not written must be older than what is

    def judged(point: tuple[Case, power.State]) -> list[str]:
        case, state = point
        with power.laid_out(case, state, now) as arena:
            ended = Ended(0, SAVED[0]) if state.saved else Ended(-signal.SIGKILL, "")
            return [f"{case}, {state}: {violation}" for violation in judge(case, arena, ended)]

    return _swept(points, judged)


def _states(case: Case, sow: Sow) -> list[power.State]:
    with arena_of(case) as arena, arena_of(case) as before:
        ended = run(arena.setting(sow=sow), typed(*words(case, arena)), traced=True)
        moved = [_moved(step, str(arena.folder), str(before.folder)) for step in ended.trace]
        return power.states(case, tuple(moved), before, lambda said: any(s in said for s in SAVED))


def _moved(step: Step, old: str, new: str) -> Step:
    return step._replace(path=step.path.replace(old, new), to=step.to.replace(old, new))


# --- somebody else ------------------------------------------------------------------------------

MARK = b"# by hand, at noon\n"


def edited_meanwhile(case: Case, sow: Sow = None, *, stale: bool = False) -> Swept:
    """Save the plan from an editor at each operation: as it is then, or an older copy of it."""
    steps = seen(case)

    def judged(point: int) -> list[str]:
        with arena_of(case) as arena:
            target = arena.plans / case.target
            fault = Fault(point, MEANWHILE, hook=lambda: _edit(case, arena, stale=stale))
            ended = run_case(case, arena, fault, sow)
            now = target.read_bytes()
            found = []
            if MARK not in now:
                found.append("the edit by hand is lost")
            if not stale:
                took = now.replace(MARK, b"") == case.new
                found += _fits(ended, took=took, who="the command")
                found += aftermath(case, arena, took=took, rebuilt=False)
            else:
                found += aftermath(case, arena, took=None, rebuilt=False)
            return [f"{case}, edited by hand at {point}{_at(steps, point)}: {v}" for v in found]

    return _swept(range(1, len(steps) + 1), judged)


def _edit(case: Case, arena: Arena, *, stale: bool) -> None:
    """Save as an editor does: a new file in the place of the old one."""
    target = arena.plans / case.target
    content = case.old if stale else target.read_bytes()
    assert content is not None
    beside = arena.folder / "editor"
    beside.write_bytes(content + MARK)
    beside.replace(target)


def _at(steps: Sequence[Step], point: int) -> str:
    return f" ({steps[point - 1].name})" if point <= len(steps) else ""


def _fits(ended: Ended, *, took: bool, who: str) -> list[str]:
    wrong = (ended.code in NEW_STANDS and not took) or (ended.code in OLD_STAYS and took)
    if wrong or ended.code not in NEW_STANDS | OLD_STAYS:
        there = "there" if took else "not there"
        return [f"O2 {who} ended with {ended.code}, and its change is {there}: {ended.said!r}"]
    return []


def together(case: Case, sow: Sow = None, *, elsewhere: bool) -> Swept:
    """Run another command from beginning to end at each operation of the first.

    `elsewhere`: on another machine, which shares the folder and not the guard. Where a protocol
    with a fault sown into it makes fewer operations, the last ones never come.
    """
    steps = seen(case)

    def judged(point: int) -> list[str]:
        with arena_of(case) as arena:
            outcome = arena.folder / "outcome"

            def hook() -> None:
                _other(arena, str(outcome), elsewhere=elsewhere)

            ended = run_case(case, arena, Fault(point, MEANWHILE, hook=hook), sow)
            if not outcome.exists():
                return []
            other = Ended(int(outcome.read_text()), "")
            plan = reading.load(arena.plans / case.target).plan
            took = plan.actions[0].note == "Begun."
            also = plan.find("reviews", "OTHER") is not None
            found = _fits(ended, took=took, who="the first")
            found += _fits(other, took=also, who="the other")
            if count(case, arena, "review add") != int(also):
                found.append(f"O3 the other's change is {also}, and its entry says otherwise")
            found += aftermath(case, arena, took=took, rebuilt=False)
            return [f"{case}, another command at {point}{_at(steps, point)}: {v}" for v in found]

    return _swept(range(1, len(steps) + 1), judged)


def _other(arena: Arena, outcome: str, *, elsewhere: bool) -> None:
    """Run the other command in a child of the child; it is not watched."""
    real_open = os.open
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    code = 99
    try:
        os.environ.update(arena.setting(state="elsewhere" if elsewhere else "state").environment)
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for good
        code = typed("review", "add", "OTHER", "Another review")()
    finally:
        handle = real_open(outcome, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(handle, str(code).encode())
        os._exit(code)
