"""FAISS's exact search: every vector is compared, so nothing near is missed."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from kb.embedders import Floats2d
from kb.errors import IndexDamagedError, WidthError
from kb.index import Ints2d, VectorIndexes


class FaissIndex:
    """Exact inner products over all vectors."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def width(self) -> int:
        return int(self._index.d)

    def search(self, queries: Floats2d, k: int) -> tuple[Floats2d, Ints2d]:
        if queries.shape[1] != self.width:
            raise WidthError(queries.shape[1], self.width)
        scores, numbers = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return np.where(numbers >= 0, np.clip(scores, -1.0, 1.0), -1.0), numbers

    def write(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))


class FaissIndexes:
    """Builds and reads FAISS's flat index."""

    def build(self, vectors: Floats2d) -> FaissIndex:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return FaissIndex(index)

    def read(self, file: Path) -> FaissIndex:
        try:
            return FaissIndex(faiss.read_index(str(file)))
        except RuntimeError as error:  # the only type that FAISS raises
            raise IndexDamagedError(str(file.parent), f"{file.name}: {error}") from error


def open_indexes() -> VectorIndexes:
    """The exact index."""
    return FaissIndexes()


PLUG = open_indexes
