"""Learns to tell a text in scope from a foreign one: by intents left out, by everyday sentences and by texts
that are known to be foreign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.understanding.everyday import EVERYDAY
from bot.understanding.folds import Material, fit
from bot.understanding.heads import SEED, Ints1d, auroc, fit_scope
from bot.understanding.model import ANY_LANGUAGE, Blend, Scope
from bot.understanding.outliers import ALONE, Features, Scores, in_scope

Blends: TypeAlias = Mapping[str, Blend]
Names: TypeAlias = NDArray[np.str_]

OUT_OF_SCOPE_INTENT = "out_of_scope"
# The intents are left out in this many groups.
GROUPS = 3
# A language gets a line of its own from this many texts in scope and foreign ones of each kind on.
LEAST_OWN = 40


@dataclass(frozen=True, slots=True)
class Rows:
    """Features (r, f) of texts by all heads, those (r, 4) by the words alone, and the texts' languages."""

    features: Features
    alone: Features
    languages: Names

    def of(self, language: str) -> Features:
        return self.features if language == ANY_LANGUAGE else self.features[self.languages == language]

    def known(self, scopes: Mapping[str, Scope]) -> Features:
        """(r,) the probability that each text is in scope."""
        found = np.zeros(len(self.features))
        for language in np.unique(self.languages):
            rows = self.languages == language
            found[rows] = in_scope(scopes.get(language, scopes[ANY_LANGUAGE]), self.features[rows])
        return found


@dataclass(frozen=True, slots=True)
class Scoping:
    """The learnt lines by language, the one without an embedding, and how well known and foreign texts are
    told apart."""

    scopes: Mapping[str, Scope]
    alone: Scope
    auroc: float


def everyday_sentences(languages: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of these languages, and the language of each."""
    pairs = [(text, language) for language in languages for text in EVERYDAY.get(language, ())]
    return tuple(text for text, _ in pairs), tuple(language for _, language in pairs)


def rows_of(scores: Scores, languages: Sequence[str], blends: Blends, alone: Blend) -> Rows:
    """The features as serving computes them, each text's by the blend of its language."""
    names = np.array(languages, dtype=np.str_)
    features = scores.features(blends[ANY_LANGUAGE])
    for language in np.unique(names):
        rows = names == language
        if language in blends:
            features[rows] = scores.of(rows).features(blends[language])
    return Rows(features, scores.features_alone(alone), names)


def joined(parts: Sequence[Rows]) -> Rows:
    return Rows(
        np.concatenate([each.features for each in parts]),
        np.concatenate([each.alone for each in parts]),
        np.concatenate([each.languages for each in parts]),
    )


def left_out(material: Material, group: int) -> tuple[Ints1d, Scores] | None:
    """The examples of a group of intents, and what heads that know nothing of these intents make of them;
    None where too few intents are left."""
    numbers = list(range(len(material.intents)))
    Random(SEED).shuffle(numbers)
    strange = np.isin(material.labels, numbers[group::GROUPS])
    if len(numbers) - len(numbers[group::GROUPS]) < 2 or not strange.any():
        return None
    fitted = fit(material, ~strange)
    examples = np.flatnonzero(strange[: material.size])
    return examples, fitted.read(material, examples)


def not_told_apart(scores: Scores, intents: Sequence[str], blend: Blend) -> NDArray[np.bool_]:
    """(n,) which texts are taken for another intent than `out_of_scope`, which would tell them apart."""
    first = scores.intents(scores.blended(blend)).argmax(axis=1)
    return np.array([intents[number] != OUT_OF_SCOPE_INTENT for number in first], dtype=bool)


def near_auroc(inside: Rows, kinds: Sequence[Rows], groups: Sequence[Rows]) -> float | None:
    """How well texts of intents that the heads know nothing of are told from known ones, in [0.5, 1] mostly.

    Each of the groups of such intents is told by what was learnt without it, from the other groups and the
    other kinds of foreign texts; None with fewer than two groups.
    """
    if len(groups) < 2:
        return None
    found = []
    for number, group in enumerate(groups):
        others = joined([each for other, each in enumerate(groups) if other != number])
        foreign = [each.features for each in (*kinds, others) if len(each.features)]
        scope = fit_scope(inside.features, foreign)
        found.append(auroc(in_scope(scope, inside.features), in_scope(scope, group.features)))
    return float(np.average(found, weights=[len(each.features) for each in groups]))


def learn_scope(inside: Rows, outside: Sequence[Rows], languages: Sequence[str]) -> Scoping:
    """Fit what is in scope on texts that were held out.

    outside: by kind, and each kind is taken to be as frequent as the others; where there is none, everything
    is in scope.
    """
    kinds = [each for each in outside if len(each.features)]
    if not kinds:
        nothing = Scope((0.0,) * inside.features.shape[1], 20.0)
        return Scoping({ANY_LANGUAGE: nothing}, Scope((0.0,) * ALONE, 20.0), 0.5)
    parts = (inside, *kinds)
    own = [each for each in languages if min(len(part.of(each)) for part in parts) >= LEAST_OWN]
    scopes = {
        language: fit_scope(inside.of(language), [kind.of(language) for kind in kinds])
        for language in (ANY_LANGUAGE, *own)
    }
    strange = joined(kinds).known(scopes)
    alone = fit_scope(inside.alone, [kind.alone for kind in kinds])
    return Scoping(scopes, alone, auroc(inside.known(scopes), strange))
