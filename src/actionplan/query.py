"""Filters and orders: one meaning of open, overdue and stale for every list, report and email."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from actionplan import legends, rag
from actionplan.assurance import stage_shown
from actionplan.dates import later
from actionplan.errors import WrongUsageError
from actionplan.model import STAGES, Action, Finding, Plan, themes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from actionplan.legends import Legend


class Filter(NamedTuple):
    """What to look at; every part that is given must hold, any one of several values will do."""

    words: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    """Posts, or words that a post contains."""
    theme: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    finding: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    rag: tuple[str, ...] = ()
    due_by: date | None = None
    overdue: bool = False
    stale: bool = False
    challenged: bool = False


class View(NamedTuple):
    """A plan as at a day, and the actions of it that are looked at."""

    plan: Plan
    as_at: date
    actions: tuple[Action, ...]
    findings: Mapping[str, Finding]
    """Every finding of the plan by its id."""
    only: str = ""
    """What the view is narrowed to, in words; nothing where it is the whole plan."""
    named: frozenset[str] = frozenset()
    """The findings that the filter names, by their review, theme or ref, answered or not."""

    @property
    def filtered(self) -> bool:
        """Tell whether a filter was given."""
        return bool(self.only)

    @property
    def context(self) -> rag.Context:
        """Give what the rules look at besides an action."""
        return rag.Context(self.plan.policy, self.as_at, self.findings, self.legend)

    @property
    def legend(self) -> Legend:
        """Give what the colours mean in this plan."""
        return legends.of(self.plan.policy)

    def themes(self, action: Action) -> tuple[str, ...]:
        """Give the themes that an action serves."""
        return themes_of(action, self.findings)

    def is_immediate(self, action: Action) -> bool:
        """Tell whether an action answers a finding that asked for immediate action."""
        return any(
            ref in self.findings and self.findings[ref].kind == "immediate"
            for ref in action.answers
        )


def view(plan: Plan, as_at: date, wanted: Filter | None = None) -> View:
    """Give the view of a plan through a filter.

    Raises:
        WrongUsageError: where a filter names what the plan does not have.

    """
    whole = View(plan, as_at, plan.actions, {finding.id: finding for finding in plan.findings})
    if wanted is None or wanted == Filter():
        return whole
    tests = _tests(whole, wanted)
    chosen = tuple(action for action in plan.actions if all(test(action) for test in tests))
    return whole._replace(actions=chosen, only=in_words(wanted), named=_named(plan, wanted))


def _named(plan: Plan, wanted: Filter) -> frozenset[str]:
    """Give the findings that a filter names; none where it asks for something else of actions."""
    asked = {"review": wanted.review, "theme": wanted.theme, "id": wanted.finding}
    given = {
        field: {_plain(value) for value in values} for field, values in asked.items() if values
    }
    if not given or in_words(wanted) != in_words(
        Filter(review=wanted.review, theme=wanted.theme, finding=wanted.finding)
    ):
        return frozenset()
    return frozenset(
        finding.id
        for finding in plan.findings
        if all(_plain(getattr(finding, field)) in values for field, values in given.items())
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def in_words(wanted: Filter) -> str:
    """Say what a filter asks for: "owner Head of HR; overdue"."""
    said = [
        f"{name.replace('_', ' ')} {' or '.join(value) if isinstance(value, tuple) else value}"
        for name, value in wanted._asdict().items()
        if value and value is not True
    ]
    return "; ".join([*said, *(name for name, value in wanted._asdict().items() if value is True)])


def _tests(whole: View, wanted: Filter) -> list[Callable[[Action], bool]]:
    plan = whole.plan
    tests: list[Callable[[Action], bool]] = []
    if wanted.words:
        needles = [word.casefold() for word in wanted.words]
        tests.append(lambda action: all(word in _searched(action) for word in needles))
    if wanted.owner:
        owners = _owners(plan, wanted.owner)
        tests.append(lambda action: action.owner in owners)
    if wanted.theme:
        themes = _known(wanted.theme, {f.theme for f in plan.findings if f.theme}, "theme")
        tests.append(lambda action: not themes.isdisjoint(whole.themes(action)))
    if wanted.review:
        reviews = _known(wanted.review, {review.id for review in plan.reviews}, "review")
        tests.append(lambda action: not reviews.isdisjoint(_reviews(whole, action)))
    if wanted.finding:
        findings = _known(wanted.finding, set(whole.findings), "finding")
        tests.append(lambda action: not findings.isdisjoint(action.answers))
    if wanted.stage:
        stages = _known(wanted.stage, set(STAGES), "stage")
        tests.append(lambda action: stage_shown(action, whole.findings) in stages)
    if wanted.rag:
        ratings = _known(wanted.rag, {*whole.legend.ratings, "none"}, "rating")
        tests.append(lambda action: (action.rag or "none") in ratings)
    return [*tests, *_judged_tests(whole, wanted)]


def _judged_tests(whole: View, wanted: Filter) -> list[Callable[[Action], bool]]:
    plan, as_at = whole.plan, whole.as_at
    tests: list[Callable[[Action], bool]] = []
    if wanted.due_by is not None:
        by = wanted.due_by
        tests.append(lambda action: action.is_open and bool(action.due) and action.due <= by)  # type: ignore[operator]
    if wanted.overdue:
        tests.append(lambda action: action.is_overdue(as_at))
    if wanted.stale:
        tests.append(lambda action: rag.is_stale(action, plan.policy, as_at))
    if wanted.challenged:
        context = whole.context
        tests.append(
            lambda action: rag.is_challenged(action, rag.verdict(action, context), context.legend)
        )
    return tests


def _searched(action: Action) -> str:
    return f"{action.id} {action.title} {action.note} {action.reason} {action.owner}".casefold()


def _reviews(whole: View, action: Action) -> set[str]:
    return {whole.findings[ref].review for ref in action.answers if ref in whole.findings}


def _owners(plan: Plan, wanted: Iterable[str]) -> set[str]:
    posts = {action.owner for action in plan.actions} | {owner.id for owner in plan.owners}
    found: set[str] = set()
    for name in wanted:
        needle = name.strip().casefold()
        exact = {post for post in posts if post.casefold() == needle}
        part = exact or {post for post in posts if needle and needle in post.casefold()}
        if not part:
            raise WrongUsageError(_unknown(name, posts, "owner"))
        found |= part
    return found


def _known(wanted: Iterable[str], there: set[str], what: str) -> set[str]:
    found: set[str] = set()
    for name in wanted:
        needle = name.strip().casefold()
        match = {each for each in there if each.casefold() in {needle, needle.replace(" ", "-")}}
        if not match:
            raise WrongUsageError(_unknown(name, there, what))
        found |= match
    return found


def _unknown(name: str, there: set[str], what: str) -> str:
    listed = "; ".join(sorted(there)) or "none yet"
    return f"No {what} of this plan is '{name}'. There are: {listed}."


# --- orders and choices -------------------------------------------------------------------------


def overdue(looked_at: View) -> tuple[Action, ...]:
    """Give the actions that are overdue, the oldest first."""
    late = [action for action in looked_at.actions if action.is_overdue(looked_at.as_at)]
    return by_due(late)


def past_original(looked_at: View) -> tuple[Action, ...]:
    """Give those that are not overdue, but only because their date was moved; the oldest first."""
    moved = (action for action in looked_at.actions if action.moved)
    late = [action for action in moved if rag.is_past_original(action, looked_at.as_at)]
    return tuple(sorted(late, key=lambda action: action.original_due or date.max))


def due_until(looked_at: View, end: date) -> tuple[Action, ...]:
    """Give the open actions that are due from the as-at date up to and including a day."""
    coming = [
        action
        for action in looked_at.actions
        if action.is_open and action.due and looked_at.as_at <= action.due <= end
    ]
    return by_due(coming)


def due_soon_until(looked_at: View) -> date:
    """Give the last day that the plan's policy calls soon."""
    return later(looked_at.as_at, looked_at.plan.policy.due_soon)


def undated(looked_at: View) -> tuple[Action, ...]:
    """Give the open actions that have no due date; they are never overdue, and never forgotten."""
    return tuple(a for a in looked_at.actions if a.due is None and a.is_open)


def by_due(actions: Iterable[Action]) -> tuple[Action, ...]:
    """Put actions in the order of their due dates; undated ones last, ties as in the file."""
    return tuple(sorted(actions, key=lambda action: action.due or date.max))
