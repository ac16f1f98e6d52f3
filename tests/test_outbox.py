"""The outbox: each letter once, none lost without a word; a real server, real files and kills.

The tables read so: what the ledger holds, what the server does; then what the ledger holds, what is
told, and who has mail.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import post_office
import pytest

from actionplan import mail, outbox
from actionplan.errors import NotReachedError, NotSentError, NotWrittenError
from actionplan.outbox import lines
from actionplan.store import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from post_office import PostOffice

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks, and limits the size of files")

PLAN = "Children's services improvement plan"
SENDER = "improvement@example.gov.uk"
PATIENCE = mail.Patience(step=5, verdict=5, pauses=())
NOW = datetime(2014, 2, 10, 9, tzinfo=UTC)
THIS_WEEK, NEXT_WEEK = "2014-W07", "2014-W08"
POST = "Head of HR"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    """Have a mail server, which remembers what it took."""
    with post_office.opened(tmp_path_factory.mktemp("office") / "log") as server:
        yield server


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Give the place of the ledger of a plan that is there."""
    plan = tmp_path / "plans" / "birmingham-2014.toml"
    plan.parent.mkdir()
    plan.write_text('title = "x"\n')
    return outbox.ledger_of(plan)


def letter(does: str = "", post: str = POST, period: str = THIS_WEEK) -> outbox.Letter:
    """Write a letter to a post; what the server does with it stands in the address."""
    name = post.lower().replace(" ", "-")
    address = f"{name}+{does}@example.gov.uk" if does else f"{name}@example.gov.uk"
    unique = f"<{os.urandom(8).hex()}@example.gov.uk>"
    content = f"Message-ID: {unique}\r\nSubject: 1 action overdue\r\n\r\nThe oldest.\r\n"
    return outbox.Letter(outbox.Key(PLAN, post, period, "owners"), address, content.encode())


def id_of(sent: outbox.Letter) -> str:
    return sent.content.decode().split("\r\n")[0].removeprefix("Message-ID: ")


def posted(
    ledger: Path,
    letters: Sequence[outbox.Letter],
    office: PostOffice,
    *,
    resend: bool = False,
    at: datetime = NOW,
) -> list[outbox.Outcome]:
    """Send letters, and give what is told of each."""
    server = mail.Server("127.0.0.1", office.port)
    told = outbox.post(
        ledger,
        letters,
        SENDER,
        lambda: mail.connect(server, PATIENCE),
        resend_unknown=resend,
        now=lambda: at,
    )
    assert [each.letter for each in told] == list(letters)
    return [each.outcome for each in told]


def words(outcomes: list[outbox.Outcome]) -> list[str]:
    return [outcome.word for outcome in outcomes]


def plant(ledger: Path, of: outbox.Letter, *states: str, at: datetime = NOW) -> None:
    """Put steps of a letter into the ledger, as an earlier run wrote them."""
    address = lines.address_digest(of.key, of.recipient)
    steps = (lines.Step(at, "earlier", of.key, address, state) for state in states)
    with ledger.open("ab") as file:
        file.writelines(lines.mark(step).text + b"\n" for step in steps)


def states(ledger: Path) -> str:
    """Give the states in the ledger, in order."""
    return " ".join(json.loads(line)["state"] for line in ledger.read_bytes().splitlines())


def no_way_out() -> mail.Line:
    pytest.fail("nothing is to be sent, so no server is asked")


# --- what stands in the ledger, and what the server does -----------------------------------------

FIRST_RUN = [
    ("", "claim commit sent", "sent", 1),
    ("refuse", "claim refused", "refused", 0),
    ("busy", "claim later", "later", 0),
    ("hang-up", "claim later", "later", 0),
    ("refuse-it-all", "claim commit refused", "refused", 0),
    ("busy-at-the-end", "claim commit later", "later", 0),
    ("say-nothing", "claim commit unknown", "unknown", 1),
    ("lose", "claim commit unknown", "unknown", 0),
]
"""What the server does with the first letter of all; the ledger then; what is told; who
has mail."""


