"""Random edits of random layouts: no invalid file, no wrong data, no comment moved, no mixed ends.

A small count runs with the suite; 3,000 edits run with ``pytest -m slow``.
"""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from conftest import HEAD
from hypothesis import given, note, settings
from hypothesis import strategies as st

from actionplan.errors import UnreadableError
from actionplan.model import Action, Milestone, Move
from actionplan.planfile import reader, source, writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actionplan.model import Plan

DAY = date(2014, 2, 3)

# --- layouts ------------------------------------------------------------------------------------

TRICKY = (
    '[[action]]\nid = "A9"',
    "a # that is no comment",
    "'''",
    'say """so"""',
    "= [ { } ] ,",
    "\u00a3 and \u2028 and \U0001f600",
    "plain words",
)

dates = st.dates(date(2014, 1, 1), date(2014, 12, 31))


def as_toml(text: str, style: str) -> str:
    """Write a text as one of TOML's kinds of string."""
    if style == "literal" and "'" not in text and "\n" not in text:
        return f"'{text}'"
    if style == "long" and '"""' not in text:
        return f'"""\n{text}"""'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


texts = st.builds(as_toml, st.sampled_from(TRICKY), st.sampled_from(["basic", "literal", "long"]))


class Marks:
    """Give each comment a number of its own, so that it can be found again."""

    def __init__(self, draw: st.DrawFn) -> None:
        """Keep how to draw."""
        self.draw = draw
        self.count = 0

    def __call__(self, before: str = "", after: str = "") -> str:
        """Give a comment, or nothing."""
        if not self.draw(st.booleans()):
            return ""
        self.count += 1
        return f"{before}# comment {self.count} [[action]] = 'x{after}"


def action_block(draw: st.DrawFn, number: int, marks: Marks) -> str:
    """Write one action, its keys in any order, with comments anywhere."""
    keys = [
        f'id = "A{number}"',
        'answers = ["F1"]' if draw(st.booleans()) else 'answers = [\n  "F1",  # x\n]',
        f"title = {draw(texts)}",
        'owner = "Head of service"',
        f"due = {draw(dates)}" if draw(st.booleans()) else "",
        f"note = {draw(texts)}" if draw(st.booleans()) else "",
        'rag = "green"' if draw(st.booleans()) else "",
        "budget = { sum = 3, of = [ 1, 2 ] }" if draw(st.booleans()) else "",
    ]
    shuffled = draw(st.permutations([key for key in keys if key]))
    indent = draw(st.sampled_from(["", "", "  ", "\t"]))
    lines = [f"[[action]]{marks('  ')}"]
    for key in shuffled:
        lines.append(marks(indent))
        lines.append(f"{indent}{key}{marks('   ')}")
        lines.append("\n" if draw(st.integers(0, 9)) == 0 else "")
    lines.append(milestones(draw, indent, marks))
    lines.append(marks())
    return "\n".join(line for line in lines if line)


