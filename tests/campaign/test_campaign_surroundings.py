"""B2, B3, B5, B6: disks that are full or read-only, no memory, closed streams, odd masks; merge."""

from __future__ import annotations

import itertools
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from campaign_cases import (
    BY_HAND,
    CHECK,
    CLEAN,
    FIRST,
    INIT,
    LOOKS,
    NOTE,
    PLAN,
    VERBS,
    Arena,
    Case,
    Lying,
    arena_of,
    case_of,
    made_by,
    typed,
    words,
)
from campaign_faults import FAIL, LIE, Ended, Fault, modes, run, shared_out
from campaign_judging import FAILED, judge
from campaign_plans import needs_root

from actionplan.errors import NOTHING_CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from campaign_cases import Files

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="forks, on Linux")

NOBODY = 65534
NOTED = case_of(NOTE)


def be_nobody() -> None:
    """Give up the rights of the superuser, who may write anywhere."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    assert os.geteuid() != 0


def what_lies_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Give all that lies in a folder: bytes and dates."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- B3: what may not be written ----------------------------------------------------------------


def read_only_files(arena: Arena) -> None:
    """Let nobody write the files."""
    for path in arena.plans.iterdir():
        path.chmod(0o444)
    arena.plans.chmod(0o777)


def foreign_folder(arena: Arena) -> None:
    """Let everybody write the files, and nobody make one."""
    for path in arena.plans.iterdir():
        path.chmod(0o666)
    arena.plans.chmod(0o555)


def foreign_all(arena: Arena) -> None:
    """Let nobody write anything."""
    read_only_files(arena)
    arena.plans.chmod(0o555)


KEPT_OUT = (read_only_files, foreign_folder, foreign_all)


@pytest.fixture(params=KEPT_OUT, ids=lambda kept_out: kept_out.__name__.replace("_", " "))
def closed(request: pytest.FixtureRequest) -> Callable[[Arena], None]:
    """Give a way in which a plan may not be written; the guard's own folder is open."""

    def close(arena: Arena) -> None:
        request.param(arena)
        arena.state.chmod(0o777)

    return close


def test_what_may_not_be_written_can_be_looked_at_and_no_file_is_made(
    closed: Callable[[Arena], None],
) -> None:
    for look in LOOKS:
        with arena_of(NOTED) as arena:
            closed(arena)
            before = what_lies_in(arena.folder)
            ended = run(arena.setting(be_nobody), typed(*look))
            assert ended.code == 0, (look, ended)
            assert what_lies_in(arena.folder) == before, look
            arena.plans.chmod(0o755)


def test_what_may_not_be_written_is_not_and_that_is_said(closed: Callable[[Arena], None]) -> None:
    for verb in VERBS:
        with arena_of(case_of(verb)) as arena:
            if verb.creates:
                arena.plans.mkdir()
            closed(arena)
            before = what_lies_in(arena.plans)
            if verb.creates and arena.plans.stat().st_mode & 0o222:
                continue
            ended = run(arena.setting(be_nobody), typed(*words(case_of(verb), arena)))
            assert ended.code == FAILED, (verb, ended)
            assert ended.said.strip().endswith(NOTHING_CHANGED), (verb, ended)
            assert what_lies_in(arena.plans) == before, verb
            arena.plans.chmod(0o755)


@pytest.fixture
def marked(tmp_path: Path) -> Callable[[Path, str], None]:
    """Give what sets a mark of the disk on a file, or skips where it has none."""

    def mark(path: Path, flag: str) -> None:
        done = subprocess.run(["chattr", flag, path], check=False, capture_output=True)
        if done.returncode:
            pytest.skip(f"chattr does not work on {tmp_path}: {done.stderr.decode().strip()}")

    return mark


def test_an_immutable_plan_is_left_alone_and_can_be_looked_at(
    tmp_path: Path, marked: Callable[[Path, str], None]
) -> None:
    with Arena(NOTED.lying, ground=tmp_path) as arena:
        plan = arena.plans / "plan.toml"
        marked(plan, "+i")
        try:
            before = what_lies_in(arena.plans)["plan.toml"]
            ended = run(arena.setting(), typed(*NOTE.typed))
            looks = [look for look in LOOKS if look != CHECK]
            looked = [run(arena.setting(), typed(*look)).code for look in looks]
            after = what_lies_in(arena.plans)["plan.toml"]
        finally:
            marked(plan, "-i")
        assert ended.code == FAILED
        assert ended.said.strip().endswith(NOTHING_CHANGED)
        assert (after, set(looked)) == (before, {0})
        assert judge(NOTED, arena, ended) == []


