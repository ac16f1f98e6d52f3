"""Prose: sentences that ask for something, and lists inside sentences; only offered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actionplan.importers.drafts import Draft
from actionplan.importers.review import headings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actionplan.importers.document import Paragraph

OFFERED, LISTED = 0.4, 0.5
"""How sure an asking sentence is, and a member of a list inside one."""

_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|etc|cf|Mr|Mrs|Ms|Dr|St|No|para|paras)\.$")
_ASKING = r"(?! (?:they|you|we|it|he|she|this|a|the|any)\b)"
"""Should they need it: that asks for nothing."""
_ASKS = re.compile(
    r"\b(?:needs? to|need(?:s|ing)? (?:urgent |further |immediate )?(?:attention|improvement|"
    rf"action)|should{_ASKING}(?: now| also| urgently)?|must|has to|have to|"
    r"is required to|are required to|"
    r"(?:may|might|could) (?:want|wish|like|need) to(?: consider)?|would benefit from|"
    r"is recommended|(?:we )?recommend(?:s|ed)?(?: that)?|requires? (?:improvement|attention)|"
    r"areas? for (?:improvement|development)|(?:could|should) (?:usefully|consider))\b",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"(?P<count>\b(?:two|three|four|five|six|seven|eight|nine|ten)\s+(?:[\w-]+\s+){0,2})?"
    r"(?P<what>\b(?:areas?|issues?|matters?|points?|things|aspects|concerns|priorities|actions|"
    r"recommendations)\b[^.:;\u2013\u2014]{0,80}?)(?:\s*:\s*|\s+[-\u2013\u2014]\s+|,?\s+(?:such as|"
    r"including|includes?|(?:these|they) are|namely|which (?:are|include))\s*:?\s+)(?P<list>[^.]+)",
    re.IGNORECASE,
)
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_CLAUSE = re.compile(
    r"(?:where|which|who|whose|when|because|so that|including|particularly|such as)\b"
)
_URGENT = re.compile(r"\b(?:immediate|urgent|priority)\b", re.IGNORECASE)
_NEEDY = re.compile(
    r"attention|action|improve|concern|weak|address|consider|development|recommend|immediate|urgent|"
    r"need|priority",
    re.IGNORECASE,
)
_LEAST_WORDS = 4


def offered(paragraphs: Iterable[Paragraph]) -> tuple[Draft, ...]:
    """Give what the sentences of a text ask for, each once."""
    found: dict[str, Draft] = {}
    for paragraph in paragraphs:
        if paragraph.heading or _is_heading(paragraph.text):
            continue
        for sentence in _sentences(paragraph.text):
            for draft in _of_sentence(sentence, paragraph):
                found.setdefault(draft.text.casefold(), draft)
    return tuple(found.values())


def _is_heading(text: str) -> bool:
    return not text.endswith(".") and headings.opens(text) is not None


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for stop in re.finditer(r"[.?!][\u2019\u201d\"')]*\s+(?=[A-Z\u2018\u201c\"'(])", text):
        sentence = text[start : stop.end()].strip()
        if not _ABBREVIATED.search(sentence):
            yield sentence
            start = stop.end()
    if rest := text[start:].strip():
        yield rest


def _of_sentence(sentence: str, paragraph: Paragraph) -> Iterator[Draft]:
    listed = list(_members(sentence))
    for what, member in listed:
        kind = headings.IMMEDIATE if _URGENT.search(what) else headings.IMPROVEMENT
        yield Draft(
            member, kind, "", "", (), paragraph.page, LISTED, asks=re.sub(r"\s+", " ", what).strip()
        )
    asks = _ASKS.search(sentence)
    if asks and not listed and len(sentence.split()) >= _LEAST_WORDS:
        kind = (
            headings.RECOMMENDATION if "recommend" in asks[0].casefold() else headings.IMPROVEMENT
        )
        if re.search(r"\b(?:urgent|immediate)(?:ly)?\b", sentence, re.IGNORECASE):
            kind = headings.IMMEDIATE
        yield Draft(sentence, kind, "", "", (), paragraph.page, OFFERED, asks=asks[0])


def _members(sentence: str) -> Iterator[tuple[str, str]]:
    """Give the members of each list inside a sentence, with what the list is said to be of."""
    for clause in re.split(r";\s+(?:and\s+)?(?=[^;]*:)", sentence):
        found = _LISTS.search(clause)
        if found is None or not _NEEDY.search(found["what"]):
            continue
        words = (found["count"] or "").lower().split()
        count = _COUNTS.index(words[0]) + 2 if words else 0
        for member in _split(found["list"], count):
            yield found["what"], member


def _split(listed: str, count: int) -> list[str]:
    """Part a list in words, into as many as it is said to have where that is said."""
    if ";" in listed:
        return _cleaned(re.split(r";\s*(?:and\s+)?", listed))
    ways = [_with_clauses(pieces) for pieces in (_at_commas(listed), _at_and([listed]))]
    return next((way for way in ways if len(way) == count), ways[0])


def _at_commas(listed: str) -> list[str]:
    return _at_and(re.split(r",\s*(?:and\s+)?", listed))


def _at_and(pieces: list[str]) -> list[str]:
    """Part the last piece of a list at its "and"."""
    *before, last = pieces
    whole = bool(before) and len(re.findall(r"\band\b", last)) > 1
    parted = re.split(r"\s+and\s+(?=the |a |an |how |its |their |to )", last, maxsplit=1)
    if len(parted) == 1 and not whole:
        parted = re.split(r"\s+and\s+", last, maxsplit=1)
    return before + parted


def _with_clauses(pieces: list[str]) -> list[str]:
    """Leave with its member a clause that says more of it."""
    joined: list[str] = []
    for piece in _cleaned(pieces):
        if joined and _CLAUSE.match(piece):
            joined[-1] += f", {piece}"
        else:
            joined.append(piece)
    return joined


def _cleaned(pieces: list[str]) -> list[str]:
    return [cleaned for piece in pieces if (cleaned := piece.strip(" ,;.\u2013-"))]
