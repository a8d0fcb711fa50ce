"""The training set in folds, so that whatever is chosen is chosen on examples that were held out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.dialogue.assistant import Example
from bot.understanding.counts import Counts, Weighing
from bot.understanding.errors import TooFewExamplesError
from bot.understanding.heads import SEED, Floats2d, Head, Ints1d, fit_dense, fit_text
from bot.understanding.outliers import Scores, closest, nearest_of
from bot.understanding.reading import FALLBACK_INTENT

Progress: TypeAlias = Callable[[str, float], None]
Chosen: TypeAlias = NDArray[np.bool_]

FOLDS = 5
ALWAYS = -1
"""The fold of what is never held out."""

# How freely the heads may fit, the inverse of their regularisation. The blend makes up for most of it.
DENSE_STRENGTH = 10.0
TEXT_STRENGTH = 1.0
READ_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn from: t texts with their counts and vectors (t, d).

    The first n of them are the examples; then come the intents' own names, read as one more example of each,
    and the texts of no intent. labels (l,), l <= t, are the intents' numbers, len(intents) for none; folds
    (l,), ALWAYS for names. The texts past l are not learnt from. Of a vector the first `width` numbers tell
    which texts are near; what an inner layer holds comes after them.
    """

    intents: tuple[str, ...]
    examples: tuple[Example, ...]
    texts: tuple[str, ...]
    counts: Counts
    vectors: Floats2d
    width: int
    labels: Ints1d
    folds: Ints1d

    @property
    def size(self) -> int:
        """The number of examples."""
        return len(self.examples)

    @property
    def languages(self) -> list[str]:
        return sorted({example.language for example in self.examples})


@dataclass(frozen=True, slots=True)
class Fitted:
    """The heads, fitted on the texts `numbers` (m,), which are ordered by their labels (m,).

    present: (k,) the numbers that the labels 0 … k-1 have in the material; foreign: whether the last of them
    is that of no intent; vectors: (m, width).
    """

    weighing: Weighing
    dense: Head
    text: Head
    vectors: Floats2d
    numbers: Ints1d
    labels: Ints1d
    present: Ints1d
    foreign: bool

    def read(self, material: Material, numbers: Ints1d) -> Scores:
        """What the heads make of texts that they were not fitted on."""
        rows, shares = self.weighing.rows(numbers)
        vectors = material.vectors[numbers]
        known = int(np.searchsorted(self.labels, len(self.present) - 1)) if self.foreign else len(self.labels)
        nearest = np.zeros((len(numbers), len(self.present)), dtype=np.float32)
        close = np.zeros((len(numbers), 2))
        for start in range(0, len(numbers), READ_AT_ONCE):
            part = slice(start, start + READ_AT_ONCE)
            closeness = vectors[part, : material.width] @ self.vectors.T
            nearest[part] = nearest_of(closeness, self.labels)
            close[part] = closest(closeness[:, :known])
        return Scores(
            self.dense.scores(vectors), nearest, self.text.scores(rows), shares, close, self.foreign
        )


def usable(examples: Sequence[Example]) -> tuple[tuple[Example, ...], tuple[str, ...]]:
    """The distinct examples of intents that have at least two, and the names of the other intents.

    `nlu_fallback` is no intent to learn. Raises TooFewExamplesError when fewer than two intents are left.
    """
    distinct = {
        (each.intent, each.text, each.language): each for each in examples if each.intent != FALLBACK_INTENT
    }
    counts = Counter(each.intent for each in distinct.values())
    enough = [name for name, count in counts.items() if count > 1]
    if len(enough) < 2:
        raise TooFewExamplesError(len(enough))
    kept = tuple(each for each in distinct.values() if each.intent in enough)
    return kept, tuple(sorted(counts.keys() - set(enough)))


