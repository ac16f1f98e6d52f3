"""Where what is declared and what the file shows differ: the challenges, for the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan import rag
from actionplan.checks.challenges import CHALLENGES
from actionplan.checks.ground import Ground
from actionplan.checks.listing import run
from actionplan.reports.basis import sentence
from actionplan.reports.blocks import Block, Items, Prose, Section

if TYPE_CHECKING:
    from actionplan.checks.ground import Found
    from actionplan.reports.basis import Basis

_SAID = frozenset({rule.name for rule in rag.RULES} | {"no-evidence"})
"""What the verdict on an action says already, and what the gaps in evidence say."""
_BEYOND = tuple(check for check in CHALLENGES if check.code not in _SAID)


def section(basis: Basis) -> Section:
    """Give each action of which more is declared than the facts support, then what else is."""
    items = tuple(
        f"{line.ref} {line.title} ({line.owner}). {line.challenge}"
        for line in basis.lines
        if line.challenge
    )
    more = tuple(_told(found, basis) for found in beyond(basis))
    blocks: list[Block] = [Items(items)] if items else []
    blocks += [Prose("Challenged by what they rest on:"), Items(more)] if more else []
    heading = "Where what is declared and what the file shows differ"
    return Section("challenges", heading, tuple(blocks))


def beyond(basis: Basis) -> tuple[Found, ...]:
    """Give what is challenged by tests, measures, other actions and earlier reports.

    These are the checks beside those that the verdict on one action makes.
    """
    reported = tuple(stood.view for stood in reversed(basis.past.reports))
    if basis.then is not None and not reported:
        reported = (basis.then,)
    found = run(Ground(basis.view, reported), _BEYOND)
    if not basis.view.filtered:
        return tuple(each for _, each in found)
    shown = {line.ref for line in basis.lines}
    return tuple(each for _, each in found if each.ref in shown)


def _told(found: Found, basis: Basis) -> str:
    """Name what is challenged: an action or a finding; the plan as a whole needs no name."""
    line, finding = basis.by_ref.get(found.ref), basis.view.findings.get(found.ref)
    if line:
        return f"{line.ref} {line.title} ({line.owner}). {found.sentence}"
    return f"{finding.id} {sentence(finding.text)} {found.sentence}" if finding else found.sentence
