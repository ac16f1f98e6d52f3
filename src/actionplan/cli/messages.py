"""The messages of a round of reminders: to whom, what each says, and who can't be reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from actionplan import mail
from actionplan.errors import ActionPlanError, WrongUsageError
from actionplan.renderers import calendar, letter, message
from actionplan.renderers.message import File, Message
from actionplan.renderers.safe import safe_line
from actionplan.reports import events, notices, reminders
from actionplan.reports.notices import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from actionplan.model import Action, Owner
    from actionplan.query import View
    from actionplan.renderers.parts import Parts
    from actionplan.reports.blocks import Report
    from actionplan.reports.reminders import Matters, Share, Terms
    from actionplan.settings.mailing import MailSettings

OWNERS, OFFICER, SPONSOR = "owners", "officer", "sponsor"
READERS = (OWNERS, OFFICER, SPONSOR)
ESCALATION = "escalation"
_NO_REPLY = re.compile(r"(?i)(?:no|not|dont|do[-_.]?not)[-_.]?reply")


class Choice(NamedTuple):
    """What was asked for."""

    to: str = OWNERS
    group_by: str = "owner"
    copied: tuple[str, ...] = ()
    """Addresses that get a copy of each message."""
    only_overdue: bool = False
    ics: bool = False


class Reminder(NamedTuple):
    """One message to one reader."""

    what: str
    """The kind of mailing: of two kinds a reader gets one each."""
    reader: str
    """In words: the posts that it is for."""
    plan: str
    known_as: str
    """What the reader is remembered by."""
    period: str
    address: str
    message: Message
    content: bytes
    """As it is sent."""


class Round(NamedTuple):
    """All the messages of a run, and the readers whom none can reach, each with the reason."""

    reminders: tuple[Reminder, ...]
    unreached: tuple[str, ...] = ()


class Maker:
    """What makes the messages of one run."""

    def __init__(
        self,
        view: View,
        owners: tuple[Owner, ...],
        choice: Choice,
        post: MailSettings,
        terms: Terms,
    ) -> None:
        """Keep what they are made from."""
        self.view = view
        self.owners = owners
        self.choice = choice
        self.post = post
        self.terms = terms
        self.period = reminders.turn(view.as_at, view.plan.policy.remind_every).name
        self.around = Surroundings(_is_read(post), choice.copied)
        self._unreached: list[str] = []

    def round(self, parts: Parts, at: datetime) -> Round:
        """Make every message."""
        page = letter.pages(parts)
        made: list[Reminder] = []
        for draft in self._drafts():
            if reason := self._wrong(draft.address):
                self._unreached.append(f"{draft.reader}: {self._meant(draft, reason)}")
                continue
            report = letter.covered(draft.report, parts)
            whole = self._message(draft, letter.text(report), page(report), at)
            try:
                made += self._sent(draft, whole, message.render(whole))
            except ActionPlanError as error:
                self._unreached.append(f"{draft.reader}: {error.sentence}")
        return Round(tuple(made), tuple(self._unreached))

    # -- who is told what

    def _drafts(self) -> Iterator[_Draft]:
        if self.choice.to == OWNERS:
            yield from self._to_owners()
        else:
            yield from self._of_whole()

    def _to_owners(self) -> Iterator[_Draft]:
        shares = reminders.to_owners(self.view, self.owners, self.terms)
        for share in shares:
            told = notices.to_owner(share, self.around)
            yield self._draft(self._kind(OWNERS), share, told)
        escalated = reminders.escalation(self.view, self.owners, shares, self.terms)
        if escalated is not None:
            told = notices.of_escalation(escalated, self.around)
            yield self._draft(self._kind(ESCALATION), escalated, told)

    def _draft(self, what: str, share: Share, report: Report) -> _Draft:
        return _Draft(what, share.post, share.known_as, share.address, share.matters, report)

    def _of_whole(self) -> Iterator[_Draft]:
        found = reminders.whole(self.view, self.terms)
        reached = [owner for owner in self.owners if not self._wrong(owner.email.strip())]
        unreached = reminders.without_address(self.view, reached)
        if not found.is_anything:
            return
        reader = self.choice.to
        told = unreached if reader == OFFICER else {}
        report = notices.of_whole(found, f"the {reader}", self.choice.group_by, told, self.around)
        address = self.post.officer if reader == OFFICER else self.post.sponsor
        yield _Draft(self._kind(reader), f"the {reader}", reader, address, found, report)

    def _kind(self, what: str) -> str:
        return f"{what}, only overdue" if self.choice.only_overdue else what

    # -- one message

    def _wrong(self, address: str) -> str:
        """Say why an address can't be written to, or nothing."""
        if not address:
            return "no address is kept (actionplan owner update POST --email ADDRESS)."
        try:
            mail.address(address, international=True)
        except WrongUsageError as error:
            return error.sentence
        if not self.post.allows(address):
            return "its domain is not among the domains that [mail] allows."
        return ""

    def _meant(self, draft: _Draft, reason: str) -> str:
        """Say what to do where no address is kept for a reader who is no post."""
        if draft.address:
            return reason
        refs = ", ".join(action.id for action in draft.found.view.actions)
        if draft.reader == reminders.NOBODY:
            return f"name one for {refs} (actionplan update REF --owner POST)."
        if draft.what.startswith(ESCALATION):
            return (
                f"{refs} is to be escalated, and no address is kept: write escalate_to under "
                "[policy] of the plan, or sponsor under [mail] of the settings."
            )
        return reason

    def _message(self, draft: _Draft, text: str, page: str, at: datetime) -> Message:
        plan = self.view.plan.title
        return Message(
            sender=self.post.sender,
            recipient=draft.address,
            subject=draft.found.subject,
            text=text,
            page=page,
            at=at,
            identity=(plan, draft.known_as, draft.what, self.period),
            thread=(plan, draft.known_as, draft.what),
            copied=self.choice.copied,
            reply_to=self.post.reply_to,
            files=self._files(draft.found) if self.choice.ics else (),
        )

    def _sent(self, draft: _Draft, whole: Message, content: bytes) -> Iterator[Reminder]:
        """Give the message to its reader, and to each who gets a copy of it."""
        plan, known_as, what, period = whole.identity
        yield Reminder(what, draft.reader, plan, known_as, period, draft.address, whole, content)
        copied = (
            each for each in self.choice.copied if each.casefold() != draft.address.casefold()
        )
        for address in copied:
            reader = f"the copy of what is for {draft.reader}"
            yield Reminder(f"{what}, copy", reader, plan, known_as, period, address, whole, content)

    def _files(self, found: Matters) -> tuple[File, ...]:
        """Give the date of each action that is still to come as a file of its own."""
        return tuple(self._file(action) for action in found.due)

    def _file(self, action: Action) -> File:
        due = events.of_due(self.view, action)
        content = calendar.render(due, self.view.plan.title, self.view.as_at)
        return File(f"{action.id}.ics", "text/calendar", content)


class _Draft(NamedTuple):
    """What is to be said to one reader."""

    what: str
    reader: str
    known_as: str
    address: str
    found: Matters
    report: Report


def _is_read(post: MailSettings) -> bool:
    """Tell whether somebody reads an answer, as far as the address that it goes to says."""
    answered = post.reply_to or post.sender
    return _NO_REPLY.fullmatch(answered.partition("@")[0]) is None


def shown(reminder: Reminder) -> str:
    """Give a message as a person reads it: to whom, the subject, the text."""
    whole = reminder.message
    lines = [
        f"To: {safe_line(reminder.reader)} <{safe_line(reminder.address)}>",
        f"Subject: {message.subject(whole)}",
        *(f"With: {file.name}" for file in whole.files),
        "",
        whole.text,
    ]
    return "\n".join(lines)
