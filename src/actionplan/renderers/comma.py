"""A sheet as comma-separated values that Excel opens rightly: UTF-8 with a mark, CRLF, ISO days.

A text that a spreadsheet could take for a formula begins with an apostrophe (OWASP, CSV injection):
also after spaces, and in the full-width forms of the signs.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING

from actionplan.renderers.cells import cell
from actionplan.renderers.labels import title

if TYPE_CHECKING:
    from actionplan.renderers.cells import Cell
    from actionplan.reports.sheets import Export

FORMULA = re.compile(r"[\s\u00ad\u200c\u200d]*[-=+@\uff1d\uff0b\uff0d\uff20]")
"""What begins a formula, the same in full width, and what a spreadsheet does not see before it."""


def render(told: Export) -> bytes:
    """Give the first sheet of an export: a row of headings, then one row a line."""
    sheet = told.sheets[0]
    columns = sheet.kind.columns
    text = StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(title(column, told.legend) for column in columns)
    for line in sheet.lines:
        rows.writerow(_inert(cell(line, column, told.legend)) for column in columns)
    return BOM_UTF8 + text.getvalue().encode()


def _inert(value: Cell) -> Cell:
    if isinstance(value, str):
        return f"'{value}" if FORMULA.match(value) else value
    return value.isoformat() if isinstance(value, date) else value
