"""A change in words: "rag: amber -> green", "new: TITLE", "date moved: REASON (not approved yet)".

The values of a change are those of the model, or as JSON says them in the history; both read alike.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.dates import without_weekday
from actionplan.measures import figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from actionplan.model import Change

_TITLES = ("title", "text", "name")
"""The keys that name a noun, the first that it has."""
_QUOTED = frozenset(
    {"title", "note", "reason", "text", "outcome", "document", "name", "difference", "exempt"}
)
"""Running text, set in quotation marks."""
_DATED = frozenset(
    {"start", "due", "forecast", "updated", "delivered", "on", "by", "done", "plan_due", "closed"}
)
_CALLED = {"on": "date", "passes_to": "passes to", "plan_due": "plan due", "for_": "for"}
"""Keys that are no words of a sentence, and what they are called in one."""


def what(change: Change) -> str:
    """Say what changed, and from what to what."""
    if not change.field:
        gone = change.new is None
        title = _title(change.old if gone else change.new)
        return ": ".join(part for part in ("gone" if gone else "new", title) if part)
    if change.field in _LISTS:
        parts = _list_parts(_LISTS[change.field], change.old, change.new)
        return "; ".join(parts) or f"{change.field} in another order"
    if change.field == "policy":
        return "; ".join(_policy_parts(_mapping(change.old), _mapping(change.new)))
    return _shift(change.field, change.old, change.new)


def _title(noun: Any) -> str:  # noqa: ANN401 - a noun, or what JSON says of one
    facts = _mapping(noun)
    return next((str(facts[key]) for key in _TITLES if facts.get(key)), "")


def _mapping(value: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Give the facts of a noun by the keys of the file; what is absent is left out."""
    items = value._asdict() if hasattr(value, "_asdict") else value or {}
    return {
        key.removesuffix("_"): item for key, item in items.items() if item not in (None, "", (), [])
    }


def _shift(field: str, old: Any, new: Any) -> str:  # noqa: ANN401 - whatever a field holds
    was, now = _said(field, old), _said(field, new)
    if field == "rag":
        return f"rag: {was or 'not rated'} -> {now or 'not rated'}"
    called = _CALLED.get(field, field)
    if not was:
        return f"{called} set: {now}"
    return f"{called}: {was} -> {now}" if now else f"{called} cleared, was {was}"


def _said(field: str, value: Any) -> str:  # noqa: ANN401 - as above
    if value in (None, "", (), []):
        return ""
    if field in _DATED:
        return _day(value)
    if field in _QUOTED:
        return f'"{value}"'
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    if isinstance(value, list | tuple) and not hasattr(value, "_asdict"):
        return ", ".join(map(str, value))
    return figure(value) if isinstance(value, float) else str(value)


def _day(value: Any) -> str:  # noqa: ANN401 - a date, or a date as JSON says it
    """Give a date in words; a text that is none is given as it is."""
    if isinstance(value, date):
        return without_weekday(value)
    try:
        return without_weekday(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value or "no date")


def _policy_parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield _shift(f"policy {key}", old.get(key), new.get(key))


# --- lists of things ----------------------------------------------------------------------------


_Key = tuple[str, ...]
_Things = dict[_Key, dict[str, Any]]
"""The things of a list by what tells them apart."""


class _List(NamedTuple):
    """How the things of one list are told apart, and said."""

    noun: str
    identity: tuple[str, ...]
    said: Callable[[Mapping[str, Any]], str]
    added: str = "{noun} added: {said}"
    changed: str = "{noun} changed: {said}"
    gone: str = "{noun} gone: {said}"
    renamed: str = ""
    """How it is said that what tells a thing apart is another; "" where such a thing is new."""


def _move(facts: Mapping[str, Any]) -> str:
    approved = facts.get("approved")
    to = f"{_day(facts['to'])}, " if "to" in facts else ""
    waits = f"approved by {approved}" if approved else f"{to}not approved yet"
    return f"{facts.get('why', 'no reason given')} ({waits})"


