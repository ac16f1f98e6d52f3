"""What others do to a plan while it is written: stopped holders, and plans that are taken away."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, NamedTuple

from campaign_children import ended, forked
from campaign_plans import SIGNED, new_plan, noted

from actionplan.errors import NotWrittenError, UnconfirmedError, UnreadableError
from actionplan.store import remembering, swapping, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WATCHED = (
    "open", "read", "write", "fsync", "fchmod", "close", "link", "unlink", "replace", "stat",
    "lstat", "fstat", "scandir", "lseek",
)  # fmt: skip
"""The operations before each of which the plan is taken away; so it is before the swap itself."""


class Point(NamedTuple):
    """A moment in a write: before a function of a module is called for the first time, or after."""

    module: Any
    name: str
    after: bool = False


def stopped_at(point: Point, work: Callable[[], None]) -> None:
    """Do some work in this process, which stops itself at a point; somebody lets it go on."""
    real = getattr(point.module, point.name)
    once = [True]

    def stop() -> None:
        if once:
            once.clear()
            os.kill(os.getpid(), signal.SIGSTOP)

    def stopping(*arguments: Any, **named: Any) -> Any:
        if not point.after:
            stop()
        done = real(*arguments, **named)
        stop()
        return done

    setattr(point.module, point.name, stopping)
    work()


def deleted(path: Path, _: Path) -> None:
    """Delete the plan."""
    path.unlink()


def replaced(path: Path, aside: Path) -> None:
    """Put another plan in its place."""
    new = aside / "another.toml"
    new.write_bytes(path.read_bytes() + b"# another\n")
    new.replace(path)


def moved(path: Path, aside: Path) -> None:
    """Move it elsewhere."""
    path.replace(aside / "moved.toml")


def made_a_link(path: Path, aside: Path) -> None:
    """Move it elsewhere, and leave a link to it."""
    path.replace(aside / "moved.toml")
    path.symlink_to(aside / "moved.toml")


def made_a_folder(path: Path, aside: Path) -> None:
    """Move it elsewhere, and make a folder of its name."""
    path.replace(aside / "moved.toml")
    path.mkdir()


MADE = b'note = "first"'
MISCHIEF = (deleted, replaced, moved, made_a_link, made_a_folder)


def taken_away(folder: Path, mischief: Callable[[Path, Path], None], step: int) -> int | None:
    """Make a change, and do mischief to the plan before so many operations; give the exit code.

    ``None`` where the change has fewer operations than that.
    """
    path = new_plan(folder, 2)
    aside = folder.parent / f"aside-{step}"
    aside.mkdir()
    writing.change(path, noted("A2", "before"), SIGNED)
    old = path.read_bytes()
    mark = aside / "done"

    def do() -> None:
        mark.touch()
        mischief(path, aside)

    code = ended(forked(lambda: _meanwhile(path, step, do)))
    if not mark.exists():
        return None
    _judge(path, old, code, {found.name: found.read_bytes() for found in aside.iterdir()})
    return code


def _meanwhile(path: Path, step: int, mischief: Callable[[], None]) -> None:
    count = 0

    def watching(real: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                mischief()
            return real(*arguments, **named)

        return watched

    for name in WATCHED:
        setattr(os, name, watching(getattr(os, name)))
    setattr(swapping, "exchange", watching(swapping.exchange))  # noqa: B010 - mypy knows the real one
    writing.change(path, noted("A1", "first"), SIGNED)


def _judge(path: Path, old: bytes, code: int, elsewhere: dict[str, bytes]) -> None:
    """What was moved is as it was, or as our change had made it; what is said is true."""
    moved = elsewhere.get("moved.toml")
    made = moved is not None and MADE in moved
    assert moved in (None, old) or made
    linked_first = "moved.history.jsonl" in elsewhere
    assert set(elsewhere) <= {"done", "moved.toml", "moved.history.jsonl"}
    here = path.read_bytes() if path.is_file() else b""
    if code in {0, UnconfirmedError.exit_code}:
        assert made or MADE in here or not path.is_file()
        assert path.is_symlink() == (linked_first or (made and path.is_symlink()))
    else:
        assert code in {UnreadableError.exit_code, NotWrittenError.exit_code, 1}
        assert not made
        assert MADE not in here
    told = remembering.history_bytes(path)
    assert b"another" not in told or b"# another" in here or b"# another" in told
