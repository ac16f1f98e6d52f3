"""What a review document says of itself: who reviewed, where, when, and by when a plan is due."""

from __future__ import annotations

import re
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING

from actionplan.importers.drafts import Facts
from actionplan.importers.review import headings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from actionplan.importers.document import Document, Paragraph

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(rf"{month}|{month[:3]}t?\.?" for month in _MONTHS)
_DAY = (
    rf"(?:\w+day,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}),?"
    r"\s+(?P<year>(?:19|20)\d\d)"
)
_IN_FIGURES = r"(?P<day2>\d{1,2})[/.](?P<month2>\d{1,2})[/.](?P<year2>(?:19|20)\d\d)"
"""A date as it is typed, the day first."""
_DATE = re.compile(rf"\b{_DAY}\b", re.IGNORECASE)
_PUBLISHED = re.compile(
    rf"(?:published|publication date|date of publication|date published|date of (?:the )?(?:report|"
    rf"letter)|(?:report|letter) date|dated)\b(?: on)?\s*:?\s*{_DAY}",
    re.IGNORECASE,
)
_TITLE_WORDS, _TITLE_LETTERS, _TITLE_LINES = 30, 200, 10
_PLACE_WORDS, _LINE_LETTERS = 6, 300
_LINE_WORDS = 16
"""A line of more words is a sentence."""
_FIRST_PAGES = 2
_FIRST_PARAGRAPHS = 40


def facts(document: Document) -> Facts:
    """Read what the first and the last pages say."""
    first = _first(document)
    top = _headlines(first)
    said = "\n".join(each.text for each in first)
    everything = _everything(document)
    kind = _kind(top, said, everything)
    dated = _dated(document, first)
    return Facts(
        title=_title(first),
        body=_body(kind, said, everything),
        kind=kind,
        area=_area(top, [each.text for each in first], document.furniture),
        dated=dated,
        due=_due(document.paragraphs, dated),
    )


def _first(document: Document) -> list[Paragraph]:
    shown = [each for each in document.paragraphs if each.page <= _FIRST_PAGES]
    return shown[:_FIRST_PARAGRAPHS]


