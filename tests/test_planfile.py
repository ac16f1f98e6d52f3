"""The plan file: what is read, every problem placed, and what a change does to the text."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import HEAD, toml_of

from actionplan.errors import ActionPlanError, UnreadableError
from actionplan.model import Action, Evidence, Milestone, Move, Owner, Period, Plan
from actionplan.planfile import parsing, reader, scanner, source, writer

A1 = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door"
owner = "Head of service"
due = 2014-03-31
"""


def read(toml: str) -> reader.PlanText:
    return reader.read(toml.encode(), "plan.toml")


def sentences(toml: str) -> list[str]:
    found = read(toml)
    return list(scanner.describe(found.source.text, found.problems))


def rewritten(toml: str | bytes, **fields: object) -> bytes:
    """Set fields of A1 and give the new bytes."""
    before = reader.read(toml if isinstance(toml, bytes) else toml.encode(), "plan.toml")
    action = before.plan.find("actions", "A1")
    return writer.rewrite(
        before, before.plan.replacing("actions", action._replace(**fields))
    ).content


def changed_lines(old: str, new: str) -> list[str]:
    """Give the lines that are only in one of the two, with - or + before each."""
    import difflib

    lines = difflib.ndiff(old.splitlines(keepends=True), new.splitlines(keepends=True))
    return [line for line in lines if line[0] in "-+"]


# --- reading ------------------------------------------------------------------------------------


def test_every_key_of_the_format_becomes_a_field_of_a_frozen_noun() -> None:
    """Every table and key.

    [policy]
    legend = "verified"
    stale_after = "6w"
    due_soon = "20wd"
    moves_before_challenge = 3
    calendar = "England"

    [owners."Assistant director, safeguarding"]
    name = "to be appointed"
    email = "post@example.org"

    [[meeting]]
    body = "Cabinet"
    on = 2014-02-17

    [[review]]
    id = "OFSTED"
    title = "Inspection"
    body = "Ofsted"
    kind = "inspection"
    on = 2013-12-20
    plan_due = 2014-04-02
    document = "Letter"
    note = "Read."

    [[measure]]
    id = "M1"
    title = "Cases with no social worker"
    findings = ["F1"]
    unit = "cases"
    better = "down"
    baseline = 143
    target = 0
    tolerance = "5%"
    by = 2014-06-30
    readings = [ { on = 2014-02-03, value = 96.5, note = "late" } ]

    [[action]]
    id = "A1"
    answers = ["F1", "F2"]
    title = "Allocate every case"
    owner = "Assistant director, safeguarding"
    start = 2014-01-20
    due = 2014-03-31
    forecast = 2014-04-14
    stage = "in-progress"
    rag = "amber"
    reason = "Agency staff start late."
    note = "96 left."
    updated = 2014-02-03
    delivered = 2014-02-04
    after = ["A2"]
    exempt = true
    moves = [ { on = 2014-02-03, from = 2014-02-28, to = 2014-03-31, why = "w", approved = "C" } ]
    milestones = [ { title = "In post", due = 2014-02-14, done = 2014-02-28 } ]
    evidence = [ { id = "E1", on = 2014-02-03, what = "Report", where = "Library" } ]
    tests = [ { on = 2014-03-10, by = "DfE", how = "Read", result = "confirmed", of = ["E1"], \
        fingerprint = "3-4" } ]

    [[action]]
    id = "A2"
    answers = ["F2"]
    title = "Hire"
    owner = "Head of workforce"
    """
    plan = read(toml_of(test_every_key_of_the_format_becomes_a_field_of_a_frozen_noun)).plan
    assert plan.policy[:6] == ("verified", {}, Period(6, "w"), Period(20, "wd"), 3, "England")
    assert plan.owners == (
        ("Assistant director, safeguarding", "to be appointed", "post@example.org"),
    )
    assert plan.meetings == (("Cabinet", date(2014, 2, 17)),)
    assert plan.reviews[1] == (
        "OFSTED",
        "Inspection",
        "Ofsted",
        "inspection",
        date(2013, 12, 20),
        date(2014, 4, 2),
        "Letter",
        "Read.",
    )
    (measure,) = plan.measures
    assert measure.tolerance == "5%"
    assert measure.readings == ((date(2014, 2, 3), 96.5, "late"),)
    action = plan.actions[0]
    assert action.original_due == date(2014, 2, 28)
    assert action == Action(
        "A1",
        ("F1", "F2"),
        "Allocate every case",
        "Assistant director, safeguarding",
        date(2014, 1, 20),
        date(2014, 3, 31),
        date(2014, 4, 14),
        "in-progress",
        "amber",
        "Agency staff start late.",
        "96 left.",
        date(2014, 2, 3),
        date(2014, 2, 4),
        ("A2",),
        "yes",
        (Move(date(2014, 2, 3), date(2014, 2, 28), date(2014, 3, 31), "w", "C"),),
        (Milestone("In post", date(2014, 2, 14), date(2014, 2, 28)),),
        (Evidence("E1", date(2014, 2, 3), "Report", "Library"),),
        ((date(2014, 3, 10), "DfE", "Read", "confirmed", ("E1",), "3-4"),),  # type: ignore[arg-type]
    )
    with pytest.raises(AttributeError):
        action.due = None  # type: ignore[misc]


