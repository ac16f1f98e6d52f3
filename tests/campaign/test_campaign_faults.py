"""A1, A4, A5, B1, B4, B6: every command that writes, and each of its operations going wrong."""

from __future__ import annotations

import errno
import os
import signal

import campaign_sweeps as sweeps
import pytest
from campaign_cases import (
    BY_HAND,
    CASES,
    CLEAN,
    FIRST,
    GROUPS,
    INIT,
    LOOKS,
    NOTE,
    OUTSIDE,
    REPORT,
    SOME_CASES,
    VERBS,
    Case,
    all_commands,
    case_of,
)
from campaign_sweeps import Swept

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="forks, on Linux")

EACH_KIND = [case_of(NOTE), case_of(REPORT), case_of(INIT)]
"""A change, an entry that changes nothing in the plan, and a new plan."""
ALL_LITTER = frozenset({NOTE, INIT})


def nothing_is_wrong(swept: Swept) -> None:
    """Assert that a sweep found nothing, and tell how far it went."""
    print(swept)  # noqa: T201 - the figures, for docs/reliability.md
    assert swept.points
    assert swept.violations == []


def test_every_command_that_writes_is_in_the_campaign() -> None:
    writing = {verb.typed[: 2 if verb.typed[0] in GROUPS else 1] for verb in VERBS}
    looking = {look[: 2 if look[0] in GROUPS else 1] for look in LOOKS}
    assert writing | looking | set(OUTSIDE) == all_commands()
    assert writing & looking == {("report",)}


# --- killed -------------------------------------------------------------------------------------


def test_killed_at_any_operation_the_plan_is_old_or_new_and_the_next_command_works() -> None:
    nothing_is_wrong(sweeps.killed(EACH_KIND))
    nothing_is_wrong(sweeps.killed(SOME_CASES, one_in=3))


@pytest.mark.nightly
def test_killed_at_any_operation_even_between_two_that_only_read() -> None:
    nothing_is_wrong(sweeps.killed(CASES, every=True))


def test_killed_in_the_recovery_from_a_kill_the_command_after_that_puts_it_in_order() -> None:
    nothing_is_wrong(sweeps.killed_twice([case_of(NOTE)], one_in=3))


@pytest.mark.nightly
def test_killed_in_the_recovery_from_a_kill_of_any_command() -> None:
    nothing_is_wrong(sweeps.killed_twice(CASES))


@pytest.mark.nightly
def test_killed_at_each_pair_of_operations_of_a_command_and_the_next() -> None:
    nothing_is_wrong(sweeps.killed_twice([case_of(NOTE), case_of(INIT)], every=True))


# --- the power cut ------------------------------------------------------------------------------


def test_a_power_cut_at_any_moment_leaves_old_or_new_and_new_once_it_was_said() -> None:
    nothing_is_wrong(sweeps.cut_off(SOME_CASES, all_litter=_has_all_litter))


def _has_all_litter(case: Case) -> bool:
    return case.verb in ALL_LITTER and case.situation in {CLEAN, FIRST}


@pytest.mark.nightly
def test_a_power_cut_at_any_moment_with_every_kind_of_litter() -> None:
    nothing_is_wrong(sweeps.cut_off(CASES, all_litter=lambda _: True))


# --- errors -------------------------------------------------------------------------------------


def test_an_error_at_any_operation_that_changes_something_is_told_truly() -> None:
    errors = [errno.ENOSPC, errno.EACCES, errno.EINTR, errno.ESTALE]
    nothing_is_wrong(sweeps.failed([case_of(NOTE)], errors, only_changing=True, one_in=3))


def test_an_error_at_any_operation_of_each_kind_of_write_is_told_truly() -> None:
    nothing_is_wrong(sweeps.failed([case_of(NOTE)], [errno.EIO], one_in=3))
    nothing_is_wrong(sweeps.failed(EACH_KIND[1:], [errno.EIO], only_changing=True))


@pytest.mark.nightly
def test_thirteen_errors_at_any_operation_of_any_command_are_told_truly() -> None:
    nothing_is_wrong(sweeps.failed([case_of(verb) for verb in VERBS]))


@pytest.mark.nightly
def test_a_bad_or_full_disk_is_told_truly_in_any_situation() -> None:
    nothing_is_wrong(sweeps.failed(CASES, [errno.EIO, errno.ENOSPC], only_changing=True))


def test_an_operation_said_to_be_done_and_not_done_is_never_taken_for_done() -> None:
    nothing_is_wrong(sweeps.dropped([*EACH_KIND, case_of(NOTE, FIRST), case_of(NOTE, BY_HAND)]))


@pytest.mark.nightly
def test_no_operation_of_any_command_is_taken_for_done_when_it_is_not() -> None:
    nothing_is_wrong(sweeps.dropped(CASES))


# --- stopped ------------------------------------------------------------------------------------


def test_a_stop_before_the_swap_changes_nothing_and_after_it_comes_too_late() -> None:
    nothing_is_wrong(sweeps.stopped(EACH_KIND, [signal.SIGINT], one_in=3))
    nothing_is_wrong(sweeps.stopped([case_of(NOTE)], [signal.SIGTERM, signal.SIGHUP], one_in=3))


@pytest.mark.nightly
def test_any_command_may_be_stopped_at_any_operation() -> None:
    nothing_is_wrong(sweeps.stopped(CASES))


# --- somebody else ------------------------------------------------------------------------------


@pytest.mark.parametrize("stale", [False, True], ids=["as it is then", "an older copy"])
def test_a_plan_saved_by_hand_at_any_operation_is_kept_and_recorded(*, stale: bool) -> None:
    for situation in (CLEAN, BY_HAND, FIRST):
        nothing_is_wrong(sweeps.edited_meanwhile(case_of(NOTE, situation), stale=stale))


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "on another machine"])
def test_another_command_at_any_operation_loses_nothing(*, elsewhere: bool) -> None:
    for situation in (CLEAN, BY_HAND):
        nothing_is_wrong(sweeps.together(case_of(NOTE, situation), elsewhere=elsewhere))
