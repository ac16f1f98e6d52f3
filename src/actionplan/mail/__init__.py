"""Message in, delivery out: the mail server or the local sendmail, and what each answer means.

It knows no plan and no ledger. `addresses` and `contents` say what may be sent at all; `secret` is
a password that is read when it is needed; `wire` is a connection by lines; `opening` gets as far as
a server that is trusted and has let us in, by `trust` and `login`; `smtp` gives one message after
another; `program` does the same by the local sendmail; `refusals` says what an answer means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actionplan.mail.addresses import address
from actionplan.mail.secret import Secret
from actionplan.mail.terms import Line, Outcome, Patience, Server, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Line",
    "Outcome",
    "Patience",
    "Secret",
    "Server",
    "Word",
    "address",
    "check",
    "connect",
    "sendmail",
]

_PATIENCE = Patience()


def connect(server: Server, patience: Patience = _PATIENCE) -> Line:
    """Open a way out through a mail server; it is reached, trusted and logged in to.

    Raises:
        NotReachedError: where it is not. A temporary fault was waited for, within the patience.

    """
    from actionplan.mail import smtp  # noqa: PLC0415 - only sending needs it

    return smtp.connect(server, patience)


def check(server: Server, patience: Patience = _PATIENCE) -> str:
    """Try connection, encryption and login once, send nothing, and tell what was reached.

    Raises:
        NotReachedError: where one of them fails.

    """
    from actionplan.mail import opening  # noqa: PLC0415 - only sending needs it

    return opening.check(server, patience)


def sendmail(program: str | Sequence[str], patience: Patience = _PATIENCE) -> Line:
    """Open a way out through the local sendmail, or a program that takes its arguments.

    Raises:
        NotReachedError: where there is no such program.

    """
    from actionplan.mail import program as local  # noqa: PLC0415 - only sending needs it

    return local.opened(program, patience)
