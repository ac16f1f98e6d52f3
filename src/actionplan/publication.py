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
from actionplan.dates import counted, listed
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
    Policy,
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

_TITLES = (
    "mr|mrs|ms|miss|mx|dr|cllr|councillor|sir|dame|lord|lady|baroness|baron|rev|reverend|canon"
)
_OF_NAMES = "de|da|di|du|van|von|der|den|la|le|el|al|bin|ibn|ap|mac|st"
_NAME_WORD = r"(?:[^\W\d_a-z][\w'\u2019.-]*)"
_ADDRESS = (re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:.]+"), ADDRESS)
_PATTERNS = (
    (
        re.compile(r"(?i)\b(?:[a-z]{1,2}\d[a-z\d]?)\s*\d(?!st\b|nd\b|rd\b|th\b)[a-z]{2}\b"),
        ADDRESS,
    ),
    (re.compile(r"(?<![\w.])(?:(?:\+|00)\s?44|\(?0)[\s().-]*\d(?:[\s().-]*\d){8,9}(?!\w)"), NUMBER),
    (
        re.compile(
            rf"\b(?i:{_TITLES})\b\.?\s+(?:(?i:{_OF_NAMES})\s+)*{_NAME_WORD}"
            rf"(?:\s+(?:(?:{_OF_NAMES})\s+)*{_NAME_WORD}){{0,3}}"
        ),
        NAME,
    ),
)
"""A postcode, a telephone number, and a name after its title."""
_BODIES = (
    "agency|association|audit|authority|board|cabinet|care|children|college|commission|committee"
    "|council|department|education|group|health|inspectorate|ministry|nhs|office|ofsted|panel"
    "|partnership|partner|people|police|review|safeguarding|school|secretariat|service|services"
    "|staff|team|trust|union"
    "|auditor|clerk|consultant|doctor|judge|nurse|practitioner|reviewer|solicitor|teacher|worker"
)
_POST = re.compile(
    rf"(?i)\b(?:{POST_NOUNS}|{_BODIES})s?\b"
    r"|^(?-i:AD|CEO|CQC|DCS|DfE|HMI|ICB|LADO|LGA|LSCB|MASH|PSW|SRO)$"
)
"""What a post or a body is called; a part of a text that has none of it may be a person's name."""
_LIKE_A_NAME = re.compile(
    rf"(?:{_NAME_WORD}|(?:{_OF_NAMES}))(?:\s+(?:{_NAME_WORD}|(?:{_OF_NAMES})))*"
)
_APART = re.compile(r"(\s*[,;:/()\[\]|]\s*|\s+[-\u2013\u2014]\s+)")
_SHORTEST_NAME = 3


class Marks(NamedTuple):
    """The refs of what is left out whole."""

    actions: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()


def marks(today: Plan, earlier: Iterable[Plan] = ()) -> Marks:
    """Give all that is left out: what is exempt today, and what is gone and was exempt before.

    A mark of today holds for what was then, and so does one that was taken back. What serves
    nothing but exempt findings is left out with them.
    """
    plans = (today, *earlier)
    findings = _marked((f.id, bool(f.exempt)) for plan in plans for f in plan.findings)
    actions = _marked(
        (action.id, bool(action.exempt) or _is_for_none(action.answers, findings))
        for plan in plans
        for action in plan.actions
    )
    measures = _marked(
        (measure.id, bool(measure.exempt) or _is_for_none(measure.findings, findings))
        for plan in plans
        for measure in plan.measures
    )
    return Marks(actions, findings, measures)


def _marked(told: Iterable[tuple[str, bool]]) -> frozenset[str]:
    """Give the refs that are marked by the first that tells of them."""
    first: dict[str, bool] = {}
    for ref, exempt in told:
        first.setdefault(ref, exempt)
    return frozenset(ref for ref, exempt in first.items() if exempt)


def _is_for_none(findings: tuple[str, ...], out: frozenset[str]) -> bool:
    return bool(findings) and out.issuperset(findings)


class Published(NamedTuple):
    """What the public may see of a plan, and how much that leaves out."""

    plan: Plan
    actions: int
    findings: int
    measures: int
    texts: int
    """Names, numbers and addresses that stood in a text."""
    answered: tuple[str, ...] = ()
    """The findings that are shown, and that a withheld action answers."""

    @property
    def sentence(self) -> str:
        """Say what this version leaves out, and what that means for what it says."""
        exempt = listed(
            counted(number, noun)
            for number, noun in (
                (self.actions, "action"),
                (self.findings, "finding"),
                (self.measures, "measure"),
            )
            if number
        )
        texts = counted(self.texts, "name, number or address", "names, numbers or addresses")
        replaced = f"; {texts} in texts" if self.texts else ""
        return " ".join(
            sentence
            for sentence in (
                (
                    f"Version for the public. Withheld: {exempt or 'no line, for none is'} "
                    f"{'marked exempt, or only for a finding that is' if exempt else 'exempt'}"
                    f"{replaced}."
                ),
                "All that is said here is said of what is published alone." if exempt else "",
                self._answered,
                (
                    "The reasons, notes and evidence of actions, and the reasons of their moves, "
                    "stand only in the full report."
                ),
            )
            if sentence
        )

    @property
    def _answered(self) -> str:
        if not self.answered:
            return ""
        verb = "is" if len(self.answered) == 1 else "are"
        return f"{listed(self.answered)} {verb} answered by an action that is withheld."


