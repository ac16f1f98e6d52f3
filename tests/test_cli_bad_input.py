"""Bad input: each has its sentence and its exit code, and leaves plan and history to the byte."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from conftest import HEAD, Ran

from actionplan.history.entries import ENTRY_MARK
from actionplan.store.reading import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Program, Run

A1 = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
start = 2014-01-20
due = 2014-03-31
stage = "in-progress"
rag = "green"
updated = 2014-02-03
"""
A2 = """
[[action]]
id = "A2"
answers = ["F2"]
title = "Hire"
owner = "Head of workforce"
"""
GOOD = HEAD + A1 + A2
NOTE = ("note", "A2", "Advertised.")
LIST = ("list",)

UNTOUCHED = "The plan could not be read; it was not touched."
NOTHING = "Nothing was changed."


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder, hidden ones too, with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """Give a folder with a plan in it that has one change in its history."""
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "plan.toml").write_text(GOOD, encoding="utf-8")
    assert run("note", "A1", "Drafted.", "--as-at", "2014-02-10").code == 0
    return plans


# --- files that are wrong -----------------------------------------------------------------------


class BadFile(NamedTuple):
    """A plan as it stands on disk, and what a command must say of it."""

    name: str
    content: bytes | str
    sentence: str
    write_code: int = 4
    state: str = NOTHING


def changed(old: str, new: str) -> str:
    """Give the good plan with one thing in it replaced."""
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


BAD_FILES = (
    BadFile(
        "a date in words of numbers",
        changed("due = 2014-03-31", "due = 31/03/2014"),
        "plan.toml, line 28, column",
        state=UNTOUCHED,
    ),
    BadFile(
        "a quote that is not closed",
        changed('"Fix the front door"', '"Fix the front door'),
        "plan.toml, line 25",
        state=UNTOUCHED,
    ),
    BadFile(
        "a key twice",
        changed('rag = "green"', 'rag = "green"\nrag = "red"'),
        "not valid TOML",
        state=UNTOUCHED,
    ),
    BadFile(
        "conflict markers",
        changed(
            'rag = "green"\n', '<<<<<<< HEAD\nrag = "green"\n=======\nrag = "red"\n>>>>>>> other\n'
        ),
        "plan.toml, lines 30, 34: there are conflict markers of an unfinished merge",
        write_code=5,
    ),
    BadFile(
        "an id twice",
        changed('id = "A2"', 'id = "A1"'),
        "plan.toml, line 34, A1: id 'A1' is used twice",
    ),
    BadFile(
        "an action that answers no finding that exists",
        changed('["F1"]', '["F9"]'),
        "plan.toml, line 24, A1: answers names 'F9', and no finding has that id (there: F1, F2)",
    ),
    BadFile(
        "an action that answers nothing",
        changed('["F1"]', "[]"),
        "plan.toml, line 24, A1: answers is empty",
    ),
    BadFile(
        "due before its start",
        changed("due = 2014-03-31", "due = 2014-01-01"),
        "plan.toml, line 28, A1: due is 2014-01-01, before its start (2014-01-20)",
    ),
    BadFile(
        "a two-digit year",
        changed("due = 2014-03-31", 'due = "31/03/14"'),
        "plan.toml, line 28, A1: due is '31/03/14': write a date with no quotes",
    ),
    BadFile(
        "a date to be confirmed",
        changed("due = 2014-03-31", 'due = "TBC"'),
        "plan.toml, line 28, A1: due is 'TBC': an action needs a date",
    ),
    BadFile(
        "a list of owners in one string",
        changed('"Head of service"', '"Head of service; Team manager"'),
        "plan.toml, line 26, A1: owner is 'Head of service; Team manager', which names 2 owners",
    ),
    BadFile(
        "an empty title",
        changed('"Fix the front door"', '""'),
        "plan.toml, line 25, A1: title is empty",
    ),
    BadFile(
        "a newer format",
        changed("format = 1", "format = 2"),
        "plan.toml, line 1: format is 2: a newer actionplan wrote this plan",
    ),
    BadFile("UTF-16", GOOD.encode("utf-16"), "plan.toml: it is saved as UTF-16", state=UNTOUCHED),
    BadFile(
        "Windows-1252",
        changed("Hire", "Pay £30,000").encode("cp1252"),
        "plan.toml, line 36: byte 0xa3 is not UTF-8",
        state=UNTOUCHED,
    ),
    BadFile(
        "NUL bytes",
        changed("Hire", "Hi\0re"),
        "plan.toml, line 36: the file is damaged (it holds NUL bytes)",
        state=UNTOUCHED,
    ),
    BadFile(
        "larger than ten megabytes",
        GOOD + "#" * LARGEST,
        f"a plan has {LARGEST:,} at the most",
        state=UNTOUCHED,
    ),
)


