"""Every check where it just finds something and where it just does not, and its sentence."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import AS_AT, HEAD, ROOT
from hypothesis import given
from test_rag import actions, days, policies

from actionplan import query, rag
from actionplan.checks.ground import FAMILIES, LEVELS, Ground
from actionplan.checks.listing import CHECKS, OF_THE_FILE, run
from actionplan.model import Finding, Plan
from actionplan.planfile import reader

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

    from actionplan.model import Action, Policy

DAY = ("--as-at", "2014-02-10")
FOUND = 3
ONE = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Put a manager at the front door"
owner = "Head of service"
updated = 2014-02-03
"""
GREEN = ONE + 'due = 2014-03-31\nstage = "in-progress"\nrag = "green"\n'
DONE = ONE + 'due = 2014-01-31\nstage = "delivered"\nrag = "green"\n'
TWO = """
[[action]]
id = "A2"
answers = ["F2"]
title = "Fill team manager posts"
owner = "Head of workforce"
due = 2014-03-31
"""
EVIDENCE = 'evidence = [ { id = "E1", on = 2014-01-31, what = "Rota" } ]\n'
TEST = 'tests = [ { on = 2014-02-06, by = "Peer review", result = "confirmed", of = ["E1"] } ]\n'
MEASURE = """\
[[measure]]
id = "M1"
title = "Cases that wait"
findings = ["F1"]
better = "down"
baseline = 100
target = 0
by = 2014-03-31
readings = [ {{ on = 2014-01-13, value = 100 }}, {{ on = 2014-02-03, value = {} }} ]

"""
ASKED = 'moves = [ {{ on = {}, from = 2014-03-31, to = 2014-05-31, why = "Ill." }} ]\n'
CLOSED = 'theme = "performance"\nclosed = 2014-02-03\ndifference = "Seen the same day."'


def many(count: int, due: str, owner: str = "Head of service") -> str:
    """Give so many open actions that are due on a day."""
    one = '[[action]]\nid = "A{0}"\nanswers = ["F1"]\ntitle = "Do {0}"\nowner = "{1}"\ndue = {2}\n'
    return "\n".join(one.format(number, owner, due) for number in range(1, count + 1))


SLIPPAGE = '[policy]\nlegend = "slippage"\n'

