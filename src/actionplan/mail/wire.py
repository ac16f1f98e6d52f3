"""A connection by lines, in which every step has an end in time and every answer a form."""

from __future__ import annotations

import contextlib
import os
import re
import ssl
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

LONGEST_LINE = 4096
MOST_LINES = 100
_PART = 65536
_ANSWER = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?")
_CUT_OFF = "the connection was cut off"
_TOO_SLOW = "no answer came in time"
RUBBISH = "what came is no answer of a mail server"


class BrokenError(Exception):
    """The conversation broke off; why, as the end of a sentence."""


class Reply(NamedTuple):
    """One answer: its code, and its words on each line."""

    code: int
    lines: tuple[str, ...]


class Wire:
    """An open connection."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over a connection."""
        self._connection = connection
        self._heard = bytearray()

    def write(self, content: bytes, seconds: float) -> None:
        """Give out bytes; each part must be taken within the time.

        Raises:
            BrokenError: where it is not.

        """
        with _told():
            for start in range(0, len(content), _PART):
                self._connection.settimeout(seconds)
                self._connection.sendall(content[start : start + _PART])

    def reply(self, seconds: float) -> Reply:
        """Read one answer, whole and within the time.

        Raises:
            BrokenError: where there is none, or where it is no answer of a mail server.

        """
        deadline = time.monotonic() + seconds
        lines: list[str] = []
        codes = set()
        more = True
        while more:
            found = _ANSWER.fullmatch(self._line(deadline))
            if found is None or len(lines) == MOST_LINES:
                raise BrokenError(RUBBISH)
            codes.add(int(found[1]))
            lines.append((found[3] or b"").decode("utf-8", "replace"))
            more = found[2] == b"-"
        if len(codes) > 1:
            raise BrokenError(RUBBISH)
        return Reply(codes.pop(), tuple(lines))

    def has_spoken(self) -> bool:
        """Say whether something is there to be read that was not asked for.

        Raises:
            BrokenError: where the connection is at its end.

        """
        with _told():
            self._connection.settimeout(0)
            try:
                more = self._connection.recv(LONGEST_LINE)
            except (BlockingIOError, ssl.SSLWantReadError):
                return bool(self._heard)
        if not more:
            raise BrokenError(_CUT_OFF)
        self._heard += more
        return True

    def encrypt(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Go on encrypted.

        Raises:
            BrokenError: where the server is gone, or too slow.
            ssl.SSLError: where it can't be trusted, or speaks no such protocol.

        """
        with _told(but=ssl.SSLError):
            self._connection.settimeout(seconds)
            self._connection = context.wrap_socket(self._connection, server_hostname=host)

    @property
    def connection(self) -> socket.socket:
        """Give the connection, to ask what is known of it."""
        return self._connection

    def close(self) -> None:
        """Let go, whatever was going on."""
        self._connection.close()

    def _line(self, deadline: float) -> bytes:
        while (end := self._heard.find(b"\n")) < 0:
            if len(self._heard) > LONGEST_LINE:
                raise BrokenError(RUBBISH)
            self._heard += self._more(deadline)
        line = bytes(self._heard[:end])
        del self._heard[: end + 1]
        return line.removesuffix(b"\r")

    def _more(self, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise BrokenError(_TOO_SLOW)
        with _told():
            self._connection.settimeout(left)
            more = self._connection.recv(LONGEST_LINE)
        if not more:
            raise BrokenError(_CUT_OFF)
        return more


@contextlib.contextmanager
def _told(but: type[OSError] | None = None) -> Iterator[None]:
    """Tell a fault of the network as what it means for the conversation."""
    try:
        yield
    except TimeoutError as error:
        raise BrokenError(_TOO_SLOW) from error
    except OSError as error:
        if but is not None and isinstance(error, but):
            raise
        raise BrokenError(reason(error)) from error


def reason(error: OSError) -> str:
    """Say what a fault of the network is, as the end of a sentence."""
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers there"
    if isinstance(error, (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)):
        return _CUT_OFF
    if isinstance(error, ssl.SSLError) or not error.errno:
        return "the encryption failed"
    return os.strerror(error.errno).lower()
