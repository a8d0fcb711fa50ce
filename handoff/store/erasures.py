"""Requests to erase cases at the helpdesks outside, in SQL: kept until the helpdesk has done it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database, UtcDateTime
from handoff.case import Case
from handoff.store.tables import META

TOPIC = "erasures"

ERASURES = sa.Table(
    "erasures",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("bridge", sa.String),
    sa.Column("case_number", sa.Integer),
    # What the helpdesk knows the case by; the case itself does not have it any more.
    sa.Column("handoff_id", sa.String),
    sa.Column("author", sa.String),
    sa.Column("state", sa.String),
    sa.Column("attempts", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """That a helpdesk must erase a case, which it knows by its handoff id."""

    bridge: str
    case: int
    handoff_id: str
    by: str
    at: datetime


def owe_erasure(tx: Connection, bridge: str, case: Case, *, by: str, at: datetime) -> None:
    """Have a helpdesk asked to erase a case, in the transaction that erases it here."""
    tx.execute(
        sa.insert(ERASURES).values(
            bridge=bridge,
            case_number=case.number,
            handoff_id=case.handoff_id,
            author=by,
            state="new",
            attempts=0,
            not_before=at,
            at=at,
        )
    )


class ErasureRequests:
    """Reads of the requests that are still owed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owed(self) -> tuple[ErasureRequest, ...]:
        """Those that no helpdesk has done yet, oldest first."""
        known = ERASURES.c
        query = (
            sa.select(known.bridge, known.case_number, known.handoff_id, known.author, known.at)
            .where(known.state != "done")
            .order_by(known.id)
        )
        with self._database.read() as tx:
            return tuple(ErasureRequest(*row) for row in tx.execute(query))
