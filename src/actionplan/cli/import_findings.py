"""The command that drafts findings from a review document, and takes those that are agreed to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from actionplan import dates, taking
from actionplan.cli import accepting, completion, laying, options, session
from actionplan.cli.app import complain
from actionplan.cli.changing import Order
from actionplan.cli.progress import busy
from actionplan.cli.signing import carry_out
from actionplan.errors import NOTHING_CHANGED, NoPlanError, WrongUsageError
from actionplan.importers import apart, drafts
from actionplan.model import Plan
from actionplan.reports import drafted
from actionplan.store import reading

if TYPE_CHECKING:
    from datetime import date

    from actionplan.importers.drafts import Drafts
    from actionplan.model import Finding


def findings(
    document: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The review: PDF, Word, web page, Markdown, text; - is what is "
            "pasted or piped in.", show_default=False,
        ),
    ],
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take all drafts, and nothing that is only offered.")
    ] = False,
    take: Annotated[
        str | None,
        typer.Option("--take", help="Take these, such as 1-4,7,o2.", metavar="NUMBERS"),
    ] = None,
    strengths: Annotated[
        bool, typer.Option("--strengths", help="Draft strengths as well.")
    ] = False,
    review: Annotated[
        str | None,
        typer.Option(
            "--review", help="The review that said it: one of the plan, or the short name of a new "
            "one.", metavar="REF", autocompletion=completion.reviews,
        ),
    ] = None,
    theme: Annotated[str, typer.Option(help="The heading that they come under.")] = "",
    title: Annotated[str, typer.Option(help="What the review is called.")] = "",
    body: Annotated[str, typer.Option(help="Who reviewed.")] = "",
    kind: Annotated[str, typer.Option(help="Such as ilacs, jtai, peer-challenge.")] = "",
    on: Annotated[str | None, typer.Option(help="Its date.", metavar="DATE")] = None,
    plan_due: Annotated[
        str | None,
        typer.Option("--plan-due", help="The day that it states for the plan.", metavar="DATE"),
    ] = None,
    no_input: options.NoInput = False,
    dry_run: options.DryRun = False,
    by: options.By = None,
    accept_removals: options.AcceptRemovals = False,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> None:  # fmt: skip
    """Draft findings from a review document, in its own words; shown first, then taken."""
    day = session.day(as_at)
    if as_json and (yes or take is not None or dry_run):
        message = "--json prints what was found and takes nothing: leave --yes, --take, --dry-run."
        raise WrongUsageError(message)
    if as_json:
        _print(_read(document)[1])
        return
    into = _into(file, must=yes or take is not None)
    plan = into.plan
    given = {"title": title.strip(), "body": body.strip(), "kind": kind.strip()}
    dated = {"on": on, "plan_due": plan_due}
    stated: dict[str, Any] = {field: text for field, text in given.items() if text}
    stated |= {field: dates.parse(text, day) for field, text in dated.items() if text}
    name, found = _read(document)
    meant = laying.meant(plan, name, found, stated, review)
    laid = laying.lay(plan, found, meant, strengths=strengths, theme=theme.strip())
    may_ask = session.can_ask(no_input=no_input) and session.is_terminal()
    wanted = _Wanted(yes=yes, take=take, may_ask=may_ask)
    _show(laid, plan, day, wanted)
    if into.path is None:
        _nowhere(laid, into.why, dry_run=dry_run)
        return
    order = Order(
        into.path, day, "import findings", by, f"from {name}", dry_run,
        accept_removals=accept_removals,
    )  # fmt: skip
    chosen = _chosen(laid, wanted, dry_run=dry_run)
    if chosen:
        by_hand = meant.by_hand
        carry_out(
            order, lambda plan, issued: taking.take(plan, meant.review, chosen, by_hand, issued)
        )


class _Into(NamedTuple):
    """The plan that is taken into; an empty one, and why, where there is none yet."""

    path: Path | None
    plan: Plan
    why: str = ""


def _into(file: Path | None, *, must: bool) -> _Into:
    """Open the plan; a document can be looked at before there is one."""
    try:
        path = session.plan_path(file)
    except NoPlanError as none:
        if must:
            raise
        return _Into(None, Plan(), none.sentence)
    return _Into(path, reading.load(path).plan)


def _nowhere(laid: laying.Laid, why: str, *, dry_run: bool) -> None:
    """Say that there is no plan yet, and how one is started.

    Raises:
        NoPlanError: where there is something to take, and it was not only to be looked at.

    """
    if laid.choices and not dry_run:
        raise NoPlanError(why, state="Nothing was taken.")
    complain(f"Nothing was taken. {why}")


class _Wanted(NamedTuple):
    """How it was said what is to be taken."""

    yes: bool
    take: str | None
    may_ask: bool


# --- reading ------------------------------------------------------------------------------------


def _read(document: Path) -> tuple[str, Drafts]:
    """Have a document read in a process of its own."""
    if str(document) == "-" and sys.stdin.isatty():
        complain("Paste the text here, then press Ctrl-D (on Windows Ctrl-Z) on an empty line.")
    name, content = apart.contents(document, sys.stdin.buffer)
    with busy(f"Reading {name}") as tell:
        answer = apart.read("findings", name, content, tell=tell)
    found = drafts.from_json(answer.result)
    return name, found._replace(notes=(*answer.notes, *found.notes))


def _print(found: Drafts) -> None:
    import json  # noqa: PLC0415 - only for --json

    session.put(json.dumps(drafts.to_json(found), indent=2) + "\n")


# --- shown, and taken ---------------------------------------------------------------------------


def _show(laid: laying.Laid, plan: Plan, day: date, wanted: _Wanted) -> None:
    """Show what was found; where the answer is for a program, only what it must not overlook."""
    decided = wanted.yes or wanted.take is not None
    if decided and not session.is_terminal():
        for note in laid.warnings:
            complain(note)
        return
    report = drafted.preview(laid.read, plan, day, narrow=session.is_terminal())
    session.emit(report, as_json=False, plain=False)


def _chosen(laid: laying.Laid, wanted: _Wanted, *, dry_run: bool) -> tuple[Finding, ...]:
    """Give what is to be taken; asked for, where there is somebody to ask.

    Raises:
        WrongUsageError: where there is something to take, and nobody says what.

    """
    if wanted.take is not None:
        return tuple(each.finding for each in accepting.selected(laid, wanted.take))
    if wanted.yes and laid.new:
        return tuple(each.finding for each in laid.new)
    if wanted.yes or dry_run or not laid.is_worth_asking:
        complain(NOTHING_CHANGED if not dry_run else "Nothing was changed: this was a dry run.")
        return ()
    if not wanted.may_ask:
        raise WrongUsageError(accepting.how_to_take(laid))
    return accepting.asked(laid)
