"""What owners answered, held against the plan: what they changed, what it changed, what clashes.

Three states of each field are looked at: what the plan said when the workbook went out, what it
says now, and what the owner says. A field that only the owner changed is taken; one that both
changed to different things is a clash, and stays as it is unless somebody decides otherwise. Of one
action all that can be taken is taken at once, or a rule forbids it and nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan import changes, legends, proof
from actionplan.dates import in_words, listed, without_weekday
from actionplan.errors import ActionPlanError, RefusedError
from actionplan.importers import typed
from actionplan.importers.typed import NotTakenError
from actionplan.model import DECLARED, OPEN_STAGES, Evidence, Move, is_same
from actionplan.reports import sent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from actionplan.importers.returned import Cell, Returned, Row
    from actionplan.legends import Legend
    from actionplan.model import Action, Entry, Plan

TAKEN, ALREADY, KEPT, CLASH, LEFT, UNREAD = "taken", "already", "kept", "clash", "left", "not read"
"""What became of what an owner says: it is so in the plan now; it was so already; it is what the
plan said when it went out, and has changed since; both changed it, and nobody has decided; somebody
decided that the plan stays as it is; or it can't be read."""
UNKNOWN = "not known any more"
"""What stands for what the plan said, where somebody changed that in the workbook."""
FIELDS = ("stage", "rag", "reason", "note", "forecast", "due")
MOST_EDITS = 3
"""Locked cells of one row that are looked for, before it is said that it can't be told."""
LIKE = 0.6
"""How much alike two titles are of which one may be the other with a slip mended."""


class Point(NamedTuple):
    """What an owner says of one field of an action."""

    field: str
    cell: str
    says: Any
    went_out: Any = None
    now: Any = None
    outcome: str = TAKEN
    why: str = ""
    """Why it was not read, or what beside the field itself clashes."""
    grounds: str = ""
    """Why its owner asks for another date."""

    @property
    def label(self) -> str:
        """Give what the field is called."""
        called = {
            "rag": "rating",
            "due": "due date asked for",
            "what": "evidence",
            "delivered": "delivered on",
        }
        return called.get(self.field, self.field)


class Answer(NamedTuple):
    """What came back of one action."""

    ref: str
    title: str
    owner: str
    place: str
    by: str = ""
    """Whose sheet the row is on, who need not be the owner any more."""
    points: tuple[Point, ...] = ()
    meanwhile: tuple[Point, ...] = ()
    """What the plan changed since it went out; what the owner says of it is nothing here."""
    edited: tuple[str, ...] = ()
    """The locked cells that somebody changed, in sentences."""
    refused: str = ""
    """Why nothing of it was taken."""

    @property
    def taken(self) -> tuple[Point, ...]:
        """Give what is taken over into the plan."""
        return () if self.refused else tuple(p for p in self.points if p.outcome == TAKEN)

    @property
    def is_whole(self) -> bool:
        """Tell whether all that its owner meant could be done, or had been."""
        left = any(point.outcome in {CLASH, UNREAD} for point in self.points)
        return not (self.refused or self.edited or left)


Decide = Callable[[Answer, Point], bool | None]
"""Whether a clash is settled as the owner says; ``None`` where nobody has decided."""


