"""A review document laid beside the plan: what of it is new, what is there, what differs."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan import changes, taking
from actionplan.dates import counted, in_words
from actionplan.importers import apart
from actionplan.model import Finding, Review
from actionplan.reports.drafted import NONE, DraftLine, GoneLine, LeftOutLine, Read, sure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from actionplan.importers.drafts import Draft, Drafts
    from actionplan.model import Plan
    from actionplan.taking import Comparison

_KINDS = {"send": "area-send", "lac": "inspection", "child-protection": "inspection", "other": ""}
"""What the finder calls a kind of review, where the clocks have another word for it."""
_CALLED = {
    "title": "title", "body": "body", "kind": "kind", "on": "date", "plan_due": "plan due",
}  # fmt: skip


class Meant(NamedTuple):
    """The review that a document is of."""

    review: Review
    """As the document states it, under its name in the plan."""
    known: Review | None
    """As the plan has it, where it does."""
    by_hand: frozenset[str] = frozenset()
    """The fields that were given on the command line."""


class Choice(NamedTuple):
    """One thing that can be taken, by its number: 3, or o2 where it is only offered."""

    number: str
    finding: Finding
    draft: Draft
    held: Finding | None = None
    """The finding that says the same."""
    reworded: Finding | None = None
    """The finding that says it in other words."""

    @property
    def is_offered(self) -> bool:
        """Tell a sentence that only asks for something."""
        return self.number.startswith("o")

    @property
    def is_new(self) -> bool:
        """Tell whether the plan has nothing of it."""
        return self.held is None and self.reworded is None


class Laid(NamedTuple):
    """A document laid beside the plan."""

    meant: Meant
    read: Read
    choices: tuple[Choice, ...]

    @property
    def new(self) -> tuple[Choice, ...]:
        """Give the drafts that the plan has nothing of; what is only offered is none of them."""
        return tuple(each for each in self.choices if each.is_new and not each.is_offered)

    @property
    def is_worth_asking(self) -> bool:
        """Tell whether there is a draft to take, or a letter of which nothing was taken yet."""
        untouched = all(each.is_new and each.is_offered for each in self.choices)
        return bool(self.new or (self.choices and untouched))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say what nobody may overlook who does not see the whole."""
        read = self.read
        found = [
            f"{counted(len(lines), noun).capitalize()} {what}."
            for lines, noun, what in (
                (read.held, "draft", "in the plan already"),
                (read.offered, "sentence", "only offered, and taken by number alone"),
                (read.reworded, "draft", "in other words than in the plan, which keeps its own"),
                (read.gone, "finding", "in the plan, and not in this document"),
                (read.left_out, "passage", "left out"),
            )
            if lines
        ]
        nothing = not (read.new or read.held or read.reworded)
        return (*([NONE] if nothing else []), *found, *read.notes)


def meant(
    plan: Plan, name: str, found: Drafts, stated: Mapping[str, Any], review: str | None
) -> Meant:
    """Say which review a document is of: by what it says of itself, and what was said by hand.

    Raises:
        WrongUsageError: where the name of a new one can't be one.

    """
    facts = found.facts
    file = "" if name == apart.STANDARD_INPUT else name
    kind = _KINDS.get(facts.kind, facts.kind)
    title = facts.title or PurePath(file).stem
    says = Review("", title, facts.body, kind, facts.dated, facts.due, file)._replace(**stated)
    if review is not None:
        known = plan.find("reviews", review.strip())
        if known is None:
            changes.refuse_no_name(review.strip())
        ref = review.strip()
    else:
        known = taking.review_of(plan, says, [finding(each) for each in _everything(found)])
        ref = "" if known else taking.name_for(says, [each.id for each in plan.reviews])
    return Meant(says._replace(id=known.id if known else ref), known, frozenset(stated))


def finding(draft: Draft) -> Finding:
    """Give a draft as a finding that has no number yet."""
    return Finding(
        "?", ref=draft.ref, kind=draft.kind, text=draft.text, for_=draft.responsible or draft.to,
        page=draft.page or None, timescale=draft.timescale,
    )  # fmt: skip


def _everything(found: Drafts) -> tuple[Draft, ...]:
    return (*found.findings, *found.offered, *found.strengths)


