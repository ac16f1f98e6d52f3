"""Two versions of a plan made one: the TOML of what was, of ours, of theirs, then what is true."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from conftest import BIRMINGHAM, HEAD
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplan.errors import ActionPlanError, UnreadableError
from actionplan.planfile import reader
from actionplan.planfile.merging import Clash, Merged, merge
from actionplan.planfile.source import ConflictedError
from actionplan.planfile.threeway.agreement import disagreements
from actionplan.planfile.threeway.sides import Three

A1 = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Staff the front door"
owner = "Head of the front door"
due = 2014-03-31
rag = "green"
updated = 2014-02-01
"""
A2 = """\
[[action]]
id = "A2"
answers = ["F2"]
title = "Ask staff every month"
owner = "Head of workforce"
"""
OWNED = 'owner = "Head of workforce"\n'
BASE = f"{HEAD}{A1}\n{A2}"
NEW = '[[action]]\nid = "A3"\nanswers = ["F1"]\ntitle = "{}"\nowner = "Head of service"\n'


def merged(base: str, ours: str, theirs: str, **issued: int) -> Merged:
    return merge(base.encode(), ours.encode(), theirs.encode(), "plan.toml", issued)


def clean(base: str, ours: str, theirs: str, **issued: int) -> str:
    """Merge what must not clash, and give the text."""
    done = merged(base, ours, theirs, **issued)
    assert done.clashes == ()
    assert reader.read(done.content, "plan.toml").faults == ()
    return done.content.decode()


def with_lines(text: str, after: str, *lines: str) -> str:
    """Put lines after one that the text has."""
    assert text.count(f"{after}\n") == 1
    return text.replace(f"{after}\n", "".join(f"{line}\n" for line in (after, *lines)))


# --- what only one side changed -----------------------------------------------------------------

ODD = (
    BIRMINGHAM.read_bytes(),
    f"{HEAD}{A2}\n{A1}# the end".encode(),
    f"\ufeff{BASE}".encode(),
    BASE.replace("\n", "\r\n").encode(),
    BASE.replace("\n", "\r\n", 9).encode(),
    b"",
)


@pytest.mark.parametrize("other", ODD)
def test_a_side_that_alone_changed_is_taken_to_the_byte(other: bytes) -> None:
    base = BASE.encode()
    assert merge(base, base, other, "plan.toml") == (other, (), {})
    assert merge(base, other, base, "plan.toml") == (other, (), {})
    assert merge(base, other, other, "plan.toml") == (other, (), {})


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(UnreadableError, match="not valid TOML"):
        merged(BASE, BASE, "title = ")
    with pytest.raises(UnreadableError, match="not valid TOML"):
        merged(BASE, f"{BASE}\n# here\n", "title = ")


def test_changes_of_two_actions_are_both_kept_with_their_comments() -> None:
    ours = BASE.replace('rag = "green"', "# said at the board\nrag = 'amber' # for now")
    theirs = with_lines(BASE, 'owner = "Head of workforce"', "due = 2014-04-30  # new")
    text = clean(BASE, ours, theirs)
    assert text == with_lines(ours, 'owner = "Head of workforce"', "due = 2014-04-30  # new")


def test_changes_of_neighbouring_keys_of_one_action_are_both_kept() -> None:
    ours = BASE.replace("due = 2014-03-31", "due = 2014-03-31\nforecast = 2014-04-14")
    theirs = BASE.replace('rag = "green"', '# the board\'s word\nrag = "amber"\nreason = "Late."')
    text = clean(BASE, ours, theirs)
    assert (
        "due = 2014-03-31\nforecast = 2014-04-14\n# the board's word\n"
        'rag = "amber"\nreason = "Late."\nupdated' in text
    )


def test_a_key_taken_out_by_one_side_goes_and_the_other_change_stays() -> None:
    ours = BASE.replace('rag = "green"\n', "")
    theirs = BASE.replace("2014-02-01", "2014-02-05")
    assert clean(BASE, ours, theirs) == ours.replace("2014-02-01", "2014-02-05")


def test_comments_written_at_a_key_that_the_other_side_took_out_are_kept() -> None:
    ours = BASE.replace('rag = "green"\n', "")
    theirs = BASE.replace('rag = "green"', '# above\nrag = "green" # after')
    kept = BASE.replace('rag = "green"', "# above\n# after")
    assert clean(BASE, ours, theirs) == clean(BASE, theirs, ours) == kept


def test_a_block_taken_out_by_one_side_goes() -> None:
    theirs = BASE.replace("Staff the", "Staff well the")
    assert clean(BASE, f"{HEAD}{A1}", theirs) == f"{HEAD}{A1}".replace(
        "Staff the", "Staff well the"
    )


def test_a_header_inside_a_text_is_no_header() -> None:
    note = 'note = """\n[[action]]\nid = "A9"\n[[finding]]\n"""'
    ours = with_lines(BASE, 'owner = "Head of workforce"', note)
    theirs = BASE.replace('rag = "green"', 'rag = "amber"')
    text = clean(BASE, ours, theirs)
    assert text == ours.replace('rag = "green"', 'rag = "amber"')


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_text_that_ends_like_a_comment_is_no_comment(quotes: str) -> None:
    base = with_lines(BASE, "updated = 2014-02-01", f"note = {quotes}", "One", f"# two{quotes}", "")
    ours = base.replace("# two", "# three")
    theirs = base.replace(A2, f"# next\n{A2}").replace('rag = "green"', 'rag = "red"')
    assert clean(base, ours, theirs) == theirs.replace("# two", "# three")


