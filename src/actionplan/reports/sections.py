"""The sections of the paper after the position: a function each, from the basis to a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan import assurance, legends, measures, query, rag
from actionplan.dates import counted, period_in_words, without_weekday, working_days_between
from actionplan.model import DONE_STAGES, OPEN_STAGES, SHELVED_STAGES
from actionplan.publication import IN_FULL
from actionplan.reports import figures
from actionplan.reports.basis import Basis, refs, sentence, total
from actionplan.reports.blocks import Block, Card, Items, Prose, Section, Subheading, Table
from actionplan.reports.lines import ActionLine, MoveLine, counts_by_theme, move_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from actionplan.legends import Legend
    from actionplan.model import Action, Finding, Test
    from actionplan.query import View
    from actionplan.reports.lines import CountLine


STANDING = ("ref", "title", "owner", "due", "rag", "verdict", "stage")

LATE = ("ref", "title", "owner", "due", "late", "original", "late_original")

MOVED = ("ref", "title", "moved_from", "moved_to", "times", "why", "approved")

UNTESTED = ("ref", "title", "owner", "delivered", "evidence")

WHOLE = ("ref", "title", "owner", "due", "original", "rag", "verdict", "stage")

OWN = ("ref", "title", "due", "original", "forecast", "rag", "verdict", "stage", "note")

BY_STAGE = (
    "theme", "actions", "not_started", "in_progress", "done", "embedded", "shelved", "rosier",
)  # fmt: skip

BY_RATING = ("theme", "open", "red", "amber", "green", "unrated", "overdue")

BY_FACTS = ("facts_red", "facts_amber", "facts_green")

BY_DIRECTION = ("theme", "better", "worse", "same", "new", "direction")

RESULTS = {
    "confirmed": "confirmed",
    "partly": "confirmed only in part",
    "not-confirmed": "not confirmed",
}

FACTS = (
    "what dates, stages and tests in the file support, whatever the colours of ratings are called: "
    "{red}, {wrong} or not confirmed; {amber}, {less}; {green}, nothing is"
)
LATE_OR_ASKED = ("late, not approved", "something is against it")
SLIPPED = (
    "a slip of {} or more from the date first agreed,",
    "a shorter slip, or something else is against it",
)
"""What makes the verdict the worst and the next, and the same in a legend of slippage."""

DIRECTION = (
    "against {}, by the worse of the rating and the facts; delivered is better than any rating of "
    "what is open, embedded better than delivered; new is what was not in the plan then, or was "
    "parked or superseded; what is parked or superseded now is not counted"
)


def immediate(basis: Basis, columns: tuple[str, ...] = STANDING) -> Section:
    """Each finding that asked for immediate action, and the actions that answer it."""
    found = [f for f in basis.view.findings.values() if f.kind == "immediate"]
    blocks: list[Block] = []
    for finding in found:
        answers = [a for a in basis.view.actions if finding.id in a.answers]
        if answers or not basis.view.filtered:
            blocks.append(Prose(f"{_finding(finding)}{_impact(finding, basis)}"))
            shown = basis.with_direction(columns)
            caption = f"Actions that answer {finding.id}"
            blocks.append(Table(basis.of(answers), shown, "No action answers it.", caption))
    return Section("immediate", "Immediate findings", tuple(blocks))


def _finding(finding: Finding) -> str:
    number = f", no. {finding.ref}" if finding.ref else ""
    response = f" Response: {finding.response}." if finding.response else ""
    return f"{finding.id} ({finding.review}{number}): {sentence(finding.text)}{response}"


def _impact(finding: Finding, basis: Basis) -> str:
    """Say whether it gets better for children, where the plan measures anything."""
    plan = basis.view.plan
    if not plan.measures:
        return ""
    return f" Impact: {measures.impact(plan, (finding.id,), basis.as_at).word}."


def counts(basis: Basis) -> Section:
    """How many actions of each theme stand where."""
    if not basis.lines:
        return Section("counts", "", ())
    rows = counts_by_theme(basis.lines, total(basis.view))
    shared = sum(len(line.themes) > 1 for line in basis.lines)
    serving = "action serves" if shared == 1 else "actions serve"
    note = (
        f"{shared} {serving} more than one theme, counted under each of them, and once in the "
        "last row."
    )
    rated = Table(rows, _rated_and_facts(basis, rows))
    blocks: list[Block] = [
        Table(rows, BY_STAGE, caption="Actions, by theme and stage"),
        figures.by_theme(basis, rows, rated) or rated,
    ]
    if basis.then is not None:
        caption = f"Direction of travel since {basis.last_report}, by theme"
        blocks.append(Table(rows, BY_DIRECTION, caption=caption))
    if shared:
        blocks.append(Prose(note))
    return Section("counts", "Actions by theme, stage and rating", tuple(blocks))


def _rated_and_facts(basis: Basis, rows: Iterable[CountLine]) -> tuple[str, ...]:
    """Give the columns of a count of ratings, as rated and by the facts."""
    columns = [column for column in by_rating(basis, rows) if column != "direction"]
    return (*columns[:-1], *BY_FACTS, columns[-1])


def course(basis: Basis) -> Section:
    """How it has gone: at each recorded report, and month by month."""
    drawn = (figures.over_time(basis), figures.by_month(basis))
    blocks = tuple(block for each in drawn if each for block in (Prose(each.said), each))
    return Section("course", "How it has gone", blocks)


def by_rating(basis: Basis, rows: Iterable[CountLine]) -> tuple[str, ...]:
    """Give the columns of a count of ratings; blue only where an open action is rated so."""
    columns = basis.with_direction(BY_RATING, "unrated")
    at = columns.index("green") + 1
    return (*columns[:at], "blue", *columns[at:]) if any(r.blue for r in rows) else columns


def completed(basis: Basis) -> Section:
    """What was delivered in the period, and what others tested in it, with its result."""
    done = [a for a in basis.view.actions if a.stage in DONE_STAGES]
    new = [a for a in done if _in_period(a.delivered, basis) and not _is_refuted(a, basis)]
    delivered = tuple(_completion(action, basis) for action in new)
    tested = tuple(
        f"{action.id} {action.title} ({action.owner}){_tests(action, basis)}."
        for action in done
        if action not in new and _tests_in_period(action, basis)
    )
    blocks: list[Block] = [Items(delivered) if delivered else Prose("Nothing.")]
    if tested:
        blocks += [Prose("Also tested by someone else in that time:"), Items(tested)]
    if basis.then is not None and basis.then.as_at == basis.since:
        since = basis.last_report
    else:
        since = without_weekday(basis.since)
    return Section("completed", f"Completed since {since}", tuple(blocks))


def _is_refuted(action: Action, basis: Basis) -> bool:
    test = assurance.last_test(action, basis.view.findings)
    return test is not None and test.result == "not-confirmed"


def _in_period(day: date | None, basis: Basis) -> bool:
    return day is not None and basis.since <= day <= basis.as_at


def _tests_in_period(action: Action, basis: Basis) -> list[Test]:
    return [test for test in action.tests_by_others() if _in_period(test.on, basis)]


def _completion(action: Action, basis: Basis) -> str:
    when = without_weekday(action.delivered) if action.delivered else ""
    told = f"{action.id} {action.title} ({action.owner}), delivered {when}{_against_date(action)}"
    return f"{told}{_tests(action, basis)}."


def _tests(action: Action, basis: Basis) -> str:
    return "".join(
        f"; tested by {test.by}, {without_weekday(test.on)}: {RESULTS[test.result]}"
        for test in _tests_in_period(action, basis)
        if test.on
    )


def _against_date(action: Action) -> str:
    first = action.original_due
    if first is None or action.delivered is None:
        return ""
    days = working_days_between(first, action.delivered)
    return f", {counted(days, 'working day')} after the date first agreed" if days else ""


def exceptions(basis: Basis) -> Section:
    """Each action that is off course, by its owner's rating or by the facts, and why."""
    legend = basis.view.legend
    off = [line for line in basis.lines if _is_exception(line, legend)]
    off.sort(
        key=lambda line: (-_severity(line, legend), not line.immediate, str(line.due or "9999"))
    )
    cards: tuple[Block, ...] = tuple(_exception(line, basis) for line in off)
    wrong = f"{legend.fact('red')} or {legend.fact('amber')}"
    empty = (Prose(f"None: no open action is {wrong}, neither as rated nor by the facts."),)
    return Section("exceptions", "Exceptions", cards or empty)


