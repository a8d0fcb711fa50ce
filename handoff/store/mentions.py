"""Mentions in SQL; each is written with the note that makes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.aids.mentions import Mention, mentioned
from handoff.entry import Entry
from handoff.store.aids_tables import MENTIONS
from handoff.store.seat_tables import MEMBERS
from handoff.store.tables import CASES, ENTRIES


class MentionStore:
    """Reads and writes of mentions. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, email: str, limit: int) -> tuple[Mention, ...]:
        """The newest first."""
        query = _SELECT.where(MENTIONS.c.email == email).order_by(MENTIONS.c.id.desc()).limit(limit)
        with self._database.read() as tx:
            return tuple(_mention(row) for row in tx.execute(query).mappings())

    def after(self, email: str, place: int) -> tuple[Mention, ...]:
        """In order."""
        query = _SELECT.where(MENTIONS.c.email == email, MENTIONS.c.id > place).order_by(MENTIONS.c.id)
        with self._database.read() as tx:
            return tuple(_mention(row) for row in tx.execute(query).mappings())

    def unread(self, email: str) -> int:
        query = sa.select(sa.func.count()).where(MENTIONS.c.email == email, MENTIONS.c.seen_at.is_(None))
        with self._database.read() as tx:
            return int(tx.execute(query).scalar_one())

    def end(self) -> int:
        with self._database.read() as tx:
            return tx.execute(sa.select(sa.func.max(MENTIONS.c.id))).scalar() or 0

    def seen(self, email: str, ids: Sequence[int] | None, at: datetime) -> None:
        """All of them with `ids` None."""
        theirs = [MENTIONS.c.email == email, MENTIONS.c.seen_at.is_(None)]
        if ids is not None:
            theirs.append(MENTIONS.c.id.in_(ids))
        self._database.write(
            lambda tx: tx.execute(sa.update(MENTIONS).where(*theirs).values(seen_at=at)).rowcount,
            wakes=("desk",),
        )


def call_in(tx: Connection, case: int, entries: Sequence[Entry]) -> None:
    """Keep whom the notes among these entries mention; nobody is told of their own."""
    notes = [entry for entry in entries if entry.kind == "note" and "@" in entry.text]
    if not notes:
        return
    names = {row.email: row.name for row in tx.execute(sa.select(MEMBERS.c.email, MEMBERS.c.name))}
    for note in notes:
        for email in mentioned(note.text, names):
            if email != note.author:
                tx.execute(
                    sa.insert(MENTIONS).values(
                        email=email,
                        case_number=case,
                        seq=note.seq,
                        by=note.author,
                        by_name=note.name or note.author,
                        at=note.at,
                    )
                )


_SELECT = (
    sa.select(MENTIONS, CASES.c.headline, ENTRIES.c.text)
    .join(CASES, CASES.c.number == MENTIONS.c.case_number)
    .join(
        ENTRIES,
        sa.and_(ENTRIES.c.case_number == MENTIONS.c.case_number, ENTRIES.c.seq == MENTIONS.c.seq),
    )
)


def _mention(row: RowMapping) -> Mention:
    return Mention(
        id=row["id"],
        case=row["case_number"],
        seq=row["seq"],
        by=row["by"],
        by_name=row["by_name"],
        at=row["at"],
        seen=row["seen_at"] is not None,
        headline=row["headline"],
        text=row["text"],
    )
