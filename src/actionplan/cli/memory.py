"""Commands on what was: log, changes, undo."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import dates, query
from actionplan.cli import completion, options, session
from actionplan.cli.app import complain
from actionplan.cli.changing import Order, changing
from actionplan.errors import WrongUsageError

if TYPE_CHECKING:
    from actionplan.model import Plan

app = typer.Typer(rich_markup_mode=None)

SHOWN = 50
"""How many entries the whole log shows at first."""


@app.command()
def log(
    ref: Annotated[
        str,
        typer.Argument(
            help="Only what concerns this ref, such as A7.",
            metavar="[REF]",
            autocompletion=completion.anything,
        ),
    ] = "",
    *,
    since: Annotated[
        str | None, typer.Option(help="Only entries made for this day or later.", metavar="DATE")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Only of whoever has this word in their name.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=f"Every entry, not only the last {SHOWN}.")
    ] = False,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Tell who changed what, when, from what to what, and why; the newest first."""
    from actionplan.reports import story  # noqa: PLC0415 - only this command needs it
    from actionplan.store import remembering  # noqa: PLC0415 - as above

    day = session.day(as_at)
    opened = session.open_plan(file)
    book = remembering.history_of(opened.path)
    start = dates.parse(since, day) if since else date.min
    found = [
        entry
        for entry in book.entries(_canonical(opened.plan, ref))
        if start <= entry.on <= day and (by or "").casefold() in entry.by.casefold()
    ]
    for trouble in remembering.troubles(opened.path, book):
        complain(trouble)
    narrowed = everything or ref or since or by
    shown = found if narrowed else found[-SHOWN:]
    if len(shown) < len(found):
        complain(f"The last {len(shown)} of {len(found):,} entries; the others with --all.")
    if ref and not found:
        complain(f"The history says nothing of {ref}.")
    opened.emit(story.log(shown, opened.plan.title, day), as_json=as_json, plain=plain)


def _canonical(plan: Plan, ref: str) -> str:
    """Give a ref as the plan writes it; one that is gone from the plan as it was typed."""
    collections = ("actions", "findings", "measures", "reviews", "owners")
    nouns = (plan.find(collection, ref.strip()) for collection in collections if ref.strip())
    found = next((noun.id for noun in nouns if noun is not None), "")
    return found or ref.strip().upper()


@app.command()
def changes(
    *,
    since: Annotated[
        str | None,
        typer.Option(
            help="A day, or the name of a recorded report; else the last one recorded.",
            metavar="DATE|REPORT",
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
    """Tell what has moved since a day or a recorded report, and how the counts add up."""
    from actionplan.cli import period  # noqa: PLC0415 - only reports of movement need it
    from actionplan.reports import paper, travel  # noqa: PLC0415 - as above

    day = session.day(as_at)
    opened = session.open_plan(file, day)
    wanted = query.Filter(
        owner=tuple(owner or ()), theme=tuple(theme or ()), review=tuple(review or ())
    )
    now = query.view(opened.plan, day, wanted)
    then = period.start(opened, since, day, paper.period_start(now))
    by_hand = period.by_hand(opened) if day >= session.today() else ()
    report = travel.report(then.view(wanted), now, then.name, by_hand)
    caution = " ".join(text for text in (then.caution, report.caution) if text)
    opened.emit(report._replace(caution=caution), as_json=as_json, plain=plain)
    opened.finish()


@app.command()
@changing("undo")
def undo(
    order: Order,
    entry: Annotated[
        str, typer.Argument(help="The entry to take back, as log names it; else the last change.")
    ] = "",
    *,
    to: Annotated[
        str | None,
        typer.Option(help="Put the plan back as it stood after this entry.", metavar="ENTRY"),
    ] = None,
    why: Annotated[str, typer.Option(help="Why it is taken back.")] = "",
    yes: options.Yes = False,
) -> None:
    """Take back the last change, one named entry, or all since an entry; that is an entry too."""
    from actionplan.cli.signing import carry_through  # noqa: PLC0415 - only a change
    from actionplan.store import undoing  # noqa: PLC0415 - as above
    from actionplan.store.writing import Terms  # noqa: PLC0415 - as above

    if entry and to:
        message = "Name one entry to take back, or the one to go back --to, not both."
        raise WrongUsageError(message)
    path = order.path
    if to is not None:
        wanted = undoing.back_to(path, to)
    else:
        wanted = undoing.one(path, entry) if entry else undoing.the_last(path)
    complain(f"Takes back: {wanted.told}.")
    accepting = order.accept_removals or to is not None
    certain = yes or not session.can_ask(no_input=False)
    order = order._replace(why=why, yes=certain, ask_from=1, accept_removals=accepting)
    carry_through(order, wanted.make, Terms(more={"undoes": list(wanted.ids)}))
