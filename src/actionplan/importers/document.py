"""A document as its readers give it, whatever it came as: paragraphs in reading order.

A paragraph is whole: the lines that a page broke are joined, running heads and page numbers are
gone, and the bullet or number in front of an item is taken off its text and kept beside it.
"""

from __future__ import annotations

from typing import NamedTuple


class Cell(NamedTuple):
    """Where in a table a paragraph stands; numbers from nought."""

    table: int
    row: int
    column: int


class Paragraph(NamedTuple):
    """One paragraph, heading, item of a list or cell of a table."""

    text: str
    page: int = 0
    """As counted from the start of the file, from one; nought where there are no pages."""
    mark: str = ""
    """What stands in front of an item, as printed: a bullet, ``24.``, ``a)``."""
    left: float = 0.0
    """Points from the left edge of what is printed; a level of nesting is some 18."""
    heading: int = 0
    """The level of a heading where the format states one; nought where it doesn't."""
    size: float = 0.0
    """Of its letters, in points; nought where it is not known."""
    bold: bool = False
    gap: float = 0.0
    """The white space above it, in lines of text."""
    cell: Cell | None = None


class Document(NamedTuple):
    """What was read, and what its reader noticed."""

    paragraphs: tuple[Paragraph, ...]
    title: str = ""
    """From the properties of the file; often left over from another document."""
    pages: int = 0
    furniture: tuple[str, ...] = ()
    """Running heads and footers, each once: they often name the place and the date."""
    notes: tuple[str, ...] = ()
    """What could not be read, or was not used, in sentences."""