@pytest.mark.parametrize("bad", BAD_FILES, ids=[bad.name for bad in BAD_FILES])
def test_a_bad_file_has_its_sentence_and_its_exit_code_and_is_not_written_on(
    bad: BadFile, folder: Path, run: Run
) -> None:
    content = bad.content if isinstance(bad.content, bytes) else bad.content.encode()
    (folder / "plan.toml").write_bytes(content)
    before = contents(folder)

    looked = run("list")
    assert looked.code == 4
    assert bad.sentence in looked.err

    for command in (("note", "A2", "Advertised."), ("note", "A2", "x", "--dry-run")):
        wrote = run(*command, "--as-at", "2014-02-10")
        assert (wrote.code, wrote.out) == (bad.write_code, "")
        assert bad.sentence in wrote.err
        assert bad.state in wrote.err
    assert contents(folder) == before


def test_a_change_that_mends_the_only_problem_of_a_plan_is_let_through(
    folder: Path, run: Run
) -> None:
    (folder / "plan.toml").write_text(changed('"Head of service"', '"Lead; Manager"'))
    ran = run("update", "A1", "--owner", "Head of service", "--as-at", "2014-02-10")
    assert ran.code == 0
    assert (folder / "plan.toml").read_text() == GOOD.replace("2014-02-03", "2014-02-10")


# --- commands that are wrong --------------------------------------------------------------------


class BadCommand(NamedTuple):
    """What was typed on a good plan, its exit code, and what must be said."""

    code: int
    sentence: str
    arguments: tuple[str, ...]


ADD = ("add", "Do it", "--answers", "F1", "--owner", "Head of HR")
MOVE = ("move", "A1", "--why", "Late.", "--due")

