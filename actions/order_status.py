"""Ask for the order number, one question at a time, and say what can be said about the order."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import give
from actions.reading import language, question, topic
from actions.services import ServicesSource, open_services
from handoff.escalation import Reason
from kb.knowledge import Answer

NUMBER_LIKE = re.compile(r"\d{3,}")
ASKED_FOR_NUMBER = ("utter_ask_order_number", "utter_order_number_unclear")


class ActionOrderStatus(Action):
    """The shop's own systems are not asked: what the customer gives is noted, and a person can look."""

    def __init__(self, services: ServicesSource = open_services) -> None:
        self._services = services

    def name(self) -> str:
        return "action_order_status"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        text = str(tracker.latest_message.get("text") or "")
        if tracker.get_slot("order_number"):
            return self._noted(dispatcher, tracker, text)
        asked = sum(
            (event.get("metadata") or {}).get("utter_action") in ASKED_FOR_NUMBER
            for event in tracker.events
            if event["event"] == "bot"
        )
        if asked >= 2:
            return [
                SlotSet("handoff_reason", Reason.POLICY.value),
                SlotSet("handoff_because", "asked twice for the order number and did not get one"),
                FollowupAction("action_escalate"),
            ]
        unclear = asked and NUMBER_LIKE.search(text)
        dispatcher.utter_message(response=ASKED_FOR_NUMBER[1] if unclear else ASKED_FOR_NUMBER[0])
        return [] if asked else [SlotSet("question", question(tracker)), SlotSet("last_article", None)]

    def _noted(self, dispatcher: CollectingDispatcher, tracker: Tracker, text: str) -> list[EventType]:
        number = tracker.get_slot("order_number")
        dispatcher.utter_message(response="utter_order_noted", order_number=number)
        # A bare number answers our question; what was asked before it is still what is wanted.
        bare = len(text.split()) <= 4
        asked = str(tracker.get_slot("question") or text) if bare else text
        found = self._services().knowledge.answer(asked, language=language(tracker), topic=topic(tracker))
        return give(dispatcher, found, asked) if isinstance(found, Answer) else [SlotSet("misses", 0)]
