from __future__ import annotations

import numpy as np
import pytest

from kb.calibration import PRIOR, UNCALIBRATED, fit
from kb.embedders import Floats2d
from kb.evidence import FEATURES

COSINE = FEATURES.index("cosine")


def block(*cosines: float) -> Floats2d:
    """Candidates that differ in their cosine alone."""
    rows = np.zeros((len(cosines), len(FEATURES)), dtype=np.float32)
    rows[:, COSINE] = cosines
    return rows


def test_probabilities_are_what_the_questions_showed() -> None:
    # Of the candidates at 0.8 three in four were right; half of all questions had an answer at all.
    rows = [block(0.8)] * 400
    answers = [0] * 200 + [None] * 200
    learnt = fit(rows, answers)
    assert learnt.probabilities(block(0.8))[0] == pytest.approx(0.5, abs=0.05)
    rows = [block(0.9)] * 300 + [block(0.2)] * 300
    learnt = fit(rows, [0] * 300 + [None] * 300)
    near, far = learnt.probabilities(block(0.9, 0.2))
    assert near > 0.8 and far < 0.2


def test_more_evidence_never_speaks_against_an_answer() -> None:
    rows = [block(0.2)] * 300 + [block(0.9)] * 300
    learnt = fit(rows, [0] * 300 + [None] * 300)
    assert all(weight >= 0 for weight in learnt.weights[1:])


def test_answerable_and_unanswerable_questions_weigh_the_same() -> None:
    learnt = fit([block(0.5)] * 1000, [0] * 900 + [None] * 100)
    assert learnt.probabilities(block(0.5))[0] == pytest.approx(0.5, abs=0.05)


def test_a_base_that_can_ask_itself_nothing_keeps_the_prior() -> None:
    assert fit([], []).weights == tuple(PRIOR)
    assert fit([block(0.9)], [0]).weights == UNCALIBRATED.weights


def test_a_few_questions_stay_near_the_prior() -> None:
    learnt = fit([block(0.9), block(0.1)], [0, None])
    assert np.abs(np.array(learnt.weights) - PRIOR).max() < 0.5


def test_fitting_twice_gives_the_same() -> None:
    rows = [block(0.9, 0.3), block(0.4), block(0.7, 0.6)] * 20
    answers = [0, None, 1] * 20
    assert fit(rows, answers) == fit(rows, answers)
