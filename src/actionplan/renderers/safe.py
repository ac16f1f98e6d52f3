"""The one function that every word from a file passes on its way to a screen."""

from __future__ import annotations

import re

_LINE = {"\n": "\n", "\t": "    "}
_INVISIBLE_BUT_USED = frozenset("\u00a0\u200c\u200d\u00ad")
"""No-break space, the joiners that emoji and scripts need, and the soft hyphen."""
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidirectional marks among them), surrogate, private, unassigned, separators."""


def safe_text(text: str) -> str:
    """Make control, escape and bidirectional characters visible; nothing is interpreted.

    Line feeds stay, tabs become four spaces; a text with nothing odd comes back as it is.
    """
    if text.isprintable():
        return text
    return "".join(_LINE.get(letter) or _visible(letter) for letter in text)


def safe_line(text: str) -> str:
    """Give a text on one line: as `safe_text`, line feeds and tabs as spaces."""
    if text.isprintable():
        return text
    return safe_text(" ".join(re.split(r"[ \t\r\n]+", text)).strip(" "))


def safe_lines(text: str) -> str:
    """Give a text on several lines, whatever ends each in the file: each as `safe_text`."""
    if text.isprintable():
        return text
    return "\n".join(safe_text(line) for line in text.splitlines())


def _visible(letter: str) -> str:
    if letter.isprintable() or letter in _INVISIBLE_BUT_USED:
        return letter
    from unicodedata import category  # noqa: PLC0415 - only where there is something odd

    if category(letter) not in _UNSAFE:
        return letter
    return f"\\u{{{ord(letter):x}}}"
