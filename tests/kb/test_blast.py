"""The blast radius: every class, by what customers said and by probability, over a real index."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from kb.article import ArticleId, Draft, Published
from kb.blast import MOVED, Blast, BlastRadius, Effect, Foreseen, Question, Reply, effect_of, real_questions
from kb.embedders import Floats2d
from kb.embedders.hashed import HashedEmbedder
from kb.index import Ints2d
from kb.opening import Kb
from tests.kb.bases import publish

HERE, OTHER = ArticleId("here"), ArticleId("other")


@dataclass(frozen=True)
class Asked:
    """A real question as outcomes keep it."""

    question: str
    language: str = "en"
    article: ArticleId | None = None
    reaction: str | None = None
    handoff: str | None = None


def answered(article: ArticleId, probability: float = 0.9, text: str = "So.") -> Reply:
    return Reply(article, "Title", (), text, probability, None)


SILENT = Reply(None, "", (), "", 0.3, "nothing_close")


def effect(old: Reply, new: Reply, **known: frozenset[ArticleId]) -> tuple[Effect, bool]:
    return effect_of(Question("how?", "en", **known), old, new, {})  # type: ignore[arg-type]


def test_the_same_words_from_the_same_article_are_the_same_however_sure() -> None:
    assert effect(answered(HERE, 0.9), answered(HERE, 0.6)) == (Effect.SAME, False)
    assert effect(SILENT, replace(SILENT, reason="close_call")) == (Effect.SAME, False)


def test_a_question_is_newly_answered_or_not_any_more() -> None:
    assert effect(SILENT, answered(HERE)) == (Effect.NEW, False)
    assert effect(answered(HERE), SILENT) == (Effect.LOST, False)


def test_what_a_customer_said_counts_before_any_probability() -> None:
    helped, rejected = {"helped": frozenset({HERE})}, {"rejected": frozenset({HERE})}
    sure, unsure = answered(OTHER, 0.99), answered(OTHER, 0.5)
    assert effect(answered(HERE, 0.6), sure, **helped) == (Effect.WORSE, True)
    assert effect(sure, answered(HERE, 0.6), **helped) == (Effect.BETTER, True)
    assert effect(answered(HERE, 0.9), unsure, **rejected) == (Effect.BETTER, True)
    assert effect(unsure, answered(HERE, 0.9), **rejected) == (Effect.WORSE, True)
    assert effect(SILENT, answered(HERE), **rejected) == (Effect.WORSE, True)
    assert effect(SILENT, answered(HERE), **helped) == (Effect.NEW, True)


@pytest.mark.parametrize(
    ("moved", "expected"),
    [(-MOVED, Effect.WORSE), (MOVED, Effect.BETTER), (MOVED - 0.01, Effect.CHANGED), (0.0, Effect.CHANGED)],
)
def test_where_nobody_has_said_anything_probability_decides(moved: float, expected: Effect) -> None:
    assert effect(answered(HERE, 0.75), answered(OTHER, 0.75 + moved)) == (expected, False)
    assert effect(answered(HERE, 0.75), answered(HERE, 0.75 + moved, "Otherwise.")) == (expected, False)


def test_a_translation_is_as_right_as_its_original() -> None:
    question = Question("hvordan?", "nb", helped=frozenset({HERE}))
    family = {HERE: HERE, OTHER: HERE}
    assert effect_of(question, answered(HERE), answered(OTHER), family) == (Effect.CHANGED, False)


def test_the_same_question_is_asked_once_and_counts_as_often_as_it_was_asked() -> None:
    (question,) = real_questions(
        [Asked("How?"), Asked("how? ", article=HERE, reaction="helped"), Asked("HOW?", handoff="policy")]  # type: ignore[list-item]
    )
    assert (question.times, question.helped, question.handed_over) == (3, {HERE}, True)


def test_customers_of_two_minds_say_nothing() -> None:
    (question,) = real_questions(
        [Asked("how?", article=HERE, reaction=said) for said in ("helped", "rejected")]  # type: ignore[list-item]
    )
    assert not question.helped and not question.rejected


def blast(room: Kb, *asked: Asked) -> BlastRadius:
    """A blast radius over the room whose last questions are these."""
    return BlastRadius(room.indexer, room.knowledge, lambda limit: asked[:limit], HashedEmbedder().encode)  # type: ignore[arg-type, return-value]


def as_published(room: Kb, article: str, **changed: str) -> Published:
    """The article as it would be live with another text."""
    before = room.editorial.article(ArticleId(article))
    text = room.editorial.revision(before.id, before.latest)
    after = replace(text, number=text.number + 1, **changed)  # type: ignore[arg-type]
    return Published(replace(before, live=after.number), after)


def test_a_new_article_answers_what_went_unanswered(stocked: Kb) -> None:
    warm = Asked("how warm may the battery get")
    publish(stocked, Draft("Batteries", "Keep them dry."))
    new = as_published(stocked, "batteries", title="How warm the battery may get", body="At most 45 °C.")
    found = blast(stocked, warm, Asked("Where is my money?")).of([new])
    assert (found.asked, found.counts[Effect.NEW], found.counts[Effect.SAME]) == (2, 1, 1)
    (change,) = found.changes
    assert (change.question.text, change.new.article, change.old.reason is None) == (
        "how warm may the battery get",
        "batteries",
        False,
    )


def test_an_archived_article_leaves_its_questions_unanswered(stocked: Kb) -> None:
    found = blast(stocked, Asked("Where is my money?"), Asked("close my account for good")).of(
        [], frozenset({ArticleId("refund")})
    )
    assert [(one.question.text, one.effect) for one in found.changes] == [("Where is my money?", Effect.LOST)]


def test_another_text_changes_the_answer(stocked: Kb) -> None:
    text = as_published(stocked, "refund", body="Refunds reach your card within three working days.")
    found = blast(stocked, Asked("How long does a refund take?")).of([text])
    assert found.changed == 1 and "three" in found.changes[0].new.text and "five" in found.changes[0].old.text


def test_several_articles_are_published_together(stocked: Kb) -> None:
    texts = [
        as_published(stocked, "refund", body="Refunds reach your card within three working days."),
        as_published(stocked, "return", body="You have 90 days to send it back."),
    ]
    asked = (Asked("How long does a refund take?"), Asked("How do I send my parcel back?"))
    assert blast(stocked, *asked).of(texts).changed == 2


def test_nothing_changes_where_the_same_text_is_published_again(stocked: Kb) -> None:
    here = stocked.editorial.article(ArticleId("refund"))
    same = Published(here, stocked.editorial.revision(here.id, here.latest))
    assert blast(stocked, Asked("How long does a refund take?")).of([same]).changed == 0


def test_without_real_questions_the_articles_own_are_asked(stocked: Kb) -> None:
    found = blast(stocked).of([as_published(stocked, "refund", body="Within three days.")])
    assert (found.source, found.asked) == ("own", 3)
    gone = blast(stocked).of([], frozenset({ArticleId("pair")}))
    assert (gone.source, gone.asked) == ("own", 3)


def test_trying_changes_nothing(stocked: Kb) -> None:
    before = stocked.indexer.snapshot
    blast(stocked, Asked("Where is my money?")).of([], frozenset({ArticleId("refund")}))
    assert stocked.indexer.snapshot is before
    assert stocked.store.last_generation()[0] == before.generation


def test_the_same_change_has_the_same_blast(stocked: Kb) -> None:
    asked = tuple(Asked(f"where is my money number {number}") for number in range(40))
    radius = blast(stocked, *asked)
    runs: list[Blast] = [radius.of([], frozenset({ArticleId("refund")})) for _ in range(2)]
    assert runs[0] == runs[1] == blast(stocked, *asked).of([], frozenset({ArticleId("refund")}))


def test_the_most_pressing_come_first(stocked: Kb) -> None:
    text = as_published(stocked, "refund", title="Money", body="Money comes back in three days.")
    found = blast(stocked, Asked("How long does a refund take?"), Asked("Where is my money?")).of(
        [text], frozenset({ArticleId("return")})
    )
    effects = list(Effect)
    places = [effects.index(change.effect) for change in found.changes]
    assert places == sorted(places)


def test_progress_is_told_question_by_question(stocked: Kb) -> None:
    told: list[tuple[int, int]] = []
    asked = (Asked("Where is my money?"), Asked("close my account"))
    blast(stocked, *asked).of([], frozenset({ArticleId("refund")}), lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


class CountingIndex:
    """A vector search that counts how often it is asked."""

    def __init__(self, rows: Floats2d) -> None:
        self.rows, self.searches = rows, 0
        self.count, self.width = rows.shape

    def search(self, queries: Floats2d, k: int) -> tuple[Floats2d, Ints2d]:
        self.searches += 1
        scores = queries @ self.rows.T
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(scores, order, axis=1), order


def test_a_thousand_questions_are_one_search_and_find_the_same() -> None:
    encode = HashedEmbedder().encode
    index = CountingIndex(encode([f"text number {number}" for number in range(50)]))
    queries = encode([f"question {number}" for number in range(1000)])
    foreseen = Foreseen(index, queries)
    for row in queries:
        scores, numbers = foreseen.search(row[np.newaxis, :], 10)
        assert scores.shape == numbers.shape == (1, 10)
    assert index.searches == 1
    expected = index.search(queries[:3], 10)
    assert (foreseen.search(queries[:3], 10)[1] == expected[1]).all()


def test_a_query_that_was_not_foreseen_is_searched() -> None:
    encode = HashedEmbedder().encode
    index = CountingIndex(encode(["one", "two"]))
    foreseen = Foreseen(index, encode(["one"]))
    assert foreseen.search(encode(["two"]), 1)[1].tolist() == [[1]]
    assert index.searches == 2


def test_a_question_asked_twice_is_listed_once_and_counted_twice(stocked: Kb) -> None:
    found = blast(stocked, Asked("Where is my money?"), Asked("where is my  money?")).of(
        [], frozenset({ArticleId("refund")})
    )
    assert (found.counts[Effect.LOST], len(found.changes), found.changes[0].question.times) == (2, 1, 2)
