"""What coverage says: each finding of each review, how far it is answered, and the sum of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from actionplan import assurance, coverage
from actionplan.coverage import ASKED, STATES, STRENGTH, TESTED
from actionplan.dates import counted, listed
from actionplan.model import DONE_STAGES, SHELVED_STAGES
from actionplan.reports.blocks import Block, Prose, Report, Section, Table

if TYPE_CHECKING:
    from actionplan.coverage import Cover
    from actionplan.model import Action
    from actionplan.query import View

COLUMNS = (
    "ref",
    "number",
    "text",
    "response",
    "answered_by",
    "done",
    "shown",
    "tested",
    "impact",
    "covered",
)


class CoverLine(NamedTuple):
    """A finding with what answers it, and where that leaves it."""

    ref: str
    review: str
    number: str
    kind: str
    text: str
    response: str
    answered_by: tuple[str, ...]
    """The actions, what is parked or superseded left out."""
    shelved: tuple[str, ...]
    done: int
    """How many of them are delivered or embedded."""
    shown: int
    """How many of them have evidence."""
    tested: int
    """How many of them somebody else has tested and confirmed, and the test still stands."""
    impact: str
    """Improving, steady, worsening, too early or no measure; nothing for a strength."""
    covered: str
    """One of `coverage.STATES`."""


def report(view: View, only: tuple[str, ...] = ()) -> Report:
    """Tell of every finding how far it is answered, review by review, and of all in a sentence.

    Only of the reviews with these ids, where some are given.
    """
    wanted = {name.casefold() for name in only}
    found = tuple(
        each
        for each in coverage.covers(view)
        if not wanted or each.finding.review.casefold() in wanted
    )
    names = dict.fromkeys(each.finding.review for each in found)
    sections = [
        _review(view, name, [c for c in found if c.finding.review == name]) for name in names
    ]
    sections += [] if wanted else [_silent(view, {*names})]
    summed = [_once(found)] if found else ["The plan holds no findings yet."]
    summed += [sentence(found)] if len(names) > 1 else []
    whole = Section("whole", "In all", tuple(Prose(text) for text in summed))
    shown = tuple(section for section in (*sections, whole) if section.blocks)
    return Report("coverage", view.plan.title, view.as_at, shown, view.plan.organisation)


def _review(view: View, name: str, found: list[Cover]) -> Section:
    review = view.plan.find("reviews", name)
    title = f"{name}: {review.title}" if review and review.title else name
    lines = tuple(_line(view, each) for each in found)
    blocks: tuple[Block, ...] = (Table(lines, COLUMNS), Prose(sentence(found)))
    return Section(f"review {name}", title, blocks)


def _silent(view: View, heard: set[str]) -> Section:
    silent = [review.id for review in view.plan.reviews if review.id not in heard]
    said = f"The plan holds no finding of {listed(silent)} yet."
    return Section("silent", "Reviews with no finding", (Prose(said),) if silent else ())


def _line(view: View, found: Cover) -> CoverLine:
    finding = found.finding
    live = [action for action in found.actions if action.stage not in SHELVED_STAGES]
    return CoverLine(
        ref=finding.id,
        review=finding.review,
        number=finding.ref,
        kind=finding.kind,
        text=finding.text,
        response=finding.response,
        answered_by=tuple(action.id for action in live),
        shelved=tuple(action.id for action in found.actions if action not in live),
        done=sum(action.stage in DONE_STAGES for action in live),
        shown=sum(bool(action.evidence) for action in live),
        tested=sum(assurance.is_confirmed(action, view.findings) for action in live),
        impact="" if found.state == STRENGTH else coverage.impact(view, finding).word,
        covered=found.state,
    )


def sentence(found: list[Cover] | tuple[Cover, ...]) -> str:
    """Say how many findings are answered, and how far: what a regulator asks for."""
    asked = [each for each in found if each.state in ASKED]
    if not asked:
        return "No finding asks for an answer."
    answered = sum(coverage.is_answered(each) for each in asked)
    counts = Counter(each.state for each in asked)
    parts = [
        f"{counts[state]} {words} ({_refs(asked, state)})"
        for state, words in STATES.items()
        if counts[state] and (state != TESTED or counts[state] < len(asked))
    ]
    if counts[TESTED] == len(asked):
        parts = ["all tested by someone else and confirmed"]
    verb = "finding is" if len(asked) == 1 else "findings are"
    return f"{answered} of {len(asked)} {verb} answered; {'; '.join(parts)}."


def _refs(found: list[Cover], state: str) -> str:
    return ", ".join(each.finding.id for each in found if each.state == state)


def _once(found: tuple[Cover, ...]) -> str:
    """Say how many actions there are, each counted once, whatever it answers."""
    actions = coverage.counted_once(found)
    reviews = {each.finding.id: each.finding.review for each in found}
    shared = [a for a in actions if len({reviews[r] for r in a.answers if r in reviews}) > 1]
    several = [a for a in actions if len([r for r in a.answers if r in reviews]) > 1]
    said = f"{counted(len(actions), 'action').capitalize()} in all, each counted once"
    if several:
        said += f"; {len(several)} {_answer_or_answers(several)} more than one finding"
    if shared:
        said += f", {len(shared)} of them findings of more than one review"
    return f"{said}."


def _answer_or_answers(actions: list[Action]) -> str:
    return "answers" if len(actions) == 1 else "answer"
