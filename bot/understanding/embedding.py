"""The trained classifier: a linear head on the embedding, one on the words, and the nearest examples, blended
and calibrated.

Serving is numpy only; `training.py` fits it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.dialogue.assistant import Assistant
from bot.understanding.calibration import softmax
from bot.understanding.errors import IntentsDamagedError
from bot.understanding.evidence import MOST_EXAMPLES, evidence_of, names_of
from bot.understanding.features import Weighted
from bot.understanding.model import ANY_LANGUAGE, Floats1d, IntentModel, read_model
from bot.understanding.outliers import Scores, closest, in_scope, nearest_of
from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import Intent
from bot.understanding.tuned import TUNED, open_tuned

MOST_INTENTS = 10


class EmbeddingClassifier:
    """Serves one IntentModel; without an embedding the words decide alone."""

    def __init__(self, model: IntentModel, fingerprint: str) -> None:
        self._model = model
        self._names = names_of(model.vocabulary)
        # Those of no intent come last.
        self._examples = int(np.searchsorted(model.example_intents, len(model.intents)))
        stale = model.fingerprint != fingerprint
        self.degraded = (
            "the assistant's examples have changed since training; run `firstline train`" if stale else None
        )
        self.line: float | None = model.line

    def classify(self, text: str, vector: Floats1d | None, language: str) -> Ranking:
        model = self._model
        words = model.vocabulary.weigh(text)
        scores, closeness = self._scores(words, vector)
        if closeness is None:
            blend, scope = model.blend_alone, model.scope_alone
            features = scores.features_alone(blend)
        else:
            blend = model.blends.get(language, model.blends[ANY_LANGUAGE])
            scope = model.scopes.get(language, model.scopes[ANY_LANGUAGE])
            features = scores.features(blend)
        chances = softmax(scores.intents(scores.blended(blend))[0])
        order = np.argsort(-chances, kind="stable")[:MOST_INTENTS]
        first, near = int(order[0]), []
        because = f"its words are those of {model.intents[first]}"
        if closeness is not None:
            near = self._nearest(closeness, first)
            quoted = " and ".join(f"“{example}”" for example, _ in near[:2])
            because = f"close to {quoted} ({near[0][1]:.2f})"
        intents = tuple(Intent(model.intents[number], float(chances[number])) for number in order)
        evidence = evidence_of(near, self._names, words, model.text_weights, first)
        return Ranking(intents, float(in_scope(scope, features)[0]), because, evidence)

    def _scores(self, words: Weighted, vector: Floats1d | None) -> tuple[Scores, Floats1d | None]:
        """What the heads say, and the cosine of every example; without a vector only the words speak."""
        model = self._model
        text = np.asarray(words.weights @ model.text_weights[words.ids] + model.text_bias, dtype=np.float32)
        share = np.array([words.known_share])
        if vector is None:
            nothing = np.zeros((1, len(text)), dtype=np.float32)
            return Scores(nothing, nothing, text[None], share, np.zeros((1, 2)), model.foreign), None
        # Not `@`: BLAS would wake its threads for it and wait for them longer than the sum takes.
        closeness = np.einsum("nd,d->n", model.examples, vector[: model.examples.shape[1]])
        dense = np.einsum("kd,d->k", model.dense_weights, vector) + model.dense_bias
        scores = Scores(
            dense=dense[None],
            nearest=nearest_of(closeness[None], model.example_intents),
            text=text[None],
            known_share=share,
            closest=closest(closeness[None, : self._examples]),
            foreign=model.foreign,
        )
        return scores, closeness

    def _nearest(self, closeness: Floats1d, intent: int) -> list[tuple[str, float]]:
        """The training examples that speak for the intent, with their cosine, nearest first."""
        model = self._model
        own = np.flatnonzero(model.example_intents == intent)
        best = own[np.argsort(-closeness[own], kind="stable")[:MOST_EXAMPLES]]
        return [(model.example_texts[number], float(closeness[number])) for number in best]


def open_classifier(folder: Path, assistant: Assistant, encoder: str | None) -> Classifier:
    """The classifier trained into `folder`; raises IntentsMissingError and IntentsDamagedError."""
    model = read_model(folder)
    if encoder is not None and encoder != model.encoder:
        raise IntentsDamagedError(folder, f"trained on the encoder {model.encoder}, and {encoder} is served")
    classifier = EmbeddingClassifier(model, assistant.fingerprint)
    return open_tuned(folder.with_name(TUNED), classifier, model.encoder, model.fingerprint)


PLUG = open_classifier
