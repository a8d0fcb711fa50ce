"""Segments: some articles each, with everything that finds them. Publishing adds a small one and rewrites
none; what is replaced or withdrawn is only marked as dead."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.article import ArticleId
from kb.embedders import Floats2d
from kb.index import VectorIndex, VectorIndexes
from kb.retrieval.entries import Entry, family_of, views_of
from kb.retrieval.lexical import Bools1d, Ints1d, terms
from kb.retrieval.postings import Hashes1d, Postings, postings_of


@dataclass(frozen=True, slots=True)
class Views:
    """All views of some entries, as columns."""

    articles: Ints1d  # (views,) each one's entry, ascending: an article's views lie side by side
    passages: Ints1d  # (views,) the passage it shows, or leads to; -1: the article as a whole
    long: Bools1d  # (views,) whether it is a passage rather than a title, heading or question

    def of(self, entry: int) -> slice:
        """Where the entry's views lie."""
        first, last = np.searchsorted(self.articles, (entry, entry + 1))
        return slice(int(first), int(last))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What searches ask of every entry of a segment, as columns."""

    articles: Mapping[ArticleId, int]  # each one's number, in the order of numbers
    public: Bools1d
    languages: Ints1d  # places in codes
    codes: tuple[str, ...]
    families: Hashes1d  # equal for an article and its translations
    labels: Mapping[str, Ints1d]  # the numbers of the entries that carry each, ascending


@dataclass(frozen=True, slots=True)
class Segment:
    """Some articles. Never changes."""

    name: str  # unlike any other's in this folder, ever
    entries: Sequence[Entry]
    catalogue: Catalogue
    views: Views
    vectors: VectorIndex | None  # None: keyword mode
    postings: Postings
    files: Mapping[str, str]  # the SHA-256 of each of its files by name; none before it is on disk


def texts_of(entries: Sequence[Entry]) -> list[str]:
    """The texts of all views, in order: what is embedded."""
    return [view.embedded for entry in entries for view in views_of(entry)]


def segment_of(
    name: str, entries: Sequence[Entry], vectors: Floats2d | None, indexes: VectorIndexes
) -> Segment:
    """vectors: (len(texts_of(entries)), width); None in keyword mode."""
    views = [(number, view) for number, entry in enumerate(entries) for view in views_of(entry)]
    return Segment(
        name=name,
        entries=tuple(entries),
        catalogue=catalogue_of(entries),
        views=Views(
            articles=np.array([number for number, _ in views], dtype=np.int64),
            passages=np.array([view.passage for _, view in views], dtype=np.int64),
            long=np.array([view.long for _, view in views], dtype=np.bool_),
        ),
        vectors=None if vectors is None else indexes.build(vectors),
        postings=postings_of(terms(view.text) for _, view in views),
        files={},
    )


def catalogue_of(entries: Sequence[Entry]) -> Catalogue:
    """The entries as columns."""
    codes = tuple(sorted({entry.language for entry in entries}))
    labels: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        for label in entry.labels:
            labels.setdefault(label, []).append(number)
    return Catalogue(
        articles={entry.article: number for number, entry in enumerate(entries)},
        public=np.array([entry.public for entry in entries], dtype=np.bool_),
        languages=np.array([codes.index(entry.language) for entry in entries], dtype=np.int64),
        codes=codes,
        families=np.array([_family(family_of(entry)) for entry in entries], dtype=np.uint64),
        labels={label: np.array(numbers, dtype=np.int64) for label, numbers in labels.items()},
    )


def _family(article: ArticleId) -> int:
    return int.from_bytes(hashlib.blake2b(article.encode(), digest_size=8).digest())
