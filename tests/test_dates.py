"""Words to dates: the whole grammar as a table, what is refused, and England's working days."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplan import dates
from actionplan.errors import WrongUsageError
from actionplan.model import Period

TODAY = date(2014, 2, 12)
"""A Wednesday."""
DAY = timedelta(days=1)
any_day = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def refused(text: str, today: date = TODAY) -> str:
    """Give the sentence with which a text is refused."""
    with pytest.raises(dates.NotADateError) as error:
        dates.parse(text, today)
    assert error.value.exit_code == 2
    return error.value.sentence


# --- the grammar --------------------------------------------------------------------------------

READ = [
    # year first
    ("2026-03-31", date(2026, 3, 31)),
    ("2026-3-1", date(2026, 3, 1)),
    (" 2026-03-31\n", date(2026, 3, 31)),
    # numbers, the day first
    ("31/03/2026", date(2026, 3, 31)),
    ("31.3.2026", date(2026, 3, 31)),
    ("31-3-2026", date(2026, 3, 31)),
    ("02/03/2026", date(2026, 3, 2)),
    # a day and a month in words
    ("31 Mar 2026", date(2026, 3, 31)),
    ("31 March 2026", date(2026, 3, 31)),
    ("31  MARCH   2026", date(2026, 3, 31)),
    ("31st March 2026", date(2026, 3, 31)),
    ("2nd of March, 2026", date(2026, 3, 2)),
    ("3rd Sept. 2026", date(2026, 9, 3)),
    ("4th Sep 2026", date(2026, 9, 4)),
    ("1 of may 2026", date(2026, 5, 1)),
    # with no year, the next one
    ("31 March", date(2014, 3, 31)),
    ("12 Feb", date(2014, 2, 12)),
    ("11 Feb", date(2015, 2, 11)),
    ("1 january", date(2015, 1, 1)),
    # near days
    ("today", TODAY),
    ("Today", TODAY),
    ("tomorrow", date(2014, 2, 13)),
    ("yesterday", date(2014, 2, 11)),
    # ahead
    ("+10d", date(2014, 2, 22)),
    ("10d", date(2014, 2, 22)),
    ("10 days", date(2014, 2, 22)),
    ("in 1 day", date(2014, 2, 13)),
    ("+6w", date(2014, 3, 26)),
    ("1 week", date(2014, 2, 19)),
    ("in 2 weeks", date(2014, 2, 26)),
    ("20wd", date(2014, 3, 12)),
    ("+1wd", date(2014, 2, 13)),
    ("3wd", date(2014, 2, 17)),
    ("1 working day", date(2014, 2, 13)),
    ("in 3 working days", date(2014, 2, 17)),
    ("3m", date(2014, 5, 12)),
    ("1 month", date(2014, 3, 12)),
    ("in 11 months", date(2015, 1, 12)),
    ("+0d", TODAY),
    ("a fortnight", date(2014, 2, 26)),
    ("in a fortnight", date(2014, 2, 26)),
    # ends
    ("end of march", date(2014, 3, 31)),
    ("the end of March 2016", date(2016, 3, 31)),
    ("end feb", date(2014, 2, 28)),
    ("end of february 2016", date(2016, 2, 29)),
    ("end of january", date(2015, 1, 31)),
    ("end of the week", date(2014, 2, 14)),
    ("end of month", date(2014, 2, 28)),
    ("the end of the quarter", date(2014, 3, 31)),
    ("end of year", date(2014, 12, 31)),
]


@pytest.mark.parametrize(("words", "day"), READ)
def test_words_are_read_as_a_date(words: str, day: date) -> None:
    assert dates.parse(words, TODAY) == day


ENDS = [
    ("end of february", date(2014, 2, 28), date(2014, 2, 28)),
    ("end of february", date(2015, 3, 1), date(2016, 2, 29)),
    ("end of december", date(2014, 12, 31), date(2014, 12, 31)),
    ("end of quarter", date(2014, 10, 1), date(2014, 12, 31)),
    ("end of quarter", date(2014, 4, 1), date(2014, 6, 30)),
    ("end of week", date(2014, 2, 14), date(2014, 2, 14)),
    ("end of week", date(2014, 2, 15), date(2014, 2, 21)),
    ("+1m", date(2014, 1, 31), date(2014, 2, 28)),
    ("+1m", date(2016, 1, 31), date(2016, 2, 29)),
    ("+3m", date(2014, 11, 30), date(2015, 2, 28)),
    ("+12m", date(2016, 2, 29), date(2017, 2, 28)),
    ("+48m", date(2016, 2, 29), date(2020, 2, 29)),
]


@pytest.mark.parametrize(("words", "today", "day"), ENDS)
def test_months_end_where_the_month_ends(words: str, today: date, day: date) -> None:
    assert dates.parse(words, today) == day


def test_a_month_before_a_long_one_s_end_is_the_short_one_s() -> None:
    assert dates.earlier(date(2014, 3, 31), Period(1, "m")) == date(2014, 2, 28)
    assert dates.earlier(date(2014, 1, 15), Period(1, "m")) == date(2013, 12, 15)
    assert dates.earlier(date(2014, 2, 12), Period(28, "d")) == date(2014, 1, 15)
    assert dates.earlier(date(2014, 2, 12), Period(2, "w")) == date(2014, 1, 29)
    assert dates.earlier(date(2014, 2, 12), Period(3, "wd")) == date(2014, 2, 7)


WEEK = [date(2014, 2, 10) + at * DAY for at in range(7)]


@pytest.mark.parametrize("today", WEEK)
@pytest.mark.parametrize("name", dates.WEEKDAYS)
def test_a_weekday_is_the_next_one_after_today(name: str, today: date) -> None:
    day = dates.parse(name, today)
    assert dates.in_words(day).startswith(f"{name} ")
    assert today < day <= today + 7 * DAY
    assert dates.parse(name[:3].lower(), today) == day
    assert dates.parse(f"this {name}", today) == day


@pytest.mark.parametrize("today", WEEK)
@pytest.mark.parametrize("name", dates.WEEKDAYS)
def test_next_and_a_weekday_is_that_day_of_the_week_after_this_one(name: str, today: date) -> None:
    day = dates.parse(f"next {name}", today)
    assert dates.in_words(day).startswith(f"{name} ")
    assert date(2014, 2, 17) <= day <= date(2014, 2, 23)


def test_friday_on_a_friday_is_a_week_ahead() -> None:
    assert dates.parse("friday", date(2014, 2, 14)) == date(2014, 2, 21)
    assert dates.parse("next friday", date(2014, 2, 14)) == date(2014, 2, 21)
    assert dates.parse("friday", date(2014, 2, 10)) == date(2014, 2, 14)
    assert dates.parse("next friday", date(2014, 2, 10)) == date(2014, 2, 21)


# --- refusals -----------------------------------------------------------------------------------

NO_DATES = [
    "TBC", "tba", "TBD", "ongoing", "On-going", "on going", "ASAP", "continuous", "n/a", "NA",
    "rolling", "various", "immediate", "Immediately", "monthly", "quarterly",
]  # fmt: skip


@pytest.mark.parametrize("words", NO_DATES)
def test_words_that_stand_for_no_date_are_refused_with_what_to_do(words: str) -> None:
    assert refused(f" {words} ") == (
        f"'{words}' is not a date: nothing can be held to it. Give a day, which can be moved later "
        "with a reason; an action that has none yet is parked."
    )


SHORT_YEARS = [
    ("31/03/26", 2),
    ("31.3.26", 2),
    ("31 march 26", 2),
    ("end of march 26", 2),
    ("31/03/2", 1),
    ("31 mar 026", 3),
    ("31/03/02026", 5),
]


@pytest.mark.parametrize(("words", "digits"), SHORT_YEARS)
def test_a_year_that_is_not_whole_is_refused(words: str, digits: int) -> None:
    count = f"{digits} digit" + ("s" if digits > 1 else "")
    assert refused(words) == (
        f"'{words}' has a year of {count}: write all four, so that nobody has to guess the century."
    )


NO_DAYS = [
    "31 November",
    "31 November 2014",
    "31/11/2014",
    "2014-11-31",
    "29 February 2014",
    "00/01/2014",
    "2014-13-01",
    "03/31/2014",
    "0 march",
    "1/1/0000",
    "0000-01-01",
    "end of march 0000",
]


@pytest.mark.parametrize("words", NO_DAYS)
def test_a_day_that_no_calendar_has_is_refused(words: str) -> None:
    assert refused(words) == f"'{words}' is not a day in the calendar. {dates.HOW_TO_WRITE}"


NOT_READ = [
    "March",
    "march 2014",
    "3",
    "20140331",
    "",
    "   ",
    "31",
    "31/3",
    "31/3-2014",
    "March 31 2014",
    "31 Brumaire 2014",
    "next march",
    "next",
    "+6",
    "6w ago",
    "-6w",
    "+99999d",
    "end of",
    "end of time",
    "end of week 2014",
    "end of quarter 2014",
    "12wdays",
    "friday week",
    "31 March 2014 at noon",
    "2014-03-31T09:00",
]


@pytest.mark.parametrize("words", NOT_READ)
def test_what_is_not_read_for_certain_is_refused_with_what_to_write(words: str) -> None:
    said = refused(words)
    assert said == f"'{words.strip()}' is not read as a date. {dates.HOW_TO_WRITE}"
    assert "31/03/2026 (day first)" in said


def test_a_date_past_the_end_of_the_calendar_is_refused() -> None:
    assert "is not a day in the calendar" in refused("+9999w", date(9900, 1, 1))
    assert "is not a day in the calendar" in refused("+9999m", date(9900, 1, 1))
    assert "is not a day in the calendar" in refused("+30wd", date(9999, 12, 1))
    assert "is not a day in the calendar" in refused("tomorrow", date(9999, 12, 31))


def test_a_date_is_wrong_usage_like_any_other_word_that_is_not_understood() -> None:
    assert issubclass(dates.NotADateError, WrongUsageError)


words_of_the_grammar = st.lists(
    st.sampled_from(
        ["next", "this", "end", "of", "the", "in", "+", "-", "/", ".", "29", "31", "0", "9999",
         "2014", "feb", "march", "friday", "week", "month", "wd", "d", "w", "m", " ", "st",
         "working", "days", "quarter", "today", "\u0663", "\u00b2"]
    ),
    max_size=7,
)  # fmt: skip


@given(st.text() | words_of_the_grammar.map(" ".join) | words_of_the_grammar.map("".join), any_day)
def test_any_text_is_a_date_or_is_refused(text: str, today: date) -> None:
    try:
        day = dates.parse(text, today)
    except dates.NotADateError as error:
        assert error.sentence.endswith(".")  # noqa: PT017 - either way is right
    else:
        assert type(day) is date


# --- and back -----------------------------------------------------------------------------------


def test_a_date_is_stated_in_words() -> None:
    day = date(2014, 3, 3)
    assert dates.in_words(day) == "Monday 3 March 2014"
    assert dates.without_weekday(day) == "3 March 2014"
    assert dates.short(day) == "3 Mar 2014"


@given(any_day, any_day)
def test_a_date_as_a_file_or_a_sentence_states_it_is_read_back(day: date, today: date) -> None:
    assert dates.parse(day.isoformat(), today) == day
    assert dates.parse(dates.without_weekday(day), today) == day
    assert dates.parse(dates.short(day), today) == day
    assert dates.parse(f"{day.day:02}/{day.month:02}/{day.year}", today) == day


@given(any_day, any_day)
def test_a_date_as_it_is_echoed_with_its_weekday_is_read_back(day: date, today: date) -> None:
    assert dates.parse(dates.in_words(day), today) == day


def test_numbers_are_counted_in_words() -> None:
    assert dates.counted(0, "action") == "no actions"
    assert dates.counted(1, "action") == "1 action"
    assert dates.counted(2, "action") == "2 actions"
    assert dates.counted(2, "reply", "replies") == "2 replies"
    assert dates.counted(1, "reply", "replies") == "1 reply"
    assert [dates.times_in_words(number) for number in (1, 2, 3)] == ["once", "twice", "3 times"]


# --- periods ------------------------------------------------------------------------------------

PERIODS = [
    ("28d", Period(28, "d"), "28 days"),
    ("1wd", Period(1, "wd"), "1 working day"),
    ("20 WD", Period(20, "wd"), "20 working days"),
    (" 6w ", Period(6, "w"), "6 weeks"),
    ("1m", Period(1, "m"), "1 month"),
    ("0d", Period(0, "d"), "no days"),
]


@pytest.mark.parametrize(("text", "period", "words"), PERIODS)
def test_a_length_of_time_is_read_and_said(text: str, period: Period, words: str) -> None:
    assert dates.parse_period(text) == period
    assert dates.period_in_words(period) == words
    assert dates.parse_period(str(period)) == period


@pytest.mark.parametrize("text", ["", "28", "d", "-1d", "1y", "1.5w", "28d or so", "12345d"])
def test_what_is_no_length_of_time_is_none(text: str) -> None:
    assert dates.parse_period(text) is None


# --- bank holidays ------------------------------------------------------------------------------


def _by_the_library(year: int) -> list[date]:
    known = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return sorted(day for day in known if day.year == year and day.weekday() < 5)


@pytest.mark.parametrize("year", range(2012, 2041))
def test_bank_holidays_are_those_that_others_compute(year: int) -> None:
    assert list(dates.bank_holidays(year)) == _by_the_library(year)


PROCLAIMED = [
    (date(2012, 6, 4), True),  # the spring holiday, a week late
    (date(2012, 6, 5), True),
    (date(2012, 5, 28), False),
    (date(2020, 5, 8), True),
    (date(2020, 5, 4), False),
    (date(2022, 6, 2), True),
    (date(2022, 6, 3), True),
    (date(2022, 5, 30), False),
    (date(2022, 9, 19), True),
    (date(2023, 5, 8), True),
    (date(2023, 5, 1), True),
]


@pytest.mark.parametrize(("day", "holiday"), PROCLAIMED)
def test_days_that_were_proclaimed_are_known(day: date, *, holiday: bool) -> None:
    assert (day in dates.bank_holidays(day.year)) is holiday
    assert dates.is_working_day(day) is not holiday


CHRISTMASES = [
    (2020, [date(2020, 12, 25), date(2020, 12, 28)]),  # a Friday
    (2021, [date(2021, 12, 27), date(2021, 12, 28)]),  # a Saturday
    (2022, [date(2022, 12, 26), date(2022, 12, 27)]),  # a Sunday
    (2023, [date(2023, 12, 25), date(2023, 12, 26)]),  # a Monday
]


@pytest.mark.parametrize(("year", "days"), CHRISTMASES)
def test_christmas_on_a_weekend_moves_to_the_next_working_days(year: int, days: list[date]) -> None:
    assert [day for day in dates.bank_holidays(year) if day.month == 12] == days


# --- working days -------------------------------------------------------------------------------

LETTERS = [
    (date(2022, 9, 26), date(2023, 1, 5), 70),
    (date(2019, 12, 18), date(2020, 3, 30), 70),
    (date(2023, 5, 9), date(2023, 8, 16), 70),
    (date(2024, 5, 16), date(2024, 7, 10), 38),
    (date(2022, 7, 4), date(2022, 9, 12), 49),
    (date(2023, 5, 24), date(2023, 8, 3), 50),
    (date(2023, 2, 16), date(2023, 5, 19), 62),
    (date(2023, 3, 31), date(2023, 7, 6), 64),
    (date(2023, 3, 16), date(2023, 6, 23), 66),
    (date(2022, 2, 21), date(2022, 5, 30), 67),
    (date(2023, 11, 30), date(2024, 3, 9), 68),
    (date(2020, 1, 8), date(2020, 4, 16), 69),
    (date(2018, 5, 9), date(2018, 8, 18), 71),
    (date(2024, 12, 12), date(2025, 4, 11), 83),
]


@pytest.mark.parametrize(("letter", "stated", "count"), LETTERS)
def test_working_days_are_counted_as_in_letters_that_were_sent(
    letter: date, stated: date, count: int
) -> None:
    assert dates.working_days_between(letter, stated) == count


@pytest.mark.parametrize(
    ("letter", "stated"), [(letter, stated) for letter, stated, count in LETTERS if count == 70]
)
def test_seventy_working_days_from_a_letter_is_the_day_that_it_states(
    letter: date, stated: date
) -> None:
    assert dates.add_working_days(letter, 70) == stated
    assert dates.parse("70wd", letter) == stated
    assert dates.later(letter, Period(70, "wd")) == stated


def test_due_on_friday_is_a_working_day_late_on_monday_and_none_on_sunday() -> None:
    friday = date(2014, 2, 7)
    assert [dates.working_days_between(friday, friday + at * DAY) for at in range(5)] == [
        0,
        0,
        0,
        1,
        2,
    ]


near = st.dates(date(2011, 1, 1), date(2030, 12, 31))


@given(near, st.integers(-40, 800))
def test_working_days_are_what_counting_day_by_day_gives(start: date, length: int) -> None:
    days = [start + at * DAY for at in range(1, length + 1)]
    counted = sum(day.weekday() < 5 and day not in dates.bank_holidays(day.year) for day in days)
    assert dates.working_days_between(start, start + length * DAY) == counted


@given(near, st.integers(1, 300))
def test_adding_working_days_undoes_counting_them(start: date, count: int) -> None:
    end = dates.add_working_days(start, count)
    assert dates.is_working_day(end)
    assert dates.working_days_between(start, end) == count
    if dates.is_working_day(start):
        assert dates.add_working_days(end, -count) == start


@given(near)
def test_adding_no_working_days_stays_where_it_is(start: date) -> None:
    assert dates.add_working_days(start, 0) == start
