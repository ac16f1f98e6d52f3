"""Commands that change a plan: the lines they touch, what they say, and what the history keeps."""

from __future__ import annotations

import difflib
import hashlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from conftest import BIRMINGHAM, HEAD, Ran

from actionplan import settings
from actionplan.history.entries import ENTRY_MARK
from actionplan.planfile import reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder, hidden ones too, with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def diff(old: str, new: str) -> list[str]:
    """Give the lines taken out and put in, with - or + before each."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


def entries(plan: Path) -> list[dict[str, Any]]:
    """Give the entries of a plan's history; none where there is no history."""
    log = plan.with_suffix(".history.jsonl")
    lines = log.read_text().splitlines() if log.exists() else []
    return [json.loads(line) for line in lines if line.startswith(ENTRY_MARK)]


def digest(content: bytes) -> str:
    """Give the digest that a history keeps of a plan."""
    return hashlib.sha256(content).hexdigest()


def reads_well(plan: Path) -> bool:
    """Tell whether a plan has no problem."""
    return reader.read(plan.read_bytes(), plan.name).problems == ()


# --- one change of each kind --------------------------------------------------------------------

BLOCK = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
start = 2014-01-20   # Monday
due = 2014-03-31
stage = "in-progress"
rag = "green"
updated = 2014-02-03

# still to be planned
[[action]]
id = "A2"
answers = ["F2"]
title = "Hire"
owner = "Head of workforce"

