"""Who is reminded of what and when, as tables: nothing late is dropped, nobody told of nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import HEAD, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import query
from actionplan.model import Owner, Period
from actionplan.renderers import letter
from actionplan.reports import notices, reminders
from actionplan.reports.notices import Surroundings
from actionplan.reports.reminders import Terms

if TYPE_CHECKING:
    from actionplan.model import Plan
    from actionplan.query import View
    from actionplan.reports.reminders import Matters, Share

TODAY = date(2014, 2, 10)
"""A Monday."""
HR, FD = (
    Owner("Head of HR", "", "hr@council.example"),
    Owner("Head of front door", "", "fd@c.example"),
)


def view_of(actions: str, policy: str = "", day: date = TODAY) -> View:
    """Look at a plan with these actions; each owned by the Head of HR where nobody is named."""
    blocks = [
        f'[[action]]\nid = "A{number}"\nanswers = ["F1"]\ntitle = "Do {number}"\n'
        f"{'' if 'owner' in block else OWNED}{block}\n"
        for number, block in enumerate(actions.split("---"), 1)
    ]
    head = HEAD.replace("[[review]]", f"[policy]\n{policy}\n\n[[review]]", 1)
    return query.view(read_plan(head + "\n".join(blocks)), day)


OWNED = 'owner = "Head of HR"\n'
FRESH = "updated = 2014-02-07\n"


def told(view: View, *owners: Owner, **terms: object) -> tuple[Share, ...]:
    """Give each owner's share."""
    return reminders.to_owners(view, owners or (HR, FD), Terms(**terms))  # type: ignore[arg-type]


def refs(found: Matters) -> tuple[list[str], ...]:
    """Give what is overdue, due, stale, moved and asked of, by refs."""
    lists = (found.overdue, found.due, found.stale)
    return (
        *([action.id for action in actions] for actions in lists),
        [each.action.id for each in found.moved],
        [action.id for action, _ in found.asked],
    )


# --- what is said of an action ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("due = 2014-02-07\n" + FRESH, "overdue"),
        ("due = 1999-01-01\n" + FRESH, "overdue"),
        ("due = 2014-02-10\n" + FRESH, "due"),
        ("due = 2014-02-24\n" + FRESH, "due"),
        ("due = 2014-02-25\n" + FRESH, ""),
        ("due = 2014-06-30\nupdated = 2014-01-12\n", "stale"),
        ("due = 2014-06-30\n", "stale"),
        ("due = 2014-01-31\nupdated = 2013-01-31\n", "overdue"),
        (FRESH, "asked"),
        ('due = 2014-01-31\nstage = "parked"\nreason = "x"\n', ""),
        ('due = 2014-01-31\nstage = "superseded"\nreason = "x"\n', ""),
        ('due = 2014-01-31\nstage = "delivered"\ndelivered = 2014-02-01\n', ""),
        ('due = 2014-06-30\nrag = "red"\n' + FRESH, "asked"),
        ('due = 2014-06-30\nrag = "amber"\nreason = "Late."\n' + FRESH, ""),
        ('due = 2014-06-30\nforecast = 2014-08-01\nrag = "green"\n' + FRESH, "asked"),
        (
            "due = 2014-06-30\nmoves = [{ on = 2014-02-05, from = 2014-05-30, to = 2014-06-30, "
            'why = "x" }]\n' + FRESH,
            "moved asked",
        ),
        (
            "due = 2014-06-30\nmoves = [{ on = 2014-02-05, from = 2014-05-30, to = 2014-06-30, "
            'why = "x", approved = "Cabinet" }]\n' + FRESH,
            "moved",
        ),
        (
            "due = 2014-06-30\nmoves = [{ on = 2014-01-05, from = 2014-05-30, to = 2014-06-30, "
            'why = "x", approved = "Cabinet" }]\n' + FRESH,
            "",
        ),
    ],
)
def test_an_action_is_named_once_under_what_is_most_pressing_of_it(action: str, said: str) -> None:
    names = ("overdue", "due", "stale", "moved", "asked")
    found = refs(reminders.matters(view_of(action)))
    assert [name for name, there in zip(names, found, strict=True) if there] == said.split()


@given(
    st.dates(date(2000, 1, 1), date(2013, 12, 31)),
    st.integers(0, 4000),
    st.sampled_from(["not-started", "in-progress"]),
)
def test_what_is_late_stays_in_every_reminder_however_late_it_is(
    due: date, days: int, stage: str
) -> None:
    day = due + timedelta(days=days + 1)
    (share,) = told(view_of(f'due = {due}\nstage = "{stage}"\n', day=day))
    assert [action.id for action in share.matters.overdue] == ["A1"]
    assert "OVERDUE" in letter.text(notices.to_owner(share, Surroundings()))


