"""The whole history, read once: its entries, what is damaged, and the plan as it stood after each.

An earlier state of the plan is found by its digest. Every entry leads from one digest to another,
and can be walked both ways; whole states are kept in the history now and then. So a state is
rebuilt by the shortest walk from any that is known, whatever is damaged elsewhere, and proved by
its digest.
"""

from __future__ import annotations

import json
import re
from collections import deque
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.history.entries import VOID, digest, is_whole
from actionplan.history.patches import MisfitError, backwards, forwards, lines_of
from actionplan.model import Change, Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_BOM = b"\xef\xbb\xbf"
_HEAD = re.compile(
    rb'\{"v":\d+,"seq":(\d+),"id":"([^"]*)","prev":\[([^\]]*)\],"at":"([^"]*)","on":"([^"]*)",'
    rb'"by":"(?:[^"\\]|\\.)*","command":"((?:[^"\\]|\\.)*)"'
)
_STATE = b'{"v":1,"state":"'
_BEFORE, _AFTER = b'"before":"', b'","after":"'
_SUM = b',"sum":"'
_SUM_LENGTH = len(_SUM) + 16 + len(b'"}')


class Damage(NamedTuple):
    """A line of the history that can't be relied on."""

    line: int
    """Its number, counted from one."""
    what: str


