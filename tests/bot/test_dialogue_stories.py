from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import (
    ActionStep,
    BotTextStep,
    CheckpointStep,
    EntityCondition,
    LoopStep,
    OrStep,
    SlotCondition,
    SlotStep,
    Step,
    UserStep,
)
from bot.dialogue.loading import load_tests
from tests.bot.rasa_projects import complaint, loaded, project, warned

DOMAIN = """
intents: [greet, affirm, thank, faq]
entities: [city, size]
actions: [action_x]
slots:
  a: {type: text, mappings: [{type: custom}]}
  b: {type: any, mappings: [{type: custom}]}
forms: {f: {required_slots: [a]}}
"""


def steps(folder: Path, *written: str) -> tuple[Step, ...]:
    return loaded(folder, domain=DOMAIN, data__stories=story(*written)).stories[0].steps


def story(*written: str) -> str:
    return "stories:\n- story: s\n  steps:\n" + "".join(f"  - {step}\n" for step in written)


def test_entities_of_a_step_have_many_shapes(tmp_path: Path) -> None:
    (step,) = steps(
        tmp_path, "{intent: greet, entities: [city, {size: big}, {city: Oslo, role: to, group: 1}]}"
    )
    assert step == UserStep(
        "greet",
        (EntityCondition("city"), EntityCondition("size", "big"), EntityCondition("city", "Oslo", "to", "1")),
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "[{a: x}, b, {b: null}]",
            (SlotCondition("a", "x"), SlotCondition("b", bare=True), SlotCondition("b")),
        ),
        ("{a: x, b: [1]}", (SlotCondition("a", "x"), SlotCondition("b", [1]))),
        ("[{a: x, b: true}]", (SlotCondition("a", "x"), SlotCondition("b", True))),
        ("a", (SlotCondition("a", bare=True),)),
    ],
)
def test_slots_of_a_step_have_many_shapes(
    tmp_path: Path, written: str, read: tuple[SlotCondition, ...]
) -> None:
    assert steps(tmp_path, f"slot_was_set: {written}") == (SlotStep(read),)


def test_each_slot_of_an_or_is_an_alternative(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, "or: [{intent: affirm}, {slot_was_set: [{a: x}, b]}]")
    assert step == OrStep(
        (UserStep("affirm"), SlotStep((SlotCondition("a", "x"),)), SlotStep((SlotCondition("b", bare=True),)))
    )


def test_loops_end_with_null(tmp_path: Path) -> None:
    assert steps(tmp_path, "active_loop: f", "active_loop: null", "active_loop:") == (
        LoopStep("f"),
        LoopStep(None),
        LoopStep(None),
    )


def test_checkpoints_may_ask_for_slots(tmp_path: Path) -> None:
    (step,) = steps(tmp_path, "{checkpoint: here, slot_was_set: [{a: x}]}")
    assert step == CheckpointStep("here", (SlotCondition("a", "x"),))


def test_texts_are_read_for_what_they_are(tmp_path: Path) -> None:
    said, answered = steps(tmp_path, 'user: "to [Oslo](city)"', "bot: Gladly")
    assert isinstance(said, UserStep) and (said.intent, said.text) == (None, "to Oslo")
    assert answered == BotTextStep("Gladly")


def test_marks_and_notes_are_no_steps(tmp_path: Path) -> None:
    assert steps(tmp_path, "metadata: {x: 1}", "...", "action: action_x") == (ActionStep("action_x"),)


def test_a_story_asks_for_a_retrieval_intent_as_a_whole(tmp_path: Path) -> None:
    stories = story("intent: faq/hours", "action: utter_faq")
    assistant = loaded(
        tmp_path, domain=DOMAIN.replace(", faq]", ", {faq: {is_retrieval_intent: true}}]"), data__s=stories
    )
    step = assistant.stories[0].steps[0]
    assert isinstance(step, UserStep) and step.intent == "faq"
    assert "asks for the intent 'faq', not for one of its answers" in str(assistant.warnings[0])


def test_rasa_2s_steps_are_converted(tmp_path: Path) -> None:
    assert steps(tmp_path, "form: f", "form: {name: null}", "slot: {a: x}") == (
        LoopStep("f"),
        LoopStep(None),
        SlotStep((SlotCondition("a", "x"),)),
    )


