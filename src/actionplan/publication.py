"""The plan as the public may see it: what may be shown is listed, all else is left out.

Nothing is taken out of a full plan: a new one is made of the fields that are named here. So what is
added to the plan later stays out until somebody names it. Lines that are marked exempt are left out
whole. (Exempt information: Schedule 12A to the Local Government Act 1972. Posts and no names: what
Birmingham and Haringey publish.)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from actionplan import assurance
from actionplan.dates import counted
from actionplan.model import (
    POST_NOUNS,
    Action,
    Evidence,
    Finding,
    Measure,
    Meeting,
    Milestone,
    Move,
    Owner,
    Plan,
    Reading,
    Review,
    Test,
    is_same,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ADDRESS, NUMBER, NAME = "[address withheld]", "[number withheld]", "[name withheld]"
OWNER, TESTER, APPROVER = (
    "[owner withheld: not named as a post]", "[tester withheld: not named as a post or body]",
    "[approver withheld: not named as a post or body]",
)  # fmt: skip
IN_FULL = "Given in the full report."
"""Stands for a text that is left out: that there is none would be another fact."""
_PATTERNS = (
    (re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:.]+"), ADDRESS),
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"), ADDRESS),
    (re.compile(r"(?<![\w.])(?:\+44\s?\(?0?\)?|\(?0)\d(?:[\s()-]*\d){8,9}(?!\w)"), NUMBER),
    (
        re.compile(
            r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Cllr|Councillor)\b\.?(?:\s+[A-Z][\w'\u2019-]*){1,3}"
        ),
        NAME,
    ),
)
"""An email address, a postcode, a telephone number, and a name after its title."""
_BODIES = (
    "agency|association|audit|authority|board|cabinet|college|commission|committee|council"
    "|department|group|inspectorate|ministry|nhs|office|ofsted|panel|partnership|partner|police"
    "|review|school|secretariat|service|staff|team|trust|union"
    "|auditor|clerk|consultant|doctor|judge|nurse|practitioner|reviewer|solicitor|teacher|worker"
)
_POST = re.compile(rf"(?i)\b(?:{POST_NOUNS}|{_BODIES})s?\b|\b(?-i:[A-Z]{{2,6}})\b")
"""What a post or a body is called, or its initials; what has none of it may be a person's name."""
_SHORTEST_NAME = 3


class Published(NamedTuple):
    """What the public may see of a plan, and how much that leaves out."""

    plan: Plan
    actions: int
    findings: int
    measures: int
    texts: int
    """Names, numbers and addresses that stood in a text."""

    @property
    def sentence(self) -> str:
        """Say what this version leaves out."""
        exempt = [
            counted(number, noun)
            for number, noun in (
                (self.actions, "action"),
                (self.findings, "finding"),
                (self.measures, "measure"),
            )
            if number
        ]
        lines = f"{', '.join(exempt)} marked exempt" if exempt else "no line, for none is exempt"
        texts = counted(self.texts, "name, number or address", "names, numbers or addresses")
        replaced = f"; {texts} in texts" if self.texts else ""
        return (
            f"Version for the public. Withheld: {lines}{replaced}. The reasons, notes and "
            "evidence of actions, and the reasons of their moves, stand only in the full report."
        )


def published(plan: Plan, owners: Iterable[Owner] = ()) -> Published:
    """Give the public version of a plan; owners are posts, and their names and addresses stay out.

    ``owners`` are those that are known from beside the plan. A test stands or has lapsed in it as
    it does in the plan.
    """
    shown = {finding.id: finding for finding in plan.findings if not finding.exempt}
    open_to_all = {action.id for action in plan.actions if not action.exempt}
    clean = _Cleaner(plan, (*plan.owners, *owners))
    findings = {ref: _finding(finding, clean) for ref, finding in shown.items()}
    everything = {finding.id: finding for finding in plan.findings}
    made = Plan(
        format=plan.format,
        title=clean(plan.title),
        organisation=clean(plan.organisation),
        policy=plan.policy,
        meetings=tuple(Meeting(clean(m.body), m.on) for m in plan.meetings),
        reviews=tuple(_review(review, clean) for review in plan.reviews),
        findings=tuple(findings.values()),
        measures=tuple(
            _measure(measure, shown, clean) for measure in plan.measures if not measure.exempt
        ),
        actions=tuple(
            _tested(
                _Told(action, _action(action, findings, open_to_all, clean)),
                everything,
                findings,
                clean,
            )
            for action in plan.actions
            if not action.exempt
        ),
    )
    return Published(
        made,
        _exempt(plan.actions),
        _exempt(plan.findings),
        _exempt(plan.measures),
        clean.replaced,
    )


