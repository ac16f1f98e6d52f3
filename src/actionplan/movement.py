"""What moved between two plans, each as at its own day, and the direction of travel.

"Then" and "now" are two views; how one became the other is for the history to tell. What is said of
an action is said by its ref, so a filter looks at every action that it finds at either end. The
counts add up, whatever happened: what was open then, and what came, less what went, is open now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from actionplan import legends, rag
from actionplan.model import DONE_STAGES, SHELVED_STAGES, Change, Move, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from actionplan.legends import Legend
    from actionplan.model import Action, Finding, Test
    from actionplan.query import View


# --- the direction of travel --------------------------------------------------------------------

EMBEDDED, CONFIRMED, DELIVERED, ON_COURSE = range(4)
"""The places of a standing: the lower, the better. Amber and red stand after on course."""


def standing(action: Action, found: rag.Verdict, legend: Legend = legends.BRAG) -> int | None:
    """Place an action by the worse of what is declared and what the facts say.

    What someone else tested and did not confirm stands with the red; what is marked embedded, and
    is not confirmed, with the delivered. ``None`` for what is parked or superseded.
    """
    if action.stage in SHELVED_STAGES:
        return None
    facts = rag.RANK[found.rating]
    if action.is_open or found.rating == "red":
        return ON_COURSE + max(legend.severities.get(action.rag, 0), facts)
    if facts:
        return DELIVERED
    return EMBEDDED if action.stage == "embedded" else CONFIRMED


def direction(
    then: Action | None, now: Action, context_then: rag.Context, context_now: rag.Context
) -> str:
    """Tell whether an action stands better, the same or worse than then, or is new.

    ``""`` for what is parked or superseded now, of which no direction can be told. What was parked
    or superseded then, and is open now, counts as new: it had no standing to compare with.
    """
    before = _standing_in(context_then, then) if then else None
    after = _standing_in(context_now, now)
    if after is None:
        return ""
    if before is None:
        return "better" if then and after < ON_COURSE else "new"
    if before == after:
        return "same"
    return "better" if after < before else "worse"


def _standing_in(context: rag.Context, action: Action) -> int | None:
    return standing(action, rag.verdict(action, context), context.legend)


def directions(then: View, now: View) -> dict[str, str]:
    """Give the direction of each action that is looked at now, by its ref."""
    before = {action.id: action for action in then.plan.actions}
    contexts = then.context, now.context
    return {
        action.id: direction(before.get(action.id), action, *contexts) for action in now.actions
    }


class Travel(NamedTuple):
    """How many actions stand better, the same, worse, or are new."""

    better: int
    same: int
    worse: int
    new: int

    @property
    def word(self) -> str:
        """Say it in a word; ``""`` where there is nothing to compare."""
        if not self.better + self.same + self.worse:
            return "new" if self.new else ""
        if self.better == self.worse:
            return "same"
        return "better" if self.better > self.worse else "worse"


def travel(found: Iterable[str]) -> Travel:
    """Count the directions of some actions."""
    counts = Counter(found)
    return Travel(counts["better"], counts["same"], counts["worse"], counts["new"])


# --- movement -----------------------------------------------------------------------------------


class Shift(NamedTuple):
    """One action, as it was then and as it is now."""

    then: Action
    now: Action


class Moved(NamedTuple):
    """A due date that is another now."""

    action: Action
    move: Move
    how: str = "moved"
    """``moved``; ``asked`` where the date still stands, and waits for a yes.

    Or, where no move says so, ``first date``, ``taken back`` or ``not recorded``.
    """


class Cleared(NamedTuple):
    """What was overdue then and is not now, and why."""

    then: Action
    now: Action | None
    why: str
    """Its stage now where that is not open; else ``moved``, ``undated`` or ``removed``."""


class Reworded(NamedTuple):
    """A finding whose text is another now, and what rests on it."""

    then: Finding
    now: Finding
    actions: tuple[Action, ...]

    @property
    def tests(self) -> tuple[tuple[Action, Test], ...]:
        """Give the tests of the actions that answer it: each judged an answer to the old text."""
        return tuple((action, test) for action in self.actions for test in action.tests)


class Counts(NamedTuple):
    """What was open then, what came and went, and what is open now.

    ``then + new + reopened - completed - parked - superseded - removed = now``, and
    ``all_then + new - all_removed = all_now``. An action that is new and completed already is both;
    one that passes from delivered to parked, or back, was reopened on the way.
    """

    then: int
    new: int
    reopened: int
    completed: int
    parked: int
    superseded: int
    removed: int
    """Removed from the plan while open."""
    now: int
    all_then: int
    all_removed: int
    all_now: int


class Movement(NamedTuple):
    """All that moved between two plans; an action stands as it is now, unless it is gone."""

    counts: Counts
    completed: tuple[Action, ...] = ()
    embedded: tuple[Action, ...] = ()
    """Delivered then, embedded now."""
    newly_overdue: tuple[Action, ...] = ()
    no_longer_overdue: tuple[Cleared, ...] = ()
    ratings_down: tuple[Shift, ...] = ()
    """Open actions whose owner rates them worse."""
    ratings_up: tuple[Shift, ...] = ()
    moves: tuple[Moved, ...] = ()
    approved: tuple[Moved, ...] = ()
    """Moves that were only asked for then."""
    new: tuple[Action, ...] = ()
    reopened: tuple[Shift, ...] = ()
    parked: tuple[Action, ...] = ()
    superseded: tuple[Action, ...] = ()
    removed: tuple[Action, ...] = ()
    """In the plan then, and not now; as they were."""
    reworded: tuple[Reworded, ...] = ()
    owners: tuple[Shift, ...] = ()
    other: tuple[Change, ...] = ()
    """Every other field that differs."""


class _Sides(NamedTuple):
    """The actions that are looked at, by their refs, as they were and as they are."""

    then: View
    now: View
    before: Mapping[str, Action]
    after: Mapping[str, Action]

    @property
    def pairs(self) -> tuple[Shift, ...]:
        """Give what was there then and is there now."""
        return tuple(
            Shift(self.before[ref], action)
            for ref, action in self.after.items()
            if ref in self.before
        )


def compare(then: View, now: View) -> Movement:
    """Tell all that moved; a view through a filter looks at what it finds at either end."""
    looked_at = {action.id for action in (*then.actions, *now.actions)}
    before = {action.id: action for action in then.plan.actions if action.id in looked_at}
    after = {action.id: action for action in now.plan.actions if action.id in looked_at}
    sides = _Sides(then, now, before, after)
    moved = Movement(
        _counts(sides),
        completed=_turned(sides, DONE_STAGES),
        embedded=tuple(
            p.now for p in sides.pairs if (p.then.stage, p.now.stage) == ("delivered", "embedded")
        ),
        newly_overdue=_newly_overdue(sides),
        no_longer_overdue=_no_longer_overdue(sides),
        ratings_down=tuple(pair for pair in sides.pairs if _rated(sides, pair) > 0),
        ratings_up=tuple(pair for pair in sides.pairs if _rated(sides, pair) < 0),
        moves=tuple(m for ref, action in after.items() for m in _moves(before.get(ref), action)),
        approved=tuple(approval for pair in sides.pairs for approval in _approvals(pair)),
        new=tuple(action for ref, action in after.items() if ref not in before),
        reopened=_reopened(sides),
        parked=_turned(sides, frozenset({"parked"})),
        superseded=_turned(sides, frozenset({"superseded"})),
        removed=_removed(sides),
        reworded=_reworded(sides),
        owners=tuple(pair for pair in sides.pairs if pair.then.owner != pair.now.owner),
    )
    return moved._replace(other=_other(sides, moved))


def _counts(sides: _Sides) -> Counts:
    removed = _removed(sides)
    return Counts(
        then=sum(action.is_open for action in sides.before.values()),
        new=len(sides.after.keys() - sides.before.keys()),
        reopened=len(_reopened(sides)),
        completed=len(_turned(sides, DONE_STAGES)),
        parked=len(_turned(sides, frozenset({"parked"}))),
        superseded=len(_turned(sides, frozenset({"superseded"}))),
        removed=sum(action.is_open for action in removed),
        now=sum(action.is_open for action in sides.after.values()),
        all_then=len(sides.before),
        all_removed=len(removed),
        all_now=len(sides.after),
    )


def _status(action: Action | None) -> str:
    if action is None:
        return "absent"
    if action.is_open:
        return "open"
    return "done" if action.stage in DONE_STAGES else "shelved"


def _turned(sides: _Sides, stages: frozenset[str]) -> tuple[Action, ...]:
    """Give what is in one of these stages now and was of another status then, or absent."""
    return tuple(
        action
        for ref, action in sides.after.items()
        if action.stage in stages and _status(sides.before.get(ref)) != _status(action)
    )


def _reopened(sides: _Sides) -> tuple[Shift, ...]:
    """Give what was done or shelved then and is so no more; on to the other is by way of open."""
    return tuple(
        pair
        for pair in sides.pairs
        if not pair.then.is_open and _status(pair.then) != _status(pair.now)
    )


def _removed(sides: _Sides) -> tuple[Action, ...]:
    return tuple(action for ref, action in sides.before.items() if ref not in sides.after)


def _was_overdue(sides: _Sides, ref: str) -> bool:
    return ref in sides.before and sides.before[ref].is_overdue(sides.then.as_at)


def _is_overdue(sides: _Sides, ref: str) -> bool:
    return ref in sides.after and sides.after[ref].is_overdue(sides.now.as_at)


def _newly_overdue(sides: _Sides) -> tuple[Action, ...]:
    return tuple(
        action
        for ref, action in sides.after.items()
        if _is_overdue(sides, ref) and not _was_overdue(sides, ref)
    )


def _no_longer_overdue(sides: _Sides) -> tuple[Cleared, ...]:
    return tuple(
        Cleared(action, sides.after.get(ref), _why_cleared(sides.after.get(ref)))
        for ref, action in sides.before.items()
        if _was_overdue(sides, ref) and not _is_overdue(sides, ref)
    )


def _why_cleared(now: Action | None) -> str:
    if now is None:
        return "removed"
    if not now.is_open:
        return now.stage
    return "moved" if now.due else "undated"


def _rated(sides: _Sides, pair: Shift) -> int:
    """Say by how much the owner rates an open action worse; below nought is better.

    Between two legends on one scale the colours are compared, between others what they say.
    """
    then, now = sides.then.legend, sides.now.legend
    if not pair.now.is_open or pair.then.rag not in then.shades or pair.now.rag not in now.shades:
        return 0
    if then.scale == now.scale:
        return legends.PLACES[pair.now.rag] - legends.PLACES[pair.then.rag]
    return now.severities[pair.now.rag] - then.severities[pair.then.rag]


def _known_moves(action: Action | None) -> dict[tuple[date | None, ...], Move]:
    moves = action.moves if action else ()
    return {(move.on, move.to): move for move in moves}


def _moves(then: Action | None, now: Action) -> Iterator[Moved]:
    """Give the moves that were not there then, and a date that changed with no move to say so."""
    known = _known_moves(then)
    fresh = [move for key, move in _known_moves(now).items() if key not in known]
    yield from (Moved(now, move, "asked" if move == now.asked else "moved") for move in fresh)
    moved = now.moved if then is not None and now.moved != then.moved else ()
    told = bool(moved) and moved[-1].to == now.due
    if then is not None and then.due != now.due and not told:
        yield Moved(now, Move(None, then.due, now.due), _how_changed(then, now))


def _how_changed(then: Action, now: Action) -> str:
    if then.due is None:
        return "first date"
    return "taken back" if len(now.moves) < len(then.moves) else "not recorded"


def _approvals(pair: Shift) -> Iterator[Moved]:
    known = _known_moves(pair.then)
    for key, move in _known_moves(pair.now).items():
        if move.approved and key in known and not known[key].approved:
            yield Moved(pair.now, move)


def _reworded(sides: _Sides) -> tuple[Reworded, ...]:
    """Give the findings with another text; through a filter, those that are answered in it."""
    found = (
        Reworded(was, finding, tuple(a for a in sides.after.values() if finding.id in a.answers))
        for finding in sides.now.plan.findings
        if (was := sides.then.findings.get(finding.id)) and was.text != finding.text
    )
    return tuple(each for each in found if each.actions or not sides.now.filtered)


# --- what is left to tell -----------------------------------------------------------------------

_OF_ITS_STAGE = frozenset({"stage", "delivered", "rag", "reason"})
_TOLD: dict[str, frozenset[str]] = {
    "completed": _OF_ITS_STAGE,
    "parked": _OF_ITS_STAGE,
    "superseded": _OF_ITS_STAGE,
    "reopened": _OF_ITS_STAGE,
    "embedded": frozenset({"stage"}),
    "ratings_down": frozenset({"rag", "reason"}),
    "ratings_up": frozenset({"rag", "reason"}),
    "moves": frozenset({"due", "moves"}),
    "approved": frozenset({"due", "moves"}),
    "owners": frozenset({"owner"}),
}
"""The fields of an action that each kind of movement tells of."""


def _other(sides: _Sides, moved: Movement) -> tuple[Change, ...]:
    """Give the fields that differ and that no other kind of movement tells of."""
    told = _told(moved)
    return tuple(
        change
        for change in differences(sides.then.plan, sides.now.plan)
        if _is_looked_at(change, sides) and not _is_told(change, told)
    )


def _told(moved: Movement) -> Mapping[str, set[str]]:
    told: defaultdict[str, set[str]] = defaultdict(set)
    for kind, fields in _TOLD.items():
        for each in getattr(moved, kind):
            told[_action_of(each).id] |= fields
    return told


def _action_of(each: Action | Shift | Moved) -> Action:
    if isinstance(each, Shift):
        return each.now
    return each.action if isinstance(each, Moved) else each


def _is_told(change: Change, told: Mapping[str, set[str]]) -> bool:
    if change.collection == "findings":
        return change.field == "text"
    if change.collection != "actions":
        return False
    return change.field in {"", "updated"} or change.field in told.get(change.ref, ())


def _is_looked_at(change: Change, sides: _Sides) -> bool:
    """Leave out what a filter does not look at, and the names and addresses of owners."""
    if change.collection == "actions":
        return change.ref in sides.before or change.ref in sides.after
    return change.collection != "owners" and not sides.now.filtered
