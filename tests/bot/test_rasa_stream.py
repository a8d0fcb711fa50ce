"""Rasa's REST wire on a real server: streamed answers, repeated posts, other sites' pages, odd bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import requests

from tests.bot.echo_bot import echoing

_senders = count(1)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with echoing(tmp_path_factory.mktemp("echo"), None, "https://shop.example") as running:
        yield running


@pytest.fixture
def sender() -> str:
    return f"sender-{next(_senders)}"


def post(address: str, body: object, **how: Any) -> requests.Response:
    return requests.post(f"{address}/webhooks/rest/webhook", json=body, timeout=20, **how)


def streamed(address: str, body: object) -> list[dict[str, Any]]:
    answer = post(address, body, params={"stream": "true"}, stream=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    return [json.loads(line) for line in answer.iter_lines()]


def test_a_streamed_answer_is_a_line_of_json_a_part(address: str, sender: str) -> None:
    said = streamed(address, {"sender": sender, "message": "rich"})
    whole = post(address, {"sender": f"{sender}-whole", "message": "rich"}).json()
    assert len(said) == 5
    assert [each | {"recipient_id": ""} for each in said] == [each | {"recipient_id": ""} for each in whole]


def test_a_streamed_turn_knows_its_output_channel(address: str, sender: str) -> None:
    [said] = streamed(address, {"sender": sender, "message": "what did I send?", "metadata": {"a": 1}})
    assert json.loads(said["text"]) == {
        "input_channel": "rest",
        "metadata": {"a": 1},
        "output_channel": "queue",
    }


def test_the_input_channel_may_be_named(address: str, sender: str) -> None:
    body = {"sender": sender, "message": "what did I send?", "input_channel": "kiosk"}
    assert json.loads(post(address, body).json()[0]["text"]) == {"input_channel": "kiosk"}


def test_a_streamed_answer_begins_with_what_an_agent_has_said(address: str, sender: str) -> None:
    requests.post(f"{address}/says/rasa_rest/{sender}/Ines here", timeout=20)
    said = streamed(address, {"sender": sender, "message": "hello"})
    assert [each["text"] for each in said] == ["Ines here", "hello"]
    assert post(address, {"sender": sender, "message": "on"}).json() == [
        {"recipient_id": sender, "text": "on"}
    ]


@pytest.mark.parametrize(
    ("body", "status"), [({}, 200), ({"message": " "}, 422), (["hi"], 400), ({"message": 7}, 400)]
)
def test_a_stream_that_cannot_begin_says_so(address: str, body: object, status: int) -> None:
    answer = post(address, body, params={"stream": "true"})
    assert answer.status_code == status
    assert answer.text == "" if status == 200 else answer.json()["error"]["message"]


def test_a_repeated_post_gets_the_same_answer_and_says_nothing_twice(address: str, sender: str) -> None:
    requests.post(f"{address}/says/rasa_rest/{sender}/Ines here", timeout=20)
    body = {"sender": sender, "message": "hello", "metadata": {"client_id": "a"}}
    first = post(address, body).json()
    post(address, {"sender": sender, "message": "something else"})
    assert post(address, body).json() == first
    assert streamed(address, body) == first
    assert [each["text"] for each in first] == ["Ines here", "hello"]


def test_another_text_under_the_same_id_is_refused(address: str, sender: str) -> None:
    post(address, {"sender": sender, "message": "one", "metadata": {"client_id": "a"}})
    again = post(address, {"sender": sender, "message": "two", "metadata": {"client_id": "a"}})
    assert again.status_code == 422


@pytest.mark.parametrize("text", ["x" * 8_000, "🦔" * 8_000])
def test_a_long_message_is_taken(address: str, sender: str, text: str) -> None:
    assert post(address, {"sender": sender, "message": text}).json()[0]["text"] == text
    assert post(address, {"sender": sender, "message": text + "x"}).status_code == 413


def test_json_nested_too_deep_is_refused(address: str, sender: str) -> None:
    deep = '{"message": "hi", "metadata": {"a": ' + "[" * 900 + "]" * 900 + "}}"
    for path in ("rest/webhook", "rest/webhook?stream=true", "callback/webhook"):
        assert requests.post(f"{address}/webhooks/{path}", data=deep, timeout=20).status_code == 400


def test_a_known_site_may_ask_and_read(address: str, sender: str) -> None:
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    for path in ("rest/webhook", "rest/webhook?stream=true", "callback/webhook"):
        preflight = requests.options(f"{address}/webhooks/{path}", headers=asked, timeout=20)
        assert preflight.status_code == 200
        assert preflight.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert preflight.headers["Access-Control-Allow-Headers"] == "content-type"
        assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
        body = {"sender": sender, "message": "hi"}
        url = f"{address}/webhooks/{path}"
        answer = requests.post(url, json=body, headers={"Origin": "https://shop.example"}, timeout=20)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"


def test_another_site_and_another_path_get_nothing(address: str) -> None:
    for origin, path in (("https://evil.example", "/webhooks/rest/"), ("https://shop.example", "/")):
        answer = requests.get(f"{address}{path}", headers={"Origin": origin}, timeout=20)
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_callback_channel_says_success_at_once(address: str, sender: str) -> None:
    for body in ({"sender": sender, "message": "hi"}, {"sender": sender}):
        answer = requests.post(f"{address}/webhooks/callback/webhook", json=body, timeout=20)
        assert (answer.status_code, answer.text) == (200, "success")
    assert requests.get(f"{address}/webhooks/callback/", timeout=20).json() == {"status": "ok"}