BAD_COMMANDS = (
    # what is not there
    BadCommand(2, "There is no action A11. The nearest is A1", ("note", "A11", "x")),
    BadCommand(2, "The nearest is A2 (Hire).", ("update", "A22", "--note", "x")),
    BadCommand(2, "There is no action A8", ("move", "A8", "--due", "+6w", "--why", "x")),
    BadCommand(2, "There is no action A8", ("done", "A8")),
    BadCommand(2, "There is no action A8", ("show", "A8")),
    BadCommand(2, "There is no finding F12. The nearest is F", ("show", "F12")),
    BadCommand(2, "There is no finding F9", (*ADD, "--answers", "F9", "--due", "+6w")),
    BadCommand(2, "There is no finding F9", ("update", "A1", "--answers", "F9")),
    BadCommand(2, "There is no action A9", ("update", "A1", "--after", "A9")),
    BadCommand(2, "There is no finding F9", ("finding", "update", "F9", "--theme", "x")),
    BadCommand(2, "There is no review DFE", ("finding", "add", "Words.", "--review", "DFE")),
    BadCommand(2, "No owner of this plan is 'Nobody'", ("list", "--owner", "Nobody")),
    BadCommand(2, "No theme of this plan is 'x'", ("overdue", "--theme", "x")),
    BadCommand(2, "No stage of this plan is 'x'", ("list", "--stage", "x")),
    BadCommand(2, "No rating of this plan is 'x'", ("list", "--rag", "x")),
    # dates
    BadCommand(2, "Write 2026-03-31", (*ADD, "--due", "soon")),
    BadCommand(2, "year of 2 digits: write all four", (*ADD, "--due", "31/03/14")),
    BadCommand(2, "year of 2 digits: write all four", (*MOVE, "31 Mar 14")),
    BadCommand(2, "year of 2 digits: write all four", ("update", "A1", "--forecast", "31.03.14")),
    BadCommand(2, "year of 2 digits: write all four", ("list", "--due-by", "1/4/14")),
    BadCommand(2, "'TBC' is not a date: nothing can be held to it", (*ADD, "--due", "TBC")),
    BadCommand(2, "'ongoing' is not a date: nothing can be held to it", (*MOVE, "ongoing")),
    BadCommand(2, "'31/02/2014' is not a day in the calendar", (*ADD, "--due", "31/02/2014")),
    BadCommand(2, "'03/31/2014' is not a day in the calendar", (*MOVE, "03/31/2014")),
    BadCommand(2, "--within is 'soon'", ("due", "--within", "soon")),
    BadCommand(2, "after the day of the report", ("report", "--since", "2014-02-11")),
    BadCommand(6, "Saturday 1 February 2014 is in the past", (*ADD, "--due", "2014-02-01")),
    BadCommand(6, "--allow-past", (*MOVE, "yesterday")),
    BadCommand(6, "--allow-past", ("update", "A2", "--due", "9 Feb 2014")),
    BadCommand(
        6,
        "A1 would be due 1 January 2014, before it starts on 20 January 2014",
        (*MOVE, "1 Jan 2014", "--allow-past"),
    ),
    BadCommand(6, "before it starts", (*ADD, "--due", "1 Apr 2014", "--start", "2 Apr 2014")),
    BadCommand(6, "before it starts", ("update", "A1", "--start", "1 Apr 2014")),
    # dates that were agreed
    BadCommand(6, "Use: actionplan move A1", ("update", "A1", "--due", "2014-04-30")),
    BadCommand(6, "can't be cleared", ("update", "A1", "--due", "none")),
    BadCommand(6, "is moved with a reason", ("move", "A1", "--due", "2014-04-30")),
    BadCommand(6, "is moved with a reason", ("move", "A1", "--due", "2014-04-30", "--why", " ")),
    BadCommand(6, "is due 31 March 2014 already", (*MOVE, "31/03/2014")),
    BadCommand(6, "A2 has no due date to move", ("move", "A2", "--due", "+6w", "--why", "x")),
    BadCommand(6, "no move of its date that waits", ("move", "A1", "--approved", "Cabinet")),
    BadCommand(2, "Give the new date with --due", ("move", "A1", "--why", "Late.")),
    # ratings and stages
    BadCommand(6, "A1 would be red with no reason", ("update", "A1", "--rag", "red")),
    BadCommand(6, "A1 would be amber with no reason", ("update", "A1", "--rag", "amber")),
    BadCommand(6, "would be red with no reason", ("update", "A1", "--rag", "red", "--reason", " ")),
    BadCommand(6, "would be red with no reason", (*ADD, "--due", "+6w", "--rag", "red")),
    BadCommand(
        2, "rag is 'pink'; use red, amber, green or blue", ("update", "A1", "--rag", "pink")
    ),
    BadCommand(2, "rag is 'pink'", (*ADD, "--due", "+6w", "--rag", "pink")),
    BadCommand(2, "stage is 'finished'; use not-started", ("update", "A1", "--stage", "finished")),
    BadCommand(6, "A1 can't be set to embedded", ("update", "A1", "--stage", "embedded")),
    BadCommand(6, "can't be embedded", (*ADD, "--due", "+6w", "--stage", "embedded")),
    BadCommand(6, "A1 would be parked with no reason", ("update", "A1", "--stage", "parked")),
    BadCommand(6, "superseded with no reason", ("update", "A1", "--stage", "superseded")),
    BadCommand(6, "is still to come", ("done", "A1", "--on", "2014-02-11")),
    # owners and words
    BadCommand(
        2,
        "'Head of service; Lead' names 2 owners",
        ("update", "A1", "--owner", "Head of service; Lead"),
    ),
    BadCommand(
        2,
        "names 2 owners",
        ("add", "x", "--answers", "F1", "--due", "+6w", "--owner", "Head of HR, Team manager"),
    ),
    BadCommand(2, "names 2 owners", ("owner", "add", "Head of HR and team manager")),
    BadCommand(2, "The owner is empty", ("update", "A1", "--owner", "none")),
    BadCommand(
        2,
        "The title is empty",
        ("add", " ", "--answers", "F1", "--owner", "Head of HR", "--due", "+6w"),
    ),
    BadCommand(2, "The title is empty", ("update", "A1", "--title", "none")),
    BadCommand(2, "The note is empty", ("note", "A1", "  ")),
    BadCommand(2, "The text is empty", ("finding", "add", "", "--review", "LGA")),
    BadCommand(2, "The title is empty", ("review", "add", "DFE", "")),
    BadCommand(2, "--by is empty", ("note", "A1", "x", "--by", " ")),
    # what it answers and waits for
    BadCommand(6, "would answer no finding", ("update", "A1", "--answers", "none")),
    BadCommand(6, "A1 can't wait for itself", ("update", "A1", "--after", "a1")),
    # other nouns
    BadCommand(6, "The review LGA is in the plan already", ("review", "add", "LGA", "Again")),
    BadCommand(
        6,
        "F1 would be declined with no reason",
        ("finding", "update", "F1", "--response", "declined"),
    ),
    BadCommand(2, "response is 'maybe'", ("finding", "update", "F1", "--response", "maybe")),
    BadCommand(2, "kind is 'x'", ("finding", "add", "Words.", "--review", "LGA", "--kind", "x")),
    BadCommand(2, "There is nothing to set", ("finding", "update", "F1")),
    # what is missing, or is too much
    BadCommand(2, "add needs a title", ("add",)),
    BadCommand(2, "add needs --due as well", ADD),
    BadCommand(2, "There is nothing to set", ("update", "A1")),
    BadCommand(2, "Name the actions", ("update", "--note", "x")),
    BadCommand(2, "Name the actions", ("update", "A1", "--where", "overdue", "--note", "x")),
    BadCommand(2, "--where 'late' is not a filter", ("update", "--where", "late", "--note", "x")),
    BadCommand(2, "No action is like that", ("update", "--where", "rag=red", "--note", "x")),
    BadCommand(2, "a title", ("init",)),
    BadCommand(5, "is there already", ("init", "plans/plan.toml", "--title", "Again")),
)


