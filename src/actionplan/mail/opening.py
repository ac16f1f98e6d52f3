"""As far as a mail server that is reached, trusted and has let us in; nothing is sent yet.

A password goes over an encrypted connection, or to this very machine. Where encryption was asked
for and is not to be had, the conversation ends there.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import TYPE_CHECKING

from actionplan.errors import NotReachedError
from actionplan.mail import refusals, trust
from actionplan.mail.login import ACCEPTED, log_in
from actionplan.mail.wire import RUBBISH, BrokenError, Reply, Wire, reason

if TYPE_CHECKING:
    from actionplan.mail.terms import Patience, Server

READY, DONE = 220, 250


class Talk:
    """A conversation with a server that has let us in, and what it offers."""

    def __init__(self, wire: Wire, seconds: float) -> None:
        """Begin it on a connection."""
        self.wire = wire
        self.offers: dict[str, str] = {}
        self.used = False
        self.seconds = seconds

    def ask(self, command: str) -> Reply:
        """Say one line and read the answer to it.

        Raises:
            BrokenError: where no answer comes.

        """
        self.wire.write(command.encode() + b"\r\n", self.seconds)
        return self.hear()

    def hear(self) -> Reply:
        """Read one answer."""
        return self.wire.reply(self.seconds)

    def leave(self) -> None:
        """Take leave; what goes wrong in that is nothing."""
        with contextlib.suppress(BrokenError):
            self.ask("QUIT")
        self.wire.close()


def opened(server: Server, patience: Patience) -> Talk:
    """Reach a server, encrypt, and log in, once.

    Raises:
        NotReachedError: where one of them fails; temporary where it may well succeed later.

    """
    context = trust.context(server) if server.security != "none" else None
    secret = _secret(server)
    wire = Wire(_connection(server, patience.step))
    try:
        return _let_in(server, Talk(wire, patience.step), context, secret)
    except BrokenError as error:
        wire.close()
        message = f"{server.place} broke off before it let us in: {error}."
        raise NotReachedError(message, temporary=True) from error
    except ssl.SSLError as error:
        wire.close()
        raise trust.distrust(server, error) from error
    except BaseException:
        wire.close()
        raise


def check(server: Server, patience: Patience) -> str:
    """Reach a server, take leave, and tell what was reached."""
    talk = opened(server, patience)
    connection = talk.wire.connection
    how = "the connection is not encrypted"
    if isinstance(connection, ssl.SSLSocket):
        how = f"the connection is encrypted ({connection.version()}) and the certificate trusted"
    talk.leave()
    login = "the login was accepted" if server.login else "no login was asked for"
    return f"{server.place} was reached: {how}, and {login}. Nothing was sent."


def _secret(server: Server) -> str:
    if not server.login:
        return ""
    if server.security == "none" and not server.is_here:
        message = f"{server.place} gets no password without encryption: set security to starttls."
        raise NotReachedError(message)
    if server.secret is None:
        message = f"There is no password for the login at {server.host}."
        raise NotReachedError(message)
    return server.secret.read()


def _connection(server: Server, seconds: float) -> socket.socket:
    try:
        connection = socket.create_connection((server.host, server.port), timeout=seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot waits for nobody
    except socket.gaierror as error:
        message = f"{server.place} was not found: no machine has that name, or there is no network."
        raise NotReachedError(message, temporary=error.errno == socket.EAI_AGAIN) from error
    except TimeoutError as error:
        message = f"{server.place} could not be reached: no answer in {seconds:g} seconds."
        raise NotReachedError(message, temporary=True) from error
    except OSError as error:
        message = f"{server.place} could not be reached: {reason(error)}."
        raise NotReachedError(message, temporary=True) from error
    except UnicodeError as error:
        message = "The name of the mail server is no name of a machine."
        raise NotReachedError(message) from error
    return connection


def _let_in(server: Server, talk: Talk, context: ssl.SSLContext | None, secret: str) -> Talk:
    if context is not None and server.security == "tls":
        talk.wire.encrypt(context, server.host, talk.seconds)
    _must(server, talk.hear(), READY, "did not take the connection")
    _present(server, talk)
    if context is not None and server.security == "starttls":
        _start_tls(server, talk, context)
    if server.login:
        offered = frozenset(talk.offers.get("AUTH", "").upper().split())
        _accepted(server, log_in(server, offered, secret, talk.ask))
    return talk


def _present(server: Server, talk: Talk) -> None:
    """Say who we are, and keep what the server offers."""
    reply = talk.ask(f"EHLO {server.hello or _own_name(talk.wire.connection)}")
    _must(server, reply, DONE, "did not take the greeting")
    talk.offers = {}
    for line in reply.lines[1:]:
        name, _, rest = line.replace("=", " ", 1).partition(" ")
        more = f"{talk.offers.get(name.upper(), '')} {rest}"  # some say AUTH twice, in two ways
        talk.offers[name.upper()] = more.strip()


def _start_tls(server: Server, talk: Talk, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in talk.offers:
        message = (
            f"{server.place} offers no encryption (STARTTLS), or something on the way hides it. "
            "Nothing was sent in plain text."
        )
        raise NotReachedError(message)
    _must(server, talk.ask("STARTTLS"), READY, "refused to encrypt (STARTTLS)")
    if talk.wire.has_spoken():  # words slipped in on the way, to be taken for the server's later
        raise BrokenError(RUBBISH)
    talk.wire.encrypt(context, server.host, talk.seconds)
    _present(server, talk)


def _own_name(connection: socket.socket) -> str:
    """Give the name of this machine where it is a whole one, else its address in brackets."""
    name = socket.gethostname()
    if "." in name.strip(".") and name.isascii() and name.isprintable() and " " not in name:
        return name
    number = connection.getsockname()[0].partition("%")[0]
    return f"[IPv6:{number}]" if ":" in number else f"[{number}]"


def _must(server: Server, reply: Reply, code: int, fault: str) -> None:
    if reply.code == code:
        return
    temporary = reply.code // 100 == refusals.TEMPORARY
    message = f"{server.place} {fault} ({refusals.quoted(reply)})."
    raise NotReachedError(message, temporary=temporary)


def _accepted(server: Server, reply: Reply) -> None:
    """Make sure of the login; what the server said is not repeated, its numbers are."""
    if reply.code == ACCEPTED:
        return
    numbers = f"{reply.code} {refusals.enhanced(reply)}".rstrip()
    temporary = reply.code // 100 == refusals.TEMPORARY
    means = "The server can't take a login for now" if temporary else "The login was refused"
    message = f"{server.place}: {refusals.explained(reply) or means} ({numbers})."
    raise NotReachedError(message, temporary=temporary)
