"""Measure actionplan beside the tools that people would use instead, in one run.

Whole processes, wall clock, medians; see docs/speed.md. Prints plain tables and what became of each
target. It is a measurement and no test: the exit code is 0 whatever the figures are.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import generate
import peers
from timing import Bench, Cell, Command, always

WEEKS = 156
SMALL, MIDDLE, LARGE = 300, 1_000, 10_000
START_LIMIT = 1.6
GROWTH_LIMIT = 10.0
PAGE_LIMIT = 1.5
WORD_LIMIT = 5.0
"""Seconds."""
PAGES, PAGES_LIMIT = 60, 10.0
ROWS_IN, ROWS_LIMIT = 2_000, 3.0
FORMS = ("markdown", "html", "word")
HELLO = """import typer

app = typer.Typer()


@app.command()
def main() -> None:
    pass


app()
"""


class Kit(NamedTuple):
    """What the rows share: the runner, the programs, and where the plans lie."""

    bench: Bench
    program: tuple[str, ...]
    todoman: str
    other: str

    def plan(self, actions: int, weeks: int = 0) -> Path:
        """Give a plan of a size, made when it is first asked for."""
        folder = self.bench.home / f"plan-{actions}-{weeks}"
        if not folder.exists():
            folder.mkdir()
            generate.write(folder, actions, weeks)
        return folder / f"plan-{actions}.toml"

    def look(self, label: str, plan: Path, *words: str) -> Command:
        """Give a command of actionplan that only looks, at the day of the plan."""
        return Command(label, always(*self.program, *words, "-f", plan, "--as-at", _as_at()))

    def update(self, label: str, plan: Path) -> Command:
        """Give the command that sets the forecast of one action, to another day in each round."""
        words = (*self.program, "update", "A150", "--yes", "--by", "Improvement officer")
        rest = ("-f", str(plan), "--as-at", _as_at())
        first = generate.AS_AT + timedelta(days=100)
        return Command(
            label, lambda number: (*words, "--forecast", f"{first + timedelta(number)}", *rest)
        )

    def floor(self, python: str = "", label: str = "Typer, doing nothing") -> Command:
        """Give a program of Typer that does nothing: what every command has to pay."""
        script = self.bench.home / "hello.py"
        script.write_text(HELLO, encoding="utf-8")
        return Command(label, always(python or sys.executable, script))


class Target(NamedTuple):
    """A figure to reach: what it is, what it has to be under, and what it was."""

    what: str
    limit: float
    figure: float | None

    def verdict(self) -> str:
        """Say whether it was met."""
        if self.figure is None:
            return f"not measured  {self.what}"
        met = "met" if self.figure <= self.limit else "missed"
        return f"{met:<12}  {self.what}: {self.figure:.2f} (at most {self.limit:g})"


Row = Callable[[Kit], list[Target]]


# --- the rows -----------------------------------------------------------------------------------


def floors(kit: Kit) -> list[Target]:
    """Row 1: what it costs to start at all."""
    bare = Command("python -c pass", always(sys.executable, "-c", "pass"))
    commands = [kit.floor(), bare]
    if kit.other:
        commands.append(kit.floor(kit.other, f"Typer {_typer_of(kit.other)}, doing nothing"))
    show("1. The floor", kit.bench.row(commands))
    return []


def overdue_small(kit: Kit) -> list[Target]:
    """Row 2: what is overdue of 300 actions, with three years of weekly updates behind them."""
    plan = kit.plan(SMALL, WEEKS)
    actions = peers.actions_of(plan)
    tasks = peers.taskwarrior(kit.bench, "task-overdue", actions, peers.notes_of(plan))
    cells = kit.bench.row(
        [
            kit.floor(),
            kit.look("actionplan overdue", plan, "overdue"),
            tasks.command("task overdue", always("task", "overdue")),
            peers.todoman(kit.bench, kit.todoman, actions),
        ]
    )
    show("2. Overdue, 300 actions, 156 weekly updates of each", cells)
    floor, ours, task, todo = cells
    return [
        Target("row 2, overdue of 300 to the floor of Typer", START_LIMIT, ours.ratio(floor)),
        Target("row 2, overdue of 300 to Taskwarrior", 1, ours.ratio(task)),
        Target("row 2, overdue of 300 to todoman", 1, ours.ratio(todo)),
    ]


def update_small(kit: Kit) -> list[Target]:
    """Row 3: one field of one action of the same plan."""
    plan = kit.plan(SMALL, WEEKS)
    notes = peers.notes_of(plan)
    tasks = peers.taskwarrior(kit.bench, "task-update", peers.actions_of(plan), notes)
    cells = kit.bench.row(
        [
            kit.floor(),
            kit.update("actionplan update --forecast", plan),
            tasks.command("task ID modify due:", peers.moving),
        ]
    )
    rewrite = kit.bench.single(peers.whole_file(kit.bench, sys.executable, plan, notes))
    show("3. One field of one action, the same plan", [*cells, rewrite])
    floor, ours, _task = cells
    return [Target("row 3, update of 300 to the floor of Typer", START_LIMIT, ours.ratio(floor))]


def overdue_large(kit: Kit) -> list[Target]:
    """Row 4: what is overdue of 10,000 actions."""
    task, ours = cells = kit.bench.row(_large(kit))
    show("4. Overdue, 10,000 actions, about half of them overdue", cells)
    return [Target("row 4, overdue of 10,000 to Taskwarrior", 1, ours.ratio(task))]


def _large(kit: Kit) -> list[Command]:
    plan = kit.plan(LARGE)
    tasks = peers.taskwarrior(kit.bench, "task-large", peers.actions_of(plan), {})
    return [
        tasks.command("task overdue", always("task", "overdue")),
        kit.look("actionplan overdue", plan, "overdue"),
    ]


def growth(kit: Kit) -> list[Target]:
    """Row 5: ten times the actions, for three commands."""
    commands = [kit.floor()]
    for actions in (MIDDLE, LARGE):
        plan = kit.plan(actions)
        commands.append(kit.look(f"list, {actions:,}", plan, "list"))
        commands.append(kit.update(f"update, {actions:,}", plan))
        commands.append(kit.look(f"report, {actions:,}", plan, "report"))
    floor, *cells = all_cells = kit.bench.row(commands)
    show("5. Growth, from 1,000 to 10,000 actions", all_cells)
    targets = []
    for name, less, more in zip(("list", "update", "report"), cells[:3], cells[3:], strict=True):
        what = f"row 5, {name}: 10,000 over 1,000, both without the floor"
        targets.append(Target(what, GROWTH_LIMIT, _grown(floor, less, more)))
    return targets


def _grown(floor: Cell, less: Cell, more: Cell) -> float | None:
    if not len(floor.times) == len(less.times) == len(more.times):
        return None
    rounds = zip(floor.times, less.times, more.times, strict=True)
    return statistics.median((c - a) / max(b - a, 0.1) for a, b, c in rounds)


def terminal(kit: Kit) -> list[Target]:
    """Row 6: the table that a person sees."""
    plan = kit.plan(SMALL, WEEKS)
    looks = {"FORCE_COLOR": "1", "COLUMNS": "120", "TERM": "xterm-256color"}
    drawn = kit.look("list, for a terminal", plan, "list")._replace(settings=looks)
    commands = [kit.floor(), kit.look("list, plain", plan, "list"), drawn]
    show("6. The list of 300 actions, plain and drawn", kit.bench.row(commands))
    return []


def memory(kit: Kit) -> list[Target]:
    """Row 7: the most memory that row 4 takes."""
    say("\n7. Peak memory of row 4")
    say(f"   {'':<34}{'MB':>9}")
    for command in (kit.floor(), *_large(kit)):
        peak = kit.bench.peak(command)
        figure = command.missing or "not told" if peak is None else f"{peak:.0f}"
        say(f"   {command.label:<34}{figure:>9}")
    return []


def papers(kit: Kit) -> list[Target]:
    """Row 8: the paper to cabinet in its forms, and what is carried away; of 10,000, once."""
    plan, large = kit.plan(SMALL), kit.plan(LARGE)
    looks = {"FORCE_COLOR": "1", "COLUMNS": "120", "TERM": "xterm-256color"}
    drawn = kit.look("report, for a terminal", plan, "report")._replace(settings=looks)
    book = str(kit.bench.home / "plan.xlsx")
    commands = [
        drawn,
        *(kit.look(f"report, {form}", plan, "report", "--to", form) for form in FORMS),
        kit.look("export, a workbook", plan, "export", book),
    ]
    cells = kit.bench.row(commands)
    show("8. The paper of 300 actions, in its forms", cells)
    ten = [kit.look(f"report, {form}", large, "report", "--to", form) for form in FORMS]
    show("   The same of 10,000 actions", kit.bench.row(ten))
    terminal, _, html, word, _ = cells
    seconds = word.median / 1000 if word.times else None
    return [
        Target("row 8, the paper as HTML to the terminal's", PAGE_LIMIT, html.ratio(terminal)),
        Target("row 8, seconds of the paper as Word", WORD_LIMIT, seconds),
    ]


def imports(kit: Kit) -> list[Target]:
    """Row 9: what comes in: a report of 60 pages, and a plan of 2,000 rows; each only looked at."""
    report, rows = kit.bench.home / "report.pdf", kit.bench.home / "rows.csv"
    generate.write_report(report, PAGES)
    generate.write_rows(rows, ROWS_IN)
    empty = kit.bench.home / "empty.toml"
    empty.write_text('format = 1\ntitle = "A plan"\norganisation = "A council"\n', encoding="utf-8")
    table = ("import", "plan", str(rows), "--review", "OFSTED", "--dry-run")
    read = always(*kit.program, "import", "findings", report, "--json")
    commands = [
        Command("pdftotext -layout", always("pdftotext", "-layout", report, "-")),
        Command("import findings, 60 pages", read),
        kit.look("import plan, 2,000 rows", empty, *table),
    ]
    cells = kit.bench.row(commands)
    show("9. What comes in", cells)
    _, pages, plan = (cell.median / 1000 if cell.times else None for cell in cells)
    return [
        Target("row 9, seconds of a report of 60 pages", PAGES_LIMIT, pages),
        Target("row 9, seconds of a plan of 2,000 rows", ROWS_LIMIT, plan),
    ]


ROWS: dict[int, Row] = {
    1: floors,
    2: overdue_small,
    3: update_small,
    4: overdue_large,
    5: growth,
    6: terminal,
    7: memory,
    8: papers,
    9: imports,
}


def show(title: str, cells: list[Cell]) -> None:
    """Print a row: medians, the ratio to its first command, and the lines that were printed."""
    say(f"\n{title}")
    say(f"   {'':<34}{'ms':>9}{'ratio':>9}{'lines':>9}")
    for cell in cells:
        if cell.missing:
            say(f"   {cell.label:<34}{cell.missing:>9}")
            continue
        ratio = cell.ratio(cells[0])
        if ratio is None and not cells[0].missing:
            ratio = cell.median / cells[0].median
        figure = "-" if ratio is None else f"{ratio:.2f}"
        say(f"   {cell.label:<34}{cell.median:>9.1f}{figure:>9}{cell.lines:>9}")


def say(line: str) -> None:
    """Print a line at once: a run takes minutes, and is watched."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# --- where it runs ------------------------------------------------------------------------------


