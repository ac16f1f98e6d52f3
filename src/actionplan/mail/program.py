"""The local sendmail, or a program that takes its arguments, such as msmtp.

A message is whole before the program is started: it reads it from a file, so that the end of this
process, whenever it comes, is never the end of half a message. From the start on the message may
have been taken.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile
from typing import IO, TYPE_CHECKING

from actionplan.errors import NotReachedError, WrongUsageError
from actionplan.mail import contents
from actionplan.mail.addresses import address
from actionplan.mail.refusals import clean
from actionplan.mail.secret import end, environment
from actionplan.mail.terms import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actionplan.mail.terms import Patience

_LONGEST_SAID = 10_000
PLACES = ("/usr/sbin/sendmail", "/usr/lib/sendmail")
"""Where it usually is; cron's PATH does not hold them."""
_OF_THE_MESSAGE = {
    65: "It finds a fault in the message",
    67: "There is no such mailbox",
    68: "There is no such mail domain",
}
_OURS = {
    64: "It did not understand its arguments",
    69: "It could not deliver it, or to the server that it hands on to",
    75: "It could not deliver it for now",
    77: "It is not allowed to",
    78: "Its own settings are wrong",
}


def opened(program: str | Sequence[str], patience: Patience) -> Program:
    """Find the program.

    Raises:
        NotReachedError: where there is none.

    """
    words = shlex.split(program) if isinstance(program, str) else list(program)
    found = shutil.which(words[0]) if words else None
    if found is None and words == ["sendmail"]:
        found = next((place for place in PLACES if shutil.which(place)), None)
    if found is None:
        name = words[0] if words else "(nothing)"
        message = f"There is no program {name} that can be started (sendmail)."
        raise NotReachedError(message)
    return Program((found, *words[1:]), patience)


class Program:
    """A way out through a program."""

    def __init__(self, words: Sequence[str], patience: Patience) -> None:
        """Keep how to start it."""
        self._words = words
        self._patience = patience

    def send(
        self, sender: str, recipient: str, content: bytes, committing: Callable[[], None]
    ) -> Outcome:
        """Give one message to one recipient, as `Line.send` says."""
        fault = contents.fault(content) or _misaddressed(sender, recipient)
        if fault:
            return Outcome("refused", fault)
        with contextlib.ExitStack() as files:
            try:
                message = files.enter_context(_laid_down(content))
                said = files.enter_context(tempfile.TemporaryFile())
            except OSError as error:
                why = f"The message can't be laid down: {os.strerror(error.errno or 0)}."
                return Outcome("later", why)
            return self._given((sender, recipient), message, said, committing)

    def close(self) -> None:
        """Nothing is open."""

    def _given(
        self,
        who: tuple[str, str],
        message: IO[bytes],
        said: IO[bytes],
        committing: Callable[[], None],
    ) -> Outcome:
        sender, recipient = who
        committing()
        try:
            process = subprocess.Popen(  # noqa: S603 - the program of the user's own settings
                [*self._words, "-i", "-f", sender, recipient],
                stdin=message,
                stdout=said,
                stderr=said,
                env=environment(),
                start_new_session=True,
            )
        except OSError as error:
            why = f"{self._words[0]} can't be started: {os.strerror(error.errno or 0)}."
            return Outcome("later", why)
        return self._ended(process, said)

    def _ended(self, process: subprocess.Popen[bytes], said: IO[bytes]) -> Outcome:
        """Wait for the program, and say what its end means."""
        try:
            code = process.wait(self._patience.verdict)
        except subprocess.TimeoutExpired:
            why = f"{self._words[0]} did not end in {self._patience.verdict:g} seconds."
            return Outcome("unknown", why)
        finally:
            end(process)
        if code == 0:
            return Outcome("sent")
        if code < 0:
            return Outcome("unknown", f"{self._words[0]} was ended by signal {-code}.")
        meant = _OF_THE_MESSAGE.get(code) or _OURS.get(code, "It failed")
        said.seek(0)
        last = clean(
            said.read(_LONGEST_SAID).decode("utf-8", "replace").strip().rpartition("\n")[2]
        )
        why = f"{self._words[0]} ended with code {code}. {meant}{f' ({last})' if last else ''}."
        return Outcome("refused" if code in _OF_THE_MESSAGE else "later", why)


def _laid_down(content: bytes) -> IO[bytes]:
    """Write a message with the line ends of this machine to a file that has no name."""
    message = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whom it is given to
    try:
        message.write(contents.whole(content).replace(contents.END, os.linesep.encode()))
        message.seek(0)
    except OSError:
        message.close()
        raise
    return message


def _misaddressed(sender: str, recipient: str) -> str:
    for who, text in (("sender", sender), ("recipient", recipient)):
        try:
            address(text)
        except WrongUsageError as error:
            return f"Of the {who}: {error.sentence}"
    return ""
