"""What the helpdesks outside were told, are told and would not hear, in SQL: to be read, and replayed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.bridges.arrived import Missed
from handoff.bridges.errors import NotParkedError
from handoff.bridges.owing import Mirrored, Op, State
from handoff.case import CaseStatus
from handoff.store import audit
from handoff.store.bridge_tables import BRIDGE_ATTEMPTS, BRIDGE_CASES, BRIDGE_DISPATCHES, TOPIC
from handoff.store.bridges import mirrored_of
from handoff.store.inbox import missed
from handoff.store.peer_queue import Attempt
from handoff.store.tables import CASES
from handoff.values import JsonObject

_OWED = BRIDGE_DISPATCHES.c
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a helpdesk was told, or is to be: how it stands, and every try. why: how the last one
    failed. remote_id: what the helpdesk calls it."""

    id: int
    bridge: str
    case: int
    op: Op
    seq: int | None
    payload: JsonObject
    state: State
    attempts: int
    not_before: datetime
    remote_id: str | None
    why: str
    at: datetime
    done_at: datetime | None
    tries: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much a helpdesk is still to be told, since when, and how much it would not hear."""

    waiting: int
    since: datetime | None
    parked: int


class PeerLog:
    """Reads of what was told, and replays. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_case(self, number: int) -> tuple[Told, ...]:
        """Everything that is told of a case, in order, with every try."""
        with self._database.read() as tx:
            rows = _rows(tx, _OWED.case_number == number)
            tries = _tries(tx, [row["id"] for row in rows])
        return tuple(_told(row, tries.get(row["id"], ())) for row in rows)

    def parked(self) -> tuple[Told, ...]:
        """What the helpdesks would not hear, the latest first."""
        with self._database.read() as tx:
            rows = _rows(tx, _OWED.state == "parked", order=_OWED.id.desc(), limit=_SHOWN)
        return tuple(_told(row) for row in rows)

    def backlog(self, bridge: str) -> Backlog:
        """How much one helpdesk is owed."""
        waits = sa.and_(_OWED.bridge == bridge, _OWED.state.in_(("new", "sending", "unsure")))
        parked = sa.select(sa.func.count()).where(_OWED.bridge == bridge, _OWED.state == "parked")
        with self._database.read() as tx:
            waiting, since = tx.execute(sa.select(sa.func.count(), sa.func.min(_OWED.at)).where(waits)).one()
            return Backlog(waiting, since, tx.execute(parked).scalar_one())

    def taken(self, bridge: str) -> tuple[Mirrored, ...]:
        """The cases, not resolved, that the house has taken over from a helpdesk, oldest first."""
        query = (
            sa.select(BRIDGE_CASES)
            .join(CASES, CASES.c.number == BRIDGE_CASES.c.case_number)
            .where(
                BRIDGE_CASES.c.bridge == bridge,
                BRIDGE_CASES.c.controller == "desk",
                BRIDGE_CASES.c.why != "",
                CASES.c.status != CaseStatus.RESOLVED,
            )
            .order_by(BRIDGE_CASES.c.case_number)
            .limit(_SHOWN)
        )
        with self._database.read() as tx:
            return tuple(mirrored_of(row) for row in tx.execute(query).mappings())

    def missed(self, bridge: str) -> Missed | None:
        """What the webhooks of a helpdesk have not told us; None where they always have."""
        with self._database.read() as tx:
            return missed(tx, bridge)

    def replay(self, item: int, by: str, now: datetime) -> int:
        """Tell a parked thing after all; the number of its case. Raises NotParkedError."""

        def work(tx: Connection) -> int:
            rows = _rows(tx, _OWED.id == item, _OWED.state == "parked")
            if not rows:
                raise NotParkedError(item)
            _replay(tx, rows, by, now)
            return int(rows[0]["case_number"])

        return self._database.write(work, wakes=(TOPIC,))

    def replay_all(self, case: int | None, by: str, now: datetime) -> int:
        """Tell all that is parked after all, of a case or of every one (None); how much that is."""

        def work(tx: Connection) -> int:
            theirs = () if case is None else (_OWED.case_number == case,)
            rows = _rows(tx, _OWED.state == "parked", *theirs)
            _replay(tx, rows, by, now)
            return len(rows)

        return self._database.write(work, wakes=(TOPIC,))


def _replay(tx: Connection, rows: Sequence[RowMapping], by: str, now: datetime) -> None:
    """It is looked for first: of its last try nobody may know how it went."""
    again = {"state": "unsure", "attempts": 0, "strikes": 0, "not_before": now}
    for row in rows:
        tx.execute(sa.update(BRIDGE_DISPATCHES).where(_OWED.id == row["id"]).values(again))
        audit.record(tx, "replayed", by, now, case=row["case_number"], after={"dispatch": row["id"]})


def _rows(
    tx: Connection,
    *wanted: sa.ColumnElement[bool],
    order: sa.ColumnElement[object] | None = None,
    limit: int | None = None,
) -> Sequence[RowMapping]:
    query = sa.select(BRIDGE_DISPATCHES).where(*wanted).order_by(_OWED.id if order is None else order)
    return list(tx.execute(query.limit(limit)).mappings())


def _tries(tx: Connection, ids: Sequence[int]) -> dict[int, tuple[Attempt, ...]]:
    found: dict[int, list[Attempt]] = defaultdict(list)
    query = sa.select(BRIDGE_ATTEMPTS).where(BRIDGE_ATTEMPTS.c.dispatch.in_(ids))
    for row in tx.execute(query.order_by(BRIDGE_ATTEMPTS.c.id)).mappings():
        found[row["dispatch"]].append(Attempt(row["at"], row["seconds"], row["outcome"], row["says"]))
    return {dispatch: tuple(tries) for dispatch, tries in found.items()}


def _told(row: RowMapping, tries: tuple[Attempt, ...] = ()) -> Told:
    return Told(
        id=row["id"],
        bridge=row["bridge"],
        case=row["case_number"],
        op=row["op"],
        seq=row["seq"],
        payload=row["payload"],
        state=row["state"],
        attempts=row["attempts"],
        not_before=row["not_before"],
        remote_id=row["remote_id"],
        why=row["why"] or "",
        at=row["at"],
        done_at=row["done_at"],
        tries=tries,
    )
