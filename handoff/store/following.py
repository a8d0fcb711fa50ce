"""Who takes part in a case, what is promised in it, and who is kept away, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.errors import NoBlockError, NoFollowUpError
from handoff.store.tables import BLOCKS, CASES, FOLLOW_UPS, FOLLOWERS
from handoff.verbs.change import Block, Change, Follower, FollowUp

_PROMISED = sa.select(FOLLOW_UPS, CASES.c.team, CASES.c.customer_name, CASES.c.headline).join_from(
    FOLLOW_UPS, CASES, FOLLOW_UPS.c.case_number == CASES.c.number
)


class FollowingStore:
    """Reads of promises, participants and blocks; they are written with the events of their cases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def follow_up(self, promise: int) -> FollowUp:
        """Raises NoFollowUpError."""
        with self._database.read() as tx:
            found = promised(tx, FOLLOW_UPS.c.id == promise)
        if not found:
            raise NoFollowUpError(promise)
        return found[0]

    def follow_ups(
        self,
        *,
        agent: str | None = None,
        team: str | None = None,
        case: int | None = None,
        done: bool = False,
        limit: int | None = None,
    ) -> tuple[FollowUp, ...]:
        """Those still to be done, the first due on top; `done` gives those of before too."""
        wanted: list[sa.ColumnElement[bool]] = [] if done else [FOLLOW_UPS.c.done_at.is_(None)]
        if agent is not None:
            wanted.append(FOLLOW_UPS.c.agent == agent)
        if team is not None:
            wanted.append(CASES.c.team == team)
        if case is not None:
            wanted.append(FOLLOW_UPS.c.case_number == case)
        with self._database.read() as tx:
            return promised(tx, *wanted, limit=limit)

    def followers(self, case: int) -> tuple[Follower, ...]:
        """In the order in which they came."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(FOLLOWERS.c.agent, FOLLOWERS.c.name)
                .where(FOLLOWERS.c.case_number == case)
                .order_by(FOLLOWERS.c.at, FOLLOWERS.c.agent)
            )
            return tuple(Follower(agent, name) for agent, name in rows)

    def block(self, block: int) -> Block:
        """Raises NoBlockError."""
        with self._database.read() as tx:
            row = tx.execute(sa.select(BLOCKS).where(BLOCKS.c.id == block)).mappings().first()
        if row is None:
            raise NoBlockError(block)
        return _block_of(row)

    def blocks(self, now: datetime, *, customer_id: str | None = None) -> tuple[Block, ...]:
        """Those in force now, the latest first."""
        with self._database.read() as tx:
            return blocks(tx, now, customer_id=customer_id)


def blocks(tx: Connection, now: datetime, *, customer_id: str | None = None) -> tuple[Block, ...]:
    """Those in force now, the latest first."""
    wanted = [BLOCKS.c.lifted_at.is_(None), sa.or_(BLOCKS.c.until.is_(None), BLOCKS.c.until > now)]
    if customer_id is not None:
        wanted.append(BLOCKS.c.customer_id == customer_id)
    rows = tx.execute(sa.select(BLOCKS).where(*wanted).order_by(BLOCKS.c.id.desc())).mappings()
    return tuple(_block_of(row) for row in rows)


def keep(tx: Connection, change: Change) -> None:
    """What a change says of promises, participants and blocks."""
    number = change.case.number
    if change.follow_up is not None:
        new = change.follow_up
        tx.execute(
            sa.insert(FOLLOW_UPS).values(
                case_number=number,
                kind=new.kind,
                text=new.text,
                phone=new.phone,
                due=new.due,
                agent=new.agent,
                agent_name=new.agent_name,
                made_at=change.at,
            )
        )
    if change.done is not None:
        tx.execute(
            sa.update(FOLLOW_UPS)
            .where(FOLLOW_UPS.c.id == change.done, FOLLOW_UPS.c.done_at.is_(None))
            .values(done_at=change.at, done_by=change.actor)
        )
    _follow(tx, change)
    lifts = change.lifts or (change.block.customer_id if change.block is not None else None)
    if lifts is not None:
        tx.execute(
            sa.update(BLOCKS)
            .where(BLOCKS.c.customer_id == lifts, BLOCKS.c.lifted_at.is_(None))
            .values(lifted_at=change.at, lifted_by=change.actor)
        )
    if change.block is not None:
        kept = change.block
        tx.execute(
            sa.insert(BLOCKS).values(
                case_number=number,
                customer_id=kept.customer_id,
                customer_name=kept.customer_name,
                because=kept.because,
                by=kept.by,
                by_name=kept.by_name,
                at=change.at,
                until=kept.until,
            )
        )


def move(tx: Connection, source: int, target: int, at: datetime) -> None:
    """Whoever took part in one case, and whatever was promised in it, goes on in another."""
    held = _who(tx, target)
    for agent, name in tx.execute(
        sa.select(FOLLOWERS.c.agent, FOLLOWERS.c.name).where(FOLLOWERS.c.case_number == source)
    ).all():
        if agent not in held:
            tx.execute(sa.insert(FOLLOWERS).values(case_number=target, agent=agent, name=name, at=at))
    tx.execute(
        sa.update(FOLLOW_UPS)
        .where(FOLLOW_UPS.c.case_number == source, FOLLOW_UPS.c.done_at.is_(None))
        .values(case_number=target)
    )
    tx.execute(sa.update(CASES).where(CASES.c.merged_into == source).values(merged_into=target))


def _follow(tx: Connection, change: Change) -> None:
    number = change.case.number
    if change.unfollows:
        gone = FOLLOWERS.c.agent.in_(change.unfollows)
        tx.execute(sa.delete(FOLLOWERS).where(FOLLOWERS.c.case_number == number, gone))
    if change.follows:
        held = _who(tx, number)
        for each in change.follows:
            if each.agent not in held:
                tx.execute(
                    sa.insert(FOLLOWERS).values(
                        case_number=number, agent=each.agent, name=each.name, at=change.at
                    )
                )


def _who(tx: Connection, case: int) -> set[str]:
    rows = tx.execute(sa.select(FOLLOWERS.c.agent).where(FOLLOWERS.c.case_number == case))
    return {str(agent) for (agent,) in rows}


def promised(
    tx: Connection, *wanted: sa.ColumnElement[bool], limit: int | None = None
) -> tuple[FollowUp, ...]:
    """The first due on top."""
    rows: Sequence[RowMapping] = (
        tx.execute(_PROMISED.where(*wanted).order_by(FOLLOW_UPS.c.due, FOLLOW_UPS.c.id).limit(limit))
        .mappings()
        .all()
    )
    return tuple(
        FollowUp(
            id=row["id"],
            case=row["case_number"],
            kind=row["kind"],
            text=row["text"],
            phone=row["phone"],
            due=row["due"],
            agent=row["agent"],
            agent_name=row["agent_name"],
            team=row["team"],
            customer_name=row["customer_name"],
            headline=row["headline"],
            made_at=row["made_at"],
            done_at=row["done_at"],
            done_by=row["done_by"],
        )
        for row in rows
    )


def _block_of(row: RowMapping) -> Block:
    return Block(
        id=row["id"],
        case=row["case_number"],
        customer_id=row["customer_id"],
        customer_name=row["customer_name"],
        because=row["because"],
        by=row["by"],
        by_name=row["by_name"],
        at=row["at"],
        until=row["until"],
        lifted_at=row["lifted_at"],
        lifted_by=row["lifted_by"],
    )
