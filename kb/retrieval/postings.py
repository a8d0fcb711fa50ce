"""Which views of a segment hold which terms: the word search's part of a segment, as arrays."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Hashes1d: TypeAlias = npt.NDArray[np.uint64]
Places1d: TypeAlias = npt.NDArray[np.int32]
Counts1d: TypeAlias = npt.NDArray[np.uint16]
Ints1d: TypeAlias = npt.NDArray[np.int64]
Bools1d: TypeAlias = npt.NDArray[np.bool_]

_MOST = np.iinfo(np.uint16).max
_AT_ONCE = 1_000_000  # postings moved in one step of a merge


@dataclass(frozen=True, slots=True)
class Postings:
    """Term by term the views that hold it. Terms are kept as 64-bit hashes: a million of them meet by chance
    once in 37 million bases."""

    terms: Hashes1d  # (terms,) ascending
    starts: Ints1d  # (terms + 1,) where a term's postings begin in `views` and `counts`
    views: Places1d  # (postings,) ascending within a term
    counts: Counts1d  # (postings,) how often the view holds the term
    lengths: Places1d  # (views,) terms in each view

    def find(self, term: str) -> tuple[Places1d, Counts1d]:
        """The views that hold the term, and how often."""
        wanted = np.uint64(_hash(term))
        place = int(np.searchsorted(self.terms, wanted))
        if place == len(self.terms) or self.terms[place] != wanted:
            return self.views[:0], self.counts[:0]
        some = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.views[some], self.counts[some]


def postings_of(views: Iterable[Sequence[str]]) -> Postings:
    """Gather each view's terms."""
    numbers: dict[str, int] = {}
    terms, rows, counts, lengths = array("q"), array("i"), array("H"), array("i")
    for row, said in enumerate(views):
        lengths.append(len(said))
        for term, count in Counter(said).items():
            terms.append(numbers.setdefault(term, len(numbers)))
            rows.append(row)
            counts.append(min(count, _MOST))
    hashes = np.array([_hash(term) for term in numbers], dtype=np.uint64)
    of = hashes[np.frombuffer(terms, dtype=np.int64)] if terms else np.zeros(0, dtype=np.uint64)
    order = np.argsort(of, kind="stable")  # rows stay ascending within a term
    found, firsts = np.unique(of[order], return_index=True)
    return Postings(
        terms=found,
        starts=np.append(firsts, len(of)).astype(np.int64),
        views=np.array(rows, dtype=np.int32)[order],
        counts=np.array(counts, dtype=np.uint16)[order],
        lengths=np.array(lengths, dtype=np.int32),
    )


def merged(parts: Sequence[tuple[Postings, Bools1d]]) -> Postings:
    """One segment's postings from those of several: each with which of its views are still alive.

    The living views keep their order. Nothing is sorted, so the time goes with the postings alone.
    """
    alive = [_living(postings, kept) for postings, kept in parts]
    terms = np.unique(np.concatenate([part.terms for part in alive] or [np.zeros(0, dtype=np.uint64)]))
    sizes = np.zeros(len(terms) + 1, dtype=np.int64)
    places = [np.searchsorted(terms, part.terms) for part in alive]
    for part, at in zip(alive, places, strict=True):
        sizes[at + 1] += np.diff(part.starts)
    starts = np.cumsum(sizes)
    views = np.empty(int(starts[-1]), dtype=np.int32)
    counts = np.empty(len(views), dtype=np.uint16)
    free = starts[:-1].copy()
    before = 0
    for part, at in zip(alive, places, strict=True):
        for source, target in _moves(part, free[at]):
            views[target] = part.views[source] + before
            counts[target] = part.counts[source]
        free[at] += np.diff(part.starts)
        before += len(part.lengths)
    lengths = np.concatenate([part.lengths for part in alive] or [np.zeros(0, dtype=np.int32)])
    return Postings(terms, starts, views, counts, lengths)


def _living(postings: Postings, kept: Bools1d) -> Postings:
    """The postings without those of dead views, the others renumbered."""
    if kept.all():
        return postings
    numbers = (np.cumsum(kept) - 1).astype(np.int32)
    holds = kept[postings.views]
    upto = np.concatenate([[0], np.cumsum(holds)])[postings.starts]
    held = np.diff(upto) > 0
    return Postings(
        terms=postings.terms[held],
        starts=np.append(upto[:-1][held], upto[-1]),
        views=numbers[postings.views[holds]],
        counts=postings.counts[holds],
        lengths=postings.lengths[kept],
    )


def _moves(part: Postings, targets: Ints1d) -> Iterator[tuple[slice, Ints1d]]:
    """Some of the part's postings at a time, with the places they go to; targets: (terms,) the first of
    each term's."""
    shifts = targets - part.starts[:-1]
    for start in range(0, len(part.views), _AT_ONCE):
        some = np.arange(start, min(start + _AT_ONCE, len(part.views)))
        of = np.searchsorted(part.starts, some, side="right") - 1
        yield slice(start, start + len(some)), some + shifts[of]


def _hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest())
