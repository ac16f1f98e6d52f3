"""Milestones: named by number or title, done on a day, moved with a reason, listed."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import AS_AT, HEAD
from test_cli_change import diff, entries, reads_well

from actionplan import milestones
from actionplan.errors import ActionPlanError, RefusedError, WrongUsageError
from actionplan.model import Milestone

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from conftest import Run

    from actionplan.model import Plan

DAY = ("--as-at", "2014-02-10")
STEPS = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
start = 2014-01-06
due = 2014-03-31
stage = "in-progress"
milestones = [
    { title = "Managers in post", due = 2014-02-03 },   # two
    { title = "Rota agreed", due = 2014-03-03, cost = "none" },
    { title = "Rota published", done = 2014-02-05 },
]

[[action]]
id = "A2"
answers = ["F2"]
title = "Meet every team"
owner = "Head of HR"
due = 2014-03-31
stage = "delivered"
delivered = 2014-02-03

[[action]]
id = "A3"
answers = ["F2"]
title = "Hire ten"
owner = "Head of HR"
milestones = [ { title = "Advertised", due = 2014-02-07 } ]
"""


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """Write a plan with three milestones."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(HEAD + STEPS, encoding="utf-8")
    return path


def changed(path: Path, run: Run, *arguments: str) -> list[str]:
    """Change something, and give the lines that differ."""
    before = path.read_text(encoding="utf-8")
    ran = run(*arguments, *DAY)
    assert ran.code == 0, ran.err
    assert reads_well(path) or "cost" in before
    lines = diff(before, path.read_text(encoding="utf-8"))
    return [line for line in lines if "updated" not in line]


# --- what is written ----------------------------------------------------------------------------


def test_a_milestone_is_added_after_the_others_on_a_line_of_its_own(steps: Path, run: Run) -> None:
    found = changed(steps, run, "milestone", "add", "A1", "Calls answered", "--due", "14/3/2014")
    assert found == ['+    { title = "Calls answered", due = 2014-03-14 },']


def test_a_first_milestone_is_added_to_an_action_without_any(plan_file: Path, run: Run) -> None:
    """The lists are written as commands write them.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    """
    found = changed(plan_file, run, "milestone", "add", "a1", "Rota", "--due", "2014-03-14")
    assert found == ['+milestones = [ { title = "Rota", due = 2014-03-14 } ]']


@pytest.mark.parametrize("which", ["1", "managers in POST", "managers"])
def test_a_milestone_is_named_by_its_number_its_title_or_words_of_it(
    which: str, steps: Path, run: Run
) -> None:
    found = changed(steps, run, "milestone", "update", "A1", which, "--done", "today")
    assert found == [
        '-    { title = "Managers in post", due = 2014-02-03 },   # two',
        '+    { title = "Managers in post", due = 2014-02-03, done = 2014-02-10 },   # two',
    ]


def test_a_date_is_moved_with_a_reason_and_the_history_keeps_both(steps: Path, run: Run) -> None:
    move = ("milestone", "update", "A1", "2", "--due", "2014-03-17")
    ran = run(*move, *DAY)
    assert (ran.code, ran.out) == (6, "")
    assert (
        "'Rota agreed' is due 3 March 2014, which was agreed: a date is moved with a reason."
        in (ran.err)
    )
    assert "cost" in "".join(changed(steps, run, *move, "--why", "The union meets on the 14th."))
    (entry,) = entries(steps)
    assert (entry["command"], entry["why"]) == ("milestone update", "The union meets on the 14th.")
    told = run("log", "A1", *DAY).out
    assert 'milestone "Rota agreed", due: 3 March 2014 -> 17 March 2014' in told


def test_a_milestone_that_was_marked_done_by_mistake_is_open_again_with_a_reason(
    steps: Path, run: Run
) -> None:
    again = ("milestone", "update", "A1", "3", "--done", "none")
    ran = run(*again, *DAY)
    assert ran.code == 6
    assert "'Rota published' was done on 5 February 2014: that is changed with a reason." in ran.err
    found = changed(steps, run, *again, "--why", "It was a draft.")
    assert found[-1] == '+    { title = "Rota published" },'


def test_a_change_is_said_in_words_and_prints_its_ref(steps: Path, run: Run) -> None:
    ran = run("milestone", "update", "A1", "1", "--done", "7 Feb 2014", *DAY)
    assert ran.out == "A1\n"
    assert 'A1 milestone "Managers in post", done set: 7 February 2014\n' in ran.err
    assert "updated = 2014-02-10\n" in steps.read_text(encoding="utf-8")
    ran = run("milestone", "update", "A1", "1", "--done", "7 Feb 2014", *DAY)
    assert "Nothing was changed: it is so already." in ran.err


def test_a_dry_run_and_json_say_what_would_change(steps: Path, run: Run) -> None:
    before = steps.read_bytes()
    ran = run("milestone", "add", "A1", "Calls", "--due", "+2w", "--dry-run", "--json", *DAY)
    told = json.loads(ran.out)
    assert (told["kind"], told["dry_run"], told["refs"]) == ("milestone add", True, ["A1"])
    assert told["changes"][-1]["new"][-1] == {"title": "Calls", "due": "2014-02-24"}
    assert steps.read_bytes() == before


def test_a_change_of_a_milestone_is_taken_back(steps: Path, run: Run) -> None:
    before = steps.read_bytes()
    changed(steps, run, "milestone", "update", "A1", "1", "--done", "today")
    assert run("undo", "--yes", *DAY).code == 0
    assert steps.read_bytes() == before


@pytest.mark.parametrize(
    ("which", "line"),
    [
        ("1", '-    { title = "Managers in post", due = 2014-02-03 },   # two'),
        ("Rota agreed", '-    { title = "Rota agreed", due = 2014-03-03, cost = "none" },'),
        ("published", '-    { title = "Rota published", done = 2014-02-05 },'),
    ],
)
def test_a_milestone_is_taken_out_with_a_reason_and_leaves_the_others_alone(
    which: str, line: str, steps: Path, run: Run
) -> None:
    remove = ("milestone", "remove", "A1", which)
    assert run(*remove, *DAY).code == 2
    assert changed(steps, run, *remove, "--why", "The union said no.") == [line]
    assert entries(steps)[0]["why"] == "The union said no."
    assert "milestone gone: " in run("log", "A1", *DAY).out


TABLES = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"

  # the first steps
  [[action.milestones]]
  title = "North"

  # by the river
  [[action.milestones]]
  title = "South" # of it
  room = 4

  [[action.milestones]]
  title = "West"
  due = 2014-03-03

[[action]]
id = "A2"
answers = ["F2"]
title = "Meet every team"
owner = "Head of HR"
"""


