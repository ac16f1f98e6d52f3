"""What the readings of a measure show: against its target, since the last, over a year.

A measure says which way is better, and every word here follows that: better and worse are never up
and down. A reading after the as-at date is not known yet. Waiting changes no word for the better.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from actionplan.dates import counted, earlier, period_in_words, without_weekday
from actionplan.errors import WrongUsageError
from actionplan.model import Period

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.model import Measure, Plan

ON_TARGET, ON_COURSE, WITHIN = "on target", "on course", "within tolerance"
OFF_COURSE, NOT_MET, NOT_READ = "off course", "not met", "not read"
NO_READING, NO_TARGET = "no reading", "no target"
STANDINGS = (ON_TARGET, ON_COURSE, WITHIN, OFF_COURSE, NOT_MET, NOT_READ)
"""How a measure can stand against its target, the best first."""

BETTER, SAME, WORSE, UNKNOWN = "better", "same", "worse", "unknown"

IMPROVING, STEADY, WORSENING = "improving", "steady", "worsening"
TOO_EARLY, NO_MEASURE = "too early", "no measure"
WORST_FIRST = (WORSENING, STEADY, TOO_EARLY, IMPROVING)
"""Of several measures the first of these counts: what is not known yet is not called improving."""

READ_WITHIN = Period(4, "m")
"""A measure that is not read for longer has missed a quarter, by which councils report."""
YEAR = Period(12, "m")
NEAR_A_YEAR = 46
"""Days, half a quarter: a reading so near to the day a year before stands for that quarter."""
_MOST_DIGITS = 15
"""A number of so many digits is kept exactly."""


class Told(NamedTuple):
    """A word, and its reason in a sentence."""

    word: str
    sentence: str


class Point(NamedTuple):
    """A reading that can be compared."""

    on: date
    value: float


# --- numbers ------------------------------------------------------------------------------------


def tidy(value: float) -> float:
    """Give a whole number as one: 96 for 96.0."""
    return int(value) if abs(value) < 10**_MOST_DIGITS and value == int(value) else value


def figure(value: float) -> str:
    """Give a number as it was typed: 96 or 12.5, never 96.0."""
    return str(tidy(value))


def with_unit(measure: Measure, value: float) -> str:
    """Give a value in a sentence: 96 cases, 12.5%."""
    space = "" if measure.unit.startswith("%") else " "
    return f"{figure(value)}{space}{measure.unit}".strip()


def parse_number(text: str, what: str) -> float:
    """Read a number as it is typed.

    Raises:
        WrongUsageError: where it is none, is not finite, or is too long to be kept exactly.

    """
    cleaned = text.strip()
    if not re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)", cleaned):
        message = (
            f"{what} is '{cleaned}', which is not read as a number: write digits, such as 96 or "
            "12.5, with no comma and no unit."
        )
        raise WrongUsageError(message)
    if sum(letter.isdigit() for letter in cleaned) > _MOST_DIGITS:
        message = f"{what} is {cleaned}: write it with at most {_MOST_DIGITS} digits."
        raise WrongUsageError(message)
    return tidy(float(cleaned))


def parse_tolerance(text: str) -> float | str:
    """Read a tolerance: a number in the unit of the measure, or a per cent of its target.

    Raises:
        WrongUsageError: where it is neither.

    """
    number = parse_number(text.strip().removesuffix("%"), "The tolerance")
    return f"{figure(number)}%" if text.strip().endswith("%") else number


def allowance(measure: Measure) -> float:
    """Give the tolerance in the unit of the measure; a per cent is one of the target.

    A per cent of a target of 0, or of none, is nothing. (A tolerance of its own for each measure:
    Havering, 2015; 10 per cent for all of them before that.)
    """
    match measure.tolerance:
        case None:
            return 0
        case str() as share:
            return abs(measure.target or 0) * float(share.rstrip("% ")) / 100
        case number:
            return max(0, number)


def tolerance_in_words(measure: Measure) -> str:
    """Say a tolerance, and what a per cent comes to."""
    if measure.tolerance is None:
        return ""
    if not isinstance(measure.tolerance, str):
        return with_unit(measure, measure.tolerance)
    if not measure.target:
        return f"{measure.tolerance} of a target of 0 or none, which is nothing: give a number"
    return f"{measure.tolerance} of the target, {with_unit(measure, _cut(allowance(measure)))}"


def _cut(value: float) -> float:
    """Take off what only the arithmetic of the machine put behind the point."""
    return round(value, 9)


# --- readings -----------------------------------------------------------------------------------


def known(measure: Measure, as_at: date) -> tuple[Point, ...]:
    """Give the readings up to a day in order of date; of two for one day the worse counts."""
    worse_last = 1 if measure.better == "down" else -1
    points = [Point(r.on, r.value) for r in measure.readings if r.on and r.value is not None]
    points.sort(key=lambda point: (point.on, worse_last * point.value))
    return tuple({point.on: point for point in points if point.on <= as_at}.values())


def compared(measure: Measure, now: float, then: float) -> str:
    """Tell whether one value is better, the same or worse than another; only level is the same.

    A tolerance is an allowance on the way to the target, and no reason to call a change none.
    """
    gap = _behind(measure, now, then)
    return SAME if not gap else WORSE if gap > 0 else BETTER


def _behind(measure: Measure, value: float, mark: float) -> float:
    """Say by how much a value is worse than a mark; below nought it is better."""
    return _cut(mark - value if measure.better == "up" else value - mark)


def expected(measure: Measure, on: date, first: Point) -> float | None:
    """Give the value that the line to the target has on a day; ``None`` where there is no line.

    The line is straight, from the baseline on the day of the first reading (that reading, where no
    baseline is stated) to the target on its date. After that date it is the target itself.
    """
    if measure.target is None or measure.by is None:
        return None
    if on >= measure.by or first.on >= measure.by:
        return measure.target
    start = first.value if measure.baseline is None else measure.baseline
    way = max(0, (on - first.on).days) / (measure.by - first.on).days
    return start + (measure.target - start) * way


# --- against the target -------------------------------------------------------------------------


def standing(measure: Measure, as_at: date) -> Told:
    """Tell how the latest reading stands against the target, on the line that leads to it.

    It is held against the line on its own day, so that waiting moves neither. What is not read on
    or after the date of its target, or not within `READ_WITHIN` before it, is ``not read``.
    """
    points = known(measure, as_at)
    if not points:
        return Told(NO_READING, _never_read(measure, as_at))
    found = _judged(measure, points)
    late = _unread(measure, points[-1].on, as_at)
    return Told(NOT_READ, f"{late} {found.sentence}") if late else found


def _never_read(measure: Measure, as_at: date) -> str:
    if measure.by is None or measure.by >= as_at:
        return "No reading yet."
    return f"No reading yet, and its date, {without_weekday(measure.by)}, has passed."


def _unread(measure: Measure, last: date, as_at: date) -> str:
    """Say that a measure is not read when it should be, or ``""``."""
    if measure.by is not None and last >= measure.by:
        return ""
    since = f"Not read since {without_weekday(last)}"
    if measure.by is not None and measure.by < as_at:
        return f"{since}, and its date, {without_weekday(measure.by)}, has passed."
    if last < earlier(as_at, READ_WITHIN):
        return f"{since}, longer than {period_in_words(READ_WITHIN)} ago."
    return ""


def _judged(measure: Measure, points: tuple[Point, ...]) -> Told:
    stands = _stands(measure, points)
    if measure.target is None:
        return Told(NO_TARGET, f"{stands}; no target is set.")
    latest = points[-1]
    if _behind(measure, latest.value, measure.target) <= 0:
        met = f"the target of {_target(measure)} is met{_met_before(measure, measure.target)}"
        return Told(ON_TARGET, f"{stands}; {met}.")
    line = expected(measure, latest.on, points[0])
    if line is None or measure.by is None or latest.on >= measure.by:
        return _against_target(measure, latest, measure.target, stands)
    gap = _behind(measure, latest.value, line)
    at = _rounded(line, latest.value, (latest.value, measure.target, measure.baseline or 0))
    led = f"{stands}; the line to {_target(measure)} would be at {at}"
    if gap <= 0:
        return Told(ON_COURSE, f"{led}: {'ahead of' if gap else 'on'} it.")
    if gap <= _cut(allowance(measure)):
        share = " of the target" if isinstance(measure.tolerance, str) else ""
        allowed = f"{_allowed(measure)}{share}"
        return Told(WITHIN, f"{led}: behind it, within the tolerance of {allowed}.")
    return Told(OFF_COURSE, f"{led}: behind it.")


def _met_before(measure: Measure, target: float) -> str:
    """Say where the baseline was better than the target: is `better` the right way round?"""
    if measure.baseline is None or _behind(measure, measure.baseline, target) >= 0:
        return ""
    return f", as it was by the baseline: better is {measure.better}"


def _against_target(measure: Measure, latest: Point, target: float, stands: str) -> Told:
    dated = "" if measure.by else ", which has no date,"
    if _behind(measure, latest.value, target) <= _cut(allowance(measure)):
        words = f"within the tolerance of {_allowed(measure)} of the target of {_target(measure)}"
        return Told(WITHIN, f"{stands}; {words}{dated.rstrip(',')}.")
    return Told(NOT_MET, f"{stands}; the target of {_target(measure)}{dated} is not met.")


def _stands(measure: Measure, points: tuple[Point, ...]) -> str:
    """Say the latest reading, and where it started from."""
    latest = points[-1]
    told = f"{with_unit(measure, latest.value)} on {without_weekday(latest.on)}"
    if measure.baseline is not None:
        return f"{told}, from {figure(measure.baseline)}"
    return f"{told}, from {figure(points[0].value)}" if len(points) > 1 else told


def _target(measure: Measure) -> str:
    by = f" by {without_weekday(measure.by)}" if measure.by else ""
    return f"{figure(measure.target or 0)}{by}"


def _allowed(measure: Measure) -> str:
    tolerance = measure.tolerance
    return tolerance if isinstance(tolerance, str) else figure(tolerance or 0)


def as_fine_as(value: float, like: Iterable[float]) -> float:
    """Round a value to as many decimals as some others have; to one at the least."""
    places = max((len(figure(number).partition(".")[2]) for number in like), default=0)
    return round(value, max(places, 1))


def _rounded(line: float, value: float, like: tuple[float, ...]) -> str:
    """Give the line with as many decimals as the values have; with more where it looks the same."""
    places = max(len(figure(number).partition(".")[2]) for number in like)
    while round(line, places) == value != _cut(line) and places < _MOST_DIGITS:
        places += 1
    return figure(round(line, places))


# --- the direction of travel --------------------------------------------------------------------


def short(measure: Measure, as_at: date) -> Told:
    """Tell whether the latest reading is better or worse than the one before it."""
    points = known(measure, as_at)
    if len(points) > 1:
        return _direction(measure, points[-1], points[-2])
    if not points:
        return Told(UNKNOWN, "No reading yet.")
    return Told(UNKNOWN, f"There is no reading before that of {without_weekday(points[0].on)}.")


def long(measure: Measure, as_at: date) -> Told:
    """Tell whether the latest reading is better or worse than about a year before.

    The reading that is nearest to the day a year before is taken, if it is within `NEAR_A_YEAR`.
    (Short term against the quarter before, long term against the same quarter of last year:
    Havering, 2014.)
    """
    points = known(measure, as_at)
    if not points:
        return Told(UNKNOWN, "No reading yet.")
    year_ago = earlier(points[-1].on, YEAR)
    away = {point: abs((point.on - year_ago).days) for point in points[:-1]}
    near = [point for point in away if away[point] <= NEAR_A_YEAR]
    if not near:
        return Told(UNKNOWN, f"There is no reading of about {without_weekday(year_ago)}.")
    return _direction(measure, points[-1], min(near, key=away.__getitem__))


def _direction(measure: Measure, now: Point, then: Point) -> Told:
    word = compared(measure, now.value, then.value)
    return Told(
        word,
        f"{with_unit(measure, now.value)} on {without_weekday(now.on)}, "
        f"{figure(then.value)} on {without_weekday(then.on)}.",
    )


# --- impact -------------------------------------------------------------------------------------


def progress(measure: Measure, as_at: date) -> Told:
    """Tell the impact that one measure shows.

    Improving is better than at the start and not worse than at the reading before; worsening is
    worse than at either. The start is the baseline, or else the first reading. A baseline and one
    reading are enough to compare, unless they are equal: then that reading may be the baseline.
    """
    points = known(measure, as_at)
    if not points:
        return Told(TOO_EARLY, _never_read(measure, as_at))
    if len(points) == 1 and measure.baseline in {None, points[0].value}:
        said = f"one reading, {with_unit(measure, points[0].value)} on"
        return Told(TOO_EARLY, f"{said} {without_weekday(points[0].on)}, and nothing after it.")
    start = points[0].value if measure.baseline is None else measure.baseline
    since = compared(measure, points[-1].value, start)
    last = compared(measure, points[-1].value, points[-2].value) if len(points) > 1 else SAME
    word = STEADY if since == SAME else IMPROVING
    word = WORSENING if WORSE in {since, last} else word
    told = f"{_stands(measure, points)}{_turn(points, since, last)}."
    late = _unread(measure, points[-1].on, as_at)
    return Told(word, f"{told} {late}".strip())


def _turn(points: tuple[Point, ...], since: str, last: str) -> str:
    """Say where the last step goes another way than the whole."""
    if WORSE not in {since, last} or last in {since, SAME}:
        return ""
    before = f"{figure(points[-2].value)} of {without_weekday(points[-2].on)}"
    if last == WORSE:
        return f", but worse than the {before}"
    return f"; better than the {before}, and still worse than at the start"


def impact(plan: Plan, findings: Iterable[str], as_at: date) -> Told:
    """Tell the impact on some findings by their measures; of several the worst counts."""
    wanted = tuple(dict.fromkeys(findings))
    measures = [m for m in plan.measures if not set(wanted).isdisjoint(m.findings)]
    if not measures:
        return Told(NO_MEASURE, f"Nothing is measured for {', '.join(wanted) or 'it'}.")
    found = {measure.id: progress(measure, as_at) for measure in measures}
    worst = min(found, key=lambda ref: WORST_FIRST.index(found[ref].word))
    word = found[worst].word
    sentences = [_counts(found), f"{worst}: {found[worst].sentence}", _without(wanted, measures)]
    return Told(word, " ".join(text for text in sentences if text))


def _counts(found: dict[str, Told]) -> str:
    if len(found) == 1:
        return ""
    counts = Counter(told.word for told in found.values())
    parts = ", ".join(f"{counts[word]} {word}" for word in WORST_FIRST if counts[word])
    return f"{counted(len(found), 'measure')}: {parts}; the worst counts."


def _without(wanted: tuple[str, ...], measures: Iterable[Measure]) -> str:
    measured = {ref for measure in measures for ref in measure.findings}
    left = [ref for ref in wanted if ref not in measured]
    return f"No measure of {', '.join(left)}." if left else ""