def test_a_history_that_can_only_be_appended_to_is_enough(
    tmp_path: Path, marked: Callable[[Path, str], None]
) -> None:
    with Arena(NOTED.lying, ground=tmp_path) as arena:
        log = arena.plans / NOTED.log
        marked(log, "+a")
        try:
            ended = run(arena.setting(), typed(*NOTE.typed))
            found = judge(NOTED, arena, ended)
        finally:
            marked(log, "-a")
        assert (ended.code, found) == (0, [])


# --- B6: streams and masks ----------------------------------------------------------------------


@pytest.mark.parametrize("closed_ones", list(itertools.product((False, True), repeat=3)))
def test_whichever_streams_are_closed_nothing_is_printed_into_the_plan(
    closed_ones: tuple[bool, bool, bool],
) -> None:
    with arena_of(NOTED) as arena:
        shut = "".join(f" {n}>&-" for n, is_shut in enumerate(closed_ones) if is_shut)
        done = subprocess.run(
            ["sh", "-c", f'exec "$@"{shut}', "sh", sys.executable, "-m", "actionplan", *NOTE.typed,
             "--as-at", "2014-02-10"],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **arena.setting().environment},
            timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done
        assert judge(NOTED, arena, Ended(0, "Saved in it")) == []


@pytest.mark.parametrize(
    "mask", [0o000, 0o022, 0o077, pytest.param(0o777, marks=needs_root)], ids=oct
)
def test_no_mask_changes_the_plan_or_makes_a_history_that_others_can_not_write(mask: int) -> None:
    for case in (NOTED, case_of(NOTE, FIRST), case_of(INIT)):
        with arena_of(case) as arena:
            plan = arena.plans / case.target
            if plan.exists():
                plan.chmod(0o640)
            ended = run(arena.setting(_masked(mask)), typed(*words(case, arena)))
            found = modes(arena.plans)
            if ended.code == 0:
                wanted = 0o666 & ~mask if case.verb.creates else 0o640
                assert found[case.target] == wanted
                if case.situation == FIRST or case.verb.creates:
                    assert found[case.log] == wanted
                if not wanted:
                    continue
            assert judge(case, arena, ended) == []


def _masked(mask: int) -> Callable[[], None]:
    def prepare() -> None:
        os.umask(mask)

    return prepare


# --- B2: full disks -----------------------------------------------------------------------------


@pytest.mark.nightly
def test_a_file_that_may_grow_no_further_is_a_full_disk_told_truly() -> None:
    def judged(point: tuple[Case, int]) -> list[str]:
        case, largest = point

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

        with arena_of(case) as arena:
            ended = run(arena.setting(limit), typed(*words(case, arena)))
            found = judge(case, arena, ended)
            if ended.code and "larger than this machine allows" not in ended.said:
                found.append(f"it does not say why: {ended.said!r}")
            return [f"{case}, no file over {largest} bytes: {said}" for said in found]

    cases = [case_of(verb, s) for verb in (NOTE, INIT) for s in (CLEAN, FIRST)]
    cases.append(case_of(NOTE, BY_HAND))
    points = [(case, size) for case in cases for size in range(0, 4000, 7)]
    print(f"{len(points)} points")  # noqa: T201 - the figures, for docs/reliability.md
    assert shared_out(points, judged) == []


@pytest.mark.nightly
@pytest.mark.parametrize("blocks", range(7))
def test_a_full_disk_is_told_truly_and_changes_nothing(tmp_path: Path, blocks: int) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    for nodes in range(7):
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=64", "tmpfs", str(disk)]
        done = subprocess.run(mount, check=False, capture_output=True)
        if done.returncode:
            pytest.skip(f"a disk can't be mounted here: {done.stderr.decode().strip()}")
        try:
            assert on_a_full_disk(disk, blocks, nodes) == []
        finally:
            subprocess.run(["umount", disk], check=True)


