"""What an answer of a mail server means for a message, in a sentence for people.

A refusal that lies in the sender, the login or the settings is no refusal of the recipient: the
message is left for later, when that is mended. Words of the server are quoted clean, short, and
without any address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from actionplan.mail.terms import Outcome

if TYPE_CHECKING:
    from actionplan.mail.wire import Reply

Stage = Literal["MAIL", "RCPT", "DATA", "body", "dot"]

TEMPORARY, PERMANENT = 4, 5
_LONGEST_QUOTE = 160
_ENHANCED = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"\S*@\S*")
_NEEDS_LOGIN, _TOO_LARGE = 530, 552


class _Known(NamedTuple):
    """A refusal that is known: its number, a word that stands in it, and what it means."""

    number: str
    word: str
    means: str
    ours: bool = True
    """It lies in the sender, the login or the settings, not in the recipient."""


_TENANT = "Microsoft 365 takes mail from a program by a relay connector or by OAuth (docs/mail.md)"
_SEND_AS = (
    "Microsoft 365 does not let this login send as the sender: sender must be its own address, or "
    'the mailbox must be given the right "Send as"'
)
_KNOWN = (
    _Known("5.7.30", "", f"Microsoft 365 takes no password from programs any more. {_TENANT}"),
    _Known(
        "5.7.139",
        "SmtpClientAuthentication",
        "Microsoft 365 has login by SMTP switched off, for this mailbox or for all. An "
        f"administrator may switch it on for the mailbox; {_TENANT}",
    ),
    _Known(
        "5.7.139",
        "",
        "Microsoft 365 refused the login: the name or the password is wrong, or a security policy "
        "of the council blocks it",
    ),
    _Known("5.7.3", "", "The login was refused: the name, the password or the token is wrong"),
    _Known(
        "5.7.57",
        "",
        "Microsoft 365 wants a login here: set login and token_command, or use a relay connector",
    ),
    _Known(
        "5.7.60",
        "",
        _SEND_AS,
    ),
    _Known(
        "5.2.0",
        "SendAsDenied",
        _SEND_AS,
    ),
    _Known(
        "5.7.64",
        "",
        "Microsoft 365 knows no relay connector for this machine: its address or certificate is "
        "not that of the connector",
    ),
    _Known(
        "5.7.68",
        "",
        "Microsoft 365 has Direct Send switched off for this organisation: mail must come by a "
        "relay connector or with a login",
    ),
    _Known("5.7.708", "", "Microsoft 365 takes no mail from the address of this machine's network"),
    _Known(
        "5.7.705", "", "Microsoft 365 has stopped mail from this organisation: it sent too much"
    ),
    _Known("5.1.90", "", "The mailbox has sent as many messages as Microsoft 365 allows in a day"),
    _Known("5.7.501", "", "Microsoft 365 has stopped mail from this sender"),
    _Known(
        "5.7.509", "", "The sender's domain has rules (DMARC) by which this server may not send"
    ),
    _Known("5.7.23", "", "The sender's domain has rules (SPF) by which this server may not send"),
    _Known("5.1.8", "", "The sender's mailbox is blocked, or its domain is not known"),
    _Known("5.1.7", "", "The sender's address is not valid for this server"),
    _Known("4.3.2", "", "The server is busy, or too many messages came at once"),
    _Known("4.7.500", "", "Microsoft 365 is busy"),
    _Known("5.1.1", "", "There is no such mailbox", ours=False),
    _Known("5.1.10", "", "There is no such mailbox", ours=False),
    _Known("5.4.1", "", "The organisation knows no such address", ours=False),
    _Known("5.2.1", "", "The mailbox is switched off", ours=False),
    _Known("5.2.2", "", "The mailbox is full", ours=False),
    _Known("4.2.2", "", "The mailbox is full", ours=False),
    _Known("5.7.133", "", "The mailbox takes mail from inside the council alone", ours=False),
    _Known("5.7.124", "", "The mailbox takes mail from certain senders alone", ours=False),
    _Known("5.7.54", "", "The server takes no mail for that domain", ours=False),
)


def verdict(stage: Stage, reply: Reply) -> Outcome:
    """Say what a refusal at a stage means for the message."""
    known = _known(reply)
    why = f"{known.means if known else _plainly(stage, reply)} ({quoted(reply)})."
    if reply.code // 100 == TEMPORARY or _is_ours(stage, reply, known):
        return Outcome("later", why)
    return Outcome("refused", why)


def explained(reply: Reply) -> str:
    """Say what a refusal means where it is known, or nothing."""
    known = _known(reply)
    return known.means if known else ""


def quoted(reply: Reply) -> str:
    """Give an answer as it is told to people."""
    return f"{reply.code} {clean(' '.join(reply.lines))}".rstrip()


def clean(said: str) -> str:
    """Give words of a server or a program on one line, short, and without any address."""
    printable = "".join(c if c.isprintable() else " " for c in said)
    words = " ".join(_ADDRESS.sub("(address)", printable).split())
    return words if len(words) <= _LONGEST_QUOTE else f"{words[:_LONGEST_QUOTE].rstrip()} ..."


def enhanced(reply: Reply) -> str:
    """Give the number of a refusal behind its code, such as 5.7.1, or nothing."""
    found = next((m for line in reply.lines if (m := _ENHANCED.search(line))), None)
    return found[1] if found else ""


def _known(reply: Reply) -> _Known | None:
    number, words = enhanced(reply), " ".join(reply.lines)
    return next((k for k in _KNOWN if k.number == number and k.word in words), None)


def _is_ours(stage: Stage, reply: Reply, known: _Known | None) -> bool:
    if known:
        return known.ours
    if reply.code == _NEEDS_LOGIN:
        return True
    return stage == "MAIL" and reply.code != _TOO_LARGE


def _plainly(stage: Stage, reply: Reply) -> str:
    """Say what a refusal is where it is not one of those that are known."""
    if reply.code == _NEEDS_LOGIN:
        return "The server wants a login, or encryption: see login and security"
    now = " for now" if reply.code // 100 == TEMPORARY else ""
    if stage == "MAIL":
        what = "the message" if reply.code == _TOO_LARGE else "the sender"
    else:
        what = "the recipient" if stage == "RCPT" else "the message"
    return f"The server refused {what}{now}"
