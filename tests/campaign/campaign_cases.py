"""The cases: every command that writes, in every situation that it may find.

A case is run in a folder of its own: ``plans/`` with the plan, its history and what else is there,
and ``state/`` with the guard. The clock of the command stands at one moment, so that what it writes
into the plan is the same bytes each time.
"""

from __future__ import annotations

import atexit
import codecs
import contextlib
import functools
import itertools
import os
import re
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import typer
from campaign_faults import Ended, Fault, Setting, run
from conftest import HEAD

from actionplan import changes
from actionplan.cli import app as program
from actionplan.cli import (
    create,
    importing,
    measures,
    meetings,
    milestones,
    nouns,
    proof,
    session,
)
from actionplan.history import entries
from actionplan.importers import apart
from actionplan.model import Owner, Review
from actionplan.planfile import reader
from actionplan.store import writing
from actionplan.store.remembering import history_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TODAY = date(2014, 2, 10)
NOW = datetime(2014, 2, 10, 9, tzinfo=UTC)
SIGNED = entries.Signature(NOW, TODAY, "Improvement officer", "note")
LONG_AGO = datetime(2014, 2, 10, 8, tzinfo=UTC).timestamp()
HOUR = 3600

ACTION = """\
[[action]]
id = "A{0}"
answers = ["F1"]
title = "Do {0}"
owner = "Head of HR"
start = 2014-01-06
due = 2014-03-31
"""
DELIVERED = (
    ACTION.format(3).replace('"F1"', '"F2"')
    + """\
stage = "delivered"
evidence = [ { id = "E1", what = "Rota" } ]
"""
)
CLOSED = """\
[[finding]]
id = "F3"
review = "LGA"
text = "Visits are late."
closed = 2014-02-03
difference = "Visits are held in time."
"""
MEASURE = """\
[[measure]]
id = "M1"
title = "Cases with no social worker"
findings = ["F1"]
better = "down"
baseline = 143
readings = [
    { on = 2014-01-13, value = 143 },
]

"""
MEETING = """\
[[meeting]]
body = "Cabinet"
on = 2014-02-17
"""
STEP = 'milestones = [ { title = "Half in post", due = 2014-02-03 } ]\n'
PLAN = "\n".join(
    (HEAD + CLOSED, MEETING, MEASURE, ACTION.format(1), ACTION.format(2) + STEP, DELIVERED)
).encode()
REVIEW = b"""\
# Inspection

## What needs to improve?

- The timeliness of visits to children in care.
- The quality of assessments.
"""
RETURNED = b"Ref,Action,Due,Note,New note\nA1,Do 1,2014-03-31,,Two left.\n"
TABLE = b"Recommendation,Action,Lead,By when\nRecords are late.,Audit,Head of HR,31/03/2014\n"
OWNERS = b'[owners."Head of HR"]\nemail = "hr@council.example"\n\n[owners."Director"]\n'

CLEAN, BY_HAND, FIRST, TORN = "clean", "hand edit pending", "first run", "torn history"
SITUATIONS = (CLEAN, BY_HAND, FIRST, TORN)
EDITOR = """sh -c 'sed "s/Do 2/Do both/" "$0" > "$0.new" && mv "$0.new" "$0"'"""
ORPHANED = "history without a plan"
TAIL = b'{"v":1,"seq":2,"id":"abc'


class Verb(NamedTuple):
    """A command that writes, as it is typed."""

    command: str
    """As the history names it."""
    typed: tuple[str, ...]
    target: str = "plan.toml"
    """The file that it writes."""
    situations: tuple[str, ...] = SITUATIONS
    creates: bool = False
    records: bool = False
    """True where it changes the history alone."""

    def __str__(self) -> str:
        """Name it for a test."""
        apart = " in owners.toml" if self.target == "owners.toml" else ""
        return f"{self.command}{apart}"


