"""The history: one line an entry, damage noticed, and every earlier state rebuilt to the byte."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from conftest import AS_AT, BIRMINGHAM, HEAD
from hypothesis import given
from hypothesis import strategies as st

from actionplan import changes
from actionplan.history import entries as history
from actionplan.history.entries import Signature, Tail
from actionplan.model import Action, Change, Finding, Move, Plan, Reading, Review
from actionplan.planfile import reader, source, writer

NOW = datetime(2014, 2, 10, 9, 30, 15, 999, tzinfo=UTC)
SIGNED = Signature(NOW, AS_AT, "Improvement officer", "update", "Staff start late.")
KEYS = [
    "v",
    "seq",
    "id",
    "prev",
    "at",
    "on",
    "by",
    "command",
    "why",
    "changes",
    "patch",
    "before",
    "after",
    "numbers",
    "sum",
]

A1 = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
due = 2014-03-31  # agreed
stage = "in-progress"
"""


def line(signed: Signature = SIGNED, tail: Tail | None = None, **fields: Any) -> str:
    """Give the line of an entry."""
    before, after = fields.get("digests", ("aa", "bb"))
    step = history.Step(
        before,
        after,
        {"F": 2, "M": 0, "A": 3},
        fields.get("changes", (Change("actions", "A1", "rag", "", "red"),)),
        fields.get("patch", ((7, ("old\n",), ("new\n", "newer\n")),)),
    )
    made = history.entry(signed, step, tail or Tail())
    return made.decode("ascii")


def body(entry: str) -> dict[str, Any]:
    """Read the line of an entry."""
    read: dict[str, Any] = json.loads(entry)
    return read


# --- one entry ----------------------------------------------------------------------------------


def test_an_entry_is_one_line_of_json_with_all_that_it_must_say() -> None:
    entry = line()
    assert entry.count("\n") == 1
    assert entry.endswith("}\n")
    read = body(entry)
    assert list(read) == KEYS
    assert len(read.pop("id")) == 12
    assert len(read.pop("sum")) == 16
    assert read == {
        "v": 1,
        "seq": 1,
        "prev": [],
        "at": "2014-02-10T09:30:15+00:00",
        "on": "2014-02-10",
        "by": "Improvement officer",
        "command": "update",
        "why": "Staff start late.",
        "changes": [{"in": "actions", "ref": "A1", "set": {"rag": [None, "red"]}}],
        "patch": [[7, ["old\n"], ["new\n", "newer\n"]]],
        "before": "aa",
        "after": "bb",
        "numbers": {"F": 2, "M": 0, "A": 3},
    }


def test_changes_are_grouped_by_what_they_change() -> None:
    made = (
        Change("actions", "A1", "due", None, date(2014, 3, 31)),
        Change("actions", "A1", "after", (), ("A2",)),
        Change(
            "actions",
            "A1",
            "moves",
            (),
            (Move(AS_AT, date(2014, 3, 1), date(2014, 3, 31), "Late."),),
        ),
        Change("findings", "F3", "", None, Finding("F3", "LGA", text="Be bold.")),
    )
    move = {"on": "2014-02-10", "from": "2014-03-01", "to": "2014-03-31", "why": "Late."}
    assert body(line(changes=made))["changes"] == [
        {
            "in": "actions",
            "ref": "A1",
            "set": {
                "due": [None, "2014-03-31"],
                "after": [[], ["A2"]],
                "moves": [[], [move]],
            },
        },
        {
            "in": "findings",
            "ref": "F3",
            "new": {"id": "F3", "review": "LGA", "kind": "improvement", "text": "Be bold."},
        },
    ]


def test_a_field_whose_name_is_a_word_of_the_language_is_written_as_the_file_has_it() -> None:
    made = (Change("x", "y", "from_", None, AS_AT),)
    assert body(line(changes=made))["changes"][0]["set"] == {"from": [None, "2014-02-10"]}


