"""The pictures of the paper: each with its sentence, and the table that it is drawn from.

What is rated stands beside what the facts say in every picture of ratings: colours alone would show
only what is declared.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from actionplan import measures, rag
from actionplan.dates import MONTHS, counted, listed, short, without_weekday
from actionplan.model import DONE_STAGES, RATINGS, SHELVED_STAGES
from actionplan.reports.blocks import Figure, Table
from actionplan.reports.pictures import Bars, Columns, Course, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from actionplan.legends import Legend
    from actionplan.model import Action, Measure
    from actionplan.query import View
    from actionplan.reports.basis import Basis
    from actionplan.reports.lines import CountLine

MONTHS_BEFORE, MONTHS_AFTER = 6, 6
MOST_COURSES = 6
"""So many measures are drawn, those that stand worst."""
MOST_READINGS = 12
"""A picture has all readings; the table beside it the latest."""
LONGEST_LABEL = 34

UNRATED = "not rated"
OVER_TIME = (
    "reported", "on", "open", "red", "amber", "green", "unrated", "facts_red", "facts_amber",
    "facts_green", "overdue",
)  # fmt: skip
BY_MONTH = ("month", "first_due", "due_now", "delivered_in")
READINGS = ("on", "value", "line", "remark")
WORST_STANDING = (
    measures.OFF_COURSE, measures.NOT_MET, measures.NOT_READ, measures.WITHIN, measures.NO_TARGET,
    measures.ON_COURSE, measures.ON_TARGET,
)  # fmt: skip


# --- ratings by theme ---------------------------------------------------------------------------


def by_theme(basis: Basis, rows: Sequence[CountLine], table: Table) -> Figure | None:
    """Draw how open actions of each theme are rated, and what the facts say of them."""
    shown = [row for row in rows if row.open]
    if not shown:
        return None
    *themes, whole = shown
    ordered = (whole, *themes)
    labels = tuple(f"{_cut(row.theme)}, {how}" for row in ordered for how in ("rated", "facts"))
    legend = basis.view.legend
    series = _series(ordered, legend)
    said = (
        f"Of {counted(whole.open, 'open action')}, {_said(whole, legend)}. The table has each "
        "theme."
    )
    caption = "Open actions by theme: as rated, and by the facts"
    return Figure(Bars(labels, series, "open actions", together=2), caption, said, table)


def _cut(theme: str) -> str:
    """Shorten a long theme at a word, so that what follows it is always seen."""
    if len(theme) <= LONGEST_LABEL:
        return theme
    return f"{theme[:LONGEST_LABEL].rsplit(maxsplit=1)[0].rstrip(',;:')}\u2026"


def _called(key: str, legend: Legend) -> str:
    if key not in legend.shades:
        return UNRATED
    label = legend.label(key)
    return f"{key}: {label}" if label else key


def _series(rows: Sequence[CountLine | StoodLine], legend: Legend) -> tuple[Series, ...]:
    """Give a series for each colour that is shown: of each row as rated, then by the facts.

    Where colours mean something else than they do in the facts, each has series of its own.
    """
    keys = (*legend.ratings, "unrated")
    if legend.is_usual:
        found = [Series(k, _called(k, legend), _both(rows, k, f"facts_{k}")) for k in keys]
    else:
        found = [Series(k, _called(k, legend), _both(rows, k, "")) for k in keys]
        found += [
            Series(f"facts_{c}", f"by the facts: {legend.fact(c)}", _both(rows, "", f"facts_{c}"))
            for c in RATINGS
        ]
    return tuple(series for series in found if any(series.values))


def _both(rows: Sequence[CountLine | StoodLine], rated: str, facts: str) -> tuple[int, ...]:
    """Give of each row how many are rated so, and of how many the facts say so."""
    return tuple(getattr(row, field, 0) if field else 0 for row in rows for field in (rated, facts))


def _said(row: CountLine | StoodLine, legend: Legend) -> str:
    """Say how owners rate what is open, and what the facts support; no noughts."""
    rated = [f"{getattr(row, c)} {c}" for c in legend.ratings if getattr(row, c)]
    rated += [f"{row.unrated} not at all"] if row.unrated else []
    facts = [
        f"{number} {legend.fact(colour)}"
        for colour in RATINGS
        if (number := getattr(row, f"facts_{colour}"))
    ]
    return f"owners rate {listed(rated)}; the facts support {listed(facts)}"


# --- ratings over time --------------------------------------------------------------------------


class StoodLine(NamedTuple):
    """How the open actions stood at a report."""

    reported: str
    """What the report was recorded as; ``This report`` for the one that is drawn."""
    on: date
    open: int
    red: int
    amber: int
    green: int
    blue: int
    unrated: int
    facts_red: int
    facts_amber: int
    facts_green: int
    overdue: int


def over_time(basis: Basis) -> Figure | None:
    """Draw how the open actions stood at each recorded report, and stand now."""
    past = [each for each in basis.past.reports if each.view.as_at < basis.as_at]
    if not past:
        return None
    rows = [stood(each.name, each.view) for each in past]
    rows.append(stood("This report", basis.view))
    legend = basis.view.legend
    labels = tuple(f"{short(row.on)}, {how}" for row in rows for how in ("rated", "facts"))
    series = _series(rows, legend)
    told = (
        f"{row.reported}, {counted(row.open, 'open action')}: {_said(row, legend)}"
        for row in (rows[0], rows[-1])
        if row.open
    )
    said = f"{'. '.join(told) or 'No action was open'}."
    at = OVER_TIME.index("green") + 1
    blue = ("blue",) if any(row.blue for row in rows) else ()
    columns = (*OVER_TIME[:at], *blue, *OVER_TIME[at:])
    table = Table(tuple(rows), columns)
    caption = "Open actions at each recorded report: as rated, and by the facts"
    picture = Columns(labels, series, "open actions", stacked=True, together=2)
    return Figure(picture, caption, said, table)


def stood(name: str, view: View) -> StoodLine:
    """Count how the open actions of a view are rated, and what the facts say of them."""
    context = view.context
    still = [action for action in view.actions if action.is_open]
    rated = Counter(action.rag for action in still)
    facts = Counter(rag.verdict(action, context).rating for action in still)
    return StoodLine(
        name,
        view.as_at,
        len(still),
        rated["red"],
        rated["amber"],
        rated["green"],
        rated["blue"],
        rated[""],
        facts["red"],
        facts["amber"],
        facts["green"],
        sum(action.is_overdue(view.as_at) for action in still),
    )


# --- due and delivered by month -----------------------------------------------------------------


class MonthLine(NamedTuple):
    """What was first agreed for a month, is due in it now, and was delivered in it."""

    month: str
    first_due: int
    due_now: int
    delivered_in: int


def by_month(basis: Basis) -> Figure | None:
    """Draw what was first agreed for each month beside what was delivered in it."""
    counts = _months(a for a in basis.view.actions if a.stage not in SHELVED_STAGES)
    rows = tuple(_month_line(month, counts) for month in _window(counts, basis.as_at))
    if not rows:
        return None
    series = (
        Series("first", "first agreed for the month", tuple(row.first_due for row in rows)),
        Series("second", "delivered in the month", tuple(row.delivered_in for row in rows)),
    )
    caption = "Actions first agreed for each month, and delivered in it"
    picture = Columns(tuple(row.month for row in rows), series, "actions")
    whole = sum(sum(counts[field].values()) for field in counts)
    shown = sum(row.first_due + row.due_now + row.delivered_in for row in rows)
    near = " The months are those near the day of this report." if shown < whole else ""
    table = Table(rows, BY_MONTH)
    return Figure(picture, caption, f"{_months_said(basis)}{near}", table)


_Months = dict[str, Counter[date]]


def _months(actions: Iterable[Action]) -> _Months:
    counts: _Months = {field: Counter() for field in ("first_due", "due_now", "delivered_in")}
    for action in actions:
        done = action.delivered if action.stage in DONE_STAGES else None
        days = (action.original_due, action.due, done)
        for field, day in zip(counts, days, strict=True):
            if day is not None:
                counts[field][day.replace(day=1)] += 1
    return counts


def _window(counts: _Months, as_at: date) -> tuple[date, ...]:
    """Give the months in which anything falls, and all between, near the day of the report."""
    here = as_at.replace(day=1)
    falls = sorted({month for field in counts.values() for month in field})
    near = [m for m in falls if -MONTHS_BEFORE <= _apart(here, m) <= MONTHS_AFTER]
    if not near:
        return ()
    whole = _apart(near[0], near[-1])
    return tuple(_on(near[0], step) for step in range(whole + 1))


def _apart(one: date, other: date) -> int:
    return (other.year - one.year) * 12 + other.month - one.month


def _on(month: date, steps: int) -> date:
    years, at = divmod(month.month - 1 + steps, 12)
    return date(month.year + years, at + 1, 1)


def _month_line(month: date, counts: _Months) -> MonthLine:
    name = f"{MONTHS[month.month - 1][:3]} {month.year}"
    return MonthLine(name, *(counts[field][month] for field in counts))


def _months_said(basis: Basis) -> str:
    """Say the same up to the day of the report, over the whole life of the plan."""
    agreed = [
        action
        for action in basis.view.actions
        if action.stage not in SHELVED_STAGES
        and action.original_due
        and action.original_due < basis.as_at
    ]
    done = [action for action in agreed if action.stage in DONE_STAGES]
    kept = sum(bool(a.delivered and a.original_due and a.delivered <= a.original_due) for a in done)
    if not agreed:
        return "No date first agreed has passed yet."
    were = "action was" if len(agreed) == 1 else "actions were"
    told = f"{len(agreed)} {were} first agreed for a day before {without_weekday(basis.as_at)}"
    if not done:
        return f"{told}: none of them is delivered."
    are = "is" if len(done) == 1 else "are"
    return f"{told}: {len(done)} {are} delivered, {kept or 'none'} by the date first agreed."


# --- measures -----------------------------------------------------------------------------------


class ReadingLine(NamedTuple):
    """A reading, and where the line to the target was on its day."""

    on: date
    value: float
    line: float | None
    remark: str


def courses(view: View, looked_at: Iterable[Measure]) -> Iterator[Figure]:
    """Draw the measures that have readings, those that stand worst first."""
    read = [measure for measure in looked_at if measures.known(measure, view.as_at)]
    read.sort(key=lambda m: WORST_STANDING.index(measures.standing(m, view.as_at).word))
    return (_course(view, measure) for measure in read[:MOST_COURSES])


def _course(view: View, measure: Measure) -> Figure:
    points = measures.known(measure, view.as_at)
    notes = {reading.on: reading.note for reading in measure.readings}
    lines = tuple(
        ReadingLine(
            point.on,
            measures.tidy(point.value),
            _line_on(measure, point.on, points[0]),
            notes.get(point.on, ""),
        )
        for point in points
    )
    stands = measures.standing(measure, view.as_at)
    caption = f"{measure.id} {measure.title}, {stands.word}"
    unit = measure.unit
    readings = tuple((point.on, measures.tidy(point.value)) for point in points)
    line = _line(measure, points[0])
    picture = Course(readings, line, measure.target, unit, measure.better, view.as_at)
    empty = {"remark"} if not any(notes.values()) else set()
    columns = tuple(c for c in READINGS if c not in (empty if line else empty | {"line"}))
    table = Table(lines[-MOST_READINGS:], columns)
    left = len(lines) - MOST_READINGS
    if left > 0:
        caption += f". The table has the latest {MOST_READINGS} of {len(lines)} readings"
    return Figure(picture, caption, stands.sentence, table)


def _line(measure: Measure, first: measures.Point) -> tuple[tuple[date, float], ...]:
    """Give the ends of the line to the target, where there is one."""
    if measure.target is None or measure.by is None or first.on >= measure.by:
        return ()
    start = first.value if measure.baseline is None else measure.baseline
    return ((first.on, measures.tidy(start)), (measure.by, measures.tidy(measure.target)))


def _line_on(measure: Measure, on: date, first: measures.Point) -> float | None:
    line = measures.expected(measure, on, first)
    if line is None:
        return None
    values = (r.value for r in measure.readings)
    like = (measure.target, measure.baseline, *values)
    return measures.tidy(measures.as_fine_as(line, [n for n in like if n is not None]))
