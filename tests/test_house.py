"""The house itself: each module says what it knows, nothing is long, the docs are complete."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import BIRMINGHAM, ROOT

from actionplan import rag
from actionplan.cli.app import COMMANDS
from actionplan.planfile import reader, schema

if TYPE_CHECKING:
    from conftest import Run

MODULES = sorted((ROOT / "src").rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMAT = (ROOT / "docs" / "plan-format.md").read_text(encoding="utf-8")
LONGEST = 40


def functions(module: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def own_lines(function: ast.FunctionDef) -> int:
    """Count the lines of a function below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_every_module_opens_by_saying_what_it_knows(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert docstring is not None
    assert docstring.splitlines()[0].endswith((".", ":"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_no_function_is_long(module: Path) -> None:
    assert [f.name for f in functions(module) if own_lines(f) > LONGEST] == []


def test_most_functions_are_short() -> None:
    lengths = sorted(own_lines(function) for module in MODULES for function in functions(module))
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 26


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_no_pattern_needs_a_newer_python_than_the_first_3_11(module: Path) -> None:
    """Up to 3.11.4 a group that is atomic, or repeated possessively, matches too much."""
    assert re.findall(r"\(\?>|\)[*+?}]\+", module.read_text(encoding="utf-8")) == []


def test_every_command_is_in_the_readme_and_has_a_help(run: Run) -> None:
    for command in COMMANDS:
        assert f"actionplan {command}" in README or f"`{command} " in README, command
        assert run(command, "--help").code == 0


def test_a_command_mistyped_is_told_the_one_near_it(run: Run) -> None:
    done = run("overdeu")
    assert (done.code, done.out) == (2, "")
    assert "There is no command 'overdeu'. Is 'overdue' meant?" in done.err
    assert "Is '" not in run("xyzzy").err


def test_the_script_that_must_pass_runs_the_readme_s_own_command() -> None:
    commands = re.findall(r"```sh\n(python3 -m venv [^\n]*)\n```", README)
    assert len(commands) == 2
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


KINDS: dict[str, Any] = {
    name: kind for name, kind in vars(schema).items() if isinstance(kind, schema.Kind)
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_the_file_is_documented(kind: str) -> None:
    missing = [key for key in KINDS[kind].keys if f"`{key}`" not in FORMAT and key not in FORMAT]
    assert missing == []


def test_every_rule_of_the_verdict_is_documented_with_its_rating() -> None:
    for rule in rag.RULES:
        assert f"| {rule.name} | {rule.rating} |" in FORMAT


def test_the_example_of_the_format_has_no_problem() -> None:
    assert reader.read(BIRMINGHAM.read_bytes(), BIRMINGHAM.name).problems == ()


def test_the_repository_speaks_of_the_product_alone() -> None:
    """No paths of a machine, no address of a package registry."""
    words = ("/(?:home|root|work)/", r"pypi\.org", "python" + "hosted", r"registry\.npmjs")
    forbidden = re.compile("|".join(words))
    folders = ("src", "tests", "docs", "benchmarks", "plans", ".ci")
    files = [p for folder in folders for p in (ROOT / folder).rglob("*") if p.is_file()]
    files += list(ROOT.glob("*.md"))
    for path in files:
        if path.suffix == ".pyc" or path == Path(__file__):
            continue
        assert forbidden.search(path.read_text(encoding="utf-8", errors="replace")) is None, path
