"""What was made of labelled texts, side by side with what they mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bot.dialogue.assistant import Example
from bot.evaluation.measures import Chances, Taken, Truths, confusions, macro_f1
from bot.understanding.calibration import expected_calibration_error
from bot.understanding.understanding import Understanding

if TYPE_CHECKING:
    from bot.understanding.training import Judged  # the workshop, which a server does without

Progress: TypeAlias = Callable[[str, float], None]

_TOLD_EVERY = 100


@dataclass(frozen=True, slots=True)
class Readings:
    """n examples and what each was read as, "" for nothing.

    probability: (n,) of the first intent; known: (n,) of being in scope.
    """

    examples: tuple[Example, ...]
    read: tuple[str, ...]
    probability: Chances
    known: Chances

    @property
    def meant(self) -> tuple[str, ...]:
        return tuple(each.intent for each in self.examples)

    @property
    def right(self) -> Truths:
        """(n,) whether the first intent was the one meant."""
        return np.array([one == other for one, other in zip(self.meant, self.read, strict=True)])

    @property
    def certainty(self) -> Chances:
        """(n,) the probability that a text is in scope and means the first intent."""
        return self.probability * self.known

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())

    @property
    def macro_f1(self) -> float:
        return macro_f1(self.meant, self.read)

    @property
    def ece(self) -> float:
        """Expected calibration error of the first intent's probability."""
        return expected_calibration_error(self.probability, self.right)

    @property
    def confusions(self) -> tuple[Taken, ...]:
        """What was taken for what, most frequent first."""
        return confusions(self.examples, self.read, self.probability)

    def acted_on(self, certainty: float) -> tuple[float, float]:
        """The share that reaches this certainty, and the share of those that is wrong."""
        sure = self.certainty >= certainty
        return float(sure.mean()), float((~self.right[sure]).mean()) if sure.any() else 0.0

    def of(self, language: str) -> Readings:
        """Those of one language."""
        chosen = np.array([each.language == language for each in self.examples])
        numbers = np.flatnonzero(chosen)
        return Readings(
            tuple(self.examples[number] for number in numbers),
            tuple(self.read[number] for number in numbers),
            self.probability[chosen],
            self.known[chosen],
        )


def read_all(
    understanding: Understanding, examples: Sequence[Example], stage: str, say: Progress
) -> tuple[Readings, tuple[float, ...]]:
    """Read one text after the other, each as the first message of a conversation in its language.

    Returns the readings, and the seconds that each took.
    """
    read: list[str] = []
    seconds: list[float] = []
    rows = np.zeros((len(examples), 2))
    for number, each in enumerate(examples):
        if number % _TOLD_EVERY == 0:
            say(stage, number / len(examples))
        began = time.perf_counter()
        reading = understanding.read(each.text, language=each.language)
        seconds.append(time.perf_counter() - began)
        first = reading.intents[0] if reading.intents else None
        read.append(first.name if first else "")
        rows[number] = first.probability if first else 0.0, reading.known
    return Readings(tuple(examples), tuple(read), rows[:, 0], rows[:, 1]), tuple(seconds)


def held_out(judged: Judged) -> Readings:
    """The training examples as read by models that had not seen them."""
    first = judged.chances.argmax(axis=1)
    return Readings(
        judged.examples,
        tuple(judged.intents[number] for number in first),
        judged.chances.max(axis=1),
        judged.known,
    )
