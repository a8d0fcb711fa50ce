"""`python -m bot.editing DATA CANDIDATE`: trains one candidate in a process of its own.

Says how far it is, one JSON object a line; the last one is {"report": …} or {"failed": …}.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from bot.dialogue.assistant import Assistant
from bot.dialogue.opening import languages_of, read_assistant
from bot.editing.applied import with_taught
from bot.editing.learning import Guard, Job, train
from bot.editing.shelf import Shelf
from bot.encoder import open_encoder
from bot.errors import BotError
from bot.opening import MIGRATIONS
from bot.preparing import VECTORS
from bot.store.readings import ReadingStore
from bot.understanding.opening import certainty, resolved_classifiers
from bot.understanding.remembering import RememberingEmbedder
from bot.understanding.understanding import Understanding, open_understanding
from config.database import open_database
from config.errors import ConfigError
from config.settings import Settings, load_settings
from kb.coaching.training import Report
from kb.errors import KbError
from kb.opening import encoder_folder, open_edits

NICE = 10  # whoever answers customers goes first
LAST_MESSAGES = 1000


def main(data: Path, candidate: int) -> int:
    """The exit status: 0 once the report is told."""
    os.nice(NICE)
    try:
        report = _train(load_settings(data), candidate)
    except (BotError, KbError, ConfigError, OSError) as error:
        _tell(failed=str(error))
        return 1
    _tell(report=asdict(report))
    return 0


def _train(settings: Settings, candidate: int) -> Report:
    base = read_assistant(settings)
    with closing(open_edits(settings)) as stores:
        store = stores.candidates
        taught, served = store.taught(candidate), store.taught(store.live())
    with closing(open_database(settings.database("bot"), MIGRATIONS)) as database:
        turns = ReadingStore(database).recent(LAST_MESSAGES)
    fresh = tuple(each for each in taught.examples if each.id not in served.numbers)
    job = Job(candidate, with_taught(base, taught), with_taught(base, served), fresh, turns)
    models = settings.data / "models"
    embedder = RememberingEmbedder(open_encoder(settings, encoder_folder(settings)), models / VECTORS)

    def open_(folder: Path, assistant: Assistant) -> Understanding:
        return open_understanding(
            folder,
            embedder,
            assistant,
            languages=languages_of(settings, assistant),
            classifiers=resolved_classifiers(settings),
        )

    model = settings.model
    guard = Guard(model.risk, model.drift_most, model.drift_worse)
    return train(
        job,
        embedder,
        Shelf(models),
        models,
        guard,
        open_=open_,
        sure=lambda assistant, line: certainty(settings, assistant, line)[0],
        say=lambda stage, share: _tell(stage=stage, share=round(share, 3)),
    )


def _tell(**said: object) -> None:
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
