"""The formats: nothing from a file is interpreted, nothing is cut short, nothing is too wide."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
from conftest import AS_AT, HEAD, birmingham_as_at, read_plan
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from actionplan import query
from actionplan.model import (
    Action,
    Change,
    Entry,
    Evidence,
    Finding,
    Milestone,
    Move,
    Plan,
    Review,
    differences,
)
from actionplan.renderers import as_json, plain, terminal
from actionplan.renderers.safe import safe_line, safe_text
from actionplan.renderers.terminal import Looks
from actionplan.reports import cards, clock, lists, paper, story, travel
from actionplan.reports.basis import Past
from actionplan.reports.blocks import Card, Items, Prose, Report, Section, Table

EXAMPLE = birmingham_as_at(AS_AT)
SINCE = date(2014, 1, 13)
WIDTHS = (40, 60, 80, 120, 200)
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def reports(plan: Plan) -> dict[str, Report]:
    """Give every report on a plan, a card of one noun of each kind among them."""
    view = query.view(plan, AS_AT)
    shown = {
        f"show {noun.id}": card(view, noun)
        for collection, card in cards.SHOWN.items()
        for noun in getattr(plan, collection)[:1]
    }
    return {
        "report": paper.report(view, SINCE),
        "summary": paper.summary(view, SINCE),
        "list": lists.listing(view),
        "overdue": lists.overdue(view),
        "due": lists.due(view, date(2014, 3, 31)),
        "findings": lists.findings(view),
        "reviews": lists.reviews(view),
        "owners": lists.owners(view, plan.owners),
        "changes": travel.report(EARLIER, view, "Cabinet", differences(Plan(), plan)),
        "directed": paper.report(view, SINCE, Past(EARLIER, "Cabinet")),
        "log": story.log(entries(plan), plan.title, AS_AT),
        "clock": clock.report(view),
        **shown,
    }


EARLIER = query.view(
    Plan(
        findings=(Finding("F1", text="Once other words."),),
        actions=(
            Action("A1", due=date(2014, 1, 10), rag="green", owner="Head of HR"),
            Action("A2", title="Hire", stage="delivered"),
            Action("A0", title="Gone"),
        ),
    ),
    SINCE,
)
"""A plan as it stood earlier, that any plan has moved on from."""


def entries(plan: Plan) -> list[Entry]:
    """Give a history in which every word of a plan stands once, as JSON says it."""
    at = datetime(2014, 2, 10, 14, 5, tzinfo=UTC)
    changes = (
        Change("plan", "", "title", "Another", plan.title),
        *(Change("actions", a.id, "note", a.reason, a.note) for a in plan.actions),
        *(Change("actions", a.id, "", None, {"id": a.id, "title": a.title}) for a in plan.actions),
    )
    return [
        Entry("0123456789ab", 1, at, AS_AT, plan.title or "Someone", "edit", plan.title, changes),
        Entry("0123456789cd", 2, at, SINCE, "Someone", "report", "Cabinet 17 February 2014", ()),
    ]


def drawn(report: Report, width: int = 80, *, colour: bool = False, unicode: bool = True) -> str:
    """Draw a report for a terminal."""
    return terminal.render(report, Looks(width, colour, unicode))


def stripped(text: str) -> str:
    """Take colours out of a text, and nothing else."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def squeezed(text: str) -> str:
    """Take out all blanks, so that it does not matter where lines were broken."""
    return "".join(text.split())


# --- one function for every word ----------------------------------------------------------------

MADE_VISIBLE = [
    ("\x00", "\\u{0}"),
    ("\x07", "\\u{7}"),
    ("\x08", "\\u{8}"),
    ("\r", "\\u{d}"),
    ("\x1b[31m", "\\u{1b}[31m"),
    ("\x1b]8;;https://example.org\x1b\\", "\\u{1b}]8;;https://example.org\\u{1b}\\"),
    ("\x7f", "\\u{7f}"),
    ("\x85", "\\u{85}"),
    ("\x9b31m", "\\u{9b}31m"),
    ("\u202etxt.exe", "\\u{202e}txt.exe"),
    ("\u2066x\u2069", "\\u{2066}x\\u{2069}"),
    ("\u200e", "\\u{200e}"),
    ("\u061c", "\\u{61c}"),
    ("\u2028", "\\u{2028}"),
    ("\u200b", "\\u{200b}"),
    ("\ufeff", "\\u{feff}"),
    ("\U000e0041", "\\u{e0041}"),
    ("\ue000", "\\u{e000}"),
    ("\ud800", "\\u{d800}"),
    ("\U0010ffff", "\\u{10ffff}"),
]


