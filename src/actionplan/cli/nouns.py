"""Commands for the other nouns: review, finding and owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import changes, dates, proof, query
from actionplan.cli import completion, options, session
from actionplan.cli.app import complain
from actionplan.cli.changing import Order, changing
from actionplan.errors import WrongUsageError
from actionplan.model import Finding, Owner, Review, next_ref
from actionplan.reports import lists, reminders
from actionplan.store import reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from actionplan.model import Action, Plan
    from actionplan.planfile.writer import Read
    from actionplan.store.writing import Saved

app = typer.Typer(rich_markup_mode=None)
review = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
finding = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
owner = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.add_typer(review, name="review", help="The outside judgements that the plan answers.")
app.add_typer(finding, name="finding", help="What the reviews said, in their own words.")
app.add_typer(owner, name="owner", help="The posts that are accountable.")


@review.command("add")
@changing("review add")
def review_add(
    order: Order,
    ref: Annotated[str, typer.Argument(help="A short name, such as LGA.")],
    title: Annotated[str, typer.Argument(help="What the review is called.")],
    *,
    body: Annotated[str, typer.Option(help="Who reviewed.")] = "",
    kind: Annotated[str, typer.Option(help="Such as peer-challenge, inspection, jtai.")] = "",
    on: Annotated[str | None, typer.Option(help="Its date.", metavar="DATE")] = None,
    plan_due: Annotated[
        str | None,
        typer.Option("--plan-due", help="The day that it states for the plan.", metavar="DATE"),
    ] = None,
    document: Annotated[str, typer.Option(help="Where its report is kept.")] = "",
    note: Annotated[str, typer.Option(help="Anything else.")] = "",
) -> None:
    """Add a review."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    day = order.as_at
    dated, stated = (dates.parse(text, day) if text else None for text in (on, plan_due))
    words = (title, body.strip(), kind.strip())
    new = Review(ref.strip(), *words, dated, stated, document.strip(), note)
    carry_out(order, lambda plan, _: changes.add_review(plan, new))


