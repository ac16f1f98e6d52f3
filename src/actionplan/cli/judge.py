"""The command that judges: check, what is wrong with the plan, its history and its surroundings."""

from __future__ import annotations

import typer

from actionplan.cli import options, session
from actionplan.reports import flaws
from actionplan.store import checking

app = typer.Typer(rich_markup_mode=None)

FOUND = 3


@app.command()
def check(
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Say what is wrong with the plan and its history; nothing at all where all is well."""
    day = session.day(as_at)
    path = session.plan_path(file)
    checked = checking.check(path, day)
    found = (
        *flaws.problems(checked.problems),
        *flaws.missing(checked.missing),
        *flaws.by_hand(checked.by_hand),
        *flaws.history(checked.history),
        *(line for each in checked.reworded for line in flaws.reworded(checked.plan, *each)),
    )
    if found or as_json:
        told = flaws.report(found, checked.plan.title, day)
        session.emit(told, as_json=as_json, plain=plain)
    if found:
        raise typer.Exit(FOUND)