def _exempt(lines: Iterable[Action | Finding | Measure]) -> int:
    return sum(bool(line.exempt) for line in lines)


class _Cleaner:
    """Takes names and addresses out of texts, and counts them."""

    def __init__(self, plan: Plan, owners: tuple[Owner, ...]) -> None:
        self.replaced = 0
        self.known = {owner.id.casefold() for owner in owners}
        self.known |= {review.body.casefold() for review in plan.reviews}
        names = (owner.name.strip() for owner in owners)
        known = sorted({n for n in names if len(n) >= _SHORTEST_NAME}, key=len, reverse=True)
        self.patterns = [
            *((re.compile(rf"(?i)(?<!\w){re.escape(name)}(?!\w)"), NAME) for name in known),
            *_PATTERNS,
        ]

    def __call__(self, text: str) -> str:
        """Give a text without them."""
        for pattern, instead in self.patterns:
            text, times = pattern.subn(instead, text)
            self.replaced += times
        return text

    def post(self, text: str, instead: str) -> str:
        """Give a post or a body; what is not known to be one, nor called like one, is withheld."""
        if not text.strip() or text.casefold() in self.known or _POST.search(text):
            return self(text)
        self.replaced += 1
        return instead


def _review(review: Review, clean: _Cleaner) -> Review:
    return Review(
        id=review.id,
        title=clean(review.title),
        body=clean(review.body),
        kind=clean(review.kind),
        on=review.on,
        plan_due=review.plan_due,
    )


def _finding(finding: Finding, clean: _Cleaner) -> Finding:
    return Finding(
        id=finding.id,
        review=finding.review,
        ref=clean(finding.ref),
        theme=clean(finding.theme),
        kind=finding.kind,
        text=clean(finding.text),
        outcome=clean(finding.outcome),
        response=finding.response,
        reason=clean(finding.reason),
        closed=finding.closed,
        difference=clean(finding.difference),
        passes_to=clean.post(finding.passes_to, OWNER),
    )


def _measure(measure: Measure, shown: Mapping[str, Finding], clean: _Cleaner) -> Measure:
    return Measure(
        id=measure.id,
        title=clean(measure.title),
        findings=tuple(ref for ref in measure.findings if ref in shown),
        unit=clean(measure.unit),
        better=measure.better,
        baseline=measure.baseline,
        target=measure.target,
        tolerance=measure.tolerance,
        by=measure.by,
        readings=tuple(Reading(reading.on, reading.value) for reading in measure.readings),
    )


def _action(
    action: Action, findings: Mapping[str, Finding], shown: set[str], clean: _Cleaner
) -> Action:
    return Action(
        id=action.id,
        answers=tuple(ref for ref in action.answers if ref in findings),
        title=clean(action.title),
        owner=clean.post(action.owner, OWNER),
        start=action.start,
        due=action.due,
        forecast=action.forecast,
        stage=action.stage,
        rag=action.rag,
        reason=IN_FULL if action.reason.strip() else "",
        note=IN_FULL if action.note.strip() else "",
        updated=action.updated,
        delivered=action.delivered,
        after=tuple(ref for ref in action.after if ref in shown),
        moves=tuple(
            Move(m.on, m.from_, m.to, IN_FULL, clean.post(m.approved, APPROVER))
            for m in action.moves
        ),
        milestones=tuple(Milestone(clean(m.title), m.due, m.done) for m in action.milestones),
        evidence=tuple(Evidence(evidence.id, evidence.on) for evidence in action.evidence),
    )


class _Told(NamedTuple):
    """An action, and what the public may see of it."""

    action: Action
    told: Action


def _tested(
    each: _Told, everything: Mapping[str, Finding], findings: Mapping[str, Finding], clean: _Cleaner
) -> Action:
    """Add the tests of an action; one by its owner stays so."""
    tests = (assurance.carried(test, *each, everything, findings) for test in each.action.tests)
    return each.told._replace(
        tests=tuple(
            Test(
                on=test.on,
                by=each.told.owner
                if is_same(test.by, each.action.owner)
                else clean.post(test.by, TESTER),
                result=test.result,
                of=test.of,
                fingerprint=test.fingerprint,
            )
            for test in tests
        )
    )
