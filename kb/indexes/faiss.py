"""FAISS's indexes: every vector compared while that is fast, past that those of the nearest cells alone.

Cells (IVF) rather than a graph (HNSW), as measured here on 100,000 vectors of width 384: built in 5 s instead
of 18 s with the same first ten found, less memory, and dead vectors are skipped at no cost.
"""

from __future__ import annotations

import math
from pathlib import Path

import faiss
import numpy as np

from kb.embedders import Floats2d
from kb.errors import IndexDamagedError, WidthError
from kb.index import Bools1d, Ints1d, Ints2d, VectorIndexes

EXACT = 20_000
"""Vectors up to which all are compared: 2 ms of one core at width 384."""

_CELLS_PER_ROOT = 4  # cells for each of the square root of the vectors, as FAISS's authors advise
_EXAMPLES_PER_CELL = 40  # vectors that a cell's centre is learnt from; FAISS wants 39
_ROUNDS = 6  # of k-means
_SEARCHED_SHARE = 0.06  # of the cells
_SEARCHED = (16, 128)  # cells at the least and at the most


class FaissIndex:
    """Inner products over all vectors, or over those of the cells nearest to the query."""

    def __init__(self, index: faiss.Index, dead: Bools1d | None = None) -> None:
        """dead: vectors that are never found."""
        self._index = index
        self._parameters = faiss.SearchParameters()
        if isinstance(index, faiss.IndexIVF):
            self._parameters = faiss.IVFSearchParameters()
            least, most = _SEARCHED
            self._parameters.nprobe = min(most, max(least, math.ceil(index.nlist * _SEARCHED_SHARE)))
        # Kept, because FAISS only points to it.
        self._alive = None if dead is None else _selector(~dead)
        self._parameters.sel = self._alive

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def width(self) -> int:
        return int(self._index.d)

    def search(self, queries: Floats2d, k: int) -> tuple[Floats2d, Ints2d]:
        if queries.shape[1] != self.width:
            raise WidthError(queries.shape[1], self.width)
        rows = np.ascontiguousarray(queries, dtype=np.float32)
        scores, numbers = self._index.search(rows, k, params=self._parameters)
        return np.where(numbers >= 0, np.clip(scores, -1.0, 1.0), -1.0), numbers

    def without(self, dead: Bools1d) -> FaissIndex:
        return FaissIndex(self._index, dead)

    def vectors(self, numbers: Ints1d) -> Floats2d:
        rows = np.empty((len(numbers), self.width), dtype=np.float32)
        if len(numbers):
            self._index.reconstruct_batch(np.ascontiguousarray(numbers, dtype=np.int64), rows)
        return rows

    def write(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))


class FaissIndexes:
    """Builds and reads FAISS's indexes; `exact`: vectors up to which all are compared."""

    def __init__(self, exact: int = EXACT) -> None:
        self._exact = exact

    def build(self, vectors: Floats2d) -> FaissIndex:
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(rows) <= self._exact:
            flat = faiss.IndexFlatIP(rows.shape[1])
            flat.add(rows)
            return FaissIndex(flat)
        cells = _cells(rows)
        cells.add(rows)
        cells.make_direct_map()  # so that a vector can be read back
        return FaissIndex(cells)

    def read(self, file: Path) -> FaissIndex:
        try:
            return FaissIndex(faiss.read_index(str(file)))
        except RuntimeError as error:  # the only type that FAISS raises
            raise IndexDamagedError(str(file.parent), f"{file.name}: {error}") from error


def _selector(alive: Bools1d) -> faiss.IDSelector:
    """FAISS's own stub does not know that the wrapper takes the bits alone."""
    return faiss.IDSelectorBitmap(np.packbits(alive, bitorder="little"))  # type: ignore[call-arg,arg-type]


def _cells(rows: Floats2d) -> faiss.IndexIVF:
    """An empty index whose cells fit the rows. Half precision keeps it small, and rounds only once."""
    count, width = rows.shape
    cells = max(1, min(int(_CELLS_PER_ROOT * count**0.5), count // _EXAMPLES_PER_CELL))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(width),
        width,
        cells,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # whole vectors rather than what is left of them beside their centre
    )
    index.cp.niter = _ROUNDS
    index.cp.max_points_per_centroid = _EXAMPLES_PER_CELL
    some = np.random.default_rng(0).choice(count, min(count, cells * _EXAMPLES_PER_CELL), replace=False)
    index.train(rows[np.sort(some)])
    return index


def open_indexes() -> VectorIndexes:
    """Exact as long as that is fast."""
    return FaissIndexes()


PLUG = open_indexes