class Reply(NamedTuple):
    """What came back in one workbook."""

    returned: Returned
    answers: tuple[Answer, ...] = ()
    refused: str = ""
    """Why nothing of the whole workbook was taken."""
    notes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether all that was meant could be done, or had been."""
        lost = self.refused or self.returned.lost or self.returned.twice
        return not lost and all(answer.is_whole for answer in self.answers)


Refusals = Mapping[tuple[str, str, str], str]
"""By ref, date and reason of what was asked for: who refused it, and when."""
NONE_REFUSED: Refusals = MappingProxyType({})


def refusals(entries: Iterable[Entry]) -> Refusals:
    """Find the dates that were asked for and refused, in what the history tells."""
    return {
        (change.ref, asked.get("to", ""), sent.bare(asked.get("why"))): (
            f"{entry.why}, on {without_weekday(entry.on)}."
        )
        for entry in entries
        for change in entry.changes
        if entry.command == "move" and change.field == "moves"
        for asked in (change.old or ())[len(change.new or ()) :]
    }


def take(
    plan: Plan,
    workbooks: Iterable[Returned],
    as_at: date,
    decide: Decide,
    refused: Refusals = NONE_REFUSED,
    *,
    same_plan: bool = False,
) -> tuple[Plan, tuple[Reply, ...]]:
    """Take what owners answered into a plan, one workbook after the other.

    With `same_plan` somebody vouches that workbooks of a plan of another name are this one's.
    """
    replies: list[Reply] = []
    for came in workbooks:
        workbook = _vouched(plan, came) if same_plan else came
        plan, reply = _one(plan, workbook, as_at, decide, refused)
        before = tuple(_taken_before(replies, reply))
        replies.append(reply._replace(notes=(*reply.notes, *before)))
    return plan, tuple(replies)


def _taken_before(earlier: Iterable[Reply], reply: Reply) -> Iterator[str]:
    """Say what of the same actions another workbook said, which is what the plan says now."""
    mine = {answer.ref for answer in reply.answers if answer.points}
    for other in earlier:
        refs = [answer.ref for answer in other.answers if answer.taken and answer.ref in mine]
        if refs:
            name = other.returned.name
            yield f"{name} speaks of {listed(refs)} too, and was taken in before this one."


def _one(
    plan: Plan, workbook: Returned, as_at: date, decide: Decide, refused: Refusals
) -> tuple[Plan, Reply]:
    not_ours, notes = _whose(plan, workbook)
    if not_ours:
        return plan, Reply(workbook, (), not_ours)
    actions = {action.id.casefold(): action for action in reversed(plan.actions)}
    answers = []
    for row in workbook.rows:
        ref = row.ref.casefold()
        alone = plan._replace(actions=(actions[ref],) if ref in actions else ())
        after, answer = _answered(alone, row, as_at, decide, refused)
        if after is not alone:
            actions[ref] = after.actions[0]
        answers.append(answer)
    by_id = {action.id: action for action in actions.values()}
    taken = tuple(by_id.get(action.id, action) for action in plan.actions)
    changed = plan if taken == plan.actions else plan._replace(actions=taken)
    return changed, Reply(workbook, tuple(answers), "", notes)


def _whose(plan: Plan, workbook: Returned) -> tuple[str, tuple[str, ...]]:
    """Tell whether a workbook is of this plan: by its code, else by what its rows name."""
    code = sent.code(plan)
    if workbook.code == code:
        return "", ()
    if not workbook.code:
        return "", ("The line with the plan's code is gone: rows were known by ref and title.",)
    if all(_is_of(plan, row) for row in workbook.rows):
        return "", (f"The plan had another name when this went out: {workbook.title}.",)
    of = f" '{workbook.title}'" if workbook.title else ""
    refused = (
        f"{workbook.name} is of another plan,{of} (plan code {workbook.code}); this one is "
        f"'{plan.title}' ({code}). Nothing of it was taken. If the plan was only renamed, "
        "--same-plan takes the rows whose ref and title fit."
    )
    return refused, ()


def _vouched(plan: Plan, workbook: Returned) -> Returned:
    code = sent.code(plan)
    if workbook.code in {"", code}:
        return workbook
    note = f"It went out of '{workbook.title}' ({workbook.code}), which is said to be this plan."
    return workbook._replace(code=code, notes=(*workbook.notes, note))


def _is_of(plan: Plan, row: Row) -> bool:
    action = plan.find("actions", row.ref)
    title = row.said.get("title")
    return action is not None and (
        title is None or sent.bare(title.text) == sent.bare(sent.shown(action.title))
    )


# --- one action -----------------------------------------------------------------------------------


def _answered(
    plan: Plan, row: Row, as_at: date, decide: Decide, refused: Refusals
) -> tuple[Plan, Answer]:
    """Take one row into a plan that holds its action alone; no verb used here needs another."""
    action: Action | None = plan.find("actions", row.ref)
    if action is None:
        answer = Answer(row.ref, "", row.owner, row.place, row.owner)
        return plan, answer._replace(refused=f"There is no action {row.ref} in this plan.")
    answer = Answer(action.id, action.title, action.owner, row.place, row.owner)
    base = _base(plan, action, row)
    if base.is_other:
        return plan, answer._replace(refused=base.is_other)
    answer = answer._replace(
        meanwhile=tuple(_meanwhile(action, base)), edited=tuple(_edited(action, base))
    )
    points = (*_points(plan, action, row, base, as_at), *_evidence(plan, action, row, as_at))
    meant = base.doubt or _handed_over(action, row) or _superseded(action, base)
    unlike = {p.field: _unlike(p, action, base, legends.of(plan.policy)) for p in points}
    unlike["reason"] = unlike.get("rag", "")
    points = tuple(
        _doubted(p, meant or unlike[p.field] or _said_no(p, action, refused)) for p in points
    )
    answer = answer._replace(points=points)
    answer = answer._replace(points=tuple(_decided(answer, point, decide) for point in points))
    try:
        return _done(plan, answer, as_at), answer
    except ActionPlanError as error:
        return plan, answer._replace(refused=error.sentence)


def _decided(answer: Answer, point: Point, decide: Decide) -> Point:
    decided = decide(answer, point) if point.outcome == CLASH else None
    return point if decided is None else point._replace(outcome=TAKEN if decided else LEFT)


def _handed_over(action: Action, row: Row) -> str:
    """Say that an action is another owner's now."""
    owners = sent.bare(row.owner).casefold(), sent.bare(action.owner).casefold()
    if not row.owner or owners[0] == owners[1] or is_same(row.owner, action.owner):
        return ""
    return f"It went out to {row.owner}, and is {action.owner}'s now."


