"""Learns to tell a text in scope from a foreign one, by intents left out and by everyday sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.understanding.embedding import in_scope
from bot.understanding.everyday import EVERYDAY
from bot.understanding.folds import FOLDS, Fitted, Material, Progress, Strengths, fit
from bot.understanding.heads import SEED, Floats2d, auroc, fit_scope
from bot.understanding.model import ANY_LANGUAGE, Blend, Scope

Features: TypeAlias = NDArray[np.float64]

OUT_OF_SCOPE_INTENT = "out_of_scope"
# The features that need no embedding; see Fitted.features.
ALONE = 4
# A language gets a line of its own from this many examples and foreign sentences on.
LEAST_OWN = 40


@dataclass(frozen=True, slots=True)
class Everyday:
    """Sentences no assistant is for, with their languages and vectors (s, d)."""

    texts: tuple[str, ...]
    languages: tuple[str, ...]
    vectors: Floats2d


@dataclass(frozen=True, slots=True)
class Scoping:
    """The learnt lines by language, and the one without an embedding; every example's held-out probability of
    being in scope (n,), and how well known and foreign texts are told apart."""

    scopes: Mapping[str, Scope]
    alone: Scope
    known: NDArray[np.float64]
    auroc: float


@dataclass(frozen=True, slots=True)
class _Rows:
    """Features (r, f) with the language of each row."""

    features: Features
    languages: NDArray[np.str_]

    def of(self, language: str) -> Features:
        return self.features if language == ANY_LANGUAGE else self.features[self.languages == language]


def everyday_sentences(languages: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of these languages, and the language of each."""
    pairs = [(text, language) for language in languages for text in EVERYDAY.get(language, ())]
    return tuple(text for text, _ in pairs), tuple(language for _, language in pairs)


def learn_scope(
    material: Material, strengths: Strengths, blend: Blend, everyday: Everyday, say: Progress
) -> Scoping:
    """Fit what is in scope on rankings by heads that had not seen the text (inside) or its whole intent
    (outside), and on everyday sentences (outside)."""
    inside, strange = _inside(material, strengths, blend, everyday, say)
    left_out = _left_out(material, strengths, blend, say)
    if not len(left_out.features) or not len(strange.features):
        nothing = Scope((0.0,) * inside.features.shape[1], 20.0)
        alone = Scope((0.0,) * ALONE, 20.0)
        return Scoping({ANY_LANGUAGE: nothing}, alone, np.ones(len(material.examples)), 0.5)
    parts = (inside, left_out, strange)
    own = [each for each in material.languages if min(len(part.of(each)) for part in parts) >= LEAST_OWN]
    scopes = {
        language: fit_scope(inside.of(language), [left_out.of(language), strange.of(language)])
        for language in (ANY_LANGUAGE, *own)
    }
    outside = [part.features[:, :ALONE] for part in (left_out, strange)]
    return Scoping(
        scopes=scopes,
        alone=fit_scope(inside.features[:, :ALONE], outside),
        known=_known(scopes, inside),
        auroc=auroc(
            _known(scopes, inside), np.concatenate([_known(scopes, left_out), _known(scopes, strange)])
        ),
    )


def _inside(
    material: Material, strengths: Strengths, blend: Blend, everyday: Everyday, say: Progress
) -> tuple[_Rows, _Rows]:
    """Every example ranked by heads that did not see it, and everyday sentences ranked by the same heads."""
    known: list[list[float]] = [[] for _ in material.examples]
    strange: list[list[float]] = []
    languages: list[str] = []
    for fold in range(FOLDS):
        say("learning what is foreign", fold / (2 * FOLDS))
        test = np.flatnonzero(material.folds == fold)
        fitted = fit(material, material.folds != fold, strengths)
        for number, row in zip(test, _ranked(material, fitted, test, blend), strict=True):
            known[number] = row
        if everyday.texts:
            rows, first = fitted.features(everyday.texts, everyday.vectors, blend)
            for row, intent, language in zip(rows, first, everyday.languages, strict=True):
                # One that is taken for `out_of_scope` has been told apart already.
                if material.intents[intent] != OUT_OF_SCOPE_INTENT:
                    strange.append(row)
                    languages.append(language)
    own = np.array([example.language for example in material.examples])
    return _Rows(np.array(known), own), _Rows(np.array(strange), np.array(languages))


def _left_out(material: Material, strengths: Strengths, blend: Blend, say: Progress) -> _Rows:
    """Every example ranked by heads that know nothing of its intent."""
    rows: list[list[float]] = []
    languages: list[str] = []
    numbers = list(range(len(material.intents)))
    Random(SEED).shuffle(numbers)
    for group in range(min(FOLDS, len(numbers))):
        say("learning what is foreign", 0.5 + group / (2 * FOLDS))
        foreign = np.isin(material.labels, numbers[group::FOLDS])
        if len(np.unique(material.labels[~foreign])) < 2:
            continue
        fitted = fit(material, ~foreign, strengths)
        rows += _ranked(material, fitted, np.flatnonzero(foreign), blend)
        languages += [material.examples[number].language for number in np.flatnonzero(foreign)]
    return _Rows(np.array(rows), np.array(languages))


def _ranked(material: Material, fitted: Fitted, numbers: NDArray[np.intp], blend: Blend) -> list[list[float]]:
    texts = [material.examples[number].text for number in numbers]
    return fitted.features(texts, material.vectors[numbers], blend)[0]


def _known(scopes: Mapping[str, Scope], rows: _Rows) -> NDArray[np.float64]:
    """(r,) the probability that each row's text is in scope."""
    lines = [scopes.get(language, scopes[ANY_LANGUAGE]) for language in rows.languages]
    return np.array([in_scope(line, row) for line, row in zip(lines, rows.features, strict=True)])
