"""Answer from the knowledge base, or say that it holds no answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import active_form
from actions.reading import FALLBACK, intent, intents, language, question, topic
from actions.services import Services, ServicesSource, open_services
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
        if _is_pleased(tracker):
            dispatcher.utter_message(response="utter_thanks")
            return [SlotSet("last_article", None), SlotSet("misses", 0)]
        asked = question(tracker)
        spoken = language(tracker)
        rejected = tuple(tracker.get_slot("rejected") or ())
        found = services.knowledge.answer(
            asked, language=spoken, without=frozenset(rejected), topic=topic(tracker)
        )
        if isinstance(found, Answer):
            # The wish in other words comes first, so that the customer can tell whether it was understood.
            about = f"utter_about_{intent(tracker)}"
            if about in (domain.get("responses") or {}):
                dispatcher.utter_message(response=about)
            return give(dispatcher, found, asked, spoken, in_form=active_form(tracker) is not None)
        services.gaps.note(asked, language=spoken, reason=found.reason, conversation=tracker.sender_id)
        wishes = _wishes(tracker, domain) if intent(tracker) == FALLBACK else []
        return _miss(dispatcher, tracker, asked, _choices(found, wishes), services)


def _is_pleased(tracker: Tracker) -> bool:
    pleased = sum(sure for name, sure in intents(tracker) if name in PLEASED)
    return intent(tracker) == FALLBACK and pleased >= SURELY_PLEASED


def give(
    dispatcher: CollectingDispatcher, answer: Answer, asked: str, spoken: str, *, in_form: bool = False
) -> list[EventType]:
    """Say the answer with its source and ask whether it helped; a form has a question of its own to ask."""
    hit = answer.hit
    if hit.passage.language != spoken:
        dispatcher.utter_message(response="utter_other_language")
    dispatcher.utter_message(
        text=answer.text,
        json_message={
            "answer": {
                "article": hit.passage.article,
                "revision": hit.passage.revision,
                "passage": hit.passage.number,
                "title": hit.title,
                "heading": " › ".join(hit.passage.heading),
                "url": f"/help/{hit.passage.language}/{hit.slug}",
                "updated": hit.updated_at.date().isoformat(),
                "language": hit.passage.language,
                "probability": round(answer.probability, 3),
                "generation": answer.generation,
            }
        },
    )
    if in_form:
        return [SlotSet("misses", 0)]
    dispatcher.utter_message(response="utter_did_this_help")
    return [
        SlotSet("last_article", hit.passage.article),
        SlotSet("question", asked),
        SlotSet("misses", 0),
    ]


def _miss(
    dispatcher: CollectingDispatcher, tracker: Tracker, asked: str, choices: list[Choice], services: Services
) -> list[EventType]:
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
    else:
        dispatcher.utter_message(response="utter_no_answer" if understood else "utter_ask_rephrase")
    return events


def _choices(found: NoAnswer, wishes: list[Choice]) -> list[Choice]:
    """What the customer may have meant, where it is likely enough to be worth the question."""
    articles = (Choice(hit.probability, hit.title, hit.title) for hit in found.nearest)
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
        if (title := _in_language(variants or [], language(tracker)))
    ]


def _in_language(variants: list[dict[str, Any]], spoken: str) -> str | None:
    """The text of the variant for a language, else of the one without a condition."""
    meant = {"type": "slot", "name": "language", "value": spoken}
    chosen = [each["text"] for each in variants if meant in (each.get("condition") or [])]
    return next(iter(chosen or [each["text"] for each in variants if not each.get("condition")]), None)
