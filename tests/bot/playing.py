"""Small assistants written in a test, and conversations with them: no NLU, actions that do as told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from bot.acting import Acted
from bot.cast import Cast, Overlay
from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.errors import ActionFailedError, ActionRejectedError
from bot.play import Played, play
from bot.policies import learn
from bot.saying import Voice
from bot.tracker import Tracker, initial_slots, list_slots, replay

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
REJECTS, BREAKS = "rejects", "breaks"
Json = dict[str, Any]
# What an action answers, one entry a run: events, or that it refuses or breaks.
Script = Mapping[str, Sequence[list[Json] | str]]


def written(folder: Path, domain: str, data: str, config: str = "language: en") -> Assistant:
    """The assistant of these three files."""
    (folder / "domain.yml").write_text(domain)
    (folder / "data.yml").write_text(data)
    (folder / "config.yml").write_text(config)
    return load_assistant(folder)


@dataclass
class Scene:
    """A conversation with an assistant. `called` are the custom actions that ran, each with its tracker."""

    cast: Cast
    tracker: Tracker
    called: list[tuple[str, Tracker]]
    played: Played | None = None

    def says(self, intent: str, text: str | None = None, *entities: Json, **more: Any) -> list[str]:
        """Say something; what it led to, told shortly, without the message itself."""
        parse = {
            "text": text or f"/{intent}",
            "intent": {"name": intent, "confidence": 0.9},
            "entities": list(entities),
            "intent_ranking": [{"name": intent, "confidence": 0.9}],
            **more,
        }
        self.played = play(self.cast, self.tracker, said(parse, self.cast.now()))
        self.tracker = self.played.tracker
        return told(self.played.events)

    def at(self, moment: datetime) -> None:
        self.cast = replace(self.cast, now=lambda: moment)


def said(parse: Json, at: datetime = AT) -> Json:
    return {"event": "user", "timestamp": at.timestamp(), "text": parse["text"], "parse_data": parse}


def scene(assistant: Assistant, script: Script | None = None, overlay: Overlay | None = None) -> Scene:
    """An assistant ready to be talked to, its custom actions doing what the script says, else nothing."""
    waiting = {name: list(answers) for name, answers in (script or {}).items()}
    called: list[tuple[str, Tracker]] = []

    def act(name: str, tracker: Tracker) -> Acted:
        called.append((name, tracker))
        answer = waiting[name].pop(0) if waiting.get(name) else []
        if answer == REJECTS:
            raise ActionRejectedError(name, "it is not its turn")
        if answer == BREAKS:
            raise ActionFailedError(name, "it broke")
        events = [event for event in answer if isinstance(event, dict)]
        return Acted(
            tuple(event for event in events if "event" in event),
            tuple(event for event in events if "event" not in event),
        )

    cast = Cast(
        assistant=assistant,
        memory=learn(assistant),
        act=act,
        voice=Voice(assistant, ("en",), Random(1)),
        output="collector",
        now=lambda: AT,
        overlay=overlay,
    )
    domain = assistant.domain
    return Scene(cast, replay("maya", initial_slots(domain), (), lists=list_slots(domain)), called)


def told(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """Events told shortly; messages, featurization and the beginning of a session are left out."""
    short: list[str] = []
    for event in events:
        match event["event"]:
            case "user" | "user_featurization" | "session_started":
                continue
            case "action" if event["name"] == "action_session_start" or event.get("confidence") is None:
                continue
            case "action":
                short.append(str(event["name"]))
            case "slot":
                short.append(f"{event['name']}={event['value']}")
            case "bot":
                short.append(f"“{event['text']}”")
            case "active_loop":
                short.append(f"loop {event['name']}")
            case "action_execution_rejected":
                short.append(f"{event['name']} refuses")
            case kind:
                short.append(str(kind))
    return short


def slot(name: str, value: Any) -> Json:
    return {"event": "slot", "name": name, "value": value}


def entity(name: str, value: Any, **more: str) -> Json:
    return {"entity": name, "value": value, "start": 0, "end": 1, **more}
