"""A council's own parts: in every form, part by part; faults are told, and nothing is lost."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import BIRMINGHAM, ROOT, birmingham_as_at

from actionplan import query
from actionplan.errors import UnreadableError
from actionplan.renderers import html, markdown, plain, terminal
from actionplan.renderers.own import applied
from actionplan.renderers.parts import Parts
from actionplan.reports import paper
from actionplan.reports.blocks import Items, Prose, Report

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

DAY = date(2014, 5, 1)
VIEW = query.view(birmingham_as_at(DAY), DAY)
MADE = paper.report(VIEW, date(2014, 3, 14))
SUMMARY = paper.summary(VIEW, date(2014, 3, 14))
USUAL = [section.key for section in MADE.sections]


def keys(report: Report) -> list[str]:
    """Give the keys of a report's sections, in order."""
    return [section.key for section in report.sections]


def with_parts(folder: Path, report: Report = MADE, **files: str) -> Report:
    """Put files into a folder and its parts into a report."""
    put(folder, **files)
    return applied(report, Parts((folder,)))


def put(folder: Path, **files: str) -> None:
    """Write files into a folder; in a name ``__`` stands for a dot and ``_`` for a hyphen."""
    for name, text in files.items():
        (folder / name.replace("__", ".").replace("_", "-")).write_text(text, encoding="utf-8")


def refused(folder: Path, **files: str) -> str:
    """Give the sentence with which parts are refused."""
    put(folder, **files)
    with pytest.raises(UnreadableError) as raised:
        applied(MADE, Parts((folder,)))
    assert str(raised.value).startswith(str(folder))
    return str(raised.value).removeprefix(f"{folder}/")


LEGAL = """
[[section]]
key = "legal"
heading = "Legal implications"
text = '''
The council must answer within 70 days.
It does.

- Section 1 applies to {{ report.title }}.
- Section 2
  does not.
'''
"""


# --- order, headings, own sections --------------------------------------------------------------


def test_a_report_is_as_it_was_where_there_are_no_parts(tmp_path: Path) -> None:
    assert applied(MADE, Parts()) is MADE
    assert applied(MADE, Parts((tmp_path,))) is MADE
    assert with_parts(tmp_path, paper__toml="") == MADE


def test_sections_that_are_named_come_first_and_no_other_is_lost(tmp_path: Path) -> None:
    made = with_parts(tmp_path, paper__toml='order = ["position", "exceptions"]')
    rest = [key for key in USUAL if key not in {"position", "exceptions"}]
    assert keys(made) == ["position", "exceptions", *rest]
    assert "challenges" in rest
    assert sorted(made.sections) == sorted(MADE.sections)


def test_a_heading_is_the_council_s_and_may_say_what_the_report_is(tmp_path: Path) -> None:
    toml = '[headings]\ndecisions = "Recommendations as at {{ report.as_at }}"'
    made = with_parts(tmp_path, paper__toml=toml)
    headings = {section.key: section.heading for section in made.sections}
    assert headings["decisions"] == "Recommendations as at Thursday 1 May 2014"
    assert keys(made) == USUAL


def test_a_section_of_its_own_stands_before_the_legend_unless_it_is_named(tmp_path: Path) -> None:
    made = with_parts(tmp_path, paper__toml=LEGAL)
    assert keys(made)[keys(made).index("legal") + 1] == "legend"
    first = with_parts(tmp_path, paper__toml=f'order = ["legal"]\n{LEGAL}')
    assert keys(first) == ["legal", *USUAL]


def test_a_text_is_paragraphs_and_points(tmp_path: Path) -> None:
    (legal,) = [s for s in with_parts(tmp_path, paper__toml=LEGAL).sections if s.key == "legal"]
    assert legal.heading == "Legal implications"
    assert legal.blocks == (
        Prose("The council must answer within 70 days. It does."),
        Items(
            (
                "Section 1 applies to Children's services improvement plan.",
                "Section 2 does not.",
            )
        ),
    )


def test_a_section_may_belong_to_some_kinds_only(tmp_path: Path) -> None:
    toml = f'{LEGAL}kinds = ["report", "board"]'
    assert "legal" in keys(with_parts(tmp_path, paper__toml=toml))
    assert "legal" not in keys(with_parts(tmp_path, SUMMARY))


