"""The report to cabinet: words first, tables after; the whole, or one page of it.

The order is the skeleton that councils' papers share: decisions sought, the position, what asked
for immediate action, counts, what was completed, exceptions with their reasons, dates moved,
what is overdue against both dates, what is declared rosier than the facts, what is due next, what
is delivered and untested, what is parked or superseded, the legend, the reviews, and the whole
plan by theme.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from actionplan import query, rag
from actionplan.dates import (
    counted,
    earlier,
    in_words,
    in_working_days,
    period_in_words,
    times_in_words,
    without_weekday,
    working_days_between,
)
from actionplan.model import RATINGS, Period
from actionplan.reports.blocks import Block, Card, Items, Prose, Report, Section, Table
from actionplan.reports.lines import (
    ActionLine,
    MoveLine,
    action_lines,
    counts_by_theme,
    move_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from actionplan.model import Action, Finding, Test
    from actionplan.query import View

USUAL_PERIOD = Period(28, "d")
SUMMARY_LINES = 5

STANDING = ("ref", "title", "owner", "due", "rag", "verdict", "stage")
LATE = ("ref", "title", "owner", "due", "late", "original", "late_original")
MOVED = ("ref", "title", "moved_from", "moved_to", "times", "why", "approved")
UNTESTED = ("ref", "title", "owner", "delivered", "evidence")
WHOLE = ("ref", "title", "owner", "due", "original", "rag", "verdict", "stage")
BY_STAGE = (
    "theme", "actions", "not_started", "in_progress", "done", "embedded", "shelved", "rosier",
)  # fmt: skip
BY_RATING = ("theme", "open", "red", "amber", "green", "unrated", "overdue")
OPEN_STAGES = frozenset({"not-started", "in-progress"})


class Basis(NamedTuple):
    """What every section is drawn from, worked out once."""

    view: View
    since: date
    lines: tuple[ActionLine, ...]
    actions: Mapping[str, Action]
    """The actions that are looked at, by their refs."""
    by_ref: Mapping[str, ActionLine]

    @property
    def as_at(self) -> date:
        """Give the day of the report."""
        return self.view.as_at

    def of(self, actions: Iterable[Action]) -> tuple[ActionLine, ...]:
        """Give the lines of some actions, in their order."""
        return tuple(self.by_ref[action.id] for action in actions)


def period_start(view: View) -> date:
    """Give the default start of the period: the last meeting before the day, or four weeks."""
    met = [m.on for m in view.plan.meetings if m.on and m.on < view.as_at]
    return max(met, default=earlier(view.as_at, USUAL_PERIOD))


def report(view: View, since: date) -> Report:
    """Draft the whole paper for the period from one day to the as-at date."""
    return _paper(view, since, "report", SECTIONS)


def summary(view: View, since: date) -> Report:
    """Draft the one page: what asked for immediate action first."""
    return _paper(view, since, "summary", SUMMARY)


def _paper(
    view: View, since: date, kind: str, sections: tuple[Callable[[Basis], Section], ...]
) -> Report:
    lines = action_lines(view, view.actions)
    actions = {action.id: action for action in view.actions}
    basis = Basis(view, since, lines, actions, {line.ref: line for line in lines})
    made = (section(basis) for section in sections)
    shown = tuple(section for section in made if section.blocks)
    period = f"Since {in_words(since)}" if since < view.as_at else ""
    caution = " ".join(text for text in (_narrowed(view), _ahead_of_day(view)) if text)
    return Report(kind, view.plan.title, view.as_at, shown, _for_whom(view), period, caution)


def _narrowed(view: View) -> str:
    if not view.filtered:
        return ""
    return (
        f"Not the whole plan: only {view.only}, {len(view.actions)} of "
        f"{counted(len(view.plan.actions), 'action')}."
    )


def _total(view: View) -> str:
    return "these actions" if view.filtered else "whole plan"


def _for_whom(view: View) -> str:
    coming = sorted((m.on, m.body) for m in view.plan.meetings if m.on and m.on >= view.as_at)
    meeting = f"for {coming[0][1]}, {in_words(coming[0][0])}" if coming else ""
    return ", ".join(part for part in (view.plan.organisation, meeting) if part)


# --- decisions and position ---------------------------------------------------------------------


def decisions(basis: Basis) -> Section:
    """What the meeting is asked to approve: the moves of dates that wait for it."""
    asked = [
        f"To approve that {action.id} ({action.title}) is due {without_weekday(move.to)} and not "
        f"{without_weekday(move.from_)}{_moved_before(action)}: {_sentence(move.why)}"
        for action in basis.view.actions
        if action.moves
        for move in action.moves[-1:]
        if not move.approved and move.to and move.from_ and action.is_open
    ]
    return Section("decisions", "Decisions sought", (Items(tuple(asked)),) if asked else ())


def _moved_before(action: Action) -> str:
    before, first = len(action.moves) - 1, action.original_due
    if not before or not first:
        return ""
    return f" (moved {times_in_words(before)} before, first agreed for {without_weekday(first)})"


def reviews(basis: Basis) -> Section:
    """Which reviews the plan answers."""
    items = [
        ", ".join(part for part in (f"{r.id}: {r.title}", r.body, _day(r.on)) if part)
        for r in basis.view.plan.reviews
    ]
    return Section("reviews", "The reviews", (Items(tuple(items)),) if items else ())


def _day(day: date | None) -> str:
    return without_weekday(day) if day else ""


def position(basis: Basis) -> Section:
    """Where the plan stands, in a few sentences."""
    sentences = [_answered(basis), _lateness(basis), _ratings(basis)]
    return Section("position", "The position", tuple(Prose(text) for text in sentences if text))


def _answered(basis: Basis) -> str:
    view = basis.view
    stages = Counter(line.stage for line in basis.lines)
    parts = [
        f"{stages[stage]} {words}"
        for stage, words in (
            ("not-started", "not started"),
            ("in-progress", "in progress"),
            ("delivered", "delivered by their owners' account"),
            ("embedded", "embedded, tested by someone else"),
            ("parked", "parked"),
            ("superseded", "superseded"),
        )
        if stages[stage]
    ]
    standing = f": {_listed(parts)}" if parts else ""
    if view.filtered:
        return f"{counted(len(basis.lines), 'action').capitalize()} looked at here{standing}."
    asked = [f for f in view.findings.values() if not f.is_strength and f.response != "declined"]
    declined = [f.id for f in view.findings.values() if f.response == "declined"]
    live = (action for action in view.actions if action.stage not in rag.UNRATED_STAGES)
    answered = {ref for action in live for ref in action.answers}
    unanswered = [finding.id for finding in asked if finding.id not in answered]
    shelved_only = {ref for action in view.actions for ref in action.answers} & set(unanswered)
    why = " (a parked or superseded action is no answer)" if shelved_only else ""
    left = f" Not answered: {_listed(unanswered)}{why}." if unanswered else ""
    left += f" Declined, with a reason: {_listed(declined)}." if declined else ""
    heard = {finding.review for finding in view.findings.values()}
    silent = [review.id for review in view.plan.reviews if review.id not in heard]
    waiting = f" The plan holds no finding of {_listed(silent)} yet." if silent else ""
    by = f"{counted(len(basis.lines), 'action')}{standing}"
    if not view.findings:
        return f"The plan holds no findings yet, and {by}.{waiting}"
    if not asked:
        return f"No finding of the plan asks for an answer; it has {by}.{left}{waiting}"
    verb = "is" if len(asked) == 1 else "are"
    return (
        f"{len(asked) - len(unanswered)} of {counted(len(asked), 'finding')} {verb} answered, by "
        f"{by}.{left}{waiting}"
    )


def _lateness(basis: Basis) -> str:
    late = query.overdue(basis.view)
    moved = query.past_original(basis.view)
    undated = query.undated(basis.view)
    if late and late[0].due:
        days = in_working_days(working_days_between(late[0].due, basis.as_at))
        verb = "action is" if len(late) == 1 else "actions are"
        oldest = f", by {days}" if len(late) == 1 else f", the oldest by {days}"
        text = f"{len(late)} {verb} overdue{oldest} ({_refs(late)})."
    else:
        text = "No action is overdue."
    approved = tuple(a for a in moved if a.moves[-1].approved)
    asked = tuple(a for a in moved if not a.moves[-1].approved)
    if approved:
        verb, was = ("is", "it was") if len(approved) == 1 else ("are", "they were")
        more = " more" if late else ""
        text += (
            f" {len(approved)}{more} {verb} past the date first agreed, and not overdue only "
            f"because {was} moved ({_refs(approved)})."
        )
    if asked:
        verb = "is" if len(asked) == 1 else "are"
        more = " more" if late or approved else ""
        text += (
            f" {len(asked)}{more} {verb} past the date first agreed, and not overdue only because "
            f"a later date was asked for, which nobody has approved yet ({_refs(asked)})."
        )
    if undated:
        verb = "has" if len(undated) == 1 else "have"
        text += f" {len(undated)} {verb} no due date ({_refs(undated)})."
    return text


def _ratings(basis: Basis) -> str:
    open_lines = [line for line in basis.lines if line.stage in {"not-started", "in-progress"}]
    if not open_lines:
        return ""
    declared = Counter(line.rag for line in open_lines)
    facts = Counter(line.verdict for line in open_lines)
    rosier = [line for line in basis.lines if line.challenge]
    rated = [f"{declared[rating]} {rating}" for rating in RATINGS]
    if declared[""]:
        rated.append(f"{declared['']} not at all")
    text = (
        f"Of {counted(len(open_lines), 'open action')}, owners rate {_listed(rated)}; the facts in "
        f"the file support {_listed([f'{facts[rating]} {rating}' for rating in RATINGS])}."
    )
    if rosier:
        places = "one place" if len(rosier) == 1 else f"{len(rosier)} places"
        done = sum(line.stage not in OPEN_STAGES for line in rosier)
        among = f" ({done} of them delivered or embedded)" if done else ""
        text += f" In {places}{among} what is declared is rosier than the facts."
    return text


def _ahead_of_day(view: View) -> str:
    days = [
        day
        for action in view.actions
        for day in (
            action.updated,
            action.delivered,
            *(move.on for move in action.moves),
            *(test.on for test in action.tests),
            *(evidence.on for evidence in action.evidence),
            *(milestone.done for milestone in action.milestones),
        )
        if day and day > view.as_at
    ]
    if not days:
        return ""
    stated, latest = without_weekday(view.as_at), without_weekday(max(days))
    return (
        f"The file holds entries made after {stated} (the latest of {latest}): this page reckons "
        f"dates as at {stated}, but states those entries as they stand now."
    )


# --- what asked for immediate action ------------------------------------------------------------


def immediate(basis: Basis) -> Section:
    """Each finding that asked for immediate action, and the actions that answer it."""
    return _immediate(basis, STANDING)


def short_immediate(basis: Basis) -> Section:
    """Give the same, a line for each action: who owns it stands in the full report."""
    return _immediate(basis, tuple(column for column in STANDING if column != "owner"))


def _immediate(basis: Basis, columns: tuple[str, ...]) -> Section:
    found = [f for f in basis.view.findings.values() if f.kind == "immediate"]
    blocks: list[Block] = []
    for finding in found:
        answers = [a for a in basis.view.actions if finding.id in a.answers]
        if answers or not basis.view.filtered:
            blocks.append(Prose(_finding(finding)))
            blocks.append(Table(basis.of(answers), columns, "No action answers it."))
    return Section("immediate", "Immediate findings", tuple(blocks))


def _finding(finding: Finding) -> str:
    number = f", no. {finding.ref}" if finding.ref else ""
    response = f" Response: {finding.response}." if finding.response else ""
    return f"{finding.id} ({finding.review}{number}): {_sentence(finding.text)}{response}"


# --- counts -------------------------------------------------------------------------------------


def counts(basis: Basis) -> Section:
    """How many actions of each theme stand where."""
    if not basis.lines:
        return Section("counts", "", ())
    rows = counts_by_theme(basis.lines, _total(basis.view))
    shared = sum(len(line.themes) > 1 for line in basis.lines)
    serving = "action serves" if shared == 1 else "actions serve"
    note = (
        f"{shared} {serving} more than one theme, counted under each of them, and once in the "
        "last row."
    )
    blocks: list[Block] = [Table(rows, BY_STAGE), Table(rows, BY_RATING)]
    if shared:
        blocks.append(Prose(note))
    return Section("counts", "Actions by theme, stage and rating", tuple(blocks))


# --- what happened, what did not ----------------------------------------------------------------


def completed(basis: Basis) -> Section:
    """What was delivered, or confirmed by someone else, in the period."""
    items = [
        _completion(action, basis)
        for action in basis.view.actions
        if _in_period(action.delivered, basis)
        or (action.stage in rag.TESTED_STAGES and _tests_in_period(action, basis))
    ]
    blocks: tuple[Block, ...] = (Items(tuple(items)),) if items else (Prose("Nothing."),)
    return Section("completed", f"Completed since {without_weekday(basis.since)}", blocks)


def _in_period(day: date | None, basis: Basis) -> bool:
    return day is not None and basis.since <= day <= basis.as_at


RESULTS = {
    "confirmed": "confirmed",
    "partly": "confirmed only in part",
    "not-confirmed": "not confirmed",
}


def _tests_in_period(action: Action, basis: Basis) -> list[Test]:
    return [test for test in action.tests_by_others() if _in_period(test.on, basis)]


def _completion(action: Action, basis: Basis) -> str:
    told = f"{action.id} {action.title} ({action.owner})"
    if action.delivered:
        late = _against_date(action)
        told += f", delivered {without_weekday(action.delivered)}{late}"
    shown = [
        f"tested by {test.by}, {without_weekday(test.on)}: {RESULTS[test.result]}"
        for test in _tests_in_period(action, basis)
        if test.on
    ]
    return "; ".join([told, *shown]) + "."


def _against_date(action: Action) -> str:
    first = action.original_due
    if first is None or action.delivered is None:
        return ""
    days = working_days_between(first, action.delivered)
    return f", {counted(days, 'working day')} after the date first agreed" if days else ""


def exceptions(basis: Basis) -> Section:
    """Each action that is off course, by its owner's rating or by the facts, and why."""
    off = [line for line in basis.lines if _is_exception(line)]
    off.sort(key=lambda line: (-_severity(line), not line.immediate, str(line.due or "9999")))
    cards: tuple[Block, ...] = tuple(_exception(line, basis) for line in off)
    empty = (Prose("None: no action is red or amber, neither as rated nor by the facts."),)
    return Section("exceptions", "Exceptions", cards or empty)


