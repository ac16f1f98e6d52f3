"""The steps of letters as lines of the ledger, both ways; opens no file.

A line is one JSON object in ASCII with its checksum at the end. It names the post that a letter is
for, and not the address that it goes to: of that it has a digest, which tells another address from
the same one.

A line that was not written to its end is no line: nothing that comes after it was done. It has no
newline, and the next line to be written closes it off with a word that no whole line ends in.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 1
LONGEST_WHY = 500

CLAIM = "claim"
"""It is about to be sent."""
COMMIT = "commit"
"""The server has all of it but the end, which is given to it next."""
SENT = "sent"
REFUSED = "refused"
LATER = "later"
UNKNOWN = "unknown"
COUNTED = "counted"
"""It was sent by a clock that was ahead; that counts for this period."""

_TORN = b" torn"
_SUM = b',"sum":"'
_END = len(b',"sum":"00000000"}')


class Key(NamedTuple):
    """What makes a letter the same letter on a second run, with the address that it goes to."""

    plan: str
    """The title of the plan."""
    to: str
    """The post that it is for; never an address."""
    period: str
    """Such as 2014-W07."""
    what: str
    """The kind of mailing."""


class Step(NamedTuple):
    """How far a letter had got at a moment."""

    at: datetime
    run: str
    key: Key
    address: str
    """A digest."""
    state: str
    why: str = ""


class DamagedError(Exception):
    """A line that can't be read, with its number; none where a newer program wrote it."""

    def __init__(self, number: int | None) -> None:
        """Keep the number of the line."""
        super().__init__(number)
        self.number = number


def digest(key: Key, address: str) -> str:
    """Give what stands for the address of a post, in mailings of one kind alone."""
    text = json.dumps([key.to, key.what, address.lower()])
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:24]


def line(step: Step) -> bytes:
    """Write a step as a line, with the newline that makes it one."""
    said = {
        "v": VERSION,
        "at": step.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "run": step.run,
        "key": step.key._asdict(),
        "address": step.address,
        "state": step.state,
        "why": step.why[:LONGEST_WHY],
    }
    body = json.dumps(said, separators=(",", ":")).encode("ascii").removesuffix(b"}")
    return b'%b%b%08x"}\n' % (body, _SUM, zlib.crc32(body))


def before_next(content: bytes) -> bytes:
    """Give what the next line has to begin with, so that it stands on a line of its own."""
    last = content.rpartition(b"\n")[2]
    if not last:
        return b""
    return b"\n" if _is_whole(last) else _TORN + b"\n"


def steps(content: bytes) -> tuple[Step, ...]:
    """Read the steps of a whole ledger, in the order in which they were written.

    Raises:
        DamagedError: where a line other than a torn one can't be read.

    """
    found = content.split(b"\n")
    if not _is_whole(found[-1]):
        found.pop()
    return tuple(_read(found))


def _read(found: list[bytes]) -> Iterator[Step]:
    for number, text in enumerate(found, 1):
        if not text.endswith(_TORN):
            yield _step(text, number)


def _step(text: bytes, number: int) -> Step:
    if not _is_whole(text):
        raise DamagedError(None if _is_newer(text) else number)
    said = json.loads(text)
    if said["v"] != VERSION:
        raise DamagedError(None)
    at = datetime.fromisoformat(said["at"])
    return Step(at, said["run"], Key(**said["key"]), said["address"], said["state"], said["why"])


def _is_newer(text: bytes) -> bool:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and isinstance(said.get("v"), int) and said["v"] > VERSION


def _is_whole(text: bytes) -> bool:
    body = text[:-_END]
    return text[-_END:] == b'%b%08x"}' % (_SUM, zlib.crc32(body))