[[action]]
id = "A3"
answers = ["F1", "F2"]
title = "Audit"
owner = "Head of service"
due = 2014-03-14
moves = [ { on = 2014-02-05, from = 2014-02-14, to = 2014-03-14, why = "Auditors are away." } ]
"""
TODAY = "+updated = 2014-02-10"
A1_TODAY = ["-updated = 2014-02-03", TODAY]

CHANGES: list[tuple[tuple[str, ...], str, list[str]]] = [
    (
        ("update", "A1", "--rag", "amber", "--reason", "Two are ill."),
        "A1",
        [
            '-rag = "green"',
            "-updated = 2014-02-03",
            '+rag = "amber"',
            '+reason = "Two are ill."',
            TODAY,
        ],
    ),
    (("update", "a1", "--rag", "none"), "A1", ['-rag = "green"', *A1_TODAY]),
    (
        ("update", "A1", "--stage", "parked", "--reason", "Waits for the review."),
        "A1",
        [
            '-stage = "in-progress"',
            '+stage = "parked"',
            "-updated = 2014-02-03",
            '+reason = "Waits for the review."',
            TODAY,
        ],
    ),
    (
        ("update", "A2", "--due", "end of march", "--start", "friday", "--forecast", "+8w"),
        "A2",
        ["+start = 2014-02-14", "+due = 2014-03-31", "+forecast = 2014-04-07", TODAY],
    ),
    (
        ("update", "A1", "--start", "none"),
        "A1",
        ["-start = 2014-01-20   # Monday", *A1_TODAY],
    ),
    (
        ("update", "A1", "--start", "2014-01-27"),
        "A1",
        ["-start = 2014-01-20   # Monday", "+start = 2014-01-27   # Monday", *A1_TODAY],
    ),
    (
        ("update", "A1", "--answers", "f2,F1", "--after", "a2"),
        "A1",
        [
            '-answers = ["F1"]',
            '+answers = ["F2", "F1"]',
            "-updated = 2014-02-03",
            TODAY,
            '+after = ["A2"]',
        ],
    ),
    (
        ("update", "A2", "--owner", "Head of HR", "--title", 'Hire "now"'),
        "A2",
        [
            '-title = "Hire"',
            '-owner = "Head of workforce"',
            '+title = "Hire \\"now\\""',
            '+owner = "Head of HR"',
            TODAY,
        ],
    ),
    (
        ("note", "a2", "Advertised on 7 February."),
        "A2",
        ['+note = "Advertised on 7 February."', TODAY],
    ),
    (
        ("move", "A1", "--due", "30 Apr 2014", "--why", "Two are ill."),
        "A1",
        [
            "-due = 2014-03-31",
            "+due = 2014-04-30",
            "-updated = 2014-02-03",
            TODAY,
            (
                "+moves = [ { on = 2014-02-10, from = 2014-03-31, to = 2014-04-30, "
                'why = "Two are ill." } ]'
            ),
        ],
    ),
    (
        ("move", "A1", "--due", "+12w", "--why", "Ill.", "--approved", "Cabinet, 10 February"),
        "A1",
        [
            "-due = 2014-03-31",
            "+due = 2014-05-05",
            "-updated = 2014-02-03",
            TODAY,
            (
                "+moves = [ { on = 2014-02-10, from = 2014-03-31, to = 2014-05-05, "
                'why = "Ill.", approved = "Cabinet, 10 February" } ]'
            ),
        ],
    ),
    (
        ("move", "A3", "--approved", "Cabinet, 17 February 2014"),
        "A3",
        [
            (
                "-moves = [ { on = 2014-02-05, from = 2014-02-14, to = 2014-03-14, "
                'why = "Auditors are away." } ]'
            ),
            TODAY,
            (
                "+moves = [ { on = 2014-02-05, from = 2014-02-14, to = 2014-03-14, "
                'why = "Auditors are away.", approved = "Cabinet, 17 February 2014" } ]'
            ),
        ],
    ),
    (
        ("done", "A1"),
        "A1",
        [
            '-stage = "in-progress"',
            '+stage = "delivered"',
            "-updated = 2014-02-03",
            TODAY,
            "+delivered = 2014-02-10",
        ],
    ),
    (
        ("done", "a2", "--on", "7 Feb 2014"),
        "A2",
        ['+stage = "delivered"', TODAY, "+delivered = 2014-02-07"],
    ),
    (
        ("review", "add", "DFE", "Le Grand", "--body", "Department for Education"),
        "DFE",
        [
            "+[[review]]",
            '+id = "DFE"',
            '+title = "Le Grand"',
            '+body = "Department for Education"',
            "+",
        ],
    ),
    (
        ("finding", "add", "Leadership is new.", "--review", "lga", "--theme", "leadership"),
        "F3",
        [
            "+[[finding]]",
            '+id = "F3"',
            '+review = "LGA"',
            '+theme = "leadership"',
            '+kind = "improvement"',
            '+text = "Leadership is new."',
            "+",
        ],
    ),
    (
        ("finding", "update", "f2", "--response", "partly", "--reason", "Pay is national."),
        "F2",
        ['+response = "partly"', '+reason = "Pay is national."'],
    ),
    (
        ("owner", "add", "Head of HR", "--email", "hr@example.org"),
        "Head of HR",
        ['+[owners."Head of HR"]', '+email = "hr@example.org"', "+"],
    ),
    (
        (
            "add", "Visit every team", "--answers", "f1", "--owner", "Head of service",
            "--due", "end of march", "--start", "today", "--rag", "red", "--reason", "No cars.",
            "--after", "a2",
        ),
        "A4",
        [
            "+",
            "+[[action]]",
            '+id = "A4"',
            '+answers = ["F1"]',
            '+title = "Visit every team"',
            '+owner = "Head of service"',
            "+start = 2014-02-10",
            "+due = 2014-03-31",
            '+stage = "not-started"',
            '+rag = "red"',
            '+reason = "No cars."',
            TODAY,
            '+after = ["A2"]',
        ],
    ),
]  # fmt: skip


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Write the plan of three actions."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(HEAD + BLOCK, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "ref", "lines"), CHANGES, ids=[" ".join(change[0]) for change in CHANGES]
)
def test_a_change_touches_its_own_lines_and_adds_one_line_of_history(
    arguments: tuple[str, ...], ref: str, lines: list[str], three: Path, run: Run
) -> None:
    before = three.read_bytes()
    ran = run(*arguments, *DAY)

    assert (ran.code, ran.out) == (0, f"{ref}\n")
    last = ran.err.splitlines()[-1]
    assert last.startswith("Saved in ")
    assert last.endswith("plan.toml.")
    assert ref in ran.err
    assert sorted(diff(before.decode(), three.read_text())) == sorted(lines)
    assert reads_well(three)

    (entry,) = entries(three)
    assert entry["by"] == "Improvement officer"
    assert entry["on"] == "2014-02-10"
    assert arguments[: len(entry["command"].split())] == tuple(entry["command"].split())
    assert [change["ref"] for change in entry["changes"]] == [ref]
    assert (entry["before"], entry["after"]) == (digest(before), digest(three.read_bytes()))
    assert sorted(contents(three.parent)) == ["plan.history.jsonl", "plan.toml"]


@pytest.mark.parametrize(
    ("arguments", "ref", "lines"), CHANGES, ids=[" ".join(change[0]) for change in CHANGES]
)
def test_a_dry_run_says_the_same_and_writes_nothing(
    arguments: tuple[str, ...], ref: str, lines: list[str], three: Path, run: Run
) -> None:
    assert lines
    before = contents(three.parent)
    tried = run(*arguments, "--dry-run", *DAY)
    assert (tried.code, tried.out) == (0, f"{ref}\n")
    assert tried.err.endswith("Nothing was changed: this was a dry run.\n")
    assert contents(three.parent) == before
    said = run(*arguments, *DAY).err.splitlines()
    assert tried.err.splitlines()[:-1] == said[: len(tried.err.splitlines()) - 1]


@pytest.mark.parametrize(
    ("arguments", "ref", "lines"), CHANGES, ids=[" ".join(change[0]) for change in CHANGES]
)
@pytest.mark.usefixtures("three")
def test_a_change_as_json_is_one_versioned_document(
    arguments: tuple[str, ...], ref: str, lines: list[str], run: Run
) -> None:
    assert lines
    ran = run(*arguments, "--json", *DAY)
    assert ran.code == 0
    document = json.loads(ran.out)
    assert document["schema"] == 1
    assert " ".join(arguments).startswith(document["kind"])
    assert document["refs"] == [ref]
    for change in document["changes"]:
        assert set(change) == {"ref", "field", "old", "new"}
        assert change["ref"] == ref


@pytest.mark.usefixtures("three")
def test_the_json_of_a_change_names_each_field_with_its_old_and_its_new_value(run: Run) -> None:
    ran = run("move", "A1", "--due", "30 Apr 2014", "--why", "Ill.", "--json", *DAY)
    changes = {change["field"]: change for change in json.loads(ran.out)["changes"]}
    assert changes["due"] == {
        "ref": "A1",
        "field": "due",
        "old": "2014-03-31",
        "new": "2014-04-30",
    }
    assert changes["moves"]["old"] == []
    assert changes["moves"]["new"] == [
        {"on": "2014-02-10", "from": "2014-03-31", "to": "2014-04-30", "why": "Ill."}
    ]


@pytest.mark.usefixtures("three")
def test_the_json_of_a_change_states_its_day_as_every_other_document_does(run: Run) -> None:
    document = json.loads(run("note", "A1", "x", "--json", *DAY).out)
    assert document["as_at"] == "2014-02-10"


def test_a_change_that_is_so_already_writes_nothing_and_is_no_error(three: Path, run: Run) -> None:
    before = contents(three.parent)
    ran = run("update", "A1", "--rag", "green", *DAY)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "Nothing was changed: it is so already.\n"
    assert contents(three.parent) == before


@pytest.mark.usefixtures("three")
def test_the_json_of_a_change_tells_whether_it_was_a_dry_run(run: Run) -> None:
    tried = json.loads(run("note", "A1", "x", "--json", "--dry-run", *DAY).out)
    made = json.loads(run("note", "A1", "x", "--json", *DAY).out)
    assert tried == {**made, "dry_run": True}
    assert made["dry_run"] is False


def test_what_is_parked_needs_its_own_reason_and_leaves_it_when_it_is_taken_up(
    three: Path, run: Run
) -> None:
    def reason() -> str:
        (action, *_) = reader.read(three.read_bytes(), "plan.toml").plan.actions
        return action.reason

    assert run("update", "A1", "--rag", "amber", "--reason", "Two are ill.", *DAY).code == 0
    ran = run("update", "A1", "--stage", "parked", *DAY)
    assert (ran.code, ran.out) == (6, "")
    assert "A1 would be parked with no reason: say why with --reason." in ran.err
    parked = ("update", "A1", "--stage", "parked", "--rag", "none", "--reason", "No money.")
    assert run(*parked, *DAY).code == 0
    assert reason() == "No money."
    assert run("update", "A1", "--stage", "in-progress", *DAY).code == 0
    assert reason() == ""
    assert run(*parked, *DAY).code == 0
    again = ("update", "A1", "--stage", "in-progress", "--reason", "Half the money.")
    assert run(*again, *DAY).code == 0
    assert reason() == "Half the money."
    assert reads_well(three)


def test_an_approval_is_of_every_move_that_still_waits(three: Path, run: Run) -> None:
    for due in ("2014-04-30", "2014-05-30"):
        assert run("move", "A1", "--due", due, "--why", "Ill.", *DAY).code == 0
    assert run("move", "A1", "--approved", "Cabinet", *DAY).code == 0
    action = reader.read(three.read_bytes(), "plan.toml").plan.find("actions", "A1")
    assert [move.approved for move in action.moves] == ["Cabinet", "Cabinet"]


@pytest.mark.usefixtures("three")
def test_a_change_is_said_in_words_with_the_day_of_the_week(run: Run) -> None:
    ran = run("move", "A1", "--due", "30/04/2014", "--why", "Ill.", *DAY)
    assert "A1 due: Monday 31 March 2014 -> Wednesday 30 April 2014\n" in ran.err
    assert "A1 date moved: Ill. (not approved yet)\n" in ran.err
    ran = run("move", "A1", "--approved", "Cabinet", *DAY)
    assert "A1 date moved: Ill. (approved by Cabinet)\n" in ran.err


@pytest.mark.usefixtures("three")
def test_a_terminal_gets_the_sentences_and_not_the_bare_ref(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = run("note", "A1", "Drafted.", *DAY)
    assert (ran.code, ran.out) == (0, "")
    assert "A1 note: Drafted." in ran.err


@pytest.mark.usefixtures("three")
def test_a_new_owner_that_looks_like_one_there_is_is_pointed_out(run: Run) -> None:
    ran = run("update", "A2", "--owner", "Head of servise", *DAY)
    assert ran.code == 0
    assert "'Head of servise' is a new owner in this plan. Is 'Head of service' meant?" in ran.err


def test_a_past_due_date_is_taken_when_it_is_said_to_be_meant(three: Path, run: Run) -> None:
    assert run("update", "A2", "--due", "2014-02-01", "--allow-past", *DAY).code == 0
    assert "due = 2014-02-01\n" in three.read_text()


def test_a_due_date_of_today_is_not_in_the_past(three: Path, run: Run) -> None:
    assert run("update", "A2", "--due", "today", *DAY).code == 0
    assert "due = 2014-02-10\n" in three.read_text()


def test_the_date_first_agreed_outlives_every_move(three: Path, run: Run) -> None:
    for due in ("2014-04-30", "2014-05-30", "2014-06-30"):
        assert run("move", "A1", "--due", due, "--why", f"Not before {due}.", *DAY).code == 0
    action = reader.read(three.read_bytes(), "plan.toml").plan.find("actions", "A1")
    assert str(action.original_due) == "2014-03-31"
    assert [str(move.to) for move in action.moves] == ["2014-04-30", "2014-05-30", "2014-06-30"]
    assert reads_well(three)


def test_a_change_is_signed_with_its_reason(three: Path, run: Run) -> None:
    run("update", "A1", "--rag", "red", "--reason", "Two are ill.", *DAY)
    run("move", "A1", "--due", "+12w", "--why", "Still ill.", *DAY)
    assert [entry["why"] for entry in entries(three)] == ["Two are ill.", "Still ill."]


# --- several at once ----------------------------------------------------------------------------


def test_two_refs_are_changed_at_once_unasked_with_one_line_of_history(
    three: Path, run: Run
) -> None:
    ran = run("update", "A1", "a3", "A1", "--note", "Looked at.", *DAY)
    assert (ran.code, ran.out) == (0, "A1\nA3\n")
    (entry,) = entries(three)
    assert [change["ref"] for change in entry["changes"]] == ["A1", "A3"]
    assert three.read_text().count('note = "Looked at."') == 2


@pytest.mark.parametrize(
    ("where", "refs"),
    [
        (("owner=Head of service",), ["A1", "A3"]),
        (("owner=service", "rag=green"), ["A1"]),
        (("owner=Head of service", "owner=Head of workforce", "stage=not-started"), ["A2", "A3"]),
        (("theme=workforce",), ["A2", "A3"]),
        (("finding=f1", "due-by=2014-03-20"), ["A3"]),
        (("review=LGA", "stage=in-progress"), ["A1"]),
        (("overdue", "theme=workforce"), ["A3"]),
        (("stale", "theme=workforce"), ["A2", "A3"]),
        (("challenged",), ["A1"]),
    ],
)
def test_a_filter_chooses_what_is_updated(
    where: tuple[str, ...], refs: list[str], three: Path, run: Run
) -> None:
    filters = [word for part in where for word in ("--where", part)]
    ran = run("update", *filters, "--note", "Looked at.", "--as-at", "2014-04-15")
    assert (ran.code, ran.out.split()) == (0, refs)
    assert len(entries(three)) == 1


@pytest.mark.parametrize("chosen", [("A1", "A2", "A3"), ("--where", "review=LGA")])
def test_yes_asks_nothing(chosen: tuple[str, ...], three: Path, run: Run) -> None:
    ran = run("update", *chosen, "--note", "x", "--yes", *DAY)
    assert (ran.code, ran.out) == (0, "A1\nA2\nA3\n")
    assert "?" not in ran.err
    assert len(entries(three)) == 1


def test_where_nobody_can_be_asked_three_are_refused_and_it_says_how_to_agree(
    three: Path, run: Run
) -> None:
    before = contents(three.parent)
    ran = run("update", "A1", "A2", "A3", "--note", "x", *DAY)
    assert ran.code != 0
    assert ran.out == ""
    assert contents(three.parent) == before
    assert "--yes" in ran.err
    assert "Nothing was changed." in ran.err


# --- who signs ----------------------------------------------------------------------------------


def signed(three: Path, run: Run, *arguments: str) -> str:
    """Make a change and give who signed it."""
    assert run("note", "A1", "Drafted.", *arguments, *DAY).code == 0
    (entry,) = entries(three)
    return str(entry["by"])


def configure(text: str) -> Path:
    """Write the user's settings file."""
    path = settings.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_flag_signs_before_all_others(three: Path, run: Run) -> None:
    configure('user = "From the file"\n')
    assert signed(three, run, "--by", "Programme manager") == "Programme manager"


