"""The process apart: whatever it does, it ends within bounds, alone, and in a sentence."""

from __future__ import annotations

import io
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from actionplan.errors import ActionPlanError
from actionplan.importers import apart, foreign

if TYPE_CHECKING:
    from collections.abc import Callable

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of every process")
SANDBOX = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="only Linux, on these machines, lets a process shut itself in",
)
POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows has no such bounds, pipes or links")


def child_is(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put another program in the place of the one that reads."""
    command = (sys.executable, "-c", "import sys, os, time, signal\n" + dedent(script))
    monkeypatch.setattr(apart, "_COMMAND", command)


def reader_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    """Put another reader in the place of the one that reads commas, within the real child."""
    (tmp_path / "evil.py").write_text(
        "import os, signal, socket, subprocess, sys, threading, time\n"
        "def read(name, content, tell):\n"
        + dedent(body).replace("\n", "\n    ").join(("    ", "")),
        encoding="utf-8",
    )
    child_is(
        monkeypatch,
        f"""
        sys.path.insert(0, {str(tmp_path)!r})
        from actionplan.importers import child, grids
        child.JOBS["grids"] = child.Job("evil", {{"csv": "evil"}})
        import evil
        evil.run = lambda read, options: read
        child.PROCESSOR = 1
        child.main()
        """,
    )


def said(content: bytes = b"a,b\n") -> str:
    """Give the sentence in which the reading of a file ended."""
    with pytest.raises(ActionPlanError) as raised:
        apart.read("grids", "plan.csv", content)
    return raised.value.sentence


def children() -> set[str]:
    """Name the processes that this one, or what it started, has left running."""
    mark = f"child-of-{os.getpid()}"
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and folder.name != str(os.getpid()):
            try:
                held = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if mark.encode() in held:
                found.add(folder.name)
    return found


@pytest.fixture(autouse=True)
def _nothing_is_left_running(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PYTHONUSERBASE", f"child-of-{os.getpid()}")
    yield
    if sys.platform == "linux":
        for _ in range(100):
            if not children():
                break
            time.sleep(0.05)
        assert children() == set()


ENDLESS = """
while True:
    os.write({}, b"x" * 65536)
"""
BAD_CHILDREN = {
    "says one endless line": (ENDLESS.format(1), "more than any plan or review"),
    "says lines without end": (
        'while True:\n    os.write(1, b\'{"at": "page 1"}\\n\' * 4096)',
        "more than any plan or review",
    ),
    "complains without end": (ENDLESS.format(2), "takes longer than"),
    "sleeps": ("time.sleep(600)", "takes longer than"),
    "sleeps with its mouth shut": ("os.close(1)\ntime.sleep(600)", "takes longer than"),
    "ignores a request to end": (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)",
        "takes longer than",
    ),
    "says half a line": ("""os.write(1, b'{"result": [1, 2')""", "its reader broke on"),
    "says no JSON": ("os.write(1, b'hello\\n')", "an answer that is none"),
    "says JSON of another shape": ("os.write(1, b'[1]\\n')", "an answer that is none"),
    "says an empty object": ("os.write(1, b'{}\\n')", "an answer that is none"),
    "says a deep nest": ("os.write(1, b'[' * 100_000 + b'\\n')", "an answer that is none"),
    "says a number of 10,000 digits": (
        "os.write(1, b'9' * 10_000 + b'\\n')",
        "answer that is none",
    ),
    "says nothing": ("pass", "its reader broke on"),
    "fails": ("sys.exit(3)", "its reader broke on"),
    "reads nothing of the file": ("os.close(0)\ntime.sleep(0.2)", "its reader broke on"),
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", "takes more memory"),
    "breaks": ("os.kill(os.getpid(), signal.SIGSEGV)", "its reader broke on"),
    "aborts": ("os.abort()", "its reader broke on"),
    "has used up its time": ("os.kill(os.getpid(), signal.SIGXCPU)", "takes longer than"),
    "says what memory it lacks": (
        "sys.exit('memory allocation of 9 bytes failed')",
        "takes more memory",
    ),
    "leaves another that holds the pipes": (
        "if os.fork() == 0:\n    time.sleep(600)",
        "takes longer than",
    ),
}


@POSIX
@pytest.mark.parametrize(("script", "words"), BAD_CHILDREN.values(), ids=BAD_CHILDREN)
def test_whatever_the_child_does_it_ends_in_a_sentence_and_is_gone(
    script: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "longer" in words:
        monkeypatch.setattr(apart, "LONGEST", 0.3)
    monkeypatch.setattr(apart, "MOST_SAID", 1_000_000)
    child_is(monkeypatch, script)
    sentence = said(b"a,b\n" * 300_000)
    assert words in sentence
    assert sentence.startswith("plan.csv was not read: ")
    assert "\n" not in sentence


BAD_READERS = {
    "counts for ever": ("while True: pass", "takes longer than"),
    "counts for ever in C": ("sum(iter(int, 1))", "takes longer than"),
    "takes all memory": ("held = [bytearray(1 << 20) for _ in range(4096)]", "takes more memory"),
    "takes all memory at once": ("bytearray(1 << 40)", "takes more memory"),
    "nests too deep": ("return read(name, content, tell)", "RecursionError"),
    "gives too much": ("return ['x' * 1000] * 20_000", "more than any plan or review"),
    "gives what is no JSON": ("return {1, 2}", "TypeError"),
    "raises": ("raise KeyError('w:body')", "(KeyError: 'w:body')"),
    "opens a file": ("open('/etc/hostname')", "[Errno "),
    "writes a file": ("os.open('/tmp/x', os.O_CREAT | os.O_WRONLY)", "[Errno "),
    "asks the network": ("socket.create_connection(('127.0.0.1', 9))", "[Errno "),
    "lists a folder": ("os.listdir('/')", "[Errno "),
    "duplicates a pipe": ("os.dup(0)", "[Errno "),
    "runs a program": ("subprocess.run(['true'])", "[Errno "),
}


@POSIX
@pytest.mark.parametrize(("body", "words"), BAD_READERS.values(), ids=BAD_READERS)
def test_whatever_a_reader_does_in_the_real_child_it_ends_in_a_sentence(
    body: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reader_is(monkeypatch, tmp_path, body)
    assert words in said()


FORBIDDEN = {
    "removes a file": "os.unlink({path!r})",
    "renames a file": "os.rename({path!r}, {path!r} + 'x')",
    "cuts a file": "os.truncate({path!r}, 0)",
    "looks at a file": "os.stat({path!r})",
    "makes a folder": "os.mkdir({path!r} + 'x')",
    "signals its parent": "os.kill(os.getppid(), signal.SIGTERM)",
    "forks": "os.fork()",
    "becomes another program": "os.execv('/bin/sh', ['sh', '-c', 'true'])",
    "gives itself more": "__import__('resource').setrlimit(7, (0, 0))",
    "starts a thread": "threading.Thread(target=print).start()",
}


@SANDBOX
@pytest.mark.parametrize("body", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_system_refuses_a_reader_all_but_computing(
    body: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "theirs"
    path.write_bytes(b"x")
    reader_is(monkeypatch, tmp_path, body.format(path=str(path)))
    sentence = said()
    assert re.search("Operation not permitted|can't start new thread|not allowed to", sentence)
    assert (list(folder.iterdir()), path.read_bytes()) == ([path], b"x")


@POSIX
def test_what_a_child_is_at_is_told_and_its_answer_comes_with_notes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reader_is(monkeypatch, tmp_path, "tell('page 1')\ntell('page 2')\nreturn content.decode()")
    told: list[str] = []
    answer = apart.read("grids", "plan.csv", b"a,b\n", tell=told.append)
    assert answer == apart.Answer("a,b\n")
    assert told == ["page 1", "page 2"]


def test_an_answer_is_enough_though_the_child_lingers(monkeypatch: pytest.MonkeyPatch) -> None:
    child_is(monkeypatch, """os.write(1, b'{"result": 1, "notes": []}\\n')\ntime.sleep(600)""")
    assert apart.read("grids", "plan.csv", b"a,b\n").result == 1


def test_the_child_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTIONPLAN_MAIL_PASSWORD", "tell-nobody")
    child_is(
        monkeypatch,
        """
        import json
        print(json.dumps({"result": sorted(os.environ), "notes": []}))
        """,
    )
    names = apart.read("grids", "plan.csv", b"a,b\n").result
    assert set(names) <= {*apart.ENVIRONMENT, "LC_CTYPE"}
    assert not any("PASSWORD" in name for name in names)


CHILD_FOR_EVER = """
import sys
from actionplan.importers import child
child._end_with_parent()
sys.stdout.write('{"at": "page 1"}' + chr(10))
sys.stdout.flush()
while True: pass
"""


@LINUX
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_when_the_reading_is_broken_off_the_child_goes_too(sign: signal.Signals) -> None:
    script = dedent(
        f"""
        import os, sys
        from actionplan.importers import apart
        apart._COMMAND = (sys.executable, "-c", {CHILD_FOR_EVER!r})
        apart.read("grids", "plan.csv", b"a,b", tell=lambda at: os.write(1, at.encode()))
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ},
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.read(6) == b"page 1"
        assert len(children()) == 2
        parent.send_signal(sign)
        parent.wait(30)
    # that nothing is left is asserted after each test of this file


