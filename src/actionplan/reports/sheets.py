"""What an export says: each table of a plan as a sheet of typed lines, and what its words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan import assurance, measures
from actionplan.dates import counted, without_weekday
from actionplan.model import is_same
from actionplan.reports import lists, measured, sections
from actionplan.reports.basis import narrowed
from actionplan.reports.lines import action_lines, finding_line, move_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from actionplan.legends import Legend
    from actionplan.model import Action, Finding, Measure, Test
    from actionplan.query import View
    from actionplan.reports.lines import FindingLine, MoveLine, ReviewLine
    from actionplan.reports.measured import MeasureLine


class Kind(NamedTuple):
    """A kind of sheet."""

    key: str
    """What it is asked for as: actions."""
    record: str
    """What one line of it is: action."""
    lines: Callable[[View], tuple[Any, ...]]
    columns: tuple[str, ...]
    printed: int
    """How many of the columns, from the left, a print has room for."""


class Sheet(NamedTuple):
    """A table of an export."""

    kind: Kind
    lines: tuple[Any, ...]


class Export(NamedTuple):
    """All that is given away of a plan, as at a day."""

    title: str
    organisation: str
    as_at: date
    caution: str
    """What a reader must know first: what is left out, and how this state is known."""
    legend: Legend
    sheets: tuple[Sheet, ...]
    definitions: tuple[str, ...]


def export(view: View, kinds: Iterable[Kind], caution: str = "") -> Export:
    """Give some sheets of what is looked at; no name and no address of an owner is in any."""
    sheets = tuple(Sheet(kind, kind.lines(view)) for kind in kinds)
    return Export(
        title=view.plan.title,
        organisation=view.plan.organisation,
        as_at=view.as_at,
        caution=" ".join(text for text in (narrowed(view), exempt(view), caution) if text),
        legend=view.legend,
        sheets=sheets,
        definitions=sections.definitions(view),
    )


def exempt(view: View) -> str:
    """Warn of what is looked at and may not be published."""
    nouns: tuple[Action | Finding | Measure, ...]
    nouns = (*view.actions, *_answered(view), *measured.looked_at(view))
    marked = [noun.id for noun in nouns if noun.exempt]
    if not marked:
        return ""
    is_or_are = "is" if len(marked) == 1 else "are"
    return f"Not for publication as it stands: {', '.join(marked)} {is_or_are} exempt."


def in_words(sheets: Iterable[Sheet]) -> str:
    """Say what there is: 23 actions, 14 findings; what there is none of goes unsaid."""
    named = [
        (len(sheet.lines), NOUNS.get(sheet.kind.key, (sheet.kind.record,))) for sheet in sheets
    ]
    said = ", ".join(counted(number, *noun) for number, noun in named if number)
    return said or counted(0, *named[0][1])


NOUNS = {"evidence": ("piece of evidence", "pieces of evidence")}
"""What lines are counted as, where it is not what one of them is called."""


# --- the lines that no report has ---------------------------------------------------------------


class ReadingLine(NamedTuple):
    """One dated value of a measure."""

    ref: str
    """Of the measure."""
    name: str
    unit: str
    on: date | None
    value: float | None
    counted: bool
    """False for one of a later day than the one that is stated, and the better of two of a day."""
    remark: str


class TestLine(NamedTuple):
    """What somebody judged of an action's evidence."""

    ref: str
    """Of the action."""
    title: str
    on: date | None
    by: str
    how: str
    result: str
    judged: tuple[str, ...]
    """The evidence; none where it was judged as a whole."""
    counted: bool
    """False where it has lapsed, has no result, or was made by the action's own owner."""
    remark: str
    """Why it does not count."""


def _answered(view: View) -> tuple[Finding, ...]:
    """Give the findings, through a filter those that its actions answer."""
    answered = {ref for action in view.actions for ref in action.answers}
    return tuple(f for f in view.plan.findings if not view.filtered or f.id in answered)


def _findings(view: View) -> tuple[FindingLine, ...]:
    return tuple(finding_line(view, finding) for finding in _answered(view))


def _measures(view: View) -> tuple[MeasureLine, ...]:
    """State the measures, the tolerance of each as a number in its unit."""
    return tuple(
        measured.measure_line(view, measure)._replace(tolerance=_tolerance(measure))
        for measure in measured.looked_at(view)
    )


def _tolerance(measure: Measure) -> float | None:
    return None if measure.tolerance is None else measures.tidy(measures.allowance(measure))


def _readings(view: View) -> tuple[ReadingLine, ...]:
    return tuple(
        line for measure in measured.looked_at(view) for line in _readings_of(view, measure)
    )


