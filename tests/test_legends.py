"""Legends: what each colour claims, what the facts say to that, and how it is shown."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import AS_AT, HEAD, read_plan
from hypothesis import given
from hypothesis import strategies as st
from test_rag import actions, days, moved, policies

from actionplan import changes, legends, model, movement, query, rag
from actionplan.checks.ground import Ground
from actionplan.checks.listing import CHECKS
from actionplan.checks.listing import run as run_checks
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import Action, Move, Period, Policy
from actionplan.planfile import reader
from actionplan.planfile.scanner import describe
from actionplan.renderers import as_json, plain, terminal
from actionplan.reports import lists, paper, travel

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = timedelta(days=1)
LAST_FRIDAY, DUE = date(2014, 2, 7), date(2014, 3, 31)
CONFIRMED = {"tests": (model.Test(LAST_FRIDAY, "Peer review", "", "confirmed"),)}
PARTLY = {"tests": (model.Test(LAST_FRIDAY, "Peer review", "", "partly"),)}
DONE = {"stage": "delivered", "delivered": LAST_FRIDAY}

BRAG, SLIPPAGE = Policy(), Policy(legend="slippage")
COMPLETE, VERIFIED = Policy(legend="complete-on-track"), Policy(legend="verified")
MONTHLY = Policy(legend="own", like="slippage", red_after=Period(1, "m"))
WEEKLY = Policy(legend="own", like="slippage", red_after=Period(6, "w"))
WORDED = Policy(legend="own", like="verified", labels={"amber": "going well"})
EVERY = (BRAG, SLIPPAGE, COMPLETE, VERIFIED, MONTHLY, WEEKLY, WORDED)


def action(rated: str, **fields: Any) -> Action:
    """Give an action that no date is against, rated so."""
    sound = Action(
        "A1", ("F1",), "Fix the front door", "Head of service", due=DUE, stage="in-progress",
        rag=rated, updated=date(2014, 2, 3),
    )  # fmt: skip
    return sound._replace(**fields)


def late(days_late: int) -> dict[str, Any]:
    return {"due": AS_AT - days_late * DAY}


# --- the decision table -------------------------------------------------------------------------

CASES = [
    # brag: how likely it is
    (BRAG, action("amber", reason="Ill."), "green", "on-course", "", "amber at risk is gloomier"),
    (BRAG, action("amber"), "amber", "amber-without-reason", "", "at risk needs a reason"),
    (BRAG, action("green", **late(3)), "red", "overdue", "Declared green; the facts say red: ",
     "on track and overdue"),
    (BRAG, action("blue", **DONE), "amber", "not-tested", "Declared blue; the facts say amber: ",
     "blue says that somebody else tested it"),
    (BRAG, action("blue", **DONE, **CONFIRMED), "green", "on-course", "", "blue, and tested"),
    # complete or on track
    (COMPLETE, action("amber"), "green", "on-course", "", "amber on track needs no reason"),
    (COMPLETE, action("amber", **late(3)), "red", "overdue",
     "Declared amber: on track; the facts say off track: due 7 February 2014, 1 working day late.",
     "amber on track is rosier than overdue"),
    (COMPLETE, action("amber", due=None), "amber", "undated",
     "Declared amber: on track; the facts say at risk: it has no due date.",
     "amber on track is rosier than at risk"),
    (COMPLETE, action("green"), "amber", "claims-done",
     "Declared green: complete; the facts say at risk: its rating says that it is complete, and "
     "it is not delivered.", "green is complete, and the action is open"),
    (COMPLETE, action("green", **late(3)), "red", "overdue",
     "Declared green: complete; the facts say off track: ", "complete, open and late"),
    (COMPLETE, action("red"), "red", "red-without-reason", "", "off track needs a reason"),
    (COMPLETE, action("red", reason="Ill."), "green", "on-course", "", "off track with a reason"),
    (COMPLETE, action("green", **DONE), "amber", "not-tested", "",
     "complete says no more than delivered"),
    (COMPLETE, action("amber", **DONE), "amber", "not-tested", "",
     "on track says less than delivered"),
    (COMPLETE, action("green", **DONE, **PARTLY), "amber", "partly-confirmed",
     "Declared green: complete; the facts say at risk: ", "complete, and confirmed only in part"),
    # verified
    (VERIFIED, action("green", **DONE), "amber", "not-tested", "",
     "green is complete, and waits for the blue"),
    (VERIFIED, action("blue", **DONE), "amber", "not-tested",
     "Declared blue: verified; the facts say at risk: delivered on 7 February 2014 by its owner's "
     "account; nobody else has tested it.", "verified by nobody"),
    (VERIFIED, action("blue", **DONE, **CONFIRMED), "green", "on-course", "", "verified, and so"),
    (VERIFIED, action("blue"), "amber", "claims-done",
     "Declared blue: verified; the facts say at risk: ", "verified, and the action is open"),
    # slippage, red from three months
    (SLIPPAGE, action("green"), "green", "on-course", "", "no slip"),
    (SLIPPAGE, action("green", **late(1)), "amber", "slip",
     "Declared green: on track; the facts say at risk: first agreed for 9 February 2014, still "
     "open on 10 February 2014: a slip of less than 1 month, off track from 3 months.",
     "a day over is a short slip and no red"),
    (SLIPPAGE, action("amber", reason="Ill.", **late(1)), "amber", "slip", "",
     "delayed is what it is"),
    (SLIPPAGE, action("amber"), "amber", "amber-without-reason", "", "delayed needs a reason"),
    (SLIPPAGE, action("green", due=date(2013, 11, 11)), "amber", "slip",
     "Declared green: on track; the facts say at risk: first agreed for 11 November 2013, still "
     "open on 10 February 2014: a slip of more than 2 months, off track from 3 months.",
     "a day under three months"),
    (SLIPPAGE, action("amber", reason="Ill.", due=date(2013, 11, 10)), "red", "long-slip",
     "Declared amber: delayed under 3 months; the facts say off track: first agreed for 10 "
     "November 2013, still open on 10 February 2014: a slip of 3 months, off track from 3 months.",
     "three months to the day"),
    (SLIPPAGE, action("green", moves=moved(DUE)), "amber", "slip",
     "Declared green: on track; the facts say at risk: first agreed for 31 January 2014, now due "
     "31 March 2014: a slip of 2 months, off track from 3 months.", "a moved date is a slip"),
    (SLIPPAGE, action("green", moves=moved(DUE, approved="")), "amber", "slip",
     "Declared green: on track; the facts say at risk: first agreed for 31 January 2014, now due "
     "31 March 2014: a slip of 2 months, off track from 3 months. The later date asked for is not "
     "approved yet.", "a date only asked for is said to be"),
    (SLIPPAGE, action("green", forecast=date(2014, 7, 1)), "red", "long-slip",
     "Declared green: on track; the facts say off track: first agreed for 31 March 2014, expected "
     "on 1 July 2014: a slip of more than 3 months, off track from 3 months.",
     "a forecast is a slip before the date has passed"),
    (SLIPPAGE, action("green", due=None, moves=moved(DUE)), "amber", "slip",
     "Declared green: on track; the facts say at risk: first agreed for 31 January 2014, still "
     "open on ", "no date now, and the first has passed"),
    (SLIPPAGE,
     action("green", due=LAST_FRIDAY, moves=(Move(AS_AT, DUE, LAST_FRIDAY, "x", "Board"),)),
     "amber", "slip", "Declared green: on track; the facts say at risk: due 7 February 2014, 1 "
     "working day late. First agreed for 31 March 2014.", "brought forward and overdue"),
    (SLIPPAGE, action("green", **DONE), "amber", "not-tested", "", "a date is no claim of a test"),
    (SLIPPAGE, action("blue"), "amber", "claims-done",
     "Declared blue: complete; the facts say at risk: ", "complete, and open"),
    # a threshold of the plan's own
    (MONTHLY, action("green", due=date(2014, 1, 11)), "amber", "slip",
     "Declared green: on track; the facts say at risk: first agreed for 11 January 2014, still "
     "open on 10 February 2014: a slip of less than 1 month, off track from 1 month.",
     "a day under its month"),
    (MONTHLY, action("green", due=date(2014, 1, 10)), "red", "long-slip",
     "Declared green: on track; the facts say off track: ", "its month to the day"),
    (WEEKLY, action("green", **late(41)), "amber", "slip",
     "Declared green: on track; the facts say at risk: first agreed for 31 December 2013, still "
     "open on 10 February 2014: a slip of more than 5 weeks, off track from 6 weeks.",
     "a day under its weeks"),
    (WEEKLY, action("green", **late(42)), "red", "long-slip",
     "Declared green: on track; the facts say off track: first agreed for 30 December 2013, "
     "still open on 10 February 2014: a slip of 6 weeks, off track from 6 weeks.",
     "its weeks to the day"),
    (WORDED, action("amber", due=None), "amber", "undated",
     "Declared amber: going well; the facts say at risk: it has no due date.",
     "its own words in place of the preset's"),
]  # fmt: skip
"""The policy, the action, the verdict, its rule, how the challenge starts, and why."""


@pytest.mark.parametrize(
    ("policy", "declared", "rating", "rule", "challenge"),
    [case[:5] for case in CASES],
    ids=[f"{case[0].legend} {case[0].like} {case[5]}" for case in CASES],
)
def test_a_declared_colour_is_held_against_the_facts_by_its_legend(
    policy: Policy, declared: Action, rating: str, rule: str, challenge: str
) -> None:
    context = rag.Context(policy, AS_AT)
    found = rag.verdict(declared, context)
    said = rag.challenge(declared, found, context.legend)
    assert (found.rating, found.rule) == (rating, rule)
    assert said.startswith(challenge)
    assert bool(said) is bool(challenge)


@pytest.mark.parametrize(
    ("start", "end", "unit", "words"),
    [
        (date(2014, 1, 31), date(2014, 2, 28), "m", "1 month"),
        (date(2014, 1, 31), date(2014, 2, 27), "m", "less than 1 month"),
        (date(2014, 1, 31), date(2014, 3, 1), "m", "more than 1 month"),
        (date(2013, 12, 15), date(2014, 2, 14), "m", "more than 1 month"),
        (date(2014, 2, 3), date(2014, 2, 9), "w", "less than 1 week"),
        (date(2014, 2, 3), date(2014, 2, 17), "w", "2 weeks"),
        (date(2014, 2, 3), date(2014, 2, 4), "d", "1 day"),
        (date(2014, 2, 7), date(2014, 2, 9), "wd", "less than 1 working day"),
        (date(2014, 2, 7), date(2014, 2, 11), "wd", "2 working days"),
    ],
)
def test_a_slip_is_said_in_the_unit_of_the_threshold(
    start: date, end: date, unit: str, words: str
) -> None:
    from actionplan.dates import length_in_words

    assert length_in_words(start, end, unit) == words


# --- for any action, under every legend ---------------------------------------------------------

every_policy = st.builds(
    lambda policy, legend: policy._replace(
        legend=legend.legend, like=legend.like, red_after=legend.red_after, labels=legend.labels
    ),
    policies,
    st.sampled_from(EVERY),
)


@given(actions, every_policy, days, st.integers(0, 1500))
def test_waiting_never_improves_a_verdict_under_any_legend(
    made: Action, policy: Policy, as_at: date, waited: int
) -> None:
    now = rag.verdict(made, rag.Context(policy, as_at))
    then = rag.verdict(made, rag.Context(policy, as_at + waited * DAY))
    assert rag.RANK.get(then.rating, 0) >= rag.RANK.get(now.rating, 0)


@given(actions, every_policy, days)
def test_the_first_rule_of_every_legend_is_the_worst(
    made: Action, policy: Policy, as_at: date
) -> None:
    signals = rag.signals(made, rag.Context(policy, as_at))
    assert [s.rating for s in signals] == sorted((s.rating for s in signals), reverse=True)
    for signal in signals:
        assert signal.sentence[0].isupper()
        assert signal.sentence.endswith(".")


@given(actions, st.sampled_from(model.LEGENDS), days)
def test_other_words_for_the_same_colours_change_no_verdict(
    made: Action, like: str, as_at: date
) -> None:
    preset = rag.Context(Policy(legend=like), as_at)
    labels = dict.fromkeys(legends.PRESETS[like].shades, "a word")
    own = rag.Context(Policy(legend="own", like=like, labels=labels, glyphs={"red": "!"}), as_at)
    found, again = rag.verdict(made, preset), rag.verdict(made, own)
    assert (found.rating, found.rule) == (again.rating, again.rule)
    told = (rag.is_challenged(made, v, c.legend) for v, c in ((found, preset), (again, own)))
    assert len(set(told)) == 1


# --- reading a legend ---------------------------------------------------------------------------


def policy_of(toml: str) -> Policy:
    return read_plan(f'title = "x"\n[policy.legend]\n{toml}').policy


def test_a_legend_of_the_plan_s_own_is_read_in_full() -> None:
    own = legends.of(
        policy_of(
            'like = "slippage"\ngreen = "on target"\namber = "one month behind"\n'
            'red = { label = "over a month behind", means = "More than a month late.", '
            'glyph = "▼", colour = "magenta" }\nred_after = "1m"\n'
        )
    )
    assert (own.like, own.scale, own.red_after, own.own) == (
        "slippage", "slippage", Period(1, "m"), True,
    )  # fmt: skip
    assert own.shades["green"][:2] == ("on target", "on target")
    assert own.shades["red"] == ("over a month behind", "More than a month late.", "▼", "magenta")
    assert own.words("red") == "over a month behind (More than a month late.)"
    assert own.shades["blue"][:2] == ("complete", "complete")


def test_a_legend_of_plain_words_is_like_brag() -> None:
    policy = policy_of('red = "late"\nblue = "done"\n')
    assert (policy.legend, policy.like, policy.labels) == (
        "own", "brag", {"red": "late", "blue": "done"},
    )  # fmt: skip
    assert rag.legend(policy) == {
        "blue": "done",
        "green": "on track",
        "amber": "at risk, with a reason",
        "red": "late",
    }


def test_a_threshold_alone_makes_a_legend_of_its_own() -> None:
    own = legends.of(policy_of('like = "slippage"\nred_after = "6w"\n'))
    assert own.label("red") == "delayed 6 weeks or more"
    assert own.shades["amber"].means == "delayed under 6 weeks against the date first agreed"


PROBLEMS = [
    ('like = "rainbow"', "like is 'rainbow'; use brag, slippage, complete-on-track or verified"),
    ("red = 3", "red is 3: put it in quotes"),
    ('red = ""', "red is empty: say it in words"),
    ('red = { label = "" }', "label is empty: say it in words"),
    ('red = { glyph = "!!" }', "glyph is '!!': write one sign in quotes, such as '!'"),
    ('red = { glyph = "\\u001b" }', "glyph is '\x1b': write one sign in quotes, such as '!'"),
    (
        'red = { colour = "pink" }',
        "colour is 'pink'; use red, yellow, green, blue, magenta, cyan, white or black",
    ),
    ('red_after = "1m"', "red_after is for a legend like slippage, and this one is like brag"),
    (
        'like = "slippage"\nred_after = "0m"',
        "red_after is '0m': write a length of at least one, such as '4w' or '3m'",
    ),
    (
        'like = "slippage"\nred_after = 3',
        "red_after is 3: write a length of time such as '28d', '20wd', '6w' or '3m'",
    ),
    (
        'like = "complete-on-track"\nblue = "verified"',
        "blue is no colour of complete-on-track: take it out, or say what it is like",
    ),
    ('purple = "x"', "'purple' is not a key that actionplan knows"),
    ('red = { meens = "x" }', "'meens' is not a key that actionplan knows; is 'means' meant?"),
]


@pytest.mark.parametrize(("toml", "sentence"), PROBLEMS)
def test_what_is_wrong_in_a_legend_has_its_line_and_a_sentence(toml: str, sentence: str) -> None:
    text = f'title = "x"\n[policy.legend]\n{toml}\n'
    found = reader.read(text.encode(), "plan.toml")
    line = 2 + len(toml.splitlines())
    assert describe(text, found.problems) == (f"line {line}: {sentence}",)
    assert legends.of(found.plan.policy).ratings


def test_blue_is_no_rating_where_the_legend_has_none() -> None:
    toml = (
        f'{HEAD}[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "x"\nowner = "Head"\n'
        'rag = "blue"\n[policy]\nlegend = "complete-on-track"\n'
    )
    found = reader.read(toml.encode(), "plan.toml")
    assert describe(toml, found.problems) == (
        "line 27, A1: rag is 'blue', which the legend of this plan has not; use red, amber or "
        "green",
    )
    view = query.view(found.plan, AS_AT)
    for report in (lists.listing(view), paper.report(view, AS_AT)):
        assert "blue" in terminal.render(report, terminal.Looks(80, colour=True, unicode=True))


# --- changing a rating --------------------------------------------------------------------------


def plan_with(policy: Policy, *made: Action) -> model.Plan:
    finding = model.Finding("F1", "LGA", text="x", theme="performance")
    return model.Plan(title="A plan", policy=policy, findings=(finding,), actions=made)


def test_amber_on_track_is_set_with_no_reason() -> None:
    plan = plan_with(COMPLETE, action(""))
    assert changes.update_action(plan, "A1", {"rag": "amber"}, AS_AT).actions[0].rag == "amber"
    with pytest.raises(RefusedError, match="A1 would be red with no reason"):
        changes.update_action(plan, "A1", {"rag": "red"}, AS_AT)


def test_amber_at_risk_is_not() -> None:
    with pytest.raises(RefusedError, match="A1 would be amber with no reason"):
        changes.update_action(plan_with(SLIPPAGE, action("")), "A1", {"rag": "amber"}, AS_AT)


def test_a_reason_goes_when_the_colour_says_that_nothing_is_wrong_any_more() -> None:
    plan = plan_with(VERIFIED, action("red", reason="Ill."))
    assert changes.update_action(plan, "A1", {"rag": "amber"}, AS_AT).actions[0].reason == ""


def test_blue_is_set_where_the_legend_has_it_and_refused_where_not() -> None:
    made = changes.update_action(plan_with(VERIFIED, action("")), "A1", {"rag": "blue"}, AS_AT)
    assert made.actions[0].rag == "blue"
    with pytest.raises(WrongUsageError, match="rag is 'blue'; use red, amber or green"):
        changes.update_action(plan_with(COMPLETE, action("")), "A1", {"rag": "blue"}, AS_AT)


# --- movement and checks ------------------------------------------------------------------------


def test_on_track_and_complete_stand_alike_and_off_track_worse() -> None:
    context = rag.Context(VERIFIED, AS_AT)
    on_track, off = action("amber"), action("red", reason="Ill.")
    assert movement.direction(off, on_track, context, context) == "better"
    assert movement.direction(on_track, off, context, context) == "worse"
    assert movement.direction(on_track, action("amber", note="x"), context, context) == "same"


def test_changes_name_a_rating_with_what_it_was_called_then_and_is_called_now() -> None:
    then = query.view(plan_with(VERIFIED, action("amber")), LAST_FRIDAY)
    now = query.view(plan_with(VERIFIED, action("red", reason="Ill.")), AS_AT)
    told = plain.render(travel.report(then, now, "Friday"))
    assert "amber: on track\tred: off track\tIll." in told


def test_a_colour_that_means_another_thing_since_is_compared_by_what_it_says() -> None:
    then = query.view(plan_with(BRAG, action("amber", reason="Ill.")), LAST_FRIDAY)
    now = query.view(plan_with(VERIFIED, action("amber")), AS_AT)
    moved_so = movement.compare(then, now)
    assert (len(moved_so.ratings_up), len(moved_so.ratings_down)) == (1, 0)
    assert "amber: at risk\tamber: on track" in plain.render(travel.report(then, now, "Friday"))


def test_changes_end_with_what_the_colours_are_called_where_they_show_one() -> None:
    then = query.view(plan_with(BRAG, action("green")), LAST_FRIDAY)
    now = query.view(plan_with(BRAG, action("red", reason="Ill.")), AS_AT)
    told = plain.render(travel.report(then, now, "Friday"))
    assert told.endswith("Rated: green, on track; amber, at risk; red, off track.\n")
    assert "LEGEND" not in plain.render(travel.report(now, now, "Friday"))


def found_by(code: str, policy: Policy, *made: Action) -> list[str]:
    ground = Ground(query.view(plan_with(policy, *made), AS_AT))
    return [found.sentence for check, found in run_checks(ground, CHECKS) if check.code == code]


def test_a_check_takes_on_track_for_what_it_says() -> None:
    other = action("red", id="A2", title="Hire", reason="Ill.")
    waits = action("amber", after=("A2",))
    assert found_by("waits-for-late", VERIFIED, waits, other) == [
        "Declared amber: on track, and waits for A2, which is rated red: off track."
    ]
    assert found_by("waits-for-late", SLIPPAGE, waits, other) == []
    assert found_by("no-reason", VERIFIED, waits) == []
    assert found_by("no-reason", SLIPPAGE, waits) == [
        "Rated amber: delayed under 3 months, and no reason is given."
    ]
    assert found_by("green-theme", COMPLETE, action("amber", **late(9))) == [
        "Theme performance is green: complete or amber: on track in every rating, and 1 of its 1 "
        "open action is overdue: A1."
    ]


# --- what a person sees -------------------------------------------------------------------------

ACTIONS = """
[[action]]
id = "A1"
answers = ["F1"]
title = "Put a manager at the front door on every shift of the week"
owner = "Head of service"
due = 2014-02-07
stage = "in-progress"
rag = "amber"
reason = "Ill."
updated = 2014-02-03