VERBS = (
    Verb("note", ("note", "A1", "Begun.")),
    Verb("update", ("update", "A1", "--rag", "amber", "--reason", "Two of five are in post.")),
    Verb("move", ("move", "A1", "--due", "2014-06-30", "--why", "The post is advertised again.")),
    Verb("done", ("done", "A1")),
    Verb("evidence add", ("evidence", "add", "A1", "Rota")),
    Verb("evidence update", ("evidence", "update", "A3", "E1", "--what", "Another rota")),
    Verb("milestone add", ("milestone", "add", "A1", "Half in post", "--due", "2014-03-14")),
    Verb("milestone update", ("milestone", "update", "A2", "1", "--done", "2014-02-03")),
    Verb("milestone remove", ("milestone", "remove", "A2", "1", "--why", "No longer needed.")),
    Verb("test", ("test", "A3", "--by", "Internal audit", "--result", "confirmed")),
    Verb("finding close", ("finding", "close", "F2", "--difference", "Staff stay.")),
    Verb("finding reopen", ("finding", "reopen", "F3", "--why", "Waits are back.")),
    Verb(
        "add",
        ("add", "Do 4", "--answers", "F1", "--owner", "Head of HR", "--due", "2014-05-30"),
    ),
    Verb("finding add", ("finding", "add", "Visits are late.", "--review", "LGA")),
    Verb("finding update", ("finding", "update", "F2", "--response", "accepted")),
    Verb("review add", ("review", "add", "OFSTED", "Inspection")),
    Verb("review update", ("review", "update", "LGA", "--on", "2014-01-20")),
    Verb("meeting add", ("meeting", "add", "Board", "--on", "2014-03-17")),
    Verb("meeting update", ("meeting", "update", "Cabinet", "--to", "2014-02-24")),
    Verb("meeting remove", ("meeting", "remove", "Cabinet", "--why", "Recess.")),
    Verb("edit", ("edit",)),
    Verb("owner add", ("owner", "add", "Head of workforce")),
    Verb("owner add", ("owner", "add", "Head of workforce"), target="owners.toml"),
    Verb("owner update", ("owner", "update", "Head of HR", "--email", "head@council.example")),
    Verb(
        "owner update",
        ("owner", "update", "Head of HR", "--email", "head@council.example"),
        target="owners.toml",
    ),
    Verb("owner replace", ("owner", "replace", "Head of HR", "--with", "Director", "--yes")),
    Verb("measure add", ("measure", "add", "Morale", "--findings", "F2", "--better", "up")),
    Verb("measure update", ("measure", "update", "M1", "--target", "0")),
    Verb("measure record", ("measure", "record", "M1", "96", "--on", "2014-02-03")),
    Verb("import findings", ("import", "findings", "{plans}/review.md", "--yes")),
    Verb("import plan", ("import", "plan", "{plans}/table.csv", "--yes")),
    Verb("import update", ("import", "update", "{plans}/back.csv", "--yes")),
    Verb("undo", ("undo",), situations=(CLEAN, BY_HAND, TORN)),
    Verb("report", ("report", "--record", "Cabinet"), records=True),
    Verb(
        "init",
        ("init", "{plans}/plan.toml", "--title", "A plan"),
        situations=(CLEAN, FIRST, ORPHANED, TORN),
        creates=True,
    ),
)
NOTE = VERBS[0]
REPORT = next(verb for verb in VERBS if verb.records)
INIT = VERBS[-1]

CHECK = ("check", "--only", "file")
LOOKS = (
    ("list",), ("show", "A1"), ("due",), ("overdue",), ("log",), ("changes",), CHECK,
    ("coverage",), ("clock",), ("report",), ("review", "list"), ("finding", "list"),
    ("evidence", "list"), ("owner", "list"), ("measure", "list"), ("milestone", "list"),
    ("meeting", "list"), ("export", "-", "--to", "csv"),
    ("remind", "--to", "officer", "--format", "mbox"),
)  # fmt: skip
"""Every command that looks, as it is typed."""
OUTSIDE = (("merge",),)
"""Writes a file that git gives it, and neither a plan nor a history: it has tests of its own."""

GROUPS = {
    "review": nouns.review,
    "finding": nouns.finding,
    "evidence": proof.evidence,
    "owner": nouns.owner,
    "measure": measures.measure,
    "milestone": milestones.milestone,
    "meeting": meetings.meeting,
    "import": importing.group,
}


def all_commands() -> set[tuple[str, ...]]:
    """Name every command that the program has."""
    found: set[tuple[str, ...]] = {(name,) for name in program.COMMANDS if name not in GROUPS}
    for name, group in GROUPS.items():
        found |= {(name, str(info.name)) for info in group.registered_commands}
    return found


# --- what is found on the disk ------------------------------------------------------------------


