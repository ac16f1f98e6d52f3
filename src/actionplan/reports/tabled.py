"""What a plan in a table was found to say, before any of it is taken into the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted
from actionplan.reports.blocks import Block, Prose, Report, Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from actionplan.model import Action, Finding, Plan

FINDINGS = ("ref", "number", "kind", "theme", "says")
ACTIONS = ("ref", "answers", "title", "owner", "due", "stage", "rag")
LISTED = ("cell", "said", "why")
DIFFERS = ("ref", "field", "plan", "file", "cell")


MOST_SHOWN = 500
"""Characters of one cell that are shown before it is taken; the plan gets all of it."""


class FindingLine(NamedTuple):
    """A finding that is new to the plan."""

    ref: str
    number: str
    kind: str
    theme: str
    says: str


class ActionLine(NamedTuple):
    """An action that is new to the plan."""

    ref: str
    answers: tuple[str, ...]
    title: str
    owner: str
    due: date | None
    stage: str
    rag: str


class ListedLine(NamedTuple):
    """A cell that could not be taken as it stands."""

    cell: str
    said: str
    why: str


class DiffersLine(NamedTuple):
    """What the plan and a row of the file say otherwise."""

    ref: str
    field: str
    plan: str
    file: str
    cell: str


class Rows(NamedTuple):
    """All that was found in a file, laid beside the plan."""

    file: str
    findings: Sequence[Finding]
    actions: Sequence[Action]
    held: int
    differs: tuple[DiffersLine, ...] = ()
    homeless: tuple[ListedLine, ...] = ()
    listed: tuple[ListedLine, ...] = ()
    left_out: tuple[ListedLine, ...] = ()
    remarks: tuple[str, ...] = ()


def preview(found: Rows, plan: Plan, as_at: date) -> Report:
    """Show what was found: what would be added, and everything that somebody must look at."""
    findings, actions = _new(found)
    new = counted(len(findings), "finding").capitalize()
    cells = counted(len(found.listed), "cell").capitalize()
    made = (
        Section("document", "", (Prose(_summary(found)),)),
        _listed("findings", f"{new} new to the plan", Table(findings, FINDINGS)),
        _listed(
            "actions",
            f"{counted(len(actions), 'action').capitalize()} new to the plan",
            Table(actions, ACTIONS),
        ),
        _listed(
            "homeless", "Can't be taken as they are", Table(_shortened(found.homeless), LISTED)
        ),
        _listed(
            "listed",
            f"{cells} not taken as they stand, or to look at",
            Table(_shortened(found.listed), LISTED),
        ),
        _listed(
            "differs",
            "In the plan already, and not the same there: nothing of it is changed",
            Table(_differing(found.differs), DIFFERS),
        ),
        _listed("left-out", "Left out", Table(_shortened(found.left_out), LISTED)),
        Section("notes", "Columns and sheets", tuple(Prose(note) for note in found.remarks)),
    )
    shown = tuple(section for section in made if section.blocks)
    return Report("drafts", plan.title, as_at, shown, plan.organisation)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} [...]"


def _shortened(lines: tuple[ListedLine, ...]) -> tuple[ListedLine, ...]:
    return tuple(line._replace(said=_cut(line.said), why=_cut(line.why)) for line in lines)


def _new(found: Rows) -> tuple[tuple[FindingLine, ...], tuple[ActionLine, ...]]:
    findings = tuple(
        FindingLine(each.id, _cut(each.ref), each.kind, _cut(each.theme), _cut(each.text))
        for each in found.findings
    )
    actions = tuple(
        ActionLine(
            each.id,
            each.answers,
            _cut(each.title),
            _cut(each.owner),
            each.due,
            each.stage,
            each.rag,
        )
        for each in found.actions
    )
    return findings, actions


def _differing(lines: tuple[DiffersLine, ...]) -> tuple[DiffersLine, ...]:
    return tuple(line._replace(plan=_cut(line.plan), file=_cut(line.file)) for line in lines)


def _summary(found: Rows) -> str:
    number = len(found.actions) + found.held + len(found.homeless)
    if not number:
        new = counted(len(found.findings), "new finding")
        return f"{found.file} has {new} and no actions: is a column of them called otherwise? --map"
    rows = counted(number, "action")
    held = f"; {found.held} in the plan already" if found.held else ""
    return f"{found.file} has {rows}, of which {len(found.actions)} would be added{held}."


def _listed(key: str, heading: str, table: Table) -> Section:
    blocks: tuple[Block, ...] = (table,) if table.lines else ()
    return Section(key, heading, blocks)
