"""Commands that change an action: update, note, move, done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from actionplan import changes, dates, query
from actionplan.cli import completion, options, session
from actionplan.cli.signing import ASK_FROM, Order, carry_out
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import Move

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from actionplan.model import Plan

app = typer.Typer(rich_markup_mode=None)

CLEAR = "none"
"""The word that clears a value."""
_FLAGS = frozenset({"overdue", "stale", "challenged"})
_LISTS = frozenset({"owner", "theme", "review", "finding", "stage", "rag"})


@app.command()
def update(
    refs: options.ActionRefs = None,
    *,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Instead of refs: a filter of list, such as owner=POST or overdue.",
            metavar="FILTER",
        ),
    ] = None,
    rag: Annotated[
        str | None,
        typer.Option(help="red, amber or green; or none.", autocompletion=completion.ratings),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is red, amber or parked.")] = None,
    stage: Annotated[
        str | None, typer.Option(help="Where it is in life.", autocompletion=completion.stages)
    ] = None,
    note: Annotated[str | None, typer.Option(help="What is being done.")] = None,
    forecast: Annotated[
        str | None, typer.Option(help="When the owner now expects to finish.", metavar="DATE")
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(help="The post that is accountable.", autocompletion=completion.owners),
    ] = None,
    title: Annotated[str | None, typer.Option(help="What is done.")] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(help="The findings that it answers.", autocompletion=completion.findings),
    ] = None,
    after: Annotated[
        list[str] | None,
        typer.Option(help="Actions that come first.", autocompletion=completion.actions),
    ] = None,
    start: Annotated[str | None, typer.Option(help="When it starts.", metavar="DATE")] = None,
    due: Annotated[
        str | None, typer.Option(help="The first due date, where there is none.", metavar="DATE")
    ] = None,
    allow_past: Annotated[
        bool, typer.Option("--allow-past", help="Take a due date in the past.")
    ] = False,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
    by: options.By = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> None:
    """Set fields of one action, of several, or of all that a filter finds.

    The word none clears a field. A rating of red or amber, or a parked action, needs a reason. A
    due date that was agreed is moved with the command move.
    """
    day = session.day(as_at)
    fields = _fields(
        {"rag": rag, "reason": reason, "stage": stage, "note": note, "owner": owner, "title": title}
    )
    fields |= _dates({"forecast": forecast, "start": start, "due": due}, day)
    fields |= _refs({"answers": answers, "after": after})
    _refuse_past(fields.get("due"), day, allow_past=allow_past)
    if not fields:
        message = "There is nothing to set: give at least one field, such as --rag amber."
        raise WrongUsageError(message)
    if bool(refs) == bool(where):
        message = "Name the actions: either refs, such as A1 A4, or --where FILTER."
        raise WrongUsageError(message)
    path = session.plan_path(file)

    def verb(plan: Plan, _issued: Mapping[str, int]) -> Plan:
        chosen = list(refs or _found(plan, where or [], day))
        for ref in dict.fromkeys(chosen):
            plan = changes.update_action(plan, ref, fields, day)
        return plan

    certain = yes or (not where and len(refs or []) < ASK_FROM)
    order = Order(path, day, "update", by, reason or "", dry_run, as_json, certain)
    carry_out(order, verb)


def _fields(given: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        name: "" if value.strip().lower() == CLEAR else value
        for name, value in given.items()
        if value is not None
    }


def _dates(given: Mapping[str, str | None], day: date) -> dict[str, Any]:
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


def _refuse_past(due: date | None, day: date, *, allow_past: bool) -> None:
    if due is not None and due < day and not allow_past:
        message = (
            f"{dates.in_words(due)} is in the past. If that is meant, say so with --allow-past."
        )
        raise RefusedError(message)


def _found(plan: Plan, where: list[str], day: date) -> list[str]:
    chosen = query.view(plan, day, _filter(where, day)).actions
    if not chosen:
        message = f"No action is like that ({', '.join(where)})."
        raise WrongUsageError(message)
    return [action.id for action in chosen]


def _filter(where: list[str], day: date) -> query.Filter:
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
    return query.Filter(**wanted)


@app.command()
def note(
    ref: options.ActionRef,
    text: Annotated[str, typer.Argument(help="What is being done, or was found.")],
    *,
    dry_run: options.DryRun = False,
    by: options.By = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> None:
    """Put a dated note on an action; the history keeps the one before."""
    day = session.day(as_at)
    order = Order(session.plan_path(file), day, "note", by, "", dry_run, as_json)
    carry_out(order, lambda plan, _: changes.note_action(plan, ref, text, day))


@app.command()
def move(
    ref: options.ActionRef,
    *,
    due: Annotated[str | None, typer.Option(help="The new due date.", metavar="DATE")] = None,
    why: Annotated[str, typer.Option(help="Why it is moved.")] = "",
    approved: Annotated[
        str, typer.Option(help="Who approved it; without it the move is asked for.")
    ] = "",
    allow_past: Annotated[
        bool, typer.Option("--allow-past", help="Take a due date in the past.")
    ] = False,
    dry_run: options.DryRun = False,
    by: options.By = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> None:
    """Move a due date, with a reason; the date first agreed is kept for ever.

    With --approved and no --due it records who approved the last move.
    """
    day = session.day(as_at)
    order = Order(session.plan_path(file), day, "move", by, why, dry_run, as_json)
    if due is None:
        if not approved:
            message = "Give the new date with --due, or who approved the last move with --approved."
            raise WrongUsageError(message)
        carry_out(order, lambda plan, _: changes.approve_move(plan, ref, approved, day))
        return
    to = dates.parse(due, day)
    _refuse_past(to, day, allow_past=allow_past)
    wanted = Move(to=to, why=why, approved=approved)
    carry_out(order, lambda plan, _: changes.move_action(plan, ref, wanted, day))


@app.command()
def done(
    ref: options.ActionRef,
    *,
    on: Annotated[
        str | None, typer.Option(help="The day it was delivered; else today.", metavar="DATE")
    ] = None,
    dry_run: options.DryRun = False,
    by: options.By = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> None:
    """Record that its owner says that an action is delivered; that is a claim, not yet a test."""
    day = session.day(as_at)
    delivered = dates.parse(on, day) if on else day
    order = Order(session.plan_path(file), day, "done", by, "", dry_run, as_json)
    carry_out(order, lambda plan, _: changes.deliver_action(plan, ref, delivered, day))
