"""Commands that change an action: update, note, move, done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from actionplan import changes, dates
from actionplan.cli import options
from actionplan.cli.changing import ASK_FROM, Order, changing
from actionplan.cli.signing import carry_out
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import Move

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from actionplan import query
    from actionplan.model import Plan
    from actionplan.store.writing import Verb

app = typer.Typer(rich_markup_mode=None)

CLEAR = "none"
"""The word that clears a value."""
_FLAGS = frozenset({"overdue", "stale", "challenged"})
_LISTS = frozenset({"owner", "theme", "review", "finding", "stage", "rag"})


@app.command()
@changing("update")
def update(
    order: Order,
    refs: options.ActionRefs = None,
    *,
    where: options.Where = None,
    rag: options.Rag = None,
    reason: options.Reason = None,
    stage: options.Stage = None,
    note: options.Note = None,
    forecast: options.Forecast = None,
    owner: options.OneOwner = None,
    title: options.Title = None,
    answers: options.Answers = None,
    after: options.After = None,
    exempt: options.Exempt = None,
    start: options.Start = None,
    due: options.FirstDue = None,
    allow_past: options.AllowPast = False,
    yes: options.Yes = False,
) -> None:
    """Set fields of one action, of several, or of all that a filter finds.

    The word none clears a field. A rating that says that something is wrong, or a parked
    action, needs a reason. A due date that was agreed is moved with the command move.
    """
    day = order.as_at
    texts = dict(  # noqa: C408 - names
        rag=rag, reason=reason, stage=stage, note=note, owner=owner, title=title, exempt=exempt
    )
    fields = given_texts(texts)
    fields |= given_dates({"forecast": forecast, "start": start, "due": due}, day)
    fields |= _refs({"answers": answers, "after": after})
    refuse_past(fields.get("due"), day, allow_past=allow_past)
    chosen = _Chosen(tuple(refs or ()), tuple(where or ()), day)
    chosen.refuse_unclear(fields)
    certain = yes or (not where and len(chosen.refs) < ASK_FROM)
    order = order._replace(why=reason or "", yes=certain)
    carry_out(order, lambda plan, _: chosen.updated(plan, fields))


class _Chosen(NamedTuple):
    """The actions that an update is for: named by their refs, or found by a filter."""

    refs: tuple[str, ...]
    where: tuple[str, ...]
    day: date

    def refuse_unclear(self, fields: Mapping[str, Any]) -> None:
        if not fields:
            message = "There is nothing to set: give at least one field, such as --rag amber."
            raise WrongUsageError(message)
        if bool(self.refs) == bool(self.where):
            message = "Name the actions: either refs, such as A1 A4, or --where FILTER."
            raise WrongUsageError(message)

    def updated(self, plan: Plan, fields: Mapping[str, Any]) -> Plan:
        for ref in dict.fromkeys(self.refs or self._found(plan)):
            plan = changes.update_action(plan, ref, fields, self.day)
        return plan

    def _found(self, plan: Plan) -> list[str]:
        from actionplan import query  # noqa: PLC0415 - only a filter needs it

        chosen = query.view(plan, self.day, _filter(self.where, self.day)).actions
        if not chosen:
            message = f"No action is like that ({', '.join(self.where)})."
            raise WrongUsageError(message)
        return [action.id for action in chosen]


def given_texts(given: Mapping[str, str | None]) -> dict[str, Any]:
    """Give the texts that were typed, by their fields; the word none is an empty one."""
    return {
        name: "" if value.strip().lower() == CLEAR else value
        for name, value in given.items()
        if value is not None
    }


def given_dates(given: Mapping[str, str | None], day: date) -> dict[str, Any]:
    """Give the dates that were typed, by their fields; the word none is no date."""
    return {
        name: None if value.strip().lower() == CLEAR else dates.parse(value, day)
        for name, value in given.items()
        if value is not None
    }


def _refs(given: Mapping[str, list[str] | None]) -> dict[str, Any]:
    return {
        name: () if [v.lower() for v in values] == [CLEAR] else split_refs(values)
        for name, values in given.items()
        if values is not None
    }


def split_refs(values: list[str]) -> tuple[str, ...]:
    """Give refs that were given one by one or with commas between them."""
    pieces = (piece.strip() for value in values for piece in value.split(","))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def refuse_past(due: date | None, day: date, *, allow_past: bool) -> None:
    """Refuse a new due date in the past unless it is meant: most are typing slips.

    Raises:
        RefusedError: where the date lies before the day of the command.

    """
    if due is not None and due < day and not allow_past:
        message = (
            f"{dates.in_words(due)} is in the past. If that is meant, say so with --allow-past."
        )
        raise RefusedError(message)


def _filter(where: tuple[str, ...], day: date) -> query.Filter:
    from actionplan.query import Filter  # noqa: PLC0415 - only a filter needs it

    wanted: dict[str, Any] = {}
    for part in where:
        name, sign, value = (piece.strip() for piece in part.partition("="))
        key = name.lower().replace("-", "_")
        if key in _FLAGS and not sign:
            wanted[key] = True
        elif key in _LISTS and value:
            wanted[key] = (*wanted.get(key, ()), value)
        elif key == "due_by" and value:
            wanted[key] = dates.parse(value, day)
        else:
            message = (
                f"--where '{part}' is not a filter: write owner=, theme=, review=, finding=, "
                "stage=, rag= or due-by= with a value, or overdue, stale or challenged."
            )
            raise WrongUsageError(message)
    return Filter(**wanted)


@app.command()
@changing("note")
def note(
    order: Order,
    ref: options.ActionRef,
    text: Annotated[str, typer.Argument(help="What is being done, or was found.")],
) -> None:
    """Put a dated note on an action; the history keeps the one before."""
    day = order.as_at
    carry_out(order, lambda plan, _: changes.note_action(plan, ref, text, day))


@app.command()
@changing("move")
def move(
    order: Order,
    ref: options.ActionRef,
    *,
    due: Annotated[str | None, typer.Option(help="The new due date.", metavar="DATE")] = None,
    why: Annotated[str, typer.Option(help="Why it is moved.")] = "",
    approved: Annotated[
        str, typer.Option(help="Who approved it; without it the move is asked for.")
    ] = "",
    refused: Annotated[
        str, typer.Option(help="Who said no to a date that was only asked for.")
    ] = "",
    allow_past: options.AllowPast = False,
) -> None:
    """Move a due date, with a reason; the date first agreed is kept for ever.

    With --approved and no --due it records who approved the last move; with --refused, who said no
    to a date that an owner asked for in a returned workbook.
    """
    day = order.as_at
    order = order._replace(why=why)
    if due is None:
        carry_out(*_answered(order, ref, approved, refused))
        return
    if refused:
        message = "A date is refused as it was asked for: leave out --due."
        raise WrongUsageError(message)
    to = dates.parse(due, day)
    refuse_past(to, day, allow_past=allow_past)
    wanted = Move(to=to, why=why, approved=approved)
    carry_out(order, lambda plan, _: changes.move_action(plan, ref, wanted, day))


def _answered(order: Order, ref: str, approved: str, refused: str) -> tuple[Order, Verb]:
    """Say yes or no to a move that was asked for."""
    if order.why or bool(approved) == bool(refused):
        message = (
            "Give the new date with --due, or who approved the last move with --approved, or who "
            "said no to it with --refused."
        )
        raise WrongUsageError(message)
    if approved:
        return order, lambda plan, _: changes.approve_move(plan, ref, approved, order.as_at)
    said = order._replace(why=f"Refused by {refused}")
    return said, lambda plan, _: changes.refuse_move(plan, ref, order.as_at)


@app.command()
@changing("done")
def done(
    order: Order,
    ref: options.ActionRef,
    *,
    on: Annotated[
        str | None, typer.Option(help="The day it was delivered; else today.", metavar="DATE")
    ] = None,
) -> None:
    """Record that its owner says that an action is delivered; that is a claim, not yet a test."""
    day = order.as_at
    delivered = dates.parse(on, day) if on else day
    carry_out(order, lambda plan, _: changes.deliver_action(plan, ref, delivered, day))
