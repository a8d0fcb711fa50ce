"""Where an encoder's weights come from, and which weights are refused."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

from kb.errors import ExportRefusedError

_UNSAFE = (".bin", ".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".h5", ".msgpack")
"""Suffixes of formats that can run code when they are read, or that we can't verify."""


def encoder_folder(source: str) -> Path | None:
    """The folder that a package name or a path stands for; None: take it for a hub name.

    A package carries a model if it has `get_model_path()`; dashes in its name count as underscores.
    """
    if Path(source).is_dir():
        return Path(source)
    module = source.replace("-", "_").lower()
    if not module.isidentifier() or importlib.util.find_spec(module) is None:
        return None
    get_model_path = getattr(importlib.import_module(module), "get_model_path", None)
    if get_model_path is None:
        return None
    return Path(get_model_path())


def check_folder(folder: Path) -> None:
    """Raise ExportRefusedError unless the folder's weights are safetensors and nothing else."""
    if not any(folder.rglob("*.safetensors")):
        raise ExportRefusedError(f"{folder}: no *.safetensors; name a model whose weights are safetensors")
    unsafe = sorted(path.name for path in folder.rglob("*") if path.suffix in _UNSAFE)
    if unsafe:
        raise ExportRefusedError(
            f"{folder}: {', '.join(unsafe)}: such files can run code when they are read; "
            "delete them and keep the safetensors"
        )
