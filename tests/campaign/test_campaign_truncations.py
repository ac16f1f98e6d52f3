"""C5: a plan cut off at every byte, or with zeros at its end, as an editor or a disk leaves it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from campaign_cases import NOW, PLAN, SIGNED, Arena, Lying, next_change
from campaign_faults import shared_out
from conftest import BIRMINGHAM

from actionplan import changes
from actionplan.errors import NOTHING_CHANGED, ActionPlanError, RefusedError, UnreadableError
from actionplan.model import Review
from actionplan.planfile import reader
from actionplan.store import remembering, writing
from actionplan.store.recovery import ShrunkenError
from actionplan.store.remembering import history_path

if TYPE_CHECKING:
    from actionplan.model import Plan

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="forks, on Linux")
NIGHTLY = pytest.mark.nightly

ODD = (
    b"# Kept by the improvement team\r\nformat = 1\r\ntitle = 'Odd'\r\n\r\n"
    b'[policy]\r\nlegend = "brag"\r\n\r\n[owners."Head of HR"]\r\nemail = "hr@council.example"\r\n'
    b'\r\n[[review]]\r\nid = "LGA"\r\ntitle = "Peer review"\r\n\r\n[[finding]]\r\nid = "F1"\r\n'
    b'review = "LGA"\r\ntext = """\r\nIn two lines,\r\n[[action]] among them."""\r\n\r\n'
    b'[[action]]\r\nid = "A1"\r\nanswers = ["F1"]\r\ntitle = "Do it"\r\nowner = "Head of HR"\r\n'
    b"due = 2014-03-31\r\n"
    b'moves = [{from = 2014-02-28, to = 2014-03-31, why = "Late", approved = "Chair"}]\r\n'
    b"# the end, with no line end"
)
PLANS = {"small": PLAN, "odd": ODD, "Birmingham": BIRMINGHAM.read_bytes()}


def recorded(content: bytes) -> tuple[Arena, bytes]:
    """Lay out a plan after a command; give it as it was left."""
    arena = Arena({"plan.toml": Lying(content, NOW.timestamp())})
    make, terms = next_change("plan.toml")
    writing.change(arena.plans / "plan.toml", make, SIGNED, terms)
    return arena, (arena.plans / "plan.toml").read_bytes()


def missing_from(whole: Plan, cut: Plan) -> set[str]:
    """Name the nouns that are gone."""
    return {noun.id for name in COLLECTIONS for noun in getattr(whole, name)} - {
        noun.id for name in COLLECTIONS for noun in getattr(cut, name)
    }


COLLECTIONS = ("reviews", "findings", "actions", "owners")


def judged(arena: Arena, whole: bytes, cut: bytes) -> list[str]:
    """Write on what is left of a plan; give what is wrong with the answer."""
    path = arena.plans / "plan.toml"
    log = history_path(path)
    logged = log.read_bytes()
    path.write_bytes(cut)
    review = Review("AFTER", "Another")
    make = writing.by_verb(lambda plan, _: changes.add_review(plan, review))
    try:
        writing.change(path, make, SIGNED)
    except ActionPlanError as error:
        return _refused(whole, cut, error) + _untouched(arena, cut, logged)
    finally:
        path.write_bytes(whole)
    log.write_bytes(logged)
    lost = whole.removeprefix(cut) if whole.startswith(cut) else whole
    return [f"it was written on, and lacked {lost!r}"] if lost.strip() else []


def _refused(whole: bytes, cut: bytes, error: ActionPlanError) -> list[str]:
    said = str(error)
    if isinstance(error, UnreadableError):
        return []
    if not isinstance(error, ShrunkenError):
        return [f"{type(error).__name__}: {error}"]
    plans = [reader.read(content, "plan.toml").plan for content in (whole, cut)]
    unnamed = {ref for ref in missing_from(*plans) if ref not in said}
    found = [f"{sorted(unnamed)} are missing, and it says {said!r}"] if unnamed else []
    if "has lost" not in said or not said.endswith(NOTHING_CHANGED):
        found.append(f"it says {said!r}")
    return found


def _untouched(arena: Arena, cut: bytes, logged: bytes) -> list[str]:
    path = arena.plans / "plan.toml"
    same = path.read_bytes() == cut and history_path(path).read_bytes() == logged
    names = {found.name for found in arena.plans.iterdir()}
    return [] if same and names == {"plan.toml", "plan.history.jsonl"} else ["something is changed"]


@pytest.mark.parametrize(
    ("name", "step"),
    [("small", 1), ("odd", 1), ("Birmingham", 7), pytest.param("Birmingham", 1, marks=NIGHTLY)],
)
def test_a_plan_cut_off_at_any_byte_is_not_written_on(name: str, step: int) -> None:
    arena, whole = recorded(PLANS[name])
    arenas = {os.getpid(): arena}

    def one(length: int) -> list[str]:
        """Judge one length, in an arena of this process's own."""
        if os.getpid() not in arenas:
            remembering._book.cache_clear()  # noqa: SLF001 - another file, of the same size
            arenas[os.getpid()] = recorded(PLANS[name])[0]
        return [
            f"cut at {length}: {said}"
            for said in judged(arenas[os.getpid()], whole, whole[:length])
        ]

    assert shared_out(range(0, len(whole), step), one) == []
    arena.clear()


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_with_zeros_at_its_end_is_not_written_on(name: str) -> None:
    arena, whole = recorded(PLANS[name])
    lengths = [*range(1, 64), *range(64, len(whole), 61), len(whole)]
    found = []
    for zeros in lengths:
        found += judged(arena, whole, whole[: len(whole) - zeros] + bytes(zeros))
        found += judged(arena, whole, whole + bytes(zeros))
    assert found == []
    arena.clear()


def test_the_sizes_are_those_that_the_campaign_asks_for() -> None:
    assert sum(map(len, PLANS.values())) > 6000
    assert issubclass(ShrunkenError, RefusedError)
