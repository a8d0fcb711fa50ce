"""The training set in folds, so that whatever is chosen is chosen on examples that were held out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.dialogue.assistant import Example
from bot.understanding.embedding import nearness, shape
from bot.understanding.errors import TooFewExamplesError
from bot.understanding.features import Vocabulary
from bot.understanding.heads import SEED, Floats2d, Head, Ints1d, fit_dense, fit_text, surprise_of, text_rows
from bot.understanding.model import Blend
from bot.understanding.reading import FALLBACK_INTENT

Progress: TypeAlias = Callable[[str, float], None]
Chosen: TypeAlias = NDArray[np.bool_]

FOLDS = 5
DENSE_STRENGTHS = (3.0, 10.0, 30.0)
TEXT_STRENGTHS = (0.25, 1.0)


@dataclass(frozen=True, slots=True)
class Material:
    """The training set as arrays: n examples, their vectors (n, d), labels (n,) and folds (n,)."""

    intents: tuple[str, ...]
    examples: tuple[Example, ...]
    vectors: Floats2d
    labels: Ints1d
    folds: Ints1d

    @property
    def texts(self) -> list[str]:
        return [example.text for example in self.examples]

    @property
    def languages(self) -> list[str]:
        return sorted({example.language for example in self.examples})

    def of(self, language: str) -> Chosen:
        """(n,) which examples are in this language."""
        return np.array([example.language == language for example in self.examples])


@dataclass(frozen=True, slots=True)
class Strengths:
    """How freely the heads may fit: the inverse of their regularisation."""

    dense: float
    text: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Both heads, fitted on the examples whose vectors are `vectors` (m, d); `labels` are theirs."""

    vocabulary: Vocabulary
    dense: Head
    text: Head
    vectors: Floats2d

    def features(
        self, texts: Sequence[str], vectors: Floats2d, blend: Blend
    ) -> tuple[list[list[float]], Ints1d]:
        """What tells texts in scope from others, as serving computes it, and each text's first intent."""
        worded = self.text.scores(text_rows(self.vocabulary, texts))
        scores = blend.dense * self.dense.scores(vectors) + blend.text * worded
        closeness = vectors @ self.vectors.T
        rows = [
            [*shape(score), self.vocabulary.weigh(text).known_share, *nearness(close)]
            for text, score, close in zip(texts, scores, closeness, strict=True)
        ]
        return rows, np.asarray(scores.argmax(axis=1), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """(n, c) scores of both heads for every example, by heads that had not seen its fold."""

    strengths: Strengths
    dense: Floats2d
    text: Floats2d


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


def in_folds(examples: tuple[Example, ...], vectors: Floats2d) -> Material:
    """The examples with their folds: every intent and language is spread evenly."""
    intents = tuple(sorted({each.intent for each in examples}))
    labels = np.array([intents.index(each.intent) for each in examples], dtype=np.int64)
    folds = np.zeros(len(examples), dtype=np.int64)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, each in enumerate(examples):
        groups[each.intent, each.language].append(number)
    random = Random(SEED)
    for start, group in enumerate(groups.values()):
        random.shuffle(group)
        for place, number in enumerate(group):
            # Starting elsewhere with each group keeps the folds equally large.
            folds[number] = (start + place) % FOLDS
    return Material(intents, examples, vectors, labels, folds)


def fit(material: Material, chosen: Chosen, strengths: Strengths) -> Fitted:
    """Both heads on the chosen examples; labels keep their numbers only if every intent is among them."""
    vocabulary, rows, labels = _rows(material, chosen)
    return Fitted(
        vocabulary,
        fit_dense(material.vectors[chosen], labels, strengths.dense),
        fit_text(rows, labels, strengths.text),
        material.vectors[chosen],
    )


def _rows(material: Material, chosen: Chosen) -> tuple[Vocabulary, object, Ints1d]:
    texts = [text for text, wanted in zip(material.texts, chosen, strict=True) if wanted]
    vocabulary = Vocabulary.of(texts)
    labels = np.unique(material.labels[chosen], return_inverse=True)[1]
    return vocabulary, text_rows(vocabulary, texts), np.asarray(labels, dtype=np.int64)


def held_out(material: Material, say: Progress) -> HeldOut:
    """Every example scored by heads that did not see it, at the strengths that make the truth likeliest."""
    shape_of = (len(material.examples), len(material.intents))
    dense = {strength: np.zeros(shape_of, dtype=np.float32) for strength in DENSE_STRENGTHS}
    text = {strength: np.zeros(shape_of, dtype=np.float32) for strength in TEXT_STRENGTHS}
    for fold in range(FOLDS):
        say("cross-validating", fold / FOLDS)
        test, rest = material.folds == fold, material.folds != fold
        vocabulary, rows, labels = _rows(material, rest)
        present = np.unique(material.labels[rest])
        tested = text_rows(vocabulary, [material.texts[number] for number in np.flatnonzero(test)])
        for strength, scores in dense.items():
            head = fit_dense(material.vectors[rest], labels, strength)
            scores[np.ix_(test, present)] = head.scores(material.vectors[test])
        for strength, scores in text.items():
            scores[np.ix_(test, present)] = fit_text(rows, labels, strength).scores(tested)
    best_dense = min(dense, key=lambda strength: surprise_of(dense[strength], material.labels))
    best_text = min(text, key=lambda strength: surprise_of(text[strength], material.labels))
    return HeldOut(Strengths(best_dense, best_text), dense[best_dense], text[best_text])
