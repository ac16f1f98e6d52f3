"""The forms that an export can be given in: what each is called, and how a file of it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from actionplan.reports.sheets import Export


class ExportForm(NamedTuple):
    """One form of an export."""

    name: str
    endings: tuple[str, ...]
    render: Callable[[Export], bytes] | None
    """``None`` for what holds no sheets of records: a calendar, and what goes out to owners."""
    is_text: bool = True
    """False for what only a file can hold."""
    holds_one: bool = False
    """True for what has room for one sheet."""


def _excel(told: Export) -> bytes:
    from actionplan.renderers import workbook  # noqa: PLC0415 - each form imports its own renderer

    return workbook.render(told)


def _csv(told: Export) -> bytes:
    from actionplan.renderers import comma  # noqa: PLC0415 - as above

    return comma.render(told)


def _json(told: Export) -> bytes:
    from actionplan.renderers import records  # noqa: PLC0415 - as above

    return records.document(told)


def _jsonl(told: Export) -> bytes:
    from actionplan.renderers import records  # noqa: PLC0415 - as above

    return records.lines(told)


CALENDAR = ExportForm("ics", (".ics",), None)
OWNERS = ExportForm("owners", ("owners.xlsx",), None, is_text=False)
EXPORTS: tuple[ExportForm, ...] = (
    ExportForm("xlsx", (".xlsx",), _excel, is_text=False),
    ExportForm("csv", (".csv",), _csv, holds_one=True),
    ExportForm("json", (".json",), _json),
    ExportForm("jsonl", (".jsonl", ".ndjson"), _jsonl),
    CALENDAR,
    OWNERS,
)
