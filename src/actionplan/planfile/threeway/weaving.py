"""Two versions of one block made one, key by key and element by element, against what it was.

What one side alone changed is taken from it. What both changed, each in its own way, is a clash:
it stands in the text between conflict markers, unless a rule for that key says better.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from actionplan.planfile.threeway import arrays, elements
from actionplan.planfile.threeway.blocks import COMMENTS, HEADER, TAIL, Block, Key, Piece
from actionplan.planfile.threeway.sides import MISSING, Three, alike, comments, order, pick, remark

_SHORT = 60
MOVES, DUE = ("moves",), ("due",)
"""The keys of an action that go together: what moved its date, and the date."""


class Clash(NamedTuple):
    """The same thing changed twice, each time differently."""

    ref: str
    """``A7``, ``F1``, an owner's post, or ``""`` for the plan itself."""
    field: str
    """``rag``; ``""`` where a whole block clashes: deleted here, changed there."""
    base: str
    ours: str
    theirs: str
    why: str = ""
    """Where both changes are sound and do not go together: what is wrong with the two of them."""


class Conflict(NamedTuple):
    """The lines that both sides changed."""

    clash: Clash
    key: Key
    """The key in its block, or ``()`` for the whole of it."""
    label: str
    ours: str
    base: str
    theirs: str

    def marked(self) -> str:
        """Give the lines of all three versions between markers that say whose they are."""
        here, there = (_became(lines, self.base) for lines in (self.ours, self.theirs))
        return (
            f"<<<<<<< {self.label}, {here} here\n{self.ours}"
            f"||||||| {self.label}, as it was\n{self.base}"
            f"=======\n{self.theirs}>>>>>>> {self.label}, {there} there\n"
        )


def _became(lines: str, base: str) -> str:
    if lines:
        return "as it was" if lines == base else "as changed"
    return "deleted" if base else "not there"


Part = str | Conflict


def woven(base: Block | None, ours: Block, theirs: Block) -> list[Part]:
    """Merge a block that both sides changed, or that both added."""
    return _Weaving(base, ours, theirs).parts()


def whole(blocks: Three, why: str = "") -> Conflict:
    """Let a block clash as a whole."""
    known: Block = blocks.ours or blocks.theirs or blocks.base
    base, ours, theirs = (block.text if block else "" for block in blocks)
    name = known.ref or ".".join(map(str, known.under)) or "the plan"
    clash = Clash(known.ref, "" if known.ref else name, *blocks.each(_title), why)
    return Conflict(clash, (), _label(name), ours, base, theirs)


def _title(block: Block | None) -> str:
    if block is None:
        return ""
    data = block.data if isinstance(block.data, dict) else {}
    return shown(data.get("title") or data.get("text") or block.ref or "a table")


def shown(value: Any) -> str:  # noqa: ANN401 - anything that TOML can say
    """Give a value as short text."""
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    text = ", ".join(value) if isinstance(value, list) else "" if value is MISSING else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 3]}..."


def _label(text: str) -> str:
    """Give a name as it can stand in a marker, on one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class _Weaving:
    """The three versions of one block, piece by piece."""

    def __init__(self, base: Block | None, ours: Block, theirs: Block) -> None:
        self.blocks = Three(base, ours, theirs)
        self.pieces = Three(*({} if block is None else block.pieces() for block in self.blocks))

    def parts(self) -> list[Part]:
        """Merge every piece, and put them in order: each under the header that it stands under."""
        old, here, there = self.pieces
        merged = {key: self._piece(key) for key in {**old, **here, **there}}
        if any(isinstance(part, Conflict) for part in merged.get(MOVES, ())):
            merged[DUE] = self._due(merged.get(DUE, []))
        kept = order(old, here, there, (key for key, parts in merged.items() if parts))
        sections: dict[Key, list[Part]] = {(): []}
        for key in kept:
            piece: Piece = here.get(key) or there.get(key) or old[key]
            sections.setdefault(piece.section, []).extend(merged[key])
        return [part for parts in sections.values() for part in parts]

    def _piece(self, key: Key) -> list[Part]:
        """Give the lines of one key, with the comments above it; none where it goes."""
        three = Three(*(pieces.get(key) for pieces in self.pieces))
        values = Three(*(block.value(key) if block else MISSING for block in self.blocks))
        lead = comments(*(piece.lead if piece else "" for piece in three))
        if key[-1:] == (COMMENTS,) or key == TAIL:
            return [lead]
        if _gone(three, values):
            return _left_behind(three)
        text = _text(key, three, values)
        return [lead, self._conflict(key, three, values) if text is None else text]

    def _due(self, parts: list[Part]) -> list[Part]:
        """Let a due date clash with its moves, so that nobody keeps the one without the other."""
        three = Three(*(pieces.get(DUE) for pieces in self.pieces))
        values = Three(*(block.value(DUE) if block else MISSING for block in self.blocks))
        if alike(values.ours, values.theirs) or any(isinstance(part, Conflict) for part in parts):
            return parts
        return [*parts[:1], self._conflict(DUE, three, values)]

    def _conflict(self, key: Key, three: Three, values: Three) -> Conflict:
        block: Block = self.blocks.ours
        field = ".".join(map(str, (*block.under, *key)))
        label = _label(" ".join(part for part in (block.ref, field) if part))
        if key == MOVES:
            field = "due"
            values = Three(*(of.value(DUE) if of else MISSING for of in self.blocks))
        base, ours, theirs = (piece.text if piece else "" for piece in three)
        clash = Clash(block.ref, field, *map(shown, values))
        return Conflict(clash, key, label, ours, base, theirs)


def _gone(three: Three, values: Three) -> bool:
    """Tell whether one side took a key out that the other left as it was."""
    if three.base is None:
        return False
    left = [value for piece, value in zip(three[1:], values[1:], strict=True) if piece]
    return not left or (len(left) == 1 and alike(left[0], values.base))


def _left_behind(three: Three) -> list[Part]:
    """Give the comments that one side wrote at a key while the other took it out."""
    known = [*three.base.lead.split("\n"), arrays.comment_after(three.base.text).strip()]
    lines = [
        line
        for piece in three[1:]
        if piece
        for line in (*piece.lead.split("\n"), arrays.comment_after(piece.text).strip())
    ]
    added = [f"{line}\n" for line in lines if line.strip() and line not in known]
    return ["".join(added)] if added else []


def _text(key: Key, three: Three, values: Three) -> str | None:
    """Give the lines of a key as they should be, or ``None`` where they clash."""
    texts = Three(*(piece.text if piece else "" for piece in three))
    plain = texts.each(lambda text: text.replace("\r\n", "\n"))
    taken = pick(*plain)
    if taken is not None:
        return str(texts.ours if taken == plain.ours else texts.theirs)
    if not (three.ours and three.theirs):
        return str(texts.ours or texts.theirs) if key == ("updated",) else None
    if len(key) == 1 and key[0] in elements.NAMES:
        text = elements.merged(key[0], three, values)
        if text is not None:
            return text
    value = _later(values) if key == ("updated",) else pick(*values)
    if value is MISSING and key[-1] != HEADER:
        return None
    theirs_changed = not alike(value, values.ours)
    text = texts.theirs if theirs_changed else texts.ours
    return arrays.with_comment(text, remark(*texts.each(arrays.comment_after)))


def _later(values: Three) -> Any:  # noqa: ANN401 - parsed data
    days = [value for value in values[1:] if type(value) is date]
    return max(days) if len(days) == len(values) - 1 else pick(*values)
