"""The faults: a command is run in a child of this process, and an operation on files goes wrong.

The operations are those that Python makes: what `os` offers, and what an open file does. Only
those below the folder of the command are counted, from the moment that the command starts. Nothing
sleeps in the child: its clock is moved on instead, so that a lock that is waited for takes no time.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import io
import os
import pickle
import signal
import stat
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from actionplan.store import swapping

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PATIENCE = 30
"""Seconds after which a child that hangs is ended; it counts as a violation."""

BY_NAME = (
    "open", "stat", "lstat", "replace", "rename", "link", "unlink", "remove", "mkdir", "rmdir",
    "scandir", "listdir", "access", "readlink", "chmod", "utime", "truncate", "symlink",
)  # fmt: skip
BY_HANDLE = (
    "write", "read", "lseek", "fsync", "fdatasync", "close", "fstat", "fchmod", "fchown",
    "ftruncate",
)  # fmt: skip
CHANGING = frozenset(
    {
        "write", "exchange", "replace", "rename", "link", "unlink", "remove", "mkdir", "rmdir",
        "chmod", "utime", "truncate", "symlink", "fchmod", "fchown", "ftruncate",
    }
)  # fmt: skip
"""What leaves something else on the disk; so does an `open` that creates or empties a file."""

KILL, TEAR, FAIL, LIE, DROP, SIGNAL, MEANWHILE = (
    "kill", "tear", "fail", "lie", "drop", "signal", "meanwhile",
)  # fmt: skip


class Step(NamedTuple):
    """An operation that was seen, with what a model of the disk must know of it."""

    name: str
    path: str = ""
    to: str = ""
    handle: int = -1
    flags: int = 0
    data: bytes = b""
    at: int = 0

    @property
    def changes(self) -> bool:
        """Tell whether it leaves something else on the disk than was there."""
        creates = self.name == "open" and bool(self.flags & (os.O_CREAT | os.O_TRUNC))
        return creates or self.name in CHANGING


class Fault(NamedTuple):
    """What goes wrong, and at which operation, counted from one."""

    at: int
    kind: str = KILL
    number: int = 0
    """The error, or the signal."""
    lasting: bool = False
    """True where it goes wrong from then on."""
    share: float = 0.5
    """How much of what was to be written gets there before a kill."""
    hook: Callable[[], None] | None = None
    """What somebody else does at that moment."""

    def __str__(self) -> str:
        """Name it for whoever reads of a violation."""
        name = ""
        if self.kind in {FAIL, LIE}:
            name = f" {os.strerror(self.number)}"
        elif self.kind == SIGNAL:
            name = f" {signal.Signals(self.number).name}"
        return f"{self.kind}{name}{' from' if self.lasting else ' at'} operation {self.at}"


class Ended(NamedTuple):
    """How a command ended: its exit code, negative where a signal ended it, and what it said."""

    code: int
    said: str
    trace: tuple[Step, ...] = ()


class Watch:
    """Stands between the command and the disk: counts the operations, and makes one go wrong."""

    def __init__(self, below: Path, fault: Fault | None = None) -> None:
        """Watch what happens below a folder."""
        self.below = f"{below}/"
        self.fault = fault
        self.count = 0
        self.trace: list[Step] = []
        self.handles: dict[int, str] = {}
        self.away = False
        self.real = {
            name: getattr(os, name) for name in (*BY_NAME, *BY_HANDLE) if hasattr(os, name)
        }
        self.real_flock = fcntl.flock
        self.real_open = io.open
        self.real_exchange = swapping.exchange

    def install(self) -> None:
        """Put itself in place of the real operations; there is no way back but the child's end."""
        for name in BY_NAME:
            setattr(os, name, self._by_name(name))
        for name in BY_HANDLE:
            setattr(os, name, self._by_handle(name))
        setattr(swapping, "exchange", self._exchange)  # noqa: B010 - mypy knows the real one
        setattr(fcntl, "flock", self._flock)  # noqa: B010 - as above
        setattr(io, "open", self._open)  # noqa: B010 - as above
        ahead = [0.0]
        monotonic = time.monotonic
        time.monotonic = lambda: monotonic() + ahead[0]

        def sleep(seconds: float) -> None:
            ahead[0] += seconds

        setattr(time, "sleep", sleep)  # noqa: B010 - as above

    # -- the operations

    def do(self, step: Step, act: Callable[[], Any]) -> Any:
        """Count an operation and do it, or let go wrong what is to go wrong."""
        if self.away:
            return act()
        self.count += 1
        self.trace.append(step)
        fault = self.fault
        if fault is None or not (
            self.count == fault.at or (fault.lasting and self.count > fault.at)
        ):
            return act()
        return self._spring(fault, step, act)

    def _spring(self, fault: Fault, step: Step, act: Callable[[], Any]) -> Any:
        if fault.kind == KILL:
            die()
        if fault.kind == TEAR:
            kept = step.data[: max(1, int(len(step.data) * fault.share))]
            self.real["write"](step.handle, kept)
            die()
        if fault.kind in {FAIL, LIE}:
            if fault.kind == LIE:
                self._forget(act())
            name = step.path if step.name in BY_NAME else None
            raise OSError(fault.number, os.strerror(fault.number), name)
        if fault.kind == DROP:
            return self._dropped(step, act)
        if fault.kind == SIGNAL:
            os.kill(os.getpid(), fault.number)
        if fault.kind == MEANWHILE and fault.hook is not None:
            self.away = True
            fault.hook()
            self.away = False
        return act()

    def _forget(self, result: Any) -> None:
        """Close what an operation gave that is now said to have failed."""
        if isinstance(result, int) and result in self.handles:
            self.real["close"](result)
            self.handles.pop(result)
        elif hasattr(result, "close"):
            result.close()

    def _dropped(self, step: Step, act: Callable[[], Any]) -> Any:
        if not step.changes and step.name not in {"fsync", "close"}:
            return act()
        if step.name == "open":
            return act()
        if step.name == "exchange":
            return True
        return len(step.data) if step.name == "write" else None

    def _by_name(self, name: str) -> Callable[..., Any]:
        real = self.real[name]

        def watched(path: Any = ".", *rest: Any, **named: Any) -> Any:
            if isinstance(path, int) or not self.sees(path):
                return real(path, *rest, **named)
            flags = rest[0] if name == "open" else 0
            to = os.fspath(rest[0]) if name in {"replace", "rename", "link", "symlink"} else ""

            def act() -> Any:
                result = real(path, *rest, **named)
                if name == "open":
                    self._learn(result, os.fspath(path))
                return result

            return self.do(Step(name, os.fspath(path), str(to), flags=flags), act)

        return watched

    def _learn(self, handle: int, path: str) -> None:
        self.handles[handle] = path
        if self.trace and self.trace[-1].name == "open":
            self.trace[-1] = self.trace[-1]._replace(handle=handle)

    def _by_handle(self, name: str) -> Callable[..., Any]:
        real = self.real[name]

        def watched(handle: int, *rest: Any, **named: Any) -> Any:
            if handle not in self.handles:
                return real(handle, *rest, **named)

            def act() -> Any:
                if name == "close":
                    self.handles.pop(handle)
                return real(handle, *rest, **named)

            return self.do(self._step(name, handle, rest), act)

        return watched

    def _step(self, name: str, handle: int, rest: Sequence[Any]) -> Step:
        data = bytes(rest[0]) if name == "write" else b""
        at = rest[0] if name == "ftruncate" else self._end(handle) if name == "write" else 0
        return Step(name, self.handles[handle], handle=handle, data=data, at=at)

    def _end(self, handle: int) -> int:
        """Tell where the next write lands."""
        if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_APPEND:
            size: int = self.real["fstat"](handle).st_size
            return size
        at: int = self.real["lseek"](handle, 0, os.SEEK_CUR)
        return at

    def _flock(self, handle: int, operation: int) -> None:
        step = Step("flock", self.handles.get(handle, ""), handle=handle)
        self.do(step, lambda: self.real_flock(handle, operation))

    def _exchange(self, one: Path, other: Path) -> bool:
        step = Step("exchange", os.fspath(one), os.fspath(other))
        done: bool = self.do(step, lambda: self.real_exchange(one, other))
        return done

    def _open(self, file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        """Open a file as `io.open` does, with a watch on each of its operations."""
        if not self.sees(file) and file not in self.handles:
            return self.real_open(file, mode, *rest, **named)
        raw = WatchedFile(self, file, mode.replace("b", "").replace("t", ""))
        buffered: Any = io.BufferedReader(raw) if raw.readable() else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, "utf-8")

    def sees(self, path: Any) -> bool:
        """Tell whether a path lies below the folder that is watched."""
        if isinstance(path, int):
            return False
        return f"{os.fspath(path)}/".startswith(self.below)


