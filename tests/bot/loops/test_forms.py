"""Forms: what they take, what they ask, when they refuse and when they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.playing import BREAKS, REJECTS, Scene, Script, entity, scene, slot, written

DOMAIN = """
version: "3.1"
intents: [book, tell, chat, faq, stop]
entities: [town, size]
slots:
  town:
    type: text
    influence_conversation: false
    mappings: [{type: from_entity, entity: town}]
  size:
    type: text
    influence_conversation: false
    mappings:
    - {type: from_text, conditions: [{active_loop: trip, requested_slot: size}]}
forms:
  trip:
    required_slots: [town, size]
    ignored_intents: [chat]
responses:
  utter_ask_town: [{text: Where to?}]
  utter_ask_size: [{text: How big?}]
  utter_booked: [{text: Booked.}]
  utter_faq: [{text: We fly on Mondays.}]
  utter_stopped: [{text: Stopped.}]
actions: [ACTIONS]
"""
DATA = """
version: "3.1"
rules:
- rule: book
  steps: [{intent: book}, {action: trip}, {active_loop: trip}]
- rule: booked
  condition: [{active_loop: trip}]
  steps:
  - action: trip
  - active_loop: null
  - slot_was_set: [{requested_slot: null}]
  - action: utter_booked
- rule: a question on the way
  steps: [{intent: faq}, {action: utter_faq}]
- rule: stop
  condition: [{active_loop: trip}]
  steps:
  - intent: stop
  - action: utter_stopped
  - action: action_deactivate_loop
  - active_loop: null
