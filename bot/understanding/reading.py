"""What understanding makes of a message: frozen values, no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.dialogue.documents import JsonValue

Floats1d = NDArray[np.float32]
MoodLabel = Literal["calm", "annoyed", "upset"]
# An operator's regex, a lookup word for word or misspelt, the learnt tagger, a shape that any assistant
# knows, spaCy's statistical model, or the JSON of a literal message.
Source = Literal["pattern", "lookup", "spelling", "learnt", "shape", "statistical", "literal"]

# What Rasa calls a message that no intent fits for sure.
FALLBACK_INTENT = "nlu_fallback"

_NOT_A_WORD = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
# The names under which assistants ask for a person.
PERSON_INTENTS = frozenset(("human_handoff", "handoff", "trigger_handoff"))


@dataclass(frozen=True, slots=True)
class Intent:
    """A guess at what is wanted. `probability` in [0, 1] holds if the message is in scope at all."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the message that means something; characters `start` to `end`, `text` as written there.

    `source` says who found it; `probability` in [0, 1], None where nothing was guessed; `mapped`: whether a
    synonym gave the value.
    """

    name: str
    value: JsonValue
    text: str
    start: int
    end: int
    role: str | None = None
    group: str | None = None
    source: Source = "pattern"
    probability: float | None = None
    mapped: bool = False


@dataclass(frozen=True, slots=True)
class Mood:
    """How the customer sounds: strength in [0, 1] and the signs it was read from, in words."""

    label: MoodLabel = "calm"
    strength: float = 0.0
    evidence: tuple[str, ...] = ()
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A topic that is a person's business, and the customer's words that show it."""

    topic: str
    words: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a guess rests on.

    examples: training examples of the guessed intent with their similarity in [-1, 1], nearest first; words:
    those of the message that spoke for it, each with what it added to the score, weightiest first.
    """

    examples: tuple[tuple[str, float], ...] = ()
    words: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """One of several things that a message asks for: characters `start` to `end`, read by themselves."""

    start: int
    end: int
    text: str
    intent: Intent
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, understood.

    intents: best first, at most 10, probabilities given that the text is in scope; known: probability that it
    is; wants_person: probability that a person is asked for; literal: a quick reply or `/intent`, which
    bypassed the guessing; because: what the first intent rests on, and evidence the same in numbers; wishes:
    two or more, in their order, where the message surely asks for several things, else none; selected: by
    selector, the response keys (`faq/opening`) with their probabilities, best first; vector: the text's
    embedding, (d,) float32 of length 1, for the knowledge search of the same turn.
    """

    text: str
    language: str
    intents: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    mood: Mood = Mood()
    wants_person: float = 0.0
    known: float = 1.0
    literal: bool = False
    because: str = ""
    sensitive: tuple[Sensitive, ...] = ()
    evidence: Evidence = Evidence()
    wishes: tuple[Wish, ...] = ()
    selected: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    vector: Floats1d | None = field(default=None, compare=False, repr=False)

    @property
    def certainty(self) -> float:
        """Probability in [0, 1] that the text is in scope and means the first intent."""
        return self.known * self.intents[0].probability if self.intents else 0.0


def spelt_out(intent: str) -> str:
    """An intent's name in words: `reset_password` and `resetPassword` are "reset password"."""
    return _NOT_A_WORD.sub(" ", intent).strip()