def test_the_keys_of_the_policy_and_an_owner_are_merged_one_by_one() -> None:
    policy = (
        '[policy]\nlegend = "brag"\nstale_after = "28d" # four weeks\n\n[policy.extra]\na = 1\n'
    )
    owner = '[owners."Head of workforce"]\nname = "A post"\nemail = "a@example.org"\n'
    base = f"{policy}\n{owner}\n{BASE}"
    base = base.replace(HEAD, HEAD.partition("[[review]]")[1] + HEAD.partition("[[review]]")[2])
    base = 'format = 1\ntitle = "A plan"\n\n' + base
    ours = base.replace('"28d"', '"14d"').replace("a@example.org", "b@example.org")
    theirs = base.replace('"brag"', '"verified"').replace("A post", "The post")
    theirs = theirs.replace("a = 1", "a = 1\nb = 2")
    text = clean(base, ours, theirs)
    for part in ('"14d" # four weeks', '"verified"', "b@example.org", "The post", "a = 1\nb = 2"):
        assert part in text


# --- order, line ends, comments -----------------------------------------------------------------


def test_a_side_that_put_the_actions_in_another_order_has_its_way() -> None:
    ours = f"{HEAD}{A2}\n{A1}"
    theirs = BASE.replace('rag = "green"', 'rag = "amber"')
    assert clean(BASE, ours, theirs) == ours.replace('rag = "green"', 'rag = "amber"')
    assert clean(BASE, theirs, ours) == ours.replace('rag = "green"', 'rag = "amber"')


def test_a_side_saved_with_windows_line_ends_has_its_way() -> None:
    ours = BASE.replace("\n", "\r\n").replace("Staff the", "Staff well the")
    theirs = f"\ufeff{BASE}".replace('rag = "green"', 'rag = "amber"').removesuffix("\n")
    text = clean(BASE, ours, theirs)
    changed = BASE.replace("Staff the", "Staff well the").replace('rag = "green"', 'rag = "amber"')
    assert text == "\ufeff" + changed.replace("\n", "\r\n").removesuffix("\r\n")


def test_comments_of_both_sides_on_one_line_are_both_kept() -> None:
    ours = BASE.replace('rag = "green"', '# ours\nrag = "green"  # one')
    theirs = BASE.replace('rag = "green"', '# theirs\nrag = "amber" # two')
    assert '# ours\n# theirs\nrag = "amber"  # one # two\n' in clean(BASE, ours, theirs)


def test_comments_at_the_end_of_the_file_are_kept() -> None:
    text = clean(BASE, f"{BASE}\n# ours\n", f"{BASE}\n# theirs\n")
    assert text == f"{BASE}\n# ours\n# theirs\n"


# --- both changed the same ----------------------------------------------------------------------


def test_the_same_change_on_both_sides_is_made_once() -> None:
    ours = BASE.replace('"green"', '"amber"').replace("2014-02-01", "2014-02-03")
    theirs = BASE.replace('"green"', '"amber"').replace("A plan", "The plan")
    assert clean(BASE, ours, theirs) == ours.replace("A plan", "The plan")


@pytest.mark.parametrize("swap", [False, True])
def test_of_two_days_of_update_the_later_one_stands(swap: bool) -> None:
    sides = [BASE.replace("2014-02-01", day) for day in ("2014-02-03", "2014-02-05")]
    ours, theirs = reversed(sides) if swap else sides
    assert "updated = 2014-02-05\n" in clean(BASE, ours, theirs)


def test_a_day_of_update_that_one_side_took_out_stands() -> None:
    ours = BASE.replace("updated = 2014-02-01\n", "")
    theirs = BASE.replace("2014-02-01", "2014-02-05")
    assert clean(BASE, ours, theirs) == theirs


def test_one_key_changed_twice_is_a_clash_around_its_own_lines() -> None:
    ours = BASE.replace('rag = "green"', '# ours\nrag = "amber"').replace(
        "2014-02-01", "2014-02-03"
    )
    theirs = BASE.replace('rag = "green"', 'rag = "red"')
    done = merged(BASE, ours, theirs)
    assert done.clashes == (Clash("A1", "rag", "green", "amber", "red"),)
    assert done.content.decode() == ours.replace(
        'rag = "amber"\n',
        "<<<<<<< A1 rag, as changed here\n"
        'rag = "amber"\n'
        "||||||| A1 rag, as it was\n"
        'rag = "green"\n'
        "=======\n"
        'rag = "red"\n'
        ">>>>>>> A1 rag, as changed there\n",
    )


def test_a_file_with_a_clash_is_refused_with_the_names_of_what_clashes() -> None:
    base = BASE.replace("\n", "\r\n")
    ours = base.replace('"green"', '"amber"').replace("A plan", "Our plan")
    theirs = base.replace('rag = "green"\r\n', "").replace("A plan", "Their plan")
    done = merged(base, ours, theirs)
    with pytest.raises(ConflictedError) as refused:
        reader.read(done.content, "plan.toml")
    assert (
        "lines 2, 8, 34, 39: there are conflict markers of an unfinished merge (title, A1 rag)"
        in (str(refused.value))
    )
    assert b"<<<<<<< A1 rag, as changed here\r\n" in done.content
    assert b">>>>>>> A1 rag, deleted there\r\n" in done.content


