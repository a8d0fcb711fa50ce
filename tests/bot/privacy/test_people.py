"""A person is found by what they are known by, in whichever room, with all they had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.conversation import ConversationId
from bot.errors import NobodyFoundError
from bot.opening import House
from bot.store.visitors import VisitorStore
from bot.vouching import Visitor
from tests.driver import Driver


@pytest.fixture(scope="module")
def maya(shared: House) -> Iterator[tuple[ConversationId, ConversationId]]:
    """Two conversations of a verified customer, the first one with a case; the later one first."""
    rooms = Driver(shared)
    first, second = rooms.customer(), rooms.customer()
    visitors = VisitorStore(shared.database, shared.clock)
    for each in (first, second):
        visitors.join(each.conversation, Visitor("customer-7", "Maya Lind", "maya@lind.example"))
    first.says("I want to talk to a person, please")
    yield first.conversation, second.conversation


@pytest.mark.parametrize("words", ["customer-7", "MAYA@lind.example", " maya lind ", "#1001"])
def test_all_of_a_verified_customers_conversations_are_found(
    shared: House, maya: tuple[ConversationId, ConversationId], words: str
) -> None:
    found = shared.privacy.find(words)
    assert {each.conversation for each in found} == set(maya)
    assert {(each.name, each.contact, each.verified) for each in found} == {
        ("Maya Lind", "maya@lind.example", True)
    }
    assert sorted(each.cases for each in found) == [(), (1001,)]


def test_an_anonymous_customer_is_found_by_their_conversation_alone(shared: House) -> None:
    omar = Driver(shared).customer()
    (found,) = shared.privacy.find(omar.conversation)
    assert (found.conversation, found.name, found.verified) == (omar.conversation, None, False)
    assert shared.privacy.people.of(shared.store.get(omar.conversation)) == (omar.conversation,)


def test_a_sender_of_a_rasa_channel_is_found_by_name(shared: House) -> None:
    shared.chat.ask("rasa_rest", "sender-of-zwitscherlings", "hello")
    (found,) = shared.privacy.find("sender-of-zwitscherlings")
    assert found.channel == "rasa_rest"


@pytest.mark.parametrize("words", ["", "   ", "%", "nobody", "0", "\N{PILE OF POO}"])
def test_nobody_is_found_for_other_words(shared: House, words: str) -> None:
    assert shared.privacy.find(words) == ()
    with pytest.raises(NobodyFoundError):
        shared.privacy.people.one(words)