def _superseded(action: Action, base: _Base) -> str:
    """Say that an action was given up since it went out."""
    gone = action.stage == "superseded" and base.went["stage"] not in {UNKNOWN, action.stage}
    return f"{action.id} was superseded since it went out." if gone else ""


def _unlike(point: Point, action: Action, base: _Base, legend: Legend) -> str:
    """Say where a stage and a rating can't both be meant, and the plan has one since."""
    other = {"stage": "rag", "rag": "stage"}.get(point.field)
    if other is None or point.says is None or base.went[other] is UNKNOWN:
        return ""
    now = getattr(action, other)
    stage, rag = (point.says, now) if other == "rag" else (now, point.says)
    together = stage in {*OPEN_STAGES, "parked"} or rag not in legend.wrong
    if together or _same(base.went[other], now):
        return ""
    called = "rated" if other == "rag" else "said to be"
    return f"Since it went out it was {called} {now.replace('-', ' ')}."


def _said_no(point: Point, action: Action, refused: Refusals) -> str:
    """Say who refused the same date for the same reason: a workbook may come in twice."""
    if point.field != "due":
        return ""
    return refused.get((action.id, str(point.says), sent.bare(point.grounds)), "")


def _doubted(point: Point, meant: str) -> Point:
    """Treat what may have been said of something else, or by somebody else, as a clash."""
    if not meant or point.outcome not in {TAKEN, CLASH}:
        return point
    return point._replace(outcome=CLASH, why=meant)


class _Base(NamedTuple):
    """What the plan said of an action when it went out, as far as that is known."""

    went: dict[str, Any]
    """By field; `UNKNOWN` where the cell is gone, or was changed."""
    edited: dict[str, Cell]
    """The locked cells that are not as they went out."""
    is_other: str = ""
    """Why the row is not taken for one of this action, where it is not."""
    doubt: str = ""
    """Why what its owner says may be meant of another action, where it may."""
    is_certain: bool = True
    """False where it can't be told whether somebody changed a cell, or the plan was changed."""


