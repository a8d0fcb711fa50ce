"""Keeps the index up with what is published: the next generation is built beside the old one and swapped."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from config.clock import Clock
from config.failpoints import failpoint
from kb import snapshot as on_disk
from kb.article import Published
from kb.embedders import Embedder, Floats2d
from kb.errors import IndexDamagedError
from kb.index import VectorIndex, VectorIndexes
from kb.rehearsal import Base, calibrate, questions_of
from kb.snapshot import Entry, Snapshot, entry_of, families_of, lexical_of, views_of
from kb.store import Store

_log = logging.getLogger(__name__)

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many texts have been embedded, of how many."""

_EMBED_AT_ONCE = 64  # texts whose vectors are kept before the next are made, so that a stopped import goes on


class Indexer:
    """Owns the current `Snapshot`. Searches read it with one look; only `work` and `rebuild` replace it."""

    def __init__(
        self,
        store: Store,
        indexes: VectorIndexes,
        folder: Path,
        clock: Clock,
        *,
        embedder: Embedder | None,
        degraded: str | None = None,
        words: int,
    ) -> None:
        """folder: where generations are kept, made if missing; embedder: None means keyword mode, because
        `degraded`.

        words: the most a passage has.
        """
        self._store = store
        self._indexes = indexes
        self._folder = folder
        self._clock = clock
        self._embedder = embedder
        self._without_model = degraded if embedder is None else None
        self._words = words
        self._working = threading.Lock()
        self._seen = (-1, -1)  # the last change and generation that a keyword snapshot has taken in
        self._without_index: str | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._snapshot = self._open()

    @property
    def snapshot(self) -> Snapshot:
        """The generation that answers now."""
        return self._snapshot

    @property
    def degraded(self) -> str | None:
        """Why searches go by words alone, and what to run; None when all is well."""
        if self._snapshot.index is not None:
            return None
        return self._without_model or self._without_index

    def work(self, progress: Progress | None = None) -> bool:
        """Take in what has been published since; whether there was anything. A worker calls it at every
        change.

        Blocks while another build runs, in this process or another. If it raises, the old generation goes on
        answering and the next call tries again.
        """
        with self._working:
            last, (number, sha256) = self._store.last_change(), self._store.last_generation()
            if self._embedder is None:
                if (last, number) == self._seen:
                    return False
                self._snapshot = self._by_words()
                return True
            if not last and self._snapshot.index is not None and self._snapshot.generation == number:
                return False
            with self._alone():
                # Another process may have built it while this one waited.
                last, (number, sha256) = self._store.last_change(), self._store.last_generation()
                if not last and number > self._snapshot.generation:
                    try:
                        self._snapshot = self._read(number, sha256, self._embedder)
                        return True
                    except IndexDamagedError as error:
                        _log.warning("%s", error)
                self._build(self._embedder, progress)
            return True

    def rebuild(self) -> None:
        """Build a generation from the database, whether or not anything has changed."""
        with self._working:
            if self._embedder is None:
                self._snapshot = self._by_words()
                return
            with self._alone():
                self._build(self._embedder)

    def _open(self) -> Snapshot:
        """The newest generation from disk, or the words alone until `work` has rebuilt it."""
        if self._embedder is not None:
            number, sha256 = self._store.last_generation()
            try:
                if number:
                    return self._read(number, sha256, self._embedder)
                self._without_index = (
                    "searching by words alone until the index is built, which takes a moment"
                )
            except IndexDamagedError as error:
                _log.warning("%s", error)
                self._without_index = f"searching by words alone: {error}"
        return self._by_words()

    def _read(self, number: int, sha256: str, embedder: Embedder) -> Snapshot:
        return on_disk.read(self._folder, number, sha256, embedder.model_id, self._indexes)

    def _by_words(self) -> Snapshot:
        """What is published now, without vectors; kept in memory only."""
        published, last = self._store.published()
        number, _ = self._store.last_generation()
        self._seen = (last, number)
        return self._snapshot_of([entry_of(each, self._words) for each in published], number, None)

    def _build(self, embedder: Embedder, progress: Progress | None = None) -> None:
        published, upto = self._store.published()
        known = {entry.article: entry for entry in self._snapshot.entries}
        entries = [self._entry(each, known.get(each.article.id)) for each in published]
        number = self._store.last_generation()[0] + 1
        snapshot = self._snapshot_of(entries, number, embedder, progress)
        sha256 = on_disk.write(snapshot, self._folder)
        failpoint("kb.index.written")
        self._snapshot = snapshot
        failpoint("kb.index.swapped")
        self._store.add_generation(
            number,
            upto=upto,
            model_id=snapshot.model_id,
            sha256=sha256,
            articles=len(entries),
            passages=snapshot.passages,
            at=snapshot.built_at,
        )
        on_disk.drop_others(self._folder, number)

    def _entry(self, published: Published, known: Entry | None) -> Entry:
        """A revision never changes, so its passages don't either."""
        if known is None or known.revision != published.revision.number:
            return entry_of(published, self._words)
        article = published.article
        return replace(known, slug=article.slug, public=article.public, translation_of=article.translation_of)

    def _snapshot_of(
        self,
        entries: Sequence[Entry],
        number: int,
        embedder: Embedder | None,
        progress: Progress | None = None,
    ) -> Snapshot:
        views, families = views_of(entries), families_of(entries)
        lexical = lexical_of(views)
        index: VectorIndex | None = None
        questions = questions_of(entries, views)
        vectors: Floats2d | None = None
        if embedder is not None:
            texts = [*views.texts, *(question.text for question in questions)]
            rows = self._vectors(texts, embedder, progress)
            index = self._indexes.build(rows[: len(views.texts)])
            vectors = rows[len(views.texts) :]
        return Snapshot(
            generation=number,
            model_id="" if embedder is None else embedder.model_id,
            entries=tuple(entries),
            families=families,
            views=views,
            index=index,
            lexical=lexical,
            calibration=calibrate(Base(views, families, index, lexical), questions, vectors),
            built_at=self._clock.now(),
        )

    def _vectors(self, texts: Sequence[str], embedder: Embedder, progress: Progress | None) -> Floats2d:
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

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One build at a time in this folder, whichever process it is in."""
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
