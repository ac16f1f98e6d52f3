"""Measures as a reader sees them: the list, the card of one, and their section of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from actionplan import measures
from actionplan.dates import counted, in_words, period_in_words, without_weekday
from actionplan.reports import figures
from actionplan.reports.blocks import Block, Card, Items, Prose, Report, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.model import Finding, Measure, Reading
    from actionplan.query import View
    from actionplan.reports.basis import Basis

LISTED = (
    "ref", "name", "unit", "baseline", "latest", "read_on", "target", "target_by", "standing",
    "short", "long", "trend",
)  # fmt: skip
STATED = tuple(column for column in LISTED if column != "trend")
WORDS = (
    "Better and worse are for children, whether the number goes up or down; only a level number is "
    "the same. On course: as good as the straight line from the baseline, on the day of the first "
    "reading, to the target on its date. Not read: not since the date of the target, or not for "
    f"{period_in_words(measures.READ_WITHIN)}. Over a year: against the reading nearest to the day "
    "a year before the latest. Impact, improving: better than at the start, and not worse than at "
    "the reading before; of several measures the worst counts."
)


class MeasureLine(NamedTuple):
    """A measure as at a day: its latest reading, and what that shows."""

    ref: str
    name: str
    findings: tuple[str, ...]
    unit: str
    better: str
    """Up or down."""
    baseline: float | None
    latest: float | None
    read_on: date | None
    target: float | None
    target_by: date | None
    tolerance: float | str | None
    standing: str
    """Against the target: one of `measures.STANDINGS`, ``no reading`` or ``no target``."""
    standing_reason: str
    short: str
    """Against the reading before: better, same, worse or unknown; and so is `long`."""
    short_reason: str
    long: str
    """Against the reading of about a year before."""
    long_reason: str
    impact: str
    trend: tuple[float, ...]
    """The values of all readings, the oldest first."""
    exempt: str = ""


def measure_line(view: View, measure: Measure) -> MeasureLine:
    """State a measure as at the day of the view."""
    day = view.as_at
    points = measures.known(measure, day)
    stands, short, long = (
        told(measure, day) for told in (measures.standing, measures.short, measures.long)
    )
    return MeasureLine(
        ref=measure.id,
        name=measure.title,
        findings=measure.findings,
        unit=measure.unit,
        better=measure.better,
        baseline=_tidy(measure.baseline),
        latest=measures.tidy(points[-1].value) if points else None,
        read_on=points[-1].on if points else None,
        target=_tidy(measure.target),
        target_by=measure.by,
        tolerance=measure.tolerance,
        standing=stands.word,
        standing_reason=stands.sentence,
        short=short.word,
        short_reason=short.sentence,
        long=long.word,
        long_reason=long.sentence,
        impact=measures.progress(measure, day).word,
        trend=tuple(measures.tidy(point.value) for point in points),
        exempt=measure.exempt,
    )


def _tidy(value: float | None) -> float | None:
    return None if value is None else measures.tidy(value)


def listing(view: View) -> Report:
    """List the measures of a plan in the order of the file."""
    lines = tuple(measure_line(view, measure) for measure in view.plan.measures)
    unmeasured = _unmeasured(view)
    note = f"No measure of {', '.join(f.id for f in unmeasured)}." if lines and unmeasured else ""
    blocks: tuple[Block, ...] = (Table(lines, LISTED, "The plan has no measures yet."),)
    heading = counted(len(lines), "measure").capitalize()
    section = Section("measures", heading, (*blocks, *([Prose(note)] if note else ())))
    return Report("measures", view.plan.title, view.as_at, (section,), view.plan.organisation)


def _unmeasured(view: View) -> tuple[Finding, ...]:
    """Give the findings that ask for something, and that no measure is for."""
    measured = {ref for measure in view.plan.measures for ref in measure.findings}
    return tuple(
        finding
        for finding in view.findings.values()
        if not finding.is_strength and finding.response != "declined" and finding.id not in measured
    )


# --- the paper ----------------------------------------------------------------------------------


def section(basis: Basis) -> Section:
    """What the measures show: the figures, then a sentence for each; nothing where none are."""
    view = basis.view
    lines = tuple(measure_line(view, measure) for measure in looked_at(view))
    if not lines:
        return Section("measures", "", ())
    left = () if view.filtered else _unmeasured(view)
    note = f"No measure of {', '.join(finding.id for finding in left)}." if left else ""
    blocks: tuple[Block, ...] = (Table(lines, STATED), Items(tuple(map(_sentences, lines))))
    more = tuple(Prose(text) for text in (note, WORDS) if text)
    drawn: tuple[Block, ...] = tuple(figures.courses(view, looked_at(view)))
    if sum(bool(line.trend) for line in lines) > len(drawn):
        drawn = (Prose(f"Drawn are the {len(drawn)} measures that stand worst."), *drawn)
    return Section("measures", "What the measures show", (*blocks, *drawn, *more))


def looked_at(view: View) -> tuple[Measure, ...]:
    """Give the measures, through a filter those of what its actions answer."""
    if not view.filtered:
        return view.plan.measures
    answered = {ref for action in view.actions for ref in action.answers}
    return tuple(m for m in view.plan.measures if not answered.isdisjoint(m.findings))


def _sentences(line: MeasureLine) -> str:
    since = f"Since the reading before: {line.short}. Over a year: {line.long}."
    told = f"{line.ref} {line.name}, {line.standing}: {line.standing_reason}"
    return told if not line.trend else f"{told} {since}"


# --- the card -----------------------------------------------------------------------------------


def card(view: View, shown: Measure) -> Report:
    """Show a measure, what its readings show, and every reading."""
    day = view.as_at
    facts = Card(f"{shown.id}: {shown.title}", tuple((k, v) for k, v in _facts(shown, day) if v))
    dated = sorted((r for r in shown.readings if r.on), key=lambda reading: str(reading.on))
    told = tuple(_reading(shown, reading, day) for reading in dated)
    blocks: tuple[Block, ...] = (Items(told),) if told else (Prose("None yet."),)
    subtitle = ": ".join(part for part in (view.plan.organisation, shown.id) if part)
    sections = (Section("measure", "", (facts,)), Section("readings", "Readings", blocks))
    return Report("show", view.plan.title, day, sections, subtitle)


def _facts(shown: Measure, day: date) -> Iterable[tuple[str, str]]:
    yield "For findings", ", ".join(shown.findings)
    yield "Better is", shown.better
    yield "Baseline", _value(shown, shown.baseline)
    yield "Target", _value(shown, shown.target)
    yield "By", in_words(shown.by) if shown.by else ""
    yield "Tolerance", measures.tolerance_in_words(shown)
    yield "Line on this day", _line(shown, day)
    yield "Against target", in_a_line(measures.standing(shown, day))
    yield "Since last reading", in_a_line(measures.short(shown, day))
    yield "Over a year", in_a_line(measures.long(shown, day))
    yield "Impact", in_a_line(measures.progress(shown, day))


def _value(measure: Measure, value: float | None) -> str:
    return "" if value is None else measures.with_unit(measure, value)


def _line(measure: Measure, day: date) -> str:
    points = measures.known(measure, day)
    line = measures.expected(measure, day, points[0]) if points else None
    return "" if line is None else measures.with_unit(measure, round(line, 1))


def in_a_line(told: measures.Told) -> str:
    """Say a word and its reason: improving: 96 cases on 3 February 2014, from 143."""
    return f"{told.word}: {told.sentence}"


def _reading(measure: Measure, reading: Reading, day: date) -> str:
    on = in_words(reading.on) if reading.on else ""
    later = "after the day of this page, and not counted" if reading.on and reading.on > day else ""
    parts = (on, _value(measure, reading.value), reading.note, later)
    return ": ".join(part for part in parts if part)


def in_brief(view: View, measure: Measure) -> str:
    """State a measure in a line, for the card of a finding."""
    target = _value(measure, measure.target) or "none"
    by = f" by {without_weekday(measure.by)}" if measure.by and measure.target is not None else ""
    stands = in_a_line(measures.standing(measure, view.as_at))
    return f"{measure.id} {measure.title} (target {target}{by}): {stands}"
