"""Reading a stranger's file in a process of its own: what is asked, and what came back.

The file is read here and handed over; the child can open nothing. Whatever it does, it ends within
bounds, and what comes back is either a value or a sentence.
"""

from __future__ import annotations

import json
import subprocess
import sys
from threading import Thread, Timer
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.errors import ActionPlanError
from actionplan.importers import foreign

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

LONGEST = 60.0
"""Seconds on the clock; the child's own bound on its processor time is shorter."""

STANDARD_INPUT = "standard input"
"""What is piped in, by its name."""


class Answer(NamedTuple):
    """What was read."""

    result: Any
    notes: tuple[str, ...] = ()


def contents(path: Path, standard_input: IO[bytes]) -> tuple[str, bytes]:
    """Give the name and the bytes of a file, or of what is piped in for ``-``.

    Raises:
        ActionPlanError: where it can't be read, is no file, or is too large.

    """
    if str(path) == "-":
        name, content = STANDARD_INPUT, standard_input.read(foreign.LARGEST + 1)
    else:
        name = path.name
        try:
            if not path.is_file():
                why = "is a folder, or a device" if path.exists() else "is not there"
                message = f"{path} {why}: name a file."
                raise ActionPlanError(message)
            with path.open("rb") as stream:
                content = stream.read(foreign.LARGEST + 1)
        except OSError as error:
            message = f"{path} can't be read: {error.strerror}."
            raise ActionPlanError(message) from error
    if len(content) > foreign.LARGEST:
        message = f"{name} is larger than {foreign.LARGEST // 1_000_000} MB, and was not read."
        raise ActionPlanError(message)
    return name, content


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
    request = json.dumps({"job": job, "name": name, "options": options or {}}).encode() + b"\n"
    command = [sys.executable, "-P", "-m", "actionplan.importers.child"]
    with subprocess.Popen(  # noqa: S603 - this program itself
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        late = Timer(LONGEST, process.kill)
        late.start()
        Thread(target=_feed, args=(process.stdin, request + content), daemon=True).start()
        said: list[bytes] = []
        listener = Thread(target=_drain, args=(process.stderr, said), daemon=True)
        listener.start()
        try:
            answer = _listen(process.stdout, tell)
            process.wait()
            listener.join(1)
        finally:
            late.cancel()
            process.kill()
    return _understood(name, answer, process.returncode, b"".join(said))


def _feed(stream: IO[bytes] | None, content: bytes) -> None:
    """Hand the file over; a child that has died already is noticed elsewhere."""
    assert stream is not None  # noqa: S101 - it is a pipe
    try:
        stream.write(content)
        stream.close()
    except OSError:
        return


def _drain(stream: IO[bytes] | None, said: list[bytes]) -> None:
    assert stream is not None  # noqa: S101 - as above
    while piece := stream.read(1 << 16):
        said[:] = [(b"".join(said) + piece)[-4_000:]]


def _listen(stream: IO[bytes] | None, tell: Callable[[str], None]) -> dict[str, Any]:
    """Pass on what the child is at, and give its last word."""
    assert stream is not None  # noqa: S101 - as above
    for line in stream:
        try:
            word: dict[str, Any] = json.loads(line)
        except ValueError:
            return {}
        if "at" not in word:
            return word
        tell(word["at"])
    return {}


def _understood(name: str, answer: dict[str, Any], code: int, said: bytes) -> Answer:
    if "refused" in answer:
        raise ActionPlanError(answer["refused"], state=answer["state"])
    if "result" in answer:
        return Answer(answer["result"], tuple(answer["notes"]))
    last = said.decode(errors="replace").strip().splitlines()
    if last and last[-1].startswith("MemoryError"):
        why = "it takes more memory than any such document should"
    elif code < 0:
        why = "reading it took too long, or more memory than any such document should"
    else:
        why = f"it is damaged in a way that is not known here ({last[-1][:200] if last else code})"
    message = f"{name} was not read: {why}. Open it, save it again and try that copy."
    raise ActionPlanError(message)
