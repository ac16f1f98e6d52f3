"""Where a paper goes and in which form: a screen, a pipe, or a file of any kind."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from actionplan import settings
from actionplan.cli import session
from actionplan.cli.app import complain
from actionplan.cli.progress import busy
from actionplan.errors import ActionPlanError, WrongUsageError

if TYPE_CHECKING:
    from actionplan.renderers.forms import Form
    from actionplan.reports.blocks import Report

Output = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", help="The file to write; its ending says the form.", metavar="FILE"
    ),
]
To = Annotated[
    str | None,
    typer.Option("--to", help="The form: text, markdown, html, word, pdf or json.", metavar="FORM"),
]


class Delivery(NamedTuple):
    """What was asked for."""

    form: Form | None
    """``None`` for what fits where it goes: tables on a terminal, plain lines in a pipe."""
    output: Path | None
    """``None`` for standard output."""


def asked(output: Path | None, to: str | None, *, as_json: bool, plain: bool) -> Delivery:
    """Read what was asked for, before any work is done.

    Raises:
        WrongUsageError: where it is more than one form, or one that there is not, or one that a
            screen can't show.

    """
    names = [*(["json"] if as_json else []), *(["text"] if plain else []), *([to] if to else [])]
    if len(names) > 1:
        message = "A report is given in one form: take one of --json, --plain and --to."
        raise WrongUsageError(message)
    place = None if output is None or str(output) == "-" else output
    if not names and place is None:
        return Delivery(None, None)
    from actionplan.renderers import forms  # noqa: PLC0415 - only where a form is asked for

    form = forms.named(names[0]) if names else forms.of_file(place or Path())
    if place is None and not form.is_text and sys.stdout.isatty():
        message = f"A screen can't show {form.name}: name a file with -o FILE{form.endings[0]}."
        raise WrongUsageError(message)
    return Delivery(form, place)


class Drawn(NamedTuple):
    """A report as it will be given, before anything is written."""

    report: Report
    """With a council's own words, headings and order."""
    content: bytes | None
    """``None`` for what is drawn to fit where it goes."""


def draw(made: Report, delivery: Delivery, plan: Path, *, public: bool = False) -> Drawn:
    """Draw a report in the form that was asked for, with the council's own parts.

    Raises:
        UnreadableError: where a part of the council's own is at fault.
        WrongUsageError: where the file to write would be one.

    """
    folders = settings.own_parts(plan, public=public)
    if not folders and delivery.form is None:
        return Drawn(made, None)
    from actionplan.renderers.parts import Parts  # noqa: PLC0415 - only where a form is asked for

    parts = Parts(folders)
    if delivery.output is not None and parts.would_hold(delivery.output):
        message = (
            f"{delivery.output} would be taken for a part of your own papers: give it another name "
            "or another folder."
        )
        raise WrongUsageError(message)
    if folders:
        from actionplan.renderers import own  # noqa: PLC0415 - most have no parts of their own

        made = own.applied(made, parts)
    form = delivery.form.name if delivery.form else ""
    if taken := parts.taken(made, form) if folders else ():
        places = " and ".join(map(str, folders))
        complain(f"With {', '.join(taken)} from {places}.")
    if delivery.form is None:
        return Drawn(made, None)
    with busy(f"Drawing the report as {delivery.form.name}"):
        return Drawn(made, delivery.form.render(made, parts))


def give(drawn: Drawn, delivery: Delivery, plan: Path) -> None:
    """Give a report to the place that was asked for."""
    content = drawn.content
    if delivery.form is None or content is None:
        session.emit(drawn.report, as_json=False, plain=False)
    elif delivery.output is not None:
        session.write(delivery.output, content, plan, f"the report as {delivery.form.name}")
    elif delivery.form.is_text and (sys.stdout.isatty() or not delivery.form.is_utf8):
        session.put(content.decode())
    else:
        put_bytes(content)


def give_words(words: str, delivery: Delivery, plan: Path) -> None:
    """Give the words of a paper of which nothing else is kept.

    Raises:
        ActionPlanError: where another form was asked for.

    """
    if delivery.form is not None and delivery.form.name != "text":
        message = f"Only its words are kept, so it can't be given as {delivery.form.name}."
        raise ActionPlanError(message, state="")
    if delivery.output is None:
        session.put(words)
    else:
        session.write(delivery.output, words.encode(), plan, "the words of the report")


def put_bytes(content: bytes) -> None:
    """Print what is not read as lines on standard output, all of it.

    Raises:
        ActionPlanError: where it can't be printed; a reader that has gone away is no error of ours.

    """
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"The answer could not be printed: {os.strerror(error.errno or 0)}."
        raise ActionPlanError(message, state="") from error
