"""A council's own parts of a paper, and where they are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Parts(NamedTuple):
    """The folders that hold a council's own parts, the first to be looked in first."""

    folders: tuple[Path, ...] = ()

    def find(self, name: str) -> Path | None:
        """Give the first file with a name, if any folder holds one."""
        found = (folder / name for folder in self.folders)
        return next((path for path in found if path.is_file()), None)