@pytest.mark.parametrize("stage", ["parked", "superseded", "delivered", "embedded"])
def test_what_is_done_or_shelved_or_undated_is_never_called_overdue(stage: str) -> None:
    view = view_of(f'due = 2014-01-01\nstage = "{stage}"\nreason = "x"\n---{FRESH}')
    report = notices.of_whole(
        reminders.whole(view, Terms()), "the officer", "none", {}, Surroundings()
    )
    assert "overdue" not in letter.text(report).casefold()
    assert "A2 (Head of HR): Do 2. It has no due date." in letter.text(report)


def test_the_oldest_comes_first_and_gives_the_subject() -> None:
    view = view_of(
        f"due = 2014-02-03\n{FRESH}---due = 2014-01-10\n{FRESH}---due = 2014-02-17\n{FRESH}"
    )
    found = reminders.matters(view)
    assert refs(found)[:2] == (["A2", "A1"], ["A3"])
    assert found.subject == "2 actions overdue, the oldest by 21 working days: A plan"


@pytest.mark.parametrize(
    ("actions", "subject"),
    [
        ("due = 2014-01-10\n", "1 action overdue, by 21 working days: A plan"),
        (f"due = 2014-02-08\n{FRESH}", "1 action overdue, by 1 working day: A plan"),
        (f"due = 2014-02-20\n{FRESH}", "1 action due by 24 February 2014: A plan"),
        ("due = 2014-06-30\n---due = 2014-06-30", "2 actions with no recent update: A plan"),
        (FRESH, "1 action with a question to answer: A plan"),
    ],
)
def test_the_subject_says_how_many_and_how_late(actions: str, subject: str) -> None:
    assert reminders.matters(view_of(actions)).subject == subject


def test_only_overdue_says_nothing_else() -> None:
    view = view_of(f'due = 2014-02-03\nrag = "red"\n---due = 2014-02-17\n---{FRESH}')
    assert refs(reminders.whole(view, Terms(only_overdue=True))) == (["A1"], [], [], [], [])
    assert told(view_of("due = 2014-02-17\n"), only_overdue=True) == ()


def test_nothing_is_asked_of_an_action_that_could_not_be_read() -> None:
    assert told(view_of(FRESH), unsure=frozenset({"A1"})) == ()


# --- to whom ------------------------------------------------------------------------------------


def test_each_owner_is_told_of_their_own_actions_and_whoever_has_nothing_to_do_of_none() -> None:
    view = view_of(
        'owner = "Head of front door"\ndue = 2014-02-03\n'
        f"---due = 2014-06-30\n{FRESH}"
        '---owner = "head  of FRONT door"\ndue = 2014-02-04\n'
    )
    (share,) = told(view)
    assert (share.post, share.address) == ("Head of front door", FD.email)
    assert [action.id for action in share.matters.overdue] == ["A1", "A3"]


def test_one_who_holds_two_posts_gets_one_reminder_and_is_known_by_both_whatever_is_due() -> None:
    both = (HR, Owner("Head of front door", "", HR.email.upper()))
    late = 'owner = "Head of front door"\ndue = 2014-02-03\n'
    (share,) = told(view_of(f"{late}---due = 2014-02-04\n"), *both)
    assert share.post == "Head of front door; Head of HR"
    (alone,) = told(view_of(late), *both)
    assert alone.known_as == share.known_as


def test_an_owner_with_no_address_is_kept_and_named_to_the_officer() -> None:
    view = view_of(f'owner = "Head of IT"\ndue = 2014-02-03\n---due = 2014-06-30\n{FRESH}')
    (share,) = told(view, Owner("Head of IT"))
    assert share.address == ""
    unreached = reminders.without_address(view, [HR])
    assert unreached == {"Head of IT": 1}
    report = notices.of_whole(
        reminders.whole(view, Terms()), "the officer", "owner", unreached, Surroundings()
    )
    assert "- Head of IT: 1 overdue" in letter.text(report)


def test_the_whole_is_grouped_by_owner_by_theme_or_not() -> None:
    view = view_of(
        'due = 2014-02-03\n---owner = "Head of front door"\ndue = 2014-02-04\n---due = 2014-02-05'
    )
    lines = {
        group: letter.text(
            notices.of_whole(
                reminders.whole(view, Terms()), "the officer", group, {}, Surroundings()
            )
        ).splitlines()
        for group in notices.GROUPS
    }
    named = {
        group: [line for line in text if line[:2] in {"A1", "A2", "A3"} or line in HEADINGS]
        for group, text in lines.items()
    }
    assert named == {
        "owner": ["Head of HR", "A1: Do 1", "A3: Do 3", "Head of front door", "A2: Do 2"],
        "theme": ["performance", "A1: Do 1", "A2: Do 2", "A3: Do 3"],
        "none": ["A1: Do 1", "A2: Do 2", "A3: Do 3"],
    }
    assert lines["none"].count("    Owner: Head of HR") == 2
    assert lines["owner"].count("    Owner: Head of HR") == 0


