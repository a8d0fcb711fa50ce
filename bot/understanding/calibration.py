"""From scores to probabilities that hold: softmax, its temperature, and how far off probabilities are."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]

BINS = 15


def softmax(scores: Floats) -> NDArray[np.float64]:
    """Probabilities along the last axis."""
    shifted = np.asarray(scores, dtype=np.float64)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    raised = np.exp(shifted)
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def energy(scores: Floats) -> NDArray[np.float64]:
    """log(sum(exp(scores))) along the last axis: high where some intent fits, whichever."""
    wide = np.asarray(scores, dtype=np.float64)
    top = wide.max(axis=-1)
    return np.asarray(top + np.log(np.exp(wide - top[..., None]).sum(axis=-1)))


def expected_calibration_error(probabilities: Floats, right: NDArray[np.bool_]) -> float:
    """Mean gap between probability and share right over 15 equal bins, weighted by size.

    probabilities, right: (n,), the first intent's probability and whether it was right. Guo et al., 2017.
    """
    if not len(probabilities):
        return 0.0
    bins = np.minimum((np.asarray(probabilities) * BINS).astype(int), BINS - 1)
    gaps = 0.0
    for number in range(BINS):
        inside = bins == number
        if inside.any():
            gaps += inside.sum() * abs(float(probabilities[inside].mean()) - float(right[inside].mean()))
    return float(gaps / len(probabilities))
