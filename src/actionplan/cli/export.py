"""The command that gives the plan away: sheets, records for programs, and calendars."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from actionplan import dates, query
from actionplan.changes import the
from actionplan.cli import delivery, options, session
from actionplan.cli.app import complain
from actionplan.cli.progress import busy
from actionplan.errors import WrongUsageError
from actionplan.renderers import exports, forms
from actionplan.reports import sheets

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from actionplan.query import View
    from actionplan.renderers.exports import ExportForm
    from actionplan.reports.sheets import Export, Kind

app = typer.Typer(rich_markup_mode=None)

SHEETS = ", ".join(kind.key for kind in sheets.KINDS)
File = Annotated[
    Path,
    typer.Argument(
        help="The file to write; its ending says the form. - is standard output.",
        metavar="FILE",
        show_default=False,
    ),
]
To = Annotated[
    str | None,
    typer.Option(help="The form: xlsx, csv, json, jsonl, ics or owners.", metavar="FORM"),
]
OneSheet = Annotated[
    list[str] | None,
    typer.Option("--sheet", help=f"Only this sheet: {SHEETS}.", metavar="SHEET"),
]

ReturnBy = Annotated[
    str | None,
    typer.Option(help="For owners: the day by which they send it back.", metavar="DATE"),
]


@app.command()
def export(
    place: File,
    *,
    to: To = None,
    sheet: OneSheet = None,
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
    return_by: ReturnBy = None,
    file: options.File = None,
    as_at: options.AsAt = None,
) -> None:
    """Give the plan away: a workbook, a sheet, records for programs, or a calendar.

    A file called owners.xlsx, or ending so, is for owners to fill in and send back: a sheet each,
    with the open actions unless --stage asks for others. It comes back with import update.
    """
    form = _form(place, to)
    kinds = _kinds(form, sheet or [])
    day = session.day(as_at)
    if return_by and form is not exports.OWNERS:
        message = "Only what goes out to owners is returned: leave out --return-by."
        raise WrongUsageError(message)
    wanted = query.Filter(
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
    view = query.view(opened.plan, day, wanted)
    with busy(f"Making {place.name}"):
        if form is exports.OWNERS:
            made = _owners(view, wanted, _caution(opened), _due_back(return_by, day))
        elif form.render is None:
            made = _calendar(view, wanted.review)
        else:
            made = _sheets(view, kinds, form.render, _caution(opened))
    for caution in (opened.caution, sheets.exempt(view)):
        if caution:
            complain(caution)
    _give(made, place, opened)
    opened.finish()


class Made(NamedTuple):
    """What is given away, and what there is in it."""

    content: bytes
    told: str


def _form(place: Path, to: str | None) -> ExportForm:
    """Find the form that is meant, before any work is done."""
    if to is None:
        form = forms.with_ending(place, exports.EXPORTS)
    else:
        form = forms.with_name(to, exports.EXPORTS, "An export")
    if _is_output(place) and not form.is_text and sys.stdout.isatty():
        message = f"A screen can't show {form.name}: name a file, such as plan{form.endings[0]}."
        raise WrongUsageError(message)
    return form


def _is_output(place: Path) -> bool:
    return str(place) == "-"


def _kinds(form: ExportForm, wanted: list[str]) -> tuple[Kind, ...]:
    """Find the sheets that are meant: the actions, where a form has room for one alone."""
    if wanted and form.render is None:
        what = "A calendar" if form is exports.CALENDAR else "A workbook for owners"
        message = f"{what} has no sheets: leave out --sheet."
        raise WrongUsageError(message)
    names = {name.strip().casefold() for name in wanted}
    unknown = names - {kind.key for kind in sheets.KINDS}
    if unknown:
        message = f"There is no sheet '{min(unknown)}'. There are: {SHEETS}."
        raise WrongUsageError(message)
    if form.holds_one and len(names) > 1:
        message = f"A file of {form.name} holds one sheet: take one --sheet."
        raise WrongUsageError(message)
    chosen = tuple(kind for kind in sheets.KINDS if not names or kind.key in names)
    return chosen[:1] if form.holds_one else chosen


def _caution(opened: session.Opened) -> str:
    return " ".join(text for text in (opened.caution, session.lost(opened.read)) if text)


def _sheets(
    view: View, kinds: tuple[Kind, ...], render: Callable[[Export], bytes], caution: str
) -> Made:
    told = sheets.export(view, kinds, caution)
    return Made(render(told), sheets.in_words(told.sheets))


def _calendar(view: View, reviews: tuple[str, ...]) -> Made:
    """Give a calendar; through a filter, of the clocks only those of the reviews it names."""
    from actionplan.renderers import calendar  # noqa: PLC0415 - only for a calendar
    from actionplan.reports import events  # noqa: PLC0415 - as above

    named = [the(view.plan, "reviews", ref).id for ref in reviews]
    clocks = named if view.filtered else [review.id for review in view.plan.reviews]
    found = events.of_plan(view, clocks)
    name = f"{view.plan.title} ({view.only})" if view.filtered else view.plan.title
    return Made(calendar.render(found, name, view.as_at), dates.counted(len(found), "date"))


def _due_back(text: str | None, day: date) -> date | None:
    back = dates.parse(text, day) if text else None
    if back is not None and back < day:
        message = f"{dates.in_words(back)} is in the past: nothing can be returned by then."
        raise WrongUsageError(message)
    return back


def _owners(view: View, wanted: query.Filter, caution: str, return_by: date | None) -> Made:
    """Give what goes out to owners: what is open, unless a stage is asked for."""
    from actionplan.renderers import owners_workbook  # noqa: PLC0415 - only for owners
    from actionplan.reports import sent  # noqa: PLC0415 - as above

    if not wanted.stage:
        view = view._replace(actions=tuple(action for action in view.actions if action.is_open))
    told = sent.sent(view, caution, return_by)
    return Made(owners_workbook.render(told), sent.in_words(told))


def _give(made: Made, place: Path, opened: session.Opened) -> None:
    if _is_output(place):
        delivery.put_bytes(made.content)
    else:
        session.write(place, made.content, opened.path, made.told)
