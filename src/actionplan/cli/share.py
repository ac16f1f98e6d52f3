"""Sharing a plan with git: the merge that git calls, and what a clone needs to call it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from actionplan import settings
from actionplan.cli import session
from actionplan.cli.app import complain
from actionplan.errors import ActionPlanError, UnreadableError
from actionplan.history.entries import Signature
from actionplan.store import files, reading, remembering

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actionplan.planfile.merging import Clash, Merged

app = typer.Typer(rich_markup_mode=None)

HISTORY = ".history.jsonl"
DRIVER = "merge %O %A %B %P"
NAME = "actionplan: plans by what they say, histories line by line"
CLASHED = 1


# --- the merge ----------------------------------------------------------------------------------


@app.command()
def merge(
    base: Annotated[Path, typer.Argument(help="The version that both came from; git's %O.")],
    ours: Annotated[Path, typer.Argument(help="This side; the result is written over it; %A.")],
    theirs: Annotated[Path, typer.Argument(help="The other side; %B.")],
    pathname: Annotated[str, typer.Argument(help="What the file is called in the work tree; %P.")],
) -> None:
    """Merge two versions of a plan or of its history; git calls this after: init --git."""
    contents = [_content(path, pathname) for path in (base, ours, theirs)]
    if pathname.endswith(HISTORY):
        from actionplan.store import joining  # noqa: PLC0415 - one of the two

        who = settings.signer(None, os.environ)
        signed = Signature(session.now(), session.today(), who, "merge", "Two copies were merged.")
        _write(ours, joining.joined(contents[0], contents[1], contents[2], signed))
        return
    merged = _merged_plan(contents, pathname)
    _write(ours, merged.content)
    for sentence in _told(merged, pathname):
        complain(sentence)
    if merged.clashes:
        raise typer.Exit(CLASHED)


def _content(path: Path, pathname: str) -> bytes:
    """Give the bytes of a version; a history may be longer than a plan."""
    if not pathname.endswith(HISTORY):
        return reading.content_of(path)
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} can't be read: {error.strerror}."
        raise UnreadableError(message) from error


def _merged_plan(contents: list[bytes], pathname: str) -> Merged:
    from actionplan.planfile import merging  # noqa: PLC0415 - one of the two

    try:
        base, ours, theirs = contents
        return merging.merge(base, ours, theirs, pathname, _issued(pathname))
    except ActionPlanError as error:
        error.sentence = _which(contents, pathname) or error.sentence
        error.state = (
            f"It was not merged: {pathname} stands as it was on this side, and the other side's is "
            f"in: git show :3:{pathname}"
        )
        raise


def _which(contents: list[bytes], pathname: str) -> str:
    """Say which of the versions can't be read, and why."""
    from actionplan.planfile import reader  # noqa: PLC0415 - only where a merge failed

    sides = ("as it was before", "of this side", "of the other side")
    for side, content in zip(sides, contents, strict=True):
        try:
            reader.read(content, f"{pathname} {side}")
        except UnreadableError as error:
            return error.sentence
    return ""


def _issued(pathname: str) -> Mapping[str, int]:
    """Give the highest numbers ever given, as far as the history in the work tree knows."""
    try:
        return remembering.tail_of(Path(pathname)).numbers
    except (OSError, ValueError):
        return {}


