"""Erases a conversation from the customers' tables, and keeps what is left to be done elsewhere, in SQL.

What stays is what figures are counted from, under a name that leads to nobody: that there was a conversation,
when and in which language, its turns, its hand-overs, and the scores it was given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.conversation import ConversationId, Holder
from bot.store.consents import CONSENTS
from bot.store.mailboxes import MAILS, THREADS
from bot.store.reports import REPORTS
from bot.store.statements import row_of
from bot.store.tables import (
    AUDIT,
    CONVERSATIONS,
    DELIVERIES,
    ENDINGS,
    ESCALATIONS,
    EVENTS,
    FILES,
    MESSAGES,
    RATINGS,
    REMINDERS,
    TOKENS,
    TURNS,
    VISITORS,
    JsonObject,
    topic,
)
from config.clock import Clock
from config.database import Database, UtcDateTime

TOPIC = "erasures"

ErasureState = Literal["asked", "emptied", "done"]
"""`asked`: gone from this room, still to be taken out of the others. `emptied`: no room has a row of it any
more, and the files may still have the bytes. `done`: they have been written anew."""

ERASURES = sa.Table(
    "erasures",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    # Hashes of the conversation's id and tokens, so that whoever holds one is told what became of it.
    sa.Column("key", sa.String),
    sa.Column("tokens", sa.JSON),
    # These two only until no room has anything of it any more.
    sa.Column("conversation", sa.String),
    sa.Column("words", sa.JSON(none_as_null=True)),
    sa.Column("state", sa.String),
    sa.Column("author", sa.String),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
    sa.Column("proof", sa.JSON(none_as_null=True)),
)

GOES = (MESSAGES, EVENTS, DELIVERIES, FILES, CONSENTS, TOKENS, MAILS, THREADS, REPORTS, REMINDERS)
"""What goes altogether."""

STAYS: Mapping[sa.Table, Mapping[str, object]] = {
    TURNS: {"trace": {}},
    ENDINGS: {},
    RATINGS: {"comment": None, "told": True},
    AUDIT: {},
}
"""What is counted, with what it is emptied of."""

_COUNTED = ("channel", "language", "last", "handled", "delivered", "episode", "started_at")


@dataclass(frozen=True, slots=True)
class Erasure:
    """One conversation that is to be forgotten.

    `conversation` and `words`, which the bytes are searched for, are gone once no room has anything of it.
    """

    id: int
    conversation: ConversationId | None
    words: tuple[str, ...]
    state: ErasureState
    by: str
    asked_at: datetime
    done_at: datetime | None
    proof: JsonObject | None


class ErasureStore:
    """Reads and writes of erasures. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def ask(self, conversation: ConversationId, *, by: str, words: Sequence[str]) -> int:
        """Take a conversation out of this room, and owe the rest; the erasure's number.

        words: what its bytes are known by. Raises NoConversationError, the second time too.
        """

        def work(tx: Connection) -> int:
            row, now = row_of(tx, conversation, lock=True), self._clock.now()
            asked = {
                "key": key_of(conversation),
                "tokens": _tokens(tx, row),
                "conversation": conversation,
                "words": list(words),
                "state": "asked",
                "author": by,
                "asked_at": now,
            }
            number: int = tx.execute(sa.insert(ERASURES).values(asked).returning(ERASURES.c.id)).scalar_one()
            left = _empty(tx, row)
            tx.execute(
                sa.insert(AUDIT).values(
                    at=now,
                    conversation=left,
                    actor=by,
                    verb="forgotten",
                    before=row["holder"],
                    after=Holder.NONE,
                )
            )
            return number

        return self._database.write(work, wakes=(topic(conversation), TOPIC))

    def owed(self) -> tuple[Erasure, ...]:
        """Those that are not done, oldest first."""
        return self._read(ERASURES.c.state != "done")

    def one(self, number: int) -> Erasure | None:
        return next(iter(self._read(ERASURES.c.id == number)), None)

    def latest(self, limit: int) -> tuple[Erasure, ...]:
        """Newest first."""
        query = sa.select(ERASURES).order_by(ERASURES.c.id.desc()).limit(limit)
        with self._database.read() as tx:
            return tuple(map(_erasure, tx.execute(query).mappings()))

    def emptied(self, number: int) -> None:
        """No room has a row of it any more, and neither has this one its name or words."""
        self._set(number, state="emptied", conversation=None, words=None)

    def done(self, number: int, proof: JsonObject | None) -> None:
        """The bytes are overwritten. proof: what was read to make sure; None where nobody could know what to
        look for any more."""
        self._set(number, state="done", done_at=self._clock.now(), proof=proof)

    def said_by_others(self, words: Sequence[str]) -> frozenset[str]:
        """Those of the words that conversations hold which are not forgotten."""
        with self._database.read() as tx:
            return frozenset(
                each
                for each in words
                if tx.execute(
                    sa.select(MESSAGES.c.number)
                    .where(MESSAGES.c.text.contains(each, autoescape=True))
                    .limit(1)
                ).first()
            )

    def unquote(self, texts: Collection[str]) -> None:
        """Take texts out of what was noted of other conversations: how a message was read quotes examples."""

        def work(tx: Connection) -> None:
            for column in (TURNS.c.trace, EVENTS.c.body):
                for text in texts:
                    _unquote(tx, column, text)

        self._database.write(work)

    def is_forgotten(self, conversation: str, token_hash: str) -> bool:
        """Whether that was a conversation whose customer held this token."""
        query = sa.select(ERASURES.c.tokens).where(ERASURES.c.key == key_of(conversation))
        with self._database.read() as tx:
            tokens = tx.execute(query).scalar()
        return token_hash in (tokens or ())

    def _read(self, wanted: sa.ColumnElement[bool]) -> tuple[Erasure, ...]:
        with self._database.read() as tx:
            rows = tx.execute(sa.select(ERASURES).where(wanted).order_by(ERASURES.c.id)).mappings()
            return tuple(map(_erasure, rows))

    def _set(self, number: int, **values: object) -> None:
        change = sa.update(ERASURES).where(ERASURES.c.id == number).values(values)
        self._database.write(lambda tx: tx.execute(change).rowcount, wakes=(TOPIC,))


