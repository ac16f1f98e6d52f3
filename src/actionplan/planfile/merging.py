"""Two versions of a plan file made one, against what both came from; opens no file.

The merge goes by what things are called and by their keys, never by lines: what one side alone
changed is taken as it stands, every comment and line end with it. What cannot be both is a clash,
and is written between conflict markers around its own lines. The merged text is then read back: its
data must be what the three versions call for, and nothing may be wrong in it that was right on
both sides.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.errors import UnreadableError
from actionplan.planfile import reader
from actionplan.planfile.source import proof_failed
from actionplan.planfile.threeway import blocks, weaving
from actionplan.planfile.threeway.agreement import disagreements
from actionplan.planfile.threeway.blocks import TOP, Block, Frame, Key, identity
from actionplan.planfile.threeway.renumbering import renumbered
from actionplan.planfile.threeway.sides import Three, order, pick, under
from actionplan.planfile.threeway.weaving import Clash, Conflict, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from actionplan.model import Problem
    from actionplan.planfile.reader import PlanText

__all__ = ["Clash", "Merged", "merge"]


class Merged(NamedTuple):
    """One file of two."""

    content: bytes
    """With conflict markers in it where there are clashes."""
    clashes: tuple[Clash, ...]
    renumbered: Mapping[str, str]
    """The numbers of theirs that were given a new one, ``{"A7": "A8"}``; for evidence with the
    action that it is of, ``{"A7 E1": "E2"}``."""


def merge(
    base: bytes, ours: bytes, theirs: bytes, name: str, issued: Mapping[str, int] | None = None
) -> Merged:
    """Merge two versions of a plan file.

    `issued` are the highest numbers ever given (`{"A": 40}`): a new number is higher.

    Raises:
        UnreadableError: where a version is not UTF-8 or not TOML.
        ActionPlanError: where the merged text does not read back as what was meant.

    """
    if base in (ours, theirs) or ours == theirs:
        content = theirs if base == ours else ours
        reader.read(content, name)
        return Merged(content, (), {})
    base_text, ours_text, theirs_text = (reader.read(c, name) for c in (base, ours, theirs))
    theirs_text, numbers = renumbered(base_text, ours_text, theirs_text, issued or {})
    merging = _Merging(Three(base_text, ours_text, theirs_text), name)
    parts = merging.proved()
    clashes = [part.clash for part in parts if isinstance(part, Conflict)]
    by_place = {(clash.ref, clash.field): clash for clash in reversed(clashes)}
    told = tuple(dict.fromkeys(by_place[clash.ref, clash.field] for clash in clashes))
    text = "".join(part if isinstance(part, str) else part.marked() for part in parts)
    return Merged(merging.frame(ended=bool(told)).filled(text), told, numbers)


class _Merging:
    """The three versions of a file, cut in blocks."""

    def __init__(self, versions: Three, name: str) -> None:
        self.versions = versions
        self.name = name
        counts = [
            {table: len(value) for table, value in read.data.items() if isinstance(value, list)}
            for read in versions
        ]
        steady = {table for table in counts[0] if len({of.get(table) for of in counts}) == 1}
        self.blocks = _as_called(versions.each(lambda read: blocks.cut(read, frozenset(steady))))

    def frame(self, *, ended: bool) -> Frame:
        """Give what stands around the lines, from the side that changed it."""
        three = self.versions.each(lambda read: blocks.frame_of(read.source))
        bom, newline, end = (pick(*of) for of in zip(*three, strict=True))
        return Frame(bool(bom), str(newline or three.ours.newline), ended or bool(end))

    def proved(self) -> list[Part]:
        """Merge, and let what does not go together clash, until the rest is proved.

        Raises:
            ActionPlanError: where nothing more could clash, and it is not.

        """
        whole: dict[Key, str] = {}
        while True:
            attempt = _Attempt(self.blocks, whole)
            trouble = self._trouble(attempt)
            if not trouble:
                return attempt.parts
            new = trouble.keys() - whole.keys()
            if not new or not all(self.blocks.at(key).changed for key in new):
                raise proof_failed(self.name)
            whole |= {key: trouble[key] for key in new}

    def _trouble(self, attempt: _Attempt) -> dict[Key, str]:
        """Name the blocks that are not as they should be, each with what is wrong if it is known.

        Where there are clashes the text is looked at twice, settled the one way and the other; of
        what is wrong in it only that counts which is wrong both times.
        """
        trouble: dict[Key, str] = {}
        faults: list[dict[Key, str]] = []
        for side in ("ours", "theirs") if attempt.clashing else ("ours",):
            try:
                read = reader.read(self.frame(ended=False).filled(attempt.settled(side)), self.name)
            except UnreadableError as error:
                if not attempt.woven:
                    raise proof_failed(self.name) from error
                return dict.fromkeys(attempt.woven, "")
            data = self.versions.each(lambda version: version.data)
            trouble |= dict.fromkeys(disagreements(data, read.data, attempt.clashing), "")
            faults.append(self._new_faults(read))
        lasting = faults[0].keys() & faults[-1].keys() - attempt.clashing
        return trouble | {key: faults[0][key] for key in lasting}

    def _new_faults(self, read: PlanText) -> dict[Key, str]:
        """Give what is wrong in the merged text and was on neither side, by its block."""
        sides = (*self.versions.ours.faults, *self.versions.theirs.faults)
        known = {_sameness(problem) for problem in sides}
        return {
            _block_of(problem, read.data): problem.sentence
            for problem in read.faults
            if _sameness(problem) not in known
        }


def _sameness(problem: Problem) -> tuple[str, str, str]:
    """Tell a fault by what is wrong; the ids that it says are there may differ."""
    key, ref, sentence = problem.identity
    return key, ref, sentence.partition(" (there: ")[0]


def _block_of(problem: Problem, data: Any) -> Key:  # noqa: ANN401 - parsed data
    table, place = (*problem.path, "", "")[:2]
    if isinstance(place, int):
        return identity(str(table), data[table][place]) or (table, place)
    return (table, place) if table == "owners" else (table,) if table == "policy" else TOP


def _as_called(cut: Three) -> Three:
    """Give the blocks of three versions, each meeting on another day under the day that it had."""
    data = cut.each(lambda side: {key: block.data for key, block in side.items()})
    return Three(*map(under, blocks.moved(data), cut))


class _Attempt:
    """A merge in which some blocks clash as a whole, each for a reason."""

    def __init__(self, cut: Three, whole: Mapping[Key, str]) -> None:
        self.cut = cut
        self.whole = whole
        self.woven: set[Key] = set()
        """The blocks that were merged key by key."""
        merged = {key: self._block(key) for key in {**cut.base, **cut.ours, **cut.theirs}}
        ordered = order(*cut, (key for key, parts in merged.items() if parts is not None))
        self.parts = list(self._spaced(ordered, merged))
        self.clashing = frozenset(_places(merged))

    def settled(self, side: str) -> str:
        """Give the text with every clash settled as one side has it."""
        return "".join(
            part if isinstance(part, str) else getattr(part, side) for part in self.parts
        )

    def _block(self, key: Key) -> list[Part] | None:
        """Give the lines of a block, or ``None`` where it goes."""
        three = self.cut.at(key)
        base, ours, theirs = three
        if key in self.whole:
            return [weaving.whole(three, self.whole[key])]
        if ours is None or theirs is None:
            return _one_sided(three)
        if pick(base and base.plain, ours.plain, theirs.plain) is None:
            self.woven.add(key)
            return weaving.woven(base, ours, theirs)
        return [_changed(base or ours, ours, theirs).text]

    def _spaced(
        self, ordered: list[Key], merged: Mapping[Key, list[Part] | None]
    ) -> Iterator[Part]:
        """Give the parts in order, a blank line between blocks that come together anew."""
        side: dict[Key, Block] = self.cut.ours or self.cut.theirs
        airy = any(block.text.startswith("\n") for block in side.values())
        together = {pair for of in self.cut for pair in pairwise(of)}
        for before, key in zip([None, *ordered], ordered, strict=False):
            parts = merged[key] or []
            new = before is not None and (before, key) not in together
            if airy and new and _begins_with_text(parts):
                yield "\n"
            yield from parts


def _begins_with_text(parts: list[Part]) -> bool:
    first = parts[0] if parts else ""
    text = first if isinstance(first, str) else first.ours or first.theirs
    return bool(text.partition("\n")[0].strip())


def _one_sided(three: Three) -> list[Part] | None:
    """Give the lines of a block that one side has not: it is new on the other, or was taken out."""
    base, left = three.base, three.ours or three.theirs
    if base is None:
        return [left.text]
    if left is None or _filled(left) == _filled(base):
        return None
    return [weaving.whole(three)]


def _filled(block: Block) -> list[str]:
    return [line for line in block.plain.split("\n") if line.strip()]


def _changed(base: Block, ours: Block, theirs: Block) -> Block:
    """Take the block of the side that changed it, be it only in its line ends."""
    if ours.plain == theirs.plain:
        return theirs if ours.text == base.text else ours
    return theirs if ours.plain == base.plain else ours


def _places(merged: Mapping[Key, list[Part] | None]) -> Iterator[Key]:
    """Name what clashes: blocks, keys of blocks, and the arrays and keys that these stand in."""
    for key, parts in merged.items():
        for part in parts or ():
            if isinstance(part, Conflict):
                yield (key, part.key[0]) if part.key else key
                yield (TOP, key[0]) if key else part.key[:1]
