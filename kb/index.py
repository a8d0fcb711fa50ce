"""Nearest vectors: what an index must do. The kinds that are built in are in `kb/indexes/`."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from kb.embedders import Floats2d

Ints1d: TypeAlias = npt.NDArray[np.int64]
Ints2d: TypeAlias = npt.NDArray[np.int64]
Bools1d: TypeAlias = npt.NDArray[np.bool_]


class VectorSearch(Protocol):
    """What can be asked for the nearest vectors, by any number of threads at once."""

    @property
    def count(self) -> int:
        """How many vectors it holds."""
        ...

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        ...

    def search(self, queries: Floats2d, k: int) -> tuple[Floats2d, Ints2d]:
        """The k nearest vectors of each query, best first.

        queries: (q, width) float32, rows of length 1, so the inner product is the cosine.
        Returns scores (q, k) in [-1, 1] and vector numbers (q, k); -1 pads when fewer than k exist.
        Raises WidthError if the width is not the index's.
        """
        ...


class VectorIndex(VectorSearch, Protocol):
    """Unit vectors by number. Never changed once built."""

    def without(self, dead: Bools1d) -> VectorSearch:
        """The same vectors under the same numbers, but those that `dead` marks are never found.

        dead: (count,). Costs no copy: the vectors that are left alone are shared.
        """
        ...

    def vectors(self, numbers: Ints1d) -> Floats2d:
        """These vectors as the index keeps them: (len(numbers), width) float32.

        An index may round; building another from what it returns loses nothing more.
        """
        ...

    def write(self, file: Path) -> None:
        """Write it to one file; the caller keeps its SHA-256, as the format need not have a checksum."""
        ...


class VectorIndexes(Protocol):
    """Makes indexes of one kind: the plug."""

    def build(self, vectors: Floats2d) -> VectorIndex:
        """vectors: (n, width) float32, rows of length 1; their numbers are their rows."""
        ...

    def read(self, file: Path) -> VectorIndex:
        """What `write` wrote. Raises IndexDamagedError."""
        ...
