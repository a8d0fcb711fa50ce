"""What of an article is shown for a question, and questions that take two articles."""

from __future__ import annotations

import pytest

from kb.article import ArticleId, Draft
from kb.knowledge import Answer
from kb.opening import Kb
from tests.kb.bases import publish

BOTH = "How long does a refund take? How do I close my account for good?"
TENT = Draft(
    "Pitch the tent",
    "It takes ten minutes.\n\n## On grass\n\nPegs hold well in grass and in clay.\n\n"
    "## On sand\n\n1. Bury the pegs.\n2. Pour water on the sand.\n3. Wait an hour.",
    questions=("pitch the tent on sand", "tent pegs"),
    id=ArticleId("tent"),
)


def answered(room: Kb, question: str, language: str = "en") -> Answer:
    found = room.knowledge.answer(question, language=language)
    assert isinstance(found, Answer)
    return found


def test_a_question_of_two_parts_is_answered_from_two_articles(stocked: Kb) -> None:
    answer = answered(stocked, BOTH)
    assert answer.hit.passage.article == "refund"
    assert [hit.passage.article for hit in answer.also] == ["delete"]
    assert "five working days" in answer.text and "Delete your account" in answer.text
    assert answer.probability == min(hit.probability for hit in (answer.hit, *answer.also))


def test_parts_of_one_article_are_one_answer(stocked: Kb) -> None:
    answer = answered(stocked, "Where is my money? How long does a refund take?")
    assert (answer.hit.passage.article, answer.also) == ("refund", ())


def test_a_part_that_nothing_answers_leaves_the_question_whole(stocked: Kb) -> None:
    found = stocked.knowledge.answer(
        "How long does a refund take? Is the ferry running on sunday?", language="en"
    )
    assert not isinstance(found, Answer) or not found.also


def test_an_article_that_was_rejected_answers_no_part_either(stocked: Kb) -> None:
    found = stocked.knowledge.answer(BOTH, language="en", without=frozenset({ArticleId("delete")}))
    cited = (found.hit, *found.also) if isinstance(found, Answer) else ()
    assert all(hit.passage.article != "delete" for hit in cited)


def test_a_section_is_shown_under_its_heading_and_after_the_lead(stocked: Kb) -> None:
    publish(stocked, TENT)
    answer = answered(stocked, "how do I pitch the tent on sand")
    assert answer.hit.passage.heading == ("On sand",)
    assert answer.text.startswith("It takes ten minutes.\n\n**On sand**\n1. Bury the pegs.\n2. ")


def test_steps_are_walked_from_the_passage_that_is_cited(stocked: Kb) -> None:
    publish(stocked, TENT)
    hit = answered(stocked, "how do I pitch the tent on sand").hit
    guide = stocked.knowledge.guide(hit.passage.article, hit.passage.number)
    assert guide is not None and guide.heading == ("On sand",) and len(guide.steps.items) == 3
    assert (guide.title, guide.revision) == ("Pitch the tent", 1)


@pytest.mark.parametrize(
    ("article", "passage"), [("refund", 0), ("warehouse", 0), ("nobody", 0), ("return", 99)]
)
def test_what_has_no_steps_or_is_not_public_is_not_walked(stocked: Kb, article: str, passage: int) -> None:
    assert stocked.knowledge.guide(ArticleId(article), passage) is None


def test_an_archived_article_is_not_walked(stocked: Kb) -> None:
    assert stocked.knowledge.guide(ArticleId("return"), 0) is not None
    stocked.editorial.archive(ArticleId("return"), by="ed@firstline.test")
    stocked.indexer.work()
    assert stocked.knowledge.guide(ArticleId("return"), 0) is None
