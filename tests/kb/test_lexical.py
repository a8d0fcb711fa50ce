from __future__ import annotations

import numpy as np
import pytest

from kb.lexical import Lexical, terms

VIEWS = (
    ("Return something", 0, False),
    ("Send the parcel back with its label", 0, True),
    ("Refund", 1, False),
    ("The refund reaches your card after the parcel has arrived", 1, True),
    ("Bulbs", 2, False),
    ("Hold the button until the bulb blinks", 2, True),
)


@pytest.fixture
def lexical() -> Lexical:
    texts, articles, long = zip(*VIEWS, strict=True)
    return Lexical(texts, np.array(articles), np.array(long))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("orders", "order"),
        ("deliveries", "delivery"),
        ("Cancelled", "cancel"),
        ("pairing", "paired"),
        ("bestillinger", "bestilling"),
        ("ruteren", "ruter"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def test_words_that_say_nothing_are_not_terms() -> None:
    assert terms("Hi, could you please tell me what this is?") == []
    assert terms("Hei, kan du hjelpe meg med dette?") == []


def test_the_article_that_holds_the_words_scores_best(lexical: Lexical) -> None:
    scores = lexical.scores("when does my refund reach my card")
    assert scores.bm25.argmax() == scores.coverage.argmax() == 1
    assert scores.coverage[1] == pytest.approx(1)


def test_scores_are_shares(lexical: Lexical) -> None:
    scores = lexical.scores("refund refund refund card button")
    assert ((scores.bm25 >= 0) & (scores.bm25 <= 1)).all()
    assert ((scores.coverage >= 0) & (scores.coverage <= 1)).all()
    assert ((scores.views >= 0) & (scores.views <= 1)).all()
    assert scores.known == pytest.approx(1)


def test_unknown_words_lower_what_is_covered(lexical: Lexical) -> None:
    scores = lexical.scores("refund my yacht charter")
    assert 0 < scores.coverage[1] < 0.5
    assert scores.known == pytest.approx(float(scores.coverage[1]))


def test_a_title_and_a_passage_cover_a_question_together(lexical: Lexical) -> None:
    assert lexical.scores("return label").coverage[0] == pytest.approx(1)


def test_a_question_without_terms_scores_nothing(lexical: Lexical) -> None:
    scores = lexical.scores("what is this?")
    assert not scores.bm25.any() and not scores.coverage.any() and scores.known == 0


def test_hidden_views_do_not_exist(lexical: Lexical) -> None:
    scores = lexical.scores("refund", np.array([2, 3]))
    assert not scores.bm25.any() and scores.known == 0


def test_no_views_at_all_answer_nothing() -> None:
    empty = Lexical((), np.array([], dtype=np.int64), np.array([], dtype=np.bool_))
    assert len(empty.scores("refund").bm25) == 0
