"""What moved between two days: the reckoning first, then a section for each kind of movement."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import movement
from actionplan.dates import counted, listed, without_weekday
from actionplan.reports.blocks import Block, Key, Prose, Report, Section, Table
from actionplan.reports.lines import (
    ChangeLine,
    ClearedLine,
    ReckoningLine,
    RewordedLine,
    ShiftLine,
    action_lines,
    late_line,
)
from actionplan.reports.wording import what

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from actionplan.model import Action, Change, Test
    from actionplan.movement import Cleared, Counts, Moved, Movement, Reworded, Shift
    from actionplan.query import View

RECKONED = (
    "of", "then", "new", "reopened", "completed", "parked", "superseded", "removed", "now",
)  # fmt: skip
DONE = ("ref", "title", "owner", "delivered", "stage")
LATE = ("ref", "title", "owner", "due", "late", "rag")
CLEARED = ("ref", "title", "owner", "due_then", "due", "why")
RERATED = ("ref", "title", "owner", "old", "new", "why")
MOVED = ("ref", "title", "old", "new", "why", "approved")
CAME = ("ref", "title", "owner", "due", "rag", "stage")
SHELVED = ("ref", "title", "owner", "due", "reason")
WENT = ("ref", "title", "owner", "due", "stage")
REWORDED = ("ref", "review", "text", "was", "answered_by", "tested_by")
HANDED_ON = ("ref", "title", "old", "new")
CHANGED = ("ref", "what")

UNRECORDED = {
    "first date": "its first date",
    "taken back": "the move was taken back",
    "not recorded": "changed, and no move is recorded",
}
"""Why a date is another, where no move says so."""


class _Basis(NamedTuple):
    """What every section is drawn from."""

    then: View
    now: View
    moved: Movement
    by_hand: tuple[Change, ...]


def report(then: View, now: View, since: str, by_hand: tuple[Change, ...] = ()) -> Report:
    """Tell what moved from one view to the other; ``since`` names the day or the report of then."""
    basis = _Basis(then, now, movement.compare(then, now), by_hand)
    made = tuple(section for make in SECTIONS if (section := make(basis)).blocks)
    plan = now.plan
    sections = (_reckoning(basis.moved.counts, since, still=not made), *made, *_legend(made))
    return Report(
        "changes", plan.title, now.as_at, sections, plan.organisation, f"Since {since}", _only(now),
        now.legend,
    )  # fmt: skip


def _only(now: View) -> str:
    return f"Not the whole plan: only {now.only}, then or now." if now.filtered else ""


def _legend(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Say what the colours are called, where a rating is shown at all."""
    tables = [t for section in sections for t in section.blocks if isinstance(t, Table)]
    ratings = dict.fromkeys(rated for table in tables for rated in _rated(table) if rated)
    return (Section("legend", "Legend", (Key(tuple(ratings)),)),) if ratings else ()


def _rated(table: Table) -> Iterator[str]:
    """Give every rating that a table shows."""
    for line in table.lines:
        if table.columns == RERATED:
            yield from (line.old, line.new)
        elif "rag" in table.columns:
            yield line.rag


# --- the reckoning ------------------------------------------------------------------------------


def _reckoning(counts: Counts, since: str, *, still: bool) -> Section:
    lines = (
        ReckoningLine("open", *counts[:8]),
        ReckoningLine(
            of="all",
            then=counts.all_then,
            new=counts.new,
            reopened=None,
            completed=None,
            parked=None,
            superseded=None,
            removed=counts.all_removed,
            now=counts.all_now,
        ),
    )
    blocks: list[Block] = [Prose(_reckoned(counts)), Table(lines, RECKONED)]
    if still:
        blocks.append(Prose(f"Nothing has moved since {since}."))
    return Section("counts", "What was open, and what is", tuple(blocks))


def _reckoned(counts: Counts) -> str:
    parts = [
        f"{number} {_verb(number, *verbs)}"
        for number, verbs in (
            (counts.new, ("is new", "are new")),
            (counts.reopened, ("was reopened", "were reopened")),
            (counts.completed, ("was completed", "were completed")),
            (counts.parked, ("was parked", "were parked")),
            (counts.superseded, ("was superseded", "were superseded")),
            (counts.removed, ("was removed while open", "were removed while open")),
        )
        if number
    ]
    between = f" {listed(parts)};" if parts else ""
    were = _verb(counts.then, "was", "were")
    are = _verb(counts.now, "is", "are")
    start = f"{counted(counts.then, 'action').capitalize()} {were} open then;"
    return f"{start}{between} {counts.now or 'none'} {are} open now."


def _verb(number: int, singular: str, plural: str) -> str:
    return singular if number == 1 else plural


# --- a section for each kind of movement --------------------------------------------------------


def _section(key: str, heading: str, lines: Iterable[object], columns: tuple[str, ...]) -> Section:
    shown = tuple(lines)
    return Section(key, heading, (Table(shown, columns),) if shown else ())


def _counted(things: tuple[object, ...], rest: str, noun: str = "action") -> str:
    return f"{counted(len(things), noun)} {rest}".rstrip()


def _completed(basis: _Basis) -> Section:
    done = basis.moved.completed
    lines = action_lines(basis.now, done)
    return _section("completed", _counted(done, "completed"), lines, DONE)


def _embedded(basis: _Basis) -> Section:
    done = basis.moved.embedded
    lines = action_lines(basis.now, done)
    return _section("embedded", _counted(done, "embedded, delivered before"), lines, DONE)


