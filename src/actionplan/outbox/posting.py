"""Sending letters, each once: claimed, committed and ended in the ledger, on the disk every time.

A letter is claimed before it is begun, and committed when the server has all of it but the end. So
a run that is cut off leaves a claim, and then nothing was sent; or a commit, and then nobody knows,
which is said and not tried again unless a person decides it; or the end.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from actionplan import dates
from actionplan.errors import NotReachedError, NotSentError
from actionplan.outbox import ledger, lines
from actionplan.outbox.lines import Key, Step
from actionplan.outbox.standing import Standing
from actionplan.store.lock import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from actionplan.mail import Line
    from actionplan.outbox.ledger import Ledger

COMMAND = "remind"
_BY_DECISION = frozenset({lines.COMMIT, lines.UNKNOWN, lines.REFUSED})
"""What is tried again in the same period only where a person says so."""
_ARRIVED = frozenset({lines.SENT, lines.UNKNOWN})

Word = Literal["sent", "already", "refused", "later", "unknown"]


class Letter(NamedTuple):
    """A message to one recipient, and what makes it the same on a second run."""

    key: Key
    recipient: str
    """The address."""
    content: bytes


class Outcome(NamedTuple):
    """What became of a letter; ``already`` where an earlier run saw to it."""

    word: Word
    why: str = ""


class Told(NamedTuple):
    """A letter and what became of it."""

    letter: Letter
    outcome: Outcome


def post(
    path: Path,
    letters: Sequence[Letter],
    sender: str,
    way_out: Callable[[], Line],
    *,
    resend_unknown: bool,
    now: Callable[[], datetime],
) -> tuple[Told, ...]:
    """Send what is still to be sent of these letters, and tell what became of each.

    The way out is opened only where something is to be sent. Where it closes, the rest is told as
    left for later.

    Raises:
        NotWrittenError: where another run holds the lock.
        NotSentError: where the ledger can't be relied on, or not be written before the first.

    """
    if not letters:
        return ()
    with ledger.opened(path, Claim(sender, COMMAND, now())) as kept:
        run = _Run(kept, letters[0].key.plan, way_out, sender, now)
        try:
            return tuple(
                Told(each, run.seen_to(each, resend_unknown=resend_unknown)) for each in letters
            )
        finally:
            run.close()


def due(
    path: Path, letters: Sequence[Letter], *, resend_unknown: bool, at: datetime
) -> tuple[Letter, ...]:
    """Say which letters would be sent; take no lock and write nothing.

    Raises:
        NotSentError: where the ledger can't be relied on.

    """
    if not letters:
        return ()
    standing = Standing(ledger.marks(path, letters[0].key.plan))
    return tuple(
        letter
        for letter in letters
        if _settled(letter, standing, at, resend_unknown=resend_unknown) is None
    )


class _Run:
    """One run: the ledger, what stands in it, and the way out once it is open."""

    def __init__(
        self,
        kept: Ledger,
        plan: str,
        way_out: Callable[[], Line],
        sender: str,
        now: Callable[[], datetime],
    ) -> None:
        self._kept = kept
        self._standing = Standing(ledger.marks(kept.path, plan))
        self._way_out = way_out
        self._sender = sender
        self._now = now
        self._id = os.urandom(6).hex()
        self._line: Line | None = None
        self._stopped = ""

    def seen_to(self, letter: Letter, *, resend_unknown: bool) -> Outcome:
        """Send a letter, or say why that is not done."""
        at = self._now()
        step = _settled(letter, self._standing, at, resend_unknown=resend_unknown, run=self._id)
        if step is None:
            return self._sent(letter)
        return _said(step) if step.run else self._counted(letter, step)

    def close(self) -> None:
        """Take leave of the server."""
        if self._line is not None:
            self._line.close()

    def _counted(self, letter: Letter, step: Step) -> Outcome:
        try:
            self._write(letter, step.state, step.why)
        except NotSentError as error:
            if self._line is None:
                raise
            return self._stop(error)
        return _said(step)

    def _sent(self, letter: Letter) -> Outcome:
        if self._stopped:
            return Outcome("later", self._stopped)
        first = self._line is None
        try:
            self._line = line = self._line or self._way_out()
            self._write(letter, lines.CLAIM)
        except NotReachedError as error:
            return self._stop(error)
        except NotSentError as error:
            if first:
                raise
            return self._stop(error)
        return self._ended(letter, self._given(letter, line))

    def _given(self, letter: Letter, line: Line) -> Outcome:
        def committing() -> None:
            self._write(letter, lines.COMMIT)

        try:
            done = line.send(self._sender, letter.recipient, letter.content, committing)
        except (NotReachedError, NotSentError) as error:
            return self._stop(error)
        return Outcome(done.word, done.why)

    def _ended(self, letter: Letter, outcome: Outcome) -> Outcome:
        """Write the end of a letter; where that fails, the next run will be in doubt."""
        try:
            self._write(letter, outcome.word, outcome.why)
        except NotSentError as error:
            self._stop(error)
            if outcome.word == lines.SENT:
                return Outcome(
                    "unknown", f"It was sent, but the next run can't know: {error.sentence}"
                )
        return outcome

    def _stop(self, error: NotReachedError | NotSentError) -> Outcome:
        """Leave this letter and all that follow for later."""
        self._stopped = error.sentence
        return Outcome("later", self._stopped)

    def _write(self, letter: Letter, state: str, why: str = "") -> None:
        """Put a step on the disk.

        Where the lock is not ours any more, another run may have sent the letter since. So nothing
        is begun then, and nothing is said to be still to send.
        """
        if state not in _ARRIVED:
            self._kept.refuse_lost_lock()
        address = lines.address_digest(letter.key, letter.recipient)
        mark = lines.mark(Step(self._now(), self._id, letter.key, address, state, why))
        self._kept.write(mark)
        self._standing.add(mark)


# --- what was settled before --------------------------------------------------------------------


def _settled(
    letter: Letter, standing: Standing, at: datetime, *, resend_unknown: bool, run: str = ""
) -> Step | None:
    """Give the step that settles a letter; a decision is on what other runs left, not this one."""
    step = standing.settled(letter.key, lines.address_digest(letter.key, letter.recipient), at)
    if step is None or (resend_unknown and step.state in _BY_DECISION and step.run != run):
        return None
    return step


def _said(step: Step) -> Outcome:
    """Say what an earlier run did."""
    when = _moment(step.at)
    match step.state:
        case lines.SENT:
            return Outcome("already", f"It was sent on {when}.")
        case lines.COUNTED:
            return Outcome("already", step.why)
        case lines.REFUSED:
            again = "tried again in the next period, at another address, or with --resend-unknown"
            return Outcome("refused", f"{step.why} That was on {when}; it is {again}.".lstrip())
    why = step.why or "A run was cut off while it was handed over."
    again = "It may have arrived, so it is sent again only with --resend-unknown."
    return Outcome("unknown", f"{why} That was on {when}. {again}")


def _moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{dates.without_weekday(at.date())} at {at:%H:%M} UTC"