def _headlines(first: list[Paragraph]) -> str:
    """Give what stands big or bold at the head of a report, as one line of words."""
    sizes = sorted((each.size for each in first if not each.cell), reverse=True)
    big = sizes[0] if sizes else 0.0
    body = sizes[len(sizes) // 2] if sizes else 0.0
    return " \n".join(
        " ".join(each.text for each in first if each.page <= 1 and test(each))
        for test in (
            lambda each: each.heading == 1 or (big > body + 1 and each.size >= big - 0.5),
            lambda each: bool(each.heading) or each.bold,
            lambda each: each.size > body + 1,
        )
    )


def _everything(document: Document) -> str:
    texts = [each.text for each in document.paragraphs]
    return "\n".join([*texts[:200], *texts[-60:], *document.furniture])


_TITLES = re.compile(
    r"\b(?:inspection|review|visit|challenge|diagnostic|audit|notice|report)\b"
    r"(?! (?:dates?|published|outcome))",
    re.IGNORECASE,
)


def _title(first: list[Paragraph]) -> str:
    """Take what stands biggest at the head of the first page, and the line that names the review.

    A letter begins with the names of those it is sent to, which are no title.
    """
    opening = [each for each in first if each.page <= 1 and not each.cell]
    sizes = sorted(each.size for each in opening)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    is_big = [each.heading == 1 or each.size > usual + 1 for each in opening]
    start = is_big.index(True) if True in is_big[:_TITLE_LINES] else len(opening)
    big = takewhile(lambda place: is_big[place], range(start, len(opening)))
    texts = [opening[place].text for place in big]
    top = " ".join(text for text in texts if headings.opens(text) is None)
    if not _TITLES.search(top):
        named = next((each.text for each in opening if _is_title(each.text)), "")
        top = ": ".join(part for part in (top, named) if part)
    return top[:_TITLE_LETTERS]


def _is_title(text: str) -> bool:
    if text.endswith(".") or len(text.split()) > _TITLE_WORDS or headings.opens(text):
        return False
    return bool(_TITLES.search(text))


# --- kind and body --------------------------------------------------------------------------------

_KINDS = {
    "jtai": r"joint targeted area inspection|\bjtai\b",
    "send": r"area send (?:(?:full|monitoring) )?(?:inspection|revisit|re-visit|visit)|"
    r"local area send|inspection of (?:\w+ ){0,4}send\b|"
    r"special educational needs and(?:/or)? disabilit\w+ (?:in|inspection)|"
    r"disability and special educational needs reforms",
    "jar-progress": r"joint area review",
    "unannounced": r"unannounced inspection of contact",
    "focused-visit": r"focused visit",
    "monitoring-visit": r"monitoring visit",
    "peer-challenge": r"peer (?:challenge|review|diagnostic)",
    "notice": r"improvement notice|statutory direction",
    "lac": r"safeguarding and looked[- ]after children|inspection of looked[- ]after children",
    "child-protection": r"inspection of (?:local authority )?arrangements for the protection of "
    r"children|inspection of child protection",
    "sif": r"inspection of services for children in need of help and protection|"
    r"single inspection framework",
    "ilacs": r"inspection of .{0,80}(?:children.s (?:social care )?services)|\bilacs\b",
    "lscb-review": r"review of the effectiveness of the (?:local )?safeguarding",
    "internal-audit": r"internal audit",
}
"""In the order in which they are asked for: what is rarer in other reports' words comes first."""


def _kind(*texts: str) -> str:
    """Take the first kind that the headlines name, else the first pages, else any page."""
    for text in texts:
        said = text.replace("\u2019", "'").replace("\n", " ").casefold()
        for kind, pattern in _KINDS.items():
            if re.search(pattern, said):
                return kind
    return ""


_OFSTED = (
    r"\bofsted\b|office for standards in education|"
    r"majesty.s inspectors?\b(?! of (?:constabulary|probation|prisons))"
)
_BODIES = (
    ("Ofsted", _OFSTED),
    ("CQC", r"care quality commission|\bcqc\b"),
    ("HMICFRS", r"\bhmicfrs\b|constabulary and fire"),
    ("HMIC", r"\bhmic\b|inspectorate? of constabulary(?! and fire)|hmi constabulary"),
    ("HMI Probation", r"\bhmi probation|inspectorate of probation|inspector of probation"),
    ("Local Government Association", r"local government association|\blga\b"),
    ("Department for Education", r"department for education|secretary of state for education"),
)
_TOGETHER = {
    "jtai": ("Ofsted", "CQC", "HMICFRS", "HMIC", "HMI Probation"),
    "send": ("Ofsted", "CQC"),
    "peer-challenge": ("Local Government Association",),
    "notice": ("Department for Education",),
}
_LONE = (
    "Ofsted", "Local Government Association", "HMI Probation", "HMICFRS", "CQC",
    "Department for Education",
)  # fmt: skip


def _body(kind: str, first: str, everything: str) -> str:
    """Name who reviewed: for a joint inspection all of them, else the first that is meant."""
    said = everything.casefold()
    named = [body for body, pattern in _BODIES if re.search(pattern, said)]
    if "HMICFRS" in named and "HMIC" in named:
        named.remove("HMIC")
    if kind in _TOGETHER:
        together = [body for body in _TOGETHER[kind] if body in named]
    else:
        early = [b for b, pattern in _BODIES if re.search(pattern, first.casefold())]
        together = [body for body in _LONE if body in early][:1] or [
            body for body in _LONE if body in named
        ][:1]
    return " and ".join(part for part in (", ".join(together[:-1]), *together[-1:]) if part)


# --- area -----------------------------------------------------------------------------------------

_PLACE = (
    r"(?P<area>[A-Z][\w'\u2019-]+(?:,? (?:and|upon|on|of|the|in|with|under|le|"
    r"[A-Z][\w'\u2019.-]+))*?)"
)
_TOPIC = (
    r"(?:abuse|harm|exploitation|neglect|violence|children|help|services?|front door.?|"
    r"disabilities)"
)
_STYLE = r"(?:City|County|Borough|District|Metropolitan|Unitary|Combined)"
_KIND_OF_PLACE = (
    r"(?:Council|[Ll]ocal [Aa]rea [Pp]artnership|[Ll]ocal [Aa]uthority|(?:Local )?Safeguarding|"
    r"Children.s Services)"
)
_AREAS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[Ii]nspection of {_PLACE} (?:local authority|children|[Cc]ouncil|[Ll]ocal [Aa]rea)",
        rf"SEND\)? (?:full )?inspection(?: report)?(?: of|:) {_PLACE} [Ll]ocal [Aa]rea",
        rf"[Vv]isit to {_PLACE}(?: local authority| children| [Cc]ouncil|\s*$)",
        rf"(?:[Ii]nspection|INSPECTION) (?:of|in) {_PLACE}\s*$",
        rf"{_TOPIC} in {_PLACE}(?:\s*$|[.,:])",
        rf"^{_PLACE} (?:{_STYLE}\s+)*{_KIND_OF_PLACE}",
        rf"(?:London Borough|Royal Borough|City|Borough|County) of {_PLACE}(?:\s*$| Council)",
        rf"[Dd]ear {_PLACE} [Ll]ocal",
        rf"\b{_PLACE} (?:City|County|Borough|District|Metropolitan Borough) Council",
    )
)
_STYLES = re.compile(
    r"^(?:the )?(?:(?:London|Royal) Borough of|City of|Borough of|County of|Council of|The|In|For)"
    r"\s+"
    r"|\s+(?:City|County|Metropolitan|Borough|District|Unitary|MBC|Council|Local)(?:\s+(?:of|and|"
    r"City|County|Metropolitan|Borough|District|Council))*$"
)
_NO_PLACE = frozenset({"Local", "Children", "The", "This", "Services", "Local Authority", "Dear"})
_NO_NAME = re.compile(r"\b(?:inspection|review|visit|report|letter|arrangements)\b", re.IGNORECASE)