class WatchedFile(io.FileIO):
    """An open file, each operation of which is watched."""

    def __init__(self, watch: Watch, file: Any, mode: str) -> None:
        """Open it through the watch, or take a handle that is open."""
        self.watch = watch
        super().__init__(file, mode, opener=lambda path, flags: os.open(path, flags, 0o666))

    def write(self, data: Any, /) -> int:
        """Write once; it may be less than all."""
        written: int = os.write(self.fileno(), data)
        return written

    def readall(self) -> bytes:
        """Read to the end."""
        step = self.watch._step("read", self.fileno(), ())  # noqa: SLF001 - the watch's own file
        found: bytes = self.watch.do(step, super().readall)
        return found

    def readinto(self, buffer: Any, /) -> int:
        """Read a piece."""
        step = self.watch._step("read", self.fileno(), ())  # noqa: SLF001 - as above
        got: int = self.watch.do(step, lambda: io.FileIO.readinto(self, buffer))
        return got

    def close(self) -> None:
        """Close it, once."""
        if self.closed:
            return
        handle = self.fileno()
        if handle not in self.watch.handles:
            super().close()
            return
        step = self.watch._step("close", handle, ())  # noqa: SLF001 - as above
        self.watch.handles.pop(handle)
        try:
            self.watch.do(step, lambda: None)
        finally:
            super().close()


