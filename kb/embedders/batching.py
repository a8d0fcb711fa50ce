"""Lets concurrent callers share one encode: while one runs, the texts of those who wait become the next."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.embedders import Embedder, Floats2d, KnowsWords, depth_of, encode_deep
from kb.embedders.onnx import OnnxEmbedder


@dataclass(slots=True, eq=False)
class _Order:
    """Texts that a caller waits for; `rows` or `error` once they are encoded."""

    texts: Sequence[str]
    rows: Floats2d | None = None
    error: BaseException | None = None
    taken: bool = False
    served: bool = False


class BatchingEmbedder:
    """Another embedder, asked for many callers at once.

    Whoever comes while nobody encodes encodes at once, for everybody who waits: a lone caller waits for
    nobody, and no thread of its own is needed. No more encodes run side by side than there are cores for.
    """

    def __init__(self, embedder: Embedder, most: int = 8, leaders: int = 2) -> None:
        """most: texts encoded at once; leaders: encodes that may run side by side, one for each core."""
        self.model_id, self.width, self.depth = embedder.model_id, embedder.width, depth_of(embedder)
        self._embedder, self._most = embedder, most
        self._changed = threading.Condition()
        self._waiting: list[_Order] = []
        self._idle = leaders

    def encode(self, texts: Sequence[str]) -> Floats2d:
        return np.ascontiguousarray(self.encode_deep(texts)[:, : self.width])

    def encode_deep(self, texts: Sequence[str]) -> Floats2d:
        order = _Order(list(texts))
        batch: list[_Order] = []
        with self._changed:
            self._waiting.append(order)
            self._changed.wait_for(lambda: order.served or (self._idle and not order.taken))
            if not order.served:
                self._idle -= 1
                batch = self._batch(order)
        if batch:
            self._encode(batch)
            with self._changed:
                self._idle += 1
                self._changed.notify_all()
        if order.error is not None:
            raise order.error
        assert order.rows is not None
        return order.rows

    def waiting(self) -> int:
        """How many callers nobody encodes for yet."""
        with self._changed:
            return len(self._waiting)

    def knows(self, word: str) -> bool:
        return isinstance(self._embedder, KnowsWords) and self._embedder.knows(word)

    def _encode(self, batch: Sequence[_Order]) -> None:
        """Encode what waits; each caller gets the rows of its own texts, or the error that all met."""
        try:
            rows = encode_deep(self._embedder, [text for order in batch for text in order.texts])
        except BaseException as error:  # theirs to hear of, too: they would wait for ever
            for order in batch:
                order.error = error
        else:
            at = 0
            for order in batch:
                order.rows = np.array(rows[at : at + len(order.texts)])
                at += len(order.texts)
        for order in batch:
            order.served = True

    def _batch(self, own: _Order) -> list[_Order]:
        """The leader's order and the first of the others, taken off the list; at most `most` texts."""
        batch, count = [own], len(own.texts)
        self._waiting.remove(own)
        for order in tuple(self._waiting):
            if count + len(order.texts) <= self._most:
                batch.append(order)
                count += len(order.texts)
                self._waiting.remove(order)
        for order in batch:
            order.taken = True
        return batch


def open_embedder(folder: Path, threads: int) -> Embedder:
    """The exported encoder, shared: as many encodes at once as there are cores for `threads` each."""
    return BatchingEmbedder(OnnxEmbedder(folder, threads), leaders=max(1, (os.cpu_count() or 1) // threads))


PLUG = open_embedder
