"""The verbs of proof: evidence, tests by someone else, and the closing of a finding.

`done` claims that the work was done. Here somebody else judges whether it was, by evidence, and
only that embeds an action: nobody marks their own work. A finding is closed once all that answers
it is done, with the difference that it made to children.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan import assurance
from actionplan.changes import one_owner, stated, the
from actionplan.dates import in_words, without_weekday
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import DONE_STAGES, SHELVED_STAGES, TEST_RESULTS, Evidence, is_same

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from actionplan.model import Action, Finding, Plan, Test


# --- evidence -----------------------------------------------------------------------------------


def add_evidence(plan: Plan, ref: str, evidence: Evidence, as_at: date) -> Plan:
    """Add a pointer to something that shows that the work was done, under the next free number.

    Raises:
        WrongUsageError: where it does not say what it is.
        RefusedError: where the action is superseded, or the evidence is of a day still to come.

    """
    action: Action = the(plan, "actions", ref)
    if action.stage == "superseded":
        message = f"{action.id} is superseded and closed: add the evidence to what replaced it."
        raise RefusedError(message)
    made = evidence._replace(
        id=next_evidence(action),
        what=stated(evidence.what, "evidence"),
        where=evidence.where.strip(),
        on=evidence.on or as_at,
    )
    _refuse_future(made.on, as_at, "evidence")
    return _with(plan, action, as_at, evidence=(*action.evidence, made))


def next_evidence(action: Action) -> str:
    """Give the next number for evidence; none that a test ever named is given again."""
    named = (e.id for e in action.evidence), (ref for test in action.tests for ref in test.of)
    numbers = (int(ref[1:]) for refs in named for ref in refs if ref[1:].isdecimal())
    return f"E{max(numbers, default=0) + 1}"


def update_evidence(
    plan: Plan, ref: str, evidence: str, fields: Mapping[str, Any], as_at: date
) -> Plan:
    """Say otherwise what evidence is or where it lies; every test that judged it then lapses.

    Raises:
        WrongUsageError: where there is no such evidence.

    """
    action: Action = the(plan, "actions", ref)
    old = _evidence(action, evidence)
    new = old._replace(**fields)
    new = new._replace(what=stated(new.what, "evidence"), where=new.where.strip())
    _refuse_future(new.on, as_at, "evidence")
    kept = tuple(new if each is old else each for each in action.evidence)
    return plan if new == old else _with(plan, action, as_at, evidence=kept)


def _evidence(action: Action, ref: str) -> Evidence:
    wanted = ref.strip().casefold()
    found = next((each for each in action.evidence if each.id.casefold() == wanted), None)
    if found is None:
        there = ", ".join(each.id for each in action.evidence)
        has = f"It has {there}." if there else "It has none yet."
        message = f"{action.id} has no evidence {ref}. {has}"
        raise WrongUsageError(message)
    return found


def _refuse_future(day: date | None, as_at: date, what: str) -> None:
    if day is not None and day > as_at:
        message = f"{in_words(day)} is still to come: there can be no {what} of it yet."
        raise RefusedError(message)


def _with(plan: Plan, action: Action, as_at: date, **fields: Any) -> Plan:  # noqa: ANN401 - any field
    return plan.replacing("actions", action._replace(**fields, updated=as_at))


# --- tests --------------------------------------------------------------------------------------


def record_test(plan: Plan, ref: str, test: Test, as_at: date) -> Plan:
    """Record that somebody else judged what its owner says is delivered.

    Confirmed, the action is embedded. Confirmed in part or not at all, it is delivered, and the
    facts say so. A test judges all the evidence that there is, or what it names, and keeps its
    fingerprint: where that or a finding is changed later, the test lapses.

    Raises:
        WrongUsageError: where the result is none of the three, or evidence that is not there is
            named.
        RefusedError: where nothing is claimed yet, its owner judges it, or it would be confirmed
            with no evidence.

    """
    action: Action = the(plan, "actions", ref)
    made = _judged(plan, action, test, as_at)
    tested = action._replace(tests=(*action.tests, made))
    findings = {finding.id: finding for finding in plan.findings}
    latest = assurance.last_test(tested, findings) or made
    stage = "embedded" if latest.result == "confirmed" else "delivered"
    return _with(plan, tested, as_at, stage=stage)


def _judged(plan: Plan, action: Action, test: Test, as_at: date) -> Test:
    result = test.result.strip().lower().replace(" ", "-")
    if result not in TEST_RESULTS:
        message = f"A test ends with {', '.join(TEST_RESULTS[:-1])} or {TEST_RESULTS[-1]}."
        raise WrongUsageError(message)
    if action.stage not in DONE_STAGES:
        message = (
            f"{action.id} is {action.stage}: its owner has not said that it is delivered. Once "
            f"they do (actionplan done {action.id}), somebody else can test it."
        )
        raise RefusedError(message)
    by = stated(test.by, "tester")
    if is_same(by, action.owner):
        message = (
            f"{by} owns {action.id}, and nobody tests their own work: name who else judged it."
        )
        raise RefusedError(message)
    of = _judged_evidence(action, test.of, result)
    _refuse_future(test.on, as_at, "test")
    if test.on and action.delivered and test.on < action.delivered:
        message = (
            f"{action.id} was delivered on {without_weekday(action.delivered)}: what was judged on "
            f"{without_weekday(test.on)} was not yet what is claimed."
        )
        raise RefusedError(message)
    findings = {finding.id: finding for finding in plan.findings}
    return test._replace(
        on=test.on or as_at,
        by=by,
        how=test.how.strip(),
        result=result,
        of=of,
        fingerprint=assurance.fingerprint(action, of, findings),
    )


def _judged_evidence(action: Action, named: tuple[str, ...], result: str) -> tuple[str, ...]:
    if not action.evidence and result == "confirmed":
        message = (
            f"{action.id} has no evidence, so there is nothing to confirm it by. Add it first: "
            f"actionplan evidence add {action.id} '...'"
        )
        raise RefusedError(message)
    chosen = [_evidence(action, ref).id for ref in named] or [e.id for e in action.evidence]
    return tuple(dict.fromkeys(chosen))


# --- closing a finding --------------------------------------------------------------------------


class Closing(NamedTuple):
    """When a finding was closed, what difference it made, and which post keeps it up."""

    on: date
    difference: str
    passes_to: str = ""


def close_finding(plan: Plan, ref: str, made: Closing, as_at: date) -> Plan:
    """Close a finding: all that answers it is done, and this is the difference that it made.

    Raises:
        WrongUsageError: where the difference is not said.
        RefusedError: where an action is still open, nothing answers it, or it is closed already.

    """
    finding: Finding = the(plan, "findings", ref)
    if finding.closed:
        message = f"{finding.id} was closed on {without_weekday(finding.closed)}."
        raise RefusedError(message)
    _refuse_future(made.on, as_at, "closing")
    _refuse_unanswered(plan, finding, made.on)
    closed = finding._replace(
        closed=made.on,
        difference=stated(made.difference, "difference that it made"),
        passes_to=one_owner(made.passes_to) if made.passes_to.strip() else "",
    )
    return plan.replacing("findings", closed)


def _refuse_unanswered(plan: Plan, finding: Finding, on: date) -> None:
    answers = [action for action in plan.actions if finding.id in action.answers]
    still_open = [action.id for action in answers if action.is_open]
    if still_open:
        verb = "is" if len(still_open) == 1 else "are"
        message = f"{finding.id} can't be closed: {', '.join(still_open)} {verb} still open."
        raise RefusedError(message)
    findings = {each.id: each for each in plan.findings}
    for action in answers:
        test = assurance.last_test(action, findings) if action.stage in DONE_STAGES else None
        if test is not None and test.result == "not-confirmed":
            message = f"{finding.id} can't be closed: {test.by} did not confirm {action.id}."
            raise RefusedError(message)
        if action.delivered and on < action.delivered:
            when = without_weekday(action.delivered)
            message = f"{finding.id} can't be closed before {action.id} was delivered, {when}."
            raise RefusedError(message)
    if finding.response != "declined" and not any(
        action.stage not in SHELVED_STAGES for action in answers
    ):
        message = (
            f"{finding.id} can't be closed: no action answers it but what is parked or superseded."
        )
        raise RefusedError(message)


def reopen_finding(plan: Plan, ref: str) -> Plan:
    """Open a closed finding again: the problem is back.

    Raises:
        RefusedError: where it is not closed.

    """
    finding: Finding = the(plan, "findings", ref)
    if finding.closed is None:
        message = f"{finding.id} is not closed."
        raise RefusedError(message)
    return plan.replacing("findings", finding._replace(closed=None, difference="", passes_to=""))
