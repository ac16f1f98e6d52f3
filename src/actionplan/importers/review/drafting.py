"""One document to its drafts: lists first, then what sentences ask for; each passage once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actionplan.importers.drafts import Drafts, to_json
from actionplan.importers.review import headings, lists, prose
from actionplan.importers.review.facts import facts
from actionplan.importers.review.sections import sections

if TYPE_CHECKING:
    from actionplan.importers.document import Document
    from actionplan.importers.drafts import Draft, Facts, LeftOut
    from actionplan.importers.review.sections import Section

_PARTNERSHIPS = frozenset({"jtai", "send"})


def run(document: Document, options: dict[str, Any]) -> dict[str, Any]:
    """Answer for the child: the drafts of a document, as JSON."""
    del options
    return to_json(draft(document))


def draft(document: Document) -> Drafts:
    """Draft findings, offer what sentences ask for, and say what was left out."""
    stated = facts(document)
    found = _found(document, stated, sentences=False)
    if not found[0]:
        found = _found(document, stated, sentences=True)
    findings, strengths, left = found
    offered = () if findings else prose.offered(document.paragraphs)
    return Drafts(stated, findings, offered, strengths, left, document.notes)


_Found = tuple[tuple["Draft", ...], tuple["Draft", ...], tuple["LeftOut", ...]]


def _found(document: Document, stated: Facts, *, sentences: bool) -> _Found:
    parts = sections(document.paragraphs, sentences=sentences)
    findings: dict[tuple[str, str, str], Draft] = {}
    strengths: list[Draft] = []
    left: list[LeftOut] = []
    for section in _chosen(parts):
        given = lists.drafts(section)
        if section.opening.kind == headings.STRENGTH:
            strengths += (_addressed(each, section, stated) for each in given.drafts)
            continue
        left += given.left_out
        for each in given.drafts:
            addressed = _addressed(each, section, stated)
            findings.setdefault((addressed.ref, addressed.to, addressed.text.casefold()), addressed)
    return tuple(findings.values()), tuple(strengths), tuple(left)


def _chosen(parts: list[Section]) -> list[Section]:
    """Where a sentence names what a statement of action is for, the longer lists are narrative."""
    named = [each for each in parts if each.from_statement]
    others = [each for each in parts if each.opening.kind == headings.STRENGTH]
    return others + named if named else parts


def _addressed(each: Draft, section: Section, stated: Facts) -> Draft:
    if stated.kind in _PARTNERSHIPS:
        return each._replace(to="partnership")
    if stated.kind == "lscb-review":
        return each._replace(to="LSCB")
    return each._replace(to=section.to or "local authority")
