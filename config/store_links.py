"""The SQL of one-time links and of the mails that carry them; each function in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from config.database import UtcDateTime
from config.posting import MailState, Owed

Purpose = Literal["invite", "reset"]
"""What a link is for."""

MailPurpose = Literal["invite", "reset", "helpdesk"]
"""What a mail is for: to bring a link, or to tell that a helpdesk outside has failed."""

_metadata = sa.MetaData()

_links = sa.Table(
    "links",
    _metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("staff", sa.Integer),
    sa.Column("purpose", sa.String(12)),
    sa.Column("made_at", UtcDateTime),
    sa.Column("ends_at", UtcDateTime),
)
_mails = sa.Table(
    "mails",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("staff", sa.Integer),
    sa.Column("purpose", sa.String(12)),
    sa.Column("language", sa.String(12)),
    sa.Column("room", sa.String(12)),
    sa.Column("by_name", sa.String(100)),
    sa.Column("state", sa.String(12)),
    sa.Column("attempts", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Whose link it is, what for, and until when."""

    staff: int
    purpose: Purpose
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail to staff; `room` is the one whose sign-in page the link leads to.

    by_name: who had it sent, or which helpdesk it is about.
    """

    id: int
    staff: int
    purpose: MailPurpose
    language: str
    room: str
    by_name: str
    state: MailState
    attempts: int
    not_before: datetime
    why: str | None
    at: datetime
    done_at: datetime | None


def insert_link(
    connection: sa.Connection,
    token_hash: str,
    staff: int,
    purpose: Purpose,
    now: datetime,
    ends_at: datetime,
) -> None:
    connection.execute(
        sa.insert(_links).values(
            token_hash=token_hash, staff=staff, purpose=purpose, made_at=now, ends_at=ends_at
        )
    )


def link_by_token(connection: sa.Connection, token_hash: str) -> LinkRow | None:
    row = connection.execute(sa.select(_links).where(_links.c.token_hash == token_hash)).one_or_none()
    return None if row is None else LinkRow(row.staff, row.purpose, row.ends_at)


def invited_until(connection: sa.Connection) -> dict[int, datetime]:
    """Staff id -> when the last of their invitations ends."""
    query = (
        sa.select(_links.c.staff, sa.func.max(_links.c.ends_at, type_=UtcDateTime()))
        .where(_links.c.purpose == "invite")
        .group_by(_links.c.staff)
    )
    return {staff: ends_at for staff, ends_at in connection.execute(query)}


def delete_links_of(connection: sa.Connection, staff: int) -> None:
    connection.execute(sa.delete(_links).where(_links.c.staff == staff))


def delete_links_before(connection: sa.Connection, moment: datetime) -> None:
    """Forget those that have ended before."""
    connection.execute(sa.delete(_links).where(_links.c.ends_at < moment))


def insert_mail(
    connection: sa.Connection,
    staff: int,
    purpose: MailPurpose,
    language: str,
    room: str,
    by_name: str,
    now: datetime,
) -> None:
    """Owe a mail; one of the same purpose that still waits is replaced."""
    drop_mails_of(connection, staff, purpose, now)
    connection.execute(
        sa.insert(_mails).values(
            staff=staff,
            purpose=purpose,
            language=language,
            room=room,
            by_name=by_name[:100],
            state="new",
            attempts=0,
            not_before=now,
            at=now,
        )
    )


def drop_mails_of(connection: sa.Connection, staff: int, purpose: MailPurpose | None, now: datetime) -> None:
    """Mails that wait or are parked are not needed any more; of one purpose, or of all."""
    wanted = [_mails.c.staff == staff, _mails.c.state.in_(("new", "parked"))]
    if purpose is not None:
        wanted.append(_mails.c.purpose == purpose)
    connection.execute(sa.update(_mails).where(*wanted).values(state="unneeded", done_at=now))


def last_mail(connection: sa.Connection, purpose: MailPurpose) -> datetime | None:
    """When a mail of this purpose was owed last, to whomever."""
    latest = sa.func.max(_mails.c.at, type_=UtcDateTime())
    found: datetime | None = connection.execute(sa.select(latest).where(_mails.c.purpose == purpose)).scalar()
    return found


def mail(connection: sa.Connection, number: int) -> MailRow | None:
    row = connection.execute(sa.select(_mails).where(_mails.c.id == number)).one_or_none()
    return None if row is None else _mail(row)


def mails(connection: sa.Connection, *states: MailState, limit: int) -> tuple[MailRow, ...]:
    """In these states, the newest first."""
    query = sa.select(_mails).where(_mails.c.state.in_(states)).order_by(_mails.c.id.desc()).limit(limit)
    return tuple(map(_mail, connection.execute(query)))


def due_mails(connection: sa.Connection, limit: int, now: datetime) -> tuple[Owed, ...]:
    """Those that wait and whose time has come, oldest first; `attempts` as it is."""
    query = (
        sa.select(_mails)
        .where(_mails.c.state == "new", _mails.c.not_before <= now)
        .order_by(_mails.c.id)
        .limit(limit)
    )
    return tuple(Owed(row.id, row.attempts, row.at) for row in connection.execute(query))


def lease_mails(connection: sa.Connection, ids: Sequence[int], until: datetime) -> None:
    connection.execute(
        sa.update(_mails).where(_mails.c.id.in_(ids)).values(not_before=until, attempts=_mails.c.attempts + 1)
    )


def set_mail(
    connection: sa.Connection,
    number: int,
    state: MailState,
    *,
    why: str | None = None,
    not_before: datetime | None = None,
    done_at: datetime | None = None,
) -> bool:
    """Whether it waited; what is done already stays as it is."""
    values: dict[str, object] = {"state": state, "why": why, "done_at": done_at}
    if not_before is not None:
        values["not_before"] = not_before
    waiting = sa.update(_mails).where(_mails.c.id == number, _mails.c.state == "new")
    return connection.execute(waiting.values(values)).rowcount == 1


def replay_mail(connection: sa.Connection, number: int, now: datetime) -> bool:
    """Owe a parked mail anew; whether it was one."""
    parked = sa.update(_mails).where(_mails.c.id == number, _mails.c.state == "parked")
    return (
        connection.execute(parked.values(state="new", why=None, attempts=0, not_before=now, at=now)).rowcount
        == 1
    )


def _mail(row: sa.Row[tuple[object, ...]]) -> MailRow:
    return MailRow(
        id=row.id,
        staff=row.staff,
        purpose=row.purpose,
        language=row.language,
        room=row.room,
        by_name=row.by_name,
        state=row.state,
        attempts=row.attempts,
        not_before=row.not_before,
        why=row.why,
        at=row.at,
        done_at=row.done_at,
    )
