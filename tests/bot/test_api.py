"""The customers' API as programs see it: what is taken in, what is refused, and how that is said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.opening import House
from config.pages import Brand

BEGIN = "/chat/api/conversations"


@dataclass
class Visitor:
    """A program that holds one conversation."""

    house: House
    client: FlaskClient
    conversation: str
    token: str

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def posts(self, body: object, at: str = "messages", **how: Any) -> Any:
        address = f"{BEGIN}/{self.conversation}/{at}"
        return self.client.post(address, json=body, headers=self.headers(), **how)

    def says(self, text: str, client_id: str = "a", **more: object) -> Any:
        answer = self.posts({"client_id": client_id, "text": text, **more})
        self.house.turns.now(self.house.chat.opened_by(self.conversation, self.token).id)
        return answer

    def reads(self, after: object = 0) -> Any:
        address = f"{BEGIN}/{self.conversation}/messages?after={after}"
        return self.client.get(address, headers=self.headers())

    def texts(self) -> list[str]:
        return [message["text"] for message in self.reads().json["messages"]]


@pytest.fixture
def client(shared: House) -> FlaskClient:
    return customers_app(shared, Brand.load()).test_client()


@pytest.fixture
def visitor(shared: House, client: FlaskClient) -> Visitor:
    begun = client.post(BEGIN, json={"language": "en"}).json
    return Visitor(shared, client, begun["conversation_id"], begun["token"])


def refusal(answer: Any) -> tuple[int, str]:
    """A refusal's status and its words; every refusal is JSON of one shape."""
    assert set(answer.json) == {"error"} and set(answer.json["error"]) == {"code", "message"}
    return answer.status_code, answer.json["error"]["message"]


def test_a_conversation_begins_with_a_greeting(client: FlaskClient) -> None:
    begun = client.post(BEGIN, json={"language": "nb-NO", "page": "https://nettly.example/hub"})
    assert begun.status_code == 201 and set(begun.json) == {"conversation_id", "token"}
    headers = {"Authorization": f"Bearer {begun.json['token']}"}
    read = client.get(f"{BEGIN}/{begun.json['conversation_id']}/messages", headers=headers).json
    assert [message["author"] for message in read["messages"]] == ["bot"]
    assert read["state"] == {
        "holder": "bot",
        "agent": None,
        "place": None,
        "outlook": None,
        "case": None,
        "ended": None,
        "typing": False,
        "language": "nb",
        "verified": False,
        "customer_name": None,
        "consented": True,
    }


def test_a_message_is_taken_in_with_its_number(visitor: Visitor) -> None:
    answer = visitor.says("hello there")
    assert (answer.status_code, answer.json) == (202, {"number": 2})


def test_a_stored_message_is_read_back_whole(visitor: Visitor) -> None:
    visitor.says("how long do i have to send something back?")
    mine, *_, answer = visitor.reads(after=1).json["messages"]
    assert (mine["number"], mine["author"], mine["client_id"]) == (2, "customer", "a")
    assert mine["sent_at"] == "2026-11-02T09:00:00.000+00:00"
    assert answer["source"]["url"].startswith("/help/en/") and answer["feedback"] is True
    assert [button["payload"] for button in answer["buttons"]] == [
        "/helped",
        "/did_not_help",
        "/human_handoff",
        '/inform{"guide":"return-something#1"}',
    ]


def test_the_same_client_id_again_gets_the_same_answer(visitor: Visitor) -> None:
    first, again = visitor.says("hello there"), visitor.says("hello there")
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert visitor.texts().count("hello there") == 1


def test_a_client_id_with_another_text_is_refused(visitor: Visitor) -> None:
    visitor.says("hello there")
    status, message = refusal(visitor.says("something else"))
    assert status == 422 and "new id" in message
    assert "something else" not in visitor.texts()


def test_messages_are_read_on_from_a_number(visitor: Visitor) -> None:
    visitor.says("hello there")
    numbers = [message["number"] for message in visitor.reads(after=2).json["messages"]]
    assert numbers and min(numbers) == 3
    assert visitor.reads(after=numbers[-1]).json["messages"] == []


@pytest.mark.parametrize("after", ["-1", "two", "1.5", "٣", "9" * 30, ""])
def test_a_cursor_that_is_no_number_is_refused(visitor: Visitor, after: str) -> None:
    status, message = refusal(visitor.reads(after))
    assert status == 400 and "number of the last message" in message


def test_a_quick_reply_is_understood_by_its_payload(visitor: Visitor) -> None:
    visitor.says("Get me somebody", payload="/human_handoff")
    read = visitor.reads().json
    assert read["messages"][1]["text"] == "Get me somebody"
    assert read["state"]["holder"] == "queue"


def test_the_language_can_be_changed(visitor: Visitor) -> None:
    assert visitor.posts({"language": "nb"}, at="language").status_code == 204
    assert visitor.reads().json["state"]["language"] == "nb"


