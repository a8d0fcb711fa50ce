"""Answer from the knowledge base, or say that it holds no answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.giving import give
from actions.noting import note_asked
from actions.reactions import reaction
from actions.reading import (
    FALLBACK,
    intent,
    intents,
    language,
    question,
    topic,
    was_answered_whole,
    whole_message,
)
from actions.services import Services, ServicesSource, open_services
from actions.walking import (
    Walking,
    is_walked_through,
    is_walking,
    offer_to_go_on,
    owes_offer,
    walking,
)
from actions.walks import wants_walk
from actions.wording import in_language
from handoff.escalation import Reason
from kb.knowledge import Answer, NoAnswer

# Thanks, praise and "it works" are near each other: which of them it is need not be sure.
PLEASED, SURELY_PLEASED = ("helped", "thank"), 0.5
# Each choice, and all of them together, by their calibrated probability of holding the answer.
LEAST_CHOICE, LIKELY_TOGETHER = 0.1, 0.3
MOST_CHOICES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the customer may have meant: what its button says, and what tapping it says."""

    probability: float
    title: str
    payload: str


class ActionAnswer(Action):
    """Searches for the customer's question; one answer with its source, or one miss more."""

    def __init__(self, services: ServicesSource = open_services) -> None:
        self._services = services

    def name(self) -> str:
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        services = self._services()
        if _is_pleased(tracker) and not is_walking(tracker):
            dispatcher.utter_message(response="utter_thanks")
            return [SlotSet("last_article", None), SlotSet("misses", 0)]
        asked = question(tracker)
        if is_walked_through(domain) and not is_walking(tracker) and _about_walk(tracker, asked):
            return [FollowupAction("action_guide")]
        spoken, without = language(tracker), frozenset(tracker.get_slot("rejected") or ())
        whole = whole_message(tracker)
        if whole is not None:
            if was_answered_whole(tracker):
                return []
            together = services.knowledge.answer(whole, language=spoken, without=without)
            if isinstance(together, Answer) and together.also:
                note_asked(services, tracker, whole, together)
                return give(dispatcher, tracker, domain, services, together, whole)
        found = services.knowledge.answer(asked, language=spoken, without=without, topic=topic(tracker))
        note_asked(services, tracker, asked, found)
        if isinstance(found, Answer) and not _is_at_hand(found, tracker):
            # The wish in other words comes first, so that the customer can tell whether it was understood.
            about = f"utter_about_{intent(tracker)}"
            if about in (domain.get("responses") or {}):
                dispatcher.utter_message(response=about)
            return give(dispatcher, tracker, domain, services, found, asked)
        wishes = _wishes(tracker, domain) if intent(tracker) == FALLBACK else []
        choices = _choices(found, wishes, walking(tracker)) if isinstance(found, NoAnswer) else []
        return _miss(dispatcher, tracker, asked, choices, services)


def _is_pleased(tracker: Tracker) -> bool:
    pleased = sum(sure for name, sure in intents(tracker) if name in PLEASED)
    asks = question(tracker).rstrip().endswith("?")
    return intent(tracker) == FALLBACK and pleased >= SURELY_PLEASED and not asks


def _about_walk(tracker: Tracker, asked: str) -> bool:
    """Whether the customer wants to be walked through steps, or speaks of the step where a walk was left."""
    left = walking(tracker) is not None and intent(tracker) == FALLBACK and reaction(asked) is not None
    return wants_walk(asked) or left


def _is_at_hand(found: Answer, tracker: Tracker) -> bool:
    """Whether the answer is the very steps that the customer is being walked through."""
    walk = walking(tracker) if is_walking(tracker) else None
    cited = found.hit.passage
    return walk is not None and (walk.article, walk.passage) == (cited.article, cited.number)


def _miss(
    dispatcher: CollectingDispatcher, tracker: Tracker, asked: str, choices: list[Choice], services: Services
) -> list[EventType]:
    left = walking(tracker)
    if left is not None and not choices and owes_offer(tracker):
        offer_to_go_on(dispatcher, left)
        return [SlotSet("question", asked), SlotSet("last_article", None)]
    misses = int(tracker.get_slot("misses") or 0) + 1
    understood = intent(tracker) not in (None, FALLBACK)
    events: list[EventType] = [
        SlotSet("misses", misses),
        SlotSet("question", asked),
        SlotSet("last_article", None),
    ]
    if misses >= services.misses:
        reason = Reason.NO_ANSWER if understood else Reason.NOT_UNDERSTOOD
        because = f"{misses} questions in a row that the bot could not answer"
        return [
            *events,
            SlotSet("handoff_reason", reason.value),
            SlotSet("handoff_because", because),
            FollowupAction("action_escalate"),
        ]
    if choices:
        buttons = [{"title": each.title, "payload": each.payload} for each in choices]
        asks = "utter_did_you_mean" if len(choices) > 1 else "utter_is_it_this"
        dispatcher.utter_message(response=asks, buttons=buttons)
    elif is_walking(tracker):
        dispatcher.utter_message(response="utter_guide_unclear")
    else:
        dispatcher.utter_message(response="utter_no_answer" if understood else "utter_ask_rephrase")
    return events


def _choices(found: NoAnswer, wishes: list[Choice], walk: Walking | None) -> list[Choice]:
    """What the customer may have meant, where it is likely enough to be worth the question.

    The article that is being walked is none: its steps are at hand.
    """
    articles = (
        Choice(hit.probability, hit.title, hit.title)
        for hit in found.nearest
        if walk is None or hit.passage.article != walk.article
    )
    near = [each for each in (*wishes, *articles) if each.probability >= LEAST_CHOICE]
    likeliest = sorted(near, key=lambda each: -each.probability)[:MOST_CHOICES]
    return likeliest if sum(each.probability for each in likeliest) >= LIKELY_TOGETHER else []


def _wishes(tracker: Tracker, domain: dict[str, Any]) -> list[Choice]:
    """The wishes that a form or a person serves, under the titles that the assistant has for them."""
    responses = domain.get("responses") or {}
    named = ((name, sure, responses.get(f"utter_choose_{name}")) for name, sure in intents(tracker))
    return [
        Choice(sure, title, f"/{name}")
        for name, sure, variants in named
        if (title := in_language(variants or [], language(tracker)))
    ]
