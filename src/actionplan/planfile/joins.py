"""What can only be seen between nouns: ids given twice, refs to nothing, dates out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actionplan import legends

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
        for at, action in self._doubtful(findings):
            self._action(at, action, findings, actions)
        self._ratings()

    def _ratings(self) -> None:
        """Report a blue where the plan's legend has none."""
        colours = legends.of(self.plan.policy).ratings
        if "blue" in colours:
            return
        allowed = f"{', '.join(colours[:-1])} or {colours[-1]}"
        for at, action in enumerate(self.plan.actions):
            if action.rag == "blue":
                sentence = f"rag is 'blue', which the legend of this plan has not; use {allowed}"
                self.say(("action", at, "rag"), action.id, sentence)

    def _doubtful(self, findings: Mapping[str, int]) -> list[tuple[int, Action]]:
        """Give the actions to look at closely: most have no moves and answer what there is."""
        answered = set().union(*(action.answers for action in self.plan.actions))
        lost = answered - findings.keys()
        return [
            (at, action)
            for at, action in enumerate(self.plan.actions)
            if action.moves
            or action.after
            or len(action.evidence) > 1
            or (action.start and action.due and action.due < action.start)
            or (lost and not lost.isdisjoint(action.answers))
        ]

    def _ids(self, name: str, nouns: tuple[Any, ...]) -> Mapping[str, int]:
        exact = {noun.id: at for at, noun in enumerate(nouns)}
        if len({ref.casefold() for ref in exact}) < len(nouns):
            self._say_twice(name, nouns)
        return exact

    def _say_twice(self, name: str, nouns: Iterable[Any]) -> None:
        seen: set[str] = set()
        for at, noun in enumerate(nouns):
            if noun.id.casefold() in seen:
                sentence = f"id '{noun.id}' is used twice: give one of the two a number of its own"
                self.say((name, at, "id"), noun.id, sentence)
            seen.add(noun.id.casefold())

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
        if len({each.id.casefold() for each in action.evidence}) < len(action.evidence):
            self._evidence(at, action)

    def _evidence(self, at: int, action: Action) -> None:
        seen: set[str] = set()
        for number, each in enumerate(action.evidence):
            if each.id.casefold() in seen:
                sentence = (
                    f"evidence '{each.id}' is there twice: give one of the two another number"
                )
                self.say(("action", at, "evidence", number, "id"), action.id, sentence)
            seen.add(each.id.casefold())

    def _moves(self, at: int, action: Action) -> None:
        for number in range(1, len(action.moves)):
            before, after = action.moves[number - 1], action.moves[number]
            if before.to != after.from_:
                sentence = f"from is {after.from_}, but the move before it ended at {before.to}"
                self.say(("action", at, "moves", number), action.id, sentence)
        last = None if action.asked else action.moves[-1].to
        if last is not None and action.due is None:
            sentence = f"due is missing or unreadable, but the last move ended at {last}"
            self.say(("action", at), action.id, sentence)
        elif last is not None and last != action.due:
            sentence = (
                f"due is {action.due}, but the last move ended at {last}: a date is moved with a "
                "reason (actionplan move)"
            )
            self.say(("action", at, "due"), action.id, sentence)
