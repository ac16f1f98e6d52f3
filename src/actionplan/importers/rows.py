"""From the rows of a plan in a table to drafts: findings, actions, and what is in doubt.

Nothing is guessed and nothing is dropped: what can't be taken as it stands is listed with its cell
and kept in the note of its action. Blank cells under a recommendation mean the same one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from actionplan.importers.actions import ActionOf, Listed
from actionplan.importers.cellwords import MONTH_FIRST, Terms, month_first_in, plain, years_of
from actionplan.importers.tables import Cell, Row, Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from actionplan.importers.actions import ActionDraft, Context
    from actionplan.importers.tables import Table

_NUMBERED = re.compile(
    r"(?is)(?:(?:recommendation|rec\.?|finding|area for improvement|afi)s?\s*(?:no\.?\s*)?)?"
    r"(\d+(?:\.\d+)*[a-z]?)\s*[.):\u2013-]+\s+(\S.*)"
)
"""A recommendation with its number before it."""
_RECOMMENDS = re.compile(r"(?i)(?:recommendation|rec\.?|finding|area for improvement|afi)\b")
_A_SENTENCE = 8
"""Words from which a row that heads others is a recommendation, where no column holds one."""
_RANKS = frozenset(
    [
        "high",
        "medium",
        "low",
        "h",
        "m",
        "l",
        "1",
        "2",
        "3",
        "4",
        "5",
        "p1",
        "p2",
        "p3",
        "urgent",
        "critical",
        "essential",
    ]
)
_GENERIC = re.compile(
    r"(?i)(?:sheet|table|tabelle)\s*\d*|.*\b(?:plan|tracker|actions?|log|closed|complete[d]?|open|"
    r"current|data|master|list|archive)\b.*|[\d\s./-]+"
)
"""Names of sheets that say nothing of a theme."""


class FindingDraft(NamedTuple):
    """One recommendation, as the table has it."""

    ref: str
    text: str
    """``""`` where the table gives only its number."""
    theme: str
    outcome: str
    kind: str
    where: str
    is_stated: bool
    """The heading says that the number is the reviewer's."""


class Drafts(NamedTuple):
    """All that the tables of a file give."""

    findings: tuple[FindingDraft, ...]
    actions: tuple[ActionDraft, ...]
    listed: tuple[Listed, ...]
    left_out: tuple[Listed, ...]


def drafts_of(tables: Sequence[Table], context: Context) -> Drafts:
    """Read the rows of every table, in order."""
    reading = _Reading(context)
    themed = len({table.grid.name for table in tables}) > 1
    for table in tables:
        reading.read(table, _theme_over(table, by_name=themed))
    reading.finish()
    return Drafts(
        tuple(reading.findings), tuple(reading.actions), tuple(reading.listed),
        tuple(reading.left_out),
    )  # fmt: skip


def _theme_over(table: Table, *, by_name: bool) -> str:
    """Give the theme that a whole table is of: from what stands over it, or its sheet's name."""
    if "theme" in table.fields():
        return ""
    over = [text for text in (table.grid.heading, *table.above[::-1]) if text]
    headed = next(
        (text for text in over if re.match(r"(?i)(?:theme|priority|workstream)\b", text)), ""
    )
    if headed or not by_name:
        return headed
    name = table.grid.heading or table.grid.name
    return "" if _GENERIC.fullmatch(name) or _RECOMMENDS.match(name) else name


