"""A drawing as an Enhanced Metafile, the vector picture that every release of Word shows.

It is written by Microsoft's specification of the format, [MS-EMF]: records of a type, a size and
their fields, each a multiple of four bytes. Twenty units make a pixel, so that nothing is coarse.
"""

from __future__ import annotations

from itertools import count
from struct import pack
from typing import TYPE_CHECKING, NamedTuple

from actionplan.renderers.pictures.drawing import (
    EDGE_OF_CIRCLE,
    FONT,
    Circle,
    Drawing,
    Line,
    Point,
    Polygon,
    Rectangle,
    Shape,
    Text,
    strokes,
)
from actionplan.renderers.pictures.widths import letter_width
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNITS = 20
"""To a pixel."""
_PIXELS_TO_INCH = 96
_INCH = 25.4
_SHEET = 40
"""Inches of the side of the device that the picture is said to be drawn on."""

HEADER, POLYGON, POLYLINE, SETWINDOWEXTEX, SETWINDOWORGEX = 1, 3, 4, 9, 10
SETVIEWPORTEXTEX, SETVIEWPORTORGEX, EOF, SETMAPMODE, SETBKMODE = 11, 12, 14, 17, 18
SETTEXTALIGN, SETTEXTCOLOR, SELECTOBJECT, CREATEPEN, CREATEBRUSHINDIRECT = 22, 24, 37, 38, 39
DELETEOBJECT, ELLIPSE, RECTANGLE, EXTCREATEFONTINDIRECTW, EXTTEXTOUTW = 40, 42, 43, 82, 84
"""The types of the records."""
_ANISOTROPIC = 8
_TRANSPARENT = 1
_BASELINE = 24
_ALIGNED = {"start": _BASELINE, "end": _BASELINE | 2, "middle": _BASELINE | 6}
_NO_BRUSH, _NO_PEN = 0x80000005, 0x80000008
_NORMAL, _BOLD = 400, 700
_LETTERING = (0, 0, 0, 1, 0, 0, 0, 0x22)
"""Upright, of any script, without serifs where there is no such font."""
_TEXT_AT = 76
"""Where the letters begin in a record of text."""


class _Pen(NamedTuple):
    colour: str
    width: float


class _Brush(NamedTuple):
    colour: str


class _Font(NamedTuple):
    size: float
    bold: bool


_Tool = _Pen | _Brush | _Font


def render(drawing: Drawing) -> bytes:
    """Give a drawing as the bytes of an Enhanced Metafile."""
    tools = dict.fromkeys(tool for shape in drawing.shapes for tool in _tools(shape))
    handles = dict(zip(tools, count(1), strict=False))
    records = [
        *_sheet(drawing),
        *(_created(tool, handle) for tool, handle in handles.items()),
        *(record for shape in drawing.shapes for record in _shape(shape, handles)),
        _record(SELECTOBJECT, pack("<I", _NO_BRUSH)),
        _record(SELECTOBJECT, pack("<I", _NO_PEN)),
        *(_record(DELETEOBJECT, pack("<I", handle)) for handle in handles.values()),
        _record(EOF, pack("<3I", 0, 16, 20)),
    ]
    return b"".join([_header(drawing, records, len(handles) + 1), *records])


def _record(kind: int, body: bytes) -> bytes:
    return pack("<2I", kind, 8 + len(body)) + body


def _header(drawing: Drawing, records: list[bytes], handles: int) -> bytes:
    """Say how large it is, on paper and in all, and on what device."""
    hundredths = 100 * _INCH / _PIXELS_TO_INCH
    right, bottom = round(drawing.width * hundredths), round(drawing.height * hundredths)
    units = _SHEET * _PIXELS_TO_INCH * UNITS
    millimetres = round(_SHEET * _INCH)
    size = 108
    body = b"".join(
        [
            pack("<4i", 0, 0, _units(drawing.width) - 1, _units(drawing.height) - 1),
            pack("<4i", 0, 0, right, bottom),
            b" EMF",
            pack("<3I", 0x10000, size + sum(map(len, records)), len(records) + 1),
            pack("<2H3I", handles, 0, 0, 0, 0),
            pack("<4i", units, units, millimetres, millimetres),
            pack("<3I", 0, 0, 0),
            pack("<2i", millimetres * 1000, millimetres * 1000),
        ]
    )
    return _record(HEADER, body)


def _sheet(drawing: Drawing) -> Iterator[bytes]:
    extent = pack("<2i", _units(drawing.width), _units(drawing.height))
    yield _record(SETMAPMODE, pack("<I", _ANISOTROPIC))
    yield _record(SETWINDOWORGEX, pack("<2i", 0, 0))
    yield _record(SETWINDOWEXTEX, extent)
    yield _record(SETVIEWPORTORGEX, pack("<2i", 0, 0))
    yield _record(SETVIEWPORTEXTEX, extent)
    yield _record(SETBKMODE, pack("<I", _TRANSPARENT))


