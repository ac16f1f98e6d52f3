"""The one write across both files: nothing lost, nothing torn, nothing silent."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import stat
import sys
import threading
import time
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from conftest import HEAD

from actionplan import changes
from actionplan.errors import (
    NotWrittenError,
    RefusedError,
    UnconfirmedError,
    UnreadableError,
)
from actionplan.history import entries as history
from actionplan.model import Meeting
from actionplan.store import files, guard, reading, remembering, swapping, writing

if TYPE_CHECKING:
    from collections.abc import Mapping
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


def noted(ref: str, text: str) -> writing.Making:
    """Put a note on an action."""
    return writing.by_verb(lambda plan, _: changes.note_action(plan, ref, text, TODAY))


def entries(path: Path) -> list[dict[str, Any]]:
    """Read the history back, each line checked."""
    lines = remembering.history_path(path).read_text(encoding="ascii").splitlines()
    assert all(history.is_whole(line) for line in lines)
    return [json.loads(line) for line in lines if line.startswith(history.ENTRY_MARK)]


def litter(path: Path) -> list[str]:
    """Name what a write left behind beside the plan and its history."""
    known = {path.name, remembering.history_path(path).name, "state"}
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
    both = path.read_bytes(), remembering.history_path(path).read_bytes()
    saved = writing.change(path, noted("A1", "same"), SIGNED)
    assert saved.changes == ()
    assert (path.read_bytes(), remembering.history_path(path).read_bytes()) == both


def test_a_preview_writes_nothing(path: Path) -> None:
    old = path.read_bytes()
    assert writing.draft(path, noted("A1", "x")).rewritten.changes
    assert path.read_bytes() == old
    assert not remembering.history_path(path).exists()


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_the_mode_of_the_plan_is_kept_and_the_history_is_no_wider(path: Path) -> None:
    path.chmod(0o640)
    writing.change(path, noted("A1", "x"), SIGNED)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE(remembering.history_path(path).stat().st_mode) & ~0o640 == 0


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

    assert writing.change(path, writing.by_verb(verb), SIGNED).plan.actions[-1].id == "A4"
    path.write_text(path.read_text().partition('\n[[action]]\nid = "A3"')[0] + "\n")
    accepting = writing.Terms(accept_removals=True)
    saved = writing.change(path, writing.by_verb(verb), SIGNED, accepting)
    assert saved.plan.actions[-1].id == "A5"


# --- refusals -----------------------------------------------------------------------------------


def test_a_plan_with_problems_is_not_written_on(path: Path) -> None:
    path.write_text(path.read_text() + 'rag = "ambr"\n')
    old = path.read_bytes()
    with pytest.raises(UnreadableError) as error:
        writing.change(path, noted("A1", "x"), SIGNED)
    assert "The plan has 1 problem to mend by hand before it is written on" in str(error.value)
    assert "line 39, A3: rag is 'ambr'; use red, amber, green or blue" in str(error.value)
    assert path.read_bytes() == old


def test_a_change_that_mends_the_problem_is_let_through(path: Path) -> None:
    path.write_text(path.read_text() + 'rag = "ambr"\n')
    writing.change(
        path,
        writing.by_verb(lambda p, _: changes.update_action(p, "A3", {"rag": "green"}, TODAY)),
        SIGNED,
    )
    assert reading.load(path).problems == ()


def test_a_change_that_would_make_a_problem_is_refused(path: Path) -> None:
    def spoiling(plan: Plan, _: Mapping[str, int]) -> Plan:
        return plan.replacing("actions", plan.actions[0]._replace(answers=("F9",)))

    with pytest.raises(RefusedError, match="no finding has that id"):
        writing.change(path, writing.by_verb(spoiling), SIGNED)


def test_an_unfinished_merge_is_not_written_on(path: Path) -> None:
    path.write_text(path.read_text() + "<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    with pytest.raises(NotWrittenError, match="conflict markers"):
        writing.change(path, noted("A1", "x"), SIGNED)


def test_a_change_of_another_field_is_made_again_on_the_plan_that_moved(path: Path) -> None:
    agreed = writing.draft(path, noted("A1", "x"))
    writing.change(path, noted("A2", "y"), SIGNED)
    writing.change(path, noted("A1", "x"), SIGNED, writing.Terms(agreed=agreed))
    assert [action.note for action in reading.load(path).plan.actions] == ["x", "y", ""]


def met(body: str, on: date) -> writing.Making:
    """Make the change of a new meeting."""
    return writing.by_verb(lambda plan, _: changes.add_meeting(plan, Meeting(body, on)))


def test_of_two_who_change_the_meetings_the_second_is_told_of_the_first(path: Path) -> None:
    """Meetings have no refs: what one saw when agreeing is not what the plan has now."""
    agreed = writing.draft(path, met("Cabinet", date(2014, 3, 17)))
    writing.change(path, met("Board", date(2014, 3, 24)), SIGNED._replace(command="meeting add"))
    said = (
        r"^The meetings of the plan were changed meanwhile by Improvement officer \(meeting add, "
        r"09:00\)\. Look at it and try again\."
    )
    with pytest.raises(NotWrittenError, match=said):
        writing.change(
            path, met("Cabinet", date(2014, 3, 17)), SIGNED, writing.Terms(agreed=agreed)
        )
    path.write_text(path.read_text().replace("Board", "Improvement board"))
    with pytest.raises(NotWrittenError, match="The meetings of the plan were changed meanwhile"):
        writing.change(
            path, met("Cabinet", date(2014, 3, 17)), SIGNED, writing.Terms(agreed=agreed)
        )


def test_a_title_of_the_plan_that_two_change_is_told_as_the_plan_s(path: Path) -> None:
    def titled(title: str) -> writing.Making:
        new = path.read_bytes().replace(b'title = "A plan"', f'title = "{title}"'.encode())
        return lambda before, _: writing.replaced(before, new)

    make = titled("One plan")
    agreed = writing.draft(path, make)
    writing.change(path, titled("Our plan"), SIGNED)
    with pytest.raises(
        NotWrittenError, match="The title of the plan was changed from A plan to Our"
    ):
        writing.change(path, make, SIGNED, writing.Terms(agreed=agreed))


def test_a_change_of_the_same_field_is_refused_with_who_changed_it(path: Path) -> None:
    agreed = writing.draft(path, noted("A1", "x"))
    writing.change(path, noted("A1", "y"), SIGNED)
    said = (
        r"The note of A1 was changed from none to y meanwhile by Improvement officer \(note, 09:00"
    )
    with pytest.raises(NotWrittenError, match=said):
        writing.change(path, noted("A1", "x"), SIGNED, writing.Terms(agreed=agreed))
    assert reading.load(path).plan.actions[0].note == "y"


def test_an_edit_by_hand_of_the_same_field_is_refused_too(path: Path) -> None:
    agreed = writing.draft(path, noted("A1", "x"))
    path.write_text(path.read_text().replace('title = "Do 1"', 'title = "Do 1"\nnote = "y"'))
    with pytest.raises(NotWrittenError, match="from none to y meanwhile by hand"):
        writing.change(path, noted("A1", "x"), SIGNED, writing.Terms(agreed=agreed))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")
def test_what_is_written_into_a_plan_that_was_opened_before_the_swap_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open the plan to write, let the swap pass, and write and close a moment after it."""
    exchange, looked = swapping.exchange, threading.Event()
    wait = swapping.wait_until_written

    def opened_before(one: Path, other: Path) -> bool:
        monkeypatch.setattr(swapping, "exchange", exchange)
        editor = other.open("ab")

        def save() -> None:
            looked.wait(1)
            time.sleep(0.05)
            editor.write(b"# by hand\n")
            editor.close()

        threading.Thread(target=save).start()
        return exchange(one, other)

    def waited(beside: Path, ours: Path) -> None:
        looked.set()
        wait(beside, ours)

    monkeypatch.setattr(swapping, "exchange", opened_before)
    monkeypatch.setattr(swapping, "wait_until_written", waited)
    writing.change(path, noted("A1", "x"), SIGNED)
    assert path.read_bytes().endswith(b"# by hand\n")
    assert reading.load(path).plan.actions[0].note == "x"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")
