"""Dates as a calendar that Outlook and every other one can take in: iCalendar, RFC 5545.

Each is a day as a whole, which leaves its owner free. Its UID is of what it is and not of its date,
so that what is taken in again moves and is not there twice.
"""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from actionplan.renderers.safe import safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from actionplan.reports.events import Event

DAY = timedelta(days=1)
LONGEST_LINE = 75
"""Octets (RFC 5545, 3.1)."""


def render(events: Iterable[Event], name: str, as_at: date) -> bytes:
    """Give a calendar of some events, as stated on a day."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//actionplan//EN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_escaped(name)}"]
    for event in {event.identity: event for event in events}.values():
        lines += _event(event, as_at)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(event: Event, as_at: date) -> list[str]:
    uid = sha256("\n".join(event.identity).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@actionplan",
        f"DTSTAMP:{as_at:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{min(event.on, date.max - DAY) + DAY:%Y%m%d}",
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{_escaped(event.summary)}",
        *([f"DESCRIPTION:{_escaped(event.description)}"] if event.description else []),
        *([f"CATEGORIES:{_escaped(event.category)}"] if event.category else []),
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    clean = safe_lines(text)
    for sign in ("\\", ";", ","):
        clean = clean.replace(sign, f"\\{sign}")
    return clean.replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """Break a line where it is too long, between two letters; what follows begins with a space."""
    part = b""
    for letter in line:
        octets = letter.encode("utf-8", "replace")
        if len(part) + len(octets) > LONGEST_LINE:
            yield part
            part = b" "
        part += octets
    yield part
