"""The papers: to cabinet, whole or on one page, to an improvement board, to one officer.

The order is the skeleton that councils' papers share: the purpose and the decisions sought, the
position, what asked for immediate action, counts, how it has gone, what was completed, exceptions
with their reasons, dates moved, what is overdue against both dates, what is declared rosier than
the facts, what the measures show, what is due next, what no evidence or test shows, what is parked
or superseded, the legend, the reviews, and the whole plan by theme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan import movement, rag
from actionplan.dates import earlier, in_words, listed, without_weekday
from actionplan.model import Period
from actionplan.reports import challenged, depth, measured, onepage, position, sections
from actionplan.reports.basis import NO_PAST, Basis, Past, narrowed
from actionplan.reports.blocks import Report, Section
from actionplan.reports.lines import action_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from actionplan.query import View


USUAL_PERIOD = Period(28, "d")


def period_start(view: View) -> date:
    """Give the default start of the period: the last meeting before the day, or four weeks."""
    met = [m.on for m in view.plan.meetings if m.on and m.on < view.as_at]
    return max(met, default=earlier(view.as_at, USUAL_PERIOD))


def report(view: View, since: date, past: Past = NO_PAST) -> Report:
    """Draft the whole paper for the period from one day to the as-at date.

    With a past, the direction of travel and the course over the recorded reports are told as well.
    """
    return _paper(_basis(view, since, past)._replace(kind="report"), SECTIONS)


def summary(view: View, since: date, past: Past = NO_PAST) -> Report:
    """Draft the one page: what asked for immediate action first."""
    return _paper(_basis(view, since, past)._replace(kind="summary"), SUMMARY)


def board(view: View, since: date, past: Past = NO_PAST) -> Report:
    """Draft the highlight and exception report to an improvement board.

    Everything that changed in the period, and every exception in depth. (Trafford's board, 2019:
    a director's highlight report and exception reports; Herefordshire: a monthly one.)
    """
    return _paper(_basis(view, since, past)._replace(kind="board"), BOARD)


def officer(view: View, since: date, past: Past = NO_PAST) -> Report:
    """Draft one officer's page: what is theirs, how it stands, and what is asked of them."""
    made = _paper(_basis(view, since, past)._replace(kind="owner"), OFFICER)
    posts = listed(list(dict.fromkeys(action.owner for action in view.actions)))
    council = view.plan.organisation
    return made._replace(subtitle=": ".join(part for part in (council, posts) if part))


def _paper(basis: Basis, sections: tuple[Callable[[Basis], Section], ...]) -> Report:
    view, kind = basis.view, basis.kind
    made = (section(basis) for section in sections)
    shown = tuple(section for section in made if section.blocks)
    caution = " ".join(text for text in (narrowed(view), _ahead_of_day(view)) if text)
    return Report(
        kind, view.plan.title, view.as_at, shown, _for_whom(view, kind), _period(basis), caution,
        view.legend, view.plan.organisation,
    )  # fmt: skip


def _period(basis: Basis) -> str:
    """Say since when; by the last recorded report, where that is where the period begins."""
    if basis.then is not None and basis.then.as_at == basis.since:
        which = "last recorded report," if basis.past.is_last else "recorded report"
        return f"Since the {which} {basis.last_report}"
    return f"Since {in_words(basis.since)}" if basis.since < basis.as_at else ""


def _basis(view: View, since: date, past: Past) -> Basis:
    """Work out once what every section is drawn from."""
    context = view.context
    signals = {action.id: rag.signals(action, context) for action in view.actions}
    verdicts = ((a, (signals[a.id] or (rag.without_signal(a, context),))[0]) for a in view.actions)
    travelled = movement.directions(past.then, view) if past.then else {}
    lines = tuple(
        action_line(view, action, found, travelled.get(action.id, "")) for action, found in verdicts
    )
    return Basis(view, since, lines, signals, {line.ref: line for line in lines}, past)


CALLED = {"summary": "On one page", "board": "Highlight and exception report"}
"""What a kind is called under the title; the paper itself needs no name."""


def _for_whom(view: View, kind: str) -> str:
    meeting = position.next_meeting(view, kind)
    when = f"for {meeting.body}, {in_words(meeting.on)}" if meeting and meeting.on else ""
    council = ", ".join(part for part in (view.plan.organisation, when) if part)
    return ". ".join(part for part in (council, CALLED.get(kind, "")) if part)


def _ahead_of_day(view: View) -> str:
    days = [
        day
        for action in view.actions
        for day in (
            action.updated,
            action.delivered,
            *(move.on for move in action.moves),
            *(test.on for test in action.tests),
            *(evidence.on for evidence in action.evidence),
            *(milestone.done for milestone in action.milestones),
        )
        if day and day > view.as_at
    ]
    if not days:
        return ""
    stated, latest = without_weekday(view.as_at), without_weekday(max(days))
    return (
        f"The file holds entries made after {stated} (the latest of {latest}): this page reckons "
        f"dates as at {stated}, but states those entries as they stand now."
    )


SECTIONS: tuple[Callable[[Basis], Section], ...] = (
    position.purpose,
    position.decisions,
    position.position,
    sections.immediate,
    sections.counts,
    sections.course,
    sections.completed,
    sections.exceptions,
    sections.moves,
    sections.overdue,
    challenged.section,
    measured.section,
    sections.untested,
    sections.due_next,
    sections.shelved,
    sections.legend,
    position.reviews,
    sections.whole_plan,
)

SUMMARY: tuple[Callable[[Basis], Section], ...] = (
    onepage.short_immediate,
    position.position,
    onepage.short_counts,
    onepage.short_exceptions,
    position.decisions,
    onepage.short_legend,
)

BOARD: tuple[Callable[[Basis], Section], ...] = (
    position.purpose,
    position.decisions,
    position.position,
    depth.changed,
    depth.exceptions,
    sections.moves,
    challenged.section,
    sections.course,
    measured.section,
    sections.untested,
    sections.due_next,
    sections.legend,
)
"""The sections for an improvement board."""

OFFICER: tuple[Callable[[Basis], Section], ...] = (
    position.position,
    sections.overdue,
    sections.due_next,
    depth.exceptions,
    sections.moves,
    challenged.section,
    measured.section,
    sections.untested,
    sections.own,
    depth.asked_of_owner,
    onepage.short_legend,
)
"""The sections of one officer's page."""
