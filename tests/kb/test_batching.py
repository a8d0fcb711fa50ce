from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kb.embedders import Floats2d
from kb.embedders.batching import BatchingEmbedder
from kb.embedders.hashed import HashedEmbedder


class Held(HashedEmbedder):
    """Encodes nothing before it is let go, and remembers what it was asked at once."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> Floats2d:
        self.batches.append(list(texts))
        self.begun.set()
        assert self.go.wait(10)
        if "bad" in texts:
            raise ValueError("bad text")
        return super().encode(texts)


def test_those_who_wait_are_encoded_together_and_each_gets_its_own() -> None:
    held = Held()
    batching = BatchingEmbedder(held, most=8, leaders=1)
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(batching.encode, ["alone"])
        assert held.begun.wait(10)
        others = [pool.submit(batching.encode, [f"text {number}", "same"]) for number in range(4)]
        while batching.waiting() < 4:
            threading.Event().wait(0.001)
        held.go.set()
        rows = [each.result(10) for each in (first, *others)]
    assert held.batches[0] == ["alone"]
    assert [len(batch) for batch in held.batches] == [1, 8]
    for number, row in enumerate(rows[1:]):
        np.testing.assert_array_equal(row, HashedEmbedder().encode([f"text {number}", "same"]))


def test_a_lone_caller_waits_for_nobody() -> None:
    held = Held()
    held.go.set()
    assert BatchingEmbedder(held).encode(["hello"]).shape == (1, 256)
    assert held.batches == [["hello"]]


def test_more_than_fits_is_encoded_next() -> None:
    held = Held()
    batching = BatchingEmbedder(held, most=2, leaders=1)
    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(batching.encode, [f"text {number}"]) for number in range(6)]
        assert held.begun.wait(10)
        while batching.waiting() < 5:
            threading.Event().wait(0.001)
        held.go.set()
        for each in futures:
            each.result(10)
    assert [len(batch) for batch in held.batches] == [1, 2, 2, 1]


def test_an_error_reaches_those_who_shared_it_and_nobody_else() -> None:
    held = Held()
    held.go.set()
    batching = BatchingEmbedder(held)
    with pytest.raises(ValueError, match="bad text"):
        batching.encode(["bad"])
    assert batching.encode(["good"]).shape == (1, 256)


def test_many_threads_get_their_own_rows() -> None:
    batching = BatchingEmbedder(HashedEmbedder())
    texts = [f"message {number % 17}" for number in range(300)]
    with ThreadPoolExecutor(16) as pool:
        rows = list(pool.map(lambda text: batching.encode([text])[0], texts))
    np.testing.assert_array_equal(np.array(rows), HashedEmbedder().encode(texts))
