"""The two-stage fallback: a guess to affirm, other words, and giving up."""

from __future__ import annotations

from pathlib import Path

from tests.bot.playing import Scene, scene, written

DOMAIN = """
version: "3.1"
intents: [greet, order]
responses:
  utter_greet: [{text: Hello!}]
  utter_ask_rephrase: [{text: Say it in other words.}]
  utter_default: [{text: I give up.}]
"""
DATA = """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: not understood
  steps:
  - intent: nlu_fallback
  - action: action_two_stage_fallback
  - active_loop: action_two_stage_fallback
"""
UNSURE = [{"name": "nlu_fallback", "confidence": 0.3}, {"name": "greet", "confidence": 0.2}]
ASKED = [
    "action_two_stage_fallback",
    "loop action_two_stage_fallback",
    "“Did you mean 'greet'?”",
    "action_listen",
]


def unsure(maya: Scene) -> list[str]:
    return maya.says("nlu_fallback", "mumble", intent_ranking=UNSURE)


def test_the_best_guess_is_affirmed_first(tmp_path: Path) -> None:
    maya = scene(written(tmp_path, DOMAIN, DATA))
    assert unsure(maya) == ASKED
    assert maya.played is not None
    buttons = maya.played.drafts[-1].buttons
    assert [(each.title, each.payload) for each in buttons] == [("Yes", "/greet"), ("No", "/out_of_scope")]


def test_yes_is_taken_as_if_it_had_been_understood_at_once(tmp_path: Path) -> None:
    maya = scene(written(tmp_path, DOMAIN, DATA))
    unsure(maya)
    happened = maya.says("greet")
    assert happened == [
        "action_two_stage_fallback",
        "loop None",
        "rewind",
        "utter_greet",
        "“Hello!”",
        "action_listen",
    ]
    assert maya.tracker.latest_message["intent"]["confidence"] == 1.0


def test_no_asks_for_other_words_and_a_second_no_gives_up(tmp_path: Path) -> None:
    maya = scene(written(tmp_path, DOMAIN, DATA))
    unsure(maya)
    assert "“Say it in other words.”" in maya.says("out_of_scope")
    assert "“Did you mean 'greet'?”" in unsure(maya)
    happened = maya.says("out_of_scope")
    assert happened[:4] == ["action_two_stage_fallback", "loop None", "“I give up.”", "rewind"]


def test_mumbling_twice_gives_up(tmp_path: Path) -> None:
    maya = scene(written(tmp_path, DOMAIN, DATA))
    unsure(maya)
    assert "“I give up.”" in unsure(maya)
