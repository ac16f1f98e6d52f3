"""Which of the drafts are taken: by their numbers, by an answer on a terminal, edited first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actionplan.cli import amending, asking
from actionplan.cli.app import complain
from actionplan.dates import counted
from actionplan.errors import NOTHING_CHANGED, ActionPlanError, WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.cli.laying import Choice, Laid
    from actionplan.model import Finding

_RANGE = re.compile(r"(o?)(\d{1,4})(?:-(o?)(\d{1,4}))?")
ALL, EDIT, NONE = frozenset({"a", "all"}), frozenset({"e", "edit"}), frozenset({"n", "none"})


def selected(laid: Laid, numbers: str) -> tuple[Choice, ...]:
    """Give what some numbers name, such as 1-4,7,o2; what the plan has already is said.

    Raises:
        WrongUsageError: where a number is none of the list.

    """
    known = {each.number: each for each in laid.choices}
    named = dict.fromkeys(
        number for part in re.split(r"[\s,;]+", numbers.strip()) for number in _range(part, known)
    )
    chosen = tuple(known[number] for number in named)
    for each in chosen:
        if each.held:
            complain(f"{each.number} is in the plan already, as {each.held.id}.")
    return tuple(each for each in chosen if not each.held)


def _range(part: str, known: dict[str, Choice]) -> Iterator[str]:
    found = _RANGE.fullmatch(part.lower())
    if found is None:
        message = f"'{part}' is no number of the list: give such as 1-4,7,o2."
        raise WrongUsageError(message)
    offered, first, also, last = found.groups()
    if also not in {None, "", offered}:
        message = f"'{part}' runs from drafts to what is only offered: name both apart."
        raise WrongUsageError(message)
    for at in range(int(first), int(last or first) + 1):
        if f"{offered}{at}" not in known:
            message = f"There is no {offered}{at} in the list: {_extent(known)}."
            raise WrongUsageError(message)
        yield f"{offered}{at}"
    if last is not None and int(last) < int(first):
        message = f"'{part}' runs backwards: give the lower number first."
        raise WrongUsageError(message)


def _extent(known: dict[str, Choice]) -> str:
    """Say which numbers there are."""
    drafts = [number for number in known if number.isdigit()]
    offered = [number for number in known if not number.isdigit()]
    runs = [
        f"{run[0]} to {run[-1]}" if len(run) > 1 else run[0] for run in (drafts, offered) if run
    ]
    return f"it has {' and '.join(runs)}"


def how_to_take(laid: Laid) -> str:
    """Say how something is taken where nobody can be asked."""
    if laid.new:
        return (
            f"{counted(len(laid.new), 'draft').capitalize()} can be taken: all with --yes, some "
            "with --take 1-4,7; --dry-run only looks."
        )
    return "What is only offered is taken by its number: --take o1,o2; --dry-run only looks."


def asked(laid: Laid) -> tuple[Finding, ...]:
    """Ask what is to be taken."""
    number = counted(len(laid.new), "draft")
    every = f"a (all {number}), " if laid.new else ""
    some = "1-4,7,o2 (some)" if laid.new else "o1,o2 (some)"
    found: tuple[Finding, ...] | None = None
    while found is None:
        found = asking.ask(
            f"Take {every}{some}, e (edit first) or n (none)",
            lambda answer: _answered(laid, answer),
        )
    if not found:
        complain(NOTHING_CHANGED)
    return found


def _answered(laid: Laid, answer: str) -> tuple[Finding, ...] | None:
    """Read an answer; ``None`` is to be asked again."""
    word = answer.strip().lower()
    if word in NONE:
        return ()
    if word in EDIT:
        return _edited(laid)
    if word in ALL:
        if not laid.new:
            message = "What is only offered is taken by its number."
            raise WrongUsageError(message)
        return tuple(each.finding for each in laid.new)
    if not word:
        message = "Nothing is taken unless you say so: n takes none."
        raise WrongUsageError(message)
    return tuple(each.finding for each in selected(laid, answer))


def _edited(laid: Laid) -> tuple[Finding, ...] | None:
    """Have the drafts edited, as often as it takes, and ask once more."""
    text = amending.written(laid)
    while True:
        try:
            text = amending.edited(text)
            found = amending.read(text, laid)
        except amending.UnreadError as error:
            complain(error.sentence)
            if asking.agreed("Edit it again?"):
                continue
            return None
        except ActionPlanError as error:
            complain(error.sentence)
            return None
        break
    for sentence in amending.altered(found, laid):
        complain(sentence)
    if found and asking.agreed(f"Take {counted(len(found), 'finding')}?"):
        return tuple(each.finding for each in found)
    return None if found else ()
