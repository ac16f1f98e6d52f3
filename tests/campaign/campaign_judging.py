"""The judging: what must be true after every fault, whatever it was; violations are sentences.

O1 the plan is exactly the old one or the new one; O2 the exit code says which; O3 the history
loads, its earlier bytes stand, and its entries are what can be seen; O4 the next command works by
itself; O5 it leaves no litter; O6 `check` then finds nothing; O7 what was said fits the exit code.
"""

from __future__ import annotations

import signal
from itertools import pairwise
from typing import TYPE_CHECKING

from campaign_cases import SIGNED, TODAY, Arena, Case, next_change

from actionplan.errors import NOTHING_CHANGED, ActionPlanError
from actionplan.history import entries, records
from actionplan.model import differences
from actionplan.store import checking, reading, remembering, writing

if TYPE_CHECKING:
    from pathlib import Path

    from campaign_faults import Ended

DONE, FAILED, MISUSED, UNREADABLE, NOT_WRITTEN, REFUSED, UNCONFIRMED = 0, 1, 2, 4, 5, 6, 8
INTERRUPTED = frozenset({130, -2})
OLD_STAYS = frozenset({FAILED, MISUSED, UNREADABLE, NOT_WRITTEN, REFUSED}) | INTERRUPTED
NEW_STANDS = frozenset({DONE, UNCONFIRMED})
SAVED = ("Saved in", "Recorded as", "Started ")
SAVED_BUT = "The change was saved"
NOT_KNOWN = "It is not known whether the change was saved"
"""What is said where the disk fails after the swap was tried, and does not let it be read."""
NOT_TOUCHED = "it was not touched"


def judge(case: Case, arena: Arena, ended: Ended) -> list[str]:
    """Judge what a command left, and what the next one makes of it."""
    target = arena.plans / case.target
    now = target.read_bytes() if target.exists() else None
    found = []
    if now != case.old and not case.is_new(now):
        found.append(f"O1 {case.target} is neither old nor new: {now!r}")
    took = has_taken(case, arena)
    found += _exit(ended, took=took)
    found += _said(ended, took=took)
    found += [f"O3 {said}" for said in _earlier_bytes(case, arena)]
    if now is None and case.verb.creates:
        found += _started_again(case, arena)
        took = True
    return found + aftermath(case, arena, took=took)


def has_taken(case: Case, arena: Arena) -> bool:
    """Tell whether the command's change is there to be seen."""
    target = arena.plans / case.target
    if case.verb.records:
        return count(case, arena) > 0
    now = target.read_bytes() if target.exists() else None
    return case.is_new(now)


def count(case: Case, arena: Arena, command: str = "") -> int:
    """Count the entries of a command that reached the plan and were not there before."""
    log = arena.plans / case.log
    book = records.History(log.read_bytes() if log.exists() else b"")
    before = {head.id for head in records.History(case.logged).heads}
    wanted = command or case.verb.command
    return sum(head.command == wanted and head.id not in before for head in book.effective)


def _exit(ended: Ended, *, took: bool) -> list[str]:
    if ended.code == -signal.SIGALRM:
        return ["O4 it hung"]
    told = ended.code == UNCONFIRMED and NOT_KNOWN in ended.said
    told = told or (ended.code in INTERRUPTED and _is_said_saved(ended.said))
    wrong = (ended.code in NEW_STANDS and not took) or (ended.code in OLD_STAYS and took)
    if wrong and not told:
        there = "there" if took else "not there"
        return [f"O2 exit {ended.code}, and the change is {there}: {ended.said!r}"]
    if ended.code not in NEW_STANDS | OLD_STAYS and ended.code >= 0:
        return [f"O2 exit {ended.code} is none of ours: {ended.said!r}"]
    return []


def _said(ended: Ended, *, took: bool) -> list[str]:
    """Judge the sentences: none is of a fault in the program, and the state is the true one."""
    said = ended.said.strip()
    faults = ("Traceback", "This is a fault in actionplan")
    found = [f"O7 exit {ended.code} with {said!r}" for bad in faults if bad in said]
    if _is_said_saved(said) and not took:
        found.append(f"O7 it said that it was saved, and it is not: {said!r}")
    if ended.code in {FAILED, NOT_WRITTEN, REFUSED} and not said.endswith(NOTHING_CHANGED):
        found.append(f"O7 exit {ended.code} does not say that nothing was changed: {said!r}")
    if ended.code == UNREADABLE and not said.endswith((NOTHING_CHANGED, f"{NOT_TOUCHED}.")):
        found.append(f"O7 exit 4 does not say that the plan was not touched: {said!r}")
    if ended.code == UNCONFIRMED and not (SAVED_BUT in said or NOT_KNOWN in said):
        found.append(f"O7 exit 8 does not say that it was saved: {said!r}")
    return found