def _is_exception(line: ActionLine) -> bool:
    if line.stage in OPEN_STAGES:
        return bool(rag.RANK.get(line.rag) or rag.RANK.get(line.verdict))
    return line.rule in {"not-confirmed", "partly-confirmed"}


def _severity(line: ActionLine) -> int:
    return max(rag.RANK.get(line.rag, 0), rag.RANK.get(line.verdict, 0))


def _exception(line: ActionLine, basis: Basis) -> Card:
    signals = rag.signals(basis.actions[line.ref], basis.view.plan.policy, basis.as_at)
    facts = (
        ("Rated", f"{line.rag or 'not rated'}; the facts say {line.verdict}"),
        ("Facts", " ".join(signal.sentence for signal in signals) or line.verdict_reason),
        ("Reason", line.reason or "None given."),
        ("Being done", line.note or "Not stated."),
    )
    heading = f"{line.ref}: {line.title} ({line.owner})"
    return Card(heading, facts, line.rag if rag.RANK.get(line.rag, 0) else line.verdict)


def moves(basis: Basis) -> Section:
    """Dates moved in the period, and every move that still waits for approval."""
    lines: tuple[MoveLine, ...] = tuple(
        move_line(action, move, at)
        for action in basis.view.actions
        for at, move in enumerate(action.moves, 1)
        if _in_period(move.on, basis)
        or (not move.approved and at == len(action.moves) and action.is_open)
    )
    table = Table(lines, MOVED, f"No date was moved since {without_weekday(basis.since)}.")
    return Section("moves", "Due dates moved, or asked to be moved", (table,))


