"""Whether a merge says what its three versions call for, by their data alone; knows no text.

What the merged text says is looked at noun by noun and field by field: each must be what one side
made of it, or, in a list that both changed, hold what either put there and nothing else.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from actionplan.planfile.threeway.blocks import Key, identity, moved
from actionplan.planfile.threeway.sides import MISSING, Three, alike, pick, under

if TYPE_CHECKING:
    from collections.abc import Iterable

Nouns = dict[Key, dict[str, Any]]


def disagreements(versions: Three, result: Any, clashing: frozenset[Key]) -> frozenset[Key]:  # noqa: ANN401 - parsed data
    """Name what the merged data have wrong; what clashes, whole or in one key, is left out.

    A clash is named by its block, or by its block and the key in it.
    """
    steady = _steady((*versions, result))
    three = versions.each(lambda data: _nouns(data, steady))
    merged = _nouns(result, steady)
    names = moved(three)
    three = Three(*map(under, names, three))
    merged = under(_merged_names(three, {**names.ours, **names.theirs}), merged)
    found = set()
    for key in {**three.base, **three.ours, **three.theirs, **merged}:
        noun = three.at(key)
        if key in clashing or (key and key[:1] in clashing):
            continue
        if not _noun_agrees(key, noun, merged.get(key), clashing):
            found.add(key)
    return frozenset(found)


def _steady(versions: Iterable[Any]) -> frozenset[str]:
    """Name the arrays that have as many elements in every version: these keep their places."""
    counts = [
        {(table, len(value)) for table, value in data.items() if isinstance(value, list)}
        for data in versions
    ]
    return frozenset(table for table, _ in set.intersection(*counts))


def _nouns(data: Any, steady: frozenset[str]) -> Nouns:  # noqa: ANN401 - parsed data
    """Give every table of the plan by what names it, and what stands above them as one more."""
    top: dict[str, Any] = {}
    nouns: Nouns = {(): top}
    seen: Counter[Key] = Counter()
    for table, value in data.items():
        items = value if isinstance(value, list) else []
        keys = [identity(table, item) for item in items]
        if table in steady:
            keys = [key or (table, at) for at, key in enumerate(keys)]
        if items and None not in keys and all(isinstance(item, dict) for item in items):
            for key, item in zip(filter(None, keys), items, strict=True):
                seen[key] += 1
                nouns[key if seen[key] == 1 else (*key, seen[key])] = item
        elif table == "owners" and isinstance(value, dict):
            nouns |= {(table, post): _table(details) for post, details in value.items()}
        elif isinstance(value, dict):
            nouns[table,] = value
        else:
            top[table] = value
    return nouns


def _merged_names(three: Three, names: dict[Key, Key]) -> dict[Key, Key]:
    """Give what a meeting that was moved may be called in the merged data, with what it was."""
    may_be = dict(names)
    for old in names.values():
        noun = three.at(old)
        if MISSING not in noun:
            facts = {key: pick(*noun.at(key)) for key in noun.base}
            may_be[identity("meeting", facts) or old] = old
    return may_be


def _table(value: Any) -> dict[str, Any]:  # noqa: ANN401 - parsed data
    return value if isinstance(value, dict) else {"": value}


def _noun_agrees(key: Key, noun: Three, merged: Any, clashing: frozenset[Key]) -> bool:  # noqa: ANN401 - parsed data
    """Tell whether a noun is there or gone as it should be, and each of its fields right."""
    if merged is MISSING:
        return _may_be_gone(noun)
    if noun.ours is MISSING and noun.theirs is MISSING:
        return False
    if noun.base is not MISSING and MISSING in (noun.ours, noun.theirs):
        return not _may_be_gone(noun)
    fields = noun.each(lambda side: side or {})
    return all(
        _agrees(field, fields.at(field), merged.get(field))
        for field in {**fields.base, **fields.ours, **fields.theirs, **merged}
        if (key, field) not in clashing
    )


def _may_be_gone(noun: Three) -> bool:
    """Tell whether one side took it out and the other had not touched it."""
    left = [side for side in noun[1:] if side is not MISSING]
    return noun.base is not MISSING and not any(not alike(side, noun.base) for side in left)


def _agrees(field: str, value: Three, merged: Any) -> bool:  # noqa: ANN401 - parsed data
    base, ours, theirs = value
    if alike(ours, theirs) or alike(base, theirs):
        return alike(merged, ours)
    if alike(base, ours):
        return alike(merged, theirs)
    if field == "updated":
        days = [day for day in (ours, theirs) if isinstance(day, date)]
        return bool(days) and alike(merged, max(days))
    if isinstance(ours, list) and isinstance(theirs, list) and isinstance(merged, list):
        return _list_agrees(value.each(lambda side: side or []), merged)
    if isinstance(ours, dict) and isinstance(theirs, dict) and isinstance(merged, dict):
        tables = value.each(lambda side: side if isinstance(side, dict) else {})
        return _noun_agrees((), tables, merged, frozenset())
    return False


def _list_agrees(value: Three, merged: list[Any]) -> bool:
    """Tell whether a list holds what either side put there, and nothing that one took out."""
    base, ours, theirs = (Counter(map(repr, side)) for side in value)
    held = Counter(map(repr, merged))
    wanted = {
        item: _times(base[item], ours[item], theirs[item]) for item in {**base, **ours, **theirs}
    }
    return held == {item: times for item, times in wanted.items() if times}


def _times(base: int, ours: int, theirs: int) -> int:
    """Tell how often an element is in the merged list, from how often it is in the versions."""
    if theirs in (ours, base):
        return ours
    return theirs if base == ours else max(ours, theirs)
