"""Opens the editors' room over a data folder; one of the doors that read settings."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from config.clock import Clock
from config.database import Database, open_database
from config.plugins import resolve
from config.settings import Settings
from kb.editorial import Editorial
from kb.embedders import Embedder
from kb.errors import ModelDamagedError, ModelMissingError
from kb.gaps import Gaps
from kb.generators import AnswerGenerator
from kb.index import VectorIndexes
from kb.indexing import Indexer
from kb.knowledge import Knowledge
from kb.markdown_files import read_folder
from kb.store import Store

SAMPLES = Path(__file__).with_name("samples")
SAMPLES_BY = "firstline"
"""The author of the articles that ship with Firstline."""

_MIGRATIONS = Path(__file__).with_name("migrations")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kb:
    """The room's open handles. `indexer.work` is to be called whenever `changes` rings."""

    database: Database
    store: Store
    editorial: Editorial
    indexer: Indexer
    knowledge: Knowledge
    gaps: Gaps
    embedder: Embedder | None  # None: keyword mode; `knowledge.state().degraded` says why

    def close(self) -> None:
        self.database.close()


def encoder_folder(settings: Settings) -> Path:
    """Where the exported encoder is kept."""
    return settings.data / "models" / "encoder"


def open_kb(settings: Settings, clock: Clock) -> Kb:
    """Open what is there: without an encoder, or with a damaged one, searches go by words alone."""
    database = open_database(settings.data / "kb.db", _MIGRATIONS)
    store = Store(database)
    embedder, degraded = _open_embedder(settings)
    open_indexes = cast(Callable[[], VectorIndexes], resolve(settings.kb.index, "kb.indexes"))
    open_generator = cast(Callable[[], AnswerGenerator], resolve(settings.kb.generator, "kb.generators"))
    indexer = Indexer(
        store,
        open_indexes(),
        settings.data / "index",
        clock,
        embedder=embedder,
        degraded=degraded,
        words=settings.kb.passage_words,
    )
    return Kb(
        database=database,
        store=store,
        editorial=Editorial(store, clock),
        indexer=indexer,
        knowledge=Knowledge(indexer, embedder, open_generator(), sure=settings.kb.sure),
        gaps=Gaps(store, clock),
        embedder=embedder,
    )


def _open_embedder(settings: Settings) -> tuple[Embedder | None, str | None]:
    """The encoder, or why there is none."""
    open_embedder = cast(Callable[[Path, int], Embedder], resolve(settings.kb.embedder, "kb.embedders"))
    try:
        return open_embedder(encoder_folder(settings), settings.model.threads), None
    except (ModelMissingError, ModelDamagedError) as error:
        degraded = f"searching by words alone: {error}, then start Firstline again"
        _log.warning("%s", degraded)
        return None, degraded


def seed(kb: Kb) -> int:
    """Import and publish the articles that ship with Firstline into an empty base; how many."""
    if kb.editorial.articles():
        return 0
    taken = kb.editorial.take_in(read_folder(SAMPLES).drafts, by=SAMPLES_BY, publish=True)
    return len(taken.added)