def _area(top: str, texts: list[str], furniture: tuple[str, ...]) -> str:
    """Find the place in the headlines, else in the lines of the first pages, else around them."""
    for lines in (top.split("\n"), texts, furniture):
        pieces = [piece.strip() for line in lines for piece in (line, *re.split(r"[,;]\s", line))]
        for pattern in _AREAS:
            for piece in pieces:
                found = pattern.search(piece) if len(piece) < _LINE_LETTERS else None
                if found and (area := _place(found["area"])):
                    return area
    return ""


def _place(area: str) -> str:
    """Take the style of a council off its name."""
    while (shorter := _STYLES.sub("", area).strip()) != area:
        area = shorter
    none = (
        area in _NO_PLACE
        or _NO_NAME.search(area)
        or area.casefold() in _MONTHS
        or len(area.split()) > _PLACE_WORDS
    )
    return "" if none else area


# --- dates ----------------------------------------------------------------------------------------


def _day(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    try:
        if parts.get("day2"):
            return date(*(int(parts[part]) for part in ("year2", "month2", "day2")))
        named = parts["month"][:3].casefold()
        month = next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(named))
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def _dated(document: Document, first: list[Paragraph]) -> date | None:
    """Take the day it says it was published, or the day a letter has on a line of its own.

    A sentence may speak of another report's publication: it comes last.
    """
    last = [each.text for each in document.paragraphs[-30:]]
    said = [each.text for each in first]
    lines = [text for text in said if len(text.split()) <= _LINE_WORDS]
    return (
        _published(lines)
        or _on_its_own(first)
        or next(filter(None, map(_published, (said, document.furniture, last))), None)
    )


def _published(texts: Iterable[str]) -> date | None:
    found = _PUBLISHED.search("\n".join(texts))
    return _day(found) if found else None


def _on_its_own(first: list[Paragraph]) -> date | None:
    for each in first[:25]:
        if each.cell is not None and each.cell[1:] != (0, 0):
            continue
        if found := _DATE.fullmatch(each.text.strip().rstrip(".")):
            return _day(found)
    return None


_PLAN = re.compile(
    r"statement of (?:proposed )?action|action statement|written statement|\bplan\b|\bresponse\b",
    re.IGNORECASE,
)
_HANDING = re.compile(
    r"\b(?:send|sent|submit|submitted|provide|provided|publish|published|produce|return|prepare|"
    r"receive|received|due|supply|supplied|respond|share|shared|returned|prepared|produced|"
    r"submission|in place)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"\b(?:by|before|no later than|not later than|on or before|until|deadline(?: is|:)?)\s+"
    rf"(?:(?:(?:12 )?noon|midday|midnight|(?:the )?(?:close of business|close of play|close|end of "
    rf"(?:the )?day)|the end of|\d{{1,2}}(?:[.:]\d\d)? ?[ap]m),?(?: on)?\s+)?(?:the )?"
    rf"(?:{_DAY}|(?:\w+day,?\s+)?{_IN_FIGURES})\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:had (?:been )?(?:required|asked|agreed|sent)|(?:was|were) "
    r"(?:required|asked|sent|submitted)|plans? (?:is|are|was|were) to)\b",
    re.IGNORECASE,
)
"""What was asked for once, and what somebody else plans."""


def _due(paragraphs: tuple[Paragraph, ...], dated: date | None) -> date | None:
    """Find the stated day by which a plan is to be handed in; a day that is only near is none."""
    texts = [each.text for each in paragraphs]
    for place, text in enumerate(texts):
        before = texts[place - 1] if place else ""
        for sentence in re.split(r"(?<=[.?!]) (?=[A-Z])", text):
            stated = _BY.search(sentence)
            if stated is None or not _HANDING.search(sentence) or _TOLD.search(sentence):
                continue
            context = sentence if _PLAN.search(sentence) else f"{before} {text}"
            day = _day(stated) if _PLAN.search(context) else None
            if day is not None and (dated is None or day >= dated):
                return day
    return None
