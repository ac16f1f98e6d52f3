"""What is agreed with those who send: a server, a way out, what became of a message, how long."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from actionplan.mail.secret import Secret

Word = Literal["sent", "refused", "later", "unknown"]
Security = Literal["none", "starttls", "tls"]


class Server(NamedTuple):
    """Where mail is given in, and how."""

    host: str = "localhost"
    port: int = 25
    security: Security = "none"
    login: str = ""
    secret: Secret | None = None
    token: bool = False
    """The secret is a token, for XOAUTH2."""
    ca_file: str = ""
    """Certificates to trust beside those of the machine."""
    hello: str = ""
    """The name by which this machine presents itself, where it is not its own."""

    @property
    def place(self) -> str:
        """Name the server, at the beginning of a sentence."""
        return f"The mail server {self.host} (port {self.port})"

    @property
    def is_here(self) -> bool:
        """Say whether it is on this very machine, by its name or number alone."""
        if self.host.rstrip(".").casefold() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Outcome(NamedTuple):
    """What became of a message.

    ``sent``: the server has taken it. ``refused``: it will not be taken as it is, by this address.
    ``later``: it was not taken, for a reason that lies neither in the address nor in the message.
    ``unknown``: it was given whole, and no answer came; it may have been taken.
    """

    word: Word
    why: str = ""


class Patience(NamedTuple):
    """How long is waited, in seconds."""

    step: float = 30.0
    """For a connection, an answer, or a part of a message to be taken."""
    verdict: float = 600.0
    """For the answer to a whole message."""
    pauses: tuple[float, ...] = (5.0, 15.0, 40.0, 60.0)
    """Between attempts after a temporary refusal: so many, and no more, for all of a line."""
    run: float = 1800.0
    """For all messages of a line: what is not begun by then is left for later."""


class Line(Protocol):
    """An open way out."""

    def send(
        self, sender: str, recipient: str, content: bytes, committing: Callable[[], None]
    ) -> Outcome:
        """Give one message to one recipient.

        ``committing`` is called when all but the last step is done: after it the message may have
        been taken, before it certainly not. Where it raises, the message is not sent. It is called
        again where the server refused the whole message for a time and is asked again.
        """

    def close(self) -> None:
        """Take leave; what goes wrong in that is nothing."""
