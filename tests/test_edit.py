"""The command edit: real editors, what lands byte for byte, and what is kept when it can't."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import HEAD
from test_cli_change import Terminal, entries, reads_well

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Program, Ran

DAY = ("--as-at", "2014-02-10")
TOML = (
    HEAD
    + """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Fix the front door" # as the board put it
owner = "Head of service"
due = 2014-03-31

[[action]]
id = "A2"
answers = ["F2"]
title = "Meet every team"
owner = "Head of HR"
due = 2014-04-30
note = "Begun."
"""
)


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have copies laid out where the test can look for them."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a plan with two actions."""
    place = tmp_path / "plans" / "plan.toml"
    place.parent.mkdir()
    place.write_text(TOML, encoding="utf-8")
    return place


@pytest.fixture
def editor(tmp_path: Path) -> Callable[[str], str]:
    """Give an editor that runs a few lines of Python on the file that it is called with."""

    def made(script: str) -> str:
        place = tmp_path / "an editor.py"
        head = "import os, pathlib, subprocess, sys\nplace = pathlib.Path(sys.argv[-1])\n"
        place.write_text(f"{head}text = place.read_bytes()\n{script}\n", encoding="utf-8")
        return f"{shlex.quote(sys.executable)} {shlex.quote(str(place))} --wait"

    return made


def replacing(old: str, new: str) -> str:
    """Give the script of an editor that replaces some words."""
    return f"place.write_bytes(text.replace({old.encode()!r}, {new.encode()!r}))"


def left(folder: Path) -> list[Path]:
    """Give the copies that were left behind."""
    return sorted(each for each in folder.rglob("*") if each.is_file())


def kept(ran: Ran) -> Path:
    """Give the place where the text is said to be kept."""
    found = re.search(r"Your text is kept in (\S+)\. ?", ran.err)
    assert found, ran.err
    return Path(found[1])


# --- what lands ---------------------------------------------------------------------------------


def test_what_is_saved_lands_with_an_entry_that_says_what_changed(
    path: Path, program: Program, editor: Any, own_temporary_folder: Path
) -> None:
    opened = editor(replacing("Meet every team", "Meet every team twice"))
    ran = program("edit", "--why", "As agreed.", *DAY, EDITOR=opened)
    assert (ran.code, ran.out) == (0, "A2\n")
    assert "A2 title: Meet every team -> Meet every team twice\nSaved in plans/plan.toml.\n" in (
        ran.err
    )
    assert path.read_text(encoding="utf-8") == TOML.replace("every team", "every team twice")
    (entry,) = entries(path)
    assert (entry["command"], entry["by"], entry["why"]) == (
        "edit", "Improvement officer", "As agreed.",
    )  # fmt: skip
    assert entry["changes"][0]["set"]["title"] == ["Meet every team", "Meet every team twice"]
    assert left(own_temporary_folder) == []


def test_an_edit_is_taken_back_to_the_byte(path: Path, program: Program, editor: Any) -> None:
    script = replacing("# as the board put it", "# in the words of the board")
    ran = program("edit", *DAY, EDITOR=editor(script))
    assert (ran.code, ran.out) == (0, "")
    assert "Only its layout or its comments change.\nSaved in plans/plan.toml.\n" in ran.err
    ran = program("undo", *DAY)
    assert "Takes back: edit by Improvement officer, 10 February 2014" in ran.err
    assert path.read_text(encoding="utf-8") == TOML


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "a byte-order mark": lambda text: b"\xef\xbb\xbf" + text,
    "Windows' line ends": lambda text: text.replace(b"\n", b"\r\n"),
    "mixed line ends": lambda text: text.replace(b"\n\n", b"\r\n\r\n"),
    "no line end at the end": bytes.rstrip,
    "a tab and blanks": lambda text: text.replace(b"\n\n", b"\t\n  \n\n"),
}


@pytest.mark.parametrize("name", list(BYTES))
def test_the_bytes_land_as_the_editor_left_them(
    name: str, path: Path, program: Program, editor: Any, tmp_path: Path
) -> None:
    wanted = BYTES[name](TOML.replace("Begun.", "Half of them.").encode())
    (tmp_path / "wanted").write_bytes(wanted)
    script = f"place.write_bytes(pathlib.Path({str(tmp_path / 'wanted')!r}).read_bytes())"
    assert program("edit", *DAY, EDITOR=editor(script)).code == 0
    assert path.read_bytes() == wanted
    assert program("undo", *DAY).code == 0
    assert path.read_text(encoding="utf-8") == TOML