def on_a_full_disk(disk: Path, blocks: int, nodes: int) -> list[str]:
    """Make a change where so many blocks and files are left; then make room, and judge."""
    with Arena(NOTED.lying, ground=disk) as arena:
        (arena.state / "actionplan").mkdir()
        fill = disk / "fill"
        fill.mkdir()
        left = os.statvfs(disk)
        for number in range(left.f_ffree - nodes - 1):
            (fill / str(number)).touch()
        free = os.statvfs(disk).f_bfree - blocks
        (fill / "bytes").write_bytes(bytes(max(0, free) * left.f_bsize))
        ended = run(arena.setting(), typed(*NOTE.typed))
        subprocess.run(["rm", "-r", fill], check=True)
        found = judge(NOTED, arena, ended)
        if ended.code and "the disk is full" not in ended.said:
            found.append(f"it does not say that the disk is full: {ended}")
        return [f"{blocks} blocks, {nodes} files: {said}" for said in found]


# --- B5: no memory ------------------------------------------------------------------------------


@pytest.mark.nightly
def test_without_memory_at_any_allocation_the_plan_is_old_or_new() -> None:
    memory = pytest.importorskip("_testcapi")

    def starved(first: int, last: int) -> Callable[[], int]:
        whole = typed(*NOTE.typed)

        def command() -> int:
            memory.set_nomemory(first, last)
            try:
                return whole()
            finally:
                memory.remove_mem_hooks()

        return command

    def needed() -> int:
        low, high = 0, 1 << 22
        while high - low > 50:
            middle = (low + high) // 2
            with arena_of(NOTED) as arena:
                enough = run(arena.setting(_silence), starved(middle, 0)).code == 0
            low, high = (low, middle) if enough else (middle, high)
        return high

    def judged(point: int) -> list[str]:
        with arena_of(NOTED) as arena:
            ended = run(arena.setting(_silence), starved(point, point + 1))
            ended = Ended(0, "") if ended.code == 0 else Ended(-9, "")
            return [f"no memory at {point}: {said}" for said in judge(NOTED, arena, ended)]

    allocations = needed()
    points = range(1, allocations, max(1, allocations // 2000))
    print(f"{len(points)} points of {allocations} allocations")  # noqa: T201 - the figures
    assert shared_out(points, judged) == []


def _silence() -> None:
    """Keep what a library in Rust says, when it dies for want of memory, from the tests' output."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


# --- merge, which git calls ---------------------------------------------------------------------

OURS = PLAN.replace(b'"Do 1"', b'"Do one"')
THEIRS = PLAN.replace(b'"Do 2"', b'"Do two"')
BOTH = OURS.replace(b'"Do 2"', b'"Do two"')


def sides() -> Files:
    """Give the three versions that git hands over."""
    return {
        name: Lying(content, NOTED.lying["plan.toml"].changed)
        for name, content in (("base", PLAN), ("ours", OURS), ("theirs", THEIRS))
    }


def merged(fault: Fault | None) -> list[str]:
    """Merge with a fault laid; the result is whole, or the version of this side stands."""
    with Arena(sides()) as arena:
        places = [str(arena.plans / name) for name in ("base", "ours", "theirs")]
        ended = run(arena.setting(), typed("merge", *places, "plans/plan.toml"), fault)
        found = (arena.plans / "ours").read_bytes()
        wrong = found not in {OURS, BOTH} or (ended.code == 0) > (found == BOTH)
        return [f"{fault}: {ended}, {found!r}"] if wrong else []


def test_a_merge_that_is_killed_or_fails_leaves_this_side_or_the_whole_result() -> None:
    with Arena(sides()) as arena:
        places = [str(arena.plans / name) for name in ("base", "ours", "theirs")]
        trace = run(arena.setting(), typed("merge", *places, "plans/plan.toml"), traced=True).trace
        assert (arena.plans / "ours").read_bytes() == BOTH
    steps = [step for step in trace if step.name != "said"]
    faults = [Fault(n) for n in range(1, len(steps) + 2)]
    faults += [Fault(n, "tear") for n, step in enumerate(steps, 1) if step.name == "write"]
    faults += [Fault(n, kind, 5) for n in range(1, len(steps) + 1) for kind in (FAIL, LIE)]
    assert shared_out(faults, merged) == []


def test_the_clean_run_of_every_command_is_what_the_campaign_compares_with() -> None:
    for verb in VERBS:
        case = case_of(verb)
        assert made_by(case).ended.code == 0
        assert (case.new == case.old) is verb.records
