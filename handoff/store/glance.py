"""What a desk reads each time something rings: the rows that changed, its counts, and the day's figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database, UtcDateTime
from handoff.case import Case
from handoff.store.memory import Memory
from handoff.store.queue import among, own_counts
from handoff.store.tables import CASES
from handoff.verbs.queue import Filters, View, holds

_SINCE = sa.bindparam("since", type_=UtcDateTime)
_DAY = sa.select(
    sa.select(sa.func.count()).where(CASES.c.opened_at >= _SINCE).scalar_subquery(),
    sa.select(sa.func.count()).where(CASES.c.resolved_at >= _SINCE).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Glance:
    """Cases as they are now, those of them that a view holds, and what its reader counts beside it.

    counts: of each view, of `resolved` up to COUNTED. day: how many cases were opened and how many were
    resolved since it began, None where nobody asked.
    """

    cases: tuple[Case, ...]
    within: frozenset[int]
    counts: Mapping[View, int]
    day: tuple[int, int] | None


class GlanceStore:
    """Reads of the queue at one moment; each is one transaction."""

    def __init__(self, database: Database, memory: Memory) -> None:
        self._database, self._memory = database, memory

    def glance(
        self,
        numbers: Collection[int],
        view: View,
        filters: Filters,
        *,
        agent: str,
        now: datetime,
        since: datetime | None = None,
    ) -> Glance:
        """Those of these cases that there are, and which of them belong to a view."""
        with self._database.read() as tx:
            board = self._memory.seen(tx).board
            cases = [case for number in set(numbers) if (case := board.case(number)) is not None]
            held = {case.number: holds(view, case, agent=agent, now=now) for case in cases}
            within = {case.number for case in cases if held[case.number] and filters.let_through(case)}
            # Of what is resolved, and of what only the agent's own rows tell, the tables are asked.
            asked = {number for number in numbers if held.get(number) is None}
            if asked:
                found, belong = among(tx, view, filters, asked, agent=agent, now=now)
                cases = [*(case for case in cases if case.number not in asked), *found]
                within |= belong
            counts = board.counts(filters, agent=agent, now=now) | own_counts(tx, filters, agent=agent)
            day = None if since is None else _day(tx, since)
        return Glance(tuple(cases), frozenset(within), counts, day)

    def counts(self, filters: Filters, *, agent: str, now: datetime) -> Mapping[View, int]:
        """How many cases each view holds for an agent; `resolved`, which only grows, up to COUNTED."""
        with self._database.read() as tx:
            board = self._memory.seen(tx).board
            return board.counts(filters, agent=agent, now=now) | own_counts(tx, filters, agent=agent)

    def day(self, since: datetime) -> tuple[int, int]:
        """How many cases were opened and how many resolved since a moment."""
        with self._database.read() as tx:
            return _day(tx, since)


def _day(tx: Connection, since: datetime) -> tuple[int, int]:
    opened, resolved = tx.execute(_DAY, {"since": since}).one()
    return opened, resolved
