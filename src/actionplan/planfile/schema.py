"""Which keys each table of the file may have, what each may hold, and which are needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from actionplan import model
from actionplan.model import (
    Action,
    Evidence,
    Finding,
    Measure,
    Meeting,
    Milestone,
    Move,
    Reading,
    Review,
    Test,
)
from actionplan.planfile import values
from actionplan.planfile.values import BadValueError

Readers = dict[str, Callable[[Any], Any]]
Table = dict[str, Any]

TROUBLE = (BadValueError, KeyError, TypeError, AttributeError)
"""What `Kind` raises for tables in which anything at all is wrong."""


class Kind:
    """How the tables of one noun are read; called with a list of them, it gives the nouns.

    It stops at the first thing that is wrong and does not say what: `reader` then goes over that
    table again, key by key, for the sentence. It fills a copy of the noun's defaults in their
    order, and looks at a date or a free text without calling its reader: ten thousand actions
    are read in half the time so.
    """

    def __init__(self, noun: Any, keys: Readers, needed: frozenset[str]) -> None:  # noqa: ANN401 - any noun
        """Keep the noun, the reader of each key, and the keys that every table has."""
        self.noun = noun
        self.keys = keys
        self.needed = needed
        self.one = self._reader_of_one()

    def __call__(self, tables: list[Table]) -> tuple[Any, ...]:
        """Read every table of a list."""
        if type(tables) is not list:
            raise TypeError
        return tuple([self.one(table) for table in tables])

    def _reader_of_one(self) -> Callable[[Table], Any]:
        """Make the function that reads one table; what it needs is at hand, not looked up."""
        noun, keys, needed, make = self.noun, self.keys, self.needed, self.noun._make
        defaults = noun._field_defaults
        blank = {field.removesuffix("_"): defaults.get(field) for field in noun._fields}
        simple = {key: _SIMPLE.get(reader) for key, reader in keys.items()}

        def one(table: Table) -> Any:  # noqa: ANN401 - this noun
            if not needed <= table.keys():
                raise KeyError
            fields = blank.copy()
            for key, value in table.items():
                fields[key] = value if type(value) is simple[key] else keys[key](value)
            return make(fields.values())

        return one


_SIMPLE: dict[Any, type] = {values.day: date, values.due_day: date, values.text: str}
"""Readers that give any value of one type as it is."""

MOVE = Kind(
    Move,
    {
        "on": values.day,
        "from": values.day,
        "to": values.day,
        "why": values.words,
        "approved": values.text,
    },
    frozenset({"from", "to", "why"}),
)

MILESTONE = Kind(
    Milestone,
    {
        "title": values.words,
        "due": values.day,
        "done": values.day,
    },
    frozenset({"title"}),
)

EVIDENCE = Kind(
    Evidence,
    {
        "id": values.ref,
        "on": values.day,
        "what": values.text,
        "where": values.text,
    },
    frozenset({"id", "what"}),
)

TEST = Kind(
    Test,
    {
        "on": values.day,
        "by": values.words,
        "how": values.text,
        "result": values.one_of(model.TEST_RESULTS),
        "of": values.refs,
        "fingerprint": values.text,
    },
    frozenset({"by", "result"}),
)

READING = Kind(
    Reading,
    {
        "on": values.day,
        "value": values.number,
        "note": values.text,
    },
    frozenset({"on", "value"}),
)

ACTION = Kind(
    Action,
    {
        "id": values.ref,
        "answers": values.some_refs,
        "title": values.words,
        "owner": values.post,
        "start": values.day,
        "due": values.due_day,
        "forecast": values.day,
        "stage": values.one_of(model.STAGES),
        "rag": values.one_of(model.DECLARED),
        "reason": values.text,
        "note": values.text,
        "updated": values.day,
        "delivered": values.day,
        "after": values.refs,
        "exempt": values.exempt,
        "moves": MOVE,
        "milestones": MILESTONE,
        "evidence": EVIDENCE,
        "tests": TEST,
    },
    frozenset({"answers", "id", "owner", "title"}),
)

FINDING = Kind(
    Finding,
    {
        "id": values.ref,
        "review": values.ref,
        "ref": values.text,
        "theme": values.text,
        "kind": values.one_of(model.FINDING_KINDS),
        "text": values.words,
        "for": values.text,
        "page": values.page,
        "timescale": values.text,
        "outcome": values.text,
        "response": values.one_of(model.RESPONSES),
        "reason": values.text,
        "closed": values.day,
        "difference": values.text,
        "passes_to": values.text,
        "exempt": values.exempt,
    },
    frozenset({"id", "review", "text"}),
)

REVIEW = Kind(
    Review,
    {
        "id": values.ref,
        "title": values.text,
        "body": values.text,
        "kind": values.text,
        "on": values.day,
        "plan_due": values.day,
        "document": values.text,
        "note": values.text,
    },
    frozenset({"id"}),
)

MEASURE = Kind(
    Measure,
    {
        "id": values.ref,
        "title": values.words,
        "findings": values.refs,
        "unit": values.text,
        "better": values.one_of(model.DIRECTIONS),
        "baseline": values.number,
        "target": values.number,
        "tolerance": values.tolerance,
        "by": values.day,
        "exempt": values.exempt,
        "readings": READING,
    },
    frozenset({"id", "title"}),
)

MEETING = Kind(
    Meeting,
    {
        "body": values.words,
        "on": values.day,
    },
    frozenset({"body", "on"}),
)

OWNER: Readers = {"name": values.text, "email": values.text}

POLICY: Readers = {
    "stale_after": values.period,
    "due_soon": values.period,
    "moves_before_challenge": values.count,
    "calendar": values.one_of(model.CALENDARS),
    "remind_every": values.some_time,
    "escalate_after": values.some_time,
    "escalate_after_moves": values.count,
    "escalate_to": values.post,
}

TOP: Readers = {"title": values.words, "organisation": values.text}
TABLES = frozenset(
    {"format", "policy", "owners", "meeting", "review", "finding", "measure", "action"}
)
LEGEND = values.one_of(model.LEGENDS)
OWN_LEGEND: Readers = {"like": LEGEND, "red_after": values.some_time}
"""What a legend of the plan's own says beside its colours."""
SHADE: Readers = {
    "label": values.words,
    "means": values.words,
    "glyph": values.glyph,
    "colour": values.one_of(model.TERMINAL_COLOURS),
}
