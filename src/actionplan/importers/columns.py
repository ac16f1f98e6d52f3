"""What the heading of a column means, in the words that councils use; knows no rows.

Of two columns that mean the same, the one whose heading stands first in its list here is taken, and
the other is kept in the note: one owner, one due date.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

NOTE, IGNORE = "note", "ignore"


class Field(NamedTuple):
    """What a column can be taken as."""

    name: str
    """As it is typed after ``--map``."""
    means: str
    """What becomes of it, for whoever reads the documentation."""
    headings: tuple[str, ...]
    """What councils write over it, without capitals and signs; what is in brackets is left out."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in text.split(","))


FIELDS = (
    Field("ref", "the number of the recommendation, or else of the action", _words(
        """ref, no, number, ref no, ref number, reference, reference no, reference number, id,
        item, item no, sn, serial no, #""")),
    Field("finding-ref", "the reviewer's own number of the recommendation", _words(
        """recommendation no, recommendation number, recommendation ref, rec no, rec number,
        rec ref, rec, finding no, finding number, finding ref, afi no, afi ref, afi,
        area for improvement no, ofsted ref, ofsted no, ofsted recommendation no, r no""")),
    Field("para", "the paragraph of the report, put in brackets after the number", _words(
        """ofsted para, ofsted para no, ofsted para ref, ofsted paragraph, ofsted paragraph no,
        ofsted paragraph number, para, para no, para ref, paras, paragraph, paragraph no,
        paragraph number, report para, report paragraph, report ref, source para""")),
    Field("action-ref", "the number of the action; kept in the note", _words(
        """action ref, action no, action number, action id, action reference, task no, task ref,
        activity no, activity ref, step no, workstream ref, ws ref""")),
    Field("finding", "the recommendation, in the reviewer's words", _words(
        """recommendation, recommendations, ofsted recommendation, ofsted recommendations,
        audit recommendation, peer review recommendation, lga recommendation, lga recommendations,
        peer challenge recommendation, peer challenge recommendations, peer team recommendation,
        key recommendation, key recommendations, inspection recommendation,
        inspection recommendations, area for improvement, areas for improvement,
        ofsted area for improvement, ofsted areas for improvement,
        area for priority action, areas for priority action, area for priority and immediate action,
        priority action, priority actions, priority and immediate action, immediate action, finding,
        findings, key finding, key findings, ofsted finding, ofsted findings, inspection finding,
        inspection findings, what needs to improve, what needs to be improved,
        what do we need to improve, what we need to improve, what ofsted said,
        what the inspectors said, what inspectors said, what did ofsted say, what we were told,
        area for development, areas for development, area of weakness, areas of weakness,
        significant weakness, significant weaknesses, area of significant weakness,
        areas of significant weakness, significant area of weakness,
        significant areas of weakness, systemic failing, systemic failings,
        widespread or systemic failing, widespread or systemic failings,
        weakness, weaknesses, improvement area, improvement required,
        area of concern, areas of concern, issue, issue identified, issues identified,
        issue raised, requirement, standard, consideration, considerations, key consideration""")),
    Field("theme", "the theme of the recommendation", _words(
        """theme, themes, improvement theme, workstream, work stream, strand, priority area,
        improvement priority, priority theme, key area, focus area, area of focus, domain, pillar,
        category, topic, section, programme, area, priority""")),
    Field("outcome", "the outcome wanted of the recommendation", _words(
        """outcome, outcomes, desired outcome, desired outcomes, intended outcome,
        intended outcomes, expected outcome, expected outcomes, outcome required, outcome sought,
        outcome for children, outcomes for children, intended impact, what good looks like,
        what will good look like, what does good look like, what success looks like,
        what will success look like, what difference will it make, what difference will this make,
        what difference will we make, what difference it will make, difference for children,
        what will be better, what will be different, what we want to achieve,
        what do we want to achieve, objective, aim, goal""")),
    Field("action", "the action", _words(
        """action, actions, action required, actions required, action to be taken,
        actions to be taken, action needed, actions needed, agreed action, agreed actions,
        planned action, planned actions, proposed action, proposed actions, key action, key actions,
        improvement action, improvement actions, management action, specific action,
        specific actions, detailed action, detailed actions, action description, action detail,
        action title, description of action, what we will do, what will we do,
        what we are going to do, what are we going to do, what needs to be done,
        what will be done, what needs to happen, what we are doing, how will we do it,
        how we will do it, how will we get there, how we will get there, activity, activities,
        key activity, key activities, task, tasks, key task, key tasks, step, steps, key steps,
        description, title""")),
    Field("owner", "the owner", _words(
        """accountable officer, accountable owner, accountable lead, accountable person,
        accountable post, accountable, action owner, owner, owners, action lead, lead officer,
        lead officers, lead post, lead role, lead manager, lead person, lead name, named lead, lead,
        leads, responsible officer, responsible officers, responsible person, responsible lead,
        responsible manager, responsible post, officer responsible, person responsible,
        manager responsible, who is responsible, who will lead, who will do it, responsible,
        responsibility, responsibilities, by whom, who by, who, assigned to, officer, officers,
        post holder, post, senior responsible officer, senior responsible owner, sro,
        operational lead, strategic lead, executive lead, director, sponsor, lead member""")),
    Field("start", "the start", _words(
        """start date, start, planned start date, planned start, begin, commencement date,
        date started, start by, from""")),
    Field("due", "the due date", _words(
        """original due date, original target date, original deadline, original timescale,
        original completion date, original date, first agreed, agreed date, due date, date due, due,
        by when, when by, by when date, deadline, target date, target completion date,
        target completion, target deadline, target timescale, date for completion,
        to be completed by, complete by, planned completion date, planned completion,
        planned end date, completion deadline, when will it be done, when will this be done,
        when will we do it, when we will do it, by when will it be done,
        timescale, timescales, time scale, time scales,
        timeframe, time frame, timeline, delivery date, implementation date, planned date, end date,
        end, finish date, finish, completion date, completion, when, target, date, by""")),
    Field("revised", "the due date, moved from the one first agreed", _words(
        """revised due date, revised target date, revised deadline, revised timescale,
        revised timescales, revised completion date, revised implementation date, revised end date,
        revised date, revised dates, revised, current due date, current target date,
        current deadline, new due date, new target date, new deadline, new timescale, new date,
        extended date, extended to, extended deadline, extension date, amended date,
        rescheduled date, rescheduled to""")),
    Field("approved", "who approved the revised date", _words(
        """approved by, revision approved by, extension approved by, change approved by,
        revised date approved by, new date approved by""")),
    Field("forecast", "the forecast", _words(
        """forecast date, forecast completion date, forecast completion, forecast,
        expected completion date, expected completion, expected date, anticipated completion date,
        anticipated completion, anticipated date, projected completion date,
        estimated completion date, likely completion date""")),
    Field("completed", "the day of delivery", _words(
        """date completed, completed date, completed on, actual completion date, actual completion,
        actual end date, actual date, date of completion, date closed, closed date, closed on,
        date achieved, date delivered, delivered on, date implemented, implemented on""")),
    Field("updated", "the day of the last update", _words(
        "last updated, last updated on, date updated, date of update, date of last update")),
    Field("stage", "the stage", _words(
        """stage, status, action status, current status, delivery status, progress status,
        implementation status, state, completed, complete, done""")),
    Field("rag", "the rating", _words(
        """rag, brag, ragb, rag rating, brag rating, rag status, brag status, current rag,
        current rag status, current rag rating, overall rag, delivery rag, progress rag,
        r a or g, rating, colour""")),
    Field("reason", "why it is red or amber, parked or superseded", _words(
        """reason, reasons, reason for rag, reason for rating, reason for rag rating,
        reason for rag status, rag reason, rag commentary, rag comment, reason for delay,
        reasons for delay, reason for slippage, exception commentary, exception report, exceptions,
        barriers, barriers to progress, issues, issues and risks, risks and issues""")),
    Field("progress", "the note", _words(
        """progress, progress update, progress updates, progress report, progress to date,
        progress made, progress and comments, progress notes, progress summary,
        summary of progress, latest progress, update, updates, latest update, status update,
        current position, position, position statement, latest position, where we are,
        where we are now, where are we now, how are we doing, how we are doing,
        action taken, actions taken, action taken to date,
        actions taken to date, what we have done, what have we done, what has been done,
        narrative, commentary, comments, comment, notes, note, remarks""")),
    Field("evidence", "evidence of what is begun or done; before that, in the note", _words(
        """evidence, evidence of progress, evidence of completion, evidence of delivery,
        evidence of impact, supporting evidence, evidence and impact, evidence library,
        evidence link, evidence ref, link to evidence""")),
    Field(NOTE, "the note, with its heading", _words(
        """success measure, success measures, measure of success, measures of success,
        success criteria, success criterion, measure, measures, kpi, kpis, performance indicator,
        performance measure, impact, impact measure, impact measures, impact to date,
        how will we know it has made a difference, how will we know it made a difference,
        how will we know, how we will know, how will we know it has worked,
        how success is measured, how will success be measured, how will we measure success,
        how we will measure success, evidence required, expected evidence, milestone, milestones,
        key milestone, key milestones, milestones and outputs, output, outputs, deliverable,
        deliverables, risk, risks, risk rating, priority level, priority rating, urgency, resource,
        resources, resource implications, cost, costs, budget, funding, monitoring,
        monitoring and evaluation, monitored by, how monitored, governance, reporting to,
        reports to, oversight, quality assurance, support, support from, supported by, partner,
        partners, team, service, directorate, department, agency, lead agency, organisation,
        percent complete, percentage complete, % complete, % progress, previous rag,
        previous rag rating, direction of travel, next steps, next step""")),
)  # fmt: skip
"""Every field, with what councils write over it."""

