"""The exported encoder, served by onnxruntime and tokenizers; torch is never imported."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from kb.embedders import Embedder, Floats1d, Floats2d
from kb.embedders.manifest import GRAPH, TOKENIZER, read_manifest

_REMEMBERED = 64  # texts: one message is encoded once a turn, though intents and knowledge both ask
_ERRORS_ONLY = 3


class OnnxEmbedder:
    """Reads what `kb.embedders.export` wrote. Texts are encoded one by one.

    On one thread a batch gains nothing, padding costs, and the int8 scales are taken over the whole input:
    alone, a text has the same vector whoever it came with.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Raises ModelMissingError and ModelDamagedError."""
        manifest = read_manifest(folder)
        self.model_id = manifest.model_id
        self.width = manifest.width
        self.depth = manifest.width + manifest.inner
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others need the cores
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [each.name for each in self._session.get_inputs()]
        outputs = [each.name for each in self._session.get_outputs()]
        self._outputs = outputs if manifest.inner else outputs[:1]
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._remembering = threading.Lock()
        self._remembered: OrderedDict[str, Floats1d] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Floats2d:
        return np.ascontiguousarray(self.encode_deep(texts)[:, : self.width])

    def encode_deep(self, texts: Sequence[str]) -> Floats2d:
        rows = np.empty((len(texts), self.depth), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self._vector(text)
        return rows

    def knows(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word) is not None

    def _vector(self, text: str) -> Floats1d:
        with self._remembering:
            if text in self._remembered:
                self._remembered.move_to_end(text)
                return self._remembered[text]
        vector = self._run(text)
        with self._remembering:
            self._remembered[text] = vector
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return vector

    def _run(self, text: str) -> Floats1d:
        encoding = self._tokenizer.encode(text)
        values = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {name: np.array([values[name]], dtype=np.int64) for name in self._inputs}
        vectors: list[Floats2d] = self._session.run(self._outputs, feed)
        return np.concatenate([each[0] / np.linalg.norm(each[0]) for each in vectors])


def open_embedder(folder: Path, threads: int) -> Embedder:
    """The encoder exported to `folder`."""
    return OnnxEmbedder(folder, threads)


PLUG = open_embedder
