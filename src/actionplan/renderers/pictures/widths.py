"""How wide a text is, near enough: the widths of the letters of Arial, and what fits a width."""

from __future__ import annotations

from unicodedata import category, east_asian_width, normalize

_REGULAR = {
    191: "'",
    222: "ijl\u0142\u2018\u2019",
    260: "|",
    278: " !,./:;I[\\]ft\u00a0",
    333: "()-`r\u201c\u201d",
    334: "{}",
    350: "\u2022",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$?0123456789L_abdeghnopqu\u00a3\u20ac\u2013",
    584: "+<=>~\u00d7\u2212",
    549: "\u00b1",
    611: "FTZ\u00df\u00f8",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "\u2014\u2026",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl\u0142\u2018\u2019\u00a0",
    280: "|",
    333: "!()-:;[]`ft",
    350: "\u2022",
    389: "*r{}",
    474: '"',
    500: "z\u201c\u201d",
    556: "#$0123456789J_aceksvxy\u00a3\u20ac\u2013",
    584: "+<=>^~\u00d7\u2212",
    549: "\u00b1",
    611: "?FLTZbdghnopqu\u00df\u00f8",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
    1000: "\u2014\u2026",
}
"""Thousandths of the size of the letters, by letter."""
_LETTERS = tuple(
    {letter: width for width, letters in table.items() for letter in letters}
    for table in (_REGULAR, _BOLD)
)
_OTHER = 834
"""A letter of another script."""
_WIDE = 1300
"""Those of East Asia, and small pictures."""


def letter_width(letter: str, size: float, *, bold: bool = False) -> float:
    """Give the width of one letter; one with an accent is as wide as without."""
    table = _LETTERS[bold]
    known = table.get(letter) or table.get(normalize("NFD", letter)[0])
    return (known if known is not None else _unknown(letter)) * size / 1000


def _unknown(letter: str) -> int:
    if category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return _WIDE if east_asian_width(letter) in {"W", "F"} else _OTHER


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Give the width of a text."""
    return sum(letter_width(letter, size, bold=bold) for letter in text)


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Give a text that fits: cut at a word where one ends late enough, with an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    used = width("\u2026", size, bold=bold)
    kept = 0
    for letter in text:
        used += letter_width(letter, size, bold=bold)
        if used > room:
            break
        kept += 1
    cut = text[:kept]
    words = cut.rpartition(" ")[0] if text[kept] != " " else cut
    return (words if len(words) * 2 > len(cut) else cut).rstrip(" ,;:") + "\u2026"


def wrapped(text: str, room: float, size: float, most: int) -> tuple[str, ...]:
    """Break a text between words into at most so many lines; what is too long is cut short."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        lines.append(shortened(line, room, size))
    return (*lines, shortened(" ".join(words), room, size)) if words else tuple(lines)
