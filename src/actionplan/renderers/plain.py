"""Plain lines for a pipe, a screen reader or a script: no boxes, no colour, nothing cut short."""

from __future__ import annotations

from datetime import date, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from actionplan.dates import in_words, in_working_days
from actionplan.legends import BRAG
from actionplan.renderers.labels import LABELLED, RATED, rating, title
from actionplan.renderers.safe import safe_line
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

LISTS = frozenset(
    {
        "actions",
        "overdue",
        "due",
        "findings",
        "evidence",
        "reviews",
        "owners",
        "log",
        "check",
        "clock",
        "measures",
        "milestones",
        "meetings",
        "drafts",
    }
)
_LATE = frozenset({"late", "late_original"})


def render(report: Report) -> str:
    """Give a list as one record a line, tab-separated; a paper as headings, text and such lines."""
    lines = _records(report) if report.kind in LISTS else _paper(report)
    return "\n".join([*lines, ""])


def notes(report: Report) -> tuple[str, ...]:
    """Give what a list has to say beside its records; it goes to standard error.

    What the colours are called is said there where they are not called the usual.
    """
    legend = report.legend or BRAG
    blocks = [block for section in report.sections for block in section.blocks]
    keys = () if legend.is_usual else [legend.key(b.colours) for b in blocks if isinstance(b, Key)]
    return (*keys, *(line for block in blocks for line in _beside(block)))


def _beside(block: Block) -> tuple[str, ...]:
    match block:
        case Prose(text=text):
            return (text,)
        case Card(heading=heading, facts=facts):
            return (heading, *(f"  {label}: {text}" for label, text in facts))
    return ()


def _records(report: Report) -> Iterator[str]:
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield from _rows(block)


def _rows(table: Table) -> Iterator[str]:
    columns = _said(table)
    fields = attrgetter(*columns)
    for line in table.lines:
        yield "\t".join(
            [
                value
                if type(value) is str and value and value.isprintable()
                else (value.isoformat() if type(value) is date else cell(name, value))
                for name, value in zip(columns, fields(line), strict=True)
            ]
        )


def _labelled(table: Table, legend: Legend) -> Iterator[str]:
    """Give rows in which every rating has its label, for a person to read."""
    columns = _said(table)
    for line in table.lines:
        yield "\t".join(
            cell(c, rating(line, c, legend) if c in LABELLED else getattr(line, c)) for c in columns
        )


def _said(table: Table) -> tuple[str, ...]:
    """Give the columns without those that only a terminal draws."""
    return tuple(column for column in table.columns if column not in DRAWN)


def _paper(report: Report) -> Iterator[str]:
    yield safe_line(report.title)
    if report.subtitle:
        yield safe_line(report.subtitle)
    since = f". {safe_line(report.period)}." if report.period else ""
    yield f"As at {in_words(report.as_at)}{since}"
    if report.caution:
        yield safe_line(report.caution)
    for section in report.sections:
        yield ""
        yield from _section(section, report.legend or BRAG)


def _section(section: Section, legend: Legend) -> list[str]:
    lines = [safe_line(section.heading).upper(), ""] if section.heading else []
    for before, block in zip((None, *section.blocks), section.blocks, strict=False):
        if isinstance(before, Table | Figure):
            lines.append("")
        lines += _block(block, legend)
    return lines


def _block(block: Block, legend: Legend) -> list[str]:
    match block:
        case Card(heading=heading, facts=facts):
            return [safe_line(heading), *[f"  {k}: {safe_line(text)}" for k, text in facts]]
        case Prose(text=text) | Subheading(text=text):
            return [safe_line(text)]
        case Figure(caption=caption, table=table):
            return [safe_line(caption), *_block(table, legend)]
        case Key(colours=colours):
            return [safe_line(legend.key(colours))]
        case Items(texts=texts):
            return [f"- {safe_line(text)}" for text in texts]
        case Table(lines=(), empty=empty):
            return [empty]
        case Table():
            headings = "\t".join(title(column, legend) for column in _said(block))
            return [headings, *_labelled(block, legend)]


def cell(column: str, value: Any) -> str:  # noqa: ANN401 - whatever a line may hold
    """Give one value as a plain text of one line."""
    if type(value) is str:
        return _word(column, value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value.isoformat()
    if value is None:
        return ""
    if column in _LATE:
        return f"{in_working_days(value)} late"
    if isinstance(value, tuple):
        return ", ".join(map(safe_line, value))
    return str(value)


def _word(column: str, value: str) -> str:
    if not value and column in RATED:
        return "not rated"
    return safe_line(value)
