"""What a guess rests on, from the numbers of the heads: the nearest examples and the words that mattered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import Vocabulary, Weighted
from bot.understanding.reading import Evidence

MOST_EXAMPLES, MOST_WORDS = 3, 5
LEAST_SHARE = 0.05  # of the weightiest word's; what adds less is not told


def evidence_of(
    examples: Sequence[tuple[str, float]],
    names: Sequence[str],
    words: Weighted,
    weights: NDArray[np.float32],
    intent: int,
) -> Evidence:
    """The evidence for one intent.

    examples: those of the intent with their similarity, nearest first; names: the vocabulary's n-grams by
    number; words: the text's; weights: (v, c) of the word head. A word has added what it gives this intent
    above what it gives the others on average.
    """
    rows = weights[words.ids]
    added = words.weights * (rows[:, intent] - rows.mean(axis=1)) if len(words.ids) else np.zeros(0)
    told = [
        (names[number][1:], float(each))
        for number, each in zip(words.ids.tolist(), added.tolist(), strict=True)
        if names[number].startswith("w") and each > 0.0
    ]
    told.sort(key=lambda each: (-each[1], each[0]))
    weighty = [each for each in told[:MOST_WORDS] if each[1] >= LEAST_SHARE * told[0][1]]
    return Evidence(tuple(examples[:MOST_EXAMPLES]), tuple(weighty))


def names_of(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The vocabulary's n-grams by number."""
    names = [""] * len(vocabulary.numbers)
    for name, number in vocabulary.numbers.items():
        names[number] = name
    return tuple(names)
