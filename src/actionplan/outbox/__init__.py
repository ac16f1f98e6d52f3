"""Who was told what, when: each letter once, and none lost without a word.

`lines` are the steps of letters as lines of the ledger, in text; `ledger` is the file that keeps
them; `standing` says from them what is still to be sent; `posting` sends it.
"""

from actionplan.outbox.ledger import ledger_of
from actionplan.outbox.lines import Key, Step
from actionplan.outbox.posting import Letter, Outcome, Told, due, post
from actionplan.outbox.standing import unknown

__all__ = [
    "Key",
    "Letter",
    "Outcome",
    "Step",
    "Told",
    "due",
    "ledger_of",
    "post",
    "unknown",
]
