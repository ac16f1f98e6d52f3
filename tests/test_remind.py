"""The command that reminds, end to end: a real server, a timer's bare surroundings, told once."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from aiosmtpd.controller import Controller
from conftest import HEAD, ROOT, long_ago

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Ran, Run

AS_AT = ("--as-at", "2014-02-10")


class Taken(NamedTuple):
    """A message that a server took."""

    to: str
    content: bytes

    @property
    def subject(self) -> str:
        """Give its subject as a mail program reads it."""
        return str(message_from_bytes(self.content, policy=policy.default)["Subject"])


class Server:
    """What a real server does, and what it took."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.taken: list[Taken] = []
        self.refused: dict[str, str] = {}
        """The answer to each recipient that is not taken."""
        self.connections = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's own names
        self, _: Any, session: Any, __: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who comes."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - as above
        self, _: Any, __: Any, envelope: Any, address: str, ___: Any
    ) -> str:
        """Take a recipient, or not."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802 - as above
        """Take a message."""
        self.taken += [Taken(to, envelope.content) for to in envelope.rcpt_tos]
        return "250 OK"

    @property
    def told(self) -> list[str]:
        """Give who has mail, in order of their names."""
        return sorted(taken.to.partition("@")[0] for taken in self.taken)


@pytest.fixture(scope="module")
def controller() -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Server(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def server(controller: Controller) -> Server:
    """Give a real server that has taken nothing yet."""
    handler: Server = controller.handler
    handler.__init__()  # type: ignore[misc]
    return handler


@pytest.fixture
def config(controller: Controller, tmp_path: Path) -> Path:
    """Set mail up for that server."""
    path = tmp_path / "config" / "actionplan" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {controller.port}\nsender = "plan@council.example"\n'
        'officer = "officer@council.example"\nsponsor = "sponsor@council.example"\n'
    )
    return path


ACTIONS = """\
[[action]]
id = "A1"
answers = ["F1"]
title = "Allocate every open case"
owner = "Head of front door"
due = 2014-01-31
updated = 2014-02-07

[[action]]
id = "A2"
answers = ["F2"]
title = "Recruit five social workers"
owner = "Head of HR"
due = 2014-02-20
updated = 2014-02-07

[[action]]
id = "A3"
answers = ["F2"]
title = "Hold exit interviews"
owner = "Head of learning"
due = 2014-09-30
updated = 2014-02-07
"""
OWNERS = """\
[owners."Head of front door"]
email = "door@council.example"

[owners."Head of HR"]
email = "hr@council.example"

[owners."Head of learning"]
email = "learning@council.example"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Write a plan with one action overdue, one due, and one with nothing to do."""
    path = tmp_path / "plans" / "plan.toml"
    path.parent.mkdir()
    path.write_text(HEAD + ACTIONS)
    (path.parent / "owners.toml").write_text(OWNERS)
    for each in path.parent.iterdir():
        long_ago(each)
    return path


def ledger(plan: Path) -> Path:
    return plan.with_name(".plan.mail.jsonl")


def everything(folder: Path) -> dict[str, bytes]:
    """Give all files of a folder with what they hold."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- said once ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("config", "plan")
def test_each_owner_with_something_to_do_is_told_once_and_a_second_run_says_nothing(
    run: Run, server: Server
) -> None:
    assert run("remind", *AS_AT) == (0, "", "")
    assert server.told == ["door", "hr"]
    assert [taken.subject for taken in sorted(server.taken)] == [
        "1 action overdue, by 6 working days: A plan",
        "1 action due by 24 February 2014: A plan",
    ]
    assert server.connections == 1
    assert run("remind", *AS_AT) == (0, "", "")
    assert run("remind", "--as-at", "2014-02-16") == (0, "", "")
    assert (server.told, server.connections) == (["door", "hr"], 1)
    assert run("remind", "--as-at", "2014-02-17") == (0, "", "")
    assert server.told == ["door", "door", "hr", "hr"]


@pytest.mark.usefixtures("config", "plan")
def test_the_officer_and_the_sponsor_are_told_of_the_whole(run: Run, server: Server) -> None:
    assert run("remind", "--to", "officer", *AS_AT).code == 0
    assert run("remind", "--to", "sponsor", "--group-by", "theme", *AS_AT).code == 0
    assert run("remind", "--to", "sponsor", *AS_AT).code == 0
    assert server.told == ["officer", "sponsor"]
    assert b"Head of front door" in server.taken[0].content