@pytest.mark.parametrize(("does", "after", "told", "mailed"), FIRST_RUN)
def test_each_answer_of_the_server_stands_in_the_ledger_and_is_told(
    ledger: Path, office: PostOffice, does: str, after: str, told: str, mailed: int
) -> None:
    first, second = letter(does), letter(post="Director")
    outcomes = posted(ledger, [first, second], office)
    assert words(outcomes) == [told, "sent"]
    assert states(ledger) == f"{after} claim commit sent"
    assert office.accepted()[id_of(first)] == mailed
    assert office.accepted()[id_of(second)] == 1
    assert outcomes[0].why or told == "sent"


NEXT_RUN = [
    ("", "claim commit sent", "sent", 1),
    ("claim", "claim claim commit sent", "sent", 1),
    ("claim commit", "claim commit", "unknown", 0),
    ("claim commit unknown", "claim commit unknown", "unknown", 0),
    ("claim commit sent", "claim commit sent", "already", 0),
    ("claim refused", "claim refused", "refused", 0),
    ("claim commit refused", "claim commit refused", "refused", 0),
    ("claim later", "claim later claim commit sent", "sent", 1),
    ("claim commit later", "claim commit later claim commit sent", "sent", 1),
    ("claim commit claim", "claim commit claim claim commit sent", "sent", 1),
    ("claim commit commit", "claim commit commit", "unknown", 0),
    ("claim commit sent claim", "claim commit sent claim", "already", 0),
    ("claim commit sent later", "claim commit sent later", "already", 0),
    ("counted", "counted", "already", 0),
]
"""What an earlier run left, with every place where it may have been cut off; the ledger after the
next run on a server that takes all; what is told; who has mail from it."""


@pytest.mark.parametrize(("before", "after", "told", "mailed"), NEXT_RUN)
def test_the_next_run_sends_what_is_missing_and_nothing_twice(
    ledger: Path, office: PostOffice, before: str, after: str, told: str, mailed: int
) -> None:
    due = letter()
    plant(ledger, due, *before.split())
    assert outbox.due(ledger, [due], resend_unknown=False, at=NOW) == (due,) * mailed
    assert words(posted(ledger, [due], office)) == [told]
    assert states(ledger) == after
    assert office.accepted()[id_of(due)] == mailed


RESENT = [
    ("claim commit", "sent", 1),
    ("claim commit unknown", "sent", 1),
    ("claim refused", "sent", 1),
    ("claim commit sent", "already", 0),
    ("counted", "already", 0),
]


@pytest.mark.parametrize(("before", "told", "mailed"), RESENT)
def test_by_a_person_s_decision_what_is_in_doubt_or_was_refused_is_sent_again(
    ledger: Path, office: PostOffice, before: str, told: str, mailed: int
) -> None:
    due = letter()
    plant(ledger, due, *before.split())
    assert words(posted(ledger, [due], office, resend=True)) == [told]
    assert office.accepted()[id_of(due)] == mailed
    assert words(posted(ledger, [due], office, resend=True)) == ["already"]
    assert office.accepted()[id_of(due)] == mailed


@pytest.mark.parametrize(
    "before", ["claim", "claim commit", "claim commit sent", "claim refused", "claim later"]
)
def test_in_the_next_period_whatever_the_last_one_left_a_letter_is_sent(
    ledger: Path, office: PostOffice, before: str
) -> None:
    plant(ledger, letter(), *before.split())
    due = letter(period=NEXT_WEEK)
    assert words(posted(ledger, [due], office, at=NOW + timedelta(days=7))) == ["sent"]
    assert office.accepted()[id_of(due)] == 1


@pytest.mark.parametrize("before", ["claim commit sent", "claim commit", "claim refused"])
def test_another_address_of_the_same_post_is_another_letter(
    ledger: Path, office: PostOffice, before: str
) -> None:
    plant(ledger, letter("old"), *before.split())
    due = letter("new")
    assert words(posted(ledger, [due], office)) == ["sent"]
    assert office.accepted()[id_of(due)] == 1


def test_the_same_address_in_capitals_is_the_same_address(ledger: Path) -> None:
    due = letter()
    plant(ledger, due, "claim", "commit", "sent")
    due = due._replace(recipient=due.recipient.upper())
    assert outbox.due(ledger, [due], resend_unknown=False, at=NOW) == ()


def test_two_posts_with_one_address_get_a_letter_each(ledger: Path, office: PostOffice) -> None:
    first, second = letter(), letter(post="Director")
    second = second._replace(recipient=first.recipient)
    assert words(posted(ledger, [first, second], office)) == ["sent", "sent"]


