"""All that training fits: the heads on all and without each fold, and how they are blended."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.dialogue.assistant import Example
from bot.understanding.calibration import softmax
from bot.understanding.folds import FOLDS, Fitted, Material, Progress, fit, held_out, in_folds, together
from bot.understanding.heads import Floats2d, Ints1d, fit_blend
from bot.understanding.model import ANY_LANGUAGE, Blend
from bot.understanding.outliers import Scores
from bot.understanding.scoping import GROUPS, Names, left_out
from kb.embedders import Embedder, encode_deep

Chances: TypeAlias = NDArray[np.float64]

# A language gets a blend of its own from this many examples on.
LEAST_OWN_BLEND = 100
ENCODED_AT_ONCE = 32
MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Given:
    """All texts of a training, in the order of their rows in the material.

    examples and the intents' names in words, both learnt from, as are the texts `outside` any intent; then
    those that are not: everyday sentences with their languages, validation, and what is foreign to it.
    """

    examples: tuple[Example, ...]
    names: tuple[str, ...]
    outside: tuple[str, ...]
    everyday: tuple[str, ...]
    spoken: tuple[str, ...]
    validation: tuple[Example, ...]
    foreign: tuple[str, ...]

    @property
    def others(self) -> tuple[str, ...]:
        return (*self.everyday, *(each.text for each in self.validation), *self.foreign)

    @property
    def texts(self) -> tuple[str, ...]:
        return (*(each.text for each in self.examples), *self.names, *self.outside, *self.others)

    def rows(self, part: str) -> Ints1d:
        """The rows of one of the fields."""
        start = 0
        for name in ("examples", "names", "outside", "everyday", "validation", "foreign"):
            size = len(getattr(self, name))
            if name == part:
                return np.arange(start, start + size)
            start += size
        raise KeyError(part)

    def material(self, vectors: Floats2d, width: int) -> Material:
        """The material, given a deep vector (t, d) for each of the texts, the first `width` of it its own."""
        return in_folds(self.examples, self.names, self.outside, self.others, vectors, width)


@dataclass(frozen=True, slots=True)
class Fits:
    """The heads on all, and what those without each fold and without each group of intents make of these."""

    final: Fitted
    folds: list[tuple[Ints1d, Scores]]
    groups: list[tuple[Ints1d, Scores]]


@dataclass(frozen=True, slots=True)
class Checked:
    """n texts that the heads have not seen, with labels and languages (n,): what weights are chosen on."""

    scores: Scores
    labels: Ints1d
    languages: Names
    source: str

    def of(self, rows: NDArray[np.bool_]) -> Checked:
        return Checked(self.scores.of(rows), self.labels[rows], self.languages[rows], self.source)

    def blends(self) -> dict[str, Blend]:
        """How the heads are blended: for any language, and for each that has texts enough."""
        blends = {ANY_LANGUAGE: fit_blend(self.scores, self.labels)}
        for language in np.unique(self.languages).tolist():
            own = self.languages == language
            if LEAST_OWN_BLEND <= own.sum() < len(own):
                blends[language] = fit_blend(self.scores.of(own), self.labels[own])
        return blends

    def chances(self, blends: Mapping[str, Blend]) -> Chances:
        """(n, c) probabilities, each text's by the blend of its language."""
        chances = softmax(self.scores.intents(self.scores.blended(blends[ANY_LANGUAGE])))
        for language in sorted(blends.keys() & set(self.languages.tolist())):
            own = self.languages == language
            scores = self.scores.of(own)
            chances[own] = softmax(scores.intents(scores.blended(blends[language])))
        return chances


def encode(texts: Sequence[str], embedder: Embedder, say: Progress) -> Floats2d:
    """(n, d) deep vectors of the texts, each encoded once, on all processors."""
    distinct = list(dict.fromkeys(texts))
    parts = [distinct[start : start + ENCODED_AT_ONCE] for start in range(0, len(distinct), ENCODED_AT_ONCE)]
    rows: list[Floats2d] = []
    with _workers() as pool:
        for done, part in enumerate(pool.map(partial(encode_deep, embedder), parts)):
            say("reading examples", done / len(parts))
            rows.append(part)
    place = {text: number for number, text in enumerate(distinct)}
    return np.concatenate(rows)[[place[text] for text in texts]]


def fit_all(material: Material, say: Progress, *, without_intents: bool) -> Fits:
    """Fit side by side on all processors; without_intents: whether groups of intents are left out, too.

    Each fit keeps to one thread, which adds numbers up in one order: the same examples give the same model.
    """
    groups = range(GROUPS if without_intents else 0)
    with threadpool_limits(limits=1), _workers() as pool:
        final = pool.submit(fit, material, np.ones(len(material.labels), dtype=bool))
        folds = [pool.submit(held_out, material, fold) for fold in range(FOLDS)]
        lacking = [pool.submit(left_out, material, group) for group in groups]
        for done, fold in enumerate(folds):
            say("cross-validating", done / FOLDS)
            fold.result()
    found = [each.result() for each in lacking]
    return Fits(final.result(), [each.result() for each in folds], [each for each in found if each])


def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=min(MOST_WORKERS, os.cpu_count() or 1))


def cross_checked(material: Material, fits: Fits) -> Checked:
    """The examples, by heads that had not seen their fold."""
    return Checked(
        together(fits.folds, np.arange(material.size)),
        material.labels[: material.size],
        np.array([each.language for each in material.examples]),
        "cross-validation",
    )


def validated(given: Given, material: Material, final: Fitted) -> Checked:
    """The validation examples, by the heads on all."""
    return Checked(
        final.read(material, given.rows("validation")),
        np.array([material.intents.index(each.intent) for each in given.validation], dtype=np.int64),
        np.array([each.language for each in given.validation]),
        "validation",
    )


def cross_fitted(material: Material, held: Checked) -> Chances:
    """(n, c) probabilities by heads and a blend of which neither has seen the example's fold."""
    folds = material.folds[: material.size]
    chances = np.zeros((material.size, len(material.intents)))
    for fold in range(FOLDS):
        chances[folds == fold] = held.of(folds == fold).chances(held.of(folds != fold).blends())
    return chances
