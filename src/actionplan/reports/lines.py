"""The typed lines of tables: one action, one move, one count, one finding; facts, no looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan import assurance, coverage, legends, movement, rag
from actionplan.dates import without_weekday, working_days_between
from actionplan.model import OPEN_STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from actionplan.legends import Legend
    from actionplan.model import Action, Finding, Move
    from actionplan.query import View


class ActionLine(NamedTuple):
    """An action as a table shows it, with what the facts say of it."""

    ref: str
    title: str
    owner: str
    theme: str
    themes: tuple[str, ...]
    answers: tuple[str, ...]
    immediate: bool
    start: date | None
    due: date | None
    original: date | None
    forecast: date | None
    late: int | None
    """Working days late against the due date; ``None`` where it is not overdue."""
    late_original: int | None
    """Working days late against the date first agreed."""
    times: int
    stage: str
    rag: str
    verdict: str
    rule: str
    verdict_reason: str
    challenge: str
    reason: str
    note: str
    updated: date | None
    delivered: date | None
    evidence: int
    tests: int
    direction: str = ""
    """Better, same, worse or new since the last recorded report; nothing where there is none."""
    rag_label: str = ""
    """What the declared colour is called in this plan."""
    verdict_label: str = ""
    """What the verdict is called in every plan."""
    stale: bool = False
    """Open, and not updated for longer than the plan allows."""
    after: tuple[str, ...] = ()
    """The actions that come first."""
    exempt: str = ""
    """Why it is left out of what is published."""
    asked_for: date | None = None
    """Another due date that was asked for and waits for a yes; the due date stands until then."""


def action_line(
    view: View, action: Action, found: rag.Verdict | None = None, direction: str = ""
) -> ActionLine:
    """State an action as at the day of the view; its verdict is worked out unless it is given."""
    as_at, legend = view.as_at, view.legend
    found = found or rag.verdict(action, view.context)
    themes = view.themes(action)
    first = action.original_due
    return ActionLine(
        ref=action.id,
        title=action.title,
        owner=action.owner,
        theme=themes[0] if themes else "",
        themes=themes,
        answers=action.answers,
        immediate=view.is_immediate(action),
        start=action.start,
        due=action.due,
        original=first,
        forecast=action.forecast,
        late=_late(action.due if action.is_overdue(as_at) else None, as_at),
        late_original=_late(_passed(first, action, as_at), as_at),
        times=len(action.moved),
        stage=assurance.stage_shown(action, view.findings),
        rag=action.rag,
        verdict=found.rating,
        rule=found.rule,
        verdict_reason=found.sentence,
        challenge=rag.challenge(action, found, legend),
        reason=action.reason,
        note=action.note,
        updated=action.updated,
        delivered=action.delivered,
        evidence=len(action.evidence),
        tests=len(assurance.standing(action, view.findings)),
        direction=direction,
        rag_label=legend.label(action.rag),
        verdict_label=legends.FACTS.get(found.rating, ""),
        stale=rag.is_stale(action, view.plan.policy, as_at),
        after=action.after,
        exempt=action.exempt,
        asked_for=_waiting_for(action),
    )


def _passed(first: date | None, action: Action, as_at: date) -> date | None:
    """Give the date first agreed where an action is open and past it."""
    is_late = action.is_overdue(as_at) or rag.is_past_original(action, as_at)
    return first if first and first < as_at and is_late else None


def _late(due: date | None, as_at: date) -> int | None:
    return working_days_between(due, as_at) if due else None


def action_lines(view: View, actions: Iterable[Action]) -> tuple[ActionLine, ...]:
    """State several actions, in their order."""
    context = view.context
    return tuple(action_line(view, action, rag.verdict(action, context)) for action in actions)


class LateLine(NamedTuple):
    """An open action that is past a date: the due date, or the one first agreed."""

    ref: str
    title: str
    owner: str
    answers: tuple[str, ...]
    due: date | None
    late: int
    """Working days after the due date."""
    original: date | None
    late_original: int | None
    """Working days after the date first agreed; ``None`` where that has not passed."""
    times: int
    """How often the date was moved."""
    forecast: date | None
    stage: str
    rag: str
    reason: str
    note: str
    updated: date | None
    rag_label: str = ""
    asked_for: date | None = None
    """As of an action."""


def late_line(action: Action, as_at: date, legend: Legend = legends.BRAG) -> LateLine:
    """State how late an action is."""
    due, first = action.due, action.original_due
    late = working_days_between(due, as_at) if due else 0
    late_original = working_days_between(first, as_at) if first and first < as_at else None
    return LateLine(
        action.id,
        action.title,
        action.owner,
        action.answers,
        due,
        late,
        first,
        late_original,
        len(action.moved),
        action.forecast,
        action.stage,
        action.rag,
        action.reason,
        action.note,
        action.updated,
        legend.label(action.rag),
        _waiting_for(action),
    )


class MoveLine(NamedTuple):
    """One move of a due date."""

    ref: str
    title: str
    owner: str
    moved_on: date | None
    moved_from: date | None
    moved_to: date | None
    times: int
    """How often the date has been moved, this time included."""
    why: str
    approved: str


def move_line(action: Action, move: Move, times: int) -> MoveLine:
    """State one move; with no approver it is asked for, not approved."""
    return MoveLine(
        ref=action.id,
        title=action.title,
        owner=action.owner,
        moved_on=move.on,
        moved_from=move.from_,
        moved_to=move.to,
        times=times,
        why=move.why,
        approved=move.approved or "asked for, not yet approved",
    )


def _waiting_for(action: Action) -> date | None:
    return action.waiting.to if action.waiting else None


def asked_for(action: Action) -> str:
    """Say which date waits for a yes, while the agreed one stands; nothing where none does."""
    asked = action.waiting
    return f"{without_weekday(asked.to)}, not approved yet" if asked and asked.to else ""


class CountLine(NamedTuple):
    """How many actions of a theme stand where; an action of two themes is counted under each."""

    theme: str
    actions: int
    not_started: int
    in_progress: int
    done: int
    embedded: int
    shelved: int
    """Parked or superseded."""
    open: int
    red: int
    amber: int
    green: int
    unrated: int
    overdue: int
    worst: str
    """The worst rating of an open action: a theme is never better than that, nor an average."""
    worst_fact: str
    """The worst that the facts support."""
    rosier: int
    """Where the declared rating or stage is rosier than the facts."""
    better: int | None
    """Since the last recorded report, and so are the next three; ``None`` with none to compare."""
    same: int | None
    worse: int | None
    new: int | None
    direction: str
    """Of the whole theme: better where more actions are better than worse."""
    blue: int = 0
    facts_red: int = 0
    """Of the open actions, by what the facts support; and so are the next two."""
    facts_amber: int = 0
    facts_green: int = 0


def count_line(theme: str, lines: Iterable[ActionLine]) -> CountLine:
    """Count the lines of one theme; ratings are counted for open actions."""
    all_lines = tuple(lines)
    stages = [line.stage for line in all_lines]
    open_lines = [line for line in all_lines if line.stage in OPEN_STAGES]
    ratings = [line.rag for line in open_lines]
    facts = [line.verdict for line in open_lines]
    travel = movement.travel(line.direction for line in all_lines)
    return CountLine(
        theme=theme,
        actions=len(all_lines),
        not_started=stages.count("not-started"),
        in_progress=stages.count("in-progress"),
        done=stages.count("delivered"),
        embedded=stages.count("embedded"),
        shelved=stages.count("parked") + stages.count("superseded"),
        open=len(open_lines),
        red=ratings.count("red"),
        amber=ratings.count("amber"),
        green=ratings.count("green"),
        unrated=ratings.count(""),
        overdue=sum(line.late is not None for line in all_lines),
        worst=_worst(ratings),
        worst_fact=_worst(facts),
        rosier=sum(bool(line.challenge) for line in all_lines),
        better=travel.better if travel.word else None,
        same=travel.same if travel.word else None,
        worse=travel.worse if travel.word else None,
        new=travel.new if travel.word else None,
        direction=travel.word,
        blue=ratings.count("blue"),
        facts_red=facts.count("red"),
        facts_amber=facts.count("amber"),
        facts_green=facts.count("green"),
    )


def _worst(ratings: Iterable[str]) -> str:
    return max((rating for rating in ratings if rating), key=_FROM_BEST.index, default="")


_FROM_BEST = ("blue", "green", "amber", "red")
"""In every legend a colour further on claims less."""


def counts_by_theme(lines: tuple[ActionLine, ...], total: str) -> tuple[CountLine, ...]:
    """Count by theme, in the order of the plan, with the total, each counted once, at the end."""
    themes = dict.fromkeys(theme for line in lines for theme in line.themes or ("no theme",))
    rows = [
        count_line(theme, [line for line in lines if theme in (line.themes or ("no theme",))])
        for theme in themes
    ]
    return (*rows, count_line(total, lines))


class FindingLine(NamedTuple):
    """A finding, with the council's response and the actions that answer it."""

    ref: str
    review: str
    number: str
    theme: str
    kind: str
    text: str
    outcome: str
    response: str
    answered_by: tuple[str, ...]
    impact: str
    """Improving, steady, worsening, too early or no measure."""
    covered: str = ""
    """One of `coverage.STATES`."""
    reason: str = ""
    closed_on: date | None = None
    difference: str = ""
    """What difference it made to children, once it is closed."""
    passes_to: str = ""
    exempt: str = ""
    for_: str = ""
    page: int | None = None
    timescale: str = ""


