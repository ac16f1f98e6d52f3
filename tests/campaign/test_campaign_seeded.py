"""A6: ten faults are sown in the protocol, one at a time, and the campaign must notice each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import campaign_seeded as seeded
import campaign_sweeps as sweeps
import pytest
from campaign_cases import FIRST, NOTE, TORN, case_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaign_seeded import Seed
    from campaign_sweeps import Sow, Swept

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="forks, on Linux")

CLEANLY = case_of(NOTE)


def kills(sow: Sow) -> Swept:
    """Kill the command at each operation."""
    return sweeps.killed([CLEANLY], sow, every=True)


def kills_on_a_torn_history(sow: Sow) -> Swept:
    """Kill the command at each operation, where the last command was killed as well."""
    return sweeps.killed([case_of(NOTE, TORN)], sow)


def power_cuts(sow: Sow) -> Swept:
    """Cut the power."""
    cases = [CLEANLY, case_of(NOTE, FIRST)]
    return sweeps.cut_off(cases, sow, all_litter=lambda _: False)


def edits(sow: Sow) -> Swept:
    """Edit the plan by hand meanwhile."""
    return sweeps.edited_meanwhile(CLEANLY, sow)


def others_here(sow: Sow) -> Swept:
    """Run another command meanwhile, on this machine."""
    return sweeps.together(CLEANLY, sow, elsewhere=False)


def others_elsewhere(sow: Sow) -> Swept:
    """Run another command meanwhile, on another machine."""
    return sweeps.together(CLEANLY, sow, elsewhere=True)


NOTICED = [
    (seeded.FILE_NOT_SYNCED, power_cuts),
    (seeded.FOLDER_NOT_SYNCED, power_cuts),
    (seeded.HISTORY_NOT_SYNCED, power_cuts),
    (seeded.IN_PLACE, kills),
    (seeded.PLAN_FIRST, kills),
    (seeded.SAID_TOO_SOON, kills),
    (seeded.TRUNCATED, kills_on_a_torn_history),
    (seeded.NO_SECOND_LOOK, edits),
    (seeded.NO_LOCK, others_here),
    (seeded.GUARD_ALONE, others_elsewhere),
]


@pytest.mark.parametrize(("seed", "sweep"), NOTICED, ids=[str(seed) for seed, _ in NOTICED])
def test_the_campaign_notices_when(seed: Seed, sweep: Callable[[Sow], Swept]) -> None:
    found = sweep(seed.sow)
    print(seed, found)  # noqa: T201 - the figures, for docs/reliability.md
    assert found.violations
    broken = ("the protocol has changed", "the campaign itself failed", "a worker ended")
    assert [said for said in found.violations if any(word in said for word in broken)] == []


def test_the_campaign_finds_nothing_where_no_fault_is_sown() -> None:
    assert kills(None).violations == []


def test_ten_faults_are_sown() -> None:
    assert len({seed for seed, _ in NOTICED}) == 10
