"""What became of messages that a channel had trouble with, in SQL, until the desk knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import Author, ConversationId
from bot.store.tables import CONVERSATIONS, ESCALATIONS, MESSAGES
from config.database import Database, UtcDateTime

TOPIC = "reports"

Reported = Literal["late", "arrived", "failed", "deleted"]
"""`late`: it has not arrived yet, and is tried again. `arrived`: after all. `failed`: it never will.
`deleted`: the customer, whose message it is, has taken it back where they wrote it."""

REPORTS = sa.Table(
    "reports",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.String),
    sa.Column("message", sa.Integer),
    sa.Column("what", sa.String),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
    # Whether the people's room knows.
    sa.Column("told", sa.Boolean),
)


@dataclass(frozen=True, slots=True)
class Report:
    """One thing to tell the desk; handoff_id: the conversation's last hand-over, None where it had none.

    author and text: of the message that it is about.
    """

    id: int
    conversation: ConversationId
    message: int
    what: Reported
    why: str
    at: datetime
    channel: str
    author: Author
    text: str
    handoff_id: str | None


class ReportStore:
    """Reads and writes of reports. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, conversation: ConversationId, message: int, what: Reported, why: str, now: datetime
    ) -> bool:
        """Report something; False if it is known."""
        return self._database.write(
            lambda tx: report(tx, conversation, message, what, why, now), wakes=(TOPIC,)
        )

    def untold(self, limit: int) -> tuple[Report, ...]:
        """Those that the desk does not know, oldest first."""
        last = (
            sa.select(sa.func.max(ESCALATIONS.c.at))
            .where(
                ESCALATIONS.c.conversation == REPORTS.c.conversation, ESCALATIONS.c.case_number.is_not(None)
            )
            .correlate(REPORTS)
            .scalar_subquery()
        )
        query = (
            sa.select(
                REPORTS, CONVERSATIONS.c.channel, MESSAGES.c.author, MESSAGES.c.text, ESCALATIONS.c.handoff_id
            )
            .join(CONVERSATIONS, CONVERSATIONS.c.id == REPORTS.c.conversation)
            .join(
                MESSAGES,
                sa.and_(
                    MESSAGES.c.conversation == REPORTS.c.conversation,
                    MESSAGES.c.number == REPORTS.c.message,
                ),
            )
            .outerjoin(
                ESCALATIONS,
                sa.and_(ESCALATIONS.c.conversation == REPORTS.c.conversation, ESCALATIONS.c.at == last),
            )
            .where(~REPORTS.c.told)
            .order_by(REPORTS.c.id)
            .limit(limit)
        )
        with self._database.read() as tx:
            return tuple(
                Report(
                    id=row["id"],
                    conversation=ConversationId(row["conversation"]),
                    message=row["message"],
                    what=row["what"],
                    why=row["why"],
                    at=row["at"],
                    channel=row["channel"],
                    author=row["author"],
                    text=row["text"],
                    handoff_id=row["handoff_id"],
                )
                for row in tx.execute(query).mappings()
            )

    def told(self, report: int) -> None:
        """The desk knows, or there is nobody to tell."""
        self._database.write(
            lambda tx: tx.execute(sa.update(REPORTS).where(REPORTS.c.id == report).values(told=True)).rowcount
        )


def report(tx: Connection, conversation: str, message: int, what: Reported, why: str, now: datetime) -> bool:
    """Write a report inside the caller's transaction, once; False if it is there."""
    if _known(tx, conversation, message, what):
        return False
    tx.execute(
        sa.insert(REPORTS).values(
            conversation=conversation, message=message, what=what, why=why, at=now, told=False
        )
    )
    return True


def report_arrived(tx: Connection, conversation: str, message: int, now: datetime) -> bool:
    """A message has arrived: news only where it was reported late."""
    late = _known(tx, conversation, message, "late")
    return late and report(tx, conversation, message, "arrived", "", now)


def _known(tx: Connection, conversation: str, message: int, what: Reported) -> bool:
    same = (REPORTS.c.conversation == conversation, REPORTS.c.message == message, REPORTS.c.what == what)
    return tx.execute(sa.select(REPORTS.c.id).where(*same)).first() is not None
