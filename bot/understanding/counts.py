"""The n-grams of all training texts, counted once: every fold takes its vocabulary and its rows from here.

Training time only: imports scipy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.understanding.features import Vocabulary, grams

Numbers: TypeAlias = NDArray[np.int64]
Shares: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each of t texts holds each of g n-grams.

    names: of the n-grams, sorted, so that those of characters ("c…") come before those of words ("w…");
    counts (t, g).
    """

    names: tuple[str, ...]
    counts: csr_matrix

    @classmethod
    def of(cls, texts: Sequence[str]) -> Counts:
        """Count the n-grams of these texts."""
        numbers: dict[str, int] = {}
        ids: list[int] = []
        values: list[int] = []
        starts = [0]
        for text in texts:
            for prefix, found in zip("wc", grams(text), strict=True):
                ids += [numbers.setdefault(prefix + gram, len(numbers)) for gram in found]
                values += found.values()
            starts.append(len(ids))
        names = sorted(numbers)
        place = np.empty(len(names), dtype=np.int64)
        place[[numbers[name] for name in names]] = np.arange(len(names))
        shape = (len(texts), len(names))
        counted = csr_matrix((np.array(values, np.float32), place[np.array(ids, np.int64)], starts), shape)
        counted.sort_indices()
        return cls(tuple(names), counted)

    def weighed(self, rows: Numbers) -> Weighing:
        """How texts are weighed when these rows are what is known: as `Vocabulary.of` them would."""
        holders = np.bincount(self.counts[rows].indices, minlength=len(self.names))
        first_word = int(np.searchsorted(np.array(self.names, dtype=object), "w"))
        kept = np.flatnonzero(holders > np.where(np.arange(len(self.names)) < first_word, 1, 0))
        rarity = 1.0 + np.log((1 + len(rows)) / (1 + holders[kept]))
        vocabulary = Vocabulary(
            {self.names[number]: place for place, number in enumerate(kept.tolist())},
            rarity.astype(np.float32),
        )
        single = np.array([name[0] == "w" and " " not in name for name in self.names], dtype=bool)
        return Weighing(vocabulary, self.counts, kept, int(np.searchsorted(kept, first_word)), single)


@dataclass(frozen=True, slots=True)
class Weighing:
    """A vocabulary that reads its texts from the counts: kept (v,) are its n-grams' numbers there, the first
    `characters` of them of characters; single (g,) tells which n-grams are single words."""

    vocabulary: Vocabulary
    counts: csr_matrix
    kept: Numbers
    characters: int
    single: NDArray[np.bool_]

    def rows(self, numbers: Numbers) -> tuple[csr_matrix, Shares]:
        """The TF-IDF rows (n, v) of these texts, and the share of each one's word weight that is known."""
        whole = self.counts[numbers]
        known = whole[:, self.kept]
        lines = np.repeat(np.arange(len(numbers)), np.diff(known.indptr))
        weights = (1.0 + np.log(known.data)) * self.vocabulary.rarity[known.indices]
        halves = 2 * lines + (known.indices >= self.characters)
        lengths = np.sqrt(2.0 * np.bincount(halves, weights**2, 2 * len(numbers)))
        scaled = (weights / lengths[halves]).astype(np.float32)
        rows = csr_matrix((scaled, known.indices, known.indptr), known.shape)
        return rows, self._shares(whole, known, lines, len(numbers))

    def _shares(self, whole: csr_matrix, known: csr_matrix, lines: Numbers, size: int) -> Shares:
        words = self.single[self.kept][known.indices]
        rarity = self.vocabulary.rarity
        found = np.bincount(lines[words], rarity[known.indices[words]], size)
        said = np.bincount(
            np.repeat(np.arange(size), np.diff(whole.indptr))[self.single[whole.indices]], minlength=size
        )
        heard = found + (said - np.bincount(lines[words], minlength=size)) * float(rarity.max())
        return np.divide(found, heard, out=np.zeros(size), where=heard > 0)
