"""Texts' vectors from the cache; only texts that were never seen go through the encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from kb.embedders import Embedder, Floats1d, Floats2d

AT_ONCE = 64
"""Texts whose vectors are kept before the next are made, so that work which is stopped goes on from there."""


class VectorStore(Protocol):
    """Where vectors are kept, by the encoder and the SHA-256 of the text."""

    def vectors(self, model_id: str, hashes: Iterable[str]) -> dict[str, Floats1d]: ...

    def add_vectors(self, model_id: str, vectors: Mapping[str, Floats1d]) -> None: ...


class CachedVectors:
    """Encodes each text once in the life of a base."""

    def __init__(self, store: VectorStore, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    def of(self, texts: Sequence[str], told: Callable[[int, int], None] | None = None) -> Floats2d:
        """(len(texts), width) float32 rows of length 1.

        told: is told how many of the texts that are new have been encoded, and of how many.
        """
        model = self._embedder.model_id
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        known = self._store.vectors(model, set(hashes))
        missing = {sha: text for sha, text in zip(hashes, texts, strict=True) if sha not in known}
        waiting = list(missing.items())
        for start in range(0, len(waiting), AT_ONCE):
            some = waiting[start : start + AT_ONCE]
            rows = self._embedder.encode([text for _, text in some])
            new = {sha: row for (sha, _), row in zip(some, rows, strict=True)}
            self._store.add_vectors(model, new)
            known |= new
            if told is not None:
                told(start + len(some), len(waiting))
        if not texts:
            return np.zeros((0, self._embedder.width), dtype=np.float32)
        return np.stack([known[sha] for sha in hashes])
