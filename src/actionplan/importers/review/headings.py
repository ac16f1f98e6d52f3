"""What a heading of a review says of what stands under it: what must improve, or something else."""

from __future__ import annotations

import re
from typing import NamedTuple

IMMEDIATE, IMPROVEMENT, RECOMMENDATION = "immediate", "improvement", "recommendation"
STRENGTH = "strength"

_LETTERS = 500
"""What is longer is no heading, and no sentence about one."""
LONGEST = 16
"""Words; what is longer is no heading."""


class Opening(NamedTuple):
    """A heading that opens a list."""

    kind: str
    """One of `model.FINDING_KINDS`."""
    sure: bool = True
    """Under less sure headings narrative stands as often as lists."""


def plain(text: str) -> str:
    """Give a heading without its number, its footnote's number and its punctuation.

    What is too long for one gives nothing.
    """
    if len(text) > _LETTERS:
        return ""
    said = re.sub(r"\s+", " ", text.replace("\u2019", "'")).strip().casefold()
    said = re.sub(
        r"^(?:section \w+\s*[:.\u2013-]?|annex \w+\s*[:.\u2013-]|[\d.]+[.)]?)\s+", "", said
    )
    said = re.sub(r"\W+\(?(?:continued|cont(?:'?d)?\.?)\)?$", "", said)
    return re.sub(r"[\s?:.;\u2013-]*\d{0,2}[\s?:.;\u2013-]*$", "", said)


