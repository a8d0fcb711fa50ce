"""One generation: everything that a search reads, frozen together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from kb.article import ArticleId
from kb.index import VectorSearch
from kb.retrieval.calibration import Calibration
from kb.retrieval.entries import Entry
from kb.retrieval.lexical import Bools1d, Ints1d, Lexical
from kb.retrieval.living import (
    LiveEntries,
    LiveVectors,
    Numbers,
    Part,
    labelled,
    live_views,
    places_of,
    spoken,
)
from kb.retrieval.segments import Views

__all__ = ["Entry", "Snapshot", "Views", "snapshot_of"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A generation in memory. A search takes one and never sees another.

    Entries and views are numbered from 0 in the order of the parts, dead ones left out.
    """

    generation: int
    model_id: str  # "" without vectors
    parts: tuple[Part, ...]
    entries: Sequence[Entry]
    public: Bools1d  # (entries,) which of them customers may read
    languages: Ints1d  # (entries,) places in language_codes
    language_codes: tuple[str, ...]
    families: Ints1d  # (entries,) a number that an article and its translations share
    labels: Mapping[str, Ints1d]  # the entries that carry each label, ascending; none is empty
    numbers: Mapping[ArticleId, int]  # each article's place among the entries
    views: Views
    index: VectorSearch | None  # None: keyword mode
    lexical: Lexical
    calibration: Calibration
    drift: int  # articles that changed since the calibration was fitted
    built_at: datetime

    @property
    def passages(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self.views.long))

    def spoken(self, language: str) -> Bools1d:
        """(entries,) which of them are in the language."""
        if language not in self.language_codes:
            return np.zeros(len(self.languages), dtype=np.bool_)
        return np.asarray(self.languages == self.language_codes.index(language))

    def labelled(self, label: str) -> Bools1d:
        """(entries,) which of them carry the label."""
        found = np.zeros(len(self.languages), dtype=np.bool_)
        if label in self.labels:
            found[self.labels[label]] = True
        return found


def snapshot_of(
    parts: Sequence[Part],
    *,
    generation: int,
    model_id: str,
    width: int | None,
    calibration: Calibration,
    drift: int,
    built_at: datetime,
) -> Snapshot:
    """The parts as one generation; those with nothing alive are left out. Costs no look at any text.

    width: of the vectors; None in keyword mode.
    """
    living = tuple(part for part in parts if part.alive.any())
    codes, languages = spoken(living)
    views = live_views(living)
    families = [part.segment.catalogue.families[part.alive] for part in living]
    places = places_of([part.live_views for part in living])
    return Snapshot(
        generation=generation,
        model_id=model_id,
        parts=living,
        entries=LiveEntries(living),
        public=np.concatenate(
            [np.zeros(0, dtype=np.bool_), *(part.segment.catalogue.public[part.alive] for part in living)]
        ),
        languages=languages,
        language_codes=codes,
        families=np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *families]), return_inverse=True)[
            1
        ].astype(np.int64),
        labels=labelled(living),
        numbers=Numbers(living),
        views=views,
        index=None if width is None else LiveVectors(living, width),
        lexical=Lexical(
            [(part.segment.postings, at) for part, at in zip(living, places, strict=True)],
            views.articles,
            views.long,
        ),
        calibration=calibration,
        drift=drift,
        built_at=built_at,
    )
