"""A plan in a table laid beside the plan in the file: what is new, what is there, what differs.

What the plan holds is never changed here: a row that is there already in other words of its own is
shown, and only what the plan has nothing of is taken.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from actionplan import changes, taking
from actionplan.dates import counted, in_words
from actionplan.errors import ActionPlanError, RefusedError, WrongUsageError
from actionplan.importers import rows, tables
from actionplan.importers.actions import Context, Listed, is_nothing
from actionplan.importers.cellwords import ORDERS
from actionplan.importers.columns import IGNORE, NAMES, plain
from actionplan.importers.tables import Row
from actionplan.legends import of as legend_of
from actionplan.model import Finding, highest_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from actionplan.importers.actions import ActionDraft
    from actionplan.importers.grids import Grid
    from actionplan.importers.rows import Drafts
    from actionplan.importers.tables import Cell, Table
    from actionplan.model import Action, Plan, Review

_OF_FINDING = ("ref", "theme", "text", "outcome")
_COMPARED = ("owner", "start", "due", "forecast", "delivered", "stage", "rag")
_LIKE = 0.75
"""How much alike two titles are of which one may be the other, reworded."""
_MOST_NAMED = 12
_MOST_OVER, _LONGEST_OVER = 4, 80
_EXPORTED = frozenset({"About", "Actions", "Findings", "Moves", "Evidence", "Tests"})
"""Sheets of our own workbook, as no other has them together."""
_TOP = 6
"""Rows in which a workbook for owners says which plan it is of."""
_NO_STAGE = (
    "No column says the stage: an action with a rating, progress or evidence is taken as in "
    "progress, any other as not started."
)


class Read(NamedTuple):
    """What the tables of a file say, before they are laid beside a plan."""

    file: str
    drafts: Drafts
    remarks: tuple[str, ...]
    """What became of columns and sheets, in sentences."""


class Meant(NamedTuple):
    """What was said of where the rows belong."""

    review: Review
    """Of the findings: one of the plan, or a new one."""
    answers: str = ""
    """The ref of the finding that rows with no recommendation answer."""
    owner: str = ""
    """The post of rows that name none."""


class Differs(NamedTuple):
    """A row that the plan has already, and says otherwise of."""

    ref: str
    field: str
    plan: str
    file: str
    where: str


class Laid(NamedTuple):
    """The rows beside the plan."""

    plan: Plan
    """With what is new taken in."""
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    held: int
    """Rows that the plan has already."""
    differs: tuple[Differs, ...]
    homeless: tuple[Listed, ...]
    """Actions that can't be taken: they answer nothing, or nobody owns them."""
    alike: tuple[Listed, ...] = ()
    """New actions that may be one of the plan, reworded."""
    absent: tuple[str, ...] = ()
    """Actions of the plan that answer the same findings and stand in no row."""

    def notes(self) -> tuple[str, ...]:
        """Say what of the plan the file has no more."""
        if not self.absent or not self.held:
            return ()
        more = len(self.absent) - _MOST_NAMED
        named = ", ".join(self.absent[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        what = "it" if len(self.absent) == 1 else "them"
        return (
            f"The plan has {named} for the same findings, and no row of the file names {what}.",
        )


# --- reading ------------------------------------------------------------------------------------


def mapped(stated: Sequence[str]) -> dict[str, str]:
    """Read what columns were said to be: ``Lead officer=owner``.

    Raises:
        WrongUsageError: where that is no such thing.

    """
    maps = {}
    for each in stated:
        heading, sign, field = each.rpartition("=")
        name = field.strip().casefold()
        if not sign or not heading.strip() or name not in NAMES:
            message = f"--map '{each}' is not HEADING=FIELD: the fields are {', '.join(NAMES)}."
            raise WrongUsageError(message)
        maps[plain(heading) or heading.strip().casefold()] = name
    return maps


def order_in(stated: str) -> str:
    """Read in which order figures were said to name a day.

    Raises:
        WrongUsageError: where that is no such order.

    """
    if stated and stated not in ORDERS:
        message = f"--dates is '{stated}'; use {' or '.join(ORDERS)}."
        raise WrongUsageError(message)
    return stated


def found_in(name: str, grids: Sequence[Grid], sheet: str, maps: Mapping[str, str]) -> list[Table]:
    """Find the plans in the tables of a file.

    Raises:
        WrongUsageError: where a sheet or a column that was named is not there.
        ActionPlanError: where none of them is a plan.

    """
    if not sheet:
        _refuse_ours(name, grids)
    chosen = [grid for grid in grids if not grid.hidden or grid.name == sheet]
    if sheet:
        chosen = [grid for grid in grids if grid.name.casefold() == sheet.casefold()]
        if not chosen:
            named = ", ".join(grid.name for grid in grids)
            message = f"{name} has no sheet '{sheet}'. It has: {named}."
            raise WrongUsageError(message)
    several = len(chosen) > 1
    found = [
        table
        for grid in chosen
        for table in tables.tables_in(grid, maps, f"{grid.name}!" if several else "")
    ]
    if not found:
        message = (
            f"{name} has no table that looks like a plan: no row of headings names an action or a "
            "recommendation. Say what its columns are, such as --map 'What we do=action'."
        )
        raise ActionPlanError(message)
    _refuse_unknown(name, found, maps)
    return found


def _refuse_ours(name: str, grids: Sequence[Grid]) -> None:
    """Refuse what came out of a plan that is kept here: it stands there already."""
    if {grid.name for grid in grids} >= _EXPORTED:
        message = (
            f"{name} is a workbook that was exported from a plan, which has all of it already. Use "
            "that plan; --sheet NAME takes in one sheet all the same."
        )
        raise ActionPlanError(message)
    top = (value for grid in grids for row in grid.rows[:_TOP] for value in row[:1])
    if any(isinstance(value, str) and value.startswith("Plan code: ") for value in top):
        message = f"{name} is a workbook for owners: import update {name} takes it in."
        raise ActionPlanError(message)


def _refuse_unknown(name: str, found: Sequence[Table], maps: Mapping[str, str]) -> None:
    headings = {plain(column.heading): column.heading for each in found for column in each.columns}
    letters = {column.name.casefold() for each in found for column in each.columns}
    for stated in maps:
        if stated not in headings and stated not in letters:
            known = ", ".join(f"'{heading}'" for heading in headings.values() if heading)
            message = f"{name} has no column '{stated}'. It has: {known}."
            raise WrongUsageError(message)


def read(
    name: str, grids: Sequence[Grid], found: Sequence[Table], context: Context, sheet: str = ""
) -> Read:
    """Read the rows of the plans that were found."""
    drafts = rows.drafts_of(found, context)
    remarks = [
        f"Column {column.name}{f' ({column.heading})' if column.heading else ''}: {column.remark}."
        for table in found
        for column in table.columns
        if column.remark
    ]
    unread = [
        f"Sheet '{grid.name}' is hidden, and was not read: --sheet '{grid.name}' reads it."
        for grid in grids
        if grid.hidden and grid.name.casefold() != sheet.casefold()
    ]
    read_from = {table.grid.name for table in found}
    others = [
        grid.name
        for grid in grids
        if grid.rows and not sheet and not grid.hidden and grid.name not in read_from
    ]
    if others:
        unread.append(f"No plan was found in {', '.join(others)}: nothing of it was read.")
    notes = [note for grid in grids for note in grid.notes]
    notes += filter(None, (_over(table, drafts, several=len(found) > 1) for table in found))
    if blank := [cell.where for cell in _cells(found) if is_nothing(cell.words)]:
        more = f" and {len(blank) - _MOST_NAMED} more" if len(blank) > _MOST_NAMED else ""
        verb = "says" if len(blank) == 1 else "say"
        named = ", ".join(blank[:_MOST_NAMED])
        notes.append(f"{named}{more} {verb} nothing (such as n/a or a dash): taken as blank.")
    if not any("stage" in table.fields() for table in found):
        notes.append(_NO_STAGE)
    return Read(name, drafts, tuple(dict.fromkeys([*unread, *notes, *remarks])))


def _over(table: Table, drafts: Drafts, *, several: bool) -> str:
    """Say what stands over the headings of a table and is no part of the plan."""
    read = {plain(said) for each in drafts.findings for said in (each.text, each.theme) if said}
    lost = [text for text in table.above if not any(said in plain(text) for said in read)]
    if not lost:
        return ""
    cut = [text if len(text) <= _LONGEST_OVER else f"{text[:_LONGEST_OVER]}..." for text in lost]
    more = f" and {counted(len(cut) - _MOST_OVER, 'more cell')}" if len(cut) > _MOST_OVER else ""
    where = f"the table of {table.grid.name}" if several else "the table"
    said = "; ".join(f"'{' '.join(text.split())}'" for text in cut[:_MOST_OVER])
    return f"Over {where} stands what was not read: {said}{more}."


def _cells(found: Sequence[Table]) -> Iterator[Cell]:
    for table in found:
        for row in table.body:
            if isinstance(row, Row):
                yield from row.cells.values()
                yield from (cell for field, cell in row.notes if field != IGNORE)


def context_of(
    plan: Plan, name: str, as_at: date, *, month_end: bool, dates: str = "", split: bool = False
) -> Context:
    """Give what the rows are read by: the plan's own legend, posts and numbers."""
    owners = [owner.id for owner in plan.owners] + [action.owner for action in plan.actions]
    numbers = frozenset(plain(finding.ref) for finding in plan.findings if finding.ref)
    return Context(
        name, as_at, legend_of(plan.policy), tuple(owners), numbers, month_end, split, dates
    )


# --- laying -------------------------------------------------------------------------------------


def lay(plan: Plan, said: Read, meant: Meant, as_at: date, issued: Mapping[str, int]) -> Laid:
    """Lay what was read beside a plan, and take in what is new.

    Raises:
        WrongUsageError: where a ref or a post that was given is none of the plan.

    """
    if plan.find("reviews", meant.review.id) is None:
        plan = changes.add_review(plan, meant.review)
    counts = {key: max(number, issued.get(key, 0)) for key, number in highest_numbers(plan).items()}
    known, new, otherwise = _findings(plan, said, meant.review.id, counts["F"])
    answers = changes.the(plan, "findings", meant.answers).id if meant.answers else ""
    owner = changes.one_owner(meant.owner) if meant.owner else ""
    plan = plan._replace(findings=(*plan.findings, *new))
    laying = _Laying(plan, as_at, counts["A"])
    laying.differs += otherwise
    for draft in said.drafts.actions:
        ref = known.get(draft.finding, "") if draft.finding is not None else ""
        laying.take(draft if ref else _numbered(draft, said), ref or answers, owner)
    laid = plan._replace(actions=(*plan.actions, *laying.new))
    absent = laying.absent(plan, frozenset(known.values()))
    return Laid(
        laid,
        new,
        tuple(laying.new),
        laying.held,
        tuple(laying.differs),
        tuple(laying.homeless),
        tuple(laying.alike(absent)),
        tuple(action.id for action in absent),
    )


def _findings(
    plan: Plan, said: Read, review: str, last: int
) -> tuple[dict[int, str], tuple[Finding, ...], list[Differs]]:
    """Give the ref of each finding that the rows name, those that are new, and what differs."""
    held = [finding for finding in plan.findings if finding.review == review]
    by_number = {plain(finding.ref): finding.id for finding in held if finding.ref}
    places = [place for place, each in enumerate(said.drafts.findings) if each.text]
    drafts = [_finding(said, place, review) for place in places]
    same = taking.compare(drafts, held)
    known = {
        place: by_number[plain(each.ref)]
        for place, each in enumerate(said.drafts.findings)
        if not each.text and plain(each.ref) in by_number
    }
    new: list[Finding] = []
    differs: list[Differs] = []
    for place, ref in known.items():
        there = next(finding for finding in held if finding.id == ref)
        differs += _otherwise(
            there, _finding(said, place, review), said.drafts.findings[place].where
        )
    for number, place in enumerate(places):
        match = same.held.get(number) or same.reworded.get(number)
        if match is None:
            last += 1
            match = drafts[number]._replace(id=f"F{last}")
            new.append(match)
        differs += _otherwise(match, drafts[number], said.drafts.findings[place].where)
        known[place] = match.id
    return known, tuple(new), differs


def _otherwise(there: Finding, draft: Finding, where: str) -> list[Differs]:
    """Give what a file says of a finding that the plan has, and the plan says otherwise or not."""
    said = ((field, getattr(there, field), getattr(draft, field)) for field in _OF_FINDING)
    return [
        Differs(there.id, field, _shown(ours), theirs, where)
        for field, ours, theirs in said
        if theirs and taking.plain(ours) != taking.plain(theirs)
    ]


def _numbered(draft: ActionDraft, said: Read) -> ActionDraft:
    """Keep in the note the number of a recommendation that neither the file nor the plan has."""
    if draft.finding is None:
        return draft
    unknown = said.drafts.findings[draft.finding]
    theme = f"Theme: {unknown.theme}" if unknown.theme else ""
    number = f"Recommendation: {unknown.ref}"
    note = "\n".join(filter(None, (draft.action.note, number, theme)))
    return draft._replace(action=draft.action._replace(note=note))


def _finding(said: Read, place: int, review: str) -> Finding:
    each = said.drafts.findings[place]
    return Finding(
        "?", review, each.ref, each.theme, each.kind or "improvement", each.text,
        outcome=each.outcome,
    )  # fmt: skip


class _Laying:
    """One pass down the actions that were read."""

    def __init__(self, plan: Plan, as_at: date, last: int) -> None:
        self.as_at, self.last = as_at, last
        self.new: list[Action] = []
        self.differs: list[Differs] = []
        self.homeless: list[Listed] = []
        self.wheres: dict[str, str] = {}
        """Of each new action, by its ref: in which row it stands."""
        self.held = 0
        self.there: dict[tuple[str, str], list[Action]] = {}
        self.seen: Counter[tuple[str, str]] = Counter()
        for action in plan.actions:
            for ref in action.answers:
                self.there.setdefault((taking.plain(action.title), ref), []).append(action)

    def take(self, draft: ActionDraft, finding: str, owner: str) -> None:
        """Take an action, or tell that it is there, or why it can't be taken."""
        action = draft.action._replace(owner=draft.action.owner or owner)
        key = (taking.plain(action.title), finding)
        there = self.there.get(key, [])
        if self.seen[key] < len(there):
            self.held += 1
            self._compare(there[self.seen[key]], action, draft.where)
        elif lacks := _lacks(action, finding):
            self.homeless.append(Listed(draft.where, action.title, lacks))
        else:
            self.last += 1
            updated = action.updated or self.as_at
            taken = action._replace(id=f"A{self.last}", answers=(finding,), updated=updated)
            self.new.append(taken)
            self.wheres[taken.id] = draft.where
        self.seen[key] += 1

    def _compare(self, there: Action, action: Action, where: str) -> None:
        for field in _COMPARED:
            ours, theirs = getattr(there, field), getattr(action, field)
            if theirs and ours != theirs:
                self.differs.append(Differs(there.id, field, _shown(ours), _shown(theirs), where))
        self.differs += _said_besides(there, action, where)

    def absent(self, plan: Plan, findings: frozenset[str]) -> list[Action]:
        """Give the actions that the plan had for the same findings, and no row names."""
        named = {
            action.id
            for key, times in self.seen.items()
            for action in self.there.get(key, [])[:times]
        }
        return [a for a in plan.actions if a.id not in named and findings & {*a.answers}]

    def alike(self, absent: Sequence[Action]) -> Iterator[Listed]:
        """List the new actions that may be one of the plan in other words."""
        for action in self.new:
            for there in absent:
                if {*action.answers} & {*there.answers} and _is_like(action.title, there.title):
                    why = (
                        f"is taken as new, and reads like {there.id} ('{there.title}'), which no "
                        "row names: is it the same, reworded?"
                    )
                    yield Listed(self.wheres[action.id], action.title, why)
                    break


def _is_like(title: str, other: str) -> bool:
    return SequenceMatcher(None, taking.plain(title), taking.plain(other)).ratio() >= _LIKE


def _said_besides(there: Action, action: Action, where: str) -> Iterator[Differs]:
    """Give what a row says in its note and its evidence, and the plan nowhere."""
    held = set().union(*map(_readings, _lines(there)))
    new = [line for line in dict.fromkeys(_lines(action)) if not _readings(line) & held]
    if new:
        yield Differs(there.id, "note", there.note or there.reason or "none", "\n".join(new), where)
    known = {taking.plain(each.what) for each in there.evidence}
    for each in action.evidence:
        if taking.plain(each.what) not in known:
            yield Differs(there.id, "evidence", "none such", each.what, where)


def _lines(action: Action) -> list[str]:
    return [line for text in (action.note, action.reason) for line in text.splitlines()]


def _readings(line: str) -> set[str]:
    """Give a line of a note as it is, and without the heading that it came from."""
    return {taking.plain(line), taking.plain(line.partition(": ")[2] or line)}


def _lacks(action: Action, finding: str) -> str:
    if not finding:
        return (
            "no recommendation is named: say with --answers which finding is answered, or with "
            "--map which column holds them"
        )
    return "" if action.owner else "no owner is named: say with --owner which post it is"


def _shown(value: object) -> str:
    return in_words(value) if hasattr(value, "weekday") else str(value or "none")  # type: ignore[arg-type]


def refuse_homeless(laid: Laid) -> None:
    """Refuse rows that no plan can hold.

    Raises:
        RefusedError: naming them.

    """
    for why in dict.fromkeys(each.why for each in laid.homeless):
        mine = [each.where for each in laid.homeless if each.why == why]
        more = f" and {len(mine) - _MOST_NAMED} more" if len(mine) > _MOST_NAMED else ""
        places = ", ".join(mine[:_MOST_NAMED]) + more
        message = f"{places[:1].upper()}{places[1:]}: {why}."
        raise RefusedError(message)