def overdue(basis: Basis) -> Section:
    """What is late against the due date, and against the date first agreed."""
    late = basis.of((*query.overdue(basis.view), *query.past_original(basis.view)))
    table = Table(late, LATE, "No action is overdue, against its due date or the first agreed.")
    return Section("overdue", "Overdue, against both dates", (table,))


def challenges(basis: Basis) -> Section:
    """Where what is declared and what the file shows differ."""
    items = [
        f"{line.ref} {line.title} ({line.owner}). {line.challenge}"
        for line in basis.lines
        if line.challenge
    ]
    heading = "Where what is declared and what the file shows differ"
    return Section("challenges", heading, (Items(tuple(items)),) if items else ())


def due_next(basis: Basis) -> Section:
    """What is due within the time that the plan calls soon."""
    end = query.due_soon_until(basis.view)
    coming = query.due_until(basis.view, end)
    soon = period_in_words(basis.view.plan.policy.due_soon)
    table = Table(basis.of(coming), STANDING, f"Nothing is due up to {without_weekday(end)}.")
    return Section("due", f"Due in the next {soon}, up to {without_weekday(end)}", (table,))


def untested(basis: Basis) -> Section:
    """What its owner says is delivered and nobody else has tested."""
    waiting = [action for action in basis.view.actions if rag.is_untested(action)]
    table = Table(basis.of(waiting), UNTESTED)
    blocks: tuple[Block, ...] = (table,) if waiting else ()
    return Section("untested", "Delivered, and not tested by anyone else", blocks)


