"""Where in a grid the plan is: the rows of headings, the rows below them, and what divides these.

It knows headings (`columns`) and the shape of rows; what the words of a row say is not looked at.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import without_weekday
from actionplan.importers.columns import Column, meaning, plain, settled, together
from actionplan.importers.grids import letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from actionplan.importers.grids import Grid

_LEVELS = 3
"""Rows that a heading can have."""
_LONGEST_HEADING = 80
_WORDS_OF_ONE_CELL = 4
"""A text of so many words that stands twice side by side is one merged cell."""
_TOTAL = re.compile(r"(?i)(?:grand |sub-?)?totals?\b|count of\b|number of actions\b")
_LONGEST_TOTAL = 5
"""Words of what a row of totals begins with."""
HEADED = re.compile(
    r"(?i)(?:theme|priority(?: area)?|work ?stream|strand|area|objective|outcome|section|pillar|"
    r"part|appendix|recommendation|rec\.?|finding|area for improvement|ofsted)s?\b"
)
"""How a row that heads others begins."""
_RECOMMENDS = re.compile(
    r"(?i)(?:recommendation|rec\.?|finding|area for improvement) *(?:no\.? *)?\d[\d.]*[a-z]?[.:]?"
)
"""A cell that only says which recommendation the one beside it is."""
_NUMBER = re.compile(r"\(?\d+(?:\.\d+)*[.):]?")
_ACROSS = 3
"""Columns that a merged cell covers where it heads the rows below it."""
_MANDATORY = frozenset({"action", "finding"})
"""A table with neither is no plan."""


class Cell(NamedTuple):
    """One cell that holds something."""

    where: str
    """``C14``, with the name of its table before it where there are several."""
    heading: str
    words: str
    """What a person reads in it: a day in ISO, a whole number with no point."""
    day: date | None = None
    """Where it holds a date, and not words that are one."""
    is_paint: bool = False
    """It holds nothing, and its words are its colour."""
    link: str = ""
    """Where its words lead."""


class Row(NamedTuple):
    """One row of a plan."""

    where: str
    """``row 14``."""
    cells: Mapping[str, Cell]
    """By field, each that one column fills."""
    notes: tuple[tuple[str, Cell], ...]
    """The others, with their field, in order."""


class Section(NamedTuple):
    """A row across the table that heads what follows."""

    number: str
    cell: Cell


class Table(NamedTuple):
    """A plan in a table."""

    grid: Grid
    first: str
    """The address of its first heading."""
    columns: tuple[Column, ...]
    above: tuple[str, ...]
    """What stands over its headings, for instance the title of the plan."""
    body: tuple[Row | Section, ...]
    left_out: tuple[tuple[Cell, str], ...] = ()
    """Cells that are not part of the plan, and why."""

    def fields(self) -> set[str]:
        """Name what its columns are taken as."""
        return {column.field for column in self.columns}


def words_of(value: object) -> str:
    """Give what a person reads in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, date):
        return without_weekday(value)
    lines = (" ".join(line.split()) for line in str(value or "").splitlines())
    return "\n".join(line for line in lines if line)


def tables_in(grid: Grid, maps: Mapping[str, str], prefix: str = "") -> tuple[Table, ...]:
    """Find each plan in a grid: one, or several below one another."""
    return tuple(_Search(grid, dict(maps), prefix).tables())


