"""The one write across both files: nothing lost, nothing torn, nothing silent."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import stat
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from conftest import HEAD

from actionplan import changes, history
from actionplan.errors import (
    ActionPlanError,
    NotWrittenError,
    RefusedError,
    UnconfirmedError,
    UnreadableError,
)
from actionplan.store import guard, reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from actionplan.model import Plan

TODAY = date(2014, 2, 10)
SIGNED = history.Signature(
    datetime(2014, 2, 10, 9, tzinfo=UTC), TODAY, "Improvement officer", "note"
)
ACTION = '[[action]]\nid = "A{0}"\nanswers = ["F1"]\ntitle = "Do {0}"\nowner = "Head of HR"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a plan of three actions."""
    plan = tmp_path / "plan.toml"
    plan.write_text(HEAD + "\n".join(ACTION.format(n) for n in (1, 2, 3)), encoding="utf-8")
    return plan


def noted(ref: str, text: str) -> Callable[[Plan, Mapping[str, int]], Plan]:
    """Give the verb that puts a note on an action."""
    return lambda plan, _: changes.note_action(plan, ref, text, TODAY)


def entries(path: Path) -> list[dict[str, Any]]:
    """Read the history back, each line checked."""
    lines = writing.history_path(path).read_text(encoding="ascii").splitlines()
    assert all(history.is_whole(line) for line in lines)
    return [json.loads(line) for line in lines]


def litter(path: Path) -> list[str]:
    """Name what a write left behind beside the plan and its history."""
    known = {path.name, writing.history_path(path).name, "state"}
    return [found.name for found in path.parent.iterdir() if found.name not in known]


def test_a_change_is_saved_with_one_line_of_history(path: Path) -> None:
    old = path.read_bytes()
    saved = writing.change(path, noted("A2", "Begun."), SIGNED)
    assert reading.load(path).plan == saved.plan
    (entry,) = entries(path)
    assert (entry["by"], entry["command"], entry["on"]) == (
        "Improvement officer",
        "note",
        "2014-02-10",
    )
    assert entry["changes"] == [
        {
            "in": "actions",
            "ref": "A2",
            "set": {"note": [None, "Begun."], "updated": [None, "2014-02-10"]},
        }
    ]
    assert entry["before"] == history.digest(old)
    assert entry["after"] == history.digest(path.read_bytes())
    assert litter(path) == []


def test_each_entry_joins_the_one_before(path: Path) -> None:
    for text in ("one", "two", "three"):
        writing.change(path, noted("A1", text), SIGNED)
    first, second, third = entries(path)
    assert [entry["seq"] for entry in (first, second, third)] == [1, 2, 3]
    assert second["prev"] == [first["id"]]
    assert third["before"] == second["after"]


def test_a_change_that_changes_nothing_writes_nothing(path: Path) -> None:
    writing.change(path, noted("A1", "same"), SIGNED)
    both = path.read_bytes(), writing.history_path(path).read_bytes()
    saved = writing.change(path, noted("A1", "same"), SIGNED)
    assert saved.changes == ()
    assert (path.read_bytes(), writing.history_path(path).read_bytes()) == both


def test_a_preview_writes_nothing(path: Path) -> None:
    old = path.read_bytes()
    assert writing.preview(path, noted("A1", "x")).changes
    assert path.read_bytes() == old
    assert not writing.history_path(path).exists()


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_the_mode_of_the_plan_is_kept_and_the_history_is_no_wider(path: Path) -> None:
    path.chmod(0o640)
    writing.change(path, noted("A1", "x"), SIGNED)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE(writing.history_path(path).stat().st_mode) & ~0o640 == 0


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_stays_a_link_and_the_history_is_beside_the_plan_itself(
    path: Path, tmp_path: Path
) -> None:
    link = tmp_path / "elsewhere" / "link.toml"
    link.parent.mkdir()
    link.symlink_to(path)
    writing.change(link, noted("A1", "x"), SIGNED)
    assert link.is_symlink()
    assert reading.load(path).plan.actions[0].note == "x"
    assert len(entries(path)) == 1
    assert list(link.parent.iterdir()) == [link]


def test_a_number_once_given_is_never_given_again(path: Path) -> None:
    def verb(plan: Plan, issued: Mapping[str, int]) -> Plan:
        from actionplan.model import Action, next_ref

        action = Action(next_ref(plan, "actions", issued), ("F1",), "New", "Head of HR")
        return changes.add_action(plan, action, TODAY)

    assert writing.change(path, verb, SIGNED).plan.actions[-1].id == "A4"
    path.write_text(path.read_text().partition('\n[[action]]\nid = "A3"')[0] + "\n")
    assert writing.change(path, verb, SIGNED).plan.actions[-1].id == "A5"


