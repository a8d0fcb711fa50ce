"""The floor in SQL: read at one moment, decided on, and what was decided written, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.case import Case, CaseEvent, CaseStatus
from handoff.floor.floor import Floor, Member, Moves, Watch
from handoff.store.bridge_tables import TOPIC
from handoff.store.bridges import outside
from handoff.store.following import promised
from handoff.store.reading import Wanted, cases
from handoff.store.rows import topic
from handoff.store.seat_tables import WATCHES
from handoff.store.seats import given, leave, members
from handoff.store.tables import AUDIT, CASES, DESK_LOG, FOLLOW_UPS
from handoff.store.writing import write
from handoff.verbs.change import FollowUp

T = TypeVar("T")

_ORDER = (CASES.c.due_by, CASES.c.rank, CASES.c.opened_at, CASES.c.number)
_LOST_BY = (CaseEvent.RELEASED, CaseEvent.REASSIGNED, CaseEvent.HANDED_OVER, CaseEvent.ESCALATED)
_EARLIER = CASES.alias()
_PROMISED = sa.select(FOLLOW_UPS.c.case_number).where(FOLLOW_UPS.c.done_at.is_(None))
_CATCH_UP = 500  # places of the log; beyond that, all is read anew
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
            # What stands in this transaction may be undone with it, so it is not remembered.
            wanted = decide(self._at(tx).floor)
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

    def _read(self, tx: Connection) -> Floor:
        seen = self._seen = self._at(tx)
        return seen.floor

    def _at(self, tx: Connection) -> _Seen:
        """The floor as this transaction sees it: of the cases, only those are read that the log tells of."""
        end = tx.execute(sa.select(sa.func.max(DESK_LOG.c.seq))).scalar() or 0
        seen, sitting = self._seen, members(tx, self._capacity)
        if seen is None or not 0 <= end - seen.end <= _CATCH_UP:
            return _Seen(end, _floor(tx, sitting))
        if seen.end == end:
            return _Seen(end, replace(seen.floor, members=sitting))
        told = sa.select(DESK_LOG.c.case_number).where(DESK_LOG.c.seq > seen.end, DESK_LOG.c.seq <= end)
        return _Seen(end, _renewed(tx, seen.floor, sitting, set(tx.execute(told).scalars())))


def _floor(tx: Connection, sitting: tuple[Member, ...]) -> Floor:
    alive = tuple(cases(tx, CASES.c.status != CaseStatus.RESOLVED, order=_ORDER))
    return Floor(
        cases=alive,
        members=sitting,
        watches=_watches(tx),
        tried=_tried(tx),
        last_agents=_last_agents(tx),
        promises=_promises(tx, alive),
        outside=outside(tx),
    )


def _renewed(tx: Connection, floor: Floor, sitting: tuple[Member, ...], changed: set[int]) -> Floor:
    """The floor with these cases as they are now, and what follows from them for their customers' others."""
    fresh = cases(tx, CASES.c.number.in_(changed))
    alive = [case for case in fresh if case.status is not CaseStatus.RESOLVED]
    customers = {case.customer_id for case in fresh}
    kept = [case for case in floor.cases if case.number not in changed]
    theirs = changed | {case.number for case in kept if case.customer_id in customers}
    helped = _last_agents(tx, CASES.c.customer_id.in_(customers))
    queue = tuple(sorted([*kept, *alive], key=_place))
    return Floor(
        cases=queue,
        members=sitting,
        watches=_without(floor.watches, changed) | _watches(tx, CASES.c.number.in_(changed)),
        tried=_without(floor.tried, changed) | _tried(tx, CASES.c.number.in_(changed)),
        last_agents=_without(floor.last_agents, theirs) | helped,
        promises=_promises(tx, queue),
        outside=(floor.outside - changed) | outside(tx, CASES.c.number.in_(changed)),
    )


def _place(case: Case) -> tuple[datetime, int, datetime, int]:
    """As `_ORDER` has it."""
    return case.due_by, case.priority.rank, case.opened_at, case.number


def _without(known: Mapping[int, T], numbers: Collection[int]) -> dict[int, T]:
    return {number: value for number, value in known.items() if number not in numbers}


def _promises(tx: Connection, alive: Sequence[Case]) -> tuple[tuple[FollowUp, Case], ...]:
    """What was promised and is not done, each with its case."""
    promises = promised(tx, FOLLOW_UPS.c.done_at.is_(None))
    if not promises:
        return ()
    of = {case.number: case for case in alive}
    resolved = {promise.case for promise in promises} - of.keys()
    of |= {case.number: case for case in cases(tx, CASES.c.number.in_(resolved))}
    return tuple((promise, of[promise.case]) for promise in promises)


def _watches(tx: Connection, *of: Wanted) -> dict[int, Watch]:
    rows = tx.execute(
        sa.select(WATCHES)
        .join(CASES, CASES.c.number == WATCHES.c.case_number)
        .where(sa.or_(CASES.c.status != CaseStatus.RESOLVED, CASES.c.number.in_(_PROMISED)), *of)
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


def _tried(tx: Connection, *of: Wanted) -> dict[int, dict[str, tuple[datetime, ...]]]:
    """Who has lost a case that is in the queue, by the audit."""
    tried: dict[int, dict[str, tuple[datetime, ...]]] = defaultdict(dict)
    rows = tx.execute(
        sa.select(AUDIT.c.case_number, AUDIT.c.before, AUDIT.c.at)
        .join(CASES, CASES.c.number == AUDIT.c.case_number)
        .where(*_IN_QUEUE, AUDIT.c.verb.in_(_LOST_BY), *of)
        .order_by(AUDIT.c.id)
    )
    for number, before, at in rows:
        agent = (before or {}).get("agent")
        if agent:
            tried[number][agent] = (*tried[number].get(agent, ()), at)
    return dict(tried)


def _last_agents(tx: Connection, *of: Wanted) -> dict[int, str]:
    """Who helped the customer of a case in the queue last."""
    rows = tx.execute(
        sa.select(CASES.c.number, _EARLIER.c.agent)
        .join(
            _EARLIER,
            sa.and_(_EARLIER.c.customer_id == CASES.c.customer_id, _EARLIER.c.number < CASES.c.number),
        )
        .where(*_IN_QUEUE, _EARLIER.c.agent.is_not(None), *of)
        .order_by(_EARLIER.c.number)
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
