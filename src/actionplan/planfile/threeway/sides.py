"""What was, and what two sides made of it: which of them changed, and whose order holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

Kind = TypeVar("Kind")
Name = TypeVar("Name", bound="Hashable")

MISSING: Any = None
"""The value of a key that is not there: TOML has no other way to say nothing."""


class Three(NamedTuple):
    """The same thing as it was, as it is here, and as it is there; `MISSING` where it is not."""

    base: Any
    ours: Any
    theirs: Any

    def each(self, of: Callable[[Any], Any]) -> Three:
        """Give something of all three."""
        return Three(*map(of, self))

    def at(self, name: Hashable) -> Three:
        """Give what all three mappings have under a name."""
        return self.each(lambda side: side.get(name, MISSING))

    @property
    def changed(self) -> bool:
        """Tell whether the two sides are not the same."""
        return not alike(self.ours, self.theirs)


def alike(one: Any, other: Any) -> bool:  # noqa: ANN401 - anything that TOML can say
    """Compare parsed data: 1 is not 1.0, nor true; not-a-number equals itself."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and (one == other or repr(one) == repr(other) == "nan")


def pick(base: Kind, ours: Kind, theirs: Kind) -> Kind | None:
    """Take the side that changed; ``None`` where both did, each in its own way."""
    if alike(ours, theirs) or alike(base, theirs):
        return ours
    return theirs if alike(base, ours) else None


def renamed(things: Three) -> Three:
    """Give the new names of what each side only calls otherwise, such as a step by its new title.

    It is known again where one thing is gone, one alone is new that differs in a single key, no
    other that is gone is like it, and the other side has no other thing of that name.
    """
    base, ours, theirs = things
    here, there = _renamed(base, ours), _renamed(base, theirs)
    return Three({}, _unlike(here, theirs, there), _unlike(there, ours, here))


def _renamed(base: Mapping[Name, Any], side: Mapping[Name, Any]) -> dict[Name, Name]:
    gone = [name for name in base if name not in side]
    pairs = [
        (new, old)
        for new in side
        if new not in base
        for old in gone
        if _differ_in_one(base[old], side[new])
    ]
    times = Counter(name for pair in pairs for name in pair)
    return {new: old for new, old in pairs if times[new] == times[old] == 1}


def _unlike(
    names: Mapping[Name, Name], other: Mapping[Name, Any], others: Mapping[Name, Name]
) -> dict[Name, Name]:
    """Leave out what the other side calls something else."""
    return {
        new: old for new, old in names.items() if new not in other or others.get(new, new) == old
    }


def _differ_in_one(one: Any, other: Any) -> bool:  # noqa: ANN401 - parsed data
    if not isinstance(one, dict) or one.keys() != other.keys():
        return False
    return sum(not alike(one[key], other[key]) for key in one) == 1


def under(names: Mapping[Name, Name], things: Mapping[Name, Kind]) -> dict[Name, Kind]:
    """Give things by the names that they had."""
    return {
        name if (old := names.get(name, name)) in things else old: thing
        for name, thing in things.items()
    }


def comments(base: str, ours: str, theirs: str) -> str:
    """Merge the blank lines and comments above a key: what either side added is kept."""
    taken = pick(base, ours, theirs)
    if taken is not None:
        return taken
    old, here, there = (text.splitlines(keepends=True) for text in (base, ours, theirs))
    kept = [line for line in here if not line.strip() or line not in old or line in there]
    new = [line for line in there if line.strip() and line not in old and line not in here]
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    return "".join([*kept[:end], *new, *kept[end:]])


def remark(base: str, ours: str, theirs: str) -> str:
    """Merge the comment after a value: where both sides changed it, both are kept."""
    taken = pick(base.strip(), ours.strip(), theirs.strip())
    if taken is None:
        return f"{ours} {theirs.strip()}"
    return ours if taken == ours.strip() else theirs


def order(
    base: Iterable[Name], ours: Iterable[Name], theirs: Iterable[Name], kept: Iterable[Name]
) -> list[Name]:
    """Put what is kept in order: that of the side which changed it, and else ours.

    What only the other side has goes after what it follows there, behind what is new here.
    """
    old, here, there, wanted = list(base), list(ours), list(theirs), set(kept)
    moved_there, moved_here = _moved(old, there, here), _moved(old, here, there)
    first, second = (there, here) if moved_there and not moved_here else (here, there)
    kept_first = [name for name in first if name in wanted]
    behind = _behind(second, {*kept_first}, wanted)
    known = {*old, *second}
    result: list[Name] = []
    waiting = behind.get(None, [])
    for name in kept_first:
        if first is there or name in known:
            result += waiting
            waiting = []
        result.append(name)
        waiting += behind.get(name, [])
    return result + waiting


def _behind(
    names: list[Name], inside: set[Name], wanted: set[Name]
) -> dict[Name | None, list[Name]]:
    """Give the names that are not inside, by the one inside that they come after."""
    behind: dict[Name | None, list[Name]] = {}
    after: Name | None = None
    for name in names:
        if name in inside:
            after = name
        elif name in wanted:
            behind.setdefault(after, []).append(name)
    return behind


def _moved(old: list[Name], side: list[Name], other: list[Name]) -> bool:
    """Tell whether a side has what all three have in another order."""
    common = {*old} & {*side} & {*other}
    return [name for name in old if name in common] != [name for name in side if name in common]
