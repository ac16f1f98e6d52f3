"""The command that tells: report, drafted now, recorded as it was given, or as it was recorded."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from actionplan import publication, query
from actionplan.cli import completion, delivery, options, period, session
from actionplan.cli.app import complain
from actionplan.cli.progress import busy
from actionplan.errors import UnreadableError, WrongUsageError
from actionplan.reports import closeout, paper, sheets
from actionplan.reports.basis import MOST_REPORTS, Past, Stood
from actionplan.store import reading, recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from actionplan.cli.delivery import Delivery, Drawn
    from actionplan.cli.session import Opened
    from actionplan.query import Filter
    from actionplan.reports.blocks import Report
    from actionplan.store.recording import Recorded

app = typer.Typer(rich_markup_mode=None)

KINDS = {
    "report": paper.report,
    "summary": paper.summary,
    "board": paper.board,
    "owner": paper.officer,
}
CLOSE_OUT = "close-out"
NAMES_UNKNOWN = (
    "Read it before it is published: a name that neither the plan knows nor a title goes before "
    "can't be told from other words."
)


@app.command()
def report(
    *,
    summary: Annotated[
        bool, typer.Option("--summary", help="One page, immediate findings first.")
    ] = False,
    board: Annotated[
        bool, typer.Option("--board", help="For an improvement board: all that changed, in depth.")
    ] = False,
    close_out: Annotated[
        str | None,
        typer.Option(
            "--close-out",
            help="What was done about each finding of a review, and what difference it made.",
            metavar="REVIEW",
            autocompletion=completion.reviews,
        ),
    ] = None,
    public: Annotated[
        bool,
        typer.Option("--public", help="No names, addresses or candid texts; nothing exempt."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            help="Start of the period: a day or a recorded report; else the last report recorded, "
            "the last meeting, or 4 weeks.",
            metavar="DATE|REPORT",
        ),
    ] = None,
    output: delivery.Output = None,
    to: delivery.To = None,
    record: Annotated[
        str | None,
        typer.Option(help="Record what is reported, under this name.", metavar="NAME"),
    ] = None,
    as_recorded: Annotated[
        str | None,
        typer.Option(help="The words of a recorded report again.", metavar="NAME"),
    ] = None,
    by: options.By = None,
    accept_removals: options.AcceptRemovals = False,
    owner: Annotated[
        list[str] | None,
        typer.Option(
            "--owner",
            help="The page of this post; with another kind, only what is theirs.",
            metavar="POST",
            autocompletion=completion.owners,
        ),
    ] = None,
    theme: options.ThemeFilter = None,
    review: options.ReviewFilter = None,
    file: options.File = None,
    as_at: options.AsAt = None,
    as_json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Draft the paper: where the plan stands, in words first and tables after."""
    day = session.day(as_at)
    wanted = delivery.asked(output, to, as_json=as_json, plain=plain)
    only = {"owner": owner or [], "theme": theme or [], "review": review or []}
    named = _named(summary=summary, board=board, close_out=close_out is not None)
    if as_recorded is not None:
        others = (record, since, named, public, by, as_at, *only.values())
        if any(others):
            message = "--as-recorded gives the words again as they were: it takes no other choice."
            raise WrongUsageError(message)
        _again(session.open_plan(file), as_recorded, wanted)
        return
    opened = session.open_plan(file, day)
    if record is not None:
        recording.refuse_taken(opened.path, record)
    if close_out is not None:
        if since or any(only.values()):
            message = "--close-out is of one review, whole: it takes no filter and no period."
            raise WrongUsageError(message)
        only["review"] = [close_out]
    kind = named or ("owner" if owner else "report")
    with busy("Drafting the report"):
        draft = _drafted(opened, kind, since, only, day)._replace(public=public)
        made = _paper(opened, draft)
    drawn = delivery.draw(made, wanted, opened.path, public=public)
    told = draft._replace(name=record.strip()) if record and not opened.read.faults else None
    if told is None:
        delivery.give(drawn, wanted, opened.path)
        if record:
            complain("It was not recorded: a part of the plan could not be read.")
    else:
        kept = told.with_words(_words(drawn.report))
        _given_and_recorded(opened, drawn, wanted, kept, _Signed(by, accept_removals))
    opened.finish()


