"""What can go wrong: one base error with an exit code and a sentence, and its few children.

A sentence says what is wrong, where, and what to do next. It ends with what is true of the plan
on disk, so that nobody has to guess whether a change was made.
"""

from __future__ import annotations

NOTHING_CHANGED = "Nothing was changed."


class ActionPlanError(Exception):
    """Something failed and nothing was changed (exit code 1)."""

    exit_code = 1

    def __init__(self, sentence: str, *, state: str = NOTHING_CHANGED) -> None:
        """Keep the sentence for the reader and the state the plan on disk is in."""
        super().__init__(sentence)
        self.sentence = sentence
        self.state = state

    def __str__(self) -> str:
        """Give the sentence, then the state of the plan."""
        stop = "" if self.sentence.endswith((".", "?", "!", "\n")) else "."
        space = "" if self.sentence.endswith("\n") else " "
        return f"{self.sentence}{stop}{space}{self.state}".strip()


class WrongUsageError(ActionPlanError):
    """What was typed can't be understood, or names nothing in the plan (exit code 2)."""

    exit_code = 2


class UnreadableError(ActionPlanError):
    """The plan is missing, or can't be read or relied on (exit code 4)."""

    exit_code = 4


class NoPlanError(UnreadableError):
    """There is no plan yet, here or above (exit code 4)."""


class NotWrittenError(ActionPlanError):
    """The file changed, is locked, or holds conflict markers (exit code 5)."""

    exit_code = 5


class RefusedError(ActionPlanError):
    """A rule of the plan forbids it (exit code 6)."""

    exit_code = 6


class NotReachedError(ActionPlanError):
    """There is no way out for mail: no server, no trust in it, or no login (exit code 7)."""

    exit_code = 7

    def __init__(self, sentence: str, *, temporary: bool = False) -> None:
        """Keep the sentence, and whether the same may well succeed later."""
        super().__init__(sentence, state="")
        self.temporary = temporary


class UnconfirmedError(ActionPlanError):
    """The change was saved but could not be confirmed; it must not be repeated (exit code 8)."""

    exit_code = 8


class NotSentError(ActionPlanError):
    """The mail can't be sent (exit code 7); what is told is true of the mail, not of the plan."""

    exit_code = 7

    def __init__(self, sentence: str, *, state: str = "Nothing was sent.") -> None:
        """Keep the sentence, and what was sent."""
        super().__init__(sentence, state=state)
