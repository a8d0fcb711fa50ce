"""Actions of an assistant that knows nothing of Firstline."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ConversationPaused, EventType
from rasa_sdk.executor import CollectingDispatcher


class Pausing(Action):
    """Hands over as Rasa's own examples do: it pauses, and says so."""

    def name(self) -> str:
        return "action_hand_over"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(text="Somebody will come.")
        return [ConversationPaused()]


class Breaking(Action):
    def name(self) -> str:
        return "action_break"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        raise RuntimeError("out of paper")
