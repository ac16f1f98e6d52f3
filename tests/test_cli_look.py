"""Commands that look: what each prints on a pipe, as JSON and on a terminal; none ever writes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import HEAD

if TYPE_CHECKING:
    from conftest import Program, Ran, Run

DAY = ("--as-at", "2014-02-10")

LOOKS: list[tuple[tuple[str, ...], str, str]] = [
    (("list",), "actions", "Put an experienced team manager at the front door on every shift"),
    (("show", "A4"), "show", "Allocate every open case to a named social worker"),
    (("show", "F2"), "show", "Every child with an open case has a social worker who knows them."),
    (("show", "M1"), "show", "Open cases with no allocated social worker"),
    (("show", "LGA"), "show", "Peer review of children's services"),
    (("due",), "due", "Publish one performance report that members and managers both use"),
    (("overdue",), "overdue", "Set a limit on caseloads and report every breach of it"),
    (("report",), "report", "Waits for the findings of the government review."),
    (("report", "--summary"), "summary", "the front door"),
    (("review", "list"), "reviews", "Review of children's services led by Professor Le Grand"),
    (("finding", "list"), "findings", "The morale of social workers needs attention."),
    (("owner", "list"), "owners", "Assistant director, safeguarding"),
    (("clock",), "clock", "Papers published for Cabinet"),
]
"""Every command that looks, the kind of its report, and words that it must show of Birmingham."""
ALL_LOOKS = pytest.mark.parametrize(
    ("command", "kind", "words"), LOOKS, ids=[" ".join(look[0]) for look in LOOKS]
)


def tree(folder: Path) -> dict[str, bytes]:
    """Give every file under a folder, with its bytes."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def refs(ran: Ran) -> list[str]:
    """Give the refs of plain lines."""
    assert ran.code == 0
    return [line.split("\t")[0] for line in ran.out.splitlines()]


def one_line(text: str) -> str:
    """Give a text with all its line ends and runs of spaces as one space."""
    return " ".join(text.split())


# --- every look, in every form ------------------------------------------------------------------


@ALL_LOOKS
@pytest.mark.usefixtures("birmingham")
def test_a_pipe_gets_plain_lines_with_nothing_cut_and_no_escapes(
    command: tuple[str, ...], kind: str, words: str, run: Run
) -> None:
    assert kind
    ran = run(*command, *DAY)
    assert ran.code == 0
    assert words in ran.out
    assert ran.out.endswith("\n")
    assert "\x1b" not in ran.out + ran.err
    assert not set("─│┃━|") & set(ran.out)


@ALL_LOOKS
@pytest.mark.usefixtures("birmingham")
def test_json_is_one_versioned_document_with_its_kind_and_its_day(
    command: tuple[str, ...], kind: str, words: str, run: Run
) -> None:
    ran = run(*command, "--json", *DAY)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.isascii()
    document = json.loads(ran.out)
    assert document["schema"] == 1
    assert document["kind"] == kind
    assert document["as_at"] == "2014-02-10"
    assert document["plan"] == "Children's services improvement plan"
    assert words in json.dumps(document, ensure_ascii=False)


