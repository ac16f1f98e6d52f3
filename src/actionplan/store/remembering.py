"""What the plan and its history remember together: how it stood, what was edited by hand.

Takes no lock and changes nothing.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.dates import counted, without_weekday
from actionplan.errors import UnreadableError
from actionplan.history import entries, records
from actionplan.model import Change, differences
from actionplan.planfile import reader
from actionplan.planfile.source import encode
from actionplan.store import files
from actionplan.store.reading import load

if TYPE_CHECKING:
    from pathlib import Path

    from actionplan.history.entries import Tail
    from actionplan.history.records import AsAt, Damage, History
    from actionplan.planfile.reader import PlanText
    from actionplan.planfile.writer import Read

TAIL_BYTES = 64 * 1024


def history_path(plan: Path) -> Path:
    """Give the place of a plan's history."""
    return plan.with_suffix(".history.jsonl")


def history_of(plan: Path) -> History:
    """Read the history of a plan; one that is not there is empty.

    Raises:
        UnreadableError: where it is there and can't be read.

    """
    stamp = stamp_of(plan)
    return _book(plan, *stamp) if stamp else records.History(b"")


def stamp_of(plan: Path) -> tuple[int, int] | None:
    """Tell when a plan's history was last written, and its size; ``None`` where it has none.

    Raises:
        UnreadableError: where that can't be told.

    """
    log = history_path(plan)
    try:
        found = log.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(log, error) from error
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _book(plan: Path, _changed: int, _size: int) -> History:
    """Read a history once for a command that looks at it twice."""
    return records.History(history_bytes(plan))


def history_bytes(plan: Path) -> bytes:
    """Give the bytes of a plan's history; none where it has none."""
    log = history_path(plan)
    try:
        return log.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _unreadable(log, error) from error


def _unreadable(log: Path, error: OSError) -> UnreadableError:
    message = f"{log} can't be read: {error.strerror}."
    return UnreadableError(message)


def troubles(plan: Path, book: History) -> tuple[str, ...]:
    """Say what is wrong with a history: that it is not there, or which lines are damaged."""
    name = history_path(plan).name
    if not book.heads and not book.damaged:
        return (f"There is no history beside the plan ({name}): what happened before is not told.",)
    return tuple(damage_in_words(plan, damage) for damage in book.damaged)


def damage_in_words(plan: Path, damage: Damage) -> str:
    """Name a line of the history that can't be relied on; it is never dropped."""
    name = history_path(plan).name
    return f"{name}, line {damage.line}: {damage.what}. It is left out here, and kept in the file."


def tail_of(plan: Path, without: str = "") -> Tail:
    """Read back from the end of the history until an entry that is whole is found.

    Without an entry that has an id, and what follows it, if one is given.
    """
    try:
        with history_path(plan).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            reach = TAIL_BYTES
            while True:
                file.seek(max(0, size - reach))
                text = file.read().decode("utf-8", "replace")
                if without:
                    text = text[: text.rfind("\n", 0, max(0, text.rfind(f'"id":"{without}"'))) + 1]
                tail = entries.last(text)
                if tail.id or reach >= size:
                    return tail
                reach *= 8
    except FileNotFoundError:
        return entries.last("")


def bytes_of(read: PlanText) -> bytes:
    """Give the bytes of a file that was read."""
    return encode(read.source, read.source.raw)


# --- by hand ------------------------------------------------------------------------------------


class ByHand(NamedTuple):
    """What was edited since the last command; nothing is known of who did it."""

    recorded: PlanText | None
    """The plan as the last command left it; ``None`` where the history does not lead there."""
    changes: tuple[Change, ...]
    missing: tuple[str, ...]
    """What was there and is no more, in words: an editor may have saved half of the file."""
    is_after_crash: bool = False
    """A crash kept the last entry's change from the plan before the file was edited."""


def by_hand(plan: Path, now: PlanText, tail: Tail, read: Read = reader.read) -> ByHand | None:
    """Tell what was edited by hand since the last entry; ``None`` where nothing was."""
    content = bytes_of(now)
    if not tail.id or tail.after == entries.digest(content):
        return None
    if never_reached(plan, content, tail):
        return None
    state = history_of(plan).state(tail.after, content)
    if state is None:
        return ByHand(None, (), ())
    earlier = _before_the_crash(plan, content, tail, read)
    was = earlier or read(state, plan.name)
    changes = differences(was.plan, now.plan)
    return ByHand(was, changes, missing(was, now), is_after_crash=earlier is not None)


def _before_the_crash(plan: Path, content: bytes, tail: Tail, read: Read) -> PlanText | None:
    """Give the plan before the last entry, where a crash kept that out and then somebody edited.

    A crash leaves the text that it kept out beside the plan. Without that, somebody saved an older
    copy over the change, which is an edit like any other: it says what it took back.
    """
    if not any(_is_of(left, tail.after) for left in files.left_beside(plan)):
        return None
    state = history_of(plan).state(tail.before, content)
    return None if state is None else read(state, plan.name)


def _is_of(file: Path, digest: str) -> bool:
    """Tell whether a file holds the state with this digest."""
    try:
        return entries.digest(file.read_bytes()) == digest
    except OSError:
        return False


def never_reached(plan: Path, content: bytes, tail: Tail) -> bool:
    """Tell whether a crash kept the last entry's change from the plan.

    The plan is as before that entry, and was not saved after the entry was written: somebody who
    put an older copy in its place would have saved it later.
    """
    if tail.before != entries.digest(content):
        return False
    return plan.stat().st_mtime_ns <= history_path(plan).stat().st_mtime_ns