def test_one_letter_given_twice_is_sent_once(ledger: Path, office: PostOffice) -> None:
    due = letter()
    assert words(posted(ledger, [due, due], office)) == ["sent", "already"]
    assert office.accepted()[id_of(due)] == 1


def test_a_letter_that_this_run_left_in_doubt_is_not_sent_again_by_it(
    ledger: Path, office: PostOffice
) -> None:
    due = letter("say-nothing")
    assert words(posted(ledger, [due, due], office, resend=True)) == ["unknown", "unknown"]
    assert office.accepted()[id_of(due)] == 1


def test_fifty_runs_in_one_period_send_one_letter_and_ask_the_server_once(
    ledger: Path, office: PostOffice
) -> None:
    due = letter()
    before = office.connections()
    told = [posted(ledger, [due], office)[0].word for _ in range(50)]
    assert told == ["sent"] + ["already"] * 49
    assert office.accepted()[id_of(due)] == 1
    assert office.connections() == before + 1


def test_all_letters_go_by_one_connection(ledger: Path, office: PostOffice) -> None:
    before = office.connections()
    letters = [letter(post=f"Head of service {number}") for number in range(150)]
    assert set(words(posted(ledger, letters, office))) == {"sent"}
    assert office.connections() == before + 1
    assert [office.accepted()[id_of(each)] for each in letters] == [1] * 150


def test_where_there_is_nothing_to_send_no_server_is_asked_and_nothing_is_written(
    ledger: Path,
) -> None:
    def run(*letters: outbox.Letter) -> tuple[outbox.Told, ...]:
        return outbox.post(
            ledger, letters, SENDER, no_way_out, resend_unknown=False, now=lambda: NOW
        )

    assert run() == ()
    assert not ledger.exists()
    plant(ledger, letter(), "claim", "commit", "sent")
    before = ledger.read_bytes()
    assert [told.outcome.word for told in run(letter())] == ["already"]
    assert ledger.read_bytes() == before


def test_a_server_that_is_not_reached_leaves_all_for_later_and_claims_nothing(
    ledger: Path, office: PostOffice
) -> None:
    sentence = "There is no server."

    def nowhere() -> mail.Line:
        raise NotReachedError(sentence, temporary=True)

    letters = [letter(), letter(post="Director")]
    told = outbox.post(ledger, letters, SENDER, nowhere, resend_unknown=False, now=lambda: NOW)
    assert [each.outcome for each in told] == [("later", sentence)] * 2
    assert not ledger.exists()
    assert words(posted(ledger, letters, office)) == ["sent", "sent"]


def test_what_is_in_doubt_is_listed_until_a_later_letter_arrived(
    ledger: Path, office: PostOffice
) -> None:
    due = letter("lose")
    posted(ledger, [due, letter(post="Director")], office)
    assert [step.key.to for step in outbox.unknown(ledger, PLAN)] == [POST]
    told = posted(ledger, [due], office)
    assert told[0].word == "unknown"
    assert "That was on 10 February 2014 at 09:00 UTC." in told[0].why
    assert "only with --resend-unknown" in told[0].why
    plant(ledger, letter("lose", period=NEXT_WEEK), "claim", "commit", "sent")
    assert outbox.unknown(ledger, PLAN) == ()


# --- the clock ----------------------------------------------------------------------------------

CLOCKS = [timedelta(hours=-1), timedelta(days=-1), timedelta(days=-31), timedelta(days=400)]


def week(at: datetime) -> str:
    year, number, _ = at.isocalendar()
    return f"{year}-W{number:02}"


@pytest.mark.parametrize("moved", CLOCKS, ids=str)
def test_a_clock_that_is_moved_and_put_right_sends_nothing_again(
    ledger: Path, office: PostOffice, moved: timedelta
) -> None:
    """Going forward it is another period, and that letter is sent; going back nothing is."""
    told: list[str] = []
    for at in (NOW, NOW + moved, NOW, NOW + moved, NOW):
        told += words(posted(ledger, [letter(period=week(at))], office, at=at))
    ahead = moved > timedelta()
    assert told == ["sent", "sent" if ahead else "already", "already", "already", "already"]


