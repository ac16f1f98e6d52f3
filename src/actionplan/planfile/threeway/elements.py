"""Two versions of one list made one, element by element, against what it was.

Elements that both sides added are all kept, ours first. An element is known by what names it in
its list, not by its place; what both sides changed, each in its own way, is a clash.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.planfile.threeway import arrays
from actionplan.planfile.threeway.sides import (
    MISSING,
    Three,
    alike,
    comments,
    order,
    pick,
    remark,
    renamed,
    under,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from actionplan.planfile.threeway.blocks import Piece

NAMES: dict[str, tuple[str, ...]] = {
    "answers": (),
    "after": (),
    "findings": (),
    "moves": ("from", "to"),
    "milestones": ("title",),
    "evidence": ("id",),
    "tests": ("on", "by"),
    "readings": ("on",),
}
"""The lists that are merged element by element, and what names the elements of each."""


KNOWN_AGAIN = frozenset({"milestones"})
"""The lists in which an element that only has another name is the same one."""


class _Listed(NamedTuple):
    """A list by the names of its elements: what each one says, and how it is written."""

    values: dict[Hashable, Any]
    texts: dict[Hashable, arrays.Element]
    array: arrays.Array | None
    tables: bool


def merged(field: str, pieces: Three, values: Three) -> str | None:
    """Give the text of a list as it should be, or ``None`` where an element clashes."""
    lists = Three(*(_listed(field, *both) for both in zip(pieces, values, strict=True)))
    ours, theirs = lists.ours, lists.theirs
    if ours.array is None or theirs.array is None or ours.tables != theirs.tables:
        return None
    if field in KNOWN_AGAIN:
        names = renamed(lists.each(lambda one: one.values))
        lists = Three(*map(_as_called, lists, names))
        ours, theirs = lists.ours, lists.theirs
    named = lists.each(lambda one: one.values)
    if field == "moves" and _moved_twice(named):
        return None
    kept = {}
    for name in {**named.ours, **named.theirs}:
        side = _side(named.at(name))
        if side is None:
            return None
        if side:
            kept[name] = side
    return _written(lists, kept)


def _listed(field: str, piece: Piece | None, value: Any) -> _Listed:  # noqa: ANN401 - parsed data
    items = value if isinstance(value, list) else []
    seen: Counter[str] = Counter()
    values: dict[Hashable, Any] = {}
    for item in items:
        name = _name(field, item)
        seen[name] += 1
        values[name, seen[name]] = item
    array = _array(piece) if piece else None
    if array is None or len(array.elements) != len(items):
        return _Listed(values, {}, None, tables=False)
    texts = dict(zip(values, array.elements, strict=True))
    return _Listed(values, texts, array, tables=bool(piece and piece.tables))


def _as_called(side: _Listed, names: Mapping[Hashable, Hashable]) -> _Listed:
    """Give a list under the names that its elements had."""
    return side._replace(values=under(names, side.values), texts=under(names, side.texts))


def _name(field: str, item: Any) -> str:  # noqa: ANN401 - parsed data
    keys = NAMES[field]
    named = [item.get(key) for key in keys] if isinstance(item, dict) and keys else [item]
    return repr(named)


def _array(piece: Piece) -> arrays.Array | None:
    if not piece.tables:
        return arrays.split(piece.text)
    elements = tuple(arrays.Element("", text, "") for text in piece.tables)
    return arrays.Array("", elements, comma=False, close="", rest="")


def _moved_twice(named: Three) -> bool:
    """Tell whether both sides agreed a date of their own: the last move of each is new."""
    last = [list(side)[-1] if side else None for side in (named.ours, named.theirs)]
    new = all(name is not None and name not in named.base for name in last)
    return new and not alike(named.ours[last[0]], named.theirs[last[1]])


def _side(element: Three) -> str | None:
    """Tell whose element is taken: ``ours``, ``theirs``, ``""`` for nobody's, or a clash."""
    value = pick(*element)
    if value is not MISSING:
        return "ours" if alike(value, element.ours) else "theirs"
    gone = element.ours is MISSING or element.theirs is MISSING
    left = element.theirs if element.ours is MISSING else element.ours
    return "" if gone and alike(left, element.base) else None


def _written(lists: Three, kept: dict[Hashable, str]) -> str:
    ordered = order(*lists.each(lambda one: one.values), kept)
    frame = _frame(lists.each(lambda one: one.array))
    elements = [_element(lists, name, kept[name], frame) for name in ordered]
    if lists.ours.tables:
        return "".join(element.body for element in elements)
    return arrays.joined(frame, elements)


def _frame(three: Three) -> arrays.Array:
    """Give the layout of the side that changed it, with the comments that both have at the end."""
    ours: arrays.Array = three.ours
    theirs: arrays.Array = three.theirs
    base: arrays.Array = three.base or ours
    chosen = theirs if base.look == ours.look else ours
    close = chosen.close
    if "#" in ours.close or "#" in theirs.close:
        close = comments(base.close, ours.close, theirs.close)
    notes = (arrays.comment_after(array.rest) for array in (base, ours, theirs))
    return chosen._replace(close=close, rest=arrays.with_comment(chosen.rest, remark(*notes)))


def _element(lists: Three, name: Hashable, side: str, frame: arrays.Array) -> arrays.Element:
    ours, theirs = lists.ours.texts.get(name), lists.theirs.texts.get(name)
    if ours is None or theirs is None:
        element: arrays.Element = ours or theirs
        return element if element in frame.elements else arrays.fitted(element, frame)
    base: arrays.Element = lists.base.texts.get(name, ours)
    body: str = ours.body if side == "ours" else theirs.body
    if not lists.each(lambda one: one.values).at(name).changed:
        body = pick(base.body, ours.body, theirs.body) or body
    lead = comments(base.lead, ours.lead, theirs.lead)
    return arrays.Element(lead, body, remark(base.note, ours.note, theirs.note))
