"""Two clones of one plan, changed by the real program and merged by real git."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from conftest import HEAD

from actionplan.errors import UnreadableError
from actionplan.history.entries import Signature, Step, Tail, entry
from actionplan.history.records import History
from actionplan.planfile import reader
from actionplan.planfile.source import ConflictedError
from actionplan.store import checking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Ran, Run

    from actionplan.model import Action, Plan

ACTION = """\
[[action]]
id = "A{0}"
answers = ["F1"]
title = "Do the {0}. thing"
owner = "Head of service"
due = 2014-03-31
rag = "green"
updated = 2014-02-01
"""
PLAN = HEAD + "\n".join(ACTION.format(number) for number in (1, 2, 3))
DAY = ("--as-at", "2014-02-10")


class Git(NamedTuple):
    """What git said, and whether it was content."""

    code: int
    said: str


class Clone(NamedTuple):
    """One officer's copy."""

    path: Path

    def git(self, *arguments: str, check: bool = True) -> Git:
        """Run git in it."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, check=False, capture_output=True, text=True
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0 or not check, said
        return Git(done.returncode, said)

    def run(self, *arguments: str) -> None:
        """Change the plan with the real program, and commit."""
        done = subprocess.run(
            [sys.executable, "-m", "actionplan", *arguments, *DAY],
            cwd=self.path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        self.commit(" ".join(arguments))

    def commit(self, message: str) -> None:
        """Commit all there is."""
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def edit(self, old: str, new: str) -> None:
        """Change the plan by hand, and commit."""
        text = self.file.read_bytes().decode()
        assert text.count(old) == 1
        self.file.write_bytes(text.replace(old, new).encode())
        self.commit(f"{old} -> {new}")

    @property
    def file(self) -> Path:
        """Give the place of the plan."""
        return self.path / "plans" / "plan.toml"

    @property
    def history(self) -> History:
        """Read its history."""
        return History((self.path / "plans" / "plan.history.jsonl").read_bytes())

    @property
    def plan(self) -> Plan:
        """Read the plan, in which nothing may be wrong."""
        read = reader.read(self.file.read_bytes(), "plan.toml")
        assert read.faults == ()
        return read.plan

    def action(self, ref: str) -> Action:
        """Give one action."""
        found: Action = self.plan.find("actions", ref)
        return found

    def pull(self, *how: str, check: bool = True) -> Git:
        """Merge what was pushed."""
        return self.git("pull", "-q", "--no-edit", *(how or ("--no-rebase",)), check=check)


class Two(NamedTuple):
    """Two clones of one repository."""

    ours: Clone
    theirs: Clone

    def meet(self, *how: str) -> None:
        """Let their changes be pushed, and ours be merged with them and pushed."""
        self.theirs.git("push", "-q")
        self.ours.pull(*how)
        self.ours.git("push", "-q")
        self.theirs.pull()

    def clash(self) -> Git:
        """Let theirs be pushed and ours be merged with it; give what git says."""
        self.theirs.git("push", "-q")
        return self.ours.pull(check=False)


def clones(folder: Path, *, driver: bool) -> Two:
    """Make a plan with its history, shared by two clones."""
    subprocess.run(["git", "init", "-q", "--bare", str(folder / "shared.git")], check=True)
    first = _cloned(folder, "ours")
    first.file.parent.mkdir()
    first.file.write_bytes(PLAN.encode())
    if driver:
        _set_up(first)
    first.commit("start")
    first.run("note", "A1", "The first note.")
    first.git("push", "-q", "-u", "origin", "main")
    second = _cloned(folder, "theirs")
    if driver:
        _set_up(second)
        assert second.git("status", "--short").said == ""
    return Two(first, second)


def _cloned(folder: Path, name: str) -> Clone:
    """Clone the shared repository, by a path that stays true when the folder is copied."""
    command = ["git", "clone", "-q", "shared.git", name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    clone = Clone(folder / name)
    clone.git("remote", "set-url", "origin", "../shared.git")
    return clone


def _set_up(clone: Clone) -> None:
    command = [sys.executable, "-m", "actionplan", "init", "--git"]
    subprocess.run(command, cwd=clone.path, check=True, capture_output=True)


@pytest.fixture(scope="module", autouse=True)
def _git_as_nobody_set_it_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests from the user's own git, and let git find the program."""
    settings = tmp_path_factory.mktemp("git") / "gitconfig"
    settings.write_text(
        "[user]\nname = Officer\nemail = officer@example.org\n[init]\ndefaultBranch = main\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("ACTIONPLAN_USER", "Improvement officer")
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="module")
def with_driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("with")
    clones(folder, driver=True)
    return folder


