from __future__ import annotations

import numpy as np
import pytest

from kb.opening import Kb
from kb.retrieval.evidence import CANDIDATES, TOPICAL, candidates, fused, gather
from kb.retrieval.lexical import Lexical


def test_candidates_are_those_of_the_highest_scores_and_those_on_the_topic() -> None:
    scores = np.arange(100, dtype=np.float32)
    among = np.ones(100, dtype=np.bool_)
    among[99] = False
    topical = np.zeros(100, dtype=np.bool_)
    topical[[3, 99]] = True
    assert candidates(scores, among).tolist() == list(range(99 - CANDIDATES, 99))
    assert candidates(scores, among, topical).tolist() == [3, *range(99 - CANDIDATES, 99)]


def test_a_topic_on_thousands_of_articles_adds_its_best() -> None:
    scores = np.random.default_rng(4).random(5000).astype(np.float32)
    among = np.ones(5000, dtype=np.bool_)
    topical = scores < 0.5
    some = candidates(scores, among, topical)
    assert len(some) == CANDIDATES + TOPICAL
    assert set(np.flatnonzero(topical)[np.argsort(-scores[topical])[:TOPICAL]]) < set(some.tolist())
    assert some.tolist() == sorted(some.tolist())


def test_among_equals_there_are_no_more_candidates() -> None:
    assert len(candidates(np.zeros(1000, dtype=np.float32), np.ones(1000, dtype=np.bool_))) == CANDIDATES
    assert candidates(np.zeros(3, dtype=np.float32), np.zeros(3, dtype=np.bool_)).tolist() == []


def test_words_tell_apart_what_is_equally_near_by_meaning() -> None:
    dense = np.array([0.6, 0.6], dtype=np.float32)
    words, none = np.array([1.0, 3.0], dtype=np.float32), np.zeros(2, dtype=np.float32)
    assert np.argmax(fused(dense, words, none, 0.2)) == 1
    clearly_nearer = np.array([0.9, 0.6], dtype=np.float32)
    assert np.argmax(fused(clearly_nearer, words, none, 0.2)) == 0


def test_the_best_view_wins() -> None:
    articles = np.array([0, 0, 1], dtype=np.int64)
    lexical = Lexical((), articles, np.array([False, True, True]))
    near = np.array([0.9, 0.5, 0.2], dtype=np.float32), np.array([1, 2, 0], dtype=np.int64)
    assert gather("?", lexical, articles, near).dense.tolist() == pytest.approx([0.9, 0.5])
    hidden = gather("?", lexical, articles, near, np.array([1], dtype=np.int64))
    assert hidden.dense.tolist() == pytest.approx([0.2, 0.5])


def test_a_long_question_whose_every_word_is_in_an_article_quotes_it(stocked: Kb) -> None:
    snapshot = stocked.indexer.snapshot
    quoted = gather(
        "refunds reach your card within five working days after the parcel has arrived",
        snapshot.lexical,
        snapshot.views.articles,
        None,
    ).quoted
    refund = snapshot.numbers[snapshot.entries[int(np.argmax(quoted))].article]
    assert snapshot.entries[refund].article == "refund"
    assert quoted[refund] > 0.5 > np.delete(quoted, refund).max()


@pytest.mark.parametrize("question", ["refund days", "Days refund?"])
def test_a_name_or_a_code_is_searched_by_its_words_first(stocked: Kb, question: str) -> None:
    lexical, articles = stocked.indexer.snapshot.lexical, stocked.indexer.snapshot.views.articles
    bare = gather(question, lexical, articles, None)
    asked = gather(f"how about {question}", lexical, articles, None)
    assert bare.lexical.bm25.any()
    np.testing.assert_allclose(bare.lexical.bm25, asked.lexical.bm25)
    assert (bare.words >= 2 * asked.words).all() and bare.words.max() > asked.words.max()
