"""What trainings are made of and what comes of them: frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OUT_OF_SCOPE = "out_of_scope"
"""The intent of a message that the company does not serve."""

_REASONS = ("choice", "not_understood", "asked_again", "unsure")


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent and how sure the bot is of it, in [0, 1]; `intent` "" where it is sure of none."""

    intent: str
    certainty: float


@dataclass(frozen=True, slots=True)
class BotIntent:
    """Something that a message can mean.

    title: its name in plain words; about: by language, what a customer who means it may say; counts: the
    examples that ship, by language.
    """

    name: str
    title: str
    about: Mapping[str, str]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Misread:
    """A customer's message worth a look, its secrets masked.

    reasons: "unsure", "choice" (the customer then chose `chosen`), "asked_again", "not_understood" (a person
    had to come), the weightiest first.
    """

    conversation: str
    message: int
    text: str
    language: str
    at: datetime
    reasons: tuple[str, ...]
    guesses: tuple[Guess, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A message that a candidate reads otherwise. It may be an example's: then `meant` is its intent."""

    text: str
    language: str
    before: Guess
    after: Guess
    conversation: str = ""
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """What the drift guard says against a candidate.

    kind: "readings" (the share of held-out texts read otherwise), "accuracy" or "ece"; before, after: shares
    in [0, 1]; allowed: by how much they may differ.
    """

    kind: str
    before: float
    after: float
    allowed: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a training.

    accuracy, ece: of cross-validation, shares in [0, 1], None before where nothing was trained before; shared
    and changed: held-out texts of this training and the last, and how many of them are read otherwise;
    objections: the drift guard's; messages: how many real ones were read twice; changes:
    those of them that are read otherwise; taught: the new examples.
    """

    examples: int
    intents: int
    seconds: float
    accuracy_before: float | None
    accuracy: float
    ece_before: float | None
    ece: float
    shared: int
    changed: int
    objections: tuple[Objection, ...]
    messages: int
    changes: tuple[Change, ...]
    taught: tuple[Change, ...]
    left_out: tuple[str, ...]


class State(StrEnum):
    """Where a candidate stands."""

    TRAINING = "training"
    READY = "ready"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A training and what became of it; `by` "" is one by `firstline train`."""

    number: int
    state: State
    by: str
    at: datetime
    ended_at: datetime | None = None
    report: Report | None = None
    why: str | None = None
    examples: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that editors taught the bot; never changed, only retired."""

    id: int
    text: str
    language: str
    intent: str
    by: str
    at: datetime
    conversation: str | None = None
    message: int | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """What a model was trained on beside the bot's files: the examples' numbers, and those still known."""

    numbers: tuple[int, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """A promise that messages are read by this candidate's model; kept once it is applied.

    again: an earlier model brought back; why: what kept the promise from being kept.
    """

    number: int
    candidate: int
    again: bool
    by: str
    at: datetime
    applied_at: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the training is: a stage's name and its share done, in [0, 1]."""

    stage: str
    share: float


def by_weight(reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons to look at a message, weightiest first."""
    return tuple(each for each in _REASONS if each in reasons)
