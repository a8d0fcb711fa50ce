"""Who sits at the desk, in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.case import CaseStatus
from handoff.errors import NoMemberError
from handoff.floor.floor import Member
from handoff.store.audit import record
from handoff.store.seat_tables import MEMBERS
from handoff.store.tables import CASES

_MEMBERS = sa.select(MEMBERS).order_by(MEMBERS.c.email)


class SeatStore:
    """Reads and writes of members; `capacity` is what one has without a number of their own."""

    def __init__(self, database: Database, capacity: int) -> None:
        self._database, self._capacity = database, capacity

    def members(self) -> tuple[Member, ...]:
        """All who ever sat down, by e-mail."""
        with self._database.read() as tx:
            return members(tx, self._capacity)

    def member(self, email: str) -> Member | None:
        with self._database.read() as tx:
            row = _row(tx, email)
        return None if row is None else _member(row, self._capacity)

    def open_cases(self) -> Mapping[str, int]:
        """How many cases each agent works on, by e-mail."""
        counted = (
            sa.select(CASES.c.agent, sa.func.count())
            .where(CASES.c.status == CaseStatus.OPEN, CASES.c.agent.is_not(None))
            .group_by(CASES.c.agent)
        )
        with self._database.read() as tx:
            return {agent: count for agent, count in tx.execute(counted)}

    def sit_down(self, member: Member) -> Member:
        """Make the member if they are new; else only their name counts."""

        def work(tx: Connection) -> None:
            row = _row(tx, member.email)
            if row is None:
                tx.execute(sa.insert(MEMBERS).values(_values(member) | {"capacity": None}))
            elif row["name"] != member.name:
                tx.execute(_update(member.email).values(name=member.name))

        known = self.member(member.email)
        if known is not None and known.name == member.name:
            return known
        self._database.write(work, wakes=("seats",))
        return self.member(member.email) or member

    def save(self, member: Member, capacity: int | None, by: str, at: datetime) -> Member:
        """What an administrator says of a member; their status and what was seen of them stay."""

        def work(tx: Connection) -> Member:
            row = _row(tx, member.email)
            said = {
                "name": member.name,
                "teams": list(member.teams),
                "skills": list(member.skills),
                "languages": list(member.languages),
                "capacity": capacity,
            }
            if row is None:
                tx.execute(sa.insert(MEMBERS).values(_values(member) | said))
            else:
                tx.execute(_update(member.email).values(said))
            before = None if row is None else {name: row[name] for name in said}
            record(tx, "member_saved", by, at, subject=member.email, before=before, after=said)
            saved = _row(tx, member.email)
            assert saved is not None
            return _member(saved, self._capacity)

        return self._database.write(work, wakes=("seats", "desk"))

    def change(self, email: str, decide: Callable[[Member], Member | None]) -> Member:
        """Change a member's status as `decide` says, None being not at all; raises NoMemberError."""

        def work(tx: Connection) -> Member:
            row = _row(tx, email)
            if row is None:
                raise NoMemberError(email)
            before = _member(row, self._capacity)
            after = decide(before)
            if after is None:
                return before
            tx.execute(
                _update(email).values(
                    status=after.status, status_at=after.status_at, last_seen=after.last_seen
                )
            )
            return after

        return self._database.write(work, wakes=("seats", "desk"))

    def seen(self, email: str, at: datetime) -> None:
        """Their desk is open; nothing waits for this, so nobody is woken."""
        earlier = sa.or_(MEMBERS.c.last_seen.is_(None), MEMBERS.c.last_seen < at)
        update = _update(email).where(earlier).values(last_seen=at)
        self._database.write(lambda tx: tx.execute(update).rowcount)


def members(tx: Connection, capacity: int) -> tuple[Member, ...]:
    rows = tx.execute(_MEMBERS).mappings()
    return tuple(_member(row, capacity) for row in rows)


def given(tx: Connection, email: str, at: datetime) -> None:
    """Write that a case was routed to somebody."""
    tx.execute(_update(email).values(given_at=at))


def leave(tx: Connection, member: Member) -> None:
    """Write the status of somebody who is gone."""
    tx.execute(_update(member.email).values(status=member.status, status_at=member.status_at))


def _update(email: str) -> sa.Update:
    return sa.update(MEMBERS).where(MEMBERS.c.email == email)


def _row(tx: Connection, email: str) -> RowMapping | None:
    return tx.execute(sa.select(MEMBERS).where(MEMBERS.c.email == email)).mappings().first()


def _member(row: RowMapping, capacity: int) -> Member:
    return Member(
        email=row["email"],
        name=row["name"],
        teams=tuple(row["teams"]),
        skills=tuple(row["skills"]),
        languages=tuple(row["languages"]),
        capacity=capacity if row["capacity"] is None else row["capacity"],
        status=row["status"],
        status_at=row["status_at"],
        last_seen=row["last_seen"],
        given_at=row["given_at"],
    )


def _values(member: Member) -> dict[str, object]:
    return {
        "email": member.email,
        "name": member.name,
        "teams": list(member.teams),
        "skills": list(member.skills),
        "languages": list(member.languages),
        "capacity": member.capacity,
        "status": member.status,
        "status_at": member.status_at,
        "last_seen": member.last_seen,
        "given_at": member.given_at,
    }
