"""The command on what others set: clock, the dates after each review, and before each meeting."""

from __future__ import annotations

from typing import Annotated

import typer

from actionplan import query
from actionplan.changes import the
from actionplan.cli import completion, options, session
from actionplan.reports import clock as clock_report

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
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the dates that follow each review, by law or custom, and when papers must be out."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    only = tuple(dict.fromkeys(the(opened.plan, "reviews", ref.strip()) for ref in review or ()))
    report = clock_report.report(query.view(opened.plan, day), only)
    opened.emit(report, as_json=as_json, plain=plain)
    opened.finish()
