"""Put right what the customer gave before: at once where the right value came along, else by asking again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import answers
from actions.forms import active_form, say_changed
from actions.reading import question

# Which answer is meant, by the customer's words for it; a postcode ("postnummer") before a number.
MEANT = (
    ("order_proof", r"e-?mail|e-?post|post ?code|postal|zip|postn"),
    ("order_number", r"order|number|ordre|bestilling|nummer|\bnr\b|digit|siff"),
    ("return_reason", r"reason|why|grunn|årsak|hvorfor"),
    ("return_wish", r"refund|money|exchange|swap|refusjon|penge|bytte"),
    ("return_condition", r"open|used|condition|åpne|brukt|stand\b"),
    ("return_product", r"item|product|device|vare|produkt|enhet"),
)
LACKING = ("order_number", "order_proof")
READERS: dict[str, Callable[[str], str | None]] = {
    "order_number": answers.order_number,
    "order_proof": answers.proof,
    "return_wish": answers.wish,
    "return_condition": answers.condition,
}


class ActionCorrect(Action):
    """In a form the answer that was meant is replaced, or emptied for the form to ask again."""

    def name(self) -> str:
        return "action_correct"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        text = question(tracker)
        form = active_form(tracker)
        if form is None:
            number = answers.order_number(text)
            if number is None:
                dispatcher.utter_message(response="utter_what_to_correct")
                return []
            say_changed(dispatcher, "order_number", number)
            return [SlotSet("order_number", number)]
        slot = _meant(text, form, tracker, domain)
        if slot is None and answers.lacks(text) and tracker.get_slot("requested_slot") in LACKING:
            # "I can't find the number" puts nothing right: there is nothing to put right yet.
            dispatcher.utter_message(response=f"utter_{tracker.get_slot('requested_slot')}_lacking")
            return [SlotSet("form_stuck", True)]
        if slot is None:
            dispatcher.utter_message(response="utter_lets_correct")
            return []
        value = READERS[slot](text) if slot in READERS else None
        if value is None:
            dispatcher.utter_message(response="utter_lets_correct")
        else:
            say_changed(dispatcher, slot, value)
        return [SlotSet(slot, value)]


def _meant(text: str, form: str, tracker: Tracker, domain: dict[str, Any]) -> str | None:
    """The answer to be put right: the one that is named, else the last one given; None where none is."""
    asked = ((domain.get("forms") or {}).get(form) or {}).get("required_slots") or []
    given = [slot for slot in asked if tracker.get_slot(slot) is not None]
    named = (slot for slot, words in MEANT if slot in given and re.search(words, text, re.IGNORECASE))
    return next(named, given[-1] if given else None)