# --- refusals -----------------------------------------------------------------------------------


def test_a_plan_with_problems_is_not_written_on(path: Path) -> None:
    path.write_text(path.read_text() + 'rag = "ambr"\n')
    old = path.read_bytes()
    with pytest.raises(UnreadableError) as error:
        writing.change(path, noted("A1", "x"), SIGNED)
    assert "The plan has 1 problem to mend by hand before it is written on" in str(error.value)
    assert "line 39, A3: rag is 'ambr'; use red, amber or green" in str(error.value)
    assert path.read_bytes() == old


def test_a_change_that_mends_the_problem_is_let_through(path: Path) -> None:
    path.write_text(path.read_text() + 'rag = "ambr"\n')
    writing.change(
        path, lambda plan, _: changes.update_action(plan, "A3", {"rag": "green"}, TODAY), SIGNED
    )
    assert reading.load(path).problems == ()


def test_a_change_that_would_make_a_problem_is_refused(path: Path) -> None:
    def spoiling(plan: Plan, _: Mapping[str, int]) -> Plan:
        return plan.replacing("actions", plan.actions[0]._replace(answers=("F9",)))

    with pytest.raises(RefusedError, match="no finding has that id"):
        writing.change(path, spoiling, SIGNED)


def test_an_unfinished_merge_is_not_written_on(path: Path) -> None:
    path.write_text(path.read_text() + "<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    with pytest.raises(NotWrittenError, match="conflict markers"):
        writing.change(path, noted("A1", "x"), SIGNED)


def test_a_change_that_is_no_longer_the_one_confirmed_is_not_made(path: Path) -> None:
    foreseen = writing.preview(path, noted("A1", "x"))
    writing.change(path, noted("A1", "y"), SIGNED)
    with pytest.raises(NotWrittenError, match="changed while you were asked"):
        writing.change(path, noted("A1", "x"), SIGNED, expected=foreseen.changes)


def test_a_new_plan_never_replaces_a_file(path: Path) -> None:
    old = path.read_bytes()
    with pytest.raises(NotWrittenError, match="is there already"):
        writing.create(path, b'title = "x"\n', SIGNED)
    assert path.read_bytes() == old


def test_another_command_that_holds_the_lock_is_waited_for_and_then_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LOCK_SECONDS", 0.2)
    context = multiprocessing.get_context("spawn")
    holding, done = context.Event(), context.Event()
    other = context.Process(target=hold_lock, args=(path, holding, done))
    other.start()
    try:
        assert holding.wait(20)
        with pytest.raises(NotWrittenError, match="Another actionplan command is writing"):
            writing.change(path, noted("A1", "x"), SIGNED)
    finally:
        done.set()
        other.join()
    assert writing.change(path, noted("A1", "x"), SIGNED).changes


def hold_lock(path: Path, holding: Any, done: Any) -> None:
    """Hold the lock of a plan in another process."""
    with writing._locked(path):  # noqa: SLF001 - the very lock
        holding.set()
        done.wait(20)


# --- several writers ----------------------------------------------------------------------------


def write_many(path: Path, ref: str, count: int) -> None:
    """Put so many notes on an action, one after the other."""
    for number in range(count):
        writing.change(path, noted(ref, f"note {number}"), SIGNED)


def test_three_writers_at_once_lose_nothing(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(path, f"A{n}", 12)) for n in (1, 2, 3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert [action.note for action in reading.load(path).plan.actions] == ["note 11"] * 3
    told = entries(path)
    assert len(told) == 36
    for before, after in pairwise(told):
        assert after["before"] == before["after"]


def test_an_edit_by_hand_in_the_middle_of_a_write_is_never_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = path.read_bytes() + b"# by hand\n"
    append = writing._append  # noqa: SLF001 - the moment between the two files

    def append_then_edit(log: Path, line: bytes, mode: int) -> None:
        append(log, line, mode)
        path.write_bytes(by_hand)

    monkeypatch.setattr(writing, "_append", append_then_edit)
    with pytest.raises(NotWrittenError, match="was changed by someone else meanwhile"):
        writing.change(path, noted("A1", "x"), SIGNED)
    assert path.read_bytes() == by_hand
    assert entries(path)[-1]["command"] == "void"
    assert litter(path) == []


# --- crashes and full disks ---------------------------------------------------------------------

WATCHED = ("open", "write", "fsync", "replace", "unlink", "close", "fchmod")


class Trap:
    """Count the operations on files, and spring at the one that was asked for."""

    def __init__(self, spring_at: int, spring: Callable[[], None]) -> None:
        """Keep where to spring, and how."""
        self.count = 0
        self.spring_at = spring_at
        self.spring = spring

    def watching(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap one operation."""

        def watched(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self.spring_at:
                self.spring()
            return real(*arguments, **named)

        return watched


def in_child(path: Path, trap: Trap) -> int:
    """Make a change in a child in which the trap is set; give its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 99
    try:
        writing.change(path, noted("A3", "x"), SIGNED)  # whatever is imported late
        path.write_bytes(OLD)
        writing.history_path(path).write_bytes(b"")
        for name in WATCHED:
            setattr(os, name, trap.watching(getattr(os, name)))
        writing.change(path, noted("A1", "kept"), SIGNED)
        code = 0
    except ActionPlanError as error:
        code = error.exit_code
    finally:
        os._exit(code)


OLD = (HEAD + "\n".join(ACTION.format(n) for n in (1, 2, 3))).encode()


def points() -> int:
    """Say how many operations are tried; a write has fewer, so that the last runs are clean."""
    return 40


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_operation_the_plan_is_old_or_new_and_the_next_write_works(
    tmp_path: Path,
) -> None:
    outcomes = set()
    for point in range(1, points()):
        path = tmp_path / f"killed-{point}" / "plan.toml"
        path.parent.mkdir()
        path.write_bytes(OLD)
        code = in_child(path, Trap(point, lambda: os._exit(9)))
        note = reading.load(path).plan.actions[0].note
        assert note in {"", "kept"}
        assert note == "kept" or code == 9
        outcomes.add((code, note))
        writing.change(path, noted("A2", "after"), SIGNED)
        assert reading.load(path).plan.actions[0].note == note
        last = entries_that_are_whole(path)[-1]
        assert last["after"] == history.digest(path.read_bytes())
    assert outcomes >= {(9, ""), (9, "kept"), (0, "kept")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_an_error_at_any_operation_is_said_truly(tmp_path: Path, number: int) -> None:
    def fail() -> None:
        raise OSError(number, os.strerror(number))

    codes = set()
    for point in range(1, points()):
        path = tmp_path / f"failed-{number}-{point}" / "plan.toml"
        path.parent.mkdir()
        path.write_bytes(OLD)
        code = in_child(path, Trap(point, fail))
        note = reading.load(path).plan.actions[0].note
        assert code in {0, 1, 4, 8}
        assert (note == "kept") is (code in {0, 8}), f"point {point}: exit {code}, note {note!r}"
        codes.add(code)
        writing.change(path, noted("A2", "after"), SIGNED)
    assert {0, 1} <= codes


def entries_that_are_whole(path: Path) -> list[dict[str, Any]]:
    """Read what is whole of a history that a crash may have torn."""
    lines = writing.history_path(path).read_text(encoding="ascii").splitlines()
    return [json.loads(line) for line in lines if history.is_whole(line)]


def test_a_change_whose_entry_was_written_and_nothing_else_is_taken_back(path: Path) -> None:
    old = path.read_bytes()
    writing.change(path, noted("A1", "lost"), SIGNED)
    path.write_bytes(old)
    writing.change(path, noted("A2", "next"), SIGNED)
    lost, void, following = entries(path)
    assert void["command"] == "void"
    assert void["voids"] == lost["id"]
    assert following["before"] == history.digest(old)


def test_a_torn_history_is_carried_on_with_a_line_of_its_own(path: Path) -> None:
    writing.change(path, noted("A1", "one"), SIGNED)
    log = writing.history_path(path)
    log.write_bytes(log.read_bytes() + b'{"v":1,"seq":2,"id":"abc')
    writing.change(path, noted("A1", "two"), SIGNED)
    one, two = entries_that_are_whole(path)
    assert two["prev"] == [one["id"]]
    assert len(log.read_text().splitlines()) == 3


def test_a_long_last_line_of_history_is_still_found(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "TAIL_BYTES", 16)
    writing.change(path, noted("A1", "one"), SIGNED)
    writing.change(path, noted("A1", "two"), SIGNED)
    assert [entry["seq"] for entry in entries(path)] == [1, 2]


def test_a_plan_that_does_not_read_back_after_the_swap_is_saved_but_not_confirmed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lying(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(writing, "_sync_folder", lying)
    with pytest.raises(UnconfirmedError, match="do not repeat it"):
        writing.change(path, noted("A1", "x"), SIGNED)
    assert reading.load(path).plan.actions[0].note == "x"


def test_where_there_is_no_flock_filelock_guards(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "HAS_FLOCK", False)
    assert writing.change(path, noted("A1", "x"), SIGNED).changes
    lock = tmp_path / "a.lock"
    with (
        guard.by_filelock(lock, 0.1),
        pytest.raises(TimeoutError),
        guard.by_filelock(lock, 0.1),
    ):
        pass