def _base(plan: Plan, action: Action, row: Row) -> _Base:
    """Find out what the plan said when it went out, and which locked cells were changed since."""
    legend = legends.of(plan.policy)
    now = sent.values(action, legend)
    stands = {field: _as_said(field, cell) for field, cell in row.said.items()}
    stands["ref"] = now["ref"]
    differ = [f for f in sent.MARKED if f in stands and not _same(stands[f], now[f])]
    edited = _edits(row.mark, stands, now, differ)
    doubted = differ if edited is None and row.mark else []
    lost = [f for f in FIELDS if f not in stands] if edited is None else []

    def went(field: str) -> Any:  # noqa: ANN401 - any field
        if field in doubted or field in lost:
            return UNKNOWN
        if field in (edited or ()) or field not in differ:
            return getattr(action, field)
        return _typed(field, stands[field], legend)

    return _Base(
        {field: went(field) for field in FIELDS},
        {field: row.said[field] for field in edited or doubted},
        "" if edited is not None else _other(action, stands),
        _retitled(action, stands, edited),
        is_certain=edited is not None,
    )


def _edits(
    mark: str, stands: dict[str, sent.Value], now: dict[str, sent.Value], differ: list[str]
) -> tuple[str, ...] | None:
    """Find the cells that somebody changed: with what the plan says in them, the mark is right.

    What differs otherwise was changed by the plan. ``None`` where that can't be told.
    """
    if not mark:
        return None
    for number in range(min(len(differ), MOST_EDITS) + 1):
        for fields in combinations(differ, number):
            if mark == sent.mark({**now, **stands, **{field: now[field] for field in fields}}):
                return fields
    return None


def _is_like(title: sent.Value, action: Action) -> bool:
    return title is None or SequenceMatcher(None, str(title), action.title).ratio() >= LIKE


def _retitled(action: Action, stands: dict[str, sent.Value], edited: Collection[str] | None) -> str:
    """Say that the plan has another action under this ref now, or calls it something else."""
    title = stands.get("title")
    if edited is None or "title" in edited or _is_like(title, action):
        return ""
    return f"It went out as '{cut(title)}', and {action.id} is called '{cut(action.title)}' now."


def _other(action: Action, stands: dict[str, sent.Value]) -> str:
    title = stands.get("title")
    if _is_like(title, action):
        return ""
    return (
        f"The row calls {action.id} '{cut(title)}', and in the plan it is '{cut(action.title)}': "
        "its ref or its title was changed, or it is of another plan."
    )


def cut(text: Any) -> str:  # noqa: ANN401 - a value of a cell
    """Give a text as short as a line of a list should be."""
    said = " ".join(str(text).split())
    return said if len(said) <= 70 else f"{said[:67]}..."  # noqa: PLR2004 - as much as a line has


def _as_said(field: str, cell: Cell) -> sent.Value:
    """Give what a locked cell says; a day as a day, whatever a program made of it."""
    if field in sent.DATES and isinstance(cell.value, str):
        try:
            return typed.day(cell, legends.BRAG, date.min)
        except NotTakenError:
            return cell.text
    return cell.value if isinstance(cell.value, date) else cell.text


def _typed(field: str, said: sent.Value, legend: Legend) -> Any:  # noqa: ANN401 - any field
    """Give what a locked cell says as the plan would."""
    if field == "stage":
        return str(said).strip().replace(" ", "-")
    if field == "rag":
        colour = str(said).partition(":")[0].strip()
        by_label = (c for c in legend.ratings if sent.bare(legend.said(c)) == sent.bare(said))
        return colour if colour in DECLARED else next(by_label, "")
    return said or (None if field in sent.DATES else "")


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any field
    if isinstance(one, str) and isinstance(other, str):
        return sent.bare(sent.shown(one)) == sent.bare(sent.shown(other))
    return sent.bare(one) == sent.bare(other)


def _meanwhile(action: Action, base: _Base) -> Iterator[Point]:
    for field in FIELDS:
        was, now = base.went[field], getattr(action, field)
        if was is not UNKNOWN and not _same(was, now):
            yield Point(field, "", None, was, now)


