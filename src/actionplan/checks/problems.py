"""Problems of the plan itself: what no reader of it could act on, test or believe."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from actionplan.checks.ground import ADVICE, ERROR, PROBLEM, WARNING, Check, Found
from actionplan.dates import counted, without_weekday
from actionplan.model import POST_NOUNS, SHELVED_STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from actionplan.checks.ground import Ground
    from actionplan.model import Action

MOST_OF_ONE_OWNER = 10
"""Open actions that one post can answer for; more is a sign that nobody chose."""
BUNCHED_FROM, BUNCHED_SHARE = 5, 0.4
"""So many open actions, and such a share of all that have a date, due in one week at the year's
end, were not planned one by one."""
FARTHEST_YEAR = 5
_YEAR_END = (3, 25)

_BODIES = (
    r"(?i)\b(board|committee|partnership|group|team|council|cabinet|panel|forum|leadership|"
    r"management|department|directorate|service|services|staff)\b"
)
_POSTS = rf"(?i)\b(?:{POST_NOUNS})s?\b"
_VAGUE = (
    r"(?i)^(?:to )?(?:continue|consider|explore|support|promote|encourage|monitor|review|"
    r"raise awareness|look (?:at|into)|work (?:with|towards)|aim|seek|ensure|strengthen|enhance|"
    r"improve|develop)\b"
)
_ONGOING = r"(?i)\bon-?going\b"


def _live(ground: Ground) -> list[Action]:
    return [a for a in ground.view.plan.actions if a.stage not in SHELVED_STAGES]


def _open(ground: Ground) -> list[Action]:
    return [a for a in ground.view.plan.actions if a.is_open]


def _unanswered(ground: Ground) -> Iterator[Found]:
    answered = {ref for action in ground.view.plan.actions for ref in action.answers}
    for finding in ground.view.plan.findings:
        wants = not finding.is_strength and finding.response != "declined"
        if wants and finding.id not in answered:
            yield Found(finding.id, f"No action answers {finding.id}.")


def _shelved_answers(ground: Ground) -> Iterator[Found]:
    live = {ref for action in _live(ground) for ref in action.answers}
    for finding in ground.view.plan.findings:
        answers = [a for a in ground.view.plan.actions if finding.id in a.answers]
        if answers and finding.id not in live and finding.response != "declined":
            said = ", ".join(f"{a.id} is {a.stage}" for a in answers)
            yield Found(finding.id, f"Nothing answers {finding.id} any more: {said}.")


def _no_response(ground: Ground) -> Iterator[Found]:
    for finding in ground.view.plan.findings:
        if not finding.is_strength and not finding.response:
            yield Found(finding.id, f"The council has not said whether it accepts {finding.id}.")


def _no_measure(ground: Ground) -> Iterator[Found]:
    measured = {ref for measure in ground.view.plan.measures for ref in measure.findings}
    measured |= {finding.id for finding in ground.view.plan.findings if finding.outcome}
    for action in _live(ground):
        if measured.isdisjoint(action.answers):
            said = "No outcome and no measure says what it is to make better for children."
            yield Found(action.id, said)


def _undated(ground: Ground) -> Iterator[Found]:
    for action in _open(ground):
        if action.due is None:
            yield Found(action.id, "It has no due date, so it can never be late.")


def _ongoing(ground: Ground) -> Iterator[Found]:
    for action in _open(ground):
        if re.search(_ONGOING, action.title) or (
            action.due is None and re.search(_ONGOING, f"{action.note} {action.reason}")
        ):
            yield Found(action.id, "It is called ongoing, which has no end and can't be tested.")


def _no_reason(ground: Ground) -> Iterator[Found]:
    legend = ground.view.legend
    for action in _open(ground):
        if action.rag in legend.wrong and not action.reason.strip():
            yield Found(action.id, f"Rated {legend.shown(action.rag)}, and no reason is given.")


def _owner_is_a_body(ground: Ground) -> Iterator[Found]:
    for action in _live(ground):
        if re.search(_BODIES, action.owner) and not re.search(_POSTS, action.owner):
            said = f"'{action.owner}' is a body: nobody in it answers for the action."
            yield Found(action.id, said)


def _duplicated(ground: Ground) -> Iterator[Found]:
    first: dict[str, str] = {}
    for action in _live(ground):
        words = " ".join(re.findall(r"\w+", action.title.casefold()))
        if words in first:
            yield Found(action.id, f"Its title is that of {first[words]}: '{action.title}'.")
        first.setdefault(words, action.id)


def _milestone_is_task(ground: Ground) -> Iterator[Found]:
    for action in _open(ground):
        for milestone in action.milestones:
            if milestone.title.casefold().strip(" .") == action.title.casefold().strip(" ."):
                said = f"Milestone '{milestone.title}' is the action itself: no step on the way."
                yield Found(action.id, said)
        only = action.milestones[0] if len(action.milestones) == 1 else None
        if only and only.due and only.due == action.due and not only.done:
            said = f"Its only milestone, '{only.title}', is due on the day of the action itself."
            yield Found(action.id, said)


def _slips(ground: Ground) -> Iterator[Found]:
    for action in _live(ground):
        moved = (day for move in action.moves for day in (move.on, move.to))
        steps = (day for step in action.milestones for day in (step.due, step.done))
        named = (action.start, action.due, action.forecast, action.delivered, *moved, *steps)
        for day in dict.fromkeys(day for day in named if day):
            if said := _slip(day, action, ground):
                yield Found(action.id, said)


def _slip(day: date, action: Action, ground: Ground) -> str:
    """Say why a date looks mistyped; Herefordshire's plan had 2019 for 2020 (members, 2020)."""
    stated = without_weekday(day)
    away = abs(day.year - _last_known(ground).year)
    if away > FARTHEST_YEAR:
        return f"{stated} is {counted(away, 'year')} away."
    if action.start and day == action.forecast and day < action.start:
        return f"It is expected on {stated}, before its start on {without_weekday(action.start)}."
    began = _first_review(ground)
    if began and day == action.due and day < began:
        return f"It is due {stated}, before the first review of {without_weekday(began)}."
    return ""