def milestones(draw: st.DrawFn, indent: str, marks: Marks) -> str:
    """Write milestones inline, over several lines, as sub-tables, or not at all."""
    style = draw(st.sampled_from(["none", "inline", "lines", "tables"]))
    if style == "inline":
        return f'{indent}milestones = [{{title="one", due=2014-03-01}}, {{ title = "two" }}]'
    if style == "lines":
        return (
            f'{indent}milestones = [{marks(" ")}\n{indent}  {{ title = "one" }},{marks(" ")}\n'
            f'{marks(indent + "  ", chr(10))}{indent}  {{ title = "two" }}'
            f"{draw(st.sampled_from(['', ',']))}{marks(' ')}\n{indent}]"
        )
    if style == "tables":
        second = '[[action.milestones]]\ntitle = "two"'
        return f'[[action.milestones]]{marks(" ")}\ntitle = "one"\n\n{second}'
    return ""


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Write a plan of some actions in some layout."""
    marks = Marks(draw)
    blocks = [HEAD.rstrip("\n")]
    for number in range(1, draw(st.integers(1, 4)) + 1):
        blocks.append(marks("", draw(st.sampled_from(["", "\n"]))))
        blocks.append(action_block(draw, number, marks))
        blocks.append(draw(st.sampled_from(["", "", "[other]\nkept = [\n[1], [[2]]\n]"])))
        blocks.append(marks())
    if blocks.count("[other]\nkept = [\n[1], [[2]]\n]") > 1:
        first = blocks.index("[other]\nkept = [\n[1], [[2]]\n]")
        blocks = [b for at, b in enumerate(blocks) if at <= first or not b.startswith("[other]")]
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    text = gap.join(block for block in blocks if block) + draw(st.sampled_from(["", "\n", "\n\n"]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    bom = draw(st.sampled_from([b"", b"", source.BOM]))
    return bom + text.replace("\n", newline).encode()


# --- edits --------------------------------------------------------------------------------------


class Edit(NamedTuple):
    """A plan as it is meant, and the keys whose lines may differ."""

    plan: Plan
    keys: tuple[str, ...]
    gone: frozenset[str] = frozenset()


def appended(plan: Plan, text: str, _day: date) -> Edit:
    """Add an action."""
    ref = f"A{len(plan.actions) + 1}"
    action = Action(ref, ("F2",), text, "Head of HR", milestones=(Milestone("m"),))
    return Edit(plan.adding("actions", action), ())


def value_set(plan: Plan, text: str, _day: date) -> Edit:
    """Set a text that is there."""
    return changed(plan, title=text)


def keys_added(plan: Plan, text: str, day: date) -> Edit:
    """Set two keys, one of which may be there."""
    return changed(plan, forecast=day, reason=text)


def keys_removed(plan: Plan, _text: str, _day: date) -> Edit:
    """Clear two keys that may be there."""
    return changed(plan, note="", rag="")._replace(gone=frozenset({"note", "rag"}))


def moved(plan: Plan, text: str, day: date) -> Edit:
    """Move a due date, twice."""
    due = plan.actions[-1].due or day
    moves = (
        Move(DAY, due, due + timedelta(days=9), text),
        Move(DAY, due + timedelta(days=9), due + timedelta(days=20), "Again.", "Cabinet"),
    )
    return changed(plan, due=due + timedelta(days=20), moves=moves)


def item_changed(plan: Plan, text: str, day: date) -> Edit:
    """Finish the first milestone and add one."""
    old = plan.actions[-1].milestones
    first = tuple(milestone._replace(done=day) for milestone in old[:1])
    return changed(plan, milestones=(*first, *old[1:], Milestone(text, day)))


STEP = ("{ title", "[[action.milestones]]", "title")
"""What the lines of a milestone begin with."""


def item_removed(plan: Plan, _text: str, day: date) -> Edit:
    """Take out the first milestone, or the second."""
    old = plan.actions[-1].milestones
    at = day.day % 2
    edit = changed(plan, milestones=(*old[:at], *old[at + 1 :]))
    return edit._replace(keys=("milestones", *STEP), gone=frozenset(STEP))


def changed(plan: Plan, **fields: Any) -> Edit:
    """Change the last action."""
    action = plan.actions[-1]._replace(**fields)
    return Edit(plan.replacing("actions", action), tuple(fields))


EDITS = (appended, value_set, keys_added, keys_removed, moved, item_changed, item_removed)

# --- what must be true --------------------------------------------------------------------------


def lines_of(text: str) -> list[str]:
    """Give the lines of a file, each text over several lines as one word."""
    plain = text.replace("\r\n", "\n")
    return re.sub(r'"""\n.*?"{3,5}(?!")', "LONG", plain, flags=re.DOTALL).split("\n")


def significant(line: str) -> str:
    """Give what a line is about: its key or header, or nothing for blanks and comments."""
    bare = line.strip()
    if not bare or bare.startswith("#"):
        return ""
    return re.split(r"\s*=|\s*#", bare, maxsplit=1)[0]


