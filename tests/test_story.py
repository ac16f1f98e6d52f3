"""The history as people read it: the log, the story of one thing, and changes in words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import AS_AT, HEAD, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan.history import entries as written
from actionplan.model import NOUNS, Change, Entry, Plan, differences
from actionplan.renderers import as_json, plain, terminal
from actionplan.reports import story
from actionplan.reports.blocks import COLUMNS, Items, Report, Section, Table
from actionplan.reports.wording import what

OFFICER = "Improvement officer"


def entry(sequence: int, command: str, *changes: Change, **more: Any) -> Entry:
    """Give an entry of 10 February 2014, a minute after the one before."""
    at = datetime(2014, 2, 10, 14, sequence, 30, tzinfo=UTC)
    kept = Entry(f"e{sequence}", sequence, at, AS_AT, OFFICER, command, "", changes)
    return kept._replace(**more)


def action(ref: str, field: str, old: Any, new: Any) -> Change:
    """Give a change of an action, with values as JSON says them."""
    return Change("actions", ref, field, old, new)


def lines(made: Report) -> tuple[Any, ...]:
    """Give the lines of a log."""
    ((table,),) = (section.blocks for section in made.sections)
    assert isinstance(table, Table)
    return table.lines


def log(*entries: Entry) -> list[str]:
    """Give the log as a pipe has it."""
    return plain.render(story.log(entries, "A plan", AS_AT)).splitlines()


def tale(section: Section) -> list[str]:
    """Give the sentences of a story."""
    return [text for block in section.blocks if isinstance(block, Items) for text in block.texts]


RATED = entry(
    1,
    "update",
    action("A2", "rag", "green", "amber"),
    action("A2", "note", None, "96 left, from 143."),
    action("A2", "updated", "2014-01-13", "2014-02-10"),
    why="Two agency teams start a fortnight late.",
)
MOVED = entry(
    2,
    "move",
    action("A2", "due", "2014-02-28", "2014-03-31"),
    action("A2", "moves", [], [{"from": "2014-02-28", "to": "2014-03-31", "why": "Late."}]),
    action("A3", "updated", None, "2014-02-10"),
    why="Late.",
)
REPORTED = entry(3, "report", why="Cabinet 17 February 2014")
VOID = entry(4, "void", why="The change of this entry did not reach the plan.")
BY_HAND = entry(5, "edit", Change("plan", "", "title", "A plan", "The plan"))
ALL = (RATED, MOVED, REPORTED, VOID, BY_HAND)


# --- the log ------------------------------------------------------------------------------------


def test_the_log_is_a_line_for_each_field_newest_first() -> None:
    assert log(*ALL) == [
        f'e5\t2014-02-10 14:05\t2014-02-10\t{OFFICER}\tedit\tplan\ttitle: "A plan" -> "The plan"\t',
        f"e4\t2014-02-10 14:04\t2014-02-10\t{OFFICER}\tvoid\t\ttaken back: the change of the entry "
        "before did not reach the plan\tThe change of this entry did not reach the plan.",
        f"e3\t2014-02-10 14:03\t2014-02-10\t{OFFICER}\treport\t\treport recorded"
        "\tCabinet 17 February 2014",
        f"e2\t2014-02-10 14:02\t2014-02-10\t{OFFICER}\tmove\tA2"
        "\tdue: 28 February 2014 -> 31 March 2014\tLate.",
        f"e2\t2014-02-10 14:02\t2014-02-10\t{OFFICER}\tmove\tA2"
        "\tdate asked for: Late. (31 March 2014, not approved yet)\tLate.",
        f"e2\t2014-02-10 14:02\t2014-02-10\t{OFFICER}\tmove\tA3"
        "\tupdated set: 10 February 2014\tLate.",
        f"e1\t2014-02-10 14:01\t2014-02-10\t{OFFICER}\tupdate\tA2\trag: green -> amber"
        "\tTwo agency teams start a fortnight late.",
        f'e1\t2014-02-10 14:01\t2014-02-10\t{OFFICER}\tupdate\tA2\tnote set: "96 left, from 143."'
        "\tTwo agency teams start a fortnight late.",
    ]


def test_the_log_is_the_same_in_whatever_order_the_entries_come() -> None:
    assert log(*reversed(ALL)) == log(*ALL)


def test_that_a_thing_was_updated_is_a_line_only_where_nothing_else_of_it_changed() -> None:
    said = [(line.ref, line.field) for line in lines(story.log([RATED, MOVED], "A plan", AS_AT))]
    assert said == [
        ("A2", "due"),
        ("A2", "moves"),
        ("A3", "updated"),
        ("A2", "rag"),
        ("A2", "note"),
    ]


def test_an_entry_that_changed_no_field_has_a_line_that_says_so() -> None:
    (line,) = lines(story.log([entry(1, "edit")], "A plan", AS_AT))
    assert (line.ref, line.what) == ("", "comments or layout")


def test_the_log_says_how_many_entries_it_has_and_nothing_on_a_pipe_where_there_is_none() -> None:
    made = story.log(iter(ALL), "A plan", AS_AT)
    assert (made.kind, made.title, made.as_at) == ("log", "A plan", AS_AT)
    assert made.sections[0].heading == "5 entries in the history"
    assert story.log([RATED], "A plan", AS_AT).sections[0].heading == "1 entry in the history"
    assert log() == []
    assert set(story.LOGGED) <= set(COLUMNS)
    drawn = terminal.render(story.log([], "A plan", AS_AT), terminal.Looks(80, False, True))
    assert "The history has no entry." in drawn


def test_the_moment_is_that_of_the_writer_s_own_clock() -> None:
    summer = datetime(2014, 7, 1, 9, 5, tzinfo=timezone(timedelta(hours=1)))
    (line,) = log(REPORTED._replace(at=summer))
    assert "\t2014-07-01 09:05\t2014-02-10\t" in line
    body = json.loads(as_json.render(story.log([REPORTED._replace(at=summer)], "x", AS_AT)))
    assert body["entries"][0]["when"] == "2014-07-01T09:05:00+01:00"


def test_the_log_in_json_is_a_list_of_entries_with_values_as_they_were() -> None:
    body = json.loads(as_json.render(story.log(ALL, "A plan", AS_AT)))
    assert (body["kind"], body["notes"], len(body["entries"])) == ("log", [], 8)
    assert body["entries"][6] == {
        "entry": "e1",
        "when": "2014-02-10T14:01:30+00:00",
        "on": "2014-02-10",
        "by": OFFICER,
        "command": "update",
        "ref": "A2",
        "field": "rag",
        "what": "rag: green -> amber",
        "why": "Two agency teams start a fortnight late.",
        "old": "green",
        "new": "amber",
    }
    assert body["entries"][4]["new"] == [{"from": "2014-02-28", "to": "2014-03-31", "why": "Late."}]


def drawn(width: int, *entries: Entry) -> str:
    """Draw a log for a terminal."""
    return terminal.render(story.log(entries, "A plan", AS_AT), terminal.Looks(width, False, True))


def test_on_a_terminal_an_entry_says_once_who_when_and_why() -> None:
    for width in (80, 200):
        text = drawn(width, RATED)
        assert text.count(OFFICER) == 1
        assert text.count("10 Feb 2014 14:01") == 1
        assert "".join(text.split()).count("Twoagencyteamsstartafortnightlate.") == 1
        assert "rag: green -> amber" in text
        assert 'noteset:"96left,from143."' in "".join(text.split())
        assert "e1" in text
    assert "Reason: Two agency teams" in drawn(80, RATED)
    assert drawn(200, *ALL).count(OFFICER) == len(ALL)


def test_on_a_terminal_the_day_is_said_where_it_is_not_the_day_of_writing() -> None:
    later = RATED._replace(at=datetime(2014, 2, 12, 9, 0, tzinfo=UTC))
    assert "Date: 10 Feb 2014" in drawn(80, later)
    assert "Date" not in drawn(80, RATED)
    for each in (later, RATED):
        assert drawn(200, each).count("10 Feb 2014") == 1


# --- the story of one thing ---------------------------------------------------------------------


def test_the_story_of_an_action_is_a_sentence_an_entry_newest_first() -> None:
    assert tale(story.story(ALL, "A2")) == [
        f"10 February 2014, {OFFICER} (move): due: 28 February 2014 -> 31 March 2014; date asked "
        "for: Late. (31 March 2014, not approved yet). Reason: Late.",
        f'10 February 2014, {OFFICER} (update): rag: green -> amber; note set: "96 left, from '
        '143." Reason: Two agency teams start a fortnight late.',
    ]
    assert tale(story.story(ALL, "a3")) == [
        f"10 February 2014, {OFFICER} (move): updated set: 10 February 2014. Reason: Late."
    ]


def test_a_story_of_nothing_is_no_section() -> None:
    assert story.story(ALL, "A9").blocks == ()
    assert story.story([], "A2").blocks == ()


def test_a_change_written_later_than_its_day_says_so() -> None:
    later = RATED._replace(at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC), why="")
    (told,) = tale(story.story([later], "A2"))
    assert told.startswith(
        f"10 February 2014, {OFFICER} (update, written on 23 November 2026): rag: green -> amber; "
    )
    assert "Reason" not in told


# --- a change in words --------------------------------------------------------------------------

WORDS: list[tuple[str, Any, Any, str]] = [
    ("rag", None, "red", "rag: not rated -> red"),
    ("rag", "red", None, "rag: red -> not rated"),
    ("stage", "not-started", "in-progress", "stage: not-started -> in-progress"),
    ("owner", "Head of HR", "Head of law", "owner: Head of HR -> Head of law"),
    ("note", "One.", "Two.", 'note: "One." -> "Two."'),
    ("reason", "Late.", None, 'reason cleared, was "Late."'),
    ("forecast", None, "2014-04-14", "forecast set: 14 April 2014"),
    ("forecast", "2014-04-14", None, "forecast cleared, was 14 April 2014"),
    ("due", "some day", "2014-04-14", "due: some day -> 14 April 2014"),
    ("after", [], ["A4", "A5"], "after set: A4, A5"),
    ("answers", ["F1"], ["F1", "F2"], "answers: F1 -> F1, F2"),
    (
        "moves",
        [],
        [{"from": "2014-02-28", "to": "2014-03-31", "why": "Late.", "approved": "Cabinet"}],
        "date moved: Late. (approved by Cabinet)",
    ),
    (
        "moves",
        [],
        [{"to": "2014-03-31"}],
        "date asked for: no reason given (31 March 2014, not approved yet)",
    ),
    (
        "moves",
        [{"to": "2014-03-31", "why": "Late."}],
        [{"to": "2014-03-31", "why": "Late.", "approved": "Cabinet"}],
        "move changed: Late. (approved by Cabinet)",
    ),
    (
        "moves",
        [{"to": "2014-03-31", "why": "Late."}],
        [],
        "move of the date taken back: Late. (31 March 2014, not approved yet)",
    ),
    (
        "milestones",
        [{"title": "Teams in post", "due": "2014-02-14"}],
        [{"title": "Teams in post", "due": "2014-02-14", "done": "2014-02-28"}, {"title": "B"}],
        'milestone "Teams in post", done set: 28 February 2014; milestone added: B',
    ),
    ("milestones", [{"title": "B"}], [], "milestone gone: B"),
    ("evidence", [], [{"id": "E1", "what": "A report"}], "evidence added: E1 A report"),
    ("tests", [], [{"by": "Peer", "result": "partly"}], "test added: partly, by Peer"),
    ("tests", [], [{}], "test added: no result, by nobody named"),
    (
        "milestones",
        [{"title": "A"}, {"title": "B"}],
        [{"title": "B"}, {"title": "A"}],
        "milestones in another order",
    ),
    ("milestones", [{"title": "A"}], [{"title": "A"}, {"title": "A"}], "milestone added: A"),
]


@pytest.mark.parametrize(("field", "old", "new", "said"), WORDS)
def test_a_change_is_said_in_words(field: str, old: Any, new: Any, said: str) -> None:
    assert what(action("A1", field, old, new)) == said


OTHER_WORDS = [
    (Change("actions", "A1", "", None, {"id": "A1", "title": "Fix"}), "new: Fix"),
    (Change("actions", "A1", "", {"id": "A1", "title": "Fix"}, None), "gone: Fix"),
    (Change("findings", "F1", "", None, {"id": "F1", "text": "Morale."}), "new: Morale."),
    (Change("owners", "Head of HR", "", None, {"id": "Head of HR"}), "new"),
    (
        Change("measures", "M1", "readings", [], [{"on": "2014-02-03", "value": 96.0}, {}]),
        "reading added: 96 on 3 February 2014; reading added: no value on no date",
    ),
    (
        Change(
            "measures",
            "M1",
            "readings",
            [{"on": "2014-02-03", "value": 1234567}],
            [{"on": "2014-02-03", "value": 1234567.5, "note": "Counted again."}],
        ),
        'reading changed: 1234567.5 on 3 February 2014 "Counted again.", '
        "was 1234567 on 3 February 2014",
    ),
    (Change("measures", "M1", "baseline", None, 143.0), "baseline set: 143"),
    (Change("measures", "M1", "baseline", 0.5, 0), "baseline: 0.5 -> 0"),
    (Change("measures", "M1", "by", None, "2014-06-30"), "by set: 30 June 2014"),
    (
        Change("plan", "", "meetings", [], [{"body": "Cabinet", "on": "2014-02-17"}]),
        "meeting added: Cabinet 17 February 2014",
    ),
    (
        Change(
            "plan",
            "",
            "policy",
            {"legend": "brag", "stale_after": "28d", "labels": {}},
            {"legend": "own", "stale_after": "14d", "labels": {"red": "late", "blue": "done"}},
        ),
        "policy legend: brag -> own; policy stale_after: 28d -> 14d; policy labels set: red late, "
        "blue done",
    ),
    (Change("findings", "F1", "closed", None, "2014-04-24"), "closed set: 24 April 2014"),
    (Change("findings", "F1", "passes_to", None, "A post"), "passes to set: A post"),
    (Change("findings", "F1", "difference", None, "Seen."), 'difference set: "Seen."'),
    (Change("reviews", "DFE", "on", None, "2014-03-27"), "date set: 27 March 2014"),
    (
        Change("reviews", "DFE", "plan_due", "2014-05-16", None),
        "plan due cleared, was 16 May 2014",
    ),
]


@pytest.mark.parametrize(("change", "said"), OTHER_WORDS)
def test_a_noun_a_measure_and_what_the_plan_says_of_itself_are_said_in_words(
    change: Change, said: str
) -> None:
    assert what(change) == said


FULL = """
[[measure]]
id = "M1"
title = "Cases"
findings = ["F1"]
baseline = 143
by = 2014-06-30
readings = [ { on = 2014-02-03, value = 96 } ]

