"""The document that a paper is written into: ours, or a council's own with its styles and pages."""

from __future__ import annotations

import io
from copy import deepcopy
from importlib.resources import files
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from actionplan.errors import UnreadableError
from actionplan.renderers.wordml.markup import Styles

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

_PARTS = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package-rels.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document-rels.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE = f"{_W}val"
_ABSTRACT = f"{_W}abstractNumId"
_SAYING = ("t", "tbl", "drawing", "pict", "sdt")
"""What a document has that is more than an empty page."""


def ours() -> Document:
    """Open the empty document that comes with this program."""
    from docx import Document as opened  # noqa: N813, PLC0415 - a function, and an extra

    held = io.BytesIO()
    with ZipFile(held, "w") as package:
        for name, source in _PARTS.items():
            package.writestr(name, files(__package__).joinpath("base", source).read_bytes())
    held.seek(0)
    return opened(held)


def theirs(path: Path) -> Document:
    """Open a council's own document, and lend it the styles that it lacks.

    Raises:
        UnreadableError: where it is no Word file.

    """
    from docx import Document as opened  # noqa: N813, PLC0415 - a function, and an extra
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415 - as above

    try:
        document = opened(str(path))
        _lend_styles(document, ours())
    except (OSError, ValueError, KeyError, SyntaxError, BadZipFile, PackageNotFoundError) as error:
        message = (
            f"{path} is no Word file that can be read (.docx, without a password): save it again "
            "in Word, or take it away."
        )
        raise UnreadableError(message, state="") from error
    return document


def styles(document: Document) -> Styles:
    """Give the id of each style of a document by its name."""
    found = document.styles.element.findall(f"{_W}style")
    return Styles({_name(style): style.get(f"{_W}styleId") for style in found})


def _name(style: BaseOxmlElement) -> str:
    return str(style.find(f"{_W}name").get(_VALUE))


def _lend_styles(document: Document, lender: Document) -> None:
    """Add the styles that a document lacks, each resting on what the document calls its own."""
    own = styles(document).ids
    calls = {style_id: name for name, style_id in styles(lender).ids.items()}
    for style in lender.styles.element.findall(f"{_W}style"):
        if _name(style) in own or style.get(f"{_W}default"):
            continue
        lent = deepcopy(style)
        for tag in ("basedOn", "next"):
            for link in lent.findall(f"{_W}{tag}"):
                name = calls[link.get(_VALUE)]
                link.set(_VALUE, own.get(name, link.get(_VALUE)))
        for number in lent.iter(f"{_W}numId"):
            number.set(_VALUE, _lend_numbering(document, lender))
        document.styles.element.append(lent)


def _lend_numbering(document: Document, lender: Document) -> str:
    """Add the list of points to a document, and give the number that it has there."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 - an extra

    part, numbering = document.part, lender.part.numbering_part
    if not any(rel.reltype == RELATIONSHIP_TYPE.NUMBERING for rel in part.rels.values()):
        part.relate_to(numbering, RELATIONSHIP_TYPE.NUMBERING)
        return "1"
    there = part.numbering_part.element
    points = deepcopy(numbering.element.find(f"{_W}abstractNum"))
    taken = [int(each.get(_ABSTRACT)) for each in there.findall(f"{_W}abstractNum")]
    points.set(_ABSTRACT, str(max(taken, default=-1) + 1))
    there.insert(len(taken), points)
    return str(there.add_num(int(points.get(_ABSTRACT))).numId)


def speak_english(document: Document) -> None:
    """State that the language of a document is that of the United Kingdom."""
    document.core_properties.language = "en-GB"
    for language in document.styles.element.iterfind(f"{_W}docDefaults//{_W}lang"):
        language.set(_VALUE, "en-GB")


def has_cover(document: Document) -> bool:
    """Tell whether a document says anything by itself."""
    body = document.element.body
    return any(next(body.iter(f"{_W}{tag}"), None) is not None for tag in _SAYING)


def emptied(document: Document) -> None:
    """Take the empty paragraphs out of a document that says nothing."""
    body = document.element.body
    for paragraph in body.findall(f"{_W}p"):
        body.remove(paragraph)
