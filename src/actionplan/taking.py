"""Taking what a review document says into a plan: which review it is, what is new, what is there.

What the plan holds is never closed, reworded or put in another order here: a later edition of a
document is laid beside it, and only what the plan has nothing of can be added.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.changes import add_finding, add_review
from actionplan.errors import WrongUsageError
from actionplan.model import is_ref, next_ref

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from actionplan.model import Finding, Plan, Review

LIKE, LIKE_WITH_REF = 0.7, 0.45
"""How much of the words two texts share, in their order, that are one text worded otherwise: the
second where both have the reviewer's same number."""
HALF = 0.5
_LONGEST_NAME = 20
_SAME = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u0060\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u2033"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\ufeff")),
}


@cache
def plain(text: str) -> str:
    """Give a text as it is compared: case, quotes, dashes, spaces and what ends it don't count."""
    spaced = unicodedata.normalize("NFKC", text).translate(_SAME).casefold()
    return " ".join(spaced.split()).strip(" .;:,-")


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", plain(text)))


def _number(ref: str) -> str:
    return ref.casefold().strip(" .()[]:")


class Comparison(NamedTuple):
    """A document laid beside what the plan holds of its review."""

    held: Mapping[int, Finding]
    """For the place of a draft, the finding that says the same."""
    reworded: Mapping[int, Finding]
    """For the place of a draft, the finding that says it in other words."""
    gone: tuple[Finding, ...]
    """What the plan holds and the document does not say."""

    def is_new(self, place: int) -> bool:
        """Tell whether the plan has nothing of a draft."""
        return place not in self.held and place not in self.reworded


def compare(drafts: Sequence[Finding], findings: Iterable[Finding]) -> Comparison:
    """Match drafts with findings: by number and words, by words, and then by what is most alike."""
    left = list(findings)
    held: dict[int, Finding] = {}
    for same in (_same_in_full, _same_words):
        for place, draft in enumerate(drafts):
            found = next((f for f in left if place not in held and same(draft, f)), None)
            if found is not None:
                held[place] = found
                left.remove(found)
    reworded: dict[int, Finding] = {}
    for _, place, finding in _likenesses(drafts, held, left):
        if place not in reworded and finding in left:
            reworded[place] = finding
            left.remove(finding)
    return Comparison(held, reworded, tuple(left))


def _same_words(draft: Finding, finding: Finding) -> bool:
    return plain(draft.text) == plain(finding.text)


def _same_in_full(draft: Finding, finding: Finding) -> bool:
    return _number(draft.ref) == _number(finding.ref) and _same_words(draft, finding)


def _likenesses(
    drafts: Sequence[Finding], held: Collection[int], left: Sequence[Finding]
) -> list[tuple[float, int, Finding]]:
    """Give what is alike enough to be one thing in other words, the most alike first."""
    found = []
    for place, draft in enumerate(drafts):
        for finding in left if place not in held else ():
            numbered = bool(draft.ref) and _number(draft.ref) == _number(finding.ref)
            least = LIKE_WITH_REF if numbered else LIKE
            likeness = _likeness(draft.text, finding.text, least)
            if likeness >= least:
                found.append((likeness + numbered, place, finding))
    return sorted(found, key=lambda each: -each[0])


def _likeness(one: str, other: str, least: float) -> float:
    """Give how much of two texts is the same words in one order; nought where it is too little."""
    ours, theirs = _words(one), _words(other)
    most = sum((_counts(one) & _counts(other)).values())
    if not most or 2 * most < least * (len(ours) + len(theirs)):
        return 0.0
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


@cache
def _counts(text: str) -> Counter[str]:
    return Counter(_words(text))


# --- which review it is -------------------------------------------------------------------------


def review_of(plan: Plan, meant: Review, drafts: Sequence[Finding]) -> Review | None:
    """Find the review that a document is of: by its file, by who reviewed what, or by its words."""
    common = {review.id: _common(plan, review, drafts) for review in plan.reviews}
    likely = [
        review for review in plan.reviews if common[review.id] or not _another_day(review, meant)
    ]
    for is_it in (_same_file, _same_title):
        found = [review for review in likely if is_it(review, meant)]
        if found:
            return max(found, key=lambda review: common[review.id])
    best = max(plan.reviews, key=lambda review: common[review.id], default=None)
    return best if best is not None and common[best.id] >= HALF else None


def _common(plan: Plan, review: Review, drafts: Sequence[Finding]) -> float:
    """Give the part of what a review says, or of the drafts if they are fewer, that is in both."""
    ours = {plain(finding.text) for finding in plan.findings if finding.review == review.id}
    theirs = {plain(draft.text) for draft in drafts}
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def _another_day(review: Review, meant: Review) -> bool:
    return review.on is not None and meant.on is not None and review.on != meant.on


def _same_file(review: Review, meant: Review) -> bool:
    name = re.split(r"[/\\]", review.document)[-1]
    return bool(meant.document) and name.casefold() == meant.document.casefold()


def _same_title(review: Review, meant: Review) -> bool:
    return bool(meant.title and meant.body) and (
        plain(review.title) == plain(meant.title) and plain(review.body) == plain(meant.body)
    )


def name_for(meant: Review, taken: Iterable[str]) -> str:
    """Give a review that is new a short name: who reviewed, and the year."""
    called = _called(meant.body, meant.kind)[: _LONGEST_NAME - 8].strip("-")
    stem = f"{called or 'REVIEW'}{f'-{meant.on.year}' if meant.on else ''}"
    used = {each.casefold() for each in taken}
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(used) + 3)))
    return next(name for name in names if name.casefold() not in used and is_ref(name))


def _called(body: str, kind: str) -> str:
    """Call a review by who reviewed, in a word or by first letters; several bodies by the kind."""
    words = re.findall(r"[A-Za-z]+", body)
    several = "," in body or (" and " in body and kind)
    if not words or several:
        return re.sub(r"[^A-Za-z0-9]+", "-", kind).upper().strip("-")
    capital = [word[0] for word in words if word[0].isupper()]
    return (words[0] if len(words) == 1 else "".join(capital)).upper()


# --- into the plan ------------------------------------------------------------------------------


FILLED = ("body", "kind", "on", "plan_due", "document")
"""What a document says of a review; its title is asked for when it is new."""


def filled(review: Review, meant: Review, by_hand: Collection[str]) -> Review:
    """Give a review what it lacks; what it says stays, unless somebody said otherwise by hand."""
    found: dict[str, Any] = {
        field: getattr(meant, field)
        for field in ("title", *FILLED)
        if getattr(meant, field) and (field in by_hand or not getattr(review, field))
    }
    return review._replace(**found)


def take(
    plan: Plan, meant: Review, chosen: Iterable[Finding], by_hand: Collection[str],
    issued: Mapping[str, int],
) -> Plan:  # fmt: skip
    """Add findings to a plan under their review, which is added or filled; what is there stays.

    Raises:
        WrongUsageError: where the review is new and nothing says what it is called.

    """
    review: Review | None = plan.find("reviews", meant.id)
    if review is None:
        if not meant.title.strip():
            message = "Nothing says what the review is called: give it with --title."
            raise WrongUsageError(message)
        plan = add_review(plan, meant)
    else:
        meant = meant._replace(id=review.id)
        plan = plan.replacing("reviews", filled(review, meant, by_hand))
    wanted = list(chosen)
    there = compare(wanted, [f for f in plan.findings if f.review == meant.id]).held
    for place, draft in enumerate(wanted):
        if place not in there:
            ref = next_ref(plan, "findings", issued)
            plan = add_finding(plan, draft._replace(id=ref, review=meant.id))
    return plan