def test_whoever_keeps_the_old_plan_open_holds_a_change_up_for_a_moment_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swapping, "PATIENCE", 0.05)
    with path.open("ab"):
        writing.change(path, noted("A1", "x"), SIGNED)
    assert reading.load(path).plan.actions[0].note == "x"


def save_at_exchanges(monkeypatch: pytest.MonkeyPatch, *saves: tuple[bytes, bytes]) -> None:
    """Save the plan by hand before and after one exchange and the next; empty: not at all."""
    exchange, left = swapping.exchange, list(saves)

    def between(one: Path, other: Path) -> bool:
        before, after = left.pop(0) if left else (b"", b"")
        if before:
            other.write_bytes(before)
        done = exchange(one, other)
        if after:
            other.write_bytes(after)
        return done

    monkeypatch.setattr(swapping, "exchange", between)


@pytest.mark.skipif(sys.platform != "linux", reason="names are exchanged on Linux alone")
def test_what_is_saved_before_a_swap_is_kept_where_something_is_saved_right_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (path.read_bytes() + line for line in (b"# first\n", b"# second\n"))
    save_at_exchanges(monkeypatch, (first, second))
    said = r"somebody saved the file again at the same moment, and what .* is kept in plan\.toml\."
    with pytest.raises(UnconfirmedError, match=said):
        writing.change(path, noted("A1", "x"), SIGNED)
    (kept,) = path.parent.glob("plan.toml.saved-*")
    assert (kept.read_bytes(), path.read_bytes()) == (first, second)
    writing.change(path, noted("A1", "y"), SIGNED)
    assert kept.read_bytes() == first