def lay(plan: Plan, found: Drafts, meant: Meant, *, strengths: bool, theme: str) -> Laid:
    """Lay a document beside what the plan holds of its review."""
    known = meant.known.id if meant.known else None
    drafts = [finding(each)._replace(theme=theme) for each in _everything(found)]
    compared = taking.compare(drafts, [f for f in plan.findings if f.review == known])
    numbers = _numbers(found, strengths=strengths)
    choices = tuple(
        Choice(number, each, draft, compared.held.get(at), compared.reworded.get(at))
        for at, (number, each, draft) in enumerate(
            zip(numbers, drafts, _everything(found), strict=True)
        )
        if number
    )
    read = _read(found, meant, choices, compared)
    notes = (*read.notes, *_skipped(found, strengths=strengths))
    return Laid(meant, read._replace(notes=notes), choices)


def _numbers(found: Drafts, *, strengths: bool) -> list[str]:
    """Number the drafts: strengths go on after the others, and have none where not asked for."""
    taken = len(found.findings)
    return [
        *(str(at) for at in range(1, taken + 1)),
        *(f"o{at}" for at in range(1, len(found.offered) + 1)),
        *(str(taken + at) if strengths else "" for at in range(1, len(found.strengths) + 1)),
    ]


def _read(found: Drafts, meant: Meant, choices: Sequence[Choice], compared: Comparison) -> Read:
    fresh = [each for each in choices if each.is_new]
    return Read(
        heading=meant.review.title or "A document that does not say what it is called",
        facts=tuple(_facts(meant, found)),
        new=tuple(_line(each) for each in fresh if not each.is_offered),
        offered=tuple(_line(each) for each in fresh if each.is_offered),
        reworded=tuple(_line(each) for each in choices if each.reworded),
        gone=tuple(GoneLine(each.id, each.ref, each.text) for each in compared.gone),
        left_out=tuple(LeftOutLine(e.page or None, e.text, e.why) for e in found.left_out),
        held=tuple(each.held.id for each in choices if each.held),
        notes=(*found.notes, *_disagreements(meant)),
    )


def _line(choice: Choice) -> DraftLine:
    found, draft, was = choice.finding, choice.draft, choice.reworded
    return DraftLine(
        choice.number, found.ref, found.kind, found.for_, found.page, sure(draft.confidence),
        found.text, found.timescale, draft.asks, was.id if was else "", was.text if was else "",
    )  # fmt: skip


def _facts(meant: Meant, found: Drafts) -> Iterator[tuple[str, str]]:
    """Say what a document says of itself, and under which name the plan has its review."""
    review = meant.review
    place = (
        f"{review.id}, which is in the plan"
        if meant.known
        else f"{review.id}, which will be new: another name with --review"
    )
    yield "Review", place
    yield "Body", review.body or "not stated: give it with --body"
    yield "Kind", review.kind or "not known: give it with --kind"
    if found.facts.area:
        yield "Area", found.facts.area
    yield "Dated", in_words(review.on) if review.on else "not stated: give it with --on"
    addressed = {draft.responsible or draft.to for draft in _everything(found)}
    if len(addressed) == 1 and any(addressed):
        yield "For", addressed.pop()
    if review.plan_due:
        yield "Plan due", in_words(review.plan_due)


def _disagreements(meant: Meant) -> Iterator[str]:
    """Say where the plan and the document say different things of the review."""
    known = meant.known
    for field, called in _CALLED.items() if known else ():
        ours, theirs = getattr(known, field), getattr(meant.review, field)
        if ours and theirs and ours != theirs and field not in meant.by_hand:
            words = [
                in_words(each) if hasattr(each, "weekday") else each for each in (ours, theirs)
            ]
            option = f"--{field.replace('_', '-')}"
            yield (
                f"The {called} of {meant.review.id} is {words[0]} in the plan and {words[1]} in "
                f"the document: the plan's stays, unless {option} says otherwise."
            )


def _skipped(found: Drafts, *, strengths: bool) -> Iterator[str]:
    if found.strengths and not strengths:
        number = counted(len(found.strengths), "strength").capitalize()
        yield f"{number} not drafted: --strengths drafts them."
