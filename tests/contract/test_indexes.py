"""What every kind of index must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.embedders import Floats2d
from kb.errors import IndexDamagedError, WidthError
from kb.index import VectorIndexes
from kb.indexes.faiss import FaissIndexes

KINDS: dict[str, VectorIndexes] = {"faiss": FaissIndexes(), "faiss cells": FaissIndexes(exact=30)}

ROUNDED = 1e-3
"""How far a cosine may be off: an index may keep half precision."""


@pytest.fixture(params=KINDS)
def indexes(request: pytest.FixtureRequest) -> VectorIndexes:
    return KINDS[request.param]


def vectors(count: int, width: int = 16, seed: int = 7) -> Floats2d:
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_the_nearest_come_first_with_their_cosines(indexes: VectorIndexes) -> None:
    stored, queries = vectors(200), vectors(5, seed=8)
    scores, numbers = indexes.build(stored).search(queries, 3)
    cosines = queries @ stored.T
    np.testing.assert_array_equal(numbers, np.argsort(-cosines, axis=1)[:, :3])
    np.testing.assert_allclose(scores, np.take_along_axis(cosines, numbers, axis=1), atol=ROUNDED)


def test_a_vector_finds_itself(indexes: VectorIndexes) -> None:
    stored = vectors(50)
    scores, numbers = indexes.build(stored).search(stored, 1)
    np.testing.assert_array_equal(numbers[:, 0], np.arange(50))
    assert (scores <= 1).all()
    np.testing.assert_allclose(scores, 1, atol=ROUNDED)


def test_places_past_the_last_vector_are_marked(indexes: VectorIndexes) -> None:
    scores, numbers = indexes.build(vectors(2)).search(vectors(1, seed=8), 4)
    assert set(numbers[0, :2]) == {0, 1}
    assert (numbers[0, 2:] == -1).all() and (scores[0, 2:] == -1).all()


def test_an_index_may_be_empty(indexes: VectorIndexes) -> None:
    index = indexes.build(vectors(0))
    assert (index.count, index.width) == (0, 16)
    assert (index.search(vectors(1), 3)[1] == -1).all()


def test_another_width_is_refused(indexes: VectorIndexes) -> None:
    with pytest.raises(WidthError):
        indexes.build(vectors(3)).search(vectors(1, width=8), 1)


def test_vectors_left_out_are_never_found_and_the_others_keep_their_numbers(indexes: VectorIndexes) -> None:
    stored = vectors(50)
    index, dead = indexes.build(stored), np.arange(50) % 3 == 0
    numbers = index.without(dead).search(stored, 50)[1]
    assert set(numbers.ravel().tolist()) <= {-1, *np.flatnonzero(~dead).tolist()}
    np.testing.assert_array_equal(numbers[~dead, 0], np.flatnonzero(~dead))
    np.testing.assert_array_equal(index.search(stored, 1)[1][:, 0], np.arange(50))


def test_all_vectors_may_be_left_out(indexes: VectorIndexes) -> None:
    index = indexes.build(vectors(50)).without(np.ones(50, dtype=np.bool_))
    assert (index.search(vectors(2, seed=8), 3)[1] == -1).all()


def test_vectors_are_read_back_and_rounded_only_once(indexes: VectorIndexes) -> None:
    stored = vectors(50)
    index = indexes.build(stored)
    some = index.vectors(np.array([7, 0, 49]))
    np.testing.assert_allclose(some, stored[[7, 0, 49]], atol=ROUNDED)
    every = np.arange(50)
    np.testing.assert_array_equal(indexes.build(index.vectors(every)).vectors(every), index.vectors(every))
    assert index.vectors(np.array([], dtype=np.int64)).shape == (0, 16)


def test_what_is_written_is_read(indexes: VectorIndexes, tmp_path: Path) -> None:
    built = indexes.build(vectors(40))
    built.write(tmp_path / "index")
    read = indexes.read(tmp_path / "index")
    assert (read.count, read.width) == (built.count, built.width) == (40, 16)
    for one, other in zip(
        read.search(vectors(3, seed=8), 5), built.search(vectors(3, seed=8), 5), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("content", [b"", b"not an index", b"IxFI" + b"\xff" * 40])
def test_what_is_no_index_is_refused(indexes: VectorIndexes, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index").write_bytes(content)
    with pytest.raises(IndexDamagedError):
        indexes.read(tmp_path / "index")


def test_half_an_index_is_refused(indexes: VectorIndexes, tmp_path: Path) -> None:
    indexes.build(vectors(40)).write(tmp_path / "index")
    content = (tmp_path / "index").read_bytes()
    (tmp_path / "index").write_bytes(content[: len(content) // 2])
    with pytest.raises(IndexDamagedError):
        indexes.read(tmp_path / "index")


def test_a_missing_file_is_refused(indexes: VectorIndexes, tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError):
        indexes.read(tmp_path / "none")


def test_threads_may_search_at_once(indexes: VectorIndexes) -> None:
    index, queries = indexes.build(vectors(200)), vectors(40, seed=8)
    expected = index.search(queries, 3)[1]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda query: index.search(query[np.newaxis, :], 3)[1][0], queries))
    np.testing.assert_array_equal(found, expected)
