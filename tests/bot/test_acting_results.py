"""What actions give back: Rasa's events in their full form, and nothing that would break a tracker."""

from __future__ import annotations

import copy
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import events as sdk

from bot.acting.results import EVENTS, acted, response
from bot.errors import ActionFailedError
from bot.tracker import replay

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PARSE = {
    "intent": {"name": "greet", "confidence": 0.9},
    "entities": [{"entity": "city", "value": "Oslo", "start": 0, "end": 4}],
    "intent_ranking": [{"name": "greet", "confidence": 0.9}, {"name": None, "confidence": 0}],
}
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    FROM_THE_SDK = [
        sdk.UserUttered("hi", PARSE, 1.5, "rest"),
        sdk.UserUttered(None),
        sdk.BotUttered("hi", {"buttons": []}, {"k": 1}),
        sdk.SlotSet("city", {"a": [1, None, "b"]}),
        sdk.Restarted(),
        sdk.SessionStarted(2.0),
        sdk.UserUtteranceReverted(),
        sdk.AllSlotsReset(),
        sdk.ReminderScheduled("remind", NOON, {"city": "Oslo"}, "one"),
        sdk.ReminderScheduled("remind", NOON.replace(tzinfo=None), [{"entity": "city", "value": "Oslo"}]),
        sdk.ReminderCancelled(),
        sdk.ActionReverted(),
        sdk.StoryExported(),
        sdk.FollowupAction("utter_hi"),
        sdk.ConversationPaused(),
        sdk.ConversationResumed(),
        sdk.ActionExecuted("action_listen", "RulePolicy", 1.0),
        sdk.AgentUttered("hi", {"k": 1}),
        sdk.ActiveLoop("city_form"),
        sdk.ActiveLoop(None),
        sdk.Form("city_form"),
        sdk.LoopInterrupted(True),
        sdk.FormValidation(False),
        sdk.ActionExecutionRejected("city_form"),
    ]


def events(*given: object) -> list[dict[str, Any]]:
    return list(acted("action_x", {"events": list(given)}).events)


def reason(body: object) -> str:
    with pytest.raises(ActionFailedError) as raised:
        acted("action_x", body)
    return raised.value.why


@pytest.mark.parametrize("event", FROM_THE_SDK, ids=lambda event: event["event"])
def test_every_event_of_the_sdk_is_taken_as_it_is(event: dict[str, Any]) -> None:
    [taken] = events(event)
    assert {key: taken[key] for key in event if event[key] is not None} == {
        key: value for key, value in event.items() if value is not None
    }
    assert set(taken) - {"event", "timestamp", "metadata"} == set(EVENTS[event["event"]])


def test_what_is_missing_is_what_rasa_takes_it_for() -> None:
    assert events({"event": "action", "name": "a"}, {"event": "slot", "name": "b"}) == [
        {
            "event": "action",
            "timestamp": None,
            "name": "a",
            "policy": None,
            "confidence": None,
            "action_text": None,
            "hide_rule_turn": False,
        },
        {"event": "slot", "timestamp": None, "name": "b", "value": None},
    ]


def test_the_two_events_that_rasa_2_called_otherwise_are_understood() -> None:
    assert events(
        {"event": "form", "name": "city_form"}, {"event": "form_validation", "validate": False}
    ) == [
        {"event": "active_loop", "timestamp": None, "name": "city_form"},
        {"event": "loop_interrupted", "timestamp": None, "is_interrupted": True},
    ]


