"""The tables of the customers' room, and how their rows become values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from bot.conversation import (
    Button,
    Conversation,
    ConversationId,
    Draft,
    EndedBy,
    Event,
    Holder,
    Message,
    Source,
)
from config.database import UtcDateTime
from handoff.verbs.ending import CustomerLeft

JsonObject = dict[str, object]
Row = RowMapping | Mapping[str, Any]
"""A row as it was read, or as it was written a moment ago."""

_meta = sa.MetaData()
CONVERSATIONS = sa.Table(
    "conversations",
    _meta,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("token_hash", sa.String),
    sa.Column("channel", sa.String),
    sa.Column("address", sa.String),
    sa.Column("language", sa.String),
    sa.Column("page", sa.String),
    sa.Column("holder", sa.String),
    sa.Column("agent", sa.String),
    sa.Column("last", sa.Integer),
    sa.Column("handled", sa.Integer),
    sa.Column("waiting", sa.Integer),
    sa.Column("delivered", sa.Integer),
    sa.Column("episode", sa.Integer),
    sa.Column("events", sa.Integer),
    sa.Column("started_at", UtcDateTime),
    sa.Column("visitor", sa.String),
    sa.Column("site", sa.JSON(none_as_null=True)),
    sa.Column("ended", sa.Integer),
)
VISITORS = sa.Table(
    "visitors",
    _meta,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("email", sa.String),
    sa.Column("business", sa.Boolean),
    sa.Column("verified_at", UtcDateTime),
)
TOKENS = sa.Table(
    "tokens",
    _meta,
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("conversation", sa.String),
    sa.Column("at", UtcDateTime),
)
MESSAGES = sa.Table(
    "messages",
    _meta,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("author", sa.String),
    sa.Column("name", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("client_id", sa.String),
    sa.Column("payload", sa.Text),
    sa.Column("buttons", sa.JSON),
    sa.Column("source", sa.JSON),
    sa.Column("question", sa.Text),
    sa.Column("data", sa.JSON),
)
EVENTS = sa.Table(
    "events",
    _meta,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("body", sa.JSON),
)
TURNS = sa.Table(
    "turns",
    _meta,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("message", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("trace", sa.JSON),
    # Which messages went back in the response to the customer's own: those after the first, up to the second.
    sa.Column("answered_after", sa.Integer),
    sa.Column("answered_to", sa.Integer),
)
ESCALATIONS = sa.Table(
    "escalations",
    _meta,
    sa.Column("handoff_id", sa.String, primary_key=True),
    sa.Column("conversation", sa.String),
    sa.Column("reason", sa.String),
    sa.Column("because", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("case_number", sa.Integer),
    sa.Column("forwarded", sa.Integer),
    sa.Column("acknowledged", sa.Boolean),
    sa.Column("closed", sa.Boolean),
    # What its customer has left, until the case knows, and the last message before that.
    sa.Column("left_by", sa.String),
    sa.Column("left_after", sa.Integer),
)
ENDINGS = sa.Table(
    "endings",
    _meta,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("ended_by", sa.String),
    sa.Column("last", sa.Integer),
    sa.Column("handoff_id", sa.String),
    sa.Column("helpers", sa.JSON),
)
RATINGS = sa.Table(
    "ratings",
    _meta,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("ending", sa.Integer, primary_key=True),
    sa.Column("helper", sa.String, primary_key=True),
    sa.Column("score", sa.Integer),
    sa.Column("comment", sa.Text),
    sa.Column("at", UtcDateTime),
    # Whether the people's room knows.
    sa.Column("told", sa.Boolean),
)
DELIVERIES = sa.Table(
    "deliveries",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.String),
    sa.Column("message", sa.Integer),
    sa.Column("sent", sa.Integer),
    sa.Column("failures", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("parked", sa.Boolean),
    sa.Column("why", sa.Text),
)
FILES = sa.Table(
    "files",
    _meta,
    sa.Column("capability", sa.String, primary_key=True),
    sa.Column("conversation", sa.String),
    # The one that carries it, None until it has been sent.
    sa.Column("message", sa.Integer),
    sa.Column("name", sa.String),
    sa.Column("type", sa.String),
    sa.Column("size", sa.Integer),
    sa.Column("at", UtcDateTime),
    sa.Column("content", sa.LargeBinary),
)
AUDIT = sa.Table(
    "audit",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("conversation", sa.String),
    sa.Column("actor", sa.String),
    sa.Column("verb", sa.String),
    sa.Column("before", sa.String),
    sa.Column("after", sa.String),
)

REMINDERS = sa.Table(
    "reminders",
    sa.MetaData(),
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    # The number of the event that asked for it.
    sa.Column("event", sa.Integer),
    sa.Column("intent", sa.Text),
    sa.Column("entities", sa.JSON),
    # Whether it is dropped once the customer has written again.
    sa.Column("unless_heard", sa.Boolean),
    sa.Column("due_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """An escalation that was decided: a case must exist for it. `case` is None until it does.

    forwarded: up to which message the case has heard the conversation; last: the number of its last one when
    this was read. left: what its customer has left, which the case must be told; left_after: the last message
    before that.
    """

    handoff_id: str
    conversation: ConversationId
    reason: str
    because: str
    case: int | None
    forwarded: int
    acknowledged: bool
    last: int = 0
    left: CustomerLeft | None = None
    left_after: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """One intent that the bot is to act on at a moment; event: the number of what asked for it."""

    conversation: ConversationId
    name: str
    event: int
    intent: str
    entities: tuple[JsonObject, ...]
    unless_heard: bool
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one turn, or one thing an agent did, changes in a conversation; written in one transaction.

    handed_out: what has been said goes back in the response to the customer's own message, so it counts as
    delivered with the same stroke. reopens: the hand-over that people take up again; its case then hears
    what is said, and what was said since it was closed. leaves: what the customer walks away from, so that
    the open case is told. ended_by: whose deed it was that the conversation is over, and rates whether its
    customer is then asked what they think. reminds: the reminder that has led to it, which is over then.
    """

    drafts: tuple[Draft, ...] = ()
    events: tuple[JsonObject, ...] = ()
    event: Event | None = None
    actor: str = "bot"
    agent: str | None = None
    language: str | None = None
    handled: int | None = None
    trace: JsonObject | None = None
    promise: Promise | None = None
    acknowledged: bool = False
    handed_out: bool = False
    reopens: str | None = None
    leaves: CustomerLeft | None = None
    ended_by: EndedBy | None = None
    rates: bool = True
    reminds: Reminder | None = None


