"""Trained models on disk: one folder a candidate, and the one that is served beside them.

`intents` and `tuned` in the models' folder are what is read with; a candidate's folder has the same names.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from bot.dialogue.assistant import Assistant
from bot.evaluation.drift import FILE, read_past, without, write_past
from bot.understanding.embedding import open_classifier
from bot.understanding.errors import IntentsDamagedError, IntentsMissingError
from bot.understanding.model import MANIFEST, read_model, write_model
from bot.understanding.remembering import drop
from bot.understanding.tuned import TUNED
from bot.understanding.unlearning import unlearnt

INTENTS, CANDIDATES, VECTORS = "intents", "candidates", "vectors"


class Shelf:
    """The models' folder of a data folder."""

    def __init__(self, models: Path) -> None:
        self._models = models

    @property
    def served(self) -> Path:
        return self._models / INTENTS

    def folder(self, candidate: int) -> Path:
        """A candidate's own models folder; it need not be there."""
        return self._models / CANDIDATES / str(candidate)

    def mark(self, candidate: int | None = None) -> str:
        """A model's SHA-256, the served one's if None; "" where there is none."""
        folder = self.served if candidate is None else self.folder(candidate) / INTENTS
        try:
            return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""

    def check(self, candidate: int, assistant: Assistant, encoder: str | None) -> None:
        """Whether this model reads for the assistant; raises IntentsMissingError, IntentsDamagedError."""
        folder = self.folder(candidate) / INTENTS
        opened = open_classifier(folder, assistant, encoder)
        if opened.degraded:
            raise IntentsDamagedError(folder, opened.degraded)

    def keep_served(self, candidate: int) -> None:
        """Put what is served on the shelf as this candidate; files are shared, as none is changed."""
        folder, aside = self.folder(candidate), self._models / CANDIDATES / f"{candidate}-next"
        shutil.rmtree(aside, ignore_errors=True)
        for name in (INTENTS, TUNED):
            if (self._models / name).exists():
                shutil.copytree(self._models / name, aside / name, copy_function=_link)
        if (self._models / FILE).exists():
            _link(self._models / FILE, aside / FILE)
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)

    def put(self, candidate: int) -> None:
        """Serve this candidate's model: whoever opens the folder meanwhile finds the old one or the new one.

        Safe to repeat. Raises IntentsMissingError, IntentsDamagedError, and OSError before anything changes.
        """
        folder = self.folder(candidate)
        model = read_model(folder / INTENTS)
        tuned, aside = self._models / TUNED, self._models / f"{TUNED}-next"
        shutil.rmtree(aside, ignore_errors=True)
        if (folder / TUNED).exists():
            shutil.copytree(folder / TUNED, aside, copy_function=_link)
        write_model(model, self.served)
        shutil.rmtree(tuned, ignore_errors=True)
        if aside.exists():
            aside.rename(tuned)
        past = read_past(folder)
        if past is not None:
            write_past(past, self._models)

    def discard(self, candidate: int) -> None:
        """The candidate's files are not needed any more."""
        shutil.rmtree(self.folder(candidate), ignore_errors=True)

    def examples(self) -> tuple[str, ...]:
        """What the served model was trained on; nothing where there is none that can be read."""
        try:
            return read_model(self.served).example_texts
        except (IntentsMissingError, IntentsDamagedError):
            return ()

    def unlearn(self, texts: Collection[tuple[str, str]]) -> None:
        """Take texts, each with its language, out of what is served and of all candidates; safe to repeat.

        A model that is damaged is left as it is: nobody can read it. The served one is read again by itself.
        """
        words = [text for text, _ in texts]
        for folder in (self._models, *map(self.folder, sorted(self.there()))):
            try:
                model = read_model(folder / INTENTS)
            except (IntentsMissingError, IntentsDamagedError):
                continue
            less = unlearnt(model, words)
            if less is not model:
                write_model(less, folder / INTENTS)
            past = read_past(folder)
            if past is not None and (fewer := without(past, texts)) != past:
                write_past(fewer, folder)
        drop(self._models / VECTORS, words)

    def there(self) -> frozenset[int]:
        """The candidates that have files."""
        folder = self._models / CANDIDATES
        names = (path.name for path in folder.iterdir()) if folder.exists() else ()
        return frozenset(int(name) for name in names if name.isdigit())


def _link(source: str | Path, target: str | Path) -> None:
    """A second name for the file where the disk can do that, else a copy. `source` may be a link itself."""
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(Path(source).resolve(), target)
    except OSError:
        shutil.copyfile(source, target)
