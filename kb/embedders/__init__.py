"""What turns text into vectors: one protocol, several plugs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

Floats1d: TypeAlias = npt.NDArray[np.float32]
"""(width,) float32."""

Floats2d: TypeAlias = npt.NDArray[np.float32]
"""(n, width) float32."""


class Embedder(Protocol):
    """Texts to unit vectors, so that an inner product is a cosine. Safe from any thread."""

    @property
    def model_id(self) -> str:
        """Names the weights: vectors of two embedders compare only if this is equal."""
        ...

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats2d:
        """One row of length 1 for each text, in order: (n, width) float32; (0, width) for none.

        A text's row does not depend on its companions. Text past the encoder's length is ignored; an empty
        text has a row too.
        """
        ...


@runtime_checkable
class KnowsWords(Protocol):
    """An embedder whose vocabulary tells a word from a slip of the keys."""

    def knows(self, word: str) -> bool:
        """Whether the lower-case word is common enough to be in the vocabulary whole."""
        ...
