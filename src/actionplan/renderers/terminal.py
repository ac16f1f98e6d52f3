"""Rich tables and text for a terminal of any width, with or without colour.

A rating is always a word. Columns have fixed widths, worked out here: rich spends most of its time
on finding widths, and a table that fits does not need it. Where a terminal is too narrow for all
columns, those that can be said in words move under the title of their line.
"""

from __future__ import annotations

import io
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from actionplan.dates import in_words
from actionplan.legends import BRAG, FACTS
from actionplan.renderers.labels import (
    ARROWS,
    DECLARED,
    DIRECTIONS,
    LABELLED,
    RATED,
    glyph,
    rating,
    title,
)
from actionplan.renderers.safe import safe_line, safe_text
from actionplan.renderers.words import said
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
    from collections.abc import Iterable

    from actionplan.legends import Legend

DIRECTION_STYLES = {"better": "green", "worse": "red"}
PAPER_WIDTH = 100
NARROWEST = 40
_BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
_MOST_BLOCKS = 12
_FLEXIBLE = {
    "title": 24,
    "text": 30,
    "says": 44,
    "said": 24,
    "what": 30,
    "why": 16,
    "tests": 16,
    "name": 20,
    "post": 24,
    "theme": 12,
}
"""Columns of running text, and the least width that each can be read at."""
_DEMOTED = (
    "number",
    "for_",
    "timescale",
    "asks",
    "source",
    "certainty",
    "counted",
    "unit",
    "baseline",
    "target_by",
    "read_on",
    "trend",
    "target",
    "long",
    "email",
    "entry",
    "on",
    "command",
    "owner",
    "challenge",
    "tested_by",
    "response",
    "answered_by",
    "where",
    "reason",
    "approved",
    "why",
    "theme",
    "original",
    "stage",
    "review",
)
"""Columns that may stand under the title instead, the first to go first."""
_ALWAYS_UNDER = frozenset({"asked_for", "challenge", "was", "remark"})
_BY_WORDS = frozenset({"title", "text", "says", "said", "post", "what", "name"})
"""The columns of running text that others may stand under."""
_OF_AN_ENTRY = frozenset({"entry", "when", "on", "by", "command", "why"})
"""Columns of the log that are shown once for all lines of an entry."""
_WIDEST = 28
_WIDEST_RATING = 18
"""A rating with its label may take more than one line."""
_GAP = 2


class Looks(NamedTuple):
    """What the terminal can show."""

    width: int
    colour: bool
    unicode: bool
    legend: Legend = BRAG
    """Of the report that is drawn."""

    @property
    def signs(self) -> dict[str, str]:
        """Give the sign of each colour."""
        return {c: glyph(c, self.legend, unicode=self.unicode) for c in self.legend.shades}

    def rated(self, colour: str) -> str:
        """Give a rating as a cell shows it: its sign, the colour, its label."""
        sign = f"{self.signs[colour]} " if colour in self.legend.shades else ""
        return safe_line(f"{sign}{self.legend.shown(colour)}")

    @property
    def styles(self) -> dict[str, str]:
        """Give the style of every form in which a rating or a verdict can be shown."""
        styles: dict[str, str] = {}
        for colour, shade in self.legend.shades.items():
            forms = (colour, safe_line(self.legend.shown(colour)), self.rated(colour))
            styles |= dict.fromkeys(forms, f"bold {shade.colour}")
        return styles | {FACTS["red"]: "bold red"}


def render(report: Report, looks: Looks) -> str:
    """Give a report as the text, escapes included, that a terminal shows."""
    looks = looks._replace(width=max(NARROWEST, looks.width))
    file = io.StringIO()
    console = Console(
        file=file,
        width=looks.width,
        force_terminal=looks.colour,
        color_system="standard" if looks.colour else None,
        no_color=not looks.colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    draw(report, console, looks)
    return file.getvalue()


def draw(report: Report, console: Console, looks: Looks) -> None:
    """Draw a report on a rich console."""
    looks = looks._replace(legend=report.legend or BRAG)
    _heading(report, console, looks)
    for section in report.sections:
        _section(section, console, looks, list_only=len(report.sections) == 1)


def _heading(report: Report, console: Console, looks: Looks) -> None:
    _print(console, looks, safe_line(report.title), "bold")
    if report.subtitle:
        _print(console, looks, safe_line(report.subtitle))
    since = f". {safe_line(report.period)}" if report.period else ""
    _print(console, looks, f"As at {in_words(report.as_at)}{since}.", "dim")
    if report.caution:
        _print(console, looks, safe_line(report.caution), "bold")
    console.print()


def _print(console: Console, looks: Looks, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), width=min(looks.width, PAPER_WIDTH), soft_wrap=False)


