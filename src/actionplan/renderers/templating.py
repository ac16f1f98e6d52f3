"""Templates, ours and a council's: found by name, held in a sandbox, and their faults in words.

A template can't reach what Python is made of, change what it is given, or read a file that lies
elsewhere. What it says is text: in a page each value is escaped unless it was made as markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from actionplan.errors import UnreadableError
from actionplan.renderers.parts import TEMPLATES, Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

OURS = "ours/"
"""Stands before the name of a template of ours that one of a council stands in the place of."""
_FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the words of a template can bring about when they are carried out."""


class _Unknown(StrictUndefined):
    """What a template asks for and there is not."""

    @property
    def _undefined_message(self) -> str:
        return f"there is no '{self._undefined_name}' to be had here"


def page(name: str, parts: Parts, values: Mapping[str, Any]) -> str:
    """Fill a template of the page: the council's where it has one, else ours.

    Raises:
        UnreadableError: with file and line, where a template of the council is at fault.

    """
    return pages(name, parts)(values)


def pages(name: str, parts: Parts) -> Callable[[Mapping[str, Any]], str]:
    """Give what fills a template as `page` does, to be filled many times: it is read once."""

    def load(wanted: str) -> tuple[str, str, None] | None:
        name = wanted.removeprefix(OURS)
        found = (parts.text(name) if name == wanted else None) or Parts((TEMPLATES,)).text(name)
        return (found[0], str(found[1]), None) if found else None

    environment = _environment(markup=True)
    environment.loader = FunctionLoader(load)

    def filled(values: Mapping[str, Any]) -> str:
        try:
            return environment.get_template(name).render(values)
        except _FAULTS as error:
            raise _explained(error, str(TEMPLATES)) from error

    return filled


def text(source: str, place: str, values: Mapping[str, Any]) -> str:
    """Fill a text that stands in a file of the council.

    Raises:
        UnreadableError: with the place that was given, and the line inside the text.

    """
    try:
        return _environment(markup=False).from_string(source).render(values)
    except _FAULTS as error:
        raise _explained(error, place) from error


def _environment(*, markup: bool) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        autoescape=markup,
        undefined=_Unknown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _explained(error: BaseException, place: str) -> UnreadableError:
    """Say in words what is wrong with a template, and where."""
    if isinstance(error, TemplateSyntaxError):
        where, line = error.filename or place, error.lineno
    else:
        where, line = _place(error.__traceback__, place)
    what = " ".join(str(error).split()) or type(error).__name__
    at = f", line {line}" if line else ""
    message = f"{where}{at}: {what.rstrip('.')}. Mend it, or take that file away."
    return UnreadableError(message, state="")


def _place(found: TracebackType | None, place: str) -> tuple[str, int]:
    """Give the file and line of the innermost template that was being filled."""
    where, line = place, 0
    while found is not None:
        name = found.tb_frame.f_code.co_filename
        if name == "<template>" or name.endswith((".html", ".css")):
            where, line = (place if name == "<template>" else name), found.tb_lineno
        found = found.tb_next
    return where, line
