"""Questions on a terminal for what a command was not given; the answer is checked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from actionplan.cli.app import complain
from actionplan.errors import ActionPlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def ask(question: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401 - what the reader gives
    """Ask until the answer can be read."""
    while True:
        answer = typer.prompt(question, err=True)
        try:
            return read(answer)
        except ActionPlanError as error:
            complain(error.sentence)


def choose(question: str, offers: Sequence[str], read: Callable[[str], Any]) -> Any:  # noqa: ANN401 - as above
    """Ask, with a numbered list of what there is; a number or the words will do."""
    for number, offer in enumerate(offers, 1):
        complain(f"  {number}. {offer}")

    def read_choice(answer: str) -> Any:  # noqa: ANN401 - what the reader gives
        numbers = answer.replace(",", " ").split()
        if numbers and all(n.isdecimal() and 0 < int(n) <= len(offers) for n in numbers):
            answer = ",".join(offers[int(n) - 1] for n in numbers)
        return read(answer)

    return ask(question, read_choice)
