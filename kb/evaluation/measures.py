"""How good probabilities are, as numbers: of answers here, of readings in the bot's room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Chances: TypeAlias = NDArray[np.float64]
Truths: TypeAlias = NDArray[np.bool_]

BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings of similar probability: their mean probability, the share that was right, and how many."""

    probability: float
    right: float
    count: int


def risk_curve(certainty: Chances, right: Truths) -> tuple[Chances, Chances]:
    """(m,) shares accepted, and (m,) the share of these that is wrong, one for each line between readings.

    Readings of the same certainty are accepted together or not at all.
    """
    order = np.argsort(-certainty, kind="stable")
    ordered = certainty[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    wrong = np.cumsum(~right[order])[ends]
    return (ends + 1) / len(certainty), wrong / (ends + 1)


def coverage_at_risk(certainty: Chances, right: Truths, risk: float) -> float:
    """The largest share that a line on the certainty accepts with at most the share `risk` of those wrong."""
    accepted, wrong = risk_curve(certainty, right)
    bearable = accepted[wrong <= risk]
    return float(bearable.max()) if len(bearable) else 0.0


def reliability(probability: Chances, right: Truths, bins: int) -> tuple[Bin, ...]:
    """Equal bins of the probability, those without a reading left out."""
    places = np.minimum((probability * bins).astype(int), bins - 1)
    return tuple(
        Bin(float(probability[inside].mean()), float(right[inside].mean()), int(inside.sum()))
        for inside in (places == number for number in range(bins))
        if inside.any()
    )


def calibration_error(probability: Chances, right: Truths) -> float:
    """Mean gap between probability and share right over BINS bins, weighted by size. Guo et al., 2017."""
    bins = reliability(probability, right, BINS)
    return sum(each.count * abs(each.probability - each.right) for each in bins) / max(1, len(probability))
