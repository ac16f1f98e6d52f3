"""Commands that look: list, show, due, overdue. None of them writes anything."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import dates, query
from actionplan.changes import the
from actionplan.cli import options, session
from actionplan.cli.app import complain
from actionplan.errors import WrongUsageError
from actionplan.reports import lists

if TYPE_CHECKING:
    from actionplan.reports.blocks import Report

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
    opened = session.open_plan(file, day)
    report = lists.listing(query.view(opened.plan, day, wanted))
    opened.emit(report, as_json=as_json, plain=plain)
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
    opened = session.open_plan(file, day)
    view = query.view(opened.plan, day)
    for collection, card in cards.SHOWN.items():
        noun = opened.plan.find(collection, ref.strip())
        if noun is not None:
            told = card(view, noun)
            opened.emit(_with_story(opened, told, noun.id, day), as_json=as_json, plain=plain)
            opened.finish()
            return
    kinds = {"F": "findings", "M": "measures"}
    the(opened.plan, kinds.get(ref[:1].upper(), "actions"), ref)


def _with_story(opened: session.Opened, told: Report, ref: str, day: date) -> Report:
    """Add what happened to it, as far as the history tells."""
    from actionplan.reports import story  # noqa: PLC0415 - only this command needs it
    from actionplan.store import remembering  # noqa: PLC0415 - as above

    book = remembering.history_of(opened.path)
    section = story.story((entry for entry in book.entries(ref) if entry.on <= day), ref)
    for damage in book.damaged:
        complain(remembering.damage_in_words(opened.path, damage))
    return told._replace(sections=(*told.sections, section)) if section.blocks else told


@app.command()
def coverage(
    *,
    review: options.ReviewFilter = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Show how far each finding is answered: by actions, evidence, tests and measures."""
    from actionplan.reports import covered  # noqa: PLC0415 - only this command needs it

    day = session.day(as_at)
    opened = session.open_plan(file, day)
    only = tuple(review or ())
    view = query.view(opened.plan, day, query.Filter(review=only))
    opened.emit(covered.report(view, only), as_json=as_json, plain=plain)
    opened.finish()


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
    opened = session.open_plan(file, day)
    view = query.view(opened.plan, day, _narrowed(owner, theme, review))
    opened.emit(lists.due(view, _end(within, view)), as_json=as_json, plain=plain)
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
    opened = session.open_plan(file, day)
    view = query.view(opened.plan, day, _narrowed(owner, theme, review))
    report = lists.overdue(view)
    opened.emit(report, as_json=as_json, plain=plain)
    opened.finish()
    if exit_code and query.overdue(view):
        raise typer.Exit(OVERDUE_EXIT)
