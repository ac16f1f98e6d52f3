"""The pictures: what they say, that all of it can be read, and that both forms say the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import date
from importlib.util import find_spec
from itertools import combinations, pairwise
from math import inf, nan
from struct import unpack_from
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplan import legends
from actionplan.dates import without_weekday
from actionplan.legends import BRAG
from actionplan.model import Policy
from actionplan.renderers import paint
from actionplan.renderers.pictures import bars, charts, columns, emf, svg
from actionplan.renderers.pictures.drawing import (
    Box,
    Circle,
    Drawing,
    Line,
    Polygon,
    Rectangle,
    Shape,
    Text,
    strokes,
)
from actionplan.renderers.pictures.widths import width
from actionplan.reports.pictures import Bars, Columns, Course, Picture, Series

if TYPE_CHECKING:
    from pathlib import Path

COLOURS = ("red", "amber", "green", "blue", "unrated")
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "=cmd|' /C calc'!A0",
    "\x1b[31m\x00\u202e\ud800 ends",
    "a" * 10_000,
    "word " * 2_000,
    "\U0001f600 e\u0301 \u4f60\u597d \u0645\u0631\u062d\u0628\u0627",
    "]]> &amp; \"quoted\" 'so'",
)


def rated(*values: tuple[int, ...]) -> tuple[Series, ...]:
    """Give series of ratings, the worst first."""
    named = [BRAG.said(colour) if colour in BRAG.shades else "not rated" for colour in COLOURS]
    return tuple(Series(*part) for part in zip(COLOURS, named, values, strict=False))


def due_and_done(due: tuple[int, ...], done: tuple[int, ...]) -> tuple[Series, ...]:
    return (Series("first", "due", due), Series("second", "delivered", done))


THEMES = ("vision", "performance", "quality of practice with children and their families")
MONTHS = tuple(f"{month} 2014" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun"))
CASES = Course(
    readings=((date(2014, 1, 6), 143), (date(2014, 2, 3), 96), (date(2014, 4, 7), 64)),
    line=((date(2014, 1, 6), 143), (date(2014, 6, 30), 0)),
    target=0,
    unit="cases",
    better="down",
    as_at=date(2014, 5, 1),
)
ON_TIME = Course(
    readings=((date(2013, 3, 31), 81.5), (date(2013, 9, 30), 84), (date(2014, 3, 31), 88)),
    line=((date(2013, 3, 31), 81.5), (date(2014, 3, 31), 95)),
    target=95,
    unit="%",
    better="up",
    as_at=date(2014, 5, 1),
)
PICTURES: dict[str, Picture] = {
    "bars": Bars(THEMES, rated((2, 5, 1), (4, 14, 6), (11, 9, 3), (0, 1, 1), (1, 0, 0)), "actions"),
    "no bars": Bars((), rated((), (), (), (), ()), "actions"),
    "bars of nothing": Bars(THEMES, rated((0, 0, 0), (0, 0, 0)), "actions"),
    "bars of very different length": Bars(
        THEMES, rated((1, 2, 3), (900_000, 5, 0), (12, 10**16, 5), (3, 3, 3), (1, 1, 1)), "actions"
    ),
    "many bars": Bars(
        tuple(f"theme {n}" for n in range(40)), rated(tuple(range(40)), tuple(range(40))), "actions"
    ),
    "columns": Columns(MONTHS, due_and_done((0, 3, 12, 22, 4, 7), (0, 2, 9, 15, 0, 0)), "actions"),
    "one column": Columns(MONTHS[:1], due_and_done((0,), (0,)), "actions"),
    "no columns": Columns((), due_and_done((), ()), "actions"),
    "many columns": Columns(
        MONTHS * 5, due_and_done(tuple(range(30)), tuple(range(30))), "actions"
    ),
    "columns of parts": Columns(
        ("17 February 2014", "3 March 2014", "1 May 2014"),
        rated((9, 7, 1), (8, 9, 7), (10, 11, 22), (0, 0, 2), (5, 5, 1)),
        "actions",
        stacked=True,
    ),
    "a course": CASES,
    "a course after its target's day": ON_TIME,
    "a course of one reading": CASES._replace(readings=CASES.readings[:1], line=(), target=None),
    "a course that has arrived": CASES._replace(readings=((date(2014, 5, 1), 0),)),
    "a course below nothing": CASES._replace(
        readings=((date(2014, 1, 6), -12.5), (date(2014, 1, 6), -3), (date(2014, 4, 7), 2e6))
    ),
    "a course of no reading": CASES._replace(readings=(), line=(), target=None),
}
every_picture = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)


def texts(drawing: Drawing) -> list[Text]:
    return [shape for shape in drawing.shapes if isinstance(shape, Text)]


def said(picture: Picture) -> list[str]:
    return [text.text for text in texts(charts.draw(picture, BRAG))]


def in_svg(drawing: Drawing) -> list[str]:
    """Give the texts of the picture as a program that knows SVG reads them."""
    root = ET.fromstring(svg.render(drawing, "A title", "What is seen.", "p1"))  # noqa: S314 - our own
    return [text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text")]


# --- what they say ------------------------------------------------------------------------------


def test_bars_say_every_count_and_every_label() -> None:
    words = said(PICTURES["bars"])
    assert words[:6] == [
        "Number of actions",
        "red: off track",
        "amber: at risk",
        "green: on track",
        "blue: embedded",
        "not rated",
    ]
    assert words[6:] == [
        *("vision", "2", "4", "11", "1"),
        *("performance", "5", "14", "9", "1"),
        *("quality of practice with children", "and their families", "6", "3", "1", "1"),
    ]


def test_a_count_that_has_no_room_in_its_part_stands_behind_the_bar_with_its_shape() -> None:
    picture = Bars(("vision",), rated((1,), (400,)), "actions")
    drawing = charts.draw(picture, BRAG)
    bar, beside = [
        shape
        for shape in drawing.shapes
        if isinstance(shape, Rectangle) and shape.fill == paint.PAINT["red"].fill
    ][1:]
    assert said(picture)[-3:] == ["vision", "400", "1"]
    assert bar.width < beside.width
    assert beside.x > drawing.width * 0.9


def test_no_bar_is_drawn_out_to_fill_the_page() -> None:
    """One action of one theme is a short bar, not a red page."""
    drawing = charts.draw(Bars(("vision",), rated((1,)), "actions"), BRAG)
    assert max(shape.width for shape in drawing.shapes if isinstance(shape, Rectangle)) < 50


def test_columns_say_every_count_the_label_of_each_and_whole_numbers_beside_them() -> None:
    words = said(PICTURES["columns"])
    assert words[:3] == ["Number of actions", "due", "delivered"]
    assert words[3:8] == ["0", "5", "10", "15", "20"]
    assert words[8:20] == ["0", "0", "3", "2", "12", "9", "22", "15", "4", "0", "7", "0"]
    assert words[20:] == list(MONTHS)


def test_columns_of_parts_say_every_count() -> None:
    words = said(PICTURES["columns of parts"])
    assert words[6:10] == ["0", "10", "20", "30"]
    assert words[10:22] == ["9", "8", "10", "5", "7", "9", "11", "5", "7", "22", "1", "2"]


def test_what_belongs_together_stands_closer() -> None:
    labels, series = ("vision, rated", "vision, facts", "people, rated"), rated((1, 1, 1))
    lying = fields(charts.draw(Bars(labels, series, "actions", together=2), BRAG))[1:]
    columns = Columns(labels, series, "actions", stacked=True, together=2)
    standing = fields(charts.draw(columns, BRAG))[1:]
    assert 2 * (lying[1].top - lying[0].bottom) < lying[2].top - lying[1].bottom
    assert 1.3 * (standing[1].left - standing[0].right) < standing[2].left - standing[1].right


def test_what_is_not_drawn_is_said() -> None:
    assert said(PICTURES["many bars"])[-1] == f"The table has {40 - bars.MOST} more."
    assert said(PICTURES["many columns"])[-1] == f"The table has {30 - columns.MOST} before these."
    assert said(PICTURES["no bars"])[-1] == "No actions."
    assert said(PICTURES["no columns"])[-1] == "No actions."


def test_a_course_says_its_readings_the_target_its_day_and_the_day_of_the_report() -> None:
    words = said(CASES)
    assert words[:3] == ["Cases; lower is better", "readings", "straight line to the target"]
    assert words[3:7] == ["0", "50", "100", "150"]
    assert words[7:13] == ["Jan 2014", "Feb 2014", "Mar 2014", "Apr 2014", "May 2014", "Jun 2014"]
    assert words[13:] == ["as at 1 May 2014", "target 0", "by 30 Jun 2014", "64", "96", "143"]


def test_a_target_with_no_line_to_it_is_a_level() -> None:
    words = said(CASES._replace(line=()))
    assert words[:3] == ["Cases; lower is better", "readings", "target"]
    assert words[-5:] == ["as at 1 May 2014", "target 0", "64", "96", "143"]


def test_an_axis_that_does_not_start_at_nothing_says_so() -> None:
    words = said(ON_TIME)
    assert words[0] == "Per cent; higher is better; the axis starts at 80%, not at 0"
    assert {"81.5%", "84%", "88%", "target 95%", "by 31 Mar 2014"} <= set(words)
    assert "axis" not in said(CASES)[0]


@pytest.mark.parametrize(
    ("last", "marks"),
    [
        (date(2014, 1, 4), ["1 Jan 2014", "2 Jan 2014", "3 Jan 2014", "4 Jan 2014"]),
        (
            date(2014, 2, 1),
            ["1 Jan 2014", "8 Jan 2014", "15 Jan 2014", "22 Jan 2014", "29 Jan 2014"],
        ),
        (
            date(2014, 6, 30),
            ["Jan 2014", "Feb 2014", "Mar 2014", "Apr 2014", "May 2014", "Jun 2014"],
        ),
        (
            date(2014, 11, 30),
            ["Jan 2014", "Mar 2014", "May 2014", "Jul 2014", "Sep 2014", "Nov 2014"],
        ),
        (
            date(2017, 1, 1),
            [f"{month} {year}" for year in (2014, 2015, 2016) for month in ("Jan", "Jul")]
            + ["Jan 2017"],
        ),
        (date(2020, 1, 1), ["2014", "2015", "2016", "2017", "2018", "2019", "2020"]),
        (date(9999, 1, 1), [f"{year}" for year in range(3000, 10000, 1000)]),
    ],
)
def test_the_days_on_an_axis_are_few_round_and_as_far_apart(last: date, marks: list[str]) -> None:
    picture = Course(((date(2014, 1, 1), 3),), (), None, "cases", "down", last)
    words = said(picture)
    first = words.index(marks[0])
    assert words[first : first + len(marks) + 1] == [*marks, f"as at {without_weekday(last)}"]


def test_after_its_day_the_target_still_holds() -> None:
    drawing = charts.draw(ON_TIME, BRAG)
    dashed = [shape for shape in drawing.shapes if isinstance(shape, Line) and shape.dash]
    start, by, end = dashed[-1].points
    assert start[1] > by[1] == end[1]
    assert by[0] < end[0]


def test_of_many_readings_the_latest_the_first_and_the_outermost_are_said() -> None:
    readings = tuple(
        (date(2010 + n // 12, n % 12 + 1, 1), float(20 + n * 37 % 29)) for n in range(48)
    )
    words = said(Course(readings, (), None, "visits", "up", date(2014, 1, 3)))
    values = [value for _, value in readings]
    latest = words.index(f"{values[-1]:.0f}")
    assert (
        words[latest:]
        == [f"{n:.0f}" for n in (values[-1], max(values), min(values))][: len(words) - latest]
    )
    assert len(words) < 25


# --- that it can be read ------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2.2 counts it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


OWN = legends.of(
    Policy(
        labels={"red": "failing"},
        colours=dict(zip(BRAG.shades, ("white", "black", "magenta", "cyan"), strict=True)),
    )
)
PAINTS = {
    **paint.PAINT,
    **{f"own {colour}": paint.of(colour, OWN) for colour in OWN.shades},
}


@pytest.mark.parametrize("look", PAINTS.values(), ids=PAINTS)
def test_what_is_written_on_a_paint_and_its_edge_on_paper_can_be_seen(look: paint.Paint) -> None:
    assert contrast(look.text, look.fill) >= 4.5
    assert contrast(look.edge, paint.PAPER) >= 3


def test_no_rating_is_told_by_its_colour_alone() -> None:
    shapes = [paint.PAINT[colour].shape for colour in COLOURS]
    assert shapes == ["square", "triangle", "circle", "star", "dash"]
    greys = [paint.PAINT[colour].fill for colour in COLOURS]
    assert all(contrast(one, other) > 1.5 for one, other in pairwise(greys))
    assert contrast(paint.PAINT["first"].fill, paint.PAINT["second"].fill) > 3


def test_a_plan_that_gives_a_rating_another_colour_has_it_in_its_pictures_with_its_own_shape() -> (
    None
):
    assert paint.of("red", BRAG) == paint.PAINT["red"]
    assert paint.of("red", OWN).shape == "square"
    assert paint.of("red", OWN).fill != paint.PAINT["red"].fill
    assert paint.of("unrated", OWN) == paint.PAINT["unrated"]


@every_picture
def test_a_picture_can_be_read(picture: Picture) -> None:
    assert_legible(charts.draw(picture, BRAG))


def assert_legible(drawing: Drawing) -> None:
    """See that nothing lies outside, no text on another, and each on what it can be read on."""
    sheet = Box(-0.5, -0.5, drawing.width + 0.5, drawing.height + 0.5)
    assert [shape for shape in drawing.shapes if not box_of(shape).is_inside(sheet)] == []
    boxes = [(text, text.box) for text in texts(drawing)]
    assert [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.meets(other)] == []
    for at, shape in enumerate(drawing.shapes):
        if isinstance(shape, Text):
            assert contrast(shape.fill, ground(shape, drawing.shapes[:at])) >= 4.5
            assert shape.size >= 12
    for one, other in combinations(fields(drawing), 2):
        assert not one.meets(other)
    lines = [shape.points for shape in drawing.shapes if isinstance(shape, Line)]
    pairs = [pair for points in lines for pair in pairwise(points)]
    assert [text for text, box in boxes if any(box.is_cut(*pair) for pair in pairs)] == []


def ground(text: Text, below: tuple[Shape, ...]) -> str:
    """Give the colour that a text stands on: all of it on paper, or all of it in one field."""
    fills = [s for s in below if isinstance(s, Rectangle) and box_of(s).meets(text.box)]
    assert all(text.box.is_inside(box_of(field)) for field in fills)
    return fills[-1].fill if fills else paint.PAPER


def fields(drawing: Drawing) -> list[Box]:
    """Give the painted fields, with the half of their edge that lies outside."""
    painted = [s for s in drawing.shapes if isinstance(s, Rectangle) and s.edge]
    return [Box(s.x - 0.5, s.y - 0.5, s.x + s.width + 0.5, s.y + s.height + 0.5) for s in painted]


def box_of(shape: Shape) -> Box:
    match shape:
        case Text():
            return shape.box
        case Rectangle(x, y, wide, high):
            return Box(x, y, x + wide, y + high)
        case Circle(x, y, radius):
            return Box(x - radius, y - radius, x + radius, y + radius)
        case Line(points=points) | Polygon(points=points):
            across, down = zip(*points, strict=True)
            return Box(min(across), min(down), max(across), max(down))


words = st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE))
numbers = st.one_of(st.integers(0, 40), st.integers(0, 10**18))
values = st.one_of(st.integers(-100, 100), st.floats())
days = st.one_of(st.dates(), st.dates(date(2013, 10, 1), date(2014, 9, 30)))
readings = st.lists(st.tuples(days, values), max_size=12).map(
    lambda found: tuple(sorted(found, key=lambda reading: reading[0]))
)


@st.composite
def counted(draw: st.DrawFn) -> Picture:
    """Give bars or columns of anything."""
    size = draw(st.integers(0, 30))
    keys = draw(st.lists(st.sampled_from([*paint.PAINT]), max_size=5, unique=True))
    each = st.lists(numbers, min_size=size, max_size=size).map(tuple)
    series = tuple(Series(key, draw(words), draw(each)) for key in keys)
    labels = tuple(draw(st.lists(words, min_size=size, max_size=size)))
    together = draw(st.integers(1, 3))
    if draw(st.booleans()):
        return Bars(labels, series, draw(words), together)
    return Columns(labels, series, draw(words), draw(st.booleans()), together)


courses = st.builds(
    Course,
    readings,
    st.one_of(
        st.just(()),
        st.tuples(*2 * [st.tuples(days, values)]).map(
            lambda ends: tuple(sorted(ends, key=lambda end: end[0]))
        ),
    ),
    st.one_of(st.none(), values),
    words,
    st.sampled_from(["up", "down"]),
    days,
)


@given(picture=st.one_of(counted(), courses))
def test_whatever_is_counted_the_picture_can_be_read(picture: Picture) -> None:
    drawing = charts.draw(picture, BRAG)
    assert_legible(drawing)
    assert in_svg(drawing) == in_emf(emf.render(drawing)) == [text.text for text in texts(drawing)]


def test_a_value_that_has_no_place_on_any_axis_is_left_out() -> None:
    wild = CASES._replace(
        readings=((date(2014, 1, 6), nan), (date(2014, 2, 3), inf), (date(2014, 4, 7), 64)),
        target=-inf,
        line=(),
    )
    assert said(wild)[-2:] == ["as at 1 May 2014", "64"]


# --- as SVG -------------------------------------------------------------------------------------


def test_an_svg_is_one_image_with_a_name_and_a_description() -> None:
    drawing = charts.draw(CASES, BRAG)
    root = ET.fromstring(svg.render(drawing, "Cases & more", "Down from 143.", "m1"))  # noqa: S314 - our own
    title, description = root[:2]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "m1-title m1-desc"
    assert (title.get("id"), title.text) == ("m1-title", "Cases & more")
    assert (description.get("id"), description.text) == ("m1-desc", "Down from 143.")
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


@every_picture
def test_an_svg_fetches_runs_and_styles_nothing(picture: Picture) -> None:
    drawing = charts.draw(picture, BRAG)
    root = ET.fromstring(svg.render(drawing, "A title", "What is seen.", "p1"))  # noqa: S314 - our own
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "polyline", "polygon", "circle", "text"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if "href" in name or name.startswith("on")}
    assert "style" not in attributes


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_a_hostile_text_is_inert_and_whole_as_far_as_there_is_room(text: str) -> None:
    drawing = charts.draw(Bars((text,), (Series("red", text, (3,)),), text), BRAG)
    assert_legible(drawing)
    source = svg.render(drawing, text, text, "p1")
    root = ET.fromstring(source)  # noqa: S314 - our own
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e\ud800-\udfff]", source)
    assert "<script" not in source
    assert len(root.findall("{http://www.w3.org/2000/svg}text")) == len(texts(drawing))
    assert in_emf(emf.render(drawing)) == in_svg(drawing)


def test_a_label_that_is_too_long_ends_at_a_word() -> None:
    label = "the quality of the practice of every team with children, young people and families"
    *_, first, second, _ = said(Bars((label,), rated((1,)), "actions"))
    assert label.startswith(f"{first} {second.removesuffix(chr(0x2026))}")
    assert second.endswith("\u2026")
    assert label[len(first) + len(second)] in " ,"


# --- as an Enhanced Metafile --------------------------------------------------------------------


def records(content: bytes) -> list[tuple[int, bytes]]:
    """Read the records of a metafile, each with its type."""
    found, at = [], 0
    while at < len(content):
        kind, size = unpack_from("<2I", content, at)
        assert size % 4 == 0
        assert size >= 8
        found.append((kind, content[at : at + size]))
        at += size
    assert at == len(content)
    return found


def in_emf(content: bytes) -> list[str]:
    """Give the texts of a metafile."""
    found = []
    for kind, record in records(content):
        if kind == emf.EXTTEXTOUTW:
            length, at = unpack_from("<2I", record, 44)
            found.append(record[at : at + 2 * length].decode("utf-16-le"))
    return found


@every_picture
def test_the_header_of_a_metafile_says_what_follows(picture: Picture) -> None:
    drawing = charts.draw(picture, BRAG)
    content = emf.render(drawing)
    found = records(content)
    (kind, header), (last, end) = found[0], found[-1]
    bounds, frame = unpack_from("<4i", header, 8), unpack_from("<4i", header, 24)
    signature, version, total, number, handles = unpack_from("<4s3IH", header, 40)
    across, down, wide, high = unpack_from("<4i", header, 72)
    assert (kind, last) == (emf.HEADER, emf.EOF)
    assert (signature, version) == (b" EMF", 0x10000)
    assert (total, number) == (len(content), len(found))
    assert handles == 1 + sum(kind in CREATES for kind, _ in found)
    assert [round(part / 26.4583) for part in frame] == [0, 0, drawing.width, round(drawing.height)]
    assert bounds[2] * wide / across * 100 <= frame[2] + 1
    assert bounds[3] * high / down * 100 <= frame[3] + 1
    assert unpack_from("<I", end, len(end) - 4) == (len(end),)


CREATES = {emf.CREATEPEN, emf.CREATEBRUSHINDIRECT, emf.EXTCREATEFONTINDIRECTW}


@every_picture
def test_a_metafile_uses_what_it_made_and_leaves_nothing_behind(picture: Picture) -> None:
    made: set[int] = set()
    for kind, record in records(emf.render(charts.draw(picture, BRAG))):
        (handle,) = unpack_from("<I", record, 8) if len(record) > 8 else (0,)
        if kind in CREATES:
            assert handle not in made
            made.add(handle)
        elif kind == emf.SELECTOBJECT:
            assert handle in made or handle >= 0x80000000
        elif kind == emf.DELETEOBJECT:
            made.remove(handle)
    assert made == set()


def test_what_is_drawn_in_a_metafile_lies_within_its_bounds() -> None:
    content = emf.render(charts.draw(PICTURES["bars"], BRAG))
    _, _, right, bottom = unpack_from("<4i", content, 8)
    shown = {emf.RECTANGLE, emf.ELLIPSE, emf.POLYGON, emf.POLYLINE}
    boxes = [unpack_from("<4i", record, 8) for kind, record in records(content) if kind in shown]
    assert boxes
    for box in boxes:
        assert -emf.UNITS <= box[0] <= box[2] <= right + emf.UNITS
        assert -emf.UNITS <= box[1] <= box[3] <= bottom + emf.UNITS


def test_each_letter_of_a_metafile_leads_on_by_its_own_width() -> None:
    content = emf.render(Drawing(100, 20, (Text(0, 10, "Wij \U0001f600"),)))
    record = next(record for kind, record in records(content) if kind == emf.EXTTEXTOUTW)
    length, _, _, *_, at = unpack_from("<3I4iI", record, 44)
    steps = unpack_from(f"<{length}I", record, at)
    assert steps[0] > 3 * steps[1] == 3 * steps[2]
    assert steps[-1] == 0
    assert sum(steps) / emf.UNITS == pytest.approx(width("Wij \U0001f600", 13), abs=0.2)


def test_a_dashed_line_is_drawn_as_its_strokes() -> None:
    line = Line(((0, 0), (30, 0)), paint.INK, dash=(6, 4))
    assert strokes(line) == (
        ((0, 0), (6, 0)),
        ((10, 0), (16, 0)),
        ((20, 0), (26, 0)),
        ((30, 0), (30, 0)),
    )
    assert strokes(line._replace(dash=None)) == (line.points,)
    assert strokes(Line(((5, 5), (5, 5)), paint.INK, dash=(6, 4))) == (((5, 5), (5, 5)),)


def needed(module: str, *programs: str) -> None:
    """Skip a test where a module or program is not installed; where all must be, fail."""
    missing = [program for program in programs if shutil.which(program) is None]
    missing += [] if find_spec(module) else [module]
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no {missing[0]} here")


def test_a_word_processor_draws_a_metafile_as_lines_and_words(tmp_path: Path) -> None:
    """LibreOffice shows it in a Word file: its texts are text, its colours there, no bitmap."""
    needed("docx", "soffice", "pdftotext", "pdfimages", "pdftoppm")
    picture = PICTURES["bars"]
    write_word(tmp_path / "picture.docx", emf.render(charts.draw(picture, BRAG)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run(
        [*convert, str(tmp_path / "picture.docx")], check=True, capture_output=True, timeout=120
    )
    pdf = str(tmp_path / "picture.pdf")
    words = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True)
    assert {"vision", "14", "11", "red: off track"} <= set(words.stdout.splitlines())
    images = subprocess.run(["pdfimages", "-list", pdf], check=True, capture_output=True)
    assert len(images.stdout.splitlines()) == 2
    pixels = subprocess.run(["pdftoppm", "-r", "60", pdf], check=True, capture_output=True).stdout
    for colour in COLOURS:
        assert pixels.count(bytes.fromhex(paint.PAINT[colour].fill[1:])) > 20


def write_word(path: Path, content: bytes) -> None:
    """Write a Word file that shows a metafile, 17 cm wide."""
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    document = docx.Document()
    part = Part(PackURI("/word/media/p1.emf"), "image/x-emf", content, document.part.package)
    ident = document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    _, _, right, bottom = unpack_from("<4i", content, 24)
    size = f'cx="{right * 360}" cy="{bottom * 360}"'
    drawn = DRAWN.replace("SIZE", size).replace("IDENT", ident)
    document.add_paragraph().add_run()._r.append(parse_xml(drawn))  # noqa: SLF001 - as its own docs do
    document.save(str(path))


_OPEN = "http://schemas.openxmlformats.org"
DRAWN = f"""
<w:drawing xmlns:w="{_OPEN}/wordprocessingml/2006/main"
  xmlns:wp="{_OPEN}/drawingml/2006/wordprocessingDrawing"
  xmlns:a="{_OPEN}/drawingml/2006/main" xmlns:pic="{_OPEN}/drawingml/2006/picture"
  xmlns:r="{_OPEN}/officeDocument/2006/relationships">
 <wp:inline><wp:extent SIZE/><wp:docPr id="1" name="p1" descr="What is seen."/>
  <a:graphic><a:graphicData uri="{_OPEN}/drawingml/2006/picture"><pic:pic>
   <pic:nvPicPr><pic:cNvPr id="1" name="p1"/><pic:cNvPicPr/></pic:nvPicPr>
   <pic:blipFill><a:blip r:embed="IDENT"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>
   <pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext SIZE/></a:xfrm>
    <a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>
  </pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>
"""
