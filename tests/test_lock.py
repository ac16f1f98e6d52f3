"""The lock of a plan: real processes and real files; never two at once, never stuck, no litter.

The file is also a program: it is run by its tests, to be the other processes.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from actionplan.errors import NotWrittenError
from actionplan.store import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends signals, makes links and FIFOs")
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may do this"
)

CLAIM = lock.Claim("Improvement officer", "update A1", datetime(2014, 2, 10, 9, tzinfo=UTC))
SOON = 0.3
LATE = 60.0
MINUTE = 60 * 10**9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of a plan, in a folder of its own."""
    folder = tmp_path / "plans"
    folder.mkdir()
    plan = folder / "birmingham-2014.toml"
    plan.write_text('title = "x"\n')
    return plan


def note_of(plan: Path) -> Path:
    return plan.with_name(f".{plan.stem}.lock")


def beside(plan: Path) -> list[str]:
    """Name what lies beside the plan."""
    return sorted(found.name for found in plan.parent.iterdir() if found != plan)


def note_now(plan: Path) -> dict[str, str]:
    """Read the note that is beside the plan."""
    said: dict[str, str] = json.loads(note_of(plan).read_bytes())
    return said


def plant(plan: Path, **others: str) -> bytes:
    """Put a note there as this process writes it, with other words in places."""
    with lock.held(plan, CLAIM):
        said = note_now(plan)
    content = json.dumps({**said, **others}).encode()
    note_of(plan).write_bytes(content)
    return content


def refused(plan: Path, seconds: float = SOON) -> str:
    """Try for the lock, in vain; give the sentence, which must come in time."""
    began = time.monotonic()
    with pytest.raises(NotWrittenError) as error, lock.held(plan, CLAIM, seconds=seconds):
        pass
    assert time.monotonic() - began < seconds + 2
    assert error.value.exit_code == 5
    return error.value.sentence


def taken(plan: Path, seconds: float = SOON) -> None:
    """Take the lock and let it go again, and leave nothing there."""
    with lock.held(plan, CLAIM, seconds=seconds) as ours:
        assert ours.is_ours()
        assert beside(plan) == [note_of(plan).name]
    assert beside(plan) == []


def aged(file: Path) -> None:
    """Make a file a minute older than it is."""
    then = file.stat().st_mtime_ns - MINUTE
    os.utime(file, ns=(then, then))


# --- the other processes ------------------------------------------------------------------------


class Other:
    """Another process of this file; it holds the lock when this is made."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Wait until it says so."""
        self.process = process
        assert self.line() == "held"

    def line(self) -> str:
        """Wait for what it says next."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go_on(self) -> str:
        """Let it check its lock and leave; give what it found."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        found = self.line()
        assert self.process.wait(LATE) == 0
        return found

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self) -> None:
        """Kill it where it still runs."""
        self.process.kill()
        self.process.communicate()


def begun(
    what: str,
    plan: Path,
    *arguments: str,
    before: tuple[str, ...] = (),
    state: Path | None = None,
) -> subprocess.Popen[str]:
    """Start a process of this file."""
    command = [*before, sys.executable, __file__, what, str(plan), *arguments]
    own = {"XDG_STATE_HOME": str(state)} if state else {}
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **own},
    )


@contextlib.contextmanager
def another(plan: Path, *before: str, state: Path | None = None) -> Iterator[Other]:
    """Have the lock held by another process, behind a command such as unshare."""
    other = Other(begun("hold", plan, before=before, state=state))
    try:
        yield other
    finally:
        other.end()


def hold(plan: Path) -> None:
    """Hold the lock until told to go on; then say whether it is still ours."""
    with lock.held(plan, CLAIM, seconds=LATE) as ours:
        say("held")
        sys.stdin.readline()
        say("ours" if ours.is_ours() else "not ours")


def nested(plan: Path) -> None:
    """Try for the lock in vain while a child of this process holds it."""
    with another(plan, state=plan.parent.parent / "child's state"):
        say(refused(plan))


