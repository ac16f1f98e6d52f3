"""What readings show: every word where it just applies and where it just does not, with its reason.

Every figure is made up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplan import measures
from actionplan.errors import WrongUsageError
from actionplan.model import Measure, Plan, Reading

if TYPE_CHECKING:
    from actionplan.measures import Told

DAY = timedelta(days=1)
START, BY = date(2014, 1, 1), date(2014, 4, 11)
"""A line of a hundred days: a target 100 away is one a day away."""
AS_AT = date(2014, 3, 1)


def read(*values: tuple[int, float]) -> tuple[Reading, ...]:
    """Give readings by how many days after the start each was taken."""
    return tuple(Reading(START + days * DAY, value) for days, value in values)


def measure(*values: tuple[int, float], **fields: Any) -> Measure:
    """Give a measure that goes from 200 down to 100 in a hundred days."""
    sound = Measure("M1", "Cases", ("F1",), "cases", "down", 200, 100, None, BY)
    return sound._replace(readings=read(*values), **fields)


# --- against the target -------------------------------------------------------------------------

STANDING: list[tuple[str, Measure, str]] = [
    ("no reading", measure(), "No reading yet."),
    ("no reading", measure(by=AS_AT), "No reading yet."),
    (
        "no reading",
        measure(by=AS_AT - DAY),
        "No reading yet, and its date, 28 February 2014, has passed.",
    ),
    ("no reading", measure((90, 150)), "No reading yet."),
    (
        "no target",
        measure((0, 200), (30, 170), target=None),
        "170 cases on 31 January 2014, from 200; no target is set.",
    ),
    (
        "no target",
        measure((0, 201), (30, 170), target=None, baseline=None),
        "170 cases on 31 January 2014, from 201; no target is set.",
    ),
    (
        "no target",
        measure((30, 170), target=None, baseline=None),
        "170 cases on 31 January 2014; no target is set.",
    ),
    (
        "on target",
        measure((0, 200), (30, 100)),
        "100 cases on 31 January 2014, from 200; the target of 100 by 11 April 2014 is met.",
    ),
    (
        "on target",
        measure((0, -200), (30, -90), better="up", baseline=-200, target=-100),
        "-90 cases on 31 January 2014, from -200; the target of -100 by 11 April 2014 is met.",
    ),
    (
        "on course",
        measure((0, 200), (30, 169)),
        "169 cases on 31 January 2014, from 200; the line to 100 by 11 April 2014 would be at "
        "170: ahead of it.",
    ),
    (
        "on course",
        measure((0, 200), (30, 170)),
        "170 cases on 31 January 2014, from 200; the line to 100 by 11 April 2014 would be at "
        "170: on it.",
    ),
    (
        "on course",
        measure((0, 230), (30, 170)),
        "170 cases on 31 January 2014, from 200; the line to 100 by 11 April 2014 would be at "
        "170: on it.",
    ),
    (
        "off course",
        measure((0, 200), (30, 170.5)),
        "170.5 cases on 31 January 2014, from 200; the line to 100 by 11 April 2014 would be at "
        "170: behind it.",
    ),
    (
        "off course",
        measure((0, 200), (30, 170), by=BY - DAY),
        "170 cases on 31 January 2014, from 200; the line to 100 by 10 April 2014 would be at "
        "169.7: behind it.",
    ),
    (
        "within tolerance",
        measure((0, 200), (30, 175), tolerance=5),
        "175 cases on 31 January 2014, from 200; the line to 100 by 11 April 2014 would be at "
        "170: behind it, within the tolerance of 5.",
    ),
    (
        "within tolerance",
        measure((0, 200), (30, 175), tolerance="5%"),
        "175 cases on 31 January 2014, from 200; the line to 100 by 11 April 2014 would be at "
        "170: behind it, within the tolerance of 5% of the target.",
    ),
    (
        "off course",
        measure((0, 200), (30, 175.1), tolerance="5%"),
        "175.1 cases on 31 January 2014, from 200; the line to 100 by 11 April 2014 would be at "
        "170: behind it.",
    ),
    (
        "off course",
        measure((0, 200), (30, 141), tolerance="50%", target=0),
        "141 cases on 31 January 2014, from 200; the line to 0 by 11 April 2014 would be at "
        "140: behind it.",
    ),
    (
        "not met",
        measure((0, 200), (58, 103), by=AS_AT - DAY),
        "103 cases on 28 February 2014, from 200; the target of 100 by 28 February 2014 is not "
        "met.",
    ),
    (
        "within tolerance",
        measure((0, 200), (58, 103), by=AS_AT - DAY, tolerance=3),
        "103 cases on 28 February 2014, from 200; within the tolerance of 3 of the target of 100 "
        "by 28 February 2014.",
    ),
    (
        "not met",
        measure((30, 103), by=None),
        "103 cases on 31 January 2014, from 200; the target of 100, which has no date, is not met.",
    ),
    (
        "within tolerance",
        measure((30, 103), by=None, tolerance=3),
        "103 cases on 31 January 2014, from 200; within the tolerance of 3 of the target of 100, "
        "which has no date.",
    ),
    (
        "not met",
        measure((30, 170), by=START),
        "170 cases on 31 January 2014, from 200; the target of 100 by 1 January 2014 is not met.",
    ),
    (
        "not read",
        measure((0, 200), (30, 170), by=AS_AT - DAY),
        "Not read since 31 January 2014, and its date, 28 February 2014, has passed. 170 cases on "
        "31 January 2014, from 200; the line to 100 by 28 February 2014 would be at 148: behind "
        "it.",
    ),
    (
        "on course",
        measure((-61, 200), by=BY),
        "200 cases on 1 November 2013, from 200; the line to 100 by 11 April 2014 would be at "
        "200: on it.",
    ),
    (
        "not read",
        measure((-62, 200), by=BY),
        "Not read since 31 October 2013, longer than 4 months ago. 200 cases on 31 October 2013, "
        "from 200; the line to 100 by 11 April 2014 would be at 200: on it.",
    ),
    (
        "not read",
        measure((-62, 200), target=None, by=None),
        "Not read since 31 October 2013, longer than 4 months ago. 200 cases on 31 October 2013, "
        "from 200; no target is set.",
    ),
    (
        "on target",
        measure((-200, 200), (-190, 90), by=START - 190 * DAY),
        "90 cases on 25 June 2013, from 200; the target of 100 by 25 June 2013 is met.",
    ),
    (
        "on target",
        measure((30, 170), better="up"),
        "170 cases on 31 January 2014, from 200; the target of 100 by 11 April 2014 is met, as it "
        "was by the baseline: better is up.",
    ),
]


@pytest.mark.parametrize(("word", "made", "sentence"), STANDING)
def test_a_measure_stands_against_its_target(word: str, made: Measure, sentence: str) -> None:
    assert measures.standing(made, AS_AT) == (word, sentence)


def test_the_line_goes_straight_from_the_baseline_to_the_target() -> None:
    made = measure((0, 230), (30, 170))
    first = measures.known(made, AS_AT)[0]
    for days, at in ((-1, 200), (0, 200), (1, 199), (50, 150), (99, 101), (100, 100), (500, 100)):
        assert measures.expected(made, START + days * DAY, first) == at
    from_first = made._replace(baseline=None)
    assert measures.expected(from_first, START, first) == 230
    assert measures.expected(made._replace(by=None), START, first) is None
    assert measures.expected(made._replace(target=None), START, first) is None


@pytest.mark.parametrize(
    ("tolerance", "target", "allowed", "words"),
    [
        (None, 100, 0, ""),
        (5, 100, 5, "5 cases"),
        (2.5, None, 2.5, "2.5 cases"),
        (-5, 100, 0, "-5 cases"),
        ("5%", 90, 4.5, "5% of the target, 4.5 cases"),
        ("5 %", -90, 4.5, "5 % of the target, 4.5 cases"),
        ("5%", 0, 0, "5% of a target of 0 or none, which is nothing: give a number"),
        ("5%", None, 0, "5% of a target of 0 or none, which is nothing: give a number"),
    ],
)
def test_a_tolerance_is_a_number_or_a_per_cent_of_the_target(
    tolerance: float | str | None, target: float | None, allowed: float, words: str
) -> None:
    made = measure(tolerance=tolerance, target=target)
    assert measures.allowance(made) == allowed
    assert measures.tolerance_in_words(made) == words


# --- the direction of travel --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "word", "sentence"),
    [
        ((), "unknown", "No reading yet."),
        (((0, 9),), "unknown", "There is no reading before that of 1 January 2014."),
        (((0, 9), (1, 8)), "better", "8 cases on 2 January 2014, 9 on 1 January 2014."),
        (((0, 9), (1, 9)), "same", "9 cases on 2 January 2014, 9 on 1 January 2014."),
        (((0, 9), (1, 9.1)), "worse", "9.1 cases on 2 January 2014, 9 on 1 January 2014."),
        (((1, 9), (0, 9.1)), "better", "9 cases on 2 January 2014, 9.1 on 1 January 2014."),
        (((0, 9), (1, 8), (90, 10)), "better", "8 cases on 2 January 2014, 9 on 1 January 2014."),
    ],
)
def test_short_is_against_the_reading_before(
    values: tuple[tuple[int, float], ...], word: str, sentence: str
) -> None:
    assert measures.short(measure(*values, tolerance=5), AS_AT) == (word, sentence)


@pytest.mark.parametrize(
    ("values", "word", "sentence"),
    [
        ((), "unknown", "No reading yet."),
        (((0, 9),), "unknown", "There is no reading of about 1 January 2013."),
        (((-319, 8), (0, 9)), "worse", "9 cases on 1 January 2014, 8 on 16 February 2013."),
        (((-318, 8), (0, 9)), "unknown", "There is no reading of about 1 January 2013."),
        (((-411, 9), (0, 9)), "same", "9 cases on 1 January 2014, 9 on 16 November 2012."),
        (((-412, 9), (0, 9)), "unknown", "There is no reading of about 1 January 2013."),
        (
            ((-370, 7), (-366, 10), (-350, 7), (0, 9)),
            "better",
            "9 cases on 1 January 2014, 10 on 31 December 2012.",
        ),
        (
            ((-366, 10), (-364, 7), (0, 9)),
            "better",
            "9 cases on 1 January 2014, 10 on 31 December 2012.",
        ),
    ],
)
def test_long_is_against_the_reading_nearest_to_a_year_before(
    values: tuple[tuple[int, float], ...], word: str, sentence: str
) -> None:
    assert measures.long(measure(*values), AS_AT) == (word, sentence)


def test_of_two_readings_for_one_day_the_worse_counts() -> None:
    for values in (((0, 9), (0, 8)), ((0, 8), (0, 9))):
        assert measures.known(measure(*values), AS_AT) == ((START, 9),)
        assert measures.known(measure(*values, better="up"), AS_AT) == ((START, 8),)


# --- impact -------------------------------------------------------------------------------------

IMPACT: list[tuple[str, Measure, str]] = [
    ("too early", measure(), "No reading yet."),
    ("too early", measure((90, 9)), "No reading yet."),
    (
        "too early",
        measure((0, 200)),
        "one reading, 200 cases on 1 January 2014, and nothing after it.",
    ),
    (
        "too early",
        measure((0, 150), baseline=None),
        "one reading, 150 cases on 1 January 2014, and nothing after it.",
    ),
    ("improving", measure((0, 150)), "150 cases on 1 January 2014, from 200."),
    ("worsening", measure((0, 250)), "250 cases on 1 January 2014, from 200."),
    (
        "improving",
        measure((0, 150), (1, 149), baseline=None),
        "149 cases on 2 January 2014, from 150.",
    ),
    ("improving", measure((0, 200), (1, 150), (2, 150)), "150 cases on 3 January 2014, from 200."),
    (
        "worsening",
        measure((0, 200), (1, 150), (2, 151)),
        "151 cases on 3 January 2014, from 200, but worse than the 150 of 2 January 2014.",
    ),
    (
        "worsening",
        measure((0, 200), (1, 199), (2, 200)),
        "200 cases on 3 January 2014, from 200, but worse than the 199 of 2 January 2014.",
    ),
    (
        "worsening",
        measure((0, 200), (1, 220), (2, 210)),
        "210 cases on 3 January 2014, from 200; better than the 220 of 2 January 2014, and still "
        "worse than at the start.",
    ),
    ("steady", measure((0, 200), (1, 220), (2, 200)), "200 cases on 3 January 2014, from 200."),
    ("steady", measure((0, 200), (1, 200)), "200 cases on 2 January 2014, from 200."),
    (
        "improving",
        measure((-62, 150)),
        "150 cases on 31 October 2013, from 200. Not read since 31 October 2013, longer than 4 "
        "months ago.",
    ),
]


@pytest.mark.parametrize(("word", "made", "sentence"), IMPACT)
def test_the_impact_that_one_measure_shows(word: str, made: Measure, sentence: str) -> None:
    assert measures.progress(made, AS_AT) == (word, sentence)


GOOD = measure((0, 150), title="Good")
BAD = measure((0, 250), id="M2", findings=("F1", "F2"))
FLAT = measure((0, 200), (1, 200), id="M3", findings=("F3",))
NEW = measure(id="M4", findings=("F3",))


@pytest.mark.parametrize(
    ("found", "refs", "told"),
    [
        ((), ("F1",), ("no measure", "Nothing is measured for F1.")),
        ((FLAT,), ("F1", "F2"), ("no measure", "Nothing is measured for F1, F2.")),
        ((GOOD,), ("F1",), ("improving", "M1: 150 cases on 1 January 2014, from 200.")),
        (
            (GOOD,),
            ("F1", "F2"),
            ("improving", "M1: 150 cases on 1 January 2014, from 200. No measure of F2."),
        ),
        (
            (GOOD, BAD),
            ("F1", "F2"),
            (
                "worsening",
                "2 measures: 1 worsening, 1 improving; the worst counts. M2: 250 cases on "
                "1 January 2014, from 200.",
            ),
        ),
        (
            (GOOD, FLAT, NEW),
            ("F1", "F3"),
            (
                "steady",
                "3 measures: 1 steady, 1 too early, 1 improving; the worst counts. M3: 200 cases "
                "on 2 January 2014, from 200.",
            ),
        ),
        (
            (GOOD, NEW),
            ("F1", "F3"),
            (
                "too early",
                "2 measures: 1 too early, 1 improving; the worst counts. M4: No reading yet.",
            ),
        ),
    ],
)
def test_the_impact_on_findings_is_that_of_the_worst_measure(
    found: tuple[Measure, ...], refs: tuple[str, ...], told: tuple[str, str]
) -> None:
    assert measures.impact(Plan(measures=found), refs, AS_AT) == told


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value", "figure"),
    [
        ("96", 96, "96"),
        (" 96.0 ", 96, "96"),
        ("12.50", 12.5, "12.5"),
        ("-3", -3, "-3"),
        ("+.5", 0.5, "0.5"),
        ("-0", 0, "0"),
        ("1234567.25", 1234567.25, "1234567.25"),
        ("123456789012345", 123456789012345, "123456789012345"),
    ],
)
def test_a_number_is_kept_as_it_was_typed(typed: str, value: float, figure: str) -> None:
    number = measures.parse_number(typed, "The reading")
    assert (number, type(number)) == (value, type(value))
    assert measures.figure(number) == figure


@pytest.mark.parametrize(
    "typed",
    ["", "nan", "inf", "-inf", "1e3", "1,234", "12,5", "96%", "£5", "0x10", "1_000", "5.", "٣"],
)
def test_what_is_no_number_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(
        WrongUsageError, match=r"The reading is '.*', which is not read as a number"
    ):
        measures.parse_number(typed, "The reading")


def test_a_number_too_long_to_be_kept_exactly_is_refused() -> None:
    with pytest.raises(WrongUsageError, match="at most 15 digits"):
        measures.parse_number("1234567890123456", "The reading")


def test_a_per_cent_is_read_as_a_tolerance() -> None:
    assert measures.parse_tolerance("5") == 5
    assert measures.parse_tolerance(" 2.50 % ") == "2.5%"
    with pytest.raises(WrongUsageError, match="The tolerance is 'some'"):
        measures.parse_tolerance("some")


# --- what holds for every measure ---------------------------------------------------------------

numbers = st.one_of(st.integers(-500, 500), st.decimals(-500, 500, places=2).map(float))
days = st.integers(-900, 900).map(lambda number: START + number * DAY)
readings = st.lists(st.builds(Reading, days, numbers), max_size=8, unique_by=lambda r: r.on)
shares = st.integers(0, 20).map(lambda number: f"{number}%")
made = st.builds(
    Measure,
    st.just("M1"),
    st.just("Cases"),
    st.just(("F1",)),
    st.just("cases"),
    st.sampled_from(["up", "down"]),
    st.none() | numbers,
    st.none() | numbers,
    st.none() | st.integers(0, 50) | shares,
    st.none() | days,
    readings.map(tuple),
)
RANKED = (measures.NO_TARGET, *measures.STANDINGS)
TURNED = {"better": "worse", "worse": "better"}
OTHER = {"up": "down", "down": "up"}


def all_told(shown: Measure, as_at: date) -> list[Told]:
    """Give everything that is told of a measure on a day."""
    ways = (measures.standing, measures.short, measures.long, measures.progress)
    plan = Plan(measures=(shown,))
    return [*(told(shown, as_at) for told in ways), measures.impact(plan, ("F1",), as_at)]


@given(made, days, st.integers(0, 1500))
def test_waiting_without_readings_never_makes_a_measure_look_better(
    shown: Measure, as_at: date, waited: int
) -> None:
    there = tuple(r for r in shown.readings if r.on and r.on <= as_at)
    shown = shown._replace(readings=there)
    now = measures.standing(shown, as_at).word
    then = measures.standing(shown, as_at + waited * DAY).word
    if there:
        assert RANKED.index(then) >= RANKED.index(now)
    else:
        assert then == now == "no reading"
    for told in (measures.short, measures.long, measures.progress):
        assert told(shown, as_at).word == told(shown, as_at + waited * DAY).word


@given(made, days, st.randoms())
def test_the_order_of_readings_in_the_file_does_not_matter(
    shown: Measure, as_at: date, chance: Any
) -> None:
    shuffled = list(shown.readings)
    chance.shuffle(shuffled)
    assert all_told(shown, as_at) == all_told(shown._replace(readings=tuple(shuffled)), as_at)


@given(made, days)
def test_turning_better_around_turns_the_direction_around(shown: Measure, as_at: date) -> None:
    turned = shown._replace(better=OTHER[shown.better])
    for told in (measures.short, measures.long):
        word = told(shown, as_at).word
        assert told(turned, as_at).word == TURNED.get(word, word)


@given(made, days)
def test_the_mirror_of_a_measure_shows_the_same(shown: Measure, as_at: date) -> None:
    def minus(value: float | None) -> float | None:
        return None if value is None else -value

    mirror = shown._replace(
        better=OTHER[shown.better],
        baseline=minus(shown.baseline),
        target=minus(shown.target),
        readings=tuple(r._replace(value=minus(r.value)) for r in shown.readings),
    )
    words = [told.word for told in all_told(shown, as_at)]
    assert [told.word for told in all_told(mirror, as_at)] == words


@given(made, days)
def test_a_reading_after_the_day_is_not_known_yet(shown: Measure, as_at: date) -> None:
    known = tuple(r for r in shown.readings if r.on and r.on <= as_at)
    assert all_told(shown, as_at) == all_told(shown._replace(readings=known), as_at)


@given(made, days, st.integers(0, 50))
def test_a_wider_tolerance_never_makes_a_measure_look_worse(
    shown: Measure, as_at: date, more: int
) -> None:
    exact = measures.standing(shown._replace(tolerance=None), as_at).word
    wide = measures.standing(shown._replace(tolerance=more), as_at).word
    if exact in RANKED:
        assert RANKED.index(wide) <= RANKED.index(exact)


@given(made, days)
def test_every_reason_is_a_sentence(shown: Measure, as_at: date) -> None:
    for told in all_told(shown, as_at):
        assert told.sentence.endswith(".")
        assert ".0 " not in told.sentence
        assert "None" not in told.sentence
