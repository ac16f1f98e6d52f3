"""What stands in front of an item: bullets, dashes, numbers and letters, taken off its text."""

from __future__ import annotations

import re

BULLETS = (
    "\u2022\u2023\u2043\u204c\u204d\u2219\u25a0\u25a1\u25aa\u25ab\u25b6\u25b8\u25ba\u25cb\u25cf"
    "\u25e6\u25fb\u25fc\u25fd\u25fe\u2605\u2713\u2714\u2756\u27a2\u27a4\u29bf\u00b7\u00a7\u00d8"
    "\u25c6\u25c7\u2b1b\u2b1c\u2b25\u2794\u2192\u21d2"
)
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_PRIVATE = "\ue000-\uf8ff"
"""Symbol fonts put their bullets here: U+F06E is Ofsted's square of 2018, U+F0B7 Word's disc."""

_SYMBOLS = "nlqu\u00fc"
"""The letters at which symbol fonts have a square, a disc, a box, a diamond and a tick."""
_BULLET = re.compile(
    rf"(?P<mark>[{re.escape(BULLETS)}{_PRIVATE}\u25fc\ufffd]|[{re.escape(_DASHES)}](?=\s)|"
    rf"\*(?=\s)|[o{_SYMBOLS}](?=\s))\s*(?P<rest>.*)",
    re.DOTALL,
)
_NAME = r"(?:Recommendation|Finding|Action|Area)\s+\d{1,3}(?:\.\d{1,2})?\s*[:.)\u2013-]"
_NAMED = re.compile(rf"(?P<mark>{_NAME})\s*(?P<rest>.+)", re.DOTALL)
_ALONE = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?\s+)?(?P<mark>(?:Recommendation|Finding)\s+\d{1,3})"
)
"""A name and a number that stand on a line of their own, above their words."""
_NUMBER = re.compile(
    rf"(?P<mark>{_NAME}"
    r"|[RF]\d{1,3}[:.)]?"
    r"|\(?\d{1,3}(?:\.\d{1,3}){1,3}[.):]?(?=\s|$)"
    r"|\(?\d{1,3}[.):](?=\s|$|[A-Z])"
    r"|\(\d{1,3}\)(?![.,;:])"
    r"|\(?[a-z]\)(?=\s|$)|\([a-z]\)|[a-z]\.(?=\s)"
    r"|\(?[ivx]{1,5}[.)](?=\s|$)|\([ivx]{1,5}\))"
    r"\s*(?P<rest>.*)",
    re.DOTALL,
)


def split_mark(text: str) -> tuple[str, str]:
    """Give the mark in front of a text, and the text without it."""
    if alone := _ALONE.fullmatch(text):
        return alone["mark"], ""
    for pattern in (_BULLET, _NUMBER):
        if found := pattern.match(text):
            mark, rest = found["mark"].strip(), found["rest"].strip()
            named = _NAMED.match(rest)
            return (named["mark"], named["rest"].strip()) if named else (mark, rest)
    return "", text


def style(mark: str) -> str:
    """Name the manner of a mark, so that neighbours in one list can be told."""
    if not mark:
        return ""
    if re.search(r"\d", mark):
        return "paragraph" if re.search(r"\d\.\d", mark) else "number"
    if re.search(r"[a-z]", mark, re.IGNORECASE) and mark not in {"o", *_SYMBOLS}:
        return "letter"
    if mark in _DASHES:
        return "dash"
    return "ring" if mark == "o" else "bullet"


def ref_of(mark: str) -> str:
    """Give the reviewer's own number out of a mark; a bullet has none."""
    if style(mark) not in {"number", "paragraph", "letter"}:
        return ""
    return re.sub(r"^(?:Recommendation|Finding|Action|Area)\s+", "", mark).strip("(.:) \u2013-")