def test_deleted_here_and_changed_there_is_a_clash_of_the_whole_block() -> None:
    theirs = BASE.replace("Ask staff", "Ask all staff")
    done = merged(BASE, f"{HEAD}{A1}", theirs)
    assert done.clashes == (
        Clash("A2", "", "Ask staff every month", "", "Ask all staff every month"),
    )
    assert "<<<<<<< A2, deleted here\n||||||| A2, as it was\n" in done.content.decode()
    (other,) = merged(BASE, theirs, f"{HEAD}{A1}").clashes
    assert (other.ours, other.theirs) == ("Ask all staff every month", "")


# --- lists --------------------------------------------------------------------------------------


def lists(*lines: str) -> str:
    """Give a plan whose first action has these lists as well."""
    return with_lines(BASE, "updated = 2014-02-01", *lines)


def test_elements_that_both_sides_added_are_all_kept_ours_first() -> None:
    head = HEAD + '[[finding]]\nid = "F3"\nreview = "LGA"\ntext = "A third."\n\n'
    base = BASE.replace(HEAD, head)
    ours = base.replace('["F1"]', '["F1", "F2"] # ours')
    theirs = base.replace('["F1"]', '[ "F1", "F3" ] # theirs')
    assert 'answers = [ "F1", "F2", "F3" ] # ours # theirs\n' in clean(base, ours, theirs)


def test_an_element_taken_out_by_one_side_goes_and_one_added_by_the_other_stays() -> None:
    base = lists('after = ["A2"]')
    ours = base.replace('after = ["A2"]', "after = []").replace(A2, A2 + "\n" + NEW.format("x"))
    theirs = base.replace('after = ["A2"]', 'after = ["A2", "A1"]')
    assert 'after = ["A1"]\n' in clean(base, ours, theirs)


def test_a_milestone_done_here_and_one_added_there_are_both_kept_over_several_lines() -> None:
    base = lists(
        "milestones = [",
        '    { title = "One", due = 2014-02-14 }, # first',
        "    # then",
        '    { title = "Two" }',
        "]",
    )
    ours = base.replace("02-14 }", "02-14, done = 2014-02-10 }")
    theirs = base.replace('"Two" }\n', '"Two" }, # second\n    # last\n    { title = "Three" },\n')
    assert (
        "milestones = [\n"
        '    { title = "One", due = 2014-02-14, done = 2014-02-10 }, # first\n'
        "    # then\n"
        '    { title = "Two" }, # second\n'
        "    # last\n"
        '    { title = "Three" },\n'
        "]\n" in clean(base, ours, theirs)
    )


def test_elements_written_as_tables_are_merged_too() -> None:
    one = ("", "[[action.milestones]]", 'title = "One"')
    base = lists(*one)
    ours = lists(*one, "done = 2014-02-10", "", "[[action.milestones]]", 'title = "Ours"')
    theirs = lists(*one, "", "[[action.milestones]] # new", 'title = "Theirs"')
    plan = reader.read(clean(base, ours, theirs).encode(), "plan.toml").plan
    assert [m.title for m in plan.actions[0].milestones] == ["One", "Ours", "Theirs"]
    assert plan.actions[0].milestones[0].done == date(2014, 2, 10)


def test_a_key_added_beside_a_new_table_stays_above_it() -> None:
    ours = lists("", "[[action.milestones]]", 'title = "One"')
    theirs = lists("note = 'New.'")
    for one, other in ((ours, theirs), (theirs, ours)):
        plan = reader.read(clean(BASE, one, other).encode(), "plan.toml").plan
        assert plan.actions[0].note == "New."
        assert plan.actions[0].milestones[0].title == "One"


def test_one_milestone_changed_twice_is_a_clash_of_the_list() -> None:
    base = lists('milestones = [ { title = "One" } ]')
    ours = base.replace('"One"', '"One", done = 2014-02-10')
    theirs = base.replace('"One"', '"One", due = 2014-02-14')
    assert merged(base, ours, theirs).clashes == (
        Clash("A1", "milestones", "1 entry", "1 entry", "1 entry"),
    )


STEPS = """\
milestones = [
    { title = "One", due = 2014-02-14 }, # first
    { title = "Two", due = 2014-02-21 },
]"""


def test_one_milestone_that_both_call_otherwise_is_a_clash_and_not_two() -> None:
    base = lists(STEPS)
    ours = base.replace("One", "Ours")
    for theirs in (base.replace("One", "Theirs"), base.replace('    { title = "One"', "    # {")):
        (clash,) = merged(base, ours, theirs).clashes
        assert (clash.ref, clash.field) == ("A1", "milestones")


def test_a_milestone_that_one_side_calls_otherwise_stays_where_it_stood() -> None:
    base = lists(STEPS)
    ours = base.replace("One", "Ours")
    theirs = base.replace("02-21 },", '02-21 },\n    { title = "Three" },')
    assert clean(base, ours, theirs) == theirs.replace("One", "Ours")
    assert clean(base, ours, ours) == ours


MET = """\
[[meeting]]
body = "Cabinet"
on = 2014-03-17 # by the calendar
place = "Room 1"

"""
WITH_MEETING = BASE.replace("[[review]]", f"{MET}[[review]]", 1)


def met(old: str, new: str) -> str:
    """Give the plan with something else said of its meeting."""
    assert old in MET
    return WITH_MEETING.replace(MET, MET.replace(old, new))


