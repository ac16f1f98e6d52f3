"""What the XML of a workbook says of its cells, read as a stream before room is made for them.

The reader of workbooks makes room for all cells between the first and the last, shows an error as
blank, and drops how a number is shown, where 1.10 is not 1.1. So that is looked up here.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from posixpath import join, normpath
from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from actionplan.errors import ActionPlanError
from actionplan.importers import fills
from actionplan.importers.grids import bounded, letters

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_BUILT_IN = {"2": "0.00", "9": "0%", "10": "0.00%", "17": "mmm-yy"}
"""Excel's own numbers of the formats that matter here."""
_BESIDE = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
"""What stands in a format and is neither day, month nor year."""
_FORMAT = re.compile(r"0(?:\.(0+))?(%?)")
"""A format in which the digits after the point, or the per cent, are part of what is said."""
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

_LEADS = re.compile(r"(?i)(?:https?://|file:|\\\\|[a-z]:\\)\S")
_LONGEST = 2_000
"""Characters of an address that is kept."""

Place = tuple[int, int]
"""Row and column, from one."""


class Outline(NamedTuple):
    """What is to know of a sheet."""

    texts: dict[Place, str]
    """Errors, and numbers as they are shown."""
    months: frozenset[Place]
    """Cells of which a month is shown, and no day."""
    unworked: tuple[Place, ...]
    """Formulas whose last result was not saved."""
    hides: bool
    """Some of its rows or columns are hidden."""
    painted: dict[Place, str]
    """Cells that hold nothing and have a colour."""
    struck: tuple[Place, ...]
    """Cells whose words are struck through."""
    remarked: tuple[str, ...]
    """Addresses of cells that a comment hangs on."""
    links: dict[Place, str]
    """Where the words of a cell lead, if that is a place and no letter to somebody."""


def outlines(name: str, content: bytes) -> dict[str, Outline]:
    """Look through each sheet of a workbook; by the name of the sheet.

    Raises:
        ActionPlanError: where it is damaged, or what a sheet holds lies too far apart.

    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = {each.lower(): each for each in package.namelist()}
            if _BOOK not in names:
                message = f"{name} is a workbook of another kind: open it and save it as .xlsx."
                raise ActionPlanError(message)
            styles = _styles(package, names)
            looks = _Looks(
                _formats(styles), _months(styles), _paints(package, names), _struck(package, names)
            )
            found = {}
            for sheet, part in _sheets(package, names):
                looked = _Looked(name, sheet, looks)
                with package.open(part) as stream:
                    _parse(stream, looked.start, looked.end, looked.text)
                beside = _beside(package, names, part)
                found[sheet] = looked.outline()._replace(
                    remarked=_remarked(package, names, beside), links=_led(looked.links, beside)
                )
            return found
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, OSError) as error:
        message = f"{name} is damaged: its sheets can't be read. Open it and save it again."
        raise ActionPlanError(message) from error


def _parse(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.ParseFile(stream)


def _refuse(*_: object) -> None:
    message = "a workbook declares no types"
    raise ValueError(message)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _elements(package: zipfile.ZipFile, part: str, wanted: str) -> list[tuple[str, dict[str, str]]]:
    """Give the elements of some names in a small part, with their attributes, by local names."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if (local := _local(tag)) in wanted.split():
            found.append((local, {_local(key): value for key, value in attributes.items()}))

    with package.open(part) as stream:
        _parse(stream, start)
    return found


def _sheets(package: zipfile.ZipFile, names: dict[str, str]) -> list[tuple[str, str]]:
    """Give each sheet of cells, and the part that it stands in."""
    links = {
        link["Id"]: normpath(join("/xl", link["Target"])).lstrip("/").lower()
        for _, link in _elements(package, names[_LINKS], "Relationship")
        if link.get("Type", "").endswith("/worksheet")
    }
    return [
        (sheet["name"], names[links[sheet["id"]]])
        for _, sheet in _elements(package, names[_BOOK], "sheet")
        if sheet.get("id") in links
    ]


