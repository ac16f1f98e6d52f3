"""What is wrong with a plan, as one list: a name for each kind, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import without_weekday
from actionplan.reports.blocks import Report, Section, Table
from actionplan.reports.wording import what

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from actionplan.model import Action, Change, Plan


class FlawLine(NamedTuple):
    """One thing that is wrong."""

    code: str
    """A stable name for programs: ``problem``, ``history``, ``by-hand``, ``missing``,
    ``reworded``."""
    ref: str
    what: str
    remedy: str


FLAWS = ("code", "ref", "what", "remedy")


def report(lines: tuple[FlawLine, ...], title: str, as_at: date) -> Report:
    """List what was found."""
    heading = f"{len(lines)} found" if lines else "Nothing is wrong"
    table = Table(lines, FLAWS, "All is well.")
    return Report("check", title, as_at, (Section("check", heading, (table,)),))


def problems(found: Iterable[str]) -> Iterator[FlawLine]:
    """Problems of the file, each with its line and ref."""
    for said in found:
        place, _, rest = said.partition(": ")
        ref = place.partition(", ")[2]
        yield FlawLine("problem", ref, f"{place.partition(', ')[0]}: {rest}", "Mend this line.")


def history(found: Iterable[str]) -> Iterator[FlawLine]:
    """What is wrong with the history."""
    remedy = "Restore the history from git or from a backup, if there is one."
    for said in found:
        yield FlawLine("history", "", said, remedy)


def by_hand(found: tuple[Change, ...] | None) -> Iterator[FlawLine]:
    """What was edited by hand since the last command."""
    if found is None:
        return
    remedy = "The next command records it; undo can take it back then."
    if not found:
        yield FlawLine("by-hand", "", "Comments or layout were edited by hand.", remedy)
    for change in found:
        ref = "plan" if change.collection == "plan" else change.ref
        yield FlawLine("by-hand", ref, f"Edited by hand: {what(change)}.", remedy)


def missing(found: Iterable[str]) -> Iterator[FlawLine]:
    """What the last command left and is gone."""
    remedy = "If an editor saved half of the file: actionplan log, then undo --to the last entry."
    for said in found:
        yield FlawLine("missing", "", f"Gone since the last command: {said}.", remedy)


def reworded(plan: Plan, finding: str, on: date) -> Iterator[FlawLine]:
    """Every action and test that rests on a finding whose words were changed.

    An action is free of it once it was updated on a later day, a test once there is a later one.
    """
    when = without_weekday(on)
    for action in plan.actions:
        if finding not in action.answers:
            continue
        if not action.updated or action.updated <= on:
            said = f"{finding}, which it answers, was reworded by hand (found on {when})."
            yield FlawLine("reworded", action.id, said, "Does the action still answer it?")
        yield from _tests(action, finding, on)


def _tests(action: Action, finding: str, on: date) -> Iterator[FlawLine]:
    days = [test.on for test in action.tests if test.on]
    if days and max(days) <= on:
        said = (
            f"Its test of {without_weekday(max(days))} was made on earlier words of {finding}, "
            f"which was reworded by hand (found on {without_weekday(on)})."
        )
        yield FlawLine("reworded", action.id, said, "Have it tested again.")
