"""The customers' tables: numbers without gaps, nothing twice, all of an outcome or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId, Draft, Event, Holder
from bot.errors import ClientIdReusedError, ConversationEndedError, NoConversationError
from bot.store import Outcome, Promise, Store
from config.database import open_database
from tests.conftest import Where
from tests.fakes import FakeClock

pytestmark = pytest.mark.engines

MAYA = ConversationId("maya")


@pytest.fixture
def store(where: Where) -> Iterator[Store]:
    database = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    store = Store(database, FakeClock())
    store.begin(MAYA, channel="web", address="maya", language="en")
    yield store
    database.close()


def said(text: str, client_id: str | None = None) -> Draft:
    return Draft("customer", text, client_id=client_id)


def promise(episode: int = 1, case: int | None = None) -> Promise:
    return Promise(f"maya-{episode}", MAYA, "asked_for_person", "she asked", case, 1, False)


def escalated(store: Store) -> None:
    store.receive(MAYA, said("a person please"))
    store.write(MAYA, Outcome(event=Event.ESCALATED, promise=promise(), handled=1), held_by=Holder.BOT)


def test_messages_are_numbered_from_one_without_gaps(store: Store) -> None:
    for text in ("one", "two", "three"):
        store.receive(MAYA, said(text))
    assert [(m.number, m.text) for m in store.messages(MAYA)] == [(1, "one"), (2, "two"), (3, "three")]


def test_many_writers_at_once_leave_no_gap_and_no_double(store: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: store.receive(MAYA, said(f"m{n}", f"id-{n}")), range(100)))
    assert [m.number for m in store.messages(MAYA)] == list(range(1, 101))


def test_the_same_client_id_is_stored_once(store: Store) -> None:
    first, fresh = store.receive(MAYA, said("hello", "a"))
    again, fresh_again = store.receive(MAYA, said("hello", "a"))
    assert (first, fresh, fresh_again) == (again, True, False)
    assert len(store.messages(MAYA)) == 1


def test_the_first_message_of_an_address_begins_its_conversation_and_the_next_goes_on_in_it(
    store: Store,
) -> None:
    u1, u2 = ConversationId("u1"), ConversationId("u2")
    before, first, _ = store.hear("rasa_rest", "u1", said("hi"), begin=u1, language="nb")
    later, second, _ = store.hear("rasa_rest", "u1", said("still there?"), begin=u2, language="en")
    assert (before.id, before.last, before.language) == (u1, 0, "nb")
    assert (later.id, later.last, later.language) == (u1, 1, "nb")
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(NoConversationError):
        store.get(u2)


def test_a_message_that_begins_a_conversation_is_stored_with_it(store: Store) -> None:
    u1 = ConversationId("u1")
    before, message, fresh = store.hear("rasa_rest", "u1", said("hi", "a"), begin=u1, language="en")
    conversation, waiting = store.waiting(u1)
    assert (waiting, fresh) == ((message,), True)
    assert conversation.started_at == before.started_at and store.find("rasa_rest", "u1") == conversation
    assert store.hear("rasa_rest", "u1", said("hi", "a"), begin=u1, language="en")[1:] == (message, False)


def test_a_client_id_with_another_text_is_refused(store: Store) -> None:
    store.receive(MAYA, said("hello", "a"))
    with pytest.raises(ClientIdReusedError, match="make a new id"):
        store.receive(MAYA, said("good-bye", "a"))


def test_two_conversations_may_use_the_same_client_id(store: Store) -> None:
    omar = ConversationId("omar")
    store.begin(omar, channel="web", address="omar", language="nb")
    assert store.receive(MAYA, said("hei", "a"))[1] and store.receive(omar, said("hallo", "a"))[1]


def test_a_message_to_nobody_is_refused(store: Store) -> None:
    with pytest.raises(NoConversationError):
        store.receive(ConversationId("nobody"), said("hello"))


def test_an_address_has_one_conversation_on_a_channel(store: Store) -> None:
    again = store.begin(ConversationId("other"), channel="web", address="maya", language="nb")
    assert (again.id, again.language) == (MAYA, "en")


def test_a_late_answer_is_dropped_when_a_person_holds_the_conversation(store: Store) -> None:
    escalated(store)
    assert store.write(MAYA, Outcome(drafts=(Draft("bot", "late"),)), held_by=Holder.BOT) is None
    assert [m.text for m in store.messages(MAYA)] == ["a person please"]


def test_an_answer_that_has_not_seen_all_events_is_dropped(store: Store) -> None:
    spoken = ({"event": "slot", "name": "language", "value": "nb"},)
    assert store.write(MAYA, Outcome(events=spoken), events=0) == ()
    assert store.write(MAYA, Outcome(drafts=(Draft("bot", "late"),), events=spoken), events=0) is None
    assert store.messages(MAYA) == () and store.get(MAYA).events == 1


def test_a_conversation_that_hears_is_the_one_that_is_read_then(store: Store) -> None:
    for known in ({"event": None}, {"event": Event.ENDED}):
        store.write(MAYA, Outcome(**known))
        before = store.get(MAYA)
        message, _ = store.receive(MAYA, said("hello"))
        assert before.hearing(message) == store.get(MAYA)


def test_a_refused_outcome_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(ConversationEndedError):
        store.write(MAYA, Outcome(drafts=(Draft("system", "joined"),), event=Event.JOINED))
    assert store.messages(MAYA) == ()


def test_the_same_instruction_twice_does_nothing_the_second_time(store: Store) -> None:
    escalated(store)
    joined = Outcome(
        drafts=(Draft("system", "Ines joined", client_id="dispatch-1"),), event=Event.JOINED, agent="Ines"
    )
    first, second = store.write(MAYA, joined), store.write(MAYA, joined)
    assert first == second and len(store.messages(MAYA)) == 2


def test_a_bot_event_gets_the_number_of_its_message(store: Store) -> None:
    store.receive(MAYA, said("hello"))
    event: dict[str, object] = {
        "event": "bot",
        "text": "hi",
        "metadata": {"draft": 0, "utter_action": "utter_greet"},
    }
    store.write(MAYA, Outcome(drafts=(Draft("bot", "hi"),), events=(event,), handled=1))
    assert store.events(MAYA)[0]["metadata"] == {"utter_action": "utter_greet", "number": 2}


def test_unhandled_finds_what_a_crash_left(store: Store) -> None:
    store.receive(MAYA, said("hello"))
    assert store.unhandled() == (MAYA,)
    store.write(MAYA, Outcome(handled=1))
    assert store.unhandled() == ()


def test_a_promise_is_owed_until_its_case_has_heard_everything(store: Store) -> None:
    escalated(store)
    assert [(p.handoff_id, p.case) for p in store.promises()] == [("maya-1", None)]
    store.keep("maya-1", case=1042, forwarded=1)
    assert store.promises() == ()
    store.receive(MAYA, said("are you there?"))
    assert [(p.handoff_id, p.case) for p in store.promises()] == [("maya-1", 1042)]


def test_a_promise_is_closed_when_the_bot_holds_again(store: Store) -> None:
    escalated(store)
    store.keep("maya-1", case=1042, forwarded=1)
    store.write(MAYA, Outcome(event=Event.RETURNED))
    store.receive(MAYA, said("something new"))
    assert store.promises() == () and store.promise_of(MAYA) is None


def test_handing_out_gives_each_line_once(store: Store) -> None:
    store.receive(MAYA, said("hello"))
    before = store.get(MAYA).delivered
    store.write(MAYA, Outcome(drafts=(Draft("bot", "hi"),), handled=1, handed_out=True))
    assert [m.text for m in store.between(MAYA, before)] == ["hi"]
    assert store.between(MAYA, store.get(MAYA).delivered) == ()


def test_what_an_agent_says_waits_for_the_next_response(store: Store) -> None:
    escalated(store)
    store.write(MAYA, Outcome(drafts=(Draft("agent", "Hello", client_id="dispatch-1"),)))
    before = store.get(MAYA).delivered
    store.receive(MAYA, said("hello?"))
    store.write(MAYA, Outcome(handled=3, handed_out=True))
    assert [m.text for m in store.between(MAYA, before)] == ["Hello"]


def test_a_turn_that_another_process_has_taken_is_not_written_again(store: Store) -> None:
    store.receive(MAYA, said("hello"))
    answer = Outcome(drafts=(Draft("bot", "Hello."),), handled=1)
    assert store.write(MAYA, answer, held_by=Holder.BOT)
    assert store.write(MAYA, answer, held_by=Holder.BOT) is None
    assert [message.text for message in store.messages(MAYA)] == ["hello", "Hello."]
