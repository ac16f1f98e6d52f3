"""A whole message as bytes: its headers, its text first, its page, and files with it.

Every header is made here from a checked text, and the message is read back and compared before it
is given out: nothing that stands in a plan can become a header, a recipient or a part of its own.
"""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp
from email import policy
from email.header import Header
from email.parser import Parser
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from actionplan.errors import ActionPlanError
from actionplan.renderers.safe import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import EmailMessage

LONGEST_SUBJECT = 200
_BASE64_OCTETS = 57
"""Of a line of 76 letters."""


class File(NamedTuple):
    """What is sent with a message."""

    name: str
    kind: str
    """Such as ``text/calendar``."""
    content: bytes


class Message(NamedTuple):
    """What a message is made of."""

    sender: str
    recipient: str
    subject: str
    text: str
    page: str
    at: datetime
    identity: tuple[str, str, str, str]
    """What makes it the same message when it is made again: plan, reader, kind and period."""
    thread: tuple[str, ...]
    """What it has in common with those that it belongs to."""
    copied: tuple[str, ...] = ()
    """The addresses of the others who are sent it."""
    reply_to: str = ""
    files: tuple[File, ...] = ()


def render(message: Message) -> bytes:
    """Give a message as it is sent, every line ended by CR and LF.

    Raises:
        ActionPlanError: where it does not read back as what was meant.

    """
    body = _alternative(message)
    if message.files:
        files = (_file(file) for file in message.files)
        body = _multipart("mixed", (body, *files), _boundary(message, "m"))
    headers = tuple(_headers(message))
    content = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers) + body
    _prove(content, message, [name for name, _ in headers])
    return content


# --- headers ------------------------------------------------------------------------------------


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(message.at)
    yield "From", _address(message.sender)
    yield "To", _address(message.recipient)
    if message.copied:
        yield "Cc", ",\r\n ".join(map(_address, message.copied))
    if message.reply_to:
        yield "Reply-To", _address(message.reply_to)
    yield "Subject", _encoded(subject(message))
    yield "Message-ID", _id(message, message.identity)
    thread = _id(message, message.thread)
    yield "In-Reply-To", thread
    yield "References", thread
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "MIME-Version", "1.0"


def subject(message: Message) -> str:
    """Give the subject on one line, as it is read."""
    line = safe_line(message.subject)
    whole = " ".join(line.encode("utf-8", "backslashreplace").decode().split())
    return whole if len(whole) <= LONGEST_SUBJECT else f"{whole[: LONGEST_SUBJECT - 3]}..."


def _encoded(said: str) -> str:
    """Write a text so that a mail program reads these very letters, whatever they look like."""
    plain = said.isascii() and said.isprintable() and "=?" not in said
    header = Header(said, "us-ascii" if plain else "utf-8", header_name="Subject")
    return header.encode(linesep="\r\n")


def _address(address: str) -> str:
    """Give an address as it stands in a header; `mail` has checked it already."""
    if not re.fullmatch(
        r"[^\s<>,;:\"()\[\]\\@\x00-\x1f\x7f]+@[^\s<>,;:\"()\[\]\\@\x00-\x1f\x7f]+", address
    ):
        message = "A message can't be addressed to what is no address."
        raise ActionPlanError(message, state="")
    return f"<{address}>"


def _id(message: Message, parts: tuple[str, ...]) -> str:
    digest = sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    domain = message.sender.rpartition("@")[2]
    return f"<{digest}.actionplan@{domain}>"


# --- parts --------------------------------------------------------------------------------------


def _alternative(message: Message) -> bytes:
    parts = (_text("plain", message.text), _text("html", message.page))
    return _multipart("alternative", parts, _boundary(message, "a"))


def _boundary(message: Message, kind: str) -> str:
    """Give a line that stands in no part: in an encoded one an equals sign has no letter after."""
    digest = sha256("\n".join(message.identity).encode("utf-8", "surrogatepass")).hexdigest()
    return f"=_{kind}{digest[:24]}"


def _multipart(kind: str, parts: tuple[bytes, ...], boundary: str) -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    between = f"--{boundary}\r\n".encode()
    body = b"".join(between + part + b"\r\n" for part in parts)
    return head + body + f"--{boundary}--\r\n".encode()


def _text(kind: str, said: str) -> bytes:
    octets = "\r\n".join(said.splitlines()).encode("utf-8", "backslashreplace") + b"\r\n"
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode() + b2a_qp(octets, istext=True)


def _file(file: File) -> bytes:
    lines = (
        b2a_base64(file.content[at : at + _BASE64_OCTETS], newline=False)
        for at in range(0, len(file.content), _BASE64_OCTETS)
    )
    return (
        f'Content-Type: {file.kind}; charset="utf-8"; name="{file.name}"\r\n'
        f'Content-Disposition: attachment; filename="{file.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + b"\r\n".join(lines)


# --- proof --------------------------------------------------------------------------------------


def _prove(content: bytes, message: Message, names: list[str]) -> None:
    """Read the message back as a mail program does, and compare it with what was meant."""
    read: EmailMessage = Parser(policy=policy.default).parsestr(content.decode())
    expected = {
        "to": [message.recipient],
        "from": [message.sender],
        "cc": list(message.copied),
    }
    texts = [part.get_content() for part in read.walk() if part.get_content_maintype() == "text"]
    same = (
        read.keys() == [*names, "Content-Type"]
        and read["subject"] == subject(message)
        and all(_addresses(read, name) == wanted for name, wanted in expected.items())
        and len(texts) == 2 + len(message.files)
        and texts[0].split() == message.text.split()
    )
    if not same:
        sentence = "A message does not read back as what it is to say: it is not sent."
        raise ActionPlanError(sentence, state="")


def _addresses(read: EmailMessage, name: str) -> list[str]:
    return [each.addr_spec for each in read[name].addresses] if name in read else []
