"""What the forms were told, as facts for the case: a tap on a button shows nothing of it in its words."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from actions.answers import email, order_number
from actions.reading import heard
from handoff.escalation import Told

CHOICES = {
    "changed_mind": "changed their mind",
    "not_as_expected": "not as expected",
    "faulty": "does not work as it should",
    "wrong_or_damaged": "came wrong or damaged",
    "other": "another reason",
    "not_said": "no reason given",
    "refund": "wants a refund",
    "exchange": "wants another item",
    "unopened": "unopened",
    "opened": "opened, as good as new",
    "used": "used",
}
"""The return form's choices in a colleague's words."""

FACTS = {
    "return_product": "product",
    "return_reason": "detail:reason",
    "return_wish": "detail:wish",
    "return_condition": "detail:condition",
}


def told(tracker: Tracker) -> tuple[Told, ...]:
    """What forms have kept, the last value of each slot with the message that gave it.

    A form that is done empties its slots for the next one: what it was told is told all the same.
    """
    kept: dict[str, tuple[object, int]] = {}
    form = None
    for number, event in heard(tracker):
        if event["event"] == "active_loop":
            form = event.get("name")
        elif event["event"] == "slot":
            _keep(kept, event, number, in_form=form is not None)
    found = (_told(slot, str(value), number) for slot, (value, number) in kept.items())
    return tuple(each for each in found if each is not None)


def _keep(kept: dict[str, tuple[object, int]], event: dict[str, Any], number: int, *, in_form: bool) -> None:
    slot, value = event["name"], event.get("value")
    if slot not in FACTS and slot not in ("order_number", "order_proof"):
        return
    if value is None and in_form:
        kept.pop(slot, None)  # the form could not use it, or asks for it anew
    elif value is not None and number and kept.get(slot, (None, 0))[0] != value:
        kept[slot] = (value, number)


def _told(slot: str, value: str, number: int) -> Told | None:
    if slot == "order_number":
        named = order_number(value)
        return Told("order", named, number, True) if named else None
    if slot == "order_proof":
        address = email(value)
        return Told("email" if address else "detail:postcode", address or value, number, address is not None)
    return Told(FACTS[slot], CHOICES.get(value, value), number, False)