@pytest.fixture
def two(with_driver: Path, tmp_path: Path) -> Two:
    folder = Path(shutil.copytree(with_driver, tmp_path / "work"))
    return Two(Clone(folder / "ours"), Clone(folder / "theirs"))


ADD = ("--answers", "F1", "--owner", "Head of service", "--due", "2014-04-30")


# --- with the driver ----------------------------------------------------------------------------


def test_changes_of_neighbouring_keys_and_of_both_histories_merge(two: Two) -> None:
    two.ours.run("update", "A1", "--rag", "amber", "--reason", "Late.")
    two.theirs.run("move", "A1", "--due", "30 April 2014", "--why", "Ill.", "--approved", "Cabinet")
    two.theirs.run("note", "A2", "Theirs.")
    two.meet()
    action = two.ours.action("A1")
    assert (action.rag, action.reason, str(action.due)) == ("amber", "Late.", "2014-04-30")
    assert two.ours.action("A2").note == "Theirs."
    assert two.ours.history.check() == ()
    assert [head.command for head in two.ours.history.heads].count("move") == 1
    assert len(two.ours.history.heads) == 5
    assert two.theirs.plan == two.ours.plan


def test_both_add_an_action_and_theirs_gets_the_next_number(two: Two) -> None:
    two.ours.run("add", "Ours", *ADD)
    two.theirs.run("add", "Theirs", *ADD)
    two.theirs.run("add", "Theirs again", *ADD, "--after", "A4")
    two.meet()
    assert [(a.id, a.title, a.after) for a in two.ours.plan.actions[3:]] == [
        ("A4", "Ours", ()), ("A6", "Theirs", ()), ("A5", "Theirs again", ("A6",))
    ]  # fmt: skip
    two.theirs.run("add", "Next", *ADD)
    assert two.theirs.action("A7").title == "Next"


def test_a_merge_is_an_entry_and_nobody_takes_it_for_an_edit_by_hand(two: Two) -> None:
    two.ours.run("add", "Ours", *ADD)
    two.theirs.run("add", "Theirs", *ADD)
    two.meet()
    assert checking.check(two.ours.file, date(2014, 2, 10)).by_hand is None
    *_, (head, body) = two.ours.history.bodies(two.ours.history.heads)
    assert (head.command, body["renumbered"], len(body["prev"])) == ("merge", {"A4": "A5"}, 2)
    assert two.ours.history.state(head.after) == two.ours.file.read_bytes()
    two.ours.run("note", "A5", "After.")
    assert two.ours.history.heads[-1].prev == (head.id,)


def test_the_same_number_added_at_the_top_and_at_the_bottom_is_told_apart(two: Two) -> None:
    two.ours.run("add", "Ours", *ADD)
    first = ACTION.format(1).partition("due")[0]
    two.theirs.edit(first, ACTION.format(4) + "\n" + first)
    two.meet()
    assert [action.id for action in two.ours.plan.actions] == ["A5", "A1", "A2", "A3", "A4"]


def test_a_block_deleted_here_and_one_far_away_edited_there_merge(two: Two) -> None:
    two.ours.edit("\n" + ACTION.format(2), "")
    two.theirs.run("update", "A3", "--rag", "red", "--reason", "Ill.")
    two.meet()
    assert [(a.id, a.rag) for a in two.ours.plan.actions] == [("A1", "green"), ("A3", "red")]


def test_windows_line_ends_on_one_side_are_no_conflict(two: Two) -> None:
    text = two.ours.file.read_bytes()
    two.ours.file.write_bytes(text.replace(b"\n", b"\r\n"))
    two.ours.commit("saved on Windows")
    two.theirs.run("update", "A3", "--rag", "red", "--reason", "Ill.")
    two.ours.run("note", "A2", "Ours.")
    two.meet()
    merged = two.ours.file.read_bytes()
    assert merged.count(b"\r\n") == merged.count(b"\n")
    assert (two.ours.action("A3").rag, two.ours.action("A2").note) == ("red", "Ours.")