NAMES = (*(field.name for field in FIELDS), IGNORE)
_SINGLE = {field.name for field in FIELDS} - {"progress", NOTE, "evidence"}
"""Fields that one column alone can fill."""
_KNOWN = {
    heading: (field.name, rank)
    for field in reversed(FIELDS)
    for rank, heading in enumerate(field.headings)
}
_NUMBERS = frozenset({"ref", "finding-ref", "para"})
_PERIOD = (
    r"\d+(?:st|nd|rd|th)?|q[1-4]|qtr|quarter|month|week|year|period|"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
)
_DATED = re.compile(
    r"(?:(?:current|latest|monthly|quarterly) )?"
    r"(progress|updates?|position|comments?|commentary|notes?|actions?|rag|brag|status|"
    rf"(?={_PERIOD}\b))(?: (?:report|update|rating|status|comments?|notes?|position|progress|as|at|"
    rf"to|from|for|in|of|on|since|up|end|board|meeting))*(?: ?(?:{_PERIOD})\b)+"
    r"(?: (?:update|progress|position|comments?|notes?|rag|rating|status|to|end|date))*"
)
"""A column of one report among several: "Progress October 2003", "RAG Q1"."""
_OF_DATED = {"rag": "rag", "brag": "rag", "status": "stage"}
_LATER = 1_000
"""The rank of a heading that is only like one of those known."""
_LONGEST = 80
"""Characters; what is longer is no heading."""


