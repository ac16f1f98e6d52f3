"""Every check there is, in the order in which they are told, and how they are run."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from actionplan.checks.challenges import CHALLENGES
from actionplan.checks.ground import ADVICE, ERROR, FAMILIES, FILE, WARNING, Check
from actionplan.checks.problems import PROBLEMS
from actionplan.errors import WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actionplan.checks.ground import Found, Ground

OF_THE_FILE = (
    Check("problem", FILE, ERROR, "a value, key or ref of the file that can't be right",
          "Mend this line."),
    Check("history", FILE, ERROR, "a history that is not there, or lines of it that are damaged",
          "Restore the history from git or from a backup, if there is one."),
    Check("missing", FILE, ERROR, "what the last command left in the plan and is gone",
          "If an editor saved half of the file: actionplan log, then undo --to the last entry."),
    Check("by-hand", FILE, WARNING, "what was edited by hand since the last command",
          "The next command records it; undo can take it back then."),
    Check("reworded", FILE, ERROR, "an action or a test that rests on a finding since reworded",
          "Does the action still answer it? Have it tested again."),
)  # fmt: skip

CHECKS: tuple[Check, ...] = (*OF_THE_FILE, *PROBLEMS, *CHALLENGES)


class Choice(NamedTuple):
    """Which checks are wanted; nothing chosen is all but advice."""

    only: tuple[str, ...] = ()
    """Codes or families."""
    skip: tuple[str, ...] = ()
    strict: bool = False
    """True where advice is wanted as well."""

    def refuse_unknown(self) -> None:
        """Refuse a name that no check has.

        Raises:
            WrongUsageError: with the nearest name that one has.

        """
        names = {*FAMILIES, *(check.code for check in CHECKS)}
        for name in (*self.only, *self.skip):
            if name not in names:
                near = get_close_matches(name, names, 1)
                meant = f" Is '{near[0]}' meant?" if near else ""
                message = f"No check is called '{name}'.{meant} docs/checks.md names them all."
                raise WrongUsageError(message)

    def takes(self, check: Check) -> bool:
        """Tell whether a check is wanted; one that is named is wanted whatever its level."""
        names = {check.code, check.family}
        if not names.isdisjoint(self.skip):
            return False
        if self.only:
            return not names.isdisjoint(self.only)
        return self.strict or check.level != ADVICE


def run(ground: Ground, checks: Iterable[Check]) -> Iterator[tuple[Check, Found]]:
    """Run checks, and give what each finds."""
    for check in checks:
        if check.find is not None:
            for found in check.find(ground):
                yield check, found
