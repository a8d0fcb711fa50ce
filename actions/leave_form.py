"""Leave the form the customer is in, and forget what it asked for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import leaving


class ActionLeaveForm(Action):
    """Says nothing itself: the rules have the words for stopping and for goodbye."""

    def name(self) -> str:
        return "action_leave_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        return leaving(tracker)
