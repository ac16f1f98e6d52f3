"""What an Office file is made of, looked at before anything reads it: size, entities, macros."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from actionplan.errors import ActionPlanError

MOST_PARTS = 2_000
LARGEST = 200_000_000
"""Bytes of all parts, unpacked; counted while they are unpacked, whatever the file says."""
RATIO = 100
_RATIO_FROM = 10_000_000
"""Bytes unpacked from which the ratio counts: a small part may well be all spaces."""
_PIECE = 1 << 20
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCRYPTED = 0x1


def inspect(name: str, content: bytes) -> tuple[str, ...]:
    """Look at every part of an Office file, and tell what of it is not used.

    Raises:
        ActionPlanError: where it is damaged, or made to do harm.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS:
                _refuse(name, f"it has {len(parts):,} parts, and {MOST_PARTS:,} are the most")
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
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    tail = b""
    with package.open(part) as stream:
        while piece := stream.read(_PIECE):
            unpacked += len(piece)
            if unpacked > LARGEST or (unpacked > _RATIO_FROM and unpacked > RATIO * packed):
                _refuse(name, f"it unpacks from {packed:,} bytes to more than {unpacked:,}")
            if is_xml and _DECLARATION.search(tail + piece):
                _refuse(name, f"{part.filename} declares entities, which no Office file does")
            tail = piece[-16:]
    return unpacked


def _refuse(name: str, why: str) -> None:
    message = f"{name} was not read: {why}. Don't open it; ask whoever sent it."
    raise ActionPlanError(message)


def _notes(name: str, parts: list[str]) -> tuple[str, ...]:
    found = []
    if any(part.endswith("vbaProject.bin") for part in parts):
        found.append(f"{name} has macros: they were not run, and nothing of them was taken.")
    if any("externalLinks/" in part for part in parts):
        found.append(f"{name} draws on other workbooks: what it last showed was read, none opened.")
    return tuple(found)
