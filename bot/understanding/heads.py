"""Fits the linear heads and how all heads are blended. Training time only: imports scikit-learn and scipy."""

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
from bot.understanding.model import Blend, Scope
from bot.understanding.outliers import Scores

Floats1d: TypeAlias = NDArray[np.float32]
Floats2d: TypeAlias = NDArray[np.float32]
Ints1d: TypeAlias = NDArray[np.int64]

SEED = 20_260
# Beyond this a score difference is a certainty that few examples can't support.
SHARPEST = 30.0
# Of the quasi-Newton method; more of them change nothing that shows on held-out examples.
STEPS = 25
# How much of the spread inside intents is evened out; the examples are too few to be followed all the way.
EVENED = 0.3
IN_SCOPE = 0.75


@dataclass(frozen=True, slots=True)
class Head:
    """A linear classifier: weights (c, f), bias (c,); its scores are `rows @ weights.T + bias`."""

    weights: Floats2d
    bias: Floats1d

    def scores(self, rows: Floats2d | csr_matrix) -> Floats2d:
        """(n, c) scores of rows (n, f)."""
        return np.asarray(rows @ self.weights.T + self.bias, dtype=np.float32)


def fit_dense(vectors: Floats2d, labels: Ints1d, strength: float) -> Head:
    """Multinomial logistic regression on embeddings; labels are 0 … c-1, all of them present.

    It is fitted where examples of one intent are spread more evenly: a direction in which these differ is
    penalised more than one in which only intents do.
    """
    middle, evening = vectors.mean(axis=0), _evening(vectors, labels)
    head = _fit_evened((vectors - middle) @ evening, labels, strength)
    weights = np.ascontiguousarray(head.weights @ evening)
    return Head(weights, head.bias - weights @ middle)


def _evening(vectors: Floats2d, labels: Ints1d) -> Floats2d:
    """(d, d) symmetric: the inverse root of the covariance inside intents, shrunk towards a sphere; what it
    is applied to has length 1 in the mean (Ledoit and Wolf, 2004, with a fixed share)."""
    size, width = vectors.shape
    intents = csr_matrix((np.ones(size, dtype=np.float32), (labels, np.arange(size))))
    means = (intents @ vectors) / np.bincount(labels)[:, None]
    apart = vectors - means[labels]
    inside = np.asarray(apart.T @ apart, dtype=np.float64)
    mean = max(float(np.trace(inside)) / width, 1e-12)
    spread, directions = np.linalg.eigh(EVENED * inside / mean + (1.0 - EVENED) * np.eye(width))
    root = (directions / np.sqrt(spread)) @ directions.T
    rows = (vectors - vectors.mean(axis=0)) @ root.astype(np.float32)
    length = max(float(np.sqrt((rows**2).sum(axis=1).mean())), 1e-12)
    return np.asarray(root / length, dtype=np.float32)


def _fit_evened(vectors: Floats2d, labels: Ints1d, strength: float) -> Head:
    size, width = vectors.shape
    classes = int(labels.max()) + 1
    rows, penalty = np.arange(size), 1.0 / (strength * size)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(classes, width + 1).astype(np.float32)
        scores = vectors @ weights[:, :width].T + weights[:, width]
        top = scores.max(axis=1, keepdims=True)
        chances = np.exp(scores - top)
        total = chances.sum(axis=1, keepdims=True)
        value = float((np.log(total) + top)[:, 0].mean() - scores[rows, labels].mean())
        value += 0.5 * penalty * float((weights[:, :width] ** 2).sum())
        chances /= total
        chances[rows, labels] -= 1.0
        slope = np.empty_like(weights)
        slope[:, :width] = chances.T @ vectors / size + penalty * weights[:, :width]
        slope[:, width] = chances.mean(axis=0)
        return value, slope.ravel().astype(np.float64)

    begin = np.zeros(classes * (width + 1))
    options = {"maxiter": STEPS, "maxcor": 10}
    fitted = minimize(loss, begin, jac=True, method="L-BFGS-B", options=options).x
    weights = fitted.reshape(classes, width + 1).astype(np.float32)
    return Head(np.ascontiguousarray(weights[:, :width]), np.ascontiguousarray(weights[:, width]))


def fit_text(rows: csr_matrix, labels: Ints1d, strength: float) -> Head:
    """One linear support vector machine an intent on TF-IDF rows."""
    # The dual solver draws from one random generator for the whole process: not repeatable among threads.
    fitted = LinearSVC(C=strength, dual=False, tol=0.01).fit(rows, labels)
    return _head(fitted.coef_, fitted.intercept_)


def _head(weights: NDArray[np.float64], bias: NDArray[np.float64]) -> Head:
    if len(weights) == 1:
        # With two intents scikit-learn keeps one row: that of the second against the first.
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Head(np.asarray(weights, dtype=np.float32), np.asarray(bias, dtype=np.float32))


def fit_blend(scores: Scores, labels: Ints1d) -> Blend:
    """How much each head counts, so that held-out labels are most probable: shares and temperature in one."""
    dense, nearest, text = _weights([scores.dense, scores.nearest, scores.text], scores, labels)
    return Blend(dense, nearest, text)


def fit_blend_alone(scores: Scores, labels: Ints1d) -> Blend:
    """The temperature of the words alone."""
    return Blend(0.0, 0.0, *_weights([scores.text], scores, labels))


def _weights(parts: Sequence[Floats2d], scores: Scores, labels: Ints1d) -> list[float]:
    """One weight for each part (n, k); labels (n,) below c."""
    stack = np.stack([scores.intents(np.asarray(part, dtype=np.float64)) for part in parts])
    rows = np.arange(len(labels))

    def surprise(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        chances = softmax(np.tensordot(weights, stack, 1))
        value = float(-np.log(chances[rows, labels] + 1e-12).mean())
        chances[rows, labels] -= 1.0
        return value, np.tensordot(stack, chances, 2) / len(labels)

    bounds = [(0.0, SHARPEST)] * len(parts)
    fitted = minimize(surprise, np.ones(len(parts)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return [round(float(weight), 6) for weight in fitted]


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
