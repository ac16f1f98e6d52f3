"""Strangers' files, broken or made to harm: a sentence each, and nothing else is touched.

Each is read by the real program in a process of its own, on a plan that has a history. That time is
bounded is shown in `test_apart`, where the bounds are made small.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import hostile_files as made
import pytest
from conftest import HEAD

from actionplan.cli import importing
from actionplan.errors import ActionPlanError
from actionplan.importers import apart, child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no bounds on memory to show")
READ = "read"
"""The file does no harm: it is read, and what harms in it is left."""
SEEN = "seen"
"""As `READ`, or refused for what it says; nothing of it harms either way."""
ACTION = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Do it"
owner = "Head of HR"
due = 2014-03-31
"""
DRIVES_A_TERMINAL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]"
)
OVERHEAD = 60_000_000
MEASURED = """
import resource, subprocess, sys
done = subprocess.run([sys.argv[1], "-m", "actionplan", *sys.argv[2:]])
with open("memory", "w") as kept:
    kept.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(done.returncode)
"""
"""What runs the program, and is small: a process is held to have as much memory as its parent."""


class Ended(NamedTuple):
    """How a command ended, and what it took."""

    code: int
    out: str
    err: str
    memory: int
    """Bytes: the most that it, or its child, held."""


class Place(NamedTuple):
    """A folder with a plan that has a history, where a command is run."""

    folder: Path

    def run(self, *arguments: str | Path, standard_input: Any = subprocess.DEVNULL) -> Ended:
        """Run the program, and see that nothing is left running."""
        out, err = self.folder / "out", self.folder / "err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", MEASURED, sys.executable, *arguments],
                cwd=self.folder,
                stdin=standard_input,
                stdout=stdout,
                stderr=stderr,
                env=self._environment(),
                start_new_session=True,
            )
            code = process.wait()
        memory = int((self.folder / "memory").read_text(encoding="utf-8")) * _UNIT
        said = [path.read_text(encoding="utf-8", errors="replace") for path in (out, err)]
        assert _of_session(process.pid) == []
        return Ended(code, said[0], said[1], memory)

    def _environment(self) -> dict[str, str]:
        own = {
            "TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder / "home"),
            "ACTIONPLAN_USER": "Improvement officer",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "error",
        }
        for name in ("STATE", "CONFIG", "CACHE", "DATA"):
            own[f"XDG_{name}_HOME"] = str(self.folder / "state")
        kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
        return {**kept, **own}

    def files(self) -> dict[str, bytes]:
        """Give all that lies here, but for what was printed."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
            and path.name not in {"out", "err", "memory"}
            and path.parts[-2] != "state"
        }


_UNIT = 1 if sys.platform == "darwin" else 1024


def _of_session(number: int) -> list[str]:
    """Name the processes of a session that still run; only Linux tells of them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == number and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a plan with a history, once."""
    folder = tmp_path_factory.mktemp("begun")
    for name in ("plans", "tmp", "home", "state"):
        (folder / name).mkdir()
    (folder / "plans" / "plan.toml").write_text(HEAD + ACTION, encoding="utf-8")
    assert Place(folder).run("note", "A1", "A note.").code == 0
    return folder


@pytest.fixture
def place(begun: Path, tmp_path: Path) -> Place:
    """Give a plan with a history, in a folder of its own."""
    shutil.copytree(begun, tmp_path / "there")
    return Place(tmp_path / "there")


class Case(NamedTuple):
    """A file, and what each command that is asked says of it: words, or that it is `READ`."""

    name: str
    content: Callable[[], bytes]
    findings: str = ""
    plan: str = ""


ENTITIES = "declares entities, which no Office file does"
UNPACKS = "it unpacks from "
PARTS = "its parts can't be read. Fetch it again."
SCANNED = "and no text: it is a scan, or pictures."
FAR_APART = "is spread over"
BROKE = "its reader broke on it: it is damaged, or takes more memory than any such document should"
DATA = "it holds bytes of data"
CASES = (
    # what no reader is for
    Case("empty.pdf", bytes, "is empty.", "is empty."),
    Case("blank.txt", lambda: b" \n\t" * 9, "is empty.", "is empty."),
    Case("large.csv", lambda: b"a" * 50_000_001, "is larger than 50 MB", "is larger than 50 MB"),
    Case("locked.docx", lambda: made.old_office("EncryptedPackage"), "by a password", "password"),
    Case("old.doc", lambda: made.old_office("WordDocument"), "save it as .docx.", "as .docx."),
    Case("old.xls", lambda: made.old_office("Workbook"), "save it as .xlsx.", "save it as .xlsx."),
    Case(
        "mail.msg", lambda: made.old_office("__substg1.0_"), "save the document that came with it"
    ),
    Case("rich.rtf", lambda: b"{\\rtf1 x}", "save it as .docx."),
    Case("rich.docx", lambda: b"{\\rtf1 x}", "save it as .docx.", "save it as .docx."),
    Case("open.odt", made.opendocument, "is OpenDocument", "is OpenDocument"),
    Case("open.ods", made.opendocument, "is OpenDocument", "save it as .docx or .xlsx."),
    Case("binary.xlsb", lambda: made.package({"xl/workbook.bin": b"x"}), "", "(.xlsb)"),
    Case("talk.pptx", lambda: made.package({"ppt/x.xml": b"x"}), "is a presentation"),
    Case("photo.pdf", lambda: b"\xff\xd8\xff\xe0 photo", "run text recognition (OCR)", "picture"),
    Case("packed.docx", lambda: b"7z\xbc\xaf\x27\x1c", "is packed: unpack it", "is packed"),
    Case("program.pdf", lambda: b"MZ\x90\0\3\0", DATA, DATA),
    # one thing named as another
    Case(
        "page.pdf", made.html_of_a_list, "is not a PDF but a web page, perhaps one that says that"
    ),
    Case(
        "page.docx", made.html_of_a_list, "is not a Word document but a web page", "but a web page"
    ),
    Case("text.pdf", made.text_of_a_list, "is not a PDF: it is plain text, or was cut off"),
    Case(
        "table.xlsx", made.csv_of_a_plan, "name it .txt, or .csv", "is not an Excel workbook: it is"
    ),
    Case("report.docx", made.sound_pdf, READ, "is a PDF; what can be read here: an Excel workbook"),
    Case("report.pdf", made.docx, READ, SEEN),
    Case("report.txt", made.sound_pdf, READ),
    Case("plan.csv", made.xlsx, "is an Excel workbook; what can be read here: a PDF", SEEN),
    Case("plan.docx", made.xlsx, "is an Excel workbook; what can be read here", SEEN),
    Case("plan.xlsx", made.docx, READ, SEEN),
    # packages
    Case("150mb.docx", made.docx_of_150_mb, UNPACKS, UNPACKS),
    Case("150mb.xlsx", made.xlsx_of_150_mb, "", UNPACKS),
    Case("100mb.xlsx", made.xlsx_of_100_mb_of_strings, "", SEEN),
    Case("nested.docx", made.zip_in_zip, "is a package (zip) of 10 files", "take the document out"),
    Case("attached.docx", made.docx_with_a_bomb_attached, READ, SEEN),
    Case("million.docx", made.zip_of_a_million, "more than 2,000 parts", "more than 2,000 parts"),
    Case("overlap.docx", made.docx_whose_parts_overlap, "can't be read", "can't be read"),
    Case("lies.docx", made.docx_that_lies_about_its_size, "is damaged", "is damaged"),
    Case("lies.xlsx", made.xlsx_that_lies_about_its_size, "", "is damaged"),
    Case("sum.docx", made.docx_with_a_wrong_sum, PARTS, PARTS),
    Case("locked-part.docx", made.docx_with_a_password, "by a password", "by a password"),
    Case("lzma.docx", made.docx_packed_in_an_odd_way, "packed in a way", "packed in a way"),
    Case("method.docx", made.docx_packed_in_no_known_way, "packed in a way", "packed in a way"),
    Case("climbs.docx", made.docx_that_climbs_out, READ, SEEN),
    Case("twice.docx", made.docx_with_a_part_twice, "have the same name", "have the same name"),
    Case("cut.docx", made.docx_cut_off, PARTS, PARTS),
    Case("cut.xlsx", made.xlsx_cut_off, "", PARTS),
    # XML
    Case("laughs.docx", made.docx_that_laughs, ENTITIES, ENTITIES),
    Case("laughs.xlsx", made.xlsx_that_laughs, "", ENTITIES),
    Case("long.docx", made.docx_that_repeats_a_long_entity, ENTITIES, ENTITIES),
    Case("ours.docx", made.docx_that_names_a_file_of_ours, ENTITIES, ENTITIES),
    Case("home.docx", made.docx_that_calls_home, ENTITIES, ENTITIES),
    Case("wide.docx", made.docx_that_laughs_in_wide_letters, ENTITIES, ENTITIES),
    Case("utf7.docx", made.docx_that_laughs_in_odd_letters, "not in letters", "not in letters"),
    Case("hidden.docx", made.docx_whose_main_part_is_a_picture, "is damaged", "is damaged"),
    Case("no-xml.docx", made.docx_that_is_no_xml, "not in letters", "not in letters"),
    Case("nesting.docx", made.docx_badly_nested, "is damaged", "is damaged"),
    Case("deep.docx", made.docx_of_nested_tables, "is damaged", "is damaged"),
    Case("no-document.docx", made.docx_of_no_document, "is damaged", "is damaged"),
    # what Office would do, and nothing here does
    Case("fields.docx", made.docx_of_fields, READ),
    Case("template.docx", made.docx_with_a_template_elsewhere, READ, SEEN),
    Case("macros.docm", made.docm, READ, SEEN),
    Case("macros.xlsm", made.xlsm, "", SEEN),
    Case("links.xlsx", made.xlsx_of_links, "", SEEN),
    # sheets
    Case("corners.xlsx", made.xlsx_of_two_cells, "", FAR_APART),
    Case("extent.xlsx", made.xlsx_that_lies_about_its_extent, "", SEEN),
    Case("merged.xlsx", made.xlsx_merged_all_over, "", SEEN),
    Case("string.xlsx", made.xlsx_of_a_string_that_is_not_there, "", "is damaged"),
    Case("far.xlsx", made.xlsx_of_an_impossible_cell, "", SEEN),
    Case("day.xlsx", made.xlsx_of_an_impossible_day, "", SEEN),
    Case("no-sheet.xlsx", made.xlsx_of_no_sheet, "", "is damaged"),
    Case("escapes.xlsx", made.xlsx_of_escapes, "", SEEN),
    # PDF
    Case("cut.pdf", made.pdf_cut_off, "is damaged, and can't be read as a PDF. Fetch it again."),
    Case("nothing.pdf", made.pdf_of_nothing_else, "is damaged, and can't be read as a PDF."),
    Case("past.pdf", made.pdf_whose_past_is_itself, READ),
    Case("circle.pdf", made.pdf_whose_pages_hold_themselves, SCANNED),
    Case("count.pdf", made.pdf_that_says_a_million_pages, READ),
    Case("no-pages.pdf", made.pdf_of_no_pages, "is damaged, and can't be read as a PDF."),
    Case("pages.pdf", made.pdf_of_100_000_pages, "has 100,000 pages; 1,000 are the most"),
    Case("huge.pdf", made.pdf_of_a_huge_page, READ),
    Case("flate.pdf", made.pdf_flate_bomb, BROKE),
    Case("text.pdf", made.pdf_text_bomb, BROKE),
    Case("lzw.pdf", made.pdf_lzw_bomb, BROKE),
    Case("itself.pdf", made.pdf_whose_drawing_draws_itself, BROKE),
    Case("arrays.pdf", made.pdf_of_deep_arrays, SCANNED),
    Case("places.pdf", made.pdf_whose_places_lie, READ),
    Case("length.pdf", made.pdf_whose_length_lies, READ),
    Case("junk.pdf", made.pdf_after_junk, READ),
    Case("actions.pdf", made.pdf_of_actions, READ),
    Case("attachment.pdf", made.pdf_with_an_attachment, READ),
    Case("scanned.pdf", made.pdf_that_is_scanned, SCANNED),
    Case("locked.pdf", lambda: made.pdf_with_a_password("secret", "x"), "with a password"),
    Case("owned.pdf", lambda: made.pdf_with_a_password("", "x"), READ),
    Case("escapes.pdf", made.pdf_of_escapes, READ),
    # web pages
    Case("nested.html", made.html_nested, READ),
    Case("entities.html", made.html_of_entities, READ),
    Case("fetches.html", made.html_that_fetches, READ),
    Case("tags.html", made.html_of_broken_tags, READ),
    # texts
    Case("escapes.txt", made.text_of_escapes, READ),
    Case("escapes.md", made.text_of_escapes, READ),
    Case("accents.txt", made.text_of_marks, READ),
    Case("cut-utf-16.txt", made.text_in_wide_letters_cut_off, READ),
    Case("half.txt", made.text_of_half_surrogates, READ),
    Case("letters.txt", made.text_of_no_letters_that_are_known, READ),
    Case("data.txt", made.text_of_data, DATA, DATA),
    Case("list.txt", made.text_of_one_list, "holds more than any plan or review"),
    # commas
    Case("data.csv", made.csv_of_data, "", DATA),
    Case("quote.csv", made.csv_with_an_open_quote, "", "is never closed"),
    Case("quotes.csv", made.csv_of_quotes, "", "longer than 131,072 characters"),
    Case("field.csv", made.csv_of_a_long_field, "", "longer than 131,072 characters"),
    Case("columns.csv", made.csv_of_100_000_columns, "", "has 100,001 columns"),
    Case("rows.csv", made.csv_of_many_rows, "", FAR_APART),
    Case("formulas.csv", made.csv_of_formulas, "", SEEN),
    Case("escapes.csv", made.csv_of_escapes, "", SEEN),
)
LARGE = frozenset({"list.txt", "100mb.xlsx", "rows.csv"})
"""What takes seconds to make, or to read to the bound."""
NOT_OURS = "was not sent out from here"
UPDATES = {
    "report.docx": "is a PDF; what can be read here",
    "plan.xlsx": NOT_OURS,
    "lies.xlsx": "is damaged",
    "laughs.xlsx": ENTITIES,
    "corners.xlsx": FAR_APART,
    "merged.xlsx": NOT_OURS,
    "far.xlsx": NOT_OURS,
    "day.xlsx": NOT_OURS,
    "escapes.xlsx": NOT_OURS,
    "links.xlsx": NOT_OURS,
    "data.csv": DATA,
}
"""What is said of some of them where a workbook is to come back from an owner."""


def asked() -> Iterator[Any]:
    """Ask each command; where both say the same, the second only in the long run."""
    there = {command.name for command in importing.group.registered_commands}
    for case in CASES:
        same = case.findings == case.plan or (case.plan == SEEN and case.findings == READ)
        for verb, words in (("findings", case.findings), ("plan", case.plan)):
            is_slow = (same and verb == "plan") or case.name in LARGE
            marks = [pytest.mark.slow] if is_slow else []
            if words and verb in there:
                values = (verb, case.name, case.content, words)
                yield pytest.param(*values, id=f"{verb} {case.name}", marks=marks)
        if case.name in UPDATES:
            values = ("update", case.name, case.content, UPDATES[case.name])
            yield pytest.param(*values, id=f"update {case.name}")


@POSIX
@pytest.mark.parametrize(("verb", "name", "content", "words"), list(asked()))
def test_a_stranger_s_file_ends_in_a_sentence_and_touches_nothing(
    verb: str, name: str, content: Callable[[], bytes], words: str, place: Place
) -> None:
    (place.folder / name).write_bytes(content())
    before = place.files()
    ended = place.run("import", verb, name, "--dry-run" if words in {READ, SEEN} else "--yes")
    assert place.files() == before
    assert DRIVES_A_TERMINAL.search(ended.out + ended.err) is None
    assert "Traceback" not in ended.err
    assert ended.memory <= child.MEMORY + OVERHEAD
    if words in {READ, SEEN}:
        assert ended.code == 0 or (words == SEEN and ended.code in {1, 6}), ended.err
    else:
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.count("\n") == 1
        assert ended.err.startswith(name)
        assert words in ended.err
        assert ended.err.endswith("Nothing was changed.\n")


NO_FILES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "pipe": (os.mkfifo, "is a folder, a pipe or a device: name a file"),
    "folder": (Path.mkdir, "is a folder, a pipe or a device: name a file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a folder, a pipe or a device"),
    "link to nothing": (lambda path: path.symlink_to("nowhere"), "is not there: name a file."),
    "nothing": (lambda _: None, "is not there: name a file."),
    "two\nlines \x1b[2J\u202e.pdf": (lambda path: path.write_bytes(b"{\\rtf"), "save it as .docx"),
    "not UTF-8 \udcff.pdf": (lambda path: path.write_bytes(b"{\\rtf"), "save it as .docx"),
}


@POSIX
@pytest.mark.parametrize("name", NO_FILES, ids=ascii)
def test_what_is_no_file_or_has_an_odd_name_is_told_in_a_sentence(name: str, place: Place) -> None:
    make, words = NO_FILES[name]
    make(place.folder / name)
    before = place.files()
    ended = place.run("import", "findings", place.folder / name, "--yes")
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err
    assert ended.err.count("\n") == 1
    assert DRIVES_A_TERMINAL.search(ended.err) is None
    assert place.files() == before


@POSIX
def test_a_stream_without_end_is_read_to_the_bound_and_left(place: Place) -> None:
    with Path("/dev/zero").open("rb") as endless:
        ended = place.run("import", "findings", "-", "--yes", standard_input=endless)
    assert ended.code == 1
    assert (
        ended.err == "standard input is larger than 50 MB, and was not read. Nothing was changed.\n"
    )


@POSIX
def test_no_file_calls_home(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listen where every file of the corpus that names an address would call."""
    with socket.create_server(("127.0.0.1", 0)) as home:
        home.setblocking(False)
        monkeypatch.setattr(made, "HOME", f"127.0.0.1:{home.getsockname()[1]}")
        calls = {
            "home.docx": made.docx_that_calls_home,
            "template.docx": made.docx_with_a_template_elsewhere,
            "actions.pdf": made.pdf_of_actions,
            "fetches.html": made.html_that_fetches,
        }
        for name, content in calls.items():
            (place.folder / name).write_bytes(content())
            assert place.run("import", "findings", name, "--dry-run").code in {0, 1}
        with pytest.raises(BlockingIOError):
            home.accept()


