"""Challenges: every place where what is declared is rosier than the facts, and why.

Green outside and red inside, as a watermelon. One check for each rule of the verdict, and those
that look beyond one action: at what it rests on, at earlier reports, at the whole theme.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from actionplan import assurance, measures, rag
from actionplan.checks.ground import CHALLENGE, ERROR, WARNING, Check, Found
from actionplan.dates import counted, earlier, period_in_words, without_weekday
from actionplan.model import DONE_STAGES, OPEN_STAGES, is_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.checks.ground import Ground
    from actionplan.legends import Legend
    from actionplan.model import Action, Measure
    from actionplan.query import View
    from actionplan.rag import Rule

LATE_SHARE = 0.25
"""Of the open actions of a theme that is green as a whole, so many may be overdue."""
REPORTS_GREEN = 2
"""An action that was green in so many reports before it was delivered showed no sign of work."""


def _rosier(rule: Rule, ground: Ground) -> Iterator[Found]:
    """Find the actions that a rule of the verdict says something worse of than their owner does."""
    context = ground.view.context
    if context.legend.scale not in rule.scales:
        return
    for action in ground.view.actions:
        sentence = rule.applies(action, context) if action.stage not in _UNRATED else ""
        if sentence:
            found = rag.Verdict(rule.rating, rule.name, sentence)
            said = rag.challenge(action, found, context.legend)
            if said:
                yield Found(action.id, said)


_UNRATED = frozenset({"parked", "superseded"})


def _no_evidence(ground: Ground) -> Iterator[Found]:
    for action in ground.view.actions:
        if action.stage in DONE_STAGES and not action.evidence:
            said = f"Declared {action.stage}, and nothing is named that shows that it was done."
            yield Found(action.id, said)


def _own_test(ground: Ground) -> Iterator[Found]:
    for action in ground.view.actions:
        if any(is_same(test.by, action.owner) for test in action.tests):
            yield Found(action.id, f"Tested by its own owner, {action.owner}: that is no test.")


def _not_answered(ground: Ground) -> Iterator[Found]:
    """Find the dates asked for that nobody says yes or no to, while the agreed one stands."""
    as_at, policy = ground.view.as_at, ground.view.plan.policy
    for action in ground.view.actions:
        asked = action.waiting
        if asked is None or asked.to is None or action.due is None:
            continue
        on = f" on {without_weekday(asked.on)}" if asked.on else ""
        said = f"{without_weekday(asked.to)} was asked for{on}, and nobody has said yes or no"
        if action.due < as_at:
            yield Found(action.id, f"It was due {without_weekday(action.due)}; {said}.")
        elif asked.on and asked.on < earlier(as_at, policy.stale_after):
            long = f"for more than {period_in_words(policy.stale_after)}"
            yield Found(action.id, f"{said} {long}.")


def _rests_on_late(ground: Ground) -> Iterator[Found]:
    plan, context = ground.view.plan, ground.view.context
    known = {action.id: action for action in plan.actions}
    for action in ground.view.actions:
        if not _open_and_rosy(action, context.legend):
            continue
        for ref in action.after:
            other = known.get(ref)
            if other and other.is_open and (why := _worse(other, context)):
                declared = context.legend.shown(action.rag)
                yield Found(action.id, f"Declared {declared}, and waits for {ref}, which is {why}.")


def _worse(other: Action, context: rag.Context) -> str:
    legend = context.legend
    if other.rag in legend.wrong:
        return f"rated {legend.shown(other.rag)}"
    found = rag.verdict(other, context)
    if found.rating != "red":
        return ""
    return f"{legend.fact(found.rating)} by the facts: {found.sentence.rstrip('.')}"


def _off_its_measure(ground: Ground) -> Iterator[Found]:
    """Find what is green while its number is not (Flintshire rates progress and outcome apart)."""
    view = ground.view
    legend = view.legend
    stands = {m.id: measures.standing(m, view.as_at) for m in view.plan.measures}
    for action in view.actions:
        if not legend.is_rosy(action.rag) or action.stage in _UNRATED:
            continue
        for measure in view.plan.measures:
            word, why = stands[measure.id]
            if not _is_off(measure, word, view) or set(measure.findings).isdisjoint(action.answers):
                continue
            declared = legend.shown(action.rag)
            said = f"Declared {declared}, and measure {measure.id} ({measure.title})"
            yield Found(action.id, f"{said} is {_OFF.get(word, 'not read')}: {why}")


_OFF = {word: word for word in (measures.OFF_COURSE, measures.NOT_MET, measures.NOT_READ)}


def _is_off(measure: Measure, word: str, view: View) -> bool:
    """Tell whether a number is not what it should be; one that was never read in time is not."""
    late = word == measures.NO_READING and measure.by is not None and measure.by < view.as_at
    return word in _OFF or late


def _unchanged_since_report(ground: Ground) -> Iterator[Found]:
    if not ground.reported:
        return
    last, legend = ground.reported[0], ground.view.legend
    before = {action.id: action for action in last.plan.actions}
    for action in ground.view.actions:
        if _open_and_rosy(action, legend) and before.get(action.id) == action:
            said = (
                f"Declared {legend.shown(action.rag)}, and nothing has been said of it since the "
                f"report of {without_weekday(last.as_at)}."
            )
            yield Found(action.id, said)


def _green_then_delivered(ground: Ground) -> Iterator[Found]:
    """Find what was rated well in every report, then delivered with nothing to show from then."""
    if len(ground.reported) < REPORTS_GREEN:
        return
    latest = ground.reported[:REPORTS_GREEN]
    well = _well(ground.view.legend)
    stood = [_rosy_ones(view) for view in latest]
    since = latest[-1].as_at
    for action in ground.view.actions:
        rosy = all(action.id in refs for refs in stood)
        shown = any(e.on and e.on >= since for e in action.evidence)
        if action.stage in DONE_STAGES and rosy and not shown:
            said = (
                f"{well[0].upper()}{well[1:]} in {counted(REPORTS_GREEN, 'report')}, then "
                f"{action.stage}, with no evidence from {without_weekday(since)} on."
            )
            yield Found(action.id, said)


def _open_and_rosy(action: Action, legend: Legend) -> bool:
    """Tell whether an action is open, and its colour says that nothing is wrong."""
    return action.is_open and legend.is_rosy(action.rag)


def _rosy_ones(view: View) -> set[str]:
    return {action.id for action in view.plan.actions if _open_and_rosy(action, view.legend)}


def _well(legend: Legend) -> str:
    """Name the colours that say that nothing is wrong."""
    well = [c for c in ("green", "amber") if legend.is_rosy(c)]
    return " or ".join(map(legend.shown, well))


def _green_theme(ground: Ground) -> Iterator[Found]:
    view = ground.view
    themes = dict.fromkeys(theme for action in view.actions for theme in view.themes(action))
    for theme in themes:
        own = [a for a in view.actions if theme in view.themes(a) and a.stage in OPEN_STAGES]
        rated = [a for a in own if a.rag]
        late = [a for a in own if a.is_overdue(view.as_at)]
        rosy = rated and all(view.legend.is_rosy(a.rag) for a in rated)
        if rosy and len(late) > LATE_SHARE * len(own):
            said = (
                f"Theme {theme} is {_well(view.legend)} in every rating, and {len(late)} of its "
                f"{counted(len(own), 'open action')} {'is' if len(late) == 1 else 'are'} overdue: "
                f"{', '.join(a.id for a in late)}."
            )
            yield Found("plan", said)


def _closed_untested(ground: Ground) -> Iterator[Found]:
    view = ground.view
    for finding in view.plan.findings:
        if finding.closed is None:
            continue
        answers = [a for a in view.plan.actions if finding.id in a.answers]
        if still_open := [a.id for a in answers if a.is_open]:
            said = (
                f"Closed, and {', '.join(still_open)} is open."
                if len(still_open) == 1
                else (f"Closed, and {', '.join(still_open)} are open.")
            )
            yield Found(finding.id, said)
        done = [a for a in answers if a.stage in DONE_STAGES]
        if unsure := [a.id for a in done if not assurance.is_confirmed(a, view.findings)]:
            said = f"Closed, and nobody else has confirmed {', '.join(unsure)} as it is now."
            yield Found(finding.id, said)
        if not answers and finding.response != "declined":
            yield Found(finding.id, "Closed, and no action answers it.")


_LOOKS_FOR = {
    "overdue": "green or amber, and overdue",
    "not-approved": "green or amber, and past the date agreed; the later one is only asked for",
    "not-confirmed": "rosier than its test, which did not confirm it",
    "past-original": "green, and past the date first agreed",
    "slipping": "green, and expected after it is due",
    "forecast-passed": "green, and past the day on which it was expected",
    "milestone-overdue": "green, with a milestone overdue",
    "moved-often": "green, and its date was moved again and again",
    "late-start": "green, and not started though it was to be",
    "long-slip": "rated well, though it slipped as far as the plan's legend calls red",
    "slip": "green, and slipped from the date first agreed, or overdue",
    "claims-done": "rated as complete, and open",
    "undated": "green, with no due date",
    "stale": "green, and not updated for longer than the plan allows",
    "lapsed": "embedded or green, and what was tested has changed since",
    "not-tested": "embedded or green, and tested by nobody but its owner",
    "partly-confirmed": "embedded or green, and confirmed only in part",
}
_REMEDIES = {
    "claims-done": "Rate it as it is, or record that it is delivered: actionplan done REF.",
    "not-tested": "Have somebody else test it: actionplan test REF.",
    "lapsed": "Have it tested again: actionplan test REF.",
    "not-approved": "Have the move approved: actionplan move REF --approved.",
}
_ASK = "Ask its owner: rate it as the facts are, or change the facts."

CHALLENGES = (
    *(
        Check(rule.name, CHALLENGE, ERROR if rule.rating == "red" else WARNING,
              _LOOKS_FOR[rule.name], _REMEDIES.get(rule.name, _ASK), partial(_rosier, rule))
        for rule in rag.RULES
        if rule.name in _LOOKS_FOR
    ),
    Check("no-evidence", CHALLENGE, WARNING, "delivered or embedded, with no evidence",
          "Add it: actionplan evidence add REF.", _no_evidence),
    Check("own-test", CHALLENGE, ERROR, "tested by its own owner",
          "Have somebody else test it: actionplan test REF.", _own_test),
    Check("not-answered", CHALLENGE, WARNING,
          "another due date was asked for, and nobody answered before the due date passed, or for "
          "longer than `stale_after`",
          "Answer it: actionplan move REF --approved, or --refused.", _not_answered),
    Check("waits-for-late", CHALLENGE, WARNING,
          "green, and waiting for an action that is red or amber", _ASK, _rests_on_late),
    Check("off-measure", CHALLENGE, WARNING,
          "green, and a measure of what it answers is off course, not met or not read",
          "Ask whether the action makes the difference that it is for.", _off_its_measure),
    Check("silent", CHALLENGE, WARNING,
          "green, and not touched since the last recorded report", _ASK, _unchanged_since_report),
    Check("green-then-done", CHALLENGE, WARNING,
          "green in report after report, then delivered with no evidence from that time",
          "Ask what was done when, and for the evidence.", _green_then_delivered),
    Check("green-theme", CHALLENGE, WARNING,
          f"a theme rated green throughout, with more than {LATE_SHARE:.0%} of its open actions "
          "overdue", "Ask the owners of the late ones.", _green_theme),
    Check("closed-early", CHALLENGE, ERROR,
          "a finding that is closed, with an action open or not confirmed by anyone else",
          "Have them tested, or open it again: actionplan finding reopen REF.", _closed_untested),
)  # fmt: skip