def test_a_meeting_that_both_put_off_is_a_clash_and_not_two_meetings() -> None:
    ours, theirs = met("2014-03-17", "2014-03-24"), met("2014-03-17", "2014-03-31")
    (clash,) = merged(WITH_MEETING, ours, theirs).clashes
    assert (clash.field, clash.ours, clash.theirs) == (
        "meeting.on", "2014-03-24", "2014-03-31",
    )  # fmt: skip


def test_a_meeting_put_off_here_and_taken_out_there_is_a_clash() -> None:
    done = merged(WITH_MEETING, met("2014-03-17", "2014-03-24"), BASE)
    assert len(done.clashes) == 1
    assert len(merged(WITH_MEETING, BASE, met("2014-03-17", "2014-03-24")).clashes) == 1


def test_what_is_said_of_a_meeting_that_is_put_off_comes_together() -> None:
    ours = met("2014-03-17", "2014-03-24")
    for old, new in (("Room 1", "Room 2"), ("Cabinet", "Executive"), ('"Room 1"', '"A" # new')):
        wanted = met("2014-03-17", "2014-03-24").replace(old, new)
        assert clean(WITH_MEETING, ours, met(old, new)) == wanted
        assert clean(WITH_MEETING, met(old, new), ours) == wanted


def test_meetings_that_are_new_are_never_taken_for_one_that_was_put_off() -> None:
    """Ours puts the meeting off to the very day on which theirs adds another."""
    ours = met("2014-03-17", "2014-03-24")
    extra = '[[meeting]]\nbody = "Cabinet"\non = 2014-03-24\n\n'
    theirs = WITH_MEETING.replace("[[review]]", f"{extra}[[review]]", 1)
    done = merged(WITH_MEETING, ours, theirs)
    assert done.clashes or len(reader.read(done.content, "plan.toml").plan.meetings) == 1
    many = WITH_MEETING.replace("[[review]]", f"{extra.replace('24', '31')}[[review]]", 1)
    both = [
        meeting.on
        for meeting in reader.read(
            clean(WITH_MEETING, ours, many).encode(), "plan.toml"
        ).plan.meetings
    ]
    assert both == [date(2014, 3, 24), date(2014, 3, 31)]


def test_lists_laid_out_in_two_ways_clash_rather_than_mix() -> None:
    base = lists('milestones = [ { title = "One" } ]')
    ours = lists('milestones = [ { title = "One" }, { title = "Ours" } ]')
    theirs = lists(
        "[[action.milestones]]", "title = 'One'", "[[action.milestones]]", "title = 'Theirs'"
    )
    (clash,) = merged(base, ours, theirs).clashes
    assert (clash.ref, clash.field) == ("A1", "milestones")


def test_readings_of_two_days_are_both_kept_and_of_one_day_clash() -> None:
    measure = (
        '[[measure]]\nid = "M1"\ntitle = "Cases"\nreadings = [ { on = 2014-02-03, value = 96 } ]\n'
    )
    base = f"{HEAD}{measure}\n{A1}"
    more = "value = 96 }}, {{ on = 2014-02-{}, value = {} }}"
    ours = base.replace("value = 96 }", more.format(10, 90))
    theirs = base.replace("value = 96 }", more.format(17, 80))
    measured = reader.read(clean(base, ours, theirs).encode(), "plan.toml").plan.measures[0]
    assert [reading.value for reading in measured.readings] == [96, 90, 80]
    (clash,) = merged(base, ours, base.replace("value = 96 }", more.format(10, 91))).clashes
    assert (clash.ref, clash.field) == ("M1", "readings")


MOVE = 'moves = [ { on = 2014-02-03, from = 2014-03-31, to = {}, why = "{}" } ]'


def moved(to: str, why: str) -> str:
    line = MOVE.replace("{}", to, 1).replace("{}", why)
    return with_lines(BASE, 'rag = "green"', line).replace("due = 2014-03-31", f"due = {to}")


def test_two_dates_agreed_for_one_action_are_a_clash_of_its_due_date() -> None:
    done = merged(BASE, moved("2014-04-30", "Late."), moved("2014-05-31", "Later."))
    assert done.clashes == (Clash("A1", "due", "2014-03-31", "2014-04-30", "2014-05-31"),)
    assert "<<<<<<< A1 moves, as changed here\n" in done.content.decode()


def test_one_date_agreed_twice_for_two_reasons_is_a_clash_of_its_due_date() -> None:
    (clash,) = merged(BASE, moved("2014-04-30", "Late."), moved("2014-04-30", "Ill.")).clashes
    assert (clash.ref, clash.field) == ("A1", "due")


def test_a_date_approved_here_and_refused_there_clashes_with_the_date_itself() -> None:
    asked = moved("2014-04-30", "Late.").replace("due = 2014-04-30", "due = 2014-03-31")
    refused = BASE
    approved = moved("2014-04-30", "Late.").replace('"Late."', '"Late.", approved = "Cabinet"')
    done = merged(asked, refused, approved)
    assert [(clash.ref, clash.field) for clash in done.clashes] == [("A1", "due")]
    text = done.content.decode()
    assert "<<<<<<< A1 due, as it was here\ndue = 2014-03-31\n" in text
    assert "<<<<<<< A1 moves, deleted here\n" in text
    assert ">>>>>>> A1 due, as changed there\n" in text


def test_the_same_move_on_both_sides_is_kept_once() -> None:
    ours = moved("2014-04-30", "Late.")
    assert clean(BASE, ours, ours.replace("A plan", "The plan")).count("Late.") == 1


