"""Remembers the vectors of training texts, so that the next training encodes only what is new."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from kb.embedders import Embedder, Floats1d, Floats2d, depth_of, encode_deep

MOST = 100_000
"""Texts that are kept: about 150 MB of vectors 384 wide."""

_KEY = 16


class RememberingEmbedder:
    """An embedder that looks a text up before it encodes it, by the text's hash and the encoder's id.

    What was asked for since it was opened is kept by `keep`; the rest is forgotten.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        """A file in the folder that is damaged or belongs to another encoder is as good as none."""
        self._embedder, self._folder = embedder, folder
        self.model_id, self.width = embedder.model_id, embedder.width
        self.depth = depth_of(embedder)
        self._old = _read(self._path, self.depth)
        self._asked: dict[bytes, Floats1d] = {}
        self._asking = threading.Lock()
        self.encoded = 0

    @property
    def _path(self) -> Path:
        name = hashlib.sha256(self.model_id.encode()).hexdigest()[:12]
        return self._folder / f"vectors-{name}.safetensors"

    def encode(self, texts: Sequence[str]) -> Floats2d:
        return np.ascontiguousarray(self.encode_deep(texts)[:, : self.width])

    def encode_deep(self, texts: Sequence[str]) -> Floats2d:
        keys = [_key_of(text) for text in texts]
        with self._asking:
            found = {key: self._asked.get(key, self._old.get(key)) for key in keys}
        lacking = {key: text for key, text in zip(keys, texts, strict=True) if found[key] is None}
        new = dict(zip(lacking, encode_deep(self._embedder, list(lacking.values())), strict=True))
        rows = np.empty((len(texts), self.depth), dtype=np.float32)
        for row, key in zip(rows, keys, strict=True):
            known = found[key]
            row[:] = new[key] if known is None else known
        with self._asking:
            self.encoded += len(new)
            for key, row in zip(keys, rows, strict=True):
                self._asked.setdefault(key, row)
        return rows

    def keep(self) -> None:
        """Write the vectors that were asked for, in place of all others in the folder."""
        with self._asking:
            kept = sorted(self._asked.items())[:MOST]
        self._folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, NDArray[np.generic]] = {
            "keys": np.array([list(key) for key, _ in kept], dtype=np.uint8).reshape(len(kept), _KEY),
            "vectors": np.array([row for _, row in kept], dtype=np.float32).reshape(len(kept), self.depth),
        }
        _put(self._path, arrays)
        for path in self._folder.glob("vectors-*"):
            if path != self._path:
                path.unlink()


def drop(folder: Path, texts: Iterable[str]) -> None:
    """Take these texts' vectors out of the folder, whichever encoder made them."""
    keys = {_key_of(text) for text in texts}
    for path in folder.glob("vectors-*.safetensors"):
        try:
            arrays = load(path.read_bytes())
            there = np.array([row.tobytes() not in keys for row in arrays["keys"]], dtype=bool)
        except (FileNotFoundError, SafetensorError, KeyError):
            continue  # as good as none
        if not there.all():
            _put(path, {name: array[there] for name, array in arrays.items()})


def _put(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Put the file in place at once."""
    aside = path.with_suffix(".new")
    aside.write_bytes(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))
    os.replace(aside, path)


def _key_of(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY]


def _read(path: Path, width: int) -> dict[bytes, Floats1d]:
    try:
        arrays = load(path.read_bytes())
        keys, vectors = arrays["keys"], arrays["vectors"]
    except (FileNotFoundError, SafetensorError, KeyError):
        return {}
    if keys.shape != (len(vectors), _KEY) or vectors.shape != (len(keys), width):
        return {}
    return {key.tobytes(): row for key, row in zip(keys, vectors, strict=True)}