def _write(path: Path, content: bytes) -> None:
    """Put the result in place of a version, whole or not at all."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        with files.temporary(path, content, mode) as beside:
            beside.replace(path)
    except OSError as error:
        message = f"{path} can't be written: {error.strerror}."
        raise ActionPlanError(message) from error


def _told(merged: Merged, pathname: str) -> list[str]:
    """Say which numbers are new, and each clash; nothing where all went together."""
    said = [
        f"{pathname}: both sides gave the number {old.rpartition(' ')[2]}; the other side's "
        f"{old} is now {new}."
        for old, new in merged.renumbered.items()
    ]
    said += [f"{pathname}, {_in_words(clash)}" for clash in merged.clashes]
    if merged.clashes:
        said.append(
            f"Settle each one in {pathname}: keep the right lines, delete the markers, then "
            f"git add {pathname}"
        )
    return said


def _in_words(clash: Clash) -> str:
    name = " ".join(part for part in (clash.ref, clash.field) if part)
    if clash.why:
        return f"{name}: each side is sound, and together {clash.why}."
    if clash.ref and not clash.field:
        sides = [
            f"{'changed' if side else 'deleted'} {where}"
            for side, where in ((clash.ours, "here"), (clash.theirs, "there"))
        ]
        return f"{name} ({clash.base or clash.ours or clash.theirs}): {' and '.join(sides)}."
    here, there, was = (
        f"'{v}'" if v else "nothing" for v in (clash.ours, clash.theirs, clash.base)
    )
    return f"{name}: {here} here, {there} there (it was {was})."


# --- what a clone needs -------------------------------------------------------------------------


class Tree(NamedTuple):
    """A git work tree, and where the plan lies in it."""

    top: Path
    plan: Path
    """As seen from the top."""


def plan_here(path: Path | None) -> Path | None:
    """Give the plan that is there already, if there is one; of several in ``plans/`` any."""
    if path is not None:
        return path if path.is_file() else None
    try:
        return settings.plan_path(None, os.environ, Path.cwd())
    except UnreadableError:
        return next(iter(sorted(Path(settings.PLANS_FOLDER).glob("*.toml"))), None)


def tree_of(plan: Path) -> Tree:
    """Find the git work tree that a plan lies in, or will lie in.

    Raises:
        ActionPlanError: where there is none, or no git.

    """
    whole = plan.resolve()
    folder = next(parent for parent in whole.parents if parent.is_dir())
    top = Path(_git(folder, "rev-parse", "--show-toplevel")).resolve()
    return Tree(top, whole.relative_to(top))


def set_up(tree: Tree) -> None:
    """Let git merge the plan with actionplan in this clone, and say what was done."""
    folder = tree.plan.parent.as_posix()
    place = "" if folder == "." else folder
    shared = folder.rpartition("/")[2] == settings.PLANS_FOLDER
    plans = f"{place}/*.toml" if shared else f"{place}/{tree.plan.name}"
    attributes = [
        f"*{HISTORY} merge=actionplan -text",
        f"{_pattern(plans, shared=shared)} merge=actionplan -text",
    ]
    done = [_added(tree.top / ".gitattributes", attributes), _ignoring(tree.top, place)]
    _git(tree.top, "config", "merge.actionplan.name", NAME)
    _git(tree.top, "config", "merge.actionplan.driver", f"{_program()} {DRIVER}")
    for sentence in done:
        complain(sentence)
    complain("This clone now merges plans and their histories with actionplan.")
    complain(
        "Commit both files. Every other clone runs this once as well, since git does not copy "
        "configuration: actionplan init --git"
    )


UNSHARED = (".*.tmp", ".*.lock", ".*.mail.jsonl", "owners.toml", "owners.history.jsonl")
"""What lies beside a plan and is not for git: names and addresses, and who was mailed, among it."""


def work_tree(plan: Path) -> Path | None:
    """Give the top of the work tree that a plan lies in, or will lie in; git is not asked."""
    with contextlib.suppress(OSError):
        return next((each for each in plan.resolve().parents if (each / ".git").exists()), None)
    return None


def keep_private(plan: Path, top: Path) -> None:
    """Have git leave alone what lies beside a plan and is not for it."""
    try:
        complain(_ignoring(top, plan.resolve().parent.relative_to(top).as_posix()))
    except OSError as error:
        complain(f"{top / '.gitignore'} could not be written: {error.strerror}.")


def _ignoring(top: Path, place: str) -> str:
    here = "" if place in {"", "."} else place
    return _added(top / ".gitignore", [_escaped(f"{here}/") + name for name in UNSHARED])


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments of ours
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the git that the user has
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        message = "git is not installed here, or not on the PATH."
        raise ActionPlanError(message) from error
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().removeprefix("fatal: ")
        message = f"{folder} is in no git work tree that can be used (git says: {said}). Start one "
        message += "there with: git init"
        raise ActionPlanError(message) from error
    return done.stdout.rstrip("\n")


def _program() -> str:
    """Tell how git calls this program: by its name, or, where the PATH lacks it, by its place."""
    return "actionplan" if shutil.which("actionplan") else f"'{sys.executable}' -m actionplan"


def _pattern(path: str, *, shared: bool) -> str:
    """Write a path as git's attributes want it; a pattern with a space stands in quotes."""
    folder, _, name = path.rpartition("/")
    pattern = f"{_escaped(folder)}/{name if shared else _escaped(name)}"
    pattern = pattern.removeprefix("/") if folder else pattern
    if not re.search(r"[\s\"]", pattern):
        return pattern
    quoted = pattern.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _escaped(path: str) -> str:
    return re.sub(r"([\[\]*?\\])", r"\\\1", path)


def _added(path: Path, lines: Iterable[str]) -> str:
    """Add the lines that a file of git's lacks, and say so."""
    content = path.read_bytes() if path.exists() else b""
    there = content.decode("utf-8", "replace").splitlines()
    missing = [line for line in lines if line not in there]
    if not missing:
        return f"{path.name} has what it needs already."
    start = [""] if content and not content.endswith(b"\n") else []
    with path.open("ab") as file:
        file.write("\n".join([*start, *missing, ""]).encode())
    return f"{path.name}: added {', '.join(missing)}."
