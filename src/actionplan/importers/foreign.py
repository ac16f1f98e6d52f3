"""What a file from outside is, by its bytes: what its name says is only compared."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import PurePath
from typing import NamedTuple

from actionplan.errors import ActionPlanError

LARGEST = 50_000_000
"""Bytes; a longer file is not read."""

NAMES = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "xlsx": "an Excel workbook",
    "html": "a web page",
    "markdown": "Markdown",
    "csv": "a comma-separated file",
    "text": "plain text",
}
"""The kinds of file that some importer reads, as a reader would call them."""
_ENDINGS = {
    ".pdf": "pdf", ".docx": "docx", ".docm": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown",
    ".csv": "csv", ".txt": "text",
}  # fmt: skip
_TEXTS = frozenset({"html", "markdown", "csv", "text"})
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_HEAD = 1024
"""Bytes in which the sign of a PDF or of a web page stands."""


class Foreign(NamedTuple):
    """A file as it came."""

    name: str
    content: bytes
    kind: str
    """One of `NAMES`."""
    note: str = ""
    """What its reader should know: that its name says something else."""


def recognise(name: str, content: bytes) -> Foreign:
    """Tell what a file is.

    Raises:
        ActionPlanError: where it is empty, or nothing that is read here, with what to do.

    """
    stated = _ENDINGS.get(PurePath(name).suffix.lower(), "")
    if not content.strip():
        message = f"{name} is empty."
        raise ActionPlanError(message)
    kind = _by_content(name, content)
    if kind == "text":
        return Foreign(name, content, _text_kind(name, stated))
    if kind == "html" and stated not in {"", *_TEXTS}:
        message = (
            f"{name} is not {NAMES[stated]} but a web page, perhaps one that says that the "
            "document was not found. Fetch the document again; if the page itself is meant, name "
            "it .html."
        )
        raise ActionPlanError(message)
    odd = stated not in {"", kind} and not (kind == "html" and stated in _TEXTS)
    note = f"{name} is {NAMES[kind]}, whatever its name says, and was read as one." if odd else ""
    return Foreign(name, content, kind, note)


def _text_kind(name: str, stated: str) -> str:
    if stated in {"", *_TEXTS}:
        return stated or "text"
    message = f"{name} is not {NAMES[stated]}: it is plain text, or was cut off or damaged."
    raise ActionPlanError(message)


def _by_content(name: str, content: bytes) -> str:
    head = content[:_HEAD]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK"):
        return _in_package(name, content)
    for refusal, is_it in (
        (
            "is protected by a password, or of an old Word or Excel: save it as .docx or .xlsx.",
            head.startswith(_OLD_OFFICE),
        ),
        ("is rich text: open it in Word and save it as .docx.", head.startswith(b"{\\rtf")),
        (
            "is a picture, not text: ask for the document, or run text recognition (OCR) on it.",
            head.startswith(_PICTURES),
        ),
    ):
        if is_it:
            message = f"{name} {refusal}"
            raise ActionPlanError(message)
    start = decode(name, content)[:_HEAD].lstrip().lower()
    return "html" if start.startswith(("<!doctype html", "<html", "<?xml")) else "text"


def _in_package(name: str, content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            inside = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        message = f"{name} is damaged: its parts can't be read. Fetch it again."
        raise ActionPlanError(message) from error
    if any(part.startswith("word/") for part in inside):
        return "docx"
    if any(part.startswith("xl/") for part in inside):
        return "xlsx"
    message = f"{name} is a package (zip) of {len(inside)} files: take the document out of it."
    raise ActionPlanError(message)


def decode(name: str, content: bytes) -> str:
    """Give the words of a text: UTF-8, UTF-16 where it says so, else Windows' western letters.

    Raises:
        ActionPlanError: where it is no text.

    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        message = f"{name} is no text and no document that is read here: it holds bytes of data."
        raise ActionPlanError(message)
    return text
