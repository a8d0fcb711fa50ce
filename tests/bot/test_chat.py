"""The customers' side of the room, below every channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.chat import Chat
from bot.conversation import Conversation, ConversationId, Draft, Message
from bot.errors import EmptyMessageError, MessageTooLongError, NoConversationError
from bot.standing import Standings
from bot.store import Outcome, Store
from config.database import Database, open_database
from handoff.intake import Wait
from tests.conftest import Where
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

CHARACTERS = 100


def nobody(handoff_id: str) -> Wait:
    """Where nobody waits for a person."""
    raise AssertionError(handoff_id)


def said(number: int, text: str) -> Message:
    return Message(number, "bot", text, FakeClock().now())


class Waiting:
    """Takes no turn, and notes who asked for one."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ConversationId]] = []
        self.said: tuple[Message, ...] = ()

    def soon(self, conversation: ConversationId, *, whole: bool = False) -> None:
        self.asked.append(("soon", conversation))

    def now(self, conversation: ConversationId) -> None:
        self.asked.append(("now", conversation))

    def reply(self, conversation: Conversation, heard: tuple[Message, ...]) -> tuple[Message, ...]:
        assert (conversation.last, conversation.waiting) == (heard[-1].number, heard[-1].number)
        self.asked.append(("reply", conversation.id))
        return self.said

    def busy(self, conversation: ConversationId) -> bool:
        return False


@pytest.fixture
def database(where: Where) -> Iterator[Database]:
    opened = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database, FakeClock())


@pytest.fixture
def turns() -> Waiting:
    return Waiting()


@pytest.fixture
def chat(store: Store, turns: Waiting) -> Chat:
    return Chat(
        store,
        turns,
        greet=lambda begun: Outcome(drafts=(Draft("bot", {"en": "Hello.", "nb": "Hei."}[begun.language]),)),
        standings=Standings(store, busy=turns.busy, wait=nobody, ended=lambda *ending: None, named=str),
        languages=("en", "nb"),
        characters=CHARACTERS,
        clock=FakeClock(),
    )


def test_a_conversation_is_greeted_in_its_language(chat: Chat) -> None:
    begun = chat.begin(language="nb")
    assert [message.text for message in chat.messages(begun.conversation)] == ["Hei."]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        (None, "en"),
        ("", "en"),
        ("nb-NO", "nb"),
        ("NB_no", "nb"),
        ("no", "nb"),
        ("nn", "nb"),
        ("sv-SE", "en"),
    ],
)
def test_the_nearest_language_of_ours_is_spoken(chat: Chat, asked: str | None, spoken: str) -> None:
    assert chat.language(asked) == spoken


def test_two_conversations_have_nothing_in_common(chat: Chat) -> None:
    one, other = chat.begin(), chat.begin()
    assert one.conversation != other.conversation and one.token != other.token


def test_only_the_hash_of_a_token_is_kept(chat: Chat, store: Store) -> None:
    begun = chat.begin()
    [kept] = store.token_hashes(begun.conversation)
    assert begun.token not in kept


def test_a_token_opens_its_own_conversation(chat: Chat) -> None:
    begun = chat.begin()
    assert chat.opened_by(begun.conversation, begun.token).id == begun.conversation


@pytest.mark.parametrize("token", ["", "-" * 64, "\ud83e"])
def test_another_token_opens_nothing(chat: Chat, token: str) -> None:
    begun = chat.begin()
    with pytest.raises(NoConversationError):
        chat.opened_by(begun.conversation, token)


def test_a_conversation_of_a_channel_has_no_token_to_guess(chat: Chat, store: Store) -> None:
    known = store.begin(ConversationId("c"), channel="rasa_rest", address="u1", language="en")
    with pytest.raises(NoConversationError):
        chat.opened_by(known.id, "-" * 64)


def test_a_message_is_stored_before_its_turn_is_asked_for(chat: Chat, turns: Waiting) -> None:
    begun = chat.begin()
    message = chat.receive(begun.conversation, "a", "hello")
    assert chat.messages(begun.conversation)[-1] == message
    assert turns.asked == [("soon", begun.conversation)]


