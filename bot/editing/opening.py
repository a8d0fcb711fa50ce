"""Opens what editors change of the bot; a door of its own, as trainings need the settings."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.dialogue.assistant import Assistant
from bot.dialogue.opening import read_assistant
from bot.editing.applied import with_taught, with_words
from bot.editing.examples import Retraining
from bot.editing.live import Certainty, LiveRoom, OpenReader, Publishing
from bot.editing.shelf import Shelf
from bot.editing.texts import Texts
from bot.editing.trainer import Trainer, environment_of
from bot.store.readings import ReadingStore
from bot.workers import Alone
from config.clock import Clock
from config.settings import Settings
from kb.coaching.training import Taught
from kb.coaching.wordings import WordSet
from kb.embedders import deep_id
from kb.opening import Kb, open_edits
from kb.store.editing import EditStores


@dataclass(frozen=True, slots=True)
class Edition:
    """What is published over an assistant's files: its words, and what its model was taught."""

    words: WordSet
    taught: Taught

    @classmethod
    def of(cls, stores: EditStores) -> Edition:
        return cls(stores.words.live(), stores.candidates.taught(stores.candidates.live()))

    def over(self, assistant: Assistant) -> Assistant:
        return with_words(with_taught(assistant, self.taught), self.words.words)


@dataclass(frozen=True, slots=True)
class Editing:
    """What the studio is handed, and the jobs that keep the bot in step with it."""

    texts: Texts
    retraining: Retraining
    publishing: Publishing
    trainer: Trainer
    alone: Alone

    def read(self) -> bool:
        """The model's job: what a crash left in training is over, and promises are kept.

        One process at a time, as they share the models' folder; each then takes up what is served there.
        """
        with self.alone("model", wait=True):
            left = self.trainer.recover()
            return self.publishing.read() or left


def open_editing(
    settings: Settings,
    live: LiveRoom,
    base: Assistant,
    edition: Edition,
    kb: Kb,
    readings: ReadingStore,
    open_reader: OpenReader,
    certainty: Certainty,
    clock: Clock,
) -> Editing:
    """base: the assistant as its files have it; edition: what the room began with."""
    shelf = Shelf(settings.data / "models")
    publishing = Publishing(
        live,
        base,
        kb.edits,
        shelf,
        open_reader,
        certainty,
        clock,
        encoder=deep_id(kb.embedder) if kb.embedder is not None else None,
        speaking=edition.words.number,
        taught=edition.taught,
    )
    sections = {name: asdict(getattr(settings, name)) for name in ("bot", "model", "kb")}
    sections["server"] = {"database_url": settings.server.database_url}
    trainer = Trainer(
        settings.data,
        environment_of(sections, os.environ),
        kb.edits.candidates,
        shelf,
        clock,
        kb.database.alone,
    )
    languages = live.now.voice.languages
    retraining = Retraining(
        live, lambda: read_assistant(settings), readings, publishing, trainer, shelf, languages
    )
    texts = Texts(base, languages, lambda: publishing.speaking)
    return Editing(texts, retraining, publishing, trainer, kb.database.alone)


def edited(settings: Settings, assistant: Assistant) -> Assistant:
    """The assistant with what a data folder's editors have published; as it is where they have nothing."""
    where = settings.database("kb")
    if isinstance(where, Path) and not where.exists():
        return assistant
    stores = open_edits(settings)
    try:
        return Edition.of(stores).over(assistant)
    finally:
        stores.close()