@pytest.mark.parametrize(("text", "shown"), MADE_VISIBLE)
def test_what_could_steer_a_terminal_or_deceive_a_reader_is_made_visible(
    text: str, shown: str
) -> None:
    assert safe_text(text) == shown
    assert safe_text(f"before {text} after") == f"before {shown} after"


KEPT = [
    "",
    "Plain words, 100%.",
    "caf\u00e9, cafe\u0301, \u0141\u00f3d\u017a, \u4f60\u597d, \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f4bb",
    "\u270c\ufe0f",
    "10\u00a0cases, 10\u2009cases, \u3000",
    "a\u00adb",
    "\u0646\u200c\u0645",
    "one\ntwo\n",
    "[red]not markup[/red] :skull: \\u{1b}",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_people_write_is_kept_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_a_tab_is_four_spaces_in_a_text_and_one_in_a_line() -> None:
    assert safe_text("a\tb\nc") == "a    b\nc"
    assert safe_line("a\tb\nc\n\n") == "a b c"
    assert safe_line(" \n\t") == ""
    assert safe_line("a b") == "a b"
    assert safe_line("a\n\x1b[2J") == "a \\u{1b}[2J"


texts = st.text(st.characters(codec=None)) | st.text(
    st.sampled_from(f"ab \n\t\r\x00\x1b\x9b\x85\x7f{BIDI}\u200d\u00a0\u2028\U000e0041\ud800")
)


@given(texts)
def test_no_character_that_controls_anything_is_left_in_any_text(text: str) -> None:
    shown = safe_text(text)
    for letter in shown.replace("\n", ""):
        assert unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert letter not in BIDI
        assert unicodedata.category(letter) != "Cf" or letter in "\u200c\u200d\u00ad"
    shown.encode("utf-8")


@given(texts)
def test_a_safe_text_is_safe_already(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)
    assert safe_line(safe_line(text)) == safe_line(text)


@given(texts)
def test_a_line_is_one_line(text: str) -> None:
    line = safe_line(text)
    assert "\n" not in line
    assert "\t" not in line
    assert len(line.splitlines()) <= 1
    assert not any(letter in line for letter in BIDI)


# --- a plan that does its worst -----------------------------------------------------------------

NASTY = "\x1b[2J\x1b]8;;http://x\x07[red]:skull:[/x]\t\u202e\x00\nsecond [bold]line\ud800"
SHOWN = "\\u{1b}[2J"


def nasty_plan() -> Plan:
    """Give a plan in which every text is as bad as a text can be."""
    move = Move(AS_AT, date(2014, 1, 31), date(2014, 2, 7), NASTY, NASTY)
    action = Action(
        "A1",
        ("F1",),
        NASTY,
        NASTY,
        due=date(2014, 2, 7),
        rag="amber",
        reason=NASTY,
        note=NASTY,
        moves=(move,),
        milestones=(Milestone(NASTY, AS_AT),),
        evidence=(Evidence("E1", AS_AT, NASTY, NASTY),),
    )
    finding = Finding(
        "F1", NASTY, NASTY, NASTY, "immediate", NASTY, NASTY, 3, NASTY, NASTY, NASTY, NASTY
    )
    return Plan(
        title=NASTY,
        organisation=NASTY,
        reviews=(Review("LGA", NASTY, NASTY, NASTY, None, AS_AT, NASTY, NASTY),),
        findings=(finding,),
        actions=(action, action._replace(id="A2", stage="delivered", delivered=AS_AT)),
    )


NASTY_REPORTS = reports(nasty_plan())


def assert_harmless(text: str) -> None:
    """Let nothing through that a terminal obeys, or that is no text at all."""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)
    assert not any(letter in text for letter in BIDI)


@pytest.mark.parametrize("name", NASTY_REPORTS)
def test_no_escape_of_a_plan_reaches_a_terminal(name: str) -> None:
    for width in WIDTHS:
        text = drawn(NASTY_REPORTS[name], width)
        assert_harmless(text)
        assert SHOWN in squeezed(text)
        assert_harmless(stripped(drawn(NASTY_REPORTS[name], width, colour=True)))


