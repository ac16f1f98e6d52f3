"""What moved between two plans: every kind of movement, counts that add up, and the direction."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from conftest import HEAD, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import model, movement, query
from actionplan.model import (
    OPEN_STAGES,
    RATINGS,
    STAGES,
    Action,
    Change,
    Finding,
    Move,
    Owner,
    Plan,
    Policy,
)
from actionplan.movement import Counts, Movement, Travel
from actionplan.rag import Context

THEN = date(2014, 1, 20)
NOW = date(2014, 2, 17)
POLICY = Policy()


def moved(then: str, now: str, **wanted: Any) -> Movement:
    """Tell what moved from the actions of one TOML to those of another."""
    chosen = query.Filter(**wanted)
    return movement.compare(
        query.view(read_plan(HEAD + then), THEN, chosen),
        query.view(read_plan(HEAD + now), NOW, chosen),
    )


def refs(things: tuple[Any, ...]) -> list[str]:
    """Give the refs of actions, or of what holds one."""
    return [(getattr(thing, "now", None) or getattr(thing, "action", thing)).id for thing in things]


def told(found: Movement) -> dict[str, Any]:
    """Give the kinds of movement that there are, counts left out."""
    return {kind: what for kind, what in found._asdict().items() if what and kind != "counts"}


A1 = """
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
due = 2014-03-31
stage = "in-progress"
rag = "green"
updated = 2014-01-13
"""


def with_a1(old: str, new: str) -> str:
    """Give the action with one line of it changed."""
    assert old in A1
    return A1.replace(old, new)


# --- what is told -------------------------------------------------------------------------------


def test_nothing_moves_where_nothing_changes() -> None:
    found = moved(A1, A1)
    assert told(found) == {}
    assert found.counts == Counts(1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1)


def test_an_update_that_says_nothing_is_no_movement() -> None:
    assert told(moved(A1, with_a1("2014-01-13", "2014-02-10"))) == {}


def test_what_was_open_and_is_delivered_is_completed_and_nothing_else() -> None:
    now = with_a1('"in-progress"', '"delivered"\ndelivered = 2014-02-03')
    found = moved(A1, now)
    assert refs(found.completed) == ["A1"]
    assert list(told(found)) == ["completed"]
    assert found.counts == Counts(1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1)


def test_what_is_tested_after_it_was_delivered_is_embedded_since_and_not_completed_again() -> None:
    then = with_a1('"in-progress"', '"delivered"')
    now = with_a1('"in-progress"', '"embedded"')
    found = moved(then, now)
    assert refs(found.embedded) == ["A1"]
    assert list(told(found)) == ["embedded"]


def test_what_is_new_and_completed_already_is_both() -> None:
    now = A1 + A1.replace('"A1"', '"A2"').replace('"in-progress"', '"delivered"')
    found = moved(A1, now)
    assert refs(found.new) == ["A2"]
    assert refs(found.completed) == ["A2"]
    assert found.counts == Counts(1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 2)


def test_what_was_removed_is_told_as_it_was() -> None:
    found = moved(A1 + A1.replace('"A1"', '"A2"'), A1)
    assert refs(found.removed) == ["A2"]
    assert found.counts == Counts(2, 0, 0, 0, 0, 0, 1, 1, 2, 1, 1)
    done = A1.replace('"A1"', '"A2"').replace('"in-progress"', '"delivered"')
    assert moved(A1 + done, A1).counts == Counts(1, 0, 0, 0, 0, 0, 0, 1, 2, 1, 1)


@pytest.mark.parametrize("stage", ["parked", "superseded"])
def test_what_is_parked_or_superseded_went_out(stage: str) -> None:
    found = moved(A1, with_a1('"in-progress"', f'"{stage}"\nreason = "No money."'))
    assert list(told(found)) == [stage]
    assert (found.counts.then, getattr(found.counts, stage), found.counts.now) == (1, 1, 0)


def test_what_was_delivered_or_parked_and_is_open_is_reopened() -> None:
    for stage in ('"delivered"', '"parked"\nreason = "No money."'):
        found = moved(with_a1('"in-progress"', stage), A1)
        assert refs(found.reopened) == ["A1"]
        assert list(told(found)) == ["reopened"]
        assert found.counts == Counts(0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 1)


def test_from_parked_to_delivered_and_back_it_was_open_on_the_way() -> None:
    parked = with_a1('"in-progress"', '"parked"\nreason = "No money."')
    done = with_a1('"in-progress"', '"delivered"')
    assert list(told(moved(parked, done))) == ["completed", "reopened"]
    assert list(told(moved(done, parked))) == ["reopened", "parked"]


def test_from_parked_to_superseded_is_another_change_and_moves_no_count() -> None:
    parked = with_a1('"in-progress"', '"parked"\nreason = "No money."')
    found = moved(parked, parked.replace('"parked"', '"superseded"'))
    assert found.other == (Change("actions", "A1", "stage", "parked", "superseded"),)
    assert found.counts == Counts(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1)


def test_what_fell_due_between_the_two_days_is_newly_overdue_though_nobody_touched_it() -> None:
    late = with_a1("2014-03-31", "2014-02-14")
    assert refs(moved(late, late).newly_overdue) == ["A1"]
    older = with_a1("2014-03-31", "2014-01-17")
    assert told(moved(older, older)) == {}
    assert refs(moved("", older).newly_overdue) == ["A1"]
    today = with_a1("2014-03-31", "2014-02-17")
    assert told(moved(today, today)) == {}


CLEARED = [
    ("delivered", with_a1('"in-progress"', '"delivered"')),
    ("embedded", with_a1('"in-progress"', '"embedded"')),
    ("parked", with_a1('"in-progress"', '"parked"\nreason = "No money."')),
    ("superseded", with_a1('"in-progress"', '"superseded"\nreason = "See A2."')),
    ("moved", A1),
    ("undated", with_a1("due = 2014-03-31\n", "")),
    ("removed", ""),
]


@pytest.mark.parametrize(("why", "now"), CLEARED)
def test_what_is_no_longer_overdue_says_why(why: str, now: str) -> None:
    found = moved(with_a1("2014-03-31", "2014-01-17"), now)
    (cleared,) = found.no_longer_overdue
    assert cleared.why == why
    assert cleared.then.due == date(2014, 1, 17)


def test_a_rating_goes_down_or_up_with_the_reason_of_now() -> None:
    red = with_a1('"green"', '"red"\nreason = "Nobody applied."')
    down, up = moved(A1, red), moved(red, A1)
    assert (refs(down.ratings_down), down.ratings_up) == (["A1"], ())
    assert (up.ratings_down, refs(up.ratings_up)) == ((), ["A1"])
    assert down.ratings_down[0].now.reason == "Nobody applied."
    assert list(told(down)) == ["ratings_down"]


def test_a_first_rating_is_neither_up_nor_down() -> None:
    unrated = with_a1('rag = "green"\n', "")
    found = moved(unrated, A1)
    assert found.other == (Change("actions", "A1", "rag", "", "green"),)
    assert list(told(found)) == ["other"]


MOVE = 'moves = [ { on = 2014-02-03, from = 2014-03-31, to = 2014-04-30, why = "Late." } ]\n'


def test_a_date_that_was_moved_is_told_once_with_its_reason_and_approver() -> None:
    later = with_a1("2014-03-31", "2014-04-30") + MOVE
    found = moved(A1, later)
    (one,) = found.moves
    assert one.how == "moved"
    assert one.move == Move(date(2014, 2, 3), date(2014, 3, 31), date(2014, 4, 30), "Late.")
    assert list(told(found)) == ["moves"]
    assert told(moved(later, later)) == {}


def test_an_approval_that_came_later_is_no_second_move() -> None:
    asked = with_a1("2014-03-31", "2014-04-30") + MOVE
    given = asked.replace('why = "Late."', 'why = "Late.", approved = "Cabinet"')
    found = moved(asked, given)
    assert refs(found.approved) == ["A1"]
    assert found.approved[0].move.approved == "Cabinet"
    assert list(told(found)) == ["approved"]


DATES_WITHOUT_A_MOVE = [
    ("not recorded", A1, with_a1("2014-03-31", "2014-04-30")),
    ("not recorded", A1, with_a1("due = 2014-03-31\n", "")),
    ("first date", with_a1("due = 2014-03-31\n", ""), A1),
    ("taken back", with_a1("2014-03-31", "2014-04-30") + MOVE, A1),
]


@pytest.mark.parametrize(("how", "then", "now"), DATES_WITHOUT_A_MOVE)
def test_a_date_that_changed_with_no_move_to_say_so_is_told_as_that(
    how: str, then: str, now: str
) -> None:
    found = moved(then, now)
    (one,) = found.moves
    assert one.how == how
    before, after = (read_plan(HEAD + toml).actions[0].due for toml in (then, now))
    assert (one.move.from_, one.move.to) == (before, after)
    assert list(told(found)) == ["moves"]


def test_a_move_that_does_not_lead_to_the_date_of_now_is_told_beside_what_is_not_recorded() -> None:
    then = read_plan(HEAD + A1)
    now = read_plan(HEAD + with_a1("2014-03-31", "2014-04-30") + MOVE)
    (action,) = now.actions
    bent = now.replacing("actions", action._replace(due=date(2014, 5, 30)))
    found = movement.compare(query.view(then, THEN), query.view(bent, NOW))
    assert [one.how for one in found.moves] == ["moved", "not recorded"]


def test_an_owner_that_changed_is_told_with_both() -> None:
    found = moved(A1, with_a1("Head of service", "Head of HR"))
    (one,) = found.owners
    assert (one.then.owner, one.now.owner) == ("Head of service", "Head of HR")
    assert list(told(found)) == ["owners"]


def test_a_reworded_finding_is_told_with_the_actions_and_tests_that_rest_on_it() -> None:
    test = 'tests = [ { on = 2014-02-03, by = "Peer", how = "x", result = "confirmed" } ]\n'
    answered = A1 + test
    head = HEAD.replace("The front door needs", "The entry point needs")
    found = movement.compare(
        query.view(read_plan(HEAD + answered), THEN), query.view(read_plan(head + answered), NOW)
    )
    (one,) = found.reworded
    assert one.then.text == "The front door needs immediate action."
    assert one.now.text == "The entry point needs immediate action."
    assert refs(one.actions) == ["A1"]
    assert [(action.id, found.by) for action, found in one.tests] == [("A1", "Peer")]
    assert list(told(found)) == ["reworded"]


def test_every_other_field_that_differs_is_told_too() -> None:
    then = A1
    now = with_a1("Fix the front door", "Mend the front door") + 'note = "Half done."\n'
    finding = '\n[[finding]]\nid = "F3"\nreview = "LGA"\ntext = "More."\n'
    found = moved(then, now + finding)
    assert [(c.collection, c.ref, c.field) for c in found.other] == [
        ("findings", "F3", ""),
        ("actions", "A1", "title"),
        ("actions", "A1", "note"),
    ]


def test_names_and_addresses_of_owners_are_not_told() -> None:
    then, now = Plan(), Plan(owners=(Owner("Head of HR", "A name", "a@example.org"),))
    assert told(movement.compare(query.view(then, THEN), query.view(now, NOW))) == {}


def test_a_filter_looks_at_what_it_finds_at_either_end() -> None:
    handed_on = with_a1("Head of service", "Head of HR")
    other = A1.replace('"A1"', '"A2"').replace("Head of service", "Head of law")
    law_now = other.replace('"in-progress"', '"delivered"')
    hr = A1.replace('"A1"', '"A3"').replace("Head of service", "Head of HR")
    found = moved(A1 + other + hr, handed_on + law_now + hr, owner=("Head of HR",))
    assert refs(found.owners) == ["A1"]
    assert found.completed == ()
    assert (found.removed, found.new) == ((), ())
    assert found.counts == Counts(2, 0, 0, 0, 0, 0, 0, 2, 2, 0, 2)


def test_a_filter_leaves_out_findings_that_it_does_not_answer_and_what_the_plan_says() -> None:
    other = A1.replace('"A1"', '"A2"').replace('"F1"', '"F2"')
    head = HEAD.replace("The front door needs", "The door needs").replace("A plan", "The plan")
    then, now = read_plan(HEAD + A1 + other), read_plan(head + A1 + other)
    for ref, reworded in (("F2", 0), ("F1", 1)):
        chosen = query.Filter(finding=(ref,))
        found = movement.compare(query.view(then, THEN, chosen), query.view(now, NOW, chosen))
        assert len(found.reworded) == reworded
        assert found.other == ()
    whole = movement.compare(query.view(then, THEN), query.view(now, NOW))
    assert whole.other == (Change("plan", "", "title", "A plan", "The plan"),)


# --- the counts add up --------------------------------------------------------------------------

days = st.dates(date(2013, 12, 1), date(2014, 4, 30))
moves = st.builds(Move, days, days, days, st.just("Late."), st.sampled_from(["", "Cabinet"]))
actions = st.builds(
    Action,
    st.sampled_from([f"A{number}" for number in range(1, 7)]),
    answers=st.just(("F1",)),
    owner=st.sampled_from(["Head of service", "Head of HR"]),
    due=st.none() | days,
    stage=st.sampled_from(STAGES),
    rag=st.sampled_from(("", *RATINGS)),
    updated=st.none() | days,
    moves=st.lists(moves, max_size=2).map(tuple),
    tests=st.just(()) | st.just((model.Test(THEN, "Peer", "", "confirmed"),)),
)
plans = st.builds(
    lambda some, text: Plan(findings=(Finding("F1", text=text),), actions=tuple(some)),
    st.lists(actions, max_size=6, unique_by=lambda action: action.id),
    st.sampled_from(["One.", "Two."]),
)


def assert_reckons(found: Movement, then: query.View, now: query.View) -> None:
    """Check the sums, and that each number is the length of its list."""
    counts = found.counts
    came, went = (
        counts.new + counts.reopened,
        counts.completed + counts.parked + counts.superseded + counts.removed,
    )
    assert counts.then + came - went == counts.now
    assert counts.all_then + counts.new - counts.all_removed == counts.all_now
    assert counts[1:6] == tuple(
        len(getattr(found, kind))
        for kind in ("new", "reopened", "completed", "parked", "superseded")
    )
    assert counts.all_removed == len(found.removed)
    assert counts.removed == sum(action.is_open for action in found.removed)
    if not now.filtered:
        assert counts.then == sum(action.is_open for action in then.plan.actions)
        assert counts.now == sum(action.is_open for action in now.plan.actions)
        assert (counts.all_then, counts.all_now) == (
            len(then.plan.actions),
            len(now.plan.actions),
        )


@given(plans, plans, st.integers(0, 60))
def test_then_and_in_less_out_is_now(then: Plan, now: Plan, later: int) -> None:
    before, after = query.view(then, THEN), query.view(now, THEN + timedelta(days=later))
    assert_reckons(movement.compare(before, after), before, after)


@given(plans, plans)
def test_the_counts_add_up_through_a_filter_too(then: Plan, now: Plan) -> None:
    theirs = query.Filter(stage=("in-progress", "delivered"))
    before, after = query.view(then, THEN, theirs), query.view(now, NOW, theirs)
    assert_reckons(movement.compare(before, after), before, after)


@given(plans, plans)
def test_overdue_then_and_newly_so_less_what_is_so_no_longer_is_overdue_now(
    then: Plan, now: Plan
) -> None:
    before, after = query.view(then, THEN), query.view(now, NOW)
    found = movement.compare(before, after)
    was, is_now = ({a.id for a in query.overdue(view)} for view in (before, after))
    assert (was | set(refs(found.newly_overdue))) - {
        cleared.then.id for cleared in found.no_longer_overdue
    } == is_now


@given(plans)
def test_from_a_plan_to_itself_on_the_same_day_nothing_moves(plan: Plan) -> None:
    view = query.view(plan, NOW)
    assert told(movement.compare(view, view)) == {}
    assert {movement.directions(view, view)[a.id] for a in plan.actions} <= {"same", ""}


def facts(plan: Plan) -> Any:
    """Give what a plan says, whatever its order and its days of update."""
    return {a.id: a._replace(updated=None) for a in plan.actions}, plan.findings


@given(plans, plans)
def test_whatever_differs_is_told_by_one_kind_or_another(then: Plan, now: Plan) -> None:
    found = movement.compare(query.view(then, NOW), query.view(now, NOW))
    assert bool(told(found)) is (facts(then) != facts(now))


# --- the direction of travel --------------------------------------------------------------------


def toward(then: Action | None, now: Action, day: date = NOW) -> str:
    """Tell the direction of an action from then to a day."""
    return movement.direction(then, now, Context(POLICY, THEN), Context(POLICY, day))


def state(toml: str) -> Action:
    """Give an action of a state: up to date then and now, unless it says otherwise."""
    head = '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "Fix"\nowner = "Head of service"\n'
    updated = "" if "updated" in toml else "updated = 2014-02-03\n"
    return read_plan(f"{HEAD}{head}due = 2014-03-31\n{updated}{toml}\n").actions[0]


RED = state('rag = "red"\nreason = "x"')
AMBER = state('rag = "amber"\nreason = "x"')
GREEN = state('rag = "green"')
UNRATED = state("")
DELIVERED = state('stage = "delivered"')
CONFIRMED = state('stage = "delivered"\ntests = [ { by = "Peer", result = "confirmed" } ]')
IN_PART = state('stage = "delivered"\ntests = [ { by = "Peer", result = "partly" } ]')
REFUTED = state('stage = "delivered"\ntests = [ { by = "Peer", result = "not-confirmed" } ]')
EMBEDDED = state('stage = "embedded"\ntests = [ { by = "Peer", result = "confirmed" } ]')
CLAIMED = state('stage = "embedded"')
PARKED = state('stage = "parked"\nreason = "x"')
SUPERSEDED = state('stage = "superseded"\nreason = "x"')
SLIPPING = state('rag = "green"\nforecast = 2014-04-14')

WORST_FIRST = [
    [RED, REFUTED],
    [AMBER, SLIPPING],
    [GREEN, UNRATED],
    [DELIVERED, IN_PART, CLAIMED],
    [CONFIRMED],
    [EMBEDDED],
]
"""The states of an action, those beside one another on a par."""


def test_each_state_is_better_than_those_before_it_and_the_same_as_those_on_a_par() -> None:
    for place, on_a_par in enumerate(WORST_FIRST):
        for other_place, others in enumerate(WORST_FIRST):
            expected = {True: "better", False: "worse"}[other_place > place]
            for then in on_a_par:
                for now in others:
                    assert toward(then, now) == ("same" if place == other_place else expected)


def test_what_is_parked_or_superseded_now_has_no_direction() -> None:
    for now in (PARKED, SUPERSEDED):
        for then in (None, GREEN, DELIVERED, PARKED):
            assert toward(then, now) == ""


def test_what_was_not_there_or_parked_then_is_new() -> None:
    for now in (RED, GREEN):
        for then in (None, PARKED, SUPERSEDED):
            assert toward(then, now) == "new"
    assert toward(None, DELIVERED) == "new"
    assert toward(PARKED, DELIVERED) == "better"
    assert toward(PARKED, REFUTED) == "new"


def test_a_green_that_only_grew_late_or_stale_is_worse_though_nobody_touched_it() -> None:
    assert toward(GREEN, GREEN) == "same"
    assert toward(GREEN, GREEN, date(2014, 3, 10)) == "worse"
    assert toward(GREEN, GREEN, date(2014, 4, 1)) == "worse"


def test_the_worse_of_rating_and_facts_counts_so_that_a_rosy_rating_is_no_progress() -> None:
    assert toward(AMBER, SLIPPING) == "same"
    late = GREEN._replace(due=date(2014, 2, 14))
    assert toward(AMBER, late) == "worse"


def test_each_end_is_judged_by_its_own_policy() -> None:
    strict = POLICY._replace(stale_after=POLICY.stale_after._replace(length=7))
    assert movement.direction(GREEN, GREEN, Context(POLICY, THEN), Context(strict, NOW)) == "worse"


open_or_done = actions.filter(lambda action: action.stage in {*OPEN_STAGES, "delivered"})


@given(open_or_done, open_or_done)
def test_the_way_back_is_the_other_way(one: Action, other: Action) -> None:
    opposite = {"better": "worse", "worse": "better", "same": "same"}
    there = movement.direction(one, other, Context(POLICY, NOW), Context(POLICY, NOW))
    back = movement.direction(other, one, Context(POLICY, NOW), Context(POLICY, NOW))
    assert back == opposite[there]


@given(plans, plans)
def test_each_action_that_is_looked_at_has_its_direction(then: Plan, now: Plan) -> None:
    found = movement.directions(query.view(then, THEN), query.view(now, NOW))
    assert list(found) == [action.id for action in now.actions]
    assert set(found.values()) <= {"better", "same", "worse", "new", ""}
    for action in now.actions:
        assert (found[action.id] == "") is (action.stage in {"parked", "superseded"})


def test_the_direction_through_a_filter_is_against_the_whole_plan_of_then() -> None:
    then = query.view(read_plan(HEAD + A1), THEN)
    handed_on = read_plan(HEAD + with_a1("Head of service", "Head of HR"))
    now = query.view(handed_on, NOW, query.Filter(owner=("Head of HR",)))
    assert movement.directions(then, now) == {"A1": "worse"}  # stale: updated on 13 January


WORDS = [
    (["better", "better", "worse"], Travel(2, 0, 1, 0), "better"),
    (["better", "worse", "worse", "same", "same"], Travel(1, 2, 2, 0), "worse"),
    (["better", "worse", "new", ""], Travel(1, 0, 1, 1), "same"),
    (["same"], Travel(0, 1, 0, 0), "same"),
    (["new", "", "new"], Travel(0, 0, 0, 2), "new"),
    (["", ""], Travel(0, 0, 0, 0), ""),
    ([], Travel(0, 0, 0, 0), ""),
]


@pytest.mark.parametrize(("found", "counts", "word"), WORDS)
def test_the_whole_is_better_where_more_are_better_than_worse(
    found: list[str], counts: Travel, word: str
) -> None:
    assert movement.travel(found) == counts
    assert movement.travel(found).word == word