EVIDENCE = 'evidence = [ { id = "E1", what = "One" }, { id = "E2", what = "{}" } ]'
TESTS = 'tests = [ { by = "Audit", result = "confirmed", how = "of E2", of = ["E1", "E2"] } ]'


def test_evidence_that_both_sides_numbered_alike_is_told_apart_and_its_tests_follow() -> None:
    base = lists('evidence = [ { id = "E1", what = "One" } ]')
    ours = lists(EVIDENCE.replace("{}", "Ours"))
    theirs = lists(EVIDENCE.replace("{}", "Theirs, not E2"), TESTS)
    done = merged(base, ours, theirs)
    assert done.clashes == ()
    assert done.renumbered == {"A1 E2": "E3"}
    action = reader.read(done.content, "plan.toml").plan.actions[0]
    assert [(e.id, e.what) for e in action.evidence] == [
        ("E1", "One"), ("E2", "Ours"), ("E3", "Theirs, not E2")
    ]  # fmt: skip
    assert action.tests[0].of == ("E1", "E3")
    assert action.tests[0].how == "of E2"


# --- numbers ------------------------------------------------------------------------------------


def test_one_number_given_twice_gets_the_next_free_one_on_their_side() -> None:
    ours, theirs = f"{BASE}\n{NEW.format('Ours')}", f"{BASE}\n# new\n{NEW.format('Theirs')}"
    done = merged(BASE, ours, theirs)
    assert done.renumbered == {"A3": "A4"}
    assert done.content.decode() == f"{ours}\n# new\n{NEW.format('Theirs').replace('A3', 'A4')}"


def test_a_new_number_is_higher_than_any_ever_given() -> None:
    done = merged(BASE, f"{BASE}\n{NEW.format('x')}", f"{BASE}\n{NEW.format('y')}", A=40)
    assert done.renumbered == {"A3": "A41"}


def test_the_same_number_added_at_the_top_and_at_the_bottom_is_seen() -> None:
    ours, theirs = f"{BASE}\n{NEW.format('Ours')}", f"{HEAD}{NEW.format('Theirs')}\n{A1}\n{A2}"
    plan = reader.read(clean(BASE, ours, theirs).encode(), "plan.toml").plan
    assert [(action.id, action.title[:6]) for action in plan.actions] == [
        ("A4", "Theirs"), ("A1", "Staff "), ("A2", "Ask st"), ("A3", "Ours")
    ]  # fmt: skip


def test_measures_added_on_both_sides_are_both_kept_each_with_a_number_of_its_own() -> None:
    measure = '[[measure]]\nid = "M1"\ntitle = "{}"\nfindings = ["F1"]\nbetter = "up"\n'
    ours, theirs = (BASE.replace(A1, f"{measure.format(who)}\n{A1}") for who in ("Ours", "Theirs"))
    done = merged(BASE, ours, theirs)
    assert (done.clashes, done.renumbered) == ((), {"M1": "M2"})
    plan = reader.read(done.content, "plan.toml").plan
    assert [(m.id, m.title) for m in plan.measures] == [("M1", "Ours"), ("M2", "Theirs")]


def test_what_names_a_number_follows_it_on_their_side_alone() -> None:
    finding = '[[finding]]\nid = "F3"\nreview = "LGA"\ntext = "{}"\n'
    measure = '[[measure]]\nid = "M1"\ntitle = "Cases"\nfindings = ["F1"]\n'
    base = f"{HEAD}{measure}\n{A1}\n{A2}"
    ours = base.replace(measure, finding.replace("{}", "Ours.") + "\n" + measure)
    ours = f"{ours}\n{NEW.format('Ours')}".replace(
        '["F1"]\ntitle = "Ours"', '["F3"]\ntitle = "Ours"'
    )
    theirs = base.replace(measure, finding.replace("{}", "Theirs, F3.") + "\n" + measure)
    theirs = theirs.replace('findings = ["F1"]', 'findings = ["F1", "F3"] # F3')
    theirs = theirs.replace("updated = 2014-02-01", 'updated = 2014-02-01\nafter = ["A3"]')
    theirs = f"{theirs}\n{NEW.format('Theirs A3')}".replace(
        '["F1"]\ntitle = "T', '["F3"]\ntitle = "T'
    )
    done = merged(base, ours, theirs)
    assert (done.clashes, done.renumbered) == ((), {"F3": "F4", "A3": "A4"})
    plan = reader.read(done.content, "plan.toml").plan
    assert [(f.id, f.text) for f in plan.findings[2:]] == [("F3", "Ours."), ("F4", "Theirs, F3.")]
    assert plan.measures[0].findings == ("F1", "F4")
    assert plan.actions[0].after == ("A4",)
    assert [(a.title, a.answers) for a in plan.actions[2:]] == [
        ("Ours", ("F3",)), ("Theirs A3", ("F4",))
    ]  # fmt: skip


def test_an_action_copied_to_the_other_side_and_changed_there_is_the_same_action() -> None:
    ours = f"{BASE}\n{NEW.format('New')}"
    theirs = f'{ours}rag = "amber"\n'.replace("A plan", "The plan")
    assert clean(BASE, ours, theirs) == theirs


