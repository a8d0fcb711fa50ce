"""What a write of the store is made of; the caller holds the conversation's row and moves its counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.conversation import ConversationId, Draft, Event, Holder, Message
from bot.store.tables import (
    AUDIT,
    DELIVERIES,
    ESCALATIONS,
    EVENTS,
    MESSAGES,
    JsonObject,
    Promise,
    message_of,
)


def append(
    tx: Connection, row: RowMapping, drafts: Sequence[Draft], now: datetime, *, owed: bool = False
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
        tx.execute(
            sa.insert(MESSAGES), [{"conversation": row["id"], **asdict(message)} for message in messages]
        )
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
        tx.execute(sa.insert(EVENTS), rows)


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
