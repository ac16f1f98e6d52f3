"""Word, web pages and Markdown as paragraphs: made here as real files, read as a stranger's are."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from actionplan.errors import ActionPlanError
from actionplan.importers import markdown, web, word
from actionplan.importers.wordnumbers import signs

if TYPE_CHECKING:
    from collections.abc import Callable

    from actionplan.importers.document import Document

Level = tuple[str, str]
"""The signs in which a level counts, and what is drawn."""


def tell(_: str) -> None:
    """Hear what a reader is at."""


def saved(made: Any) -> bytes:
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def in_word(write: Callable[[Any], None]) -> Document:
    """Make a Word document, and read it."""
    made = docx.Document()
    write(made)
    return word.read("review.docx", saved(made), tell)


def marks(found: Document) -> list[tuple[str, str]]:
    return [(each.mark, each.text) for each in found.paragraphs]


def texts(found: Document) -> list[str]:
    return [each.text for each in found.paragraphs]


def a_list(made: Any, *levels: Level, starts: dict[int, int] | None = None) -> int:
    """Add a list of its own to a document; give its number."""
    part = made.part.numbering_part.element
    name = 90 + len(part.findall(qn("w:abstractNum")))
    rows = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{(starts or {}).get(at, 1)}"/>'
        f'<w:numFmt w:val="{kind}"/><w:lvlText w:val="{drawn}"/></w:lvl>'
        for at, (kind, drawn) in enumerate(levels)
    )
    first = part.find(qn("w:num"))
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}">{rows}</w:abstractNum>'
    first.addprevious(parse_xml(abstract))
    return a_use(made, name)


def a_use(made: Any, of: int, restart: int | None = None) -> int:
    """Use a list once more; it counts on, unless it starts again."""
    part = made.part.numbering_part.element
    number = 900 + len(part.findall(qn("w:num")))
    again = (
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{restart}"/></w:lvlOverride>'
        if restart is not None
        else ""
    )
    part.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{of}"/>{again}'
            "</w:num>"
        )
    )
    return number


def abstract_of(made: Any, use: int) -> int:
    found = made.part.numbering_part.element.findall(qn("w:num"))
    own = next(each for each in found if each.get(qn("w:numId")) == str(use))
    return int(own.find(qn("w:abstractNumId")).get(qn("w:val")))


def last(made: Any) -> Any:
    """Give the element of the last paragraph."""
    return made.element.body.findall(qn("w:p"))[-1]


def last_run(made: Any) -> Any:
    return last(made).findall(qn("w:r"))[-1]


def item(made: Any, text: str, use: int, level: int = 0) -> Any:
    """Add a paragraph of a list."""
    paragraph = made.add_paragraph(text)
    last(made).get_or_add_pPr().append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{use}"/></w:numPr>'
        )
    )
    return paragraph


# --- Word: numbers that stand nowhere in the file -------------------------------------------------


def test_numbers_that_word_only_counts_are_worked_out() -> None:
    def write(made: Any) -> None:
        use = a_list(made, ("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "(%3)"))
        for text, level in (
            ("one", 0), ("a", 1), ("i", 2), ("ii", 2), ("b", 1), ("i again", 2), ("two", 0),
            ("a again", 1),
        ):  # fmt: skip
            item(made, text, use, level)

    assert marks(in_word(write)) == [
        ("1.", "one"), ("a)", "a"), ("(i)", "i"), ("(ii)", "ii"), ("b)", "b"), ("(i)", "i again"),
        ("2.", "two"), ("a)", "a again"),
    ]  # fmt: skip


def test_a_number_of_several_levels_is_drawn_as_its_list_says() -> None:
    def write(made: Any) -> None:
        use = a_list(made, ("upperRoman", "Part %1"), ("decimal", "%1.%2"), starts={0: 4})
        for text, level in (("four", 0), ("first", 1), ("second", 1), ("five", 0), ("first", 1)):
            item(made, text, use, level)

    drawn = [mark for mark, _ in marks(in_word(write))]
    assert drawn == ["Part IV", "IV.1", "IV.2", "Part V", "V.1"]


def test_a_level_that_is_passed_over_counts_as_begun() -> None:
    """As LibreOffice numbers the same file."""

    def write(made: Any) -> None:
        use = a_list(made, ("decimal", "%1."), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3"))
        for text, level in (("x", 1), ("a", 0), ("c", 2), ("b", 1)):
            item(made, text, use, level)

    assert [mark for mark, _ in marks(in_word(write))] == ["1.1", "2.", "2.1.1", "2.2"]


def test_two_uses_of_one_list_count_on_unless_one_starts_again() -> None:
    def write(made: Any) -> None:
        first = a_list(made, ("decimal", "%1."), starts={0: 24})
        second = a_use(made, abstract_of(made, first))
        third = a_use(made, abstract_of(made, first), restart=1)
        for text, use in (("a", first), ("b", second), ("c", third), ("d", third)):
            item(made, text, use)

    assert [mark for mark, _ in marks(in_word(write))] == ["24.", "25.", "1.", "2."]


def test_a_list_of_a_style_is_counted_and_nought_takes_a_paragraph_out_of_it() -> None:
    def write(made: Any) -> None:
        made.add_paragraph("one", style="List Number")
        item(made, "no item", 0).style = "List Number"
        made.add_paragraph("two", style="List Number")
        made.add_paragraph("point", style="List Bullet")
        made.add_paragraph("inner", style="List Bullet 2")

    found = in_word(write)
    assert marks(found) == [
        ("1.", "one"), ("", "no item"), ("2.", "two"), ("\u2022", "point"), ("\u2022", "inner"),
    ]  # fmt: skip
    assert found.paragraphs[4].left >= found.paragraphs[3].left + 18


def test_the_signs_of_every_kind_of_list() -> None:
    drawn = {
        kind: [signs(count, kind) for count in (1, 4, 28, 0, 20_000)]
        for kind in ("decimal", "decimalZero", "lowerLetter", "upperRoman", "none", "chicago")
    }
    assert drawn == {
        "decimal": ["1", "4", "28", "0", "20000"],
        "decimalZero": ["01", "04", "28", "00", "20000"],
        "lowerLetter": ["a", "d", "bb", "0", "20000"],
        "upperRoman": ["I", "IV", "XXVIII", "0", "20000"],
        "none": ["", "", "", "", ""],
        "chicago": ["1", "4", "28", "0", "20000"],
    }


def test_marks_that_somebody_typed_are_taken_off_as_well() -> None:
    typed = (
        "24. Strengthen it",
        "a) Do it",
        "\u25fc A square",
        "- A dash",
        "\uf06e Private",
        "None",
    )

    def write(made: Any) -> None:
        for text in typed:
            made.add_paragraph(text)
        made.add_paragraph("7. In a bullet", style="List Bullet")
        made.add_paragraph("1. first\n2. second\ngoes on")

    assert marks(in_word(write)) == [
        ("24.", "Strengthen it"), ("a)", "Do it"), ("\u25fc", "A square"), ("-", "A dash"),
        ("\uf06e", "Private"), ("", "None"), ("7.", "In a bullet"), ("1.", "first"),
        ("2.", "second goes on"),
    ]  # fmt: skip


# --- Word: what else a page shows -----------------------------------------------------------------


def test_headings_are_told_by_their_style_or_its_level_in_the_outline() -> None:
    def write(made: Any) -> None:
        made.add_heading("Title", 0)
        made.add_heading("What needs to improve?", 2)
        own = made.styles.add_style("House heading", 1)
        own.base_style = made.styles["Heading 3"]
        made.add_paragraph("In a style of the house", style="House heading")
        made.add_paragraph("Text").runs[0].bold = True

    found = in_word(write).paragraphs
    assert [each.heading for each in found] == [1, 2, 3, 0]
    assert found[3].bold


def test_a_table_gives_its_cells_and_a_merged_one_once() -> None:
    def write(made: Any) -> None:
        table = made.add_table(3, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Responsible body", "Area"
        table.cell(1, 0).merge(table.cell(2, 0)).text = "Partnership"
        table.cell(1, 1).text, table.cell(2, 1).text = "First", "Second"
        frame = made.add_table(1, 1)
        frame.cell(0, 0).text = "In a frame"

    found = in_word(write).paragraphs
    places = [(each.text, each.cell and each.cell[1:]) for each in found]
    assert places == [
        ("Responsible body", (0, 0)), ("Area", (0, 1)), ("Partnership", (1, 0)), ("First", (1, 1)),
        ("Second", (2, 1)), ("In a frame", None),
    ]  # fmt: skip


def test_what_was_inserted_is_read_and_what_was_deleted_is_not_and_that_is_said() -> None:
    def write(made: Any) -> None:
        made.add_paragraph("Strengthen the ")
        paragraph = last(made)
        paragraph.append(
            parse_xml(
                f"<w:ins {nsdecls('w')}><w:r><w:t>front </w:t></w:r></w:ins>",
            )
        )
        paragraph.append(
            parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>back </w:delText></w:r></w:del>")
        )
        paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>door</w:t></w:r>"))

    found = in_word(write)
    assert texts(found) == ["Strengthen the front door"]
    assert "what was deleted was not" in " ".join(found.notes)


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next_and_counts_once() -> None:
    def write(made: Any) -> None:
        use = a_list(made, ("decimal", "%1."))
        item(made, "Improve the quality ", use)
        last(made).pPr.append(
            parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='1' w:author='x'/></w:rPr>")
        )
        item(made, "of plans", use)
        item(made, "Second", use)

    assert marks(in_word(write)) == [("1.", "Improve the quality of plans"), ("2.", "Second")]


def test_hidden_text_fields_and_controls_are_read_as_the_page_shows_them() -> None:
    def write(made: Any) -> None:
        paragraph = made.add_paragraph()
        hidden = paragraph.add_run("secret ")
        hidden.font.hidden = True
        for kind in ("begin", "separate", "end"):
            paragraph.add_run()
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            last_run(made).append(mark)
            if kind == "begin":
                last_run(made).append(parse_xml(f"<w:instrText {nsdecls('w')}>REF x</w:instrText>"))
            if kind == "separate":
                paragraph.add_run("shown")
        made.element.body.insert(
            0,
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p>"
                "</w:sdtContent></w:sdt>"
            ),
        )

    found = in_word(write)
    assert texts(found) == ["in a control", "shown"]
    assert found.notes == ("It has hidden text, which was not read.",)


def test_a_control_that_nobody_filled_in_and_a_last_end_that_was_deleted() -> None:
    def write(made: Any) -> None:
        made.add_paragraph("The last")
        last(made).get_or_add_pPr().append(
            parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='1' w:author='x'/></w:rPr>")
        )
        made.element.body.insert(
            0,
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p>"
                "<w:r><w:t>Click here to enter text.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            ),
        )

    assert texts(in_word(write)) == ["The last"]


def test_a_text_box_is_read_once_though_the_file_holds_it_twice() -> None:
    names = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"

    def write(made: Any) -> None:
        made.add_paragraph("Beside it")
        last_run(made).append(
            parse_xml(
                f'<mc:AlternateContent {names}><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx>'
                f"</mc:Choice><mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback>"
                "</mc:AlternateContent>"
            )
        )

    assert texts(in_word(write)) == ["Beside it", "In a box"]


def test_running_heads_are_furniture_and_pages_are_counted_where_word_left_them() -> None:
    def write(made: Any) -> None:
        made.sections[0].header.paragraphs[0].text = "Anytown Council, 3 April 2023"
        made.add_paragraph("first page")
        run = made.add_paragraph().add_run()
        last_run(made).append(parse_xml(f"<w:lastRenderedPageBreak {nsdecls('w')}/>"))
        run.add_text("second page")
        made.add_paragraph("as well")

    found = in_word(write)
    assert found.furniture == ("Anytown Council, 3 April 2023",)
    assert [(each.text, each.page) for each in found.paragraphs] == [
        ("first page", 1), ("second page", 1), ("as well", 2),
    ]  # fmt: skip
    assert found.pages == 2


def test_a_dead_link_in_the_package_does_not_stop_the_reading() -> None:
    """Word itself writes links to a part that is called NULL."""
    made = docx.Document()
    made.add_paragraph("Still read")
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(made))) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "word/_rels/document.xml.rels":
                content = content.replace(b"styles.xml", b"NULL")
            new.writestr(part, content)
    assert texts(word.read("x.docx", changed.getvalue(), tell)) == ["Still read"]


@pytest.mark.parametrize("body", ["<w:document", "<a>" * 300 + "</a>" * 300])
def test_a_document_that_is_no_xml_or_absurdly_deep_is_refused_in_a_sentence(body: str) -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as new:
        new.writestr("word/document.xml", body)
    with pytest.raises(ActionPlanError, match=r"x\.docx is damaged"):
        word.read("x.docx", changed.getvalue(), tell)


# --- web pages ------------------------------------------------------------------------------------


def on_the_web(page: str) -> Document:
    return web.read("page.html", page.encode(), tell)


def test_a_page_is_read_without_its_menus_scripts_and_hidden_parts() -> None:
    found = on_the_web(
        "<!doctype html><title>Peer review &amp; after</title><style>p{}</style>"
        "<header>City news</header><nav><a href=/>Home</a></nav>"
        "<ul><li><a href=/a>A</a><li><a href=/b>B</a></ul>"
        "<h1>Peer <b>review</b></h1><script>alert('x')</script><p hidden>gone</p>"
        "<p style='display:none'>gone too</p><p>It&nbsp;says so.<br>And more.</p>"
        "<footer>Contact us</footer>"
    )
    assert texts(found) == ["Peer review", "It says so. And more."]
    assert (found.title, found.paragraphs[0].heading) == ("Peer review & after", 1)
    assert found.furniture == ("City news", "Contact us")


def test_lists_of_a_page_are_numbered_as_a_browser_does() -> None:
    found = on_the_web(
        "<html><ol start=24><li>one<li>two<ul><li>inner</ul><li value=30>three</ol>"
        "<ol type=a><li>a</li><li><p>b</p><p>more of b</p></li></ol><ol type=I reversed start=2>"
        "<li>x<li>y</ol>"
    )
    assert marks(found) == [
        ("24.", "one"), ("25.", "two"), ("\u2022", "inner"), ("30.", "three"), ("a.", "a"),
        ("b.", "b"), ("", "more of b"), ("II.", "x"), ("I.", "y"),
    ]  # fmt: skip
    assert [each.left for each in found.paragraphs][:4] == [18, 18, 36, 18]


def test_cells_of_a_page_know_their_place_past_merged_ones() -> None:
    found = on_the_web(
        "<html><table><tr><th rowspan=2>Body<th colspan=2>Area<tr><td>one<td>two</table>"
        "<table><tr><td>a frame</table>"
    ).paragraphs
    assert [(each.text, each.cell and each.cell[1:]) for each in found] == [
        ("Body", (0, 0)), ("Area", (0, 1)), ("one", (1, 1)), ("two", (1, 2)), ("a frame", None),
    ]  # fmt: skip


def test_a_page_that_word_saved_keeps_its_lists() -> None:
    found = on_the_web(
        "<html xmlns:o='urn:x'><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
        "<![if !supportLists]><span style='mso-list:Ignore'>24.<span>&nbsp;&nbsp; </span></span>"
        "<![endif]>Strengthen it<o:p></o:p></p>"
        "<p class=MsoListParagraph style='mso-list:l1 level2 lfo2'><![if !supportLists]>"
        "<span style='font-family:Symbol;mso-list:Ignore'>\u00b7<span>&nbsp;</span></span>"
        "<![endif]>A point</p>"
    )
    assert marks(found) == [("24.", "Strengthen it"), ("\u2022", "A point")]
    assert [each.left for each in found.paragraphs] == [18, 36]


def test_what_a_page_left_open_is_ended_by_what_follows() -> None:
    found = on_the_web(
        "<html><p>One <b>bold<p>Two<ul><li>a<p>more<li>b</ul><table><tr><th>Head<td>cell<tr><td>x"
        "</table>" + "<p>again" * 20_000
    ).paragraphs
    assert [each.text for each in found[:8]] == [
        "One bold", "Two", "a", "more", "b", "Head", "cell", "x",
    ]  # fmt: skip
    assert [each.bold for each in found[:8]] == [False] * 5 + [True, False, False]
    assert len(found) == 20_008


def test_the_number_of_a_footnote_is_no_part_of_a_heading() -> None:
    found = on_the_web("<html><h2>What needs to improve?<sup>1</sup></h2><p>The 2<sup>nd</sup> one")
    assert texts(found) == ["What needs to improve?", "The 2nd one"]


def test_only_the_main_part_of_a_page_is_read_where_it_has_one() -> None:
    long = "A sentence that goes on and says what is to improve. " * 5
    found = on_the_web(f"<html><p>Cookies</p><main><p>{long}</p></main><div>Related news</div>")
    assert texts(found) == [long.strip()]


# --- Markdown -------------------------------------------------------------------------------------


def in_markdown(text: str) -> Document:
    return markdown.read("review.md", text.encode(), tell)


def test_markdown_is_read_without_its_signs() -> None:
    found = in_markdown(
        "---\ntitle: x\n---\n\nReport\n======\n\n## What *needs* to improve ##\n\n"
        "- The **quality** of\n  plans\n- A [link](http://x.example) and `code`\n"
        "  1. nested_name\n\n24. Strengthen it\n25. Review it\n\n> a) quoted\n\n**All bold**\n"
    )
    assert marks(found) == [
        ("", "Report"), ("", "What needs to improve"), ("\u2022", "The quality of plans"),
        ("\u2022", "A link and code"), ("1.", "nested_name"), ("24.", "Strengthen it"),
        ("25.", "Review it"), ("a)", "quoted"), ("", "All bold"),
    ]  # fmt: skip
    assert [each.heading for each in found.paragraphs[:3]] == [1, 2, 0]
    assert found.paragraphs[4].left > found.paragraphs[3].left
    assert found.paragraphs[-1].bold
    assert found.title == "Report"


def test_tables_code_and_escaped_signs_of_markdown_keep_their_words() -> None:
    found = in_markdown(
        "| Body | Area |\n|:--|--|\n| **LA** | Do \\| it |\n\n```\n- code   here\n```\n\n"
        "Not \\*bold\\* &amp; 5 * 3 * 2\n"
    )
    cells = [(each.text, each.cell and each.cell[1:]) for each in found.paragraphs]
    assert cells[:4] == [("Body", (0, 0)), ("Area", (0, 1)), ("LA", (1, 0)), ("Do | it", (1, 1))]
    assert texts(found)[-1] == "Not *bold* & 5 * 3 * 2"
    assert texts(found)[4] == "code here"


def test_nothing_that_is_written_makes_a_reader_fail() -> None:
    odd = (
        "<",
        "<![",
        "<![if",
        "</p></p>",
        "<table><td><table>",
        "<li>",
        "<ol><ol></li>",
        "&#xfffff;",
    )
    for text in (*odd, "".join(odd), "".join(reversed(odd))):
        on_the_web(f"<html>{text}")
        in_markdown(text)
