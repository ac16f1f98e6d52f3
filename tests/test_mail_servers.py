"""Mail by real servers: aiosmtpd with encryption and login, Debian's Postfix, the local sendmail.

Certificates are made here, of an authority that only these tests trust.
"""

from __future__ import annotations

import base64
import contextlib
import email.policy
import os
import resource
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from actionplan import mail
from actionplan.errors import NotReachedError
from actionplan.mail import program as local
from actionplan.mail import secret

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER, OFFICER = "improvement@example.gov.uk", "officer@example.gov.uk"
SUBJECT = "3 actions overdue \u2013 the oldest by 21 working days"
BODY = (
    "Zoë's note: £12,000, \u201cby Friday\u201d, 日本語.\n.\n.a line that begins with a dot\nend\n"
)
QUICK = mail.Patience(step=10, verdict=10, pauses=())
PASSWORDS = [
    "plain",
    "£10",
    "пароль",
    "密码",
    "पासवर्ड",
    "كلمة السر",
    "e\u0301🐴",
    " : = ",
    "\\",
    "x" * 500,
]


def letter() -> bytes:
    message = email.message.EmailMessage(email.policy.SMTP)
    message["Subject"], message["From"], message["To"] = SUBJECT, SENDER, OFFICER
    message.set_content(BODY, cte="quoted-printable")
    return bytes(message)


