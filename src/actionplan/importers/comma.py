"""Reading comma-separated values as councils send them: any usual separator, any usual letters."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from actionplan.errors import ActionPlanError
from actionplan.importers import foreign
from actionplan.importers.grids import Grid, bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEPARATORS = ",;\t|"
_LOOKED_AT = 200
"""Records from which the separator is told."""
_GUARDED = re.compile(r"'(?=[\s\u00ad\u200c\u200d]*[-=+@\uff1d\uff0b\uff0d\uff20])")
"""The apostrophe that our own export, and others', put before what looks like a formula."""
_STATED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_END = "\x1cend"
"""The record that is put after the last: where it does not come back, a quote was left open."""


def read(name: str, content: bytes, tell: Callable[[str], None]) -> tuple[Grid, ...]:
    """Give the one table of a file of values.

    Raises:
        ActionPlanError: where a quote stands open, or it is larger than any plan.

    """
    del tell
    text = foreign.decode(name, content)
    stated = _STATED.match(text)
    if stated:
        text = text[stated.end() :]
    separator = stated.group(1) if stated else _separator(text)
    records = list(_records(name, text, separator))
    width = max(map(len, records), default=0)
    bounded(name, "it", len(records), width)
    rows = tuple(
        tuple(_value(field) for field in record) + (None,) * (width - len(record))
        for record in records
    )
    return (Grid(PurePath(name).stem, rows),)


def _value(field: str) -> str | None:
    return _GUARDED.sub("", field, count=1) if field.startswith("'") else field or None


def _separator(text: str) -> str:
    """Tell the separator: the one that gives most records of the same width, then the widest."""
    return max(_SEPARATORS, key=lambda separator: _evenness(text, separator))


def _evenness(text: str, separator: str) -> tuple[int, int]:
    widths: Counter[int] = Counter()
    try:
        for record in csv.reader(_lines(text), delimiter=separator):
            widths[len(record)] += 1
            if widths.total() >= _LOOKED_AT:
                break
    except csv.Error:
        return (0, 0)
    del widths[1]
    width, times = max(widths.items(), key=lambda found: found[::-1], default=(0, 0))
    return (times if width else 0, width)


def _lines(text: str) -> Iterator[str]:
    """Give the lines of a text as a file would: split by CR, LF or both, and by nothing else."""
    yield from (found.group() for found in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text))


def _records(name: str, text: str, separator: str) -> Iterator[list[str]]:
    final = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(_lines(final + _END), delimiter=separator)
    started = 1
    try:
        for record in reader:
            if record == [_END]:
                return
            bounded(name, f"line {reader.line_num}", 1, len(record))
            if record and record[-1].endswith(_END):
                break
            yield record
            started = reader.line_num + 1
    except csv.Error as error:
        message = (
            f"{name} was not read: a cell that begins in line {started} is longer than "
            f"{csv.field_size_limit():,} characters. Is a quote left open before it?"
        )
        raise ActionPlanError(message) from error
    message = (
        f"{name} was not read: a quote that is opened in or after line {started} is never closed. "
        "Save it again from the program that it comes from."
    )
    raise ActionPlanError(message)