[[action]]
id = "A1"
answers = ["F1"]
title = "Fix"
owner = "Head of service"
start = 2014-01-13
due = 2014-03-31
forecast = 2014-04-14
stage = "in-progress"
rag = "amber"
reason = "Late."
note = "Half."
updated = 2014-02-03
moves = [ { on = 2014-02-03, from = 2014-02-28, to = 2014-03-31, why = "Late." } ]
milestones = [ { title = "Teams in post", due = 2014-02-14 } ]
evidence = [ { id = "E1", on = 2014-02-03, what = "A report", where = "Shelf" } ]
tests = [ { on = 2014-02-05, by = "Peer", how = "x", result = "partly", of = ["E1"] } ]
"""
WHOLE = read_plan(HEAD + FULL)
fields = st.sampled_from(
    [
        (collection, field)
        for collection in ("measures", "actions", "findings")
        for field in NOUNS[collection]._fields
        if field not in {"id", "kind"}
    ]
)


def as_recorded(change: Change) -> Change:
    """Give a change with its values as the history holds them."""
    old, new = written.plain(change.old), written.plain(change.new)
    return change._replace(field=change.field.removesuffix("_"), old=old, new=new)


def emptied(plan: Plan, collection: str, field: str) -> Plan:
    """Give a plan in which one field of the first noun of a kind is what it is by default."""
    noun = getattr(plan, collection)[0]
    return plan.replacing(collection, noun._replace(**{field: noun._field_defaults[field]}))


@given(fields, st.booleans())
def test_a_change_reads_the_same_from_two_plans_and_from_the_history(
    which: tuple[str, str], forwards: bool
) -> None:
    bare = emptied(WHOLE, *which)
    for change in differences(bare, WHOLE) if forwards else differences(WHOLE, bare):
        assert what(change) == what(as_recorded(change))
        assert what(change)


def test_a_whole_noun_and_the_policy_read_the_same_from_two_plans_and_from_the_history() -> None:
    policy = read_plan(f'{HEAD}[policy]\nstale_after = "14d"\n[policy.legend]\nred = "late"\n')
    for old, new in ((Plan(), WHOLE), (WHOLE, Plan()), (Plan(), policy)):
        for change in differences(old, new):
            assert what(change) == what(as_recorded(change))
    assert "policy stale_after: 28d -> 14d" in [
        part for change in differences(Plan(), policy) for part in what(change).split("; ")
    ]


def test_a_date_of_the_model_is_said_as_one_of_the_history_is() -> None:
    for old, new in ((None, date(2014, 4, 14)), (None, "2014-04-14")):
        assert what(action("A1", "due", old, new)) == "due set: 14 April 2014"