def preamble(kit: Kit) -> None:
    """Say when, on what and with which releases."""
    now = datetime.now().astimezone()  # noqa: TID251 - a measurement has its day
    say(f"{now:%d %B %Y, %H:%M}, {kit.bench.rounds} rounds")
    say(f"{_processor()}, {os.cpu_count()} cores, {platform.system()}")
    names = ("typer", "rich", "rtoml", "tomlkit")
    releases = ", ".join(f"{name} {_release(name)}" for name in names)
    say(f"Python {platform.python_version()}, {releases}")
    task = peers.version("task", "--version")
    say(f"Taskwarrior {task}, todoman {peers.version(kit.todoman, '--version')}")
    say(
        "Whole processes, wall clock, medians; a ratio is the median of the ratios of the rounds,\n"
        "each to the first of its row. Modules are compiled beforehand and no PYTHON variable is\n"
        "passed on, as on any machine that was not told otherwise."
    )


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _release(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return peers.ABSENT


def _typer_of(python: str) -> str:
    code = "from importlib.metadata import version; print(version('typer'))"
    try:
        asked = subprocess.run([python, "-c", code], check=False, capture_output=True, text=True)
    except OSError:
        return "of another Python"
    return asked.stdout.strip() or "of another Python"


def _as_at() -> str:
    return generate.AS_AT.isoformat()


def _program() -> tuple[str, ...]:
    beside = Path(sys.executable).with_name("actionplan")
    return (str(beside),) if beside.exists() else (sys.executable, "-m", "actionplan")


def _compile() -> None:
    """Compile what the children import, for an environment may have kept Python from keeping it."""
    for name in (
        "actionplan",
        "typer",
        "click",
        "rich",
        "rtoml",
        "tomlkit",
        "filelock",
        "jinja2",
        "docx",
        "lxml",
        "xlsxwriter",
    ):
        found = find_spec(name)
        for folder in (found.submodule_search_locations or ()) if found else ():
            compileall.compile_dir(folder, quiet=2)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="rounds of each row")
    parser.add_argument("--quick", action="store_true", help="three rounds")
    parser.add_argument("--rows", default="", help="only these, such as 2,3")
    parser.add_argument("--todoman", type=Path, help="the program todo, where not on the path")
    parser.add_argument("--other-python", default="", help="an interpreter with another Typer")
    return parser.parse_args()


def main() -> None:
    """Measure the rows that were asked for."""
    given = _options()
    rows = [int(number) for number in given.rows.split(",") if number] or list(ROWS)
    _compile()
    with tempfile.TemporaryDirectory(prefix="actionplan-speed-") as folder:
        bench = Bench(Path(folder).resolve(), 3 if given.quick else max(given.rounds, 1))
        kit = Kit(bench, _program(), peers.todoman_path(given.todoman), given.other_python)
        preamble(kit)
        targets = [target for number in rows for target in ROWS[number](kit)]
    say("\nTargets")
    for target in targets:
        say(f"   {target.verdict()}")


if __name__ == "__main__":
    main()
