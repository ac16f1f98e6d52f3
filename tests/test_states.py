"""From any sequence of changes, the history leads back to each earlier plan, to the byte."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from conftest import HEAD
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplan import changes
from actionplan.errors import RefusedError
from actionplan.history.entries import Signature, digest
from actionplan.history.records import History
from actionplan.model import Action, Move, next_ref
from actionplan.planfile import reader
from actionplan.store import remembering, undoing, writing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actionplan.model import Plan

FIRST = date(2014, 1, 13)
ACTION = (
    '[[action]]\nid = "A{0}"\nanswers = ["F1"]\ntitle = "Do {0}"\nowner = "Head of HR"\n'
    "due = 2014-03-31  # agreed\n"
)
KINDS = ("note", "rag", "move", "add", "outcome", "hand", "comment", "crash", "undo", "back")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 3)), min_size=1, max_size=12)
NEWLINES = st.sampled_from(["\n", "\r\n"])


class Kept:
    """A plan under change, and every state that it was in, with the day on which it was left."""

    def __init__(self, folder: Path, newline: str, *, ended: bool) -> None:
        """Start with three actions."""
        text = HEAD + "\n".join(ACTION.format(n) for n in (1, 2, 3))
        text = text if ended else text.rstrip("\n")
        self.path = folder / "plan.toml"
        self.path.write_bytes(text.replace("\n", newline).encode())
        self.day = FIRST
        self._change("note", 1)
        self.states = [(FIRST, self.path.read_bytes())]
        self.unseen = False
        """The last state was made by hand, and no command has seen it yet."""

    def signature(self, command: str) -> Signature:
        """Sign a change of the day."""
        at = datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)
        return Signature(at, self.day, "Improvement officer", command)

    def step(self, kind: str, number: int) -> None:
        """Do one thing, on the next day, and keep what came of it."""
        self.day += timedelta(days=1)
        if kind in {"hand", "comment"}:
            self._by_hand(kind, number)
            if self.unseen:
                self.states.pop()
        elif kind == "crash":
            self._crash(number)
        elif kind in {"undo", "back"}:
            self._undo(kind)
        else:
            self._change(kind, number)
        if self.path.read_bytes() != self.states[-1][1]:
            self.states.append((self.day, self.path.read_bytes()))
            self.unseen = kind in {"hand", "comment"}

    def _change(self, kind: str, number: int) -> None:
        ref, day = f"A{number}", self.day

        def verb(plan: Plan, issued: Mapping[str, int]) -> Plan:
            if kind == "note":
                return changes.note_action(plan, ref, f"On {day}:\n[[action]] # no", day)
            if kind == "rag":
                reason = f"Since {day}."
                return changes.update_action(plan, ref, {"rag": "red", "reason": reason}, day)
            if kind == "move":
                wanted = Move(to=date(2014, 4, 1) + (day - FIRST), why="Late.")
                return changes.move_action(plan, ref, wanted, day)
            if kind == "add":
                new = Action(next_ref(plan, "actions", issued), ("F1",), "New", "Head of HR")
                return changes.add_action(plan, new, day)
            return changes.update_finding(plan, "F1", {"outcome": f"Better by {day}."})

        writing.change(self.path, writing.by_verb(verb), self.signature(kind))

    def _by_hand(self, kind: str, number: int) -> None:
        content = self.path.read_bytes()
        if kind == "hand":
            content = content.replace(b'"Do %d"' % number, b'"Do %d now"' % number)
        self._saved(content if kind == "hand" else b"# by hand\n" + content)

    def _saved(self, content: bytes) -> None:
        """Save the file as an editor does, a moment after the last command, on this day."""
        self.path.write_bytes(content)
        log = remembering.history_path(self.path)
        later = log.stat().st_mtime_ns + 1_000_000 if log.exists() else 0
        os.utime(self.path, ns=(later, later))

    def _crash(self, number: int) -> None:
        """Write the entry of a change that never reaches the plan, and leave its text beside."""
        content, stood = self.path.read_bytes(), self.path.stat().st_mtime_ns
        self._change("note", number)
        self.path.rename(self.path.with_name(".plan.0123456789ab.tmp"))
        self.path.write_bytes(content)
        os.utime(self.path, ns=(stood, stood))

    def _undo(self, kind: str) -> None:
        try:
            if kind == "undo":
                wanted = undoing.the_last(self.path)
            else:
                heads = remembering.history_of(self.path).effective
                if not heads:
                    return
                wanted = undoing.back_to(self.path, heads[len(heads) // 2].id)
            terms = writing.Terms(accept_removals=True, more={"undoes": list(wanted.ids)})
            writing.change(self.path, wanted.make, self.signature("undo"), terms)
        except RefusedError:
            return


def check(kind_and_number: list[tuple[str, int]], newline: str, *, ended: bool) -> None:
    """Do all the steps, then look back at every state."""
    with TemporaryDirectory() as folder:
        kept = Kept(Path(folder).resolve(), newline, ended=ended)
        for kind, number in kind_and_number:
            kept.step(kind, number)
        kept.step("note", 1)
        book = History(remembering.history_bytes(kept.path))
        assert book.check() == ()
        known = kept.path.read_bytes()
        for head in book.effective:
            for wanted in (head.before, head.after):
                for anchor in (None, known):
                    state = book.state(wanted, anchor)
                    assert state is not None
                    assert digest(state) == wanted
        reached = {
            digest(state) for state in (book.state(h.after) for h in book.effective) if state
        }
        for _, state in kept.states:
            assert digest(state) in reached
        assert reader.read(known, "plan.toml").faults == ()


@settings(max_examples=60)
@given(steps=STEPS, newline=NEWLINES, ended=st.booleans())
def test_every_earlier_plan_is_rebuilt_from_the_history_to_the_byte(
    steps: list[tuple[str, int]], newline: str, *, ended: bool
) -> None:
    check(steps, newline, ended=ended)


@pytest.mark.nightly
@settings(settings.get_profile("in full"))
@given(steps=STEPS, newline=NEWLINES, ended=st.booleans())
def test_every_earlier_plan_is_rebuilt_in_full(
    steps: list[tuple[str, int]], newline: str, *, ended: bool
) -> None:
    check(steps, newline, ended=ended)


@settings(max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(("note", "rag", "move", "add", "outcome")), st.integers(1, 3)),
        min_size=1, max_size=6,
    ),
    newline=NEWLINES,
    ended=st.booleans(),
)  # fmt: skip
def test_undo_after_do_is_the_same_bytes_however_many_there_were(
    steps: list[tuple[str, int]], newline: str, *, ended: bool
) -> None:
    with TemporaryDirectory() as folder:
        kept = Kept(Path(folder).resolve(), newline, ended=ended)
        for kind, number in steps:
            kept.step(kind, number)
        done = [state for _, state in kept.states]
        while len(done) > 1:
            assert kept.path.read_bytes() == done.pop()
            kept.step("undo", 1)
        assert kept.path.read_bytes() == done.pop()
