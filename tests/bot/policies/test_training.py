"""Rules and stories written out: what nobody writes is added, checkpoints are glued, `or` multiplies."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.errors import AssistantError
from bot.policies.states import Senses
from bot.policies.training import Trail, trails
from tests.bot.playing import written

DOMAIN = """
version: "3.1"
intents: [greet, tell, bye]
entities: [town]
slots:
  town: {type: text, mappings: [{type: from_entity, entity: town}]}
  asked: {type: text, mappings: [{type: from_entity, entity: town, conditions: [{active_loop: trip}]}]}
  many: {type: list, mappings: [{type: custom}]}
  flag: {type: bool, initial_value: true, mappings: [{type: custom}]}
forms: {trip: {required_slots: [asked]}}
responses: {utter_a: [{text: a}], utter_b: [{text: b}], utter_c: [{text: c}]}
"""


def written_out(folder: Path, data: str) -> tuple[list[Trail], list[Trail]]:
    assistant = written(folder, DOMAIN, data)
    return trails(assistant, Senses(assistant.domain))


def told(trail: Trail) -> list[str]:
    """The trail's events, each in a word."""
    short = []
    for event in trail.tracker.events:
        if event["event"] == "user":
            short.append(f"*{event['parse_data']['intent']['name']}")
        elif event["event"] == "slot":
            short.append(f"{event['name']}={event['value']}")
        else:
            short.append(str(event["name"]))
    return short


def test_listening_and_the_slots_of_a_message_are_added(tmp_path: Path) -> None:
    data = """
    stories:
    - story: s
      steps:
      - {intent: tell, entities: [{town: Oslo}]}
      - action: utter_a
      - slot_was_set: [town, many, flag]
    """
    _, (story,) = written_out(tmp_path, data)
    assert told(story) == [
        "action_listen",
        "*tell",
        "town=Oslo",
        "utter_a",
        "town=filled",
        "many=['filled']",
        "flag=None",
        "action_listen",
    ]


def test_a_rule_is_about_any_past_and_null_means_not_set(tmp_path: Path) -> None:
    data = """
    rules:
    - rule: r
      condition: [{active_loop: null}, {slot_was_set: [{town: null}]}]
      wait_for_user_input: false
      steps: [{intent: greet}, {action: utter_a}]
    """
    (rule,), _ = written_out(tmp_path, data)
    assert told(rule) == [
        "should_not_be_set",
        "town=should_not_be_set",
        "...",
        "action_listen",
        "*greet",
        "utter_a",
        "...",
        "action_listen",
    ]


def test_a_rule_for_the_beginning_has_no_past(tmp_path: Path) -> None:
    data = "rules: [{rule: r, conversation_start: true, steps: [{intent: greet}, {action: utter_a}]}]"
    (rule,), _ = written_out(tmp_path, data)
    assert "..." not in told(rule)


def test_or_multiplies(tmp_path: Path) -> None:
    data = """
    stories:
    - story: s
      steps:
      - or: [{intent: greet}, {intent: bye}]
      - action: utter_a
      - or: [{slot_was_set: [{town: x}]}, {slot_was_set: [{flag: false}]}]
      - action: utter_b
    """
    _, stories = written_out(tmp_path, data)
    assert len(stories) == 4
    assert {told(each)[1] for each in stories} == {"*greet", "*bye"}


def test_a_story_goes_on_at_its_checkpoint(tmp_path: Path) -> None:
    data = """
    stories:
    - story: second
      steps: [{checkpoint: here}, {intent: bye}, {action: utter_b}]
    - story: first
      steps: [{intent: greet}, {action: utter_a}, {checkpoint: here}]
    """
    _, (story,) = written_out(tmp_path, data)
    assert story.name == "first > second"
    assert told(story) == [
        "action_listen",
        "*greet",
        "utter_a",
        "action_listen",
        "*bye",
        "utter_b",
        "action_listen",
    ]


def test_a_checkpoints_slots_choose_who_goes_on(tmp_path: Path) -> None:
    data = """
    stories:
    - story: a
      steps: [{intent: greet}, {action: utter_a}, {slot_was_set: [{town: Oslo}]}, {checkpoint: here}]
    - story: b
      steps: [{intent: bye}, {action: utter_b}, {checkpoint: here}]
    - story: c
      steps: [{checkpoint: here, slot_was_set: [{town: Oslo}]}, {intent: tell}, {action: utter_c}]
    """
    _, stories = written_out(tmp_path, data)
    assert [each.name for each in stories] == ["a > c"]


def test_a_checkpoint_that_nobody_goes_on_from_ends_a_story(tmp_path: Path) -> None:
    data = "stories: [{story: s, steps: [{intent: greet}, {action: utter_a}, {checkpoint: nowhere}]}]"
    _, (story,) = written_out(tmp_path, data)
    assert told(story)[-1] == "utter_a"


def test_a_circle_of_checkpoints_is_gone_through_and_left(tmp_path: Path) -> None:
    data = """
    stories:
    - story: in
      steps: [{intent: greet}, {action: utter_a}, {checkpoint: round}]
    - story: round
      steps: [{checkpoint: round}, {intent: tell}, {action: utter_b}, {checkpoint: round}]
    - story: out
      steps: [{checkpoint: round}, {intent: bye}, {action: utter_c}]
    """
    _, stories = written_out(tmp_path, data)
    assert {"in > out", "in > round > out"} <= {each.name for each in stories}


def test_what_multiplies_beyond_measure_is_refused_with_its_place(tmp_path: Path) -> None:
    step = "{or: [{intent: greet}, {intent: bye}, {intent: tell}]}, {action: utter_a}, "
    data = f"stories:\n- story: too much\n  steps: [{step * 9}]"
    with pytest.raises(AssistantError, match=r"data\.yml:2.*'too much'.*use fewer `or`"):
        written_out(tmp_path, data)


def test_stories_that_look_the_same_are_learnt_once(tmp_path: Path) -> None:
    steps = "[{intent: greet}, {action: utter_a}]"
    _, stories = written_out(
        tmp_path, f"stories: [{{story: a, steps: {steps}}}, {{story: b, steps: {steps}}}]"
    )
    assert [each.name for each in stories] == ["a"]
