"""The plug that names what a text wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bot.understanding.reading import Evidence, Floats1d, Intent


@dataclass(frozen=True, slots=True)
class Ranking:
    """A classifier's opinion.

    intents: best first, at most 10, probabilities that sum to at most 1; known: the probability that the text
    is in scope at all; because: what the first intent rests on, in words; evidence: the same in numbers.
    """

    intents: tuple[Intent, ...]
    known: float
    because: str
    evidence: Evidence = field(default_factory=Evidence)


class Classifier(Protocol):
    """Names what a text wants. Pure: the same input gives the same answer, from any thread."""

    @property
    def degraded(self) -> str | None:
        """What it has to do without and what to run; None when all is well."""
        ...

    @property
    def line(self) -> float | None:
        """The least certainty at which no more readings were wrong in training than was allowed; None where
        nothing was measured."""
        ...

    def classify(self, text: str, vector: Floats1d | None, language: str) -> Ranking:
        """The intents of `text`.

        vector: (d,) float32, the text's embedding of length 1 and, where the encoder shows an inner layer,
        that one's after it; None where there is no encoder.
        """
        ...