def test_a_chosen_language_stands_over_one_that_was_noticed(visitor: Visitor) -> None:
    visitor.says("hvor lenge har jeg på meg til å returnere noe?")
    assert visitor.reads().json["state"]["language"] == "nb"
    visitor.posts({"language": "en"}, at="language")
    visitor.says("ok", client_id="b")
    assert visitor.reads().json["state"]["language"] == "en"


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Basic abc", "Bearer wrong", "Bearer \xe6\xf8"])
def test_without_its_token_a_conversation_does_not_exist(visitor: Visitor, token: str) -> None:
    address = f"{BEGIN}/{visitor.conversation}/messages"
    status, message = refusal(visitor.client.get(address, headers={"Authorization": token}))
    assert status == 404 and "no such conversation" in message


def test_another_customers_token_opens_nothing(visitor: Visitor) -> None:
    other = visitor.client.post(BEGIN, json={}).json["token"]
    theirs = Visitor(visitor.house, visitor.client, visitor.conversation, other)
    body = {"client_id": "x", "text": "let me in"}
    answers = [theirs.reads(), theirs.posts(body), theirs.posts({"language": "nb"}, at="language")]
    assert [refusal(answer)[0] for answer in answers] == [404, 404, 404]
    assert "let me in" not in visitor.texts()


def test_a_conversation_that_never_was_is_refused_with_the_same_words(visitor: Visitor) -> None:
    gone = Visitor(visitor.house, visitor.client, "never-was", visitor.token)
    wrong = Visitor(visitor.house, visitor.client, visitor.conversation, "wrong")
    assert refusal(gone.reads()) == refusal(wrong.reads())


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x07", "\u200b\u200b"])
def test_a_message_without_a_visible_character_is_refused_politely(visitor: Visitor, text: str) -> None:
    status, message = refusal(visitor.posts({"client_id": "a", "text": text}))
    assert status == 422 and "write a few words" in message
    assert len(visitor.texts()) == 1


def test_a_message_that_is_too_long_says_how_long_it_may_be(visitor: Visitor) -> None:
    status, message = refusal(visitor.posts({"client_id": "a", "text": "x" * 8_001}))
    assert status == 413 and "8,001" in message and "8,000" in message


def test_a_message_of_just_the_limit_is_taken_in(visitor: Visitor) -> None:
    assert visitor.says("æ" * 8_000).status_code == 202
    assert visitor.texts()[1] == "æ" * 8_000


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a\x00b\x1bc", "abc"),
        ("half \ud83e pair", "half  pair"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("🦔 שלום e\u0301 \u202egnp", "🦔 שלום e\u0301 \u202egnp"),
        ("<script>alert(1)</script> {language} %s", "<script>alert(1)</script> {language} %s"),
    ],
)
def test_text_is_stored_as_written_but_for_control_characters(
    visitor: Visitor, sent: str, stored: str
) -> None:
    assert visitor.says(sent).status_code == 202
    assert visitor.texts()[1] == stored


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "'client_id' must be text"),
        ({"client_id": 7, "text": "hi"}, "'client_id' must be text"),
        ({"client_id": "", "text": "hi"}, "'client_id' must have 1 to 100 characters"),
        ({"client_id": "x" * 101, "text": "hi"}, "'client_id' must have 1 to 100 characters"),
        ({"client_id": "half \ud83e", "text": "hi"}, "no control characters"),
        ({"client_id": "a\x00", "text": "hi"}, "no control characters"),
        ({"client_id": "a"}, "'text' must be text"),
        ({"client_id": "a", "text": ["hi"]}, "'text' must be text"),
        ({"client_id": "a", "text": "hi", "payload": 1}, "'payload' must be text"),
        ({"client_id": "a", "text": "hi", "payload": "/x\ud83e"}, "no control characters"),
        (["client_id"], "must be a JSON object such as"),
    ],
)
def test_a_body_of_another_shape_says_what_is_wrong(visitor: Visitor, body: object, message: str) -> None:
    status, said = refusal(visitor.posts(body))
    assert status == 400 and message in said
    assert len(visitor.texts()) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"text": "hi",}', b"\xff\xfe{", b"[" * 20_000, b'{"client_id": 1e', b"null"]
)
def test_what_is_not_json_is_refused_with_an_example(visitor: Visitor, body: bytes) -> None:
    address = f"{BEGIN}/{visitor.conversation}/messages"
    answer = visitor.client.post(
        address, data=body, content_type="application/json", headers=visitor.headers()
    )
    status, message = refusal(answer)
    assert status == 400 and '{"client_id": "a1", "text": "hi"}' in message


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_is_refused(visitor: Visitor, kind: str) -> None:
    address = f"{BEGIN}/{visitor.conversation}/messages"
    body = json.dumps({"client_id": "a", "text": "hi"})
    answer = visitor.client.post(address, data=body, content_type=kind, headers=visitor.headers())
    status, message = refusal(answer)
    assert status == 415 and "application/json" in message


def test_a_customer_in_the_queue_sees_their_place(visitor: Visitor) -> None:
    visitor.says("I want to talk to a person")
    state = visitor.reads().json["state"]
    assert state["holder"] == "queue" and state["place"]["position"] >= 1


def test_the_house_is_live_and_ready(client: FlaskClient) -> None:
    assert client.get("/health/live").json == {"status": "live"}
    ready = client.get("/health/ready").json
    assert (ready["status"], ready["degraded"]) == ("ready", [])
    assert ready["articles"] >= 24 and ready["passages"] >= ready["articles"]
