"""What the customers' room keeps of a person, in SQL."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversation import ConversationId
from bot.store.mailboxes import THREADS
from bot.store.tables import CONVERSATIONS, VISITORS
from config.database import Database

_MOST = 200  # conversations


class PersonalStore:
    """Reads only; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, words: str) -> tuple[ConversationId, ...]:
        """Those of a sender, of a customer's id, name or e-mail address, or that of this id; latest first."""
        low = words.casefold()
        visitors = sa.select(VISITORS.c.id).where(
            sa.or_(
                VISITORS.c.id == words,
                sa.func.lower(VISITORS.c.email) == low,
                sa.func.lower(VISITORS.c.name) == low,
            )
        )
        threads = sa.select(THREADS.c.conversation).where(
            sa.or_(THREADS.c.customer == low, sa.func.lower(THREADS.c.name) == low)
        )
        wanted = sa.or_(
            CONVERSATIONS.c.id.in_(threads),
            CONVERSATIONS.c.id == words,
            CONVERSATIONS.c.address == words,
            CONVERSATIONS.c.visitor.in_(visitors),
        )
        query = sa.select(CONVERSATIONS.c.id).where(wanted).order_by(CONVERSATIONS.c.started_at.desc())
        with self._database.read() as tx:
            return tuple(ConversationId(row[0]) for row in tx.execute(query.limit(_MOST)))
