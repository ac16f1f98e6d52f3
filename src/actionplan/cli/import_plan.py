"""The command that takes in an action plan that lives in a table."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from actionplan.cli import completion, options, session
from actionplan.cli.app import complain
from actionplan.cli.changing import Order, changing
from actionplan.cli.progress import busy
from actionplan.cli.signing import carry_out
from actionplan.errors import WrongUsageError
from actionplan.model import Review

if TYPE_CHECKING:
    from datetime import date

    from actionplan.importers.planned import Laid, Read
    from actionplan.model import Plan

Document = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="The plan: .xlsx, .csv or .docx; - is what is piped in.",
        show_default=False,
    ),
]  # fmt: skip
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map", help="What a column is, by its heading or letter: 'Lead officer=owner', F=ignore.",
        metavar="HEADING=FIELD",
    ),
]  # fmt: skip


@changing("import plan")
def plan(
    order: Order,
    document: Document,
    *,
    review: Annotated[
        str | None,
        typer.Option(
            "--review", help="The review whose recommendations they are: one of the plan, or the "
            "short name of a new one.", metavar="REF", autocompletion=completion.reviews,
        ),
    ] = None,
    title: Annotated[str, typer.Option(help="What a new review is called.")] = "",
    sheet: Annotated[
        str, typer.Option(help="Only this sheet, or table.", metavar="NAME")
    ] = "",
    maps: Maps = None,
    answers: Annotated[
        str,
        typer.Option(
            help="The finding that rows with no recommendation answer.", metavar="REF",
            autocompletion=completion.findings,
        ),
    ] = "",
    owner: Annotated[
        str, typer.Option(help="The post of rows that name none.", metavar="POST")
    ] = "",
    month_end: Annotated[
        bool, typer.Option("--month-end", help="Take a month for its last day.")
    ] = False,
    split: Annotated[
        bool, typer.Option("--split", help="Take each numbered or bulleted point as an action.")
    ] = False,
    dates: Annotated[
        str,
        typer.Option(
            help="How figures name a day, years of two digits among them: day-first (the usual) or "
            "month-first (American).",
            metavar="ORDER",
        ),
    ] = "",
    yes: options.Yes = False,
) -> None:  # fmt: skip
    """Take in an action plan that lives in a table; shown first, and nothing of it dropped.

    What can't be taken as it stands is listed with its cell, and kept in the note of its action.
    The same file again adds nothing; what the plan has already is not changed.
    """
    from actionplan.importers import planned  # noqa: PLC0415 - not needed for the help

    asked = _Asked(
        planned.mapped(maps or []), sheet.strip(), month_end, planned.order_in(dates), split
    )
    day = order.as_at
    held = session.read_plan(order.path).plan
    said = _read(document, asked, held, day)
    meant = planned.Meant(_review(held, review, title, said), answers, owner)
    laid = planned.lay(held, said, meant, day, {})
    quiet = yes and not session.is_terminal() and not order.as_json
    _show(said, laid, held, day, as_json=order.as_json, quiet=quiet)
    if not order.dry_run:
        planned.refuse_homeless(laid)
    order = order._replace(
        why=f"from {said.file}", yes=yes, ask_from=1, is_told=True,
        answer=None if quiet else (lambda _: ""),
    )  # fmt: skip
    carry_out(order, lambda now, issued: planned.lay(now, said, meant, day, issued).plan)


class _Asked(NamedTuple):
    maps: dict[str, str]
    sheet: str
    month_end: bool
    dates: str
    split: bool


def _read(document: Path, asked: _Asked, held: Plan, day: date) -> Read:
    """Have a file read in a process of its own, and its rows by the words of the plan."""
    from actionplan.importers import apart, grids, planned  # noqa: PLC0415 - as above

    name, content = apart.contents(document, sys.stdin.buffer)
    with busy(f"Reading {name}"):
        answer: Any = apart.read("grids", name, content)
        tables = grids.from_json(answer.result)
        grids.refuse_excess(name, tables)
        found = planned.found_in(name, tables, asked.sheet, asked.maps)
        context = planned.context_of(
            held, name, day, month_end=asked.month_end, dates=asked.dates, split=asked.split
        )
        said = planned.read(name, tables, found, context, asked.sheet)
    return said._replace(remarks=(*answer.notes, *said.remarks))


def _review(held: Plan, wanted: str | None, title: str, said: Read) -> Review:
    """Find the review of the recommendations; a new one is called as given, or by its file.

    Raises:
        WrongUsageError: where the plan has several, and nobody says which.

    """
    if wanted:
        known = held.find("reviews", wanted.strip())
        return known or Review(wanted.strip(), title.strip() or Path(said.file).stem)
    if len(held.reviews) == 1:
        only: Review = held.reviews[0]
        return only
    there = ", ".join(review.id for review in held.reviews)
    has = f"The plan has {there}" if there else "The plan has no review yet"
    message = (
        f"{has}: say with --review whose recommendations these are (a new short name, such as "
        "OFSTED, adds a review)."
    )
    raise WrongUsageError(message)


def _show(said: Read, laid: Laid, held: Plan, day: date, *, as_json: bool, quiet: bool) -> None:
    """Show what was found; where the answer is for a program, only what it must not overlook."""
    from actionplan.reports import tabled  # noqa: PLC0415 - as above

    if as_json:
        session.put(json.dumps(_as_data(said, laid), indent=2) + "\n")
        return
    if quiet:
        for listed in (*laid.homeless, *laid.alike, *said.drafts.listed, *said.drafts.left_out):
            complain(f"{listed.where}: '{_short(listed.said)}' {listed.why}.")
        return
    rows = tabled.Rows(
        said.file,
        laid.findings,
        laid.actions,
        laid.held,
        tuple(tabled.DiffersLine(*each) for each in laid.differs),
        tuple(tabled.ListedLine(*each) for each in laid.homeless),
        tuple(tabled.ListedLine(*each) for each in (*laid.alike, *said.drafts.listed)),
        tuple(tabled.ListedLine(*each) for each in said.drafts.left_out),
        (*said.remarks, *laid.notes()),
    )
    session.emit(tabled.preview(rows, held, day), as_json=False, plain=False)


def _short(text: str) -> str:
    from actionplan.renderers.safe import safe_line  # noqa: PLC0415 - as above

    line = safe_line(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


_LONGEST = 60


def _as_data(said: Read, laid: Laid) -> dict[str, Any]:
    """Give what was found for programs (schema 1)."""
    from actionplan.history.entries import plain  # noqa: PLC0415 - only for --json

    return {
        "schema": 1,
        "kind": "plan-drafts",
        "file": said.file,
        "findings": [plain(each) for each in laid.findings],
        "actions": [plain(each) for each in laid.actions],
        "held": laid.held,
        "differs": [each._asdict() for each in laid.differs],
        "not_taken": [each._asdict() for each in laid.homeless],
        "listed": [each._asdict() for each in (*laid.alike, *said.drafts.listed)],
        "left_out": [each._asdict() for each in said.drafts.left_out],
        "notes": [*said.remarks, *laid.notes()],
    }
