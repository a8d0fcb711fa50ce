"""Requests to erase cases at the helpdesks outside, in SQL: kept until the helpdesk has done it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database, UtcDateTime
from handoff.case import Case
from handoff.store.bridge_tables import BRIDGE_CASES
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
    # new → done, or parked (a person has to do it there)
    sa.Column("state", sa.String),
    sa.Column("attempts", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """That a helpdesk must erase a case, which it knows by its handoff id.

    parked: it will not, for the reason in `why`, and a person has to do it there.
    """

    id: int
    bridge: str
    case: int
    handoff_id: str
    by: str
    at: datetime
    attempts: int = 0
    parked: bool = False
    why: str = ""


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
    """Reads and writes of the requests that are still owed. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owed(self) -> tuple[ErasureRequest, ...]:
        """Those that no helpdesk has done yet, oldest first."""
        query = sa.select(ERASURES).where(ERASURES.c.state != "done").order_by(ERASURES.c.id)
        with self._database.read() as tx:
            return tuple(_request(row) for row in tx.execute(query.limit(_SHOWN)).mappings())

    def due(self, bridge: str, now: datetime) -> ErasureRequest | None:
        """The one to be asked of a helpdesk next."""
        query = sa.select(ERASURES).where(
            ERASURES.c.bridge == bridge, ERASURES.c.state == "new", ERASURES.c.not_before <= now
        )
        with self._database.read() as tx:
            row = tx.execute(query.order_by(ERASURES.c.not_before, ERASURES.c.id).limit(1)).mappings().first()
        return None if row is None else _request(row)

    def name(self, conversation_id: str) -> bool:
        """Whether a helpdesk is, or may have to be, asked by a name that has a conversation's id in it."""
        begins = f"{conversation_id}-"
        with self._database.read() as tx:
            return any(
                tx.execute(
                    sa.select(column).where(column.startswith(begins, autoescape=True)).limit(1)
                ).first()
                for column in (ERASURES.c.handoff_id, BRIDGE_CASES.c.handoff_id)
            )

    def done(self, request: ErasureRequest, now: datetime) -> None:
        """The helpdesk has nothing of it any more, and we have no name of it either."""

        def work(tx: Connection) -> None:
            nameless = {"handoff_id": f"erased-{request.id}", "state": "done", "done_at": now, "why": None}
            tx.execute(sa.update(ERASURES).where(ERASURES.c.id == request.id).values(nameless))

        self._database.write(work)

    def again(self, request: ErasureRequest, why: str, not_before: datetime) -> None:
        """It could not be asked; to be tried again at a moment."""
        tried = {"why": why, "not_before": not_before, "attempts": request.attempts + 1}
        self._set(request, tried)

    def park(self, request: ErasureRequest, why: str) -> None:
        """It will not; `why` is what a person has to do there."""
        self._set(request, {"why": why, "state": "parked", "attempts": request.attempts + 1})

    def _set(self, request: ErasureRequest, values: dict[str, object]) -> None:
        this = (ERASURES.c.id == request.id, ERASURES.c.state != "done")
        self._database.write(lambda tx: tx.execute(sa.update(ERASURES).where(*this).values(values)).rowcount)


def _request(row: sa.RowMapping) -> ErasureRequest:
    return ErasureRequest(
        id=row["id"],
        bridge=row["bridge"],
        case=row["case_number"],
        handoff_id=row["handoff_id"],
        by=row["author"],
        at=row["at"],
        attempts=row["attempts"],
        parked=row["state"] == "parked",
        why=row["why"] or "",
    )
