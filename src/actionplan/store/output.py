"""Files that are made from a plan and given away: written whole or not at all, never over the plan.

Papers, sheets and calendars can be made again, so they are not locked and not read back.
"""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from actionplan.errors import ActionPlanError, WrongUsageError
from actionplan.store import files
from actionplan.store.remembering import history_path

if TYPE_CHECKING:
    from pathlib import Path


def refuse_plan(output: Path, plan: Path) -> None:
    """Refuse to write over the plan or what remembers it.

    Raises:
        WrongUsageError: where the output is one of them, by whatever name.

    """
    if not _is_there(output):
        return
    for kept in (plan, history_path(plan)):
        if kept.exists() and output.samefile(kept):
            message = f"{output} is the plan or its history: name another file to write to."
            raise WrongUsageError(message, state="")
    if output.name.endswith((".toml", ".history.jsonl")):
        message = f"{output} is there and may be a plan, its owners or its history: name another."
        raise WrongUsageError(message, state="")


def _is_there(output: Path) -> bool:
    try:
        return output.exists()
    except OSError as error:
        message = f"{output} could not be written: {error.strerror or error}."
        raise ActionPlanError(message, state="") from error


def make_folder(folder: Path) -> None:
    """Make a folder for files that were asked for, where there is none.

    Raises:
        ActionPlanError: where it can't be made.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder} could not be made: {error.strerror or error}."
        raise ActionPlanError(message, state="") from error


def write(output: Path, content: bytes) -> None:
    """Write a file that was asked for, in the place of one that is there.

    Raises:
        ActionPlanError: where it can't be written.

    """
    try:
        if output.exists() and not output.is_file():
            output.write_bytes(content)  # a device or a pipe has no place to swap
        else:
            _swap(_real(output), content)
    except OSError as error:
        message = f"{output} could not be written: {error.strerror or error}."
        raise ActionPlanError(message, state="") from error


def _real(output: Path) -> Path:
    with contextlib.suppress(RuntimeError):  # up to Python 3.12, for a link to itself
        real = output.resolve()
        if not real.is_symlink():
            return real
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _swap(path: Path, content: bytes) -> None:
    mode = files.mode_of(path) if path.exists() else files.mode_of_a_new_file()
    beside = path.with_name(f".{path.name[:100]}.{os.urandom(6).hex()}.part")
    try:
        files.write_new(beside, content, mode, path)
        files.replace(beside, path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
