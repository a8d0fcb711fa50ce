"""Threads, mails and cursors, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId
from bot.mail.threads import Thread
from bot.store import Store
from bot.store.mailboxes import LONGEST_CHAIN, KnownMail, MailboxStore
from bot.store.personal import PersonalStore
from config.database import Database, open_database
from tests.conftest import Where
from tests.fakes import MONDAY_MORNING, FakeClock

pytestmark = pytest.mark.engines

MAYA = ConversationId("maya")
JANE = "jane@customer.example"
THREAD = Thread(MAYA, "a" * 20, "key", JANE, "Jane Doe", "My order", MONDAY_MORNING)
MAIL = KnownMail("<1@x>", "in", MAYA, 1, JANE, "heard", None, MONDAY_MORNING)


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    opened = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    Store(opened, FakeClock()).begin(MAYA, channel="email", address=f"{JANE}#1", language="en")
    yield opened
    opened.close()


@pytest.fixture
def mails(database: Database) -> MailboxStore:
    return MailboxStore(database)


def test_a_thread_is_begun_once_and_found_by_its_token_and_its_customer(
    database: Database, mails: MailboxStore
) -> None:
    assert mails.begin(THREAD) == THREAD
    assert mails.begin(replace(THREAD, token="b" * 20)) == THREAD
    assert mails.thread(MAYA) == mails.thread_at("a" * 20) == THREAD
    assert mails.thread_at("b" * 20) is None
    for words in (JANE, JANE.upper(), "Jane Doe"):
        assert PersonalStore(database).find(words) == (MAYA,)


def test_a_mail_is_known_by_its_name_however_long(mails: MailboxStore) -> None:
    long = f"<{'x' * 900}@x>"
    for _ in range(2):
        mails.note(replace(MAIL, message_id=long))
    mails.note(MAIL)
    assert mails.mail(long) is not None and mails.mail("<2@x>") is None
    assert [each.message_id for each in mails.mails(["<1@x>", long, "<2@x>"])] == ["<1@x>", long]


def test_a_chain_has_the_first_and_the_latest_and_nothing_that_was_left_out(mails: MailboxStore) -> None:
    mails.note(replace(MAIL, message_id="<out@x>", state="left_out"))
    for number in range(30):
        mails.note(replace(MAIL, message_id=f"<{number}@x>"))
    chain = mails.chain(MAYA)
    assert len(chain) == LONGEST_CHAIN
    assert chain[0] == "<0@x>" and chain[1:] == tuple(f"<{number}@x>" for number in range(11, 30))


def test_what_an_address_was_sent_since_a_moment(mails: MailboxStore) -> None:
    for hours in range(3):
        sent = MONDAY_MORNING + timedelta(hours=hours)
        mails.note(replace(MAIL, message_id=f"<{hours}@us>", way="out", state="sent", at=sent))
    mails.note(MAIL)
    assert mails.sent_since(JANE, MONDAY_MORNING) == tuple(
        MONDAY_MORNING + timedelta(hours=hours) for hours in (1, 2)
    )
    assert mails.sent_since("omar@x.example", MONDAY_MORNING) == ()


def test_only_a_mail_of_ours_comes_back(mails: MailboxStore) -> None:
    mails.note(MAIL)
    mails.note(replace(MAIL, message_id="<us>", way="out", state="sent"))
    for each in ("<1@x>", "<us>"):
        mails.came_back(each, "no such mailbox")
    states = [(each.state, each.why) for each in mails.mails(["<1@x>", "<us>"])]
    assert states == [("came_back", "no such mailbox"), ("heard", None)]


def test_each_mailbox_has_a_cursor_of_its_own(mails: MailboxStore) -> None:
    assert mails.cursor("one") == ""
    for cursor in ("7:1", "7:9"):
        mails.read_up_to("one", cursor, MONDAY_MORNING)
    mails.read_up_to("two", "1:1", MONDAY_MORNING)
    assert (mails.cursor("one"), mails.cursor("two")) == ("7:9", "1:1")
