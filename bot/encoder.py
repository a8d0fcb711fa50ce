"""Which encoder reads: the one of the data folder; where there is none yet, one from the user's cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

from config.plugins import resolve
from config.settings import Settings
from kb.embedders import Embedder
from kb.embedders.export import export, exported
from kb.errors import ModelMissingError
from kb.opening import encoder_folder


def open_encoder(settings: Settings, folder: Path) -> Embedder:
    """The encoder exported to `folder`; raises ModelMissingError and ModelDamagedError."""
    open_embedder = cast(Callable[[Path, int], Embedder], resolve(settings.kb.embedder, "kb.embedders"))
    return open_embedder(folder, settings.model.threads)


def served_encoder(settings: Settings, say: Callable[[str, float], None]) -> Embedder:
    """The encoder of the data folder; without one, the same encoder exported once into the user's cache."""
    try:
        return open_encoder(settings, encoder_folder(settings))
    except ModelMissingError:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "firstline"
        model = settings.model
        folder = cache / f"{Path(model.encoder).name}-{model.precision}"
        if not exported(model.encoder, folder, model.precision):
            say(f"exporting the encoder {model.encoder} into {folder}", 0.0)
            export(model.encoder, folder, model.precision)
        return open_encoder(settings, folder)