class Lying(NamedTuple):
    """A file as it lies there before the command."""

    content: bytes
    changed: float
    """When it was last saved, counted in seconds as the system does."""


Files = dict[str, Lying]
"""The files of ``plans/``, by their names."""


class Case(NamedTuple):
    """A command in a situation."""

    verb: Verb
    situation: str

    def __str__(self) -> str:
        """Name it for a test."""
        return f"{self.verb}, {self.situation}"

    @property
    def target(self) -> str:
        """Name the file that it writes."""
        return self.verb.target

    @property
    def log(self) -> str:
        """Name the history of that file."""
        return history_path(Path(self.target)).name

    @property
    def kept(self) -> frozenset[str]:
        """Name the files that may lie there; anything else is litter."""
        return frozenset({self.target, self.log, *self.lying})

    @property
    def lying(self) -> Files:
        """Give the files that it finds."""
        return _lying(self)

    @property
    def old(self) -> bytes | None:
        """Give what it writes on; ``None`` where it starts a plan."""
        found = self.lying.get(self.target)
        return found.content if found else None

    @property
    def new(self) -> bytes | None:
        """Give what it makes of that, when nothing goes wrong."""
        return made_by(self).content

    def is_new(self, content: bytes | None) -> bool:
        """Tell whether this is what it makes.

        Where it had to start again it gives the next numbers: the first are in the history already.
        """
        if content is None or content == self.old:
            return False
        given = dict(zip(self._given(content), self._given(self.new or b""), strict=False))
        first = re.sub(rb'"([AFM]\d+)"', lambda ref: b'"%s"' % given.get(ref[1], ref[1]), content)
        return self.new in (content, first)

    def _given(self, content: bytes) -> list[bytes]:
        """List the numbers that a text gives and that were not there before."""
        old = self.old or b""
        return [ref for ref in re.findall(rb'\bid = "(\w+)"', content) if b'"%s"' % ref not in old]

    @property
    def logged(self) -> bytes:
        """Give the history that it finds."""
        found = self.lying.get(self.log)
        return found.content if found else b""


CASES = tuple(Case(verb, situation) for verb in VERBS for situation in verb.situations)
SOME_CASES = tuple(
    case
    for case in CASES
    if case.situation == case.verb.situations[0] or case.verb in {NOTE, REPORT, INIT}
)
"""Every command where nothing is amiss, and a command of each kind of write wherever it may be."""


def case_of(verb: Verb, situation: str = CLEAN) -> Case:
    """Give a command in a situation."""
    return Case(verb, situation)


@functools.cache
def _lying(case: Case) -> Files:
    if case.verb.creates:
        return _before_a_plan(case)
    files: Files = {"plan.toml": Lying(PLAN, LONG_AGO)}
    if case.target == "owners.toml":
        files["owners.toml"] = Lying(OWNERS, LONG_AGO)
    if "{plans}/review.md" in case.verb.typed:
        files["review.md"] = Lying(REVIEW, LONG_AGO)
    if "{plans}/back.csv" in case.verb.typed:
        files["back.csv"] = Lying(RETURNED, LONG_AGO)
    if "{plans}/table.csv" in case.verb.typed:
        files["table.csv"] = Lying(TABLE, LONG_AGO)
    if case.situation != FIRST:
        files |= _after_a_command(case)
    if case.situation == TORN:
        files[case.log] = Lying(files[case.log].content + TAIL, LONG_AGO + HOUR)
    if case.situation == BY_HAND:
        edited = edited_by_hand(files[case.target].content)
        files[case.target] = Lying(edited, LONG_AGO + 2 * HOUR)
    return files


def edited_by_hand(content: bytes) -> bytes:
    """Give a plan, or its owners, as somebody left it in an editor."""
    return content.replace(b'"Do 3"', b'"Do the third"').replace(b"hr@", b"people@")


def _before_a_plan(case: Case) -> Files:
    if case.situation in {CLEAN, FIRST}:
        return {}
    content = create.NEW_PLAN.format(title='"A plan"', organisation='""').encode()
    with _scratch({}) as folder:
        writing.create(folder / "plan.toml", content, SIGNED._replace(command="init"))
        log = (folder / case.log).read_bytes()
    return {case.log: Lying(log + (TAIL if case.situation == TORN else b""), LONG_AGO + HOUR)}


