"""What was reported, when and in which words: the reports that the history holds."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.errors import NotWrittenError, RefusedError, WrongUsageError
from actionplan.history import entries
from actionplan.planfile import reader
from actionplan.planfile.writer import Rewritten
from actionplan.store.reading import load
from actionplan.store.remembering import bytes_of, history_bytes, history_of, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from actionplan.history.entries import Tail
    from actionplan.planfile.reader import PlanText
    from actionplan.store.writing import Making

_MARK = b'"recorded":{'


class Recorded(NamedTuple):
    """A report as it was given to a meeting."""

    name: str
    """What it was recorded as: "Cabinet 17 February 2014"."""
    as_at: date
    since: date
    kind: str
    """``report``, ``summary``, ``board``, ``owner`` or ``close-out``."""
    only: Mapping[str, list[str]]
    """The filter that it was drawn with: owners, themes, reviews."""
    against: str
    """The recorded report that its movement was told against; empty where there was none."""
    caution: str
    plan: str
    """The digest of the plan that it was drawn from."""
    paper: str = ""
    """The digest of its words."""
    words: str = ""
    """Its words, as plain text."""
    public: bool = False
    """True for the version for the public."""

    @property
    def is_of_the_plan(self) -> bool:
        """Tell whether it says where the plan stands: not of one review, nor of one officer."""
        return self.kind in {"report", "summary", "board"}

    def with_words(self, words: str) -> Recorded:
        """Give it with its words, and their digest."""
        return self._replace(words=words, paper=digest_of_words(words))

    def as_data(self) -> dict[str, Any]:
        """Give it as an entry of the history keeps it."""
        dates = {"as_at": self.as_at.isoformat(), "since": self.since.isoformat()}
        return {"recorded": {**self._asdict(), **dates, "only": dict(self.only)}}


def digest_of_words(words: str) -> str:
    """Give the digest of a paper: of its words as plain text."""
    return entries.digest(words.encode("utf-8"))


def digest_of(read: PlanText) -> str:
    """Give the digest of a plan that was read."""
    return entries.digest(bytes_of(read))


def unchanged(expected: str) -> Making:
    """Make the new text of a plan that is only reported on: the old one.

    Raises, when it is made:
        NotWrittenError: where the plan is no longer the one with this digest, if one is given.

    """

    def make(before: PlanText, _: Tail) -> Rewritten:
        if expected and digest_of(before) != expected:
            message = "The plan changed while the report was drafted: run it again."
            raise NotWrittenError(message)
        return Rewritten(bytes_of(before), (), before, ())

    return make


def recorded(plan: Path) -> tuple[Recorded, ...]:
    """Give the reports that were recorded, in the order of their recording."""
    stamp = stamp_of(plan)
    return _recorded(plan, *stamp) if stamp else ()


@lru_cache(maxsize=1)
def _recorded(plan: Path, _changed: int, _size: int) -> tuple[Recorded, ...]:
    """Read the reports once for a command that asks for them twice; most plans have none yet."""
    if _MARK not in history_bytes(plan):
        return ()
    return tuple(_read(body["recorded"]) for _, body in history_of(plan).holding(_MARK))


def _read(data: Mapping[str, Any]) -> Recorded:
    dates = {name: date.fromisoformat(data[name]) for name in ("as_at", "since")}
    return Recorded(**{**data, **dates})


def last(plan: Path, day: date) -> Recorded | None:
    """Give the last report of the whole that was recorded as at an earlier day.

    One of the day itself is of the same position: nothing can have moved since.
    """
    found = [report for report in recorded(plan) if report.as_at < day and report.is_of_the_plan]
    return max(enumerate(found), key=lambda pair: (pair[1].as_at, pair[0]))[1] if found else None


def told_before(plan: Path, report: Recorded) -> tuple[Recorded, ...]:
    """Give the reports of the plan that were recorded before one and for an earlier day.

    The oldest first; of one day the last.
    """
    known = recorded(plan)
    names = [each.name for each in known]
    told = known[: names.index(report.name)] if report.name in names else known
    days = {r.as_at: r for r in told if r.is_of_the_plan and r.as_at < report.as_at}
    return tuple(sorted(days.values(), key=lambda each: each.as_at))


def plans_of(plan: Path, reports: Iterable[Recorded]) -> tuple[tuple[Recorded, PlanText], ...]:
    """Give the plans that some reports were drawn from; what can't be rebuilt is left out."""
    found: list[tuple[Recorded, PlanText]] = []
    content = bytes_of(load(plan))
    for each in reversed(tuple(reports)):
        state = _state(plan, each, content)
        if state is not None:
            content = state
            found.append((each, reader.read(state, plan.name)))
    return tuple(reversed(found))


def _state(plan: Path, report: Recorded, known: bytes) -> bytes | None:
    """Rebuild the plan that a report was drawn from, from a state that is known."""
    if entries.digest(known) == report.plan:
        return known
    return history_of(plan).state(report.plan, known)


def named(plan: Path, name: str) -> Recorded | None:
    """Find a recorded report by its name, whatever its case."""
    wanted = name.strip().casefold()
    return next((each for each in recorded(plan) if each.name.casefold() == wanted), None)


def the(plan: Path, name: str) -> Recorded:
    """Find a recorded report.

    Raises:
        WrongUsageError: with the names that there are.

    """
    found = named(plan, name)
    if found is None:
        names = "; ".join(each.name for each in recorded(plan))
        there = f"Recorded are: {names}." if names else "No report has been recorded yet."
        message = f"No report is recorded as '{name.strip()}'. {there}"
        raise WrongUsageError(message)
    return found


def refuse_taken(plan: Path, name: str) -> None:
    """Refuse a name under which a report is recorded: what was told is never replaced.

    Raises:
        WrongUsageError: where the name is empty.
        RefusedError: where it is taken.

    """
    if not name.strip():
        message = "Name the report that is recorded, such as 'Cabinet 17 February 2014'."
        raise WrongUsageError(message)
    if named(plan, name) is not None:
        message = f"A report is recorded as '{name.strip()}' already; give this one another name."
        raise RefusedError(message)


def plan_of(plan: Path, report: Recorded) -> PlanText | None:
    """Give the plan that a report was drawn from; ``None`` where it can't be rebuilt."""
    state = _state(plan, report, bytes_of(load(plan)))
    return None if state is None else reader.read(state, plan.name)
