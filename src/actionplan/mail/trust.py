"""Which servers are trusted: those with a certificate of their name, from an issuer known here."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from actionplan.errors import NotReachedError

if TYPE_CHECKING:
    from actionplan.mail.terms import Server

_EXPIRED, _NOT_YET, _SELF_SIGNED = 10, 9, 18
_UNKNOWN_ISSUER = frozenset({2, 19, 20, 21})
_OTHER_NAME = frozenset({62, 64})


def context(server: Server) -> ssl.SSLContext:
    """Give what certificates are held against: those of the machine, and of ``ca_file``.

    Raises:
        NotReachedError: where ``ca_file`` holds no certificates.

    """
    made = ssl.create_default_context()
    # Python 3.13 asks for more than a relay's own certificate has; trust is the same under each.
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if server.ca_file:
        try:
            made.load_verify_locations(server.ca_file)
        except OSError as error:
            message = f"ca_file ({server.ca_file}) can't be read as PEM certificates."
            raise NotReachedError(message) from error
    return made


def distrust(server: Server, error: ssl.SSLError) -> NotReachedError:
    """Say why a connection could not be encrypted; nothing was said on it."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        message = (
            f"{server.place} does not speak TLS as it must here. Is security the right one? "
            "Port 465 has tls, ports 25 and 587 have starttls."
        )
        return NotReachedError(message)
    message = f"{server.place} is not trusted: {_why(error, server)}. Nothing was sent to it."
    return NotReachedError(message)


def _why(error: ssl.SSLCertVerificationError, server: Server) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return "its certificate has expired"
    if code == _NOT_YET:
        return "its certificate is not valid yet, or the clock here is wrong"
    if code in _OTHER_NAME:
        return f"its certificate is not for the name {server.host}; host must be the name in it"
    if code == _SELF_SIGNED:
        return "its certificate is signed by itself; name that certificate in ca_file"
    if code in _UNKNOWN_ISSUER:
        return "its certificate is of an issuer not known here; name the issuer's in ca_file"
    return f"its certificate can't be verified ({error.verify_message})"
