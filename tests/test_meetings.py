"""Meetings and reviews: dates that others set, and what follows from them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import HEAD
from test_cli_change import diff, entries, reads_well

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")
TOP = """\
format = 1
title = "A plan"

# --- the meetings of the year ---
[[meeting]]
body = "Cabinet"
on = 2014-02-17

# Called by the commissioner.
[[meeting]]
body = "Scrutiny committee"
on = 2014-03-03
place = "Committee room 2"

[[meeting]]
body = "Cabinet"
on = 2014-03-17

[[review]]
id = "LGA"
title = "Peer review"
"""
INLINE = """\
format = 1
title = "A plan"
meeting = [
    { body = "Cabinet", on = 2014-02-17 }, # the first
    { body = "Board", on = 2014-03-17 },
]
"""


@pytest.fixture
def meetings(tmp_path: Path) -> Path:
    """Write a plan with three meetings."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(TOP, encoding="utf-8")
    return path


def changed(path: Path, run: Run, *arguments: str) -> list[str]:
    """Change something, and give the lines that differ; taken back, the text is as it was."""
    before = path.read_bytes()
    assert run(*arguments, *DAY).code == 0
    now = path.read_text(encoding="utf-8")
    assert run("undo", "--yes", *DAY).code == 0
    assert path.read_bytes() == before
    assert run(*arguments, *DAY).code == 0
    return diff(before.decode(), now)


# --- meetings -----------------------------------------------------------------------------------


def test_a_meeting_is_added_after_the_others_and_its_papers_are_told(
    meetings: Path, run: Run
) -> None:
    ran = run("meeting", "add", "Cabinet", "--on", "19 May 2014", "--dry-run", *DAY)
    assert "The plan: meeting added: Cabinet 19 May 2014\n" in ran.err
    assert "Its papers must be out by Friday 9 May 2014." in ran.err
    found = changed(meetings, run, "meeting", "add", "Cabinet", "--on", "19 May 2014")
    assert found == ["+[[meeting]]", '+body = "Cabinet"', "+on = 2014-05-19", "+"]


def test_a_first_meeting_stands_before_the_reviews(plan_file: Path, run: Run) -> None:
    assert run("meeting", "add", "Cabinet", "--on", "2014-03-17", *DAY).code == 0
    assert plan_file.read_text(encoding="utf-8") == HEAD.replace(
        'organisation = "A council"\n',
        'organisation = "A council"\n\n[[meeting]]\nbody = "Cabinet"\non = 2014-03-17\n',
    )
    assert reads_well(plan_file)


def test_a_meeting_is_put_off_and_keeps_what_else_is_said_of_it(meetings: Path, run: Run) -> None:
    move = ("meeting", "update", "scrutiny committee", "--to", "2014-03-10", "--why", "Snow.")
    told = "The plan: meeting changed: Scrutiny committee 10 March 2014, was Scrutiny committee 3"
    assert told in run(*move, "--dry-run", *DAY).err
    assert changed(meetings, run, *move) == ["-on = 2014-03-03", "+on = 2014-03-10"]
    assert [entry["why"] for entry in entries(meetings)] == ["Snow.", "", "Snow."]


def test_of_a_body_that_meets_often_the_day_says_which(meetings: Path, run: Run) -> None:
    move = ("meeting", "update", "Cabinet", "--to", "2014-03-24")
    ran = run(*move, *DAY)
    assert ran.code == 2
    assert "Cabinet meets on 17 February 2014, 17 March 2014: say which with --on." in ran.err
    found = changed(meetings, run, *move, "--on", "17 March 2014")
    assert found == ["-on = 2014-03-17", "+on = 2014-03-24"]


def test_a_meeting_that_is_not_held_goes_with_the_comment_that_heads_it(
    meetings: Path, run: Run
) -> None:
    gone = ("meeting", "remove", "Scrutiny committee", "--why", "No quorum.")
    assert changed(meetings, run, *gone) == [
        "-# Called by the commissioner.",
        "-[[meeting]]",
        '-body = "Scrutiny committee"',
        "-on = 2014-03-03",
        '-place = "Committee room 2"',
        "-",
    ]


def test_what_stands_over_the_first_meeting_may_head_them_all_and_stays(
    meetings: Path, run: Run
) -> None:
    gone = ("meeting", "remove", "Cabinet", "--on", "2014-02-17", "--why", "Recess.")
    assert changed(meetings, run, *gone) == [
        "-[[meeting]]",
        '-body = "Cabinet"',
        "-on = 2014-02-17",
        "-",
    ]


