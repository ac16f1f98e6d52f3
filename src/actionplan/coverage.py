"""How far each finding is answered: by actions, by evidence, by a test, by a better number.

A finding stands at the first of these that holds, the worst first, so that one good action hides no
other. One action may answer findings of several reviews: it stands under each, and counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import assurance, measures
from actionplan.model import DONE_STAGES, SHELVED_STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.measures import Told
    from actionplan.model import Action, Finding
    from actionplan.query import View

STRENGTH, DECLINED = "strength", "declined"
UNANSWERED, SHELVED = "unanswered", "parked only"
UNDER_WAY, NO_EVIDENCE, UNTESTED = "under way", "no evidence", "not tested"
NOT_CONFIRMED, NOT_MOVING, TESTED = "not confirmed", "not moving", "tested"

STATES = {
    UNANSWERED: "answered by no action",
    SHELVED: "answered by nothing but parked or superseded actions",
    UNDER_WAY: "with an action still open",
    NO_EVIDENCE: "delivered with no evidence",
    UNTESTED: "delivered, and not all of it tested by anyone else",
    NOT_CONFIRMED: "tested and not confirmed in full",
    NOT_MOVING: "tested and confirmed, while the number does not get better",
    TESTED: "tested by someone else and confirmed",
    DECLINED: "declined, with a reason",
    STRENGTH: "a strength, which asks for no answer",
}
"""Where a finding can stand, the worst first, and what that means."""

ASKED = tuple(state for state in STATES if state not in {DECLINED, STRENGTH})
"""Where a finding that asks for an answer can stand."""


class Cover(NamedTuple):
    """A finding, where it stands, and the actions that answer it."""

    finding: Finding
    state: str
    actions: tuple[Action, ...]


def covers(view: View) -> tuple[Cover, ...]:
    """Give every finding of the plan with its cover, in the order of the reviews and the file."""
    order = {review.id: at for at, review in enumerate(view.plan.reviews)}
    findings = sorted(view.plan.findings, key=lambda f: order.get(f.review, len(order)))
    return tuple(cover(view, finding) for finding in findings)


def cover(view: View, finding: Finding) -> Cover:
    """Tell where a finding stands."""
    answers = tuple(a for a in view.plan.actions if finding.id in a.answers)
    if finding.is_strength:
        return Cover(finding, STRENGTH, answers)
    if finding.response == "declined":
        return Cover(finding, DECLINED, answers)
    live = [action for action in answers if action.stage not in SHELVED_STAGES]
    if not live:
        return Cover(finding, SHELVED if answers else UNANSWERED, answers)
    state = min((_stands(a, view) for a in live), key=ASKED.index)
    if state == TESTED and impact(view, finding).word in {measures.STEADY, measures.WORSENING}:
        state = NOT_MOVING
    return Cover(finding, state, answers)


def impact(view: View, finding: Finding) -> Told:
    """Tell whether things get better for children, by the measures of a finding."""
    return measures.impact(view.plan, (finding.id,), view.as_at)


def _stands(action: Action, view: View) -> str:
    if action.stage not in DONE_STAGES:
        return UNDER_WAY
    test = assurance.last_test(action, view.findings)
    if test is None:
        return UNTESTED if action.evidence else NO_EVIDENCE
    return TESTED if test.result == "confirmed" else NOT_CONFIRMED


def is_answered(found: Cover) -> bool:
    """Tell whether a live action answers a finding, or it asks for none."""
    return found.state not in {UNANSWERED, SHELVED}


def counted_once(found: Iterable[Cover]) -> tuple[Action, ...]:
    """Give the actions that answer some findings, each once."""
    return tuple({action.id: action for each in found for action in each.actions}.values())
