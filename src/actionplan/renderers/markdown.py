"""A report as Markdown: CommonMark with the tables of GitHub, for a wiki, a diff or another tool.

Nothing of a text is markup: each sign that could be is escaped, so that what is shown is what the
plan says.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from actionplan.dates import in_words, short
from actionplan.legends import BRAG
from actionplan.renderers import plain
from actionplan.renderers.labels import LABELLED, rating, title
from actionplan.renderers.safe import safe_line, safe_text
from actionplan.reports.blocks import (
    DRAWN,
    Block,
    Card,
    Figure,
    Items,
    Key,
    Prose,
    Report,
    Section,
    Subheading,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.legends import Legend

_SIGNS = re.compile(r"[\\`*_\[\]<>#|~$@]|&(?=[#\w])|(?<=www)\.|:(?=//)")
"""What is markup anywhere, an address that would be made a link among it."""
_NUMBERED = re.compile(r"\d{1,9}[.)](?=\s|$)")


def render(report: Report) -> str:
    """Give a report as Markdown."""
    return "\n\n".join(_parts(report)) + "\n"


def _parts(report: Report) -> Iterator[str]:
    legend = report.legend or BRAG
    yield f"# {line(report.title)}"
    if report.subtitle:
        yield line(report.subtitle)
    since = f" {line(report.period)}." if report.period else ""
    yield f"As at {in_words(report.as_at)}.{since}"
    if report.caution:
        yield f"> {line(report.caution)}"
    for section in report.sections:
        yield from _section(section, legend)


def _section(section: Section, legend: Legend) -> Iterator[str]:
    if section.heading:
        yield f"## {line(section.heading)}"
    inside = "###" if section.heading else "##"
    for block in section.blocks:
        yield from _block(block, legend, inside)


def _block(block: Block, legend: Legend, inside: str) -> Iterator[str]:
    match block:
        case Prose(text=text):
            yield _text(text)
        case Subheading(text=text):
            yield f"{inside} {line(text)}"
        case Figure(table=table):
            yield from _table(table._replace(caption=block.caption), legend)
        case Key(colours=colours):
            yield line(legend.key(colours))
        case Items(texts=texts):
            yield "\n".join(f"- {_text(text, '  ')}" for text in texts)
        case Card(heading=heading, facts=facts):
            yield f"{inside} {line(heading)}"
            yield "\n".join(f"- **{line(label)}:** {_text(text, '  ')}" for label, text in facts)
        case Table():
            yield from _table(block, legend)


def _table(table: Table, legend: Legend) -> Iterator[str]:
    if not table.lines:
        yield from [line(table.empty)] if table.empty else []
        return
    if table.caption:
        yield f"**{line(table.caption)}**"
    columns = [column for column in table.columns if column not in DRAWN]
    rows = [[_cell(column, each, legend) for column in columns] for each in table.lines]
    sides = ["---:" if _is_counted(column, table) else "---" for column in columns]
    heads = [line(title(column, legend)) for column in columns]
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, sides, *rows))


def _cell(column: str, of: Any, legend: Legend) -> str:  # noqa: ANN401 - a line of any table
    value = rating(of, column, legend) if column in LABELLED else getattr(of, column)
    if isinstance(value, date) and not isinstance(value, datetime):
        return short(value)
    shown = plain.cell(column, value)
    return line(shown.replace("-", " ") if column == "stage" else shown)


def _is_counted(column: str, table: Table) -> bool:
    values = (getattr(each, column) for each in table.lines)
    return isinstance(next((value for value in values if value is not None), None), int | float)


def line(text: str) -> str:
    """Give a text on one line, with no sign in it that is markup."""
    shown = safe_line(text).strip()
    escaped = _SIGNS.sub(r"\\\g<0>", shown)
    if shown[:1] in {"-", "+", "="}:
        return f"\\{escaped}"
    numbered = _NUMBERED.match(shown)
    return (
        f"{shown[: numbered.end() - 1]}\\{escaped[numbered.end() - 1 :]}" if numbered else escaped
    )


def _text(text: str, indent: str = "") -> str:
    """Give a text of several lines, each of which stays one."""
    lines = [line(each) for each in safe_text(text).split("\n") if each.strip()]
    return f"\\\n{indent}".join(lines)
