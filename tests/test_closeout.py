"""The close-out of a review: what was done, what shows it, what difference it made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conftest import AS_AT, HEAD

from actionplan import query
from actionplan.planfile import reader
from actionplan.renderers import plain
from actionplan.reports import closeout

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")
CLOSED = """\
closed = 2014-02-07
difference = "A child who needs help is seen the same day."
passes_to = "Head of the front door"
"""
HEAD_CLOSED = HEAD.replace(
    'text = "The front door needs immediate action."\n',
    f'ref = "7"\ntext = "The front door needs immediate action."\n{CLOSED}',
)
ACTIONS = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Put a manager at the front door"
owner = "Head of service"
stage = "embedded"
delivered = 2014-01-30
evidence = [ { id = "E1", what = "Rota of January", where = "Library" } ]

[[action.tests]]
on = 2014-02-06
by = "Peer review"
how = "Read it"
result = "confirmed"
of = ["E1"]

[[action]]
id = "A2"
answers = ["F1"]
title = "Move the front door"
owner = "Head of service"
stage = "parked"
reason = "No building."

[[action]]
id = "A3"
answers = ["F2"]
title = "Ask staff"
owner = "Head of workforce"
due = 2014-03-31
"""


def test_each_finding_with_what_was_done_what_shows_it_and_who_keeps_it() -> None:
    plan = reader.read(f"{HEAD_CLOSED}{ACTIONS}".encode(), "plan.toml").plan
    told = plain.render(closeout.report(query.view(plan, AS_AT), "lga"))
    for said in (
        "Close-out of LGA: Peer review",
        "1 of 2 findings are closed. Not closed: F2.",
        "F1, no. 7: The front door needs immediate action.",
        "What was done: A1 Put a manager at the front door (Head of service, delivered 30 January",
        "Given up: A2 Move the front door, parked: No building.",
        "Evidence: A1: E1 Rota of January; Library.",
        "Tested: A1: confirmed by Peer review, 6 February 2014. Read it.",
        "Difference made: A child who needs help is seen the same day.",
        "By the numbers: No measure.",
        "Closed: 7 February 2014",
        "Passes to: Head of the front door",
        "Not done yet: A3 Ask staff (Head of workforce, due 31 March 2014).",
        "Difference made: Not said yet.",
        "Tested: Not yet.",
        "WHAT PASSES TO BUSINESS AS USUAL",
    ):
        assert said in told, said


def test_what_was_declined_is_told_with_its_reason() -> None:
    declined = HEAD.replace('kind = "immediate"', 'response = "declined"\nreason = "Not so."')
    plan = reader.read(declined.encode(), "plan.toml").plan
    told = plain.render(closeout.report(query.view(plan, AS_AT), "LGA"))
    assert "F1: The front door needs immediate action. Declined: Not so." in told
    assert "0 of 1 finding is closed. Not closed: F2." in told


def test_a_close_out_is_recorded_and_given_again(plan_file: Path, run: Run) -> None:
    """One action.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Put a manager at the front door"
    owner = "Head of service"
    """
    assert plan_file.exists()
    done = run("report", "--close-out", "LGA", "--record", "Letter to the LGA", *DAY)
    assert done.code == 0
    again = run("report", "--as-recorded", "Letter to the LGA")
    assert again.out == done.out
    assert (
        json.loads(run("report", "--close-out", "LGA", "--json", *DAY).out)["kind"] == "close-out"
    )


def test_a_theme_stands_where_its_worst_action_stands_in_the_words_of_the_legend(
    plan_file: Path, run: Run
) -> None:
    """Two actions of one theme.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Put a manager at the front door"
    owner = "Head of service"
    due = 2014-02-07
    rag = "amber"
    updated = 2014-02-03

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Move the front door"
    owner = "Head of service"
    due = 2014-03-31
    rag = "red"
    reason = "No building."
    updated = 2014-02-03
    """
    legend = '[policy]\nlegend = "verified"\n\n[[review]]'
    plan_file.write_text(plan_file.read_text().replace("[[review]]", legend, 1))
    told = run("report", "--summary", *DAY).out
    assert "\nperformance\tred: off track\toff track\t2\t" in told


def test_a_close_out_is_of_one_review_that_is_there(plan_file: Path, run: Run) -> None:
    """No action."""
    assert plan_file.exists()
    wrong = run("report", "--close-out", "CQC", *DAY)
    assert (wrong.code, wrong.out) == (2, "")
    assert "No review of this plan is 'CQC'. There are: LGA." in wrong.err
    part = run("report", "--close-out", "LGA", "--theme", "workforce", *DAY)
    assert (part.code, part.out) == (2, "")
    assert "--close-out is of one review, whole" in part.err
    both = run("report", "--close-out", "LGA", "--summary", *DAY)
    assert (both.code, both.out) == (2, "")
    assert "A report is of one kind: take one of --summary, --close-out." in both.err
