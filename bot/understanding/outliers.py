"""What tells a text in scope from a foreign one, by the three heads' scores and the nearest examples.

numpy only, and the same at training and at serving time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.understanding.calibration import energy, softmax
from bot.understanding.model import Blend, Scope

Floats1d: TypeAlias = NDArray[np.float32]
Floats2d: TypeAlias = NDArray[np.float32]
Ints1d: TypeAlias = NDArray[np.int64]
Features: TypeAlias = NDArray[np.float64]

NEAREST = 5
# The features that need no embedding come first.
ALONE = 4


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of n texts about k intents; where `foreign`, the last of k is for texts of no intent.

    dense, text: (n, k) scores of the linear heads; nearest: (n, k) the cosine of each intent's nearest
    example; known_share: (n,) of the words' weight; closest: (n, 2) the cosine of the nearest example of any
    intent, and the mean of the five nearest.
    """

    dense: Floats2d
    nearest: Floats2d
    text: Floats2d
    known_share: Features
    closest: Features
    foreign: bool

    def of(self, rows: NDArray[np.bool_]) -> Scores:
        """The scores of these texts alone."""
        return Scores(
            self.dense[rows],
            self.nearest[rows],
            self.text[rows],
            self.known_share[rows],
            self.closest[rows],
            self.foreign,
        )

    def blended(self, blend: Blend) -> Features:
        """(n, k) scores of all heads together; their softmax over the intents is calibrated."""
        return np.asarray(
            blend.dense * self.dense + blend.nearest * self.nearest + blend.text * self.text, dtype=np.float64
        )

    def intents(self, blended: Features) -> Features:
        """Without the column for texts of no intent."""
        return blended[:, :-1] if self.foreign else blended

    def features(self, blend: Blend) -> Features:
        """(n, 7): first probability, its lead, energy, known share, the two cosines, lead over foreign."""
        blended = self.blended(blend)
        scores = self.intents(blended)
        lead = scores.max(axis=1) - blended[:, -1] if self.foreign else np.zeros(len(scores))
        return np.column_stack([shape(scores), self.known_share, self.closest, lead])

    def features_alone(self, blend: Blend) -> Features:
        """(n, 4) the features of the words alone."""
        scores = self.intents(np.asarray(blend.text * self.text, dtype=np.float64))
        return np.column_stack([shape(scores), self.known_share])


def shape(scores: Features) -> Features:
    """(n, 3) how decided scores (n, c) are: the first probability, its lead over the second, the energy."""
    chances = np.sort(softmax(scores), axis=1)
    return np.column_stack([chances[:, -1], chances[:, -1] - chances[:, -2], energy(scores)])


def closest(closeness: Floats2d) -> Features:
    """(n, 2) by the cosines to all examples (n, m): that of the nearest, the mean of the five nearest."""
    count = min(NEAREST, closeness.shape[1])
    nearest = np.partition(closeness, closeness.shape[1] - count, axis=1)[:, -count:]
    return np.column_stack([nearest.max(axis=1), nearest.mean(axis=1)]).astype(np.float64)


def nearest_of(closeness: Floats2d, labels: Ints1d) -> Floats2d:
    """(n, k) the cosine of each label's nearest example; labels (m,) sorted, every one of 0 … k-1 present."""
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    return np.maximum.reduceat(closeness, starts, axis=1)


def in_scope(scope: Scope, features: Features) -> Features:
    """(n,) the probability that texts with these features (n, f) are in scope."""
    logits = np.clip(features @ np.array(scope.weights) + scope.bias, -30.0, 30.0)
    return np.asarray(1.0 / (1.0 + np.exp(-logits)))
