"""The forms that a paper can be given in: what each is called, and how a file of it ends."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from actionplan.errors import WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from actionplan.renderers.parts import Parts
    from actionplan.reports.blocks import Report


class Form(NamedTuple):
    """One form of a paper."""

    name: str
    endings: tuple[str, ...]
    render: Callable[[Report, Parts], bytes]
    is_text: bool = True
    """False for what only a file can hold."""
    is_utf8: bool = False
    """True where a pipe gets UTF-8 whatever its reader expects, since the form says so itself."""


def _text(report: Report, _: Parts) -> bytes:
    from actionplan.renderers import plain  # noqa: PLC0415 - each form imports its own renderer

    return plain.render(report).encode()


def _markdown(report: Report, _: Parts) -> bytes:
    from actionplan.renderers import markdown  # noqa: PLC0415 - as above

    return markdown.render(report).encode()


def _html(report: Report, parts: Parts) -> bytes:
    from actionplan.renderers import html  # noqa: PLC0415 - as above

    return html.render(report, parts).encode()


def _json(report: Report, _: Parts) -> bytes:
    from actionplan.renderers import as_json  # noqa: PLC0415 - as above

    return as_json.render(report).encode()


def _word(report: Report, parts: Parts) -> bytes:
    from actionplan.renderers import word  # noqa: PLC0415 - as above

    return word.render(report, parts)


def _pdf(report: Report, parts: Parts) -> bytes:
    from actionplan.renderers import pdf  # noqa: PLC0415 - as above

    return pdf.render(report, parts)


FORMS: tuple[Form, ...] = (
    Form("text", (".txt",), _text),
    Form("markdown", (".md",), _markdown, is_utf8=True),
    Form("html", (".html", ".htm"), _html, is_utf8=True),
    Form("json", (".json",), _json),
    Form("word", (".docx",), _word, is_text=False),
    Form("pdf", (".pdf",), _pdf, is_text=False),
)


def named(name: str) -> Form:
    """Find a form of a paper by its name."""
    return with_name(name, FORMS, "A report")


def of_file(path: Path) -> Form:
    """Find the form that the file of a paper is to have by its ending."""
    return with_ending(path, FORMS)


# --- of a paper, or of whatever else has forms ----------------------------------------------------


class Named(Protocol):
    """A form of anything."""

    @property
    def name(self) -> str:
        """Give what it is called."""

    @property
    def endings(self) -> tuple[str, ...]:
        """Give how its files end, the usual one first."""


OneForm = TypeVar("OneForm", bound=Named)


def with_name(name: str, forms: Sequence[OneForm], whose: str) -> OneForm:
    """Find one of some forms by its name.

    Raises:
        WrongUsageError: with the names that there are.

    """
    wanted = name.strip().casefold()
    found = next((form for form in forms if form.name == wanted), None)
    if found is None:
        names = ", ".join(form.name for form in forms)
        message = f"{whose} has no form '{name.strip()}'. It has: {names}."
        raise WrongUsageError(message)
    return found


def with_ending(path: Path, forms: Sequence[OneForm]) -> OneForm:
    """Find the one of some forms that a file is to have by its ending; the longest one counts.

    An ending may begin with a word, such as ``owners.xlsx``: then it is the whole name, or stands
    after a hyphen or the like.

    Raises:
        WrongUsageError: with the endings that there are.

    """
    name = path.name.casefold()
    fitting = [
        (len(ending), form) for form in forms for ending in form.endings if _ends(name, ending)
    ]
    found = max(fitting, key=itemgetter(0))[1] if fitting else None
    if found is None:
        endings = ", ".join(form.endings[0] for form in forms)
        message = (
            f"'{path}' does not say which form it is to have: let it end in one of {endings}, or "
            "say which with --to."
        )
        raise WrongUsageError(message)
    return found


def _ends(name: str, ending: str) -> bool:
    """Tell whether a name has an ending; Unix hides a file of which there is nothing else."""
    before = name.removesuffix(ending)
    if ending.startswith("."):
        return before not in {name, ""}
    return before != name and not before[-1:].isalnum()