"""
VALIDATE = "validate_trip"


def trip(folder: Path, script: Script | None = None, actions: str = "") -> Scene:
    return scene(written(folder, DOMAIN.replace("ACTIONS", actions), DATA), script)


def test_a_form_asks_for_one_slot_after_the_other_and_is_done(tmp_path: Path) -> None:
    maya = trip(tmp_path)
    assert maya.says("book") == ["trip", "loop trip", "requested_slot=town", "“Where to?”", "action_listen"]
    assert maya.says("tell", "Oslo", entity("town", "Oslo")) == [
        "town=Oslo",
        "trip",
        "requested_slot=size",
        "“How big?”",
        "action_listen",
    ]
    assert maya.says("tell", "huge") == [
        "size=huge",
        "trip",
        "requested_slot=None",
        "loop None",
        "utter_booked",
        "“Booked.”",
        "action_listen",
    ]
    assert maya.tracker.loop is None


def test_what_the_first_message_says_is_not_asked_for(tmp_path: Path) -> None:
    maya = trip(tmp_path)
    assert maya.says("book", "to Oslo", entity("town", "Oslo"))[:4] == [
        "town=Oslo",
        "trip",
        "loop trip",
        "town=Oslo",
    ]
    assert maya.tracker.slot("requested_slot") == "size"


def test_a_question_on_the_way_is_answered_and_the_form_asks_again(tmp_path: Path) -> None:
    maya = trip(tmp_path)
    maya.says("book")
    assert maya.says("faq", "when do you fly?") == [
        "trip refuses",
        "utter_faq",
        "“We fly on Mondays.”",
        "trip",
        "requested_slot=town",
        "“Where to?”",
        "action_listen",
    ]


def test_an_ignored_intent_fills_nothing(tmp_path: Path) -> None:
    maya = trip(tmp_path)
    maya.says("book", "to Oslo", entity("town", "Oslo"))
    assert maya.says("chat", "nice weather")[0] == "trip refuses"
    assert maya.tracker.slot("size") is None


def test_a_form_can_be_stopped(tmp_path: Path) -> None:
    maya = trip(tmp_path)
    maya.says("book")
    assert maya.says("stop") == [
        "trip refuses",
        "utter_stopped",
        "“Stopped.”",
        "action_deactivate_loop",
        "loop None",
        "requested_slot=None",
        "action_listen",
    ]


def test_an_invalid_value_is_asked_for_again(tmp_path: Path) -> None:
    script = {VALIDATE: [[], [], [slot("town", None), {"text": "No airport there."}]]}
    maya = trip(tmp_path, script, VALIDATE)
    maya.says("book")
    assert maya.says("tell", "Atlantis", entity("town", "Atlantis")) == [
        "town=Atlantis",
        "trip",
        "“No airport there.”",
        "town=None",
        "requested_slot=town",
        "“Where to?”",
        "action_listen",
    ]


def test_validation_sees_the_candidates_last(tmp_path: Path) -> None:
    maya = trip(tmp_path, actions=VALIDATE)
    maya.says("book")
    maya.says("tell", "Oslo", entity("town", "Oslo"))
    name, tracker = maya.called[-1]
    last = [(event["event"], event["name"]) for event in tracker.events[-3:]]
    assert (name, last) == (VALIDATE, [("slot", "requested_slot"), ("action", "trip"), ("slot", "town")])
    assert tracker.slot("town") == "Oslo" and tracker.events[-3]["value"] == "town"


def test_validation_may_ask_for_a_slot_of_its_own_choice(tmp_path: Path) -> None:
    maya = trip(tmp_path, {VALIDATE: [[slot("requested_slot", "size")]]}, VALIDATE)
    assert maya.says("book") == ["trip", "loop trip", "requested_slot=size", "“How big?”", "action_listen"]


def test_validation_may_end_the_form(tmp_path: Path) -> None:
    maya = trip(tmp_path, {VALIDATE: [[], [], [slot("requested_slot", None)]]}, VALIDATE)
    maya.says("book")
    assert "loop None" in maya.says("tell", "Oslo", entity("town", "Oslo"))


@pytest.mark.parametrize("answer", [REJECTS, [{"event": "action_execution_rejected", "name": "trip"}]])
def test_validation_may_refuse_for_the_form(tmp_path: Path, answer: str) -> None:
    maya = trip(tmp_path, {VALIDATE: [[], [], answer]}, VALIDATE)
    maya.says("book")
    happened = maya.says("faq", "to Oslo, but when?", entity("town", "Oslo"))
    assert "trip refuses" in happened and "utter_faq" in happened


def test_a_form_whose_validation_breaks_goes_on_listening(tmp_path: Path) -> None:
    maya = trip(tmp_path, {VALIDATE: [[], [], BREAKS]}, VALIDATE)
    maya.says("book")
    assert maya.says("tell", "Oslo", entity("town", "Oslo")) == ["town=Oslo", "trip", "action_listen"]
    assert maya.played is not None and maya.played.broke


def test_a_custom_action_may_ask(tmp_path: Path) -> None:
    maya = trip(tmp_path, {"action_ask_town": [[{"text": "Pick a town"}]]}, "action_ask_town")
    assert "“Pick a town”" in maya.says("book")


def test_the_question_of_this_form_goes_before_the_general_one(tmp_path: Path) -> None:
    domain = DOMAIN.replace(
        "utter_ask_town:", "utter_ask_trip_town: [{text: To which town?}]\n  utter_ask_town:"
    )
    maya = scene(written(tmp_path, domain.replace("ACTIONS", ""), DATA))
    assert "“To which town?”" in maya.says("book")


def test_a_form_listed_as_an_action_is_run_by_the_action_server(tmp_path: Path) -> None:
    maya = trip(tmp_path, {"trip": [[{"event": "active_loop", "name": "trip"}]]}, "trip")
    assert maya.says("book") == ["trip", "loop trip", "action_listen"]
    assert [name for name, _ in maya.called] == ["trip"]


def test_runs_that_go_well_count_as_one(tmp_path: Path) -> None:
    maya = trip(tmp_path)
    maya.says("book")
    before = len(maya.tracker.moments)
    maya.says("tell", "Oslo", entity("town", "Oslo"))
    assert len(maya.tracker.moments) == before
    assert maya.tracker.heard is not None and maya.tracker.heard["text"] == "/book"
    assert maya.tracker.latest_message["text"] == "Oslo"
