"""Commands that make something new: init and add."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actionplan import changes, dates
from actionplan.cli import asking, options, session
from actionplan.cli.app import complain
from actionplan.cli.change import refuse_past, split_refs
from actionplan.cli.changing import Order, changing
from actionplan.cli.signing import carry_out, signature
from actionplan.errors import WrongUsageError
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
remind_every = "1w"             # how often an owner is reminded of what stays undone
escalate_after = "4w"           # what is so late is copied to the post named by escalate_to = "..."
escalate_after_moves = 2        # and so is what was moved so often
"""


@app.command()
def init(
    path: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The new plan; else plans/TITLE.toml.")
    ] = None,
    *,
    title: Annotated[str | None, typer.Option(help="What the plan is called.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Whose plan it is.")] = None,
    git: Annotated[
        bool,
        typer.Option("--git", help="Let git merge the plan with actionplan, in this clone."),
    ] = False,
    by: options.By = None,
    as_at: options.AsAt = None,
    no_input: options.NoInput = False,
) -> None:
    """Start a plan, with its history beside it; or, with --git alone, set git up for one."""
    from actionplan.cli import share  # noqa: PLC0415 - add needs none of it

    if git and title is None and (found := share.plan_here(path)) is not None:
        share.set_up(share.tree_of(found))
        return
    day = session.day(as_at)
    if title is None and session.can_ask(no_input=no_input):
        title = asking.ask("Title of the plan", lambda text: changes.stated(text, "title"))
        organisation = organisation or asking.ask("Organisation", str.strip)
    if not (title or "").strip():
        message = "A plan has a title: give it with --title."
        raise WrongUsageError(message)
    import tomlkit  # noqa: PLC0415 - only where a plan is started

    words = {"title": title or "", "organisation": organisation or ""}
    quoted = {name: tomlkit.string(text.strip()).as_string() for name, text in words.items()}
    target = path or Path(PLANS_FOLDER) / f"{_file_name(words['title'])}.toml"
    tree = share.tree_of(target) if git else None
    top = share.work_tree(target)
    order = Order(target, day, "init", by)
    writing.create(target, NEW_PLAN.format(**quoted).encode(), signature(order))
    if tree is not None:
        share.set_up(tree)
    elif top is not None:
        share.keep_private(target, top)
    complain(f"Started {target}. Next: actionplan review add, then finding add, then add.")


def _file_name(title: str) -> str:
    plain = title.lower().replace("'", "").replace("\u2019", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "plan"


@app.command()
@changing("add")
def add(
    order: Order,
    title: Annotated[str | None, typer.Argument(help="What will be done.")] = None,
    *,
    answers: options.Answers = None,
    owner: options.OneOwner = None,
    due: options.Due = None,
    start: options.Start = None,
    forecast: options.Forecast = None,
    stage: options.Stage = "not-started",
    rag: options.Rag = None,
    reason: options.Reason = None,
    note: options.Note = None,
    after: options.After = None,
    allow_past: options.AllowPast = False,
    no_input: options.NoInput = False,
) -> None:
    """Add an action that answers a finding; on a terminal it asks for what is missing."""
    day = order.as_at
    path = order.path
    dated = {"due": due, "start": start, "forecast": forecast}
    worded = {"rag": rag, "reason": reason, "note": note, "stage": stage}
    fields: dict[str, Any] = {name: text.strip() for name, text in worded.items() if text}
    fields |= {name: dates.parse(text, day) for name, text in dated.items() if text is not None}
    refs = split_refs(answers or [])
    draft = Action("?", refs, title or "", owner or "", after=split_refs(after or []), **fields)
    missing = _missing(draft, title_given=title is not None, owner_given=owner is not None)
    if missing:
        draft = _asked(draft, missing, path, day, no_input=no_input)
    refuse_past(draft.due, day, allow_past=allow_past)

    def verb(plan: Plan, issued: Mapping[str, int]) -> Plan:
        ref = next_ref(plan, "actions", issued)
        return changes.add_action(plan, draft._replace(id=ref), day)

    carry_out(order, verb)


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


def _asked(draft: Action, missing: list[str], path: Path, day: date, *, no_input: bool) -> Action:
    if not session.can_ask(no_input=no_input):
        named = " and ".join(part for part in (", ".join(missing[:-1]), missing[-1]) if part)
        message = f"add needs {named} as well."
        raise WrongUsageError(message)
    plan = reading.load(path).plan
    if "a title" in missing:
        title = asking.ask("What will be done", lambda text: changes.stated(text, "title"))
        draft = draft._replace(title=title)
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
        refs = split_refs([changes.stated(answer, "answer").replace(" ", ",")])
        return tuple(changes.the(plan, "findings", ref).id for ref in refs)

    found: tuple[str, ...] = asking.ask("Answers which findings", read)
    return found