@pytest.mark.parametrize("step", ['"* greet"', '\'form{"name": "f"}\'', '\'slot{"a": "x"}\'', "utter_hi"])
def test_steps_of_rasa_1_are_refused_clearly(tmp_path: Path, step: str) -> None:
    said = complaint(tmp_path, domain=DOMAIN, data__stories=story(step))
    assert said.startswith("own/data/stories.yml:4: stories[0].steps[0]: Rasa 1's way; write `- intent: …`")


@pytest.mark.parametrize(
    ("stories", "said"),
    [
        ("stories:\n- just words\n", "own/data/stories.yml:2: stories[0]: skipped: a story needs `story`"),
        ("stories:\n- story: s\n", "own/data/stories.yml:2: stories[0]: skipped: the story has no steps"),
        ("stories:\n- story:\n  steps: [{intent: greet}]\n", "skipped: the story has no name"),
        (
            story("action:"),
            "own/data/stories.yml:4: stories[0].steps[0]: the step is skipped, for its action",
        ),
        (story("intent:"), "the step is skipped, for the customer says nothing; name an intent"),
        (story("hello"), "the step 'hello' is skipped"),
        (story("intent: gret"), "story 's': unknown intent 'gret'; did you mean 'greet'?"),
        (story("slot_was_set: [c]"), "story 's': unknown slot 'c'"),
        (story("active_loop: g"), "story 's': unknown form 'g'"),
    ],
)
def test_what_rasa_skips_is_a_warning(tmp_path: Path, stories: str, said: str) -> None:
    assert any(said in each for each in warned(tmp_path, domain=DOMAIN, data__stories=stories))


TESTS = """
stories:
- story: a test
  steps:
  - user: |
      from [Oslo]{"entity": "city", "role": "from"}
    intent: greet
  - action: action_x
  - user: '/greet{"city": ["Bergen", "Oslo"], "size": "big"}'
    intent: greet
  - intent: faq/hours
  - action: utter_faq/hours
"""


def test_a_test_conversation_has_texts_intents_and_marks(tmp_path: Path) -> None:
    folder = project(tmp_path, domain=DOMAIN, tests__test_stories=TESTS)
    (read,) = load_tests(folder)
    first, _, literal, faq, _ = read.steps
    assert isinstance(first, UserStep) and isinstance(literal, UserStep) and isinstance(faq, UserStep)
    assert (first.text, first.intent) == ("from Oslo", "greet")
    assert first.entities == (EntityCondition("city", "Oslo", "from"),)
    assert [(mark.start, mark.end) for mark in first.annotations] == [(5, 9)]
    assert [(each.name, each.value) for each in literal.entities] == [
        ("city", "Bergen"),
        ("city", "Oslo"),
        ("size", "big"),
    ]
    assert (faq.intent, faq.response_key) == ("faq", "faq/hours")
    assert (read.place.file, read.place.line) == ("own/tests/test_stories.yml", 3)
    assert load_assistant(folder).stories == ()


def test_only_files_named_test_are_test_conversations(tmp_path: Path) -> None:
    folder = project(tmp_path, domain=DOMAIN, tests__stories_test=TESTS, data__test_more=TESTS)
    assert [each.place.file for each in load_tests(folder)] == ["own/data/test_more.yml"]


def test_a_checkpoint_that_leads_nowhere_is_warned_of(tmp_path: Path) -> None:
    stories = """stories:
- {story: one, steps: [{intent: greet}, {action: utter_hi}, {checkpoint: greeted}]}
- {story: two, steps: [{checkpoint: greted}, {intent: greet}, {action: utter_hi}]}
"""
    domain = "intents: [greet]\nresponses: {utter_hi: [{text: Hi}]}\n"
    told = [each.partition("stories[")[2] for each in warned(tmp_path, domain=domain, data__stories=stories)]
    assert told == [
        "1]: story 'two': no story ends at the checkpoint 'greted'; did you mean 'greeted'?",
        "0]: story 'one': no story begins at the checkpoint 'greeted'; did you mean 'greted'?",
    ]
