"""The close-out of a review: what was done about each finding, and what difference it made.

Written to be sent to the reviewer with its evidence: nothing is called finished that is not, and
what passes to business as usual is named with the post that keeps it up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import assurance, coverage
from actionplan.coverage import ASKED, DECLINED, STATES
from actionplan.dates import listed, without_weekday
from actionplan.model import DONE_STAGES, SHELVED_STAGES
from actionplan.reports import covered
from actionplan.reports.basis import sentence
from actionplan.reports.blocks import Block, Card, Items, Prose, Report, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.coverage import Cover
    from actionplan.model import Action
    from actionplan.query import View

PASSES = ("ref", "text", "closed_on", "passes_to")


class PassLine(NamedTuple):
    """A closed finding, and the post that keeps it up."""

    ref: str
    text: str
    closed_on: str
    passes_to: str


def report(view: View, review: str) -> Report:
    """Draft the close-out of a review: where it stands, each finding, and what passes to whom."""
    shown = view.plan.find("reviews", review)
    found = [c for c in coverage.covers(view) if c.finding.review == shown.id]
    asked = [each for each in found if each.state in ASKED]
    declined = [each for each in found if each.state == DECLINED]
    title = ": ".join(part for part in (shown.id, shown.title) if part)
    body = f", {shown.body}" if shown.body else ""
    sections = (
        Section("position", "Where it stands", tuple(Prose(text) for text in _position(asked))),
        Section("findings", "Finding by finding", tuple(_card(view, each) for each in asked)),
        _declined(declined),
        _passing(found),
    )
    return Report(
        "close-out",
        view.plan.title,
        view.as_at,
        tuple(section for section in sections if section.blocks),
        f"Close-out of {title}{body}",
        organisation=view.plan.organisation,
    )


def _position(asked: list[Cover]) -> list[str]:
    if not asked:
        return ["No finding of this review asks for an answer."]
    closed = [each for each in asked if each.finding.closed]
    left = [each.finding.id for each in asked if not each.finding.closed]
    whole = f"{len(closed)} of {len(asked)} {'finding is' if len(asked) == 1 else 'findings are'}"
    still = f" Not closed: {listed(left)}." if left else ""
    return [f"{whole} closed.{still}", covered.sentence(asked)]


def _card(view: View, found: Cover) -> Card:
    finding = found.finding
    number = f", no. {finding.ref}" if finding.ref else ""
    live = [action for action in found.actions if action.stage not in SHELVED_STAGES]
    facts = (
        ("Outcome wanted", finding.outcome),
        ("What was done", _told(_done(a) for a in live if a.stage in DONE_STAGES)),
        ("Not done yet", _told(_not_done(a) for a in live if a.stage not in DONE_STAGES)),
        ("Given up", _told(_given_up(a) for a in found.actions if a not in live)),
        ("Evidence", _told(_evidence(a) for a in live if a.evidence) or "None is named."),
        ("Tested", _told(_test(view, a) for a in live if a.stage in DONE_STAGES) or "Not yet."),
        ("Difference made", finding.difference or "Not said yet."),
        ("By the numbers", _impact(view, found)),
        ("Stands", f"{STATES[found.state].capitalize()}."),
        ("Closed", without_weekday(finding.closed) if finding.closed else "Not closed."),
        ("Passes to", finding.passes_to),
    )
    heading = f"{finding.id}{number}: {finding.text}"
    return Card(heading, tuple((label, text) for label, text in facts if text))


def _told(texts: Iterable[str]) -> str:
    return " ".join(texts)


def _done(action: Action) -> str:
    when = f", delivered {without_weekday(action.delivered)}" if action.delivered else ""
    return f"{action.id} {action.title} ({action.owner}{when})."


def _not_done(action: Action) -> str:
    due = f"due {without_weekday(action.due)}" if action.due else "no date"
    return f"{action.id} {action.title} ({action.owner}, {due})."


def _given_up(action: Action) -> str:
    return f"{action.id} {action.title}, {action.stage}: {sentence(action.reason or 'no reason')}"


def _evidence(action: Action) -> str:
    each = (
        "; ".join(part for part in (f"{e.id} {e.what}", e.where) if part) for e in action.evidence
    )
    return sentence(f"{action.id}: {', '.join(each)}")


def _test(view: View, action: Action) -> str:
    test = assurance.last_test(action, view.findings)
    if test is None:
        lapsed = assurance.last_lapsed(action, view.findings) is not None
        return f"{action.id}: {'its test has lapsed' if lapsed else 'by nobody else yet'}."
    on = f", {without_weekday(test.on)}" if test.on else ""
    how = f" {sentence(test.how)}" if test.how else ""
    return f"{action.id}: {test.result.replace('-', ' ')} by {test.by}{on}.{how}"


def _impact(view: View, found: Cover) -> str:
    told = coverage.impact(view, found.finding)
    return f"{told.word.capitalize()}. {told.sentence}"


def _declined(declined: list[Cover]) -> Section:
    items = tuple(
        f"{each.finding.id}: {sentence(each.finding.text)} Declined: "
        f"{sentence(each.finding.reason or 'no reason is given')}"
        for each in declined
    )
    return Section("declined", "Declined, with the reason", (Items(items),) if items else ())


def _passing(found: list[Cover]) -> Section:
    lines = tuple(
        PassLine(f.id, f.text, without_weekday(f.closed), f.passes_to or "nobody is named")
        for f in (each.finding for each in found)
        if f.closed
    )
    blocks: tuple[Block, ...] = (Table(lines, PASSES),) if lines else ()
    return Section("passing", "What passes to business as usual", blocks)
