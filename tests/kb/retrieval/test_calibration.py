from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest

from kb.retrieval.calibration import (
    ANSWERABLE,
    DOUBTED,
    UNCALIBRATED,
    WORDS_ALONE,
    Asking,
    Calibration,
    fit,
)


def asking(*cosines: float, answer: int | None = 0, shared: float = 1.0, taken: bool = False) -> Asking:
    """Candidates that differ in their cosine alone; taken: the article that answers is not among them."""
    dense = np.array(cosines, dtype=np.float32)
    none = np.zeros_like(dense)
    return Asking(
        dense, none, none, dense, np.full_like(dense, shared), None if taken else answer, taken=taken
    )


def probability(calibration: Calibration, *cosines: float, answerable: float = ANSWERABLE) -> float:
    """Of the first of these candidates."""
    dense = np.array(cosines, dtype=np.float32)
    none = np.zeros_like(dense)
    scores = calibration.scores(dense, none, none)
    return float(calibration.probabilities(scores, dense, none + 1, answerable)[0])


def declined(calibration: Calibration, unheld: Sequence[Asking], risk: float) -> float:
    """The share of these that are not answered."""
    line = calibration.line(risk)
    sure = [probability(calibration, *each.dense.tolist(), answerable=1 - DOUBTED) for each in unheld]
    return sum(each < line for each in sure) / len(sure)


def test_what_comes_as_close_as_the_answers_did_is_probable() -> None:
    learnt = fit([asking(0.8, 0.2)] * 200 + [asking(0.3, 0.25, answer=None)] * 200)
    assert probability(learnt, 0.8, 0.2) > 0.95
    assert probability(learnt, 0.3, 0.2) < 0.8


def test_a_rival_that_is_as_close_makes_an_answer_doubtful() -> None:
    known = [asking(0.8, 0.2)] * 100 + [asking(0.8, 0.8), asking(0.8, 0.8, answer=1)] * 100
    learnt = fit([*known, *[asking(0.2, 0.1, answer=None)] * 100])
    assert probability(learnt, 0.8, 0.2) > 0.9
    assert probability(learnt, 0.8, 0.8) == pytest.approx(0.5, abs=0.12)


def test_probabilities_are_in_the_order_of_scores_and_no_more_than_one_together() -> None:
    dense = np.array([0.7, 0.75, 0.2, 0.74], dtype=np.float32)
    none = np.zeros_like(dense)
    scores = UNCALIBRATED.scores(dense, none, none)
    found = UNCALIBRATED.probabilities(scores, dense, none)
    assert np.argsort(-found).tolist() == [1, 3, 0, 2]
    assert 0 < found.sum() <= 1


def test_more_evidence_never_speaks_against_an_answer() -> None:
    learnt = fit([asking(0.2)] * 300 + [asking(0.9, answer=None)] * 300)
    assert all(weight >= 0 for weight in (*learnt.holds[1:], *learnt.first[1:]))


def test_words_weigh_more_where_they_find_what_meaning_does_not() -> None:
    dense, words = np.array([0.5, 0.6], dtype=np.float32), np.array([4.0, 0.0], dtype=np.float32)
    none = np.zeros(2, dtype=np.float32)
    telling = Asking(dense, words, none, dense, none, 0, hides=True)
    misleading = replace(telling, words=words[::-1].copy(), dense=dense[::-1].copy())
    without = [asking(0.2, answer=None)] * 50
    assert fit([telling] * 50 + without).words > UNCALIBRATED.words
    assert fit([misleading] * 50 + without).words < UNCALIBRATED.words


def test_a_base_that_can_ask_itself_nothing_keeps_what_is_usual() -> None:
    assert fit([]) == UNCALIBRATED
    assert fit([asking(0.9)]).holds == UNCALIBRATED.holds
    assert fit([], WORDS_ALONE) == WORDS_ALONE


def test_a_few_questions_stay_near_what_is_usual() -> None:
    learnt = fit([asking(0.9), asking(0.1, answer=None)])
    assert np.abs(np.array(learnt.holds) - UNCALIBRATED.holds).max() < 1.0
    assert learnt.line(0.05) == pytest.approx(UNCALIBRATED.line(0.05), abs=0.05)


def test_a_question_is_the_likelier_to_have_an_answer_the_more_do() -> None:
    learnt = fit([asking(0.8, 0.2)] * 50 + [asking(0.3, taken=True)] * 50)
    few, half, most = (probability(learnt, 0.55, 0.2, answerable=share) for share in (0.2, 0.5, 0.9))
    assert few < half < most


def test_the_line_declines_nearly_all_whose_article_was_taken_away() -> None:
    closeness = np.linspace(0.3, 0.9, 200)
    known = [asking(float(each), 0.1) for each in closeness + 0.1]
    unheld = [asking(float(each), 0.1, taken=True) for each in closeness - 0.2]
    learnt = fit(known + unheld)
    assert learnt.line(0.02) > learnt.line(0.05) > learnt.line(0.2)
    # Twice the stated risk of them is answered; the line leaves a little to spare.
    assert declined(learnt, unheld, 0.05) == pytest.approx(0.9, abs=0.03)
    assert declined(learnt, unheld, 0.2) == pytest.approx(0.6, abs=0.05)


def test_what_another_trade_asks_does_not_lower_the_line() -> None:
    known = [asking(float(each), 0.1) for each in np.linspace(0.5, 0.9, 100)]
    unheld = [asking(float(each), 0.1, taken=True) for each in np.linspace(0.3, 0.7, 100)]
    outside = [asking(0.1, 0.05, answer=None)] * 300
    assert declined(fit(known + unheld + outside), unheld, 0.05) >= 0.8


def test_no_line_asks_for_more_than_the_stated_risk() -> None:
    same = [asking(0.6, 0.1)] * 300 + [asking(0.6, 0.1, taken=True)] * 300
    assert fit(same).line(0.05) <= 0.95


def test_fitting_twice_gives_the_same() -> None:
    known = [asking(0.9, 0.3), asking(0.4, answer=None), asking(0.7, 0.6, answer=1)] * 20
    assert fit(known) == fit(known)


def test_a_calibration_survives_being_written() -> None:
    learnt = fit([asking(0.8, 0.2)] * 20 + [asking(0.3, taken=True)] * 20)
    assert Calibration.of(json.loads(json.dumps(asdict(learnt)))) == learnt
    with pytest.raises(TypeError):
        Calibration.of({"weights": [1, 2]})
