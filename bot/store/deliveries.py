"""The deliveries in SQL: taken under a lease, in order within a conversation, kept until done or parked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.conversation import ConversationId, Message
from bot.store.reports import TOPIC as REPORTS
from bot.store.reports import report, report_arrived
from bot.store.tables import CONVERSATIONS, DELIVERIES, MESSAGES, message_of
from config.database import Database


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that its customer must still be brought; `language` is the conversation's.

    sent: how many of the wire objects it renders to have arrived; failures: how often the next one did not.
    """

    id: int
    conversation: ConversationId
    channel: str
    address: str
    language: str
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
            return tuple(map(_delivery, due))

        return self._database.write(work)

    def together(self, first: Delivery, until: datetime) -> tuple[Delivery, ...]:
        """A leased delivery and all that waits behind it in its conversation, in order, leased as well."""

        def work(tx: Connection) -> tuple[Delivery, ...]:
            theirs = (DELIVERIES.c.conversation == first.conversation, ~DELIVERIES.c.parked)
            rows = list(tx.execute(_OWED.where(*theirs).order_by(DELIVERIES.c.id)).mappings())
            tx.execute(sa.update(DELIVERIES).where(*theirs).values(not_before=until))
            return tuple(map(_delivery, rows))

        return self._database.write(work)

    def advance(self, delivery: int, sent: int) -> None:
        """So many of its wire objects have arrived."""
        here = DELIVERIES.c.id == delivery
        self._database.write(
            lambda tx: tx.execute(sa.update(DELIVERIES).where(here).values(sent=sent, failures=0)).rowcount
        )

    def done(self, now: datetime, *deliveries: Delivery) -> None:
        """All of them have arrived; the desk hears so of those that it knew to be late."""

        def work(tx: Connection) -> bool:
            told = [report_arrived(tx, each.conversation, each.message.number, now) for each in deliveries]
            tx.execute(sa.delete(DELIVERIES).where(DELIVERIES.c.id.in_([each.id for each in deliveries])))
            return any(told)

        self._database.write(work, wakes=lambda told: ("deliveries", *((REPORTS,) if told else ())))

    def failed(
        self,
        delivery: Delivery,
        why: str,
        retry_at: Callable[[int], datetime],
        *,
        late: datetime | None = None,
    ) -> None:
        """Not arrived; to be tried again at the moment that the number of earlier failures gives.

        late: the time now, where the desk is to know that it takes long.
        """

        def work(tx: Connection) -> bool:
            here = DELIVERIES.c.id == delivery.id
            owed = tx.execute(sa.select(DELIVERIES).where(here)).mappings().first()
            if owed is None:
                return False  # its conversation was forgotten meanwhile
            changed = {"failures": owed["failures"] + 1, "not_before": retry_at(owed["failures"]), "why": why}
            tx.execute(sa.update(DELIVERIES).where(here).values(changed))
            number = delivery.message.number
            return late is not None and report(tx, delivery.conversation, number, "late", why, late)

        self._database.write(work, wakes=lambda told: (REPORTS,) if told else ())

    def park(self, why: str, now: datetime, *deliveries: Delivery) -> None:
        """Given up: kept for a person to look at, the desk is told, and the conversation's later ones go
        ahead."""

        def work(tx: Connection) -> None:
            here = DELIVERIES.c.id.in_([each.id for each in deliveries])
            tx.execute(sa.update(DELIVERIES).where(here).values(parked=True, why=why))
            for each in deliveries:
                report(tx, each.conversation, each.message.number, "failed", why, now)

        self._database.write(work, wakes=("deliveries", REPORTS))

    def parked(self) -> int:
        """How many were given up."""
        with self._database.read() as tx:
            query = sa.select(sa.func.count()).select_from(DELIVERIES).where(DELIVERIES.c.parked)
            return int(tx.execute(query).scalar_one())


_OWED = (
    sa.select(
        DELIVERIES.c.id.label("delivery"),
        DELIVERIES.c.sent,
        DELIVERIES.c.failures,
        CONVERSATIONS.c.channel,
        CONVERSATIONS.c.address,
        CONVERSATIONS.c.language,
        *MESSAGES.c,
    )
    .join(CONVERSATIONS, CONVERSATIONS.c.id == DELIVERIES.c.conversation)
    .join(
        MESSAGES,
        sa.and_(
            MESSAGES.c.conversation == DELIVERIES.c.conversation,
            MESSAGES.c.number == DELIVERIES.c.message,
        ),
    )
)


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        id=row["delivery"],
        conversation=ConversationId(row["conversation"]),
        channel=row["channel"],
        address=row["address"],
        language=row["language"],
        message=message_of(row),
        sent=row["sent"],
        failures=row["failures"],
    )


def _due(tx: Connection, limit: int, now: datetime) -> list[RowMapping]:
    first = (
        sa.select(sa.func.min(DELIVERIES.c.id))
        .where(~DELIVERIES.c.parked)
        .group_by(DELIVERIES.c.conversation)
        .scalar_subquery()
    )
    rows = tx.execute(
        _OWED.where(DELIVERIES.c.id.in_(first), DELIVERIES.c.not_before <= now)
        .order_by(DELIVERIES.c.id)
        .limit(limit)
    ).mappings()
    return list(rows)
