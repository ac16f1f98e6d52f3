"""What can only be seen between nouns: ids given twice, refs to nothing, dates out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from actionplan.model import Action, Plan

_NAMED = {"answers": "finding", "findings": "finding", "after": "action"}
_SHOWN_REFS = 8


class Joins:
    """One look across a plan; `say` takes the path, the ref and the sentence of each problem."""

    def __init__(self, plan: Plan, say: Callable[[tuple[str | int, ...], str, str], None]) -> None:
        """Keep the plan to look at and where to report."""
        self.plan = plan
        self.say = say

    def check(self) -> None:
        """Report every problem."""
        reviews = self._ids("review", self.plan.reviews)
        findings = self._ids("finding", self.plan.findings)
        self._ids("measure", self.plan.measures)
        actions = self._ids("action", self.plan.actions)
        for at, finding in enumerate(self.plan.findings):
            self._refs((finding.review,), reviews, ("finding", at, "review"), finding.id)
            if finding.response in {"partly", "declined"} and not finding.reason.strip():
                sentence = f"response is {finding.response}, with no reason: say why in reason"
                self.say(("finding", at, "response"), finding.id, sentence)
        for at, measure in enumerate(self.plan.measures):
            self._refs(measure.findings, findings, ("measure", at, "findings"), measure.id)
        known = findings.keys()
        for at, action in enumerate(self.plan.actions):
            start, due = action.start, action.due
            early = start is not None and due is not None and due < start
            if early or action.after or action.moves or not known >= set(action.answers):
                self._action(at, action, findings, actions)

    def _ids(self, name: str, nouns: Iterable[Any]) -> Mapping[str, int]:
        seen: dict[str, int] = {}
        exact: dict[str, int] = {}
        for at, noun in enumerate(nouns):
            key = noun.id.casefold()
            if key in seen:
                sentence = f"id '{noun.id}' is used twice: give one of the two a number of its own"
                self.say((name, at, "id"), noun.id, sentence)
            seen[key] = exact[noun.id] = at
        return exact

    def _refs(
        self,
        refs: tuple[str, ...],
        known: Mapping[str, int],
        path: tuple[str | int, ...],
        ref: str,
    ) -> None:
        for wanted in refs:
            if wanted and wanted not in known:
                key = str(path[-1])
                there = ", ".join(list(known)[:_SHOWN_REFS]) or "none yet"
                sentence = f"{key} names '{wanted}', and no {_NAMED.get(key, key)} has that id"
                self.say(path, ref, f"{sentence} (there: {there})")

    def _action(
        self, at: int, action: Action, findings: Mapping[str, int], actions: Mapping[str, int]
    ) -> None:
        self._refs(action.answers, findings, ("action", at, "answers"), action.id)
        if action.after:
            self._refs(action.after, actions, ("action", at, "after"), action.id)
        if action.start and action.due and action.due < action.start:
            sentence = (
                f"due is {action.due}, before its start ({action.start}): mend one of the two"
            )
            self.say(("action", at, "due"), action.id, sentence)
        if action.moves:
            self._moves(at, action)

    def _moves(self, at: int, action: Action) -> None:
        for number in range(1, len(action.moves)):
            before, after = action.moves[number - 1], action.moves[number]
            if before.to != after.from_:
                sentence = f"from is {after.from_}, but the move before it ended at {before.to}"
                self.say(("action", at, "moves", number), action.id, sentence)
        last = action.moves[-1].to
        if last is not None and action.due is None:
            sentence = f"due is missing or unreadable, but the last move ended at {last}"
            self.say(("action", at), action.id, sentence)
        elif last is not None and last != action.due:
            sentence = (
                f"due is {action.due}, but the last move ended at {last}: a date is moved with a "
                "reason (actionplan move)"
            )
            self.say(("action", at, "due"), action.id, sentence)
