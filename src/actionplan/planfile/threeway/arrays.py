"""The text of an array taken apart and put together, and the texts inside a value replaced.

An element keeps the comments that stand above it and after it on its line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import rtoml

from actionplan.planfile.edits import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BITS = re.compile(
    r"(?s:\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5})"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|\#[^\n]*|[\[\]{},=\n]|[ \t\r]+|[^\s\"'\#\[\]{},=]+"
)


class Element(NamedTuple):
    """One element of an array, its comma left out."""

    lead: str
    body: str
    note: str
    """The comment after it on its line, with the space before it."""


class Array(NamedTuple):
    """The text of a key whose value is an array."""

    head: str
    elements: tuple[Element, ...]
    comma: bool
    """True where a comma stands after the last element."""
    close: str
    """What stands between the last element and the bracket."""
    rest: str
    """The bracket and what follows it."""

    @property
    def look(self) -> tuple[str, str, str]:
        """Give what makes two arrays look alike, whatever is in them."""
        return self.head, self.elements[0].lead if self.elements else "", self.close


def split(text: str) -> Array | None:
    """Take the text of a key apart, or give ``None`` where its value is no array."""
    bits = _BITS.findall(text)
    start = next((at for at, bit in enumerate(bits) if bit == "["), None)
    if start is None or "".join(bits[:start]).rstrip()[-1:] != "=":
        return None
    taking = _Taking()
    at = start + 1
    while at < len(bits) and taking.take(bits[at]):
        at += 1
    elements, comma, close = taking.finished()
    return Array("".join(bits[: start + 1]), elements, comma, close, "".join(bits[at:]))


class _Taking:
    """The elements found so far, and the one that is being read."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.depth = 1
        self.lead = self.body = self.gap = ""
        self.comma = False

    def take(self, bit: str) -> bool:
        """Take one bit of text; false at the bracket that closes the array."""
        if bit == "]" and self.depth == 1:
            return False
        blank = not bit.strip() or bit.startswith("#")
        if self.depth > 1 or not (blank or bit == ","):
            self._begin()
            self.body += self.gap + bit
            self.gap = ""
        elif bit == ",":
            self.comma = True
            self._end()
        else:
            self._between(bit)
        self.depth += (bit in "[{") - (bit in "]}")
        return True

    def _begin(self) -> None:
        if not self.body:
            self.comma = False

    def _between(self, bit: str) -> None:
        """Take a blank or a comment: after an element on its line it is the element's."""
        if self.body:
            self.gap += bit
        elif bit.startswith("#") and "\n" not in self.lead and self.elements:
            last = self.elements[-1]
            self.elements[-1] = last._replace(note=f"{last.note}{self.lead}{bit}")
            self.lead = ""
        else:
            self.lead += bit

    def _end(self) -> None:
        line, mark, rest = self.gap.partition("\n")
        has_note = "#" in line
        self.elements.append(Element(self.lead, self.body, line if has_note else ""))
        spare = self.gap if "#" in self.gap or not self.comma else ""
        self.lead = f"{mark}{rest}" if has_note else spare
        self.body = self.gap = ""

    def finished(self) -> tuple[tuple[Element, ...], bool, str]:
        """Give the elements, whether a comma follows the last, and what stands after it."""
        comma = self.comma
        if self.body:
            comma = self.comma = False
            self._end()
        return tuple(self.elements), comma, self.lead


def joined(array: Array, elements: Sequence[Element]) -> str:
    """Write an array with these elements, laid out as it was."""
    if not elements:
        return f"{array.head}{array.rest}"
    text, after_note = array.head, False
    last = len(elements) - 1
    for at, element in enumerate(elements):
        comma = "," if at < last or array.comma else ""
        lead = _lead(array, element, first=at == 0)
        text += f"{_on_new_line(lead, after_note)}{element.body}{comma}{element.note}"
        after_note = bool(element.note)
    return f"{text}{_on_new_line(array.close, after_note)}{array.rest}"


def _on_new_line(text: str, after_note: bool) -> str:  # noqa: FBT001 - reads as what it asks
    return f"\n{text}" if after_note and not text.lstrip(" \t\r").startswith("\n") else text


def _lead(array: Array, element: Element, *, first: bool) -> str:
    """Give what stands before an element, where others may have gone or come before it."""
    if "\n" in element.lead or "#" in element.lead:
        return element.lead
    if first:
        return array.elements[0].lead if array.elements else ""
    return element.lead or " "


def fitted(element: Element, array: Array) -> Element:
    """Lay an element of another text out as the last one of this array is."""
    if not (array.head or array.rest):
        return element
    model = array.elements[-1].lead if array.elements else ""
    comments = [line.strip() for line in element.lead.split("\n") if line.strip()]
    _, line_end, indent = model.rpartition("\n")
    if not line_end and not comments:
        return element._replace(lead=" ")
    lead = "".join(f"\n{indent}{line}" for line in [*comments, ""])
    return element._replace(lead=lead)


def comment_after(text: str) -> str:
    """Give the comment that follows a value on its last line, with the space before it."""
    bits = _BITS.findall(text.rstrip("\r\n"))
    if not bits or not bits[-1].startswith("#"):
        return ""
    space = bits[-2] if bits[1:] and not bits[-2].strip() else ""
    return f"{space}{bits[-1]}"


def with_comment(text: str, note: str) -> str:
    """Give the text of a key with another comment after its value."""
    own = comment_after(text)
    if own.strip() == note.strip():
        return text
    bare = text.rstrip("\r\n")
    return f"{bare.removesuffix(own).rstrip()}{note}{text[len(bare) :]}"


def replaced(text: str, wanted: Mapping[str, Mapping[str, str]]) -> str:
    """Replace texts among the values of some keys; what is in comments and other texts stays."""
    return "".join(_replaced(_BITS.findall(text), wanted))


def _replaced(bits: list[str], wanted: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    key = word = ""
    for bit in bits:
        if bit == "=":
            key = word
        elif bit.startswith(("'", '"')):
            word = _text(bit)
            new = wanted.get(key, {}).get(word)
            yield quoted(new) if new is not None else bit
            continue
        elif bit.strip() and bit[0] not in "[]{},#":
            word = bit
        yield bit


def _text(bit: str) -> str:
    value: Any = rtoml.loads(f"x = {bit}")["x"]
    return str(value)
