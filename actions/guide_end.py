"""Come to the end of a walk: ask whether it helped, be glad that it did, or lead on where it did not."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.feedback import lead_on
from actions.noting import note_reaction
from actions.services import ServicesSource, open_services
from actions.walking import ending, walking
from kb.answering.steps import Heard


class ActionGuideEnd(Action):
    """What the customer said of the last step they were given decides."""

    def __init__(self, services: ServicesSource = open_services) -> None:
        self._services = services

    def name(self) -> str:
        return "action_guide_end"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        walk = walking(tracker)
        if walk is None:
            return ending()
        services, last = self._services(), walk.step == len(walk.steps)
        match tracker.get_slot("guide_reaction"):
            case Heard.SOLVED:
                note_reaction(services, tracker, walk.article, helped=True)
                fresh: list[EventType] = [SlotSet("rejected", []), SlotSet("misses", 0)]
                if last:
                    dispatcher.utter_message(response="utter_glad_it_helped")
                    return [*ending(), *fresh]
                # It may have been the step alone that worked: one tap goes on.
                dispatcher.utter_message(response="utter_guide_solved")
                return [SlotSet("guide_reaction", None), SlotSet("guide_step", walk.step + 1), *fresh]
            case Heard.FAILED:
                note_reaction(services, tracker, walk.article, helped=False)
                dispatcher.utter_message(response="utter_guide_no_steps_left")
                return [*ending(), *lead_on(dispatcher, tracker, domain, services, (walk.article,))]
            case _:
                dispatcher.utter_message(response="utter_guide_done")
                dispatcher.utter_message(response="utter_did_this_help")
                return [*ending(), SlotSet("last_article", walk.article)]
