"""What is sent to an action server, and what becomes of its answers, however bad."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.acting.server import ActionServer
from bot.dialogue.assistant import Endpoint
from bot.errors import ActionFailedError, ActionRejectedError
from bot.tracker import replay
from config.outbound import Outbound
from tests.strangers import HOSTILE, Call, gives, nobody, stranger

DOMAIN = {"intents": ["greet"], "slots": {"city": {"type": "text"}}}
TRACKER = replay("maya", {"city": None}, [{"event": "slot", "name": "city", "value": "Bergen"}])
LONG = timedelta(seconds=30)
SHORT = timedelta(seconds=0.5)


def at(outbound: Outbound, url: str, within: timedelta = LONG, **how: Any) -> ActionServer:
    deflate = how.pop("deflate", False)
    return ActionServer(outbound.to(Endpoint(url, **how)), DOMAIN, within=within, deflate=deflate)


def called(outbound: Outbound, path: str = "", **how: Any) -> Call:
    """The one call that a server gets which is opened in this way."""
    with stranger(gives()) as shop:
        at(outbound, shop.url + path, **how).run("action_city", TRACKER)
    [call] = shop.calls
    return call


def answered(outbound: Outbound, answer: Callable[[Call], None], **how: Any) -> Any:
    with stranger(answer) as shop:
        return at(outbound, shop.url, **how).run("action_city", TRACKER)


def test_a_call_has_the_shape_of_rasas(outbound: Outbound) -> None:
    call = called(outbound)
    body = call.json()
    assert call.path == "/webhook" and call.headers["content-type"] == "application/json"
    assert list(body) == ["next_action", "sender_id", "tracker", "domain", "version"]
    assert (body["next_action"], body["sender_id"], body["version"]) == ("action_city", "maya", "3.6.21")
    assert body["tracker"] == json.loads(json.dumps(TRACKER.to_json())) and body["domain"] == DOMAIN


def test_a_call_carries_what_lets_it_in(outbound: Outbound) -> None:
    call = called(
        outbound,
        "?shop=1",
        headers={"X-Shop": "nettly\n"},
        token="t0ken",
        token_name="key",
        basic_auth=("maya", "pass:word"),
    )
    assert call.query == {"shop": ["1"], "key": ["t0ken"]}
    assert call.headers["x-shop"] == "nettly"
    assert call.headers["authorization"] == "Basic bWF5YTpwYXNzOndvcmQ="


def test_a_header_of_the_operators_is_not_overwritten(outbound: Outbound) -> None:
    call = called(outbound, headers={"authorization": "Bearer abc"}, basic_auth=("maya", "word"))
    assert call.headers["authorization"] == "Bearer abc"


def test_a_call_can_be_deflated(outbound: Outbound) -> None:
    call = called(outbound, deflate=True)
    assert call.headers["content-encoding"] == "deflate"
    assert json.loads(zlib.decompress(call.body))["next_action"] == "action_city"


def test_a_call_says_the_same_key_again_and_another_for_another_moment(outbound: Outbound) -> None:
    later = TRACKER.after([{"event": "slot", "name": "city", "value": "Oslo"}])
    with stranger(gives()) as shop:
        server = at(outbound, shop.url)
        for name, tracker in (("a", TRACKER), ("a", TRACKER), ("a", later), ("b", TRACKER)):
            server.run(name, tracker)
    keys = [call.headers["idempotency-key"] for call in shop.calls]
    assert keys[0] == keys[1] and len(set(keys)) == 3


def test_proxies_of_the_environment_are_not_asked(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody())
    assert called(outbound).path == "/webhook"


def test_cookies_are_not_kept(outbound: Outbound) -> None:
    with stranger(lambda call: call.answers({}, Set_Cookie="who=maya")) as shop:
        server = at(outbound, shop.url)
        server.run("action_city", TRACKER)
        server.run("action_city", TRACKER)
    assert "cookie" not in shop.calls[1].headers


def test_events_and_responses_come_back(outbound: Outbound) -> None:
    events = [{"event": "slot", "timestamp": None, "name": "city", "value": ["Oslo", 1, None]}]
    responses = [{"text": "Hei", "buttons": [], "custom": {"k": 1}}]
    acted = answered(outbound, gives(events, responses))
    assert (list(acted.events), list(acted.responses)) == (events, responses)


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"events": null, "responses": null}', b" {\n} "])
def test_nothing_is_an_answer(outbound: Outbound, body: bytes) -> None:
    acted = answered(outbound, lambda call: call.answers(body))
    assert (acted.events, acted.responses) == ((), ())


def test_the_content_type_of_an_answer_does_not_matter(outbound: Outbound) -> None:
    assert answered(outbound, lambda call: call.answers({}, Content_Type="text/plain")).events == ()


def test_a_rejection_is_one(outbound: Outbound) -> None:
    refusal = {"error": "no value", "action_name": "city_form"}
    with pytest.raises(ActionRejectedError) as raised:
        answered(outbound, lambda call: call.answers(refusal, 400))
    assert (raised.value.action, raised.value.why) == ("city_form", "no value")


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, {"error": "no"}, "can't read the call: no"),
        (400, b"", "can't read the call"),
        (401, {}, "wants a token"),
        (404, {"error": "No action", "action_name": "action_city"}, "no such action"),
        (404, b"Not Found", "path in endpoints.yml"),
        (449, {"error": "Missing domain context", "action_name": "action_city"}, "rasa-sdk up to date"),
        (503, b"<html>", "HTTP status 503"),
        (204, b"", "HTTP status 204"),
    ],
)
def test_a_refusal_says_what_to_do(outbound: Outbound, status: int, body: Any, reason: str) -> None:
    with pytest.raises(ActionFailedError) as raised:
        answered(outbound, lambda call: call.answers(body, status))
    assert reason in raised.value.why and "http://127.0.0.1:" in raised.value.why


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_server_is_a_failure_with_a_reason(outbound: Outbound, kind: str) -> None:
    answer, reason = HOSTILE[kind]
    with pytest.raises(ActionFailedError) as raised:
        answered(outbound, answer, within=SHORT if "within" in reason else LONG)
    assert reason in raised.value.why


@pytest.mark.parametrize("kind", ["hangs", "drips headers", "drips body", "drips continues"])
def test_a_server_that_takes_too_long_is_hung_up_on(outbound: Outbound, kind: str) -> None:
    with stranger(HOSTILE[kind][0]) as shop:
        with pytest.raises(ActionFailedError, match=r"no answer within 0\.5 s"):
            at(outbound, shop.url, within=SHORT).run("action_city", TRACKER)
        if kind != "hangs":  # who never sends never notices
            assert shop.left.wait(10)


def test_nobody_there_is_a_failure_with_the_address(outbound: Outbound) -> None:
    url = nobody()
    with pytest.raises(ActionFailedError, match="is it running there") as raised:
        at(outbound, url).run("action_city", TRACKER)
    assert url in raised.value.why


def test_a_name_that_nobody_has_is_a_failure(outbound: Outbound) -> None:
    with pytest.raises(ActionFailedError, match="name is unknown"):
        at(outbound, "http://shop.invalid/webhook").run("action_city", TRACKER)


def test_a_call_is_sent_once_however_it_ends(outbound: Outbound) -> None:
    with stranger(HOSTILE["hangs up"][0]) as shop, pytest.raises(ActionFailedError):
        at(outbound, shop.url).run("action_city", TRACKER)
    assert len(shop.calls) == 1


def test_a_server_that_answers_again_is_well_again(outbound: Outbound) -> None:
    ways: list[Callable[[Call], None]] = [HOSTILE["hangs up"][0], HOSTILE["fails"][0]]
    with stranger(lambda call: ways.pop(0)(call)) as shop:
        server = at(outbound, shop.url)
        with pytest.raises(ActionFailedError):
            server.run("action_city", TRACKER)
        assert server.degraded is not None and shop.url in server.degraded
        with pytest.raises(ActionFailedError):
            server.run("action_city", TRACKER)
        assert server.degraded is None


def test_no_secret_is_in_a_reason(outbound: Outbound) -> None:
    def repeats(call: Call) -> None:
        call.answers({"error": f"{call.path} {call.headers['authorization']} {call.headers['x-key']}"}, 500)

    secrets = {"token": "t0ken", "basic_auth": ("maya", "pa55word"), "headers": {"X-Key": "k3yk3y"}}
    for answer in (repeats, HOSTILE["hangs up"][0], HOSTILE["redirects"][0], HOSTILE["speaks garbage"][0]):
        with pytest.raises(ActionFailedError) as raised:
            answered(outbound, answer, **secrets)
        assert not any(each in str(raised.value) for each in ("t0ken", "pa55word", "k3yk3y", "hidden"))


def test_a_basic_authorization_that_comes_back_is_masked(outbound: Outbound) -> None:
    def repeats(call: Call) -> None:
        call.answers({"error": call.headers["authorization"]}, 500)

    with pytest.raises(ActionFailedError) as raised:
        answered(outbound, repeats, basic_auth=("maya", "word"))
    assert "bWF5YTp3b3Jk" not in raised.value.why


def test_a_house_that_closes_gives_up_what_is_under_way(outbound: Outbound) -> None:
    def closes(call: Call) -> None:
        outbound.close()
        call.over.wait()

    with pytest.raises(ActionFailedError, match="the house is closing"):
        answered(outbound, closes)
    with pytest.raises(ActionFailedError, match="the house is closing"):
        answered(outbound, gives())


@pytest.mark.parametrize(
    "events",
    [
        [{"event": "slot", "name": "no_such_slot", "value": 1}],
        [{"event": "restart"}],
        [{"event": "rewind"}, {"event": "rewind"}, {"event": "undo"}],
        [{"event": "user", "text": None, "parse_data": None}],
        [
            {"event": "active_loop", "name": "no_such_form"},
            {"event": "loop_interrupted", "is_interrupted": True},
        ],
    ],
)
def test_events_that_lead_nowhere_leave_a_tracker_that_can_be_sent(
    outbound: Outbound, events: list[dict[str, Any]]
) -> None:
    acted = answered(outbound, gives(events))
    after = TRACKER.after(acted.events)
    with stranger(gives()) as shop:
        at(outbound, shop.url).run("action_city", after)
    assert set(shop.calls[0].json()["tracker"]["slots"]) == set(TRACKER.slots)