@pytest.mark.usefixtures("config")
def test_only_overdue_tells_only_of_that_and_nobody_where_nothing_is(
    run: Run, server: Server, plan: Path
) -> None:
    assert run("remind", "--only", "overdue", *AS_AT) == (0, "", "")
    assert server.told == ["door"]
    assert b"Recruit" not in server.taken[0].content
    assert run("remind", "--only", "overdue", "--as-at", "2014-01-31") == (0, "", "")
    plan.write_text(HEAD)
    assert run("remind", *AS_AT) == (0, "", "")
    assert server.told == ["door"]


@pytest.mark.usefixtures("config")
def test_what_is_long_late_is_copied_to_whom_the_plan_names(
    run: Run, server: Server, plan: Path
) -> None:
    policy = '[policy]\nescalate_to = "Head of learning"\nescalate_after = "5wd"\n\n[[review]]'
    plan.write_text(plan.read_text().replace("[[review]]", policy, 1))
    assert run("remind", *AS_AT).code == 0
    assert server.told == ["door", "hr", "learning"]
    told = {taken.to.partition("@")[0]: taken.content for taken in server.taken}
    assert b"A1 is also sent to Head of learning" in told["door"]
    assert b"Allocate" in told["learning"]


@pytest.mark.usefixtures("config", "plan")
def test_a_copy_of_each_message_is_a_message_of_its_own(run: Run, server: Server) -> None:
    assert run("remind", "--cc", "file@council.example", *AS_AT).code == 0
    assert server.told == ["door", "file", "file", "hr"]


# --- not delivered ------------------------------------------------------------------------------


@pytest.mark.usefixtures("config", "plan")
def test_who_is_refused_is_named_by_the_post_and_the_rest_is_told(run: Run, server: Server) -> None:
    server.refused["door@council.example"] = "550 5.1.1 no such mailbox"
    done = run("remind", *AS_AT)
    assert (done.code, done.out) == (7, "")
    assert done.err.startswith("Refused: Head of front door: ")
    assert "no such mailbox" in done.err
    assert "door@council.example" not in done.err
    assert server.told == ["hr"]


@pytest.mark.usefixtures("plan")
def test_with_no_server_nobody_is_told_and_the_next_run_tells_them(
    run: Run, server: Server, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)  # it would wait for two minutes
    there = config.read_text()
    config.write_text(there.replace("port = ", "port = 1 # "))
    done = run("remind", *AS_AT)
    assert (done.code, done.out) == (7, "")
    assert "Not sent yet: Head of front door: " in done.err
    assert server.told == []
    config.write_text(there)
    assert run("remind", *AS_AT) == (0, "", "")
    assert server.told == ["door", "hr"]


@pytest.mark.usefixtures("config")
def test_an_owner_with_no_address_is_named_and_the_rest_is_told(
    run: Run, server: Server, plan: Path
) -> None:
    owners = plan.with_name("owners.toml")
    owners.write_text(OWNERS.replace('email = "hr@council.example"', ""))
    done = run("remind", *AS_AT)
    assert done.code == 7
    assert done.err == (
        "Not reached: Head of HR: no address is kept (actionplan owner update POST --email "
        "ADDRESS).\n"
    )
    assert server.told == ["door"]


@pytest.mark.usefixtures("config")
def test_what_can_t_be_read_is_said_and_the_rest_is_told(
    run: Run, server: Server, plan: Path
) -> None:
    plan.write_text(plan.read_text().replace("due = 2014-02-20", 'due = "soon"'))
    done = run("remind", *AS_AT)
    assert done.code == 4
    assert "A2: due is 'soon'" in done.err
    assert server.told == ["door"]


@pytest.mark.usefixtures("config")
def test_where_it_can_t_be_kept_who_was_told_nobody_is_told(
    run: Run, server: Server, plan: Path
) -> None:
    ledger(plan).mkdir()
    done = run("remind", *AS_AT)
    assert (done.code, server.told) == (7, [])
    assert "Nothing was sent." in done.err


