"""A report as one web page that everybody can read: nothing to fetch, nothing that must run.

Landmarks, one first heading and headings in order, tables with captions and header cells, words
beside every colour. The words are made here, once; the templates say where they stand, and a
council's own may stand in the place of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from actionplan.dates import in_words, without_weekday
from actionplan.legends import BRAG
from actionplan.renderers import paint, templating
from actionplan.renderers.html_tables import Rows, TableView
from actionplan.renderers.labels import glyph
from actionplan.renderers.pictures import charts, svg
from actionplan.renderers.safe import safe_line, safe_text
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
    from collections.abc import Iterator

    from actionplan.legends import Legend
    from actionplan.renderers.parts import Parts

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the page may do: show itself, in the style that it holds."""


class CardView(NamedTuple):
    """A card as the template shows it."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    rating: str
    sign: str


class FigureView(NamedTuple):
    """A picture as the template shows it, and its table."""

    drawing: Markup
    caption: str
    table: TableView


class SectionView(NamedTuple):
    """A section as the template shows it."""

    key: str
    heading: str
    level: int
    """Of the headings inside it."""
    blocks: tuple[tuple[str, object], ...]
    """Of each the kind, which is the name of its template, and what it shows."""


class PageView(NamedTuple):
    """A page as the template shows it."""

    kind: str
    title: str
    subtitle: str
    as_at: str
    as_at_short: str
    as_at_iso: str
    period: str
    caution: str
    sections: tuple[SectionView, ...]
    policy: str
    paints: tuple[tuple[str, paint.Paint], ...]
    running: Markup
    """What stands at the foot of every printed page, as a string of CSS."""


def render(report: Report, parts: Parts) -> str:
    """Give a report as a page, with the templates of the council where it has some.

    Raises:
        UnreadableError: where a template of the council is at fault.

    """
    return templating.page("page.html", parts, {"page": _page(report)})


def _page(report: Report) -> PageView:
    legend = report.legend or BRAG
    rows = Rows(report, legend)
    title, day = safe_line(report.title), without_weekday(report.as_at)
    return PageView(
        kind=report.kind,
        title=title,
        subtitle=safe_line(report.subtitle),
        as_at=in_words(report.as_at),
        as_at_short=day,
        as_at_iso=report.as_at.isoformat(),
        period=safe_line(report.period),
        caution=safe_text(report.caution),
        sections=tuple(_section(section, rows) for section in report.sections),
        policy=POLICY,
        paints=tuple((colour, paint.of(colour, legend)) for colour in legend.shades),
        running=_css_string(f"{title}, as at {day}"),
    )


def _section(section: Section, rows: Rows) -> SectionView:
    heading = safe_line(section.heading)
    return SectionView(
        section.key, heading, 3 if heading else 2, tuple(_blocks(section, heading, rows))
    )


def _blocks(section: Section, heading: str, rows: Rows) -> Iterator[tuple[str, object]]:
    """Give each block with the name of its template; a table is told the heading over it."""
    over, is_headed = heading, False
    for at, block in enumerate(section.blocks):
        match block:
            case Table():
                yield "table", rows.of(block, over, section.key, is_headed=is_headed)
            case Figure(table=table):
                view = rows.of(table, safe_line(block.caption), section.key, is_headed=True)
                yield "figure", _figure(block, f"{section.key}:{at}", view, rows.legend)
            case _:
                yield _words(block, rows.legend)
        is_headed = isinstance(block, Subheading)
        over = safe_line(block.text) if isinstance(block, Subheading) else over


def _words(block: Block, legend: Legend) -> tuple[str, object]:
    match block:
        case Prose(text=text):
            return "prose", safe_text(text)
        case Subheading(text=text):
            return "subheading", safe_line(text)
        case Items(texts=texts):
            return "items", tuple(map(safe_text, texts))
        case Key(colours=colours):
            signs = {colour: glyph(colour, legend, unicode=True) for colour in legend.shades}
            return "key", safe_line(legend.key(colours, signs))
        case Card(heading=heading, facts=facts, rating=rating):
            told = tuple((safe_line(label), safe_text(text)) for label, text in facts)
            sign = safe_line(glyph(rating, legend, unicode=True))
            return "card", CardView(safe_line(heading), told, rating, sign)
    raise TypeError(block)


def _figure(figure: Figure, ident: str, table: TableView, legend: Legend) -> FigureView:
    caption = safe_line(figure.caption)
    drawn = svg.render(charts.draw(figure.picture, legend), caption, figure.said, ident)
    return FigureView(Markup(drawn), caption, table)  # noqa: S704 - each of its texts is escaped


def _css_string(text: str) -> Markup:
    """Give a text as a string of CSS in which every sign is spelt by its number."""
    spelt = (
        letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):x} "
        for letter in text
    )
    return Markup('"{}"').format(Markup("").join(spelt))
