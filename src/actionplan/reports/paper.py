"""The report to cabinet: words first, tables after; the whole, or one page of it.

The order is the skeleton that councils' papers share: decisions sought, the position, what asked
for immediate action, counts, what was completed, exceptions with their reasons, dates moved,
what is overdue against both dates, what is declared rosier than the facts, what the measures
show, what is due next, what
is delivered and untested, what is parked or superseded, the legend, the reviews, and the whole
plan by theme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan import movement, rag
from actionplan.dates import earlier, in_words, without_weekday
from actionplan.model import Period
from actionplan.reports import measured, onepage, position, sections
from actionplan.reports.basis import Basis, narrowed
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


def report(view: View, since: date, then: View | None = None, name: str = "") -> Report:
    """Draft the whole paper for the period from one day to the as-at date.

    With ``then``, the plan as it was last reported, and what that report was recorded as, the
    direction of travel is told as well.
    """
    return _paper(_basis(view, since, then, name), "report", SECTIONS)


def summary(view: View, since: date, then: View | None = None, name: str = "") -> Report:
    """Draft the one page: what asked for immediate action first."""
    return _paper(_basis(view, since, then, name), "summary", SUMMARY)


def _paper(basis: Basis, kind: str, sections: tuple[Callable[[Basis], Section], ...]) -> Report:
    view = basis.view
    made = (section(basis) for section in sections)
    shown = tuple(section for section in made if section.blocks)
    caution = " ".join(text for text in (narrowed(view), _ahead_of_day(view)) if text)
    return Report(
        kind, view.plan.title, view.as_at, shown, _for_whom(view), _period(basis), caution,
        view.legend,
    )  # fmt: skip


def _period(basis: Basis) -> str:
    """Say since when; by the last recorded report, where that is where the period begins."""
    if basis.then is not None and basis.then.as_at == basis.since:
        return f"Since the last recorded report, {basis.last_report}"
    return f"Since {in_words(basis.since)}" if basis.since < basis.as_at else ""


def _basis(view: View, since: date, then: View | None, name: str) -> Basis:
    """Work out once what every section is drawn from."""
    context = view.context
    signals = {action.id: rag.signals(action, context) for action in view.actions}
    verdicts = ((a, (signals[a.id] or (rag.without_signal(a, context),))[0]) for a in view.actions)
    travelled = movement.directions(then, view) if then else {}
    lines = tuple(
        action_line(view, action, found, travelled.get(action.id, "")) for action, found in verdicts
    )
    return Basis(view, since, lines, signals, {line.ref: line for line in lines}, then, name)


def _for_whom(view: View) -> str:
    coming = sorted((m.on, m.body) for m in view.plan.meetings if m.on and m.on >= view.as_at)
    meeting = f"for {coming[0][1]}, {in_words(coming[0][0])}" if coming else ""
    return ", ".join(part for part in (view.plan.organisation, meeting) if part)


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
    position.decisions,
    position.position,
    sections.immediate,
    sections.counts,
    sections.completed,
    sections.exceptions,
    sections.moves,
    sections.overdue,
    sections.challenges,
    measured.section,
    sections.due_next,
    sections.untested,
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