def test_milestones_that_are_tables_of_their_own_are_taken_out_with_what_heads_them(
    steps: Path, run: Run
) -> None:
    steps.write_text(HEAD + TABLES, encoding="utf-8")
    before = steps.read_bytes()
    remove = ("milestone", "remove", "A1")
    gone = ["  [[action.milestones]]", '  title = "South" # of it', "  room = 4"]
    south = ["-  # by the river", *(f"-{line}" for line in gone)]
    found = changed(steps, run, *remove, "south", "--why", "Closed.")
    assert [line for line in found if line != "-"] == south
    changed(steps, run, *remove, "north", "--why", "Closed.")
    assert "  # the first steps\n  [[action.milestones]]\n" in steps.read_text(encoding="utf-8")
    changed(steps, run, *remove, "1", "--why", "Closed.")
    assert steps.read_text(encoding="utf-8") == HEAD + TABLES.replace(
        TABLES[TABLES.index("\n  # the first") : TABLES.index('\n[[action]]\nid = "A2')],
        "updated = 2014-02-10\n",
    )
    for _ in range(3):
        assert run("undo", "--yes", *DAY).code == 0
    assert steps.read_bytes() == before


def test_with_the_last_milestone_the_list_goes(steps: Path, run: Run) -> None:
    found = changed(steps, run, "milestone", "remove", "A3", "1", "--why", "Not needed.")
    assert found == ['-milestones = [ { title = "Advertised", due = 2014-02-07 } ]']


