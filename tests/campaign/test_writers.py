"""Many writers at once, killed, over shares, beside editors: nothing confirmed is ever lost.

The counts here are those of the suite; ``pytest -m nightly`` runs them in full. What each test
promises is told in docs/reliability.md.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from campaign_children import Desk, Office, Told, ended, forked, read_until
from campaign_editors import WAYS, edited
from campaign_mischief import MISCHIEF, Point, stopped_at, taken_away
from campaign_plans import (
    SIGNED,
    TODAY,
    assert_every_state_is_rebuilt,
    assert_joined,
    effective,
    litter,
    mounted,
    needs,
    needs_root,
    new_plan,
    note_of,
    noted,
    notes_told,
    quick_folder,
    seed_of,
    whole_lines,
)

from actionplan import changes
from actionplan.errors import NotWrittenError
from actionplan.model import Action, next_ref
from actionplan.store import files, lock, reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from actionplan.model import Plan

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
nightly = pytest.mark.nightly
NEVER: frozenset[int] = frozenset()
UNTOUCHED = frozenset({1, 4})
"""Failed, or could not read the plan; either way nothing was changed. A share may say of a file
that was replaced a moment ago that it is not there. Nobody waited in vain, which would be 5."""


# --- A3: killed at random -----------------------------------------------------------------------


@pytest.mark.parametrize("kills", [100, pytest.param(2000, marks=nightly)])
def test_of_four_writers_of_whom_a_fifth_is_killed_no_confirmed_change_is_lost(
    kills: int, request: pytest.FixtureRequest
) -> None:
    with quick_folder() as folder:
        path = new_plan(folder, 4)
        desks = [Desk(path, folder / "state", f"A{number}") for number in (1, 2, 3, 4)]
        told = Office(desks, seed_of(request)).run(0.2, kills=kills)
        assert_nothing_is_lost(path, told)
        assert told.kills >= kills
        assert told.inside > 0


def assert_nothing_is_lost(path: Path, told: Told, *, may_say: frozenset[int] = NEVER) -> None:
    """Say it of the plan and of the history, once the next command has put things in order."""
    print(f"{told.changes} changes, {told.kills} kills, {told.inside} of them inside the lock")  # noqa: T201
    print(f"the slowest took {told.slowest:.2f} s")  # noqa: T201 - pytest shows it on a failure
    print(f"{len(told.failed)} ended with another code than 0: {told.failed}")  # noqa: T201 - as above
    assert set(told.failed) <= may_say
    assert told.lost == []
    last = {ref: note_of(reading.load(path).plan, ref) for ref in told.confirmed}
    writing.change(path, noted("A1", "afterwards"), SIGNED)
    assert litter(path) == []
    torn = told.kills // 100
    entries = effective(whole_lines(path, torn=torn))
    assert_joined(path, entries)
    for ref, confirmed in told.confirmed.items():
        notes = notes_told(entries, ref)
        assert len(set(notes)) == len(notes), "a change is there twice"
        assert [note for note in notes if note in set(confirmed)] == confirmed
        assert last[ref] in ("", *notes)
    assert_every_state_is_rebuilt(path, torn=torn)


# --- C1: eight at once --------------------------------------------------------------------------


@pytest.mark.parametrize("each", [25, pytest.param(250, marks=nightly)])
def test_eight_processes_at_once_lose_nothing_and_make_nothing_twice(each: int) -> None:
    """Half of them count up in the note of their own action, half add an action each time."""
    with quick_folder() as folder:
        path = new_plan(folder, 8)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        readers = [Reader(path) for _ in range(4)]
        counting = [forked(lambda n=n: count_up(path, f"A{n}", each)) for n in range(1, 5)]  # type: ignore[misc]
        adding = [forked(lambda n=n: add_many(path, n, each)) for n in range(1, 5)]  # type: ignore[misc]
        assert [ended(child) for child in (*counting, *adding)] == [0] * 8
        reads = [reader.stopped() for reader in readers]
        print(f"{sum(count for count, _ in reads)} reads beside them")  # noqa: T201 - as above
        assert [bad for _, bad in reads] == [0] * 4
        assert litter(path) == []
        assert_all_are_there(path, each)


def count_up(path: Path, ref: str, times: int) -> None:
    """Put a note on an action so many times."""
    for number in range(1, times + 1):
        writing.change(path, noted(ref, f"{ref} for the {number}th time"), SIGNED)


def add_many(path: Path, who: int, times: int) -> None:
    """Add so many actions."""

    def added(number: int) -> writing.Making:
        def verb(plan: Plan, issued: Mapping[str, int]) -> Plan:
            ref = next_ref(plan, "actions", issued)
            title = f"Writer {who}, the {number}th"
            return changes.add_action(plan, Action(ref, ("F1",), title, "Head of HR"), TODAY)

        return writing.by_verb(verb)

    for number in range(1, times + 1):
        writing.change(path, added(number), SIGNED)


def assert_all_are_there(path: Path, each: int) -> None:
    """Find every change of eight writers in the plan and in the history, once."""
    plan = reading.load(path).plan
    told = whole_lines(path)
    assert len(told) == 8 * each
    assert_joined(path, told)
    for number in range(1, 5):
        ref = f"A{number}"
        wanted = [f"{ref} for the {nth}th time" for nth in range(1, each + 1)]
        assert notes_told(told, ref) == wanted
        assert note_of(plan, ref) == wanted[-1]
    wanted = [f"Writer {who}, the {nth}th" for who in range(1, 5) for nth in range(1, each + 1)]
    news = [of["new"] for entry in told for of in entry["changes"] if "new" in of]
    assert sorted(new["title"] for new in news) == sorted(wanted)
    assert sorted(action.title for action in plan.actions[8:]) == sorted(wanted)
    refs = [action.id for action in plan.actions]
    assert refs == [f"A{number}" for number in range(1, 4 * each + 9)]


class Reader:
    """A child that reads a plan over and over until it is told to stop."""

    def __init__(self, path: Path) -> None:
        """Start to read."""
        stop, self._stop = os.pipe()
        self._hear, tell = os.pipe()

        def work() -> None:
            read_until(stop, path, tell)

        self._child = forked(work)
        os.close(stop)
        os.close(tell)

    def stopped(self) -> tuple[int, int]:
        """Stop it; give how often it read, and how often badly."""
        os.write(self._stop, b"!")
        os.close(self._stop)
        said = os.read(self._hear, 100).decode().split()
        os.close(self._hear)
        assert ended(self._child) == 0
        return int(said[0]), int(said[1])


# --- C2: a share that passes no locks on --------------------------------------------------------


@needs_root
@needs("bindfs", "umount")
@pytest.mark.parametrize("each", [12, pytest.param(100, marks=nightly)])
def test_over_two_mounts_that_share_no_locks_nothing_is_lost(
    each: int, request: pytest.FixtureRequest
) -> None:
    with quick_folder() as folder, two_mounts(folder) as desks:
        told = Office(desks, seed_of(request)).run(0.2, changes=4 * each)
        assert_nothing_is_lost(folder / "share" / "plan.toml", told, may_say=UNTOUCHED)


@needs_root
@needs("bindfs", "umount")
@nightly
def test_the_same_with_the_owner_note_taken_out_loses_something(
    request: pytest.FixtureRequest,
) -> None:
    """Otherwise the test before this one proves nothing."""
    with quick_folder() as folder, two_mounts(folder) as desks:
        told = Office(desks, seed_of(request), only_flock=True).run(0, changes=400)
        print(f"{len(told.lost)} lost, {len(told.failed)} failed")  # noqa: T201 - as above
        assert told.lost


@contextlib.contextmanager
def two_mounts(folder: Path) -> Iterator[list[Desk]]:
    """Give four desks at one plan, two at each of two mounts, each mount with guards of its own."""
    path = new_plan(folder / "share", 4)
    with (
        mounted(path.parent, folder / "a") as one,
        mounted(path.parent, folder / "b") as other,
    ):
        yield [
            Desk(mount / path.name, folder / f"state-{mount.name}", f"A{number}")
            for number, mount in enumerate((one, other, one, other), 1)
        ]


# --- C4: an editor saves in between -------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("saves", [50, pytest.param(2000, marks=nightly)])
def test_what_an_editor_saves_between_two_commands_is_never_lost(
    saves: int, way: Callable[[Path, bytes, bytes], None], request: pytest.FixtureRequest
) -> None:
    """Each line that was saved is in the plan, or was seen and is in the history."""
    with quick_folder() as folder:
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        path = new_plan(folder / "plans", 3)
        told = edited(path, way, saves, seed_of(request))
        print(f"{saves} saves, {len(told.saved)} commands, {dict(Counter(told.refused))} refused")  # noqa: T201 - as above
        assert told.lost == []
        entries = effective(whole_lines(path))
        assert_joined(path, entries)
        notes = [note for ref in ("A1", "A2", "A3") for note in notes_told(entries, ref)]
        assert set(told.saved) <= set(notes)
        assert litter(path) == []


# --- C6: the holder is stopped, and its note cleared --------------------------------------------

POINTS = {
    "once it has the lock": Point(lock, "_taken", after=True),
    "before the temporary file": Point(files, "write_new"),
    "before the history": Point(files, "append"),
    "after the history": Point(files, "append", after=True),
}
"""Where the holder is stopped."""


@pytest.mark.parametrize("ref", ["A1", "A2"])
@pytest.mark.parametrize("point", POINTS)
def test_a_holder_that_was_stopped_does_not_overwrite_whom_its_note_was_cleared_for(
    point: str, ref: str
) -> None:
    with quick_folder() as folder:
        path = new_plan(folder / "plans", 2)
        change_from(folder / "one", path, "A2", "before")
        first = forked(
            lambda: stopped_at(
                POINTS[point], lambda: change_from(folder / "one", path, "A1", "first")
            )
        )
        assert os.WIFSTOPPED(os.waitpid(first, os.WUNTRACED)[1])
        path.with_name(".plan.lock").unlink()
        change_from(folder / "two", path, ref, "second")
        os.kill(first, signal.SIGCONT)
        code = ended(first)
        change_from(folder / "two", path, "A2", "afterwards")
        told = effective(whole_lines(path))
        assert_joined(path, told)
        assert notes_told(told, ref).count("second") == 1
        assert code == (NotWrittenError.exit_code if ref == "A1" else 0)
        assert notes_told(told, "A1").count("first") == (ref != "A1")
        assert litter(path) == []


def change_from(state: Path, path: Path, ref: str, text: str) -> None:
    """Put a note on an action, as a user whose guard lies here."""
    os.environ["XDG_STATE_HOME"] = str(state)
    writing.change(path, noted(ref, text), SIGNED)


# --- C7: the plan is taken away while it is written ---------------------------------------------


@pytest.mark.parametrize("mischief", MISCHIEF, ids=lambda mischief: mischief.__name__)
def test_a_plan_that_is_taken_away_at_any_step_is_refused_and_nothing_else_is_touched(
    mischief: Callable[[Path, Path], None],
) -> None:
    """Once the plan is replaced the change is made; what is done to it then is another's doing.

    Where another plan is put in its place before that, the change is made on the other one.
    """
    with quick_folder() as folder:
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        codes: set[int] = set()
        for step in itertools.count(1):
            came = taken_away(folder / str(step), mischief, step)
            if came is None:
                break
            codes.add(came)
    print(f"{step - 1} steps, exit codes {sorted(codes)}")  # noqa: T201 - as above
    assert step > 40
    assert codes <= {0, 1, 4, 5, 8}
    assert codes & {4, 5} or mischief.__name__ == "replaced"
