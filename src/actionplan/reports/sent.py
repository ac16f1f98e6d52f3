"""What goes out to owners: their actions as the plan states them, and what they may say of each.

A row carries all that is needed to take it back: what the plan said when it went out, and a mark
that tells whether somebody changed that. Texts are compared without their white space and without
what no cell shows, so that a program that only saved the workbook has changed nothing.
"""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from actionplan.changes import ALLOWED_STAGES
from actionplan.dates import counted, listed, without_weekday
from actionplan.model import is_same
from actionplan.reports.lines import asked_for
from actionplan.reports.sheets import exempt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.legends import Legend
    from actionplan.model import Action, Finding, Plan
    from actionplan.query import View

Value = date | str | None

SAID = {
    "ref": "Ref",
    "title": "Action",
    "answers": "Answers",
    "due": "Due",
    "stage": "Stage",
    "rag": "Rating",
    "reason": "Reason",
    "forecast": "Forecast",
    "note": "Note",
    "updated": "Updated",
}
"""What the plan says, with the heading that each stands under."""
ASKED = {
    "stage": "New stage",
    "rag": "New rating",
    "reason": "New reason",
    "note": "New note",
    "forecast": "New forecast",
    "due": "Due date asked for",
    "why": "Why that date",
    "what": "Evidence: what it is",
    "where": "Evidence: where it is",
}
"""What an owner may fill in, with the heading that each stands under."""
MARK = "Row mark"
"""The heading of what tells whether the plan's side of a row is as it went out."""
MARKED = ("ref", "title", "due", "stage", "rag", "reason", "forecast", "note", "updated")
DATES = frozenset({"due", "forecast", "updated"})
NOT_OFFERED = frozenset({"superseded"})
"""A stage that is set for good is not set in passing."""

LONGEST = 3_000
CUT = " [Cut here: the plan has the whole text.]"
CODE = "Plan code"
HOLDS = "This sheet holds"
_SHORT = 160


class SentLine(NamedTuple):
    """One action as it goes out."""

    ref: str
    title: str
    answers: str
    due: date | None
    stage: str
    rag: str
    """The colour with what it is called."""
    reason: str
    forecast: date | None
    note: str
    updated: date | None
    mark: str
    stages: tuple[str, ...]
    """What its owner may set."""


class SentSheet(NamedTuple):
    """What goes out to one owner."""

    owner: str
    lines: tuple[SentLine, ...]
    holds: str
    """A sentence that names the actions, from which it is seen later that a row has gone."""
    caution: str = ""
    """What of it is not for everybody, and which dates wait for approval."""


NOTHING = SentSheet("Owners", (), "No action is open, so there is nothing to fill in.")
"""What goes out where there is nothing to ask."""


class Sent(NamedTuple):
    """All that goes out at a time."""

    title: str
    organisation: str
    as_at: date
    code: str
    caution: str
    """How this state of the plan is known, where that matters."""
    return_by: date | None
    legend: Legend
    sheets: tuple[SentSheet, ...]


def sent(view: View, caution: str = "", return_by: date | None = None) -> Sent:
    """Give what is looked at, owner by owner, as it goes out to them."""
    plan = view.plan
    return Sent(
        plan.title,
        plan.organisation,
        view.as_at,
        code(plan),
        caution,
        return_by,
        view.legend,
        tuple(_sheet(view, owner) for owner in _owners(view.actions)),
    )


def in_words(told: Sent) -> str:
    """Say what goes out: 5 actions of 2 owners."""
    actions = sum(len(sheet.lines) for sheet in told.sheets)
    return f"{counted(actions, 'action')} of {counted(len(told.sheets), 'owner')}"


def _owners(actions: Iterable[Action]) -> tuple[str, ...]:
    found: dict[tuple[str, ...], str] = {}
    for action in actions:
        found.setdefault(tuple(action.owner.casefold().split()), action.owner)
    return tuple(sorted(found.values(), key=str.casefold))


def _sheet(view: View, owner: str) -> SentSheet:
    own = tuple(action for action in view.actions if is_same(action.owner, owner))
    in_order = sorted(own, key=lambda action: (action.due or date.max, len(action.id), action.id))
    lines = tuple(_line(view, action) for action in in_order)
    named = ", ".join(line.ref for line in lines)
    holds = f"{HOLDS} {counted(len(lines), 'action')}: {named}."
    cautions = exempt(view._replace(actions=own, only=owner or HOLDS)), _waiting(in_order)
    return SentSheet(owner, lines, holds, " ".join(text for text in cautions if text))