def _milestone(facts: Mapping[str, Any]) -> str:
    due = f", due {_day(facts['due'])}" if "due" in facts else ""
    done = f", done {_day(facts['done'])}" if "done" in facts else ""
    return f"{facts.get('title', '')}{due}{done}"


def _evidence(facts: Mapping[str, Any]) -> str:
    named = " ".join(str(facts[key]) for key in ("id", "what") if key in facts)
    more = [str(facts["where"])] if "where" in facts else []
    more += [f"of {_day(facts['on'])}"] if "on" in facts else []
    return f"{named} ({', '.join(more)})" if more else named


def _test(facts: Mapping[str, Any]) -> str:
    return f"{facts.get('result', 'no result')}, by {facts.get('by', 'nobody named')}"


def _reading(facts: Mapping[str, Any]) -> str:
    value = facts.get("value")
    said = "no value" if value is None else figure(value)
    note = f' "{facts["note"]}"' if "note" in facts else ""
    return f"{said} on {_day(facts.get('on'))}{note}"


def _meeting(facts: Mapping[str, Any]) -> str:
    return " ".join(part for part in (facts.get("body", ""), _day(facts.get("on"))) if part)


_LISTS = {
    "moves": _List(
        "move",
        ("on", "to"),
        _move,
        added="date {moved}: {said}",
        gone="move of the date taken back: {said}",
    ),
    "milestones": _List(
        "milestone",
        ("title",),
        _milestone,
        changed="milestone {facts}",
        renamed="milestone {facts}",
    ),
    "evidence": _List(
        "evidence", ("id",), _evidence, changed="evidence changed: {said}, was {was}"
    ),
    "tests": _List("test", ("on", "by"), _test),
    "readings": _List("reading", ("on",), _reading, changed="reading changed: {said}, was {was}"),
    "meetings": _List(
        "meeting", ("body", "on"), _meeting, renamed="meeting changed: {said}, was {was}"
    ),
}


def _list_parts(kind: _List, old: Any, new: Any) -> Iterator[str]:  # noqa: ANN401 - lists of nouns
    before, after = _identified(kind, old), _identified(kind, new)
    renamed = dict(_renamed(before, after)) if kind.renamed else {}
    for key, facts in after.items():
        said = kind.said(facts)
        was = before.get(renamed.get(key, key))
        if was is None:
            moved = "moved" if facts.get("approved") else "asked for"
            yield kind.added.format(noun=kind.noun, said=said, moved=moved)
        elif was != facts:
            form = kind.renamed if key in renamed else kind.changed
            told = _facts(was, facts)
            yield form.format(noun=kind.noun, said=said, was=kind.said(was), facts=told)
    for key, facts in before.items():
        if key not in after and key not in renamed.values():
            yield kind.gone.format(noun=kind.noun, said=kind.said(facts))


def _facts(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say which facts of a step are others, its title before them where that is the same."""
    shifts = [_shift(key, was.get(key), now.get(key)) for key in _other(was, now)]
    title = "" if was.get("title") != now.get("title") else f'"{was.get("title", "")}", '
    return f"{title}{', '.join(shifts)}"


def _other(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [key for key in {**was, **now} if was.get(key) != now.get(key)]


def _renamed(before: _Things, after: _Things) -> Iterator[tuple[_Key, _Key]]:
    """Find what stands where another stood, and differs from it in one fact alone."""
    for old, new in zip(before, after, strict=False):
        was, now = before[old], after[new]
        other = _other(was, now)
        if old not in after and new not in before and len(other) == 1 and other[0] in was:
            yield new, old


def _identified(kind: _List, things: Any) -> _Things:  # noqa: ANN401 - lists of nouns
    """Give things by what tells them apart; of two that are alike in it, each has its number."""
    found: _Things = {}
    for thing in things or ():
        facts = _mapping(thing)
        key = tuple(str(facts.get(part, "")) for part in kind.identity)
        while key in found:
            key = (*key, "again")
        found[key] = facts
    return found
