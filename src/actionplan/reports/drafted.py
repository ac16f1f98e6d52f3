"""What a review document was found to say, before any of it is taken into the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.dates import counted
from actionplan.reports.blocks import Block, Card, Prose, Report, Section, Table

if TYPE_CHECKING:
    from datetime import date

    from actionplan.model import Plan

SURE, LIKELY = 0.9, 0.6
NONE = "No list of what must improve was found."
DRAFTED = ("draft", "number", "kind", "for_", "timescale", "page", "sure", "says")
OFFERED = ("draft", "number", "kind", "for_", "page", "asks", "says")
REWORDED = ("draft", "ref", "says", "was")
GONE = ("draft", "ref", "number", "says")
_NOTHING = frozenset({"", "-", None})
LEFT_OUT = ("draft", "page", "says", "why")


class DraftLine(NamedTuple):
    """A draft of a finding, by the number that it is taken with."""

    draft: str
    number: str
    """The reviewer's own."""
    kind: str
    for_: str
    page: int | None
    sure: str
    says: str
    timescale: str = ""
    asks: str = ""
    """Of a sentence that is only offered, the words that ask for something."""
    ref: str = ""
    """Of the finding that says it in other words."""
    was: str = ""
    """Those words."""


class GoneLine(NamedTuple):
    """A finding of the plan that the document does not have."""

    ref: str
    number: str
    says: str
    draft: str = "-"
    """It has no number to be taken with."""


class LeftOutLine(NamedTuple):
    """A passage that was not drafted, and why."""

    page: int | None
    says: str
    why: str
    draft: str = "-"


class Read(NamedTuple):
    """All that was found in a document, laid beside the plan."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    """What the document says of itself, and which review it is."""
    new: tuple[DraftLine, ...] = ()
    offered: tuple[DraftLine, ...] = ()
    reworded: tuple[DraftLine, ...] = ()
    gone: tuple[GoneLine, ...] = ()
    left_out: tuple[LeftOutLine, ...] = ()
    held: tuple[str, ...] = ()
    """The refs of what the plan says already in the same words."""
    notes: tuple[str, ...] = ()


def sure(confidence: float) -> str:
    """Say how sure it is that a draft is a finding, and all of it."""
    if confidence >= SURE:
        return "sure"
    return "likely" if confidence >= LIKELY else "look at it"


def preview(read: Read, plan: Plan, as_at: date, *, narrow: bool) -> Report:
    """Show what was found: first what can be taken, then all that it is held against.

    Where it is `narrow`, columns in which nothing stands are left out, and whom all is for, which
    stands among the facts.
    """
    made = (
        Section("document", "", (Card(read.heading, read.facts),)),
        _drafted(read),
        _listed(
            "offered",
            f"Only offered: {counted(len(read.offered), 'sentence')} in which something is asked "
            "for, taken by number alone",
            Table(read.offered, OFFERED),
        ),
        _listed(
            "reworded",
            "In other words than in the plan, which keeps its own",
            Table(read.reworded, REWORDED),
        ),
        _listed("gone", "In the plan, and not in this document", Table(read.gone, GONE)),
        _listed("left-out", "Left out", Table(read.left_out, LEFT_OUT)),
        Section("notes", "Notes", tuple(Prose(note) for note in read.notes)),
    )
    sections = tuple(_narrowed(section) if narrow else section for section in made)
    shown = tuple(section for section in sections if section.blocks)
    return Report("drafts", plan.title, as_at, shown, plan.organisation)


def _narrowed(section: Section) -> Section:
    return section._replace(
        blocks=tuple(_filled(b) if isinstance(b, Table) else b for b in section.blocks)
    )


def _filled(table: Table) -> Table:
    told: dict[str, frozenset[Any]] = {
        column: frozenset(getattr(line, column) for line in table.lines) for column in table.columns
    }
    used = [c for c in table.columns if told[c] - _NOTHING and (c != "for_" or len(told[c]) > 1)]
    return table._replace(columns=tuple(used))


def _drafted(read: Read) -> Section:
    held = Prose(_held(read)) if read.held else None
    found: tuple[Block | None, ...] = (Table(read.new, DRAFTED) if read.new else None, held)
    if not read.new and not read.held and not read.reworded:
        found = (Prose(NONE),)
    blocks = tuple(block for block in found if block is not None)
    heading = f"{counted(len(read.new), 'finding')} drafted".capitalize() if read.new else ""
    return Section("drafts", heading, blocks)


def _held(read: Read) -> str:
    verb = "is" if len(read.held) == 1 else "are"
    number = counted(len(read.held), "finding").capitalize()
    return f"{number} {verb} in the plan already: {', '.join(_runs(read.held))}."


def _runs(refs: tuple[str, ...]) -> list[str]:
    """Name refs, and of those that follow one another the first and the last."""
    runs: list[list[str]] = []
    for ref in refs:
        follows = runs and ref[1:].isdecimal() and runs[-1][-1] == f"{ref[0]}{int(ref[1:]) - 1}"
        if follows:
            runs[-1].append(ref)
        else:
            runs.append([ref])
    return [f"{run[0]} to {run[-1]}" if len(run) > 1 else run[0] for run in runs]


def _listed(key: str, heading: str, table: Table) -> Section:
    return Section(key, heading, (table,) if table.lines else ())
