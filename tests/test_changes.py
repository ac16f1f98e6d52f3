"""The verbs: what each one changes, what it refuses and why, and what no verb ever touches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import AS_AT, HEAD, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import changes, model
from actionplan.errors import ActionPlanError, RefusedError, WrongUsageError
from actionplan.model import STAGES, Action, Change, Finding, Measure, Move, Owner, Plan, Review

DUE, LATER = date(2014, 3, 31), date(2014, 4, 30)
REFUSED, WRONG = 6, 2

ACTIONS = """
[owners."Head of service"]
email = "post@example.org"

[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
start = 2014-01-06
due = 2014-03-31
stage = "in-progress"
rag = "amber"
reason = "Two teams start late."
updated = 2014-01-31

[[action]]
id = "A2"
answers = ["F2"]
title = "Hire twelve social workers"
owner = "Head of workforce"
updated = 2014-01-31
"""
PLAN = read_plan(HEAD + ACTIONS)


def a1(plan: Plan) -> Action:
    """Give A1 of a plan."""
    found: Action = plan.find("actions", "A1")
    return found


def standing(**fields: Any) -> Plan:
    """Give the plan with some fields of A1 set by hand."""
    return PLAN.replacing("actions", a1(PLAN)._replace(**fields))


def updated(plan: Plan = PLAN, /, **fields: Any) -> Action:
    """Update A1 and give it."""
    return a1(changes.update_action(plan, "A1", fields, AS_AT))


def refusal(verb: Callable[[], Any]) -> tuple[int, str]:
    """Give the exit code and the sentence of a verb that must refuse."""
    with pytest.raises(ActionPlanError) as error:
        verb()
    assert error.value.state == "Nothing was changed."
    return error.value.exit_code, error.value.sentence


# --- finding what is meant ----------------------------------------------------------------------


def test_a_ref_is_found_whatever_its_case_and_the_blanks_around_it() -> None:
    assert changes.the(PLAN, "actions", " a2 ") is PLAN.actions[1]
    assert changes.the(PLAN, "owners", "head of SERVICE") is PLAN.owners[0]


MISSING = [
    ("actions", "A3", "There is no action A3. The nearest is A2 (Hire twelve social workers)."),
    (
        "actions",
        "a22",
        "There is no action a22. The nearest is A2 (Hire twelve social workers).",
    ),
    ("findings", "F9", "There is no finding F9. The nearest is F2."),
    ("reviews", "LGO", "There is no review LGO. The nearest is LGA (Peer review)."),
    ("findings", "zebra", "There is no finding zebra. There are: F1, F2."),
    ("measures", "M1", "There is no measure M1: the plan has no measures yet."),
]


@pytest.mark.parametrize(("collection", "ref", "sentence"), MISSING)
def test_a_ref_that_names_nothing_is_told_the_nearest(
    collection: str, ref: str, sentence: str
) -> None:
    assert refusal(lambda: changes.the(PLAN, collection, ref)) == (WRONG, sentence)


# --- one owner ----------------------------------------------------------------------------------

POSTS = [
    ("Assistant director, safeguarding", 1),
    ("Head of service", 1),
    ("Head of quality and performance", 1),
    ("Director of children's services", 1),
    ("Head of audit & risk", 1),
    ("Head of HR and Head of Finance", 2),
    ("Head of service and practice lead", 2),
    ("Head of service / team manager", 2),
    ("Director, head of service, team manager", 3),
    ("A; B", 2),
    ("Head of HR;", 1),
    ("Head of HR\nFinance", 2),
    ("HR, Finance", 1),
    ("  Head of HR  ", 1),
]


@pytest.mark.parametrize(("owner", "count"), POSTS)
def test_a_post_with_a_comma_is_one_and_a_list_in_disguise_is_several(
    owner: str, count: int
) -> None:
    assert len(model.posts_in(owner)) == count


def test_the_posts_of_a_list_are_given_apart() -> None:
    assert model.posts_in("Head of HR and Head of Finance") == ("Head of HR", "Head of Finance")
    assert model.posts_in("A; B") == ("A", "B")
    assert model.posts_in(" \n") == ()


def test_one_owner_is_taken_and_trimmed() -> None:
    assert changes.one_owner(" Head of HR ") == "Head of HR"


def test_two_owners_are_refused_with_both_named() -> None:
    assert refusal(lambda: changes.one_owner("Head of HR and Head of Finance")) == (
        WRONG,
        (
            "'Head of HR and Head of Finance' names 2 owners (Head of HR; Head of Finance): an "
            "action has one. Give the post that is accountable, and put the others in the note."
        ),
    )
    assert refusal(lambda: changes.one_owner(" ")) == (
        WRONG,
        "The owner is empty: say it in words.",
    )


# --- adding an action ---------------------------------------------------------------------------

NEW = Action("A3", ("f2", "F2"), " Train them ", " Head of practice ", due=LATER, after=("a1",))


def added(**fields: Any) -> Plan:
    """Add an action with some fields set otherwise."""
    return changes.add_action(PLAN, NEW._replace(**fields), AS_AT)


def test_an_action_is_added_last_with_its_refs_as_the_plan_spells_them() -> None:
    plan = added()
    assert plan.actions[:2] == PLAN.actions
    assert plan.actions[2] == Action(
        "A3",
        ("F2",),
        "Train them",
        "Head of practice",
        due=LATER,
        updated=AS_AT,
        after=("A1",),
    )


@pytest.mark.parametrize("stage", ["not-started", "in-progress", "In progress", "parked"])
def test_an_action_can_be_added_at_a_stage_where_it_is_not_finished(stage: str) -> None:
    found = added(stage=stage, reason="No money until April.").actions[2]
    assert found.stage == stage.lower().replace(" ", "-")


ADDED_WRONGLY = [
    ({"answers": ()}, REFUSED, "An action answers at least one finding: name it with --answers F1"),
    ({"answers": ("F1", "F9")}, WRONG, "There is no finding F9. The nearest is F"),
    ({"after": ("A9",)}, WRONG, "There is no action A9."),
    ({"title": " "}, WRONG, "The title is empty: say it in words."),
    ({"owner": "A; B"}, WRONG, "'A; B' names 2 owners (A; B): an action has one."),
    (
        {"stage": "done"},
        WRONG,
        "stage is 'done'; use not-started, in-progress, delivered, embedded, parked or superseded.",
    ),
    ({"rag": "pink"}, WRONG, "rag is 'pink'; use red, amber, green or blue."),
    (
        {"stage": "delivered"},
        REFUSED,
        "A new action can't be delivered: add it as not-started or in-progress first.",
    ),
    ({"stage": "embedded"}, REFUSED, "A new action can't be embedded"),
    ({"stage": "superseded", "reason": "Old."}, REFUSED, "A new action can't be superseded"),
    (
        {"stage": "parked"},
        REFUSED,
        "A3 would be parked with no reason: say why with --reason.",
    ),
    ({"rag": "red"}, REFUSED, "A3 would be red with no reason: say why with --reason."),
    ({"rag": "amber"}, REFUSED, "A3 would be amber with no reason: say why with --reason."),
    (
        {"rag": "red", "reason": "  "},
        REFUSED,
        "A3 would be red with no reason: say why with --reason.",
    ),
    (
        {"start": date(2014, 5, 1)},
        REFUSED,
        "A3 would be due 30 April 2014, before it starts on 1 May 2014.",
    ),
]


@pytest.mark.parametrize(("fields", "code", "sentence"), ADDED_WRONGLY)
def test_an_action_is_not_added_where_a_rule_forbids_it(
    fields: dict[str, Any], code: int, sentence: str
) -> None:
    said = refusal(lambda: added(**fields))
    assert said[0] == code
    assert said[1].startswith(sentence)


def test_an_action_may_start_on_the_day_it_is_due() -> None:
    assert added(start=LATER, rag="Green").actions[2].rag == "green"


# --- updating an action -------------------------------------------------------------------------


def test_an_update_sets_what_is_given_and_stamps_the_day() -> None:
    found = updated(title=" Mend it ", owner="Head of HR", note=" 96 left.\r\n", forecast=LATER)
    assert found == a1(PLAN)._replace(
        title="Mend it", owner="Head of HR", note="96 left.", forecast=LATER, updated=AS_AT
    )


def test_an_update_of_nothing_changes_nothing_and_does_not_make_it_fresh() -> None:
    assert changes.update_action(PLAN, "A1", {}, AS_AT) is PLAN
    assert changes.update_action(PLAN, "A2", {"note": ""}, AS_AT) is PLAN


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_optional_field_is_cleared(nothing: str | None) -> None:
    plan = standing(note="Old.", rag="", reason="Old.", forecast=LATER, after=("A2",))
    found = updated(plan, note=nothing, reason=nothing, rag=nothing, forecast=None, after=())
    assert found == a1(PLAN)._replace(rag="", reason="", updated=AS_AT)


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("field", ["title", "owner", "stage"])
def test_what_an_action_needs_can_not_be_cleared(field: str, nothing: str | None) -> None:
    fields = {field: nothing}
    code, _ = refusal(lambda: changes.update_action(PLAN, "A1", fields, AS_AT))
    assert code == WRONG


def test_refs_are_taken_as_the_plan_spells_them_and_once() -> None:
    found = updated(answers=("f2", "F1", "F2"), after=("a2", "A2"))
    assert found.answers == ("F2", "F1")
    assert found.after == ("A2",)


def test_a_new_rating_of_green_takes_the_old_reason_away() -> None:
    assert updated(rag="green") == a1(PLAN)._replace(rag="green", reason="", updated=AS_AT)
    assert updated(rag="green", reason="All in post.").reason == "All in post."


def test_the_same_rating_keeps_its_reason() -> None:
    assert updated(rag="amber").reason == "Two teams start late."
    assert updated(rag="red", reason=" Worse. ").reason == "Worse."
    assert updated(standing(rag="green", reason="Good."), rag="green").reason == "Good."


UPDATED_WRONGLY = [
    ({"answers": ()}, REFUSED, "A1 would answer no finding: name at least one with --answers."),
    ({"answers": ("F9",)}, WRONG, "There is no finding F9."),
    ({"after": ("a1",)}, REFUSED, "A1 can't wait for itself."),
    ({"owner": "A; B"}, WRONG, "'A; B' names 2 owners (A; B)"),
    ({"rag": "mauve"}, WRONG, "rag is 'mauve'; use red, amber, green or blue."),
    ({"rag": "red"}, REFUSED, "A1 would be red with no reason: say why with --reason."),
    (
        {"rag": "red", "reason": " "},
        REFUSED,
        "A1 would be red with no reason: say why with --reason.",
    ),
    ({"reason": ""}, REFUSED, "A1 would be amber with no reason: say why with --reason."),
    ({"due": None}, REFUSED, "A1 has an agreed date, which can't be cleared: move it or park it."),
    (
        {"due": LATER},
        REFUSED,
        (
            "A1 is due 31 March 2014, which was agreed: a date is moved with a reason. Use: "
            "actionplan move A1 --due 2014-04-30 --why '...'"
        ),
    ),
    (
        {"start": LATER},
        REFUSED,
        "A1 would be due 31 March 2014, before it starts on 30 April 2014.",
    ),
    ({"stage": "parked", "reason": ""}, REFUSED, "A1 would be parked with no reason"),
]


@pytest.mark.parametrize(("fields", "code", "sentence"), UPDATED_WRONGLY)
def test_an_update_is_refused_where_a_rule_forbids_it(
    fields: dict[str, Any], code: int, sentence: str
) -> None:
    said = refusal(lambda: updated(**fields))
    assert said[0] == code
    assert said[1].startswith(sentence)


def test_the_date_that_it_has_may_be_given_again() -> None:
    assert updated(due=DUE).due == DUE


def test_an_undated_action_gets_its_first_date_with_no_reason() -> None:
    plan = changes.update_action(PLAN, "A2", {"due": LATER}, AS_AT)
    assert plan.actions[1].due == LATER
    assert plan.actions[1].original_due == LATER
    assert plan.actions[1].moves == ()


# --- stages -------------------------------------------------------------------------------------

TRANSITIONS = {
    "not-started": "in-progress delivered parked superseded",
    "in-progress": "not-started delivered parked superseded",
    "delivered": "in-progress superseded",
    "embedded": "",
    "parked": "not-started in-progress superseded",
    "superseded": "",
}


@pytest.mark.parametrize("new", STAGES)
@pytest.mark.parametrize("old", STAGES)
def test_a_stage_follows_only_from_some_others(old: str, new: str) -> None:
    plan = standing(stage=old)
    if new == old or new in TRANSITIONS[old].split():
        assert updated(plan, stage=new, reason="Because.").stage == new
        return
    code, sentence = refusal(lambda: updated(plan, stage=new))
    assert code == REFUSED
    assert sentence.startswith("A1 ")


STAGED_WRONGLY = [
    (
        "delivered",
        "embedded",
        (
            "A1 can't be set to embedded: that takes a test of the evidence by someone other than "
            "its owner."
        ),
    ),
    (
        "embedded",
        "in-progress",
        "A1 is embedded. If the problem is back, add a new action for it.",
    ),
    (
        "superseded",
        "in-progress",
        "A1 is superseded and closed. Add a new action instead.",
    ),
    ("delivered", "parked", "A1 is delivered and can't go straight to parked."),
    ("parked", "delivered", "A1 is parked and can't go straight to delivered."),
]


@pytest.mark.parametrize(("old", "new", "sentence"), STAGED_WRONGLY)
def test_a_stage_that_can_not_follow_is_told_why(old: str, new: str, sentence: str) -> None:
    assert refusal(lambda: updated(standing(stage=old), stage=new)) == (REFUSED, sentence)


def test_the_date_of_delivery_comes_and_goes_with_the_stage() -> None:
    plan = changes.update_action(PLAN, "A1", {"stage": "delivered"}, AS_AT)
    assert a1(plan).delivered == AS_AT
    assert updated(plan, note="Sent to the board.").delivered == AS_AT
    assert updated(plan, stage="in-progress").delivered is None
    assert updated(plan, stage="superseded", reason="Done twice.").delivered is None


@pytest.mark.parametrize("stage", ["parked", "superseded"])
def test_what_is_shelved_needs_a_reason_of_its_own(stage: str) -> None:
    plan = standing(rag="amber", reason="Staff start late.")
    code, sentence = refusal(lambda: updated(plan, stage=stage))
    assert code == REFUSED
    assert sentence == f"A1 would be {stage} with no reason: say why with --reason."


def test_what_is_taken_up_again_leaves_the_reason_for_parking_behind() -> None:
    plan = standing(stage="parked", reason="No money yet.", rag="")
    assert updated(plan, stage="in-progress").reason == ""
    found = updated(plan, stage="in-progress", rag="red", reason="Half the money.")
    assert found.reason == "Half the money."


def test_an_approval_is_for_every_move_that_waits_for_one() -> None:
    plan = changes.move_action(PLAN, "A1", move(LATER), AS_AT)
    plan = changes.move_action(plan, "A1", move(date(2014, 6, 30)), AS_AT)
    approved = a1(changes.approve_move(plan, "A1", "Cabinet", AS_AT))
    assert [each.approved for each in approved.moves] == ["Cabinet", "Cabinet"]


def test_a_ref_of_another_kind_is_told_what_it_is() -> None:
    code, sentence = refusal(lambda: updated_ref("F1"))
    assert (code, sentence) == (WRONG, "F1 is a finding, not an action.")


def updated_ref(ref: str) -> Plan:
    """Update what is named."""
    return changes.update_action(PLAN, ref, {"note": "x"}, AS_AT)


@pytest.mark.parametrize("owner", ["TBC", "all", "Various", "n/a"])
def test_nobody_and_everybody_are_no_owner(owner: str) -> None:
    code, sentence = refusal(lambda: updated(owner=owner))
    assert (code, sentence) == (WRONG, f"'{owner}' is no post: name the one that is accountable.")


# --- notes, delivery ----------------------------------------------------------------------------


def test_a_note_is_the_new_last_one_and_stamps_the_day() -> None:
    plan = changes.note_action(standing(note="Old."), "a1", " New.\r\nTwo lines. ", AS_AT)
    assert a1(plan) == a1(PLAN)._replace(note="New.\nTwo lines.", updated=AS_AT)
    assert refusal(lambda: changes.note_action(PLAN, "A1", "\n", AS_AT)) == (
        WRONG,
        "The note is empty: say it in words.",
    )


def test_an_owner_says_that_it_is_delivered_on_a_day() -> None:
    plan = changes.deliver_action(PLAN, "A1", date(2014, 2, 7), AS_AT)
    assert a1(plan) == a1(PLAN)._replace(
        stage="delivered", delivered=date(2014, 2, 7), updated=AS_AT
    )


DELIVERED_WRONGLY: list[tuple[dict[str, Any], date, str]] = [
    (
        {"stage": "delivered", "delivered": date(2014, 2, 3)},
        AS_AT,
        "A1 was delivered already on 3 February 2014.",
    ),
    ({"stage": "delivered"}, AS_AT, "A1 was delivered already."),
    (
        {},
        date(2014, 2, 11),
        "Tuesday 11 February 2014 is still to come: A1 can't be delivered on it yet.",
    ),
    ({"stage": "embedded"}, AS_AT, "A1 is embedded."),
    ({"stage": "parked"}, AS_AT, "A1 is parked and can't go straight to delivered."),
    ({"stage": "superseded"}, AS_AT, "A1 is superseded and closed."),
]


@pytest.mark.parametrize(("fields", "on", "sentence"), DELIVERED_WRONGLY)
def test_delivery_is_refused_where_it_can_not_be(
    fields: dict[str, Any], on: date, sentence: str
) -> None:
    code, said = refusal(lambda: changes.deliver_action(standing(**fields), "A1", on, AS_AT))
    assert code == REFUSED
    assert said.startswith(sentence)


# --- moving a date ------------------------------------------------------------------------------


def move(to: date | None, why: str = "Staff start late.", approved: str = "") -> Move:
    """Give a move as it is asked for."""
    return Move(to=to, why=why, approved=approved)


def test_a_date_is_moved_with_a_reason_and_the_first_one_is_kept() -> None:
    asked = move(LATER, " Late. ", " Board ")
    found = a1(changes.move_action(PLAN, "A1", asked, AS_AT))
    assert found == a1(PLAN)._replace(
        due=LATER, updated=AS_AT, moves=(Move(AS_AT, DUE, LATER, "Late.", "Board"),)
    )
    assert found.original_due == DUE


def test_a_date_may_be_moved_forward_too() -> None:
    found = a1(changes.move_action(PLAN, "A1", move(date(2014, 2, 28)), AS_AT))
    assert found.due == date(2014, 2, 28)
    assert found.original_due == DUE


MOVED_WRONGLY: list[tuple[dict[str, Any], Move, str]] = [
    ({}, move(LATER, "  "), "The date of A1 is moved with a reason: say why with --why."),
    (
        {"due": None},
        move(LATER),
        "A1 has no due date to move. Give it its first: actionplan update A1 --due 2014-04-30",
    ),
    ({"stage": "delivered"}, move(LATER), "A1 is delivered: its date is no longer moved."),
    ({"stage": "parked"}, move(LATER), "A1 is parked: its date is no longer moved."),
    ({}, move(DUE), "A1 is due 31 March 2014 already."),
    (
        {},
        move(date(2014, 1, 5)),
        "A1 would be due 5 January 2014, before it starts on 6 January 2014.",
    ),
]


def test_a_move_to_no_date_at_all_asks_for_one() -> None:
    code, said = refusal(lambda: changes.move_action(PLAN, "A1", move(None), AS_AT))
    assert (code, said) == (2, "Give the new date of A1.")


@pytest.mark.parametrize(("fields", "asked", "sentence"), MOVED_WRONGLY)
def test_a_move_is_refused_where_a_rule_forbids_it(
    fields: dict[str, Any], asked: Move, sentence: str
) -> None:
    code, said = refusal(lambda: changes.move_action(standing(**fields), "A1", asked, AS_AT))
    assert code == REFUSED
    assert said == sentence


def test_the_last_move_is_approved_and_no_other() -> None:
    plan = changes.move_action(PLAN, "A1", move(LATER, approved="Board"), AS_AT)
    plan = changes.move_action(plan, "A1", move(date(2014, 5, 30)), AS_AT)
    plan = changes.approve_move(plan, "a1", " Cabinet ", AS_AT)
    assert [made.approved for made in a1(plan).moves] == ["Board", "Cabinet"]


def test_an_approval_is_refused_where_nothing_waits_for_it() -> None:
    sentence = "A1 has no move of its date that waits for approval."
    assert refusal(lambda: changes.approve_move(PLAN, "A1", "Board", AS_AT)) == (REFUSED, sentence)
    plan = changes.move_action(PLAN, "A1", move(LATER, approved="Board"), AS_AT)
    assert refusal(lambda: changes.approve_move(plan, "A1", "Board", AS_AT)) == (REFUSED, sentence)


def test_an_approval_by_nobody_is_refused() -> None:
    plan = changes.move_action(PLAN, "A1", move(LATER), AS_AT)
    assert refusal(lambda: changes.approve_move(plan, "A1", " ", AS_AT)) == (
        WRONG,
        "The approval is empty: say it in words.",
    )


# --- reviews, findings, owners ------------------------------------------------------------------


def test_a_review_is_added_under_a_name_that_is_free() -> None:
    plan = changes.add_review(PLAN, Review("DFE", " Notice "))
    assert plan.reviews[1] == Review("DFE", "Notice")
    assert refusal(lambda: changes.add_review(PLAN, Review("lga", "x"))) == (
        REFUSED,
        "The review lga is in the plan already.",
    )
    assert refusal(lambda: changes.add_review(PLAN, Review("DFE", ""))) == (
        WRONG,
        "The title is empty: say it in words.",
    )


def test_a_finding_is_added_in_the_words_of_its_review() -> None:
    asked = Finding("F3", "lga", text=" Be bold. ", kind="Immediate", response="Accepted")
    plan = changes.add_finding(PLAN, asked)
    assert plan.findings[:2] == PLAN.findings
    assert plan.findings[2] == Finding(
        "F3", "LGA", kind="immediate", text="Be bold.", response="accepted"
    )


FOUND_WRONGLY = [
    ({"review": "DFE"}, WRONG, "There is no review DFE."),
    ({"text": " "}, WRONG, "The text is empty: say it in words."),
    (
        {"kind": "praise"},
        WRONG,
        "kind is 'praise'; use immediate, improvement, recommendation or strength.",
    ),
    ({"response": "maybe"}, WRONG, "response is 'maybe'; use accepted, partly or declined."),
    (
        {"response": "declined"},
        REFUSED,
        (
            "F3 would be declined with no reason: a council need not accept a finding, but says "
            "why. Add --reason."
        ),
    ),
    ({"response": "partly"}, REFUSED, "F3 would be partly with no reason"),
    ({"response": "partly", "reason": " "}, REFUSED, "F3 would be partly with no reason"),
]


@pytest.mark.parametrize(("fields", "code", "sentence"), FOUND_WRONGLY)
def test_a_finding_is_not_added_where_a_rule_forbids_it(
    fields: dict[str, Any], code: int, sentence: str
) -> None:
    asked = Finding("F3", "LGA", text="Be bold.")._replace(**fields)
    said = refusal(lambda: changes.add_finding(PLAN, asked))
    assert said[0] == code
    assert said[1].startswith(sentence)


def test_the_council_s_side_of_a_finding_is_set() -> None:
    fields = {"theme": " vision ", "outcome": "Better.", "response": "Partly", "reason": " Money. "}
    plan = changes.update_finding(PLAN, "f1", {**fields, "kind": "Recommendation"})
    assert plan.findings[0] == PLAN.findings[0]._replace(
        theme="vision",
        outcome="Better.",
        response="partly",
        reason="Money.",
        kind="recommendation",
    )
    assert plan.findings[1] is PLAN.findings[1]
    cleared = changes.update_finding(plan, "F1", {"response": "", "reason": ""})
    assert cleared.findings[0].response == ""


def test_a_finding_is_declined_with_a_reason_or_not_at_all() -> None:
    code, sentence = refusal(lambda: changes.update_finding(PLAN, "F1", {"response": "declined"}))
    assert code == REFUSED
    assert sentence.startswith("F1 would be declined with no reason")
    code, _ = refusal(lambda: changes.update_finding(PLAN, "F1", {"response": "never"}))
    assert code == WRONG
    code, _ = refusal(lambda: changes.update_finding(PLAN, "F1", {"kind": ""}))
    assert code == WRONG


def test_an_owner_is_added_once_and_is_one_post() -> None:
    plan = changes.add_owner(PLAN, Owner(" Head of HR ", email="hr@example.org"))
    assert plan.owners[1] == Owner("Head of HR", email="hr@example.org")
    assert refusal(lambda: changes.add_owner(PLAN, Owner("head of service"))) == (
        REFUSED,
        "The owner head of service is in the plan already.",
    )
    code, _ = refusal(lambda: changes.add_owner(PLAN, Owner("A; B")))
    assert code == WRONG


# --- what differs, and which number is free -----------------------------------------------------


def test_what_differs_is_named_by_noun_and_field() -> None:
    plan = changes.move_action(PLAN, "A1", move(LATER), AS_AT)
    plan = changes.add_review(plan, Review("DFE", "Notice"))
    assert model.differences(PLAN, plan) == (
        Change("reviews", "DFE", "", None, Review("DFE", "Notice")),
        Change("actions", "A1", "due", DUE, LATER),
        Change("actions", "A1", "updated", date(2014, 1, 31), AS_AT),
        Change("actions", "A1", "moves", (), a1(plan).moves),
    )
    assert model.differences(PLAN, PLAN) == ()


def test_a_noun_that_was_replaced_by_its_equal_differs_in_nothing() -> None:
    assert model.differences(PLAN, standing()) == ()


def test_the_next_number_is_one_more_than_any_ever_given() -> None:
    assert model.next_ref(PLAN, "actions", {}) == "A3"
    assert model.next_ref(PLAN, "actions", {"A": 7}) == "A8"
    assert model.next_ref(PLAN, "actions", {"A": 1, "F": 9}) == "A3"
    assert model.next_ref(PLAN, "findings", {}) == "F3"
    assert model.next_ref(PLAN, "measures", {}) == "M1"


def test_ids_that_are_no_numbers_are_passed_over() -> None:
    named = ("A-1", "B7", "a12", "A3x", "\u00c1", "A\u00b2", "F9")
    plan = Plan(actions=tuple(Action(ref) for ref in named), measures=(Measure("M2"),))
    assert model.highest_numbers(plan) == {"F": 0, "M": 2, "A": 12}


@given(st.sets(st.integers(1, 60)), st.integers(0, 60))
def test_a_number_that_was_given_is_never_given_again(there: set[int], issued: int) -> None:
    plan = Plan(actions=tuple(Action(f"A{number}") for number in there))
    ref = model.next_ref(plan, "actions", {"A": issued})
    assert int(ref[1:]) > max([issued, *there])


# --- for any sequence of verbs ------------------------------------------------------------------

Verb = Callable[[Plan, str, date], Plan]
days = st.dates(date(2014, 1, 1), date(2014, 12, 31))
maybe = st.none() | days
reasons = st.sampled_from(["", "Because."])


def _moves(to: date, why: str, approved: str) -> Verb:
    return lambda plan, ref, on: changes.move_action(plan, ref, move(to, why, approved), on)


def _approves(by: str) -> Verb:
    return lambda plan, ref, on: changes.approve_move(plan, ref, by, on)


def _delivers(day: date) -> Verb:
    return lambda plan, ref, on: changes.deliver_action(plan, ref, day, on)


def _notes(text: str) -> Verb:
    return lambda plan, ref, on: changes.note_action(plan, ref, text, on)


def _updates(fields: dict[str, Any]) -> Verb:
    return lambda plan, ref, on: changes.update_action(plan, ref, fields, on)


updates = st.fixed_dictionaries(
    {},
    optional={
        "due": maybe,
        "start": maybe,
        "forecast": maybe,
        "stage": st.sampled_from(STAGES),
        "rag": st.sampled_from(["", *model.RATINGS]),
        "reason": reasons,
        "note": reasons,
    },
)
verbs: st.SearchStrategy[Verb] = st.one_of(
    st.builds(_moves, days, reasons, reasons),
    st.builds(_approves, reasons),
    st.builds(_delivers, days),
    st.builds(_notes, reasons),
    st.builds(_updates, updates),
)
steps = st.lists(
    st.tuples(verbs, st.sampled_from(["A1", "A2"]), st.integers(0, 20)), min_size=1, max_size=12
)


def taken(sequence: list[tuple[Verb, str, int]]) -> list[tuple[Plan, Plan, str]]:
    """Do one verb after another, and give the plan before and after each that was allowed."""
    done, plan, on = [], PLAN, AS_AT
    for verb, ref, passed in sequence:
        on += timedelta(days=passed)
        try:
            after = verb(plan, ref, on)
        except (RefusedError, WrongUsageError):
            continue
        done.append((plan, after, ref))
        plan = after
    return done


@given(steps)
def test_the_date_first_agreed_is_never_lost(sequence: list[tuple[Verb, str, int]]) -> None:
    for before, after, _ in taken(sequence):
        for was, now in zip(before.actions, after.actions, strict=True):
            assert was.original_due is None or now.original_due == was.original_due
            assert was.due is None or now.due is not None
            assert now.moves[: len(was.moves)] == was.moves or now.moves[:-1] == was.moves[:-1]
            assert not now.moves or now.moves[-1].to == now.due


@given(steps)
def test_a_moved_date_has_a_reason_and_a_chain(sequence: list[tuple[Verb, str, int]]) -> None:
    for _, after, _ in taken(sequence):
        for action in after.actions:
            assert all(made.why and made.on for made in action.moves)
            for first, second in zip(action.moves, action.moves[1:], strict=False):
                assert first.to == second.from_


@given(steps)
def test_only_what_is_delivered_has_a_date_of_delivery(
    sequence: list[tuple[Verb, str, int]],
) -> None:
    for _, after, _ in taken(sequence):
        for action in after.actions:
            assert (action.delivered is not None) is (action.stage in {"delivered", "embedded"})


@given(steps)
def test_a_verb_touches_one_action_and_no_id(sequence: list[tuple[Verb, str, int]]) -> None:
    for before, after, ref in taken(sequence):
        assert [action.id for action in after.actions] == ["A1", "A2"]
        others = zip(before.actions, after.actions, strict=True)
        assert all(was is now for was, now in others if was.id != ref)
        assert after._replace(actions=before.actions) == before
        assert {change.ref for change in model.differences(before, after)} <= {ref}


@given(steps)
def test_no_verb_leaves_an_action_that_a_rule_forbids(
    sequence: list[tuple[Verb, str, int]],
) -> None:
    for _, after, _ in taken(sequence):
        for action in after.actions:
            assert action.stage != "embedded"
            assert action.reason or action.stage not in {"parked", "superseded"}
            assert action.reason or not action.is_open or action.rag not in {"red", "amber"}
            assert not (action.start and action.due and action.due < action.start)