class _Reading:
    """One pass down the tables of a file."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.findings: list[FindingDraft] = []
        self.actions: list[ActionDraft] = []
        self.listed: list[Listed] = []
        self.left_out: list[Listed] = []
        self.known: dict[tuple[str, str], int] = {}
        self.numbered: dict[str, int] = {}
        self.worded: dict[str, int] = {}
        self.theme = ""
        self.finding: int | None = None
        self.open: ActionOf | None = None
        self.heading: Section | None = None
        self.over: Section | None = None
        """A sentence that is a recommendation if actions stand below it."""

    def read(self, table: Table, theme: str) -> None:
        """Read one table."""
        self.theme, self.finding = theme, None
        self.left_out += [Listed(cell.where, cell.words, why) for cell, why in table.left_out]
        self.has_text = "finding" in table.fields()
        self.is_ours = _numbers_actions(table, self.context)
        self.ranked = _only_ranks(table)
        self.terms = _terms(table, self.context)
        if _RECOMMENDS.match(table.grid.heading):
            self._head(Section("", Cell(table.first, "", table.grid.heading)))
        for each in table.body:
            if isinstance(each, Section):
                self._close()
                self._head(each)
            else:
                self._row(each)
        self._close()
        self._leave_heading()

    def finish(self) -> None:
        """End the reading."""
        self._close()

    def _close(self) -> None:
        """End the action that further rows could go on with."""
        if self.open is not None:
            self.actions += self.open.drafts()
            self.listed += self.open.listed
            self.open = None

    # -- rows that head others

    def _head(self, section: Section) -> None:
        self._leave_heading()
        words = " ".join(section.cell.words.split())
        self.finding = None
        if _RECOMMENDS.match(words):
            self._recommend(section, is_stated=True)
        elif not self.has_text and len(words.split()) >= _A_SENTENCE:
            self.over = self.heading = section
        else:
            self.theme = f"{section.number} {words}".strip()
            self.heading = section

    def _recommend(self, section: Section, *, is_stated: bool) -> None:
        words = " ".join(section.cell.words.split())
        numbered = _NUMBERED.fullmatch(words)
        ref, text = numbered.groups() if numbered else (section.number, words)
        kind = "recommendation" if words.casefold().startswith("rec") else "improvement"
        self.finding = self._draft(ref, text, section.cell.where, kind, is_stated=is_stated)

    def _leave_heading(self) -> None:
        """List a row that headed nothing."""
        if self.heading is not None:
            cell = self.heading.cell
            said = f"{self.heading.number} {cell.words}".strip()
            self.left_out.append(Listed(cell.where, said, "heads no row"))
            self.heading = self.over = None

    # -- rows

    def _row(self, row: Row) -> None:
        row = self._own(row)
        if self.over is not None and "action" in row.cells:
            self._close()
            self._recommend(self.over, is_stated=False)
            self.heading = self.over = None
        before, cells = self.finding, row.cells
        self._themed(row)
        self.finding = self._found(row)
        title = cells.get("action")
        if title is not None or "finding" in cells:
            if "theme" in cells:
                self._leave_heading()
            self.heading = None
        same = self.open is not None and self.finding == before
        taken = _OF_FINDING if self.finding is not None else frozenset()
        if title is None:
            if same and self.open is not None:
                self.open.go_on(_without(row, taken))
                self._beside(row)
            else:
                self._close()
                self._lost(row)
            return
        if same and self.open is not None and self.open.title == " ".join(title.words.split()):
            self.open.go_on(_without(row, taken))
            self._beside(row)
            return
        self._close()
        self.open = ActionOf(_without(row, taken), self.context, self.terms)
        self.open.finding = self.finding
        self._beside(row)

    def _own(self, row: Row) -> Row:
        """Give the row with its number as that of what it numbers."""
        cells = dict(row.cells)
        heads = "finding" in cells and "action" not in cells
        if self.is_ours and "ref" in cells and not heads:
            cells.setdefault("action-ref", cells.pop("ref"))
        notes = row.notes
        if self.ranked and "theme" in cells:
            notes = (*notes, ("note", cells.pop("theme")))
        return row._replace(cells=cells, notes=notes)

    def _themed(self, row: Row) -> None:
        if "theme" in row.cells:
            self.theme = " ".join(row.cells["theme"].words.split())

    def _lost(self, row: Row) -> None:
        """List what a row says beside a recommendation, where there is no action to keep it."""
        said = self.finding is not None and self.findings[self.finding].text
        rest = _without(row, _OF_FINDING) if said else row
        for field, cell in (*rest.cells.items(), *row.notes):
            if field not in {"ignore", "theme", "outcome"}:
                self.left_out.append(Listed(cell.where, cell.words, "is in a row with no action"))
        if said and "finding-ref" in row.cells and "ref" in row.cells:
            number = row.cells["ref"]
            self.left_out.append(Listed(number.where, number.words, "is in a row with no action"))
        drafted = self.findings[self.finding] if self.finding is not None and said else None
        theme, outcome = row.cells.get("theme"), row.cells.get("outcome")
        if theme and (drafted is None or drafted.theme != self.theme):
            self._leave_heading()
            self.heading = Section("", theme)
        if outcome and (drafted is None or drafted.outcome != " ".join(outcome.words.split())):
            self.left_out.append(Listed(outcome.where, outcome.words, "is in a row with no action"))

    def _beside(self, row: Row) -> None:
        """Keep in the note what a row says of a recommendation and the rows before it don't."""
        if self.open is None:
            return
        if self.finding is None:
            self._under_theme(row, self.open)
            return
        drafted = self.findings[self.finding]
        outcome = row.cells.get("outcome")
        if outcome is not None and " ".join(outcome.words.split()) != drafted.outcome:
            self.open.keep(outcome)
        theme = row.cells.get("theme")
        if theme is not None and self.theme != drafted.theme:
            self.open.keep(theme)

    def _under_theme(self, row: Row, action: ActionOf) -> None:
        """Keep in the note the theme that an action with no recommendation stands under."""
        line = f"Theme: {self.theme}"
        if self.theme and "theme" not in row.cells and line not in action.notes:
            action.notes.append(line)

    # -- recommendations

    def _found(self, row: Row) -> int | None:
        """Give the recommendation of a row: its own, or else the one above."""
        text, outcome = row.cells.get("finding"), row.cells.get("outcome")
        number = row.cells.get("finding-ref") or row.cells.get("ref")
        para = row.cells.get("para")
        ref = _joined(number, para)
        if text is None:
            return self._by_number(ref, number or para)
        words = " ".join(text.words.split())
        numbered = None if ref else _NUMBERED.fullmatch(words)
        if numbered:
            ref, words = numbered.groups()
        heading = plain(text.heading)
        kind = "recommendation" if "recommendation" in heading else "improvement"
        if "immediate" in heading or "priority action" in heading:
            kind = "immediate"
        stated = (
            "finding-ref" in row.cells
            or "para" in row.cells
            or "recommend" in plain(number.heading if number else "")
        )
        wanted = " ".join(outcome.words.split()) if outcome else ""
        return self._draft(ref, words, text.where, kind, is_stated=stated, outcome=wanted)

    def _by_number(self, ref: str, cell: Cell | None) -> int | None:
        if not ref or cell is None:
            return self.finding
        same = self.numbered.get(plain(ref))
        return same if same is not None else self._draft(ref, "", cell.where, "", is_stated=True)

    def _draft(
        self, ref: str, text: str, where: str, kind: str, *, is_stated: bool, outcome: str = ""
    ) -> int:
        """Give the place of a recommendation, drafted where it is new."""
        key = (plain(ref), plain(text))
        at = self.known.get(key)
        if at is None and not ref and text:
            at = self.worded.get(key[1])
        if at is None:
            at = len(self.findings)
            drafted = FindingDraft(ref, text, self.theme, outcome, kind, where, is_stated)
            self.findings.append(drafted)
        elif outcome and not self.findings[at].outcome:
            self.findings[at] = self.findings[at]._replace(outcome=outcome)
        self.known[key] = at
        self.numbered.setdefault(key[0], at)
        self.worded.setdefault(key[1], at)
        return at


