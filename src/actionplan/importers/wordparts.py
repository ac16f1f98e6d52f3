"""The parts of a Word document, found by what they are to one another, and their elements.

They are read as XML and not through a library: what one of those leaves out of a paragraph
(insertions, content controls, text boxes) is part of the document, and one dead link in the package
makes it refuse the whole.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from actionplan.errors import ActionPlanError

if TYPE_CHECKING:
    from collections.abc import Iterator

Element = ET.Element
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = W[1:-1].encode()
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
FALLBACK = f"{_COMPATIBLE}Fallback"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_DEEPEST = 200
"""Elements inside one another; no document has a fifth of that."""


class Parts:
    """The parts of one document."""

    def __init__(self, name: str, content: bytes) -> None:
        """Open the package.

        Raises:
            ActionPlanError: where its main part is not there, or can't be read.

        """
        self._name = name
        self._package = zipfile.ZipFile(io.BytesIO(content))
        self._inside = {part.casefold(): part for part in self._package.namelist()}
        self._main = next(self._related("", "officeDocument"), "word/document.xml")
        body = self._xml(self._main)
        if body is None:
            raise self._damaged()
        self.document = body

    def one(self, kind: str) -> Element | None:
        """Give the part that is this to the document: its styles, its numbering."""
        return next(self.all(kind), None)

    def all(self, kind: str) -> Iterator[Element]:
        """Give all parts that are this to the document: its headers, its footers."""
        for part in self._related(self._main, kind):
            found = self._xml(part)
            if found is not None:
                yield found

    @property
    def title(self) -> str:
        """Give the title of the properties."""
        part = next(self._related("", "core-properties"), "docProps/core.xml")
        properties = self._xml(part)
        return "" if properties is None else (properties.findtext(_TITLE) or "").strip()

    def _related(self, part: str, kind: str) -> Iterator[str]:
        """Name the parts that a part is linked to; what lies outside is never looked at."""
        folder, base = posixpath.split(part)
        links = self._xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        for link in links if links is not None else ():
            inside = link.get("TargetMode") != "External"
            if inside and link.get("Type", "").rpartition("/")[2] == kind:
                target = unquote(link.get("Target", ""))
                yield posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

    def _xml(self, part: str) -> Element | None:
        stored = self._inside.get(part.casefold())
        if stored is None:
            return None
        text = self._package.read(stored).replace(_STRICT, _USUAL)
        try:
            root = ET.fromstring(text)  # noqa: S314 - `packages` refused declared entities
        except ET.ParseError as error:
            raise self._damaged() from error
        if _depth(root) > _DEEPEST:
            raise self._damaged()
        return root

    def _damaged(self) -> ActionPlanError:
        return ActionPlanError(
            f"{self._name} is damaged: its text can't be read. Open it in Word, save it again and "
            "try that copy."
        )


def _depth(root: Element) -> int:
    depth, level = 0, [root]
    while level and depth <= _DEEPEST:
        depth, level = depth + 1, [child for each in level for child in each]
    return depth


def value(element: Element | None, default: str = "") -> str:
    """Give what an element says in its attribute ``val``."""
    return default if element is None else element.get(f"{W}val", default)


def is_on(element: Element | None) -> bool:
    """Tell whether a switch is there and on."""
    return element is not None and value(element, "1") not in {"0", "false", "off", "none"}


def number(text: str | None) -> int:
    """Read a whole number that may not be one."""
    try:
        return int(float(text or 0))
    except (ValueError, OverflowError):
        return 0
