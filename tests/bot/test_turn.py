"""One turn of the bot: what a customer gets, whatever breaks on the way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import ConversationId, Draft, Event, Holder
from bot.opening import House, open_house
from bot.promises import Promises
from bot.saying import Voice
from bot.store import Outcome
from bot.turn import Room, open_case, take_turn
from config.settings import load_settings
from handoff.case import Case
from tests.acting import Doing, acting, escalation, raises
from tests.driver import Customer, Driver
from tests.encoders import CountingEmbedder
from tests.fakes import FirstChoice

QUESTION = "how long do i have to send something back?"


@pytest.fixture
def maya(shared: House) -> Customer:
    return Driver(shared).customer()


def hears(house: House, maya: Customer, text: str) -> ConversationId:
    """The customer's message, stored and waiting for its turn."""
    house.store.receive(maya.conversation, Draft("customer", text, client_id=text))
    return maya.conversation


def cases(house: House, maya: Customer) -> list[Case]:
    queue = house.handoff.desk.queue("all", include_resolved=True)
    return [case for case in queue if case.conversation_id == maya.conversation]


def test_an_action_that_raises_ends_with_a_person(shared: House, maya: Customer) -> None:
    with acting(shared, Doing("action_answer", raises), escalation(shared)) as room:
        take_turn(room, hears(shared, maya, QUESTION))
    assert maya.holder is Holder.QUEUE
    [case] = cases(shared, maya)
    assert case.reason == "bot_failed"
    assert "the shop does not answer" in shared.handoff.desk.summary(case.number).reason.sentence
    assert maya.hears()[-1].author == "bot"


def test_an_action_that_takes_too_long_ends_with_a_person(shared: House, maya: Customer) -> None:
    awaited = threading.Event()

    def hangs(dispatcher: Any, tracker: Any, domain: Any) -> object:
        awaited.wait()
        return []

    with acting(shared, Doing("action_answer", hangs), escalation(shared), within=0.5) as room:
        take_turn(room, hears(shared, maya, QUESTION))
        awaited.set()
    [case] = cases(shared, maya)
    assert (maya.holder, case.reason) == (Holder.QUEUE, "bot_failed")


@pytest.mark.parametrize(
    "events",
    [[{"event": "slot"}], [{"event": "slot", "name": "question", "value": timedelta(1)}]],
    ids=["half an event", "not JSON"],
)
def test_an_action_that_gives_back_nonsense_ends_with_a_person(
    shared: House, maya: Customer, events: object
) -> None:
    with acting(shared, Doing("action_answer", lambda d, t, o: events), escalation(shared)) as room:
        take_turn(room, hears(shared, maya, QUESTION))
    assert maya.holder is Holder.QUEUE and cases(shared, maya)[0].reason == "bot_failed"


def test_an_action_that_nobody_has_ends_with_a_person(shared: House, maya: Customer) -> None:
    with acting(shared, escalation(shared)) as room:
        take_turn(room, hears(shared, maya, QUESTION))
    assert maya.holder is Holder.QUEUE and cases(shared, maya)[0].reason == "bot_failed"


def test_actions_that_call_each_other_for_ever_end_with_a_person(shared: House, maya: Customer) -> None:
    again = Doing("action_answer", lambda d, t, o: [{"event": "followup", "name": "action_answer"}])
    with acting(shared, again, escalation(shared)) as room:
        take_turn(room, hears(shared, maya, QUESTION))
    assert maya.holder is Holder.QUEUE and cases(shared, maya)[0].reason == "bot_failed"


def test_an_understanding_that_breaks_ends_with_a_person(shared: House, maya: Customer) -> None:
    class Broken:
        def read(self, text: str, *, language: str | None = None) -> object:
            raise MemoryError("no room for the model")

    room = replace(shared.room, understanding=Broken())  # type: ignore[arg-type]
    take_turn(room, hears(shared, maya, QUESTION))
    [case] = cases(shared, maya)
    assert (maya.holder, case.reason) == (Holder.QUEUE, "bot_failed")
    assert QUESTION in [entry.text for entry in shared.handoff.desk.thread(case.number)]


def test_what_the_customer_said_before_a_failure_is_on_the_case(shared: House, maya: Customer) -> None:
    maya.says("hello there")
    with acting(shared, Doing("action_answer", raises), escalation(shared)) as room:
        take_turn(room, hears(shared, maya, QUESTION))
    [case] = cases(shared, maya)
    thread = shared.handoff.desk.thread(case.number)
    assert [entry.text for entry in thread if entry.author == "customer"] == ["hello there", QUESTION]


def test_a_case_that_could_not_be_opened_is_opened_later_once(shared: House, maya: Customer) -> None:
    with acting(shared, Doing("action_escalate", raises)) as room:
        take_turn(room, hears(shared, maya, "let me speak to a person"))
        assert maya.holder is Holder.QUEUE and cases(shared, maya) == []
        promised = shared.store.promise_of(maya.conversation)
        assert promised is not None and (promised.case, promised.reason) == (None, "asked_for_person")
        promises_of(shared, room).work()
        assert cases(shared, maya) == []
    shared.workers.drain()
    shared.workers.drain()
    [case] = cases(shared, maya)
    assert case.reason == "asked_for_person"
    kept = shared.store.promise_of(maya.conversation)
    assert kept is not None and kept.case == case.number


def test_a_customer_whose_case_waits_is_told_that_a_person_comes(shared: House, maya: Customer) -> None:
    with acting(shared, Doing("action_escalate", raises)) as room:
        take_turn(room, hears(shared, maya, "let me speak to a person"))
    assert [message.author for message in maya.hears()] == ["bot"]
    shared.workers.drain()
    assert maya.hears() == ()