@pytest.mark.usefixtures("steps")
def test_a_milestone_of_another_title_is_told_as_such(run: Run) -> None:
    ran = run("milestone", "update", "A1", "2", "--title", "Rota signed", *DAY)
    assert 'A1 milestone title: "Rota agreed" -> "Rota signed"\n' in ran.err
    assert 'milestone title: "Rota agreed" -> "Rota signed"' in run("log", "A1", *DAY).out
    again = ("--title", "Rota", "--due", "2014-03-10", "--why", "The union.")
    ran = run("milestone", "update", "A1", "2", *again, *DAY)
    assert "added: Rota, due 10 March 2014; milestone gone: Rota signed, due 3 March" in ran.err


# --- what is refused ----------------------------------------------------------------------------

NEW = Milestone("Calls answered", date(2014, 3, 14))
REFUSED: list[tuple[str, Milestone, str]] = [
    ("A1", NEW._replace(title="rota  AGREED"), "A1 has a milestone 'rota  AGREED' already."),
    (
        "A1",
        NEW._replace(due=date(2014, 4, 1)),
        "A1 itself is due 31 March 2014: no step on the way",
    ),
    ("A1", NEW._replace(due=date(2014, 1, 3)), "A1 starts on 6 January 2014: no step of it is due"),
    ("A2", NEW, "A2 is delivered: no date of its milestones is set any more."),
]


@pytest.fixture
def plan(steps: Path) -> Plan:
    """Give the plan with three milestones."""
    from actionplan.store import reading

    return reading.load(steps).plan


@pytest.mark.parametrize(("ref", "new", "sentence"), REFUSED)
def test_a_milestone_has_room_in_its_action_and_a_title_of_its_own(
    ref: str, new: Milestone, sentence: str, plan: Plan
) -> None:
    with pytest.raises(RefusedError) as raised:
        milestones.add_milestone(plan, ref, new, AS_AT)
    assert raised.value.sentence.startswith(sentence)


UPDATES: list[tuple[str, dict[str, Any], type[ActionPlanError], str]] = [
    ("1", {"done": date(2014, 2, 11)}, RefusedError, "Tuesday 11 February 2014 is still to come"),
    (
        "1",
        {"done": date(2014, 1, 3)},
        RefusedError,
        "A1 starts on 6 January 2014: no step of it was",
    ),
    ("1", {"due": None}, RefusedError, "'Managers in post' has an agreed date, which can't be"),
    ("1", {"due": date(2014, 5, 1)}, RefusedError, "A1 itself is due 31 March 2014"),
    ("1", {"title": "Rota agreed"}, RefusedError, "A1 has a milestone 'Rota agreed' already."),
    ("1", {"title": " "}, WrongUsageError, "The title is empty: say it in words."),
    ("4", {"title": "x"}, WrongUsageError, "A1 has no milestone 4. It has 1 (Managers in post), 2"),
    ("0", {"title": "x"}, WrongUsageError, "A1 has no milestone 0."),
    ("", {"title": "x"}, WrongUsageError, "A1 has no milestone of no name."),
    (
        "Rota",
        {"title": "x"},
        WrongUsageError,
        "'Rota' names more than one milestone of A1: 2 (Rota",
    ),
    (
        "Rota agred",
        {"title": "x"},
        WrongUsageError,
        "A1 has no milestone Rota agred. The nearest is",
    ),
]


@pytest.mark.parametrize(("which", "fields", "kind", "sentence"), UPDATES)
def test_an_update_that_can_not_be_is_refused_in_words(
    which: str, fields: dict[str, Any], kind: type[ActionPlanError], sentence: str, plan: Plan
) -> None:
    why = "A reason." if fields.get("due") else ""
    with pytest.raises(kind) as raised:
        milestones.update_milestone(plan, "A1", which, fields, why, AS_AT)
    assert raised.value.sentence.startswith(sentence)


