"""Trackers that are kept: always what the stored events say, however few of them were read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.conversation import Conversation, ConversationId
from bot.store import Outcome, Store
from bot.tracker import Tracker
from bot.trackers import Trackers
from config.database import open_database
from tests.conftest import Where
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

MAYA, OMAR = ConversationId("maya"), ConversationId("omar")


def begin(conversation: Conversation) -> Tracker:
    return Tracker(conversation.id, {"city": None}, {"city": None})


@pytest.fixture
def store(where: Where) -> Iterator[Store]:
    database = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    store = Store(database, FakeClock())
    for name in (MAYA, OMAR):
        store.begin(name, channel="web", address=name, language="en")
    yield store
    database.close()


def lives(store: Store, city: str, conversation: ConversationId = MAYA) -> None:
    moved = {"event": "slot", "name": "city", "value": city}
    store.write(conversation, Outcome(events=(moved,)))


def test_a_tracker_is_what_the_stored_events_lead_to(store: Store) -> None:
    lives(store, "Oslo")
    assert Trackers(store, begin).of(store.get(MAYA)).slot("city") == "Oslo"


def test_a_conversation_without_events_is_at_its_beginning(store: Store) -> None:
    assert Trackers(store, begin).of(store.get(MAYA)) == begin(store.get(MAYA))


def test_a_kept_tracker_goes_on_with_what_was_stored_since(store: Store) -> None:
    trackers = Trackers(store, begin)
    lives(store, "Oslo")
    first = trackers.of(store.get(MAYA))
    lives(store, "Bergen")
    second = trackers.of(store.get(MAYA))
    assert second.slot("city") == "Bergen"
    assert second.events[0] is first.events[0]  # not read again


def test_a_kept_tracker_goes_on_with_what_is_known_to_be_stored(store: Store) -> None:
    trackers = Trackers(store, begin)
    before = store.get(MAYA)
    trackers.of(before)
    moved = {"event": "slot", "name": "city", "value": "Oslo"}
    store.write(MAYA, Outcome(events=(moved,)))
    trackers.follow(before, [moved])
    after = trackers.of(store.get(MAYA))
    assert after == Trackers(store, begin).of(store.get(MAYA))
    assert after.slot("city") == "Oslo" and trackers.of(store.get(MAYA)) is after


def test_events_that_are_not_right_behind_the_kept_ones_are_read(store: Store) -> None:
    trackers = Trackers(store, begin)
    trackers.of(store.get(MAYA))
    lives(store, "Oslo")
    between = store.get(MAYA)
    lives(store, "Bergen")
    trackers.follow(between, [{"event": "slot", "name": "city", "value": "Bergen"}])
    assert trackers.of(store.get(MAYA)) == Trackers(store, begin).of(store.get(MAYA))


def test_a_conversation_whose_events_were_replaced_is_read_anew(store: Store) -> None:
    trackers = Trackers(store, begin)
    lives(store, "Oslo")
    trackers.of(store.get(MAYA))
    store.replace_events(MAYA, [{"event": "slot", "name": "city", "value": "Moss"}])
    trackers.forget(MAYA)
    assert trackers.of(store.get(MAYA)).slot("city") == "Moss"


def test_a_kept_tracker_that_is_ahead_of_the_conversation_is_not_used(store: Store) -> None:
    trackers = Trackers(store, begin)
    lives(store, "Oslo")
    before = store.get(MAYA)
    lives(store, "Bergen")
    trackers.of(store.get(MAYA))
    store.replace_events(MAYA, [{"event": "slot", "name": "city", "value": "Moss"}])
    assert before.events == 1
    assert trackers.of(store.get(MAYA)).slot("city") == "Moss"


def test_only_so_many_are_kept(store: Store) -> None:
    trackers = Trackers(store, begin, most=1)
    lives(store, "Oslo")
    lives(store, "Bergen", OMAR)
    first = trackers.of(store.get(MAYA))
    trackers.of(store.get(OMAR))
    again = trackers.of(store.get(MAYA))
    assert again == first and again.events[0] is not first.events[0]
