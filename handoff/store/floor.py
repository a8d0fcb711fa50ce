"""The floor in SQL: read at one moment, decided on, and what was decided written, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.case import Case, CaseStatus
from handoff.floor.board import Board
from handoff.floor.floor import Floor, Moves, Watch
from handoff.store.bridge_tables import TOPIC
from handoff.store.memory import Memory, Seen
from handoff.store.reading import cases
from handoff.store.rows import topic
from handoff.store.seat_tables import WATCHES
from handoff.store.seats import given, leave, members
from handoff.store.tables import CASES
from handoff.store.writing import write


class FloorStore:
    """Reads of the floor, and rounds over it; `capacity` as for the members."""

    def __init__(self, database: Database, memory: Memory, capacity: int) -> None:
        self._database, self._memory, self._capacity = database, memory, capacity
        self._seated = Seen(-1, Board(), Floor((), ()))

    def seen(self) -> Seen:
        """The desk as it is, and who sits there."""
        with self._database.read() as tx:
            seen, sitting = self._memory.seen(tx), members(tx, self._capacity)
        seated = self._seated
        if seated.board is not seen.board or seated.floor.members != sitting:
            # What has been made of the floor's cases is made once for as long as nobody comes or goes.
            seated = self._seated = replace(seen, floor=replace(seen.floor, members=sitting))
        return seated

    def floor(self) -> Floor:
        """The desk as it is."""
        return self.seen().floor

    def round(self, decide: Callable[[Floor], Moves]) -> Moves:
        """Do what `decide` says of the desk as it is when it is written; what was done.

        It is asked twice, first without holding writers up: mostly there is nothing to do.
        """
        if not decide(self.floor()):
            return Moves()

        def work(tx: Connection) -> Moves:
            floor = replace(self._memory.within(tx).floor, members=members(tx, self._capacity))
            wanted = decide(floor)
            for move in wanted.moves:
                write(tx, move.before, move.change)
                if move.watch is not None:
                    _watch(tx, move.before.number, move.watch)
                if move.given is not None:
                    given(tx, move.given, move.change.at)
            for member in wanted.left:
                leave(tx, member)
            return wanted

        done = self._database.write(work, wakes=("desk", "dispatches", "seats", TOPIC))
        self._database.doorbell.ring(*(topic(move.before.number) for move in done.moves))
        return done

    def held_for(self, limit: int) -> Mapping[str, tuple[timedelta, ...]]:
        """By team, for how long agents held its last cases until they were closed, the latest first."""
        held: dict[str, list[timedelta]] = defaultdict(list)
        closed = (
            sa.select(CASES.c.team, CASES.c.held_since, CASES.c.claimed_at, CASES.c.resolved_at)
            .where(CASES.c.status == CaseStatus.RESOLVED, CASES.c.claimed_at.is_not(None))
            .order_by(CASES.c.resolved_at.desc())
            .limit(limit)
        )
        with self._database.read() as tx:
            for team, since, claimed, resolved in tx.execute(closed):
                held[team].append(resolved - (since or claimed))
        return {team: tuple(times) for team, times in held.items()}

    def opened_since(self, since: datetime) -> tuple[Case, ...]:
        """The cases that were opened after a moment."""
        with self._database.read() as tx:
            return tuple(cases(tx, CASES.c.opened_at >= since))


def _watch(tx: Connection, number: int, watch: Watch) -> None:
    values = {
        "told": list(watch.told),
        "raised": list(watch.raised),
        "teams": list(watch.teams),
        "late": watch.late,
        "promised_by": watch.promised_by,
    }
    known = tx.execute(sa.select(WATCHES.c.case_number).where(WATCHES.c.case_number == number)).first()
    if known is None:
        tx.execute(sa.insert(WATCHES).values(case_number=number, **values))
    else:
        tx.execute(sa.update(WATCHES).where(WATCHES.c.case_number == number).values(values))