FINDS = [
    # problems
    ("unanswered", ONE, "F2: No action answers F2."),
    (
        "parked-answer",
        ONE + 'stage = "parked"\nreason = "No money."\n',
        "F1: Nothing answers F1 any more: A1 is parked.",
    ),
    (
        "waits-for-itself",
        f'{ONE}after = ["A2"]\n{TWO}after = ["A1"]\n',
        "A1: It waits for itself: A1 after A2 after A1.",
    ),
    ("mistyped-date", ONE + "due = 2041-03-31\n", "A1: 31 March 2041 is 27 years away."),
    (
        "mistyped-date",
        ONE + "start = 2014-01-20\nforecast = 2013-03-31\n",
        "A1: It is expected on 31 March 2013, before its start on 20 January 2014.",
    ),
    (
        "still-to-come",
        DONE + EVIDENCE + TEST.replace("2014-02-06", "2014-02-11"),
        "A1: 11 February 2014 is still to come: tested by Peer review.",
    ),
    ("no-date", ONE, "A1: It has no due date, so it can never be late."),
    (
        "ongoing",
        ONE.replace("Put", "Ongoing: put"),
        "A1: It is called ongoing, which has no end and can't be tested.",
    ),
    (
        "ongoing",
        ONE + 'note = "This is on-going."\n',
        "A1: It is called ongoing, which has no end and can't be tested.",
    ),
    ("no-reason", ONE + 'rag = "red"\n', "A1: Rated red, and no reason is given."),
    (
        "body-as-owner",
        ONE.replace("Head of service", "Improvement board"),
        "A1: 'Improvement board' is a body: nobody in it answers for the action.",
    ),
    (
        "no-outcome",
        ONE,
        "A1: No outcome and no measure says what it is to make better for children.",
    ),
    (
        "same-title",
        ONE + TWO.replace("Fill team manager posts", "Put a manager at the front door."),
        "A2: Its title is that of A1: 'Put a manager at the front door.'.",
    ),
    (
        "milestone-is-task",
        ONE + 'milestones = [ { title = "Put a manager at the front door" } ]\n',
        "A1: Milestone 'Put a manager at the front door' is the action itself: no step on the way.",
    ),
    (
        "milestone-is-task",
        ONE + 'due = 2014-03-31\nmilestones = [ { title = "Managers in", due = 2014-03-31 } ]\n',
        "A1: Its only milestone, 'Managers in', is due on the day of the action itself.",
    ),
    ("no-response", ONE, "F1: The council has not said whether it accepts F1."),
    (
        "year-end",
        many(5, "2014-03-31"),
        "plan: 5 of 5 open actions with a date are due in the last week of the financial year, "
        "March 2014.",
    ),
    (
        "busy-owner",
        many(11, "2014-05-31"),
        "plan: Head of service owns 11 open actions: A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11.",
    ),
    (
        "vague",
        ONE.replace("Put", "Continue to put"),
        "A1: 'Continue' does not say what will be there that is not there now.",
    ),
    # challenges: a rule of the verdict each
    (
        "overdue",
        GREEN.replace("2014-03-31", "2014-02-07"),
        "A1: Declared green; the facts say red: due 7 February 2014, 1 working day late.",
    ),
    (
        "overdue",
        GREEN.replace("2014-03-31", "2014-02-07").replace("green", "amber") + 'reason = "Ill."\n',
        "A1: Declared amber; the facts say red: due 7 February 2014, 1 working day late.",
    ),
    (
        "claims-done",
        GREEN.replace('"green"', '"blue"'),
        "A1: Declared blue; the facts say amber: its rating says that it is complete, and it is "
        "not delivered.",
    ),
    (
        "slip",
        GREEN.replace("2014-03-31", "2014-02-07") + SLIPPAGE,
        "A1: Declared green: on track; the facts say at risk: first agreed for 7 February 2014, "
        "still open on 10 February 2014: a slip of less than 1 month, off track from 3 months.",
    ),
    (
        "long-slip",
        GREEN.replace("2014-03-31", "2013-11-10") + SLIPPAGE,
        "A1: Declared green: on track; the facts say off track: first agreed for 10 November "
        "2013, still open on 10 February 2014: a slip of 3 months, off track from 3 months.",
    ),
    (
        "not-approved",
        GREEN + 'moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Ill." } ]\n',
        "A1: Declared green; the facts say red: the date agreed was 31 January 2014, 6 working "
        "days ago; the later one asked for is not approved yet.",
    ),
    (
        "not-confirmed",
        DONE + EVIDENCE + TEST.replace('"confirmed"', '"not-confirmed"'),
        "A1: Declared green; the facts say red: tested by Peer review on 6 February 2014: not "
        "confirmed.",
    ),
    (
        "past-original",
        GREEN
        + 'moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Ill.", approved = "Board" } ]\n',
        "A1: Declared green; the facts say amber: the date first agreed was 31 January 2014, 6 "
        "working days ago; it now stands at 31 March 2014.",
    ),
    (
        "slipping",
        GREEN + "forecast = 2014-04-07\n",
        "A1: Declared green; the facts say amber: expected on 7 April 2014, 5 working days after "
        "it is due (31 March 2014).",
    ),
    (
        "forecast-passed",
        GREEN + "forecast = 2014-02-07\n",
        "A1: Declared green; the facts say amber: it was expected on 7 February 2014 and is still "
        "open.",
    ),
    (
        "milestone-overdue",
        GREEN + 'milestones = [ { title = "Managers in", due = 2014-02-07 } ]\n',
        "A1: Declared green; the facts say amber: milestone 'Managers in' was due 7 February 2014.",
    ),
    (
        "moved-often",
        GREEN
        + "moves = [\n"
        + '  { from = 2014-02-14, to = 2014-02-28, why = "Ill.", approved = "Board" },\n'
        + '  { from = 2014-02-28, to = 2014-03-31, why = "Ill.", approved = "Board" },\n]\n',
        "A1: Declared green; the facts say amber: its due date has been moved twice.",
    ),
    (
        "late-start",
        GREEN.replace('stage = "in-progress"', "start = 2014-02-03"),
        "A1: Declared green; the facts say amber: it was to start on 3 February 2014 and has not.",
    ),
    (
        "undated",
        GREEN.replace("due = 2014-03-31\n", ""),
        "A1: Declared green; the facts say amber: it has no due date.",
    ),
    (
        "stale",
        GREEN.replace("2014-02-03", "2014-01-06"),
        "A1: Declared green; the facts say amber: not updated since 6 January 2014: 35 days, the "
        "plan allows 28 days.",
    ),
    (
        "lapsed",
        DONE + EVIDENCE + TEST.replace("of =", 'fingerprint = "0-0", of ='),
        "A1: Declared green; the facts say amber: tested by Peer review on 6 February 2014, but "
        "its evidence (E1) and what it answers have changed since: to be tested again.",
    ),
    (
        "not-tested",
        DONE + EVIDENCE,
        "A1: Declared green; the facts say amber: delivered by its owner's account; nobody else "
        "has tested it.",
    ),
    (
        "partly-confirmed",
        DONE + EVIDENCE + TEST.replace('"confirmed"', '"partly"'),
        "A1: Declared green; the facts say amber: tested by Peer review on 6 February 2014: "
        "confirmed only in part.",
    ),
    # challenges: beyond one action
    (
        "no-evidence",
        DONE,
        "A1: Declared delivered, and nothing is named that shows that it was done.",
    ),
    (
        "own-test",
        DONE + EVIDENCE + TEST.replace("Peer review", "Head of service"),
        "A1: Tested by its own owner, Head of service: that is no test.",
    ),
    (
        "not-answered",
        f"{GREEN}{ASKED.format('2014-01-12')}",
        "A1: 31 May 2014 was asked for on 12 January 2014, and nobody has said yes or no for more "
        "than 28 days.",
    ),
    (
        "not-answered",
        GREEN.replace("2014-03-31", "2014-02-07")
        + ASKED.format("2014-02-03").replace("2014-03-31", "2014-02-07"),
        "A1: It was due 7 February 2014; 31 May 2014 was asked for on 3 February 2014, and nobody "
        "has said yes or no.",
    ),
    (
        "waits-for-late",
        f'{GREEN}after = ["A2"]\n{TWO}rag = "red"\nreason = "No applicant."\n',
        "A1: Declared green, and waits for A2, which is rated red.",
    ),
    (
        "waits-for-late",
        f'{GREEN}after = ["A2"]\n{TWO.replace("2014-03-31", "2014-02-07")}',
        "A1: Declared green, and waits for A2, which is red by the facts: Due 7 February 2014, 1 "
        "working day late.",
    ),
    (
        "off-measure",
        MEASURE.format("90") + GREEN,
        "A1: Declared green, and measure M1 (Cases that wait) is off course: 90 on 3 February "
        "2014, from 100; the line to 0 by 31 March 2014 would be at 73: behind it.",
    ),
    (
        "green-theme",
        GREEN.replace("2014-03-31", "2014-02-07"),
        "plan: Theme performance is green in every rating, and 1 of its 1 open action "
        "is overdue: A1.",
    ),
    (
        "closed-early",
        ONE,
        "F1: Closed, and A1 is open.",
    ),
    (
        "closed-early",
        DONE + EVIDENCE,
        "F1: Closed, and nobody else has confirmed A1 as it is now.",
    ),
]
HISTORICAL = {"silent", "green-then-done"}
"""Checks that look at what was reported before; they have tests of their own below."""


