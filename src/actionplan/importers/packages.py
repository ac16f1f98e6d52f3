"""What an Office file is made of, looked at before anything reads it: size, entities, macros."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import NoReturn

from actionplan.errors import ActionPlanError

LARGEST = 200_000_000
"""Bytes of all parts, unpacked; counted while they are unpacked, whatever the file says."""
RATIO = 100
_RATIO_FROM = 10_000_000
"""Bytes unpacked from which the ratio counts: a small part may well be all spaces."""
_PIECE = 1 << 20
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST_DECLARATION = 9
_ODD_LETTERS = re.compile(
    rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-?8|utf-?16|us-ascii|iso-8859-|windows-125)",
    re.IGNORECASE,
)
"""A declaration can be hidden in letters like UTF-7."""
_HEAD = 1_000
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ENDINGS = (".xml", ".rels", ".vml")
_MEDIA = ("/media/", "/embeddings/")
"""Folders of pictures and attachments, which nothing here opens."""
_ENCRYPTED = 0x1
_USUAL = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def inspect(name: str, content: bytes) -> tuple[str, ...]:
    """Look at every part of an Office file, and tell what of it is not used.

    Raises:
        ActionPlanError: where it is damaged, or made to do harm.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            twice = len(parts) - len({part.filename.lower() for part in parts})
            if twice:
                _refuse(name, "two of its parts have the same name, so that nobody knows which")
            unpacked = 0
            for part in parts:
                unpacked = _count(name, package, part, unpacked, len(content))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        message = f"{name} is damaged: its parts can't be read. Fetch it again."
        raise ActionPlanError(message) from error
    except (NotImplementedError, RuntimeError) as error:
        message = f"{name} is packed in a way that can't be read: open it and save it again."
        raise ActionPlanError(message) from error
    return _notes(name, [part.filename for part in parts])


def _count(
    name: str, package: zipfile.ZipFile, part: zipfile.ZipInfo, unpacked: int, packed: int
) -> int:
    if part.flag_bits & _ENCRYPTED:
        message = f"{name} is protected by a password: take it off and save it again."
        raise ActionPlanError(message)
    if part.compress_type not in _USUAL:
        raise NotImplementedError
    is_xml, tail = None, b""
    with package.open(part) as stream:
        while piece := stream.read(_PIECE):
            unpacked += len(piece)
            if unpacked > LARGEST or (unpacked > _RATIO_FROM and unpacked > RATIO * packed):
                _refuse(name, f"it unpacks from {packed:,} bytes to more than {unpacked:,}")
            if is_xml is None:
                is_xml = _is_xml(name, part.filename, piece)
            if is_xml:
                tail = _look_for_entities(name, part.filename, tail + piece)
    return unpacked


def _is_xml(name: str, part: str, start: bytes) -> bool:
    """Tell by its name or its first letter, since a list in the file says what its parts are."""
    for mark in _MARKS:
        start = start.removeprefix(mark)
    start = start[:_HEAD].replace(b"\0", b"").lstrip()
    angled = start.startswith(b"<")
    if part.lower().endswith(_ENDINGS):
        if not angled or _ODD_LETTERS.match(start):
            _refuse(name, f"{part} is not in letters that Office files are in")
        return True
    return angled and not any(folder in part for folder in _MEDIA)


def _look_for_entities(name: str, part: str, piece: bytes) -> bytes:
    """Refuse a declaration, in letters of one byte or of two; give what may be the start of one."""
    if _DECLARATION.search(piece) or _DECLARATION.search(piece.replace(b"\0", b"")):
        _refuse(name, f"{part} declares entities, which no Office file does")
    return piece[-2 * _LONGEST_DECLARATION :]


def _refuse(name: str, why: str) -> NoReturn:
    message = f"{name} was not read: {why}. Don't open it; ask whoever sent it."
    raise ActionPlanError(message)


def _notes(name: str, parts: list[str]) -> tuple[str, ...]:
    found = []
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        found.append(f"{name} has macros: they were not run, and nothing of them was taken.")
    if any("externalLinks/" in part for part in parts):
        found.append(f"{name} draws on other workbooks: what it last showed was read, none opened.")
    return tuple(found)