def _styles(package: zipfile.ZipFile, names: dict[str, str]) -> list[str]:
    """Give the format of each style, in order."""
    if _STYLES not in names:
        return []
    codes = dict(_BUILT_IN)
    styles: list[str] = []
    inside = False
    for tag, attributes in _elements(package, names[_STYLES], "numFmt cellStyleXfs cellXfs xf"):
        if tag == "numFmt":
            codes[attributes["numFmtId"]] = attributes["formatCode"]
        elif tag == "xf" and inside:
            styles.append(codes.get(attributes.get("numFmtId", ""), ""))
        else:
            inside = tag == "cellXfs"
    return styles


def _months(styles: list[str]) -> frozenset[str]:
    """Name the styles that show a month and a year, and no day."""
    bare = [set(_BESIDE.sub("", code).casefold().partition(";")[0]) for code in styles]
    return frozenset(
        str(at)
        for at, letters in enumerate(bare)
        if letters >= set("my") and not letters & set("dhs")
    )


def _formats(styles: list[str]) -> dict[str, tuple[int, str]]:
    """Give, for each style whose look is part of what is said, its digits and its per cent."""
    fits = ((str(at), _FORMAT.fullmatch(code)) for at, code in enumerate(styles))
    return {
        at: (len(fit.group(1) or ""), fit.group(2))
        for at, fit in fits
        if fit and fit.group() != "0"
    }


def _paints(package: zipfile.ZipFile, names: dict[str, str]) -> dict[str, str]:
    """Give the colour of each style that paints its cells."""
    if _STYLES not in names:
        return {}
    painted: list[str] = []
    styles: list[str] = []
    part = ""
    for tag, attributes in _elements(
        package,
        names[_STYLES],
        "fills fill patternFill fgColor borders cellStyleXfs cellXfs dxfs xf",
    ):
        if tag == "fill" and part == "fills":
            painted.append("")
        elif tag == "patternFill":
            is_solid = attributes.get("patternType") == "solid"
        elif tag == "fgColor" and part == "fills" and painted and is_solid:
            painted[-1] = fills.of_workbook(attributes)
        elif tag == "xf" and part == "cellXfs":
            number = int(attributes.get("fillId", "0"))
            styles.append(painted[number] if 0 <= number < len(painted) else "")
        elif tag not in {"patternFill", "fgColor", "fill", "xf"}:
            part = tag
    return {str(at): colour for at, colour in enumerate(styles) if colour}


def _struck(package: zipfile.ZipFile, names: dict[str, str]) -> frozenset[str]:
    """Name the styles that strike their words through."""
    if _STYLES not in names:
        return frozenset()
    fonts: list[bool] = []
    styles: list[bool] = []
    part = ""
    for tag, attributes in _elements(
        package, names[_STYLES], "fonts font strike fills cellStyleXfs cellXfs dxfs xf"
    ):
        if tag == "font" and part == "fonts":
            fonts.append(False)
        elif tag == "strike" and part == "fonts" and fonts:
            fonts[-1] = attributes.get("val", "1") not in {"0", "false"}
        elif tag == "xf" and part == "cellXfs":
            number = int(attributes.get("fontId", "0"))
            styles.append(0 <= number < len(fonts) and fonts[number])
        elif tag not in {"font", "strike", "xf"}:
            part = tag
    return frozenset(str(at) for at, struck in enumerate(styles) if struck)


def _beside(
    package: zipfile.ZipFile, names: dict[str, str], part: str
) -> dict[str, tuple[str, str]]:
    """Give what a sheet names outside itself, by its id: of which kind, and where it lies."""
    folder, _, file = part.rpartition("/")
    links = names.get(f"{folder}/_rels/{file}.rels".lower())
    found = _elements(package, links, "Relationship") if links else []
    return {
        link.get("Id", ""): (
            link.get("Type", "").rpartition("/")[2],
            link["Target"]
            if link.get("TargetMode") == "External"
            else normpath(join(f"/{folder}", link["Target"])).lstrip("/").lower(),
        )
        for _, link in found
    }


def _remarked(
    package: zipfile.ZipFile, names: dict[str, str], beside: dict[str, tuple[str, str]]
) -> tuple[str, ...]:
    """Give the cells of a sheet that a comment hangs on."""
    parts = (names.get(target) for kind, target in beside.values() if kind == "comments")
    return tuple(
        comment.get("ref", "")
        for each in parts
        if each
        for _, comment in _elements(package, each, "comment")
    )