def test_actions_put_in_another_order_on_one_side_are_no_conflict(two: Two) -> None:
    text = two.theirs.file.read_text()
    head, *blocks = text.split("\n[[action]]")
    two.theirs.file.write_text("\n[[action]]".join([head, *reversed(blocks)]).rstrip() + "\n")
    two.theirs.commit("turned round")
    two.ours.run("update", "A1", "--rag", "red", "--reason", "Ill.")
    two.meet()
    assert [(a.id, a.rag) for a in two.ours.plan.actions] == [
        ("A3", "green"), ("A2", "green"), ("A1", "red")
    ]  # fmt: skip


def test_a_clash_is_marked_told_and_settled_by_hand(two: Two) -> None:
    two.ours.run("update", "A1", "--rag", "amber", "--reason", "Late.")
    two.theirs.run("update", "A1", "--rag", "red", "--reason", "Late.")
    two.theirs.run("note", "A2", "Theirs.")
    said = two.clash().said
    assert "plans/plan.toml, A1 rag: 'amber' here, 'red' there (it was 'green')." in said
    assert two.ours.git("status", "--short", "plans/plan.toml").said.startswith("UU ")
    with pytest.raises(ConflictedError, match=r"unfinished merge \(A1 rag\)"):
        reader.read(two.ours.file.read_bytes(), "plan.toml")
    text = two.ours.file.read_text()
    start, end = text.index("<<<<<<<"), text.index("A1 rag, as changed there\n")
    settled = text[:start] + 'rag = "red"\n' + text[end + len("A1 rag, as changed there\n") :]
    two.ours.file.write_text(settled)
    two.ours.commit("settled")
    two.ours.git("push", "-q")
    two.theirs.pull()
    assert (two.theirs.action("A1").rag, two.theirs.action("A2").note) == ("red", "Theirs.")


def test_closed_here_and_moved_there_are_both_kept_and_reopened_is_a_clash(two: Two) -> None:
    two.ours.run("done", "A1")
    two.theirs.run("move", "A1", "--due", "30 April 2014", "--why", "Ill.")
    two.meet()
    action = two.ours.action("A1")
    assert (action.stage, str(action.moves[0].to)) == ("delivered", "2014-04-30")
    two.ours.run("update", "A1", "--stage", "in-progress")
    two.theirs.edit('stage = "delivered"', 'stage = "embedded"')
    assert "A1 stage: 'in-progress' here, 'embedded' there" in two.clash().said


def test_a_finding_deleted_here_and_answered_there_is_told(two: Two) -> None:
    finding = HEAD[HEAD.index('[[finding]]\nid = "F2"') :]
    two.ours.edit(finding, "")
    two.theirs.run("add", "New", *ADD[2:], "--answers", "F2")
    said = two.clash().said
    assert "A4: each side is sound, and together answers names 'F2'" in said


def test_a_rebase_keeps_the_numbers_of_what_is_upstream(two: Two) -> None:
    two.theirs.run("add", "Upstream", *ADD)
    two.ours.run("add", "Mine", *ADD)
    two.ours.run("update", "A2", "--rag", "red", "--reason", "Ill.")
    two.meet("--rebase")
    assert [(a.id, a.title) for a in two.theirs.plan.actions[3:]] == [
        ("A4", "Upstream"), ("A5", "Mine")
    ]  # fmt: skip
    assert two.ours.history.check() == ()
    assert len(two.ours.history.heads) == 6


def test_a_picked_commit_brings_its_entry_with_those_that_it_follows_and_counts_once(
    two: Two,
) -> None:
    two.theirs.run("note", "A3", "Theirs.")
    two.theirs.run("add", "Picked", *ADD)
    two.theirs.git("push", "-q")
    two.ours.run("update", "A2", "--rag", "red", "--reason", "Ill.")
    two.ours.git("fetch", "-q")
    two.ours.git("cherry-pick", "origin/main")
    assert two.ours.action("A4").title == "Picked"
    assert two.ours.action("A3").note == ""
    assert len(two.ours.history.heads) == 5
    two.ours.pull()
    assert two.ours.action("A3").note == "Theirs."
    assert [a.id for a in two.ours.plan.actions] == ["A1", "A2", "A3", "A4"]
    assert [head.command for head in two.ours.history.heads].count("add") == 1
    assert len(two.ours.history.heads) == 5


