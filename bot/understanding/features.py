"""Texts as weighted word and character n-grams (TF-IDF), the same at training and at serving time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats1d: TypeAlias = NDArray[np.float32]
Ints1d: TypeAlias = NDArray[np.int64]

WORD = re.compile(r"[^\W_]+")
DRAWN_OUT = re.compile(r"(.)\1{2,}")
SHORTEST, LONGEST = 3, 4
MOST_CHARACTERS = 1_000


def grams(text: str) -> tuple[Counter[str], Counter[str]]:
    """Word 1- and 2-grams, and character 3- and 4-grams inside words (a blank marks a word's ends).

    Case is folded, every digit is 0, and letters drawn out ("heyyyy") are shortened to two.
    """
    folded = DRAWN_OUT.sub(r"\1\1", text[:MOST_CHARACTERS].casefold())
    words = WORD.findall(re.sub(r"\d", "0", folded))
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return Counter([*words, *pairs]), Counter(part for word in words for part in _parts(f" {word} "))


def _parts(word: str) -> Iterator[str]:
    for length in range(SHORTEST, LONGEST + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A text's known n-grams: `ids` (n,) and `weights` (n,), and which share of its word weight is known."""

    ids: Ints1d
    weights: Floats1d
    known_share: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The n-grams of the training texts; `rarity` (v,) float32 is each one's inverse document frequency."""

    numbers: Mapping[str, int]
    rarity: Floats1d

    @classmethod
    def of(cls, texts: Sequence[str]) -> Vocabulary:
        """The vocabulary of these texts; character n-grams count from their second text on."""
        words: Counter[str] = Counter()
        parts: Counter[str] = Counter()
        for text in texts:
            in_words, in_parts = grams(text)
            words.update(in_words.keys())
            parts.update(in_parts.keys())
        kept = {f"w{gram}": count for gram, count in words.items()}
        kept |= {f"c{gram}": count for gram, count in parts.items() if count > 1}
        names = sorted(kept)
        total = len(texts)
        rarity = [1.0 + log((1 + total) / (1 + kept[name])) for name in names]
        return cls({name: number for number, name in enumerate(names)}, np.array(rarity, dtype=np.float32))

    def weigh(self, text: str) -> Weighted:
        """The text's TF-IDF row: words and characters are each scaled to length 1 / sqrt(2)."""
        ids: list[int] = []
        weights: list[float] = []
        heard = known = 0.0
        for prefix, counts in zip("wc", grams(text), strict=True):
            block = []
            for gram, count in counts.items():
                number = self.numbers.get(prefix + gram)
                if number is not None:
                    block.append((number, (1.0 + log(count)) * float(self.rarity[number])))
                if prefix == "w" and " " not in gram:
                    weight = float(self.rarity[number]) if number is not None else float(self.rarity.max())
                    heard += weight
                    known += weight if number is not None else 0.0
            length = sqrt(2.0 * sum(weight * weight for _, weight in block))
            ids += [number for number, _ in block]
            weights += [weight / length for _, weight in block]
        share = known / heard if heard else 0.0
        return Weighted(np.array(ids, dtype=np.int64), np.array(weights, dtype=np.float32), share)