def comment_places(text: str, gone: frozenset[str] = frozenset()) -> Iterator[tuple[str, str, str]]:
    """Tell for each numbered comment line what it belongs to.

    The line below that it touches, or else the block whose keys it closes, or else what comes next.
    A comment that touches nothing but a key that is gone stands alone now, and is left out.
    """
    lines = lines_of(text)
    for at, line in enumerate(lines):
        found = re.match(r"\s*(# comment \d+)", line)
        if not found:
            continue
        below = next((s for s in lines[at + 1 :] if not s.strip().startswith("#")), "")
        above = next((s for s in reversed(lines[:at]) if not s.strip().startswith("#")), "")
        if (significant(below) or significant(above)) in gone:
            continue
        if significant(below):
            yield found[1], "above", significant(below)
        elif significant(above):
            headers = [s.split("#")[0].strip() for s in lines[:at] if s.startswith("[")]
            yield found[1], "closes", f"{headers[-1]} {headers.count(headers[-1])}"
        else:
            later = next((significant(s) for s in lines[at:] if significant(s)), "")
            yield found[1], "heads", later


def trailing_comments(text: str) -> set[tuple[str, str]]:
    """Give each comment that ends a line with a key or header, and that key."""
    lines = lines_of(text)
    found = ((significant(line), re.search(r"# comment \d+", line)) for line in lines)
    return {(key, comment[0]) for key, comment in found if key and comment}


def holds(content: bytes, edit: Callable[[Plan, str, date], Edit], text: str, day: date) -> None:
    """Make one edit and hold it against every promise."""
    before = reader.read(content, "plan.toml")
    assert before.faults == ()
    meant = edit(before.plan, text, day)
    after = writer.rewrite(before, meant.plan).content
    note(content.decode())
    note(after.decode())
    again = reader.read(after, "plan.toml")
    assert again.faults == ()
    assert again.plan == meant.plan
    assert again.data.get("other") == before.data.get("other")
    old, new = content.decode(), after.decode()
    assert after.startswith(source.BOM) is content.startswith(source.BOM)
    if significant(lines_of(old)[-1]) not in meant.gone:
        assert old.endswith("\n") is new.endswith("\n")
    if "\r\n" in old:
        assert new.count("\n") == new.count("\r\n")
    else:
        assert "\r" not in new
    assert set(comment_places(old, meant.gone)) <= set(comment_places(new))
    lost = trailing_comments(old) - trailing_comments(new)
    assert {key for key, _ in lost} <= set(meant.keys)


new_texts = st.sampled_from([*TRICKY, "x", "two\nlines", "tab\there", "\\ back \\u0041"])


@given(files(), st.sampled_from(EDITS), new_texts, dates)
def test_a_random_edit_of_a_random_layout_keeps_every_promise(
    content: bytes, edit: Callable[[Plan, str, date], Edit], text: str, day: date
) -> None:
    holds(content, edit, text, day)


@pytest.mark.slow
@settings(settings.get_profile("in full"))
@given(files(), st.sampled_from(EDITS), new_texts, dates)
def test_three_thousand_random_edits_keep_every_promise(
    content: bytes, edit: Callable[[Plan, str, date], Edit], text: str, day: date
) -> None:
    holds(content, edit, text, day)


# --- documents that nobody here thought of ------------------------------------------------------

SUITE = Path(os.environ.get("TOML_TEST_SUITE") or "nowhere")
OWN = HEAD + '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "t"\nowner = "Head of service"\n'


def suite() -> list[Path]:
    """List the valid documents of the public toml-test suite, where it is at hand."""
    return sorted(SUITE.rglob("*.toml"))


@pytest.mark.skipif(not suite(), reason="TOML_TEST_SUITE names no folder of toml-test documents")
def test_every_valid_document_of_toml_test_survives_beside_a_plan_byte_for_byte() -> None:
    """Before the plan, after it, and in a table of its own: wherever it is still a valid plan."""
    for path in suite():
        strange, own = path.read_bytes().removeprefix(source.BOM), OWN.encode()
        places = (strange + b"\n" + own, own + b"\n" + strange, own + b"\n[strange]\n" + strange)
        assert sum(survives(content) for content in places) >= 1, path


def survives(content: bytes) -> bool:
    """Update A1 of a file; tell whether it is a plan at all, and fail if a byte is lost."""
    try:
        before = reader.read(content, "plan.toml")
    except UnreadableError:
        return False
    if before.faults or [action.id for action in before.plan.actions] != ["A1"]:
        return False
    action = before.plan.actions[0]._replace(rag="green")
    after = writer.rewrite(before, before.plan.replacing("actions", action)).content
    line = b'rag = "green"' + before.source.newline.encode()
    assert after.replace(line, b"", 1) == content
    return True
