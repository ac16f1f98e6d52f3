"""Commands that look: list, show, due, overdue, report. None of them writes anything."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from actionplan import dates, query
from actionplan.changes import the
from actionplan.cli import options, session
from actionplan.errors import WrongUsageError
from actionplan.reports import lists

app = typer.Typer(rich_markup_mode=None)

OVERDUE_EXIT = 10


@app.command("list")
def list_actions(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words that the action must contain.")
    ] = None,
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    owner: options.OwnerFilter = None,
    theme: options.ThemeFilter = None,
    review: options.ReviewFilter = None,
    finding: options.FindingFilter = None,
    stage: options.StageFilter = None,
    rag: options.RagFilter = None,
    due_by: options.DueByFilter = None,
    overdue: options.OverdueFilter = False,
    stale: options.StaleFilter = False,
    challenged: options.ChallengedFilter = False,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List actions, with the declared rating and where the facts are worse."""
    day = session.day(as_at)
    wanted = query.Filter(
        words=tuple(words or ()),
        owner=tuple(owner or ()),
        theme=tuple(theme or ()),
        review=tuple(review or ()),
        finding=tuple(finding or ()),
        stage=tuple(stage or ()),
        rag=tuple(rag or ()),
        due_by=dates.parse(due_by, day) if due_by else None,
        overdue=overdue,
        stale=stale,
        challenged=challenged,
    )
    opened = session.open_plan(file)
    report = lists.listing(query.view(opened.plan, day, wanted))
    session.emit(report, as_json=as_json, plain=plain)
    opened.finish()


@app.command()
def show(
    ref: options.AnyRef,
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Show all there is to know of one action, finding, measure or review."""
    from actionplan.reports import cards  # noqa: PLC0415 - only this command needs them

    day = session.day(as_at)
    opened = session.open_plan(file)
    view = query.view(opened.plan, day)
    for collection, card in cards.SHOWN.items():
        noun = opened.plan.find(collection, ref.strip())
        if noun is not None:
            session.emit(card(view, noun), as_json=as_json, plain=plain)
            opened.finish()
            return
    kinds = {"F": "findings", "M": "measures"}
    the(opened.plan, kinds.get(ref[:1].upper(), "actions"), ref)


@app.command()
def due(
    *,
    within: Annotated[
        str | None, typer.Option(help="How far ahead, such as 6w; else the plan's due_soon.")
    ] = None,
    owner: options.OwnerFilter = None,
    theme: options.ThemeFilter = None,
    review: options.ReviewFilter = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List what is due next, from the as-at date on."""
    day = session.day(as_at)
    opened = session.open_plan(file)
    view = query.view(opened.plan, day, _narrowed(owner, theme, review))
    session.emit(lists.due(view, _end(within, view)), as_json=as_json, plain=plain)
    opened.finish()


def _end(within: str | None, view: query.View) -> date:
    if within is None:
        return query.due_soon_until(view)
    period = dates.parse_period(within.removeprefix("+"))
    if period is None:
        message = f"--within is '{within}': write a length of time such as 14d, 20wd, 6w or 3m."
        raise WrongUsageError(message)
    return dates.later(view.as_at, period)


def _narrowed(
    owner: list[str] | None, theme: list[str] | None, review: list[str] | None
) -> query.Filter:
    return query.Filter(
        owner=tuple(owner or ()), theme=tuple(theme or ()), review=tuple(review or ())
    )


@app.command()
def overdue(
    *,
    owner: options.OwnerFilter = None,
    theme: options.ThemeFilter = None,
    review: options.ReviewFilter = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 10 where something is overdue.")
    ] = False,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List what is overdue, the oldest first; on a pipe, nothing at all when nothing is."""
    day = session.day(as_at)
    opened = session.open_plan(file)
    view = query.view(opened.plan, day, _narrowed(owner, theme, review))
    report = lists.overdue(view)
    session.emit(report, as_json=as_json, plain=plain)
    opened.finish()
    if exit_code and query.overdue(view):
        raise typer.Exit(OVERDUE_EXIT)


@app.command()
def report(
    *,
    summary: Annotated[
        bool, typer.Option("--summary", help="One page, immediate findings first.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            help="Start of the period; else the last meeting, or 4 weeks.", metavar="DATE"
        ),
    ] = None,
    owner: options.OwnerFilter = None,
    theme: options.ThemeFilter = None,
    review: options.ReviewFilter = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Draft the paper: where the plan stands, in words first and tables after."""
    from actionplan.reports import paper  # noqa: PLC0415 - only this command needs it

    day = session.day(as_at)
    opened = session.open_plan(file)
    view = query.view(opened.plan, day, _narrowed(owner, theme, review))
    start = dates.parse(since, day) if since else paper.period_start(view)
    if start > day:
        message = f"--since is {dates.in_words(start)}, after the day of the report."
        raise WrongUsageError(message)
    made = (paper.summary if summary else paper.report)(view, start)
    session.emit(made, as_json=as_json, plain=plain)
    opened.finish()