def test_nothing_is_lost_of_a_number_that_is_nought() -> None:
    assert history.plain(Reading(AS_AT, 0, "")) == {"on": "2014-02-10", "value": 0}
    assert history.plain(Review("LGA")) == {"id": "LGA"}


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_words_are_one_whole_line_of_ascii_and_come_back(by: str, why: str) -> None:
    entry = line(SIGNED._replace(by=by, why=why))
    assert entry.isascii()
    assert entry.count("\n") == 1
    assert history.is_whole(entry)
    assert (body(entry)["by"], body(entry)["why"]) == (by, why)


def test_an_entry_follows_the_last_one() -> None:
    first = history.last(line())
    assert (first.sequence, first.before, first.after, first.torn) == (1, "aa", "bb", False)
    assert first.numbers == {"F": 2, "M": 0, "A": 3}
    second = body(line(tail=first))
    assert second["seq"] == 2
    assert second["prev"] == [first.id]
    assert second["id"] != first.id


def test_the_same_change_twice_has_two_ids() -> None:
    first = history.last(line())
    assert body(line(tail=first))["id"] != body(line(tail=Tail()))["id"]
    assert body(line(SIGNED._replace(by="Someone else")))["id"] != first.id


def test_a_digest_is_of_the_bytes() -> None:
    assert history.digest(b"") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert history.digest(b"a\n") != history.digest(b"a\r\n")


def test_an_entry_is_taken_back_by_one_that_names_it() -> None:
    tail = history.last(line())
    void = history.void(SIGNED._replace(command="move"), tail).decode("ascii")
    assert history.is_whole(void)
    read = body(void)
    assert list(read) == [*KEYS[:9], "voids", *KEYS[9:]]
    assert read["voids"] == tail.id
    assert read["prev"] == [tail.id]
    assert (read["command"], read["seq"]) == ("void", 2)
    assert (read["changes"], read["patch"]) == ([], [])
    assert (read["before"], read["after"]) == ("aa", "aa")
    assert read["numbers"] == {"F": 2, "M": 0, "A": 3}
    assert history.last(line() + void).after == "aa"


# --- damage -------------------------------------------------------------------------------------


@given(st.data())
def test_one_damaged_character_is_noticed(data: st.DataObject) -> None:
    entry = line().removesuffix("\n")
    at = data.draw(st.integers(0, len(entry) - 1))
    letter = data.draw(st.characters(codec=None).filter(lambda letter: letter != entry[at]))
    assert not history.is_whole(entry[:at] + letter + entry[at + 1 :])


@given(st.integers(0, 2000))
def test_an_entry_that_was_cut_off_is_not_whole(length: int) -> None:
    entry = line().removesuffix("\n")
    assert history.is_whole(entry)
    assert length >= len(entry) or not history.is_whole(entry[:length])


@pytest.mark.parametrize("letter", ["\ufffd", "\u00e9"])
def test_a_byte_that_is_no_text_makes_a_line_damaged_and_nothing_worse(letter: str) -> None:
    damaged = line().replace("officer", f"offic{letter}r")
    assert not history.is_whole(damaged)
    assert history.last(line() + damaged).sequence == 1


@pytest.mark.parametrize("text", ["", "\n", "{}\n", "words\n", '{"v":1,"sum":"x"}\n', "\n\n\n"])
def test_a_history_with_no_entry_has_no_last_one(text: str) -> None:
    assert history.last(text)._replace(damaged=0) == Tail()


def test_damaged_lines_are_passed_over_for_the_last_whole_one() -> None:
    whole = line()
    damaged = line(tail=history.last(whole)).replace("officer", "0fficer")
    tail = history.last(whole + damaged + "no json\n" + "{}\n")
    assert tail == history.last(whole)._replace(damaged=3)
    assert not tail.torn


@given(st.data())
def test_a_torn_last_line_is_told_and_the_one_before_it_counts(data: st.DataObject) -> None:
    whole = line()
    second = line(tail=history.last(whole))
    cut = data.draw(st.integers(1, len(second) - 2))
    tail = history.last(whole + second[:cut])
    assert tail.torn

    assert tail == history.last(whole)._replace(torn=True, damaged=1)


def test_a_last_line_that_only_lacks_its_line_end_counts_and_is_torn() -> None:
    tail = history.last(line().removesuffix("\n"))
    assert (tail.torn, tail.sequence) == (True, 1)