class Head(NamedTuple):
    """What is read of every entry: enough to find it, and to walk from state to state."""

    line: int
    sequence: int
    id: str
    prev: tuple[str, ...]
    at: datetime
    on: date
    command: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Tell whether it changed the plan; a recorded report does not."""
        return self.before != self.after

    @property
    def day(self) -> date:
        """The day from which it counts: the one it was made for, or of its writing if earlier."""
        return min(self.on, self.at.date())


class AsAt(NamedTuple):
    """Which entry was the last at the end of a day, and what a reader must know of that."""

    digest: str
    """Of the plan as it stood; empty where there was no plan yet."""
    last: Head | None
    """``None`` where the day lies before the first entry."""
    is_latest: bool
    """Nothing was recorded after it."""
    written_later: tuple[Head, ...]
    """Entries that count for the day and were written after it."""
    left_out: tuple[Head, ...]
    """Entries made for that day or before, written after one for a later day."""


class History:
    """The history of a plan, as its file holds it."""

    def __init__(self, content: bytes) -> None:
        """Find the entries, the states and what is damaged; nothing is parsed in full yet."""
        self._lines = content.split(b"\n")
        self._states: dict[str, int] = {}
        self.heads: list[Head] = []
        self.damaged: list[Damage] = []
        for number, line in enumerate(self._lines, 1):
            if line:
                self._sort(number, line.removesuffix(b"\r"))
        if self._lines[-1]:
            self._cut_off(len(self._lines))

    def _sort(self, number: int, line: bytes) -> None:
        head = _head(number, line)
        if head is not None:
            self.heads.append(head)
        elif line.startswith(_STATE) and _ends_well(line):
            self._states[_digest_of_state(line)] = number
        else:
            self.damaged.append(Damage(number, "it is no entry that actionplan wrote"))

    def _cut_off(self, number: int) -> None:
        if self.damaged and self.damaged[-1].line == number:
            self.damaged[-1] = Damage(number, "it was cut off")

    # -- entries

    @cached_property
    def voided(self) -> frozenset[str]:
        """Give the ids of entries whose change never reached the plan."""
        voids = (self._body(head) for head in self.heads if head.command == VOID)
        return frozenset(body["voids"] for body in voids if body)

    @cached_property
    def effective(self) -> tuple[Head, ...]:
        """Give the entries whose change did reach the plan, the oldest first."""
        return tuple(h for h in self.heads if h.command != VOID and h.id not in self.voided)

    def bodies(self, heads: Iterable[Head]) -> Iterator[tuple[Head, dict[str, Any]]]:
        """Parse some entries in full; one that is damaged is noted and passed over."""
        for head in heads:
            body = self._body(head)
            if body is not None:
                yield head, body

    def entries(self, ref: str = "") -> Iterator[Entry]:
        """Give every entry, or those that changed something of one ref, the oldest first."""
        mark = b'"ref":' + json.dumps(ref).encode("ascii")
        chosen = (
            (h for h in self.effective if mark in self._lines[h.line - 1]) if ref else self.heads
        )
        for head, body in self.bodies(chosen):
            yield _entry(head, body, ref)

    def read_holding(self, mark: bytes) -> Iterator[tuple[Head, Entry]]:
        """Give the effective entries whose line holds some bytes, as a reader sees them."""
        chosen = (head for head in self.effective if mark in self._lines[head.line - 1])
        for head, body in self.bodies(chosen):
            yield head, _entry(head, body, "")

    def holding(self, mark: bytes) -> Iterator[tuple[Head, dict[str, Any]]]:
        """Give the entries whose line holds some bytes, the oldest first."""
        return self.bodies(head for head in self.heads if mark in self._lines[head.line - 1])

    def check(self) -> tuple[Damage, ...]:
        """Check every line against its checksum, and list all that is damaged."""
        for number, line in enumerate(self._lines, 1):
            if line:
                self._is_sound(number, line)
        return tuple(sorted(set(self.damaged)))

    def _body(self, head: Head) -> dict[str, Any] | None:
        line = self._lines[head.line - 1]
        if not self._is_sound(head.line, line):
            return None
        found: dict[str, Any] = json.loads(line)
        return found

    def _is_sound(self, number: int, line: bytes) -> bool:
        if is_whole(line.decode("utf-8", "replace").rstrip("\r")):
            return True
        if all(damage.line != number for damage in self.damaged):
            self.damaged.append(Damage(number, "it was changed after it was written"))
        return False

    # -- states

    def as_at(self, day: date) -> AsAt:
        """Tell which entry was the last at the end of a day.

        An entry counts from its day, but never from before the one that it was written after.
        """
        counted: Head | None = None
        later: list[Head] = []
        left_out: list[Head] = []
        reached = date.min
        for head in self.effective:
            reached = max(reached, head.day)
            if reached <= day:
                counted = head
                if head.changed and head.at.date() > day:
                    later.append(head)
            elif head.changed and head.day <= day:
                left_out.append(head)
        first = self.effective[0].before if self.effective else ""
        latest = counted is not None and counted is self.effective[-1]
        target = counted.after if counted else first
        return AsAt(target, counted, latest, tuple(later), tuple(left_out))

    def state(self, wanted: str, known: bytes | None = None) -> bytes | None:
        """Rebuild the plan that has a digest, from the plan as it is now or any state kept.

        Where the shortest way there is damaged, another is taken. ``None`` where none leads there.
        """
        anchors = {digest(known): known} if known is not None else {}
        avoided: set[str | int] = set()
        while (found := self._walk(wanted, anchors, avoided)) is not None:
            start, path = found
            content, fault = self._followed(start, path, anchors, wanted)
            if content is not None:
                return content
            avoided.add(fault)
        return None

    def _followed(
        self, start: str, path: list[tuple[Head, bool]], anchors: Mapping[str, bytes], wanted: str
    ) -> tuple[bytes | None, str | int]:
        """Follow a way; where it fails, give the line or the state that does not bear it."""
        try:
            lines = lines_of(self._anchor(start, anchors))
            for head, ahead in path:
                body = self._body(head)
                if body is None:
                    return None, head.line
                lines = (forwards if ahead else backwards)(lines, body["patch"])
        except (MisfitError, ValueError):
            return None, start
        return _proved("".join(lines), wanted), start

    def _anchor(self, start: str, anchors: Mapping[str, bytes]) -> str:
        if start in anchors:
            return anchors[start].removeprefix(_BOM).decode("utf-8")
        if not start:
            return ""
        text: str = json.loads(self._lines[self._states[start] - 1])["state"]
        return text

    def _walk(
        self, wanted: str, anchors: Mapping[str, bytes], avoided: Collection[str | int]
    ) -> tuple[str, list[tuple[Head, bool]]] | None:
        """Find the nearest known state, and the entries from it; true where one goes forwards.

        Lines and states that are avoided are passed by.
        """
        came: dict[str, tuple[Head, bool, str] | None] = {wanted: None}
        waiting = deque([wanted])
        while waiting:
            here = waiting.popleft()
            is_known = here in anchors or here in self._states or not here
            if is_known and here not in avoided:
                return here, _retraced(here, came)
            for head, ahead in self._edges.get(here, ()):
                if head.line in avoided:
                    continue
                there = head.before if ahead else head.after
                if there not in came:
                    came[there] = (head, ahead, here)
                    waiting.append(there)
        return None

    @cached_property
    def _edges(self) -> dict[str, list[tuple[Head, bool]]]:
        """For each digest the entries that touch it: true for one that leads to it."""
        edges: dict[str, list[tuple[Head, bool]]] = {}
        for head in self.heads:
            if head.changed:
                edges.setdefault(head.after, []).append((head, True))
                edges.setdefault(head.before, []).append((head, False))
        return edges


def _retraced(
    start: str, came: Mapping[str, tuple[Head, bool, str] | None]
) -> list[tuple[Head, bool]]:
    path = []
    step = came[start]
    while step is not None:
        head, ahead, following = step
        path.append((head, ahead))
        step = came[following]
    return path


def _proved(text: str, wanted: str) -> bytes | None:
    """Give the bytes with this digest: the text may have lacked its last line end, or had a BOM."""
    whole = text.encode("utf-8")
    for body in (whole, whole.removesuffix(b"\n"), whole.removesuffix(b"\r\n")):
        for content in (body, _BOM + body):
            if digest(content) == wanted:
                return content
    return None


def _ends_well(line: bytes) -> bool:
    """Tell whether a line ends as an entry does; whether its sum is right is another matter."""
    return line.endswith(b'"}') and line[-_SUM_LENGTH:].startswith(_SUM)


def _head(number: int, line: bytes) -> Head | None:
    found = _HEAD.match(line)
    start = line.rfind(_BEFORE) + len(_BEFORE)
    middle = line.find(_AFTER, start)
    if found is None or start < len(_BEFORE) or middle < 0 or not _ends_well(line):
        return None
    sequence, ref, prev, at, on, command = found.groups()
    after = middle + len(_AFTER)
    try:
        return Head(
            number,
            int(sequence),
            ref.decode("ascii"),
            tuple(parent.strip(b'"').decode("ascii") for parent in prev.split(b",") if parent),
            datetime.fromisoformat(at.decode("ascii")),
            date.fromisoformat(on.decode("ascii")),
            command.decode("ascii"),
            line[start:middle].decode("ascii"),
            line[after : line.index(b'"', after)].decode("ascii"),
        )
    except ValueError:
        return None


def _digest_of_state(line: bytes) -> str:
    start = line.rfind(b'"digest":"') + len(b'"digest":"')
    return line[start : line.index(b'"', start)].decode("utf-8", "replace")


def _entry(head: Head, body: Mapping[str, Any], ref: str) -> Entry:
    told = (of for of in body["changes"] if not ref or of["ref"] == ref)
    return Entry(
        id=head.id,
        sequence=head.sequence,
        at=head.at,
        on=head.on,
        by=body["by"],
        command=head.command,
        why=body["why"],
        changes=tuple(change for of in told for change in _changes(of)),
    )


def _changes(of: Mapping[str, Any]) -> Iterator[Change]:
    if "new" in of:
        yield Change(of["in"], of["ref"], "", None, of["new"])
    elif "gone" in of:
        yield Change(of["in"], of["ref"], "", of["gone"], None)
    for field, (old, new) in of.get("set", {}).items():
        yield Change(of["in"], of["ref"], field, old, new)
