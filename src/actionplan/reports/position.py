"""What the paper is for and asks, where the plan stands in sentences, and the reviews."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from actionplan import movement, query
from actionplan.dates import (
    counted,
    in_words,
    in_working_days,
    times_in_words,
    without_weekday,
    working_days_between,
)
from actionplan.model import OPEN_STAGES, RATINGS, SHELVED_STAGES
from actionplan.publication import IN_FULL
from actionplan.reports.basis import Basis, listed, refs, sentence
from actionplan.reports.blocks import Items, Prose, Section

if TYPE_CHECKING:
    from datetime import date

    from actionplan.model import Action, Meeting, Move, Review
    from actionplan.query import View


def purpose(basis: Basis) -> Section:
    """Say what the paper is for, in answer to what, and whether it asks for a decision."""
    if basis.view.filtered:
        return Section("purpose", "", ())
    plan = basis.view.plan
    meeting = next_meeting(basis.view)
    to_whom = f" to {meeting.body} on {in_words(meeting.on)}" if meeting and meeting.on else ""
    council = f" of {plan.organisation}" if plan.organisation else ""
    reviews = listed([_review_in_words(review) for review in plan.reviews])
    answer = f", in answer to {reviews}" if reviews else ""
    asked = len(_asked(basis))
    sought = f"asks for a decision on {counted(asked, 'date')}" if asked else "asks for no decision"
    text = (
        f"To report{to_whom} where the {plan.title}{council} stands on "
        f"{without_weekday(basis.as_at)}{answer}. It {sought}. What owners declare stands beside "
        "what the facts in the plan support."
    )
    return Section("purpose", "Purpose", (Prose(text),))


def next_meeting(view: View) -> Meeting | None:
    """Give the next meeting from the day of the report on, if the plan has one."""
    coming = [m for m in view.plan.meetings if m.on and m.on >= view.as_at]
    return min(coming, key=lambda meeting: str(meeting.on)) if coming else None


def _review_in_words(review: Review) -> str:
    on = without_weekday(review.on) if review.on else ""
    more = ", ".join(part for part in (review.body, on) if part)
    named = review.title or review.id
    return f"{named} ({more})" if more else named


def decisions(basis: Basis) -> Section:
    """What the meeting is asked to approve: the moves of dates that wait for it."""
    asked = _asked(basis)
    if not asked:
        none = "No decision is sought: this report is for information."
        return Section("decisions", "Decisions sought", (Prose(none),))
    verb = "change of date" if len(asked) == 1 else "changes of date"
    blocks = (Prose(f"To approve the following {verb}:"), Items(asked))
    return Section("decisions", "Decisions sought", blocks)


def _asked(basis: Basis) -> tuple[str, ...]:
    return tuple(
        f"{action.id} {action.title} ({action.owner}): due {without_weekday(move.to)} and not "
        f"{without_weekday(move.from_)}{_moved_before(action)}.{_why(move)}"
        for action in basis.view.actions
        if action.moves
        for move in action.moves[-1:]
        if not move.approved and move.to and move.from_ and action.is_open
    )


def _why(move: Move) -> str:
    return "" if move.why == IN_FULL else f" {sentence(move.why)}"


def _moved_before(action: Action) -> str:
    before, first = len(action.moves) - 1, action.original_due
    if not before or not first:
        return ""
    return f" (moved {times_in_words(before)} before; first agreed for {without_weekday(first)})"


def reviews(basis: Basis) -> Section:
    """Which reviews the plan answers."""
    items = [
        ", ".join(part for part in (f"{r.id}: {r.title}", r.body, _day(r.on)) if part)
        for r in basis.view.plan.reviews
    ]
    return Section("reviews", "The reviews", (Items(tuple(items)),) if items else ())


def _day(day: date | None) -> str:
    return without_weekday(day) if day else ""


def position(basis: Basis) -> Section:
    """Where the plan stands, in a few sentences."""
    sentences = [_answered(basis), _lateness(basis), _ratings(basis), _travel(basis)]
    return Section("position", "The position", tuple(Prose(text) for text in sentences if text))


def _answered(basis: Basis) -> str:
    view = basis.view
    stages = Counter(line.stage for line in basis.lines)
    parts = [
        f"{stages[stage]} {words}"
        for stage, words in (
            ("not-started", "not started"),
            ("in-progress", "in progress"),
            ("delivered", "delivered by their owners' account"),
            ("embedded", "embedded, tested by someone else"),
            ("parked", "parked"),
            ("superseded", "superseded"),
        )
        if stages[stage]
    ]
    standing = f": {listed(parts)}" if parts else ""
    if view.filtered:
        return f"{counted(len(basis.lines), 'action').capitalize()} looked at here{standing}."
    asked = [f for f in view.findings.values() if not f.is_strength and f.response != "declined"]
    declined = [f.id for f in view.findings.values() if f.response == "declined"]
    live = (action for action in view.actions if action.stage not in SHELVED_STAGES)
    answered = {ref for action in live for ref in action.answers}
    unanswered = [finding.id for finding in asked if finding.id not in answered]
    shelved_only = {ref for action in view.actions for ref in action.answers} & set(unanswered)
    why = " (a parked or superseded action is no answer)" if shelved_only else ""
    left = f" Not answered: {listed(unanswered)}{why}." if unanswered else ""
    left += f" Declined, with a reason: {listed(declined)}." if declined else ""
    heard = {finding.review for finding in view.findings.values()}
    silent = [review.id for review in view.plan.reviews if review.id not in heard]
    waiting = f" The plan holds no finding of {listed(silent)} yet." if silent else ""
    by = f"{counted(len(basis.lines), 'action')}{standing}"
    if not view.findings:
        return f"The plan holds no findings yet, and {by}.{waiting}"
    if not asked:
        return f"No finding of the plan asks for an answer; it has {by}.{left}{waiting}"
    verb = "is" if len(asked) == 1 else "are"
    return (
        f"{len(asked) - len(unanswered)} of {counted(len(asked), 'finding')} {verb} answered, by "
        f"{by}.{left}{waiting}"
    )


def _lateness(basis: Basis) -> str:
    late = query.overdue(basis.view)
    moved = query.past_original(basis.view)
    undated = query.undated(basis.view)
    if late and late[0].due:
        days = in_working_days(working_days_between(late[0].due, basis.as_at))
        verb = "action is" if len(late) == 1 else "actions are"
        oldest = f", by {days}" if len(late) == 1 else f", the oldest by {days}"
        text = f"{len(late)} {verb} overdue{oldest} ({refs(late)})."
    else:
        text = "No action is overdue."
    approved = tuple(a for a in moved if a.moves[-1].approved)
    asked = tuple(a for a in moved if not a.moves[-1].approved)
    if approved:
        verb, was = ("is", "it was") if len(approved) == 1 else ("are", "they were")
        more = " more" if late else ""
        text += (
            f" {len(approved)}{more} {verb} past the date first agreed, and not overdue only "
            f"because {was} moved ({refs(approved)})."
        )
    if asked:
        verb = "is" if len(asked) == 1 else "are"
        more = " more" if late or approved else ""
        text += (
            f" {len(asked)}{more} {verb} past the date first agreed, and not overdue only because "
            f"a later date was asked for, which nobody has approved yet ({refs(asked)})."
        )
    if undated:
        verb = "has" if len(undated) == 1 else "have"
        text += f" {len(undated)} {verb} no due date ({refs(undated)})."
    return text


def _ratings(basis: Basis) -> str:
    open_lines = [line for line in basis.lines if line.stage in OPEN_STAGES]
    if not open_lines:
        return ""
    declared = Counter(line.rag for line in open_lines)
    facts = Counter(line.verdict for line in open_lines)
    rosier = [line for line in basis.lines if line.challenge]
    legend = basis.view.legend
    rated = [
        f"{declared[colour]} {colour} ({legend.label(colour)})"
        for colour in legend.ratings
        if colour in RATINGS or declared[colour]
    ]
    supported = listed([f"{facts[rating]} {legend.fact(rating)}" for rating in RATINGS])
    if declared[""]:
        rated.append(f"{declared['']} not at all")
    text = (
        f"Of {counted(len(open_lines), 'open action')}, owners rate {listed(rated)}; the facts in "
        f"the file support {supported}."
    )
    if rosier:
        places = "one place" if len(rosier) == 1 else f"{len(rosier)} places"
        done = sum(line.stage not in OPEN_STAGES for line in rosier)
        of_them = "" if len(rosier) == 1 else f"{done} of them "
        among = f" ({of_them}delivered or embedded)" if done else ""
        text += f" In {places}{among} what is declared is rosier than the facts."
    return text


def _travel(basis: Basis) -> str:
    """Say how many actions stand better or worse than at the last recorded report."""
    if basis.then is None:
        return ""
    found = movement.travel(line.direction for line in basis.lines)
    since = f"Since {basis.last_report}"
    new = [f"{found.new} new"] if found.new else []
    if found.word in {"", "new"}:
        return f"{since}: {listed([*new, 'nothing to compare'])}."
    counts = [f"{found.better} better", f"{found.worse} worse", f"{found.same} the same", *new]
    whole = "the same" if found.word == "same" else found.word
    return f"{since}: {', '.join(counts)}; on the whole {whole}."
