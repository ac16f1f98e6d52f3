"""The command edit: the plan in the editor of whoever asks, checked before it lands.

What is edited is a copy, in a folder that nobody else may read. It lands by the one write of the
store, byte for byte as the editor left it. What does not land is kept, and it is said where.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from actionplan.changes import refuse_unsaid_moves
from actionplan.cli import asking, editor, session
from actionplan.cli.app import complain
from actionplan.cli.changing import Order, changing
from actionplan.cli.signing import carry_through, refuse_future, signature, tell
from actionplan.errors import (
    NOTHING_CHANGED,
    ActionPlanError,
    NotWrittenError,
    RefusedError,
    UnreadableError,
)
from actionplan.history.entries import EDIT
from actionplan.planfile import reader
from actionplan.planfile.scanner import describe
from actionplan.store import reading, writing
from actionplan.store.remembering import bytes_of, missing
from actionplan.store.writing import Saved, Terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.history.entries import Tail
    from actionplan.planfile.reader import PlanText
    from actionplan.planfile.writer import Rewritten

app = typer.Typer(rich_markup_mode=None)

SAME = (
    "You saved no other text. (An editor with a window of its own is to wait until you close it: "
    "EDITOR='code --wait'.)"
)


class _RemovalError(RefusedError):
    """Something of the plan is gone from the text: is that meant?"""


@app.command()
@changing(EDIT)
def edit(
    order: Order,
    *,
    why: Annotated[str, typer.Option(help="Why, for the history.")] = "",
) -> None:
    """Open the plan in your editor ($VISUAL or $EDITOR); what you save is checked, then it lands.

    The text lands as you left it, comments and all, and is one entry of the history. What can't be
    read, or has a problem, is told with its line; your text is never lost.
    """
    order = order._replace(why=why)
    refuse_future(order)
    signature(order)  # an empty --by is told before the editor opens
    writing.refuse_read_only(order.path)
    before = reading.load(order.path)
    with _copy_of(before, keep=order.dry_run) as place:
        text = _Text(before, place, order.accept_removals).edited()
        if text == bytes_of(before):
            complain(SAME)
            tell(Saved(before.plan, before.plan, ()), order._replace(is_told=True))
            return
        carry_through(order, _landing(bytes_of(before), text), Terms())


def _landing(opened: bytes, text: bytes) -> writing.Making:
    """Put a text in place of the one that was opened, and of no other."""

    def make(before: PlanText, _: Tail) -> Rewritten:
        if bytes_of(before) != opened:
            message = (
                f"{before.source.name} changed while you edited it. Look at what changed with: "
                "actionplan log. Then edit it again, and take over what is in your text."
            )
            raise NotWrittenError(message)
        return writing.replaced(before, text)

    return make


# --- the copy -----------------------------------------------------------------------------------


@contextlib.contextmanager
def _copy_of(before: PlanText, *, keep: bool) -> Iterator[Path]:
    """Lay a copy out to be edited; where it is not to land, or can't, it stays and is named."""
    place = Path(tempfile.mkdtemp(prefix="actionplan-")) / before.source.name
    place.write_bytes(bytes_of(before))
    is_kept = False
    try:
        yield place
        is_kept = keep and _is_other(place, before)
        if is_kept:
            complain(_kept_in(place))
    except BaseException as error:
        is_kept = _is_other(place, before)
        if is_kept and isinstance(error, ActionPlanError):
            error.state = f"{_kept_in(place)} {error.state}"
        elif is_kept:
            complain(_kept_in(place))
        raise
    finally:
        if not is_kept:
            shutil.rmtree(place.parent, ignore_errors=True)


def _is_other(place: Path, before: PlanText) -> bool:
    """Tell whether there is more than the copy as it was laid out: an editor may save beside it."""
    try:
        return place.read_bytes() != bytes_of(before) or len(list(place.parent.iterdir())) > 1
    except OSError:
        return place.parent.exists() and any(place.parent.iterdir())


def _kept_in(place: Path) -> str:
    return f"Your text is kept in {place if place.is_file() else place.parent}."


# --- the text -----------------------------------------------------------------------------------


class _Text(NamedTuple):
    """A text that is edited until it may land."""

    before: PlanText
    place: Path
    accept_removals: bool

    def edited(self) -> bytes:
        """Open the editor, as often as it takes, and give what was left there."""
        while True:
            text = editor.edited(self.place)
            if text == bytes_of(self.before):
                return text
            try:
                self._check(text)
            except (UnreadableError, RefusedError) as error:
                if not session.can_ask(no_input=False):
                    raise
                if _is_meant(error):
                    return text
            else:
                return text

    def _check(self, text: bytes) -> None:
        """Refuse what can't be read, has problems, or has lost something.

        Raises:
            UnreadableError: where it is no plan, with line and column.
            RefusedError: where it has problems that it did not have, moves an agreed date and
                its moves don't say so, or something is gone from it.

        """
        try:
            after = reader.read(text, self.before.source.name)
        except UnreadableError as error:
            raise UnreadableError(error.sentence) from error
        if not writing.may_land(self.before, after):
            raise RefusedError(_problems(after))
        _refuse_unsaid_moves(self.before, after)
        gone = () if self.accept_removals else missing(self.before, after)
        if gone:
            message = (
                f"What you saved no longer has: {', '.join(gone)}. If that is meant, say so with "
                "--accept-removals."
            )
            raise _RemovalError(message)


def _refuse_unsaid_moves(before: PlanText, after: PlanText) -> None:
    try:
        refuse_unsaid_moves(before.plan, after.plan)
    except RefusedError as error:
        message = f"{error.sentence} Add it to the moves of the action, or use: actionplan move"
        raise RefusedError(message) from error


def _problems(after: PlanText) -> str:
    lines = describe(after.source.text, after.faults)
    count = "a problem" if len(lines) == 1 else f"{len(lines)} problems"
    listed = "".join(f"\n  {after.source.name}, {line}" for line in lines)
    return f"What you saved has {count}:{listed}\n"


def _is_meant(error: ActionPlanError) -> bool:
    """Say what is wrong, and ask: true where it is meant, false where it is edited again.

    Raises:
        typer.Exit: where it is neither.

    """
    complain(error.sentence.rstrip("\n"))
    if isinstance(error, _RemovalError) and asking.agreed("Is that meant?"):
        return True
    if not asking.agreed("Edit it again?"):
        complain(NOTHING_CHANGED)
        raise typer.Exit(error.exit_code)
    return False
