"""The actions that every assistant has, and their overriding."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.play import execute
from tests.bot.playing import Scene, Script, scene, slot, told, written

DOMAIN = """
version: "3.1"
intents: [greet, ask]
slots:
  town: {{type: text, influence_conversation: false, mappings: [{{type: custom}}]}}
forms: {{trip: {{required_slots: [town]}}}}
actions: [{actions}]
responses:
  utter_a: [{{text: Hello!}}]
  utter_b: [{{text: Well.}}]
{responses}
"""
DATA = """
version: "3.1"
rules:
- {rule: greet, steps: [{intent: greet}, {action: utter_a}]}
- {rule: ask, steps: [{intent: ask}, {action: utter_b}]}
"""
OWN = """
  utter_restart: [{text: From the start.}]
  utter_back: [{text: Going back.}]
  utter_default: [{text: Pardon?}]
  utter_ask_rephrase: [{text: In other words?}]
"""


def begin(folder: Path, actions: str = "", responses: str = OWN, script: Script | None = None) -> Scene:
    return scene(written(folder, DOMAIN.format(actions=actions, responses=responses), DATA), script)


def ran(maya: Scene, name: str) -> list[str]:
    return told(execute(maya.cast, maya.tracker, name).events)


@pytest.mark.parametrize(
    ("action", "happened"),
    [
        ("action_restart", ["“From the start.”", "restart"]),
        ("action_back", ["“Going back.”", "rewind", "rewind"]),
        ("action_default_fallback", ["“Pardon?”", "rewind"]),
        ("action_default_ask_rephrase", ["“In other words?”"]),
        ("action_deactivate_loop", ["loop None", "requested_slot=None"]),
        ("action_unlikely_intent", []),
    ],
)
def test_a_default_action_does_what_rasas_does(tmp_path: Path, action: str, happened: list[str]) -> None:
    maya = begin(tmp_path)
    maya.says("greet")
    assert ran(maya, action) == [action, *happened]


@pytest.mark.parametrize(
    ("action", "happened"),
    [
        ("action_restart", ["restart"]),
        ("action_back", ["rewind", "rewind"]),
        ("action_default_ask_rephrase", []),
    ],
)
def test_without_its_response_it_is_silent(tmp_path: Path, action: str, happened: list[str]) -> None:
    maya = begin(tmp_path, responses="")
    maya.says("greet")
    assert ran(maya, action) == [action, *happened]


def test_the_domains_own_action_goes_before_the_default_one(tmp_path: Path) -> None:
    script = {"action_default_fallback": [[{"text": "A person will come."}]]}
    maya = begin(tmp_path, "action_default_fallback", script=script)
    maya.says("greet")
    assert ran(maya, "action_default_fallback") == ["action_default_fallback", "“A person will come.”"]


def test_back_takes_back_the_turn_before(tmp_path: Path) -> None:
    maya = begin(tmp_path)
    maya.says("greet")
    maya.says("ask")
    maya.says("back")
    assert maya.tracker.heard is not None and maya.tracker.intent == "greet"


def test_restart_forgets_and_begins_a_session(tmp_path: Path) -> None:
    maya = begin(tmp_path)
    maya.says("greet")
    maya.tracker = maya.tracker.after([slot("town", "Oslo")])
    assert maya.says("restart")[:3] == ["action_restart", "“From the start.”", "restart"]
    assert maya.tracker.slot("town") is None
    assert maya.says("greet")[0] == "utter_a"


def test_the_fallback_takes_back_what_was_not_understood(tmp_path: Path) -> None:
    maya = begin(tmp_path)
    maya.says("greet")
    before = maya.tracker.applied
    maya.says("unheard_of")
    assert [event["event"] for event in maya.tracker.applied[: len(before) - 1]] == [
        event["event"] for event in before[:-1]
    ]
    assert maya.tracker.intent == "greet"


def test_a_response_that_is_nowhere_is_left_out(tmp_path: Path) -> None:
    maya = begin(
        tmp_path, "action_x", script={"action_x": [[{"response": "utter_nowhere"}, {"text": "But this."}]]}
    )
    assert ran(maya, "action_x") == ["action_x", "“But this.”"]


def test_an_actions_own_bot_event_is_said_too(tmp_path: Path) -> None:
    script = {"action_x": [[{"event": "bot", "text": "By myself.", "data": {}}]]}
    maya = begin(tmp_path, "action_x", script=script)
    played = execute(maya.cast, maya.tracker, "action_x")
    assert [draft.text for draft in played.drafts] == ["By myself."]
