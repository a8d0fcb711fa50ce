"""Trackers as an action receives them: a real Rasa's, or our own with the numbers of its messages."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

NINE = 1_793_610_000.0  # a Monday in November 2026, nine o'clock in UTC
Event = dict[str, Any]


def user(text: str, intent: str | None = None, sure: float = 0.9, **metadata: object) -> Event:
    """A customer's message; without an intent nothing was sure of it."""
    ranking = [{"name": intent or "nlu_fallback", "confidence": sure}]
    return {
        "event": "user",
        "timestamp": NINE,
        "text": text,
        "parse_data": {"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": []},
        "input_channel": "rest",
        "metadata": metadata,
    }


def bot(text: str, response: str | None = None, answer: Event | None = None, **metadata: object) -> Event:
    """Something the bot said."""
    named = {"utter_action": response} if response else {}
    return {
        "event": "bot",
        "timestamp": NINE + 1,
        "text": text,
        "data": {"custom": {"answer": answer} if answer else None},
        "metadata": {**named, **metadata},
    }


def did(name: str) -> Event:
    """An event of that kind, or an action of that name."""
    if name in ("pause", "resume", "session_started"):
        return {"event": name, "timestamp": NINE}
    return {"event": "action", "name": name, "timestamp": NINE}


def tracked(*events: Event, sender: str = "maya", **slots: object) -> Tracker:
    """The tracker after these events, with these slots."""
    said = [event for event in events if event["event"] == "user"]
    latest: Event = {}
    if said:
        latest = {**said[-1]["parse_data"], "text": said[-1]["text"], "metadata": said[-1]["metadata"]}
    pauses = [event["event"] for event in events if event["event"] in ("pause", "resume")]
    return Tracker.from_dict(
        {
            "sender_id": sender,
            "slots": {"language": "en", "misses": 0, **slots},
            "latest_message": latest,
            "events": list(events),
            "paused": bool(pauses) and pauses[-1] == "pause",
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
            "latest_input_channel": "rest",
        }
    )