def _named(*, summary: bool, board: bool, close_out: bool) -> str:
    """Give the kind that was named, if one was.

    Raises:
        WrongUsageError: where there are several.

    """
    flags = {"summary": summary, "board": board, CLOSE_OUT: close_out}
    found = [kind for kind, given in flags.items() if given]
    if len(found) > 1:
        message = f"A report is of one kind: take one of {', '.join(f'--{k}' for k in found)}."
        raise WrongUsageError(message)
    return found[0] if found else ""


def _drafted(
    opened: Opened, kind: str, since: str | None, only: dict[str, list[str]], day: date
) -> Recorded:
    """Say which paper is to be drawn: as at which day, since when, of what, against which."""
    view = query.view(opened.plan, day, _filter(only))
    then = period.start(opened, since, day, paper.period_start(view)) if since else None
    last = recording.last(opened.path, day) if since is None else None
    began = then.day if then else last.as_at if last else paper.period_start(view)
    against = last.name if last else then.name if then and then.is_report else ""
    digest = recording.digest_of(opened.read)
    return recording.Recorded("", day, began, kind, only, against, opened.caution, digest)


def _filter(only: dict[str, list[str]]) -> Filter:
    return query.Filter(
        owner=tuple(only["owner"]), theme=tuple(only["theme"]), review=tuple(only["review"])
    )


def _paper(opened: Opened, asked: Recorded) -> Report:
    """Draw a paper."""
    wanted = _filter(dict(asked.only))
    past, caution = _past(opened, asked)
    withheld = ""
    if asked.public:
        opened, past, withheld = _published(opened, past)
    view = query.view(opened.plan, asked.as_at, wanted)
    if asked.kind == CLOSE_OUT:
        made = closeout.report(view, asked.only["review"][0])
    else:
        made = KINDS[asked.kind](view, asked.since, past.through(wanted))
    lost = session.lost(opened.read)
    cautions = (lost, withheld or sheets.exempt(view), asked.caution, caution, made.caution)
    told = made._replace(caution=" ".join(text for text in cautions if text))
    return told._replace(subtitle=f"{made.subtitle}. For the public") if asked.public else told


class _Past(NamedTuple):
    """The plans that a paper is told against, before any filter."""

    then: period.Start | None
    began: period.Start | None
    reports: tuple[period.Start, ...]
    is_last: bool
    """True where no report of the plan was recorded after the one that it is told against."""

    @property
    def starts(self) -> tuple[period.Start, ...]:
        return tuple(start for start in (self.then, self.began, *self.reports) if start)

    def mapped(self, change: Callable[[period.Start], period.Start]) -> _Past:
        then, began = (change(start) if start else None for start in (self.then, self.began))
        return self._replace(then=then, began=began, reports=tuple(map(change, self.reports)))

    def through(self, wanted: Filter) -> Past:
        then, began = (start.view(wanted) if start else None for start in (self.then, self.began))
        reports = tuple(Stood(start.name, start.view(wanted)) for start in self.reports)
        name = self.then.name if self.then else ""
        return Past(then, name, began, reports, self.is_last)


def _past(opened: Opened, asked: Recorded) -> tuple[_Past, str]:
    """Give what a paper is told against, and what a reader must know of it."""
    if asked.kind == CLOSE_OUT:
        return _Past(None, None, (), is_last=False), ""
    against = recording.named(opened.path, asked.against) if asked.against else None
    then = period.from_report(opened, against) if against else None
    began = period.from_day(opened, asked.since) if not then and asked.kind == "board" else None
    told = recording.told_before(opened.path, asked)
    is_last = bool(against and told and told[-1].name == against.name)
    read = recording.plans_of(opened.path, told[-MOST_REPORTS:]) if told else ()
    reports = tuple(period.Start(each.name, each.as_at, plan.plan) for each, plan in read)
    return _Past(then, began, reports, is_last), began.caution if began else ""


