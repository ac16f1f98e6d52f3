"""The clocks as a list: what is due after a review and before a meeting, and by which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import clocks
from actionplan.dates import (
    WEEKDAYS,
    counted,
    earlier,
    in_words,
    in_working_days,
    is_working_day,
    period_in_words,
    without_weekday,
    working_days_between,
)
from actionplan.model import Period
from actionplan.reports.blocks import Block, Prose, Report, Section, Table
from actionplan.reports.lines import MeetingLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.clocks import Due
    from actionplan.model import Meeting, Review
    from actionplan.query import View

COLUMNS = ("due", "review", "what", "stands", "counted", "remark", "source", "certainty")
SATURDAY = 5


class ClockLine(NamedTuple):
    """One date that a review or a meeting sets going."""

    due: date
    """The date that counts: the stated one where there is one."""
    review: str
    """Nothing for the papers of a meeting."""
    what: str
    stands: str
    """Whether it has passed as at the day, and by how much."""
    passed: int | None
    """Working days since; ``None`` where it is still to come."""
    left: int | None
    """Working days until; ``None`` where it has passed."""
    counted: str
    from_: date | None
    """The day that is counted from: on from a review, back from a meeting."""
    length: str
    """As in the policy: ``70wd``, ``3m``."""
    computed: date | None
    stated: date | None
    difference: int | None
    """Working days from the computed date to the stated one; below nought where it is earlier."""
    remark: str
    source: str
    certainty: str


def report(view: View, only: tuple[Review, ...] = ()) -> Report:
    """List the dates that follow the reviews and precede the meetings; or of some reviews alone."""
    plan, dues = view.plan, _dues(view, only)
    told = tuple(line(due, view.as_at) for due in dues)
    cautions = dict.fromkeys(due.caution for due in dues)
    notes = [*cautions, *_on_the_whole(told), *_silent(view, only or plan.reviews)]
    blocks: tuple[Block, ...] = (
        Table(told, COLUMNS, _empty(view, only)),
        *(Prose(note) for note in notes if note),
    )
    heading = f"{counted(len(told), 'date').capitalize()} by the clocks"
    section = Section("clock", heading, blocks)
    return Report("clock", plan.title, view.as_at, (section,), plan.organisation)


def _dues(view: View, only: tuple[Review, ...]) -> tuple[Due, ...]:
    if not only:
        return clocks.of_plan(view.plan, view.as_at)
    return clocks.by_date([d for r in only for d in clocks.of_review(view.plan, r, view.as_at)])


def lines(view: View, only: tuple[Review, ...] = ()) -> tuple[ClockLine, ...]:
    """State the dates alone, for a calendar."""
    return tuple(line(due, view.as_at) for due in _dues(view, only))


def line(due: Due, as_at: date) -> ClockLine:
    """State one date as at a day."""
    past = due.due < as_at
    return ClockLine(
        due=due.due,
        review=due.review,
        what=due.what,
        stands=_stands(due.due, as_at),
        passed=working_days_between(due.due, as_at) if past else None,
        left=None if past else working_days_between(as_at, due.due),
        counted=_counted(due),
        from_=due.from_,
        length=str(due.length or ""),
        computed=due.computed,
        stated=due.stated,
        difference=due.difference,
        remark=" ".join(part for part in (_difference(due), _weekday(due), _because(due)) if part),
        source=due.source,
        certainty=due.certainty,
    )


def _stands(day: date, as_at: date) -> str:
    if day == as_at:
        return "today"
    if day < as_at:
        return f"past by {in_working_days(working_days_between(day, as_at))}"
    return f"in {in_working_days(working_days_between(as_at, day))}"


def _counted(due: Due) -> str:
    """Say how long, and from what: "70 working days from the report, 26 September 2022"."""
    if due.length is None or due.from_ is None:
        return ""
    length, start = period_in_words(due.length), without_weekday(due.from_)
    if not due.review:
        return f"{due.length.length} clear working days before {start}"
    return f"{length} from {due.counted_from}, {start}"


def _difference(due: Due) -> str:
    """Point out where the reviewer states another day than the rule gives."""
    if due.stated is None or due.computed is None or due.length is None:
        return ""
    if due.stated == due.computed:
        return "Stated, and computed alike."
    side = "before" if due.stated < due.computed else "after"
    if due.length.unit == "wd":
        end = f"the {due.length.length}th"
    else:
        end = f"the end of {period_in_words(due.length)}"
    days = in_working_days(abs(due.difference or 0))
    return f"The stated day counts: {days} {side} {end}, which is {without_weekday(due.computed)}."


def _weekday(due: Due) -> str:
    """Say what is meant by a date on which England does not work."""
    day = due.due
    if is_working_day(day):
        return ""
    named = f"a {WEEKDAYS[day.weekday()]}" if day.weekday() >= SATURDAY else "a bank holiday"
    before = in_words(earlier(day, Period(1, "wd")))
    stated = ", as stated" if due.stated else ""
    return f"It is {named}{stated}: the last working day before it is {before}."


def _because(due: Due) -> str:
    if not due.because:
        return ""
    verb = "is" if len(due.because) == 1 else "are"
    return f"Asked for because {', '.join(due.because)} {verb} of kind immediate."


# --- meetings -----------------------------------------------------------------------------------


def meetings(view: View) -> Report:
    """List the meetings that the plan reports to, and when the papers of each must be out."""
    plan = view.plan
    known = sorted(plan.meetings, key=lambda meeting: str(meeting.on))
    told = tuple(meeting_line(meeting, view.as_at) for meeting in known)
    table = Table(told, ("body", "on", "stands", "papers"), "The plan has no meetings yet.")
    coming = any(each.papers for each in told)
    notes = () if coming or not told else (Prose("No meeting is still to come: add the next one."),)
    heading = counted(len(told), "meeting").capitalize()
    section = Section("meetings", heading, (table, *notes))
    return Report("meetings", plan.title, view.as_at, (section,), organisation=plan.organisation)


def meeting_line(meeting: Meeting, as_at: date) -> MeetingLine:
    """State one meeting as at a day; papers are published for those still to come."""
    if meeting.on is None:
        return MeetingLine(meeting.body, None, "no date", None)
    if meeting.on < as_at:
        return MeetingLine(meeting.body, meeting.on, _stands(meeting.on, as_at), None)
    papers = clocks.papers(meeting, meeting.on).due
    return MeetingLine(meeting.body, meeting.on, _stands(meeting.on, as_at), papers)


# --- beside the dates ---------------------------------------------------------------------------


def _on_the_whole(lines: Iterable[ClockLine]) -> Iterable[str]:
    if any(line.passed is not None for line in lines):
        yield "What has passed may have been done: the plan does not record it."
    if any(not line.review for line in lines):
        yield (
            "Five clear days bind the council, its committees and its executive, not other boards, "
            "and standing orders may ask for more."
        )


def _silent(view: View, reviews: Iterable[Review]) -> Iterable[str]:
    """Say of which reviews there is no date, and why."""
    said = ((review.id, clocks.why_none(view.plan, review)) for review in reviews)
    return (f"{ref}: {why}." for ref, why in said if why)


def _empty(view: View, only: tuple[Review, ...]) -> str:
    kinds = ", ".join(clocks.kinds_with_a_clock())
    if only:
        return f"No date follows from that. The kinds of review with a clock are {kinds}."
    meeting = "" if view.plan.meetings else " and no meeting"
    coming = f"{meeting} is in the plan" if meeting else ", and no meeting is still to come"
    return f"No review sets a clock going{coming}. The kinds of review with one are {kinds}."
