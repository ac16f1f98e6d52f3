"""What was: log, changes, undo, check, recorded reports, and any day in the past."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from conftest import long_ago

from actionplan.history.entries import ENTRY_MARK

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

FEBRUARY = ("--as-at", "2014-02-10")


@pytest.fixture
def path(tmp_path: Path, run: Run) -> Path:
    """Make a plan by commands in January 2014: one review, one finding, two actions."""
    day = ("--as-at", "2014-01-13")
    assert run("init", "--title", "A plan", "plans/plan.toml", *day).code == 0
    assert run("review", "add", "LGA", "Peer review", *day).code == 0
    assert run("finding", "add", "Morale is low.", "--review", "LGA", *day).code == 0
    for title, due in (("Meet every team", "2014-02-07"), ("Hire ten", "2014-03-31")):
        added = run("add", title, "--answers", "F1", "--owner", "Head of HR", "--due", due, *day)
        assert added.code == 0, added.err
    return tmp_path / "plans" / "plan.toml"


def log_of(path: Path) -> Path:
    """Give the place of a plan's history."""
    return path.with_suffix(".history.jsonl")


def entries(path: Path) -> list[dict[str, Any]]:
    """Read the entries of a history."""
    lines = log_of(path).read_text(encoding="ascii").splitlines()
    return [json.loads(line) for line in lines if line.startswith(ENTRY_MARK)]


