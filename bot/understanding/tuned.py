"""Serves intents that an encoder was fine-tuned for: its own vector of a text, beside the trained heads.

The frozen vector stays what it is, for knowledge needs it: so a text is encoded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.understanding.calibration import softmax
from bot.understanding.errors import MEND, PartDamagedError, PartMissingError
from bot.understanding.ranking import Classifier, Ranking
from bot.understanding.reading import Floats1d, Intent
from bot.understanding.stored import Stored, read_part, write_part
from kb.embedders import Embedder
from kb.embedders.onnx import OnnxEmbedder
from kb.errors import KbError

Floats2d: TypeAlias = NDArray[np.floating]

TUNED = "tuned"
"""The folder beside that of the intents."""
ENCODER = "encoder"
"""The folder of the tuned encoder in it."""

MOST_INTENTS = 10
# The intents that a ranking does not name share at least this probability.
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class TunedModel:
    """A prototype (c, d) of length 1 for each intent, and how much its cosine counts beside the logarithm of
    what the heads say.

    base: the encoder of the heads; encoder: the tuned one; fingerprint: the assistant's, as in IntentModel.
    """

    intents: tuple[str, ...]
    prototypes: NDArray[np.float32]
    cosine: float
    heads: float
    base: str
    encoder: str
    fingerprint: str

    def of_cosines(self, cosines: Floats2d, heads: Floats2d) -> NDArray[np.float64]:
        """(…, c) probabilities by cosines to the prototypes and the heads' log probabilities, both (…, c)."""
        return softmax(np.asarray(self.cosine * cosines + self.heads * heads))


class TunedClassifier:
    """A classifier's ranking, sharpened by the tuned encoder; what is in scope is for the other to say."""

    def __init__(self, base: Classifier, model: TunedModel, embedder: Embedder) -> None:
        self._base, self._model, self._embedder = base, model, embedder

    @property
    def degraded(self) -> str | None:
        return self._base.degraded

    @property
    def line(self) -> float | None:
        return self._base.line

    def classify(self, text: str, vector: Floats1d | None, language: str) -> Ranking:
        ranking = self._base.classify(text, vector, language)
        if vector is None:  # the weights were chosen beside heads that have one
            return ranking
        model = self._model
        # Not `@`: BLAS would wake its threads for it and wait for them longer than the sum takes.
        cosines = np.einsum("cd,d->c", model.prototypes, self._embedder.encode([text])[0])
        chances = model.of_cosines(cosines, log_chances(model.intents, ranking))
        order = np.argsort(-chances, kind="stable")[:MOST_INTENTS]
        intents = tuple(Intent(model.intents[number], float(chances[number])) for number in order)
        return replace(ranking, intents=intents)


class Untuned:
    """The classifier alone, where the encoder that was tuned for it can't be used."""

    def __init__(self, base: Classifier, why: str) -> None:
        self._base = base
        self.degraded: str | None = "; ".join(filter(None, (base.degraded, why)))
        self.line = base.line

    def classify(self, text: str, vector: Floats1d | None, language: str) -> Ranking:
        return self._base.classify(text, vector, language)


def log_chances(intents: Sequence[str], ranking: Ranking) -> NDArray[np.float64]:
    """(c,) the logarithms of a ranking's probabilities; the intents that it does not name share the rest."""
    said = {each.name: each.probability for each in ranking.intents}
    unsaid = max(1, len(intents) - len(said))
    rest = max(1.0 - sum(said.values()), _LEAST) / unsaid
    chances = [max(said.get(name, rest), _LEAST / len(intents)) for name in intents]
    return np.asarray(np.log(np.array(chances)))


def write_tuned(model: TunedModel, folder: Path) -> None:
    """Write the model beside its encoder, which is there already."""
    about = {"base": model.base, "encoder": model.encoder, "fingerprint": model.fingerprint}
    words = {"intents": model.intents, "cosine": model.cosine, "heads": model.heads}
    write_part(Stored(about, {"prototypes": model.prototypes}, words), folder)


def read_tuned(folder: Path) -> TunedModel:
    """The model; raises PartMissingError and PartDamagedError."""
    part = read_part(folder)
    try:
        return TunedModel(
            intents=tuple(part.words["intents"]),
            prototypes=part.arrays["prototypes"],
            cosine=float(part.words["cosine"]),
            heads=float(part.words["heads"]),
            base=part.about["base"],
            encoder=part.about["encoder"],
            fingerprint=part.about["fingerprint"],
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise PartDamagedError(folder, f"{type(wrong).__name__}: {wrong}") from wrong


def open_tuned(folder: Path, base: Classifier, encoder: str, fingerprint: str) -> Classifier:
    """The classifier sharpened by what was tuned into `folder`; the classifier itself where nothing was.

    encoder, fingerprint: those of the classifier's own model, which the tuned one must have been made for.
    """
    try:
        model = read_tuned(folder)
        if (model.base, model.fingerprint) != (encoder, fingerprint):
            return Untuned(base, f"the encoder was tuned for other intents than these; {MEND} --finetune")
        return TunedClassifier(base, model, OnnxEmbedder(folder / ENCODER))
    except PartMissingError:
        return base
    except (PartDamagedError, KbError) as error:
        return Untuned(base, f"intents without their tuned encoder: {error}")
