"""What every section of the paper is drawn from, and the words that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted, without_weekday

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from actionplan.model import Action
    from actionplan.query import View
    from actionplan.rag import Verdict
    from actionplan.reports.lines import ActionLine


class Stood(NamedTuple):
    """The plan as it stood when a report was recorded, looked at through the same filter."""

    name: str
    """What the report was recorded as."""
    view: View


class Past(NamedTuple):
    """What a report is told against."""

    then: View | None = None
    """The plan as it was last reported; nothing is said of direction where there is none."""
    name: str = ""
    """What that report was recorded as."""
    began: View | None = None
    """The plan as it stood where the period begins, where that is not the last report."""
    reports: tuple[Stood, ...] = ()
    """The reports recorded up to then, the oldest first."""
    is_last: bool = True
    """True where no report of the plan was recorded after that one."""


NO_PAST = Past()
MOST_REPORTS = 6
"""What is told over time goes back so many recorded reports."""


class Basis(NamedTuple):
    """What every section is drawn from, worked out once."""

    view: View
    since: date
    lines: tuple[ActionLine, ...]
    signals: Mapping[str, tuple[Verdict, ...]]
    """Every rule that applies to an action, by its ref, the worst first."""
    by_ref: Mapping[str, ActionLine]
    past: Past = NO_PAST
    kind: str = "report"
    """Of the report that is drawn."""

    @property
    def as_at(self) -> date:
        """Give the day of the report."""
        return self.view.as_at

    @property
    def then(self) -> View | None:
        """Give the plan as it was last reported, if it ever was."""
        return self.past.then

    @property
    def last_report(self) -> str:
        """Name the last recorded report: what it was recorded as, or its day."""
        return self.past.name or (without_weekday(self.then.as_at) if self.then else "")

    def with_direction(self, columns: tuple[str, ...], beside: str = "rag") -> tuple[str, ...]:
        """Put the direction of travel beside another column, where there is one to tell."""
        if self.then is None:
            return columns
        at = columns.index(beside) + 1
        return (*columns[:at], "direction", *columns[at:])

    def of(self, actions: Iterable[Action]) -> tuple[ActionLine, ...]:
        """Give the lines of some actions, in their order."""
        return tuple(self.by_ref[action.id] for action in actions)


def total(view: View) -> str:
    """Name the last row of a count."""
    return "these actions" if view.filtered else "whole plan"


def narrowed(view: View) -> str:
    """Say what is left out where a filter is looked through."""
    if not view.filtered:
        return ""
    return (
        f"Not the whole plan: only {view.only}, {len(view.actions)} of "
        f"{counted(len(view.plan.actions), 'action')}."
    )


def sentence(text: str) -> str:
    """End a text with a full stop, if nothing ends it yet, inside a quotation mark or out."""
    cleaned = text.strip()
    ended = cleaned.removesuffix('"').endswith((".", "!", "?"))
    return cleaned if ended else f"{cleaned}."


def refs(actions: Iterable[Action]) -> str:
    """Give the refs of some actions."""
    return ", ".join(action.id for action in actions)
