"""The document that a paper is written into: ours, or a council's own with its styles and pages."""

from __future__ import annotations

import io
from copy import deepcopy
from importlib.resources import files
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from actionplan.errors import UnreadableError
from actionplan.renderers.wordml.markup import Styles

BODY, SMALLEST = 9, 8
"""Points, of a paper on one page: its text, and nothing smaller than that."""
SMALLER, CLOSER = 0.75, 0.25

if TYPE_CHECKING:
    from collections.abc import Iterable
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
_ID = f"{_W}styleId"
_LINKS = ("basedOn", "next")
_ABSTRACT = f"{_W}abstractNumId"
_SAYING = ("t", "tbl", "drawing", "pict", "sdt")
"""What a document has that is more than an empty page."""


def ours() -> Document:
    """Open the empty document that comes with this program."""
    from docx import Document as opened  # noqa: N813, PLC0415 - a function, and an extra

    held = io.BytesIO()
    with ZipFile(held, "w") as package:
        for name, source in _PARTS.items():
            package.writestr(name, files(__package__).joinpath("blank", source).read_bytes())
    held.seek(0)
    return opened(held)


def tightened(document: Document) -> None:
    """Set our own document smaller and closer, for a paper that is to stand on one page."""
    from docx.shared import Length, Mm, Pt  # noqa: PLC0415 - an extra

    page = document.sections[0]
    page.top_margin = page.bottom_margin = Mm(10)
    page.left_margin = page.right_margin = Mm(13)
    page.header_distance = page.footer_distance = Mm(4)
    for style in document.styles:
        font, spacing = getattr(style, "font", None), getattr(style, "paragraph_format", None)
        if font is not None and font.size:
            font.size = Pt(max(SMALLEST, round(font.size.pt * SMALLER * 2) / 2))
        for side in ("space_before", "space_after") if spacing is not None else ():
            room = getattr(spacing, side)
            if room:
                setattr(spacing, side, Length(room * CLOSER))
        if spacing is not None and style.name in {"Normal", "List Bullet", "Plan Text"}:
            spacing.line_spacing = 1.0
    document.styles["Normal"].font.size = Pt(BODY)
    for side in ("top", "bottom"):
        for margin in document.styles["Plan Table"].element.iter(f"{_W}{side}"):
            if margin.get(f"{_W}type") == "dxa":
                margin.set(f"{_W}w", "20")


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
    return Styles({_name(style): str(style.get(_ID)) for style in found})


def _name(style: BaseOxmlElement) -> str:
    """Give the name of a style; LibreOffice writes Heading 1 where Word writes heading 1."""
    return str(style.find(f"{_W}name").get(_VALUE)).casefold()


def _lend_styles(document: Document, lender: Document) -> None:
    """Add the styles that a document lacks, each resting on what the document calls its own."""
    own = styles(document).ids
    theirs = {style.get(_ID): style for style in lender.styles.element.findall(f"{_W}style")}
    lent = {
        style_id: _free(style_id, own.values())
        for style_id, style in theirs.items()
        if _name(style) not in own and not style.get(f"{_W}default")
    }
    now = {style_id: lent.get(style_id) or own.get(_name(s)) for style_id, s in theirs.items()}
    for style_id, name in lent.items():
        style = deepcopy(theirs[style_id])
        style.set(_ID, name)
        for link in [each for tag in _LINKS for each in style.findall(f"{_W}{tag}")]:
            if (target := now[link.get(_VALUE)]) is None:
                style.remove(link)
            else:
                link.set(_VALUE, target)
        for number in style.iter(f"{_W}numId"):
            number.set(_VALUE, _lend_numbering(document, lender))
        document.styles.element.append(style)


def _free(style_id: str, taken: Iterable[str]) -> str:
    """Give an id that no other style has."""
    return style_id if style_id not in taken else _free(f"{style_id}Lent", taken)


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