def _is_said_saved(said: str) -> bool:
    return any(line.startswith(SAVED) for line in said.splitlines())


def _earlier_bytes(case: Case, arena: Arena) -> list[str]:
    log = arena.plans / case.log
    now = log.read_bytes() if log.exists() else b""
    return [] if now.startswith(case.logged) else ["the history's earlier bytes are not the same"]


def _started_again(case: Case, arena: Arena) -> list[str]:
    """Start the plan that a fault kept out, as the user would."""
    new = case.new
    assert new is not None
    try:
        writing.create(arena.plans / case.target, new, SIGNED._replace(command="init"))
    except ActionPlanError as error:
        return [f"O4 it can't be started again: {error}"]
    return []


def aftermath(case: Case, arena: Arena, *, took: bool | None, rebuilt: bool = True) -> list[str]:
    """Run the next command, and judge all that is there then.

    Where somebody else wrote meanwhile, it is not known which states can be `rebuilt`, and where
    they saved an older copy, not whether the change can be seen (`took` is then ``None``).
    """
    target = arena.plans / case.target
    make, terms = next_change(case.target)
    remembering._book.cache_clear()  # noqa: SLF001 - a run that follows another would be a process
    try:
        before = terms.read(reading.content_of(target), target.name).plan
        saved = writing.change(target, make, SIGNED._replace(command="next"), terms)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a violation
        return [f"O4 the next command fails: {type(error).__name__}: {error}"]
    found = []
    more = {change.ref for change in differences(before, saved.plan)}
    if more not in ({"NEXT"}, {"The next"}):
        found.append(f"O4 the next command changed {more}")
    found += _litter(case, arena) + _check(case, target) + _history(case, arena)
    if took is not None:
        found += _told(case, arena, took=took)
    return found + (_rebuilt(case, arena, took=bool(took)) if rebuilt else [])


def _litter(case: Case, arena: Arena) -> list[str]:
    left = {found.name for found in arena.plans.iterdir()} - case.kept
    return [f"O5 litter: {sorted(left)}"] if left else []


def _check(case: Case, target: Path) -> list[str]:
    if case.target != "plan.toml":
        return []
    remembering._book.cache_clear()  # noqa: SLF001 - as above
    checked = checking.check(target, TODAY)
    found = [*checked.problems, *checked.missing, *map(str, checked.reworded)]
    if checked.by_hand is not None:
        found.append(f"edited by hand: {checked.by_hand}")
    return [f"O6 check finds {found}"] if found else []


def _history(case: Case, arena: Arena) -> list[str]:
    """Judge the history: whole but for a line that was cut off, joined up, and of this plan."""
    content = (arena.plans / case.log).read_bytes()
    book = records.History(content)
    lines = content.split(b"\n")
    found = [
        f"O3 line {damage.line} is damaged: {lines[damage.line - 1]!r}"
        for damage in book.check()
        if not _was_cut_off(lines[damage.line - 1])
    ]
    found += [f"O3 {said}" for said in _earlier_bytes(case, arena)]
    found += [
        f"O3 {other.command} does not join on to {one.command}"
        for one, other in pairwise(book.effective)
        if one.after != other.before
    ]
    if book.effective[-1].after != entries.digest((arena.plans / case.target).read_bytes()):
        found.append("O3 the last entry is not of the plan as it is")
    return found


def _told(case: Case, arena: Arena, *, took: bool) -> list[str]:
    """Judge whether the history tells of the change if and only if it is there."""
    if count(case, arena) == int(took):
        return []
    book = records.History((arena.plans / case.log).read_bytes())
    told = [head.command for head in book.effective]
    return [f"O3 the change is {'' if took else 'not '}there, and the entries are {told}"]


def _was_cut_off(line: bytes) -> bool:
    """Tell whether a line is the beginning of one of ours; it stays, and nothing is built on it.

    What a power cut left of its end may be zeros.
    """
    start = b'{"v":1,"s'
    kept = line.rstrip(b"\0")
    return kept[: len(start)] == start[: len(kept)] and not line.endswith(b'"}')


def _rebuilt(case: Case, arena: Arena, *, took: bool) -> list[str]:
    """Rebuild the plan as it stood before and after the command."""
    book = records.History((arena.plans / case.log).read_bytes())
    now = (arena.plans / case.target).read_bytes()
    started_again = any(head.command == entries.VOID for head in book.heads)
    wanted: list[tuple[str, bytes | None]] = []
    if took or case.logged:
        wanted.append(("old", case.old))
    if took and not started_again:
        wanted.append(("new", case.new))
    return [
        f"O3 the {which} plan can't be rebuilt"
        for which, content in wanted
        if content is not None and book.state(entries.digest(content), now) != content
    ]