def test_the_environment_signs_before_the_settings_file(three: Path, run: Run) -> None:
    configure('user = "From the file"\n')
    assert signed(three, run) == "Improvement officer"


def test_the_settings_file_signs_before_the_login_name(
    three: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACTIONPLAN_USER")
    monkeypatch.setenv("LOGNAME", "jsmith")
    configure('user = "From the file"\n')
    assert signed(three, run) == "From the file"


@pytest.mark.parametrize("text", [None, "", 'colour = "red"\n', 'user = ""\n', "user = 3\n"])
def test_the_login_name_signs_where_nothing_else_does(
    text: str | None, three: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTIONPLAN_USER", " ")
    monkeypatch.setenv("LOGNAME", "jsmith")
    if text is not None:
        configure(text)
    assert signed(three, run) == "jsmith"


def test_a_settings_file_that_is_broken_stops_the_change_and_is_named(
    three: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACTIONPLAN_USER")
    path = configure("user = \n")
    before = contents(three.parent)
    ran = run("note", "A1", "Drafted.", *DAY)
    assert (ran.code, ran.out) == (4, "")
    assert str(path) in ran.err
    assert "Nothing was changed." in ran.err
    assert contents(three.parent) == before


# --- the history --------------------------------------------------------------------------------


def test_the_digests_of_the_history_are_a_chain_through_every_state_of_the_file(
    three: Path, run: Run
) -> None:
    states = [digest(three.read_bytes())]
    for arguments, _, _ in CHANGES:
        ran = run(*arguments, *DAY)
        if ran.code == 0 and ran.out:
            states.append(digest(three.read_bytes()))
    made = entries(three)
    assert len(made) == len(states) - 1
    assert len(made) > 10
    assert [(entry["before"], entry["after"]) for entry in made] == list(itertools.pairwise(states))
    assert [entry["seq"] for entry in made] == list(range(1, len(made) + 1))
    assert [entry["prev"] for entry in made[1:]] == [[entry["id"]] for entry in made[:-1]]


def test_an_edit_by_hand_stays_and_the_next_entry_starts_from_it(three: Path, run: Run) -> None:
    run("note", "A1", "Drafted.", *DAY)
    edited = three.read_text().replace('title = "Hire"', 'title = "Hire ten"')
    three.write_text(edited)
    run("note", "A2", "Advertised.", *DAY)
    assert 'title = "Hire ten"' in three.read_text()
    assert entries(three)[-1]["before"] == digest(edited.encode())
    assert entries(three)[-1]["after"] == digest(three.read_bytes())


def test_a_number_is_never_given_again(three: Path, run: Run) -> None:
    add = ("add", "Do it", "--answers", "F1", "--owner", "Head of HR", "--due", "+6w", *DAY)
    before = three.read_text()
    assert run(*add).out == "A4\n"
    three.write_text(before)
    later = three.with_suffix(".history.jsonl").stat().st_mtime + 1
    os.utime(three, (later, later))
    refused = run(*add)
    assert refused.code == 6
    assert "has lost what the last command left in it: A4." in refused.err
    assert run(*add, "--accept-removals").out == "A5\n"


def test_the_history_is_only_ever_appended_to(three: Path, run: Run) -> None:
    log = three.with_suffix(".history.jsonl")
    so_far = b""
    for number in range(5):
        run("note", "A1", f"Note {number}.", *DAY)
        assert log.read_bytes().startswith(so_far)
        so_far = log.read_bytes()
        assert len(entries(three)) == number + 1


# --- a plan from nothing ------------------------------------------------------------------------


def test_a_plan_grows_from_nothing_by_commands_alone(tmp_path: Path, run: Run) -> None:
    started = run("init", "--title", 'Children\'s "best" plan', "--organisation", "A council", *DAY)
    assert (started.code, started.out) == (0, "")
    path = tmp_path / "plans" / "childrens-best-plan.toml"
    assert str(path.name) in started.err
    assert reads_well(path)
    assert len(entries(path)) == 1
    assert entries(path)[0]["after"] == digest(path.read_bytes())

    for arguments, ref in (
        (("review", "add", "LGA", "Peer review", "--on", "17 Feb 2014"), "LGA"),
        (("finding", "add", "Morale is low.", "--review", "LGA", "--kind", "immediate"), "F1"),
        (("owner", "add", "Head of workforce", "--email", "hw@example.org"), "Head of workforce"),
        (
            ("add", "Listen", "--answers", "F1", "--owner", "Head of workforce", "--due", "+6w"),
            "A1",
        ),
        (("done", "A1"), "A1"),
    ):
        ran = run(*arguments, *DAY)
        assert (ran.code, ran.out) == (0, f"{ref}\n")
        assert reads_well(path)
    made = entries(path)
    assert [entry["command"] for entry in made] == [
        "init",
        "review add",
        "finding add",
        "owner add",
        "add",
        "done",
    ]
    plan = reader.read(path.read_bytes(), path.name).plan
    assert plan.title == 'Children\'s "best" plan'
    assert plan.actions[0].stage == "delivered"


@pytest.mark.parametrize("title", ["Children's services", "Children\u2019s services"])
def test_init_drops_the_apostrophes_of_a_title_from_the_name(
    title: str, tmp_path: Path, run: Run
) -> None:
    assert run("init", "--title", title, *DAY).code == 0
    assert (tmp_path / "plans" / "childrens-services.toml").exists()


def test_init_takes_a_path_and_never_writes_over_a_file(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "deep" / "down" / "plan.toml"
    assert run("init", str(target), "--title", "One").code == 0
    before = contents(target.parent)
    again = run("init", str(target), "--title", "Two")
    assert (again.code, again.out) == (5, "")
    assert "is there already" in again.err
    assert contents(target.parent) == before


def test_init_never_takes_over_the_history_of_another_plan(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "plan.toml"
    assert run("init", str(path), "--title", "One").code == 0
    log = path.with_suffix(".history.jsonl").read_bytes()
    path.unlink()
    assert run("init", str(path), "--title", "Two").code in {0, 5}
    assert path.with_suffix(".history.jsonl").read_bytes().startswith(log)


# --- owners beside the plan ---------------------------------------------------------------------


def test_an_owner_goes_into_owners_toml_when_it_is_there(three: Path, run: Run) -> None:
    beside = three.with_name("owners.toml")
    beside.write_text('# never published\n[owners."Head of service"]\nemail = "hs@example.org"\n')
    before = three.read_bytes()
    ran = run("owner", "add", "Head of HR", "--name", "A. Person", *DAY)
    assert (ran.code, ran.out) == (0, "Head of HR\n")
    assert "owners.toml" in ran.err
    assert three.read_bytes() == before
    assert beside.read_text() == (
        '# never published\n[owners."Head of service"]\nemail = "hs@example.org"\n'
        '\n[owners."Head of HR"]\nname = "A. Person"\n'
    )
    assert not three.with_suffix(".history.jsonl").exists()
    assert len(entries(beside)) == 1
    assert run("owner", "add", "head of hr", *DAY).code == 6
    assert "Head of HR" in run("owner", "list", *DAY).out


def test_a_post_of_the_plan_is_not_added_again_beside_it(three: Path, run: Run) -> None:
    assert run("owner", "add", "Head of HR", *DAY).code == 0
    beside = three.with_name("owners.toml")
    beside.write_text("")
    assert run("owner", "add", "Head of HR", *DAY).code == 6
    assert beside.read_text() == ""


# --- the journey --------------------------------------------------------------------------------


def test_birminghams_plan_gains_a_block_and_three_lines_and_no_more(
    tmp_path: Path, run: Run
) -> None:
    plan = tmp_path / "plans" / BIRMINGHAM.name
    plan.parent.mkdir()
    shutil.copy(BIRMINGHAM, plan)
    shutil.copy(BIRMINGHAM.with_suffix(".history.jsonl"), plan.parent)
    there = len(entries(plan))
    title = "Give every team a fortnightly list of its unallocated cases"
    owner = "Head of performance"
    after = ("--as-at", "2014-04-30")

    states = [plan.read_bytes()]
    added = run("add", title, "--answers", "F2", "--owner", owner, "--due", "end of may", *after)
    states.append(plan.read_bytes())
    updated = run("update", "A1", "--rag", "red", "--reason", "Two shifts had no manager.", *after)
    states.append(plan.read_bytes())

    assert (added.code, added.out) == (0, "A24\n")
    assert "due Saturday 31 May 2014" in added.err
    assert (updated.code, updated.out) == (0, "A1\n")
    assert diff(states[0].decode(), states[1].decode()) == [
        "+",
        "+[[action]]",
        '+id = "A24"',
        '+answers = ["F2"]',
        f'+title = "{title}"',
        f'+owner = "{owner}"',
        "+due = 2014-05-31",
        '+stage = "not-started"',
        "+updated = 2014-04-30",
    ]
    assert diff(states[1].decode(), states[2].decode()) == [
        '-rag = "green"',
        "-updated = 2014-03-05",
        '+rag = "red"',
        '+reason = "Two shifts had no manager."',
        "+updated = 2014-04-30",
    ]

    new = entries(plan)[there:]
    assert [entry["command"] for entry in new] == ["add", "update"]
    digests = [digest(state) for state in states]
    assert [entry["before"] for entry in new] == digests[:2]
    assert [entry["after"] for entry in new] == digests[1:]
    assert entries(plan)[there - 1]["after"] == digests[0]

    late = run("overdue", "--as-at", "2014-06-16")
    assert late.code == 0
    assert [line.split("\t")[0] for line in late.out.splitlines()] == [
        "A17", "A16", "A18", "A4", "A8", "A15", "A24", "A20",
    ]  # fmt: skip
    assert f"A24\t{title}\t{owner}\t2014-05-31\t11 working days late" in late.out
    assert plan.read_bytes() == states[2]


# --- asked on a terminal ------------------------------------------------------------------------

WAIT = 20.0
FOREGROUND = """\
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "actionplan", *sys.argv[1:]])
"""
"""Start the program as a shell does in the foreground: an interrupt is not ignored."""


class Terminal:
    """A real terminal of its own with the program on it."""

    def __init__(self, *arguments: str, piped: bool = False) -> None:
        """Start the program on a new pseudo-terminal, its output there as well, or piped."""
        pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
        self.shown = ""
        self.read_to = 0
        self.end, inside = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", FOREGROUND, *arguments],
            stdin=inside,
            stdout=subprocess.PIPE if piped else inside,
            stderr=inside,
            env={**environment, "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(inside)

    def until(self, words: str) -> str:
        """Read until these words are shown after all that was waited for before."""
        deadline = time.monotonic() + WAIT
        while words not in self.shown[self.read_to :]:
            assert time.monotonic() < deadline, self.shown
            assert self.more(), f"ended before {words!r}: {self.shown}"
        at = self.shown.index(words, self.read_to) + len(words)
        passed, self.read_to = self.shown[self.read_to : at], at
        return passed

    def more(self) -> bool:
        """Read what there is; false where the program has ended."""
        import select

        if not select.select([self.end], [], [], WAIT)[0]:
            return False
        try:
            got = os.read(self.end, 4096)
        except OSError:
            return False
        self.shown += got.decode()
        return bool(got)

    def type(self, words: str) -> None:
        """Type words, and the return key."""
        os.write(self.end, f"{words}\n".encode())

    def finish(self) -> Ran:
        """Read to the end and give the exit code and all that was shown."""
        while self.more():
            pass
        code = self.process.wait(WAIT)
        return Ran(code, self.shown, "")

    def close(self) -> None:
        """Leave no process and no terminal behind."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT)
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self.end)


@pytest.fixture
def asked() -> Iterator[list[Terminal]]:
    """Keep the terminals of a test, and close them at its end."""
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        terminal.close()


def on_terminal(asked: list[Terminal], *arguments: str, piped: bool = False) -> Terminal:
    """Start the program on a terminal."""
    asked.append(Terminal(*arguments, piped=piped))
    return asked[-1]


def test_add_asks_for_what_is_missing_and_again_after_a_bad_answer(
    three: Path, asked: list[Terminal]
) -> None:
    before = three.read_text()
    terminal = on_terminal(asked, "add", *DAY)
    terminal.until("What will be done: ")
    terminal.type("Visit every team")
    listed = terminal.until("Answers which findings: ")
    assert "F1  The front door needs immediate action." in listed
    assert "F2  Morale needs attention." in listed
    terminal.type("F9")
    assert "There is no finding F9" in terminal.until("Answers which findings: ")
    terminal.type("f2 F1")
    listed = terminal.until("Owner, one post: ")
    assert "1. Head of service" in listed
    assert "2. Head of workforce" in listed
    terminal.type("1,2")
    assert "is not one number of the list" in terminal.until("Owner, one post: ")
    terminal.type("2")
    terminal.until("Due (")
    terminal.type("TBC")
    assert "'TBC' is not a date" in terminal.until("Due (")
    terminal.type("31/03/14")
    assert "write all four" in terminal.until("Due (")
    terminal.type("end of march")
    terminal.until("Monday 31 March 2014")
    ran = terminal.finish()
    assert ran.code == 0
    assert "Traceback" not in ran.out
    assert diff(before, three.read_text()) == [
        "+",
        "+[[action]]",
        '+id = "A4"',
        '+answers = ["F2", "F1"]',
        '+title = "Visit every team"',
        '+owner = "Head of workforce"',
        "+due = 2014-03-31",
        '+stage = "not-started"',
        TODAY,
    ]
    assert len(entries(three)) == 1


def test_add_asks_only_for_what_is_missing_and_takes_a_new_owner_in_words(
    three: Path, asked: list[Terminal]
) -> None:
    terminal = on_terminal(asked, "add", "Listen", "--answers", "F2", "--due", "+6w", *DAY)
    terminal.until("Owner, one post: ")
    terminal.type("Head of HR")
    ran = terminal.finish()
    assert ran.code == 0
    assert "What will be done" not in ran.out
    assert "Due (" not in ran.out
    assert 'owner = "Head of HR"' in three.read_text()


def test_owners_beside_the_plan_are_offered_as_well(three: Path, asked: list[Terminal]) -> None:
    three.with_name("owners.toml").write_text('[owners."Director"]\nemail = "d@example.org"\n')
    terminal = on_terminal(asked, "add", "Listen", "--answers", "F2", "--due", "+6w", *DAY)
    assert "1. Director" in terminal.until("Owner, one post: ")
    terminal.type("1")
    assert terminal.finish().code == 0
    assert 'owner = "Director"' in three.read_text()


def test_a_number_that_is_not_in_the_list_of_owners_is_no_owner(
    three: Path, asked: list[Terminal]
) -> None:
    terminal = on_terminal(asked, "add", "Listen", "--answers", "F2", "--due", "+6w", *DAY)
    terminal.until("Owner, one post: ")
    terminal.type("3")
    terminal.until("Owner, one post: ")
    terminal.type("1")
    assert terminal.finish().code == 0
    assert 'owner = "3"' not in three.read_text()


def test_a_blank_title_is_asked_for_again_at_once(three: Path, asked: list[Terminal]) -> None:
    arguments = ("add", "--answers", "F2", "--owner", "Head of HR", "--due", "+6w", *DAY)
    terminal = on_terminal(asked, *arguments)
    terminal.until("What will be done: ")
    terminal.type("   ")
    terminal.until("What will be done: ")
    terminal.type("Listen")
    assert terminal.finish().code == 0
    assert 'title = "Listen"' in three.read_text()


@pytest.mark.parametrize("way_out", ["end of file", "interrupt"])
def test_a_question_that_is_not_answered_changes_nothing(
    way_out: str, three: Path, asked: list[Terminal]
) -> None:
    before = contents(three.parent)
    terminal = on_terminal(asked, "add", *DAY)
    terminal.until("What will be done: ")
    if way_out == "end of file":
        os.write(terminal.end, b"\x04")
    else:
        terminal.process.send_signal(signal.SIGINT)
    ran = terminal.finish()
    assert ran.code in {1, 130}
    assert "Traceback" not in ran.out
    assert contents(three.parent) == before


@pytest.mark.parametrize("chosen", [("A1", "A2", "A3"), ("--where", "review=LGA")])
@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_from_three_up_it_shows_what_it_will_do_and_asks(
    answer: str, chosen: tuple[str, ...], three: Path, asked: list[Terminal]
) -> None:
    before = contents(three.parent)
    terminal = on_terminal(asked, "update", *chosen, "--note", "x", *DAY)
    shown = terminal.until("Change these 3?")
    for ref in ("A1", "A2", "A3"):
        assert f"{ref} note: x" in shown
    terminal.type(answer)
    ran = terminal.finish()
    if answer == "y":
        assert ran.code == 0
        assert three.read_text().count('note = "x"') == 3
        assert len(entries(three)) == 1
    else:
        assert ran.code == 1
        assert contents(three.parent) == before


def test_a_question_and_its_answer_never_reach_standard_output(
    three: Path, asked: list[Terminal]
) -> None:
    terminal = on_terminal(asked, "update", "A1", "A2", "A3", "--note", "x", *DAY, piped=True)
    terminal.until("Change these 3?")
    terminal.type("y")
    assert terminal.process.stdout is not None
    assert terminal.process.stdout.read() == b"A1\nA2\nA3\n"
    assert terminal.finish().code == 0
    assert len(entries(three)) == 1


def test_init_asks_for_the_title_on_a_terminal(tmp_path: Path, asked: list[Terminal]) -> None:
    terminal = on_terminal(asked, "init", *DAY)
    terminal.until("Title of the plan: ")
    terminal.type("Our plan")
    terminal.until("Organisation: ")
    terminal.type("A council")
    assert terminal.finish().code == 0
    assert reads_well(tmp_path / "plans" / "our-plan.toml")


def test_no_input_is_not_asked_even_on_a_terminal(three: Path, asked: list[Terminal]) -> None:
    before = contents(three.parent)
    ran = on_terminal(asked, "add", "Listen", "--answers", "F2", "--no-input", *DAY).finish()
    assert ran.code == 2
    assert "add needs --owner and --due as well" in ran.out
    assert contents(three.parent) == before


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), {"a title", "--answers", "--owner", "--due"}),
        (("Listen",), {"--answers", "--owner", "--due"}),
        (("Listen", "--answers", "F1", "--owner", "Head of HR"), {"--due"}),
        (("Listen", "--due", "+6w", "--answers", "F1", "--no-input"), {"--owner"}),
    ],
)
def test_a_pipe_is_not_asked_but_told_what_is_missing(
    given: tuple[str, ...], missing: set[str], three: Path, run: Run
) -> None:
    before = contents(three.parent)
    ran = run("add", *given, *DAY, typed="y\ny\ny\n")
    assert (ran.code, ran.out) == (2, "")
    for name in ("a title", "--answers", "--owner", "--due"):
        assert (name in ran.err) is (name in missing)
    assert "Nothing was changed." in ran.err
    assert contents(three.parent) == before


def test_a_parked_action_needs_no_date(three: Path, run: Run) -> None:
    arguments = ("--answers", "F1", "--owner", "Head of HR", "--stage", "parked")
    assert run("add", "Later", *arguments, *DAY).code == 6
    ran = run("add", "Later", *arguments, "--reason", "After the election.", *DAY)
    assert ran.code == 0
    assert reads_well(three)
