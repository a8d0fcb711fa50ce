"""What an answer gains when somebody has understood what the question is about, and what stands before it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.article import ArticleId, Draft
from kb.knowledge import Answer, NoAnswer, Topic
from kb.opening import Kb
from tests.kb.bases import ARTICLES, publish

VAGUE = "it has not turned up, so what now"
LABELLED = tuple(
    replace(draft, labels=("money",)) if draft.id in (ArticleId("refund"), ArticleId("delete")) else draft
    for draft in ARTICLES
)
MONEY = Topic("money", 0.95)


@pytest.fixture
def labelled(room: Kb) -> Kb:
    publish(room, *LABELLED)
    return room


def test_a_vague_question_is_not_answered_by_itself(labelled: Kb) -> None:
    assert isinstance(labelled.knowledge.answer(VAGUE, language="en"), NoAnswer)


def test_the_one_article_on_the_topic_answers_as_surely_as_the_topic_is_known(room: Kb) -> None:
    publish(
        room, *(replace(draft, labels=("money",)) if draft.id == "refund" else draft for draft in ARTICLES)
    )
    found = room.knowledge.answer(VAGUE, language="en", topic=MONEY)
    assert isinstance(found, Answer)
    assert (found.hit.passage.article, round(found.probability, 2)) == ("refund", 0.95)


def test_a_topic_that_is_not_sure_enough_answers_nothing(labelled: Kb) -> None:
    assert isinstance(labelled.knowledge.answer(VAGUE, language="en", topic=Topic("money", 0.3)), NoAnswer)


def test_a_topic_that_no_article_carries_changes_nothing(labelled: Kb) -> None:
    question = "how long does a refund take"
    plain = labelled.knowledge.answer(question, language="en")
    assert labelled.knowledge.answer(question, language="en", topic=Topic("weather", 0.99)) == plain


def test_within_a_topic_the_question_decides(labelled: Kb) -> None:
    found = labelled.knowledge.answer("close my account", language="en", topic=MONEY)
    assert isinstance(found, Answer) and found.hit.passage.article == "delete"


def test_a_rejected_article_is_not_said_again_however_sure_the_topic(labelled: Kb) -> None:
    gone = frozenset({ArticleId("refund"), ArticleId("delete")})
    assert isinstance(labelled.knowledge.answer(VAGUE, language="en", topic=MONEY, without=gone), NoAnswer)


def test_the_articles_first_words_stand_before_a_section_that_is_cited(room: Kb) -> None:
    body = "You have 30 days.\n\n## Print the label\n\nOpen the order and choose the printer sign."
    publish(
        room, Draft("Send it back", body, questions=("print the label",), id=ArticleId("back")), *ARTICLES
    )
    found = room.knowledge.answer("Print the label", language="en", topic=Topic("", 0.0))
    assert isinstance(found, Answer)
    assert found.text.startswith("You have 30 days.\n\n")
    assert found.hit.passage.heading == ("Print the label",)
