"""One message after another to a mail server, and what became of each.

One recipient a message, one connection for all. The last step of a message is a lone dot: what
fails before it was not taken, what fails after it is not known, and an answer to it is believed.
A connection that breaks is opened again; a server that is not to be reached again, or that twice
breaks off after the dot, is left alone for the rest of the run.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from actionplan.errors import NotReachedError, WrongUsageError
from actionplan.mail import contents, opening, refusals
from actionplan.mail.addresses import address
from actionplan.mail.terms import Outcome
from actionplan.mail.wire import BrokenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from actionplan.mail.opening import Talk
    from actionplan.mail.refusals import Stage
    from actionplan.mail.terms import Patience, Server
    from actionplan.mail.wire import Reply

_TAKEN, _GO_ON, _LEAVING = 2, 354, 421
_MOST_UNKNOWN = 2


def connect(server: Server, patience: Patience) -> Smtp:
    """Reach a server, waiting for it within the patience.

    Raises:
        NotReachedError: where it is not reached, or does not let us in.

    """
    line = Smtp(server, patience)
    line.open()
    return line


class _Letter(NamedTuple):
    """A message on its way: who to whom, its bytes, and whom to tell before the dot."""

    sender: str
    recipient: str
    content: bytes
    committing: Callable[[], None]


class _Attempt(NamedTuple):
    """What became of an attempt, and whether another may well succeed in a moment."""

    outcome: Outcome
    again: bool = False
    at_once: bool = False


class Smtp:
    """A way out through a mail server."""

    def __init__(self, server: Server, patience: Patience) -> None:
        """Keep how to reach it; nothing is opened yet."""
        self._server = server
        self._patience = patience
        self._pauses = list(patience.pauses)
        self._until = time.monotonic() + patience.run
        self._talk: Talk | None = None
        self._unknown = 0
        self._given_up = ""

    def open(self) -> Talk:
        """Give the conversation that is open, or open one.

        Raises:
            NotReachedError: where the server is not reached; it is not tried again after that.

        """
        while self._talk is None:
            try:
                self._talk = opening.opened(self._server, self._patience)
            except NotReachedError as error:
                if not (error.temporary and self._pause()):
                    self._given_up = error.sentence
                    raise
        return self._talk

    def send(
        self, sender: str, recipient: str, content: bytes, committing: Callable[[], None]
    ) -> Outcome:
        """Give one message to one recipient, as `Line.send` says."""
        if fault := contents.fault(content):
            return Outcome("refused", fault)
        letter = _Letter(sender, recipient, content, committing)
        if not self._given_up and time.monotonic() > self._until:
            self._given_up = "The time for this run was over before its turn came."
        while not self._given_up:
            try:
                attempt = self._attempt(self.open(), letter)
            except NotReachedError as error:
                return Outcome("later", error.sentence)
            if not (attempt.again and (attempt.at_once or self._pause())):
                return self._counted(attempt.outcome)
        return Outcome("later", self._given_up)

    def close(self) -> None:
        """Take leave; what goes wrong in that is nothing."""
        talk, self._talk = self._talk, None
        if talk is not None:
            talk.leave()

    def _pause(self) -> bool:
        """Wait for the next attempt, or say that none is left."""
        if not self._pauses:
            return False
        time.sleep(self._pauses.pop(0))
        return True

    def _counted(self, outcome: Outcome) -> Outcome:
        """Give up a server that breaks off after one whole message after another."""
        self._unknown = self._unknown + 1 if outcome.word == "unknown" else 0
        if self._unknown == _MOST_UNKNOWN:
            self._given_up = f"{self._server.place} broke off after {_MOST_UNKNOWN} messages."
        return outcome

    def _attempt(self, talk: Talk, letter: _Letter) -> _Attempt:
        """Give a message once; whatever else goes wrong, the dot is not sent."""
        was_used, talk.used = talk.used, True
        try:
            attempt = self._envelope(talk, letter) or self._body(talk, letter)
        except BrokenError as error:
            self._drop(talk)
            why = f"{self._server.place} broke off before the message was whole: {error}."
            attempt = _Attempt(Outcome("later", why), again=True)
        except BaseException:
            self._drop(talk)
            raise
        # A connection that was idle may have been closed for that: a new one is asked at once.
        return attempt._replace(at_once=was_used and self._talk is None)

    def _envelope(self, talk: Talk, letter: _Letter) -> _Attempt | None:
        """Name sender and recipient, or tell why the message goes no further."""
        fault = _unfit(talk, letter)
        if fault:
            return _Attempt(Outcome("refused", fault))
        steps: tuple[tuple[Stage, str], ...] = (
            ("MAIL", f"MAIL FROM:<{letter.sender}>{_options(talk, letter)}"),
            ("RCPT", f"RCPT TO:<{letter.recipient}>"),
        )
        for stage, command in steps:
            reply = talk.ask(command)
            if reply.code // 100 != _TAKEN:
                return self._refused(talk, stage, reply)
        reply = talk.ask("DATA")
        return None if reply.code == _GO_ON else self._refused(talk, "DATA", reply)

    def _body(self, talk: Talk, letter: _Letter) -> _Attempt:
        """Give the whole message, tell that the dot comes, and hear what became of it."""
        talk.wire.write(contents.stuffed(letter.content), self._patience.step)
        if talk.wire.has_spoken():
            reply = talk.hear()
            self._drop(talk)
            return self._refused(talk, "body", reply)
        letter.committing()
        try:
            talk.wire.write(b".\r\n", self._patience.step)
            reply = talk.wire.reply(self._patience.verdict)
            if reply.code // 100 == _TAKEN:
                return _Attempt(Outcome("sent"))
            return self._refused(talk, "dot", reply)
        except BrokenError as error:
            self._drop(talk)
            why = f"{self._server.place} broke off after the whole message was given: {error}."
            return _Attempt(Outcome("unknown", why))

    def _refused(self, talk: Talk, stage: Stage, reply: Reply) -> _Attempt:
        """Tell what a refusal means, and have the server forget the message.

        Raises:
            BrokenError: where the answer is neither yes nor no.

        """
        if reply.code // 100 not in (refusals.TEMPORARY, refusals.PERMANENT):
            message = f"its answer makes no sense here ({refusals.quoted(reply)})"
            raise BrokenError(message)
        if reply.code == _LEAVING:
            self._drop(talk)
        elif stage != "dot" and self._talk is talk:
            self._forget(talk)
        again = reply.code // 100 == refusals.TEMPORARY
        return _Attempt(refusals.verdict(stage, reply), again=again)

    def _forget(self, talk: Talk) -> None:
        try:
            forgotten = talk.ask("RSET").code // 100 == _TAKEN
        except BrokenError:
            forgotten = False
        if not forgotten:
            self._drop(talk)

    def _drop(self, talk: Talk) -> None:
        """Let go of a conversation, so that a message that is not whole is none."""
        talk.wire.close()
        self._talk = None


def _unfit(talk: Talk, letter: _Letter) -> str:
    """Say why this server can't be given a message, or nothing."""
    international = "SMTPUTF8" in talk.offers
    for who, text in (("sender", letter.sender), ("recipient", letter.recipient)):
        try:
            address(text, international=international)
        except WrongUsageError as error:
            return f"Of the {who}: {error.sentence}"
    if not letter.content.isascii() and "8BITMIME" not in talk.offers:
        return "The message holds letters outside ASCII as they are, which the server can't take."
    most = talk.offers.get("SIZE", "")
    if most.isdecimal() and 0 < int(most) < len(letter.content):
        return f"The message is larger than the server takes ({int(most)} octets)."
    return ""


def _options(talk: Talk, letter: _Letter) -> str:
    """Give what is said of a message beside its sender, as far as the server knows the words."""
    options = f" SIZE={len(letter.content)}" if "SIZE" in talk.offers else ""
    if not letter.content.isascii():
        options += " BODY=8BITMIME"
    if not (letter.sender + letter.recipient).isascii():
        options += " SMTPUTF8"
    return options