def _first_review(ground: Ground) -> date | None:
    """Give the day of the first review; unknown where any review has none, as that may be it."""
    days = [review.on for review in ground.view.plan.reviews]
    known = [day for day in days if day]
    return min(known) if known and len(known) == len(days) else None


def _to_come(ground: Ground) -> Iterator[Found]:
    """Find what is said to have happened on a day that is still to come."""
    today = ground.view.as_at
    for action in ground.view.plan.actions:
        told = [("delivered", action.delivered), ("updated", action.updated)]
        told += [(f"tested by {test.by}", test.on) for test in action.tests]
        told += [(f"evidence {each.id}", each.on) for each in action.evidence]
        for what, day in told:
            if day and day > today:
                yield Found(action.id, f"{without_weekday(day)} is still to come: {what}.")
    for finding in ground.view.plan.findings:
        if finding.closed and finding.closed > today:
            said = f"{without_weekday(finding.closed)} is still to come: closed."
            yield Found(finding.id, said)


def _last_known(ground: Ground) -> date:
    """Give the last day on which an action was updated: an old plan is not mistyped throughout."""
    days = (a.updated for a in ground.view.plan.actions)
    return max((day for day in days if day), default=ground.view.as_at)


def _cycles(ground: Ground) -> Iterator[Found]:
    after = {action.id: action.after for action in ground.view.plan.actions}
    told: set[frozenset[str]] = set()
    for ref in after:
        if (circle := _circle(ref, after)) and frozenset(circle) not in told:
            told.add(frozenset(circle))
            yield Found(ref, f"It waits for itself: {' after '.join((*circle, ref))}.")


