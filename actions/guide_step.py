"""Give the customer the step they are at, and ask how it went."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.walking import walking

MOVES = ("guide", "guide_heard")
"""The slots that are set where a message begins a walk or moves it on."""

ASKS = ("utter_guide_unclear", "utter_greet_again")
"""After these it goes without saying that the walk goes on."""


class ActionAskGuideReaction(Action):
    """One step a message. After a question in between it is said where the walk was."""

    def name(self) -> str:
        return "action_ask_guide_reaction"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        walk = walking(tracker)
        if walk is None:
            return []
        moved = _moved(tracker)
        if moved is None:
            dispatcher.utter_message(response="utter_guide_again")
        elif moved == "guide" and walk.step == 1 and walk.lead:
            dispatcher.utter_message(text=walk.lead)
        count = len(walk.steps)
        said = {
            "article": walk.article,
            "revision": walk.revision,
            "title": walk.title,
            "number": walk.step,
            "of": count,
            "text": walk.steps[walk.step - 1],
        }
        dispatcher.utter_message(
            response="utter_guide_first_step" if walk.step == 1 else "utter_guide_step",
            json_message={"step": said},
            step=walk.step,
            of=count,
            words=walk.text,
        )
        return []


def _moved(tracker: Tracker) -> str | None:
    """What brought the customer to the step: `guide` where the walk begins; None after something else.

    Empty where that has been said already.
    """
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return None
        if event["event"] == "slot" and event["name"] in MOVES:
            return str(event["name"])
        if event["event"] == "action" and event["name"] == "action_guide":
            return ""
        if event["event"] == "bot" and (event.get("metadata") or {}).get("utter_action") in ASKS:
            return ""
    return None