def test_a_review_that_both_added_differently_is_a_clash_and_not_a_number() -> None:
    review = '[[review]]\nid = "DFE"\ntitle = "{}"\n\n[[finding]]\nid = "F1"'
    ours, theirs = (
        BASE.replace('[[finding]]\nid = "F1"', review.replace("{}", title))
        for title in ("Ours", "Theirs")
    )
    done = merged(BASE, ours, theirs)
    assert done.clashes == (Clash("DFE", "title", "", "Ours", "Theirs"),)
    assert done.renumbered == {}


# --- what is sound on both sides and does not go together -----------------------------------------


def test_a_finding_deleted_here_and_answered_there_is_a_clash_that_says_why() -> None:
    ours = BASE.replace('["F2"]', '["F1"]').replace(
        HEAD[HEAD.index('[[finding]]\nid = "F2"') :], ""
    )
    theirs = f"{BASE}\n{NEW.format('New').replace('F1', 'F2')}"
    done = merged(BASE, ours, theirs)
    (clash,) = done.clashes
    assert (clash.ref, clash.field, clash.theirs) == ("A3", "", "New")
    assert clash.why.startswith("answers names 'F2', and no finding has that id")


def test_a_fault_that_was_there_before_is_no_clash() -> None:
    base = BASE.replace('["F2"]', '["F9"]')
    ours, theirs = base.replace("A plan", "The plan"), base.replace("Ask staff", "Ask all staff")
    done = merged(base, ours, theirs)
    assert done.clashes == ()
    assert [fault.ref for fault in reader.read(done.content, "plan.toml").faults] == ["A2"]


def test_tables_that_are_unknown_are_kept_from_both_sides() -> None:
    extra = "[[budget]]\nsum = {}\n"
    base = f"{BASE}\n{extra.replace('{}', '1')}"
    ours, theirs = (f"{base}\n{extra.replace('{}', number)}" for number in "23")
    data = reader.read(clean(base, ours, theirs).encode(), "plan.toml").data
    assert [table["sum"] for table in data["budget"]] == [1, 2, 3]


def test_actions_in_one_array_at_the_top_of_the_file_clash_as_one() -> None:
    base = 'action = [ { id = "A1", answers = ["F1"], title = "x", owner = "Head of x" } ]\n' + HEAD
    ours = base.replace("A plan", "The plan")
    theirs = base.replace('title = "x"', 'title = "y"')
    assert 'title = "y"' in clean(base, ours, theirs)
    ours = ours.replace('title = "x"', 'title = "z"')
    assert [clash.field for clash in merged(base, ours, theirs).clashes] == ["action"]


def test_one_table_written_in_two_ways_clashes_as_a_whole() -> None:
    policy = '[policy]\nlegend = "brag"\n'
    base = f"{BASE}\n{policy}"
    ours = base.replace('"brag"', '{ red = "Late" }')
    theirs = base.replace('legend = "brag"', 'legend.red = "Behind"\nlegend.green = "Well"')
    done = merged(base, ours, theirs)
    assert [(clash.ref, clash.field) for clash in done.clashes] == [("", "policy")]
    assert "<<<<<<< policy, as changed here\n" in done.content.decode()


def test_what_cannot_be_one_text_is_refused_and_says_so() -> None:
    head, _, rest = BASE.partition("[[review]]")
    review = 'review = [ { id = "LGA", title = "Peer review" } ]\n'
    ours = head + review + "\n[[finding]]" + rest.partition("[[finding]]")[2]
    theirs = with_lines(BASE, 'title = "Peer review"', "", "[[review]]", 'id = "DFE"')
    assert reader.read(ours.encode(), "p").plan == reader.read(BASE.encode(), "p").plan
    with pytest.raises(ActionPlanError, match="would not read back as what was meant"):
        merged(BASE, ours, theirs)


def test_days_of_update_that_are_no_days_are_a_clash() -> None:
    ours, theirs = (BASE.replace("2014-02-01", day) for day in ("'May'", "'June'"))
    assert [clash.field for clash in merged(BASE, ours, theirs).clashes] == ["updated"]


def test_tables_inside_an_action_stay_with_it_wherever_they_stand() -> None:
    budget = "\n[action.budget.of]\nsum = 1\n\n[[action.moves]]\nfrom = 2014-03-01\n"
    base = f"{BASE}{budget}to = 2014-03-02\nwhy = 'x'\n[action.moves.more]\na = 1\n".replace(
        OWNED, f"{OWNED}due = 2014-03-02\n"
    )
    base += "\n[[action.milestones]]\ntitle = 'One'\n\n[[action.moves]]\nfrom = 2014-03-02\n"
    base = f"{base}to = 2014-03-03\nwhy = 'y'\n".replace("due = 2014-03-02", "due = 2014-03-03")
    ours = base.replace("sum = 1", "sum = 2").replace("'One'", "'One'\ndone = 2014-03-01")
    theirs = base.replace("a = 1", "a = 2").replace("month", "week")
    data = reader.read(clean(base, ours, theirs).encode(), "p").data["action"][1]
    assert data["title"] == "Ask staff every week"
    assert data["budget"] == {"of": {"sum": 2}}
    assert data["moves"][0]["more"] == {"a": 2}
    assert data["milestones"][0]["done"] == date(2014, 3, 1)
    assert [move["why"] for move in data["moves"]] == ["x", "y"]


def test_comments_above_a_first_header_stay_at_the_top() -> None:
    base = f"# A plan of ours.\n\n# posts\n[owners.'Head of service']\nname = 'x'\n\n{A1}"
    ours = base.replace("# posts\n[owners.'Head of service']\nname = 'x'\n\n", "")
    theirs = base.replace("green", "red")
    done = merged(base, ours, theirs)
    assert done.content.decode() == ours.replace("green", "red")