def finding_line(view: View, finding: Finding) -> FindingLine:
    """State a finding."""
    found = coverage.cover(view, finding)
    return FindingLine(
        ref=finding.id,
        review=finding.review,
        number=finding.ref,
        theme=finding.theme,
        kind=finding.kind,
        text=finding.text,
        outcome=finding.outcome,
        response=finding.response,
        answered_by=tuple(action.id for action in found.actions),
        impact=coverage.impact(view, finding).word,
        covered=found.state,
        reason=finding.reason,
        closed_on=finding.closed,
        difference=finding.difference,
        passes_to=finding.passes_to,
        exempt=finding.exempt,
        for_=finding.for_,
        page=finding.page,
        timescale=finding.timescale,
    )


class EvidenceLine(NamedTuple):
    """A piece of evidence, and the tests that judged it."""

    ref: str
    """Of the action."""
    title: str
    evidence: str
    on: date | None
    what: str
    where: str
    tests: tuple[str, ...]
    """Each test in words, with its result, or that it has lapsed."""


class MilestoneLine(NamedTuple):
    """A dated step inside an action."""

    ref: str
    """Of the action."""
    title: str
    owner: str
    name: str
    due: date | None
    reached: date | None
    step: int = 0
    """Its number in the action, from one."""
    late: int | None = None
    """Working days since it was due, where it is not done and the action is open."""


