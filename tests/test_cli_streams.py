"""Where words go: pipes, terminals of any width and encoding, full and closed streams, cron."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import HEAD, Ran

if TYPE_CHECKING:
    from conftest import Program, Run

DAY = ("--as-at", "2014-02-10")

LOOKS: list[tuple[str, ...]] = [
    ("list",),
    ("show", "A1"),
    ("show", "F1"),
    ("show", "M1"),
    ("show", "LGA"),
    ("due", "--within", "6w"),
    ("overdue",),
    ("report",),
    ("report", "--summary"),
    ("review", "list"),
    ("finding", "list"),
    ("owner", "list"),
    ("clock",),
]
FORMS: list[tuple[str, ...]] = [(), ("--plain",), ("--json",)]
ALL_LOOKS = pytest.mark.parametrize("command", LOOKS, ids=" ".join)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a POSIX shell")

ODD = (
    r"\u001b[31mESC\u001b[0m \u001b]52;c;aGFoYQ==\u0007OSC \u009b31mCSI \u009d52;c;aGk=\u009c "
    r"\u202eRLO\u202c \u2066LRI\u2069 \u200fRLM \u0085NEL \u2028LS \u2029PS \u007fDEL \b\r\f "
    r"\u001bc \u001b[2J \ue000 \U000e0041"
)
"""Escape sequences, control and bidirectional characters, as TOML writes them; no NUL."""
MARKUP = "[red]loud[/red] [/x] :skull: [link=https://example.org]here[/link] [bold"
"""What a terminal library could take for its own markup."""
TEXT = f"{MARKUP} {ODD}"
POST = r"Head of [red] \u001b[31m \u202e :skull: [/x]"
"""A post has no semicolon: that would part two owners."""

STRANGE = f"""\
format = 1
title = "Plan {TEXT}"
organisation = "Council {TEXT}"

[policy.legend]
red = "red {TEXT}"
amber = "amber {TEXT}"
green = "green {TEXT}"

[owners."{POST}"]
name = "Holder {TEXT}"
email = "Email {TEXT}"

[[meeting]]
body = "Meeting {TEXT}"
on = 2014-02-17

[[review]]
id = "LGA"
title = "Review {TEXT}"
body = "Body {TEXT}"
kind = "Kind {TEXT}"
document = "Document {TEXT}"
note = "Note {TEXT}"

[[finding]]
id = "F1"
review = "LGA"
ref = "{TEXT}"
theme = "Theme {TEXT}"
kind = "immediate"
text = "Finding {TEXT}"
outcome = "Outcome {TEXT}"
response = "partly"
reason = "Reason {TEXT}"

[[measure]]
id = "M1"
title = "Measure {TEXT}"
findings = ["F1"]
unit = "Unit {TEXT}"
baseline = 1
readings = [ {{ on = 2014-02-03, value = 2, note = "{TEXT}" }} ]

[[action]]
id = "A1"
answers = ["F1"]
title = "Action {TEXT}"
owner = "{POST}"
due = 2014-02-03
stage = "in-progress"
rag = "amber"
reason = "Reason {TEXT}"
note = "Note {TEXT}"
moves = [
    {{ on = 2014-02-03, from = 2014-01-03, to = 2014-02-03, why = "{TEXT}", approved = "{TEXT}" }},
]
milestones = [ {{ title = "Milestone {TEXT}", due = 2014-02-01 }} ]
evidence = [ {{ id = "E1", what = "What {TEXT}", where = "Where {TEXT}" }} ]
tests = [ {{ by = "By {TEXT}", how = "How {TEXT}", result = "partly", of = ["E1"] }} ]

[[action]]
id = "A2"
answers = ["F1"]
title = "Next {TEXT}"
owner = "{POST}"
due = 2014-03-03
moves = [ {{ from = 2014-01-03, to = 2014-03-03, why = "{TEXT}" }} ]

[[action]]
id = "A3"
answers = ["F1"]
title = "Done {TEXT}"
owner = "{POST}"
due = 2014-02-03
stage = "delivered"
delivered = 2014-02-03
"""

SGR = re.compile(r"\x1b\[[0-9;]*m")
"""The colours of a terminal, which only we may set."""
GLYPHS = set("─━│┃•…→")
"""Signs that our tables and lists may be drawn with."""
CRASHES = ("Traceback", "fault in actionplan", "Error:", "Exception")


def unsafe(text: str) -> set[str]:
    """Give the characters of a text that a terminal would obey, or that hide or turn others."""
    return {
        letter
        for letter in text
        if letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"}
    }


def assert_no_crash(text: str) -> None:
    """Nobody is shown a traceback, or told of a fault in the program."""
    for word in CRASHES:
        assert word not in text


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    """Write a plan whose every text holds control characters and markup."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(STRANGE, encoding="utf-8")
    return path