def die() -> NoReturn:
    """End this process as a power cut would: nothing runs any more."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


# --- the child ----------------------------------------------------------------------------------


class Voice(io.RawIOBase):
    """Where the command speaks: kept outside the process, and told to the watch."""

    def __init__(self, place: int, watch: Watch) -> None:
        """Speak into a pipe."""
        self.place = place
        self.watch = watch
        self.put = os.write

    def writable(self) -> bool:
        """It is for writing only."""
        return True

    def write(self, data: Any, /) -> int:
        """Say something."""
        self.watch.trace.append(Step("said", data=bytes(data)))
        return self.put(self.place, data)


class Setting(NamedTuple):
    """What a child finds: its folder, and what is done before the command starts."""

    folder: Path
    environment: dict[str, str]
    prepare: Callable[[], None] | None = None
    """What is done in the child first: rights dropped, limits set."""
    sow: Callable[[], None] | None = None
    """What is changed in the protocol, to see that the campaign notices."""


def run(
    setting: Setting,
    command: Callable[[], int],
    fault: Fault | None = None,
    *,
    traced: bool = False,
) -> Ended:
    """Run a command in a child, in which a fault is laid."""
    heard, spoken = os.pipe()
    seen = os.memfd_create("trace")
    try:
        child = os.fork()
        if not child:
            _be_child(setting, command, fault, (spoken, seen if traced else -1))
        os.close(spoken)
        said = _listen(heard)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return Ended(code, said, _trace(_all(seen)))
    finally:
        os.close(heard)
        os.close(seen)


def _listen(heard: int) -> str:
    """Hear all that is said, until nobody speaks any more."""
    said = b""
    while more := os.read(heard, 1 << 16):
        said += more
    return said.decode("utf-8", "replace")


def _all(handle: int) -> bytes:
    return os.pread(handle, os.fstat(handle).st_size, 0)


def _trace(pickled: bytes) -> tuple[Step, ...]:
    return tuple(pickle.loads(pickled)) if pickled else ()  # noqa: S301 - our own child wrote it


def _be_child(
    setting: Setting, command: Callable[[], int], fault: Fault | None, places: tuple[int, int]
) -> NoReturn:
    """Run the command and end; nothing of the tests' own process may run on here."""
    gc.disable()
    code = 99
    watch = Watch(setting.folder, fault)
    try:
        signal.alarm(PATIENCE)
        os.environ.update(setting.environment)
        os.chdir(setting.folder)
        voice = io.TextIOWrapper(
            io.BufferedWriter(Voice(places[0], watch)),
            "utf-8",
            "backslashreplace",
            write_through=True,
        )
        sys.stdout = sys.stderr = voice
        if setting.prepare is not None:
            setting.prepare()
        watch.install()
        if setting.sow is not None:
            setting.sow()
        code = command()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it ends here
        with contextlib.suppress(BaseException):
            voice.write(f"Traceback: {type(error).__name__}: {error}\n")
            code = 98
    finally:
        watch.away = True
        with contextlib.suppress(BaseException):
            voice.flush()
            if places[1] >= 0:
                watch.real["write"](places[1], pickle.dumps(watch.trace))
        os._exit(code)


def modes(folder: Path) -> dict[str, int]:
    """Give the permissions of all that lies in a folder."""
    return {found.name: stat.S_IMODE(found.stat().st_mode) for found in folder.iterdir()}


# --- both cores ---------------------------------------------------------------------------------


def shared_out(points: Sequence[Any], judge: Callable[[Any], list[str]]) -> list[str]:
    """Judge all points, each half of them in a process of its own; give the violations."""
    found: list[str] = []
    workers = []
    for part in range(CORES):
        told = os.memfd_create("violations")
        child = os.fork()
        if not child:
            _be_worker(points[part::CORES], judge, told)
        workers.append((child, told))
    for child, told in workers:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            found.append(f"a worker ended with {code}")
        found += pickle.loads(_all(told) or pickle.dumps([]))  # noqa: S301 - our own child wrote it
        os.close(told)
    return found


CORES = 2


def _be_worker(points: Sequence[Any], judge: Callable[[Any], list[str]], told: int) -> NoReturn:
    gc.freeze()
    code = 1
    found: list[str] = []
    try:
        for point in points:
            found += judge(point)
        code = 0
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        import traceback

        traceback.print_exc()
        found.append(f"the campaign itself failed: {error!r}")
    finally:
        os.write(told, pickle.dumps(found))
        os._exit(code)