@POSIX
def test_what_an_owner_types_to_do_harm_stays_words(place: Place) -> None:
    """Send a workbook out, and take it back with what drives a terminal or a spreadsheet."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    assert place.run("export", "owners.xlsx").code == 0
    book = load_workbook(place.folder / "owners.xlsx")
    sheet = next(each for each in book if any(cell.value == "New note" for cell in _cells(each)))
    heading = next(cell for cell in _cells(sheet) if cell.value == "New note")
    harm = "=cmd|' /C calc'!A0 [red] <script> \u202etxet _x001B_[2J"
    typed = sheet.cell(heading.row + 1, heading.column, harm)
    typed.data_type = "s"
    book.save(place.folder / "owners.xlsx")
    ended = place.run("import", "update", "owners.xlsx", "--yes")
    assert ended.code == 0, ended.err
    assert DRIVES_A_TERMINAL.search(ended.out + ended.err) is None
    shown = place.run("show", "A1")
    assert "=cmd|' /C calc'!A0 [red] <script> " in shown.out
    assert DRIVES_A_TERMINAL.search(shown.out) is None


def _cells(sheet: Any) -> Iterator[Any]:
    return (cell for row in sheet.iter_rows() for cell in row)


# Random damage


def damaged(sound: bytes, chance: random.Random) -> bytes:
    """Change, cut out, double or cut off some of a file."""
    content = bytearray(sound)
    for _ in range(chance.choice((1, 1, 2, 5, 50))):
        at = chance.randrange(len(content) or 1)
        length = chance.choice((1, 1, 4, 64, 1024))
        match chance.randrange(5):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = content[at : at + length]
            case 3:
                content[at : at + length] = chance.randbytes(length)
            case _ if chance.random() < 0.1:
                del content[at:]
    return bytes(content)


def damaged_within(sound: bytes, chance: random.Random) -> bytes:
    """Damage one part of a package, and pack it again, so that the damage reaches its reader."""
    parts = made.unpacked(sound)
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    content = parts[name]
    assert isinstance(content, bytes)
    parts[name] = damaged(content, chance)
    return made.package(parts)


DAMAGED: tuple[tuple[str, str, Callable[[], bytes], Any], ...] = (
    ("findings", "review.pdf", made.sound_pdf, damaged),
    ("findings", "review.docx", made.docx, damaged),
    ("findings", "review.docx", made.docx, damaged_within),
    ("grids", "plan.docx", made.docx, damaged_within),
    ("grids", "plan.xlsx", made.xlsx, damaged),
    ("grids", "plan.xlsx", made.xlsx, damaged_within),
    ("findings", "review.html", made.html_of_a_list, damaged),
    ("grids", "plan.csv", made.csv_of_a_plan, damaged),
)


def damaged_file(seed: int) -> tuple[str, str, bytes]:
    """Give a job, a name and a damaged file for it."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    job, name, sound, damage = DAMAGED[seed % len(DAMAGED)]
    return job, name, damage(sound(), chance)


