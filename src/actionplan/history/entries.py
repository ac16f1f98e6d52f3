"""The lines of the history: how one is written, and what the next must know of the last.

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

from actionplan.model import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actionplan.history.patches import Patch
    from actionplan.model import Change

VERSION = 1
VOID = "void"
BY_HAND = "by hand"
"""The command of an entry that no command made: somebody edited the file."""
EDIT = "edit"
"""The command of an entry that says what was edited in the editor that we opened."""
STATE_EVERY = 4
"""A whole state is kept after so many times its length in entries: rebuilding stays quick, and a
history grows by a quarter."""


ENTRY_MARK = f'{{"v":{VERSION},"seq":'
"""How the line of an entry begins; other lines hold whole states."""


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
    since: int | None = None
    """Bytes of entries since the last whole state; ``None`` where there is none to go by."""
    torn: bool = False
    """True where the file does not end with a line end: the last write was cut off."""
    damaged: int = 0
    """How many lines after the last entry are damaged."""


class Step(NamedTuple):
    """What one entry did to the plan."""

    before: str
    after: str
    """The digests of the plan before and after."""
    numbers: Mapping[str, int]
    """The highest number ever given, by prefix."""
    changes: Iterable[Change] = ()
    patch: Patch = ()
    more: Mapping[str, Any] = {}
    """What only some entries say: ``voids``, ``undoes``, ``recorded``, ``renumbered``."""


def digest(content: bytes) -> str:
    """Give the digest of a plan's bytes."""
    return hashlib.sha256(content).hexdigest()


def entry(signature: Signature, step: Step, tail: Tail, state: str | None = None) -> bytes:
    """Give the line of one change, with its line end; a whole state before it gets its own line.

    ``state`` is the text of the plan before the change; it is kept where the history has none that
    is near enough.
    """
    body: dict[str, Any] = {
        "v": VERSION,
        "seq": tail.sequence + 1,
        "id": id_of(signature, step, tail),
        "prev": [tail.id] if tail.id else [],
        "at": signature.at.isoformat(timespec="seconds"),
        "on": signature.on.isoformat(),
        "by": signature.by,
        "command": signature.command,
        "why": signature.why,
        **step.more,
        "changes": _by_ref(step.changes),
        "patch": [[line, list(out), list(put)] for line, out, put in step.patch],
        "before": step.before,
        "after": step.after,
        "numbers": dict(step.numbers),
    }
    kept = b""
    if state is not None and _is_far(tail, state):
        kept = _line({"v": VERSION, "state": state, "digest": step.before})
    already = 0 if kept or not step.before else tail.since
    if already is not None:
        body["since"] = already + len(json.dumps(body))
    return (b"\n" if tail.torn else b"") + kept + _line(body)


def _is_far(tail: Tail, state: str) -> bool:
    return tail.since is None or tail.since > STATE_EVERY * len(state)


def void(signature: Signature, tail: Tail) -> bytes:
    """Give the line that takes back an entry whose change never reached the plan."""
    why = "The change of this entry did not reach the plan."
    step = Step(tail.before, tail.before, tail.numbers, more={"voids": tail.id})
    return entry(signature._replace(command=VOID, why=why), step, tail)


def _line(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, separators=(",", ":"))
    return f'{text[:-1]},"sum":"{checksum(text)}"}}\n'.encode("ascii")


def checksum(text: str) -> str:
    """Give the checksum of an entry: of its JSON text, the checksum itself left out."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def is_whole(line: str) -> bool:
    """Tell whether a line is an entry that nothing has damaged."""
    text, mark, rest = line.rstrip("\n").rpartition(',"sum":"')
    return bool(mark) and text.isascii() and rest == f'{checksum(text + "}")}"}}'


def last(tail_text: str) -> Tail:
    """Read the end of a history; damaged lines are passed over, and counted."""
    torn = bool(tail_text) and not tail_text.endswith("\n")
    damaged = 0
    for line in reversed(tail_text.splitlines()):
        if not is_whole(line):
            damaged += bool(line.strip())
            continue
        if not line.startswith(ENTRY_MARK):
            continue
        body = json.loads(line)
        return Tail(
            sequence=body["seq"],
            id=body["id"],
            before=body["before"],
            after=body["after"],
            numbers=body["numbers"],
            since=body.get("since"),
            torn=torn,
            damaged=damaged,
        )
    return Tail(torn=torn, damaged=damaged)


def id_of(signature: Signature, step: Step, tail: Tail) -> str:
    """Name an entry by what it says and follows, so that two copies never name two alike."""
    what = f"{signature.command}|{signature.why}|{step.before}|{step.after}"
    seed = f"{tail.id}|{signature.at.isoformat()}|{signature.by}|{what}"
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _by_ref(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Group changes by what they change: a noun is ``new`` or ``gone``, a field has old and new."""
    grouped: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes:
        of = grouped.setdefault(
            (change.collection, change.ref), {"in": change.collection, "ref": change.ref}
        )
        if change.field:
            key = change.field.removesuffix("_")
            of.setdefault("set", {})[key] = [plain(change.old), plain(change.new)]
        elif change.new is None:
            of["gone"] = plain(change.old)
        else:
            of["new"] = plain(change.new)
    return list(grouped.values())


def plain(value: Any) -> Any:  # noqa: ANN401 - a noun, or a field of one
    """Give a noun or a field as JSON says it: dates as ``2014-03-31``, absent as ``null``."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Period):
        return str(value)
    if hasattr(value, "_asdict"):
        items = ((key.removesuffix("_"), plain(item)) for key, item in value._asdict().items())
        return {key: item for key, item in items if item not in (None, [], "")}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return None if value == "" else value
