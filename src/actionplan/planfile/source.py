"""Bytes to text and back: the byte-order mark and the line ends are remembered, never lost.

Everything that is parsed, here and in the reader, has plain line feeds; the text that is written
keeps the line ends that the file had.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from actionplan.errors import ActionPlanError, UnreadableError

BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKER = r"(?m)^(?:<{7}|>{7})(?: .*)?\r?$"
_LABEL = r"(?m)^<{7} (.+), (?:as changed|deleted|not there) here\r?$"
"""What a merge of ours writes at a clash: the ref and the key."""
UNTOUCHED = "The plan could not be read; it was not touched."


class ConflictedError(UnreadableError):
    """The file holds the conflict markers of an unfinished merge."""


class Source(NamedTuple):
    """A file's text as it stands, and what stood around it."""

    name: str
    """What the file is called in messages."""
    raw: str
    """The text with its own line ends, without the byte-order mark."""
    bom: bool = False

    @property
    def text(self) -> str:
        """Give the text with plain line feeds, which is what is parsed."""
        return self.raw.replace("\r\n", "\n") if "\r" in self.raw else self.raw

    @property
    def newline(self) -> str:
        """Give the line end that most lines of the file have."""
        windows = self.raw.count("\r\n")
        return "\r\n" if windows * 2 > self.raw.count("\n") else "\n"


def unreadable(name: str, where: str, what: str) -> UnreadableError:
    """Make the error that names the file, the place and what is wrong there."""
    return UnreadableError(f"{name}{where}: {what}", state=UNTOUCHED)


def decode(content: bytes, name: str) -> Source:
    """Read bytes as strict UTF-8 text.

    Raises:
        UnreadableError: for another encoding, or for a damaged file.
        ConflictedError: for the conflict markers of an unfinished merge.

    """
    if content.startswith(_UTF16):
        raise unreadable(name, "", "it is saved as UTF-16. Save it as UTF-8 and try again.")
    bom = content.startswith(BOM)
    body = content[len(BOM) :] if bom else content
    if b"\x00" in body:
        line = body.count(b"\n", 0, body.index(b"\x00")) + 1
        what = "the file is damaged (it holds NUL bytes). Restore it from git or from a backup."
        raise unreadable(name, f", line {line}", what)
    try:
        raw = body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{body[error.start]:02x} is not UTF-8. Save the file as UTF-8 and try again."
        raise unreadable(name, f", line {line}", what) from error
    _refuse_conflict_markers(raw, name)
    return Source(name, raw, bom)


def encode(source: Source, raw: str) -> bytes:
    """Give the bytes of a new text of the same file."""
    return (BOM if source.bom else b"") + raw.encode("utf-8")


def _refuse_conflict_markers(raw: str, name: str) -> None:
    if "<<<<<<<" not in raw and ">>>>>>>" not in raw:
        return
    lines = [raw.count("\n", 0, found.start()) + 1 for found in re.finditer(_MARKER, raw)]
    if not lines:
        return
    where = f", line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
    labels = ", ".join(dict.fromkeys(found[1] for found in re.finditer(_LABEL, raw)))
    named = f" ({labels})" if labels else ""
    what = (
        f"there are conflict markers of an unfinished merge{named}. Settle each one by hand: keep "
        "the right lines and delete the markers."
    )
    message = f"{name}{where}: {what}"
    raise ConflictedError(message, state=UNTOUCHED)


def proof_failed(name: str) -> ActionPlanError:
    """Make the error for a text that does not read back as what was meant."""
    message = (
        f"{name}: the changed text would not read back as what was meant, so it was not written. "
        "The file is laid out in a way that actionplan can't edit; make this change by hand."
    )
    return ActionPlanError(message)
