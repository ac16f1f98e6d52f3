"""What the bytes of a message must be before they are given out, and how they are given."""

from __future__ import annotations

import re

LARGEST = 1_000_000
LONGEST_LINE = 998
END = b"\r\n"
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def fault(content: bytes) -> str:
    """Say in a sentence why a message can't be sent as it is, or nothing."""
    if not content:
        return "The message is empty."
    if len(content) > LARGEST:
        return f"The message is larger than {LARGEST // 1_000_000} MB."
    if _BARE.search(content) or b"\0" in content:
        return "The message holds a line end or a NUL that mail can't carry."
    if max(map(len, content.split(END))) > LONGEST_LINE:
        return f"The message holds a line of more than {LONGEST_LINE} octets."
    return ""


def whole(content: bytes) -> bytes:
    """Give a message that ends with a line end."""
    return content if content.endswith(END) else content + END


def stuffed(content: bytes) -> bytes:
    """Give a whole message with a second dot before each line that begins with one."""
    return re.sub(rb"(?m)^\.", b"..", whole(content))
