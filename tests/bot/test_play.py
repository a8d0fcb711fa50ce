"""The turn loop: sessions, the order of events, followups, what refuses or breaks, circles, the overlay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.overlay import Decision
from bot.play import Played, begin_session, execute, hear_more, overrule, respond, trigger
from bot.policies import Prediction
from bot.tracker import Tracker
from tests.bot.playing import AT, BREAKS, REJECTS, Scene, said, scene, slot, told, written

DOMAIN = """
version: "3.1"
intents: [greet, ask, bye]
entities: [town]
slots:
  town: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: town}]}
  vip: {type: bool, influence_conversation: false, mappings: [{type: custom}]}
actions: [action_x, action_y]
responses:
  utter_a: [{text: Hello!}]
  utter_b: [{text: "Town {town}"}]
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
"""
DATA = """
version: "3.1"
rules:
- {rule: greet, steps: [{intent: greet}, {action: utter_a}]}
- {rule: ask, steps: [{intent: ask}, {action: action_x}]}
- {rule: bye, steps: [{intent: bye}, {action: action_y}]}
"""


@pytest.fixture
def begin(tmp_path: Path) -> Callable[..., Scene]:
    def begin(carry: bool = True, **script: list[object]) -> Scene:
        domain = DOMAIN if carry else DOMAIN.replace("new_session: true", "new_session: false")
        return scene(written(tmp_path, domain, DATA), script)  # type: ignore[arg-type]

    return begin


def kinds(played: Played | None) -> list[str]:
    assert played is not None
    return [str(event["event"]) for event in played.events]


def test_the_first_message_begins_a_session(begin: Callable[..., Scene]) -> None:
    maya = begin()
    maya.says("greet")
    assert maya.played is not None
    first = [(event["event"], event.get("name"), event.get("confidence")) for event in maya.played.events[:4]]
    assert first == [
        ("action", "action_session_start", 1.0),
        ("session_started", None, None),
        ("action", "action_listen", None),
        ("user", None, None),
    ]
    maya.says("greet")
    assert "session_started" not in kinds(maya.played)


def test_a_session_expires_and_its_slots_are_carried_over(begin: Callable[..., Scene]) -> None:
    for carry, town in ((True, "Oslo"), (False, None)):
        maya = begin(carry)
        maya.says("greet")
        maya.tracker = maya.tracker.after([slot("town", "Oslo")])
        maya.at(AT + timedelta(minutes=60))
        maya.says("greet")
        assert "session_started" not in kinds(maya.played)
        maya.at(AT + timedelta(minutes=121))
        maya.says("greet")
        assert "session_started" in kinds(maya.played) and maya.tracker.slot("town") == town


def test_what_a_channel_sends_along_opens_the_session(begin: Callable[..., Scene]) -> None:
    maya = begin()
    played = begin_session(maya.cast, maya.tracker, {"page": "/help"})
    assert [event["event"] for event in played.events][:2] == ["slot", "action"]
    assert played.tracker.slot("session_started_metadata") == {"page": "/help"}


def test_what_is_said_comes_before_what_changes(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[[slot("town", "Oslo"), {"response": "utter_b"}]])
    assert maya.says("ask")[:3] == ["action_x", "“Town None”", "town=Oslo"]


def test_featurization_follows_a_message_and_nothing_else(begin: Callable[..., Scene]) -> None:
    maya = begin()
    maya.says("greet")
    assert kinds(maya.played).count("user_featurization") == 1


def test_a_followup_goes_before_the_policies(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[[{"event": "followup", "name": "utter_a"}]])
    happened = maya.says("ask")
    assert happened[:4] == ["action_x", "followup", "utter_a", "“Hello!”"]
    assert maya.played is not None
    followed = [event for event in maya.played.events if event.get("name") == "utter_a"][-1]
    assert (followed["policy"], followed["confidence"]) == ("followup_action", 1.0)


def test_an_unknown_followup_is_passed_over(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[[{"event": "followup", "name": "action_nowhere"}]])
    assert maya.says("ask") == ["action_x", "followup", "action_listen"]


def test_what_an_action_refuses_is_not_logged_as_done(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[REJECTS])
    happened = maya.says("ask")
    assert happened[0] == "action_x refuses" and "action_x" not in happened


def test_an_action_that_breaks_is_logged_and_the_turn_goes_on(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[BREAKS])
    assert maya.says("ask") == ["action_x", "action_listen"]
    assert maya.played is not None and maya.played.broke
    assert [error.action for error in maya.played.failures] == ["action_x"]
    assert (
        next(e for e in maya.played.events if e.get("name") == "action_x")["metadata"]["failed"] == "it broke"
    )


def test_ten_actions_and_no_end_are_broken_off(begin: Callable[..., Scene]) -> None:
    again = {"event": "followup", "name": "action_x"}
    maya = begin(action_x=[[again]] * 30)
    assert maya.says("ask").count("action_x") == 10
    assert maya.played is not None and maya.played.circled and maya.tracker.latest_action == "action_x"


def test_a_paused_conversation_is_listened_to_and_not_answered(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[[{"event": "pause"}, {"event": "action", "name": "action_listen"}]])
    maya.says("ask")
    assert maya.says("greet", "to Oslo", {"entity": "town", "value": "Oslo"}) == ["town=Oslo"]
    assert "utter_a" in maya.says("restart") or not maya.tracker.paused


def test_after_a_resume_the_rules_go_on(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[[{"event": "pause"}, {"event": "action", "name": "action_listen"}]])
    maya.says("ask")
    maya.tracker = maya.tracker.after([{"event": "resume"}])
    assert maya.says("greet")[0] == "utter_a"


def test_a_message_from_an_action_is_a_message(begin: Callable[..., Scene]) -> None:
    heard = said(
        {"text": "hi", "intent": {"name": "greet"}, "entities": [{"entity": "town", "value": "Oslo"}]}
    )
    maya = begin(action_x=[[{"event": "action", "name": "action_listen"}, heard]])
    assert maya.says("ask") == ["action_x", "town=Oslo", "utter_a", "“Hello!”", "action_listen"]


def test_an_action_may_restart(begin: Callable[..., Scene]) -> None:
    maya = begin(action_x=[[slot("town", "Oslo"), {"event": "restart"}]])
    maya.says("ask")
    assert (
        kinds(maya.played)[-3:] == ["action", "session_started", "action"]
        and maya.tracker.slot("town") is None
    )


def test_an_intent_may_come_without_a_message(begin: Callable[..., Scene]) -> None:
    maya = begin()
    played = trigger(maya.cast, maya.tracker, "greet", {"town": "Oslo"})
    assert told(played.events) == ["town=Oslo", "utter_a", "“Hello!”", "action_listen"]
    message = played.tracker.latest_message
    assert (message["text"], message["metadata"]) == ("EXTERNAL: greet", {"is_external": True})


def test_an_action_may_be_run_from_outside(begin: Callable[..., Scene]) -> None:
    maya = begin()
    played = execute(maya.cast, maya.tracker, "utter_a")
    assert told(played.events) == ["utter_a", "“Hello!”"] and played.drafts[0].text == "Hello!"


def test_a_second_wish_is_answered_in_the_same_turn(begin: Callable[..., Scene]) -> None:
    maya = begin()
    maya.says("greet")
    assert maya.played is not None
    wish = said({"text": "x", "intent": {"name": "ask"}, "entities": []})
    again = respond(maya.cast, hear_more(maya.cast, maya.played, wish))
    assert told(again.events)[-2:] == ["action_x", "action_listen"] and again.drafts == maya.played.drafts


@dataclass
class House:
    """An overlay that says sorry first, and something else than the fallback."""

    def before(self, tracker: Tracker) -> Decision | None:
        sorry = tracker.intent == "greet" and not tracker.done
        return Decision("utter_b", "the customer is upset", {"vip": True}) if sorry else None

    def instead(self, tracker: Tracker, predicted: Prediction) -> Decision | None:
        if predicted.action == "action_y":
            return Decision("action_y", "for a reason of ours", {"vip": False})
        if predicted.fallback:
            return Decision("action_listen" if tracker.done else "action_x", "no rule knows")
        return None


def test_the_house_acts_first_and_leaves_no_trace(tmp_path: Path) -> None:
    maya = scene(written(tmp_path, DOMAIN, DATA), overlay=House())
    assert maya.says("greet") == [
        "vip=True",
        "utter_b",
        "“Town None”",
        "utter_a",
        "“Hello!”",
        "action_listen",
    ]
    assert maya.played is not None
    sorry = [each.because for each in maya.played.decisions if each.action == "utter_b"]
    assert sorry == ["the customer is upset"]
    assert [moment.did for moment in maya.tracker.moments] == ["action_listen", "utter_a", "action_listen"]


def test_the_house_replaces_the_fallback(tmp_path: Path) -> None:
    maya = scene(written(tmp_path, DOMAIN, DATA), overlay=House())
    assert maya.says("nlu_fallback") == ["action_x", "action_listen"]
    assert maya.says("ask")[0] == "action_x"
    assert maya.played is not None and maya.played.events[-1]["policy"] == "RulePolicy"


def test_the_house_gives_a_rules_action_its_own_reason(tmp_path: Path) -> None:
    maya = scene(written(tmp_path, DOMAIN, DATA), overlay=House())
    assert maya.says("bye")[:2] == ["vip=False", "action_y"]
    assert maya.played is not None
    assert "for a reason of ours" in [each.because for each in maya.played.decisions]


def test_the_house_may_overrule_at_any_time(begin: Callable[..., Scene]) -> None:
    maya = begin()
    played = overrule(maya.cast, Played(maya.tracker), Decision("utter_a", "why not", {"vip": True}))
    assert told(played.events) == ["vip=True", "utter_a", "“Hello!”"] and played.tracker.moments == ()