HEADINGS = {"Head of HR", "Head of front door", "performance"}


# --- escalation ---------------------------------------------------------------------------------

MOVED_TWICE = """due = 2014-02-20
moves = [
    { on = 2013-11-01, from = 2013-11-30, to = 2013-12-31, why = "x", approved = "Cabinet" },
    { on = 2013-12-01, from = 2013-12-31, to = 2014-02-20, why = "x", approved = "Cabinet" },
]
updated = 2014-02-07
"""
DIRECTOR = Owner("Director", "", "director@council.example")


@pytest.mark.parametrize(
    ("action", "policy", "escalated"),
    [
        ("due = 2014-01-13\n", "", True),
        ("due = 2014-01-14\n", "", False),
        ("due = 2014-01-14\n", 'escalate_after = "10wd"', True),
        (MOVED_TWICE, "", True),
        (MOVED_TWICE, "escalate_after_moves = 3", False),
        (MOVED_TWICE, "escalate_after_moves = 0", False),
        (MOVED_TWICE.replace("2014-02-20", "2014-06-30"), "", False),
        ('owner = "Director"\ndue = 2013-01-13\n', "", False),
        ('stage = "delivered"\ndue = 2013-01-13\n', "", False),
    ],
)
def test_what_is_late_by_weeks_or_moved_often_is_escalated(
    action: str, policy: str, escalated: bool
) -> None:
    view = view_of(action, f'escalate_to = "Director"\n{policy}')
    owners = (HR, DIRECTOR)
    shares = told(view, *owners)
    found = reminders.escalation(view, owners, shares, Terms())
    assert (found is not None) == escalated
    for share in shares:
        text = " ".join(letter.text(notices.to_owner(share, Surroundings())).split())
        assert ("A1 is also sent to Director under the plan's policy" in text) == escalated


def test_the_post_that_is_escalated_to_is_told_of_all_of_it_in_one_message() -> None:
    late = "due = 2014-01-03\n"
    view = view_of(
        f'{late}---owner = "Head of front door"\n{late}---due = 2014-02-03\n',
        'escalate_to = "Director"',
    )
    shares = told(view, HR, FD, DIRECTOR)
    found = reminders.escalation(view, (HR, FD, DIRECTOR), shares, Terms())
    assert found is not None
    assert (found.post, found.address) == ("Director", DIRECTOR.email)
    assert refs(found.matters) == (["A1", "A2"], [], [], [], [])
    text = " ".join(letter.text(notices.of_escalation(found, Surroundings())).split())
    assert "2 actions are sent to you under the plan's policy: 4 weeks late or more" in text


def test_a_post_with_no_address_hands_on_to_the_sponsor_and_the_mail_names_whom_it_goes_to() -> (
    None
):
    view = view_of("due = 2014-01-03\n")
    policy = view.plan.policy._replace(escalate_to="Chief executive")
    view = view._replace(plan=view.plan._replace(policy=policy))
    terms = Terms(escalate_to="sponsor@council.example")
    (share,) = reminders.to_owners(view, (HR,), terms)
    assert share.escalated_to == "the sponsor"
    assert "sent to the sponsor" in letter.text(notices.to_owner(share, Surroundings()))


def test_an_owner_is_asked_only_of_what_is_open_and_the_officer_of_all() -> None:
    view = view_of(
        'stage = "delivered"\ndelivered = 2014-02-03\nrag = "green"\n'
        'tests = [ { on = 2014-02-04, by = "Internal audit", result = "not-confirmed" } ]\n'
    )
    assert told(view) == ()
    assert [action.id for action, _ in reminders.whole(view, Terms()).asked] == ["A1"]


def test_an_action_that_nobody_owns_is_escalated_and_what_is_the_reader_s_own_is_not() -> None:
    view = view_of("due = 2014-01-03\n")
    nobody = view._replace(actions=tuple(a._replace(owner="") for a in view.actions))
    (share,) = reminders.to_owners(nobody, (), Terms(escalate_to="sponsor@council.example"))
    assert [action.id for action in share.escalated] == ["A1"]
    own = Terms(escalate_to=HR.email)
    (share,) = reminders.to_owners(view, (HR,), own)
    assert share.escalated == ()