def many(path: Path, count: int) -> Path:
    """Write a plan of so many actions, all overdue."""
    actions = (
        f'[[action]]\nid = "A{number}"\nanswers = ["F1"]\ntitle = "Do the {number}th thing"\n'
        f'owner = "Head of service"\ndue = 2014-01-31\nstage = "in-progress"\n\n'
        for number in range(1, count + 1)
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "".join(actions), encoding="utf-8")
    return path


# --- texts that a terminal would obey -----------------------------------------------------------


@ALL_LOOKS
@pytest.mark.usefixtures("strange")
def test_no_control_character_of_a_plan_reaches_a_pipe(command: tuple[str, ...], run: Run) -> None:
    for form in FORMS:
        ran = run(*command, *form, *DAY)
        assert ran.code == 0
        assert unsafe(ran.out + ran.err) == set()


@ALL_LOOKS
@pytest.mark.parametrize("columns", ["60", "200"])
@pytest.mark.usefixtures("strange")
def test_no_control_character_of_a_plan_reaches_a_terminal(
    columns: str, command: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", columns)
    coloured = run(*command, *DAY)
    assert coloured.code == 0
    assert unsafe(SGR.sub("", coloured.out) + coloured.err) == set()

    monkeypatch.setenv("NO_COLOR", "1")
    bare = run(*command, *DAY)
    assert bare.code == 0
    assert unsafe(bare.out + bare.err) == set()
    assert bare.out == SGR.sub("", coloured.out)


@ALL_LOOKS
@pytest.mark.usefixtures("strange")
def test_markup_of_a_plan_is_printed_as_it_stands(
    command: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run(*command, *DAY).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "4000")
    for shown in (plain, run(*command, *DAY).out):
        for markup in ("[red]", "[/x]", ":skull:"):
            assert markup in shown
        if command != ("owner", "list"):
            assert "[link=https://example.org]here[/link] [bold" in shown
        assert "\N{SKULL}" not in shown
        assert "\\u{1b}[31m" in shown


@pytest.mark.usefixtures("strange")
def test_json_gives_back_the_very_characters_escaped(run: Run) -> None:
    meant = json.loads(f'"Action {MARKUP} {ODD}"'.replace(r"\U000e0041", r"\udb40\udc41"))
    document = json.loads(run("list", "--json", *DAY).out)
    assert document["actions"][0]["title"] == meant
    assert "\x1b" in meant


def test_control_characters_in_keys_and_problems_are_made_visible_on_standard_error(
    strange: Path, run: Run
) -> None:
    text = strange.read_text(encoding="utf-8")
    problems = r'"\u001b[31mkey" = "x"' + "\n" + r'after = ["\u001b]52;c;aGk=\u0007"]' + "\n"
    strange.write_text(text + problems, encoding="utf-8")
    for command in (("list",), ("note", "A1", "x")):
        ran = run(*command, *DAY)
        assert ran.code == 4
        assert "\\u{1b}" in ran.err
        assert unsafe(ran.out + ran.err) == set()


def test_a_line_that_is_no_toml_is_quoted_with_its_control_characters_visible(
    strange: Path, run: Run
) -> None:
    strange.write_bytes(b'title = "x"\n\x1b[31mowner = words \xe2\x80\xae\n')
    ran = run("list", *DAY)
    assert ran.code == 4
    assert unsafe(ran.out + ran.err) == set()


@pytest.mark.usefixtures("strange")
def test_what_is_typed_comes_back_with_its_control_characters_visible(run: Run) -> None:
    for arguments in (
        ("show", "\x1b[31m"),
        ("list", "--owner", "\x1b]52;c;aGk=\x07"),
        ("note", "A1", "\x1b[2J \u202e"),
        ("update", "A2", "--forecast", "\x1b[31m"),
    ):
        assert unsafe(run(*arguments, *DAY).err) == set()


def test_a_path_with_control_characters_is_named_with_them_visible(strange: Path, run: Run) -> None:
    odd = strange.with_name("plan \x1b[31m.toml")
    try:
        strange.rename(odd)
    except OSError:
        pytest.skip("no such names on this system")
    for arguments in (("list",), ("note", "A1", "x"), ("note", "A9", "x")):
        ran = run(*arguments, "-f", str(odd), *DAY)
        assert unsafe(ran.out + ran.err) == set()


# --- looks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "coloured"),
    [
        ("NO_COLOR", "1", False),
        ("NO_COLOR", "0", False),
        ("NO_COLOR", "", True),
        ("TERM", "dumb", False),
        ("TERM", "unknown", False),
        ("TERM", "xterm-256color", True),
        ("TERM", "", True),
    ],
)
@pytest.mark.usefixtures("birmingham")
def test_colour_is_left_out_where_it_is_not_wanted_and_the_words_stay(
    name: str, value: str, *, coloured: bool, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv(name, value)
    for command in LOOKS:
        ran = run(*command, *DAY)
        assert ran.code == 0
        assert ("\x1b[" in ran.out) is coloured
    listed = SGR.sub("", run("list", *DAY).out)
    for rating in ("red", "amber", "green", "not rated"):
        assert rating in listed


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.usefixtures("birmingham")
def test_no_line_is_wider_than_the_terminal_and_no_word_of_a_title_is_lost(
    columns: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in LOOKS:
        ran = run(*command, *DAY)
        assert ran.code == 0
        widths = [len(line) for line in SGR.sub("", ran.out).splitlines()]
        assert max(widths) <= columns
    listed = SGR.sub("", run("list", *DAY).out)
    assert "\N{HORIZONTAL ELLIPSIS}" not in listed
    for word in ("Separate", "recording", "anomalies", "cases", "that", "truly", "wait"):
        assert word in listed


@pytest.mark.parametrize("columns", ["0", "1", "-5", "wide", "", "100000"])
@pytest.mark.usefixtures("birmingham")
def test_a_width_that_makes_no_sense_is_no_crash(
    columns: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", columns)
    for command in LOOKS:
        assert run(*command, *DAY).code == 0


@pytest.mark.usefixtures("birmingham")
def test_the_width_changes_nothing_on_a_pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = [run(*command, *DAY) for command in LOOKS]
    monkeypatch.setenv("COLUMNS", "20")
    assert [run(*command, *DAY) for command in LOOKS] == wide


@pytest.mark.usefixtures("birmingham")
def test_a_real_terminal_is_known_as_one() -> None:
    pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
    end, inside = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "actionplan", "overdue", *DAY],
        stdin=inside,
        stdout=inside,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm"},
    ) as process:
        os.close(inside)
        shown = b""
        while True:
            try:
                got = os.read(end, 4096)
            except OSError:
                break
            if not got:
                break
            shown += got
        _, err = process.communicate(timeout=60)
    os.close(end)
    assert (process.returncode, err) == (0, b"")
    assert b"\x1b[1m" in shown
    assert b"3 actions overdue" in shown


# --- encodings ----------------------------------------------------------------------------------

ENCODINGS: dict[str, dict[str, str]] = {
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "strict ascii": {"PYTHONIOENCODING": "ascii:strict"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "LC_ALL=C": {"LC_ALL": "C", "LANG": "C"},
    "LC_ALL=C in old ways": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.parametrize("encoding", list(ENCODINGS))
def test_a_stream_that_can_not_encode_a_letter_gets_a_plain_one_and_never_a_crash(
    encoding: str, strange: Path, program: Program
) -> None:
    text = strange.read_text(encoding="utf-8").replace("Action ", "Café “£30” ŵ 日本 \U0001f600 ")
    strange.write_text(text, encoding="utf-8")
    environment = ENCODINGS[encoding]

    def look(command: tuple[str, ...]) -> tuple[Ran, Ran]:
        return (
            program(*command, *DAY, **environment),
            program(*command, *DAY, FORCE_COLOR="1", COLUMNS="100", **environment),
        )

    looks = LOOKS if encoding == "strict ascii" else LOOKS[::3]  # the strictest with each of them
    with ThreadPoolExecutor(4) as pool:
        looked = list(pool.map(look, looks))
    for piped, drawn in looked:
        for ran in (piped, drawn):
            assert ran.code == 0
            assert_no_crash(ran.err)
            assert unsafe(SGR.sub("", ran.out) + ran.err) == set()
        if "ascii" in encoding:
            assert piped.out.isascii()
            assert drawn.out.isascii()
            for glyph in GLYPHS:
                assert f"\\u{ord(glyph):04x}" not in piped.out + piped.err + drawn.out + drawn.err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_change_is_saved_and_said_on_a_stream_that_can_not_encode_it(
    encoding: str, birmingham: Path, program: Program
) -> None:
    note = "Café 日本"
    ran = program("note", "A1", note, *DAY, PYTHONIOENCODING=encoding)
    assert (ran.code, ran.out) == (0, "A1\n")
    assert_no_crash(ran.err)
    assert note in birmingham.read_text(encoding="utf-8")


# --- streams that are full, closed or no longer read --------------------------------------------


def shell(script: str, *arguments: str, **environment: str) -> Ran:
    """Run the program in a POSIX shell; ``"$@"`` in the script is the program."""
    done = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, "-m", "actionplan", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("form", [*FORMS, ("FORCE_COLOR",)], ids=" ".join)
@pytest.mark.usefixtures("birmingham")
def test_a_full_disk_under_standard_output_is_an_error_said_plainly(
    form: tuple[str, ...],
) -> None:
    environment = dict.fromkeys(form, "1") if form == ("FORCE_COLOR",) else {}
    options = () if environment else form
    for command in (("list",), ("report",), ("overdue",)):
        ran = shell('"$@" > /dev/full', *command, *options, *DAY, **environment)
        assert ran.code != 0
        assert_no_crash(ran.err)
        assert ran.err != ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("script", ['"$@" > /dev/full', '"$@" >&-'])
def test_a_change_whose_answer_can_not_be_printed_is_still_said_to_be_saved(
    script: str, birmingham: Path
) -> None:
    before = birmingham.read_bytes()
    ran = shell(script, "note", "A1", "Drafted.", *DAY)
    assert birmingham.read_bytes() != before
    assert_no_crash(ran.err)
    assert "Saved in " in ran.err
    assert "Nothing was changed" not in ran.err
    assert ran.code in {0, 8}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.usefixtures("birmingham")
def test_a_full_disk_under_standard_error_spoils_neither_the_data_nor_a_refusal() -> None:
    ran = shell('"$@" 2> /dev/full', "list", *DAY)
    assert [line.split("\t")[0] for line in ran.out.splitlines()] == [
        f"A{number}" for number in range(1, 20)
    ]
    refused = shell('"$@" 2> /dev/full', "note", "A99", "x")
    assert (refused.code, refused.out) == (2, "")


@POSIX
@pytest.mark.usefixtures("birmingham")
def test_with_standard_error_closed_the_data_is_the_data_alone() -> None:
    ran = shell('"$@" 2>&-', "list", *DAY)
    assert [line.split("\t")[0] for line in ran.out.splitlines()] == [
        f"A{number}" for number in range(1, 20)
    ]
    assert ran.code == 0
    refused = shell('"$@" 2>&-', "note", "A99", "x")
    assert (refused.code, refused.out) == (2, "")


@POSIX
@pytest.mark.usefixtures("birmingham")
def test_a_closed_standard_output_is_no_crash() -> None:
    for command in (("list",), ("report",), ("overdue", "--json"), ("--help",), ("--version",)):
        ran = shell('"$@" >&-', *command)
        assert_no_crash(ran.err)
        assert ran.code in {0, 1}


@POSIX
@pytest.mark.usefixtures("birmingham")
def test_a_closed_standard_input_is_a_pipe_on_which_nobody_answers() -> None:
    assert shell('"$@" <&-', "list", *DAY).code == 0
    ran = shell('"$@" <&-', "add", "Do it", *DAY)
    assert ran.code == 2
    assert "add needs" in ran.err
    assert_no_crash(ran.err)


@POSIX
@pytest.mark.usefixtures("birmingham")
def test_all_three_streams_closed_is_no_crash() -> None:
    ran = shell('"$@" <&- >&- 2>&-; echo $?', "list", *DAY)
    assert ran.out.strip() in {"0", "1"}


@POSIX
@pytest.mark.parametrize("form", [*FORMS, ("FORCE_COLOR",)], ids=" ".join)
@pytest.mark.parametrize("command", ["list", "overdue", "report"])
def test_a_reader_that_stops_after_the_first_line_is_no_crash(
    command: str, form: tuple[str, ...], tmp_path: Path
) -> None:
    many(tmp_path / "plans" / "plan.toml", 1000)
    environment = dict.fromkeys(form, "1") if form == ("FORCE_COLOR",) else {}
    options = () if environment else form
    ran = shell('"$@" | head -1', command, *options, *DAY, **environment)
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1
    assert_no_crash(ran.err)
    assert "Broken pipe" not in ran.err


# --- cron ---------------------------------------------------------------------------------------


@POSIX
def test_it_looks_and_changes_in_the_bare_surroundings_of_cron(
    birmingham: Path, tmp_path: Path
) -> None:
    def as_cron(*arguments: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "actionplan", *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            timeout=60,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    for command in LOOKS:
        ran = as_cron(*command, *DAY)
        assert ran.code == 0
        assert "\x1b" not in ran.out + ran.err
    assert as_cron("overdue", "--as-at", "2014-01-24") == (0, "", "")
    assert as_cron("overdue", "--exit-code", *DAY).code == 10

    changed = as_cron("note", "A1", "Drafted.", *DAY)
    assert (changed.code, changed.out) == (0, "A1\n")
    assert 'note = "Drafted."' in birmingham.read_text(encoding="utf-8")
    *_, line = birmingham.with_suffix(".history.jsonl").read_text().splitlines()
    assert json.loads(line)["by"]
    asked = as_cron("add")
    assert (asked.code, asked.out) == (2, "")