class MeetingLine(NamedTuple):
    """A meeting that the plan reports to, and when its papers must be out."""

    body: str
    on: date | None
    stands: str
    """How far it is, or how long ago."""
    papers: date | None
    """The last day on which its papers can be published; ``None`` where it is over."""


class ReviewLine(NamedTuple):
    """A review, and how many findings of it the plan holds."""

    ref: str
    name: str
    body: str
    kind: str
    on: date | None
    findings: int
    plan_due: date | None = None
    """The day that the reviewer states for the action plan."""


class OwnerLine(NamedTuple):
    """A post, how many actions it owns, and how many of them are open and overdue."""

    post: str
    actions: int
    open: int
    overdue: int
    email: str


class ReckoningLine(NamedTuple):
    """What there was then, what came and went, and what there is now."""

    of: str
    """Open actions, or all that the plan holds."""
    then: int
    new: int
    reopened: int | None
    completed: int | None
    parked: int | None
    superseded: int | None
    removed: int
    now: int


class ShiftLine(NamedTuple):
    """An action of which one thing is another now: its rating, its stage, its owner, its date."""

    ref: str
    title: str
    owner: str
    old: str | date | None
    new: str | date | None
    why: str = ""
    approved: str = ""
    old_label: str = ""
    """What a rating is called, and was called then; nothing for what is no rating."""
    new_label: str = ""


class ClearedLine(NamedTuple):
    """An action that was overdue and is not now."""

    ref: str
    title: str
    owner: str
    due_then: date | None
    due: date | None
    why: str


class RewordedLine(NamedTuple):
    """A finding whose text is another now, and what rests on the old one."""

    ref: str
    review: str
    text: str
    was: str
    answered_by: tuple[str, ...]
    tested_by: tuple[str, ...]
    """The tests of these actions, in words."""


class ChangeLine(NamedTuple):
    """One field that differs, in words and as it is."""

    collection: str
    ref: str
    field: str
    what: str
    old: Any
    new: Any


class LogLine(NamedTuple):
    """One field that an entry of the history changed."""

    entry: str
    when: datetime
    """The moment of writing, where the writer stood."""
    on: date
    """The day that the change was made for."""
    by: str
    command: str
    ref: str
    field: str
    what: str
    why: str
    old: Any
    new: Any
