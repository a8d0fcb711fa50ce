"""What counts of a conversation: folding event by event leads to where going over everything again leads."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.tracker import Tracker, replay

INITIAL: dict[str, Any] = {"town": None, "size": "small", "towns": None}
LISTS = frozenset(("towns",))
Json = dict[str, Any]

ACTIONS = ("action_listen", "utter_x", "trip", "stay")


def said(intent: str) -> Json:
    return {"event": "user", "text": intent, "parse_data": {"intent": {"name": intent}, "entities": []}}


def did(name: str, **more: Any) -> Json:
    return {"event": "action", "name": name, **more}


events = st.one_of(
    st.builds(said, st.sampled_from(("book", "tell", "faq"))),
    st.builds(did, st.sampled_from(ACTIONS), hide_rule_turn=st.booleans()),
    st.builds(lambda name: did(name, policy="Overlay"), st.sampled_from(("utter_sorry", "trip"))),
    st.builds(
        lambda name, value: {"event": "slot", "name": name, "value": value},
        st.sampled_from(("town", "size", "towns", "unknown")),
        st.sampled_from((None, "a", ["b"])),
    ),
    st.builds(lambda name: {"event": "active_loop", "name": name}, st.sampled_from((None, "trip", "stay"))),
    st.builds(lambda name: {"event": "action_execution_rejected", "name": name}, st.sampled_from(ACTIONS)),
    st.builds(lambda name: {"event": "followup", "name": name}, st.sampled_from(ACTIONS)),
    st.builds(
        lambda kind: {"event": kind},
        st.sampled_from(
            ("rewind", "rewind", "undo", "restart", "session_started", "reset_slots", "pause", "resume")
        ),
    ),
    st.just({"event": "loop_interrupted", "is_interrupted": True}),
    st.just({"event": "user_featurization", "use_text_for_featurization": False}),
)


def counted(happened: list[Json]) -> list[Json]:
    """The events that still count, as the definition has it: everything is gone over from the beginning."""
    loops = {event["name"] for event in happened if event["event"] == "active_loop"}
    left: list[Json] = []
    for event in happened:
        kind = event["event"]
        if kind in ("restart", "session_started"):
            left = []
        elif kind == "undo":
            left = until(left, "action")
        elif kind == "rewind":
            left = until(until(left, "user"), "action")
        elif is_action(event) and event["name"] in loops and ran_before(event["name"], left):
            left = joined(event["name"], left)
        else:
            left = [*left, event]
    return left


def until(left: list[Json], kind: str) -> list[Json]:
    for index in range(len(left) - 1, -1, -1):
        if left[index]["event"] == kind and (kind == "user" or is_action(left[index])):
            return left[:index]
    return []


def is_action(event: Json) -> bool:
    return event["event"] == "action" and event.get("policy") != "Overlay"


def ran_before(loop: str, left: list[Json]) -> bool:
    after: str | None = None
    for event in reversed(left):
        if event["event"] == "active_loop" and event["name"] is None:
            return False
        if event["event"] == "action_execution_rejected" and event["name"] == loop:
            return False
        if event["event"] == "user" and after not in (None, loop):
            return False
        if is_action(event):
            if event["name"] == loop:
                return True
            after = event["name"]
    return False


def joined(loop: str, left: list[Json]) -> list[Json]:
    last = max(index for index, event in enumerate(left) if is_action(event) and event["name"] == loop)
    kinds = ("action", "user", "user_featurization")
    return left[: last + 1] + [event for event in left[last + 1 :] if event["event"] not in kinds]


def tracked(happened: list[Json]) -> Tracker:
    return replay("maya", INITIAL, happened, lists=LISTS)


@given(st.lists(events, max_size=40))
def test_what_counts_is_what_going_over_everything_again_leaves(happened: list[Json]) -> None:
    assert list(tracked(happened).applied) == counted(happened)


@given(st.lists(events, max_size=40))
def test_moments_are_those_of_the_events_that_count(happened: list[Json]) -> None:
    tracker, again = tracked(happened), Tracker("maya", INITIAL, INITIAL, lists=LISTS)
    for event in tracker.applied:
        again = again.after([event])
    seen = [(m.heard, m.slots, m.action, m.loop.get("name"), m.hidden, m.kept) for m in tracker.moments]
    assert seen == [(m.heard, m.slots, m.action, m.loop.get("name"), m.hidden, m.kept) for m in again.moments]
    assert tracker.slots == again.slots and tracker.paused == again.paused
    assert (tracker.latest_action, tracker.loop) == (again.latest_action, again.loop)


@given(st.lists(events, max_size=40), st.integers(0, 40))
def test_events_in_two_parts_lead_to_where_they_lead_at_once(happened: list[Json], cut: int) -> None:
    assert tracked(happened[:cut]).after(happened[cut:]) == tracked(happened)


def test_runs_of_a_loop_that_broke_before_it_was_known_for_one_count_as_one_with_the_next() -> None:
    broken = [did("action_listen"), said("book"), did("trip"), did("utter_x")]
    tracker = tracked([*broken, did("action_listen"), said("tell"), did("trip")])
    assert len(tracker.applied) == 7
    begins = {"event": "active_loop", "name": "trip"}
    assert tracker.after([begins]).applied == (*broken[:3], begins)


def test_a_rewind_takes_back_the_message_and_all_it_led_to() -> None:
    before = [did("action_listen"), said("book"), did("utter_x")]
    tracker = tracked(
        [*before, did("action_listen"), said("tell"), {"event": "slot", "name": "town", "value": "a"}]
    )
    tracker = tracker.after([{"event": "rewind"}])
    assert tracker.applied == tuple(before)
    assert (tracker.slot("town"), tracker.intent, tracker.latest_action) == (None, "book", "utter_x")


def test_after_rewinding_the_first_message_listening_comes_next() -> None:
    tracker = tracked([did("action_listen"), said("book"), {"event": "rewind"}])
    assert tracker.followup == "action_listen" and tracker.applied == ()


def test_a_restart_asks_for_a_new_session() -> None:
    assert tracked([said("book"), {"event": "restart"}]).followup == "action_session_start"


def test_a_list_slot_holds_one_value_as_a_list() -> None:
    assert tracked([{"event": "slot", "name": "towns", "value": "Oslo"}]).slot("towns") == ["Oslo"]


def test_a_loop_knows_its_trigger_and_whether_it_was_rejected_or_interrupted() -> None:
    begun = [did("action_listen"), said("book"), did("trip"), {"event": "active_loop", "name": "trip"}]
    tracker = tracked(begun)
    assert tracker.active_loop == {
        "name": "trip",
        "is_interrupted": False,
        "rejected": False,
        "trigger_message": said("book")["parse_data"],
    }
    rejected = tracker.after([{"event": "action_execution_rejected", "name": "trip"}])
    assert rejected.active_loop["rejected"] and rejected.after([did("utter_x")]).active_loop["rejected"]
    assert not rejected.after([did("trip")]).active_loop["rejected"]
    interrupted = tracker.after([{"event": "loop_interrupted", "is_interrupted": True}])
    assert interrupted.active_loop["is_interrupted"]
    assert not interrupted.after([did("utter_x")]).active_loop["is_interrupted"]


def test_the_houses_own_actions_leave_no_trace() -> None:
    tracker = tracked([did("action_listen"), said("book")])
    after = tracker.after([did("utter_sorry", policy="Overlay")])
    assert (after.moments, after.latest_action, after.now.action) == (
        tracker.moments,
        "action_listen",
        "action_listen",
    )


def test_listening_leaves_a_trace_whoever_decides_it() -> None:
    assert tracked([said("book"), did("action_listen", policy="Overlay")]).latest_action == "action_listen"


def test_entities_found_later_belong_to_the_message() -> None:
    found = {"entity": "town", "value": "Oslo"}
    tracker = tracked([did("action_listen"), said("book"), {"event": "entities", "entities": [found]}])
    assert tracker.latest_message["entities"] == [found]


def test_a_live_tracker_holds_the_latest_session() -> None:
    start = did("action_session_start")
    tracker = tracked([did("action_listen"), said("book"), start, {"event": "session_started"}])
    assert tracker.events == (start, {"event": "session_started"})
