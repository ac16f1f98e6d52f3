"""Parsed TOML to frozen nouns, and every problem at once; knows the keys of the file.

One bad value never hides the rest: its field is left empty, the problem says where and what to
do, and reading goes on. Unknown keys and tables are reported, never dropped: they stay in the
text, which is what is written back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan import legends
from actionplan.model import DECLARED, Owner, Plan, Policy, Problem
from actionplan.planfile import schema
from actionplan.planfile.joins import Joins
from actionplan.planfile.parsing import parse
from actionplan.planfile.schema import Kind, Readers, Table
from actionplan.planfile.source import Source, decode
from actionplan.planfile.values import BadValueError, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = 1

Path = tuple[str | int, ...]


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
    data = parse(source)
    collected: list[Problem] = []
    plan = _Reading(data, collected).plan()
    return PlanText(source, data, plan, tuple(collected))


def read_owners(content: bytes, name: str) -> PlanText:
    """Read an owners file: the ``[owners]`` of a plan, kept apart from what is published."""
    source = decode(content, name)
    data = parse(source)
    collected: list[Problem] = []
    reading = _Reading(data, collected)
    plan = Plan(owners=reading.owners())
    reading.unknown(data, {"owners"})
    return PlanText(source, data, plan, tuple(collected))


_MISSING = {
    "answers": "answers is missing: name the finding that it answers, such as answers = ['F1']",
    "owner": "owner is missing: name the one post that is accountable",
    "title": "title is missing: say in a few words what will be done",
    "text": "text is missing: give the finding in the review's own words",
    "why": "why is missing: a date is moved with a reason",
}


_OF_A_SHADE = {"label": "labels", "means": "means", "glyph": "glyphs", "colour": "colours"}
"""The field of the policy that holds each key of a colour."""


class _Reading:
    """One pass over the parsed data, collecting problems as it goes."""

    def __init__(self, data: Table, problems: list[Problem]) -> None:
        self.data = data
        self.problems = problems

    def plan(self) -> Plan:
        """Read the whole plan."""
        self._format()
        top = self._fields(self.data, schema.TOP, (), "", also=schema.TABLES)
        if "title" not in self.data:
            self._say((), "", "title is missing: say what the plan is called")
        plan = Plan(
            format=FORMAT,
            policy=self._policy(),
            owners=self.owners(),
            meetings=self._nouns("meeting", schema.MEETING),
            reviews=self._nouns("review", schema.REVIEW),
            findings=self._nouns("finding", schema.FINDING),
            measures=self._nouns("measure", schema.MEASURE),
            actions=self._nouns("action", schema.ACTION),
            **top,
        )
        Joins(plan, self._say).check()
        return plan

    def owners(self) -> tuple[Owner, ...]:
        """Read ``[owners]``: a table for each post."""
        table = self.data.get("owners", {})
        if not self._is_table(table, ("owners",), ""):
            return ()
        return tuple(
            Owner(id=post, **self._fields(details, schema.OWNER, ("owners", post), post))
            for post, details in table.items()
            if self._is_table(details, ("owners", post), post)
        )

    def unknown(self, table: Table, known: Iterable[str]) -> None:
        """Report the top keys that actionplan does not know; they are kept."""
        for key in table:
            if key not in known:
                self._unknown_key((key,), "", known)

    def _unknown_key(self, path: Path, ref: str, known: Iterable[str]) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 - only where there is something to say

        near = get_close_matches(str(path[-1]), known, 1)
        hint = f"; is '{near[0]}' meant?" if near else ""
        sentence = f"'{path[-1]}' is not a key that actionplan knows{hint}"
        self.problems.append(Problem(path, ref, sentence, kept=True))

    def _misspelt_table(self, path: Path, key: str, value: object) -> bool:
        """Tell tables such as ``[[actions]]``, whose contents would silently not be read."""
        listed = isinstance(value, list)
        meant = key.casefold().removesuffix("s") if listed else key.casefold()
        if path or meant not in schema.TABLES or not isinstance(value, (dict, list)):
            return False
        header = f"[[{meant}]]" if listed else f"[{meant}]"
        self._say((key,), "", f"'{key}' is not read: write {header}")
        return True

    def _say(self, path: Path, ref: str, sentence: str) -> None:
        self.problems.append(Problem(path, ref, sentence))

    def _is_table(self, value: object, path: Path, ref: str) -> bool:
        if isinstance(value, dict):
            return True
        self._say(path, ref, f"{path[-1]} is {shown(value)}: it should be a table")
        return False

    def _format(self) -> None:
        value = self.data.get("format", FORMAT)
        if type(value) is not int or value < 1:
            self._say(("format",), "", f"format is {shown(value)}: this release writes format 1")
        elif value > FORMAT:
            sentence = f"format is {value}: a newer actionplan wrote this plan; upgrade to read it"
            self._say(("format",), "", sentence)

    def _policy(self) -> Policy:
        table = self.data.get("policy", {})
        if not self._is_table(table, ("policy",), ""):
            return Policy()
        fields = self._fields(table, schema.POLICY, ("policy",), "", also={"legend"})
        return Policy(**fields, **self._legend(table.get("legend", "brag")))

    def _legend(self, value: object) -> dict[str, Any]:
        path = ("policy", "legend")
        if isinstance(value, dict):
            return self._own_legend(value, path)
        try:
            return {"legend": schema.LEGEND(value)}
        except BadValueError as bad:
            self._say(path, "", f"legend {bad}")
            return {}

    def _own_legend(self, table: Table, path: Path) -> dict[str, Any]:
        """Read a plan's own table: what it is like, and what differs, colour by colour."""
        fields = self._fields(table, schema.OWN_LEGEND, path, "", also=DECLARED)
        like = fields.get("like", "brag")
        if "red_after" in fields and like != "slippage":
            sentence = f"red_after is for a legend like slippage, and this one is like {like}"
            self._say((*path, "red_after"), "", sentence)
        own: dict[str, dict[str, str]] = {key: {} for key in _OF_A_SHADE.values()}
        for colour in (each for each in DECLARED if each in table):
            if colour not in legends.PRESETS[like].shades:
                sentence = f"{colour} is no colour of {like}: take it out, or say what it is like"
                self._say((*path, colour), "", sentence)
                continue
            for key, word in self._shade(table[colour], (*path, colour)).items():
                own[_OF_A_SHADE[key]][colour] = word
        return {"legend": "own", **fields, **own}

    def _shade(self, value: object, path: Path) -> Table:
        """Read one colour: its label alone, or a table."""
        if isinstance(value, dict):
            return self._fields(value, schema.SHADE, path, "")
        colour = str(path[-1])
        found = self._fields({colour: value}, {colour: schema.SHADE["label"]}, path[:-1], "")
        return {"label": value} if found else {}

    def _nouns(self, name: str, kind: Kind) -> Any:  # noqa: ANN401 - a tuple of that noun
        return self._list(self.data.get(name, []), kind, (name,), "")

    def _list(self, tables: object, kind: Kind, path: Path, parent: str) -> tuple[Any, ...]:
        if not isinstance(tables, list):
            name = ".".join(key for key in path if isinstance(key, str))
            sentence = f"{path[-1]} is {shown(tables)}: write [[{name}]] for each one"
            self._say(path, parent, sentence)
            return ()
        found: list[Any] = []
        for position, table in enumerate(tables):
            try:
                found.append(kind.one(table))
            except schema.TROUBLE:
                found.extend(self._explained(table, kind, (*path, position), parent))
        return tuple(found)

    def _explained(self, table: object, kind: Kind, path: Path, parent: str) -> list[Any]:
        """Read a table in which something is wrong: what can be read of it, and every problem."""
        number = int(path[-1]) + 1
        if not isinstance(table, dict):
            self._say(path, parent, f"{path[-2]} holds {shown(table)}: write a table")
            return []
        own = table.get("id")
        ref = parent or (own if isinstance(own, str) else f"{path[0]} number {number}")
        fields = self._fields(table, kind.keys, path, ref)
        for key in kind.noun._fields:
            if key.removesuffix("_") in kind.needed - table.keys():
                missing = key.removesuffix("_")
                self._say(path, ref, _MISSING.get(missing, f"{missing} is missing"))
        if "id" in kind.keys:
            fields.setdefault("id", f"?{number}")
        return [kind.noun(**fields)]

    def _fields(
        self, table: Table, keys: Readers, path: Path, ref: str, also: Iterable[str] = ()
    ) -> Table:
        fields: Table = {}
        for key, value in table.items():
            read_value = keys.get(key)
            if read_value is None:
                if key not in also and not self._misspelt_table(path, key, value):
                    self._unknown_key((*path, key), ref, {*keys, *also})
            elif isinstance(read_value, Kind):
                fields[key] = self._list(value, read_value, (*path, key), ref)
            else:
                try:
                    fields[key] = read_value(value)
                except BadValueError as bad:
                    self._say((*path, key), ref, f"{key} {bad}")
        if "from" in fields:
            fields["from_"] = fields.pop("from")
        return fields