def _led(ids: dict[Place, str], beside: dict[str, tuple[str, str]]) -> dict[Place, str]:
    """Give the address that each linked cell leads to."""
    said = {place: beside.get(each, ("", ""))[1] for place, each in ids.items()}
    return {place: to for place, to in said.items() if _LEADS.match(to) and len(to) <= _LONGEST}


class _Looks(NamedTuple):
    """What the styles of a workbook say of its cells, by the number of the style."""

    formats: dict[str, tuple[int, str]]
    months: frozenset[str]
    paints: dict[str, str]
    strikes: frozenset[str]


class _Looked:
    """What has been seen of one sheet so far."""

    def __init__(self, file: str, sheet: str, looks: _Looks) -> None:
        self.file, self.sheet = file, sheet
        self.formats, self.shows_month, self.paints, self.strikes = looks
        self.row = self.column = 0
        self.kind = self.style = ""
        self.has_formula = self.reads = False
        self.said: list[str] = []
        self.extent: tuple[int, int, int, int] | None = None
        self.texts: dict[Place, str] = {}
        self.unworked: list[Place] = []
        self.months: set[Place] = set()
        self.hides = False
        self.painted: dict[Place, str] = {}
        self.struck: list[Place] = []
        self.links: dict[Place, str] = {}

    def outline(self) -> Outline:
        months, unworked = frozenset(self.months), tuple(self.unworked)
        struck = tuple(self.struck)
        return Outline(self.texts, months, unworked, self.hides, self.painted, struck, (), {})

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = _local(tag)
        if local == "c":
            self._open(attributes)
        elif local in {"v", "t"}:
            self.reads = True
        elif local == "f":
            self.has_formula = True
        elif local == "hyperlink":
            self._lead(attributes)
        elif local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        if local in {"row", "col"} and attributes.get("hidden") in {"1", "true"}:
            self.hides = True

    def _lead(self, attributes: dict[str, str]) -> None:
        found = _ADDRESS.match(attributes.get("ref", ""))
        named = next((value for key, value in attributes.items() if _local(key) == "id"), "")
        if found and named and len(self.links) < fills.MOST:
            self.links[(int(found.group(2)), _number(found.group(1)))] = named

    def _open(self, attributes: dict[str, str]) -> None:
        found = _ADDRESS.fullmatch(attributes.get("r", ""))
        if found:
            self.row, self.column = int(found.group(2)), _number(found.group(1))
        else:
            self.column += 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.has_formula, self.said = False, []

    def text(self, text: str) -> None:
        if self.reads:
            self.said.append(text)

    def end(self, tag: str) -> None:
        local = _local(tag)
        if local in {"v", "t"}:
            self.reads = False
        elif local == "c":
            self._close("".join(self.said))

    def _close(self, said: str) -> None:
        place = (self.row, self.column)
        if said or self.has_formula:
            self._stretch(*place)
            if self.style in self.strikes:
                self.struck.append(place)
        elif self.style in self.paints and len(self.painted) < fills.MOST:
            self.painted[place] = self.paints[self.style]
        if self.has_formula and not said and self.kind != "str":
            self.unworked.append(place)
        elif self.kind == "e":
            self.texts[place] = said
        elif said and self.style in self.shows_month:
            self.months.add(place)
        elif self.kind == "n" and self.style in self.formats and said:
            digits, percent = self.formats[self.style]
            self.texts[place] = f"{float(said):.{digits}{percent or 'f'}}"

    def _stretch(self, row: int, column: int) -> None:
        """Take in one more cell that holds something, while the whole is of a bounded size."""
        top, left, bottom, right = self.extent or (row, column, row, column)
        now = min(top, row), min(left, column), max(bottom, row), max(right, column)
        if now != self.extent:
            self.extent = now
            top, left, bottom, right = now
            corners = f"{letters(left)}{top} to {letters(right)}{bottom}"
            rows, columns = bottom - top + 1, right - left + 1
            bounded(self.file, f"the sheet '{self.sheet}'", rows, columns, corners)


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
