"""Prose: sentences that ask for something, and lists inside sentences; offered, never taken silently."""

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
_ASKS = re.compile(
    r"\b(?:needs? to|need(?:s|ing)? (?:urgent |further |immediate )?(?:attention|improvement|action)|"
    r"should(?: now| also| urgently)?|must|has to|have to|(?:may|might|could) (?:want|wish|like|need) to"
    r"(?: consider)?|would benefit from|is recommended|(?:we )?recommend(?:s|ed)?(?: that)?|"
    r"requires? (?:improvement|attention)|is required to|are required to|areas? for (?:improvement|"
    r"development)|(?:could|should) (?:usefully|consider))\b",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"(?P<what>\b(?:areas?|issues?|matters?|points?|things|aspects|concerns|priorities|actions|"
    r"recommendations)\b[^.:;]{0,80}?)(?:\s*:\s*|,?\s+(?:such as|including|these are|namely|"
    r"which (?:are|include))\s*:?\s+)(?P<list>[^.]+)",
    re.IGNORECASE,
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
        for sentence in _sentences(paragraph.text):
            for draft in _of_sentence(sentence, paragraph):
                found.setdefault(draft.text.casefold(), draft)
    return tuple(found.values())


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
    listed = [each for each in _members(sentence)]
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
        for member in _split(found["list"]):
            yield found["what"], member


def _split(listed: str) -> Iterator[str]:
    """Part a list in words: at its semicolons, else at its commas and its last "and"."""
    if ";" in listed:
        pieces = re.split(r";\s*(?:and\s+)?", listed)
    else:
        pieces = re.split(r",\s*(?:and\s+)?", listed)
        last = pieces.pop()
        if len(pieces) == 0 or len(last.split()) > 1:
            pieces += re.split(r"\s+and\s+(?=the |a |an |how |its |their |to )", last)
        else:
            pieces.append(last)
    for piece in pieces:
        if cleaned := piece.strip(" ,;.\u2013-"):
            yield cleaned
