"""One row of a plan as an action: what is certain is taken, the rest listed and kept."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.importers import cellwords
from actionplan.importers.cellwords import Terms
from actionplan.model import Action, Evidence, Move

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from actionplan.importers.tables import Cell, Row
    from actionplan.legends import Legend

_NOTHING = frozenset({"na", "n a", "none", "nil", "not applicable"})
"""What is as good as blank."""
_BLANK = re.compile(r"[\s._*:;,/\\|=~\u2010-\u2015\u2022\u2026\u00b7-]*")
"""Signs that stand for nothing; an arrow, a tick and a question mark say something."""
_MARK = r"(?:[\u2022\u25aa\u25cf\uf0b7*-]|\(?[0-9a-z]{1,2}[.)])\s+"
_SEVERAL = re.compile(rf"(?m)^\s*({_MARK}\S)")
_SIGN = re.compile(rf"^{_MARK}")
_NUMBERED = re.compile(r"(?:^|(?<=\s))\(?(\d{1,2})[.)]\s")
_LINK = re.compile(r"(?:https?://|\\\\|[A-Za-z]:\\)\S+")
_DATES = ("start", "due", "revised", "forecast", "completed", "updated")


def points_in(words: str) -> tuple[str, ...]:
    """Give the points that a cell lists, each after the words that stand before the first.

    They begin on lines of their own, or are numbered in one line: 1. Set it. 2. Measure it.
    """
    starts = max([found.start(1) for found in _SEVERAL.finditer(words)], _run_on(words), key=len)
    if len(starts) < 2:  # noqa: PLR2004 - one is no list
        return ()
    lead = " ".join(words[: starts[0]].split())
    ends = [*starts[1:], len(words)]
    texts = (words[start:end] for start, end in zip(starts, ends, strict=True))
    bare = (" ".join(_SIGN.sub("", text, count=1).split()) for text in texts)
    return tuple(f"{lead} {text}".strip() for text in bare)


def _run_on(words: str) -> list[int]:
    starts: list[int] = []
    for found in _NUMBERED.finditer(words):
        if int(found[1]) == len(starts) + 1:
            starts.append(found.start())
    return starts


def is_nothing(words: str) -> bool:
    """Tell whether a cell that holds something says nothing, such as n/a or a dash."""
    plain = cellwords.plain(words)
    return (plain in _NOTHING and "?" not in words) or _BLANK.fullmatch(words) is not None


class Listed(NamedTuple):
    """A cell that could not be taken as it stands."""

    where: str
    said: str
    why: str
    """The rest of a sentence that begins with what it said."""


class ActionDraft(NamedTuple):
    """One action, as the table has it."""

    action: Action
    """Its ref and what it answers are given when it is taken into a plan."""
    finding: int | None
    """The place of its recommendation among the drafts; ``None`` where the table has none."""
    where: str


class Context(NamedTuple):
    """What the reading of rows goes by, besides the rows."""

    file: str
    as_at: date
    legend: Legend
    owners: Collection[str] = ()
    """As the plan spells them."""
    numbers: Collection[str] = ()
    """The reviewer's numbers that the plan has."""
    month_end: bool = False
    split: bool = False
    """Somebody said that each point of a cell is an action."""
    dates: str = ""
    """``day-first`` or ``month-first``, where somebody said so."""