@ALL_LOOKS
@pytest.mark.usefixtures("birmingham")
def test_a_terminal_gets_colour_the_title_and_the_day_in_words(
    command: tuple[str, ...], kind: str, words: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kind
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    ran = run(*command, *DAY)
    assert (ran.code, ran.err) == (0, "")
    assert "\x1b[" in ran.out
    assert "Children's services improvement plan" in ran.out
    assert "As at Monday 10 February 2014" in ran.out
    assert words in one_line(ran.out)


@ALL_LOOKS
@pytest.mark.usefixtures("birmingham")
def test_plain_on_a_terminal_is_what_a_pipe_gets(
    command: tuple[str, ...], kind: str, words: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = run(*command, *DAY)
    assert kind
    assert words in piped.out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(*command, "--plain", *DAY).out == piped.out


def test_looking_never_writes(
    birmingham: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, stamp = tree(tmp_path), birmingham.stat().st_mtime_ns
    for colour in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", colour)
        for command, _, _ in LOOKS:
            for form in ((), ("--json",), ("--plain",)):
                assert run(*command, *form).code == 0
                assert tree(tmp_path) == before
    assert birmingham.stat().st_mtime_ns == stamp


def test_the_real_program_says_the_same_and_writes_no_more(
    birmingham: Path, tmp_path: Path, program: Program, run: Run
) -> None:
    assert birmingham.is_file()
    before = tree(tmp_path)
    for command in (("overdue",), ("report",), ("list", "--json")):
        assert program(*command, *DAY) == run(*command, *DAY)
    assert tree(tmp_path) == before


# --- list ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("plan_file")
def test_list_gives_a_line_an_action_with_its_rating_and_where_the_facts_are_worse(
    run: Run,
) -> None:
    """Three actions in the order of the file.

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Late"
    owner = "Head of service"
    due = 2014-02-03
    rag = "green"
    updated = 2014-02-03

    [[action]]
    id = "A1"
    answers = ["F2"]
    title = "On course"
    owner = "Head of workforce"
    due = 2014-03-31
    stage = "in-progress"
    rag = "green"
    updated = 2014-02-03

    [[action]]
    id = "A3"
    answers = ["F2"]
    title = "Undated"
    owner = "Head of workforce"
    updated = 2014-02-03
    """
    ran = run("list", *DAY)
    assert ran.code == 0
    late, on_course, undated = ran.out.splitlines()
    assert late.startswith("A2\tLate\tHead of service\t2014-02-03\tgreen\tnot-started\tDeclared ")
    assert "the facts say red" in late
    assert on_course == "A1\tOn course\tHead of workforce\t2014-03-31\tgreen\tin-progress\t"
    assert undated == "A3\tUndated\tHead of workforce\t\tnot rated\tnot-started\t"
    assert ran.err == "1 action of 3 declared rosier than the facts in the file.\n"


@pytest.mark.usefixtures("plan_file")
def test_the_json_of_list_has_every_fact_of_an_action_and_null_for_what_is_absent(
    run: Run,
) -> None:
    """One action that was moved.

    [[action]]
    id = "A1"
    answers = ["F1", "F2"]
    title = "Fix the front door"
    owner = "Head of service"
    due = 2014-03-14
    rag = "red"
    reason = "Ill."
    updated = 2014-02-03
    moves = [ { from = 2014-01-31, to = 2014-03-14, why = "Ill." } ]
    """
    document = json.loads(run("list", "--json", *DAY).out)
    (action,) = document["actions"]
    expected: dict[str, Any] = {
        "ref": "A1",
        "title": "Fix the front door",
        "owner": "Head of service",
        "theme": "performance",
        "themes": ["performance", "workforce"],
        "answers": ["F1", "F2"],
        "immediate": True,
        "start": None,
        "due": "2014-03-14",
        "original": "2014-01-31",
        "forecast": None,
        "late": None,
        "late_original": 6,
        "times": 1,
        "stage": "not-started",
        "rag": "red",
        "verdict": "red",
        "rule": "not-approved",
        "challenge": None,
        "reason": "Ill.",
        "note": None,
        "updated": "2014-02-03",
        "delivered": None,
        "evidence": 0,
        "tests": 0,
    }
    assert {key: action[key] for key in expected} == expected
    assert document["notes"] == []


FILTERS: list[tuple[tuple[str, ...], str]] = [
    ((), "A1 A2 A3 A4 A5"),
    (("front", "DOOR"), "A1 A2"),
    (("a2",), "A2"),
    (("nothing like that",), ""),
    (("--owner", "Head of workforce"), "A3 A4"),
    (("--owner", "service"), "A1 A2"),
    (("--owner", "service", "--owner", "workforce"), "A1 A2 A3 A4"),
    (("--theme", "WORKFORCE"), "A3 A4 A5"),
    (("--review", "lga"), "A1 A2 A3 A4 A5"),
    (("--finding", "f1"), "A1 A2 A5"),
    (("--finding", "F2", "--theme", "performance"), "A5"),
    (("--stage", "in progress"), "A1"),
    (("--stage", "delivered", "--stage", "parked"), "A3 A5"),
    (("--rag", "red"), "A1"),
    (("--rag", "red", "--rag", "green"), "A1 A2 A3"),
    (("--due-by", "2014-02-03"), "A1"),
    (("--due-by", "end of march"), "A1 A2"),
    (("--overdue",), "A1"),
    (("--stale",), "A2 A4"),
    (("--challenged",), "A2 A3"),
    (("--overdue", "--rag", "green"), ""),
    (("--stale", "--owner", "workforce", "hire"), "A4"),
]


@pytest.mark.parametrize(("flags", "expected"), FILTERS, ids=[" ".join(f) for f, _ in FILTERS])
@pytest.mark.usefixtures("plan_file")
def test_filters_are_flags_that_must_all_hold_and_one_of_several_values_will_do(
    flags: tuple[str, ...], expected: str, run: Run
) -> None:
    """Five actions, each different.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    due = 2014-02-03
    stage = "in-progress"
    rag = "red"
    reason = "Ill."
    updated = 2014-02-03

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Paint the front door"
    owner = "Head of service"
    due = 2014-03-31
    rag = "green"
    updated = 2014-01-12

    [[action]]
    id = "A3"
    answers = ["F2"]
    title = "Listen"
    owner = "Head of workforce"
    due = 2014-01-31
    stage = "delivered"
    rag = "green"
    updated = 2014-01-31
    delivered = 2014-01-31

    [[action]]
    id = "A4"
    answers = ["F2"]
    title = "Hire"
    owner = "Head of workforce"

    [[action]]
    id = "A5"
    answers = ["F1", "F2"]
    title = "Later"
    owner = "Director"
    stage = "parked"
    reason = "After the election."
    """
    assert refs(run("list", *flags, *DAY)) == expected.split()
    document = json.loads(run("list", *flags, "--json", *DAY).out)
    assert [action["ref"] for action in document["actions"]] == expected.split()


@pytest.mark.usefixtures("birmingham")
def test_the_same_filters_narrow_the_other_lists_and_the_report(run: Run) -> None:
    assert refs(run("overdue", "--owner", "Head of partnerships", *DAY)) == ["A7"]
    assert refs(run("overdue", "--theme", "workforce", *DAY)) == ["A10"]
    assert refs(run("overdue", "--review", "DFE", *DAY)) == []
    assert refs(run("due", "--owner", "Head of performance", *DAY)) == ["A12"]
    report = run("report", "--theme", "vision", *DAY).out
    assert "Write down, with children and young people" in report
    assert "Fill team manager posts" not in report


@pytest.mark.usefixtures("plan_file")
def test_a_plan_with_no_actions_is_no_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the head."""
    assert run("list", *DAY) == (0, "", "")
    assert json.loads(run("list", "--json", *DAY).out)["actions"] == []
    assert run("report", *DAY).code == 0
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "The plan has no actions yet." in run("list", *DAY).out


# --- overdue and due ----------------------------------------------------------------------------


@pytest.mark.usefixtures("plan_file")
def test_overdue_lists_the_oldest_first_and_tells_of_the_undated_and_the_moved(run: Run) -> None:
    """Late, later, due today, delivered, undated, and one that was moved.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Late"
    owner = "Head of service"
    due = 2014-02-07
    rag = "red"
    reason = "Ill."
    stage = "in-progress"

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Later"
    owner = "Head of service"
    due = 2014-01-31
    moves = [ { from = 2014-01-10, to = 2014-01-31, why = "Ill." } ]

    [[action]]
    id = "A3"
    answers = ["F1"]
    title = "Due today"
    owner = "Head of service"
    due = 2014-02-10

    [[action]]
    id = "A4"
    answers = ["F1"]
    title = "Delivered"
    owner = "Head of service"
    due = 2014-01-01
    stage = "delivered"

    [[action]]
    id = "A5"
    answers = ["F1"]
    title = "Undated"
    owner = "Head of service"

    [[action]]
    id = "A6"
    answers = ["F1"]
    title = "Moved"
    owner = "Head of service"
    due = 2014-03-31
    moves = [ { from = 2014-01-10, to = 2014-03-31, why = "Ill." } ]
    """
    ran = run("overdue", *DAY)
    assert ran == (
        0,
        (
            "A2\tLater\tHead of service\t2014-01-31\t6 working days late\t2014-01-10\tnot rated"
            "\tnot-started\n"
            "A1\tLate\tHead of service\t2014-02-07\t1 working day late\t2014-02-07\tred"
            "\tin-progress\n"
        ),
        (
            "1 open action with no due date: A5.\n"
            "1 more action is past the date first agreed, and not overdue only because it was"
            " moved: A6. Not approved yet: A6.\n"
        ),
    )
    document = json.loads(run("overdue", "--json", *DAY).out)
    assert [(line["ref"], line["late"], line["late_original"]) for line in document["actions"]] == [
        ("A2", 6, 21),
        ("A1", 1, 1),
    ]
    assert document["notes"] == ran.err.splitlines()


@pytest.mark.usefixtures("plan_file")
def test_overdue_prints_nothing_on_a_pipe_where_nothing_is_late(
    run: Run, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One action, due today, and one with no date.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Due today"
    owner = "Head of service"
    due = 2014-02-10

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Undated"
    owner = "Head of service"
    """
    assert program("overdue", *DAY) == (0, "", "")
    assert run("overdue", "--exit-code", *DAY) == (0, "", "")
    assert json.loads(run("overdue", "--json", *DAY).out)["actions"] == []
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = run("overdue", *DAY)
    assert ran.code == 0
    assert "No action is overdue." in ran.out


@pytest.mark.parametrize("form", [(), ("--json",), ("--plain",)])
@pytest.mark.usefixtures("birmingham")
def test_exit_code_tells_that_something_is_overdue_only_when_it_is_asked_for(
    form: tuple[str, ...], run: Run
) -> None:
    assert run("overdue", *form, *DAY).code == 0
    asked = run("overdue", "--exit-code", *form, *DAY)
    assert asked.code == 10
    assert asked.out == run("overdue", *form, *DAY).out
    assert run("overdue", "--exit-code", *form, "--as-at", "2014-01-24").code == 0
    assert run("overdue", "--exit-code", "--owner", "workforce", *form, *DAY).code == 0


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (None, "A12 A9"),
        ("4d", "A12"),
        ("3d", ""),
        ("3w", "A12 A9 A2 A3 A18 A19"),
        ("+14d", "A12 A9"),
        ("10wd", "A12 A9"),
        ("0d", ""),
        ("1m", "A12 A9 A2 A3 A18 A19"),
    ],
)
@pytest.mark.usefixtures("birmingham")
def test_due_lists_what_comes_next_for_as_long_as_is_asked(
    within: str | None, expected: str, run: Run
) -> None:
    asked = () if within is None else ("--within", within)
    assert refs(run("due", *asked, *DAY)) == expected.split()


@pytest.mark.parametrize("text", ["2014-02-10", "10 Feb 2014", "10/02/2014", "10th February 2014"])
@pytest.mark.usefixtures("birmingham")
def test_the_day_may_be_written_in_every_way_of_the_grammar(text: str, run: Run) -> None:
    assert run("overdue", "--json", "--as-at", text) == run("overdue", "--json", *DAY)


def day_of(run: Run, *as_at: str) -> date:
    """Give the day that a document states."""
    return date.fromisoformat(json.loads(run("list", "--json", *as_at).out)["as_at"])


@pytest.mark.usefixtures("birmingham")
def test_words_for_the_day_count_from_today(run: Run) -> None:
    today = day_of(run)
    assert day_of(run, "--as-at", "today") == today
    assert (day_of(run, "--as-at", "yesterday") - today).days == -1
    assert (day_of(run, "--as-at", "+6w") - today).days == 42
    friday = day_of(run, "--as-at", "friday")
    assert friday.weekday() == 4
    assert 0 < (friday - today).days <= 7
    march = day_of(run, "--as-at", "end of march")
    assert (march.month, march.day) == (3, 31)
    assert march >= today


@pytest.mark.usefixtures("birmingham")
def test_another_day_gives_another_position(run: Run) -> None:
    assert refs(run("overdue", "--as-at", "2014-01-31")) == []
    assert refs(run("overdue", "--as-at", "2014-02-01")) == ["A10", "A17"]
    assert refs(run("overdue", "--as-at", "2014-04-15")) == ["A17"]


# --- show and the other nouns -------------------------------------------------------------------


@pytest.mark.usefixtures("birmingham")
def test_show_gives_all_of_an_action_whatever_the_case_of_its_ref(run: Run) -> None:
    ran = run("show", "a4", *DAY)
    assert ran == run("show", "A4", *DAY)
    for words in (
        "A4: Allocate every open case to a named social worker\n",
        "  Owner: Assistant director, safeguarding\n",
        "  Rated: amber: at risk\n",
        "  Reason: Two agency teams start a fortnight late.\n",
        "  Due: Monday 31 March 2014\n",
        "  First agreed: Friday 28 February 2014, moved once\n",
        "  Forecast: Monday 14 April 2014\n",
        "2014-02-03\t2014-02-28\t2014-03-31\tTwo agency teams start a fortnight late.\t",
        "- 2: Second agency team in post, due 17 February 2014, not done.\n",
        "F2 (LGA, immediate): Cases without an allocated social worker",
    ):
        assert words in ran.out
    document = json.loads(run("show", "A4", "--json", *DAY).out)
    assert [section["key"] for section in document["sections"]] == [
        "action",
        "answers",
        "moves",
        "milestones",
        "story",
    ]
    (card,) = document["sections"][0]["blocks"]
    assert card["facts"]["Stage"] == "in progress"
    assert document["sections"][2]["blocks"][0]["lines"][0]["moved_to"] == "2014-03-31"


@pytest.mark.usefixtures("birmingham")
def test_show_gives_the_evidence_and_the_test_by_someone_else(run: Run) -> None:
    shown = run("show", "A6", *DAY).out
    assert "E1: Monday reports of 27 January and 3 February, 3 February 2014" in shown
    assert "Principal social worker on 6 February 2014: confirmed, of E1." in shown


@pytest.mark.usefixtures("birmingham")
def test_show_gives_a_finding_with_what_answers_and_measures_it(run: Run) -> None:
    shown = run("show", "f2", *DAY).out
    assert "F2: immediate finding of LGA\n" in shown
    assert "A4\tAllocate every open case to a named social worker\t" in shown
    assert "Impact: improving: M1: 96 cases on 3 February 2014, from 143.\n" in shown
    assert "M1 Open cases with no allocated social worker (target 0 cases by 30 June 2014)" in shown
    assert "No action answers it." in run("show", "F9", *DAY).out


@pytest.mark.usefixtures("birmingham")
def test_show_gives_a_measure_with_its_readings_and_a_review_with_its_findings(run: Run) -> None:
    measure = run("show", "m1", *DAY).out
    assert "  Target: 0 cases\n" in measure
    assert "- Monday 3 February 2014: 96 cases\n" in measure
    review = run("show", "lga", *DAY).out
    assert "  Body: Local Government Association\n" in review
    assert "- F4 (LGA, improvement): The morale of social workers needs attention." in review


@pytest.mark.usefixtures("birmingham")
def test_the_other_nouns_are_lists_as_well(run: Run) -> None:
    assert refs(run("review", "list", *DAY)) == ["LGA", "DFE"]
    findings = run("finding", "list", *DAY)
    assert refs(findings)[:2] == ["F1", "F2"]
    assert findings.out.splitlines()[0].endswith("\taccepted\tA1, A2, A3")
    owners = run("owner", "list", *DAY)
    assert "Head of partnerships\t3\t3\t1\t\n" in owners.out
    (lga, dfe) = json.loads(run("review", "list", "--json", *DAY).out)["reviews"]
    assert (lga["ref"], lga["findings"], dfe["findings"]) == ("LGA", 11, 0)
    third = json.loads(run("finding", "list", "--json", *DAY).out)["findings"][2]
    assert third["answered_by"] == ["A3", "A7", "A8"]
    first = json.loads(run("owner", "list", "--json", *DAY).out)["owners"][0]
    assert set(first) >= {"post", "actions", "open", "overdue", "email"}


@pytest.mark.usefixtures("plan_file")
def test_a_finding_that_no_action_answers_is_pointed_out(run: Run) -> None:
    """One action for two findings.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    """
    ran = run("finding", "list", *DAY)
    assert ran.err == "Answered by no action: F2.\n"


# --- report -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("birmingham")
def test_the_report_has_its_sections_in_the_order_of_a_paper(run: Run) -> None:
    document = json.loads(run("report", "--json", *DAY).out)
    keys = [section["key"] for section in document["sections"]]
    order = [
        "purpose", "decisions", "position", "immediate", "counts", "course", "completed",
        "exceptions", "moves", "overdue", "challenges", "measures", "untested", "due", "legend",
        "reviews", "plan",
    ]  # fmt: skip
    assert keys == order
    assert document["period"] == "Since the last recorded report, Cabinet 20 January 2014"
    plain = run("report", *DAY).out
    places = [plain.index(section["heading"].upper()) for section in document["sections"]]
    assert places == sorted(places)


@pytest.mark.usefixtures("birmingham")
def test_the_summary_is_one_page_that_starts_with_what_was_immediate(run: Run) -> None:
    ran = run("report", "--summary", *DAY)
    assert len(ran.out.splitlines()) < 60
    keys = [
        section["key"]
        for section in json.loads(run("report", "--summary", "--json", *DAY).out)["sections"]
    ]
    assert keys[0] == "immediate"
    assert "plan" not in keys


@pytest.mark.usefixtures("birmingham")
def test_the_period_of_the_report_starts_where_it_is_told_to(run: Run) -> None:
    ran = run("report", "--since", "3 Feb 2014", *DAY)
    assert "As at Monday 10 February 2014. Since Monday 3 February 2014." in ran.out


@pytest.mark.usefixtures("birmingham")
def test_the_report_of_a_part_says_under_its_day_that_it_is_not_the_whole(run: Run) -> None:
    asked = ("report", "--review", "LGA", "--owner", "Head of partnerships", *DAY)
    caution = "Not the whole plan: only owner Head of partnerships; review LGA, 3 of 19 actions."
    lines = run(*asked).out.splitlines()
    at = lines.index(
        "As at Monday 10 February 2014. Since the last recorded report, Cabinet 20 January 2014."
    )
    assert lines[at + 1] == caution
    assert json.loads(run(*asked, "--json").out)["caution"] == caution
    assert json.loads(run("report", "--json", *DAY).out)["caution"] is None


# --- a plan in which something is wrong ---------------------------------------------------------


@pytest.mark.parametrize("form", [(), ("--json",), ("--plain",)])
@pytest.mark.usefixtures("plan_file")
def test_one_bad_action_does_not_hide_the_others(form: tuple[str, ...], run: Run) -> None:
    """The first of two has a date that can't be read, and no owner.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Bad"
    due = "31/03/2014"

    [[action]]
    id = "A2"
    answers = ["F1"]
    title = "Good"
    owner = "Head of service"
    due = 2014-02-03
    """
    problems = (
        "plan.toml, line 26, A1: due is '31/03/2014': write it 2014-03-31, with no quotes.\n",
        "A1: owner is missing: name the one post that is accountable.\n",
    )
    for command in (("list",), ("overdue",), ("report",), ("show", "A2"), ("finding", "list")):
        ran = run(*command, *form, *DAY)
        assert ran.code == 4
        assert "Good" in ran.out or command[0] == "finding"
        assert "A2" in ran.out
        for problem in problems:
            assert problem in ran.err
    assert run("overdue", "--exit-code", *form, *DAY).code == 4
    if "--json" in form:
        assert json.loads(run("list", *form, *DAY).out)["schema"] == 1


@pytest.mark.usefixtures("plan_file")
def test_unknown_keys_are_one_line_beside_the_data_and_no_error(run: Run) -> None:
    """Three keys that nobody knows, one of them misspelt.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    raeson = "Ill."
    colour = "mauve"

    [budget]
    sum = 3
    """
    ran = run("list", *DAY)
    assert ran.code == 0
    assert refs(ran) == ["A1"]
    (line,) = ran.err.splitlines()
    assert line.startswith("plan.toml, line 27, A1: 'raeson' is not a key that actionplan knows")
    assert "is 'reason' meant?" in line
    assert "kept as it is" in line
    assert "2 other keys" in line


# --- which plan ---------------------------------------------------------------------------------


def write_plan(path: Path, title: str) -> Path:
    """Write a plan with a title of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.replace("A plan", title), encoding="utf-8")
    return path


def title_read(ran: Ran) -> str:
    """Give the title of the plan that was read."""
    assert ran.code == 0
    return str(json.loads(ran.out)["plan"])


def test_the_flag_comes_before_the_environment_and_that_before_the_folder(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(tmp_path / "plans" / "here.toml", "Here")
    named = write_plan(tmp_path / "elsewhere" / "named.toml", "Named")
    flagged = write_plan(tmp_path / "elsewhere" / "flagged.toml", "Flagged")
    assert title_read(run("list", "--json")) == "Here"
    monkeypatch.setenv("ACTIONPLAN_FILE", str(named))
    assert title_read(run("list", "--json")) == "Named"
    assert title_read(run("list", "--json", "-f", str(flagged))) == "Flagged"
    assert title_read(run("list", "--json", f"--file={flagged}")) == "Flagged"
    monkeypatch.setenv("ACTIONPLAN_FILE", "")
    assert title_read(run("list", "--json")) == "Here"


def test_the_nearest_plans_folder_above_is_found_and_the_nearest_wins(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(tmp_path / "plans" / "far.toml", "Far")
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert title_read(run("list", "--json")) == "Far"
    write_plan(tmp_path / "a" / "plans" / "near.toml", "Near")
    assert title_read(run("list", "--json")) == "Near"


def test_inside_the_plans_folder_it_is_found_as_well(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_plan(tmp_path / "plans" / "only.toml", "Only").parent)
    assert title_read(run("list", "--json")) == "Only"


def test_of_several_plans_none_is_guessed_and_all_are_named(tmp_path: Path, run: Run) -> None:
    write_plan(tmp_path / "plans" / "one.toml", "One")
    write_plan(tmp_path / "plans" / "two.toml", "Two")
    for command in (("list",), ("note", "A1", "x")):
        ran = run(*command)
        assert (ran.code, ran.out) == (4, "")
        assert "holds 2 plans (one.toml, two.toml): name one with -f FILE." in ran.err


def test_where_there_is_no_plan_it_says_how_to_name_or_start_one(tmp_path: Path, run: Run) -> None:
    ran = run("overdue")
    assert (ran.code, ran.out) == (4, "")
    assert "There is no plan here" in ran.err
    assert "actionplan init" in ran.err
    (tmp_path / "plans").mkdir()
    ran = run("overdue")
    assert (ran.code, ran.out) == (4, "")
    assert "holds no plan" in ran.err


@pytest.mark.usefixtures("birmingham")
def test_owners_beside_the_plan_are_no_plan_and_are_listed_with_their_addresses(
    birmingham: Path, run: Run
) -> None:
    beside = birmingham.with_name("owners.toml")
    beside.write_text(
        '[owners."Head of performance"]\nname = "A. Person"\nemail = "hp@example.org"\n'
    )
    assert run("list", *DAY).code == 0
    listed = run("owner", "list", *DAY)
    assert "Head of performance\t3\t1\t0\thp@example.org\n" in listed.out
    for command, _, _ in LOOKS:
        if command != ("owner", "list"):
            ran = run(*command, *DAY)
            assert "hp@example.org" not in ran.out
            assert "A. Person" not in ran.out


def test_a_plan_is_found_by_a_link_and_by_a_name_with_spaces(tmp_path: Path, run: Run) -> None:
    plan = write_plan(tmp_path / "kept elsewhere" / "the plan of 2014.toml", "Linked")
    link = tmp_path / "plans" / "plan.toml"
    link.parent.mkdir()
    try:
        link.symlink_to(plan)
    except OSError:
        pytest.skip("no links on this system")
    assert title_read(run("list", "--json")) == "Linked"
    assert title_read(run("list", "--json", "-f", str(plan))) == "Linked"
    relative = Path("kept elsewhere") / "the plan of 2014.toml"
    assert title_read(run("list", "--json", "-f", str(relative))) == "Linked"