@pytest.mark.parametrize("name", NASTY_REPORTS)
def test_no_escape_of_a_plan_reaches_a_pipe(name: str) -> None:
    text = plain.render(NASTY_REPORTS[name])
    assert_harmless(text.replace("\t", ""))
    assert SHOWN in text or name == "due"
    for note in plain.notes(NASTY_REPORTS[name]):
        assert isinstance(note, str)


@pytest.mark.parametrize("name", NASTY_REPORTS)
def test_no_escape_of_a_plan_reaches_json_raw(name: str) -> None:
    text = as_json.render(NASTY_REPORTS[name])
    assert text.isascii()
    assert_harmless(text)
    assert json.loads(text)["plan"] == NASTY


def test_markup_and_emoji_codes_are_printed_as_they_are() -> None:
    title = "[red]Fix[/x] :skull: [link=http://x]y[/link]"
    made = lists.listing(query.view(Plan(title=title, actions=(Action("A1", title=title),)), AS_AT))
    for colour in (False, True):
        text = stripped(drawn(made, 200, colour=colour))
        assert text.count(title) == 2


# --- plain lines --------------------------------------------------------------------------------

RECORDS = {
    "list": lists.LISTED,
    "overdue": lists.LATE,
    "due": lists.COMING,
    "findings": (
        "ref",
        "review",
        "number",
        "kind",
        "text",
        "theme",
        "response",
        "answered_by",
    ),
    "reviews": ("ref", "name", "body", "kind", "on", "findings"),
    "owners": ("post", "actions", "open", "overdue", "email"),
    "log": story.LOGGED,
    "clock": clock.COLUMNS,
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_list_is_one_record_a_line_with_a_tab_between_its_fields(name: str) -> None:
    for made in (NASTY_REPORTS[name], reports(EXAMPLE)[name]):
        (table,) = (b for b in made.sections[0].blocks if isinstance(b, Table))
        rows = plain.render(made).splitlines()
        assert len(rows) == len(table.lines)
        assert {len(row.split("\t")) for row in rows} <= {len(RECORDS[name])}
        assert table.columns == RECORDS[name]


def test_a_record_says_its_dates_numbers_and_ratings_in_words() -> None:
    toml = (
        '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "Fix"\nowner = "Head of service"\n'
        "due = 2014-02-07\n"
        '[[action]]\nid = "A2"\nanswers = ["F1"]\ntitle = "Hire"\nowner = "Head of HR"\n'
    )
    view = query.view(read_plan(HEAD + toml), AS_AT)
    assert plain.render(lists.overdue(view)) == (
        "A1\tFix\tHead of service\t2014-02-07\t1 working day late\t2014-02-07\tnot rated"
        "\tnot-started\n"
    )
    assert plain.render(lists.listing(view)).splitlines()[1] == (
        "A2\tHire\tHead of HR\t\tnot rated\tnot-started\t"
    )
    assert plain.render(lists.findings(view)).splitlines()[0].endswith("\tA1, A2")
    assert plain.render(lists.owners(view, ())) == (
        "Head of HR\t1\t1\t0\t\nHead of service\t1\t1\t1\t\n"
    )


def test_late_by_less_than_a_working_day_is_not_no_working_days_late() -> None:
    late = Plan(title="x", actions=(Action("A1", due=date(2014, 2, 7)),))
    made = lists.overdue(query.view(late, date(2014, 2, 8)))
    assert "no working days" not in plain.render(made)


def test_a_list_of_nothing_is_no_line_and_its_notes_stand_apart() -> None:
    undated = Plan(title="x", actions=(Action("A1"),))
    made = lists.overdue(query.view(undated, AS_AT))
    assert plain.render(made) == ""
    assert plain.notes(made) == ("1 open action with no due date: A1.",)


def test_a_paper_is_headings_text_and_lines() -> None:
    report = Report(
        "report",
        "A plan",
        AS_AT,
        (
            Section("one", "The position", (Prose("All\nwell."), Items(("a", "b")))),
            Section("two", "", (Card("A1: Fix", (("Owner", "Head"), ("Due", "no date")), "red"),)),
            Section("three", "None", (Table((), ("ref",), "Nothing."),)),
            Section("four", "Some", (Table((Action("A1", title="Fix"),), ("ref", "title")),)),
        ),
        "A council",
        "Since Monday",
    )
    report = report._replace(sections=report.sections[:3])
    assert plain.render(report) == (
        "A plan\nA council\nAs at Monday 10 February 2014. Since Monday.\n"
        "\nTHE POSITION\n\nAll well.\n- a\n- b\n"
        "\nA1: Fix\n  Owner: Head\n  Due: no date\n"
        "\nNONE\n\nNothing.\n"
    )
    bare = report._replace(sections=(), subtitle="", period="")
    assert plain.render(bare) == "A plan\nAs at Monday 10 February 2014\n"


def test_a_table_of_a_paper_has_a_line_of_headings() -> None:
    lines = plain.render(reports(EXAMPLE)["summary"]).splitlines()
    heading = (
        "Theme\tWorst rated\tWorst facts\tOpen\tRed: off track\tAmber: at risk\t"
        "Green: on track\tNot rated\tOverdue"
    )
    at = lines.index(heading)
    assert {line.count("\t") for line in lines[at : at + 4]} == {8}


# --- JSON ---------------------------------------------------------------------------------------


def texts_in(value: Any) -> list[str]:
    """Give every text that stands as a value anywhere in a JSON document."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


ALL = {**reports(EXAMPLE), **{f"empty {k}": v for k, v in reports(Plan(title="x")).items()}}


@pytest.mark.parametrize("name", ALL)
def test_json_is_versioned_ascii_with_its_kind_and_its_day(name: str) -> None:
    text = as_json.render(ALL[name])
    body = json.loads(text)
    assert text.isascii()
    assert text.endswith("}\n")
    assert body["schema"] == 1
    assert body["kind"] == ALL[name].kind
    assert body["as_at"] == "2014-02-10"


@pytest.mark.parametrize("name", ALL)
def test_what_is_absent_is_null_in_json(name: str) -> None:
    assert "" not in texts_in(json.loads(as_json.render(ALL[name])))


def test_a_list_in_json_has_every_field_of_its_lines_and_its_notes() -> None:
    view = query.view(Plan(title="x", actions=(Action("A1", due=date(2014, 2, 7)),)), AS_AT)
    body = json.loads(as_json.render(lists.overdue(view)))
    assert body["notes"] == []
    (line,) = body["actions"]
    assert line["due"] == "2014-02-07"
    assert line["late"] == 1
    assert line["forecast"] is None
    assert line["title"] is None
    assert line["answers"] == []
    body = json.loads(as_json.render(lists.overdue(query.view(Plan(title="x"), AS_AT))))
    assert body["actions"] == []


LIST_NAMES = [
    ("findings", "findings"),
    ("reviews", "reviews"),
    ("owners", "owners"),
    ("log", "entries"),
]


@pytest.mark.parametrize(("name", "key"), [*LIST_NAMES, ("list", "actions"), ("due", "actions")])
def test_a_list_stands_under_its_own_name(name: str, key: str) -> None:
    assert isinstance(json.loads(as_json.render(ALL[name]))[key], list)


def test_a_paper_in_json_is_sections_of_blocks() -> None:
    body = json.loads(as_json.render(ALL["report"]))
    assert [section["key"] for section in body["sections"]] == [
        section.key for section in ALL["report"].sections
    ]
    shapes = {frozenset(block) for section in body["sections"] for block in section["blocks"]}
    assert shapes == {
        frozenset({"prose"}),
        frozenset({"prose", "subheading"}),
        frozenset({"items"}),
        frozenset({"heading", "facts", "rating"}),
        frozenset({"columns", "lines"}),
        frozenset({"caption", "columns", "lines"}),
        frozenset({"figure", "said", "columns", "lines"}),
    }
    assert body["period"] == "Since Monday 13 January 2014"


def test_a_change_in_json_names_what_it_touched() -> None:
    text = as_json.changed("moved", AS_AT, ["A1"], [{"ref": "A1"}])
    assert json.loads(text) == {
        "schema": 1,
        "kind": "moved",
        "as_at": "2014-02-10",
        "dry_run": False,
        "refs": ["A1"],
        "changes": [{"ref": "A1"}],
    }
    assert text.endswith("\n")


# --- the terminal -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*ALL, *(f"nasty {name}" for name in NASTY_REPORTS)])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    made = ALL[name] if name in ALL else NASTY_REPORTS[name.removeprefix("nasty ")]
    for colour, unicode in ((False, True), (True, True), (False, False)):
        text = stripped(drawn(made, width, colour=colour, unicode=unicode))
        assert max(map(cell_len, text.split("\n"))) <= width


WIDE = "\u4f60\u597d" * 30 + " \U0001f469\u200d\U0001f4bb " + "unbreakable" * 20


@pytest.mark.parametrize("width", WIDTHS)
def test_wide_letters_and_words_that_never_end_are_folded(width: int) -> None:
    action = Action(
        "A1",
        ("F1",),
        WIDE,
        WIDE,
        due=date(2014, 2, 7),
        rag="green",
        reason=WIDE,
        note=WIDE,
    )
    plan = Plan(
        title=WIDE, findings=(Finding("F1", WIDE, WIDE, WIDE, text=WIDE),), actions=(action,)
    )
    for made in reports(plan).values():
        assert max(map(cell_len, drawn(made, width).split("\n"))) <= width


def test_a_terminal_narrower_than_any_is_drawn_as_forty_wide() -> None:
    assert drawn(ALL["list"], 1) == drawn(ALL["list"], 40)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("colour", [False, True])
def test_a_rating_is_a_word_with_colour_and_without(width: int, *, colour: bool) -> None:
    toml = "".join(
        f'[[action]]\nid = "A{at}"\nanswers = ["F1"]\ntitle = "T"\nowner = "Head of service"\n'
        f"{rag}\n"
        for at, rag in enumerate(
            ('rag = "red"\nreason = "x"', 'rag = "amber"\nreason = "x"', 'rag = "green"', ""), 1
        )
    )
    made = lists.listing(query.view(read_plan(HEAD + toml), AS_AT))
    rows = stripped(drawn(made, width, colour=colour)).split("\n")
    for ref, word in (("A1", "red"), ("A2", "amber"), ("A3", "green"), ("A4", "not rated")):
        (row,) = (row for row in rows if row.startswith(ref))
        assert word in row


@pytest.mark.parametrize("name", ALL)
def test_with_no_colour_there_is_no_escape_and_the_words_are_the_same(name: str) -> None:
    bare, coloured = drawn(ALL[name]), drawn(ALL[name], colour=True)
    assert "\x1b" not in bare
    assert "\x1b" in coloured
    assert stripped(coloured) == bare


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ALL)
def test_a_terminal_of_plain_letters_gets_no_others(name: str, width: int) -> None:
    assert drawn(ALL[name], width, unicode=False).isascii()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_word_of_a_list_is_lost(width: int) -> None:
    text = drawn(lists.listing(query.view(EXAMPLE, AS_AT)), width)
    for action in EXAMPLE.actions:
        for word in (action.id, *action.title.split(), *action.owner.split()):
            assert word in text


def test_columns_that_find_no_room_stand_under_the_title_with_their_names() -> None:
    toml = (
        '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "Fix the front door"\n'
        'owner = "Head of service"\ndue = 2014-02-07\nrag = "green"\nupdated = 2014-02-03\n'
        'moves = [ { from = 2014-01-31, to = 2014-02-07, why = "Late." } ]\n'
    )
    view = query.view(read_plan(HEAD + toml), AS_AT)
    narrow, wide = drawn(lists.overdue(view), 56), drawn(lists.overdue(view), 120)
    assert "Firstagreed:31Jan2014" in squeezed(narrow)
    assert "First agreed:" not in wide
    assert "31 Jan 2014" in wide
    assert "! Declared green" in drawn(lists.listing(view), 120)


def test_a_table_that_finds_no_room_at_all_is_said_in_words() -> None:
    toml = (
        '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "Fix the front door"\n'
        'owner = "Head of service"\ndue = 2014-02-07\nrag = "green"\nupdated = 2014-02-03\n'
    )
    view = query.view(read_plan(HEAD + toml), AS_AT)
    said = squeezed(drawn(lists.overdue(view), 40))
    assert "A1ActionFixthefrontdoor;OwnerHeadofservice;Due7Feb2014;Workingdayslate1" in said


def test_a_section_with_no_table_and_a_card_with_no_facts_are_drawn() -> None:
    report = Report("show", "x", AS_AT, (Section("one", "", (Card("A1", ()),)),))
    assert "A1" in drawn(report)
    report = report._replace(period="Since Monday")
    assert "As at Monday 10 February 2014. Since Monday." in drawn(report)
