"""A council's own parts of a paper: what they are called, and where they are looked for.

`paper.toml` and `cover.txt` are put into the report itself (`own`), so that every form has them.
Templates for HTML and a Word file with the council's styles are asked for by the forms that use
them.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from actionplan.errors import UnreadableError

if TYPE_CHECKING:
    from actionplan.reports.blocks import Report

TEMPLATES = Path(__file__).parent / "templates"
"""Where our own templates lie, each of which a council's may stand in the place of."""


_OF_FORM = {"html": (".html", ".css"), "word": (".docx",), "pdf": (".docx",)}
"""The endings of the parts that only some forms use."""


class Parts(NamedTuple):
    """The folders that hold a council's own parts, the first to be looked in first."""

    folders: tuple[Path, ...] = ()

    def find(self, name: str) -> Path | None:
        """Give the first file with a name, if any folder holds one.

        A name leads nowhere else, and no link in a folder leads out of it: a plan that a stranger
        sends with its parts can't have another file of this machine printed.
        """
        if "/" in name or "\\" in name or name.startswith("."):
            return None
        found = (folder / name for folder in self.folders)
        return next((path for path in found if path.is_file() and _is_within(path)), None)

    def text(self, name: str) -> tuple[str, Path] | None:
        """Give the text of such a file and where it lies.

        Raises:
            UnreadableError: where it can't be read, or is not a text.

        """
        path = self.find(name)
        if path is None:
            return None
        try:
            return path.read_text(encoding="utf-8-sig"), path
        except OSError as error:
            message = f"{path} can't be read: {error.strerror or error}."
            raise UnreadableError(message, state="") from error
        except UnicodeDecodeError as error:
            message = f"{path} is not UTF-8: save it as UTF-8 and try again."
            raise UnreadableError(message, state="") from error

    def taken(self, report: Report, form: str) -> tuple[str, ...]:
        """Name the files that take part in a report in a form."""
        names = sorted({path.name for folder in self.folders for path in folder.iterdir()})
        found = [name for name in names if is_part(name) and self.find(name)]
        cover = next((name for name in covers(report) if name in found), "")
        mine = _OF_FORM.get(form, ())
        return tuple(n for n in found if n in {"paper.toml", cover} or Path(n).suffix in mine)

    def would_hold(self, path: Path) -> bool:
        """Tell whether a file at a place would take part in the next paper."""
        folder = path.parent.resolve()
        return is_part(path.name) and any(folder == each.resolve() for each in self.folders)


def is_part(name: str) -> bool:
    """Tell whether a file of this name takes part in a paper."""
    if name.endswith((".html", ".css")):
        return (TEMPLATES / name).is_file()
    return name in {"paper.toml", "paper.docx"} or fnmatchcase(name, "cover*.txt")


def _is_within(path: Path) -> bool:
    return path.resolve().is_relative_to(path.parent.resolve())


def covers(report: Report) -> tuple[str, ...]:
    """Name the files that may be the cover of a report."""
    return f"cover-{report.kind}.txt", "cover.txt"
