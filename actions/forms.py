"""What the forms share: how an answer is taken or refused, corrected, and how a form is left."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.reading import intent, question

Slots = dict[str, Any]

ANSWERS = ("order_proof", "return_product", "return_reason", "return_wish", "return_condition")
"""What belongs to one request and not to the next; the order number is kept for the whole conversation."""

WISHES = ("order_status", "return_item")
"""What opens a form; said again in one, it is no wrong answer."""

TRIES = 2
"""Answers in a row that can't be used; then a person is offered."""


def active_form(tracker: Tracker) -> str | None:
    """The name of the form the customer is in."""
    name = (tracker.active_loop or {}).get("name")
    return None if name is None else str(name)


def before(tracker: Tracker, slot: str) -> object:
    """A slot's value when the last message came, if the form was already asking then; None otherwise."""
    value = form = known = None
    for event in tracker.events:
        if event["event"] == "user":
            known = value if form else None
        elif event["event"] == "slot" and event["name"] == slot:
            value = event["value"]
        elif event["event"] == "active_loop":
            form = event["name"]
        elif event["event"] in ("session_started", "restart"):
            value = form = None
    return known


def take(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: object) -> Slots:
    """Keep an answer, and say so where it replaces another one."""
    earlier = before(tracker, slot)
    if earlier not in (None, value):
        say_changed(dispatcher, slot, value)
    return {slot: value, **_forget(tracker, "form_tries", "form_stuck")}


def refuse(
    dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, response: str, **words: object
) -> Slots:
    """Say what is wrong and how to mend it, and offer a person where that keeps failing."""
    tries = int(tracker.get_slot("form_tries") or 0) + 1
    if question(tracker).rstrip().endswith("?") and intent(tracker) not in WISHES:
        dispatcher.utter_message(response="utter_why_asked")
    elif intent(tracker) not in WISHES:
        dispatcher.utter_message(response=response, **words)
    stuck = tries >= TRIES
    if stuck:
        dispatcher.utter_message(response="utter_form_offer_person")
    return {slot: None, "form_tries": tries, **({"form_stuck": True} if stuck else {})}


def do_without(dispatcher: CollectingDispatcher, tracker: Tracker, slot: str) -> Slots:
    """Say where to find what the customer lacks, and that a person needs it less."""
    tries = int(tracker.get_slot("form_tries") or 0) + 1
    dispatcher.utter_message(response=f"utter_{slot}_lacking")
    return {slot: None, "form_tries": tries, "form_stuck": True}


def say_changed(dispatcher: CollectingDispatcher, slot: str, value: object) -> None:
    """Confirm a corrected answer; a choice has no words of its own to repeat."""
    named = slot in ("order_number", "order_proof", "return_product")
    if named:
        dispatcher.utter_message(response=f"utter_{slot}_changed", **{slot: value})
    else:
        dispatcher.utter_message(response="utter_choice_changed")


def leaving(tracker: Tracker) -> list[EventType]:
    """The events that end the active form and forget what it asked for; none where there is no form."""
    if active_form(tracker) is None:
        return []
    return [ActiveLoop(None), SlotSet("requested_slot", None), *forgetting(tracker)]


def forgetting(tracker: Tracker) -> list[EventType]:
    """The events that clear a form's answers for the next request."""
    return [SlotSet(name, None) for name in _forget(tracker, *ANSWERS, "form_tries", "form_stuck")]


def _forget(tracker: Tracker, *slots: str) -> Slots:
    return {slot: None for slot in slots if tracker.get_slot(slot) is not None}
