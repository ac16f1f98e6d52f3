"""What a review document gives: drafts of findings, what is only offered, and what was left out."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple


class Draft(NamedTuple):
    """One thing that the document says must improve, in its own words."""

    text: str
    """Verbatim on one line; nested points are joined to their parent with semicolons."""
    kind: str = "improvement"
    """One of `model.FINDING_KINDS`."""
    ref: str = ""
    """The number printed on it."""
    to: str = ""
    """Whom it addresses: ``local authority``, ``LSCB`` or ``partnership``."""
    parts: tuple[str, ...] = ()
    """Its nested points, each verbatim."""
    page: int = 0
    confidence: float = 1.0
    """From 0 to 1: how sure it is that this is a finding, and all of it."""
    heading: str = ""
    """The heading that it stands under, as printed."""
    timescale: str = ""
    """As printed: ``Within three months``."""
    responsible: str = ""
    """The body that is to act, as printed, where the document names it."""
    asks: str = ""
    """Of an offered sentence, the words in it that ask for something: ``need to``."""


class LeftOut(NamedTuple):
    """A passage that was not drafted although it stood near, and why, in a sentence."""

    text: str
    page: int
    why: str


class Facts(NamedTuple):
    """What the document says of itself."""

    title: str = ""
    body: str = ""
    """Who reviewed."""
    kind: str = ""
    """``ilacs``, ``sif``, ``lac``, ``lscb-review``, ``jtai``, ``jar-progress``, ``send``, ..."""
    area: str = ""
    dated: date | None = None
    due: date | None = None
    """A date stated for the plan or the statement of action; never computed."""


class Drafts(NamedTuple):
    """All that was found in one document."""

    facts: Facts
    findings: tuple[Draft, ...] = ()
    offered: tuple[Draft, ...] = ()
    """From sentences that ask for something; never taken unless somebody says so."""
    strengths: tuple[Draft, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


def to_json(drafts: Drafts) -> dict[str, Any]:
    """Give drafts in the versioned form for programs (schema 1)."""
    facts = drafts.facts
    return {
        "schema": 1,
        "kind": "drafts",
        "document": {
            "title": facts.title,
            "body": facts.body or None,
            "kind": facts.kind or None,
            "area": facts.area or None,
            "dated": facts.dated.isoformat() if facts.dated else None,
            "due": facts.due.isoformat() if facts.due else None,
        },
        "findings": [_draft_to_json(draft) for draft in drafts.findings],
        "offered": [_draft_to_json(draft) for draft in drafts.offered],
        "strengths": [_draft_to_json(draft) for draft in drafts.strengths],
        "left_out": [each._asdict() for each in drafts.left_out],
        "notes": list(drafts.notes),
    }


def _draft_to_json(draft: Draft) -> dict[str, Any]:
    return {
        "ref": draft.ref or None,
        "kind": draft.kind,
        "for": draft.to or None,
        "text": draft.text,
        "parts": list(draft.parts),
        "page": draft.page or None,
        "confidence": round(draft.confidence, 2),
        "heading": draft.heading,
        "timescale": draft.timescale,
        "responsible": draft.responsible,
        "asks": draft.asks,
    }


def from_json(found: dict[str, Any]) -> Drafts:
    """Read what `to_json` gave."""
    stated = found["document"]
    return Drafts(
        Facts(
            title=stated["title"],
            body=stated["body"] or "",
            kind=stated["kind"] or "",
            area=stated["area"] or "",
            dated=_day(stated["dated"]),
            due=_day(stated["due"]),
        ),
        findings=tuple(_draft_from_json(draft) for draft in found["findings"]),
        offered=tuple(_draft_from_json(draft) for draft in found["offered"]),
        strengths=tuple(_draft_from_json(draft) for draft in found["strengths"]),
        left_out=tuple(LeftOut(**each) for each in found["left_out"]),
        notes=tuple(found["notes"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _draft_from_json(found: dict[str, Any]) -> Draft:
    return Draft(
        found["text"], found["kind"], found["ref"] or "", found["for"] or "",
        tuple(found["parts"]), found["page"] or 0, found["confidence"], found["heading"],
        found["timescale"], found["responsible"], found["asks"],
    )  # fmt: skip