def found_in(toml: str, code: str = "") -> list[str]:
    """Give what the checks of a code say of a plan, or all of them."""
    head = HEAD.replace('theme = "performance"', CLOSED) if code == "closed-early" else HEAD
    read = reader.read(f"{head}{toml}".encode(), "plan.toml")
    assert not read.faults
    checks = [check for check in CHECKS if code in {check.code, ""}]
    told = run(Ground(query.view(read.plan, AS_AT)), checks)
    return [f"{found.ref}: {found.sentence}" for _, found in told]


@pytest.mark.parametrize(("code", "toml", "said"), FINDS)
def test_a_check_finds(code: str, toml: str, said: str) -> None:
    assert said in found_in(toml, code)


def test_every_check_stands_in_the_table() -> None:
    shown = {code for code, _, _ in FINDS} | HISTORICAL
    assert shown == {check.code for check in CHECKS} - {check.code for check in OF_THE_FILE}


def test_a_due_date_before_the_first_review_is_a_slip_only_where_every_review_has_its_day() -> None:
    later = '[[review]]\nid = "DFE"\ntitle = "Review"\non = 2014-03-27\n'
    toml = f"{later}{ONE}due = 2014-02-14\n"
    assert found_in(toml, "mistyped-date") == []
    dated = HEAD.replace('title = "Peer review"\n', 'title = "Peer review"\non = 2014-02-17\n')
    plan = reader.read(f"{dated}{toml}".encode(), "plan.toml").plan
    (check,) = (check for check in CHECKS if check.code == "mistyped-date")
    told = [found.sentence for _, found in run(Ground(query.view(plan, AS_AT)), [check])]
    assert told == ["It is due 14 February 2014, before the first review of 17 February 2014."]