def test_the_memory_that_a_flood_costs_the_parent_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "MOST_SAID", 1_000_000)
    child_is(
        monkeypatch,
        """
        os.write(1, b'{"at": "page 1"}\\n')
        while True:
            os.write(2, b"x" * 65536)
            os.write(1, b"x" * 65536)
        """,
    )
    tracemalloc.start()
    try:
        with pytest.raises(ActionPlanError, match="more than any plan or review"):
            apart.read("grids", "plan.csv", b"a,b\n", tell=lambda _: time.sleep(0.5))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


NAMES = {
    "a name of two lines\n.csv": "a name of two lines\ufffd.csv",
    "\x1b[2Jred.csv": "\ufffd[2Jred.csv",
    "turned \u202evsc.exe": "turned \ufffdvsc.exe",
    "not UTF-8 \udcff.csv": "not UTF-8 \ufffd.csv",
    "-rf.csv": "-rf.csv",
}


@POSIX
@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=NAMES.values())
def test_a_name_is_shown_on_one_line_and_harmless(name: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"a,b\n")
    assert apart.contents(tmp_path / name, io.BytesIO()) == (shown, b"a,b\n")
    (tmp_path / name).unlink()
    with pytest.raises(ActionPlanError, match="is not there: name a file") as raised:
        apart.contents(tmp_path / name, io.BytesIO())
    assert shown in raised.value.sentence