BAD_VALUES = [
    ('rag = "ambr"', "line 27, A1: rag is 'ambr'; use red, amber, green or blue"),
    (
        'due = "ongoing"',
        (
            "line 27, A1: due is 'ongoing': an action needs a date; park it, or give the next "
            "milestone's"
        ),
    ),
    (
        'due = "31/03/2014"',
        "line 27, A1: due is '31/03/2014': write it 2014-03-31, with no quotes",
    ),
    (
        'due = "2014-03-31"',
        "line 27, A1: due is '2014-03-31': write the date with no quotes, 2014-03-31",
    ),
    (
        "due = 2014-03-31T09:00:00",
        "line 27, A1: due is 2014-03-31 09:00:00: give the day alone, 2014-03-31",
    ),
    ("forecast = 3", "line 27, A1: forecast is 3: write a date with no quotes, such as 2026-03-31"),
    (
        'stage = "done"',
        (
            "line 27, A1: stage is 'done'; use not-started, in-progress, delivered, embedded, "
            "parked or superseded"
        ),
    ),
    ("note = 3", "line 27, A1: note is 3: put it in quotes"),
    ("note = true", "line 27, A1: note is true: put it in quotes"),
    (
        'after = "A2"',
        "line 27, A1: after is 'A2': write a list of refs, such as ['F1', 'F2']",
    ),
    (
        'after = ["A9"]',
        "line 27, A1: after names 'A9', and no action has that id (there: A1)",
    ),
    ("moves = 3", "line 27, A1: moves is 3: write [[action.moves]] for each one"),
    ("moves = [3]", "line 27, A1: moves holds 3: write a table"),
    (
        "due = 2014-02-01\nmoves = [ { from = 2014-01-01, to = 2014-02-01 } ]",
        "why is missing: a date is moved",
    ),
    (
        'moves = [ { from = 2014-01-01, to = 2014-02-01, why = "x" } ]',
        "A1: due is missing or unreadable, but the last move ended at 2014-02-01",
    ),
    (
        'milestones = [ { title = "x", due = 3 } ]',
        "line 27, A1: due is 3: write a date with no quotes, such as 2026-03-31",
    ),
    ("due = 2014-01-01\nstart = 2014-02-01", "due is 2014-01-01, before its start (2014-02-01)"),
    ('colour = "mauve"', "line 27, A1: 'colour' is not a key that actionplan knows"),
    ('raeson = "x"', "'raeson' is not a key that actionplan knows; is 'reason' meant?"),
]


@pytest.mark.parametrize(("line", "sentence"), BAD_VALUES)
def test_a_bad_value_has_its_file_line_ref_and_plain_english(line: str, sentence: str) -> None:
    toml = HEAD + A1.replace("due = 2014-03-31\n", "") + f"{line}\n"
    (said,) = sentences(toml)
    assert sentence in said