def test_the_same_message_again_asks_for_no_second_turn(chat: Chat, turns: Waiting) -> None:
    begun = chat.begin()
    assert chat.receive(begun.conversation, "a", "hello") == chat.receive(begun.conversation, "a", "hello")
    assert len(turns.asked) == 1


def test_empty_messages_are_refused_and_not_stored(chat: Chat, turns: Waiting) -> None:
    begun = chat.begin()
    with pytest.raises(EmptyMessageError):
        chat.receive(begun.conversation, "a", "\u200d \n")
    assert len(chat.messages(begun.conversation)) == 1 and turns.asked == []


def test_emoji_alone_is_a_message(chat: Chat) -> None:
    begun = chat.begin()
    assert chat.receive(begun.conversation, "a", "👩\u200d👧 🦔").text == "👩\u200d👧 🦔"


def test_a_message_is_measured_in_characters(chat: Chat) -> None:
    begun = chat.begin()
    chat.receive(begun.conversation, "a", "🦔" * CHARACTERS)
    with pytest.raises(MessageTooLongError, match="in parts"):
        chat.receive(begun.conversation, "b", "x" * (CHARACTERS + 1))


def test_a_channel_that_answers_at_once_takes_the_turn_first(chat: Chat, turns: Waiting) -> None:
    chat.ask("rasa_rest", "u1", "hello")
    assert [kind for kind, _ in turns.asked] == ["reply"]


def test_where_an_earlier_message_waits_too_the_turn_looks_for_itself(chat: Chat, turns: Waiting) -> None:
    chat.hear("rasa_rest", "u1", "hello")
    chat.ask("rasa_rest", "u1", "are you there?")
    assert [kind for kind, _ in turns.asked] == ["now"]


def test_what_the_turn_said_is_the_answer(chat: Chat, turns: Waiting) -> None:
    turns.said = (said(2, "Hello."),)
    assert chat.ask("rasa_rest", "u1", "hello") == turns.said


def test_an_answer_brings_what_nobody_has_handed_out_before(chat: Chat, store: Store, turns: Waiting) -> None:
    known = chat.at("rasa_rest", "u1")
    store.write(known.id, Outcome(drafts=(Draft("agent", "Are you there?"),)))
    turns.said = (said(3, "Hello."),)
    heard = chat.hear("rasa_rest", "u1", "hello")
    store.write(known.id, Outcome(drafts=(Draft("bot", "Hello."),), handled=2, handed_out=True))
    assert [each.text for each in chat.answer(heard)] == ["Are you there?", "Hello."]


def test_a_channels_address_keeps_its_conversation(chat: Chat, store: Store) -> None:
    chat.ask("rasa_rest", "u1", "hello", language="nb")
    chat.ask("rasa_rest", "u1", "hello again", language="en")
    known = store.find("rasa_rest", "u1")
    assert known is not None and (known.last, known.language) == (2, "nb")


def test_what_a_channel_sent_along_is_kept_with_the_message(chat: Chat, store: Store) -> None:
    heard = chat.hear("rasa_rest", "u1", "hello", data={"metadata": {"page": "/shop"}})
    [message] = store.messages(heard.conversation.id)
    assert message.data == {"metadata": {"page": "/shop"}} and heard.fresh


def test_a_message_heard_again_is_the_same_message(chat: Chat, turns: Waiting) -> None:
    first = chat.hear("rasa_socketio", "u1", "hello", client_id="a")
    again = chat.hear("rasa_socketio", "u1", "hello", client_id="a")
    assert (again.message, again.fresh) == (first.message, False)
    chat.answer_soon(first)
    chat.answer_soon(again)
    assert [kind for kind, _ in turns.asked] == ["soon"]


def test_what_waits_for_the_customer_is_what_nobody_has_brought(chat: Chat, store: Store) -> None:
    known = chat.hear("rasa_socketio", "u1", "hello").conversation
    store.write(known.id, Outcome(drafts=(Draft("bot", "One."), Draft("bot", "Two."))))
    assert [message.text for message in chat.waiting(known)] == ["One.", "Two."]
    chat.handed_out(known.id, 2)
    assert [message.text for message in chat.waiting(known)] == ["Two."]
    chat.handed_out(known.id, 1)
    assert [message.text for message in chat.waiting(known)] == ["Two."]
