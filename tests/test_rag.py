"""The verdict: every rule where it just applies and where it just does not, and its sentence."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from conftest import AS_AT
from hypothesis import given
from hypothesis import strategies as st

from actionplan import legends, model, rag
from actionplan.model import DECLARED, STAGES, TEST_RESULTS, Action, Milestone, Move, Period, Policy

if TYPE_CHECKING:
    from actionplan.model import Plan

POLICY = Policy()
CONTEXT = rag.Context(POLICY, AS_AT)
DAY = timedelta(days=1)
LAST_FRIDAY, LAST_SATURDAY = date(2014, 2, 7), date(2014, 2, 8)
ON_COURSE = "Due 31 March 2014; nothing in its dates, stage or tests is against it."
CONFIRMED = model.Test(date(2014, 2, 6), "Peer review", "", "confirmed", ())


def action(**fields: Any) -> Action:
    """Give an action that nothing is against, with some fields set otherwise."""
    sound = Action(
        "A1",
        ("F1",),
        "Fix the front door",
        "Head of service",
        due=date(2014, 3, 31),
        stage="in-progress",
        rag="green",
        updated=date(2014, 2, 3),
    )
    return sound._replace(**fields)


def moved(*to: date, approved: str = "Board") -> tuple[Move, ...]:
    """Give a chain of moves from 31 January 2014."""
    chain = pairwise((date(2014, 1, 31), *to))
    return tuple(Move(date(2014, 1, 20), a, b, "Late.", approved) for a, b in chain)


def milestone(due: date | None, done: date | None = None) -> dict[str, Any]:
    """Give an action one milestone."""
    return {"milestones": (Milestone("Teams in post", due, done),)}


def judged(result: str, by: str = "Peer review", on: date | None = LAST_FRIDAY) -> dict[str, Any]:
    """Give a delivered action one test."""
    return {"stage": "delivered", "tests": (model.Test(on, by, "", result, ()),)}


# --- the decision table -------------------------------------------------------------------------

CASES = [
    pytest.param({}, "green", "on-course", ON_COURSE, id="nothing is against it"),
    # overdue
    pytest.param(
        {"due": LAST_FRIDAY},
        "red",
        "overdue",
        "Due 7 February 2014, 1 working day late.",
        id="due on Friday it is a working day late on Monday",
    ),
    pytest.param(
        {"due": LAST_SATURDAY},
        "red",
        "overdue",
        "Due 8 February 2014, 1 working day late.",
        id="due on Saturday it is a working day late on Monday",
    ),
    pytest.param(
        {"due": date(2014, 2, 3)},
        "red",
        "overdue",
        "Due 3 February 2014, 5 working days late.",
        id="a week over it is five working days late",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "moves": moved(LAST_FRIDAY)},
        "red",
        "overdue",
        "Due 7 February 2014, 1 working day late. First agreed for 31 January 2014.",
        id="overdue against a moved date it names the one first agreed",
    ),
    pytest.param(
        {"due": AS_AT},
        "green",
        "on-course",
        "Due 10 February 2014; nothing in its dates, stage or tests is against it.",
        id="due today it is not overdue",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "stage": "not-started"},
        "red",
        "overdue",
        "Due 7 February 2014, 1 working day late.",
        id="not started it can be overdue",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "stage": "delivered", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="delivered it is never overdue",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "stage": "embedded", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="embedded it is never overdue",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "stage": "parked", "reason": "No money."},
        "",
        "parked",
        "Parked: not rated.",
        id="parked it is not rated at all",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "stage": "superseded", "reason": "See A2."},
        "",
        "superseded",
        "Superseded: not rated.",
        id="superseded it is not rated at all",
    ),
    # not confirmed
    pytest.param(
        judged("not-confirmed"),
        "red",
        "not-confirmed",
        "Tested by Peer review on 7 February 2014: not confirmed.",
        id="a test that does not confirm what was delivered",
    ),
    pytest.param(
        judged("not-confirmed", on=None),
        "red",
        "not-confirmed",
        "Tested by Peer review: not confirmed.",
        id="the same with no date of the test",
    ),
    pytest.param(
        {**judged("not-confirmed"), "stage": "embedded"},
        "red",
        "not-confirmed",
        "Tested by Peer review on 7 February 2014: not confirmed.",
        id="a test that does not confirm what was called embedded",
    ),
    pytest.param(
        {**judged("not-confirmed"), "stage": "in-progress"},
        "green",
        "on-course",
        ON_COURSE,
        id="work taken up again is not judged by the last test",
    ),
    pytest.param(
        {
            "stage": "delivered",
            "tests": (
                model.Test(date(2014, 2, 7), "Peer review", "", "confirmed", ()),
                model.Test(date(2014, 2, 5), "Auditor", "", "not-confirmed", ()),
            ),
        },
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="the latest test counts and not the last in the file",
    ),
    # rated as complete
    pytest.param(
        {"rag": "blue"},
        "amber",
        "claims-done",
        "Its rating says that it is complete, and it is not delivered.",
        id="blue and not delivered",
    ),
    pytest.param(
        {"rag": "blue", "stage": "embedded", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="blue and confirmed by someone else",
    ),
    # red without a reason
    pytest.param(
        {"rag": "red"},
        "red",
        "red-without-reason",
        "Rated red, and no reason is given.",
        id="red with no reason",
    ),
    pytest.param(
        {"rag": "red", "reason": " \n"},
        "red",
        "red-without-reason",
        "Rated red, and no reason is given.",
        id="red with a reason of blanks",
    ),
    pytest.param(
        {"rag": "red", "reason": "Two posts are empty."},
        "green",
        "on-course",
        ON_COURSE,
        id="red with a reason is for the owner to say",
    ),
    pytest.param(
        {"rag": "red", "stage": "delivered", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="delivered it needs no reason for a rating",
    ),
    # past the date first agreed
    pytest.param(
        {"moves": moved(date(2014, 3, 31))},
        "amber",
        "past-original",
        "The date first agreed was 31 January 2014, 6 working days ago; it now stands at 31 March "
        "2014.",
        id="past the date first agreed though not the date it has now",
    ),
    pytest.param(
        {"moves": moved(date(2014, 3, 31), approved="")},
        "red",
        "not-approved",
        "The date agreed was 31 January 2014, 6 working days ago; the later one asked for is not "
        "approved yet.",
        id="past the date last agreed by a move that nobody approved",
    ),
    pytest.param(
        {"moves": (Move(date(2014, 1, 20), AS_AT, date(2014, 3, 31), "Late."),)},
        "green",
        "on-course",
        "Due 31 March 2014; nothing in its dates, stage or tests is against it.",
        id="a later date asked for before the one agreed has passed",
    ),
    pytest.param(
        {
            "due": date(2014, 2, 7),
            "moves": (Move(AS_AT, date(2014, 2, 12), date(2014, 2, 7), "x"),),
        },
        "red",
        "overdue",
        "Due 7 February 2014, 1 working day late. First agreed for 12 February 2014.",
        id="an earlier date asked for is no later one that is not approved",
    ),
    pytest.param(
        {"due": None, "moves": moved(date(2014, 3, 31))},
        "amber",
        "past-original",
        "The date first agreed was 31 January 2014, 6 working days ago; it has none now.",
        id="past the date first agreed and with none now",
    ),
    pytest.param(
        {"moves": (Move(date(2014, 1, 20), AS_AT, date(2014, 3, 31), "Late.", "Board"),)},
        "green",
        "on-course",
        ON_COURSE,
        id="first agreed for today it is not past that date",
    ),
    # slipping
    pytest.param(
        {"forecast": date(2014, 4, 1)},
        "amber",
        "slipping",
        "Expected on 1 April 2014, 1 working day after it is due (31 March 2014).",
        id="expected a day after it is due",
    ),
    pytest.param(
        {"forecast": date(2014, 3, 31)},
        "green",
        "on-course",
        ON_COURSE,
        id="expected on the day it is due",
    ),
    # a forecast that passed
    pytest.param(
        {"forecast": date(2014, 2, 9)},
        "amber",
        "forecast-passed",
        "It was expected on 9 February 2014 and is still open.",
        id="expected yesterday and still open",
    ),
    pytest.param(
        {"forecast": AS_AT}, "green", "on-course", ON_COURSE, id="expected today and still open"
    ),
    pytest.param(
        {"forecast": LAST_FRIDAY, "stage": "delivered", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="a forecast means nothing once it is delivered",
    ),
    # milestones
    pytest.param(
        milestone(date(2014, 2, 9)),
        "amber",
        "milestone-overdue",
        "Milestone 'Teams in post' was due 9 February 2014.",
        id="a milestone due yesterday",
    ),
    pytest.param(
        {
            "milestones": (
                Milestone("Second", date(2014, 2, 6)),
                Milestone("First", date(2014, 2, 5)),
            )
        },
        "amber",
        "milestone-overdue",
        "Milestone 'First' was due 5 February 2014.",
        id="the oldest of two late milestones is named",
    ),
    pytest.param(
        milestone(AS_AT), "green", "on-course", ON_COURSE, id="a milestone due today is not late"
    ),
    pytest.param(
        milestone(date(2014, 2, 5), date(2014, 2, 9)),
        "green",
        "on-course",
        ON_COURSE,
        id="a milestone done is not late, however late it was",
    ),
    pytest.param(
        milestone(None), "green", "on-course", ON_COURSE, id="a milestone with no date is not late"
    ),
    pytest.param(
        {**milestone(date(2014, 2, 5)), "stage": "delivered", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="milestones are no matter once it is delivered",
    ),
    # moved often
    pytest.param(
        {
            "moves": (
                Move(AS_AT, date(2014, 3, 1), date(2014, 3, 15), "a", "Board"),
                Move(AS_AT, date(2014, 3, 15), date(2014, 3, 31), "b", "Board"),
            )
        },
        "amber",
        "moved-often",
        "Its due date has been moved twice.",
        id="moved twice where the plan challenges two",
    ),
    pytest.param(
        {"moves": (Move(AS_AT, date(2014, 3, 1), date(2014, 3, 31), "a", "Board"),)},
        "green",
        "on-course",
        ON_COURSE,
        id="moved once where the plan challenges two",
    ),
    # a late start
    pytest.param(
        {"stage": "not-started", "start": date(2014, 2, 9)},
        "amber",
        "late-start",
        "It was to start on 9 February 2014 and has not.",
        id="to start yesterday and not started",
    ),
    pytest.param(
        {"stage": "not-started", "start": AS_AT},
        "green",
        "on-course",
        ON_COURSE,
        id="to start today and not started",
    ),
    pytest.param(
        {"start": date(2014, 2, 9)}, "green", "on-course", ON_COURSE, id="started when it was to"
    ),
    # undated
    pytest.param(
        {"due": None},
        "amber",
        "undated",
        "It has no due date.",
        id="with no due date it is undated and never overdue",
    ),
    pytest.param(
        {"due": None, "stage": "delivered", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="delivered it needs no due date",
    ),
    # stale
    pytest.param(
        {"updated": AS_AT - 29 * DAY},
        "amber",
        "stale",
        "Not updated since 12 January 2014: 29 days, the plan allows 28 days.",
        id="not updated for a day more than is allowed",
    ),
    pytest.param(
        {"updated": AS_AT - 28 * DAY},
        "green",
        "on-course",
        ON_COURSE,
        id="not updated for exactly as long as is allowed",
    ),
    pytest.param(
        {"updated": None}, "amber", "stale", "No update is recorded.", id="never updated at all"
    ),
    pytest.param(
        {"updated": None, "stage": "delivered", "tests": (CONFIRMED,)},
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="delivered it is never stale",
    ),
    # amber without a reason
    pytest.param(
        {"rag": "amber"},
        "amber",
        "amber-without-reason",
        "Rated amber, and no reason is given.",
        id="amber with no reason",
    ),
    pytest.param(
        {"rag": "amber", "reason": "Two teams start late."},
        "green",
        "on-course",
        ON_COURSE,
        id="amber with a reason is for the owner to say",
    ),
    # not tested
    pytest.param(
        {"stage": "delivered", "delivered": LAST_FRIDAY},
        "amber",
        "not-tested",
        "Delivered on 7 February 2014 by its owner's account; nobody else has tested it.",
        id="delivered and tested by nobody",
    ),
    pytest.param(
        {"stage": "delivered"},
        "amber",
        "not-tested",
        "Delivered by its owner's account; nobody else has tested it.",
        id="delivered on no day that anyone wrote down",
    ),
    pytest.param(
        judged("confirmed", by="HEAD OF SERVICE"),
        "amber",
        "not-tested",
        "Delivered by its owner's account; nobody else has tested it.",
        id="a test by its own owner is no test",
    ),
    # lapsed
    pytest.param(
        {"stage": "embedded", "tests": (CONFIRMED._replace(fingerprint="0-0"),)},
        "amber",
        "lapsed",
        "Tested by Peer review on 6 February 2014, but its evidence and what it answers "
        "have changed since: to be tested again.",
        id="tested, and what was tested is another now",
    ),
    pytest.param(
        {"stage": "embedded"},
        "amber",
        "not-tested",
        "Marked embedded, and no test by anyone but its owner is recorded.",
        id="embedded and tested by nobody",
    ),
    pytest.param(
        judged("confirmed"),
        "green",
        "on-course",
        "Delivered, and confirmed by Peer review.",
        id="delivered and confirmed by someone else",
    ),
    # partly confirmed
    pytest.param(
        judged("partly"),
        "amber",
        "partly-confirmed",
        "Tested by Peer review on 7 February 2014: confirmed only in part.",
        id="confirmed only in part",
    ),
]


@pytest.mark.parametrize(("fields", "rating", "rule", "sentence"), CASES)
def test_the_verdict_is(fields: dict[str, Any], rating: str, rule: str, sentence: str) -> None:
    found = rag.verdict(action(**fields), CONTEXT)
    assert found == rag.Verdict(rating, rule, sentence)


def test_every_rule_stands_in_the_table() -> None:
    shown = {case.values[2] for case in CASES}
    assert shown == {rule.name for rule in rag.rules(legends.BRAG)} | {
        "on-course",
        "parked",
        "superseded",
    }


def test_every_red_rule_stands_before_every_amber_one() -> None:
    ratings = [rule.rating for rule in rag.RULES]
    assert ratings == sorted(ratings, key=lambda rating: -rag.RANK[rating])
    assert set(ratings) == {"red", "amber"}


def test_on_a_weekend_an_action_due_on_friday_is_late_by_less_than_a_working_day() -> None:
    found = rag.verdict(action(due=LAST_FRIDAY), rag.Context(POLICY, LAST_SATURDAY))
    assert found.sentence == "Due 7 February 2014, less than a working day late."


def test_a_forecast_on_the_saturday_after_is_not_called_no_working_days_late() -> None:
    found = rag.verdict(action(due=date(2014, 3, 28), forecast=date(2014, 3, 29)), CONTEXT)
    assert found.rule == "slipping"
    assert found.sentence.startswith("Expected on 29 March 2014, ")
    assert "no working days" not in found.sentence


def test_a_date_first_agreed_for_friday_is_not_no_working_days_ago_on_saturday() -> None:
    moves = (Move(date(2014, 2, 3), LAST_FRIDAY, date(2014, 3, 31), "Late.", "Board"),)
    found = rag.verdict(action(moves=moves), rag.Context(POLICY, LAST_SATURDAY))
    assert found.rule == "past-original"
    assert "no working days" not in found.sentence


@pytest.mark.parametrize("stage", ["delivered", "embedded"])
def test_a_test_whose_result_nobody_wrote_down_confirms_nothing(stage: str) -> None:
    found = rag.verdict(action(**{**judged(""), "stage": stage}), CONTEXT)
    assert "confirmed by" not in found.sentence
    assert found.rating == "amber"


def test_a_test_by_nobody_who_is_named_confirms_nothing() -> None:
    found = rag.verdict(action(**judged("confirmed", by="")), CONTEXT)
    assert found.rule == "not-tested"


STALE = [
    (Period(28, "d"), date(2014, 1, 13), False),
    (Period(28, "d"), date(2014, 1, 12), True),
    (Period(2, "w"), date(2014, 1, 27), False),
    (Period(2, "w"), date(2014, 1, 26), True),
    (Period(1, "m"), date(2014, 1, 10), False),
    (Period(1, "m"), date(2014, 1, 9), True),
    (Period(5, "wd"), date(2014, 2, 3), False),
    (Period(5, "wd"), date(2014, 2, 2), True),
]


@pytest.mark.parametrize(("allowed", "updated", "stale"), STALE)
def test_stale_is_longer_than_the_plan_allows_in_its_own_unit(
    allowed: Period, updated: date, *, stale: bool
) -> None:
    assert rag.is_stale(action(updated=updated), Policy(stale_after=allowed), AS_AT) is stale


def test_a_plan_that_challenges_the_first_move_says_once() -> None:
    moves = (Move(AS_AT, date(2014, 3, 1), date(2014, 3, 31), "a", "Board"),)
    found = rag.verdict(action(moves=moves), rag.Context(Policy(moves_before_challenge=1), AS_AT))
    assert found.sentence == "Its due date has been moved once."


def test_a_plan_that_challenges_no_move_at_all_does_not_challenge_an_action_never_moved() -> None:
    assert (
        rag.verdict(action(), rag.Context(Policy(moves_before_challenge=0), AS_AT)).rating
        == "green"
    )


def test_signals_give_every_rule_that_applies_the_worst_first(plan: Plan) -> None:
    """A late action with much against it.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    due = 2014-02-07
    forecast = 2014-02-28
    rag = "red"
    """
    found = rag.signals(plan.actions[0], rag.Context(plan.policy, AS_AT))
    assert [signal.rule for signal in found] == [
        "overdue",
        "red-without-reason",
        "slipping",
        "stale",
    ]
    assert [signal.rating for signal in found] == ["red", "red", "amber", "amber"]


@pytest.mark.parametrize("stage", ["parked", "superseded"])
def test_what_is_shelved_gives_no_signal(stage: str) -> None:
    assert rag.signals(action(stage=stage, due=LAST_FRIDAY, updated=None), CONTEXT) == ()


# --- challenges ---------------------------------------------------------------------------------

CHALLENGED = [
    pytest.param(
        {"due": LAST_FRIDAY},
        "Declared green; the facts say red: due 7 February 2014, 1 working day late.",
        id="green and overdue is a watermelon",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "rag": "amber", "reason": "Late."},
        "Declared amber; the facts say red: due 7 February 2014, 1 working day late.",
        id="amber and overdue is rosier too",
    ),
    pytest.param(
        {"due": LAST_FRIDAY, "rag": "red", "reason": "Late."},
        "",
        id="red and overdue is no challenge",
    ),
    pytest.param({"rag": "red", "reason": "Worried."}, "", id="gloomier than the facts is none"),
    pytest.param({"due": LAST_FRIDAY, "rag": ""}, "", id="no rating declares nothing"),
    pytest.param({}, "", id="green and green is none"),
    pytest.param(
        {"due": None}, "Declared green; the facts say amber: it has no due date.", id="undated"
    ),
    pytest.param(
        {"stage": "embedded", "rag": ""},
        "Declared embedded; the facts say amber: marked embedded, and no test by anyone but its "
        "owner is recorded.",
        id="embedded and untested is a challenge with no rating at all",
    ),
    pytest.param(
        {"stage": "embedded", "rag": "amber", "reason": "Not sure."},
        "Declared embedded; the facts say amber: marked embedded, and no test by anyone but its "
        "owner is recorded.",
        id="the stage is what is rosier where the rating is not",
    ),
    pytest.param(
        {"stage": "embedded", "rag": "green", "tests": (CONFIRMED,)},
        "",
        id="embedded and confirmed is none",
    ),
    pytest.param(
        {"stage": "delivered", "rag": ""}, "", id="delivered and untested claims no more than it is"
    ),
    pytest.param({"stage": "parked", "due": LAST_FRIDAY}, "", id="parked is not rated"),
]


@pytest.mark.parametrize(("fields", "sentence"), CHALLENGED)
def test_a_challenge_says_where_what_is_declared_is_rosier(
    fields: dict[str, Any], sentence: str
) -> None:
    declared = action(**fields)
    found = rag.verdict(declared, CONTEXT)
    assert rag.challenge(declared, found) == sentence
    assert rag.is_challenged(declared, found) is bool(sentence)


# --- for any action -----------------------------------------------------------------------------

days = st.dates(date(2012, 1, 1), date(2016, 12, 31))
maybe = st.none() | days
texts = st.sampled_from(["", "Because."])
moves = st.builds(Move, on=maybe, from_=days, to=days, why=texts, approved=texts)
milestones = st.builds(Milestone, title=st.just("Step"), due=maybe, done=maybe)
trials = st.builds(
    model.Test,
    on=maybe,
    by=st.sampled_from(["Peer review", "Head of service"]),
    result=st.sampled_from(TEST_RESULTS),
)
actions = st.builds(
    Action,
    id=st.just("A1"),
    owner=st.just("Head of service"),
    start=maybe,
    due=maybe,
    forecast=maybe,
    stage=st.sampled_from(STAGES),
    rag=st.sampled_from(["", *DECLARED]),
    reason=texts,
    updated=maybe,
    delivered=maybe,
    moves=st.lists(moves, max_size=3).map(tuple),
    milestones=st.lists(milestones, max_size=2).map(tuple),
    tests=st.lists(trials, max_size=2).map(tuple),
)
policies = st.builds(
    Policy,
    stale_after=st.builds(Period, st.integers(0, 60), st.sampled_from(["d", "wd", "w", "m"])),
    moves_before_challenge=st.integers(0, 3),
)


@given(actions, policies, days, st.integers(0, 1500))
def test_waiting_never_improves_a_verdict(
    made: Action, policy: Policy, as_at: date, waited: int
) -> None:
    now = rag.verdict(made, rag.Context(policy, as_at))
    then = rag.verdict(made, rag.Context(policy, as_at + waited * DAY))
    assert rag.RANK.get(then.rating, 0) >= rag.RANK.get(now.rating, 0)
    assert bool(then.rating) is bool(now.rating)


@given(actions, policies, days)
def test_the_verdict_is_the_first_signal(made: Action, policy: Policy, as_at: date) -> None:
    found, signals = (
        rag.verdict(made, rag.Context(policy, as_at)),
        rag.signals(made, rag.Context(policy, as_at)),
    )
    if signals:
        assert found == signals[0]
        assert rag.RANK[found.rating] == max(rag.RANK[signal.rating] for signal in signals)
    else:
        assert found.rating in {"green", ""}


@given(actions, policies, days)
def test_every_sentence_starts_with_a_capital_and_ends_with_a_full_stop(
    made: Action, policy: Policy, as_at: date
) -> None:
    found = rag.verdict(made, rag.Context(policy, as_at))
    for said in (found, *rag.signals(made, rag.Context(policy, as_at))):
        assert said.sentence[0].isupper()
        assert said.sentence.endswith(".")
        assert not said.sentence.endswith("..")
    challenge = rag.challenge(made, found)
    assert bool(challenge) is rag.is_challenged(made, found)
    assert not challenge or (challenge.startswith("Declared ") and challenge.endswith("."))


@given(actions, days)
def test_only_what_is_open_is_overdue_slipping_stale_or_past_its_first_date(
    made: Action, as_at: date
) -> None:
    late = (
        made.is_overdue(as_at),
        rag.is_slipping(made),
        rag.is_stale(made, POLICY, as_at),
        rag.is_past_original(made, as_at),
    )
    assert made.is_open or not any(late)
    assert made.due is not None or not made.is_overdue(as_at)
    assert not (made.is_overdue(as_at) and rag.is_past_original(made, as_at))
    assert not (made.is_open and rag.is_untested(made, {}))


# --- what the colours are called ----------------------------------------------------------------


def test_the_legend_of_a_plan_is_the_usual_one() -> None:
    assert rag.legend(POLICY)["green"] == "on track"
    assert list(rag.legend(POLICY)) == ["blue", "green", "amber", "red"]


def test_the_same_colour_means_another_thing_in_another_legend() -> None:
    assert rag.legend(Policy(legend="complete-on-track"))["amber"] == "on track"
    assert rag.legend(Policy(legend="complete-on-track"))["green"] == "complete"


def test_the_labels_of_a_plan_stand_in_place_of_the_usual_ones(plan: Plan) -> None:
    """A legend of the council's own.

    [policy.legend]
    green = "as planned"
    amber = "keep an eye on it"
    """
    words = rag.legend(plan.policy)
    assert words["green"] == "as planned"
    assert words["amber"] == "keep an eye on it"
    assert words["red"] == "off track, with a reason"
