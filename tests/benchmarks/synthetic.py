"""A knowledge base of any size out of made-up words: speed is measured on it, never how good answers are."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.article import ArticleId
from kb.embedders import Embedder, Floats1d, Floats2d
from kb.passages import Passage
from kb.retrieval.entries import Entry

WIDTH = 384  # of the shipped encoder
PASSAGES = 5  # in an article
_PASSAGE_WORDS = 60
_TOPICS = 2_000
_DIRECTIONS = 60  # that topics differ in: texts fill far less of the space than chance would
_NOISE = 0.9  # how far a text is from its topic, in lengths of it
_WORDS = 30_000
_SHIFT = 50  # ranks that Zipf's law is moved by: the commonest telling word is then in one passage of six
_SYLLABLES = (
    "ba",
    "cor",
    "del",
    "fi",
    "gra",
    "hul",
    "jo",
    "kem",
    "lor",
    "mip",
    "nav",
    "pru",
    "quo",
    "rit",
    "sut",
    "vel",
)


class SyntheticEmbedder:
    """A text's first word names its topic, whose vectors are close to each other. Fast, and knows nothing."""

    width = WIDTH
    model_id = "synthetic"

    def __init__(self) -> None:
        random = np.random.default_rng(1)
        topics = random.standard_normal((_TOPICS, _DIRECTIONS)) @ random.standard_normal((_DIRECTIONS, WIDTH))
        self._topics = (topics / np.linalg.norm(topics, axis=1, keepdims=True)).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> Floats2d:
        return np.stack([self._row(text) for text in texts]) if texts else np.zeros((0, WIDTH), np.float32)

    def rows(self, count: int, seed: int) -> Floats2d:
        """So many vectors of no text in particular, for a base too large to embed text by text."""
        random = np.random.default_rng(seed)
        rows = random.standard_normal((count, WIDTH), dtype=np.float32)
        rows *= _NOISE / WIDTH**0.5
        rows += self._topics[random.integers(0, _TOPICS, count)]
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _row(self, text: str) -> Floats1d:
        topic = self._topics[zlib.crc32(text.split(" ", 1)[0].encode()) % _TOPICS]
        noise = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(WIDTH, dtype=np.float32)
        row = topic + noise * np.float32(_NOISE / WIDTH**0.5)
        return np.asarray(row / np.linalg.norm(row), dtype=np.float32)


class Words:
    """Made-up words as common as Zipf's law has it."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        shares = 1 / (np.arange(_WORDS) + _SHIFT)
        self._upto = np.cumsum(shares / shares.sum())
        self._words = [
            "".join(_SYLLABLES[(number >> shift) & 15] for shift in (0, 4, 8, 12)) for number in range(_WORDS)
        ]

    def some(self, count: int) -> str:
        """So many words, drawn anew at every call."""
        drawn = np.minimum(np.searchsorted(self._upto, self._random.random(count)), _WORDS - 1)
        return " ".join(self._words[number] for number in drawn)


def entries(articles: int, seed: int = 1) -> Iterator[Entry]:
    """Articles of PASSAGES passages each, cut already."""
    words = Words(seed)
    at = datetime(2026, 1, 5, tzinfo=UTC)
    for number in range(articles):
        article = ArticleId(f"a{seed}-{number}")
        texts = [words.some(_PASSAGE_WORDS) for _ in range(PASSAGES)]
        yield Entry(
            article=article,
            revision=1,
            title=words.some(6),
            slug=article,
            language="en",
            public=True,
            translation_of=None,
            labels=(),
            questions=(),
            updated_at=at,
            passages=tuple(Passage(article, 1, place, (), text, "en") for place, text in enumerate(texts)),
        )


def questions(some: Sequence[Entry], count: int, words: int = 8) -> list[str]:
    """Questions in words of the articles, each with one that is nowhere."""
    random = np.random.default_rng(7)
    asked = []
    for number in random.integers(0, len(some), count).tolist():
        entry = some[number]
        text: npt.NDArray[np.str_] = np.array(entry.passages[number % len(entry.passages)].text.split())
        asked.append(" ".join([*random.choice(text, words, replace=False), "zyxwv"]))
    return asked


def open_embedder(folder: Path, threads: int) -> Embedder:
    """Needs neither; they are what every embedder is given."""
    return SyntheticEmbedder()
