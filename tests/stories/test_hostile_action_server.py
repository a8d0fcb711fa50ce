"""An action server that breaks its word: the customer gets a person at once, and nobody else notices."""

from __future__ import annotations

import threading

import pytest

from bot.conversation import ConversationId, Draft, Holder
from bot.opening import House
from bot.turn import take_turn
from handoff.case import Case
from tests.acting import acting, escalation
from tests.driver import Customer, Driver
from tests.strangers import HOSTILE, Call, nobody, stranger

QUESTION = "how long do i have to send something back?"
ANSWER = {"events": [], "responses": [{"text": "Sixty days."}]}


@pytest.fixture
def maya(shared: House) -> Customer:
    return Driver(shared).customer()


def hears(house: House, customer: Customer, text: str) -> ConversationId:
    """The customer's message, stored and waiting for its turn."""
    house.store.receive(customer.conversation, Draft("customer", text, client_id=text))
    return customer.conversation


def cases(house: House, customer: Customer) -> list[Case]:
    queue = house.handoff.desk.queue("all", include_resolved=True)
    return [case for case in queue if case.conversation_id == customer.conversation]


def gets_a_person(house: House, maya: Customer, url: str, within: float) -> str:
    """Maya asks, the server does what it does: a person is promised her, by one reply; the case's reason."""
    with acting(house, escalation(house), within=within, server=url) as room:
        take_turn(room, hears(house, maya, QUESTION))
        assert maya.holder is Holder.QUEUE
        [promise] = maya.hears()
        assert promise.author == "bot" and promise.text
        # Not locked: what she writes next arrives and is acknowledged.
        take_turn(room, hears(house, maya, "are you there?"))
        assert [message.author for message in maya.hears()] == ["system"]
    [case] = cases(house, maya)
    assert case.reason == "bot_failed"
    return house.handoff.desk.summary(case.number).reason.sentence


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_the_server_does_the_customer_gets_a_person(
    shared: House, maya: Customer, kind: str
) -> None:
    answer, reason = HOSTILE[kind]
    with stranger(answer) as shop:
        sentence = gets_a_person(shared, maya, shop.url, 0.3 if "within" in reason else 30)
    # The wait is that of one call: a server that failed is not asked again in the same turn.
    assert len(shop.calls) <= 1
    assert reason in sentence


def test_without_a_server_the_customer_gets_a_person(shared: House, maya: Customer) -> None:
    assert "is it running" in gets_a_person(shared, maya, nobody(), 30)


def test_a_call_that_hangs_holds_up_nobody_else(shared: House, maya: Customer) -> None:
    omar = Driver(shared).customer()
    asked = threading.Event()

    def hangs_for_maya(call: Call) -> None:
        if call.json()["sender_id"] == maya.conversation:
            asked.set()
            call.over.wait()
        else:
            call.answers(ANSWER)

    with stranger(hangs_for_maya) as shop:
        with acting(shared, escalation(shared), within=60, server=shop.url) as room:
            waiting = threading.Thread(target=take_turn, args=(room, hears(shared, maya, QUESTION)))
            waiting.start()
            assert asked.wait(30)
            take_turn(room, hears(shared, omar, QUESTION))
            assert [message.text for message in omar.hears()] == ["Sixty days."]
            assert waiting.is_alive() and maya.holder is Holder.BOT
        waiting.join(30)
    assert maya.holder is Holder.QUEUE
