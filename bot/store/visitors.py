"""Who customers are, in SQL: those a company vouches for, their conversations, and what opens them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import ConversationId
from bot.errors import OtherVisitorError
from bot.store import statements
from bot.store.statements import row_of
from bot.store.tables import CONVERSATIONS, TOKENS, VISITORS, topic
from bot.vouching import Visitor
from config.clock import Clock
from config.database import Database
from handoff.escalation import Site

MOST_TOKENS = 20
"""Tokens of one conversation beside its first; one more ends the oldest."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is in a conversation, and where on the company's site; None where nobody has said."""

    visitor: Visitor | None
    site: Site | None
    language: str


class VisitorStore:
    """Reads and writes of who customers are. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def join(self, conversation: ConversationId, visitor: Visitor) -> bool:
        """Write that a conversation is a visitor's, and what is known of them now; True if it is news.

        Raises NoConversationError, and OtherVisitorError where it is another's: two histories never mix.
        """

        def work(tx: Connection) -> bool:
            row = row_of(tx, conversation, lock=True)
            if row["visitor"] not in (None, visitor.id):
                raise OtherVisitorError
            known = _visitor(tx, visitor.id)
            columns = {**asdict(visitor), "verified_at": self._clock.now()}
            if known is None:
                tx.execute(sa.insert(VISITORS).values(columns))
            else:
                tx.execute(sa.update(VISITORS).where(VISITORS.c.id == visitor.id).values(columns))
            if row["visitor"] is None:
                tx.execute(statements.CHANGE, {"conversation": conversation, "visitor": visitor.id})
            return row["visitor"] is None or known != visitor

        return self._database.write(work, wakes=(topic(conversation),))

    def look(self, conversation: ConversationId, site: Site) -> bool:
        """Write what the customer is looking at, in the place of what they did; True if it is something else.

        Raises NoConversationError.
        """

        def work(tx: Connection) -> bool:
            row = row_of(tx, conversation, lock=True)
            seen = asdict(site) if site != Site() else None
            if row["site"] == seen:
                return False
            tx.execute(statements.CHANGE, {"conversation": conversation, "site": seen})
            return True

        return self._database.write(work)

    def of(self, conversation: ConversationId) -> Visit:
        """Whose a conversation is, and what they are looking at; raises NoConversationError."""
        with self._database.read() as tx:
            row = row_of(tx, conversation)
            visitor = None if row["visitor"] is None else _visitor(tx, row["visitor"])
        return Visit(visitor, None if row["site"] is None else Site(**row["site"]), row["language"])

    def name(self, id: str) -> str | None:
        """What a visitor is called, if the company's site has said it."""
        with self._database.read() as tx:
            known = _visitor(tx, id)
        return None if known is None else known.name

    def conversations(self, visitor: str) -> tuple[ConversationId, ...]:
        """A visitor's conversations, the latest first."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(CONVERSATIONS.c.id)
                .where(CONVERSATIONS.c.visitor == visitor)
                .order_by(CONVERSATIONS.c.started_at.desc(), CONVERSATIONS.c.id)
            )
            return tuple(ConversationId(row[0]) for row in rows)


def add_token(tx: Connection, conversation: ConversationId, token_hash: str, now: datetime) -> None:
    """Let one more token open a conversation; the caller holds its row."""
    latest = (
        sa.select(TOKENS.c.hash)
        .where(TOKENS.c.conversation == conversation)
        .order_by(TOKENS.c.at.desc(), TOKENS.c.hash)
    )
    over = tx.execute(latest.offset(MOST_TOKENS - 1)).scalars().all()
    if over:
        tx.execute(sa.delete(TOKENS).where(TOKENS.c.hash.in_(over)))
    tx.execute(sa.insert(TOKENS).values(hash=token_hash, conversation=conversation, at=now))


def drop_token(tx: Connection, conversation: ConversationId, token_hash: str) -> None:
    """Have a token open the conversation no more."""
    tx.execute(sa.delete(TOKENS).where(TOKENS.c.conversation == conversation, TOKENS.c.hash == token_hash))
    first = (CONVERSATIONS.c.id == conversation, CONVERSATIONS.c.token_hash == token_hash)
    tx.execute(sa.update(CONVERSATIONS).where(*first).values(token_hash=None))


def _visitor(tx: Connection, id: str) -> Visitor | None:
    row = tx.execute(sa.select(VISITORS).where(VISITORS.c.id == id)).mappings().first()
    return None if row is None else Visitor(row["id"], row["name"], row["email"], row["business"])
