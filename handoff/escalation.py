"""The decision that a person must take over, and everything the next room needs to act on it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from handoff.file import FileRef
from handoff.values import JsonObject, JsonValue, as_object, from_json, strict_keys

Author = Literal["customer", "bot", "agent", "system"]
Reaction = Literal["helped", "rejected", "ignored", "done"]
"""`done` is a step's: carried out, and nothing yet said of whether it helped."""
Decider = Literal["rule", "policy", "agent"]


class Reason(StrEnum):
    """Why a person must take over; the code that queues and reports show."""

    ASKED_FOR_PERSON = "asked_for_person"
    NO_ANSWER = "no_answer"
    NOT_UNDERSTOOD = "not_understood"
    ANSWER_REJECTED = "answer_rejected"
    SENSITIVE_TOPIC = "sensitive_topic"
    UPSET = "upset"
    BOT_FAILED = "bot_failed"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the conversation; `number` counts from 1 within it, `name` is the agent's.

    `files` came with it, and there may be no words then; `attachments` are the addresses of files kept
    elsewhere.
    """

    number: int
    author: Author
    text: str
    at: datetime
    name: str | None = None
    attachments: tuple[str, ...] = ()
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class IntentGuess:
    """What understanding took the customer to mean; `probability` is calibrated, 0 to 1."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an article's list: its number from 1 of so many, and its words."""

    number: int
    of: int
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """An article the bot gave, or one step of it, and what the customer made of it.

    messages: the bot's with the article or the step, and the customer's that tells how it was taken.
    """

    article: str
    revision: int
    title: str
    probability: float
    messages: tuple[int, ...]
    reaction: Reaction
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A customer's message the bot did not understand, and the intent it came nearest to."""

    message: int
    understood_as: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that a customer's `message` told a form: its name, and the value that the form made of it.

    instead_of: the value that it corrects, where the customer has named one.
    """

    name: str
    value: str
    message: int
    validated: bool
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """Something the bot or an agent said will happen, in the words of `messages`, and by when."""

    text: str
    messages: tuple[int, ...]
    by: datetime | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may help the agent."""

    article: str
    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class Site:
    """What the company's own page said that the customer was looking at: an address, a product, an order.

    Nobody signs it, so it proves nothing of who they are.
    """

    page: str | None = None
    product: str | None = None
    order: str | None = None

    def facts(self) -> dict[str, str]:
        """What an agent would otherwise ask for, by the names of facts."""
        told = {"order": self.order, "product": self.product}
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Customer:
    """The person asking; `verified` only if the company's own server signed who they are.

    business: that server says that they buy for a business. site: where they stand on it.
    """

    id: str
    name: str | None
    address: str | None
    verified: bool
    locale: str
    business: bool = False
    site: Site | None = None


@strict_keys
@dataclass(frozen=True, slots=True)
class Escalation:
    """One hand-over of one conversation.

    `lines` is the whole conversation, oldest first; `since` the number of the first message of this episode,
    so that an earlier episode's wish is not read again as a new one. `trigger` are the messages that decided
    it, `because` is one human sentence.
    """

    conversation_id: str
    episode: int
    channel: str
    page: str | None
    started_at: datetime
    escalated_at: datetime
    customer: Customer
    reason: Reason
    because: str
    trigger: tuple[int, ...]
    decided_by: Decider
    language: str
    lines: tuple[Line, ...]
    since: int = 1
    intents: tuple[IntentGuess, ...] = ()
    tried: tuple[Tried, ...] = ()
    misses: tuple[Miss, ...] = ()
    told: tuple[Told, ...] = ()
    promises: tuple[Promise, ...] = ()
    suggested: tuple[Suggestion, ...] = ()

    @property
    def handoff_id(self) -> str:
        """The key under which this hand-over exists once, everywhere; `conversation_of` is its inverse."""
        return f"{self.conversation_id}-{self.episode}"

    def said(self) -> tuple[Line, ...]:
        """What the customer has said in this episode."""
        return tuple(line for line in self.lines if line.author == "customer" and line.number >= self.since)

    def to_json(self) -> JsonObject:
        """The escalation as a JSON object; `from_json` is its inverse."""
        return as_object(self)

    @classmethod
    def from_json(cls, data: JsonValue) -> Escalation:
        """Raises ShapeError naming the key that is wrong."""
        return from_json(cls, data, "escalation")


def conversation_of(handoff_id: str) -> str:
    """The id of the conversation that a hand-over is of."""
    return handoff_id.rpartition("-")[0]
