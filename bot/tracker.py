"""A conversation as Rasa's tracker: a value folded from its events, and the JSON an action receives.

The one file that speaks untyped JSON: events come from action servers that are not ours.
Source of the shapes: Rasa Open Source 3.6, `rasa.shared.core.events` and `trackers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.dialogue.rules import PastTurn
from bot.understanding.reading import FALLBACK_INTENT, Entity, Reading

ACTION_LISTEN = "action_listen"
Json = dict[str, Any]

# Rasa's names for who finds entities that way.
_EXTRACTORS = {
    "pattern": "RegexEntityExtractor",
    "lookup": "RegexEntityExtractor",
    "shape": "SpacyEntityExtractor",
    "literal": "RegexMessageHandler",
}

_NO_MESSAGE: Json = {"intent": {}, "entities": [], "text": None, "message_id": None, "metadata": {}}


@dataclass(frozen=True, slots=True)
class Tracker:
    """Where a conversation stands. `after(events)` gives the next one; nothing is changed in place."""

    sender_id: str
    initial: Mapping[str, Any]
    slots: Mapping[str, Any]
    events: tuple[Json, ...] = ()
    latest_message: Mapping[str, Any] = field(default_factory=lambda: dict(_NO_MESSAGE))
    latest_channel: str | None = None
    latest_action: str | None = None
    followup: str | None = None
    active_loop: Mapping[str, Any] = field(default_factory=dict)
    paused: bool = False

    def after(self, events: Iterable[Mapping[str, Any]]) -> Tracker:
        """The tracker once these events have happened, in order."""
        happened = [dict(event) for event in events]
        tracker = self
        for event in happened:
            tracker = _apply(tracker, event)
        return replace(tracker, events=(*self.events, *happened))

    def slot(self, name: str) -> Any:
        """A slot's value, None where it is unset or unknown."""
        return self.slots.get(name)

    @property
    def done(self) -> tuple[str, ...]:
        """The actions since the customer's last message, oldest first."""
        names: list[str] = []
        for event in reversed(self.events):
            if event["event"] == "user":
                break
            if event["event"] == "action":
                names.append(event["name"])
        return tuple(reversed(names))

    @property
    def past(self) -> tuple[PastTurn, ...]:
        """The turns before this one, oldest first, as stories see them."""
        turns: list[PastTurn] = []
        for event in self.events:
            if event["event"] == "user":
                intent = (event.get("parse_data") or {}).get("intent") or {}
                turns.append(PastTurn(str(intent.get("name") or ""), ()))
            elif event["event"] == "action" and event["name"] != ACTION_LISTEN and turns:
                last = turns[-1]
                turns[-1] = PastTurn(last.intent, (*last.actions, event["name"]))
        return tuple(turns[:-1])

    def to_json(self) -> Json:
        """The tracker as an action receives it."""
        latest_time = self.events[-1].get("timestamp") if self.events else None
        return {
            "sender_id": self.sender_id,
            "slots": dict(self.slots),
            "latest_message": dict(self.latest_message),
            "latest_event_time": latest_time,
            "followup_action": self.followup,
            "paused": self.paused,
            "events": [dict(event) for event in self.events],
            "latest_input_channel": self.latest_channel,
            "active_loop": dict(self.active_loop),
            "latest_action": {"action_name": self.latest_action} if self.latest_action else {},
            "latest_action_name": self.latest_action,
        }


