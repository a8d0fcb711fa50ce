"""An article's best passage for a question with what speaks for it, and what answering from it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from kb.passages import Passage
from kb.retrieval.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Hit:
    """An article's best passage for a question, with its scores."""

    passage: Passage
    title: str
    slug: str
    updated_at: datetime
    dense: float  # cosine of the article's nearest view, in [-1, 1]; 0 in keyword mode
    lexical: float  # share of the BM25 score that the question's words could reach, in [0, 1]
    score: float  # log-odds that the article answers; what hits are ordered by
    probability: float  # the same in [0, 1], calibrated on this generation
    sure: float  # the same if many more questions had no answer: what the line is drawn by


@dataclass(frozen=True, slots=True)
class Bar:
    """What answering takes: being as sure as the line asks, or as probable as is enough by itself."""

    sure: float
    probability: float

    def met(self, hits: Sequence[Hit], share: float = 1.0) -> bool:
        """Whether these reach that share of it together."""
        return (
            sum(hit.sure for hit in hits) >= share * self.sure
            or sum(hit.probability for hit in hits) >= share * self.probability
        )


def hit_of(
    snapshot: Snapshot,
    number: int,
    passage: Passage,
    *,
    dense: float,
    lexical: float,
    probability: float,
    sure: float,
) -> Hit:
    """The passage of the entry with that number as a hit."""
    entry = snapshot.entries[number]
    return Hit(
        passage=passage,
        title=entry.title,
        slug=entry.slug,
        updated_at=entry.updated_at,
        dense=dense,
        lexical=lexical,
        score=log_odds(probability),
        probability=probability,
        sure=sure,
    )


def log_odds(probability: float) -> float:
    """Of any probability, 0 and 1 included."""
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(clipped / (1 - clipped)))
