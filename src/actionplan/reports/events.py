"""The dates of a plan as events: what is due on a day, and what makes it the same event later on.

An event is named by what it is and not by its day, so that a calendar that takes it in again moves
it, and does not show it twice.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from actionplan import clocks
from actionplan.dates import in_words, in_working_days, times_in_words, without_weekday
from actionplan.measures import with_unit
from actionplan.reports import clock, measured
from actionplan.reports.lines import action_line, asked_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from actionplan.model import Action, Measure, Meeting, Plan
    from actionplan.query import View
    from actionplan.reports.clock import ClockLine


class Event(NamedTuple):
    """A day on which something is due."""

    identity: tuple[str, ...]
    """What makes it the same event when its date is another."""
    on: date
    summary: str
    description: str = ""
    category: str = ""


ACTION, MILESTONE, MEASURE = "Action due", "Milestone", "Target of a measure"
MEETING, PAPERS, REVIEW = "Meeting", "Papers of a meeting", "Date after a review"


def of_plan(view: View, reviews: Iterable[str]) -> tuple[Event, ...]:
    """Give all that is due: of the actions looked at, of measures, of meetings, after reviews.

    What is done, parked or superseded is due no more. Of a meeting, of the papers before it, of a
    measure and of the clock of a review only what is still to come is given.
    """
    known = frozenset(reviews)
    lines = [line for line in clock.lines(view) if not line.review or line.review in known]
    events = (
        *(event for action in view.actions if action.is_open for event in _of_action(view, action)),
        *(event for measure in measured.looked_at(view) for event in _of_measure(view, measure)),
        *_of_meetings(view),
        *of_clock(view.plan, lines),
    )
    return tuple(sorted(events, key=lambda event: event.on))


# --- actions and measures -----------------------------------------------------------------------


def _of_action(view: View, action: Action) -> Iterator[Event]:
    title = view.plan.title
    if action.due:
        summary, said = f"{action.id} due: {action.title}", _told(view, action)
        yield Event((title, "action", action.id, "due"), action.due, summary, said, ACTION)
    times: Counter[str] = Counter()
    for step in action.milestones:
        times[step.title] += 1
        if step.due and not step.done:
            identity = (title, "milestone", action.id, step.title, str(times[step.title]))
            said = "\n".join((f"Of {action.id}: {action.title}", f"Owner: {action.owner}"))
            yield Event(identity, step.due, f"{action.id}: {step.title}", said, MILESTONE)


def of_due(view: View, action: Action) -> tuple[Event, ...]:
    """Give the day on which an action is due, as it stands in the calendar of the plan."""
    return tuple(event for event in _of_action(view, action) if event.category == ACTION)


def _told(view: View, action: Action) -> str:
    """Say whose it is, how it is rated, when it was first due, and how to say more of it."""
    line = action_line(view, action)
    moved = f", and moved {times_in_words(line.times)}" if line.times else ""
    first = f"First agreed: {without_weekday(line.original)}{moved}." if line.original else ""
    late = f", {in_working_days(line.late)} late" if line.late is not None else ""
    asked = asked_for(action)
    said = (
        f"Owner: {line.owner or 'nobody yet'}",
        f"Rated {view.legend.said(line.rag)}." if line.rag else "Not rated.",
        line.challenge,
        first if moved else "",
        f"Asked for: {asked}." if asked else "",
        "Exempt: not for publication." if action.exempt else "",
        f"As at {without_weekday(view.as_at)}: {line.stage.replace('-', ' ')}{late}.",
        f'To update it: actionplan note {line.ref} "...", or actionplan done {line.ref}',
    )
    return "\n".join(text for text in said if text)


def _of_measure(view: View, measure: Measure) -> Iterator[Event]:
    if measure.by is None or measure.target is None or measure.by < view.as_at:
        return
    target = f"Target: {with_unit(measure, measure.target)}"
    summary = f"{measure.id} to be on target: {measure.title}"
    yield Event((view.plan.title, "measure", measure.id), measure.by, summary, target, MEASURE)


# --- meetings and clocks ------------------------------------------------------------------------


def _of_meetings(view: View) -> Iterator[Event]:
    for meeting, nth, on in _dated(view.plan):
        if on >= view.as_at:
            said = f"Its papers are published by {in_words(clocks.papers(meeting, on).due)}."
            identity = (view.plan.title, "meeting", meeting.body, nth)
            yield Event(identity, on, meeting.body or "Meeting", said, MEETING)


def _dated(plan: Plan) -> Iterator[tuple[Meeting, str, date]]:
    """Number the meetings of each body in the order of the file, whatever their days."""
    times: Counter[str] = Counter()
    for meeting in plan.meetings:
        times[meeting.body] += 1
        if meeting.on:
            yield meeting, str(times[meeting.body]), meeting.on


def of_clock(plan: Plan, lines: Iterable[ClockLine]) -> Iterator[Event]:
    """Give what is still to come of the dates by the clocks, for a calendar.

    The papers of a meeting are named by which meeting of its body it is, and what follows a review
    by what it is and, of several, by which of them.
    """
    meetings = {(clocks.papers(m, on).what, on): nth for m, nth, on in _dated(plan)}
    times: Counter[tuple[str, str]] = Counter()
    for line in lines:
        times[line.review, line.what] += 1
        if line.passed is not None:
            continue
        which = str(times[line.review, line.what])
        if not line.review and line.from_:
            which = meetings.get((line.what, line.from_), which)
        identity = (plan.title, line.review, line.what, which)
        category = REVIEW if line.review else PAPERS
        yield Event(identity, line.due, *_words(line), category)


def _words(line: ClockLine) -> tuple[str, str]:
    told = (line.counted, line.remark, f"{line.source} ({line.certainty})" if line.source else "")
    summary = ": ".join(part for part in (line.review, line.what) if part)
    return summary, "\n".join(part for part in told if part)
