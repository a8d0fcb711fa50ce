from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.loading import load_tests
from bot.folding import Json
from bot.policies import learn
from bot.rasa.testing import Miss, Outcome, replay_tests
from tests.bot.rasa_projects import project

DOMAIN = """
intents: [greet, order, inform, chat, faq]
entities: [size]
slots:
  size: {type: text, mappings: [{type: from_entity, entity: size}]}
  vip: {type: bool, mappings: [{type: custom}]}
forms: {order_form: {required_slots: [size]}}
responses:
  utter_hi: [{text: Hi}]
  utter_vip: [{text: Welcome back}]
  utter_chat: [{text: Indeed}]
  utter_done: [{text: Done}]
  utter_ask_size: [{text: Which size?}]
  utter_faq/hours: [{text: Nine to five}]
actions: [action_look]
"""
NLU = "nlu:\n- intent: faq/hours\n  examples: |\n    - when\n- intent: greet\n  examples: |\n    - hi\n"
RULES = """
rules:
- rule: hello
  steps: [{intent: greet}, {action: utter_hi}]
- rule: answers
  steps: [{intent: faq}, {action: utter_faq}]
- rule: chat
  steps: [{intent: chat}, {action: utter_chat}]
- rule: begin
  steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
- rule: end
  condition: [{active_loop: order_form}]
  steps:
  - action: order_form
  - active_loop: null
  - slot_was_set: [{requested_slot: null}]
  - action: utter_done
stories:
- story: looked up
  steps:
  - intent: inform
  - action: action_look
  - slot_was_set: [{vip: true}]
  - action: utter_vip
"""


def outcome(folder: Path, *steps: str, read: dict[str, Json] | None = None) -> Outcome:
    """The test conversation of these steps; `read` is what understanding makes of its texts."""
    story = "stories:\n- story: s\n  steps:\n" + "".join(f"  - {step}\n" for step in steps)
    own = project(folder, domain=DOMAIN, data__nlu=NLU, data__rules=RULES, tests__test_it=story)
    memory = learn(load_assistant(own))
    (result,) = replay_tests(memory, load_tests(own), None if read is None else read.__getitem__)
    return result


def test_what_goes_as_written_passes(tmp_path: Path) -> None:
    result = outcome(tmp_path, "intent: greet", "action: utter_hi")
    assert result.passed
    # The action, and that it listens after it.
    assert result.compared == 2
    assert (result.file, result.line) == ("own/tests/test_it.yml", 2)


def test_another_action_is_a_miss_with_its_reason(tmp_path: Path) -> None:
    miss, _ = outcome(tmp_path, "intent: greet", "action: utter_chat").misses
    assert (miss.kind, miss.expected, miss.predicted, miss.after) == (
        "action",
        "utter_chat",
        "utter_hi",
        "/greet",
    )
    assert miss.because


def test_the_conversation_goes_on_as_written_after_a_miss(tmp_path: Path) -> None:
    result = outcome(tmp_path, "intent: greet", "action: utter_chat", "intent: chat", "action: utter_chat")
    # After what no rule knows, nothing tells it to listen; what is said next is a matter of its own.
    assert [miss.expected for miss in result.misses] == ["utter_chat", "action_listen"]


def test_a_custom_action_is_not_run_and_its_slots_are_those_of_the_test(tmp_path: Path) -> None:
    as_told = outcome(
        tmp_path / "told",
        "intent: inform",
        "action: action_look",
        "slot_was_set: [{vip: true}]",
        "action: utter_vip",
    )
    assert as_told.passed
    without = outcome(tmp_path / "without", "intent: inform", "action: action_look", "action: utter_vip")
    assert "utter_vip" in [miss.expected for miss in without.misses]


def test_a_form_follows_the_loops_and_slots_of_the_test(tmp_path: Path) -> None:
    assert outcome(
        tmp_path,
        "intent: order",
        "action: order_form",
        "active_loop: order_form",
        "slot_was_set: [{requested_slot: size}]",
        "{intent: inform, entities: [{size: big}]}",
        "action: order_form",
        "active_loop: null",
        "slot_was_set: [{requested_slot: null}]",
        "action: utter_done",
    ).passed


