"""From evidence to the probability that an article answers a question: a small logistic model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.embedders import Floats1d, Floats2d

PRIOR = np.array([-8.0, 8.0, 9.0, 2.0, 0.5, 1.0, 0.3])
"""Bias and one weight a feature, where the fit starts: near what bases with many phrasings give."""

_PULL = 10.0
"""Log loss that a weight one unit away from PRIOR costs twice over; a base with few questions stays near."""

_ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model over FEATURES, with what it was fitted on."""

    weights: tuple[float, ...]  # bias first
    answerable: int  # questions of the base that it should answer
    unanswerable: int

    def probabilities(self, features: Floats2d) -> Floats1d:
        """features: (n, len(FEATURES)). Returns (n,) probabilities in [0, 1]."""
        weights = np.array(self.weights)
        return _logistic(weights[0] + features @ weights[1:]).astype(np.float32)


UNCALIBRATED = Calibration(tuple(PRIOR), 0, 0)


def fit(rows: Sequence[Floats2d], answers: Sequence[int | None]) -> Calibration:
    """Fit the probability on one block of candidates a question.

    rows: a block (candidates, len(FEATURES)) for each question; answers: which candidate of it is right, or
    None. Answerable and unanswerable questions weigh the same, however many there are of each.
    """
    answerable = sum(answer is not None for answer in answers)
    unanswerable = len(answers) - answerable
    if not answerable or not unanswerable:
        return Calibration(tuple(PRIOR), answerable, unanswerable)
    design = np.concatenate(rows).astype(np.float64)
    design = np.column_stack([np.ones(len(design)), design])
    right = [
        np.arange(len(block)) == (-1 if answer is None else answer)
        for block, answer in zip(rows, answers, strict=True)
    ]
    labels = np.concatenate(right).astype(np.float64)
    half = len(answers) / 2
    share = [half / (unanswerable if answer is None else answerable) for answer in answers]
    weights = np.repeat(share, [len(block) for block in rows])
    # More evidence never speaks against an answer: a feature that seems to is left out.
    kept = np.ones(design.shape[1], dtype=bool)
    while True:
        found = _newton(design[:, kept], labels, weights, PRIOR[kept])
        harmful = found[1:] < 0
        if not harmful.any():
            break
        kept[np.flatnonzero(kept)[1:][harmful]] = False
    full = np.zeros(len(kept))
    full[kept] = found
    return Calibration(tuple(float(weight) for weight in full), answerable, unanswerable)


def _newton(
    design: npt.NDArray[np.float64],
    labels: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    prior: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """The weights of least log loss, drawn to the prior."""
    found = prior.copy()
    pull = np.eye(len(prior)) * _PULL
    for _ in range(_ROUNDS):
        chance = _logistic(design @ found)
        slope = design.T @ (weights * (chance - labels)) + pull @ (found - prior)
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + pull
        step = np.linalg.solve(curve, slope)
        found = found - np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-6:
            break
    return found


def _logistic(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(values, -40, 40)))
