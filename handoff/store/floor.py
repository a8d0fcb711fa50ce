"""The floor in SQL: read at one moment, decided on, and what was decided written, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.case import Case, CaseEvent, CaseStatus
from handoff.floor.floor import Floor, Moves, Watch
from handoff.store.reading import cases
from handoff.store.rows import topic
from handoff.store.seat_tables import WATCHES
from handoff.store.seats import given, leave, members
from handoff.store.tables import AUDIT, CASES, DESK_LOG
from handoff.store.writing import write

_ORDER = (CASES.c.due_by, CASES.c.rank, CASES.c.opened_at, CASES.c.number)
_LOST_BY = (CaseEvent.RELEASED, CaseEvent.REASSIGNED, CaseEvent.HANDED_OVER, CaseEvent.ESCALATED)
_IN_QUEUE = (CASES.c.status == CaseStatus.OPEN, CASES.c.agent.is_(None))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a place in the desk's log stands for: every change of a case is written there."""

    end: int
    floor: Floor


class FloorStore:
    """Reads of the floor, and rounds over it; `capacity` as for the members."""

    def __init__(self, database: Database, capacity: int) -> None:
        self._database, self._capacity = database, capacity
        self._seen: _Seen | None = None

    def floor(self) -> Floor:
        """The desk as it is."""
        with self._database.read() as tx:
            return self._read(tx)

    def round(self, decide: Callable[[Floor], Moves]) -> Moves:
        """Do what `decide` says of the desk as it is when it is written; what was done.

        It is asked twice, first without holding writers up: mostly there is nothing to do.
        """
        if not decide(self.floor()):
            return Moves()

        def work(tx: Connection) -> Moves:
            wanted = decide(_floor(tx, self._capacity))
            for move in wanted.moves:
                write(tx, move.before, move.change)
                if move.watch is not None:
                    _watch(tx, move.before.number, move.watch)
                if move.given is not None:
                    given(tx, move.given, move.change.at)
            for member in wanted.left:
                leave(tx, member)
            return wanted

        done = self._database.write(work, wakes=("desk", "dispatches", "seats"))
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

    def _read(self, tx: Connection) -> Floor:
        """The cases are read anew only where the log has grown."""
        end = tx.execute(sa.select(sa.func.max(DESK_LOG.c.seq))).scalar() or 0
        seen = self._seen
        if seen is not None and seen.end == end:
            last = seen.floor
            return Floor(last.cases, members(tx, self._capacity), last.watches, last.tried, last.last_agents)
        floor = _floor(tx, self._capacity)
        self._seen = _Seen(end, floor)
        return floor


def _floor(tx: Connection, capacity: int) -> Floor:
    return Floor(
        cases=tuple(cases(tx, CASES.c.status != CaseStatus.RESOLVED, order=_ORDER)),
        members=members(tx, capacity),
        watches=_watches(tx),
        tried=_tried(tx),
        last_agents=_last_agents(tx),
    )


def _watches(tx: Connection) -> dict[int, Watch]:
    rows = tx.execute(
        sa.select(WATCHES)
        .join(CASES, CASES.c.number == WATCHES.c.case_number)
        .where(CASES.c.status != CaseStatus.RESOLVED)
    ).mappings()
    return {
        row["case_number"]: Watch(
            told=tuple(row["told"]),
            raised=tuple(row["raised"]),
            teams=tuple(row["teams"]),
            late=row["late"],
            promised_by=row["promised_by"],
        )
        for row in rows
    }


def _tried(tx: Connection) -> dict[int, dict[str, tuple[datetime, ...]]]:
    """Who has lost a case that is in the queue, by the audit."""
    tried: dict[int, dict[str, tuple[datetime, ...]]] = defaultdict(dict)
    rows = tx.execute(
        sa.select(AUDIT.c.case_number, AUDIT.c.before, AUDIT.c.at)
        .join(CASES, CASES.c.number == AUDIT.c.case_number)
        .where(*_IN_QUEUE, AUDIT.c.verb.in_(_LOST_BY))
        .order_by(AUDIT.c.id)
    )
    for number, before, at in rows:
        agent = (before or {}).get("agent")
        if agent:
            tried[number][agent] = (*tried[number].get(agent, ()), at)
    return dict(tried)


def _last_agents(tx: Connection) -> dict[int, str]:
    """Who helped the customer of a case in the queue last."""
    earlier = CASES.alias()
    rows = tx.execute(
        sa.select(CASES.c.number, earlier.c.agent)
        .join(
            earlier,
            sa.and_(earlier.c.customer_id == CASES.c.customer_id, earlier.c.number < CASES.c.number),
        )
        .where(*_IN_QUEUE, earlier.c.agent.is_not(None))
        .order_by(earlier.c.number)
    )
    return {number: agent for number, agent in rows}


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