NEEDED = [
    ('title = "Fix the front door"\n', "", "title is missing: say in a few words"),
    ('"Fix the front door"', '" "', "line 25, A1: title is empty: say it in words"),
    ('answers = ["F1"]\n', "", "answers is missing: name the finding that it answers"),
    ('["F1"]', '["F9"]', "answers names 'F9', and no finding has that id (there: F1, F2)"),
    ('["F1"]', "[]", "answers is empty: name the finding that it answers"),
    ('owner = "Head of service"\n', "", "owner is missing: name the one post"),
    ('"Head of service"', '["Head of service", "Lead"]', "owner is a list: an action has one"),
    (
        '"Head of service"',
        '"Head of service; Team manager"',
        "owner is 'Head of service; Team manager', which names 2 owners",
    ),
    ('id = "A1"', 'id = "A 1"', "id is 'A 1': use a short name in quotes with no spaces"),
    ('id = "A1"\n', "", "id is missing"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), NEEDED)
def test_what_an_action_needs_is_asked_for(old: str, new: str, sentence: str) -> None:
    (said,) = sentences(HEAD + A1.replace(old, new))
    assert sentence in said


def test_all_problems_are_reported_at_once_and_the_rest_is_still_read() -> None:
    toml = (
        HEAD
        + A1.replace("2014-03-31", '"TBC"').replace("Head of service", "")
        + '\n[[action]]\nid = "A2"\nanswers = ["F2"]\ntitle = "Hire"\nowner = "Head of HR"\n'
    )
    assert len(sentences(toml)) == 2
    plan = read(toml).plan
    assert [action.id for action in plan.actions] == ["A1", "A2"]
    assert plan.actions[0].title == "Fix the front door"
    assert plan.actions[0].due is None


def test_an_id_used_twice_is_named_with_the_line_of_the_second() -> None:
    (said,) = sentences(HEAD + A1 + A1.replace('"A1"', '"a1"'))
    assert said == "line 29, a1: id 'a1' is used twice: give one of the two a number of its own"


def test_a_chain_of_moves_must_fit_the_due_date() -> None:
    moves = (
        "moves = [\n"
        '  { from = 2014-01-01, to = 2014-02-01, why = "x" },\n'
        '  { from = 2014-02-02, to = 2014-02-28, why = "y" },\n]\n'
    )
    said = sentences(HEAD + A1 + moves)
    assert said == [
        "line 27, A1: due is 2014-03-31, but the last move ended at 2014-02-28: a date is moved "
        "with a reason (actionplan move)",
        "line 30, A1: from is 2014-02-02, but the move before it ended at 2014-02-01",
    ]


def test_a_reference_number_without_quotes_is_refused_since_1_10_is_not_1_1() -> None:
    toml = HEAD.replace('theme = "workforce"', "ref = 1.10")
    assert sentences(toml) == ["line 19, F2: ref is 1.1: put it in quotes"]


def test_tables_of_the_wrong_shape_are_told() -> None:
    assert sentences('title = "x"\npolicy = 3\nowners = 4\naction = 5\nreview = [6]\n') == [
        "line 2: policy is 3: it should be a table",
        "line 3: owners is 4: it should be a table",
        "line 4: action is 5: write [[action]] for each one",
        "line 5: review holds 6: write a table",
    ]


def test_a_plan_of_a_newer_format_is_not_guessed_at() -> None:
    (said,) = sentences(HEAD.replace("format = 1", "format = 2"))
    assert "a newer actionplan wrote this plan" in said
    (said,) = sentences(HEAD.replace("format = 1", 'format = "x"'))
    assert "format is 'x'" in said


def test_a_plan_without_a_title_says_so() -> None:
    assert sentences("") == ["line 1: title is missing: say what the plan is called"]


def test_policy_values_are_checked_and_a_legend_of_its_own_is_read() -> None:
    toml = 'title = "x"\n[policy]\nstale_after = "soon"\nlegend = "rainbow"\ncalendar = "Mars"\n'
    assert sentences(toml) == [
        (
            "line 3: stale_after is 'soon': write a length of time such as '28d', '20wd', '6w' or "
            "'3m'"
        ),
        "line 4: legend is 'rainbow'; use brag, slippage, complete-on-track or verified",
        "line 5: calendar is 'Mars'; use England",
    ]
    own = read('title = "x"\n[policy.legend]\nred = "late"\ngreen = "done"\n').plan.policy
    assert own.legend == "own"
    assert own.labels == {"red": "late", "green": "done"}


