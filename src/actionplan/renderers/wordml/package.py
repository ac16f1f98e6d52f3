"""A Word file as bytes: its properties, and the same bytes for the same report."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from actionplan.dates import without_weekday
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document

    from actionplan.reports.blocks import Report

_LONGEST_PROPERTY = 255
"""Letters: what Word's own format allows."""
_FIRST_YEAR, _LAST_YEAR = 1980, 2107
"""The years that a zip file can state."""


def describe(document: Document, report: Report) -> None:
    """Set the properties of the file: a title that says which paper it is, its author, its day."""
    known = document.core_properties
    paper = ": ".join(part for part in (report.title, report.subtitle) if part)
    known.title = _fitting(f"{paper}, as at {without_weekday(report.as_at)}")
    known.subject = _fitting(report.subtitle)
    known.author = _fitting(report.organisation)
    known.last_modified_by = known.author
    known.comments = ""
    known.revision = 1
    known.created = known.modified = datetime.combine(report.as_at, time(), UTC)


def _fitting(text: str) -> str:
    return safe_line(text)[:_LONGEST_PROPERTY]


def stand_in(document: Document, number: int) -> None:
    """Keep a place for markup at the end of a document, until it is packed."""
    document.add_paragraph(_STANDS_IN.format(number))


_STANDS_IN = "actionplan writes part {} here"


def packed(document: Document, report: Report, written: Sequence[str]) -> bytes:
    """Give the bytes of the file, with what is written in the places kept for it.

    The markup is put in as it stands: what python-docx would make of 10,000 rows takes minutes.
    The bytes hold no time but the day of the report.
    """
    loose, tight = io.BytesIO(), io.BytesIO()
    document.save(loose)
    known = _FIRST_YEAR <= report.as_at.year <= _LAST_YEAR
    day = report.as_at.timetuple()[:3] if known else (_FIRST_YEAR, 1, 1)
    with ZipFile(loose) as source, ZipFile(tight, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            named = ZipInfo(entry.filename, (*day, 0, 0, 0))
            named.compress_type = ZIP_DEFLATED
            content = source.read(entry)
            if entry.filename == document.part.partname.membername:
                content = _filled(content, written)
            target.writestr(named, content)
    return tight.getvalue()


def _filled(content: bytes, written: Sequence[str]) -> bytes:
    for number, markup in enumerate(written):
        kept = f"<w:p><w:r><w:t>{_STANDS_IN.format(number)}</w:t></w:r></w:p>"
        content = content.replace(kept.encode(), markup.encode(), 1)
    return content
