"""The dispatches in SQL: taken under a lease, in order within a case, kept until done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.entry import Dispatch
from handoff.errors import NoDispatchError
from handoff.store import audit
from handoff.store.bridge_tables import TOPIC
from handoff.store.bridges import owe_entry
from handoff.store.rows import dispatch_of, topic
from handoff.store.tables import CASES, DESK_LOG, DISPATCHES, ENTRIES


class DispatchStore:
    """Reads and writes of dispatches. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self, limit: int, now: datetime, until: datetime) -> tuple[Dispatch, ...]:
        """The dispatches due now, oldest first, nobody else's before `until`.

        A case whose oldest dispatch is leased or waits for its next try is left out whole: what an agent
        said second never arrives first.
        """
        with self._database.read() as tx:
            if not _leasable(tx, limit, now):  # an idle worker must not take the write lock
                return ()

        def work(tx: Connection) -> tuple[Dispatch, ...]:
            due = _leasable(tx, limit, now)
            tx.execute(
                sa.update(DISPATCHES)
                .where(DISPATCHES.c.id.in_([row["id"] for row in due]))
                .values(not_before=until)
            )
            return tuple(dispatch_of(row) for row in due)

        return self._database.write(work)

    def done(self, dispatch: int, number: int | None, now: datetime) -> None:
        """Delivered; a reply's entry gets its number in the conversation. A second time does nothing."""

        def work(tx: Connection) -> int:
            row = _row(tx, dispatch)
            if row["state"] == "done":
                return int(row["case_number"])
            tx.execute(
                sa.update(DISPATCHES)
                .where(DISPATCHES.c.id == dispatch)
                .values(state="done", done_at=now, why=None)
            )
            if row["seq"] is not None and number is not None:
                tx.execute(
                    sa.update(ENTRIES)
                    .where(ENTRIES.c.case_number == row["case_number"], ENTRIES.c.seq == row["seq"])
                    .values(number=number)
                )
            return _log(tx, row["case_number"], "delivered", now)

        self._database.doorbell.ring(topic(self._database.write(work, wakes=("desk",))))

    def failed(self, dispatch: int, why: str, retry_at: Callable[[int], datetime]) -> None:
        """Not delivered; to be tried again at the moment that the number of earlier failures gives."""

        def work(tx: Connection) -> None:
            row = _row(tx, dispatch)
            tx.execute(
                sa.update(DISPATCHES)
                .where(DISPATCHES.c.id == dispatch, DISPATCHES.c.state == "new")
                .values(attempts=row["attempts"] + 1, not_before=retry_at(row["attempts"]), why=why)
            )

        self._database.write(work)

    def park(self, dispatch: int, why: str, now: datetime) -> None:
        """Given up: the thread says so, and later dispatches of the case go ahead."""

        def work(tx: Connection) -> int:
            row = _row(tx, dispatch)
            if row["state"] != "new":
                return int(row["case_number"])
            tx.execute(
                sa.update(DISPATCHES)
                .where(DISPATCHES.c.id == dispatch)
                .values(state="parked", attempts=row["attempts"] + 1, why=why)
            )
            # Of a merged case, its people work in the one it was merged into.
            number = tx.execute(
                sa.select(sa.func.coalesce(CASES.c.merged_into, CASES.c.number)).where(
                    CASES.c.number == row["case_number"]
                )
            ).scalar_one()
            taken = tx.execute(
                sa.update(CASES)
                .where(CASES.c.number == number)
                .values(last_seq=CASES.c.last_seq + 1, version=CASES.c.version + 1)
                .returning(CASES.c.last_seq)
            ).scalar_one()
            tx.execute(
                sa.insert(ENTRIES).values(
                    case_number=number,
                    seq=taken,
                    kind="event",
                    author="system",
                    text=f"Not delivered to the customer: {why}",
                    at=now,
                )
            )
            # Whoever has answered must hear of it, wherever they work.
            owe_entry(tx, number, taken, now)
            audit.record(tx, "parked", "system", now, case=number, after={"why": why})
            return _log(tx, number, "parked", now)

        self._database.doorbell.ring(topic(self._database.write(work, wakes=("desk", "dispatches", TOPIC))))


def _leasable(tx: Connection, limit: int, now: datetime) -> list[RowMapping]:
    waiting = tx.execute(
        sa.select(DISPATCHES).where(DISPATCHES.c.state == "new").order_by(DISPATCHES.c.id)
    ).mappings()
    held_up: set[int] = set()
    due: list[RowMapping] = []
    for row in waiting:
        if row["case_number"] in held_up:
            continue
        if row["not_before"] > now:
            held_up.add(row["case_number"])
            continue
        due.append(row)
        if len(due) == limit:
            break
    return due


def _row(tx: Connection, dispatch: int) -> RowMapping:
    row = tx.execute(sa.select(DISPATCHES).where(DISPATCHES.c.id == dispatch)).mappings().first()
    if row is None:
        raise NoDispatchError(dispatch)
    return row


def _log(tx: Connection, case: int, what: str, now: datetime) -> int:
    tx.execute(sa.insert(DESK_LOG).values(case_number=case, what=what, at=now))
    return case