def test_meetings_in_one_array_are_added_to_moved_and_removed_there(
    meetings: Path, run: Run
) -> None:
    meetings.write_text(INLINE, encoding="utf-8")
    for words in (
        ("add", "Cabinet", "--on", "2014-05-19"),
        ("update", "Board", "--to", "2014-03-18", "--body", "Improvement board"),
        ("remove", "Cabinet", "--on", "2014-02-17", "--why", "Recess."),
        ("remove", "Improvement board", "--why", "Wound up."),
    ):
        assert changed(meetings, run, "meeting", *words) != []
    assert '{ body = "Cabinet", on = 2014-05-19 }' in meetings.read_text(encoding="utf-8")
    changed(meetings, run, "meeting", "remove", "Cabinet", "--why", "Recess.")
    assert meetings.read_text(encoding="utf-8") == 'format = 1\ntitle = "A plan"\n'


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("add", " cabinet", "--on", "2014-02-17"), 6, "Cabinet on Monday 17 February 2014 is in"),
        (("add", " ", "--on", "2014-02-17"), 2, "The body is empty"),
        (("add", "Cabinet", "--on", "TBC"), 2, "TBC"),
        (("update", "Scrutiny committee"), 2, "There is nothing to set"),
        (("update", "Scrutiny committee", "--body", "none"), 2, "The body is empty"),
        (
            ("update", "Cabinet", "--on", "2014-02-17", "--to", "2014-03-17"),
            6,
            "in the plan already",
        ),
        (("update", "Cabinett", "--to", "2014-03-17"), 2, "Is 'Cabinet' meant?"),
        (("update", "Xyz", "--to", "2014-03-17"), 2, "There are: Cabinet; Scrutiny committee."),
        (
            ("remove", "Cabinet", "--on", "2014-02-18", "--why", "x"),
            2,
            "does not meet on Tuesday 18",
        ),
        (
            ("remove", "Scrutiny committee", "--on", "2014-02-18", "--why", "x"),
            2,
            "does not meet on Tuesday 18 February 2014: it meets on 3 March 2014.",
        ),
        (("remove", "Scrutiny committee", "--why", " "), 2, "The reason is empty"),
    ],
)
def test_a_meeting_that_is_not_meant_is_refused_in_words(
    words: tuple[str, ...], code: int, sentence: str, meetings: Path, run: Run
) -> None:
    before = meetings.read_bytes()
    ran = run("meeting", *words, *DAY)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert meetings.read_bytes() == before


@pytest.mark.parametrize("day", [(), ("--on", "2014-03-03")])
def test_a_body_that_meets_twice_on_one_day_is_told_as_such(
    day: tuple[str, ...], meetings: Path, run: Run
) -> None:
    text = meetings.read_text(encoding="utf-8")
    again = '[[meeting]]\nbody = "Scrutiny committee"\non = 2014-03-03\n\n[[review]]'
    meetings.write_text(text.replace("[[review]]", again), encoding="utf-8")
    ran = run("meeting", "remove", "Scrutiny committee", *day, "--why", "x", *DAY)
    assert ran.code == 2
    assert "Scrutiny committee meets twice on one day: leave one of them, with: action" in ran.err


@pytest.mark.usefixtures("meetings")
def test_the_meetings_are_listed_by_day_with_the_last_day_for_papers(run: Run) -> None:
    ran = run("meeting", "list", "--as-at", "2014-03-01")
    assert ran.out.splitlines() == [
        "Cabinet\t2014-02-17\tpast by 9 working days\t",
        "Scrutiny committee\t2014-03-03\tin 1 working day\t2014-02-21",
        "Cabinet\t2014-03-17\tin 11 working days\t2014-03-07",
    ]
    told = json.loads(run("meeting", "list", "--json", *DAY).out)
    assert (told["kind"], told["meetings"][0]["papers"]) == ("meetings", "2014-02-07")
    assert "No meeting is still to come" in run("meeting", "list", "--as-at", "2014-04-01").err


@pytest.mark.usefixtures("meetings")
def test_a_pipe_gets_no_ref_of_what_has_none(run: Run) -> None:
    ran = run("meeting", "add", "Cabinet", "--on", "2014-05-19", *DAY)
    assert (ran.code, ran.out) == (0, "")
    ran = run("meeting", "add", "Cabinet", "--on", "2014-06-16", "--json", *DAY)
    told = json.loads(ran.out)
    assert told["refs"] == []
    assert (told["changes"][0]["ref"], told["changes"][0]["field"]) == ("plan", "meetings")


