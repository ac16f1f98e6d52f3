"""The command that reminds: by mail, from a timer for years, or to files with no server at all.

It asks nothing, and says nothing where there is nothing to say or all was delivered.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from actionplan import mail, outbox, query, settings
from actionplan.cli import delivery, messages, options, session
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

if TYPE_CHECKING:
    from datetime import date

    from actionplan.cli.session import Opened
    from actionplan.outbox import Told

app = typer.Typer(rich_markup_mode=None)

MOST = 200
"""So many messages go out without being agreed to."""
UNDELIVERED = 7
NOWHERE = "{}@nowhere.invalid"
"""Stands for an address in what is only shown, where no mail is set up."""
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
    all_reached = True
    if place is not None:
        _give(made, place, opened)
    elif dry_run:
        _show(sending)
    else:
        all_reached = _send(sending, yes=yes)
    for sentence in made.unreached:
        complain(f"Not reached: {sentence}")
    if made.unreached or not all_reached:
        raise typer.Exit(UNDELIVERED)
    opened.finish()


# --- what was asked for -------------------------------------------------------------------------


def _choice(to: str, group_by: str, cc: list[str] | None, only: str | None, *, ics: bool) -> Choice:
    """Read who is written to, and of what.

    Raises:
        WrongUsageError: where that is not one of the choices.

    """
    reader = _one_of(to, messages.READERS, "--to")
    group = _one_of(group_by, notices.GROUPS, "--group-by")
    if only is not None:
        _one_of(only, ("overdue",), "--only")
    copied = tuple(mail.address(address.strip(), international=True) for address in cc or ())
    return Choice(reader, group, tuple(dict.fromkeys(copied)), only is not None, ics)


def _one_of(word: str, known: tuple[str, ...], option: str) -> str:
    found = word.strip().casefold()
    if found not in known:
        message = f"{option} is '{word}': use {' or '.join(known)}."
        raise WrongUsageError(message, state="")
    return found


class _Place(NamedTuple):
    """Where messages go as files."""

    form: str
    output: Path | None
    """None for standard output."""


def _place(form: str | None, output: Path | None) -> _Place | None:
    if form is None:
        if output is not None:
            message = "-o is for --format: say whether text, eml or mbox is to be written."
            raise WrongUsageError(message, state="")
        return None
    found = _one_of(form, FORMATS, "--format")
    place = None if output is None or str(output) == "-" else output
    if found == "eml" and place is None:
        message = "Each message is a file of its own: name the folder for them with -o FOLDER."
        raise WrongUsageError(message, state="")
    return _Place(found, place)


def _settings(config: Path | None, *, needed: bool) -> MailSettings:
    """Read how mail goes out; where nothing is sent it need not be set up."""
    try:
        return settings.mail(config, os.environ)
    except NotSetUpError:
        if needed or config is not None:
            raise
        return MailSettings(
            settings.chosen_file(config, os.environ),
            NOWHERE.format("actionplan"),
            officer=NOWHERE.format(messages.OFFICER),
            sponsor=NOWHERE.format(messages.SPONSOR),
        )


def _check(config: Path | None) -> None:
    post = settings.mail(config, os.environ)
    if post.server is not None:
        session.put(f"{mail.check(post.server)}\n")
    else:
        mail.sendmail(post.sendmail).close()
        session.put(f"{post.sendmail[0]} is there. Nothing was sent.\n")


# --- a round ------------------------------------------------------------------------------------


class _Sending(NamedTuple):
    """A round of messages, and what it is sent by."""

    opened: Opened
    made: Round
    post: MailSettings
    resend_unknown: bool

    @property
    def ledger(self) -> Path:
        """Give the place where it is kept who was told what."""
        return outbox.ledger_of(self.opened.path)

    def letters(self) -> tuple[Letter, ...]:
        """Give the messages as the outbox takes them."""
        return tuple(self._letter(each) for each in self.made.reminders)

    def _letter(self, reminder: Reminder) -> Letter:
        key = Key(reminder.plan, reminder.known_as, reminder.period, reminder.what)
        return Letter(key, reminder.address, reminder.content)


def _round(opened: Opened, day: date, choice: Choice, post: MailSettings) -> Round:
    owners = (*opened.plan.owners, *session.owners_beside(opened.path))
    unsure = frozenset(problem.ref for problem in opened.read.faults)
    terms = Terms(choice.only_overdue, unsure, post.sponsor)
    _refuse_nowhere(choice, post)
    _refuse_copies(choice, post)
    maker = Maker(query.view(opened.plan, day), owners, choice, post, terms)
    with busy("Writing the reminders"):
        return maker.round(Parts(settings.own_parts(opened.path)), session.now())


def _refuse_nowhere(choice: Choice, post: MailSettings) -> None:
    """Refuse to write to the officer or the sponsor where no address is set up for them."""
    known = {messages.OFFICER: post.officer, messages.SPONSOR: post.sponsor}
    if choice.to in known and not known[choice.to]:
        message = (
            f"There is no address for the {choice.to}: write {choice.to} under [mail] in "
            f"{post.file}."
        )
        raise WrongUsageError(message, state="")


def _refuse_copies(choice: Choice, post: MailSettings) -> None:
    """Refuse to copy to where the settings do not let mail go."""
    for address in choice.copied:
        if not post.allows(address):
            message = "--cc goes to a domain that is not among the domains that [mail] allows."
            raise WrongUsageError(message, state="Nothing was sent.")


# --- nothing is sent ----------------------------------------------------------------------------


def _show(sending: _Sending) -> None:
    """Show each message that would be sent; say which were sent already."""
    letters = sending.letters()
    at = session.now()
    due = outbox.due(sending.ledger, letters, resend_unknown=sending.resend_unknown, at=at)
    wanted = {letter.key for letter in due}
    to_send = [
        reminder
        for reminder, letter in zip(sending.made.reminders, letters, strict=True)
        if letter.key in wanted
    ]
    session.put("".join(map(_framed, to_send)))
    settled = len(letters) - len(to_send)
    complain(
        f"{counted(len(to_send), 'message').capitalize()} would be sent"
        + (f"; {settled} more were sent, refused or are in doubt already." if settled else ".")
    )
    for step in outbox.unknown(sending.ledger, sending.opened.plan.title):
        complain(f"In doubt, of the period from {step.key.period}: {step.key.to}.")


_RULE = "-" * 72


def _framed(reminder: Reminder) -> str:
    return f"{messages.shown(reminder)}\n{_RULE}\n"


def _give(made: Round, place: _Place, opened: Opened) -> None:
    """Give the messages as files, or on standard output."""
    if place.form == "eml" and place.output is not None:
        _give_each(made, place.output, opened)
        return
    if place.form == "text":
        content = "".join(map(_framed, made.reminders)).encode()
    else:
        from actionplan.renderers import mailbox  # noqa: PLC0415 - only for this form

        content = mailbox.render(each.content for each in made.reminders)
    if place.output is None:
        delivery.put_bytes(content)
    else:
        session.write(place.output, content, opened.path, counted(len(made.reminders), "message"))


def _give_each(made: Round, folder: Path, opened: Opened) -> None:
    """Write each message as a file of its own, in a folder that is made where there is none."""
    from actionplan.store import output  # noqa: PLC0415 - only for this form

    output.make_folder(folder)
    for number, reminder in enumerate(made.reminders, 1):
        place = folder / f"{number:03}-{_file_name(reminder.reader)}.eml"
        output.refuse_plan(place, opened.path)
        output.write(place, reminder.content)
    complain(f"Wrote {counted(len(made.reminders), 'message')} to {folder}.")


def _file_name(reader: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", reader.casefold()).strip("-")[:60] or "reader"


# --- sent ---------------------------------------------------------------------------------------


def _send(sending: _Sending, *, yes: bool) -> bool:
    """Send what is still to be sent, name whoever is not reached, and tell whether all were.

    Raises:
        RefusedError: where it is more than anybody means without saying so.

    """
    letters = sending.letters()
    due = outbox.due(
        sending.ledger, letters, resend_unknown=sending.resend_unknown, at=session.now()
    )
    if len(due) > MOST and not yes:
        message = (
            f"This would send {counted(len(due), 'message')}: look at them with --dry-run, "
            "and agree with --yes."
        )
        raise RefusedError(message, state="Nothing was sent.")
    with busy("Sending"):
        told = outbox.post(
            sending.ledger,
            letters,
            sending.post.sender,
            lambda: _way_out(sending.post),
            resend_unknown=sending.resend_unknown,
            now=session.now,
        )
    readers = [reminder.reader for reminder in sending.made.reminders]
    lost = sum(_complained(reader, each) for reader, each in zip(readers, told, strict=True))
    _tell_sent(told)
    return not lost


def _way_out(post: MailSettings) -> mail.Line:
    return mail.connect(post.server) if post.server else mail.sendmail(post.sendmail)


_SAYS = {"refused": "Refused", "later": "Not sent yet", "unknown": "Not known to have arrived"}


def _complained(reader: str, told: Told) -> bool:
    """Name a reader who was not reached, by the post and not by the address, and say why."""
    says = _SAYS.get(told.outcome.word)
    if says is not None:
        complain(f"{says}: {reader}: {told.outcome.why}")
    return says is not None


def _tell_sent(told: tuple[Told, ...]) -> None:
    """Say on a terminal how many went out; a timer is told nothing that is no fault."""
    sent = sum(each.outcome.word == "sent" for each in told)
    already = sum(each.outcome.word == "already" for each in told)
    if sys.stderr.isatty():
        complain(f"{counted(sent, 'message')} sent, {already} sent before.".capitalize())
