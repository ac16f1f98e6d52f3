"""What changed in the period, and every exception in depth: for a board, and for an officer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan import assurance
from actionplan.dates import times_in_words, without_weekday
from actionplan.model import is_same
from actionplan.publication import IN_FULL
from actionplan.reports import sections, travel
from actionplan.reports.basis import sentence
from actionplan.reports.blocks import Block, Card, Items, Prose, Section, Subheading, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.model import Action, Evidence, Milestone, Move, Test
    from actionplan.query import View
    from actionplan.reports.basis import Basis


# --- what changed -------------------------------------------------------------------------------


def changed(basis: Basis) -> Section:
    """All that moved in the period, kind by kind; nothing where the plan of then is not known."""
    began = basis.past.began or basis.then
    if began is None:
        return Section("changed", "", ())
    since = basis.last_report if began is basis.then else without_weekday(began.as_at)
    told = travel.report(began, basis.view, since)
    blocks: list[Block] = []
    for section in told.sections:
        if section.key != "legend":
            blocks += [Subheading(section.heading), *map(_told, section.blocks)]
    return Section("changed", f"What has changed since {since}", tuple(blocks))


def _told(block: Block) -> Block:
    """Leave out of a table a reason that is given in the full report, for all of its lines."""
    if not isinstance(block, Table) or not block.lines:
        return block
    empty = {
        column
        for column in ("why", "reason")
        if column in block.columns and all(getattr(x, column) == IN_FULL for x in block.lines)
    }
    return block._replace(columns=tuple(c for c in block.columns if c not in empty))


# --- exceptions in depth ------------------------------------------------------------------------


def exceptions(basis: Basis) -> Section:
    """Each exception with all that the plan holds of it."""
    short = sections.exceptions(basis)
    actions = {action.id: action for action in basis.view.actions}
    cards = tuple(
        _deeper(block, actions[block.heading.partition(":")[0]], basis)
        if isinstance(block, Card)
        else block
        for block in short.blocks
    )
    return short._replace(heading="Exceptions, in depth", blocks=cards)


def _deeper(card: Card, action: Action, basis: Basis) -> Card:
    return card._replace(facts=(*card.facts, *_facts(action, basis.view)))


def _facts(action: Action, view: View) -> Iterator[tuple[str, str]]:
    """Give what is known of an action besides its rating; what is not known is left out."""
    told = (
        ("Answers", _answers(action, view)),
        ("Dates", _dates(action)),
        ("Moves", "; ".join(map(_move, action.moves))),
        ("Milestones", "; ".join(map(_milestone, action.milestones))),
        ("Waits for", ", ".join(action.after)),
        ("Evidence", "; ".join(filter(None, map(_evidence, action.evidence)))),
        ("Tests", "; ".join(_test(action, test, view) for test in action.tests)),
        ("Updated", without_weekday(action.updated) if action.updated else "never"),
    )
    return ((label, sentence(text)) for label, text in told if text)


def _answers(action: Action, view: View) -> str:
    found = (view.findings[ref] for ref in action.answers if ref in view.findings)
    return " ".join(f"{each.id} ({each.review}): {sentence(each.text)}" for each in found)


def _dates(action: Action) -> str:
    first, due, forecast = action.original_due, action.due, action.forecast
    parts = [
        f"first agreed for {without_weekday(first)}" if first else "",
        f"due {without_weekday(due)}" if due and due != first else "",
        f"moved {times_in_words(len(action.moved))}" if action.moved else "",
        f"expected on {without_weekday(forecast)}" if forecast else "",
    ]
    return ", ".join(part for part in parts if part)


def _move(move: Move) -> str:
    when = f"{without_weekday(move.on)}: " if move.on else ""
    to = without_weekday(move.to) if move.to else "no date"
    approved = f"approved by {move.approved}" if move.approved else "not approved yet"
    why = "" if move.why == IN_FULL else f", {move.why.rstrip('.')}"
    return f"{when}to {to}{why} ({approved})"


def _milestone(milestone: Milestone) -> str:
    due = f", due {without_weekday(milestone.due)}" if milestone.due else ""
    done = f", done {without_weekday(milestone.done)}" if milestone.done else ", not done"
    return f"{milestone.title}{due}{done}"


def _evidence(evidence: Evidence) -> str:
    return " ".join(part for part in (evidence.id, evidence.what) if part)


def _test(action: Action, test: Test, view: View) -> str:
    on = f" on {without_weekday(test.on)}" if test.on else ""
    lapsed = ", lapsed since" if assurance.lapsed(action, test, view.findings) else ""
    own = ", its own owner" if is_same(test.by, action.owner) else ""
    return f"{sections.RESULTS[test.result]} by {test.by}{own}{on}{lapsed}"


# --- what is asked of an owner ------------------------------------------------------------------

ASKED = (
    "The stage, the rating, and for red or amber its reason.",
    "One note: what was done since the last, and what is done next.",
    "When it is now expected; if that is after the due date, the date asked for and why.",
    "What shows that it was done, and where that is kept; somebody else tests it.",
)
"""What an owner is asked for, for each action that is open."""


def asked_of_owner(basis: Basis) -> Section:
    """What an owner sends back, so that the plan says how it stands."""
    if not any(action.is_open for action in basis.view.actions):
        return Section("asked", "", ())
    lead = Prose("For each open action, to the officer who keeps the plan:")
    return Section("asked", "What is asked of the owner", (lead, Items(ASKED)))
