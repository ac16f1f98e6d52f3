"""A picture in a Word file: a drawing that stays sharp at any size, and what is seen in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan.renderers.pictures import charts, emf
from actionplan.renderers.wordml.markup import attribute

if TYPE_CHECKING:
    from actionplan.renderers.wordml.pages import Place
    from actionplan.reports.blocks import Figure

_OF_A_PIXEL = 15
"""Twentieths of a point."""
_OF_A_TWENTIETH = 635
"""Word's own units for drawings."""
_CAPTION = 1600
"""Room on the page for the caption and a heading over it, in twentieths of a point."""
_FIRST_NUMBER = 1000
"""Pictures of a cover have lower ones."""
_NAMES = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def markup(figure: Figure, place: Place) -> str:
    """Draw a picture into the file, and give the run of text that shows it.

    It is as large as on a screen, and smaller where the page is.
    """
    drawing = charts.draw(figure.picture, place.legend)
    name = _added(emf.render(drawing), place)
    across, down = drawing.width * _OF_A_PIXEL, drawing.height * _OF_A_PIXEL
    share = min(1.0, place.room / across, (place.depth - _CAPTION) / down) * _OF_A_TWENTIETH
    size = f'cx="{int(across * share)}" cy="{int(down * share)}"'
    number = _FIRST_NUMBER + int(name.removeprefix("rId"))
    said = (
        f'id="{number}" name="Picture {number}" descr="{attribute(figure.said)}" '
        f'title="{attribute(figure.caption)}"'
    )
    return (
        f'<w:r><w:drawing><wp:inline {_NAMES} distT="0" distB="0" distL="0" distR="0">'
        f"<wp:extent {size}/><wp:docPr {said}/><wp:cNvGraphicFramePr>"
        '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f"<pic:nvPicPr><pic:cNvPr {said}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
        f'<a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r>"
    )


def _added(drawn: bytes, place: Place) -> str:
    """Put a drawing into the file, and give the name that it goes by in the text."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE  # noqa: PLC0415 - an extra
    from docx.opc.part import Part  # noqa: PLC0415 - as above

    package = place.document.part.package
    at = package.next_partname("/word/media/drawing%d.emf")
    part = Part(at, CONTENT_TYPE.X_EMF, drawn, package)
    return place.document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