@given(st.data())
def test_after_a_torn_line_the_next_entry_stands_on_a_line_of_its_own(
    data: st.DataObject,
) -> None:
    whole = line()
    second = line(tail=history.last(whole))
    torn = whole + second[: data.draw(st.integers(1, len(second) - 1))]
    tail = history.last(torn)
    for added in (line(tail=tail), history.void(SIGNED, tail).decode("ascii")):
        after = torn + added
        assert [len(row) for row in after.split("\n")][-2:] == [len(added) - 2, 0]
        assert history.last(after).sequence == tail.sequence + 1
        assert not history.last(after).torn


# --- rebuilding what was ------------------------------------------------------------------------


def undone(content: bytes, patch: list[list[Any]]) -> bytes:
    """Apply the patch of an entry backwards: put back what it took out."""
    bom = source.BOM if content.startswith(source.BOM) else b""
    text = content.removeprefix(bom).decode("utf-8")
    ends = text.endswith("\n")
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"{part}\n" for part in (text if ends else text + newline).split("\n")[:-1]]
    shift = 0
    spans = []
    for first, out, put in patch:
        spans.append((first - 1 + shift, out, put))
        shift += len(put) - len(out)
    for at, out, put in reversed(spans):
        assert lines[at : at + len(put)] == put
        lines[at : at + len(put)] = out
    old = "".join(lines)
    return bom + (old if ends else old.removesuffix(newline)).encode()


def some_changes(plan: Plan) -> list[Plan]:
    """Give the plan after one verb after another."""
    move = Move(to=date(2014, 4, 30), why='Staff "start" late.')
    new = Action("A2", ("F2",), "Hire", "Head of HR")
    plans = [changes.update_action(plan, "A1", {"rag": "red", "reason": "Two posts."}, AS_AT)]
    plans.append(changes.move_action(plans[-1], "A1", move, AS_AT))
    plans.append(changes.add_action(plans[-1], new, AS_AT))
    plans.append(changes.note_action(plans[-1], "A2", "One.\nTwo.", AS_AT))
    plans.append(changes.update_action(plans[-1], "A1", {"rag": "green"}, AS_AT))
    plans.append(changes.update_finding(plans[-1], "F1", {"outcome": "Better."}))
    plans.append(changes.add_review(plans[-1], Review("DFE", "Notice")))
    plans.append(changes.deliver_action(plans[-1], "A1", AS_AT, AS_AT))
    return plans


@pytest.mark.parametrize("bom", [b"", source.BOM], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("final", [True, False], ids=["final newline", "no final newline"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_patch_applied_backwards_gives_the_old_text_to_the_byte(
    newline: str, bom: bytes, *, final: bool
) -> None:
    text = HEAD + A1 + "# the end\n"
    text = (text if final else text.rstrip("\n")).replace("\n", newline)
    first = before = reader.read(bom + text.encode(), "plan.toml")
    log, contents = "", [bom + text.encode()]
    for intended in some_changes(before.plan):
        done = writer.rewrite(before, intended)
        digests = (history.digest(contents[-1]), history.digest(done.content))
        log += line(tail=history.last(log), changes=done.changes, patch=done.patch, digests=digests)
        contents.append(done.content)
        before = reader.read(done.content, "plan.toml")
    entries = [body(entry) for entry in log.splitlines()]
    content = contents.pop()
    for entry in reversed(entries):
        assert history.digest(content) == entry["after"]
        content = undone(content, entry["patch"])
        assert content == contents.pop()
        assert history.digest(content) == entry["before"]
    assert reader.read(content, "plan.toml").plan == first.plan


def test_the_history_of_the_example_rebuilds_it_back_to_its_start() -> None:
    log = BIRMINGHAM.with_suffix(".history.jsonl").read_text("ascii")
    assert all(map(history.is_whole, log.splitlines()))
    told = (line for line in log.splitlines() if line.startswith(history.ENTRY_MARK))
    entries = [body(entry) for entry in told]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    content = BIRMINGHAM.read_bytes()
    for entry in reversed(entries):
        assert history.digest(content) == entry["after"]
        content = undone(content, entry["patch"])
        assert not entry["before"] or history.digest(content) == entry["before"]
    assert content == b""
