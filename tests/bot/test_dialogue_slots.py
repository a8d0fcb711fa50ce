from __future__ import annotations

from dataclasses import replace

from bot.dialogue.assistant import Domain, LoopCondition, Session, Slot, SlotMapping
from bot.dialogue.slots import Loop, filled_slots
from bot.understanding import Entity, Intent, Reading

TWO_ORDERS = (Entity("order", "1", "1", 0, 1), Entity("order", "2", "2", 4, 5))


def domain(*slots: Slot) -> Domain:
    return Domain({}, {}, {slot.name: slot for slot in slots}, {}, {}, (), Session(), {})


def reading(intent: str = "inform", probability: float = 0.9, **more: object) -> Reading:
    return replace(Reading("text", "en", (Intent(intent, probability),)), **more)  # type: ignore[arg-type]


def test_the_last_entity_named_fills_a_text_slot() -> None:
    slot = Slot("order", "text", mappings=(SlotMapping("from_entity", entity="order"),))
    assert filled_slots(domain(slot), reading(entities=TWO_ORDERS), {}) == {"order": "2"}


def test_all_entities_named_fill_a_list_slot() -> None:
    slot = Slot("orders", "list", mappings=(SlotMapping("from_entity", entity="order"),))
    assert filled_slots(domain(slot), reading(entities=TWO_ORDERS), {}) == {"orders": ["1", "2"]}


def test_a_value_that_is_there_already_is_no_change() -> None:
    slot = Slot("order", "text", mappings=(SlotMapping("from_entity", entity="order"),))
    assert filled_slots(domain(slot), reading(entities=TWO_ORDERS), {"order": "2"}) == {}


def test_an_entity_of_another_role_is_left_alone() -> None:
    slot = Slot("home", "text", mappings=(SlotMapping("from_entity", entity="city", role="from"),))
    there = (Entity("city", "Oslo", "Oslo", 0, 4, role="to"),)
    assert filled_slots(domain(slot), reading(entities=there), {}) == {}


def test_an_intent_fills_a_slot_only_when_it_is_sure() -> None:
    slot = Slot("agreed", "bool", mappings=(SlotMapping("from_intent", intents=("affirm",), value=True),))
    assert filled_slots(domain(slot), reading("affirm"), {}) == {"agreed": True}
    assert filled_slots(domain(slot), reading("affirm", 0.3), {}) == {}
    assert filled_slots(domain(slot), reading("deny"), {}) == {}


def test_the_text_fills_a_slot_while_its_form_asks_for_it() -> None:
    asked = LoopCondition("contact", "name")
    slot = Slot("name", "text", mappings=(SlotMapping("from_text", conditions=(asked,)),))
    assert filled_slots(domain(slot), reading(), {}) == {}
    assert filled_slots(domain(slot), reading(), {}, loop=Loop("contact", "name")) == {"name": "text"}


def test_the_first_mapping_that_yields_a_value_wins() -> None:
    mappings = (SlotMapping("from_entity", entity="city"), SlotMapping("from_text"))
    assert filled_slots(domain(Slot("place", "text", mappings=mappings)), reading(), {}) == {"place": "text"}


def test_numbers_are_kept_within_their_bounds_and_words_to_their_list() -> None:
    score = Slot("score", "float", least=0, most=10, mappings=(SlotMapping("from_entity", entity="score"),))
    size = Slot("size", "categorical", values=("Big",), mappings=(SlotMapping("from_entity", entity="size"),))
    said = (Entity("score", "99", "99", 0, 2), Entity("size", "big", "big", 3, 6))
    assert filled_slots(domain(score, size), reading(entities=said), {}) == {"score": 10.0, "size": "Big"}
