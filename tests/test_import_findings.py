"""Importing findings: drafted, shown first, taken in one write; what is there stays as it is."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli_change import Terminal

from actionplan import taking
from actionplan.cli import amending
from actionplan.importers import drafts
from actionplan.model import Finding, Plan, Review
from actionplan.planfile import reader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Run

DAY = ("--as-at", "2014-02-10")
REPORT = """\
# Inspection of Anytown local authority children's services

Inspection dates: 6 to 17 January 2014

## What needs to improve?

1. The timeliness of help for children who first come to notice through the police.
2. The quality of assessments, including:
   - the voice of the child
   - the history of the family
3. The supervision of social workers.

## The experiences and progress of children

Leaders know their service. Social workers visit children often.
"""
PASTED = REPORT.replace("#", "")
TEXTS = (
    "The timeliness of help for children who first come to notice through the police.",
    "The quality of assessments, including: the voice of the child; the history of the family",
    "The supervision of social workers.",
)
LETTER = """\
# Peer review of Anytown

The team met staff and members over five days and thanks them all for their time and candour.

The council needs to look at how calls reach a social worker. Members may want to consider how they
hear from children. The buildings are pleasant.
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Lie there as a review in Markdown."""
    path = tmp_path / "review.md"
    path.write_text(REPORT, encoding="utf-8")
    return path


def plan_of(path: Path) -> Plan:
    return reader.read(path.read_bytes(), path.name).plan


def taken(path: Path) -> tuple[Finding, ...]:
    """Give the findings that were added to the two of the test's plan."""
    return plan_of(path).findings[2:]


def import_(run: Run, document: Path | str, *more: str, typed: str | None = None) -> Any:
    return run("import", "findings", str(document), *more, *DAY, typed=typed)


# --- taken into the plan ----------------------------------------------------------------------


def test_all_drafts_are_taken_verbatim_with_their_review_in_one_write(
    run: Run, plan_file: Path, report: Path
) -> None:
    """A plan with two findings of another review."""
    done = import_(run, report, "--yes", "--theme", "practice", "--plan-due", "2014-05-30")
    assert done.code == 0
    assert done.out.split()[1:] == ["F3", "F4", "F5"]
    assert tuple(found.text for found in taken(plan_file)) == TEXTS
    assert [found.ref for found in taken(plan_file)] == ["1", "2", "3"]
    assert {found.theme for found in taken(plan_file)} == {"practice"}
    review = plan_of(plan_file).reviews[1]
    assert {found.review for found in taken(plan_file)} == {review.id}
    assert review.document == "review.md"
    assert str(review.plan_due) == "2014-05-30"
    history = plan_file.with_suffix(".history.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in history]
    assert [entry["command"] for entry in entries if "seq" in entry][-1] == "import findings"
    assert plan_of(plan_file).actions == ()


def test_what_is_shown_says_whom_a_finding_is_for_its_page_and_its_timescale(
    run: Run, plan_file: Path
) -> None:
    """A finding with all that an import writes.

    [[finding]]
    id = "F3"
    review = "LGA"
    ref = "113"
    text = "Test the training."
    for = "safeguarding board"
    page = 31
    timescale = "Within three months"
    """
    found = plan_of(plan_file).findings[2]
    assert (found.for_, found.page, found.timescale) == (
        "safeguarding board", 31, "Within three months",
    )  # fmt: skip
    shown = run("show", "F3", *DAY).out
    for words in ("For: safeguarding board", "Page: 31", "Timescale: Within three months"):
        assert words in shown


@pytest.mark.parametrize("page", ['"31"', "0", "3.5"])
def test_a_page_that_is_no_number_is_said(run: Run, plan_file: Path, page: str) -> None:
    plan_file.write_text(plan_file.read_text() + f'[[finding]]\nid="F3"\nreview="LGA"\ntext="x"\n'
                         f"page = {page}\n")  # fmt: skip
    done = run("finding", "list", *DAY)
    assert done.code == 4
    assert "write the number of the page, from 1" in done.err


def test_some_are_taken_by_their_numbers_and_the_rest_is_still_offered(
    run: Run, plan_file: Path, report: Path
) -> None:
    assert import_(run, report, "--take", "3,1").code == 0
    assert [found.text for found in taken(plan_file)] == [TEXTS[2], TEXTS[0]]
    again = import_(run, report, "--dry-run")
    assert [line.split("\t")[0] for line in again.out.splitlines()] == ["2"]
    assert "2 findings are in the plan already: F4, F3." in again.err


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ("9", "There is no 9 in the list: it has 1 to 3."),
        ("o1", "There is no o1 in the list"),
        ("3-1", "'3-1' runs backwards"),
        ("1-o2", "'1-o2' runs from drafts to what is only offered"),
        ("all", "'all' is no number of the list"),
        ("", "'' is no number of the list"),
    ],
)
def test_a_number_that_is_none_takes_nothing(
    run: Run, plan_file: Path, report: Path, numbers: str, sentence: str
) -> None:
    before = plan_file.read_bytes()
    done = import_(run, report, "--take", numbers)
    assert (done.code, plan_file.read_bytes()) == (2, before)
    assert sentence in done.err