def _edited(action: Action, base: _Base) -> Iterator[str]:
    for field, cell in base.edited.items():
        if field == "updated":
            continue
        heading = sent.SAID[field]
        advice = {
            "due": f"Another date is asked for in the column '{sent.ASKED['due']}'.",
            "title": "A title is changed by whoever keeps the plan.",
        }.get(field) or f"What has changed is written in the column '{sent.ASKED[field]}'."
        now = said(getattr(action, field))
        maybe = "" if base.is_certain else ", unless it is the plan that was changed"
        yield (
            f"{cell.name} ({heading}) is locked and was changed to {said(_as_said(field, cell))}, "
            f"where the plan says {now}{maybe}: not taken. {advice}"
        )


def said(value: Any) -> str:  # noqa: ANN401 - any field
    """Say a value in a sentence."""
    if value in {None, ""}:
        return "nothing"
    if value == UNKNOWN:
        return UNKNOWN
    if isinstance(value, date):
        return without_weekday(value)
    return f"'{cut(value)}'"


# --- its fields -----------------------------------------------------------------------------------


def _points(plan: Plan, action: Action, row: Row, base: _Base, as_at: date) -> tuple[Point, ...]:
    points = [
        _point(plan, action, field, cell, base, as_at)
        for field in FIELDS
        if (cell := row.asked.get(field)) is not None and typed.is_filled(cell)
    ]
    points = [_still_to_come(p, as_at) for p in _with_delivery(points, action, as_at)]
    if any(p.field in {"stage", "rag"} and p.outcome == UNREAD for p in points):
        points = [_without_its_reason(point) for point in points]
    why = row.asked.get("why")
    asked = next((point for point in points if point.field == "due"), None)
    if why is None or not typed.is_filled(why):
        return tuple(points)
    if asked is None:
        lone = "it gives a reason for another date, and no date."
        return (*points, Point("due", why.name, None, outcome=UNREAD, why=f"{why.name}: {lone}"))
    return tuple(_with_why(point, why, plan, as_at) for point in points)


def _with_delivery(points: list[Point], action: Action, as_at: date) -> list[Point]:
    """Take a forecast that is not to come for the day on which what is delivered was."""
    stage = next((p for p in points if p.field == "stage" and p.says == "delivered"), None)
    if stage is None:
        return points
    if any(p.field == "forecast" and p.outcome == UNREAD for p in points):
        why = f"{stage.cell} was not taken either: on which day it was delivered can't be read."
        unread = stage._replace(outcome=UNREAD, why=why)
        return [unread if point is stage else point for point in points]
    outcome = TAKEN if stage.outcome == TAKEN else ALREADY
    return [
        Point("delivered", point.cell, point.says, None, action.delivered, outcome)
        if point.field == "forecast" and point.says and point.says <= as_at
        else point
        for point in points
    ]


def _still_to_come(point: Point, as_at: date) -> Point:
    """Leave a forecast that is past: of an action that is not delivered, it is a slip or stale."""
    if point.field != "forecast" or point.outcome not in {TAKEN, CLASH} or point.says >= as_at:
        return point
    why = (
        f"{point.cell} forecasts {without_weekday(point.says)}, which is past, and does not say "
        "that it is delivered. Ask its owner which day is meant."
    )
    return point._replace(outcome=UNREAD, why=why)


def _without_its_reason(point: Point) -> Point:
    if point.field != "reason":
        return point
    why = f"{point.cell} was not taken either: it is the reason of what could not be read."
    return point._replace(outcome=UNREAD, why=why)


def _with_why(point: Point, cell: Cell, plan: Plan, as_at: date) -> Point:
    if point.field != "due" or point.outcome == UNREAD:
        return point
    try:
        return point._replace(grounds=str(typed.text(cell, legends.of(plan.policy), as_at)))
    except NotTakenError as error:
        return point._replace(outcome=UNREAD, why=error.sentence)


def _point(plan: Plan, action: Action, field: str, cell: Cell, base: _Base, as_at: date) -> Point:
    went, now = base.went[field], getattr(action, field)
    if field == "due" and action.asked:
        now = action.due
    try:
        says = typed.READERS[field](cell, legends.of(plan.policy), as_at)
    except NotTakenError as error:
        return Point(field, cell.name, None, went, now, UNREAD, error.sentence)
    if field == "due" and now is None and isinstance(says, date):
        why = (
            f"{cell.name} asks for {without_weekday(says)}, and there is no due date yet to be "
            f"moved. Give it its first with: actionplan update {action.id} --due {says}"
        )
        return Point(field, cell.name, says, went, now, UNREAD, why)
    return Point(field, cell.name, says, went, now, _outcome(action, field, says, went))