def test_problems_inside_an_array_over_several_lines_have_their_own_line() -> None:
    milestones = (
        'milestones = [\n    { title = "one" },  # [[action]]\n    { title = "two", due = 3 },\n]\n'
    )
    (said,) = sentences(HEAD + A1 + milestones)
    assert said.startswith("line 30, A1: due is 3")


def test_inline_dotted_and_sub_tables_are_all_read() -> None:
    toml = (
        'title = "x"\npolicy.stale_after = "6w"\nreview = [ { id = "LGA" } ]\n'
        'owners."Head of HR".email = "a@b"\n'
        '[[finding]]\nid = "F1"\nreview = "LGA"\ntext = "t"\n'
        '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "t"\nowner = "Head of HR"\n'
        '[[action.tests]]\nby = "DfE"\nresult = "confirmed"\n'
    )
    found = read(toml)
    assert found.problems == ()
    assert found.plan.policy.stale_after == Period(6, "w")
    assert found.plan.actions[0].tests[0].by == "DfE"
    assert found.plan.owners[0].email == "a@b"


def test_a_table_by_nearly_the_right_name_is_told_and_not_passed_over() -> None:
    toml = HEAD + A1.replace("[[action]]", "[[actions]]") + '[Policy]\nlegend = "brag"\n'
    assert sentences(toml) == [
        "line 22: 'actions' is not read: write [[action]]",
        "line 28: 'Policy' is not read: write [policy]",
    ]


def test_a_table_of_another_name_is_kept_even_if_it_is_near() -> None:
    (said,) = sentences(HEAD + '[owner]\nname = "x"\n')
    assert said == "line 22: 'owner' is not a key that actionplan knows; is 'owners' meant?"


def test_a_finding_that_is_declined_says_why() -> None:
    toml = HEAD.replace('theme = "workforce"', 'response = "declined"')
    assert sentences(toml) == [
        "line 19, F2: response is declined, with no reason: say why in reason"
    ]


# --- bytes --------------------------------------------------------------------------------------

BROKEN = [
    (b"\xff\xfea\x00", "saved as UTF-16"),
    (b'title = "a\x00"\n', "line 1: the file is damaged (it holds NUL bytes)"),
    (b'title = "x"\nnote = "\xa3"\n', "line 2: byte 0xa3 is not UTF-8"),
    (b'title = "x"\ndue = 30/02/2026\n', "Dates are written 2026-02-28."),
    (b"title = words\n", "Words stand in quotes."),
    (b'title = "x"\ntitle = "y"\n', "line 2, column 1: this is not valid TOML: duplicate key"),
    (b'title = "x"\n<<<<<<< HEAD\n=======\n>>>>>>> b\n', "lines 2, 4: there are conflict markers"),
    (b"a = " + b"[" * 1000, "not valid TOML"),
]


@pytest.mark.parametrize(("content", "sentence"), BROKEN)
def test_what_can_not_be_read_is_refused_with_its_place(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableError) as error:
        reader.read(content, "plan.toml")
    assert sentence in str(error.value)
    assert "plan.toml" in str(error.value)
    assert "The plan could not be read; it was not touched." in str(error.value)


def test_markers_inside_a_text_on_one_line_are_no_conflict() -> None:
    assert read('title = "<<<<<<< not a marker"\n').problems == ()


# --- writing ------------------------------------------------------------------------------------


def test_a_one_field_update_changes_one_line_and_keeps_its_comment() -> None:
    old = HEAD + A1.replace("2014-03-31", "2014-03-31   # agreed in January")
    new = rewritten(old, due=date(2014, 4, 30)).decode()
    assert changed_lines(old, new) == [
        "- due = 2014-03-31   # agreed in January\n",
        "+ due = 2014-04-30   # agreed in January\n",
    ]


def test_a_new_key_goes_after_the_one_before_it_and_takes_its_indentation() -> None:
    old = HEAD + A1.replace("due =", "  due =") + "# a comment that closes the block\n"
    new = rewritten(old, forecast=date(2014, 4, 1)).decode()
    assert changed_lines(old, new) == ["+   forecast = 2014-04-01\n"]
    assert new.endswith("  forecast = 2014-04-01\n# a comment that closes the block\n")


