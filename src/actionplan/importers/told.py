"""What came back from owners, in words for whoever takes it in, and as JSON for programs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from actionplan.dates import counted, listed
from actionplan.importers.answers import ALREADY, CLASH, KEPT, LEFT, TAKEN, UNREAD, cut, said
from actionplan.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actionplan.importers.answers import Answer, Point, Reply

SCHEMA = 1
_STANDS = frozenset({CLASH, KEPT, LEFT})
"""What an owner says and the plan does not do, because it was changed meanwhile."""
MOST_LOST = 10
"""Rows without a ref that are told one by one."""


def in_words(replies: Iterable[Reply]) -> Iterator[str]:
    """Say what came back, a line each."""
    for reply in replies:
        yield from _reply(reply)


def _reply(reply: Reply) -> Iterator[str]:
    back = reply.returned
    if reply.refused:
        yield reply.refused
        return
    stood = f" (as it stood on {back.stood})" if back.stood else ""
    changed = [answer for answer in reply.answers if answer.taken]
    same = sum(not answer.points and answer.is_whole for answer in reply.answers)
    yield (
        f"{back.name}{stood}: {counted(len(changed), 'action')} with something new of "
        f"{len(reply.answers)}; {same} left as {'it was' if same == 1 else 'they were'}."
    )
    yield from (f"  {note}" for note in (*reply.notes, *back.notes))
    if back.gone:
        is_one = len(back.gone) == 1
        noun, what = ("Its row is", "it") if is_one else ("Their rows are", "what they name")
        yield f"  {noun} gone: {listed(back.gone)}. Nothing was done to {what}."
    for ref, places in back.twice.items():
        yield f"  Not taken: {ref} stands in {listed(places)} and says different things there."
    yield from (f"  Not taken: {lost}" for lost in back.lost[:MOST_LOST])
    if len(back.lost) > MOST_LOST:
        yield f"  Not taken: {counted(len(back.lost) - MOST_LOST, 'more row')} with no ref."
    for answer in sorted(reply.answers, key=lambda each: not each.points and each.is_whole):
        yield from of_one(answer)


def of_one(answer: Answer) -> Iterator[str]:
    """Say what came back of one action; nothing where nothing did."""
    lines = list(_lines(answer))
    if lines:
        title = f": {cut(answer.title)}" if answer.title else ""
        yield f"{answer.ref}{title} ({cut(answer.owner) or 'no owner'}; {answer.place})"
        yield from (f"  {line}" for line in lines)


def _lines(answer: Answer) -> Iterator[str]:
    if answer.refused:
        yield f"Nothing of its row was taken: {answer.refused}"
    for point in answer.points:
        if point.outcome == TAKEN:
            yield f"It says {_change(point)}" if answer.refused else _change(point)
        elif point.outcome in _STANDS:
            yield _three(point)
        elif point.outcome == UNREAD:
            yield f"Not taken: {point.why}"
    yield from answer.edited
    spoken = {point.field for point in answer.points if point.outcome in {ALREADY, *_STANDS}}
    for point in answer.meanwhile:
        if point.field not in spoken:
            yield (
                f"Changed in the plan meanwhile: {_field(point)}, from {said(point.went_out)} to "
                f"{said(point.now)}."
            )


def _field(point: Point) -> str:
    return "due" if point.field == "due" else point.label


def _change(point: Point) -> str:
    if isinstance(point.says, Evidence):
        where = f", {cut(point.says.where)}" if point.says.where else ""
        return f"evidence: {cut(point.says.what)}{where}"
    if point.field == "due":
        return (
            f"{point.label}: {said(point.says)}; due {said(point.now)} until it is approved. "
            f"{cut(point.grounds)}".rstrip()
        )
    return f"{point.label}: {said(point.now)} -> {said(point.says)}"


def _three(point: Point) -> str:
    """Show the three states of a field side by side."""
    what = "Changed in the plan meanwhile" if point.outcome == KEPT else "CLASH"
    unless = ", unless you say otherwise (--take theirs)" if point.outcome == CLASH else ""
    return (
        f"{what}: {point.label}. It went out as: {said(point.went_out)} | the plan says now: "
        f"{said(point.now)} | the owner says: {said(point.says)}. The plan "
        f"stays as it is{unless}.{_more(point)}"
    )


def asks(answer: Answer, point: Point) -> str:
    """Say what is to be decided of a clash."""
    return (
        f"{answer.ref} {point.label}: it went out as {said(point.went_out)}, the plan says "
        f"{said(point.now)}, the owner says {said(point.says)}.{_more(point)}"
    )


def _more(point: Point) -> str:
    """Say what belongs to a clash: the reason given for a date, and whose action it was."""
    grounds = f" The reason given: {cut(point.grounds)}" if point.grounds else ""
    ends = "" if not grounds or grounds.endswith((".", "!", "?")) else "."
    return f"{grounds}{ends} {point.why}".rstrip()


# --- for programs ---------------------------------------------------------------------------------


def as_data(
    replies: tuple[Reply, ...], as_at: date, changed: Iterable[str], *, dry_run: bool
) -> dict[str, Any]:
    """Give all that came back in the versioned form."""
    return {
        "schema": SCHEMA,
        "kind": "returned",
        "as_at": as_at.isoformat(),
        "dry_run": dry_run,
        "whole": all(reply.is_whole for reply in replies),
        "changed": list(changed),
        "files": [_reply_data(reply) for reply in replies],
    }


def _reply_data(reply: Reply) -> dict[str, Any]:
    back = reply.returned
    return {
        "name": back.name,
        "code": back.code or None,
        "plan": back.title or None,
        "stood": back.stood or None,
        "refused": reply.refused or None,
        "gone": list(back.gone),
        "twice": {ref: list(places) for ref, places in back.twice.items()},
        "not_taken": list(back.lost),
        "notes": [*reply.notes, *back.notes],
        "actions": [_answer_data(answer) for answer in reply.answers],
    }


def _answer_data(answer: Answer) -> dict[str, Any]:
    refused = answer.refused
    return {
        "ref": answer.ref,
        "owner": answer.owner or None,
        "place": answer.place,
        "refused": refused or None,
        "owner_says": [_point_data(point, refused=bool(refused)) for point in answer.points],
        "plan_changed": [
            {"field": point.field, "went_out": _value(point.went_out), "now": _value(point.now)}
            for point in answer.meanwhile
        ],
        "edited": list(answer.edited),
    }


def _point_data(point: Point, *, refused: bool) -> dict[str, Any]:
    return {
        "field": {"due": "due_asked", "what": "evidence"}.get(point.field, point.field),
        "cell": point.cell,
        "went_out": _value(point.went_out),
        "now": _value(point.now),
        "says": _value(point.says),
        "outcome": "refused" if refused and point.outcome == TAKEN else point.outcome,
        "why": " ".join(text for text in (point.grounds, point.why) if text) or None,
    }


def _value(value: Any) -> Any:  # noqa: ANN401 - any field
    if isinstance(value, Evidence):
        return {"what": value.what, "where": value.where or None}
    return value.isoformat() if isinstance(value, date) else value or None
