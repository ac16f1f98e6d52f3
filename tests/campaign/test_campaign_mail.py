"""Mail and kill -9: no letter twice, and none that is neither sent, in doubt nor still to send.

A real child is killed at every step of a run, and at random; the server is real and counts what it
took by Message-ID. The counts here are those of the suite; ``pytest -m nightly`` runs a thousand
kills.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import post_office
import pytest
from campaign_children import ended, forked
from campaign_plans import quick_folder, seed_of

from actionplan import mail, outbox
from actionplan.mail import wire
from actionplan.outbox import ledger as ledger_file
from actionplan.outbox import lines
from actionplan.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from post_office import PostOffice

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
nightly = pytest.mark.nightly

NOW = datetime(2014, 2, 10, 9, tzinfo=UTC)
KILLED = -signal.SIGKILL
DOT = b".\r\n"
PATIENCE = mail.Patience(step=5, verdict=5, pauses=())
BODY = "".join(f"A{number}, late by {number} working days.\r\n" for number in range(50))


class Place(NamedTuple):
    """A plan's folder, its letters, and the server."""

    ledger: Path
    letters: tuple[outbox.Letter, ...]
    office: PostOffice
    at: datetime = NOW

    def run(self, *, resend: bool = False) -> tuple[outbox.Told, ...]:
        """Send what is to be sent, in this process."""
        server = mail.Server("127.0.0.1", self.office.port)
        return outbox.post(
            self.ledger,
            self.letters,
            "improvement@example.gov.uk",
            lambda: mail.connect(server, PATIENCE),
            resend_unknown=resend,
            now=lambda: self.at,
        )

    def child(self) -> None:
        """Send what is to be sent, in a child."""
        self.run()

    def mailed(self) -> list[int]:
        """Count for each letter how often the server took it."""
        accepted = self.office.accepted()
        return [accepted[_id(letter)] for letter in self.letters]


def _id(letter: outbox.Letter) -> str:
    return letter.content.decode().split("\r\n")[0].removeprefix("Message-ID: ")


def new_place(folder: Path, office: PostOffice, count: int, name: str = "plan") -> Place:
    """Make a plan with so many owners, none of them told yet."""
    plan = folder / name / "plan.toml"
    plan.parent.mkdir()
    plan.write_text('title = "A plan"\n')
    return Place(
        outbox.ledger_of(plan),
        tuple(letter_to(f"Head of service {n}") for n in range(count)),
        office,
    )


def letter_to(post: str) -> outbox.Letter:
    """Write a letter with a Message-ID of its own."""
    head = f"Message-ID: <{os.urandom(8).hex()}@example.gov.uk>\r\nSubject: Actions overdue\r\n\r\n"
    address = f"{post.lower().replace(' ', '-')}@example.gov.uk"
    key = outbox.Key("A plan", post, "2014-W07", "owners")
    return outbox.Letter(key, address, (head + BODY).encode())


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with quick_folder() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(made / "state"))
        yield made


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[PostOffice]:
    with post_office.opened(folder / "log") as server:
        yield server


# --- what must be true --------------------------------------------------------------------------


def assert_nobody_twice_and_all_accounted_for(place: Place) -> Counter[str]:
    """Hold the mail that arrived against what the next run tells, and that against one more."""
    before = place.mailed()
    told = [each.outcome.word for each in place.run()]
    after = place.mailed()
    assert max(after) <= 1, "somebody was mailed twice"
    for word, earlier, now in zip(told, before, after, strict=True):
        assert (word, earlier, now) in {
            ("already", 1, 1),
            ("sent", 0, 1),
            ("unknown", 0, 0),
            ("unknown", 1, 1),
        }
    again = [each.outcome.word for each in place.run()]
    assert again == [{"sent": "already"}.get(word, word) for word in told]
    doubts = [step.key.to for step in outbox.unknown(place.ledger, "A plan")]
    assert sorted(doubts) == sorted(
        letter.key.to for letter, word in zip(place.letters, told, strict=True) if word == "unknown"
    )
    assert {found.name for found in place.ledger.parent.iterdir()} == {
        "plan.toml",
        ".plan.mail.jsonl",
    }
    lost = sum(word == "unknown" and not now for word, now in zip(told, after, strict=True))
    return Counter(told) + Counter({"in doubt and not arrived": lost})


# --- at every step ------------------------------------------------------------------------------

