"""A conversation leaves the customers' tables: no word stays, what is counted does, and the rest is owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

import bot
from bot.conversation import ConversationId, Draft, Event, Holder
from bot.errors import NoConversationError
from bot.files import CustomerFile
from bot.mail.threads import Thread
from bot.store import Outcome, Promise, Store
from bot.store.consents import Consent, ConsentStore
from bot.store.endings import EndingStore
from bot.store.erasing import GOES, STAYS, ErasureStore, key_of
from bot.store.files import FileStore
from bot.store.mailboxes import KnownMail, MailboxStore
from bot.store.reports import ReportStore
from bot.store.visitors import VisitorStore
from bot.vouching import Visitor
from config.database import Database, open_database
from handoff.file import FileRef
from tests.conftest import Where
from tests.fakes import MONDAY_MORNING, FakeClock

pytestmark = pytest.mark.engines

CANARY = "zwitscherling"
MAYA = ConversationId(f"id-of-{CANARY}")
DEALT_WITH_APART = {"escalations", "erasures"}


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    opened = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> Store:
    """With one conversation that has something in every table."""
    store = Store(database, FakeClock(), delivered=["rasa_callback"])
    store.begin(MAYA, channel="rasa_callback", address=CANARY, language="en", page=CANARY, token_hash="t1")
    ConsentStore(database).agree(MAYA, Consent("v1", "en", "We keep it.", "", MONDAY_MORNING))
    visitors = VisitorStore(database, FakeClock())
    visitors.join(MAYA, Visitor(f"visitor {CANARY}", CANARY, f"maya@{CANARY}.example"))
    store.admit(MAYA, "t2")
    store.receive(MAYA, Draft("customer", f"my {CANARY} is broken", client_id="a"))
    file = CustomerFile(FileRef("f" * 43, f"{CANARY}.txt", "text/plain", 9), MAYA, None, MONDAY_MORNING)
    FileStore(database, 10_000).add(file, CANARY.encode())
    told = {"reading": [], "because": CANARY, "decisions": []}
    said = (Draft("bot", f"Your {CANARY}?"),)
    soon = {"event": "reminder", "intent": "water", "name": CANARY, "date_time": MONDAY_MORNING.isoformat()}
    events = ({"event": "user", "text": CANARY}, soon)
    promise = Promise(f"{MAYA}-1", MAYA, "asked_for_person", f"asked for {CANARY}", None, 1, False)
    asked = Outcome(said, events, Event.ESCALATED, trace=told, handled=1, promise=promise)
    store.write(MAYA, asked, held_by=Holder.BOT)
    store.keep(f"{MAYA}-1", case=1001, forwarded=2)
    ended = Outcome((Draft("system", "Over."),), event=Event.ENDED, actor="customer", ended_by="customer")
    store.write(MAYA, ended)
    EndingStore(database, FakeClock()).rate(MAYA, "bot", 4, f"nice {CANARY}")
    address = f"maya@{CANARY}.example"
    mails = MailboxStore(database)
    mails.begin(Thread(MAYA, "t" * 20, "k", address, CANARY, f"My {CANARY}", MONDAY_MORNING))
    mails.note(KnownMail(f"<{CANARY}>", "in", MAYA, 1, address, "heard", None, MONDAY_MORNING))
    ReportStore(database).add(MAYA, 2, "failed", f"{address} is unknown", MONDAY_MORNING)
    return store


def rows(database: Database) -> dict[str, list[str]]:
    """Every row of every table as text."""
    with database.read() as tx:
        names = sa.inspect(tx).get_table_names()
        return {name: [str(row) for row in tx.execute(sa.text(f"SELECT * FROM {name}"))] for name in names}


def test_no_table_is_overlooked(database: Database) -> None:
    with database.read() as tx:
        inspector = sa.inspect(tx)
        theirs = {
            name
            for name in inspector.get_table_names()
            if "conversation" in {column["name"] for column in inspector.get_columns(name)}
        }
    assert theirs == {table.name for table in (*GOES, *STAYS)} | DEALT_WITH_APART


def test_no_word_stays_but_what_the_erasure_itself_needs(database: Database, store: Store) -> None:
    erasures = ErasureStore(database, FakeClock())
    number = erasures.ask(MAYA, by="ada@nettly.example", words=(CANARY,))
    assert [name for name, each in rows(database).items() if CANARY in str(each)] == ["erasures"]
    (owed,) = erasures.owed()
    assert (owed.conversation, owed.words, owed.state) == (MAYA, (CANARY,), "asked")
    erasures.emptied(number)
    assert CANARY not in str(rows(database))
    assert replace(erasures.owed()[0], state="asked", conversation=MAYA, words=(CANARY,)) == owed


def test_what_is_counted_stays_under_a_name_that_leads_to_nobody(database: Database, store: Store) -> None:
    before = {name: len(each) for name, each in rows(database).items()}
    ErasureStore(database, FakeClock()).ask(MAYA, by="customer", words=())
    after = {name: len(each) for name, each in rows(database).items()}
    gone = {*(table.name for table in GOES), "visitors"}
    assert {name for name in before if before[name] > after[name]} == gone
    assert all(after[name] == 0 for name in gone)
    left = store.get(ConversationId(f"forgotten-{key_of(MAYA)[:32]}"))
    assert (left.holder, left.last, left.episode, left.page) == (Holder.NONE, 3, 1, None)
    assert "customer" in rows(database)["audit"][-1] and "forgotten" in rows(database)["audit"][-1]
    assert store.promises() == () and store.unhandled() == ()


def test_a_hand_over_that_has_not_led_to_a_case_leads_to_none(database: Database, store: Store) -> None:
    omar = ConversationId("omar")
    store.begin(omar, channel="web", address=omar, language="en")
    promise = Promise("omar-1", omar, "asked_for_person", "asked", None, 0, False)
    store.write(omar, Outcome(event=Event.ESCALATED, promise=promise))
    ErasureStore(database, FakeClock()).ask(omar, by="customer", words=())
    assert store.promises() == ()


def test_whoever_held_a_token_learns_what_became_of_it_and_nobody_else(
    database: Database, store: Store
) -> None:
    erasures = ErasureStore(database, FakeClock())
    assert not erasures.is_forgotten(MAYA, "t1")
    erasures.ask(MAYA, by="customer", words=())
    assert [erasures.is_forgotten(MAYA, token) for token in ("t1", "t2", "t3")] == [True, True, False]
    with pytest.raises(NoConversationError):
        erasures.ask(MAYA, by="customer", words=())


def test_a_visitor_with_another_conversation_is_still_known(database: Database, store: Store) -> None:
    visitors = VisitorStore(database, FakeClock())
    store.begin(ConversationId("second"), channel="web", address="second", language="en")
    visitors.join(ConversationId("second"), Visitor(f"visitor {CANARY}", "Maya", None))
    ErasureStore(database, FakeClock()).ask(MAYA, by="customer", words=())
    assert visitors.conversations(f"visitor {CANARY}") == (ConversationId("second"),)


def test_a_sender_who_writes_again_begins_anew(database: Database, store: Store) -> None:
    ErasureStore(database, FakeClock()).ask(MAYA, by="customer", words=())
    again = store.begin(ConversationId("new"), channel="rasa_callback", address=CANARY, language="en")
    assert (again.id, again.last) == ("new", 0)


def test_what_was_quoted_of_them_elsewhere_is_taken_out(database: Database, store: Store) -> None:
    omar, quoted = ConversationId("omar"), f'the "{CANARY}" – lamp'
    store.begin(omar, channel="web", address=omar, language="en")
    store.receive(omar, Draft("customer", "my lamp"))
    trace = {"reading": [], "because": f"close to “{quoted}”", "examples": [[quoted, 0.9]], "decisions": []}
    event = {"event": "user", "text": "my lamp", "parse_data": {"evidence": quoted}}
    store.write(omar, Outcome(events=(event,), trace=trace, handled=1))
    ErasureStore(database, FakeClock()).unquote([quoted])
    assert store.trace(omar, 1) == {**trace, "because": "close to “—”", "examples": [["—", 0.9]]}
    assert store.events(omar) == ({**event, "parse_data": {"evidence": "—"}},)


def test_what_others_say_too_is_known(database: Database, store: Store) -> None:
    assert ErasureStore(database, FakeClock()).said_by_others(("is broken", "100 %", CANARY)) == {
        "is broken",
        CANARY,
    }
