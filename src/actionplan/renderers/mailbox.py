"""Messages one after another in one file, as mail programs take them in: mbox, RFC 4155.

A line inside a message that looks like the start of the next one is marked, as mboxrd has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_START = b"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"


def render(messages: Iterable[bytes]) -> bytes:
    """Give messages as one mailbox."""
    return b"".join(_START + _marked(message) + b"\n" for message in messages)


def _marked(message: bytes) -> bytes:
    return re.sub(rb"(?m)^(>*From )", rb">\1", message.replace(b"\r\n", b"\n"))
