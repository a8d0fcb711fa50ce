from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.understanding.remembering import RememberingEmbedder
from kb.embedders import Floats2d
from kb.embedders.hashed import HashedEmbedder

TEXTS = ["where is my parcel", "hello", "", "hello", "\ud800", "æøå"]


class Counting(HashedEmbedder):
    """Notes each text that it encodes."""

    def __init__(self, width: int = 64) -> None:
        super().__init__(width)
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Floats2d:
        self.seen += texts
        return super().encode([text.encode("utf-8", "replace").decode() for text in texts])


def kept(folder: Path, texts: Sequence[str]) -> None:
    first = RememberingEmbedder(Counting(), folder)
    first.encode(texts)
    first.keep()


def test_vectors_are_those_of_the_embedder(tmp_path: Path) -> None:
    expected = Counting().encode(TEXTS)
    assert np.array_equal(RememberingEmbedder(Counting(), tmp_path).encode(TEXTS), expected)
    kept(tmp_path, TEXTS)
    assert np.array_equal(RememberingEmbedder(Counting(), tmp_path).encode(TEXTS), expected)


def test_a_second_training_encodes_only_what_is_new(tmp_path: Path) -> None:
    kept(tmp_path, TEXTS)
    counting = Counting()
    again = RememberingEmbedder(counting, tmp_path)
    again.encode([*TEXTS, "goodbye"])
    assert counting.seen == ["goodbye"] and again.encoded == 1


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    counting = Counting()
    embedder = RememberingEmbedder(counting, tmp_path)
    embedder.encode(["hello", "hello"])
    embedder.encode(["hello"])
    assert counting.seen == ["hello"]


class Deep(Counting):
    """Has an inner layer of three numbers."""

    depth = 67

    def encode_deep(self, texts: Sequence[str]) -> Floats2d:
        rows = self.encode(texts)
        return np.concatenate([rows, rows[:, :3]], axis=1)


def test_deep_vectors_are_remembered_whole(tmp_path: Path) -> None:
    first = RememberingEmbedder(Deep(), tmp_path)
    expected = first.encode_deep(TEXTS)
    first.keep()
    deep = Deep()
    again = RememberingEmbedder(deep, tmp_path)
    assert np.array_equal(again.encode_deep(TEXTS), expected) and not deep.seen
    assert np.array_equal(again.encode(TEXTS), expected[:, :64])


def test_what_is_no_longer_asked_for_is_forgotten(tmp_path: Path) -> None:
    kept(tmp_path, ["old", "hello"])
    second = RememberingEmbedder(Counting(), tmp_path)
    second.encode(["hello"])
    second.keep()
    counting = Counting()
    RememberingEmbedder(counting, tmp_path).encode(["hello", "old"])
    assert counting.seen == ["old"]


def test_another_encoder_knows_nothing_and_leaves_one_file(tmp_path: Path) -> None:
    kept(tmp_path, TEXTS)
    other = RememberingEmbedder(Counting(32), tmp_path)
    assert other.encode(["hello"]).shape == (1, 32)
    other.keep()
    assert other.encoded == 1 and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"\x00" * 40, b"not arrays at all"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    kept(tmp_path, TEXTS)
    next(tmp_path.iterdir()).write_bytes(damage)
    assert RememberingEmbedder(Counting(), tmp_path).encode(["hello"]).shape == (1, 64)
