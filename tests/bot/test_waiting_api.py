"""The waiting and the ending card's API as programs see it: shapes, refusals, languages, ownership."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import bot.web
from bot.app import customers_app
from bot.opening import House
from bot.web.waiting_api import CORRECTION, EMAIL, FACTS, NAME, PHONE, REASONS
from config.pages import Brand
from config.texts import Texts
from handoff.escalation import Reason
from handoff.web.words import QUESTIONS
from tests.bot.test_api import BEGIN, Visitor, refusal
from tests.fakes import FakeClock

ASK = "let me speak to a person about order NT-10427"


@pytest.fixture
def client(shared: House) -> FlaskClient:
    return customers_app(shared, Brand.load()).test_client()


def visits(house: House, client: FlaskClient, language: str = "en") -> Visitor:
    begun = client.post(BEGIN, json={"language": language}).json
    return Visitor(house, client, begun["conversation_id"], begun["token"])


@pytest.fixture
def visitor(shared: House, client: FlaskClient) -> Visitor:
    return visits(shared, client)


def settle(visitor: Visitor) -> None:
    visitor.house.turns.now(visitor.house.chat.opened_by(visitor.conversation, visitor.token).id)
    visitor.house.workers.drain()


def state(visitor: Visitor) -> Any:
    settle(visitor)
    return visitor.reads().json["state"]


def case(visitor: Visitor) -> Any:
    settle(visitor)
    address = f"{BEGIN}/{visitor.conversation}/case"
    return visitor.client.get(address, headers=visitor.headers()).json


def test_a_waiting_customer_reads_their_case(visitor: Visitor) -> None:
    assert case(visitor) == {"case": None, "contact": {"name": None, "email": None, "phone": None}}
    visitor.says(ASK)
    told = case(visitor)["case"]
    assert told["number"] == state(visitor)["case"]["number"]
    assert told["reason"] == "You asked for a person." and ASK in told["ask"]
    assert told["facts"] == [
        {
            "name": "order",
            "label": "Order number",
            "value": "NT-10427",
            "message": 2,
            "corrected": False,
            "masked": False,
        }
    ]
    assert set(told) == {"number", "reason", "ask", "facts", "tried"}


def test_what_was_tried_is_told_with_how_it_was_taken(visitor: Visitor) -> None:
    visitor.says("my wifi is slow upstairs", "a")
    visitor.says("no, that did not help", "b")
    visitor.says("let me speak to a person", "c")
    [tried] = case(visitor)["case"]["tried"]
    assert tried["title"] and tried["reaction"] == "rejected"


def test_a_correction_is_said_in_the_customers_language(shared: House, client: FlaskClient) -> None:
    kari = visits(shared, client, "nb")
    kari.says("kan jeg få snakke med et menneske om ordre NT-10427?")
    before = state(kari)["case"]["version"]
    assert isinstance(shared.clock, FakeClock)
    shared.clock.moves(timedelta(seconds=1))
    assert kari.posts({"name": "order", "value": "NT-10428"}, "case/facts").status_code == 204
    [fact] = case(kari)["case"]["facts"]
    assert (fact["label"], fact["value"], fact["corrected"]) == ("Ordrenummer", "NT-10428", True)
    assert kari.texts()[-1] == "Rettelse: ordrenummer er NT-10428, ikke NT-10427."
    assert case(kari)["case"]["reason"] == "Du ba om et menneske."
    assert state(kari)["case"]["version"] > before


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"name": "order"}, 400, "'value'"),
        ({"name": "order", "value": ""}, 400, "'value'"),
        ({"name": "order", "value": "x" * 201}, 400, "200"),
        ({"name": "order", "value": " \u200b "}, 422, "empty"),
        ({"name": "order", "value": "a\nb"}, 400, "control"),
        ({"name": "order", "value": "NT-1", "message": True}, 400, "'message'"),
        ({"name": "order", "value": "NT-1", "message": 999}, 422, "does not have it"),
        ({"name": "iban", "value": "NO93"}, 422, "does not have it"),
        ([], 400, "object"),
    ],
)
def test_a_correction_of_a_wrong_shape_is_refused(
    visitor: Visitor, body: object, status: int, words: str
) -> None:
    visitor.says(ASK)
    settle(visitor)
    refused, message = refusal(visitor.posts(body, "case/facts"))
    assert refused == status and words in message


def test_a_contact_is_left_in_a_message(visitor: Visitor) -> None:
    visitor.says(ASK)
    settle(visitor)
    given = {"name": "Maya Berg", "email": "maya@example.com", "message": "After four, please."}
    assert visitor.posts(given, "contact").status_code == 204
    assert case(visitor)["contact"] == {"name": "Maya Berg", "email": "maya@example.com", "phone": None}
    assert "My name is Maya Berg. My e-mail address is maya@example.com.\n\nAfter four, please." in (
        visitor.texts()
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"message": " \n"}, 422),
        ({"email": "maya"}, 422),
        ({"phone": "12"}, 422),
        ({"phone": 12}, 400),
        ({"message": "x" * 1_001}, 400),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused(visitor: Visitor, body: object, status: int) -> None:
    visitor.says(ASK)
    settle(visitor)
    before = visitor.texts()
    assert refusal(visitor.posts(body, "contact"))[0] == status
    assert visitor.texts() == before


@pytest.mark.parametrize(
    ("at", "body"),
    [("case/facts", {"name": "order", "value": "NT-1"}), ("contact", {"email": "maya@example.com"})],
)
def test_with_the_bot_there_is_nothing_to_wait_with(visitor: Visitor, at: str, body: object) -> None:
    visitor.says("my order is NT-10427")
    assert refusal(visitor.posts(body, at))[0] == 409


def test_leaving_ending_and_rating(visitor: Visitor) -> None:
    visitor.says(ASK)
    assert state(visitor)["holder"] == "queue"
    for _ in range(2):
        assert visitor.posts({}, "leave_queue").status_code == 204
    left = state(visitor)
    assert [left[name] for name in ("holder", "place", "outlook", "case", "ended")] == ["bot", *[None] * 4]
    assert refusal(visitor.posts({"of": "bot", "score": 5}, "rating"))[0] == 409
    for _ in range(2):
        assert visitor.posts({}, "end").status_code == 204
    assert (state(visitor)["holder"], state(visitor)["ended"]) == (
        "none",
        {"by": "customer", "rate": ["bot"]},
    )
    assert visitor.posts({"of": "bot", "score": 4, "comment": " Quick. "}, "rating").status_code == 204
    assert state(visitor)["ended"] == {"by": "customer", "rate": []}
    status, message = refusal(visitor.posts({"of": "bot", "score": 1}, "rating"))
    assert status == 409 and "counts" in message
    visitor.says("hello again", "z")
    assert (state(visitor)["holder"], state(visitor)["ended"]) == ("bot", None)


@pytest.mark.parametrize(
    "body",
    [
        {"of": "bot"},
        {"of": "bot", "score": 0},
        {"of": "bot", "score": 6},
        {"of": "bot", "score": 4.5},
        {"of": "bot", "score": True},
        {"of": "bot", "score": "5"},
        {"of": "supervisor", "score": 5},
        {"score": 5},
        {"of": "bot", "score": 5, "comment": "x" * 2_001},
        {"of": "bot", "score": 5, "comment": 5},
    ],
)
def test_a_rating_of_a_wrong_shape_is_refused(visitor: Visitor, body: object) -> None:
    visitor.says("how long do i have to send something back?")
    visitor.posts({}, "end")
    assert refusal(visitor.posts(body, "rating"))[0] == 400
    assert state(visitor)["ended"]["rate"] == ["bot"]


@pytest.mark.parametrize("at", ["case/facts", "contact", "leave_queue", "end", "rating"])
def test_nobody_else_does_it(visitor: Visitor, client: FlaskClient, at: str) -> None:
    address = f"{BEGIN}/{visitor.conversation}/{at}"
    for headers in ({}, {"Authorization": "Bearer stolen"}):
        assert refusal(client.post(address, json={"of": "bot", "score": 5}, headers=headers))[0] == 404
    assert state(visitor)["holder"] == "bot"


def test_a_form_of_another_site_is_not_taken(visitor: Visitor) -> None:
    address = f"{BEGIN}/{visitor.conversation}/contact"
    answer = visitor.client.post(address, data="email=a%40b.c", headers=visitor.headers())
    assert refusal(answer)[0] == 415


def test_every_reason_and_every_fact_has_words() -> None:
    assert set(REASONS) == set(Reason)
    assert set(QUESTIONS) - {""} <= set(FACTS)
    said = frozenset((*FACTS.values(), *REASONS.values(), CORRECTION, NAME, EMAIL, PHONE))
    assert Texts.load(Path(bot.web.__file__).parent / "locale").missing("nb", said) == frozenset()
