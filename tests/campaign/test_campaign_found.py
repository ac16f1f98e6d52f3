"""What the campaign found, each as a test of its own: the fault by name, and what is true now."""

from __future__ import annotations

import errno
import os
import shutil
import signal

import campaign_power as power
import campaign_sweeps as sweeps
import pytest
from campaign_cases import (
    BY_HAND,
    CLEAN,
    FIRST,
    INIT,
    NOTE,
    REPORT,
    Case,
    Verb,
    arena_of,
    case_of,
    run_case,
    typed,
    words,
)
from campaign_faults import FAIL, LIE, MEANWHILE, SIGNAL, Ended, Fault, run
from campaign_judging import FAILED, SAVED, UNCONFIRMED, UNREADABLE, count, judge

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="forks, on Linux")


def operation(case: Case, name: str, ending: str, *, nth: int = 0, after: str = "") -> int:
    """Find an operation by its name and its file, counted from one."""
    steps = sweeps.seen(case)
    start = 0
    if after:
        start = next(n for n, step in enumerate(steps, 1) if step.name == after)
    found = [
        n
        for n, step in enumerate(steps, 1)
        if n > start and step.name == name and step.path.endswith(ending)
    ]
    return found[nth]


def tried(case: Case, fault: Fault) -> Ended:
    """Run a command with a fault; nothing may be wrong afterwards."""
    with arena_of(case) as arena:
        ended = run_case(case, arena, fault)
        assert judge(case, arena, ended) == []
        return ended


@pytest.mark.parametrize("name", ["open", "read", "close"])
def test_a_plan_that_can_not_be_read_after_the_swap_is_not_said_to_be_untouched(name: str) -> None:
    case = case_of(NOTE)
    point = operation(case, name, "plan.toml", after="exchange")
    ended = tried(case, Fault(point, FAIL, errno.EIO))
    assert ended.code == UNCONFIRMED
    assert "The change was saved, but is not confirmed: do not repeat it" in ended.said


def test_a_swap_that_failed_and_can_not_be_looked_at_is_told_as_not_known() -> None:
    case = case_of(NOTE)
    point = operation(case, "exchange", ".tmp")
    for kind in (FAIL, LIE):
        ended = tried(case, Fault(point, kind, errno.EIO, lasting=True))
        assert ended.code == UNCONFIRMED
        assert "It is not known whether the change was saved: look at the plan" in ended.said


@pytest.mark.parametrize("name", ["fsync", "lseek", "read", "close"])
def test_a_report_that_is_recorded_and_not_confirmed_is_not_said_to_have_failed(name: str) -> None:
    case = case_of(REPORT)
    written = operation(case, "write", case.log)
    steps = sweeps.seen(case)
    point = next(n for n, step in enumerate(steps, 1) if n > written and step.name == name)
    ended = tried(case, Fault(point, FAIL, errno.EIO))
    assert ended.code == UNCONFIRMED
    assert "do not repeat it" in ended.said


def test_a_report_whose_line_was_not_written_is_not_recorded() -> None:
    case = case_of(REPORT)
    ended = tried(case, Fault(operation(case, "write", case.log), FAIL, errno.ENOSPC))
    assert ended.code == FAILED
    assert "the disk is full. Nothing was changed." in ended.said


@pytest.mark.parametrize("verb", [NOTE, REPORT, INIT], ids=str)
def test_an_error_while_the_lock_is_let_go_does_not_unsay_what_was_saved(verb: Verb) -> None:
    case = case_of(verb)
    last = len(sweeps.seen(case))
    ended = tried(case, Fault(last, FAIL, errno.EIO))
    assert ended.code == UNCONFIRMED


def test_a_new_plan_that_is_there_though_the_disk_says_no_is_told_as_started() -> None:
    case = case_of(INIT)
    ended = tried(case, Fault(operation(case, "replace", ".tmp"), LIE, errno.EIO))
    assert ended.code == 0
    assert "Started" in ended.said


def test_a_new_plan_in_a_new_folder_outlasts_a_power_cut() -> None:
    case = case_of(INIT, CLEAN)
    with arena_of(case) as arena:
        trace = run(arena.setting(), typed(*words(case, arena)), traced=True).trace
        shutil.rmtree(arena.plans)
        states = power.states(case, trace, arena, lambda said: any(s in said for s in SAVED))
    saved = [state for state in states if state.saved]
    assert saved
    assert all(state.folder_there for state in saved)


def test_an_edit_by_hand_between_the_look_that_mends_and_the_change_is_recorded() -> None:
    case = case_of(NOTE)
    steps = sweeps.seen(case)
    swept = next(n for n, step in enumerate(steps, 1) if step.name == "scandir")
    mended = next(
        n
        for n, step in enumerate(steps, 1)
        if n > swept and step.name == "close" and step.path.endswith("plan.toml")
    )
    with arena_of(case) as arena:
        plan = arena.plans / "plan.toml"

        def edit() -> None:
            plan.write_bytes(plan.read_bytes() + b"# by hand\n")

        ended = run_case(case, arena, Fault(mended, MEANWHILE, hook=edit))
        assert ended.code == 0
        assert plan.read_bytes().endswith(b"# by hand\n")
        assert count(case, arena) == 1
        assert count(case, arena, "by hand") == 1


@pytest.mark.parametrize("verb", [NOTE, REPORT, INIT], ids=str)
def test_a_stop_while_the_lock_is_let_go_comes_too_late(verb: Verb) -> None:
    case = case_of(verb)
    point = operation(case, "unlink", ".lock")
    ended = tried(case, Fault(point, SIGNAL, signal.SIGINT))
    assert ended.code == 0
    assert any(saved in ended.said for saved in SAVED)


def test_a_plan_whose_place_can_not_be_found_is_said_to_be_untouched() -> None:
    case = case_of(NOTE)
    ended = tried(case, Fault(operation(case, "lstat", "plan.toml"), FAIL, errno.EIO))
    assert ended.code == UNREADABLE
    assert "could not be read or printed" not in ended.said


def test_a_folder_that_may_not_be_opened_is_no_reason_to_doubt_the_change() -> None:
    case = case_of(NOTE, FIRST)
    point = operation(case, "open", "plans", nth=-1)
    assert tried(case, Fault(point, FAIL, errno.EACCES)).code == 0
    assert case_of(NOTE, BY_HAND).logged