def published(plan: Plan, clean: Cleaner, out: Marks) -> Published:
    """Give the public version of a plan; owners are posts, and their names and addresses stay out.

    A test stands or has lapsed in it as it does in the plan.
    """
    before = clean.replaced
    everything = {finding.id: finding for finding in plan.findings}
    findings = {
        ref: _finding(each, clean) for ref, each in everything.items() if ref not in out.findings
    }
    shown = [action for action in plan.actions if action.id not in out.actions]
    told = {action.id for action in shown}
    hidden = [action for action in plan.actions if action.id in out.actions]
    left_out = {ref for action in hidden for ref in action.answers if ref in findings}
    made = Plan(
        format=plan.format,
        title=clean(plan.title),
        organisation=clean(plan.organisation),
        policy=_policy(plan.policy, clean),
        meetings=tuple(Meeting(clean(m.body), m.on) for m in plan.meetings),
        reviews=tuple(_review(review, clean) for review in plan.reviews),
        findings=tuple(findings.values()),
        measures=tuple(
            _measure(m, findings, clean) for m in plan.measures if m.id not in out.measures
        ),
        actions=tuple(
            _tested(_Told(each, _action(each, findings, told, clean)), everything, findings, clean)
            for each in shown
        ),
    )
    return Published(
        made,
        len(hidden),
        len(plan.findings) - len(findings),
        len(plan.measures) - len(made.measures),
        clean.replaced - before,
        tuple(ref for ref in findings if ref in left_out),
    )


class Cleaner:
    """Takes names and addresses out of texts, and counts them."""

    def __init__(self, owners: Iterable[Owner] = ()) -> None:
        """Know the names of those who hold posts, however they are spaced or shortened."""
        self.replaced = 0
        names = {" ".join(owner.name.split()) for owner in owners}
        known = sorted((n for n in names if len(n) >= _SHORTEST_NAME), key=len, reverse=True)
        self.patterns = [_ADDRESS, *((_spelt(name), NAME) for name in known), *_PATTERNS]

    def __call__(self, text: str) -> str:
        """Give a text without them."""
        for pattern, instead in self.patterns:
            text, times = pattern.subn(instead, text)
            self.replaced += times
        return text

    def post(self, text: str, instead: str) -> str:
        """Give a post or a body without what stands beside it and may be a person's name.

        What has no part that is called like a post or a body is withheld.
        """
        cleaned = self(text)
        if not cleaned.strip():
            return cleaned
        if not _POST.search(cleaned):
            self.replaced += 1
            return instead
        parts = _APART.split(cleaned)
        kept = [part for part in parts[::2] if not _may_be_a_name(part, parts[0])]
        if len(kept) == len(parts[::2]):
            return cleaned
        self.replaced += 1
        return ", ".join(part for part in kept if part.strip())


def _may_be_a_name(part: str, first: str) -> bool:
    """Tell whether a part of a text that names a post may be the person who holds it.

    One word after a post is what the post is for: Assistant Director, Safeguarding.
    """
    if _POST.search(part) or not _LIKE_A_NAME.fullmatch(part.strip()):
        return False
    return part is first or len(part.split()) > 1 or not _POST.search(first)


def _spelt(name: str) -> re.Pattern[str]:
    """Find a name in full, or with the initial of its first word, whatever stands between."""
    first, *rest = (re.escape(word) for word in name.split())
    between = r"[\s._-]+"
    full = between.join((first, *rest))
    short = rf"|(?-i:{first[0]}\.?\s*{re.escape(name.rsplit(maxsplit=1)[-1])})" if rest else ""
    return re.compile(rf"(?i)(?<!\w)(?:{full}{short})(?!\w)")


def _policy(policy: Policy, clean: Cleaner) -> Policy:
    labels = {colour: clean(label) for colour, label in policy.labels.items()}
    means = {colour: clean(words) for colour, words in policy.means.items()}
    return policy._replace(labels=labels, means=means)


def _review(review: Review, clean: Cleaner) -> Review:
    return Review(
        id=review.id,
        title=clean(review.title),
        body=clean(review.body),
        kind=clean(review.kind),
        on=review.on,
        plan_due=review.plan_due,
    )


def _finding(finding: Finding, clean: Cleaner) -> Finding:
    return Finding(
        id=finding.id,
        review=finding.review,
        ref=clean(finding.ref),
        theme=clean(finding.theme),
        kind=finding.kind,
        text=clean(finding.text),
        for_=clean(finding.for_),
        page=finding.page,
        timescale=clean(finding.timescale),
        outcome=clean(finding.outcome),
        response=finding.response,
        reason=clean(finding.reason),
        closed=finding.closed,
        difference=clean(finding.difference),
        passes_to=clean.post(finding.passes_to, OWNER),
    )


def _measure(measure: Measure, shown: Mapping[str, Finding], clean: Cleaner) -> Measure:
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
    action: Action, findings: Mapping[str, Finding], shown: set[str], clean: Cleaner
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
    each: _Told, everything: Mapping[str, Finding], findings: Mapping[str, Finding], clean: Cleaner
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
