"""Hear whether an answer helped, and lead on where it did not."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import give
from actions.reading import HELPED, intent, just_answered, language
from actions.services import ServicesSource, open_services
from handoff.escalation import Reason
from kb.knowledge import Answer


class ActionFeedback(Action):
    """ "Yes" is thanked for; the first "no" gets the next best answer, the second one a person.

    Where there was no answer to judge, the bot asks what is wrong.
    """

    def __init__(self, services: ServicesSource = open_services) -> None:
        self._services = services

    def name(self) -> str:
        return "action_feedback"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        article = tracker.get_slot("last_article")
        if intent(tracker) in HELPED:
            dispatcher.utter_message(response="utter_glad_it_helped")
            return [SlotSet("last_article", None), SlotSet("rejected", []), SlotSet("misses", 0)]
        if article is None and not just_answered(tracker):
            return self._ask(dispatcher, tracker)
        rejected = [*(tracker.get_slot("rejected") or []), *([article] if article else [])]
        asked = str(tracker.get_slot("question") or "")
        events: list[EventType] = [SlotSet("rejected", rejected), SlotSet("last_article", None)]
        if asked and len(rejected) == 1:
            spoken = language(tracker)
            found = self._services().knowledge.answer(asked, language=spoken, without=frozenset(rejected))
            if isinstance(found, Answer):
                dispatcher.utter_message(response="utter_sorry_try_another")
                return [*events, *give(dispatcher, found, asked, spoken)]
        said = f"{len(rejected)} answers" if len(rejected) > 1 else "the answer"
        return [
            *events,
            SlotSet("handoff_reason", Reason.ANSWER_REJECTED.value),
            SlotSet("handoff_because", f"the customer said that {said} did not help"),
            FollowupAction("action_escalate"),
        ]

    def _ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """ "It doesn't work" with no answer before it: what doesn't? The second time a person asks."""
        misses = int(tracker.get_slot("misses") or 0) + 1
        if misses < self._services().misses:
            dispatcher.utter_message(response="utter_what_is_wrong")
            return [SlotSet("misses", misses)]
        return [
            SlotSet("misses", misses),
            SlotSet("handoff_reason", Reason.NOT_UNDERSTOOD.value),
            SlotSet("handoff_because", "something does not work, and the bot has not found out what"),
            FollowupAction("action_escalate"),
        ]
