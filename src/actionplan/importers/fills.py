"""The colours that cells are painted with: the few that councils paint a rating with, by name.

A colour that is not one of these is named by its figures, and nobody guesses which rating it is.
"""

from __future__ import annotations

MOST = 50_000
"""Painted cells of a sheet that are kept; further ones are no column of ratings."""
_NAMED = {
    "red": "ff0000 c00000 ffc7ce",
    "amber": "ffc000 ffbf00 ff9900 ffa500 ffff00 ffeb9c",
    "green": "00b050 92d050 00ff00 008000 c6efce",
    "blue": "0070c0 00b0f0 0000ff",
}
_NAME_OF = {figures: name for name, all_of in _NAMED.items() for figures in all_of.split()}
_INDEXED = {
    "2": "red", "10": "red", "5": "amber", "13": "amber", "51": "amber", "52": "amber",
    "3": "green", "11": "green", "17": "green", "4": "blue", "12": "blue",
}  # fmt: skip
"""Colours that older workbooks number."""
_NO_PAINT = frozenset({"", "auto", "ffffff"})


def named(figures: str) -> str:
    """Name a colour by its six figures; nothing for what is no paint."""
    plain = figures.casefold()[-6:] if len(figures) in {6, 8} else figures.casefold()
    return "" if plain in _NO_PAINT else _NAME_OF.get(plain, f"painted {plain[:6]}")


def of_workbook(attributes: dict[str, str]) -> str:
    """Name the colour of a fill in a workbook."""
    if "rgb" in attributes:
        return named(attributes["rgb"])
    if "indexed" in attributes:
        number = attributes["indexed"]
        return "" if number in {"9", "64", "65"} else _INDEXED.get(number, "painted")
    return "painted" if attributes.get("theme", "0") != "0" else ""
