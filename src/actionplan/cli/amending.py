"""The drafts as a text for an editor, and read back strictly: what is not understood is said."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from actionplan.changes import choice
from actionplan.cli import editor
from actionplan.errors import ActionPlanError, WrongUsageError
from actionplan.model import FINDING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.cli.laying import Choice, Laid
    from actionplan.model import Finding

_HEAD = """\
# What the review says, as drafts of findings. Take a whole block out to leave it out, and mend
# what was read wrongly. What is only offered stands at the end: take the # away to take it.
# Save and close to go on; with no block left, nothing is taken.
"""
_TEXTS = ("ref", "kind", "for", "timescale", "theme", "text")


class UnreadError(ActionPlanError):
    """What came back from the editor can't be understood."""


class Amended(NamedTuple):
    """A draft as it came back."""

    choice: Choice
    finding: Finding


def written(laid: Laid) -> str:
    """Write what is new as a text to edit."""
    offered = [each for each in laid.choices if each.is_new and each.is_offered]
    blocks = [_block(each) for each in laid.new]
    for each in offered:
        block = "".join(f"# {line}\n" for line in _block(each).splitlines())
        blocks.append(f"# Only offered: it says '{each.draft.asks}'.\n{block}")
    return "\n".join([_HEAD, *blocks])


def _block(each: Choice) -> str:
    import tomlkit  # noqa: PLC0415 - only where something is edited

    def quoted(text: str) -> str:
        return tomlkit.string(text).as_string()

    found = each.finding
    page = f"page = {found.page}\n" if found.page else ""
    when = f"timescale = {quoted(found.timescale)}\n" if found.timescale else ""
    theme = f"theme = {quoted(found.theme)}\n" if found.theme else ""
    return (
        f'[[finding]]\ndraft = "{each.number}"\nref = {quoted(found.ref)}\n'
        f"kind = {quoted(found.kind)}\nfor = {quoted(found.for_)}\n{page}{when}{theme}"
        f"text = {quoted(found.text)}\n"
    )


def edited(text: str) -> str:
    """Open a text in the editor of whoever asks, and give what comes back.

    Raises:
        ActionPlanError: where there is none, or it fails.

    """
    with tempfile.TemporaryDirectory(prefix="actionplan-") as folder:
        place = Path(folder) / "drafts.toml"
        place.write_text(text, encoding="utf-8", errors="backslashreplace")
        return editor.edited(place).decode("utf-8", errors="replace")


def read(text: str, laid: Laid) -> tuple[Amended, ...]:
    """Read a text that was edited.

    Raises:
        UnreadError: where any of it is not understood; nothing of it is taken then.

    """
    try:
        told: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"What was edited can't be read: {error}."
        raise UnreadError(message) from error
    blocks = told.pop("finding", [])
    is_listed = isinstance(blocks, list) and all(isinstance(block, dict) for block in blocks)
    if told or not is_listed:
        message = f"Only [[finding]] blocks are understood, not {next(iter(told), 'finding')}."
        raise UnreadError(message)
    return tuple(_amended(block, at, laid) for at, block in enumerate(blocks, 1))


def _amended(block: dict[str, Any], at: int, laid: Laid) -> Amended:
    known = {each.number: each for each in laid.choices if each.is_new}
    number = block.pop("draft", None)
    if not isinstance(number, str) or number not in known:
        message = f"Block {at} has draft = {number!r}, which is none of the drafts."
        raise UnreadError(message)
    where = f"Draft {number}"
    odd = sorted(block.keys() - {*_TEXTS, "page"})
    if odd:
        message = f"{where}: there is no key {odd[0]}."
        raise UnreadError(message)
    fields = {key: _text(block[key], key, where) for key in _TEXTS if key in block}
    if not fields.get("text"):
        message = f"{where}: its text is missing. Take the whole block out to leave it out."
        raise UnreadError(message)
    page = block.get("page")
    if page is not None and (type(page) is not int or page < 1):
        message = f"{where}: page is {page!r}; write the number of the page, from 1."
        raise UnreadError(message)
    return Amended(known[number], _finding(known[number].finding, fields, page, where))


def _text(value: object, key: str, where: str) -> str:
    if not isinstance(value, str):
        message = f"{where}: {key} is {value!r}; write it in quotation marks."
        raise UnreadError(message)
    return " ".join(value.split())


def _finding(draft: Finding, fields: dict[str, str], page: int | None, where: str) -> Finding:
    try:
        kind = choice(fields.get("kind", draft.kind), FINDING_KINDS, "kind")
    except WrongUsageError as error:
        message = f"{where}: {error.sentence}"
        raise UnreadError(message) from error
    return draft._replace(
        ref=fields.get("ref", ""), kind=kind, for_=fields.get("for", ""), page=page,
        timescale=fields.get("timescale", ""), theme=fields.get("theme", ""), text=fields["text"],
    )  # fmt: skip


def altered(found: tuple[Amended, ...], laid: Laid) -> Iterator[str]:
    """Say which texts are no longer the document's own, and what was left out."""
    for each in found:
        if each.finding.text != each.choice.finding.text:
            yield (
                f"{each.choice.number} is in your words now, no longer verbatim; the document has: "
                f"{each.choice.finding.text}"
            )
    kept = {each.choice.number for each in found}
    left = [each.number for each in laid.new if each.number not in kept]
    if left:
        yield f"Left out: {', '.join(left)}."
