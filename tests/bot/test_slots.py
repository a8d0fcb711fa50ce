"""What a message puts into the slots, mapping by mapping."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bot.playing import BREAKS, REJECTS, Scene, entity, scene, slot, written

Begin = Callable[..., Scene]
DOMAIN = """
version: "3.1"
intents: [tell, agree, start, chat]
entities: [town, size]
slots:
  it:
    type: {type}
    mappings: [{mappings}]
  other:
    type: text
    mappings: [{{type: from_entity, entity: town}}]
forms: {{trip: {{required_slots: [it, other], ignored_intents: [chat]}}}}
actions: [action_fill, action_twice, {actions}]
responses: {{utter_a: [{{text: a}}]}}
"""
DATA = "rules: [{rule: r, steps: [{intent: start}, {action: trip}, {active_loop: trip}]}]"


@pytest.fixture
def begin(tmp_path: Path) -> Begin:
    def begin(mappings: str, type: str = "text", actions: str = "", **script: Any) -> Scene:
        domain = DOMAIN.format(type=type, mappings=mappings, actions=actions)
        config = "policies: [{name: RulePolicy, check_for_contradictions: false}]"
        return scene(written(tmp_path, domain, DATA, config), script)

    return begin


def running(maya: Scene, requested: str) -> Scene:
    maya.says("start")
    maya.tracker = maya.tracker.after([slot("requested_slot", requested)])
    return maya


def filled(maya: Scene, intent: str = "tell", text: str = "words", *entities: dict[str, Any]) -> Any:
    """What the message puts into `it`; the absence of an event reads `...`."""
    maya.says(intent, text, *entities)
    assert maya.played is not None
    events = list(maya.played.events)
    first = next(n for n, event in enumerate(events) if event["event"] == "user")
    after = next(
        (n for n, e in enumerate(events) if n > first and e["event"] != "slot" and e["event"] != "bot")
    )
    return next((e["value"] for e in events[first:after] if e.get("name") == "it"), ...)


OSLO, ROME = entity("town", "Oslo", role="from"), entity("town", "Rome", role="to")


def test_an_entity_fills_a_slot_by_its_role_exactly(begin: Begin) -> None:
    maya = begin("{type: from_entity, entity: town, role: to}")
    assert filled(maya, "tell", "x", OSLO, ROME) == "Rome"
    assert filled(begin("{type: from_entity, entity: town}"), "tell", "x", OSLO) is ...


def test_the_last_of_several_counts_and_a_list_takes_all(begin: Begin) -> None:
    both = entity("town", "Oslo"), entity("town", "Rome")
    assert filled(begin("{type: from_entity, entity: town}"), "tell", "x", *both) == "Rome"
    assert filled(begin("{type: from_entity, entity: town}", "list"), "tell", "x", *both) == ["Oslo", "Rome"]


def test_the_first_mapping_that_yields_a_value_wins(begin: Begin) -> None:
    maya = begin("{type: from_entity, entity: size}, {type: from_text}")
    assert filled(maya) == "words"
    assert filled(maya, "tell", "words", entity("size", "big")) == "big"


@pytest.mark.parametrize(
    ("which", "fills"),
    [
        ("intent: tell", True),
        ("intent: [agree, tell]", True),
        ("intent: agree", False),
        ("not_intent: tell", False),
    ],
)
def test_a_mapping_may_ask_for_an_intent(begin: Begin, which: str, fills: bool) -> None:
    assert (filled(begin(f"{{type: from_text, {which}}}")) == "words") is fills


def test_an_intent_fills_a_slot_with_its_value(begin: Begin) -> None:
    maya = begin("{type: from_intent, intent: agree, value: true}", "bool")
    assert filled(maya, "agree") is True and filled(maya, "tell") is ...


def test_a_condition_holds_while_its_form_asks_for_the_slot(begin: Begin) -> None:
    mapping = "{type: from_text, conditions: [{active_loop: trip, requested_slot: it}]}"
    assert filled(begin(mapping)) is ...
    assert filled(running(begin(mapping), "it")) == "words"
    assert filled(running(begin(mapping), "other")) is ...


def test_a_condition_may_ask_for_no_form(begin: Begin) -> None:
    mapping = "{type: from_text, conditions: [{active_loop: null}]}"
    assert filled(begin(mapping)) == "words"
    assert filled(running(begin(mapping), "it")) is ...


def test_a_form_ignores_its_ignored_intents(begin: Begin) -> None:
    mapping = "{type: from_text, conditions: [{active_loop: trip}]}"
    assert filled(running(begin(mapping), "it"), "chat") is ...


def test_what_starts_a_form_may_fill_a_slot(begin: Begin) -> None:
    maya = begin("{type: from_trigger_intent, intent: start, value: yes, conditions: [{active_loop: trip}]}")
    happened = maya.says("start")
    assert happened.index("it=yes") > happened.index("loop trip")


@pytest.mark.parametrize(("requested", "value"), [("it", "Oslo"), ("other", ...)])
def test_an_entity_that_two_slots_of_a_form_want_is_the_asked_ones(
    begin: Begin, requested: str, value: object
) -> None:
    maya = running(begin("{type: from_entity, entity: town}"), requested)
    assert filled(maya, "tell", "x", entity("town", "Oslo")) == value


def test_a_custom_mapping_runs_its_action_once_and_hears_only_slots(begin: Begin) -> None:
    answer = [slot("it", 1), {"text": "unheard"}, {"event": "pause"}]
    maya = begin(
        "{type: custom, action: action_fill}, {type: custom, action: action_fill}", action_fill=[answer]
    )
    assert filled(maya) == 1
    assert [name for name, _ in maya.called] == ["action_fill"]
    assert maya.played is not None and not maya.played.drafts and not maya.tracker.paused


@pytest.mark.parametrize(("answer", "broke"), [(BREAKS, True), (REJECTS, False)])
def test_a_custom_mapping_that_fails_fills_nothing(begin: Begin, answer: str, broke: bool) -> None:
    maya = begin("{type: custom, action: action_fill}", action_fill=[answer])
    assert filled(maya) is ...
    assert maya.played is not None and maya.played.broke is broke


def test_validation_may_change_what_was_found_and_speak(begin: Begin) -> None:
    check = "action_validate_slot_mappings"
    maya = begin("{type: from_text}", actions=check, **{check: [[slot("it", "better"), {"text": "Hm."}]]})
    assert filled(maya) == "better"
    assert maya.played is not None and maya.played.drafts[0].text == "Hm."
    _, seen = maya.called[0]
    assert seen.slot("it") == "words"
