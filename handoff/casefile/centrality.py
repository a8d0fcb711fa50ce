"""How central each of some sentences is: its mean likeness to the others. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handoff.casefile.lexicon import lower

Likeness = NDArray[np.float32]
"""Square, symmetric, in [0, 1]: how like sentence i is to sentence j."""

Alike = Callable[[Sequence[str]], Likeness]

_WORD = re.compile(r"\w{3,}")


class Encoder(Protocol):
    """Turns texts into vectors of length one, a row each."""

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]: ...


def common_words(sentences: Sequence[str]) -> Likeness:
    """The share of words that two sentences have in common (Jaccard's)."""
    words = [frozenset(_WORD.findall(lower(sentence))) for sentence in sentences]
    return np.array(
        [[len(one & other) / max(1, len(one | other)) for other in words] for one in words], dtype=np.float32
    )


def by_meaning(encoder: Encoder) -> Alike:
    """The cosines of the encoder's vectors, what is below none cut off."""

    def alike(sentences: Sequence[str]) -> Likeness:
        rows = encoder.encode(list(sentences))
        likeness: Likeness = np.maximum(rows @ rows.T, 0.0).astype(np.float32)
        return likeness

    return alike


def centralities(sentences: Sequence[str], alike: Alike) -> list[float]:
    """Each sentence's mean likeness to the others; 0 for one alone."""
    if len(sentences) < 2:
        return [0.0] * len(sentences)
    likeness = alike(sentences)
    return [float((row.sum() - row[i]) / (len(sentences) - 1)) for i, row in enumerate(likeness)]
