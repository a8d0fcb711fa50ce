"""What the helpdesks outside are still to be told, in SQL: taken under a lease, in order within a case."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.bridges import CaseRef
from handoff.bridges.breaker import Peer
from handoff.bridges.owing import Mirrored, Op
from handoff.case import Case, CaseStatus
from handoff.store import peers
from handoff.store.bridge_tables import ARRIVED, BRIDGE_ATTEMPTS, BRIDGE_CASES, BRIDGE_DISPATCHES, TOPIC
from handoff.store.bridges import know, mirrored_case
from handoff.store.reading import case_by
from handoff.store.rows import topic
from handoff.store.tables import CASES
from handoff.store.writing import write
from handoff.values import JsonObject
from handoff.verbs.change import Change

_OWED = BRIDGE_DISPATCHES.c
_ACTIVE = ("new", "sending", "unsure")

GiveUp = Callable[[Case, Mirrored, datetime], Change]
"""From a case that a thing of was given up to what becomes of it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a helpdesk is to be told, leased.

    look: it may have been told already, so look before telling it. attempts: how often it was tried before;
    strikes: how often of those the helpdesk was well.
    """

    id: int
    case: int
    handoff_id: str
    op: Op
    key: str
    seq: int | None
    payload: JsonObject
    attempts: int
    strikes: int
    look: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one try went: `done`, `found` to be done already, `away`, `unsure` or `refused`."""

    at: datetime
    seconds: float
    outcome: str
    says: str = ""


class PeerQueue:
    """Reads and writes of what one helpdesk is owed. Every method is one transaction."""

    def __init__(self, database: Database, bridge: str) -> None:
        self._database, self.bridge = database, bridge

    def due(self, now: datetime) -> bool:
        """Whether anything may be told now."""
        with self._database.read() as tx:
            row = tx.execute(peers.of(self.bridge)).mappings().first()
            admitted = "all" if row is None else peers.peer_of(row).admits(now)
            return admitted != "none" and bool(_heads(tx, self.bridge, now, 1))

    def lease(self, limit: int, now: datetime, until: datetime) -> tuple[Item, ...]:
        """The first thing owed of each case that is due, of so many cases; nobody else's before `until`.

        What an expired lease has left may have been told. While the helpdesk is down, one is given in a
        while: that which was tried longest ago.
        """

        def work(tx: Connection) -> tuple[Item, ...]:
            heads = _heads(tx, self.bridge, now, limit)
            if not heads:
                return ()
            admitted = peers.admit(tx, self.bridge, now)
            taken = heads[: {"all": limit, "one": 1}.get(admitted, 0)]
            tx.execute(
                sa.update(BRIDGE_DISPATCHES)
                .where(_OWED.id.in_([row["id"] for row in taken]))
                .values(state="sending", not_before=until)
            )
            return tuple(map(_item, taken))

        return self._database.write(work)

    def renew(self, items: Collection[int], until: datetime) -> None:
        """Keep what is being told for longer."""
        mine = (_OWED.id.in_(items), _OWED.state == "sending")
        self._database.write(
            lambda tx: tx.execute(sa.update(BRIDGE_DISPATCHES).where(*mine).values(not_before=until)).rowcount
        )

    def done(
        self,
        item: Item,
        attempt: Attempt,
        now: datetime,
        *,
        remote_id: str | None = None,
        ref: CaseRef | None = None,
    ) -> None:
        """Told; what the helpdesk calls it, or the case from now on. A second time does nothing."""

        def work(tx: Connection) -> tuple[str, ...]:
            done = (_OWED.id == item.id, _OWED.state != "done")
            values = {"state": "done", "done_at": now, "why": None, "remote_id": remote_id}
            tx.execute(sa.update(BRIDGE_DISPATCHES).where(*done).values(**values, attempts=item.attempts + 1))
            _tried(tx, item, attempt)
            if ref is not None:
                know(tx, item.case, ref, now)
            peers.worked(tx, self.bridge, now)
            return (TOPIC, ARRIVED, "desk", topic(item.case)) if item.op == "open" else (TOPIC,)

        self._database.write(work, wakes=lambda topics: topics)

    def again(
        self,
        item: Item,
        attempt: Attempt,
        now: datetime,
        not_before: datetime,
        *,
        unsure: bool,
        strikes: int,
        retry_after: timedelta | None = None,
    ) -> Peer:
        """Not told, or nobody knows; to be tried again at a moment. How the helpdesk is by now."""

        def work(tx: Connection) -> Peer:
            mine = (_OWED.id == item.id, _OWED.state == "sending")
            tx.execute(
                sa.update(BRIDGE_DISPATCHES)
                .where(*mine)
                .values(
                    state="unsure" if unsure else "new",
                    attempts=item.attempts + 1,
                    strikes=strikes,
                    not_before=not_before,
                    why=attempt.says,
                )
            )
            _tried(tx, item, attempt)
            return peers.failed(tx, self.bridge, attempt.says, now, retry_after)

        return self._database.write(work)

    def park(self, item: Item, attempt: Attempt, now: datetime, give_up: GiveUp) -> None:
        """Given up: the thread says so, and the case becomes what `give_up` makes of it."""

        def work(tx: Connection) -> tuple[str, ...]:
            mine = (_OWED.id == item.id, _OWED.state == "sending")
            parked = {"state": "parked", "attempts": item.attempts + 1, "why": attempt.says}
            if tx.execute(sa.update(BRIDGE_DISPATCHES).where(*mine).values(parked)).rowcount != 1:
                return ()
            _tried(tx, item, attempt)
            # It has answered, whatever it answered.
            peers.worked(tx, self.bridge, now)
            case, mirrored = case_by(tx, item.case), mirrored_case(tx, item.case)
            if mirrored is not None and not case.forgotten:
                write(tx, case, give_up(case, mirrored, now))
            return (TOPIC, "desk", "dispatches", topic(item.case))

        self._database.write(work, wakes=lambda topics: topics)

    def overdue(self, since: datetime) -> tuple[int, ...]:
        """The cases, not resolved, that the helpdesk should have had before a moment and has not opened."""
        return self._theirs(since, BRIDGE_CASES.c.state == "opening")

    def waiting(self, since: datetime) -> tuple[int, ...]:
        """Those that it has had since before a moment, and whose customers wait for an answer."""
        return self._theirs(since, CASES.c.waiting_since.is_not(None))

    def _theirs(self, since: datetime, *wanted: sa.ColumnElement[bool]) -> tuple[int, ...]:
        query = (
            sa.select(BRIDGE_CASES.c.case_number)
            .join(CASES, CASES.c.number == BRIDGE_CASES.c.case_number)
            .where(
                BRIDGE_CASES.c.bridge == self.bridge,
                BRIDGE_CASES.c.controller == "peer",
                BRIDGE_CASES.c.since <= since,
                CASES.c.status != CaseStatus.RESOLVED,
                *wanted,
            )
            .order_by(BRIDGE_CASES.c.case_number)
        )
        with self._database.read() as tx:
            return tuple(tx.execute(query).scalars())