def test_what_was_a_step_of_what_is_done_stays(plan: Plan) -> None:
    done = plan.replacing("actions", plan.actions[0]._replace(stage="delivered"))
    with pytest.raises(RefusedError, match="A1 is delivered: none of its milestones is taken out"):
        milestones.remove_milestone(done, "A1", "1", AS_AT)
    with pytest.raises(WrongUsageError, match="A1 has no milestone 4"):
        milestones.remove_milestone(plan, "A1", "4", AS_AT)


def test_of_two_steps_that_say_the_same_the_last_is_taken_out(plan: Plan) -> None:
    action = plan.actions[2]
    twice = plan.replacing("actions", action._replace(milestones=action.milestones * 2))
    with pytest.raises(RefusedError, match="'Advertised' is there again as 2, word for word"):
        milestones.remove_milestone(twice, "A3", "1", AS_AT)
    made = milestones.remove_milestone(twice, "A3", "2", AS_AT)
    assert made.actions[2].milestones == action.milestones


def test_a_first_date_needs_no_reason(plan: Plan) -> None:
    made = milestones.update_milestone(plan, "A1", "3", {"due": date(2014, 2, 3)}, "", AS_AT)
    assert made.actions[0].milestones[2].due == date(2014, 2, 3)


@pytest.mark.usefixtures("steps")
def test_what_is_mistyped_ends_with_2_and_a_past_date_with_6(run: Run) -> None:
    assert run("milestone", "update", "A1", "1", *DAY).code == 2
    assert "give --done, --due or --title" in run("milestone", "update", "A1", "1", *DAY).err
    assert run("milestone", "update", "A9", "1", "--title", "x", *DAY).code == 2
    assert (
        "The title is empty" in run("milestone", "update", "A1", "1", "--title", "none", *DAY).err
    )
    assert run("milestone", "add", "A3", "x", "--due", "TBC", *DAY).code == 2
    assert "A3 has" not in run("milestone", "update", "A2", "1", "--title", "x", *DAY).err
    ran = run("milestone", "add", "A3", "x", "--due", "2014-02-03", *DAY)
    assert ran.code == 6
    assert "--allow-past" in ran.err
    ran = run("milestone", "add", "A3", "x", "--due", "2014-02-03", "--allow-past", *DAY)
    assert ran.code == 0


# --- the list -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("steps")
def test_the_list_gives_each_its_number_and_says_what_is_late(run: Run) -> None:
    ran = run("milestone", "list", *DAY)
    assert ran.out.splitlines() == [
        "A1\t1\tManagers in post\t2014-02-03\t\t5 working days late\tHead of service",
        "A1\t2\tRota agreed\t2014-03-03\t\t\tHead of service",
        "A1\t3\tRota published\t\t2014-02-05\t\tHead of service",
        "A3\t1\tAdvertised\t2014-02-07\t\t1 working day late\tHead of HR",
    ]
    assert "2 milestones due and not done.\n" in ran.err
    assert run("milestone", "list", "a3", *DAY).out.startswith("A3\t1\t")
    late = run("milestone", "list", "--overdue", "--owner", "HR", *DAY)
    assert late.out == "A3\t1\tAdvertised\t2014-02-07\t\t1 working day late\tHead of HR\n"
    assert run("milestone", "list", "A9", *DAY).code == 2


@pytest.mark.usefixtures("steps")
def test_the_list_is_one_versioned_document_for_programs(run: Run) -> None:
    told = json.loads(run("milestone", "list", "A1", "--json", *DAY).out)
    assert (told["schema"], told["kind"], len(told["milestones"])) == (1, "milestones", 3)
    assert told["milestones"][0] == {
        "ref": "A1", "title": "Fix the front door", "owner": "Head of service",
        "name": "Managers in post", "due": "2014-02-03", "reached": None, "step": 1, "late": 5,
    }  # fmt: skip


@pytest.mark.usefixtures("steps")
def test_show_gives_the_number_that_update_takes(run: Run) -> None:
    assert "- 2: Rota agreed, due 3 March 2014, not done.\n" in run("show", "A1", *DAY).out