def arrived(content: bytes) -> tuple[str, str]:
    """Give subject and text of a message as a mail program reads it."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    text = message.get_content()
    return message["Subject"], text.replace("\r\n", "\n")


def commit() -> None:
    """Nothing is kept here of what was told before the dot."""


class Accepted:
    """What a server of aiosmtpd took, and the logins that it saw."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.messages: list[bytes] = []
        self.logins: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a message."""
        self.messages.append(envelope.content)
        return "250 taken"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """Take a token as Microsoft 365 does: a reason first, then the refusal."""
        said = base64.b64decode(args[1]).decode() if len(args) > 1 else ""
        user, _, token = said.strip("\1").partition("\1")
        login = (user.removeprefix("user="), token.removeprefix("auth=Bearer "))
        self.logins.append(login)
        if login[1] == "good":
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False)

    def authenticate(
        self, _server: SMTP, _session: Any, _envelope: Any, _way: str, data: Any
    ) -> AuthResult:
        """Take every password but one."""
        assert isinstance(data, LoginPassword)
        login = (data.login.decode(), data.password.decode())
        self.logins.append(login)
        return AuthResult(success=login[0] == "officer" and login[1] != "wrong", handled=False)


AUTHORITY = trustme.CA()
LONG_AGO, LONG_HENCE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
CERTIFICATES = {
    "right": lambda: AUTHORITY.issue_cert("localhost", "127.0.0.1"),
    "of another name": lambda: AUTHORITY.issue_cert("elsewhere.example"),
    "expired": lambda: AUTHORITY.issue_cert("localhost", "127.0.0.1", not_after=LONG_AGO),
    "of days to come": lambda: AUTHORITY.issue_cert(
        "localhost", "127.0.0.1", not_before=LONG_HENCE, not_after=LONG_HENCE.replace(year=2091)
    ),
    "of an unknown issuer": lambda: trustme.CA().issue_cert("localhost", "127.0.0.1"),
}


def signed_by_itself() -> tuple[bytes, bytes]:
    """Give a key and a certificate as a relay makes its own: valid, of its name, and no more."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, LONG_AGO, LONG_HENCE)
    made = made.add_extension(here, critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return key.private_bytes(*form), certificate


OWN_KEY, OWN_CERTIFICATE = signed_by_itself()


def encrypted(which: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if which == "signed by itself":
        with trustme.Blob(OWN_KEY + OWN_CERTIFICATE).tempfile() as both:
            context.load_cert_chain(both)
    else:
        CERTIFICATES[which]().configure_cert(context)
    return context


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


@contextlib.contextmanager
def serving(host: str = "127.0.0.1", **options: Any) -> Iterator[tuple[Accepted, mail.Server]]:
    """Run a server of aiosmtpd on a port of its own."""
    accepted = Accepted()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as free:
        port = free.getsockname()[1]
    controller = Controller(accepted, hostname=host, port=port, **options)
    controller.start()
    try:
        yield accepted, mail.Server(host, port)
    finally:
        controller.stop()


@contextlib.contextmanager
def asking_for_a_login(**options: Any) -> Iterator[tuple[Accepted, mail.Server]]:
    accepted: list[Accepted] = []

    def ask(*asked: Any) -> AuthResult:
        return accepted[0].authenticate(*asked)

    with serving(
        tls_context=encrypted("right"),
        require_starttls=True,
        auth_required=True,
        authenticator=ask,
        **options,
    ) as (taken, server):
        accepted.append(taken)
        yield taken, server._replace(security="starttls", login="officer")


def test_the_council_s_relay_takes_mail_without_a_login() -> None:
    with serving() as (accepted, server):
        line = mail.connect(server, QUICK)
        assert [line.send(SENDER, OFFICER, letter(), commit).word for _ in range(3)] == ["sent"] * 3
        line.close()
    assert [arrived(message) for message in accepted.messages] == [(SUBJECT, BODY)] * 3


@pytest.mark.parametrize("password", PASSWORDS, ids=ascii)
@pytest.mark.parametrize("way", ["PLAIN", "LOGIN"])
def test_a_password_of_any_script_logs_in(password: str, way: str, ca_file: str) -> None:
    other = {"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[way]
    with asking_for_a_login(auth_exclude_mechanism=[other]) as (accepted, server):
        asked = server._replace(ca_file=ca_file, secret=secret.of_text(password))
        line = mail.connect(asked, QUICK)
        assert line.send(SENDER, OFFICER, letter(), commit).word == "sent"
        line.close()
    assert accepted.logins == [("officer", password)]
    assert len(accepted.messages) == 1


def test_a_wrong_password_is_told_and_nothing_is_sent(ca_file: str) -> None:
    with asking_for_a_login() as (accepted, server):
        asked = server._replace(ca_file=ca_file, secret=secret.of_text("wrong"))
        with pytest.raises(NotReachedError, match=r"The login was refused \(535 5.7.8\)") as raised:
            mail.connect(asked, QUICK)
    assert not raised.value.temporary
    assert accepted.messages == []


def test_a_token_logs_in(ca_file: str) -> None:
    with asking_for_a_login() as (accepted, server):
        asked = server._replace(ca_file=ca_file, token=True, secret=secret.of_text("good"))
        line = mail.connect(asked, QUICK)
        assert line.send(SENDER, OFFICER, letter(), commit).word == "sent"
        line.close()
        with pytest.raises(NotReachedError, match="The login was refused"):
            mail.connect(asked._replace(secret=secret.of_text("bad")), QUICK)
    assert accepted.logins == [("officer", "good"), ("officer", "bad")]


DISTRUSTED = {
    "of another name": "not for the name 127.0.0.1",
    "expired": "has expired",
    "of days to come": "not valid yet, or the clock here is wrong",
    "of an unknown issuer": "of an issuer not known here",
    "signed by itself": "signed by itself",
}


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("which", DISTRUSTED)
def test_a_server_that_is_not_trusted_hears_nothing(
    security: Any, which: str, ca_file: str
) -> None:
    options: dict[str, Any] = {
        "tls_context" if security == "starttls" else "ssl_context": encrypted(which)
    }
    with serving(**options) as (accepted, server):
        asked = server._replace(security=security, ca_file=ca_file)
        with pytest.raises(NotReachedError, match=DISTRUSTED[which]) as raised:
            mail.connect(asked, QUICK)
    assert not raised.value.temporary
    assert accepted.messages == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_with_the_right_certificate_is_trusted(security: Any, ca_file: str) -> None:
    options: dict[str, Any] = {
        "tls_context" if security == "starttls" else "ssl_context": encrypted("right")
    }
    with serving(**options) as (accepted, server):
        asked = server._replace(security=security)
        with pytest.raises(NotReachedError, match="name the issuer's in ca_file"):
            mail.connect(asked, QUICK)
        line = mail.connect(asked._replace(ca_file=ca_file), QUICK)
        assert line.send(SENDER, OFFICER, letter(), commit).word == "sent"
        line.close()
    assert [arrived(message) for message in accepted.messages] == [(SUBJECT, BODY)]


def test_a_server_with_a_certificate_of_its_own_is_trusted_where_it_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "relay.pem").write_bytes(OWN_CERTIFICATE)
    with serving(ssl_context=encrypted("signed by itself")) as (_, server):
        asked = server._replace(security="tls", ca_file=str(tmp_path / "relay.pem"))
        assert "the certificate trusted" in mail.check(asked, QUICK)


def test_a_ca_file_that_holds_no_certificate_is_told(tmp_path: Path) -> None:
    path = tmp_path / "not.pem"
    path.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(NotReachedError, match="can't be read as PEM certificates"):
        mail.connect(mail.Server(security="tls", ca_file=str(path)), QUICK)


def test_a_check_tells_what_was_reached_and_sends_nothing(ca_file: str) -> None:
    with asking_for_a_login() as (accepted, server):
        asked = server._replace(ca_file=ca_file, secret=secret.of_text("£10"))
        told = mail.check(asked, QUICK)
    assert told == (
        f"{server.place} was reached: the connection is encrypted (TLSv1.3) and the certificate "
        "trusted, and the login was accepted. Nothing was sent."
    )
    assert accepted.messages == []
    with serving() as (accepted, server):
        assert "the connection is not encrypted, and no login was asked for" in mail.check(server)


class Postfix(NamedTuple):
    """Debian's Postfix as a council's internal relay, with a mailbox on this machine."""

    folder: Path
    server: mail.Server

    def mailbox(self, count: int) -> list[bytes]:
        """Wait for so many messages, and take them out."""
        new = self.folder / "mail" / "officer" / "new"
        for _ in range(300):
            found = sorted(new.glob("*"))
            if len(found) >= count:
                break
            time.sleep(0.05)
        contents = [path.read_bytes() for path in found]
        for path in found:
            path.unlink()
        return contents

    @property
    def sendmail(self) -> tuple[str, ...]:
        """Give its sendmail, told where its settings are."""
        return ("/usr/sbin/sendmail", "-C", str(self.folder))


MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.example.gov.uk
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
biff = no
smtpd_relay_restrictions = reject_unauth_destination
virtual_mailbox_domains = example.gov.uk
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ officer@example.gov.uk=officer/ }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/chain.pem
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    """Run Postfix with settings, a queue and a mailbox of its own; it needs root to start."""
    if shutil.which("postfix") is None or os.geteuid() != 0:
        told = "Postfix is not installed, or this is not root"
        pytest.fail(told) if os.environ.get("CI") == "true" else pytest.skip(told)
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name in ("queue", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", 65534, 65534)
    CERTIFICATES["right"]().private_key_and_cert_chain_pem.write_to_path(str(folder / "chain.pem"))
    (folder / "main.cf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    (folder / "master.cf").write_text(MASTER.format(port=port), encoding="utf-8")
    subprocess.run(["postfix", "-c", str(folder), "start"], check=True, capture_output=True)
    try:
        yield Postfix(folder, mail.Server("127.0.0.1", port))
    finally:
        subprocess.run(["postfix", "-c", str(folder), "stop"], check=False, capture_output=True)
        shutil.rmtree(folder)


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_postfix_as_the_internal_relay_delivers(
    postfix: Postfix, security: Any, ca_file: str
) -> None:
    server = postfix.server._replace(security=security, ca_file=ca_file)
    line = mail.connect(server, QUICK)
    outside = line.send(SENDER, "someone@outside.example", letter(), commit)
    nobody = line.send(SENDER, "nobody@example.gov.uk", letter(), commit)
    words = [line.send(SENDER, OFFICER, letter(), commit).word for _ in range(2)]
    line.close()
    assert words == ["sent", "sent"]
    assert [arrived(message) for message in postfix.mailbox(2)] == [(SUBJECT, BODY)] * 2
    assert (outside.word, nobody.word) == ("refused", "refused")
    assert "Relay access denied" in outside.why
    assert nobody.why.startswith("There is no such mailbox (550 5.1.1 (address)")


def test_postfix_s_own_sendmail_delivers(postfix: Postfix) -> None:
    line = mail.sendmail(postfix.sendmail, QUICK)
    assert line.send(SENDER, OFFICER, letter(), commit).word == "sent"
    line.close()
    (message,) = postfix.mailbox(1)
    assert arrived(message) == (SUBJECT, BODY)
    assert b"Return-Path: <improvement@example.gov.uk>" in message


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Write a program that takes sendmail's arguments and notes what it was given."""
    path = tmp_path / "own sendmail"
    path.write_text(
        f"#!{sys.executable}\n"
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "here = Path(sys.argv[0]).parent\n"
        "(here / 'arguments').write_text('\\n'.join(sys.argv[1:]))\n"
        "(here / 'message').write_bytes(sys.stdin.buffer.read())\n"
        "(here / 'environment').write_text(repr(os.environ))\n"
        "print('can not reach <someone@example.gov.uk>', file=sys.stderr)\n"
        "code = (here / 'code').read_text()\n"
        "if code == 'hangs': time.sleep(30)\n"
        "os.kill(os.getpid(), 9) if code == 'killed' else sys.exit(int(code))\n",
        encoding="utf-8",
    )
    path.chmod(0o700)
    return path


PROGRAM_ENDS = [
    ("0", "sent", ""),
    ("65", "refused", "finds a fault in the message"),
    ("67", "refused", "no such mailbox"),
    ("68", "refused", "no such mail domain"),
    ("69", "later", "could not deliver it"),
    ("75", "later", "for now (can not reach (address))"),
    ("78", "later", "Its own settings are wrong"),
    ("1", "later", "It failed"),
    ("killed", "unknown", "ended by signal 9"),
    ("hangs", "unknown", "did not end in 1 seconds"),
]


@pytest.mark.parametrize(("code", "word", "says"), PROGRAM_ENDS)
def test_the_end_of_a_local_program_means(program: Path, code: str, word: str, says: str) -> None:
    program.with_name("code").write_text(code, encoding="utf-8")
    committed: list[bool] = []
    line = mail.sendmail((str(program),), QUICK._replace(verdict=1 if code == "hangs" else 30))
    started = program.with_name("message")
    outcome = line.send(SENDER, OFFICER, letter(), lambda: committed.append(started.exists()))
    line.close()
    assert outcome.word == word
    assert says in outcome.why
    assert "@" not in outcome.why
    assert committed == [False]


def test_a_local_program_gets_the_whole_message_and_no_password(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(secret.VARIABLE, "Ten-pounds")
    program.with_name("code").write_text("0", encoding="utf-8")
    line = mail.sendmail(f"'{program}' --account council", QUICK)
    assert line.send(SENDER, OFFICER, letter(), commit).word == "sent"
    given = program.with_name("arguments").read_text(encoding="utf-8").split("\n")
    assert given == ["--account", "council", "-i", "-f", SENDER, OFFICER]
    message = program.with_name("message").read_bytes()
    assert b"\r" not in message
    assert arrived(message) == (SUBJECT, BODY)
    assert "Ten-pounds" not in program.with_name("environment").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "recipient", ["-oQ/tmp@example.gov.uk", "a@example.gov.uk, b@example.gov.uk"]
)
def test_a_local_program_is_given_no_other_arguments_by_an_address(
    program: Path, recipient: str
) -> None:
    line = mail.sendmail((str(program),), QUICK)
    outcome = line.send(SENDER, recipient, letter(), commit)
    assert (outcome.word, program.with_name("arguments").exists()) == ("refused", False)
    assert line.send(SENDER, OFFICER, b"x\ny", commit).word == "refused"


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(NotReachedError, match="There is no program no-such-program"):
        mail.sendmail("no-such-program -t")
    with pytest.raises(NotReachedError, match="There is no program"):
        mail.sendmail("")


def test_sendmail_is_found_where_cron_s_path_does_not_lead(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.with_name("code").write_text("0", encoding="utf-8")
    monkeypatch.setattr(local, "PLACES", (str(program),))
    monkeypatch.setenv("PATH", str(program.parent / "bin"))
    line = mail.sendmail("sendmail", QUICK)
    assert line.send(SENDER, OFFICER, letter(), commit).word == "sent"


def test_a_message_that_can_t_be_laid_down_is_left_for_later(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = mail.sendmail((str(program),), QUICK)
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, room[1]))
    try:
        large = line.send(SENDER, OFFICER, letter() * 100, commit)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)
    monkeypatch.setattr(tempfile, "tempdir", str(program.parent / "none"))
    nowhere = line.send(SENDER, OFFICER, letter(), commit)
    assert large == ("later", "The message can't be laid down: File too large.")
    assert nowhere == ("later", "The message can't be laid down: No such file or directory.")
    assert not program.with_name("arguments").exists()


def test_a_server_is_reached_by_the_newer_protocol_of_the_internet() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with serving("::1") as (accepted, server):
        line = mail.connect(server, QUICK)
        assert line.send(SENDER, OFFICER, letter(), commit).word == "sent"
        line.close()
    assert len(accepted.messages) == 1


def test_a_program_that_can_t_be_started_leaves_the_message_for_later(tmp_path: Path) -> None:
    path = tmp_path / "sendmail"
    path.write_text("#!/no/such/interpreter\n", encoding="utf-8")
    path.chmod(stat.S_IRWXU)
    outcome = mail.sendmail(str(path)).send(SENDER, OFFICER, letter(), commit)
    assert outcome.word == "later"
    assert "can't be started: No such file or directory" in outcome.why
