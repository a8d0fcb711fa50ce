"""Say an answer with its sources, ask whether it helped, and offer to walk its steps."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import active_form
from actions.reading import language
from actions.services import Services
from actions.walking import is_walked_through, offer_to_go_on, owes_offer, payload, walking
from actions.wording import in_language
from kb.knowledge import Answer, Hit

Json = dict[str, Any]


def give(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    domain: Json,
    services: Services,
    answer: Answer,
    asked: str,
) -> list[EventType]:
    """Say it, and give the slots that it sets. A form has a question of its own: nothing is asked in one."""
    hit, spoken = answer.hit, language(tracker)
    if any(each.passage.language != spoken for each in (hit, *answer.also)):
        dispatcher.utter_message(response="utter_other_language")
    cited = {"answer": source(hit, answer.probability, answer.generation)}
    if answer.also:
        more = [source(each, each.probability, answer.generation) for each in answer.also]
        cited["also"] = more  # type: ignore[assignment]
    dispatcher.utter_message(text=answer.text, json_message=cited)
    if active_form(tracker) is not None:
        return [SlotSet("misses", 0)]
    offered = _walks(answer, domain, services, spoken)
    dispatcher.utter_message(response="utter_did_this_help", **({"buttons": offered} if offered else {}))
    left = walking(tracker)
    if left is not None and owes_offer(tracker):
        offer_to_go_on(dispatcher, left)
    return [
        SlotSet("last_article", hit.passage.article),
        SlotSet("question", asked),
        SlotSet("misses", 0),
    ]


def source(hit: Hit, probability: float, generation: int) -> Json:
    """The citation of an answer, as the channels carry it."""
    return {
        "article": hit.passage.article,
        "revision": hit.passage.revision,
        "passage": hit.passage.number,
        "title": hit.title,
        "heading": " › ".join(hit.passage.heading),
        "url": f"/help/{hit.passage.language}/{hit.slug}",
        "updated": hit.updated_at.date().isoformat(),
        "language": hit.passage.language,
        "probability": round(probability, 3),
        "generation": generation,
    }


def _walks(answer: Answer, domain: Json, services: Services, spoken: str) -> list[Json]:
    """The button that walks the first cited article that has steps; none where there are none to walk."""
    title = in_language((domain.get("responses") or {}).get("utter_guide_button") or [], spoken)
    if title is None or not is_walked_through(domain):
        return []
    for hit in (answer.hit, *answer.also):
        guide = services.knowledge.guide(hit.passage.article, hit.passage.number)
        if guide is not None:
            return [{"title": title, "payload": payload(guide)}]
    return []
