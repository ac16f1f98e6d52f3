"""Logging in to a mail server: PLAIN and LOGIN with text of every script, and XOAUTH2.

What a server says here is not repeated: it may hold what was said to it.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from actionplan.errors import NotReachedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from actionplan.mail.terms import Server
    from actionplan.mail.wire import Reply

    Ask = Callable[[str], Reply]

ACCEPTED, GO_ON = 235, 334
_LINE = 510


def log_in(server: Server, offered: frozenset[str], secret: str, ask: Ask) -> Reply:
    """Log in by the best way that is offered, and give the last answer.

    Raises:
        NotReachedError: where no way is offered that is known here.

    """
    if server.token:
        if "XOAUTH2" in offered:
            return _xoauth2(server.login, secret, ask)
    elif "PLAIN" in offered:
        return _first(ask, "PLAIN", f"\0{server.login}\0{secret}")
    elif "LOGIN" in offered:
        return _login(server.login, secret, ask)
    wanted = "XOAUTH2, which a token needs" if server.token else "PLAIN or LOGIN"
    has = ", ".join(sorted(offered)) or "no login at all"
    message = f"{server.place} does not offer {wanted}; it offers {has}."
    raise NotReachedError(message)


def _first(ask: Ask, way: str, said: str) -> Reply:
    """Begin with what is to be said, or say it when asked where it is too long for a line."""
    line = f"AUTH {way} {_encoded(said)}"
    if len(line) <= _LINE:
        return ask(line)
    reply = ask(f"AUTH {way}")
    return ask(_encoded(said)) if reply.code == GO_ON else reply


def _login(login: str, password: str, ask: Ask) -> Reply:
    reply = ask("AUTH LOGIN")
    for said in (login, password):
        if reply.code == GO_ON:
            reply = ask(_encoded(said))
    return reply


def _xoauth2(login: str, token: str, ask: Ask) -> Reply:
    """Show a token; where it is refused the reason comes first, and is answered by nothing."""
    reply = _first(ask, "XOAUTH2", f"user={login}\1auth=Bearer {token}\1\1")
    return ask("") if reply.code == GO_ON else reply


def _encoded(said: str) -> str:
    return base64.b64encode(said.encode()).decode("ascii")