def key_of(conversation: str) -> str:
    """What a forgotten conversation is recognised by; the id, which is random, can't be told from it."""
    return hashlib.sha256(conversation.encode("utf-8", "replace")).hexdigest()


def _empty(tx: Connection, row: RowMapping) -> ConversationId:
    """Leave of a conversation what is counted; under which name, that no sender can guess and take."""
    theirs = row["id"]
    left = ConversationId(f"forgotten-{key_of(theirs)[:32]}")
    counted = {name: row[name] for name in _COUNTED}
    # Nothing waits for an answer any more, and no tracker is left to count the events of.
    others = {"id": left, "address": left, "holder": Holder.NONE, "waiting": row["handled"], "events": 0}
    tx.execute(sa.insert(CONVERSATIONS).values({**counted, **others}))
    for table in GOES:
        tx.execute(sa.delete(table).where(table.c.conversation == theirs))
    for table, emptied in STAYS.items():
        here = table.c.conversation == theirs
        tx.execute(sa.update(table).where(here).values({"conversation": left, **emptied}))
    _keep_hand_overs(tx, theirs, left)
    tx.execute(sa.delete(CONVERSATIONS).where(CONVERSATIONS.c.id == theirs))
    known = sa.select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.visitor == row["visitor"])
    if row["visitor"] is not None and tx.execute(known.limit(1)).first() is None:
        tx.execute(sa.delete(VISITORS).where(VISITORS.c.id == row["visitor"]))
    return left


def _tokens(tx: Connection, row: RowMapping) -> list[str]:
    """The hashes of all that opens a conversation."""
    others = sa.select(TOKENS.c.hash).where(TOKENS.c.conversation == row["id"])
    return [each for each in (row["token_hash"], *tx.execute(others).scalars()) if each]


def _keep_hand_overs(tx: Connection, theirs: str, left: ConversationId) -> None:
    """Those that led to a case; one that did not yet must not lead to one."""
    here = ESCALATIONS.c.conversation == theirs
    tx.execute(sa.delete(ESCALATIONS).where(here, ESCALATIONS.c.case_number.is_(None)))
    known = sa.select(ESCALATIONS.c.handoff_id).where(here).order_by(ESCALATIONS.c.at)
    ended = ENDINGS.c.conversation == left
    tx.execute(sa.update(ENDINGS).where(ended, ENDINGS.c.handoff_id.not_in(known)).values(handoff_id=None))
    for number, handoff_id in enumerate(tx.execute(known).scalars().all(), start=1):
        tx.execute(
            sa.update(ENDINGS)
            .where(ended, ENDINGS.c.handoff_id == handoff_id)
            .values(handoff_id=f"{left}-{number}")
        )
        tx.execute(
            sa.update(ESCALATIONS)
            .where(ESCALATIONS.c.handoff_id == handoff_id)
            .values(
                handoff_id=f"{left}-{number}",
                conversation=left,
                because="",
                acknowledged=True,
                closed=True,
            )
        )


def _unquote(tx: Connection, column: sa.Column[object], text: str) -> None:
    """Put a dash where the column's values hold the text."""
    written = json.dumps(text)[1:-1]
    holds = sa.cast(column, sa.Text).contains(written, autoescape=True)
    keys = column.table.primary_key.columns
    for row in tx.execute(sa.select(column, *keys).where(holds)).mappings().all():
        here = (key == row[key.name] for key in keys)
        changed = json.loads(json.dumps(row[column.name]).replace(written, "—"))
        tx.execute(sa.update(column.table).where(*here).values({column.name: changed}))


def _erasure(row: RowMapping) -> Erasure:
    return Erasure(
        id=row["id"],
        conversation=row["conversation"],
        words=tuple(row["words"] or ()),
        state=row["state"],
        by=row["author"],
        asked_at=row["asked_at"],
        done_at=row["done_at"],
        proof=row["proof"],
    )
