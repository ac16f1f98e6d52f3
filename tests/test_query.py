"""Filters and orders: each one alone and together, and what is said of names that are unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from conftest import AS_AT, HEAD, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import query
from actionplan.errors import WrongUsageError
from actionplan.model import Action, Finding, Owner, Period, Plan, Policy
from actionplan.query import Filter

ACTIONS = """
[[review]]
id = "DFE"
title = "Notice"

[[finding]]
id = "F3"
review = "DFE"
theme = "change management"
text = "Be bold."

[owners."Head of quality"]
email = "quality@example.org"

[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
due = 2014-02-07
stage = "in-progress"
rag = "green"
updated = 2014-02-03

[[action]]
id = "A2"
answers = ["F1", "F2"]
title = "Hire twelve social workers"
owner = "Head of workforce"
due = 2014-01-31
rag = "red"
reason = "No budget."
updated = 2013-12-02

[[action]]
id = "A3"
answers = ["F2"]
title = "Train them"
owner = "Assistant head of service"
stage = "in-progress"
rag = "amber"
reason = "Courses are full."
note = "Door to door."
updated = 2014-02-03

[[action]]
id = "A4"
answers = ["F3"]
title = "Plan in order"
owner = "Head of service"
due = 2014-03-31
moves = [ { from = 2014-01-31, to = 2014-03-31, why = "Late." } ]
updated = 2014-02-03

[[action]]
id = "A5"
answers = ["F3"]
title = "Close the old office"
owner = "Head of estates"
due = 2014-01-10
stage = "delivered"
rag = "green"
delivered = 2014-01-09

[[action]]
id = "A6"
answers = ["F2"]
title = "Ask staff"
owner = "Head of workforce"
due = 2014-02-10
updated = 2014-02-03
moves = [
    { from = 2014-01-20, to = 2014-01-31, why = "Late." },
    { from = 2014-01-31, to = 2014-02-10, why = "Later." },
]
"""
PLAN = read_plan(HEAD + ACTIONS)
WHOLE = query.view(PLAN, AS_AT)


def refs(actions: tuple[Action, ...]) -> str:
    """Give the refs of actions, in their order."""
    return " ".join(action.id for action in actions)


def looked_at(**wanted: Any) -> str:
    """Give the refs of what a filter leaves."""
    return refs(query.view(PLAN, AS_AT, Filter(**wanted)).actions)


# --- filters ------------------------------------------------------------------------------------

FILTERS: list[tuple[dict[str, Any], str]] = [
    ({"words": ("door",)}, "A1 A3"),
    ({"words": ("DOOR", "train")}, "A3"),
    ({"words": ("budget",)}, "A2"),
    ({"words": ("a4",)}, "A4"),
    ({"words": ("estates",)}, "A5"),
    ({"words": ("zebra",)}, ""),
    ({"owner": ("head of service",)}, "A1 A4"),
    ({"owner": ("service",)}, "A1 A3 A4"),
    ({"owner": (" Workforce ",)}, "A2 A6"),
    ({"owner": ("head of service", "estates")}, "A1 A4 A5"),
    ({"owner": ("quality",)}, ""),
    ({"theme": ("performance",)}, "A1 A2"),
    ({"theme": ("Workforce",)}, "A2 A3 A6"),
    ({"theme": ("change management", "performance")}, "A1 A2 A4 A5"),
    ({"review": ("dfe",)}, "A4 A5"),
    ({"review": ("LGA", "DFE")}, "A1 A2 A3 A4 A5 A6"),
    ({"finding": ("f1",)}, "A1 A2"),
    ({"finding": ("F1", "F3")}, "A1 A2 A4 A5"),
    ({"stage": ("in-progress",)}, "A1 A3"),
    ({"stage": ("Not started", "delivered")}, "A2 A4 A5 A6"),
    ({"stage": ("parked",)}, ""),
    ({"rag": ("green",)}, "A1 A5"),
    ({"rag": ("Red", "amber")}, "A2 A3"),
    ({"due_by": date(2014, 2, 7)}, "A1 A2"),
    ({"due_by": date(2014, 2, 6)}, "A2"),
    ({"due_by": date(2014, 3, 31)}, "A1 A2 A4 A6"),
    ({"overdue": True}, "A1 A2"),
    ({"stale": True}, "A2"),
    ({"challenged": True}, "A1 A5"),
    ({}, "A1 A2 A3 A4 A5 A6"),
    # together
    ({"theme": ("performance",), "rag": ("green",)}, "A1"),
    ({"overdue": True, "stale": True}, "A2"),
    ({"overdue": True, "challenged": True, "owner": ("service",)}, "A1"),
    ({"review": ("DFE",), "stage": ("not-started",), "due_by": date(2014, 3, 31)}, "A4"),
    ({"words": ("door",), "finding": ("F2",)}, "A3"),
    ({"stale": True, "rag": ("green",)}, ""),
]


@pytest.mark.parametrize(("wanted", "left"), FILTERS)
def test_a_filter_leaves_what_all_its_parts_hold_for(wanted: dict[str, Any], left: str) -> None:
    assert looked_at(**wanted) == left


def test_no_filter_and_an_empty_one_are_the_whole_plan() -> None:
    assert query.view(PLAN, AS_AT) == query.view(PLAN, AS_AT, Filter()) == WHOLE
    assert WHOLE.actions is PLAN.actions
    assert not WHOLE.filtered
    assert query.view(PLAN, AS_AT, Filter(overdue=True)).filtered


def test_stale_follows_the_policy_of_the_plan() -> None:
    strict = PLAN._replace(policy=Policy(stale_after=Period(5, "d")))
    assert refs(query.view(strict, AS_AT, Filter(stale=True)).actions) == "A1 A2 A3 A4 A6"


def test_overdue_follows_the_day() -> None:
    for day, left in ((date(2014, 1, 31), ""), (date(2014, 2, 1), "A2"), (AS_AT, "A1 A2")):
        assert refs(query.view(PLAN, day, Filter(overdue=True)).actions) == left


UNKNOWN = [
    (
        {"owner": ("nobody",)},
        "No owner of this plan is 'nobody'. There are: Assistant head of service; Head of estates; "
        "Head of quality; Head of service; Head of workforce.",
    ),
    (
        {"owner": ("service", " ")},
        "No owner of this plan is ' '. There are: Assistant head of service; Head of estates; "
        "Head of quality; Head of service; Head of workforce.",
    ),
    (
        {"theme": ("vision",)},
        "No theme of this plan is 'vision'. There are: change management; performance; workforce.",
    ),
    ({"review": ("OFS",)}, "No review of this plan is 'OFS'. There are: DFE; LGA."),
    ({"finding": ("F1", "F9")}, "No finding of this plan is 'F9'. There are: F1; F2; F3."),
    (
        {"stage": ("done",)},
        "No stage of this plan is 'done'. There are: delivered; embedded; in-progress; "
        "not-started; parked; superseded.",
    ),
    (
        {"rag": ("pink",)},
        "No rating of this plan is 'pink'. There are: amber; blue; green; none; red.",
    ),
]


@pytest.mark.parametrize(("wanted", "sentence"), UNKNOWN)
def test_a_name_that_is_unknown_is_told_what_there_is(
    wanted: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(WrongUsageError) as error:
        looked_at(**wanted)
    assert error.value.sentence == sentence
    assert error.value.exit_code == 2


def test_in_an_empty_plan_there_is_none_yet() -> None:
    with pytest.raises(WrongUsageError) as error:
        query.view(Plan(), AS_AT, Filter(theme=("vision",)))
    assert error.value.sentence == "No theme of this plan is 'vision'. There are: none yet."


def test_an_owner_by_its_exact_name_is_only_that_one_whatever_its_case() -> None:
    assert looked_at(owner=("HEAD OF SERVICE",)) == "A1 A4"
    assert looked_at(owner=("head of",)) == "A1 A2 A3 A4 A5 A6"


def test_owners_spelled_in_two_cases_are_both_meant() -> None:
    plan = Plan(actions=(Action("A1", owner="Head of HR"), Action("A2", owner="head of HR")))
    assert refs(query.view(plan, AS_AT, Filter(owner=("Head of HR",))).actions) == "A1 A2"


def test_themes_spelled_in_two_cases_are_both_meant() -> None:
    plan = Plan(
        findings=(Finding("F1", theme="Vision"), Finding("F2", theme="vision")),
        actions=(Action("A1", ("F1",)), Action("A2", ("F2",))),
    )
    assert refs(query.view(plan, AS_AT, Filter(theme=("vision",))).actions) == "A1 A2"


def test_a_known_owner_that_owns_nothing_is_no_mistake() -> None:
    plan = Plan(owners=(Owner("Head of HR"),))
    assert query.view(plan, AS_AT, Filter(owner=("HR",))).actions == ()


def test_an_action_that_answers_what_is_not_there_is_left_out_and_breaks_nothing() -> None:
    plan = Plan(findings=(Finding("F1", "LGA", theme="vision"),), actions=(Action("A1", ("F9",)),))
    view = query.view(plan, AS_AT)
    assert view.themes(plan.actions[0]) == ()
    assert not view.is_immediate(plan.actions[0])
    assert query.view(plan, AS_AT, Filter(theme=("vision",))).actions == ()


# --- themes -------------------------------------------------------------------------------------


def test_an_action_serves_the_themes_of_what_it_answers_each_once() -> None:
    assert WHOLE.themes(PLAN.actions[1]) == ("performance", "workforce")
    assert WHOLE.themes(PLAN.actions[1]._replace(answers=("F2", "F1", "F2"))) == (
        "workforce",
        "performance",
    )


def test_what_answers_an_immediate_finding_is_immediate() -> None:
    assert [WHOLE.is_immediate(action) for action in PLAN.actions] == [True, True] + [False] * 4


# --- orders and choices -------------------------------------------------------------------------


def test_overdue_is_the_oldest_first() -> None:
    assert refs(query.overdue(WHOLE)) == "A2 A1"


def test_what_only_a_move_put_on_time_is_the_oldest_first_too() -> None:
    assert refs(query.past_original(WHOLE)) == "A6 A4"


def test_due_is_from_the_day_up_to_and_including_another() -> None:
    assert refs(query.due_until(WHOLE, AS_AT)) == "A6"
    assert refs(query.due_until(WHOLE, date(2014, 3, 30))) == "A6"
    assert refs(query.due_until(WHOLE, date(2014, 3, 31))) == "A6 A4"


def test_soon_is_what_the_policy_says() -> None:
    assert query.due_soon_until(WHOLE) == date(2014, 2, 24)
    plan = PLAN._replace(policy=Policy(due_soon=Period(20, "wd")))
    assert query.due_soon_until(query.view(plan, AS_AT)) == date(2014, 3, 10)


def test_undated_is_what_is_open_and_has_no_date() -> None:
    assert refs(query.undated(WHOLE)) == "A3"
    closed = PLAN.replacing("actions", PLAN.actions[2]._replace(stage="delivered"))
    assert query.undated(query.view(closed, AS_AT)) == ()


def test_a_choice_keeps_to_the_filter() -> None:
    view = query.view(PLAN, AS_AT, Filter(theme=("change management",)))
    assert query.overdue(view) == ()
    assert refs(query.past_original(view)) == "A4"
    assert query.undated(view) == ()


def test_in_the_order_of_due_dates_undated_ones_are_last_and_ties_as_in_the_file() -> None:
    same = PLAN.actions[0]._replace(id="A7")
    assert refs(query.by_due((PLAN.actions[2], *PLAN.actions, same))) == "A5 A2 A1 A7 A6 A4 A3 A3"


days = st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(st.lists(days))
def test_any_dates_are_put_in_order_and_none_is_lost(dues: list[date | None]) -> None:
    actions = tuple(Action(f"A{at}", due=due) for at, due in enumerate(dues))
    ordered = query.by_due(actions)
    assert sorted(ordered, key=lambda action: action.id) == sorted(
        actions, key=lambda action: action.id
    )
    dated = [action.due for action in ordered if action.due]
    assert dated == sorted(dated)
    assert all(action.due is None for action in ordered[len(dated) :])
