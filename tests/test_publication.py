"""What the public may see of a plan: no names or addresses, nothing exempt, and how much is out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import AS_AT, birmingham_as_at
from hypothesis import given
from hypothesis import strategies as st

from actionplan import model, publication, query, rag
from actionplan.model import Action, Finding, Measure, Owner, Plan, Reading

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")
PRIVATE = "zzprivatezz"


def public(plan: Plan) -> publication.Published:
    """Give the public version of a plan, by its own marks and owners."""
    clean = publication.Cleaner(plan.owners)
    return publication.published(plan, clean, publication.marks(plan))


def test_what_is_exempt_is_left_out_and_counted(plan: Plan) -> None:
    """An exempt action, one that waits for it, and an exempt finding.

    [[finding]]
    id = "F3"
    review = "LGA"
    text = "A finding about one family."
    exempt = "paragraph 2 of Schedule 12A"

    [[action]]
    id = "A1"
    answers = ["F1", "F3"]
    title = "One"
    owner = "Head of service"
    after = ["A2"]

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Two"
    owner = "Head of service"
    exempt = true
    """
    made = public(plan)
    assert [finding.id for finding in made.plan.findings] == ["F1", "F2"]
    (action,) = made.plan.actions
    assert (action.id, action.answers, action.after) == ("A1", ("F1",), ())
    assert made.sentence.startswith(
        "Version for the public. Withheld: 1 action and 1 finding marked exempt, or only for a "
        "finding that is. All that is said here is said of what is published alone. F2 is answered "
        "by an action that is withheld. The reasons, notes and evidence of actions"
    )


def test_candid_texts_are_left_out_and_that_there_were_any_is_not(plan: Plan) -> None:
    """An action in which every text says something.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    due = 2014-03-31
    rag = "red"
    reason = "Candid."
    note = "Candid."
    moves = [ { from = 2014-02-28, to = 2014-03-31, why = "Candid.", approved = "Cabinet" } ]
    evidence = [ { id = "E1", what = "Candid", where = "Candid" } ]
    tests = [ { by = "Internal audit", how = "Candid", result = "partly", of = ["E1"] } ]
    """
    (action,) = public(plan).plan.actions
    assert "Candid" not in repr(action)
    assert action.reason == action.note == action.moves[0].why == publication.IN_FULL
    assert action.moves[0].approved == "Cabinet"
    context = query.view(plan, AS_AT).context
    assert rag.verdict(action, context) == rag.verdict(plan.actions[0], context)


TEXTS = [
    ("Ask a.other@example.gov.uk for it", "Ask [address withheld] for it"),
    ("Ring 0121 496 0000 or +44 121 496 0001", "Ring [number withheld] or [number withheld]"),
    ("Visit the home at B1 1BB weekly", "Visit the home at [address withheld] weekly"),
    ("Agree it with Ms Other and Dr O'Other", "Agree it with [name withheld] and [name withheld]"),
    ("Agree it with ann other", "Agree it with [name withheld]"),
    ("Agree it with Ann\n  Other", "Agree it with [name withheld]"),
    ("Agree it with Ann\u00a0Other", "Agree it with [name withheld]"),
    ("See example.org/ann.other", "See example.org/[name withheld]"),
    ("Agree it with A. Other", "Agree it with [name withheld]"),
    ("Ask Cllr de Other and MR OTHER", "Ask [name withheld] and [name withheld]"),
    ("Ask Sir Other and Cllr \u00c9lise Accent", "Ask [name withheld] and [name withheld]"),
    ("Ask Dr. A. N. Other", "Ask [name withheld]"),
    ("Ring 0044 20 7946 0000 or 07700.900123", "Ring [number withheld] or [number withheld]"),
    ("Visit b29 6na", "Visit [address withheld]"),
    ("Read E1 2nd version", "Read E1 2nd version"),
    ("Meet the 20 working days of section 47", "Meet the 20 working days of section 47"),
    ("Close 1,000 cases by 31 March 2014", "Close 1,000 cases by 31 March 2014"),
    ("Answer Professor Le Grand's review", "Answer Professor Le Grand's review"),
]


@pytest.mark.parametrize(("text", "told"), TEXTS)
def test_names_numbers_and_addresses_in_texts_are_replaced(text: str, told: str) -> None:
    plan = Plan(
        title="x",
        owners=(Owner("Head of service", "Ann Other"),),
        actions=(Action("A1", ("F1",), text, "Head of service"),),
    )
    made = public(plan)
    assert made.plan.actions[0].title == told
    assert made.texts == told.count("withheld]")
    assert made.plan.owners == ()


POSTS = [
    ("Assistant director, safeguarding", True),
    ("Internal audit", True),
    ("Designated nurse for safeguarding", True),
    ("DCS", True),
    ("The four chairs", True),
    ("Local Government Association", True),
    ("Assistant Director, Safeguarding", True),
    ("Cabinet, 17 March 2014", True),
    ("Cabinet member for children and family services, 28 April 2014", True),
    ("ANN OTHER", False),
    ("AO", False),
    ("Ann Other", False),
    ("Other", False),
    ("A. Other", False),
]


BESIDE = [
    ("Ann Other, Head of care", "Head of care"),
    ("Head of care, Ann Other", "Head of care"),
    ("Head of care (Ann Other)", "Head of care, "),
    ("Other, Head of care", "Head of care"),
    ("Head of care - Ann Other", "Head of care"),
    ("Ann van der Other, audit officer", "audit officer"),
]


@pytest.mark.parametrize(("who", "told"), BESIDE)
def test_a_name_beside_a_post_is_left_out_and_the_post_stays(who: str, told: str) -> None:
    clean = publication.Cleaner()
    assert clean.post(who, publication.OWNER) == told.removesuffix(", ")
    assert clean.replaced == 1


@pytest.mark.parametrize(("who", "shown"), POSTS)
def test_who_owns_approves_and_tests_is_a_post_or_a_body(who: str, *, shown: bool) -> None:
    action = Action("A1", ("F1",), "x", who, tests=(model.Test(None, who, "", "confirmed"),))
    told = public(Plan(title="x", actions=(action,))).plan.actions[0]
    assert (who in repr(told)) is shown
    assert told.tests_by_others() == ()


def test_a_test_by_somebody_else_stays_one_where_both_are_withheld() -> None:
    action = Action(
        "A1", ("F1",), "x", "Ann Other", tests=(model.Test(None, "Any Body", "", "partly"),)
    )
    told = public(Plan(title="x", actions=(action,))).plan.actions[0]
    assert len(told.tests_by_others()) == 1


@pytest.mark.parametrize("month", [2, 3, 4])
def test_every_verdict_is_the_same_in_the_version_for_the_public(month: int) -> None:
    day = AS_AT.replace(month=month, day=28)
    plan = birmingham_as_at(day)
    made = public(plan).plan
    full, told = query.view(plan, day), query.view(made, day)
    for action, shown in zip(plan.actions, made.actions, strict=True):
        before, after = rag.verdict(action, full.context), rag.verdict(shown, told.context)
        assert (before.rating, before.rule) == (after.rating, after.rule), action.id


# --- nothing that is not listed -----------------------------------------------------------------


@given(exempt=st.sampled_from(["", "yes"]), value=st.floats(0, 9))
def test_a_secret_in_any_withheld_field_is_not_in_the_public_plan(
    exempt: str, value: float
) -> None:
    secret = f"{PRIVATE}@example.org"
    plan = Plan(
        title="x",
        owners=(Owner("Head of service", PRIVATE, secret),),
        findings=(Finding("F1", "LGA", text="x", exempt="yes", outcome=PRIVATE),),
        measures=(Measure("M1", "x", readings=(Reading(AS_AT, value, PRIVATE),)),),
        actions=(
            Action("A1", ("F1",), f"Write to {secret}", "Head of service", reason=PRIVATE,
                   note=PRIVATE, exempt=exempt),
        ),
    )  # fmt: skip
    assert PRIVATE not in repr(public(plan).plan)


# --- the command --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [(), ("--summary",), ("--board",), ("--close-out", "LGA")])
def test_every_kind_of_report_has_a_version_for_the_public(
    plan_file: Path, run: Run, kind: tuple[str, ...]
) -> None:
    """A name in a title and in a note.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Ask Ann Other"
    owner = "Head of service"
    note = "Ann Other is off sick."

    [owners."Head of service"]
    name = "Ann Other"
    email = "ann@example.org"
    """
    assert plan_file.exists()
    ran = run("report", "--public", *kind, *DAY)
    assert ran.code == 0
    assert "Other" not in ran.out + ran.err
    assert "Read it before it is published" in ran.err
    assert "Ask [name withheld]" in ran.out or kind == ("--board",) or "A1" not in ran.out
    assert "Withheld: no line, for none is exempt; 1 name, number or address in texts." in ran.out


def test_a_name_that_is_kept_beside_the_plan_stays_out_as_well(plan_file: Path, run: Run) -> None:
    """The owners stand in owners.toml, as they do where a plan is shared.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "Ask Ann Other"
    owner = "Head of service"
    """
    beside = plan_file.with_name("owners.toml")
    beside.write_text('[owners."Head of service"]\nname = "Ann Other"\n', encoding="utf-8")
    assert "Other" not in run("report", "--public", *DAY).out


@pytest.mark.parametrize("line", ['exemt = "yes"', "Exempt = true", "exempt = 3", 'rag = "ambr"'])
def test_no_public_version_of_a_plan_in_which_something_may_be_meant_as_exempt(
    tmp_path: Path, run: Run, line: str
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        'format = 1\ntitle = "x"\n\n[[review]]\nid = "LGA"\n\n[[finding]]\nid = "F1"\n'
        'review = "LGA"\ntext = "x"\n\n[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "x"\n'
        f'owner = "Head of service"\n{line}\n',
        encoding="utf-8",
    )
    ran = run("report", "--public", "-f", str(path))
    assert (ran.code, ran.out) == (4, "")
    assert "what it is to leave out might be there" in ran.err
    assert run("report", "-f", str(path)).code in {0, 4}


def test_a_recorded_public_report_is_given_again_as_it_was(plan_file: Path, run: Run) -> None:
    """One action.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"
    note = "Candid."
    """
    assert plan_file.exists()
    given_out = run("report", "--public", "--record", "Scrutiny")
    assert given_out.code == 0
    again = run("report", "--as-recorded", "Scrutiny")
    assert again.out == given_out.out
    assert "Candid" not in again.out


def test_exempt_is_set_and_taken_back_by_command(plan_file: Path, run: Run) -> None:
    """One action, one measure.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"

    [[measure]]
    id = "M1"
    title = "Visits"
    findings = ["F1"]
    """
    for command in (("update", "A1"), ("finding", "update", "F1"), ("measure", "update", "M1")):
        assert run(*command, "--exempt", "paragraph 2").code == 0
    assert plan_file.read_text(encoding="utf-8").count('exempt = "paragraph 2"') == 3
    assert "left out of what is published: paragraph 2" in run("show", "A1").out
    assert "left out of what is published: paragraph 2" in run("show", "F1").out
    assert "1 action, 1 finding and 1 measure marked exempt" in run("report", "--public").out
    for command in (("update", "A1"), ("finding", "update", "F1"), ("measure", "update", "M1")):
        assert run(*command, "--exempt", "none").code == 0
    assert "exempt" not in plan_file.read_text(encoding="utf-8")


def test_what_is_marked_today_is_out_of_every_day_and_of_every_comparison(
    plan_file: Path, run: Run
) -> None:
    """Two actions, one of which is marked after it was reported.

    [[action]]
    id = "A1"
    answers = ["F1"]
    title = "One"
    owner = "Head of service"

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "zzprivatezz"
    owner = "Head of service"
    """
    assert plan_file.exists()
    assert run("report", "--record", "Meet Cllr Ann Other", "--as-at", "2014-02-03").code == 0
    assert run("update", "A2", "--exempt", "paragraph 2", "--as-at", "2014-02-20").code == 0
    for kind in ((), ("--board",), ("--summary",)):
        for day in ("2014-02-10", "2014-02-20"):
            ran = run("report", "--public", *kind, "--as-at", day)
            assert ran.code == 0
            assert PRIVATE not in ran.out
            assert "removed" not in ran.out.replace("Removed", "")
            assert "Other" not in ran.out
            assert "F2 is answered by an action that is withheld." in ran.out


def test_what_serves_only_an_exempt_finding_is_left_out_with_it(plan: Plan) -> None:
    """A finding that is exempt, and an action and a measure for nothing else.

    [[finding]]
    id = "F3"
    review = "LGA"
    text = "About one family."
    exempt = true

    [[measure]]
    id = "M1"
    title = "Visits to the family"
    findings = ["F3"]

    [[action]]
    id = "A1"
    answers = ["F3"]
    title = "Visit the family"
    owner = "Head of service"
    """
    made = public(plan)
    assert (made.actions, made.findings, made.measures) == (1, 1, 1)
    assert "family" not in repr(made.plan)


def test_a_mark_that_was_taken_back_holds_no_more_and_one_on_what_is_gone_still_does() -> None:
    then = Plan(
        title="x",
        findings=(Finding("F1", "LGA", text="x"),),
        actions=(
            Action("A1", ("F1",), "x", "Head of service", exempt="yes"),
            Action("A2", ("F1",), "x", "Head of service", exempt="yes"),
        ),
    )
    today = then._replace(actions=(then.actions[0]._replace(exempt=""),))
    assert publication.marks(today, (then,)).actions == {"A2"}
    assert publication.marks(then, (today,)).actions == {"A1", "A2"}


def test_words_that_only_sound_like_an_initial_and_a_name_stay() -> None:
    clean = publication.Cleaner((Owner("Head of service", "Amy Case"),))
    assert clean("Give a case to A. Case") == "Give a case to [name withheld]"