def _section(section: Section, console: Console, looks: Looks, *, list_only: bool) -> None:
    if section.heading:
        style = "bold" if list_only else "bold underline cyan"
        _print(console, looks, safe_line(section.heading), style)
    for before, block in zip((None, *section.blocks), section.blocks, strict=False):
        tables = Table | Figure
        apart = isinstance(before, tables | Card) or isinstance(block, tables)
        if before is not None and apart:
            console.print()
        _block(block, console, looks)
    console.print()


def _block(block: Block, console: Console, looks: Looks) -> None:
    match block:
        case Prose(text=text):
            _print(console, looks, safe_text(text))
        case Subheading(text=text):
            _print(console, looks, safe_line(text), "bold")
        case Figure(caption=caption, table=table):
            _print(console, looks, safe_line(caption), "bold")
            _block(table, console, looks)
        case Key(colours=colours):
            _print(console, looks, safe_line(looks.legend.key(colours, looks.signs)), "dim")
        case Items(texts=texts):
            _items(texts, console, looks)
        case Card():
            _card(block, console, looks)
        case Table(lines=(), empty=empty):
            _print(console, looks, empty)
        case Table():
            _table(block, console, looks)


def _items(texts: Iterable[str], console: Console, looks: Looks) -> None:
    grid = RichTable.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(width=min(looks.width, PAPER_WIDTH) - 3, overflow="fold")
    for text in texts:
        grid.add_row(Text("\u2022" if looks.unicode else "-"), Text(safe_text(text)))
    console.print(grid)


def _card(card: Card, console: Console, looks: Looks) -> None:
    _print(console, looks, safe_line(card.heading), looks.styles.get(card.rating, "bold"))
    label_width = max((len(label) for label, _ in card.facts), default=0) + 1
    grid = RichTable.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(width=label_width, style="dim")
    grid.add_column(width=min(looks.width, PAPER_WIDTH) - label_width - 5, overflow="fold")
    for label, text in card.facts:
        first = text.partition(";")[0].partition(":")[0]
        style = looks.styles.get(first, "") if label in {"Rated", "Facts"} else ""
        grid.add_row("", Text(f"{label}:"), Text(safe_text(text), style=style))
    console.print(grid)


# --- tables -------------------------------------------------------------------------------------


class _Shape(NamedTuple):
    """Which columns stand beside one another, how wide, and which go under the flexible one."""

    widths: dict[str, int]
    under: tuple[str, ...]
    flexible: str
    titles: dict[str, str]
    """The words over each column."""


def _table(table: Table, console: Console, looks: Looks) -> None:
    if not looks.unicode:
        table = table._replace(columns=tuple(c for c in table.columns if c not in DRAWN))
    cells = _cells(table, looks)
    if "entry" in table.columns:
        cells = _once_an_entry(table.columns, cells)
    for column in DIRECTIONS.intersection(table.columns) if looks.unicode else ():
        _with_arrows(table.columns.index(column), cells)
    titles = {column: title(column, looks.legend) for column in table.columns}
    shape = _shape(titles, cells, looks.width)
    if sum(shape.widths.values()) + _GAP * (len(shape.widths) - 1) > looks.width:
        _stacked(table, cells, console, looks)
        return
    drawn = RichTable(
        box=box.SIMPLE_HEAD if looks.unicode else box.ASCII2,
        show_edge=False,
        pad_edge=False,
        padding=(0, _GAP - 1, 0, 0),
        header_style="bold",
    )
    for column, width in shape.widths.items():
        side: Literal["left", "right"] = "right" if _is_counted(column, table) else "left"
        drawn.add_column(Text(titles[column]), width=width, justify=side, overflow="fold")
    places = {column: at for at, column in enumerate(table.columns)}
    styles = looks.styles
    for row in cells:
        drawn.add_row(*(_cell(column, row, places, shape, styles) for column in shape.widths))
    console.print(drawn)


def _cells(table: Table, looks: Looks) -> list[list[str]]:
    """Give the text of every cell; a rating has its sign and its label."""
    fields = attrgetter(*table.columns)
    cells = [list(map(_words, table.columns, fields(line))) for line in table.lines]
    rated = {colour: looks.rated(colour) for colour in ("", *looks.legend.shades)}
    for column in LABELLED.intersection(table.columns):
        at = table.columns.index(column)
        for row, line in zip(cells, table.lines, strict=True):
            if column in DECLARED:
                row[at] = rated.get(getattr(line, column), row[at])
            else:
                row[at] = _words(column, rating(line, column, looks.legend))
    return cells