FACTS = (
    "what dates, stages and tests in the file support, whatever the colours of ratings are called: "
    "red, late, not approved or not confirmed; amber, something is against it; green, nothing is"
)


def shelved(basis: Basis) -> Section:
    """What was parked or superseded, why, and the date that it had."""
    items = [
        f"{line.ref} {line.title} ({line.owner}), {line.stage}: "
        f"{_sentence(line.reason or 'no reason')}{_was_due(line)}"
        for line in basis.lines
        if line.stage in rag.UNRATED_STAGES
    ]
    return Section("shelved", "Parked or superseded", (Items(tuple(items)),) if items else ())


def _was_due(line: ActionLine) -> str:
    return f" It was due {without_weekday(line.due)}." if line.due else ""


def legend(basis: Basis) -> Section:
    """What the words and colours mean in this plan."""
    labels = rag.legend(basis.view.plan.policy)
    stale = period_in_words(basis.view.plan.policy.stale_after)
    items = (
        *(f"{colour.capitalize()}: {label}." for colour, label in labels.items()),
        "Rated: what the owner declares.",
        f"Facts: {FACTS}.",
        "Overdue: still open and due before the day of this report, in working days of England.",
        "First agreed: the first due date, before any move.",
        "Delivered: the owner says so. Embedded: tested by someone other than the owner.",
        f"Stale: open, and not updated for more than {stale}.",
    )
    return Section("legend", "What the words mean", (Items(items),))


