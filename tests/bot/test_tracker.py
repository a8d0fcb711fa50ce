"""The tracker: a value folded from events, and the JSON that actions read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import Tracker as SdkTracker

from bot.tracker import (
    Tracker,
    action_event,
    bare_event,
    bot_event,
    parse_data,
    replay,
    slot_event,
    stamped,
    user_event,
)
from bot.understanding.reading import Entity, Intent, Mood, Reading, Sensitive

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
INITIAL: dict[str, Any] = {"language": "en", "question": None, "misses": 0}
READING = Reading("where is it", "en", (Intent("order_status", 0.9), Intent("invoice", 0.1)), known=0.8)


def user(text: str = "hello", number: int = 1, intent: str = "greet") -> dict[str, Any]:
    parse = parse_data(Reading(text, "en", (Intent(intent, 1.0),)), sure=0.5)
    return user_event(text, parse, at=AT, channel="web", messages=[(number, text)])


def tracked(*events: dict[str, Any]) -> Tracker:
    return replay("maya", INITIAL, events)


names = st.sampled_from(["language", "question", "misses", "unheard_of"])
values = st.none() | st.text(max_size=5) | st.integers(-3, 3) | st.lists(st.text(max_size=3), max_size=2)
events = st.one_of(
    st.builds(user, st.text(max_size=8), st.integers(1, 9), st.sampled_from(["greet", "deny"])),
    st.builds(lambda name: action_event(name, None, at=AT), st.sampled_from(["utter_x", "action_listen"])),
    st.builds(lambda name, value: slot_event(name, value, at=AT), names, values),
    st.builds(lambda text: bot_event(text, {}, {}, at=AT), st.text(max_size=8)),
    st.builds(
        lambda kind: bare_event(kind, at=AT),
        st.sampled_from(["pause", "resume", "restart", "session_started", "reset_slots", "of_the_future"]),
    ),
    st.builds(lambda name: {"event": "followup", "name": name}, st.sampled_from(["utter_x", "action_y"])),
    st.builds(lambda name: {"event": "active_loop", "name": name}, st.none() | st.just("form")),
)


@given(st.lists(events, max_size=20), st.integers(0, 20))
def test_events_in_two_parts_lead_to_where_they_lead_at_once(
    happened: list[dict[str, Any]], cut: int
) -> None:
    whole = tracked(*happened)
    assert tracked(*happened[:cut]).after(happened[cut:]) == whole
    assert whole.events == tuple(happened)


@given(st.lists(events, max_size=20))
def test_a_tracker_survives_being_stored(happened: list[dict[str, Any]]) -> None:
    stored = json.loads(json.dumps(happened))
    assert replay("maya", INITIAL, stored) == tracked(*happened)


@given(st.lists(events, max_size=20))
def test_what_is_known_of_slots_is_always_every_slot_of_the_domain(happened: list[dict[str, Any]]) -> None:
    assert tracked(*happened).slots.keys() == INITIAL.keys()


@given(st.lists(events, max_size=20), events)
def test_a_tracker_is_never_changed(happened: list[dict[str, Any]], more: dict[str, Any]) -> None:
    before = tracked(*happened)
    json_before = json.dumps(before.to_json())
    before.after([more])
    assert json.dumps(before.to_json()) == json_before


def test_a_slot_holds_what_it_was_last_set_to() -> None:
    tracker = tracked(slot_event("question", "a", at=AT), slot_event("question", "b", at=AT))
    assert tracker.slot("question") == "b" and tracker.slot("unheard_of") is None


def test_a_restart_forgets_the_slots_and_keeps_the_past_on_record() -> None:
    tracker = tracked(slot_event("misses", 2, at=AT), bare_event("restart", at=AT))
    assert tracker.slot("misses") == 0 and len(tracker.events) == 2


def test_pause_holds_until_resume() -> None:
    paused = tracked(bare_event("pause", at=AT))
    assert paused.paused and not paused.after([bare_event("resume", at=AT)]).paused


def test_a_followup_is_forgotten_once_an_action_ran() -> None:
    waiting = tracked({"event": "followup", "name": "action_escalate"})
    assert waiting.followup == "action_escalate"
    assert waiting.after([action_event("action_escalate", None, at=AT)]).followup is None


def test_done_are_the_actions_since_the_last_message() -> None:
    tracker = tracked(
        user(), action_event("utter_a", None, at=AT), user(), action_event("utter_b", None, at=AT)
    )
    assert tracker.done == ("utter_b",)


def test_an_unsure_reading_is_headed_by_the_fallback() -> None:
    parse = parse_data(READING, sure=0.9)
    assert [each["name"] for each in parse["intent_ranking"]] == ["nlu_fallback", "order_status", "invoice"]
    assert parse["intent"]["name"] == "nlu_fallback"


def test_a_confidence_is_the_probability_that_the_text_means_it_at_all() -> None:
    assert parse_data(READING, sure=0.5)["intent"] == {"name": "order_status", "confidence": 0.72}


def test_a_literal_is_never_unsure() -> None:
    parse = parse_data(Reading("/greet", "en", (Intent("greet", 0.1),), literal=True), sure=0.9)
    assert parse["intent"]["name"] == "greet"


def test_a_reading_travels_whole() -> None:
    entity = Entity("order_number", "NT-10427", "NT-10427", 6, 14, source="pattern")
    reading = Reading(
        "order NT-10427, thieves!",
        "en",
        entities=(entity,),
        mood=Mood("upset", 0.9, ("thieves",)),
        sensitive=(Sensitive("fraud", "thieves"),),
        because="nearest to an example",
    )
    parse = parse_data(reading, sure=0.5)
    assert parse["entities"] == [
        {
            "entity": "order_number",
            "start": 6,
            "end": 14,
            "value": "NT-10427",
            "extractor": "RegexEntityExtractor",
        }
    ]
    ours = parse["firstline"]
    assert ours["mood"] == {"label": "upset", "evidence": ["thieves"]}
    assert ours["sensitive"] == [{"topic": "fraud", "words": "thieves"}]
    assert ours["because"] == "nearest to an example"


@pytest.mark.parametrize(
    ("text", "messages", "more"),
    [
        ("hello", [(3, "hello")], {}),
        ("/greet", [(3, "Say hello")], {"shown": "Say hello"}),
        ("a\nb", [(2, "a"), (3, "b")], {"burst": [{"number": 2, "text": "a"}, {"number": 3, "text": "b"}]}),
    ],
    ids=["typed", "tapped", "a burst"],
)
def test_a_user_event_tells_its_messages(text: str, messages: list[tuple[int, str]], more: object) -> None:
    event = user_event(text, {}, at=AT, channel="web", messages=messages, page="/hub")
    assert event["metadata"] == {"number": 3, "page": "/hub", **dict(more)}  # type: ignore[call-overload]
    assert (event["text"], event["message_id"]) == (text, "3")


def test_an_actions_event_gets_a_time_where_it_has_none() -> None:
    assert stamped({"event": "pause"}, AT)["timestamp"] == AT.timestamp()
    assert stamped({"event": "pause", "timestamp": 5.0}, AT)["timestamp"] == 5.0


def test_the_sdk_reads_the_tracker_as_it_is() -> None:
    tracker = tracked(user("hello", 4), slot_event("question", "where", at=AT), bare_event("pause", at=AT))
    read = SdkTracker.from_dict(tracker.to_json())
    assert (read.sender_id, read.get_slot("question"), read.is_paused()) == ("maya", "where", True)
    assert read.latest_message["text"] == "hello" and read.get_latest_input_channel() == "web"
    assert len(read.events) == 3


def test_a_session_that_is_over_is_past_and_not_among_the_events() -> None:
    first = (action_event("action_session_start", None, at=AT), user("one", 1))
    second = (action_event("action_session_start", None, at=AT), user("two", 2))
    whole = tracked(*first).after(second)
    assert (whole.past, whole.events) == (first, second)
    assert whole == tracked(*first, *second)
