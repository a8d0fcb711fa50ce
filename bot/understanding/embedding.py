"""The trained classifier: two linear heads, on the embedding and on the words, blended and calibrated.

Serving is numpy only; `training.py` fits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.dialogue.assistant import Assistant
from bot.understanding.calibration import energy, sigmoid, softmax
from bot.understanding.errors import IntentsDamagedError
from bot.understanding.features import Weighted
from bot.understanding.model import ANY_LANGUAGE, Floats1d, IntentModel, Scope, read_model
from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import Intent

MOST_INTENTS = 10
NEAREST = 5


class EmbeddingClassifier:
    """Serves one IntentModel; without an embedding the words decide alone."""

    def __init__(self, model: IntentModel, fingerprint: str) -> None:
        self._model = model
        stale = model.fingerprint != fingerprint
        self.degraded = (
            "the assistant's examples have changed since training; run `firstline train`" if stale else None
        )

    def classify(self, text: str, vector: Floats1d | None, language: str) -> Ranking:
        model = self._model
        words = model.vocabulary.weigh(text)
        scores = text_scores(model, words)
        if vector is None:
            scores = model.blend_alone.text * scores
            known = in_scope(model.scope_alone, [*shape(scores), words.known_share])
            because = f"its words are those of {model.intents[int(scores.argmax())]}"
        else:
            blend = model.blends.get(language, model.blends[ANY_LANGUAGE])
            scope = model.scopes.get(language, model.scopes[ANY_LANGUAGE])
            scores = blend.dense * (model.dense_weights @ vector + model.dense_bias) + blend.text * scores
            # Not `@`: BLAS would wake its threads for it and wait for them longer than the sum takes.
            closeness = np.einsum("nd,d->n", model.examples, vector)
            known = in_scope(scope, [*shape(scores), words.known_share, *nearness(closeness)])
            because = self._nearest(closeness, int(scores.argmax()))
        chances = softmax(scores)
        order = np.argsort(-chances, kind="stable")[:MOST_INTENTS]
        intents = tuple(Intent(model.intents[number], float(chances[number])) for number in order)
        return Ranking(intents, known, because)

    def _nearest(self, closeness: Floats1d, intent: int) -> str:
        """The training examples that speak for the intent."""
        model = self._model
        own = np.flatnonzero(model.example_intents == intent)
        best = own[np.argsort(-closeness[own], kind="stable")[:2]]
        quoted = " and ".join(f"“{model.example_texts[number]}”" for number in best)
        return f"close to {quoted} ({float(closeness[best[0]]):.2f})"


def text_scores(model: IntentModel, words: Weighted) -> Floats1d:
    """(c,) scores of the word head."""
    return np.asarray(words.weights @ model.text_weights[words.ids] + model.text_bias, dtype=np.float32)


def shape(scores: Floats1d) -> list[float]:
    """How decided the scores are: the first probability, its lead over the second, and the energy."""
    chances = np.sort(softmax(scores))
    return [float(chances[-1]), float(chances[-1] - chances[-2]), float(energy(scores))]


def nearness(closeness: Floats1d) -> list[float]:
    """How close the training examples are: the cosine of the nearest, and the mean of the five nearest."""
    nearest = -np.partition(-closeness, min(NEAREST, len(closeness) - 1))[:NEAREST]
    return [float(nearest.max()), float(nearest.mean())]


def in_scope(scope: Scope, features: Sequence[float]) -> float:
    """The probability in [0, 1] that a text with these features is in scope."""
    return sigmoid(float(np.dot(scope.weights, features)) + scope.bias)


def open_classifier(folder: Path, assistant: Assistant, encoder: str | None) -> Classifier:
    """The classifier trained into `folder`; raises IntentsMissingError and IntentsDamagedError."""
    model = read_model(folder)
    if encoder is not None and encoder != model.encoder:
        raise IntentsDamagedError(folder, f"trained on the encoder {model.encoder}, and {encoder} is served")
    return EmbeddingClassifier(model, assistant.fingerprint)


PLUG = open_classifier
