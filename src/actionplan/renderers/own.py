"""A council's own sections, headings, order and cover: read from its files, put into a report.

Nothing can be left out of a report by them: what `order` does not name follows in its usual
place.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from actionplan.dates import in_words
from actionplan.errors import UnreadableError
from actionplan.planfile import parsing, scanner, source
from actionplan.renderers import templating
from actionplan.renderers.parts import covers
from actionplan.reports.blocks import Block, Items, Prose, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from actionplan.renderers.parts import Parts
    from actionplan.reports.blocks import Report

COVER = "cover"
_END_MATTER = ("legend", "reviews", "plan")
"""What stands behind a section of the council's own that `order` does not name."""
_KEYS: dict[str, type] = {"order": list, "headings": dict, "section": list}
_SECTION_KEYS: dict[str, type] = {
    "key": str,
    "heading": str,
    "text": str,
    "kinds": list,
}
_NEEDED = ("key", "heading", "text")
_KINDS_OF_VALUE: dict[type, str] = {
    list: "a list",
    dict: "a table",
    str: "a text in quotes",
}
_NAME = r"[a-z][a-z0-9-]*"


class Facts(NamedTuple):
    """What a text of the council may say of the report that it stands in."""

    title: str
    subtitle: str
    as_at: str
    """In words: Thursday 1 May 2014."""
    period: str
    kind: str


class _Sheet(NamedTuple):
    """What `paper.toml` holds, and where it lies, so that a fault is told with its line."""

    path: Path
    text: str
    data: dict[str, Any]

    def where(self, *place: str | int) -> str:
        return f"{self.path}, line {scanner.scan(self.text).line_of(place)}"

    def refuse(self, sentence: str, *place: str | int) -> NoReturn:
        message = f"{self.where(*place)}: {sentence}"
        raise UnreadableError(message, state="")


def applied(report: Report, parts: Parts) -> Report:
    """Put the council's own sections, headings, order and cover into a report.

    Raises:
        UnreadableError: where a part can't be read or is not what it must be.

    """
    return cover(paper(report, parts), parts, covers(report))


def facts(report: Report) -> Facts:
    """Give what a text of the council may say of a report."""
    return Facts(report.title, report.subtitle, in_words(report.as_at), report.period, report.kind)


def cover(report: Report, parts: Parts, names: Iterable[str]) -> Report:
    """Put the cover before the first section, where a file of one of these names holds one.

    Raises:
        UnreadableError: where it can't be read, or asks for what there is not.

    """
    found = next(filter(None, map(parts.text, names)), None)
    if found is None:
        return report
    filled = templating.text(found[0], str(found[1]), {"report": facts(report)})
    blocks = tuple(_blocks(filled))
    first = (Section(COVER, "", blocks),) if blocks else ()
    return report._replace(sections=(*first, *report.sections))


def paper(report: Report, parts: Parts) -> Report:
    """Put in what `paper.toml` says: own sections, then headings, then the order.

    Raises:
        UnreadableError: with file and line, where it is not what it must be.

    """
    sheet = _read(parts)
    if sheet is None:
        return report
    given = tuple(section.key for section in report.sections)
    own = [
        _own_section(sheet, at, report)
        for at, each in enumerate(_own_sections(sheet, given))
        if _is_for(sheet, at, report)
    ]
    sections = _headed(sheet, _with_own(report.sections, own), report)
    return report._replace(sections=_ordered(sheet, sections))


# --- reading ------------------------------------------------------------------------------------


def _read(parts: Parts) -> _Sheet | None:
    path = parts.find("paper.toml")
    if path is None:
        return None
    try:
        read = source.decode(path.read_bytes(), str(path))
        sheet = _Sheet(path, read.text, parsing.parse(read))
    except OSError as error:
        message = f"{path} can't be read: {error.strerror or error}."
        raise UnreadableError(message, state="") from error
    except UnreadableError as error:
        raise UnreadableError(error.sentence, state="") from error
    _look_over(sheet)
    return sheet


def _look_over(sheet: _Sheet) -> None:
    """Refuse what can't be meant, before anything is drawn."""
    _of_kinds(sheet, sheet.data, _KEYS)
    _texts(sheet, sheet.data.get("order", []), "order")
    for key, heading in sheet.data.get("headings", {}).items():
        if not isinstance(heading, str) or not heading.strip():
            sheet.refuse(f"the heading of '{key}' is not a text.", "headings", key)
    for at, each in enumerate(sheet.data.get("section", [])):
        if not isinstance(each, dict):
            sheet.refuse("a section begins with [[section]].", "section")
        _of_kinds(sheet, each, _SECTION_KEYS, "section", at)
        _texts(sheet, each.get("kinds", []), "section", at, "kinds")
        missing = next((key for key in _NEEDED if not each.get(key, "").strip()), None)
        if missing is not None:
            sheet.refuse(f"this section has no {missing}.", "section", at)


