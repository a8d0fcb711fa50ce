"""Checks what the return form is told: which order and item, why, what for, and in what condition."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import condition, product, reason, wish
from actions.forms import Slots, refuse, take
from actions.order_form import checked_number

Domain = dict[str, Any]


class ValidateReturnForm(FormValidationAction):
    """Buttons bring a choice's own value, a customer's words are read for the nearest one."""

    def name(self) -> str:
        return "validate_return_form"

    def validate_order_number(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        return checked_number(value, dispatcher, tracker)

    def validate_return_product(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        if found := product(str(value)):
            return take(dispatcher, tracker, "return_product", found)
        return refuse(dispatcher, tracker, "return_product", "utter_return_product_unclear")

    def validate_return_reason(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        chosen = _choice(value, "return_reason", domain) or reason(str(value))
        return take(dispatcher, tracker, "return_reason", chosen)

    def validate_return_wish(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        if chosen := _choice(value, "return_wish", domain) or wish(str(value)):
            return take(dispatcher, tracker, "return_wish", chosen)
        return refuse(dispatcher, tracker, "return_wish", "utter_return_wish_unclear")

    def validate_return_condition(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        if chosen := _choice(value, "return_condition", domain) or condition(str(value)):
            return take(dispatcher, tracker, "return_condition", chosen)
        return refuse(dispatcher, tracker, "return_condition", "utter_return_condition_unclear")


def _choice(value: object, slot: str, domain: Domain) -> str | None:
    """The value itself where it is one of the slot's own, as from a button."""
    values = ((domain.get("slots") or {}).get(slot) or {}).get("values") or ()
    return str(value) if value in values else None