@pytest.mark.skipif(sys.platform != "linux", reason="names are exchanged on Linux alone")
def test_what_can_not_be_kept_is_never_said_to_be(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(beside: Path, path: Path) -> Path:
        raise OSError(errno.ENOSPC, f"{beside} {path}")

    monkeypatch.setattr(files, "keep", full)
    first, second = (path.read_bytes() + line for line in (b"# first\n", b"# second\n"))
    save_at_exchanges(monkeypatch, (first, second))
    with pytest.raises(UnconfirmedError, match="what was saved before that could not be kept"):
        writing.change(path, noted("A1", "x"), SIGNED)
    assert path.read_bytes() == second


@pytest.mark.skipif(sys.platform != "linux", reason="names are exchanged on Linux alone")
def test_what_is_saved_before_a_swap_is_kept_where_something_is_saved_as_it_is_put_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (path.read_bytes() + line for line in (b"# first\n", b"# second\n"))
    save_at_exchanges(monkeypatch, (first, b""), (second, b""))
    with pytest.raises(UnconfirmedError, match="saved the file again at the same moment"):
        writing.change(path, noted("A1", "x"), SIGNED)
    (kept,) = path.parent.glob("plan.toml.saved-*")
    assert (kept.read_bytes(), path.read_bytes()) == (first, second)


def test_another_set_of_actions_than_was_agreed_is_not_changed(path: Path) -> None:
    def noted_all(plan: Plan, _: Mapping[str, int]) -> Plan:
        for action in plan.actions:
            plan = changes.note_action(plan, action.id, "x", TODAY)
        return plan

    agreed = writing.draft(path, writing.by_verb(noted_all))
    path.write_text(path.read_text() + "\n" + ACTION.format(4))
    with pytest.raises(NotWrittenError, match="changed while you were asked"):
        writing.change(path, writing.by_verb(noted_all), SIGNED, writing.Terms(agreed=agreed))


def test_a_new_plan_never_replaces_a_file(path: Path) -> None:
    old = path.read_bytes()
    with pytest.raises(NotWrittenError, match="is there already"):
        writing.create(path, b'title = "x"\n', SIGNED)
    assert path.read_bytes() == old


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


def test_an_edit_by_hand_in_the_middle_of_a_write_is_kept_and_the_change_made_on_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = iter([path.read_bytes() + b"# by hand\n"])
    append = files.append

    def append_then_edit(log: Path, line: bytes, mode: int) -> None:
        append(log, line, mode)
        for edited in edits:
            path.write_bytes(edited)

    monkeypatch.setattr(files, "append", append_then_edit)
    writing.change(path, noted("A1", "x"), SIGNED)
    assert path.read_text().endswith("# by hand\n")
    assert reading.load(path).plan.actions[0].note == "x"
    assert [entry["command"] for entry in entries(path)] == ["note", "void", "by hand", "note"]
    assert litter(path) == []


def test_a_plan_that_is_edited_again_and_again_is_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = files.append

    def append_then_edit(log: Path, line: bytes, mode: int) -> None:
        append(log, line, mode)
        path.write_bytes(path.read_bytes() + b"# by hand\n")

    monkeypatch.setattr(files, "append", append_then_edit)
    with pytest.raises(NotWrittenError, match="again and again"):
        writing.change(path, noted("A1", "x"), SIGNED)
    assert reading.load(path).plan.actions[0].note == ""


# --- after a crash ------------------------------------------------------------------------------


def entries_that_are_whole(path: Path) -> list[dict[str, Any]]:
    """Read what is whole of a history that a crash may have torn."""
    lines = remembering.history_path(path).read_text(encoding="ascii").splitlines()
    whole = (line for line in lines if history.is_whole(line))
    return [json.loads(line) for line in whole if line.startswith(history.ENTRY_MARK)]


def test_a_change_whose_entry_was_written_and_nothing_else_is_taken_back(path: Path) -> None:
    old, stood = path.read_bytes(), path.stat().st_mtime_ns
    writing.change(path, noted("A1", "lost"), SIGNED)
    path.write_bytes(old)
    os.utime(path, ns=(stood, stood))
    saved = writing.change(path, noted("A2", "next"), SIGNED)
    lost, void, following = entries(path)
    assert void["command"] == "void"
    assert void["voids"] == lost["id"]
    assert following["before"] == history.digest(old)
    assert "never reached the plan" in saved.found[0]


def test_an_edit_after_a_change_that_a_crash_kept_out_is_recorded_without_it(path: Path) -> None:
    old = path.read_bytes()
    writing.change(path, noted("A1", "lost"), SIGNED)
    path.rename(path.with_name(".plan.0123456789ab.tmp"))
    path.write_bytes(b"# by hand\n" + old)
    saved = writing.change(path, noted("A2", "next"), SIGNED)
    lost, void, by_hand, following = entries(path)
    assert void["voids"] == lost["id"]
    assert by_hand["command"] == "by hand"
    assert by_hand["changes"] == []
    assert following["changes"][0]["ref"] == "A2"
    assert "never reached the plan" in saved.found[0]
    assert not path.with_name(".plan.0123456789ab.tmp").exists()


def test_an_older_copy_saved_with_an_edit_over_a_change_says_what_it_took_back(path: Path) -> None:
    old = path.read_bytes()
    writing.change(path, noted("A1", "told"), SIGNED)
    path.write_bytes(old + b"# by hand\n")
    writing.change(path, noted("A2", "next"), SIGNED)
    told, by_hand, _ = entries(path)
    assert told["changes"][0]["set"]["note"] == [None, "told"]
    assert by_hand["command"] == "by hand"
    assert by_hand["changes"][0]["set"]["note"] == ["told", None]


def test_an_older_copy_put_back_by_hand_is_recorded_as_such(path: Path) -> None:
    old = path.read_bytes()
    writing.change(path, noted("A1", "lost"), SIGNED)
    path.write_bytes(old)
    later = remembering.history_path(path).stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))
    writing.change(path, noted("A2", "next"), SIGNED)
    _, by_hand, _ = entries(path)
    assert by_hand["command"] == "by hand"
    assert by_hand["changes"] == [
        {
            "in": "actions",
            "ref": "A1",
            "set": {"note": ["lost", None], "updated": ["2014-02-10", None]},
        }
    ]


def test_a_torn_history_is_carried_on_with_a_line_of_its_own(path: Path) -> None:
    writing.change(path, noted("A1", "one"), SIGNED)
    log = remembering.history_path(path)
    log.write_bytes(log.read_bytes() + b'{"v":1,"seq":2,"id":"abc')
    writing.change(path, noted("A1", "two"), SIGNED)
    one, two = entries_that_are_whole(path)
    assert two["prev"] == [one["id"]]
    torn = log.read_text().splitlines()[2]
    assert torn == '{"v":1,"seq":2,"id":"abc'


def test_a_long_last_line_of_history_is_still_found(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "TAIL_BYTES", 16)
    writing.change(path, noted("A1", "one"), SIGNED)
    writing.change(path, noted("A1", "two"), SIGNED)
    assert [entry["seq"] for entry in entries(path)] == [1, 2]


def test_a_plan_that_does_not_read_back_after_the_swap_is_saved_but_not_confirmed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lying(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    writing.change(path, noted("A2", "first"), SIGNED)
    monkeypatch.setattr(files, "sync_folder", lying)
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
