"""A password or a token: where it is kept, read when it is needed, and shown nowhere.

No sentence tells what a command or a file held, nor what a command said beside it.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from typing import TYPE_CHECKING

from actionplan.errors import NotReachedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VARIABLE = "ACTIONPLAN_MAIL_PASSWORD"
SECONDS = 30.0
LONGEST = 8192
_PRIVATE = 0o077
_OF_ROOTS_GROUP = 0o037
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Secret:
    """A password or a token that is read when it is needed."""

    def __init__(self, read: Callable[[], bytes], where: str) -> None:
        """Keep how to read it, and the name of the setting that says where it is."""
        self._read = read
        self._where = where

    def __repr__(self) -> str:
        """Say where it is kept, and nothing of it."""
        return f"Secret({self._where})"

    def read(self) -> str:
        """Read it.

        Raises:
            NotReachedError: where it can't be read, or is none.

        """
        first, _, _ = self._read().partition(b"\n")
        try:
            text = first.removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            text = "\0"
        if not text or "\0" in text or len(text) > LONGEST:
            fault = "gave nothing on its first line" if not text else "gave what is no password"
            message = f"{self._where} {fault}."
            raise NotReachedError(message)
        return text


def of_text(text: str, where: str = VARIABLE) -> Secret:
    """Give the secret that a variable of the environment holds."""
    content = text.encode("utf-8", "surrogateescape")
    return Secret(lambda: content, where)


def of_file(path: str, where: str = "password_file") -> Secret:
    """Give the secret that stands on the first line of a file that is its owner's alone."""
    return Secret(lambda: _from_file(path, where), f"{where} ({path})")


def of_command(
    words: Sequence[str], where: str = "password_command", seconds: float = SECONDS
) -> Secret:
    """Give the secret that a command prints as its first line; no shell is asked."""
    return Secret(lambda: _from_command(words, where, seconds), where)


def _from_file(path: str, where: str) -> bytes:
    try:
        opened = os.open(path, _OPEN)
    except OSError as error:
        message = f"{where} ({path}) can't be read: {os.strerror(error.errno or 0)}."
        raise NotReachedError(message) from error
    try:
        wrong = unsafe(os.fstat(opened), None if os.name == "nt" else os.geteuid())
        if wrong:
            message = f"{where} ({path}) {wrong}. It was not read."
            raise NotReachedError(message)
        return os.read(opened, LONGEST + 1)
    finally:
        os.close(opened)


def unsafe(found: os.stat_result, user: int | None) -> str:
    """Say why a file is no place for a password, or nothing.

    Args:
        found: what is known of the file.
        user: who asks; None on Windows, where files have no such mode.

    """
    if not stat.S_ISREG(found.st_mode):
        return "is not a regular file"
    if user is None:
        return ""
    if found.st_uid not in (user, 0):
        return "belongs to another user: it must be yours, or root's"
    mode = stat.S_IMODE(found.st_mode)
    closed = _OF_ROOTS_GROUP if found.st_uid == found.st_gid == 0 else _PRIVATE
    if mode & closed:
        return f"can be read by others (mode {mode:04o}): close it with chmod 600"
    return ""


def _from_command(words: Sequence[str], where: str, seconds: float) -> bytes:
    """Run a command to its end, and end it with all that it started where it takes too long."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, and no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "it holds a NUL"
        message = f"{where} can't be started ({words[0]}): {why}."
        raise NotReachedError(message) from error
    with process:
        try:
            printed, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            message = f"{where} gave nothing within {seconds:g} seconds: it must not ask anybody."
            raise NotReachedError(message) from None
        finally:
            end(process)
    if process.returncode != 0:
        message = f"{where} ended with code {process.returncode}: run it by hand to see why."
        raise NotReachedError(message)
    return printed


def environment() -> dict[str, str]:
    """Give the environment of other programs: ours without the password."""
    return {name: value for name, value in os.environ.items() if name != VARIABLE}


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that still runs, with all that it started."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