def test_a_cleared_key_takes_its_line_with_it_and_nothing_else() -> None:
    old = HEAD + A1 + 'note = "x"  # said\n# about the stage\nstage = "parked"\nreason = "y"\n'
    assert changed_lines(old, rewritten(old, note="").decode()) == ['- note = "x"  # said\n']


def test_a_new_action_adds_its_lines_and_nothing_else() -> None:
    old = (
        HEAD
        + A1
        + "# still about A1\n\n# ---- owners ----\n[owners.'Head of service']\nname = ''\n"
    )
    before = read(old)
    action = Action("A2", ("F2",), "Hire", "Head of HR", due=date(2014, 5, 1))
    new = writer.rewrite(before, before.plan.adding("actions", action)).content.decode()
    added = (
        '\n[[action]]\nid = "A2"\nanswers = ["F2"]\ntitle = "Hire"\nowner = "Head of HR"\n'
        'due = 2014-05-01\nstage = "not-started"\n'
    )
    assert new == old.replace("# still about A1\n", "# still about A1\n" + added)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", source.BOM])
@pytest.mark.parametrize("final", [True, False])
def test_bom_line_ends_and_a_missing_final_newline_survive(
    newline: str, bom: bytes, final: bool
) -> None:
    text = HEAD + A1 + "# the end\n"
    text = (text if final else text.rstrip("\n")).replace("\n", newline)
    before = reader.read(bom + text.encode(), "plan.toml")
    move = Move(date(2014, 2, 1), date(2014, 3, 31), date(2014, 4, 30), "Late.")
    action = before.plan.actions[0]._replace(due=date(2014, 4, 30), moves=(move,))
    intended = before.plan.replacing("actions", action).adding(
        "actions", Action("A2", ("F1",), "Two", "Head of HR")
    )
    content = writer.rewrite(before, intended).content
    assert content.startswith(bom)
    body = content.removeprefix(bom).decode()
    assert body.count("\n") == body.count(newline)
    assert body.endswith("\n") is final
    assert reader.read(content, "plan.toml").plan == intended


def test_an_array_over_several_lines_grows_by_a_line_and_keeps_its_comments() -> None:
    moves = (
        "moves = [  # all of them\n"
        '    { on = 2014-02-01, from = 2014-01-31, to = 2014-03-31, why = "]]" },  # the first\n'
        "    # more to come\n]\n"
    )
    old = HEAD + A1 + moves
    before = read(old)
    action = before.plan.actions[0]
    move = Move(date(2014, 3, 1), date(2014, 3, 31), date(2014, 4, 30), 'A "quoted" why.', "Board")
    changed = action._replace(due=date(2014, 4, 30), moves=(*action.moves, move))
    new = writer.rewrite(before, before.plan.replacing("actions", changed)).content.decode()
    for comment in ("# all of them", "# the first", "    # more to come"):
        assert comment in new
    assert read(new).plan.actions[0].moves[1] == move


def test_sub_tables_get_a_sub_table_and_one_of_them_a_key() -> None:
    sub = '\n[[action.moves]]\nfrom = 2014-01-31\nto = 2014-03-31\nwhy = "Late."  # so\n'
    old = HEAD + A1 + sub + '\n[[action]]\nid = "A2"\nanswers = ["F1"]\ntitle = "t"\nowner = "o"\n'
    before = read(old)
    action = before.plan.actions[0]
    approved = action.moves[0]._replace(approved="Board")
    second = Move(date(2014, 3, 1), date(2014, 3, 31), date(2014, 4, 30), "Later.")
    changed = action._replace(due=date(2014, 4, 30), moves=(approved, second))
    new = writer.rewrite(before, before.plan.replacing("actions", changed)).content.decode()
    assert 'why = "Late."  # so\napproved = "Board"\n\n[[action.moves]]\non = 2014-03-01' in new
    assert new.index("Later.") < new.index('id = "A2"')