class Meaning(NamedTuple):
    """What a heading means."""

    field: str
    rank: int
    """The lower, the surer."""


def plain(heading: str) -> str:
    """Give a heading without capitals, signs and what is in brackets."""
    text = re.sub(r"\([^()]*\)|\[[^][]*\]", " ", heading) if heading[:1] not in "([" else heading
    text = text.casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    return " ".join(re.findall(r"[^\W_]+|[%#]", text))


@cache
def meaning(levels: tuple[str, ...]) -> Meaning | None:
    """Tell what a heading means, all its rows together, or else the last or the first of them."""
    for heading in dict.fromkeys((" ".join(levels), *levels[::-1])):
        if heading.strip() and len(heading) <= _LONGEST:
            text = plain(heading)
            if found := _known(text) or _either(heading) or _dated(text):
                return found
    return None


def together(above: list[str], last: str) -> bool:
    """Tell whether a heading of several rows is known as a whole: "Progress" over "May 2026"."""
    text = plain(" ".join((*above, last)))
    over = _known(plain(above[-1]))
    is_told = over is not None and over.field == "progress"
    return _known(text) is not None or (is_told and _dated(text) is not None)


def _known(text: str) -> Meaning | None:
    for form in (text, text.removeprefix("the "), text.removeprefix("our "), text.rstrip("s")):
        if form in _KNOWN:
            return Meaning(*_KNOWN[form])
    return None


