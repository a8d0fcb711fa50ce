"""A reading as Rasa's parse result: what `/model/parse` answers and a user event carries as `parse_data`.

Source of the shape: Rasa Open Source 3.6, `rasa.shared.nlu.constants` and its classifiers' output.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.assistant import Domain
from bot.understanding.reading import FALLBACK_INTENT, Entity, Reading, Source, Wish
from bot.understanding.spelling import WORD

Json = dict[str, Any]

# Rasa's names for who finds entities that way.
EXTRACTORS: Mapping[Source, str] = {
    "pattern": "RegexEntityExtractor",
    "lookup": "RegexEntityExtractor",
    "spelling": "RegexEntityExtractor",
    "learnt": "DIETClassifier",
    "shape": "DucklingEntityExtractor",
    "statistical": "SpacyEntityExtractor",
    "literal": "RegexMessageHandler",
}
MOST_RANKED = 10
MOST_TOKENS = 1_000


def parse_data(
    reading: Reading, *, sure: float, ambiguity: float = 0.0, domain: Domain | None = None
) -> Json:
    """A reading as Rasa's parse result, with our own findings beside it under `firstline`.

    Below `sure`, or with the second less than `ambiguity` behind the first, the intent is `nlu_fallback` and
    heads the ranking, as with Rasa's FallbackClassifier: the real guess comes second. Confidences are the
    probability that the text is in scope and means the intent. domain: has the responses of retrieval
    intents; without it no `response_selector` is told.
    """
    ranking: list[Json] = [
        {"name": each.name, "confidence": round(reading.known * each.probability, 4)}
        for each in reading.intents[:MOST_RANKED]
    ]
    selected = _selected(reading, domain) if domain is not None and not reading.literal else {}
    if ranking and (key := _response_key(ranking[0]["name"], reading)) is not None:
        ranking[0]["full_retrieval_intent_name"] = key
    lead = (
        ranking[0]["confidence"] - (ranking[1]["confidence"] if len(ranking) > 1 else 0.0) if ranking else 0.0
    )
    if not reading.literal and (reading.certainty < sure or lead < ambiguity):
        ranking.insert(0, {"name": FALLBACK_INTENT, "confidence": sure})
    return {
        "text": reading.text,
        "intent": dict(ranking[0]) if ranking else {"name": None, "confidence": 0.0},
        "entities": [_entity(each) for each in reading.entities],
        "text_tokens": [list(match.span()) for match in WORD.finditer(reading.text)][:MOST_TOKENS],
        "intent_ranking": ranking,
        **({"response_selector": selected} if selected else {}),
        "firstline": _ours(reading),
    }


def _ours(reading: Reading) -> Json:
    return {
        "language": reading.language,
        "mood": {"label": reading.mood.label, "evidence": list(reading.mood.evidence)},
        "wants_person": round(reading.wants_person, 4),
        "known": round(reading.known, 4),
        "sensitive": [{"topic": each.topic, "words": each.words} for each in reading.sensitive],
        "because": reading.because,
        "evidence": {
            "examples": _weighed(reading.evidence.examples),
            "words": _weighed(reading.evidence.words),
        },
        "wishes": [_wish(each) for each in reading.wishes],
    }


def _weighed(found: Sequence[tuple[str, float]]) -> list[Json]:
    return [{"text": text, "weight": round(weight, 3)} for text, weight in found]


def _wish(wish: Wish) -> Json:
    return {
        "start": wish.start,
        "end": wish.end,
        "text": wish.text,
        "intent": {"name": wish.intent.name, "confidence": round(wish.intent.probability, 4)},
        "entities": [_entity(each) for each in wish.entities],
    }


def _entity(entity: Entity) -> Json:
    sure = None if entity.probability is None else round(entity.probability, 4)
    found = {
        "entity": entity.name,
        "start": entity.start,
        "end": entity.end,
        "confidence_entity": sure,
        "role": entity.role,
        "group": entity.group,
        "extractor": EXTRACTORS[entity.source],
        "processors": ["EntitySynonymMapper"] if entity.mapped else None,
    }
    # A value may be null: a literal message can say so.
    return {key: each for key, each in found.items() if each is not None} | {"value": entity.value}


def _selected(reading: Reading, domain: Domain) -> Json:
    """What each response selector would say; empty where the assistant has none."""
    if not reading.selected:
        return {}
    retrieval = sorted(name for name, intent in domain.intents.items() if intent.retrieval)
    found: Json = {"all_retrieval_intents": retrieval}
    for name, ranking in reading.selected.items():
        ranked = [{"confidence": round(sure, 4), "intent_response_key": key} for key, sure in ranking]
        key, sure = ranking[0]
        found[name] = {
            "response": {
                "responses": _responses(f"utter_{key}", domain),
                "confidence": round(sure, 4),
                "intent_response_key": key,
                "utter_action": f"utter_{key}",
            },
            "ranking": ranked,
        }
    return found


def _responses(name: str, domain: Domain) -> Any:
    """The variants of a response as the domain writes them."""
    responses = domain.written.get("responses")
    return responses.get(name, []) if isinstance(responses, dict) else []


def _response_key(intent: str, reading: Reading) -> str | None:
    """The likeliest response key of a retrieval intent, by the selector that knows it."""
    for ranking in reading.selected.values():
        key = ranking[0][0]
        if key.partition("/")[0] == intent:
            return key
    return None