def _once_an_entry(columns: tuple[str, ...], cells: list[list[str]]) -> list[list[str]]:
    """Leave out what a line has in common with the line above it, of the same entry.

    The day that a change was made for is left out as well where it was written on that day.
    """
    at, when, on = (columns.index(column) for column in ("entry", "when", "on"))
    for row in cells:
        row[on] = "" if row[when].startswith(row[on]) else row[on]
    return [
        ["" if column in _OF_AN_ENTRY else text for column, text in zip(columns, row, strict=True)]
        if above is not None and above[at] == row[at]
        else row
        for above, row in zip([None, *cells], cells, strict=False)
    ]


def _with_arrows(at: int, cells: list[list[str]]) -> None:
    for row in cells:
        row[at] = f"{ARROWS[row[at]]} {row[at]}" if row[at] in ARROWS else row[at]


def _is_counted(column: str, table: Table) -> bool:
    """Tell whether a column holds numbers; its first value says so."""
    values = (getattr(line, column) for line in table.lines)
    return isinstance(next((value for value in values if value is not None), None), int | float)


def _stacked(table: Table, cells: list[list[str]], console: Console, looks: Looks) -> None:
    """Say each line in words where no table of it would fit."""
    for row in cells:
        first, *rest = zip(table.columns, row, strict=True)
        _print(console, looks, first[1], "bold")
        said = "; ".join(f"{title(column, looks.legend)} {text}" for column, text in rest if text)
        console.print(Padding(Text(said), (0, 0, 0, 2)), width=min(looks.width, PAPER_WIDTH))


def _cell(
    column: str, row: list[str], places: dict[str, int], shape: _Shape, styles: dict[str, str]
) -> Text:
    text = row[places[column]]
    if column in RATED:
        return Text(text, style=styles.get(text, "dim"))
    if column in DIRECTIONS:
        return Text(text, style=DIRECTION_STYLES.get(text.rpartition(" ")[2], ""))
    if column in {"old", "new"}:
        return Text(text, style=styles.get(text, ""))
    if column != shape.flexible:
        return Text(text)
    cell = Text(text)
    for name in shape.under:
        said = row[places[name]]
        if said and name == "challenge":
            cell.append(f"\n! {said}", style="yellow")
        elif said:
            cell.append(
                f"\n{said}" if name == "owner" else f"\n{shape.titles[name]}: {said}", "dim"
            )
    return cell


def _shape(titles: dict[str, str], cells: list[list[str]], width: int) -> _Shape:
    columns = tuple(titles)
    flexible = next((column for column in columns if column in _FLEXIBLE), columns[0])
    natural = {
        column: min(
            _WIDEST_RATING if column in LABELLED else _WIDEST,
            max(_longest_word(titles[column]), *(cell_len(row[at]) for row in cells)),
        )
        for at, column in enumerate(columns)
        if column != flexible
    }
    under = [column for column in columns if column in _ALWAYS_UNDER and column != flexible]
    for column in _DEMOTED:
        if _room(natural, under, width) >= _FLEXIBLE.get(flexible, NARROWEST):
            break
        if column in natural and column not in under and flexible in _BY_WORDS:
            under.append(column)
    room = max(12, _room(natural, under, width))
    longest = max((cell_len(row[columns.index(flexible)]) for row in cells), default=room)
    if not under:
        room = min(room, max(longest, _longest_word(titles[flexible])))
    widths = {
        column: room if column == flexible else natural[column]
        for column in columns
        if column not in under
    }
    return _Shape(widths, tuple(c for c in columns if c in under), flexible, titles)


def _room(natural: dict[str, int], under: list[str], width: int) -> int:
    beside = [size + _GAP for column, size in natural.items() if column not in under]
    return width - sum(beside) - _GAP


def _longest_word(text: str) -> int:
    return max(len(word) for word in text.split())


def _words(column: str, value: Any) -> str:  # noqa: ANN401 - whatever a line may hold
    return sparkline(value) if column in DRAWN else said(column, value)


def sparkline(values: tuple[float, ...]) -> str:
    """Draw the last values as blocks: the lowest is the smallest, whichever way is better."""
    drawn = values[-_MOST_BLOCKS:]
    low, high = min(drawn, default=0), max(drawn, default=0)
    if low == high:
        return _BLOCKS[len(_BLOCKS) // 2] * len(drawn)
    steps = (round((value - low) / (high - low) * (len(_BLOCKS) - 1)) for value in drawn)
    return "".join(_BLOCKS[step] for step in steps)