def test_a_clock_that_was_ahead_for_the_first_letter_holds_back_one_period_and_no_more(
    ledger: Path, office: PostOffice
) -> None:
    ahead, following = NOW + timedelta(days=400), NOW + timedelta(days=7)
    runs = [ahead, NOW, NOW + timedelta(days=1), following, following, ahead]
    outcomes = [posted(ledger, [letter(period=week(at))], office, at=at)[0] for at in runs]
    assert words(outcomes) == ["sent", "already", "already", "sent", "already", "already"]
    assert (
        outcomes[1].why == "It was sent when the clock stood at 2015-03-17 09:00 UTC, which counts."
    )
    assert states(ledger) == "claim commit sent counted claim commit sent"


# --- the file -----------------------------------------------------------------------------------


def test_the_ledger_is_its_owner_s_alone_and_holds_no_address(
    ledger: Path, office: PostOffice
) -> None:
    due = letter("refuse")
    told = posted(ledger, [due, letter()], office)
    assert ledger.name == ".birmingham-2014.mail.jsonl"
    assert ledger.stat().st_mode & 0o777 == 0o600
    assert "example.gov.uk" not in ledger.read_text()
    assert "no such person" in ledger.read_text()
    assert "example.gov.uk" not in told[0].why
    assert POST in ledger.read_text()
    assert [entry.name for entry in ledger.parent.iterdir() if entry != ledger] == [
        "birmingham-2014.toml"
    ]


