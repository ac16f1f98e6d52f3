"""What every command that changes something is given besides its own options, spelt once.

A command says ``@changing("note")`` below ``@app.command()``, and takes an `Order` first. The six
options that such commands share (``--dry-run --by --accept-removals --file --as-at --json``) are
put after its own, and what was typed with them is in the order.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.cli import options, session

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from actionplan.model import Change

ASK_FROM = 3
"""How many nouns a change may touch before it asks."""


class Order(NamedTuple):
    """What was asked of a command, besides the change itself."""

    path: Path
    as_at: date
    command: str
    by: str | None = None
    why: str = ""
    dry_run: bool = False
    as_json: bool = False
    yes: bool = True
    """False where a change of many nouns has to be confirmed."""
    accept_removals: bool = False
    """True where what was taken out of the plan by hand is meant to be gone."""
    ask_from: int = ASK_FROM
    """How many nouns a change may touch before it asks, unless it is certain."""
    is_told: bool = False
    """True where it was said already what changes."""
    answer: Callable[[tuple[Change, ...]], str] | None = None
    """What is printed instead of the refs, from what was changed."""


def _order(
    command: str,
    *,
    dry_run: options.DryRun = False,
    by: options.By = None,
    accept_removals: options.AcceptRemovals = False,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
) -> Order:
    """Give the order of a command from the options that all share."""
    day, path = session.day(as_at), session.plan_path(file)
    return Order(path, day, command, by, "", dry_run, as_json, accept_removals=accept_removals)


class _Changing:
    """A command with the shared options after its own; typer asks for them by its signature."""

    def __init__(self, command: str, function: Callable[..., None]) -> None:
        functools.update_wrapper(self, function)
        self.command = command
        self.function = function

    @property
    def __signature__(self) -> inspect.Signature:
        """Worked out for the one command that is called: for all it would take a while."""
        own, shared = (
            list(inspect.signature(each, eval_str=True).parameters.values())[1:]
            for each in (self.function, _order)
        )
        return inspect.Signature([*own, *shared])

    def __call__(self, **given: Any) -> None:  # noqa: ANN401 - whatever was typed
        names = list(inspect.signature(_order).parameters)[1:]
        order = _order(self.command, **{name: given.pop(name) for name in names})
        self.function(order, **given)


def changing(command: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function that takes an `Order` first a command; the history calls it as named here."""
    return lambda function: _Changing(command, function)
