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
class SeesDeeper(Protocol):
    """An embedder that also shows what an inner layer holds: the last one has forgotten some of it."""

    @property
    def depth(self) -> int:
        """Numbers in a deep vector: `width` and those of the inner layer."""
        ...

    def encode_deep(self, texts: Sequence[str]) -> Floats2d:
        """(n, depth): each text's vector, and after it the inner one, of length 1, too."""
        ...


def encode_deep(embedder: Embedder, texts: Sequence[str]) -> Floats2d:
    """(n, depth) deep vectors, or just the vectors (n, width) where the embedder has no others."""
    return embedder.encode_deep(texts) if isinstance(embedder, SeesDeeper) else embedder.encode(texts)


def deep_id(embedder: Embedder) -> str:
    """Names the weights and how deep the vectors are: what was learnt on deep ones can't read others."""
    return f"{embedder.model_id}+inner" if depth_of(embedder) > embedder.width else embedder.model_id


def depth_of(embedder: Embedder) -> int:
    """Numbers in what `encode_deep` gives."""
    return embedder.depth if isinstance(embedder, SeesDeeper) else embedder.width


@runtime_checkable
class KnowsWords(Protocol):
    """An embedder whose vocabulary tells a word from a slip of the keys."""

    def knows(self, word: str) -> bool:
        """Whether the lower-case word is common enough to be in the vocabulary whole."""
        ...
