"""What a reminder says: to an owner, to whom it is escalated, to the officer and the sponsor.

Of an action only its title, its dates and its last note are told. A reminder is read on a phone
between two meetings: what is long is shortened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import query, rag
from actionplan.dates import (
    counted,
    in_words,
    in_working_days,
    listed,
    period_in_words,
    times_in_words,
    without_weekday,
    working_days_between,
)
from actionplan.reports.basis import sentence
from actionplan.reports.blocks import Block, Card, Items, Prose, Report, Section, Subheading
from actionplan.reports.lines import asked_for
from actionplan.reports.position import next_meeting
from actionplan.reports.reminders import NOBODY, Matters, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from actionplan.model import Action
    from actionplan.query import View
    from actionplan.reports.reminders import Moved, Share

    Group = tuple[str, tuple[Action, ...]]
    Grouping = Callable[[View, tuple[Action, ...]], tuple[Group, ...]]

KIND = "reminder"
LONGEST_TITLE, LONGEST_NOTE = 200, 400
"""Letters."""
MOST_IN_FULL = 50
"""Of so many actions in a list all is told; a longer list goes on with a line for each."""


class Surroundings(NamedTuple):
    """What a reminder says beside the plan."""

    can_reply: bool = True
    """Whether somebody reads what is sent back."""
    copied: tuple[str, ...] = ()
    """Who else is sent the same."""


def to_owner(share: Share, around: Surroundings) -> Report:
    """Write to an owner."""
    found = share.matters
    sections = (
        *_sections(found, _alone),
        _how_to_answer(found, around),
        _copies(share, around),
    )
    return _report(found, share.post, _owner_lead(found), sections)


def of_escalation(share: Share, around: Surroundings) -> Report:
    """Write to whom the plan's policy escalates."""
    found = share.matters
    number = counted(len(found.reminded), "action")
    verb = "is" if len(found.reminded) == 1 else "are"
    lead = (
        f"{number.capitalize()} {verb} sent to you under the plan's policy: "
        f"{_limits(found.view)}. Owners whose address is kept are reminded as well."
    )
    sections = (*_sections(found, _BY["owner"]), _others(around), _next(found))
    return _report(found, share.post, lead, sections)


def of_whole(
    found: Matters, reader: str, group_by: str, unreached: Mapping[str, int], around: Surroundings
) -> Report:
    """Write of the whole plan to the officer or the sponsor, grouped by owner, theme or not."""
    sections = (
        *_sections(found, _BY[group_by], with_owner=group_by != "owner"),
        _without_address(unreached),
        _others(around),
        _next(found),
    )
    return _report(found, reader, _whole_lead(found), sections)


def _report(found: Matters, reader: str, lead: str, sections: Iterable[Section]) -> Report:
    view = found.view
    opening = Section("lead", "", (Prose(lead),))
    shown = (opening, *(section for section in sections if section.blocks))
    return Report(KIND, view.plan.title, view.as_at, shown, f"For {reader}")


# --- how it stands ------------------------------------------------------------------------------


def _owner_lead(found: Matters) -> str:
    return f"Of your actions, {_standing(found)}.{_unsure(found)}"


def _unsure(found: Matters) -> str:
    """Say that something in the plan could not be read, and of which actions."""
    if not found.unsure:
        return ""
    return (
        f" Something in {listed(list(found.unsure))} can't be read in the plan: look there first."
    )


def _whole_lead(found: Matters) -> str:
    of = counted(len(found.view.actions), "action")
    return f"Of the {of} in the plan, {_standing(found)}.{_unsure(found)}"


def _standing(found: Matters) -> str:
    by = without_weekday(query.due_soon_until(found.view))
    late = f"by {in_working_days(found.oldest)}"
    parts = (
        (found.overdue, f"is overdue ({late})", f"are overdue (the oldest {late})"),
        (found.due, f"is due by {by}", f"are due by {by}"),
        (found.stale, "has had no recent update", "have had no recent update"),
        (found.asked, "has a question to answer", "have a question to answer"),
    )
    said = [f"{len(of)} {one if len(of) == 1 else more}" for of, one, more in parts if of]
    return listed(said)


