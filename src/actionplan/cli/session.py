"""What every command shares: the clock, the plan that is meant, and where words go.

The clock is read here and nowhere else. Data goes to standard output, everything else to standard
error.
"""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from actionplan import dates, settings
from actionplan.cli.app import complain
from actionplan.errors import ActionPlanError, UnreadableError
from actionplan.store import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actionplan.model import Owner, Plan, Problem
    from actionplan.planfile.reader import PlanText
    from actionplan.renderers.terminal import Looks
    from actionplan.reports.blocks import Report

UNREADABLE = 4


def today() -> date:
    """Read the clock: the day where this machine stands."""
    return date.today()  # noqa: DTZ011, TID251 - here, and a council's day is not UTC's


def now() -> datetime:
    """Read the clock: the moment, with its offset from UTC."""
    return datetime.now().astimezone()  # noqa: TID251 - here and nowhere else


def day(text: str | None, reference: date | None = None) -> date:
    """Read an as-at date; today where none is given."""
    here = reference or today()
    return dates.parse(text, here) if text is not None else here


class Opened(NamedTuple):
    """A plan that a command looks at."""

    path: Path
    read: PlanText
    caution: str = ""
    """What a reader must know of how this state of the plan is known."""

    @property
    def plan(self) -> Plan:
        """Give the plan."""
        return self.read.plan

    def emit(self, report: Report, *, as_json: bool, plain: bool) -> None:
        """Print a report on this plan, with what its reader must know first."""
        caution = " ".join(text for text in (self.caution, report.caution) if text)
        emit(report._replace(caution=caution), as_json=as_json, plain=plain)

    def finish(self) -> None:
        """End with an exit code that says so where a part of the plan could not be read."""
        if self.read.faults:
            raise typer.Exit(UNREADABLE)


def plan_path(file: Path | None) -> Path:
    """Tell which plan is meant."""
    return settings.plan_path(file, os.environ, Path.cwd())


def open_plan(file: Path | None, as_at: date | None = None) -> Opened:
    """Read the plan that is meant, as it stood at the end of a day where that day is past.

    What is wrong in it is said on standard error, all at once.
    """
    opened = read_plan(file, as_at)
    _tell(opened.read)
    return opened


def read_plan(file: Path | None, as_at: date | None = None) -> Opened:
    """Read the same plan, and say nothing of what is wrong in it."""
    path = plan_path(file)
    return _stood(path, as_at) if as_at and as_at < today() else Opened(path, reading.load(path))


def _stood(path: Path, as_at: date) -> Opened:
    from actionplan.store import remembering  # noqa: PLC0415 - only a look at the past needs it

    return Opened(path, *remembering.as_at(path, as_at))


def _tell(read: PlanText) -> None:
    if not read.problems:
        return
    from actionplan.planfile.scanner import describe  # noqa: PLC0415 - only where there is a fault

    faults = read.faults
    name = read.source.name
    for line in describe(read.source.text, faults):
        complain(f"{name}, {line}.")
    if faults:
        complain("The rest of the plan is shown without what could not be read. Mend these lines.")
    kept = tuple(problem for problem in read.problems if problem.kept)
    if kept:
        complain(_unknown(name, read.source.text, kept))


def _unknown(name: str, text: str, kept: Sequence[Problem]) -> str:
    from actionplan.planfile.scanner import describe  # noqa: PLC0415 - only where there is a fault

    first = describe(text, tuple(kept))[0]
    others = len(kept) - 1
    more = f" (and {dates.counted(others, 'other key')} like it)" if others else ""
    joined = " It" if first.endswith("?") else "; it"
    return f"{name}, {first}{joined} is kept as it is{more}."


def owners_beside(plan: Path) -> tuple[Owner, ...]:
    """Give the owners kept beside the plan; what is wrong in their file is said.

    Raises:
        UnreadableError: where a line of it could not be read: nobody is taken for unknown.

    """
    read = reading.owners_text(plan)
    if read is None:
        return ()
    _tell(read)
    if read.faults:
        message = f"{read.source.name} names owners in a way that can't be read: mend it first."
        raise UnreadableError(message, state="Nothing was sent.")
    return read.plan.owners


def lost(read: PlanText) -> str:
    """Say in what is drawn from a plan that a part of it could not be read."""
    if not read.faults:
        return ""
    places = dates.counted(len(read.faults), "place")
    return f"What stands at {places} of the plan could not be read, and is left out."


# --- output -------------------------------------------------------------------------------------


def is_terminal() -> bool:
    """Tell whether standard output is a terminal, or is to be treated as one."""
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def can_ask(*, no_input: bool) -> bool:
    """Tell whether there is somebody to ask."""
    return not no_input and sys.stdin.isatty() and sys.stderr.isatty()


def put(text: str) -> None:
    """Print data on standard output, all of it.

    Raises:
        ActionPlanError: where it can't be printed; a reader that has gone away is no error of ours.

    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"The answer could not be printed: {error.strerror}."
        raise ActionPlanError(message, state="") from error


def write(output: Path, content: bytes, plan: Path, what: str) -> None:
    """Write a file that was asked for, never over the plan, and say so.

    Raises:
        WrongUsageError: where it is the plan or its history.
        ActionPlanError: where it can't be written.

    """
    from actionplan.store import output as place  # noqa: PLC0415 - only where a file is asked for

    place.refuse_plan(output, plan)
    place.write(output, content)
    complain(f"Wrote {what} to {output}.")


def emit(report: Report, *, as_json: bool, plain: bool) -> None:
    """Print a report in the form that was asked for, or that fits where it goes."""
    if as_json:
        from actionplan.renderers import as_json as form  # noqa: PLC0415 - only its own renderer

        put(form.render(report))
    elif plain or not is_terminal():
        _emit_plain(report)
    else:
        from actionplan.renderers import terminal  # noqa: PLC0415 - rich takes 30 ms

        put(terminal.render(report, _looks()))


def _emit_plain(report: Report) -> None:
    from actionplan.renderers import plain  # noqa: PLC0415 - only its own renderer

    text = plain.render(report)
    put(text)
    if text and report.kind in plain.LISTS:
        for note in plain.notes(report):
            complain(note)
    if report.caution and report.kind in plain.LISTS:
        complain(report.caution)


def _looks() -> Looks:
    from actionplan.renderers.terminal import Looks  # noqa: PLC0415 - rich takes 30 ms

    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() and int(columns) else _terminal_width()
    dumb = os.environ.get("TERM", "") in {"dumb", "unknown"}
    colour = not dumb and not os.environ.get("NO_COLOR")
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return Looks(width, colour, encoding.startswith("utf"))


def _terminal_width() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 80
