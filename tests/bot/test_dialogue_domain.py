from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Domain, LoopCondition
from tests.bot.rasa_projects import complaint, loaded, project


def domain(folder: Path, **files: str) -> Domain:
    return loaded(folder, **files).domain


def test_a_domain_may_be_a_folder_of_files(tmp_path: Path) -> None:
    read = domain(
        tmp_path,
        domain__talk="intents: [greet]\nresponses:\n  utter_hi: [{text: Hi}]\n",
        domain__memory="intents: [greet, leave]\nslots:\n  size: {type: text, mappings: [{type: custom}]}\n",
        domain__deep__acts="actions: [action_x, {action_y: {send_domain: true}}]\nentities: [city]\n",
    )
    assert list(read.intents) == ["greet", "leave"]
    assert read.actions == ("action_x", "action_y")
    assert "size" in read.slots and "utter_hi" in read.responses and "city" in read.entities


def test_beside_a_domain_file_the_folder_is_not_read(tmp_path: Path) -> None:
    read = domain(tmp_path, domain="intents: [greet]\n", domain__old="intents: [stale]\n")
    assert list(read.intents) == ["greet"]


def test_what_two_files_define_otherwise_counts_as_in_the_first(tmp_path: Path) -> None:
    files = {
        "domain__a": "intents: [greet]\nresponses:\n  utter_hi: [{text: Hi}]\n  utter_bye: [{text: Bye}]\n",
        "domain__b": "responses:\n  utter_hi: [{text: Hello}]\n  utter_bye: [{text: Bye}]\n",
    }
    assistant = loaded(tmp_path, **files)
    assert assistant.domain.responses["utter_hi"][0].text == "Hi"
    assert [str(each) for each in assistant.warnings] == [
        "own/domain/b.yml:2: responses.utter_hi: 'utter_hi' is defined otherwise in own/domain/a.yml:3, "
        "which counts; keep one"
    ]


def test_the_session_is_that_of_the_file_which_changes_it(tmp_path: Path) -> None:
    read = domain(
        tmp_path,
        domain__a="intents: [greet]\nsession_config: {session_expiration_time: 60}\n",
        domain__b="session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: false}\n",
    )
    assert read.session.expires_within is None
    assert not read.session.carries_slots


def test_an_empty_session_setting_is_the_default(tmp_path: Path) -> None:
    read = domain(tmp_path, domain="intents: [greet]\nsession_config: {session_expiration_time: }\n")
    assert read.session.expires_within == timedelta(minutes=60)


def test_slots_keep_their_order_and_the_default_ones_come_last(tmp_path: Path) -> None:
    slots = "slots:\n  zeta: {type: text, mappings: []}\n  alpha: {type: any, mappings: []}\n"
    with_form = domain(
        tmp_path, domain=f"intents: [greet]\n{slots}forms: {{f: {{required_slots: [zeta]}}}}\n"
    )
    assert list(with_form.slots) == ["zeta", "alpha", "requested_slot", "session_started_metadata"]
    assert not with_form.slots["requested_slot"].influences


def test_requested_slot_exists_only_with_forms_and_may_be_ones_own(tmp_path: Path) -> None:
    without = domain(tmp_path / "without", domain="intents: [greet]\n")
    assert list(without.slots) == ["session_started_metadata"]
    own = "slots:\n  requested_slot: {type: categorical, values: [a], mappings: [{type: custom}]}\n"
    read = domain(tmp_path / "own", domain=f"intents: [greet]\n{own}forms: {{f: {{required_slots: []}}}}\n")
    assert read.slots["requested_slot"].type == "categorical"


def test_the_knowledge_base_action_brings_its_slots(tmp_path: Path) -> None:
    read = domain(tmp_path, domain="intents: [greet]\nactions: [action_query_knowledge_base]\n")
    assert {
        "knowledge_base_listed_objects",
        "knowledge_base_last_object",
        "knowledge_base_last_object_type",
    } < read.slots.keys()


def test_mappings_are_read_with_their_conditions(tmp_path: Path) -> None:
    text = """
intents: [greet]
entities: [city]
slots:
  to:
    type: text
    mappings:
    - {type: from_entity, entity: city, role: to, group: 1, not_intent: greet}
    - type: from_text
      conditions: [{active_loop: trip, requested_slot: to}, {active_loop: null}]
forms: {trip: {required_slots: [to], ignored_intents: greet}}
"""
    read = domain(tmp_path, domain=text)
    by_entity, by_text = read.slots["to"].mappings
    assert (by_entity.role, by_entity.group, by_entity.not_intents) == ("to", "1", ("greet",))
    assert by_text.conditions == (LoopCondition("trip", "to"), LoopCondition(None))
    assert read.forms["trip"].ignored_intents == ("greet",)


FAQ = "nlu:\n- intent: faq/hours\n  examples: |\n    - when\n"

ENTITIES = """
intents:
- plain
- none: {use_entities: []}
- some: {use_entities: [city, name]}
- but: {ignore_entities: [city]}
- both: {use_entities: [name], ignore_entities: []}
- faq: {is_retrieval_intent: true}
entities:
- size
- city: {roles: [from, to], groups: [one]}
- name: {influence_conversation: false}
"""


