"""The calendar: what every other one reads of it, and that taking it in twice doubles nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from actionplan.renderers import calendar
from actionplan.renderers.calendar import LONGEST_LINE
from actionplan.reports.events import Event

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

AS_AT = date(2014, 2, 10)
DAY = ("--as-at", "2014-02-10")
texts = st.text(st.characters(codec="utf-8").filter(str.isprintable))


def read(content: bytes) -> list[dict[str, object]]:
    """Read a calendar with a library that knows the standard."""
    found = Calendar.from_ical(content)
    return [
        {
            "uid": str(event["UID"]),
            "on": event.decoded("DTSTART"),
            "until": event.decoded("DTEND"),
            "summary": str(event["SUMMARY"]),
            "description": str(event.get("DESCRIPTION", "")),
        }
        for event in found.walk("VEVENT")
    ]


def test_an_event_is_a_day_as_a_whole_with_every_sign_in_its_words() -> None:
    event = Event(("A plan", "LGA"), date(2014, 2, 28), "Plan; due, \\ now", "One.\nTwo.")
    (found,) = read(calendar.render([event], "A plan", AS_AT))
    assert found["on"] == date(2014, 2, 28)
    assert found["until"] == date(2014, 3, 1)
    assert found["summary"] == "Plan; due, \\ now"
    assert found["description"] == "One.\nTwo."


def test_what_is_moved_keeps_its_uid_and_what_is_another_has_another() -> None:
    first, other = Event(("A plan", "LGA"), AS_AT, "x"), Event(("A plan", "DFE"), AS_AT, "x")
    moved = first._replace(on=date(2014, 3, 31))
    uids = [read(calendar.render([e], "A plan", AS_AT))[0]["uid"] for e in (first, moved, other)]
    assert uids[0] == uids[1] != uids[2]


@given(texts, texts)
def test_any_words_come_back_and_no_line_is_too_long(summary: str, description: str) -> None:
    content = calendar.render([Event(("x",), AS_AT, f"a{summary}", description)], "A", AS_AT)
    assert all(len(line) <= LONGEST_LINE for line in content.split(b"\r\n"))
    (found,) = read(content)
    assert found["summary"] == f"a{summary}"


def test_an_empty_calendar_can_be_read() -> None:
    assert read(calendar.render([], "A plan", AS_AT)) == []


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """Write a plan with a review that has a clock, and a meeting."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(
        'format = 1\ntitle = "A plan"\n\n[[meeting]]\nbody = "Cabinet"\non = 2014-03-17\n\n'
        '[[review]]\nid = "CPC"\ntitle = "Challenge"\nkind = "corporate-peer-challenge"\n'
        "on = 2014-01-20\n"
    )
    return path


def test_clock_writes_what_is_still_to_come(plan_file: Path, tmp_path: Path, run: Run) -> None:
    assert plan_file.exists()
    done = run("clock", "-o", "dates.ics", *DAY)
    assert (done.code, done.out) == (0, "")
    assert "Wrote 5 dates to dates.ics." in done.err
    found = read((tmp_path / "dates.ics").read_bytes())
    assert [(event["on"], event["summary"]) for event in found][:2] == [
        (date(2014, 3, 7), "Papers published for Cabinet"),
        (date(2014, 4, 20), "CPC: Report published, with the action plan"),
    ]
    assert "local.gov.uk" in str(found[1]["description"])
    first = (tmp_path / "dates.ics").read_bytes()
    assert run("clock", "-o", "dates.ics", *DAY).code == 0
    assert (tmp_path / "dates.ics").read_bytes() == first


def test_what_is_no_calendar_or_can_not_be_written_is_said(plan_file: Path, run: Run) -> None:
    before = plan_file.read_bytes()
    wrong = run("clock", "-o", str(plan_file), *DAY)
    assert (wrong.code, wrong.out) == (2, "")
    assert "is no calendar: give a name that ends in .ics" in wrong.err
    assert plan_file.read_bytes() == before
    missing = run("clock", "-o", "nowhere/dates.ics", *DAY)
    assert missing.code == 1
    assert "nowhere/dates.ics could not be written: No such file or directory." in missing.err
