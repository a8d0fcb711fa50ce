"""What a write of the store is made of; the caller holds the conversation's row and moves its counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import ConversationId, Draft, Event, Holder, Message, held_after
from bot.errors import ClientIdReusedError
from bot.store import statements
from bot.store.files import send_along
from bot.store.reminders import schedule
from bot.store.tables import (
    AUDIT,
    DELIVERIES,
    ESCALATIONS,
    MESSAGES,
    JsonObject,
    Promise,
    Row,
    message_of,
)
from handoff.verbs.ending import CustomerLeft


def open_row(
    tx: Connection,
    conversation: ConversationId,
    channel: str,
    address: str,
    language: str,
    now: datetime,
    page: str | None = None,
    token_hash: str | None = None,
) -> Row:
    """Write the row of a conversation that begins, held by the bot, and give it as it would be read."""
    row = {
        "id": conversation,
        "token_hash": token_hash,
        "channel": channel,
        "address": address,
        "language": language,
        "page": page,
        "holder": Holder.BOT,
        "agent": None,
        "started_at": now,
        "visitor": None,
        "site": None,
        "ended": None,
        **dict.fromkeys(("last", "handled", "waiting", "delivered", "episode", "events"), 0),
    }
    tx.execute(statements.ADD_CONVERSATION, row)
    return row


def take_in(tx: Connection, row: Row, draft: Draft, now: datetime) -> tuple[Message, bool]:
    """Write what a customer said, unless it is there under the same `client_id`; True if it was not.

    Its files are sent with it. Raises ClientIdReusedError where that says something else, and FileSentError.
    """
    if draft.client_id is not None:
        known = tx.execute(
            statements.MESSAGE_BY_CLIENT_ID, {"conversation": row["id"], "client_id": draft.client_id}
        )
        there = known.mappings().first()
        if there is not None:
            said = message_of(there)
            if (said.text, said.payload, said.files) != (draft.text, draft.payload, draft.files):
                raise ClientIdReusedError(draft.client_id)
            return said, False
    (message,) = append(tx, row, (draft,), now)
    if message.files:
        send_along(tx, row["id"], message)
    holder = held_after(Holder(row["holder"]), Event.CUSTOMER_WROTE)
    tx.execute(
        statements.CHANGE,
        {
            "conversation": row["id"],
            "last": message.number,
            "waiting": message.number,
            "holder": holder,
            "ended": None,
        },
    )
    return message, True


def append(
    tx: Connection, row: Row, drafts: Sequence[Draft], now: datetime, *, owed: bool = False
) -> tuple[Message, ...]:
    """Number and write what was said. owed: a worker must bring it to the customer."""
    messages = tuple(
        Message(
            number=number,
            author=draft.author,
            text=draft.text,
            sent_at=now,
            name=draft.name,
            client_id=draft.client_id,
            payload=draft.payload,
            buttons=draft.buttons,
            source=draft.source,
            question=draft.question,
            data=draft.data,
        )
        for number, draft in enumerate(drafts, start=row["last"] + 1)
    )
    if messages:
        tx.execute(statements.ADD_MESSAGES, [_columns(row["id"], message) for message in messages])
    if messages and owed:
        tx.execute(
            sa.insert(DELIVERIES),
            [
                {
                    "conversation": row["id"],
                    "message": message.number,
                    "sent": 0,
                    "failures": 0,
                    "not_before": now,
                    "parked": False,
                }
                for message in messages
            ],
        )
    return messages


def known_by_client_id(
    tx: Connection, conversation: ConversationId, client_ids: Sequence[str]
) -> tuple[Message, ...]:
    """The messages that are there already under one of these ids."""
    rows = tx.execute(
        sa.select(MESSAGES)
        .where(MESSAGES.c.conversation == conversation, MESSAGES.c.client_id.in_(client_ids))
        .order_by(MESSAGES.c.number)
    ).mappings()
    return tuple(message_of(row) for row in rows)


def insert_events(
    tx: Connection, conversation: ConversationId, count: int, events: Sequence[JsonObject]
) -> None:
    """Write tracker events behind the `count` that are there."""
    if events:
        rows = [
            {"conversation": conversation, "number": number, "body": body}
            for number, body in enumerate(events, start=count + 1)
        ]
        tx.execute(statements.ADD_EVENTS, rows)
        schedule(tx, conversation, count, events)


def promise(tx: Connection, owed: Promise, now: datetime) -> None:
    """Write a promised escalation."""
    tx.execute(
        sa.insert(ESCALATIONS).values(
            handoff_id=owed.handoff_id,
            conversation=owed.conversation,
            reason=owed.reason,
            because=owed.because,
            at=now,
            case_number=owed.case,
            forwarded=owed.forwarded,
            acknowledged=owed.acknowledged,
            closed=False,
        )
    )


def close(tx: Connection, row: Row, leaves: CustomerLeft | None) -> None:
    """The conversation's hand-over is over. leaves: what the customer has left by themselves, if they did."""
    theirs = sa.and_(ESCALATIONS.c.conversation == row["id"], ~ESCALATIONS.c.closed)
    left = {} if leaves is None else {"left_by": leaves, "left_after": row["last"]}
    tx.execute(sa.update(ESCALATIONS).where(theirs).values(closed=True, **left))


def note(
    tx: Connection,
    conversation: ConversationId,
    actor: str,
    event: Event,
    before: Holder,
    after: Holder,
    now: datetime,
) -> None:
    """Write into the audit who moved the conversation from whom to whom."""
    tx.execute(
        sa.insert(AUDIT).values(
            at=now, conversation=conversation, actor=actor, verb=event, before=before, after=after
        )
    )


def _columns(conversation: ConversationId, message: Message) -> dict[str, object]:
    """A message as its row; `asdict` would copy everything in it, too."""
    return {
        "conversation": conversation,
        "number": message.number,
        "author": message.author,
        "name": message.name,
        "text": message.text,
        "sent_at": message.sent_at,
        "client_id": message.client_id,
        "payload": message.payload,
        "buttons": [asdict(button) for button in message.buttons],
        "source": None if message.source is None else asdict(message.source),
        "question": message.question,
        "data": message.data,
    }