def _is_exception(line: ActionLine, legend: Legend) -> bool:
    if line.stage in OPEN_STAGES:
        return _severity(line, legend) > 0
    return line.rule in {"not-confirmed", "partly-confirmed"}


def _severity(line: ActionLine, legend: Legend) -> int:
    return max(legend.severities.get(line.rag, 0), rag.RANK.get(line.verdict, 0))


def _exception(line: ActionLine, basis: Basis) -> Card:
    signals, legend = basis.signals[line.ref], basis.view.legend
    facts = (
        ("Rated", f"{legend.said(line.rag)}; the facts say {legend.fact(line.verdict)}"),
        ("Facts", " ".join(signal.sentence for signal in signals) or line.verdict_reason),
        ("Reason", line.reason or "None given."),
        ("Being done", line.note or "Not stated."),
    )
    shown = tuple((label, text) for label, text in facts if text != IN_FULL)
    heading = f"{line.ref}: {line.title} ({line.owner})"
    declared = legend.severities.get(line.rag, 0)
    told = line.rag if declared >= rag.RANK.get(line.verdict, 0) else line.verdict
    return Card(heading, shown, told if told in legend.wrong else "")


def moves(basis: Basis) -> Section:
    """Dates moved in the period, and every move that still waits for approval."""
    lines: tuple[MoveLine, ...] = tuple(
        move_line(action, move, at)
        for action in basis.view.actions
        for at, move in enumerate(action.moves, 1)
        if _in_period(move.on, basis)
        or (not move.approved and at == len(action.moves) and action.is_open)
    )
    withheld = bool(lines) and all(line.why == IN_FULL for line in lines)
    columns = tuple(column for column in MOVED if not withheld or column != "why")
    table = Table(lines, columns, f"No date was moved since {without_weekday(basis.since)}.")
    return Section("moves", "Due dates moved, or asked to be moved", (table,))


