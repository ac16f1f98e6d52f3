"""Who is reminded of what, and when: each owner of what is theirs, the officer of the whole.

Undated, parked, superseded and delivered actions are never called overdue; what is overdue is in
every reminder until it is done, however late it is.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from actionplan import query, rag
from actionplan.dates import counted, earlier, without_weekday, working_days_between
from actionplan.model import is_same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from actionplan.model import Action, Move, Owner, Period, Policy
    from actionplan.query import View
    from actionplan.rag import Verdict

NOBODY = "no owner"
"""What stands where an action names none."""

# --- when ---------------------------------------------------------------------------------------


class Turn(NamedTuple):
    """The period in which a reminder is given once."""

    begins: date
    before: date
    """Where the one before it began."""
    next: date

    @property
    def name(self) -> str:
        """Name it, whichever day of it it is."""
        return self.begins.isoformat()


def turn(as_at: date, every: Period) -> Turn:
    """Give the period that a day lies in; weeks begin on Mondays and months on the first."""
    if every.unit == "m":
        months = as_at.year * 12 + as_at.month - 1
        first = months // every.length * every.length
        return Turn(*(_month(first + step * every.length) for step in (0, -1, 1)))
    if every.unit == "wd":
        weeks, day = divmod(as_at.toordinal() - 1, 7)
        first = (weeks * 5 + min(day, 4)) // every.length * every.length
        return Turn(*(_weekday(first + step * every.length) for step in (0, -1, 1)))
    days = every.length * (7 if every.unit == "w" else 1)
    first = (as_at.toordinal() - 1) // days * days
    return Turn(*(_day(first + step * days) for step in (0, -1, 1)))


def _month(months: int) -> date:
    year, month = divmod(max(months, 12), 12)
    return date(year, month + 1, 1) if year <= date.max.year else date.max


def _weekday(weekdays: int) -> date:
    weeks, day = divmod(weekdays, 5)
    return _day(weeks * 7 + day)


def _day(days: int) -> date:
    return date.fromordinal(min(max(days + 1, 1), date.max.toordinal()))


# --- what ---------------------------------------------------------------------------------------


class Moved(NamedTuple):
    """A date that was moved in the last period."""

    action: Action
    move: Move


class Matters(NamedTuple):
    """What is to be said of some actions; none of the first three is in another of them."""

    view: View
    """The actions that it is of, as at a day."""
    since: date
    overdue: tuple[Action, ...]
    """The oldest first."""
    due: tuple[Action, ...] = ()
    """By the end of what the policy calls soon."""
    stale: tuple[Action, ...] = ()
    moved: tuple[Moved, ...] = ()
    asked: tuple[tuple[Action, str], ...] = ()
    """What is not answered yet, in words."""
    unsure: tuple[str, ...] = ()
    """The refs of those in which something could not be read."""

    @property
    def reminded(self) -> tuple[Action, ...]:
        """Give all that has to be done or told of."""
        return (*self.overdue, *self.due, *self.stale)

    @property
    def is_anything(self) -> bool:
        """Tell whether there is anything to do; a date that was moved is only information."""
        return bool(self.reminded or self.asked)

    @property
    def oldest(self) -> int:
        """Give the working days by which the oldest is late."""
        due = self.overdue[0].due if self.overdue else None
        return working_days_between(due, self.view.as_at) if due else 0

    @property
    def subject(self) -> str:
        """Say how many there are, and how late the worst is."""
        return f"{self._most_pressing()}: {self.view.plan.title}"

    def _most_pressing(self) -> str:
        if self.overdue:
            days = counted(self.oldest, "working day")
            how_late = f", by {days}" if len(self.overdue) == 1 else f", the oldest by {days}"
            return (
                f"{counted(len(self.overdue), 'action')} overdue{how_late if self.oldest else ''}"
            )
        if self.due:
            by = without_weekday(query.due_soon_until(self.view))
            return f"{counted(len(self.due), 'action')} due by {by}"
        if self.stale:
            return f"{counted(len(self.stale), 'action')} with no recent update"
        return f"{counted(len(self.asked), 'action')} with a question to answer"


def matters(
    view: View, *, only_overdue: bool = False, unsure: Collection[str] = frozenset()
) -> Matters:
    """Find what is to be said of the actions looked at.

    Of those that are `unsure`, because something in them could not be read, nothing is asked.
    """
    since = turn(view.as_at, view.plan.policy.remind_every).before
    overdue = query.overdue(view)
    doubted = tuple(action.id for action in view.actions if action.id in unsure)
    if only_overdue:
        return Matters(view, since, overdue, unsure=doubted)
    due = query.due_until(view, query.due_soon_until(view))
    named = {action.id for action in (*overdue, *due)}
    stale = [
        action
        for action in view.actions
        if action.id not in named and rag.is_stale(action, view.plan.policy, view.as_at)
    ]
    moved = (Moved(a, move) for a in view.actions if a.is_open for move in a.moved)
    return Matters(
        view,
        since,
        overdue,
        due,
        query.by_due(stale),
        tuple(each for each in moved if each.move.on and since <= each.move.on <= view.as_at),
        tuple(_asked(view, unsure)),
        doubted,
    )


_QUESTIONS = frozenset({"not-approved", "red-without-reason", "amber-without-reason", "undated"})
"""The rules that say what is still wanted of an action."""


def _asked(view: View, unsure: Collection[str]) -> Iterator[tuple[Action, str]]:
    context = view.context
    for action in view.actions:
        if action.id in unsure:
            continue
        signals = rag.signals(action, context)
        wanted = [found for found in signals if found.rule in _QUESTIONS]
        said = [found.sentence for found in wanted] or [*_waiting(action)]
        if signals and signals[0] not in wanted:
            said.append(_challenge(action, signals[0], view))
        if told := " ".join(text for text in said if text):
            yield action, told


def _challenge(action: Action, found: Verdict, view: View) -> str:
    """Say where an action is declared rosier than it is, if its owner can do anything about it."""
    if not rag.is_challenged(action, found, view.legend):
        return ""
    if action.stage == "delivered" and found.rule == "not-tested":
        return ""
    if found.rule == "overdue":
        return f"Rated {view.legend.shown(action.rag)}, and it is overdue."
    return rag.challenge(action, found, view.legend)


def _waiting(action: Action) -> Iterator[str]:
    """Say that a move which was asked for is not approved, while the date agreed is to come."""
    last = action.moves[-1] if action.moves else None
    agreed = rag.last_approved_due(action)
    if action.is_open and last and last.to and not last.approved and agreed:
        yield (
            f"The move to {without_weekday(last.to)} is not approved yet: until it is, the date "
            f"agreed is {without_weekday(agreed)}."
        )


# --- who ----------------------------------------------------------------------------------------


class Terms(NamedTuple):
    """What was asked of the reminders."""

    only_overdue: bool = False
    unsure: frozenset[str] = frozenset()
    """The actions in which something could not be read."""
    escalate_to: str = ""
    """The address for what is escalated, where the post that the plan names has none of its own."""


class Share(NamedTuple):
    """What one reader is told: whoever holds one post, or several with one address."""

    posts: tuple[str, ...]
    address: str
    """Nothing where none is known."""
    known_as: str
    """What it is remembered by: all posts with this address, whoever of them is reminded."""
    matters: Matters
    escalated: tuple[Action, ...] = ()
    """Those of them that are copied to the post which the policy names."""
    escalated_to: str = ""
    """Who gets them; nothing where nobody can be written to."""

    @property
    def post(self) -> str:
        """Name the posts."""
        return "; ".join(self.posts)


def to_owners(view: View, owners: Iterable[Owner], terms: Terms) -> tuple[Share, ...]:
    """Give each owner a share of what is theirs; an owner with nothing to do gets none."""
    addresses = Addresses(owners)
    by_reader: dict[str, list[Action]] = {}
    posts: dict[str, dict[str, str]] = {}
    for action in view.actions:
        post = action.owner.strip() or NOBODY
        reader = addresses.of(post).casefold() or _same(post)
        by_reader.setdefault(reader, []).append(action)
        posts.setdefault(reader, {}).setdefault(_same(post), post)
    shares = (
        _share(view, tuple(posts[reader].values()), tuple(actions), addresses, terms)
        for reader, actions in by_reader.items()
    )
    return tuple(share for share in shares if share.matters.is_anything)


def _share(
    view: View,
    posts: tuple[str, ...],
    actions: tuple[Action, ...],
    addresses: Addresses,
    terms: Terms,
) -> Share:
    own = view._replace(actions=actions)
    found = _answerable(matters(own, only_overdue=terms.only_overdue, unsure=terms.unsure))
    target, address = _target(view, addresses, terms), addresses.of(posts[0])
    to_another = not address or address.casefold() != target.address.casefold()
    escalated = _escalated(found) if to_another else ()
    known_as = addresses.known_as(posts[0])
    return Share(posts, address, known_as, found, escalated, target.name if target.address else "")


def _answerable(found: Matters) -> Matters:
    """Ask an owner only of what is open: what is delivered waits for somebody else to test it."""
    return found._replace(asked=tuple(each for each in found.asked if each[0].is_open))


def whole(view: View, terms: Terms) -> Matters:
    """Find what is to be said of the whole plan."""
    return matters(view, only_overdue=terms.only_overdue, unsure=terms.unsure)


class Addresses:
    """The addresses of posts, whatever the case of their names and the space in them."""

    def __init__(self, owners: Iterable[Owner]) -> None:
        """Keep the first address that is given for each post."""
        self._known: dict[str, str] = {}
        for owner in owners:
            if owner.email.strip():
                self._known.setdefault(_same(owner.id), owner.email.strip())

    def of(self, post: str) -> str:
        """Give the address of a post, or nothing."""
        return self._known.get(_same(post), "")

    def known_as(self, post: str) -> str:
        """Name all the posts that have the address of this one, always in the same order."""
        address = self.of(post).casefold()
        posts = {each for each, one in self._known.items() if one.casefold() == address}
        return "; ".join(sorted({_same(post), *posts}))


def _same(post: str) -> str:
    return " ".join(post.casefold().split())


# --- escalation ---------------------------------------------------------------------------------


class _Target(NamedTuple):
    """To whom it is escalated."""

    name: str
    address: str
    """Nothing where none is known."""


def _target(view: View, addresses: Addresses, terms: Terms) -> _Target:
    """Give the post that the policy names, or else the sponsor: whoever has an address."""
    post = view.plan.policy.escalate_to
    if address := addresses.of(post):
        return _Target(post, address)
    return _Target(SPONSOR if terms.escalate_to else post or SPONSOR, terms.escalate_to)


def _escalated(found: Matters) -> tuple[Action, ...]:
    policy, as_at = found.view.plan.policy, found.view.as_at
    return tuple(
        action
        for action in found.reminded
        if _is_past_limit(action, policy, as_at)
        and not (policy.escalate_to and is_same(action.owner, policy.escalate_to))
    )


def _is_past_limit(action: Action, policy: Policy, as_at: date) -> bool:
    times = sum(bool(m.to and m.from_ and m.to > m.from_) for m in action.moved)
    if policy.escalate_after_moves and times >= policy.escalate_after_moves:
        return True
    limit = earlier(as_at, policy.escalate_after)
    return action.is_overdue(as_at) and action.due is not None and action.due <= limit


def escalation(
    view: View, owners: Iterable[Owner], shares: Iterable[Share], terms: Terms
) -> Share | None:
    """Give what is escalated of all owners, to the post that the policy names or to the sponsor."""
    refs = {action.id for share in shares for action in share.escalated}
    if not refs:
        return None
    actions = tuple(action for action in view.actions if action.id in refs)
    found = matters(
        view._replace(actions=actions), only_overdue=terms.only_overdue, unsure=terms.unsure
    )
    known_as = view.plan.policy.escalate_to or SPONSOR
    target = _target(view, Addresses(owners), terms)
    told = found._replace(asked=(), moved=())
    return Share((target.name,), target.address, known_as, told, found.reminded, target.name)


SPONSOR = "the sponsor"
"""What the reader of what is escalated is called, where the plan names no post."""


def without_address(view: View, owners: Iterable[Owner]) -> Mapping[str, int]:
    """Give each post that has open actions and no address, with how many of them are overdue."""
    addresses = Addresses(owners)
    found: dict[str, int] = {}
    spelt: dict[str, str] = {}
    for action in view.actions:
        post = action.owner.strip() or NOBODY
        if action.is_open and not addresses.of(post):
            name = spelt.setdefault(_same(post), post)
            found[name] = found.get(name, 0) + action.is_overdue(view.as_at)
    return found
