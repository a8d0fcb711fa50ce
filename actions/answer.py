"""Answer from the knowledge base, or say that it holds no answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import active_form
from actions.reading import FALLBACK, intent, language, question, topic
from actions.services import Services, ServicesSource, open_services
from handoff.escalation import Reason
from kb.knowledge import Answer, Hit, NoAnswer

# Each choice, and all of them together, by their calibrated probability of holding the answer.
LEAST_CHOICE, LIKELY_TOGETHER = 0.1, 0.3


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
            return give(dispatcher, found, asked, in_form=active_form(tracker) is not None)
        services.gaps.note(asked, language=spoken, reason=found.reason, conversation=tracker.sender_id)
        return _miss(dispatcher, tracker, asked, found, services)


def give(
    dispatcher: CollectingDispatcher, answer: Answer, asked: str, *, in_form: bool = False
) -> list[EventType]:
    """Say the answer with its source and ask whether it helped; a form has a question of its own to ask."""
    hit = answer.hit
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
    dispatcher: CollectingDispatcher, tracker: Tracker, asked: str, found: NoAnswer, services: Services
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
    choices = _choices(found)
    if choices:
        buttons = [{"title": hit.title, "payload": hit.title} for hit in choices]
        asks = "utter_did_you_mean" if len(choices) > 1 else "utter_is_it_this"
        dispatcher.utter_message(response=asks, buttons=buttons)
    else:
        dispatcher.utter_message(response="utter_no_answer" if understood else "utter_ask_rephrase")
    return events


def _choices(found: NoAnswer) -> list[Hit]:
    """The articles to choose from, where one of them is likely enough to be worth the question."""
    near = [hit for hit in found.nearest if hit.probability >= LEAST_CHOICE]
    return near if sum(hit.probability for hit in near) >= LIKELY_TOGETHER else []
