"""The command on what others set: clock, the dates after each review, and before each meeting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import dates, query
from actionplan.changes import the
from actionplan.cli import completion, options, session
from actionplan.errors import WrongUsageError
from actionplan.reports import clock as clock_report

if TYPE_CHECKING:
    from actionplan.model import Review
    from actionplan.query import View

app = typer.Typer(rich_markup_mode=None)

OneReview = Annotated[
    list[str] | None,
    typer.Option(
        "--review", help="Only the dates after this review.", metavar="REF",
        autocompletion=completion.reviews,
    ),
]  # fmt: skip


@app.command()
def clock(
    *,
    review: OneReview = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A calendar to write: FILE.ics.", metavar="FILE"),
    ] = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the dates that follow each review, by law or custom, and when papers must be out."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    only = tuple(dict.fromkeys(the(opened.plan, "reviews", ref.strip()) for ref in review or ()))
    view = query.view(opened.plan, day)
    if output is None:
        opened.emit(clock_report.report(view, only), as_json=as_json, plain=plain)
    else:
        _written(output, view, only, opened.path)
    opened.finish()


def _written(output: Path, view: View, only: tuple[Review, ...], plan: Path) -> None:
    from actionplan.renderers import calendar  # noqa: PLC0415 - only for a calendar
    from actionplan.reports import events  # noqa: PLC0415 - as above

    if output.suffix.lower() != ".ics":
        message = f"'{output}' is no calendar: give a name that ends in .ics."
        raise WrongUsageError(message)
    found = tuple(events.of_clock(view.plan, clock_report.lines(view, only)))
    content = calendar.render(found, view.plan.title, view.as_at)
    session.write(output, content, plan, dates.counted(len(found), "date"))