@pytest.mark.usefixtures("config")
def test_what_was_cut_off_is_named_until_a_person_decides(
    run: Run, server: Server, plan: Path
) -> None:
    assert run("remind", *AS_AT).code == 0
    lines = ledger(plan).read_bytes().splitlines(keepends=True)
    assert [b'"state":"sent"' in line for line in lines] == [False, False, True] * 2
    ledger(plan).write_bytes(b"".join(lines[:-1]))
    done = run("remind", *AS_AT)
    assert (done.code, server.told) == (7, ["door", "hr"])
    assert done.err.startswith("Not known to have arrived: Head of HR: ")
    assert "In doubt, of the period from 2014-02-10: head of hr.\n" in (
        run("remind", "--dry-run", *AS_AT).err
    )
    assert run("remind", "--resend-unknown", *AS_AT) == (0, "", "")
    assert server.told == ["door", "hr", "hr"]
    first, second = (taken.content for taken in server.taken if "hr@" in taken.to)
    assert message_from_bytes(first)["Message-ID"] == message_from_bytes(second)["Message-ID"]


@pytest.mark.usefixtures("config")
def test_over_two_hundred_messages_are_agreed_to(run: Run, server: Server, plan: Path) -> None:
    plan.write_text(HEAD + big_plan(201, 201))
    plan.with_name("owners.toml").write_text(big_owners(201))
    done = run("remind", *AS_AT)
    assert (done.code, server.told) == (6, [])
    assert "This would send 202 messages" in done.err
    assert "Nothing was sent." in done.err


# --- nothing is sent ----------------------------------------------------------------------------


def test_a_dry_run_shows_every_message_sends_nothing_and_writes_nothing(
    run: Run, server: Server, plan: Path, config: Path
) -> None:
    before = everything(plan.parent)
    done = run("remind", "--dry-run", *AS_AT)
    assert (done.code, done.err) == (0, "2 messages would be sent.\n")
    assert "To: Head of front door <door@council.example>\n" in done.out
    assert "Subject: 1 action overdue, by 6 working days: A plan\n" in done.out
    assert (server.taken, everything(plan.parent)) == ([], before)
    assert run("remind", *AS_AT).code == 0
    again = run("remind", "--dry-run", *AS_AT)
    assert (again.out, again.err) == (
        "", "No messages would be sent; 2 more were sent, refused or are in doubt already.\n"
    )  # fmt: skip
    config.unlink()
    assert run("remind", "--dry-run", "--as-at", "2014-03-10").code == 0


def test_messages_go_to_files_with_no_server_and_no_settings(run: Run, plan: Path) -> None:
    before = everything(plan.parent)
    done = run("remind", "--format", "eml", "-o", "mail", *AS_AT)
    assert (done.code, done.err) == (0, "Wrote 2 messages to mail.\n")
    names = ["001-head-of-front-door.eml", "002-head-of-hr.eml"]
    assert sorted(path.name for path in Path("mail").iterdir()) == names
    read = message_from_bytes((Path("mail") / names[0]).read_bytes(), policy=policy.default)
    assert read["To"] == "door@council.example"
    assert run("remind", "--format", "mbox", *AS_AT).out.count("\nMessage-ID: ") == 2
    text = run("remind", "--format", "text", *AS_AT).out
    assert text.count("HOW TO ANSWER") == 2
    assert run("remind", "--format", "text", "-o", "all.txt", *AS_AT).code == 0
    assert Path("all.txt").read_text() == text
    assert everything(plan.parent) == before
    officer = run("remind", "--to", "officer", "--format", "text", *AS_AT)
    assert (officer.code, officer.out.count("To: the officer")) == (0, 1)


