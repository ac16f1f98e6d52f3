"""What a file from outside is, by its bytes: what its name says is only compared."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from pathlib import PurePath
from typing import NamedTuple, NoReturn

from actionplan.errors import ActionPlanError

LARGEST = 50_000_000
"""Bytes; a longer file is not read."""
MOST_PARTS = 2_000
"""Files in a package; a longer list of them is not even looked through."""

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
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD = 1024
"""Bytes in which the sign of a PDF or of a web page stands."""
_PAGES = ("<!doctype html", "<html", "<?xml", "<head", "<body", "<!--")
_ENTRY = b"PK\x01\x02"
"""Stands before each line in a package's list of what is in it."""

_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_STREAMS = (
    ("EncryptedPackage", "is protected by a password: open it, take the password off, save it."),
    ("WordDocument", "is of an old Word (.doc): open it and save it as .docx."),
    ("Workbook", "is of an old Excel (.xls): open it and save it as .xlsx."),
    ("Book", "is of an old Excel (.xls): open it and save it as .xlsx."),
    ("__substg1.0_", "is an email of Outlook: save the document that came with it."),
)
"""What lies in a file of the old Office, by the name of one of its streams."""
_SIGNS = (
    (b"{\\rtf", "is rich text: open it in Word and save it as .docx."),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
    (b"II*\0", "picture"), (b"MM\0*", "picture"),
    (b"7z\xbc\xaf", "packed"), (b"Rar!", "packed"), (b"\x1f\x8b", "packed"),
    (b"MIME-Version:", "is a web page saved as one file: save it as .html, or as a PDF."),
)  # fmt: skip
_REFUSALS = {
    "picture": "is a picture, not text: ask for the document, or run text recognition (OCR) on it.",
    "packed": "is packed: unpack it, and name the document that is in it.",
}
_INSIDE = (
    ("word/", "docx", ""),
    ("xl/workbook.bin", "", "is a binary workbook (.xlsb): open it and save it as .xlsx."),
    ("xl/", "xlsx", ""),
    ("ppt/", "", "is a presentation (.pptx): save it as a PDF, or copy its text and pipe it in."),
    ("content.xml", "", "is OpenDocument (.odt, .ods): open it and save it as .docx or .xlsx."),
    ("META-INF/container.xml", "", "is an e-book: save what is wanted of it as text."),
)
"""What a package is, by how the name of one of its parts begins."""


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
        return Foreign(name, content, _text_kind(name, stated, content))
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


_MARKDOWN = re.compile(rb"^#{1,6} \S", re.MULTILINE)


def _text_kind(name: str, stated: str, content: bytes) -> str:
    """Take a text for what its name says; of one with no name, headings show Markdown."""
    if stated in {"", *_TEXTS}:
        return stated or ("markdown" if _MARKDOWN.search(content) else "text")
    message = (
        f"{name} is not {NAMES[stated]}: it is plain text, or was cut off or damaged. Fetch it "
        "again; if the text is meant, name it .txt, or .csv where it is a table."
    )
    raise ActionPlanError(message)


def _by_content(name: str, content: bytes) -> str:
    head = content[:_HEAD]
    if head.lstrip().startswith(b"%PDF-") or (b"%PDF-" in head and b"startxref" in content):
        return "pdf"
    if head.startswith(b"PK"):
        return _in_package(name, content)
    refusal = _refusal(content)
    if refusal:
        message = f"{name} {refusal}"
        raise ActionPlanError(message)
    if not head.startswith(_WIDE) and b"\0" in content:
        _refuse_data(name)
    coding = "utf-16" if head.startswith(_WIDE) else "utf-8-sig"
    start = head.decode(coding, errors="replace").lstrip().lower()
    return "html" if start.startswith(_PAGES) else "text"


def _refusal(content: bytes) -> str:
    """Say what to do with a file that is known, but not read."""
    if content.startswith(_OLD_OFFICE):
        for stream, refusal in _STREAMS:
            if stream.encode("utf-16-le") in content:
                return refusal
        return "is a file of an old Office: open it and save it as .docx or .xlsx."
    for sign, refusal in _SIGNS:
        if content.startswith(sign):
            return _REFUSALS.get(refusal, refusal)
    return ""


def _in_package(name: str, content: bytes) -> str:
    if content.count(_ENTRY) > MOST_PARTS:
        message = (
            f"{name} was not read: it has more than {MOST_PARTS:,} parts, as no document has. "
            "Don't open it; ask whoever sent it."
        )
        raise ActionPlanError(message)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            inside = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        message = f"{name} is damaged: its parts can't be read. Fetch it again."
        raise ActionPlanError(message) from error
    for start, kind, refusal in _INSIDE:
        if any(part.startswith(start) for part in inside):
            if kind:
                return kind
            message = f"{name} {refusal}"
            raise ActionPlanError(message)
    message = f"{name} is a package (zip) of {len(inside)} files: take the document out of it."
    raise ActionPlanError(message)


def decode(name: str, content: bytes) -> str:
    """Give the words of a text: UTF-8, UTF-16 where it says so, else Windows' western letters.

    Raises:
        ActionPlanError: where it is no text.

    """
    if content.startswith(_WIDE):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        _refuse_data(name)
    return text


def _refuse_data(name: str) -> NoReturn:
    message = f"{name} is no text and no document that is read here: it holds bytes of data."
    raise ActionPlanError(message)
