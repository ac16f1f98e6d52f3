"""A picture of a report as a drawing: bars, columns, or the course of a measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan.renderers.pictures import bars, columns, course
from actionplan.reports.pictures import Bars, Columns, Course, Picture

if TYPE_CHECKING:
    from actionplan.legends import Legend
    from actionplan.renderers.pictures.drawing import Drawing


def draw(picture: Picture, legend: Legend) -> Drawing:
    """Draw a picture in the colours of a legend."""
    match picture:
        case Bars():
            return bars.draw(picture, legend)
        case Columns():
            return columns.draw(picture, legend)
        case Course():
            return course.draw(picture)
