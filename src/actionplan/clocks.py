"""The dates that a review or a meeting sets going: how long, from what, by which rule, how certain.

Each rule names its source. A date that the reviewer states wins over the one that is computed,
even on a Saturday, and the two are compared. Working days leave out weekends and bank holidays,
and the day that is counted from is not counted: so count the letters that Ofsted publishes.
What a kind of review has no rule for is said in a sentence, and is never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import earlier, later, working_days_between
from actionplan.model import Period

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.model import Meeting, Plan, Review

CERTAINTIES = {
    "regulation": "laid down in an Act or in regulations",
    "guidance": "asked for in writing by the body that reviews",
    "custom": "usual, and not exact to the day",
    "inferred, check": "worked out from published cases; the letter may say otherwise",
    "stated": "stated by the reviewer; no rule of this kind to compare it with",
}
"""How far a date can be relied on, the firmest first."""


class Step(NamedTuple):
    """One thing that falls due after a review."""

    what: str
    after: Period
    counted_from: str
    source: str
    certainty: str
    """One of `CERTAINTIES`."""
    is_plan: bool = False
    """True where a date stated for the plan (``plan_due``) is the date of this step."""
    priority: bool = False
    """True where it is asked for only after an area for priority action."""
    recurs: bool = False
    """True where it comes again after the same time; the next one is given."""
    caution: str = ""
    """What a reader must know of the rule."""


class Rule(NamedTuple):
    """What follows a kind of review."""

    kinds: tuple[str, ...]
    """The words for it in the file; the first is the usual one."""
    steps: tuple[Step, ...] = ()
    silence: str = ""
    """Why nothing follows, where nothing does."""


class Due(NamedTuple):
    """One date: what is due, from what it is counted, and how certain it is."""

    review: str
    """The ref of the review; nothing for the papers of a meeting."""
    what: str
    counted_from: str
    from_: date | None
    length: Period | None
    """Counted on from a review, and back from a meeting."""
    computed: date | None
    stated: date | None
    difference: int | None
    """Working days from the computed date to the stated one; below nought where that is earlier."""
    due: date
    """The date that counts: the stated one where there is one."""
    source: str
    certainty: str
    because: tuple[str, ...] = ()
    """The findings that say that there is an area for priority action."""
    caution: str = ""


# --- the rules ----------------------------------------------------------------------------------

_CHALLENGE = "LGA, corporate peer challenge reports, local.gov.uk"
_OFSTED = "Education and Inspections Act 2006 s.137; SI 2007/462"
_OFSTED_DRAFT = "Ofsted, ILACS as changed in August 2018"
_JOINT = "Children Act 2004 s.20; SI 2015/1792 reg.4"
_SEND = "Hertfordshire 2023: 31 October to 19 December"
_NOTICE = "DfE notices, such as Peterborough's of 2023"
_PAPERS = "Local Government Act 1972 s.100B; SI 2012/2089"

_FINAL = Step(
    "Action plan sent to Ofsted and published",
    Period(70, "wd"),
    "the report",
    _OFSTED,
    "regulation",
    is_plan=True,
    caution="Ofsted's clock starts when the report is received: put that day into the review's on.",
)
_DRAFT = Step(
    "Draft of the action plan shared with Ofsted",
    Period(20, "wd"),
    "the letter",
    _OFSTED_DRAFT,
    "guidance",
    priority=True,
)

RULES: tuple[Rule, ...] = (
    Rule(
        ("corporate-peer-challenge", "cpc"),
        (
            Step(
                "Report published, with the action plan",
                Period(3, "m"),
                "the challenge",
                _CHALLENGE,
                "guidance",
            ),
            Step(
                "Action plan published, where it was not with the report",
                Period(5, "m"),
                "the challenge",
                _CHALLENGE,
                "guidance",
                is_plan=True,
            ),
            Step(
                "Progress review by the peers",
                Period(10, "m"),
                "the challenge",
                _CHALLENGE,
                "custom",
            ),
            Step(
                "Report on the progress review published",
                Period(12, "m"),
                "the challenge",
                _CHALLENGE,
                "guidance",
            ),
        ),
    ),
    Rule(
        ("peer-challenge", "peer-review"),
        silence="a peer challenge of children's services is voluntary, and nothing fixes a date "
        "for the plan (a corporate one has a kind of its own, corporate-peer-challenge)",
    ),
    Rule(
        ("inspection", "ilacs", "sif"),
        (
            _DRAFT._replace(
                counted_from="the report",
                certainty="inferred, check",
                caution="The draft after 20 working days is laid down for focused visits; after an "
                "inspection it is inferred: check Ofsted's letter.",
            ),
            _FINAL,
        ),
    ),
    Rule(
        ("focused-visit",),
        (_DRAFT, _FINAL._replace(counted_from="the letter", priority=True)),
        "a focused visit asks for a plan only where it finds an area for priority action, and no "
        "finding of it here is of kind immediate",
    ),
    Rule(
        ("jtai", "joint-targeted-area-inspection"),
        (
            Step(
                "Written statement of proposed action, by all partners",
                Period(70, "wd"),
                "the report",
                _JOINT,
                "regulation",
                is_plan=True,
                caution="Letters of joint targeted area inspections state a day, and in about half "
                "of them it is not the 70th: put it into the review's plan_due.",
            ),
        ),
    ),
    Rule(
        ("area-send",),
        (
            Step(
                "Priority action plan",
                Period(35, "wd"),
                "receipt of the report",
                _SEND,
                "inferred, check",
                is_plan=True,
                priority=True,
                caution="The 35 working days of an area SEND inspection are inferred from one "
                "case alone: check the letter, and put its day into plan_due.",
            ),
        ),
        "an area SEND inspection asks for a priority action plan only where it finds an area for "
        "priority action, and no finding of it here is of kind immediate",
    ),
    Rule(
        ("notice", "improvement-notice"),
        (
            Step(
                "Review of progress by the DfE, the next",
                Period(6, "m"),
                "the notice",
                _NOTICE,
                "custom",
                recurs=True,
                caution="The DfE reviews progress under a notice every six months, or oftener.",
            ),
        ),
    ),
    Rule(
        ("government-review",),
        silence="no rule fixes a date after a government review; what it asks for, it states",
    ),
    Rule(("audit",), silence="an audit states a date for each of its recommendations"),
)
"""What follows each kind of review: statute, the reviewer's own guidance, or custom."""

