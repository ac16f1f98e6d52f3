"""One JSON document, versioned: fields are only ever added, absent is ``null`` or ``[]``."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from actionplan.legends import SLIPPAGE
from actionplan.reports.blocks import (
    Block,
    Card,
    Figure,
    Items,
    Key,
    Prose,
    Report,
    Subheading,
    Table,
)

if TYPE_CHECKING:
    from actionplan.legends import Legend

SCHEMA = 1
_LISTS = {
    "actions": "actions",
    "overdue": "actions",
    "due": "actions",
    "findings": "findings",
    "reviews": "reviews",
    "owners": "owners",
    "measures": "measures",
    "milestones": "milestones",
    "meetings": "meetings",
    "check": "found",
    "log": "entries",
    "clock": "clocks",
}
"""The kinds that are one list, and the name of it."""


def render(report: Report) -> str:
    """Give a report as JSON, escaped to ASCII so that no terminal interprets it."""
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": report.kind,
        "as_at": report.as_at.isoformat(),
        "plan": report.title,
    }
    if report.legend is not None:
        body["legend"] = legend_data(report.legend)
    if report.kind in _LISTS:
        blocks = [block for section in report.sections for block in section.blocks]
        tables = [block for block in blocks if isinstance(block, Table)]
        body[_LISTS[report.kind]] = [as_data(line) for table in tables for line in table.lines]
        body["caution"] = report.caution or None
        body["notes"] = [block.text for block in blocks if isinstance(block, Prose)]
    else:
        body["subtitle"] = report.subtitle or None
        body["period"] = report.period or None
        body["caution"] = report.caution or None
        body["sections"] = [
            {
                "key": s.key,
                "heading": s.heading or None,
                "blocks": [_block(block) for block in s.blocks],
            }
            for s in report.sections
        ]
    return json.dumps(body, indent=2) + "\n"


def legend_data(legend: Legend) -> dict[str, Any]:
    """Give what each colour is called and means, so that no colour is taken for another."""
    colours = {colour: shade._asdict() for colour, shade in legend.shades.items()}
    red_after = str(legend.red_after) if legend.scale == SLIPPAGE else None
    return {"like": legend.like, "own": legend.own, "red_after": red_after, "colours": colours}


def changed(
    kind: str, as_at: date, refs: list[str], changes: list[Any], *, dry_run: bool = False
) -> str:
    """Give what a change did, or with a dry run would do, as JSON."""
    body = {"schema": SCHEMA, "kind": kind, "as_at": as_at.isoformat(), "dry_run": dry_run}
    return json.dumps({**body, "refs": refs, "changes": changes}) + "\n"


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Prose(text=text):
            return {"prose": text}
        case Subheading(text=text):
            return {"prose": text, "subheading": True}
        case Figure(caption=caption, said=said, table=table):
            return {"figure": caption, "said": said, **_block(table)}
        case Key(colours=colours):
            return {"key": list(colours)}
        case Items(texts=texts):
            return {"items": list(texts)}
        case Card(heading=heading, facts=facts, rating=rating):
            return {"heading": heading, "facts": dict(facts), "rating": rating or None}
        case Table(lines=lines, columns=columns, caption=caption):
            named = {"caption": caption} if caption else {}
            shown = [as_data(line) for line in lines]
            return {**named, "columns": list(columns), "lines": shown}


def as_data(value: Any) -> Any:  # noqa: ANN401 - whatever a line may hold
    """Give a value as JSON has it: a line by its fields, a day in ISO, no text as ``null``."""
    if hasattr(value, "_asdict"):
        return {key.removesuffix("_"): as_data(item) for key, item in value._asdict().items()}
    if isinstance(value, tuple):
        return [as_data(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value
