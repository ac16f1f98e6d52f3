"""The command that reminds: by mail, from a timer for years, or to files with no server at all.

It asks nothing, and says nothing where there is nothing to say or all was delivered.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from actionplan import mail, outbox, query, settings
from actionplan.cli import messages, options, session
from actionplan.cli.app import complain
from actionplan.cli.messages import Choice, Maker, Reminder, Round
from actionplan.cli.progress import busy
from actionplan.dates import counted
from actionplan.errors import RefusedError, WrongUsageError
from actionplan.outbox import Key, Letter
from actionplan.renderers.parts import Parts
from actionplan.reports import notices
from actionplan.reports.reminders import Terms
from actionplan.settings.mailing import MailSettings, NotSetUpError
from actionplan.store import reading

if TYPE_CHECKING:
    from datetime import date

    from actionplan.cli.session import Opened
    from actionplan.outbox import Told

app = typer.Typer(rich_markup_mode=None)

MOST = 200
"""So many messages go out without being agreed to."""
UNDELIVERED = 7
NO_SENDER = "actionplan@localhost"
"""Stands in files of messages where no mail is set up."""
FORMATS = ("text", "eml", "mbox")


@app.command()
def remind(
    *,
    to: Annotated[
        str, typer.Option(help="owners, each of what is theirs; officer or sponsor, of the whole.")
    ] = messages.OWNERS,
    group_by: Annotated[
        str, typer.Option("--group-by", help="The whole by owner, theme or none.")
    ] = "owner",
    cc: Annotated[
        list[str] | None,
        typer.Option("--cc", help="Who gets a copy of each message.", metavar="ADDRESS"),
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="overdue: nothing but what is overdue.", metavar="overdue")
    ] = None,
    ics: Annotated[
        bool, typer.Option("--ics", help="With each date to come as a file for a calendar.")
    ] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", help="Send nothing: text, eml or mbox.", metavar="FORMAT"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="With --format: the file, or for eml the folder.", metavar="PATH"
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Try connection and login; send nothing.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent, and to whom; send nothing.")
    ] = False,
    resend_unknown: Annotated[
        bool,
        typer.Option(
            "--resend-unknown", help="Send again what was cut off and may have arrived, or refused."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=f"Send more than {MOST} messages.")] = False,
    config: Annotated[
        Path | None, typer.Option("--config", help="The settings file.", metavar="FILE")
    ] = None,
    file: options.File = None,
    as_at: options.AsAt = None,
) -> None:
    """Remind owners by email of what is overdue and due; each once in a period, from a timer."""
    if check:
        _check(config)
        return
    choice = _choice(to, group_by, cc, only, ics=ics)
    place = _place(form, output)
    needed = not dry_run and place is None
    day = session.day(as_at)
    opened = session.open_plan(file, day)
    post = _settings(config, needed=needed)
    made = _round(opened, day, choice, post)
    sending = _Sending(opened, made, post, resend_unknown)
    if place is not None:
        _give(made, place, opened)
    elif dry_run:
        _show(sending)
    else:
        _send(sending, yes=yes)
    _finish(made, sending)
    opened.finish()