CLEAR_DAYS = 5
"""Clear working days before a meeting; neither the day of the papers nor that of the meeting."""

_BY_KIND = {kind: rule for rule in RULES for kind in rule.kinds}
_OFSTEDS = ("ofsted", "office for standards")


def kinds_with_a_clock() -> tuple[str, ...]:
    """Name the kinds of review that a date follows, each by its usual word."""
    return tuple(rule.kinds[0] for rule in RULES if rule.steps)


def rule_for(review: Review) -> Rule | None:
    """Give the rule for a review, or ``None`` where its kind is not known.

    ``inspection`` is one by Ofsted unless the review names another body.
    """
    kind = _kind(review)
    body = review.body.casefold()
    if kind == "inspection" and body and not any(name in body for name in _OFSTEDS):
        return None
    return _BY_KIND.get(kind)


def _kind(review: Review) -> str:
    return "-".join(review.kind.casefold().split())


# --- the dates ----------------------------------------------------------------------------------


def of_plan(plan: Plan, as_at: date) -> tuple[Due, ...]:
    """Give every date of a plan's reviews and coming meetings, the earliest first."""
    found = [due for review in plan.reviews for due in of_review(plan, review, as_at)]
    found += [
        papers(meeting, meeting.on)
        for meeting in plan.meetings
        if meeting.on and meeting.on >= as_at
    ]
    return by_date(found)


def by_date(found: Iterable[Due]) -> tuple[Due, ...]:
    """Put dates in their order; of one day, as in the file."""
    return tuple(sorted(found, key=lambda due: due.due))


def of_review(plan: Plan, review: Review, as_at: date) -> tuple[Due, ...]:
    """Give the dates that follow a review.

    There is an area for priority action where the plan holds a finding of kind ``immediate`` of
    this review: the file has no other word for it.
    """
    rule = rule_for(review)
    urgent = _urgent(plan, review)
    steps = [step for step in rule.steps if urgent or not step.priority] if rule else []
    found = [_due(step, review, as_at, urgent if step.priority else ()) for step in steps]
    dated = [due for due in found if due is not None]
    if review.plan_due and not any(due.stated for due in dated):
        dated.append(_only_stated(review, review.plan_due))
    return by_date(dated)


def _urgent(plan: Plan, review: Review) -> tuple[str, ...]:
    return tuple(f.id for f in plan.findings if f.review == review.id and f.kind == "immediate")


def _due(step: Step, review: Review, as_at: date, because: tuple[str, ...]) -> Due | None:
    stated = review.plan_due if step.is_plan else None
    computed = _computed(step, review.on, as_at) if review.on else None
    due = stated or computed
    if due is None:
        return None
    return Due(
        review.id,
        step.what,
        step.counted_from,
        review.on,
        step.after,
        computed,
        stated,
        _difference(computed, stated),
        due,
        step.source,
        step.certainty,
        because,
        "" if stated else step.caution,
    )


def _computed(step: Step, start: date, as_at: date) -> date:
    """Give the day a step's length after another; of one that recurs, the next."""
    found, times = later(start, step.after), 1
    while step.recurs and found < as_at:
        times += 1
        found = later(start, step.after._replace(length=step.after.length * times))
    return found


def _difference(computed: date | None, stated: date | None) -> int | None:
    if computed is None or stated is None:
        return None
    if stated < computed:
        return -working_days_between(stated, computed)
    return working_days_between(computed, stated)


def _only_stated(review: Review, stated: date) -> Due:
    source = f"Stated by {review.body}" if review.body else "Stated in the plan"
    return Due(
        review.id, "Action plan", "", review.on, None, None, stated, None, stated, source, "stated"
    )


def papers(meeting: Meeting, on: date) -> Due:
    """Give the last day on which the papers of a meeting can be published.

    Five clear working days lie between it and the meeting: for a meeting on Monday 17 February
    2014 it is Friday 7 February. (Local Government Act 1972 s.100B as changed by SI 2002/715, and
    SI 2012/2089; that clear days are working days is how councils read them.)
    """
    last = earlier(on, Period(CLEAR_DAYS + 1, "wd"))
    what = f"Papers published for {meeting.body or 'the meeting'}"
    length = Period(CLEAR_DAYS, "wd")
    return Due("", what, "the meeting", on, length, last, None, None, last, _PAPERS, "regulation")


# --- what has no date ---------------------------------------------------------------------------


def why_none(plan: Plan, review: Review) -> str:
    """Say why no date follows a review; nothing where one does."""
    rule = rule_for(review)
    if review.plan_due:
        return ""
    if rule is None:
        return f"no clock is known for {_kind_in_words(review)}"
    urgent = _urgent(plan, review)
    if not any(urgent or not step.priority for step in rule.steps):
        return rule.silence
    return "" if review.on else "it has no date (on) to count from"


def _kind_in_words(review: Review) -> str:
    if not review.kind.strip():
        return "a review of no kind"
    where = f" where the body is {review.body}" if _kind(review) in _BY_KIND else ""
    return f"the kind {review.kind}{where}"
