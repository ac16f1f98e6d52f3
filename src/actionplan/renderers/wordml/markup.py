"""Text as the markup of Word: escaped, and never anything but text."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from actionplan.renderers.safe import safe_line, safe_text

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'


class Styles(NamedTuple):
    """What a document calls the styles that are used here: an id for each name."""

    ids: dict[str, str]

    def paragraph(self, name: str, runs: str, more: str = "") -> str:
        """Give a paragraph in a style; ``more`` is what else is set of it, in Word's order."""
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{attribute(self.ids[name])}"/>{more}</w:pPr>{runs}</w:p>'
        )


def run(text: str, look: str = "") -> str:
    """Give a text as it stands, with its line breaks; ``look`` is how its letters look."""
    return _run(safe_text(text).strip("\n"), look)


def line(text: str, look: str = "") -> str:
    """Give a text on one line."""
    return _run(safe_line(text), look)


def _run(clean: str, look: str) -> str:
    if not clean or clean.isspace():
        return ""
    text = escape(clean, quote=False).replace("\n", _BREAK)
    looks = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{looks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def attribute(text: str) -> str:
    """Give a text as the value of an attribute."""
    return escape(safe_line(text))


def field(code: str, shown: str = "1") -> str:
    """Give a field of Word's own: a page number. No text of a plan ever stands in one."""
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>{shown}</w:t></w:r></w:fldSimple>'
