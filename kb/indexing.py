"""Keeps the index up with what is published: what is new is built beside what answers, and swapped in."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from config.clock import Clock
from config.failpoints import failpoint
from kb.article import ArticleId, Published
from kb.embedders import Embedder
from kb.errors import IndexDamagedError
from kb.index import VectorIndexes
from kb.retrieval.building import Builder, Progress
from kb.retrieval.generations import Generations, Recipe
from kb.retrieval.living import Numbers, replaced
from kb.retrieval.rehearsal import Logged
from kb.retrieval.snapshot import Snapshot
from kb.retrieval.upkeep import fit_due, merge_due, unfitted
from kb.store import Store

_log = logging.getLogger(__name__)

_LARGE = 256 * 2**20  # bytes of vectors past which words answer until they have been checked


class Indexer:
    """Owns the current `Snapshot`. Searches read it with one look; only this replaces it."""

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
        logged: Callable[[], Sequence[Logged]] = tuple,
    ) -> None:
        """folder: where generations are kept, made if missing; embedder: None means keyword mode, because
        `degraded`.

        words: the most a passage has; logged: what customers said of answers, the latest first.
        """
        self._store = store
        self._folder = folder
        self._without_model = degraded if embedder is None else None
        self._builder = Builder(store, indexes, clock, embedder=embedder, words=words, logged=logged)
        self._generations = (
            None
            if embedder is None
            else Generations(folder, indexes, Recipe(embedder.model_id, embedder.width, words))
        )
        self._working = threading.Lock()
        self._tending = threading.Lock()
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
            if self._generations is None:
                return self._work_by_words()
            if self._is_current():
                return False
            with self._alone():
                # Another process may have built it while this one waited.
                self._catch_up(self._generations)
                if not self._is_current():
                    self._take_in(self._generations, progress)
            return True

    def tend(self) -> bool:
        """Merge segments and fit the calibration again where that is due; whether it was.

        Takes long on a large base. Searches and `work` go on meanwhile: they are only held up to swap.
        """
        with self._tending:
            if self._generations is not None and self._snapshot.index is None:
                return False  # `work` is about to replace it
            return self._merge() or self._refit()

    def rebuild(self) -> None:
        """Build a generation from the database, whether or not anything has changed."""
        with self._working:
            if self._generations is None:
                self._snapshot = self._by_words()
                return
            with self._alone():
                published, upto = self._store.published()
                snapshot = self._builder.afresh((), published, self._next())
                self._commit(self._generations, snapshot, upto)

    def trial(self, changes: Sequence[Published], without: frozenset[ArticleId] = frozenset()) -> Snapshot:
        """The generation as it would be with these articles so and others gone: never written or swapped in.

        It keeps the calibration, so that what differs is what the changes do.
        """
        snapshot = self._snapshot
        gone = without | {each.article.id for each in changes}
        parts = [part.without(gone) for part in snapshot.parts]
        return self._builder.after(snapshot, parts, changes, snapshot.generation + 1)

    def _open(self) -> Snapshot:
        """The newest generation from disk, or words alone until `work` has checked or rebuilt it."""
        number, sha256 = self._store.last_generation()
        if self._generations is None:
            return self._by_words()
        if not number:
            self._without_index = "searching by words alone until the index is built, which takes a moment"
            return self._by_words()
        try:
            if self._generations.vector_bytes(number) <= _LARGE:
                return self._generations.read(number, sha256)
            self._without_index = "searching by words alone until the large index is checked: wait a moment"
        except IndexDamagedError as error:
            _log.warning("%s", error)
            self._without_index = f"searching by words alone: {error}"
        try:
            return self._builder.fitted_if_small(self._generations.read(number, sha256, vectors=False))
        except IndexDamagedError:
            return self._by_words()

    def _is_current(self) -> bool:
        """Whether the snapshot is the newest generation, there is nothing to add and it is calibrated."""
        snapshot = self._snapshot
        return (
            not self._store.last_change()
            and snapshot.index is not None
            and snapshot.generation == self._store.last_generation()[0]
            and not unfitted(snapshot)
        )

    def _catch_up(self, generations: Generations) -> None:
        """Take the newest generation from disk if it is not the one that answers."""
        number, sha256 = self._store.last_generation()
        if number and (number > self._snapshot.generation or self._snapshot.index is None):
            try:
                self._snapshot = generations.read(number, sha256)
            except IndexDamagedError as error:
                _log.warning("%s", error)

    def _take_in(self, generations: Generations, progress: Progress | None) -> None:
        """Build the next generation from the last one's segments, as far as they are sound, and the news."""
        changed, upto = self._store.changed()
        number, sha256 = self._store.last_generation()
        current = self._snapshot
        if current.index is not None and current.generation == number:
            snapshot = self._grown(current, changed, number + 1, progress)
        else:
            parts = generations.salvage(number, sha256) if number else ()
            published, _ = self._store.published()
            held, live = Numbers(parts), {each.article.id for each in published}
            gone = frozenset(changed) | (held.keys() - live)
            new = [each for each in published if each.article.id not in held or each.article.id in changed]
            sound = [part.without(gone) for part in parts]
            snapshot = self._builder.afresh(sound, new, number + 1, progress)
        self._commit(generations, snapshot, upto)

    def _grown(
        self,
        last: Snapshot,
        changed: Mapping[ArticleId, Published | None],
        generation: int,
        progress: Progress | None = None,
    ) -> Snapshot:
        """The snapshot with what has changed since."""
        gone = frozenset(changed)
        parts = [part.without(gone) for part in last.parts]
        new = [each for each in changed.values() if each is not None]
        drifted = replace(last, drift=last.drift + len(changed))
        return self._builder.fitted_if_small(self._builder.after(drifted, parts, new, generation, progress))

    def _commit(self, generations: Generations, snapshot: Snapshot, upto: int) -> None:
        """Write the generation, let it answer, and note that the changes up to `upto` are in it."""
        snapshot, sha256 = generations.write(snapshot, self._store.last_generation()[0])
        failpoint("kb.index.written")
        self._snapshot = snapshot
        failpoint("kb.index.swapped")
        self._store.add_generation(
            snapshot.generation,
            upto=upto,
            model_id=snapshot.model_id,
            sha256=sha256,
            articles=len(snapshot.entries),
            passages=snapshot.passages,
            at=snapshot.built_at,
        )
        generations.drop_others(snapshot.generation)

    def _work_by_words(self) -> bool:
        """Take in what is new without vectors; kept in memory only, and the changes kept for later."""
        last, number = self._store.last_change(), self._store.last_generation()[0]
        taken, known = self._seen
        if (last, number) == self._seen:
            return False
        if number != known or last < taken:
            self._snapshot = self._by_words()
            return True
        changed, last = self._store.changed(after=taken)
        self._snapshot = self._grown(self._snapshot, changed, number)
        self._seen = (last, number)
        return True

    def _by_words(self) -> Snapshot:
        """What is published now, without vectors."""
        published, last = self._store.published()
        number, _ = self._store.last_generation()
        self._seen = (last, number)
        return self._builder.wordless(published, number)

    def _merge(self) -> bool:
        before = self._snapshot
        due = merge_due(before.parts)
        if due is None:
            return False
        old = before.parts[due]
        segment = self._builder.merged(old, before.generation)
        if self._generations is not None:
            segment = self._generations.write_ahead(segment)

        self._swap(lambda now: self._builder.after(now, replaced(now.parts, old, segment), (), self._next()))
        return True

    def _refit(self) -> bool:
        before = self._snapshot
        if not fit_due(before):
            return False
        calibration = self._builder.calibration(before)
        self._swap(
            lambda now: replace(
                self._builder.after(now, now.parts, (), self._next()),
                calibration=calibration,
                drift=max(0, now.drift - before.drift),
            )
        )
        return True

    def _swap(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Let what `change` makes of the current generation answer, unless another process has gone on."""
        with self._working:
            if self._generations is None:
                self._snapshot = replace(change(self._snapshot), generation=self._snapshot.generation)
                return
            with self._alone():
                if self._snapshot.generation == self._store.last_generation()[0]:
                    self._commit(self._generations, change(self._snapshot), upto=0)

    def _next(self) -> int:
        """The number of the next generation."""
        return self._store.last_generation()[0] + 1

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One build at a time in this folder, whichever process it is in."""
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
