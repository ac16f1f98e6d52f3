"""What every command that changes something shares: who signs, the write, what is said of it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import typer

from actionplan import dates, settings
from actionplan.cli import asking, session
from actionplan.cli.app import complain
from actionplan.errors import NOTHING_CHANGED, ActionPlanError, RefusedError, UnconfirmedError
from actionplan.history.entries import Signature, plain
from actionplan.planfile import reader
from actionplan.store import reading, writing
from actionplan.store.recovery import ShrunkenError
from actionplan.store.writing import Terms

if TYPE_CHECKING:
    from pathlib import Path

    from actionplan.cli.changing import Order
    from actionplan.model import Change
    from actionplan.planfile.writer import Read
    from actionplan.store.writing import Draft, Making, Saved, Verb

_SHORT = 70


def signature(order: Order) -> Signature:
    """Sign a change."""
    who = settings.signer(order.by, os.environ)
    return Signature(session.now(), order.as_at, who, order.command, order.why)


def carry_out(order: Order, verb: Verb, read: Read = reader.read) -> Saved:
    """Make the change that a verb says, or only say what it would do, and tell."""
    return carry_through(order, writing.by_verb(verb, read), Terms(read))


def carry_through(order: Order, make: Making, terms: Terms) -> Saved:
    """Make a change, however its text is made, or only say what it would do, and tell.

    Raises:
        RefusedError: where it is for a day that is still to come; as `writing.change` otherwise.

    """
    refuse_future(order)
    if order.dry_run:
        planned = writing.draft(order.path, make, terms.read)
        after = planned.rewritten
        rewritten = after.content != planned.content
        saved = writing.Saved(
            planned.before.plan, after.after.plan, after.changes, is_rewritten=rewritten
        )
    else:
        agreed = (
            None if order.yes else _confirmed(order, writing.draft(order.path, make, terms.read))
        )
        saved = _saved(order, make, terms._replace(agreed=agreed))
    tell(saved, order)
    return saved


def refuse_future(order: Order) -> None:
    """Refuse a change for a day on which nothing has happened yet.

    Raises:
        RefusedError: where the day is still to come.

    """
    if order.as_at > session.today():
        message = f"{dates.in_words(order.as_at)} is still to come: nothing has happened on it yet."
        raise RefusedError(message)


def _saved(order: Order, make: Making, terms: Terms) -> Saved:
    """Write; where the plan has lost something by hand, ask whether that is meant."""
    signed = signature(order)
    accepting = terms._replace(accept_removals=True)
    if order.accept_removals:
        return writing.change(order.path, make, signed, accepting)
    try:
        return writing.change(order.path, make, signed, terms)
    except ShrunkenError as error:
        if not session.can_ask(no_input=False):
            raise
        complain(str(error))
        if not asking.agreed("Is that meant, and is the change to be made?"):
            raise typer.Exit(error.exit_code) from error
        return writing.change(order.path, make, signed, accepting)


def _confirmed(order: Order, foreseen: Draft) -> Draft | None:
    found = foreseen.rewritten.changes
    refs = _refs(found)
    if len(refs) < order.ask_from:
        return None
    if not session.can_ask(no_input=False):
        message = f"This would change {len(refs)}, and there is nobody to ask: agree with --yes."
        raise RefusedError(message)
    for sentence in () if order.is_told else sentences(found):
        complain(f"  {sentence}")
    if not asking.agreed(f"Change these {len(refs)}?" if len(refs) > 1 else "Make this change?"):
        complain(NOTHING_CHANGED)
        raise typer.Exit(1)
    return foreseen


def _refs(changes: tuple[Change, ...]) -> list[str]:
    return list(dict.fromkeys(change.ref for change in changes))


def tell(saved: Saved, order: Order) -> None:
    """Say what was changed, and that it is saved; then print the answer."""
    refs = _refs(saved.changes)
    for sentence in (*saved.found, *(() if order.is_told else sentences(saved.changes))):
        complain(sentence)
    if not refs and saved.is_rewritten and not order.is_told:
        complain("Only its layout or its comments change.")
    if not refs and not saved.is_rewritten:
        complain(NOTHING_CHANGED if order.is_told else "Nothing was changed: it is so already.")
    elif order.dry_run:
        complain("Nothing was changed: this was a dry run.")
    else:
        complain(f"Saved in {_near(order.path)}.")
        _tell_new_owners(saved, order)
    try:
        session.put(_answer(saved, refs, order))
    except ActionPlanError as error:
        is_saved = saved.is_rewritten and not order.dry_run
        state = "The change was saved: do not repeat it." if is_saved else ""
        raise UnconfirmedError(error.sentence, state=state) from error


def _answer(saved: Saved, refs: list[str], order: Order) -> str:
    """Give what a change prints: its refs for a pipe, nothing for a person, or JSON."""
    if order.answer is not None:
        return order.answer(saved.changes)
    if order.as_json:
        from actionplan.renderers import as_json  # noqa: PLC0415 - only for --json

        told = [_as_data(change) for change in saved.changes]
        dry_run = order.dry_run
        named = [ref for ref in refs if ref]
        return as_json.changed(order.command, order.as_at, named, told, dry_run=dry_run)
    return "" if session.is_terminal() else "".join(f"{ref}\n" for ref in refs if ref)


def _near(path: Path) -> str:
    """Give a path as seen from here, where it lies below."""
    here = os.path.relpath(path)
    return str(path) if here.startswith(os.pardir) else here


def _as_data(change: Change) -> dict[str, Any]:
    field = change.field.removesuffix("_")
    ref = "plan" if change.collection == "plan" else change.ref
    return {"ref": ref, "field": field, "old": plain(change.old), "new": plain(change.new)}


def sentences(changes: tuple[Change, ...]) -> list[str]:
    """Say what was changed, a sentence each."""
    from actionplan.renderers.safe import safe_line  # noqa: PLC0415 - only where something is said

    dated = {change.ref for change in changes if change.field == "due"}
    said = (
        _asked(change) if change.field == "moves" and change.ref not in dated else _sentence(change)
        for change in changes
        if change.field != "updated"
    )
    return [safe_line(sentence) for sentence in said]


def _asked(change: Change) -> str:
    """Say what became of moves that did not move the date."""
    last = change.new[-1] if change.new else None
    if last is not None and len(change.new) >= len(change.old) and not last.approved and last.to:
        return f"{change.ref} date asked for, {dates.in_words(last.to)}: {last.why} (not approved)"
    return _sentence(change)


_OF_THINGS = frozenset({"readings", "milestones", "evidence", "tests", "moves"})
"""Lists of which it is said what came, went or is another."""


def _sentence(change: Change) -> str:
    if change.collection == "plan":
        from actionplan.reports import wording  # noqa: PLC0415 - few changes are of the plan itself

        return f"The plan: {wording.what(change)}"
    if not change.field and change.new is None:
        return f"{change.ref} is taken out: {_noun(change.old)}"
    if not change.field:
        return f"{change.ref} is new: {_noun(change.new)}"
    if change.field == "moves" and len(change.new) >= len(change.old):
        last = change.new[-1]
        approved = f"approved by {last.approved}" if last.approved else "not approved yet"
        return f"{change.ref} date moved: {last.why} ({approved})"
    if change.field in _OF_THINGS:
        from actionplan.reports import wording  # noqa: PLC0415 - only lists of things need it

        return f"{change.ref} {wording.what(change)}"
    old, new = _shown(change.old), _shown(change.new)
    label = change.field.removesuffix("_")
    return (
        f"{change.ref} {label}: {old} -> {new}" if old != "none" else f"{change.ref} {label}: {new}"
    )


def _noun(noun: Any) -> str:  # noqa: ANN401 - any noun of the plan
    names = (getattr(noun, name, "") for name in ("title", "text", "what", "why", "by", "id"))
    said = [next((name for name in names if name), "")]
    if owner := getattr(noun, "owner", ""):
        said.append(owner)
    if due := getattr(noun, "due", None):
        said.append(f"due {dates.in_words(due)}")
    return ", ".join(said)


def _shown(value: Any) -> str:  # noqa: ANN401 - any field of a noun
    if value in ("", None, ()):
        return "none"
    if isinstance(value, tuple):
        return ", ".join(value)
    if hasattr(value, "weekday"):
        return dates.in_words(value)
    text = str(value)
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 3]}..."


def _tell_new_owners(saved: Saved, order: Order) -> None:
    set_now = {
        change.new.owner if not change.field else change.new
        for change in saved.changes
        if change.collection == "actions" and change.field in {"", "owner"} and change.new
    }
    if not set_now:
        return
    from difflib import get_close_matches  # noqa: PLC0415 - only where an owner is set

    known = {owner.id for owner in saved.before.owners}
    with contextlib.suppress(ActionPlanError, OSError):
        known |= {owner.id for owner in reading.owners_beside(order.path)}
    known |= {action.owner for action in saved.before.actions}
    for owner in sorted(set_now - known):
        near = get_close_matches(owner, known, 1, 0.8)
        if near:
            complain(f"'{owner}' is a new owner in this plan. Is '{near[0]}' meant?")