def test_the_editor_gets_the_bytes_under_the_name_of_the_plan_where_nobody_else_looks(
    path: Path, program: Program, editor: Any, tmp_path: Path
) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode())
    seen = tmp_path / "seen"
    script = (
        f"pathlib.Path({str(seen)!r}).write_bytes(text)\n"
        "print('mode', oct(place.parent.stat().st_mode & 0o777), place.name)"
    )
    ran = program("edit", "--json", *DAY, EDITOR=editor(script))
    assert seen.read_bytes() == path.read_bytes()
    assert "mode 0o700 plan.toml\n" in ran.err
    assert json.loads(ran.out)["changes"] == []


def test_an_editor_that_saves_by_renaming_is_as_good(
    path: Path, program: Program, editor: Any
) -> None:
    script = (
        "new = place.with_suffix('.new')\nnew.write_bytes(text.replace(b'Begun.', b'Half.'))\n"
        "place.rename(place.with_suffix('.toml~'))\nnew.rename(place)"
    )
    assert program("edit", *DAY, EDITOR=editor(script)).code == 0
    assert 'note = "Half."' in path.read_text(encoding="utf-8")


def test_visual_comes_before_editor(path: Path, program: Program, editor: Any) -> None:
    opened = editor(replacing("Begun.", "Half."))
    assert program("edit", *DAY, VISUAL=opened, EDITOR="false").code == 0
    assert 'note = "Half."' in path.read_text(encoding="utf-8")


def test_what_was_edited_by_hand_before_is_an_entry_of_its_own(
    path: Path, program: Program, editor: Any
) -> None:
    assert program("note", "A1", "Begun.", *DAY).code == 0
    path.write_text(path.read_text(encoding="utf-8").replace("every", "each"), encoding="utf-8")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 2))
    ran = program("edit", *DAY, EDITOR=editor(replacing("Fix", "Mend")))
    assert ran.code == 0
    assert [entry["command"] for entry in entries(path)] == ["note", "by hand", "edit"]


def test_a_finding_that_was_reworded_is_told_as_one_reworded_by_hand_is(
    path: Path, program: Program, editor: Any
) -> None:
    script = replacing("needs immediate action", "needs attention")
    assert program("edit", *DAY, EDITOR=editor(script)).code == 0
    ran = program("check", *DAY)
    assert "reworded" in ran.out
    assert "F1" in ran.out
    assert reads_well(path)


# --- nothing changed ----------------------------------------------------------------------------


def test_a_text_that_is_saved_as_it_was_writes_nothing(
    path: Path, program: Program, editor: Any, own_temporary_folder: Path
) -> None:
    before = path.stat().st_mtime_ns
    ran = program("edit", *DAY, EDITOR=editor("place.write_bytes(text)"))
    assert (ran.code, ran.out) == (0, "")
    assert "You saved no other text." in ran.err
    assert ran.err.endswith("Nothing was changed.\n")
    assert path.stat().st_mtime_ns == before
    assert [each.name for each in path.parent.iterdir()] == ["plan.toml"]
    assert left(own_temporary_folder) == []


def test_a_dry_run_says_what_would_change_and_keeps_the_text(
    path: Path, program: Program, editor: Any
) -> None:
    ran = program("edit", "--dry-run", *DAY, EDITOR=editor(replacing("Begun.", "Half.")))
    assert ran.code == 0
    assert "A2 note: Begun. -> Half.\nNothing was changed: this was a dry run.\n" in ran.err
    assert path.read_text(encoding="utf-8") == TOML
    assert kept(ran).read_text(encoding="utf-8") == TOML.replace("Begun.", "Half.")


# --- what can't land ----------------------------------------------------------------------------

FLAWED: list[tuple[str, str, int, str]] = [
    ("due = 2014-03-31", "due = 31/3/2014", 4, "plan.toml, line 27, column "),
    ("due = 2014-03-31", "due = soon", 4, "Words stand in quotes."),
    ("Begun.", "Begun.\\q", 4, "plan.toml, line 35, column "),
    ('title = "A plan"', "<<<<<<< ours", 4, "plan.toml, line 2: there are conflict markers"),
    (
        'answers = ["F2"]',
        'answers = ["F9"]\nrag = "ambr"',
        6,
        "What you saved has 2 problems:\n  plan.toml, line 31, A2: answers names 'F9'",
    ),
    ('id = "A2"', 'id = "A1"', 6, "What you saved has a problem:\n  plan.toml, line 30, A1: "),
    ("[[action]]\n" + TOML.rpartition("[[action]]\n")[2], "", 6, "no longer has: A2."),
]


