"""How good readings are, as numbers. All shares are 0 to 1."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.dialogue.assistant import Example

Chances: TypeAlias = NDArray[np.float64]
Truths: TypeAlias = NDArray[np.bool_]

ACCEPTED = 0.95


@dataclass(frozen=True, slots=True)
class Taken:
    """Examples of one intent that were read as another, the surest mistake first; chances: each reading's."""

    meant: str
    read_as: str
    examples: tuple[Example, ...]
    chances: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings of similar probability: their mean probability, the share that was right, and how many."""

    probability: float
    right: float
    count: int


def f1_of(meant: Sequence[str], read: Sequence[str]) -> dict[str, float]:
    """The F1 of each intent that was meant."""
    right = Counter(one for one, other in zip(meant, read, strict=True) if one == other)
    there, named = Counter(meant), Counter(read)
    return {intent: 2 * right[intent] / (count + named[intent]) for intent, count in sorted(there.items())}


def macro_f1(meant: Sequence[str], read: Sequence[str]) -> float:
    """The mean F1 of the intents that were meant."""
    scores = f1_of(meant, read)
    return sum(scores.values()) / len(scores)


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


def accepting(known: Chances, share: float = ACCEPTED) -> float:
    """The line that at least this share of texts in scope reaches."""
    ordered = np.sort(known)[::-1]
    return float(ordered[int(np.ceil(share * len(known))) - 1])


def reliability(probability: Chances, right: Truths, bins: int) -> tuple[Bin, ...]:
    """Equal bins of the probability, those without a reading left out."""
    places = np.minimum((probability * bins).astype(int), bins - 1)
    return tuple(
        Bin(float(probability[inside].mean()), float(right[inside].mean()), int(inside.sum()))
        for inside in (places == number for number in range(bins))
        if inside.any()
    )


def confusions(examples: Sequence[Example], read: Sequence[str], chances: Chances) -> tuple[Taken, ...]:
    """What was taken for what, most frequent first."""
    taken: dict[tuple[str, str], list[tuple[float, Example]]] = defaultdict(list)
    for each, other, chance in zip(examples, read, chances.tolist(), strict=True):
        if each.intent != other:
            taken[each.intent, other].append((chance, each))
    found = []
    for (meant, read_as), wrong in sorted(taken.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        surest = sorted(wrong, key=lambda each: (-each[0], each[1].text))
        found.append(
            Taken(meant, read_as, tuple(each for _, each in surest), tuple(chance for chance, _ in surest))
        )
    return tuple(found)
