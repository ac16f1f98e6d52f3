"""What a test rests on, and whether it still does: evidence and findings may change afterwards.

A test keeps a fingerprint of the evidence and of the findings that it judged. Where either is
another now, the test has lapsed: what it confirmed is not what is there. One that was written by
hand has no fingerprint, and can't lapse.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from actionplan.model import DONE_STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actionplan.model import Action, Finding, Test

_LENGTH = 12


def fingerprint(action: Action, of: Iterable[str], findings: Mapping[str, Finding]) -> str:
    """Give the fingerprint of some evidence of an action, and of the findings that it answers.

    It is of their words and days and not of their refs, which change where two copies of a plan
    are merged. Evidence that is added later is no part of it.
    """
    return f"{_evidence(action, of)}-{_findings(action, findings)}"


def _evidence(action: Action, of: Iterable[str]) -> str:
    wanted = {ref.casefold() for ref in of}
    judged = (e for e in action.evidence if e.id.casefold() in wanted)
    return _digest(f"{e.on or ''}\n{e.what}\n{e.where}" for e in judged)


def _findings(action: Action, findings: Mapping[str, Finding]) -> str:
    return _digest(findings[ref].text for ref in action.answers if ref in findings)


def _digest(texts: Iterable[str]) -> str:
    parts = (sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts)
    return sha256("\n".join(sorted(parts)).encode("ascii")).hexdigest()[:_LENGTH]


def lapsed(action: Action, test: Test, findings: Mapping[str, Finding]) -> str:
    """Say what has changed since a test judged it; ``""`` where nothing has."""
    if not test.fingerprint:
        return ""
    of_evidence, _, of_findings = test.fingerprint.partition("-")
    changed = []
    if of_evidence != _evidence(action, test.of):
        changed.append(f"its evidence ({', '.join(test.of)})" if test.of else "its evidence")
    if of_findings != _findings(action, findings):
        changed.append("what it answers")
    has = "have" if len(changed) > 1 else "has"
    return f"{' and '.join(changed)} {has} changed" if changed else ""


def carried(
    test: Test, was: Action, now: Action, findings: Mapping[str, Finding],
    reworded: Mapping[str, Finding],
) -> Test:  # fmt: skip
    """Give a test of an action that is told in other words, standing or lapsed as it was."""
    if not test.fingerprint:
        return test
    before = test.fingerprint.split("-")
    then = fingerprint(was, test.of, findings).split("-")
    told = fingerprint(now, test.of, reworded).split("-")
    parts = (t if b == w else "lapsed" for b, w, t in zip(before, then, told, strict=True))
    return test._replace(fingerprint="-".join(parts))


def standing(action: Action, findings: Mapping[str, Finding]) -> tuple[Test, ...]:
    """Give the tests that count: by someone other than the owner, with a result, not lapsed."""
    return tuple(t for t in action.tests_by_others() if not lapsed(action, t, findings))


def is_tested(action: Action, findings: Mapping[str, Finding]) -> bool:
    """Tell whether somebody else has judged what was delivered, and what they judged still is."""
    return action.stage not in DONE_STAGES or bool(standing(action, findings))


def last_test(action: Action, findings: Mapping[str, Finding]) -> Test | None:
    """Give the latest test that counts; of two on one day the later in the file."""
    return _latest(standing(action, findings))


def is_confirmed(action: Action, findings: Mapping[str, Finding]) -> bool:
    """Tell whether what was delivered was last judged by somebody else, and confirmed in full."""
    test = last_test(action, findings) if action.stage in DONE_STAGES else None
    return test is not None and test.result == "confirmed"


def last_lapsed(action: Action, findings: Mapping[str, Finding]) -> Test | None:
    """Give the latest test that lapsed, where no other counts in its place."""
    if standing(action, findings):
        return None
    return _latest(t for t in action.tests_by_others() if lapsed(action, t, findings))


def _latest(tests: Iterable[Test]) -> Test | None:
    """Give the last one by its day; one with no day stands before all others."""
    ordered = sorted(tests, key=lambda test: str(test.on or ""))
    return ordered[-1] if ordered else None


def stage_shown(action: Action, findings: Mapping[str, Finding]) -> str:
    """Give the stage that an action stands at: embedded falls back where no test by another counts.

    Its test has lapsed, or there never was one but its owner's.
    """
    if action.stage == "embedded" and not standing(action, findings):
        return "delivered"
    return action.stage
