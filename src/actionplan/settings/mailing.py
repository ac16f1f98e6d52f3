"""How mail goes out: the table ``[mail]`` of the settings file, held to what it may say.

All that is wrong in it is told at once, each with the file and the key. No password stands in it:
it says where one is kept, and that is read when it is needed.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from actionplan.errors import UnreadableError, WrongUsageError
from actionplan.mail import secret
from actionplan.mail.addresses import address
from actionplan.mail.terms import Security, Server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actionplan.mail.secret import Secret

PORTS: dict[Security, int] = {"none": 25, "starttls": 587, "tls": 465}
_SECRETS = ("password_command", "password_file", "token_command")
_OF_A_SERVER = ("host", "port", "security", "login", *_SECRETS, "ca_file", "hello")
_OF_ALL = ("sendmail", "sender", "reply_to", "domains", "officer", "sponsor")
KEYS = (*_OF_A_SERVER, *_OF_ALL)
_PASSWORDS = frozenset({"password", "passwd", "pass", "pwd", "secret", "token", "smtp_password"})
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_HIGHEST_PORT = 65535
_EXAMPLE = """
[mail]
host = "relay.example.gov.uk"                # the council's mail relay
sender = "improvement@example.gov.uk"        # who the reminders come from
"""


class MailSettings(NamedTuple):
    """How mail goes out, from whom, and to whom it may go."""

    file: Path
    sender: str
    server: Server | None = None
    """The mail server; None where the local sendmail is used."""
    sendmail: tuple[str, ...] = ()
    reply_to: str = ""
    domains: tuple[str, ...] = ()
    officer: str = ""
    sponsor: str = ""

    def allows(self, recipient: str) -> bool:
        """Say whether mail may go to an address, by its domain."""
        domain = recipient.rpartition("@")[2].casefold()
        return not self.domains or domain in self.domains


def read(file: Path, environment: Mapping[str, str]) -> MailSettings:
    """Read the settings of mail.

    Raises:
        UnreadableError: where there are none, or they are not as they must be.

    """
    table = _Table(file, _mail_of(file))
    table.know_all()
    settings = MailSettings(
        file,
        sender=table.address("sender"),
        sendmail=table.words("sendmail"),
        server=_server(table, environment),
        reply_to=table.address("reply_to"),
        domains=table.domains(),
        officer=table.address("officer"),
        sponsor=table.address("sponsor"),
    )
    if not table.has("sender"):
        table.fault("sender", "is missing: the address that the reminders come from")
    if table.faults:
        raise UnreadableError("\n".join(table.faults), state="")
    return settings


def _mail_of(file: Path) -> dict[str, Any]:
    import rtoml  # noqa: PLC0415 - only sending needs it

    try:
        _refuse_everybodys(file)
        whole = rtoml.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        whole = {}
    except (OSError, ValueError) as error:
        message = f"{file} can't be read: {error}. Mend it (docs/mail.md)."
        raise UnreadableError(message, state="") from error
    found = whole.get("mail")
    if isinstance(found, dict) and found:
        return found
    message = f"No mail is set up. Write to {file} (all keys are in docs/mail.md):\n{_EXAMPLE}"
    raise UnreadableError(message, state="")


def _refuse_everybodys(file: Path) -> None:
    """Refuse a file that anybody may change: it names programs that are started."""
    if os.name != "nt" and file.stat().st_mode & stat.S_IWOTH:
        message = f"{file} can be changed by anybody: close it with chmod o-w. It was not read."
        raise UnreadableError(message, state="")


def _server(table: _Table, environment: Mapping[str, str]) -> Server | None:
    if table.has("sendmail"):
        for key in filter(table.has, _OF_A_SERVER):
            table.fault(key, "is of a mail server, and has no use beside sendmail: remove one")
        return None
    if not table.has("host"):
        table.fault("host", "is missing: name the council's mail relay, or set sendmail instead")
    security = table.security()
    server = Server(
        host=table.matching("host", _HOST, "must be the name or the number of a machine"),
        port=table.port(PORTS[security]),
        security=security,
        login=table.text("login"),
        secret=_secret(table, environment),
        token=table.has("token_command"),
        ca_file=table.path("ca_file"),
        hello=table.matching("hello", _HOST, "must be the name of this machine"),
    )
    if server.login and security == "none" and server.host and not server.is_here:
        table.fault("login", "sends a password, which needs encryption: set security to starttls")
    return server


def _secret(table: _Table, environment: Mapping[str, str]) -> Secret | None:
    """Give where the password is kept, which the environment says before the file does."""
    named = [key for key in _SECRETS if table.has(key)]
    for key in named[1:]:
        table.fault(key, f"stands beside {named[0]}: keep one of them")
    kept = _kept(table, named[0]) if named else None
    if (given := environment.get(secret.VARIABLE, "")) and not table.has("token_command"):
        kept = secret.of_text(given)
    if table.has("login") and kept is None and not named:
        table.fault(
            "login",
            "needs a password: set password_command, password_file or token_command, or the "
            f"variable {secret.VARIABLE}",
        )
    if named and not table.has("login"):
        table.fault(named[0], "needs a login: the name that it belongs to")
    return kept


def _kept(table: _Table, key: str) -> Secret | None:
    if key == "password_file":
        path = table.path(key)
        return secret.of_file(path) if path else None
    words = table.words(key)
    return secret.of_command(words, key) if words else None


class _Table:
    """The table ``[mail]`` of a file, and the faults that were found in it."""

    def __init__(self, file: Path, table: dict[str, Any]) -> None:
        self.faults: list[str] = []
        self._file = file
        self._table = table

    def fault(self, key: str, wrong: str) -> None:
        self.faults.append(f"{self._file}: [mail] {key} {wrong}.")

    def has(self, key: str) -> bool:
        return key in self._table

    def know_all(self) -> None:
        """Find the keys that mean nothing here, and a password that must not stand here."""
        from difflib import get_close_matches  # noqa: PLC0415 - loaded with the settings

        for key in self._table:
            if key.casefold() in _PASSWORDS:
                self.fault(
                    key,
                    "must not stand in this file: keep it in a file of its own (password_file), "
                    f"or name a command that prints it (password_command), or set the variable "
                    f"{secret.VARIABLE}",
                )
            elif key not in KEYS:
                near = get_close_matches(key, KEYS, 1)
                self.fault(
                    ascii(key)[1:-1], f"is not a key{f'; is {near[0]} meant?' if near else ''}"
                )

    def text(self, key: str) -> str:
        value = self._table.get(key, "")
        if isinstance(value, str) and value.isprintable() and (value or not self.has(key)):
            return value
        self.fault(key, "must be a text in quotes, on one line, and not empty")
        return ""

    def matching(self, key: str, form: re.Pattern[str], wrong: str) -> str:
        value = self.text(key)
        if value and form.fullmatch(value) is None:
            self.fault(key, wrong)
            return ""
        return value

    def address(self, key: str) -> str:
        value = self.text(key)
        try:
            return address(value) if value else ""
        except WrongUsageError as error:
            self.fault(key, f"is wrong. {error.sentence.removesuffix('.')}")
            return ""

    def port(self, usual: int) -> int:
        value = self._table.get("port", usual)
        if type(value) is int and 0 < value <= _HIGHEST_PORT:
            return value
        self.fault("port", f"must be a whole number from 1 to {_HIGHEST_PORT}")
        return usual

    def security(self) -> Security:
        value = self._table.get("security", "none")
        found = next((known for known in get_args(Security) if known == value), None)
        if found is None:
            self.fault("security", 'must be "none", "starttls" or "tls"')
        return found or "none"

    def path(self, key: str) -> str:
        """Give a path; one that is not whole is held against the folder of the file."""
        value = self.text(key)
        if not value:
            return ""
        try:
            path = self._file.parent / Path(value).expanduser()
        except RuntimeError:  # nobody's home is known here
            path = Path(value)
        if not path.is_file():
            self.fault(key, f"names no file: {path}")
        return str(path)

    def words(self, key: str) -> tuple[str, ...]:
        """Give a program and its arguments: a list of texts, or one text, split as a shell does."""
        value = self._table.get(key, [])
        try:
            words = shlex.split(value) if isinstance(value, str) else value
        except ValueError:
            words = []
        if _texts(words) and (words or not self.has(key)):
            return tuple(words)
        self.fault(key, "must be a program and its arguments, as one text or a list of texts")
        return ()

    def domains(self) -> tuple[str, ...]:
        value = self._table.get("domains", [])
        if (
            _texts(value)
            and (value or not self.has("domains"))
            and all(map(_DOMAIN.fullmatch, value))
        ):
            return tuple(domain.casefold() for domain in value)
        self.fault("domains", 'must be a list such as ["example.gov.uk"]')
        return ()


def _texts(value: object) -> bool:
    """Say whether a value is a list of texts, none of them empty."""
    return isinstance(value, list) and all(
        isinstance(text, str) and text and "\0" not in text for text in value
    )
