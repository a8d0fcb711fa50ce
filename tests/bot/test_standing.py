"""Where a conversation stands, as its customer's page is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId, Draft, Event, Holder
from bot.standing import Standings
from bot.store import Outcome, Promise, Store
from bot.store.endings import Ended, EndingStore
from bot.web.state import state_of
from config.database import Database, open_database
from handoff.intake import Outlook, Place, Wait
from tests.conftest import Where
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

C = ConversationId("c")
CLOCK = FakeClock()
OPENS = CLOCK.now() + timedelta(hours=14)
CLOSED = Outlook(
    open=False,
    opens_at=OPENS,
    anybody_online=False,
    place=Place(3, (timedelta(minutes=1), timedelta(minutes=4))),
    promised_by=OPENS + timedelta(hours=1),
)


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    opened = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> Store:
    kept = Store(database, CLOCK)
    kept.begin(C, channel="web", address="c", language="en")
    return kept


@pytest.fixture
def standings(store: Store, database: Database) -> Standings:
    return Standings(
        store,
        busy=lambda conversation: False,
        wait=lambda handoff_id: Wait(1001, 7, CLOSED),
        ended=EndingStore(database, CLOCK).ended,
        named=str,
    )


def asks_for_a_person(store: Store, case: int | None = 1001) -> None:
    message, _ = store.receive(C, Draft("customer", "a person please"))
    promise = Promise("c-1", C, "asked_for_person", "she asked", case, message.number, False)
    store.write(C, Outcome(event=Event.ESCALATED, promise=promise, handled=message.number))


@pytest.mark.parametrize("joined, shown", [(False, False), (True, True)])
def test_that_somebody_writes_is_shown_once_they_are_there(store: Store, joined: bool, shown: bool) -> None:
    standings = Standings(
        store,
        busy=lambda conversation: False,
        wait=lambda handoff_id: Wait(1001, 7, CLOSED),
        ended=lambda *ending: None,
        named=str,
        answered=lambda conversation: conversation == C,
    )
    asks_for_a_person(store)
    if joined:
        store.write(C, Outcome(event=Event.JOINED, agent="Ines"))
    assert standings.of(C).typing is shown


def test_with_the_bot_nobody_waits(standings: Standings) -> None:
    state = state_of(standings.of(C))
    assert [state[name] for name in ("holder", "place", "outlook", "case", "ended")] == ["bot", *[None] * 4]


def test_who_waits_is_told_the_place_the_case_and_the_promise(store: Store, standings: Standings) -> None:
    asks_for_a_person(store)
    state = state_of(standings.of(C))
    assert (state["holder"], state["case"]) == ("queue", {"number": 1001, "version": 7})
    assert state["place"] == {"position": 3, "wait": [60, 240]}
    assert state["outlook"] == {
        "open": False,
        "opens_at": OPENS.isoformat(timespec="seconds"),
        "promised_by": (OPENS + timedelta(hours=1)).isoformat(timespec="seconds"),
        "late": False,
    }


def test_before_the_case_exists_there_is_no_place_yet(store: Store, standings: Standings) -> None:
    asks_for_a_person(store, case=None)
    standing = standings.of(C)
    assert (standing.holder, standing.wait) == (Holder.QUEUE, None)


def test_who_talks_to_an_agent_is_told_the_name_and_the_case(store: Store, standings: Standings) -> None:
    asks_for_a_person(store)
    store.write(C, Outcome(event=Event.JOINED, agent="Ines"))
    state = state_of(standings.of(C))
    assert (state["agent"], state["case"]) == ({"name": "Ines"}, {"number": 1001, "version": 7})


def test_an_ending_is_told_until_the_customer_writes_again(store: Store, standings: Standings) -> None:
    store.receive(C, Draft("customer", "hello"))
    store.write(C, Outcome(drafts=(Draft("bot", "Hello."),), handled=1))
    store.write(C, Outcome(event=Event.ENDED, ended_by="customer"))
    assert standings.of(C).ended == Ended("customer", ("bot",))
    assert state_of(standings.of(C))["ended"] == {"by": "customer", "rate": ["bot"]}
    store.receive(C, Draft("customer", "one more thing"))
    assert standings.of(C).ended is None