def test_nothing_is_taken_where_nobody_says_so(run: Run, plan_file: Path, report: Path) -> None:
    before = plan_file.read_bytes()
    done = import_(run, report)
    assert (done.code, plan_file.read_bytes()) == (2, before)
    assert [line.split("\t")[0] for line in done.out.splitlines()] == ["1", "2", "3"]
    assert "3 drafts can be taken: all with --yes, some with --take 1-4,7" in done.err
    looked = import_(run, report, "--dry-run")
    assert (looked.code, looked.out, plan_file.read_bytes()) == (0, done.out, before)


def test_json_is_printed_without_a_plan_and_takes_no_other_choice(run: Run, report: Path) -> None:
    done = run("import", "findings", str(report), "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert (found["schema"], found["kind"]) == (1, "drafts")
    assert [each["text"] for each in found["findings"]] == list(TEXTS)
    assert found["findings"][1]["parts"] == ["the voice of the child", "the history of the family"]
    assert run("import", "findings", str(report), "--json", "--yes").code == 2


def test_what_is_pasted_is_read_and_a_document_with_no_list_drafts_nothing(
    run: Run, plan_file: Path
) -> None:
    before = plan_file.read_bytes()
    done = import_(run, "-", "--yes", typed="The weather was fine.\n\nNobody was harmed.\n")
    assert (done.code, done.out, plan_file.read_bytes()) == (0, "", before)
    assert "No list of what must improve was found." in done.err
    untitled = PASTED.split("\n", 1)[1]
    unnamed = import_(run, "-", "--yes", typed=untitled)
    assert (unnamed.code, plan_file.read_bytes()) == (2, before)
    assert "give it with --title" in unnamed.err
    done = import_(run, "-", "--yes", "--title", "Inspection", "--review", "OFS", typed=PASTED)
    assert done.code == 0
    review = plan_of(plan_file).reviews[1]
    assert (review.id, review.title, review.document) == ("OFS", "Inspection", "")


def test_a_sentence_that_asks_for_something_is_offered_and_never_taken_unasked(
    run: Run, plan_file: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.md"
    letter.write_text(LETTER, encoding="utf-8")
    before = plan_file.read_bytes()
    all_of_it = import_(run, letter, "--yes")
    assert (all_of_it.code, plan_file.read_bytes()) == (0, before)
    asked = import_(run, letter)
    assert asked.code == 2
    assert "--take o1,o2" in asked.err
    lines = [line.split("\t") for line in asked.out.splitlines() if line.startswith("o")]
    assert [line[0] for line in lines] == ["o1", "o2"]
    assert import_(run, letter, "--take", "o2").code == 0
    assert [found.text for found in taken(plan_file)] == [lines[1][-1]]


def test_a_word_file_with_real_numbers_gives_their_numbers(
    run: Run, plan_file: Path, tmp_path: Path
) -> None:
    made = docx.Document()
    made.core_properties.title = "Peer challenge of Anytown"
    made.add_heading("Peer challenge of Anytown", 1)
    made.add_paragraph("The team was made up of five peers and spent four days in the council.")
    made.add_heading("Recommendations", 2)
    for text in TEXTS:
        made.add_paragraph(text, style="List Number")
    made.add_heading("Next steps", 2)
    path = tmp_path / "Peer challenge.docx"
    made.save(str(path))
    assert import_(run, path, "--yes", "--review", "LGA").code == 0
    found = [(each.ref, each.text, each.kind) for each in taken(plan_file)]
    assert found == [(str(at), text, "recommendation") for at, text in enumerate(TEXTS, 1)]
    assert plan_of(plan_file).reviews[0].document == "Peer challenge.docx"


def test_strengths_are_drafted_only_where_they_are_asked_for(
    run: Run, plan_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "review.md"
    strengths = "## Key strengths\n\n- Leaders listen to children and act on what they hear.\n\n"
    path.write_text(REPORT.replace("## What needs", f"{strengths}## What needs"), encoding="utf-8")
    assert "1 strength not drafted" in import_(run, path, "--dry-run").err
    assert import_(run, path, "--yes", "--strengths").code == 0
    assert [found.kind for found in taken(plan_file)][-1] == "strength"
    assert import_(run, path, "--dry-run").out == ""


# --- again, and later editions ----------------------------------------------------------------


def test_the_same_document_again_adds_nothing_and_says_so(
    run: Run, plan_file: Path, report: Path, tmp_path: Path
) -> None:
    import_(run, report, "--yes")
    before = plan_file.read_bytes()
    renamed = tmp_path / "download (3).md"
    odd = REPORT.replace("children's", "children\u2019s").replace("help for", "help  for")
    renamed.write_text(odd, encoding="utf-8")
    for document in (report, renamed):
        again = import_(run, document, "--yes")
        assert (again.code, again.out, plan_file.read_bytes()) == (0, "", before)
        assert "3 drafts in the plan already." in again.err
        assert "Nothing was changed." in again.err
    assert "F3 is in the plan already" not in again.err
    named = import_(run, report, "--take", "2")
    assert (named.code, plan_file.read_bytes()) == (0, before)
    assert "2 is in the plan already, as F4." in named.err


def test_a_later_edition_shows_what_is_new_reworded_and_gone_and_changes_nothing_of_it(
    run: Run, plan_file: Path, tmp_path: Path, report: Path
) -> None:
    import_(run, report, "--yes")
    before = taken(plan_file)
    edition = tmp_path / "edition.md"
    edition.write_text(
        REPORT.replace("first come to notice", "come to notice")
        .replace("3. The supervision of social workers.", "3. The stability of homes for children.")
        .replace("1. The", "7. The"),
        encoding="utf-8",
    )
    reviewed = ("--review", before[0].review)
    seen = import_(run, edition, "--dry-run", *reviewed)
    rows = [line.split("\t") for line in seen.out.splitlines()]
    assert [(row[0], row[-1]) for row in rows if row[0].isdigit() and len(row) > 4] == [
        ("3", "The stability of homes for children.")
    ]
    reworded = next(row for row in rows if len(row) == 4 and row[1] == "F3")
    assert reworded[2:] == [TEXTS[0].replace("first ", ""), TEXTS[0]]
    assert ["-", "F5", "3", TEXTS[2]] in rows
    assert import_(run, edition, "--yes", *reviewed).code == 0
    assert taken(plan_file)[:3] == before
    assert [each.text for each in taken(plan_file)[3:]] == ["The stability of homes for children."]


def test_a_finding_that_is_closed_or_answered_stays_so(
    run: Run, plan_file: Path, report: Path
) -> None:
    """Findings of this very document, with what the council made of them.

    [[review]]
    id = "OFS"
    title = "Inspection"
    document = "reports/review.md"

    [[finding]]
    id = "F3"
    review = "OFS"
    text = "The supervision of social workers"
    response = "declined"
    reason = "It is good."
    outcome = "Children know their worker."

    [[finding]]
    id = "F4"
    review = "OFS"
    ref = "1"
    text = "The timeliness of help for children who first come to notice through the police."
    closed = 2014-02-03
    difference = "Help comes in time."
    """
    before = plan_of(plan_file).findings
    done = import_(run, report, "--yes")
    assert done.out.split()[-1] == "F5"
    assert plan_of(plan_file).findings[:4] == before
    assert [found.text for found in plan_of(plan_file).findings[4:]] == [TEXTS[1]]


WORDS = st.text("abcdefghij \u2019\u2013-.;", min_size=1, max_size=40).filter(
    lambda t: t.strip(" .;-\u2013")
)
DRAFTS = st.lists(
    st.builds(
        Finding, st.just("?"), text=WORDS.map(str.strip), ref=st.sampled_from(["", "1", "2", "a"]),
        kind=st.sampled_from(["immediate", "improvement", "strength"]),
    ),
    max_size=8,
)  # fmt: skip


@given(DRAFTS)
def test_whatever_is_taken_twice_is_taken_once(found: list[Finding]) -> None:
    meant = Review("OFS", "Inspection", document="review.pdf")
    once = taking.take(Plan(), meant, found, (), {})
    twice = taking.take(once, meant, found, (), {})
    assert twice == once
    assert len(once.findings) == len(found)
    compared = taking.compare(found, once.findings)
    assert (len(compared.held), compared.reworded, compared.gone) == (len(found), {}, ())


# --- which review it is -----------------------------------------------------------------------

HELD = Plan(
    reviews=(
        Review("A", "Inspection of services", "Ofsted", document="in/a.pdf"),
        Review("B", "Peer review", "LGA"),
    ),
    findings=(Finding("F1", "B", text="Be bold."), Finding("F2", "B", text="Be quick.")),
)


@pytest.mark.parametrize(
    ("meant", "texts", "expected"),
    [
        (Review("", "Other", document="A.pdf"), (), "A"),
        (Review("", "Inspection of  Services", "OFSTED", document="z.pdf"), (), "A"),
        (Review("", "Other", document="z.pdf"), ("Be BOLD", "be quick"), "B"),
        (Review("", "Other", document="z.pdf"), ("Be bold.", "x", "y", "z"), "B"),
        (Review("", "Other", document="z.pdf"), ("Be sad.",), None),
        (Review("", "Inspection of services", "CQC"), (), None),
    ],
)
def test_the_review_of_a_document_is_found(
    meant: Review, texts: tuple[str, ...], expected: str | None
) -> None:
    drafts = [Finding("?", text=text) for text in texts]
    found = taking.review_of(HELD, meant, drafts)
    assert (found.id if found else None) == expected


def test_another_inspection_under_the_same_title_is_another_review() -> None:
    from datetime import date

    earlier = Review("A", "Inspection", "Ofsted", on=date(2014, 5, 23))
    later = Review("", "Inspection", "Ofsted", on=date(2016, 11, 25))
    assert taking.review_of(Plan(reviews=(earlier,)), later, ()) is None
    assert taking.review_of(Plan(reviews=(earlier,)), later._replace(on=None), ()) == earlier


@pytest.mark.parametrize(
    ("body", "kind", "name"),
    [
        ("Ofsted", "ilacs", "OFSTED-2014"),
        ("Local Government Association", "peer-challenge", "LGA-2014"),
        ("Ofsted and the Care Quality Commission", "area-send", "AREA-SEND-2014"),
        ("", "jtai", "JTAI-2014"),
        ("", "", "REVIEW-2014"),
        ("Department for Education", "notice", "DE-2014-2"),
    ],
)
def test_a_new_review_gets_a_short_name_that_is_free(body: str, kind: str, name: str) -> None:
    from datetime import date

    meant = Review("", body=body, kind=kind, on=date(2014, 5, 23))
    assert taking.name_for(meant, ["DE-2014"]) == name


def test_a_review_is_filled_where_it_is_blank_and_only_there(
    run: Run, plan_file: Path, report: Path
) -> None:
    """The review of the plan says less than the document."""
    import_(run, report, "--yes", "--review", "lga", "--kind", "ilacs", "--on", "2014-01-17")
    review = plan_of(plan_file).reviews[0]
    assert (review.id, review.title, review.kind) == ("LGA", "Peer review", "ilacs")
    assert (str(review.on), review.document) == ("2014-01-17", "review.md")


def test_a_name_that_can_not_be_one_is_refused_before_anything_is_shown(
    run: Run, plan_file: Path, report: Path
) -> None:
    before = plan_file.read_bytes()
    done = import_(run, report, "--yes", "--review", "no good")
    assert (done.code, done.out, plan_file.read_bytes()) == (2, "", before)
    assert "'no good' can't name a review" in done.err


@pytest.mark.usefixtures("plan_file")
def test_a_file_that_is_not_there_or_no_document_is_a_sentence(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "report.pdf"
    broken.write_bytes(b"<!doctype html><p>Not found</p>")
    for document, words in ((tmp_path / "x.pdf", "is not there"), (broken, "but a web page")):
        done = import_(run, document, "--yes")
        assert (done.code, done.out) == (1, "")
        assert words in done.err


# --- asked on a terminal, and edited ----------------------------------------------------------


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Start imports on real terminals, and close them."""
    opened: list[Terminal] = []

    def start(*arguments: str, editor: str = "") -> Terminal:
        if editor:
            monkeypatch.setenv("EDITOR", editor)
        else:
            monkeypatch.delenv("EDITOR", raising=False)
        monkeypatch.delenv("VISUAL", raising=False)
        opened.append(Terminal("import", "findings", *arguments, *DAY))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


QUESTION = "or n (none): "


def test_on_a_terminal_all_is_shown_and_then_asked_for(
    screen: Any, plan_file: Path, report: Path
) -> None:
    terminal = screen(str(report))
    shown = terminal.until(QUESTION)
    assert "3 findings drafted" in shown
    assert "The supervision of social workers." in " ".join(shown.split())
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(map(len, plain.splitlines())) <= 80
    terminal.type("9")
    assert "There is no 9 in the list" in terminal.until(QUESTION)
    terminal.type("")
    assert "n takes none" in terminal.until(QUESTION)
    terminal.type("e")
    assert "No editor is set" in terminal.until(QUESTION)
    terminal.type("1-2")
    assert terminal.finish().code == 0
    assert [found.text for found in taken(plan_file)] == list(TEXTS[:2])


def test_none_is_an_answer_and_changes_nothing(screen: Any, plan_file: Path, report: Path) -> None:
    before = plan_file.read_bytes()
    terminal = screen(str(report))
    terminal.until(QUESTION)
    terminal.type("n")
    done = terminal.finish()
    assert (done.code, plan_file.read_bytes()) == (0, before)
    assert "Nothing was changed." in done.out


def editor(tmp_path: Path, *edits: str) -> str:
    """Make an editor: each time that it is started it makes the next of some edits."""
    script = tmp_path / "editor.py"
    lines = "\n".join(f"    lambda text: {edit}," for edit in edits)
    script.write_text(
        "import pathlib, sys\n"
        f"EDITS = [\n{lines}\n]\n"
        f"count = pathlib.Path({str(tmp_path / 'count')!r})\n"
        "at = int(count.read_text()) if count.exists() else 0\n"
        "count.write_text(str(at + 1))\n"
        "place = pathlib.Path(sys.argv[1])\n"
        "place.write_text(EDITS[at](place.read_text()))\n"
    )
    return f"'{sys.executable}' '{script}'"


def test_drafts_are_edited_in_the_user_s_editor_and_read_back_strictly(
    screen: Any, plan_file: Path, report: Path, tmp_path: Path
) -> None:
    edits = (
        "text.replace('kind = \"improvement\"', 'kind = \"urgent\"', 1)",
        "text.replace('urgent', 'immediate').replace('of social workers', 'of staff')"
        ".split('[[finding]]')[0] + '[[finding]]'"
        " + '[[finding]]'.join(text.replace('urgent', 'immediate')"
        ".replace('of social workers', 'of staff').split('[[finding]]')[2:])",
    )
    terminal = screen(str(report), editor=editor(tmp_path, *edits))
    terminal.until(QUESTION)
    terminal.type("e")
    assert "Draft 1: kind is 'urgent'" in terminal.until("Edit it again? [y/N]: ")
    terminal.type("y")
    told = " ".join(terminal.until("Take 2 findings? [y/N]: ").split())
    assert "3 is in your words now, no longer verbatim" in told
    assert "Left out: 1." in told
    terminal.type("y")
    assert terminal.finish().code == 0
    assert [found.text for found in taken(plan_file)] == [TEXTS[1], "The supervision of staff."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[finding]", "What was edited can't be read"),
        ("title = 'x'", "Only [[finding]] blocks are understood, not title."),
        ("finding = 3", "Only [[finding]] blocks are understood"),
        ("[[finding]]\ntext = 'x'", "Block 1 has draft = None, which is none of the drafts."),
        ("[[finding]]\ndraft = '9'\ntext = 'x'", "Block 1 has draft = '9'"),
        ("[[finding]]\ndraft = '1'", "Draft 1: its text is missing."),
        ("[[finding]]\ndraft = '1'\ntext = 3", "Draft 1: text is 3; write it in quotation marks."),
        ("[[finding]]\ndraft = '1'\ntext = 'x'\npage = '3'", "Draft 1: page is '3'"),
        ("[[finding]]\ndraft = '1'\ntext = 'x'\naction = 'y'", "Draft 1: there is no key action."),
    ],
)
def test_what_an_editor_gives_back_wrongly_is_said(text: str, sentence: str) -> None:
    laid = laid_out("A text.")
    with pytest.raises(amending.UnreadError) as raised:
        amending.read(text, laid)
    assert sentence in raised.value.sentence


HOSTILE = (
    "<script>", "{{ 7*7 }}", "=cmd|' /C calc'!A0", '"""', "'''", "\\", "# x", "[[finding]]",
    "\x1b[31m", "\u202e", "a\tb", "\x00", "x" * 10_000, "\u0301", "\U0001f469\u200d\U0001f680",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:8]))
def test_any_text_comes_back_from_an_editor_that_changed_nothing(text: str) -> None:
    laid = laid_out(f"Say {text} here")
    (back,) = amending.read(amending.written(laid), laid)
    assert back.finding.text == " ".join(f"Say {text} here".split())


def laid_out(text: str) -> Any:
    from actionplan.cli import laying

    found = drafts.Drafts(drafts.Facts(), (drafts.Draft(text),), (drafts.Draft("o", asks="x"),))
    meant = laying.meant(Plan(), "x.pdf", found, {}, None)
    return laying.lay(Plan(), found, meant, strengths=False, theme="")


@pytest.mark.usefixtures("plan_file")
def test_hostile_words_of_a_document_reach_no_screen_as_control(run: Run, tmp_path: Path) -> None:
    nasty = tmp_path / "nasty.md"
    nasty.write_text(REPORT.replace("social workers", "social \x1b[31mwor\u202ekers"), "utf-8")
    done = import_(run, nasty, "--yes")
    assert done.code == 0
    for said in (done.out, done.err, run("finding", "list", *DAY).out):
        assert "\x1b" not in said
        assert "\u202e" not in said


# --- before there is a plan -----------------------------------------------------------------------


def test_with_no_plan_it_is_shown_and_said_how_to_start_one(run: Run, tmp_path: Path) -> None:
    review = tmp_path / "report.md"
    review.write_text(REPORT)
    shown = run("import", "findings", str(review))
    assert shown.code == 4
    assert TEXTS[0] in shown.out
    assert "start one with: actionplan init" in shown.err
    assert "Nothing was taken." in shown.err
    looked = run("import", "findings", str(review), "--dry-run")
    assert (looked.code, looked.out) == (0, shown.out)
    assert "actionplan init" in looked.err


def test_with_no_plan_nothing_is_read_that_was_to_be_taken(run: Run, tmp_path: Path) -> None:
    review = tmp_path / "report.md"
    review.write_text(REPORT)
    refused = run("import", "findings", str(review), "--yes")
    assert (refused.code, refused.out) == (4, "")
    assert "actionplan init" in refused.err
