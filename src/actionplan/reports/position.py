"""What the paper is for and asks, where the plan stands in sentences, and the reviews."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from actionplan import movement, query, rag
from actionplan.dates import (
    counted,
    in_words,
    in_working_days,
    listed,
    times_in_words,
    without_weekday,
    working_days_between,
)
from actionplan.model import OPEN_STAGES, RATINGS, SHELVED_STAGES
from actionplan.publication import IN_FULL
from actionplan.reports import challenged
from actionplan.reports.basis import Basis, refs, sentence
from actionplan.reports.blocks import Block, Items, Prose, Section

if TYPE_CHECKING:
    from datetime import date

    from actionplan.model import Action, Finding, Meeting, Move, Review
    from actionplan.query import View


def purpose(basis: Basis) -> Section:
    """Say what the paper is for, in answer to what, and whether it asks for a decision."""
    if basis.view.filtered:
        return Section("purpose", "", ())
    plan = basis.view.plan
    meeting = next_meeting(basis.view, basis.kind)
    to_whom = f" to {meeting.body} on {in_words(meeting.on)}" if meeting and meeting.on else ""
    if not to_whom and basis.kind == "board":
        to_whom = " to the improvement board"
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


def next_meeting(view: View, kind: str = "report") -> Meeting | None:
    """Give the next meeting from the day of the report on; for a board's report, of a board."""
    coming = [m for m in view.plan.meetings if m.on and m.body and m.on >= view.as_at]
    if kind == "board":
        coming = [m for m in coming if "board" in m.body.casefold()]
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
        f"{_agreed(action, move.from_)}{_moved_before(action)}.{_why(move)}"
        for action in basis.view.actions
        if action.moves
        for move in action.moves[-1:]
        if not move.approved and move.to and move.from_ and action.is_open
    )


def _agreed(action: Action, asked: date) -> str:
    """Say which date stands until a move is approved, whatever was asked for in between."""
    agreed = rag.last_approved_due(action)
    if agreed is None or agreed == asked:
        return without_weekday(asked)
    before = without_weekday(asked)
    return f"{without_weekday(agreed)}, the date last approved; {before} was asked for before"


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
    """Where the plan stands, in a few sentences, and in full what nothing answers."""
    unanswered = _unanswered(basis.view)
    told = () if basis.kind == "summary" else unanswered
    texts = tuple(f"{f.id} ({f.review}): {sentence(f.text)}" for f in told)
    blocks: list[Block] = [Prose(_answered(basis, unanswered))]
    blocks += [Items(texts)] if texts else []
    sentences = [_lateness(basis), _ratings(basis), _travel(basis)]
    blocks += [Prose(text) for text in sentences if text]
    return Section("position", "The position", tuple(blocks))


def _unanswered(view: View) -> tuple[Finding, ...]:
    """Give the findings that ask for an answer and have none, of those that are looked at."""
    live = (action for action in view.plan.actions if action.stage not in SHELVED_STAGES)
    answered = {ref for action in live for ref in action.answers}
    return tuple(
        finding
        for finding in _asking(view)
        if finding.id not in answered and (not view.filtered or finding.id in view.named)
    )


def _asking(view: View) -> tuple[Finding, ...]:
    found = view.findings.values()
    return tuple(f for f in found if not f.is_strength and f.response != "declined")


STANDING = {
    "not-started": ("not started", "not started"),
    "in-progress": ("in progress", "in progress"),
    "delivered": ("delivered by its owner's account", "delivered by their owners' account"),
    "embedded": ("embedded, tested by someone else", "embedded, tested by someone else"),
    "parked": ("parked", "parked"),
    "superseded": ("superseded", "superseded"),
}
"""What is said of one action, and of several, in each stage."""


def _standing(basis: Basis) -> str:
    stages = Counter(line.stage for line in basis.lines)
    parts = [
        f"{stages[stage]} {one if stages[stage] == 1 else many}"
        for stage, (one, many) in STANDING.items()
        if stages[stage]
    ]
    of = counted(len(basis.lines), "action")
    return f"{of}: {listed(parts)}" if parts else of