def in_folds(
    examples: tuple[Example, ...],
    names: Sequence[str],
    outside: Sequence[str],
    others: Sequence[str],
    vectors: Floats2d,
    width: int,
) -> Material:
    """The material with its folds: every intent and language is spread evenly.

    names: the intents' names in words, in the intents' order; outside: texts of no intent; others: texts that
    are not learnt from; vectors: of all of these in this order; width: as in Material.
    """
    intents = tuple(sorted({each.intent for each in examples}))
    number_of = {intent: number for number, intent in enumerate(intents)}
    labels = [number_of[each.intent] for each in examples]
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, each in enumerate(examples):
        groups[each.intent, each.language].append(number)
    folds = np.full(len(examples) + len(names) + len(outside), ALWAYS, dtype=np.int64)
    first = len(examples) + len(names)
    random = Random(SEED)
    for start, group in enumerate((*groups.values(), list(range(first, len(folds))))):
        random.shuffle(group)
        for place, number in enumerate(group):
            # Starting elsewhere with each group keeps the folds equally large.
            folds[number] = (start + place) % FOLDS
    texts = (*(each.text for each in examples), *names, *outside, *others)
    return Material(
        intents=intents,
        examples=examples,
        texts=texts,
        counts=Counts.of(texts),
        vectors=vectors,
        width=width,
        labels=np.array([*labels, *range(len(names)), *(len(intents) for _ in outside)], dtype=np.int64),
        folds=folds,
    )


def fit(material: Material, chosen: Chosen) -> Fitted:
    """The heads on the chosen (l,) of the texts that have a label."""
    numbers = np.flatnonzero(chosen)
    numbers = numbers[np.argsort(material.labels[numbers], kind="stable")]
    present, labels = np.unique(material.labels[numbers], return_inverse=True)
    weighing = material.counts.weighed(numbers)
    vectors = material.vectors[numbers]
    return Fitted(
        weighing=weighing,
        dense=fit_dense(vectors, labels, DENSE_STRENGTH),
        text=fit_text(weighing.rows(numbers)[0], labels, TEXT_STRENGTH),
        vectors=np.ascontiguousarray(vectors[:, : material.width]),
        numbers=numbers,
        labels=labels,
        present=present,
        foreign=bool(present[-1] == len(material.intents)),
    )


def held_out(material: Material, fold: int) -> tuple[Ints1d, Scores]:
    """The numbers of a fold's texts, and what heads that have not seen them make of them."""
    test = np.flatnonzero(material.folds == fold)
    fitted = fit(material, material.folds != fold)
    scores = fitted.read(material, test)
    return test, _widened(scores, fitted.present, int(material.labels.max()) + 1)


def together(pieces: Iterable[tuple[Ints1d, Scores]], numbers: Ints1d) -> Scores:
    """The scores of these texts, from pieces that hold each of them once."""
    held = list(pieces)
    order = np.concatenate([rows for rows, _ in held])
    place = np.empty(int(order.max()) + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    picked = place[numbers]
    parts = [scores for _, scores in held]
    return Scores(
        dense=np.concatenate([each.dense for each in parts])[picked],
        nearest=np.concatenate([each.nearest for each in parts])[picked],
        text=np.concatenate([each.text for each in parts])[picked],
        known_share=np.concatenate([each.known_share for each in parts])[picked],
        closest=np.concatenate([each.closest for each in parts])[picked],
        foreign=parts[0].foreign,
    )


def _widened(scores: Scores, present: Ints1d, classes: int) -> Scores:
    """The scores with a column for every label; one that was not learnt is as unlikely as the unlikeliest."""
    if len(present) == classes:
        return scores

    def wide(part: Floats2d) -> Floats2d:
        whole = np.repeat(part.min(axis=1, keepdims=True), classes, axis=1)
        whole[:, present] = part
        return whole

    return Scores(
        wide(scores.dense),
        wide(scores.nearest),
        wide(scores.text),
        scores.known_share,
        scores.closest,
        classes > int(present.max()) + 1 or scores.foreign,
    )
