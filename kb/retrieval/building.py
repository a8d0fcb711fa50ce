"""Makes generations in memory: cuts, embeds and calibrates what is new, and takes over what is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from secrets import token_hex
from typing import TypeAlias

import numpy as np

from config.clock import Clock
from kb.article import Published
from kb.embedders import Embedder, Floats2d
from kb.index import VectorIndexes
from kb.retrieval.calibration import UNCALIBRATED, WORDS_ALONE, Calibration
from kb.retrieval.entries import entry_of
from kb.retrieval.living import Part, joined
from kb.retrieval.rehearsal import Logged, calibrate
from kb.retrieval.segments import Segment, segment_of, texts_of
from kb.retrieval.snapshot import Snapshot, snapshot_of
from kb.retrieval.upkeep import FITTED_AT_ONCE
from kb.store import Store

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many texts have been embedded, of how many."""

_EMBED_AT_ONCE = 64  # texts whose vectors are kept before the next are made, so that a stopped import goes on


class Builder:
    """Makes the next generation from the last one's parts and what is new; swaps and writes nothing."""

    def __init__(
        self,
        store: Store,
        indexes: VectorIndexes,
        clock: Clock,
        *,
        embedder: Embedder | None,
        words: int,
        logged: Callable[[], Sequence[Logged]] = tuple,
    ) -> None:
        """embedder: None means keyword mode; words: the most a passage has; logged: what customers said of
        answers, the latest first.
        """
        self._store = store
        self._indexes = indexes
        self._clock = clock
        self._embedder = embedder
        self._words = words
        self._logged = logged

    def afresh(
        self,
        parts: Sequence[Part],
        new: Sequence[Published],
        generation: int,
        progress: Progress | None = None,
    ) -> Snapshot:
        """These parts and what is new, calibrated however long that takes."""
        embedder = self._embedder
        snapshot = snapshot_of(
            [*parts, *self._whole(new, generation, embedder, progress)],
            generation=generation,
            model_id="" if embedder is None else embedder.model_id,
            width=None if embedder is None else embedder.width,
            calibration=UNCALIBRATED,
            drift=0,
            built_at=self._clock.now(),
        )
        return replace(snapshot, calibration=self.calibration(snapshot))

    def after(
        self,
        last: Snapshot,
        parts: Sequence[Part],
        new: Sequence[Published],
        generation: int,
        progress: Progress | None = None,
    ) -> Snapshot:
        """These parts and what is new, with the last snapshot's calibration."""
        embedder = self._embedder if last.index is not None else None
        return snapshot_of(
            [*parts, *self._whole(new, generation, embedder, progress)],
            generation=generation,
            model_id=last.model_id,
            width=None if last.index is None else last.index.width,
            calibration=last.calibration,
            drift=last.drift,
            built_at=self._clock.now(),
        )

    def wordless(self, published: Sequence[Published], generation: int) -> Snapshot:
        """What is published, to be found by words alone; calibrated if that takes no time."""
        return self.fitted_if_small(
            snapshot_of(
                self._whole(published, generation, None, None),
                generation=generation,
                model_id="",
                width=None,
                calibration=WORDS_ALONE,
                drift=len(published),
                built_at=self._clock.now(),
            )
        )

    def merged(self, parts: Sequence[Part], generation: int) -> Segment:
        """All that is alive in these as one segment."""
        return joined(_name(generation), parts, self._indexes)

    def fitted_if_small(self, snapshot: Snapshot) -> Snapshot:
        """Calibrated if that takes no time; a large base goes on with what it has until it is tended."""
        if len(snapshot.entries) > FITTED_AT_ONCE:
            return snapshot
        return replace(snapshot, calibration=self.calibration(snapshot), drift=0)

    def calibration(self, snapshot: Snapshot) -> Calibration:
        """Fitted on what the generation can be asked."""
        embedder = self._embedder
        if embedder is None or snapshot.index is None:
            return calibrate(snapshot, None, self._logged())
        return calibrate(snapshot, lambda texts: self._vectors(texts, embedder), self._logged())

    def _whole(
        self,
        new: Sequence[Published],
        generation: int,
        embedder: Embedder | None,
        progress: Progress | None,
    ) -> list[Part]:
        """What is new as a segment, if anything is."""
        if not new:
            return []
        entries = [entry_of(each, self._words) for each in new]
        vectors = None if embedder is None else self._vectors(texts_of(entries), embedder, progress)
        return [Part.whole(segment_of(_name(generation), entries, vectors, self._indexes))]

    def _vectors(
        self, texts: Sequence[str], embedder: Embedder, progress: Progress | None = None
    ) -> Floats2d:
        """(len(texts), width) float32; only texts that no generation has had are embedded."""
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        known = self._store.vectors(embedder.model_id, set(hashes))
        missing = {sha: text for sha, text in zip(hashes, texts, strict=True) if sha not in known}
        for start in range(0, len(missing), _EMBED_AT_ONCE):
            some = list(missing.items())[start : start + _EMBED_AT_ONCE]
            rows = embedder.encode([text for _, text in some])
            new = {sha: row for (sha, _), row in zip(some, rows, strict=True)}
            self._store.add_vectors(embedder.model_id, new)
            known |= new
            if progress is not None:
                progress(start + len(some), len(missing))
        return np.stack([known[sha] for sha in hashes])


def _name(generation: int) -> str:
    """Like no other segment's, whatever crashed before."""
    return f"{generation}-{token_hex(4)}"