SOUND = HEAD.replace("text =", 'outcome = "Better."\nresponse = "accepted"\ntext =')


def test_nothing_is_found_in_a_sound_plan() -> None:
    plan = reader.read(f"{SOUND}{GREEN}{TWO}".encode(), "plan.toml").plan
    assert plan.actions[1].updated is None
    read = reader.read(f"{SOUND}{GREEN}{TWO}updated = 2014-02-03\n".encode(), "plan.toml")
    assert list(run(Ground(query.view(read.plan, AS_AT)), CHECKS)) == []


@pytest.mark.parametrize(
    ("code", "toml"),
    [
        ("unanswered", ONE + TWO),
        ("mistyped-date", ONE + "start = 2014-01-20\ndue = 2014-01-20\n"),
        ("mistyped-date", ONE + "due = 2019-03-31\n"),
        ("ongoing", ONE + 'due = 2014-03-31\nnote = "On-going."\n'),
        ("body-as-owner", ONE.replace("Head of service", "Board secretary")),
        ("same-title", ONE + TWO),
        ("year-end", many(4, "2014-03-31")),
        ("year-end", many(5, "2014-03-24")),
        ("busy-owner", many(10, "2014-05-31")),
        ("overdue", GREEN.replace("2014-03-31", "2014-02-10")),
        ("overdue", GREEN.replace("2014-03-31", "2014-02-07").replace("green", "red")),
        ("no-evidence", DONE + EVIDENCE),
        ("own-test", DONE + EVIDENCE + TEST),
        ("not-answered", f"{GREEN}{ASKED.format('2014-01-13')}"),
        (
            "not-answered",
            GREEN.replace("2014-03-31", "2014-05-31")
            + ASKED.format("2014-01-12").replace('." }', '.", approved = "Board" }'),
        ),
        ("not-answered", DONE + ASKED.format("2014-01-12").replace("2014-03-31", "2014-01-31")),
        ("waits-for-late", f'{GREEN}after = ["A2"]\n{TWO}rag = "green"\nupdated = 2014-02-03\n'),
        ("off-measure", MEASURE.format("72") + GREEN),
        ("off-measure", MEASURE.format("90") + GREEN.replace("green", "red")),
        ("closed-early", DONE + EVIDENCE + TEST),
    ],
)
def test_a_check_finds_nothing(code: str, toml: str) -> None:
    assert found_in(toml, code) == []


# --- what was reported before -------------------------------------------------------------------


def view_of(toml: str, day: date) -> query.View:
    """Give a plan as at a day."""
    return query.view(reader.read(f"{HEAD}{toml}".encode(), "plan.toml").plan, day)


def told(code: str, now: str, *before: str) -> list[str]:
    """Give what a check says of a plan that was reported like this before, the latest first."""
    reported = tuple(view_of(toml, date(2014, 1, 20 - at)) for at, toml in enumerate(before))
    checks = [check for check in CHECKS if check.code == code]
    return [found.sentence for _, found in run(Ground(view_of(now, AS_AT), reported), checks)]


