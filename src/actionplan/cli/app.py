"""The app: which command lives where, and the one boundary that turns errors into sentences.

A command's module is imported when the command is called, so that `overdue` never pays for what
`add` needs. Nothing but this package prints, exits or reads the clock.
"""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from actionplan.errors import NOTHING_CHANGED, ActionPlanError, WrongUsageError

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("create", "Start"),
    "import": ("importing", "Start"),
    "edit": ("edit", "Start"),
    "add": ("create", "Change"),
    "update": ("change", "Change"),
    "note": ("change", "Change"),
    "move": ("change", "Change"),
    "done": ("change", "Change"),
    "test": ("proof", "Change"),
    "undo": ("memory", "Change"),
    "list": ("look", "Look"),
    "show": ("look", "Look"),
    "due": ("look", "Look"),
    "overdue": ("look", "Look"),
    "coverage": ("look", "Look"),
    "log": ("memory", "Look"),
    "changes": ("memory", "Look"),
    "check": ("judge", "Judge"),
    "clock": ("clock", "Judge"),
    "report": ("tell", "Tell"),
    "remind": ("remind", "Tell"),
    "export": ("export", "Tell"),
    "merge": ("share", "Share"),
    "meeting": ("meetings", "The other nouns"),
    "review": ("nouns", "The other nouns"),
    "finding": ("nouns", "The other nouns"),
    "milestone": ("milestones", "The other nouns"),
    "evidence": ("proof", "The other nouns"),
    "owner": ("nouns", "The other nouns"),
    "measure": ("measures", "The other nouns"),
}
"""Each command, the module of this package that holds it, and its heading in the help."""


LOOKING = frozenset({"Look", "Judge"})
"""The headings of commands that write nothing, and need not say that nothing was changed."""


class LazyGroup(TyperGroup):
    """A group that imports the module of a command when it is asked for."""

    def list_commands(self, _ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own context
        """Name the commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - typer's own
        """Import and build one command."""
        if cmd_name not in COMMANDS:
            return None
        inside: typer.Typer = import_module(f"actionplan.cli.{COMMANDS[cmd_name][0]}").app
        return _build(inside, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's own
        """Find the command that was typed, or say which one is near it."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches  # noqa: PLC0415 - only for a slip

            near = get_close_matches(name, COMMANDS, 1)
            meant = f" Is '{near[0]}' meant?" if near else ""
            ctx.fail(f"There is no command '{name}'.{meant}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer's own
        """List the commands under their headings."""
        headings = dict.fromkeys(heading for _, heading in COMMANDS.values())
        for heading in headings:
            names = [name for name, (_, under) in COMMANDS.items() if under == heading]
            rows = [(name, self.get_command(ctx, name).get_short_help_str(200)) for name in names]
            with formatter.section(heading):
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer's own
        """Run a command; an error of ours ends as its sentence and its exit code."""
        try:
            return super().invoke(ctx)
        except ActionPlanError as error:
            looking = COMMANDS.get(str(ctx.invoked_subcommand), ("", ""))[1] in LOOKING
            if looking and error.state == NOTHING_CHANGED:
                error.state = ""
            complain(str(error))
            raise typer.Exit(error.exit_code) from error
        except UnicodeEncodeError as error:
            complain(f"What was typed holds a byte that is not UTF-8. {NOTHING_CHANGED}")
            raise typer.Exit(WrongUsageError.exit_code) from error


def _build(inside: typer.Typer, name: str) -> Any:  # noqa: ANN401 - typer's own
    """Build one command, or one group: building all of a module takes three times as long."""
    for group in inside.registered_groups:
        if group.name == name:
            return typer.main.get_group_from_info(
                group, pretty_exceptions_short=True, suggest_commands=True, rich_markup_mode=None
            )
    command = next(
        info
        for info in inside.registered_commands
        if name == (info.name or typer.main.get_command_name(info.callback.__name__))  # type: ignore[union-attr]
    )
    return typer.main.get_command_from_info(
        command, pretty_exceptions_short=True, rich_markup_mode=None
    )


app = typer.Typer(
    name="actionplan",
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's own way of calling
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - 20 ms that only --version pays

        typer.echo(f"actionplan {version('actionplan')}")
        raise typer.Exit


@app.callback()
def start(
    *,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Keep a council's improvement action plan in one file, and keep it honest.

    The plan is -f FILE, else $ACTIONPLAN_FILE, else the only plan in plans/ here or above.
    """


def complain(sentence: str) -> None:
    """Print a sentence on standard error, safely; on a terminal, broken between words."""
    from actionplan.renderers.safe import safe_text  # noqa: PLC0415 - only where something is said

    lines = safe_text(sentence).split("\n")
    if sys.stderr.isatty():
        from textwrap import fill  # noqa: PLC0415 - only on a terminal

        width = typer.get_terminal_size().columns
        lines = [fill(line, width, subsequent_indent=_indent(line)) for line in lines]
    with contextlib.suppress(OSError, ValueError):
        print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201 - the one place


def _indent(line: str) -> str:
    spaces = len(line) - len(line.lstrip())
    return " " * (spaces + 4 if spaces else 0)


def main() -> int:
    """Run the command line and give its exit code; what no one foresaw ends as a sentence too."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except OSError as error:
        what = error.filename or "Something"
        complain(f"{what} could not be read or printed: {error.strerror or error}.")
        return 1
    except Exception as error:
        if os.environ.get("ACTIONPLAN_DEBUG"):
            raise
        complain(
            f"This is a fault in actionplan: {type(error).__name__}: {error}. Run it again with "
            "ACTIONPLAN_DEBUG=1 to see where, and report it. Look at the plan before repeating a "
            "change."
        )
        return 1
    return 0
