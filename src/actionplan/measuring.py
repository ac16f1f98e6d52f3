"""The verbs of measures: add one, change it, record a reading, correct one.

As in `changes`, a verb takes a plan and gives a new one, or a refusal with its reason. What a
measure is held against is agreed, so it is changed with a reason; a reading stands until it is
corrected in so many words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actionplan.changes import choice, ids_of, stated, the
from actionplan.dates import in_words, without_weekday
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.measures import tidy, with_unit
from actionplan.model import DIRECTIONS, Measure, Plan, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

AGREED = ("better", "baseline", "target", "tolerance", "by")
"""The fields that decide how a measure looks."""


def add_measure(plan: Plan, measure: Measure) -> Plan:
    """Add a measure of findings of this plan.

    Raises:
        WrongUsageError: where the title is empty, or a value or a ref is not one.
        RefusedError: where it is for no finding, or its tolerance allows nothing or is below 0.

    """
    wanted = _checked(plan, measure, measure._asdict())
    return plan.adding("measures", _allowed(measure._replace(**wanted)))


def update_measure(plan: Plan, ref: str, fields: Mapping[str, Any], why: str = "") -> Plan:
    """Set fields of a measure; a value of ``None`` or ``""`` clears one.

    Raises:
        WrongUsageError: where a value or a ref is not one.
        RefusedError: where what was agreed is changed with no reason, or a rule forbids it.

    """
    measure: Measure = the(plan, "measures", ref)
    changed = measure._replace(**_checked(plan, measure, fields))
    if changed == measure:
        return plan
    _refuse_silent_change(measure, changed, why)
    return plan.replacing("measures", _allowed(changed))


def _checked(plan: Plan, measure: Measure, wanted: Mapping[str, Any]) -> dict[str, Any]:
    readers: dict[str, Callable[[Any], Any]] = {
        "title": lambda text: stated(text, "title"),
        "findings": lambda refs: ids_of(plan, "findings", refs),
        "unit": str.strip,
        "better": lambda text: choice(text, DIRECTIONS, "better"),
        "baseline": _finite,
        "target": _finite,
    }
    checked = {
        field: readers[field](value) if field in readers else value
        for field, value in wanted.items()
    }
    if not checked.get("findings", measure.findings):
        message = "A measure is for at least one finding: name it with --findings F1."
        raise RefusedError(message)
    return checked


def _finite(value: float | None) -> float | None:
    if value is None or value - value == 0:
        return value if value is None else tidy(value)
    message = f"{value} is not a number that can be reckoned with."
    raise WrongUsageError(message)


def _refuse_silent_change(old: Measure, new: Measure, why: str) -> None:
    """Refuse to change what was agreed without a reason; what was open may simply be set."""
    for field in AGREED:
        was = getattr(old, field)
        if was is not None and was != getattr(new, field) and not why.strip():
            message = (
                f"The {'date of the target' if field == 'by' else field} of {old.id} was agreed: "
                "it is changed with a reason. Say why with --why."
            )
            raise RefusedError(message)


def _allowed(measure: Measure) -> Measure:
    """Refuse a tolerance that can't be understood."""
    tolerance = measure.tolerance
    if tolerance is None:
        return measure
    if measure.target is None:
        message = "A tolerance is one of the target: give that as well, with --target."
        raise RefusedError(message)
    if str(tolerance).startswith("-"):
        message = f"A tolerance can't be below 0: it is {tolerance}."
        raise RefusedError(message)
    if isinstance(tolerance, str) and not measure.target:
        message = (
            f"{tolerance} of a target of 0 is nothing: give the tolerance as a number, such as "
            "--tolerance 5."
        )
        raise RefusedError(message)
    return measure


def record_reading(plan: Plan, ref: str, reading: Reading, as_at: date) -> Plan:
    """Record what a measure was on a day that has no reading yet.

    Raises:
        WrongUsageError: where the value is not finite.
        RefusedError: where the day is still to come, or has a reading already.

    """
    measure: Measure = the(plan, "measures", ref)
    made = _complete(measure, reading, as_at)
    for there in measure.readings:
        if there.on is not None and there.on == made.on:
            message = (
                f"{measure.id} has a reading of {without_weekday(there.on)} already, "
                f"{with_unit(measure, there.value or 0)}. If that is wrong, say so with --correct."
            )
            raise RefusedError(message)
    return plan.replacing("measures", measure._replace(readings=(*measure.readings, made)))


def correct_reading(plan: Plan, ref: str, reading: Reading, as_at: date) -> Plan:
    """Put a reading right where it stands; its note stays unless there is a new one.

    Raises:
        RefusedError: where the day has no reading, or several.

    """
    measure: Measure = the(plan, "measures", ref)
    made = _complete(measure, reading, as_at)
    there = [at for at, old in enumerate(measure.readings) if old.on == made.on]
    if len(there) != 1:
        many = f"{len(there)} readings" if there else "no reading"
        remedy = "take out the wrong one in the file" if there else "leave out --correct"
        day = without_weekday(made.on or as_at)
        message = f"{measure.id} has {many} of {day} to correct: {remedy}."
        raise RefusedError(message)
    old = measure.readings[there[0]]
    right = made._replace(note=made.note or old.note)
    readings = (*measure.readings[: there[0]], right, *measure.readings[there[0] + 1 :])
    return plan.replacing("measures", measure._replace(readings=readings))


def _complete(measure: Measure, reading: Reading, as_at: date) -> Reading:
    on = reading.on or as_at
    if on > as_at:
        message = f"{in_words(on)} is still to come: {measure.id} can't be read on it yet."
        raise RefusedError(message)
    return Reading(on, _finite(reading.value), reading.note.strip())