def whole_plan(basis: Basis) -> Section:
    """Every action, under each theme that it serves."""
    blocks: list[Block] = []
    for theme in dict.fromkeys(theme for line in basis.lines for theme in line.themes):
        blocks.append(Prose(f"Theme: {theme}"))
        blocks.append(Table(tuple(line for line in basis.lines if theme in line.themes), WHOLE))
    without = tuple(line for line in basis.lines if not line.themes)
    if without:
        blocks += [Prose("No theme"), Table(without, WHOLE)]
    heading = "These actions, by theme" if basis.view.filtered else "The whole plan, by theme"
    return Section("plan", heading, tuple(blocks))


# --- the one page -------------------------------------------------------------------------------


def short_exceptions(basis: Basis) -> Section:
    """The worst of what is off course, a line each."""
    full = exceptions(basis).blocks
    cards = [block for block in full if isinstance(block, Card)]
    if not cards:
        return Section("exceptions", "Exceptions", full)
    items = [_short(card) for card in cards[:SUMMARY_LINES]]
    if len(cards) > SUMMARY_LINES:
        items.append(f"And {len(cards) - SUMMARY_LINES} more: the full report has them.")
    return Section("exceptions", "Exceptions, the worst first", (Items(tuple(items)),))


def _short(card: Card) -> str:
    facts = dict(card.facts)
    why = facts["Reason"] if "the facts say green" in facts["Rated"] else _first(facts["Facts"])
    rated = facts["Rated"]
    rated = rated.capitalize() if rated.startswith("not") else f"Rated {rated}"
    return f"{card.heading}. {rated}. {_sentence(why)}"


def short_counts(basis: Basis) -> Section:
    """Ratings by theme."""
    if not basis.lines:
        return Section("counts", "", ())
    return Section(
        "counts", "Ratings", (Table(counts_by_theme(basis.lines, _total(basis.view)), BY_RATING),)
    )


def short_legend(basis: Basis) -> Section:
    """What the colours mean, in a line."""
    labels = rag.legend(basis.view.plan.policy)
    text = "; ".join(f"{colour}: {label}" for colour, label in labels.items())
    return Section("legend", "Legend", (Prose(f"{text[0].upper()}{text[1:]}."),))


def _first(text: str) -> str:
    return f"{text.partition('. ')[0].removesuffix('.')}."


def _sentence(text: str) -> str:
    cleaned = text.strip()
    return cleaned if cleaned.endswith((".", "!", "?")) else f"{cleaned}."


def _listed(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _refs(actions: Iterable[Action]) -> str:
    return ", ".join(action.id for action in actions)


SECTIONS: tuple[Callable[[Basis], Section], ...] = (
    decisions,
    position,
    immediate,
    counts,
    completed,
    exceptions,
    moves,
    overdue,
    challenges,
    due_next,
    untested,
    shelved,
    legend,
    reviews,
    whole_plan,
)
SUMMARY: tuple[Callable[[Basis], Section], ...] = (
    short_immediate,
    position,
    short_counts,
    short_exceptions,
    decisions,
    short_legend,
)