def _after_a_command(case: Case) -> Files:
    """Give the files as a command left them: the newest entry is then a note, or an owner."""
    files: Files = {"plan.toml": Lying(PLAN, LONG_AGO)}
    read = reader.read
    make = writing.by_verb(lambda plan, _: changes.note_action(plan, "A2", "First.", TODAY))
    if case.target == "owners.toml":
        files["owners.toml"] = Lying(OWNERS, LONG_AGO)
        read = reader.read_owners
        new = Owner("Head of safeguarding")
        make = writing.by_verb(lambda plan, _: changes.add_owner(plan, new), read)
    with _scratch(files) as folder:
        writing.change(folder / case.target, make, SIGNED, writing.Terms(read))
        return {
            name: Lying((folder / name).read_bytes(), LONG_AGO + HOUR)
            for name in (*files, case.log)
        }


@contextlib.contextmanager
def _scratch(files: Files) -> Iterator[Path]:
    """Give a folder with some files, for a while."""
    with Arena(files) as arena:
        yield arena.plans


# --- where it is run ----------------------------------------------------------------------------


@functools.cache
def _ground() -> Path:
    """Give a folder in memory if there is one: a real disk takes its time to sync."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    ground = Path(tempfile.mkdtemp(prefix="campaign-", dir=memory if usable else None)).resolve()
    ground.chmod(0o755)
    owner = os.getpid()
    atexit.register(_take_away, ground, owner)
    return ground


@functools.cache
def _temporary() -> Path:
    """Give a folder for what is edited, beside what is watched."""
    folder = _ground() / "temporary"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder


def _take_away(ground: Path, owner: int) -> None:
    """Remove the folder at the end of the process that made it, and of no child of it."""
    if os.getpid() == owner:
        shutil.rmtree(ground, ignore_errors=True)


_numbers = itertools.count(1)


class Arena:
    """A folder of its own for one run."""

    def __init__(
        self, files: Files, *, folder_there: bool = True, ground: Path | None = None
    ) -> None:
        """Lay the files out."""
        self.folder = (ground or _ground()) / f"{os.getpid()}-{next(_numbers)}"
        self.plans = self.folder / "plans"
        self.state = self.folder / "state"
        self.state.mkdir(parents=True)
        if folder_there or files:
            self.plans.mkdir()
        for name, lying in files.items():
            path = self.plans / name
            path.write_bytes(lying.content)
            os.utime(path, (lying.changed, lying.changed))

    def setting(
        self,
        prepare: Callable[[], None] | None = None,
        sow: Callable[[], None] | None = None,
        state: str = "state",
    ) -> Setting:
        """Say what a command finds here."""
        environment = {
            "XDG_STATE_HOME": str(self.folder / state),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "ACTIONPLAN_USER": "Improvement officer",
            "ACTIONPLAN_FILE": str(self.plans / "plan.toml"),
            "EDITOR": EDITOR,
            "TMPDIR": str(_temporary()),
        }
        return Setting(self.folder, environment, prepare, sow)

    def clear(self) -> None:
        """Take it all away again."""
        shutil.rmtree(self.folder)

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take it all away again."""
        self.clear()


def arena_of(case: Case) -> Arena:
    """Lay out what a command finds."""
    return Arena(case.lying, folder_there=case.situation != CLEAN or not case.verb.creates)


# --- the command --------------------------------------------------------------------------------


def typed(*words: str) -> Callable[[], int]:
    """Give the program as it runs when these words are typed."""
    _warm()

    def command() -> int:
        sys.argv = ["actionplan", *words]
        session.today = lambda: TODAY
        session.now = lambda: NOW
        tempfile.tempdir = None  # it is looked for again, where the environment says
        program.app = _built()  # type: ignore[assignment]
        setattr(apart, "read", _read_once())  # noqa: B010 - mypy knows the real one
        return program.main()

    return command


@functools.cache
def _built() -> Callable[[], object]:
    """Build the app once: each child would take as long for it as for the write."""
    built: Callable[[], object] = typer.main.get_command(program.app)
    return built