class _Search:
    """One pass down a grid."""

    def __init__(self, grid: Grid, maps: dict[str, str], prefix: str) -> None:
        self.grid, self.maps, self.prefix = grid, maps, prefix
        self.paint = {(row, column): colour for row, column, colour in grid.painted}
        self.links = {(row, column): to for row, column, to in grid.links}
        self.texts = [[words_of(value) for value in row] for row in grid.rows]

    def tables(self) -> Iterator[Table]:
        starts: list[tuple[int, int]] = []
        row = 0
        while row < len(self.texts):
            size = self._heads(row, again=bool(starts))
            if size and not (starts and self._repeats(row, starts[-1])):
                starts.append((row, size))
            row += max(1, size)
        ends = [*(start for start, _ in starts[1:]), len(self.texts)][: len(starts)]
        for number, ((start, size), end) in enumerate(zip(starts, ends, strict=True)):
            yield self._table(start, size, end, above=0 if number == 0 else start)

    # -- headings

    def _means(self, levels: tuple[str, ...], column: int) -> str:
        names = (plain(" ".join(levels)), self._name(column).casefold())
        stated = next((self.maps[name] for name in names if name in self.maps), "")
        found = meaning(levels)
        return stated or (found.field if found else "")

    def _name(self, column: int) -> str:
        across = column + self.grid.first[1]
        return letters(across) if self.grid.letters else str(across)

    def _heads(self, row: int, *, again: bool) -> int:
        """Tell how many rows of headings begin here; nought where none does."""
        if not self._is_heading(row, (row,), again=again):
            return 0
        size = 1
        while size < _LEVELS and self._goes_on(row, size):
            size += 1
        return size

    def _is_heading(self, row: int, rows: Sequence[int], *, again: bool) -> bool:
        texts = self.texts[row]
        said = [column for column, text in enumerate(texts) if text]
        if len({texts[column] for column in said}) < 2 or any(  # noqa: PLR2004 - one heads nothing
            len(texts[column]) > _LONGEST_HEADING for column in said
        ):
            return False
        known = [self._means(self._levels(rows, column), column) for column in said]
        fields = set(known) - {"", "note"}
        share = sum(map(bool, known)) / len(said)
        least = (3, 0.66) if again else (2, 0.5)
        return bool(fields & _MANDATORY) and len(fields) >= least[0] and share >= least[1]

    def _goes_on(self, row: int, size: int) -> bool:
        """Tell whether the next row is a second row of headings: all that it says is known."""
        below = row + size
        if below >= len(self.texts):
            return False
        said = [column for column, text in enumerate(self.texts[below]) if text]
        above = self.texts[below - 1]
        new = [column for column in said if self.texts[below][column] != above[column]]
        rows = range(row, below + 1)
        merged = any(self.texts[below][column] == above[column] for column in said)
        return bool(new) and all(
            self._is_level(rows, column) or (merged and self._is_part(below, column))
            for column in new
        )

    def _is_part(self, row: int, column: int) -> bool:
        """Tell whether a heading that is not known parts a known one: Milestones, 6 months."""
        over = self.texts[row - 1]
        wide = over[column] in {*over[max(0, column - 1) : column], *over[column + 1 : column + 2]}
        fits = len(self.texts[row][column]) <= _LONGEST_HEADING
        return fits and wide and bool(self._means((over[column],), column))

    def _is_level(self, rows: Sequence[int], column: int) -> bool:
        """Tell whether what stands lowest in a column is one more row of its heading."""
        *above, last = self._levels(rows, column)
        if above and together(above, last):
            return True
        mine = self._means((last,), column) if len(last) <= _LONGEST_HEADING else ""
        return bool(mine) and (
            not above
            or self._is_group(rows[-2], column)
            or mine == self._means(tuple(above), column)
        )

    def _is_group(self, row: int, column: int) -> bool:
        """Tell whether a heading stands over more columns than one."""
        texts = self.texts[row]
        beside = {texts[at] for at in (column - 1, column + 1) if 0 <= at < len(texts)}
        return not texts[column] or bool(beside & {"", texts[column]})

    def _levels(self, rows: Sequence[int], column: int) -> tuple[str, ...]:
        """Give the heading of a column, row by row; a group's stands over each of its columns."""
        levels: list[str] = []
        for row in rows:
            text = self.texts[row][column] or self._over(row, rows[-1], column)
            text = " ".join(text.split())
            if text and text not in levels[-1:]:
                levels.append(text)
        return tuple(levels)

    def _over(self, row: int, last: int, column: int) -> str:
        """Give what stands over a column in a row of groups whose cells are not merged."""
        if row == last or not any(self.texts[below][column] for below in range(row + 1, last + 1)):
            return ""
        for left in range(column - 1, -1, -1):
            if self.texts[row][left]:
                below = any(self.texts[each][left] for each in range(row + 1, last + 1))
                return self.texts[row][left] if below else ""
        return ""

    def _repeats(self, row: int, start: tuple[int, int]) -> bool:
        """Tell whether a row says again what the headings say, as on each new page.

        Where it says something else that is known, another table begins.
        """
        said = [(column, plain(text)) for column, text in enumerate(self.texts[row]) if text]
        same = sum(
            any(plain(self.texts[start[0] + level][column]) == text for level in range(start[1]))
            for column, text in said
        )
        return len(said) > 1 and same * 3 >= len(said) * 2 and not self._heads_anew(row, start)

    def _heads_anew(self, row: int, start: tuple[int, int]) -> bool:
        """Tell whether a column is headed otherwise than above, in words that are known."""
        rows = range(start[0], sum(start))
        means = (
            (self._means((text,), column), self._means(self._levels(rows, column), column))
            for column, text in enumerate(self.texts[row])
            if text and len(text) <= _LONGEST_HEADING
        )
        return any(now and then and now != then for now, then in means)

    # -- rows

    def _table(self, start: int, size: int, end: int, above: int) -> Table:
        rows = range(start, start + size)
        width = len(self.texts[start])
        headed = [Column(at, self._name(at), self._levels(rows, at)) for at in range(width)]
        body = range(start + size, end)
        used = [c for c in headed if c.levels or any(self.texts[row][c.at] for row in body)]
        columns = settled(used, self.maps)
        first = next(column.at for column in columns if column.levels)
        over = (text for row in range(above, start) for text in dict.fromkeys(self.texts[row]))
        found = Table(
            self.grid, self._at(start, first), columns, tuple(text for text in over if text), ()
        )
        heads = [row for row in range(above, start) if self._is_headed_by(row, columns)]
        rest = [row for row in body if not self._repeats(row, (start, size))]
        return self._filled(found, [*heads[-1:], *rest])

    def _is_headed_by(self, row: int, columns: Sequence[Column]) -> bool:
        """Tell whether a row over the headings says which recommendation all below answer."""
        said = list(dict.fromkeys(cell.words for _, cell in self._cells(row, columns)))
        found = _RECOMMENDS.match(said[0]) if said else None
        if found is None or len(said) > 2:  # noqa: PLR2004 - which, and what
            return False
        return (len(said) == 2) == (found.end() == len(said[0]))  # noqa: PLR2004 - as above

    def _at(self, row: int, column: int) -> str:
        return f"{self.prefix}{self.grid.at(row, column)}"

    def _filled(self, table: Table, rows: Sequence[int]) -> Table:
        body: list[Row | Section] = []
        left_out: list[tuple[Cell, str]] = []
        for row in rows:
            cells = list(self._cells(row, table.columns))
            if not cells:
                continue
            if _is_total(cells):
                said = "; ".join(cell.words for _, cell in cells)
                left_out.append((Cell(self._number(row), "", said), "is a row of totals"))
            else:
                section = self._section(table, row, cells)
                painted = [] if section else list(self._painted(row, table.columns))
                body.append(section or self._row(row, [*cells, *painted]))
        return table._replace(body=tuple(body), left_out=tuple(left_out))

    def _cells(self, row: int, columns: Sequence[Column]) -> Iterator[tuple[Column, Cell]]:
        """Give the cells of a row that hold something; one merged across columns once."""
        values, texts = self.grid.rows[row], self.texts[row]
        before = ""
        for column in columns:
            text = texts[column.at]
            copied = column.field == "action" and text not in texts[column.at + 1 : column.at + 2]
            again = text == before and len(text.split()) >= _WORDS_OF_ONE_CELL and not copied
            before = text
            if text and not again:
                value = values[column.at]
                day = value if isinstance(value, date) else None
                link = self.links.get((row, column.at), "")
                where = self._at(row, column.at)
                yield (
                    column,
                    Cell(where, column.heading, text, day, link="" if link == text else link),
                )

    def _painted(self, row: int, columns: Sequence[Column]) -> Iterator[tuple[Column, Cell]]:
        """Give the colour of a rating that no word says."""
        for column in columns:
            colour = self.paint.get((row, column.at))
            if colour and column.field == "rag":
                where = self._at(row, column.at)
                yield column, Cell(where, column.heading, colour, is_paint=True)

    def _row(self, row: int, cells: list[tuple[Column, Cell]]) -> Row:
        single = {c.field: cell for c, cell in cells if c.field not in _MANY}
        notes = tuple((c.field, cell) for c, cell in cells if c.field in _MANY)
        return Row(self._number(row), single, notes)

    def _number(self, row: int) -> str:
        return f"{self.prefix}row {row + self.grid.first[0]}"

    def _section(self, table: Table, row: int, cells: list[tuple[Column, Cell]]) -> Section | None:
        """Give the row as one that heads others, where it is."""
        said = list(dict.fromkeys(cell.words for _, cell in cells))
        if len(said) == 2 and _RECOMMENDS.fullmatch(said[0]):  # noqa: PLR2004 - which, and what
            words = f"{said[0].rstrip('.:')}: {said[1]}"
            return Section("", cells[0][1]._replace(words=words))
        number = said.pop(0) if len(said) > 1 and _NUMBER.fullmatch(said[0]) else ""
        if len(said) != 1:
            return None
        column, cell = next(each for each in cells if each[1].words == said[0])
        across = sum(self.texts[row][each.at] == cell.words for each in table.columns)
        if across >= _ACROSS and across * 2 >= len(table.columns):
            return Section(number, cell)
        if number:
            follows = self._follows(row, cells[0][0].at, number)
            return Section(number, cell) if column.field == "action" and follows else None
        return Section(number, cell) if self._heads_others(table, column, cell) else None

    def _follows(self, row: int, column: int, number: str) -> bool:
        """Tell whether the next row is numbered as part of this one: 1.1 after 1."""
        below = (self.texts[each][column] for each in range(row + 1, len(self.texts)))
        following = next((text for text in below if text), "")
        return following.startswith(f"{number.rstrip('.')}.") and following != number

    def _heads_others(self, table: Table, column: Column, cell: Cell) -> bool:
        if column.field in {"finding", "theme", "outcome"}:
            return False
        headed = HEADED.match(cell.words) is not None
        if column.field == "action":
            return headed and column.at == table.columns[0].at
        return headed or (column.at == table.columns[0].at and len(cell.words.split()) > 1)


def _is_total(cells: Sequence[tuple[Column, Cell]]) -> bool:
    words = cells[0][1].words
    is_owned = any(column.field == "owner" for column, _ in cells)
    return not is_owned and len(words.split()) <= _LONGEST_TOTAL and _TOTAL.match(words) is not None


_MANY = frozenset({"progress", "note", "evidence", "ignore"})
"""Fields that several columns can fill."""