def test_a_hand_edit_of_the_policy_is_told_when_it_is_taken_back(meetings: Path, run: Run) -> None:
    run("meeting", "add", "Cabinet", "--on", "2014-05-19", *DAY)
    text = meetings.read_text(encoding="utf-8").replace(
        "# --- the", '[policy]\nstale_after = "6w"\n\n# --- the'
    )
    meetings.write_text(text, encoding="utf-8")
    assert run("review", "update", "LGA", "--note", "x", *DAY).code == 0
    by_hand = entries(meetings)[1]
    assert by_hand["command"] == "by hand"
    ran = run("undo", by_hand["id"], "--yes", *DAY)
    assert ran.code == 0
    assert "The plan: policy stale_after: 6w -> 28d" in ran.err


# --- reviews ------------------------------------------------------------------------------------

REVIEW = """\
format = 1
title = "A plan"

[[review]]
id = "OFSTED"
title = "Inspection" # of 2022
body = "Ofsted"
kind = "inspection"
on = 2022-09-26
note = "By letter."
"""
LATER = ("--as-at", "2022-10-10")


@pytest.fixture
def review(meetings: Path) -> Path:
    """Write a plan with an inspection that a clock follows."""
    meetings.write_text(REVIEW, encoding="utf-8")
    return meetings


def test_a_review_is_updated_where_it_stands(review: Path, run: Run) -> None:
    words = ("--title", "Inspection of services", "--note", "none", "--document", "Letter.pdf")
    assert run("review", "update", "ofsted", *words, *LATER).code == 0
    assert diff(REVIEW, review.read_text(encoding="utf-8")) == [
        '-title = "Inspection" # of 2022',
        '+title = "Inspection of services" # of 2022',
        '-note = "By letter."',
        '+document = "Letter.pdf"',
    ]


def test_a_date_that_clocks_follow_is_changed_with_a_reason_and_what_becomes_of_them_is_said(
    review: Path, run: Run
) -> None:
    change = ("review", "update", "OFSTED", "--on", "2022-09-28")
    ran = run(*change, *LATER)
    assert (ran.code, ran.out) == (6, "")
    assert "The date of OFSTED is 26 September 2022, and dates follow from it" in ran.err
    ran = run(*change, "--why", "The letter came two days later.", *LATER)
    assert ran.code == 0
    assert "OFSTED on: Monday 26 September 2022 -> Wednesday 28 September 2022\n" in ran.err
    assert (
        "By the clock: Action plan sent to Ofsted and published, Monday 9 January 2023, not "
        "Thursday 5 January 2023.\n"
    ) in ran.err
    (entry,) = entries(review)
    assert entry["why"] == "The letter came two days later."


@pytest.mark.usefixtures("review")
def test_a_first_stated_date_needs_no_reason_and_its_end_does(run: Run) -> None:
    ran = run("review", "update", "OFSTED", "--plan-due", "2022-12-29", *LATER)
    assert ran.code == 0
    assert "By the clock: Action plan sent to Ofsted and published, Thursday 29 Dec" in ran.err
    assert run("review", "update", "OFSTED", "--plan-due", "none", *LATER).code == 6
    ran = run("review", "update", "OFSTED", "--plan-due", "none", "--why", "Withdrawn.", *LATER)
    assert "OFSTED plan_due: Thursday 29 December 2022 -> none" in ran.err


@pytest.mark.usefixtures("review")
def test_a_kind_that_no_clock_follows_says_which_dates_are_gone(run: Run) -> None:
    ran = run("review", "update", "OFSTED", "--kind", "audit", *LATER)
    assert "By the clock no more: Action plan sent to Ofsted and published, Thursday 5 J" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("OFSTED",), 2, "There is nothing to set"),
        (("OFSTED", "--title", " "), 2, "The title is empty"),
        (("OFSTED", "--title", "none"), 2, "The title is empty"),
        (("OFSTD", "--note", "x"), 2, "There is no review OFSTD. The nearest is OFSTED"),
        (("OFSTED", "--plan-due", "2022-09-01"), 6, "the plan for it can't be due before, 1 Sept"),
        (("OFSTED", "--on", "26/9/22"), 2, "22"),
    ],
)
def test_an_update_of_a_review_that_can_not_be_is_refused(
    words: tuple[str, ...], code: int, sentence: str, review: Path, run: Run
) -> None:
    ran = run("review", "update", *words, *LATER)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert review.read_text(encoding="utf-8") == REVIEW
