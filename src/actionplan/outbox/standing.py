"""What the ledger says of letters: which are settled, and which are still to be sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from actionplan.outbox import ledger
from actionplan.outbox.lines import (
    CLAIM,
    COMMIT,
    COUNTED,
    LATER,
    SENT,
    UNKNOWN,
    Step,
    letter_digest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from actionplan.outbox.lines import Key, Mark

_TO_SEND = frozenset({CLAIM, LATER})
"""Nothing that was taken so far can have arrived."""
_HANDED_OVER = frozenset({COMMIT, SENT, UNKNOWN, COUNTED})
"""It has arrived, or may have."""
_FOR_GOOD = frozenset({SENT, COUNTED})
"""Nothing that is written afterwards makes it unsent."""
_IN_DOUBT = frozenset({COMMIT, UNKNOWN})


class Standing:
    """How far each letter has got."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        """Take the lines in the order in which they were written."""
        self._last: dict[bytes, Mark] = {}
        self._handed: dict[bytes, Mark] = {}
        for mark in marks:
            self.add(mark)

    def add(self, mark: Mark) -> None:
        """Take one line more."""
        before = self._last.get(mark.letter)
        if before is None or before.state not in _FOR_GOOD:
            self._last[mark.letter] = mark
        if mark.state in _HANDED_OVER:
            self._handed[mark.address] = mark

    def settled(self, key: Key, address: str, at: datetime) -> Step | None:
        """Give the step that settles a letter; none where it is to be sent.

        A step of no run is yet to be written.

        A letter that was handed over later than now was handed over by a clock that was ahead, or
        this one is behind. It counts for this period, so that a clock put right sends nothing
        twice and holds back nothing for longer than that.
        """
        last = self._last.get(letter_digest(key, address).encode("ascii"))
        if last is not None and last.state not in _TO_SEND:
            return last.step
        found = self._handed.get(address.encode("ascii"))
        handed = found.step if found else None
        if handed is None or handed.key.period == key.period or handed.at <= at:
            return None
        when = f"{handed.at.astimezone(UTC):%Y-%m-%d %H:%M}"
        why = f"It was sent when the clock stood at {when} UTC, which counts."
        return Step(at, "", key, address, COUNTED, why)

    def in_doubt(self) -> tuple[Step, ...]:
        """Give the letters that may have arrived, with none after them that did."""
        return tuple(mark.step for mark in self._handed.values() if mark.state in _IN_DOUBT)


def unknown(path: Path, plan: str) -> tuple[Step, ...]:
    """Give the letters of which nobody knows whether they arrived.

    Raises:
        NotSentError: where the ledger can't be read.

    """
    return Standing(ledger.marks(path, plan)).in_doubt()