def test_an_object_that_names_no_event_is_left_out() -> None:
    assert [each["name"] for each in events({"name": "a"}, {"event": "slot", "name": "b"}, {})] == ["b"]


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({"event": "explode"}, "'explode'"),
        ({"event": ["slot"]}, "['slot']"),
        ({"event": "session_ended"}, "'session_ended'"),
        ({"event": "slot"}, "events[0] (slot) has no `name`; it must be a name"),
        ({"event": "slot", "name": ""}, "`name` of events[0] (slot) is an empty text"),
        ({"event": "slot", "name": 5}, "is a number; it must be a name"),
        ({"event": "slot", "name": "a", "timestamp": "now"}, "`timestamp`"),
        ({"event": "slot", "name": "a", "timestamp": True}, "is true or false"),
        ({"event": "slot", "name": "a", "timestamp": -1}, "`timestamp`"),
        ({"event": "slot", "name": "a", "timestamp": 1e15}, "`timestamp`"),
        ({"event": "slot", "name": "a", "metadata": []}, "`metadata`"),
        ({"event": "followup", "name": None}, "is null; it must be a name"),
        ({"event": "action", "name": "a", "confidence": "high"}, "`confidence`"),
        ({"event": "action", "name": "a", "hide_rule_turn": None}, "`hide_rule_turn`"),
        ({"event": "loop_interrupted"}, "has no `is_interrupted`"),
        ({"event": "user", "text": {}}, "`text`"),
        ({"event": "user", "parse_data": "greet"}, "`parse_data`"),
        ({"event": "user", "parse_data": {"intent": "greet"}}, "a parse result"),
        ({"event": "user", "parse_data": {"intent": {"name": 1}}}, "a parse result"),
        ({"event": "user", "parse_data": {"intent_ranking": {}}}, "a parse result"),
        ({"event": "user", "parse_data": {"intent_ranking": [{"confidence": None}]}}, "a parse result"),
        ({"event": "user", "parse_data": {"entities": ["Oslo"]}}, "a parse result"),
        ({"event": "user", "parse_data": {"entities": [{"value": "Oslo"}]}}, "a parse result"),
        ({"event": "bot", "text": "a", "data": "b"}, "`data`"),
        ({"event": "reminder", "intent": "a"}, "has no `date_time`"),
        ({"event": "reminder", "intent": "a", "date_time": "soon"}, "ISO 8601"),
        ({"event": "entities", "entities": "Oslo"}, "a list of objects"),
    ],
)
def test_an_event_that_can_not_be_is_refused_with_its_place(event: dict[str, Any], says: str) -> None:
    assert says in reason({"events": [event]})


@pytest.mark.parametrize("body", [[], "ok", 5, True, {"events": {}}, {"events": [1]}, {"responses": "hi"}])
def test_another_shape_is_refused(body: object) -> None:
    assert reason(body)


@pytest.mark.parametrize(
    "answer",
    [
        {"text": 5},
        {"response": ["utter_hi"]},
        {"buttons": {"title": "a"}},
        {"buttons": ["Yes"]},
        {"elements": "x"},
        {"image": {}},
    ],
)
def test_a_response_that_can_not_be_said_is_refused(answer: dict[str, Any]) -> None:
    assert "responses[0]" in reason({"responses": [answer]})
    with pytest.raises(ValueError, match="it must be"):
        response(answer)


@pytest.mark.parametrize("custom", [{"k": 1}, ["a", 1], "text", 5, None])
def test_custom_json_may_be_anything(custom: object) -> None:
    assert acted("a", {"responses": [{"custom": custom}]}).responses == ({"custom": custom},)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), "\ud800", "a\0b", timedelta(1), {1, 2}, object()],
    ids=["nan", "infinite", "half a character", "NUL", "timedelta", "set", "object"],
)
def test_what_can_not_be_stored_is_refused(value: object) -> None:
    assert "can't be stored" in reason({"events": [{"event": "slot", "name": "a", "value": value}]})


def test_a_backslash_is_no_nul() -> None:
    assert events({"event": "slot", "name": "a", "value": "\\u0000"})[0]["value"] == "\\u0000"


@pytest.mark.parametrize("levels", [100, 100_000])
def test_what_is_nested_too_deep_is_refused(levels: int) -> None:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    assert reason({"events": [{"event": "slot", "name": "a", "value": value}]})
    while value:  # taken apart from outside, as Python would need its stack for the whole
        value = value.pop()


def test_what_is_given_is_copied() -> None:
    value = {"cities": ["Oslo"]}
    [event] = events({"event": "slot", "name": "a", "value": value})
    value["cities"].append("Bergen")
    assert event["value"] == {"cities": ["Oslo"]}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(sorted(EVENTS)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["event", "events", "responses", "name", "value", "text", "parse_data", "intent"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_is_refused_or_can_be_replayed(body: Any) -> None:
    before = copy.deepcopy(body)
    try:
        found = acted("action_x", body)
    except ActionFailedError as error:
        assert error.why
    else:
        replay("maya", {"city": None}, found.events).to_json()
    assert repr(body) == repr(before)