def _waiting(actions: Iterable[Action]) -> str:
    """Say which dates were asked for before, so that nobody asks for them again."""
    asked = [f"{a.id} {said.partition(',')[0]}" for a in actions if (said := asked_for(a))]
    return f"Asked for before, and not approved yet: {listed(asked)}." if asked else ""


def _line(view: View, action: Action) -> SentLine:
    said = values(action, view.legend)
    return SentLine(
        ref=action.id,
        title=shown(action.title),
        answers="\n".join(
            _answered(view.findings[r]) for r in action.answers if r in view.findings
        ),
        due=action.due,
        stage=in_spaces(action.stage),
        rag=view.legend.said(action.rag),
        reason=shown(action.reason),
        forecast=action.forecast,
        note=shown(action.note),
        updated=action.updated,
        mark=mark(said),
        stages=offered(action.stage),
    )


def _answered(finding: Finding) -> str:
    text = " ".join(finding.text.split())
    cut = text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} ..."
    return f"{' '.join(part for part in (finding.review, finding.ref) if part)}: {cut}"


def offered(stage: str) -> tuple[str, ...]:
    """Give the stages that the owner of an action may set, as they are read."""
    return tuple(sorted(map(in_spaces, ALLOWED_STAGES[stage] - NOT_OFFERED)))


def in_spaces(stage: str) -> str:
    """Give a stage as it is said: in progress."""
    return stage.replace("-", " ")


def shown(text: str) -> str:
    """Give a text as long as a cell should be."""
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


class AboutLine(NamedTuple):
    """A line above the table: a few words that stand out, and what is to be read beside them."""

    label: str
    text: str


def about(told: Sent, sheet: SentSheet) -> tuple[AboutLine, ...]:
    """Say whose sheet it is, and how it is filled in and given back."""
    council = f", {told.organisation}" if told.organisation else ""
    by = f" by {without_weekday(told.return_by)}" if told.return_by else ""
    wrong = [colour for colour in told.legend.ratings if colour in told.legend.wrong]
    reason = f"; {listed(wrong)} {'needs' if len(wrong) == 1 else 'need'} a reason" if wrong else ""
    lines = (
        AboutLine(
            sheet.owner or "No owner",
            f"Your actions in: {told.title}{council}. {sheet.holds}",
        ),
        AboutLine(
            f"As it stood on {without_weekday(told.as_at)}",
            "Fill in the yellow cells of what has changed, and leave the rest empty: an empty "
            f"cell changes nothing. Choose stage and rating from the lists{reason}.",
        ),
        AboutLine(
            f"{CODE}: {told.code}",
            "A due date is not changed but asked for, with the reason: it stands until it is "
            "approved. Write dates as 31/03/2026. When work is done, say where the evidence is.",
        ),
        AboutLine(
            f"Send back{by}",
            "Then save this workbook and send it to whoever sent it to you. Leave the grey cells "
            "and the headings as they are: they show where each answer belongs.",
        ),
    )
    caution = " ".join(text for text in (sheet.caution, told.caution) if text)
    return (*lines, AboutLine("To know first", caution)) if caution else lines


# --- to know it again -----------------------------------------------------------------------------


def values(action: Action, legend: Legend) -> dict[str, Value]:
    """Give what the plan says of an action, as it stands in a row."""
    return {
        "ref": action.id,
        "title": shown(action.title),
        "due": action.due,
        "stage": in_spaces(action.stage),
        "rag": legend.said(action.rag),
        "reason": shown(action.reason),
        "forecast": action.forecast,
        "note": shown(action.note),
        "updated": action.updated,
    }


def mark(said: dict[str, Value]) -> str:
    """Give the mark of what a row says of the plan's side."""
    words = "\x00".join(bare(said[field]) for field in MARKED)
    return f"M{sha256(words.encode('utf-8', 'replace')).hexdigest()[:8]}"


def code(plan: Plan) -> str:
    """Give what tells a plan from others: by its name and the council's."""
    words = f"{bare(plan.title)}\x00{bare(plan.organisation)}".casefold()
    digest = sha256(words.encode("utf-8", "replace")).hexdigest().upper()
    return f"P{digest[:4]}-{digest[4:8]}"


_MADE_VISIBLE = re.compile(r"\\u\{[0-9a-f]{1,6}\}")


def bare(value: Value) -> str:
    """Give a value without what differs between programs: white space, and what no cell shows."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    visible = "".join((_MADE_VISIBLE.sub("", value) if "\\u{" in value else value).split())
    if visible.isprintable():
        return visible
    return "".join(letter for letter in visible if letter.isprintable())
