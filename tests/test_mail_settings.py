"""How mail goes out: the table ``[mail]``, where a password is kept, and what an address is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from actionplan import mail, settings
from actionplan.errors import NotReachedError, UnreadableError, WrongUsageError
from actionplan.mail import secret
from actionplan.settings import mailing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RELAY = 'host = "relay.example.gov.uk"\nsender = "improvement@example.gov.uk"\n'
LOGIN = f'{RELAY}security = "starttls"\nlogin = "reminders"\n'
PASSWORD = "Ten-£-and-пароль"  # noqa: S105 - made up, and shown nowhere but here


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a settings file that holds ``[mail]``."""

    def written(table: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(f'user = "Improvement officer"\n\n[mail]\n{table}', encoding="utf-8")
        (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
        (tmp_path / "password").chmod(0o600)
        return path

    return written


def test_the_least_that_is_said_is_a_host_and_a_sender(write: Callable[[str], Path]) -> None:
    path = write(RELAY)
    found = settings.mail(path, {})
    assert found.server == mail.Server("relay.example.gov.uk", 25, "none")
    assert found == mailing.MailSettings(path, "improvement@example.gov.uk", found.server)


@pytest.mark.parametrize(("security", "port"), [("none", 25), ("starttls", 587), ("tls", 465)])
def test_the_port_is_the_usual_one_unless_it_is_said(
    write: Callable[[str], Path], security: str, port: int
) -> None:
    def reached(table: str) -> int:
        server = settings.mail(write(table), {}).server
        assert server is not None
        return server.port

    table = f'{RELAY}security = "{security}"\n'
    assert (reached(table), reached(f"{table}port = 2525\n")) == (port, 2525)


def test_all_that_can_be_said_is_read(write: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("", encoding="utf-8")
    path = write(
        f'{LOGIN}password_file = "password"\nca_file = "ca.pem"\nhello = "plans.example.gov.uk"\n'
        'reply_to = "officer@example.gov.uk"\nofficer = "officer@example.gov.uk"\n'
        'sponsor = "director@example.gov.uk"\ndomains = ["Example.gov.uk", "nhs.example"]\n'
    )
    found = settings.mail(path, {})
    assert found.server is not None
    assert found.server.secret is not None
    assert found.server.secret.read() == PASSWORD
    assert found.server.ca_file == str(tmp_path / "ca.pem")
    assert found.server.hello == "plans.example.gov.uk"
    assert (found.reply_to, found.officer) == ("officer@example.gov.uk",) * 2
    assert found.sponsor == "director@example.gov.uk"
    assert found.domains == ("example.gov.uk", "nhs.example")
    assert PASSWORD not in repr(found)


def test_mail_goes_to_the_domains_that_are_named_alone(write: Callable[[str], Path]) -> None:
    found = settings.mail(write(f'{RELAY}domains = ["example.gov.uk"]\n'), {})
    assert found.allows("officer@Example.gov.uk")
    assert not found.allows("officer@other.example.gov.uk")
    assert not found.allows("officer@example.gov.uk.elsewhere.example")
    assert settings.mail(write(RELAY), {}).allows("officer@elsewhere.example")


def test_the_local_sendmail_takes_the_place_of_a_server(write: Callable[[str], Path]) -> None:
    sender = 'sender = "improvement@example.gov.uk"\n'
    text = settings.mail(write(f'{sender}sendmail = "msmtp --account council"\n'), {})
    words = settings.mail(write(f'{sender}sendmail = ["msmtp", "--account", "council"]\n'), {})
    assert text == words
    assert (text.server, text.sendmail) == (None, ("msmtp", "--account", "council"))


WRONG = [
    ('sender = "a@example.gov.uk"', "host is missing: name the council's mail relay, or set send"),
    ('host = "relay"', "sender is missing: the address that the reminders come from"),
    (f'{RELAY}sendmail = "sendmail"', "host is of a mail server, and has no use beside sendmail"),
    (f"{RELAY}port = 0", "port must be a whole number from 1 to 65535"),
    (f'{RELAY}port = "25"', "port must be a whole number from 1 to 65535"),
    (f"{RELAY}port = true", "port must be a whole number from 1 to 65535"),
    (f'{RELAY}security = "ssl"', 'security must be "none", "starttls" or "tls"'),
    (f"{RELAY}security = true", 'security must be "none", "starttls" or "tls"'),
    (f'{RELAY}secruity = "tls"', "secruity is not a key; is security meant?"),
    (f'{RELAY}"x\\ny" = 1', "x\\ny is not a key."),
    (f'{RELAY}password = "{PASSWORD}"', "password must not stand in this file: keep it in a file"),
    (f'{RELAY}Token = "{PASSWORD}"', "Token must not stand in this file"),
    (f'{RELAY}login = "reminders"', "login sends a password, which needs encryption"),
    (LOGIN, "login needs a password: set password_command, password_file or token_command, or the"),
    (f'{RELAY}password_file = "password"', "password_file needs a login"),
    (f'{LOGIN}password_file = "passwort"', "password_file names no file: "),
    (f'{LOGIN}password_file = "~nobody-here/x"', "password_file names no file: "),
    (f'{LOGIN}password_file = "password"\ntoken_command = "x"', "token_command stands beside pass"),
    (f'{LOGIN}password_command = ""', "password_command must be a program and its arguments"),
    (f"{LOGIN}password_command = [1]", "password_command must be a program and its arguments"),
    (f"{LOGIN}password_command = '\"'", "password_command must be a program and its arguments"),
    (f'{LOGIN}password_command = ["x", ""]', "password_command must be a program and its argum"),
    (f'{RELAY}ca_file = "none.pem"', "ca_file names no file: "),
    (f'{RELAY}ca_file = ""', "ca_file must be a text in quotes, on one line, and not empty"),
    (f'{RELAY}hello = "a b"', "hello must be the name of this machine"),
    ('sender = "a@example.gov.uk"\nhost = "a b"', "host must be the name or the number of a mach"),
    ('sender = "a@example.gov.uk"\nhost = "-x"', "host must be the name or the number of a mach"),
    ('sender = "a@example.gov.uk"\nhost = "a\\nb"', "host must be a text in quotes, on one line"),
    ('sender = "a@example.gov.uk"\nhost = 1', "host must be a text in quotes, on one line"),
    (
        'host = "relay"\nsender = "Post <a@example.gov.uk>"',
        "sender is wrong. The address holds a sp",
    ),
    (f'{RELAY}reply_to = "a@example.gov.uk,b@example.gov.uk"', "reply_to is wrong. The address is"),
    (f'{RELAY}officer = "officer"', "officer is wrong. The address does not hold one @"),
    (f'{RELAY}domains = "example.gov.uk"', 'domains must be a list such as ["example.gov.uk"]'),
    (f"{RELAY}domains = []", 'domains must be a list such as ["example.gov.uk"]'),
    (f'{RELAY}domains = ["@example.gov.uk"]', 'domains must be a list such as ["example.gov.uk"]'),
]


@pytest.mark.parametrize(("table", "says"), WRONG)
def test_a_fault_is_told_with_its_file_and_key(
    write: Callable[[str], Path], table: str, says: str
) -> None:
    path = write(f"{table}\n")
    with pytest.raises(UnreadableError) as raised:
        settings.mail(path, {})
    assert f"{path}: [mail] {says}" in raised.value.sentence
    assert raised.value.exit_code == 4
    assert PASSWORD not in str(raised.value)


def test_all_faults_are_told_at_once(write: Callable[[str], Path]) -> None:
    path = write('host = 1\nport = 0\nsecurity = "x"\nsender = "x"\nsponsor = "y"\n')
    with pytest.raises(UnreadableError) as raised:
        settings.mail(path, {})
    assert len(str(raised.value).splitlines()) == 5


def test_where_no_mail_is_set_up_it_is_said_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    with pytest.raises(UnreadableError) as raised:
        settings.mail(path, {})
    told = str(raised.value)
    assert told.startswith(f"No mail is set up. Write to {path}")
    path.write_text(told.partition(":\n")[2], encoding="utf-8")
    assert settings.mail(path, {}).server == mail.Server("relay.example.gov.uk")
    for empty in ('user = "Improvement officer"\n', "[mail]\n", "mail = 1\n"):
        path.write_text(empty, encoding="utf-8")
        with pytest.raises(UnreadableError, match="No mail is set up"):
            settings.mail(path, {})


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[mail\n", encoding="utf-8")
    with pytest.raises(UnreadableError, match=r"config\.toml can't be read: .*line 1"):
        settings.mail(path, {})
    path.write_bytes(b'[mail]\nhost = "\xa3"\n')
    with pytest.raises(UnreadableError, match="can't be read"):
        settings.mail(path, {})


def test_a_file_that_anybody_can_change_is_not_read(write: Callable[[str], Path]) -> None:
    path = write(RELAY)
    path.chmod(0o666)
    with pytest.raises(UnreadableError, match="can be changed by anybody"):
        settings.mail(path, {})


def test_the_file_is_the_one_named_else_that_of_the_environment_else_the_user_s(
    write: Callable[[str], Path], tmp_path: Path
) -> None:
    named = write(RELAY)
    other = tmp_path / "other.toml"
    own = tmp_path / "config" / "actionplan" / "config.toml"
    own.parent.mkdir(parents=True)
    for path in (other, own):
        path.write_bytes(named.read_bytes())
    environment = {settings.CONFIG_VARIABLE: str(other)}
    assert settings.mail(named, environment).file == named
    assert settings.mail(None, environment).file == other
    assert settings.mail(None, {}).file == own


def test_the_settings_of_the_environment_say_who_signs_as_well(
    write: Callable[[str], Path],
) -> None:
    environment = {settings.CONFIG_VARIABLE: str(write(RELAY))}
    assert settings.signer(None, environment) == "Improvement officer"


def test_the_password_of_the_environment_goes_before_that_of_the_file(
    write: Callable[[str], Path],
) -> None:
    environment = {secret.VARIABLE: "other"}
    for table in (LOGIN, f'{LOGIN}password_file = "password"\n'):
        server = settings.mail(write(table), environment).server
        assert server is not None
        assert server.secret is not None
        assert server.secret.read() == "other"
        assert "other" not in repr(server)
    token = settings.mail(write(f'{LOGIN}token_command = "printf token"\n'), environment).server
    assert token is not None
    assert token.token
    assert token.secret is not None
    assert token.secret.read() == "token"


def test_a_login_on_this_very_machine_needs_no_encryption(write: Callable[[str], Path]) -> None:
    for host in ("localhost", "127.0.0.1", "::1"):
        table = f'host = "{host}"\nsender = "a@example.gov.uk"\nlogin = "x"\n'
        assert settings.mail(write(f'{table}password_file = "password"\n'), {}).server


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_password_is_the_first_line_of_a_file_or_of_what_a_command_prints(tmp_path: Path) -> None:
    path = tmp_path / "password"
    for content, password in {
        f"{PASSWORD}\n": PASSWORD,
        f"{PASSWORD}\r\nurl: https://example.gov.uk\n": PASSWORD,
        " with spaces ": " with spaces ",
    }.items():
        path.write_bytes(content.encode())
        path.chmod(0o600)
        assert secret.of_file(str(path)).read() == password
        printed = python(f"import sys; sys.stdout.buffer.write({content.encode()!r})")
        assert secret.of_command(printed).read() == password


NO_PASSWORD = [
    ("print()", "gave nothing on its first line"),
    ("pass", "gave nothing on its first line"),
    ("import sys; sys.stdout.buffer.write(b'\\xff')", "gave what is no password"),
    ("print('x\\0y')", "gave what is no password"),
    ("print('x' * 10_000)", "gave what is no password"),
    (f"import sys; print('{PASSWORD}'); sys.exit('{PASSWORD}')", "ended with code 1: run it by ha"),
    ("import time; print('x', flush=True); time.sleep(30)", "gave nothing within 0.5 seconds"),
    ("import os; os.fork(); import time; time.sleep(30)", "gave nothing within 0.5 seconds"),
]


@pytest.mark.parametrize(("code", "says"), NO_PASSWORD)
def test_a_command_that_prints_no_password_is_told_and_not_repeated(code: str, says: str) -> None:
    with pytest.raises(NotReachedError) as raised:
        secret.of_command(python(code), seconds=0.5 if "sleep" in code else 30).read()
    assert raised.value.sentence.startswith(f"password_command {says}")
    assert PASSWORD not in str(raised.value)


def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(
        NotReachedError, match=r"can't be started \(no-such-program\): No such file"
    ):
        secret.of_command(["no-such-program"]).read()


def test_a_command_sees_no_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(secret.VARIABLE, PASSWORD)
    printed = python(f"import os; print({secret.VARIABLE!r} in os.environ)")
    assert secret.of_command(printed).read() == "False"


def stat_of(mode: int, user: int, group: int) -> os.stat_result:
    return os.stat_result((mode, 0, 0, 1, user, group, 0, 0, 0, 0))


FILES = [
    (0o100600, 1000, 1000, ""),
    (0o100400, 1000, 1000, ""),
    (0o100400, 0, 0, ""),
    (0o100440, 0, 0, ""),  # as systemd lays down a credential
    (0o100640, 1000, 1000, "can be read by others (mode 0640): close it with chmod 600"),
    (0o100604, 1000, 1000, "can be read by others (mode 0604): close it with chmod 600"),
    (0o100620, 1000, 1000, "can be read by others (mode 0620): close it with chmod 600"),
    (0o100640, 0, 100, "can be read by others (mode 0640): close it with chmod 600"),
    (0o100444, 0, 0, "can be read by others (mode 0444): close it with chmod 600"),
    (0o100600, 1001, 1000, "belongs to another user: it must be yours, or root's"),
    (0o010600, 1000, 1000, "is not a regular file"),
    (0o040700, 1000, 1000, "is not a regular file"),
]


@pytest.mark.parametrize(("mode", "user", "group", "says"), FILES)
def test_a_password_is_read_from_a_file_of_our_own_that_nobody_else_reads(
    mode: int, user: int, group: int, says: str
) -> None:
    assert secret.unsafe(stat_of(mode, user, group), 1000) == says


def test_a_password_file_that_is_open_to_others_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text(PASSWORD, encoding="utf-8")
    path.chmod(0o644)
    for wrong in (path, tmp_path, tmp_path / "none"):
        with pytest.raises(NotReachedError) as raised:
            secret.of_file(str(wrong)).read()
        assert str(wrong) in raised.value.sentence
        assert PASSWORD not in str(raised.value)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(NotReachedError, match="is not a regular file"):
        secret.of_file(str(tmp_path / "pipe")).read()


ADDRESSES = [
    "officer@example.gov.uk",
    "a@b.uk",
    "O'Brien.Sean_1+plans@childrens.example.gov.uk",
    "officer@xn--bcher-kva.example",
    f"{'x' * 64}@example.gov.uk",
]


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_taken_as_it_is(text: str) -> None:
    assert mail.address(text) == text


NO_ADDRESSES = {
    "is empty": [
        "",
    ],
    "is longer than 254 letters": ["x" * 1000 + "@example.gov.uk", "x@" + "y." * 150 + "uk"],
    "holds a space, a line end or a character that can't be seen": [
        "a @x.example",
        " a@x.example",
        "a@x.example\n",
        "a@x.example\r\nBcc: b@x.example",
        "a@x.example\0",
        "a@x.example\x0b",
        "a\u2028@x.example",
        "a\u202e@x.example",
        "a\u200b@x.example",
        "a@x.example, b@x.example",
        "Officer <a@x.example>",
        "\ud800@x.example",
    ],
    "holds letters outside ASCII": [
        "zoë@x.example",
        "a@bücher.example",
        "\u0430@x.example",
        "a\uff20x.example",
    ],
    "is more than one": [
        "a@x.example,b@x.example",
        "a@x.example;b@x.example",
        "x:a@b,c@d;",
        "a@x.example>,<b@x.example",
    ],
    "holds brackets or quotes": ["<a@x.example>", '"a"@x.example', "a@x.example(c)"],
    "does not hold one @": ["officer", "a@b@x.example", "x.example"],
    "has more than 64 letters before its @": ["x" * 65 + "@example.gov.uk"],
    "is not of the form name@domain": [
        "officer@",
        "@x.example",
        "a@localhost",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        ".a@x.example",
        "a.@x.example",
        "a..b@x.example",
        "-oQx@x.example",
        "a@-x.example",
        "a@x-.example",
        "a@x..example",
        "a@x.example.",
        "a%b@x.example",
        "a!b@x.example",
        "|sh@x.example",
        "a/b@x.example",
        "a`b@x.example",
        "a$b@x.example",
        "a\\b@x.example",
        "=?utf-8?q?a?=@x.example",
    ],
}


@pytest.mark.parametrize(
    ("why", "text"), [(why, text) for why, texts in NO_ADDRESSES.items() for text in texts]
)
def test_what_is_no_address_is_refused_with_a_sentence(why: str, text: str) -> None:
    with pytest.raises(WrongUsageError) as raised:
        mail.address(text)
    assert raised.value.sentence.startswith(f"The address {why}")
    assert raised.value.sentence.isprintable()


def test_letters_outside_ascii_are_taken_where_they_can_be_carried() -> None:
    for text in ("zoë@x.example", "李@bücher.example"):
        assert mail.address(text, international=True) == text
    for text in ("zoe\u0308@x.example", "a\uff20x.example", "€@x.example"):
        with pytest.raises(WrongUsageError):
            mail.address(text, international=True)
