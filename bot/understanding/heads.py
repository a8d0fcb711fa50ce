"""Fits the two linear heads and how they are blended. Training time only: imports scikit-learn and scipy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.understanding.calibration import softmax
from bot.understanding.features import Vocabulary
from bot.understanding.model import Blend, Scope

Floats1d: TypeAlias = NDArray[np.float32]
Floats2d: TypeAlias = NDArray[np.float32]
Ints1d: TypeAlias = NDArray[np.int64]

SEED = 20_260
# Beyond this a score difference is a certainty that few examples can't support.
SHARPEST = 20.0
IN_SCOPE = 0.75


@dataclass(frozen=True, slots=True)
class Head:
    """A linear classifier: weights (c, f), bias (c,); its scores are `rows @ weights.T + bias`."""

    weights: Floats2d
    bias: Floats1d

    def scores(self, rows: Floats2d | csr_matrix) -> Floats2d:
        """(n, c) scores of rows (n, f)."""
        return np.asarray(rows @ self.weights.T + self.bias, dtype=np.float32)


def text_rows(vocabulary: Vocabulary, texts: Sequence[str]) -> csr_matrix:
    """The texts' TF-IDF rows, (n, v) sparse."""
    rows = [vocabulary.weigh(text) for text in texts]
    starts = np.cumsum([0, *(len(row.ids) for row in rows)])
    ids = np.concatenate([row.ids for row in rows])
    weights = np.concatenate([row.weights for row in rows])
    return csr_matrix((weights, ids, starts), shape=(len(texts), len(vocabulary.numbers)), dtype=np.float32)


def fit_dense(vectors: Floats2d, labels: Ints1d, strength: float) -> Head:
    """Multinomial logistic regression on embeddings; labels are 0 … c-1, all of them present."""
    fitted = LogisticRegression(C=strength, max_iter=2_000).fit(vectors, labels)
    return _head(fitted.coef_, fitted.intercept_)


def fit_text(rows: csr_matrix, labels: Ints1d, strength: float) -> Head:
    """One linear support vector machine an intent on TF-IDF rows."""
    fitted = LinearSVC(C=strength, random_state=SEED, max_iter=20_000).fit(rows, labels)
    return _head(fitted.coef_, fitted.intercept_)


def _head(weights: NDArray[np.float64], bias: NDArray[np.float64]) -> Head:
    if len(weights) == 1:
        # With two intents scikit-learn keeps one row: that of the second against the first.
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Head(np.asarray(weights, dtype=np.float32), np.asarray(bias, dtype=np.float32))


def fit_blend(dense: Floats2d | None, text: Floats2d, labels: Ints1d) -> Blend:
    """The weights of the two heads that make held-out labels most probable: shares and temperature in one.

    dense, text: (n, c) scores of texts that the heads were not fitted on; without `dense` a temperature.
    """
    rows = np.arange(len(labels))
    parts = [text] if dense is None else [dense, text]

    def surprise(weights: NDArray[np.float64]) -> float:
        scores = sum(weight * part for weight, part in zip(weights, parts, strict=True))
        return float(-np.log(softmax(np.asarray(scores))[rows, labels] + 1e-12).mean())

    bounds = [(0.0, SHARPEST)] * len(parts)
    fitted = minimize(surprise, np.ones(len(parts)), method="L-BFGS-B", bounds=bounds).x
    return Blend(0.0 if dense is None else round(float(fitted[0]), 6), round(float(fitted[-1]), 6))


def surprise_of(scores: Floats2d, labels: Ints1d) -> float:
    """Mean negative log probability of the labels after the best temperature."""
    blend = fit_blend(None, scores, labels)
    chances = softmax(blend.text * scores)
    return float(-np.log(chances[np.arange(len(labels)), labels] + 1e-12).mean())


def fit_scope(inside: NDArray[np.float64], outside: Sequence[NDArray[np.float64]]) -> Scope:
    """In scope or not, by the features of a ranking.

    inside (n, f), each of outside (m, f). However many there are of each, IN_SCOPE of all that is written to
    a support desk is taken to be in scope, and the kinds of what is outside are taken to be alike frequent.
    """
    rows = np.concatenate([inside, *outside])
    labels = np.array([1] * len(inside) + [0] * (len(rows) - len(inside)))
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    foreign = (1.0 - IN_SCOPE) / len(outside)
    shares = [(len(inside), IN_SCOPE), *((len(kind), foreign) for kind in outside)]
    counted = np.concatenate([np.full(size, len(rows) * share / size) for size, share in shares])
    fitted = LogisticRegression(max_iter=2_000).fit((rows - middle) / spread, labels, counted)
    weights = fitted.coef_[0] / spread
    bias = float(fitted.intercept_[0] - (weights * middle).sum())
    return Scope(tuple(round(float(weight), 6) for weight in weights), round(bias, 6))


def auroc(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    """The probability that a text in scope scores above one that is not (ties count half)."""
    if not len(inside) or not len(outside):
        return 0.5
    order = np.concatenate([inside, outside]).argsort(kind="stable")
    values = np.concatenate([inside, outside])[order]
    ranks = np.empty(len(values))
    ranks[order] = np.searchsorted(values, values, "left") + np.searchsorted(values, values, "right")
    mean_ranks = (ranks[: len(inside)] + 1) / 2
    return float((mean_ranks.sum() - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside)))