def test_a_side_that_cannot_be_read_leaves_ours_and_says_where_theirs_is(two: Two) -> None:
    two.ours.run("note", "A2", "Ours.")
    before = two.ours.file.read_bytes()
    two.theirs.edit('id = "A3"', "id = A3")
    said = two.clash().said
    assert "plans/plan.toml of the other side, line" in said
    assert "git show :3:plans/plan.toml" in said
    assert two.ours.file.read_bytes() == before
    assert two.ours.git("status", "--short", "plans/plan.toml").said.startswith("UU ")


# --- without it ---------------------------------------------------------------------------------


@pytest.fixture
def plain(tmp_path: Path) -> Two:
    return clones(tmp_path, driver=False)


def test_without_it_git_merges_two_of_one_number_and_reading_says_so(plain: Two) -> None:
    plain.ours.edit(ACTION.format(3), ACTION.format(3) + "\n" + ACTION.format(4))
    first = ACTION.format(1).partition("due")[0]
    plain.theirs.edit(first, ACTION.format(4) + "\n" + first)
    assert plain.clash().code == 0
    faults = reader.read(plain.ours.file.read_bytes(), "plan.toml").faults
    assert [fault.sentence for fault in faults] == [
        "id 'A4' is used twice: give one of the two a number of its own"
    ]


def test_without_it_git_marks_both_files_and_reading_names_the_lines(plain: Two) -> None:
    plain.ours.run("update", "A1", "--rag", "amber", "--reason", "Late.")
    plain.theirs.run("update", "A1", "--rag", "red", "--reason", "Ill.")
    assert plain.clash().code == 1
    with pytest.raises(UnreadableError, match=r"lines .*: there are conflict markers"):
        reader.read(plain.ours.file.read_bytes(), "plan.toml")
    history = plain.ours.history
    assert len(history.heads) == 3
    assert len(history.damaged) == 3


# --- random pairs -------------------------------------------------------------------------------


def _random_change(rng: random.Random, clone: Clone) -> None:
    ref = f"A{rng.randint(1, 3)}"
    rag = rng.choice(["red", "amber", "green"])
    changes = [
        ("update", ref, "--rag", rag, "--reason", rng.choice(["Ill.", "Late."])),
        ("update", ref, "--forecast", f"{rng.randint(1, 28)} May 2014"),
        ("note", ref, rng.choice(["One.", "Two."])),
        ("move", ref, "--due", f"{rng.randint(1, 28)} June 2014", "--why", "Ill."),
        ("add", f"New {rng.random()}", *ADD),
        ("finding", "add", f"Said {rng.random()}", "--review", "LGA"),
    ]
    clone.run(*rng.choice(changes))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_whatever_two_clones_do_nothing_is_lost(two: Two, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same every time
    for clone in two:
        for _ in range(rng.randint(1, 4)):
            _random_change(rng, clone)
    titles = {a.title for clone in two for a in clone.plan.actions}
    heads = {head.id for clone in two for head in clone.history.heads}
    done = two.clash()
    found = {head.id: head.command for head in two.ours.history.heads}
    assert heads <= found.keys()
    joins = [found[ref] for ref in found.keys() - heads]
    assert joins in ([], ["merge"])
    assert two.ours.history.check() == ()
    if done.code == 0:
        assert {action.title for action in two.ours.plan.actions} == titles
    else:
        with pytest.raises(ConflictedError, match=r"unfinished merge \(A"):
            reader.read(two.ours.file.read_bytes(), "plan.toml")


# --- setting it up ------------------------------------------------------------------------------


def test_init_with_git_starts_a_plan_and_sets_this_clone_up(tmp_path: Path, run: Run) -> None:
    here = Clone(tmp_path)
    here.git("init", "-q")
    (tmp_path / ".gitignore").write_text("*.pyc")
    done: Ran = run("init", "--git", "--title", "A plan")
    assert done.code == 0
    assert (tmp_path / ".gitattributes").read_text() == (
        "*.history.jsonl merge=actionplan -text\nplans/*.toml merge=actionplan -text\n"
    )
    assert (tmp_path / ".gitignore").read_text() == (
        "*.pyc\nplans/.*.tmp\nplans/.*.lock\nplans/.*.mail.jsonl\nplans/owners.toml\n"
        "plans/owners.history.jsonl\n"
    )
    assert "actionplan merge %O %A %B %P" in here.git("config", "merge.actionplan.driver").said
    assert "Every other clone runs this once as well" in done.err
    assert "Started plans/a-plan.toml" in done.err
    again = run("init", "--git")
    assert again.code == 0
    assert ".gitattributes has what it needs already." in again.err
    assert (tmp_path / ".gitignore").read_text().count("tmp") == 1


@pytest.mark.parametrize(
    ("place", "pattern", "ignored"),
    [
        ("plan.toml", "/plan.toml", "/.*.tmp"),
        ("my plans/a [1].toml", '"my plans/a \\\\[1\\\\].toml"', "my plans/.*.tmp"),
        ("a/plans/one.toml", "a/plans/*.toml", "a/plans/.*.tmp"),
    ],
)
def test_init_with_git_knows_where_the_plan_lies(
    tmp_path: Path, run: Run, place: str, pattern: str, ignored: str
) -> None:
    Clone(tmp_path).git("init", "-q")
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PLAN)
    assert run("init", "--git", place).code == 0
    assert f"{pattern} merge=actionplan -text\n" in (tmp_path / ".gitattributes").read_text()
    assert ignored in (tmp_path / ".gitignore").read_text().splitlines()
    said = Clone(tmp_path).git("check-attr", "merge", place, ".gitignore").said
    assert said.count("merge: actionplan") == 1
    beside = str(path.with_name(".plan.0123456789ab.tmp").relative_to(tmp_path))
    assert Clone(tmp_path).git("check-ignore", beside).code == 0