def saved_on(plan: Path) -> date:
    """Give the day on which the file was last saved."""
    return datetime.fromtimestamp(plan.stat().st_mtime, UTC).astimezone().date()


def missing(was: PlanText, now: PlanText) -> tuple[str, ...]:
    """Name what is gone: whole nouns, moves, evidence and tests, and the end of the file."""
    changes = differences(was.plan, now.plan)
    gone = [c.ref for c in changes if c.collection != "plan" and not c.field and c.new is None]
    lists = [
        f"{len(c.old) - len(c.new)} of the {c.field} of {c.ref or 'the plan'}"
        for c in changes
        if c.field and isinstance(c.old, tuple) and len(c.new) < len(c.old)
    ]
    last = _last_noun(now)
    fields = [
        f"the {c.field} of {c.ref}"
        for c in changes
        if c.field and c.ref == last and c.new in ("", None)
    ]
    named = (*gone, *lists, *fields)
    return named or _cut_short(was, now)


def _last_noun(now: PlanText) -> str:
    """Give the ref of the noun that stands last in the file, where a cut would show."""
    from actionplan.planfile.scanner import scan  # noqa: PLC0415 - only after an edit by hand

    path = scan(now.source.text).headers[-1].path
    noun: Any = now.data
    for part in path[:2]:
        noun = noun[part]
    return str(noun.get("id", "")) if isinstance(noun, dict) else ""


def _cut_short(was: PlanText, now: PlanText) -> tuple[str, ...]:
    before, after = was.source.text, now.source.text
    lost = before.removeprefix(after) if before.startswith(after) else ""
    if not lost.strip():
        return ()
    lines = lost.count("\n") + (not lost.endswith("\n"))
    return (f"the last {counted(lines, 'line')} of the file",)


# --- as at a day --------------------------------------------------------------------------------


class NotStartedError(UnreadableError):
    """There was no plan yet on that day."""


class Remembered(NamedTuple):
    """The plan as it stood, and what a reader must know of how that is known."""

    read: PlanText
    caution: str = ""


def as_at(plan: Path, day: date) -> Remembered:
    """Give the plan as it stood at the end of a past day, rebuilt from its history.

    Raises:
        NotStartedError: where there was no plan yet.
        UnreadableError: where no earlier state can be rebuilt.

    """
    now = load(plan)
    book = history_of(plan)
    if not book.effective:
        return Remembered(now, "" if saved_on(plan) <= day else _no_history(day))
    found = book.as_at(day)
    content = bytes_of(now)
    unchanged = found.digest == entries.digest(content)
    if found.is_latest and (unchanged or saved_on(plan) <= day):
        return Remembered(now, _cautions(found, day))
    if not found.digest:
        started = without_weekday(book.effective[0].day)
        message = f"The plan was started on {started}: on {without_weekday(day)} there was none."
        raise NotStartedError(message, state="")
    return _rebuilt(plan, book, found, content, day)


def _rebuilt(plan: Path, book: History, found: AsAt, content: bytes, day: date) -> Remembered:
    state = book.state(found.digest, content)
    if state is not None:
        before = _before_the_first(book, day) if found.last is None else ""
        return Remembered(reader.read(state, plan.name), before or _cautions(found, day))
    earlier = [head for head in book.effective if found.last and head.line < found.last.line]
    for head in reversed(earlier):
        state = book.state(head.after, content)
        if state is not None:
            caution = _damaged(book, head.day, day)
            return Remembered(reader.read(state, plan.name), caution)
    message = (
        f"The history does not lead back to {without_weekday(day)}{_where_damaged(book)}, so it "
        "can't be told how the plan stood. Restore the history from git or from a backup."
    )
    raise UnreadableError(message, state="")


def _no_history(day: date) -> str:
    return (
        f"There is no history beside the plan, so it can't be told how it stood on "
        f"{without_weekday(day)}: dates are reckoned as at that day, but the entries are those of "
        "the file as it is now."
    )


def _before_the_first(book: History, day: date) -> str:
    began = without_weekday(book.effective[0].day)
    return (
        f"The history begins on {began} and does not reach {without_weekday(day)}: this is the "
        "plan as it stood before its first entry."
    )


def _damaged(book: History, known: date, day: date) -> str:
    return (
        f"The history does not lead back to {without_weekday(day)}{_where_damaged(book)}: this is "
        f"the plan as it stood on {without_weekday(known)}."
    )


def _where_damaged(book: History) -> str:
    lines = [str(damage.line) for damage in book.check()]
    if not lines:
        return ""
    return f" (line{'s' if len(lines) > 1 else ''} {', '.join(lines)} of it can't be relied on)"


def _cautions(found: AsAt, day: date) -> str:
    said = []
    stated = without_weekday(day)
    if found.written_later:
        count = counted(len(found.written_later), "entry", "entries")
        when = without_weekday(max(head.at.date() for head in found.written_later))
        were = "was" if len(found.written_later) == 1 else "were"
        said.append(f"{count} for {stated} or before {were} written later, up to {when}.")
    if found.left_out:
        count = counted(len(found.left_out), "entry", "entries")
        said.append(
            f"Left out: {count} made for {stated} or before, written after one for a later day."
        )
    return " ".join(said)
