"""The steps of letters as lines of the ledger, both ways; opens no file.

A line is one JSON object in ASCII. It begins with its checksum and with what tells its letter from
others, so that the lines of years are gone through without reading each as JSON. It names the post
that a letter is for, and not the address that it goes to: of that it has a digest, which tells
another address from the same one.

A line that was not written to its end is no line: nothing that comes after it was done. It has no
newline, and the next line to be written closes it off with a word that no whole line ends in.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_LINE = re.compile(
    rb'\{"v":1,"sum":"([0-9a-f]{8})"'
    rb'(,"letter":"([0-9a-f]{24})","address":"([0-9a-f]{24})","state":"([a-z]+)",.*\})'
)


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


class Mark(NamedTuple):
    """A line, and what is known of it without reading it as JSON."""

    letter: bytes
    address: bytes
    state: str
    text: bytes

    @property
    def step(self) -> Step:
        """Read the step that the line tells."""
        said = json.loads(self.text)
        at = datetime.fromisoformat(said["at"])
        key = Key(**said["key"])
        return Step(at, said["run"], key, said["address"], said["state"], said["why"])


class DamagedError(Exception):
    """A line that can't be read, with its number; none where a newer program wrote it."""

    def __init__(self, number: int | None) -> None:
        """Keep the number of the line."""
        super().__init__(number)
        self.number = number


def address_digest(key: Key, address: str) -> str:
    """Give what stands for the address of a post, in mailings of one kind alone."""
    return _digest(key.to, key.what, address.lower())


def letter_digest(key: Key, address: str) -> str:
    """Give what stands for the letter of one period to an address that is given as its digest."""
    return _digest(address, key.period)


def _digest(*words: str) -> str:
    return hashlib.sha256(json.dumps(words).encode("ascii")).hexdigest()[:24]


def mark(step: Step) -> Mark:
    """Write a step as a line."""
    letter = letter_digest(step.key, step.address)
    said = {
        "letter": letter,
        "address": step.address,
        "state": step.state,
        "at": step.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "run": step.run,
        "key": step.key._asdict(),
        "why": step.why[:LONGEST_WHY],
    }
    body = b"," + json.dumps(said, separators=(",", ":")).encode("ascii").removeprefix(b"{")
    text = b'{"v":%d,"sum":"%08x"%b' % (VERSION, zlib.crc32(body), body)
    return Mark(letter.encode("ascii"), step.address.encode("ascii"), step.state, text)


def before_next(content: bytes) -> bytes:
    """Give what the next line has to begin with, so that it stands on a line of its own."""
    last = content.rpartition(b"\n")[2]
    if not last:
        return b""
    return b"\n" if _read(last) else _TORN + b"\n"


def marks(texts: Iterable[bytes]) -> Iterator[Mark]:
    """Read the lines of a ledger, each with its newline, in the order in which they were written.

    Raises:
        DamagedError: where a line other than a torn one can't be read.

    """
    for number, text in enumerate(texts, 1):
        line = text.removesuffix(b"\n")
        found = _read(line)
        if found:
            yield found
        elif line != text and not line.endswith(_TORN):
            raise DamagedError(None if _is_newer(line) else number)


def _read(text: bytes) -> Mark | None:
    """Read a line; none where it is not all there."""
    found = _LINE.fullmatch(text)
    if found is None:
        return None
    checksum, body, letter, address, state = found.groups()
    if int(checksum, 16) != zlib.crc32(body):
        return None
    return Mark(letter, address, state.decode("ascii"), text)


def _is_newer(text: bytes) -> bool:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and isinstance(said.get("v"), int) and said["v"] > VERSION
