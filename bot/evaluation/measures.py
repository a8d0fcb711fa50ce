"""How good readings are, as numbers. All shares are 0 to 1."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.dialogue.assistant import Example
from kb.evaluation.measures import Chances, Truths, coverage_at_risk, reliability, risk_curve

__all__ = [
    "ACCEPTED",
    "Chances",
    "Taken",
    "Truths",
    "accepting",
    "confusions",
    "coverage_at_risk",
    "f1_of",
    "macro_f1",
    "reliability",
    "risk_curve",
]

ACCEPTED = 0.95


@dataclass(frozen=True, slots=True)
class Taken:
    """Examples of one intent that were read as another, the surest mistake first; chances: each reading's."""

    meant: str
    read_as: str
    examples: tuple[Example, ...]
    chances: tuple[float, ...]


def f1_of(meant: Sequence[str], read: Sequence[str]) -> dict[str, float]:
    """The F1 of each intent that was meant."""
    right = Counter(one for one, other in zip(meant, read, strict=True) if one == other)
    there, named = Counter(meant), Counter(read)
    return {intent: 2 * right[intent] / (count + named[intent]) for intent, count in sorted(there.items())}


def macro_f1(meant: Sequence[str], read: Sequence[str]) -> float:
    """The mean F1 of the intents that were meant."""
    scores = f1_of(meant, read)
    return sum(scores.values()) / len(scores)


def accepting(known: Chances, share: float = ACCEPTED) -> float:
    """The line that at least this share of texts in scope reaches."""
    ordered = np.sort(known)[::-1]
    return float(ordered[int(np.ceil(share * len(known))) - 1])


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