_URGENT = r"(?:priority|immediate|urgent|critical)"
_ACT = r"(?:actions?|attention|improvements?|development|recommendations?|priorit(?:y|ies)|issues?)"
_IMMEDIATE = re.compile(
    rf"(?:the |key |two |three |four |\w+ )?(?:areas?|issues?|matters?|findings?|actions?|"
    rf"recommendations?) (?:for|of|requiring|needing|that need) {_URGENT}"
    rf"(?:,? (?:and|or|and/or) {_URGENT})? (?:strategic )?{_ACT}(?: .{{0,60}})?"
    rf"|{_URGENT}(?:,? (?:and|or|and/or) {_URGENT})?(?: strategic)? {_ACT}(?: (?:required|needed))?"
    r"|(?:areas? of )?significant (?:weakness(?:es)?|areas? of weakness)"
    r"|(?:causes?|areas?) of (?:serious )?concern"
)
_IMPROVEMENT = re.compile(
    r"what (?:needs?|must|should|has|have) (?:to )?(?:be )?(?:improved?|change|get better|develop)"
    r"(?: .{0,80})?"
    r"|what (?:do|does|must|should) (?!.*partnership.* better).{3,60}? (?:need to |have to )?"
    r"(?:improve|develop|do next|do better|change)(?: .{0,60})?"
    r"|what (?!.* (?:do|does) ).{3,60} needs? to (?:improve|develop|do better)"
    r"|(?:the |key |main |other |further |\w+ |[\w' ]{1,40} and )?"
    r"(?:areas?|aspects?|priorit(?:y|ies)|points?|"
    r"issues?|matters?|things|opportunities) (?:for|of|requiring|needing|in need of|to|which need|"
    r"that need|where) (?:the )?(?:further |future )?(?:improvements?|improve|development|develop|"
    r"attention|actions?|consideration|consider|focus|address)(?: .{0,60})?"
    r"|improvements? (?:required|needed|priorities)|(?:key )?(?:points for )?considerations?"
    r"|(?:important|key|main|major) weaknesses"
    r"|(?:things|matters) to (?:improve|consider|think about)"
)
_RECOMMENDATION = re.compile(
    r"(?:[\w']+ ){0,3}recommendations?(?: (?:for|to|from|arising|of|by|made) .{0,60})?"
    r"|recommendations and (?:next steps|actions?|priorities|considerations?)"
    r"|(?:what )?we recommend(?: that)?(?: .{0,40})?"
    r"|recommended (?:actions?|next steps)|(?:statutory |legal )?requirements"
    r"|(?:required actions?|actions? required)"
)
_STRENGTH = re.compile(
    r"(?:the |key |main |areas? of |our |summary of |notable |[\w' ]{0,40}'s )?strengths?"
    r"(?: (?:of|and good practice|include|identified|in) .{0,40}|)?"
    r"|what (?:is|are|was|works?|do|does) .{0,60}?\bwell"
    r"|(?:areas? of )?(?:good|strong|best|effective) practice"
)
_NARRATIVE = re.compile(
    r"what (?:do|does) .{0,40}partnership.{0,40} better"
    r"|(?:progress|response|update|implementation|follow[- ]up|status|previous|action)\b.{0,50}"
    r"recommendations.*|recommendations (?:from|of|at) (?:the )?(?:last|previous).*"
    r"|.+ (?:from|in|at|of|since|identified (?:at|in|by)) (?:the |our |its )?"
    r"(?:last|previous|earlier) (?:\w+ ){0,3}(?:inspection|visit|review|report|challenge|letter)s?"
    r"(?: .{0,40})?"
    r"|key strengths and (?:weaknesses|areas).*|strengths and (?:weaknesses|areas).*"
)
"""Headings that look like a list's, under which reviewers tell at length what they found."""
_CLOSES = re.compile(
    r"(?:the )?(?:experiences? and progress|summary for|information about|about (?:this|the|our)\b|"
    r"next steps|inspection (?:findings|outcomes?|judge?ments?|team|details)|"
    r"(?:the )?(?:impact|effectiveness|quality|influence|role) of|outcomes for|"
    r"leadership, management|"
    r"overall effectiveness|background|context|introduction|conclusions?|annex|appendix|glossary|"
    r"case stud|methodology|record of main|capacity (?:for|to) improve|service provision|"
    r"ambition and prior|(?:the )?local area partnership details|headline findings|main findings|"
    r"executive summary|progress (?:since|against|on)|evidence|scope|contents|findings\b|"
    r"how well|what (?:is it|is life) like|the service meets|satisfactory|.{0,30}\bmeets? (?:the )?"
    r"(?:statutory |minimum )?requirements|previous |children living|yours sincerely|contact)"
)
_TIMESCALE = re.compile(
    r"(?:(?:for|the following .{0,40}?for) )?(?:(?:immediate|urgent) action|action )?"
    r"(?:immediate(?:ly)?|urgent(?:ly)?|with(?:in|out) .{2,40}|"
    r"(?:in|by|over|during) the (?:next|short|medium|longer?)\b.{0,30}|"
    r"(?:short|medium|long)(?:er)?[- ]term|by (?:the end of )?\w+ \d{4})?"
)
_NONE_WORDS = 40


def opens(text: str) -> Opening | None:
    """Tell whether a heading opens a list of what must improve, and of which kind."""
    said = plain(text)
    if not said or len(said.split()) > LONGEST or _NARRATIVE.fullmatch(said):
        return None
    for pattern, kind in (
        (_IMMEDIATE, IMMEDIATE),
        (_STRENGTH, STRENGTH),
        (_RECOMMENDATION, RECOMMENDATION),
        (_IMPROVEMENT, IMPROVEMENT),
    ):
        if pattern.fullmatch(said):
            return Opening(kind)
    return None


def opens_table(text: str) -> Opening | None:
    """Tell as much of the heading of a column, whose words a narrow column may have broken."""
    return opens(text) or opens(text.replace(" ", ""))


_SUBJECT = re.compile(r"(?P<who>[^.:]{3,120}?) (?:should|must|needs? to)(?: \w+)?\s*:?")


def who_should(text: str) -> str:
    """Give whom a heading such as "The service should:" addresses."""
    found = _SUBJECT.fullmatch(text.strip())
    return found["who"] if found else ""


def closes(text: str) -> bool:
    """Tell whether a heading is one of those that follow such lists."""
    said = plain(text)
    return bool(_CLOSES.match(said) or _NARRATIVE.fullmatch(said))


