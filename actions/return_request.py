"""Hand a return's facts to somebody who can register it: the shop's own systems are not ours to write to."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import forgetting
from actions.told import CHOICES
from handoff.escalation import Reason


class ActionReturnRequest(Action):
    """What follows the return form: the facts are confirmed to the customer and become the case's reason."""

    def name(self) -> str:
        return "action_return_request"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        number, item = tracker.get_slot("order_number"), tracker.get_slot("return_product")
        dispatcher.utter_message(response="utter_return_noted", order_number=number, return_product=item)
        reason, wish, state = (
            CHOICES.get(str(tracker.get_slot(slot)), "not known")
            for slot in ("return_reason", "return_wish", "return_condition")
        )
        because = f"the customer wants to return “{item}” from order {number}: {reason}; {wish}; {state}"
        return [
            SlotSet("handoff_reason", Reason.POLICY.value),
            SlotSet("handoff_because", because),
            *forgetting(tracker),
        ]
