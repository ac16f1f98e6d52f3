"""The nouns of an improvement plan, frozen, and what differs between two plans.

Every noun is a named tuple: it can't be changed, only replaced, and a plan of ten thousand
actions is read in a fraction of a second. Field names are the keys of the TOML file (``from_``
stands for ``from``), in the order in which a new block is written. An absent text is ``""``, an
absent date or number is ``None``, an absent list is ``()``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime

STAGES = ("not-started", "in-progress", "delivered", "embedded", "parked", "superseded")
OPEN_STAGES = frozenset({"not-started", "in-progress"})
DONE_STAGES = frozenset({"delivered", "embedded"})
SHELVED_STAGES = frozenset({"parked", "superseded"})
RATINGS = ("red", "amber", "green")
"""What the facts can come to."""
DECLARED = (*RATINGS, "blue")
"""What an owner can declare; blue where the plan's legend has it."""
FINDING_KINDS = ("immediate", "improvement", "recommendation", "strength")
RESPONSES = ("accepted", "partly", "declined")
TEST_RESULTS = ("confirmed", "partly", "not-confirmed")
DIRECTIONS = ("up", "down")
LEGENDS = ("brag", "slippage", "complete-on-track", "verified")
TERMINAL_COLOURS = (
    "red", "yellow", "green", "blue", "magenta", "cyan", "white", "black",
)  # fmt: skip
CALENDARS = ("England",)


class Period(NamedTuple):
    """A length of time as the policy states it: days, working days, weeks or months."""

    length: int
    unit: str
    """``d``, ``wd``, ``w`` or ``m``."""

    def __str__(self) -> str:
        """Give the form of the file: ``28d``."""
        return f"{self.length}{self.unit}"


class Policy(NamedTuple):
    """The council's own rules; each has a default, and a plan states only what differs."""

    legend: str = "brag"
    """One of `LEGENDS`, or ``own`` where the plan has a table of labels."""
    labels: Mapping[str, str] = {}
    """A plan's own short words for red, amber, green and blue."""
    stale_after: Period = Period(28, "d")
    due_soon: Period = Period(14, "d")
    moves_before_challenge: int = 2
    calendar: str = "England"
    like: str = "brag"
    """The preset whose meanings apply where the plan has a table of its own."""
    red_after: Period = Period(3, "m")
    """In a legend like slippage, the length from which a slip is red."""
    means: Mapping[str, str] = {}
    """What the plan's own labels mean in a sentence, by colour; and so the next two."""
    glyphs: Mapping[str, str] = {}
    colours: Mapping[str, str] = {}
    """The colours of a terminal, each one of `TERMINAL_COLOURS`."""
    remind_every: Period = Period(1, "w")
    """How often an owner is reminded of what stays undone."""
    escalate_after: Period = Period(4, "w")
    """From this lateness on, what is late is escalated."""
    escalate_after_moves: int = 2
    """So many moves of its date escalate an action; nought: none do."""
    escalate_to: str = ""
    """The post that is copied."""


class Owner(NamedTuple):
    """A post that can be accountable for actions, and how to reach whoever holds it."""

    id: str
    name: str = ""
    email: str = ""


class Meeting(NamedTuple):
    """A meeting that the plan reports to."""

    body: str = ""
    on: date | None = None


class Review(NamedTuple):
    """An outside judgement: a peer challenge, an inspection, a notice, an audit."""

    id: str
    title: str = ""
    body: str = ""
    kind: str = ""
    """Free text; the kinds that a clock follows stand in `clocks`."""
    on: date | None = None
    """The day of the challenge or the notice, or on which the letter or report was received."""
    plan_due: date | None = None
    """The day that the reviewer states for the action plan; it wins over any computed one."""
    document: str = ""
    note: str = ""


class Finding(NamedTuple):
    """One thing that a review said, verbatim and locked."""

    id: str
    review: str = ""
    ref: str = ""
    """The reviewer's own number, always text: 1.10 is not 1.1."""
    theme: str = ""
    kind: str = "improvement"
    text: str = ""
    for_: str = ""
    """Whom the review addresses it to, where that is not the council alone."""
    page: int | None = None
    """Of the review's document, counted from its start."""
    timescale: str = ""
    """As printed: ``Within three months``."""
    outcome: str = ""
    response: str = ""
    reason: str = ""
    """Why the finding was accepted only partly, or declined."""
    closed: date | None = None
    difference: str = ""
    """What difference it made to children, once the finding is closed."""
    passes_to: str = ""
    """The post that keeps it up as business as usual."""
    exempt: str = ""
    """Why it is left out of what is published; ``yes`` where the file gives no reason."""

    @property
    def is_strength(self) -> bool:
        """A strength needs no answer."""
        return self.kind == "strength"


class Reading(NamedTuple):
    """One dated value of a measure."""

    on: date | None = None
    value: float | None = None
    note: str = ""


class Measure(NamedTuple):
    """A number that shows whether things get better for children."""

    id: str
    title: str = ""
    findings: tuple[str, ...] = ()
    unit: str = ""
    better: str = "up"
    baseline: float | None = None
    target: float | None = None
    tolerance: float | str | None = None
    by: date | None = None
    exempt: str = ""
    """As of a finding."""
    readings: tuple[Reading, ...] = ()