def _sections(found: Matters, grouped: Grouping, *, with_owner: bool = False) -> Iterator[Section]:
    """Give what is overdue first, then what is due, stale, moved and asked."""
    whole = grouped is not _alone or with_owner
    view = found.view
    since = without_weekday(found.since)
    lists: tuple[tuple[str, str, tuple[Action, ...]], ...] = (
        ("overdue", "Overdue", found.overdue),
        ("due", f"Due by {without_weekday(query.due_soon_until(view))}", found.due),
        ("stale", "No recent update", found.stale),
    )
    for key, heading, actions in lists:
        told = _told(view, actions, grouped, with_owner=with_owner) if actions else ()
        yield Section(key, heading, tuple(told))
    moved = tuple(_moved(each, with_owner=whole) for each in found.moved)
    yield Section("moved", f"Dates moved since {since}", (Items(moved),) if moved else ())
    asked = tuple(f"{_named(action, with_owner=whole)} {text}" for action, text in found.asked)
    yield Section("asked", "Asked, and not answered yet", (Items(asked),) if asked else ())


def _named(action: Action, *, with_owner: bool) -> str:
    owner = f" ({action.owner or NOBODY})" if with_owner else ""
    return f"{action.id}{owner}: {sentence(_title(action))}"


def _moved(moved: Moved, *, with_owner: bool) -> str:
    action, move = moved
    to = without_weekday(move.to) if move.to else "no date"
    before = f", not {without_weekday(move.from_)}" if move.from_ else ""
    approved = f"approved by {move.approved}" if move.approved else "not approved yet"
    why = _shortened(move.why, LONGEST_NOTE)
    return (
        f"{_named(action, with_owner=with_owner)} Now due {to}{before} ({approved}). "
        f"{sentence(why)}"
    )


# --- one action ---------------------------------------------------------------------------------


def _card(view: View, action: Action, *, with_owner: bool) -> Card:
    facts = (
        ("Owner", action.owner or NOBODY if with_owner else ""),
        ("Due", _due(action, view)),
        ("First agreed", _first(action, view)),
        ("Asked for", asked_for(action)),
        ("Expected", without_weekday(action.forecast) if action.forecast else ""),
        (
            "Last note",
            sentence(_shortened(action.note, LONGEST_NOTE)) if action.note.strip() else "",
        ),
        _updated(view, action),
    )
    return Card(
        f"{action.id}: {_title(action)}", tuple((label, text) for label, text in facts if text)
    )


def _updated(view: View, action: Action) -> tuple[str, str]:
    if action.updated is None:
        return "Last update", "none recorded"
    is_stale = rag.is_stale(action, view.plan.policy, view.as_at)
    return "No update since" if is_stale else "Last update", without_weekday(action.updated)


def _due(action: Action, view: View) -> str:
    if action.due is None:
        return "no date yet"
    first = " (as first agreed)" if action.due == action.original_due else ""
    day = f"{without_weekday(action.due)}{first}"
    if not action.is_overdue(view.as_at):
        return day
    return f"{day}, {in_working_days(working_days_between(action.due, view.as_at))} late"


def _first(action: Action, view: View) -> str:
    first = action.original_due
    if first is None or first == action.due:
        return ""
    moved = f", moved {times_in_words(len(action.moved))} since"
    if first >= view.as_at:
        return f"{without_weekday(first)}{moved}"
    ago = in_working_days(working_days_between(first, view.as_at))
    return f"{without_weekday(first)} ({ago} ago){moved}"


def _title(action: Action) -> str:
    return _shortened(action.title, LONGEST_TITLE)


def _shortened(text: str, longest: int) -> str:
    """Give a text that is long only as far as it can be read in passing."""
    words = " ".join(text.split())
    return words if len(words) <= longest else f"{words[: longest - 3].rstrip()}..."


# --- groups -------------------------------------------------------------------------------------


def _told(
    view: View, actions: tuple[Action, ...], grouped: Grouping, *, with_owner: bool
) -> Iterator[Block]:
    """Tell of each action under its group: of the most pressing in full, of the rest in a line."""
    in_full = {action.id for action in actions[:MOST_IN_FULL]}
    for heading, members in grouped(view, actions):
        if heading:
            yield Subheading(heading)
        for action in members:
            if action.id in in_full:
                yield _card(view, action, with_owner=with_owner)
        rest = tuple(action for action in members if action.id not in in_full)
        if rest:
            yield Items(tuple(_line(view, action, with_owner=with_owner) for action in rest))


