"""What is shown while something takes long, on a real terminal, in a pipe, and when it fails."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")

WORK = """
import sys, time
from actionplan.cli import progress
progress.AFTER, progress.BEAT = {after}, 0.01
with progress.busy({what!r}):
    time.sleep({takes})
    {ends}
print("the answer")
"""


def on_a_terminal(
    after: float = 0.0,
    takes: float = 0.3,
    ends: str = "pass",
    what: str = "Making plan.xlsx",
    code: str = WORK,
    **more: str,
) -> str:
    """Run some work with standard error on a terminal, and give all that the terminal was sent."""
    leader, follower = pty.openpty()
    code = code.format(after=after, takes=takes, ends=ends, what=what)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=follower,
        env={**os.environ, "TERM": "xterm", **more},
    ) as running:
        os.close(follower)
        sent = b""
        while part := _read(leader):
            sent += part
        answer = running.stdout.read() if running.stdout else b""
    os.close(leader)
    assert answer == (b"" if "raise" in ends else b"the answer\n")
    return sent.decode()


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 4096)
    except OSError:
        return b""


def seen(sent: str) -> str:
    """Give what is left to see on the last line, once all is written over."""
    line = ""
    for part in sent.replace("\r\n", "\n").rpartition("\n")[2].split("\r"):
        line = part + line[len(part) :]
    return line.strip()


def test_what_takes_long_is_told_on_a_terminal_and_nothing_of_it_is_left() -> None:
    sent = on_a_terminal()
    assert "\r- Making plan.xlsx ..." in sent
    assert "\r\\ Making plan.xlsx ..." in sent
    assert "\x1b" not in sent
    assert seen(sent) == ""


def test_how_far_it_is_is_told_and_a_shorter_line_leaves_nothing_of_a_longer_one() -> None:
    code = WORK.replace("busy({what!r}):", "busy({what!r}) as tell:").replace(
        "time.sleep({takes})", "[(tell(f'page {{n}} of 12'), time.sleep(0.1)) for n in (10, 9)]"
    )
    sent = on_a_terminal(code=code)
    assert "Making plan.xlsx: page 10 of 12 ..." in sent
    assert "Making plan.xlsx: page 9 of 12 ... " in sent
    assert seen(sent) == ""


def test_what_takes_no_longer_than_a_second_is_not_told() -> None:
    assert on_a_terminal(after=1.0, takes=0.01) == ""


def test_a_dumb_terminal_and_a_pipe_are_told_nothing() -> None:
    assert on_a_terminal(TERM="dumb") == ""
    code = WORK.format(after=0.0, takes=0.1, ends="pass", what="x")
    piped = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (piped.stdout, piped.stderr) == (b"the answer\n", b"")


@pytest.mark.parametrize("ends", ["raise KeyboardInterrupt", "raise ValueError('wrong')"])
def test_an_end_before_its_time_leaves_nothing_of_it_either(ends: str) -> None:
    before, _, after = on_a_terminal(ends=ends).partition("Traceback")
    assert "Making plan.xlsx" in before
    assert seen(before) == ""
    assert "Making plan.xlsx" not in after


def test_what_is_named_can_not_reach_the_terminal_as_control() -> None:
    sent = on_a_terminal(what="Making \x1b[31m\u202e" + "x" * 500)
    assert "\x1b" not in sent
    assert "\u202e" not in sent
    assert max(len(part) for part in sent.split("\r")) <= 80