@review.command("update")
@changing("review update")
def review_update(
    order: Order,
    ref: Annotated[
        str, typer.Argument(help="The ref of a review.", autocompletion=completion.reviews)
    ],
    *,
    title: Annotated[str | None, typer.Option(help="What the review is called.")] = None,
    body: Annotated[str | None, typer.Option(help="Who reviewed.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Such as peer-challenge, inspection, jtai.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="Its date; another one with --why.", metavar="DATE")
    ] = None,
    plan_due: Annotated[
        str | None,
        typer.Option(
            "--plan-due",
            help="The day that it states for the plan; another one with --why.",
            metavar="DATE",
        ),
    ] = None,
    document: Annotated[str | None, typer.Option(help="Where its report is kept.")] = None,
    note: Annotated[str | None, typer.Option(help="Anything else.")] = None,
    why: Annotated[str, typer.Option(help="Why a date is another.")] = "",
) -> None:
    """Set fields of a review; the word none clears one.

    Dates by law and custom follow from its kind and its date: what becomes of them is said. A date
    that is set already is changed with a reason.
    """
    from actionplan.cli.change import given_dates, given_texts  # noqa: PLC0415 - only a change
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - as above

    day = order.as_at
    texts = {"title": title, "body": body, "kind": kind, "document": document, "note": note}
    fields = given_texts(texts) | given_dates({"on": on, "plan_due": plan_due}, day)
    if not fields:
        message = "There is nothing to set: give at least one field, such as --on 2027-03-31."
        raise WrongUsageError(message)
    order = order._replace(why=why)
    saved = carry_out(order, lambda plan, _: changes.update_review(plan, ref, fields, why))
    _tell_clocks(saved, changes.the(saved.plan, "reviews", ref).id, day)


def _tell_clocks(saved: Saved, ref: str, day: date) -> None:
    """Say which dates that follow from a review are others now."""
    from actionplan import clocks  # noqa: PLC0415 - only a change needs it

    old, new = (
        {due.what: due.due for due in clocks.of_review(plan, plan.find("reviews", ref), day)}
        for plan in (saved.before, saved.plan)
    )
    for what, due in new.items():
        was = f", not {dates.in_words(old[what])}" if what in old else ""
        if old.get(what) != due:
            complain(f"  By the clock: {what}, {dates.in_words(due)}{was}.")
    for what in (what for what in old if what not in new):
        complain(f"  By the clock no more: {what}, {dates.in_words(old[what])}.")


@review.command("list")
def review_list(
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the reviews."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    view = query.view(opened.plan, day)
    opened.emit(lists.reviews(view), as_json=as_json, plain=plain)
    opened.finish()


@finding.command("add")
@changing("finding add")
def finding_add(
    order: Order,
    text: Annotated[str, typer.Argument(help="The finding in the review's own words.")],
    *,
    of: Annotated[
        str,
        typer.Option(
            "--review", help="The review that said it.", autocompletion=completion.reviews
        ),
    ],
    ref: Annotated[str, typer.Option(help="The reviewer's own number.")] = "",
    theme: Annotated[
        str, typer.Option(help="The heading it comes under.", autocompletion=completion.themes)
    ] = "",
    kind: Annotated[
        str, typer.Option(help="immediate, improvement, recommendation or strength.")
    ] = "improvement",
    outcome: Annotated[str, typer.Option(help="What gets better for children.")] = "",
    response: Annotated[str, typer.Option(help="accepted, partly or declined.")] = "",
    reason: Annotated[str, typer.Option(help="Why not accepted in full.")] = "",
) -> None:
    """Add a finding; its text is verbatim, and locked from then on."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    draft = Finding(
        id="?", review=of, ref=ref.strip(), theme=theme.strip(), kind=kind, text=text,
        outcome=outcome.strip(), response=response, reason=reason.strip(),
    )  # fmt: skip

    def verb(plan: Plan, issued: Mapping[str, int]) -> Plan:
        return changes.add_finding(plan, draft._replace(id=next_ref(plan, "findings", issued)))

    carry_out(order, verb)


@finding.command("list")
def finding_list(
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the findings, with the actions that answer each."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    view = query.view(opened.plan, day)
    opened.emit(lists.findings(view), as_json=as_json, plain=plain)
    opened.finish()


@finding.command("update")
@changing("finding update")
def finding_update(
    order: Order,
    ref: Annotated[
        str, typer.Argument(help="The ref of a finding.", autocompletion=completion.findings)
    ],
    *,
    response: Annotated[str | None, typer.Option(help="accepted, partly or declined.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why not accepted in full.")] = None,
    outcome: Annotated[str | None, typer.Option(help="What gets better for children.")] = None,
    theme: Annotated[
        str | None, typer.Option(help="The heading.", autocompletion=completion.themes)
    ] = None,
    kind: Annotated[str | None, typer.Option(help="immediate, improvement, ...")] = None,
    exempt: options.Exempt = None,
) -> None:
    """Set the council's side of a finding: response, outcome, theme. Its text is locked."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    given = {
        "response": response, "reason": reason, "outcome": outcome, "theme": theme, "kind": kind,
    }  # fmt: skip
    fields = {name: value for name, value in given.items() if value is not None}
    if exempt is not None:
        fields["exempt"] = "" if exempt.strip().lower() == "none" else exempt
    if not fields:
        message = "There is nothing to set: give at least one field, such as --response accepted."
        raise WrongUsageError(message)
    order = order._replace(why=reason or "")
    carry_out(order, lambda plan, _: changes.update_finding(plan, ref, fields))


@finding.command("close")
@changing("finding close")
def finding_close(
    order: Order,
    ref: Annotated[
        str, typer.Argument(help="The ref of a finding.", autocompletion=completion.findings)
    ],
    *,
    difference: Annotated[str, typer.Option(help="What difference it made to children.")],
    passes_to: Annotated[str, typer.Option(help="The post that keeps it up from now on.")] = "",
    on: Annotated[str | None, typer.Option(help="The day; else today.", metavar="DATE")] = None,
) -> None:
    """Close a finding, once all that answers it is done; say what difference it made."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    day = order.as_at
    closed = dates.parse(on, day) if on else day
    made = proof.Closing(closed, difference, passes_to)
    carry_out(order, lambda plan, _: proof.close_finding(plan, ref, made, day))


@finding.command("reopen")
@changing("finding reopen")
def finding_reopen(
    order: Order,
    ref: Annotated[
        str, typer.Argument(help="The ref of a finding.", autocompletion=completion.findings)
    ],
    *,
    why: Annotated[str, typer.Option(help="Why it is open again.")],
) -> None:
    """Open a closed finding again; the history keeps what was said when it was closed."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    order = order._replace(why=changes.stated(why, "reason"))
    carry_out(order, lambda plan, _: proof.reopen_finding(plan, ref))


@owner.command("add")
@changing("owner add")
def owner_add(
    order: Order,
    post: Annotated[str, typer.Argument(help="The post, such as 'Head of workforce'.")],
    *,
    name: Annotated[str, typer.Option(help="Who holds it; never published.")] = "",
    email: Annotated[str, typer.Option(help="Where reminders go; never published.")] = "",
) -> None:
    """Add a post; it is kept in owners.toml where there is one beside the plan."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it
    from actionplan.planfile import reader  # noqa: PLC0415 - only a change needs it

    path = order.path
    apart = reading.owners_file(path)
    kept_apart = reading.is_there(apart)
    if kept_apart:
        changes.refuse_taken(reading.load(path).plan, "owners", post.strip())
    new = Owner(post, name.strip(), _address(email))
    order = order._replace(path=apart if kept_apart else path)
    read = reader.read_owners if kept_apart else reader.read
    carry_out(order, lambda plan, _: changes.add_owner(plan, new), read=read)


def _address(email: str) -> str:
    """Take an address that mail can go to; the word none, or nothing, is no address.

    Raises:
        WrongUsageError: where it is none.

    """
    from actionplan import mail  # noqa: PLC0415 - only where an address is given

    cleaned = email.strip()
    if not cleaned or cleaned.lower() == "none":
        return cleaned
    return mail.address(cleaned, international=True)


@owner.command("update")
@changing("owner update")
def owner_update(
    order: Order,
    post: Annotated[str, typer.Argument(help="The post.", autocompletion=completion.owners)],
    *,
    name: Annotated[str | None, typer.Option(help="Who holds it; none clears it.")] = None,
    email: Annotated[str | None, typer.Option(help="Where reminders go; none clears it.")] = None,
) -> None:
    """Set who holds a post, and the address that reminders go to."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    given = {"name": name, "email": email if email is None else _address(email)}
    fields = {
        key: "" if value.strip().lower() == "none" else value
        for key, value in given.items()
        if value is not None
    }
    if not fields:
        message = "There is nothing to set: give --name or --email."
        raise WrongUsageError(message)
    path = order.path
    plan = reading.load(path).plan
    place, read = _home(path, plan, post)
    order = order._replace(path=place)
    known = [action.owner for action in plan.actions]
    carry_out(order, lambda kept, _: changes.update_owner(kept, post, fields, known), read=read)


def _home(path: Path, plan: Plan, post: str) -> tuple[Path, Read]:
    """Tell where a post is kept, or is to be: in the plan, or beside it where owners are."""
    from actionplan.planfile import reader  # noqa: PLC0415 - only a change needs it

    apart = reading.owners_file(path)
    if reading.is_there(apart) and plan.find("owners", post.strip()) is None:
        return apart, reader.read_owners
    return path, reader.read


@owner.command("replace")
@changing("owner replace")
def owner_replace(
    order: Order,
    post: Annotated[
        str,
        typer.Argument(help="The post that hands over.", autocompletion=completion.owners),
    ],
    *,
    other: Annotated[
        str,
        typer.Option(
            "--with",
            help="The post that takes over.",
            metavar="POST",
            autocompletion=completion.owners,
        ),
    ],
    why: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    yes: options.Yes = False,
) -> None:
    """Hand every open action of one post over to another, in one entry of the history."""
    from actionplan.cli.signing import carry_out  # noqa: PLC0415 - only a change needs it

    path = order.path
    order = order._replace(why=why, yes=yes)
    saved = carry_out(order, lambda plan, _: changes.replace_owner(plan, post, other))
    for change in saved.changes:
        action = saved.plan.find("actions", change.ref)
        complain(f"  {change.ref}: {action.title}, {_due(action)}")
    _tell_unreached(path, saved.plan, other)


def _due(action: Action) -> str:
    return f"due {dates.in_words(action.due)}" if action.due else "with no date yet"


def _tell_unreached(path: Path, plan: Plan, post: str) -> None:
    """Say where no reminder reaches the post that takes over."""
    addresses = reminders.Addresses((*plan.owners, *reading.owners_beside(path)))
    if not addresses.of(post):
        complain(
            f"No address is kept for {post.strip()}: give one with owner update POST --email "
            "ADDRESS, so that reminders arrive."
        )


@owner.command("list")
def owner_list(
    *,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """List the posts, and how many actions each has open and overdue."""
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    known = (*opened.plan.owners, *reading.owners_beside(opened.path))
    view = query.view(opened.plan, day)
    opened.emit(lists.owners(view, known), as_json=as_json, plain=plain)
    opened.finish()
