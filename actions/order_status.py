"""Hand an order's facts to somebody who can look it up: the shop's own systems are not ours to ask."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from handoff.escalation import Reason


class ActionOrderStatus(Action):
    """What follows the order form: the facts are confirmed to the customer and become the case's reason."""

    def name(self) -> str:
        return "action_order_status"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        number, proof = tracker.get_slot("order_number"), tracker.get_slot("order_proof")
        dispatcher.utter_message(response="utter_order_status_noted", order_number=number, order_proof=proof)
        kind = "e-mail address" if "@" in str(proof) else "postcode"
        return [
            SlotSet("order_proof", None),
            SlotSet("handoff_reason", Reason.POLICY.value),
            SlotSet("handoff_because", f"the customer asks where order {number} is and gave its {kind}"),
        ]
