"""Real assistants, played as real Rasa 3.6.21 plays them: every turn's events, the slots, the active loop."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.acting import Acted
from bot.cast import Cast
from bot.dialogue.loading import load_assistant
from bot.play import play
from bot.policies import learn
from bot.saying import Voice
from bot.tracker import initial_slots, list_slots, replay
from tests.datasets import dataset

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# What an event is without the time, the text and the metadata that differ from run to run.
FIELDS = {
    "action": ("name", "policy", "confidence", "hide_rule_turn"),
    "slot": ("name", "value"),
    "active_loop": ("name",),
    "action_execution_rejected": ("name", "policy", "confidence"),
    "loop_interrupted": ("is_interrupted",),
    "user_featurization": ("use_text_for_featurization",),
    "followup": ("name",),
}
Json = dict[str, Any]

RECORDINGS = (
    "helpdesk-assistant/ORACLE-live.json",
    "rasa-action-examples/ORACLE-fallback-button.json",
    "rasa-action-examples/ORACLE-retreival-jina.json",
    "rasa-action-examples/ORACLE-retreival-lunr.json",
    "rasa-ex-concertbot/ORACLE-live.json",
    "rasa-ex-formbot/ORACLE-live.json",
    "rasa-ex-moodbot/ORACLE-live.json",
    "rasa-ex-responseselectorbot/ORACLE-live.json",
    "rasa-ex-rules/ORACLE-live.json",
    "rasa-init/ORACLE-live.json",
)


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_real_assistant_does_what_real_rasa_does(recording: str) -> None:
    file = dataset("rasa") / recording
    name = file.stem.removeprefix("ORACLE-")
    differences = list(compared(file, file.parent if name == "live" else file.parent / name))
    assert not differences, "\n".join(differences)


def compared(file: Path, folder: Path) -> Iterator[str]:
    """Every turn that differs from the recording."""
    cast = stubbed(folder)
    domain = cast.assistant.domain
    for number, conversation in enumerate(json.loads(file.read_text())["conversations"]):
        tracker = replay("oracle", initial_slots(domain), (), lists=list_slots(domain))
        where = f"{file.name} #{number} {conversation['kind']} {conversation['story']!r}"
        for turn_number, turn in enumerate(conversation["turns"]):
            parse = turn["parse"]
            said = {"event": "user", "timestamp": AT.timestamp(), "text": parse["text"], "parse_data": parse}
            played = play(cast, tracker, said)
            tracker = played.tracker
            found = [normalised(event, wanted) for event, wanted in _pairs(played.events, turn["events"])]
            if found != turn["events"]:
                yield f"{where} turn {turn_number}:\n  rasa {turn['events']}\n  ours {found}"
        slots = {name: value for name, value in tracker.slots.items() if value is not None}
        slots = {name: value for name, value in slots.items() if name in conversation["slots"] or value != []}
        if slots != conversation["slots"] or tracker.loop != conversation["active_loop"]:
            yield f"{where}: rasa {conversation['slots']}, ours {slots}; {tracker.loop}"


def stubbed(folder: Path) -> Cast:
    """The assistant of a folder, its custom actions doing nothing."""
    assistant = load_assistant(folder)
    return Cast(
        assistant=assistant,
        memory=learn(assistant),
        act=lambda name, tracker: Acted((), ()),
        voice=Voice(assistant, ("en",), Random(1)),
        output="collector",
        now=lambda: AT,
    )


def _pairs(found: tuple[Json, ...], wanted: list[Json]) -> Iterator[tuple[Json, Json]]:
    for index, event in enumerate(found):
        yield event, wanted[index] if index < len(wanted) else {}


def normalised(event: Mapping[str, Any], wanted: Mapping[str, Any]) -> Json:
    """The event as it is recorded; of a response with several wordings only its name is."""
    kind = event["event"]
    if kind == "user":
        return {"event": kind, "text": event["text"], "intent": event["parse_data"]["intent"]["name"]}
    if kind == "bot":
        data = {name: value for name, value in event["data"].items() if value}
        whole = {"event": kind, "text": event["text"], **data}
        whole["utter_action"] = event["metadata"].get("utter_action")
        if set(wanted) == {"event", "utter_action"}:
            return {name: whole[name] for name in wanted}
        return {name: value for name, value in whole.items() if value is not None}
    return {"event": kind, **{name: event.get(name) for name in FIELDS.get(kind, ())}}