class Move(NamedTuple):
    """One move of a due date. With no approver it has been asked for, and not yet approved.

    The last one may be only asked for: then the due date still stands at ``from_``.
    """

    on: date | None = None
    from_: date | None = None
    to: date | None = None
    why: str = ""
    approved: str = ""


class Milestone(NamedTuple):
    """A dated step inside an action."""

    title: str = ""
    due: date | None = None
    done: date | None = None


class Evidence(NamedTuple):
    """A pointer to something that shows that the work was done."""

    id: str = ""
    on: date | None = None
    what: str = ""
    where: str = ""


class Test(NamedTuple):
    """Someone other than the owner judged the evidence."""

    on: date | None = None
    by: str = ""
    how: str = ""
    result: str = ""
    of: tuple[str, ...] = ()
    fingerprint: str = ""
    """Of the evidence and findings that were judged; `assurance` tells whether it still fits."""


class Action(NamedTuple):
    """One commitment that answers one or more findings: one owner, one due date."""

    id: str
    answers: tuple[str, ...] = ()
    title: str = ""
    owner: str = ""
    start: date | None = None
    due: date | None = None
    forecast: date | None = None
    stage: str = "not-started"
    rag: str = ""
    reason: str = ""
    note: str = ""
    updated: date | None = None
    delivered: date | None = None
    """The day on which the owner says that it was delivered."""
    after: tuple[str, ...] = ()
    exempt: str = ""
    """As of a finding."""
    moves: tuple[Move, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tests: tuple[Test, ...] = ()

    @property
    def is_open(self) -> bool:
        """Neither delivered, embedded, parked nor superseded."""
        return self.stage in OPEN_STAGES

    @property
    def original_due(self) -> date | None:
        """The first date agreed; no later move touches it."""
        return self.moves[0].from_ if self.moves else self.due

    @property
    def asked(self) -> Move | None:
        """The move that somebody asked for and that has not moved the date: it waits for a yes."""
        last = self.moves[-1] if self.moves else None
        waits = last is not None and not last.approved and last.from_ == self.due != last.to
        return last if waits else None

    @property
    def waiting(self) -> Move | None:
        """The move that is asked for of an open action: somebody has to say yes or no."""
        return self.asked if self.is_open else None

    @property
    def moved(self) -> tuple[Move, ...]:
        """The moves that did move the date."""
        return self.moves[:-1] if self.asked else self.moves

    def is_overdue(self, as_at: date) -> bool:
        """Still open and due before the as-at date. Due today is not overdue; nor is undated."""
        return self.due is not None and self.due < as_at and self.stage in OPEN_STAGES

    def tests_by_others(self) -> tuple[Test, ...]:
        """Give the tests that count: someone judged, with a result, and not their own work."""
        return tuple(t for t in self.tests if t.result and t.by and not is_same(t.by, self.owner))


class Plan(NamedTuple):
    """The whole: one improvement plan."""

    format: int = 1
    title: str = ""
    organisation: str = ""
    policy: Policy = Policy()
    owners: tuple[Owner, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    reviews: tuple[Review, ...] = ()
    findings: tuple[Finding, ...] = ()
    measures: tuple[Measure, ...] = ()
    actions: tuple[Action, ...] = ()

    def find(self, collection: str, ref: str) -> Any:  # noqa: ANN401 - each collection has its own noun
        """Give the noun with this id, whatever its case, or ``None``."""
        wanted = ref.casefold()
        nouns = getattr(self, collection)
        return next((noun for noun in nouns if noun.id.casefold() == wanted), None)

    def replacing(self, collection: str, noun: Any) -> Plan:  # noqa: ANN401 - as above
        """Give a plan in which this noun stands in place of the one with the same id."""
        nouns = tuple(noun if old.id == noun.id else old for old in getattr(self, collection))
        fields: dict[str, Any] = {collection: nouns}
        return self._replace(**fields)

    def adding(self, collection: str, noun: Any) -> Plan:  # noqa: ANN401 - as above
        """Give a plan with this noun after the others of its kind."""
        fields: dict[str, Any] = {collection: (*getattr(self, collection), noun)}
        return self._replace(**fields)


class Problem(NamedTuple):
    """Something wrong in the file: where it stands, and a sentence that says what to do."""

    path: tuple[str | int, ...]
    """Keys and positions from the top of the file: ``("action", 2, "rag")``."""
    ref: str
    sentence: str
    kept: bool = False
    """True for what is only unknown: it is kept as it is, and nothing is refused for it."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two problems the same one when lines have moved."""
        return (str(self.path[-1]) if self.path else "", self.ref, self.sentence)


class Change(NamedTuple):
    """One field of one noun that differs between two plans.

    No field: a whole noun that is new (``old`` is ``None``) or gone (``new`` is ``None``).
    """

    collection: str
    """One of `NOUNS`, or ``plan`` for what the plan says of itself, which has no ref."""
    ref: str
    field: str
    old: Any
    new: Any


class Entry(NamedTuple):
    """One entry of the history, as a reader sees it: who changed what, when and why."""

    id: str
    sequence: int
    at: datetime
    """The moment of writing."""
    on: date
    """The day that the change was made for: the as-at date of the command."""
    by: str
    command: str
    why: str
    changes: tuple[Change, ...]
    """With the values as JSON says them: dates as text, lists as lists, nouns as mappings."""


NOUNS: dict[str, Any] = {
    "owners": Owner,
    "reviews": Review,
    "findings": Finding,
    "measures": Measure,
    "actions": Action,
}
"""The collections of a plan that commands change, each with its noun."""

PREFIXES = {"findings": "F", "measures": "M", "actions": "A"}

ABOUT_ITSELF = ("title", "organisation", "policy", "meetings")
"""What a plan says of itself; commands leave it alone, and hand edits change it."""


def differences(old: Plan, new: Plan) -> tuple[Change, ...]:
    """List what differs from one plan to the other; nouns are compared by their ids."""
    about = (
        Change("plan", "", field, getattr(old, field), getattr(new, field))
        for field in ABOUT_ITSELF
        if getattr(old, field) != getattr(new, field)
    )
    nouns = (
        change
        for collection in NOUNS
        if getattr(old, collection) is not getattr(new, collection)
        for change in _noun_changes(collection, getattr(old, collection), getattr(new, collection))
    )
    return (*about, *nouns)


def _noun_changes(collection: str, old: Collection[Any], new: Collection[Any]) -> Iterator[Change]:
    known = {noun.id: noun for noun in old}
    for noun in new:
        before = known.get(noun.id)
        if before is None:
            yield Change(collection, noun.id, "", None, noun)
        elif before is not noun:
            for field, was, now in zip(noun._fields, before, noun, strict=True):
                if was != now:
                    yield Change(collection, noun.id, field, was, now)
    left = {noun.id for noun in new}
    for ref, noun in known.items():
        if ref not in left:
            yield Change(collection, ref, "", noun, None)


def highest_numbers(plan: Plan) -> dict[str, int]:
    """Give the highest number in use for each of F, M and A, so that none is given twice."""
    return {
        prefix: max((_number(noun.id, prefix) for noun in getattr(plan, collection)), default=0)
        for collection, prefix in PREFIXES.items()
    }


def next_ref(plan: Plan, collection: str, issued: Mapping[str, int]) -> str:
    """Give the next free number; one that was ever given (``issued``) is never given again."""
    prefix = PREFIXES[collection]
    return f"{prefix}{max(highest_numbers(plan)[prefix], issued.get(prefix, 0)) + 1}"


def _number(ref: str, prefix: str) -> int:
    digits = ref[len(prefix) :]
    return int(digits) if ref[:1].upper() == prefix and digits.isdecimal() else 0


_LONGEST_REF = 20
_REF = r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}"


def is_ref(text: str) -> bool:
    """Tell whether a text can be a ref: up to 20 letters, digits, dots or hyphens."""
    if text.isalnum() and text.isascii() and len(text) <= _LONGEST_REF:
        return True
    return re.fullmatch(_REF, text) is not None


def is_same(one: str, other: str) -> bool:
    """Tell whether two texts name the same post, whatever their case and the space in them."""
    return one.casefold().split() == other.casefold().split()


POST_NOUNS = (
    "director|head|manager|officer|lead|chief|leader|member|chair|commissioner|principal"
    "|coordinator|co-ordinator|executive|secretary|adviser|advisor|superintendent|inspector"
)
_POST = rf"(?i)\b(?:{POST_NOUNS})s?\b"
_NOBODY = frozenset({"tbc", "tba", "tbd", "all", "everyone", "various", "n/a", "none", "team"})
"""What is written where there is no owner yet, or where everybody is."""
_JOINED_BY = (",", "/", "&", "+", " and ", " And ", " AND ")
_JOINERS = r"(?i)\s*(?:[,/&+]|\band\b)\s*"


@cache
def posts_in(owner: str) -> tuple[str, ...]:
    """Tell the posts that a text names: one, unless it is a list in disguise.

    A semicolon or a line break always parts two owners. A comma, a slash or "and" parts them only
    where a post stands on both sides: "Assistant director, safeguarding" is one post, "Head of
    service and practice lead" is two. (One accountable owner: Spelthorne's audit committee, 2025.)
    """
    parts = [part.strip() for part in re.split(r"[;\n]", owner) if part.strip()]
    if len(parts) != 1:
        return tuple(parts)
    if parts[0].casefold().strip(".?") in _NOBODY:
        return ()
    if not any(joiner in owner for joiner in _JOINED_BY):
        return (owner.strip(),)
    pieces = [piece for piece in re.split(_JOINERS, owner) if piece]
    named = [piece for piece in pieces if re.search(_POST, piece)]
    return tuple(pieces) if len(named) > 1 else (owner.strip(),)


def themes_of(action: Action, findings: Mapping[str, Finding]) -> tuple[str, ...]:
    """Give the themes that an action serves, in the order of the findings that it answers."""
    found = (findings[ref].theme for ref in action.answers if ref in findings)
    return tuple(dict.fromkeys(theme for theme in found if theme))
