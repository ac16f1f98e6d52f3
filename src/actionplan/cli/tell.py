"""The command that tells: report, drafted now, recorded as it was given, or as it was recorded."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import query
from actionplan.cli import completion, delivery, options, period, session
from actionplan.cli.app import complain
from actionplan.errors import WrongUsageError
from actionplan.reports import closeout, paper
from actionplan.store import recording

if TYPE_CHECKING:
    from datetime import date

    from actionplan.cli.delivery import Delivery
    from actionplan.cli.session import Opened
    from actionplan.query import Filter
    from actionplan.reports.blocks import Report
    from actionplan.store.recording import Recorded

app = typer.Typer(rich_markup_mode=None)

KINDS = {"report": paper.report, "summary": paper.summary}


@app.command()
def report(
    *,
    summary: Annotated[
        bool, typer.Option("--summary", help="One page, immediate findings first.")
    ] = False,
    close_out: Annotated[
        str | None,
        typer.Option(
            "--close-out",
            help="What was done about each finding of a review, and what difference it made.",
            metavar="REVIEW",
            autocompletion=completion.reviews,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Start of the period: a day or a recorded report; else the last report recorded, "
            "the last meeting, or 4 weeks.",
            metavar="DATE|REPORT",
        ),
    ] = None,
    output: delivery.Output = None,
    to: delivery.To = None,
    record: Annotated[
        str | None,
        typer.Option(help="Record what is reported, under this name.", metavar="NAME"),
    ] = None,
    as_recorded: Annotated[
        str | None,
        typer.Option(help="The words of a recorded report again.", metavar="NAME"),
    ] = None,
    by: options.By = None,
    accept_removals: options.AcceptRemovals = False,
    owner: options.OwnerFilter = None,
    theme: options.ThemeFilter = None,
    review: options.ReviewFilter = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Draft the paper: where the plan stands, in words first and tables after."""
    day = session.day(as_at)
    wanted = delivery.asked(output, to, as_json=as_json, plain=plain)
    only = {"owner": owner or [], "theme": theme or [], "review": review or []}
    if as_recorded is not None:
        if record is not None or since or summary or close_out or any(only.values()):
            message = "--as-recorded gives the words again as they were: it takes no other choice."
            raise WrongUsageError(message)
        _again(session.open_plan(file), as_recorded, wanted)
        return
    opened = session.open_plan(file, day)
    if record is not None:
        recording.refuse_taken(opened.path, record)
    kind = "summary" if summary else "report"
    if close_out is not None:
        if summary or since or any(only.values()):
            message = "--close-out is of one review, whole: it takes no filter and no period."
            raise WrongUsageError(message)
        kind, only = "close-out", {"owner": [], "theme": [], "review": [close_out]}
    draft = _drafted(opened, kind, since, only, day)
    drawn = delivery.draw(_paper(opened, draft), wanted, opened.path)
    if record is not None and not opened.read.faults:
        told = draft._replace(name=record.strip())
        _record(opened, told, _words(drawn.report), by, accept_removals=accept_removals)
    delivery.give(drawn, wanted, opened.path)
    opened.finish()


def _drafted(
    opened: Opened, kind: str, since: str | None, only: dict[str, list[str]], day: date
) -> Recorded:
    """Say which paper is to be drawn: as at which day, since when, of what, against which."""
    view = query.view(opened.plan, day, _filter(only))
    then = period.start(opened, since, day, paper.period_start(view)) if since else None
    last = recording.last(opened.path, day) if since is None else None
    began = then.day if then else last.as_at if last else paper.period_start(view)
    against = last.name if last else then.name if then and then.is_report else ""
    digest = recording.digest_of(opened.read)
    return recording.Recorded("", day, began, kind, only, against, opened.caution, digest)


def _filter(only: dict[str, list[str]]) -> Filter:
    return query.Filter(
        owner=tuple(only["owner"]), theme=tuple(only["theme"]), review=tuple(only["review"])
    )


def _paper(opened: Opened, asked: Recorded) -> Report:
    """Draw a paper."""
    wanted = _filter(dict(asked.only))
    view = query.view(opened.plan, asked.as_at, wanted)
    if asked.kind == "close-out":
        return closeout.report(view, asked.only["review"][0])
    against = recording.named(opened.path, asked.against) if asked.against else None
    then = period.from_report(opened, against).view(wanted) if against else None
    made = KINDS[asked.kind](view, asked.since, then, asked.against)
    caution = " ".join(text for text in (asked.caution, made.caution) if text)
    return made._replace(caution=caution)


def _words(made: Report) -> str:
    from actionplan.renderers import plain  # noqa: PLC0415 - only where a report is recorded

    return plain.render(made)


def _record(
    opened: Opened, told: Recorded, words: str, by: str | None, *, accept_removals: bool
) -> None:
    """Write into the history what is reported."""
    from actionplan.cli.signing import Order, signature  # noqa: PLC0415 - only where it records
    from actionplan.store import writing  # noqa: PLC0415 - as above

    order = Order(opened.path, told.as_at, "report", by, told.name)
    kept = told.with_words(words)
    terms = writing.Terms(accept_removals=accept_removals, more=kept.as_data())
    expected = told.plan if told.as_at >= session.today() else ""
    make = recording.unchanged(expected)
    for sentence in writing.change(opened.path, make, signature(order), terms).found:
        complain(sentence)
    complain(f"Recorded as '{kept.name}', with the digest of the plan and of the paper.")


def _again(opened: Opened, name: str, wanted: Delivery) -> None:
    """Give the words of a recorded report, and say where they would be others today."""
    told = recording.the(opened.path, name)
    read = recording.plan_of(opened.path, told)
    if read is None:
        complain("The plan that it was drawn from can't be rebuilt: these are the words as kept.")
        session.put(told.words)
        return
    drawn = delivery.draw(_paper(opened._replace(read=read), told), wanted, opened.path)
    now = _words(drawn.report)
    if recording.digest_of_words(now) == told.paper:
        delivery.give(drawn, wanted, opened.path)
        return
    complain(
        "This release would word it differently, or your own parts do: these are the words as they "
        "were recorded."
    )
    then, today = told.words.splitlines(), now.splitlines()
    for line in list(unified_diff(then, today, n=0, lineterm=""))[2:]:
        if not line.startswith("@@"):
            complain(f"  {line}")
    session.put(told.words)
