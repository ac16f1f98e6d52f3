"""Mail, held against a server that goes wrong at every stage of the conversation.

The server here is a small one of the test's own: it speaks as a mail server does, until it comes
to the stage at which it fails. What real servers do is shown in ``test_mail_servers.py``.
"""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import struct
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplan import mail
from actionplan.errors import NotReachedError
from actionplan.mail import refusals, secret
from actionplan.mail.wire import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

SENDER, OFFICER = "improvement@example.gov.uk", "officer@example.gov.uk"
LETTER = b"Subject: 3 actions overdue\r\n\r\nThe oldest by 21 working days.\r\n"
LARGE = b"Subject: many actions overdue\r\n\r\n" + b"One line of a long letter.\r\n" * 30_000
ONCE = mail.Patience(step=20, verdict=20, pauses=())
QUICK = ONCE._replace(step=0.4, verdict=0.4)
"""For a server that is waited for in vain."""
PASSWORD = "Ten-£-and-пароль"  # noqa: S105 - made up, and shown nowhere but here

FAULTS = {
    "4xx": b"451 4.3.0 try again\r\n",
    "421": b"421 4.3.2 going away\r\n",
    "5xx": b"554 5.0.0 never\r\n",
    "rubbish": b"what is it?\r\n",
    "two codes": b"250-yes\r\n550 no\r\n",
    "half": b"250-yes\r\n",
}
SAYS = {
    "banner": b"220 made.example ESMTP\r\n",
    "QUIT": b"221 bye\r\n",
    "DATA": b"354 go on\r\n",
    "AUTH": b"235 welcome\r\n",
}


def commit() -> None:
    """Nothing is kept here of what was told before the dot."""


