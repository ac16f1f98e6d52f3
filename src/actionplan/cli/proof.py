"""Commands of proof: evidence that the work was done, and tests of it by someone else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from actionplan import dates, proof, query
from actionplan.cli import options, session
from actionplan.cli.change import CLEAR, split_refs
from actionplan.cli.changing import Order, changing
from actionplan.cli.signing import carry_out
from actionplan.errors import WrongUsageError
from actionplan.model import Evidence, Test
from actionplan.reports import lists

if TYPE_CHECKING:
    from datetime import date

app = typer.Typer(rich_markup_mode=None)
evidence = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(evidence, name="evidence", help="What shows that the work was done.")


@app.command("test")
def record_test(
    ref: options.ActionRef,
    *,
    tester: Annotated[str, typer.Option("--by", help="Who judged it: not its owner.")],
    result: Annotated[str, typer.Option(help="confirmed, partly or not-confirmed.")],
    of: Annotated[
        list[str] | None, typer.Option(help="The evidence judged, such as E1; else all of it.")
    ] = None,
    how: Annotated[str, typer.Option(help="How it was judged.")] = "",
    on: Annotated[str | None, typer.Option(help="The day; else today.", metavar="DATE")] = None,
    entered_by: Annotated[
        str | None,
        typer.Option(help="Who makes the change; else $ACTIONPLAN_USER.", metavar="POST"),
    ] = None,
    dry_run: options.DryRun = False,
    accept_removals: options.AcceptRemovals = False,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> None:
    """Record that someone other than the owner judged the evidence; confirmed, it is embedded.

    The test rests on that evidence and on the findings as they are now: where either is changed
    later, it lapses, and the action is to be tested again.
    """
    day = session.day(as_at)
    made = Test(_day(on, day), tester, how, result, split_refs(of or []))
    order = Order(
        session.plan_path(file),
        day,
        "test",
        entered_by,
        "",
        dry_run,
        as_json,
        accept_removals=accept_removals,
    )
    carry_out(order, lambda plan, _: proof.record_test(plan, ref, made, day))


def _day(text: str | None, day: date) -> date | None:
    return dates.parse(text, day) if text else None


@evidence.command("add")
@changing("evidence add")
def evidence_add(
    order: Order,
    ref: options.ActionRef,
    what: Annotated[str, typer.Argument(help="What it is, such as 'Allocation report'.")],
    *,
    where: Annotated[str, typer.Option(help="Where it is kept.")] = "",
    on: Annotated[
        str | None, typer.Option(help="The day it is of; else today.", metavar="DATE")
    ] = None,
) -> None:
    """Add a pointer to something that shows that the work was done."""
    day = order.as_at
    made = Evidence("", _day(on, day), what, where)
    carry_out(order, lambda plan, _: proof.add_evidence(plan, ref, made, day))


@evidence.command("update")
@changing("evidence update")
def evidence_update(
    order: Order,
    ref: options.ActionRef,
    number: Annotated[str, typer.Argument(help="The evidence, such as E1.")],
    *,
    what: Annotated[str | None, typer.Option(help="What it is.")] = None,
    where: Annotated[str | None, typer.Option(help="Where it is kept.")] = None,
    on: Annotated[str | None, typer.Option(help="The day it is of.", metavar="DATE")] = None,
) -> None:
    """Say otherwise what evidence is, or where it is kept; a test that judged it lapses.

    The word none clears where it is kept.
    """
    day = order.as_at
    cleared = "" if where is not None and where.strip().lower() == CLEAR else where
    given: dict[str, Any] = {"what": what, "where": cleared, "on": _day(on, day)}
    fields = {name: value for name, value in given.items() if value is not None}
    if not fields:
        message = "There is nothing to set: give --what, --where or --on."
        raise WrongUsageError(message)
    carry_out(order, lambda plan, _: proof.update_evidence(plan, ref, number, fields, day))


@evidence.command("list")
def evidence_list(
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List all evidence, with the tests that rest on it."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    view = query.view(opened.plan, day)
    opened.emit(lists.evidence(view), as_json=as_json, plain=plain)
    opened.finish()
