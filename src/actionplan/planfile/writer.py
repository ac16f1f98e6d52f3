"""What differs between two plans, as text that is proved; opens no file.

A change touches only its own lines (`edits` says how). Then the new text is read again: it must
give exactly the plan that was meant, and everything else in the file unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from actionplan.errors import UnreadableError
from actionplan.model import Change, Plan, differences
from actionplan.planfile import reader
from actionplan.planfile.edits import EMPTY, TABLES, Edits, are_nouns, key_of, taken_out
from actionplan.planfile.reader import PlanText
from actionplan.planfile.source import encode, proof_failed


class Rewritten(NamedTuple):
    """A change as bytes: the file before and after, and what differs."""

    content: bytes
    changes: tuple[Change, ...]
    after: PlanText
    """The new text, read back."""
    patch: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...]
    """The lines taken out and put in, line ends included, each group with its first line (counted
    from one) in the old text. A last line with no line end is given as if it had one."""


Read = Callable[[bytes, str], PlanText]
"""How the file is read: `reader.read` for a plan, `reader.read_owners` for its owners file."""


def rewrite(before: PlanText, intended: Plan, read: Read = reader.read) -> Rewritten:
    """Write what differs between the plan that was read and the one that is meant.

    Raises:
        ActionPlanError: where the changed text does not read back as exactly what was meant.

    """
    changes = differences(before.plan, intended)
    raw, patch = Edits(before, changes).spliced()
    content = encode(before.source, raw)
    try:
        after = read(content, before.source.name)
    except UnreadableError as error:
        raise proof_failed(before.source.name) from error
    if after.plan != intended or not _same(after.data, _changed_data(before, changes)):
        raise proof_failed(before.source.name)
    return Rewritten(content, changes, after, patch)


def _changed_data(before: PlanText, changes: tuple[Change, ...]) -> dict[str, Any]:
    """Give the parsed data as the changes should leave it, made without touching any text."""
    data = dict(before.data)
    places: dict[str, dict[str, int]] = {}
    for change in changes:
        if change.field == "meetings":
            meetings = _changed_list(data.pop("meeting", []), change)
            data |= {"meeting": meetings} if meetings else {}
            continue
        table = TABLES[change.collection]
        if table == "owners":
            data[table] = {**data.get(table, {})}
            data[table][change.ref] = _changed_noun(data[table].get(change.ref, {}), change)
        else:
            if table not in places:
                data[table] = list(data.get(table, []))
                places[table] = _places(data[table])
            nouns = data[table]
            at = places[table].setdefault(change.ref, len(nouns))
            if at == len(nouns):
                nouns.append(_plain(change.new))
            else:
                nouns[at] = _changed_noun(nouns[at], change)
    return data


def _places(nouns: list[dict[str, Any]]) -> dict[str, int]:
    """Give the place of each noun by its ref, the first of those that have the same."""
    return {str(noun.get("id")): at for at, noun in reversed(list(enumerate(nouns)))}


def _changed_noun(noun: dict[str, Any], change: Change) -> dict[str, Any]:
    if not change.field:
        return {key: value for key, value in _plain(change.new).items() if key != "id"}
    kept = {key: value for key, value in noun.items() if key != key_of(change.field)}
    if change.new in EMPTY:
        return kept
    old = noun.get(key_of(change.field))
    new = _plain(change.new)
    if isinstance(old, list) and are_nouns(change.new):
        new = _changed_list(old, change)
    return {**kept, key_of(change.field): new}


def _changed_list(old: list[Any], change: Change) -> list[Any]:
    """Give a list of tables as a change leaves it: what we do not know of each is kept."""
    if gone := taken_out(change.old, change.new):
        return [was for at, was in enumerate(old) if at not in gone]
    known = {key_of(field) for field in change.new[0]._fields}
    return [
        {**{k: v for k, v in was.items() if k not in known}, **_plain(now)}
        if isinstance(was, dict)
        else _plain(now)
        for was, now in zip([*old, *[None] * len(change.new)], change.new, strict=False)
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a noun, or a field of one
    """Give a noun or a field as parsed TOML would."""
    if hasattr(value, "_asdict"):
        return {key_of(k): _plain(v) for k, v in value._asdict().items() if v not in EMPTY}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - anything that TOML can say
    """Compare parsed data; not-a-number equals itself, whatever else the file holds."""
    if one == other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one != one and other != other)  # noqa: PLR0124 - only nan differs from itself
