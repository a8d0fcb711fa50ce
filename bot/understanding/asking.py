"""How much a message sounds like a request for a person: learnt weights of word and letter sequences."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.understanding.words import plain

SHIPPED = Path(__file__).with_name("person.json")
LEARNT = ("en", "nb")
"""The languages that it knows the sound of."""

BUCKETS = 1 << 15
MOST_CHARACTERS = 600
# A longer message is read sentence by sentence as well, and so is one whose words ask: what is asked stands
# in one of them, and the others are about something else.
SHORT_WORDS = 18

Floats1d: TypeAlias = NDArray[np.float32]
_TOKEN = re.compile(r"[\w']+|[?!]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_SENTENCE = re.compile(r"(?<=[.!?\n])\s+")


def sequences(text: str) -> frozenset[str]:
    """The text's sequences of up to three words and, within a word, of three to five letters."""
    folded = _DRAWN_OUT.sub(r"\1\1", re.sub(r"\d", "0", plain(text[:MOST_CHARACTERS])))
    words = ["^", *_TOKEN.findall(folded), "$"]
    found = {f"w{' '.join(words[at : at + n])}" for n in (1, 2, 3) for at in range(len(words) - n + 1)}
    for word in words[1:-1]:
        found.update(_letters(f" {word} "))
    return frozenset(found)


def _letters(word: str) -> Iterator[str]:
    for n in (3, 4, 5):
        for at in range(len(word) - n + 1):
            yield f"c{word[at : at + n]}"


def buckets(text: str) -> NDArray[np.int64]:
    """(n,) the numbers, below BUCKETS, of a text's sequences; each once."""
    return np.array(sorted({crc32(each.encode()) % BUCKETS for each in sequences(text)}), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Asking:
    """A logistic head: weights (BUCKETS,), one for each sign of the word rules, and a bias."""

    weights: Floats1d
    asked: float
    denied: float
    bias: float

    def probability(self, text: str, sign: bool | None) -> float:
        """Of a request for a person, in [0, 1]; sign: what the rules found, None where they found nothing."""
        parts = [text]
        if sign or len(text.split()) > SHORT_WORDS:
            parts += [each for each in _SENTENCE.split(text[:MOST_CHARACTERS]) if each.strip()]
        return max(self._one(part, sign) for part in parts)

    def _one(self, text: str, sign: bool | None) -> float:
        found = buckets(text)
        score = self.bias + float(self.weights[found].sum()) / sqrt(max(1, len(found)))
        if sign is not None:
            score += self.asked if sign else self.denied
        return 1.0 / (1.0 + exp(-score))

    def to_json(self) -> str:
        """The head with its weights in steps of a 127th of the largest."""
        step = float(np.abs(self.weights).max()) / 127
        small = np.round(self.weights / step).astype(np.int8)
        return json.dumps(
            {
                "asked": round(self.asked, 4),
                "denied": round(self.denied, 4),
                "bias": round(self.bias, 4),
                "step": step,
                "weights": base64.b64encode(small.tobytes()).decode(),
            },
            indent=1,
        )


def read_asking(path: Path = SHIPPED) -> Asking:
    """The head that `python -m bot.understanding.person_training` wrote."""
    held = json.loads(path.read_text(encoding="utf-8"))
    small = np.frombuffer(base64.b64decode(held["weights"]), dtype=np.int8)
    return Asking((small * held["step"]).astype(np.float32), held["asked"], held["denied"], held["bias"])
