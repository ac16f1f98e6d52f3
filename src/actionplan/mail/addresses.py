"""One address, by one strict pattern; all else is refused with a sentence that says why.

A sentence does not repeat the address: whoever tells it names the post, or the key of a setting.
"""

from __future__ import annotations

import re
import unicodedata

from actionplan.errors import WrongUsageError

LONGEST = 254
LONGEST_LOCAL = 64
_ATOM = r"[A-Za-z0-9_'+&=~#-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_TOP = r"(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{2,59})"
_STRICT = re.compile(rf"(?!-){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_TOP}")


def address(text: str, *, international: bool = False) -> str:
    """Give back an address that mail may be sent to or from.

    Args:
        text: one address: no name, no brackets, no list.
        international: letters outside ASCII may stand in it.

    Raises:
        WrongUsageError: where it is anything else.

    """
    wrong = _wrong(text, international=international)
    if wrong:
        message = f"The address {wrong}: write one such as officer@example.gov.uk."
        raise WrongUsageError(message)
    return text


def _wrong(text: str, *, international: bool) -> str:
    if not text:
        return "is empty"
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        return f"is longer than {LONGEST} letters"
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        return "holds a space, a line end or a character that can't be seen"
    if not text.isascii() and not international:
        return "holds letters outside ASCII, which this way of sending can't carry"
    return _misshapen(text)


def _misshapen(text: str) -> str:
    if any(letter in text for letter in ",;"):
        return "is more than one"
    if any(letter in text for letter in '<>"()'):
        return "holds brackets or quotes"
    if text.count("@") != 1:
        return "does not hold one @"
    if len(text.partition("@")[0].encode()) > LONGEST_LOCAL:
        return f"has more than {LONGEST_LOCAL} letters before its @"
    if _STRICT.fullmatch(_as_ascii(text)) is None:
        return "is not of the form name@domain"
    return ""


def _as_ascii(text: str) -> str:
    """Put an x for each letter or digit outside ASCII that is written in the usual form."""
    if unicodedata.normalize("NFC", text) != text:
        return ""
    return "".join("x" if not c.isascii() and c.isalnum() else c for c in text)
