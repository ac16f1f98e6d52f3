"""The example: as real as the record allows, made by the commands, and honest about the rest."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

from conftest import AS_AT, BIRMINGHAM, ROOT

from actionplan import query, rag
from actionplan.history import entries as history
from actionplan.store import reading, remembering

if TYPE_CHECKING:
    from conftest import Run

PLAN = reading.load(BIRMINGHAM).plan
HISTORY = remembering.history_path(BIRMINGHAM).read_text(encoding="ascii")


def test_it_holds_what_is_on_record() -> None:
    text = BIRMINGHAM.read_text(encoding="utf-8")
    assert [m.on for m in PLAN.meetings if m.body == "Cabinet"][-1] == date(2014, 2, 17)
    assert [f.id for f in PLAN.findings if f.kind == "immediate"] == ["F1", "F2"]
    assert {f.theme for f in PLAN.findings} == {
        "vision",
        "performance",
        "leadership",
        "change management",
        "communications",
        "workforce",
    }
    assert len([f for f in PLAN.findings if f.is_strength]) == 3
    assert 15 <= len(PLAN.actions) <= 20
    assert "On the public record" in text
    assert "Made up for the example" in text


def test_every_owner_is_a_post() -> None:
    posts = re.compile("director|head|manager|worker", re.IGNORECASE)
    assert all(posts.search(action.owner) for action in PLAN.actions)


def test_it_has_moves_evidence_and_tests_to_show() -> None:
    assert sum(len(action.moves) for action in PLAN.actions) >= 3
    assert any(action.evidence and action.tests for action in PLAN.actions)


def test_its_figures_say_that_they_are_made_up() -> None:
    numbers = re.compile(r"\b(?:\d{2,}|eight|nine|six|fourteen|thirty) (?!January|February|March)")
    for action in PLAN.actions:
        for text in (action.note, action.reason, *(move.why for move in action.moves)):
            assert not numbers.search(text) or "made-up" in text or "made up" in text, text


def test_its_history_is_whole_and_ends_at_the_plan_as_it_stands() -> None:
    lines = HISTORY.splitlines()
    assert all(history.is_whole(line) for line in lines)
    entries = [json.loads(line) for line in lines if line.startswith(history.ENTRY_MARK)]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[-1]["after"] == history.digest(BIRMINGHAM.read_bytes())
    assert {entry["by"] for entry in entries} == {"Improvement officer", "not known"}
    by_hand = [entry for entry in entries if entry["command"] == history.BY_HAND]
    assert [entry["by"] for entry in by_hand] == ["not known", "not known"]


def test_its_report_as_at_the_tenth_of_february_says_where_it_stands(run: Run) -> None:
    done = run("report", "-f", str(BIRMINGHAM), "--as-at", "2014-02-10")
    assert done.code == 0
    assert "8 of 8 findings are answered, by 19 actions" in done.out
    assert "3 actions are overdue, the oldest by 6 working days (A10, A17, A7)" in done.out
    assert "for Cabinet, Monday 17 February 2014" in done.out


def test_it_has_watermelons_to_find() -> None:
    view = query.view(PLAN, AS_AT, query.Filter(challenged=True))
    assert [action.id for action in view.actions] == ["A1", "A5", "A7", "A13", "A17"]
    seventh = PLAN.find("actions", "A7")
    found = rag.verdict(seventh, rag.Context(PLAN.policy, AS_AT))
    assert rag.challenge(seventh, found) == (
        "Declared green; the facts say red: due 7 February 2014, 1 working day late."
    )


def test_the_picture_of_the_readme_is_what_the_renderer_draws_now() -> None:
    import importlib.util

    place = ROOT / "docs" / "picture.py"
    spec = importlib.util.spec_from_file_location("picture", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn = (ROOT / "docs" / "report.svg").read_text(encoding="utf-8")
    words = re.compile(r">([^<]+)</text>")
    assert words.findall(module.picture()) == words.findall(drawn)
    assert "url(http" not in drawn
