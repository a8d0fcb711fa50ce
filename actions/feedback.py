"""Hear whether an answer helped, and lead on where it did not."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.giving import give
from actions.noting import note_asked, note_reaction
from actions.reading import HELPED, given_with, intent, just_answered, language, question
from actions.services import Services, ServicesSource, open_services
from actions.walking import offer_to_go_on, owes_offer, walking
from actions.walks import wants_walk
from handoff.escalation import Reason
from kb.article import ArticleId
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
        if walking(tracker) is not None and wants_walk(question(tracker)):
            return [FollowupAction("action_guide")]
        services, article = self._services(), tracker.get_slot("last_article")
        helped = intent(tracker) in HELPED
        judged = given_with(tracker, str(article)) if article is not None else ()
        for each in judged:
            note_reaction(services, tracker, each, helped=helped)
        if helped:
            dispatcher.utter_message(response="utter_glad_it_helped")
            return [SlotSet("last_article", None), SlotSet("rejected", []), SlotSet("misses", 0)]
        if article is None and not just_answered(tracker):
            return self._ask(dispatcher, tracker)
        return lead_on(dispatcher, tracker, domain, services, judged)

    def _ask(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """ "It doesn't work" with no answer before it: what doesn't? The second time a person asks."""
        left = walking(tracker)
        if left is not None and owes_offer(tracker):
            offer_to_go_on(dispatcher, left)
            return []
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


def lead_on(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    domain: dict[str, Any],
    services: Services,
    judged: tuple[str, ...],
) -> list[EventType]:
    """What follows where these articles did not help: the first time another answer, else a person."""
    earlier = tuple(tracker.get_slot("rejected") or ())
    rejected = [*earlier, *judged]
    asked = str(tracker.get_slot("question") or "")
    events: list[EventType] = [SlotSet("rejected", rejected), SlotSet("last_article", None)]
    if asked and judged and not earlier:
        found = services.knowledge.answer(
            asked, language=language(tracker), without=frozenset(map(ArticleId, rejected))
        )
        note_asked(services, tracker, asked, found, again=True)
        if isinstance(found, Answer):
            dispatcher.utter_message(response="utter_sorry_try_another")
            return [*events, *give(dispatcher, tracker, domain, services, found, asked)]
    said = f"{len(rejected)} answers" if len(rejected) > 1 else "the answer"
    return [
        *events,
        SlotSet("handoff_reason", Reason.ANSWER_REJECTED.value),
        SlotSet("handoff_because", f"the customer said that {said} did not help"),
        FollowupAction("action_escalate"),
    ]
