"""What every test shares: a plan from the test's own docstring, and the program to run on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

from actionplan.planfile import reader
from actionplan.store import remembering

if TYPE_CHECKING:
    from actionplan.model import Plan

ROOT = Path(__file__).parent.parent
BIRMINGHAM = ROOT / "plans" / "birmingham-2014.toml"
AS_AT = date(2014, 2, 10)


def birmingham_as_at(day: date) -> Plan:
    """Give Birmingham's plan as it stood at the end of a day, rebuilt from its history."""
    return remembering.as_at(BIRMINGHAM, day).read.plan


HEAD = """\
format = 1
title = "A plan"
organisation = "A council"

[[review]]
id = "LGA"
title = "Peer review"

[[finding]]
id = "F1"
review = "LGA"
theme = "performance"
kind = "immediate"
text = "The front door needs immediate action."

[[finding]]
id = "F2"
review = "LGA"
theme = "workforce"
text = "Morale needs attention."

"""
"""What stands above the actions of a test's docstring: one review and two findings."""

settings.register_profile("same every time", derandomize=True, deadline=None, max_examples=50)
settings.register_profile(
    "in full", deadline=None, max_examples=3000, suppress_health_check=list(HealthCheck)
)
settings.load_profile("same every time")


def toml_of(documented: object) -> str:
    """Give the TOML of a docstring: all that follows its first empty line."""
    _, _, toml = cleandoc(documented.__doc__ or "").partition("\n\n")
    return f"{HEAD}{toml}\n" if toml else HEAD


def read_plan(toml: str) -> Plan:
    """Read a plan in which nothing may be wrong."""
    found = reader.read(toml.encode(), "plan.toml")
    assert found.problems == ()
    return found.plan


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests from the user's own settings, plans and terminal."""
    for name in ("FILE", "USER", "CONFIG", "MAIL_PASSWORD"):
        monkeypatch.delenv(f"ACTIONPLAN_{name}", raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ACTIONPLAN_USER", "Improvement officer")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def plan(request: pytest.FixtureRequest) -> Plan:
    """Give the plan that the docstring of the test shows."""
    return read_plan(toml_of(request.function))


@pytest.fixture
def plan_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Write the plan that the docstring of the test shows to ``plans/plan.toml``."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_bytes(toml_of(request.function).encode())
    long_ago(path)
    return path


@pytest.fixture
def birmingham(tmp_path: Path) -> Path:
    """Copy Birmingham's plan, with its history, to ``plans/``."""
    path = tmp_path / "plans" / BIRMINGHAM.name
    path.parent.mkdir()
    shutil.copy(BIRMINGHAM, path)
    shutil.copy(BIRMINGHAM.with_suffix(".history.jsonl"), path.parent)
    return path


def long_ago(path: Path) -> None:
    """Make a file one that was last saved before every day that the tests look at."""
    saved = datetime(2013, 12, 31, tzinfo=UTC).timestamp()
    os.utime(path, (saved, saved))


class Ran(NamedTuple):
    """What a command did: its exit code, what it printed, and what it said beside that."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """Run a command of the program."""

    def __call__(self, *arguments: str, typed: str | None = None) -> Ran:
        """Give the arguments, and what is typed on standard input."""


@pytest.fixture
def run() -> Run:
    """Run a command in this process, through the real app and its error boundary."""
    from actionplan.cli.app import app

    def run_here(*arguments: str, typed: str | None = None) -> Ran:
        result = CliRunner().invoke(app, list(arguments), input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run_here


class Program(Protocol):
    """Run the real program in a process of its own."""

    def __call__(self, *arguments: str, **environment: str) -> Ran:
        """Give the arguments, and what differs in the environment."""


@pytest.fixture
def program() -> Program:
    """Run the real program in a process of its own, its output piped."""

    def run_there(*arguments: str, **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "actionplan", *arguments],
            check=False,
            capture_output=True,
            env={**os.environ, "PYTHONWARNINGS": "error", **environment},
            timeout=60,
        )
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return Ran(done.returncode, out, err)

    return run_there