def _published(opened: Opened, past: _Past) -> tuple[Opened, _Past, str]:
    """Give the plans as the public may see them, and what that leaves out.

    Raises:
        UnreadableError: where something in the plan could not be read, or may be meant as
            ``exempt``: what is to be left out could not be relied on.

    """
    today = reading.load(opened.path)
    problems = (*opened.read.problems, *today.problems)
    unsure = [p for p in problems if not p.kept or _may_be_exempt(p.path[-1])]
    if unsure:
        message = (
            "The version for the public is not made while the plan has what could not be read: "
            f"what it is to leave out might be there. Mend first: {unsure[0].sentence}."
        )
        raise UnreadableError(message, state="")
    earlier = (opened.plan, *(start.plan for start in past.starts))
    out = publication.marks(today.plan, earlier)
    known = (owner for plan in (today.plan, *earlier) for owner in plan.owners)
    clean = publication.Cleaner((*known, *reading.owners_beside(opened.path)))
    made = publication.published(opened.plan, clean, out)
    complain(NAMES_UNKNOWN)

    def shown(start: period.Start) -> period.Start:
        plan = publication.published(start.plan, clean, out).plan
        return start._replace(plan=plan, name=clean(start.name))

    read = opened.read._replace(plan=made.plan)
    return opened._replace(read=read), past.mapped(shown), made.sentence


def _may_be_exempt(key: str | int) -> bool:
    from difflib import get_close_matches  # noqa: PLC0415 - only where a key is not known

    return bool(get_close_matches(str(key).casefold(), ["exempt"], 1))


def _words(made: Report) -> str:
    from actionplan.renderers import plain  # noqa: PLC0415 - only where a report is recorded

    return plain.render(made)


class _Signed(NamedTuple):
    """Who records, and on what terms."""

    by: str | None
    accept_removals: bool


def _given_and_recorded(
    opened: Opened, drawn: Drawn, wanted: Delivery, told: Recorded, signed: _Signed
) -> None:
    """Give a report and record it: a file is written first, for what is recorded was given."""
    if wanted.output is not None:
        delivery.give(drawn, wanted, opened.path)
    _record(opened, told, signed)
    if wanted.output is None:
        delivery.give(drawn, wanted, opened.path)


def _record(opened: Opened, told: Recorded, signed: _Signed) -> None:
    """Write into the history what is reported."""
    from actionplan.cli.changing import Order  # noqa: PLC0415 - only where it records
    from actionplan.cli.signing import signature  # noqa: PLC0415 - as above
    from actionplan.store import writing  # noqa: PLC0415 - as above

    order = Order(opened.path, told.as_at, "report", signed.by, told.name)
    terms = writing.Terms(accept_removals=signed.accept_removals, more=told.as_data())
    expected = told.plan if told.as_at >= session.today() else ""
    make = recording.unchanged(expected)
    for sentence in writing.change(opened.path, make, signature(order), terms).found:
        complain(sentence)
    complain(f"Recorded as '{told.name}', with the digest of the plan and of the paper.")


def _again(opened: Opened, name: str, wanted: Delivery) -> None:
    """Give the words of a recorded report, and say where they would be others today."""
    told = recording.the(opened.path, name)
    read = recording.plan_of(opened.path, told)
    if read is None:
        complain("The plan that it was drawn from can't be rebuilt: these are the words as kept.")
        delivery.give_words(told.words, wanted, opened.path)
        return
    made = _paper(opened._replace(read=read), told)
    drawn = delivery.draw(made, wanted, opened.path, public=told.public)
    now = _words(drawn.report)
    if recording.digest_of_words(now) == told.paper:
        delivery.give(drawn, wanted, opened.path)
        return
    complain(
        "This release would word it differently, or your own parts do: these are the words as they "
        "were recorded."
    )
    then, today = told.words.splitlines(), now.splitlines()
    for line in list(unified_diff(then, today, n=0, lineterm=""))[2:]:
        if not line.startswith("@@"):
            complain(f"  {line}")
    delivery.give_words(told.words, wanted, opened.path)
