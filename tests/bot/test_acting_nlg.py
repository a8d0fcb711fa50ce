"""Words from a server of the assistant's own, and the domain's own where there are none."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.acting.nlg import REST_WITHIN, NlgServer
from bot.dialogue.assistant import Endpoint
from bot.tracker import replay
from config.outbound import Outbound
from tests.fakes import FakeClock
from tests.strangers import HOSTILE, Call, nobody, stranger

TRACKER = replay("maya", {"city": "Oslo"}, [])


def at(outbound: Outbound, url: str, clock: FakeClock, within: float = 30) -> NlgServer:
    return NlgServer(outbound.to(Endpoint(url)), clock, within=timedelta(seconds=within))


def word(nlg: NlgServer, **arguments: object) -> dict[str, Any]:
    return nlg("utter_city", arguments, TRACKER, "collector")


def test_the_server_is_asked_as_rasa_asks_it(outbound: Outbound, clock: FakeClock) -> None:
    with stranger(lambda call: call.answers({"text": "Oslo it is."})) as words:
        word(at(outbound, words.url, clock), order="NT-1")
    assert words.calls[0].json() == {
        "response": "utter_city",
        "id": None,
        "arguments": {"order": "NT-1"},
        "tracker": json.loads(json.dumps(TRACKER.to_json())),
        "channel": {"name": "collector"},
    }


def test_what_it_words_is_said_without_what_is_empty(outbound: Outbound, clock: FakeClock) -> None:
    answer = {"text": "Oslo?", "buttons": [{"title": "Yes", "payload": "/affirm"}], "image": None, "id": 7}
    with stranger(lambda call: call.answers({**answer, "elements": [], "custom": {"k": 1}})) as words:
        worded = word(at(outbound, words.url, clock))
    assert worded == {"text": "Oslo?", "buttons": answer["buttons"], "custom": {"k": 1}}


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if "event" not in kind])
def test_a_hostile_server_words_nothing(outbound: Outbound, clock: FakeClock, kind: str) -> None:
    answer, reason = HOSTILE[kind]
    with stranger(answer) as words:
        nlg = at(outbound, words.url, clock, within=0.3 if "within" in reason else 30)
        assert word(nlg) == {}
    assert nlg.degraded is not None and words.url in nlg.degraded


@pytest.mark.parametrize("answer", ["Oslo", {"text": 5}, {"buttons": ["Yes"]}, None, {"text": "\ud800"}])
def test_an_answer_that_can_not_be_said_words_nothing(
    outbound: Outbound, clock: FakeClock, answer: object
) -> None:
    with stranger(lambda call: call.answers(answer)) as words:
        assert word(at(outbound, words.url, clock)) == {}


def test_after_a_failure_it_is_left_alone_for_a_while(outbound: Outbound, clock: FakeClock) -> None:
    ways = [HOSTILE["fails"][0], lambda call: call.answers({"text": "Well again."})]

    def answers(call: Call) -> None:
        ways.pop(0)(call)

    with stranger(answers) as words:
        nlg = at(outbound, words.url, clock)
        assert [word(nlg), word(nlg)] == [{}, {}]
        assert len(words.calls) == 1
        clock.moves(REST_WITHIN)
        assert word(nlg) == {"text": "Well again."}
    assert nlg.degraded is None


def test_nobody_there_is_no_words(outbound: Outbound, clock: FakeClock) -> None:
    assert word(at(outbound, nobody(), clock)) == {}
