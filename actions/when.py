"""Say when a person comes, where nobody is there, and ask how the answer shall reach the customer."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.moments import Files, moment_in_words, wait_in_words
from actions.reading import language
from actions.services import Services
from handoff.case import Case
from handoff.intake import Outlook

BY_MAIL = frozenset({"email"})
"""Channels whose customers don't sit and wait: no place in a queue is news to them."""


def tell_when(
    dispatcher: CollectingDispatcher, tracker: Tracker, services: Services, case: Case
) -> list[EventType]:
    """Where somebody is there: the place in the queue and how long it may take, as far as known.

    Outside the team's hours, or with nobody free, and always by mail: by when they hear from us. Then their
    e-mail is asked, where it is not known. What is asked is the slot `contact`, which the bot goes on with
    while the customer waits.
    """
    outlook, now = services.intake.outlook(case.handoff_id), services.clock.now()
    free = outlook.anybody_online or not outlook.staffed
    spoken = language(tracker)
    if case.agent is not None:
        return []
    by_mail = tracker.get_latest_input_channel() in BY_MAIL
    if outlook.open and free and not by_mail:
        _tell_place(dispatcher, outlook, spoken, services.moments)
        return []
    known = case.contact
    response = "utter_nobody_free" if outlook.open else "utter_closed"
    answers = response if known is None else f"{response}_known"
    dispatcher.utter_message(
        response="utter_answer_by" if by_mail else answers,
        opens=moment_in_words(outlook.opens_at or now, now, outlook.zone, spoken, services.moments),
        when=moment_in_words(outlook.promised_by, now, outlook.zone, spoken, services.moments),
        case=case.number,
        contact=known,
        json_message={"promised_by": outlook.promised_by.isoformat()},
    )
    return [] if known is not None else [SlotSet("contact", {"asks": "email"})]


def _tell_place(dispatcher: CollectingDispatcher, outlook: Outlook, spoken: str, words: Files) -> None:
    """Their place and the wait; nothing to the first in line of whom nobody can say when it ends."""
    place = outlook.place
    if place is None or (place.position == 1 and place.wait is None and not outlook.staffed):
        return
    next_one = "utter_in_queue_next" if place.position == 1 else "utter_in_queue"
    if place.wait is None:
        dispatcher.utter_message(response=next_one, place=place.position)
    else:
        wait = wait_in_words(place.wait, spoken, words)
        dispatcher.utter_message(response=f"{next_one}_wait", place=place.position, wait=wait)
