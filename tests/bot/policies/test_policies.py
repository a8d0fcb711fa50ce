"""Who decides what: rules, loops, stories, the fallback, and what happens where they disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.errors import AssistantError
from bot.policies import learn, predict
from tests.bot.playing import REJECTS, Scene, entity, scene, slot, written

DOMAIN = """
version: "3.1"
intents: [greet, tell, bye, ask, faq: {is_retrieval_intent: true}]
entities: [town]
slots:
  vip: {type: bool, mappings: [{type: custom}]}
  town: {type: text, mappings: [{type: from_entity, entity: town}]}
actions: [action_x]
responses:
  utter_a: [{text: a}]
  utter_b: [{text: b}]
  utter_c: [{text: c}]
  utter_default: [{text: What?}]
  utter_faq/hours: [{text: Nine to five.}]
"""
RULES = "policies: [{name: RulePolicy}]"


def talk(folder: Path, data: str, config: str = "language: en", **script: list[object]) -> Scene:
    return scene(written(folder, DOMAIN, data, config), script)  # type: ignore[arg-type]


def test_the_rule_that_says_most_decides(tmp_path: Path) -> None:
    data = """
    rules:
    - {rule: any, steps: [{intent: tell}, {action: utter_a}]}
    - {rule: town, steps: [{intent: tell, entities: [town]}, {action: utter_b}]}
    - {rule: vip, condition: [{slot_was_set: [{vip: true}]}], steps: [{intent: greet}, {action: utter_c}]}
    - {rule: others, condition: [{slot_was_set: [{vip: null}]}], steps: [{intent: greet}, {action: utter_a}]}
    """
    maya = talk(tmp_path, data)
    assert maya.says("tell")[0] == "utter_a"
    assert maya.says("tell", "Oslo", entity("town", "Oslo"))[1] == "utter_b"
    assert maya.says("greet")[0] == "utter_a"
    maya.tracker = maya.tracker.after([slot("vip", True)])
    assert maya.says("greet")[0] == "utter_c"


def test_a_rule_for_the_beginning_holds_there_alone(tmp_path: Path) -> None:
    data = "rules: [{rule: r, conversation_start: true, steps: [{intent: greet}, {action: utter_a}]}]"
    maya = talk(tmp_path, data, RULES)
    assert maya.says("greet")[0] == "utter_a"
    assert maya.says("greet")[0] == "action_default_fallback"


def test_without_waiting_a_rule_leaves_the_turn_open(tmp_path: Path) -> None:
    data = """
    rules:
    - {rule: r, wait_for_user_input: false, steps: [{intent: greet}, {action: utter_a}]}
    - {rule: then, steps: [{action: utter_a}, {action: utter_b}]}
    """
    maya = talk(tmp_path, data, RULES)
    assert maya.says("greet") == ["utter_a", "“a”", "utter_b", "“b”", "action_listen"]


@pytest.mark.parametrize(
    ("settings", "happened"),
    [
        ("", ["action_default_fallback", "“What?”", "rewind", "action_listen"]),
        (", core_fallback_action_name: utter_b", ["utter_b", "“b”", "utter_b", "“b”"]),
        (", enable_fallback_prediction: false", ["action_listen"]),
    ],
)
def test_where_nothing_fits_the_fallback_comes(tmp_path: Path, settings: str, happened: list[str]) -> None:
    data = "rules: [{rule: r, steps: [{intent: greet}, {action: utter_a}]}]"
    maya = talk(tmp_path, data, f"policies: [{{name: RulePolicy{settings}}}]")
    assert maya.says("bye")[:4] == happened


def test_the_fallbacks_confidence_is_the_threshold(tmp_path: Path) -> None:
    data = "rules: [{rule: r, steps: [{intent: greet}, {action: utter_a}]}]"
    maya = talk(tmp_path, data, "policies: [{name: RulePolicy, core_fallback_threshold: 0.4}]")
    maya.says("bye")
    assert maya.played is not None
    fallback = next(event for event in maya.played.events if event.get("name") == "action_default_fallback")
    assert (fallback["confidence"], fallback["policy"]) == (0.4, "RulePolicy")


STORY = """
stories:
- story: s
  steps: [{intent: greet}, {action: utter_a}, {intent: ask}, {action: utter_b}, {action: utter_c}]
