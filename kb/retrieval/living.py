"""What is alive in the segments of a generation, side by side as if it were one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from kb.article import ArticleId
from kb.embedders import Floats2d
from kb.errors import WidthError
from kb.index import Bools1d, Ints1d, Ints2d, VectorIndexes, VectorSearch
from kb.retrieval.entries import Entry
from kb.retrieval.postings import merged
from kb.retrieval.segments import Catalogue, Segment, Views


@dataclass(frozen=True, slots=True)
class Part:
    """A segment as far as a generation still has it."""

    segment: Segment
    alive: Bools1d  # (entries,)

    @property
    def live_views(self) -> Bools1d:
        """(views,)"""
        return np.asarray(self.alive[self.segment.views.articles])

    @classmethod
    def whole(cls, segment: Segment) -> Part:
        """All of the segment."""
        return cls(segment, np.ones(len(segment.entries), dtype=np.bool_))

    def without(self, articles: frozenset[ArticleId]) -> Part:
        """The part once these articles are dead; itself if it has none of them."""
        numbers = self.segment.catalogue.articles
        dead = [numbers[article] for article in articles if article in numbers]
        if not self.alive[dead].any():
            return self
        alive = self.alive.copy()
        alive[dead] = False
        return Part(self.segment, alive)


class LiveEntries(Sequence[Entry]):
    """The entries that are alive in several segments, one after the other."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._sources = tuple(part.segment.entries for part in parts)
        living = [np.flatnonzero(part.alive) for part in parts]
        self._numbers = np.concatenate([np.zeros(0, dtype=np.int64), *living])
        self._of = np.repeat(np.arange(len(parts)), [len(numbers) for numbers in living])

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, number: int) -> Entry: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Entry]: ...
    def __getitem__(self, number: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(number, slice):
            return tuple(self[each] for each in range(*number.indices(len(self))))
        source, place = self.source(number)
        return source[place]

    def source(self, number: int) -> tuple[Sequence[Entry], int]:
        """The segment's entries that the entry is one of, and its number there."""
        return self._sources[int(self._of[number])], int(self._numbers[number])


class Numbers(Mapping[ArticleId, int]):
    """Each live article's number among all that are alive, without a table of them all."""

    def __init__(self, parts: Sequence[Part]) -> None:
        places = places_of([part.alive for part in parts])
        self._parts = [(part.segment.catalogue.articles, at) for part, at in zip(parts, places, strict=True)]
        self._count = sum(int(np.count_nonzero(part.alive)) for part in parts)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[ArticleId]:
        for articles, places in self._parts:
            yield from (article for article, number in articles.items() if places[number] >= 0)

    def __getitem__(self, article: ArticleId) -> int:
        for articles, places in reversed(self._parts):
            number = articles.get(article)
            if number is not None and places[number] >= 0:
                return int(places[number])
        raise KeyError(article)


class LiveVectors:
    """The nearest of all vectors that are alive, whichever segment holds them."""

    def __init__(self, parts: Sequence[Part], width: int) -> None:
        """Raises ValueError if a part has no vectors."""
        self._parts: list[tuple[VectorSearch, Ints1d]] = []
        alive = [part.live_views for part in parts]
        for part, kept, places in zip(parts, alive, places_of(alive), strict=True):
            vectors = part.segment.vectors
            if vectors is None:
                raise ValueError(f"segment {part.segment.name} has no vectors")
            self._parts.append((vectors if kept.all() else vectors.without(~kept), places))
        self.count = sum(int(np.count_nonzero(kept)) for kept in alive)
        self.width = width

    def search(self, queries: Floats2d, k: int) -> tuple[Floats2d, Ints2d]:
        if queries.shape[1] != self.width:
            raise WidthError(queries.shape[1], self.width)
        scores = [np.full((len(queries), k), -1.0, dtype=np.float32)]
        numbers = [np.full((len(queries), k), -1, dtype=np.int64)]
        for vectors, places in self._parts:
            near, found = vectors.search(queries, min(k, vectors.count))
            scores.append(near)
            numbers.append(np.where(found >= 0, places[found], -1))
        together, all_numbers = np.concatenate(scores, axis=1), np.concatenate(numbers, axis=1)
        # What pads comes after everything found, even after the exact opposite of the query.
        order = np.argsort(np.where(all_numbers >= 0, -together, 2.0), axis=1, kind="stable")[:, :k]
        return np.take_along_axis(together, order, axis=1), np.take_along_axis(all_numbers, order, axis=1)


def places_of(alive: Sequence[Bools1d]) -> list[Ints1d]:
    """For each part, its items' numbers among all that are alive; -1 for a dead one."""
    places, before = [], 0
    for each in alive:
        places.append(np.where(each, np.cumsum(each) - 1 + before, -1))
        before += int(np.count_nonzero(each))
    return places


def live_views(parts: Sequence[Part]) -> Views:
    """The views that are alive in all parts, their entries renumbered."""
    places = places_of([part.alive for part in parts])
    alive = [part.live_views for part in parts]
    columns = [part.segment.views for part in parts]
    none = np.zeros(0, dtype=np.int64)
    return Views(
        articles=np.concatenate(
            [none, *(at[each.articles[kept]] for at, each, kept in zip(places, columns, alive, strict=True))]
        ),
        passages=np.concatenate(
            [none, *(each.passages[kept] for each, kept in zip(columns, alive, strict=True))]
        ),
        long=np.concatenate(
            [none.astype(np.bool_), *(each.long[kept] for each, kept in zip(columns, alive, strict=True))]
        ),
    )


def _catalogue(parts: Sequence[Part]) -> Catalogue:
    """The columns of what is alive."""
    catalogues = [part.segment.catalogue for part in parts]
    alive = [part.alive for part in parts]
    codes, languages = spoken(parts)
    return Catalogue(
        articles=dict(Numbers(parts).items()),
        public=np.concatenate([each.public[kept] for each, kept in zip(catalogues, alive, strict=True)]),
        languages=languages,
        codes=codes,
        families=np.concatenate([each.families[kept] for each, kept in zip(catalogues, alive, strict=True)]),
        labels=labelled(parts),
    )


def spoken(parts: Sequence[Part]) -> tuple[tuple[str, ...], Ints1d]:
    """The language codes of all parts and the place among them of each entry that is alive."""
    codes = tuple(sorted({code for part in parts for code in part.segment.catalogue.codes}))
    languages = [
        np.array([codes.index(code) for code in part.segment.catalogue.codes], dtype=np.int64)[
            part.segment.catalogue.languages[part.alive]
        ]
        for part in parts
    ]
    return codes, np.concatenate([np.zeros(0, dtype=np.int64), *languages])


def labelled(parts: Sequence[Part]) -> Mapping[str, Ints1d]:
    """The numbers of the entries alive that carry each label, ascending."""
    found: dict[str, list[Ints1d]] = {}
    for part, places in zip(parts, places_of([part.alive for part in parts]), strict=True):
        for label, numbers in part.segment.catalogue.labels.items():
            found.setdefault(label, []).append(places[numbers[part.alive[numbers]]])
    return {label: np.concatenate(numbers) for label, numbers in found.items() if any(map(len, numbers))}


def joined(name: str, parts: Sequence[Part], indexes: VectorIndexes) -> Segment:
    """One segment of all that is alive in these, in their order: the same answers from fewer places.

    Nothing is cut, embedded or counted again.
    """
    indexed = [part.segment.vectors for part in parts]
    rows = [
        vectors.vectors(np.flatnonzero(part.live_views))
        for part, vectors in zip(parts, indexed, strict=True)
        if vectors is not None
    ]
    return Segment(
        name=name,
        entries=LiveEntries(parts),
        catalogue=_catalogue(parts),
        views=live_views(parts),
        vectors=indexes.build(np.concatenate(rows)) if len(rows) == len(parts) else None,
        postings=merged([(part.segment.postings, part.live_views) for part in parts]),
        files={},
    )


def replaced(parts: Sequence[Part], old: Sequence[Part], segment: Segment) -> tuple[Part, ...]:
    """The parts with `segment`, which `joined` made of `old`, in their place; what has died since is dead."""
    now = {part.segment.name: part for part in parts}
    alive = [
        # A part whose last article has died is not there any more.
        now[part.segment.name].alive[part.alive]
        if part.segment.name in now
        else np.zeros(int(np.count_nonzero(part.alive)), dtype=np.bool_)
        for part in old
    ]
    names = {part.segment.name for part in old}
    first = next((at for at, part in enumerate(parts) if part.segment.name in names), 0)
    rest = [part for part in parts if part.segment.name not in names]
    return (*rest[:first], Part(segment, np.concatenate(alive)), *rest[first:])
