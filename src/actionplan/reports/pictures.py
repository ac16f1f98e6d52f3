"""What a picture shows, before anything is drawn: bars by label, columns over time, a course."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date


class Series(NamedTuple):
    """One kind of thing that is counted, under each label of a picture."""

    key: str
    """What it is painted as: a colour of the legend, ``unrated``, one of the facts such as
    ``facts_red``, ``first`` or ``second``."""
    label: str
    """What it is called in the key of the picture, its colour and its meaning: red, off track."""
    values: tuple[int, ...]
    """One for each label."""


class Bars(NamedTuple):
    """Lying bars, one for each label, each made of the parts of every series."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    """What is counted: open actions."""
    together: int = 1
    """So many labels in a row belong together: as rated, and by the facts."""


class Columns(NamedTuple):
    """Standing columns over time: of every label those of the series side by side, or as parts."""

    labels: tuple[str, ...]
    """The oldest first."""
    series: tuple[Series, ...]
    unit: str
    stacked: bool = False
    together: int = 1


class Course(NamedTuple):
    """A number over time, beside the straight line that leads to its target."""

    readings: tuple[tuple[date, float], ...]
    """The oldest first; at least one."""
    line: tuple[tuple[date, float], ...]
    """Two points, or none where no line leads to a target."""
    target: float | None
    unit: str
    better: str
    """Up or down."""
    as_at: date


Picture = Bars | Columns | Course
