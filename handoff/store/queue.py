"""The queue in SQL: a view's cases from a place on, and how many are in those that are an agent's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.case import Case, CaseStatus
from handoff.store.aids_tables import MENTIONS
from handoff.store.reading import Wanted, cases
from handoff.store.tables import CASE_LABELS, CASES, FOLLOW_UPS
from handoff.verbs.queue import COUNTED, UNFILTERED, Filters, Mark, View

_ORDER = (CASES.c.due_by, CASES.c.rank, CASES.c.opened_at, CASES.c.number)
_ENDED = (CASES.c.resolved_at, CASES.c.number)

_OPEN = CASES.c.status == CaseStatus.OPEN
# What is not resolved, said so that the index on it is used.
_ALIVE = CASES.c.status.in_([CaseStatus.OPEN, CaseStatus.SNOOZED])
_RESOLVED = CASES.c.status == CaseStatus.RESOLVED


def page(
    tx: Connection,
    view: View,
    filters: Filters,
    *,
    agent: str,
    now: datetime,
    after: Mark | None = None,
    limit: int | None = None,
) -> list[Case]:
    """A view's cases by deadline, priority and age; those resolved by their end, the last first."""
    wanted = [_in(view, agent, now), *_narrowed(filters)]
    if view == "resolved":
        order = tuple(column.desc() for column in _ENDED)
        if after is not None:
            wanted.append(sa.tuple_(*_ENDED) < sa.tuple_(*_bound(_ENDED, after.at, after.number)))
        return cases(tx, *wanted, order=order, limit=limit)
    if after is not None:
        place = _bound(_ORDER, after.at, after.rank, after.opened_at, after.number)
        wanted.append(sa.tuple_(*_ORDER) > sa.tuple_(*place))
    return cases(tx, *wanted, order=_ORDER, limit=limit)


def among(
    tx: Connection, view: View, filters: Filters, numbers: Collection[int], *, agent: str, now: datetime
) -> tuple[list[Case], frozenset[int]]:
    """These cases as they are now, and which of them belong to a view."""
    these = CASES.c.number.in_(numbers)
    found = cases(tx, these)
    within = sa.select(CASES.c.number).where(these, _in(view, agent, now), *_narrowed(filters))
    return found, frozenset(tx.execute(within).scalars())


def own_counts(tx: Connection, filters: Filters, *, agent: str) -> dict[View, int]:
    """How many cases those views hold that no case tells of itself."""
    counted = _OWN_COUNTS if filters == UNFILTERED else _own_counts(filters)
    found = tx.execute(counted, {"agent": agent}).one()
    return {"mentions": found[0], "follow_ups": found[1], "resolved": found[2]}


def _in(view: View, agent: str, now: datetime) -> Wanted:
    """Whether a case belongs to a view of an agent."""
    if view == "mine":
        return sa.and_(_OPEN, CASES.c.agent == agent)
    if view == "unassigned":
        return sa.and_(_OPEN, CASES.c.agent.is_(None))
    if view == "snoozed":
        return CASES.c.status == CaseStatus.SNOOZED
    if view == "breaching":
        return sa.and_(_OPEN, sa.or_(CASES.c.due_warned, CASES.c.due_by <= now))
    if view == "resolved":
        return _RESOLVED
    if view == "follow_ups":
        return _promised(agent)
    if view == "mentions":
        return _named(agent)
    return _OPEN


def _named(agent: str | sa.BindParameter[str]) -> Wanted:
    """Where an agent was named: what is alive, and the rest until that is read."""
    named = sa.select(MENTIONS.c.case_number).where(MENTIONS.c.email == agent)
    unseen = named.where(MENTIONS.c.seen_at.is_(None))
    return sa.and_(CASES.c.number.in_(named), sa.or_(_ALIVE, CASES.c.number.in_(unseen)))


def _promised(agent: str | sa.BindParameter[str]) -> Wanted:
    own = sa.select(FOLLOW_UPS.c.case_number).where(
        FOLLOW_UPS.c.done_at.is_(None), FOLLOW_UPS.c.agent == agent
    )
    return CASES.c.number.in_(own)


def _own_counts(filters: Filters) -> sa.Select[int, int, int]:
    """Of the agent that `agent` will be; and what is resolved, which only grows, up to so many."""
    agent = sa.bindparam("agent", type_=sa.String)
    counted = sa.select(sa.func.count()).select_from(CASES).where(*_narrowed(filters))
    ended = sa.select(CASES.c.number).where(_RESOLVED, *_narrowed(filters)).limit(COUNTED).subquery()
    return sa.select(
        counted.where(_named(agent)).scalar_subquery(),
        counted.where(_promised(agent)).scalar_subquery(),
        sa.select(sa.func.count()).select_from(ended).scalar_subquery(),
    )


def _narrowed(filters: Filters) -> list[Wanted]:
    wanted: list[Wanted] = []
    for column, given in (
        (CASES.c.team, filters.team),
        (CASES.c.language, filters.language),
        (CASES.c.channel, filters.channel),
        (CASES.c.priority, filters.priority),
    ):
        if given is not None:
            wanted.append(column == given)
    if filters.label is not None:
        labelled = sa.select(CASE_LABELS.c.case_number).where(CASE_LABELS.c.label == filters.label)
        wanted.append(CASES.c.number.in_(labelled))
    return wanted


def _bound(columns: tuple[sa.Column[object], ...], *values: object) -> list[sa.BindParameter[object]]:
    return [
        sa.bindparam(None, value, type_=column.type) for column, value in zip(columns, values, strict=True)
    ]


_OWN_COUNTS = _own_counts(UNFILTERED)
