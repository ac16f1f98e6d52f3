"""What Tab offers, through the protocol that the shells speak, and what --help says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
import typer
from conftest import BIRMINGHAM, HEAD, Ran

from actionplan.cli.app import COMMANDS, app
from actionplan.model import DECLARED, STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Run

AS_INSTALLED = """\
import sys
from actionplan.__main__ import main
sys.argv[0] = "actionplan"
main()
"""
"""Start the program under the name that its installed script has."""
EVERY_ACTION = [f"A{number}" for number in range(1, 24)]
EVERY_FINDING = [f"F{number}" for number in range(1, 17)]
EVERY_MEASURE = ["M1", "M2", "M3"]
A1_AND_TEENS = ["A1", *(f"A{number}" for number in range(10, 20))]
F1_AND_TEENS = ["F1", *(f"F{number}" for number in range(10, 17))]


def completed(shell: str, words: str, **environment: str) -> Ran:
    """Ask as a shell does what may come after these words; the last of them is being typed."""
    typed = words.split(" ")
    done = subprocess.run(
        [sys.executable, "-c", AS_INSTALLED],
        check=False,
        capture_output=True,
        env={
            **os.environ,
            "_ACTIONPLAN_COMPLETE": f"complete_{shell}",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(typed) - 1),
            "_TYPER_COMPLETE_ARGS": words,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            **environment,
        },
        timeout=60,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def offers(words: str, **environment: str) -> list[str]:
    """Give what bash is offered."""
    ran = completed("bash", words, **environment)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.split("\n")[:-1] if ran.out.strip() else []


def unsafe(text: str) -> set[str]:
    """Give the characters of a text that a terminal would obey, or that hide or turn others."""
    return {
        letter
        for letter in text
        if letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"}
    }


@pytest.fixture
def birmingham(tmp_path: Path) -> Path:
    """Copy Birmingham's plan to ``plans/``."""
    path = tmp_path / "plans" / BIRMINGHAM.name
    path.parent.mkdir()
    shutil.copy(BIRMINGHAM, path)
    return path


# --- what is offered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("actionplan upd", ["update"]),
        ("actionplan owner ", ["add", "update", "replace", "list"]),
        ("actionplan update ", EVERY_ACTION),
        ("actionplan update A1 A1", A1_AND_TEENS),
        ("actionplan note A19", ["A19"]),
        ("actionplan move A7", ["A7"]),
        ("actionplan done A2", ["A2", "A20", "A21", "A22", "A23"]),
        ("actionplan show ", [*EVERY_ACTION, *EVERY_FINDING, "LGA", "DFE", *EVERY_MEASURE]),
        ("actionplan show L", ["LGA"]),
        ("actionplan measure ", ["add", "update", "record", "list"]),
        ("actionplan measure record ", EVERY_MEASURE),
        ("actionplan measure update M", EVERY_MEASURE),
        ("actionplan measure add Morale --findings F1", F1_AND_TEENS),
        ("actionplan finding update F1", F1_AND_TEENS),
        ("actionplan add Listen --answers F", EVERY_FINDING),
        ("actionplan list --finding F1", F1_AND_TEENS),
        ("actionplan update A1 --after A1", A1_AND_TEENS),
        ("actionplan list --review ", ["LGA", "DFE"]),
        ("actionplan finding add Words --review D", ["DFE"]),
        ("actionplan list --stage ", list(STAGES)),
        ("actionplan update A1 --stage p", ["parked"]),
        ("actionplan list --rag ", list(DECLARED)),
        ("actionplan update A1 --rag a", ["amber"]),
        ("actionplan update A1 --owner Principal", ["Principal social worker"]),
        (
            "actionplan list --theme ",
            [
                "performance",
                "communications",
                "workforce",
                "vision",
                "leadership",
                "change management",
            ],
        ),
        ("actionplan overdue --theme w", ["workforce"]),
        ("actionplan milestone ", ["add", "update", "remove", "list"]),
        ("actionplan milestone update A4 ", ["1", "2"]),
        ("actionplan milestone update A1 ", []),
        ("actionplan meeting ", ["add", "update", "remove", "list"]),
        ("actionplan meeting update ", ["Cabinet"]),
        ("actionplan review update L", ["LGA"]),
        ("actionplan ed", ["edit"]),
        ("actionplan show Z", []),
    ],
)
@pytest.mark.usefixtures("birmingham")
def test_tab_offers_what_the_plan_holds(words: str, offered: list[str]) -> None:
    assert offers(words) == offered


@pytest.mark.usefixtures("birmingham")
def test_tab_offers_each_owner_of_the_plan_once() -> None:
    for words in ("actionplan add Listen --owner ", "actionplan overdue --owner "):
        offered = offers(words)
        assert len(offered) == len(set(offered))
        assert "Assistant director, safeguarding" in offered
        assert "Head of performance" in offered
        assert len(offered) == 10


