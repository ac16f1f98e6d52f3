"""The verbs: a plan in, a new plan out, or a refusal with its reason.

No verb reads the clock, asks a question or touches a file. What only a reader of the law or of
good practice would know stands beside the rule: a date moves with a reason, a rating of red or
amber carries one, nobody marks their own work as tested.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from actionplan import legends
from actionplan.dates import in_words, without_weekday
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import (
    DONE_STAGES,
    FINDING_KINDS,
    OPEN_STAGES,
    RESPONSES,
    SHELVED_STAGES,
    STAGES,
    Action,
    Finding,
    Meeting,
    Move,
    Owner,
    Plan,
    Review,
    is_ref,
    is_same,
    posts_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date

SINGULAR = {
    "actions": "action",
    "findings": "finding",
    "reviews": "review",
    "measures": "measure",
    "owners": "owner",
}

ALLOWED_STAGES: Mapping[str, frozenset[str]] = {
    "not-started": frozenset({"in-progress", "delivered", "parked", "superseded"}),
    "in-progress": frozenset({"not-started", "delivered", "parked", "superseded"}),
    "delivered": frozenset({"in-progress", "superseded"}),
    "embedded": frozenset(),
    "parked": frozenset({"not-started", "in-progress", "superseded"}),
    "superseded": frozenset(),
}
"""From each stage, the stages that a command may set. Only a test by someone else embeds."""


# --- finding what is meant ----------------------------------------------------------------------


def the(plan: Plan, collection: str, ref: str) -> Any:  # noqa: ANN401 - the noun of that collection
    """Give the noun that a ref names, whatever its case.

    Raises:
        WrongUsageError: with the nearest ref that exists.

    """
    noun = plan.find(collection, ref.strip())
    if noun is None:
        raise WrongUsageError(_no_such(plan, collection, ref))
    return noun


def ids_of(plan: Plan, collection: str, refs: Iterable[str]) -> tuple[str, ...]:
    """Give the ids that some refs name, each once.

    Raises:
        WrongUsageError: with the nearest ref that exists.

    """
    return tuple(dict.fromkeys(the(plan, collection, ref).id for ref in refs))


def _no_such(plan: Plan, collection: str, ref: str) -> str:
    singular = SINGULAR[collection]
    nouns = {noun.id: getattr(noun, "title", "") for noun in getattr(plan, collection)}
    if not nouns:
        return f"There is no {singular} {ref}: the plan has no {collection} yet."
    for other, what in SINGULAR.items():
        if other != collection and plan.find(other, ref.strip()) is not None:
            return f"{ref} is {_article(what)}, not {_article(singular)}."
    near = get_close_matches(ref.upper(), nouns, 1, 0.4)
    if near:
        title = f" ({nouns[near[0]]})" if nouns[near[0]] else ""
        return f"There is no {singular} {ref}. The nearest is {near[0]}{title}."
    return f"There is no {singular} {ref}. There are: {', '.join(list(nouns)[:12])}."


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def stated(text: str, what: str) -> str:
    """Give a text that says something, white space around it taken off.

    Raises:
        WrongUsageError: where it is empty.

    """
    cleaned = text.replace("\r\n", "\n").strip()
    if not cleaned:
        message = f"The {what} is empty: say it in words."
        raise WrongUsageError(message)
    return cleaned


def one_owner(owner: str) -> str:
    """Give the one post that a text names.

    Raises:
        WrongUsageError: where it names several, or none.

    """
    cleaned = stated(owner, "owner")
    owners = posts_in(cleaned)
    if not owners:
        message = f"'{cleaned}' is no post: name the one that is accountable."
        raise WrongUsageError(message)
    if len(owners) != 1:
        message = (
            f"'{cleaned}' names {len(owners)} owners ({'; '.join(owners)}): an action has one. "
            "Give the post that is accountable, and put the others in the note."
        )
        raise WrongUsageError(message)
    return cleaned


def choice(value: str, allowed: tuple[str, ...], what: str) -> str:
    """Give the one of some words that a text names.

    Raises:
        WrongUsageError: where it names none of them.

    """
    wanted = value.strip().lower().replace(" ", "-")
    if wanted not in allowed:
        message = f"{what} is '{value}'; use {', '.join(allowed[:-1])} or {allowed[-1]}."
        raise WrongUsageError(message)
    return wanted


# --- actions ------------------------------------------------------------------------------------


def add_action(plan: Plan, action: Action, as_at: date) -> Plan:
    """Add an action that answers findings of this plan.

    Raises:
        WrongUsageError: where the title is empty, an owner is several, or a ref names nothing.
        RefusedError: where the action answers nothing, or a rule of dates or ratings forbids it.

    """
    if not action.answers:
        message = "An action answers at least one finding: name it with --answers F1."
        raise RefusedError(message)
    complete = action._replace(
        answers=ids_of(plan, "findings", action.answers),
        after=ids_of(plan, "actions", action.after),
        title=stated(action.title, "title"),
        owner=one_owner(action.owner),
        stage=choice(action.stage, STAGES, "stage"),
        rag=choice(action.rag, legends.of(plan.policy).ratings, "rag") if action.rag else "",
        reason=action.reason.strip(),
        updated=as_at,
    )
    if complete.stage not in {*OPEN_STAGES, "parked"}:
        message = (
            f"A new action can't be {complete.stage}: add it as not-started or in-progress first."
        )
        raise RefusedError(message)
    return plan.adding("actions", _allowed(complete, plan))


def update_action(plan: Plan, ref: str, fields: Mapping[str, Any], as_at: date) -> Plan:
    """Set fields of an action and stamp it as updated; a value of ``None`` or ``""`` clears one.

    Raises:
        WrongUsageError: where a value or a ref is not one.
        RefusedError: where a rule forbids it.

    """
    action: Action = the(plan, "actions", ref)
    wanted = _checked(plan, action, dict(fields))
    _refuse_silent_move(action, wanted)
    _refuse_stage(action, wanted.get("stage", action.stage))
    new_rating = wanted.get("rag", action.rag)
    wrong = legends.of(plan.policy).wrong
    if new_rating != action.rag and new_rating in wrong and not wanted.get("reason"):
        message = f"{action.id} would be {new_rating} with no reason: say why with --reason."
        raise RefusedError(message)
    _refuse_stage_without_reason(action, wanted)
    shelved = wanted.get("stage", action.stage) in SHELVED_STAGES
    if action.stage in SHELVED_STAGES and not shelved:
        wanted.setdefault("reason", "")
    turned_well = new_rating and new_rating != action.rag and new_rating not in wrong
    if turned_well and "reason" not in wanted and not shelved:
        wanted["reason"] = ""
    changed = action._replace(**wanted)
    if changed == action:
        return plan
    return plan.replacing("actions", _allowed(_with_delivery(action, changed, as_at), plan))


def _checked(plan: Plan, action: Action, wanted: dict[str, Any]) -> dict[str, Any]:
    colours = legends.of(plan.policy).ratings
    readers: dict[str, Callable[[Any], Any]] = {
        "title": lambda text: stated(text or "", "title"),
        "owner": lambda text: one_owner(text or ""),
        "stage": lambda text: choice(text or "", STAGES, "stage"),
        "rag": lambda text: choice(text, colours, "rag") if text else "",
        "answers": lambda refs: ids_of(plan, "findings", refs),
        "after": lambda refs: ids_of(plan, "actions", refs),
        "reason": lambda text: (text or "").strip(),
        "note": lambda text: (text or "").strip(),
    }
    checked = {
        field: readers[field](value) if field in readers else value
        for field, value in wanted.items()
    }
    if "answers" in checked and not checked["answers"]:
        message = f"{action.id} would answer no finding: name at least one with --answers."
        raise RefusedError(message)
    if action.id in checked.get("after", ()):
        message = f"{action.id} can't wait for itself."
        raise RefusedError(message)
    return checked


def _refuse_silent_move(action: Action, wanted: Mapping[str, Any]) -> None:
    if "due" not in wanted or wanted["due"] == action.due or action.due is None:
        return
    if wanted["due"] is None:
        message = f"{action.id} has an agreed date, which can't be cleared: move it or park it."
        raise RefusedError(message)
    message = (
        f"{action.id} is due {without_weekday(action.due)}, which was agreed: a date is moved with "
        f"a reason. Use: actionplan move {action.id} --due {wanted['due']} --why '...'"
    )
    raise RefusedError(message)


def _refuse_stage(action: Action, stage: str) -> None:
    if stage == action.stage or stage in ALLOWED_STAGES[action.stage]:
        return
    if stage == "embedded":
        message = (
            f"{action.id} can't be set to embedded: that takes a test of the evidence by someone "
            "other than its owner."
        )
    elif action.stage == "embedded":
        message = f"{action.id} is embedded. If the problem is back, add a new action for it."
    elif action.stage == "superseded":
        message = f"{action.id} is superseded and closed. Add a new action instead."
    else:
        message = f"{action.id} is {action.stage} and can't go straight to {stage}."
    raise RefusedError(message)


def _refuse_stage_without_reason(action: Action, wanted: Mapping[str, Any]) -> None:
    stage = wanted.get("stage", action.stage)
    if stage in SHELVED_STAGES and stage != action.stage and not wanted.get("reason"):
        message = f"{action.id} would be {stage} with no reason: say why with --reason."
        raise RefusedError(message)


def _with_delivery(old: Action, new: Action, as_at: date) -> Action:
    """Stamp the update; a date of delivery comes and goes with the stage."""
    delivered = new.delivered
    if new.stage == "delivered" and old.stage != "delivered":
        delivered = new.delivered or as_at
    elif new.stage not in DONE_STAGES:
        delivered = None
    return new._replace(updated=as_at, delivered=delivered)


def _allowed(action: Action, plan: Plan) -> Action:
    """Refuse what no action may be, whichever verb would make it so."""
    if action.start and action.due and action.due < action.start:
        message = (
            f"{action.id} would be due {without_weekday(action.due)}, before it starts on "
            f"{without_weekday(action.start)}."
        )
        raise RefusedError(message)
    if action.stage in SHELVED_STAGES and not action.reason:
        message = f"{action.id} would be {action.stage} with no reason: say why with --reason."
        raise RefusedError(message)
    if action.is_open and action.rag in legends.of(plan.policy).wrong and not action.reason:
        message = f"{action.id} would be {action.rag} with no reason: say why with --reason."
        raise RefusedError(message)
    return action


def note_action(plan: Plan, ref: str, text: str, as_at: date) -> Plan:
    """Put a new last note on an action; the history keeps the one before."""
    action: Action = the(plan, "actions", ref)
    return plan.replacing("actions", action._replace(note=stated(text, "note"), updated=as_at))


def deliver_action(plan: Plan, ref: str, on: date, as_at: date) -> Plan:
    """Record that its owner says that an action is delivered.

    Raises:
        RefusedError: where it is delivered already or closed, or the day is still to come.

    """
    action: Action = the(plan, "actions", ref)
    if action.stage == "delivered":
        when = f" on {without_weekday(action.delivered)}" if action.delivered else ""
        message = f"{action.id} was delivered already{when}. Add what is new with: note {action.id}"
        raise RefusedError(message)
    if on > as_at:
        message = f"{in_words(on)} is still to come: {action.id} can't be delivered on it yet."
        raise RefusedError(message)
    return update_action(plan, ref, {"stage": "delivered", "delivered": on}, as_at)


def move_action(plan: Plan, ref: str, move: Move, as_at: date) -> Plan:
    """Move a due date, with a reason; the date first agreed is kept for ever.

    Raises:
        RefusedError: where there is no reason, no date to move, or nothing to move.

    """
    action: Action = the(plan, "actions", ref)
    why = move.why.strip()
    if not why:
        message = f"The date of {action.id} is moved with a reason: say why with --why."
        raise RefusedError(message)
    if action.due is None:
        message = (
            f"{action.id} has no due date to move. Give it its first: "
            f"actionplan update {action.id} --due {move.to}"
        )
        raise RefusedError(message)
    if not action.is_open:
        message = f"{action.id} is {action.stage}: its date is no longer moved."
        raise RefusedError(message)
    if move.to is None:
        message = f"Give the new date of {action.id}."
        raise WrongUsageError(message)
    if move.to == action.due:
        message = f"{action.id} is due {without_weekday(action.due)} already."
        raise RefusedError(message)
    made = Move(as_at, action.due, move.to, why, move.approved.strip())
    moved = action._replace(due=move.to, moves=(*action.moved, made), updated=as_at)
    return plan.replacing("actions", _allowed(moved, plan))


def refuse_unsaid_moves(before: Plan, after: Plan) -> None:
    """Refuse a plan in which an agreed date is another, and no new move says why.

    Raises:
        RefusedError: where there is one.

    """
    for old in before.actions:
        new: Action = after.find("actions", old.id) or old
        said = {move.to for move in new.moves if move not in old.moves}
        if old.due and new.due != old.due and new.due not in said:
            now = without_weekday(new.due) if new.due else "none"
            message = (
                f"{old.id} is due {without_weekday(old.due)}, which was agreed, and nothing says "
                f"why that is now {now}: a date is moved with a reason."
            )
            raise RefusedError(message)


def ask_move(plan: Plan, ref: str, move: Move, as_at: date) -> Plan:
    """Ask for another due date; the agreed one stands until somebody approves it.

    What was asked for before, and has no answer yet, gives way to it; the history keeps it.

    Raises:
        RefusedError: as `move_action`.

    """
    action: Action = the(plan, "actions", ref)
    asked = action.asked
    if asked is not None and (asked.to, asked.why) == (move.to, move.why.strip()):
        return plan
    moved = move_action(plan, ref, move._replace(approved=""), as_at)
    wanted: Action = the(moved, "actions", ref)
    return plan.replacing("actions", wanted._replace(due=action.due))


def refuse_move(plan: Plan, ref: str, as_at: date) -> Plan:
    """Take away a date that was asked for and is not agreed to; the due date stands as it stood.

    Raises:
        RefusedError: where none was asked for.

    """
    action: Action = the(plan, "actions", ref)
    if action.asked is None:
        message = f"{action.id} has no date that was only asked for: there is nothing to refuse."
        raise RefusedError(message)
    return plan.replacing("actions", action._replace(moves=action.moved, updated=as_at))


def approve_move(plan: Plan, ref: str, approved: str, as_at: date) -> Plan:
    """Record who approved the last move of a date, and any before it that still waited.

    A date that was only asked for is the due date from then on.

    Raises:
        RefusedError: where no move waits for approval.

    """
    action: Action = the(plan, "actions", ref)
    if not action.moves or action.moves[-1].approved:
        message = f"{action.id} has no move of its date that waits for approval."
        raise RefusedError(message)
    by = stated(approved, "approval")
    moves = tuple(move if move.approved else move._replace(approved=by) for move in action.moves)
    due = moves[-1].to if action.asked else action.due
    changed = action._replace(moves=moves, due=due, updated=as_at)
    return plan.replacing("actions", changed)


# --- reviews, meetings, findings, owners --------------------------------------------------------


def add_review(plan: Plan, review: Review) -> Plan:
    """Add a review under a short name that is free.

    Raises:
        WrongUsageError: where the name has spaces or signs in it.
        RefusedError: where the name is taken.

    """
    refuse_no_name(review.id)
    refuse_taken(plan, "reviews", review.id)
    return plan.adding("reviews", _followed(review._replace(title=stated(review.title, "title"))))


def update_review(plan: Plan, ref: str, fields: Mapping[str, Any], why: str = "") -> Plan:
    """Set fields of a review; a value of ``None`` or ``""`` clears one.

    Raises:
        WrongUsageError: where there is no such review, or its title would be empty.
        RefusedError: where a date that clocks follow is changed with no reason, or the plan would
            be due before the review.

    """
    review: Review = the(plan, "reviews", ref)
    texts = {field: text.strip() for field, text in fields.items() if isinstance(text, str)}
    changed = review._replace(**{**fields, **texts})
    for field, said in (("on", "The date"), ("plan_due", "The day stated for the plan")):
        was = getattr(review, field)
        if was is not None and was != getattr(changed, field) and not why.strip():
            message = (
                f"{said} of {review.id} is {without_weekday(was)}, and dates follow from it: it is "
                "changed with a reason. Say why with --why."
            )
            raise RefusedError(message)
    changed = changed._replace(title=stated(changed.title, "title"))
    return plan if changed == review else plan.replacing("reviews", _followed(changed))


def _followed(review: Review) -> Review:
    """Refuse a plan that would be due before the review that asks for it."""
    if review.on and review.plan_due and review.plan_due < review.on:
        message = (
            f"{review.id} is of {without_weekday(review.on)}: the plan for it can't be due before, "
            f"{without_weekday(review.plan_due)}."
        )
        raise RefusedError(message)
    return review


def refuse_no_name(ref: str) -> None:
    """Refuse what can't be the short name of a review.

    Raises:
        WrongUsageError: where it has spaces or signs in it.

    """
    if not is_ref(ref):
        message = (
            f"'{ref}' can't name a review: use up to 20 letters, digits, dots or hyphens, "
            "with no spaces, such as LGA."
        )
        raise WrongUsageError(message)


def add_meeting(plan: Plan, meeting: Meeting) -> Plan:
    """Add a meeting that the plan reports to, after the others.

    Raises:
        WrongUsageError: where the body has no name.
        RefusedError: where that body meets on that day already.

    """
    made = meeting._replace(body=stated(meeting.body, "body"))
    _refuse_met(plan, made)
    return plan._replace(meetings=(*plan.meetings, made))


def update_meeting(plan: Plan, body: str, on: date | None, new: Meeting) -> Plan:
    """Give a meeting another day, another body, or both; what ``new`` leaves open stays.

    Raises:
        WrongUsageError: where no meeting is meant, or more than one.
        RefusedError: where that body meets on that day already.

    """
    at = place_of_meeting(plan, body, on)
    old = plan.meetings[at]
    made = Meeting(new.body.strip() or old.body, new.on or old.on)
    others = plan._replace(meetings=(*plan.meetings[:at], *plan.meetings[at + 1 :]))
    _refuse_met(others, made)
    return plan._replace(meetings=(*plan.meetings[:at], made, *plan.meetings[at + 1 :]))


def remove_meeting(plan: Plan, body: str, on: date | None) -> Plan:
    """Take out a meeting that is not held; the history keeps it.

    Raises:
        WrongUsageError: where no meeting is meant, or more than one.

    """
    at = place_of_meeting(plan, body, on)
    return plan._replace(meetings=(*plan.meetings[:at], *plan.meetings[at + 1 :]))


def place_of_meeting(plan: Plan, body: str, on: date | None) -> int:
    """Find a meeting by its body and its day; the day may be left out where there is but one.

    Raises:
        WrongUsageError: where no meeting is meant, or more than one; with those that there are.

    """
    own = [at for at, meeting in enumerate(plan.meetings) if is_same(meeting.body, body)]
    found = [at for at in own if on in {None, plan.meetings[at].on}]
    if len(found) == 1:
        return found[0]
    raise WrongUsageError(_no_such_meeting(plan, body, on, own))


def _no_such_meeting(plan: Plan, body: str, on: date | None, own: list[int]) -> str:
    bodies = dict.fromkeys(meeting.body for meeting in plan.meetings)
    met = {plan.meetings[at].on for at in own}
    days = ", ".join(without_weekday(day) for at in own if (day := plan.meetings[at].on))
    if not plan.meetings:
        return "The plan has no meetings yet. Add one with: actionplan meeting add"
    if not own:
        near = get_close_matches(body, bodies, 1, 0.5)
        there = f"Is '{near[0]}' meant?" if near else f"There are: {'; '.join(bodies)}."
        return f"No meeting of {body.strip() or 'no name'} is in the plan. {there}"
    spelt = plan.meetings[own[0]].body
    if on in met or (on is None and len(met) == 1):
        return f"{spelt} meets twice on one day: leave one of them, with: actionplan edit"
    if on is None:
        return f"{spelt} meets on {days}: say which with --on."
    return f"{spelt} does not meet on {in_words(on)}: it meets on {days}."


def _refuse_met(plan: Plan, meeting: Meeting) -> None:
    for other in plan.meetings:
        if is_same(other.body, meeting.body) and other.on == meeting.on and meeting.on:
            message = f"{other.body} on {in_words(meeting.on)} is in the plan already."
            raise RefusedError(message)


def add_finding(plan: Plan, finding: Finding) -> Plan:
    """Add a finding in the review's own words.

    Raises:
        WrongUsageError: where the review is not in the plan, or the text is empty.

    """
    review: Review = the(plan, "reviews", finding.review)
    complete = finding._replace(
        review=review.id,
        text=stated(finding.text, "text"),
        kind=choice(finding.kind, FINDING_KINDS, "kind"),
        response=choice(finding.response, RESPONSES, "response") if finding.response else "",
        reason=finding.reason.strip(),
    )
    return plan.adding("findings", _answerable(complete))


def update_finding(plan: Plan, ref: str, fields: Mapping[str, str]) -> Plan:
    """Set the council's side of a finding: theme, outcome, response. Its text is locked.

    Raises:
        RefusedError: where a finding is declined, or accepted in part, with no reason.

    """
    finding: Finding = the(plan, "findings", ref)
    locked = sorted(fields.keys() - {"theme", "kind", "outcome", "response", "reason", "exempt"})
    if locked:
        message = f"The {locked[0]} of {finding.id} is locked: it says what the review said."
        raise RefusedError(message)
    wanted: dict[str, Any] = {field: value.strip() for field, value in fields.items()}
    if wanted.get("response"):
        wanted["response"] = choice(wanted["response"], RESPONSES, "response")
    if "kind" in wanted:
        wanted["kind"] = choice(wanted["kind"], FINDING_KINDS, "kind")
    return plan.replacing("findings", _answerable(finding._replace(**wanted)))


def _answerable(finding: Finding) -> Finding:
    if finding.response in {"partly", "declined"} and not finding.reason:
        message = (
            f"{finding.id} would be {finding.response} with no reason: a council need not accept "
            "a finding, but says why. Add --reason."
        )
        raise RefusedError(message)
    return finding


def add_owner(plan: Plan, owner: Owner) -> Plan:
    """Add a post that can own actions.

    Raises:
        RefusedError: where the post is there already.

    """
    post = one_owner(owner.id)
    refuse_taken(plan, "owners", post)
    return plan.adding("owners", owner._replace(id=post))


def update_owner(plan: Plan, post: str, fields: Mapping[str, str], known: Collection[str]) -> Plan:
    """Set who holds a post and the address; a post that is `known` without either is added.

    Raises:
        WrongUsageError: where there is no such post.

    """
    owner: Owner | None = plan.find("owners", post.strip())
    wanted: dict[str, Any] = {field: value.strip() for field, value in fields.items()}
    if owner is not None:
        return plan.replacing("owners", owner._replace(**wanted))
    spelt = next((each for each in known if is_same(each, post)), "")
    if not spelt:
        message = f"There is no owner {post.strip()}. Add the post with: actionplan owner add"
        raise WrongUsageError(message)
    return add_owner(plan, Owner(spelt)._replace(**wanted))


def replace_owner(plan: Plan, post: str, other: str) -> Plan:
    """Hand every open action of a post over to another; nothing else of them is changed.

    Raises:
        WrongUsageError: where the post has no open action, or the other is the same.

    """
    new = one_owner(other)
    known = [*(owner.id for owner in plan.owners), *(action.owner for action in plan.actions)]
    new = next((each for each in known if is_same(each, new)), new)
    if is_same(post, new):
        message = f"{new} would be replaced by itself: name the post that takes over."
        raise WrongUsageError(message)
    own = [action for action in plan.actions if is_same(action.owner, post) and action.is_open]
    if not own:
        message = f"{post.strip()} has no open action in this plan: there is nothing to hand over."
        raise WrongUsageError(message)
    for action in own:
        plan = plan.replacing("actions", action._replace(owner=new))
    return plan


def refuse_taken(plan: Plan, collection: str, ref: str) -> None:
    """Refuse a name that is in the plan already.

    Raises:
        RefusedError: where it is.

    """
    if plan.find(collection, ref) is not None:
        message = f"The {SINGULAR[collection]} {ref} is in the plan already."
        raise RefusedError(message)