# --- the proof ----------------------------------------------------------------------------------

WAS = {"title": "A plan", "action": [{"id": "A1", "rag": "green", "after": ["A2"], "note": "x"}]}
HERE = {"title": "A plan", "action": [{"id": "A1", "rag": "red", "after": ["A2", "A3"]}]}
THERE = {
    "title": "The plan",
    "action": [{"id": "A1", "rag": "green", "after": ["A4", "A2"], "note": "x"}, {"id": "A9"}],
}
RIGHT = {"id": "A1", "rag": "red", "after": ["A2", "A3", "A4"]}


@pytest.mark.parametrize(
    ("title", "actions", "wrong"),
    [
        ("The plan", [RIGHT, {"id": "A9"}], []),
        ("A plan", [RIGHT, {"id": "A9"}], [()]),
        ("The plan", [RIGHT], [("action", "a9")]),
        ("The plan", [{"id": "A9"}], [("action", "a1")]),
        ("The plan", [RIGHT, {"id": "A9"}, {"id": "A7"}], [("action", "a7")]),
        ("The plan", [{**RIGHT, "rag": "green"}, {"id": "A9"}], [("action", "a1")]),
        ("The plan", [{**RIGHT, "note": "x"}, {"id": "A9"}], [("action", "a1")]),
        ("The plan", [{**RIGHT, "after": ["A2", "A3"]}, {"id": "A9"}], [("action", "a1")]),
        ("The plan", [{**RIGHT, "after": ["A2", "A3", "A4", "A3"]}, {"id": "A9"}],
         [("action", "a1")]),
        ("The plan", [{**RIGHT, "new": 1}, {"id": "A9"}], [("action", "a1")]),
        ("The plan", [{**RIGHT, "rag": True}, {"id": "A9", "x": 1}],
         [("action", "a1"), ("action", "a9")]),
    ],
)  # fmt: skip
def test_the_proof_names_what_is_not_as_it_should_be(
    title: str, actions: list[Any], wrong: list[Any]
) -> None:
    result = {"title": title, "action": actions}
    assert sorted(disagreements(Three(WAS, HERE, THERE), result, frozenset())) == wrong
    assert not disagreements(Three(WAS, HERE, THERE), result, frozenset(wrong))


# --- random pairs -------------------------------------------------------------------------------

Block = list[str]
HEADS = [block.splitlines() for block in HEAD.strip().split("\n\n")]
VALUES = {
    "rag": ['"red"', "'amber'", '"green" # said so'],
    "forecast": ["2014-05-01", "2014-06-01"],
    "note": ['"One."', '"""\n[[action]]\nid = "A1"\n"""', '"[[action]]"'],
    "updated": ["2014-02-03", "2014-02-05"],
    "milestones": [
        '[ { title = "One" } ]',
        '[ { title = "One", done = 2014-02-01 }, { title = "Two" } ]',
        '[\n    # first\n    { title = "Three" }, # so\n]',
    ],
    "answers": ['["F1"]', '["F1", "F2"]', '[ "F2", ]', '[\n  "F2", # why\n  "F1"\n]'],
    "extra": ["1", "{ a = [ 1, 2 ] }"],
}


def action(number: int, title: str) -> Block:
    return ["[[action]]", f'id = "A{number}"', 'answers = ["F1"]', f'title = "{title}"', OWNER]


OWNER = 'owner = "Head of service"'


def key_of(line: str) -> str:
    return line.partition(" ")[0]


class Sheet:
    """A plan as blocks of lines, and what may be done to it by hand or by command."""

    side = ""

    def __init__(self, blocks: list[Block], newline: str = "\n", end: str = "\n") -> None:
        """Keep the blocks, the line end, and what the file ends with."""
        self.blocks = blocks
        self.newline = newline
        self.end = end

    def copy(self) -> Sheet:
        """Give the same again, to be changed on its own."""
        return Sheet([list(block) for block in self.blocks], self.newline, self.end)

    def content(self) -> bytes:
        """Give the bytes of the file."""
        text = "\n\n".join("\n".join(block) for block in self.blocks) + self.end
        return text.replace("\n", self.newline).encode()

    def set(self, draw: st.DrawFn, block: Block) -> None:
        """Give a key another value, or its first."""
        key = draw(st.sampled_from(sorted(VALUES)))
        line = f"{key} = {draw(st.sampled_from(VALUES[key]))}"
        at = next((at for at, line in enumerate(block) if key_of(line) == key), None)
        if at is None:
            block.append(line)
        else:
            block[at] = line

    def remark(self, draw: st.DrawFn, block: Block) -> None:
        """Put a comment somewhere."""
        block.insert(draw(st.integers(0, len(block))), f"# {draw(st.integers(0, 99))}")

    def drop(self, draw: st.DrawFn, block: Block) -> None:
        """Take out a key that need not be there."""
        spare = [line for line in block if key_of(line) in VALUES and key_of(line) != "answers"]
        if spare:
            block.remove(draw(st.sampled_from(spare)))

    def delete(self, _draw: st.DrawFn, block: Block) -> None:
        """Take out an action."""
        self.blocks.remove(block)

    def add(self, draw: st.DrawFn, block: Block) -> None:
        """Add an action with the next number somewhere."""
        number = max(int(n) for n in re.findall(r'\nid = "A([0-9]+)"\n', self.plain())) + 1
        title = f"New {self.side} {draw(st.integers(0, 10**6))}"
        self.blocks.insert(
            self.blocks.index(block) + draw(st.integers(0, 1)), action(number, title)
        )

    def turn(self, draw: st.DrawFn, block: Block) -> None:
        """Put an action in another place."""
        self.blocks.remove(block)
        self.blocks.insert(draw(st.integers(len(HEADS), len(self.blocks))), block)

    def save(self, draw: st.DrawFn, _block: Block) -> None:
        """Save it with another editor."""
        self.newline = draw(st.sampled_from(["\n", "\r\n"]))
        self.end = draw(st.sampled_from(["", "\n", "\n\n# the end\n"]))

    def plain(self) -> str:
        """Give the text with plain line ends, notes that look like actions left out."""
        blocks = (line for block in self.blocks for line in block if key_of(line) != "note")
        return "\n" + "\n".join(blocks) + "\n"


