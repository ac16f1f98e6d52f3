"""The sections of a document that say what must improve, or what is strong, each with its passages.

A section opens at a heading that says so. It ends at the next heading of its rank, at one that is
known to follow such lists, or where its list is over and the narrative goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from actionplan.importers import marks
from actionplan.importers.review import headings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.importers.document import Paragraph
    from actionplan.importers.review.headings import Opening

_GAP = 0.3
"""Lines of white space above a heading."""
_FEW = 4
"""White space says nothing where no more than one paragraph in so many has some above it."""
MOST_INTRODUCTION = 8
"""So many paragraphs may stand between a heading and its list."""


@dataclass
class Section:
    """What stands under one opening."""

    opening: Opening
    heading: str
    to: str
    rank: tuple[float, ...]
    mark: str = ""
    """The number of its heading."""
    left: float = 0.0
    """Where its heading starts."""
    paragraphs: list[tuple[Paragraph, str]] = field(default_factory=list)
    """Each with the heading of its own, or the timescale, that it stands under."""
    introduction: list[Paragraph] = field(default_factory=list)
    ruled: bool = False
    """Its heading stands twice, above a table and as the head of its one column."""
    page: int = 0
    cut_short: bool = False
    """Another heading stands straight under its own."""
    from_sentence: bool = False
    """A sentence opened it that only asks, in words that narrative uses as well."""
    from_statement: bool = False
    """A sentence opened it that says what a statement of action must deal with."""

    @property
    def has_items(self) -> bool:
        """Tell whether its list has begun."""
        return any(each.mark or each.cell for each, _ in self.paragraphs)


class Letters:
    """How big and how heavy the letters of a document's body are."""

    def __init__(self, paragraphs: Iterable[Paragraph]) -> None:
        """Find the letters that most of the text is in."""
        weights: Counter[tuple[float, bool]] = Counter()
        for each in paragraphs:
            weights[round(each.size, 1), each.bold] += len(each.text)
        (self.size, self.bold), _ = weights.most_common(1)[0] if weights else ((0.0, False), 0)

    def rank(self, paragraph: Paragraph) -> tuple[float, ...]:
        """Give how high a heading stands: greater is higher."""
        return (-(paragraph.heading or 9), round(paragraph.size, 0), paragraph.bold)

    def is_heading(self, paragraph: Paragraph) -> bool:
        """Tell a heading from a short paragraph, by its letters where they say."""
        text = paragraph.text
        if paragraph.heading:
            return True
        if len(text.split()) > headings.LONGEST or marks.style(paragraph.mark) in {
            "bullet",
            "dash",
        }:
            return False
        if paragraph.cell is not None and paragraph.cell.column:
            return False
        if paragraph.size > self.size + 0.9 or (paragraph.bold and not self.bold):
            return not text.endswith((".", ";", ","))
        return False


def sections(paragraphs: tuple[Paragraph, ...], *, sentences: bool) -> list[Section]:
    """Find the sections of a document; with `sentences`, those that a sentence opens as well."""
    return _Walk(paragraphs, sentences=sentences).sections()