@functools.cache
def _warm() -> None:
    """Import what the commands import late, once, so that no child has to."""
    from actionplan.cli import change, judge, look, memory, remind, share, signing, tell  # noqa: F401
    from actionplan.renderers import mailbox, templating  # noqa: F401
    from actionplan.store import checking, recording, undoing  # noqa: F401

    codecs.lookup("utf-8-sig")  # in which templates are read
    _built()
    for verb in VERBS:
        with Arena(_lying(Case(verb, verb.situations[0]))) as arena:
            _in_this_process(arena, verb)


@functools.cache
def _read_once() -> Callable[..., apart.Answer]:
    """Read each document once: the process that does it writes nothing, and takes its time."""
    real, answers = apart.read, dict[tuple[str, bytes], apart.Answer]()

    def read(job: str, name: str, content: bytes, **named: Any) -> apart.Answer:
        if (job, content) not in answers:
            answers[job, content] = real(job, name, content, **named)
        return answers[job, content]

    return read


def _in_this_process(arena: Arena, verb: Verb) -> None:
    import io

    setting = arena.setting()
    kept = dict(os.environ), Path.cwd(), session.today, session.now, program.app, sys.argv
    real = apart.read
    try:
        setattr(apart, "read", _read_once())  # noqa: B010 - as in the children
        os.environ.update(setting.environment)
        os.chdir(setting.folder)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            sys.argv = ["actionplan", *words(Case(verb, CLEAN), arena)]
            session.today, session.now = (lambda: TODAY), (lambda: NOW)
            code = program.main()
        assert code == 0, verb
    finally:
        setattr(apart, "read", real)  # noqa: B010 - as above
        os.environ.clear()
        os.environ.update(kept[0])
        os.chdir(kept[1])
        session.today, session.now, program.app, sys.argv = kept[2:]


class Made(NamedTuple):
    """What a command makes when nothing goes wrong, and by which operations."""

    content: bytes | None
    ended: Ended


@functools.cache
def made_by(case: Case) -> Made:
    """Run a command with no fault."""
    with arena_of(case) as arena:
        ended = run(arena.setting(), typed(*words(case, arena)), traced=True)
        assert ended.code == 0, f"{case}: {ended}"
        path = arena.plans / case.target
        return Made(path.read_bytes() if path.exists() else None, ended)


def operations(case: Case) -> int:
    """Count the operations of a command."""
    return sum(step.name != "said" for step in made_by(case).ended.trace)


def changing(case: Case) -> list[int]:
    """Give the operations that leave something else on the disk, counted from one."""
    seen = [step for step in made_by(case).ended.trace if step.name != "said"]
    return [number for number, step in enumerate(seen, 1) if step.changes]


def writes(case: Case) -> list[int]:
    """Give the operations that write bytes, counted from one."""
    seen = [step for step in made_by(case).ended.trace if step.name != "said"]
    return [number for number, step in enumerate(seen, 1) if step.name == "write"]


def kills(case: Case, *, every: bool) -> Iterator[Fault]:
    """Give the points at which a command can be killed.

    A kill before an operation that only reads leaves what the kill before the next one leaves; so
    those are tried only where `every` one is asked for. A kill after an operation is the kill
    before the next one.
    """
    last = operations(case) + 1
    for point in range(1, last + 1) if every else (*changing(case), last):
        yield Fault(point)
    for point in writes(case):
        for share in (0.0, 0.5, 0.98) if every or case.verb in (NOTE, INIT) else (0.5,):
            yield Fault(point, "tear", share=share)


def next_change(target: str) -> tuple[writing.Making, writing.Terms]:
    """Give a change that can be made on any plan, or on any owners file."""
    if target == "owners.toml":
        owner = Owner("The next")
        read = reader.read_owners
        return writing.by_verb(lambda p, _: changes.add_owner(p, owner), read), writing.Terms(read)
    review = Review("NEXT", "The next")
    return writing.by_verb(lambda plan, _: changes.add_review(plan, review)), writing.DEFAULT


def run_case(
    case: Case, arena: Arena, fault: Fault | None, sow: Callable[[], None] | None = None
) -> Ended:
    """Run a command where a fault is laid."""
    return run(arena.setting(sow=sow), typed(*words(case, arena)), fault)


def words(case: Case, arena: Arena) -> list[str]:
    """Give what is typed, with the place where it is run."""
    return [word.format(plans=arena.plans) for word in case.verb.typed]


def named(cases: Sequence[Case]) -> list[str]:
    """Name cases for the report of the tests."""
    return [str(case) for case in cases]
