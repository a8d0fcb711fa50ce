"""Learns how a request for a person sounds from frames and messages of our own; run as a module.

Writes person.json beside itself. Training time only: imports scikit-learn and scipy.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.dialogue.loading import load_assistant
from bot.understanding.asking import BUCKETS, SHIPPED, Asking, buckets
from bot.understanding.everyday import EVERYDAY
from bot.understanding.person import PersonRules
from bot.understanding.reading import PERSON_INTENTS
from bot.understanding.words import read_words

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "nb")
SEED = 2_026
# How many sentences are drawn of each kind in a language, and whether they ask for a person.
DRAWN = {
    "asks": (1_200, True),
    "refuses": (300, False),
    "wonders": (250, False),
    "mentions": (350, False),
    "told": (200, False),
    "subjects": (450, False),
    "others": (400, False),
}
# What one example counts: whole messages more than drawn ones.
WRITTEN, COMPOSED = 1.0, 0.5
# A request that is not heard costs a customer more than one case too many.
ASKING = 1.6
GREETED, INTRODUCED, FOLLOWED, MISTYPED = 0.25, 0.2, 0.35, 0.12
STRENGTH = 20.0

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A message, whether it asks for a person, and how much it counts."""

    text: str
    asks: bool
    weight: float


def lessons(language: str) -> Iterator[Lesson]:
    """What person.<language>.toml gives, whole and drawn from its frames, and what people say elsewhere."""
    lists: Mapping[str, Sequence[str]] = tomllib.loads(
        (FOLDER / f"person.{language}.toml").read_text(encoding="utf-8")
    )
    for kind, asks in (("wanted", True), ("unwanted", False)):
        yield from (Lesson(text, asks, WRITTEN) for text in lists[kind])
    yield from (Lesson(text, False, WRITTEN) for text in EVERYDAY.get(language, ()))
    chance = random.Random(SEED)
    for kind, (count, asks) in DRAWN.items():
        for _ in range(count):
            yield Lesson(_drawn(lists, kind, chance), asks, COMPOSED)


def _drawn(lists: Mapping[str, Sequence[str]], kind: str, chance: random.Random) -> str:
    text = chance.choice(lists[kind])
    if chance.random() < INTRODUCED:
        text = f"{chance.choice(lists['context'])} {text}"
    if chance.random() < GREETED:
        text = f"{chance.choice(lists['hello'])} {text}"
    if chance.random() < FOLLOWED:
        text = f"{text} {chance.choice(lists['please'])}"
    while (slot := _SLOT.search(text)) is not None:
        text = f"{text[: slot.start()]}{chance.choice(lists[slot[1]])}{text[slot.end() :]}"
    if chance.random() < MISTYPED:
        at = chance.randrange(1, len(text) - 2)
        text = f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"
    return text


def shipped() -> Iterator[Lesson]:
    """The examples of the assistant that ships."""
    folder = FOLDER.parents[1] / "config" / "rasa"
    for example in load_assistant(folder).nlu.examples:
        yield Lesson(example.text, example.intent in PERSON_INTENTS, WRITTEN)


def learn(given: Sequence[Lesson]) -> Asking:
    """A logistic head on the sequences of these messages and on what the word rules say of them."""
    rules = PersonRules(read_words(LANGUAGES).values())
    found = [buckets(each.text) for each in given]
    starts = np.cumsum([0, *(len(each) for each in found)])
    values = np.concatenate([np.full(len(each), 1 / np.sqrt(max(1, len(each)))) for each in found])
    rows = csr_matrix((values, np.concatenate(found), starts), shape=(len(given), BUCKETS))
    said = [rules.sign(each.text) for each in given]
    signs = np.array([[sign is True, sign is False] for sign in said], dtype=np.float64)
    head = LogisticRegression(C=STRENGTH, max_iter=3_000).fit(
        hstack([rows, csr_matrix(signs)]).tocsr(),
        [each.asks for each in given],
        [each.weight * (ASKING if each.asks else 1.0) for each in given],
    )
    weights = head.coef_[0]
    return Asking(
        weights[:BUCKETS].astype(np.float32),
        float(weights[BUCKETS]),
        float(weights[BUCKETS + 1]),
        float(head.intercept_[0]),
    )


def main() -> None:
    given = [*(each for language in LANGUAGES for each in lessons(language)), *shipped()]
    SHIPPED.write_text(learn(given).to_json() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
