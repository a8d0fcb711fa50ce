"""A deterministic embedder without a model, for tests: words and their letter groups, hashed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from kb.embedders import Embedder, Floats2d


class HashedEmbedder:
    """Texts that share words or word parts are close; it knows no meaning."""

    def __init__(self, width: int = 256) -> None:
        self.width = width
        self.model_id = f"hashed-{width}"

    def encode(self, texts: Sequence[str]) -> Floats2d:
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for feature, weight in _features(text):
                sign_and_place = zlib.crc32(feature.encode())
                row[(sign_and_place >> 1) % self.width] += weight if sign_and_place & 1 else -weight
            if not row.any():
                row[0] = 1.0
        lengths: Floats2d = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / lengths, dtype=np.float32)


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in re.findall(r"\w+", text.casefold()):
        yield word, 1.0
        padded = f"<{word}>"
        for start in range(len(padded) - 2):
            yield padded[start : start + 3], 0.3


def open_embedder(folder: Path, threads: int) -> Embedder:
    """Needs neither a folder nor threads; they are what every embedder is given."""
    return HashedEmbedder()


PLUG = open_embedder