LOOKS = frozenset({"show", "list", "overdue", "due", "log", "changes", "check"})
"""The commands that only look: they could not have changed anything, and do not say so."""


@pytest.mark.parametrize("bad", BAD_COMMANDS, ids=[" ".join(bad.arguments) for bad in BAD_COMMANDS])
def test_a_bad_command_has_its_sentence_and_its_exit_code_and_changes_nothing(
    bad: BadCommand, folder: Path, run: Run
) -> None:
    before = contents(folder)
    ran = run(*bad.arguments, "--as-at", "2014-02-10")
    assert (ran.code, ran.out) == (bad.code, "")
    assert bad.sentence in ran.err
    assert (NOTHING in ran.err) is (bad.arguments[0] not in LOOKS)
    assert contents(folder) == before


def test_two_things_that_are_wrong_in_several_refs_change_none_of_them(
    folder: Path, run: Run
) -> None:
    before = contents(folder)
    assert run("update", "A1", "A9", "--note", "x").code == 2
    assert run("update", "A2", "A1", "--stage", "embedded").code == 6
    assert contents(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("unknown",),
        ("list", "--colour"),
        ("note", "A1"),
        ("show",),
        ("finding", "add", "Words."),
        ("owner", "remove", "x"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two_and_says_how_to_get_help(
    arguments: tuple[str, ...], folder: Path, run: Run
) -> None:
    before = contents(folder)
    ran = run(*arguments)
    assert ran.code == 2
    assert "Usage: " in ran.err
    assert " -h' for help." in ran.err
    assert contents(folder) == before


# --- places that are no plan --------------------------------------------------------------------


def make_missing(path: Path) -> None:
    """Leave nothing there."""
    path.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder of that name."""
    path.mkdir()


def make_pipe(path: Path) -> None:
    """Make a named pipe, which would never end."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes on this system")
    os.mkfifo(path)


def make_loop(path: Path) -> None:
    """Make a link that leads back to itself."""
    try:
        path.symlink_to(path)
    except OSError:
        pytest.skip("no links on this system")


def make_dangling(path: Path) -> None:
    """Make a link to nothing."""
    try:
        path.symlink_to(path.with_name("gone.toml"))
    except OSError:
        pytest.skip("no links on this system")


NO_PLANS = (
    (make_missing, "there is no such file"),
    (make_folder, "is a folder; a plan is one TOML file"),
    (make_pipe, "is no regular file; a plan is one TOML file"),
    (make_loop, "the link leads back to itself"),
    (make_dangling, "there is no such file"),
)


@pytest.mark.parametrize(("make", "sentence"), NO_PLANS, ids=[m.__name__ for m, _ in NO_PLANS])
def test_what_is_no_plan_is_neither_read_nor_written(
    make: Callable[[Path], None], sentence: str, tmp_path: Path, run: Run
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    path = place / "plan.toml"
    make(path)
    for command in (LIST, ("show", "A1"), ("report",), ("overdue",), NOTE, ("owner", "list")):
        ran = run(*command, "-f", str(path))
        assert (ran.code, ran.out) == (4, "")
        assert sentence in ran.err
        assert UNTOUCHED in ran.err
    assert [p.name for p in place.iterdir()] in ([], ["plan.toml"])


# --- what the disk refuses ----------------------------------------------------------------------


def assert_said_plainly(ran: Ran) -> None:
    """Nobody is shown a traceback, or told of a fault in the program."""
    assert "Traceback" not in ran.err + ran.out
    assert "fault in actionplan" not in ran.err + ran.out


@pytest.mark.parametrize("name", ["plan.toml", "plan.history.jsonl"])
def test_a_read_only_file_is_not_written_not_even_by_root(
    name: str, folder: Path, program: Program
) -> None:
    (folder / name).chmod(0o400)
    before = contents(folder)
    for command in (NOTE, ("update", "A1", "--note", "x"), ("done", "A1")):
        ran = program(*command)
        assert_said_plainly(ran)
        assert (ran.code, ran.out) == (1, "")
        assert f"{name} is read-only: you may not write it. {NOTHING}" in ran.err
    assert contents(folder) == before
    assert program("list").code == 0


LIMITED = """\
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.executable, [sys.executable, "-m", "actionplan", *sys.argv[2:]])
"""
"""Run the program where no file may grow beyond a size: a real write that fails half way."""


def run_limited(limit: int, *arguments: str) -> Ran:
    """Run the real program with a limit on the size of files."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files on Windows")
def test_a_write_that_fails_half_way_changes_neither_plan_nor_history(
    folder: Path, run: Run
) -> None:
    (folder / "plan.history.jsonl").unlink()
    size = (folder / "plan.toml").stat().st_size
    before = contents(folder)
    for limit in (0, 1, size // 2, size - 1, size):
        ran = run_limited(limit, *NOTE)
        assert_said_plainly(ran)
        assert (ran.code, ran.out) == (1, "")
        sentence = (
            "plan.toml could not be written: the file would be larger than this machine allows"
        )
        assert f"{sentence}. {NOTHING}" in ran.err
        assert contents(folder) == before
    assert run_limited(2 * size + 5000, *NOTE).code == 0
    assert run("show", "A2").out.count("Last note: Advertised.") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files on Windows")
@pytest.mark.parametrize("room", [0, 1, 100, 400])
def test_a_history_that_can_not_grow_keeps_the_plan_as_it_was_and_its_entries_whole(
    room: int, folder: Path, run: Run
) -> None:
    for number in range(4):
        assert run("note", "A1", f"Note {number}.").code == 0
    plan, log = folder / "plan.toml", folder / "plan.history.jsonl"
    before, entries = plan.read_bytes(), log.read_bytes()
    assert len(entries) > len(before) + 100

    ran = run_limited(len(entries) + room, *NOTE)

    assert_said_plainly(ran)
    assert (ran.code, ran.out) == (1, "")
    assert NOTHING in ran.err
    assert plan.read_bytes() == before
    assert log.read_bytes().startswith(entries)
    assert sorted(contents(folder)) == ["plan.history.jsonl", "plan.toml"]

    assert run(*NOTE).code == 0
    told = [line for line in log.read_text().splitlines() if line.startswith(ENTRY_MARK)]
    whole = [json.loads(line) for line in told if line.endswith("}")]
    assert len(whole) == 6
    assert whole[-1]["prev"] == [whole[-2]["id"]]


FULL_DISK = """\
import json, pathlib, subprocess, sys
place, plan = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_bytes()
results = []
for free in range(5):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", place], check=True)
    (place / "plan.toml").write_bytes(plan)
    (place / "fill").write_bytes(b"")
    with (place / "fill").open("ab", buffering=0) as fill:
        try:
            while True:
                fill.write(b"x" * 4096)
        except OSError:
            fill.truncate((fill.tell() // 4096 - free) * 4096)
    done = subprocess.run(
        [sys.executable, "-m", "actionplan", "note", "A2", "x", "-f", place / "plan.toml"],
        capture_output=True, text=True,
    )
    log = place / "plan.history.jsonl"
    results.append({
        "code": done.returncode, "out": done.stdout, "err": done.stderr,
        "same": (place / "plan.toml").read_bytes() == plan,
        "history": log.read_text() if log.exists() else "",
        "files": sorted(path.name for path in place.iterdir()),
    })
    subprocess.run(["umount", place], check=True)
print(json.dumps(results))
"""
"""Run the program on a disk of 128 kB with room for none to four blocks of 4 kB."""


def may_mount() -> bool:
    """Tell whether a disk of its own can be had here."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    script = "mount -t tmpfs none /tmp"
    done = subprocess.run([unshare, "-rm", "sh", "-c", script], check=False, capture_output=True)
    return done.returncode == 0


def test_a_full_disk_changes_neither_plan_nor_history(folder: Path, tmp_path: Path) -> None:
    if not may_mount():
        pytest.skip("unshare -rm and mount are not allowed here: the full disk was not tried")
    place = tmp_path / "disk"
    place.mkdir()
    command = ["unshare", "-rm", sys.executable, "-c", FULL_DISK]
    done = subprocess.run(
        [*command, str(place), str(folder / "plan.toml")],
        check=True,
        capture_output=True,
        timeout=60,
    )
    results = json.loads(done.stdout)
    assert [result["code"] for result in results] == [1, 1, 1, 0, 0]
    for result in results[:3]:
        assert_said_plainly(Ran(result["code"], result["out"], result["err"]))
        assert result["out"] == ""
        assert f"could not be written: the disk is full. {NOTHING}" in result["err"]
        assert result["same"]
        assert result["history"] == ""
        assert not [name for name in result["files"] if name.endswith(".tmp")]
    for result in results[3:]:
        assert not result["same"]
        assert len([line for line in result["history"].splitlines() if '"seq":' in line]) == 1
        assert result["files"] == ["fill", "plan.history.jsonl", "plan.toml"]


# --- what a shell can hand over -----------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are never bytes on Windows")
@pytest.mark.parametrize(
    "arguments",
    [
        (b"note", b"A1", b"Pay \xa330"),
        (b"note", b"A\xff", b"x"),
        (b"add", b"\xff", b"--answers", b"F1", b"--owner", b"Head of HR", b"--due", b"+6w"),
        (b"owner", b"add", b"Head of \xff"),
        (b"list", b"\xff"),
        (b"list", b"-f", b"\xff.toml"),
        (b"note", b"A1", b"x", b"--by", b"Head of \xff"),
    ],
)
def test_words_that_are_not_utf_8_are_refused_or_kept_but_never_a_crash(
    arguments: tuple[bytes, ...], folder: Path
) -> None:
    before = contents(folder)
    done = subprocess.run(
        [sys.executable, "-m", "actionplan", *arguments], check=False, capture_output=True
    )
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert_said_plainly(ran)
    if arguments[0] != b"list":
        assert ran.code in {0, 2}
    if ran.code:
        assert contents(folder) == before


def test_control_characters_and_toml_in_a_note_go_into_the_file_as_text(
    folder: Path, run: Run
) -> None:
    text = 'a \x1b[31m \x07 \u202e \x85 "quoted" \\ [[action]] # \n rag = "red"'
    assert run("note", "A1", text, "--as-at", "2014-02-10").code == 0
    assert "\x1b" not in (folder / "plan.toml").read_text(encoding="utf-8")
    ran = run("show", "A1", "--json")
    (card,) = json.loads(ran.out)["sections"][0]["blocks"]
    assert card["facts"]["Last note"] == text


@pytest.mark.parametrize("ref", ["two words", "é", "-", "", "a" * 21, 'A"B', "LGA\n"])
def test_a_name_for_a_review_that_no_plan_may_hold_is_refused_as_such(
    ref: str, folder: Path, run: Run
) -> None:
    before = contents(folder)
    ran = run("review", "add", "--", ref, "Again")
    assert ran.code in {2, 6}
    assert "would not read back" not in ran.err
    assert NOTHING in ran.err
    assert contents(folder) == before


# --- the ends of the calendar -------------------------------------------------------------------


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-05", "9999-12-31", "9999-12-20"])
@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("list", "--stale"),
        ("show", "A1"),
        ("due",),
        ("due", "--within", "9999m"),
        ("overdue",),
        ("report",),
        ("report", "--summary"),
        ("owner", "list"),
        ("note", "A1", "x"),
        ("add", "x", "--answers", "F1", "--owner", "Head of HR", "--due", "+6w"),
        ("move", "A1", "--due", "friday", "--why", "x"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("folder")
def test_a_day_at_the_end_of_the_calendar_is_no_crash(
    command: tuple[str, ...], day: str, run: Run
) -> None:
    assert run(*command, "--as-at", day).code in {0, 2, 6}


@pytest.mark.parametrize(
    "line",
    [
        'stale_after = "9999m"',
        'stale_after = "9999w"',
        'due_soon = "9999m"',
        'due_soon = "9999wd"',
        "moves_before_challenge = 9223372036854775807",
    ],
)
def test_a_policy_beyond_the_calendar_is_no_crash(line: str, folder: Path, run: Run) -> None:
    plan = folder / "plan.toml"
    plan.write_text(GOOD.replace("[[review]]", f"[policy]\n{line}\n\n[[review]]", 1))
    for command in (("list",), ("due",), ("report",), ("overdue",), ("show", "A1")):
        for day in ("2014-02-10", "9000-01-01"):
            assert run(*command, "--as-at", day).code in {0, 2, 4}


def test_dates_at_the_ends_of_the_calendar_in_a_plan_are_no_crash(folder: Path, run: Run) -> None:
    text = GOOD.replace("due = 2014-03-31", "due = 9999-12-31\nforecast = 9999-12-31")
    text = text.replace("start = 2014-01-20", "start = 0001-01-01")
    (folder / "plan.toml").write_text(text.replace("2014-02-03", "0001-01-01"))
    for command in (("list",), ("due",), ("report",), ("overdue",), ("show", "A1"), NOTE):
        for day in ("2014-02-10", "2026-02-10"):
            assert run(*command, "--as-at", day).code == 0
