from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from config.settings import load_settings
from kb.article import ArticleId, Draft
from kb.knowledge import Answer, NoAnswer
from kb.opening import Kb, open_kb
from tests.fakes import FakeClock
from tests.kb.bases import ARTICLES, publish, titles

NB = Draft(
    "Pare en lampe med huben",
    "## Før du begynner\n\nLad lampen helt.\n\n## Paring\n\nHold inne lampens knapp til den blinker.",
    "nb",
    questions=("Lampen vises ikke i appen", "koble lampe til hub"),
    translation_of=ArticleId("pair"),
    id=ArticleId("pair-nb"),
)


def test_an_answer_is_a_passages_own_words_with_the_passage(stocked: Kb) -> None:
    found = stocked.knowledge.answer("how long does a refund take", language="en")
    assert isinstance(found, Answer)
    assert found.text == "Refunds reach your card within five working days after the parcel has arrived."
    assert (found.hit.passage.article, found.hit.title) == ("refund", "When your refund arrives")
    assert (found.hit.passage.revision, found.hit.slug) == (1, "when-your-refund-arrives")
    assert found.generation == 1
    assert 0.6 <= found.probability == found.hit.probability <= 1


def test_a_question_about_something_else_gets_no_answer(stocked: Kb) -> None:
    found = stocked.knowledge.answer("is the ferry to the island running on sunday", language="en")
    assert isinstance(found, NoAnswer)
    assert found.reason == "nothing_close"
    assert found.probability < 0.6
    assert found.nearest


def test_the_passage_cited_is_the_one_that_answers(stocked: Kb) -> None:
    found = stocked.knowledge.answer("pairing: connect lamp to hub, hold the lamp's button", language="en")
    assert isinstance(found, Answer)
    assert found.hit.passage.heading == ("Pairing",)


def test_an_internal_article_never_answers_but_is_found(stocked: Kb) -> None:
    question = "Where your orders are sent from"
    found = stocked.knowledge.answer(question, language="en")
    assert not isinstance(found, Answer) or found.hit.passage.article != "warehouse"
    assert titles(stocked, question)[0] == question


def test_what_the_customer_rejected_is_not_said_again(stocked: Kb) -> None:
    question = "how long does a refund take"
    found = stocked.knowledge.answer(question, language="en", without=frozenset({ArticleId("refund")}))
    assert isinstance(found, NoAnswer)
    assert all(hit.passage.article != "refund" for hit in found.nearest)


def test_an_empty_base_says_so(room: Kb) -> None:
    assert room.knowledge.answer("anything", language="en") == NoAnswer("empty_base", (), 0.0)


def test_hits_are_ordered_by_probability(stocked: Kb) -> None:
    hits = stocked.knowledge.search("return a parcel and get a refund", limit=3)
    assert len(hits) == 3
    assert [hit.probability for hit in hits] == sorted((hit.probability for hit in hits), reverse=True)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.article for hit in hits}) == 3


def test_articles_of_the_customers_language_come_first(stocked: Kb) -> None:
    publish(stocked, NB)
    languages = [
        hit.passage.language for hit in stocked.knowledge.search("koble lampe til hub", language="nb")
    ]
    assert languages == sorted(languages, key=lambda language: language != "nb")


def test_a_customer_is_answered_in_their_language(stocked: Kb) -> None:
    publish(stocked, NB)
    found = stocked.knowledge.answer("koble lampe til hub", language="nb")
    assert isinstance(found, Answer)
    assert found.hit.passage.article == "pair-nb"


def test_an_article_of_another_language_leads_to_its_translation(stocked: Kb) -> None:
    publish(stocked, NB)
    found = stocked.knowledge.answer("connect lamp to hub", language="nb")
    assert isinstance(found, Answer)
    assert (found.hit.passage.article, found.hit.passage.language) == ("pair-nb", "nb")


def test_an_article_without_a_translation_answers_in_its_own_language(stocked: Kb) -> None:
    publish(stocked, NB)
    found = stocked.knowledge.answer("How long does a refund take?", language="nb")
    assert isinstance(found, Answer)
    assert found.hit.passage.language == "en"


def test_a_language_without_articles_is_the_reason(stocked: Kb) -> None:
    found = stocked.knowledge.answer("hvordan går det med katten", language="nb")
    assert isinstance(found, NoAnswer)
    assert found.reason == "other_language"


def test_a_translation_is_no_rival(stocked: Kb) -> None:
    before = stocked.knowledge.answer("connect lamp to hub", language="en")
    publish(stocked, NB)
    after = stocked.knowledge.answer("connect lamp to hub", language="en")
    assert isinstance(before, Answer) and isinstance(after, Answer)
    assert after.probability == pytest.approx(before.probability, abs=0.05)


def test_the_questions_own_vector_may_come_with_it(stocked: Kb) -> None:
    assert stocked.embedder is not None
    question = "how long does a refund take"
    vector = stocked.embedder.encode([question])[0]
    assert stocked.knowledge.search(question, vector=vector) == stocked.knowledge.search(question)
    lamp = stocked.embedder.encode(["connect lamp to hub"])[0]
    assert stocked.knowledge.search("", vector=lamp)[0].title == "Pair a lamp with the hub"


@pytest.mark.parametrize("question", ["", " ", "?!", "🙂", "\x00", "the", "x" * 20_000, "ﷺ‏اختبار"])
def test_any_text_is_searched_without_complaint(stocked: Kb, question: str) -> None:
    assert isinstance(stocked.knowledge.answer(question, language="en"), NoAnswer | Answer)
    assert all(np.isfinite(hit.score) for hit in stocked.knowledge.search(question))


def test_one_article_alone_can_answer(room: Kb) -> None:
    publish(room, ARTICLES[1])
    found = room.knowledge.answer("How long does a refund take?", language="en")
    assert isinstance(found, Answer)


def test_without_a_model_words_answer_and_the_reason_says_what_to_run(tmp_path: Path) -> None:

    (tmp_path / "data").mkdir()
    room = open_kb(load_settings(tmp_path / "data", {}), FakeClock())
    publish(room, *ARTICLES)
    assert "firstline train" in str(room.knowledge.state().degraded)
    assert room.embedder is None
    found = room.knowledge.answer("How long does a refund take?", language="en")
    assert isinstance(found, Answer)
    assert found.hit.passage.article == "refund"
    assert isinstance(room.knowledge.answer("can I freeze rice", language="en"), NoAnswer)
    room.close()
