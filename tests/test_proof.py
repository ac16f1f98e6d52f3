"""Evidence, tests by someone else, and the closing of findings: what counts, what lapses."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import AS_AT
from hypothesis import given
from hypothesis import strategies as st

from actionplan import assurance, model, proof, query, rag
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.model import Action, Evidence, Finding, Plan, Review
from actionplan.planfile import reader

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")
CONFIRMED = ("--by", "Peer review", "--result", "confirmed")
REFUSED = 6


def action_in(path: Path) -> Action:
    """Read the first action of a plan on disk."""
    return reader.read(path.read_bytes(), path.name).plan.actions[0]


# --- evidence -----------------------------------------------------------------------------------


def test_evidence_gets_the_next_number_and_touches_its_own_line_alone(
    plan_file: Path, run: Run
) -> None:
    """One piece of evidence.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"   # a post
    evidence = [ { id = "E1", what = "Rota" } ]
    """
    before = plan_file.read_text().splitlines()
    done = run("evidence", "add", "A1", "Rota of March", "--where", "Library", *DAY)
    assert done.code == 0
    assert action_in(plan_file).evidence == (
        Evidence("E1", None, "Rota", ""),
        Evidence("E2", date(2014, 2, 10), "Rota of March", "Library"),
    )
    lines = plan_file.read_text().splitlines()
    changed = [line for line in lines if line not in before]
    assert {line.partition(" ")[0] for line in changed} == {"evidence", "updated"}


def test_a_number_that_a_test_names_is_not_given_again(plan: Plan) -> None:
    """The evidence that was judged is gone.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "delivered"
    tests = [ { by = "Peer review", result = "partly", of = ["E3"] } ]
    """
    assert proof.next_evidence(plan.actions[0]) == "E4"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "A1", "Rota", "--on", "2014-02-11"), REFUSED, "still to come"),
        (("add", "A1", " "), 2, "The evidence is empty"),
        (("add", "A9", "Rota"), 2, "There is no action A9"),
        (("update", "A1", "E7", "--what", "Rota"), 2, "A1 has no evidence E7. It has E1."),
        (("update", "A1", "E1"), 2, "There is nothing to set"),
    ],
)
def test_evidence_that_can_not_be_is_refused_in_words(
    plan_file: Path, run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """One piece of evidence.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    evidence = [ { id = "E1", what = "Rota" } ]
    """
    before = plan_file.read_bytes()
    done = run("evidence", *arguments, *DAY)
    assert done.code == code
    assert said in done.err
    assert plan_file.read_bytes() == before


# --- tests --------------------------------------------------------------------------------------


def test_a_test_by_someone_else_embeds_and_keeps_what_it_rests_on(
    plan_file: Path, run: Run
) -> None:
    """Delivered, with two pieces of evidence.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "delivered"
    evidence = [ { id = "E1", what = "Rota" }, { id = "E2", what = "Log" } ]
    """
    done = run("test", "A1", *CONFIRMED, "--how", "Read both.", *DAY)
    assert done.code == 0
    tested = action_in(plan_file)
    assert tested.stage == "embedded"
    assert tested.tests[0]._replace(fingerprint="") == model.Test(
        AS_AT, "Peer review", "Read both.", "confirmed", ("E1", "E2")
    )
    assert len(tested.tests[0].fingerprint) == len("0123456789ab-0123456789ab")
    shown = run("show", "A1", *DAY).out
    assert "green: Delivered, and confirmed by Peer review." in shown


@pytest.mark.parametrize("result", ["partly", "not-confirmed"])
@pytest.mark.parametrize("stage", ["delivered", "embedded"])
def test_what_is_not_confirmed_in_full_is_delivered_and_no_more(stage: str, result: str) -> None:
    plan = plan_with(stage=stage)
    after = proof.record_test(plan, "A1", model.Test(None, "Peer review", "", result), AS_AT)
    assert after.actions[0].stage == "delivered"
    assert after.actions[0].tests[-1].result == result


@pytest.mark.parametrize(
    ("fields", "test", "said"),
    [
        ({}, {"by": "head of service "}, "nobody tests their own work"),
        ({"stage": "in-progress"}, {}, "its owner has not said that it is delivered"),
        ({"stage": "parked", "reason": "No money."}, {}, "A1 is parked"),
        ({"evidence": ()}, {}, "has no evidence, so there is nothing to confirm it by"),
        ({}, {"on": date(2014, 2, 11)}, "still to come"),
        ({}, {"by": "Head  of\tservice"}, "nobody tests their own work"),
        ({"delivered": date(2014, 2, 6)}, {"on": date(2014, 2, 5)}, "was not yet what is claimed"),
    ],
)
def test_a_test_is_refused(fields: dict[str, object], test: dict[str, object], said: str) -> None:
    wanted = model.Test(None, "Peer review", "", "confirmed")._replace(**test)  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match=said):
        proof.record_test(plan_with(**fields), "A1", wanted, AS_AT)


def test_a_result_is_one_of_three_and_evidence_is_there() -> None:
    with pytest.raises(WrongUsageError, match="confirmed, partly or not-confirmed"):
        proof.record_test(plan_with(), "A1", model.Test(None, "Audit", "", "good"), AS_AT)
    wanted = model.Test(None, "Audit", "", "confirmed", ("E9",))
    with pytest.raises(WrongUsageError, match=r"has no evidence E9\. It has E1\."):
        proof.record_test(plan_with(), "A1", wanted, AS_AT)


def test_without_evidence_it_can_be_not_confirmed() -> None:
    wanted = model.Test(None, "Peer review", "", "not-confirmed")
    after = proof.record_test(plan_with(evidence=()), "A1", wanted, AS_AT)
    assert after.actions[0].stage == "delivered"


def made_of(*tests: tuple[str, date | None]) -> Plan:
    """Give a plan with these tests, recorded one after another by different people."""
    plan = plan_with()
    for number, (result, on) in enumerate(tests):
        wanted = model.Test(on, f"Auditor {number}", "", result)
        plan = proof.record_test(plan, "A1", wanted, AS_AT)
    return plan


@pytest.mark.parametrize(
    ("tests", "stage", "rating"),
    [
        ((("confirmed", None), ("not-confirmed", None)), "delivered", "red"),
        ((("not-confirmed", None), ("confirmed", None)), "embedded", "green"),
        ((("not-confirmed", None), ("confirmed", date(2014, 2, 3))), "delivered", "red"),
        ((("confirmed", date(2014, 2, 3)), ("partly", None)), "delivered", "amber"),
    ],
)
def test_the_latest_test_counts_and_of_one_day_the_later_in_the_file(
    tests: tuple[tuple[str, date | None], ...], stage: str, rating: str
) -> None:
    plan = made_of(*tests)
    assert (plan.actions[0].stage, verdict_on(plan).rating) == (stage, rating)


# --- lapsing ------------------------------------------------------------------------------------


def plan_with(**fields: object) -> Plan:
    """Give a plan with one delivered action and one piece of evidence, or as the fields say."""
    made = Action(
        "A1",
        ("F1",),
        "Fix the front door",
        "Head of service",
        stage="delivered",
        updated=AS_AT,
        evidence=(Evidence("E1", None, "Rota"),),
    )
    return Plan(
        reviews=(Review("LGA"),),
        findings=(Finding("F1", "LGA", text="The front door needs immediate action."),),
        actions=(made._replace(**fields),),  # type: ignore[arg-type]
    )


def confirmed_plan() -> Plan:
    """Give the same, confirmed by someone else."""
    wanted = model.Test(None, "Peer review", "", "confirmed")
    return proof.record_test(plan_with(), "A1", wanted, AS_AT)


def verdict_on(plan: Plan) -> rag.Verdict:
    """Give the verdict on its first action."""
    return rag.verdict(plan.actions[0], query.view(plan, AS_AT).context)


def test_evidence_that_is_changed_lets_the_test_lapse() -> None:
    after = proof.update_evidence(confirmed_plan(), "A1", "e1", {"what": "Another rota"}, AS_AT)
    assert verdict_on(after) == rag.Verdict(
        "amber",
        "lapsed",
        "Tested by Peer review on 10 February 2014, but its evidence (E1) has changed since: to be "
        "tested again.",
    )
    context = query.view(after, AS_AT).context
    assert rag.challenge(after.actions[0], verdict_on(after)).startswith("Declared embedded;")
    assert assurance.stage_shown(after.actions[0], context.findings) == "delivered"
    again = proof.record_test(after, "A1", model.Test(None, "Audit", "", "confirmed"), AS_AT)
    assert verdict_on(again).sentence == "Delivered, and confirmed by Audit."


def test_a_finding_that_is_reworded_lets_the_test_lapse() -> None:
    plan = confirmed_plan()
    after = plan._replace(findings=(plan.findings[0]._replace(text="Something else."),))
    assert verdict_on(after).rule == "lapsed"
    assert "what it answers has changed" in verdict_on(after).sentence


def test_evidence_that_is_taken_out_lets_the_test_lapse() -> None:
    plan = confirmed_plan()
    after = plan._replace(actions=(plan.actions[0]._replace(evidence=()),))
    assert verdict_on(after).rule == "lapsed"


def test_what_it_did_not_judge_may_change() -> None:
    plan = confirmed_plan()
    more = proof.add_evidence(plan, "A1", Evidence(what="Log"), AS_AT)
    assert verdict_on(more).rating == "green"
    finding = plan.findings[0]._replace(response="accepted", theme="performance")
    assert verdict_on(plan._replace(findings=(finding,))).rating == "green"


def test_a_ref_that_a_merge_gave_anew_changes_nothing() -> None:
    plan = confirmed_plan()
    action, finding = plan.actions[0], plan.findings[0]
    renumbered = plan._replace(
        findings=(finding._replace(id="F2"),), actions=(action._replace(answers=("F2",)),)
    )
    assert verdict_on(renumbered).rating == "green"


def test_a_test_by_hand_has_no_fingerprint_and_can_not_lapse(plan: Plan) -> None:
    """Written by hand.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "embedded"
    evidence = [ { id = "E1", what = "Rota" } ]
    tests = [ { by = "Peer review", result = "confirmed", of = ["E1"] } ]
    """
    assert verdict_on(plan).rating == "green"
    changed = proof.update_evidence(plan, "A1", "E1", {"what": "Log"}, AS_AT)
    assert verdict_on(changed).rating == "green"


def test_show_tells_which_test_has_lapsed_and_lists_tell_the_stage_it_falls_back_to(
    plan_file: Path, run: Run
) -> None:
    """Delivered, with evidence.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "delivered"
    evidence = [ { id = "E1", what = "Rota" } ]
    """
    assert run("test", "A1", *CONFIRMED, *DAY).code == 0
    assert run("evidence", "update", "A1", "E1", "--what", "Another rota", *DAY).code == 0
    shown = run("show", "A1", *DAY).out
    assert "embedded, but its test has lapsed: delivered, to be tested again" in shown
    assert "Lapsed: its evidence (E1) has changed since." in shown
    assert "\tdelivered\t" in run("list", *DAY).out
    assert "confirmed by Peer review (lapsed)" in run("evidence", "list", *DAY).out
    assert action_in(plan_file).stage == "embedded"


@pytest.mark.usefixtures("plan_file")
def test_embedded_by_hand_and_tested_by_nobody_else_counts_as_delivered(run: Run) -> None:
    """Tested by its own owner, which only a hand can write.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "embedded"
    tests = [ { by = "Head of service", result = "confirmed" } ]
    """
    said = "embedded, but tested by nobody but its owner: counts as delivered"
    assert said in run("show", "A1", *DAY).out
    assert "\tdelivered\t" in run("list", *DAY).out
    assert "1 delivered by its owner's account." in run("report", *DAY).out


stages = st.sampled_from(["delivered", "embedded"])
results = st.sampled_from(["confirmed", "partly", "not-confirmed"])
RANKS = {**rag.RANK, "": 0}


@given(stages, st.lists(results, max_size=3), st.text(min_size=1, max_size=5), st.booleans())
def test_adding_evidence_never_worsens_a_verdict(
    stage: str,
    results: list[str],
    what: str,
    bare: bool,
) -> None:
    plan = plan_with(stage=stage, **({"evidence": ()} if bare else {}))
    for result in results:
        if not (bare and result == "confirmed"):
            plan = proof.record_test(plan, "A1", model.Test(None, "Audit", "", result), AS_AT)
    more = proof.add_evidence(plan, "A1", Evidence(what=f"x{what}"), AS_AT)
    assert RANKS[verdict_on(more).rating] <= RANKS[verdict_on(plan).rating]


REFUTED = model.Test(AS_AT, "Audit", "", "not-confirmed")


# --- closing a finding --------------------------------------------------------------------------


def test_a_finding_is_closed_with_its_difference_and_opened_again(
    plan_file: Path, run: Run
) -> None:
    """All that answers it is done.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "delivered"
    """
    said = "A child who needs help is seen the same day."
    done = run("finding", "close", "F1", "--difference", said, "--passes-to", "Head of HR", *DAY)
    assert done.code == 0
    finding = reader.read(plan_file.read_bytes(), "plan.toml").plan.findings[0]
    assert (finding.closed, finding.difference, finding.passes_to) == (AS_AT, said, "Head of HR")
    assert "Difference made" in run("show", "F1", *DAY).out
    assert run("finding", "close", "F1", "--difference", said, *DAY).code == REFUSED
    assert run("finding", "reopen", "F1", "--why", "Waits are back.", *DAY).code == 0
    finding = reader.read(plan_file.read_bytes(), "plan.toml").plan.findings[0]
    assert (finding.closed, finding.difference, finding.passes_to) == (None, "", "")
    assert "Waits are back." in run("log", "F1", *DAY).out
    assert run("finding", "reopen", "F1", "--why", "Again.", *DAY).code == REFUSED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stage": "in-progress"}, "F1 can't be closed: A1 is still open."),
        ({"stage": "parked", "reason": "No money."}, "no action answers it but what is parked"),
        ({"answers": ()}, "no action answers it but what is parked"),
        ({"tests": (REFUTED,)}, "F1 can't be closed: Audit did not confirm A1."),
        ({"delivered": date(2014, 2, 11)}, "before A1 was delivered, 11 February 2014."),
    ],
)
def test_a_finding_whose_actions_are_not_done_is_not_closed(
    fields: dict[str, object], said: str
) -> None:
    made = proof.Closing(AS_AT, "Children are seen the same day.")
    with pytest.raises(RefusedError, match=said):
        proof.close_finding(plan_with(**fields), "F1", made, AS_AT)


def test_evidence_of_one_number_twice_is_a_problem_of_the_file(plan_file: Path, run: Run) -> None:
    """Two pieces of evidence of one number, in other letters.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    evidence = [ { id = "E1", what = "Rota" }, { id = "e1", what = "Log" } ]
    """
    before = plan_file.read_bytes()
    done = run("evidence", "update", "A1", "E1", "--what", "Other", *DAY)
    assert done.code == 4
    assert "evidence 'e1' is there twice: give one of the two another number" in done.err
    assert plan_file.read_bytes() == before


def test_the_place_of_evidence_is_cleared_and_both_are_told(plan_file: Path, run: Run) -> None:
    """Evidence with a place.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    evidence = [ { id = "E1", what = "Rota", where = "Shelf" } ]
    """
    assert run("evidence", "update", "A1", "E1", "--on", "2014-02-03", *DAY).code == 0
    done = run("evidence", "update", "A1", "E1", "--where", "none", *DAY)
    assert (
        "evidence changed: E1 Rota (of 3 February 2014), was E1 Rota (Shelf, of 3 February 2014)"
        in done.err
    )
    assert action_in(plan_file).evidence[0].where == ""


def test_a_change_for_a_day_to_come_is_refused(plan_file: Path, run: Run) -> None:
    """One action.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    """
    before = plan_file.read_bytes()
    done = run("note", "A1", "Done.", "--as-at", "2999-01-01")
    assert done.code == REFUSED
    assert "is still to come: nothing has happened on it yet" in done.err
    assert plan_file.read_bytes() == before


def test_a_reworded_finding_is_told_once_for_a_test_that_lapses_by_itself(
    plan_file: Path, run: Run
) -> None:
    """Delivered, with evidence.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "delivered"
    evidence = [ { id = "E1", what = "Rota" } ]
    """
    assert run("test", "A1", *CONFIRMED, *DAY).code == 0
    for words in ("The back door", "The side door"):
        plan_file.write_text(re.sub(r"The \w+ door needs", f"{words} needs", plan_file.read_text()))
        assert run("note", "A1", words, *DAY).code == 0
    found = [line.split("\t")[0] for line in run("check", *DAY).out.splitlines()]
    assert found.count("reworded") == 1
    assert found.count("lapsed") == 1


def test_a_test_that_names_no_evidence_judged_all_of_it(plan_file: Path, run: Run) -> None:
    """By hand.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Fix the front door"
    owner = "Head of service"
    stage = "delivered"
    evidence = [ { id = "E1", what = "Rota" } ]
    tests = [ { by = "Peer review", result = "partly" } ]
    """
    assert plan_file.exists()
    assert run("evidence", "list", *DAY).out == "A1\tE1\t\tRota\t\tpartly by Peer review\n"