def edit(path: Path, old: str, new: str) -> None:
    """Edit a plan by hand, a moment after its last command."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    later = log_of(path).stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(later, later))


# --- log ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("path")
def test_log_tells_who_changed_what_from_what_to_what_and_why(run: Run) -> None:
    run("update", "A1", "--rag", "amber", "--reason", "Two are ill.", "--by", "Head of HR")
    ran = run("log", "a1")
    assert ran.code == 0
    newest, *_ = ran.out.splitlines()
    assert newest.split("\t")[3:] == [
        "Head of HR", "update", "A1", "rag: not rated -> amber", "Two are ill."
    ]  # fmt: skip
    assert len(ran.out.splitlines()) == 3


@pytest.mark.usefixtures("path")
def test_log_is_narrowed_by_day_and_by_whom(run: Run) -> None:
    run("note", "A1", "First.", "--as-at", "2014-01-20", "--by", "Head of HR")
    run("note", "A1", "Second.", "--as-at", "2014-01-27", "--by", "Director")
    assert run("log", "--since", "2014-01-20").out.count("\n") == 2
    assert run("log", "--by", "head").out.count("First.") == 1
    assert "Second" not in run("log", "--as-at", "2014-01-20").out


@pytest.mark.usefixtures("path")
def test_log_as_json_has_old_and_new(run: Run) -> None:
    run("note", "A1", "First.")
    run("note", "A1", "Second.")
    told = json.loads(run("log", "A1", "--json").out)
    assert told["kind"] == "log"
    first, *_ = told["entries"]
    assert (first["field"], first["old"], first["new"]) == ("note", "First.", "Second.")


@pytest.mark.usefixtures("path")
def test_the_whole_log_shows_the_last_fifty_and_says_so(run: Run) -> None:
    for number in range(50):
        run("note", "A1", f"Note {number}.")
    ran = run("log")
    assert len(ran.out.splitlines()) == 50
    assert "The last 50 of 55 entries; the others with --all." in ran.err
    assert len(run("log", "--all").out.splitlines()) == 55


@pytest.mark.usefixtures("path")
def test_a_ref_of_which_nothing_is_told_is_said(run: Run) -> None:
    ran = run("log", "A9")
    assert (ran.code, ran.out) == (0, "")
    assert "The history says nothing of A9." in ran.err


@pytest.mark.usefixtures("path")
def test_show_tells_the_story_of_an_action(run: Run) -> None:
    run("move", "A1", "--due", "2014-02-28", "--why", "Two are ill.", *FEBRUARY)
    shown = run("show", "A1").out
    assert "WHAT HAPPENED TO IT" in shown
    assert "(move" in shown
    assert "due: 7 February 2014 -> 28 February 2014; date asked for: Two are ill." in shown


# --- any day in the past ------------------------------------------------------------------------


@pytest.mark.usefixtures("path")
def test_a_past_day_shows_the_plan_as_it_stood_at_its_end(run: Run) -> None:
    run("update", "A1", "--rag", "red", "--reason", "Late.", "--as-at", "2014-02-03")
    run("done", "A1", "--as-at", "2014-02-10")
    told = {
        day: json.loads(run("list", "--json", "--as-at", day).out)["actions"][0]
        for day in ("2014-02-02", "2014-02-03", "2014-02-09", "2014-02-10", "2014-03-01")
    }
    assert [line["rag"] for line in told.values()] == [None, "red", "red", "red", "red"]
    assert [line["stage"] for line in told.values()] == [
        "not-started", "not-started", "not-started", "delivered", "delivered"
    ]  # fmt: skip
    assert run("overdue", "--as-at", "2014-02-09").out.startswith("A1\t")
    assert run("overdue", "--as-at", "2014-02-10").out == ""


@pytest.mark.usefixtures("path")
def test_before_the_plan_was_started_there_was_none(run: Run) -> None:
    ran = run("list", "--as-at", "2014-01-12")
    assert (ran.code, ran.out) == (4, "")
    assert "The plan was started on 13 January 2014: on 12 January 2014 there was none." in ran.err


@pytest.mark.usefixtures("path")
def test_entries_written_later_for_that_day_are_pointed_out(run: Run) -> None:
    told = json.loads(run("list", "--json", "--as-at", "2014-01-20").out)
    assert told["caution"].startswith("5 entries for 20 January 2014 or before were written later")


@pytest.mark.usefixtures("path")
def test_an_entry_made_for_an_earlier_day_than_the_one_before_it_is_left_out(run: Run) -> None:
    run("note", "A1", "Later day.", "--as-at", "2014-02-10")
    run("note", "A2", "Earlier day.", "--as-at", "2014-02-03")
    told = json.loads(run("list", "--json", "--as-at", "2014-02-05").out)
    assert [line["note"] for line in told["actions"]] == [None, None]
    assert "Left out: 1 entry made for 5 February 2014 or before" in told["caution"]


def test_where_there_is_no_history_the_page_says_that_it_is_of_today(
    plan_file: Path, run: Run
) -> None:
    """A plan that was never changed by a command.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    """
    os.utime(plan_file)
    for command in ("list", "overdue", "due"):
        ran = run(command, *FEBRUARY)
        assert ran.code == 0
        assert "There is no history beside the plan, so it can't be told how it stood" in ran.err
    assert "There is no history beside the plan" in run("report", *FEBRUARY).out
    long_ago(plan_file)
    assert "history" not in run("list", *FEBRUARY).err


def test_a_history_that_begins_later_says_that_it_does_not_reach(plan_file: Path, run: Run) -> None:
    """A plan whose first command came in February.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    """
    assert plan_file.exists()
    run("note", "A1", "Begun.", *FEBRUARY)
    ran = run("show", "A1", "--as-at", "2014-02-01")
    assert "The history begins on 10 February 2014 and does not reach 1 February 2014" in ran.out
    assert "Begun." not in ran.out


def test_a_damaged_state_is_passed_by_for_one_that_is_farther(path: Path, run: Run) -> None:
    for number in range(12):
        run("note", "A1", f"Note {number}.", "--as-at", f"2014-02-{number + 1:02}")
    log = log_of(path)
    lines = log.read_text(encoding="ascii").splitlines(keepends=True)
    states = [at for at, line in enumerate(lines) if line.startswith('{"v":1,"state":')]
    assert states
    for spoilt in ('"state":"# Edit', '"state":"#" Edit'):
        broken = [
            line.replace('"state":"# Edit', spoilt.replace("Edit", "Eddit"))
            if at in states
            else line
            for at, line in enumerate(lines)
        ]
        log.write_text("".join(broken), encoding="ascii")
        for number in (0, 3, 7):
            ran = run("show", "A1", "--as-at", f"2014-02-{number + 1:02}")
            assert f"Last note: Note {number}." in ran.out


def test_a_day_behind_a_damaged_entry_is_rebuilt_from_its_other_side(path: Path, run: Run) -> None:
    for number, day in enumerate(("2014-02-01", "2014-02-02", "2014-02-03")):
        run("note", "A1", f"Note {number}.", "--as-at", day)
    log = log_of(path)
    log.write_text(log.read_text().replace("Note 1.", "Note x."))
    assert "Note 2." in run("show", "A1", "--as-at", "2014-02-03").out
    ran = run("show", "A1", "--as-at", "2014-02-01")
    assert "Last note: Note 0." in ran.out
    ran = run("show", "A1", "--as-at", "2014-02-02")
    assert "The history does not lead back to 2 February 2014 (lines 7, 8, 9" in ran.out
    assert "this is the plan as it stood on 1 February 2014" in ran.out


# --- recorded reports ---------------------------------------------------------------------------

CABINET = "Cabinet 10 February 2014"


@pytest.mark.usefixtures("path")
def test_a_recorded_report_is_where_the_next_one_starts(run: Run) -> None:
    recorded = run("report", "--record", CABINET, *FEBRUARY)
    assert recorded.code == 0
    assert f"Recorded as '{CABINET}', with the digest of the plan and of the paper." in recorded.err
    run("update", "A2", "--rag", "red", "--reason", "Late.", "--as-at", "2014-02-12")
    following = run("report", "--as-at", "2014-02-17").out
    assert f"Since the last recorded report, {CABINET}" in following
    assert f"Since {CABINET}: 0 better, 1 worse, 1 the same; on the whole worse." in following
    assert "Direction" in following


@pytest.mark.usefixtures("path")
def test_direction_of_travel_is_between_recorded_reports_never_between_edits(run: Run) -> None:
    run("update", "A2", "--rag", "green", "--as-at", "2014-02-01")
    run("update", "A2", "--rag", "red", "--reason", "Late.", "--as-at", "2014-02-02")
    assert "Direction" not in run("report", *FEBRUARY).out
    run("report", "--record", CABINET, *FEBRUARY)
    assert "1 worse" not in run("report", *FEBRUARY).out


@pytest.mark.usefixtures("path")
def test_a_recorded_report_is_given_again_in_the_same_words(run: Run) -> None:
    given = run("report", "--record", CABINET, *FEBRUARY).out
    run("done", "A1", "--as-at", "2014-02-12")
    run("note", "A2", "Changed since.", "--as-at", "2014-02-12")
    again = run("report", "--as-recorded", CABINET.lower())
    assert (again.code, again.out, again.err) == (0, given, "")


@pytest.mark.usefixtures("path")
def test_a_part_and_a_summary_are_recorded_as_they_were_drawn(run: Run) -> None:
    run("report", "--record", "First", "--as-at", "2014-02-01")
    asked = ("--summary", "--owner", "Head of HR", "--since", "2014-01-20")
    given = run("report", *asked, "--record", "Second", *FEBRUARY).out
    run("done", "A1", "--as-at", "2014-02-12")
    assert run("report", "--as-recorded", "Second").out == given


def test_words_that_would_be_others_today_are_shown_with_what_differs(path: Path, run: Run) -> None:
    given = run("report", "--record", CABINET, *FEBRUARY).out
    log = log_of(path)
    entry = entries(path)[-1]
    assert entry["recorded"]["words"] == given
    from actionplan.history import entries as history

    log.write_text(
        "".join(
            line if '"recorded"' not in line else resealed(line, history.checksum)
            for line in log.read_text().splitlines(keepends=True)
        )
    )
    again = run("report", "--as-recorded", CABINET)
    assert "Hire eleven" in again.out
    assert "This release would word it differently" in again.err
    assert "-A2    Hire eleven" in again.err
    assert "+A2    Hire ten" in again.err


def resealed(line: str, checksum: Any) -> str:
    """Change the words of a recorded report as an older release could have worded them."""
    from actionplan.store.recording import digest_of_words

    entry = json.loads(line)
    del entry["sum"]
    told = entry["recorded"]
    told["words"] = told["words"].replace("Hire ten", "Hire eleven")
    told["paper"] = digest_of_words(told["words"])
    text = json.dumps(entry, separators=(",", ":"))
    return f'{text[:-1]},"sum":"{checksum(text)}"}}\n'


@pytest.mark.usefixtures("path")
def test_a_name_is_recorded_once_and_an_unknown_one_is_told_the_others(run: Run) -> None:
    run("report", "--record", CABINET, *FEBRUARY)
    twice = run("report", "--record", CABINET.upper(), *FEBRUARY)
    assert (twice.code, twice.out) == (6, "")
    assert "already; give this one another name" in twice.err
    unknown = run("report", "--as-recorded", "Scrutiny")
    assert unknown.code == 2
    assert f"No report is recorded as 'Scrutiny'. Recorded are: {CABINET}." in unknown.err
    assert run("report", "--record", " ", *FEBRUARY).code == 2
    assert run("report", "--as-recorded", CABINET, "--summary").code == 2


# --- changes ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("path")
def test_changes_since_a_day_add_up(run: Run) -> None:
    run("done", "A1", "--as-at", "2014-02-03")
    run(
        "add", "Train all", "--answers", "F1", "--owner", "Head of HR", "--due", "2014-04-30",
        "--as-at", "2014-02-03",
    )  # fmt: skip
    ran = run("changes", "--since", "2014-01-20", *FEBRUARY)
    assert ran.code == 0
    assert "Since 20 January 2014" in ran.out
    assert "open\t2\t1\t0\t1\t0\t0\t0\t2" in ran.out
    assert "COMPLETED" in ran.out
    assert "A1\tMeet every team" in ran.out


@pytest.mark.usefixtures("path")
def test_changes_start_at_the_last_recorded_report_or_at_a_named_one(run: Run) -> None:
    run("report", "--record", "First", "--as-at", "2014-01-20")
    run("note", "A1", "Between.", "--as-at", "2014-01-27")
    run("report", "--record", "Second", "--as-at", "2014-02-03")
    assert "Since Second" in run("changes", *FEBRUARY).out
    assert "Between." not in run("changes", *FEBRUARY).out
    assert "Between." in run("changes", "--since", "first", *FEBRUARY).out


@pytest.mark.usefixtures("path")
def test_changes_since_before_the_plan_was_started_say_so(run: Run) -> None:
    ran = run("changes", "--since", "2013-12-01", *FEBRUARY)
    assert ran.code == 0
    assert "The plan was started on 13 January 2014" in ran.out
    assert "open\t0\t2\t0\t0\t0\t0\t0\t2" in ran.out


@pytest.mark.usefixtures("path")
def test_since_is_a_day_or_a_recorded_report(run: Run) -> None:
    run("report", "--record", "First", "--as-at", "2014-01-20")
    ran = run("changes", "--since", "Cabinett", *FEBRUARY)
    assert ran.code == 2
    assert "Recorded reports are: First." in ran.err
    late = run("changes", "--since", "2014-02-11", *FEBRUARY)
    assert late.code == 2
    assert "after the day of the report" in late.err


def test_changes_list_what_was_edited_by_hand_and_is_not_recorded(path: Path, run: Run) -> None:
    run("report", "--record", CABINET)
    edit(path, "Hire ten", "Hire twelve")
    ran = run("changes")
    assert "1 CHANGE MADE BY HAND, NOT YET RECORDED" in ran.out
    assert 'A2\ttitle: "Hire ten" -> "Hire twelve"' in ran.out


# --- undo ---------------------------------------------------------------------------------------


def test_undo_gives_the_same_bytes_and_is_an_entry(path: Path, run: Run) -> None:
    before = path.read_bytes()
    run("move", "A1", "--due", "2014-02-28", "--why", "Two are ill.", *FEBRUARY)
    ran = run("undo", "--why", "It was A2.")
    assert (ran.code, ran.out) == (0, "A1\n")
    assert "Takes back: move by Improvement officer, 10 February 2014 (entry " in ran.err
    assert "A1 due: Friday 28 February 2014 -> Friday 7 February 2014" in ran.err
    assert path.read_bytes() == before
    *_, moved, undone = entries(path)
    assert (undone["command"], undone["undoes"], undone["why"]) == (
        "undo", [moved["id"]], "It was A2."
    )  # fmt: skip


def test_undo_again_goes_one_further_back_and_an_undo_can_be_undone(path: Path, run: Run) -> None:
    states = [path.read_bytes()]
    for number in range(3):
        run("note", "A1", f"Note {number}.", *FEBRUARY)
        states.append(path.read_bytes())
    run("undo")
    assert path.read_bytes() == states[2]
    run("undo")
    assert path.read_bytes() == states[1]
    run("undo", entries(path)[-1]["id"])
    assert path.read_bytes() == states[2]
    run("undo")
    assert path.read_bytes() == states[1]


def test_an_added_action_is_taken_back_and_its_number_is_not_given_again(
    path: Path, run: Run
) -> None:
    add = ("add", "Train", "--answers", "F1", "--owner", "Head of HR", "--due", "2014-03-31")
    before = path.read_bytes()
    assert run(*add, *FEBRUARY).out == "A3\n"
    ran = run("undo")
    assert "A3 is taken out: Train, Head of HR" in ran.err
    assert path.read_bytes() == before
    assert run(*add, *FEBRUARY).out == "A4\n"


def test_one_entry_is_taken_back_and_later_changes_stay(path: Path, run: Run) -> None:
    run("note", "A1", "Wrong.", *FEBRUARY)
    wrong = entries(path)[-1]["id"]
    run("note", "A2", "Right.", *FEBRUARY)
    ran = run("undo", wrong[:6])
    assert ran.code == 0
    assert "Wrong." not in path.read_text()
    assert "Right." in path.read_text()


def test_undo_of_what_a_later_change_builds_on_is_refused_with_the_reason(
    path: Path, run: Run
) -> None:
    run("note", "A1", "One.", *FEBRUARY)
    one = entries(path)[-1]["id"]
    run("note", "A1", "Two.", "--by", "Director", *FEBRUARY)
    both = path.read_bytes(), log_of(path).read_bytes()
    ran = run("undo", one)
    assert (ran.code, ran.out) == (6, "")
    assert "The note of A1 was changed again later by Director (note, entry " in ran.err
    assert (path.read_bytes(), log_of(path).read_bytes()) == both


def test_an_action_that_a_later_one_waits_for_is_not_taken_back(path: Path, run: Run) -> None:
    add = ("--answers", "F1", "--owner", "Head of HR", "--due", "2014-03-31", *FEBRUARY)
    run("add", "Train", *add)
    added = entries(path)[-1]["id"]
    run("add", "Train more", "--after", "A3", *add)
    ran = run("undo", added)
    assert ran.code == 6
    assert f"A4 rests on what entry {added} did, so it can't be taken back alone." in ran.err


def test_undo_goes_back_to_an_entry_whatever_came_after(path: Path, run: Run) -> None:
    target, state = entries(path)[-1]["id"], path.read_bytes()
    run("note", "A1", "One.", *FEBRUARY)
    run("done", "A2", *FEBRUARY)
    edit(path, "Meet every team", "Meet no team")
    ran = run("undo", "--to", target)
    assert ran.code == 0
    assert "3 changes taken back" in ran.err or "2 changes taken back" in ran.err
    assert path.read_bytes() == state


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("ffff",), 2, "There is no entry ffff"),
        (("--to", "zz"), 2, "There is no entry zz"),
        (("abcd", "--to", "abcd"), 2, "not both"),
    ],
)
@pytest.mark.usefixtures("path")
def test_an_entry_that_is_not_there_is_said(
    arguments: tuple[str, ...], code: int, sentence: str, run: Run
) -> None:
    ran = run("undo", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err


def test_the_start_of_a_plan_is_not_taken_back(path: Path, run: Run) -> None:
    ran = run("undo", entries(path)[0]["id"])
    assert ran.code == 6
    assert "started the plan" in ran.err
    for _ in range(4):
        assert run("undo").code == 0
    ended = run("undo")
    assert ended.code == 6
    assert "There is no change to take back" in ended.err


def test_a_title_with_an_odd_line_separator_leads_back_too(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "plans" / "odd.toml"
    assert run("init", "--title", "One\u2028Two", str(path), *FEBRUARY).code == 0
    before = path.read_bytes()
    run("review", "add", "LGA", "Peer review", "-f", str(path), *FEBRUARY)
    from actionplan.store import remembering

    book = remembering.history_of(path)
    assert book.state(book.heads[0].after) == before


# --- by hand ------------------------------------------------------------------------------------


def test_a_hand_edit_is_listed_by_check_and_recorded_by_the_next_write(
    path: Path, run: Run
) -> None:
    assert run("check", "--only", "file") == (0, "", "")
    edit(path, 'owner = "Head of HR"\ndue = 2014-03-31', 'owner = "Director"\ndue = 2014-03-31')
    checked = run("check")
    assert checked.code == 3
    assert "by-hand\tA2\tEdited by hand: owner: Head of HR -> Director." in checked.out
    ran = run("note", "A1", "Begun.")
    assert ran.code == 0
    assert "edited by hand since the last command (A2): that is recorded first" in ran.err
    *_, by_hand, noted = entries(path)
    assert (by_hand["command"], by_hand["by"]) == ("by hand", "not known")
    assert by_hand["why"].startswith("Edited by hand, found on ")
    assert by_hand["changes"] == [
        {"in": "actions", "ref": "A2", "set": {"owner": ["Head of HR", "Director"]}}
    ]
    assert noted["prev"] == [by_hand["id"]]
    assert run("check", "--only", "file").code == 0


def test_comments_and_layout_edited_by_hand_are_recorded_too(path: Path, run: Run) -> None:
    edit(path, "[[review]]", "# by hand\n[[review]]")
    assert "Comments or layout were edited by hand." in run("check").out
    run("note", "A1", "Begun.")
    *_, by_hand, _ = entries(path)
    assert by_hand["changes"] == []
    assert by_hand["patch"][0][2] == ["# by hand\n"]


def test_a_reworded_finding_is_flagged_on_what_rests_on_it(path: Path, run: Run) -> None:
    edit(path, "Morale is low.", "Morale is fine.")
    checked = run("check", *FEBRUARY).out
    assert 'by-hand\tF1\tEdited by hand: text: "Morale is low." -> "Morale is fine."' in checked
    for ref in ("A1", "A2"):
        assert f"reworded\t{ref}\tF1, which it answers, was reworded by hand" in checked
    run("note", "A1", "Begun.", *FEBRUARY)
    assert "reworded\tA2\tF1, which it answers" in run("check", *FEBRUARY).out
    run("update", "A1", "--rag", "green", "--as-at", "2014-02-11")
    checked = run("check", "--as-at", "2014-02-11").out
    assert "reworded\tA2" in checked
    assert "reworded\tA1" not in checked


def test_a_test_made_on_earlier_words_of_a_finding_is_flagged(path: Path, run: Run) -> None:
    edit(
        path,
        'title = "Hire ten"',
        'title = "Hire ten"\ntests = [ { on = 2014-02-01, by = "Audit", result = "confirmed" } ]',
    )
    run("note", "A1", "Begun.", *FEBRUARY)
    edit(path, "Morale is low.", "Morale is fine.")
    checked = run("check", *FEBRUARY).out
    assert "Its test of 1 February 2014 was made on earlier words of F1" in checked


def test_a_plan_that_has_shrunk_is_not_written_on_unless_it_is_meant(path: Path, run: Run) -> None:
    text = path.read_text()
    last = entries(path)[-1]["id"]
    edit(path, text[text.index("\n[[action]]", text.index('id = "A1"')) :], "")
    ran = run("note", "A1", "Begun.", *FEBRUARY)
    assert (ran.code, ran.out) == (6, "")
    assert "plan.toml has lost what the last command left in it: A2." in ran.err
    assert f"actionplan undo --to {last}" in ran.err
    assert "missing\t\tGone since the last command: A2." in run("check").out
    assert len(entries(path)) == 5
    assert run("undo", "--to", last).code == 0
    assert path.read_text() == text


def test_what_was_taken_out_on_purpose_is_recorded_as_gone(path: Path, run: Run) -> None:
    text = path.read_text()
    edit(path, text[text.index("\n[[action]]", text.index('id = "A1"')) :], "")
    assert run("note", "A1", "Begun.", "--accept-removals", *FEBRUARY).code == 0
    *_, by_hand, _ = entries(path)
    assert by_hand["changes"][0]["gone"]["title"] == "Hire ten"
    assert "gone: Hire ten" in run("log", "A2").out


# --- the history itself -------------------------------------------------------------------------


def test_check_names_the_lines_of_a_damaged_history(path: Path, run: Run) -> None:
    log = log_of(path)
    lines = log.read_text().splitlines(keepends=True)
    lines[1] = lines[1].replace("Peer", "Poor")
    lines.insert(3, "rubbish\n")
    log.write_text("".join(lines) + '{"v":1,"seq":6')
    checked = run("check")
    assert checked.code == 3
    for said in (
        "plan.history.jsonl, line 2: it was changed after it was written",
        "plan.history.jsonl, line 4: it is no entry that actionplan wrote",
        "line 7: it was cut off",
    ):
        assert said in checked.out
    assert run("list").code == 0
    ran = run("note", "A1", "Begun.", *FEBRUARY)
    assert ran.code == 0
    assert "that can't be relied on" in ran.err
    assert log.read_text().startswith("".join(lines) + '{"v":1,"seq":6')


def test_a_deleted_history_is_said_and_a_new_one_begins(path: Path, run: Run) -> None:
    log_of(path).unlink()
    for command in (("log",), ("changes", "--since", "today"), ("show", "A1")):
        assert run(*command).code == 0
    assert "There is no history beside the plan" in run("log").err
    assert "There is no history beside the plan" in run("check").out
    assert run("note", "A1", "Begun.", *FEBRUARY).code == 0
    assert len(entries(path)) == 1
    assert run("undo").code == 0