def _outcome(action: Action, field: str, says: Any, went: Any) -> str:  # noqa: ANN401 - any field
    now = getattr(action, field)
    if _same(says, now) or (field == "stage" and says == "delivered" and now == "embedded"):
        return ALREADY
    if field == "due" and action.asked and action.asked.to == says:
        return ALREADY
    if went is UNKNOWN:
        return CLASH
    if _same(went, now):
        return TAKEN
    return KEPT if _same(says, went) else CLASH


def _evidence(plan: Plan, action: Action, row: Row, as_at: date) -> Iterator[Point]:
    """Read what evidence is named; it comes beside what there is, and clashes with nothing."""
    given = {f: c for f in ("what", "where") if (c := row.asked.get(f)) and typed.is_filled(c)}
    if not given:
        return
    legend = legends.of(plan.policy)
    if "what" not in given:
        name = given["where"].name
        why = f"{name} says where evidence is, and nothing says what it is."
        yield Point("what", name, None, outcome=UNREAD, why=why)
        return
    try:
        texts = {field: str(typed.text(cell, legend, as_at)) for field, cell in given.items()}
    except NotTakenError as error:
        yield Point("what", given["what"].name, None, outcome=UNREAD, why=error.sentence)
        return
    made = Evidence(what=texts["what"], where=texts.get("where", ""))
    known = any(_same(e.what, made.what) and _same(e.where, made.where) for e in action.evidence)
    yield Point("what", given["what"].name, made, outcome=ALREADY if known else TAKEN)


# --- doing it -------------------------------------------------------------------------------------


def _done(plan: Plan, answer: Answer, as_at: date) -> Plan:
    """Do all that an answer asks for, by the verbs that the commands have."""
    taken = {point.field: point for point in answer.taken}
    fields: dict[str, Any] = {
        field: taken[field].says for field in ("stage", "rag", "note", "forecast") if field in taken
    }
    reason = next((p for p in answer.points if p.field == "reason"), None)
    if (
        reason is not None
        and reason.outcome in {TAKEN, ALREADY}
        and (fields or reason.outcome == TAKEN)
    ):
        fields["reason"] = reason.says
    if "rag" in taken and not fields.get("reason"):
        _refuse_no_reason(plan, answer.ref, taken["rag"])
    if "due" in taken:
        plan = _asked(plan, answer.ref, taken["due"], as_at)
    if fields.get("stage") == "delivered":
        del fields["stage"]
        on = next((p.says for p in answer.points if p.field == "delivered"), as_at)
        plan = changes.deliver_action(plan, answer.ref, on, as_at)
    if fields:
        plan = changes.update_action(plan, answer.ref, fields, as_at)
    if "what" in taken:
        plan = proof.add_evidence(plan, answer.ref, taken["what"].says, as_at)
    return plan


def _refuse_no_reason(plan: Plan, ref: str, point: Point) -> None:
    if point.says in legends.of(plan.policy).wrong:
        message = (
            f"{ref} would be {point.says} with no reason. Ask its owner, then: actionplan update "
            f"{ref} --rag {point.says} --reason TEXT"
        )
        raise RefusedError(message)


def _asked(plan: Plan, ref: str, point: Point, as_at: date) -> Plan:
    to: date = point.says
    if not point.grounds:
        message = (
            f"{point.cell} asks for {without_weekday(to)} with no reason: a date is asked for with "
            f"one, in the column '{sent.ASKED['why']}'."
        )
        raise RefusedError(message)
    if to < as_at:
        message = f"{point.cell} asks for {in_words(to)}, which is in the past."
        raise RefusedError(message)
    return changes.ask_move(plan, ref, Move(to=to, why=point.grounds), as_at)