[[action]]
id = "A2"
answers = ["F2"]
title = "Fill team manager posts"
owner = "Head of workforce"
due = 2014-03-31
stage = "in-progress"
rag = "green"
updated = 2014-02-03
"""
OWN = """[policy.legend]
like = "slippage"
green = "on target"
amber = "one month behind"
red = { label = "over a month behind", glyph = "▼", colour = "magenta" }
red_after = "1m"
"""

SHOWN = [
    ('[policy]\nlegend = "brag"\n', ("▲ amber ", "● green "),
     "Rated: ● green, on track; ▲ amber, at risk; ■ red, off track.",
     "0 red (off track), 1 amber (at risk) and 1 green (on track)"),
    ('[policy]\nlegend = "slippage"\n', ("▲ amber: delayed", "● green: on track"),
     "Rated: ● green, on track; ▲ amber, delayed under 3 months; ■ red, delayed 3 months or more.",
     "0 red (delayed 3 months or more), 1 amber (delayed under 3 months) and 1 green (on track)"),
    ('[policy]\nlegend = "complete-on-track"\n', ("▲ amber: on track", "● green: complete"),
     "Rated: ● green, complete; ▲ amber, on track; ■ red, off track.",
     "0 red (off track), 1 amber (on track) and 1 green (complete)"),
    ('[policy]\nlegend = "verified"\n', ("▲ amber: on track", "● green: complete"),
     "Rated: ● green, complete; ▲ amber, on track; ■ red, off track.",
     "0 red (off track), 1 amber (on track) and 1 green (complete)"),
    (OWN, ("▲ amber: one", "● green: on target"),
     "Rated: ● green, on target; ▲ amber, one month behind; ▼ red, over a month behind.",
     "0 red (over a month behind), 1 amber (one month behind) and 1 green (on target)"),
]  # fmt: skip
"""The TOML of a legend, the cells of a list, the key under it, and the position in the paper."""
EACH_LEGEND = pytest.mark.parametrize(
    ("toml", "cells", "key", "position"),
    SHOWN,
    ids=["brag", "slippage", "complete", "verified", "own"],
)


@pytest.fixture
def at_80(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the place of a plan, and a terminal of 80 columns."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "plan.toml"


def one_line(text: str) -> str:
    return " ".join(text.split())


@EACH_LEGEND
def test_at_80_columns_every_rating_has_its_label(
    toml: str, cells: tuple[str, ...], key: str, position: str, at_80: Path, run: Run
) -> None:
    at_80.write_text(f"{HEAD}{toml}{ACTIONS}", encoding="utf-8")
    look = ("-f", str(at_80), "--as-at", "2014-02-10")
    listed = run("list", *look).out
    assert all(cell in listed for cell in cells)
    assert key in one_line(listed)
    told = one_line(run("report", *look).out)
    assert position in told
    label = position.partition("amber (")[2].partition(")")[0]
    assert f"Rated: amber: {label}" in one_line(run("show", "A1", *look).out)
    for command in (("list",), ("overdue",), ("report",), ("report", "--summary"), ("show", "A1")):
        ran = run(*command, *look)
        assert ran.code == 0
        assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_the_columns_of_counts_are_headed_by_the_labels() -> None:
    view = query.view(plan_with(VERIFIED, action("blue"), action("amber", id="A2")), AS_AT)
    told = plain.render(paper.report(view, AS_AT))
    assert "Theme\tOpen\tRed: off track\tAmber: on track\tGreen: complete\tBlue: verified\t" in told


def test_a_pipe_gets_the_bare_colour_and_a_program_the_label_in_a_field_of_its_own() -> None:
    report = lists.listing(query.view(plan_with(COMPLETE, action("amber")), AS_AT))
    assert plain.render(report).split("\t")[4] == "amber"
    assert plain.notes(report) == ("Rated: green, complete; amber, on track; red, off track.",)
    document = json.loads(as_json.render(report))
    (line,) = document["actions"]
    assert (line["rag"], line["rag_label"]) == ("amber", "on track")
    assert (line["verdict"], line["verdict_label"]) == ("green", "on course")
    assert document["legend"]["like"] == "complete-on-track"
    assert document["legend"]["colours"]["amber"]["label"] == "on track"


def test_the_usual_legend_is_not_told_to_a_pipe() -> None:
    report = lists.listing(query.view(plan_with(BRAG, action("green")), AS_AT))
    assert plain.notes(report) == ()


def test_the_colours_of_a_terminal_are_the_plan_s_own() -> None:
    own = Policy(legend="own", colours={"green": "magenta"}, glyphs={"green": "G"})
    report = lists.listing(query.view(plan_with(own, action("green")), AS_AT))
    drawn = terminal.render(report, terminal.Looks(80, colour=True, unicode=True))
    assert "\x1b[1;35mG green: on track" in drawn


def test_a_glyph_that_the_terminal_can_t_show_is_a_plain_one() -> None:
    own = Policy(legend="own", glyphs={"green": "✿", "red": "R"})
    rows = (action("green"), action("red", id="A2", reason="Ill."))
    report = lists.listing(query.view(plan_with(own, *rows), AS_AT))
    drawn = terminal.render(report, terminal.Looks(80, colour=False, unicode=False))
    assert "+ green: on track" in drawn
    assert "R red: off track" in drawn
    assert drawn.isascii()


def test_the_paper_says_what_the_facts_rest_on_in_the_words_of_the_legend() -> None:
    told = plain.render(paper.report(query.view(plan_with(MONTHLY), AS_AT), AS_AT))
    assert (
        "off track, a slip of 1 month or more from the date first agreed, or not confirmed" in told
    )
    told = plain.render(paper.report(query.view(plan_with(VERIFIED), AS_AT), AS_AT))
    assert (
        "off track, late, not approved or not confirmed; at risk, something is against it" in told
    )
