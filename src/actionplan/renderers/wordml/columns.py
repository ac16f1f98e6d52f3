"""How wide the columns of a table are: what their texts need, shared out over the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import MONTHS
from actionplan.renderers.pictures.widths import width

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZE = 9.0
"""Points: the letters of a table."""
MARGINS = 150
"""What a cell keeps free on both sides of its text. This, and all that follows, is in twentieths of
a point."""
ASIDE = 120
"""What a number keeps free on its right beside that."""
_MOST_OF_A_WORD = 1700
"""A longer word is broken."""
_MOST_OF_A_TEXT = 5200
"""A longer text asks for no more: it takes several lines."""
_COMFORTABLE = 1500
"""Running text with no more than this reads badly, where it is long enough to take more."""
_TO_SPARE = 1.04
"""For letters that another program draws a little wider."""
_MONTHS = "|".join(month[:3] for month in MONTHS)
_BETWEEN_WORDS = re.compile(rf"(?<=-)|[^\S\u00a0](?!(?:{_MONTHS})\b)")
"""A day stays with its month, where the year of a date must go under them."""


class Column(NamedTuple):
    """What the texts of one column need."""

    least: float
    """Room for the longest word."""
    whole: float
    """Room for the longest text on one line."""
    is_kept: bool
    """True where a text is to stay on one line: dates, ratings, refs."""

    @property
    def wanted(self) -> float:
        """Give the least that it is comfortable with: running text not a word a line."""
        return self.whole if self.is_kept else max(self.least, min(self.whole, _COMFORTABLE))


def measured(
    heading: str, texts: Iterable[str], *, is_kept: bool, is_bold: bool, is_number: bool
) -> Column:
    """Reckon what a column needs; its heading may take two lines."""
    distinct = set(texts)
    words = {word for text in distinct for word in _BETWEEN_WORDS.split(text)}
    aside = ASIDE if is_number else 0
    headed = _widest(_BETWEEN_WORDS.split(heading), is_bold=True) + aside
    least = min(_MOST_OF_A_WORD, max(headed, _widest(words, is_bold=is_bold) + aside))
    widest = _widest(distinct, is_bold=is_bold) + aside
    if is_kept and widest <= _MOST_OF_A_WORD:
        return Column(least, max(least, widest), is_kept=True)
    in_two = _widest([heading], is_bold=True) * 0.6 + aside
    whole = max(least, min(_MOST_OF_A_TEXT, max(in_two, widest)))
    return Column(least, whole, is_kept=False)


def together(columns: Iterable[Column]) -> Column:
    """Give what columns that stand under one another need to be of one width."""
    all_columns = tuple(columns)
    return Column(
        max(column.least for column in all_columns),
        max(column.whole for column in all_columns),
        all(column.is_kept for column in all_columns),
    )


def _widest(texts: Iterable[str], *, is_bold: bool) -> float:
    """Measure only the longest few: the widest is among them, or as good as."""
    longest = sorted(texts, key=lambda text: (-len(text), text))[:8]
    room = max((width(text[:200], SIZE, bold=is_bold) for text in longest), default=0)
    return room * 20 * _TO_SPARE + MARGINS


def needs(columns: Iterable[Column]) -> float:
    """Give the least room in which a table can be read: no word of it is broken."""
    return sum(column.least for column in columns)


def shared(columns: tuple[Column, ...], room: int) -> tuple[int, ...]:
    """Share out the width of a page: what must stay on one line first, then by length of text."""
    comfortable = sum(column.wanted for column in columns) <= room
    start = [column.wanted if comfortable else column.least for column in columns]
    left = room - sum(start)
    more = [column.whole - size for column, size in zip(columns, start, strict=True)]
    if left < 0:
        widths = [size * room / sum(start) for size in start]
    elif sum(more) > left:
        widths = [s + m * left / sum(more) for s, m in zip(start, more, strict=True)]
    else:
        natural = [s + m for s, m in zip(start, more, strict=True)]
        widths = [size * room / sum(natural) for size in natural]
    whole = [int(size) for size in widths]
    whole[-1] += room - sum(whole)
    return tuple(whole)