def test_green_and_not_touched_since_the_last_report() -> None:
    assert told("silent", GREEN, GREEN) == [
        "Declared green, and nothing has been said of it since the report of 20 January 2014."
    ]
    assert told("silent", GREEN + 'note = "Begun."\n', GREEN) == []
    assert told("silent", GREEN) == []


def test_green_twice_and_then_delivered_with_nothing_to_show_from_that_time() -> None:
    assert told("green-then-done", DONE, GREEN, GREEN) == [
        "Green in 2 reports, then delivered, with no evidence from 19 January 2014 on."
    ]
    assert told("green-then-done", DONE + EVIDENCE, GREEN, GREEN) == []
    assert told("green-then-done", DONE, GREEN, GREEN.replace("green", "amber")) == []
    assert told("green-then-done", DONE, GREEN) == []


# --- properties ---------------------------------------------------------------------------------


@given(actions, policies, days)
def test_what_the_lists_call_rosier_the_checks_find_as_well(
    made: Action, policy: Policy, as_at: date
) -> None:
    plan = Plan(policy=policy, findings=(Finding("F1"),), actions=(made._replace(answers=("F1",)),))
    view = query.view(plan, as_at)
    found = {check.code for check, _ in run(Ground(view), CHECKS) if check.family == "challenge"}
    given_by_rule = rag.verdict(view.actions[0], view.context)
    if rag.is_challenged(view.actions[0], given_by_rule):
        assert given_by_rule.rule in found


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """Write a plan in which an action is green and overdue."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(
        SOUND + GREEN.replace("2014-03-31", "2014-02-07") + TWO + "updated = 2014-02-03"
    )
    return path


def test_check_names_what_it_finds_and_changes_nothing(plan_file: Path, run: Run) -> None:
    before = plan_file.read_bytes()
    done = run("check", *DAY, "--skip", "file", "--skip", "green-theme")
    assert done.code == FOUND
    assert done.out == (
        "overdue\tA1\tDeclared green; the facts say red: due 7 February 2014, 1 working day late."
        "\tAsk its owner: rate it as the facts are, or change the facts.\n"
    )
    assert plan_file.read_bytes() == before


def test_only_and_skip_choose_by_code_or_family(plan_file: Path, run: Run) -> None:
    assert plan_file.exists()
    assert run("check", *DAY, "--only", "problem") == (0, "", "")
    assert run("check", *DAY, "--only", "overdue").out.startswith("overdue\tA1")
    assert run("check", *DAY, "--only", "challenge", "--skip", "overdue").out.startswith("green-")
    wrong = run("check", "--only", "overdew")
    assert (wrong.code, wrong.out) == (2, "")
    assert "No check is called 'overdew'. Is 'overdue' meant?" in wrong.err


def test_strict_gives_advice_as_well(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(SOUND + GREEN.replace("Put", "Continue to put") + TWO + "updated = 2014-02-03")
    assert run("check", *DAY, "--skip", "file").code == 0
    strict = run("check", *DAY, "--skip", "file", "--strict")
    assert strict.code == FOUND
    assert strict.out.startswith("vague\tA1\t'Continue' does not say")


def test_as_json_each_has_its_level_and_family(plan_file: Path, run: Run) -> None:
    assert plan_file.exists()
    said = run("check", *DAY, "--only", "overdue", "--json").out
    assert '"kind": "check"' in said
    assert re.search(r'"level": "error",\s+"family": "challenge",\s+"ref": "A1"', said)
    every = json.loads(run("check", *DAY, "--json").out)
    assert {found["family"] for found in every["found"]} == {"file", "challenge"}


# --- the page -----------------------------------------------------------------------------------


def test_the_page_of_checks_is_made_from_the_checks(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "docs" / "checks.py", tmp_path / "checks.md"],
        check=True,
        capture_output=True,
    )
    assert made.stdout == b""
    assert (tmp_path / "checks.md").read_text() == (ROOT / "docs" / "checks.md").read_text()
    for check in CHECKS:
        assert f"| `{check.code}` |" in (tmp_path / "checks.md").read_text()
        assert check.level in LEVELS
        assert check.family in FAMILIES
        assert check.remedy.endswith((".", "?"))
    assert len({check.code for check in CHECKS}) == len(CHECKS)