def test_actions_written_inline_are_edited_inline() -> None:
    old = HEAD.replace(
        "\n[[review]]",
        'action = [\n  { id = "A1", answers = ["F1"], title = "t", owner = "o" },  # one\n]\n'
        "\n[[review]]",
        1,
    )
    before = read(old)
    changed = before.plan.actions[0]._replace(rag="red", reason="Because.")
    intended = before.plan.replacing("actions", changed).adding(
        "actions", Action("A2", ("F2",), "Two", "Head of HR")
    )
    new = writer.rewrite(before, intended).content.decode()
    assert "# one" in new
    assert read(new).plan == intended


def test_words_that_look_like_toml_go_in_and_come_back() -> None:
    for text in ('[[action]]\nid = "no"', "'''", '"""', "# = [", "\\ \\u0041", "\u2028 \U0001f600"):
        new = rewritten(HEAD + A1, note=text)
        assert reader.read(new, "plan.toml").plan.actions[0].note == text


def test_headers_inside_strings_and_arrays_are_no_headers() -> None:
    note = (
        'note = """\n[[action]]\nid = "A9"\n"""\nafter = [\n]\n[action.extra]\nx = [\n["a"],\n]\n'
    )
    old = HEAD + A1 + note
    new = rewritten(old, rag="green").decode()
    assert changed_lines(old, new) == ['+ rag = "green"\n']


def test_unknown_tables_and_keys_stay_to_the_byte() -> None:
    extra = "\n[budget]  # ours\nsum = nan\nlist = [ 1,2 , 3 ]\nat = 07:30:00\n"
    old = HEAD + A1 + "colour = 'mauve' # kept\n" + extra
    new = rewritten(old, rag="green").decode()
    assert changed_lines(old, new) == ['+ rag = "green"\n']


def test_a_layout_that_can_not_be_edited_is_refused_and_not_guessed_at() -> None:
    old = HEAD + '[owners]\n"Head of HR".email = "a@b"\n' + A1
    before = read(old)
    changed = before.plan.owners[0]._replace(name="x")
    with pytest.raises(ActionPlanError, match="make this change by hand"):
        writer.rewrite(before, before.plan.replacing("owners", changed))


def test_the_proof_catches_a_text_that_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "encode", lambda *_: (HEAD + A1).encode())
    with pytest.raises(ActionPlanError, match="would not read back as what was meant"):
        rewritten(HEAD + A1, rag="green")


def test_the_first_of_a_kind_goes_where_its_kind_stands_in_a_plan() -> None:
    before = read('title = "x"\n\n[policy]\ncalendar = "England"\n\n[other]\nx = 1\n')
    plan: Plan = before.plan.adding("reviews", model_review("LGA"))
    new = writer.rewrite(before, plan).content.decode()
    assert new.index("[policy]") < new.index("[[review]]") < new.index("[other]")


def model_review(ref: str) -> object:
    from actionplan.model import Review

    return Review(ref, "Peer review")


def test_the_patch_holds_the_lines_taken_out_and_put_in() -> None:
    before = read(HEAD + A1)
    changed = before.plan.actions[0]._replace(due=date(2014, 4, 30), rag="green")
    done = writer.rewrite(before, before.plan.replacing("actions", changed))
    assert done.patch == (
        (27, ("due = 2014-03-31\n",), ("due = 2014-04-30\n",)),
        (28, (), ('rag = "green"\n',)),
    )


def test_an_array_that_ends_the_file_without_a_line_end_is_one_block() -> None:
    old = HEAD + A1 + 'milestones = [\n  { title = "one" },\n]'
    before = read(old)
    action = Action("A2", ("F2",), "Hire", "Head of HR")
    new = writer.rewrite(before, before.plan.adding("actions", action)).content.decode()
    assert new.startswith(old + "\n\n[[action]]")


# --- large plans --------------------------------------------------------------------------------


def test_a_large_plan_read_in_pieces_is_the_plan_read_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blocks = [A1.replace("A1", f"A{number}") for number in range(1, 50)]
    tricky = 'note = """\n[[action]]\nid = 3\n"""\nafter = [\n]\n[action.extra]\nx = 1\n'
    for text in (
        HEAD + "\n".join(blocks),
        HEAD + "\n".join([*blocks[:20], tricky, *blocks[20:]]),
        HEAD + "\n".join(blocks) + "\n[other]\nx = 1\n",
        "[[action]]\n" + HEAD.partition("\n\n")[2] + "\n".join(blocks),
        HEAD,
        HEAD + "\n".join(blocks) + "\nid = ambr\n",
    ):
        outcomes = []
        for large in (10_000_000, 0):
            monkeypatch.setattr(parsing, "LARGE", large)
            monkeypatch.setattr(parsing, "PIECE", 300)
            try:
                outcomes.append(str(read(text)[1:]))
            except UnreadableError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1]