def _circle(ref: str, after: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Give the shortest way on which an action waits for itself; nothing where there is none."""
    seen = {ref}
    ways: list[tuple[str, ...]] = [(ref,)]
    for way in ways:
        for following in after.get(way[-1], ()):
            if following == ref:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()


def _bunched(ground: Ground) -> Iterator[Found]:
    dated = [action.due for action in _open(ground) if action.due]
    last_weeks = Counter(due.year for due in dated if _YEAR_END <= (due.month, due.day) < (4, 1))
    for year, count in last_weeks.items():
        if count >= BUNCHED_FROM and count >= BUNCHED_SHARE * len(dated):
            said = (
                f"{count} of {counted(len(dated), 'open action')} with a date are due in the last "
                f"week of the financial year, March {year}."
            )
            yield Found("plan", said)


def _busy(ground: Ground) -> Iterator[Found]:
    owned: defaultdict[str, list[str]] = defaultdict(list)
    for action in _open(ground):
        owned[action.owner].append(action.id)
    for owner, refs in owned.items():
        if len(refs) > MOST_OF_ONE_OWNER:
            yield Found("plan", f"{owner} owns {len(refs)} open actions: {', '.join(refs)}.")


def _vague(ground: Ground) -> Iterator[Found]:
    for action in _open(ground):
        if found := re.match(_VAGUE, action.title):
            said = f"'{found[0]}' does not say what will be there that is not there now."
            yield Found(action.id, said)


PROBLEMS = (
    Check("unanswered", PROBLEM, ERROR, "a finding that no action answers",
          "Add an action that answers it, or decline it with a reason.", _unanswered),
    Check("parked-answer", PROBLEM, ERROR,
          "a finding answered by nothing but parked or superseded actions",
          "Add an action, or decline the finding with a reason.", _shelved_answers),
    Check("waits-for-itself", PROBLEM, ERROR, "actions that wait for each other in a circle",
          "Take one of them out of `after`.", _cycles),
    Check("mistyped-date", PROBLEM, WARNING, "a date that looks like a slip of typing",
          "Look at the year, and mend the date.", _slips),
    Check("still-to-come", PROBLEM, ERROR,
          "a test, evidence, delivery or closing of a day that is still to come",
          "Mend the date: what has not happened counts for nothing.", _to_come),
    Check("no-date", PROBLEM, WARNING, "an open action with no due date",
          "Give it a date, or park it with a reason.", _undated),
    Check("ongoing", PROBLEM, WARNING, "an action that is called ongoing",
          "Say what is finished when, and give the rest to business as usual.", _ongoing),
    Check("no-reason", PROBLEM, WARNING, "an open action rated red or amber with no reason",
          "Say why: actionplan update REF --reason.", _no_reason),
    Check("body-as-owner", PROBLEM, WARNING, "an owner that is a body and no post",
          "Name the post in it that is accountable.", _owner_is_a_body),
    Check("no-outcome", PROBLEM, WARNING,
          "an action whose findings have neither an outcome nor a measure",
          "Say what gets better for children: finding update --outcome, or measure add.",
          _no_measure),
    Check("same-title", PROBLEM, WARNING, "two actions with the same title",
          "Make them one, or say what differs.", _duplicated),
    Check("milestone-is-task", PROBLEM, ADVICE, "a milestone that is the task itself",
          "Name steps on the way, each with a date.", _milestone_is_task),
    Check("no-response", PROBLEM, ADVICE, "a finding to which the council has not responded",
          "Say so: actionplan finding update REF --response accepted.", _no_response),
    Check("year-end", PROBLEM, ADVICE, "many due dates in the last week of the financial year",
          "Give each the date on which it can be done.", _bunched),
    Check("busy-owner", PROBLEM, ADVICE,
          f"a post that owns more than {MOST_OF_ONE_OWNER} open actions",
          "Share them out, or say which come first.", _busy),
    Check("vague", PROBLEM, ADVICE, "a title that begins with a verb that can't be tested",
          "Say what will be there when it is done.", _vague),
)  # fmt: skip