def turns(plan: Path, witness: str, count: str, *ways: str) -> None:
    """Take the lock so many times, each time with a line on coming and one on going."""
    if "without links" in ways:
        os.link = no_link
    descriptor = os.open(witness, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for _ in range(int(count)):
        with lock.held(plan, CLAIM, seconds=LATE):
            os.write(descriptor, f"in {os.getpid()}\n".encode())
            if "at ease" in ways:
                time.sleep(0.002)
            os.write(descriptor, f"out {os.getpid()}\n".encode())
            if "leaving a dead note" in ways:
                leave_dead_note(plan)


def leave_dead_note(plan: Path) -> None:
    """Put the note of a process that is gone in the place of ours, in one step."""
    new = plan.with_name(f"{os.getpid()}.dead")
    new.write_text(json.dumps({**note_now(plan), "started": "1", "token": os.urandom(9).hex()}))
    new.replace(note_of(plan))


def clear(plan: Path, number: str) -> None:
    """Send ourselves a signal at the moment before a dead note is removed."""
    with pytest.MonkeyPatch.context() as monkeypatch:

        def interrupt(_: Path) -> None:
            monkeypatch.undo()
            os.kill(os.getpid(), int(number))

        before_unlinking(monkeypatch, note_of(plan), interrupt)
        hold(plan)


def before_unlinking(
    monkeypatch: pytest.MonkeyPatch, name: Path, do: Callable[[Path], None]
) -> None:
    """Do something each time that a certain file is about to be removed."""
    unlink = Path.unlink

    def unlinked(file: Path, **how: bool) -> None:
        if file == name:
            do(file)
        unlink(file, **how)

    monkeypatch.setattr(Path, "unlink", unlinked)


def no_link(*_: Any, **__: Any) -> NoReturn:
    """Stand for a share that has no links."""
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def assert_no_overlap(witness: Path, count: int) -> None:
    """Read the lines of all who came and went: each goes before the next one comes."""
    lines = witness.read_text().splitlines()
    assert len(lines) == 2 * count
    for came, went in zip(lines[::2], lines[1::2], strict=True):
        assert (came.split()[0], went) == ("in", f"out {came.split()[1]}")


def all_ended(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        process.communicate(timeout=LATE)
    assert [process.returncode for process in processes] == [0] * len(processes)


# --- taking and leaving -------------------------------------------------------------------------


def test_the_note_says_who_is_writing_and_is_gone_afterwards(path: Path) -> None:
    with lock.held(path, CLAIM) as ours:
        said = note_now(path)
        assert ours.is_ours()
        assert beside(path) == [".birmingham-2014.lock"]
    assert said["user"] == "Improvement officer"
    assert said["command"] == "update A1"
    assert said["since"] == "2014-02-10 09:00:00 UTC"
    assert said["pid"] == str(os.getpid())
    assert said["host"] == os.uname().nodename
    assert beside(path) == []


def test_two_notes_never_have_the_same_token(path: Path) -> None:
    with lock.held(path, CLAIM):
        first = note_now(path)
    with lock.held(path, CLAIM):
        assert note_now(path)["token"] != first["token"]


def test_the_longest_words_still_make_a_note_that_is_read_whole(path: Path) -> None:
    long = "\N{FIRE}" * 5000
    with lock.held(path, lock.Claim(long, long, CLAIM.at)):
        assert note_of(path).stat().st_size <= 4096
        assert refused(path).count("\N{FIRE}") == 160


def test_an_error_in_the_work_passes_and_the_note_is_taken_away(path: Path) -> None:
    """A share that times out is no lock that is held."""
    with pytest.raises(TimeoutError, match="the share"), lock.held(path, CLAIM):
        raise TimeoutError(errno.ETIMEDOUT, "the share")
    assert beside(path) == []


def test_a_second_process_waits_for_the_first(path: Path) -> None:
    with another(path) as other:
        refused(path)
        assert other.go_on() == "ours"
        taken(path)


def test_who_holds_it_on_this_machine_is_named_too(path: Path) -> None:
    with another(path):
        assert refused(path) == (
            "Another actionplan command is writing birmingham-2014.toml: update A1, by "
            f"Improvement officer on {os.uname().nodename} since 2014-02-10 09:00:00 UTC. It was "
            "waited for 0.3 seconds. Try again. If that command is no longer running on "
            f"{os.uname().nodename}, delete {note_of(path)}."
        )


def test_a_guard_without_a_note_is_named_without_a_name(path: Path) -> None:
    with another(path):
        note_of(path).unlink()
        assert refused(path).endswith(
            "birmingham-2014.toml. It was waited for 0.3 seconds. Try again."
        )


@pytest.mark.parametrize("way", ["", "without links", "at ease"])
def test_eight_processes_take_turns(path: Path, tmp_path: Path, way: str) -> None:
    witness = tmp_path / "witness"
    all_ended([begun("turns", path, str(witness), "50", way) for _ in range(8)])
    assert_no_overlap(witness, 400)
    assert beside(path) == []


@pytest.mark.parametrize("way", ["", "without links", "at ease"])
def test_only_the_note_keeps_apart_those_whose_guards_differ(
    path: Path, tmp_path: Path, way: str
) -> None:
    witness = tmp_path / "witness"
    all_ended(
        [begun("turns", path, str(witness), "50", way, state=tmp_path / str(n)) for n in range(4)]
    )
    assert_no_overlap(witness, 200)
    assert beside(path) == []


@needs_root
@pytest.mark.skipif(not shutil.which("bindfs"), reason="bindfs is not installed")
def test_two_mounts_of_one_folder_are_kept_apart(path: Path, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    with mounted(path.parent, tmp_path / "a") as a, mounted(path.parent, tmp_path / "b") as b:
        all_ended(
            [
                begun("turns", mount / path.name, str(witness), "50", "at ease", state=state)
                for mount, state in ((a, tmp_path / "sa"), (b, tmp_path / "sb")) * 2
            ]
        )
    assert_no_overlap(witness, 200)
    assert beside(path) == []


@contextlib.contextmanager
def mounted(folder: Path, at: Path) -> Iterator[Path]:
    """Show a folder at another place, where locks of the system don't meet those of the first."""
    at.mkdir()
    if subprocess.run(["bindfs", folder, at], check=False).returncode:
        pytest.skip("bindfs can't mount here")
    try:
        yield at
    finally:
        subprocess.run(["umount", at], check=True)


# --- no home to write to ------------------------------------------------------------------------


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have no folder for state; give the folder that is used for a time."""
    (tmp_path / "home").write_text("no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / f"actionplan-{os.getuid()}"


def test_without_a_home_the_guard_lies_in_a_folder_of_this_user_s_own(
    path: Path, homeless: Path
) -> None:
    with lock.held(path, CLAIM):
        assert homeless.stat().st_mode & 0o777 == 0o700
        assert len(list(homeless.iterdir())) == 1
    taken(path)


@pytest.mark.parametrize("way", ["a link", "open to others", "another's"])
def test_a_folder_that_somebody_else_put_there_is_not_used(
    path: Path, homeless: Path, tmp_path: Path, way: str
) -> None:
    if way == "a link":
        homeless.symlink_to(tmp_path)
    else:
        homeless.mkdir()
        homeless.chmod(0o777 if way == "open to others" else 0o700)
    if way == "another's":
        if os.geteuid() != 0:
            pytest.skip("only root may do this")
        os.chown(homeless, 65534, -1)
    with pytest.raises(PermissionError, match="it is not yours alone"), lock.held(path, CLAIM):
        pass
    assert beside(path) == []


# --- dead owners --------------------------------------------------------------------------------


@pytest.mark.parametrize("asked_after", [True, False])
def test_the_note_of_a_killed_process_is_cleared(path: Path, asked_after: bool) -> None:
    """Also while it is a zombie, that nobody has asked after."""
    with another(path) as other:
        other.signal(signal.SIGKILL)
        if asked_after:
            other.process.wait()
        assert note_of(path).exists()
        taken(path, 5)


@needs_proc
def test_the_note_of_a_process_whose_number_another_has_now_is_cleared(path: Path) -> None:
    plant(path, started="1")
    taken(path)


@needs_proc
def test_the_note_from_before_this_machine_was_started_is_cleared(path: Path) -> None:
    plant(path, boot="another")
    taken(path)


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b'{"user": "x', b"[" * 4000, b"7"])
def test_what_is_no_note_is_waited_for_while_young_and_cleared_when_old(
    path: Path, content: bytes
) -> None:
    note_of(path).write_bytes(content)
    assert f"If no such command is running anywhere, delete {note_of(path)}" in refused(path)
    assert note_of(path).read_bytes() == content
    assert beside(path) == [note_of(path).name]
    aged(note_of(path))
    taken(path)


@needs_proc
@pytest.mark.parametrize("way", ["", "without links"])
def test_many_who_clear_dead_notes_never_clear_a_live_one(
    path: Path, tmp_path: Path, way: str
) -> None:
    """Each leaves a dead note behind, and the guards differ, so that all clear at once."""
    witness = tmp_path / "witness"
    ways = (way, "leaving a dead note")
    all_ended(
        [begun("turns", path, str(witness), "50", *ways, state=tmp_path / str(n)) for n in range(6)]
    )
    assert_no_overlap(witness, 300)
    taken(path)


@needs_proc
def test_one_who_died_while_clearing_is_cleared_in_turn(path: Path, tmp_path: Path) -> None:
    plant(path, started="1")
    died = begun("clear", path, str(int(signal.SIGKILL)), state=tmp_path / "other state")
    assert died.wait(LATE) == -signal.SIGKILL
    died.communicate()
    assert len(beside(path)) == 2
    taken(path)


@needs_proc
def test_one_who_is_stopped_while_clearing_is_waited_for(path: Path, tmp_path: Path) -> None:
    dead = plant(path, started="1")
    stopped = begun("clear", path, str(int(signal.SIGSTOP)), state=tmp_path / "other state")
    os.waitid(os.P_PID, stopped.pid, os.WSTOPPED)
    refused(path)
    assert note_of(path).read_bytes() == dead
    stopped.send_signal(signal.SIGCONT)
    other = Other(stopped)
    refused(path)
    assert other.go_on() == "ours"
    other.end()
    taken(path)


# --- live owners --------------------------------------------------------------------------------


def test_a_live_note_is_never_cleared_however_old(path: Path, tmp_path: Path) -> None:
    with another(path, state=tmp_path / "other state") as other:
        aged(note_of(path))
        before = note_of(path).read_bytes()
        assert f"by Improvement officer on {os.uname().nodename}" in refused(path)
        assert note_of(path).read_bytes() == before
        assert other.go_on() == "ours"


def test_another_machine_is_waited_for_and_named(path: Path) -> None:
    content = plant(path, host="PC-17", host_id="x", boot="y", pid="999999", user="Head of HR")
    aged(note_of(path))
    assert refused(path) == (
        "Another actionplan command is writing birmingham-2014.toml: update A1, by Head of HR on "
        "PC-17 since 2014-02-10 09:00:00 UTC. It was waited for 0.3 seconds. Try again. If that "
        f"command is no longer running on PC-17, delete {note_of(path)}."
    )
    assert note_of(path).read_bytes() == content


def test_the_words_of_another_are_cut_short(path: Path) -> None:
    plant(path, host="PC" * 500, command="x" * 1000)
    sentence = refused(path)
    assert sentence.count("PC") == 2 * 40
    assert sentence.count("x" * 80) == 1


def test_a_process_of_another_user_is_alive(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system lets nobody but root signal it, and says so; a dead one it says is not there."""
    plant(path, pid="999999999")

    def forbidden(*_: int) -> NoReturn:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "kill", forbidden)
    refused(path)
    assert note_of(path).exists()


@pytest.mark.parametrize(
    "others",
    [
        {"host": "clone", "boot": "another"},
        {"host_id": "another", "pid": "999999"},
        {"namespace": "another", "pid": "999999"},
        {"boot": "", "pid": "999999"},
        {"pid": "-1"},
        {"pid": "0"},
        {"pid": "9" * 40},
        {"pid": ""},
        {"started": ""},
    ],
    ids=str,
)
@needs_proc
def test_in_doubt_a_note_is_not_cleared(path: Path, others: dict[str, str]) -> None:
    content = plant(path, **others)
    aged(note_of(path))
    refused(path)
    assert note_of(path).read_bytes() == content


def test_a_note_that_says_too_little_is_not_cleared(path: Path) -> None:
    note_of(path).write_bytes(b'{"version": 9}')
    aged(note_of(path))
    refused(path)
    assert note_of(path).read_bytes() == b'{"version": 9}'


def test_a_machine_that_says_little_of_itself_clears_by_process_and_never_by_boot(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fact in ("_fact", "_namespace"):
        monkeypatch.setattr(lock, fact, lambda *_: "")
    plant(path, boot="another")
    refused(path)
    note_of(path).unlink()
    plant(path, pid="999999999")
    taken(path)
    plant(path)
    refused(path)


@needs_root
@needs_proc
@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare is not there")
def test_a_process_in_a_container_is_not_looked_up_by_its_number(
    path: Path, tmp_path: Path
) -> None:
    """Its number means another process here, or none; dead or not can't be told from here."""
    unshare = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
    with another(path, *unshare, state=tmp_path / "other state") as other:
        assert int(note_now(path)["pid"]) < 10
        refused(path)
        other.signal(signal.SIGKILL)
        other.process.wait()
        assert "If that command is no longer running on" in refused(path)
        assert note_of(path).exists()


@needs_root
@needs_proc
@pytest.mark.skipif(not shutil.which("unshare"), reason="unshare is not there")
def test_where_proc_shows_other_processes_than_ours_it_is_not_believed(path: Path) -> None:
    inside = begun("nested", path, before=("unshare", "--pid", "--fork", "--kill-child"))
    said, _ = inside.communicate(timeout=LATE)
    assert "by Improvement officer on" in said


def test_a_stopped_holder_whose_note_was_cleared_learns_it_and_spoils_nothing(
    path: Path, tmp_path: Path
) -> None:
    with another(path, state=tmp_path / "its state") as first:
        first.signal(signal.SIGSTOP)
        refused(path)
        note_of(path).unlink()
        with another(path, state=tmp_path / "other state") as second:
            first.signal(signal.SIGCONT)
            assert first.go_on() == "not ours"
            assert note_now(path)["pid"] == str(second.process.pid)
            assert second.go_on() == "ours"
    assert beside(path) == []


def test_a_note_taken_from_us_is_not_removed_by_us(path: Path) -> None:
    with lock.held(path, CLAIM) as ours:
        note_of(path).write_bytes(b"another")
        assert not ours.is_ours()
    assert note_of(path).read_bytes() == b"another"


def test_a_note_that_can_t_be_read_back_is_not_ours(path: Path) -> None:
    with lock.held(path, CLAIM) as ours:
        note_of(path).unlink()
        assert not ours.is_ours()
        note_of(path).mkdir()
        assert not ours.is_ours()
    assert note_of(path).is_dir()


# --- what is in the way -------------------------------------------------------------------------


def link(name: Path) -> None:
    name.symlink_to(name.with_name("birmingham-2014.toml"))


def dangling(name: Path) -> None:
    name.symlink_to(name.with_name("nowhere"))


def large(name: Path) -> None:
    name.write_bytes(b" " * 1_000_000)
    aged(name)


@pytest.mark.parametrize(
    ("put", "kind"),
    [
        (link, "a link"),
        (dangling, "a link"),
        (os.mkfifo if hasattr(os, "mkfifo") else link, "no ordinary file"),
        (Path.mkdir, "a folder"),
        (large, "a large file"),
    ],
)
def test_what_is_no_note_at_all_is_named_at_once_and_left_alone(
    path: Path, put: Callable[[Path], None], kind: str
) -> None:
    put(note_of(path))
    assert refused(path, 10) == (
        f"{note_of(path)} should say who is writing the plan, but is {kind}. "
        "Remove it and try again."
    )
    assert beside(path) == [note_of(path).name]
    assert path.read_text() == 'title = "x"\n'


def test_what_turns_into_a_fifo_between_look_and_read_does_not_hang(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has it open to write, so that a read of it would wait."""
    plant(path, host="PC-17")
    writers = []

    def swap(file: Path) -> None:
        file.unlink()
        os.mkfifo(file)
        writers.append(os.open(str(file), os.O_RDWR))

    meddle(monkeypatch, note_of(path), swap)
    assert "no ordinary file" in refused(path)
    os.close(writers.pop())


def test_a_note_that_vanishes_between_look_and_read_is_no_note(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(path, host="PC-17")
    meddle(monkeypatch, note_of(path), Path.unlink)
    with lock.held(path, CLAIM, seconds=SOON):
        monkeypatch.undo()
        assert note_now(path)["host"] == os.uname().nodename


def test_a_note_that_may_not_be_read_is_waited_for_and_never_cleared(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(path, started="1")
    aged(note_of(path))

    meddle(monkeypatch, note_of(path), forbid)
    assert "does not say who it is" in refused(path)
    assert beside(path) == [note_of(path).name]


def forbid(_: Path) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def meddle(monkeypatch: pytest.MonkeyPatch, name: Path, how: Callable[[Path], object]) -> None:
    """Do something to a file each time that it is about to be opened for reading."""
    real = os.open

    def opened(file: Path, flags: int, *mode: int) -> int:
        if file == name and not flags & os.O_CREAT and file.is_file():
            how(file)
        return real(file, flags, *mode)

    monkeypatch.setattr(os, "open", opened)


# --- shares and disks ---------------------------------------------------------------------------


def test_without_links_the_note_is_made_under_its_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_link)
    taken(path)
    plant(path, host="PC-17")
    refused(path)


def test_without_links_one_who_comes_a_moment_later_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was free when it was looked at, and is taken when the note is made."""

    def overtaken(*_: Any) -> NoReturn:
        note_of(path).write_bytes(b"{}")
        no_link()

    monkeypatch.setattr(os, "link", overtaken)
    refused(path)
    assert note_of(path).read_bytes() == b"{}"


def test_a_private_file_that_is_swept_away_is_made_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link
    swept: list[Path] = []

    def sweeping(source: Path, name: Path) -> None:
        if not swept:
            source.unlink()
            swept.append(source)
        real(source, name)

    monkeypatch.setattr(os, "link", sweeping)
    taken(path)
    assert swept


def test_without_a_file_to_tell_the_time_of_the_disk_nothing_is_old(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was just written to compare with is swept away before it is looked at."""
    note_of(path).write_bytes(b"")
    aged(note_of(path))
    real = os.open

    def swept(file: Path, flags: int, *mode: int) -> int:
        descriptor = real(file, flags, *mode)
        if file.suffix == ".tmp":
            file.unlink()
        return descriptor

    monkeypatch.setattr(os, "open", swept)
    refused(path)
    assert note_of(path).exists()


def test_a_link_that_was_made_and_reported_as_failed_is_ours(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def lying(source: Path, name: Path) -> None:
        real(source, name)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))

    monkeypatch.setattr(os, "link", lying)
    taken(path)


def test_a_note_that_is_taken_in_pieces_is_written_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, content: real(file, content[:10]))
    with lock.held(path, CLAIM) as ours:
        monkeypatch.undo()
        assert ours.is_ours()


@pytest.mark.parametrize("links", [True, False])
def test_a_full_disk_leaves_nothing_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """A disk that fills up takes the first bytes, and refuses the rest."""
    real, room = os.write, [10]

    def full(descriptor: int, content: bytes) -> int:
        if not room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, content[: room.pop()])

    if not links:
        monkeypatch.setattr(os, "link", no_link)
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"), lock.held(path, CLAIM):
        pass
    assert beside(path) == []


def test_an_error_of_the_link_itself_passes_and_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> NoReturn:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "link", broken)
    with pytest.raises(OSError, match="Input/output"), lock.held(path, CLAIM):
        pass
    assert beside(path) == []


def test_a_folder_that_is_not_there_is_the_system_s_own_error(path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError),
        lock.held(path.parent / "gone" / "plan.toml", CLAIM),
    ):
        pass


def test_an_error_at_letting_go_is_not_the_work_s(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with lock.held(path, CLAIM):
        monkeypatch.setattr(Path, "unlink", broken)
    assert note_of(path).exists()


def test_a_dead_note_in_a_folder_where_others_may_not_remove_it_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(path, pid="999999999")
    before_unlinking(monkeypatch, note_of(path), forbid)
    assert "by Improvement officer on" in refused(path)
    assert beside(path) == [note_of(path).name]


if __name__ == "__main__":
    parts: dict[str, Callable[..., None]] = {
        part.__name__: part for part in (hold, nested, turns, clear)
    }
    parts[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
