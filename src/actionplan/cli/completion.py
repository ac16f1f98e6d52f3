"""What Tab offers: refs, owners and themes of the plan; says nothing when there is no plan."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actionplan import settings
from actionplan.errors import ActionPlanError
from actionplan.model import DECLARED, STAGES, Plan
from actionplan.renderers.safe import safe_line
from actionplan.store import reading

if TYPE_CHECKING:
    from collections.abc import Iterable

Offers = list[tuple[str, str]]


def _plan(context: Any) -> Plan | None:  # noqa: ANN401 - typer's own context
    named = context.params.get("file")
    try:
        flag = Path(named) if named else None
        return reading.load(settings.plan_path(flag, os.environ, Path.cwd())).plan
    except (ActionPlanError, OSError):
        return None


def _offer(pairs: Iterable[tuple[str, str]], start: str) -> Offers:
    """Offer words with their help; typer draws the help as markup, so it is escaped."""
    safe = {safe_line(word): safe_line(text).replace("[", r"\[") for word, text in pairs}
    return [pair for pair in safe.items() if pair[0].startswith(start)]


def actions(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the refs of actions, with their titles."""
    plan = _plan(ctx) or Plan()
    return _offer(((action.id, action.title) for action in plan.actions), incomplete)


def findings(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the refs of findings, with their texts."""
    plan = _plan(ctx) or Plan()
    return _offer(((finding.id, finding.text[:60]) for finding in plan.findings), incomplete)


def reviews(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the refs of reviews, with their titles."""
    plan = _plan(ctx) or Plan()
    return _offer(((review.id, review.title) for review in plan.reviews), incomplete)


def measures(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the refs of measures, with their titles."""
    plan = _plan(ctx) or Plan()
    return _offer(((measure.id, measure.title) for measure in plan.measures), incomplete)


def milestones(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the numbers of the milestones of the action that was typed, with their titles."""
    action = (_plan(ctx) or Plan()).find("actions", str(ctx.params.get("ref") or ""))
    steps = enumerate(action.milestones if action else (), 1)
    return _offer(((str(number), step.title) for number, step in steps), incomplete)


def meetings(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the bodies that meet."""
    plan = _plan(ctx) or Plan()
    return _offer(((meeting.body, "") for meeting in plan.meetings), incomplete)


def anything(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer every ref that can be shown."""
    return [
        *actions(ctx, incomplete),
        *findings(ctx, incomplete),
        *reviews(ctx, incomplete),
        *measures(ctx, incomplete),
    ]


def owners(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the posts of the plan."""
    plan = _plan(ctx) or Plan()
    posts = [*(owner.id for owner in plan.owners), *(action.owner for action in plan.actions)]
    return _offer(((post, "") for post in posts), incomplete)


def themes(ctx: Any, incomplete: str) -> Offers:  # noqa: ANN401 - typer's own context
    """Offer the themes of the plan."""
    plan = _plan(ctx) or Plan()
    return _offer(((finding.theme, "") for finding in plan.findings if finding.theme), incomplete)


def stages(incomplete: str) -> Offers:
    """Offer the stages of an action."""
    return _offer(((stage, "") for stage in STAGES), incomplete)


def ratings(incomplete: str) -> Offers:
    """Offer the ratings."""
    return _offer(((rating, "") for rating in DECLARED), incomplete)