def numbered(event: JsonObject, written: Sequence[Message]) -> JsonObject:
    """The event with its message's number, where it names that message by its draft's place."""
    metadata = event.get("metadata")
    if not isinstance(metadata, Mapping) or "draft" not in metadata:
        return event
    rest = {key: value for key, value in metadata.items() if key != "draft"}
    return {**event, "metadata": {**rest, "number": written[metadata["draft"]].number}}


def topic(conversation: ConversationId) -> str:
    """What the doorbell rings when something in the conversation changes."""
    return f"conversation:{conversation}"


def conversation_of(row: Row) -> Conversation:
    return Conversation(
        id=ConversationId(row["id"]),
        channel=row["channel"],
        address=row["address"],
        language=row["language"],
        page=row["page"],
        holder=Holder(row["holder"]),
        agent=row["agent"],
        last=row["last"],
        handled=row["handled"],
        delivered=row["delivered"],
        episode=row["episode"],
        events=row["events"],
        started_at=row["started_at"],
        visitor=row["visitor"],
        ended=row["ended"],
        waiting=row["waiting"],
    )


def message_of(row: RowMapping) -> Message:
    return Message(
        number=row["number"],
        author=row["author"],
        text=row["text"],
        sent_at=row["sent_at"],
        name=row["name"],
        client_id=row["client_id"],
        payload=row["payload"],
        buttons=tuple(Button(**button) for button in row["buttons"]),
        source=None if row["source"] is None else Source(**row["source"]),
        question=row["question"],
        data=row["data"],
    )


def promise_in(row: RowMapping) -> Promise:
    return Promise(
        handoff_id=row["handoff_id"],
        conversation=ConversationId(row["conversation"]),
        reason=row["reason"],
        because=row["because"],
        case=row["case_number"],
        forwarded=row["forwarded"],
        acknowledged=row["acknowledged"],
        last=row["last"],
        left=row["left_by"],
        left_after=row["left_after"] or 0,
    )