@pytest.mark.usefixtures("config", "plan")
def test_a_check_tries_the_way_out_and_sends_nothing(run: Run, server: Server) -> None:
    done = run("remind", "--check")
    assert done.code == 0
    assert "127.0.0.1" in done.out
    assert server.taken == []


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 4, "No mail is set up"),
        (("--check",), 4, "No mail is set up"),
        (("--to", "everybody", "--dry-run"), 2, "use owners or officer or sponsor"),
        (("--group-by", "age", "--dry-run"), 2, "use owner or theme or none"),
        (("--only", "late", "--dry-run"), 2, "use overdue"),
        (("--format", "pdf"), 2, "use text or eml or mbox"),
        (("--format", "eml"), 2, "-o FOLDER"),
        (("-o", "x"), 2, "-o is for --format"),
        (("--cc", "a@b.example,c@d.example", "--dry-run"), 2, "is more than one"),
        (("--cc", "a@b.example\nBcc: c@d.example", "--dry-run"), 2, "line end"),
    ],
)
def test_what_is_asked_for_wrongly_is_said_before_anything_is_done(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run("remind", *words, *AS_AT)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


def test_the_officer_with_no_address_is_asked_for_in_the_settings(
    run: Run, plan: Path, config: Path
) -> None:
    config.write_text(config.read_text().replace("officer = ", "# "))
    done = run("remind", "--to", "officer", *AS_AT, "-f", str(plan))
    assert done.code == 2
    assert f"write officer under [mail] in {config}" in done.err


# --- from a timer -------------------------------------------------------------------------------

CRON = {"SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "LOGNAME": "nobody", "PYTHONWARNINGS": "error"}
"""All that cron gives, but for HOME."""


def from_timer(*words: str, **environment: str) -> Ran:
    """Run the program as cron does: a bare environment, no terminal, the root of the disk."""
    from conftest import Ran

    done = subprocess.run(
        [sys.executable, "-m", "actionplan", *words],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env={**CRON, "PYTHONPATH": os.environ.get("PYTHONPATH", ""), **environment},
        cwd="/",
        timeout=60,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    "surroundings",
    [
        {"HOME": "{home}"},
        {},
        {"HOME": "/proc/nowhere"},
        {"HOME": "/proc"},
        {"HOME": "{home}", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"HOME": "{home}", "TZ": "Europe/London", "LANG": "en_GB.UTF-8", "TERM": "dumb"},
    ],
    ids=["cron", "no home", "home not there", "home not to be written", "ASCII", "systemd"],
)
def test_from_a_timer_it_tells_everybody_and_says_nothing(
    server: Server, plan: Path, config: Path, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    given = {name: value.format(home=tmp_path) for name, value in surroundings.items()}
    plan.write_text(plan.read_text().replace("Allocate", "Zo\u00eb \u2013 allocate"))
    words = ("remind", "-f", str(plan), "--config", str(config), *AS_AT)
    assert from_timer(*words, **given) == (0, "", "")
    assert server.told == ["door", "hr"]
    assert from_timer(*words, **given) == (0, "", "")
    assert server.told == ["door", "hr"]
    (path,) = {t.to: t for t in server.taken if "door" in t.to}.values()
    read: Any = message_from_bytes(path.content, policy=policy.default)
    assert "Zo\u00eb \u2013 allocate" in read.get_body(("plain",)).get_content()


@pytest.mark.nightly
@pytest.mark.skipif(not shutil.which("cron"), reason="not installed: cron")
def test_a_line_of_a_real_cron_tells_everybody(server: Server, plan: Path, config: Path) -> None:
    line = f"* * * * * root {sys.executable} -m actionplan remind -f {plan} --config {config} "
    table = Path("/etc/cron.d/actionplan-test")
    log = plan.with_name("cron.log")
    table.write_text(f"PYTHONPATH={ROOT / 'src'}\n{line}--as-at 2014-02-10 >>{log} 2>&1\n")
    with subprocess.Popen(["cron", "-f"]) as daemon:
        try:
            deadline = time.monotonic() + 150
            while len(server.taken) < 2 and time.monotonic() < deadline:
                time.sleep(1)
            time.sleep(65)
        finally:
            daemon.terminate()
            table.unlink()
    assert (server.told, log.read_text()) == (["door", "hr"], "")


# --- many ---------------------------------------------------------------------------------------


def big_plan(owners: int, actions: int) -> str:
    """Write actions that are overdue, so many for each owner as there are."""
    return "\n".join(
        f'[[action]]\nid = "A{n}"\nanswers = ["F1"]\ntitle = "Do what finding {n} asks for"\n'
        f'owner = "Head of service {n % owners}"\ndue = 2013-12-31\nupdated = 2014-02-03\n'
        f'note = "The first half is done, and the second waits for a decision of the board."\n'
        for n in range(actions)
    )


def big_owners(owners: int) -> str:
    """Give each an address."""
    return "\n".join(
        f'[owners."Head of service {n}"]\nemail = "head{n}@council.example"\n'
        for n in range(owners)
    )


def test_150_owners_of_600_overdue_actions_are_told_through_one_connection(
    server: Server, plan: Path, config: Path, record_property: Any
) -> None:
    plan.write_text(HEAD + big_plan(150, 600))
    plan.with_name("owners.toml").write_text(big_owners(150))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert from_timer("remind", "-f", str(plan), "--config", str(config), *AS_AT) == (0, "", "")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    record_property("seconds of processor time", round(spent, 2))
    print(f"{spent:.2f} s of processor time")  # noqa: T201 - the figure that docs/speed.md tells
    assert len(set(server.told)) == len(server.told) == 151
    whole = next(taken.content for taken in server.taken if "sponsor" in taken.to)
    assert all(f"A{number}".encode() in whole for number in range(600))
    assert server.connections == 1


# --- owners -------------------------------------------------------------------------------------


def test_owner_list_says_who_has_no_address(run: Run, plan: Path) -> None:
    plan.with_name("owners.toml").write_text(OWNERS.replace("hr@council.example", ""))
    done = run("owner", "list", *AS_AT)
    assert "Head of HR\t1\t1\t0\t\n" in done.out
    assert "No address is kept for Head of HR: no reminder reaches them." in done.err


@pytest.mark.parametrize("kept", ["plan.toml", "owners.toml"])
def test_owner_update_sets_an_address_where_the_owner_is_kept(
    run: Run, plan: Path, kept: str
) -> None:
    apart = plan.with_name("owners.toml")
    if kept == "plan.toml":
        apart.unlink()
        plan.write_text(plan.read_text() + OWNERS)
    done = run("owner", "update", "head of hr", "--email", "new@council.example")
    assert done.code == 0
    assert 'email = "new@council.example"' in plan.with_name(kept).read_text()
    assert run("owner", "update", "Head of HR", "--name", "none", "--email", "none").code == 0
    assert "new@" not in plan.with_name(kept).read_text()


def test_owner_update_adds_an_owner_of_actions_and_no_other(run: Run, plan: Path) -> None:
    apart = plan.with_name("owners.toml")
    apart.write_text("")
    assert run("owner", "update", "head of HR", "--email", "hr@council.example").code == 0
    assert apart.read_text() == '[owners."Head of HR"]\nemail = "hr@council.example"\n'
    done = run("owner", "update", "Head of nothing", "--email", "x@council.example")
    assert (done.code, "There is no owner Head of nothing." in done.err) == (2, True)
    assert run("owner", "update", "Head of HR").code == 2


def test_owner_replace_hands_every_open_action_over_in_one_entry(run: Run, plan: Path) -> None:
    done_one = ACTIONS.replace('"Head of learning"', '"Head of HR"\nstage = "delivered"')
    plan.write_text(HEAD + done_one + ACTIONS.replace('"A', '"B'))
    done = run("owner", "replace", "HEAD of HR", "--with", "Head of workforce", "--why", "Left.")
    assert done.code == 0
    assert done.out.split() == ["A2", "B2"]
    assert "A2: Recruit five social workers, due Thursday 20 February 2014" in done.err
    assert "No address is kept for Head of workforce" in done.err
    assert plan.read_text().count('owner = "Head of workforce"') == 2
    assert plan.read_text().count('owner = "Head of HR"') == 1
    assert run("undo").code == 0
    assert "Head of workforce" not in plan.read_text()
    again = run("owner", "replace", "Head of nothing", "--with", "Head of HR")
    assert (again.code, "has no open action" in again.err) == (2, True)
    assert run("owner", "replace", "Head of HR", "--with", "head of hr").code == 2


def test_an_address_that_mail_can_not_go_to_is_not_kept(run: Run, birmingham: Path) -> None:
    before = birmingham.read_bytes()
    for wrong in ("bad@@x", "a@example.org\nBcc: b@example.org", "nobody"):
        for verb in ("add", "update"):
            assert run("owner", verb, "Head of performance", "--email", wrong).code == 2
    assert birmingham.read_bytes() == before
    assert not birmingham.with_name("owners.toml").exists()