def test_where_nobody_is_named_it_goes_to_the_sponsor_or_nowhere_and_no_mail_says_otherwise() -> (
    None
):
    view = view_of("due = 2014-01-03\n")
    nowhere = told(view)
    lost = reminders.escalation(view, (HR,), nowhere, Terms())
    assert lost is not None
    assert (lost.post, lost.address) == ("the sponsor", "")
    assert "sent to" not in letter.text(notices.to_owner(nowhere[0], Surroundings()))
    terms = Terms(escalate_to="sponsor@council.example")
    shares = reminders.to_owners(view, (HR,), terms)
    found = reminders.escalation(view, (HR,), shares, terms)
    assert found is not None
    assert (found.post, found.address) == ("the sponsor", "sponsor@council.example")


# --- when ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "day", "begins", "following"),
    [
        ("1w", "2014-02-10", "2014-02-10", "2014-02-17"),
        ("1w", "2014-02-16", "2014-02-10", "2014-02-17"),
        ("1w", "2014-02-17", "2014-02-17", "2014-02-24"),
        ("1d", "2014-02-16", "2014-02-16", "2014-02-17"),
        ("1wd", "2014-02-16", "2014-02-14", "2014-02-17"),
        ("5wd", "2014-02-16", "2014-02-10", "2014-02-17"),
        ("1m", "2014-02-16", "2014-02-01", "2014-03-01"),
        ("3m", "2014-02-16", "2014-01-01", "2014-04-01"),
    ],
)
def test_a_period_begins_where_the_last_one_ended(
    every: str, day: str, begins: str, following: str
) -> None:
    period = Period(int(every.rstrip("dwm")), every.lstrip("0123456789"))
    found = reminders.turn(date.fromisoformat(day), period)
    assert (found.name, found.next.isoformat()) == (begins, following)


PERIODS = st.builds(Period, st.integers(1, 60), st.sampled_from(["d", "wd", "w", "m"]))


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), PERIODS)
def test_every_day_lies_in_one_period_and_reminders_never_stop(day: date, every: Period) -> None:
    found = reminders.turn(day, every)
    assert found.begins <= day < found.next
    assert reminders.turn(found.begins, every) == found
    assert reminders.turn(found.next, every).begins == found.next
    assert reminders.turn(found.begins - timedelta(days=1), every).begins == found.before


@given(st.sampled_from([date.min, date.max]), PERIODS)
def test_at_the_ends_of_the_calendar_there_is_a_period_as_well(day: date, every: Period) -> None:
    found = reminders.turn(day, every)
    assert found.begins <= day <= found.next


def test_the_mail_says_when_the_next_one_comes() -> None:
    (share,) = told(view_of("due = 2014-02-03\n", 'remind_every = "2w"'))
    text = " ".join(letter.text(notices.to_owner(share, Surroundings())).split())
    following = reminders.turn(TODAY, Period(2, "w")).next
    assert f"The next reminder comes on Monday {following.day} February 2014 or soon" in text


# --- the words ----------------------------------------------------------------------------------


def test_a_reminder_says_what_is_late_by_how_much_and_how_to_answer() -> None:
    actions = """
due = 2014-01-31
note = "Two of five are in post."
updated = 2014-01-02
moves = [{ on = 2014-01-02, from = 2013-12-31, to = 2014-01-31, why = "x", approved = "Cabinet" }]
"""
    (share,) = told(view_of(actions))
    assert (
        letter.text(notices.to_owner(share, Surroundings()))
        == """\
A plan
For Head of HR
As at Monday 10 February 2014

Of your actions, 1 is overdue (by 6 working days).

OVERDUE

A1: Do 1
    Due: 31 January 2014, 6 working days late
    First agreed: 31 December 2013 (28 working days ago), moved once
    since
    Last note: Two of five are in post.
    No update since: 2 January 2014

HOW TO ANSWER

Reply to this email: for each action, what has been done, when you now
expect it to be finished and, if its date has to move, to which day and
why.

Or, where you have the plan at hand: actionplan note A1 "What has been
done"

Thank you. The next reminder comes on Monday 17 February 2014 or soon
after, if it is needed.
"""
    )


def test_no_reply_is_asked_for_where_nobody_reads_it() -> None:
    (share,) = told(view_of("due = 2014-02-03\n"))
    text = letter.text(notices.to_owner(share, Surroundings(can_reply=False)))
    assert "Reply" not in text
    assert "actionplan note A1" in text


def test_long_notes_and_titles_are_shortened_and_nothing_but_the_last_note_is_told() -> None:
    plan: Plan = view_of(f'due = 2014-02-03\nnote = "{"x" * 10_000}"\nreason = "Secret."\n').plan
    (action,) = plan.actions
    view = query.view(plan._replace(actions=(action._replace(title="t" * 10_000),)), TODAY)
    (share,) = told(view)
    text = letter.text(notices.to_owner(share, Surroundings()))
    assert len(text) < 2_000
    assert "Secret" not in text