def test_what_is_published_takes_its_parts_from_a_folder_of_its_own(
    birmingham: Path, run: Run
) -> None:
    folder = birmingham.parent / "reports"
    (folder / "public").mkdir(parents=True)
    put(folder, paper__toml=LEGAL, cover__txt="Ask the author.")
    put(folder / "public", cover__txt="For all.")
    asked = ("report", "--as-at", "2014-05-01", "--json")
    full, shown = (json.loads(run(*asked, *more).out) for more in ((), ("--public",)))
    assert {"cover", "legal"} <= {section["key"] for section in full["sections"]}
    assert "legal" not in {section["key"] for section in shown["sections"]}
    assert "Ask the author." in str(full)
    assert "Ask the author." not in str(shown)
    assert "For all." in str(shown)


# --- the cover ----------------------------------------------------------------------------------


def test_a_cover_stands_before_the_first_section_whatever_the_order(tmp_path: Path) -> None:
    cover = "Report to {{ report.subtitle }}.\n\nAs at {{ report.as_at }}.\n- {{ report.kind }}\n"
    made = with_parts(tmp_path, paper__toml='order = ["legend"]', cover__txt=cover)
    assert keys(made)[:2] == ["cover", "legend"]
    assert made.sections[0].blocks == (
        Prose("Report to Birmingham City Council, for Cabinet, Monday 19 May 2014."),
        Prose("As at Thursday 1 May 2014."),
        Items(("report",)),
    )


def test_a_kind_may_have_a_cover_of_its_own_and_an_empty_one_is_none(tmp_path: Path) -> None:
    put(tmp_path, cover__txt="Of all.", cover_summary__txt="Of the one page.")
    assert with_parts(tmp_path, SUMMARY).sections[0].blocks == (Prose("Of the one page."),)
    assert with_parts(tmp_path).sections[0].blocks == (Prose("Of all."),)
    empty = '{% if report.kind == "summary" %}One page.{% endif %}\n\n'
    assert with_parts(tmp_path, cover__txt=empty) == MADE


