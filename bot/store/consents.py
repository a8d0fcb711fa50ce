"""What customers have agreed to, in SQL: which notice, in its own words, and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import ConversationId
from bot.store.statements import row_of
from bot.store.tables import topic
from config.database import Database, UtcDateTime

_meta = sa.MetaData()
NOTICES = sa.Table(
    "notices",
    _meta,
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("language", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("at", UtcDateTime),
)
CONSENTS = sa.Table(
    "consents",
    _meta,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """That a customer agreed to a notice; its words, as they were shown."""

    version: str
    language: str
    text: str
    url: str
    at: datetime


class ConsentStore:
    """Reads and writes of consents. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def agree(self, conversation: ConversationId, consent: Consent) -> None:
        """Keep it; a second time changes nothing. Raises NoConversationError."""

        def work(tx: Connection) -> None:
            row_of(tx, conversation, lock=True)
            told = sa.select(NOTICES.c.version).where(NOTICES.c.version == consent.version)
            if tx.execute(told).first() is None:
                tx.execute(
                    sa.insert(NOTICES).values(
                        version=consent.version,
                        language=consent.language,
                        text=consent.text,
                        url=consent.url,
                        at=consent.at,
                    )
                )
            here = (CONSENTS.c.conversation == conversation, CONSENTS.c.version == consent.version)
            if tx.execute(sa.select(CONSENTS.c.at).where(*here)).first() is None:
                values = {"conversation": conversation, "version": consent.version, "at": consent.at}
                tx.execute(sa.insert(CONSENTS).values(**values))

        self._database.write(work, wakes=(topic(conversation),))

    def agreed(self, conversation: ConversationId, versions: Collection[str]) -> bool:
        """Whether they agreed to one of these."""
        query = sa.select(CONSENTS.c.version).where(
            CONSENTS.c.conversation == conversation, CONSENTS.c.version.in_(sorted(versions))
        )
        with self._database.read() as tx:
            return tx.execute(query.limit(1)).first() is not None

    def of(self, conversation: ConversationId) -> tuple[Consent, ...]:
        """All that the conversation's customer agreed to, oldest first."""
        query = (
            sa.select(CONSENTS.c.version, NOTICES.c.language, NOTICES.c.text, NOTICES.c.url, CONSENTS.c.at)
            .join(NOTICES, NOTICES.c.version == CONSENTS.c.version)
            .where(CONSENTS.c.conversation == conversation)
            .order_by(CONSENTS.c.at)
        )
        with self._database.read() as tx:
            return tuple(Consent(*row) for row in tx.execute(query))
