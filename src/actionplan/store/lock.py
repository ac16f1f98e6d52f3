"""The lock of a plan: who may write it now, on this machine and on every other.

Two things are held, one after the other. The guard is a lock of this machine that dies with its
process, but other machines don't see it, nor do other users or another mount of the same share.
The note is a file beside the plan that says who is writing it; all of them see that. It outlives
a process that is killed, so it says enough for the next command to tell a dead owner from a live
one. A note is cleared only where its owner is certainly gone; otherwise it is waited for, and
then named.

A note gets its name by a link, whole as it is: one that is created and then written can be left
empty by a crash, and then belongs to nobody.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
import sys
import time
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from platformdirs import user_state_path

from actionplan.errors import NotWrittenError
from actionplan.store import guard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LONGEST_NOTE = 4096
LONGEST_WORD = 80
ABANDONED_AFTER = 30.0
LONGEST_NUMBER = 9
PAUSE = 0.02
LONGEST_PAUSE = 0.2

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_MODE = 0o644
_STATE, _STARTED = 0, 19  # of the fields that follow a process's name
_NO_LINKS = frozenset(
    {
        errno.EPERM,
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.EXDEV,
        errno.EMLINK,
        errno.ENOSYS,
        errno.EINVAL,  # what Windows says of a disk that has no links
    }
)


class Claim(NamedTuple):
    """Who wants to write, with which command, and the moment that is."""

    by: str
    command: str
    at: datetime


class Lock(NamedTuple):
    """What is held: the place of the note, and its bytes, which no other note has."""

    note: Path
    content: bytes

    def is_ours(self) -> bool:
        """Say whether the note beside the plan is still this one; not where it can't be read."""
        try:
            return _content(self.note) == self.content
        except OSError:
            return False


@contextlib.contextmanager
def held(plan: Path, claim: Claim, *, seconds: float = 10.0, doing: str = "") -> Iterator[Lock]:
    """Hold the lock of a plan, given by its real path, waiting so many seconds for it.

    Another lock beside the plan is held in the same way, by a path of its own that need not be
    there, and with words for what whoever holds it is doing.

    Whoever holds it asks `Lock.is_ours` before anything is replaced: a person may have cleared
    the note of a process that was stopped for long.

    Raises:
        NotWrittenError: where another command holds it for longer, or where something that is no
            note has its name.
        OSError: where the note can't be written: no room, or no leave to write there.

    """
    place = _Place(plan, doing or f"writing {plan.name}")
    deadline = time.monotonic() + seconds
    with _guarded(place, seconds):
        lock = _taken(place, claim, deadline, seconds)
        try:
            yield lock
        finally:
            with contextlib.suppress(OSError):
                if lock.is_ours():
                    lock.note.unlink()


class _Place(NamedTuple):
    """Where the lock of a plan is kept."""

    plan: Path
    doing: str
    """What whoever holds it is doing, for a sentence."""

    @property
    def note(self) -> Path:
        return self.plan.with_name(f".{self.plan.stem}.lock")

    @property
    def guard(self) -> Path:
        name = hashlib.sha256(os.fsencode(self.plan)).hexdigest()[:24]
        return _own_folder() / f"{name}.lock"

    def private(self, name: str) -> Path:
        """Give a name of the kind that whoever holds the lock sweeps away."""
        return self.plan.with_name(f".{self.plan.stem}.{name[:12]}.tmp")


def _own_folder() -> Path:
    """Give a folder of this user alone; a job of the night may have no home that it can write to.

    Raises:
        OSError: where there is none.

    """
    try:
        folder = user_state_path("actionplan", ensure_exists=True)
        if os.access(folder, os.W_OK) or not hasattr(os, "getuid"):
            return folder
    except OSError:
        if not hasattr(os, "getuid"):
            raise
    return _own_folder_for_a_time()


def _own_folder_for_a_time() -> Path:
    import tempfile  # noqa: PLC0415 - seldom needed

    folder = Path(tempfile.gettempdir()) / f"actionplan-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise PermissionError(errno.EACCES, "it is not yours alone", str(folder))
    return folder


