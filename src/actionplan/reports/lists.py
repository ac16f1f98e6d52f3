"""The short answers: a list of actions, what is due next, what is overdue, and the other nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan import assurance, query
from actionplan.dates import counted, without_weekday, working_days_between
from actionplan.model import DONE_STAGES, is_same
from actionplan.reports import reminders
from actionplan.reports.blocks import Block, Prose, Report, Section, Table, key_of
from actionplan.reports.lines import (
    EvidenceLine,
    FindingLine,
    MilestoneLine,
    OwnerLine,
    ReviewLine,
    action_lines,
    finding_line,
    late_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.model import Action, Milestone, Owner, Test
    from actionplan.query import View

MOST_REFS = 12
LISTED = ("ref", "title", "owner", "due", "rag", "stage", "challenge")
LATE = ("ref", "title", "owner", "due", "late", "original", "rag", "stage")
ASKED_FOR = "asked_for"
"""The column that stands last, and only where a date of some line waits for a yes."""
COMING = ("ref", "title", "owner", "due", "original", "rag", "stage")


def _report(kind: str, heading: str, view: View, table: Table, notes: Iterable[str] = ()) -> Report:
    if any(getattr(line, ASKED_FOR, None) for line in table.lines):
        table = table._replace(columns=(*table.columns, ASKED_FOR))
    blocks: tuple[Block, ...] = (table, *key_of(table), *(Prose(note) for note in notes if note))
    section = Section(kind, heading, blocks)
    legend = view.legend if "rag" in table.columns else None
    made = Report(kind, view.plan.title, view.as_at, (section,), view.plan.organisation)
    return made._replace(legend=legend)


def listing(view: View) -> Report:
    """List the actions of a view in the order of the file."""
    lines = action_lines(view, view.actions)
    empty = "No action is like that." if view.filtered else "The plan has no actions yet."
    rosier = sum(bool(line.challenge) for line in lines)
    notes = [
        f"{counted(rosier, 'action')} of {len(lines)} declared rosier than the facts in the file."
        if rosier
        else ""
    ]
    return _report(
        "actions",
        counted(len(lines), "action").capitalize(),
        view,
        Table(lines, LISTED, empty),
        notes,
    )


def overdue(view: View) -> Report:
    """List what is open and was due before the as-at date, the oldest first."""
    legend = view.legend
    lines = tuple(late_line(action, view.as_at, legend) for action in query.overdue(view))
    late_first = query.past_original(view)
    notes = [_undated_note(view), _moved_note(late_first, more=bool(lines))]
    heading = f"{counted(len(lines), 'action').capitalize()} overdue"
    return _report("overdue", heading, view, Table(lines, LATE, "No action is overdue."), notes)


def due(view: View, end: date) -> Report:
    """List what is open and due from the as-at date up to and including a day."""
    lines = action_lines(view, query.due_until(view, end))
    heading = f"{counted(len(lines), 'action').capitalize()} due up to {without_weekday(end)}"
    empty = f"No action is due up to {without_weekday(end)}."
    return _report("due", heading, view, Table(lines, COMING, empty), [_undated_note(view)])


def _undated_note(view: View) -> str:
    undated = query.undated(view)
    if not undated:
        return ""
    return (
        f"{counted(len(undated), 'open action').capitalize()} with no due date: {_refs(undated)}."
    )


def _moved_note(late_first: tuple[Action, ...], *, more: bool) -> str:
    if not late_first:
        return ""
    verb, was = ("is", "it was") if len(late_first) == 1 else ("are", "they were")
    count = counted(len(late_first), "more action" if more else "action").capitalize()
    moved = f"past the date first agreed, and not overdue only because {was} moved"
    asked = tuple(action for action in late_first if not action.moved[-1].approved)
    waiting = f" Not approved yet: {_refs(asked)}." if asked else ""
    return f"{count} {verb} {moved}: {_refs(late_first)}.{waiting}"


def _refs(actions: tuple[Action, ...]) -> str:
    more = len(actions) - MOST_REFS
    named = ", ".join(action.id for action in actions[:MOST_REFS])
    return f"{named} and {more} more" if more > 0 else named


def findings(view: View) -> Report:
    """List the findings with the actions that answer them; immediate ones first."""
    ordered = sorted(view.findings.values(), key=lambda finding: finding.kind != "immediate")
    lines: tuple[FindingLine, ...] = tuple(finding_line(view, finding) for finding in ordered)
    open_ones = [line for line in lines if line.kind != "strength" and not line.answered_by]
    names = ", ".join(line.ref for line in open_ones)
    notes = [f"Answered by no action: {names}." if open_ones else ""]
    columns = ("ref", "review", "number", "kind", "text", "theme", "response", "answered_by")
    table = Table(lines, columns, "The plan has no findings yet.")
    return _report("findings", counted(len(lines), "finding").capitalize(), view, table, notes)


def evidence(view: View) -> Report:
    """List all evidence by action, with the tests that judged it."""
    lines = evidence_lines(view)
    bare = [a for a in view.actions if a.stage in DONE_STAGES and not a.evidence]
    notes = [f"Delivered with no evidence: {_refs(tuple(bare))}." if bare else ""]
    columns = ("ref", "evidence", "on", "what", "where", "tests")
    table = Table(lines, columns, "The plan has no evidence yet.")
    heading = counted(len(lines), "piece of evidence", "pieces of evidence").capitalize()
    return _report("evidence", heading, view, table, notes)


def evidence_lines(view: View) -> tuple[EvidenceLine, ...]:
    """State all evidence of the actions that are looked at."""
    return tuple(
        EvidenceLine(
            action.id,
            action.title,
            each.id,
            each.on,
            each.what,
            each.where,
            tuple(_result(view, action, t) for t in action.tests if each.id in t.of or not t.of),
        )
        for action in view.actions
        for each in action.evidence
    )


def _result(view: View, action: Action, test: Test) -> str:
    lapsed = " (lapsed)" if assurance.lapsed(action, test, view.findings) else ""
    own = " (its own owner: no test)" if is_same(test.by, action.owner) else ""
    return f"{test.result} by {test.by}{own or lapsed}"


def milestones(view: View, *, overdue: bool = False) -> Report:
    """List the milestones by action, with the number that each is named by."""
    found = milestone_lines(view)
    lines = tuple(line for line in found if line.late is not None) if overdue else found
    late = sum(line.late is not None for line in lines)
    note = f"{counted(late, 'milestone').capitalize()} due and not done." if late else ""
    none = "No action here has a milestone." if view.filtered else "The plan has no milestones yet."
    empty = "No milestone is overdue." if found else none
    table = Table(lines, ("ref", "step", "name", "due", "reached", "late", "owner"), empty)
    heading = f"{counted(len(lines), 'milestone').capitalize()}{' overdue' if overdue else ''}"
    return _report("milestones", heading, view, table, [note])


def milestone_lines(view: View) -> tuple[MilestoneLine, ...]:
    """State all milestones of the actions that are looked at."""
    return tuple(
        _milestone_line(action, step, number, view.as_at)
        for action in view.actions
        for number, step in enumerate(action.milestones, 1)
    )


def _milestone_line(action: Action, step: Milestone, number: int, as_at: date) -> MilestoneLine:
    due = step.due if action.is_open and step.done is None else None
    late = working_days_between(due, as_at) if due and due < as_at else None
    said = (action.id, action.title, action.owner, step.title, step.due, step.done)
    return MilestoneLine(*said, number, late)


def reviews(view: View) -> Report:
    """List the reviews that the plan answers."""
    lines = review_lines(view)
    table = Table(lines, ("ref", "name", "body", "kind", "on", "findings"), "No reviews yet.")
    return _report("reviews", counted(len(lines), "review").capitalize(), view, table)


def review_lines(view: View) -> tuple[ReviewLine, ...]:
    """State all reviews of the plan."""
    held = [finding.review for finding in view.plan.findings]
    return tuple(
        ReviewLine(r.id, r.title, r.body, r.kind, r.on, held.count(r.id), r.plan_due)
        for r in view.plan.reviews
    )


def owners(view: View, known: Iterable[Owner]) -> Report:
    """List every post that owns an action or is known, busiest first; say who has no address."""
    owners = tuple(known)
    addresses = reminders.Addresses(owners)
    posts = dict.fromkeys(
        [*(action.owner for action in view.plan.actions), *(owner.id for owner in owners)]
    )
    lines = [_owner_line(view, post, addresses.of(post)) for post in posts]
    lines.sort(key=lambda line: (-line.open, line.post))
    table = Table(
        tuple(lines), ("post", "actions", "open", "overdue", "email"), "The plan has no owners yet."
    )
    unreached = "; ".join(line.post for line in lines if line.open and not line.email)
    note = f"No address is kept for {unreached}: no reminder reaches them." if unreached else ""
    heading = counted(len(lines), "owner").capitalize()
    return _report("owners", heading, view, table, [note])


def _owner_line(view: View, post: str, email: str) -> OwnerLine:
    own = [action for action in view.plan.actions if action.owner == post]
    return OwnerLine(
        post=post,
        actions=len(own),
        open=sum(action.is_open for action in own),
        overdue=sum(action.is_overdue(view.as_at) for action in own),
        email=email,
    )
