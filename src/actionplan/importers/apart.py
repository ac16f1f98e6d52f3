"""Reading a stranger's file in a process of its own: what is asked, and what came back.

The file is read here and handed over; the child can open nothing. Whatever it does (too much, too
long, nothing at all), it ends within bounds, nothing of it is left behind, and what comes back is
either a value or a sentence. Of what it says no more is kept than any plan needs.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from actionplan.errors import ActionPlanError
from actionplan.importers import foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LONGEST = 60.0
"""Seconds on the clock; the child's own bound on its processor time is shorter."""
MOST_SAID = 16_000_000
"""Bytes of all that the child says; a plan of 10 MB is refused as well."""
STANDARD_INPUT = "standard input"
"""The name of what is piped in."""

_COMMAND = (sys.executable, "-P", "-W", "ignore", "-m", "actionplan.importers.child")
ENVIRONMENT = (
    "PATH", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "APPDATA",
    "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONDONTWRITEBYTECODE",
)  # fmt: skip
"""What Python needs to find itself and its packages; nothing else is handed on."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_GLANCE = 0.5
"""Seconds after which the clock, and on Windows Ctrl-C, is looked at while nothing is said."""
_PIECE = 1 << 16
_LAST_WORDS = 4_000
"""Bytes of its standard error, from the end, that are kept."""
_WORD = 200
"""Letters of what the child is at, or of why it broke, that are shown."""
_TOO_MUCH = "it takes more memory than any such document should"
_TOO_LONG = "reading it takes longer than any such document should"


class Answer(NamedTuple):
    """What was read."""

    result: Any
    notes: tuple[str, ...] = ()


def contents(path: Path, standard_input: IO[bytes]) -> tuple[str, bytes]:
    """Give the name and the bytes of a file, or of what is piped in for ``-``.

    Raises:
        ActionPlanError: where it can't be read, is no file, or is too large.

    """
    piped = str(path) == "-"
    name = STANDARD_INPUT if piped else _printable(path.name)
    try:
        if piped:
            content = standard_input.read(foreign.LARGEST + 1)
        else:
            with _opened(path) as stream:
                content = stream.read(foreign.LARGEST + 1)
    except FileNotFoundError as error:
        message = f"{_printable(path)} is not there: name a file."
        raise ActionPlanError(message) from error
    except OSError as error:
        message = f"{name if piped else _printable(path)} can't be read: {error.strerror}."
        raise ActionPlanError(message) from error
    if len(content) > foreign.LARGEST:
        message = f"{name} is larger than {foreign.LARGEST // 1_000_000} MB, and was not read."
        raise ActionPlanError(message)
    return name, content


def _printable(name: Path | str) -> str:
    """Give a name on one line, whatever a stranger put in it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(name))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, and nothing else: a pipe would keep its reader waiting for ever."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags)
    except PermissionError:
        if not path.is_dir():  # which Windows does not open at all
            raise
        number = -1
    if number < 0 or not stat.S_ISREG(os.fstat(number).st_mode):
        if number >= 0:
            os.close(number)
        what = "a folder, a pipe or a device: name a file, or pipe it in and name -"
        message = f"{_printable(path)} is {what}."
        raise ActionPlanError(message)
    with os.fdopen(number, "rb") as stream:
        yield stream