class Faulty:
    """A mail server that fails at one stage, and remembers all that it saw."""

    def __init__(
        self, stage: str = "", fault: str = "", *, offers: str = "", times: int = 99
    ) -> None:
        """Listen on a port of its own; ``times`` is how often it fails."""
        self.stage, self.fault, self.times = stage, fault, times
        self.offers = offers.split(" + ") if offers else []
        self.says = dict(SAYS)
        self.commands: list[str] = []
        self.greetings: list[str] = []
        self.accepted: list[bytes] = []
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        # So little is held on the way that a long message is not given before it is read.
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000)
        self._port = self._listening.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def server(self) -> mail.Server:
        """Say where it is."""
        return mail.Server("127.0.0.1", self._port)

    def __enter__(self) -> Self:
        """Serve; it is stopped at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def stop(self) -> None:
        """Let go of the port, and of whatever waits."""
        self._over.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as heard, contextlib.suppress(OSError, EOFError):
            self._converse(connection, heard)

    def _converse(self, connection: socket.socket, heard: Any) -> None:
        self._answer(connection, "banner")
        while line := heard.readline():
            command = line.decode("latin-1").strip()
            stage = command.partition(" ")[0].upper()
            self.commands.append(stage)
            if stage == "EHLO":
                self.greetings.append(command.partition(" ")[2])
            well = self._answer(connection, stage)
            if stage == "QUIT":
                return
            if stage == "DATA" and well:
                self._take(connection, heard)

    def _take(self, connection: socket.socket, heard: Any) -> None:
        lines = [heard.readline()]
        self._answer(connection, "body", silent=True)
        while lines[-1] != b".\r\n":
            lines.append(heard.readline())
            if not lines[-1]:
                raise EOFError
        content = b"".join(lines)
        self.commands.append("dot")
        self._answer(connection, "dot", accept=lambda: self.accepted.append(content))

    def _answer(
        self,
        connection: socket.socket,
        stage: str,
        *,
        silent: bool = False,
        accept: Callable[[], object] = bool,
    ) -> bool:
        """Answer as a server does, or fail; say whether it went well."""
        if stage == self.stage and self.times > 0:
            self.times -= 1
            self._fail(connection)
            return False
        if not silent:
            accept()
            lines = [b"250-made.example", *(f"250-{o}".encode() for o in self.offers), b"250 OK"]
            usual = b"\r\n".join(lines) + b"\r\n" if stage == "EHLO" else b"250 2.0.0 OK\r\n"
            connection.sendall(self.says.get(stage, usual))
        return True

    def _fail(self, connection: socket.socket) -> None:
        if self.fault == "slow":
            self._over.wait(5)
        if self.fault == "drip":
            while not self._over.wait(0.05):
                connection.sendall(b"2")
        if self.fault == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(FAULTS.get(self.fault, b""))
        if self.fault not in ("4xx", "5xx", "rubbish", "two codes"):
            raise EOFError


class Committed:
    """Counts how often it was told that the last step comes, and when."""

    def __init__(self, faulty: Faulty | None = None) -> None:
        """Look at what a server had seen by then."""
        self.count, self.seen, self._faulty = 0, [""], faulty

    def __call__(self) -> None:
        """Be told."""
        self.count += 1
        if self._faulty:
            self.seen = list(self._faulty.commands)


def patience(fault: str) -> mail.Patience:
    """Wait in earnest, but not for what never comes."""
    return QUICK if fault == "slow" else ONCE


def rows(table: str) -> list[tuple[str, str, str]]:
    """Read a table of stages by faults."""
    head, *lines = (re.split(r"\s\s+", line.strip()) for line in table.strip().splitlines())
    return [
        (stage, fault, word)
        for stage, *words in lines
        for fault, word in zip(head[1:], words, strict=True)
    ]


def reached_by(faulty: Faulty, stage: str) -> mail.Server:
    """Give the server as it must be asked for to come to a stage at all."""
    if stage == "STARTTLS":
        faulty.offers = ["STARTTLS"]
        return faulty.server._replace(security="starttls")
    if stage == "AUTH":
        faulty.offers = ["AUTH PLAIN"]
        return faulty.server._replace(login="officer", secret=secret.of_text(PASSWORD))
    return faulty.server


NOT_REACHED = """
stage     4xx        421        5xx        slow       cut        reset      rubbish    half
banner    temporary  temporary  permanent  temporary  temporary  temporary  temporary  temporary
EHLO      temporary  temporary  permanent  temporary  temporary  temporary  temporary  temporary
STARTTLS  temporary  temporary  permanent  temporary  temporary  temporary  temporary  temporary
AUTH      temporary  temporary  permanent  temporary  temporary  temporary  temporary  temporary
"""


@pytest.mark.parametrize(("stage", "fault", "meant"), rows(NOT_REACHED))
def test_a_server_that_does_not_let_us_in_is_not_reached(
    stage: str, fault: str, meant: str
) -> None:
    with Faulty(stage, fault) as faulty, pytest.raises(NotReachedError) as raised:
        mail.connect(reached_by(faulty, stage), patience(fault))
    assert raised.value.temporary == (meant == "temporary")
    assert raised.value.sentence.startswith(faulty.server.place)
    assert raised.value.exit_code == 7
    assert "MAIL" not in faulty.commands


BECOMES = """
stage  4xx    421    5xx      slow     cut      reset    rubbish  two codes  half
MAIL   later  later  later    later    later    later    later    later      later
RCPT   later  later  refused  later    later    later    later    later      later
DATA   later  later  refused  later    later    later    later    later      later
body   later  later  refused  later    later    later    later    later      later
dot    later  later  refused  unknown  unknown  unknown  unknown  unknown    unknown
QUIT   sent   sent   sent     sent     sent     sent     sent     sent       sent
"""


@pytest.mark.parametrize(("stage", "fault", "word"), rows(BECOMES))
def test_a_fault_at_every_stage_becomes(stage: str, fault: str, word: str) -> None:
    with Faulty(stage, fault) as faulty:
        committed = Committed(faulty)
        line = mail.connect(faulty.server, patience(fault))
        outcome = line.send(SENDER, OFFICER, LARGE if stage == "body" else LETTER, committed)
        line.close()
    assert outcome.word == word
    assert (outcome.why == "") == (word == "sent")
    assert committed.count == (1 if stage in ("dot", "QUIT") else 0)
    assert committed.seen[-1] == ("DATA" if committed.count else "")
    assert ("dot" in faulty.commands) == (stage in ("dot", "QUIT"))
    assert len(faulty.accepted) == (1 if stage == "QUIT" else 0)


def send(line: mail.Line, committed: Callable[[], None] = commit) -> mail.Outcome:
    return line.send(SENDER, OFFICER, LETTER, committed)


def test_nothing_answers_there() -> None:
    with Faulty() as faulty:
        server = faulty.server
    with pytest.raises(
        NotReachedError, match="could not be reached: nothing answers there"
    ) as raised:
        mail.connect(server, ONCE)
    assert raised.value.temporary


def test_there_is_no_machine_of_that_name() -> None:
    with pytest.raises(NotReachedError, match="was not found"):
        mail.connect(mail.Server("no-such-machine.invalid"), ONCE)


@pytest.mark.parametrize("stage", ["banner", "EHLO", "MAIL", "dot"])
def test_an_answer_that_never_comes_to_an_end_is_not_waited_for(stage: str) -> None:
    with Faulty(stage, "drip") as faulty:
        try:
            why = send(mail.connect(faulty.server, QUICK)).why
        except NotReachedError as error:
            why = error.sentence
    assert why.endswith("no answer came in time.")


def test_a_greeting_without_end_is_no_greeting() -> None:
    with Faulty(offers=" + ".join(["SIZE"] * 5000)) as faulty:
        with pytest.raises(NotReachedError, match="what came is no answer of a mail server"):
            mail.connect(faulty.server, ONCE)
        faulty.offers = ["x" * 50_000]
        with pytest.raises(NotReachedError, match="what came is no answer of a mail server"):
            mail.connect(faulty.server, ONCE)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "dot"])
def test_a_temporary_refusal_is_tried_again(stage: str) -> None:
    with Faulty(stage, "4xx", times=2) as faulty:
        committed = Committed()
        line = mail.connect(faulty.server, ONCE._replace(pauses=(0, 0)))
        assert send(line, committed).word == "sent"
        line.close()
    assert len(faulty.accepted) == 1
    assert committed.count == (3 if stage == "dot" else 1)


@pytest.mark.parametrize("fault", ["421", "cut", "slow"])
def test_a_server_that_is_busy_at_first_is_waited_for(fault: str) -> None:
    with Faulty("banner", fault, times=2) as faulty:
        line = mail.connect(faulty.server, patience(fault)._replace(pauses=(0, 0)))
        assert send(line).word == "sent"
        line.close()
    assert faulty.connections == 3


def test_the_pauses_are_for_all_messages_together() -> None:
    with Faulty("RCPT", "4xx") as faulty:
        line = mail.connect(faulty.server, ONCE._replace(pauses=(0, 0)))
        assert [send(line).word for _ in range(3)] == ["later"] * 3
        line.close()
    assert faulty.commands.count("RCPT") == 5


@pytest.mark.parametrize("fault", ["421", "cut", "reset"])
def test_a_connection_that_ended_between_two_messages_is_opened_again_at_once(fault: str) -> None:
    with Faulty() as faulty:
        line = mail.connect(faulty.server, ONCE)
        assert send(line).word == "sent"
        faulty.stage, faulty.fault, faulty.times = "MAIL", fault, 1
        assert send(line).word == "sent"
        line.close()
    assert (faulty.connections, len(faulty.accepted)) == (2, 2)


def test_a_server_that_is_gone_is_not_looked_for_again_and_again() -> None:
    with Faulty() as faulty:
        line = mail.connect(faulty.server, ONCE)
        faulty.stage, faulty.fault, faulty.times = "MAIL", "cut", 1
        assert send(line).word == "later"
    outcomes = {send(line) for _ in range(3)}
    assert [outcome.word for outcome in outcomes] == ["later"]
    assert "nothing answers there" in outcomes.pop().why


def test_after_two_messages_of_unknown_fate_the_rest_is_left_for_later() -> None:
    with Faulty("dot", "cut") as faulty:
        line = mail.connect(faulty.server, ONCE)
        words = [send(line).word for _ in range(4)]
        line.close()
    assert words == ["unknown", "unknown", "later", "later"]
    assert faulty.commands.count("dot") == 2


def test_a_message_whose_turn_comes_too_late_is_left_for_the_next_run() -> None:
    with Faulty() as faulty:
        line = mail.connect(faulty.server, ONCE._replace(run=-1))
        assert send(line) == ("later", "The time for this run was over before its turn came.")
        line.close()
    assert faulty.accepted == []


def test_where_the_ledger_can_t_be_written_the_dot_is_not_sent() -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    with Faulty() as faulty:
        line = mail.connect(faulty.server, ONCE)
        with pytest.raises(OSError, match="No space"):
            send(line, full)
        assert send(line).word == "sent"
        line.close()
    assert (faulty.commands.count("dot"), faulty.connections) == (1, 2)


def test_one_refused_recipient_does_not_stop_the_others() -> None:
    with Faulty("RCPT", "5xx", times=1) as faulty:
        line = mail.connect(faulty.server, ONCE)
        assert [send(line).word for _ in range(3)] == ["refused", "sent", "sent"]
        line.close()
    assert (faulty.connections, len(faulty.accepted)) == (1, 2)
    assert faulty.commands.count("RSET") == 1


@pytest.mark.parametrize("answer", [b"502 what?\r\n", b"what?\r\n"])
def test_a_server_that_can_t_forget_a_message_is_left_and_asked_anew(answer: bytes) -> None:
    with Faulty("RCPT", "5xx", times=1) as faulty:
        faulty.says["RSET"] = answer
        line = mail.connect(faulty.server, ONCE)
        assert [send(line).word for _ in range(2)] == ["refused", "sent"]
        line.close()
    assert faulty.connections == 2


def test_encryption_that_is_not_offered_is_not_done_without() -> None:
    with Faulty(offers="SIZE + AUTH PLAIN") as faulty:
        server = faulty.server._replace(
            security="starttls", login="officer", secret=secret.of_text(PASSWORD)
        )
        with pytest.raises(NotReachedError, match="offers no encryption") as raised:
            mail.connect(server, ONCE)
    assert not raised.value.temporary
    assert faulty.commands == ["EHLO"]


@pytest.mark.parametrize("fault", FAULTS)
def test_encryption_that_is_refused_is_not_done_without(fault: str) -> None:
    faulty = Faulty("STARTTLS", fault, offers="STARTTLS")
    with faulty, pytest.raises(NotReachedError):
        mail.connect(faulty.server._replace(security="starttls"), ONCE)
    assert faulty.commands == ["EHLO", "STARTTLS"]


def test_what_is_slipped_in_before_the_encryption_is_not_listened_to() -> None:
    with Faulty(offers="STARTTLS") as faulty:
        faulty.says["STARTTLS"] = b"220 ready\r\n250 slipped in\r\n"
        with pytest.raises(NotReachedError, match="no answer of a mail server"):
            mail.connect(faulty.server._replace(security="starttls"), ONCE)
    assert faulty.commands == ["EHLO", "STARTTLS"]


def test_a_server_without_tls_is_told_apart() -> None:
    with Faulty() as faulty, pytest.raises(NotReachedError, match="does not speak TLS"):
        mail.connect(faulty.server._replace(security="tls"), ONCE)


def test_a_password_goes_to_no_other_machine_in_plain_text() -> None:
    server = mail.Server("192.0.2.1", 25, login="officer", secret=secret.of_text(PASSWORD))
    with pytest.raises(NotReachedError, match="gets no password without encryption"):
        mail.connect(server, ONCE)


@pytest.mark.parametrize("answer", ["535 5.7.8 no: {}", "454 4.7.0 busy: {}", "535-{0}\r\n535 {0}"])
@pytest.mark.parametrize("way", ["PLAIN", "LOGIN", "XOAUTH2"])
def test_a_server_that_repeats_the_password_is_not_repeated(answer: str, way: str) -> None:
    told = base64.b64encode(f"\0officer\0{PASSWORD}".encode()).decode()
    with Faulty(offers=f"AUTH {way}") as faulty:
        faulty.says["AUTH"] = answer.format(f"{PASSWORD} {told}").encode() + b"\r\n"
        server = faulty.server._replace(
            login="officer", secret=secret.of_text(PASSWORD), token=way == "XOAUTH2"
        )
        with pytest.raises(NotReachedError) as raised:
            mail.connect(server, ONCE)
    for shown in (str(raised.value), repr(raised.value), repr(server), str(server)):
        assert PASSWORD not in shown
        assert told not in shown


def test_a_login_that_is_not_offered_is_named() -> None:
    with Faulty(offers="AUTH CRAM-MD5 NTLM") as faulty:
        server = faulty.server._replace(login="officer", secret=secret.of_text(PASSWORD))
        with pytest.raises(NotReachedError, match=r"does not offer PLAIN or LOGIN.*CRAM-MD5, NTLM"):
            mail.connect(server, ONCE)
        with pytest.raises(NotReachedError, match="does not offer XOAUTH2"):
            mail.connect(server._replace(token=True), ONCE)
    assert faulty.commands.count("AUTH") == 0


UNFIT = {
    "is empty": b"",
    "is larger than 1 MB": b"x\r\n" * 400_000,
    "holds a line end": b"Subject: x\nBcc: y@example.gov.uk\r\n\r\n",
    "holds a line end or a NUL": b"Subject: x\r\n\r\nx\rx\r\n",
    "holds a line end or a NUL that": b"Subject: x\r\n\r\nx\0\r\n",
    "holds a line of more than 998 octets": b"Subject: x\r\n\r\n" + b"x" * 999,
    "holds letters outside ASCII as they are": "Subject: x\r\n\r\n£\r\n".encode(),
}


@pytest.mark.parametrize("why", UNFIT)
def test_a_message_that_mail_can_t_carry_is_refused_before_it_is_begun(why: str) -> None:
    with Faulty() as faulty:
        line = mail.connect(faulty.server, ONCE)
        outcome = line.send(SENDER, OFFICER, UNFIT[why], commit)
        line.close()
    assert outcome.word == "refused"
    assert why in outcome.why
    assert faulty.commands == ["EHLO", "QUIT"]


def test_a_message_larger_than_the_server_takes_is_refused_before_it_is_begun() -> None:
    with Faulty(offers="SIZE 50") as faulty:
        line = mail.connect(faulty.server, ONCE)
        assert "larger than the server takes (50 octets)" in send(line).why
        faulty.offers = ["SIZE 0"]
        line.close()
        assert send(line).word == "sent"
        line.close()


def test_letters_outside_ascii_are_sent_where_the_server_says_that_it_can() -> None:
    seen: list[str] = []
    with Faulty(offers="8BITMIME + SMTPUTF8") as faulty:
        line = mail.connect(faulty.server, ONCE)
        outcome = line.send(SENDER, "zoë@example.gov.uk", "Subject: £\r\n\r\n".encode(), commit)
        seen.append(outcome.word)
        faulty.offers = ["8BITMIME"]
        line.close()
        outcome = line.send(SENDER, "zoë@example.gov.uk", LETTER, commit)
        line.close()
    assert (seen, outcome.word) == (["sent"], "refused")
    assert "letters outside ASCII" in outcome.why


WHOLE = {
    "a dot": b".\r\n",
    "a command after a dot": b"Subject: x\r\n\r\n.\r\nMAIL FROM:<>\r\n..\r\n.x\r\n",
    "no line end": b"Subject: x\r\n\r\nno end",
    "a dot and no line end": b"\r\n.\r\n.",
    "a long letter": LARGE,
}


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE)
def test_a_message_arrives_as_it_was_whatever_its_lines_begin_with(content: bytes) -> None:
    with Faulty() as faulty:
        line = mail.connect(faulty.server, ONCE)
        assert line.send(SENDER, OFFICER, content, commit).word == "sent"
        line.close()
    (arrived,) = faulty.accepted
    unstuffed = re.sub(rb"(?m)^\.", b"", arrived.removesuffix(b".\r\n"))
    assert unstuffed == (content if content.endswith(b"\r\n") else content + b"\r\n")
    assert faulty.commands == ["EHLO", "MAIL", "RCPT", "DATA", "dot", "QUIT"]


MICROSOFT = [
    (
        "RCPT",
        "550 5.7.68 TenantInboundAttribution; Direct Send not allowed",
        "later",
        "Direct Send",
    ),
    ("RCPT", "550 5.7.64 TenantAttribution; Relay Access Denied SMTP", "later", "relay connector"),
    ("MAIL", "530 5.7.57 SMTP; Client was not authenticated to send", "later", "wants a login"),
    ("MAIL", "530 Authentication required", "later", "wants a login"),
    ("dot", "550 5.7.60 SMTP; Client does not have permissions", "later", '"Send as"'),
    ("dot", "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException", "later", '"Send as"'),
    ("dot", "550 5.2.0 STOREDRV.Deliver; something else", "refused", "refused the message"),
    ("dot", "432 4.3.2 Concurrent connections limit exceeded", "later", "too many messages"),
    ("dot", "550 5.7.708 Access denied, traffic not accepted from this IP", "later", "network"),
    ("RCPT", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", "refused", "no such mailbox"),
    ("RCPT", "550 5.4.1 Recipient address rejected: Access denied", "refused", "no such address"),
    ("RCPT", "452 4.2.2 Mailbox full", "later", "mailbox is full"),
    ("MAIL", "550 5.1.0 Sender rejected", "later", "refused the sender"),
    ("MAIL", "552 5.3.4 Too big", "refused", "refused the message"),
    (
        "RCPT",
        "550 5.1.1 <a@b.example>: unknown\x1b[31m",
        "refused",
        "550 5.1.1 (address) unknown [31m",
    ),
]


@pytest.mark.parametrize(("stage", "answer", "word", "says"), MICROSOFT)
def test_a_refusal_that_is_known_is_explained(
    stage: refusals.Stage, answer: str, word: str, says: str
) -> None:
    outcome = refusals.verdict(stage, Reply(int(answer[:3]), (answer[4:],)))
    assert outcome.word == word
    assert says in outcome.why
    assert "@" not in outcome.why
    assert outcome.why.isprintable()


LOGINS = [
    ("550 5.7.30 Basic authentication is not supported for Client Submission.", "no password from"),
    (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
        "Mailbox.",
        "login by SMTP switched off",
    ),
    (
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        "is wrong, or",
    ),
    ("535 5.7.3 Authentication unsuccessful", "the password or the token is wrong"),
    ("535 5.7.8 Authentication failed", "The login was refused (535 5.7.8)"),
]


@pytest.mark.parametrize(("answer", "says"), LOGINS)
def test_a_login_that_microsoft_365_refuses_is_explained(answer: str, says: str) -> None:
    with Faulty(offers="AUTH LOGIN") as faulty:
        faulty.says["AUTH"] = answer.encode() + b"\r\n"
        server = faulty.server._replace(login="officer", secret=secret.of_text(PASSWORD))
        with pytest.raises(NotReachedError) as raised:
            mail.connect(server, ONCE)
    assert says in raised.value.sentence
    assert not raised.value.temporary


def test_an_answer_is_quoted_short() -> None:
    quoted = refusals.quoted(Reply(550, ("x" * 5000, "someone@example.gov.uk")))
    assert quoted.startswith("550 xxx")
    assert len(quoted) < 200


def test_sending_waits_as_long_as_the_pauses_say(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    with Faulty("RCPT", "4xx") as faulty:
        line = mail.connect(faulty.server, ONCE._replace(pauses=mail.Patience().pauses))
        assert send(line).word == "later"
        line.close()
    assert sum(waited) == 120


def test_a_server_that_takes_no_connection_is_not_waited_for() -> None:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as full,
        contextlib.ExitStack() as waiting,
    ):
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        server = mail.Server("127.0.0.1", full.getsockname()[1])
        with pytest.raises(NotReachedError, match=r"no answer in 0\.4 seconds") as raised:
            mail.connect(server, QUICK)
    assert raised.value.temporary


def test_what_is_no_name_of_a_machine_is_told() -> None:
    with pytest.raises(NotReachedError, match="is no name of a machine"):
        mail.connect(mail.Server("x" * 70 + ".example"), ONCE)


def test_a_login_without_a_password_is_told() -> None:
    with pytest.raises(NotReachedError, match="There is no password for the login"):
        mail.connect(mail.Server("127.0.0.1", login="officer"), ONCE)


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("plans.example.gov.uk", "plans.example.gov.uk"),
        ("plans", "[127.0.0.1]"),
        ("a b.c", "[127.0.0.1]"),
    ],
)
def test_the_greeting_is_a_whole_name_or_an_address(
    name: str, greeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    with Faulty() as faulty:
        mail.check(faulty.server, ONCE)
        mail.check(faulty.server._replace(hello="relay.example.gov.uk"), ONCE)
    assert faulty.greetings == [greeting, "relay.example.gov.uk"]


@pytest.mark.parametrize(
    ("stage", "word"),
    [("MAIL", "later"), ("RCPT", "later"), ("RSET", "refused"), ("dot", "unknown")],
)
def test_an_answer_that_is_neither_yes_nor_no_is_not_taken_for_one(stage: str, word: str) -> None:
    with Faulty("RCPT" if stage == "RSET" else "", "5xx") as faulty:
        faulty.says[stage] = b"354 go on\r\n"
        line = mail.connect(faulty.server, ONCE)
        assert send(line).word == word
        line.close()


def test_logins_that_are_offered_in_two_ways_are_all_known() -> None:
    with Faulty(offers="AUTH LOGIN PLAIN + AUTH=LOGIN") as faulty:
        server = faulty.server._replace(login="officer", secret=secret.of_text(PASSWORD))
        assert "the login was accepted" in mail.check(server, ONCE)
    assert faulty.commands == ["EHLO", "AUTH", "QUIT"]


LINES = st.builds(
    lambda code, mark, text: code + mark + text.replace(b"\n", b"") + b"\r\n",
    st.sampled_from([b"220", b"235", b"250", b"354", b"421", b"451", b"550", b"999", b"", b"25"]),
    st.sampled_from([b" ", b"-", b""]),
    st.binary(max_size=20),
)
STAGES = ("banner", "EHLO", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT")


@given(
    st.dictionaries(st.sampled_from(STAGES), st.lists(LINES, min_size=1, max_size=4), max_size=3)
)
def test_whatever_a_server_says_a_message_is_sent_only_where_it_was_given_whole(
    says: dict[str, list[bytes]],
) -> None:
    with Faulty() as faulty:
        faulty.says |= {stage: b"".join(lines) + b"250 end\r\n" for stage, lines in says.items()}
        committed = Committed()
        try:
            line = mail.connect(faulty.server, QUICK)
        except NotReachedError:
            return
        outcome = line.send(SENDER, OFFICER, LETTER, committed)
        line.close()
    assert outcome.word in ("sent", "refused", "later", "unknown")
    if outcome.word in ("sent", "unknown"):
        assert (committed.count, faulty.commands.count("dot")) == (1, 1)
