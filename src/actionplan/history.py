"""How we got here: one JSON object a line, only ever appended; opens no file.

An entry says when it was written and for which day, by whom, by which command, what changed from
what to what, and why. It carries the digests of the plan before and after, so that an edit made
by hand, or a crash between the two files, is noticed; the lines taken out and put in, so that any
earlier state can be rebuilt to the byte; the highest numbers ever given, so that none is given
twice; and a checksum of itself.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actionplan.model import Change

VERSION = 1


class Signature(NamedTuple):
    """Who makes a change, when, for which day, with which command, and why."""

    at: datetime
    """The moment of writing, with its offset from UTC."""
    on: date
    """The day that the change is made for: the as-at date of the command."""
    by: str
    command: str
    why: str = ""


class Tail(NamedTuple):
    """What the next entry must know of the last one."""

    sequence: int = 0
    id: str = ""
    before: str = ""
    after: str = ""
    numbers: Mapping[str, int] = {}
    torn: bool = False
    """True where the file does not end with a line end: the last write was cut off."""


def digest(content: bytes) -> str:
    """Give the digest of a plan's bytes."""
    return hashlib.sha256(content).hexdigest()


def entry(
    signature: Signature,
    changes: Iterable[Change],
    patch: Iterable[tuple[int, tuple[str, ...], tuple[str, ...]]],
    digests: tuple[str, str],
    numbers: Mapping[str, int],
    tail: Tail,
) -> bytes:
    """Give the line of one change, with its line end."""
    body: dict[str, Any] = {
        "v": VERSION,
        "seq": tail.sequence + 1,
        "id": _entry_id(signature, digests, tail),
        "prev": [tail.id] if tail.id else [],
        "at": signature.at.isoformat(timespec="seconds"),
        "on": signature.on.isoformat(),
        "by": signature.by,
        "command": signature.command,
        "why": signature.why,
        "changes": _by_ref(changes),
        "patch": [[line, list(out), list(put)] for line, out, put in patch],
        "before": digests[0],
        "after": digests[1],
        "numbers": dict(numbers),
    }
    return _line(body, tail)


def void(signature: Signature, tail: Tail) -> bytes:
    """Give the line that takes back an entry whose change never reached the plan."""
    body = {
        "v": VERSION,
        "seq": tail.sequence + 1,
        "id": _entry_id(signature, (tail.after, tail.before), tail),
        "prev": [tail.id],
        "at": signature.at.isoformat(timespec="seconds"),
        "on": signature.on.isoformat(),
        "by": signature.by,
        "command": "void",
        "why": "The change of this entry did not reach the plan.",
        "voids": tail.id,
        "changes": [],
        "patch": [],
        "before": tail.before,
        "after": tail.before,
        "numbers": dict(tail.numbers),
    }
    return _line(body, tail)


def _line(body: Mapping[str, Any], tail: Tail) -> bytes:
    text = json.dumps(body, separators=(",", ":"))
    line = f'{text[:-1]},"sum":"{checksum(text)}"}}\n'
    return (b"\n" if tail.torn else b"") + line.encode("ascii")


def checksum(text: str) -> str:
    """Give the checksum of an entry: of its JSON text, the checksum itself left out."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def is_whole(line: str) -> bool:
    """Tell whether a line is an entry that nothing has damaged."""
    text, mark, rest = line.rstrip("\n").rpartition(',"sum":"')
    return bool(mark) and text.isascii() and rest == f'{checksum(text + "}")}"}}'


def last(tail_text: str) -> Tail:
    """Read the end of a history; lines that are damaged or not JSON are passed over."""
    torn = bool(tail_text) and not tail_text.endswith("\n")
    for line in reversed(tail_text.splitlines()):
        if not is_whole(line):
            continue
        body = json.loads(line)
        return Tail(
            sequence=body["seq"],
            id=body["id"],
            before=body["before"],
            after=body["after"],
            numbers=body["numbers"],
            torn=torn,
        )
    return Tail(torn=torn)


def _entry_id(signature: Signature, digests: tuple[str, str], tail: Tail) -> str:
    seed = f"{tail.id}|{signature.at.isoformat()}|{signature.by}|{digests[0]}|{digests[1]}"
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _by_ref(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Group changes by what they change; a whole new noun has ``new``, a field its old and new."""
    grouped: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes:
        of = grouped.setdefault(
            (change.collection, change.ref), {"in": change.collection, "ref": change.ref}
        )
        if change.field:
            key = change.field.removesuffix("_")
            of.setdefault("set", {})[key] = [plain(change.old), plain(change.new)]
        else:
            of["new"] = plain(change.new)
    return list(grouped.values())


def plain(value: Any) -> Any:  # noqa: ANN401 - a noun, or a field of one
    """Give a noun or a field as JSON says it: dates as ``2014-03-31``, absent as ``null``."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        items = ((key.removesuffix("_"), plain(item)) for key, item in value._asdict().items())
        return {key: item for key, item in items if item not in (None, [], "")}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return None if value == "" else value
