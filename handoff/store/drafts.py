"""Drafts, and who is at which case, in SQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.aids.drafts import Draft
from handoff.aids.presence import Present
from handoff.store.aids_tables import DRAFTS, PRESENCE

PRESENCE_TOPIC = "presence"
"""What the doorbell rings when somebody comes to a case, begins to write or leaves."""


class DraftStore:
    """Reads and writes of drafts. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, agent: str, case: int | None = None) -> tuple[Draft, ...]:
        """The latest first."""
        query = sa.select(DRAFTS).where(DRAFTS.c.agent == agent)
        if case is not None:
            query = query.where(DRAFTS.c.case_number == case)
        with self._database.read() as tx:
            rows = tx.execute(query.order_by(DRAFTS.c.at.desc(), DRAFTS.c.kind)).mappings()
            return tuple(Draft(row["case_number"], row["kind"], row["text"], row["at"]) for row in rows)

    def put(self, agent: str, draft: Draft) -> None:
        """An empty one is removed."""
        its = (
            DRAFTS.c.agent == agent,
            DRAFTS.c.case_number == draft.case,
            DRAFTS.c.kind == draft.kind,
        )

        def work(tx: Connection) -> None:
            if not draft.text:
                tx.execute(sa.delete(DRAFTS).where(*its))
                return
            said = {"text": draft.text, "at": draft.at}
            if not tx.execute(sa.update(DRAFTS).where(*its).values(said)).rowcount:
                key = {"agent": agent, "case_number": draft.case, "kind": draft.kind}
                tx.execute(sa.insert(DRAFTS).values({**key, **said}))

        self._database.write(work)


class PresenceStore:
    """Reads and writes of presence. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, at: datetime) -> tuple[Present, ...]:
        """Who has said so after a moment, by case and then by who came first."""
        query = sa.select(PRESENCE).where(PRESENCE.c.at > at)
        with self._database.read() as tx:
            rows = tx.execute(query.order_by(PRESENCE.c.case_number, PRESENCE.c.agent)).mappings()
            return tuple(
                Present(row["case_number"], row["agent"], row["name"], row["doing"], row["at"])
                for row in rows
            )

    def put(self, present: Present, stale: datetime) -> None:
        """Also removes what is older than `stale`."""
        its = (PRESENCE.c.agent == present.agent, PRESENCE.c.case_number == present.case)

        def work(tx: Connection) -> None:
            tx.execute(sa.delete(PRESENCE).where(PRESENCE.c.at <= stale))
            said = {"name": present.name, "doing": present.doing, "at": present.at}
            if not tx.execute(sa.update(PRESENCE).where(*its).values(said)).rowcount:
                key = {"agent": present.agent, "case_number": present.case}
                tx.execute(sa.insert(PRESENCE).values({**key, **said}))

        self._database.write(work, wakes=(PRESENCE_TOPIC,))

    def leave(self, agent: str, case: int | None, stale: datetime) -> None:
        """From one case, or from all."""
        theirs = PRESENCE.c.agent == agent
        gone = theirs if case is None else sa.and_(theirs, PRESENCE.c.case_number == case)

        def work(tx: Connection) -> None:
            tx.execute(sa.delete(PRESENCE).where(sa.or_(gone, PRESENCE.c.at <= stale)))

        self._database.write(work, wakes=(PRESENCE_TOPIC,))
