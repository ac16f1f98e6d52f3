"""Markdown: a real parser reads back what the report says, and nothing of a text is markup."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from conftest import BIRMINGHAM, birmingham_as_at
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from actionplan import query
from actionplan.dates import short
from actionplan.renderers import markdown, plain
from actionplan.renderers.safe import safe_line
from actionplan.reports import closeout, paper
from actionplan.reports.basis import Past, Stood
from actionplan.reports.blocks import (
    Card,
    Figure,
    Items,
    Prose,
    Report,
    Section,
    Subheading,
    Table,
    tables_of,
)
from actionplan.reports.lines import ShiftLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Run
    from markdown_it.token import Token


DAY = date(2014, 5, 1)
SINCE = date(2014, 3, 14)
VIEW = query.view(birmingham_as_at(DAY), DAY)
THEN = query.view(birmingham_as_at(SINCE), SINCE)
PAST = Past(THEN, "Cabinet", None, (Stood("Cabinet", THEN),))
PAPERS = {
    "report": paper.report(VIEW, SINCE, PAST),
    "summary": paper.summary(VIEW, SINCE),
    "close-out": closeout.report(VIEW, "LGA"),
}
PARSER = MarkdownIt("commonmark").enable("table")


def shown(tokens: list[Token]) -> str:
    """Give the text that a reader sees of an inline part; a break of lines is a space."""
    children = tokens[0].children or []
    allowed = {"text", "text_special", "hardbreak", "softbreak", "strong_open", "strong_close"}
    assert {child.type for child in children} <= allowed, "a text was taken for markup"
    return "".join(" " if "break" in child.type else child.content for child in children)


def read(text: str) -> list[tuple[str, str]]:
    """Give every part of a document with the element that it stands in."""
    tokens = PARSER.parse(text)
    pairs = pairwise(tokens)
    return [(before.tag, shown([token])) for before, token in pairs if token.type == "inline"]


def parts(section: Section) -> Iterator[tuple[str, str]]:
    """Give every part of a section as it must be read back, its tables aside."""
    yield "h2", section.heading
    for block in section.blocks:
        match block:
            case Prose(text=text):
                yield "p", text
            case Subheading(text=text):
                yield "h3", text
            case Items(texts=texts):
                yield from (("p", text) for text in texts)
            case Card(heading=heading, facts=facts):
                yield "h3", heading
                yield from (("p", f"{label}: {text}") for label, text in facts)
            case Figure(caption=caption) | Table(caption=caption) if caption:
                yield "p", caption


@pytest.mark.parametrize("name", PAPERS)
def test_every_part_is_read_back_in_its_order_and_nothing_is_markup(name: str) -> None:
    found = [part for part in read(markdown.render(PAPERS[name])) if part[0] not in {"th", "td"}]
    assert found[0] == ("h1", "Children's services improvement plan")
    place = 0
    for section in PAPERS[name].sections:
        for tag, text in parts(section):
            place = found.index((tag, " ".join(text.split())), place) + 1


@pytest.mark.parametrize("name", PAPERS)
def test_every_table_is_read_back_with_the_cells_of_the_plain_lines(name: str) -> None:
    found = [text for tag, text in read(markdown.render(PAPERS[name])) if tag == "td"]
    wanted = [
        cell
        for section in PAPERS[name].sections
        for table in tables_of(section)
        for line in table.lines
        for cell in cells(table, line)
    ]
    assert found == wanted


def cells(table: Table, line: object) -> Iterator[str]:
    """Give the cells of a line in words."""
    for column in table.columns:
        value = getattr(line, column)
        if column == "trend":
            continue
        words = short(value) if isinstance(value, date) else plain.cell(column, value)
        yield words.replace("-", " ") if column == "stage" else words


def test_numbers_stand_at_the_right() -> None:
    text = markdown.render(PAPERS["report"])
    assert "| Theme | Actions | Not started |" in text
    assert "| --- | ---: | ---: |" in text


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "=cmd|' /C calc'!A0",
    "| a | b |",
    "| --- |",
    "# x",
    "x #",
    "[x](javascript:alert(1))",
    "![x](http://x)",
    "<http://example.org>",
    "*a* _b_ __c__ **d** ~~e~~",
    "`code` ``more``",
    "1. one",
    "12) twelve",
    "- point",
    "+ point",
    "---",
    "===",
    "***",
    "> quoted",
    "    four spaces before it",
    "&lt;b&gt; &amp; &#60;",
    "a\\",
    "a\\|b",
    "\\\\|",
    "~~~",
    "```",
    "[x]: http://example.org",
    "a  ",
    "\x1b[31m\x00\u202e\ud800",
    "x" * 10_000,
    "\U0001f469\u200d\U0001f4bb e\u0301",
]


def document(text: str) -> str:
    """Give a report that has a text in every place."""
    line = ShiftLine(text, text, text, text, text)
    blocks = (
        Prose(text),
        Subheading(text),
        Items((text, text)),
        Card(text, ((text, text),)),
        Table((line,), ("ref", "title", "old"), "", text),
        Table((), ("ref",), text),
    )
    return markdown.render(Report("x", text, DAY, (Section("x", text, blocks),), text, "", text))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(text: str) -> None:
    assert_shown(text)


def assert_shown(text: str) -> None:
    """See that a text is read back as it is, wherever it stands."""
    said = " ".join(safe_line(text).split())
    found = [(tag, " ".join(part.split())) for tag, part in read(document(text))]
    assert [part for tag, part in found if tag == "td"] == [said] * 3
    assert [tag for tag, part in found if part == said and tag[0] in "hp"] == [
        "h1", "p", "p", "h2", "p", "h3", "p", "p", "h3", "p", "p",
    ]  # fmt: skip
    assert f"{said}: {said}" in [part for _, part in found]


texts = st.text(
    st.sampled_from("ab1 .)(|\\`*_#<>[]{}&;!~-+=\"':/@$^%?,\u00a0\u0301"), min_size=1, max_size=12
)


@given(texts.filter(lambda text: text.split() != []))
@example("1.")
@example("-")
@example("\\")
@example("&#35;")
@example("`|`")
def test_any_text_is_shown_as_it_is(text: str) -> None:
    words = " ".join(text.split())
    assert_shown(f"a {words}")
    assert_shown(words)


def test_a_text_of_several_lines_stays_so_in_a_paragraph_and_is_one_line_in_a_cell() -> None:
    text = document("one\n# two\n\n- three")
    assert "one\\\n\\# two\\\n\\- three" in text
    assert "| one \\# two - three | one \\# two - three | one \\# two - three |" in text


def test_a_file_that_ends_in_md_is_markdown(run: Run, tmp_path: Path) -> None:
    done = run("report", "-f", str(BIRMINGHAM), "--as-at", "2014-05-01", "-o", "paper.md")
    assert (done.code, done.out) == (0, "")
    text = (tmp_path / "paper.md").read_text(encoding="utf-8")
    assert text.startswith("# Children's services improvement plan\n\nBirmingham City Council")
    assert run("report", "-f", str(BIRMINGHAM), "--as-at", "2014-05-01", "--to", "markdown").out
