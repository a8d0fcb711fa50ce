from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.dialogue.assistant import Annotation, Assistant, DomainEntity, Example, Nlu, Pipeline, RegexSettings
from bot.dialogue.documents import JsonValue
from bot.understanding.entities import EntityFinder
from bot.understanding.entity_training import fit_tagger
from bot.understanding.spotting import Spotters

HERE = Path(__file__).parent
SUNDAY = date(2026, 11, 22)
SHIPPED = HERE.parents[1] / "config" / "rasa"


@pytest.fixture(scope="module")
def tiny() -> EntityFinder:
    return EntityFinder(load_assistant(HERE / "assistants" / "tiny"), ("en", "nb"))


@pytest.fixture(scope="module")
def shipped() -> EntityFinder:
    return EntityFinder(load_assistant(SHIPPED), ("en", "nb"))


def found(finder: EntityFinder, text: str, language: str = "en") -> list[tuple[str, JsonValue]]:
    return [(entity.name, entity.value) for entity in finder.find(text, language, SUNDAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to Maya.Lee@example.org.", [("email", "Maya.Lee@example.org")]),
        ("call +47 912 34 567 please", [("phone", "+4791234567")]),
        ("my number is 91234567", [("phone", "91234567")]),
        ("it came on 2026-11-03", [("date", "2026-11-03")]),
        ("since 3 November 2026", [("date", "2026-11-03")]),
        ("delivered yesterday", [("date", "2026-11-21")]),
        ("TS-12 with a tiny mug", [("order_number", "TS-12"), ("product", "Tiny Mug")]),
        ("a pot of tea", [("product", "Tiny Pot")]),
        ("nothing here", []),
    ],
)
def test_what_the_assistant_knows_is_found(
    tiny: EntityFinder, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(tiny, text) == expected


def test_norwegian_dates_are_found(tiny: EntityFinder) -> None:
    assert found(tiny, "levert 3. november", "nb") == [("date", "2026-11-03")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order NT-10427", [("order_number", "NT-10427")]),
        ("it's 10427.", [("order_number", "10427")]),
        ("invoice INV-2026-00318", [("invoice_number", "INV-2026-00318")]),
        ("my HUB 3 and the cam porch", [("product", "Nettly Hub 3"), ("product", "Nettly Cam Porch")]),
        ("a@b.example", [("email", "a@b.example")]),
    ],
)
def test_the_shipped_assistant_s_numbers_and_products_are_found(
    shipped: EntityFinder, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(shipped, text) == expected


def test_entities_never_overlap(shipped: EntityFinder) -> None:
    entities = shipped.find("Nettly Hub 3, INV-2026-00318, NT-10427 and 10427@example.com", "en")
    assert all(first.end <= second.start for first, second in pairwise(entities))


def test_a_long_message_is_read_to_its_limit(shipped: EntityFinder) -> None:
    assert found(shipped, "a" * 3_900 + " NT-10427 " + "a" * 100_000) == [("order_number", "NT-10427")]


def assistant(nlu: Nlu, *entities: str, pipeline: Pipeline | None = None) -> Assistant:
    """The tiny assistant with other word lists and these entities."""
    tiny = load_assistant(HERE / "assistants" / "tiny")
    domain = replace(tiny.domain, entities={name: DomainEntity(name) for name in entities})
    return replace(tiny, nlu=nlu, domain=domain, pipeline=pipeline or Pipeline())


def shown(text: str, words: str, entity: str, role: str | None = None) -> Example:
    start = text.index(words)
    mark = Annotation(start, start + len(words), words, entity, words, role)
    return Example("book", text, "en", (mark,))


CITIES = tuple(
    shown(f"{before} {city} {after}", city, "city")
    for before in ("fly me to", "a room in", "is it warm in")
    for city, after in (("Oslo", "please"), ("Rome", "on monday"), ("new york", "tonight"))
)


def test_a_misspelt_name_of_a_lookup_is_understood(tiny: EntityFinder) -> None:
    (entity,) = tiny.find("where is my tinny mug", "en")
    assert (entity.value, entity.text, entity.source) == ("Tiny Mug", "tinny mug", "spelling")
    assert entity.probability is not None and 0.5 < entity.probability < 1.0


def test_a_synonym_gives_the_value_and_says_so() -> None:
    nlu = Nlu(lookups={"size": ("huge",)}, synonyms={"huge": "large"})
    (entity,) = EntityFinder(assistant(nlu, "size"), ("en",)).find("a HUGE one", "en")
    assert (entity.value, entity.mapped) == ("large", True)
    plain = assistant(nlu, "size", pipeline=Pipeline(synonyms=False))
    (entity,) = EntityFinder(plain, ("en",)).find("a HUGE one", "en")
    assert (entity.value, entity.mapped) == ("huge", False)


def test_the_settings_of_the_regex_extractor_are_kept() -> None:
    nlu = Nlu(lookups={"size": ("big",)}, regexes={"code": ("AB",)})

    def sizes(text: str, settings: RegexSettings) -> list[tuple[str, JsonValue]]:
        finder = EntityFinder(assistant(nlu, "size", "code", pipeline=Pipeline(regex=settings)), ("en",))
        return found(finder, text)

    assert sizes("BIG ab", RegexSettings()) == [("size", "big"), ("code", "ab")]
    assert sizes("BIG ab", RegexSettings(case_sensitive=True)) == []
    assert sizes("bigger", RegexSettings()) == []
    assert sizes("bigger", RegexSettings(word_boundaries=False)) == [("size", "big")]
    assert sizes("big ab", RegexSettings(lookups=False)) == [("code", "ab")]
    assert sizes("big ab", RegexSettings(regexes=False)) == [("size", "big")]


def test_a_regex_that_is_none_is_left_out() -> None:
    nlu = Nlu(regexes={"code": ("(?P<", r"A\d")})
    assert found(EntityFinder(assistant(nlu, "code"), ("en",)), "A1") == [("code", "A1")]


def test_annotated_examples_are_enough_to_find_what_was_never_seen() -> None:
    trained = assistant(Nlu(CITIES), "city")
    model = fit_tagger(CITIES, ["city"], Spotters(trained, ("en",)).hints)
    finder = EntityFinder(trained, ("en",), model)
    (entity,) = finder.find("a room in Bergen please", "en")
    assert (entity.name, entity.text, entity.source) == ("city", "Bergen", "learnt")
    assert entity.probability is not None and entity.probability > 0.5
    assert finder.find("thank you so much", "en") == ()


def test_a_regex_is_a_mere_hint_where_examples_teach_the_entity() -> None:
    nlu = Nlu(CITIES, regexes={"city": ("[A-Za-z]+",)})
    trained = assistant(nlu, "city")
    model = fit_tagger(CITIES, ["city"], Spotters(trained, ("en",)).hints)
    assert found(EntityFinder(trained, ("en",), model), "thank you") == []
    extracting = replace(trained, pipeline=Pipeline(regex=RegexSettings()))
    assert len(found(EntityFinder(extracting, ("en",), model), "thank you")) == 2


def test_two_entities_of_one_span_are_both_found() -> None:
    both = tuple(
        replace(each, annotations=(*each.annotations, replace(each.annotations[0], entity="state")))
        for each in CITIES
    )
    trained = assistant(Nlu(both), "city", "state")
    model = fit_tagger(both, ["city", "state"], Spotters(trained, ("en",)).hints)
    finder = EntityFinder(trained, ("en",), model)
    assert [each.name for each in finder.find("fly me to Oslo please", "en")] == ["city", "state"]


def test_people_and_places_are_found_by_a_statistical_model_where_one_is_installed() -> None:
    spacy_util = pytest.importorskip("spacy.util")
    if not any(name.startswith("en_") for name in spacy_util.get_installed_models()):
        pytest.skip("no English model of spaCy's is installed (pip install 'firstline[names]')")
    finder = EntityFinder(assistant(Nlu(), "PERSON", "GPE"), ("en", "nb"))
    assert found(finder, "My name is Jane Porter and I live in Berlin") == [
        ("PERSON", "Jane Porter"),
        ("GPE", "Berlin"),
    ]
    unlisted = EntityFinder(assistant(Nlu(), "order_number"), ("en",))
    assert found(unlisted, "My name is Jane Porter") == []
