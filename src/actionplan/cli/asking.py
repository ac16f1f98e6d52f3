"""Questions on a terminal for what a command was not given; the answer is checked at once.

A question goes to standard error, so that standard output stays data alone.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from actionplan.cli.app import complain
from actionplan.errors import ActionPlanError, WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def ask(question: str, read: Callable[[str], Any]) -> Any:  # noqa: ANN401 - what the reader gives
    """Ask until the answer can be read."""
    while True:
        try:
            return read(_answer(f"{question}: "))
        except ActionPlanError as error:
            complain(error.sentence)


def agreed(question: str) -> bool:
    """Ask for a yes; anything else is a no."""
    return _answer(f"{question} [y/N]: ").strip().lower() in {"y", "yes"}


def _answer(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.rstrip("\r\n")


def choose(question: str, offers: Sequence[str], read: Callable[[str], Any]) -> Any:  # noqa: ANN401 - as above
    """Ask, with a numbered list of what there is; a number or the words will do."""
    for number, offer in enumerate(offers, 1):
        complain(f"  {number}. {offer}")

    def read_choice(answer: str) -> Any:  # noqa: ANN401 - what the reader gives
        numbers = answer.replace(",", " ").split()
        if not all(number.isdecimal() for number in numbers):
            return read(answer)
        if len(numbers) != 1 or not 0 < int(numbers[0]) <= len(offers):
            message = f"'{answer.strip()}' is not one number of the list."
            raise WrongUsageError(message)
        return read(offers[int(numbers[0]) - 1])

    return ask(question, read_choice)
