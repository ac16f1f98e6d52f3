"""What the ledger says of letters: which are settled, and which are still to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan.outbox import ledger
from actionplan.outbox.lines import CLAIM, COMMIT, COUNTED, LATER, SENT, UNKNOWN, Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from actionplan.outbox.lines import Key

_TO_SEND = frozenset({CLAIM, LATER})
"""Nothing that was taken so far can have arrived."""
_HANDED_OVER = frozenset({COMMIT, SENT, UNKNOWN, COUNTED})
"""It has arrived, or may have."""
_FOR_GOOD = frozenset({SENT, COUNTED})
"""Nothing that is written afterwards makes it unsent."""
_IN_DOUBT = frozenset({COMMIT, UNKNOWN})


class Standing:
    """How far each letter has got."""

    def __init__(self, steps: Iterable[Step]) -> None:
        """Take the steps in the order in which they were written."""
        self._last: dict[tuple[str, str], Step] = {}
        self._handed: dict[str, Step] = {}
        self._sent: dict[str, Step] = {}
        for step in steps:
            self.add(step)

    def add(self, step: Step) -> None:
        """Take one step more."""
        letter = step.address, step.key.period
        if letter not in self._last or self._last[letter].state not in _FOR_GOOD:
            self._last[letter] = step
        if step.state in _HANDED_OVER:
            self._handed[step.address] = step
        if step.state == SENT:
            self._sent[step.address] = step

    def settled(self, key: Key, address: str, at: datetime) -> Step | None:
        """Give the step that settles a letter; none where it is to be sent.

        A step of no run is yet to be written.

        A letter that was handed over later than now was handed over by a clock that was ahead, or
        this one is behind. It counts for this period, so that a clock put right sends nothing
        twice and holds back nothing for longer than that.
        """
        last = self._last.get((address, key.period))
        if last is not None and last.state not in _TO_SEND:
            return last
        handed = self._handed.get(address)
        if handed is None or handed.key.period == key.period or handed.at <= at:
            return None
        why = f"It was sent when the clock stood at {handed.at:%Y-%m-%d %H:%M} UTC, which counts."
        return Step(at, "", key, address, COUNTED, why)

    def in_doubt(self) -> tuple[Step, ...]:
        """Give the letters that may have arrived, with none after them that did."""
        return tuple(step for step in self._handed.values() if step.state in _IN_DOUBT)

    def told(self, what: str) -> dict[str, datetime]:
        """Say for each post when it was last sent a letter of a kind."""
        found: dict[str, datetime] = {}
        for step in self._sent.values():
            if step.key.what == what:
                found[step.key.to] = max(step.at, found.get(step.key.to, step.at))
        return found


def unknown(path: Path, plan: str) -> tuple[Step, ...]:
    """Give the letters of which nobody knows whether they arrived.

    Raises:
        NotSentError: where the ledger can't be read.

    """
    return Standing(ledger.steps(path, plan)).in_doubt()


def last_told(path: Path, plan: str, what: str) -> dict[str, datetime]:
    """Say for each post when it was last sent a letter of a kind.

    Raises:
        NotSentError: where the ledger can't be read.

    """
    return Standing(ledger.steps(path, plan)).told(what)
