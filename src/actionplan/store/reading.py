"""Open a plan, and the owners beside it; takes no lock and changes nothing."""

from __future__ import annotations

import errno
import stat
from typing import TYPE_CHECKING

from actionplan.errors import UnreadableError
from actionplan.planfile import reader
from actionplan.planfile.source import UNTOUCHED

if TYPE_CHECKING:
    from pathlib import Path

    from actionplan.model import Owner

LARGEST = 10 * 1024 * 1024
OWNERS_FILE = "owners.toml"

_WHY = {
    errno.ENOENT: "there is no such file",
    errno.EACCES: "you may not read it",
    errno.EPERM: "you may not read it",
    errno.ELOOP: "the link leads back to itself",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a part of the path is not a folder",
}


def load(path: Path) -> reader.PlanText:
    """Read a plan.

    Raises:
        UnreadableError: where it is missing, no regular file, too large, or not TOML in UTF-8.

    """
    return reader.read(content_of(path), path.name)


def content_of(path: Path) -> bytes:
    """Give the bytes of a regular file of a size that a plan can have."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
            message = f"{path} is {kind}; a plan is one TOML file."
            raise UnreadableError(message, state=UNTOUCHED)
        if found.st_size > LARGEST:
            message = f"{path} has {found.st_size:,} bytes; a plan has {LARGEST:,} at the most."
            raise UnreadableError(message, state=UNTOUCHED)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = _WHY.get(getattr(error, "errno", None) or 0, str(error))
        message = f"{path} can't be read: {why}."
        raise UnreadableError(message, state=UNTOUCHED) from error


def owners_file(plan: Path) -> Path:
    """Give the place of the owners file of a plan, whether it is there or not."""
    return plan.parent / OWNERS_FILE


def is_there(path: Path) -> bool:
    """Tell whether there is such a file.

    Raises:
        UnreadableError: where that can't be told.

    """
    try:
        return path.is_file()
    except OSError as error:
        message = f"{path} can't be read: {error.strerror}."
        raise UnreadableError(message) from error


def owners_beside(plan: Path) -> tuple[Owner, ...]:
    """Give the owners that are kept beside the plan, out of what is published."""
    read = owners_text(plan)
    return read.plan.owners if read else ()


def owners_text(plan: Path) -> reader.PlanText | None:
    """Read the owners' file of a plan, if there is one."""
    path = owners_file(plan)
    return reader.read_owners(content_of(path), path.name) if is_there(path) else None
