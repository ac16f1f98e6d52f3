"""Numbers that both sides gave to different things: theirs get new ones, named so everywhere.

It is the same thing all the same where both call it by the same title or text: an action that was
copied from one side to the other and changed since.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.model import PREFIXES
from actionplan.planfile import reader
from actionplan.planfile.scanner import scan
from actionplan.planfile.source import proof_failed
from actionplan.planfile.threeway import arrays, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from actionplan.planfile.reader import PlanText
    from actionplan.planfile.scanner import Statement

_TABLES = {collection.removesuffix("s"): prefix for collection, prefix in PREFIXES.items()}
_NAMES = {"finding": "text", "measure": "title", "action": "title"}
"""What a thing is called in words."""

Names = dict[tuple[str, ...], dict[str, str]]
"""New names by what they name: ``("action",)``, ``("evidence", "A7")``."""


class Renamed(NamedTuple):
    """Their plan with its new numbers, and what was given a new one."""

    read: PlanText
    numbers: Mapping[str, str]


def renumbered(
    base: PlanText, ours: PlanText, theirs: PlanText, issued: Mapping[str, int]
) -> Renamed:
    """Give their new things numbers that neither side has.

    Raises:
        ActionPlanError: where the text of their plan can't be changed so.

    """
    versions = (base.data, ours.data, theirs.data)
    names: Names = defaultdict(dict)
    for table, prefix in _written_as_blocks(theirs):
        was, here, there = (_by_id(data.get(table)) for data in versions)
        highest = max(_highest(prefix, (*was, *here, *there)), issued.get(prefix, 0))
        for key in _twice(was, here, there, _NAMES[table]):
            old = str(there[key]["id"])
            if _highest(prefix, (old,)):
                highest += 1
                names[table,][old] = f"{prefix}{highest}"
    _add_evidence(names, *(_by_id(data.get("action")) for data in versions))
    if not names:
        return Renamed(theirs, {})
    return Renamed(_rewritten(theirs, names), dict(_told(names)))


def _written_as_blocks(theirs: PlanText) -> list[tuple[str, str]]:
    """Give the tables and their letters, but for those in one array at the top of the file."""
    inline = {statement.path[0] for statement in scan(theirs.source.text).headers[0].statements}
    return [(table, prefix) for table, prefix in _TABLES.items() if table not in inline]


def _by_id(nouns: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - parsed data
    if not isinstance(nouns, list):
        return {}
    known = [n for n in nouns if isinstance(n, dict) and isinstance(n.get("id"), str)]
    return {noun["id"].casefold(): noun for noun in known}


def _twice(
    was: Mapping[str, Any], here: Mapping[str, Any], there: Mapping[str, Any], name: str
) -> Iterator[str]:
    """Give the ids that both sides added for two different things."""
    for key, noun in there.items():
        if key in here and key not in was:
            same = noun == here[key] or (name in noun and noun[name] == here[key].get(name))
            if not same:
                yield key


def _highest(prefix: str, refs: Iterable[str]) -> int:
    found = (re.fullmatch(rf"(?i){prefix}([0-9]+)", ref) for ref in refs)
    return max((int(number[1]) for number in found if number), default=0)


def _add_evidence(
    names: Names, was: Mapping[str, Any], here: Mapping[str, Any], there: Mapping[str, Any]
) -> None:
    for key in there.keys() & here.keys():
        noun = there[key]
        if noun["id"] in names.get(("action",), {}):
            continue
        old, our, their = (_by_id(of.get(key, {}).get("evidence")) for of in (was, here, there))
        highest = _highest("E", (*old, *our, *their))
        for piece in _twice(old, our, their, "what"):
            highest += 1
            names["evidence", noun["id"]][str(their[piece]["id"])] = f"E{highest}"


def _told(names: Names) -> Iterator[tuple[str, str]]:
    for of, new in names.items():
        for old, number in new.items():
            yield " ".join((*of[1:], old)), number


# --- their text ---------------------------------------------------------------------------------


def _rewritten(theirs: PlanText, names: Names) -> PlanText:
    lines = blocks.lines_of(theirs.source)
    for header in scan(theirs.source.text).headers:
        for statement in header.statements:
            wanted = _wanted(statement, theirs.data, names)
            if wanted:
                text = "".join(lines[statement.first : statement.end])
                empty = [""] * (statement.end - statement.first - 1)
                lines[statement.first : statement.end] = [arrays.replaced(text, wanted), *empty]
    content = blocks.frame_of(theirs.source).filled("".join(lines))
    read = reader.read(content, theirs.source.name)
    if read.data != _renamed_data(theirs.data, names):
        raise proof_failed(theirs.source.name)
    return read


def _wanted(statement: Statement, data: Any, names: Names) -> dict[str, dict[str, str]]:  # noqa: ANN401 - parsed data
    """Give what must be replaced in a statement, by the key that it is the value of."""
    table, place, inside = (*statement.path, "", "")[:3]
    field = str(inside)
    if table not in _TABLES or not isinstance(place, int):
        return {}
    own = str(data[table][place].get("id"))
    wanted = _following(str(table), own, names)
    if field == "evidence":
        found = {"id": names.get(("evidence", own), {})}
    elif field == "tests":
        found = {"of": names.get(("evidence", own), {})}
    else:
        found = {field: wanted.get(field, {})}
    return {key: new for key, new in found.items() if new}


def _following(table: str, own: str, names: Names) -> dict[str, dict[str, str]]:
    """Give the new names by the field that holds the old ones."""
    finding, action = names.get(("finding",), {}), names.get(("action",), {})
    fields = {"id": {old: new for old, new in names.get((table,), {}).items() if old == own}}
    if table == "action":
        fields |= {"answers": finding, "after": action}
    if table == "measure":
        fields["findings"] = finding
    return fields


def _renamed_data(data: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Give the parsed data as the new names should leave it, made without touching any text."""
    changed = dict(data)
    for table in _TABLES:
        if isinstance(data.get(table), list):
            changed[table] = [_renamed_noun(noun, table, names) for noun in data[table]]
    return changed


def _renamed_noun(noun: Any, table: str, names: Names) -> Any:  # noqa: ANN401 - parsed data
    if not isinstance(noun, dict):
        return noun
    own = str(noun.get("id"))
    evidence = names.get(("evidence", own), {})
    changed = {**noun}
    for field, new in _following(table, own, names).items():
        changed |= {field: _swapped(noun[field], new)} if field in noun else {}
    for field, key in (("evidence", "id"), ("tests", "of")):
        if evidence and isinstance(noun.get(field), list):
            changed[field] = [
                {**item, key: _swapped(item[key], evidence)} if key in item else item
                for item in noun[field]
            ]
    return changed


def _swapped(value: Any, new: Mapping[str, str]) -> Any:  # noqa: ANN401 - parsed data
    if isinstance(value, list):
        return [_swapped(item, new) for item in value]
    return new.get(value, value) if isinstance(value, str) else value
