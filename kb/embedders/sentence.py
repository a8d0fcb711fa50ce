"""Any sentence-transformers model as it is: needs torch, takes seconds to load; for the workshop."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kb.embedders import Embedder, Floats2d
from kb.embedders.sources import check_folder, encoder_folder


class SentenceEmbedder:
    """A sentence-transformers model on the CPU, in full precision."""

    def __init__(self, source: str, threads: int = 1) -> None:
        """source: an importable package with `get_model_path()`, a folder, or a hub name.

        Raises ExportRefusedError if the weights are not safetensors.
        """
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        folder = encoder_folder(source)
        if folder is not None:
            check_folder(folder)
        self._model = SentenceTransformer(
            str(folder or source),
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        ).eval()
        self._encoding = threading.Lock()  # torch modules are not promised to be safe from several threads
        self.width = int(self._model.encode([""]).shape[1])
        self.model_id = f"{Path(source).name}-torch-{_fingerprint(self._model.state_dict())}"

    def encode(self, texts: Sequence[str]) -> Floats2d:
        if not texts:
            return np.zeros((0, self.width), dtype=np.float32)
        with self._encoding:
            rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)


def _fingerprint(weights: dict[str, object]) -> str:
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(weights[name]).tobytes())
    return digest.hexdigest()[:12]


def open_embedder(folder: Path, threads: int) -> Embedder:
    """The original of the encoder that was exported to `folder`."""
    from kb.embedders.manifest import read_manifest

    return SentenceEmbedder(read_manifest(folder).source, threads)


PLUG = open_embedder