def _newly_overdue(basis: _Basis) -> Section:
    late = basis.moved.newly_overdue
    lines = (late_line(action, basis.now.as_at, basis.now.legend) for action in late)
    return _section("newly_overdue", _counted(late, "newly overdue"), lines, LATE)


def _no_longer_overdue(basis: _Basis) -> Section:
    cleared = basis.moved.no_longer_overdue
    heading = _counted(cleared, "no longer overdue")
    return _section("no_longer_overdue", heading, map(_cleared_line, cleared), CLEARED)


def _cleared_line(cleared: Cleared) -> ClearedLine:
    shown = cleared.now or cleared.then
    due = cleared.now.due if cleared.now else None
    return ClearedLine(shown.id, shown.title, shown.owner, cleared.then.due, due, cleared.why)


def _ratings_down(basis: _Basis) -> Section:
    return _ratings(basis, "ratings_down", "rated worse", basis.moved.ratings_down)


def _ratings_up(basis: _Basis) -> Section:
    return _ratings(basis, "ratings_up", "rated better", basis.moved.ratings_up)


def _ratings(basis: _Basis, key: str, rest: str, shifts: tuple[Shift, ...]) -> Section:
    then, now = basis.then.legend, basis.now.legend
    lines = (
        _shift(each, each.then.rag, each.now.rag, each.now.reason)._replace(
            old_label=then.label(each.then.rag), new_label=now.label(each.now.rag)
        )
        for each in shifts
    )
    return _section(key, _counted(shifts, rest), lines, RERATED)


def _shift(shift: Shift, old: str, new: str, why: str = "") -> ShiftLine:
    return ShiftLine(shift.now.id, shift.now.title, shift.now.owner, old, new, why)


def _moves(basis: _Basis) -> Section:
    moves = basis.moved.moves
    asked = sum(moved.how == "asked" for moved in moves)
    heading = counted(len(moves) - asked, "change of a due date", "changes of due dates")
    heading += f", {asked} more asked for" if asked else ""
    return _section("moves", heading, map(_move_line, moves), MOVED)


def _approved(basis: _Basis) -> Section:
    moves = basis.moved.approved
    heading = _counted(moves, "approved, asked for before", "move")
    return _section("approved", heading, map(_move_line, moves), MOVED)


def _move_line(moved: Moved) -> ShiftLine:
    action, move = moved.action, moved.move
    why, approved = move.why, move.approved or "not yet approved"
    if moved.how in UNRECORDED:
        why, approved = UNRECORDED[moved.how], ""
    return ShiftLine(action.id, action.title, action.owner, move.from_, move.to, why, approved)


def _new(basis: _Basis) -> Section:
    lines = action_lines(basis.now, basis.moved.new)
    return _section("new", _counted(basis.moved.new, "", "new action"), lines, CAME)


def _reopened(basis: _Basis) -> Section:
    shifts = basis.moved.reopened
    lines = (_shift(each, each.then.stage, each.now.stage) for each in shifts)
    return _section("reopened", _counted(shifts, "reopened"), lines, HANDED_ON)


def _parked(basis: _Basis) -> Section:
    return _shelved("parked", basis.moved.parked, basis)


def _superseded(basis: _Basis) -> Section:
    return _shelved("superseded", basis.moved.superseded, basis)


def _shelved(stage: str, actions: tuple[Action, ...], basis: _Basis) -> Section:
    return _section(stage, _counted(actions, stage), action_lines(basis.now, actions), SHELVED)


def _removed(basis: _Basis) -> Section:
    gone = basis.moved.removed
    lines = action_lines(basis.then, gone)
    return _section("removed", _counted(gone, "removed from the plan"), lines, WENT)


def _reworded(basis: _Basis) -> Section:
    found = basis.moved.reworded
    lines = map(_reworded_line, found)
    return _section("reworded", _counted(found, "reworded", "finding"), lines, REWORDED)


def _reworded_line(reworded: Reworded) -> RewordedLine:
    return RewordedLine(
        ref=reworded.now.id,
        review=reworded.now.review,
        text=reworded.now.text,
        was=reworded.then.text,
        answered_by=tuple(action.id for action in reworded.actions),
        tested_by=tuple(_test(action, test) for action, test in reworded.tests),
    )


def _test(action: Action, test: Test) -> str:
    on = f", {without_weekday(test.on)}" if test.on else ""
    return f"{action.id} by {test.by}{on}"


def _owners(basis: _Basis) -> Section:
    shifts = basis.moved.owners
    lines = (_shift(each, each.then.owner, each.now.owner) for each in shifts)
    return _section("owners", _counted(shifts, "changed", "owner"), lines, HANDED_ON)


def _other(basis: _Basis) -> Section:
    other = basis.moved.other
    heading = _counted(other, "", "more change")
    return _section("other", heading, map(_change_line, other), CHANGED)


def _by_hand(basis: _Basis) -> Section:
    changes = basis.by_hand
    heading = _counted(changes, "made by hand, not yet recorded", "change")
    return _section("by_hand", heading, map(_change_line, changes), CHANGED)


def _change_line(change: Change) -> ChangeLine:
    ref = "plan" if change.collection == "plan" else change.ref
    return ChangeLine(change.collection, ref, change.field, what(change), change.old, change.new)


SECTIONS: tuple[Callable[[_Basis], Section], ...] = (
    _completed,
    _embedded,
    _newly_overdue,
    _no_longer_overdue,
    _ratings_down,
    _ratings_up,
    _moves,
    _approved,
    _new,
    _reopened,
    _parked,
    _superseded,
    _removed,
    _reworded,
    _owners,
    _other,
    _by_hand,
)