def _heads(tx: Connection, bridge: str, now: datetime, limit: int) -> Sequence[RowMapping]:
    """What is to be told next of each case, if it is due; nothing but the opening of one not open there."""
    first = (
        sa.select(sa.func.min(_OWED.id))
        .where(_OWED.bridge == bridge, _OWED.state.in_(_ACTIVE))
        .group_by(_OWED.case_number)
    )
    opened = sa.select(BRIDGE_CASES.c.case_number).where(
        BRIDGE_CASES.c.bridge == bridge, BRIDGE_CASES.c.case_key.is_not(None)
    )
    due = (
        sa.select(BRIDGE_DISPATCHES)
        .where(
            _OWED.id.in_(first),
            _OWED.not_before <= now,
            sa.or_(_OWED.op == "open", _OWED.case_number.in_(opened)),
        )
        .order_by(_OWED.not_before, _OWED.id)
        .limit(limit)
    )
    return list(tx.execute(due).mappings())


def _item(row: RowMapping) -> Item:
    return Item(
        id=row["id"],
        case=row["case_number"],
        handoff_id=row["handoff_id"],
        op=row["op"],
        key=row["key"],
        seq=row["seq"],
        payload=row["payload"],
        attempts=row["attempts"],
        strikes=row["strikes"],
        look=row["state"] != "new",
        at=row["at"],
    )


def _tried(tx: Connection, item: Item, attempt: Attempt) -> None:
    tx.execute(
        sa.insert(BRIDGE_ATTEMPTS).values(
            dispatch=item.id,
            at=attempt.at,
            seconds=attempt.seconds,
            outcome=attempt.outcome,
            says=attempt.says,
        )
    )