def is_plain(name: str, sentence: str) -> bool:
    """Tell whether a sentence names its file, ends as it should and holds nothing odd."""
    odd = DRIVES_A_TERMINAL.search(sentence) is not None or "\n" in sentence
    return not odd and sentence.startswith(name) and sentence.endswith("Nothing was changed.")


MANY = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
import test_hostile
from actionplan.errors import ActionPlanError
from actionplan.importers import child

for job in child.JOBS.values():
    for module in (job.module, *job.readers.values()):
        importlib.import_module(module)
files = [(seed, *test_hostile.damaged_file(seed)) for seed in map(int, sys.argv[2:])]
child._bound()
child._say = lambda word: None
for seed, job, name, content in files:
    try:
        json.dumps(child._answer({"job": job, "name": name, "options": {}}, content))
    except ActionPlanError as error:
        if not test_hostile.is_plain(name, str(error)):
            continue
    except Exception:
        continue
    print(seed, flush=True)
"""
"""Reads many files in one process, as shut in as the real one, and prints which it was sure of."""


def sure_of(seeds: range) -> set[int]:
    """Have many files read at once; give those that ended in an answer, or in a sentence."""
    command = [sys.executable, "-c", MANY, str(Path(__file__).parent), *map(str, seeds)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return {int(seed) for seed in done.stdout.split()}


def told(seed: int) -> str:
    """Have one damaged file read as it is always read; give what was wrong with how it ended."""
    job, name, content = damaged_file(seed)
    try:
        apart.read(job, name, content)
    except ActionPlanError as error:
        return "" if is_plain(name, str(error)) else f"{seed}: {error}"
    except Exception as error:  # noqa: BLE001 - that there is none is what is shown
        return f"{seed}: {error!r}"
    return ""


@pytest.mark.parametrize(
    ("first", "count"), [(0, 60), pytest.param(60, 2_000, marks=pytest.mark.slow)]
)
def test_random_damage_ends_in_an_answer_or_a_sentence(first: int, count: int) -> None:
    """Read most of them in a few processes; what broke one of these is read by itself."""
    seeds = range(first, first + count)
    parts = [seeds[at : at + 100] for at in range(0, count, 100)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sure = set().union(*pool.map(sure_of, parts))
        wrong = [each for each in pool.map(told, sorted(set(seeds) - sure)) if each]
    assert wrong == []
    assert len(sure) > count // 2