def _answered(basis: Basis, unanswered: tuple[Finding, ...]) -> str:
    view, by = basis.view, _standing(basis)
    left = _not_answered(view, unanswered)
    if view.filtered:
        before, _, after = by.partition(":")
        after = f":{after}" if after else ""
        return f"{before.capitalize()} looked at here{after}.{left}"
    left += "".join(map(_reasoned, view.findings.values()))
    heard = {finding.review for finding in view.findings.values()}
    silent = [review.id for review in view.plan.reviews if review.id not in heard]
    left += f" The plan holds no finding of {listed(silent)} yet." if silent else ""
    asked = _asking(view)
    if not view.findings:
        return f"The plan holds no findings yet, and {by}.{left}"
    if not asked:
        return f"No finding of the plan asks for an answer; it has {by}.{left}"
    verb = "is" if len(asked) == 1 else "are"
    return (
        f"{len(asked) - len(unanswered)} of {counted(len(asked), 'finding')} {verb} answered, by "
        f"{by}.{left}"
    )


def _not_answered(view: View, unanswered: tuple[Finding, ...]) -> str:
    if not unanswered:
        return ""
    ids = [finding.id for finding in unanswered]
    shelved_only = {ref for action in view.plan.actions for ref in action.answers} & set(ids)
    why = " (a parked or superseded action is no answer)" if shelved_only else ""
    return f" Not answered: {listed(ids)}{why}."


def _reasoned(finding: Finding) -> str:
    """Say why a finding was declined, or accepted only in part."""
    how = {"declined": "declined", "partly": "accepted in part"}.get(finding.response)
    return (
        f" {finding.id} is {how}: {sentence(finding.reason or 'no reason is given')}" if how else ""
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
    approved = tuple(a for a in moved if a.moved[-1].approved)
    asked = tuple(a for a in moved if not a.moved[-1].approved)
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
    told = (_declared(basis), _rosier(basis), _challenged(basis))
    return " ".join(text for text in told if text)


def _declared(basis: Basis) -> str:
    open_lines = [line for line in basis.lines if line.stage in OPEN_STAGES]
    if not open_lines:
        return ""
    declared = Counter(line.rag for line in open_lines)
    facts = Counter(line.verdict for line in open_lines)
    legend = basis.view.legend
    rated = [
        f"{declared[colour]} {colour} ({legend.label(colour)})"
        for colour in legend.ratings
        if colour in RATINGS or declared[colour]
    ]
    supported = listed([f"{facts[rating]} {legend.fact(rating)}" for rating in RATINGS])
    if declared[""]:
        rated.append(f"{declared['']} not at all")
    return (
        f"Of {counted(len(open_lines), 'open action')}, owners rate {listed(rated)}; the facts in "
        f"the file support {supported}."
    )


def _rosier(basis: Basis) -> str:
    """Say of how many actions more is declared than the facts support, done or not."""
    rosier = [line for line in basis.lines if line.challenge]
    if not rosier:
        return ""
    places = "one place" if len(rosier) == 1 else f"{len(rosier)} places"
    done = sum(line.stage not in OPEN_STAGES for line in rosier)
    of_them = "" if len(rosier) == 1 else f"{done} of them "
    among = f" ({of_them}delivered or embedded)" if done else ""
    return f"In {places}{among} what is declared is rosier than the facts."


def _challenged(basis: Basis) -> str:
    """Say how many claims more are challenged by what they rest on."""
    more = len(challenged.beyond(basis))
    if not more:
        return ""
    if more == 1:
        return "One more claim is challenged by what it rests on."
    return f"{more} more claims are challenged by what they rest on."


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
    rosier = [x.ref for x in basis.lines if x.challenge and x.direction == "better"]
    though = (
        f" Of the better, {listed(rosier)} {_is(rosier)} rosier than the facts." if rosier else ""
    )
    return f"{since}: {', '.join(counts)}; on the whole {whole}.{though}"


def _is(refs: list[str]) -> str:
    return "is" if len(refs) == 1 else "are"