def _line(view: View, action: Action, *, with_owner: bool) -> str:
    return f"{_named(action, with_owner=with_owner)} Due {_due(action, view)}."


def _alone(_: View, actions: tuple[Action, ...]) -> tuple[Group, ...]:
    return (("", actions),)


def _grouped(group: Callable[[View, Action], str]) -> Grouping:
    """Make what puts actions under the heading of their group, the groups in order of the first."""

    def grouping(view: View, actions: tuple[Action, ...]) -> tuple[Group, ...]:
        groups: dict[str, list[Action]] = {}
        for action in actions:
            groups.setdefault(group(view, action), []).append(action)
        return tuple((name, tuple(members)) for name, members in groups.items())

    return grouping


def _theme(view: View, action: Action) -> str:
    return next(iter(view.themes(action)), "no theme")


_BY: dict[str, Grouping] = {
    "owner": _grouped(lambda _, action: action.owner or NOBODY),
    "theme": _grouped(_theme),
    "none": _alone,
}
GROUPS = tuple(_BY)
"""What a whole list can be grouped by."""


# --- the end of it ------------------------------------------------------------------------------


def _how_to_answer(found: Matters, around: Surroundings) -> Section:
    first = (*found.reminded, *(action for action, _ in found.asked))[0]
    reply = (
        "Reply to this email: for each action, what has been done, when you now expect it to be "
        "finished and, if its date has to move, to which day and why."
    )
    command = f'actionplan note {first.id} "What has been done"'
    keeping = f"Or, where you have the plan at hand: {command}"
    rosier = [Prose(ROSIER)] if any("the facts say" in text for _, text in found.asked) else []
    replying = [Prose(reply)] if around.can_reply else []
    blocks = (*replying, *rosier, Prose(keeping), Prose(_thanks(found)))
    return Section("answer", "How to answer", blocks)


ROSIER = (
    "Where the facts say worse than you declared: rate it as they are, or say what they leave out."
)
"""How to answer a challenge."""


def _thanks(found: Matters) -> str:
    meeting = next_meeting(found.view)
    if meeting and meeting.on:
        paper = f"Thank you. What you say goes into the paper for {meeting.body} on "
        return f"{paper}{without_weekday(meeting.on)}. {_coming(found)}"
    return f"Thank you. {_coming(found)}"


def _coming(found: Matters) -> str:
    following = turn(found.view.as_at, found.view.plan.policy.remind_every).next
    return f"The next reminder comes on {in_words(following)} or soon after, if it is needed."


def _next(found: Matters) -> Section:
    return Section("next", "The next reminder", (Prose(_coming(found)),))


def _copies(share: Share, around: Surroundings) -> Section:
    """Say who else is told, and of what."""
    view = share.matters.view
    said = list(_same_to(around))
    if share.escalated and share.escalated_to:
        refs = listed([action.id for action in share.escalated])
        verb = "is" if len(share.escalated) == 1 else "are"
        to = share.escalated_to
        said.append(f"{refs} {verb} also sent to {to} under the plan's policy: {_limits(view)}.")
    return Section("copies", "Who else is told", tuple(map(Prose, said)))


def _others(around: Surroundings) -> Section:
    return Section("copies", "Who else is told", tuple(map(Prose, _same_to(around))))


def _same_to(around: Surroundings) -> Iterator[str]:
    if around.copied:
        yield f"A copy of this goes to {listed(list(around.copied))}."


def _limits(view: View) -> str:
    policy = view.plan.policy
    late = f"{period_in_words(policy.escalate_after)} late or more"
    times = policy.escalate_after_moves
    return f"{late}, or a date moved {times_in_words(times)} or more" if times else late


def _without_address(unreached: Mapping[str, int]) -> Section:
    """Name the owners whom no reminder reaches."""
    said = tuple(
        f"{post}: {f'{overdue} overdue' if overdue else 'nothing overdue'}"
        for post, overdue in unreached.items()
    )
    lead = Prose("No reminder reaches these owners of open actions, since no address is kept:")
    return Section("unreached", "Owners with no address", (lead, Items(said)) if said else ())
