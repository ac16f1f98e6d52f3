"""The power cut: every state that the disk may be in, by what POSIX promises and nothing more.

Bytes that were written and not synced may be there, in part, as zeros, or not at all. A name that
was made, moved or taken away lasts once its folder was synced; until then each such step may have
happened or not, whatever happened to the others. No real file system is as bad; what stands here
stands on all of them.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, NamedTuple

from campaign_cases import Arena, Case, Files, Lying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from campaign_faults import Step

LONG_SINCE = 7200.0
"""Seconds since the crash: a machine takes its time to start again."""

Names = dict[str, int]
"""Which file has which name; a folder is no file and has none of these."""


class Move(NamedTuple):
    """A step on the names of a folder: which one has none then, and which have which file."""

    gone: str
    names: Mapping[str, int]


class State(NamedTuple):
    """What lies on the disk after a crash, and whether the command had said that it was saved."""

    files: tuple[tuple[str, bytes], ...]
    folder_there: bool
    saved: bool

    def __str__(self) -> str:
        """Name it by the sizes of its files, and what is zero in them."""
        files = [f"{name} {len(held)} ({held.count(0)} zero)" for name, held in self.files]
        return f"{'saved' if self.saved else 'not said saved'}, {'; '.join(files) or 'no file'}"


class Disk:
    """The disk as a command writes on it: what has reached it for good, and what has not."""

    def __init__(self, case: Case, arena: Arena, mark: Callable[[str], bool]) -> None:
        """Start with what lies there, all of it on the disk for good."""
        self.plans = str(arena.plans)
        self.mark = mark
        self.names: Names = {}
        self.files: list[list[bytes]] = []
        """For each file what it holds: first as it lasts, then after each write since."""
        for name, lying in case.lying.items():
            self.names[name] = self._new(lying.content)
        self.lasting: Names = dict(self.names)
        self.moves: list[Move] = []
        self.handles: dict[int, int] = {}
        self.folder_lasts = arena.plans.exists()
        self.saved = False

    def _new(self, content: bytes) -> int:
        self.files.append([content])
        return len(self.files) - 1

    def take(self, step: Step) -> None:
        """Follow one operation."""
        follow = getattr(self, f"_{step.name}", None)
        if follow is not None:
            follow(step)

    def _name(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        return name if folder == self.plans else ""

    def _moved(self, gone: str, names: Mapping[str, int]) -> None:
        self.moves.append(Move(gone, names))
        _move(self.names, self.moves[-1])

    def _open(self, step: Step) -> None:
        self.handles.pop(step.handle, None)
        name = self._name(step.path)
        if not name:
            return
        if name not in self.names:
            if not step.flags & os.O_CREAT:
                return
            self._moved("", {name: self._new(b"")})
        self.handles[step.handle] = self.names[name]
        if step.flags & os.O_TRUNC:
            self.files[self.names[name]].append(b"")

    def _write(self, step: Step) -> None:
        file = self.handles.get(step.handle)
        if file is not None:
            was = self.files[file][-1]
            self.files[file].append(was[: step.at] + step.data + was[step.at + len(step.data) :])

    def _ftruncate(self, step: Step) -> None:
        file = self.handles.get(step.handle)
        if file is not None:
            self.files[file].append(self.files[file][-1][: step.at])

    def _fsync(self, step: Step) -> None:
        if step.path == self.plans:
            self.lasting, self.moves = dict(self.names), []
        elif step.path == self.plans.rpartition("/")[0]:
            self.folder_lasts = True
        elif step.handle in self.handles:
            file = self.handles[step.handle]
            self.files[file] = [self.files[file][-1]]

    def _replace(self, step: Step) -> None:
        gone, name = self._name(step.path), self._name(step.to)
        if gone in self.names:
            self._moved(gone, {name: self.names[gone]} if name else {})

    _rename = _replace

    def _exchange(self, step: Step) -> None:
        one, other = self._name(step.path), self._name(step.to)
        if one in self.names and other in self.names:
            self._moved("", {one: self.names[other], other: self.names[one]})

    def _link(self, step: Step) -> None:
        source = self._name(step.path)
        if source in self.names:
            self._moved("", {self._name(step.to): self.names[source]})

    def _unlink(self, step: Step) -> None:
        if self._name(step.path) in self.names:
            self._moved(self._name(step.path), {})

    def _said(self, step: Step) -> None:
        self.saved = self.saved or self.mark(step.data.decode("utf-8", "replace"))

    # -- after a crash

    def states(self) -> Iterator[State]:
        """Give every state that a crash may leave at this moment."""
        for happened in itertools.product((False, True), repeat=len(self.moves)):
            names = dict(self.lasting)
            for move, did in zip(self.moves, happened, strict=True):
                if did:
                    _move(names, move)
            yield from self._filled(names)
        if not self.folder_lasts:
            yield State((), folder_there=False, saved=self.saved)

    def _filled(self, names: Names) -> Iterator[State]:
        held = sorted(set(names.values()))
        for contents in itertools.product(*(_left(self.files[file]) for file in held)):
            left: Mapping[int, bytes] = dict(zip(held, contents, strict=True))
            files = tuple(sorted((name, left[file]) for name, file in names.items()))
            yield State(files, folder_there=True, saved=self.saved)


def _move(names: Names, move: Move) -> None:
    names.pop(move.gone, None)
    names.update(move.names)


def _left(versions: list[bytes]) -> list[bytes]:
    """Give what may be left of a file: it held this, first as it lasts, then as it was written."""
    left = list(versions)
    lasting = versions[0]
    for version in versions[1:]:
        start = _alike(lasting, version)
        half = start + (len(version) - start) // 2
        left += [version[:half], version[:start] + bytes(len(version) - start)]
        left.append(version[:half] + bytes(len(version) - half))
    return list(dict.fromkeys(left))


def _alike(one: bytes, other: bytes) -> int:
    """Count the bytes at the start of both that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def states(
    case: Case, trace: tuple[Step, ...], arena: Arena, mark: Callable[[str], bool]
) -> list[State]:
    """Give every state that a crash may leave during a command, or after it, each once.

    The arena is that of the trace, as it stood before. Litter differs by the numbers in its names
    and its bytes, so litter of the same kind and length counts as the same.
    """
    disk = Disk(case, arena, mark)
    found: dict[tuple[object, ...], State] = {}
    for state in disk.states():
        found.setdefault(_kind(case, state), state)
    for step in trace:
        disk.take(step)
        if step.changes or step.name in {"fsync", "said"}:
            for state in disk.states():
                found.setdefault(_kind(case, state), state)
    return list(found.values())


def one_of_each(case: Case, found: list[State]) -> list[State]:
    """Give one state for each that plan and history may be in, with the most litter beside."""
    chosen: dict[tuple[object, ...], State] = {}
    for state in sorted(found, key=lambda state: len(state.files)):
        kept = tuple((name, content) for name, content in state.files if name in case.kept)
        chosen[(kept, state.folder_there, state.saved)] = state
    return list(chosen.values())


def _kind(case: Case, state: State) -> tuple[object, ...]:
    kept = tuple((name, content) for name, content in state.files if name in case.kept)
    litter = tuple(
        (name.rpartition(".")[2], len(content), content.count(0))
        for name, content in state.files
        if name not in case.kept
    )
    return kept, litter, state.folder_there, state.saved


def laid_out(case: Case, state: State, now: float) -> Arena:
    """Lay out what a crash left, some time after it; what was not written kept its date."""
    files: Files = {}
    for name, content in state.files:
        lying = case.lying.get(name)
        same = lying is not None and lying.content == content
        files[name] = Lying(content, lying.changed if lying and same else now - LONG_SINCE)
    return Arena(files, folder_there=state.folder_there)