def _readings_of(view: View, measure: Measure) -> Iterator[ReadingLine]:
    known = set(measures.known(measure, view.as_at))
    for on, value, note in measure.readings:
        tidied = None if value is None else measures.tidy(value)
        used = (on, value) in known
        yield ReadingLine(measure.id, measure.title, measure.unit, on, tidied, used, note)


def _moves(view: View) -> tuple[MoveLine, ...]:
    return tuple(
        move_line(action, move, times)
        for action in view.actions
        for times, move in enumerate(action.moves, 1)
    )


def _tests(view: View) -> tuple[TestLine, ...]:
    return tuple(_test(view, action, test) for action in view.actions for test in action.tests)


def _test(view: View, action: Action, test: Test) -> TestLine:
    remark = _why_not(view, action, test)
    return TestLine(
        ref=action.id,
        title=action.title,
        on=test.on,
        by=test.by,
        how=test.how,
        result=test.result,
        judged=test.of,
        counted=not remark,
        remark=remark,
    )


def _why_not(view: View, action: Action, test: Test) -> str:
    if not test.result or not test.by:
        return "It does not say by whom it was made, and what came out."
    if is_same(test.by, action.owner):
        return "Made by the action's own owner: that is no test."
    changed = assurance.lapsed(action, test, view.findings)
    return f"Lapsed: {changed} since." if changed else ""


def _reviews(view: View) -> tuple[ReviewLine, ...]:
    if not view.filtered:
        return lists.review_lines(view)
    answered = {finding.review for finding in _answered(view)}
    return tuple(line for line in lists.review_lines(view) if line.ref in answered)


# --- the sheets ---------------------------------------------------------------------------------

KINDS: tuple[Kind, ...] = (
    Kind(
        "actions", "action", lambda view: action_lines(view, view.actions),
        (
            "ref", "title", "owner", "due", "original", "late", "stage", "rag", "rag_label",
            "verdict", "reason", "note",
            "challenge", "verdict_reason", "forecast", "times", "late_original",
            "theme", "answers", "immediate", "after", "start", "updated", "stale", "delivered",
            "evidence", "tests", "exempt",
        ), 12,
    ),
    Kind(
        "findings", "finding", _findings,
        (
            "ref", "review", "number", "kind", "theme", "text", "outcome", "response",
            "answered_by", "covered", "impact",
            "reason", "closed_on", "difference", "passes_to", "exempt", "for_", "page", "timescale",
        ), 11,
    ),
    Kind(
        "measures", "measure", _measures,
        (
            "ref", "name", "unit", "baseline", "latest", "read_on", "target", "target_by",
            "standing", "short", "impact", "standing_reason",
            "better", "long", "tolerance", "findings", "exempt",
        ), 12,
    ),
    Kind(
        "readings", "reading", _readings,
        ("ref", "name", "unit", "on", "value", "counted", "remark"), 7,
    ),
    Kind(
        "moves", "move", _moves,
        (
            "ref", "title", "owner", "moved_on", "moved_from", "moved_to", "times", "why",
            "approved",
        ), 9,
    ),
    Kind(
        "milestones", "milestone", lists.milestone_lines,
        ("ref", "title", "owner", "name", "due", "reached"), 6,
    ),
    Kind(
        "evidence", "evidence", lists.evidence_lines,
        ("ref", "title", "evidence", "on", "what", "where", "tests"), 7,
    ),
    Kind(
        "tests", "test", _tests,
        ("ref", "title", "on", "by", "how", "result", "judged", "counted", "remark"), 9,
    ),
    Kind(
        "reviews", "review", _reviews,
        ("ref", "name", "body", "kind", "on", "plan_due", "findings"), 7,
    ),
)  # fmt: skip
"""Every sheet that there is, in the order of a workbook."""


def about(told: Export) -> tuple[tuple[str, str], ...]:
    """Say whose plan it is, as at which day, what is left out, and what colours and words mean."""
    facts = (
        ("Plan", told.title),
        ("Organisation", told.organisation),
        ("As at", without_weekday(told.as_at)),
        ("Holds", f"{in_words(told.sheets)}."),
        ("To know first", told.caution),
        *((colour, f"{told.legend.words(colour)}.") for colour in told.legend.shades),
        *(_defined(definition) for definition in told.definitions),
    )
    return tuple((_begun(label), _begun(text)) for label, text in facts if text)


def _begun(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _defined(definition: str) -> tuple[str, str]:
    word, _, text = definition.partition(": ")
    return word, text