def replay(sender_id: str, initial: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Tracker:
    """The tracker that these events lead to, from a conversation's beginning.

    initial: every slot of the domain with the value it starts with.
    """
    return Tracker(sender_id=sender_id, initial=dict(initial), slots=dict(initial)).after(events)


def user_event(
    text: str,
    parse: Mapping[str, Any],
    *,
    at: datetime,
    channel: str,
    messages: Sequence[tuple[int, str]],
    page: str | None = None,
) -> Json:
    """The event of what a customer said in one turn: a message, or a burst of them.

    messages: the number of each in the conversation and its words as the customer sees them. They travel in
    the metadata: `shown` where a literal was understood instead of the words, `burst` where they are several.
    """
    number, shown = messages[-1]
    metadata: Json = {"number": number, "page": page}
    if len(messages) > 1:
        metadata["burst"] = [{"number": each, "text": words} for each, words in messages]
    if text != "\n".join(words for _, words in messages):
        metadata["shown"] = shown
    return {
        "event": "user",
        "timestamp": at.timestamp(),
        "metadata": metadata,
        "text": text,
        "parse_data": dict(parse),
        "input_channel": channel,
        "message_id": f"{number}",
    }


def parse_data(reading: Reading, *, sure: float) -> Json:
    """A reading as Rasa's parse result, with our own findings beside it under `firstline`.

    Below `sure` the intent is `nlu_fallback` and heads the ranking, as with Rasa's FallbackClassifier: the
    real guess comes second. Confidences are the probability that the text is in scope and means the intent.
    """
    ranking = [
        {"name": each.name, "confidence": round(reading.known * each.probability, 4)}
        for each in reading.intents
    ]
    if not reading.literal and reading.certainty < sure:
        ranking.insert(0, {"name": FALLBACK_INTENT, "confidence": sure})
    return {
        "text": reading.text,
        "intent": ranking[0] if ranking else {"name": None, "confidence": 0.0},
        "entities": [_entity(each) for each in reading.entities],
        "intent_ranking": ranking[:10],
        "firstline": {
            "language": reading.language,
            "mood": {"label": reading.mood.label, "evidence": list(reading.mood.evidence)},
            "wants_person": round(reading.wants_person, 4),
            "known": round(reading.known, 4),
            "sensitive": [{"topic": each.topic, "words": each.words} for each in reading.sensitive],
            "because": reading.because,
        },
    }


def _entity(entity: Entity) -> Json:
    found = {
        "entity": entity.name,
        "start": entity.start,
        "end": entity.end,
        "value": entity.value,
        "role": entity.role,
        "group": entity.group,
        "extractor": _EXTRACTORS.get(entity.source, entity.source),
    }
    return {key: value for key, value in found.items() if value is not None}


def action_event(name: str, because: str | None, *, at: datetime) -> Json:
    """The event of an action that was run."""
    return {
        "event": "action",
        "timestamp": at.timestamp(),
        "metadata": {"because": because},
        "name": name,
        "policy": None,
        "confidence": 1.0,
        "action_text": None,
        "hide_rule_turn": False,
    }


def bot_event(
    text: str | None, data: Mapping[str, Any], metadata: Mapping[str, Any], *, at: datetime
) -> Json:
    """The event of something the bot said."""
    whole = {key: None for key in ("elements", "quick_replies", "buttons", "attachment", "image", "custom")}
    return {
        "event": "bot",
        "timestamp": at.timestamp(),
        "metadata": dict(metadata),
        "text": text,
        "data": whole | dict(data),
    }


def slot_event(name: str, value: Any, *, at: datetime) -> Json:
    """The event of a slot that was set."""
    return {"event": "slot", "timestamp": at.timestamp(), "name": name, "value": value}


def bare_event(kind: str, *, at: datetime) -> Json:
    """An event without fields of its own: `pause`, `resume`, `session_started`."""
    return {"event": kind, "timestamp": at.timestamp()}


def stamped(event: Mapping[str, Any], at: datetime) -> Json:
    """An action's event with the time it was heard, where the action gave none."""
    return dict(event) | {"timestamp": event.get("timestamp") or at.timestamp()}


def _apply(tracker: Tracker, event: Json) -> Tracker:
    match event["event"]:
        case "user":
            message = dict(event.get("parse_data") or {})
            message |= {
                "text": event.get("text"),
                "message_id": event.get("message_id"),
                "metadata": event.get("metadata") or {},
            }
            return replace(
                tracker,
                latest_message=_NO_MESSAGE | message,
                latest_channel=event.get("input_channel"),
                followup=None,
            )
        case "action":
            return replace(tracker, latest_action=event["name"], followup=None)
        case "slot":
            if event["name"] not in tracker.initial:
                return tracker
            return replace(tracker, slots={**tracker.slots, event["name"]: event["value"]})
        case "reset_slots":
            return replace(tracker, slots=dict(tracker.initial))
        case "followup":
            return replace(tracker, followup=event["name"])
        case "active_loop":
            loop = {"name": event["name"]} if event.get("name") else {}
            return replace(tracker, active_loop=loop)
        case "pause":
            return replace(tracker, paused=True)
        case "resume":
            return replace(tracker, paused=False)
        case "session_started" | "restart":
            fresh = Tracker(tracker.sender_id, tracker.initial, dict(tracker.initial))
            return replace(fresh, latest_channel=tracker.latest_channel)
        case _:
            return tracker
