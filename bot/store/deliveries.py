"""The deliveries in SQL: taken under a lease, in order within a conversation, kept until done or parked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.conversation import Message
from bot.store.tables import CONVERSATIONS, DELIVERIES, MESSAGES, message_of
from config.database import Database


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that its customer must still be brought.

    sent: how many of the wire objects it renders to have arrived; failures: how often the next one did not.
    """

    id: int
    channel: str
    address: str
    message: Message
    sent: int
    failures: int


class DeliveryStore:
    """Reads and writes of deliveries. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, limit: int, now: datetime, until: datetime) -> tuple[Delivery, ...]:
        """The deliveries due now, oldest first, nobody else's before `until`.

        At most one a conversation, its oldest, and none while that waits for its next try: what was said
        second never arrives first.
        """
        with self._database.read() as tx:
            if not _due(tx, limit, now):  # an idle worker must not take the write lock
                return ()

        def work(tx: Connection) -> tuple[Delivery, ...]:
            due = _due(tx, limit, now)
            tx.execute(
                sa.update(DELIVERIES)
                .where(DELIVERIES.c.id.in_([row["delivery"] for row in due]))
                .values(not_before=until)
            )
            return tuple(
                Delivery(
                    id=row["delivery"],
                    channel=row["channel"],
                    address=row["address"],
                    message=message_of(row),
                    sent=row["sent"],
                    failures=row["failures"],
                )
                for row in due
            )

        return self._database.write(work)

    def advance(self, delivery: int, sent: int) -> None:
        """So many of its wire objects have arrived."""
        self._set(delivery, sent=sent, failures=0)

    def done(self, delivery: int) -> None:
        """All of it has arrived."""
        self._database.write(
            lambda tx: tx.execute(sa.delete(DELIVERIES).where(DELIVERIES.c.id == delivery)).rowcount,
            wakes=("deliveries",),
        )

    def failed(self, delivery: int, why: str, retry_at: Callable[[int], datetime]) -> None:
        """Not arrived; to be tried again at the moment that the number of earlier failures gives."""

        def work(tx: Connection) -> None:
            owed = tx.execute(sa.select(DELIVERIES).where(DELIVERIES.c.id == delivery)).mappings().one()
            tx.execute(
                sa.update(DELIVERIES)
                .where(DELIVERIES.c.id == delivery)
                .values(failures=owed["failures"] + 1, not_before=retry_at(owed["failures"]), why=why)
            )

        self._database.write(work)

    def park(self, delivery: int, why: str) -> None:
        """Given up: kept for a person to look at, and the conversation's later ones go ahead."""
        self._set(delivery, parked=True, why=why)

    def parked(self) -> int:
        """How many were given up."""
        with self._database.read() as tx:
            query = sa.select(sa.func.count()).select_from(DELIVERIES).where(DELIVERIES.c.parked)
            return int(tx.execute(query).scalar_one())

    def _set(self, delivery: int, **values: object) -> None:
        self._database.write(
            lambda tx: (
                tx.execute(sa.update(DELIVERIES).where(DELIVERIES.c.id == delivery).values(values)).rowcount
            ),
            wakes=("deliveries",) if values.get("parked") else (),
        )


def _due(tx: Connection, limit: int, now: datetime) -> list[RowMapping]:
    first = (
        sa.select(sa.func.min(DELIVERIES.c.id))
        .where(~DELIVERIES.c.parked)
        .group_by(DELIVERIES.c.conversation)
        .scalar_subquery()
    )
    rows = tx.execute(
        sa.select(
            DELIVERIES.c.id.label("delivery"),
            DELIVERIES.c.sent,
            DELIVERIES.c.failures,
            CONVERSATIONS.c.channel,
            CONVERSATIONS.c.address,
            *(column for column in MESSAGES.c if column.name != "conversation"),
        )
        .join(CONVERSATIONS, CONVERSATIONS.c.id == DELIVERIES.c.conversation)
        .join(
            MESSAGES,
            sa.and_(
                MESSAGES.c.conversation == DELIVERIES.c.conversation,
                MESSAGES.c.number == DELIVERIES.c.message,
            ),
        )
        .where(DELIVERIES.c.id.in_(first), DELIVERIES.c.not_before <= now)
        .order_by(DELIVERIES.c.id)
        .limit(limit)
    ).mappings()
    return list(rows)
