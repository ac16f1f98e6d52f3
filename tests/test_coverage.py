"""How far each finding is answered: every place where it can stand, and the sum of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import AS_AT, HEAD

from actionplan import coverage, query
from actionplan.planfile import reader
from actionplan.reports import covered

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")
ONE = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Put a manager at the front door"
owner = "Head of service"
"""
DELIVERED = ONE + 'stage = "delivered"\n'
SHOWN = DELIVERED + 'evidence = [ { id = "E1", what = "Rota" } ]\n'
TESTED = SHOWN + 'tests = [ { by = "Peer review", result = "confirmed", of = ["E1"] } ]\n'
MEASURE = """\
[[measure]]
id = "M1"
title = "Cases that wait"
findings = ["F1"]
better = "down"
baseline = 143
readings = [ {{ on = 2014-01-13, value = 143 }}, {{ on = 2014-02-03, value = {} }} ]

"""
PARKED = ONE + 'stage = "parked"\nreason = "No money."\n'
OTHER = ONE.replace("A1", "A2")


def view_of(toml: str, head: str = HEAD) -> query.View:
    """Give a plan of these actions, as at the day of the tests."""
    return query.view(reader.read(f"{head}{toml}".encode(), "plan.toml").plan, AS_AT)


def first(toml: str, head: str = HEAD) -> str:
    """Tell where the first finding of a plan stands."""
    return coverage.covers(view_of(toml, head))[0].state


@pytest.mark.parametrize(
    ("toml", "state"),
    [
        ("", "unanswered"),
        (PARKED, "parked only"),
        (PARKED + OTHER, "under way"),
        (ONE, "under way"),
        (DELIVERED, "no evidence"),
        (SHOWN, "not tested"),
        (TESTED, "tested"),
        (MEASURE.format(96) + TESTED, "tested"),
        (MEASURE.format(143) + TESTED, "not moving"),
        (MEASURE.format(150) + TESTED, "not moving"),
        (MEASURE.format(150) + SHOWN, "not tested"),
        (TESTED.replace('"confirmed"', '"partly"'), "not confirmed"),
        (TESTED.replace("Peer review", "Head of service"), "not tested"),
        (TESTED.replace("of =", 'fingerprint = "0-0", of ='), "not tested"),
        (TESTED + OTHER, "under way"),
        (TESTED + OTHER + 'stage = "delivered"\n', "no evidence"),
    ],
)
def test_a_finding_stands_where_the_worst_of_what_answers_it_stands(toml: str, state: str) -> None:
    assert first(toml) == state


def test_what_asks_for_no_answer() -> None:
    assert first("", HEAD.replace('kind = "immediate"', 'kind = "strength"')) == "strength"
    declined = HEAD.replace('kind = "immediate"', 'response = "declined"\nreason = "Not so."')
    assert first("", declined) == "declined"


def test_the_sentence_that_a_regulator_asks_for() -> None:
    found = coverage.covers(view_of(TESTED))
    assert covered.sentence(found) == (
        "1 of 2 findings are answered; 1 answered by no action (F2); 1 tested by someone else and "
        "confirmed (F1)."
    )
    both = coverage.covers(view_of(TESTED.replace('["F1"]', '["F1", "F2"]')))
    assert covered.sentence(both) == (
        "2 of 2 findings are answered; all tested by someone else and confirmed."
    )
    assert covered.sentence(()) == "No finding asks for an answer."


TWO_REVIEWS = """\
[[review]]
id = "DFE"
title = "Government review"

[[review]]
id = "CQC"

[[finding]]
id = "F3"
review = "DFE"
text = "Cases wait."

"""


def test_one_action_for_two_reviews_stands_under_each_and_counts_once() -> None:
    answers = SHOWN.replace('["F1"]', '["F1", "F3"]')
    view = view_of(f"{TWO_REVIEWS}{answers}")
    report = covered.report(view)
    keys = [section.key for section in report.sections]
    assert keys == ["review LGA", "review DFE", "silent", "whole"]
    lines = [line for s in report.sections for b in s.blocks for line in getattr(b, "lines", ())]
    assert [line.ref for line in lines if line.answered_by == ("A1",)] == ["F1", "F3"]
    assert report.sections[-2].blocks[0].text == "The plan holds no finding of CQC yet."  # type: ignore[union-attr]
    assert report.sections[-1].blocks[0].text == (  # type: ignore[union-attr]
        "1 action in all, each counted once; 1 answers more than one finding, 1 of them findings "
        "of more than one review."
    )


def test_the_command_tells_of_one_review_and_as_json(plan_file: Path, run: Run) -> None:
    """One action for one finding.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Put a manager at the front door"
    owner = "Head of service"
    """
    assert plan_file.exists()
    done = run("coverage", "--review", "lga", *DAY)
    assert done.code == 0
    assert "1 of 2 findings are answered; 1 answered by no action (F2);" in done.out
    told = json.loads(run("coverage", "--json", *DAY).out)
    assert told["kind"] == "coverage"
    line = told["sections"][0]["blocks"][0]["lines"][0]
    assert (line["ref"], line["covered"], line["answered_by"]) == ("F1", "under way", ["A1"])
    wrong = run("coverage", "--review", "CQC", *DAY)
    assert (wrong.code, wrong.out) == (2, "")
    assert "No review of this plan is 'CQC'. There are: LGA." in wrong.err


def test_an_empty_plan_says_so(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text('format = 1\ntitle = "A plan"\n')
    assert "The plan holds no findings yet." in run("coverage", *DAY).out