def test_a_link_to_a_plan_has_the_ledger_of_the_plan(ledger: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(ledger.parent / "birmingham-2014.toml")
    assert outbox.ledger_of(link) == ledger


@pytest.mark.parametrize("torn", [b"{", b'{"v":1,"sum":"', b"\0" * 300, b"half", b"   "])
def test_a_torn_last_line_is_no_line_and_stays_one(
    ledger: Path, office: PostOffice, torn: bytes
) -> None:
    first, second = letter(), letter(post="Director")
    plant(ledger, first, "claim", "commit", "sent")
    with ledger.open("ab") as file:
        file.write(torn)
    before = ledger.read_bytes()
    for told in (["already", "sent"], ["already", "already"]):
        assert words(posted(ledger, [first, second], office)) == told
    assert ledger.read_bytes().startswith(before)
    assert office.accepted()[id_of(second)] == 1


def test_every_truncation_of_a_ledger_is_read_and_goes_on(ledger: Path) -> None:
    """What is cut off was never done after, so a letter is settled or is sent."""
    for state in ("claim", "commit", "sent"):
        plant(ledger, letter(), state)
    whole = ledger.read_bytes()
    ends = [whole.index(b"\n", whole.index(state)) for state in (b'"claim"', b'"commit"')]
    for length in range(len(whole)):
        ledger.write_bytes(whole[:length])
        due = outbox.due(ledger, [letter()], resend_unknown=False, at=NOW)
        assert len(due) == (1 if length < ends[1] else 0), length
        plant_after_torn(ledger)
        assert (
            len(list(lines.marks(ledger.read_bytes().splitlines(keepends=True))))
            == sum(length >= end for end in (*ends, len(whole) - 1)) + 1
        )


def plant_after_torn(ledger: Path) -> None:
    """Append a line as the next run does."""
    mark = lines.mark(lines.Step(NOW, "later", letter().key, "0" * 24, "claim"))
    with ledger.open("ab") as file:
        file.write(lines.before_next(ledger.read_bytes()) + mark.text + b"\n")


def damaged(text: bytes) -> Callable[[Path], object]:
    return lambda ledger: ledger.write_bytes(ledger.read_bytes() + text)


def a_link(ledger: Path) -> None:
    ledger.rename(ledger.with_name("elsewhere"))
    ledger.symlink_to("elsewhere")


def a_folder(ledger: Path) -> None:
    ledger.unlink()
    ledger.mkdir()


def a_pipe(ledger: Path) -> None:
    ledger.unlink()
    os.mkfifo(ledger)


def one_letter_other(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes().replace(b'"state":"sent"', b'"state":"send"'))


def one_word_other(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes().replace(b"Head of HR", b"Head of IT", 1))


UNFIT: dict[str, tuple[Callable[[Path], object], str]] = {
    "rubbish in the middle": (damaged(b"rubbish\n"), "is damaged in line 4"),
    "another line of JSON": (damaged(b'{"a": 1}\n'), "is damaged in line 4"),
    "an empty line": (damaged(b"\n"), "is damaged in line 4"),
    "a word changed by hand": (one_letter_other, "is damaged in line 3"),
    "the first line changed": (one_word_other, "is no ledger of mail that actionplan wrote"),
    "of a newer version": (damaged(b'{"v": 2}\n'), "was written by a newer actionplan"),
    "no ledger": (lambda it: it.write_text("# notes\n"), "is no ledger of mail"),
    "a link": (a_link, "but is a link. Move it away."),
    "a folder": (a_folder, "but is a folder. Move it away."),
    "a pipe": (a_pipe, "but is no ordinary file. Move it away."),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_ledger_that_can_t_be_relied_on_is_told_and_nothing_is_sent(
    ledger: Path, name: str
) -> None:
    makes, sentence = UNFIT[name]
    plant(ledger, letter(), "claim", "commit", "sent")
    makes(ledger)
    with pytest.raises(NotSentError, match=re.escape(sentence)) as error:
        outbox.post(ledger, [letter()], SENDER, no_way_out, resend_unknown=True, now=lambda: NOW)
    assert str(error.value).endswith("Nothing was sent.")
    assert str(ledger) in error.value.sentence
    assert error.value.exit_code == 7
    with pytest.raises(NotSentError):
        outbox.due(ledger, [letter()], resend_unknown=True, at=NOW)


def test_where_the_folder_can_t_be_written_nothing_is_sent(ledger: Path) -> None:
    gone = ledger.parent / "gone" / ledger.name
    with pytest.raises(NotSentError, match="could not be written") as error:
        outbox.post(gone, [letter()], SENDER, no_way_out, resend_unknown=False, now=lambda: NOW)
    assert error.value.state == "Nothing was sent."
    with pytest.raises(NotSentError, match="can't be read: No such file or directory"):
        outbox.due(gone, [letter()], resend_unknown=False, at=NOW)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may do this")
def test_the_ledger_of_another_user_is_told_and_nothing_is_sent(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One user sends, and it is said to the other."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o777)
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        theirs = folder / ".plan.mail.jsonl"
        plant(theirs, letter(), "claim")
        theirs.chmod(0o600)

        def nobody() -> list[str]:
            os.setuid(65534)
            try:
                return words(posted(theirs, [letter()], office))
            except NotSentError as error:
                return [str(error)]

        assert forked(nobody).told() == [f"{theirs} can't be read: you may not. Nothing was sent."]


def test_a_plan_with_another_file_name_has_the_ledger_of_before(
    ledger: Path, office: PostOffice
) -> None:
    plan = ledger.parent / "birmingham-2014.toml"
    first, second = letter(), letter(post="Director")
    assert words(posted(ledger, [first], office)) == ["sent"]
    renamed = plan.rename(plan.with_name("birmingham.toml"))
    plan.with_name("birmingham-2014.toml~").write_text("what an editor leaves")
    for told in (["already", "sent"], ["already", "already"]):
        assert words(posted(outbox.ledger_of(renamed), [first, second], office)) == told


def test_the_ledger_of_another_plan_is_not_this_one_s(ledger: Path, office: PostOffice) -> None:
    """Neither where that plan is there, nor where it is gone and had another title."""
    plant(ledger, letter(), "claim", "commit", "sent")
    other = outbox.ledger_of(ledger.parent / "other.toml")
    assert words(posted(other, [letter()], office)) == ["sent"]
    (ledger.parent / "birmingham-2014.toml").unlink()
    third = letter()
    third = third._replace(key=third.key._replace(plan="Another plan"))
    assert words(posted(outbox.ledger_of(ledger.parent / "third.toml"), [third], office)) == [
        "sent"
    ]


# --- no room on the disk ------------------------------------------------------------------------


@pytest.mark.parametrize("room", [0, 1, 200])
def test_where_there_is_no_room_for_the_first_claim_nothing_is_sent(
    ledger: Path, office: PostOffice, room: int
) -> None:
    earlier(ledger)
    due = letter()
    said = limited(ledger, [due], office, room)
    assert said == ["NotSentError: the file would be larger than this machine allows"]
    assert office.accepted()[id_of(due)] == 0
    assert words(posted(ledger, [due], office)) == ["sent"]


@pytest.mark.parametrize("after", range(1, 9))
def test_where_the_disk_fills_in_between_no_letter_is_sent_twice_and_all_are_told(
    ledger: Path, office: PostOffice, after: int
) -> None:
    """There is room for so many lines; a letter has three."""
    earlier(ledger)
    letters = [letter(), letter(post="Director"), letter(post="Head of IT")]
    whole, begun = divmod(after, 3)
    doubt = begun // 2
    told = limited(ledger, letters, office, room_for(letters, after))
    assert told == ["sent"] * whole + ["unknown"] * doubt + ["later"] * (3 - whole - doubt)
    assert [office.accepted()[id_of(each)] for each in letters] == [
        *([1] * (whole + doubt)),
        *([0] * (3 - whole - doubt)),
    ]
    again = words(posted(ledger, letters, office))
    assert again == ["already"] * whole + ["unknown"] * doubt + ["sent"] * (3 - whole - doubt)
    assert [office.accepted()[id_of(each)] for each in letters] == [1, 1, 1]


def earlier(ledger: Path) -> None:
    """Put lines into the ledger, so that it is larger than the note of its lock."""
    for number in range(20):
        plant(ledger, letter(post=f"Head of service {number}"), "claim", "commit", "sent")


def room_for(letters: list[outbox.Letter], count: int) -> int:
    """Give the bytes that the first lines of a run have, and a few more."""
    steps = [
        lines.Step(NOW, "0" * 12, each.key, "0" * 24, state)
        for each in letters
        for state in ("claim", "commit", "sent")
    ]
    return sum(len(lines.mark(step).text) + 1 for step in steps[:count]) + 100


def limited(ledger: Path, letters: list[outbox.Letter], office: PostOffice, room: int) -> list[str]:
    """Send letters in a child in which the ledger may grow by so many bytes."""
    import resource

    most = ledger.stat().st_size + room

    def child() -> list[str]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        try:
            return words(posted(ledger, letters, office))
        except NotSentError as error:
            return [f"NotSentError: {error.sentence.rpartition(': ')[2].rstrip('.')}"]

    return forked(child).told()


# --- others at the same time --------------------------------------------------------------------


class Child(NamedTuple):
    """A child of this process, and where it says what it was told."""

    pid: int
    pipe: int

    def told(self) -> list[str]:
        """Wait for it."""
        with os.fdopen(self.pipe) as pipe:
            said: list[str] = json.load(pipe)
        os.waitpid(self.pid, 0)
        return said


def forked(work: Callable[[], list[str]]) -> Child:
    """Do some work in a child."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return Child(child, read)
    try:
        os.write(write, json.dumps(work()).encode())
    finally:
        os._exit(0)


def test_of_eight_runs_at_once_one_sends_and_all_can_tell(ledger: Path, office: PostOffice) -> None:
    letters = [letter(post=f"Head of service {number}") for number in range(8)]
    children = [forked(lambda: words(posted(ledger, letters, office))) for _ in range(8)]
    told = sorted(child.told() for child in children)
    assert told == [["already"] * 8] * 7 + [["sent"] * 8]
    assert [office.accepted()[id_of(each)] for each in letters] == [1] * 8


@pytest.mark.skipif(not shutil.which("bindfs"), reason="bindfs is not installed")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")
def test_two_machines_on_one_share_never_send_a_letter_twice(
    ledger: Path, office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two mounts, which share no locks of the system, and a state folder each."""
    letters = [letter(post=f"Head of service {number}") for number in range(8)]

    def run(mount: Path) -> list[str]:
        monkeypatch.setenv("XDG_STATE_HOME", str(mount.parent / f"state of {mount.name}"))
        return words(posted(mount / ledger.name, letters, office))

    with mounted(ledger.parent, tmp_path / "a") as a, mounted(ledger.parent, tmp_path / "b") as b:
        children = [forked(lambda mount=mount: run(mount)) for mount in (a, b, a, b)]  # type: ignore[misc]
        told = sorted(child.told() for child in children)
    assert told == [["already"] * 8] * 3 + [["sent"] * 8]
    assert [office.accepted()[id_of(each)] for each in letters] == [1] * 8


@contextlib.contextmanager
def mounted(folder: Path, at: Path) -> Iterator[Path]:
    """Show a folder at another place."""
    at.mkdir()
    fresh = "attr_timeout=0,entry_timeout=0,negative_timeout=0"
    if subprocess.run(["bindfs", "-o", fresh, folder, at], check=False).returncode:
        pytest.skip("bindfs can't mount here")
    try:
        yield at
    finally:
        subprocess.run(["umount", at], check=True)


def test_who_waits_too_long_is_told_who_sends(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ledger.with_name("birmingham-2014.mail.jsonl")
    real = lock.held
    monkeypatch.setattr("actionplan.outbox.ledger.held", partial(real, seconds=0.1))
    with real(place, lock.Claim(SENDER, "remind", NOW)), pytest.raises(NotWrittenError) as error:
        outbox.post(ledger, [letter()], SENDER, no_way_out, resend_unknown=False, now=lambda: NOW)
    assert str(error.value).startswith(
        f"Another actionplan command is sending mail by {ledger.name}: remind, by {SENDER} on "
    )
    assert str(error.value).endswith("Nothing was sent.")


class Interrupted(NamedTuple):
    """A way out on which something happens when all but the end of a letter is given."""

    line: mail.Line
    happens: Callable[[], object]

    def send(
        self, sender: str, recipient: str, content: bytes, committing: Callable[[], None]
    ) -> mail.Outcome:
        """Let it happen, and go on."""

        def then() -> None:
            self.happens()
            committing()

        return self.line.send(sender, recipient, content, then)

    def close(self) -> None:
        """Take leave."""
        self.line.close()


def test_where_the_lock_was_cleared_in_between_the_letter_is_not_sent(
    ledger: Path, office: PostOffice
) -> None:
    """Somebody took the note of a run that was stopped for long, and sent all of it himself."""
    letters = [letter(), letter(post="Director")]
    server = mail.Server("127.0.0.1", office.port)

    def cleared() -> None:
        ledger.with_name(".birmingham-2014.mail.lock").unlink()
        sent = forked(elsewhere).told()
        assert sent == ["sent", "sent"]

    def elsewhere() -> list[str]:
        os.environ["XDG_STATE_HOME"] = str(ledger.parent.parent / "another state")
        return words(posted(ledger, letters, office))

    told = outbox.post(
        ledger,
        letters,
        SENDER,
        lambda: Interrupted(mail.connect(server, PATIENCE), cleared),
        resend_unknown=False,
        now=lambda: NOW,
    )
    assert [each.outcome.word for each in told] == ["later", "later"]
    assert "was taken away while mail was being sent" in told[0].outcome.why
    assert [office.accepted()[id_of(each)] for each in letters] == [1, 1]
    assert words(posted(ledger, letters, office)) == ["already", "already"]


# --- the order ----------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_each_line_is_on_the_disk_before_the_next_step(
    ledger: Path, office: PostOffice, tmp_path: Path
) -> None:
    """The calls of the system are told by strace: the ledger, the letter, the dot."""
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-y", "-s", "400", "-e", "trace=write,fsync,sendto,recvfrom"]
    program = [sys.executable, __file__, str(ledger), str(office.port)]
    done = subprocess.run([*command, "-o", trace, *program], check=False, capture_output=True)
    if b"ptrace" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    assert told_by(trace.read_text(), ledger) == [
        *("claim", "synced", "folder synced", "letter", "commit", "synced", "dot", "250"),
        *("sent", "synced", "claim", "synced", "letter", "commit", "synced", "dot", "250"),
        *("sent", "synced"),
    ]


def told_by(trace: str, ledger: Path) -> list[str]:
    """Give the steps that matter, of all calls."""
    name, folder = re.escape(str(ledger)), re.escape(str(ledger.parent))
    steps = {
        rf"write\(\d+<{name}>.*state\\\":\\\"(\w+)": "",
        rf"fsync\(\d+<{name}>": "synced",
        rf"fsync\(\d+<{folder}>": "folder synced",
        r"sendto\(.*Message-ID": "letter",
        r"sendto\(\d+<[^>]*>, \"\.\\r\\n": "dot",
        r"recvfrom\(.*\"(250) taken": "",
    }
    said: list[str] = []
    for line in trace.splitlines():
        for pattern, word in steps.items():
            if found := re.search(pattern, line):
                said.append(word or found[1])
    return said


if __name__ == "__main__":
    mail_server = mail.Server("127.0.0.1", int(sys.argv[2]))
    outbox.post(
        Path(sys.argv[1]),
        [letter(), letter(post="Director")],
        SENDER,
        lambda: mail.connect(mail_server, PATIENCE),
        resend_unknown=False,
        now=lambda: NOW,
    )