def is_case(text: str) -> bool:
    """Tell what opens a case study."""
    case = r"(?:case|practice) (?:study|example)|good practice (?:example|case)"
    return re.match(case, text, re.IGNORECASE) is not None


def is_timescale(text: str) -> bool:
    """Tell a heading that says by when what follows it is to be done."""
    said = plain(text)
    return bool(said and _TIMESCALE.fullmatch(said))


def says_none(text: str) -> bool:
    """Tell a sentence that says that there is nothing of the kind."""
    said = plain(text)
    return len(said.split()) <= _NONE_WORDS and bool(
        re.match(
            r"(?:there (?:are|were|is|was) (?:no|none)\b|none\b|not applicable|n/a$"
            r"|no (?:areas?|recommendations?|priority|immediate|issues?)\b"
            r"|(?:this|the|our) (?:inspection|visit|review)\b.{0,40}(?:identified|found|made) no\b"
            r"|(?:the )?inspectors? .{0,30}(?:identified|found|made) no\b)",
            said,
        )
    )


_ASKS = re.compile(
    r"\b(?:should|must|needs? to|needs? improvement|required to|requires?|recommends?(?: that)?|"
    r"(?:take|takes|taking) .{0,40}action|actions? to|tackle|address)\b"
)


def introduces(text: str) -> Opening | None:
    """Tell whether a sentence asks for what is listed after it: "The council should:"."""
    said = re.sub(r"\s+", " ", text.replace("\u2019", "'")).strip().casefold()
    leads_on = re.search(r"(?::|\bfollowing(?: \w+){0,3}\.?|action\.)$", said)
    if leads_on is None or not _ASKS.search(said):
        return None
    last = re.split(r"(?<=[.?!]) ", said)[-1]
    if re.search(rf"{_URGENT} (?:{_ACT})|significant (?:areas of )?(?:weakness|concern)", last):
        return Opening(IMMEDIATE)
    if "recommend" in last:
        return Opening(RECOMMENDATION)
    if re.search(r"\b(?:should|must|needs? to|required to)\b", last):
        return Opening(IMPROVEMENT, sure=False)
    return None


def names_statement(text: str) -> bool:
    """Tell a sentence that says what a written statement of action is to deal with."""
    return bool(re.search(r"statement of action\b.*\bfollowing\b", text, re.IGNORECASE))


_VERBS = (
    "accelerate act address agree align assess assure build carry challenge clarify complete "
    "consider consolidate continue create define deliver demonstrate develop embed enable "
    "encourage engage ensure establish evaluate expand explore extend finalise focus give "
    "hold identify implement improve include increase introduce invest keep maintain make "
    "maximise monitor prioritise produce progress promote provide publish put raise recruit "
    "reduce refine reinforce resolve revise review secure seek set share simplify speed stop "
    "streamline strengthen support tackle take target track train undertake update use work"
)
"""What reviewers tell councils to do."""
_COMMANDS = re.compile(
    r"(?:the [\w ,&()-]{2,60} (?:to|should|must|needs? to) )?(?:urgently |further |fully |"
    rf"immediately |continue to |work to )?(?:{'|'.join(_VERBS.split())})\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Tell an item that asks for something from a sentence that tells what was found."""
    start = " ".join(text.split()[:30])
    return bool(_COMMANDS.match(text) or re.search(r"\b(?:should|must|needs? to)\b", start))


_BOARD = re.compile(r"safeguarding (?:children'?s? )?board|\blscb\b|\b[a-z]{1,3}scb\b")
_COUNCIL = re.compile(r"\b(?:local authority|council|children's services)\b")


def addressed(text: str) -> str:
    """Tell whom a heading puts what follows before: the board, the local authority, or nobody."""
    said = plain(text)
    if _BOARD.search(said):
        return "LSCB"
    if "partnership" in said and "safeguarding" in said:
        return "partnership"
    return "local authority" if _COUNCIL.search(said) else ""