class _Walk:
    """Goes through the paragraphs once, with the section that is open, if any."""

    def __init__(self, paragraphs: tuple[Paragraph, ...], *, sentences: bool) -> None:
        self.paragraphs = paragraphs
        self.letters = Letters(paragraphs)
        self.flat = _is_flat(paragraphs)
        self.sentences = sentences
        self.done: list[Section] = []
        self.open: Section | None = None
        self.under = ""
        self.to = ""

    def sections(self) -> list[Section]:
        for place, paragraph in enumerate(self.paragraphs):
            self._take(place, paragraph)
        self._close()
        return self.done

    def _close(self) -> None:
        if self.open is not None:
            self.done.append(self.open)
        self.open, self.under = None, ""

    def _take(self, place: int, paragraph: Paragraph) -> None:
        if self._opens(place, paragraph):
            return
        is_heading = self.letters.is_heading(paragraph)
        if is_heading or _looks_like_heading(paragraph):
            self._note_addressee(paragraph, is_heading=is_heading)
        if self.open is None:
            return
        if self._is_under_heading(place, paragraph, is_heading=is_heading):
            self.under = self.under if self._leads_on(place, paragraph) else paragraph.text
        elif is_heading and self._tells_a_case(paragraph):
            self.under = ""
            self._keep(paragraph)
        elif self._ends(place, paragraph, is_heading=is_heading):
            self.open.cut_short = not (self.open.paragraphs or self.open.introduction)
            self._close()
        else:
            self._keep(paragraph)

    def _opens(self, place: int, paragraph: Paragraph) -> bool:
        opening = self._opening(place, paragraph)
        if opening is None:
            return False
        if self.open is not None and self._is_its_table(paragraph, opening):
            self.open.paragraphs.append((paragraph, self.under))
            return True
        again = self.open is not None and not self.open.has_items and self._says_again(paragraph)
        self._close()
        self._note_addressee(paragraph, is_heading=True)
        rank = self.letters.rank(paragraph)
        self.open = Section(opening, paragraph.text, self.to, rank, paragraph.mark, paragraph.left)
        if paragraph.cell is not None:
            self.open.paragraphs.append((paragraph, ""))
        self.open.page = paragraph.page
        self.open.ruled = again
        self.open.from_sentence = not opening.sure
        self.open.from_statement = bool(headings.names_statement(paragraph.text))
        return True

    def _is_its_table(self, paragraph: Paragraph, opening: Opening) -> bool:
        """Tell the heading of a table that says again what the heading above it says."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        if paragraph.cell is None or opening.kind != self.open.opening.kind:
            return False
        last = self.open.paragraphs[-1][0] if self.open.paragraphs else None
        if last is None or last.cell is None:
            return last is None
        overleaf = self._says_again(paragraph) and self._is_overleaf(paragraph)
        return last.cell.table == paragraph.cell.table or overleaf

    def _says_again(self, paragraph: Paragraph) -> bool:
        """Tell a heading that has the words of the one that is open."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        return headings.plain(self.open.heading) == headings.plain(paragraph.text)

    def _is_overleaf(self, paragraph: Paragraph) -> bool:
        """Tell whether a cell stands on the page after the last row."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        rows = (each for each, _ in reversed(self.open.paragraphs) if each.page != paragraph.page)
        above = next(rows, None)
        return above is not None and above.cell is not None and above.page + 1 == paragraph.page

    def _opening(self, place: int, paragraph: Paragraph) -> Opening | None:
        """Tell whether a paragraph opens a list: a heading, or a sentence before one."""
        marked = marks.style(paragraph.mark) in {"bullet", "dash", "ring"}
        if not marked and (opening := headings.opens(paragraph.text)) is not None:
            heading = (
                self.letters.is_heading(paragraph)
                or _looks_like_heading(paragraph)
                or (_is_short(paragraph) and self._next_is_item(place))
                or (self.flat and _is_short(paragraph) and self._next_is_theme(place))
            )
            return opening if heading and self._has_room(place, paragraph) else None
        if marked or not self._next_is_item(place):
            return None
        opening = headings.introduces(paragraph.text)
        if opening is None or opening.sure:
            return opening
        return opening if self.sentences and self.open is None else None

    def _has_room(self, place: int, paragraph: Paragraph) -> bool:
        """Within a list of numbers a short item may read like a heading; it is one of the list."""
        if self.open is None or not paragraph.mark or not self.open.has_items:
            return True
        style = marks.style(paragraph.mark)
        return style != marks.style(self._last_item_mark()) or self._next_is_item(place)

    def _last_item_mark(self) -> str:
        assert self.open is not None  # noqa: S101 - asked by who calls
        return next((each.mark for each, _ in reversed(self.open.paragraphs) if each.mark), "")

    def _next(self, place: int) -> Paragraph | None:
        return self.paragraphs[place + 1] if place + 1 < len(self.paragraphs) else None

    def _next_is_item(self, place: int) -> bool:
        after = self._next(place)
        return after is not None and bool(after.mark)

    def _next_is_theme(self, place: int) -> bool:
        """Tell whether a short heading stands next, over items."""
        after = self._next(place)
        return after is not None and _is_short(after) and self._next_is_item(place + 1)

    def _note_addressee(self, paragraph: Paragraph, *, is_heading: bool) -> None:
        """Remember whom a part of the report is about, until another heading says otherwise."""
        certain = is_heading or not self.letters.size
        if certain and (to := headings.addressed(paragraph.text)):
            self.to = to

    def _next_leads_on(self, place: int) -> bool:
        """Tell whether a sentence such as "The council should:" stands next, before items."""
        after = self._next(place)
        leads = after is not None and not after.mark and after.text.endswith(":")
        return leads and self._next_is_item(place + 1)

    def _leads_on(self, place: int, paragraph: Paragraph) -> bool:
        """Tell a sentence that stands between a timescale and its items."""
        above = self.paragraphs[place - 1] if place else None
        timed = above is not None and above.text == self.under and headings.is_timescale(self.under)
        return timed and paragraph.text.endswith(":") and not headings.is_timescale(paragraph.text)

    def _tells_a_case(self, paragraph: Paragraph) -> bool:
        """Tell the heading of a case study within the list, which goes on behind it."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        lower = self.letters.rank(paragraph) < self.open.rank
        return lower and headings.is_case(paragraph.text) and self.open.has_items

    def _is_under_heading(self, place: int, paragraph: Paragraph, *, is_heading: bool) -> bool:
        """Tell a heading within the list: a timescale, or a theme that more items follow."""
        if paragraph.mark:
            return self._is_numbered_theme(place, paragraph)
        leads = self._next_leads_on(place)
        if headings.is_timescale(paragraph.text) and (leads or self._next_is_item(place)):
            return True
        if not self._next_is_item(place) or headings.closes(paragraph.text):
            return False
        if is_heading:
            return not self._is_as_high(paragraph) and self._has_more(place)
        if paragraph.cell is not None and paragraph.cell.row:
            return False
        told = paragraph.text.endswith(":") or _is_short(paragraph)
        return told and self._has_more(place)

    def _has_more(self, place: int) -> bool:
        """Tell whether the list goes on behind a heading within it."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        after = self._next(place)
        assert after is not None  # noqa: S101 - it is an item
        if not self.open.has_items:
            return True
        style = marks.style(after.mark)
        if style == "number":
            return _follows(self._last_item_mark(), after.mark) and headings.asks(after.text)
        return style == marks.style(self._last_item_mark())

    def _is_numbered_theme(self, place: int, paragraph: Paragraph) -> bool:
        """Tell "5.1 Leadership", in larger letters, over items that are marked in another way."""
        after = self._next(place)
        larger = bool(paragraph.heading) or paragraph.size > self.letters.size + 0.9
        if after is None or not after.mark or not paragraph.mark or not larger:
            return False
        other = marks.style(after.mark) != marks.style(paragraph.mark)
        lower = self.open is not None and self.letters.rank(paragraph) < self.open.rank
        return (
            other
            and lower
            and not self.letters.is_heading(after)
            and not headings.asks(paragraph.text)
        )

    def _is_as_high(self, paragraph: Paragraph) -> bool:
        """Tell a heading above the list's own, or as high after items that stand under no theme."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        rank = self.letters.rank(paragraph)
        unthemed = self.open.has_items and not self.under
        return rank > self.open.rank or (unthemed and rank == self.open.rank)

    def _ends(self, place: int, paragraph: Paragraph, *, is_heading: bool) -> bool:
        assert self.open is not None  # noqa: S101 - asked by who calls
        looks = is_heading or _looks_like_heading(paragraph) or (self.flat and _is_short(paragraph))
        if looks and headings.closes(paragraph.text):
            return True
        if paragraph.mark:
            return is_heading and self._is_next_chapter(paragraph)
        if paragraph.cell is not None:
            return is_heading and self._is_new_table(paragraph)
        if is_heading:
            return True
        if not self.open.has_items:
            full = len(self.open.introduction) > MOST_INTRODUCTION
            return full and not headings.asks(paragraph.text)
        in_case = self._in_case()
        return not in_case and not self._hangs(paragraph) and not self._resumes(place)

    def _in_case(self) -> bool:
        """Tell whether what stands last in the list is a case study."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        for each, _ in reversed(self.open.paragraphs):
            if each.mark:
                return False
            if self.letters.is_heading(each) and headings.is_case(each.text):
                return True
        return False

    def _is_next_chapter(self, paragraph: Paragraph) -> bool:
        """Tell a numbered heading of the opening's own rank from an item in bold."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        rank = self.letters.rank(paragraph)
        if rank > self.open.rank:
            return True
        return rank == self.open.rank and _follows(self.open.mark, paragraph.mark)

    def _is_new_table(self, paragraph: Paragraph) -> bool:
        """Tell a table of something else, by its heading."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        last = next((each.cell for each, _ in reversed(self.open.paragraphs) if each.cell), None)
        return (
            last is not None
            and paragraph.cell is not None
            and paragraph.cell.table != last.table
            and paragraph.cell.row == 0
            and not self._heads_again(paragraph, last.table)
        )

    def _heads_again(self, paragraph: Paragraph, table: int) -> bool:
        """Tell the head of a table that is printed again where a page cuts it."""
        return any(
            each.cell is not None
            and each.cell.table == table
            and each.cell.row == 0
            and each.text == paragraph.text
            for each in self.paragraphs
        )

    def _hangs(self, paragraph: Paragraph) -> bool:
        """Tell a second paragraph of an item: it stands where the item's words do."""
        assert self.open is not None  # noqa: S101 - asked by who calls
        last = next((each for each, _ in reversed(self.open.paragraphs) if each.mark), None)
        if last is None:
            return False
        return paragraph.left > last.left + 6 or self.letters.is_heading(last)

    def _resumes(self, place: int) -> bool:
        """Tell whether the list's next number follows a paragraph that stands between."""
        after = self._next(place)
        number = after is not None and marks.style(after.mark) == "number"
        return number and after is not None and _follows(self._last_item_mark(), after.mark)

    def _keep(self, paragraph: Paragraph) -> None:
        assert self.open is not None  # noqa: S101 - asked by who calls
        if paragraph.mark or paragraph.cell or self.open.has_items:
            self.open.paragraphs.append((paragraph, self.under))
        else:
            self.open.introduction.append(paragraph)


def _looks_like_heading(paragraph: Paragraph) -> bool:
    """Tell a line that may be a heading where letters say nothing: short, alone, no sentence."""
    return _is_short(paragraph) and (paragraph.gap > _GAP or bool(paragraph.cell))


def _is_flat(paragraphs: tuple[Paragraph, ...]) -> bool:
    """Tell a text that was pasted with no blank lines, in which no heading stands apart."""
    told = any(each.heading or each.size or each.cell for each in paragraphs)
    apart = sum(each.gap > _GAP for each in paragraphs)
    return not told and apart * _FEW < len(paragraphs)


def _is_short(paragraph: Paragraph) -> bool:
    """Tell a few words that are no sentence and no bullet's."""
    text = paragraph.text
    return (
        len(text.split()) <= headings.LONGEST
        and text[:1].isupper()
        and not text.endswith((".", ";", ","))
        and marks.style(paragraph.mark) not in {"bullet", "dash", "ring"}
    )


def _follows(mark: str, after: str) -> bool:
    """Tell whether one number comes straight after another."""
    numbers = [re.findall(r"\d+", each) for each in (mark, after)]
    return all(numbers) and int(numbers[1][-1]) == int(numbers[0][-1]) + 1
