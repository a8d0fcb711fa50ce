"""Rasa's REST wire: what a program written for Rasa sends, and what it gets."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.conversation import ConversationId, Holder
from bot.opening import House
from config.pages import Brand
from tests.driver import Driver

WEBHOOK = "/webhooks/rest/webhook"
_senders = count(1)


@pytest.fixture
def client(shared: House) -> FlaskClient:
    return customers_app(shared, Brand.load()).test_client()


@pytest.fixture
def sender() -> str:
    """Somebody who has not written before."""
    return f"sender-{next(_senders)}"


def says(client: FlaskClient, sender: str, message: str, **more: object) -> Any:
    answer = client.post(WEBHOOK, json={"sender": sender, "message": message, **more})
    assert answer.status_code == 200
    return answer.json


def conversation(shared: House, sender: str) -> ConversationId:
    found = shared.store.find("rasa_rest", sender)
    assert found is not None
    return found.id


def test_the_answer_is_a_list_of_messages(client: FlaskClient, sender: str) -> None:
    said = says(client, sender, "hello")
    assert said and all(message["recipient_id"] == sender for message in said)
    assert "text" in said[0]


def test_an_answer_carries_its_article_and_the_question_whether_it_helped(
    client: FlaskClient, sender: str
) -> None:
    said = says(client, sender, "how long do i have to send something back?")
    [answer] = [message["custom"]["answer"] for message in said if "custom" in message]
    assert answer["url"].startswith("/help/en/") and answer["title"]
    assert [button["payload"] for button in said[-1]["buttons"]] == [
        "/helped",
        "/did_not_help",
        "/human_handoff",
        '/inform{"guide":"return-something#1"}',
    ]


def test_a_conversation_goes_on_with_its_sender(client: FlaskClient, sender: str) -> None:
    says(client, sender, "how long do i have to send something back?")
    assert len(says(client, sender, "/helped")) == 1


def test_the_language_may_come_with_the_metadata(client: FlaskClient, shared: House, sender: str) -> None:
    says(client, sender, "👋", metadata={"language": "nb-NO"})
    assert shared.store.get(conversation(shared, sender)).language == "nb"


@pytest.mark.parametrize("metadata", [None, "nb", ["language"], {"language": 7}, {}])
def test_metadata_of_any_shape_is_borne(client: FlaskClient, sender: str, metadata: object) -> None:
    assert says(client, sender, "hello", metadata=metadata)


def test_a_missing_message_gets_an_empty_list(client: FlaskClient, sender: str) -> None:
    answer = client.post(WEBHOOK, json={"sender": sender})
    assert (answer.status_code, answer.json) == (200, [])


def test_a_missing_sender_is_called_default(client: FlaskClient) -> None:
    said = client.post(WEBHOOK, json={"message": "hello"}).json
    assert {message["recipient_id"] for message in said} == {"default"}


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=utf-8", ""])
def test_the_body_is_read_as_json_whatever_it_is_called(client: FlaskClient, sender: str, kind: str) -> None:
    body = json.dumps({"sender": sender, "message": "hello"})
    answer = client.post(WEBHOOK, data=body, content_type=kind)
    assert answer.status_code == 200 and answer.json


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
@pytest.mark.parametrize("body", ["{", "", '["hello"]', '{"message": 7}', '{"message": "hi", "sender": 7}'])
def test_a_malformed_body_is_refused_in_json(client: FlaskClient, body: str, kind: str) -> None:
    answer = client.post(WEBHOOK, data=body, content_type=kind)
    assert answer.status_code == 400
    assert answer.json is not None and answer.json["error"]["message"]


def test_an_empty_message_is_refused_politely(client: FlaskClient, sender: str) -> None:
    answer = client.post(WEBHOOK, json={"sender": sender, "message": "  "})
    assert answer.status_code == 422
    assert answer.json is not None and "write a few words" in answer.json["error"]["message"]


def test_the_wire_says_that_it_is_there(client: FlaskClient) -> None:
    assert client.get("/webhooks/rest/").json == {"status": "ok"}


def test_the_queue_acknowledges_once_and_then_is_silent(client: FlaskClient, sender: str) -> None:
    says(client, sender, "I want to talk to a person")
    assert len(says(client, sender, "it is about my router")) == 1
    assert says(client, sender, "hello?") == []


def test_what_an_agent_said_comes_first_in_the_next_answer(
    client: FlaskClient, shared: House, sender: str
) -> None:
    says(client, sender, "I want to talk to a person")
    ines = Driver(shared).agent("Ines")
    [case] = [each for each in ines.queue() if each.conversation_id == conversation(shared, sender)]
    ines.claims(case)
    ines.replies(case, "Hello, I have your order open.")
    ines.resolves(case)
    texts = [message["text"] for message in says(client, sender, "thank you") if "text" in message]
    assert texts[1] == "Hello, I have your order open."
    assert "Ines" in texts[0] and "Ines" in texts[2] and len(texts) == 4
    assert shared.store.get(conversation(shared, sender)).holder is Holder.BOT