@contextlib.contextmanager
def _guarded(place: _Place, seconds: float) -> Iterator[None]:
    """Hold the guard; a TimeoutError from the work itself is not the guard's, and passes."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(guard.held(place.guard, seconds))
        except TimeoutError as error:
            raise _outwaited(place, _look(place.note), seconds) from error
        yield


def _taken(place: _Place, claim: Claim, deadline: float, seconds: float) -> Lock:
    """Put our note beside the plan, once no other is there.

    Nothing is made in the folder before the name is seen to be free, so that many who wait leave
    nothing lying there when they are killed.
    """
    me = _myself(claim)
    lock = Lock(place.note, json.dumps(me._asdict()).encode("ascii"))
    pause = PAUSE
    while True:
        note = _look(lock.note)
        if note is None:
            if _posted(place, lock):
                return lock
        elif _is_stale(place, note, me) and _cleared(place, lock.note, note, me, lock.content):
            continue
        if time.monotonic() >= deadline:
            raise _outwaited(place, note, seconds)
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


# --- who holds it -------------------------------------------------------------------------------


class _Owner(NamedTuple):
    """What a note says of who wrote it; what this machine can't tell is empty."""

    user: str
    host: str
    host_id: str
    boot: str
    pid: str
    started: str
    namespace: str
    command: str
    since: str
    token: str


def _myself(claim: Claim) -> _Owner:
    words = _Owner(
        user=claim.by,
        host=os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", ""),
        host_id=_fact(Path("/etc/machine-id")),
        boot=_fact(Path("/proc/sys/kernel/random/boot_id")),
        pid=str(os.getpid()),
        started=_process("self").started,
        namespace=_namespace(),
        command=claim.command,
        since=f"{claim.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        token=os.urandom(16).hex(),
    )
    return _Owner(*(word[:LONGEST_WORD] for word in words))


def _owner(content: bytes) -> _Owner | None:
    """Read what a note says; none where it is not a whole note.

    The words are another's, and are cut short. A note of another version may say less, and then
    too little to be taken for a dead one.
    """
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    return _Owner(*(str(said.get(name, ""))[:LONGEST_WORD] for name in _Owner._fields))


class _Process(NamedTuple):
    """What the system says of a process: its state, and when it started, counted from boot."""

    state: str = ""
    started: str = ""