def _either(heading: str) -> Meaning | None:
    """Tell what ``Lead / Owner`` means: what its parts agree on."""
    parts = re.split(r"[/,;|\n]|\s[-\u2013]\s|\band\b|&|\bor\b", heading.casefold())
    found = [each for part in parts if (each := _known(plain(part))) is not None]
    fields = {each.field for each in found}
    if len(fields) > 1 and fields <= _NUMBERS:
        return Meaning("finding-ref", _LATER)
    if fields == {"rag", "stage"}:
        return Meaning("rag", _LATER)
    return Meaning(found[0].field, _LATER) if len(fields) == 1 else None


def _dated(text: str) -> Meaning | None:
    found = _DATED.fullmatch(text)
    if found is None or (not found[1] and re.fullmatch(r"[\d ]+", text)):
        return None
    said = next((word for word in (found[1], *text.split()[-2:]) if word in _OF_DATED), "")
    return Meaning(_OF_DATED.get(said, "progress"), _LATER)


class Column(NamedTuple):
    """One column of a table, and what it is taken as."""

    at: int
    """Its place among the columns of the grid, from nought."""
    name: str
    """As the file calls it: ``F``, or its number."""
    levels: tuple[str, ...]
    """Its heading, row by row."""
    field: str = ""
    """One of `NAMES`."""
    remark: str = ""
    """Why it is not taken as its heading says, in a sentence."""

    @property
    def heading(self) -> str:
        """Give its heading on one line."""
        return " ".join(self.levels)


def settled(columns: list[Column], maps: dict[str, str]) -> tuple[Column, ...]:
    """Say what each column is taken as: what was stated, else what its heading means."""
    stated = [_stated(column, maps) for column in columns]
    taken = {column.field for column in stated if column.field}
    return tuple(
        column if column.field else _by_heading(column, stated, taken) for column in stated
    )


def _stated(column: Column, maps: dict[str, str]) -> Column:
    for name in (plain(column.heading), column.name.casefold()):
        if name in maps:
            return column._replace(field=maps[name])
    return column


def _by_heading(column: Column, columns: list[Column], taken: set[str]) -> Column:
    mine = meaning(column.levels)
    if mine is None:
        said = f"'{column.heading}' is not known here" if column.heading else "it has no heading"
        return column._replace(field=NOTE, remark=f"{said}: kept in the note")
    if mine.field not in _SINGLE:
        return column._replace(field=mine.field)
    if mine.field in taken:
        remark = f"another column was given as {mine.field}: kept in the note"
        return column._replace(field=NOTE, remark=remark)
    return _first_of(column, mine, columns)


def _first_of(column: Column, mine: Meaning, columns: list[Column]) -> Column:
    """Take the surest of the columns that mean the same; where two are alike, neither."""
    others = {
        other.at: (found.rank, other)
        for other in columns
        if not other.field and other.at != column.at
        for found in [meaning(other.levels)]
        if found is not None and found.field == mine.field
    }
    better = [other for rank, other in others.values() if rank < mine.rank]
    alike = [other for rank, other in others.values() if rank == mine.rank]
    if better:
        remark = f"'{better[0].heading}' was taken as {mine.field}: kept in the note"
        return column._replace(field=NOTE, remark=remark)
    if alike and mine.field not in {"finding", "action"}:
        remark = (
            f"column {alike[0].name} could be {mine.field} as well, so neither is: kept in the "
            f"note (say which with --map {column.name}={mine.field})"
        )
        return column._replace(field=NOTE, remark=remark)
    if alike and min(alike).at < column.at:
        remark = f"column {min(alike).name} was taken as {mine.field}: kept in the note"
        return column._replace(field=NOTE, remark=remark)
    return column._replace(field=mine.field)
