from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Domain
from bot.parsing import parse_data
from bot.understanding.reading import Entity, Evidence, Intent, Reading, Wish

READING = Reading("where is A1234", "en", (Intent("faq", 0.6), Intent("parcel", 0.3)), known=0.9)
RANKED = (("faq/opening", 0.8), ("faq/other", 0.2))


@pytest.fixture(scope="module")
def domain() -> Domain:
    return load_assistant(Path(__file__).parent / "assistants" / "tiny").domain


def test_an_entity_tells_only_what_is_known() -> None:
    bare = Entity("order_number", "A1234", "A1234", 9, 14, source="pattern")
    whole = replace(
        bare, role="from", group="1", source="learnt", probability=0.91234, mapped=True, value="parcel 1"
    )
    assert parse_data(replace(READING, entities=(bare, whole)), sure=0.0)["entities"] == [
        {
            "entity": "order_number",
            "start": 9,
            "end": 14,
            "value": "A1234",
            "extractor": "RegexEntityExtractor",
        },
        {
            "entity": "order_number",
            "start": 9,
            "end": 14,
            "value": "parcel 1",
            "role": "from",
            "group": "1",
            "extractor": "DIETClassifier",
            "confidence_entity": 0.9123,
            "processors": ["EntitySynonymMapper"],
        },
    ]


def test_tokens_are_told_by_their_places() -> None:
    assert parse_data(READING, sure=0.0)["text_tokens"] == [[0, 5], [6, 8], [9, 14]]


@pytest.mark.parametrize(
    ("sure", "ambiguity", "name"),
    [(0.5, 0.1, "faq"), (0.6, 0.1, "nlu_fallback"), (0.5, 0.3, "nlu_fallback"), (0.0, 0.27, "faq")],
)
def test_below_the_threshold_or_too_close_it_is_the_fallback(
    sure: float, ambiguity: float, name: str
) -> None:
    parse = parse_data(READING, sure=sure, ambiguity=ambiguity)
    assert parse["intent"]["name"] == name
    names = [each["name"] for each in parse["intent_ranking"]]
    assert names == (["faq", "parcel"] if name == "faq" else ["nlu_fallback", "faq", "parcel"])
    if name == "nlu_fallback":
        assert parse["intent"]["confidence"] == sure


def test_a_selector_tells_what_it_would_say(domain: Domain) -> None:
    written = {**domain.written, "responses": {"utter_faq/opening": [{"text": "At nine."}]}}
    parse = parse_data(
        replace(READING, selected={"faq": RANKED}), sure=0.0, domain=replace(domain, written=written)
    )
    assert parse["response_selector"] == {
        "all_retrieval_intents": ["faq"],
        "faq": {
            "response": {
                "responses": [{"text": "At nine."}],
                "confidence": 0.8,
                "intent_response_key": "faq/opening",
                "utter_action": "utter_faq/opening",
            },
            "ranking": [
                {"confidence": 0.8, "intent_response_key": "faq/opening"},
                {"confidence": 0.2, "intent_response_key": "faq/other"},
            ],
        },
    }
    assert parse["intent"]["full_retrieval_intent_name"] == "faq/opening"


def test_an_intent_that_retrieves_nothing_has_no_full_name(domain: Domain) -> None:
    reading = replace(READING, intents=(Intent("parcel", 1.0),), selected={"default": RANKED})
    parse = parse_data(reading, sure=0.0, domain=domain)
    assert "full_retrieval_intent_name" not in parse["intent"]
    assert "default" in parse["response_selector"]


def test_a_literal_reaches_no_selector(domain: Domain) -> None:
    assert "response_selector" not in parse_data(replace(READING, literal=True), sure=0.9, domain=domain)


def test_wishes_and_evidence_travel_beside_the_rest() -> None:
    wish = Wish(0, 5, "where", Intent("parcel", 0.8))
    evidence = Evidence((("where is my parcel", 0.9),), (("where is", 1.25),))
    ours = parse_data(replace(READING, wishes=(wish, wish), evidence=evidence), sure=0.0)["firstline"]
    assert [each["intent"]["name"] for each in ours["wishes"]] == ["parcel", "parcel"]
    assert ours["evidence"] == {
        "examples": [{"text": "where is my parcel", "weight": 0.9}],
        "words": [{"text": "where is", "weight": 1.25}],
    }
