"""The page: what it says is what every form says, everybody can read it, and nothing in it runs."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from conftest import AS_AT, BIRMINGHAM, birmingham_as_at

from actionplan import legends, query
from actionplan.dates import short
from actionplan.model import TERMINAL_COLOURS, Action, Finding, Move, Plan, Review
from actionplan.renderers import html, plain
from actionplan.renderers.paint import of
from actionplan.renderers.parts import Parts
from actionplan.reports import closeout, lists, paper
from actionplan.reports.basis import Past, Stood
from actionplan.reports.blocks import (
    Card,
    Figure,
    Items,
    Key,
    Prose,
    Report,
    Section,
    Subheading,
    Table,
)
from actionplan.reports.lines import ShiftLine
from actionplan.reports.pictures import Bars, Columns, Course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

DAY = date(2014, 5, 1)
SINCE = date(2014, 3, 14)
VIEW = query.view(birmingham_as_at(DAY), DAY)
NONE = Parts()

THEN = query.view(birmingham_as_at(SINCE), SINCE)
LAST = "Cabinet 17 March 2014"
PAST = Past(THEN, LAST, None, (Stood(LAST, THEN),))
OFFICER = query.view(VIEW.plan, DAY, query.Filter(owner=("Head of partnerships",)))
CAUTION = "Not the whole plan."
PAPERS = {
    "report": paper.report(VIEW, SINCE, PAST)._replace(caution=CAUTION),
    "summary": paper.summary(VIEW, SINCE, PAST),
    "close-out": closeout.report(VIEW, "LGA"),
    "board": paper.board(VIEW, SINCE, PAST),
    "owner": paper.officer(OFFICER, SINCE, PAST),
}
PAGES = {name: html.render(report, NONE) for name, report in PAPERS.items()}


# --- read back ----------------------------------------------------------------------------------

VOID = frozenset({"meta", "br", "rect", "circle", "line", "polygon", "polyline", "path", "wbr"})


class Element(NamedTuple):
    """An element of a page: its name, its attributes, and the text that is read out of it."""

    name: str
    attributes: dict[str, str]
    said: list[str]

    @property
    def text(self) -> str:
        """Give its text on one line."""
        return " ".join("".join(self.said).split())


class Reader(HTMLParser):
    """Every element of a page in order; what is hidden from a reader of screens is left out."""

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.all: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert self._open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        element = Element(tag, {key: value or "" for key, value in attrs}, [])
        self.all.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that holds nothing."""
        self.all.append(Element(tag, {key: value or "" for key, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        """End the element that was begun last, which must be this one."""
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        """Note a text in all that it stands in."""
        if not any(element.attributes.get("aria-hidden") for element in self._open):
            for element in self._open:
                element.said.append(data)

    def of(self, *names: str) -> list[Element]:
        """Give the elements with one of these names."""
        return [element for element in self.all if element.name in names]


def rows(page: str) -> list[list[str]]:
    """Give every row of every table, the headings among them."""
    found: list[list[str]] = []
    for element in Reader(page).all:
        if element.name == "tr":
            found.append([])
        elif element.name in {"th", "td"}:
            found[-1].append(element.text)
    return found


def plain_rows(report: Report) -> list[list[str]]:
    """Give every row of every table as the plain lines have it, its dates in words."""
    found: list[list[str]] = []
    heads: list[str] = []
    lines = plain.render(report).splitlines()
    for before, line in pairwise(lines):
        if "\t" not in line:
            continue
        row = line.split("\t")
        heads = heads if "\t" in before else row
        found.append(row)
        for at, (head, cell) in enumerate(zip(heads, row, strict=True)):
            if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
                row[at] = short(date.fromisoformat(cell))
            if head == "Stage":
                row[at] = cell.replace("-", " ")
            if head == "Working days late":
                row[at] = re.sub(r" working days? late$", "", cell)
            if head == "Against first agreed":
                row[at] = cell.removesuffix(" late")
    return [[" ".join(cell.split()) for cell in row] for row in found]


@pytest.mark.parametrize("name", PAPERS)
def test_every_cell_says_what_the_plain_lines_say(name: str) -> None:
    assert rows(PAGES[name]) == plain_rows(PAPERS[name])
    assert len(rows(PAGES[name])) > 1


@pytest.mark.parametrize("name", PAPERS)
def test_every_sentence_of_the_report_is_on_the_page_in_its_order(name: str) -> None:
    said = [element.text for element in Reader(PAGES[name]).of("p", "li", "h1", "h2", "h3", "dd")]
    place = 0
    for section in PAPERS[name].sections:
        for text in (section.heading, *sentences(section)):
            place = said.index(" ".join(text.split()), place) + 1


def sentences(section: Section) -> Iterator[str]:
    """Give every sentence of a section that is not in a table."""
    for block in section.blocks:
        if isinstance(block, Prose | Subheading):
            yield block.text
        if isinstance(block, Items):
            yield from block.texts
        if isinstance(block, Card):
            yield block.heading
            yield from (text for _, text in block.facts)


# --- what a page must be for everybody to read it -----------------------------------------------


@pytest.mark.parametrize("name", PAPERS)
def test_a_page_has_its_language_title_landmarks_and_one_first_heading(name: str) -> None:
    page = Reader(PAGES[name])
    assert PAGES[name].startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    titles = [element.text for element in page.of("title")]
    subtitle = PAPERS[name].subtitle
    assert titles[0] == f"Children's services improvement plan: {subtitle}, as at 1 May 2014"
    assert [e.text for e in page.of("h1")] == ["Children's services improvement plan"]
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.of(landmark)) == 1
    assert page.of("a")[0].attributes["href"] == "#the_content"
    assert page.of("meta")[2].attributes["content"].startswith("width=device-width")


@pytest.mark.parametrize("name", PAPERS)
def test_no_level_of_heading_is_skipped_and_no_ident_is_there_twice(name: str) -> None:
    page = Reader(PAGES[name])
    levels = [int(element.name[1]) for element in page.of("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    idents = [e.attributes["id"] for e in page.all if "id" in e.attributes]
    assert len(idents) == len(set(idents))
    links = [e.attributes["href"] for e in page.of("a")]
    assert {link.removeprefix("#") for link in links} <= set(idents)


@pytest.mark.parametrize("name", PAPERS)
def test_every_table_has_a_caption_and_cells_that_say_what_they_head(name: str) -> None:
    page = Reader(PAGES[name])
    assert len(page.of("table")) == len(page.of("caption"))
    assert all(caption.text for caption in page.of("caption"))
    for head in page.of("th"):
        assert head.attributes["scope"] in {"col", "row"}
        role = {"col": "columnheader", "row": "rowheader"}[head.attributes["scope"]]
        assert head.attributes["role"] == role
    for cell in page.of("td"):
        assert cell.attributes["data-label"]


def test_a_ref_leads_to_its_row_in_the_whole_plan() -> None:
    page = Reader(PAGES["report"])
    a4 = [e for e in page.of("a") if e.attributes["href"] == "#ref:A4"]
    assert {e.text for e in a4} == {"A4"}
    (row,) = [e for e in page.of("tr") if e.attributes.get("id") == "ref:A4"]
    assert row.text.startswith("A4Allocate every open case")
    assert "ref:" not in PAGES["summary"]


def test_a_date_is_in_words_and_says_its_day_to_programs() -> None:
    times = {(e.attributes["datetime"], e.text) for e in Reader(PAGES["report"]).of("time")}
    assert ("2014-05-01", "Thursday 1 May 2014") in times
    assert ("2014-05-30", "30 May 2014") in times


def test_a_rating_is_a_word_and_a_shape_and_a_colour() -> None:
    page = PAGES["report"]
    assert (
        '<span class="rating amber"><span aria-hidden="true">\u25b2</span>\u00a0amber</span>'
        in page
    )
    assert (
        '<span class="rating fact red"><span aria-hidden="true">\u25a0</span>\u00a0red</span>'
        in page
    )
    assert ".amber { --fill: #" in page


def test_a_legend_that_is_not_the_usual_has_its_words_in_every_cell() -> None:
    legend = legends.PRESETS["complete-on-track"]
    lines = (
        ShiftLine("A1", "Fix", "Head of HR", "amber", "green", "", "", "on track", "complete"),
    )
    table = Table(lines, ("ref", "old", "new"))
    blocks = (table, Key(("amber",)))
    made = Report("x", "A plan", DAY, (Section("s", "S", blocks),), legend=legend)
    page = html.render(made, NONE)
    assert rows(page)[1] == ["A1", "amber: on track", "green: complete"]
    assert '<p class="key">Rated: ' in page
    assert "green, complete" in page


def test_a_picture_has_a_name_and_its_words_and_its_table_beside_it() -> None:
    blocks = [block for section in PAPERS["report"].sections for block in section.blocks]
    figures = [block for block in blocks if isinstance(block, Figure)]
    kinds = {type(figure.picture) for figure in figures}
    assert kinds == {Bars, Columns, Course}
    page = Reader(PAGES["report"])
    assert [e.text for e in page.of("figcaption")] == [figure.caption for figure in figures]
    assert [e.text for e in page.of("desc")] == [figure.said for figure in figures]
    idents = {e.attributes.get("id") for e in page.all}
    for picture in page.of("svg"):
        assert picture.attributes["role"] == "img"
        assert set(picture.attributes["aria-labelledby"].split()) <= idents
    names = [e.name for e in page.all if e.name in {"figure", "table", "section"}]
    after = {names[at + 1] for at, name in enumerate(names) if name == "figure"}
    assert after == {"table"}


def test_a_section_with_no_heading_has_its_own_headings_one_level_up() -> None:
    blocks = (Card("A1: Fix it", (("Owner", "Head of HR"),)), Subheading("More"))
    page = Reader(html.render(Report("card", "A plan", DAY, (Section("x", "", blocks),)), NONE))
    assert [(e.name, e.text) for e in page.of("h1", "h2", "h3")] == [
        ("h1", "A plan"),
        ("h2", "A1: Fix it"),
        ("h2", "More"),
    ]
    assert page.of("nav") == []


def test_an_empty_table_is_its_sentence_and_an_empty_plan_a_page() -> None:
    blocks = (Table((), ("ref", "title"), "Nothing is overdue."), Table((), ("ref",)))
    page = html.render(Report("x", "A plan", DAY, (Section("x", "X", blocks),)), NONE)
    assert "<p>Nothing is overdue.</p>" in page
    assert Reader(page).of("table") == []
    empty = html.render(paper.report(query.view(Plan(), DAY), DAY), NONE)
    assert len(Reader(empty).of("main")) == 1


def test_a_moment_and_a_list_and_an_unrated_cell_are_words() -> None:
    """The values that only other reports have."""

    class Line(NamedTuple):
        ref: str
        when: datetime
        answered_by: tuple[str, ...]
        rag: str
        trend: tuple[float, ...]

    line = Line("A1", datetime(2014, 5, 1, 9, 30, tzinfo=UTC), ("A1", "<A2>"), "", (1.0, 2.0))
    table = Table((line,), Line._fields)
    page = html.render(Report("x", "P", DAY, (Section("x", "X", (table,)),)), NONE)
    assert rows(page)[1] == ["A1", "1 May 2014 09:30", "A1, <A2>", "not rated"]


# --- hostile text -------------------------------------------------------------------------------

WORST = (
    "<script>alert(1)</script>{{ 7*7 }}{% for %}</style></title>'\"><img src=x onerror=alert(1)>"
    "&lt;\x1b[31m\x00\u202e\ud800\U0001f469\u200d\U0001f4bb e\u0301 " + "x" * 10_000
)
SHOWN = (
    "<script>alert(1)</script>{{ 7*7 }}{% for %}</style></title>'\"><img src=x onerror=alert(1)>"
    "&lt;\\u{1b}[31m\\u{0}\\u{202e}\\u{d800}\U0001f469\u200d\U0001f4bb e\u0301"
)


def worst_plan() -> Plan:
    """Give a plan in which every text is as bad as a text can be."""
    move = Move(AS_AT, date(2014, 1, 31), date(2014, 2, 7), WORST, WORST)
    action = Action(
        "A1", ("F1",), WORST, WORST, due=date(2014, 2, 7), rag="amber", reason=WORST, note=WORST,
        moves=(move,),
    )  # fmt: skip
    finding = Finding(
        "F1", WORST, WORST, WORST, "immediate", WORST, WORST, 3, WORST, WORST, WORST, WORST
    )
    return Plan(
        title=WORST,
        organisation=WORST,
        reviews=(Review("LGA", WORST, WORST, WORST, None, AS_AT, WORST, WORST),),
        findings=(finding,),
        actions=(action, action._replace(id=f"A2{WORST}")),
    )


def worst_page() -> str:
    view = query.view(worst_plan(), DAY)
    made = paper.report(view, SINCE)
    course = Course(((DAY, 1.0),), (), None, WORST, "down", DAY)
    figure = Figure(course, WORST, WORST, Table((), ("ref",)))
    return html.render(
        made._replace(caution=WORST, sections=(*made.sections, Section("f", WORST, (figure,)))),
        NONE,
    )


def test_hostile_text_is_shown_and_nothing_of_it_is_markup() -> None:
    text = worst_page()
    page = Reader(text)
    assert {e.name for e in page.all} & {"script", "img"} == set()
    assert [e.text.split(" e\u0301")[0] + " e\u0301" for e in page.of("h1")] == [SHOWN]
    assert any(SHOWN in e.text for e in page.of("td"))
    assert any(SHOWN in e.text for e in page.of("desc"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202e]", text)
    assert all(not key.startswith("on") for e in page.all for key in e.attributes)


# --- in a browser -------------------------------------------------------------------------------

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
SIZES = {"desktop": (1280, 900), "phone": (320, 640)}
LOOKS = [
    *((name, size) for name in ("report", "summary", "close-out") for size in (*SIZES, "print")),
    ("board", "phone"),
    ("owner", "phone"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        message = "Chromium is not installed: the page was not looked at in a browser."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=[*QUIET])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a page as a file, in a window of its own, and note all that it asks for."""
    contexts = []

    def open_page(page: str, size: str = "desktop", *, script: bool = True) -> Any:
        width, height = SIZES.get(size, SIZES["desktop"])
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script
        )
        contexts.append(context)
        path = tmp_path / "page.html"
        path.write_text(page, encoding="utf-8")
        shown = context.new_page()
        if size == "print":
            shown.emulate_media(media="print")
        shown.asked = []
        shown.said = []
        shown.on("request", lambda request: shown.asked.append(request.url))
        shown.on("console", lambda message: shown.said.append(message.text))
        shown.goto(path.as_uri())
        assert shown.asked == [path.as_uri()], "the page asks for something outside it"
        assert shown.said == []
        return shown

    yield open_page
    for context in contexts:
        context.close()


def judged(page: Any) -> dict[str, set[tuple[str, str]]]:
    """Let axe judge a page: each rule with the element that it is about."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    options = {
        "resultTypes": ["violations", "incomplete"],
        "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, and not on by itself
    }
    found = Axe().run(page, options=options).response
    return {
        kind: {
            (each["id"], re.split(r"(?<=true\")|[ >]", node["html"])[0])
            for each in found[kind]
            for node in each["nodes"]
        }
        for kind in ("violations", "incomplete")
    }


UNDECIDED = {
    ("color-contrast", "<text"): (
        "What a text of a picture stands on is not reckoned by axe; the tests of the pictures "
        "reckon the contrast of every paint."
    ),
    ("color-contrast", "<span"): (
        "The shape of a rating or the arrow of a direction, hidden from readers of screens, beside "
        "the word that says it: axe takes a lone sign for no text. A test below reckons it."
    ),
}
"""What axe can't decide by itself: each was looked at, and this is why it is right all the same."""


@pytest.mark.parametrize(("name", "size"), LOOKS)
def test_axe_finds_nothing_against_the_page(
    name: str, size: str, opened: Callable[..., Any]
) -> None:
    found = judged(opened(PAGES[name], size))
    assert found["violations"] == set()
    assert found["incomplete"] <= UNDECIDED.keys()


def test_axe_bites(opened: Callable[..., Any]) -> None:
    bad = (
        "<!DOCTYPE html><html><head></head><body><img src='data:,'><h3 style='color:#ccc'>Low</h3>"
        "<table><tr><th></th></tr></table><a href='#x'></a></body></html>"
    )
    found = {rule for rule, _ in judged(opened_raw(opened, bad))["violations"]}
    assert {"html-has-lang", "document-title", "image-alt", "color-contrast", "link-name"} <= found


def contrast(one: str, other: str) -> float:
    """Reckon the contrast of two colours as WCAG does."""

    def light(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", TERMINAL_COLOURS)
def test_the_shape_of_a_rating_is_seen_in_every_colour_that_a_plan_can_give_it(colour: str) -> None:
    shade = legends.BRAG.shades["red"]._replace(colour=colour)
    paint = of("red", legends.BRAG._replace(shades={"red": shade}))
    assert contrast(paint.text, paint.fill) >= 4.5
    assert contrast(paint.edge, "#ffffff") >= 3


def opened_raw(opened: Callable[..., Any], text: str) -> Any:
    """Open a page that asks for what it holds itself."""
    page = opened("<!DOCTYPE html><title>x</title>")
    page.set_content(text)
    return page


@pytest.mark.parametrize("name", PAPERS)
def test_a_phone_never_scrolls_sideways(name: str, opened: Callable[..., Any]) -> None:
    assert width_of(opened(PAGES[name], "phone")) == SIZES["phone"][0]


def test_hostile_text_makes_no_page_wide_and_runs_nothing(opened: Callable[..., Any]) -> None:
    page = worst_page()
    for size, (width, _) in SIZES.items():
        assert width_of(opened(page, size)) == width


def width_of(page: Any) -> int:
    """Give how wide a page is, what has to be scrolled to included."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def test_the_keys_lead_through_the_links_in_their_order_and_are_seen(
    opened: Callable[..., Any],
) -> None:
    page = opened(PAGES["report"])
    wanted = page.eval_on_selector_all("a", "links => links.map(a => a.getAttribute('href'))")
    met = []
    for _ in range(25):
        page.keyboard.press("Tab")
        href, outline, top = page.evaluate(
            "(() => { const a = document.activeElement, s = getComputedStyle(a);"
            " return [a.getAttribute('href'), s.outlineStyle, a.getBoundingClientRect().top] })()"
        )
        met.append(href)
        assert outline == "solid"
        assert top >= 0
    assert met == wanted[:25]
    assert met[:2] == ["#the_content", "#purpose"]
    page.focus(".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "the_content"


def test_the_page_is_the_same_with_no_script(opened: Callable[..., Any]) -> None:
    assert Reader(PAGES["report"]).of("script") == []
    page = opened(PAGES["report"], script=False)
    assert page.locator("main").is_visible()
    assert page.locator("table").count() == PAGES["report"].count("<table")


def test_the_one_page_is_printed_on_one_page(opened: Callable[..., Any]) -> None:
    with printed_from(opened(PAGES["summary"])) as printed:
        assert len(printed.pages) == 1


def printed_from(page: Any) -> Any:
    """Print a page to a PDF and open that."""
    from io import BytesIO

    import pikepdf

    return pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True, tagged=True)))


def test_a_printed_page_has_no_contents_and_its_appendix_lies_across(
    opened: Callable[..., Any],
) -> None:
    with printed_from(opened(PAGES["report"])) as printed:
        across = [each.mediabox[2] > each.mediabox[3] for each in printed.pages]
        title = str(printed.docinfo["/Title"])
        assert title.startswith("Children's services improvement plan: Birmingham City Council")
    assert across[0] is False
    assert across[-1] is True
    assert across == sorted(across)
    assert not opened(PAGES["report"], "print").locator("nav").is_visible()


# --- from the command line ----------------------------------------------------------------------


def test_a_file_that_ends_in_html_is_a_page(run: Run, tmp_path: Path) -> None:
    for name in ("paper.html", "paper.htm"):
        done = run("report", "-f", str(BIRMINGHAM), "--as-at", "2014-05-01", "-o", name)
        assert (done.code, done.out) == (0, "")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_every_kind_of_report_is_a_page() -> None:
    for made in (lists.listing(VIEW), lists.overdue(VIEW), lists.findings(VIEW)):
        assert rows(html.render(made, NONE))[1:] == [row[:] for row in (plain_rows_of_list(made))]


def plain_rows_of_list(made: Report) -> list[list[str]]:
    """Give the rows of a list as the plain paper has them."""
    return plain_rows(made._replace(kind="report"))[1:]