@pytest.mark.parametrize(("old", "new", "code", "sentence"), FLAWED)
def test_what_can_not_land_is_told_with_its_line_and_kept(  # noqa: PLR0913, PLR0917 - a row of the table
    old: str, new: str, code: int, sentence: str, path: Path, program: Program, editor: Any
) -> None:
    ran = program("edit", *DAY, EDITOR=editor(replacing(old, new)))
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert ran.err.endswith(f"Your text is kept in {kept(ran)}. Nothing was changed.\n")
    assert path.read_text(encoding="utf-8") == TOML
    assert [each.name for each in path.parent.iterdir()] == ["plan.toml"]
    place = kept(ran)
    assert place.read_text(encoding="utf-8") == TOML.replace(old, new)
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_a_text_that_is_not_utf_8_is_kept_to_the_byte(
    path: Path, program: Program, editor: Any
) -> None:
    ran = program("edit", *DAY, EDITOR=editor("place.write_bytes(text + b'# \\xe9')"))
    assert ran.code == 4
    assert "plan.toml, line 36: byte 0xe9 is not UTF-8." in ran.err
    assert kept(ran).read_bytes() == TOML.encode() + b"# \xe9"
    assert path.read_text(encoding="utf-8") == TOML


def test_what_is_meant_to_be_gone_goes(path: Path, program: Program, editor: Any) -> None:
    (old, new, *_) = FLAWED[-1]
    ran = program("edit", "--accept-removals", *DAY, EDITOR=editor(replacing(old, new)))
    assert (ran.code, ran.out) == (0, "A2\n")
    assert "A2 is taken out: Meet every team" in ran.err
    assert program("undo", *DAY).code == 0
    assert path.read_text(encoding="utf-8") == TOML


def test_an_agreed_date_is_moved_in_an_editor_with_a_reason_as_anywhere_else(
    path: Path, program: Program, editor: Any
) -> None:
    moved = replacing("due = 2014-03-31", "due = 2014-05-31")
    ran = program("edit", *DAY, EDITOR=editor(moved))
    assert (ran.code, ran.out) == (6, "")
    assert (
        "A1 is due 31 March 2014, which was agreed, and nothing says why that is now 31 May 2014: "
        "a date is moved with a reason. Add it to the moves of the action, or use: actionplan move"
    ) in ran.err
    assert path.read_text(encoding="utf-8") == TOML
    ran = program("edit", *DAY, EDITOR=editor(replacing("due = 2014-03-31\n", "")))
    assert "nothing says why that is now none" in ran.err
    ran = program("edit", "--why", "As the board said.", *DAY, EDITOR=editor(moved))
    assert (ran.code, path.read_text(encoding="utf-8")) == (6, TOML)


def test_a_date_that_is_moved_in_an_editor_with_its_move_lands(
    path: Path, program: Program, editor: Any
) -> None:
    lines = (
        "due = 2014-05-31\nmoves = [ { on = 2014-02-10, from = 2014-03-31, to = 2014-05-31, "
        'why = "Two posts are empty.", approved = "Cabinet" } ]'
    )
    assert program("edit", *DAY, EDITOR=editor(replacing("due = 2014-03-31", lines))).code == 0
    assert reads_well(path)


def test_a_plan_that_changed_meanwhile_is_not_written_over(
    path: Path, program: Program, editor: Any
) -> None:
    another = "subprocess.run([sys.executable, '-m', 'actionplan', 'note', 'A1', 'Meanwhile.'])"
    ran = program("edit", EDITOR=editor(f"{replacing('every', 'each')}\n{another}"))
    assert ran.code == 5
    assert "plan.toml changed while you edited it." in ran.err
    assert "each team" in kept(ran).read_text(encoding="utf-8")
    assert "every team" in path.read_text(encoding="utf-8")
    assert 'note = "Meanwhile."' in path.read_text(encoding="utf-8")
    assert [entry["command"] for entry in entries(path)] == ["note"]


