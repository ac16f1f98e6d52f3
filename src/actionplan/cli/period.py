"""Since when: a day, a recorded report, or the last one; and the plan as it stood then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import dates, query
from actionplan.cli import session
from actionplan.errors import UnreadableError, WrongUsageError
from actionplan.model import Plan
from actionplan.store import recording, remembering

if TYPE_CHECKING:
    from datetime import date

    from actionplan.cli.session import Opened
    from actionplan.model import Change
    from actionplan.query import Filter, View
    from actionplan.store.recording import Recorded


class Start(NamedTuple):
    """Where a period starts: what it is called, its day, and the plan as it stood."""

    name: str
    day: date
    plan: Plan
    caution: str = ""
    is_report: bool = False

    def view(self, wanted: Filter) -> View:
        """Look at it through a filter; what the filter names may not have been there yet."""
        try:
            return query.view(self.plan, self.day, wanted)
        except WrongUsageError:
            return query.view(self.plan, self.day)._replace(actions=(), only=query.in_words(wanted))


def start(opened: Opened, since: str | None, day: date, usual: date) -> Start:
    """Find where a period starts: at what was said, else the last recorded report, else ``usual``.

    Raises:
        WrongUsageError: where it is neither a day nor a recorded report, or lies after ``day``.
        UnreadableError: where the plan of then can't be rebuilt.

    """
    if since is None:
        last = recording.last(opened.path, day)
        return from_report(opened, last) if last else from_day(opened, usual)
    named = recording.named(opened.path, since)
    if named is not None:
        return from_report(opened, named)
    began = day_or_report(opened, since, day)
    if began > day:
        message = f"--since is {dates.in_words(began)}, after the day of the report."
        raise WrongUsageError(message)
    return from_day(opened, began)


def day_or_report(opened: Opened, since: str, day: date) -> date:
    """Read a day.

    Raises:
        WrongUsageError: naming the recorded reports as well, where it is no day.

    """
    try:
        return dates.parse(since, day)
    except WrongUsageError as error:
        names = "; ".join(each.name for each in recording.recorded(opened.path))
        there = f"Recorded reports are: {names}." if names else "No report has been recorded yet."
        message = f"{error.sentence} {there}"
        raise WrongUsageError(message) from error


def from_day(opened: Opened, began: date) -> Start:
    """Start at the end of a day; before the plan was started there was nothing."""
    name = dates.without_weekday(began)
    if began >= session.today():
        return Start(name, began, opened.plan)
    try:
        stood = remembering.as_at(opened.path, began)
    except remembering.NotStartedError as error:
        return Start(name, began, Plan(title=opened.plan.title), error.sentence)
    return Start(name, began, stood.read.plan, stood.caution)


def from_report(opened: Opened, report: Recorded) -> Start:
    """Start at a recorded report.

    Raises:
        UnreadableError: where the plan that it was drawn from can't be rebuilt.

    """
    read = recording.plan_of(opened.path, report)
    if read is None:
        message = (
            f"The history does not lead back to the plan of '{report.name}', so what has moved "
            "since can't be told. Restore the history from git or from a backup, or give --since."
        )
        raise UnreadableError(message, state="")
    return Start(report.name, report.as_at, read.plan, is_report=True)


def by_hand(opened: Opened) -> tuple[Change, ...]:
    """Give what was edited by hand since the last command, and is not recorded yet."""
    tail = remembering.tail_of(opened.path)
    found = remembering.by_hand(opened.path, opened.read, tail)
    return found.changes if found else ()
