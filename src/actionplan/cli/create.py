"""Commands that make something new: init and add."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actionplan import changes, dates
from actionplan.cli import asking, completion, options, session
from actionplan.cli.app import complain
from actionplan.cli.change import split_refs
from actionplan.cli.signing import Order, carry_out, signature
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import Action, next_ref
from actionplan.settings import PLANS_FOLDER
from actionplan.store import reading, writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from actionplan.model import Plan

app = typer.Typer(rich_markup_mode=None)

NEW_PLAN = """\
# Edit this file by hand or with actionplan: comments, order and layout stay as they are.
format = 1
title = {title}
organisation = {organisation}

[policy]                        # every value has a default, and these are the defaults
legend = "brag"                 # or "slippage", "complete-on-track", "verified", or your own labels
stale_after = "28d"             # an open action that is not updated for longer is stale
due_soon = "14d"                # what "due next" means
moves_before_challenge = 2      # so many moves of a due date are pointed out
calendar = "England"            # working days and bank holidays
"""


@app.command()
def init(
    path: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The new plan; else plans/TITLE.toml.")
    ] = None,
    *,
    title: Annotated[str | None, typer.Option(help="What the plan is called.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Whose plan it is.")] = None,
    by: options.By = None,
    as_at: options.AsAt = None,
    no_input: options.NoInput = False,
) -> None:
    """Start a plan: a file with its title and policy, and its history beside it."""
    day = session.day(as_at)
    if title is None and session.can_ask(no_input=no_input):
        title = asking.ask("Title of the plan", str.strip)
        organisation = organisation or asking.ask("Organisation", str.strip)
    if not (title or "").strip():
        message = "A plan has a title: give it with --title."
        raise WrongUsageError(message)
    import tomlkit  # noqa: PLC0415 - only where a plan is started

    words = {"title": title or "", "organisation": organisation or ""}
    quoted = {name: tomlkit.string(text.strip()).as_string() for name, text in words.items()}
    target = path or Path(PLANS_FOLDER) / f"{_file_name(words['title'])}.toml"
    order = Order(target, day, "init", by)
    writing.create(target, NEW_PLAN.format(**quoted).encode(), signature(order))
    complain(f"Started {target}. Next: actionplan review add, then finding add, then add.")


def _file_name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "plan"


@app.command()
def add(
    title: Annotated[str | None, typer.Argument(help="What will be done.")] = None,
    *,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            help="The findings that it answers, such as F2.", autocompletion=completion.findings
        ),
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(help="The one post accountable.", autocompletion=completion.owners),
    ] = None,
    due: Annotated[str | None, typer.Option(help="When it is due.", metavar="DATE")] = None,
    start: Annotated[str | None, typer.Option(help="When it starts.", metavar="DATE")] = None,
    forecast: Annotated[
        str | None, typer.Option(help="When it is expected.", metavar="DATE")
    ] = None,
    stage: Annotated[str, typer.Option(help="not-started, in-progress or parked.")] = "not-started",
    rag: Annotated[
        str | None,
        typer.Option(help="red, amber or green.", autocompletion=completion.ratings),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is red, amber or parked.")] = "",
    note: Annotated[str, typer.Option(help="What is being done.")] = "",
    after: Annotated[
        list[str] | None,
        typer.Option(help="Actions that come first.", autocompletion=completion.actions),
    ] = None,
    allow_past: Annotated[
        bool, typer.Option("--allow-past", help="Take a due date in the past.")
    ] = False,
    no_input: options.NoInput = False,
    dry_run: options.DryRun = False,
    by: options.By = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> None:
    """Add an action that answers a finding; on a terminal it asks for what is missing."""
    day = session.day(as_at)
    path = session.plan_path(file)
    draft = Action(
        id="?",
        title=title or "",
        answers=split_refs(answers or []),
        owner=owner or "",
        due=dates.parse(due, day) if due else None,
        start=dates.parse(start, day) if start else None,
        forecast=dates.parse(forecast, day) if forecast else None,
        stage=stage,
        rag=rag or "",
        reason=reason.strip(),
        note=note.strip(),
        after=split_refs(after or []),
    )
    missing = _missing(draft, title_given=title is not None, owner_given=owner is not None)
    if missing and session.can_ask(no_input=no_input):
        draft = _asked(draft, missing, path, day)
    elif missing:
        message = f"add needs {' and '.join(missing)} as well."
        raise WrongUsageError(message)
    if draft.due is not None and draft.due < day and not allow_past:
        message = f"{dates.in_words(draft.due)} is in the past. If that is meant, say --allow-past."
        raise RefusedError(message)

    def verb(plan: Plan, issued: Mapping[str, int]) -> Plan:
        ref = next_ref(plan, "actions", issued)
        return changes.add_action(plan, draft._replace(id=ref), day)

    carry_out(Order(path, day, "add", by, "", dry_run, as_json), verb)


def _missing(draft: Action, *, title_given: bool, owner_given: bool) -> list[str]:
    """Name what an action needs and was not given; an empty title or owner is refused later."""
    return [
        name
        for name, is_there in (
            ("a title", title_given),
            ("--answers", draft.answers),
            ("--owner", owner_given),
            ("--due", draft.due or draft.stage == "parked"),
        )
        if not is_there
    ]


def _asked(draft: Action, missing: list[str], path: Path, day: date) -> Action:
    plan = reading.load(path).plan
    if "a title" in missing:
        draft = draft._replace(title=asking.ask("What will be done", str.strip))
    if "--answers" in missing:
        draft = draft._replace(answers=_ask_findings(plan))
    if "--owner" in missing:
        posts = [owner.id for owner in (*plan.owners, *reading.owners_beside(path))]
        posts += [action.owner for action in plan.actions]
        known = sorted(dict.fromkeys(posts))
        draft = draft._replace(owner=asking.choose("Owner, one post", known, changes.one_owner))
    if "--due" in missing:
        due = asking.ask(
            "Due (such as 31 Mar 2014, +6w, end of march)", lambda t: dates.parse(t, day)
        )
        complain(f"  {dates.in_words(due)}")
        draft = draft._replace(due=due)
    return draft


def _ask_findings(plan: Plan) -> tuple[str, ...]:
    asked = [finding for finding in plan.findings if not finding.is_strength]
    for finding in asked:
        complain(f"  {finding.id}  {finding.text}")

    def read(answer: str) -> tuple[str, ...]:
        refs = split_refs([answer.replace(" ", ",")])
        return tuple(changes.the(plan, "findings", ref).id for ref in refs)

    found: tuple[str, ...] = asking.ask("Answers which findings", read)
    return found
