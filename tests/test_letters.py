"""The message: read back by a mail program, whatever stands in the plan; its page by everybody."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import HEAD, birmingham_as_at, read_plan
from hypothesis import given
from hypothesis import strategies as st

from actionplan import query
from actionplan.cli.messages import Choice, Maker
from actionplan.errors import ActionPlanError
from actionplan.model import Owner
from actionplan.renderers import letter, mailbox, message
from actionplan.renderers.message import Message
from actionplan.renderers.parts import Parts
from actionplan.reports import notices, reminders
from actionplan.reports.notices import Surroundings
from actionplan.reports.reminders import Terms
from actionplan.settings.mailing import MailSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from actionplan.cli.messages import Round
    from actionplan.query import View
    from actionplan.reports.blocks import Report

DAY = date(2014, 3, 3)
NOW = datetime(2014, 3, 3, 7, 30, tzinfo=UTC)
VIEW = query.view(birmingham_as_at(DAY), DAY)
POST = MailSettings(Path("config.toml"), "plan@council.example", reply_to="officer@council.example")
OWNERS = tuple(
    Owner(post, "", f"post{number}@council.example")
    for number, post in enumerate(dict.fromkeys(action.owner for action in VIEW.plan.actions))
)
WHOLE = notices.of_whole(
    reminders.whole(VIEW, Terms()), "the officer", "owner", {"Head of HR": 1}, Surroundings()
)


def round_of(
    view: View = VIEW, owners: tuple[Owner, ...] = OWNERS, post: MailSettings = POST, **choice: Any
) -> Round:
    """Make the messages of a run."""
    maker = Maker(view, owners, Choice(**choice), post, Terms())
    return maker.round(Parts(), NOW)


def read(content: bytes) -> EmailMessage:
    """Read a message as a mail program does."""
    found: EmailMessage = message_from_bytes(content, policy=policy.default)
    for part in found.walk():
        assert part.defects == []
    return found


def text_of(found: EmailMessage, kind: str = "plain") -> str:
    """Give the text or the page of a message."""
    part: Any = found.get_body((kind,))
    return str(part.get_content())


def first(**choice: Any) -> EmailMessage:
    """Read the first message of a run."""
    return read(round_of(**choice).reminders[0].content)


# --- headers ------------------------------------------------------------------------------------


def test_a_message_has_the_headers_of_one_that_a_program_made_and_a_person_answers() -> None:
    found = first()
    assert dict(found.items()) | {"Content-Type": ""} == {
        "Date": "Mon, 03 Mar 2014 07:30:00 +0000",
        "From": "plan@council.example",
        "To": round_of().reminders[0].address,
        "Reply-To": "officer@council.example",
        "Subject": round_of().reminders[0].message.subject,
        "Message-ID": found["Message-ID"],
        "In-Reply-To": found["References"],
        "References": found["References"],
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }


def test_the_text_stands_first_and_says_all_that_the_page_says() -> None:
    found = first()
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    page = re.sub(r"(?s)<head>.*?</head>|<!--.*?-->|<[^>]+>", " ", text_of(found, "html"))
    for word in re.sub(r"[:>-]", " ", page).split():
        assert (
            word.replace("&#34;", '"').replace("&#39;", "'").casefold() in text_of(found).casefold()
        )


def test_every_line_is_short_and_ends_as_mail_wants_it() -> None:
    for reminder in round_of(ics=True).reminders:
        lines = reminder.content.split(b"\r\n")
        assert max(map(len, lines)) <= 78
        assert not any(b"\r" in line or b"\n" in line for line in lines)
        assert reminder.content.isascii()
    assert all(len(line) <= 72 for line in letter.text(WHOLE).splitlines())


def test_all_reminders_of_an_owner_are_one_thread_and_each_is_itself() -> None:
    later = query.view(VIEW.plan, date(2014, 3, 10))
    then, now = (
        {each.known_as: read(each.content) for each in round_of(view).reminders}
        for view in (VIEW, later)
    )
    both = then.keys() & now.keys()
    assert both
    for owner in both:
        assert then[owner]["References"] == now[owner]["References"]
        assert then[owner]["Message-ID"] != now[owner]["Message-ID"]
    ids = {read(each.content)["Message-ID"] for each in round_of().reminders}
    assert len(ids) == len(round_of().reminders)


def test_made_again_in_the_same_week_it_is_the_same_message() -> None:
    wednesday = query.view(VIEW.plan, date(2014, 3, 5))
    one, other = (round_of(view).reminders[0] for view in (VIEW, wednesday))
    assert read(one.content)["Message-ID"] == read(other.content)["Message-ID"]


def test_a_copy_is_the_same_message_and_the_message_says_who_has_one() -> None:
    owner, copy, *_ = round_of(copied=("officer@council.example",)).reminders
    assert copy.address == "officer@council.example"
    assert copy.content == owner.content
    assert read(owner.content)["Cc"] == "officer@council.example"
    assert "A copy of this goes to officer@council.example." in text_of(read(owner.content))


# --- hostile text -------------------------------------------------------------------------------

HOSTILE = (
    "Do\r\nBcc: everybody@elsewhere.example",
    "\r\n\r\n<script>alert(1)</script>",
    "=?utf-8?q?Bcc:_x=40y?=",
    "=?utf-8?b?PHNjcmlwdD4=?=",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% include 'x' %}",
    "\u202egpj.exe",
    "a\u2028b\x0bc\x0cd\x1ce\x85f",
    "\x1b[31mred\x00",
    "\ud800 alone",
    ".\r\n.\r\nQUIT",
    "From nobody Thu Jan  1 00:00:00 1970",
    "--=_a\r\nContent-Type: text/html",
    "Zo\u00eb's \u00a33 plan \u2013 \u5f20\U0001f600",
    "x" * 10_000,
)


@pytest.mark.parametrize("said", HOSTILE)
def test_nothing_that_stands_in_a_plan_becomes_a_header_a_recipient_or_markup(said: str) -> None:
    found = first(view=hostile(said), owners=(Owner("Head of HR", said, "hr@council.example"),))
    usual = first()
    assert found.keys() == usual.keys()
    assert [each.addr_spec for each in found["To"].addresses] == ["hr@council.example"]
    assert [part.get_content_type() for part in found.walk()] == [
        part.get_content_type() for part in usual.walk()
    ]
    page = text_of(found, "html")
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= set(re.findall(r"<([a-z0-9]+)", PAGE))
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]", found["Subject"] + page)
    assert "49" not in page.partition("<body")[2].replace("#595959", "")


PAGE = letter.pages(Parts())(WHOLE)


def hostile(said: str) -> View:
    """Look at a plan in which every text is this one."""
    block = '[[action]]\nid = "A1"\nanswers = ["F1"]\ntitle = "x"\nowner = "Head of HR"\n'
    plan = read_plan(f"{HEAD}{block}due = 2014-02-20\nupdated = 2014-03-01\n")
    (action,) = plan.actions
    move = VIEW.plan.find("actions", "A2").moves[-1]._replace(why=said, approved=said)
    spoilt = action._replace(title=said, note=said, moves=(move,))
    plan = plan._replace(title=said, actions=(spoilt,))
    return query.view(plan, DAY)


@given(st.text(min_size=1, max_size=300))
def test_whatever_the_title_is_the_subject_is_read_as_one_line_of_it(said: str) -> None:
    whole = Message(
        "a@b.example", "c@d.example", said, said, "<p>x</p>", NOW, ("a", "b", "c", "d"), ("b",)
    )
    found = read(message.render(whole))
    assert found["Subject"] == message.subject(whole)
    assert len(found.keys()) == 11


@pytest.mark.parametrize(
    "address",
    [
        "hr@council.example\r\nBcc: x@y.example",
        "hr@council.example, x@y.example",
        "Head <hr@council.example>",
        f"{'h' * 1000}@council.example",
        "hr",
        "hr@localhost",
        "=?utf-8?q?x?=@council.example ",
        "-oQ/tmp@council.example\x00",
    ],
)
def test_what_is_no_address_is_not_written_to_and_its_owner_is_named(address: str) -> None:
    made = round_of(hostile("Do it"), (Owner("Head of HR", "", address),))
    assert made.reminders == ()
    (sentence,) = made.unreached
    assert sentence.startswith("Head of HR: ")
    assert "council.example" not in sentence.partition("such as")[0]


def test_an_address_outside_ascii_is_written_as_it_is_for_a_server_that_can_take_it() -> None:
    made = round_of(hostile("Do it"), (Owner("Head of HR", "", "zo\u00eb@council.example"),))
    (reminder,) = made.reminders
    assert b"To: <zo\xc3\xab@council.example>\r\n" in reminder.content


def test_mail_goes_only_to_the_domains_that_are_allowed() -> None:
    made = round_of(post=POST._replace(domains=("elsewhere.example",)))
    assert made.reminders == ()
    assert "its domain is not among the domains that [mail] allows" in made.unreached[0]


def test_a_message_that_would_not_read_back_is_not_given_out() -> None:
    whole = round_of().reminders[0].message
    with pytest.raises(ActionPlanError, match="no address"):
        message.render(whole._replace(recipient="a@b.example>\r\nBcc: <c@d.example"))


# --- files with it ------------------------------------------------------------------------------


def test_each_date_to_come_is_a_calendar_file_of_one_event() -> None:
    import icalendar

    (reminder,) = [r for r in round_of(ics=True).reminders if r.reader == "Principal social worker"]
    found = read(reminder.content)
    body, file = found.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    assert (file.get_filename(), file.get_content_disposition()) == ("A13.ics", "attachment")
    events = icalendar.Calendar.from_ical(str(file.get_content())).walk("VEVENT")
    assert [event["SUMMARY"] for event in events] == [
        "A13 due: Audit twenty case files a month and feed the results back to teams"
    ]
    assert events[0].decoded("DTSTART") == date(2014, 3, 14)


def test_a_mailbox_is_read_back_message_by_message(tmp_path: Path) -> None:
    import mailbox as real

    made = round_of(hostile(HOSTILE[11])).reminders + round_of().reminders
    path = tmp_path / "box"
    path.write_bytes(mailbox.render(each.content for each in made))
    box = real.mbox(path)
    assert [found["Message-ID"] for found in box] == [
        read(each.content)["Message-ID"] for each in made
    ]
    box.close()


# --- a council's own ----------------------------------------------------------------------------


def test_a_council_s_own_words_stand_first_and_its_own_template_makes_the_page(
    tmp_path: Path,
) -> None:
    (tmp_path / "cover-reminder.txt").write_text(
        "Ask the <b>programme</b> office, as at {{ report.as_at }}."
    )
    (tmp_path / "cover.txt").write_text("For cabinet only.")
    (tmp_path / "letter.html").write_text('<p class="own">{{ letter.title }}</p>')
    maker = Maker(VIEW, OWNERS, Choice(), POST, Terms())
    found = read(maker.round(Parts((tmp_path,)), NOW).reminders[0].content)
    assert "Ask the <b>programme</b> office, as at Monday 3 March 2014." in text_of(found)
    assert "For cabinet" not in text_of(found)
    assert text_of(found, "html").strip() == (
        '<p class="own">Children&#39;s services improvement plan</p>'
    )


# --- the page, as it is seen --------------------------------------------------------------------

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        message = "Chromium is not installed: the page was not looked at in a browser."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        quiet = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
        started = play.chromium.launch(
            executable_path=found,
            args=[*quiet, "--disable-background-networking", "--disable-component-update"],
        )
        yield started
        started.close()


REPORTS = {
    "owner": notices.to_owner(
        max(
            reminders.to_owners(VIEW, OWNERS, Terms(escalate_to="x@council.example")),
            key=lambda share: len(share.matters.reminded),
        ),
        Surroundings(copied=("officer@council.example",)),
    ),
    "whole": WHOLE,
    "hostile": notices.of_whole(
        reminders.whole(hostile("x" * 10_000), Terms()), "the officer", "none", {}, Surroundings()
    ),
}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_page_is_accessible_fetches_nothing_and_fits_a_phone(
    browser: Any, report: Report
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    page = browser.new_page(viewport={"width": 600, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(letter.pages(Parts())(report))
    for width in (600, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert asked == []
    assert page.evaluate("document.querySelectorAll('td').length") > 0
    page.close()


def test_the_page_keeps_to_what_outlook_draws() -> None:
    for report in REPORTS.values():
        page = letter.pages(Parts())(report)
        assert not re.search(
            r"<(?:style|link|img|script|svg)\b|https?:|url\(|class=|flex|grid", page
        )
        assert page.count("<th scope=") == page.count("<th ")
