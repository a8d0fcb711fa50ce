"""What the end of the desk's log stands for, read once for all who ask: the floor, and the cases on it.

Every change of a case is written to the log in the transaction that makes it, so a place in the log is a
state of the cases, whichever process wrote them; what is remembered holds as long as nothing comes after it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.case import Case, CaseEvent, CaseStatus
from handoff.floor.board import Board
from handoff.floor.floor import Floor, Watch
from handoff.store.bridges import outside
from handoff.store.following import promised
from handoff.store.reading import Wanted, cases
from handoff.store.seat_tables import WATCHES
from handoff.store.tables import AUDIT, CASES, DESK_LOG, FOLLOW_UPS, SUMMARIES
from handoff.verbs.change import FollowUp

T = TypeVar("T")

_ORDER = (CASES.c.due_by, CASES.c.rank, CASES.c.opened_at, CASES.c.number)
_ALIVE = CASES.c.status != CaseStatus.RESOLVED
_LOST_BY = (CaseEvent.RELEASED, CaseEvent.REASSIGNED, CaseEvent.HANDED_OVER, CaseEvent.ESCALATED)
_EARLIER = CASES.alias()
_PROMISED = sa.select(FOLLOW_UPS.c.case_number).where(FOLLOW_UPS.c.done_at.is_(None))
_IN_QUEUE = (CASES.c.status == CaseStatus.OPEN, CASES.c.agent.is_(None))
_CATCH_UP = 500  # places of the log; beyond that, all is read anew
_END = sa.select(sa.func.max(DESK_LOG.c.seq))
_SINCE = (
    sa.select(DESK_LOG.c.seq, DESK_LOG.c.case_number)
    .where(DESK_LOG.c.seq > sa.bindparam("after", type_=sa.Integer))
    .order_by(DESK_LOG.c.seq)
    .limit(_CATCH_UP + 1)
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The cases as a place in the log has them; who sits there is no part of it, and the floor has nobody."""

    end: int
    board: Board
    floor: Floor


class Memory:
    """Of one database. What it gives is as new as the asking transaction at least."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: Seen | None = None

    def seen(self, tx: Connection) -> Seen:
        """Of the cases, only those are read that the log tells of; whoever comes first reads for the others.

        For transactions that only read: what another may still undo must not be remembered.
        """
        known = self._seen
        told = _told(tx, known.end) if known is not None else ()
        if known is not None and not told:
            return known
        with self._lock:
            newest = self._seen
            if newest is not known and newest is not None:
                known, told = newest, _told(tx, newest.end)
            self._seen = _whole(tx) if known is None else _caught_up(tx, known, told)
            return self._seen

    def within(self, tx: Connection) -> Seen:
        """What the transaction itself sees, with its own changes; nothing of it is remembered."""
        known = self._seen
        return _whole(tx) if known is None else _caught_up(tx, known, _told(tx, known.end))


def _told(tx: Connection, after: int) -> Sequence[tuple[int, int]]:
    """What the log tells of after a place: the place of each, and its case."""
    return [(seq, number) for seq, number in tx.execute(_SINCE, {"after": after})]


def _caught_up(tx: Connection, known: Seen, told: Sequence[tuple[int, int]]) -> Seen:
    if not told:
        return known
    if len(told) > _CATCH_UP:
        return _whole(tx)
    changed = {number for _, number in told}
    floor = _renewed(tx, known.floor, changed)
    told_at = _without(known.board.told_at, changed) | _told_at(tx, CASES.c.number.in_(changed))
    return Seen(told[-1][0], Board(floor.cases, told_at), floor)


def _whole(tx: Connection) -> Seen:
    end = tx.execute(_END).scalar() or 0
    alive = tuple(cases(tx, _ALIVE, order=_ORDER))
    floor = Floor(
        cases=alive,
        members=(),
        watches=_watches(tx),
        tried=_tried(tx),
        last_agents=_last_agents(tx),
        promises=_promises(tx, alive),
        outside=outside(tx),
    )
    return Seen(end, Board(alive, _told_at(tx)), floor)


def _renewed(tx: Connection, floor: Floor, changed: set[int]) -> Floor:
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
        members=(),
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


def _told_at(tx: Connection, *of: Wanted) -> dict[int, datetime]:
    """When the summary of each case that is not resolved was written last."""
    rows = tx.execute(
        sa.select(SUMMARIES.c.case_number, SUMMARIES.c.at)
        .join(CASES, CASES.c.number == SUMMARIES.c.case_number)
        .where(_ALIVE, *of)
    )
    return {number: at for number, at in rows}
