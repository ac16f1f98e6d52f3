"""A real mail server for the tests, in a process of its own: which letters it took.

What it does with a letter stands in the address: ``head-of-hr+refuse@example.gov.uk`` is refused.
The file is also a program: it is run by the tests, to be the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY, REFUSED = "450 4.2.0 try again later", "550 5.1.1 no such person"
NO_MAILBOX = "550 5.1.1 <{}>: no such person"


class PostOffice:
    """The server, as a test sees it."""

    def __init__(self, log: Path, process: subprocess.Popen[str]) -> None:
        """Wait until it says where it listens."""
        assert process.stdout is not None
        self.port = int(process.stdout.readline())
        self._log = log

    def accepted(self) -> Counter[str]:
        """Count the letters that it took, by Message-ID, when all who came have left."""
        deadline = time.monotonic() + 10
        while self.connections() != len(self._said("left")):
            assert time.monotonic() < deadline
            time.sleep(0.002)
        return Counter(self._said("took"))

    def connections(self) -> int:
        """Count how often it was connected to."""
        return len(self._said("met"))

    def _said(self, word: str) -> list[str]:
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [line.split(" ", 1)[1] for line in lines if line.startswith(word)]


@contextlib.contextmanager
def opened(log: Path) -> Iterator[PostOffice]:
    """Have it open."""
    command = [sys.executable, "-W", "ignore", __file__, str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield PostOffice(log, process)
        finally:
            process.kill()


# --- the server ---------------------------------------------------------------------------------


class _Clerk:
    """What the server does at each step of a conversation."""

    def __init__(self, log: Path) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, *words: str) -> None:
        os.write(self._log, f"{' '.join(words)}\n".encode())

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: Any, _: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if "+refuse@" in address:
            return NO_MAILBOX.format(address)
        if "+busy@" in address:
            return BUSY
        if "+hang-up@" in address:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 yes"

    async def handle_DATA(self, server: Any, _: Any, envelope: Any) -> str:  # noqa: N802 - as above
        (address,) = envelope.rcpt_tos
        if "+refuse-it-all@" in address:
            return REFUSED
        if "+busy-at-the-end@" in address:
            return BUSY
        if "+lose@" not in address:
            self.note("took", message_from_bytes(envelope.content)["Message-ID"])
        if "+lose@" in address or "+say-nothing@" in address:
            server.transport.abort()
        return "250 taken"


async def _serve(log: Path) -> None:
    from aiosmtpd.smtp import SMTP

    clerk = _Clerk(log)

    class Server(SMTP):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            clerk.note("met", "somebody")
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            super().connection_lost(error)
            clerk.note("left", "somebody")

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(clerk, loop=loop), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
