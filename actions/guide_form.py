"""Hear what the customer says of the step they were given, and move on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import Slots
from actions.reactions import reaction
from actions.reading import intent, question
from actions.walking import named, walking
from kb.answering.steps import Heard

Domain = dict[str, Any]


class ValidateGuideForm(FormValidationAction):
    """A button brings the reaction itself, words are read for it. Anything else is left to the rules."""

    def name(self) -> str:
        return "validate_guide_form"

    def extract_guide_reaction(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        # What begins the walk says nothing of a step yet.
        if tracker.get_slot("requested_slot") != "guide_reaction" or walking(tracker) is None:
            return {}
        tapped = named(tracker)
        if tapped is not None:
            return {"guide_reaction": tapped} if tapped in set(Heard) else {}
        text = question(tracker)
        heard = None if text.startswith("/") else reaction(text, intent(tracker))
        return {} if heard is None else {"guide_reaction": heard.value}

    def validate_guide_reaction(
        self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Slots:
        walk = walking(tracker)
        if walk is None:
            return {"guide_reaction": Heard.SOLVED.value}  # there is nothing left to ask about
        if value not in set(Heard):
            return {"guide_reaction": None}  # emptied by what began the walk, or set by nobody of ours
        heard = Heard(str(value))
        if heard is Heard.BACK and walk.step == 1:
            dispatcher.utter_message(response="utter_guide_first")
        place = walk.place.after(heard)
        return {
            "guide_reaction": None if place.ended is None else heard.value,
            "guide_step": place.step,
            "guide_heard": {"step": walk.step, "reaction": heard.value},
            "misses": 0,
        }