HOW = [Sheet.set, Sheet.set, Sheet.set, Sheet.remark, Sheet.drop, Sheet.delete, Sheet.add,
       Sheet.turn, Sheet.save]  # fmt: skip


@st.composite
def versions(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """Write a plan, and change it twice."""
    base = Sheet([list(block) for block in HEADS])
    base.blocks += [action(number, f"Old {number}") for number in range(1, 4)]
    for _ in range(draw(st.integers(0, 4))):
        _change(draw, base, HOW[:4])
    sides = [base.copy(), base.copy()]
    for side, name in zip(sides, ("here", "there"), strict=True):
        side.side = name
        for _ in range(draw(st.integers(1, 5))):
            _change(draw, side, HOW)
    ours, theirs = (side.content() for side in sides)
    return base.content(), ours, theirs


def _change(draw: st.DrawFn, sheet: Sheet, how: list[Any]) -> None:
    actions = [block for block in sheet.blocks if "[[action]]" in block and len(block) > 2]
    if len(actions) > 1:
        draw(st.sampled_from(how))(sheet, draw, draw(st.sampled_from(actions)))


def nouns(content: bytes) -> dict[str, dict[str, Any]]:
    """Give the actions of a file by their titles, which are never given twice."""
    data = reader.read(content, "plan.toml").data
    return {table["title"]: table for table in data.get("action", [])}


def settled(content: bytes, side: int) -> bytes:
    """Settle every clash for one side, as an officer would: 0 for ours, 2 for theirs."""
    kept: list[bytes] = []
    part = -1
    for line in content.splitlines(keepends=True):
        mark = next((m for m in (b"<", b"|", b"=", b">") if line.startswith(m * 7)), b"")
        if mark:
            part = {b"<": 0, b"|": 1, b"=": 2, b">": -1}[mark]
        elif part in (-1, side):
            kept.append(line)
    return b"".join(kept)


def check_pair(base: bytes, ours: bytes, theirs: bytes) -> None:
    """Merge two versions, and look at all that must be true of the result."""
    assert merge(base, base, theirs, "p").content == theirs
    assert merge(base, ours, base, "p").content == ours
    assert merge(base, ours, ours, "p").content == ours
    done, turned = merge(base, ours, theirs, "p"), merge(base, theirs, ours, "p")
    assert {(c.ref, c.field) for c in done.clashes} == {(c.ref, c.field) for c in turned.clashes}
    for side, other in ((0, 2), (2, 0)):
        kept = settled(done.content, side)
        assert reader.read(kept, "p").faults == ()
        check_nothing_lost(base, ours, theirs, kept, bool(done.clashes))
        if not done.renumbered:
            check_same(kept, settled(turned.content, other))


def check_nothing_lost(base: bytes, ours: bytes, theirs: bytes, kept: bytes, clash: bool) -> None:
    """See that every action and every comment of either side is there, or was taken out."""
    old, here, there, now = map(nouns, (base, ours, theirs, kept))
    if clash:
        assert {*here} & {*there} - {*old} <= {*now} <= {*here, *there}
        return
    assert {*now} == {t for t in {*here, *there} if t not in old or (t in here and t in there)}
    for title in {*now} & {*here} & {*there}:
        for key in {*here[title], *there[title]} - {"id", "answers", "milestones", "updated"}:
            values = [of.get(title, {}).get(key) for of in (old, here, there)]
            expected = values[2] if values[0] == values[1] else values[1]
            assert now[title].get(key) == expected
    numbers = re.findall(rb"(?m)^# [0-9]+", base)
    for side in (ours, theirs):
        for comment in re.findall(rb"(?m)^# [0-9]+", side):
            assert comment in kept or comment in numbers


def check_same(one: bytes, other: bytes) -> None:
    """See that two results say the same, in whatever order."""
    first, second = nouns(one), nouns(other)
    assert first.keys() == second.keys()
    for title, table in first.items():
        assert table.keys() == second[title].keys()
        for key, value in table.items():
            values = [value, second[title][key]]
            lists = [of if isinstance(of, list) else [of] for of in values]
            assert sorted(map(repr, lists[0])) == sorted(map(repr, lists[1]))


@settings(max_examples=250)
@given(versions())
def test_random_pairs_merge_or_clash_and_lose_nothing(three: tuple[bytes, bytes, bytes]) -> None:
    check_pair(*three)


@pytest.mark.slow
@settings(max_examples=500, derandomize=False)
@given(versions())
def test_random_pairs_in_full(three: tuple[bytes, bytes, bytes]) -> None:
    check_pair(*three)
