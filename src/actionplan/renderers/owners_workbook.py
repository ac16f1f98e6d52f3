"""What goes out to owners as an Excel workbook: a sheet each, to be filled in and sent back.

What the plan says is locked, with no password: it keeps a slip of the hand out, and no more. What
may be filled in is of another colour, stands under its own heading, and is all that can be typed
into. No formula, no hidden cell, no macro; every text is written as a text.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.dates import without_weekday
from actionplan.extras import needed
from actionplan.renderers import paint
from actionplan.renderers.safe import safe_line, safe_lines
from actionplan.renderers.workbook import (
    A4,
    FONT,
    IN_A_FOOTER,
    LINE,
    MOST_IN_A_FOOTER,
    MOST_IN_A_PROPERTY,
    OPTIONS,
    RULE,
    fitting,
    height,
)
from actionplan.reports import sent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.legends import Legend
    from actionplan.reports.sent import Sent, SentLine, SentSheet

WIDTHS = {
    "ref": 6, "title": 28, "answers": 26, "due": 12, "stage": 12, "rag": 13, "reason": 20,
    "forecast": 12, "note": 26, "updated": 12,
}  # fmt: skip
ASKED_WIDTHS = {
    "stage": 12, "rag": 14, "reason": 20, "note": 26, "forecast": 12, "due": 12, "why": 20,
    "what": 18, "where": 18,
}  # fmt: skip
MARK_WIDTH = 11
FIRST_DAY = date(1900, 3, 1)
"""Of the days before, programs count differently."""
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
LONGEST_LIST = 255
"""Characters that a list to choose from holds."""
LONGEST_NAME = 31
FROZEN = 2
"""Columns that stay in sight, and on each page of a print: the ref and the title."""
LOWEST = 3 * LINE
SPACE = 6
"""Points that the lines above the table stand apart."""
PAGE = 980
"""Pixels that A4 has room for when it lies, at full size, and a little to spare."""
USUAL = {"default_format_properties": FONT}
"""What widths are measured by: a font that is there, or has one of the same widths."""
FILL, LOCKED = "#fff6c9", "#eef0f2"
MAY = {
    "format_columns": True, "format_rows": True, "sort": True, "autofilter": True,
}  # fmt: skip
HINTS = {
    "stage": "Where it is now. Leave empty if that has not changed.",
    "rag": "How you rate it now. Leave empty if that has not changed.",
    "reason": "Why it has this rating, or is parked.",
    "note": "What was done since, and what comes next, in a sentence or two.",
    "forecast": "When you now expect it to be finished; or, if it is done, when it was.",
    "due": "Another due date that you ask for. The agreed one stands until it is approved.",
    "why": "Why you ask for another date.",
    "what": "What shows that the work was done: a report, an audit, minutes.",
    "where": "Where it can be found.",
}
_DATES = ("forecast", "due")


class _Book(NamedTuple):
    """A workbook that is being made."""

    file: Any
    told: Sent
    looks: dict[str, Any]


def render(told: Sent) -> bytes:
    """Give a workbook with a sheet for each owner."""
    content = BytesIO()
    file = needed("xlsxwriter", "excel").Workbook(content, {**OPTIONS, **USUAL})
    stated = without_weekday(told.as_at)
    file.set_properties(
        {
            "title": f"{safe_line(told.title)[:MOST_IN_A_PROPERTY]}: for its owners, {stated}",
            "subject": "Improvement action plan",
            "author": safe_line(told.organisation)[:MOST_IN_A_PROPERTY],
            "created": datetime(told.as_at.year, told.as_at.month, told.as_at.day),  # noqa: DTZ001 - Excel has no zone
        }
    )
    file.set_custom_property(sent.CODE, told.code)
    book = _Book(file, told, _looks(file, told.legend))
    names: set[str] = set()
    for sheet in told.sheets or (sent.NOTHING,):
        _sheet(book, sheet, _name(sheet.owner, names))
    file.close()
    return content.getvalue()


def _looks(file: Any, legend: Legend) -> dict[str, Any]:  # noqa: ANN401 - xlsxwriter's own
    font = {**FONT, "font_size": 9}
    usual = {**font, "valign": "top", "text_wrap": True, "align": "left"}
    ruled = {**usual, "border": 1, "border_color": RULE}
    locked, free = {**ruled, "bg_color": LOCKED}, {**ruled, "bg_color": FILL, "locked": False}
    day = {"num_format": "dd mmm yyyy"}
    dark, heading = paint.PAINT["second"], {**ruled, "bold": True, "valign": "bottom"}
    given = {
        "title": {**usual, "font_size": 12, "bold": True},
        "label": {**usual, "font_size": 10, "bold": True},
        "about": {**usual, "font_size": 10},
        "band": {**font, "bold": True, "bg_color": dark.fill, "font_color": dark.text},
        "own band": {**font, "bold": True, "bg_color": "#7a5b00", "font_color": paint.PAPER},
        "heading": {**heading, "bg_color": "#d5d9de"},
        "own heading": {**heading, "bg_color": "#f5d76e"},
        "text": {**locked, "num_format": "@"},
        "strong": {**locked, "num_format": "@", "bold": True},
        "day": {**locked, **day},
        "own text": {**free, "num_format": "@"},
        "own day": {**free, **day},
        "mark": {**locked, "num_format": "@", "font_color": paint.MUTED},
    }
    for colour in legend.shades:
        look = paint.of(colour, legend)
        painted = {"bg_color": look.fill, "font_color": look.text, "bold": True}
        given[legend.said(colour)] = {**locked, "num_format": "@", **painted}
    return {name: file.add_format(looks) for name, looks in given.items()}


_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")


def _name(owner: str, taken: set[str]) -> str:
    """Name a sheet after its owner as far as Excel allows, and no two alike."""
    usual = " ".join(_NOT_IN_A_NAME.sub(" ", safe_line(owner)).split()).strip("' ") or "Actions"
    if usual.casefold() == "history":  # a name that Excel keeps for itself
        usual += "."
    for number in range(1, len(taken) + 2):
        more = "" if number == 1 else f" ({number})"
        room = 2 * (LONGEST_NAME - len(more))
        cut = usual.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").rstrip("' ")
        if (name := f"{cut}{more}").casefold() not in taken:
            break
    taken.add(name.casefold())
    return name


# --- a sheet --------------------------------------------------------------------------------------


def _sheet(book: _Book, sheet: SentSheet, name: str) -> None:
    page = book.file.add_worksheet(name)
    heading = _above(page, book, sheet)
    _widths(page)
    if sheet.lines:
        _headings(page, book, heading, len(sheet.lines))
        for row, line in enumerate(sheet.lines, heading + 1):
            _row(page, book, row, line)
        _choices(page, book, heading + 1, sheet)
        page.freeze_panes(heading + 1, FROZEN)
    page.protect("", MAY)
    _printed(page, book, sheet, heading)


def _above(page: Any, book: _Book, sheet: SentSheet) -> int:  # noqa: ANN401 - xlsxwriter's own
    """Write whose sheet it is and how it is filled in; give the row of the headings.

    What stands out lies over the two columns that a print repeats on each page.
    """
    beside, last = FROZEN, len(WIDTHS) - 1
    narrow = sum(list(WIDTHS.values())[:beside])
    large = narrow * 2 // 3
    wide = sum(WIDTHS.values()) - narrow
    said = sent.about(book.told, sheet)
    for row, (label, text) in enumerate(said):
        words = fitting(safe_line(label)), fitting(safe_line(text))
        looks = book.looks["title" if not row else "label"], book.looks["about"]
        for (left, right), word, look in zip(
            ((0, beside - 1), (beside, last)), words, looks, strict=True
        ):
            page.merge_range(row, left, row, right, "", look)
            page.write_string(row, left, word, look)
        beside_it = narrow if row else large
        page.set_row(row, height(((words[0], beside_it), (words[1], wide + wide // 5))) + SPACE)
    return len(said) + 1


def _widths(page: Any) -> None:  # noqa: ANN401 - as above
    for at, width in enumerate((*WIDTHS.values(), *ASKED_WIDTHS.values(), MARK_WIDTH)):
        page.set_column(at, at, width)


def _headings(page: Any, book: _Book, row: int, rows: int) -> None:  # noqa: ANN401 - as above
    """Write the headings as those of a real table, and over them who speaks beneath."""
    looks, said, asked = book.looks, len(sent.SAID), len(sent.ASKED)
    for at in range(said + asked + 1):
        page.write_blank(
            row - 1, at, None, looks["own band" if said <= at < said + asked else "band"]
        )
    page.write_string(row - 1, 0, "WHAT THE PLAN SAYS (locked)", looks["band"])
    page.write_string(
        row - 1, said, "WHAT YOU SAY: fill in only what has changed", looks["own band"]
    )
    columns = [
        *({"header": text, "header_format": looks["heading"]} for text in sent.SAID.values()),
        *({"header": text, "header_format": looks["own heading"]} for text in sent.ASKED.values()),
        {"header": sent.MARK, "header_format": looks["heading"]},
    ]
    page.add_table(
        row, 0, row + rows, len(columns) - 1,
        {"columns": columns, "style": None, "title": "Actions", "description": "Actions to update"},
    )  # fmt: skip
    page.set_row(row, 2 * LINE + 4)


def _row(page: Any, book: _Book, row: int, line: SentLine) -> None:  # noqa: ANN401 - as above
    looks, heights = book.looks, []
    for at, (field, width) in enumerate(WIDTHS.items()):
        value = getattr(line, field)
        usual = looks.get(line.rag, looks["text"]) if field == "rag" else looks["text"]
        look = looks["strong"] if field in {"ref", "title"} else usual
        heights.append((_write(page, (row, at), value, look, looks["day"]), width))
    for at, field in enumerate(sent.ASKED, len(WIDTHS)):
        page.write_blank(row, at, None, looks["own day" if field in _DATES else "own text"])
    page.write_string(row, len(WIDTHS) + len(sent.ASKED), line.mark, looks["mark"])
    page.set_row(row, max(height(heights), LOWEST))


def _write(
    page: Any,  # noqa: ANN401 - xlsxwriter's own
    place: tuple[int, int],
    value: sent.Value,
    text: Any,  # noqa: ANN401 - as above
    day: Any,  # noqa: ANN401 - as above
) -> str:
    """Write a value, and give the words that the row must be high enough for."""
    if isinstance(value, date) and value >= FIRST_DAY:
        page.write_datetime(*place, value, day)
        return ""
    said = value.isoformat() if isinstance(value, date) else fitting(safe_lines(value or ""))
    if said:
        page.write_string(*place, said, text)
    else:
        page.write_blank(*place, None, text)
    return said


# --- what may be filled in ------------------------------------------------------------------------


def _choices(page: Any, book: _Book, first: int, sheet: SentSheet) -> None:  # noqa: ANN401 - as above
    """Say at each cell what belongs there, offer the words, and take only days for days."""
    last = first + len(sheet.lines) - 1
    for at, field in enumerate(sent.ASKED, len(WIDTHS)):
        if field == "stage":
            for row, line in enumerate(sheet.lines, first):
                page.data_validation(row, at, row, at, _rule(field, line.stages))
        else:
            rule = _rule(field, _ratings(book.told.legend) if field == "rag" else ())
            page.data_validation(first, at, last, at, rule)


def _rule(field: str, offered: tuple[str, ...]) -> dict[str, Any]:
    told = {"input_title": sent.ASKED[field], "input_message": HINTS[field]}
    if field in _DATES:
        return {
            **told,
            "input_message": f"{HINTS[field]} Write it as 31/03/2026.",
            "validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST,
            "error_title": "Not a date", "error_message": "Write a day, such as 31/03/2026.",
        }  # fmt: skip
    if not offered:
        return {**told, "validate": "any"}
    return {
        **told, "validate": "list", "source": list(offered), "error_title": "Not in the list",
        "error_message": "Choose from the list, or leave the cell empty.",
    }  # fmt: skip


def _ratings(legend: Legend) -> tuple[str, ...]:
    """Offer the ratings with what they are called, where a list can hold that."""
    said = tuple(safe_line(legend.said(colour)) for colour in legend.ratings)
    fits = len(",".join(said)) <= LONGEST_LIST and not any(set(text) & set(',"') for text in said)
    return said if fits else legend.ratings


def _printed(page: Any, book: _Book, sheet: SentSheet, heading: int) -> None:  # noqa: ANN401 - as above
    """Print it lying, what the plan says on one page, what is filled in on the one beside it."""
    name = safe_line(book.told.title)[:MOST_IN_A_FOOTER].replace("&", "&&")
    owner = safe_line(sheet.owner)[:MOST_IN_A_FOOTER].replace("&", "&&")
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    said, asked = _pixels(WIDTHS.values()), _pixels(ASKED_WIDTHS.values())
    widest = max(said, _pixels((WIDTHS["ref"], WIDTHS["title"])) + asked)
    page.set_print_scale(min(100, 100 * PAGE // widest))
    page.set_v_pagebreaks([len(WIDTHS)])
    page.print_across()
    page.print_area(0, 0, heading + len(sheet.lines), len(WIDTHS) + len(ASKED_WIDTHS) - 1)
    if sheet.lines:
        page.repeat_rows(heading - 1, heading)
        page.repeat_columns(0, FROZEN - 1)
    parts = {
        "L": f"{owner}: {name}"[:MOST_IN_A_FOOTER],
        "C": f"As at {without_weekday(book.told.as_at)}",
    }
    parts["R"] = "Page &P of &N"
    page.set_footer("".join(f"&{side}{IN_A_FOOTER}{text}" for side, text in parts.items()))


def _pixels(widths: Iterable[int]) -> int:
    return sum(7 * width + 5 for width in widths)