class ActionOf:
    """The action of one row, and of the rows below it that go on with it."""

    def __init__(self, row: Row, context: Context, terms: Mapping[str, Terms]) -> None:
        """Keep what the row says and what it is read by."""
        self.row, self.context, self.terms = row, context, terms
        self.cells = dict(row.cells)
        self.fields: dict[str, Any] = {}
        self.progress: list[Cell] = []
        self.notes: list[str] = []
        self.doubts: list[str] = []
        self.listed: list[Listed] = []
        self.evidence: list[Cell] = []
        self.finding: int | None = None
        self.title = " ".join(self.cells.pop("action").words.split())
        for field, cell in row.notes:
            self.more(field, cell)

    # -- what is kept beside the fields

    def more(self, field: str, cell: Cell) -> None:
        """Take a cell of a column that fills no field of its own."""
        if field == "progress":
            self.progress.append(cell)
        elif field == "evidence" and not is_nothing(cell.words):
            self.evidence.append(cell)
        elif field != "ignore":
            self.keep(cell)

    def keep(self, cell: Cell) -> None:
        """Keep a cell in the note, with its heading."""
        line = f"{cell.heading}: {cell.words}" if cell.heading else cell.words
        if line not in self.notes and not _BLANK.fullmatch(cell.words):
            self.notes.append(line)

    def doubt(self, cell: Cell, why: str) -> None:
        """List a cell, and keep it in the note with its address."""
        heading = f"{cell.heading} " if cell.heading else ""
        self.doubts.append(f"{heading}({cell.where}): {cell.words}")
        self.listed.append(Listed(cell.where, cell.words, why))

    def say(self, cell: Cell, why: str) -> None:
        """List a cell that was taken all the same."""
        self.listed.append(Listed(cell.where, cell.words, why))

    def go_on(self, row: Row) -> None:
        """Take in a further row of the same action: what it says besides goes to the note."""
        for field, cell in row.cells.items():
            mine = self.row.cells.get(field)
            if field != "action" and (mine is None or mine.words != cell.words):
                self.doubt(cell, f"is in a further row of the action of {self.row.where}")
        had = {(field, cell.words) for field, cell in self.row.notes}
        for field, cell in row.notes:
            if field != "ignore" and (field, cell.words) not in had:
                self.more(field, cell)

    # -- the fields

    def drafts(self) -> tuple[ActionDraft, ...]:
        """Give the action, or one for each of its points where somebody asked for that."""
        whole = self.draft()
        points = points_in(self.row.cells["action"].words) if self.context.split else ()
        if not points:
            return (whole,)
        return tuple(whole._replace(action=whole.action._replace(title=title)) for title in points)

    def draft(self) -> ActionDraft:
        """Give the action."""
        self._points()
        self._owner()
        self._days()
        self._standing()
        for name in ("ref", "action-ref", "theme", "outcome", "approved", "para", "finding-ref"):
            if name in self.cells:
                self.keep(self.cells[name])
        evidence = self._evidence()
        note = "\n".join([*self._progress(), *self.notes, *self.doubts, *self._led()])
        action = Action("", (), self.title, note=note, evidence=evidence)
        return ActionDraft(action._replace(**self.fields), self.finding, self.row.where)

    def _led(self) -> list[str]:
        """Say where the words of cells lead, of which no evidence was made."""
        cells = [
            *self.row.cells.values(),
            *(cell for field, cell in self.row.notes if field != "ignore"),
        ]
        taken = self.evidence if self.fields["stage"] != "not-started" else []
        return [
            f"{cell.heading} ({cell.where}) leads to {cell.link}"
            for cell in cells
            if cell.link and cell not in taken
        ]

    def _points(self) -> None:
        cell = self.row.cells["action"]
        points = len(points_in(cell.words))
        if points and self.context.split:
            self.say(
                cell, f"lists {points} points: {points} actions, alike in all but their titles"
            )
        elif points:
            self.say(cell, f"lists {points} points: it was taken as one action")

    def _owner(self) -> None:
        cell = self.cells.pop("owner", None)
        if cell is None:
            return
        lead = cellwords.lead_of(cell.words, self.context.owners)
        if not lead.owner:
            self.doubt(cell, "names no post")
            return
        self.fields["owner"] = lead.owner
        if lead.others:
            self.doubt(cell, f"names several: the owner is {lead.owner}")
        elif cellwords.names_no_post(lead.owner):
            self.say(cell, "reads like a person or a body, and owners are posts: kept as it is")

    def _day(self, field: str) -> cellwords.Day:
        cell = self.cells.get(field)
        if cell is None or is_nothing(cell.words):
            return cellwords.Day()
        found = cellwords.day_of(cell, self.terms.get(field, Terms()))
        if found.doubt:
            self.doubt(cell, found.doubt)
        elif found.before and field not in {"due", "revised"}:
            self.doubt(cell, "holds two dates: the second was taken")
        return found

    def _days(self) -> None:
        days = {field: self._day(field) for field in _DATES}
        self._due(days["due"], days["revised"])
        for field in ("start", "forecast", "updated"):
            day = days[field].day
            if field == "start" and day and (due := self.fields.get("due")) and due < day:
                self.doubt(self.cells["start"], "is after the due date")
            elif field == "updated" and day and day > self.context.as_at:
                self.doubt(self.cells["updated"], "is still to come")
            elif day:
                self.fields[field] = day
        self.fields["delivered"] = days["completed"].day
        for field in _DATES:
            cell = self.cells.pop(field, None) if field != "completed" else None
            if cell and is_nothing(cell.words):
                self.keep(cell)

    def _due(self, due: cellwords.Day, revised: cellwords.Day) -> None:
        steps = [due.before, due.day, revised.before, revised.day]
        dates = [day for day in steps if day]
        moves = []
        for was, now in pairwise(dates):
            if was != now:
                approved = self.cells.pop("approved").words if "approved" in self.cells else ""
                moves.append(Move(None, was, now, f"As in {self.context.file}", approved))
        if dates:
            self.fields["due"] = dates[-1]
        if moves:
            self.fields["moves"] = tuple(moves)

    # -- how it stands

    def _standing(self) -> None:
        stage = self._rated()
        word = self.cells.pop("stage", None)
        if word is not None:
            stage = self._stage_in(word) or stage
        stage = self._delivered(stage or self._done())
        if stage == "embedded":
            cell = word or self.row.cells["rag"]
            self.doubt(cell, "takes a test by someone else: taken as delivered")
            stage = "delivered"
        begun = self.fields.get("rag") or self.progress or self.evidence
        self.fields["stage"] = stage or ("in-progress" if begun else "not-started")
        self._reason(word)

    def _rated(self) -> str:
        """Read the rating; give the stage that its cell says instead, or as well."""
        cell = self.cells.pop("rag", None)
        if cell is None:
            return ""
        found = cellwords.rating_of(cell.words, self.context.legend)
        stage = cellwords.stage_of(cell.words)
        if found.colour:
            self.fields["rag"] = found.colour
            if found.rest:
                self.keep(cell)
            if cell.is_paint:
                self.say(
                    cell, "is the colour of the cell, which holds no word: taken as its rating"
                )
        elif not stage and not is_nothing(cell.words):
            self.doubt(cell, found.doubt)
        return stage

    def _done(self) -> str:
        """Give the stage where only the rating says it: where the legend calls it done."""
        legend, colour, cell = (
            self.context.legend,
            self.fields.get("rag"),
            self.row.cells.get("rag"),
        )
        if cell is None or colour not in legend.done:
            return ""
        self.say(cell, f"is '{legend.label(colour)}' in the plan's legend: taken as delivered")
        return "delivered"

    def _stage_in(self, cell: Cell) -> str:
        """Read the stage; what is a rating there is one where no other is given."""
        answered = cellwords.answer_of(cell.heading, cell.words)
        if answered is False:
            self.keep(cell)
        if answered is not None:
            return "delivered" if answered else ""
        stage = cellwords.stage_of(cell.words)
        found = cellwords.rating_of(cell.words, self.context.legend)
        if found.colour and not found.rest and self.fields.get("rag") in {None, found.colour}:
            self.fields["rag"] = found.colour
        elif not stage and not is_nothing(cell.words):
            self.doubt(cell, cellwords.no_stage(cell.words))
        return stage

    def _delivered(self, stage: str) -> str:
        day, cell = self.fields.pop("delivered"), self.cells.pop("completed", None)
        if day is None or cell is None:
            return stage
        if day > self.context.as_at:
            self.doubt(cell, "is still to come: nothing was delivered on it yet")
        elif stage in {"", "delivered", "embedded"}:
            self.fields["delivered"] = day
            return stage or "delivered"
        else:
            self.doubt(cell, f"does not go with {stage.replace('-', ' ')}")
        return stage

    def _reason(self, word: Cell | None) -> None:
        cell = self.cells.pop("reason", None)
        wrong = self.fields.get("rag") in self.context.legend.wrong
        shelved = self.fields["stage"] in {"parked", "superseded"}
        if not wrong and not shelved:
            if cell:
                self.keep(cell)
        elif cell:
            self.fields["reason"] = cell.words
        elif self.progress:
            self.fields["reason"] = "\n".join(self._progress())
            self.progress = []
        elif shelved:
            said = word or self.row.cells["rag"]
            self.fields["reason"] = f"{said.heading}: {said.words}"
        else:
            said = self.row.cells.get("rag") or self.row.cells["stage"]
            self.say(said, "is given with no reason: it was taken, and check asks for one")

    def _progress(self) -> list[str]:
        if len({cell.heading for cell in self.progress}) < 2:  # noqa: PLR2004 - one column
            return [cell.words for cell in self.progress]
        return [f"{cell.heading}: {cell.words}" for cell in self.progress]

    def _evidence(self) -> tuple[Evidence, ...]:
        if self.fields["stage"] == "not-started":
            for cell in self.evidence:
                self.doubt(cell, "can't be evidence yet: the action is not begun")
            return ()
        return tuple(
            Evidence(
                f"E{number}", None, " ".join(cell.words.split()), _link(cell.words) or cell.link
            )
            for number, cell in enumerate(self.evidence, 1)
        )


def _link(words: str) -> str:
    found = _LINK.findall(words)
    return str(found[0]) if len(found) == 1 else ""