def test_the_first_folder_has_the_say_part_by_part(tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    for folder in (near, far):
        folder.mkdir()
        (folder / "cover.txt").write_text(f"{folder.name}", encoding="utf-8")
    (far / "paper.toml").write_text('order = ["plan"]', encoding="utf-8")
    made = applied(MADE, Parts((near, far)))
    assert made.sections[0].blocks == (Prose("near"),)
    assert keys(made)[1] == "plan"


def test_every_form_has_the_council_s_parts(tmp_path: Path) -> None:
    made = with_parts(tmp_path, paper__toml=LEGAL, cover__txt="<b>First</b> | words")
    assert "<b>First</b> | words" in plain.render(made)
    assert "&lt;b&gt;First&lt;/b&gt; | words" in html.render(made, Parts())
    assert r"\<b\>First\</b\> \| words" in markdown.render(made)
    for text in (plain.render(made), html.render(made, Parts()), markdown.render(made)):
        assert "Section 2 does not." in text


def test_no_heading_of_a_council_steers_a_terminal(tmp_path: Path) -> None:
    made = with_parts(tmp_path, paper__toml='[headings]\nplan = "\\u001b[2J"')
    drawn = terminal.render(made, terminal.Looks(80, colour=False, unicode=True))
    assert "\x1b[2J" not in drawn
    assert "\\u{1b}[2J" in drawn


# --- faults -------------------------------------------------------------------------------------

FAULTS = [
    ("order = [", "paper.toml, line 1"),
    ("order = 'plan'", "paper.toml, line 1: order must be a list."),
    ("\norder = ['plan', 'plan']", "paper.toml, line 2: order is a list of keys in quotes, each"),
    ("order = [1]", "paper.toml, line 1: order is a list of keys in quotes, each once."),
    ("\n\nhide = ['x']", "paper.toml, line 3: 'hide' is no key of it: it has order, headings, se"),
    ("order = ['positon']", "paper.toml, line 1: there is no 'positon'. Is 'position' meant?"),
    ("[headings]\nlegends = 'x'", "paper.toml, line 1: there is no 'legends'. Is 'legend' meant?"),
    ("[headings]\nplan = 1", "paper.toml, line 2: the heading of 'plan' is not a text."),
    ("[headings]\nplan = ' '", "paper.toml, line 2: the heading of 'plan' is not a text."),
    ("section = [1]", "paper.toml, line 1: a section begins with [[section]]."),
    ("[[section]]\nkey = 'a'\nheading = 'A'", "paper.toml, line 1: this section has no text."),
    (LEGAL.replace('"legal"', '"plan"'), "paper.toml, line 3: a section with the key 'plan' is t"),
    (LEGAL.replace('"legal"', '"cover"'), "paper.toml, line 3: a section with the key 'cover' is"),
    (LEGAL + LEGAL, "paper.toml, line 15: a section with the key 'legal' is there already"),
    (LEGAL.replace('"legal"', '"A B"'), "paper.toml, line 3: the key 'A B' is not of small lette"),
    (LEGAL + "kinds = 'report'", "paper.toml, line 13: kinds must be a list."),
    (LEGAL + "kinds = ['reprot']", "paper.toml, line 13: there is no 'reprot'. Is 'report' mean"),
    (LEGAL + "colour = 'red'", "paper.toml, line 13: 'colour' is no key of it: it has key, head"),
    (LEGAL.replace("report.title", "report.titel"), "paper.toml, line 5, in its text, line 4: "),
    (LEGAL.replace("{{ report.title }}", "{% if %}"), "paper.toml, line 5, in its text, line 4: "),
]


@pytest.mark.parametrize(("toml", "sentence"), FAULTS)
def test_a_fault_is_told_with_file_and_line(toml: str, sentence: str, tmp_path: Path) -> None:
    assert refused(tmp_path, paper__toml=toml).startswith(sentence)


COVERS = [
    "{{ report.author }}",
    "{{ nothing }}",
    "{% for %}",
    "{{ 1 / 0 }}",
    "{{ report.__class__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{{ report._replace(title='x') }}",
    "{{ range(10 ** 9) | list }}",
]


@pytest.mark.parametrize("cover", COVERS)
def test_a_text_that_asks_for_what_there_is_not_or_may_not_be_had_is_refused(
    cover: str, tmp_path: Path
) -> None:
    told = refused(tmp_path, cover__txt=f"One.\n\n{cover}")
    assert re.match(r"cover\.txt(, line 3)?: .*\. Mend it, or take that file away\.$", told)


def test_a_part_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "cover.txt").write_bytes(b"caf\xe9")
    with pytest.raises(UnreadableError, match="is not UTF-8"):
        applied(MADE, Parts((tmp_path,)))
    (tmp_path / "cover.txt").unlink()
    (tmp_path / "paper.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(UnreadableError, match="is not UTF-8"):
        applied(MADE, Parts((tmp_path,)))


def test_no_part_leads_out_of_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "reports"
    inside.mkdir()
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (inside / "cover.txt").symlink_to(tmp_path / "secret")
    parts = Parts((inside,))
    assert parts.find("cover.txt") is None
    assert parts.find("../secret") is None
    (inside / "footer.html").write_text('{% include "../secret" %}', encoding="utf-8")
    assert applied(MADE, parts) == MADE


# --- templates ----------------------------------------------------------------------------------


def test_a_template_stands_in_the_place_of_one_of_ours_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "card.html").write_text("<aside>{{ block.heading }}</aside>", encoding="utf-8")
    (tmp_path / "style.css").write_text("h1 { color: #4b0082 }", encoding="utf-8")
    page = html.render(MADE, Parts((tmp_path,)))
    assert "<aside>A5: Separate recording" in page
    assert "h1 { color: #4b0082 }" in page
    assert "--quiet" not in page.partition("</style>")[0].partition("@page")[0]
    assert '<table role="table"' in page


TEMPLATES = [
    ("table.html", "<table>\n{% for %}</table>", "table.html, line 2: "),
    ("card.html", "\n\n{{ block.nothing }}", "card.html, line 3: "),
    ("page.html", "{{ page.__class__ }}", "page.html, line 1: "),
    ("page.html", '{% include "none.html" %}', "page.html, line 1: none.html"),
    ("prose.html", '{% include "prose.html" %}', "prose.html, line 1: "),
    ("page.html", '{% include "/etc/passwd" %}', "page.html, line 1: /etc/passwd"),
    ("page.html", '{% include "../html.py" %}', "page.html, line 1: ../html.py"),
    ("page.html", '{% include "ours/../html.py" %}', "page.html, line 1: ours/../html.py"),
    ("page.html", "{{ page.sections.append(1) }}", "page.html, line 1: "),
    ("page.html", "{{ page._replace(title='x') }}", "page.html, line 1: "),
]