def test_init_keeps_names_and_who_was_mailed_out_of_a_work_tree_of_git(
    tmp_path: Path, run: Run
) -> None:
    here = Clone(tmp_path)
    here.git("init", "-q")
    assert run("init", "--title", "A plan").code == 0
    for name in (
        "owners.toml",
        "owners.history.jsonl",
        ".a-plan.mail.jsonl",
        ".a-plan.0123456789ab.tmp",
    ):
        (tmp_path / "plans" / name).touch()
    seen = here.git("status", "--porcelain", "--untracked-files=all", "plans").said
    assert sorted(seen.split()[1::2]) == ["plans/a-plan.history.jsonl", "plans/a-plan.toml"]


def test_init_with_git_outside_a_work_tree_says_so_and_starts_nothing(
    tmp_path: Path, run: Run
) -> None:
    done = run("init", "--git", "--title", "A plan")
    assert done.code == 1
    assert "is in no git work tree" in done.err
    assert list(tmp_path.glob("plans")) == []


def test_merge_by_hand_writes_over_ours_and_keeps_its_mode(tmp_path: Path, run: Run) -> None:
    files = [tmp_path / name for name in ("base", "ours", "theirs")]
    for path, rag in zip(files, ("green", "amber", "red"), strict=True):
        path.write_text(PLAN.replace('"green"', f'"{rag}"', 1))
    files[1].chmod(0o640)
    done = run("merge", *map(str, files), "plans/p.toml")
    assert (done.code, done.out) == (1, "")
    assert files[1].stat().st_mode & 0o777 == 0o640
    assert "<<<<<<< A1 rag, as changed here\n" in files[1].read_text()
    assert run("merge", str(tmp_path / "none"), *map(str, files[1:]), "plans/p.toml").code == 4


def test_merge_gives_no_number_that_the_history_says_was_given(tmp_path: Path, run: Run) -> None:
    signed = Signature(datetime(2014, 2, 3, tzinfo=UTC), date(2014, 2, 3), "Officer", "add")
    (tmp_path / "p.history.jsonl").write_bytes(entry(signed, Step("a", "b", {"A": 40}), Tail()))
    new = ACTION.format(4)
    texts = (PLAN, f"{PLAN}\n{new}", f"{PLAN}\n{new.replace('4. thing', 'other thing')}")
    for name, text in zip(("base", "ours", "theirs"), texts, strict=True):
        (tmp_path / name).write_text(text)
    done = run("merge", "base", "ours", "theirs", "p.toml")
    assert done.code == 0
    assert "both sides gave the number A4; the other side's A4 is now A41." in done.err
    assert 'id = "A41"' in (tmp_path / "ours").read_text()
