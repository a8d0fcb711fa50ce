"""How a conversation feels: bursts, two wishes, the same words twice, a day later, and words that hurt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation import Draft, Holder
from bot.opening import House
from tests.driver import Customer, Driver
from tests.fakes import FakeClock

RETURNS = "how long do i have to send something back?"
NONSENSE = "glorp the fizzle wibbly"


@pytest.fixture
def maya(shared: House) -> Customer:
    return Driver(shared).customer()


def writes(house: House, customer: Customer, *texts: str) -> None:
    """Messages that reach the store before the first of them is answered."""
    for number, text in enumerate(texts):
        house.store.receive(customer.conversation, Draft("customer", text, client_id=f"piece-{number}"))


def test_three_messages_in_a_burst_are_one_turn(shared: House, maya: Customer) -> None:
    writes(shared, maya, "hi", "about what i bought")
    heard = maya.says("how long do i have to send it back?")
    assert sum(message.source is not None for message in heard) == 1
    assert "60 days" in "".join(message.text for message in heard)
    tracker = shared.room.trackers.of(shared.store.get(maya.conversation))
    [said] = [event for event in tracker.events if event["event"] == "user"]
    assert [each["text"] for each in said["metadata"]["burst"]] == [
        "hi",
        "about what i bought",
        "how long do i have to send it back?",
    ]
    assert maya.says("thank you") != ()


def test_two_wishes_are_both_seen_to_and_a_form_asks_last(maya: Customer) -> None:
    heard = maya.says("where is my order NT-10427 and how do I reset my password?")
    answers = [place for place, message in enumerate(heard) if message.source is not None]
    asked = [place for place, message in enumerate(heard) if "/stop" in {b.payload for b in message.buttons}]
    assert len(answers) == len(asked) == 1 and answers < asked
    assert asked == [len(heard) - 1]


def test_of_two_wishes_the_one_for_a_person_does_not_swallow_the_other(shared: House, maya: Customer) -> None:
    heard = maya.says("please cancel my order NT-10427 and how do I reset my password?")
    assert sum(message.source is not None for message in heard) == 1
    assert maya.holder is Holder.QUEUE
    queue = shared.handoff.desk.queue("all")
    [case] = [case for case in queue if case.conversation_id == maya.conversation]
    assert case.team == "orders"


@pytest.mark.parametrize("text", [NONSENSE, "do you also fix bicycles and lawn mowers"])
def test_the_same_words_twice_are_never_answered_with_the_same_words(maya: Customer, text: str) -> None:
    first, second = maya.says(text), maya.says(text)
    assert {message.text for message in first}.isdisjoint(message.text for message in second)


def test_it_does_not_work_is_a_question_to_ask_back_and_no_rejected_answer(maya: Customer) -> None:
    [asked] = maya.says("it doesn't work")
    assert maya.holder is Holder.BOT and asked.text.endswith("?")
    heard = maya.says("my wifi is very slow upstairs")
    assert any(message.source is not None for message in heard)


def test_after_an_hour_a_half_filled_form_is_not_gone_on_with(house: Driver, clock: FakeClock) -> None:
    maya = house.customer()
    maya.says("Where is my order?", "/order_status")
    clock.moves(timedelta(minutes=61))
    heard = maya.says("hello")
    assert all("/stop" not in {button.payload for button in message.buttons} for message in heard)


def test_within_the_hour_it_is(house: Driver, clock: FakeClock) -> None:
    maya = house.customer()
    maya.says("Where is my order?", "/order_status")
    clock.moves(timedelta(minutes=59))
    [*_, asked] = maya.says("hello")
    assert "/stop" in {button.payload for button in asked.buttons}


def test_a_case_of_a_later_session_holds_the_earlier_one(house: Driver, clock: FakeClock) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("my parcel NT-10427 is late, it should have come last friday")
    clock.moves(timedelta(minutes=61))
    maya.says("I want to talk to a person")
    [case] = ines.queue()
    summary = ines.reads(case)
    assert "NT-10427" in [fact.value for fact in summary.facts]
    assert summary.transcript[1].text.startswith("my parcel")


def test_a_second_case_in_a_later_session_is_a_case_of_its_own(house: Driver, clock: FakeClock) -> None:
    maya, ines = house.customer(), house.agent("Ines")
    maya.says("let me speak to a person about order NT-10427")
    [first] = ines.queue()
    ines.claims(first)
    ines.resolves(first)
    clock.moves(timedelta(minutes=61))
    maya.says("I need a human again, my camera is broken")
    assert maya.holder is Holder.QUEUE
    [second] = ines.queue()
    assert (first.episode, second.episode) == (1, 2)


def test_anger_is_met_once_with_an_apology_and_then_with_a_person(maya: Customer) -> None:
    maya.says("Where is my order?", "/order_status")
    sorry = maya.says("NT-10427!! this is ridiculous")
    assert "sorry" in sorry[0].text and maya.holder is Holder.BOT
    maya.says("what a useless bot")
    assert maya.holder is Holder.QUEUE


def test_danger_is_urgent_and_answered_with_what_to_do(shared: House, maya: Customer) -> None:
    [told] = maya.says("the router is smoking and smells burnt")
    assert "unplug" in told.text and maya.holder is Holder.QUEUE
    queue = shared.handoff.desk.queue("all")
    [case] = [case for case in queue if case.conversation_id == maya.conversation]
    assert case.priority == "urgent"
