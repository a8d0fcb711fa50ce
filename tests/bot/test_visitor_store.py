"""Whose conversations are, in tables: one customer each, and a token for each place they come back from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId
from bot.errors import NoConversationError, OtherVisitorError
from bot.store import Store
from bot.store.visitors import MOST_TOKENS, Visit, VisitorStore
from bot.vouching import Visitor
from config.database import Database, open_database
from handoff.escalation import Site
from tests.conftest import Where
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

ONE, OTHER = ConversationId("one"), ConversationId("other")
MAYA, OMAR = Visitor("42", "Maya Lind", "maya@mail.example", business=True), Visitor("43")
HUB = Site("https://nettly.example/hub", "Hub 3", "NT-10427")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    opened = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database, clock: FakeClock) -> Store:
    store = Store(database, clock)
    store.begin(ONE, channel="web", address=ONE, language="nb", token_hash="first")
    return store


@pytest.fixture
def visitors(database: Database, clock: FakeClock, store: Store) -> VisitorStore:
    return VisitorStore(database, clock)


def test_a_conversation_is_nobodys_until_somebody_is_proved(visitors: VisitorStore, store: Store) -> None:
    assert visitors.of(ONE) == Visit(None, None, "nb")
    assert store.get(ONE).visitor is None


def test_a_conversation_becomes_a_visitors_with_what_is_known_of_them(
    visitors: VisitorStore, store: Store
) -> None:
    assert visitors.join(ONE, MAYA)
    assert visitors.of(ONE).visitor == MAYA and visitors.name("42") == "Maya Lind"
    assert store.get(ONE).visitor == "42"


def test_the_same_again_is_no_news_and_a_new_name_is(visitors: VisitorStore) -> None:
    visitors.join(ONE, MAYA)
    assert not visitors.join(ONE, MAYA)
    assert visitors.join(ONE, Visitor("42", "Maya Berg"))
    assert visitors.of(ONE).visitor == Visitor("42", "Maya Berg")


def test_a_conversation_never_becomes_another_visitors(visitors: VisitorStore) -> None:
    visitors.join(ONE, MAYA)
    with pytest.raises(OtherVisitorError):
        visitors.join(ONE, OMAR)
    assert visitors.of(ONE).visitor == MAYA and visitors.name("43") is None


def test_a_visitors_conversations_come_latest_first_and_nobody_elses(
    visitors: VisitorStore, store: Store, clock: FakeClock
) -> None:
    clock.moves(timedelta(hours=1))
    store.begin(OTHER, channel="web", address=OTHER, language="en")
    store.begin(ConversationId("third"), channel="web", address="third", language="en")
    for each in (ONE, OTHER):
        visitors.join(each, MAYA)
    assert visitors.conversations("42") == (OTHER, ONE)
    assert visitors.conversations("43") == ()


def test_what_is_looked_at_is_kept_until_something_else_is(visitors: VisitorStore) -> None:
    assert visitors.look(ONE, HUB) and not visitors.look(ONE, HUB)
    assert visitors.of(ONE).site == HUB
    assert visitors.look(ONE, Site(product="Mesh Duo"))
    assert visitors.of(ONE).site == Site(product="Mesh Duo")
    assert visitors.look(ONE, Site()) and visitors.of(ONE).site is None


def test_each_token_opens_the_conversation_beside_the_first(store: Store, clock: FakeClock) -> None:
    store.admit(ONE, "second")
    assert sorted(store.token_hashes(ONE)) == ["first", "second"]
    for count in range(MOST_TOKENS):
        clock.moves(timedelta(minutes=1))
        store.admit(ONE, f"later {count:02}")
    kept = sorted(store.token_hashes(ONE))
    assert kept == ["first", *(f"later {count:02}" for count in range(MOST_TOKENS))]


def test_there_is_nothing_to_be_told_of_a_conversation_that_never_was(
    visitors: VisitorStore, store: Store
) -> None:
    with pytest.raises(NoConversationError):
        visitors.of(OTHER)
    with pytest.raises(NoConversationError):
        visitors.join(OTHER, MAYA)
    with pytest.raises(NoConversationError):
        store.admit(OTHER, "token")
    assert store.token_hashes(OTHER) == () and visitors.name("42") is None