"""


def test_a_story_decides_where_it_began_exactly_like_this(tmp_path: Path) -> None:
    maya = talk(tmp_path, STORY)
    maya.says("greet")
    assert maya.says("ask") == ["utter_b", "“b”", "utter_c", "“c”", "action_listen"]
    assert maya.says("ask")[0] == "action_default_fallback"


@pytest.mark.parametrize(
    ("policy", "knows"), [("MemoizationPolicy", False), ("AugmentedMemoizationPolicy", True)]
)
def test_the_augmented_policy_forgets_the_beginning(tmp_path: Path, policy: str, knows: bool) -> None:
    config = f"policies: [{{name: {policy}}}, {{name: RulePolicy}}]"
    data = STORY.replace(
        "greet}, {action: utter_a}", "greet}, {action: utter_a}, {intent: bye}, {action: utter_c}"
    )
    maya = talk(tmp_path, data + "- {story: t, steps: [{intent: tell}, {action: utter_a}]}", config)
    maya.says("tell")
    assert (maya.says("greet")[0] == "utter_a") is knows


def test_max_history_is_how_far_a_story_looks_back(tmp_path: Path) -> None:
    config = "policies: [{name: MemoizationPolicy, max_history: 1}, {name: RulePolicy}]"
    maya = talk(tmp_path, STORY + "- {story: t, steps: [{intent: tell}, {action: utter_a}]}", config)
    maya.says("tell")
    assert maya.says("ask")[0] == "utter_b"


def test_a_turn_that_only_a_rule_knows_is_hidden_from_stories(tmp_path: Path) -> None:
    maya = talk(tmp_path, "rules: [{rule: r, steps: [{intent: tell}, {action: utter_c}]}]\n" + STORY)
    maya.says("greet")
    assert maya.says("tell")[0] == "utter_c"
    assert maya.says("ask")[0] == "utter_b"


def test_a_rule_goes_before_a_story_by_priority(tmp_path: Path) -> None:
    data = "rules: [{rule: r, steps: [{intent: greet}, {action: utter_a}]}]\n" + STORY
    maya = talk(tmp_path, data)
    maya.says("greet")
    assert maya.played is not None and maya.played.events[-1]["policy"] == "RulePolicy"
    low = "policies: [{name: RulePolicy, priority: 1}, {name: MemoizationPolicy}]"
    other = talk(tmp_path, data, low)
    other.says("greet")
    assert other.played is not None and other.played.events[-1]["policy"] == "MemoizationPolicy"


@pytest.mark.parametrize(
    ("intent", "action"),
    [("restart", "action_restart"), ("back", "action_back"), ("session_start", "action_session_start")],
)
def test_default_intents_go_before_everything(tmp_path: Path, intent: str, action: str) -> None:
    maya = talk(tmp_path, f"rules: [{{rule: r, steps: [{{intent: {intent}}}, {{action: utter_a}}]}}]",
                "policies: [{name: RulePolicy, check_for_contradictions: false}]")  # fmt: skip
    maya.says("greet")
    maya.says(intent)
    assert maya.played is not None
    assert action in [event.get("name") for event in maya.played.events]


def test_an_action_that_refuses_is_not_tried_again_at_once(tmp_path: Path) -> None:
    data = "rules: [{rule: r, steps: [{intent: greet}, {action: action_x}]}]"
    maya = talk(tmp_path, data, action_x=[REJECTS])
    assert maya.says("greet")[:2] == ["action_x refuses", "action_default_fallback"]


def test_a_retrieval_intent_is_known_by_its_first_part(tmp_path: Path) -> None:
    data = "rules: [{rule: r, steps: [{intent: faq}, {action: utter_faq}]}]"
    maya = talk(tmp_path, data)
    chosen = {"faq": {"response": {"utter_action": "utter_faq/hours"}}}
    assert maya.says("faq", response_selector=chosen)[:2] == ["utter_faq", "“Nine to five.”"]
    assert maya.says("faq") == ["utter_faq", "action_listen"]


CONTRADICTIONS = {
    "two rules": """
rules:
- {rule: one, steps: [{intent: greet}, {action: utter_a}]}
- {rule: two, steps: [{intent: greet}, {action: utter_b}]}
""",
    "a rule and a story": """
rules:
- {rule: one, steps: [{intent: greet}, {action: utter_a}]}
stories:
- {story: two, steps: [{intent: greet}, {action: utter_b}]}
""",
}


@pytest.mark.parametrize("data", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_contradiction_names_both_and_the_place(tmp_path: Path, data: str) -> None:
    with pytest.raises(AssistantError) as refused:
        learn(written(tmp_path, DOMAIN, data))
    message = " ".join(map(str, refused.value.problems))
    assert "'one'" in message and "'two'" in message and "data.yml:" in message and "change one" in message


def test_contradictions_may_be_let_be(tmp_path: Path) -> None:
    config = "policies: [{name: RulePolicy, check_for_contradictions: false}]"
    maya = talk(tmp_path, CONTRADICTIONS["two rules"], config)
    assert maya.says("greet")[0] == "action_default_fallback"


def test_an_incomplete_rule_is_refused_with_the_way_out(tmp_path: Path) -> None:
    data = """
rules:
- {rule: one, steps: [{intent: greet}, {action: action_x}, {slot_was_set: [{vip: true}]}, {action: utter_a}]}
- {rule: two, steps: [{intent: bye}, {action: action_x}]}
"""
    with pytest.raises(AssistantError, match=r"data\.yml.*'two'.*'action_x' does not set vip.*slot_was_set"):
        learn(written(tmp_path, DOMAIN, data))


def test_a_rule_that_ends_a_turn_gives_way_to_a_story_that_goes_on(tmp_path: Path) -> None:
    data = """
rules:
- {rule: one, steps: [{action: utter_a}]}
- {rule: two, steps: [{action: utter_a}, {intent: bye}, {action: utter_c}]}
stories:
- {story: s, steps: [{intent: greet}, {action: utter_a}, {action: utter_b}]}
"""
    maya = talk(tmp_path, data)
    assert maya.says("greet")[:4] == ["utter_a", "“a”", "utter_b", "“b”"]


def test_a_prediction_says_why(tmp_path: Path) -> None:
    maya = talk(tmp_path, "rules: [{rule: welcome, steps: [{intent: greet}, {action: utter_a}]}]\n" + STORY)
    maya.says("greet")
    memory = maya.cast.memory
    said = {"event": "user", "parse_data": {"intent": {"name": "greet"}}}
    assert "'welcome'" in predict(memory, maya.tracker.after([said])).because
    asked = {"event": "user", "parse_data": {"intent": {"name": "bye"}}}
    assert predict(memory, maya.tracker.after([asked])).fallback
