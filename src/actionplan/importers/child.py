"""The process that reads a stranger's file: bounded, and with every door shut before it begins.

It is given its work and the file on standard input, and answers on standard output, a line of JSON
each: ``{"at": ...}`` while it works, and at the end ``{"result": ...}`` or ``{"refused": ...}``.
"""

from __future__ import annotations

import codecs
import ctypes
import json
import signal
import sys
from importlib import import_module
from typing import Any, NamedTuple

from actionplan.errors import ActionPlanError
from actionplan.importers import foreign, packages, sandbox

MEMORY = 512_000_000
"""Bytes of address space."""
PROCESSOR = 30
"""Seconds of processor time."""
_GRACE = 2
"""Seconds between the signal that says that the time is used up, and the end without a word."""


class Job(NamedTuple):
    """One kind of work."""

    module: str
    """Its function ``run(read, options)`` gives a value of JSON from what the reader gave."""
    readers: dict[str, str]
    """For each kind of file, the module whose ``read(name, content, tell)`` reads it."""


_HERE = "actionplan.importers"
JOBS = {
    "findings": Job(
        f"{_HERE}.review.drafting",
        {
            "pdf": f"{_HERE}.pages",
            "docx": f"{_HERE}.word",
            "html": f"{_HERE}.web",
            "markdown": f"{_HERE}.markdown",
            "text": f"{_HERE}.text",
        },
    ),
    "grids": Job(
        f"{_HERE}.grids",
        {
            "xlsx": f"{_HERE}.workbook",
            "csv": f"{_HERE}.comma",
            "text": f"{_HERE}.comma",
            "docx": f"{_HERE}.wordtables",
        },
    ),
}
_CODINGS = (
    "ascii", "cp437", "cp1252", "idna", "latin-1", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
)  # fmt: skip
_LATER = ("_strptime", "heapq")
"""Modules that Python's own library imports only when what needs them is called."""
_DIE_WITH_PARENT = 1
"""What Linux calls PR_SET_PDEATHSIG."""


def main() -> None:
    """Read one file, and answer."""
    _end_with_parent()
    _bound()
    request = json.loads(sys.stdin.buffer.readline())
    try:
        _say(_answer(request, sys.stdin.buffer.read()))
    except ActionPlanError as error:
        _say({"refused": error.sentence, "state": error.state})
    except MemoryError:
        _say({"why": "it takes more memory than any such document should"})


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    file = foreign.recognise(request["name"], content)
    job = JOBS[request["job"]]
    if file.kind not in job.readers:
        readable = ", ".join(foreign.NAMES[kind] for kind in job.readers)
        message = f"{file.name} is {foreign.NAMES[file.kind]}; what can be read here: {readable}."
        raise ActionPlanError(message)
    reader, work = import_module(job.readers[file.kind]), import_module(job.module)
    _load()
    _shut()
    notes = [file.note] if file.note else []
    if file.kind in {"docx", "xlsx"}:
        notes += packages.inspect(file.name, file.content)
    read = reader.read(file.name, file.content, lambda at: _say({"at": at}))
    return {"result": work.run(read, request["options"]), "notes": notes}


def _say(word: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(word) + "\n")
    sys.stdout.flush()


def _bound() -> None:
    """Take no more memory and time than any document needs, and leave no picture of the memory."""
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_CPU", PROCESSOR, _GRACE)
    _limit("RLIMIT_CORE", 0)


def _load() -> None:
    """Load what Python's own library would open a file for only once it is asked for."""
    for coding in _CODINGS:
        codecs.lookup(coding)
    for module in _LATER:
        import_module(module)


def _shut() -> None:
    """Open nothing from here on: no file, no other program, no way to a network.

    The bounds hold wherever there are any; where the system knows of more, it is shut as well.
    """
    _limit("RLIMIT_NOFILE", 0)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NPROC", 0)
    sandbox.close()


def _limit(which: str, most: int, beyond: int = 0) -> None:
    """Set a bound of the system's for good; Windows has none, and macOS not each of them."""
    try:
        import resource  # noqa: PLC0415 - not there on Windows

        kind = getattr(resource, which)
        _, already = resource.getrlimit(kind)
        unbound = already == resource.RLIM_INFINITY
        hard = most + beyond if unbound else min(most + beyond, already)
        resource.setrlimit(kind, (max(hard - beyond, 0), hard))
    except (ImportError, AttributeError, OSError, ValueError):
        return


def _end_with_parent() -> None:
    """Die when the parent does; where the system can't see to it, the bound on time does."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    main()
