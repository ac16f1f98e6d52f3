"""How the plan got here: the log of its history, and the story of one thing in it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from actionplan.dates import counted, without_weekday
from actionplan.model import Change
from actionplan.reports.basis import sentence
from actionplan.reports.blocks import Items, Report, Section, Table
from actionplan.reports.lines import LogLine
from actionplan.reports.wording import what

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.model import Entry

LOGGED = ("entry", "when", "on", "by", "command", "ref", "what", "why")

NO_CHANGE = {
    "report": "report recorded",
    "void": "taken back: the change of the entry before did not reach the plan",
}
"""What is said of an entry that changes nothing, by its command."""
NOT_COUNTED = "comments or layout"
"""What any other entry changed that says no field of it."""


def log(entries: Iterable[Entry], title: str, as_at: date) -> Report:
    """List what every entry changed, field by field, the newest first."""
    told = _newest_first(entries)
    lines = tuple(line for entry in told for line in _lines(entry))
    heading = f"{counted(len(told), 'entry', 'entries').capitalize()} in the history"
    table = Table(lines, LOGGED, "The history has no entry.")
    return Report("log", title, as_at, (Section("log", heading, (table,)),))


def story(entries: Iterable[Entry], ref: str) -> Section:
    """Tell what happened to one thing, in sentences, the newest first."""
    told = (
        _sentence(entry, changes)
        for entry in _newest_first(entries)
        if (changes := _of(entry, ref.casefold()))
    )
    items = tuple(told)
    return Section("story", "What happened to it", (Items(items),) if items else ())


def _newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=attrgetter("sequence", "at"), reverse=True)


def _lines(entry: Entry) -> list[LogLine]:
    said = NO_CHANGE.get(entry.command, NOT_COUNTED)
    if not entry.changes:
        return [_line(entry, Change("", "", "", None, None), said)]
    return [_line(entry, change, what(change)) for change in _worth_a_line(entry.changes)]


def _line(entry: Entry, change: Change, said: str) -> LogLine:
    return LogLine(
        entry=entry.id,
        when=entry.at,
        on=entry.on,
        by=entry.by,
        command=entry.command,
        ref="plan" if change.collection == "plan" else change.ref,
        field=change.field,
        what=said,
        why=entry.why,
        old=change.old,
        new=change.new,
    )


def _worth_a_line(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Leave out that a thing was updated, where it says how."""
    kept = tuple(changes)
    told = {(c.collection, c.ref) for c in kept if c.field != "updated"}
    return tuple(c for c in kept if c.field != "updated" or (c.collection, c.ref) not in told)


def _of(entry: Entry, ref: str) -> tuple[Change, ...]:
    return _worth_a_line(change for change in entry.changes if change.ref.casefold() == ref)


def _sentence(entry: Entry, changes: tuple[Change, ...]) -> str:
    written = entry.at.date()
    later = f", written on {without_weekday(written)}" if written != entry.on else ""
    said = "; ".join(what(change) for change in changes)
    why = f" Reason: {sentence(entry.why)}" if entry.why.strip() else ""
    when = f"{without_weekday(entry.on)}, {entry.by} ({entry.command}{later})"
    return f"{when}: {sentence(said)}{why}"
