"""What there is to know of one thing: an action, a finding, a review, a measure."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from actionplan import assurance, measures, rag
from actionplan.dates import in_words, times_in_words, without_weekday
from actionplan.reports import measured
from actionplan.reports.basis import sentence
from actionplan.reports.blocks import Block, Card, Items, Report, Section, Table, key_of
from actionplan.reports.lines import action_lines, asked_for, move_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.model import Action, Evidence, Finding, Measure, Milestone, Review, Test
    from actionplan.query import View

ANSWERS = ("ref", "title", "owner", "due", "rag", "stage", "challenge")


def _facts(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in pairs if text)


def _day(day: date | None) -> str:
    return in_words(day) if day else ""


def _report(view: View, ref: str, sections: Iterable[Section]) -> Report:
    shown = tuple(section for section in sections if section.blocks)
    subtitle = ": ".join(part for part in (view.plan.organisation, ref) if part)
    return Report("show", view.plan.title, view.as_at, shown, subtitle, legend=view.legend)


def action(view: View, shown: Action) -> Report:
    """Show all of one action, and what the facts say of it."""
    legend = view.legend
    found = rag.verdict(shown, view.context)
    signals = rag.signals(shown, view.context)
    card = Card(
        f"{shown.id}: {shown.title}",
        _facts(
            ("Owner", shown.owner),
            ("Stage", _stage(view, shown)),
            ("Rated", legend.said(shown.rag)),
            ("Reason", shown.reason),
            ("Facts", f"{legend.fact(found.rating)}: {found.sentence}"),
            ("Challenge", rag.challenge(shown, found, legend)),
            ("Impact", _impact(view, shown.answers)),
            *_days(shown),
            ("Waits for", ", ".join(shown.after)),
            ("Last note", shown.note),
            ("Updated", _day(shown.updated)),
            ("Exempt", exempt(shown)),
        ),
        shown.rag,
    )
    answered = [view.findings[ref] for ref in shown.answers if ref in view.findings]
    return _report(
        view,
        shown.id,
        (
            Section("action", "", (card,)),
            _listed("signals", "What else the facts say", [s.sentence for s in signals[1:]]),
            _listed("answers", "Answers", [_finding_text(finding) for finding in answered]),
            _moves(shown),
            _listed("milestones", "Milestones", map(_milestone, shown.milestones, count(1))),
            _listed("evidence", "Evidence", map(_evidence, shown.evidence)),
            _listed("tests", "Tests", [_test(view, shown, test) for test in shown.tests]),
        ),
    )


def exempt(shown: Action | Finding | Measure) -> str:
    """Say that a thing is left out of what is published, and why, as far as the file says."""
    why = "" if shown.exempt == "yes" else f": {shown.exempt}"
    return f"left out of what is published{why}" if shown.exempt else ""


def _stage(view: View, shown: Action) -> str:
    stage = shown.stage.replace("-", " ")
    if assurance.stage_shown(shown, view.findings) == shown.stage:
        return stage
    if assurance.last_lapsed(shown, view.findings) is None:
        return f"{stage}, but tested by nobody but its owner: counts as delivered"
    return f"{stage}, but its test has lapsed: delivered, to be tested again"


def _impact(view: View, findings: Iterable[str]) -> str:
    """Say whether things get better for children, by the measures of what is answered."""
    return measured.in_a_line(measures.impact(view.plan, findings, view.as_at))


def _listed(key: str, heading: str, texts: Iterable[str]) -> Section:
    items = tuple(texts)
    return Section(key, heading, (Items(items),) if items else ())


def _finding_text(finding: Finding) -> str:
    number = f", no. {finding.ref}" if finding.ref else ""
    outcome = f" Outcome: {finding.outcome}" if finding.outcome else ""
    return f"{finding.id} ({finding.review}{number}, {finding.kind}): {finding.text}{outcome}"


def _days(shown: Action) -> tuple[tuple[str, str], ...]:
    moved = f", moved {times_in_words(len(shown.moved))}" if shown.moved else ""
    return (
        ("Starts", _day(shown.start)),
        ("Due", _day(shown.due) or "no date"),
        ("First agreed", f"{_day(shown.original_due)}{moved}" if shown.moved else ""),
        ("Asked for", asked_for(shown)),
        ("Forecast", _day(shown.forecast)),
        ("Delivered", _day(shown.delivered)),
    )


def _moves(shown: Action) -> Section:
    lines = tuple(move_line(shown, move, at) for at, move in enumerate(shown.moves, 1))
    columns = ("moved_on", "moved_from", "moved_to", "why", "approved")
    blocks: tuple[Block, ...] = (Table(lines, columns),) if lines else ()
    return Section("moves", "Moves of the due date", blocks)


def _milestone(milestone: Milestone, number: int) -> str:
    due = f", due {without_weekday(milestone.due)}" if milestone.due else ""
    done = f", done {without_weekday(milestone.done)}" if milestone.done else ", not done"
    return f"{number}: {milestone.title}{due}{done}."


def _evidence(evidence: Evidence) -> str:
    on = f", {without_weekday(evidence.on)}" if evidence.on else ""
    where = f" ({evidence.where})" if evidence.where else ""
    return f"{evidence.id}: {evidence.what}{on}{where}."


def _test(view: View, shown: Action, test: Test) -> str:
    on = f" on {without_weekday(test.on)}" if test.on else ""
    of = f", of {', '.join(test.of)}" if test.of else ""
    how = f" {sentence(test.how)}" if test.how else ""
    what = assurance.lapsed(shown, test, view.findings)
    lapsed = f" Lapsed: {what} since." if what else ""
    return f"{test.by}{on}: {test.result}{of}.{how}{lapsed}"


def finding(view: View, shown: Finding) -> Report:
    """Show a finding, its response, and the actions and measures that answer it."""
    answers = [a for a in view.plan.actions if shown.id in a.answers]
    found = [m for m in view.plan.measures if shown.id in m.findings]
    card = Card(
        f"{shown.id}: {shown.kind} finding of {shown.review}",
        _facts(
            ("Finding", shown.text),
            ("Their number", shown.ref),
            ("For", shown.for_),
            ("Page", str(shown.page or "")),
            ("Timescale", shown.timescale),
            ("Theme", shown.theme),
            ("Outcome wanted", shown.outcome),
            ("Response", shown.response or "none yet"),
            ("Reason", shown.reason),
            ("Closed", _day(shown.closed)),
            ("Difference made", shown.difference),
            ("Passes to", shown.passes_to),
            ("Impact", _impact(view, (shown.id,))),
            ("Exempt", exempt(shown)),
        ),
    )
    table = Table(action_lines(view, answers), ANSWERS, "No action answers it.")
    return _report(
        view,
        shown.id,
        (
            Section("finding", "", (card,)),
            Section("actions", "Actions that answer it", (table, *key_of(table))),
            _listed("measures", "Measures", [measured.in_brief(view, m) for m in found]),
        ),
    )


def review(view: View, shown: Review) -> Report:
    """Show a review and its findings."""
    card = Card(
        f"{shown.id}: {shown.title}",
        _facts(
            ("Body", shown.body),
            ("Kind", shown.kind),
            ("Date", _day(shown.on)),
            ("Plan due", _day(shown.plan_due)),
            ("Document", shown.document),
            ("Note", shown.note),
        ),
    )
    found = [_finding_text(f) for f in view.plan.findings if f.review == shown.id]
    return _report(
        view, shown.id, (Section("review", "", (card,)), _listed("findings", "Findings", found))
    )


SHOWN: dict[str, Any] = {
    "actions": action,
    "findings": finding,
    "measures": measured.card,
    "reviews": review,
}
"""What `show` can show: a collection of the plan, and the card of one of its nouns."""
