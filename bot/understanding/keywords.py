"""The classifier that needs no training: how many rare words a text shares with the examples of an intent.

Serves while there is no trained model. Its probabilities are cautious guesses, not calibrated.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.understanding.calibration import softmax
from bot.understanding.features import Vocabulary
from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import Evidence, Floats1d, Intent

MOST_INTENTS = 10
SHARPNESS = 14.0
# From this likeness to an example on a text is in scope at all, and from that one on surely.
LEAST_LIKENESS, SURE_LIKENESS = 0.25, 0.6


class KeywordClassifier:
    """Compares a text with every example by TF-IDF cosine."""

    degraded: str | None = None
    line: float | None = None

    def __init__(self, assistant: Assistant) -> None:
        examples = assistant.nlu.examples
        self._intents = sorted({example.intent for example in examples})
        self._vocabulary = Vocabulary.of([example.text for example in examples]) if examples else None
        # For each n-gram the examples that hold it: (example, weight) pairs.
        self._holders: dict[int, list[tuple[int, float]]] = {}
        self._examples = examples
        for number, example in enumerate(examples):
            if self._vocabulary is not None:
                row = self._vocabulary.weigh(example.text)
                for gram, weight in zip(row.ids.tolist(), row.weights.tolist(), strict=True):
                    self._holders.setdefault(gram, []).append((number, weight))

    def classify(self, text: str, vector: Floats1d | None, language: str) -> Ranking:
        if self._vocabulary is None:
            return Ranking((), 0.0, "the assistant has no examples")
        likeness = np.zeros(len(self._examples))
        row = self._vocabulary.weigh(text)
        for gram, weight in zip(row.ids.tolist(), row.weights.tolist(), strict=True):
            for number, other in self._holders.get(gram, ()):
                likeness[number] += weight * other
        best = dict.fromkeys(self._intents, 0.0)
        for number, example in enumerate(self._examples):
            best[example.intent] = max(best[example.intent], float(likeness[number]))
        chances = softmax(SHARPNESS * np.array([best[intent] for intent in self._intents]))
        order = np.argsort(-chances, kind="stable")[:MOST_INTENTS]
        intents = tuple(Intent(self._intents[number], float(chances[number])) for number in order)
        nearest = int(likeness.argmax())
        top = float(likeness[nearest])
        known = (top - LEAST_LIKENESS) / (SURE_LIKENESS - LEAST_LIKENESS)
        because = f"shares words with “{self._examples[nearest].text}” ({top:.2f})"
        evidence = Evidence(((self._examples[nearest].text, top),))
        return Ranking(intents, float(np.clip(known, 0.0, 1.0)), because, evidence)


def open_classifier(folder: Path, assistant: Assistant, encoder: str | None) -> Classifier:
    """A classifier from the assistant's examples, which are read again where it was loaded without them."""
    if assistant.nlu.examples:
        return KeywordClassifier(assistant)
    return KeywordClassifier(load_assistant(assistant.folder, translations=assistant.translations))


PLUG = open_classifier
