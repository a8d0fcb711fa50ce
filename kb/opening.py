"""Opens the editors' room over a data folder; one of the doors that read settings."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from config.clock import Clock
from config.database import Database, open_database
from config.outbound import Outbound
from config.plugins import resolve
from config.settings import Settings
from kb.blast import BlastRadius
from kb.checks import Checks
from kb.editing.arranging import Arranging
from kb.editing.binning import Bin
from kb.editing.images import Images
from kb.editing.scheduling import Schedule
from kb.editorial import Editorial
from kb.embedders import Embedder
from kb.errors import ModelDamagedError, ModelMissingError
from kb.generators import AnswerGenerator
from kb.generators.extractive import ExtractiveGenerator
from kb.importing import Importing, drafts_below
from kb.index import VectorIndexes
from kb.indexing import Indexer
from kb.knowledge import Knowledge
from kb.learned.learning import Learning, open_learning
from kb.learned.outcomes import Outcomes
from kb.lint.outside import reaching
from kb.retrieval.vectors import CachedVectors
from kb.store import Store
from kb.store.comments import CommentStore
from kb.store.editing import EditStores
from kb.store.findings import FindingStore
from kb.store.images import ImageStore
from kb.store.outcomes import OutcomeTable

SAMPLES = Path(__file__).with_name("samples")
SAMPLES_BY = "firstline"
"""The author of the articles that ship with Firstline."""

MIGRATIONS = Path(__file__).with_name("migrations")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kb:
    """The room's open handles.

    `indexer.work` is to be called whenever `changes` rings, `schedule.publish_due` and `bin.empty` every now
    and then.
    """

    database: Database
    store: Store
    editorial: Editorial
    arranging: Arranging
    schedule: Schedule
    bin: Bin
    comments: CommentStore
    images: Images
    importing: Importing
    indexer: Indexer
    knowledge: Knowledge
    learning: Learning
    blast: BlastRadius
    checks: Checks
    outbound: Outbound
    edits: EditStores
    embedder: Embedder | None  # None: keyword mode; `knowledge.state().degraded` says why

    def forget(self, conversation: str) -> int:
        """Erase a customer's words from everything this room keeps, and from the file's bytes.

        Their questions with the vectors of these, what their cases taught, and what editors taught the bot
        with their messages. Figures stay, and so do articles, which editors wrote. Returns how many questions
        and cases there were. Raises NotErasedError where only the bytes are left; ask again then.
        """
        known = self.take_out(conversation)
        self.database.erase()
        return known

    def take_out(self, conversation: str) -> int:
        """What `forget` does, and leaves the bytes where they are: for whoever overwrites them later."""
        known = self.learning.forget(conversation)
        self.edits.forget(conversation)
        return known

    def close(self) -> None:
        self.outbound.close()
        self.database.close()


def encoder_folder(settings: Settings) -> Path:
    """Where the exported encoder is kept."""
    return settings.data / "models" / "encoder"


def open_edits(settings: Settings) -> EditStores:
    """What editors changed of the bot, over a connection of its own that is to be closed."""
    return EditStores.over(open_database(settings.database("kb"), MIGRATIONS))


def open_kb(settings: Settings, clock: Clock) -> Kb:
    """Open what is there: without an encoder, or with a damaged one, searches go by words alone."""
    database = open_database(settings.database("kb"), MIGRATIONS)
    store = Store(database)
    embedder, degraded = _open_embedder(settings)
    open_indexes = cast(Callable[[], VectorIndexes], resolve(settings.kb.index, "kb.indexes"))
    open_generator = cast(Callable[[], AnswerGenerator], resolve(settings.kb.generator, "kb.generators"))
    outcomes = Outcomes(OutcomeTable(database), clock)
    indexer = Indexer(
        store,
        open_indexes(),
        settings.data / "index",
        clock,
        embedder=embedder,
        degraded=degraded,
        words=settings.kb.passage_words,
        logged=outcomes.logged,
    )
    editorial = Editorial(store, clock)
    knowledge = Knowledge(indexer, embedder, open_generator(), risk=settings.kb.risk, sure=settings.kb.sure)
    learning = open_learning(database, store, outcomes, editorial, knowledge, embedder, clock)
    embed = CachedVectors(store, embedder).of if embedder else None
    latest = learning.outcomes.latest
    # A thousand questions are asked again in the passages' own words, whatever words answers else.
    plainly = Knowledge(
        indexer, embedder, ExtractiveGenerator(), risk=settings.kb.risk, sure=settings.kb.sure
    )
    outbound = Outbound()
    images = Images(ImageStore(database), settings.data / "images", clock)
    return Kb(
        database=database,
        store=store,
        editorial=editorial,
        arranging=Arranging(store, clock),
        schedule=Schedule(store, clock),
        bin=Bin(store, clock),
        comments=CommentStore(database),
        images=images,
        importing=Importing(store, editorial, images),
        indexer=indexer,
        knowledge=knowledge,
        learning=learning,
        blast=BlastRadius(indexer, plainly, latest, embed),
        checks=Checks(FindingStore(database), indexer, plainly, latest, embed, clock, reaching(outbound)),
        outbound=outbound,
        edits=EditStores.over(database),
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
    taken = kb.editorial.take_in(drafts_below(SAMPLES), by=SAMPLES_BY, publish=True)
    return len(taken.added)
