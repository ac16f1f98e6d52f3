"""The process that reads a stranger's file: bounded, and with every door shut before it begins.

It is given its work and the file on standard input, and answers on standard output, a line of JSON
each: ``{"at": ...}`` while it works, and at the end ``{"result": ...}`` or ``{"refused": ...}``.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any, NamedTuple

from actionplan.errors import ActionPlanError
from actionplan.importers import foreign, packages

MEMORY = 512_000_000
"""Bytes of address space."""
PROCESSOR = 30
"""Seconds of processor time."""


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
_CODINGS = ("cp437", "cp1252", "utf-16", "utf-8-sig", "latin-1", "ascii", "idna")
"""Loaded while files can still be opened."""


def main() -> None:
    """Read one file, and answer."""
    request = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        _say(_answer(request, content))
    except ActionPlanError as error:
        _say({"refused": error.sentence, "state": error.state})


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    _bound()
    file = foreign.recognise(request["name"], content)
    job = JOBS[request["job"]]
    if file.kind not in job.readers:
        readable = ", ".join(foreign.NAMES[kind] for kind in job.readers)
        message = f"{file.name} is {foreign.NAMES[file.kind]}; what can be read here: {readable}."
        raise ActionPlanError(message)
    reader, work = import_module(job.readers[file.kind]), import_module(job.module)
    for coding in _CODINGS:
        "".encode(coding)
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
    """Take no more memory and time than any document needs; Windows has no such bounds."""
    try:
        import resource  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _shut() -> None:
    """Open nothing from here on: no file, no other program, no way to a network."""
    try:
        import resource  # noqa: PLC0415 - as above
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
