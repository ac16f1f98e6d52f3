"""The command that judges: check, what is wrong with the plan or too rosy in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import query
from actionplan.checks.ground import Ground
from actionplan.checks.listing import CHECKS, Choice, run
from actionplan.cli import options, session
from actionplan.reports import flaws
from actionplan.store import checking, recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.cli.session import Opened
    from actionplan.query import View
    from actionplan.reports.flaws import FlawLine
    from actionplan.store.checking import Checked

app = typer.Typer(rich_markup_mode=None)

FOUND = 3
REPORTS = 2
"""How many recorded reports the checks look back to."""


@app.command()
def check(
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Give advice as well.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="This check alone, or file, problem or challenge.", metavar="CHECK"),
    ] = None,
    skip: Annotated[list[str] | None, typer.Option(help="Not this check.", metavar="CHECK")] = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Say what is wrong with the plan, and where a claim is rosier than the facts.

    Nothing is printed where all is well. Nothing that was declared is changed.
    """
    choice = Choice(_codes(only), _codes(skip), strict)
    choice.refuse_unknown()
    day = session.day(as_at)
    opened = session.read_plan(file, day)
    view = query.view(opened.plan, day)
    of_the_file = _of_the_file(checking.check(opened.path, day))
    chosen = [each for each in CHECKS if choice.takes(each)]
    codes = {each.code for each in chosen}
    found = (
        *(line for line in of_the_file if line.code in codes),
        *(flaws.found(*told) for told in run(Ground(view, _reported(opened, view)), chosen)),
    )
    if found or as_json:
        opened.emit(flaws.report(found, opened.plan.title, day), as_json=as_json, plain=plain)
    if found:
        raise typer.Exit(FOUND)


def _codes(given: list[str] | None) -> tuple[str, ...]:
    """Give codes that were given one by one or with commas between them."""
    return tuple(code.strip() for each in given or () for code in each.split(",") if code.strip())


def _of_the_file(checked: Checked) -> Iterator[FlawLine]:
    yield from flaws.problems(checked.problems)
    yield from flaws.history(checked.history)
    yield from flaws.missing(checked.missing)
    yield from flaws.by_hand(checked.by_hand)
    for each in checked.reworded:
        yield from flaws.reworded(checked.plan, *each)


def _reported(opened: Opened, view: View) -> tuple[View, ...]:
    """Give the plan as the last reports told it, the latest first; where it can be rebuilt."""
    told = [each for each in recording.recorded(opened.path) if each.as_at <= view.as_at]
    told = [each for each in told if each.is_of_the_plan]
    latest = sorted(told, key=lambda each: each.as_at, reverse=True)[:REPORTS]
    read = ((each, recording.plan_of(opened.path, each)) for each in latest)
    return tuple(query.view(each.plan, report.as_at) for report, each in read if each is not None)