_OF_FINDING = frozenset({"finding", "finding-ref", "ref", "para", "theme", "outcome"})
_COLUMNS_OF_DAYS = ("start", "due", "revised", "forecast", "completed", "updated")


def _without(row: Row, fields: frozenset[str]) -> Row:
    return row._replace(
        cells={name: cell for name, cell in row.cells.items() if name not in fields}
    )


def _joined(number: Cell | None, para: Cell | None) -> str:
    """Give the number with the paragraph after it: 17 (57, 138)."""
    ref = " ".join(number.words.split()) if number else ""
    if para is None:
        return ref
    place = " ".join(para.words.split())
    return f"{ref} ({place})" if ref and ref != place else place


def _rows(table: Table) -> list[Row]:
    return [each for each in table.body if isinstance(each, Row)]


def _terms(table: Table, context: Context) -> Mapping[str, Terms]:
    rows = _rows(table)
    columns = {
        field: [row.cells[field] for row in rows if field in row.cells]
        for field in _COLUMNS_OF_DAYS
    }
    turned = {field: month_first_in(cells) for field, cells in columns.items()}
    against = next((where for where in turned.values() if where), "") if not context.dates else ""
    first = context.dates == MONTH_FIRST
    return {
        field: Terms(
            years_of(cells, month_first=first),
            context.month_end,
            first,
            against,
            turned[field],
            bool(context.dates),
        )
        for field, cells in columns.items()
    }


def _only_ranks(table: Table) -> bool:
    """Tell a column of priorities (high, low) from one of themes."""
    said = {plain(row.cells["theme"].words) for row in _rows(table) if "theme" in row.cells}
    return bool(said) and said <= _RANKS


def _numbers_actions(table: Table, context: Context) -> bool:
    """Tell whether a column that only says "Ref" numbers the actions, not what they answer."""
    fields = {column.field: column.at for column in table.columns}
    if "ref" not in fields or "action-ref" in fields or "action" not in fields:
        return False
    if "finding-ref" in fields or "para" in fields:
        return "finding-ref" in fields
    if "finding" not in fields:
        return not _are_known(table, context)
    if fields["finding"] < fields["ref"] < fields["action"]:
        return True
    return _differ_under_one(table)


def _are_known(table: Table, context: Context) -> bool:
    """Tell whether most numbers are those of recommendations that the plan has."""
    said = [row.cells["ref"].words for row in _rows(table) if "ref" in row.cells]
    known = sum(plain(words) in context.numbers for words in said)
    return known * 2 > len(said)


def _differ_under_one(table: Table) -> bool:
    """Tell whether rows of one recommendation have numbers that differ."""
    numbers: dict[str, set[str]] = {}
    above = ""
    for row in _rows(table):
        above = row.cells["finding"].words if "finding" in row.cells else above
        if "ref" in row.cells:
            numbers.setdefault(above, set()).add(row.cells["ref"].words)
    return any(len(said) > 1 for said in numbers.values())
