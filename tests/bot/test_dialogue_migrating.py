from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.assistant import Domain, LoopCondition, SlotMapping
from tests.bot.rasa_projects import complaint, loaded, warned

OLD = """
intents: [greet, inform, stop, chat]
entities: [size, colour, {city: {roles: [to]}}]
slots:
  size: {type: text}
  colour: {type: text, auto_fill: false}
  city: {type: text}
  wish: {type: unfeaturized, influence_conversation: false}
  free: {type: bool}
"""
FORMS = """
forms:
  order_form:
    ignored_intents: [chat]
    required_slots:
      size:
      - {type: from_entity, entity: size}
      - {type: from_intent, intent: stop, value: none}
      wish: [{type: from_text}]
  gift_form:
    size: [{type: from_entity, entity: size}]
    free: [{type: from_trigger_intent, intent: inform, value: true}]
"""


def domain(folder: Path, text: str = OLD + FORMS) -> Domain:
    return loaded(folder, domain=text).domain


def test_a_forms_mappings_become_those_of_its_slots(tmp_path: Path) -> None:
    read = domain(tmp_path)
    both = (LoopCondition("order_form"), LoopCondition("gift_form"))
    asked = (LoopCondition("order_form", "size"),)
    assert read.slots["size"].mappings == (
        SlotMapping("from_entity", entity="size", conditions=both),
        SlotMapping("from_intent", intents=("stop",), value="none", conditions=asked),
        SlotMapping("from_entity", entity="size"),
    )
    assert read.slots["wish"].mappings == (
        SlotMapping("from_text", conditions=(LoopCondition("order_form", "wish"),)),
    )


def test_a_trigger_intent_fills_its_slot_whatever_is_asked(tmp_path: Path) -> None:
    (mapping,) = domain(tmp_path).slots["free"].mappings
    assert mapping.conditions == (LoopCondition("gift_form"),)


def test_a_form_keeps_its_slots_in_order_and_what_it_ignores(tmp_path: Path) -> None:
    forms = domain(tmp_path).forms
    assert (forms["order_form"].required_slots, forms["order_form"].ignored_intents) == (
        ("size", "wish"),
        ("chat",),
    )
    assert forms["gift_form"].required_slots == ("size", "free")


def test_a_slot_is_filled_by_its_entity_unless_it_says_otherwise(tmp_path: Path) -> None:
    slots = domain(tmp_path, OLD).slots
    assert slots["size"].mappings == (SlotMapping("from_entity", entity="size"),)
    assert slots["colour"].mappings == (SlotMapping("custom"),)


def test_an_entity_with_roles_never_filled_a_slot_by_its_name(tmp_path: Path) -> None:
    assert domain(tmp_path, OLD).slots["city"].mappings == (SlotMapping("custom"),)


def test_an_unfeaturized_slot_is_of_any_type(tmp_path: Path) -> None:
    assert domain(tmp_path).slots["wish"].type == "any"


def test_a_slot_that_only_a_form_names_is_of_any_type(tmp_path: Path) -> None:
    forms = "forms:\n  f:\n    required_slots:\n      unlisted: [{type: from_text}]\n"
    slot = domain(tmp_path, "intents: [greet]\n" + forms).slots["unlisted"]
    assert slot.type == "any" and slot.mappings[0].kind == "from_text"


def test_an_action_server_is_sent_the_converted_domain(tmp_path: Path) -> None:
    written = domain(tmp_path).written
    assert written["forms"] == {
        "order_form": {"required_slots": ["size", "wish"], "ignored_intents": ["chat"]},
        "gift_form": {"required_slots": ["size", "free"]},
    }
    assert isinstance(written["slots"], dict)
    assert written["slots"]["colour"] == {"type": "text", "mappings": [{"type": "custom"}]}


def test_what_was_converted_is_told_with_its_line(tmp_path: Path) -> None:
    told = [each.partition(": converted from Rasa 2: ")[::2] for each in warned(tmp_path, domain=OLD + FORMS)]
    assert ("own/domain.yml:12: forms.order_form", "the form's mappings are now those of its slots") in told
    assert ("own/domain.yml:6: slots.colour", "a slot without mappings is set by custom actions") in told


def test_a_domain_of_rasa_3_is_left_as_it_is(tmp_path: Path) -> None:
    text = """
intents: [greet]
entities: [size]
slots:
  size: {type: text, mappings: [{type: from_text}]}
forms: {f: {required_slots: [size]}}
responses: {utter_ask_size: [{text: Which?}]}
"""
    assistant = loaded(tmp_path, domain=text)
    assert assistant.domain.slots["size"].mappings == (SlotMapping("from_text"),)
    assert assistant.warnings == ()


def test_forms_in_a_list_are_run_by_the_action_server(tmp_path: Path) -> None:
    read = domain(tmp_path, "intents: [greet]\nforms: [order_form]\n")
    assert read.actions == ("order_form",) and read.forms["order_form"].required_slots == ()


@pytest.mark.parametrize("form", ["f:", "f: {}", "f: {required_slots: {}}", "f: {required_slots: }"])
def test_a_form_may_ask_for_nothing(tmp_path: Path, form: str) -> None:
    assert domain(tmp_path, f"intents: [greet]\nforms:\n  {form}\n").forms["f"].required_slots == ()


def test_templates_of_rasa_1_are_refused_clearly(tmp_path: Path) -> None:
    said = complaint(tmp_path, domain="intents: [greet]\ntemplates:\n  utter_hi: [Hi]\n")
    assert said == "own/domain.yml:2: templates: Rasa 1's way; call it `responses`, as Rasa 2 and 3 do"


def test_an_answer_without_the_prefix_is_a_response_all_the_same(tmp_path: Path) -> None:
    read = domain(tmp_path, "intents: [greet]\nresponses:\n  faq/hours: [{text: Nine}]\n")
    assert read.responses["utter_faq/hours"][0].text == "Nine"