def test_a_change_of_the_same_field_meanwhile_is_told_with_who_made_it(
    path: Path, program: Program, editor: Any
) -> None:
    another = "subprocess.run([sys.executable, '-m', 'actionplan', 'note', 'A2', 'Meanwhile.'])"
    ran = program("edit", EDITOR=editor(f"{replacing('Begun.', 'Half.')}\n{another}"))
    assert ran.code == 5
    assert 'note = "Half."' in kept(ran).read_text(encoding="utf-8")
    assert 'note = "Meanwhile."' in path.read_text(encoding="utf-8")


# --- editors that fail --------------------------------------------------------------------------

FAILING: dict[str, tuple[str, str]] = {
    "none is set": ("", "No editor is set: name one in $EDITOR, such as EDITOR=nano."),
    "there is no such program": ("no-such-editor -w", "The editor 'no-such-editor -w' can't be "),
    "it ends with a fault": ("false", "The editor 'false' ended with a fault (1)."),
    "it can't be understood": ("'nano", "The editor ''nano' can't be started: No closing quot"),
    "it is stopped": ("sh -c 'kill -9 $$'", "' was stopped by signal (9)."),
    "it takes the file away": ("rm", "The editor 'rm' lost the text: No such file or directory."),
}


@pytest.mark.parametrize("name", list(FAILING))
def test_an_editor_that_fails_is_told_and_nothing_is_left_behind(
    name: str, path: Path, program: Program, own_temporary_folder: Path
) -> None:
    opened, sentence = FAILING[name]
    ran = program("edit", *DAY, EDITOR=opened)
    assert (ran.code, ran.out) == (1, "")
    assert sentence in ran.err
    assert ran.err.endswith("Nothing was changed.\n")
    assert path.read_text(encoding="utf-8") == TOML
    assert left(own_temporary_folder) == []


def test_what_was_saved_before_an_editor_failed_is_kept(
    path: Path, program: Program, editor: Any
) -> None:
    ran = program("edit", *DAY, EDITOR=editor(f"{replacing('Begun.', 'Half.')}\nsys.exit(1)"))
    assert ran.code == 1
    assert "Half." in kept(ran).read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8") == TOML


def test_what_an_editor_that_failed_had_saved_beside_the_text_is_kept(
    path: Path, program: Program, editor: Any, own_temporary_folder: Path
) -> None:
    script = "place.rename(place.with_suffix('.toml~'))\nsys.exit(1)"
    ran = program("edit", *DAY, EDITOR=editor(script))
    assert ran.code == 1
    (backup,) = left(own_temporary_folder)
    assert kept(ran) == backup.parent
    assert backup.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--as-at", "2999-01-01"), 6, "is still to come"),
        (("-f", "gone.toml"), 4, "there is no such file"),
        (("--by", " "), 2, "--by is empty"),
    ],
)
def test_what_is_refused_anyhow_is_refused_before_the_editor_opens(
    words: tuple[str, ...], code: int, sentence: str, path: Path, program: Program, editor: Any
) -> None:  # fmt: skip
    ran = program("edit", *words, EDITOR=editor("print('opened')"))
    assert ran.code == code
    assert sentence in ran.err
    assert "opened" not in ran.err
    assert path.read_text(encoding="utf-8") == TOML


def test_a_plan_that_can_not_be_read_is_mended_where_it_is(
    path: Path, program: Program, editor: Any
) -> None:
    path.write_text(TOML + "due = \n", encoding="utf-8")
    ran = program("edit", *DAY, EDITOR=editor("print('opened')"))
    assert ran.code == 4
    assert "plan.toml, line 36" in ran.err
    assert "opened" not in ran.err


def test_a_plan_with_problems_is_mended_in_the_editor(
    path: Path, program: Program, editor: Any
) -> None:
    path.write_text(TOML.replace('["F2"]', '["F9"]'), encoding="utf-8")
    ran = program("edit", *DAY, EDITOR=editor(replacing("Begun.", "Half.")))
    assert ran.code == 6
    assert "A2: answers names 'F9'" in ran.err
    assert program("edit", *DAY, EDITOR=editor(replacing("F9", "F2"))).code == 0
    assert path.read_text(encoding="utf-8") == TOML