def test_what_is_said_while_the_case_waits_is_on_it_afterwards(shared: House, maya: Customer) -> None:
    with acting(shared, Doing("action_escalate", raises)) as room:
        take_turn(room, hears(shared, maya, "let me speak to a person"))
        take_turn(room, hears(shared, maya, "it is about my router"))
    shared.workers.drain()
    [case] = cases(shared, maya)
    thread = shared.handoff.desk.thread(case.number)
    assert [entry.text for entry in thread if entry.author == "customer"] == [
        "let me speak to a person",
        "it is about my router",
    ]


def test_one_promise_that_cannot_be_kept_holds_up_no_other(shared: House) -> None:
    maya, omar = Driver(shared).customer(), Driver(shared).customer()

    def opens_for_omar(dispatcher: Any, tracker: Any, domain: Any) -> object:
        if tracker.sender_id == maya.conversation:
            raise RuntimeError("a case that nobody can open")
        return escalation(shared).run(dispatcher, tracker, domain)

    with acting(shared, Doing("action_escalate", raises)) as room:
        for customer in (maya, omar):
            take_turn(room, hears(shared, customer, "let me speak to a person"))
    with acting(shared, Doing("action_escalate", opens_for_omar)) as room:
        assert promises_of(shared, room).work()
    assert cases(shared, maya) == [] and len(cases(shared, omar)) == 1
    shared.workers.drain()


def test_a_message_that_was_brought_to_its_case_is_written_there_once(shared: House) -> None:
    maya = Driver(shared).customer()
    maya.says("let me speak to a person")
    shared.workers.drain()
    desk = shared.handoff.database
    rung: list[None] = []
    end = shared.handoff.desk.log_end()
    stop = desk.doorbell.subscribe(("desk",), lambda: rung.append(None))
    hears(shared, maya, "My order is NT-10427")
    assert shared.promises.work()
    stop()
    told = [row.what for row in shared.handoff.desk.log(end)]
    assert told[0] == "customer_wrote" and len(told) == len(rung) == 2
    take_turn(shared.room, maya.conversation)  # the house is everybody's, and what waits in it is looked for


def promises_of(house: House, room: Room) -> Promises:
    """The house's promises, kept by opening cases through another room's actions."""
    return Promises(house.store, house.handoff.intake, lambda conversation: open_case(room, conversation))


def test_a_late_acknowledgement_is_dropped_when_an_agent_has_joined(shared: House, maya: Customer) -> None:
    maya.says("let me speak to a person")

    class Joins(Voice):
        """An agent comes in while the bot is looking for its words."""

        def words(self, *given: Any, **more: Any) -> str:
            joined = Outcome(
                drafts=(Draft("system", "Ines has joined.", client_id="d-1"),),
                event=Event.JOINED,
                agent="Ines",
            )
            shared.store.write(maya.conversation, joined)
            return super().words(*given, **more)

    voice = Joins(shared.assistant, ("en", "nb"), FirstChoice())
    maya.hears()
    take_turn(replace(shared.room, voice=voice), hears(shared, maya, "are you there?"))
    assert [message.text for message in maya.hears()] == ["Ines has joined."]
    assert shared.store.unhandled() == ()


def test_a_burst_of_messages_is_one_turn(shared: House, maya: Customer) -> None:
    hears(shared, maya, "hi, a question:")
    take_turn(shared.room, hears(shared, maya, QUESTION))
    said = maya.hears()
    assert sum(message.source is not None for message in said) == 1
    assert shared.store.trace(maya.conversation, 2) is None
    assert shared.store.trace(maya.conversation, 3) is not None
    assert shared.store.get(maya.conversation).handled == 3


def test_each_message_of_a_burst_keeps_its_number_on_the_case(shared: House, maya: Customer) -> None:
    hears(shared, maya, "my order is NT-10427")
    take_turn(shared.room, hears(shared, maya, "let me speak to a person"))
    [case] = cases(shared, maya)
    lines = [e for e in shared.handoff.desk.thread(case.number) if e.author == "customer"]
    assert [(line.number, line.text) for line in lines] == [
        (2, "my order is NT-10427"),
        (3, "let me speak to a person"),
    ]
    order = next(f for f in shared.handoff.desk.summary(case.number).facts if f.name == "order")
    assert (order.words, order.messages) == ("NT-10427", (2,))


def test_a_turn_with_nothing_to_answer_does_nothing(shared: House, maya: Customer) -> None:
    before = shared.store.events(maya.conversation)
    take_turn(shared.room, maya.conversation)
    assert maya.hears() == () and shared.store.events(maya.conversation) == before


@pytest.mark.parametrize(
    "text",
    [QUESTION, "glorp the fizzle", "let me speak to a person", "hello", "where is my order", "/helped"],
)
def test_every_decision_says_why(shared: House, maya: Customer, text: str) -> None:
    maya.says(text)
    trace = shared.store.trace(maya.conversation, 2)
    assert trace is not None and trace["because"]
    decisions: Any = trace["decisions"]
    assert decisions and all(decision["action"] and decision["because"] for decision in decisions)


def test_a_turn_encodes_its_message_once(data: Path) -> None:
    settings = load_settings(data, {"FIRSTLINE_KB_EMBEDDER": "tests.encoders:open_counting"})
    house = open_house(settings, rng=FirstChoice())
    try:
        encoder = house.kb.embedder
        assert isinstance(encoder, CountingEmbedder)
        maya = Driver(house).customer()
        for text in (QUESTION, "glorp the fizzle", "let me speak to a person"):
            encoder.runs.clear()
            maya.says(text)
            assert encoder.runs == [text]
    finally:
        house.close()
