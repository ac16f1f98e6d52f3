"""An export for programs: one JSON document, or JSON lines, each a flat and typed record.

Every record of a kind has the same keys, whatever it holds: a day is ISO, a list an array, what is
absent ``null``. Both are escaped to ASCII. Keys are only ever added.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from actionplan.renderers.as_json import SCHEMA, as_data, legend_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionplan.reports.sheets import Export


def document(told: Export) -> bytes:
    """Give an export as one JSON document, a list for each of its sheets."""
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": "export",
        "as_at": told.as_at.isoformat(),
        "plan": told.title,
        "organisation": told.organisation or None,
        "caution": told.caution or None,
        "legend": legend_data(told.legend),
        **{sheet.kind.key: [as_data(line) for line in sheet.lines] for sheet in told.sheets},
    }
    return (json.dumps(body, indent=2) + "\n").encode("ascii")


def lines(told: Export) -> bytes:
    """Give an export as one record a line, what it is first; the plan itself is the first record.

    Every line names the plan and the day, so that the files of several plans, or of several days,
    can be read as one.
    """
    return "".join(f"{json.dumps(record)}\n" for record in _records(told)).encode("ascii")


def _records(told: Export) -> Iterator[dict[str, Any]]:
    stated = {"plan": told.title, "as_at": told.as_at.isoformat()}
    about = {"organisation": told.organisation or None, "caution": told.caution or None}
    yield {"record": "plan", **stated, "schema": SCHEMA, **about}
    for sheet in told.sheets:
        for line in sheet.lines:
            yield {"record": sheet.kind.record, **stated, **as_data(line)}
