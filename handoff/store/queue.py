"""The queue in SQL: a view's cases from a place on, and how many each view holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.case import Case, CaseStatus
from handoff.store.aids_tables import MENTIONS
from handoff.store.reading import Wanted, cases
from handoff.store.tables import CASE_LABELS, CASES, FOLLOW_UPS
from handoff.verbs.queue import VIEWS, Filters, Mark, View

_ORDER = (CASES.c.due_by, CASES.c.rank, CASES.c.opened_at, CASES.c.number)
_ENDED = (CASES.c.resolved_at, CASES.c.number)

_OPEN = CASES.c.status == CaseStatus.OPEN
# What is not resolved, said so that the index on it is used.
_ALIVE = CASES.c.status.in_([CaseStatus.OPEN, CaseStatus.SNOOZED])
_RESOLVED = CASES.c.status == CaseStatus.RESOLVED
_NOT_COUNTED: tuple[View, ...] = ("resolved",)  # it only grows; nobody works it off
_OWN: tuple[View, ...] = ("mentions", "follow_ups")  # few, and resolved cases may be among them


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


def counts(tx: Connection, filters: Filters, *, agent: str, now: datetime) -> Mapping[View, int]:
    """How many cases each view holds, but for those resolved; one pass over what is not.

    The filters are no conditions of that pass: an index on one of them would lead through what is resolved.
    """
    counted = [view for view in VIEWS if view not in _NOT_COUNTED and view not in _OWN]
    passing = _narrowed(filters)
    columns = [
        sa.func.coalesce(sa.func.sum(sa.case((sa.and_(_in(view, agent, now), *passing), 1), else_=0)), 0)
        for view in counted
    ]
    row = tx.execute(sa.select(*columns).where(_ALIVE))
    found: dict[View, int] = dict(zip(counted, row.one(), strict=True))
    for view in _OWN:
        own = sa.select(sa.func.count()).select_from(CASES).where(_in(view, agent, now), *_narrowed(filters))
        found[view] = tx.execute(own).scalar_one()
    return found


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
        own = sa.select(FOLLOW_UPS.c.case_number).where(
            FOLLOW_UPS.c.done_at.is_(None), FOLLOW_UPS.c.agent == agent
        )
        return CASES.c.number.in_(own)
    if view == "mentions":
        named = sa.select(MENTIONS.c.case_number).where(MENTIONS.c.email == agent)
        unseen = named.where(MENTIONS.c.seen_at.is_(None))
        return sa.and_(CASES.c.number.in_(named), sa.or_(_ALIVE, CASES.c.number.in_(unseen)))
    return _OPEN


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
