"""A report as the body of an email: plain text that is complete, and a page that Outlook can draw.

The page is made of tables with their styles inside each element, since Outlook on the desktop draws
as Word does; it fetches nothing. Facts stand in tables with a header cell for each.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import in_words
from actionplan.legends import BRAG
from actionplan.renderers.labels import title
from actionplan.renderers.plain import cell
from actionplan.renderers.safe import safe_line
from actionplan.reports.blocks import (
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
    from collections.abc import Callable, Iterator

    from actionplan.renderers.parts import Parts

WIDTH = 72
"""Letters of the longest line: with what encodes it still within 78 (RFC 5322, 2.1.1)."""


# --- plain text ---------------------------------------------------------------------------------


def text(report: Report) -> str:
    """Give the letter as plain text, with all that it says."""
    lines = [*_wrapped(report.title)]
    lines += _wrapped(report.subtitle) if report.subtitle else []
    lines += [f"As at {in_words(report.as_at)}"]
    lines += ["", *_wrapped(report.caution)] if report.caution else []
    for section in report.sections:
        lines += ["", *_heading(section)]
        for at, block in enumerate(section.blocks):
            lines += [""] if at else []
            lines += _block(block, report)
    return "\n".join([*lines, ""])


def _heading(section: Section) -> list[str]:
    heading = safe_line(section.heading).upper()
    return [*_wrapped(heading), ""] if heading else []


def _block(block: Block, report: Report) -> list[str]:
    match block:
        case Card(heading=heading, facts=facts):
            told = (line for label, said in facts for line in _wrapped(f"{label}: {said}", 4))
            return [*_wrapped(heading), *told]
        case Prose(text=said) | Subheading(text=said):
            return _wrapped(said)
        case Items(texts=texts):
            return [line for said in texts for line in _wrapped(said, 2, first="- ")]
        case Key(colours=colours):
            return _wrapped((report.legend or BRAG).key(colours))
        case Figure(table=table) | (Table() as table):
            return [line for facts in _records(table, report) for line in _record(facts)]
    raise TypeError(block)


def _wrapped(said: str, indent: int = 0, first: str = "") -> list[str]:
    start, margin = first or " " * indent, " " * indent
    return wrap(
        safe_line(said),
        WIDTH,
        initial_indent=start,
        subsequent_indent=margin,
        break_on_hyphens=False,
    )


def _records(table: Table, report: Report) -> Iterator[tuple[tuple[str, str], ...]]:
    """Give each line of a table as labelled facts."""
    legend = report.legend or BRAG
    for line in table.lines:
        yield tuple(
            (title(column, legend), cell(column, getattr(line, column))) for column in table.columns
        )


def _record(facts: tuple[tuple[str, str], ...]) -> list[str]:
    return [line for label, said in facts for line in _wrapped(f"{label}: {said}", 4)]


# --- the page -----------------------------------------------------------------------------------


class LetterView(NamedTuple):
    """A letter as the template shows it."""

    title: str
    subtitle: str
    as_at: str
    caution: str
    sections: tuple[SectionView, ...]


class SectionView(NamedTuple):
    """A section as the template shows it."""

    key: str
    heading: str
    blocks: tuple[tuple[str, object], ...]
    """Of each its kind, and what it shows."""


class CardView(NamedTuple):
    """An action as the template shows it."""

    heading: str
    level: int
    """Of its heading: one below the one over it."""
    facts: tuple[tuple[str, str], ...]


COVER = "cover-reminder.txt"
"""The council's own words before a reminder; what stands in `paper.toml` is for papers."""


def covered(report: Report, parts: Parts) -> Report:
    """Put the council's own words first, where it has some for reminders.

    Raises:
        UnreadableError: where they can't be read or filled in.

    """
    if parts.find(COVER) is None:
        return report
    from actionplan.renderers import own  # noqa: PLC0415 - most have no parts of their own

    return own.cover(report, parts, (COVER,))


def pages(parts: Parts) -> Callable[[Report], str]:
    """Give what makes the page of a letter, with the council's template where it has one.

    Raises:
        UnreadableError: where the council's template is at fault.

    """
    from actionplan.renderers import templating  # noqa: PLC0415 - jinja takes 30 ms

    fill = templating.pages("letter.html", parts)
    return lambda report: fill({"letter": _letter(report)})


def _letter(report: Report) -> LetterView:
    return LetterView(
        safe_line(report.title),
        safe_line(report.subtitle),
        in_words(report.as_at),
        safe_line(report.caution),
        tuple(_section(section, report) for section in report.sections),
    )


def _section(section: Section, report: Report) -> SectionView:
    return SectionView(
        section.key, safe_line(section.heading), tuple(_views(section.blocks, report))
    )


def _views(blocks: tuple[Block, ...], report: Report) -> Iterator[tuple[str, object]]:
    level = 3
    for block in blocks:
        match block:
            case Card(heading=heading, facts=facts):
                yield "card", _card(heading, level, facts)
            case Subheading(text=said):
                level = 4
                yield "subheading", safe_line(said)
            case Items(texts=texts):
                yield "items", tuple(map(safe_line, texts))
            case Figure(table=table) | (Table() as table):
                for facts in _records(table, report):
                    yield "card", _card(facts[0][1], level, facts[1:])
            case Key(colours=colours):
                yield "prose", safe_line((report.legend or BRAG).key(colours))
            case Prose(text=said):
                yield "prose", safe_line(said)


def _card(heading: str, level: int, facts: tuple[tuple[str, str], ...]) -> CardView:
    told = tuple((safe_line(label), safe_line(said)) for label, said in facts)
    return CardView(safe_line(heading), level, told)
