"""Fetch the person that a form has offered."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from handoff.escalation import Reason


class ActionAcceptPerson(Action):
    """What "yes" means once a form has asked whether a person should take over."""

    def name(self) -> str:
        return "action_accept_person"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        return [
            SlotSet("handoff_reason", Reason.ASKED_FOR_PERSON.value),
            SlotSet("handoff_because", "the customer took up the offer of a person"),
            FollowupAction("action_escalate"),
        ]
