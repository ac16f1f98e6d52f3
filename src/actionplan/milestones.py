"""The verbs of milestones: add a step, mark it done, change what was agreed of it, take it out.

As in `changes`, a verb takes a plan and gives a new one, or a refusal with its reason. A milestone
has no ref of its own: it is named by its number in the action, as lists show it, or by its title.
A date that was agreed is moved with a reason, and so is a day changed on which one was done.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from actionplan.changes import stated, the
from actionplan.dates import in_words, without_weekday
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import is_same

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from actionplan.model import Action, Milestone, Plan

NAMED = 6
"""How many milestones a sentence names."""


def add_milestone(plan: Plan, ref: str, milestone: Milestone, as_at: date) -> Plan:
    """Add a dated step to an action that is open, after the others.

    Raises:
        WrongUsageError: where the title is empty.
        RefusedError: where the action is no longer open, has one of that title, or its dates leave
            no room for it.

    """
    action: Action = the(plan, "actions", ref)
    _refuse_not_open(action)
    made = milestone._replace(title=stated(milestone.title, "title"))
    _refuse_taken(action, made.title)
    _refuse_no_room(action, made.due)
    return _with(plan, action, (*action.milestones, made), as_at)


def update_milestone(
    plan: Plan, ref: str, which: str, fields: Mapping[str, Any], why: str, as_at: date
) -> Plan:
    """Set the title, the due date or the day of being done; ``None`` for a day: not done.

    Raises:
        WrongUsageError: where there is no such milestone.
        RefusedError: where a day that stood is changed with no reason, or a rule forbids the new.

    """
    action: Action = the(plan, "actions", ref)
    at = place_of(action, which)
    old = action.milestones[at]
    new = old._replace(**fields)
    new = new._replace(title=stated(new.title, "title"))
    if new == old:
        return plan
    if not is_same(new.title, old.title):
        _refuse_taken(action, new.title)
    if new.due != old.due:
        _refuse_move(action, old, new, why)
    if new.done != old.done:
        _refuse_done(action, old, new, why, as_at)
    steps = (*action.milestones[:at], new, *action.milestones[at + 1 :])
    return _with(plan, action, steps, as_at)


def remove_milestone(plan: Plan, ref: str, which: str, as_at: date) -> Plan:
    """Take a step out that is not taken any more; the history keeps it.

    Raises:
        WrongUsageError: where there is no such milestone.
        RefusedError: where the action is no longer open, or the same step stands there again.

    """
    action: Action = the(plan, "actions", ref)
    at = place_of(action, which)
    _refuse_not_open(action, "none of its milestones is taken out")
    _refuse_twin(action, at)
    return _with(plan, action, (*action.milestones[:at], *action.milestones[at + 1 :]), as_at)


def place_of(action: Action, which: str) -> int:
    """Find the milestone that is meant: by its number, its title, or words that one alone has.

    Raises:
        WrongUsageError: where there is none, or more than one; with those that there are.

    """
    wanted = which.strip()
    titles = [step.title for step in action.milestones]
    if wanted.isdecimal() and 0 < int(wanted) <= len(titles):
        return int(wanted) - 1
    exact = [at for at, title in enumerate(titles) if is_same(title, wanted)]
    within = [
        at for at, title in enumerate(titles) if wanted and wanted.casefold() in title.casefold()
    ]
    found = exact or within
    if len(found) != 1:
        raise WrongUsageError(_no_such(action, wanted, found))
    return found[0]


def _no_such(action: Action, wanted: str, found: list[int]) -> str:
    steps = [(number, step.title) for number, step in enumerate(action.milestones, 1)]
    if not steps:
        return (
            f"{action.id} has no milestones yet. Add one with: actionplan milestone add {action.id}"
        )
    if found:
        steps = [steps[at] for at in found]
        return f"'{wanted}' names more than one milestone of {action.id}: {_named(steps)}."
    near = get_close_matches(wanted, [title for _, title in steps], 1, 0.6)
    steps = [step for step in steps if step[1] in near] or steps
    said = "The nearest is" if near else "It has"
    return f"{action.id} has no milestone {wanted or 'of no name'}. {said} {_named(steps)}."


def _named(steps: list[tuple[int, str]]) -> str:
    more = f" and {len(steps) - NAMED} more" if len(steps) > NAMED else ""
    return ", ".join(f"{number} ({title})" for number, title in steps[:NAMED]) + more


# --- what is refused ----------------------------------------------------------------------------


def _refuse_not_open(action: Action, what: str = "no date of its milestones is set") -> None:
    if not action.is_open:
        message = f"{action.id} is {action.stage}: {what} any more."
        raise RefusedError(message)


def _refuse_taken(action: Action, title: str) -> None:
    if any(is_same(step.title, title) for step in action.milestones):
        message = f"{action.id} has a milestone '{title}' already."
        raise RefusedError(message)


def _refuse_twin(action: Action, at: int) -> None:
    """Refuse to guess which of two is meant that say the same: the file may say more of one."""
    step = action.milestones[at]
    later = [n for n, other in enumerate(action.milestones, 1) if other == step and n > at + 1]
    if later:
        message = f"'{step.title}' is there again as {later[-1]}, word for word: take out that one."
        raise RefusedError(message)


def _refuse_no_room(action: Action, due: date | None) -> None:
    """Refuse a step that is due outside the time of its action."""
    if due and action.due and due > action.due:
        message = (
            f"{action.id} itself is due {without_weekday(action.due)}: no step on the way is due "
            f"after that. Move it first: actionplan move {action.id} --due {due} --why '...'"
        )
        raise RefusedError(message)
    if due and action.start and due < action.start:
        message = (
            f"{action.id} starts on {without_weekday(action.start)}: no step of it is due before."
        )
        raise RefusedError(message)


def _refuse_move(action: Action, old: Milestone, new: Milestone, why: str) -> None:
    _refuse_not_open(action)
    if new.due is None:
        message = f"'{old.title}' has an agreed date, which can't be cleared: move it."
        raise RefusedError(message)
    if old.due is not None and not why.strip():
        message = (
            f"'{old.title}' is due {without_weekday(old.due)}, which was agreed: a date is moved "
            "with a reason. Say why with --why."
        )
        raise RefusedError(message)
    _refuse_no_room(action, new.due)


def _refuse_done(action: Action, old: Milestone, new: Milestone, why: str, as_at: date) -> None:
    if new.done and new.done > as_at:
        message = f"{in_words(new.done)} is still to come: '{old.title}' can't be done on it yet."
        raise RefusedError(message)
    if new.done and action.start and new.done < action.start:
        message = (
            f"{action.id} starts on {without_weekday(action.start)}: no step of it was done before."
        )
        raise RefusedError(message)
    if old.done and not why.strip():
        message = (
            f"'{old.title}' was done on {without_weekday(old.done)}: that is changed with a "
            "reason. Say why with --why."
        )
        raise RefusedError(message)


def _with(plan: Plan, action: Action, steps: tuple[Milestone, ...], as_at: date) -> Plan:
    return plan.replacing("actions", action._replace(milestones=steps, updated=as_at))