def read(
    job: str,
    name: str,
    content: bytes,
    options: dict[str, Any] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Answer:
    """Have a file read by one of the jobs of `child`; what it is doing is told meanwhile.

    Raises:
        ActionPlanError: where it can't be, with what is wrong with the file and what to do.

    """
    asked = {"job": job, "name": name, "options": options or {}}
    request = json.dumps(asked).encode() + b"\n"
    process = subprocess.Popen(  # noqa: S603 - this program itself
        _COMMAND,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={key: os.environ[key] for key in ENVIRONMENT if key in os.environ},
        process_group=0,
    )
    try:
        last = _attend(process, (request, content), tell)
    finally:
        _end(process)
    return _understood(name, last)


def _attend(
    process: subprocess.Popen[bytes], given: tuple[bytes, ...], tell: Callable[[str], None]
) -> dict[str, Any]:
    """Hand the file over, pass on what the child is at, and give its last word.

    Three threads stand at the three pipes, so that the clock can be kept here.
    """
    late = monotonic() + LONGEST
    heard: SimpleQueue[bytes] = SimpleQueue()
    complaint = bytearray()
    _start(_feed, process.stdin, given)
    _start(_hear, process.stdout, heard)
    complaining = _start(_keep_the_end, process.stderr, complaint)
    for line in _lines(heard, late):
        word = _word(line)
        if "at" not in word:
            return word
        tell(str(word["at"])[:_WORD])
    try:
        process.wait(max(0, late - monotonic()))
    except subprocess.TimeoutExpired:
        return {"why": _TOO_LONG}
    complaining.join(1)
    return {"why": _why(process.returncode, bytes(complaint))}


def _start(work: Callable[..., None], stream: IO[bytes] | None, with_what: object) -> Thread:
    thread = Thread(target=work, args=(stream, with_what), daemon=True)
    thread.start()
    return thread


def _feed(stream: IO[bytes], given: tuple[bytes, ...]) -> None:
    """Hand over; a child that has died already is noticed elsewhere."""
    with contextlib.suppress(OSError), stream:
        for content in given:
            rest = memoryview(content)
            while rest:
                rest = rest[stream.write(rest) :]


def _hear(stream: IO[bytes], heard: SimpleQueue[bytes]) -> None:
    """Pass on what is said, and at its end, or where it grows beyond bounds, nothing."""
    with stream:
        said = 0
        while said <= MOST_SAID and (piece := stream.read(_PIECE)):
            said += len(piece)
            heard.put(piece)
    heard.put(b"")


def _keep_the_end(stream: IO[bytes], kept: bytearray) -> None:
    with stream:
        while piece := stream.read(_PIECE):
            kept += piece
            del kept[:-_LAST_WORDS]


def _lines(heard: SimpleQueue[bytes], late: float) -> Iterator[bytes]:
    """Give each whole line that is said until the end; what is too late or too much is the last."""
    said, pending = 0, bytearray()
    while True:
        try:
            piece = heard.get(timeout=_GLANCE)
        except Empty:
            piece = None
        if monotonic() > late:
            yield json.dumps({"why": _TOO_LONG}).encode()
            return
        if piece is None:
            continue
        if not piece:
            return
        said += len(piece)
        if said > MOST_SAID:
            yield json.dumps({"why": "it holds more than any plan or review"}).encode()
            return
        pending += piece
        if b"\n" in piece:
            *whole, rest = bytes(pending).split(b"\n")
            pending = bytearray(rest)
            yield from whole


def _word(line: bytes) -> dict[str, Any]:
    try:
        word = json.loads(line)
    except (ValueError, RecursionError):
        word = None
    return word if isinstance(word, dict) else {"why": "its reader gave an answer that is none"}


def _why(code: int, complaint: bytes) -> str:
    """Say in words how a child ended that gave no answer."""
    last = (complaint.decode(errors="replace").strip().splitlines() or [""])[-1]
    if -code in {getattr(signal, "SIGXCPU", 0), getattr(signal, "SIGALRM", 0)}:
        return _TOO_LONG
    if "memory" in last.lower() or -code == getattr(signal, "SIGKILL", 0):
        return _TOO_MUCH
    if code < 0:
        return f"its reader broke on it: it is damaged, or {_TOO_MUCH.removeprefix('it ')}"
    told = f" ({last[:_WORD]})" if last else ""
    return f"it is damaged in a way that its reader broke on{told}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of the child behind, nor of what it may have started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _understood(name: str, last: dict[str, Any]) -> Answer:
    if "refused" in last:
        raise ActionPlanError(str(last["refused"]), state=str(last["state"]))
    if "result" in last:
        return Answer(_writable(last["result"]), tuple(map(_writable, last["notes"])))
    why = last.get("why", "its reader gave an answer that is none")
    message = f"{name} was not read: {why}. Open it, save it again and try that copy."
    raise ActionPlanError(message)


def _writable(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Take out of every text what no plan can hold, or what would drive a terminal."""
    if isinstance(value, str):
        return _UNWRITABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_writable(each) for each in value]
    if isinstance(value, dict):
        return {key: _writable(each) for key, each in value.items()}
    return value