# --- on a terminal ------------------------------------------------------------------------------


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Start the command on real terminals, and close them."""
    opened: list[Terminal] = []

    def start(command: str) -> Terminal:
        monkeypatch.setenv("EDITOR", command)
        opened.append(Terminal("edit", *DAY))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


TWICE = """\
first = b'Begun.' in text
place.write_bytes(text.replace(b'Begun.', b'Bro"ken') if first else text.replace(b'Bro"ken', b'Ok'))
"""


def test_on_a_terminal_what_is_wrong_can_be_edited_again(
    screen: Any, editor: Any, path: Path
) -> None:
    terminal = screen(editor(TWICE))
    shown = terminal.until("Edit it again? [y/N]: ")
    assert "plan.toml, line 35, column " in shown
    terminal.type("y")
    ran = terminal.finish()
    assert ran.code == 0
    assert "A2 note: Begun. -> Ok" in ran.out
    assert path.read_text(encoding="utf-8") == TOML.replace("Begun.", "Ok")


def words_of(shown: str) -> str:
    """Give what was shown with its lines joined again."""
    return " ".join(shown.split())


def test_on_a_terminal_a_text_that_is_given_up_is_kept(
    screen: Any, editor: Any, path: Path, own_temporary_folder: Path
) -> None:
    terminal = screen(editor(TWICE))
    terminal.until("Edit it again? [y/N]: ")
    terminal.type("")
    ran = terminal.finish()
    assert ran.code == 4
    assert "Nothing was changed. Your text is kept in " in words_of(ran.out)
    (place,) = left(own_temporary_folder)
    assert place.read_text(encoding="utf-8") == TOML.replace("Begun.", 'Bro"ken')
    assert path.read_text(encoding="utf-8") == TOML


@pytest.mark.usefixtures("path")
@pytest.mark.parametrize("is_key", [True, False], ids=["Ctrl-D", "Ctrl-C"])
def test_a_text_outlives_a_stop_at_the_question(
    is_key: bool, screen: Any, editor: Any, own_temporary_folder: Path
) -> None:
    terminal = screen(editor(TWICE))
    terminal.until("Edit it again? [y/N]: ")
    if is_key:
        os.write(terminal.end, b"\x04")
    else:
        os.killpg(terminal.process.pid, signal.SIGINT)
    ran = terminal.finish()
    assert ran.code != 0
    assert "Your text is kept in " in words_of(ran.out)
    assert len(left(own_temporary_folder)) == 1


def test_on_a_terminal_it_is_asked_whether_what_is_gone_is_meant(
    screen: Any, editor: Any, path: Path
) -> None:
    (old, new, *_) = FLAWED[-1]
    terminal = screen(editor(replacing(old, new)))
    assert "no longer has: A2." in words_of(terminal.until("Is that meant? [y/N]: "))
    terminal.type("y")
    assert terminal.finish().code == 0
    assert "A2" not in path.read_text(encoding="utf-8")


def test_an_editor_that_knows_what_to_do_with_ctrl_c_is_not_stopped_by_it(
    screen: Any, editor: Any, path: Path
) -> None:
    script = (
        "import signal, time\ncaught = []\n"
        "signal.signal(signal.SIGINT, lambda *_: caught.append(1))\n"
        "print('open')\nsys.stdout.flush()\n"
        "while not caught:\n    time.sleep(0.01)\n"
        "time.sleep(0.5)\n"
    )
    terminal = screen(editor(script + replacing("Begun.", "Half.")))
    terminal.until("open")
    os.killpg(terminal.process.pid, signal.SIGINT)
    assert terminal.finish().code == 0
    assert path.read_text(encoding="utf-8") == TOML.replace("Begun.", "Half.")


def test_a_stop_while_the_editor_is_open_loses_nothing_that_was_saved(
    screen: Any, editor: Any, path: Path, own_temporary_folder: Path
) -> None:
    script = f"{replacing('Begun.', 'Half.')}\nprint('open')\nsys.stdout.flush()\nimport time\n"
    terminal = screen(editor(f"{script}time.sleep(60)"))
    terminal.until("open")
    os.killpg(terminal.process.pid, signal.SIGINT)
    ran = terminal.finish()
    assert ran.code != 0
    assert "Your text is kept in " in words_of(ran.out)
    (place,) = left(own_temporary_folder)
    assert 'note = "Half."' in place.read_text(encoding="utf-8")
    assert path.read_text(encoding="utf-8") == TOML