LETTERS = 3
WRITES = 3 * LETTERS


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at_write(number: int, when: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Die before, half way through or after the n-th line of the ledger."""

    def arm(patch: pytest.MonkeyPatch) -> None:
        real = files.append
        left = [number]

        def append(log: Path, line: bytes, mode: int) -> None:
            left[0] -= 1
            if left[0] or when == "after":
                real(log, line, mode)
            elif when == "half way":
                real(log, line[: len(line) // 2], mode)
            if not left[0]:
                kill()

        patch.setattr(files, "append", append)

    return arm


def at_the_wire(number: int, when: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Die in the body of the n-th letter, or when its dot is out and no answer read."""

    def arm(patch: pytest.MonkeyPatch) -> None:
        real = wire.Wire.write
        left = [number]

        def write(self: wire.Wire, content: bytes, seconds: float) -> None:
            is_it = content == DOT if when == "after the dot" else content.startswith(b"Message-ID")
            left[0] -= is_it
            dies = is_it and not left[0]
            real(
                self, content[: len(content) // 2] if dies and content != DOT else content, seconds
            )
            if dies:
                kill()

        patch.setattr(wire.Wire, "write", write)

    return arm


STEPS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    **{
        f"{when} line {number}": at_write(number, when)
        for number in range(1, WRITES + 1)
        for when in ("before", "half way", "after")
    },
    **{
        f"{when} {number}": at_the_wire(number, when)
        for number in range(1, LETTERS + 1)
        for when in ("in the body", "after the dot")
    },
}
IN_DOUBT = {"before line 3", "half way line 3", "after line 2", "after the dot 1"}
"""Of the first letter; the same holds of the others."""


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nobody_is_mailed_twice_and_all_are_accounted_for(
    folder: Path, office: PostOffice, step: str
) -> None:
    place = new_place(folder, office, LETTERS, name=step)
    assert killed_at(STEPS[step], place) == KILLED
    told = assert_nobody_twice_and_all_accounted_for(place)
    one_in_doubt = step in {of_letter(each, n) for each in IN_DOUBT for n in range(LETTERS)}
    assert told["unknown"] == one_in_doubt
    assert told["sent"] + told["already"] + told["unknown"] == LETTERS


def of_letter(step: str, number: int) -> str:
    """Name the same step of a later letter."""
    words, _, nth = step.rpartition(" ")
    return f"{words} {int(nth) + number * (3 if words.endswith('line') else 1)}"


def killed_at(
    arm: Callable[[pytest.MonkeyPatch], None], place: Place, *, resend: bool = False
) -> int:
    def child() -> None:
        arm(pytest.MonkeyPatch())
        place.run(resend=resend)

    return ended(forked(child))


@pytest.mark.parametrize(
    "step", [f"{when} line {n}" for n in (1, 2, 3) for when in ("before", "after")]
)
def test_killed_in_sending_again_what_was_in_doubt_it_is_sent_once_more_at_most(
    folder: Path, office: PostOffice, step: str
) -> None:
    place = new_place(folder, office, 1, name=f"again, {step}")
    killed_at(STEPS["after line 2"], place)
    assert killed_at(STEPS[step], place, resend=True) == KILLED
    told = assert_nobody_twice_and_all_accounted_for(place)
    assert told["sent"] == (step in {"after line 1", "before line 2"})


# --- at random ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kills", [40, pytest.param(1000, marks=nightly)])
def test_killed_at_random_eight_owners_are_mailed_once_or_named(
    folder: Path, office: PostOffice, kills: int, request: pytest.FixtureRequest
) -> None:
    """A campaign is killed up to three times, and then runs to its end."""
    chance = random.Random(seed_of(request))  # noqa: S311 - a seed, not a secret
    length = seconds_of_a_run(folder, office, f"measured {kills}")
    total: Counter[str] = Counter()
    while total["kills"] < kills:
        place = new_place(folder, office, 8, name=f"{kills}, {total['campaigns']}")
        for _ in range(chance.randint(1, 3)):
            total["kills"] += killed_after(chance.uniform(0, length), place)
        total += assert_nobody_twice_and_all_accounted_for(place)
        total["campaigns"] += 1
    print(dict(total))  # noqa: T201 - pytest shows it where the test fails
    assert total["sent"] + total["already"] + total["unknown"] == 8 * total["campaigns"]
    assert total["already"] > 0
    assert total["sent"] > 0


def seconds_of_a_run(folder: Path, office: PostOffice, name: str) -> float:
    place = new_place(folder, office, 8, name=name)
    began = time.monotonic()
    assert ended(forked(place.child)) == 0
    return time.monotonic() - began


def killed_after(seconds: float, place: Place) -> bool:
    """Kill a run after some time; false where it had ended by then."""
    child = forked(place.child)
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return ended(child) == KILLED


# --- a year -------------------------------------------------------------------------------------

DOES = ("", "", "", "refuse", "busy", "say-nothing", "lose", "busy-at-the-end", "hang-up")
"""What the server may do with the letters of an owner, until the address is another."""
DECISIONS = 0.2


@pytest.mark.parametrize("weeks", [12, pytest.param(104, marks=nightly)])
def test_in_years_of_kills_refusals_and_new_addresses_nobody_is_mailed_twice_in_a_week(
    folder: Path, office: PostOffice, weeks: int, request: pytest.FixtureRequest
) -> None:
    """Each week has several runs; some are killed, some are told to send again what is in doubt."""
    chance = random.Random(seed_of(request))  # noqa: S311 - as above
    place = new_place(folder, office, 8, name=f"{weeks} weeks")
    owners = {letter.key.to: chance.choice(DOES) for letter in place.letters}
    length = seconds_of_a_run(folder, office, f"measured for {weeks} weeks")
    decisions: Counter[str] = Counter()
    for week in range(weeks):
        moved = [owner for owner in owners if chance.random() < 1 / 4]
        owners.update((owner, chance.choice(DOES)) for owner in moved)
        for _ in range(chance.randint(1, 3)):
            letters = tuple(weekly(owner, does, week) for owner, does in owners.items())
            now = place._replace(letters=letters, at=NOW + timedelta(days=7 * week))
            if chance.random() < 1 / 2:
                killed_after(chance.uniform(0, length), now)
            resend = chance.random() < DECISIONS
            decisions.update(doubtful(now) if resend else ())
            assert_told_truly(now, resend=resend)
    accepted = {sent: count for sent, count in office.accepted().items() if ".year@" in sent}
    assert {sent for sent, count in accepted.items() if count > 1 + decisions[sent]} == set()
    assert len(accepted) > weeks


def weekly(owner: str, does: str, week: int) -> outbox.Letter:
    """Write the letter of a week; what the server does with it stands in the address."""
    name = owner.lower().replace(" ", "-")
    plain = letter_to(owner)
    return plain._replace(
        key=plain.key._replace(period=f"2014-W{week:03}"),
        recipient=f"{name}+{does}@example.gov.uk" if does else f"{name}@example.gov.uk",
        content=f"Message-ID: <{name}.{does}.{week}.year@example.gov.uk>\r\n\r\n{BODY}".encode(),
    )


def doubtful(place: Place) -> list[str]:
    """Name the letters of now of which nobody knows whether they arrived."""
    doubts = {(step.key, step.address) for step in outbox.unknown(place.ledger, "A plan")}
    return [
        _id(each)
        for each in place.letters
        if (each.key, lines.address_digest(each.key, each.recipient)) in doubts
    ]


def assert_told_truly(place: Place, *, resend: bool) -> None:
    """Run to the end, and hold what is told of each letter against what arrived."""
    told = place.run(resend=resend)
    for each, count in zip(told, place.mailed(), strict=True):
        match each.outcome.word:
            case "sent" | "already":
                assert count >= 1, each
            case "refused" | "later":
                assert count == 0 or resend, each


# --- faults put into the protocol on purpose ----------------------------------------------------


def no_claims(patch: pytest.MonkeyPatch) -> None:
    """Write nothing before the end, as a state that is kept at the end of a run."""
    real = ledger_file.Ledger.write

    def write(self: ledger_file.Ledger, mark: Any) -> None:
        if mark.state not in ("claim", "commit"):
            real(self, mark)

    patch.setattr(ledger_file.Ledger, "write", write)


def test_a_protocol_without_commits_is_caught(folder: Path, office: PostOffice) -> None:
    """Else the questions that are asked above would prove nothing."""
    place = new_place(folder, office, 1, name="seeded")

    def arm(patch: pytest.MonkeyPatch) -> None:
        no_claims(patch)
        STEPS["after the dot 1"](patch)

    assert killed_at(arm, place) == KILLED
    with pytest.raises(AssertionError, match="somebody was mailed twice"):
        assert_nobody_twice_and_all_accounted_for(place)
