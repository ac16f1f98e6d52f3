"""Parsed TOML to frozen nouns, and every problem at once; knows the keys of the file.

One bad value never hides the rest: its field is left empty, the problem says where and what to
do, and reading goes on. Unknown keys and tables are reported, never dropped: they stay in the
text, which is what is written back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import rtoml

from actionplan import model
from actionplan.model import (
    Action,
    Evidence,
    Finding,
    Measure,
    Meeting,
    Milestone,
    Move,
    Owner,
    Plan,
    Policy,
    Problem,
    Reading,
    Review,
    Test,
)
from actionplan.planfile import values
from actionplan.planfile.joins import Joins
from actionplan.planfile.source import Source, decode, unreadable
from actionplan.planfile.values import BadValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = 1

Table = dict[str, Any]


class PlanText(NamedTuple):
    """A plan file that was read: its text, its parsed data, its plan, and what is wrong."""

    source: Source
    data: Table
    plan: Plan
    problems: tuple[Problem, ...]

    @property
    def faults(self) -> tuple[Problem, ...]:
        """Give the problems that must be mended; unknown keys are only kept."""
        return tuple(problem for problem in self.problems if not problem.kept)


def read(content: bytes, name: str) -> PlanText:
    """Read a plan file.

    Raises:
        UnreadableError: where the bytes are not UTF-8 or not TOML, or the format is newer.

    """
    source = decode(content, name)
    data = _parse(source)
    collected: list[Problem] = []
    plan = _Reading(data, collected).plan()
    return PlanText(source, data, plan, tuple(collected))


def read_owners(content: bytes, name: str) -> PlanText:
    """Read an owners file: the ``[owners]`` of a plan, kept apart from what is published."""
    source = decode(content, name)
    data = _parse(source)
    collected: list[Problem] = []
    reading = _Reading(data, collected)
    plan = Plan(owners=reading.owners())
    reading.unknown(data, {"owners"}, (), "")
    return PlanText(source, data, plan, tuple(collected))


# --- parsing ------------------------------------------------------------------------------------

_POSITION = re.compile(r"(.*) at line (\d+) column (\d+)", re.DOTALL)
_HINTS = (
    (re.compile(r"=\s*\d{1,2}[/.]\d{1,2}[/.]\d+"), "Dates are written 2026-02-28."),
    (re.compile(r"=\s*[A-Za-z]"), "Words stand in quotes."),
)


def _parse(source: Source) -> Table:
    try:
        return rtoml.loads(source.text)
    except rtoml.TomlParsingError as error:
        found = _POSITION.fullmatch(str(error))
        what, line = (found[1], int(found[2])) if found else (str(error), 0)
        lines = source.text.split("\n")
        quoted = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        hint = next((f" {hint}" for pattern, hint in _HINTS if pattern.search(quoted)), "")
        where = f", line {line}" + (f", column {found[3]}" if found else "") if line else ""
        shown = f"\n    {quoted}\n" if quoted else " "
        message = f"this is not valid TOML: {what}.{shown}Mend that line and try again.{hint}"
        raise unreadable(source.name, where, message) from error


# --- the keys of the file -----------------------------------------------------------------------

Schema = dict[str, Any]

_MOVE: Schema = {"on": values.day, "from": values.day, "to": values.day, "why": values.words, "approved": values.text}
_MILESTONE: Schema = {"title": values.words, "due": values.day, "done": values.day}
_EVIDENCE: Schema = {"id": values.ref, "on": values.day, "what": values.text, "where": values.text}
_TEST: Schema = {
    "on": values.day,
    "by": values.words,
    "how": values.text,
    "result": values.one_of(model.TEST_RESULTS),
    "of": values.refs,
}
_READING: Schema = {"on": values.day, "value": values.number, "note": values.text}
_ACTION: Schema = {
    "id": values.ref,
    "answers": values.refs,
    "title": values.words,
    "owner": values.post,
    "start": values.day,
    "due": values.due_day,
    "forecast": values.day,
    "stage": values.one_of(model.STAGES),
    "rag": values.one_of(model.RATINGS),
    "reason": values.text,
    "note": values.text,
    "updated": values.day,
    "delivered": values.day,
    "after": values.refs,
    "moves": (Move, _MOVE, ("from", "to", "why")),
    "milestones": (Milestone, _MILESTONE, ("title",)),
    "evidence": (Evidence, _EVIDENCE, ("id", "what")),
    "tests": (Test, _TEST, ("by", "result")),
}
_FINDING: Schema = {
    "id": values.ref,
    "review": values.ref,
    "ref": values.text,
    "theme": values.text,
    "kind": values.one_of(model.FINDING_KINDS),
    "text": values.words,
    "outcome": values.text,
    "response": values.one_of(model.RESPONSES),
    "reason": values.text,
}
_REVIEW: Schema = {
    "id": values.ref,
    "title": values.text,
    "body": values.text,
    "kind": values.text,
    "on": values.day,
    "document": values.text,
    "note": values.text,
}
_MEASURE: Schema = {
    "id": values.ref,
    "title": values.words,
    "findings": values.refs,
    "unit": values.text,
    "better": values.one_of(model.DIRECTIONS),
    "baseline": values.number,
    "target": values.number,
    "tolerance": values.tolerance,
    "by": values.day,
    "readings": (Reading, _READING, ("on", "value")),
}
_MEETING: Schema = {"body": values.words, "on": values.day}
_OWNER: Schema = {"name": values.text, "email": values.text}
_POLICY: Schema = {
    "stale_after": values.period,
    "due_soon": values.period,
    "moves_before_challenge": values.count,
    "calendar": values.one_of(model.CALENDARS),
}
_TOP: Schema = {"title": values.words, "organisation": values.text}
_TABLES = frozenset(
    {"format", "policy", "owners", "meeting", "review", "finding", "measure", "action"}
)
_COLOURS = ("red", "amber", "green", "blue")

_MISSING = {
    "answers": "answers is missing: name the finding that it answers, such as answers = ['F1']",
    "owner": "owner is missing: name the one post that is accountable",
    "title": "title is missing: say in a few words what will be done",
    "text": "text is missing: give the finding in the review's own words",
    "why": "why is missing: a date is moved with a reason",
}


class _Reading:
    """One pass over the parsed data, collecting problems as it goes."""

    def __init__(self, data: Table, problems: list[Problem]) -> None:
        self.data = data
        self.problems = problems

    def plan(self) -> Plan:
        """Read the whole plan."""
        self._format()
        top = self._fields(self.data, _TOP, (), "", ("title",), also=_TABLES)
        plan = Plan(
            format=FORMAT,
            policy=self._policy(),
            owners=self.owners(),
            meetings=self._nouns("meeting", Meeting, _MEETING, ("body", "on")),
            reviews=self._nouns("review", Review, _REVIEW, ("id",)),
            findings=self._nouns("finding", Finding, _FINDING, ("id", "review", "text")),
            measures=self._nouns("measure", Measure, _MEASURE, ("id", "title")),
            actions=self._nouns("action", Action, _ACTION, ("id", "answers", "title", "owner")),
            **top,
        )
        Joins(plan, self._say).check()
        return plan

    def owners(self) -> tuple[Owner, ...]:
        """Read ``[owners]``: a table for each post."""
        table = self.data.get("owners", {})
        if not isinstance(table, dict):
            self._say(("owners",), "", "owners is not a table: write [owners.'Post'] for each")
            return ()
        return tuple(
            Owner(id=post, **self._fields(details, _OWNER, ("owners", post), post, ()))
            for post, details in table.items()
            if self._is_table(details, ("owners", post), post)
        )

    def unknown(self, table: Table, known: Iterable[str], path: tuple[Any, ...], ref: str) -> None:
        """Report the keys that actionplan does not know; they are kept."""
        names = set(known)
        for key in table:
            if key not in names:
                self._unknown_key(key, names, path, ref)

    def _unknown_key(self, key: str, known: set[str], path: tuple[Any, ...], ref: str) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 - only where there is something to say

        near = get_close_matches(key, known, 1)
        hint = f"; is '{near[0]}' meant?" if near else ""
        sentence = f"'{key}' is not a key that actionplan knows{hint}"
        self.problems.append(Problem((*path, key), ref, sentence, kept=True))

    def _say(self, path: tuple[str | int, ...], ref: str, sentence: str) -> None:
        self.problems.append(Problem(path, ref, sentence))

    def _is_table(self, value: object, path: tuple[str | int, ...], ref: str) -> bool:
        if isinstance(value, dict):
            return True
        self._say(path, ref, f"{path[-1]} is {values.shown(value)}: it should be a table")
        return False

    def _format(self) -> None:
        value = self.data.get("format", FORMAT)
        if type(value) is not int or value < 1:
            self._say(("format",), "", f"format is {values.shown(value)}: this release writes format 1")
        elif value > FORMAT:
            sentence = f"format is {value}: a newer actionplan wrote this plan; upgrade to read it"
            self._say(("format",), "", sentence)

    def _policy(self) -> Policy:
        table = self.data.get("policy", {})
        if not self._is_table(table, ("policy",), ""):
            return Policy()
        fields = self._fields(table, _POLICY, ("policy",), "", (), also={"legend"})
        return Policy(**fields, **self._legend(table.get("legend", "brag")))

    def _legend(self, value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            labels = self._fields(
                value, dict.fromkeys(_COLOURS, values.words), ("policy", "legend"), "", ()
            )
            return {"legend": "own", "labels": labels}
        try:
            return {"legend": values.one_of(model.LEGENDS)(value)}
        except BadValueError as bad:
            self._say(("policy", "legend"), "", f"legend {bad}")
            return {}

    def _nouns(self, name: str, noun: Any, schema: Schema, needed: tuple[str, ...]) -> Any:  # noqa: ANN401 - a tuple of that noun
        return self._list(self.data.get(name, []), noun, schema, needed, (name,), "")

    def _list(  # noqa: PLR0913 - what to read, as what, and where it stands
        self,
        value: object,
        noun: Any,  # noqa: ANN401 - any of the nouns
        schema: Schema,
        needed: tuple[str, ...],
        path: tuple[str | int, ...],
        parent: str,
    ) -> Any:  # noqa: ANN401 - a tuple of that noun
        if not isinstance(value, list):
            plural = f"[[{'.'.join(str(key) for key in path if isinstance(key, str))}]]"
            self._say(path, parent, f"{path[-1]} is {values.shown(value)}: write {plural} for each one")
            return ()
        return tuple(
            noun(**self._noun_fields(table, schema, needed, (*path, position), parent))
            for position, table in enumerate(value)
            if self._is_noun(table, path, position, parent)
        )

    def _is_noun(
        self, table: object, path: tuple[str | int, ...], position: int, parent: str
    ) -> bool:
        if isinstance(table, dict):
            return True
        self._say((*path, position), parent, f"{path[-1]} holds {values.shown(table)}: write a table")
        return False

    def _noun_fields(
        self,
        table: Table,
        schema: Schema,
        needed: tuple[str, ...],
        path: tuple[str | int, ...],
        parent: str,
    ) -> Table:
        own = table.get("id")
        number = path[-1]
        ref = parent or (own if isinstance(own, str) else f"{path[0]} number {int(number) + 1}")
        fields = self._fields(table, schema, path, ref, needed)
        if "id" in schema and "id" not in fields:
            fields["id"] = f"?{int(number) + 1}"
        if "body" in needed and "body" not in fields:
            fields["body"] = ""
        return fields

    def _fields(  # noqa: PLR0913 - what to read, as what, and where it stands
        self,
        table: Table,
        schema: Schema,
        path: tuple[str | int, ...],
        ref: str,
        needed: tuple[str, ...],
        also: Iterable[str] = (),
    ) -> Table:
        fields: Table = {}
        for key, value in table.items():
            read_value = schema.get(key)
            if read_value is None:
                if key not in also:
                    self._unknown_key(key, {*schema, *also}, path, ref)
            elif type(read_value) is tuple:
                fields[key] = self._list(value, *read_value, (*path, key), ref)
            else:
                try:
                    fields[key] = read_value(value)
                except BadValueError as bad:
                    self._say((*path, key), ref, f"{key} {bad}")
        for key in needed:
            if key not in table:
                self._say(path, ref, _MISSING.get(key, f"{key} is missing"))
        if "from" in fields:
            fields["from_"] = fields.pop("from")
        return fields