def _process(pid: str) -> _Process:
    fields = _fact(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return _Process(fields[_STATE], fields[_STARTED]) if len(fields) > _STARTED else _Process()


def _fact(path: Path) -> str:
    """Read what the system says in a small file; empty where it has none."""
    try:
        return _content(path, os.O_RDONLY).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""


# --- telling a dead owner from a live one -------------------------------------------------------


def _is_stale(place: _Place, note: _Note, me: _Owner) -> bool:
    """Say whether nobody can be behind a note any more; in doubt it is not so.

    The name of the host is compared as well as its id: machines cloned from one image share the
    id. A process can be looked up only from the same boot and the same namespace.
    """
    if note.content is None:
        return False
    owner = _owner(note.content)
    if owner is None:
        return _age(place, note) > ABANDONED_AFTER
    if not me.host or (owner.host, owner.host_id) != (me.host, me.host_id):
        return False
    if owner.boot != me.boot:
        return bool(me.host_id and owner.boot and me.boot)
    return owner.namespace == me.namespace and _is_gone(owner)


def _age(place: _Place, note: _Note) -> float:
    """Say how many seconds old a note is by the clock of the disk it lies on."""
    with _private(place, b"?") as new, contextlib.suppress(FileNotFoundError):
        return (new.stat().st_mtime_ns - note.written) / 1e9
    return 0


def _is_gone(owner: _Owner) -> bool:
    """Say whether a process of this machine has ended, or another has its number now.

    A process that has ended and that nobody has asked after yet is gone too: it writes no more,
    and in a container it may stay like that for ever.
    """
    if not owner.pid.isdecimal() or len(owner.pid) > LONGEST_NUMBER:
        return False
    if not _is_running(int(owner.pid)):
        return True
    if not _sees_processes():
        return False
    now = _process(str(int(owner.pid)))
    reused = bool(owner.started and now.started) and owner.started != now.started
    return reused or now.state in {"Z", "X"}


def _sees_processes() -> bool:
    """Say whether /proc numbers processes as we do; in a bare namespace it shows the outer ones."""
    try:
        return Path("/proc/self").readlink().name == str(os.getpid())
    except OSError:
        return False


if sys.platform == "win32":  # pragma: no cover - Windows, where signal 0 is no question but ^C

    def _is_running(pid: int) -> bool:
        import ctypes  # noqa: PLC0415 - Windows alone needs it, and seldom

        limited, no_such_process = 0x1000, 87
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.OpenProcess(limited, False, pid)
        if handle:
            kernel.CloseHandle(handle)
        return bool(handle) or ctypes.get_last_error() != no_such_process

else:

    def _is_running(pid: int) -> bool:
        """Ask the system and not /proc, which may hide the processes of other users."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


# --- the note on the disk -----------------------------------------------------------------------


class _Note(NamedTuple):
    """A note that is there: its bytes, none where they may not be read, and which file it is."""

    content: bytes | None
    file: int
    written: int


def _look(path: Path) -> _Note | None:
    """Read the note that has this name, if there is one; a link is never followed.

    Raises:
        NotWrittenError: where something has the name that no command of ours puts there.

    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    _refuse_odd(path, found)
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        return None
    except PermissionError:
        return _Note(None, found.st_ino, found.st_mtime_ns)
    try:
        found = os.fstat(descriptor)
        _refuse_odd(path, found)
        content = os.read(descriptor, LONGEST_NOTE)
    finally:
        os.close(descriptor)
    return _Note(content, found.st_ino, found.st_mtime_ns)


def _content(path: Path, flags: int = _READ) -> bytes:
    descriptor = os.open(path, flags)
    try:
        return os.read(descriptor, LONGEST_NOTE)
    finally:
        os.close(descriptor)


def _posted(place: _Place, lock: Lock) -> bool:
    """Put a note under its name, all at once; false where the name is taken.

    False also where whoever holds the lock swept the private name away before it was linked; then
    it is tried again. A share may do what it was asked and say that it failed, so what has the
    name is looked at.
    """
    with _private(place, lock.content) as private:
        try:
            os.link(private, lock.note)
        except (FileExistsError, FileNotFoundError):
            return lock.is_ours()
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            return True
    try:
        _create(lock.note, lock.content)
    except FileExistsError:
        return False
    return True


@contextlib.contextmanager
def _private(place: _Place, content: bytes) -> Iterator[Path]:
    private = place.private(os.urandom(6).hex())
    _create(private, content)
    try:
        yield private
    finally:
        with contextlib.suppress(OSError):
            private.unlink()


def _create(path: Path, content: bytes) -> None:
    """Write a file that was not there, or leave none."""
    descriptor = os.open(path, _CREATE, _MODE)
    try:
        _fill(descriptor, content)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _fill(descriptor: int, content: bytes) -> None:
    try:
        rest = content
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def _cleared(place: _Place, name: Path, judged: _Note, me: _Owner, content: bytes) -> bool:
    """Remove the note that was judged to be nobody's, and no other; true where that was done.

    Between judging and removing, another user or another mount may have cleared it and put a live
    note in its place. So there is a right to clear one note: a note like any other, under a name
    that follows from the bytes of the first. Only who has the right removes the first, so what is
    still there under the right stays there until it is removed. A right whose own owner has died
    is cleared in the same way.
    """
    right = Lock(place.private(hashlib.sha256(judged.content or b"").hexdigest()), content)
    if not _posted(place, right):
        other = _look(right.note)
        stale = other is not None and _is_stale(place, other, me)
        return other is not None and stale and _cleared(place, right.note, other, me, content)
    try:
        if _look(name) != judged:
            return False
        name.unlink(missing_ok=True)
    except PermissionError:
        return False
    finally:
        with contextlib.suppress(OSError):
            right.note.unlink()
    return True


# --- sentences ----------------------------------------------------------------------------------


def _outwaited(place: _Place, note: _Note | None, seconds: float) -> NotWrittenError:
    """Say who holds the lock, since when, and how to clear it without harm."""
    busy = f"Another actionplan command is {place.doing}"
    waited = f"It was waited for {seconds:g} seconds. Try again."
    if note is None:
        return NotWrittenError(f"{busy}. {waited}")
    owner = _owner(note.content or b"")
    if owner is None:
        clear = f"If no such command is running anywhere, delete {place.note}."
        return NotWrittenError(f"{busy}, and does not say who it is. {waited} {clear}")
    who = f"{owner.command}, by {owner.user} on {owner.host} since {owner.since}"
    clear = f"If that command is no longer running on {owner.host}, delete {place.note}."
    return NotWrittenError(f"{busy}: {who}. {waited} {clear}")


def _refuse_odd(path: Path, found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode) and found.st_size <= LONGEST_NOTE:
        return
    kinds = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder", stat.S_IFREG: "a large file"}
    kind = kinds.get(stat.S_IFMT(found.st_mode), "no ordinary file")
    message = f"{path} should say who is writing the plan, but is {kind}. Remove it and try again."
    raise NotWrittenError(message)