def pipe(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path)


NO_FILES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "pipe": (pipe, "is a folder, a pipe or a device: name a file"),
    "folder": (Path.mkdir, "is a folder, a pipe or a device: name a file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a folder, a pipe or a device"),
    "terminal": (lambda path: path.symlink_to("/dev/tty"), "plan.csv "),
    "dangling link": (lambda path: path.symlink_to("nowhere"), "is not there: name a file."),
    "loop of links": (loop, "can't be read: Too many levels of symbolic links."),
    "nothing": (lambda _: None, "is not there: name a file."),
}


@POSIX
@pytest.mark.parametrize(("made", "words"), NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_file_is_refused_and_waited_for_by_nobody(
    made: Callable[[Path], Any], words: str, tmp_path: Path
) -> None:
    made(tmp_path / "plan.csv")
    with pytest.raises(ActionPlanError) as raised:
        apart.contents(tmp_path / "plan.csv", io.BytesIO())
    assert words in raised.value.sentence


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(b"a,b\n")
    path.chmod(0)
    with pytest.raises(ActionPlanError, match="can't be read: Permission denied"):
        apart.contents(path, io.BytesIO())


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        """Give as much as is asked for."""
        assert size > 0
        self.taken += size
        return b"x" * size


def test_no_more_than_the_bound_is_read_of_what_has_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "LARGEST", 1_000_000)
    endless = Endless()
    with pytest.raises(ActionPlanError, match="standard input is larger than 1 MB"):
        apart.contents(Path("-"), endless)  # type: ignore[arg-type]
    assert endless.taken == 1_000_001
    sparse = tmp_path / "plan.csv"
    with sparse.open("wb") as stream:
        stream.truncate(10**12)
    with pytest.raises(ActionPlanError, match=r"plan\.csv is larger than 1 MB"):
        apart.contents(sparse, io.BytesIO())


def test_the_bounds_of_the_child_are_those_that_are_promised() -> None:
    from actionplan.importers import child, packages

    assert (foreign.LARGEST, packages.LARGEST) == (50_000_000, 200_000_000)
    assert (child.MEMORY, child.PROCESSOR) == (512_000_000, 30)
    assert json.dumps(apart.LONGEST) == "60.0"
