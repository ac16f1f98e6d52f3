"""The verdict on an action: ordered rules, each with its rating and its reason in a sentence.

The owner declares a rating; these rules say what the facts in the file support. The first rule
that applies is the verdict, and where the declaration is rosier the difference is a challenge.
Nothing here changes what was declared, and waiting never improves a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import assurance, legends
from actionplan.dates import (
    counted,
    earlier,
    in_working_days,
    later,
    length_in_words,
    period_in_words,
    times_in_words,
    without_weekday,
    working_days_between,
)
from actionplan.model import DONE_STAGES, SHELVED_STAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from actionplan.legends import Legend
    from actionplan.model import Action, Finding, Policy

RANK = {"green": 0, "amber": 1, "red": 2}
"""How bad what the facts say is; what a declared colour says is for `legends` to tell."""


ALL = frozenset({legends.RISK, legends.SLIPPAGE, legends.PROGRESS})
ON_SLIPPAGE = frozenset({legends.SLIPPAGE})
NOT_ON_SLIPPAGE = ALL - ON_SLIPPAGE
NOT_ON_PROGRESS = ALL - {legends.PROGRESS}


class Verdict(NamedTuple):
    """The rating that the facts support, the rule that gave it, and why."""

    rating: str
    """Red, amber or green; ``""`` for what is parked or superseded."""
    rule: str
    sentence: str


class Context(NamedTuple):
    """What the rules look at besides the action itself."""

    policy: Policy
    as_at: date
    findings: Mapping[str, Finding] = {}
    """By their ids."""
    known: Legend | None = None
    """The legend of the policy, where whoever asks has worked it out already."""

    @property
    def legend(self) -> Legend:
        """Give what the colours mean in this plan."""
        return self.known or legends.of(self.policy)


class Rule(NamedTuple):
    """A named rule: its sentence for an action that it applies to, or ``""``."""

    name: str
    rating: str
    applies: Callable[[Action, Context], str]
    scales: frozenset[str] = ALL
    """The scales of legends on which it is looked at."""


def legend(policy: Policy) -> dict[str, str]:
    """Give the words for the colours in this plan."""
    found = legends.of(policy)
    return {colour: found.words(colour) for colour in found.shades}


def is_stale(action: Action, policy: Policy, as_at: date) -> bool:
    """Open, and not updated for longer than the plan allows, or never."""
    if not action.is_open:
        return False
    return action.updated is None or action.updated < earlier(as_at, policy.stale_after)


def is_slipping(action: Action) -> bool:
    """Open, with a forecast after the due date."""
    return bool(action.is_open and action.due and action.forecast and action.forecast > action.due)


def is_past_original(action: Action, as_at: date) -> bool:
    """Open, not overdue, but past the date first agreed."""
    original = action.original_due
    return bool(
        action.is_open
        and original is not None
        and original < as_at
        and not action.is_overdue(as_at)
    )


def last_approved_due(action: Action) -> date | None:
    """Give the last due date that was agreed: moves that only were asked for are left out."""
    for move in reversed(action.moves):
        if move.approved:
            return move.to
    return action.original_due


def is_untested(action: Action, findings: Mapping[str, Finding]) -> bool:
    """Delivered or embedded, with no test by anyone but the owner that still stands."""
    return not assurance.is_tested(action, findings)


def days_late(due: date, as_at: date) -> str:
    """Say how late something is, in working days."""
    days = working_days_between(due, as_at)
    return f"{in_working_days(days)} late"


# --- the rules ----------------------------------------------------------------------------------


def _overdue(action: Action, context: Context) -> str:
    if action.due is None or not action.is_overdue(context.as_at):
        return ""
    first = action.original_due
    moved = f" First agreed for {without_weekday(first)}." if first and first != action.due else ""
    return f"Due {without_weekday(action.due)}, {days_late(action.due, context.as_at)}.{moved}"


def _not_approved(action: Action, context: Context) -> str:
    agreed = last_approved_due(action)
    if not action.is_open or agreed is None or agreed >= context.as_at:
        return ""
    if action.due is not None and action.due <= agreed:
        return ""
    days = in_working_days(working_days_between(agreed, context.as_at))
    return (
        f"The date agreed was {without_weekday(agreed)}, {days} ago; the later one asked for is "
        "not approved yet."
    )


def _not_confirmed(action: Action, context: Context) -> str:
    return _tested(action, context, "not-confirmed", "not confirmed")


def _red_without_reason(action: Action, context: Context) -> str:
    return _without_reason(action, "red", context)


def slipped_to(action: Action, as_at: date) -> date | None:
    """Give the day to which an open action has slipped from the date first agreed, if it has.

    It is the latest of its due date, its forecast and, while it is open, the as-at date.
    """
    first = action.original_due
    if first is None or not action.is_open:
        return None
    latest = max(day for day in (action.due, action.forecast, as_at) if day)
    return latest if latest > first else None


def _long_slip(action: Action, context: Context) -> str:
    to = slipped_to(action, context.as_at)
    return _slip_in_words(action, to, context) if to and _is_long(action, to, context) else ""


def _slip(action: Action, context: Context) -> str:
    """Say how far it slipped; where its date was brought forward, that it is overdue is a slip."""
    to = slipped_to(action, context.as_at)
    if to is None:
        return _overdue(action, context)
    return "" if _is_long(action, to, context) else _slip_in_words(action, to, context)


def _is_long(action: Action, to: date, context: Context) -> bool:
    first = action.original_due
    return first is not None and to >= later(first, context.legend.red_after)


def _slip_in_words(action: Action, to: date, context: Context) -> str:
    first = action.original_due or to
    if to == action.due:
        now = f"now due {without_weekday(to)}"
    elif to == action.forecast:
        now = f"expected on {without_weekday(to)}"
    else:
        now = f"still open on {without_weekday(to)}"
    red_after = context.legend.red_after
    length = length_in_words(first, to, red_after.unit)
    asked = _not_approved(action, context) and " The later date asked for is not approved yet."
    return (
        f"First agreed for {without_weekday(first)}, {now}: a slip of {length}, "
        f"off track from {period_in_words(red_after)}.{asked}"
    )


def _claims_done(action: Action, context: Context) -> str:
    if action.rag not in context.legend.done or not action.is_open:
        return ""
    return "Its rating says that it is complete, and it is not delivered."


def _past_original(action: Action, context: Context) -> str:
    first = action.original_due
    if first is None or not is_past_original(action, context.as_at):
        return ""
    now = f"it now stands at {without_weekday(action.due)}" if action.due else "it has none now"
    return (
        f"The date first agreed was {without_weekday(first)}, "
        f"{in_working_days(working_days_between(first, context.as_at))} ago; {now}."
    )


def _slipping(action: Action, _context: Context) -> str:
    if not is_slipping(action) or action.due is None or action.forecast is None:
        return ""
    days = in_working_days(working_days_between(action.due, action.forecast))
    return (
        f"Expected on {without_weekday(action.forecast)}, {days} after it is due "
        f"({without_weekday(action.due)})."
    )


def _forecast_passed(action: Action, context: Context) -> str:
    if not action.is_open or action.forecast is None or action.forecast >= context.as_at:
        return ""
    return f"It was expected on {without_weekday(action.forecast)} and is still open."


def _moved_often(action: Action, context: Context) -> str:
    times = sum(bool(m.to and m.from_ and m.to > m.from_) for m in action.moved)
    if not action.is_open or not times or times < context.policy.moves_before_challenge:
        return ""
    return f"Its due date has been moved {times_in_words(times)}."


def _milestone_overdue(action: Action, context: Context) -> str:
    late = [m for m in action.milestones if m.due and not m.done and m.due < context.as_at]
    if not action.is_open or not late:
        return ""
    first = min(late, key=lambda milestone: str(milestone.due))
    return f"Milestone '{first.title}' was due {without_weekday(first.due or context.as_at)}."


def _late_start(action: Action, context: Context) -> str:
    if action.stage != "not-started" or action.start is None or action.start >= context.as_at:
        return ""
    return f"It was to start on {without_weekday(action.start)} and has not."


def _undated(action: Action, _context: Context) -> str:
    return "It has no due date." if action.is_open and action.due is None else ""


def _stale(action: Action, context: Context) -> str:
    if not is_stale(action, context.policy, context.as_at):
        return ""
    if action.updated is None:
        return "No update is recorded."
    days = counted((context.as_at - action.updated).days, "day")
    allowed = period_in_words(context.policy.stale_after)
    return (
        f"Not updated since {without_weekday(action.updated)}: {days}, the plan allows {allowed}."
    )


def _amber_without_reason(action: Action, context: Context) -> str:
    return _without_reason(action, "amber", context)


def _lapsed(action: Action, context: Context) -> str:
    test = assurance.last_lapsed(action, context.findings) if action.stage in DONE_STAGES else None
    if test is None:
        return ""
    what = assurance.lapsed(action, test, context.findings)
    when = f" on {without_weekday(test.on)}" if test.on else ""
    return f"Tested by {test.by}{when}, but {what} since: to be tested again."


def _not_tested(action: Action, context: Context) -> str:
    if not is_untested(action, context.findings):
        return ""
    if assurance.last_lapsed(action, context.findings) is not None:
        return ""
    if action.stage == "embedded":
        return "Marked embedded, and no test by anyone but its owner is recorded."
    when = f" on {without_weekday(action.delivered)}" if action.delivered else ""
    return f"Delivered{when} by its owner's account; nobody else has tested it."


def _partly_confirmed(action: Action, context: Context) -> str:
    return _tested(action, context, "partly", "confirmed only in part")


def _without_reason(action: Action, rating: str, context: Context) -> str:
    if not action.is_open or action.rag != rating or action.reason.strip():
        return ""
    return f"Rated {context.legend.shown(rating)}, and no reason is given."


def _tested(action: Action, context: Context, result: str, words: str) -> str:
    test = assurance.last_test(action, context.findings)
    if action.stage not in DONE_STAGES or test is None or test.result != result:
        return ""
    when = f" on {without_weekday(test.on)}" if test.on else ""
    return f"Tested by {test.by}{when}: {words}."


RULES: tuple[Rule, ...] = (
    Rule("overdue", "red", _overdue, NOT_ON_SLIPPAGE),
    Rule("not-approved", "red", _not_approved, NOT_ON_SLIPPAGE),
    Rule("long-slip", "red", _long_slip, ON_SLIPPAGE),
    Rule("not-confirmed", "red", _not_confirmed),
    Rule("red-without-reason", "red", _red_without_reason),
    Rule("claims-done", "amber", _claims_done),
    Rule("slip", "amber", _slip, ON_SLIPPAGE),
    Rule("past-original", "amber", _past_original, NOT_ON_SLIPPAGE),
    Rule("slipping", "amber", _slipping),
    Rule("forecast-passed", "amber", _forecast_passed),
    Rule("milestone-overdue", "amber", _milestone_overdue),
    Rule("moved-often", "amber", _moved_often),
    Rule("late-start", "amber", _late_start),
    Rule("undated", "amber", _undated),
    Rule("stale", "amber", _stale),
    Rule("amber-without-reason", "amber", _amber_without_reason, NOT_ON_PROGRESS),
    Rule("lapsed", "amber", _lapsed),
    Rule("not-tested", "amber", _not_tested),
    Rule("partly-confirmed", "amber", _partly_confirmed),
)
"""Every red rule stands before every amber one, so that the first that applies is the worst."""

_RULES_OF = {scale: tuple(rule for rule in RULES if scale in rule.scales) for scale in ALL}


def rules(legend: Legend) -> tuple[Rule, ...]:
    """Give the rules that are looked at in a plan with this legend, in their order."""
    return _RULES_OF[legend.scale]


def signals(action: Action, context: Context) -> tuple[Verdict, ...]:
    """Give every rule that applies to an action, the worst first."""
    if action.stage in SHELVED_STAGES:
        return ()
    return tuple(
        Verdict(rule.rating, rule.name, sentence)
        for rule in rules(context.legend)
        if (sentence := rule.applies(action, context))
    )


def verdict(action: Action, context: Context) -> Verdict:
    """Give the first rule that applies, or green."""
    if action.stage not in SHELVED_STAGES:
        for rule in rules(context.legend):
            if sentence := rule.applies(action, context):
                return Verdict(rule.rating, rule.name, sentence)
    return without_signal(action, context)


def without_signal(action: Action, context: Context) -> Verdict:
    """Give the verdict on an action that no rule applies to."""
    if action.stage in SHELVED_STAGES:
        return Verdict("", action.stage, f"{action.stage.capitalize()}: not rated.")
    return Verdict("green", "on-course", _on_course(action, context))


def _on_course(action: Action, context: Context) -> str:
    if action.stage in DONE_STAGES:
        test = assurance.last_test(action, context.findings)
        return f"Delivered, and confirmed by {test.by}." if test else "Delivered."
    due = f"Due {without_weekday(action.due)}; nothing" if action.due else "Nothing"
    return f"{due} in its dates, stage or tests is against it."


_OWNERS_WORD = frozenset({"not-tested", "lapsed"})
"""What says of a delivered action only that nobody else has confirmed it."""


def _is_rosier(action: Action, found: Verdict, legend: Legend) -> bool:
    """Tell whether the declared colour says better of an action than the facts do.

    A colour that only says "complete" claims no test, and is not rosier for having none.
    """
    declared = legend.severities.get(action.rag)
    if declared is None or declared >= RANK[found.rating]:
        return False
    return found.rule not in _OWNERS_WORD or legend.needs_test(action.rag)


def is_challenged(action: Action, found: Verdict, legend: Legend = legends.BRAG) -> bool:
    """Tell whether the declared rating or stage is rosier than the facts."""
    if not found.rating:
        return False
    if action.stage == "embedded" and found.rating != "green":
        return True
    return _is_rosier(action, found, legend)


def challenge(action: Action, found: Verdict, legend: Legend = legends.BRAG) -> str:
    """Say where what is declared is rosier than the facts, or ``""``."""
    if not is_challenged(action, found, legend):
        return ""
    by_rating = _is_rosier(action, found, legend)
    declared = f"Declared {legend.shown(action.rag) if by_rating else action.stage}"
    sentence = found.sentence[0].lower() + found.sentence[1:]
    return f"{declared}; the facts say {legend.fact(found.rating)}: {sentence}"
