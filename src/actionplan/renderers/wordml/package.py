"""A Word file as bytes: its properties, its pictures, and the same bytes for the same report."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from actionplan.dates import without_weekday
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from docx.document import Document

    from actionplan.reports.blocks import Report

_LONGEST_PROPERTY = 255
"""Letters: what Word's own format allows."""
_FIRST_YEAR = 1980
"""The first that a zip file can state."""


def describe(document: Document, report: Report) -> None:
    """Set the properties of the file: its title, its author, its day."""
    known = document.core_properties
    known.title = _fitting(f"{report.title}, as at {without_weekday(report.as_at)}")
    known.subject = _fitting(report.subtitle)
    known.author = _fitting(_organisation(report))
    known.last_modified_by = known.author
    known.comments = ""
    known.revision = 1
    known.created = known.modified = datetime.combine(report.as_at, time(), UTC)


def _organisation(report: Report) -> str:
    """Give who a report is of, as far as its subtitle says so: it opens with it, but for one."""
    return "" if report.kind == "close-out" else report.subtitle.partition(", for ")[0]


def _fitting(text: str) -> str:
    return safe_line(text)[:_LONGEST_PROPERTY]


def add_picture(document: Document, drawn: bytes) -> str:
    """Put a drawing (EMF) into the file, and give the name that it goes by in the text."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE  # noqa: PLC0415 - an extra
    from docx.opc.part import Part  # noqa: PLC0415 - as above

    package = document.part.package
    place = package.next_partname("/word/media/drawing%d.emf")
    part = Part(place, CONTENT_TYPE.X_EMF, drawn, package)
    return document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)


def packed(document: Document, report: Report) -> bytes:
    """Give the bytes of the file; they hold no time but the day of the report."""
    loose, tight = io.BytesIO(), io.BytesIO()
    document.save(loose)
    day = report.as_at.timetuple()[:3] if report.as_at.year >= _FIRST_YEAR else (1980, 1, 1)
    with ZipFile(loose) as source, ZipFile(tight, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            named = ZipInfo(entry.filename, (*day, 0, 0, 0))
            named.compress_type = ZIP_DEFLATED
            target.writestr(named, source.read(entry))
    return tight.getvalue()