def test_tab_looks_into_the_plan_that_is_named(birmingham: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(HEAD, encoding="utf-8")
    assert offers("actionplan show -f other.toml ") == ["F1", "F2", "LGA"]
    assert offers(f"actionplan show --file {birmingham} M") == EVERY_MEASURE
    assert offers("actionplan show ", ACTIONPLAN_FILE=str(other)) == ["F1", "F2", "LGA"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.usefixtures("birmingham")
def test_other_shells_are_told_the_title_beside_the_ref(shell: str) -> None:
    ran = completed(shell, "actionplan update A19")
    assert (ran.code, ran.err) == (0, "")
    assert "A19" in ran.out
    assert "Write to all staff every fortnight on what has changed and why" in ran.out


def test_tab_changes_nothing(birmingham: Path) -> None:
    before = birmingham.read_bytes()
    offers("actionplan note ")
    assert [path.name for path in birmingham.parent.iterdir()] == [birmingham.name]
    assert birmingham.read_bytes() == before


# --- no plan, or one that can't be read ---------------------------------------------------------

ASKED = (
    "actionplan show ",
    "actionplan update ",
    "actionplan list --owner ",
    "actionplan list --theme ",
    "actionplan add Listen --answers ",
)
BROKEN: dict[str, bytes] = {
    "not TOML": b"title = \n",
    "conflict markers": HEAD.encode() + b"<<<<<<< HEAD\n=======\n>>>>>>> other\n",
    "UTF-16": HEAD.encode("utf-16"),
    "not UTF-8": b'title = "\xa3"\n',
    "NUL": b'title = "\0"\n',
    "wrong shapes": b'title = 3\naction = 4\nfinding = [5]\nowners = "x"\n',
    "empty": b"",
}


def silent(words: str, **environment: str) -> None:
    """Nothing is offered, nothing is said, and it is no error."""
    ran = completed("bash", words, **environment)
    assert (ran.code, ran.out.strip(), ran.err) == (0, "", "")


def test_tab_says_nothing_where_there_is_no_plan() -> None:
    for words in ASKED:
        silent(words)
    silent(ASKED[0], ACTIONPLAN_FILE="gone.toml")
    silent("actionplan show -f gone.toml ")


@pytest.mark.parametrize("name", list(BROKEN))
def test_tab_says_nothing_where_the_plan_can_not_be_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "plan.toml").write_bytes(BROKEN[name])
    for words in ASKED:
        silent(words)


def test_tab_says_nothing_where_there_are_several_plans_or_a_folder(
    birmingham: Path, tmp_path: Path
) -> None:
    shutil.copy(birmingham, birmingham.with_name("other.toml"))
    silent(ASKED[0])
    silent(ASKED[0], ACTIONPLAN_FILE=str(tmp_path))


def test_tab_offers_the_rest_of_a_plan_in_which_one_action_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    good = '[[action]]\nid = "A2"\nanswers = ["F1"]\ntitle = "Good"\nowner = "Head of HR"\n'
    text = f'{HEAD}[[action]]\nid = "A1"\nanswers = 3\ntitle = "Bad"\n\n{good}'
    (tmp_path / "plans" / "plan.toml").write_text(text, encoding="utf-8")
    assert offers("actionplan update ") == ["A1", "A2"]
    assert "Head of HR" in offers("actionplan list --owner ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_texts_of_a_plan_are_neither_obeyed_nor_taken_for_markup(
    shell: str, tmp_path: Path
) -> None:
    odd = r"[red] [/x] :skull: \u001b[31m \u001b]52\u0007 \u202e \u009b31m"
    action = f'[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "{odd}"\nowner = "Head {odd}"\n'
    text = HEAD.replace("Morale", odd).replace("workforce", f"theme {odd}") + action
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "plan.toml").write_text(text, encoding="utf-8")
    for words in (*ASKED, "actionplan finding update "):
        ran = completed(shell, words)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.strip() != ""
        assert unsafe(ran.out) == set()


# --- help ---------------------------------------------------------------------------------------


def every_command() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every command and group, with the words that call it."""
    whole: Any = typer.main.get_command(app)
    context = typer.Context(whole)
    yield (), whole
    for name in whole.list_commands(context):
        command = whole.get_command(context, name)
        yield (name,), command
        for inner, inside in getattr(command, "commands", {}).items():
            yield (name, inner), inside


CALLED = dict(every_command())


@pytest.mark.parametrize("words", list(CALLED), ids=lambda words: " ".join(words) or "actionplan")
def test_every_command_and_group_has_help_of_its_own(words: tuple[str, ...], run: Run) -> None:
    command = CALLED[words]
    assert command.help.strip().endswith(".")
    for option in ("--help", "-h"):
        ran = run(*words, option)
        assert (ran.code, ran.err) == (0, "")
        assert "Usage: " in ran.out
        assert " ".join(command.help.split()).split(".")[0] in " ".join(ran.out.split())
        assert "\x1b" not in ran.out


@pytest.mark.parametrize("words", list(CALLED), ids=lambda words: " ".join(words) or "actionplan")
def test_every_option_and_argument_says_what_it_is(words: tuple[str, ...]) -> None:
    for parameter in CALLED[words].params:
        assert getattr(parameter, "help", ""), parameter.name


def test_the_first_page_of_help_names_every_command(run: Run) -> None:
    shown = run("--help").out
    for name in COMMANDS:
        assert f"\n  {name} " in shown
    assert "$ACTIONPLAN_FILE" in shown


def test_help_needs_no_plan_and_no_terminal(run: Run) -> None:
    assert run("overdue", "--help").code == 0


def test_the_version_is_told(run: Run) -> None:
    ran = run("--version")
    assert ran.code == 0
    assert ran.out.startswith("actionplan 0.")
