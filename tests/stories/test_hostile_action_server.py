"""An action server that breaks its word: the customer gets a person at once, and nobody else notices."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.conversation import ConversationId, Draft, Holder
from bot.opening import House, open_house
from bot.turn import PERSON, take_turn
from config.settings import load_settings
from handoff.case import Case
from handoff.finding.details import token_rules
from tests.acting import acting, escalation
from tests.bot.rasa_projects import project
from tests.driver import Customer, Driver
from tests.fakes import FirstChoice
from tests.strangers import HOSTILE, Call, gives, hangs, nobody, stranger

QUESTION = "how long do i have to send something back?"
ANSWER = {"events": [], "responses": [{"text": "Sixty days."}]}
PROMISED = 6
"""Seconds within which a customer has an answer, whatever the action server does."""

FOREIGN = {
    "domain": """
version: "3.1"
intents: [check_stock, thank]
actions: [action_check_stock]
responses:
  utter_wait: [{text: One moment.}]
  utter_welcome: [{text: You are welcome.}]
""",
    "data__nlu": """
version: "3.1"
nlu:
- intent: check_stock
  examples: |
    - is it in stock
    - do you have any left
- intent: thank
  examples: |
    - thanks
    - thank you
""",
    "data__rules": """
version: "3.1"
rules:
- rule: look it up
  steps: [{intent: check_stock}, {action: utter_wait}, {action: action_check_stock}]
- rule: thanks
  steps: [{intent: thank}, {action: utter_welcome}]
""",
    "config": """
recipe: default.v1
language: en
pipeline: [{name: WhitespaceTokenizer}]
policies: [{name: RulePolicy}]
""",
}
"""An assistant of somebody else's, which has an action server and knows of no person."""


@pytest.fixture(scope="module", autouse=True)
def served() -> None:
    """What `firstline serve` has loaded before its first customer comes."""
    token_rules()


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
    """Maya asks, the server does what it does: a person is promised her, by one reply; the case's reason.

    Where others wait already, her place in the line comes after it.
    """
    with acting(house, escalation(house), within=within, server=url) as room:
        take_turn(room, hears(house, maya, QUESTION))
        assert maya.holder is Holder.QUEUE
        promise, *place = maya.hears()
        assert promise.author == "bot" and promise.text and len(place) <= 1
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


@contextmanager
def foreign(data: Path, folder: Path, url: str) -> Iterator[House]:
    """A house with somebody else's assistant, whose endpoints.yml names this server."""
    shop = project(folder, **FOREIGN, endpoints=f"action_endpoint: {{url: '{url}'}}\n")
    house = open_house(load_settings(data, {"FIRSTLINE_BOT_ASSISTANT": str(shop)}), rng=FirstChoice())
    try:
        yield house
    finally:
        house.close()


@pytest.mark.parametrize("kind", ["fails", "speaks garbage", "hangs up", "answers a page"])
def test_an_assistant_that_knows_of_no_person_offers_one(data: Path, tmp_path: Path, kind: str) -> None:
    answer, _ = HOSTILE[kind]
    with stranger(answer) as shop, foreign(data, tmp_path, shop.url) as house:
        offers_a_person(house)


def test_it_does_so_where_nobody_listens(data: Path, tmp_path: Path) -> None:
    with foreign(data, tmp_path, nobody()) as house:
        offers_a_person(house)


def test_it_does_so_in_time_where_the_server_hangs(data: Path, tmp_path: Path) -> None:
    with stranger(hangs) as shop, foreign(data, tmp_path, shop.url) as house:
        assert house.room.within.total_seconds() < PROMISED
        offers_a_person(house)
    assert len(shop.calls) == 1  # the wait is that of one call


def offers_a_person(house: House) -> None:
    """Omar asks, the server does what it does: he is told, can go on, and is one tap away from a person."""
    omar = Driver(house).customer()
    *said, offer = omar.says("Is it in stock?", "/check_stock")
    assert [message.text for message in said] == ["One moment."]
    assert "wrong" in offer.text and [button.title for button in offer.buttons] == [PERSON]
    assert omar.holder is Holder.BOT
    assert [message.text for message in omar.says("thanks", "/thank")] == ["You are welcome."]
    promised = omar.says(PERSON, offer.buttons[0].payload)
    assert omar.holder is Holder.QUEUE and [message.author for message in promised] == ["bot"]
    assert "person" in promised[0].text
    [case] = cases(house, omar)
    assert case.reason == "asked_for_person"
    assert "Is it in stock?" in [line.text for line in house.handoff.desk.thread(case.number)]


def test_a_server_that_is_well_again_answers_in_the_same_conversation(data: Path, tmp_path: Path) -> None:
    ill = threading.Event()
    ill.set()

    def wavers(call: Call) -> None:
        if ill.is_set():
            call.answers({"error": "the shop's database is away"}, 500)
        else:
            gives(responses=[{"text": "Two are left."}])(call)

    with stranger(wavers) as shop, foreign(data, tmp_path, shop.url) as house:
        omar = Driver(house).customer()
        omar.says("Is it in stock?", "/check_stock")
        ill.clear()
        heard = omar.says("And now?", "/check_stock")
        assert [message.text for message in heard] == ["One moment.", "Two are left."]
