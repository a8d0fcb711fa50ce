"""A customer's thread: frozen values, who holds it, and who may hold it next. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from bot.dialogue.documents import JsonValue
from bot.errors import ConversationEndedError
from handoff.file import FileRef, files_of, json_of

ConversationId = NewType("ConversationId", str)
Author = Literal["customer", "bot", "agent", "system"]
EndedBy = Literal["customer", "agent", "house"]
Helper = Literal["bot", "agent"]
"""Who answered a customer, and is rated for it."""


class Holder(StrEnum):
    """Who answers the customer now; exactly one at any time."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    NONE = "none"


WITH_PEOPLE = (Holder.QUEUE, Holder.AGENT)
"""Who holds a conversation whose customer waits for a person, or has one."""


class Event(StrEnum):
    """A fact that may move a conversation from one holder to another."""

    ESCALATED = "escalated"
    JOINED = "joined"
    RELEASED = "released"
    REOPENED = "reopened"
    REOPENED_IN_QUEUE = "reopened_in_queue"
    REQUEUED = "requeued"
    LEFT_QUEUE = "left_queue"
    RETURNED = "returned"
    RESOLVED = "resolved"
    ENDED = "ended"
    CUSTOMER_WROTE = "customer_wrote"


TRANSITIONS: Mapping[Holder, Mapping[Event, Holder]] = {
    Holder.BOT: {
        Event.ESCALATED: Holder.QUEUE,
        Event.CUSTOMER_WROTE: Holder.BOT,
        # A person takes up again what was resolved, and the bot makes room.
        Event.REOPENED: Holder.AGENT,
        Event.REOPENED_IN_QUEUE: Holder.QUEUE,
        Event.ENDED: Holder.NONE,
    },
    Holder.QUEUE: {
        Event.JOINED: Holder.AGENT,
        # Handed on before anybody was there: to another team, or past somebody who never came.
        Event.RELEASED: Holder.QUEUE,
        Event.REQUEUED: Holder.QUEUE,
        Event.REOPENED: Holder.AGENT,
        Event.REOPENED_IN_QUEUE: Holder.QUEUE,
        Event.CUSTOMER_WROTE: Holder.QUEUE,
        Event.LEFT_QUEUE: Holder.BOT,
        Event.RETURNED: Holder.BOT,
        Event.RESOLVED: Holder.BOT,
        Event.ENDED: Holder.NONE,
    },
    Holder.AGENT: {
        # A colleague who takes over joins a conversation that a person already holds.
        Event.JOINED: Holder.AGENT,
        Event.RELEASED: Holder.QUEUE,
        Event.REQUEUED: Holder.QUEUE,
        Event.REOPENED: Holder.AGENT,
        Event.REOPENED_IN_QUEUE: Holder.QUEUE,
        Event.CUSTOMER_WROTE: Holder.AGENT,
        Event.RETURNED: Holder.BOT,
        Event.RESOLVED: Holder.BOT,
        Event.ENDED: Holder.NONE,
    },
    Holder.NONE: {
        Event.CUSTOMER_WROTE: Holder.BOT,
        Event.REOPENED: Holder.AGENT,
        Event.REOPENED_IN_QUEUE: Holder.QUEUE,
        Event.ENDED: Holder.NONE,
    },
}


def held_after(holder: Holder, event: Event) -> Holder:
    """Who holds the conversation once `event` has happened; raises ConversationEndedError where it can't."""
    try:
        return TRANSITIONS[holder][event]
    except KeyError:
        raise ConversationEndedError(holder, event) from None


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply: what it says and the literal message it stands for, such as `/human_handoff`.

    `more` is what else its author gave it, such as `{"type": "web_url", "url": …}`.
    """

    title: str
    payload: str
    more: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The article an answer quotes, as a reader may open it."""

    article: str
    title: str
    url: str
    heading: str
    updated: str
    language: str


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said; immutable. `number` counts from 1 within its conversation, without gaps.

    `payload` is the literal a quick reply stood for; `question` is set on an answer that asks whether it
    helped ("Did this help?"), whose `buttons` are then the replies to that question. `data` is what comes
    beside the words: of the bot's, `image`, `attachment`, `elements` (cards) and `custom`, and its text may
    then be empty; of a customer's, what their channel sent along (`metadata`, `input_channel`), and
    `changes`, the words in whose place it is. `files` in it are those that a customer or an agent sent, and
    there may be no words then.
    """

    number: int
    author: Author
    text: str
    sent_at: datetime
    name: str | None = None
    client_id: str | None = None
    payload: str | None = None
    buttons: tuple[Button, ...] = ()
    source: Source | None = None
    question: str | None = None
    data: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def files(self) -> tuple[FileRef, ...]:
        return files_of(self.data.get("files"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is stored: the store gives it its number and its time."""

    author: Author
    text: str
    name: str | None = None
    client_id: str | None = None
    payload: str | None = None
    buttons: tuple[Button, ...] = ()
    source: Source | None = None
    question: str | None = None
    data: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def files(self) -> tuple[FileRef, ...]:
        return files_of(self.data.get("files"))


def carrying(files: Sequence[FileRef]) -> Mapping[str, JsonValue]:
    """The `data` of a message that these files go along with."""
    return {"files": [{**each} for each in json_of(files)]} if files else {}


def in_words(message: Message) -> str:
    """What a reader who sees only text is shown of a message: never nothing."""
    beside = [f"[{name}]" for name in ("image", "attachment") if message.data.get(name)]
    beside += [f"[{file.name}]" for file in message.files]
    cards = message.data.get("elements")
    if isinstance(cards, list):
        beside += [f"[card: {card.get('title') or ''}]" for card in cards if isinstance(card, dict)]
    return "\n".join(part for part in (message.text, *beside) if part) or "[content]"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer's thread on one channel.

    `handled` is the number of the last customer message the bot has dealt with, `waiting` that of the
    customer's last, `last` that of the last message of all, `delivered` the last one handed out on a channel
    that answers in its response; `episode` counts its escalations; `agent` is the person's name while one
    holds it; `events` is how many tracker events are stored; `visitor` is the id under which the company's
    site knows its customer, once proved; `ended` is the number of the ending that it is in, None as long as
    it goes on.
    """

    id: ConversationId
    channel: str
    address: str
    language: str
    page: str | None
    holder: Holder
    agent: str | None
    last: int
    handled: int
    delivered: int
    episode: int
    events: int
    started_at: datetime
    visitor: str | None = None
    ended: int | None = None
    waiting: int = 0

    def hearing(self, message: Message) -> Conversation:
        """The conversation right after its customer has said this."""
        holder = held_after(self.holder, Event.CUSTOMER_WROTE)
        return replace(self, holder=holder, last=message.number, waiting=message.number, ended=None)

    @property
    def next_handoff(self) -> str:
        """The key that its next escalation will have, in both rooms."""
        return f"{self.id}-{self.episode + 1}"
