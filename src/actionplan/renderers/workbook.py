"""An export as an Excel workbook: real tables, typed days and numbers, and nothing that runs.

No formula, no link and no macro: every text is written as a text, whatever it begins with. A print
has room for the first columns of each sheet; the rest stand to the right of them on a screen.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.dates import without_weekday
from actionplan.extras import needed
from actionplan.model import STAGES
from actionplan.renderers import paint
from actionplan.renderers.cells import Cell, cell
from actionplan.renderers.labels import title
from actionplan.renderers.safe import safe_line, safe_lines
from actionplan.reports.sheets import about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.reports.sheets import Export, Sheet

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MOST = 32_767
"""Characters that Excel holds in a cell, those outside its first plane counted twice."""
CUT = " [Cut here: a cell of Excel holds no more. The plan has the whole text.]"
FIRST_YEAR = 1900
"""Excel knows no day before it."""
MOST_IN_A_FOOTER, MOST_IN_A_PROPERTY = 80, 255
IN_A_FOOTER = '&"Arial"&9 '
"""Its font; the space keeps a text that begins with a digit from becoming its size."""
A4 = 9
FONT = {"font_name": "Arial", "font_size": 10}
RULE = "#c4c9cf"
PARTED = {"border": 1, "border_color": paint.PAPER}
"""So that the paint of one cell does not run into that of the next."""
ACROSS, USUAL = 30, 12
WIDTHS = {
    "ref": 6, "review": 9, "number": 9, "kind": 13, "theme": 15, "owner": 18, "title": ACROSS,
    "name": 36, "text": 40, "outcome": 30, "reason": 26, "note": 28, "why": 40, "approved": 28,
    "challenge": 70, "verdict_reason": 70, "standing_reason": 40, "what": 40, "where": 28,
    "tests": 34, "by": 26, "how": 40, "remark": 30, "difference": 40, "passes_to": 20, "body": 28,
    "for_": 20, "timescale": 18,
    "rag": 9, "verdict": 10, "late": 9, "unit": 9, "evidence": 10, "rag_label": 12, "stage": 12,
    "answered_by": 11, "judged": 11, "impact": 11, "covered": 13, "response": 11, "standing": 13,
    "baseline": 9, "latest": 9, "target": 9, "times": 8, "short": 9, "long": 9, "counted": 9,
}  # fmt: skip
"""In characters; what is not named is as wide as a day needs."""
LABEL, SAID = 16, 95
"""As wide are the two columns of the first sheet."""
LINE, HIGHEST = 13, 409
"""Points: one line of a cell, and what Excel allows a row."""


class _Book(NamedTuple):
    """A workbook that is being made."""

    file: Any
    told: Export
    text: Any
    day: Any
    number: Any
    heading: Any
    label: Any


def render(told: Export) -> bytes:
    """Give an export as a workbook: what it is, then a sheet for each of its tables."""
    content = BytesIO()
    file = needed("xlsxwriter", "excel").Workbook(content, OPTIONS)
    file.set_properties(_properties(told))
    book = _book(file, told)
    _about(book)
    for sheet in told.sheets:
        _sheet(book, sheet)
    file.close()
    return content.getvalue()


def _properties(told: Export) -> dict[str, Any]:
    stated = without_weekday(told.as_at)
    return {
        "title": f"{safe_line(told.title)[:MOST_IN_A_PROPERTY]}, as at {stated}",
        "subject": "Improvement action plan",
        "author": safe_line(told.organisation)[:MOST_IN_A_PROPERTY],
        "created": datetime(told.as_at.year, told.as_at.month, told.as_at.day),  # noqa: DTZ001 - Excel has no zone
    }


def _book(file: Any, told: Export) -> _Book:  # noqa: ANN401 - xlsxwriter's own
    usual = {**FONT, "valign": "top", "text_wrap": True, "align": "left", "indent": 1}
    ruled = {**usual, "bottom": 1, "bottom_color": RULE}
    dark = paint.PAINT["second"]
    return _Book(
        file,
        told,
        text=file.add_format({**ruled, "num_format": "@"}),
        day=file.add_format({**ruled, "num_format": "dd mmm yyyy"}),
        number=file.add_format({**ruled, "align": "right"}),
        heading=file.add_format(
            {**usual, "bold": True, "bg_color": dark.fill, "font_color": dark.text}
        ),
        label=file.add_format({**ruled, "bold": True}),
    )


# --- what it is ---------------------------------------------------------------------------------


def _about(book: _Book) -> None:
    """Say whose plan it is, what its colours mean, and what its words mean."""
    page = book.file.add_worksheet("About")
    rows = [(label, fitting(safe_lines(text))) for label, text in about(book.told)]
    _table(page, book, "About", ("What", "What it says"), len(rows))
    for at, (label, text) in enumerate(rows, 1):
        painted = label.lower() in book.told.legend.shades
        page.set_row(at, height(((text, SAID),)))
        page.write_string(at, 0, label, _painted(book, label.lower()) if painted else book.label)
        page.write_string(at, 1, text, book.text)
    page.set_column(0, 0, LABEL)
    page.set_column(1, 1, SAID)
    _printed(page, book, len(rows), 2)


def _painted(book: _Book, colour: str) -> Any:  # noqa: ANN401 - xlsxwriter's own
    look = paint.of(colour, book.told.legend)
    usual = {**FONT, "valign": "top", "align": "left", "indent": 1, "bold": True, **PARTED}
    return book.file.add_format({**usual, "bg_color": look.fill, "font_color": look.text})


# --- a sheet ------------------------------------------------------------------------------------


def _sheet(book: _Book, sheet: Sheet) -> None:
    legend, columns = book.told.legend, sheet.kind.columns
    name = sheet.kind.key.capitalize()
    page = book.file.add_worksheet(name)
    headings = tuple(title(column, legend) for column in columns)
    last = _table(page, book, name, headings, len(sheet.lines))
    page.set_row(0, 2 * LINE + 2)
    widths = tuple(WIDTHS.get(column, USUAL) for column in columns)
    for row, line in enumerate(sheet.lines, 1):
        cells = tuple(cell(line, column, legend) for column in columns)
        page.set_row(row, height(zip(cells, widths, strict=True)))
        for at, value in enumerate(cells):
            _write(page, book, (row, at), value)
    for at, column in enumerate(columns):
        page.set_column(at, at, widths[at])
        _chosen(page, book, column, (1, at, last, at))
    page.freeze_panes(1, 1)
    _printed(page, book, last, sheet.kind.printed)


def _table(page: Any, book: _Book, name: str, headings: tuple[str, ...], rows: int) -> int:  # noqa: ANN401 - xlsxwriter's own
    """Make a real table, so that it is sorted, filtered and read out as one; give its last row."""
    last = max(rows, 1)
    columns = [{"header": text, "header_format": book.heading} for text in headings]
    words = {
        "title": name,
        "description": f"{name} of {safe_line(book.told.title)[:MOST_IN_A_PROPERTY]}",
    }
    looks = {"columns": columns, "style": None, "autofilter": name != "About"}
    page.add_table(0, 0, last, len(headings) - 1, {"name": name, **words, **looks})
    return last


def _write(page: Any, book: _Book, place: tuple[int, int], value: Cell) -> None:  # noqa: ANN401 - xlsxwriter's own
    if isinstance(value, date) and value.year >= FIRST_YEAR:
        page.write_datetime(*place, value, book.day)
    elif isinstance(value, int | float):
        page.write_number(*place, value, book.number)
    elif value:
        page.write_string(*place, fitting(str(value)), book.text)
    else:
        page.write_blank(*place, None, book.text)


def height(cells: Iterable[tuple[Cell, int]]) -> int:
    """Reckon how high a row is in which every text is seen; not every program does that itself."""
    lines = (
        sum(1 + 10 * len(part) // (11 * width) for part in text.split("\n"))
        for text, width in cells
        if isinstance(text, str)
    )
    return min(LINE * max(lines, default=1) + 2, HIGHEST)


def fitting(text: str) -> str:
    """Cut a text that no cell holds, and say so."""
    if len(text) <= MOST // 2 or len(text.encode("utf-16-le")) <= 2 * MOST:
        return text
    kept = text.encode("utf-16-le")[: 2 * (MOST - len(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT


def _chosen(page: Any, book: _Book, column: str, cells: tuple[int, int, int, int]) -> None:  # noqa: ANN401 - xlsxwriter's own
    """Offer the words of a stage and of a rating to choose from, and paint the ratings."""
    legend = book.told.legend
    offered = {"stage": STAGES, "rag": legend.ratings}.get(column)
    if offered:
        refused = f"Write one of: {', '.join(offered)}."
        choice = {"validate": "list", "source": list(offered), "error_message": refused}
        page.data_validation(*cells, choice)
    if column != "rag" and not (column == "verdict" and legend.is_usual):
        return  # what the facts say has no colour where colours mean something else
    for colour in legend.shades:
        look = paint.of(colour, legend)
        painted = book.file.add_format({"bg_color": look.fill, "font_color": look.text, **PARTED})
        rule = {"type": "cell", "criteria": "==", "value": f'"{colour}"', "format": painted}
        page.conditional_format(*cells, rule)


def _printed(page: Any, book: _Book, last: int, columns: int) -> None:  # noqa: ANN401 - xlsxwriter's own
    """Print it lying, as wide as a page, the headings on each, with what it is at the foot."""
    name = safe_line(book.told.title)[:MOST_IN_A_FOOTER].replace("&", "&&")
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.print_area(0, 0, last, columns - 1)
    parts = {"L": name, "C": f"As at {without_weekday(book.told.as_at)}", "R": "Page &P of &N"}
    page.set_footer("".join(f"&{side}{IN_A_FOOTER}{text}" for side, text in parts.items()))