@pytest.mark.parametrize(("name", "text", "sentence"), TEMPLATES)
def test_a_fault_of_a_template_is_told_with_file_and_line(
    name: str, text: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError) as raised:
        html.render(MADE, Parts((tmp_path,)))
    assert str(raised.value).startswith(f"{tmp_path}/{sentence}")


def test_the_example_of_the_page_on_papers_is_a_paper(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")
    found = re.findall(r"```(?:toml|jinja|css)\n# reports/(\S+)\n(.*?)```", page, re.DOTALL)
    files = dict(found)
    assert {"paper.toml", "cover.txt", "style.css"} <= files.keys()
    for name, text in found:
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = applied(MADE, Parts((tmp_path,)))
    assert keys(made)[:4] == ["cover", "decisions", "purpose", "position"]
    assert keys(made)[keys(made).index("legend") - 2 :][:2] == ["legal", "finance"]
    assert "Legal implications" in html.render(made, Parts((tmp_path,)))


def test_the_page_on_papers_names_every_section_that_an_order_can_name() -> None:
    page = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")
    assert [key for key in USUAL if f"`{key}`" not in page] == []


# --- from the command line ----------------------------------------------------------------------


@pytest.fixture
def plan_with_parts(tmp_path: Path) -> Path:
    """Put Birmingham's plan and its history beside a folder for parts."""
    plan = tmp_path / "plans" / BIRMINGHAM.name
    (plan.parent / "reports").mkdir(parents=True)
    for source in (BIRMINGHAM, BIRMINGHAM.with_suffix(".history.jsonl")):
        (plan.parent / source.name).write_bytes(source.read_bytes())
    return plan


def test_the_screen_the_pipe_and_a_file_have_the_parts_and_are_told_so(
    plan_with_parts: Path, run: Run, tmp_path: Path
) -> None:
    folder = plan_with_parts.parent / "reports"
    assert run("report", "--as-at", "2014-05-01").err == ""
    (folder / "cover.txt").write_text("Our own first words.", encoding="utf-8")
    (folder / "notes.txt").write_text("No part of a paper.", encoding="utf-8")
    done = run("report", "--as-at", "2014-05-01")
    assert "\nOur own first words.\n" in done.out
    assert done.err == f"With cover.txt from {folder}.\n"
    assert run("report", "--as-at", "2014-05-01", "-o", "paper.html").code == 0
    assert "Our own first words." in (tmp_path / "paper.html").read_text(encoding="utf-8")


def test_parts_in_the_configuration_folder_serve_every_plan(
    plan_with_parts: Path, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "config" / "actionplan" / "reports"
    folder.mkdir(parents=True)
    (folder / "cover.txt").write_text("Of the whole council.", encoding="utf-8")
    plan_with_parts.with_name("reports").rmdir()
    assert "\nOf the whole council.\n" in run("report", "--as-at", "2014-05-01").out


def test_what_is_recorded_has_the_parts_and_a_fault_records_nothing(
    plan_with_parts: Path, run: Run
) -> None:
    folder = plan_with_parts.parent / "reports"
    history = plan_with_parts.with_suffix(".history.jsonl")
    before = history.read_bytes()
    (folder / "page.html").write_text("{% for %}", encoding="utf-8")
    done = run("report", "--record", "Board", "--as-at", "2014-05-01", "-o", "paper.html")
    assert done.code == 4
    assert f"{folder}/page.html, line 1: " in done.err
    assert history.read_bytes() == before
    (folder / "page.html").unlink()
    (folder / "cover.txt").write_text("As we gave it.", encoding="utf-8")
    assert run("report", "--record", "Board", "--as-at", "2014-05-01").code == 0
    assert "\nAs we gave it.\n" in run("report", "--as-recorded", "Board").out
    (folder / "cover.txt").write_text("As we would like it.", encoding="utf-8")
    again = run("report", "--as-recorded", "Board")
    assert "\nAs we gave it.\n" in again.out
    assert "or your own parts do" in again.err


def test_a_paper_is_never_written_where_it_would_be_a_part(plan_with_parts: Path, run: Run) -> None:
    folder = plan_with_parts.parent / "reports"
    for name in ("paper.docx", "page.html", "cover.txt"):
        done = run("report", "--as-at", "2014-05-01", "-o", str(folder / name))
        assert done.code == 2
        assert "would be taken for a part of your own papers" in done.err
    assert run("report", "--as-at", "2014-05-01", "-o", str(folder / "may.html")).code == 0
    assert [path.name for path in folder.iterdir()] == ["may.html"]
