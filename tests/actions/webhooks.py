"""Webhook bodies as Rasa 3.6.21 writes them: its keys in its order, with its empty values and metadata.

`recorded` are five that Rasa 3.6.21's own session, slot, form and remote actions sent to our action server,
with our domain and what the server had answered before; intents and confidences were put in by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]

MODEL = {"model_id": "9d1c7a4e2b6f4d0f8e3a5b7c9d1e2f3a", "assistant_id": "shop"}
START = 1_793_610_000.25
NOTHING_SELECTED: Json = {"all_retrieval_intents": []}


def recorded() -> Mapping[str, Json]:
    """The bodies that Rasa sent, by what they are about."""
    with (Path(__file__).parent / "recorded.jsonl").open(encoding="utf-8") as lines:
        domain, *calls = map(json.loads, lines)
    return {call["name"]: {**call["body"], **domain} for call in calls}


class Recorded:
    """The events of one conversation as Rasa logs them, a second apart, and the tracker after them."""

    def __init__(self, **slots: object) -> None:
        self.slots: Json = {
            "language": None,
            "misses": 0.0,
            "handoff": None,
            "requested_slot": None,
            "session_started_metadata": None,
            **slots,
        }
        self.events: list[Json] = []
        self._loop: Json = {}
        self._latest: Json = {"intent": {}, "entities": [], "text": None, "message_id": None, "metadata": {}}
        self.acts("action_session_start", None)
        self._logs({"event": "session_started"})
        self.acts("action_listen", None, confidence=None)

    def hears(self, text: str, intent: str, confidence: float = 0.93) -> Recorded:
        """A message that was taken to mean `intent`; below Rasa's threshold that is `nlu_fallback`."""
        ranking = [{"name": intent, "confidence": confidence}, {"name": "greet", "confidence": 0.02}]
        if confidence < 0.3:
            ranking.insert(0, {"name": "nlu_fallback", "confidence": 0.3})
        spans: list[list[int]] = []
        start = 0
        for word in text.split():
            spans.append([start, start + len(word)])
            start += len(word) + 1
        parse = {
            "intent": ranking[0],
            "entities": [],
            "text": text,
            "message_id": f"{len(self.events):032x}",
            "metadata": {},
            "text_tokens": spans,
            "intent_ranking": ranking,
            "response_selector": {**NOTHING_SELECTED, "default": {"response": {}, "ranking": []}},
        }
        self._latest = parse
        said = {"text": text, "parse_data": parse, "input_channel": "rest"}
        self._logs({"event": "user", **said, "message_id": parse["message_id"]})
        self._logs({"event": "user_featurization", "use_text_for_featurization": False})
        return self

    def says(self, text: str, response: str) -> Recorded:
        """A response that a rule chose."""
        self.acts(response, "RulePolicy")
        data = dict.fromkeys(("elements", "quick_replies", "buttons", "attachment", "image", "custom"))
        self._logs({"event": "bot", "text": text, "data": data}, utter_action=response)
        return self.acts("action_listen", "RulePolicy")

    def acts(self, name: str, policy: str | None, confidence: float | None = 1.0) -> Recorded:
        """An action that was run."""
        more = {"action_text": None, "hide_rule_turn": policy == "RulePolicy"}
        return self._logs(
            {"event": "action", "name": name, "policy": policy, "confidence": confidence, **more}
        )

    def asks(self, form: str, slot: str) -> Recorded:
        """The form runs, for the first time or again, and asks for this slot."""
        self.acts(form, "RulePolicy")
        if not self._loop:
            self._loop = {"name": form, "is_interrupted": False, "rejected": False}
            self._loop["trigger_message"] = self._latest
            self._logs({"event": "active_loop", "name": form})
        return self.sets("requested_slot", slot).acts("action_listen", "RulePolicy")

    def candidate(self, form: str, name: str, value: object) -> Recorded:
        """What the form was told, for its validation to look at: Rasa puts it at the very end."""
        asked = self.slots["requested_slot"]
        self.sets("requested_slot", asked).acts(form, None).sets(name, value)
        for event in self.events[-2:]:
            del event["metadata"]  # these two are not logged, only sent
        return self

    def sets(self, name: str, value: object) -> Recorded:
        """A slot that an action has set."""
        self.slots[name] = value
        return self._logs({"event": "slot", "name": name, "value": value})

    def body(self, action: str, domain: Json | None = None) -> Json:
        """What is POSTed to the webhook for the next action."""
        last = next(each["name"] for each in reversed(self.events) if each["event"] == "action")
        return {
            "next_action": action,
            "sender_id": "u1",
            "tracker": {
                "sender_id": "u1",
                "slots": dict(self.slots),
                "latest_message": self._latest,
                "latest_event_time": self.events[-1]["timestamp"],
                "followup_action": None,
                "paused": False,
                "events": list(self.events),
                "latest_input_channel": "rest",
                "active_loop": self._loop,
                "latest_action": {"action_name": last},
                "latest_action_name": last,
            },
            "version": "3.6.21",
            "domain": DOMAIN if domain is None else domain,
        }

    def _logs(self, event: Json, **metadata: object) -> Recorded:
        named = {"event": event.pop("event"), "timestamp": START + len(self.events)}
        self.events.append({**named, "metadata": {**metadata, **MODEL}, **event})
        return self


DOMAIN: Json = {
    "version": "3.1",
    "intents": ["complaint", "deny", "greet", "human_handoff", "order_status", "return_item"],
    "entities": ["order_number"],
    "slots": {
        "misses": {"type": "float", "initial_value": 0, "min_value": 0, "mappings": [{"type": "custom"}]},
        "handoff": {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]},
        "order_number": {"type": "text", "mappings": [{"type": "from_entity", "entity": "order_number"}]},
        "order_proof": {"type": "text", "mappings": [{"type": "from_text"}]},
    },
    "forms": {"order_status_form": {"required_slots": ["order_number", "order_proof"]}},
    "responses": {"utter_greet": [{"text": "Hello."}], "utter_about_return_item": [{"text": "A return."}]},
    "actions": ["action_answer", "action_escalate", "action_feedback", "validate_order_status_form"],
    "e2e_actions": [],
    "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    "config": {"store_entities_as_slots": True},
}