def test_a_cut_inside_a_text_or_a_list_is_left_to_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parsing, "PIECE", 10)
    inside = HEAD + A1 + 'note = """\n[[action]]\n"""\n'
    assert parsing.in_pieces(inside) is None
    assert parsing.in_pieces(HEAD + A1) == read(HEAD + A1).data


INLINE = HEAD.replace(
    "\n[[review]]",
    "action = [\n"
    '  { id = "A1", answers = ["F1"], title = "one", owner = "o", due = 2014-01-31 }, # one\n'
    '  { id = "A2", answers = ["F1"], title = "two", owner = "o" } # two\n'
    "]\n\n[[review]]",
    1,
)


def test_an_inline_action_is_changed_and_its_neighbour_is_left_alone() -> None:
    before = read(INLINE)
    changed = before.plan.actions[1]._replace(rag="green")
    new = writer.rewrite(before, before.plan.replacing("actions", changed)).content.decode()
    assert [line[:12] for line in changed_lines(INLINE, new)] == ['-   { id = "', '+   { id = "']
    assert "due = 2014-01-31 }, # one\n" in new


def test_an_inline_action_is_added_on_a_line_of_its_own() -> None:
    before = read(INLINE)
    action = Action("A3", ("F2",), "three", "Head of HR")
    new = writer.rewrite(before, before.plan.adding("actions", action)).content.decode()
    assert changed_lines(INLINE, new) == [
        '-   { id = "A2", answers = ["F1"], title = "two", owner = "o" } # two\n',
        '+   { id = "A2", answers = ["F1"], title = "two", owner = "o" }, # two\n',
        '+   { id = "A3", answers = ["F2"], title = "three", owner = "Head of HR", '
        'stage = "not-started" }\n',
    ]


@pytest.mark.parametrize("comma", ["", ","])
@pytest.mark.parametrize("tail", ["", "  # more to come\n"])
def test_a_list_over_several_lines_keeps_each_comment_where_it_is(comma: str, tail: str) -> None:
    old = HEAD + A1.replace('["F1"]', f'[\n  "F1"{comma}  # the first\n{tail}]')
    new = rewritten(old, answers=("F1", "F2")).decode()
    assert new == old.replace(
        f'  "F1"{comma}  # the first\n', f'  "F1",  # the first\n  "F2"{comma}\n'
    )


def test_a_list_that_loses_an_element_is_written_anew() -> None:
    old = HEAD + A1.replace('["F1"]', '["F1", "F2"]  # both')
    assert changed_lines(old, rewritten(old, answers=("F2",)).decode()) == [
        '- answers = ["F1", "F2"]  # both\n',
        '+ answers = ["F2"]  # both\n',
    ]


def test_a_move_inside_an_inline_action_is_added_inside_it() -> None:
    old = INLINE.replace(
        "due = 2014-01-31 }",
        'due = 2014-01-31, moves = [{ from = 2014-01-01, to = 2014-01-31, why = "x" }] }',
    )
    before = read(old)
    action = before.plan.actions[0]
    move = Move(date(2014, 1, 9), date(2014, 1, 31), date(2014, 2, 28), "Late.")
    changed = action._replace(due=date(2014, 2, 28), moves=(*action.moves, move))
    new = writer.rewrite(before, before.plan.replacing("actions", changed)).content.decode()
    assert read(new).plan.actions[0].moves[1] == move


def test_owners_kept_inline_get_one_more_inline() -> None:
    old = "owners = { 'Head of HR' = { email = 'a@b' } }\n" + HEAD
    before = read(old)
    intended = before.plan.adding("owners", Owner("Head of IT", email="c@d"))
    new = writer.rewrite(before, intended).content.decode()
    assert read(new).plan == intended