def _of_kinds(
    sheet: _Sheet, data: dict[str, Any], kinds: dict[str, type], *place: str | int
) -> None:
    for key, value in data.items():
        if key not in kinds:
            known = ", ".join(kinds)
            sheet.refuse(f"'{key}' is no key of it: it has {known}.", *place, key)
        if not isinstance(value, kinds[key]):
            kind = _KINDS_OF_VALUE[kinds[key]]
            sheet.refuse(f"{key} must be {kind}.", *place, key)


def _texts(sheet: _Sheet, values: list[Any], *place: str | int) -> None:
    if not all(isinstance(value, str) for value in values) or len(set(values)) < len(values):
        sheet.refuse(f"{place[-1]} is a list of keys in quotes, each once.", *place)


# --- putting in ---------------------------------------------------------------------------------


def _own_sections(sheet: _Sheet, given: tuple[str, ...]) -> list[dict[str, Any]]:
    taken = {*given, COVER}
    sections: list[dict[str, Any]] = sheet.data.get("section", [])
    for at, each in enumerate(sections):
        key = each["key"]
        if not re.fullmatch(_NAME, key):
            sheet.refuse(
                f"the key '{key}' is not of small letters, digits and hyphens.",
                "section",
                at,
                "key",
            )
        if key in taken:
            sheet.refuse(
                f"a section with the key '{key}' is there already: choose another.",
                "section",
                at,
                "key",
            )
        taken.add(key)
    return sections


def _is_for(sheet: _Sheet, at: int, report: Report) -> bool:
    kinds: list[str] = sheet.data["section"][at].get("kinds", [])
    _refuse_slips(sheet, kinds, (report.kind,), "section", at, "kinds")
    return report.kind in kinds or not kinds


def _own_section(sheet: _Sheet, at: int, report: Report) -> Section:
    each = sheet.data["section"][at]
    heading, text = (
        _filled(sheet, each[key], report, "section", at, key) for key in ("heading", "text")
    )
    return Section(each["key"], heading, tuple(_blocks(text)))


def _filled(sheet: _Sheet, text: str, report: Report, *place: str | int) -> str:
    """Fill in a text of the sheet what it says of the report."""
    if "{" not in text:
        return text
    where = f"{sheet.where(*place)}, in its text"
    return templating.text(text, where, {"report": facts(report)})


def _with_own(given: tuple[Section, ...], own: list[Section]) -> tuple[Section, ...]:
    at = next((at for at, each in enumerate(given) if each.key in _END_MATTER), len(given))
    return (*given[:at], *own, *given[at:])


def _headed(sheet: _Sheet, sections: tuple[Section, ...], report: Report) -> tuple[Section, ...]:
    headings: dict[str, str] = sheet.data.get("headings", {})
    _refuse_slips(sheet, headings, [section.key for section in sections], "headings")
    return tuple(
        section._replace(
            heading=_filled(sheet, headings[section.key], report, "headings", section.key)
        )
        if section.key in headings
        else section
        for section in sections
    )


def _ordered(sheet: _Sheet, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Put the sections that are named first, in the order of their names; no other is lost."""
    order: list[str] = sheet.data.get("order", [])
    _refuse_slips(sheet, order, [section.key for section in sections], "order")
    places = {key: at for at, key in enumerate(order)}
    return tuple(sorted(sections, key=lambda section: places.get(section.key, len(places))))


def _refuse_slips(
    sheet: _Sheet, named: Iterable[str], known: Iterable[str], *place: str | int
) -> None:
    """Refuse a name that is near one which is there and not named: a slip of typing.

    Another that is not there may belong to a report of another kind, or to another day.
    """
    left = [key for key in known if key not in set(named)]
    for name in named:
        near = [] if name in set(known) else get_close_matches(name, left, 1, 0.75)
        if near:
            sheet.refuse(f"there is no '{name}'. Is '{near[0]}' meant?", *place)


# --- text ---------------------------------------------------------------------------------------


def _blocks(text: str) -> Iterator[Block]:
    """Read a text: paragraphs with an empty line between them, points that begin with a dash."""
    for paragraph in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        before, *points = re.split(r"(?m)^[ \t]*- ", paragraph)
        if before.strip():
            yield Prose(" ".join(before.split()))
        if points:
            yield Items(tuple(" ".join(point.split()) for point in points))
