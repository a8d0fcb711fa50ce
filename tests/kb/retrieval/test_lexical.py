from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kb.retrieval.lexical import Lexical, LexicalScores, terms
from kb.retrieval.postings import postings_of

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
    return lexical_of([VIEWS])


def lexical_of(segments: Sequence[Sequence[tuple[str, int, bool]]]) -> Lexical:
    """The word search over views of several segments, each with its text, article and whether it is long."""
    parts, before = [], 0
    for views in segments:
        places = np.arange(before, before + len(views))
        parts.append((postings_of(terms(text) for text, _, _ in views), places))
        before += len(views)
    together = [view for views in segments for view in views]
    return Lexical(
        parts,
        np.array([article for _, article, _ in together], dtype=np.int64),
        np.array([long for _, _, long in together], dtype=np.bool_),
    )


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
    assert len(lexical_of([]).scores("refund").bm25) == 0


QUESTIONS = ("refund of my parcel", "hold the return label", "card", "nothing of that")


@pytest.mark.parametrize("cut", [1, 2, 4, 5])
@pytest.mark.parametrize("question", QUESTIONS)
def test_several_segments_score_as_one(lexical: Lexical, cut: int, question: str) -> None:
    same(lexical_of([VIEWS[:cut], VIEWS[cut:]]).scores(question), lexical.scores(question))


@pytest.mark.parametrize("question", QUESTIONS)
def test_dead_views_count_for_nothing(lexical: Lexical, question: str) -> None:
    dying = (("Refund your card", 9, False), ("The parcel with its label is held", 9, True))
    postings = postings_of(terms(text) for text, _, _ in (dying[0], *VIEWS, dying[1]))
    places = np.array([-1, 0, 1, 2, 3, 4, 5, -1])
    articles = np.array([article for _, article, _ in VIEWS])
    found = Lexical([(postings, places)], articles, np.array([long for _, _, long in VIEWS]))
    same(found.scores(question), lexical.scores(question))


def test_in_a_large_base_common_words_count_for_what_holds_rare_ones() -> None:
    views = [
        (f"common thing{number} {'seldom' if number == 7 else ''}", number, True) for number in range(120_000)
    ]
    scores = lexical_of([views]).scores("common seldom")
    assert scores.coverage[7] == pytest.approx(1)
    assert scores.known == pytest.approx(1)
    assert not scores.bm25[8]


def same(one: LexicalScores, other: LexicalScores) -> None:
    np.testing.assert_allclose(one.bm25, other.bm25, atol=1e-6)
    np.testing.assert_allclose(one.coverage, other.coverage, atol=1e-6)
    np.testing.assert_allclose(one.views, other.views, atol=1e-6)
    assert one.known == pytest.approx(other.known)