def test_a_form_may_be_refused_where_the_test_leaves_it(tmp_path: Path) -> None:
    assert outcome(
        tmp_path,
        "intent: order",
        "action: order_form",
        "active_loop: order_form",
        "intent: chat",
        "action: utter_chat",
        "action: order_form",
    ).passed


@pytest.mark.parametrize("action", ["utter_faq", "utter_faq/hours"])
def test_an_answer_may_be_named_in_full(tmp_path: Path, action: str) -> None:
    assert outcome(tmp_path, "intent: faq/hours", f"action: {action}").passed


def test_each_way_of_an_or_is_a_conversation(tmp_path: Path) -> None:
    story = (
        "stories:\n- story: s\n  steps:\n  - or: [{intent: greet}, {intent: chat}]\n  - action: utter_hi\n"
    )
    own = project(tmp_path, domain=DOMAIN, data__rules=RULES, tests__test_it=story)
    results = list(replay_tests(learn(load_assistant(own)), load_tests(own)))
    assert [each.passed for each in results] == [True, False]


def test_checkpoints_join_test_conversations(tmp_path: Path) -> None:
    story = """
stories:
- story: one
  steps: [{intent: greet}, {action: utter_hi}, {checkpoint: there}]
- story: two
  steps: [{checkpoint: there}, {intent: chat}, {action: utter_chat}]
"""
    own = project(tmp_path, domain=DOMAIN, data__rules=RULES, tests__test_it=story)
    (result,) = replay_tests(learn(load_assistant(own)), load_tests(own))
    assert (result.story, result.passed, result.compared) == ("one > two", True, 4)


def parsed(intent: str, *entities: Json) -> Json:
    return {"intent": {"name": intent, "confidence": 0.9}, "entities": list(entities)}


BIG: Json = {"start": 2, "end": 5, "entity": "size", "value": "big"}
SAID = ('{user: "a [big](size) one", intent: greet}', "action: utter_hi")


def test_texts_are_read_and_compared(tmp_path: Path) -> None:
    result = outcome(tmp_path, *SAID, read={"a big one": parsed("greet", BIG)})
    assert result.passed and result.compared == 4


def test_a_text_read_otherwise_is_a_miss_and_means_what_the_test_says(tmp_path: Path) -> None:
    result = outcome(tmp_path, *SAID, read={"a big one": parsed("chat", BIG)})
    assert result.misses == (Miss("intent", "greet", "chat", "", "a big one"),)


@pytest.mark.parametrize(
    ("entities", "found"),
    [
        ((), "none"),
        ((BIG, BIG), None),
        (({**BIG, "end": 4},), "size='big' at 2-4"),
        (({**BIG, "value": 1},), "size='1' at 2-5"),
    ],
)
def test_entities_are_compared_by_place_and_value(
    tmp_path: Path, entities: tuple[Json, ...], found: str | None
) -> None:
    result = outcome(tmp_path, *SAID, read={"a big one": parsed("greet", *entities)})
    assert [miss.predicted for miss in result.misses] == ([] if found is None else [found])


def test_the_selector_is_asked_for_the_answer(tmp_path: Path) -> None:
    chosen = {"faq": {"response": {"intent_response_key": "faq/hours"}}}
    read = {"when": {**parsed("faq"), "response_selector": chosen}}
    steps = ("{user: when, intent: faq/hours}", "action: utter_faq/hours")
    assert outcome(tmp_path / "right", *steps, read=read).passed
    wrong = {"faq": {"response": {"intent_response_key": "faq/price"}}}
    result = outcome(tmp_path / "wrong", *steps, read={"when": {**parsed("faq"), "response_selector": wrong}})
    assert [(miss.kind, miss.predicted) for miss in result.misses[:2]] == [
        ("intent", "faq/price"),
        ("action", "utter_faq/price"),
    ]