# --- tools --------------------------------------------------------------------------------------


def _tools(shape: Shape) -> tuple[_Tool, ...]:
    """Name what a shape is drawn with."""
    match shape:
        case Rectangle(fill=fill, edge=edge):
            return (_Brush(fill), *((_Pen(edge, 1),) if edge else ()))
        case Circle(fill=fill, edge=edge):
            return (_Brush(fill), *((_Pen(edge, EDGE_OF_CIRCLE),) if edge else ()))
        case Polygon(fill=fill):
            return (_Brush(fill),)
        case Line(colour=colour, width=width):
            return (_Pen(colour, width),)
        case Text(size=size, bold=bold):
            return (_Font(size, bold),)


def _created(tool: _Tool, handle: int) -> bytes:
    match tool:
        case _Pen(colour, width):
            return _record(CREATEPEN, pack("<5I", handle, 0, _units(width), 0, _colour(colour)))
        case _Brush(colour):
            return _record(CREATEBRUSHINDIRECT, pack("<4I", handle, 0, _colour(colour), 0))
        case _Font(size, bold):
            weight = _BOLD if bold else _NORMAL
            letters = pack("<5i8B", -_units(size), 0, 0, 0, weight, *_LETTERING)
            name = FONT.encode("utf-16-le").ljust(64, b"\0")
            body = (letters + name).ljust(320, b"\0")
            return _record(EXTCREATEFONTINDIRECTW, pack("<I", handle) + body)


def _selected(tool: _Tool, handles: dict[_Tool, int]) -> bytes:
    return _record(SELECTOBJECT, pack("<I", handles[tool]))


def _colour(colour: str) -> int:
    """Give a colour as Windows counts it, blue first."""
    return int.from_bytes(bytes.fromhex(colour[1:]), "little")


# --- shapes -------------------------------------------------------------------------------------


def _shape(shape: Shape, handles: dict[_Tool, int]) -> Iterator[bytes]:
    """Take up what a shape is drawn with, and draw it."""
    tools = _tools(shape)
    yield from (_selected(tool, handles) for tool in tools)
    if not any(isinstance(tool, _Pen) for tool in tools):
        yield _record(SELECTOBJECT, pack("<I", _NO_PEN))
    match shape:
        case Rectangle(x, y, width, height):
            yield _record(RECTANGLE, _box(x, y, x + width, y + height))
        case Circle(x, y, radius):
            yield _record(ELLIPSE, _box(x - radius, y - radius, x + radius, y + radius))
        case Polygon(points):
            yield _record(POLYGON, _points(points))
        case Line():
            yield from (_record(POLYLINE, _points(stroke)) for stroke in strokes(shape))
        case Text():
            yield from _text(shape)


def _text(text: Text) -> Iterator[bytes]:
    yield _record(SETTEXTALIGN, pack("<I", _ALIGNED[text.anchor]))
    yield _record(SETTEXTCOLOR, pack("<I", _colour(text.fill)))
    words = safe_line(text.text)
    letters = words.encode("utf-16-le")
    length = len(letters) // 2
    padded = letters.ljust(-(-len(letters) // 4) * 4, b"\0")
    steps = [step for letter in words for step in _steps(letter, text)]
    body = b"".join(
        [
            pack("<4i", 0, 0, -1, -1),
            pack("<I2f", 1, *(2 * [100 * _INCH / _PIXELS_TO_INCH / UNITS])),
            pack("<2i", _units(text.x), _units(text.y)),
            pack("<3I", length, _TEXT_AT, 0),
            pack("<4i", 0, 0, -1, -1),
            pack("<I", _TEXT_AT + len(padded)),
            padded,
            pack(f"<{length}I", *steps),
        ]
    )
    yield _record(EXTTEXTOUTW, body)


def _steps(letter: str, text: Text) -> Iterable[int]:
    """Give how far each half of a letter leads on: what has two halves is one step wide."""
    step = _units(letter_width(letter, text.size, bold=text.bold))
    return (step, 0)[: len(letter.encode("utf-16-le")) // 2]


def _units(pixels: float) -> int:
    return round(pixels * UNITS)


def _box(left: float, top: float, right: float, bottom: float) -> bytes:
    return pack("<4i", _units(left), _units(top), _units(right), _units(bottom))


def _points(points: Iterable[Point]) -> bytes:
    """Give the bounds of some points, how many there are, and where each is."""
    places = [(_units(x), _units(y)) for x, y in points]
    across, down = zip(*places, strict=True)
    bounds = pack("<4i", min(across), min(down), max(across), max(down))
    each = b"".join(pack("<2i", *place) for place in places)
    return bounds + pack("<I", len(places)) + each
