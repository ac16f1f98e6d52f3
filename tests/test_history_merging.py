"""Two copies of a history made one: which lines each has, then the lines of both in their order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplan.history.entries import Signature, Step, entry, last
from actionplan.history.merging import merge
from actionplan.history.records import History

START = datetime(2014, 2, 3, 9, 0, tzinfo=UTC)


def history(content: bytes, *moments: tuple[int, str]) -> bytes:
    """Add entries to a history: at so many minutes, by whom."""
    for minutes, by in moments:
        at = START + timedelta(minutes=minutes)
        tail = last(content.decode())
        signed = Signature(at, date(2014, 2, 3), by, "note")
        step = Step(tail.after, f"{tail.after}{by}{minutes};", {})
        content += entry(signed, step, tail)
    return content


def minutes(content: bytes) -> list[int]:
    """Give the minutes of each entry, in their order."""
    found = History(content)
    assert found.check() == ()
    return [int((head.at - START).total_seconds() // 60) for head in found.heads]


BASE = history(b"", (0, "A"), (1, "A"))
OURS = history(BASE, (5, "B"), (9, "B"))
THEIRS = history(BASE, (3, "C"), (7, "C"))
CHECKPOINT = b'{"v":1,"state":"a plan","digest":"x","sum":"0123456789abcdef"}\n'


def test_entries_of_both_sides_stand_in_the_order_of_their_moments() -> None:
    both = merge(BASE, OURS, THEIRS)
    assert both.startswith(BASE)
    assert minutes(both) == [0, 1, 3, 5, 7, 9]
    assert merge(BASE, THEIRS, OURS) == both


def test_a_side_that_alone_went_on_is_taken_as_it_is() -> None:
    assert merge(BASE, BASE, THEIRS) == merge(BASE, THEIRS, BASE) == THEIRS
    assert merge(BASE, OURS, OURS) == OURS
    assert merge(b"", b"", b"") == b""


def test_merging_again_changes_nothing() -> None:
    both = merge(BASE, OURS, THEIRS)
    for base, one, other in ((BASE, both, THEIRS), (BASE, OURS, both), (OURS, both, OURS)):
        assert merge(base, one, other) == both


def test_a_copy_that_was_merged_before_keeps_its_order_when_a_third_joins() -> None:
    both = merge(BASE, OURS, THEIRS)
    third = history(OURS, (20, "D"))
    assert merge(OURS, both, third) == both + third.removeprefix(OURS)


def test_an_entry_never_stands_before_one_that_it_names() -> None:
    ours = history(history(BASE, (50, "B")), (4, "B"))
    assert minutes(merge(BASE, ours, THEIRS)) == [0, 1, 3, 7, 50, 4]


def test_an_entry_that_was_copied_to_the_other_side_stands_once() -> None:
    theirs = THEIRS + OURS.removeprefix(BASE).splitlines(keepends=True)[0]
    assert minutes(merge(BASE, OURS, theirs)) == [0, 1, 3, 7, 5, 9]


def test_two_orders_of_the_same_lines_end_in_one() -> None:
    new = OURS.removeprefix(BASE).splitlines(keepends=True)
    other = BASE + new[1] + new[0]
    assert merge(BASE, OURS, other) == merge(BASE, other, OURS) == OURS


def test_a_line_that_is_no_entry_stays_behind_the_one_that_it_followed() -> None:
    ours = history(BASE, (5, "B")) + CHECKPOINT + b"damaged\n"
    ours = history(ours, (9, "B"))
    lines = merge(BASE, ours, THEIRS).splitlines(keepends=True)
    assert lines == [
        *BASE.splitlines(keepends=True),
        THEIRS.splitlines(keepends=True)[2],
        *ours.splitlines(keepends=True)[2:5],
        THEIRS.splitlines(keepends=True)[3],
        ours.splitlines(keepends=True)[5],
    ]


def test_damaged_lines_behind_the_same_entry_are_all_kept_and_always_in_one_order() -> None:
    ours, theirs = BASE + b"y\n" + CHECKPOINT, BASE + b"x\n" + CHECKPOINT
    both = merge(BASE, ours, theirs)
    assert both == merge(BASE, theirs, ours) == BASE + b"x\ny\n" + CHECKPOINT
    assert merge(BASE, ours, both) == merge(BASE, both, theirs) == both


def test_a_damaged_line_above_all_entries_is_kept() -> None:
    assert merge(BASE, b"rubbish\n" + BASE, THEIRS) == b"rubbish\n" + THEIRS


def test_a_last_line_with_no_line_end_does_not_run_into_the_next() -> None:
    ours = OURS.removesuffix(b"\n")
    assert merge(BASE, ours, THEIRS) == merge(BASE, OURS, THEIRS)
    torn = OURS[:-40]
    lines = merge(BASE, torn, THEIRS).splitlines()
    assert lines.count(torn.splitlines()[-1]) == 1
    assert len(History(b"\n".join([*lines, b""])).check()) == 1


def test_a_copy_with_windows_line_ends_holds_no_other_entries() -> None:
    assert merge(BASE, OURS.replace(b"\n", b"\r\n"), THEIRS) == merge(BASE, OURS, THEIRS)


def test_a_line_that_one_side_lost_comes_back() -> None:
    first = BASE.splitlines(keepends=True)[0]
    assert merge(BASE, first, THEIRS) == THEIRS


@pytest.mark.parametrize("body", [b"{}", b"[1]", b'{"at":"x","id":1,"prev":[]}', b"\xff\x00"])
def test_what_is_sound_and_no_entry_is_kept(body: bytes) -> None:
    lines = BASE.splitlines(keepends=True)
    both = merge(BASE, b"".join([lines[0], body, b"\n", lines[1]]), THEIRS)
    assert both == b"".join([lines[0], body, b"\n", THEIRS.removeprefix(lines[0])])


pieces = st.lists(st.tuples(st.integers(0, 30), st.sampled_from("BCD")), max_size=6)
rubbish = st.lists(st.sampled_from([b"x\n", b"y\n", CHECKPOINT]), max_size=3)


@given(pieces, pieces, rubbish, rubbish)
def test_nothing_is_lost_nothing_is_twice_and_it_is_stable(
    here: list[tuple[int, str]],
    there: list[tuple[int, str]],
    mine: list[bytes],
    yours: list[bytes],
) -> None:
    ours = history(BASE, *here[:3]) + b"".join(mine)
    ours = history(ours, *here[3:])
    theirs = history(BASE + b"".join(yours), *there)
    both = merge(BASE, ours, theirs)
    lines = both.splitlines()
    assert sorted(lines) == sorted({*ours.splitlines(), *theirs.splitlines()})
    assert both.startswith(BASE.removesuffix(b"\n"))
    assert merge(BASE, theirs, ours) == both
    assert merge(BASE, ours, both) == merge(BASE, both, theirs) == merge(ours, both, ours) == both
    for side in (ours, theirs):
        entries = [line for line in side.splitlines() if b'"seq"' in line]
        places = [lines.index(line) for line in entries]
        assert all(one < other for one, other in pairwise(places))
