"""What a customer is told where the article that fits is written in another language, and why nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.article import ArticleId, Draft
from kb.generators.extractive import ExtractiveGenerator
from kb.knowledge import Answer, Knowledge, NoAnswer
from kb.opening import Kb
from tests.kb.bases import ARTICLES, publish

PHRASED = "Når får jeg pengene mine tilbake?"
BOKMAL = (
    Draft(
        "Leveringstider",
        "Pakken kommer innen tre virkedager. I helgene kjører ingen bil.",
        "nb",
        questions=("Hvor lang tid tar levering?",),
        id=ArticleId("levering"),
    ),
    Draft(
        "Åpningstider i butikken",
        "Butikken er åpen fra ni til fem på hverdager.",
        "nb",
        questions=("Når åpner dere?",),
        id=ArticleId("apent"),
    ),
)
LEFT = "My lamp does not show up in the app"
"""A question that the English article on pairing has, and no other."""
VAGUE = "katten lamp fergen"
"""The same less surely."""


@pytest.fixture
def mixed(room: Kb) -> Kb:
    """English articles, one with a phrasing in Bokmål, and articles in Bokmål about other things."""
    phrased = (
        replace(draft, questions=(*(draft.questions or ()), PHRASED)) if draft.id == "refund" else draft
        for draft in ARTICLES
    )
    publish(room, *phrased, *BOKMAL)
    return room


def asked(room: Kb, question: str, line: float = 0.0, language: str = "nb") -> Answer | NoAnswer:
    """line: the least probability to answer with; 0 is the base's own."""
    knowledge = Knowledge(room.indexer, room.embedder, ExtractiveGenerator(), risk=0.05, sure=line)
    return knowledge.answer(question, language=language)


def probability(room: Kb, question: str) -> float:
    """That of the article which answers, in whatever language."""
    return max(hit.probability for hit in room.knowledge.search(question, language="nb"))


def test_an_article_is_found_by_an_editors_phrasing_in_the_customers_language(mixed: Kb) -> None:
    found = asked(mixed, "når får jeg pengene tilbake")
    assert isinstance(found, Answer)
    assert (found.hit.passage.article, found.hit.passage.language) == ("refund", "en")


def test_an_article_is_found_by_terms_that_both_languages_share(mixed: Kb) -> None:
    draft = Draft(
        "Fault E42 on the Thermo Duo", "Restart the Thermo Duo when it shows E42.", id=ArticleId("e42")
    )
    publish(mixed, draft)
    found = asked(mixed, "Thermo Duo viser E42")
    assert isinstance(found, Answer) and found.hit.passage.article == "e42"


def test_an_article_is_found_through_its_linked_translation(mixed: Kb) -> None:
    translated = Draft(
        "Pare en lampe",
        "Hold inne lampens knapp til den blinker.",
        "nb",
        translation_of=ArticleId("pair"),
        id=ArticleId("pair-nb"),
    )
    publish(mixed, translated)
    found = asked(mixed, LEFT)
    assert isinstance(found, Answer) and found.hit.passage.article == "pair-nb"
    # Nor is the language the reason where the translation is not sure enough.
    unsure = asked(mixed, VAGUE, line=probability(mixed, VAGUE) * 1.2)
    assert isinstance(unsure, NoAnswer) and unsure.reason != "other_language"


def test_what_fits_in_another_language_alone_is_the_reason(mixed: Kb) -> None:
    found = asked(mixed, VAGUE, line=probability(mixed, VAGUE) * 1.2)
    assert isinstance(found, NoAnswer)
    assert (found.reason, found.nearest[0].passage.article) == ("other_language", "pair")
    assert found.probability == found.nearest[0].probability


def test_a_guess_in_another_language_is_no_reason(mixed: Kb) -> None:
    guess = "fergen onsdag regn hub katten"
    best = mixed.knowledge.search(guess, language="en", limit=1)[0].sure
    own = mixed.knowledge.search(guess, language="nb", limit=1)[0].sure
    assert 3 * own < best < mixed.knowledge.line() / 2
    found = asked(mixed, guess)
    assert isinstance(found, NoAnswer) and found.reason == "nothing_close"


def test_an_own_article_not_far_below_keeps_the_language_out_of_it(mixed: Kb) -> None:
    near = "pengene mine levering"
    hits = mixed.knowledge.search(near, language="nb")
    own = max(hit.sure for hit in hits if hit.passage.language == "nb")
    foreign = max(hit.sure for hit in hits)
    assert foreign / 3 < own < foreign
    found = asked(mixed, near, line=min(probability(mixed, near) * 1.1, 1.0))
    assert isinstance(found, NoAnswer) and found.reason != "other_language"


def test_nothing_close_in_any_language_is_not_the_languages_fault(mixed: Kb) -> None:
    found = asked(mixed, "hvordan går det med katten på fergen")
    assert isinstance(found, NoAnswer) and found.reason == "nothing_close"
