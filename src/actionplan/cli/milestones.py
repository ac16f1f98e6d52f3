"""Commands for milestones: add one to an action, mark it done or move it, remove it, list them."""

from __future__ import annotations

from typing import Annotated

import typer

from actionplan import dates, milestones, query
from actionplan.changes import ids_of, stated
from actionplan.cli import completion, options, session
from actionplan.cli.changing import Order, changing
from actionplan.errors import WrongUsageError
from actionplan.model import Milestone
from actionplan.reports import lists

app = typer.Typer(rich_markup_mode=None)
milestone = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(milestone, name="milestone", help="The dated steps inside an action.")


Which = Annotated[
    str,
    typer.Argument(
        help="The milestone: its number, or its title.",
        metavar="MILESTONE",
        autocompletion=completion.milestones,
    ),
]


@milestone.command("add")
@changing("milestone add")
def milestone_add(
    order: Order,
    ref: options.ActionRef,
    title: Annotated[
        str, typer.Argument(help="What is reached, such as 'Team in post'.", metavar="TITLE")
    ],
    *,
    due: Annotated[str, typer.Option(help="When it is due.", metavar="DATE")],
    allow_past: options.AllowPast = False,
) -> None:
    """Add a dated step to an action."""
    from actionplan.cli.change import refuse_past  # noqa: PLC0415 - only a change needs it
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - as above

    day = order.as_at
    made = Milestone(title, dates.parse(due, day))
    refuse_past(made.due, day, allow_past=allow_past)
    carry_out(order, lambda plan, _: milestones.add_milestone(plan, ref, made, day))


@milestone.command("update")
@changing("milestone update")
def milestone_update(
    order: Order,
    ref: options.ActionRef,
    which: Which,
    *,
    done: Annotated[
        str | None,
        typer.Option(help="The day it was done, such as today; none takes that back.",
                     metavar="DATE"),
    ] = None,
    due: Annotated[
        str | None, typer.Option(help="Another due date, with --why.", metavar="DATE")
    ] = None,
    title: Annotated[str | None, typer.Option(help="What is reached.")] = None,
    why: Annotated[str, typer.Option(help="Why a day that stood is another.")] = "",
    allow_past: options.AllowPast = False,
) -> None:  # fmt: skip
    """Mark a milestone done, move its date, or call it otherwise.

    A date that was agreed is moved with a reason, and a day on which it was done is changed with
    one; the history keeps both days.
    """
    from actionplan.cli import change  # noqa: PLC0415 - only a change needs it
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - as above

    day = order.as_at
    fields = change.given_texts({"title": title})
    fields |= change.given_dates({"due": due, "done": done}, day)
    if not fields:
        message = "There is nothing to set: give --done, --due or --title."
        raise WrongUsageError(message)
    change.refuse_past(fields.get("due"), day, allow_past=allow_past)
    order = order._replace(why=why)
    carry_out(
        order, lambda plan, _: milestones.update_milestone(plan, ref, which, fields, why, day)
    )


@milestone.command("remove")
@changing("milestone remove")
def milestone_remove(
    order: Order,
    ref: options.ActionRef,
    which: Which,
    *,
    why: Annotated[str, typer.Option(help="Why it is no step any more.")],
) -> None:
    """Take out a milestone, with the reason.

    The history keeps it.
    """
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    order = order._replace(why=stated(why, "reason"))
    carry_out(order, lambda plan, _: milestones.remove_milestone(plan, ref, which, order.as_at))


@milestone.command("list")
def milestone_list(
    refs: options.ActionRefs = None,
    *,
    owner: options.OwnerFilter = None,
    theme: options.ThemeFilter = None,
    review: options.ReviewFilter = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what was due and is not done.")
    ] = False,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the milestones, with the number that update names each by."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    wanted = query.Filter(
        owner=tuple(owner or ()), theme=tuple(theme or ()), review=tuple(review or ())
    )
    view = query.view(opened.plan, day, wanted)
    named = ids_of(opened.plan, "actions", refs or ())
    if named:
        view = view._replace(actions=tuple(a for a in view.actions if a.id in named))
    opened.emit(lists.milestones(view, overdue=overdue), as_json=as_json, plain=plain)
    opened.finish()
