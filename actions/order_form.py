"""Checks what the order form is told: the order's number, and what shows that it is the customer's."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import digits, email, is_invoice_number, is_prefixed, lacks, order_number, proof
from actions.forms import Slots, before, do_without, refuse, take
from actions.reading import intent

Domain = dict[str, Any]


class ValidateOrderStatusForm(FormValidationAction):
    """An order number as we write them, then the order's e-mail address or postcode."""

    def name(self) -> str:
        return "validate_order_status_form"

    def validate_order_number(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        return checked_number(value, dispatcher, tracker)

    def validate_order_proof(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        text = str(value)
        if found := proof(text):
            return take(dispatcher, tracker, "order_proof", found)
        if is_prefixed(text):
            # The number was put right instead; that is confirmed, and this is asked for again.
            return {"order_proof": None}
        if lacks(text):
            return do_without(dispatcher, tracker, "order_proof")
        return refuse(dispatcher, tracker, "order_proof", "utter_order_proof_unclear")


def checked_number(value: object, dispatcher: CollectingDispatcher, tracker: Tracker) -> Slots:
    """The order number in our way of writing it, or what is wrong with it."""
    text = str(value)
    earlier = before(tracker, "order_number")
    if _is_postcode(text, tracker) and earlier:
        return {"order_number": earlier}
    if number := order_number(text):
        return take(dispatcher, tracker, "order_number", number)
    if is_invoice_number(text):
        return refuse(dispatcher, tracker, "order_number", "utter_order_number_is_invoice")
    if email(text):
        return refuse(dispatcher, tracker, "order_number", "utter_order_number_is_email")
    if count := digits(text):
        return refuse(dispatcher, tracker, "order_number", "utter_order_number_digits", digits=count)
    if lacks(text):
        return do_without(dispatcher, tracker, "order_number")
    return refuse(dispatcher, tracker, "order_number", "utter_order_number_unclear")


def _is_postcode(text: str, tracker: Tracker) -> bool:
    """True for a bare number that answers the question for a postcode: some have five digits, too."""
    asked = tracker.get_slot("requested_slot") == "order_proof"
    return asked and not is_prefixed(text) and intent(tracker) != "correction"
