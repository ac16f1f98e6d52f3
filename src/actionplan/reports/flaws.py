"""What is wrong with a plan, as one list: a name for each kind, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.checks.ground import CHALLENGE, FILE, LEVELS, PROBLEM, Found
from actionplan.checks.listing import OF_THE_FILE
from actionplan.dates import without_weekday
from actionplan.reports.blocks import Prose, Report, Section, Table
from actionplan.reports.wording import what

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from actionplan.checks.ground import Check
    from actionplan.model import Action, Change, Plan


class FlawLine(NamedTuple):
    """One thing that is wrong, or too rosy."""

    code: str
    """The code of the check that found it."""
    level: str
    family: str
    ref: str
    what: str
    remedy: str


FLAWS = ("code", "ref", "what", "remedy")
HEADINGS = {
    FILE: "The file and its history",
    PROBLEM: "Problems of the plan",
    CHALLENGE: "Where what is declared is rosier than the facts",
}
_OF_THE_FILE = {check.code: check for check in OF_THE_FILE}


def report(lines: tuple[FlawLine, ...], title: str, as_at: date) -> Report:
    """List what was found, by family, the gravest first."""
    sections = []
    for family, heading in HEADINGS.items():
        own = [line for line in lines if line.family == family]
        own.sort(key=lambda line: LEVELS.index(line.level))
        if own:
            table = Table(tuple(own), FLAWS)
            sections.append(Section(family, f"{heading}: {len(own)}", (table,)))
    if not lines:
        sections.append(Section("none", "Nothing is wrong", (Prose("All is well."),)))
    return Report("check", title, as_at, tuple(sections))


def found(check: Check, told: Found) -> FlawLine:
    """State what a check found."""
    return FlawLine(check.code, check.level, check.family, told.ref, told.sentence, check.remedy)


def _line(code: str, ref: str, what: str, remedy: str = "") -> FlawLine:
    told = found(_OF_THE_FILE[code], Found(ref, what))
    return told._replace(remedy=remedy) if remedy else told


def problems(said: Iterable[str]) -> Iterator[FlawLine]:
    """Problems of the file, each with its line and ref."""
    for each in said:
        place, _, rest = each.partition(": ")
        ref = place.partition(", ")[2]
        yield _line("problem", ref, f"{place.partition(', ')[0]}: {rest}")


def history(said: Iterable[str]) -> Iterator[FlawLine]:
    """What is wrong with the history."""
    for each in said:
        yield _line("history", "", each)


def by_hand(changes: tuple[Change, ...] | None) -> Iterator[FlawLine]:
    """What was edited by hand since the last command."""
    if changes is None:
        return
    if not changes:
        yield _line("by-hand", "", "Comments or layout were edited by hand.")
    for change in changes:
        ref = "plan" if change.collection == "plan" else change.ref
        yield _line("by-hand", ref, f"Edited by hand: {what(change)}.")


def missing(said: Iterable[str]) -> Iterator[FlawLine]:
    """What the last command left and is gone."""
    for each in said:
        yield _line("missing", "", f"Gone since the last command: {each}.")


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
            yield _line("reworded", action.id, said, "Does the action still answer it?")
        yield from _tests(action, finding, on)


def _tests(action: Action, finding: str, on: date) -> Iterator[FlawLine]:
    """A test that keeps its fingerprint lapses by itself, and is told so."""
    days = [test.on for test in action.tests if test.on]
    sealed = bool(days) and any(t.fingerprint and t.on == max(days) for t in action.tests)
    if days and max(days) <= on and not sealed:
        said = (
            f"Its test of {without_weekday(max(days))} was made on earlier words of {finding}, "
            f"which was reworded by hand (found on {without_weekday(on)})."
        )
        yield _line("reworded", action.id, said, "Have it tested again.")
