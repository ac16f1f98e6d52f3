"""Killed at every call of the system, and then the power is cut, on a real ext4 and a real XFS.

The suite tries one command at every call that changes something, on ext4; ``pytest -m nightly``
tries every command at every call of its write, on both. What is promised is told in
docs/reliability.md.
"""

from __future__ import annotations

import pytest
from campaign_cases import CLEAN, FIRST, NOTE, VERBS, Verb, case_of
from campaign_disks import EXT4, KINDS, XFS, Kind, disk
from campaign_plans import needs, needs_root, quick_folder

pytestmark = [needs_root, needs("strace", "mount", "umount", "losetup", "mkfs.ext4", "mkfs.xfs")]


@pytest.mark.parametrize(
    "kind", [EXT4, pytest.param(XFS, marks=pytest.mark.nightly)], ids=lambda kind: kind.name
)
def test_after_a_kill_and_a_power_cut_a_note_is_there_or_is_not(kind: Kind) -> None:
    tried, found = every_call(kind, NOTE, CLEAN, all_calls=False)
    assert found == []
    assert tried >= 15


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("verb", VERBS, ids=str)
def test_after_a_kill_and_a_power_cut_every_change_is_there_or_is_not(
    kind: Kind, verb: Verb
) -> None:
    tried, found = every_call(kind, verb, CLEAN, all_calls=True)
    assert found == []
    assert tried >= 40


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_after_a_kill_and_a_power_cut_the_first_change_is_there_or_is_not(kind: Kind) -> None:
    """There is no history yet, so that its name has to last as well."""
    tried, found = every_call(kind, NOTE, FIRST, all_calls=True)
    assert found == []
    assert tried >= 40


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_where_nothing_is_synced_a_power_cut_takes_what_was_said_to_be_saved(kind: Kind) -> None:
    """Otherwise the tests before this one prove nothing: the cut would be none."""
    with quick_folder() as folder, disk(kind, case_of(NOTE, CLEAN), folder) as made:
        assert made.lied_to() != []


def every_call(kind: Kind, verb: Verb, situation: str, *, all_calls: bool) -> tuple[int, list[str]]:
    """Kill a command at its calls; give how many were tried, and what was wrong."""
    found: list[str] = []
    with quick_folder() as folder, disk(kind, case_of(verb, situation), folder) as made:
        calls = [call for call in made.calls() if all_calls or call.changes]
        for call in calls:
            wrong = made.killed(call)
            made.away()
            found += [f"{call.name} {call.number}: {said}" for said in wrong]
    print(f"{verb}, {situation}, {kind.name}: {len(calls)} calls, {len(found)} violations")  # noqa: T201 - pytest shows it
    return len(calls), found
