"""The parts of a report, and the words over the columns of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from actionplan.legends import Legend
    from actionplan.reports.pictures import Picture


class Prose(NamedTuple):
    """A paragraph."""

    text: str


class Subheading(NamedTuple):
    """A heading inside a section, over all that follows up to the next."""

    text: str


class Items(NamedTuple):
    """A list of sentences, one a point."""

    texts: tuple[str, ...]


class Table(NamedTuple):
    """Lines of one kind, and which of their fields are shown."""

    lines: tuple[Any, ...]
    columns: tuple[str, ...]
    empty: str = ""
    """The sentence that stands in place of a table with no lines."""
    caption: str = ""
    """What it shows, where the heading over it does not say it: for forms in which a table has a
    title. A terminal and plain lines leave it out."""


class Figure(NamedTuple):
    """A picture, and the table that it is drawn from, which says the same in every form."""

    picture: Picture
    caption: str
    said: str
    """What is seen in it, in a sentence: its text alternative."""
    table: Table


class Card(NamedTuple):
    """One thing in depth: a heading, and labelled facts under it."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    rating: str = ""


class Key(NamedTuple):
    """The line that says what the colours of a table are called, in the legend of the report."""

    colours: tuple[str, ...] = ()
    """Those that the table shows."""


Block = Prose | Subheading | Items | Table | Figure | Card | Key


def tables_of(section: Section) -> tuple[Table, ...]:
    """Give the tables of a section, those of its pictures among them."""
    found = (block.table if isinstance(block, Figure) else block for block in section.blocks)
    return tuple(block for block in found if isinstance(block, Table))


def key_of(*tables: Table) -> tuple[Key, ...]:
    """Give the key that stands under tables with ratings, or none where none is shown."""
    rated = dict.fromkeys(
        line.rag for table in tables if "rag" in table.columns for line in table.lines if line.rag
    )
    return (Key(tuple(rated)),) if rated else ()


class Section(NamedTuple):
    """A heading and what stands under it."""

    key: str
    """A stable name for programs."""
    heading: str
    blocks: tuple[Block, ...]


class Report(NamedTuple):
    """A whole report."""

    kind: str
    title: str
    as_at: date
    sections: tuple[Section, ...]
    subtitle: str = ""
    period: str = ""
    caution: str = ""
    """What a reader must know before the first section."""
    legend: Legend | None = None
    """What its colours mean; ``None`` where it shows no rating."""
    organisation: str = ""
    """Whose paper it is, for forms that keep that beside the text."""


COLUMNS = {
    "ref": "Ref",
    "title": "Action",
    "text": "Finding",
    "name": "Title",
    "owner": "Owner",
    "theme": "Theme",
    "due": "Due",
    "asked_for": "Asked for, not approved",
    "original": "First agreed",
    "forecast": "Forecast",
    "late": "Working days late",
    "late_original": "Against first agreed",
    "stage": "Stage",
    "rag": "Rated",
    "verdict": "Facts",
    "challenge": "Challenge",
    "moved_on": "Moved on",
    "moved_from": "From",
    "moved_to": "To",
    "times": "Times moved",
    "why": "Reason",
    "approved": "Approved by",
    "delivered": "Delivered",
    "evidence": "Evidence",
    "note": "Last note",
    "actions": "Actions",
    "not_started": "Not started",
    "in_progress": "In progress",
    "done": "Delivered",
    "embedded": "Embedded",
    "shelved": "Parked, superseded",
    "open": "Open",
    "red": "Red",
    "amber": "Amber",
    "green": "Green",
    "blue": "Blue",
    "unrated": "Not rated",
    "facts_red": "Facts red",
    "facts_amber": "Facts amber",
    "facts_green": "Facts green",
    "reported": "Report",
    "month": "Month",
    "first_due": "First agreed",
    "due_now": "Due now",
    "delivered_in": "Delivered",
    "value": "Reading",
    "line": "Line to target",
    "overdue": "Overdue",
    "rosier": "Rosier than facts",
    "review": "Review",
    "number": "Their no.",
    "kind": "Kind",
    "response": "Response",
    "answered_by": "Answered by",
    "shown": "With evidence",
    "tested": "Tested",
    "impact": "Impact",
    "covered": "Stands",
    "closed_on": "Closed",
    "passes_to": "Passes to",
    "worst": "Worst rated",
    "worst_fact": "Worst facts",
    "on": "Date",
    "body": "Body",
    "findings": "Findings",
    "email": "Email",
    "holder": "Name",
    "post": "Owner",
    "direction": "Direction",
    "better": "Better",
    "same": "The same",
    "worse": "Worse",
    "of": "Actions",
    "then": "Then",
    "new": "New",
    "reopened": "Reopened",
    "completed": "Completed",
    "parked": "Parked",
    "superseded": "Superseded",
    "removed": "Removed",
    "now": "Now",
    "old": "Old",
    "reason": "Reason",
    "due_then": "Was due",
    "was": "Was",
    "tested_by": "Tests of these",
    "tests": "Tests",
    "where": "Where",
    "what": "What",
    "when": "Written",
    "by": "By",
    "command": "Command",
    "entry": "Entry",
    "code": "Check",
    "remedy": "What to do",
    "stands": "Stands",
    "counted": "Counted",
    "remark": "Note",
    "source": "Source",
    "certainty": "Certainty",
    "unit": "Unit",
    "baseline": "Baseline",
    "latest": "Latest",
    "read_on": "Read on",
    "target": "Target",
    "target_by": "By",
    "standing": "Against target",
    "short": "Since last",
    "long": "Over a year",
    "trend": "Readings",
    "rag_label": "Meaning",
    "verdict_reason": "Why the facts say so",
    "answers": "Answers",
    "after": "Waits for",
    "start": "Start",
    "updated": "Updated",
    "stale": "Stale",
    "immediate": "Immediate",
    "outcome": "Outcome wanted",
    "difference": "Difference made",
    "tolerance": "Tolerance",
    "standing_reason": "Why",
    "reached": "Reached",
    "step": "No.",
    "papers": "Papers out by",
    "how": "How",
    "result": "Result",
    "judged": "Evidence judged",
    "plan_due": "Plan due",
    "exempt": "Exempt",
    "for_": "For",
    "page": "Page",
    "timescale": "Timescale",
    "draft": "No.",
    "sure": "How sure",
    "asks": "Asks",
    "says": "Finding",
    "cell": "Cell",
    "said": "It says",
    "field": "Field",
    "plan": "The plan",
    "file": "The file",
}
"""The words over each column, the same in every format."""

DRAWN = frozenset({"trend"})
"""Columns that are a small picture on a terminal that can draw it. Every other form leaves them
out: what they show is said in words beside them."""
