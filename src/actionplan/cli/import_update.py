"""The command that takes in the workbooks that owners sent back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from actionplan.cli import asking, options, session
from actionplan.cli.app import complain
from actionplan.cli.changing import Order, changing
from actionplan.cli.progress import busy
from actionplan.cli.signing import carry_out
from actionplan.dates import counted
from actionplan.errors import RefusedError, WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from actionplan.importers.answers import Answer, Decide, Point, Refusals, Reply
    from actionplan.importers.returned import Returned
    from actionplan.model import Change, Plan

SIDES = ("theirs", "plan")
REFUSED = b'"why":"Refused by '
"""What a line of the history holds where somebody refused a date."""
Files = Annotated[
    list[Path],
    typer.Argument(
        help="Workbooks that owners sent back; - is standard input.",
        metavar="FILE...",
        show_default=False,
    ),
]
Take = Annotated[
    str | None,
    typer.Option(
        help="Settle clashes: theirs takes what the owner says, plan leaves the plan as it is.",
        metavar="SIDE",
    ),
]


@changing("import update")
def update(
    order: Order,
    files: Files,
    *,
    take: Take = None,
    same_plan: Annotated[
        bool,
        typer.Option("--same-plan", help="The plan had another name when the workbook went out."),
    ] = False,
    yes: options.Yes = False,
) -> None:
    """Take in what owners filled into the workbook that export made for them.

    What each changed is shown first, and what the plan changed meanwhile, and what clashes. A date
    asked for waits for approval: actionplan move REF --approved. All that is sound is written at
    once; where something could not be taken, the exit code is 6.
    """
    if take is not None and take not in SIDES:
        message = f"--take is '{take}'; use {' or '.join(SIDES)}."
        raise WrongUsageError(message)
    day = order.as_at
    path = order.path
    workbooks = [_returned(each) for each in files]
    plan = session.read_plan(order.path).plan
    offered = _Offered(workbooks, day, {}, _refused(path), same_plan)
    if take is not None:
        offered = offered.settled(plan, lambda *_: take == "theirs")
    _, replies = offered.taken(plan)
    _tell(replies)
    if take is None and not yes and not order.dry_run and session.can_ask(no_input=False):
        offered = offered.settled(plan, _ask)
        replies = _retold(replies, offered.taken(plan)[1])

    order = order._replace(
        why=_why(replies),
        yes=yes,
        ask_from=1,
        is_told=True,
        answer=_answer(replies, day, dry_run=order.dry_run) if order.as_json else None,
    )
    carry_out(order, lambda now, _: offered.taken(now)[0])
    if not all(reply.is_whole for reply in replies):
        complain("Not all of it could be taken: see above what was not, and why.")
        raise typer.Exit(RefusedError.exit_code)


class _Offered(NamedTuple):
    """What came back, and how what clashes is settled."""

    workbooks: list[Returned]
    day: date
    decisions: Mapping[tuple[str, str, str], bool | None]
    refused: Refusals
    same_plan: bool

    def settled(self, plan: Plan, decide: Decide) -> _Offered:
        """Settle each clash once, whatever is looked at again later."""
        decisions: dict[tuple[str, str, str], bool | None] = {}

        def noted(answer: Answer, point: Point) -> bool | None:
            decisions[_key(answer, point)] = decide(answer, point)
            return decisions[_key(answer, point)]

        self._take(plan, noted)
        return self._replace(decisions=decisions)

    def taken(self, plan: Plan) -> tuple[Plan, tuple[Reply, ...]]:
        """Take it into a plan; what clashes anew since somebody was asked is left out."""
        return self._take(plan, lambda answer, point: self.decisions.get(_key(answer, point)))

    def _take(self, plan: Plan, decide: Decide) -> tuple[Plan, tuple[Reply, ...]]:
        from actionplan.importers import answers  # noqa: PLC0415 - not needed for the help

        return answers.take(
            plan, self.workbooks, self.day, decide, self.refused, same_plan=self.same_plan
        )


def _refused(path: Path) -> Refusals:
    """Find in the history what was asked for and refused."""
    from actionplan.importers import answers  # noqa: PLC0415 - as above
    from actionplan.store import remembering  # noqa: PLC0415 - as above

    found = remembering.history_of(path).read_holding(REFUSED)
    return answers.refusals(entry for _, entry in found)


def _key(answer: Answer, point: Point) -> tuple[str, str, str]:
    return answer.ref, answer.place, f"{point.field}: {point.now} or {point.says}"


def _ask(answer: Answer, point: Point) -> bool:
    from actionplan.importers import told  # noqa: PLC0415 - only where something clashes

    complain(told.asks(answer, point))
    return asking.agreed("Take what the owner says?")


def _retold(then: tuple[Reply, ...], now: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """Tell what comes out otherwise for what was decided: a rule may forbid that as well."""
    from actionplan.importers import told  # noqa: PLC0415 - as above

    for before, reply in zip(then, now, strict=True):
        refused = {answer.ref: answer.refused for answer in before.answers}
        for answer in reply.answers:
            if answer.refused != refused[answer.ref]:
                _say(told.of_one(answer))
    return now


def _returned(place: Path) -> Returned:
    from actionplan.importers import apart, grids, returned  # noqa: PLC0415 - as in `_take`

    name, content = apart.contents(place, sys.stdin.buffer)
    with busy(f"Reading {name}"):
        found: Any = apart.read("grids", name, content)
        sheets = grids.from_json(found.result)
        grids.refuse_excess(name, sheets)
        return returned.read(name, sheets, found.notes)


def _tell(replies: tuple[Reply, ...]) -> None:
    from actionplan.importers import told  # noqa: PLC0415 - as above

    _say(told.in_words(replies))


def _say(lines: Iterable[str]) -> None:
    from actionplan.renderers.safe import safe_line  # noqa: PLC0415 - as above

    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        complain(f"{indent}{safe_line(line.lstrip())}")


def _answer(
    replies: tuple[Reply, ...], day: date, *, dry_run: bool
) -> Callable[[tuple[Change, ...]], str]:
    """Give what is printed for programs, once it is known what was changed."""
    from actionplan.importers import told  # noqa: PLC0415 - as above

    def answer(changes: tuple[Change, ...]) -> str:
        refs = dict.fromkeys(change.ref for change in changes)
        return json.dumps(told.as_data(replies, day, refs, dry_run=dry_run), indent=2) + "\n"

    return answer


MOST_NAMED = 3
"""Workbooks, and owners of one, that the history names before it counts the others."""


def _why(replies: tuple[Reply, ...]) -> str:
    """Say for the history where a change came from."""
    parts = []
    for reply in replies:
        refs: dict[str, list[str]] = {}
        for answer in reply.answers:
            if answer.taken:
                refs.setdefault(answer.by or "its owner", []).append(answer.ref)
        if refs:
            parts.append(f"{reply.returned.name}, returned by {_owners(refs)}")
    more = len(parts) - MOST_NAMED
    shown = [*parts[:MOST_NAMED], *([counted(more, "more workbook")] if more > 0 else [])]
    return f"From {' and '.join(shown)}" if parts else ""


def _owners(refs: dict[str, list[str]]) -> str:
    """Name the first owners with their actions, and count the others; the entry has every ref."""
    named = list(refs.items())
    shown = [f"{owner} ({', '.join(mine)})" for owner, mine in named[:MOST_NAMED]]
    if others := named[MOST_NAMED:]:
        actions = counted(sum(len(mine) for _, mine in others), "action")
        shown.append(f"{counted(len(others), 'more owner')} ({actions})")
    return "; ".join(shown)