def overdue(basis: Basis) -> Section:
    """What is late against the due date, and against the date first agreed."""
    late = basis.of((*query.overdue(basis.view), *query.past_original(basis.view)))
    table = Table(late, LATE, "No action is overdue, against its due date or the first agreed.")
    return Section("overdue", "Overdue, against both dates", (table,))


def due_next(basis: Basis) -> Section:
    """What is due within the time that the plan calls soon."""
    end = query.due_soon_until(basis.view)
    coming = query.due_until(basis.view, end)
    soon = period_in_words(basis.view.plan.policy.due_soon)
    columns = basis.with_direction(STANDING)
    table = Table(basis.of(coming), columns, f"Nothing is due up to {without_weekday(end)}.")
    return Section("due", f"Due in the next {soon}, up to {without_weekday(end)}", (table,))


def untested(basis: Basis) -> Section:
    """What its owner says is delivered and nobody else has tested, and what no evidence shows."""
    view = basis.view
    waiting = [action for action in view.actions if rag.is_untested(action, view.findings)]
    bare = [action for action in waiting if not action.evidence]
    lapsed = [a for a in waiting if assurance.last_lapsed(a, view.findings) is not None]
    told = (
        f"No evidence is named for {refs(bare)}." if bare else "",
        f"Tested, but what was tested has changed since: {refs(lapsed)}." if lapsed else "",
        "" if view.plan.measures else "The plan measures nothing: no number says what it changes.",
    )
    items = tuple(text for text in told if text)
    lead = Prose("Delivered by their owners' account, and tested by nobody else:")
    blocks: list[Block] = [lead, Table(basis.of(waiting), UNTESTED)] if waiting else []
    blocks += [Items(items)] if items else []
    return Section("untested", "Evidence gaps", tuple(blocks))


def shelved(basis: Basis) -> Section:
    """What was parked or superseded, why, and the date that it had."""
    items = [
        f"{line.ref} {line.title} ({line.owner}), {line.stage}: "
        f"{sentence(line.reason or 'no reason')}{_was_due(line)}"
        for line in basis.lines
        if line.stage in SHELVED_STAGES
    ]
    return Section("shelved", "Parked or superseded", (Items(tuple(items)),) if items else ())


def _was_due(line: ActionLine) -> str:
    return f" It was due {without_weekday(line.due)}." if line.due else ""


def facts(found: Legend) -> str:
    """Say what each verdict rests on, in the words that this legend has for it."""
    wrong, less = SLIPPED if found.scale == legends.SLIPPAGE else LATE_OR_ASKED
    called = {rating: found.fact(rating) for rating in legends.FACTS}
    return FACTS.format(wrong=wrong.format(period_in_words(found.red_after)), less=less, **called)


def legend(basis: Basis) -> Section:
    """What the words and colours mean in this plan."""
    labels = rag.legend(basis.view.plan.policy)
    items = (
        *(f"{colour.capitalize()}: {label}." for colour, label in labels.items()),
        *definitions(basis.view),
        *([f"Direction: {_direction(basis)}."] if basis.then is not None else []),
    )
    return Section("legend", "What the words mean", (Items(items),))


def definitions(view: View) -> tuple[str, ...]:
    """Say what the words beside the colours mean in a plan."""
    stale = period_in_words(view.plan.policy.stale_after)
    return (
        "Rated: what the owner declares.",
        f"Facts: {facts(view.legend)}.",
        "Overdue: still open and due before the day of this report, in working days of England.",
        "First agreed: the first due date, before any move.",
        "Delivered: the owner says so. Embedded: tested by someone other than the owner.",
        f"Stale: open, and not updated for more than {stale}.",
    )


def own(basis: Basis) -> Section:
    """Every action of an officer in one table, with the last note."""
    table = Table(basis.lines, OWN, "No action is theirs.")
    return Section("plan", "All actions", (table,))


def _direction(basis: Basis) -> str:
    last = "the last recorded report" if basis.past.is_last else basis.last_report
    return DIRECTION.format(last)


def whole_plan(basis: Basis) -> Section:
    """Every action, under each theme that it serves."""
    blocks: list[Block] = []
    columns = basis.with_direction(WHOLE)
    for theme in dict.fromkeys(theme for line in basis.lines for theme in line.themes):
        blocks.append(Subheading(f"Theme: {theme}"))
        of_theme = tuple(line for line in basis.lines if theme in line.themes)
        blocks.append(Table(of_theme, columns))
    without = tuple(line for line in basis.lines if not line.themes)
    if without:
        blocks += [Subheading("No theme"), Table(without, columns)]
    heading = "These actions, by theme" if basis.view.filtered else "The whole plan, by theme"
    return Section("plan", heading, tuple(blocks))
