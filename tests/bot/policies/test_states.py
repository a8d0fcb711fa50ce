"""What rules and stories see of messages and slots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.policies.states import Senses, State, fits, key
from tests.bot.playing import entity, written

DOMAIN = """
version: "3.1"
intents:
- tell
- nothing: {use_entities: []}
- towns: {use_entities: [town]}
- people: {ignore_entities: [town]}
- every: {use_entities: [noise], ignore_entities: []}
- every: {use_entities: [noise], ignore_entities: []}
entities: [size, {town: {roles: [from, to], groups: [a]}}, {noise: {influence_conversation: false}}]
slots:
  text: {type: text, mappings: [{type: custom}]}
  flag: {type: bool, mappings: [{type: custom}]}
  level: {type: categorical, values: [low, High], mappings: [{type: custom}]}
  score: {type: float, min_value: 0, max_value: 10, mappings: [{type: custom}]}
  many: {type: list, mappings: [{type: custom}]}
  unseen: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  whatever: {type: any, mappings: [{type: custom}]}
"""


@pytest.fixture
def senses(tmp_path: Path) -> Senses:
    return Senses(written(tmp_path, DOMAIN, "version: '3.1'").domain)


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("text", "", (1.0,)),
        ("text", None, None),
        ("flag", True, (1.0, 1.0)),
        ("flag", False, (1.0, 0.0)),
        ("flag", "TRUE", (1.0, 1.0)),
        ("flag", "maybe", None),
        ("level", "LOW", (1.0, 0.0, 0.0)),
        ("level", "high", (0.0, 1.0, 0.0)),
        ("level", "unheard of", (0.0, 0.0, 1.0)),
        ("score", 5, (1.0, 0.5)),
        ("score", "99", (1.0, 1.0)),
        ("score", "a lot", None),
        ("many", [], None),
        ("many", ["x"], (1.0,)),
        ("unseen", "x", None),
        ("whatever", "x", None),
        ("text", "should_not_be_set", "should_not_be_set"),
    ],
)
def test_a_slot_is_seen_by_its_type(senses: Senses, name: str, value: Any, seen: Any) -> None:
    assert senses.features({name: value}) == (((name, seen),) if seen is not None else ())


@pytest.mark.parametrize(
    ("intent", "names"),
    [
        ("tell", ("size", "town", "town#from", "town#a")),
        ("nothing", ()),
        ("towns", ("town", "town#from", "town#a")),
        ("people", ("size",)),
        ("every", ("noise",)),
        ("restart", ("size", "town", "town#from", "town#a")),
        ("unheard_of", ("noise", "size", "town", "town#from", "town#a")),
    ],
)
def test_an_intent_lets_only_its_entities_be_seen(
    senses: Senses, intent: str, names: tuple[str, ...]
) -> None:
    said = [entity("town", "Oslo", role="from", group="a"), entity("size", "big"), entity("noise", "!")]
    event = {"event": "user", "parse_data": {"intent": {"name": intent}, "entities": said}}
    assert senses.message(event) == (intent, tuple(sorted(names)))


def test_a_rules_text_is_rasas() -> None:
    state = State("tell", ("town",), (("flag", (1.0, 0.0)),), "action_listen", "trip")
    assert key([state]) == (
        '[{"active_loop": {"name": "trip"}, "prev_action": {"action_name": "action_listen"}, '
        '"slots": {"flag": [1.0, 0.0]}, "user": {"entities": ["town"], "intent": "tell"}}]'
    )


HERE = State("tell", ("town",), (("flag", (1.0, 1.0)),), "utter_x", "trip")


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        (State(action="utter_x"), True),
        (State("tell", action="utter_x"), True),
        (State("ask", action="utter_x"), False),
        (State(entities=("town",), action="utter_x"), True),
        (State(entities=("size", "town"), action="utter_x"), False),
        (State(slots=(("flag", (1.0, 1.0)),), action="utter_x"), True),
        (State(slots=(("flag", (1.0, 0.0)),), action="utter_x"), False),
        (State(slots=(("flag", "should_not_be_set"),), action="utter_x"), False),
        (State(slots=(("text", "should_not_be_set"),), action="utter_x"), True),
        (State(action="utter_x", loop="trip"), True),
        (State(action="utter_x", loop="should_not_be_set"), False),
        (State(action="utter_y"), False),
        (State(), False),
    ],
)
def test_a_rule_fits_where_all_that_it_speaks_of_is_so(wanted: State, fitting: bool) -> None:
    assert fits(wanted, HERE) is fitting


def test_one_beginning_fits_another_whatever_the_slots_are() -> None:
    assert fits(State(slots=(("flag", (1.0, 1.0)),)), State())