def test_an_intent_says_which_entities_influence_the_conversation(tmp_path: Path) -> None:
    used = domain(tmp_path, domain=ENTITIES).used_entities
    every = {"size", "city", "city#from", "city#to", "city#one"}
    assert used["plain"] == used["faq"] == used["nlu_fallback"] == every
    assert used["none"] == set()
    assert used["some"] == every - {"size"}
    assert used["but"] == {"size"}
    assert used["both"] == {"name"}


def test_an_action_server_is_sent_the_domain_as_it_was_written(tmp_path: Path) -> None:
    nlu = FAQ + "responses:\n  utter_faq/hours: [{text: Nine}]\n"
    text = """
version: "3.1"
intents: [thank, {buy: {use_entities: }}, faq]
entities: [city, {size: {roles: [a]}}]
slots:
  city: {type: text, initial_value: Oslo, mappings: [{type: from_entity, entity: city}]}
forms: {f: {required_slots: [city]}}
responses:
  utter_hi: [{text: Hi}]
actions: [action_x, {action_y: {send_domain: true}}]
session_config: {session_expiration_time: 5}
"""
    assert domain(tmp_path, domain=text, data__nlu=nlu).written == {
        "version": "3.1",
        "intents": [
            {"buy": {"use_entities": []}},
            {"faq": {"used_entities": ["city", "size", "size#a"], "is_retrieval_intent": True}},
            "thank",
        ],
        "entities": ["city", {"size": {"roles": ["a"]}}],
        "slots": {
            "city": {
                "type": "text",
                "initial_value": "Oslo",
                "mappings": [{"type": "from_entity", "entity": "city"}],
            }
        },
        "forms": {"f": {"required_slots": ["city"]}},
        "responses": {"utter_hi": [{"text": "Hi"}], "utter_faq/hours": [{"text": "Nine"}]},
        "actions": ["action_x", {"action_y": {"send_domain": True}}, "utter_faq"],
        "session_config": {"session_expiration_time": 5},
    }


def test_a_retrieval_intent_of_the_examples_has_its_action(tmp_path: Path) -> None:
    read = domain(tmp_path, domain="intents: [greet]\n", data__nlu=FAQ)
    assert read.intents["faq"].retrieval
    assert read.knows_action("utter_faq")


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        ("{type: float, min_value: 3, max_value: 1, mappings: []}", "min_value 3 must lie below max_value 1"),
        ("{mappings: []}", "a slot needs a `type`"),
        ("{type: text, mappings: [{type: from_entity}]}", "a from_entity mapping needs an `entity`"),
        ("{type: text, mappings: [{type: from_intent}]}", "a from_intent mapping needs a `value`"),
        ("{type: text, mappings: [{type: fromtext}]}", "did you mean 'from_text'?"),
        ("{type: text, influence_conversation: no, mappings: []}", "must be true or false, not 'no'"),
    ],
)
def test_a_wrong_slot_says_what_to_mend(tmp_path: Path, slot: str, said: str) -> None:
    complained = complaint(tmp_path, domain=f"intents: [greet]\nslots:\n  s: {slot}\n")
    assert said in complained and complained.startswith("own/domain.yml:3: slots.s")


def test_a_slot_class_of_ones_own_is_read_as_any(tmp_path: Path) -> None:
    text = "intents: [greet]\nslots:\n  s: {type: shop.slots.BasketSlot, mappings: [{type: custom}]}\n"
    assistant = loaded(tmp_path, domain=text)
    assert assistant.domain.slots["s"].type == "any"
    assert "the slot class shop.slots.BasketSlot is not run" in str(assistant.warnings[0])


def test_data_is_read_from_its_folder_alone_where_there_is_one(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        domain="intents: [greet]\n",
        data__nlu="nlu:\n- intent: greet\n  examples: |\n    - hi\n",
        tests__held_out="nlu:\n- intent: greet\n  examples: |\n    - held out\n",
        notes="nlu:\n- intent: greet\n  examples: |\n    - scribbled\n",
    )
    assert [each.text for each in load_assistant(folder).nlu.examples] == ["hi"]


def test_files_of_other_programs_are_passed_over(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        domain="intents: [greet]\n",
        **{"docker-compose": "version: '3'\nservices: {}\n"},
        chart__values="{{- if .Values.x }}\na: b\n{{ end }}\n",
    )
    (folder / ".github").mkdir()
    (folder / ".github" / "ci.yml").write_text("on: [push]\n", encoding="utf-8")
    assistant = load_assistant(folder)
    assert [each.file for each in assistant.warnings] == ["own/chart/values.yml"]


def test_a_broken_file_of_rasas_is_never_passed_over(tmp_path: Path) -> None:
    said = complaint(tmp_path, domain="intents: [greet]\n", talk__nlu="nlu:\n- intent: [a\n")
    assert said.startswith("own/talk/nlu.yml:3: not YAML")
