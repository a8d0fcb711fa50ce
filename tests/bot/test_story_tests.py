"""The test conversations of real assistants, against what the real engine made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.dialogue import load_assistant
from bot.dialogue.assistant import ActionStep, Story
from bot.dialogue.loading import load_tests
from bot.policies import learn
from bot.rasa.testing import replay_tests
from tests.datasets import dataset


def recorded(assistant: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """File, story and the actions that the real engine took in it, without listening."""
    beside = (assistant / "ORACLE-live.json", assistant.parent / f"ORACLE-{assistant.name}.json")
    for path in beside:
        if path.exists():
            for each in json.loads(path.read_text(encoding="utf-8"))["conversations"]:
                if each["kind"] == "test":
                    events = [event for turn in each["turns"] for event in turn["events"]]
                    yield each["file"], each["story"], tuple(actions(events))


def actions(events: list[dict[str, str]]) -> Iterator[str]:
    for event in events:
        if event["event"] == "action" and event["name"] not in ("action_listen", "action_session_start"):
            yield event["name"]


def written(story: Story) -> tuple[str, ...]:
    return tuple(step.action for step in story.steps if isinstance(step, ActionStep))


def test_what_passes_with_the_real_engine_passes_here() -> None:
    compared = 0
    for config in sorted(dataset("rasa").glob("**/config.yml")):
        tests = load_tests(config.parent)
        if not tests:
            continue
        results = replay_tests(learn(load_assistant(config.parent)), tests)
        passed = {(each.file.partition("/")[2], each.story): each for each in results}
        steps = {(each.place.file.partition("/")[2], each.name): written(each) for each in tests}
        for file, story, taken in recorded(config.parent):
            if steps.get((file, story)) == taken:
                assert passed[file, story].passed, passed[file, story]
                compared += 1
    assert compared >= 25
