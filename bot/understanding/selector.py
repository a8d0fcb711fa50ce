"""Response selection: which answer of a retrieval intent (`faq/opening`, `faq/refund`) a text asks for.

A linear head over the same vector that names the intent; where there is no encoder, shared words decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.understanding.calibration import softmax
from bot.understanding.errors import PartDamagedError
from bot.understanding.stored import Stored, read_part
from bot.understanding.tagging import TOKEN

Floats1d: TypeAlias = NDArray[np.float32]
Floats2d: TypeAlias = NDArray[np.float32]

ALL = "default"  # Rasa's name for one selector over every retrieval intent
MOST_RANKED = 10
WORD_SHARPNESS = 8.0


@dataclass(frozen=True, slots=True)
class Selection:
    """A selector's opinion: response keys (`faq/opening`) best first, probabilities that sum to at most 1."""

    ranking: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector. weights (k, d) and bias (k,) for `keys`; texts[i] are the examples of keys[i]."""

    keys: tuple[str, ...]
    weights: Floats2d
    bias: Floats1d
    texts: tuple[tuple[str, ...], ...]

    def select(self, text: str, vector: Floats1d | None) -> Selection:
        """The keys for `text`; vector: (d,) float32 of length 1, or None without an encoder."""
        if vector is not None:
            scores = np.einsum("kd,d->k", self.weights, vector) + self.bias
        else:
            said = _words(text)
            scores = np.array([max(_likeness(said, _words(each)) for each in texts) for texts in self.texts])
            scores = WORD_SHARPNESS * scores
        chances = softmax(scores)
        order = np.argsort(-chances, kind="stable")[:MOST_RANKED]
        return Selection(tuple((self.keys[number], float(chances[number])) for number in order))


@dataclass(frozen=True, slots=True)
class Selectors:
    """All selectors of an assistant by name: a retrieval intent, or `default`."""

    by_name: Mapping[str, Selector]
    encoder: str
    fingerprint: str

    def select(self, text: str, vector: Floats1d | None) -> dict[str, Selection]:
        """Each selector's opinion; they are asked of every message, as in Rasa."""
        return {name: selector.select(text, vector) for name, selector in self.by_name.items()}

    def stored(self) -> Stored:
        """The selectors as they are kept on disk."""
        arrays: dict[str, Floats2d] = {}
        for name, selector in self.by_name.items():
            arrays |= {f"{name}/weights": selector.weights, f"{name}/bias": selector.bias}
        words = {name: {"keys": each.keys, "texts": each.texts} for name, each in self.by_name.items()}
        return Stored({"encoder": self.encoder, "fingerprint": self.fingerprint}, arrays, words)


def read_selectors(folder: Path, encoder: str | None) -> Selectors:
    """The selectors trained into `folder`; encoder: the one that is served.

    Raises PartMissingError and PartDamagedError.
    """
    part = read_part(folder)
    try:
        if encoder is not None and part.about["encoder"] != encoder:
            trained = part.about["encoder"]
            raise PartDamagedError(folder, f"trained on the encoder {trained}, and {encoder} is served")
        found = {
            name: Selector(
                keys=tuple(each["keys"]),
                weights=part.arrays[f"{name}/weights"],
                bias=part.arrays[f"{name}/bias"],
                texts=tuple(map(tuple, each["texts"])),
            )
            for name, each in part.words.items()
        }
        return Selectors(found, part.about["encoder"], part.about["fingerprint"])
    except (KeyError, TypeError, AttributeError) as wrong:
        raise PartDamagedError(folder, f"{type(wrong).__name__}: {wrong}") from wrong


def _words(text: str) -> frozenset[str]:
    return frozenset(match[0].casefold() for match in TOKEN.finditer(text[:1_000]))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def keys_of(names: Sequence[str], selector: str | None) -> list[str]:
    """The response keys among `names` that a selector is for; None is the one over all."""
    return sorted({name for name in names if selector is None or name.partition("/")[0] == selector})
