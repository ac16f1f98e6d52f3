"""Commands for the meetings that the plan reports to: add, update, remove, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import changes, dates, query
from actionplan.cli import completion, options, session
from actionplan.cli.app import complain
from actionplan.cli.changing import Order, changing
from actionplan.errors import WrongUsageError
from actionplan.model import Meeting

if TYPE_CHECKING:
    from datetime import date

    from actionplan.store.writing import Saved

app = typer.Typer(rich_markup_mode=None)
meeting = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(meeting, name="meeting", help="The meetings that the plan reports to.")

Body = Annotated[
    str,
    typer.Argument(
        help="Who meets, such as Cabinet.", metavar="BODY", autocompletion=completion.meetings
    ),
]
Which = Annotated[
    str | None,
    typer.Option("--on", help="Which of its meetings, where there are several.", metavar="DATE"),
]


@meeting.command("add")
@changing("meeting add")
def meeting_add(
    order: Order,
    body: Body,
    *,
    on: Annotated[str, typer.Option(help="The day of the meeting.", metavar="DATE")],
) -> None:
    """Add a meeting; when its papers must be out is said.

    The next one is named at the head of reports.
    """
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    day = order.as_at
    new = Meeting(body, dates.parse(on, day))
    _tell_papers(carry_out(order, lambda plan, _: changes.add_meeting(plan, new)), day)


@meeting.command("update")
@changing("meeting update")
def meeting_update(
    order: Order,
    body: Body,
    *,
    on: Which = None,
    to: Annotated[str | None, typer.Option(help="Its new day.", metavar="DATE")] = None,
    name: Annotated[
        str | None, typer.Option("--body", help="Who meets instead.", metavar="BODY")
    ] = None,
    why: Annotated[str, typer.Option(help="Why, for the history.")] = "",
) -> None:
    """Give a meeting another day, or another body."""
    from actionplan.cli.change import given_texts  # noqa: PLC0415 - only a change needs it
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - as above

    day = order.as_at
    if to is None and name is None:
        message = "There is nothing to set: give its new day with --to, or who meets with --body."
        raise WrongUsageError(message)
    texts = given_texts({"body": name})
    new = Meeting(changes.stated(texts["body"], "body") if texts else "", _day(to, day))
    then = _day(on, day)
    order = order._replace(why=why)
    saved = carry_out(order, lambda plan, _: changes.update_meeting(plan, body, then, new))
    _tell_papers(saved, day)


@meeting.command("remove")
@changing("meeting remove")
def meeting_remove(
    order: Order,
    body: Body,
    *,
    on: Which = None,
    why: Annotated[str, typer.Option(help="Why it is not held.")],
) -> None:
    """Take out a meeting that is not held, with the reason.

    The history keeps it.
    """
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    day = order.as_at
    then = _day(on, day)
    order = order._replace(why=changes.stated(why, "reason"))
    carry_out(order, lambda plan, _: changes.remove_meeting(plan, body, then))


def _day(text: str | None, day: date) -> date | None:
    return dates.parse(text, day) if text is not None else None


def _tell_papers(saved: Saved, day: date) -> None:
    """Say when the papers of a meeting that is new, or on another day, must be out."""
    from actionplan import clocks  # noqa: PLC0415 - only a change needs it

    for each in saved.plan.meetings:
        if each not in saved.before.meetings and each.on and each.on >= day:
            last = clocks.papers(each, each.on).due
            passed = ", which has passed" if last < day else ""
            complain(f"Its papers must be out by {dates.in_words(last)}{passed}.")


@meeting.command("list")
def meeting_list(
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the meetings, and when the papers of each must be out."""
    from actionplan.reports import clock  # noqa: PLC0415 - only a list needs it

    day = session.day(as_at)
    opened = session.open_plan(file, day)
    report = clock.meetings(query.view(opened.plan, day))
    opened.emit(report, as_json=as_json, plain=plain)
    opened.finish()
